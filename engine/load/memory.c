#define G_LOG_DOMAIN "qy-load"

#include "load/dataset-private.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const gchar *begin;
    guint32 chunk, row, line;
} KeptPlace;

/* Rows that one worker has accepted, in no order yet. */
typedef struct {
    GArray *columns[QY_MAX_COLUMNS]; /* of gint32 or gint64; NULL where the input has none */
    GPtrArray *ids;                  /* (element-type utf8), in the table's id_texts of this worker */
    GStringChunk *id_texts;
    GArray *places; /* (element-type KeptPlace) */
} Store;

/* A table on its way from stores to a frame: all rows, and the order they are to have. */
typedef struct {
    QyDataset *dataset;
    QyTableState *table;
    QyPass *pass;
    Store *stores; /* one a worker; after gathering everything is in the first */
    guint n;
    guint32 *order; /* rows of the store, sorted; duplicates and refused ones gone */
} Build;

/* ---- Taking rows ---- */

/* About how many rows a worker will see, by the length of those in its first batch, so that little is moved later. */
static guint
expect_rows(const QyWorker *worker)
{
    const guint n = worker->frame.n_rows;
    const guint64 bytes = n < 2 ? 0 : (guint64)(worker->places[n - 1].begin - worker->places[0].begin) / (n - 1);
    const guint64 share = qy_reader_bytes(worker->source->reader) / worker->pass->n_workers;

    return bytes == 0 ? n : (guint)MIN(share / bytes * 9 / 8 + n, G_MAXUINT / 2);
}

static void
store_init(Store *self, const QyWorker *worker)
{
    const QyTableDef *def = worker->source->def;
    const guint n = expect_rows(worker);

    for (guint i = 0; i < def->n_columns; i++) {
        if (worker->frame.columns[i].wide != NULL)
            self->columns[i] = g_array_sized_new(FALSE, FALSE, sizeof(gint64), n);
        else if (worker->frame.columns[i].narrow != NULL)
            self->columns[i] = g_array_sized_new(FALSE, FALSE, sizeof(gint32), n);
    }
    if (worker->ids != NULL) {
        self->ids = g_ptr_array_sized_new(n);
        self->id_texts = g_string_chunk_new(65536);
    }
    self->places = g_array_sized_new(FALSE, FALSE, sizeof(KeptPlace), n);
}

static void
store_clear(Store *self)
{
    for (guint i = 0; i < QY_MAX_COLUMNS; i++)
        g_clear_pointer(&self->columns[i], g_array_unref);
    g_clear_pointer(&self->ids, g_ptr_array_unref);
    g_clear_pointer(&self->places, g_array_unref);
}

static void
take_batch(gpointer data, QyWorker *worker)
{
    Build *build = data;
    Store *store = &build->stores[worker->number];
    const QyFrame *frame = &worker->frame;

    if (store->places == NULL)
        store_init(store, worker);
    for (guint i = 0; i < frame->def->n_columns; i++) {
        if (frame->columns[i].wide != NULL)
            g_array_append_vals(store->columns[i], frame->columns[i].wide, frame->n_rows);
        else if (frame->columns[i].narrow != NULL)
            g_array_append_vals(store->columns[i], frame->columns[i].narrow, frame->n_rows);
    }
    for (guint row = 0; row < frame->n_rows; row++) {
        const QyPlace *from = &worker->places[row];
        KeptPlace place = {from->begin, worker->chunk_number, from->row, from->line};

        g_array_append_val(store->places, place);
        if (store->ids != NULL)
            g_ptr_array_add(store->ids,
                            g_string_chunk_insert_len(store->id_texts, worker->ids[row], worker->id_lengths[row]));
    }
}

/* All rows into the first store. */
static void
gather(Build *self)
{
    Store *all = &self->stores[0];

    if (all->places == NULL)
        store_init(all, self->pass->workers[0]);
    for (guint i = 1; i < self->pass->n_workers; i++) {
        Store *store = &self->stores[i];

        if (store->places == NULL)
            continue;
        for (guint c = 0; c < QY_MAX_COLUMNS; c++) {
            if (store->columns[c] != NULL)
                g_array_append_vals(all->columns[c], store->columns[c]->data, store->columns[c]->len);
        }
        if (store->ids != NULL)
            g_ptr_array_extend(all->ids, store->ids, NULL, NULL);
        g_array_append_vals(all->places, store->places->data, store->places->len);
        store_clear(store);
    }
    self->n = all->places->len;
}

/* ---- Order ---- */

