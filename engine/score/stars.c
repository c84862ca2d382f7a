#define G_LOG_DOMAIN "qy-stars"

#include "score/parts.h"

#include <string.h>

/* The chain of acceptance, in its order. */
static const gchar *const stages[] = {"self", "street", "county", "prefecture"};
#define N_STAGES G_N_ELEMENTS(stages)

static const gchar *const state_names[] = {"earned", "lost", "blocked", "undecided"};

/* What the eight verdicts of a star come to. */
typedef struct {
    gboolean own_not_met, others_not_met, open;
    gboolean met[2]; /* at least one of the kind is met: have, have-not */
} Tally;

static void
count_verdict(Tally *tally, const QyCriterion *criterion, QyVerdictKind kind)
{
    switch (kind) {
    case QY_MET:
        tally->met[criterion->have_not] = TRUE;
        break;
    case QY_NOT_APPLICABLE:
    case QY_WAIVED:
        break;
    case QY_NOT_MET:
        if (criterion->duty == QY_DUTY_COMMUNITY)
            tally->own_not_met = TRUE;
        else
            tally->others_not_met = TRUE;
        break;
    default: /* not due, no evidence, error: nothing is won by them */
        tally->open = TRUE;
    }
}

/* Nothing stands against the community: what there is to satisfy is satisfied, but for what others owe. */
static gboolean
is_clean(const Tally *tally)
{
    return !tally->own_not_met && !tally->open && tally->met[0] && tally->met[1];
}

static QyStarState
star_state(const Tally *tally)
{
    if (tally->own_not_met)
        return QY_STAR_LOST;
    if (tally->others_not_met)
        return QY_STAR_BLOCKED;
    return is_clean(tally) ? QY_STAR_EARNED : QY_STAR_UNDECIDED;
}

static void
judge_community(QyStars *self, const QyScoring *scoring, guint community)
{
    g_autofree Tally *tallies = g_new0(Tally, self->n_stars);

    for (guint c = 0; c < qy_verdicts_n_criteria(scoring->verdicts); c++) {
        const QyCriterion *criterion = qy_verdicts_criterion(scoring->verdicts, c);
        for (guint s = 0; s < self->n_stars; s++)
            if (g_str_equal(self->star_ids[s], criterion->star))
                count_verdict(&tallies[s], criterion, qy_verdicts_get(scoring->verdicts, community, c)->kind);
    }
    self->clean[community] = self->n_stars > 0;
    for (guint s = 0; s < self->n_stars; s++) {
        self->states[community * self->n_stars + s] = star_state(&tallies[s]);
        self->clean[community] = self->clean[community] && is_clean(&tallies[s]);
    }
}

/* The newest verdict of each stage on the whole of a community; the chain
 * stands as far as no stage is missing or not met. */
static void
read_acceptance(QyStars *self, const QyScoring *scoring)
{
    const QyFrame *frame = qy_dataset_frame(scoring->dataset, QY_ACCEPTANCE);
    QyDate as_of = qy_dataset_settings(scoring->dataset)->as_of;
    g_autofree gint64 *decided = g_new(gint64, (gsize)self->n_communities * N_STAGES);
    g_autofree gboolean *met = g_new0(gboolean, (gsize)self->n_communities * N_STAGES);

    for (guint i = 0; i < self->n_communities * N_STAGES; i++)
        decided[i] = G_MININT64;
    for (guint row = 0; row < frame->n_rows; row++) {
        gint64 area = qy_scoring_cell(scoring, QY_ACCEPTANCE, "community_id", row);
        gint64 date = qy_scoring_cell(scoring, QY_ACCEPTANCE, "decided_on", row);
        gint community = area != QY_MISSING ? self->of_area[area] : -1;
        const gchar *criterion = qy_scoring_text(scoring, QY_ACCEPTANCE, "criterion_id", row);
        const gchar *stage = qy_scoring_text(scoring, QY_ACCEPTANCE, "stage", row);
        if (community < 0 || date > as_of || (criterion != NULL && *criterion != '\0'))
            continue;
        for (guint s = 0; s < N_STAGES; s++) {
            guint i = (guint)community * N_STAGES + s;
            gboolean is_met = g_strcmp0(qy_scoring_text(scoring, QY_ACCEPTANCE, "verdict", row), "met") == 0;
            if (g_strcmp0(stage, stages[s]) != 0 || date < decided[i])
                continue;
            /* Two verdicts of one day: the stricter stands. */
            met[i] = date == decided[i] ? met[i] && is_met : is_met;
            decided[i] = date;
        }
    }
    for (guint c = 0; c < self->n_communities; c++) {
        self->stage[c] = -1;
        for (guint s = 0; s < N_STAGES && met[c * N_STAGES + s]; s++)
            self->stage[c] = (gint)s;
    }
}

