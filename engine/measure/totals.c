#define G_LOG_DOMAIN "qy-measure"

/* What all workers added up, merged, and rolled up through the areas. */
#include "measure/run.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define NOTHING_ABOVE G_MAXUINT32
#define BATCH 256 /* combinations looked for together */

static const QyAggregate *
get_aggregate(const QyTarget *target, guint number)
{
    return &g_array_index(target->aggregates, QyAggregate, number);
}

/* ---- Entities: records as they are ---- */

static gboolean
fail_overflow(const QyMeasures *run, guint owner, GError **error)
{
    const QyMeasureInfo *info = &qy_plan_measure(run->plan, owner)->info;

    g_set_error(error, QY_ERROR, QY_ERROR_LIMIT, _("%s:%u: measure \"%s\": a figure of one row leaves 64 bits"),
                info->declaration->file, info->declaration->line, info->id);
    return FALSE;
}

/* What all tallies put aside for one group's sum. */
static QyInt128
spilled(QyTally *const *tallies, guint n_tallies, guint aggregate, guint group)
{
    QyInt128 sum = 0;

    for (guint t = 0; t < n_tallies; t++) {
        for (guint i = 0; i < tallies[t]->spills->len; i++) {
            const QySpill *spill = &g_array_index(tallies[t]->spills, QySpill, i);

            if (spill->aggregate == aggregate && spill->record == group)
                sum += spill->value;
        }
    }
    return sum;
}

/* Sums one aggregate of all tallies into the first. */
static gboolean
merge_sums(QyTally *const *tallies, guint n_tallies, guint number, gboolean has_spills)
{
    const QyAggregate *aggregate = get_aggregate(tallies[0]->target, number);
    gsize stride = tallies[0]->target->record_bytes, at = aggregate->offset;

    for (guint g = 0; g < tallies[0]->n_groups; g++, at += stride) {
        QyInt128 sum = has_spills ? spilled(tallies, n_tallies, number, g) : 0;

        for (guint t = 0; t < n_tallies; t++)
            sum += *(const gint64 *)(gconstpointer)(tallies[t]->records + at);
        if (sum <= QY_MISSING || sum > G_MAXINT64)
            return FALSE;
        *(gint64 *)(gpointer)(tallies[0]->records + at) = (gint64)sum;
    }
    return TRUE;
}

static void
merge_others(QyTally *into, const QyTally *from, const QyAggregate *aggregate)
{
    gsize stride = into->target->record_bytes;
    gchar *a = into->records + aggregate->offset;
    const gchar *b = from->records + aggregate->offset;

    for (guint g = 0; g < into->n_groups; g++, a += stride, b += stride) {
        guint64 *packed = (guint64 *)(gpointer)a;

        if (aggregate->kind == QY_AGGREGATE_COUNT)
            *(guint32 *)(gpointer)a += *(const guint32 *)(gconstpointer)b;
        else
            *packed = MAX(*packed, *(const guint64 *)(gconstpointer)b);
    }
}

static gboolean
merge_records(QyTotals *self, QyMeasures *run, QyTally **tallies, guint n_tallies, GError **error)
{
    gboolean has_spills = FALSE;

    for (guint t = 0; t < n_tallies; t++)
        has_spills = has_spills || tallies[t]->spills->len > 0;
    for (guint i = 0; i < self->target->aggregates->len && (n_tallies > 1 || has_spills); i++) {
        const QyAggregate *aggregate = get_aggregate(self->target, i);

        if (aggregate->kind == QY_AGGREGATE_SUM && !merge_sums(tallies, n_tallies, i, has_spills))
            return fail_overflow(run, aggregate->owner, error);
        for (guint t = 1; aggregate->kind != QY_AGGREGATE_SUM && t < n_tallies; t++)
            merge_others(tallies[0], tallies[t], aggregate);
    }
    self->records = g_steal_pointer(&tallies[0]->records);
    return TRUE;
}

/* ---- Areas and combinations: summed in 128 bits ---- */

