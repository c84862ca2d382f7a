#define G_LOG_DOMAIN "qy-judge"

/* What a criterion may read, and the parameters among it: c.p, c:at(date).p. */
#include "judge/view.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A name that isn't among the parameters declared in uses. */
static int
unknown_parameter(lua_State *L)
{
    QyView *self = lua_touserdata(L, lua_upvalueindex(1));
    const gchar *name = luaL_checkstring(L, 2);
    const QyDeclaration *found = qy_pack_find(self->pack, name);

    for (guint i = 0; self->uses != NULL && i < self->uses->params->len; i++)
        if (strcmp(g_ptr_array_index(self->uses->params, i), name) == 0) {
            lua_pushnil(L); /* declared, and not in force */
            return 1;
        }
    if (self->uses == NULL && found != NULL && strcmp(found->kind, "param") == 0) {
        lua_pushnil(L);
        return 1;
    }
    return qy_view_undeclared(L, "", name, found != NULL && strcmp(found->kind, "param") == 0);
}

static void
push_parameter(lua_State *L, const QyValue *value)
{
    switch (value->type) {
    case QY_VALUE_INTEGER:
        lua_pushinteger(L, value->integer);
        break;
    case QY_VALUE_DECIMAL:
        lua_pushnumber(L, (gdouble)value->integer / 1e6); /* correctly rounded: the decimal's own float */
        break;
    case QY_VALUE_TEXT:
        lua_pushstring(L, value->text);
        break;
    case QY_VALUE_LIST:
        lua_createtable(L, (gint)value->n_items, 0);
        for (guint i = 0; i < value->n_items; i++) {
            lua_pushstring(L, value->items[i]->text);
            lua_rawseti(L, -2, i + 1);
        }
        break;
    default:
        lua_pushnil(L);
    }
}

/* Upvalues: the view, the lists by name. */
static int
index_lists(lua_State *L)
{
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(2)) == LUA_TTABLE) {
        lua_Integer n = (lua_Integer)lua_rawlen(L, -1);

        lua_createtable(L, (gint)n, 0);
        for (lua_Integer i = 1; i <= n; i++) {
            lua_rawgeti(L, -2, i);
            lua_rawseti(L, -2, i);
        }
        return 1;
    }
    lua_settop(L, 2);
    return unknown_parameter(L);
}

static gboolean
is_share(const QyView *self, const gchar *param)
{
    return g_strcmp0(qy_value_field_text(qy_pack_find(self->pack, param)->body, "unit"), "ratio") == 0;
}

/* Pushes the object whose parts are the parameters at @date. A list is copied
 * whenever it is read, since a script may change its own copy. @shares:
 * (nullable) (element-type gdouble): takes the values of those that are shares. */
static void
push_parameters(QyView *self, const GPtrArray *params, QyDate date, GArray *shares)
{
    lua_State *L = self->L;

    lua_createtable(L, 0, (gint)params->len); /* numbers and text */
    lua_newtable(L);                          /* its metatable */
    lua_pushlightuserdata(L, self);
    lua_newtable(L); /* lists */
    for (guint i = 0; i < params->len; i++) {
        const gchar *id = g_ptr_array_index(params, i);
        const QyValue *value = self->source->parameter(self->source, id, date, NULL);

        if (value == NULL)
            continue;
        if (shares != NULL && value->type == QY_VALUE_DECIMAL && is_share(self, id)) {
            gdouble share = (gdouble)value->integer / 1e6;

            g_array_append_val(shares, share);
        }
        push_parameter(L, value);
        lua_setfield(L, value->type == QY_VALUE_LIST ? -2 : -5, id);
    }
    lua_pushcclosure(L, index_lists, 2);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    qy_view_wrap(L, "c.p", self);
}

/* c:at(date): its p only. Upvalue: view. */
int
qy_view_at(lua_State *L)
{
    QyView *self = qy_view_of(L);
    const QyUses *uses = self->uses != NULL ? self->uses : self->everything;
    const gchar *text;
    QyDate date;

    qy_view_check_aspect(L, self);
    text = luaL_checkstring(L, 2);
    date = qy_date_parse(text, strlen(text));
    if (date == QY_DATE_NONE)
        return luaL_error(L, "c:at: \"%s\" is not a date (YYYY-MM-DD)", text);
    lua_newtable(L);
    push_parameters(self, uses->params, date, NULL);
    lua_setfield(L, -2, "p");
    qy_view_wrap(L, "c:at", NULL);
    return 1;
}

