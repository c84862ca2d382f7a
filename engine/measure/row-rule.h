/* Rules about single rows (`look`, `points`), as measures of the rows' own
 * table. Internal to measure/. */
#pragma once

#include "measure/measure.h"

G_BEGIN_DECLS

/* The measure a rule comes to: its `from` and `where`, grouped by the rows' own
 * entity, counting each row that fits as 1, or summing the `points` that are
 * worked out from the row. Not published. */
typedef struct _QyRowRule QyRowRule;

/* @rule: must outlive the result. Tables without ids give NULL: their rows can't be told apart. */
QyRowRule *qy_row_rule_new(const QyDeclaration *rule);
void qy_row_rule_free(QyRowRule *self);
/* (transfer none) */
const QyDeclaration *qy_row_rule_measure(const QyRowRule *self);

G_END_DECLS
