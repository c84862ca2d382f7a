#define G_LOG_DOMAIN "qy-load"

#include "load/dataset-private.h"

#include <string.h>

#define ARENA_BLOCK 65536
#define SCRATCH_ROW QY_BATCH_ROWS /* where a record is read a second time */
#define NARROW_MISSING G_MININT32
#define NARROW_DONT_KNOW (G_MININT32 + 1) /* of an ITEM, until the batch is finished */
#define PERSONAL_MIN_BYTES 11             /* no mobile or identity number is shorter */

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
                column->narrow[row] = NARROW_MISSING;
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

/* ---- Text ---- */

/* (transfer none): a copy, NUL-terminated, that lives as long as the batch. */
static const gchar *
keep_text(QyWorker *self, const gchar *text, gsize length)
{
    gchar *copy;

    if (G_UNLIKELY(length + 1 > ARENA_BLOCK)) { /* only ids and references are kept, so this is one to be refused */
        length = ARENA_BLOCK - 1;
    }
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
    return is_volatile(self, text) ? keep_text(self, text, length) : text;
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

/* The text's number in the dataset's pool; each thread remembers what it asked for. */
static guint32
text_number(QyWorker *self, const gchar *text, gsize length)
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
cell_fault(QyReject *fault, QyRejectCode code, QyFaultKind kind, QyCellHint hint)
{
    fault->code = (guint8)code;
    fault->kind = (guint8)kind;
    fault->hint = (guint8)hint;
    return FALSE;
}

static gboolean
fault_of_cell(QyReject *fault, QyCellFault found, QyCellHint hint)
{
    return cell_fault(fault, found == QY_CELL_OUT_OF_RANGE ? QY_REJECT_RANGE : QY_REJECT_UNREADABLE, QY_FAULT_CELL,
                      hint);
}

/* Whether the text begins like a number, so that it may have lost digits (V5). */
static inline gboolean
check_id(const gchar *text, gsize length, QyReject *fault)
{
    QyCellHint hint = QY_HINT_NONE;
    QyCellFault found;

    if (G_LIKELY(length <= 64 && g_ascii_isalpha(text[0])))
        return TRUE;
    found = qy_cell_id(text, length, &hint);
    return found == QY_CELL_GOOD || fault_of_cell(fault, found, hint);
}

static gboolean
check_person(const QyColumnPlan *plan, const gchar *text, gsize length, QyReject *fault)
{
    if ((plan->def->flags & QY_COLUMN_PERSONAL) == 0 || length < PERSONAL_MIN_BYTES ||
        !qy_cell_is_personal(text, length))
        return TRUE;
    return cell_fault(fault, QY_REJECT_PERSONAL, QY_FAULT_PERSONAL, QY_HINT_NONE);
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
        narrow[row] = NARROW_DONT_KNOW;
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
    guint64 head = 0;

    memcpy(&head, text, MIN(length, 8));
    for (guint i = 0; i < plan->n_spellings; i++) {
        const QySpelling *spelling = &plan->spellings[i];

        if (spelling->head == head && spelling->length == length &&
            (length <= 8 || memcmp(spelling->text + 8, text + 8, length - 8) == 0)) {
            self->frame.columns[column].narrow[row] = spelling->value;
            return TRUE;
        }
    }
    fault->text = qy_words_usual(plan->def->words, text, length);
    return cell_fault(fault, QY_REJECT_WORD, QY_FAULT_WORD, QY_HINT_NONE);
}

static inline gboolean
read_text(QyWorker *self, const QyColumnPlan *plan, guint column, guint row, const gchar *text, gsize length,
          QyReject *fault)
{
    if (!check_person(plan, text, length, fault))
        return FALSE;
    if ((plan->def->flags & QY_COLUMN_ID_TEXT) != 0 && !check_id(text, length, fault))
        return FALSE;
    if ((self->pass->kept[column / 64] >> (column % 64) & 1) != 0)
        self->frame.columns[column].narrow[row] = (gint32)text_number(self, text, length);
    return TRUE;
}

static inline gboolean
read_reference(QyWorker *self, const QyColumnPlan *plan, guint column, guint row, const gchar *text, gsize length,
               QyReject *fault)
{
    if (plan->own_table) {
        if (!check_id(text, length, fault))
            return FALSE;
        self->frame.columns[column].narrow[row] = (gint32)text_number(self, text, length);
        return TRUE;
    }
    self->pending[column][row] =
        (QyPendingRef){stable_text(self, text, length), qy_hash_bytes(text, length), (guint)length};
    if (plan->target != NULL)
        qy_id_index_prefetch(plan->target, self->pending[column][row].hash);
    return TRUE;
}

static inline void
set_missing(QyWorker *self, const QyColumnPlan *plan, guint column, guint row)
{
    if (self->pending[column] != NULL)
        self->pending[column][row].length = 0;
    if (self->frame.columns[column].wide != NULL)
        self->frame.columns[column].wide[row] = plan->def->fallback;
    else if (self->frame.columns[column].narrow != NULL)
        self->frame.columns[column].narrow[row] = NARROW_MISSING;
}

static inline __attribute__((always_inline)) gboolean
read_cell(QyWorker *self, guint column, guint row, const QyField *field, QyReject *fault)
{
    const QyColumnPlan *plan = &self->source->columns[column];
    gsize length;
    const gchar *text = cell_text(self, plan, field, &length);

    if (length == 0) {
        if (G_UNLIKELY(plan->def->required))
            return cell_fault(fault, QY_REJECT_REQUIRED, QY_FAULT_EMPTY, QY_HINT_NONE);
        set_missing(self, plan, column, row);
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

/* ---- References ---- */

static gint32
find_reference(const QyColumnPlan *plan, const QyPendingRef *ref)
{
    if (ref->length == 0 || plan->target == NULL)
        return NARROW_MISSING;
    return qy_id_index_find_hashed(plan->target, ref->hash, ref->text, ref->length);
}

static inline gboolean
has_level(const QyWorker *self, const QyColumnPlan *plan, gint32 area)
{
    return plan->def->level < 0 || self->source->dataset->tree_level[area] == plan->def->level;
}

gboolean
qy_fault_of_unknown_id(const QyDataset *dataset, QyTableId table, const gchar *text, gsize length, QyReject *fault)
{
    const QyTableState *target = &dataset->tables[table];
    QyCellHint hint = QY_HINT_NONE;
    gint near_row;

    fault->number[0] = table;
    if (target->refused != NULL && length <= 64) {
        g_autofree gchar *key = g_strndup(text, length);
        gpointer row = g_hash_table_lookup(target->refused, key);

        if (row != NULL) {
            fault->number[1] = GPOINTER_TO_SIZE(row) - 1;
            return cell_fault(fault, QY_REJECT_CASCADE, QY_FAULT_CASCADE, QY_HINT_NONE);
        }
    }
    if (qy_cell_id(text, length, &hint) != QY_CELL_GOOD)
        return cell_fault(fault, QY_REJECT_UNREADABLE, QY_FAULT_CELL, hint);
    near_row = qy_id_index_near(target->index, text, length);
    fault->text = near_row >= 0 ? target->index->ids[near_row] : NULL;
    return cell_fault(fault, QY_REJECT_REFERENCE, QY_FAULT_UNKNOWN_ID, QY_HINT_NONE);
}

static gboolean
check_reference(QyWorker *self, guint column, guint row, QyReject *fault)
{
    const QyColumnPlan *plan = &self->source->columns[column];
    const QyPendingRef *ref = &self->pending[column][row];
    gint32 found = find_reference(plan, ref);

    if (found == NARROW_MISSING)
        return TRUE;
    if (found < 0)
        return qy_fault_of_unknown_id(self->source->dataset, plan->refers, ref->text, ref->length, fault);
    if (has_level(self, plan, found))
        return TRUE;
    fault->number[0] = self->source->dataset->tree_level[found];
    fault->number[1] = (guint64)plan->def->level;
    return cell_fault(fault, QY_REJECT_REFERENCE, QY_FAULT_LEVEL, QY_HINT_NONE);
}

/* ---- Refused records ---- */

static const gchar *
shown(QyWorker *self, const gchar *text, gsize length, gboolean mask)
{
    g_autofree gchar *safe = qy_cell_shown(text, length, mask);

    return g_string_chunk_insert_const(self->texts, safe);
}

static gboolean
holds_one(const gchar *text, const gchar *const *words)
{
    for (; *words != NULL; words++) {
        if (strstr(text, *words) != NULL)
            return TRUE;
    }
    return FALSE;
}

/* F6: by the first cell that has a value, or by cells that repeat the header. */
static QyLook
look_of(QyWorker *self, const QyScanned *record)
{
    static const gchar *const totals[] = {"合计", "总计", "小计", "共计", "总和", NULL};
    static const gchar *const remarks[] = {"制表",   "填表",  "审核人", "负责人", "签字", "签名", "盖章",
                                           "备注：", "备注:", "说明：", "说明:",  "注：", "注:",  NULL};
    const QyHeader *header = qy_reader_header(self->source->reader);
    guint n_repeated = 0;
    gboolean is_first = TRUE;

    for (guint i = 0; i < MIN(record->n_fields, self->source->n_fields); i++) {
        gsize length;
        const gchar *text = field_text(self, &record->fields[i], &length);
        g_autofree gchar *copy = NULL;

        if (length == 0)
            continue;
        copy = g_strndup(text, MIN(length, 256));
        n_repeated += strcmp(copy, header->cells[i]) == 0;
        if (is_first) {
            is_first = FALSE;
            if (holds_one(copy, totals) || g_ascii_strcasecmp(copy, "total") == 0 ||
                g_ascii_strcasecmp(copy, "sum") == 0)
                return QY_LOOK_TOTAL;
            if (holds_one(copy, remarks))
                return QY_LOOK_SIGNATURE;
        }
    }
    return n_repeated >= 2 ? QY_LOOK_HEADER : QY_LOOK_NONE;
}

/* So that a row that refers to this one can be told so. */
static void
keep_refused_id(QyWorker *self, const QyScanned *record)
{
    gint field = self->source->columns[0].field;
    gsize length;
    const gchar *text;

    if (!self->pass->keep_refused_ids || self->source->def->columns[0].type != QY_TYPE_ID || field < 0 ||
        record->state != QY_RECORD_GOOD || (guint)field >= record->n_fields)
        return;
    text = cell_text(self, &self->source->columns[0], &record->fields[field], &length);
    if (length > 0 && length <= 64) {
        QyRefusedId refused = {g_string_chunk_insert_len(self->texts, text, (gssize)length), record->row,
                               self->chunk_number};

        g_array_append_val(self->refused_ids, refused);
    }
}

static void
add_reject(QyWorker *self, const QyScanned *record, QyReject *fault)
{
    fault->row = record->row;
    fault->line = record->line;
    fault->chunk = self->chunk_number;
    if (record->state == QY_RECORD_GOOD && fault->code != QY_REJECT_DUPLICATE && fault->code != QY_REJECT_PERSONAL)
        fault->look = (guint8)look_of(self, record);
    if (fault->value == NULL && fault->column >= 0 && fault->kind != QY_FAULT_EMPTY &&
        record->state == QY_RECORD_GOOD) {
        const QyColumnPlan *plan = &self->source->columns[fault->column];
        gsize length = 0;
        const gchar *text = plan->field >= 0 ? cell_text(self, plan, &record->fields[plan->field], &length) : "";

        fault->value = shown(self, text, length, fault->code == QY_REJECT_PERSONAL);
    }
    keep_refused_id(self, record);
    g_array_append_val(self->rejects, *fault);
    self->counts.refused++;
}

#define NO_FAULT                                                                                                       \
    {                                                                                                                  \
        .column = -1, .field = -1                                                                                      \
    }

static G_GNUC_NO_INLINE gboolean
read_cell_again(QyWorker *self, guint column, const QyField *field, QyReject *fault)
{
    return read_cell(self, column, SCRATCH_ROW, field, fault);
}

/* The first fault of a record that is known to have one, read anew. */
static void
refuse_cells(QyWorker *self, const QyScanned *record)
{
    QyReject fault = NO_FAULT;

    for (guint i = 0; i < self->source->def->n_columns; i++) {
        const QyColumnPlan *plan = &self->source->columns[i];

        if (plan->field < 0)
            continue;
        if (read_cell_again(self, i, &record->fields[plan->field], &fault) &&
            (self->pending[i] == NULL || check_reference(self, i, SCRATCH_ROW, &fault)))
            continue;
        fault.column = (gint16)i;
        add_reject(self, record, &fault);
        return;
    }
    g_assert_not_reached();
}

/* Records that can't be taken apart. Returns: whether it is one */
static gboolean
refuse_form(QyWorker *self, const QyScanned *record)
{
    const QySource *source = self->source;
    QyReject fault = NO_FAULT;

    if (record->state == QY_RECORD_GOOD && G_LIKELY(record->n_fields == source->n_fields))
        return FALSE;
    if (record->state == QY_RECORD_GOOD) {
        if (record->n_fields > source->n_fields && !record->extra_value)
            return FALSE;
        fault.number[0] = record->n_fields;
        fault.number[1] = source->n_fields;
        cell_fault(&fault, QY_REJECT_FIELD_COUNT, QY_FAULT_FIELDS, QY_HINT_NONE);
    } else if (record->state == QY_RECORD_QUOTE) {
        fault.number[0] = record->n_lines;
        cell_fault(&fault, QY_REJECT_QUOTE, QY_FAULT_QUOTE, QY_HINT_NONE);
    } else {
        fault.text = qy_reader_header(source->reader)->encoding == QY_ENCODING_UTF8 ? "UTF-8" : "GB18030";
        cell_fault(&fault, QY_REJECT_ENCODING, QY_FAULT_BYTES, QY_HINT_NONE);
    }
    fault.field = record->state == QY_RECORD_GOOD ? -1 : record->problem_column;
    for (guint i = 0; i < source->def->n_columns; i++) {
        if (fault.field >= 0 && source->columns[i].field == fault.field)
            fault.column = (gint16)i;
    }
    add_reject(self, record, &fault);
    return TRUE;
}

/* ---- Public ---- */

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

void
qy_worker_record(QyWorker *self, const QyScanned *record)
{
    const QySource *source = self->source;
    guint row = self->frame.n_rows;
    QyReject ignored = NO_FAULT;

    if (record->state == QY_RECORD_BLANK) {
        self->counts.blank++;
        return;
    }
    self->counts.rows++;
    if (G_UNLIKELY(refuse_form(self, record)))
        return;
    if (source->cutoff_column >= 0 && is_late(self, record)) {
        self->counts.late++;
        return;
    }
    for (guint i = 0; i < source->def->n_columns; i++) {
        const gint field = source->columns[i].field;

        if (field >= 0 && G_UNLIKELY(!read_cell(self, i, row, &record->fields[field], &ignored))) {
            refuse_cells(self, record);
            return;
        }
    }
    self->places[row] = (QyPlace){record->begin, record->row, record->line};
    self->frame.n_rows++;
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
mark_bad(QyWorker *self, guint row)
{
    self->n_bad += self->bad[row] == 0;
    self->bad[row] = 1;
}

static void
resolve_references(QyWorker *self, guint column)
{
    const QyColumnPlan *plan = &self->source->columns[column];
    gint32 *narrow = self->frame.columns[column].narrow;

    for (guint row = 0; row < self->frame.n_rows; row++) {
        narrow[row] = find_reference(plan, &self->pending[column][row]);
        if (narrow[row] != NARROW_MISSING && G_UNLIKELY(narrow[row] < 0 || !has_level(self, plan, narrow[row])))
            mark_bad(self, row);
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
        cell_fault(fault, QY_REJECT_DUPLICATE, QY_FAULT_DUPLICATE, QY_HINT_NONE);
        return TRUE;
    }
    if (g_hash_table_contains(self->pass->firsts, begin)) {
        QyFirstPlace place = {begin, self->chunk_number, self->places[row].row};

        g_array_append_val(self->first_places, place);
    }
    return FALSE;
}

static void
check_row(QyWorker *self, guint row)
{
    QyReject fault = NO_FAULT;
    QyScanned record;

    if (G_UNLIKELY(self->bad[row])) {
        scan_again(self, row, &record);
        refuse_cells(self, &record);
    } else if (G_UNLIKELY(!qy_rules_check(self, row, &fault)) || is_duplicate(self, row, &fault)) {
        mark_bad(self, row);
        scan_again(self, row, &record);
        add_reject(self, &record, &fault);
    } else if (self->pass->unique != NULL) {
        qy_unique_add(self->pass->unique, self->number, self->id_hashes[row], self->places[row].begin);
    }
}

/* The batch without its bad rows, order kept. */
static void
close_gaps(QyWorker *self)
{
    guint to = 0;

    for (guint row = 0; row < self->frame.n_rows; row++) {
        if (self->bad[row]) {
            self->bad[row] = 0;
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
            if (narrow[row] == NARROW_DONT_KNOW) {
                narrow[row] = NARROW_MISSING;
                self->counts.dont_know[column]++;
            }
        }
    } else if (self->pending[column] != NULL && plan->target == NULL) {
        for (guint row = 0; row < self->frame.n_rows; row++)
            self->counts.unresolved[column] += self->pending[column][row].length > 0;
    } else if (has_default_text(plan) && (self->pass->kept[column / 64] >> (column % 64) & 1) != 0) {
        const gint32 *answered = self->frame.columns[self->source->def->event].narrow;

        for (guint row = 0; row < self->frame.n_rows; row++) {
            gint quarter;

            if (plan->field >= 0 && narrow[row] != NARROW_MISSING)
                continue;
            quarter = qy_date_quarter(answered[row]);
            if (quarter != self->wave_quarter) {
                gchar text[QY_DATE_TEXT_BYTES];

                qy_quarter_text(quarter, text);
                self->wave_text = text_number(self, text, strlen(text));
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

    for (guint i = 0; i < source->def->n_columns; i++) {
        if (self->pending[i] != NULL)
            resolve_references(self, i);
    }
    for (guint row = 0; row < self->frame.n_rows; row++)
        check_row(self, row);
    if (self->n_bad > 0)
        close_gaps(self);
    for (guint i = 0; i < source->def->n_columns; i++) {
        if (qy_column_present(&self->frame.columns[i]))
            finish_column(self, i);
    }
    if (self->frame.ids != NULL) {
        for (guint row = 0; row < self->frame.n_rows; row++)
            self->frame.ids[row] = keep_text(self, self->ids[row], self->id_lengths[row]);
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
    text = cell_text(self, plan, &record.fields[plan->field], &length);
    g_string_append_len(out, text, (gssize)length);
}
