#define G_LOG_DOMAIN "qy-load"

#include "load/row.h"

#include <string.h>

#include "load/cells-plain.h"

#define ARENA_BLOCK 65536

/* ---- Text ---- */

const gchar *
qy_row_keep_text(QyWorker *self, const gchar *text, gsize length)
{
    gchar *copy;

    g_assert(length < ARENA_BLOCK);
    if (self->arena_block < self->arena_blocks->len && self->arena_used + length + 1 > ARENA_BLOCK) {
        self->arena_block++;
        self->arena_used = 0;
    }
    if (self->arena_block == self->arena_blocks->len)
        g_ptr_array_add(self->arena_blocks, g_malloc(ARENA_BLOCK));
    copy = (gchar *)g_ptr_array_index(self->arena_blocks, self->arena_block) + self->arena_used;
    memcpy(copy, text, length);
    copy[length] = '\0';
    self->arena_used += length + 1;
    return copy;
}

/* A byte that is neither blank nor part of a longer character. */
static inline gboolean
is_plain_end(gchar c)
{
    return (guchar)(c - 0x21) < 0x5E;
}

/* The field as it is read, [values.*] not yet looked at. */
static inline const gchar *
field_text(QyWorker *self, const QyField *field, gsize *length)
{
    if (G_LIKELY(field->length > 0 && !field->has_escape && !field->has_high && is_plain_end(field->text[0]) &&
                 is_plain_end(field->text[field->length - 1]))) {
        *length = field->length;
        return field->text;
    }
    if (field->length == 0) {
        *length = 0;
        return field->text;
    }
    return qy_field_text(field, self->buffer, length);
}

static inline gboolean
is_volatile(const QyWorker *self, const gchar *text)
{
    return text == self->buffer->str ||
           (text > self->buffer->str && text < self->buffer->str + self->buffer->allocated_len);
}

static inline const gchar *
stable_text(QyWorker *self, const gchar *text, gsize length)
{
    return is_volatile(self, text) ? qy_row_keep_text(self, text, length) : text;
}

static const gchar *
map_value(QyWorker *self, const QyColumnPlan *plan, const gchar *text, gsize *length)
{
    const gchar *to;

    g_string_truncate(self->key, 0);
    g_string_append_len(self->key, text, (gssize)*length);
    to = g_hash_table_lookup(plan->values, self->key->str);
    if (to == NULL)
        return text;
    *length = strlen(to);
    return to;
}

static inline const gchar *
cell_text(QyWorker *self, const QyColumnPlan *plan, const QyField *field, gsize *length)
{
    const gchar *text = field_text(self, field, length);

    return G_UNLIKELY(plan->values != NULL) ? map_value(self, plan, text, length) : text;
}

/* Each thread remembers what it asked for. */
guint32
qy_row_text_number(QyWorker *self, const gchar *text, gsize length)
{
    guint64 hash = qy_hash_bytes(text, length);
    QyCachedText *cached = &self->text_cache[hash & (QY_TEXT_CACHE - 1)];

    if (cached->text == NULL || cached->hash != hash || cached->length != length ||
        memcmp(cached->text, text, length) != 0) {
        cached->number = qy_string_pool_add(self->source->dataset->strings, text, length);
        cached->text = qy_string_pool_get(self->source->dataset->strings, cached->number);
        cached->length = length;
        cached->hash = hash;
    }
    return cached->number;
}

/* ---- Cells ----
 * Each reads one cell into @row of its column. Returns: FALSE with the fault. */
static gboolean
fault_of_cell(QyReject *fault, QyCellFault found, QyCellHint hint)
{
    return qy_fault_set(fault, found == QY_CELL_OUT_OF_RANGE ? QY_REJECT_RANGE : QY_REJECT_UNREADABLE, QY_FAULT_CELL,
                        hint);
}

/* Whether the text begins like a number, so that it may have lost digits (V5). */
static inline gboolean
check_id(const gchar *text, gsize length, QyReject *fault)
{
    QyCellHint hint = QY_HINT_NONE;
    QyCellFault found;

    /* Nothing that is no id begins with a letter but N of NULL and NA. */
    if (G_LIKELY(length <= QY_ID_MAX_BYTES && g_ascii_isalpha(text[0]) && (text[0] | 0x20) != 'n'))
        return TRUE;
    found = qy_cell_id(text, length, &hint);
    return found == QY_CELL_GOOD || fault_of_cell(fault, found, hint);
}

