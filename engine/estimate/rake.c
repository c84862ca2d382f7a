#define G_LOG_DOMAIN "qy-rake"

#include "estimate/rake.h"

#include <math.h>
#include <string.h>

#define MAX_ROUNDS 500
#define CLOSE_ENOUGH 1e-12

/* One community's part of the domain: its cells and its targets. */
typedef struct {
    guint first_cell, end_cell;
    guint first_target, end_target;
} Community;

static gdouble
design_weight(const QySurveyCell *cell)
{
    return qy_int128_to_double(cell->w) / 1e6;
}

/* Cells come sorted by area, targets too: walk both. */
static gboolean
next_community(const QyDomain *self, const QySurveyDesign *design, Community *c)
{
    if (c->end_cell == self->n)
        return FALSE;
    gint32 area = self->cells[c->end_cell].area;
    c->first_cell = c->end_cell;
    while (c->end_cell < self->n && self->cells[c->end_cell].area == area)
        c->end_cell++;
    c->first_target = c->end_target;
    while (c->first_target < design->n_targets && design->targets[c->first_target].area < area)
        c->first_target++;
    c->end_target = c->first_target;
    while (c->end_target < design->n_targets && design->targets[c->end_target].area == area)
        c->end_target++;
    return TRUE;
}

static void
match_targets(QyDomain *self, const QySurveyDesign *design, const Community *c)
{
    for (guint i = c->first_cell; i < c->end_cell; i++)
        for (guint m = 0; m < QY_MAX_MARGINS; m++) {
            self->target[i][m] = -1;
            for (guint t = c->first_target; t < c->end_target; t++)
                if (design->targets[t].margin == m && design->targets[t].level == self->cells[i].margins[m] &&
                    design->targets[t].count > 0)
                    self->target[i][m] = (gint)t;
        }
}

/* Scales the levels of one margin to their shares; the weight of all known ones stays. Returns: the largest change */
static gdouble
rake_margin(QyDomain *self, const QySurveyDesign *design, const Community *c, guint margin, gdouble *weight)
{
    gdouble known = 0, wanted = 0, change = 0;

    memset(weight, 0, sizeof *weight * (c->end_target - c->first_target));
    for (guint i = c->first_cell; i < c->end_cell; i++)
        if (self->target[i][margin] >= 0)
            weight[self->target[i][margin] - (gint)c->first_target] += self->factor[i] * design_weight(&self->cells[i]);
    for (guint t = c->first_target; t < c->end_target; t++)
        if (design->targets[t].margin == margin && weight[t - c->first_target] > 0) {
            known += weight[t - c->first_target];
            wanted += design->targets[t].count;
        }
    for (guint i = c->first_cell; i < c->end_cell; i++) {
        gint t = self->target[i][margin];
        if (t < 0 || weight[t - (gint)c->first_target] <= 0)
            continue;
        gdouble factor = design->targets[t].count / wanted * known / weight[t - (gint)c->first_target];
        self->factor[i] *= factor;
        change = MAX(change, fabs(factor - 1));
    }
    return change;
}

/* The community's number of people: that of its first margin. 0: not known. */
static gdouble
people_of(const QySurveyDesign *design, const Community *c)
{
    gdouble people = 0;

    for (guint t = c->first_target; t < c->end_target; t++)
        if (design->targets[t].margin == design->targets[c->first_target].margin)
            people += design->targets[t].count;
    return people;
}

static void
scale_to_people(QyDomain *self, const Community *c, gdouble people)
{
    gdouble weight = 0;

    for (guint i = c->first_cell; i < c->end_cell; i++)
        weight += self->factor[i] * design_weight(&self->cells[i]);
    for (guint i = c->first_cell; i < c->end_cell; i++)
        self->factor[i] *= people / weight;
}

/* Weights as drawn, cells without targets: what qy_domain_fit() knows it by. */
static void
leave_unraked(QyDomain *self, const Community *c)
{
    for (guint i = c->first_cell; i < c->end_cell; i++) {
        self->factor[i] = 1;
        for (guint m = 0; m < QY_MAX_MARGINS; m++)
            self->target[i][m] = -1;
    }
}

