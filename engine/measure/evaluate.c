#define G_LOG_DOMAIN "qy-measure"

/* Nodes over a block of rows, one plain loop a node. */
#include "measure/evaluate.h"

#include <string.h>

static gint32 all_missing[QY_BLOCK_ROWS];

static const QyNode *
get_node(const QyEvaluator *self, gint node)
{
    return &g_array_index(self->relation->nodes, QyNode, node);
}

/* ---- Which nodes ---- */

static guint
arguments_of(const QyNode *node, gint out[3])
{
    gint all[] = {node->a, node->b, node->c};
    guint n = 0, of_three = 0;

    switch ((QyOp)node->op) {
    case QY_NODE_NUMBER:
    case QY_NODE_ROW:
    case QY_NODE_KEY:
    case QY_NODE_TRUE:
        break;
    case QY_NODE_COLUMN:
    case QY_NODE_MEASURE:
    case QY_NODE_RATIO:
        of_three = node->a >= 0 ? 1 : 0;
        break;
    case QY_NODE_PRORATE:
        of_three = 3;
        break;
    case QY_NODE_ABS:
    case QY_NODE_QUARTER:
    case QY_NODE_MONTH:
    case QY_NODE_RANGE:
    case QY_NODE_DIFFERS:
    case QY_NODE_BITS:
    case QY_NODE_SET:
    case QY_NODE_MISSING:
    case QY_NODE_PRESENT:
        of_three = 1;
        break;
    default:
        of_three = 2;
        break;
    }
    while (n < of_three) {
        out[n] = all[n];
        n++;
    }
    return n;
}

/* Nodes stand behind those they read, so one walk from the end finds all. */
static void
choose_nodes(QyEvaluator *self, const gint *roots, guint n_roots)
{
    guint n = self->relation->nodes->len;
    g_autofree gboolean *needed = g_new0(gboolean, n + 1);
    gint arguments[3];

    for (guint i = 0; i < n_roots; i++) {
        if (roots[i] >= 0)
            needed[roots[i]] = TRUE;
    }
    for (guint i = n; i-- > 0;) {
        if (!needed[i])
            continue;
        for (guint k = arguments_of(get_node(self, (gint)i), arguments); k-- > 0;)
            needed[arguments[k]] = TRUE;
    }
    for (guint i = 0; i < n; i++) {
        if (needed[i])
            self->order[self->n_nodes++] = (gint)i;
    }
}

/* ---- Vectors that stay the same ---- */

static void
fill_wide(QyEvaluator *self, gint node, gint64 value)
{
    gint64 *out = g_new(gint64, QY_BLOCK_ROWS);

    for (guint i = 0; i < QY_BLOCK_ROWS; i++)
        out[i] = value;
    self->buffers[node] = out;
    self->vectors[node].wide = out;
}

/* An own column that the input lacks is missing, or what the dictionary says. */
static void
fill_absent(QyEvaluator *self, gint number, const QyNode *node)
{
    const QyColumnDef *column = &self->relation->def->columns[node->c];

    if (column->fallback == QY_MISSING)
        self->vectors[number] = (QyVector){.narrow = all_missing};
    else if (self->buffers[number] == NULL)
        fill_wide(self, number, column->fallback);
}

static gboolean
is_narrow_column(const QyColumnDef *column)
{
    return column->type != QY_TYPE_INTEGER && column->type != QY_TYPE_QUANTITY && column->type != QY_TYPE_WEIGHT;
}

/* Makes room for a node's vector, and fills it at once where it never changes. */
static void
prepare(QyEvaluator *self, gint number)
{
    const QyNode *node = get_node(self, number);
    gsize width = sizeof(gint64);

    if (node->op == QY_NODE_NUMBER) {
        fill_wide(self, number, node->low);
        return;
    }
    if (node->op == QY_NODE_TRUE) {
        self->buffers[number] = g_malloc(QY_BLOCK_ROWS);
        memset(self->buffers[number], 1, QY_BLOCK_ROWS);
        self->vectors[number].mask = self->buffers[number];
        return;
    }
    if (node->op == QY_NODE_KEY || ((node->op == QY_NODE_COLUMN || node->op == QY_NODE_MEASURE) && node->a < 0))
        return; /* points into the column itself */
    if (qy_node_is_condition(node))
        width = 1;
    else if (node->op == QY_NODE_ROW || node->op == QY_NODE_QUARTER || node->op == QY_NODE_MONTH)
        width = sizeof(gint32);
    self->buffers[number] = g_malloc(QY_BLOCK_ROWS * width);
}

