#define G_LOG_DOMAIN "qy-measure"

/* Adding the rows of a block to the records of their groups. */
#include "measure/run.h"
#include "measure/slots.h"

#include <string.h>

#define FIRST_SLOTS 64
#define BATCH 128 /* combinations looked for together */

/* ---- Life ---- */

static void
order_by_mask(QyTally *self)
{
    const GArray *aggregates = self->target->aggregates;
    guint n = 0;

    self->order = g_new(guint, aggregates->len + 1);
    for (guint i = 0; i < aggregates->len; i++) {
        gint mask = g_array_index(aggregates, QyAggregate, i).mask;
        guint at = n++;

        while (at > 0 && g_array_index(aggregates, QyAggregate, self->order[at - 1]).mask > mask) {
            self->order[at] = self->order[at - 1];
            at--;
        }
        self->order[at] = i;
    }
}

QyTally *
qy_tally_new(const QyTarget *target, guint n_groups)
{
    QyTally *self = g_new0(QyTally, 1);

    self->target = target;
    self->spills = g_array_new(FALSE, FALSE, sizeof(QySpill));
    order_by_mask(self);
    if (target->made >= 0) {
        self->n_slots = FIRST_SLOTS;
        self->slots = g_new0(guint64, FIRST_SLOTS);
        return self;
    }
    self->n_groups = n_groups;
    /* Zeroed by the system page by page: what no row touches costs nothing. */
    self->records = g_malloc0_n(n_groups + 1, target->record_bytes);
    if (target->evidences->len > 0) {
        self->ids = g_new0(QyIdList **, target->evidences->len);
        for (guint i = 0; i < target->evidences->len; i++)
            self->ids[i] = g_new0(QyIdList *, n_groups + 1);
        self->texts = g_string_chunk_new(4096);
    }
    return self;
}

void
qy_tally_free(QyTally *self)
{
    if (self == NULL)
        return;
    for (guint i = 0; self->ids != NULL && i < self->target->evidences->len; i++) {
        for (guint g = 0; self->ids[i] != NULL && g < self->n_groups; g++)
            g_free(self->ids[i][g]);
        g_free(self->ids[i]);
    }
    g_free(self->ids);
    if (self->texts != NULL)
        g_string_chunk_free(self->texts);
    g_free(self->records);
    g_free(self->keys);
    g_free(self->slots);
    g_array_unref(self->spills);
    g_free(self->order);
    g_free(self);
}

/* ---- Combinations ---- */

static guint32
hash_keys(const gint32 *keys, guint n)
{
    guint64 hash = 0x9e3779b97f4a7c15;

    for (guint i = 0; i < n; i++) {
        hash = (hash ^ (guint32)keys[i]) * 0xff51afd7ed558ccd;
        hash ^= hash >> 32;
    }
    return (guint32)hash;
}

static gboolean
same_keys(const gint32 *a, const gint32 *b, guint n)
{
    guint32 differs = 0;

    for (guint i = 0; i < n; i++)
        differs |= (guint32)a[i] ^ (guint32)b[i];
    return differs == 0;
}

static guint
add_group(QyTally *self, const gint32 *keys, guint32 hash)
{
    guint n_keys = self->target->n_keys, bytes = self->target->record_bytes, group = self->n_groups++;

    if (group == self->capacity) {
        self->capacity = MAX(64, self->capacity * 2);
        self->keys = g_renew(gint32, self->keys, (gsize)self->capacity * n_keys);
        self->records = g_realloc(self->records, (gsize)self->capacity * bytes);
    }
    memcpy(self->keys + (gsize)group * n_keys, keys, n_keys * sizeof *keys);
    memset(self->records + (gsize)group * bytes, 0, bytes);
    qy_slots_put(self->slots, self->n_slots, (guint64)hash << 32 | (group + 1));
    if (self->n_groups * 2 > self->n_slots)
        qy_slots_grow(&self->slots, &self->n_slots);
    return group;
}

