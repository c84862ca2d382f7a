#define G_LOG_DOMAIN "qy-load"

#include "load/row.h"

#include <string.h>

gboolean
qy_fault_of_unknown_id(const QyDataset *dataset, QyTableId table, const gchar *text, gsize length, QyReject *fault)
{
    const QyTableState *target = &dataset->tables[table];
    QyCellHint hint = QY_HINT_NONE;
    gint near_row;

    fault->number[0] = table;
    if (target->refused != NULL && length <= QY_ID_MAX_BYTES) {
        g_autofree gchar *key = g_strndup(text, length);
        gpointer row = g_hash_table_lookup(target->refused, key);

        if (row != NULL) {
            fault->number[1] = GPOINTER_TO_SIZE(row) - 1;
            return qy_fault_set(fault, QY_REJECT_CASCADE, QY_FAULT_CASCADE, QY_HINT_NONE);
        }
    }
    if (qy_cell_id(text, length, &hint) != QY_CELL_GOOD)
        return qy_fault_set(fault, QY_REJECT_UNREADABLE, QY_FAULT_CELL, hint);
    near_row = qy_id_index_near(target->index, text, length);
    fault->text = near_row >= 0 ? target->index->ids[near_row] : NULL;
    return qy_fault_set(fault, QY_REJECT_REFERENCE, QY_FAULT_UNKNOWN_ID, QY_HINT_NONE);
}

static gboolean
check_reference(QyWorker *self, guint column, guint row, QyReject *fault)
{
    const QyColumnPlan *plan = &self->source->columns[column];
    const QyPendingRef *ref = &self->pending[column][row];
    gint32 found = qy_pending_find(plan, ref);

    if (found == QY_NARROW_MISSING)
        return TRUE;
    if (found < 0)
        return qy_fault_of_unknown_id(self->source->dataset, plan->refers, ref->text, ref->length, fault);
    if (qy_area_has_level(self, plan, found))
        return TRUE;
    fault->number[0] = self->source->dataset->tree_level[found];
    fault->number[1] = (guint64)plan->def->level;
    return qy_fault_set(fault, QY_REJECT_REFERENCE, QY_FAULT_LEVEL, QY_HINT_NONE);
}

/* The cell as it may be shown. What is wrong is often wrong in many rows, so some are remembered. */
static const gchar *
shown(QyWorker *self, const gchar *text, gsize length, gboolean mask)
{
    g_autofree gchar *safe = qy_cell_shown(text, length, mask);
    gsize n = strlen(safe);
    const gchar **cached = &self->shown[qy_hash_bytes(safe, n) & (QY_SHOWN_CACHE - 1)];

    if (*cached == NULL || strcmp(*cached, safe) != 0)
        *cached = g_string_chunk_insert_len(self->texts, safe, (gssize)n);
    return *cached;
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
        const gchar *text = qy_row_field(self, &record->fields[i], &length);
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
    text = qy_row_cell(self, &self->source->columns[0], &record->fields[field], &length);
    if (length > 0 && length <= QY_ID_MAX_BYTES) {
        QyRefusedId refused = {g_string_chunk_insert_len(self->texts, text, (gssize)length), record->row,
                               self->chunk_number};

        g_array_append_val(self->refused_ids, refused);
    }
}

void
qy_refuse(QyWorker *self, const QyScanned *record, QyReject *fault)
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
        const gchar *text = plan->field >= 0 ? qy_row_cell(self, plan, &record->fields[plan->field], &length) : "";

        fault->value = shown(self, text, length, fault->code == QY_REJECT_PERSONAL);
    }
    keep_refused_id(self, record);
    g_array_append_val(self->rejects, *fault);
    self->counts.refused++;
}

/* The first fault of a record that is known to have one, read anew. */
void
qy_refuse_cells(QyWorker *self, const QyScanned *record)
{
    QyReject fault = QY_NO_FAULT;

    for (guint i = 0; i < self->source->def->n_columns; i++) {
        const QyColumnPlan *plan = &self->source->columns[i];

        if (plan->field < 0)
            continue;
        if (qy_row_read_again(self, i, &record->fields[plan->field], &fault) &&
            (self->pending[i] == NULL || check_reference(self, i, QY_SCRATCH_ROW, &fault)))
            continue;
        fault.column = (gint16)i;
        qy_refuse(self, record, &fault);
        return;
    }
    g_assert_not_reached();
}

/* Records that can't be taken apart. Returns: whether it is one */
gboolean
qy_refuse_form(QyWorker *self, const QyScanned *record)
{
    const QySource *source = self->source;
    QyReject fault = QY_NO_FAULT;

    if (record->state == QY_RECORD_GOOD && G_LIKELY(record->n_fields == source->n_fields))
        return FALSE;
    if (record->state == QY_RECORD_GOOD) {
        if (record->n_fields > source->n_fields && !record->extra_value)
            return FALSE;
        fault.number[0] = record->n_fields;
        fault.number[1] = source->n_fields;
        qy_fault_set(&fault, QY_REJECT_FIELD_COUNT, QY_FAULT_FIELDS, QY_HINT_NONE);
    } else if (record->state == QY_RECORD_QUOTE) {
        fault.number[0] = record->n_lines;
        qy_fault_set(&fault, QY_REJECT_QUOTE, QY_FAULT_QUOTE, QY_HINT_NONE);
    } else {
        fault.text = qy_reader_header(source->reader)->encoding == QY_ENCODING_UTF8 ? "UTF-8" : "GB18030";
        qy_fault_set(&fault, QY_REJECT_ENCODING, QY_FAULT_BYTES, QY_HINT_NONE);
    }
    fault.field = record->state == QY_RECORD_GOOD ? -1 : record->problem_column;
    for (guint i = 0; i < source->def->n_columns; i++) {
        if (fault.field >= 0 && source->columns[i].field == fault.field)
            fault.column = (gint16)i;
    }
    qy_refuse(self, record, &fault);
    return TRUE;
}