QyEvaluator *
qy_evaluator_new(QyMeasures *run, const QyRelation *relation, const gint *roots, guint n_roots)
{
    QyEvaluator *self = g_new0(QyEvaluator, 1);
    guint n = relation->nodes->len + 1;
    static gsize once;

    if (g_once_init_enter(&once)) {
        for (guint i = 0; i < QY_BLOCK_ROWS; i++)
            all_missing[i] = G_MININT32;
        g_once_init_leave(&once, 1);
    }
    self->run = run;
    self->relation = relation;
    self->overflow = -1;
    self->order = g_new0(gint, n);
    self->vectors = g_new0(QyVector, n);
    self->buffers = g_new0(gpointer, n);
    self->widened = g_new0(gint64 *, n);
    self->is_wide = g_new0(gboolean, n);
    choose_nodes(self, roots, n_roots);
    for (guint i = 0; i < self->n_nodes; i++)
        prepare(self, self->order[i]);
    return self;
}

void
qy_evaluator_free(QyEvaluator *self)
{
    if (self == NULL)
        return;
    for (guint i = 0; i < self->relation->nodes->len; i++) {
        g_free(self->buffers[i]);
        g_free(self->widened[i]);
    }
    g_free(self->order);
    g_free(self->vectors);
    g_free(self->buffers);
    g_free(self->widened);
    g_free(self->is_wide);
    g_free(self);
}

void
qy_evaluator_wanted(const QyEvaluator *self, guint64 *wanted)
{
    for (guint i = 0; i < self->n_nodes; i++) {
        const QyNode *node = get_node(self, self->order[i]);

        if (node->op == QY_NODE_COLUMN && node->a < 0)
            wanted[node->c / 64] |= G_GUINT64_CONSTANT(1) << (node->c % 64);
    }
}

gint
qy_evaluator_overflow(const QyEvaluator *self)
{
    return self->overflow;
}

/* ---- Reading a vector ---- */

const gint64 *
qy_evaluator_wide(QyEvaluator *self, gint node)
{
    const QyVector *vector = &self->vectors[node];
    gint64 *out;

    if (vector->wide != NULL)
        return vector->wide;
    if (self->is_wide[node])
        return self->widened[node];
    if (self->widened[node] == NULL)
        self->widened[node] = g_new(gint64, QY_BLOCK_ROWS);
    out = self->widened[node];
    for (guint i = 0; i < self->n; i++)
        out[i] = vector->narrow[i] == G_MININT32 ? QY_MISSING : vector->narrow[i];
    self->is_wide[node] = TRUE;
    return out;
}

const gint32 *
qy_evaluator_narrow(QyEvaluator *self, gint node)
{
    g_assert(self->vectors[node].narrow != NULL);
    return self->vectors[node].narrow;
}

const guint8 *
qy_evaluator_mask(const QyEvaluator *self, gint node)
{
    return self->vectors[node].mask;
}

static void
note_overflow(QyEvaluator *self, gint node)
{
    gint owner = (gint)g_array_index(self->relation->owners, guint, node);

    if (self->overflow < 0 || owner < self->overflow)
        self->overflow = owner;
}

/* ---- Columns ---- */

static void
read_own_column(QyEvaluator *self, gint number, const QyNode *node)
{
    const QyColumn *column = &self->frame->columns[node->c];
    QyVector *vector = &self->vectors[number];

    if (!qy_column_present(column)) {
        fill_absent(self, number, node);
        return;
    }
    vector->narrow = column->narrow != NULL ? column->narrow + self->first : NULL;
    vector->wide = column->wide != NULL ? column->wide + self->first : NULL;
}

