#define G_LOG_DOMAIN "qy-measure"

/* Whose column a measure is, from its group alone: known of all measures
 * before any is compiled, so that they may stand in any order. */
#include "measure/plan.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* ---- Tables that measures make ---- */

QyRelation *
qy_declare_find_made(const QyPlan *plan, const gchar *name)
{
    for (guint i = 0; i < plan->relations->len; i++) {
        QyRelation *relation = qy_plan_relation(plan, i);

        if (relation->def == NULL && strcmp(relation->name, name) == 0)
            return relation;
    }
    return NULL;
}

static QyRelation *
made_relation(QyPlan *plan, const gchar *const *names, guint n)
{
    g_autoptr(GString) name = g_string_new(names[0]);
    QyRelation *relation;

    for (guint i = 1; i < n; i++)
        g_string_append_printf(name, "/%s", names[i]);
    relation = qy_declare_find_made(plan, name->str);
    if (relation == NULL) {
        relation = qy_relation_new(plan->relations->len, name->str, NULL);
        relation->n_keys = n;
        for (guint i = 0; i < n; i++)
            relation->key_names[i] = g_strdup(names[i]);
        g_ptr_array_add(plan->relations, relation);
    }
    return relation;
}

/* ---- Groups ---- */

/* The keys of `group`, whether one or a list. @group must outlive @keys. */
guint
qy_declare_keys(const QyValue *const *group, const QyValue *const **keys)
{
    gboolean is_list = (*group)->type == QY_VALUE_LIST;

    *keys = is_list ? (*group)->items : group;
    return is_list ? (*group)->n_items : 1;
}

static gboolean
declare_one_key(QyCompiler *self, const QyValue *key)
{
    const gchar *name = key->type == QY_VALUE_TEXT ? key->text : NULL;
    QyTableId table = name != NULL ? qy_resolve_entity_table(name) : QY_NO_TABLE;

    if (table == QY_NO_TABLE) {
        qy_compiler_fault(self, key,
                          _("group is \"area\", an entity such as \"commitment\", or a list that begins with one"));
        return FALSE;
    }
    self->measure->info.table = table;
    return TRUE;
}

static gboolean
declare_keys(QyCompiler *self, const QyValue *const *keys, guint n, const QyValue *at)
{
    const gchar *names[QY_MAX_KEYS];
    QyRelation *relation;
    QyMeasureInfo *info = &self->measure->info;

    if (n > QY_MAX_KEYS) {
        qy_compiler_fault(self, at, _("more than %d keys"), QY_MAX_KEYS);
        return FALSE;
    }
    for (guint i = 0; i < n; i++) {
        names[i] = qy_resolve_key_name(keys[i]);
        if (names[i] == NULL) {
            qy_compiler_fault(self, keys[i], _("not a key: a key is a name, quarter\"…\", month\"…\" or as(\"…\", …)"));
            return FALSE;
        }
        for (guint k = 0; k < i; k++) {
            if (strcmp(names[k], names[i]) == 0) {
                qy_compiler_fault(self, keys[i], _("two keys are named \"%s\"; as(\"…\", …) names one otherwise"),
                                  names[i]);
                return FALSE;
            }
        }
        if (i > 0 && strcmp(names[i], "area") == 0) {
            qy_compiler_fault(self, keys[i], _("in a list \"area\" comes first"));
            return FALSE;
        }
    }
    if (!declare_one_key(self, keys[0]))
        return FALSE;
    relation = made_relation(self->plan, names, n);
    self->measure->made = (gint)relation->index;
    info->n_keys = n - 1;
    for (guint i = 1; i < n; i++)
        info->keys[i - 1] = relation->key_names[i];
    return TRUE;
}

/* Without a group: ratio("a", "b") is grouped as its measures are, an estimate by area. */
static gboolean
declare_like(QyCompiler *self, const QyValue *value)
{
    QyMeasureInfo *info = &self->measure->info;
    gpointer number = NULL;
    const QyMeasure *other;

    if (value != NULL && value->type == QY_VALUE_CALL && strcmp(value->text, "estimate") == 0) {
        info->table = QY_AREAS;
        return TRUE;
    }
    if (value != NULL && value->n_items > 0 && value->items[0]->type == QY_VALUE_TEXT)
        number = g_hash_table_lookup(self->plan->by_id, value->items[0]->text);
    if (number == NULL) /* said when the value is compiled */
        return FALSE;
    self->measure->declared = TRUE;
    qy_declare_measure(self->plan, GPOINTER_TO_UINT(number) - 1);
    other = qy_plan_measure(self->plan, GPOINTER_TO_UINT(number) - 1);
    info->table = other->info.table;
    info->n_keys = other->info.n_keys;
    memcpy(info->keys, other->info.keys, sizeof info->keys);
    self->measure->made = other->made;
    return info->table != QY_NO_TABLE;
}

static void
check_name(QyCompiler *self)
{
    const QyMeasure *measure = self->measure;
    const QyTableDef *def = measure->made < 0 ? qy_resolve_def(self->plan, measure->info.table) : NULL;
    gboolean taken = def != NULL && qy_table_def_column(def, measure->info.id) >= 0;

    for (guint i = 0; def == NULL && i < qy_plan_relation(self->plan, (guint)measure->made)->n_keys; i++)
        taken =
            taken || strcmp(qy_plan_relation(self->plan, (guint)measure->made)->key_names[i], measure->info.id) == 0;
    if (taken)
        qy_compiler_fault(self, NULL, _("%s already has a column of this name"),
                          def != NULL ? def->name : qy_plan_relation(self->plan, (guint)measure->made)->name);
}

/* Finds the table that the measure is a column of, from `group` alone. */
void
qy_declare_measure(QyPlan *plan, guint number)
{
    QyMeasure *measure = qy_plan_measure(plan, number);
    QyCompiler self = {.plan = plan, .number = number, .measure = measure};
    const QyValue *body = measure->info.declaration->body;
    const QyValue *group = qy_value_field(body, "group"), *const * keys;
    gboolean good;
    guint n;

    if (measure->declared)
        return;
    measure->declared = TRUE;
    if (group == NULL && qy_value_field(body, "from") != NULL) {
        qy_compiler_fault(&self, NULL, _("needs a group"));
        return;
    }
    if (group == NULL) {
        good = declare_like(&self, qy_value_field(body, "value"));
    } else {
        n = qy_declare_keys(&group, &keys);
        if (n == 0) {
            qy_compiler_fault(&self, group, _("group is empty"));
            return;
        }
        good = n == 1 ? declare_one_key(&self, keys[0]) : declare_keys(&self, keys, n, group);
    }
    if (good)
        check_name(&self);
}
