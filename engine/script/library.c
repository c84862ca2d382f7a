#define G_LOG_DOMAIN "qy-script"

/* What of Lua's library a rule may use: pure functions, whose work in C is
 * charged to the budget before it is done. Patterns are left out because a
 * match may take for ever inside C; whatever shows an address, a clock or the
 * order of a hash is left out or replaced. */
#include "script/private.h"

#include <glib/gi18n-lib.h>
#include <lualib.h>
#include <string.h>

#define BYTES_PER_INSTRUCTION 64 /* C work on text, as charged */

typedef struct {
    const gchar *name;
    guint64 (*cost)(lua_State *L); /* beyond the bytes of text arguments; may be NULL */
} Word;

/* ---- what a call costs ---- */

static guint64
span(lua_State *L, gint first, gint last, lua_Integer first_default, lua_Integer last_default)
{
    lua_Integer from = luaL_optinteger(L, first, first_default), to = luaL_optinteger(L, last, last_default);

    return to < from ? 0 : (guint64)to - (guint64)from + 1;
}

static guint64
cost_rep(lua_State *L)
{
    lua_Integer n = luaL_checkinteger(L, 2);
    gsize length = 0, separator = 0;

    luaL_checklstring(L, 1, &length);
    luaL_optlstring(L, 3, "", &separator);
    if (n <= 0)
        return 0;
    if ((guint64)n > qy_pack_of(L)->instructions_left) /* also for empty text: the loop is C's */
        return G_MAXUINT64 / 2;
    return (guint64)n + (guint64)n * ((length + separator) / BYTES_PER_INSTRUCTION);
}

static guint64
cost_concat(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    return span(L, 3, 4, 1, luaL_len(L, 1));
}

static guint64
cost_unpack(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    return span(L, 2, 3, 1, luaL_len(L, 1));
}

static guint64
cost_move(lua_State *L)
{
    return span(L, 2, 3, 1, 0);
}

static guint64
cost_shift(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    return (guint64)luaL_len(L, 1) / 8;
}

static guint64
cost_sort(lua_State *L)
{
    guint64 n;

    luaL_checktype(L, 1, LUA_TTABLE);
    n = (guint64)luaL_len(L, 1);
    return n < 2 ? 0 : n * (guint64)g_bit_storage((gulong)n);
}

/* ---- wrapped functions ---- */

/* Upvalues: the Word, the library's own function. */
static int
charged(lua_State *L)
{
    const Word *word = lua_touserdata(L, lua_upvalueindex(1));
    lua_CFunction function = lua_tocfunction(L, lua_upvalueindex(2));
    guint64 cost = 1 + (word->cost != NULL ? word->cost(L) : 0);
    gsize bytes = 0;

    for (gint i = 1, n = lua_gettop(L); i <= n; i++)
        if (lua_type(L, i) == LUA_TSTRING)
            bytes += lua_rawlen(L, i);
    qy_guard_charge(L, cost + bytes / BYTES_PER_INSTRUCTION);
    return function(L);
}

static int
text_lower(lua_State *L)
{
    gsize length;
    const gchar *text = luaL_checklstring(L, 1, &length);
    luaL_Buffer buffer;
    gchar *out;

    qy_guard_charge(L, length / BYTES_PER_INSTRUCTION);
    out = luaL_buffinitsize(L, &buffer, length);
    for (gsize i = 0; i < length; i++)
        out[i] = g_ascii_tolower(text[i]);
    luaL_pushresultsize(&buffer, length);
    return 1;
}

static int
text_upper(lua_State *L)
{
    gsize length;
    const gchar *text = luaL_checklstring(L, 1, &length);
    luaL_Buffer buffer;
    gchar *out;

    qy_guard_charge(L, length / BYTES_PER_INSTRUCTION);
    out = luaL_buffinitsize(L, &buffer, length);
    for (gsize i = 0; i < length; i++)
        out[i] = g_ascii_toupper(text[i]);
    luaL_pushresultsize(&buffer, length);
    return 1;
}

/* Text of the value at @index on top: nothing of it shows an address. */
static void
push_text(lua_State *L, gint index)
{
    switch (lua_type(L, index)) {
    case LUA_TSTRING:
        lua_pushvalue(L, index);
        break;
    case LUA_TNUMBER:
        lua_pushvalue(L, index);
        lua_tostring(L, -1);
        break;
    case LUA_TBOOLEAN:
        lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false");
        break;
    default:
        lua_pushstring(L, luaL_typename(L, index));
        break;
    }
}