static void
read_far_column(QyEvaluator *self, gint number, const QyNode *node)
{
    const QyFrame *frame = qy_dataset_frame(self->run->dataset, node->b);
    const QyColumn *column = &frame->columns[node->c];
    const gint32 *rows = qy_evaluator_narrow(self, node->a);
    gint64 otherwise = qy_column_present(column) ? QY_MISSING : frame->def->columns[node->c].fallback;

    if (column->narrow != NULL || (column->wide == NULL && is_narrow_column(&frame->def->columns[node->c]))) {
        gint32 *out = self->buffers[number];

        for (guint i = 0; i < self->n; i++)
            out[i] = rows[i] >= 0 && column->narrow != NULL ? column->narrow[rows[i]] : G_MININT32;
        self->vectors[number].narrow = out;
    } else {
        gint64 *out = self->buffers[number];

        for (guint i = 0; i < self->n; i++)
            out[i] = rows[i] < 0 ? QY_MISSING : column->wide != NULL ? column->wide[rows[i]] : otherwise;
        self->vectors[number].wide = out;
    }
}

static void
read_measure(QyEvaluator *self, gint number, const QyNode *node)
{
    const gint64 *values = self->run->columns[node->b];
    gint64 *out = self->buffers[number];
    const gint32 *rows;

    if (node->a < 0) {
        self->vectors[number].wide = values + self->first;
        return;
    }
    rows = qy_evaluator_narrow(self, node->a);
    for (guint i = 0; i < self->n; i++)
        out[i] = rows[i] >= 0 ? values[rows[i]] : QY_MISSING;
    self->vectors[number].wide = out;
}

/* ---- Functions ---- */

#define EACH_PAIR(expression)                                                                                          \
    for (guint i = 0; i < n; i++) {                                                                                    \
        gint64 x = a[i], y = b[i];                                                                                     \
        out[i] = x == QY_MISSING || y == QY_MISSING ? QY_MISSING : (expression);                                       \
    }

typedef enum { DO_PLUS, DO_MINUS, DO_TIMES } Arithmetic;

static void
calculate(QyEvaluator *self, gint number, Arithmetic kind, const gint64 *a, const gint64 *b, gint64 *out)
{
    gboolean over = FALSE;

    for (guint i = 0; i < self->n; i++) {
        gint64 value = 0;
        gboolean bad;

        if (a[i] == QY_MISSING || b[i] == QY_MISSING) {
            out[i] = QY_MISSING;
            continue;
        }
        if (kind == DO_PLUS)
            bad = __builtin_add_overflow(a[i], b[i], &value);
        else if (kind == DO_MINUS)
            bad = __builtin_sub_overflow(a[i], b[i], &value);
        else
            bad = __builtin_mul_overflow(a[i], b[i], &value);
        over |= bad || value == QY_MISSING;
        out[i] = bad ? QY_MISSING : value;
    }
    if (over)
        note_overflow(self, number);
}

/* min(1, a/b) to 1e-9; nothing planned, nothing to say. */
static gint64
part(gint64 a, gint64 b)
{
    gint64 one = qy_pow10(QY_SCALE_PART);

    if (b <= 0)
        return QY_MISSING;
    if (a >= b)
        return one;
    if (a >= 0 && a < G_MAXINT64 / one / 2)
        return (2 * a * one / b + 1) / 2;
    return (gint64)qy_div_half_up((QyInt128)a * one, b);
}

static gint64
prorate(gint64 x, gint64 from, gint64 to, gint64 first, gint64 last)
{
    gint64 inside = MIN(to, last) - MAX(from, first) + 1, all = to - from + 1;

    if (all <= 0)
        return QY_MISSING;
    if (inside <= 0)
        return 0;
    return inside == all ? x : (gint64)qy_div_half_up((QyInt128)x * inside, all);
}

static void
evaluate_prorate(QyEvaluator *self, const QyNode *node, gint64 *out)
{
    const gint64 *x = qy_evaluator_wide(self, node->a);
    const gint64 *from = qy_evaluator_wide(self, node->b), *to = qy_evaluator_wide(self, node->c);

    for (guint i = 0; i < self->n; i++) {
        gboolean missing = x[i] == QY_MISSING || from[i] == QY_MISSING || to[i] == QY_MISSING;

        out[i] = missing ? QY_MISSING : prorate(x[i], from[i], to[i], node->low, node->high);
    }
}

