#define G_LOG_DOMAIN "qy-script"

/* The grammar's words as values: say("…","…"), and calls that are kept, not
 * computed: count{…}, sum("x"), p"id", four_quarters. Both are opaque to a
 * script: it can hand them on and nothing else. */
#include "script/private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define SAY_CACHE 4096 /* texts kept, so that a rule's sentence isn't made anew in each call */

/* Words that are called; what their arguments must be is for their reader. */
static const gchar *const called_words[] = {"count", "sum",   "min",     "max",   "mean",     "ratio",   "estimate",
                                            "any",   "all",   "p",       "col",   "as",       "quarter", "month",
                                            "plus",  "minus", "times",   "least", "greatest", "abs",     "default",
                                            "days",  "part",  "prorate", NULL};
static const gchar *const bare_words[] = {"period", "year",         "four_quarters", "last_period", "to_date",
                                          "as_of",  "period.first", "period.last",   NULL};

static gint
table_part(lua_State *L)
{
    return lua_gettop(L) == 1 && lua_istable(L, 1);
}

/* Upvalue 1: the word. */
static int
make_call(lua_State *L)
{
    QyPack *self = qy_pack_of(L);
    gint n = lua_gettop(L);
    QyCall *call;
    lua_Debug where;

    if (!table_part(L)) {
        lua_createtable(L, n, 0);
        lua_insert(L, 1);
        for (gint i = n; i > 0; i--)
            lua_rawseti(L, 1, i);
    }
    call = lua_newuserdatauv(L, sizeof *call, 1);
    call->word = lua_touserdata(L, lua_upvalueindex(1));
    call->line = 0;
    if (lua_getstack(L, 1, &where) && lua_getinfo(L, "l", &where) && where.currentline > 0)
        call->line = (guint)where.currentline;
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &self->call_metatable);
    lua_setmetatable(L, -2);
    return 1;
}

static void
push_bare(QyPack *self, const gchar *word)
{
    lua_State *L = self->L;
    QyCall *call = lua_newuserdatauv(L, sizeof *call, 1);

    call->word = word;
    call->line = 0;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &self->call_metatable);
    lua_setmetatable(L, -2);
}

/* period.first and period.last; nothing else of a word can be asked. Upvalues: those two. */
static int
index_call(lua_State *L)
{
    const QyCall *call = lua_touserdata(L, 1);
    const gchar *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);

    if (strcmp(call->word, "period") == 0 && strcmp(key, "first") == 0)
        lua_pushvalue(L, lua_upvalueindex(1));
    else if (strcmp(call->word, "period") == 0 && strcmp(key, "last") == 0)
        lua_pushvalue(L, lua_upvalueindex(2));
    else
        return luaL_error(L, qy_rule_text(L, N_("%s has no \"%s\"")), call->word, key);
    return 1;
}

static int
index_say(lua_State *L)
{
    return luaL_error(L, qy_rule_text(L, N_("a text in two languages has no parts")));
}

/* A say is one block: Chinese, NUL, English, NUL. */
typedef struct {
    gsize en; /* offset */
    gchar text[];
} Say;

static const gchar *
check_say_text(lua_State *L, gint index, gsize *length)
{
    const gchar *text = NULL;

    if (lua_type(L, index) != LUA_TSTRING)
        luaL_error(L, qy_rule_text(L, N_("say(\"中文\", \"English\") takes two texts, not a %s")),
                   luaL_typename(L, index));
    text = lua_tolstring(L, index, length);
    if (!g_utf8_validate(text, (gssize)*length, NULL))
        luaL_error(L, qy_rule_text(L, N_("say: a text is not UTF-8")));
    return text;
}

