#define G_LOG_DOMAIN "qy-script"

/* A rule's function is pure: what it says of a community doesn't hang on which
 * one it was asked about before. Globals can't be made; here the two other
 * ways to remember are closed, before any function runs: tables that it can
 * reach are frozen, and a function that assigns to a local outside of itself is refused.
 * Which locals it assigns to is read from the compiled function, as
 * string.dump() would write it: the instruction SETUPVAL and nothing else does it. */
#include "script/private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define OP_SETUPVAL 10 /* of Lua 5.4 */
#define MAX_UPVALUES 256

static const gchar frozen_key; /* address: in a frozen table's metatable, its content */

typedef struct {
    QyPack *pack;
    const QyDeclaration *declaration;
    GHashTable *seen; /* functions and tables, by address */
} Walk;

/* ---- compiled functions ---- */

typedef struct {
    const guint8 *at, *end;
    gboolean good;
} Code;

static gint
append_code(lua_State *L, gconstpointer bytes, gsize n, gpointer array)
{
    g_byte_array_append(array, bytes, (guint)n);
    return 0;
}

static const guint8 *
skip(Code *self, gsize n)
{
    const guint8 *at = self->at;

    if ((gsize)(self->end - at) < n) {
        self->good = FALSE;
        return NULL;
    }
    self->at += n;
    return at;
}

static guint
read_byte(Code *self)
{
    const guint8 *at = skip(self, 1);

    return at != NULL ? *at : 0;
}

/* Seven bits a byte, the highest first; the last byte has its top bit set. */
static gsize
read_size(Code *self)
{
    gsize size = 0;
    guint byte;

    do {
        byte = read_byte(self);
        size = size << 7 | (byte & 0x7f);
    } while (self->good && (byte & 0x80) == 0);
    return size;
}

static void
skip_text(Code *self)
{
    gsize size = read_size(self);

    if (size > 0)
        skip(self, size - 1);
}

static void
skip_constants(Code *self)
{
    for (gsize n = read_size(self); n > 0 && self->good; n--)
        switch (read_byte(self)) {
        case 0x03: /* integer */
        case 0x13: /* float */
            skip(self, 8);
            break;
        case 0x04: /* short text */
        case 0x14: /* long text */
            skip_text(self);
            break;
        default: /* nil, false, true */
            break;
        }
}

/* The front of a function up to its upvalues; marks those that its own code assigns to. */
static void
read_front(Code *self, gboolean assigned[MAX_UPVALUES])
{
    const guint8 *code;
    gsize n;

    memset(assigned, 0, MAX_UPVALUES * sizeof *assigned);
    skip_text(self); /* source */
    read_size(self); /* lines, first and last */
    read_size(self);
    skip(self, 3); /* parameters, vararg, stack */
    n = read_size(self);
    code = skip(self, n * 4);
    for (gsize i = 0; i < n && self->good; i++) {
        guint32 instruction;

        memcpy(&instruction, code + i * 4, 4);
        if ((instruction & 0x7f) == OP_SETUPVAL)
            assigned[instruction >> 16 & 0xff] = TRUE;
    }
    skip_constants(self);
}

static void
skip_debug(Code *self)
{
    skip(self, read_size(self)); /* lines */
    for (gsize n = read_size(self); n > 0 && self->good; n--) {
        read_size(self); /* absolute lines */
        read_size(self);
    }
    for (gsize n = read_size(self); n > 0 && self->good; n--) {
        skip_text(self); /* locals */
        read_size(self);
        read_size(self);
    }
    for (gsize n = read_size(self); n > 0 && self->good; n--)
        skip_text(self); /* names of upvalues */
}

/* One function. @assigned: out: its upvalues that it, or a function inside it,
 * assigns to; @outer: in and out: the same of the function around it. */
static void
read_function(Code *self, gboolean assigned[MAX_UPVALUES], gboolean *outer)
{
    const guint8 *upvalues; /* three bytes each: of the outer stack (1) or the outer upvalues (0), index, kind */
    gsize n_upvalues;

    read_front(self, assigned);
    n_upvalues = read_size(self);
    upvalues = skip(self, n_upvalues * 3);
    for (gsize n = read_size(self); n > 0 && self->good; n--) {
        gboolean inner[MAX_UPVALUES];

        read_function(self, inner, assigned);
    }
    skip_debug(self);
    for (gsize u = 0; outer != NULL && self->good && u < MIN(n_upvalues, MAX_UPVALUES); u++)
        if (assigned[u] && upvalues[u * 3] == 0)
            outer[upvalues[u * 3 + 1]] = TRUE;
}

