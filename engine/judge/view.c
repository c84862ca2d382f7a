#define G_LOG_DOMAIN "qy-judge"

/* The object c: a community seen through one criterion. Made once and aimed at
 * one subject after another; nothing of it is rebuilt from call to call. A
 * figure is fetched when it is read, and what was read is remembered, for the
 * evidence of the verdict and for whether it was declared. */
#include "judge/view.h"

#include <string.h>

static const gchar view_key; /* address: the state's view */

int
qy_view_undeclared(lua_State *L, const gchar *prefix, const gchar *name, gboolean known)
{
    if (known)
        return luaL_error(L, "\"%s%s\" is read but not declared in uses", prefix, name);
    return luaL_error(L, "there is no \"%s%s\" in the pack", prefix, name);
}

static int
refuse_write(lua_State *L)
{
    return luaL_error(L, "%s can't be changed", lua_tostring(L, lua_upvalueindex(1)));
}

void
qy_view_wrap(lua_State *L, const gchar *name, gpointer content)
{
    *(gpointer *)lua_newuserdatauv(L, sizeof content, 0) = content;
    lua_newtable(L);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushstring(L, name);
    lua_pushcclosure(L, refuse_write, 1);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
    lua_remove(L, -2);
}

void
qy_view_wrap_function(lua_State *L, const gchar *name, QyAspect *aspect, lua_CFunction index)
{
    lua_pushlightuserdata(L, aspect);
    lua_insert(L, -2);
    lua_pushcclosure(L, index, 2);
    qy_view_wrap(L, name, aspect);
}

/* ---- c ---- */

QyAspect *
qy_view_check_aspect(lua_State *L, QyView *self)
{
    QyAspect **content = lua_touserdata(L, 1);

    for (guint i = 0; content != NULL && lua_rawlen(L, 1) == sizeof *content && i < G_N_ELEMENTS(self->aspects); i++)
        if (*content == &self->aspects[i])
            return *content;
    luaL_error(L, "call it on c with a colon: c:up(…), c:cells(…), c:at(…)");
    return NULL;
}

/* c.index.x; upvalues: aspect, nothing */
static int
index_indices(lua_State *L)
{
    QyAspect *aspect = lua_touserdata(L, lua_upvalueindex(1));
    const QyContext *lists = aspect->view->lists;

    qy_view_push_real(
        L, lists->index(lists->data, luaL_checkstring(L, 2), aspect->subject.table, (guint)aspect->subject.row));
    return 1;
}

/* What isn't a plain field of c. Upvalue: aspect. */
static int
index_c(lua_State *L)
{
    static const gchar *const names[] = {"id",    "as_of", "year",     "period",  "area",        "m",
                                         "f",     "p",     "index",    "stars",   "five_star",   "up",
                                         "cells", "at",    "days",     "met",     "not_met",     "test",
                                         "grant", "deny",  "previous", "not_due", "no_evidence", "not_applicable",
                                         NULL};
    QyAspect *aspect = lua_touserdata(L, lua_upvalueindex(1));
    QyView *self = aspect->view;
    const gchar *key = luaL_checkstring(L, 2), *near;
    gboolean of_lists = strcmp(key, "stars") == 0 || strcmp(key, "five_star") == 0 || strcmp(key, "index") == 0;

    if (strcmp(key, "id") == 0) {
        lua_pushstring(L, self->source->id(self->source, aspect->subject));
    } else if (strcmp(key, "previous") == 0) {
        lua_pushnil(L);
    } else if (of_lists && (self->lists == NULL || self->lists->index == NULL)) {
        return luaL_error(L, "c.%s is known when lists are made, not while criteria are judged", key);
    } else if (strcmp(key, "stars") == 0) {
        gint stars =
            aspect->subject.table == QY_AREAS ? self->lists->stars(self->lists->data, (guint)aspect->subject.row) : -1;

        if (stars < 0)
            lua_pushnil(L);
        else
            lua_pushinteger(L, stars);
    } else if (strcmp(key, "five_star") == 0) {
        lua_pushboolean(L, aspect->subject.table == QY_AREAS &&
                               self->lists->five_star(self->lists->data, (guint)aspect->subject.row));
    } else if (strcmp(key, "index") == 0) {
        lua_pushnil(L);
        qy_view_wrap_function(L, "c.index", aspect, index_indices);
    } else {
        near = qy_nearest_name(key, names);
        return near != NULL ? luaL_error(L, "c has no \"%s\"; did you mean \"%s\"?", key, near)
                            : luaL_error(L, "c has no \"%s\"", key);
    }
    return 1;
}

