#define G_LOG_DOMAIN "qy-measure"

/* What a rule states and the functions of columns: from values to typed nodes. */
#include "measure/plan.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static QyTerm compile_call(QyCompiler *self, const QyValue *call);

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

static QyTerm
number_term(QyCompiler *self, gint64 value, QyShape shape)
{
    return (QyTerm){add_node(self, (QyNode){.op = QY_NODE_NUMBER, .low = value}), shape};
}

const gchar *
qy_compile_kind_name(const QyShape *shape)
{
    switch (shape->kind) {
    case QY_KIND_NUMBER:
        return _("a number");
    case QY_KIND_DATE:
        return _("a date");
    case QY_KIND_WORD:
        return _("a word of a closed list");
    case QY_KIND_TEXT:
        return _("a text");
    case QY_KIND_REF:
        return _("a reference");
    case QY_KIND_QUARTER:
        return _("a quarter");
    case QY_KIND_MONTH:
        return _("a month");
    }
    return "";
}

/* ---- What a rule states: numbers, dates, words, parameters ---- */

/* The parameter behind p"id" at the as-of date; any other value as it is. One
 * that isn't in force yet is answered by its first value: its type can be
 * checked, and the measure has no figure. */
const QyValue *
qy_compile_parameter(QyCompiler *self, const QyValue *value)
{
    const QyDeclaration *declaration;
    const QyValue *found, *values;
    g_autoptr(GError) error = NULL;

    if (!qy_value_is_call(value, "p"))
        return value;
    if (value->n_items != 1 || value->items[0]->type != QY_VALUE_TEXT) {
        qy_compiler_fault(self, value, _("p takes the id of a parameter: p\"id\""));
        return NULL;
    }
    declaration = qy_pack_find(self->plan->pack, value->items[0]->text);
    if (declaration == NULL || strcmp(declaration->kind, "param") != 0) {
        qy_compiler_fault(self, value, _("there is no parameter \"%s\""), value->items[0]->text);
        return NULL;
    }
    found =
        qy_pack_parameter(self->plan->pack, declaration->id, qy_dataset_settings(self->plan->dataset)->as_of, &error);
    if (found != NULL)
        return found;
    values = qy_value_field(declaration->body, "values");
    for (guint i = 0; values != NULL && i < values->n_fields; i++) {
        if (values->fields[i]->type == QY_VALUE_BOOLEAN)
            continue;
        qy_compiler_need(self, QY_NO_TABLE, -1);
        return values->fields[i];
    }
    qy_compiler_fault(self, value, _("parameter \"%s\" has no value"), declaration->id);
    return NULL;
}

/* An integer, or a decimal with as few digits as it needs. */
static QyTerm
stated_number(QyCompiler *self, const QyValue *value)
{
    gint64 number = value->integer;
    QyShape shape = {.kind = QY_KIND_NUMBER, .literal = TRUE};

    if (value->type == QY_VALUE_DECIMAL) {
        shape.extra = QY_SCALE_WEIGHT;
        while (shape.extra > 0 && number % 10 == 0) {
            number /= 10;
            shape.extra--;
        }
    }
    return number_term(self, number, shape);
}

/* TRUE when @value is the date of a word (as_of, period.first, period.last). */
static gboolean
date_word(const QyCompiler *self, const QyValue *value, QyDate *out)
{
    const QySettings *settings = qy_dataset_settings(self->plan->dataset);

    if (qy_value_is_call(value, "as_of"))
        *out = settings->as_of;
    else if (qy_value_is_call(value, "period.first"))
        *out = settings->period.first;
    else if (qy_value_is_call(value, "period.last"))
        *out = settings->period.last;
    else
        return FALSE;
    return TRUE;
}

gboolean
qy_compile_date(QyCompiler *self, const QyValue *value, QyDate *out)
{
    if (date_word(self, value, out))
        return TRUE;
    value = qy_compile_parameter(self, value);
    if (value == NULL)
        return FALSE;
    if (value->type == QY_VALUE_TEXT && (*out = qy_date_parse(value->text, strlen(value->text))) != QY_DATE_NONE)
        return TRUE;
    qy_compiler_fault(self, value,
                      _("a date is wanted: as_of, period.first, period.last, \"YYYY-MM-DD\" or a parameter"));
    return FALSE;
}

