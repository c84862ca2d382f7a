#define G_LOG_DOMAIN "qy-measure"

/* Conditions over a block of rows: a byte a row, 0 or 1. */
#include "measure/evaluate.h"

static void
evaluate_range(const QyEvaluator *self, const QyNode *node, guint8 *restrict out)
{
    const QyVector *vector = &self->vectors[node->a];

    if (vector->narrow != NULL) {
        const gint32 *restrict x = vector->narrow;
        gint32 low = (gint32)CLAMP(node->low, G_MININT32 + 1, G_MAXINT32);
        gint32 high = (gint32)CLAMP(node->high, G_MININT32, G_MAXINT32);
        gboolean none = node->low > G_MAXINT32;

        for (guint i = 0; i < self->n; i++)
            out[i] = (guint8)((x[i] >= low) & (x[i] <= high) & !none);
    } else {
        const gint64 *restrict x = vector->wide;
        gint64 low = MAX(node->low, QY_MISSING + 1), high = node->high;

        for (guint i = 0; i < self->n; i++)
            out[i] = (guint8)((x[i] >= low) & (x[i] <= high));
    }
}

static gboolean
is_in_set(const GArray *set, gint64 value)
{
    const gint64 *values = (const gint64 *)(gconstpointer)set->data;
    guint low = 0, high = set->len;

    while (low < high) {
        guint middle = (low + high) / 2;

        if (values[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low < set->len && values[low] == value;
}

/* A figure against a number of the rule, without rounding. */
static gboolean
ratio_holds(const QyFigure *figure, QyCompare compare, gint64 wanted, guint scale)
{
    gint order;

    if (figure->state != QY_FIGURE_EXACT)
        return FALSE;
    order = qy_ratio_compare(figure->num * qy_pow10(figure->den_scale), figure->den * qy_pow10(figure->num_scale),
                             wanted, qy_pow10(scale));
    switch (compare) {
    case QY_IS_EQUAL:
        return order == 0;
    case QY_IS_UNEQUAL:
        return order != 0;
    case QY_IS_LESS:
        return order < 0;
    case QY_IS_LESS_EQUAL:
        return order <= 0;
    case QY_IS_GREATER:
        return order > 0;
    case QY_IS_GREATER_EQUAL:
        return order >= 0;
    }
    return FALSE;
}

static void
evaluate_ratio(QyEvaluator *self, const QyNode *node, guint8 *out)
{
    const gint32 *rows = node->a >= 0 ? qy_evaluator_narrow(self, node->a) : NULL;

    for (guint i = 0; i < self->n; i++) {
        gint row = rows != NULL ? rows[i] : (gint)(self->first + i);

        out[i] = 0;
        if (row >= 0) {
            QyFigure figure = qy_figure_get(self->run, (guint)node->b, (guint)row);

            out[i] = (guint8)ratio_holds(&figure, (QyCompare)node->c, node->low, (guint)node->high);
        }
    }
}

static void
evaluate_presence(const QyEvaluator *self, const QyNode *node, guint8 *restrict out)
{
    const QyVector *vector = &self->vectors[node->a];
    guint8 wanted = node->op == QY_NODE_MISSING;

    if (vector->narrow != NULL) {
        for (guint i = 0; i < self->n; i++)
            out[i] = (guint8)((vector->narrow[i] == G_MININT32) == wanted);
    } else {
        for (guint i = 0; i < self->n; i++)
            out[i] = (guint8)((vector->wide[i] == QY_MISSING) == wanted);
    }
}

/* Conditions on one column and what the rule states. */
static void
evaluate_single(QyEvaluator *self, const QyNode *node, guint8 *restrict out)
{
    const gint64 *x;
    guint n = self->n;

    if (node->op == QY_NODE_RANGE) {
        evaluate_range(self, node, out);
        return;
    }
    if (node->op == QY_NODE_MISSING || node->op == QY_NODE_PRESENT) {
        evaluate_presence(self, node, out);
        return;
    }
    x = qy_evaluator_wide(self, node->a);
    if (node->op == QY_NODE_DIFFERS) {
        for (guint i = 0; i < n; i++)
            out[i] = (guint8)((x[i] != QY_MISSING) & (x[i] != node->low));
    } else if (node->op == QY_NODE_BITS) {
        for (guint i = 0; i < n; i++)
            out[i] = (guint8)(x[i] != QY_MISSING && (node->low >> (x[i] & 63) & 1));
    } else {
        const GArray *set = self->run->plan->sets->pdata[node->b];

        for (guint i = 0; i < n; i++)
            out[i] = (guint8)(x[i] != QY_MISSING && is_in_set(set, x[i]));
    }
}

#define EACH_COMPARED(operator)                                                                                        \
    for (guint i = 0; i < n; i++)                                                                                      \
        out[i] = (guint8)((a[i] != QY_MISSING) & (b[i] != QY_MISSING) & (a[i] operator b[i]));

static void
evaluate_compared(QyEvaluator *self, const QyNode *node, guint8 *restrict out)
{
    const gint64 *a = qy_evaluator_wide(self, node->a), *b = qy_evaluator_wide(self, node->b);
    guint n = self->n;

    switch ((QyOp)node->op) {
    case QY_NODE_LESS:
        EACH_COMPARED(<)
        break;
    case QY_NODE_LESS_EQUAL:
        EACH_COMPARED(<=)
        break;
    case QY_NODE_EQUAL:
        EACH_COMPARED(==)
        break;
    default:
        EACH_COMPARED(!=)
        break;
    }
}

void
qy_evaluate_condition(QyEvaluator *self, gint number, const QyNode *node)
{
    guint8 *restrict out = self->buffers[number];

    switch ((QyOp)node->op) {
    case QY_NODE_ALL:
    case QY_NODE_ANY: {
        const guint8 *restrict a = self->vectors[node->a].mask, *restrict b = self->vectors[node->b].mask;

        if (node->op == QY_NODE_ALL)
            for (guint i = 0; i < self->n; i++)
                out[i] = a[i] & b[i];
        else
            for (guint i = 0; i < self->n; i++)
                out[i] = a[i] | b[i];
        break;
    }
    case QY_NODE_LESS:
    case QY_NODE_LESS_EQUAL:
    case QY_NODE_EQUAL:
    case QY_NODE_UNEQUAL:
        evaluate_compared(self, node, out);
        break;
    case QY_NODE_RATIO:
        evaluate_ratio(self, node, out);
        break;
    default:
        evaluate_single(self, node, out);
        break;
    }
    self->vectors[number].mask = out;
}