static void
widen_into(QyInt128 *out, QyAggregateKind kind, const gchar *at)
{
    guint64 packed;

    switch (kind) {
    case QY_AGGREGATE_COUNT:
        *out += *(const guint32 *)(gconstpointer)at;
        break;
    case QY_AGGREGATE_SUM:
        *out += *(const gint64 *)(gconstpointer)at;
        break;
    case QY_AGGREGATE_MIN:
    case QY_AGGREGATE_MAX:
        packed = *(const guint64 *)(gconstpointer)at;
        *out = MAX(*out, (QyInt128)packed);
        break;
    }
}

static void
add_wide(QyInt128 *into, QyInt128 value, QyAggregateKind kind)
{
    if (kind == QY_AGGREGATE_MIN || kind == QY_AGGREGATE_MAX)
        *into = MAX(*into, value);
    else
        *into += value;
}

/* What is above each group of the totals, and where a tally's groups stand in
 * them; NULL: as they are. */
typedef struct {
    QyTally *const *tallies;
    guint n_tallies;
    guint32 *const *place;  /* by tally */
    const guint32 *above;   /* combinations, by group of the first tally */
    const QyAreaTree *tree; /* areas; NULL: nothing is above */
} Merge;

/* Adds one aggregate of one tally. */
static void
add_tally(const QyTally *tally, guint number, const guint32 *place, QyInt128 *values)
{
    const QyAggregate *aggregate = get_aggregate(tally->target, number);
    const gchar *at = tally->records + aggregate->offset;

    for (guint g = 0; g < tally->n_groups; g++, at += tally->target->record_bytes)
        widen_into(&values[place != NULL ? place[g] : g], aggregate->kind, at);
    for (guint i = 0; i < tally->spills->len; i++) {
        const QySpill *spill = &g_array_index(tally->spills, QySpill, i);

        if (spill->aggregate == number)
            values[place != NULL ? place[spill->record] : spill->record] += spill->value;
    }
}

static void
roll_up_areas(const QyAreaTree *tree, QyAggregateKind kind, QyInt128 *values)
{
    for (guint k = tree->n; k-- > 0;) {
        guint area = tree->top_down[k];

        if (tree->parent[area] >= 0)
            add_wide(&values[tree->parent[area]], values[area], kind);
    }
}

/* Adds each combination to all above it, from what it had of its own. */
static void
roll_up_combinations(const Merge *merge, QyAggregateKind kind, QyInt128 *values, guint n)
{
    const guint32 *above = merge->above, *place = merge->place[0];
    g_autofree QyInt128 *own = g_memdup2(values, n * sizeof *own);

    for (guint g = 0; g < n; g++) {
        for (guint32 up = above[g]; up != NOTHING_ABOVE && own[place[g]] != 0; up = above[up])
            add_wide(&values[place[up]], own[place[g]], kind);
    }
}

/* Keeps the numbers of an aggregate, in 64 bits where these will do. */
static void
keep(QyTotals *self, guint number, const QyInt128 *values)
{
    const QyAggregate *aggregate = get_aggregate(self->target, number);
    gboolean is_extreme = aggregate->kind == QY_AGGREGATE_MIN || aggregate->kind == QY_AGGREGATE_MAX;
    gint64 *narrow = self->narrow[number] = g_new(gint64, self->n_groups + 1);

    for (guint g = 0; g < self->n_groups; g++) {
        if (is_extreme) {
            narrow[g] = qy_extreme_unpack((guint64)values[g], aggregate->kind == QY_AGGREGATE_MIN);
        } else if (values[g] > QY_MISSING && values[g] <= G_MAXINT64) {
            narrow[g] = (gint64)values[g];
        } else {
            g_clear_pointer(&self->narrow[number], g_free);
            self->wide[number] = g_memdup2(values, self->n_groups * sizeof *values);
            return;
        }
    }
}

