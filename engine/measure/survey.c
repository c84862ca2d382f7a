#define G_LOG_DOMAIN "qy-measure"

/* Survey cells: the sufficient statistics of estimate{…}, gathered in the one
 * pass over the responses. Integers throughout, so their order doesn't matter. */
#include "measure/run.h"

#include <string.h>

#define FIRST_SLOTS 256

struct _QySurveyTally {
    const QyGather *gather;
    GArray *cells;  /* (element-type QySurveyCell) */
    guint32 *slots; /* cell + 1, 0 free */
    guint n_slots;
};

QySurveyTally *
qy_survey_tally_new(const QyGather *gather)
{
    QySurveyTally *self = g_new0(QySurveyTally, 1);

    self->gather = gather;
    self->cells = g_array_new(FALSE, TRUE, sizeof(QySurveyCell));
    self->n_slots = FIRST_SLOTS;
    self->slots = g_new0(guint32, FIRST_SLOTS);
    return self;
}

void
qy_survey_tally_free(QySurveyTally *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->cells);
    g_free(self->slots);
    g_free(self);
}

/* ---- Cells by key ---- */

static guint
hash_cell(const QySurveyCell *cell)
{
    guint64 hash = 0x9e3779b97f4a7c15;
    const guint64 parts[] = {
        (guint64)(guint32)cell->area << 32 | (guint32)cell->cluster,
        (guint64)(guint32)cell->stratum << 32 | (guint32)cell->margins[0],
        (guint64)(guint32)cell->margins[1] << 32 | (guint32)cell->margins[2],
        (guint64)(guint32)cell->margins[3] << 32 ^ (guint64)cell->cluster_population,
    };

    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        hash = (hash ^ parts[i]) * 0xff51afd7ed558ccd;
        hash ^= hash >> 32;
    }
    return (guint)hash;
}

static gboolean
same_cell(const QySurveyCell *a, const QySurveyCell *b)
{
    return a->area == b->area && a->cluster == b->cluster && a->stratum == b->stratum &&
           a->cluster_population == b->cluster_population && memcmp(a->margins, b->margins, sizeof a->margins) == 0;
}

static void
grow(QySurveyTally *self)
{
    self->n_slots *= 2;
    g_free(self->slots);
    self->slots = g_new0(guint32, self->n_slots);
    for (guint i = 0; i < self->cells->len; i++) {
        guint at = hash_cell(&g_array_index(self->cells, QySurveyCell, i)) & (self->n_slots - 1);

        while (self->slots[at] != 0)
            at = (at + 1) & (self->n_slots - 1);
        self->slots[at] = i + 1;
    }
}

static QySurveyCell *
find_cell(QySurveyTally *self, const QySurveyCell *key)
{
    guint at = hash_cell(key) & (self->n_slots - 1);

    for (; self->slots[at] != 0; at = (at + 1) & (self->n_slots - 1)) {
        QySurveyCell *cell = &g_array_index(self->cells, QySurveyCell, self->slots[at] - 1);

        if (same_cell(cell, key))
            return cell;
    }
    g_array_append_vals(self->cells, key, 1);
    self->slots[at] = self->cells->len;
    if (self->cells->len * 2 > self->n_slots)
        grow(self);
    return &g_array_index(self->cells, QySurveyCell, self->cells->len - 1);
}

/* ---- Responses ---- */

static void
add_response(QySurveyCell *cell, gint64 answer, gint64 weight)
{
    QyInt128 w = weight, y = answer;

    cell->n++;
    cell->w += w;
    cell->wy += w * y;
    cell->wyy += w * y * y;
    cell->ww += w * w;
    cell->wwy += w * w * y;
    cell->wwyy += w * w * y * y;
}

static gint32
number_at(QyEvaluator *evaluator, gint node, guint row)
{
    gint32 value = node >= 0 ? qy_evaluator_narrow(evaluator, node)[row] : G_MININT32;

    return value == G_MININT32 ? -1 : value;
}

static gint64
read_answer(const QyGather *gather, gint64 answer)
{
    if (gather->turn != 0)
        answer = gather->turn - answer;
    return gather->is_share ? answer >= gather->share_from : answer;
}

