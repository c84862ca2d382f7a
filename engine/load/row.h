/* Between row.c (cells to values), refuse.c (records that are refused) and
 * worker.c (batches). Internal to load/. */
#pragma once

#include "load/dataset-private.h"

G_BEGIN_DECLS

#define QY_SCRATCH_ROW QY_BATCH_ROWS /* where a record is read a second time */
#define QY_NARROW_MISSING G_MININT32
#define QY_NARROW_DONT_KNOW (G_MININT32 + 1) /* of an ITEM, until the batch is finished */

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

static inline gboolean
qy_area_has_level(const QyWorker *worker, const QyColumnPlan *plan, gint32 area)
{
    return plan->def->level < 0 || worker->source->dataset->tree_level[area] == plan->def->level;
}

/* row.c: the field as text; and as [values.*] has it read. Valid until the next call. */
const gchar *qy_row_field(QyWorker *self, const QyField *field, gsize *length);
const gchar *qy_row_cell(QyWorker *self, const QyColumnPlan *plan, const QyField *field, gsize *length);
/* (transfer none): a copy, NUL-terminated, that lives as long as the batch. */
const gchar *qy_row_keep_text(QyWorker *self, const gchar *text, gsize length);
/* The text's number in the dataset's pool. */
guint32 qy_row_text_number(QyWorker *self, const gchar *text, gsize length);
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
