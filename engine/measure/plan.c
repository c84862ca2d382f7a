#define G_LOG_DOMAIN "qy-measure"

/* Declarations to a checked plan, each measure behind those that it reads. */
#include "measure/plan.h"
#include "measure/row-rule.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* ---- Faults ---- */

static void
fault_free(gpointer data)
{
    QyFault *fault = data;

    g_free(fault->text);
    g_free(fault);
}

static void
add_fault(QyPlan *plan, guint number, guint line, const gchar *text)
{
    QyMeasure *measure = qy_plan_measure(plan, number);
    const QyDeclaration *declaration = measure->info.declaration;
    QyFault *fault = g_new0(QyFault, 1);

    fault->measure = number;
    fault->line = line > 0 ? line : declaration->line;
    fault->text = g_strdup_printf("%s:%u: measure \"%s\": %s", declaration->file, fault->line, declaration->id, text);
    g_ptr_array_add(plan->faults, fault);
    measure->faulty = TRUE;
}

gint
qy_compiler_fault(const QyCompiler *self, const QyValue *at, const gchar *format, ...)
{
    g_autofree gchar *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    add_fault(self->plan, self->number, at != NULL ? at->line : 0, text);
    return -1;
}

static gint
compare_faults(gconstpointer a, gconstpointer b)
{
    const QyFault *x = *(QyFault *const *)a, *y = *(QyFault *const *)b;

    if (x->measure != y->measure)
        return x->measure < y->measure ? -1 : 1;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return strcmp(x->text, y->text);
}

static void
set_error(QyPlan *plan, GError **error)
{
    g_autoptr(GString) all = g_string_new(NULL);

    g_ptr_array_sort(plan->faults, compare_faults);
    for (guint i = 0; i < plan->faults->len; i++) {
        const QyFault *fault = plan->faults->pdata[i];

        if (i > 0 && compare_faults(&plan->faults->pdata[i - 1], &plan->faults->pdata[i]) == 0)
            continue; /* one mistake met on two ways */
        g_string_append_printf(all, "%s%s", all->len > 0 ? "\n" : "", fault->text);
    }
    g_set_error_literal(error, QY_ERROR, QY_ERROR_RULE, all->str);
}

/* ---- What the assessment has ---- */

static gboolean
table_is_there(const QyPlan *plan, QyTableId table)
{
    const QyFrame *frame = qy_dataset_frame(plan->dataset, table);

    return frame->present || frame->n_rows > 0;
}

static gboolean
column_is_there(const QyPlan *plan, QyTableId table, guint column)
{
    const QyColumnDef *def = &qy_resolve_def(plan, table)->columns[column];

    return (def->flags & QY_COLUMN_MADE) != 0 || def->fallback != QY_MISSING || def->type == QY_TYPE_ID ||
           qy_dataset_has_column(plan->dataset, table, column);
}

void
qy_compiler_need(QyCompiler *self, QyTableId table, gint column)
{
    if (table == QY_NO_TABLE)
        self->measure->not_in_force = TRUE;
    else if (!table_is_there(self->plan, table))
        self->measure->absent[table] = G_MAXUINT64;
    else if (column >= 0 && !self->lenient && !column_is_there(self->plan, table, (guint)column))
        self->measure->absent[table] |= G_GUINT64_CONSTANT(1) << column;
}

/* What a measure lacks, those that read it lack as well. */
static void
inherit_absence(QyMeasure *measure, const QyMeasure *read)
{
    for (guint i = 0; i < QY_N_TABLES; i++) {
        if ((read->lifted >> i & 1) == 0)
            measure->absent[i] |= read->absent[i];
    }
    measure->not_in_force |= read->not_in_force;
}

/* ---- Order ---- */

static gboolean compile_measure(QyPlan *plan, guint number);

static void
fault_cycle(QyCompiler *self, guint measure, const QyValue *at)
{
    g_autoptr(GString) path = g_string_new(NULL);
    gboolean inside = FALSE;

    for (guint i = 0; i < self->plan->open->len; i++) {
        guint step = g_array_index(self->plan->open, guint, i);

        inside = inside || step == measure;
        if (inside)
            g_string_append_printf(path, "%s → ", qy_plan_measure(self->plan, step)->info.id);
    }
    g_string_append(path, qy_plan_measure(self->plan, measure)->info.id);
    qy_compiler_fault(self, at, _("reads itself: %s"), path->str);
}