void
qy_survey_tally_add(QySurveyTally *self, QyEvaluator *evaluator, guint n)
{
    const QyGather *gather = self->gather;
    const guint8 *mask = qy_evaluator_mask(evaluator, gather->where);
    const gint64 *answers = qy_evaluator_wide(evaluator, gather->item);
    const gint64 *weights = qy_evaluator_wide(evaluator, gather->weight);
    const gint64 *populations = qy_evaluator_wide(evaluator, gather->cluster_population);

    for (guint i = 0; i < n; i++) {
        QySurveyCell key = {.area = number_at(evaluator, gather->area, i), .margins = {-1, -1, -1, -1}};
        QySurveyCell *cell;

        if (!mask[i] || key.area < 0)
            continue;
        key.cluster = number_at(evaluator, gather->cluster, i);
        key.stratum = number_at(evaluator, gather->stratum, i);
        key.cluster_population = populations[i] == QY_MISSING ? 0 : populations[i];
        for (guint m = 0; m < gather->n_margins; m++)
            key.margins[m] = number_at(evaluator, gather->margins[m], i);
        cell = find_cell(self, &key);
        if (answers[i] == QY_MISSING)
            cell->n_missing++;
        else
            add_response(cell, read_answer(gather, answers[i]),
                         weights[i] == QY_MISSING ? qy_pow10(QY_SCALE_WEIGHT) : weights[i]);
    }
}

/* ---- All together ---- */

static void
merge_cell(QySurveyTally *all, const QySurveyCell *cell)
{
    QySurveyCell key = {.area = cell->area,
                        .cluster = cell->cluster,
                        .stratum = cell->stratum,
                        .cluster_population = cell->cluster_population};
    QySurveyCell *sum;

    memcpy(key.margins, cell->margins, sizeof key.margins);
    sum = find_cell(all, &key);
    sum->n += cell->n;
    sum->n_missing += cell->n_missing;
    sum->w += cell->w;
    sum->wy += cell->wy;
    sum->wyy += cell->wyy;
    sum->ww += cell->ww;
    sum->wwy += cell->wwy;
    sum->wwyy += cell->wwyy;
}

/* Numbers of texts depend on arrival, so their texts are compared. */
static gint
compare_texts(QyStringPool *strings, gint32 a, gint32 b)
{
    if (a == b)
        return 0;
    if (a < 0 || b < 0)
        return a < b ? -1 : 1;
    return strcmp(qy_string_pool_get(strings, (guint32)a), qy_string_pool_get(strings, (guint32)b));
}

#define RETURN_ORDER(a, b)                                                                                             \
    if ((a) != (b))                                                                                                    \
    return (a) < (b) ? -1 : 1

static gint
compare_cells(gconstpointer a, gconstpointer b, gpointer data)
{
    const QySurveyCell *x = a, *y = b;
    QyStringPool *strings = data;
    gint order;

    RETURN_ORDER(x->area, y->area);
    RETURN_ORDER(x->cluster, y->cluster);
    order = compare_texts(strings, x->stratum, y->stratum);
    if (order != 0)
        return order;
    RETURN_ORDER(x->cluster_population, y->cluster_population);
    for (guint m = 0; m < QY_MAX_MARGINS; m++) {
        order = compare_texts(strings, x->margins[m], y->margins[m]);
        if (order != 0)
            return order;
    }
    return 0;
}

QySurveyCell *
qy_survey_tally_merge(const QyMeasures *run, QySurveyTally *const *tallies, guint n_tallies, guint *n_cells)
{
    QySurveyTally *all = qy_survey_tally_new(n_tallies > 0 ? tallies[0]->gather : NULL);
    QySurveyCell *cells;

    for (guint t = 0; t < n_tallies; t++) {
        for (guint i = 0; i < tallies[t]->cells->len; i++)
            merge_cell(all, &g_array_index(tallies[t]->cells, QySurveyCell, i));
    }
    g_array_sort_with_data(all->cells, compare_cells, qy_dataset_strings(run->dataset));
    *n_cells = all->cells->len;
    cells = (QySurveyCell *)(gpointer)g_array_free(g_steal_pointer(&all->cells), FALSE);
    all->cells = g_array_new(FALSE, FALSE, sizeof(QySurveyCell));
    qy_survey_tally_free(all);
    return cells;
}