static int
any_tostring(lua_State *L)
{
    luaL_checkany(L, 1);
    push_text(L, 1);
    return 1;
}

/* string.format without %p, and with %s that asks no value for its text. */
static int
text_format(lua_State *L)
{
    const gchar *pattern = luaL_checkstring(L, 1);
    gint n = lua_gettop(L), argument = 1;

    for (const gchar *at = pattern; *at != '\0'; at++) {
        if (*at != '%')
            continue;
        if (*++at == '%')
            continue;
        at += strspn(at, "-+ #0123456789.");
        argument++;
        if (*at == 'p')
            return luaL_error(L, qy_rule_text(L, N_("string.format has no %%p: addresses differ from run to run")));
        if (*at == 's' && argument <= n && lua_type(L, argument) != LUA_TSTRING) {
            push_text(L, argument);
            lua_replace(L, argument);
        }
        if (*at == '\0')
            break;
    }
    return charged(L);
}

static const Word text_words[] = {{"byte", NULL},    {"char", NULL},    {"len", NULL},
                                  {"rep", cost_rep}, {"reverse", NULL}, {"sub", NULL}};
static const Word format_word = {"format", NULL};
static const Word table_words[] = {{"concat", cost_concat}, {"insert", cost_shift}, {"move", cost_move},
                                   {"pack", NULL},          {"remove", cost_shift}, {"sort", cost_sort},
                                   {"unpack", cost_unpack}};
static const Word utf8_words[] = {
    {"char", NULL}, {"codepoint", NULL}, {"codes", NULL}, {"len", NULL}, {"offset", NULL}};
static const Word base_words[] = {{"assert", NULL}, {"error", NULL},    {"ipairs", NULL},
                                  {"select", NULL}, {"tonumber", NULL}, {"type", NULL}};
/* math as it is, without its random numbers */
static const gchar *const math_words[] = {"abs", "acos",       "asin", "atan", "ceil", "cos", "deg",
                                          "exp", "floor",      "fmod", "huge", "log",  "max", "maxinteger",
                                          "min", "mininteger", "modf", "pi",   "rad",  "sin", "sqrt",
                                          "tan", "tointeger",  "type", "ult",  NULL};

/* ---- pairs, in sorted order ---- */

static gint
key_rank(lua_State *L, gint index)
{
    switch (lua_type(L, index)) {
    case LUA_TNUMBER:
        return 0;
    case LUA_TSTRING:
        return 1;
    case LUA_TBOOLEAN:
        return 2;
    default:
        return luaL_error(L, qy_rule_text(L, N_("pairs: a %s as key has no place in an order")),
                          luaL_typename(L, index));
    }
}

/* Whether key 1 stands before key 2: numbers, then text by bytes, then false, true. */
static int
key_before(lua_State *L)
{
    gint a = key_rank(L, 1), b = key_rank(L, 2);

    if (a != b)
        lua_pushboolean(L, a < b);
    else if (a == 2)
        lua_pushboolean(L, !lua_toboolean(L, 1) && lua_toboolean(L, 2));
    else
        lua_pushboolean(L, lua_compare(L, 1, 2, LUA_OPLT));
    return 1;
}

/* Upvalues: the sorted keys, how many were given. Arguments: the table. */
static int
pairs_next(lua_State *L)
{
    lua_Integer at = lua_tointeger(L, lua_upvalueindex(2));

    lua_settop(L, 1);
    for (;;) {
        at++;
        if (lua_rawgeti(L, lua_upvalueindex(1), at) == LUA_TNIL)
            return 1;
        lua_pushvalue(L, -1);
        if (lua_rawget(L, 1) != LUA_TNIL) /* else taken out meanwhile */
            break;
        lua_settop(L, 1);
    }
    lua_pushinteger(L, at);
    lua_replace(L, lua_upvalueindex(2));
    return 2;
}