gboolean
qy_compiler_read(QyCompiler *self, guint measure, const QyValue *at)
{
    QyMeasure *read = qy_plan_measure(self->plan, measure);

    if (read->state == QY_MEASURE_OPEN) {
        fault_cycle(self, measure, at);
        return FALSE;
    }
    if (!compile_measure(self->plan, measure)) {
        self->measure->faulty = TRUE; /* said where it is declared */
        return FALSE;
    }
    g_array_append_val(self->measure->reads, measure);
    inherit_absence(self->measure, read);
    return TRUE;
}

/* Rows of a made table are known once all measures that make them are. Only
 * where every one of these lacks its tables are there no rows to speak of. */
static gboolean
read_makers(QyCompiler *self, const QyValue *at)
{
    const QyRelation *relation = self->relation;
    gboolean some = FALSE, good = TRUE;
    QyMeasure kept = *self->measure;

    for (guint i = 0; i < relation->makers->len; i++) {
        guint maker = g_array_index(relation->makers, guint, i);
        const QyMeasure *measure = qy_plan_measure(self->plan, maker);

        good = qy_compiler_read(self, maker, at) && good;
        if (!good)
            continue;
        if (!measure->not_in_force) {
            guint64 lacks = 0;

            for (guint t = 0; t < QY_N_TABLES; t++)
                lacks |= (measure->lifted >> t & 1) == 0 ? measure->absent[t] : 0;
            some = some || lacks == 0;
        }
    }
    if (some) {
        memcpy(self->measure->absent, kept.absent, sizeof kept.absent);
        self->measure->not_in_force = kept.not_in_force;
    }
    return good;
}

static QyRelation *
table_relation(QyPlan *plan, QyTableId table)
{
    QyRelation *relation;

    for (guint i = 0; i < plan->relations->len; i++) {
        if (qy_plan_relation(plan, i)->table == table)
            return qy_plan_relation(plan, i);
    }
    relation = qy_relation_new(plan->relations->len, qy_dictionary_table(table)->name, qy_resolve_def(plan, table));
    g_ptr_array_add(plan->relations, relation);
    return relation;
}

/* ---- Compiled: what it reads and how ---- */

/* Relation of `from`. */
static QyRelation *
compile_from(QyCompiler *self, const QyValue *from)
{
    const QyTableDef *def;
    QyRelation *made;

    if (from->type != QY_VALUE_TEXT) {
        qy_compiler_fault(self, from, _("from is the name of a table"));
        return NULL;
    }
    def = qy_dictionary_find(from->text);
    if (def != NULL)
        return table_relation(self->plan, def->id);
    made = qy_declare_find_made(self->plan, from->text);
    if (made != NULL && made->makers->len == 0)
        made = NULL;
    if (made == NULL)
        qy_compiler_fault(self, from,
                          strchr(from->text, '/') != NULL ? _("no measure makes the table \"%s\"")
                                                          : _("there is no table \"%s\""),
                          from->text);
    return made;
}

/* All measures with the same keys say the same of them. */
static gboolean
agree_on_key(QyCompiler *self, QyRelation *made, guint key, const QyTerm *term, const QyValue *at)
{
    QyShape *shape = &made->key_shapes[key];

    if (!made->has_shapes) {
        *shape = term->shape;
        return TRUE;
    }
    if (shape->kind == term->shape.kind && shape->words == term->shape.words && shape->refers == term->shape.refers)
        return TRUE;
    qy_compiler_fault(self, at, _("key \"%s\" of \"%s\" is of another type in another measure"), made->key_names[key],
                      made->name);
    return FALSE;
}

