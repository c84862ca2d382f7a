/* Between row.c (cells to values), refuse.c (records that are refused) and
 * worker.c (batches). Internal to load/. */
#pragma once

#include "load/dataset-private.h"

G_BEGIN_DECLS

#define QY_SCRATCH_ROW QY_BATCH_ROWS /* where a record is read a second time */
#define QY_NARROW_MISSING G_MININT32
#define QY_NARROW_DONT_KNOW (G_MININT32 + 1) /* of an ITEM, until the batch is finished */
#define QY_PERSONAL_MIN_BYTES 11             /* no mobile or identity number is shorter */

/* Returns: FALSE, as whoever finds a fault does */
static inline gboolean
qy_fault_set(QyReject *fault, QyRejectCode code, QyFaultKind kind, QyCellHint hint)
{
    fault->code = (guint8)code;
    fault->kind = (guint8)kind;
    fault->hint = (guint8)hint;
    return FALSE;
}

/* The row referred to; QY_NARROW_MISSING for none, -1 for one that isn't there. */
static inline gint32
qy_pending_find(const QyColumnPlan *plan, const QyPendingRef *ref)
{
    if (ref->length == 0 || plan->target == NULL)
        return QY_NARROW_MISSING;
    return qy_id_index_find_hashed(plan->target, ref->hash, ref->text, ref->length);
}

static inline void
qy_row_set_missing(QyWorker *self, const QyColumnPlan *plan, guint column, guint row)
{
    if (self->pending[column] != NULL)
        self->pending[column][row].length = 0;
    if (self->frame.columns[column].wide != NULL)
        self->frame.columns[column].wide[row] = plan->def->fallback;
    else if (self->frame.columns[column].narrow != NULL)
        self->frame.columns[column].narrow[row] = QY_NARROW_MISSING;
}

/* An id and its hash, until the batch is full. */
static inline void
qy_pending_set(QyPendingRef *ref, const QyColumnPlan *plan, const gchar *text, gsize length)
{
    *ref = (QyPendingRef){text, qy_hash_bytes(text, length), (guint)length};
    if (plan->target != NULL)
        qy_id_index_prefetch(plan->target, ref->hash);
}

static inline gboolean
qy_area_has_level(const QyWorker *worker, const QyColumnPlan *plan, gint32 area)
{
    return plan->def->level < 0 || worker->source->dataset->tree_level[area] == plan->def->level;
}

/* The value of a closed list's word of at least one byte. @head: as in QySpelling. Returns: FALSE, @out untouched, when
 * there is none */
static inline gboolean
qy_spelling_find(const QySpellings *self, guint64 head, const gchar *text, gsize length, gint32 *out)
{
    const guint slot = self->slots[(head ^ length) * self->multiplier >> 56];
    const QySpelling *word = &self->words[slot - 1];

    if (slot == 0 || word->head != head || word->length != length ||
        (length > 8 && memcmp(word->text + 8, text + 8, length - 8) != 0))
        return FALSE;
    *out = word->value;
    return TRUE;
}

/* worker.c: a row of the batch that doesn't stand after all; one that is read again by itself. */
void qy_worker_drop(QyWorker *self, guint row);
void qy_worker_read_apart(QyWorker *self, guint row);

/* row.c: the field as text; and as [values.*] has it read. Valid until the next call. */
const gchar *qy_row_field(QyWorker *self, const QyField *field, gsize *length);
const gchar *qy_row_cell(QyWorker *self, const QyColumnPlan *plan, const QyField *field, gsize *length);
/* (transfer none): a copy, NUL-terminated, that lives as long as the batch. */
const gchar *qy_row_keep_text(QyWorker *self, const gchar *text, gsize length);
/* The text's number in the dataset's pool. */
guint32 qy_row_text_number(QyWorker *self, const gchar *text, gsize length);
/* Reads a record into @row. Returns: FALSE when it doesn't stand: it is blank, late, or refused by now */
gboolean qy_row_read(QyWorker *self, guint row, const QyScanned *record);
/* Reads one cell into @row. Returns: FALSE for a fault */
gboolean qy_row_read_cell(QyWorker *self, guint column, guint row, const QyField *field);
/* Reads a cell into the scratch row. Returns: FALSE with the fault */
gboolean qy_row_read_again(QyWorker *self, guint column, const QyField *field, QyReject *fault);

/* refuse.c: a record with a known fault, one with a fault to be found among its cells, and one that can't be taken
 * apart (returns: whether it is one). */
void qy_refuse(QyWorker *self, const QyScanned *record, QyReject *fault);
void qy_refuse_cells(QyWorker *self, const QyScanned *record);
gboolean qy_refuse_form(QyWorker *self, const QyScanned *record);

#define QY_NO_FAULT                                                                                                    \
    {                                                                                                                  \
        .column = -1, .field = -1                                                                                      \
    }

G_END_DECLS
