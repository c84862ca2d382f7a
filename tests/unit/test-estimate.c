/* The estimators, against cases worked by hand and, where ../shared is
 * present, against R's survey package (figures and calls in its oracles). */
#include "estimate/estimate.h"

#include <math.h>
#include <string.h>

#define SCALE 1000000

static void
assert_near(gdouble got, gdouble want, gdouble tolerance)
{
    if (isnan(want))
        g_assert_true(isnan(got));
    else
        g_assert_cmpfloat(fabs(got - want), <=, tolerance * (want != 0 ? fabs(want) : 1));
}

/* A cell of @n responses of weight 1, @k of them 1. */
static QySurveyCell
cell_of(gint32 area, gint32 cluster, gint64 k, gint64 n)
{
    QyInt128 w = (QyInt128)n * SCALE, ww = w * SCALE;

    return (QySurveyCell){.area = area,
                          .cluster = cluster,
                          .stratum = -1,
                          .margins = {-1, -1, -1, -1},
                          .n = n,
                          .w = w,
                          .wy = (QyInt128)k * SCALE,
                          .wyy = (QyInt128)k * SCALE,
                          .ww = ww,
                          .wwy = (QyInt128)k * SCALE * SCALE,
                          .wwyy = (QyInt128)k * SCALE * SCALE};
}

static void
add_response(GArray *cells, QySurveyCell key, gdouble weight, gint64 y)
{
    QyInt128 w = (QyInt128)llround(weight * SCALE);

    key.n = 1;
    key.w = w;
    key.wy = w * y;
    key.wyy = w * y * y;
    key.ww = w * w;
    key.wwy = w * w * y;
    key.wwyy = w * w * y * y;
    g_array_append_val(cells, key);
}

/* By hand: 12 of 20, one response a cluster: p = 0.6, v = p(1−p)/(n−1). Interval:
 * Clopper–Pearson's at n_eff = 19, k = 11.4: the quantiles of beta(11.4, 8.6) and beta(12.4, 7.6), by Simpson's rule on
 * the densities in 20,000 steps and halving. */
static void
test_share_simple(void)
{
    QySurveyCell cell = cell_of(0, -1, 12, 20);
    QySurveyDesign design = {.is_share = TRUE, .low = 0, .high = 1, .level = 0.95};
    QyEstimate e;

    g_assert_true(qy_survey_mean(&cell, 1, &design, &e, NULL));
    assert_near(e.value, 0.6, 1e-15);
    assert_near(e.std_error, sqrt(0.6 * 0.4 / 19), 1e-14);
    assert_near(e.df, 19, 0);
    assert_near(e.deff, 1, 1e-14);
    assert_near(e.low, 0.3541582178093279, 1e-10);
    assert_near(e.high, 0.8136193954254054, 1e-10);
    g_assert_cmpint(e.n, ==, 20);
}

/* By hand: two clusters, 8 of 10 and 4 of 10: z = ±0.1, v = 2/1 · 2·0.01 = 0.04. */
static void
test_share_clusters(void)
{
    QySurveyCell cells[] = {cell_of(0, 1, 8, 10), cell_of(0, 2, 4, 10)};
    QySurveyDesign design = {.is_share = TRUE, .low = 0, .high = 1, .level = 0.95};
    QyEstimate e;

    g_assert_true(qy_survey_mean(cells, 2, &design, &e, NULL));
    assert_near(e.value, 0.6, 1e-15);
    assert_near(e.std_error, 0.2, 1e-14);
    assert_near(e.df, 1, 0);
    g_assert_cmpfloat(e.low, >=, 0);
    g_assert_cmpfloat(e.high, <=, 1);
}

typedef struct {
    const gchar *name;
    gint64 k, n;
    gboolean is_share;
} FlatCase;

static const FlatCase flat_cases[] = {
    {"none", 0, 12, TRUE}, {"all", 12, 12, TRUE}, {"all-mean", 12, 12, FALSE}, {"two", 2, 2, TRUE}};