static gboolean
compile_keys(QyCompiler *self, gint *nodes, guint *n_nodes)
{
    const QyMeasureInfo *info = &self->measure->info;
    const QyValue *group = qy_value_field(info->declaration->body, "group");
    QyRelation *made = self->measure->made >= 0 ? qy_plan_relation(self->plan, (guint)self->measure->made) : NULL;
    const QyValue *const *keys;
    gboolean good = TRUE;
    guint n;

    *n_nodes = 0;
    if (info->table == QY_NO_TABLE) /* said when it was declared */
        return FALSE;
    n = qy_declare_keys(&group, &keys);
    if (self->relation->def == NULL && self->relation->key_shapes[0].refers == QY_AREAS && info->table != QY_AREAS) {
        qy_compiler_fault(self, group,
                          _("rows of \"%s\" stand at every level of areas: the group must begin with \"area\""),
                          self->relation->name);
        return FALSE;
    }
    for (guint i = 0; i < n; i++) {
        QyTerm term =
            i == 0 ? qy_resolve_entity(self, info->table, keys[0]->text, keys[0]) : qy_resolve_key(self, keys[i]);

        if (term.node < 0 || (made != NULL && !agree_on_key(self, made, i, &term, keys[i])))
            good = FALSE;
        nodes[i] = term.node;
    }
    if (good && made != NULL)
        made->has_shapes = TRUE;
    *n_nodes = n;
    return good;
}

static gboolean
is_estimate(const QyValue *value)
{
    return value != NULL && value->type == QY_VALUE_CALL && strcmp(value->text, "estimate") == 0;
}

static gboolean
compile_without_rows(QyCompiler *self, const QyValue *body)
{
    const QyValue *value = qy_value_field(body, "value");

    if (qy_value_field(body, "where") != NULL) {
        qy_compiler_fault(self, qy_value_field(body, "where"), _("without from there are no rows for a where"));
        return FALSE;
    }
    if (is_estimate(value))
        return qy_request_compile(self, value, -1, -1);
    return qy_formula_compile_measures(self, value);
}

/* Whether a condition already asks that @date isn't later than @last. */
static gboolean
is_bounded(const QyRelation *relation, gint condition, gint date, gint64 last)
{
    const QyNode *node = qy_relation_get(relation, condition);

    if (node->op == QY_NODE_ALL)
        return is_bounded(relation, node->a, date, last) || is_bounded(relation, node->b, date, last);
    return node->op == QY_NODE_RANGE && node->a == date && node->high <= last;
}

/* A row whose event is later than the as-of date doesn't count, whatever the
 * rule forgets to say. One without a date does. */
static gint
leave_out_later(QyCompiler *self, gint where)
{
    const QyTableDef *def = self->relation->def;
    QyDate as_of = qy_dataset_settings(self->plan->dataset)->as_of;
    gint date, not_later;

    if (where < 0 || def == NULL || def->event < 0)
        return where;
    date = qy_relation_node(self->relation, (QyNode){.op = QY_NODE_COLUMN, .a = -1, .b = def->id, .c = def->event},
                            self->number);
    if (is_bounded(self->relation, where, date, as_of))
        return where;
    not_later = qy_relation_node(
        self->relation, (QyNode){.op = QY_NODE_RANGE, .a = date, .low = QY_MISSING + 1, .high = as_of}, self->number);
    if (!def->columns[def->event].required) {
        gint missing = qy_relation_node(self->relation, (QyNode){.op = QY_NODE_MISSING, .a = date}, self->number);

        not_later = qy_relation_node(
            self->relation, (QyNode){.op = QY_NODE_ANY, .a = MIN(missing, not_later), .b = MAX(missing, not_later)},
            self->number);
    }
    return qy_compile_all(self, where, not_later);
}

static gboolean
compile_body(QyCompiler *self, const QyValue *body)
{
    const QyValue *from = qy_value_field(body, "from"), *value = qy_value_field(body, "value");
    gint keys[QY_MAX_KEYS], where;
    guint n_keys;
    gboolean good;

    if (from == NULL)
        return compile_without_rows(self, body);
    self->relation = compile_from(self, from);
    if (self->relation == NULL)
        return FALSE;
    self->measure->relation = (gint)self->relation->index;
    if (self->relation->def != NULL)
        qy_compiler_need(self, self->relation->table, -1);
    else if (!read_makers(self, from))
        return FALSE;
    good = compile_keys(self, keys, &n_keys);
    where = leave_out_later(self, qy_compile_where(self, qy_value_field(body, "where")));
    good = good && where >= 0;
    if (is_estimate(value))
        return good && qy_request_compile(self, value, where, keys[0]);
    /* With a faulty key or condition the value is looked at all the same: all faults at once. */
    return qy_formula_compile(self, value, good ? where : -1, keys, n_keys) && good;
}

