#define G_LOG_DOMAIN "qy-survey"

#include "estimate/estimate.h"
#include "estimate/rake.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* Sums over the whole domain with the final weights. */
typedef struct {
    gdouble w, wy, wyy, ww;
    gint64 n;
} Totals;

/* One stratum of the sample: how its clusters' contributions spread. */
typedef struct {
    gdouble sum, squares; /* of z, a cluster's linearised contribution to the mean */
    gdouble n_clusters;
    gdouble population; /* clusters in the population, 0: not known */
} Stratum;

typedef struct {
    gdouble variance;
    gdouble n_clusters, n_strata;
} Spread;

static Totals
sum_up(const QyDomain *domain)
{
    Totals t = {0};

    for (guint i = 0; i < domain->n; i++) {
        const QySurveyCell *c = &domain->cells[i];
        gdouble g = domain->factor[i];
        t.w += g * qy_int128_to_double(c->w) / 1e6;
        t.wy += g * qy_int128_to_double(c->wy) / 1e6;
        t.wyy += g * qy_int128_to_double(c->wyy) / 1e6;
        t.ww += g * g * qy_int128_to_double(c->ww) / 1e12;
        t.n += c->n;
    }
    return t;
}

/* Strata are numbered by first appearance, so that the order of sums doesn't
 * hang on the numbers strings happened to get. */
static guint *
number_strata(const QyDomain *domain, guint *n_strata)
{
    guint *number = g_new(guint, domain->n);
    guint first_of_area = 0;

    *n_strata = 0;
    for (guint i = 0; i < domain->n; i++) {
        if (i > 0 && domain->cells[i].area != domain->cells[i - 1].area)
            first_of_area = i;
        guint j = first_of_area;
        while (j < i && domain->cells[j].stratum != domain->cells[i].stratum)
            j++;
        number[i] = j < i ? number[j] : (*n_strata)++;
    }
    return number;
}

/* A cell whose responses are clusters of their own: Σz and Σz² from its sums. */
static void
add_responses(Stratum *s, const QySurveyCell *c, gdouble g, gdouble centre, gdouble all_w)
{
    gdouble w = qy_int128_to_double(c->w) / 1e6, wy = qy_int128_to_double(c->wy) / 1e6;
    gdouble ww = qy_int128_to_double(c->ww) / 1e12, wwy = qy_int128_to_double(c->wwy) / 1e12;
    gdouble wwyy = qy_int128_to_double(c->wwyy) / 1e12;

    s->sum += g * (wy - centre * w) / all_w;
    /* Never below 0 but for rounding. */
    s->squares += MAX(0, g * g * (wwyy - 2 * centre * wwy + centre * centre * ww)) / (all_w * all_w);
    s->n_clusters += (gdouble)c->n;
    s->population = MAX(s->population, (gdouble)c->cluster_population);
}

/* Cells of one cluster stand together within their area (they are sorted by area, cluster); one
 * cluster may lie in several strata, then it counts in each. */
static void
add_cluster(Stratum *strata, const guint *number, const QyDomain *domain, guint first, guint end, gdouble mean,
            gdouble all_w)
{
    for (guint i = first; i < end; i++) {
        gboolean seen = FALSE;
        for (guint j = first; j < i && !seen; j++)
            seen = number[j] == number[i];
        if (seen)
            continue;
        gdouble z = 0;
        for (guint j = i; j < end; j++) {
            const QySurveyCell *c = &domain->cells[j];
            if (number[j] == number[i])
                z += domain->factor[j] / all_w *
                     (qy_int128_to_double(c->wy) / 1e6 - (mean + domain->fitted[j]) * qy_int128_to_double(c->w) / 1e6);
        }
        Stratum *s = &strata[number[i]];
        s->sum += z;
        s->squares += z * z;
        s->n_clusters++;
        s->population = MAX(s->population, (gdouble)domain->cells[i].cluster_population);
    }
}

static gdouble
stratum_variance(const Stratum *s)
{
    /* A single cluster says nothing of its stratum's spread: centred at the domain's mean, where Σz = 0. */
    if (s->n_clusters < 2)
        return s->squares;
    gdouble finite = s->population >= s->n_clusters ? 1 - s->n_clusters / s->population : 1;
    gdouble around_mean = MAX(0, s->squares - s->sum * s->sum / s->n_clusters);
    return finite * s->n_clusters / (s->n_clusters - 1) * around_mean;
}

static Spread
linearised_variance(const QyDomain *domain, gdouble mean, gdouble all_w)
{
    Spread spread = {0};
    guint n_strata;
    g_autofree guint *number = number_strata(domain, &n_strata);
    g_autofree Stratum *strata = g_new0(Stratum, n_strata);

    for (guint i = 0, end; i < domain->n; i = end) {
        const QySurveyCell *c = &domain->cells[i];
        end = i + 1;
        if (c->n == 0)
            continue;
        if (c->cluster < 0) {
            add_responses(&strata[number[i]], c, domain->factor[i], mean + domain->fitted[i], all_w);
            continue;
        }
        while (end < domain->n && domain->cells[end].area == c->area && domain->cells[end].cluster == c->cluster)
            end++;
        add_cluster(strata, number, domain, i, end, mean, all_w);
    }
    for (guint h = 0; h < n_strata; h++) {
        spread.variance += stratum_variance(&strata[h]);
        spread.n_clusters += strata[h].n_clusters;
        spread.n_strata += strata[h].n_clusters > 0;
    }
    return spread;
}