/* Answers that are all equal: no spread, but an interval of some width around them. */
static void
test_flat(gconstpointer data)
{
    const FlatCase *c = data;
    QySurveyCell cell = cell_of(0, -1, c->k, c->n);
    QySurveyDesign design = {.is_share = c->is_share, .low = 0, .high = 1, .level = 0.95};
    QyEstimate e;

    g_assert_true(qy_survey_mean(&cell, 1, &design, &e, NULL));
    g_assert_cmpfloat(e.high - e.low, >, 0.01);
    g_assert_cmpfloat(e.low, <=, e.value);
    g_assert_cmpfloat(e.high, >=, e.value);
    g_assert_true(isnan(e.deff));
    g_assert_cmpfloat(e.n_eff, ==, (gdouble)c->n);
}

static void
test_too_few(void)
{
    QySurveyCell one = cell_of(0, -1, 1, 1), one_cluster = cell_of(0, 7, 5, 9), missing = cell_of(0, -1, 0, 0);
    QySurveyCell none[1] = {0};
    QySurveyDesign design = {.is_share = TRUE, .low = 0, .high = 1, .level = 0.95};
    QyEstimate e = {.value = 7};
    g_autoptr(GError) error = NULL;

    g_assert_false(qy_survey_mean(&one, 1, &design, &e, &error));
    g_assert_error(error, QY_ERROR, QY_ERROR_TOO_FEW);
    g_assert_false(qy_survey_mean(&one_cluster, 1, &design, &e, NULL));
    g_assert_false(qy_survey_mean(&missing, 1, &design, &e, NULL));
    g_assert_false(qy_survey_mean(none, 0, &design, &e, NULL));
    g_assert_cmpfloat(e.value, ==, 7); /* untouched */
}

/* By hand: 30 young (20 % satisfied) and 10 old (80 %) of a community with 100
 * young and 300 old: 0.25·0.2 + 0.75·0.8 = 0.65, not the sample's 0.35. */
static void
test_raked(void)
{
    QySurveyCell cells[] = {cell_of(0, -1, 6, 30), cell_of(0, -1, 8, 10)};
    QyMarginTarget targets[] = {{0, 0, 0, 100}, {0, 0, 1, 300}};
    QySurveyDesign design = {
        .targets = targets, .n_targets = 2, .n_margins = 1, .is_share = TRUE, .low = 0, .high = 1, .level = 0.95};
    QyEstimate e;

    cells[0].margins[0] = 0;
    cells[1].margins[0] = 1;
    g_assert_true(qy_survey_mean(cells, 2, &design, &e, NULL));
    assert_near(e.value, 0.65, 1e-12);
    g_assert_cmpstr(e.method, ==, "raked, linearised");
    /* Residual sums by hand: Σz² = (1/16·30·0.16/900 + 9/16·10·0.16/100), times 40/39. */
    assert_near(e.std_error, sqrt((30 * 0.16 / 16 / 900 + 9 * 10 * 0.16 / 16 / 100) * 40 / 39), 1e-10);

    /* A second community without targets: the weights of both stay as drawn. */
    QySurveyCell more[] = {cells[0], cells[1], cell_of(3, -1, 5, 10)};
    g_assert_true(qy_survey_mean(more, 3, &design, &e, NULL));
    assert_near(e.value, 19.0 / 50, 1e-12);
    g_assert_cmpstr(e.method, ==, "design weights, linearised");
}

/* Two answers whose margins contradict each other: the young are all tenants, and of 100 people 50 are young but 90
 * tenants. By hand: they can't be raked, and keep 1 : 1, so ½ are satisfied; beside them the community of test_raked()
 * with its 400 people: (100·½ + 400·0.65) / 500 = 0.62. A third community of which nobody answered changes nothing. */
static void
test_raked_in_part(void)
{
    QySurveyCell cells[] = {cell_of(0, -1, 1, 1), cell_of(0, -1, 0, 1), cell_of(1, -1, 6, 30), cell_of(1, -1, 8, 10),
                            cell_of(2, -1, 0, 0)};
    QyMarginTarget targets[] = {{0, 0, 0, 50},  {0, 0, 1, 50},  {0, 1, 0, 90}, {0, 1, 1, 10},
                                {1, 0, 0, 100}, {1, 0, 1, 300}, {2, 0, 0, 70}};
    QySurveyDesign design = {.targets = targets,
                             .n_targets = G_N_ELEMENTS(targets),
                             .n_margins = 2,
                             .is_share = TRUE,
                             .low = 0,
                             .high = 1,
                             .level = 0.95};
    QyEstimate e;

    for (guint i = 0; i < G_N_ELEMENTS(cells); i++)
        cells[i].margins[0] = cells[i].margins[1] = (gint32)i % 2;
    cells[2].margins[1] = cells[3].margins[1] = -1;
    g_assert_true(qy_survey_mean(cells, 2, &design, &e, NULL));
    assert_near(e.value, 0.5, 1e-12);
    g_assert_cmpstr(e.method, ==, "design weights, linearised");
    g_assert_true(qy_survey_mean(cells, 4, &design, &e, NULL));
    assert_near(e.value, 0.62, 1e-12);
    g_assert_cmpstr(e.method, ==, "raked in part, linearised");
    g_assert_true(qy_survey_mean(cells, 5, &design, &e, NULL));
    assert_near(e.value, 0.62, 1e-12);
}

