/* Ranks and composites on plain numbers; cases worked by hand. Stars, indices and lists are
 * tested on whole packs in tests/whole. */
#include "score/composite.h"

#include <math.h>

static QyCompetitor
competitor(guint row, gdouble score, gdouble std_error)
{
    gboolean sure = isnan(std_error);

    return (QyCompetitor){.row = row,
                          .score = score,
                          .low = sure ? NAN : score - 2 * std_error,
                          .high = sure ? NAN : score + 2 * std_error};
}

static void
test_ties(void)
{
    QyCompetitor c[] = {competitor(0, 70, NAN), competitor(1, 90, NAN), competitor(2, 70, NAN), competitor(3, 60, NAN)};

    qy_rank(c, 4, FALSE, 2);
    const guint rows[] = {1, 0, 2, 3}, ranks[] = {1, 2, 2, 4}, lows[] = {1, 2, 2, 4}, highs[] = {1, 3, 3, 4};
    for (guint i = 0; i < 4; i++) {
        g_assert_cmpuint(c[i].row, ==, rows[i]);
        g_assert_cmpuint(c[i].rank, ==, ranks[i]);
        g_assert_cmpuint(c[i].rank_low, ==, lows[i]);
        g_assert_cmpuint(c[i].rank_high, ==, highs[i]);
        g_assert_true(isnan(c[i].p_top)); /* nothing was sampled */
    }
}

static void
test_further_keys(void)
{
    QyCompetitor c[] = {competitor(0, 70, NAN), competitor(1, 70, NAN), competitor(2, 70, NAN)};

    for (guint i = 0; i < 3; i++)
        c[i].n_ties = 1;
    c[0].ties[0] = 1;
    c[1].ties[0] = 3;
    c[2].ties[0] = -INFINITY; /* no figure comes last */
    qy_rank(c, 3, FALSE, 0);
    g_assert_cmpuint(c[0].row, ==, 1);
    g_assert_cmpuint(c[2].row, ==, 2);
    g_assert_cmpuint(c[2].rank, ==, 3);
}

static void
test_lower_is_better(void)
{
    QyCompetitor c[] = {competitor(0, 30, 1), competitor(1, 10, 1), competitor(2, 12, 1)};

    qy_rank(c, 3, TRUE, 0);
    g_assert_cmpuint(c[0].row, ==, 1);
    g_assert_cmpuint(c[0].rank_low, ==, 1);
    g_assert_cmpuint(c[0].rank_high, ==, 2); /* 8..12 meets 10..14 */
    g_assert_cmpuint(c[2].rank_low, ==, 3);  /* 28..32 lies clear */
    g_assert_cmpuint(c[2].rank_high, ==, 3);
}

/* Two of equal score and error for one place: one half each, and together
 * (with one far behind) one. The draws are the same every time. */
static void
test_chances(void)
{
    QyCompetitor c[] = {competitor(0, 50, 5), competitor(1, 50, 5), competitor(2, 10, 1)};
    QyCompetitor again[] = {c[2], c[0], c[1]};

    qy_rank(c, 3, FALSE, 1);
    g_assert_cmpfloat(fabs(c[0].p_top - 0.5), <, 0.05);
    g_assert_cmpfloat_with_epsilon(c[0].p_top + c[1].p_top, 1, 1e-12);
    g_assert_cmpfloat(c[2].p_top, ==, 0);
    qy_rank(again, 3, FALSE, 1);
    for (guint i = 0; i < 3; i++) {
        g_assert_cmpuint(again[i].row, ==, c[i].row);
        g_assert_cmpfloat(again[i].p_top, ==, c[i].p_top);
    }
}

static void
test_nobody(void)
{
    QyCompetitor c = competitor(4, 50, 1);

    qy_rank(NULL, 0, FALSE, 3);
    qy_rank(&c, 1, FALSE, 3);
    g_assert_cmpuint(c.rank, ==, 1);
    g_assert_cmpuint(c.rank_high, ==, 1);
}

/* A measured part and one with an interval of its own, on posts 0..1. */
static QyPiece
piece(gdouble value, gdouble std_error, gdouble low, gdouble high)
{
    return (QyPiece){.value = value, .std_error = std_error, .low = low, .high = high, .n = QY_MISSING, .mark = ""};
}

/* By hand: weights 3 and 1 of 0.8 (0.7–0.84, error 0.03) and 0.5 (known): 72.5;
 * the interval comes whole from the first, three quarters of its ends. */
static void
test_composite_interval(void)
{
    QyPart parts[] = {{.weight = 3, .low = 0, .high = 1}, {.weight = 1, .low = 0, .high = 1}};
    QyComposite composite = {.parts = parts, .n_parts = 2, .scale = 100};
    QyPiece pieces[] = {piece(0.8, 0.03, 0.7, 0.84), piece(0.5, NAN, NAN, NAN)};
    const guint subject = 0;

    qy_composite_normalise(&composite, pieces, &subject, 1);
    QyIndexValue v = qy_composite_value(&composite, pieces);
    g_assert_cmpfloat_with_epsilon(v.value, 72.5, 1e-9);
    g_assert_cmpfloat_with_epsilon(v.std_error, 2.25, 1e-6);
    g_assert_cmpfloat_with_epsilon(v.low, 65, 1e-6);
    g_assert_cmpfloat_with_epsilon(v.high, 75.5, 1e-6);
}