static guint
find_group(QyTally *self, const gint32 *keys, guint32 hash)
{
    guint n_keys = self->target->n_keys, mask = self->n_slots - 1;

    for (guint at = hash & mask; self->slots[at] != 0; at = (at + 1) & mask) {
        guint group = (guint32)self->slots[at] - 1;

        if (self->slots[at] >> 32 == hash && same_keys(self->keys + (gsize)group * n_keys, keys, n_keys))
            return group;
    }
    return add_group(self, keys, hash);
}

/* In two walks, so that the lines the second will touch are on their way. */
void
qy_tally_groups(QyTally *self, const gint32 *keys, guint n, guint32 *groups)
{
    guint n_keys = self->target->n_keys;
    guint32 hashes[BATCH];

    for (guint first = 0; first < n; first += BATCH) {
        guint end = MIN(n, first + BATCH);

        for (guint i = first; i < end; i++) {
            guint32 hash = hash_keys(keys + (gsize)i * n_keys, n_keys);

            hashes[i - first] = hash;
            __builtin_prefetch(&self->slots[hash & (self->n_slots - 1)]);
        }
        for (guint i = first; i < end; i++) {
            guint group = (guint32)self->slots[hashes[i - first] & (self->n_slots - 1)];

            if (group > 0)
                __builtin_prefetch(self->keys + (gsize)(group - 1) * n_keys);
        }
        for (guint i = first; i < end; i++)
            groups[i] = find_group(self, keys + (gsize)i * n_keys, hashes[i - first]);
    }
}

/* ---- Which rows of the block, and whose ---- */

/* Rows that fit a mask and have a group. */
typedef struct {
    guint n;
    guint16 rows[QY_BLOCK_ROWS];
    guint32 groups[QY_BLOCK_ROWS];
} Chosen;

static void
choose_dense(const QyTally *self, const gint32 *groups, const guint8 *mask, guint n, Chosen *out)
{
    guint k = 0;

    /* Written always, kept when it fits: no branch for the processor to guess. */
    for (guint i = 0; i < n; i++) {
        out->rows[k] = (guint16)i;
        out->groups[k] = (guint32)groups[i];
        k += mask[i] & (groups[i] >= 0);
    }
    out->n = k;
    for (guint i = 0; i < k; i++)
        __builtin_prefetch(self->records + (gsize)out->groups[i] * self->target->record_bytes);
}

static void
choose_combinations(QyTally *self, QyEvaluator *evaluator, const guint8 *mask, guint n, Chosen *out)
{
    guint n_keys = self->target->n_keys, k = 0;
    const gint32 *columns[QY_MAX_KEYS];
    gint32 keys[QY_BLOCK_ROWS * QY_MAX_KEYS];

    for (guint i = 0; i < n_keys; i++)
        columns[i] = qy_evaluator_narrow(evaluator, self->target->keys[i]);
    for (guint row = 0; row < n; row++) {
        gint32 *at = keys + (gsize)k * n_keys;
        gboolean whole = mask[row];

        for (guint i = 0; whole && i < n_keys; i++) {
            at[i] = columns[i][row];
            whole = at[i] != G_MININT32;
        }
        if (whole)
            out->rows[k++] = (guint16)row;
    }
    qy_tally_groups(self, keys, k, out->groups);
    out->n = k;
}

/* ---- Adding ---- */

static void
add_counts(const Chosen *chosen, gchar *records, gsize stride)
{
    for (guint k = 0; k < chosen->n; k++)
        ++*(guint32 *)(gpointer)(records + chosen->groups[k] * stride);
}

static void
spill(QyTally *self, guint aggregate, guint group, gint64 *sum, gint64 value)
{
    QySpill put_aside = {group, aggregate, *sum};

    g_array_append_val(self->spills, put_aside);
    *sum = value;
}

static void
add_sums(QyTally *self, guint aggregate, const Chosen *chosen, const gint64 *values, gchar *records, gsize stride)
{
    for (guint k = 0; k < chosen->n; k++) {
        gint64 *sum = (gint64 *)(gpointer)(records + chosen->groups[k] * stride);
        gint64 value = values[chosen->rows[k]];

        if (value != QY_MISSING && __builtin_add_overflow(*sum, value, sum)) {
            __builtin_sub_overflow(*sum, value, sum); /* as it was */
            spill(self, aggregate, chosen->groups[k], sum, value);
        }
    }
}