static void
read_standard(QyStars *self, const QyScoring *scoring)
{
    g_autoptr(GPtrArray) standards = qy_pack_declarations(scoring->pack, "standard");
    const QyDeclaration *standard = standards->len > 0 ? standards->pdata[0] : NULL;
    const QyValue *stars = standard != NULL ? qy_value_field(standard->body, "stars") : NULL;

    self->n_stars = stars != NULL ? stars->n_items : 0;
    self->star_ids = g_new0(const gchar *, self->n_stars + 1);
    self->star_titles = g_new0(QySay, self->n_stars + 1);
    for (guint s = 0; s < self->n_stars; s++) {
        const QyValue *star = stars->items[s];
        const QyValue *id = star->n_items > 0 ? star->items[0] : qy_value_field(star, "id");
        const QyValue *title = star->n_items > 1 ? star->items[1] : qy_value_field(star, "title");
        self->star_ids[s] = id != NULL && id->text != NULL ? id->text : "";
        self->star_titles[s] = title != NULL ? title->say : (QySay){self->star_ids[s], self->star_ids[s]};
    }
}

QyStars *
qy_stars_new(const QyScoring *scoring)
{
    QyStars *self = g_new0(QyStars, 1);
    guint n_areas = qy_dataset_areas(scoring->dataset)->n;

    read_standard(self, scoring);
    self->n_communities = qy_verdicts_n_communities(scoring->verdicts);
    self->states = g_new0(QyStarState, (gsize)self->n_communities * self->n_stars + 1);
    self->clean = g_new0(gboolean, self->n_communities + 1);
    self->stage = g_new(gint, self->n_communities + 1);
    self->of_area = g_new(gint, n_areas + 1);
    for (guint area = 0; area < n_areas; area++)
        self->of_area[area] = -1;
    for (guint c = 0; c < self->n_communities; c++) {
        self->of_area[qy_verdicts_community(scoring->verdicts, c)] = (gint)c;
        judge_community(self, scoring, c);
    }
    read_acceptance(self, scoring);
    return self;
}

void
qy_stars_free(QyStars *self)
{
    g_free(self->star_ids);
    g_free(self->star_titles);
    g_free(self->states);
    g_free(self->clean);
    g_free(self->stage);
    g_free(self->of_area);
    g_free(self);
}

guint
qy_stars_earned(const QyStars *self, guint community)
{
    guint n = 0;

    for (guint s = 0; s < self->n_stars; s++)
        n += self->states[community * self->n_stars + s] == QY_STAR_EARNED;
    return n;
}

gboolean
qy_stars_five(const QyStars *self, guint community)
{
    return self->n_stars > 0 && qy_stars_earned(self, community) == self->n_stars;
}

gboolean
qy_stars_clean(const QyStars *self, guint community)
{
    return self->clean[community];
}

QyTable *
qy_stars_to_table(const QyStars *self, const QyScoring *scoring)
{
    g_autofree QyColumnSpec *columns = g_new0(QyColumnSpec, self->n_stars + 5);
    const QyFrame *areas = qy_dataset_frame(scoring->dataset, QY_AREAS);
    guint n = 0;

    columns[n++] = (QyColumnSpec){"community_id", QY_CELL_TEXT};
    for (guint s = 0; s < self->n_stars; s++)
        columns[n++] = (QyColumnSpec){self->star_ids[s], QY_CELL_TEXT};
    columns[n++] = (QyColumnSpec){"stars", QY_CELL_INTEGER};
    columns[n++] = (QyColumnSpec){"five_star", QY_CELL_INTEGER};
    columns[n++] = (QyColumnSpec){"accepted", QY_CELL_INTEGER};
    columns[n++] = (QyColumnSpec){"accepted_stage", QY_CELL_TEXT};
    QyTable *table = qy_table_new("stars", columns, n);
    for (guint c = 0; c < self->n_communities; c++) {
        qy_table_add_text(table, areas->ids[qy_verdicts_community(scoring->verdicts, c)]);
        for (guint s = 0; s < self->n_stars; s++)
            qy_table_add_text(table, state_names[self->states[c * self->n_stars + s]]);
        qy_table_add_integer(table, qy_stars_earned(self, c));
        qy_table_add_integer(table, qy_stars_five(self, c));
        qy_table_add_integer(table, self->stage[c] == (gint)N_STAGES - 1);
        qy_table_add_text(table, self->stage[c] >= 0 ? stages[self->stage[c]] : NULL);
    }
    return table;
}

