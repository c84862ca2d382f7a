#define G_LOG_DOMAIN "qy-measure"

/* `value`: from count{…}, sum("x"), ratio("a", "b") to the numbers that a pass adds up. */
#include "measure/plan.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What a formula adds up, before its target is known. @mask -1: none. */
typedef struct {
    QyAggregateKind kind;
    gint mask, value;
} Part;

typedef struct {
    QyFormula formula;
    Part num, den;
    QyShape shape;
    guint num_scale, den_scale;
} Draft;

static guint
stage_after_reads(const QyCompiler *self)
{
    guint stage = 0;

    for (guint i = 0; i < self->measure->reads->len; i++) {
        const QyMeasure *read = qy_plan_measure(self->plan, g_array_index(self->measure->reads, guint, i));

        stage = MAX(stage, read->stage);
    }
    return stage + 1;
}

static QyTarget *
find_target(QyCompiler *self, const gint *keys, guint n_keys)
{
    QyPlan *plan = self->plan;
    const QyMeasure *measure = self->measure;
    QyTarget *target;

    for (guint i = 0; i < plan->targets->len; i++) {
        target = qy_plan_target(plan, i);
        if (target->relation == (guint)measure->relation && target->stage == measure->stage &&
            target->table == measure->info.table && target->made == measure->made && target->n_keys == n_keys &&
            memcmp(target->keys, keys, n_keys * sizeof *keys) == 0)
            return target;
    }
    target = g_new0(QyTarget, 1);
    target->index = plan->targets->len;
    target->relation = (guint)measure->relation;
    target->stage = measure->stage;
    target->table = measure->info.table;
    target->made = measure->made;
    target->n_keys = n_keys;
    memcpy(target->keys, keys, n_keys * sizeof *keys);
    target->rolls_up = measure->info.table == QY_AREAS && self->relation->def != NULL;
    target->aggregates = g_array_new(FALSE, TRUE, sizeof(QyAggregate));
    target->evidences = g_array_new(FALSE, TRUE, sizeof(QyEvidence));
    g_ptr_array_add(plan->targets, target);
    return target;
}

static gint
add_aggregate(QyCompiler *self, QyTarget *target, Part part)
{
    QyAggregate aggregate = {.kind = part.kind, .mask = part.mask, .value = part.value, .owner = self->number};

    if (part.mask < 0)
        return -1;
    for (guint i = 0; i < target->aggregates->len; i++) {
        const QyAggregate *other = &g_array_index(target->aggregates, QyAggregate, i);

        if (other->kind == part.kind && other->mask == part.mask && other->value == part.value)
            return (gint)i;
    }
    g_array_append_val(target->aggregates, aggregate);
    return (gint)target->aggregates->len - 1;
}

/* An argument that is a number. */
static gboolean
number_argument(QyCompiler *self, const QyValue *call, guint item, QyTerm *out)
{
    *out = qy_compile_value(self, call->items[item]);
    if (out->node < 0)
        return FALSE;
    if (out->shape.kind != QY_KIND_NUMBER) {
        qy_compiler_fault(self, call, _("unlike types: %s adds up numbers"), call->text);
        return FALSE;
    }
    return TRUE;
}

static gboolean
has_arguments(QyCompiler *self, const QyValue *call, guint least, guint most)
{
    if (call->n_items >= least && call->n_items <= most && call->n_fields == 0)
        return TRUE;
    if (least == most)
        qy_compiler_fault(self, call, _("%s takes %u arguments, not %u"), call->text, least, call->n_items);
    else
        qy_compiler_fault(self, call, _("%s takes %u to %u arguments, not %u"), call->text, least, most, call->n_items);
    return FALSE;
}

static gboolean
draft_count(QyCompiler *self, const QyValue *call, gint where, Draft *draft)
{
    gint also;

    draft->shape = (QyShape){.kind = QY_KIND_NUMBER};
    draft->formula = QY_VALUE_OF_COUNT;
    draft->num = (Part){QY_AGGREGATE_COUNT, where, -1};
    if (call == NULL || (call->n_items == 0 && call->n_fields == 0))
        return TRUE;
    also = qy_compile_where(self, call);
    if (also < 0)
        return FALSE;
    draft->formula = QY_VALUE_OF_COUNT_IF;
    draft->num.mask = where >= 0 ? qy_compile_all(self, where, also) : -1;
    return TRUE;
}

static gboolean
draft_sum(QyCompiler *self, const QyValue *call, gint where, Draft *draft)
{
    QyTerm x;

    if (!has_arguments(self, call, 1, 1) || !number_argument(self, call, 0, &x))
        return FALSE;
    draft->formula = QY_VALUE_OF_SUM;
    draft->num = (Part){QY_AGGREGATE_SUM, where, x.node};
    draft->shape = x.shape;
    draft->num_scale = qy_shape_scale(&x.shape);
    return TRUE;
}