gboolean
qy_compile_window(const QyCompiler *self, const QyValue *value, QySpan *out)
{
    const QySettings *settings = qy_dataset_settings(self->plan->dataset);
    QyWindow window;

    if (value->type != QY_VALUE_CALL || !qy_window_from_name(value->text, &window))
        return FALSE;
    *out = qy_window_span(window, &settings->period, settings->as_of);
    return TRUE;
}

/* ---- Numbers of one scale ---- */

static QyTerm
shift(QyCompiler *self, QyTerm term, guint digits)
{
    const QyNode *node = get_node(self, term.node);
    gint64 factor;

    if (digits == 0)
        return term;
    factor = qy_pow10(MIN(digits, QY_SCALE_MAX));
    if (node->op == QY_NODE_NUMBER) {
        gint64 value = 0;

        if (!qy_multiply(node->low, factor, &value))
            qy_compiler_fault(self, NULL, _("a number is too large"));
        term.node = number_term(self, value, term.shape).node;
    } else {
        QyTerm by = number_term(self, factor, term.shape);

        term.node = add_node(self, (QyNode){.op = QY_NODE_TIMES, .a = term.node, .b = by.node});
    }
    return term;
}

/* Brings two numbers to one scale. A number of the rule takes the unit of the other. */
gboolean
qy_compile_unify(QyCompiler *self, QyTerm *a, QyTerm *b, const QyValue *at)
{
    guint scale;
    QyShape shape;

    if (a->shape.kind != QY_KIND_NUMBER || b->shape.kind != QY_KIND_NUMBER) {
        const QyTerm *wrong = a->shape.kind != QY_KIND_NUMBER ? a : b;

        qy_compiler_fault(self, at, _("unlike types: a number is wanted, not %s"), qy_compile_kind_name(&wrong->shape));
        return FALSE;
    }
    if (!a->shape.literal && !b->shape.literal && a->shape.base != b->shape.base) {
        qy_compiler_fault(self, at, _("unlike scales: one has %u fraction digits, the other %u"), a->shape.base,
                          b->shape.base);
        return FALSE;
    }
    scale = MAX(qy_shape_scale(&a->shape), qy_shape_scale(&b->shape));
    if (scale > QY_SCALE_MAX) {
        qy_compiler_fault(self, at, _("more than %d fraction digits"), QY_SCALE_MAX);
        return FALSE;
    }
    shape = a->shape.literal ? b->shape : a->shape;
    shape.literal = a->shape.literal && b->shape.literal;
    shape.is_ratio = FALSE;
    shape.extra = (guint8)(scale - shape.base);
    *a = shift(self, *a, scale - qy_shape_scale(&a->shape));
    *b = shift(self, *b, scale - qy_shape_scale(&b->shape));
    a->shape = b->shape = shape;
    return TRUE;
}

/* ---- Functions ---- */

/* An argument or a left side: here a text is a column. */
QyTerm
qy_compile_value(QyCompiler *self, const QyValue *value)
{
    QyDate date;

    if (value->type == QY_VALUE_TEXT)
        return qy_resolve_column(self, value->text, value);
    if (value->type == QY_VALUE_INTEGER)
        return stated_number(self, value);
    if (date_word(self, value, &date))
        return number_term(self, date, (QyShape){.kind = QY_KIND_DATE, .literal = TRUE});
    if (qy_value_is_call(value, "p")) {
        const QyValue *parameter = qy_compile_parameter(self, value);

        if (parameter == NULL)
            return QY_NO_TERM;
        if (parameter->type == QY_VALUE_INTEGER || parameter->type == QY_VALUE_DECIMAL)
            return stated_number(self, parameter);
        if (!qy_compile_date(self, parameter, &date))
            return QY_NO_TERM;
        return number_term(self, date, (QyShape){.kind = QY_KIND_DATE, .literal = TRUE});
    }
    if (value->type == QY_VALUE_CALL)
        return compile_call(self, value);
    qy_compiler_fault(self, value, _("a column, a number or a function is wanted here"));
    return QY_NO_TERM;
}

