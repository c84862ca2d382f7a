#define G_LOG_DOMAIN "qy-script"

/* Dated parameters, and what a department's tailoring changes. */
#include "script/private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct {
    const QyDeclaration *declaration;
    guint n;
    QyDate *dates;           /* ascending */
    const QyValue **values;  /* parallel; FALSE ends the parameter */
    const QyValue *tailored; /* replaces every value; NULL none */
} Param;

/* What values of one parameter have in common. */
static const gchar *
value_class(const QyValue *value)
{
    switch (value->type) {
    case QY_VALUE_INTEGER:
    case QY_VALUE_DECIMAL:
        return "number";
    case QY_VALUE_TEXT:
        return qy_date_parse(value->text, strlen(value->text)) != QY_DATE_NONE ? "date" : "word";
    case QY_VALUE_LIST:
        for (guint i = 0; i < value->n_items; i++)
            if (value->items[i]->type != QY_VALUE_TEXT)
                return NULL;
        return value->n_items > 0 ? "list of words" : NULL;
    default:
        return NULL;
    }
}

static gboolean
ends(const QyValue *value)
{
    return value->type == QY_VALUE_BOOLEAN && !value->boolean;
}

/* Reads the dates of @map into the parameter; keys are sorted by bytes, which is by date. */
static void
read_values(QyPack *self, Param *param, const QyValue *map)
{
    const QyValue *sources = qy_value_field(param->declaration->body, "source");
    const gchar *class = NULL;

    param->dates = qy_pack_alloc(self, map->n_fields * sizeof *param->dates);
    param->values = qy_pack_alloc(self, map->n_fields * sizeof *param->values);
    for (guint i = 0; i < map->n_fields; i++) {
        const gchar *key = map->keys[i];
        const QyValue *value = map->fields[i];
        QyDate date = qy_date_parse(key, strlen(key));
        const gchar *this_class = value_class(value);

        if (date == QY_DATE_NONE) {
            qy_pack_fault_at(self, param->declaration, _("values: \"%s\" is not a date (YYYY-MM-DD)"), key);
            continue;
        }
        if (!ends(value) && this_class == NULL)
            qy_pack_fault_at(self, param->declaration,
                             _("values[\"%s\"]: found a %s, needs a number, a date, a word, a list of words or false"),
                             key, qy_value_type_name(value));
        if (this_class != NULL && class != NULL && strcmp(class, this_class) != 0)
            qy_pack_fault_at(self, param->declaration, _("values[\"%s\"]: a %s among values that are a %s"), key,
                             this_class, class);
        if (!ends(value) && qy_value_field(sources, key) == NULL)
            qy_pack_fault_at(self, param->declaration, _("source: none for the value of %s"), key);
        class = class != NULL ? class : this_class;
        param->dates[param->n] = date;
        param->values[param->n++] = value;
    }
    if (map->n_fields == 0)
        qy_pack_fault_at(self, param->declaration, _("values: none given"));
}

void
qy_params_add(QyPack *self, const QyDeclaration *declaration)
{
    const QyValue *values = qy_value_field(declaration->body, "values");
    const QyValue *sources = qy_value_field(declaration->body, "source");
    Param *param;

    if (values == NULL || (values->type != QY_VALUE_MAP && values->n_items > 0) || *declaration->id == '\0')
        return; /* said already */
    param = qy_pack_alloc(self, sizeof *param);
    param->declaration = declaration;
    read_values(self, param, values);
    for (guint i = 0; sources != NULL && i < sources->n_fields; i++)
        if (qy_value_field(values, sources->keys[i]) == NULL)
            qy_pack_fault_at(self, declaration, _("source: no value has the date \"%s\""), sources->keys[i]);
    if (!g_hash_table_contains(self->params, declaration->id))
        g_hash_table_insert(self->params, (gpointer)declaration->id, param);
}

