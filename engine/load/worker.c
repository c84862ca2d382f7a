#define G_LOG_DOMAIN "qy-load"

#include "load/row.h"

#include <string.h>

static gboolean
is_wide(QyType type)
{
    return type == QY_TYPE_INTEGER || type == QY_TYPE_QUANTITY || type == QY_TYPE_WEIGHT;
}

static gboolean
has_default_text(const QyColumnPlan *plan)
{
    return strcmp(plan->def->name, "wave") == 0; /* the quarter of answered_on */
}

/* ---- Life ---- */

static void
make_columns(QyWorker *self)
{
    const QySource *source = self->source;

    for (guint i = 0; i < source->def->n_columns; i++) {
        const QyColumnPlan *plan = &source->columns[i];
        QyColumn *column = &self->frame.columns[i];

        if (plan->field < 0 && plan->def->fallback == QY_MISSING && !has_default_text(plan))
            continue;
        if (plan->def->type == QY_TYPE_ID)
            continue;
        if (is_wide(plan->def->type)) {
            column->wide = g_new(gint64, QY_BATCH_ROWS + 1);
            for (guint row = 0; row <= QY_BATCH_ROWS; row++)
                column->wide[row] = plan->def->fallback;
        } else {
            column->narrow = g_new(gint32, QY_BATCH_ROWS + 1);
            for (guint row = 0; row <= QY_BATCH_ROWS; row++)
                column->narrow[row] = QY_NARROW_MISSING;
        }
        if (plan->def->type == QY_TYPE_REF && !plan->own_table)
            self->pending[i] = g_new0(QyPendingRef, QY_BATCH_ROWS + 1);
    }
}

QyWorker *
qy_worker_new(QyPass *pass, guint number)
{
    QyWorker *self = g_new0(QyWorker, 1);

    self->pass = pass;
    self->source = pass->source;
    self->number = number;
    self->scanner = qy_scanner_new(self->source->reader, self->source->n_fields);
    self->again = qy_scanner_new(self->source->reader, self->source->n_fields);
    self->buffer = g_string_new(NULL);
    self->key = g_string_new(NULL);
    self->frame.def = self->source->def;
    self->frame.present = TRUE;
    self->places = g_new(QyPlace, QY_BATCH_ROWS);
    self->bad = g_new0(guint8, QY_BATCH_ROWS);
    if (self->source->def->columns[0].type == QY_TYPE_ID) {
        self->ids = g_new(const gchar *, QY_BATCH_ROWS + 1);
        self->id_lengths = g_new(guint8, QY_BATCH_ROWS + 1);
        self->id_hashes = g_new(guint64, QY_BATCH_ROWS + 1);
        self->frame.ids = pass->terminate_ids ? g_new(const gchar *, QY_BATCH_ROWS) : NULL;
    }
    self->text_cache = g_new0(QyCachedText, QY_TEXT_CACHE);
    self->wave_quarter = G_MININT32;
    self->arena_blocks = g_ptr_array_new_with_free_func(g_free);
    self->chunks = g_array_new(FALSE, FALSE, sizeof(QyChunkCount));
    self->rejects = g_array_new(FALSE, FALSE, sizeof(QyReject));
    self->texts = g_string_chunk_new(4096);
    self->refused_ids = g_array_new(FALSE, FALSE, sizeof(QyRefusedId));
    self->first_places = g_array_new(FALSE, FALSE, sizeof(QyFirstPlace));
    make_columns(self);
    return self;
}

void
qy_worker_free(QyWorker *self)
{
    if (self == NULL)
        return;
    for (guint i = 0; i < QY_MAX_COLUMNS; i++) {
        g_free(self->frame.columns[i].narrow);
        g_free(self->frame.columns[i].wide);
        g_free(self->pending[i]);
    }
    qy_scanner_free(self->scanner);
    qy_scanner_free(self->again);
    g_string_free(self->buffer, TRUE);
    g_string_free(self->key, TRUE);
    g_free(self->places);
    g_free(self->bad);
    g_free(self->ids);
    g_free(self->id_lengths);
    g_free(self->id_hashes);
    g_free((gpointer)self->frame.ids);
    g_free(self->text_cache);
    g_ptr_array_unref(self->arena_blocks);
    g_array_unref(self->chunks);
    g_array_unref(self->rejects);
    if (self->texts != NULL)
        g_string_chunk_free(self->texts);
    g_array_unref(self->refused_ids);
    g_array_unref(self->first_places);
    g_free(self);
}

