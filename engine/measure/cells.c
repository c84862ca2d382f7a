#define G_LOG_DOMAIN "qy-measure"

/* Combinations of keys: their order, their texts, and the relations they make. */
#include "measure/run.h"

#include <string.h>

/* ---- Texts of keys ---- */

/* The text of a key's value; @buffer for those that are made. Below 0 is no value. */
static const gchar *
key_text(const QyMeasures *run, const QyShape *shape, gint32 value, gchar buffer[QY_DATE_TEXT_BYTES])
{
    if (value < 0 && shape->kind != QY_KIND_NUMBER)
        return "";
    switch (shape->kind) {
    case QY_KIND_REF:
        return qy_dataset_frame(run->dataset, shape->refers)->ids[value];
    case QY_KIND_WORD:
        return shape->words->words[value];
    case QY_KIND_TEXT:
        return qy_string_pool_get(qy_dataset_strings(run->dataset), (guint32)value);
    case QY_KIND_QUARTER:
        return qy_quarter_text(value, buffer);
    case QY_KIND_MONTH:
        return qy_month_text(value, buffer);
    case QY_KIND_NUMBER:
    case QY_KIND_DATE:
        break;
    }
    g_snprintf(buffer, QY_DATE_TEXT_BYTES, "%d", value);
    return buffer;
}

/* ---- Order ---- */

typedef struct {
    const gchar *text;
    gint32 value;
} Named;

static gint
compare_named(gconstpointer a, gconstpointer b)
{
    return strcmp(((const Named *)a)->text, ((const Named *)b)->text);
}

/* Rank of each value in byte order of texts. A reference's row number already
 * is one, and calendar keys grow as their texts do. */
static guint32 *
rank_values(const QyMeasures *run, const QyShape *shape, const gint32 *keys, guint n, guint stride, gint32 low,
            guint range)
{
    guint32 *rank = g_new0(guint32, range + 1);
    g_autoptr(GArray) named = g_array_new(FALSE, FALSE, sizeof(Named));
    g_autoptr(GStringChunk) made = g_string_chunk_new(256);
    gchar buffer[QY_DATE_TEXT_BYTES];

    for (guint i = 0; i < n; i++)
        rank[keys[(gsize)i * stride] - low] = 1;
    for (guint v = 0; v < range; v++) {
        if (rank[v] > 0) {
            const gchar *text = key_text(run, shape, low + (gint32)v, buffer);
            Named one = {text == buffer ? g_string_chunk_insert(made, text) : text, low + (gint32)v};

            g_array_append_val(named, one);
        }
    }
    g_array_sort(named, compare_named);
    for (guint i = 0; i < named->len; i++)
        rank[g_array_index(named, Named, i).value - low] = i;
    return rank;
}

static gboolean
is_ranked(const QyShape *shape)
{
    return shape->kind == QY_KIND_REF || shape->kind == QY_KIND_QUARTER || shape->kind == QY_KIND_MONTH;
}

void
qy_cells_sort_by_key(const QyMeasures *run, const QyShape *shape, const gint32 *keys, guint n, guint stride,
                     guint32 *order, guint32 *spare)
{
    gint32 low = G_MAXINT32, high = G_MININT32;
    g_autofree guint32 *rank = NULL, *starts = NULL;
    guint range, sum = 0;

    for (guint i = 0; i < n; i++) {
        low = MIN(low, keys[(gsize)i * stride]);
        high = MAX(high, keys[(gsize)i * stride]);
    }
    range = (guint)(high - low) + 1;
    if (!is_ranked(shape))
        rank = rank_values(run, shape, keys, n, stride, low, range);
    starts = g_new0(guint32, range + 1);
    for (guint i = 0; i < n; i++) {
        guint value = (guint)(keys[(gsize)i * stride] - low);

        starts[rank != NULL ? rank[value] : value]++;
    }
    for (guint v = 0; v < range; v++) {
        guint count = starts[v];

        starts[v] = sum;
        sum += count;
    }
    for (guint i = 0; i < n; i++) {
        guint value = (guint)(keys[(gsize)order[i] * stride] - low);

        spare[starts[rank != NULL ? rank[value] : value]++] = order[i];
    }
    memcpy(order, spare, n * sizeof *order);
}

guint32 *
qy_cells_sort(const QyMeasures *run, const QyRelation *relation, const gint32 *keys, guint n)
{
    guint32 *order = g_new(guint32, n + 1);
    g_autofree guint32 *spare = g_new(guint32, n + 1);

    for (guint i = 0; i < n; i++)
        order[i] = i;
    /* The last key first, so that the first one has the last word. */
    for (guint k = relation->n_keys; n > 1 && k-- > 0;)
        qy_cells_sort_by_key(run, &relation->key_shapes[k], keys + k, n, relation->n_keys, order, spare);
    return order;
}

/* ---- Made relations ---- */

/* Targets whose combinations are the relation's rows: those that read another one. */
static gboolean
is_maker(const QyTarget *target, const QyRelation *relation)
{
    return target->made == (gint)relation->index && target->relation != relation->index;
}

/* Order of two combinations, as qy_cells_sort() gives it. */
static gint
compare_keys(const QyMeasures *run, const QyRelation *relation, const gint32 *a, const gint32 *b)
{
    gchar buffer_a[QY_DATE_TEXT_BYTES], buffer_b[QY_DATE_TEXT_BYTES];

    for (guint k = 0; k < relation->n_keys; k++) {
        const QyShape *shape = &relation->key_shapes[k];

        if (a[k] == b[k])
            continue;
        if (is_ranked(shape))
            return a[k] < b[k] ? -1 : 1;
        return strcmp(key_text(run, shape, a[k], buffer_a), key_text(run, shape, b[k], buffer_b));
    }
    return 0;
}

