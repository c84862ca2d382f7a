#define G_LOG_DOMAIN "qy-script"

/* Values: deep copies of what a script declares, made once, then immutable. */
#include "script/private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define BLOCK_BYTES (64 * 1024)

gpointer
qy_pack_alloc(QyPack *self, gsize bytes)
{
    gpointer at;

    bytes = (bytes + 7) & ~(gsize)7;
    if (bytes > (gsize)(self->block_end - self->block_free)) {
        gsize size = MAX(bytes, BLOCK_BYTES);

        self->arena_bytes += size;
        self->block_free = g_malloc0(size);
        self->block_end = self->block_free + size;
        g_ptr_array_add(self->blocks, self->block_free);
    }
    at = self->block_free;
    self->block_free += bytes;
    return at;
}

const gchar *
qy_pack_text(QyPack *self, const gchar *text)
{
    gsize bytes = strlen(text) + 1;

    return memcpy(qy_pack_alloc(self, bytes), text, bytes);
}

/* ---- reading ---- */

const QyValue *
qy_value_field(const QyValue *self, const gchar *key)
{
    guint low = 0, high = self == NULL ? 0 : self->n_fields;

    while (low < high) {
        guint middle = (low + high) / 2;
        gint order = strcmp(key, self->keys[middle]);

        if (order == 0)
            return self->fields[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const gchar *
qy_value_field_text(const QyValue *self, const gchar *key)
{
    const QyValue *field = qy_value_field(self, key);

    return field != NULL && field->type == QY_VALUE_TEXT ? field->text : NULL;
}

const gchar *
qy_value_type_name(const QyValue *self)
{
    switch (self->type) {
    case QY_VALUE_BOOLEAN:
        return "boolean";
    case QY_VALUE_INTEGER:
        return "integer";
    case QY_VALUE_DECIMAL:
        return "number";
    case QY_VALUE_TEXT:
        return "text";
    case QY_VALUE_SAY:
        return "say";
    case QY_VALUE_LIST:
        return "list";
    case QY_VALUE_MAP:
        return "map";
    case QY_VALUE_CALL:
        return "call";
    case QY_VALUE_FUNCTION:
        return "function";
    }
    return "nothing";
}

gboolean
qy_value_has_decimal(const QyValue *self)
{
    if (self->type == QY_VALUE_DECIMAL)
        return TRUE;
    for (guint i = 0; i < self->n_items; i++)
        if (qy_value_has_decimal(self->items[i]))
            return TRUE;
    for (guint i = 0; i < self->n_fields; i++)
        if (qy_value_has_decimal(self->fields[i]))
            return TRUE;
    return FALSE;
}

/* ---- copying ---- */

static const QyValue *copy(QyPack *self, gint index, guint line, guint depth, const gchar **why);

static QyValue *
new_value(QyPack *self, QyValueType type, guint line)
{
    QyValue *value = qy_pack_alloc(self, sizeof *value);

    value->type = type;
    value->line = line;
    return value;
}

/* A float is the decimal it was written as when six digits say it again. */
static gboolean
exact_decimal(lua_Number number, gint64 *out)
{
    gchar text[64];

    if (!isfinite(number) || fabs(number) > 9e12)
        return FALSE;
    g_ascii_formatd(text, sizeof text, "%.6f", number);
    if (g_ascii_strtod(text, NULL) != number)
        return FALSE;
    return qy_decimal_parse(text, strlen(text), 6, out);
}

static const QyValue *
copy_number(QyPack *self, gint index, guint line, const gchar **why)
{
    gint is_integer;
    lua_Integer integer = lua_tointegerx(self->L, index, &is_integer);
    QyValue *value;
    gint64 scaled;

    if (is_integer && integer != QY_MISSING) { /* 60.0 too */
        value = new_value(self, QY_VALUE_INTEGER, line);
        value->integer = integer;
        return value;
    }
    if (!exact_decimal(lua_tonumber(self->L, index), &scaled)) {
        *why = _("a number with more than 6 fraction digits, or out of range");
        return NULL;
    }
    value = new_value(self, QY_VALUE_DECIMAL, line);
    value->integer = scaled;
    return value;
}

static const QyValue *
copy_text(QyPack *self, gint index, guint line, const gchar **why)
{
    gsize length;
    const gchar *text = lua_tolstring(self->L, index, &length);
    QyValue *value;

    if (length > QY_MAX_TEXT_BYTES || !g_utf8_validate(text, (gssize)length, NULL)) {
        *why = length > QY_MAX_TEXT_BYTES ? _("a text longer than 65,536 bytes") : _("a text that is not UTF-8");
        return NULL;
    }
    value = new_value(self, QY_VALUE_TEXT, line);
    value->text = qy_pack_text(self, text);
    value->say.zh = value->say.en = value->text;
    return value;
}

typedef struct {
    const gchar *key;
    const QyValue *value;
} Field;

static gint
compare_fields(gconstpointer a, gconstpointer b)
{
    return strcmp(((const Field *)a)->key, ((const Field *)b)->key);
}

/* Counts the parts of the table at @index; FALSE when a key is neither text nor 1..n. */
static gboolean
count_parts(lua_State *L, gint index, guint *n_items, guint *n_fields, const gchar **why)
{
    lua_Unsigned length = lua_rawlen(L, index);
    lua_Integer key;
    gint is_integer;
    gboolean good = TRUE;

    *n_items = *n_fields = 0;
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TSTRING) {
            ++*n_fields;
            continue;
        }
        key = lua_tointegerx(L, -1, &is_integer);
        good = good && lua_type(L, -1) == LUA_TNUMBER && is_integer && key >= 1 && (lua_Unsigned)key <= length;
        ++*n_items;
    }
    if (!good || *n_items != length) {
        *why = _("a table whose keys are neither text nor 1 to n (a nil in a list?)");
        return FALSE;
    }
    return TRUE;
}

static gboolean
copy_items(QyPack *self, gint index, QyValue *value, guint depth, const gchar **why)
{
    const QyValue **items = qy_pack_alloc(self, value->n_items * sizeof *items);
    gsize path = self->path->len;

    value->items = items;
    for (guint i = 0; i < value->n_items; i++) {
        g_string_append_printf(self->path, "[%u]", i + 1);
        lua_rawgeti(self->L, index, i + 1);
        items[i] = copy(self, lua_gettop(self->L), value->line, depth + 1, why);
        lua_pop(self->L, 1);
        if (items[i] == NULL)
            return FALSE;
        g_string_truncate(self->path, path);
    }
    return TRUE;
}

static gboolean
copy_fields(QyPack *self, gint index, QyValue *value, guint depth, const gchar **why)
{
    lua_State *L = self->L;
    Field *fields = qy_pack_alloc(self, value->n_fields * sizeof *fields);
    const gchar **keys = qy_pack_alloc(self, value->n_fields * sizeof *keys);
    const QyValue **values = qy_pack_alloc(self, value->n_fields * sizeof *values);
    gsize path = self->path->len;
    guint n = 0;

    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING)
            fields[n++].key = qy_pack_text(self, lua_tostring(L, -2));
    qsort(fields, n, sizeof *fields, compare_fields);
    /* In sorted order, so that the first fault is always the same one. */
    for (guint i = 0; i < n; i++) {
        g_string_append_printf(self->path, path > 0 ? ".%.40s" : "%.40s", fields[i].key);
        if (!g_utf8_validate(fields[i].key, -1, NULL)) {
            *why = _("a key that is not UTF-8");
            return FALSE;
        }
        lua_pushstring(L, fields[i].key);
        lua_rawget(L, index);
        fields[i].value = copy(self, lua_gettop(L), value->line, depth + 1, why);
        lua_pop(L, 1);
        if (fields[i].value == NULL)
            return FALSE;
        g_string_truncate(self->path, path);
        keys[i] = fields[i].key;
        values[i] = fields[i].value;
    }
    value->keys = keys;
    value->fields = values;
    return TRUE;
}