typedef struct {
    const gchar *word;
    QyOp op;
    guint n_least, n_most; /* arguments */
    gboolean in_streamed;
} Function;

static const Function functions[] = {
    {"plus", QY_NODE_PLUS, 2, 16, TRUE},          {"minus", QY_NODE_MINUS, 2, 2, TRUE},
    {"times", QY_NODE_TIMES, 2, 16, TRUE},        {"least", QY_NODE_LEAST, 2, 16, FALSE},
    {"greatest", QY_NODE_GREATEST, 2, 16, FALSE}, {"abs", QY_NODE_ABS, 1, 1, FALSE},
    {"default", QY_NODE_DEFAULT, 2, 2, TRUE},     {"days", QY_NODE_MINUS, 2, 2, FALSE},
    {"part", QY_NODE_PART, 2, 2, FALSE},          {"prorate", QY_NODE_PRORATE, 4, 4, FALSE},
};

static const Function *
find_function(const QyValue *call)
{
    for (guint i = 0; i < G_N_ELEMENTS(functions); i++) {
        if (strcmp(functions[i].word, call->text) == 0)
            return &functions[i];
    }
    return NULL;
}

static QyTerm
times(QyCompiler *self, QyTerm a, QyTerm b, const QyValue *at)
{
    QyShape shape = {.kind = QY_KIND_NUMBER};

    if (a.shape.kind != QY_KIND_NUMBER || b.shape.kind != QY_KIND_NUMBER) {
        qy_compiler_fault(self, at, _("unlike types: times multiplies numbers"));
        return QY_NO_TERM;
    }
    if (qy_shape_scale(&a.shape) + qy_shape_scale(&b.shape) > QY_SCALE_MAX) {
        qy_compiler_fault(self, at, _("more than %d fraction digits"), QY_SCALE_MAX);
        return QY_NO_TERM;
    }
    shape.base = (guint8)(a.shape.base + b.shape.base);
    shape.extra = (guint8)(a.shape.extra + b.shape.extra);
    shape.literal = a.shape.literal && b.shape.literal;
    return (QyTerm){add_node(self, (QyNode){.op = QY_NODE_TIMES, .a = a.node, .b = b.node}), shape};
}

static gboolean
is_plain_count(const QyTerm *term)
{
    return term->shape.kind == QY_KIND_NUMBER && qy_shape_scale(&term->shape) == 0;
}

/* plus, minus, least, greatest, default of two. A date and a number of days is a date. */
static QyTerm
combine(QyCompiler *self, const Function *function, QyTerm a, QyTerm b, const QyValue *at)
{
    gboolean moves = function->op == QY_NODE_PLUS || function->op == QY_NODE_MINUS;
    QyShape shape;

    if (a.shape.kind == QY_KIND_DATE && moves && is_plain_count(&b)) {
        shape = (QyShape){.kind = QY_KIND_DATE};
    } else if (a.shape.kind == QY_KIND_DATE && b.shape.kind == QY_KIND_DATE && !moves) {
        shape = (QyShape){.kind = QY_KIND_DATE};
    } else {
        if (!qy_compile_unify(self, &a, &b, at))
            return QY_NO_TERM;
        shape = a.shape;
    }
    return (QyTerm){add_node(self, (QyNode){.op = (gint32)function->op, .a = a.node, .b = b.node}), shape};
}

static QyTerm
days(QyCompiler *self, QyTerm from, QyTerm to, const QyValue *at)
{
    if (from.shape.kind != QY_KIND_DATE || to.shape.kind != QY_KIND_DATE) {
        qy_compiler_fault(self, at, _("unlike types: days counts from one date to another"));
        return QY_NO_TERM;
    }
    return (QyTerm){add_node(self, (QyNode){.op = QY_NODE_MINUS, .a = to.node, .b = from.node}),
                    {.kind = QY_KIND_NUMBER}};
}