const QyValue *
qy_pack_parameter(const QyPack *self, const gchar *id, QyDate date, GError **error)
{
    const Param *param = g_hash_table_lookup(self->params, id);
    guint i;

    if (param == NULL) {
        g_set_error(error, QY_ERROR, QY_ERROR_RULE, _("no parameter \"%s\" is declared"), id);
        return NULL;
    }
    for (i = param->n; i > 0 && param->dates[i - 1] > date; i--)
        ;
    if (i == 0 || ends(param->values[i - 1]))
        return NULL;
    return param->tailored != NULL ? param->tailored : param->values[i - 1];
}

/* ---- tailoring ---- */

/* Whether the text stands anywhere in a declaration: then something reads it. */
static gboolean
mentions(const QyValue *value, const gchar *text)
{
    if (value->type == QY_VALUE_TEXT && strcmp(value->text, text) == 0)
        return TRUE;
    for (guint i = 0; i < value->n_items; i++)
        if (mentions(value->items[i], text))
            return TRUE;
    for (guint i = 0; i < value->n_fields; i++)
        if (mentions(value->fields[i], text))
            return TRUE;
    return FALSE;
}

static gboolean
is_used(const QyPack *self, const gchar *id)
{
    for (guint i = 0; i < self->declarations->len; i++) {
        const QyDeclaration *declaration = g_ptr_array_index(self->declarations, i);

        if (strcmp(declaration->kind, "param") != 0 && strcmp(declaration->kind, "tailor") != 0 &&
            mentions(declaration->body, id))
            return TRUE;
    }
    return FALSE;
}

static void
apply_set(QyPack *self, const QyDeclaration *tailor, const QyValue *set)
{
    for (guint i = 0; set != NULL && i < set->n_fields; i++) {
        const gchar *id = set->keys[i];
        Param *param = g_hash_table_lookup(self->params, id);
        const gchar *class = value_class(set->fields[i]);

        if (param == NULL)
            qy_pack_fault_at(self, tailor, _("set: no parameter \"%s\" is declared"), id);
        else if (class == NULL || (param->n > 0 && g_strcmp0(class, value_class(param->values[0])) != 0))
            qy_pack_fault_at(self, tailor, _("set.%s: found a %s, where its values are a %s"), id,
                             qy_value_type_name(set->fields[i]),
                             param->n > 0 ? value_class(param->values[0]) : "number");
        else if (!is_used(self, id))
            qy_pack_fault_at(self, tailor, _("set: no rule reads the parameter \"%s\""), id);
        else if (param->tailored != NULL)
            qy_pack_fault_at(self, tailor, _("set: the parameter \"%s\" is set twice"), id);
        else
            param->tailored = set->fields[i];
    }
}

/* What a tailoring may choose or leave out. */
static const QyDeclaration *
find_rule(QyPack *self, const gchar *id)
{
    static const gchar *const prefixes[] = {"", "look:", "points:"};

    for (guint i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        g_autofree gchar *name = g_strconcat(prefixes[i], id, NULL);
        const QyDeclaration *found = g_hash_table_lookup(self->by_name, name);

        if (found != NULL && (i > 0 || strcmp(found->kind, "criterion") == 0 || strcmp(found->kind, "commend") == 0))
            return found;
    }
    return NULL;
}

/* The declarations that a list names. (element-type QyDeclaration) (transfer container) */
static GHashTable *
named_rules(QyPack *self, const QyDeclaration *tailor, const gchar *key)
{
    const QyValue *list = qy_value_field(tailor->body, key);
    GHashTable *set = g_hash_table_new(NULL, NULL);

    for (guint i = 0; list != NULL && i < list->n_items; i++) {
        const gchar *id = list->items[i]->text;
        const QyDeclaration *found = id != NULL ? find_rule(self, id) : NULL;

        if (id == NULL)
            continue; /* said already */
        if (found == NULL)
            qy_pack_fault_at(self, tailor, _("%s: no criterion, list, look or points entry \"%s\""), key, id);
        else if (!g_hash_table_add(set, (gpointer)found))
            qy_pack_fault_at(self, tailor, _("%s: \"%s\" stands twice"), key, id);
    }
    return set;
}