/* The parts of the table at @index into @value. */
static gboolean
copy_table(QyPack *self, gint index, QyValue *value, guint depth, const gchar **why)
{
    if (!count_parts(self->L, index, &value->n_items, &value->n_fields, why))
        return FALSE;
    if (value->n_items + value->n_fields > QY_MAX_VALUES - self->n_values) {
        *why = _("more values than a pack may hold (200,000)");
        return FALSE;
    }
    self->n_values += value->n_items + value->n_fields;
    qy_guard_charge(self->L, value->n_items + value->n_fields);
    return copy_items(self, index, value, depth, why) && copy_fields(self, index, value, depth, why);
}

static const QyValue *
copy_userdata(QyPack *self, gint index, guint line, guint depth, const gchar **why)
{
    const QyCall *call = qy_words_call(self, index);
    QyValue *value;
    QySay say;
    gboolean good = TRUE;

    if (qy_pack_to_say(self, index, &say)) {
        value = new_value(self, QY_VALUE_SAY, line);
        value->say.zh = qy_pack_text(self, say.zh);
        value->say.en = qy_pack_text(self, say.en);
        return value;
    }
    if (call == NULL) {
        *why = _("a value that can't be declared");
        return NULL;
    }
    value = new_value(self, QY_VALUE_CALL, call->line > 0 ? call->line : line);
    value->text = call->word;
    if (lua_getiuservalue(self->L, index, 1) == LUA_TTABLE)
        good = copy_table(self, lua_gettop(self->L), value, depth, why);
    lua_pop(self->L, 1);
    return good ? value : NULL;
}