/* The record of a row of the batch, once more. */
static void
scan_again(QyWorker *self, guint row, QyScanned *record)
{
    QyChunk one = self->chunk;

    one.begin = self->places[row].begin;
    if (row + 1 < self->frame.n_rows)
        one.end = self->places[row + 1].begin;
    qy_scanner_start(self->again, &one);
    if (!qy_scanner_next(self->again, record))
        g_assert_not_reached();
    record->row = self->places[row].row;
    record->line = self->places[row].line;
}

static void
mark_faulty(QyWorker *self, guint row)
{
    if (self->bad[row] != QY_ROW_STANDS)
        return;
    self->bad[row] = QY_ROW_FAULTY;
    self->n_bad++;
}

void
qy_worker_drop(QyWorker *self, guint row)
{
    self->bad[row] = QY_ROW_GONE;
    self->n_bad++;
    for (guint i = 0; i < self->source->def->n_columns; i++) {
        if (self->pending[i] != NULL)
            self->pending[i][row].length = 0; /* nothing to look up */
    }
}

void
qy_worker_read_apart(QyWorker *self, guint row)
{
    QyScanned record;

    scan_again(self, row, &record);
    if (!qy_row_read(self, row, &record))
        qy_worker_drop(self, row);
}

/* Rows whose slots are asked for before their turn: what the batch asked for first has left the first cache by now. */
#define LOOK_AHEAD 16

static void
resolve_references(QyWorker *self, guint column)
{
    const QyColumnPlan *plan = &self->source->columns[column];
    const QyPendingRef *pending = self->pending[column];
    const guint n = self->frame.n_rows;
    gint32 *narrow = self->frame.columns[column].narrow;

    for (guint row = 0; row < n; row++) {
        if (plan->target != NULL && row + LOOK_AHEAD < n)
            qy_id_index_prefetch(plan->target, pending[row + LOOK_AHEAD].hash);
        narrow[row] = qy_pending_find(plan, &pending[row]);
        if (narrow[row] != QY_NARROW_MISSING &&
            G_UNLIKELY(narrow[row] < 0 || !qy_area_has_level(self, plan, narrow[row])))
            mark_faulty(self, row);
    }
}

/* Among duplicates: TRUE when the row is one. */
static gboolean
is_duplicate(QyWorker *self, guint row, QyReject *fault)
{
    const gchar *begin = self->places[row].begin;
    const gchar *first;

    if (self->pass->skip == NULL)
        return FALSE;
    first = g_hash_table_lookup(self->pass->skip, begin);
    if (first != NULL) {
        fault->column = 0;
        fault->number[0] = (guint64)(guintptr)first; /* its row is known when the pass is over */
        qy_fault_set(fault, QY_REJECT_DUPLICATE, QY_FAULT_DUPLICATE, QY_HINT_NONE);
        return TRUE;
    }
    if (g_hash_table_contains(self->pass->firsts, begin)) {
        QyFirstPlace place = {begin, self->chunk_number, self->places[row].row};

        g_array_append_val(self->first_places, place);
    }
    return FALSE;
}

/* Names the fault of a row that has one by now. */
static void
refuse_faulty(QyWorker *self, guint row)
{
    QyScanned record;

    if (self->bad[row] != QY_ROW_FAULTY)
        return;
    scan_again(self, row, &record);
    qy_refuse_cells(self, &record);
}

/* Checks that need the whole row, of one whose cells are good. */
static void
check_row(QyWorker *self, guint row)
{
    QyReject fault = QY_NO_FAULT;
    QyScanned record;

    if ((self->source->n_rules > 0 && G_UNLIKELY(!qy_rules_check(self, row, &fault))) ||
        is_duplicate(self, row, &fault)) {
        scan_again(self, row, &record);
        qy_refuse(self, &record, &fault);
        qy_worker_drop(self, row);
    }
}

/* The batch without its bad rows, order kept. */
static void
close_gaps(QyWorker *self)
{
    guint to = 0;

    for (guint row = 0; row < self->frame.n_rows; row++) {
        if (self->bad[row] != QY_ROW_STANDS) {
            self->bad[row] = QY_ROW_STANDS;
            continue;
        }
        if (to != row) {
            for (guint i = 0; i < self->source->def->n_columns; i++) {
                QyColumn *column = &self->frame.columns[i];

                if (column->narrow != NULL)
                    column->narrow[to] = column->narrow[row];
                if (column->wide != NULL)
                    column->wide[to] = column->wide[row];
                if (self->pending[i] != NULL)
                    self->pending[i][to] = self->pending[i][row];
            }
            self->places[to] = self->places[row];
            if (self->ids != NULL) {
                self->ids[to] = self->ids[row];
                self->id_lengths[to] = self->id_lengths[row];
                self->id_hashes[to] = self->id_hashes[row];
            }
        }
        to++;
    }
    self->frame.n_rows = to;
    self->n_bad = 0;
}