static QyTerm
part(QyCompiler *self, QyTerm a, QyTerm b, const QyValue *at)
{
    if (!qy_compile_unify(self, &a, &b, at))
        return QY_NO_TERM;
    return (QyTerm){add_node(self, (QyNode){.op = QY_NODE_PART, .a = a.node, .b = b.node}),
                    {.kind = QY_KIND_NUMBER, .base = QY_SCALE_PART}};
}

static QyTerm
prorate(QyCompiler *self, QyTerm x, QyTerm from, QyTerm to, const QyValue *call)
{
    QySpan span;

    if (x.shape.kind != QY_KIND_NUMBER || from.shape.kind != QY_KIND_DATE || to.shape.kind != QY_KIND_DATE) {
        qy_compiler_fault(self, call, _("unlike types: prorate takes a number, two dates and a window"));
        return QY_NO_TERM;
    }
    if (!qy_compile_window(self, call->items[3], &span)) {
        qy_compiler_fault(self, call, _("prorate's fourth argument is a window such as four_quarters"));
        return QY_NO_TERM;
    }
    x.shape.literal = x.shape.is_ratio = FALSE;
    return (QyTerm){add_node(self, (QyNode){.op = QY_NODE_PRORATE,
                                            .a = x.node,
                                            .b = from.node,
                                            .c = to.node,
                                            .low = span.first,
                                            .high = span.last}),
                    x.shape};
}

static QyTerm
apply(QyCompiler *self, const Function *function, const QyTerm *arguments, const QyValue *call)
{
    QyTerm term = arguments[0];

    if (strcmp(function->word, "days") == 0)
        return days(self, arguments[0], arguments[1], call);
    if (function->op == QY_NODE_PART)
        return part(self, arguments[0], arguments[1], call);
    if (function->op == QY_NODE_PRORATE)
        return prorate(self, arguments[0], arguments[1], arguments[2], call);
    if (function->op == QY_NODE_ABS) {
        if (term.shape.kind != QY_KIND_NUMBER) {
            qy_compiler_fault(self, call, _("unlike types: abs takes a number"));
            return QY_NO_TERM;
        }
        term.node = add_node(self, (QyNode){.op = QY_NODE_ABS, .a = term.node});
        term.shape.is_ratio = FALSE;
        return term;
    }
    for (guint i = 1; i < call->n_items && term.node >= 0; i++)
        term = function->op == QY_NODE_TIMES ? times(self, term, arguments[i], call)
                                             : combine(self, function, term, arguments[i], call);
    return term;
}

static QyTerm
compile_call(QyCompiler *self, const QyValue *call)
{
    const Function *function = find_function(call);
    gboolean lenient = self->lenient, good = TRUE;
    QyTerm arguments[16];
    guint n_values;

    if (qy_value_is_call(call, "col")) {
        if (call->n_items == 1 && call->items[0]->type == QY_VALUE_TEXT)
            return qy_resolve_column(self, call->items[0]->text, call);
        qy_compiler_fault(self, call, _("col takes the name of a column: col\"name\""));
        return QY_NO_TERM;
    }
    if (function == NULL) {
        qy_compiler_fault(self, call, _("\"%s\" is no function of columns"), call->text);
        return QY_NO_TERM;
    }
    if (self->relation->streamed && !function->in_streamed) {
        qy_compiler_fault(self, call, _("measures of %s use times, plus, minus and default only, not %s"),
                          self->relation->name, function->word);
        return QY_NO_TERM;
    }
    if (call->n_items < function->n_least || call->n_items > function->n_most || call->n_fields > 0) {
        qy_compiler_fault(self, call, _("%s takes %u arguments, not %u"), function->word, function->n_least,
                          call->n_items);
        return QY_NO_TERM;
    }
    n_values = function->op == QY_NODE_PRORATE ? 3 : call->n_items;
    for (guint i = 0; i < n_values; i++) {
        self->lenient = lenient || (function->op == QY_NODE_DEFAULT && i == 0);
        arguments[i] = qy_compile_value(self, call->items[i]);
        good = good && arguments[i].node >= 0;
    }
    self->lenient = lenient;
    return good ? apply(self, function, arguments, call) : QY_NO_TERM;
}