/* Two of equal weight and interval: each side's halves add as squares. A share of 0 (no spread
 * of its own) still leaves room above; turned, below. */
static void
test_composite_sides(void)
{
    QyPart parts[] = {{.weight = 1, .low = 0, .high = 1}, {.weight = 1, .low = 1, .high = 0}};
    QyComposite composite = {.parts = parts, .n_parts = 2, .scale = 100};
    QyPiece pieces[] = {piece(0, 0, 0, 0.3), piece(0, 0, 0, 0.4)};
    const guint subject = 0;

    qy_composite_normalise(&composite, pieces, &subject, 1);
    QyIndexValue v = qy_composite_value(&composite, pieces);
    g_assert_cmpfloat_with_epsilon(v.value, 50, 1e-9);
    g_assert_cmpfloat_with_epsilon(v.std_error, 0, 1e-9);
    g_assert_cmpfloat_with_epsilon(v.low, 30, 1e-6);
    g_assert_cmpfloat_with_epsilon(v.high, 65, 1e-6);
}

typedef struct {
    const gchar *name;
    QyAggregate aggregate;
    QyMissing missing;
    gdouble second;
    gdouble value, low, high;
    const gchar *mark;
} AggregateCase;

/* 0.4 beside the second, equal weights; by hand. */
static const AggregateCase aggregate_cases[] = {
    {"mean", QY_MEAN, QY_NONE_MISSING, 0.9, 65, NAN, NAN, ""},
    {"geometric", QY_GEOMETRIC, QY_NONE_MISSING, 0.9, 60, NAN, NAN, ""},
    {"harmonic", QY_HARMONIC, QY_NONE_MISSING, 0.6, 48, NAN, NAN, ""},
    {"least", QY_LEAST, QY_NONE_MISSING, 0.9, 40, NAN, NAN, ""},
    {"geometric-zero", QY_GEOMETRIC, QY_NONE_MISSING, 0, 0, NAN, NAN, ""},
    {"missing-none", QY_MEAN, QY_NONE_MISSING, NAN, NAN, NAN, NAN, ""},
    {"missing-reweight", QY_MEAN, QY_REWEIGHT, NAN, 40, NAN, NAN, "reweighted"},
    {"missing-bounds", QY_MEAN, QY_BOUNDS, NAN, 20, 20, 70, "bounds"},
};

static void
assert_same(gdouble got, gdouble want)
{
    if (isnan(want))
        g_assert_true(isnan(got));
    else
        g_assert_cmpfloat_with_epsilon(got, want, 1e-9);
}

static void
test_aggregate(gconstpointer data)
{
    const AggregateCase *c = data;
    QyPart parts[] = {{.weight = 1, .low = 0, .high = 1}, {.weight = 1, .low = 0, .high = 1}};
    QyComposite composite = {
        .parts = parts, .n_parts = 2, .scale = 100, .aggregate = c->aggregate, .missing = c->missing};
    QyPiece pieces[] = {piece(0.4, NAN, NAN, NAN), piece(c->second, NAN, NAN, NAN)};
    const guint subject = 0;

    qy_composite_normalise(&composite, pieces, &subject, 1);
    QyIndexValue v = qy_composite_value(&composite, pieces);
    assert_same(v.value, c->value);
    assert_same(v.low, c->low);
    assert_same(v.high, c->high);
    g_assert_cmpstr(v.mark, ==, c->mark);
}

/* Ranks of 1, 3, 3, 9: by hand 0, ½, ½, 1; percentiles 1/8, 4/8, 4/8, 7/8; a missing one is left out. */
static void
test_places(void)
{
    const gdouble values[] = {3, 9, 1, NAN, 3}, by_rank[] = {0.5, 1, 0, NAN, 0.5},
                  by_percentile[] = {0.5, 0.875, 0.125, NAN, 0.5};
    const guint subjects[] = {0, 1, 2, 3, 4};
    QyPart part = {.weight = 1, .low = 0, .high = 1};
    QyComposite composite = {.parts = &part, .n_parts = 1, .scale = 100};

    for (guint how = 0; how < 2; how++) {
        QyPiece pieces[5];
        for (guint i = 0; i < 5; i++)
            pieces[i] = piece(values[i], NAN, NAN, NAN);
        composite.normalise = how == 0 ? QY_BY_RANK : QY_BY_PERCENTILE;
        qy_composite_normalise(&composite, pieces, subjects, 5);
        for (guint i = 0; i < 5; i++)
            assert_same(pieces[i].unit, how == 0 ? by_rank[i] : by_percentile[i]);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rank/ties", test_ties);
    g_test_add_func("/rank/further-keys", test_further_keys);
    g_test_add_func("/rank/lower-is-better", test_lower_is_better);
    g_test_add_func("/rank/chances", test_chances);
    g_test_add_func("/rank/nobody", test_nobody);
    g_test_add_func("/composite/interval", test_composite_interval);
    g_test_add_func("/composite/sides", test_composite_sides);
    g_test_add_func("/composite/places", test_places);
    for (guint i = 0; i < G_N_ELEMENTS(aggregate_cases); i++) {
        g_autofree gchar *path = g_strconcat("/composite/aggregate/", aggregate_cases[i].name, NULL);
        g_test_add_data_func(path, &aggregate_cases[i], test_aggregate);
    }
    return g_test_run();
}