static gboolean
draft_extreme(QyCompiler *self, const QyValue *call, gint where, Draft *draft)
{
    gboolean is_min = strcmp(call->text, "min") == 0;
    QyTerm x;

    if (!has_arguments(self, call, 1, 1))
        return FALSE;
    x = qy_compile_value(self, call->items[0]);
    if (x.node < 0)
        return FALSE;
    if (x.shape.kind != QY_KIND_NUMBER && x.shape.kind != QY_KIND_DATE) {
        qy_compiler_fault(self, call, _("unlike types: %s takes a number or a date; words have no order"), call->text);
        return FALSE;
    }
    draft->formula = is_min ? QY_VALUE_OF_MIN : QY_VALUE_OF_MAX;
    draft->num = (Part){is_min ? QY_AGGREGATE_MIN : QY_AGGREGATE_MAX, where, x.node};
    draft->shape = x.shape;
    draft->num_scale = x.shape.kind == QY_KIND_NUMBER ? qy_shape_scale(&x.shape) : 0;
    return TRUE;
}

/* A node on the measure's own relation. */
static gint
add_node(QyCompiler *self, QyOp op, gint a, gint b)
{
    return qy_relation_node(self->relation, (QyNode){.op = (gint32)op, .a = a, .b = b}, self->number);
}

/* mean(x, w) = Σwx / Σw over the rows that have both. */
static gboolean
draft_mean(QyCompiler *self, const QyValue *call, gint where, Draft *draft)
{
    QyTerm x, w;
    gint both;

    if (!has_arguments(self, call, 1, 2) || !number_argument(self, call, 0, &x))
        return FALSE;
    draft->formula = QY_VALUE_OF_MEAN;
    draft->num_scale = qy_shape_scale(&x.shape);
    if (call->n_items == 1) {
        both = add_node(self, QY_NODE_PRESENT, x.node, 0);
        draft->num = (Part){QY_AGGREGATE_SUM, where, x.node};
        draft->den = (Part){QY_AGGREGATE_COUNT, where >= 0 ? qy_compile_all(self, where, both) : -1, -1};
        return TRUE;
    }
    if (!number_argument(self, call, 1, &w))
        return FALSE;
    draft->den_scale = qy_shape_scale(&w.shape);
    draft->num_scale += draft->den_scale;
    if (draft->num_scale > QY_SCALE_MAX) {
        qy_compiler_fault(self, call, _("more than %d fraction digits"), QY_SCALE_MAX);
        return FALSE;
    }
    draft->num = (Part){QY_AGGREGATE_SUM, where, add_node(self, QY_NODE_TIMES, x.node, w.node)};
    both = add_node(self, QY_NODE_PRESENT, x.node, 0);
    draft->den = (Part){QY_AGGREGATE_SUM, where >= 0 ? qy_compile_all(self, where, both) : -1, w.node};
    return TRUE;
}

static gboolean
draft_ratio(QyCompiler *self, const QyValue *call, gint where, Draft *draft)
{
    QyTerm x, y;

    if (!has_arguments(self, call, 2, 2) || !number_argument(self, call, 0, &x) || !number_argument(self, call, 1, &y))
        return FALSE;
    draft->formula = QY_VALUE_OF_RATIO;
    draft->num = (Part){QY_AGGREGATE_SUM, where, x.node};
    draft->den = (Part){QY_AGGREGATE_SUM, where, y.node};
    draft->num_scale = qy_shape_scale(&x.shape);
    draft->den_scale = qy_shape_scale(&y.shape);
    return TRUE;
}

static gboolean
draft_value(QyCompiler *self, const QyValue *value, gint where, Draft *draft)
{
    static const struct {
        const gchar *word;
        gboolean (*draft)(QyCompiler *self, const QyValue *call, gint where, Draft *draft);
    } formulas[] = {{"count", draft_count}, {"sum", draft_sum},   {"min", draft_extreme},
                    {"max", draft_extreme}, {"mean", draft_mean}, {"ratio", draft_ratio}};

    if (value == NULL)
        return draft_count(self, NULL, where, draft);
    for (guint i = 0; value->type == QY_VALUE_CALL && i < G_N_ELEMENTS(formulas); i++) {
        if (strcmp(formulas[i].word, value->text) == 0)
            return formulas[i].draft(self, value, where, draft);
    }
    qy_compiler_fault(self, value, _("value is count(), count{…}, sum, min, max, mean, ratio or estimate{…}"));
    return FALSE;
}