/* Korn–Graubard: Clopper–Pearson's at the effective sample size, which the few
 * degrees of freedom of a clustered sample shorten further. */
static void
share_interval(QyEstimate *e, gdouble level)
{
    gdouble tail = 0.5 + level / 2;
    gdouble shorten = e->n > 1 ? gsl_cdf_tdist_Pinv(tail, (gdouble)e->n - 1) / gsl_cdf_tdist_Pinv(tail, e->df) : 1;
    gdouble spread = e->value * (1 - e->value), variance = e->std_error * e->std_error;

    e->n_eff = spread > 0 && variance > 0 ? spread / variance : e->n_eff;
    gdouble n = e->n_eff * shorten * shorten;

    qy_interval_clopper_pearson(e->value * n, n, level, &e->low, &e->high);
    e->low = MIN(e->low, e->value);
    e->high = MAX(e->high, e->value);
}

/* Student's t; answers that are all equal have no spread to show, so the
 * interval is what the scale still allows to the share that may differ.
 * @people: the weight a total stands for, 1 for a mean */
static void
mean_interval(QyEstimate *e, const QySurveyDesign *design, gdouble people)
{
    gdouble low = design->low * people, high = design->high * people;

    if (e->std_error > 0) {
        gdouble half = gsl_cdf_tdist_Pinv(0.5 + design->level / 2, e->df) * e->std_error;
        e->low = MAX(low, e->value - half);
        e->high = MIN(high, e->value + half);
        return;
    }
    gdouble alike, one;
    qy_interval_clopper_pearson(e->n_eff, e->n_eff, design->level, &alike, &one);
    e->low = alike * e->value + (1 - alike) * low;
    e->high = alike * e->value + (1 - alike) * high;
}

static void
estimate_domain(QyDomain *domain, const QySurveyDesign *design, gboolean raked, QyEstimate *e, Spread *spread)
{
    /* "raked" is: every community brought to its number of people, and those that could be to all margins. */
    Totals t = sum_up(domain);
    gdouble mean = t.wy / t.w;

    if (raked)
        qy_domain_fit(domain, design, mean);
    /* A total is not centred: only what is known of the population (its margins) is taken off. */
    *spread =
        design->is_total ? linearised_variance(domain, raked ? mean : 0, 1) : linearised_variance(domain, mean, t.w);
    gdouble people = design->is_total ? t.w : 1;
    /* Variance of a simple random sample of n with replacement. */
    gdouble simple = people * people * MAX(0, t.wyy / t.w - mean * mean) / ((gdouble)t.n - 1);
    gdouble kish = t.w * t.w / t.ww;

    e->value = design->is_share && !design->is_total ? CLAMP(mean, 0, 1) : mean * people;
    e->std_error = sqrt(spread->variance);
    e->df = MAX(1, spread->n_clusters - spread->n_strata);
    e->n = t.n;
    e->deff = spread->variance > 0 && simple > 0 ? spread->variance / simple : NAN;
    e->n_eff = isnan(e->deff) ? kish : (gdouble)t.n / e->deff;
    e->method = !raked || domain->n_raked == 0            ? "design weights, linearised"
                : domain->n_raked < domain->n_communities ? "raked in part, linearised"
                                                          : "raked, linearised";
    if (design->is_share && !design->is_total)
        share_interval(e, design->level);
    else
        mean_interval(e, design, people);
}

gboolean
qy_survey_mean(const QySurveyCell *cells, guint n_cells, const QySurveyDesign *design, QyEstimate *out, GError **error)
{
    g_return_val_if_fail(design->n_margins <= QY_MAX_MARGINS, FALSE);
    g_autofree gdouble *numbers = g_new0(gdouble, 2 * (gsize)n_cells + 1);
    g_autofree gint(*target)[QY_MAX_MARGINS] = g_malloc0_n(n_cells + 1, sizeof *target);
    QyDomain domain = {.n = n_cells,
                       .cells = cells,
                       .factor = numbers,
                       .fitted = numbers + n_cells,
                       .target = target,
                       .n_margins = design->n_margins};
    QyEstimate e = {0};
    gint64 n = 0;
    Spread spread = {0};

    for (guint i = 0; i < n_cells; i++) {
        domain.factor[i] = 1;
        n += cells[i].n;
    }
    gboolean raked = n > 0 && design->n_targets > 0 && qy_domain_rake(&domain, design);
    if (n > 1)
        estimate_domain(&domain, design, raked, &e, &spread);
    if (spread.n_clusters < 2) {
        g_set_error(error, QY_ERROR, QY_ERROR_TOO_FEW, "%" G_GINT64_FORMAT " answers in %.0f clusters, two are needed",
                    n, spread.n_clusters);
        return FALSE;
    }
    *out = e;
    return TRUE;
}