static gboolean
compile_measure(QyPlan *plan, guint number)
{
    QyMeasure *measure = qy_plan_measure(plan, number);
    QyCompiler self = {.plan = plan, .number = number, .measure = measure};

    if (measure->state == QY_MEASURE_FRESH) {
        measure->state = QY_MEASURE_OPEN;
        g_array_append_val(plan->open, number);
        measure->faulty = !compile_body(&self, measure->info.declaration->body) || measure->faulty;
        g_array_set_size(plan->open, plan->open->len - 1);
        measure->state = QY_MEASURE_DONE;
    }
    return !measure->faulty;
}

/* ---- Life ---- */

static void
measure_free(gpointer data)
{
    QyMeasure *measure = data;

    g_array_unref(measure->reads);
    g_free(measure);
}

static void
target_free(gpointer data)
{
    QyTarget *target = data;

    g_array_unref(target->aggregates);
    g_array_unref(target->evidences);
    g_free(target);
}

static QyPlan *
plan_alloc(const QyPack *pack, const QyDataset *dataset)
{
    QyPlan *self = g_new0(QyPlan, 1);

    self->pack = pack;
    self->dataset = dataset;
    self->measures = g_ptr_array_new_with_free_func(measure_free);
    self->row_rules = g_ptr_array_new_with_free_func((GDestroyNotify)qy_row_rule_free);
    self->by_id = g_hash_table_new(g_str_hash, g_str_equal);
    self->relations = g_ptr_array_new_with_free_func((GDestroyNotify)qy_relation_free);
    self->targets = g_ptr_array_new_with_free_func(target_free);
    self->sets = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
    self->gathers = g_array_new(FALSE, TRUE, sizeof(QyGather));
    self->requests = g_array_new(FALSE, TRUE, sizeof(QyEstimateRequest));
    self->faults = g_ptr_array_new_with_free_func(fault_free);
    self->open = g_array_new(FALSE, FALSE, sizeof(guint));
    return self;
}

void
qy_plan_free(QyPlan *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->measures);
    g_ptr_array_unref(self->row_rules);
    g_hash_table_unref(self->by_id);
    g_ptr_array_unref(self->relations);
    g_ptr_array_unref(self->targets);
    g_ptr_array_unref(self->sets);
    g_array_unref(self->gathers);
    g_array_unref(self->requests);
    g_ptr_array_unref(self->faults);
    g_array_unref(self->open);
    g_free(self);
}

static gboolean
field_boolean(const QyValue *body, const gchar *key, gboolean otherwise)
{
    const QyValue *field = qy_value_field(body, key);

    return field != NULL && field->type == QY_VALUE_BOOLEAN ? field->boolean : otherwise;
}

/* Tables of `optional`, as bits. */
static void
read_optional(QyCompiler *self, const QyValue *optional)
{
    for (guint i = 0; optional != NULL && i < optional->n_items; i++) {
        const gchar *name = optional->items[i]->text;
        const QyTableDef *def = name != NULL ? qy_dictionary_find(name) : NULL;

        if (def == NULL)
            qy_compiler_fault(self, optional, _("optional: there is no table \"%s\""), name != NULL ? name : "");
        else
            self->measure->lifted |= G_GUINT64_CONSTANT(1) << def->id;
    }
}

static void
add_measure(QyPlan *plan, const QyDeclaration *declaration)
{
    QyMeasure *measure = g_new0(QyMeasure, 1);
    const QyValue *title = qy_value_field(declaration->body, "title");
    QyCompiler self = {.plan = plan, .number = plan->measures->len, .measure = measure};

    measure->info.id = declaration->id;
    measure->info.unit = qy_value_field_text(declaration->body, "unit");
    measure->info.title = title != NULL ? title->say : (QySay){declaration->id, declaration->id};
    measure->info.table = QY_NO_TABLE;
    measure->info.publish = field_boolean(declaration->body, "publish", TRUE);
    measure->info.evidence = field_boolean(declaration->body, "evidence", FALSE);
    measure->info.declaration = declaration;
    measure->relation = measure->made = measure->target = measure->gather = -1;
    measure->n = measure->num = measure->den = -1;
    measure->reads = g_array_new(FALSE, FALSE, sizeof(guint));
    g_ptr_array_add(plan->measures, measure);
    if (g_hash_table_contains(plan->by_id, declaration->id))
        qy_compiler_fault(&self, NULL, _("is declared twice"));
    else
        g_hash_table_insert(plan->by_id, (gpointer)declaration->id, GUINT_TO_POINTER(plan->measures->len));
    read_optional(&self, qy_value_field(declaration->body, "optional"));
}