static int word_up(lua_State *L);

static void
set_word(lua_State *L, QyView *self, const gchar *name, lua_CFunction word)
{
    lua_pushlightuserdata(L, self);
    lua_pushcclosure(L, word, 1);
    lua_setfield(L, -2, name);
}

static void
make_aspect(QyView *self, QyAspect *aspect)
{
    lua_State *L = self->L;
    guint n = self->source->n_measures + qy_facts_count(self->source->catalogue);
    gint year, month, day, fields;

    aspect->view = self;
    if (aspect->of == NULL)
        aspect->of = g_new0(QyBox *, MAX(n, 1));
    lua_newtable(L);
    aspect->boxes = luaL_ref(L, LUA_REGISTRYINDEX);

    lua_newtable(L);
    fields = lua_gettop(L);
    qy_answers_open(self, L);
    set_word(L, self, "up", word_up);
    set_word(L, self, "at", qy_view_at);
    qy_view_open_figures(L, aspect);
    qy_date_to_ymd(self->source->as_of, &year, &month, &day);
    lua_pushinteger(L, year);
    lua_setfield(L, fields, "year");
    qy_view_push_date(L, self->source->as_of);
    lua_setfield(L, fields, "as_of");
    lua_pushstring(L, self->source->period.label);
    lua_setfield(L, fields, "period");

    lua_newtable(L);
    lua_pushlightuserdata(L, aspect);
    lua_pushcclosure(L, index_c, 1);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, fields);
    lua_pushvalue(L, fields);
    aspect->fields = luaL_ref(L, LUA_REGISTRYINDEX);
    qy_view_wrap(L, "c", aspect);
    aspect->object = luaL_ref(L, LUA_REGISTRYINDEX);
    aspect->made = TRUE; /* last: what is above may run out of memory */
}

/* The aspect's c.p is that of the uses in force. */
static void
set_parameters(QyView *self, const QyAspect *aspect)
{
    const QyUses *uses = self->uses != NULL ? self->uses : self->everything;

    lua_rawgeti(self->L, LUA_REGISTRYINDEX, aspect->fields);
    lua_rawgeti(self->L, LUA_REGISTRYINDEX, uses->values);
    lua_setfield(self->L, -2, "p");
    lua_pop(self->L, 1);
}

static void
aim(QyView *self, QyAspect *aspect, QySubject subject)
{
    if (!aspect->made) {
        make_aspect(self, aspect);
        set_parameters(self, aspect);
    }
    aspect->subject = subject;
    aspect->area = self->source->up(self->source, subject, G_MAXUINT);
}

/* c:up(level): the same of the area at or above; nil where there is none. Upvalue: view. */
static int
word_up(lua_State *L)
{
    QyView *self = qy_view_of(L);
    QyAspect *aspect = qy_view_check_aspect(L, self), *upper;
    const gchar *name = luaL_checkstring(L, 2);
    gint level = qy_level_find(name), area;

    if (level < 0)
        return luaL_error(L, "\"%s\" is not a level of areas", name);
    area = self->source->up(self->source, aspect->subject, (guint)level);
    if (area < 0) {
        lua_pushnil(L);
        return 1;
    }
    upper = &self->aspects[1 + level];
    if (!upper->made || upper->subject.row != area || upper->subject.table != QY_AREAS) {
        for (guint i = 0; upper->made && i < self->n_reads; i++)
            if (self->reads[i]->aspect == upper)
                return luaL_error(L, "c:up(\"%s\") of two different areas in one call", name);
        aim(self, upper, (QySubject){QY_AREAS, area});
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, upper->object);
    return 1;
}

/* ---- answers ---- */

QyAnswer *
qy_view_new_answer(QyView *self)
{
    QyAnswer *answer;

    if (self->n_answers == MAX_ANSWERS)
        luaL_error(self->L, "more than %d answers in one call", MAX_ANSWERS);
    answer = &self->answers[self->n_answers++];
    answer->is_grant = answer->granted = FALSE;
    answer->value[0] = answer->threshold[0] = answer->margin[0] = '\0';
    answer->unit = NULL;
    g_string_truncate(answer->zh, 0);
    g_string_truncate(answer->en, 0);
    lua_rawgeti(self->L, LUA_REGISTRYINDEX, self->answer_objects);
    lua_rawgeti(self->L, -1, self->n_answers);
    lua_remove(self->L, -2);
    return answer;
}

