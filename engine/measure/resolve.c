#define G_LOG_DOMAIN "qy-measure"

/* Names: from "contract.unit.kind" to nodes that fetch it. */
#include "measure/plan.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* ---- Relations ---- */

static guint
node_hash(gconstpointer data)
{
    const guint32 *words = data;
    guint hash = 2166136261u;

    for (gsize i = 0; i < sizeof(QyNode) / sizeof *words; i++)
        hash = (hash ^ words[i]) * 16777619u;
    return hash;
}

static gboolean
node_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(QyNode)) == 0;
}

QyRelation *
qy_relation_new(guint index, const gchar *name, const QyTableDef *def)
{
    QyRelation *self = g_new0(QyRelation, 1);

    self->index = index;
    self->name = g_strdup(name);
    self->def = def;
    self->table = def != NULL ? def->id : QY_NO_TABLE;
    self->streamed = def != NULL && def->streamed;
    self->nodes = g_array_new(FALSE, TRUE, sizeof(QyNode));
    self->owners = g_array_new(FALSE, FALSE, sizeof(guint));
    self->node_numbers = g_hash_table_new_full(node_hash, node_equal, g_free, NULL);
    self->makers = g_array_new(FALSE, FALSE, sizeof(guint));
    return self;
}

void
qy_relation_free(QyRelation *self)
{
    g_free(self->name);
    g_array_unref(self->nodes);
    g_array_unref(self->owners);
    g_hash_table_unref(self->node_numbers);
    g_array_unref(self->makers);
    for (guint i = 0; i < QY_MAX_KEYS; i++)
        g_free(self->key_names[i]);
    g_free(self);
}

gint
qy_relation_node(QyRelation *self, QyNode node, guint owner)
{
    gpointer number = g_hash_table_lookup(self->node_numbers, &node);

    if (number == NULL) {
        g_array_append_val(self->nodes, node);
        g_array_append_val(self->owners, owner);
        number = GUINT_TO_POINTER(self->nodes->len);
        g_hash_table_insert(self->node_numbers, g_memdup2(&node, sizeof node), number);
    }
    return (gint)GPOINTER_TO_UINT(number) - 1;
}

const QyNode *
qy_relation_get(const QyRelation *self, gint node)
{
    return &g_array_index(self->nodes, QyNode, node);
}

const QyTableDef *
qy_resolve_def(const QyPlan *plan, QyTableId table)
{
    return qy_dataset_frame(plan->dataset, table)->def;
}

QyTableId
qy_resolve_entity_table(const gchar *entity)
{
    for (gint i = 0; i < QY_N_TABLES; i++) {
        const QyTableDef *def = qy_dictionary_table(i);

        if (def->entity != NULL && strcmp(def->entity, entity) == 0)
            return def->id;
    }
    return QY_NO_TABLE;
}

/* ---- Steps from rows to rows ---- */

/* Where a name has led so far: rows of a table (or of the made relation itself). */
typedef struct {
    const QyTableDef *def; /* NULL: the made relation */
    gint rows;             /* node; -1: the relation's own rows */
} Place;

static Place
start(const QyCompiler *self)
{
    return (Place){self->relation->table != QY_NO_TABLE ? qy_resolve_def(self->plan, self->relation->table) : NULL, -1};
}

static gint
add_node(QyCompiler *self, QyNode node)
{
    return qy_relation_node(self->relation, node, self->number);
}

static QyShape
column_shape(const QyColumnDef *column)
{
    switch (column->type) {
    case QY_TYPE_REF:
        return (QyShape){.kind = QY_KIND_REF, .refers = column->refers};
    case QY_TYPE_ID:
    case QY_TYPE_TEXT:
        return (QyShape){.kind = QY_KIND_TEXT};
    case QY_TYPE_DATE:
        return (QyShape){.kind = QY_KIND_DATE};
    case QY_TYPE_WORD:
        return (QyShape){.kind = QY_KIND_WORD, .words = column->words};
    case QY_TYPE_QUANTITY:
        return (QyShape){.kind = QY_KIND_NUMBER, .base = QY_SCALE_QUANTITY};
    case QY_TYPE_WEIGHT:
        return (QyShape){.kind = QY_KIND_NUMBER, .base = QY_SCALE_WEIGHT};
    case QY_TYPE_INTEGER:
    case QY_TYPE_ITEM:
        break;
    }
    return (QyShape){.kind = QY_KIND_NUMBER};
}