static void
fault(GString *faults, const QyDeclaration *declaration, const gchar *name, const gchar *near)
{
    g_string_append_printf(faults, "%s%s:%u: %s \"%s\": ", faults->len > 0 ? "\n" : "", declaration->file,
                           declaration->line, declaration->kind, declaration->id);
    if (near != NULL)
        g_string_append_printf(faults, _("uses: there is no \"%s\"; did you mean \"%s\"?"), name, near);
    else
        g_string_append_printf(faults, _("uses: there is no \"%s\""), name);
}

/* Finds a name of `uses`; FALSE when the pack has no such. */
static gboolean
use(QyView *view, QyUses *self, const gchar *name)
{
    const QyDeclaration *found = qy_pack_find(view->pack, name);

    if (g_str_has_prefix(name, "area.")) {
        for (guint i = 0; qy_area_fields[i] != NULL; i++)
            if (strcmp(qy_area_fields[i], name + 5) == 0)
                return self->areas[i] = TRUE;
        return FALSE;
    }
    if (g_str_has_prefix(name, "fact:")) {
        gint fact = qy_facts_find(view->source->catalogue, name + 5);

        if (fact >= 0)
            self->facts[fact] = TRUE;
        return fact >= 0;
    }
    if (found == NULL)
        return FALSE;
    if (strcmp(found->kind, "param") == 0)
        g_ptr_array_add(self->params, (gpointer)found->id);
    for (guint i = 0; i < view->source->n_measures; i++)
        if (strcmp(view->source->measures[i].id, name) == 0)
            self->measures[i] = TRUE;
    return strcmp(found->kind, "criterion") != 0 && strcmp(found->kind, "commend") != 0;
}

static const gchar *
nearest_use(QyView *view, const gchar *name)
{
    g_autoptr(GPtrArray) all = qy_pack_declarations(view->pack, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (guint i = 0; i < all->len; i++) {
        const QyDeclaration *one = g_ptr_array_index(all, i);

        if (strcmp(one->kind, "measure") == 0 || strcmp(one->kind, "param") == 0 || strcmp(one->kind, "index") == 0)
            g_ptr_array_add(names, (gpointer)one->id);
    }
    g_ptr_array_add(names, NULL);
    return qy_nearest_name(name, (const gchar *const *)names->pdata);
}

QyUses *
qy_uses_new(QyView *view, const QyDeclaration *declaration, GString *faults)
{
    QyUses *self = g_new0(QyUses, 1);
    const QyValue *list = declaration != NULL ? qy_value_field(declaration->body, "uses") : NULL;

    self->declaration = declaration;
    self->measures = g_new0(guint8, MAX(view->source->n_measures, 1));
    self->facts = g_new0(guint8, MAX(qy_facts_count(view->source->catalogue), 1));
    self->areas = g_new0(guint8, QY_N_AREA_FIELDS);
    self->params = g_ptr_array_new();
    self->shares = g_array_new(FALSE, FALSE, sizeof(gdouble));
    for (guint i = 0; list != NULL && i < list->n_items; i++) {
        const gchar *name = list->items[i]->text;

        if (!use(view, self, name))
            fault(faults, declaration, name, nearest_use(view, name));
    }
    if (declaration == NULL) {
        g_autoptr(GPtrArray) params = qy_pack_declarations(view->pack, "param");

        for (guint i = 0; i < params->len; i++)
            g_ptr_array_add(self->params, (gpointer)((const QyDeclaration *)g_ptr_array_index(params, i))->id);
    }
    push_parameters(view, self->params, view->source->as_of, self->shares);
    self->values = luaL_ref(view->L, LUA_REGISTRYINDEX);
    return self;
}

void
qy_uses_free(QyUses *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->params);
    g_array_unref(self->shares);
    g_free(self->areas);
    g_free(self->facts);
    g_free(self->measures);
    g_free(self); /* its values go with the state */
}
