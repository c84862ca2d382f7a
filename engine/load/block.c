#define G_LOG_DOMAIN "qy-load"

/* Records of one shape, read column by column: one small loop for each kind of column, with nothing in it to decide
 * that was decided when the file was opened. A loop reads cells as nearly all are written; any other goes to the reader
 * of single cells (row.c), which knows every form. A record with a cell that can't be read is read again by itself, so
 * that what is refused, and why, is decided in one place only. */

#include <string.h>

#include "load/cells-plain.h"
#include "load/row.h"

/* One column of a block on its way into the batch. */
typedef struct {
    QyWorker *worker;
    QyBlock *block;
    const QyColumnPlan *plan;
    guint column, first; /* the batch's row of the block's first record */
} Run;

/* Neither a blank nor part of a longer character. */
static inline gboolean
is_plain(gchar c)
{
    return (guchar)(c - 0x21) < 0x5E;
}

/* A cell that may be empty, and is. */
static inline gboolean
is_missing(const Run *run, guint record, gsize length)
{
    if (length > 0 || run->plan->def->required)
        return FALSE;
    qy_row_set_missing(run->worker, run->plan, run->column, run->first + record);
    return TRUE;
}

static G_GNUC_NO_INLINE void
read_rare(const Run *run, guint record, const gchar *text, gsize length)
{
    const QyField field = {.text = text, .length = length};

    if (!run->block->apart[record] && !qy_row_read_cell(run->worker, run->column, run->first + record, &field))
        run->block->apart[record] = 1;
}

/* The cells of a column, one record after the other. */
typedef struct {
    const gchar *base;
    const guint32 *begins, *stop; /* the latter: where the cell at hand stops */
    guint stride;
    gboolean is_first; /* field of its record */
} Cells;

static inline Cells
cells_of(const Run *run)
{
    const guint field = (guint)run->plan->field;

    return (Cells){run->block->base, run->block->begins, run->block->stops + field, run->block->n_fields, field == 0};
}

static inline const gchar *
next_cell(Cells *self, guint record, gboolean has_quotes, gsize *length)
{
    const guint32 begin = self->is_first ? self->begins[record] : self->stop[-1] + 1;
    const gchar *text = self->base + begin;
    const guint quotes = has_quotes && *text == '"'; /* at both ends */

    *length = *self->stop - begin - 2 * quotes;
    self->stop += self->stride;
    return text + quotes;
}

#define FOR_EACH_CELL_OF(run, has_quotes, plain)                                                                       \
    do {                                                                                                               \
        const guint n = (run)->block->n_records;                                                                       \
        Cells cells = cells_of(run);                                                                                   \
        for (guint record = 0; record < n; record++) {                                                                 \
            gsize length;                                                                                              \
            const gchar *text = next_cell(&cells, record, has_quotes, &length);                                        \
            if (!(plain) && !is_missing(run, record, length))                                                          \
                read_rare(run, record, text, length);                                                                  \
        }                                                                                                              \
    } while (0)

/* Tries @plain, an expression of `record`, `text` and `length` that is FALSE for what is rare, on each cell. */
#define FOR_EACH_CELL(run, plain)                                                                                      \
    do {                                                                                                               \
        if ((run)->block->has_quotes)                                                                                  \
            FOR_EACH_CELL_OF(run, TRUE, plain);                                                                        \
        else                                                                                                           \
            FOR_EACH_CELL_OF(run, FALSE, plain);                                                                       \
    } while (0)

static void
read_dates(const Run *run)
{
    const QyDate *month_starts = qy_cell_month_starts();
    QyDate *out = run->worker->frame.columns[run->column].narrow + run->first;

    FOR_EACH_CELL(run, qy_cell_plain_date(text, length, month_starts, &out[record]));
}

/* 1 to 8 bytes, the last on top; what stands before the cell goes with the shift. */
static inline guint64
load_shifted(const gchar *text, gsize length)
{
    guint64 x;

    memcpy(&x, text, 8);
    return GUINT64_FROM_LE(x) << (64 - 8 * length);
}

static inline gboolean
plain_number(const gchar *text, gsize length, guint scale, gint64 low, gint64 high, gint64 *out)
{
    gint64 value;

    if (length - 1 > 7 || !qy_cell_plain_number(load_shifted(text, length), length, scale, &value) || value < low ||
        value > high)
        return FALSE;
    *out = value;
    return TRUE;
}

static void
read_numbers(const Run *run, guint scale)
{
    const gint64 low = run->plan->def->low, high = run->plan->def->high;
    gint64 *out = run->worker->frame.columns[run->column].wide + run->first;

    FOR_EACH_CELL(run, plain_number(text, length, scale, low, high, &out[record]));
}

/* An answer is one digit nearly always. */
static void
read_items(const Run *run)
{
    const QyColumnPlan *plan = run->plan;
    gint32 *out = run->worker->frame.columns[run->column].narrow + run->first;

    FOR_EACH_CELL(run, length == 1 && (guchar)(*text - '0') <= 9 && (plan->plain_answers >> (*text - '0') & 1) != 0 &&
                           (out[record] = plan->answers[*text - '0'], TRUE));
}

static void
read_words(const Run *run)
{
    const QySpellings *words = run->plan->spellings;
    gint32 *out = run->worker->frame.columns[run->column].narrow + run->first;

    FOR_EACH_CELL(run, length > 0 &&
                           qy_spelling_find(words, load_shifted(text, MIN(length, 8)), text, length, &out[record]));
}

/* So long may a text be without anyone having to look whether it names a person. */
static gsize
max_plain_text(const QyColumnPlan *plan)
{
    return (plan->def->flags & QY_COLUMN_PERSONAL) != 0 ? QY_PERSONAL_MIN_BYTES - 1 : QY_ID_MAX_BYTES;
}

