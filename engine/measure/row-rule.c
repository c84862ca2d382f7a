#define G_LOG_DOMAIN "qy-measure"

#include "measure/row-rule.h"

#define MOST_FIELDS 6

struct _QyRowRule {
    QyDeclaration measure;
    QyValue body, group, unit, publish, sum;
    const gchar *keys[MOST_FIELDS];
    const QyValue *fields[MOST_FIELDS];
    const QyValue *summed[1];
};

/* Fields are to stand in byte order of their keys: call in that order. */
static void
set_field(QyRowRule *self, const gchar *key, const QyValue *value)
{
    g_assert(self->body.n_fields < MOST_FIELDS);
    g_assert(self->body.n_fields == 0 || g_strcmp0(self->keys[self->body.n_fields - 1], key) < 0);
    self->keys[self->body.n_fields] = key;
    self->fields[self->body.n_fields++] = value;
}

static QyValue
text_value(const gchar *text, guint line)
{
    return (QyValue){.type = QY_VALUE_TEXT, .text = text, .say = {text, text}, .line = line};
}

QyRowRule *
qy_row_rule_new(const QyDeclaration *rule)
{
    const gchar *from = qy_value_field_text(rule->body, "from");
    const QyTableDef *def = from != NULL ? qy_dictionary_find(from) : NULL;
    const QyValue *points = qy_value_field(rule->body, "points");

    if (def == NULL || def->entity == NULL)
        return NULL;
    QyRowRule *self = g_new0(QyRowRule, 1);
    self->measure = *rule;
    self->measure.body = &self->body;
    self->body = (QyValue){.type = QY_VALUE_MAP, .keys = self->keys, .fields = self->fields, .line = rule->line};
    self->group = text_value(def->entity, rule->line);
    self->unit = text_value("flag", rule->line);
    self->publish = (QyValue){.type = QY_VALUE_BOOLEAN, .line = rule->line};
    self->sum =
        (QyValue){.type = QY_VALUE_CALL, .text = "sum", .n_items = 1, .items = self->summed, .line = rule->line};
    self->summed[0] = points;
    set_field(self, "from", qy_value_field(rule->body, "from"));
    set_field(self, "group", &self->group);
    set_field(self, "publish", &self->publish);
    set_field(self, "unit", &self->unit);
    if (points != NULL && points->type == QY_VALUE_CALL)
        set_field(self, "value", &self->sum);
    if (qy_value_field(rule->body, "where") != NULL)
        set_field(self, "where", qy_value_field(rule->body, "where"));
    return self;
}

void
qy_row_rule_free(QyRowRule *self)
{
    g_free(self);
}

const QyDeclaration *
qy_row_rule_measure(const QyRowRule *self)
{
    return &self->measure;
}