/* One aggregate after the other, so that 128 bits are needed for one at a time. */
static void
merge_wide(QyTotals *self, const Merge *merge)
{
    guint n_aggregates = self->target->aggregates->len;
    g_autofree QyInt128 *values = g_new(QyInt128, self->n_groups + 1);

    self->narrow = g_new0(gint64 *, n_aggregates + 1);
    self->wide = g_new0(QyInt128 *, n_aggregates + 1);
    for (guint i = 0; i < n_aggregates; i++) {
        QyAggregateKind kind = get_aggregate(self->target, i)->kind;

        memset(values, 0, (self->n_groups + 1) * sizeof *values);
        for (guint t = 0; t < merge->n_tallies; t++)
            add_tally(merge->tallies[t], i, merge->place != NULL ? merge->place[t] : NULL, values);
        if (merge->above != NULL)
            roll_up_combinations(merge, kind, values, self->n_groups);
        else if (merge->tree != NULL)
            roll_up_areas(merge->tree, kind, values);
        keep(self, i, values);
    }
}

/* ---- Areas ---- */

static void
roll_up_ids(QyTotals *self, const QyAreaTree *tree)
{
    for (guint i = 0; self->ids != NULL && i < self->target->evidences->len; i++) {
        for (guint k = tree->n; k-- > 0;) {
            const QyIdList *list = self->ids[i][tree->top_down[k]];
            gint parent = tree->parent[tree->top_down[k]];

            for (guint e = 0; list != NULL && parent >= 0 && e < list->n; e++)
                qy_id_list_add(&self->ids[i][parent], list->ids[e]);
        }
    }
}

static void
merge_areas(QyTotals *self, QyMeasures *run, QyTally **tallies, guint n_tallies)
{
    Merge merge = {.tallies = tallies, .n_tallies = n_tallies};

    if (self->target->rolls_up) {
        merge.tree = qy_dataset_areas(run->dataset);
        roll_up_ids(self, merge.tree);
    }
    merge_wide(self, &merge);
}

/* ---- Combinations ---- */

/* Adds to a tally the combinations of the areas above those it has. Returns:
 * (transfer full): for each group the same combination one area up */
static guint32 *
add_areas_above(QyTally *all, const QyAreaTree *tree)
{
    GArray *above = g_array_new(FALSE, FALSE, sizeof(guint32));
    guint n_keys = all->target->n_keys, done = 0;
    gint32 keys[BATCH * QY_MAX_KEYS];
    guint32 groups[BATCH], from[BATCH];

    /* The list grows as it is walked: an area above has areas above it too. */
    while (done < all->n_groups) {
        guint n = 0, end = MIN(all->n_groups, done + BATCH);

        g_array_set_size(above, end);
        for (; done < end; done++) {
            const gint32 *own = all->keys + (gsize)done * n_keys;

            g_array_index(above, guint32, done) = NOTHING_ABOVE;
            if (tree->parent[own[0]] < 0)
                continue;
            memcpy(keys + (gsize)n * n_keys, own, n_keys * sizeof *keys);
            keys[(gsize)n * n_keys] = tree->parent[own[0]];
            from[n++] = done;
        }
        qy_tally_groups(all, keys, n, groups);
        for (guint i = 0; i < n; i++)
            g_array_index(above, guint32, from[i]) = groups[i];
    }
    return (guint32 *)(gpointer)g_array_free(above, FALSE);
}

/* All combinations go into the first tally; then each has its place in the order of texts. */
static void
merge_combinations(QyTotals *self, QyMeasures *run, QyTally **tallies, guint n_tallies)
{
    const QyTarget *target = self->target;
    QyTally *all = tallies[0];
    guint n_keys = target->n_keys, n;
    g_autofree guint32 **place = g_new0(guint32 *, n_tallies);
    g_autofree guint32 *order = NULL, *above = NULL;
    Merge merge = {.tallies = tallies, .n_tallies = n_tallies, .place = place};

    for (guint t = 1; t < n_tallies; t++) {
        place[t] = g_new(guint32, tallies[t]->n_groups + 1);
        qy_tally_groups(all, tallies[t]->keys, tallies[t]->n_groups, place[t]);
    }
    if (target->rolls_up)
        merge.above = above = add_areas_above(all, qy_dataset_areas(run->dataset));
    self->n_groups = n = all->n_groups;
    order = qy_cells_sort(run, qy_plan_relation(run->plan, (guint)target->made), all->keys, n);
    place[0] = g_new(guint32, n + 1);
    self->keys = g_new(gint32, (gsize)n * n_keys + 1);
    for (guint i = 0; i < n; i++) {
        place[0][order[i]] = i;
        memcpy(self->keys + (gsize)i * n_keys, all->keys + (gsize)order[i] * n_keys, n_keys * sizeof *self->keys);
    }
    for (guint t = 1; t < n_tallies; t++) {
        for (guint g = 0; g < tallies[t]->n_groups; g++)
            place[t][g] = place[0][place[t][g]];
    }
    merge_wide(self, &merge);
    for (guint t = 0; t < n_tallies; t++)
        g_free(place[t]);
}