/* A row and the beginning of what it is sorted by, as a number that sorts like it. */
typedef struct {
    guint64 head;
    guint32 row;
} SortKey;

/* By head alone, rows of equal heads left in their order: byte by byte from the last, bytes that are the same in all
 * passed over. */
static void
sort_by_heads(SortKey *keys, guint n)
{
    guint32(*counts)[256] = g_malloc0(8 * sizeof *counts);
    g_autofree SortKey *other = g_new(SortKey, MAX(n, 1));
    SortKey *from = keys, *to = other;

    for (guint i = 0; i < n; i++)
        for (guint byte = 0; byte < 8; byte++)
            counts[byte][keys[i].head >> 8 * byte & 0xFF]++;
    for (guint byte = 0; byte < 8; byte++) {
        guint32 *count = counts[byte], before = 0;

        if (n == 0 || count[keys[0].head >> 8 * byte & 0xFF] == n)
            continue;
        for (guint value = 0; value < 256; value++) {
            const guint32 here = count[value];

            count[value] = before;
            before += here;
        }
        for (guint i = 0; i < n; i++)
            to[count[from[i].head >> 8 * byte & 0xFF]++] = from[i];
        from = to;
        to = to == keys ? other : keys;
    }
    if (from != keys)
        memcpy(keys, from, n * sizeof *keys);
    g_free(counts);
}

/* Sorts @keys, and writes their rows to the order. @compare tells apart rows of equal heads too. */
static void
put_in_order(Build *self, SortKey *keys, GCompareDataFunc compare, gpointer data)
{
    gboolean sorted = TRUE;

    for (guint i = 1; i < self->n && sorted; i++)
        sorted = keys[i - 1].head < keys[i].head;
    if (!sorted)
        sort_by_heads(keys, self->n);
    for (guint i = 0, next; i < self->n; i = next) {
        for (next = i + 1; next < self->n && keys[next].head == keys[i].head; next++)
            ;
        if (next - i > 1)
            g_qsort_with_data(&keys[i], (gint)(next - i), sizeof *keys, compare, data);
    }
    for (guint i = 0; i < self->n; i++)
        self->order[i] = keys[i].row;
}

typedef struct {
    const gchar *const *ids;
    const KeptPlace *places;
    gsize skip; /* bytes that all ids have in common */
} IdOrder;

static gint
compare_ids(gconstpointer a, gconstpointer b, gpointer data)
{
    const SortKey *left = a, *right = b;
    const IdOrder *order = data;
    const gint by_text = strcmp(order->ids[left->row] + order->skip, order->ids[right->row] + order->skip);

    if (by_text != 0)
        return by_text;
    return (order->places[left->row].begin > order->places[right->row].begin) -
           (order->places[left->row].begin < order->places[right->row].begin);
}

static gsize
common_bytes(const gchar *const *ids, guint n)
{
    gsize common = n > 0 ? strlen(ids[0]) : 0;

    for (guint i = 1; i < n && common > 0; i++) {
        gsize same = 0;

        while (same < common && ids[i][same] == ids[0][same])
            same++;
        common = same;
    }
    return common;
}

static guint64
head_of(const gchar *text)
{
    guint64 head = 0;

    for (guint i = 0; i < 8; i++) {
        head = head << 8 | (guchar)*text;
        text += *text != '\0';
    }
    return head;
}

/* Rows in byte order of their ids, those of one id in the order of the file. */
static void
order_by_id(Build *self)
{
    const Store *store = &self->stores[0];
    g_autofree SortKey *keys = g_new(SortKey, MAX(self->n, 1));
    IdOrder order = {(const gchar *const *)store->ids->pdata, (const KeptPlace *)store->places->data, 0};

    order.skip = common_bytes(order.ids, self->n);
    for (guint i = 0; i < self->n; i++)
        keys[i] = (SortKey){head_of(order.ids[i] + order.skip), i};
    put_in_order(self, keys, compare_ids, &order);
}

/* QY_MISSING where there is none. */
static gint64
value_of(const Store *store, guint column, guint32 row)
{
    gint32 narrow;

    if (g_array_get_element_size(store->columns[column]) == sizeof(gint64))
        return g_array_index(store->columns[column], gint64, row);
    narrow = g_array_index(store->columns[column], gint32, row);
    return narrow == G_MININT32 ? QY_MISSING : narrow;
}