static void
evaluate_calendar(QyEvaluator *self, gint number, const QyNode *node)
{
    const gint64 *dates = qy_evaluator_wide(self, node->a);
    gint32 *out = self->buffers[number];

    for (guint i = 0; i < self->n; i++) {
        if (dates[i] == QY_MISSING)
            out[i] = G_MININT32;
        else
            out[i] = node->op == QY_NODE_QUARTER ? qy_date_quarter((QyDate)dates[i]) : qy_date_month((QyDate)dates[i]);
    }
    self->vectors[number].narrow = out;
}

static void
evaluate_pair(QyEvaluator *self, gint number, const QyNode *node, gint64 *out)
{
    const gint64 *a = qy_evaluator_wide(self, node->a), *b = qy_evaluator_wide(self, node->b);
    guint n = self->n;

    switch ((QyOp)node->op) {
    case QY_NODE_PLUS:
        calculate(self, number, DO_PLUS, a, b, out);
        break;
    case QY_NODE_MINUS:
        calculate(self, number, DO_MINUS, a, b, out);
        break;
    case QY_NODE_TIMES:
        calculate(self, number, DO_TIMES, a, b, out);
        break;
    case QY_NODE_LEAST:
        EACH_PAIR(MIN(x, y))
        break;
    case QY_NODE_GREATEST:
        EACH_PAIR(MAX(x, y))
        break;
    case QY_NODE_PART:
        EACH_PAIR(part(x, y))
        break;
    default: /* QY_NODE_DEFAULT */
        for (guint i = 0; i < n; i++)
            out[i] = a[i] == QY_MISSING ? b[i] : a[i];
        break;
    }
}

static void
evaluate_value(QyEvaluator *self, gint number, const QyNode *node)
{
    gint64 *out = self->buffers[number];

    if (node->op == QY_NODE_PRORATE) {
        evaluate_prorate(self, node, out);
    } else if (node->op == QY_NODE_ABS) {
        const gint64 *a = qy_evaluator_wide(self, node->a);

        for (guint i = 0; i < self->n; i++)
            out[i] = a[i] == QY_MISSING || a[i] >= 0 ? a[i] : -a[i];
    } else {
        evaluate_pair(self, number, node, out);
    }
    self->vectors[number].wide = out;
}

/* ---- A block ---- */

static void
evaluate_node(QyEvaluator *self, gint number)
{
    const QyNode *node = get_node(self, number);

    switch ((QyOp)node->op) {
    case QY_NODE_NUMBER:
    case QY_NODE_TRUE:
        break;
    case QY_NODE_ROW:
        for (guint i = 0; i < self->n; i++)
            ((gint32 *)self->buffers[number])[i] = (gint32)(self->first + i);
        self->vectors[number].narrow = self->buffers[number];
        break;
    case QY_NODE_KEY:
        self->vectors[number].narrow = self->run->made[self->relation->index]->keys[node->b] + self->first;
        break;
    case QY_NODE_COLUMN:
        if (node->a < 0)
            read_own_column(self, number, node);
        else
            read_far_column(self, number, node);
        break;
    case QY_NODE_MEASURE:
        read_measure(self, number, node);
        break;
    case QY_NODE_QUARTER:
    case QY_NODE_MONTH:
        evaluate_calendar(self, number, node);
        break;
    default:
        if (qy_node_is_condition(node))
            qy_evaluate_condition(self, number, node);
        else
            evaluate_value(self, number, node);
        break;
    }
}

void
qy_evaluator_block(QyEvaluator *self, const QyFrame *frame, guint first, guint n)
{
    g_assert(n <= QY_BLOCK_ROWS);
    self->frame = frame;
    self->first = first;
    self->n = n;
    for (guint i = 0; i < self->n_nodes; i++) {
        self->is_wide[self->order[i]] = FALSE;
        evaluate_node(self, self->order[i]);
    }
}