/* Upvalue: table.sort. */
static int
sorted_pairs(lua_State *L)
{
    lua_Integer n = 0;

    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    qy_pack_push_table(L, 1);
    lua_replace(L, 1);
    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, 1) != 0; lua_pop(L, 1)) {
        lua_pushvalue(L, -2);
        lua_rawseti(L, 2, ++n);
    }
    qy_guard_charge(L, (guint64)n * (1 + (guint64)g_bit_storage((gulong)n)));
    if (n > 1) {
        lua_pushvalue(L, lua_upvalueindex(1));
        lua_pushvalue(L, 2);
        lua_pushcfunction(L, key_before);
        lua_call(L, 2, 0);
    } else if (n == 1) {
        lua_rawgeti(L, 2, 1);
        key_rank(L, -1);
        lua_pop(L, 1);
    }
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, pairs_next, 2);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

/* ---- opening ---- */

static int
unknown_member(lua_State *L)
{
    const gchar *member = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);

    return luaL_error(L, qy_rule_text(L, N_("%s has no \"%s\" in the rule language")),
                      lua_tostring(L, lua_upvalueindex(1)), member);
}

static int
refuse_write(lua_State *L)
{
    return luaL_error(L, qy_rule_text(L, N_("%s can't be changed")), lua_tostring(L, lua_upvalueindex(1)));
}

void
qy_library_seal(lua_State *L, const gchar *name)
{
    /* The real table answers for unknown names itself ... */
    lua_newtable(L);
    lua_pushstring(L, name);
    lua_pushcclosure(L, unknown_member, 1);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    /* ... and an empty one stands before it. */
    lua_newtable(L);
    lua_newtable(L);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushstring(L, name);
    lua_pushcclosure(L, refuse_write, 1);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
    lua_remove(L, -2);
}

/* Takes @word out of the library at @from into the table at @to, charged. */
static void
take_charged(lua_State *L, gint from, gint to, const Word *word)
{
    lua_pushlightuserdata(L, (gpointer)word);
    lua_getfield(L, from, word->name);
    g_assert(lua_iscfunction(L, -1));
    lua_pushcclosure(L, word == &format_word ? text_format : charged, 2);
    lua_setfield(L, to, word->name);
}

static void
open_part(lua_State *L, gint words, const gchar *name, lua_CFunction open, const Word *part, guint n)
{
    gint library, sealed;

    luaL_requiref(L, name, open, FALSE);
    library = lua_gettop(L);
    lua_newtable(L);
    sealed = lua_gettop(L);
    for (guint i = 0; i < n; i++)
        take_charged(L, library, sealed, &part[i]);
    if (strcmp(name, "string") == 0) {
        take_charged(L, library, sealed, &format_word);
        lua_pushcfunction(L, text_lower);
        lua_setfield(L, sealed, "lower");
        lua_pushcfunction(L, text_upper);
        lua_setfield(L, sealed, "upper");
    } else if (strcmp(name, "math") == 0) {
        for (guint i = 0; math_words[i] != NULL; i++) {
            lua_getfield(L, library, math_words[i]);
            lua_setfield(L, sealed, math_words[i]);
        }
    }
    qy_library_seal(L, name);
    lua_setfield(L, words, name);
    lua_pop(L, 1);
}

void
qy_library_open(lua_State *L)
{
    gint words = lua_gettop(L), base;

    open_part(L, words, "string", luaopen_string, text_words, G_N_ELEMENTS(text_words));
    open_part(L, words, "table", luaopen_table, table_words, G_N_ELEMENTS(table_words));
    open_part(L, words, "math", luaopen_math, NULL, 0);
    open_part(L, words, "utf8", luaopen_utf8, utf8_words, G_N_ELEMENTS(utf8_words));

    luaL_requiref(L, "_G", luaopen_base, FALSE);
    base = lua_gettop(L);
    for (guint i = 0; i < G_N_ELEMENTS(base_words); i++)
        take_charged(L, base, words, &base_words[i]);
    lua_pop(L, 1);
    lua_pushcfunction(L, any_tostring);
    lua_setfield(L, words, "tostring");
    luaL_requiref(L, "table", luaopen_table, FALSE);
    lua_getfield(L, -1, "sort");
    lua_pushcclosure(L, sorted_pairs, 1);
    lua_setfield(L, words, "pairs");
    lua_pop(L, 1);

    /* ("x"):rep(2): methods of text are the same words, and no more. */
    lua_pushliteral(L, "");
    lua_newtable(L);
    lua_getfield(L, words, "string");
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}