/* choose: of each kind that it names, only these stay. leave_out: these go. */
static void
apply_choice(QyPack *self, const QyDeclaration *tailor)
{
    g_autoptr(GHashTable) chosen = named_rules(self, tailor, "choose");
    g_autoptr(GHashTable) left_out = named_rules(self, tailor, "leave_out");
    g_autoptr(GHashTable) kinds = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTableIter iter;
    gpointer found;

    g_hash_table_iter_init(&iter, chosen);
    while (g_hash_table_iter_next(&iter, &found, NULL))
        g_hash_table_add(kinds, (gpointer)((const QyDeclaration *)found)->kind);
    for (guint i = 0; i < self->declarations->len;) {
        QyDeclaration *declaration = g_ptr_array_index(self->declarations, i);
        gboolean in = g_hash_table_contains(chosen, declaration), out = g_hash_table_contains(left_out, declaration);

        if (in && out)
            qy_pack_fault_at(self, tailor, _("leave_out: \"%s\" is chosen as well"), declaration->id);
        if (out || (g_hash_table_contains(kinds, declaration->kind) && !in))
            g_ptr_array_remove_index(self->declarations, i);
        else
            i++;
    }
}

static gboolean
is_left(const QyPack *self, const QyDeclaration *declaration)
{
    return g_ptr_array_find(self->declarations, declaration, NULL);
}

static void
check_waiver(QyPack *self, const QyDeclaration *tailor, const QyValue *waiver, guint number)
{
    static const gchar *const needed[] = {"approver", "area", "criterion", "reason", "until"};
    const gchar *id = qy_value_field_text(waiver, "criterion"), *until = qy_value_field_text(waiver, "until");
    const QyDeclaration *criterion = id != NULL ? g_hash_table_lookup(self->by_name, id) : NULL;

    for (guint i = 0; i < G_N_ELEMENTS(needed); i++) {
        const QyValue *field = qy_value_field(waiver, needed[i]);
        gboolean may_be_say = i == 0 || i == 3;

        if (field == NULL)
            qy_pack_fault_at(self, tailor, _("waive[%u]: %s is missing"), number, needed[i]);
        else if (field->type != QY_VALUE_TEXT && !(may_be_say && field->type == QY_VALUE_SAY))
            qy_pack_fault_at(self, tailor, _("waive[%u].%s: found a %s, needs text"), number, needed[i],
                             qy_value_type_name(field));
    }
    if (waiver->n_fields > G_N_ELEMENTS(needed) || waiver->n_items > 0)
        qy_pack_fault_at(self, tailor, _("waive[%u]: only criterion, area, reason, approver and until stand here"),
                         number);
    if (until != NULL && qy_date_parse(until, strlen(until)) == QY_DATE_NONE)
        qy_pack_fault_at(self, tailor, _("waive[%u].until: \"%s\" is not a date (YYYY-MM-DD)"), number, until);
    if (id != NULL && (criterion == NULL || strcmp(criterion->kind, "criterion") != 0))
        qy_pack_fault_at(self, tailor, _("waive[%u]: no criterion \"%s\""), number, id);
    else if (criterion != NULL && !is_left(self, criterion))
        qy_pack_fault_at(self, tailor, _("waive[%u]: the criterion \"%s\" is left out"), number, id);
}

void
qy_params_tailor(QyPack *self)
{
    g_autoptr(GPtrArray) tailors = qy_pack_declarations(self, "tailor");

    for (guint i = 0; i < tailors->len; i++) {
        const QyDeclaration *tailor = g_ptr_array_index(tailors, i);
        const QyValue *waive = qy_value_field(tailor->body, "waive");

        apply_set(self, tailor, qy_value_field(tailor->body, "set"));
        apply_choice(self, tailor);
        for (guint w = 0; waive != NULL && w < waive->n_items; w++)
            check_waiver(self, tailor, waive->items[w], w + 1);
    }
}
