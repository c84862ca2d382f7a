#define G_LOG_DOMAIN "qy-script"

/* The guards, from inside to outside: a budget of instructions, counted by the
 * hook and charged by C functions for their own work (the hook never sees
 * them); processor time, looked at whenever something is counted; memory,
 * limited in the allocator before a request is granted; and one protected
 * call around it all. What still escapes is killed with its process (jobs.c). */
#include "script/private.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define HOOK_PERIOD 100 /* instructions between two looks at budget and clock */

/* Of one new block that isn't an object: a table's hash part of 16,384 keys,
 * a text being built, the stack of nested calls. Keys can be chosen to collide; moving such a part to a larger one is a
 * single step of Lua, of quadratic length, that nothing can interrupt. */
#define BLOCK_BYTES 400000

#define SMALL_STEP 16
#define SMALL_CHUNK (64 * 1024)

static gint64
cpu_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* Where the script is: "file:line: ". Allocates nothing. */
static void
note_place(QyPack *self)
{
    lua_Debug where;

    for (gint level = 0; lua_getstack(self->L, level, &where); level++) {
        lua_getinfo(self->L, "Sl", &where);
        if (where.currentline > 0) {
            g_snprintf(self->place, sizeof self->place, "%s:%d: ", where.short_src, where.currentline);
            return;
        }
    }
}

/* Lua collects garbage and asks once more, then raises a message without place. */
static void *
refuse(QyPack *self, const gchar *limit)
{
    self->limit = limit;
    note_place(self);
    return NULL;
}

static guint
size_class(gsize bytes)
{
    return (guint)((bytes + SMALL_STEP - 1) / SMALL_STEP);
}

/* A small block from its class's list; Lua says a block's size when it gives
 * it back, so none needs a header, and most of a rule's garbage never reaches malloc(). */
static void *
take_small(QyPack *self, gsize bytes)
{
    guint class = size_class(bytes);
    void **block = self->small[class];

    if (block != NULL) {
        self->small[class] = *block;
        return block;
    }
    bytes = class * SMALL_STEP;
    if ((gsize)(self->small_end - self->small_free) < bytes) {
        self->small_free = malloc(SMALL_CHUNK);
        if (self->small_free == NULL) {
            self->small_end = NULL;
            return NULL;
        }
        self->small_end = self->small_free + SMALL_CHUNK;
        g_ptr_array_add(self->small_chunks, self->small_free);
    }
    block = (void **)self->small_free;
    self->small_free += bytes;
    return block;
}

static void
give_back(QyPack *self, void *block, gsize bytes)
{
    if (bytes > QY_SMALL_BYTES) {
        free(block);
    } else if (bytes > 0) {
        *(void **)block = self->small[size_class(bytes)];
        self->small[size_class(bytes)] = block;
    }
}

static void *
resize(QyPack *self, void *block, gsize old_bytes, gsize new_bytes)
{
    void *moved;

    if (old_bytes > QY_SMALL_BYTES && new_bytes > QY_SMALL_BYTES)
        return realloc(block, new_bytes);
    if (old_bytes > 0 && old_bytes <= QY_SMALL_BYTES && new_bytes <= QY_SMALL_BYTES &&
        size_class(old_bytes) == size_class(new_bytes))
        return block;
    moved = new_bytes > QY_SMALL_BYTES ? malloc(new_bytes) : take_small(self, new_bytes);
    if (moved != NULL && old_bytes > 0) {
        memcpy(moved, block, MIN(old_bytes, new_bytes));
        give_back(self, block, old_bytes);
    }
    return moved;
}

static void *
allocate(void *data, void *block, size_t old_bytes, size_t new_bytes)
{
    QyPack *self = data;
    void *moved;

    if (block == NULL) { /* then Lua passes the kind of object, not a size */
        if (self->guarded && old_bytes == 0 && new_bytes > BLOCK_BYTES)
            return refuse(self, "block");
        old_bytes = 0;
    }
    if (new_bytes == 0) {
        give_back(self, block, old_bytes);
        self->used_bytes -= old_bytes;
        return NULL;
    }
    if (self->guarded && new_bytes > old_bytes &&
        (new_bytes - old_bytes > self->guards.memory_bytes ||
         self->used_bytes > self->guards.memory_bytes - (new_bytes - old_bytes)))
        return refuse(self, "memory");
    moved = resize(self, block, old_bytes, new_bytes);
    if (moved != NULL)
        self->used_bytes += new_bytes - old_bytes;
    return moved;
}

/* Raises the limit's message with the place of the function at @level. */
static void
raise_limit(lua_State *L, gint level, const gchar *limit)
{
    QyPack *self = qy_pack_of(L);

    self->limit = limit;
    luaL_where(L, level);
    if (strcmp(limit, "instructions") == 0)
        lua_pushfstring(L, qy_rule_text(L, N_("stopped at the limit of %I instructions")),
                        (LUAI_UACINT)(self->loading ? self->guards.load_instructions : self->guards.call_instructions));
    else
        lua_pushfstring(L, qy_rule_text(L, N_("stopped at the limit of %d ms")), (gint)self->guards.call_ms);
    lua_concat(L, 2);
    lua_error(L);
}