/* Which upvalues the Lua function at the top of the stack assigns to. FALSE when its code can't be read. */
static gboolean
find_assigned(lua_State *L, gboolean assigned[MAX_UPVALUES])
{
    static const guint8 header[] = {0x1b, 'L', 'u', 'a', 0x54, 0, 0x19, 0x93, '\r', '\n', 0x1a, '\n', 4, 8, 8};
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    Code code = {.good = TRUE};

    lua_dump(L, append_code, bytes, TRUE);
    code.at = bytes->data;
    code.end = bytes->data + bytes->len;
    if (bytes->len < sizeof header || memcmp(bytes->data, header, sizeof header) != 0)
        return FALSE;
    skip(&code, sizeof header + 8 + 8 + 1); /* two samples of numbers, count of upvalues */
    read_function(&code, assigned, NULL);
    return code.good && code.at == code.end;
}

/* ---- tables ---- */

static int
refuse_write(lua_State *L)
{
    return luaL_error(L, "a table of the file can't be changed while rules run");
}

/* Upvalue: the content. */
static int
content_length(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)lua_rawlen(L, lua_upvalueindex(1)));
    return 1;
}

/* Moves what the table at the top holds behind it, where it is read and not written. */
static void
freeze(lua_State *L)
{
    gint table = lua_gettop(L), content = table + 1;

    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, table) != 0;) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, content);
    }
    for (lua_pushnil(L); lua_next(L, content) != 0; lua_pop(L, 1)) {
        lua_pushvalue(L, -2);
        lua_pushnil(L);
        lua_rawset(L, table);
    }
    lua_newtable(L);
    lua_pushvalue(L, content);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_write);
    lua_setfield(L, -2, "__newindex");
    lua_pushvalue(L, content);
    lua_pushcclosure(L, content_length, 1);
    lua_setfield(L, -2, "__len");
    lua_pushvalue(L, content);
    lua_rawsetp(L, -2, &frozen_key);
    lua_setmetatable(L, table);
    lua_settop(L, table);
}

void
qy_pack_push_table(lua_State *L, gint index)
{
    index = lua_absindex(L, index);
    if (lua_getmetatable(L, index)) {
        if (lua_rawgetp(L, -1, &frozen_key) == LUA_TTABLE) {
            lua_remove(L, -2);
            return;
        }
        lua_pop(L, 2);
    }
    lua_pushvalue(L, index);
}

/* ---- the walk ---- */

static void walk(Walk *self);

static void
walk_function(Walk *self)
{
    lua_State *L = self->pack->L;
    gboolean assigned[MAX_UPVALUES];
    lua_Debug about;

    if (lua_iscfunction(L, -1))
        return;
    lua_pushvalue(L, -1);
    lua_getinfo(L, ">S", &about);
    if (!find_assigned(L, assigned)) {
        qy_pack_fault(self->pack, self->declaration->file, (guint)about.linedefined,
                      _("the compiled function can't be checked: not the Lua 5.4 that qiyue knows"));
        return;
    }
    for (gint i = 1; i <= MAX_UPVALUES; i++) {
        const gchar *name = lua_getupvalue(L, -1, i);

        if (name == NULL)
            break;
        if (assigned[i - 1])
            qy_pack_fault(self->pack, self->declaration->file, (guint)about.linedefined,
                          _("%s \"%s\": a function that changes \"%s\", which is outside of it: its answer would hang "
                            "on what it was asked before"),
                          self->declaration->kind, self->declaration->id, name);
        walk(self);
        lua_pop(L, 1);
    }
}

static void
walk_table(Walk *self)
{
    lua_State *L = self->pack->L;

    if (lua_getmetatable(L, -1)) { /* the host's own: closed already */
        lua_pop(L, 1);
        return;
    }
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1))
        walk(self);
    freeze(L);
}

/* Looks at the value at the top, and at what can be reached from it. */
static void
walk(Walk *self)
{
    lua_State *L = self->pack->L;
    gint type = lua_type(L, -1);

    if ((type != LUA_TFUNCTION && type != LUA_TTABLE) || !lua_checkstack(L, 8) ||
        !g_hash_table_add(self->seen, (gpointer)lua_topointer(L, -1)))
        return;
    if (type == LUA_TFUNCTION)
        walk_function(self);
    else
        walk_table(self);
}

static void
walk_value(Walk *self, const QyValue *value)
{
    if (value->type == QY_VALUE_FUNCTION) {
        qy_pack_push_function(self->pack, value);
        walk(self);
        lua_pop(self->pack->L, 1);
    }
    for (guint i = 0; i < value->n_fields; i++)
        walk_value(self, value->fields[i]);
}

void
qy_purity_check(QyPack *self)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < self->declarations->len; i++) {
        Walk one = {self, g_ptr_array_index(self->declarations, i), seen};

        if (one.declaration->body != NULL)
            walk_value(&one, one.declaration->body);
    }
}