/* Combinations of two ordered lists, each once. Returns: (transfer full): in order */
static gint32 *
merge_keys(const QyMeasures *run, const QyRelation *relation, const gint32 *a, guint n_a, const gint32 *b, guint n_b,
           guint *n)
{
    guint width = relation->n_keys, i = 0, j = 0;
    gint32 *out = g_new(gint32, ((gsize)n_a + n_b) * width + 1), *at = out;

    while (i < n_a || j < n_b) {
        gint order = i == n_a ? 1 : j == n_b ? -1 : 0;

        if (order == 0)
            order = compare_keys(run, relation, a + (gsize)i * width, b + (gsize)j * width);
        memcpy(at, order <= 0 ? a + (gsize)i * width : b + (gsize)j * width, width * sizeof *at);
        at += width;
        i += order <= 0;
        j += order >= 0;
    }
    *n = (guint)((gsize)(at - out) / width);
    return out;
}

/* The combinations that any maker met. */
static gint32 *
collect_rows(const QyMeasures *run, const QyRelation *relation, guint *n)
{
    const QyPlan *plan = run->plan;
    gint32 *all = NULL;

    *n = 0;
    for (guint t = 0; t < plan->targets->len; t++) {
        const QyTotals *totals = run->totals[t];
        gint32 *merged;

        if (!is_maker(qy_plan_target(plan, t), relation) || totals == NULL)
            continue;
        merged = merge_keys(run, relation, all, *n, totals->keys, totals->n_groups, n);
        g_free(all);
        all = merged;
    }
    return all;
}

/* Texts of all rows' further keys, and those joined. */
static void
write_texts(QyMade *self, const QyMeasures *run)
{
    guint n = self->relation->n_keys - 1;
    g_autoptr(GString) joined = g_string_new(NULL);
    gchar buffer[QY_DATE_TEXT_BYTES];

    self->texts = g_new0(const gchar *, (gsize)self->n_rows *n + 1);
    self->names = g_new0(const gchar *, self->n_rows + 1);
    self->chunk = g_string_chunk_new(4096);
    for (guint row = 0; row < self->n_rows; row++) {
        g_string_truncate(joined, 0);
        for (guint k = 0; k < n; k++) {
            const gchar *text = key_text(run, &self->relation->key_shapes[k + 1], self->keys[k + 1][row], buffer);

            if (text == buffer)
                text = g_string_chunk_insert_const(self->chunk, text);
            self->texts[(gsize)row * n + k] = text;
            if (k > 0)
                g_string_append_c(joined, '/');
            g_string_append(joined, text);
        }
        self->names[row] = n == 1 ? self->texts[row] : g_string_chunk_insert_const(self->chunk, joined->str);
    }
}

static void
index_first(QyMade *self, guint n_entities)
{
    guint row = 0;

    self->first = g_new0(guint, n_entities + 2);
    for (guint i = 0; i <= n_entities; i++) {
        while (row < self->n_rows && self->keys[0][row] < (gint32)i)
            row++;
        self->first[i] = row;
    }
}

QyMade *
qy_made_new(QyMeasures *run, const QyRelation *relation)
{
    QyMade *self = g_new0(QyMade, 1);
    guint n_keys = relation->n_keys;
    g_autofree gint32 *all = collect_rows(run, relation, &self->n_rows);

    self->relation = relation;
    for (guint k = 0; k < n_keys; k++) {
        self->keys[k] = g_new(gint32, self->n_rows + 1);
        for (guint row = 0; row < self->n_rows; row++)
            self->keys[k][row] = all[(gsize)row * n_keys + k];
    }
    write_texts(self, run);
    index_first(self, qy_dataset_frame(run->dataset, relation->key_shapes[0].refers)->n_rows);
    for (guint t = 0; t < run->plan->targets->len; t++) {
        if (run->totals[t] != NULL && run->totals[t]->target->made == (gint)relation->index)
            qy_made_align(self, run->totals[t]);
    }
    return self;
}

void
qy_made_free(QyMade *self)
{
    if (self == NULL)
        return;
    for (guint k = 0; k < QY_MAX_KEYS; k++)
        g_free(self->keys[k]);
    g_free(self->texts);
    g_free(self->names);
    g_free(self->first);
    if (self->chunk != NULL)
        g_string_chunk_free(self->chunk);
    g_free(self);
}

static gboolean
has_keys(const QyMade *self, guint row, const gint32 *keys)
{
    for (guint k = 0; k < self->relation->n_keys; k++) {
        if (self->keys[k][row] != keys[k])
            return FALSE;
    }
    return TRUE;
}

/* Both are in the same order and the groups are among the rows, so one walk meets them all. */
void
qy_made_align(const QyMade *self, QyTotals *totals)
{
    guint row = 0;

    g_free(totals->group_of);
    totals->group_of = g_new(gint32, self->n_rows + 1);
    for (guint g = 0; g < totals->n_groups; g++) {
        while (row < self->n_rows && !has_keys(self, row, totals->keys + (gsize)g * self->relation->n_keys))
            totals->group_of[row++] = -1;
        g_assert(row < self->n_rows);
        totals->group_of[row++] = (gint32)g;
    }
    while (row < self->n_rows)
        totals->group_of[row++] = -1;
}