static const QyValue *
copy_function(QyPack *self, gint index, const gchar **why)
{
    lua_Debug about;
    QyValue *value;

    lua_pushvalue(self->L, index);
    lua_getinfo(self->L, ">S", &about);
    if (*about.what == 'C') {
        *why = _("a word of the library where a function of the pack belongs");
        return NULL;
    }
    value = new_value(self, QY_VALUE_FUNCTION, (guint)about.linedefined);
    lua_pushvalue(self->L, index);
    value->integer = luaL_ref(self->L, LUA_REGISTRYINDEX);
    return value;
}

/* @index: absolute */
static const QyValue *
copy(QyPack *self, gint index, guint line, guint depth, const gchar **why)
{
    QyValue *value;

    if (depth > QY_MAX_DEPTH) {
        *why = _("nested too deep, or inside itself");
        return NULL;
    }
    if (self->arena_bytes > self->guards.memory_bytes) {
        *why = _("more text than a pack may hold");
        return NULL;
    }
    switch (lua_type(self->L, index)) {
    case LUA_TBOOLEAN:
        value = new_value(self, QY_VALUE_BOOLEAN, line);
        value->boolean = lua_toboolean(self->L, index);
        return value;
    case LUA_TNUMBER:
        return copy_number(self, index, line, why);
    case LUA_TSTRING:
        return copy_text(self, index, line, why);
    case LUA_TTABLE:
        value = new_value(self, QY_VALUE_LIST, line);
        if (!copy_table(self, index, value, depth, why))
            return NULL;
        if (value->n_fields > 0)
            value->type = QY_VALUE_MAP;
        return value;
    case LUA_TUSERDATA:
        return copy_userdata(self, index, line, depth, why);
    case LUA_TFUNCTION:
        return copy_function(self, index, why);
    default:
        *why = _("a value that can't be declared");
        return NULL;
    }
}

const QyValue *
qy_value_copy(QyPack *self, gint index, guint line, const gchar **why)
{
    g_string_truncate(self->path, 0);
    luaL_checkstack(self->L, 4 * QY_MAX_DEPTH + 40, NULL);
    return copy(self, lua_absindex(self->L, index), line, 0, why);
}