typedef struct {
    const gchar *name;
    gdouble k, n, low, high;
} IntervalCase;

/* None and all: 1 − 0.025^(1/n) by hand; the others by binomial sums in 60 digits. */
static const IntervalCase exact_cases[] = {
    {"0-of-10", 0, 10, 0, 0.30849710781876083},
    {"10-of-10", 10, 10, 0.69150289218123917, 1},
    {"7-of-10", 7, 10, 0.3475471499004, 0.9332604888222655},
    {"1-of-1", 1, 1, 0.025, 1},
    /* GSL's own quantile is no number here. */
    {"2390-of-2710", 2390, 2710, 0.869170276285548, 0.8938357202925092},
    {"8-of-8469", 8, 8469, 0.0004079059576530982, 0.0018604280469077638},
    {"half-an-answer", 0.2, 0.5, 0, 1},
};

static void
test_exact_interval(gconstpointer data)
{
    const IntervalCase *c = data;
    gdouble low, high;

    qy_interval_clopper_pearson(c->k, c->n, 0.95, &low, &high);
    assert_near(low, c->low, 1e-9);
    assert_near(high, c->high, 1e-9);
}

/* By hand: demand 1:3, supply 2:2 → total variation ¼; same class: ½·¼ = ⅛; two
 * classes: ¼. One side empty: no composition. */
static void
test_mismatch(void)
{
    QyInt128 demand[] = {100, 300, 0}, supply[] = {50, 50, 0}, nothing[] = {0, 0, 0};
    guint one_class[] = {0, 0, 1}, two_classes[] = {0, 1, 1};
    QyExactDistance d = qy_total_variation(demand, supply, 3);

    g_assert_true(qy_ratio_compare(d.num, d.den, 1, 4) == 0);
    d = qy_earth_mover(demand, supply, one_class, 3, 2);
    g_assert_true(qy_ratio_compare(d.num, d.den, 1, 8) == 0);
    d = qy_earth_mover(demand, supply, two_classes, 3, 2);
    g_assert_true(qy_ratio_compare(d.num, d.den, 1, 4) == 0);
    g_assert_true(qy_total_variation(demand, nothing, 3).den == 0);
    g_assert_true(isnan(qy_jensen_shannon(demand, nothing, 3)));
    assert_near(qy_jensen_shannon(demand, demand, 3), 0, 1e-15);
    QyInt128 left[] = {1, 0}, right[] = {0, 1};
    assert_near(qy_jensen_shannon(left, right, 2), 1, 1e-15);
}

static void
test_shrink(void)
{
    /* 0 of 2 and 2 of 2 among large groups near one half: pulled in, the large ones hardly. */
    gdouble k[] = {0, 2, 480, 620, 0}, n[] = {2, 2, 1000, 1000, 0};
    QyEstimate out[5];
    g_autoptr(GError) error = NULL;

    g_assert_true(qy_shrink_rates(k, n, 5, out, NULL));
    g_assert_cmpfloat(out[0].value, >, 0.3);
    g_assert_cmpfloat(out[1].value, <, 0.7);
    assert_near(out[2].value, 0.48, 0.02);
    for (guint i = 0; i < 5; i++) {
        g_assert_cmpfloat(out[i].low, <, out[i].value);
        g_assert_cmpfloat(out[i].high, >, out[i].value);
    }
    /* No spread at all: everyone gets the common mean; nobody succeeded: an upper bound stays. */
    gdouble even[] = {5, 50}, of[] = {10, 100}, zero[] = {0, 0};
    g_assert_true(qy_shrink_rates(even, of, 2, out, NULL));
    assert_near(out[0].value, 0.5, 1e-12);
    g_assert_true(qy_shrink_rates(zero, of, 2, out, NULL));
    g_assert_cmpfloat(out[0].high, >, 0);
    g_assert_false(qy_shrink_rates(even, of, 1, out, &error));
    g_assert_error(error, QY_ERROR, QY_ERROR_TOO_FEW);
}