static inline gboolean
plain_id(const gchar *text, gsize length, gsize max_bytes)
{
    /* No number that lost its digits, and no NULL or NA, begins with another letter than N. */
    return length - 1 < max_bytes && g_ascii_isalpha(*text) && (*text | 0x20) != 'n' && is_plain(text[length - 1]);
}

static inline gboolean
plain_own_id(QyWorker *worker, guint row, const gchar *text, gsize length, gsize max_bytes)
{
    if (!plain_id(text, length, max_bytes))
        return FALSE;
    worker->ids[row] = text;
    worker->id_lengths[row] = (guint8)length;
    worker->id_hashes[row] = qy_hash_bytes(text, length);
    return TRUE;
}

static void
read_ids(const Run *run)
{
    QyWorker *worker = run->worker;
    const guint first = run->first;
    const gsize max_bytes = max_plain_text(run->plan);

    FOR_EACH_CELL(run, plain_own_id(worker, first + record, text, length, max_bytes));
}

static inline gboolean
plain_reference(QyPendingRef *pending, const QyColumnPlan *plan, const gchar *text, gsize length)
{
    if (length - 1 >= QY_ID_MAX_BYTES || !is_plain(*text) || !is_plain(text[length - 1]))
        return FALSE;
    qy_pending_set(pending, plan, text, length);
    return TRUE;
}

static void
read_references(const Run *run)
{
    const QyColumnPlan *plan = run->plan;
    QyPendingRef *pending = run->worker->pending[run->column] + run->first;

    FOR_EACH_CELL(run, plain_reference(&pending[record], plan, text, length));
}

static inline gboolean
plain_text(QyWorker *worker, gint32 *out, const gchar *text, gsize length, gsize max_bytes)
{
    if (length - 1 >= max_bytes || !is_plain(*text) || !is_plain(text[length - 1]))
        return FALSE;
    if (out != NULL)
        *out = (gint32)qy_row_text_number(worker, text, length);
    return TRUE;
}

/* Short texts; others may be something else than they seem. */
static void
read_texts(const Run *run)
{
    QyWorker *worker = run->worker;
    const gsize max_bytes = max_plain_text(run->plan);
    gint32 *narrow = worker->frame.columns[run->column].narrow;

    if (!qy_pass_keeps(worker->pass, run->column))
        narrow = NULL;
    FOR_EACH_CELL(run,
                  plain_text(worker, narrow != NULL ? &narrow[run->first + record] : NULL, text, length, max_bytes));
}

static void
read_cells(const Run *run)
{
    FOR_EACH_CELL(run, FALSE);
}

/* A text that nobody asks for, and that can't be wrong. */
static gboolean
is_ignored(const QyWorker *worker, const QyColumnPlan *plan, guint column)
{
    return plan->def->type == QY_TYPE_TEXT && !plan->def->required && plan->values == NULL &&
           (plan->def->flags & (QY_COLUMN_PERSONAL | QY_COLUMN_ID_TEXT)) == 0 && !qy_pass_keeps(worker->pass, column);
}

static void
read_column(const Run *run)
{
    const QyColumnDef *def = run->plan->def;

    if (run->plan->values != NULL) {
        read_cells(run);
        return;
    }
    switch (def->type) {
    case QY_TYPE_ID:
        read_ids(run);
        return;
    case QY_TYPE_REF:
        if (run->plan->own_table)
            read_cells(run);
        else
            read_references(run);
        return;
    case QY_TYPE_DATE:
        read_dates(run);
        return;
    case QY_TYPE_INTEGER:
        read_numbers(run, 0);
        return;
    case QY_TYPE_QUANTITY:
        read_numbers(run, QY_SCALE_QUANTITY);
        return;
    case QY_TYPE_WEIGHT:
        read_numbers(run, QY_SCALE_WEIGHT);
        return;
    case QY_TYPE_WORD:
        read_words(run);
        return;
    case QY_TYPE_ITEM:
        read_items(run);
        return;
    case QY_TYPE_TEXT:
        if ((def->flags & QY_COLUMN_ID_TEXT) != 0)
            read_cells(run);
        else
            read_texts(run);
        return;
    }
}

/* ---- Whole records ---- */

static gboolean
is_late(const QyWorker *worker, guint row)
{
    const gint column = worker->source->cutoff_column;

    return column >= 0 &&
           worker->frame.columns[column].narrow[row] > worker->source->dataset->assessment->settings.cutoff;
}

void
qy_worker_block(QyWorker *self, QyBlock *block)
{
    const QySource *source = self->source;
    const guint first = self->frame.n_rows;
    guint n_apart = 0;

    for (guint i = 0; i < source->def->n_columns; i++) {
        const QyColumnPlan *plan = &source->columns[i];
        const Run run = {self, block, plan, i, first};

        if (plan->field >= 0 && !is_ignored(self, plan, i))
            read_column(&run);
    }
    for (guint i = 0; i < block->n_records; i++) {
        self->places[first + i] = (QyPlace){block->base + block->begins[i], block->row + i, block->line + i};
        n_apart += block->apart[i];
    }
    self->frame.n_rows += block->n_records;
    self->counts.rows += block->n_records - n_apart;
    for (guint i = 0; i < block->n_records; i++) {
        if (G_UNLIKELY(block->apart[i])) {
            qy_worker_read_apart(self, first + i);
        } else if (G_UNLIKELY(is_late(self, first + i))) {
            self->counts.late++;
            qy_worker_drop(self, first + i);
        }
    }
}
