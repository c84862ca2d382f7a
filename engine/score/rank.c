#define G_LOG_DOMAIN "qy-rank"

#include "score/parts.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

/* Draws for the probability of a place: its own error is then at most 0.011. */
#define N_DRAWS 2000
/* The draws are the same in every run, so that a figure can be had again. */
#define SEED 20180927UL

static gint
by_score(gconstpointer a, gconstpointer b, gpointer lower_is_better)
{
    const QyCompetitor *x = a, *y = b;
    gint sign = GPOINTER_TO_INT(lower_is_better) ? -1 : 1;

    if (x->score != y->score)
        return x->score > y->score ? -sign : sign;
    for (guint i = 0; i < x->n_ties; i++)
        if (x->ties[i] != y->ties[i])
            return x->ties[i] > y->ties[i] ? -1 : 1;
    return 0;
}

static gint
by_score_then_row(gconstpointer a, gconstpointer b, gpointer lower_is_better)
{
    const QyCompetitor *x = a, *y = b;
    gint order = by_score(a, b, lower_is_better);

    return order != 0 ? order : x->row < y->row ? -1 : x->row > y->row;
}

static gint
by_number(gconstpointer a, gconstpointer b)
{
    gdouble x = *(const gdouble *)a, y = *(const gdouble *)b;

    return x < y ? -1 : x > y;
}

/* How many of the sorted @numbers are below @limit. */
static guint
count_below(const gdouble *numbers, guint n, gdouble limit)
{
    guint first = 0, end = n;

    while (first < end) {
        guint middle = first + (end - first) / 2;
        if (numbers[middle] < limit)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

static guint
count_above(const gdouble *numbers, guint n, gdouble limit)
{
    return n - count_below(numbers, n, nextafter(limit, INFINITY));
}

static gdouble
end_or_score(gdouble end, gdouble score)
{
    return isnan(end) ? score : end;
}

/* Another is surely better when the whole of its interval is, surely worse when
 * the whole of it is; the rank lies between. */
static void
rank_intervals(QyCompetitor *competitors, guint n, gboolean lower_is_better)
{
    g_autofree gdouble *lows = g_new(gdouble, n + 1), *highs = g_new(gdouble, n + 1);

    for (guint i = 0; i < n; i++) {
        lows[i] = end_or_score(competitors[i].low, competitors[i].score);
        highs[i] = end_or_score(competitors[i].high, competitors[i].score);
    }
    qsort(lows, n, sizeof *lows, by_number);
    qsort(highs, n, sizeof *highs, by_number);
    for (guint i = 0; i < n; i++) {
        QyCompetitor *c = &competitors[i];
        guint above = count_above(lows, n, end_or_score(c->high, c->score));
        guint below = count_below(highs, n, end_or_score(c->low, c->score));
        c->rank_low = 1 + (lower_is_better ? below : above);
        c->rank_high = n - (lower_is_better ? above : below);
    }
}

/* The @top-th best of @draws, which come back in another order (Hoare's selection). */
static gdouble
best_but(gdouble *draws, guint n, guint top)
{
    guint first = 0, last = n - 1, wanted = n - top;

    while (first < last) {
        gdouble pivot = draws[first + (last - first) / 2];
        guint i = first, j = last;
        for (;; i++, j--) {
            while (draws[i] < pivot)
                i++;
            while (draws[j] > pivot)
                j--;
            if (i >= j)
                break;
            gdouble other = draws[i];
            draws[i] = draws[j];
            draws[j] = other;
        }
        if (wanted <= j)
            last = j;
        else
            first = j + 1;
    }
    return draws[wanted];
}

/* The normal spread whose 95 % are as wide as the score's interval; 0 where it has none. */
static gdouble
spread_of(const QyCompetitor *c)
{
    gdouble width = end_or_score(c->high, c->score) - end_or_score(c->low, c->score);

    return width / (2 * gsl_cdf_ugaussian_Pinv(0.5 + QY_CONFIDENCE / 2));
}

/* Share of draws (score + spread × a normal number) in which one is among the @top best. */
static void
chances(QyCompetitor *competitors, guint n, gboolean lower_is_better, guint top)
{
    g_autofree gdouble *drawn = g_new(gdouble, n), *sorted = g_new(gdouble, n), *spreads = g_new(gdouble, n);
    g_autofree guint *hits = g_new0(guint, n);
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);

    gsl_rng_set(random, SEED);
    for (guint i = 0; i < n; i++)
        spreads[i] = spread_of(&competitors[i]);
    for (guint draw = 0; draw < N_DRAWS; draw++) {
        for (guint i = 0; i < n; i++) {
            const QyCompetitor *c = &competitors[i];
            gdouble spread = spreads[i];
            gdouble score = spread > 0 ? c->score + spread * gsl_ran_gaussian_ziggurat(random, 1) : c->score;
            sorted[i] = drawn[i] = lower_is_better ? -score : score;
        }
        gdouble cut = best_but(sorted, n, top);
        for (guint i = 0; i < n; i++)
            hits[i] += drawn[i] >= cut;
    }
    for (guint i = 0; i < n; i++)
        competitors[i].p_top = (gdouble)hits[i] / N_DRAWS;
    gsl_rng_free(random);
}

void
qy_rank(QyCompetitor *competitors, guint n, gboolean lower_is_better, guint top)
{
    gpointer lower = GINT_TO_POINTER(lower_is_better);
    gboolean any_error = FALSE;

    if (n == 0)
        return;
    g_qsort_with_data(competitors, (gint)n, sizeof *competitors, by_score_then_row, lower);
    for (guint i = 0; i < n; i++) {
        gboolean tied = i > 0 && by_score(&competitors[i - 1], &competitors[i], lower) == 0;
        competitors[i].rank = tied ? competitors[i - 1].rank : i + 1;
        competitors[i].p_top = NAN;
        any_error = any_error || spread_of(&competitors[i]) > 0;
    }
    rank_intervals(competitors, n, lower_is_better);
    if (top > 0 && top < n && any_error)
        chances(competitors, n, lower_is_better, top);
}