/* A table's own id is a reference to its row. */
static QyTerm
column_term(QyCompiler *self, Place place, guint number)
{
    const QyColumnDef *column = &place.def->columns[number];
    QyTerm term = {.shape = column_shape(column)};

    if (column->type == QY_TYPE_ID) {
        term.shape = (QyShape){.kind = QY_KIND_REF, .refers = place.def->id};
        term.node = place.rows >= 0 ? place.rows : add_node(self, (QyNode){.op = QY_NODE_ROW});
        return term;
    }
    qy_compiler_need(self, place.def->id, (gint)number);
    term.node = add_node(self, (QyNode){.op = QY_NODE_COLUMN, .a = place.rows, .b = place.def->id, .c = (gint)number});
    return term;
}

static QyTerm
key_term(QyCompiler *self, guint key)
{
    return (QyTerm){add_node(self, (QyNode){.op = QY_NODE_KEY, .b = (gint)key}), self->relation->key_shapes[key]};
}

/* The area of the rows of a place: its home, and that one's home, up to a column of areas. */
static QyTerm
area_term(QyCompiler *self, Place place)
{
    if (place.def == NULL)
        return self->relation->key_shapes[0].refers == QY_AREAS ? key_term(self, 0) : QY_NO_TERM;
    while (place.def->id != QY_AREAS) {
        if (place.def->home < 0)
            return QY_NO_TERM;
        place.rows = column_term(self, place, (guint)place.def->home).node;
        place.def = qy_resolve_def(self->plan, place.def->columns[place.def->home].refers);
    }
    if (place.rows < 0)
        place.rows = add_node(self, (QyNode){.op = QY_NODE_ROW});
    return (QyTerm){place.rows, {.kind = QY_KIND_REF, .refers = QY_AREAS}};
}

static gboolean
is_reference_to(const QyColumnDef *column, const gchar *name)
{
    gsize length = strlen(name);

    if (column->type != QY_TYPE_REF)
        return FALSE;
    if (strcmp(column->name, name) == 0 || (column->word_en != NULL && strcmp(column->word_en, name) == 0))
        return TRUE;
    return strncmp(column->name, name, length) == 0 && strcmp(column->name + length, "_id") == 0;
}

/* Column of @def that is the reference @name, or -1. */
static gint
find_reference(const QyTableDef *def, const gchar *name)
{
    for (guint i = 0; i < def->n_columns; i++) {
        if (is_reference_to(&def->columns[i], name))
            return (gint)i;
    }
    return -1;
}

static gint
find_key(const QyRelation *relation, const gchar *name)
{
    for (guint i = 0; i < relation->n_keys; i++) {
        if (strcmp(relation->key_names[i], name) == 0)
            return (gint)i;
    }
    return -1;
}

/* One reference further: "contract" of "contract.unit.kind". */
static gboolean
follow(QyCompiler *self, Place *place, const gchar *name, const QyValue *at)
{
    QyTerm term = QY_NO_TERM;
    gint found = place->def != NULL ? find_reference(place->def, name) : find_key(self->relation, name);

    if (found >= 0)
        term = place->def != NULL ? column_term(self, *place, (guint)found) : key_term(self, (guint)found);
    else if (strcmp(name, "area") == 0)
        term = area_term(self, *place);
    if (term.node < 0 || term.shape.kind != QY_KIND_REF) {
        qy_compiler_fault(self, at, _("%s has no reference \"%s\""),
                          place->def != NULL ? place->def->name : self->relation->name, name);
        return FALSE;
    }
    place->def = qy_resolve_def(self->plan, term.shape.refers);
    place->rows = term.node;
    if (place->def->id != QY_AREAS) /* an areas table is always there, and needed for the tree alone */
        qy_compiler_need(self, place->def->id, -1);
    return TRUE;
}

/* ---- Columns ---- */

/* The measure that is a column of this place, or -1. */
static gint
find_measure_column(const QyCompiler *self, Place place, const gchar *name)
{
    gpointer number = g_hash_table_lookup(self->plan->by_id, name);
    const QyMeasure *measure;

    if (number == NULL)
        return -1;
    measure = qy_plan_measure(self->plan, GPOINTER_TO_UINT(number) - 1);
    if (place.def == NULL)
        return measure->made == (gint)self->relation->index ? (gint)GPOINTER_TO_UINT(number) - 1 : -1;
    return measure->made < 0 && measure->info.table == place.def->id ? (gint)GPOINTER_TO_UINT(number) - 1 : -1;
}

static QyTerm
measure_term(QyCompiler *self, Place place, guint number, const QyValue *at)
{
    QyMeasure *measure = qy_plan_measure(self->plan, number);

    if (!qy_compiler_read(self, number, at))
        return QY_NO_TERM;
    if (measure->formula == QY_VALUE_OF_ESTIMATE) {
        qy_compiler_fault(self, at, _("\"%s\" is an estimate, which no measure can read"), measure->info.id);
        return QY_NO_TERM;
    }
    measure->is_read = TRUE;
    return (QyTerm){add_node(self, (QyNode){.op = QY_NODE_MEASURE, .a = place.rows, .b = (gint)number}),
                    measure->shape};
}