const QyAnswer *
qy_view_take(QyView *self, GError **error)
{
    const QyDeclaration *declaration = self->uses != NULL ? self->uses->declaration : NULL;
    const QyAnswer *answer = NULL;
    const gchar *type = luaL_typename(self->L, -1);

    if (lua_type(self->L, -1) == LUA_TUSERDATA && lua_getmetatable(self->L, -1)) {
        if (lua_topointer(self->L, -1) == self->answer_metatable)
            answer = &self->answers[*(guint *)lua_touserdata(self->L, -2)];
        lua_pop(self->L, 1);
    }
    if (answer == NULL || answer >= self->answers + self->n_answers) {
        g_set_error(error, QY_ERROR, QY_ERROR_RULE, "%s:%u: it gave back a %s, not an answer as c.met(…) makes it",
                    declaration != NULL ? declaration->file : "rule", declaration != NULL ? declaration->line : 0,
                    type);
        answer = NULL;
    }
    lua_pop(self->L, 1);
    return answer;
}

static int
index_answer(lua_State *L)
{
    return luaL_error(L, "an answer has no parts: give it back");
}

static void
make_answers(QyView *self)
{
    lua_State *L = self->L;

    lua_newtable(L);
    for (guint i = 0; i < MAX_ANSWERS; i++) {
        self->answers[i].zh = g_string_new(NULL);
        self->answers[i].en = g_string_new(NULL);
        *(guint *)lua_newuserdatauv(L, sizeof(guint), 0) = i;
        lua_rawgetp(L, LUA_REGISTRYINDEX, &self->answer_metatable);
        lua_setmetatable(L, -2);
        lua_rawseti(L, -2, i + 1);
    }
    self->answer_objects = luaL_ref(L, LUA_REGISTRYINDEX);
}

/* ---- the view ---- */

static int
free_view(lua_State *L)
{
    QyView *self = lua_touserdata(L, 1);

    for (guint i = 0; i < G_N_ELEMENTS(self->aspects); i++)
        g_free(self->aspects[i].of);
    for (guint i = 0; i < MAX_ANSWERS; i++) {
        g_string_free(self->answers[i].zh, TRUE);
        g_string_free(self->answers[i].en, TRUE);
    }
    qy_uses_free(self->everything);
    g_free(self->cells);
    for (guint i = 0; i < G_N_ELEMENTS(self->scratch); i++)
        g_string_free(self->scratch[i], TRUE);
    return 0;
}

static gconstpointer
make_metatable(lua_State *L, gconstpointer key, lua_CFunction index, const gchar *name)
{
    gconstpointer metatable;

    lua_newtable(L);
    metatable = lua_topointer(L, -1);
    lua_pushcfunction(L, index);
    lua_setfield(L, -2, "__index");
    lua_pushstring(L, name);
    lua_pushcclosure(L, refuse_write, 1);
    lua_setfield(L, -2, "__newindex");
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
    return metatable;
}

QyView *
qy_view_new(QyPack *pack, const QyFigureSource *source, const QyContext *lists)
{
    lua_State *L = qy_pack_state(pack);
    QyView *self = lua_newuserdatauv(L, sizeof *self, 0);

    memset(self, 0, sizeof *self);
    self->pack = pack;
    self->L = L;
    self->source = source;
    self->lists = lists;
    self->box_metatable = make_metatable(L, &self->box_metatable, qy_view_index_box, "a figure");
    self->answer_metatable = make_metatable(L, &self->answer_metatable, index_answer, "an answer");
    make_answers(self);
    for (guint i = 0; i < G_N_ELEMENTS(self->scratch); i++)
        self->scratch[i] = g_string_new(NULL);
    lua_newtable(L);
    lua_pushcfunction(L, free_view);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &view_key);
    return self;
}

QyView *
qy_view_of(lua_State *L)
{
    return lua_touserdata(L, lua_upvalueindex(1));
}

const QyFigureSource *
qy_view_source(const QyView *self)
{
    return self->source;
}

GString *
qy_view_scratch(QyView *self, guint number)
{
    return self->scratch[number];
}

QyPack *
qy_view_pack(const QyView *self)
{
    return self->pack;
}

void
qy_view_use(QyView *self, const QyUses *uses)
{
    self->uses = uses;
    if (uses == NULL && self->everything == NULL)
        self->everything = qy_uses_new(self, NULL, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(self->aspects); i++)
        if (self->aspects[i].made)
            set_parameters(self, &self->aspects[i]);
}

void
qy_view_push(QyView *self, QySubject subject)
{
    self->call++;
    self->n_reads = self->n_answers = 0;
    aim(self, &self->aspects[0], subject);
    lua_rawgeti(self->L, LUA_REGISTRYINDEX, self->aspects[0].object);
}