static void
charge(lua_State *L, gint level, guint64 instructions)
{
    QyPack *self = qy_pack_of(L);

    if (instructions > self->instructions_left)
        raise_limit(L, level, "instructions");
    self->instructions_left -= instructions;
    if (instructions < HOOK_PERIOD)
        return;
    /* The clock begins with the first hundred instructions, which most calls never do. */
    if (self->cpu_deadline_us == 0)
        self->cpu_deadline_us = cpu_us() + (gint64)self->guards.call_ms * 1000;
    else if (cpu_us() > self->cpu_deadline_us)
        raise_limit(L, level, "time");
}

void
qy_guard_charge(lua_State *L, guint64 instructions)
{
    charge(L, 1, instructions);
}

static void
count_hook(lua_State *L, lua_Debug *where)
{
    charge(L, 0, HOOK_PERIOD);
}

/* Makes text of whatever was raised, without asking the value how. */
static int
handle_message(lua_State *L)
{
    if (lua_type(L, 1) != LUA_TSTRING) {
        note_place(qy_pack_of(L));
        lua_pushstring(L, qy_pack_of(L)->place);
        lua_pushfstring(L, qy_rule_text(L, N_("raised a %s value, not text")), luaL_typename(L, 1));
        lua_concat(L, 2);
    }
    return 1;
}

static int
panic(lua_State *L)
{
    g_error("script: unprotected error: %s", lua_tostring(L, -1)); /* a defect of the host */
    return 0;
}

gboolean
qy_guard_open(QyPack *self)
{
    locale_t base;

    self->small_chunks = g_ptr_array_new_with_free_func(free);
    self->L = lua_newstate(allocate, self);
    if (self->L == NULL)
        return FALSE;
    *(QyPack **)lua_getextraspace(self->L) = self;
    lua_atpanic(self->L, panic);
    lua_pushcfunction(self->L, handle_message);
    self->message_handler = luaL_ref(self->L, LUA_REGISTRYINDEX);

    base = duplocale(LC_GLOBAL_LOCALE);
    self->c_numbers = newlocale(LC_NUMERIC_MASK | LC_COLLATE_MASK, "C", base);
    return TRUE;
}

/* (transfer full): what went wrong, from the status and the value on top, which is popped. */
static gchar *
take_reason(QyPack *self, gint status)
{
    g_autofree gchar *memory = NULL;
    gchar *reason;

    if (status == LUA_ERRMEM) {
        memory = g_strcmp0(self->limit, "block") == 0
                     ? g_strdup_printf(
                           qy_rule_text(self->L,
                                        N_("stopped at the limit of %d bytes for one table, text or chain of calls")),
                           BLOCK_BYTES)
                     : g_strdup_printf(qy_rule_text(self->L, N_("stopped at the memory limit of %u MiB")),
                                       (guint)(self->guards.memory_bytes >> 20));
        reason = g_strconcat(self->place, memory, NULL);
    } else {
        if (self->limit != NULL && strcmp(self->limit, "memory") == 0)
            self->limit = NULL; /* refused once, then found among the garbage */
        reason = g_utf8_make_valid(lua_tostring(self->L, -1), -1);
    }
    lua_pop(self->L, 1);
    return reason;
}

gchar *
qy_guard_compile(QyPack *self, const gchar *text, gsize length, const gchar *chunk)
{
    locale_t before = uselocale(self->c_numbers);
    gint status;

    g_snprintf(self->place, sizeof self->place, "%s:1: ", chunk + 1);
    self->guarded = TRUE;
    self->limit = NULL;
    status = luaL_loadbufferx(self->L, text, length, chunk, "t");
    self->guarded = FALSE;
    uselocale(before);
    return status == LUA_OK ? NULL : take_reason(self, status);
}

gchar *
qy_guard_run(QyPack *self, guint n_args, guint64 instructions)
{
    lua_State *L = self->L;
    gint base = lua_gettop(L) - (gint)n_args; /* of the function */
    locale_t before = uselocale(self->c_numbers);
    gint status;

    lua_rawgeti(L, LUA_REGISTRYINDEX, self->message_handler);
    lua_insert(L, base);
    self->instructions_left = instructions;
    self->cpu_deadline_us = 0;
    self->limit = NULL;
    lua_sethook(L, count_hook, LUA_MASKCOUNT, HOOK_PERIOD);
    self->guarded = TRUE;
    status = lua_pcall(L, (gint)n_args, 1, base);
    self->guarded = FALSE;
    lua_sethook(L, NULL, 0, 0);
    uselocale(before);
    lua_remove(L, base);
    return status == LUA_OK ? NULL : take_reason(self, status);
}