static void
rake_community(QyDomain *self, const QySurveyDesign *design, const Community *c)
{
    g_autofree gdouble *weight = g_new(gdouble, c->end_target - c->first_target + 1);
    gboolean close = FALSE;

    match_targets(self, design, c);
    for (guint round = 0; round < MAX_ROUNDS && !close; round++) {
        gdouble change = 0;
        for (guint m = 0; m < self->n_margins; m++) {
            gdouble of_margin = rake_margin(self, design, c, m, weight);
            change = MAX(change, of_margin);
        }
        close = change < CLOSE_ENOUGH;
    }
    if (!close)
        leave_unraked(self, c);
    self->n_raked += close;
    scale_to_people(self, c, people_of(design, c));
}

/* Whether the community has answers that count. */
static gboolean
has_answers(const QyDomain *self, const Community *c)
{
    for (guint i = c->first_cell; i < c->end_cell; i++)
        if (self->cells[i].n > 0)
            return TRUE;
    return FALSE;
}

gboolean
qy_domain_rake(QyDomain *self, const QySurveyDesign *design)
{
    Community c = {0};

    self->n_communities = self->n_raked = 0;
    while (next_community(self, design, &c)) {
        if (!has_answers(self, &c)) {
            leave_unraked(self, &c);
            continue;
        }
        self->n_communities++;
        if (people_of(design, &c) > 0) {
            rake_community(self, design, &c);
            continue;
        }
        for (guint i = 0; i < self->n; i++)
            self->factor[i] = 1;
        return FALSE;
    }
    return TRUE;
}

/* One round of backfitting for one margin. Returns: the largest change of an effect */
static gdouble
fit_margin(QyDomain *self, const Community *c, guint margin, gdouble mean, gdouble *effect, gdouble *sum,
           gdouble *weight)
{
    guint n_targets = c->end_target - c->first_target;
    gdouble change = 0;

    memset(sum, 0, sizeof *sum * n_targets);
    memset(weight, 0, sizeof *weight * n_targets);
    for (guint i = c->first_cell; i < c->end_cell; i++) {
        gint t = self->target[i][margin] - (gint)c->first_target;
        if (self->target[i][margin] < 0)
            continue;
        gdouble w = design_weight(&self->cells[i]), wy = qy_int128_to_double(self->cells[i].wy) / 1e6;
        /* What is left for this margin once the others have said theirs. */
        sum[t] += wy - w * (mean + self->fitted[i] - effect[t]);
        weight[t] += w;
    }
    for (guint i = c->first_cell; i < c->end_cell; i++) {
        gint t = self->target[i][margin] - (gint)c->first_target;
        if (self->target[i][margin] >= 0 && weight[t] > 0)
            self->fitted[i] += sum[t] / weight[t] - effect[t];
    }
    for (guint t = 0; t < n_targets; t++)
        if (weight[t] > 0) {
            change = MAX(change, fabs(sum[t] / weight[t] - effect[t]));
            effect[t] = sum[t] / weight[t];
        }
    return change;
}

/* The community's own mean, where no margin says anything: its number of people is known all the same. */
static gboolean
fit_own_mean(QyDomain *self, const Community *c, gdouble mean)
{
    gdouble w = 0, wy = 0;

    for (guint i = c->first_cell; i < c->end_cell; i++) {
        for (guint m = 0; m < self->n_margins; m++)
            if (self->target[i][m] >= 0)
                return FALSE;
        w += design_weight(&self->cells[i]);
        wy += qy_int128_to_double(self->cells[i].wy) / 1e6;
    }
    for (guint i = c->first_cell; i < c->end_cell; i++)
        self->fitted[i] = w > 0 ? wy / w - mean : 0;
    return TRUE;
}

void
qy_domain_fit(QyDomain *self, const QySurveyDesign *design, gdouble mean)
{
    Community c = {0};
    g_autofree gdouble *work = g_new(gdouble, 3 * (design->n_targets + 1));

    while (next_community(self, design, &c)) {
        if (fit_own_mean(self, &c, mean))
            continue;
        guint n = c.end_target - c.first_target;
        gdouble *effect = work, *sum = work + n, *weight = work + 2 * n, change = 1;
        memset(effect, 0, sizeof *effect * n);
        for (guint round = 0; round < MAX_ROUNDS && change > CLOSE_ENOUGH; round++) {
            change = 0;
            for (guint m = 0; m < self->n_margins; m++) {
                gdouble of_margin = fit_margin(self, &c, m, mean, effect, sum, weight);
                change = MAX(change, of_margin);
            }
        }
    }
}