/* `look` and `points`: which rows fit is a column of the rows' own table, under the rule's id. */
static void
add_row_rules(QyPlan *plan, const gchar *kind)
{
    g_autoptr(GPtrArray) rules = qy_pack_declarations(plan->pack, kind);

    for (guint i = 0; i < rules->len; i++) {
        const QyDeclaration *declaration = rules->pdata[i];
        QyRowRule *rule = qy_row_rule_new(declaration);

        if (rule == NULL) {
            QyCompiler self = {.plan = plan, .number = plan->measures->len};

            add_measure(plan, declaration);
            self.measure = qy_plan_measure(plan, self.number);
            self.measure->declared = TRUE;
            qy_compiler_fault(&self, NULL, _("from is to be a table whose rows have ids"));
            continue;
        }
        g_ptr_array_add(plan->row_rules, rule);
        add_measure(plan, qy_row_rule_measure(rule));
    }
}

/* A table's rows come from measures that read another one. */
static void
add_maker(QyPlan *plan, guint number)
{
    const QyMeasure *measure = qy_plan_measure(plan, number);
    const gchar *from = qy_value_field_text(measure->info.declaration->body, "from");

    if (measure->made >= 0 && from != NULL && strcmp(from, qy_plan_relation(plan, (guint)measure->made)->name) != 0)
        g_array_append_val(qy_plan_relation(plan, (guint)measure->made)->makers, number);
}

/* Where each number stands in a group's record: eight bytes first, then counts of four. */
static void
lay_out(QyTarget *target)
{
    guint offset = 0;

    for (guint pass = 0; pass < 2; pass++) {
        for (guint i = 0; i < target->aggregates->len; i++) {
            QyAggregate *aggregate = &g_array_index(target->aggregates, QyAggregate, i);

            if ((aggregate->kind == QY_AGGREGATE_COUNT) != (pass == 1))
                continue;
            aggregate->offset = offset;
            offset += pass == 0 ? sizeof(gint64) : sizeof(guint32);
        }
    }
    target->record_bytes = (offset + 7) / 8 * 8;
}

static void
finish(QyPlan *plan)
{
    for (guint i = 0; i < plan->targets->len; i++)
        lay_out(qy_plan_target(plan, i));
    for (guint i = 0; i < plan->measures->len; i++) {
        plan->n_stages = MAX(plan->n_stages, qy_plan_measure(plan, i)->stage + 1);
        for (guint k = 0; k < QY_N_TABLES; k++) {
            if (qy_plan_measure(plan, i)->lifted >> k & 1)
                qy_plan_measure(plan, i)->absent[k] = 0;
        }
    }
}

QyPlan *
qy_plan_new(const QyPack *pack, const QyDataset *dataset, GError **error)
{
    g_autoptr(QyPlan) self = NULL;
    g_autoptr(GPtrArray) declarations = NULL;
    const QyDeclaration *own;
    guint n_own;

    g_return_val_if_fail(pack != NULL && dataset != NULL, NULL);
    self = plan_alloc(pack, dataset);
    declarations = qy_pack_declarations(pack, "measure");
    if (declarations->len > QY_MAX_MEASURES) {
        g_set_error(error, QY_ERROR, QY_ERROR_LIMIT, _("%u measures; the limit is %d"), declarations->len,
                    QY_MAX_MEASURES);
        return NULL;
    }
    for (guint i = 0; i < declarations->len; i++)
        add_measure(self, declarations->pdata[i]);
    add_row_rules(self, "look");
    add_row_rules(self, "points");
    own = qy_capacity_measures(&n_own);
    for (guint i = 0; i < n_own; i++)
        add_measure(self, &own[i]);
    for (guint i = 0; i < self->measures->len; i++)
        qy_declare_measure(self, i);
    for (guint i = 0; i < self->measures->len; i++)
        add_maker(self, i);
    for (guint i = 0; i < self->measures->len; i++)
        compile_measure(self, i);
    if (self->faults->len > 0) {
        set_error(self, error);
        return NULL;
    }
    finish(self);
    return g_steal_pointer(&self);
}
