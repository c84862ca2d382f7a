/* evaluate: the inside of an evaluator, for its two files. */
#pragma once

#include "measure/run.h"

G_BEGIN_DECLS

struct _QyEvaluator {
    QyMeasures *run;
    const QyRelation *relation;
    guint n_nodes;     /* that are worked out */
    gint *order;       /* their numbers, each behind those it reads */
    QyVector *vectors; /* by node of the relation */
    gpointer *buffers; /* by node: where its vector is written */
    gint64 **widened;  /* by node: the same values in 64 bits, when asked for */
    gboolean *is_wide; /* by node: widened for this block */
    const QyFrame *frame;
    guint first, n;
    gint overflow; /* lowest measure, -1 none */
};

void qy_evaluate_condition(QyEvaluator *self, gint number, const QyNode *node);

G_END_DECLS