/* By hand: events at 3, 5, 5, 8, censored at 4 and 9 of 6: S(3)=5/6, S(5)=5/6·2/4=5/12 → median 5. */
static void
test_median_days(void)
{
    QyDuration d[] = {{0, 9, FALSE}, {0, 5, TRUE}, {0, 3, TRUE}, {0, 4, FALSE}, {0, 8, TRUE}, {0, 5, TRUE}};
    QyDuration open[] = {{0, 9, FALSE}, {0, 5, FALSE}, {0, 3, TRUE}};
    QyEstimate e = {.value = 7};
    g_autoptr(GError) error = NULL;

    g_assert_true(qy_median_days(d, G_N_ELEMENTS(d), &e, NULL));
    assert_near(e.value, 5, 0);
    g_assert_cmpfloat(e.low, <=, 5);
    g_assert_cmpint(e.n, ==, 6);
    e.value = 7;
    g_assert_false(qy_median_days(open, G_N_ELEMENTS(open), &e, &error));
    g_assert_error(error, QY_ERROR, QY_ERROR_TOO_FEW);
    g_assert_cmpfloat(e.value, ==, 7);
}

/* The rows of one of R's example files, or NULL (skipped) where ../shared is absent. */
static GPtrArray *
oracle_rows(const gchar *name, gchar ***header)
{
    const gchar *shared = g_getenv("QY_SHARED"), *root = g_getenv("QY_SOURCE_ROOT");
    g_autofree gchar *folder = shared != NULL ? g_strdup(shared) : g_build_filename(root, "..", "shared", NULL);
    g_autofree gchar *path = g_build_filename(folder, "oracles", "survey", name, NULL);
    g_autofree gchar *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        g_test_skip("../shared is absent");
        return NULL;
    }
    g_auto(GStrv) lines = g_strsplit(g_strstrip(text), "\n", -1);
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    *header = g_strsplit(lines[0], ",", -1);
    for (guint i = 1; lines[i] != NULL; i++)
        g_ptr_array_add(rows, g_strsplit(lines[i], ",", -1));
    return rows;
}

static const gchar *
oracle_cell(GStrv header, GStrv row, const gchar *column)
{
    guint i = 0;

    while (!g_str_equal(header[i], column))
        i++;
    return row[i];
}

/* strat_prop_ci.json and strat_mean_total.json: elements in three strata with finite populations. */
static void
test_oracle_strata(void)
{
    g_auto(GStrv) header = NULL;
    g_autoptr(GPtrArray) rows = oracle_rows("apistrat.csv", &header);
    g_autoptr(GArray) shares = g_array_new(FALSE, FALSE, sizeof(QySurveyCell));
    g_autoptr(GArray) means = g_array_new(FALSE, FALSE, sizeof(QySurveyCell));
    QyEstimate e;

    for (guint i = 0; rows != NULL && i < rows->len; i++) {
        GStrv row = rows->pdata[i];
        QySurveyCell key = {.cluster = -1,
                            .stratum = oracle_cell(header, row, "stype")[0],
                            .margins = {-1, -1, -1, -1},
                            .cluster_population = g_ascii_strtoll(oracle_cell(header, row, "fpc"), NULL, 10)};
        gdouble weight = g_ascii_strtod(oracle_cell(header, row, "pw"), NULL);
        add_response(shares, key, weight, g_str_equal(oracle_cell(header, row, "awards"), "Yes"));
        add_response(means, key, weight, g_ascii_strtoll(oracle_cell(header, row, "api00"), NULL, 10));
    }
    if (rows == NULL)
        return;
    QySurveyDesign design = {.is_share = TRUE, .low = 0, .high = 1, .level = 0.95};
    g_assert_true(qy_survey_mean((QySurveyCell *)(void *)shares->data, shares->len, &design, &e, NULL));
    assert_near(e.value, 0.6389360640505782, 1e-7); /* weights are kept to 1e-6 */
    assert_near(e.std_error, 0.03440591799726896, 1e-7);
    assert_near(e.low, 0.5672187014797488, 1e-7);
    assert_near(e.high, 0.7063547830144595, 1e-7);
    assert_near(e.df, 197, 0);
    design = (QySurveyDesign){.low = 0, .high = 1000, .level = 0.95};
    g_assert_true(qy_survey_mean((QySurveyCell *)(void *)means->data, means->len, &design, &e, NULL));
    assert_near(e.value, 662.2873631593208, 1e-7);
    assert_near(e.std_error, 9.408940802784583, 1e-7);
    assert_near(e.low, 643.7321882720862, 1e-7);
    assert_near(e.deff, 1.1655661714535266, 1e-6);
}