static void
add_extremes(const Chosen *chosen, const gint64 *values, gchar *records, gsize stride, gboolean is_min)
{
    for (guint k = 0; k < chosen->n; k++) {
        guint64 *packed = (guint64 *)(gpointer)(records + chosen->groups[k] * stride);
        gint64 value = values[chosen->rows[k]];

        if (value != QY_MISSING)
            *packed = MAX(*packed, qy_extreme_pack(value, is_min));
    }
}

static void
add_aggregate(QyTally *self, QyEvaluator *evaluator, guint number, const Chosen *chosen)
{
    const QyAggregate *aggregate = &g_array_index(self->target->aggregates, QyAggregate, number);
    gchar *records = self->records + aggregate->offset;
    gsize stride = self->target->record_bytes;

    switch (aggregate->kind) {
    case QY_AGGREGATE_COUNT:
        add_counts(chosen, records, stride);
        break;
    case QY_AGGREGATE_SUM:
        add_sums(self, number, chosen, qy_evaluator_wide(evaluator, aggregate->value), records, stride);
        break;
    case QY_AGGREGATE_MIN:
    case QY_AGGREGATE_MAX:
        add_extremes(chosen, qy_evaluator_wide(evaluator, aggregate->value), records, stride,
                     aggregate->kind == QY_AGGREGATE_MIN);
        break;
    }
}

/* ---- Evidence ---- */

void
qy_id_list_add(QyIdList **list, const gchar *id)
{
    QyIdList *self = *list;
    guint at;

    if (self == NULL)
        self = *list = g_new0(QyIdList, 1);
    if (self->n == QY_EVIDENCE_MAX && strcmp(id, self->ids[self->n - 1]) >= 0)
        return;
    if (self->n < QY_EVIDENCE_MAX)
        self->n++;
    for (at = self->n - 1; at > 0 && strcmp(self->ids[at - 1], id) > 0; at--)
        self->ids[at] = self->ids[at - 1];
    self->ids[at] = id;
}

static gboolean
is_wanted(const QyIdList *list, const gchar *id)
{
    return list == NULL || list->n < QY_EVIDENCE_MAX || strcmp(id, list->ids[list->n - 1]) < 0;
}

static void
add_ids(QyTally *self, guint evidence, const Chosen *chosen, const gchar *const *ids, gboolean copy)
{
    for (guint k = 0; k < chosen->n; k++) {
        QyIdList **list = &self->ids[evidence][chosen->groups[k]];
        const gchar *id = ids[chosen->rows[k]];

        if (is_wanted(*list, id))
            qy_id_list_add(list, copy ? g_string_chunk_insert(self->texts, id) : id);
    }
}

/* ---- A block ---- */

static void
choose(QyTally *self, QyEvaluator *evaluator, gint mask, guint n, Chosen *out)
{
    const guint8 *fits = qy_evaluator_mask(evaluator, mask);

    if (self->target->made >= 0)
        choose_combinations(self, evaluator, fits, n, out);
    else
        choose_dense(self, qy_evaluator_narrow(evaluator, self->target->keys[0]), fits, n, out);
}

void
qy_tally_add(QyTally *self, QyEvaluator *evaluator, guint n, const gchar *const *ids, gboolean copy)
{
    const QyTarget *target = self->target;
    gint mask = -1;
    Chosen chosen;

    for (guint i = 0; i < target->aggregates->len; i++) {
        const QyAggregate *aggregate = &g_array_index(target->aggregates, QyAggregate, self->order[i]);

        if (aggregate->mask != mask) {
            mask = aggregate->mask;
            choose(self, evaluator, mask, n, &chosen);
        }
        add_aggregate(self, evaluator, self->order[i], &chosen);
    }
    for (guint i = 0; ids != NULL && i < target->evidences->len; i++) {
        choose(self, evaluator, g_array_index(target->evidences, QyEvidence, i).mask, n, &chosen);
        add_ids(self, i, &chosen, ids, copy);
    }
}