/* By the values of all columns, texts by their bytes: rows that compare equal are the same. */
static gint
compare_rows(gconstpointer a, gconstpointer b, gpointer data)
{
    const Build *self = data;
    const Store *store = &self->stores[0];
    const guint32 left = ((const SortKey *)a)->row, right = ((const SortKey *)b)->row;
    const QyTableDef *def = &self->table->def;

    for (guint i = 0; i < def->n_columns; i++) {
        gint64 x, y;

        if (store->columns[i] == NULL)
            continue;
        x = value_of(store, i, left);
        y = value_of(store, i, right);
        if (x == y)
            continue;
        if (def->columns[i].type == QY_TYPE_TEXT && x != QY_MISSING && y != QY_MISSING)
            return strcmp(qy_string_pool_get(self->dataset->strings, (guint32)x),
                          qy_string_pool_get(self->dataset->strings, (guint32)y));
        return x < y ? -1 : 1;
    }
    return 0;
}

static gint
compare_numbers(gconstpointer a, gconstpointer b, gpointer data)
{
    return strcmp(qy_string_pool_get(data, *(const guint32 *)a), qy_string_pool_get(data, *(const guint32 *)b));
}

/* More different texts than this aren't worth ranking: they are only compared where all before them is equal. */
#define MAX_RANKED 65535

/* (transfer full) (nullable): rank from 1 of each text of the column; NULL when there are too many. */
static GHashTable *
rank_texts(const Build *self, guint column)
{
    const Store *store = &self->stores[0];
    g_autoptr(GHashTable) ranks = g_hash_table_new(g_direct_hash, g_direct_equal);
    g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(guint32));

    for (guint row = 0; row < self->n; row++) {
        const gint32 number = g_array_index(store->columns[column], gint32, row);

        if (number == G_MININT32 || !g_hash_table_add(ranks, GINT_TO_POINTER(number + 1)))
            continue;
        if (numbers->len == MAX_RANKED)
            return NULL;
        g_array_append_val(numbers, number);
    }
    g_array_sort_with_data(numbers, compare_numbers, self->dataset->strings);
    for (guint i = 0; i < numbers->len; i++)
        g_hash_table_insert(ranks, GINT_TO_POINTER((gint)g_array_index(numbers, guint32, i) + 1),
                            GUINT_TO_POINTER(i + 1));
    return g_steal_pointer(&ranks);
}

/* How a column's values become small numbers that sort like them: 0 for a missing one, else counted from the least. */
typedef struct {
    GHashTable *ranks; /* (nullable): of a TEXT */
    gint64 least, most;
} Steps;

/* Returns: FALSE when they can't */
static gboolean
find_steps(const Build *self, guint column, Steps *out)
{
    *out = (Steps){NULL, G_MAXINT64, G_MININT64};
    if (self->table->def.columns[column].type == QY_TYPE_TEXT) {
        out->ranks = rank_texts(self, column);
        out->least = 1;
        out->most = out->ranks != NULL ? g_hash_table_size(out->ranks) : 0;
        return out->ranks != NULL;
    }
    for (guint row = 0; row < self->n; row++) {
        const gint64 value = value_of(&self->stores[0], column, row);

        if (value != QY_MISSING) {
            out->least = MIN(out->least, value);
            out->most = MAX(out->most, value);
        }
    }
    return TRUE;
}

static guint64
step_of(const Steps *self, gint64 value)
{
    if (value == QY_MISSING)
        return 0;
    if (self->ranks != NULL)
        value = GPOINTER_TO_INT(g_hash_table_lookup(self->ranks, GINT_TO_POINTER((gint)value + 1)));
    return (guint64)(value - self->least) + 1;
}

/* Puts a column below what the heads hold. Returns: FALSE when they have no room for it, or it can't be put so */
static gboolean
add_to_heads(const Build *self, guint column, SortKey *keys, guint *n_bits)
{
    Steps steps;
    gboolean good = find_steps(self, column, &steps);
    const guint64 most = !good || steps.least > steps.most ? 0 : (guint64)(steps.most - steps.least) + 1;
    const guint bits = most == 0 ? 0 : 64 - (guint)__builtin_clzll(most);

    good = good && *n_bits + bits <= 64;
    for (guint row = 0; row < self->n && good && bits > 0; row++)
        keys[row].head =
            (bits < 64 ? keys[row].head << bits : 0) | step_of(&steps, value_of(&self->stores[0], column, row));
    *n_bits += bits;
    g_clear_pointer(&steps.ranks, g_hash_table_unref);
    return good;
}

static void
order_by_values(Build *self)
{
    g_autofree SortKey *keys = g_new(SortKey, MAX(self->n, 1));
    guint n_bits = 0;

    for (guint row = 0; row < self->n; row++)
        keys[row] = (SortKey){0, row};
    for (guint i = 0; i < self->table->def.n_columns; i++) {
        if (self->stores[0].columns[i] != NULL && !add_to_heads(self, i, keys, &n_bits))
            break;
    }
    put_in_order(self, keys, compare_rows, self);
}