/* ---- Evidence ---- */

static void
take_ids(QyTotals *self, QyTally **tallies, guint n_tallies)
{
    guint n = self->target->evidences->len;

    if (n == 0)
        return;
    self->texts = g_ptr_array_new_with_free_func((GDestroyNotify)g_string_chunk_free);
    self->ids = g_steal_pointer(&tallies[0]->ids);
    for (guint t = 0; t < n_tallies; t++) {
        g_ptr_array_add(self->texts, g_steal_pointer(&tallies[t]->texts));
        for (guint i = 0; t > 0 && i < n; i++) {
            for (guint g = 0; g < self->n_groups; g++) {
                const QyIdList *list = tallies[t]->ids[i][g];

                for (guint e = 0; list != NULL && e < list->n; e++)
                    qy_id_list_add(&self->ids[i][g], list->ids[e]);
            }
        }
    }
}

/* ---- Public ---- */

QyTotals *
qy_totals_new(QyMeasures *run, const QyTarget *target, QyTally **tallies, guint n_tallies, GError **error)
{
    QyTotals *self = g_new0(QyTotals, 1);
    gboolean good = TRUE;

    self->target = target;
    self->n_groups = n_tallies > 0 ? tallies[0]->n_groups : 0;
    take_ids(self, tallies, n_tallies);
    if (target->made >= 0) {
        merge_combinations(self, run, tallies, n_tallies);
    } else if (target->table == QY_AREAS) {
        merge_areas(self, run, tallies, n_tallies);
    } else {
        good = merge_records(self, run, tallies, n_tallies, error);
    }
    for (guint t = 0; t < n_tallies; t++)
        qy_tally_free(tallies[t]);
    if (!good)
        g_clear_pointer(&self, qy_totals_free);
    return self;
}

void
qy_totals_free(QyTotals *self)
{
    if (self == NULL)
        return;
    for (guint i = 0; self->ids != NULL && i < self->target->evidences->len; i++) {
        for (guint g = 0; g < self->n_groups; g++)
            g_free(self->ids[i][g]);
        g_free(self->ids[i]);
    }
    g_free(self->ids);
    g_clear_pointer(&self->texts, g_ptr_array_unref);
    for (guint i = 0; self->narrow != NULL && i < self->target->aggregates->len; i++) {
        g_free(self->narrow[i]);
        g_free(self->wide[i]);
    }
    g_free(self->narrow);
    g_free(self->wide);
    g_free(self->records);
    g_free(self->keys);
    g_free(self->group_of);
    g_free(self);
}

QyInt128
qy_totals_get(const QyTotals *self, gint number, guint group)
{
    const QyAggregate *aggregate;
    QyInt128 value = 0;

    if (self->narrow != NULL)
        return self->narrow[number] != NULL ? self->narrow[number][group] : self->wide[number][group];
    aggregate = get_aggregate(self->target, (guint)number);
    widen_into(&value, aggregate->kind, self->records + (gsize)group * self->target->record_bytes + aggregate->offset);
    if (aggregate->kind == QY_AGGREGATE_MIN || aggregate->kind == QY_AGGREGATE_MAX)
        value = qy_extreme_unpack((guint64)value, aggregate->kind == QY_AGGREGATE_MIN);
    return value;
}