/* Upvalue 1: the cache, Chinese → English → say; 2: its size. */
static int
make_say(lua_State *L)
{
    QyPack *self = qy_pack_of(L);
    const gchar *zh, *en;
    gsize zh_bytes, en_bytes;
    lua_Integer cached = lua_tointeger(L, lua_upvalueindex(2));
    Say *say;

    lua_settop(L, 2);
    lua_pushvalue(L, 1);
    if (lua_type(L, 1) == LUA_TSTRING && lua_rawget(L, lua_upvalueindex(1)) == LUA_TTABLE) {
        lua_pushvalue(L, 2);
        if (lua_type(L, 2) == LUA_TSTRING && lua_rawget(L, 3) == LUA_TUSERDATA)
            return 1;
    }
    lua_settop(L, 2);
    zh = check_say_text(L, 1, &zh_bytes);
    en = check_say_text(L, 2, &en_bytes);
    qy_guard_charge(L, (zh_bytes + en_bytes) / 16);
    say = lua_newuserdatauv(L, sizeof *say + zh_bytes + en_bytes + 2, 0);
    memcpy(say->text, zh, zh_bytes + 1);
    say->en = zh_bytes + 1;
    memcpy(say->text + say->en, en, en_bytes + 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &self->say_metatable);
    lua_setmetatable(L, 3);

    if (cached < SAY_CACHE && zh_bytes + en_bytes < 1024) {
        lua_pushvalue(L, 1);
        if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TTABLE) {
            lua_pop(L, 1);
            lua_newtable(L);
            lua_pushvalue(L, 1);
            lua_pushvalue(L, -2);
            lua_rawset(L, lua_upvalueindex(1));
        }
        lua_pushvalue(L, 2);
        lua_pushvalue(L, 3);
        lua_rawset(L, -3);
        lua_pushinteger(L, cached + 1);
        lua_replace(L, lua_upvalueindex(2));
        lua_settop(L, 3);
    }
    return 1;
}

static gboolean
has_metatable(QyPack *self, gint index, gconstpointer metatable)
{
    gboolean same = FALSE;

    if (lua_type(self->L, index) == LUA_TUSERDATA && lua_getmetatable(self->L, index)) {
        same = lua_topointer(self->L, -1) == metatable;
        lua_pop(self->L, 1);
    }
    return same;
}

gboolean
qy_pack_to_say(QyPack *self, gint index, QySay *out)
{
    if (lua_type(self->L, index) == LUA_TSTRING) {
        out->zh = out->en = lua_tostring(self->L, index);
        return TRUE;
    }
    if (has_metatable(self, index, self->say_metatable)) {
        const Say *say = lua_touserdata(self->L, index);

        out->zh = say->text;
        out->en = say->text + say->en;
        return TRUE;
    }
    return FALSE;
}

const QyCall *
qy_words_call(QyPack *self, gint index)
{
    return has_metatable(self, index, self->call_metatable) ? lua_touserdata(self->L, index) : NULL;
}

/* Puts the words into the table at the top of the stack. */
void
qy_words_open(lua_State *L)
{
    QyPack *self = qy_pack_of(L);
    gint words = lua_gettop(L);

    lua_newtable(L);
    self->call_metatable = lua_topointer(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &self->call_metatable);
    lua_newtable(L);
    lua_pushcfunction(L, index_say);
    lua_setfield(L, -2, "__index");
    self->say_metatable = lua_topointer(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &self->say_metatable);

    lua_rawgetp(L, LUA_REGISTRYINDEX, &self->call_metatable);
    push_bare(self, "period.first");
    push_bare(self, "period.last");
    lua_pushcclosure(L, index_call, 2);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);

    for (guint i = 0; called_words[i] != NULL; i++) {
        lua_pushlightuserdata(L, (gpointer)called_words[i]);
        lua_pushcclosure(L, make_call, 1);
        lua_setfield(L, words, called_words[i]);
    }
    for (guint i = 0; bare_words[i] != NULL; i++) {
        if (strchr(bare_words[i], '.') != NULL)
            continue;
        push_bare(self, bare_words[i]);
        lua_setfield(L, words, bare_words[i]);
    }
    lua_newtable(L);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, make_say, 2);
    lua_setfield(L, words, "say");
}