/* ---- Refusals that only the whole table can tell ---- */

static const KeptPlace *
place_of(const Build *self, guint32 row)
{
    return &g_array_index(self->stores[0].places, KeptPlace, row);
}

static guint64
row_in_file(const Build *self, guint32 row)
{
    return qy_pass_row(self->pass, place_of(self, row)->chunk, place_of(self, row)->row);
}

static void
remember_refused(QyTableState *table, const gchar *id, guint64 row)
{
    gpointer before;

    if (table->refused == NULL)
        table->refused = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    before = g_hash_table_lookup(table->refused, id);
    if (before == NULL || GPOINTER_TO_SIZE(before) > row + 1)
        g_hash_table_insert(table->refused, g_strdup(id), GSIZE_TO_POINTER(row + 1));
}

static void
refuse_row(Build *self, guint32 row, QyReject *fault, const gchar *value)
{
    QyWorker *worker = self->pass->workers[0];
    const KeptPlace *place = place_of(self, row);
    g_autofree gchar *shown = qy_cell_shown(value, strlen(value), FALSE);

    fault->value = g_string_chunk_insert_const(worker->texts, shown);
    fault->chunk = place->chunk;
    fault->row = place->row;
    fault->line = place->line;
    fault->field = -1;
    g_array_append_val(worker->rejects, *fault);
    self->pass->counts.refused++;
    self->pass->counts.accepted--;
}

/* V11: the first of several rows with one id stands. */
static void
drop_duplicates(Build *self)
{
    const gchar *const *ids = (const gchar *const *)self->stores[0].ids->pdata;
    guint kept = 0;

    for (guint i = 0; i < self->n; i++) {
        guint32 row = self->order[i];

        if (kept > 0 && strcmp(ids[self->order[kept - 1]], ids[row]) == 0) {
            QyReject fault = {.code = QY_REJECT_DUPLICATE, .kind = QY_FAULT_DUPLICATE, .column = 0};

            fault.number[0] = row_in_file(self, self->order[kept - 1]);
            refuse_row(self, row, &fault, ids[row]);
        } else {
            self->order[kept++] = row;
        }
    }
    self->n = kept;
}

static void
collect_refused_ids(Build *self)
{
    for (guint i = 0; i < self->pass->n_workers; i++) {
        const GArray *refused = self->pass->workers[i]->refused_ids;

        for (guint k = 0; k < refused->len; k++) {
            const QyRefusedId *one = &g_array_index(refused, QyRefusedId, k);

            remember_refused(self->table, one->id, qy_pass_row(self->pass, one->chunk, (guint32)one->row));
        }
    }
}

static gint32
narrow_value(const Build *self, guint column, guint32 row)
{
    return g_array_index(self->stores[0].columns[column], gint32, row);
}

/* What is wrong with a reference that does stand in the table. Returns: FALSE with the fault */
static gboolean
check_own_reference(const Build *self, guint column, guint32 row, guint32 target, QyReject *fault)
{
    if (self->table->def.id == QY_AREAS) {
        gint level_column = qy_table_def_column(&self->table->def, "level");
        gint32 above = narrow_value(self, (guint)level_column, target),
               own = narrow_value(self, (guint)level_column, row);

        if (above < own)
            return TRUE;
        fault->kind = QY_FAULT_PARENT_LEVEL;
        fault->number[0] = (guint64)above;
        fault->number[1] = (guint64)own;
    } else if (self->table->def.id == QY_TAXONOMY) {
        gint32 grandparent = narrow_value(self, column, target);

        if (grandparent == G_MININT32)
            return TRUE;
        fault->kind = QY_FAULT_TWO_LEVELS;
        fault->text = qy_string_pool_get(self->dataset->strings, (guint32)grandparent);
    } else {
        return TRUE;
    }
    fault->code = QY_REJECT_REFERENCE;
    return FALSE;
}

/* Refuses rows whose reference to their own table doesn't hold, again and again until nothing refers to a refused
 * row; then writes row numbers (of the order) in place of the texts' numbers. */