/* clus1_mean_total.json and rake2_clus1.json: 15 clusters, then raked to two margins. */
static void
test_oracle_clusters(void)
{
    g_auto(GStrv) header = NULL;
    g_autoptr(GPtrArray) rows = oracle_rows("apiclus1.csv", &header);
    g_autoptr(GArray) cells = g_array_new(FALSE, FALSE, sizeof(QySurveyCell));
    QyMarginTarget targets[] = {
        {0, 0, 'E', 4421}, {0, 0, 'H', 755}, {0, 0, 'M', 1018}, {0, 1, 'N', 1072}, {0, 1, 'Y', 5122}};
    QyEstimate e;

    for (guint i = 0; rows != NULL && i < rows->len; i++) {
        GStrv row = rows->pdata[i];
        QySurveyCell key = {
            .cluster = (gint32)g_ascii_strtoll(oracle_cell(header, row, "dnum"), NULL, 10),
            .stratum = -1,
            .cluster_population = g_ascii_strtoll(oracle_cell(header, row, "fpc"), NULL, 10),
            .margins = {oracle_cell(header, row, "stype")[0], oracle_cell(header, row, "sch.wide")[0], -1, -1}};
        add_response(cells, key, g_ascii_strtod(oracle_cell(header, row, "pw"), NULL),
                     g_ascii_strtoll(oracle_cell(header, row, "api00"), NULL, 10));
    }
    if (rows == NULL)
        return;
    QySurveyDesign design = {.low = 0, .high = 1000, .level = 0.95};
    g_assert_true(qy_survey_mean((QySurveyCell *)(void *)cells->data, cells->len, &design, &e, NULL));
    assert_near(e.value, 644.1693989071039, 1e-9);
    assert_near(e.std_error, 23.542240693781036, 1e-9);
    assert_near(e.low, 593.6763144633255, 1e-9);
    assert_near(e.df, 14, 0);
    design.targets = targets;
    design.n_targets = G_N_ELEMENTS(targets);
    design.n_margins = 2;
    g_assert_true(qy_survey_mean((QySurveyCell *)(void *)cells->data, cells->len, &design, &e, NULL));
    assert_near(e.value, 641.23032092682, 1e-8);
    assert_near(e.std_error, 23.703616887922454, 1e-8);
    assert_near(e.high, 692.0695228835398, 1e-8);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/survey/share-simple", test_share_simple);
    g_test_add_func("/survey/share-clusters", test_share_clusters);
    for (guint i = 0; i < G_N_ELEMENTS(flat_cases); i++) {
        g_autofree gchar *path = g_strconcat("/survey/flat/", flat_cases[i].name, NULL);
        g_test_add_data_func(path, &flat_cases[i], test_flat);
    }
    g_test_add_func("/survey/too-few", test_too_few);
    g_test_add_func("/survey/raked", test_raked);
    g_test_add_func("/survey/raked-in-part", test_raked_in_part);
    g_test_add_func("/survey/oracle-strata", test_oracle_strata);
    g_test_add_func("/survey/oracle-clusters", test_oracle_clusters);
    for (guint i = 0; i < G_N_ELEMENTS(exact_cases); i++) {
        g_autofree gchar *path = g_strconcat("/interval/exact/", exact_cases[i].name, NULL);
        g_test_add_data_func(path, &exact_cases[i], test_exact_interval);
    }
    g_test_add_func("/mismatch/distances", test_mismatch);
    g_test_add_func("/rate/shrink", test_shrink);
    g_test_add_func("/duration/median", test_median_days);
    return g_test_run();
}