static gboolean
check_person(const QyColumnPlan *plan, const gchar *text, gsize length, QyReject *fault)
{
    if ((plan->def->flags & QY_COLUMN_PERSONAL) == 0 || length < QY_PERSONAL_MIN_BYTES ||
        !qy_cell_is_personal(text, length))
        return TRUE;
    return qy_fault_set(fault, QY_REJECT_PERSONAL, QY_FAULT_PERSONAL, QY_HINT_NONE);
}

static inline gboolean
read_id(QyWorker *self, const QyColumnPlan *plan, guint row, const gchar *text, gsize length, QyReject *fault)
{
    if (!check_id(text, length, fault) || !check_person(plan, text, length, fault))
        return FALSE;
    self->ids[row] = stable_text(self, text, length);
    self->id_lengths[row] = (guint8)length;
    self->id_hashes[row] = qy_hash_bytes(text, length);
    return TRUE;
}

static inline gboolean
read_date(QyWorker *self, guint column, guint row, const gchar *text, gsize length, QyReject *fault)
{
    QyCellHint hint = QY_HINT_NONE;
    gboolean had_time = FALSE;
    QyDate date = QY_DATE_NONE;
    QyCellFault found = qy_cell_date(text, length, &date, &had_time, &hint);

    if (G_UNLIKELY(found != QY_CELL_GOOD))
        return fault_of_cell(fault, found, hint);
    if (G_UNLIKELY(had_time))
        self->counts.had_time[column] = TRUE;
    self->frame.columns[column].narrow[row] = date;
    return TRUE;
}

static inline gboolean
read_number(QyWorker *self, const QyColumnPlan *plan, guint column, guint row, const gchar *text, gsize length,
            QyReject *fault)
{
    guint scale = plan->def->type == QY_TYPE_QUANTITY ? QY_SCALE_QUANTITY
                  : plan->def->type == QY_TYPE_WEIGHT ? QY_SCALE_WEIGHT
                                                      : 0;
    QyCellHint hint = QY_HINT_NONE;
    gint64 value = 0;
    QyCellFault found = qy_cell_number(text, length, scale, plan->def->low, plan->def->high, &value, &hint);

    if (G_UNLIKELY(found != QY_CELL_GOOD))
        return fault_of_cell(fault, found, hint);
    self->frame.columns[column].wide[row] = value;
    return TRUE;
}

static gboolean
is_dont_know(const QyColumnPlan *plan, const gchar *text, gsize length)
{
    for (guint i = 0; plan->dont_know[i] != NULL; i++) {
        if (strlen(plan->dont_know[i]) == length && memcmp(plan->dont_know[i], text, length) == 0)
            return TRUE;
    }
    return FALSE;
}

static inline gboolean
read_item(QyWorker *self, const QyColumnPlan *plan, guint column, guint row, const gchar *text, gsize length,
          QyReject *fault)
{
    gint32 *narrow = self->frame.columns[column].narrow;
    const QyColumnDef *def = plan->def;
    QyCellHint hint = QY_HINT_NONE;
    gint64 value = 0;
    QyCellFault found;

    if (plan->dont_know != NULL && is_dont_know(plan, text, length)) {
        narrow[row] = QY_NARROW_DONT_KNOW;
        return TRUE;
    }
    found = qy_cell_number(text, length, 0, def->low, def->high, &value, &hint);
    if (G_UNLIKELY(found != QY_CELL_GOOD)) {
        fault->text = NULL;
        return fault_of_cell(fault, found, hint);
    }
    narrow[row] = (gint32)(plan->reversed ? def->low + def->high - value : value);
    return TRUE;
}

static inline gboolean
read_word(QyWorker *self, const QyColumnPlan *plan, guint column, guint row, const gchar *text, gsize length,
          QyReject *fault)
{
    if (qy_spelling_find(plan->spellings, qy_cell_load_short(text, MIN(length, 8)), text, length,
                         &self->frame.columns[column].narrow[row]))
        return TRUE;
    fault->text = qy_words_usual(plan->def->words, text, length);
    return qy_fault_set(fault, QY_REJECT_WORD, QY_FAULT_WORD, QY_HINT_NONE);
}

static inline gboolean
read_text(QyWorker *self, const QyColumnPlan *plan, guint column, guint row, const gchar *text, gsize length,
          QyReject *fault)
{
    if (!check_person(plan, text, length, fault))
        return FALSE;
    if ((plan->def->flags & QY_COLUMN_ID_TEXT) != 0 && !check_id(text, length, fault))
        return FALSE;
    if (qy_pass_keeps(self->pass, column))
        self->frame.columns[column].narrow[row] = (gint32)qy_row_text_number(self, text, length);
    return TRUE;
}

