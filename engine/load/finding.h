/* Findings: rows that count and are named all the same. One finding a code and
 * subject, with the number of rows and the lowest ids, whatever the order in
 * which the rows came. Internal to load/. */
#pragma once

#include "load/load.h"

G_BEGIN_DECLS

typedef enum {
    QY_FINDING_STEPS_MISSING,
    QY_FINDING_STEPS_ORDER,
    QY_FINDING_LOG_BEFORE_START,
    QY_FINDING_LOG_RECORDED_LATE,
    QY_FINDING_BATCH_AT_END,
    QY_FINDING_OTHER_UNIT,
    QY_FINDING_WISH_BEFORE_CLAIM,
    QY_FINDING_AFTER_AS_OF,
} QyFindingCode;

#define QY_FINDING_EXAMPLES 5

typedef struct _QyFindings QyFindings;

QyFindings *qy_findings_new(void);
void qy_findings_free(QyFindings *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyFindings, qy_findings_free)

/* @table: whose row it is; @subject: row of areas or of commitments, by the code, -1 none; @example: an id of the
 * row, not necessarily NUL-terminated. */
void qy_findings_add(QyFindings *self, QyFindingCode code, QyTableId table, gint subject, const gchar *example,
                     gsize length);
/* Adds all of @other, which stays as it is. */
void qy_findings_merge(QyFindings *self, const QyFindings *other);

/* How many rows one finding has; 0 when it wasn't made. */
guint64 qy_findings_rows(const QyFindings *self, QyFindingCode code, QyTableId table, gint subject);
/* Adds one finding of @self to @to. For what is known to be one only when all rows are seen. */
void qy_findings_copy(const QyFindings *self, QyFindingCode code, QyTableId table, gint subject, QyFindings *to);

/* As qy_dataset_findings() says. */
QyTable *qy_findings_to_table(const QyFindings *self, const QyDataset *dataset);

G_END_DECLS