/* Communities below one area, and how many of them reached what. */
typedef struct {
    gint64 communities, five_star, accepted;
} Progress;

static Progress *
count_progress(const QyStars *self, const QyScoring *scoring)
{
    const QyAreaTree *tree = qy_dataset_areas(scoring->dataset);
    Progress *progress = g_new0(Progress, tree->n + 1);

    for (guint c = 0; c < self->n_communities; c++)
        for (gint area = (gint)qy_verdicts_community(scoring->verdicts, c); area >= 0; area = tree->parent[area]) {
            progress[area].communities++;
            progress[area].five_star += qy_stars_five(self, c);
            progress[area].accepted += self->stage[c] == (gint)N_STAGES - 1;
        }
    return progress;
}

/* The target set for an area and the as-of's year in targets.csv, in millionths; QY_MISSING where none is. */
static gint64
target_of(const QyScoring *scoring, guint area)
{
    const QyFrame *frame = qy_dataset_frame(scoring->dataset, QY_TARGETS);
    gint year, month, day;

    qy_date_to_ymd(qy_dataset_settings(scoring->dataset)->as_of, &year, &month, &day);
    for (guint row = 0; row < frame->n_rows; row++)
        if (qy_scoring_cell(scoring, QY_TARGETS, "area_id", row) == area &&
            qy_scoring_cell(scoring, QY_TARGETS, "year", row) == year &&
            g_strcmp0(qy_scoring_text(scoring, QY_TARGETS, "target", row), "five_star_share") == 0)
            return qy_scoring_cell(scoring, QY_TARGETS, "value", row);
    return QY_MISSING;
}

static void
add_street(QyTable *table, const QyScoring *scoring, guint area, const Progress *p, gdouble uplift,
           gdouble standing_target)
{
    const QyAreaTree *tree = qy_dataset_areas(scoring->dataset);
    gint64 target = target_of(scoring, area);
    /* Of the year's own table, else the standard's share for everybody. */
    gdouble wanted = target != QY_MISSING ? (gdouble)target / (gdouble)qy_pow10(QY_SCALE_WEIGHT) : standing_target;
    gdouble share = (gdouble)p->five_star / (gdouble)p->communities;

    qy_table_add_text(table, qy_dataset_frame(scoring->dataset, QY_AREAS)->ids[area]);
    qy_table_add_text(table, qy_level_name(tree->level[area]));
    qy_table_add_integer(table, p->communities);
    qy_table_add_integer(table, p->five_star);
    qy_table_add_integer(table, p->accepted);
    qy_table_take_decimal(table, qy_ratio_text(p->five_star, p->communities, 9));
    qy_table_add_integer(table,
                         tree->level[area] != QY_LEVEL_STREET || uplift != uplift ? QY_MISSING : share >= uplift);
    qy_table_add_real(table, wanted);
    qy_table_add_integer(table, wanted != wanted ? QY_MISSING : share >= wanted);
}

QyTable *
qy_stars_streets(const QyStars *self, const QyScoring *scoring)
{
    static const QyColumnSpec columns[] = {
        {"area_id", QY_CELL_TEXT},      {"level", QY_CELL_TEXT},       {"communities", QY_CELL_INTEGER},
        {"five_star", QY_CELL_INTEGER}, {"accepted", QY_CELL_INTEGER}, {"share", QY_CELL_DECIMAL},
        {"uplifted", QY_CELL_INTEGER},  {"target", QY_CELL_REAL},      {"on_target", QY_CELL_INTEGER},
    };
    QyTable *table = qy_table_new("streets", columns, G_N_ELEMENTS(columns));
    const QyAreaTree *tree = qy_dataset_areas(scoring->dataset);
    g_autofree Progress *progress = count_progress(self, scoring);
    gdouble uplift = qy_scoring_parameter(scoring, "street_uplift_share");
    gdouble target = qy_scoring_parameter(scoring, "five_star_target");

    for (guint area = 0; area < tree->n; area++)
        if (tree->level[area] < QY_LEVEL_COMMUNITY && progress[area].communities > 0)
            add_street(table, scoring, area, &progress[area], uplift, target);
    return table;
}