static inline gboolean
read_reference(QyWorker *self, const QyColumnPlan *plan, guint column, guint row, const gchar *text, gsize length,
               QyReject *fault)
{
    if (plan->own_table) {
        if (!check_id(text, length, fault))
            return FALSE;
        self->frame.columns[column].narrow[row] = (gint32)qy_row_text_number(self, text, length);
        return TRUE;
    }
    if (G_UNLIKELY(length > QY_ID_MAX_BYTES)) /* no id is; this much tells why */
        length = QY_ID_MAX_BYTES + 1;
    qy_pending_set(&self->pending[column][row], plan, stable_text(self, text, length), length);
    return TRUE;
}

static gboolean
read_cell(QyWorker *self, guint column, guint row, const QyField *field, QyReject *fault)
{
    const QyColumnPlan *plan = &self->source->columns[column];
    gsize length;
    const gchar *text = cell_text(self, plan, field, &length);

    if (length == 0) {
        if (G_UNLIKELY(plan->def->required))
            return qy_fault_set(fault, QY_REJECT_REQUIRED, QY_FAULT_EMPTY, QY_HINT_NONE);
        qy_row_set_missing(self, plan, column, row);
        return TRUE;
    }
    switch (plan->def->type) {
    case QY_TYPE_ID:
        return read_id(self, plan, row, text, length, fault);
    case QY_TYPE_REF:
        return read_reference(self, plan, column, row, text, length, fault);
    case QY_TYPE_DATE:
        return read_date(self, column, row, text, length, fault);
    case QY_TYPE_INTEGER:
    case QY_TYPE_QUANTITY:
    case QY_TYPE_WEIGHT:
        return read_number(self, plan, column, row, text, length, fault);
    case QY_TYPE_WORD:
        return read_word(self, plan, column, row, text, length, fault);
    case QY_TYPE_ITEM:
        return read_item(self, plan, column, row, text, length, fault);
    case QY_TYPE_TEXT:
        return read_text(self, plan, column, row, text, length, fault);
    }
    g_assert_not_reached();
}

const gchar *
qy_row_field(QyWorker *self, const QyField *field, gsize *length)
{
    return field_text(self, field, length);
}

const gchar *
qy_row_cell(QyWorker *self, const QyColumnPlan *plan, const QyField *field, gsize *length)
{
    return cell_text(self, plan, field, length);
}

gboolean
qy_row_read_again(QyWorker *self, guint column, const QyField *field, QyReject *fault)
{
    return read_cell(self, column, QY_SCRATCH_ROW, field, fault);
}

/* Rows recorded after the cutoff are set aside whatever else is wrong with them, so that
 * nothing entered later changes a result. */
static gboolean
is_late(QyWorker *self, const QyScanned *record)
{
    const QyColumnPlan *plan = &self->source->columns[self->source->cutoff_column];
    QyCellHint hint;
    gboolean had_time;
    QyDate date;
    gsize length;
    const gchar *text = cell_text(self, plan, &record->fields[plan->field], &length);

    return length > 0 && qy_cell_date(text, length, &date, &had_time, &hint) == QY_CELL_GOOD &&
           date > self->source->dataset->assessment->settings.cutoff;
}

gboolean
qy_row_read_cell(QyWorker *self, guint column, guint row, const QyField *field)
{
    QyReject ignored = QY_NO_FAULT;

    return read_cell(self, column, row, field, &ignored);
}

gboolean
qy_row_read(QyWorker *self, guint row, const QyScanned *record)
{
    const QySource *source = self->source;
    QyReject ignored = QY_NO_FAULT;

    if (record->state == QY_RECORD_BLANK) {
        self->counts.blank++;
        return FALSE;
    }
    self->counts.rows++;
    if (G_UNLIKELY(record->state != QY_RECORD_GOOD || record->n_fields != source->n_fields) &&
        qy_refuse_form(self, record))
        return FALSE;
    if (source->cutoff_column >= 0 && is_late(self, record)) {
        self->counts.late++;
        return FALSE;
    }
    for (guint i = 0; i < source->def->n_columns; i++) {
        const gint field = source->columns[i].field;

        if (field >= 0 && G_UNLIKELY(!read_cell(self, i, row, &record->fields[field], &ignored))) {
            qy_refuse_cells(self, record);
            return FALSE;
        }
    }
    return TRUE;
}

void
qy_worker_record(QyWorker *self, const QyScanned *record)
{
    const guint row = self->frame.n_rows;

    if (qy_row_read(self, row, record)) {
        self->places[row] = (QyPlace){record->begin, record->row, record->line};
        self->frame.n_rows++;
    }
}