/* Says what is wrong with a name that nothing bears. */
static QyTerm
unknown_column(QyCompiler *self, Place place, const gchar *name, const QyValue *at)
{
    const gchar *table = place.def != NULL ? place.def->name : self->relation->name;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const gchar *near;
    gpointer other = g_hash_table_lookup(self->plan->by_id, name);

    if (other != NULL && self->relation->streamed) {
        qy_compiler_fault(self, at, _("measure \"%s\" can't be read here: that would take a second pass over %s"), name,
                          table);
        return QY_NO_TERM;
    }
    if (other != NULL) {
        qy_compiler_fault(self, at, _("measure \"%s\" is not a column of %s: it is grouped by something else"), name,
                          table);
        return QY_NO_TERM;
    }
    for (guint i = 0; place.def != NULL && i < place.def->n_columns; i++)
        g_ptr_array_add(names, (gpointer)place.def->columns[i].name);
    for (guint i = 0; place.def == NULL && i < self->relation->n_keys; i++)
        g_ptr_array_add(names, self->relation->key_names[i]);
    for (guint i = 0; i < self->plan->measures->len; i++) {
        const gchar *id = qy_plan_measure(self->plan, i)->info.id;

        if (find_measure_column(self, place, id) >= 0)
            g_ptr_array_add(names, (gpointer)id);
    }
    g_ptr_array_add(names, NULL);
    near = qy_nearest_name(name, (const gchar *const *)names->pdata);
    if (near != NULL)
        qy_compiler_fault(self, at, _("%s has no column \"%s\"; did you mean \"%s\"?"), table, name, near);
    else
        qy_compiler_fault(self, at, _("%s has no column \"%s\""), table, name);
    return QY_NO_TERM;
}

static QyTerm
last_part(QyCompiler *self, Place place, const gchar *name, const QyValue *at)
{
    gint found = -1;

    if (place.def == NULL && (found = find_key(self->relation, name)) >= 0)
        return key_term(self, (guint)found);
    if (place.def != NULL && (found = qy_table_def_column(place.def, name)) < 0)
        found = find_reference(place.def, name);
    if (place.def != NULL && found >= 0)
        return column_term(self, place, (guint)found);
    found = find_measure_column(self, place, name);
    if (found >= 0)
        return measure_term(self, place, (guint)found, at);
    return unknown_column(self, place, name, at);
}

QyTerm
qy_resolve_column(QyCompiler *self, const gchar *name, const QyValue *at)
{
    g_auto(GStrv) parts = g_strsplit(name, ".", -1);
    guint n = g_strv_length(parts);
    Place place = start(self);

    if (n == 0) {
        qy_compiler_fault(self, at, _("a column's name is empty"));
        return QY_NO_TERM;
    }
    if (n > 1 && self->relation->streamed) {
        qy_compiler_fault(self, at, _("\"%s\" is not a column of %s itself; measures of %s read its own columns only"),
                          name, self->relation->name, self->relation->name);
        return QY_NO_TERM;
    }
    for (guint i = 0; i + 1 < n; i++) {
        if (!follow(self, &place, parts[i], at))
            return QY_NO_TERM;
    }
    return last_part(self, place, parts[n - 1], at);
}

/* ---- Groups ---- */

/* The own column of a table that leads to an entity: the only one, or the one
 * named after it. -1: none; -2: several. */
static gint
only_reference(const QyTableDef *def, QyTableId table, const gchar *name)
{
    gint found = -1;

    for (guint i = 0; i < def->n_columns; i++) {
        if (def->columns[i].type != QY_TYPE_REF || def->columns[i].refers != table)
            continue;
        if (is_reference_to(&def->columns[i], name))
            return (gint)i;
        found = found == -1 ? (gint)i : -2;
    }
    return found;
}

/* From a table to an entity: itself, an own reference, else through its home. */
static QyTerm
entity_from_table(QyCompiler *self, Place place, QyTableId table, const gchar *name, const QyValue *at)
{
    for (;;) {
        gint found;

        if (place.def->id == table)
            return column_term(self, place, 0);
        found = only_reference(place.def, table, name);
        if (found == -2) {
            qy_compiler_fault(self, at, _("%s refers to %s in more than one way: no single key to the group \"%s\""),
                              place.def->name, qy_dictionary_table(table)->name, name);
            return QY_NO_TERM;
        }
        if (found >= 0)
            return column_term(self, place, (guint)found);
        if (place.def->streamed || place.def->home < 0 || place.def->columns[place.def->home].refers == QY_AREAS)
            break;
        place.rows = column_term(self, place, (guint)place.def->home).node;
        place.def = qy_resolve_def(self->plan, place.def->columns[place.def->home].refers);
    }
    if (self->relation->streamed)
        qy_compiler_fault(self, at, _("%s has no column of its own that leads to the group \"%s\""),
                          self->relation->name, name);
    else
        qy_compiler_fault(self, at, _("no way from %s to the group \"%s\""), self->relation->name, name);
    return QY_NO_TERM;
}

