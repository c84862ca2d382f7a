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

static void
store_init(Store *self, const QyWorker *worker)
{
    const QyTableDef *def = worker->source->def;

    for (guint i = 0; i < def->n_columns; i++) {
        if (worker->frame.columns[i].wide != NULL)
            self->columns[i] = g_array_new(FALSE, FALSE, sizeof(gint64));
        else if (worker->frame.columns[i].narrow != NULL)
            self->columns[i] = g_array_new(FALSE, FALSE, sizeof(gint32));
    }
    if (worker->ids != NULL) {
        self->ids = g_ptr_array_new();
        self->id_texts = g_string_chunk_new(65536);
    }
    self->places = g_array_new(FALSE, FALSE, sizeof(KeptPlace));
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

/* Bytes behind what all ids begin with, as a number that sorts like them. */
typedef struct {
    guint64 head;
    guint32 row;
} SortKey;

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
    gint by_text;

    if (left->head != right->head)
        return left->head < right->head ? -1 : 1;
    by_text = strcmp(order->ids[left->row] + order->skip, order->ids[right->row] + order->skip);
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
    gboolean sorted = TRUE;

    order.skip = common_bytes(order.ids, self->n);
    for (guint i = 0; i < self->n; i++) {
        keys[i] = (SortKey){head_of(order.ids[i] + order.skip), i};
        sorted = sorted && (i == 0 || compare_ids(&keys[i - 1], &keys[i], &order) < 0);
    }
    if (!sorted)
        g_qsort_with_data(keys, (gint)self->n, sizeof *keys, compare_ids, &order);
    for (guint i = 0; i < self->n; i++)
        self->order[i] = keys[i].row;
}

/* By the values of all columns, texts by their bytes: rows that compare equal are the same. */
static gint
compare_rows(gconstpointer a, gconstpointer b, gpointer data)
{
    const Build *self = data;
    const Store *store = &self->stores[0];
    const guint32 left = *(const guint32 *)a, right = *(const guint32 *)b;
    const QyTableDef *def = &self->table->def;

    for (guint i = 0; i < def->n_columns; i++) {
        gint64 x, y;

        if (store->columns[i] == NULL)
            continue;
        if (g_array_get_element_size(store->columns[i]) == sizeof(gint64)) {
            x = g_array_index(store->columns[i], gint64, left);
            y = g_array_index(store->columns[i], gint64, right);
        } else {
            x = g_array_index(store->columns[i], gint32, left);
            y = g_array_index(store->columns[i], gint32, right);
        }
        if (x == y)
            continue;
        if (def->columns[i].type == QY_TYPE_TEXT && x != G_MININT32 && y != G_MININT32)
            return strcmp(qy_string_pool_get(self->dataset->strings, (guint32)x),
                          qy_string_pool_get(self->dataset->strings, (guint32)y));
        return x < y ? -1 : 1;
    }
    return 0;
}

static void
order_by_values(Build *self)
{
    for (guint i = 0; i < self->n; i++)
        self->order[i] = i;
    g_qsort_with_data(self->order, (gint)self->n, sizeof *self->order, compare_rows, self);
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
qy_memory_load(QyDataset *self, QyTableId id)
{
    QyTableState *table = &self->tables[id];
    g_autoptr(QyPass) pass = qy_pass_new(self, table->source);
    Build build = {.dataset = self, .table = table, .pass = pass};

    build.stores = g_new0(Store, pass->n_workers);
    pass->batch = take_batch;
    pass->data = &build;
    pass->keep_refused_ids = TRUE;
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
