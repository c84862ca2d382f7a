#define G_LOG_DOMAIN "qy-measure"

/* Conditions: {column or function, operator, operand}, any{…}, all{…}. */
#include "measure/plan.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gint
add_node(QyCompiler *self, QyNode node)
{
    return qy_relation_node(self->relation, node, self->number);
}

static const QyNode *
get_node(const QyCompiler *self, gint node)
{
    return qy_relation_get(self->relation, node);
}

static const struct {
    const gchar *text;
    QyCompare compare;
} comparisons[] = {
    {"==", QY_IS_EQUAL},      {"!=", QY_IS_UNEQUAL}, {"<", QY_IS_LESS},
    {"<=", QY_IS_LESS_EQUAL}, {">", QY_IS_GREATER},  {">=", QY_IS_GREATER_EQUAL},
};

static gboolean
find_comparison(const gchar *text, QyCompare *out)
{
    for (guint i = 0; i < G_N_ELEMENTS(comparisons); i++) {
        if (strcmp(comparisons[i].text, text) == 0) {
            *out = comparisons[i].compare;
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean
has_order(const QyShape *shape)
{
    return shape->kind == QY_KIND_NUMBER || shape->kind == QY_KIND_DATE || shape->kind == QY_KIND_QUARTER ||
           shape->kind == QY_KIND_MONTH;
}

static gint
range(QyCompiler *self, gint node, gint64 low, gint64 high)
{
    /* One above the sign of a missing value, so that a range needs no second test. */
    low = MAX(low, QY_MISSING + 1);
    return add_node(self, (QyNode){.op = QY_NODE_RANGE, .a = node, .low = low, .high = high});
}

static gint
nothing(QyCompiler *self, gint node)
{
    return range(self, node, 1, 0);
}

/* node ? bound, where the wanted number is @floor and @exact says that it is just that. */
static gint
compare_bound(QyCompiler *self, gint node, QyCompare compare, gint64 floor, gboolean exact)
{
    switch (compare) {
    case QY_IS_EQUAL:
        return exact ? range(self, node, floor, floor) : nothing(self, node);
    case QY_IS_UNEQUAL:
        return exact ? add_node(self, (QyNode){.op = QY_NODE_DIFFERS, .a = node, .low = floor})
                     : add_node(self, (QyNode){.op = QY_NODE_PRESENT, .a = node});
    case QY_IS_LESS:
        return range(self, node, G_MININT64, exact ? floor - 1 : floor);
    case QY_IS_LESS_EQUAL:
        return range(self, node, G_MININT64, floor);
    case QY_IS_GREATER:
        return range(self, node, floor + 1, G_MAXINT64);
    case QY_IS_GREATER_EQUAL:
        return range(self, node, exact ? floor : floor + 1, G_MAXINT64);
    }
    return -1;
}

/* A number in its own unit against one of the rule, without rounding. */
static gint
compare_number(QyCompiler *self, QyTerm left, QyCompare compare, const QyTerm *right)
{
    gint64 wanted = get_node(self, right->node)->low;
    guint left_scale = qy_shape_scale(&left.shape), right_scale = qy_shape_scale(&right->shape);
    const QyNode *node = get_node(self, left.node);
    QyInt128 floor = wanted;
    gboolean exact = TRUE;

    if (left.shape.is_ratio)
        return add_node(self, (QyNode){.op = QY_NODE_RATIO,
                                       .a = node->a,
                                       .b = node->b,
                                       .c = (gint32)compare,
                                       .low = wanted,
                                       .high = right_scale});
    if (left_scale >= right_scale) {
        floor = (QyInt128)wanted * qy_pow10(left_scale - right_scale);
    } else {
        gint64 by = qy_pow10(right_scale - left_scale);

        floor = wanted / by;
        exact = wanted % by == 0;
        if (wanted % by < 0)
            floor--;
    }
    floor = CLAMP(floor, (QyInt128)(G_MININT64 + 2), (QyInt128)(G_MAXINT64 - 2));
    return compare_bound(self, left.node, compare, (gint64)floor, exact);
}

/* The stored value of a word for a column of words, texts or categories. */
static gboolean
word_value(QyCompiler *self, const QyShape *shape, const gchar *word, const QyValue *at, gint64 *out)
{
    gint found;

    switch (shape->kind) {
    case QY_KIND_WORD:
        found = qy_words_find(shape->words, word, strlen(word));
        if (found < 0) {
            g_autofree gchar *all = g_strjoinv(", ", (gchar **)shape->words->words);

            qy_compiler_fault(self, at, _("\"%s\" is not a word of its list (%s)"), word, all);
            return FALSE;
        }
        *out = found;
        return TRUE;
    case QY_KIND_TEXT:
        *out = qy_string_pool_add(qy_dataset_strings(self->plan->dataset), word, strlen(word));
        return TRUE;
    case QY_KIND_REF:
        found = qy_dataset_find(self->plan->dataset, shape->refers, word);
        if (found < 0 && shape->refers == QY_TAXONOMY) {
            qy_compiler_fault(self, at, _("\"%s\" is not a code of the taxonomy"), word);
            return FALSE;
        }
        *out = found >= 0 ? found : G_MAXINT32; /* no row of this assessment */
        return TRUE;
    case QY_KIND_NUMBER:
    case QY_KIND_DATE:
    case QY_KIND_QUARTER:
    case QY_KIND_MONTH:
        break;
    }
    qy_compiler_fault(self, at, _("unlike types: \"%s\" is a word, the left side is %s"), word,
                      qy_compile_kind_name(shape));
    return FALSE;
}

/* "2026Q3" or "2026-07" for a key made by quarter or month. */
static gboolean
calendar_value(QyCompiler *self, const QyShape *shape, const gchar *text, const QyValue *at, gint64 *out)
{
    gchar buffer[QY_DATE_TEXT_BYTES];
    QyPeriod period;

    if (qy_period_parse(text, &period)) {
        gint number = shape->kind == QY_KIND_QUARTER ? qy_date_quarter(period.first) : qy_date_month(period.first);
        const gchar *back =
            shape->kind == QY_KIND_QUARTER ? qy_quarter_text(number, buffer) : qy_month_text(number, buffer);

        if (strcmp(back, text) == 0) {
            *out = number;
            return TRUE;
        }
    }
    qy_compiler_fault(self, at, _("\"%s\" is not %s (such as \"2026Q3\" or \"2026-07\")"), text,
                      qy_compile_kind_name(shape));
    return FALSE;
}

/* The stored value of one operand that a rule states, for a left side that isn't a number. */
static gboolean
stated_value(QyCompiler *self, const QyShape *shape, const QyValue *value, gint64 *out)
{
    QyDate date;

    value = qy_compile_parameter(self, value);
    if (value == NULL)
        return FALSE;
    if (shape->kind == QY_KIND_DATE) {
        if (!qy_compile_date(self, value, &date))
            return FALSE;
        *out = date;
        return TRUE;
    }
    if (value->type == QY_VALUE_TEXT && (shape->kind == QY_KIND_QUARTER || shape->kind == QY_KIND_MONTH))
        return calendar_value(self, shape, value->text, value, out);
    if (value->type == QY_VALUE_TEXT)
        return word_value(self, shape, value->text, value, out);
    if (value->type == QY_VALUE_INTEGER && shape->kind == QY_KIND_WORD) { /* a flag's 0 and 1 are words */
        g_autofree gchar *word = g_strdup_printf("%" G_GINT64_FORMAT, value->integer);

        return word_value(self, shape, word, value, out);
    }
    qy_compiler_fault(self, value, _("unlike types: the left side is %s"), qy_compile_kind_name(shape));
    return FALSE;
}

static gboolean
same_kind(const QyShape *a, const QyShape *b)
{
    return a->kind == b->kind && a->words == b->words && (a->kind != QY_KIND_REF || a->refers == b->refers);
}

/* Column against column or function. */
static gint
compare_terms(QyCompiler *self, QyTerm left, QyCompare compare, QyTerm right, const QyValue *at)
{
    static const QyOp ops[] = {QY_NODE_EQUAL,      QY_NODE_UNEQUAL, QY_NODE_LESS,
                               QY_NODE_LESS_EQUAL, QY_NODE_LESS,    QY_NODE_LESS_EQUAL};
    gboolean turned = compare == QY_IS_GREATER || compare == QY_IS_GREATER_EQUAL;

    if (left.shape.kind == QY_KIND_NUMBER && right.shape.kind == QY_KIND_NUMBER) {
        if (!qy_compile_unify(self, &left, &right, at))
            return -1;
    } else if (!same_kind(&left.shape, &right.shape)) {
        return qy_compiler_fault(self, at, _("unlike types: %s is compared with %s"), qy_compile_kind_name(&left.shape),
                                 qy_compile_kind_name(&right.shape));
    }
    return add_node(self, (QyNode){.op = (gint32)ops[compare],
                                   .a = turned ? right.node : left.node,
                                   .b = turned ? left.node : right.node});
}

static gboolean
is_stated(const QyValue *value)
{
    return value->type != QY_VALUE_CALL || value->n_items == 0 || strcmp(value->text, "p") == 0;
}

/* {"overall", ">=", "top"}: the item's own answer from which on people count as satisfied. */
static gboolean
is_top(const QyCompiler *self, const QyTerm *left, const QyValue *operand, gint64 *out)
{
    const QyNode *node = get_node(self, left->node);
    const QyColumnDef *column;

    if (operand->type != QY_VALUE_TEXT || strcmp(operand->text, "top") != 0 || node->op != QY_NODE_COLUMN)
        return FALSE;
    column = &qy_resolve_def(self->plan, node->b)->columns[node->c];
    if (column->type != QY_TYPE_ITEM)
        return FALSE;
    *out = qy_dataset_item_top(self->plan->dataset, (guint)node->c);
    return TRUE;
}

static gint
compile_comparison(QyCompiler *self, QyTerm left, QyCompare compare, const QyValue *operand, const QyValue *at)
{
    gint64 value;

    if (compare != QY_IS_EQUAL && compare != QY_IS_UNEQUAL && !has_order(&left.shape))
        return qy_compiler_fault(self, at, _("%s has no order; only ==, != and in compare it"),
                                 qy_compile_kind_name(&left.shape));
    if (!is_stated(operand) || (left.shape.kind == QY_KIND_NUMBER && operand->type != QY_VALUE_TEXT)) {
        QyTerm right = qy_compile_value(self, operand);

        if (right.node < 0)
            return -1;
        if (right.shape.kind == QY_KIND_NUMBER && left.shape.kind == QY_KIND_NUMBER &&
            get_node(self, right.node)->op == QY_NODE_NUMBER)
            return compare_number(self, left, compare, &right);
        return compare_terms(self, left, compare, right, at);
    }
    if (!is_top(self, &left, operand, &value) && !stated_value(self, &left.shape, operand, &value))
        return -1;
    return compare_bound(self, left.node, compare, value, TRUE);
}

static gint
compare_int64(gconstpointer a, gconstpointer b)
{
    gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

    return x < y ? -1 : x > y;
}

/* Number of an equal set, or of a new one. Takes @set. */
static gint
intern_set(QyPlan *plan, GArray *set)
{
    g_array_sort(set, compare_int64);
    for (guint i = 0; i < plan->sets->len; i++) {
        const GArray *other = plan->sets->pdata[i];

        if (other->len == set->len && memcmp(other->data, set->data, set->len * sizeof(gint64)) == 0) {
            g_array_unref(set);
            return (gint)i;
        }
    }
    g_ptr_array_add(plan->sets, set);
    return (gint)plan->sets->len - 1;
}

static gint
compile_list(QyCompiler *self, QyTerm left, const QyValue *list)
{
    g_autoptr(GArray) set = g_array_new(FALSE, FALSE, sizeof(gint64));
    gboolean good = TRUE, small = TRUE;
    gint64 bits = 0;

    for (guint i = 0; i < list->n_items; i++) {
        const QyValue *item = list->items[i];
        gint64 value = 0;

        if (left.shape.kind == QY_KIND_NUMBER && item->type == QY_VALUE_INTEGER)
            good = qy_multiply(item->integer, qy_pow10(qy_shape_scale(&left.shape)), &value) && good;
        else
            good = stated_value(self, &left.shape, item, &value) && good;
        g_array_append_val(set, value);
        small = small && left.shape.kind == QY_KIND_WORD && value >= 0 && value < 64;
        bits |= small ? (gint64)(G_GUINT64_CONSTANT(1) << value) : 0;
    }
    if (!good)
        return -1;
    if (small)
        return add_node(self, (QyNode){.op = QY_NODE_BITS, .a = left.node, .low = bits});
    return add_node(self,
                    (QyNode){.op = QY_NODE_SET, .a = left.node, .b = intern_set(self->plan, g_steal_pointer(&set))});
}

static gint
compile_in(QyCompiler *self, QyTerm left, const QyValue *operand)
{
    QySpan span;

    if (qy_compile_window(self, operand, &span)) {
        if (left.shape.kind != QY_KIND_DATE)
            return qy_compiler_fault(self, operand, _("unlike types: %s is a window of dates, the left side is %s"),
                                     operand->text, qy_compile_kind_name(&left.shape));
        return range(self, left.node, span.first, span.last);
    }
    operand = qy_compile_parameter(self, operand);
    if (operand == NULL)
        return -1;
    if (operand->type != QY_VALUE_LIST && !(operand->type == QY_VALUE_MAP && operand->n_fields == 0))
        return qy_compiler_fault(self, operand, _("in takes a window, a list of words or a parameter that is a list"));
    return compile_list(self, left, operand);
}

/* {left, operator, operand} */
static gint
compile_triple(QyCompiler *self, const QyValue *value)
{
    QyTerm left;
    const gchar *operator;
    QyCompare compare = QY_IS_EQUAL;
    gboolean unary;

    if (value->n_items < 2 || value->items[1]->type != QY_VALUE_TEXT)
        return qy_compiler_fault(self, value, _("a condition is {column or function, operator, operand}"));
    operator= value->items[1]->text;
    unary = strcmp(operator, "missing") == 0 || strcmp(operator, "present") == 0;
    if (!unary && strcmp(operator, "in") != 0 && !find_comparison(operator, & compare))
        return qy_compiler_fault(self, value,
                                 _("unknown operator \"%s\"; there are == != < <= > >= in missing present"), operator);
    if (value->n_items != (unary ? 2 : 3))
        return qy_compiler_fault(self, value, unary ? _("%s takes no operand") : _("%s takes one operand"), operator);
    left = qy_compile_value(self, value->items[0]);
    if (left.node < 0)
        return -1;
    if (get_node(self, left.node)->op == QY_NODE_NUMBER)
        return qy_compiler_fault(self, value, _("the left side of a condition is a column or a function of columns"));
    if (unary)
        return add_node(
            self, (QyNode){.op = strcmp(operator, "missing") == 0 ? QY_NODE_MISSING : QY_NODE_PRESENT, .a = left.node});
    if (strcmp(operator, "in") == 0)
        return compile_in(self, left, value->items[2]);
    return compile_comparison(self, left, compare, value->items[2], value);
}

static gint
combine_conditions(QyCompiler *self, QyOp op, const QyValue *list)
{
    gint node = -1;
    gboolean good = TRUE;

    for (guint i = 0; i < list->n_items; i++) {
        gint next = qy_compile_condition(self, list->items[i]);

        good = good && next >= 0;
        if (!good)
            continue;
        if (op == QY_NODE_ALL)
            node = node < 0 ? next : qy_compile_all(self, node, next);
        else
            node = node < 0 ? next
                            : add_node(self, (QyNode){.op = (gint32)op, .a = MIN(node, next), .b = MAX(node, next)});
    }
    return good ? node : -1;
}

gint
qy_compile_all(QyCompiler *self, gint a, gint b)
{
    if (a == b || get_node(self, b)->op == QY_NODE_TRUE)
        return a;
    if (get_node(self, a)->op == QY_NODE_TRUE)
        return b;
    return add_node(self, (QyNode){.op = QY_NODE_ALL, .a = MIN(a, b), .b = MAX(a, b)});
}

gint
qy_compile_condition(QyCompiler *self, const QyValue *condition)
{
    gboolean is_any = qy_value_is_call(condition, "any");

    if (is_any || qy_value_is_call(condition, "all")) {
        if (condition->n_items == 0)
            return qy_compiler_fault(self, condition, _("%s{…} is empty"), condition->text);
        return combine_conditions(self, is_any ? QY_NODE_ANY : QY_NODE_ALL, condition);
    }
    if (condition->type != QY_VALUE_LIST)
        return qy_compiler_fault(self, condition,
                                 _("a condition is {column or function, operator, operand}, any{…} or all{…}"));
    return compile_triple(self, condition);
}

gint
qy_compile_where(QyCompiler *self, const QyValue *conditions)
{
    if (conditions == NULL || (conditions->n_items == 0 && conditions->n_fields == 0))
        return add_node(self, (QyNode){.op = QY_NODE_TRUE});
    return combine_conditions(self, QY_NODE_ALL, conditions);
}