/* What good rows leave to be counted, and what an empty cell stands for. */
static void
finish_column(QyWorker *self, guint column)
{
    const QyColumnPlan *plan = &self->source->columns[column];
    gint32 *narrow = self->frame.columns[column].narrow;

    if (plan->def->type == QY_TYPE_ITEM && plan->dont_know != NULL) {
        for (guint row = 0; row < self->frame.n_rows; row++) {
            if (narrow[row] == QY_NARROW_DONT_KNOW) {
                narrow[row] = QY_NARROW_MISSING;
                self->counts.dont_know[column]++;
            }
        }
    } else if (self->pending[column] != NULL && plan->target == NULL) {
        for (guint row = 0; row < self->frame.n_rows; row++)
            self->counts.unresolved[column] += self->pending[column][row].length > 0;
    } else if (has_default_text(plan) && qy_pass_keeps(self->pass, column)) {
        const gint32 *answered = self->frame.columns[self->source->def->event].narrow;

        for (guint row = 0; row < self->frame.n_rows; row++) {
            gint quarter;

            if (plan->field >= 0 && narrow[row] != QY_NARROW_MISSING)
                continue;
            quarter = qy_date_quarter(answered[row]);
            if (quarter != self->wave_quarter) {
                gchar text[QY_DATE_TEXT_BYTES];

                qy_quarter_text(quarter, text);
                self->wave_text = qy_row_text_number(self, text, strlen(text));
                self->wave_quarter = quarter;
            }
            narrow[row] = (gint32)self->wave_text;
        }
    }
}

void
qy_worker_finish_batch(QyWorker *self)
{
    const QySource *source = self->source;
    const gboolean may_fail = source->n_rules > 0 || self->pass->skip != NULL;

    for (guint i = 0; i < source->def->n_columns; i++) {
        if (self->pending[i] != NULL)
            resolve_references(self, i);
    }
    for (guint row = 0; self->n_bad > 0 && row < self->frame.n_rows; row++)
        refuse_faulty(self, row);
    for (guint row = 0; may_fail && row < self->frame.n_rows; row++) {
        if (self->bad[row] == QY_ROW_STANDS)
            check_row(self, row);
    }
    if (self->n_bad > 0)
        close_gaps(self);
    for (guint row = 0; self->pass->unique != NULL && row < self->frame.n_rows; row++)
        qy_unique_add(self->pass->unique, self->number, self->id_hashes[row], self->places[row].begin);
    for (guint i = 0; i < source->def->n_columns; i++) {
        if (qy_column_present(&self->frame.columns[i]))
            finish_column(self, i);
    }
    if (self->frame.ids != NULL) {
        for (guint row = 0; row < self->frame.n_rows; row++)
            self->frame.ids[row] = qy_row_keep_text(self, self->ids[row], self->id_lengths[row]);
    }
    self->counts.accepted += self->frame.n_rows;
    if (source->def->event >= 0) {
        const gint32 *event = self->frame.columns[source->def->event].narrow;
        QyDate as_of = source->dataset->assessment->settings.as_of;

        for (guint row = 0; event != NULL && row < self->frame.n_rows; row++)
            self->counts.after_as_of += event[row] > as_of;
    }
}

void
qy_worker_clear_batch(QyWorker *self)
{
    self->frame.n_rows = 0;
    self->arena_block = 0;
    self->arena_used = 0;
}

void
qy_worker_id_at(QyWorker *self, const gchar *place, GString *out)
{
    QyChunk rest = {.begin = place, .end = self->pass->end, .has_quotes = TRUE, .has_high = TRUE};
    const QyColumnPlan *plan = &self->source->columns[0];
    QyScanned record;
    gsize length;
    const gchar *text;

    qy_scanner_start(self->again, &rest);
    if (!qy_scanner_next(self->again, &record))
        g_assert_not_reached();
    text = qy_row_cell(self, plan, &record.fields[plan->field], &length);
    g_string_append_len(out, text, (gssize)length);
}