static void
resolve_own_references(Build *self, guint column)
{
    const gchar *const *all_ids = (const gchar *const *)self->stores[0].ids->pdata;
    gint32 *values = (gint32 *)self->stores[0].columns[column]->data;
    gboolean again = TRUE;

    while (again) {
        g_autofree const gchar **ids = g_new(const gchar *, MAX(self->n, 1));
        /* As the index numbers them; the order itself moves up as rows are refused. */
        g_autofree guint32 *rows = g_memdup2(self->order, self->n * sizeof *rows);
        g_autoptr(QyIdIndex) index = NULL;
        g_autofree gint32 *found = g_new(gint32, MAX(self->n, 1));
        guint kept = 0;

        for (guint i = 0; i < self->n; i++)
            ids[i] = all_ids[self->order[i]];
        index = qy_id_index_new(ids, self->n);
        self->table->index = index; /* for qy_fault_of_unknown_id() */
        for (guint i = 0; i < self->n; i++) {
            guint32 row = self->order[i];
            QyReject fault = {.column = (gint16)column};
            const gchar *id;
            gboolean good;

            found[kept] = -1;
            if (values[row] == G_MININT32) {
                self->order[kept++] = row;
                continue;
            }
            id = qy_string_pool_get(self->dataset->strings, (guint32)values[row]);
            found[kept] = qy_id_index_find(index, id, strlen(id));
            good = found[kept] >= 0
                       ? check_own_reference(self, column, row, rows[found[kept]], &fault)
                       : qy_fault_of_unknown_id(self->dataset, self->table->def.id, id, strlen(id), &fault);
            if (good) {
                self->order[kept++] = row;
            } else {
                refuse_row(self, row, &fault, id);
                remember_refused(self->table, all_ids[row], row_in_file(self, row));
            }
        }
        self->table->index = NULL;
        again = kept < self->n;
        self->n = kept;
        for (guint i = 0; !again && i < self->n; i++)
            values[self->order[i]] = found[i] >= 0 ? found[i] : G_MININT32;
    }
}

/* ---- The frame ---- */

static void
make_column(Build *self, guint column)
{
    const GArray *from = self->stores[0].columns[column];
    QyColumn *to = &self->table->frame.columns[column];

    if (g_array_get_element_size((GArray *)from) == sizeof(gint64)) {
        to->wide = g_new(gint64, MAX(self->n, 1));
        for (guint i = 0; i < self->n; i++)
            to->wide[i] = g_array_index(from, gint64, self->order[i]);
    } else {
        to->narrow = g_new(gint32, MAX(self->n, 1));
        for (guint i = 0; i < self->n; i++)
            to->narrow[i] = g_array_index(from, gint32, self->order[i]);
    }
}

static void
make_frame(Build *self)
{
    QyFrame *frame = &self->table->frame;
    const Store *store = &self->stores[0];

    for (guint i = 0; i < self->table->def.n_columns; i++) {
        if (store->columns[i] != NULL)
            make_column(self, i);
        if (store->columns[i] != NULL || self->table->def.columns[i].type == QY_TYPE_ID)
            self->table->has_column[i] = TRUE;
    }
    frame->n_rows = self->n;
    if (store->ids == NULL)
        return;
    frame->ids = g_new(const gchar *, MAX(self->n, 1));
    for (guint i = 0; i < self->n; i++)
        frame->ids[i] = g_ptr_array_index(store->ids, self->order[i]);
    self->table->index = qy_id_index_new(frame->ids, self->n);
}

void
qy_memory_load(QyDataset *self, QyTableId id, gboolean tells)
{
    QyTableState *table = &self->tables[id];
    g_autoptr(QyPass) pass = qy_pass_new(self, table->source);
    Build build = {.dataset = self, .table = table, .pass = pass};

    build.stores = g_new0(Store, pass->n_workers);
    pass->batch = take_batch;
    pass->data = &build;
    pass->keep_refused_ids = TRUE;
    pass->tells = tells;
    qy_pass_run(pass);
    gather(&build);
    build.order = g_new(guint32, MAX(build.n, 1));
    if (build.stores[0].ids != NULL) {
        order_by_id(&build);
        drop_duplicates(&build);
        collect_refused_ids(&build);
        for (guint i = 0; i < table->def.n_columns; i++) {
            const QyColumnPlan *plan = &table->source->columns[i];

            if (plan->own_table && plan->refers == id && build.stores[0].columns[i] != NULL)
                resolve_own_references(&build, i);
        }
    } else {
        order_by_values(&build);
    }
    make_frame(&build);
    qy_pass_settle(pass);
    for (guint i = 0; i < pass->n_workers; i++) {
        if (build.stores[i].id_texts != NULL)
            g_ptr_array_add(table->id_texts, build.stores[i].id_texts);
        store_clear(&build.stores[i]);
    }
    g_free(build.stores);
    g_free(build.order);
}
