/* Ranks on plain numbers; cases worked by hand. Stars, indices and lists are
 * tested on whole packs in tests/whole. */
#include "score/parts.h"

#include <math.h>

static QyCompetitor
competitor(guint row, gdouble score, gdouble std_error)
{
    gboolean sure = isnan(std_error);

    return (QyCompetitor){.row = row,
                          .score = score,
                          .std_error = std_error,
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

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rank/ties", test_ties);
    g_test_add_func("/rank/further-keys", test_further_keys);
    g_test_add_func("/rank/lower-is-better", test_lower_is_better);
    g_test_add_func("/rank/chances", test_chances);
    g_test_add_func("/rank/nobody", test_nobody);
    return g_test_run();
}