static gboolean
check_evidence(QyCompiler *self, const Draft *draft)
{
    if (!self->measure->info.evidence)
        return TRUE;
    if (draft->formula != QY_VALUE_OF_COUNT && draft->formula != QY_VALUE_OF_COUNT_IF)
        qy_compiler_fault(self, NULL, _("evidence goes with count() and count{…}"));
    else if (self->measure->info.n_keys > 0)
        qy_compiler_fault(self, NULL, _("evidence goes with a group of one key"));
    else if (self->relation->def != NULL && self->relation->def->columns[0].type != QY_TYPE_ID)
        qy_compiler_fault(self, NULL, _("rows of %s have no id to keep as evidence"), self->relation->name);
    else
        return TRUE;
    return FALSE;
}

gboolean
qy_formula_compile(QyCompiler *self, const QyValue *value, gint where, const gint *keys, guint n_keys)
{
    QyMeasure *measure = self->measure;
    Draft draft = {.num = {.mask = -1}, .den = {.mask = -1}};
    QyTarget *target;

    if (!draft_value(self, value, where, &draft) || !check_evidence(self, &draft) || where < 0)
        return FALSE;
    measure->stage = self->relation->streamed ? 0 : stage_after_reads(self);
    target = find_target(self, keys, n_keys);
    measure->target = (gint)target->index;
    measure->formula = draft.formula;
    measure->n = add_aggregate(self, target, (Part){QY_AGGREGATE_COUNT, where, -1});
    measure->num = add_aggregate(self, target, draft.num);
    measure->den = add_aggregate(self, target, draft.den);
    measure->num_scale = (guint8)draft.num_scale;
    measure->den_scale = (guint8)draft.den_scale;
    measure->shape = draft.shape;
    if (draft.formula == QY_VALUE_OF_MEAN || draft.formula == QY_VALUE_OF_RATIO)
        measure->shape = (QyShape){.kind = QY_KIND_NUMBER, .base = QY_SCALE_PART, .is_ratio = TRUE};
    measure->shape.literal = FALSE;
    measure->info.is_date = draft.shape.kind == QY_KIND_DATE;
    if (measure->info.evidence) {
        QyEvidence evidence = {.mask = draft.num.mask, .measure = self->number};

        g_array_append_val(target->evidences, evidence);
    }
    return TRUE;
}

/* ---- Two measures ---- */

static gboolean
operand(QyCompiler *self, const QyValue *call, guint item, guint *out)
{
    const gchar *id = call->items[item]->type == QY_VALUE_TEXT ? call->items[item]->text : NULL;
    gpointer number = id != NULL ? g_hash_table_lookup(self->plan->by_id, id) : NULL;
    const QyMeasure *read;

    if (number == NULL) {
        qy_compiler_fault(self, call, _("there is no measure \"%s\""), id != NULL ? id : "");
        return FALSE;
    }
    *out = GPOINTER_TO_UINT(number) - 1;
    if (!qy_compiler_read(self, *out, call))
        return FALSE;
    read = qy_plan_measure(self->plan, *out);
    if (read->shape.is_ratio || read->formula == QY_VALUE_OF_ESTIMATE || read->info.is_date) {
        qy_compiler_fault(self, call, _("\"%s\" is not a count or a sum; a ratio is of two of these"), id);
        return FALSE;
    }
    if (read->info.table != self->measure->info.table || read->made != self->measure->made ||
        self->measure->info.table == QY_NO_TABLE) {
        qy_compiler_fault(self, call, _("\"%s\" is grouped by something else"), id);
        return FALSE;
    }
    return TRUE;
}

gboolean
qy_formula_compile_measures(QyCompiler *self, const QyValue *value)
{
    QyMeasure *measure = self->measure;

    if (value == NULL || value->type != QY_VALUE_CALL || strcmp(value->text, "ratio") != 0 || value->n_items != 2) {
        qy_compiler_fault(self, value, _("without from the value is ratio(\"a\", \"b\") of two measures"));
        return FALSE;
    }
    if (measure->info.evidence) {
        qy_compiler_fault(self, value, _("evidence goes with count() and count{…}"));
        return FALSE;
    }
    if (!operand(self, value, 0, &measure->a) || !operand(self, value, 1, &measure->b))
        return FALSE;
    measure->formula = QY_VALUE_OF_MEASURES;
    measure->shape = (QyShape){.kind = QY_KIND_NUMBER, .base = QY_SCALE_PART, .is_ratio = TRUE};
    measure->num_scale = qy_plan_measure(self->plan, measure->a)->num_scale;
    measure->den_scale = qy_plan_measure(self->plan, measure->b)->num_scale;
    measure->stage = stage_after_reads(self) - 1; /* ready as soon as both are */
    return TRUE;
}