QyTerm
qy_resolve_entity(QyCompiler *self, QyTableId table, const gchar *name, const QyValue *at)
{
    Place place = start(self);

    if (table == QY_AREAS) {
        QyTerm term = area_term(self, place);

        if (term.node < 0)
            qy_compiler_fault(self, at, _("rows of %s have no area"), self->relation->name);
        return term;
    }
    if (place.def != NULL)
        return entity_from_table(self, place, table, name, at);
    for (guint i = 0; i < self->relation->n_keys; i++) {
        const QyShape *shape = &self->relation->key_shapes[i];

        if (shape->kind == QY_KIND_REF && shape->refers == table)
            return key_term(self, i);
    }
    qy_compiler_fault(self, at, _("no way from %s to the group \"%s\""), self->relation->name, name);
    return QY_NO_TERM;
}

static gboolean
is_text_item(const QyValue *value, guint item)
{
    return item < value->n_items && value->items[item]->type == QY_VALUE_TEXT;
}

const gchar *
qy_resolve_key_name(const QyValue *key)
{
    if (key->type == QY_VALUE_TEXT)
        return key->text;
    if ((qy_value_is_call(key, "quarter") || qy_value_is_call(key, "month")) && key->n_items == 1 &&
        is_text_item(key, 0))
        return key->text;
    if (qy_value_is_call(key, "as") && key->n_items == 2 && is_text_item(key, 0))
        return key->items[0]->text;
    return NULL;
}

/* quarter"held_on", month"held_on" */
static QyTerm
calendar_key(QyCompiler *self, const QyValue *key)
{
    gboolean is_quarter = qy_value_is_call(key, "quarter");
    QyTerm date = qy_resolve_column(self, key->items[0]->text, key);
    QyTerm term = {.shape = {.kind = is_quarter ? QY_KIND_QUARTER : QY_KIND_MONTH}};

    if (date.node < 0)
        return QY_NO_TERM;
    if (date.shape.kind != QY_KIND_DATE) {
        qy_compiler_fault(self, key, _("\"%s\" is not a date"), key->items[0]->text);
        return QY_NO_TERM;
    }
    term.node = add_node(self, (QyNode){.op = is_quarter ? QY_NODE_QUARTER : QY_NODE_MONTH, .a = date.node});
    return term;
}

/* A column that can be a key has few values, each with a text. */
static QyTerm
column_key(QyCompiler *self, const gchar *name, const QyValue *at)
{
    QyTerm term = qy_resolve_column(self, name, at);
    const QyNode *node;

    if (term.node < 0)
        return term;
    node = qy_relation_get(self->relation, term.node);
    if (term.shape.kind == QY_KIND_DATE)
        qy_compiler_fault(self, at, _("a date is no key of a group; say quarter\"%s\" or month\"%s\""), name, name);
    else if (term.shape.kind == QY_KIND_NUMBER &&
             (node->op != QY_NODE_COLUMN || qy_resolve_def(self->plan, node->b)->columns[node->c].type != QY_TYPE_ITEM))
        qy_compiler_fault(self, at, _("\"%s\" is a number and no key of a group"), name);
    else
        return term;
    return QY_NO_TERM;
}

QyTerm
qy_resolve_key(QyCompiler *self, const QyValue *key)
{
    const QyRelation *relation = self->relation;
    const gchar *name;
    QyTableId table;

    if (qy_value_is_call(key, "as"))
        return key->items[1]->type == QY_VALUE_TEXT ? column_key(self, key->items[1]->text, key)
                                                    : qy_resolve_key(self, key->items[1]);
    name = qy_resolve_key_name(key);
    if (name == NULL) {
        qy_compiler_fault(self, key, _("not a key: a key is a name, quarter\"…\", month\"…\" or as(\"…\", …)"));
        return QY_NO_TERM;
    }
    if (key->type == QY_VALUE_CALL)
        return calendar_key(self, key);
    if (relation->def == NULL ? find_key(relation, name) >= 0 : qy_table_def_column(relation->def, name) >= 0)
        return column_key(self, name, key);
    table = qy_resolve_entity_table(name);
    if (table != QY_NO_TABLE)
        return qy_resolve_entity(self, table, name, key);
    return column_key(self, name, key);
}
