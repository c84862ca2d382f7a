#define G_LOG_DOMAIN "qy-script"

/* A pack: its files run once, each in an environment of its own; what they
 * declared is kept, what was wrong is told all at once. */
#include "script/private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const gchar words_key; /* address: the registry's table of words */

static void
fault_free(gpointer data)
{
    QyFault *fault = data;

    g_free(fault->text);
    g_free(fault);
}

static QyPack *
pack_new(const QyGuards *guards)
{
    QyPack *self = g_new0(QyPack, 1);

    if (guards != NULL)
        self->guards = *guards;
    if (self->guards.memory_bytes == 0)
        self->guards.memory_bytes = 64 << 20;
    if (self->guards.load_instructions == 0)
        self->guards.load_instructions = 10 * 1000 * 1000;
    if (self->guards.call_instructions == 0)
        self->guards.call_instructions = 1000 * 1000;
    if (self->guards.call_ms == 0)
        self->guards.call_ms = 1000;
    self->blocks = g_ptr_array_new_with_free_func(g_free);
    self->path = g_string_new(NULL);
    self->loading = TRUE;
    self->only_limits = TRUE;
    self->declarations = g_ptr_array_new();
    self->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    self->params = g_hash_table_new(g_str_hash, g_str_equal);
    self->files = g_ptr_array_new();
    self->digests = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    self->faults = g_ptr_array_new_with_free_func(fault_free);
    return self;
}

void
qy_pack_free(QyPack *self)
{
    if (self == NULL)
        return;
    if (self->L != NULL)
        lua_close(self->L);
    if (self->small_chunks != NULL)
        g_ptr_array_unref(self->small_chunks);
    if (self->c_numbers != (locale_t)0)
        freelocale(self->c_numbers);
    g_ptr_array_unref(self->faults);
    g_hash_table_unref(self->digests);
    g_ptr_array_unref(self->files);
    g_hash_table_unref(self->params);
    g_hash_table_unref(self->by_name);
    g_ptr_array_unref(self->declarations);
    g_string_free(self->path, TRUE);
    g_ptr_array_unref(self->blocks);
    g_free(self);
}

/* ---- faults ---- */

const gchar *
qy_rule_text(lua_State *L, const gchar *text)
{
    return qy_pack_of(L)->loading ? g_dgettext(GETTEXT_PACKAGE, text) : text;
}

static void
take_fault(QyPack *self, const gchar *file, guint line, gchar *text)
{
    QyFault *fault = g_new0(QyFault, 1);

    fault->file = file;
    fault->line = line;
    fault->text = text;
    g_ptr_array_add(self->faults, fault);
}

void
qy_pack_fault(QyPack *self, const gchar *file, guint line, const gchar *format, ...)
{
    va_list arguments;

    self->only_limits = FALSE;
    if (self->faults->len > QY_MAX_FAULTS)
        return;
    va_start(arguments, format);
    take_fault(self, file, line, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

void
qy_pack_fault_at(QyPack *self, const QyDeclaration *declaration, const gchar *format, ...)
{
    g_autofree gchar *text = NULL;
    va_list arguments;

    self->only_limits = FALSE;
    if (self->faults->len > QY_MAX_FAULTS)
        return;
    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    take_fault(self, declaration->file, declaration->line,
               *declaration->id != '\0' ? g_strdup_printf("%s \"%s\": %s", declaration->kind, declaration->id, text)
                                        : g_strdup_printf("%s: %s", declaration->kind, text));
}

static gint
compare_faults(gconstpointer a, gconstpointer b)
{
    const QyFault *x = *(const QyFault *const *)a, *y = *(const QyFault *const *)b;
    gint order = strcmp(x->file, y->file);

    return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

static void
report_faults(QyPack *self, GError **error)
{
    g_autoptr(GString) lines = g_string_new(NULL);

    g_ptr_array_sort(self->faults, compare_faults); /* stable: a merge sort */
    for (guint i = 0; i < MIN(self->faults->len, QY_MAX_FAULTS); i++) {
        const QyFault *fault = g_ptr_array_index(self->faults, i);

        if (i > 0)
            g_string_append_c(lines, '\n');
        if (fault->line > 0)
            g_string_append_printf(lines, "%s:%u: %s", fault->file, fault->line, fault->text);
        else
            g_string_append(lines, fault->text);
    }
    if (self->faults->len > QY_MAX_FAULTS)
        g_string_append_printf(lines, "\n%s", _("… and more"));
    g_set_error_literal(error, QY_ERROR, self->only_limits ? QY_ERROR_LIMIT : QY_ERROR_RULE, lines->str);
}

/* ---- environments ---- */

/* Upvalue: the words. A name of text that no word has. */
static int
unknown_word(lua_State *L)
{
    const gchar *names[256], *name, *near;
    guint n = 0;

    if (lua_type(L, 2) != LUA_TSTRING)
        return luaL_error(L, qy_rule_text(L, N_("the environment has words only")));
    name = lua_tostring(L, 2);
    for (lua_pushnil(L); lua_next(L, lua_upvalueindex(1)) != 0; lua_pop(L, 1))
        if (n < G_N_ELEMENTS(names) - 1)
            names[n++] = lua_tostring(L, -2); /* the words' table keeps it */
    names[n] = NULL;
    near = qy_nearest_name(name, names);
    if (near != NULL)
        return luaL_error(L, qy_rule_text(L, N_("\"%s\" is not a word of the rule language; did you mean \"%s\"?")),
                          name, near);
    return luaL_error(L, qy_rule_text(L, N_("\"%s\" is not a word of the rule language")), name);
}

static int
refuse_global(lua_State *L)
{
    return luaL_error(L, qy_rule_text(L, N_("globals can't be made: write \"local %s\"")),
                      lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "…");
}

static void
open_words(QyPack *self)
{
    lua_State *L = self->L;
    gint words;

    lua_newtable(L);
    words = lua_gettop(L);
    qy_library_open(L);
    qy_words_open(L);
    qy_declare_open(L);
    lua_newtable(L);
    lua_pushvalue(L, words);
    lua_pushcclosure(L, unknown_word, 1);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, words);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &words_key);
}

/* A file's own environment: empty, before the words, closed to writing. */
static void
push_environment(lua_State *L)
{
    lua_newtable(L);
    lua_newtable(L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &words_key);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_global);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
}

/* ---- loading ---- */

/* Keeps what stopped a file: "FILE:LINE: text" or text alone. @reason is freed. */
static void
take_reason(QyPack *self, const gchar *file, gchar *reason)
{
    gsize name = strlen(file);
    gchar *end = NULL;
    guint64 line = 0;

    if (g_str_has_prefix(reason, file) && reason[name] == ':')
        line = g_ascii_strtoull(reason + name + 1, &end, 10);
    if (end != NULL && g_str_has_prefix(end, ": "))
        take_fault(self, file, (guint)line, g_strdup(end + 2));
    else
        take_fault(self, file, 0, g_strconcat(file, ": ", reason, NULL));
    g_free(reason);
}

/* Runs one file's text; its faults are kept. */
static void
run_file(QyPack *self, const gchar *file, const gchar *text, gsize length)
{
    g_autofree gchar *chunk = g_strconcat("@", file, NULL);
    gboolean only_limits = self->only_limits;
    gchar *reason;

    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) { /* as Windows' editors write it */
        text += 3;
        length -= 3;
    }
    self->file = file;
    reason = qy_guard_compile(self, text, length, chunk);
    if (reason == NULL) {
        push_environment(self->L);
        lua_setupvalue(self->L, -2, 1);
        reason = qy_guard_run(self, 0, self->guards.load_instructions);
        if (reason == NULL)
            lua_pop(self->L, 1);
    }
    if (reason != NULL) {
        take_reason(self, file, reason);
        self->only_limits = only_limits && self->limit != NULL;
    }
}

static gboolean
load_file(QyPack *self, const gchar *path, const gchar *name, GError **error)
{
    g_autofree gchar *text = NULL;
    g_autoptr(GError) why = NULL;
    const gchar *file = qy_pack_text(self, name), *end;
    gsize length;

    if (!g_file_get_contents(path, &text, &length, &why)) {
        g_set_error(error, QY_ERROR, QY_ERROR_FILE, _("rule pack: %s"), why->message);
        return FALSE;
    }
    g_ptr_array_add(self->files, (gpointer)file);
    g_hash_table_insert(self->digests, (gpointer)file,
                        g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, length));
    if (length > QY_MAX_FILE_BYTES)
        qy_pack_fault(self, file, 1, _("the file is larger than %d bytes"), QY_MAX_FILE_BYTES);
    else if (!g_utf8_validate(text, (gssize)length, &end)) {
        guint line = 1;

        for (const gchar *at = text; at < end; at++)
            line += *at == '\n';
        qy_pack_fault(self, file, line, _("not UTF-8 text; save the file as UTF-8"));
    } else
        run_file(self, file, text, length);
    return TRUE;
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const gchar *const *)a, *(const gchar *const *)b);
}

/* The *.lua directly in @folder, in byte order. (transfer full) */
static GPtrArray *
list_files(const gchar *folder, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) why = NULL;
    GDir *dir = g_dir_open(folder, 0, &why);
    const gchar *name;

    if (dir == NULL) {
        g_set_error(error, QY_ERROR, QY_ERROR_FILE, _("rule pack: %s"), why->message);
        return NULL;
    }
    while ((name = g_dir_read_name(dir)) != NULL)
        if (g_str_has_suffix(name, ".lua") && *name != '.')
            g_ptr_array_add(names, g_strdup(name));
    g_dir_close(dir);
    if (names->len == 0) {
        g_set_error(error, QY_ERROR, QY_ERROR_FILE, _("rule pack: %s has no *.lua files"), folder);
        return NULL;
    }
    g_ptr_array_sort(names, compare_names);
    return g_steal_pointer(&names);
}

/* Runs every *.lua of @folder, in byte order; @prefix before their names. */
static gboolean
load_folder(QyPack *self, const gchar *folder, const gchar *prefix, GError **error)
{
    g_autoptr(GPtrArray) names = list_files(folder, error);

    for (guint i = 0; names != NULL && i < names->len; i++) {
        g_autofree gchar *path = g_build_filename(folder, g_ptr_array_index(names, i), NULL);
        g_autofree gchar *name = g_strconcat(prefix, g_ptr_array_index(names, i), NULL);

        if (!load_file(self, path, name, error))
            return FALSE;
    }
    return names != NULL;
}

static QyPack *
load(const gchar *folder, const gchar *tailoring, gboolean with_tests, const QyGuards *guards, GError **error)
{
    g_autoptr(QyPack) self = pack_new(guards);

    if (!qy_guard_open(self)) {
        g_set_error(error, QY_ERROR, QY_ERROR_LIMIT, _("rule pack: no memory for its state"));
        return NULL;
    }
    open_words(self);
    if (!load_folder(self, folder, "", error))
        return NULL;
    if (tailoring != NULL) {
        g_autofree gchar *name = g_path_get_basename(tailoring);

        self->place_of_files = QY_TAILORING;
        if (!load_file(self, tailoring, name, error))
            return NULL;
    }
    if (with_tests) {
        g_autofree gchar *tests = g_build_filename(folder, "tests", NULL);

        self->place_of_files = QY_TESTS;
        if (!load_folder(self, tests, "tests/", error))
            return NULL;
    }
    qy_declare_finish(self);
    qy_params_tailor(self);
    qy_purity_check(self);
    if (self->faults->len > 0) {
        report_faults(self, error);
        return NULL;
    }
    self->loading = FALSE;
    lua_gc(self->L, LUA_GCCOLLECT);
    return g_steal_pointer(&self);
}

QyPack *
qy_pack_load(const gchar *folder, const gchar *tailoring, const QyGuards *guards, GError **error)
{
    return load(folder, tailoring, FALSE, guards, error);
}

QyPack *
qy_pack_load_with_tests(const gchar *folder, const QyGuards *guards, GError **error)
{
    return load(folder, NULL, TRUE, guards, error);
}

/* ---- asking ---- */

GPtrArray *
qy_pack_declarations(const QyPack *self, const gchar *kind)
{
    GPtrArray *found = g_ptr_array_new();

    for (guint i = 0; i < self->declarations->len; i++) {
        QyDeclaration *declaration = g_ptr_array_index(self->declarations, i);

        if (kind == NULL || strcmp(declaration->kind, kind) == 0)
            g_ptr_array_add(found, declaration);
    }
    return found;
}

const QyDeclaration *
qy_pack_find(const QyPack *self, const gchar *id)
{
    return g_hash_table_lookup(self->by_name, id);
}

const GPtrArray *
qy_pack_files(const QyPack *self)
{
    return self->files;
}

const gchar *
qy_pack_file_digest(const QyPack *self, const gchar *file)
{
    return g_hash_table_lookup(self->digests, file);
}

lua_State *
qy_pack_state(QyPack *self)
{
    return self->L;
}

void
qy_pack_push_function(QyPack *self, const QyValue *function)
{
    g_return_if_fail(function->type == QY_VALUE_FUNCTION);

    lua_rawgeti(self->L, LUA_REGISTRYINDEX, function->integer);
}

gboolean
qy_pack_call(QyPack *self, guint n_args, GError **error)
{
    g_autofree gchar *reason = qy_guard_run(self, n_args, self->guards.call_instructions);

    if (reason == NULL)
        return TRUE;
    g_set_error_literal(error, QY_ERROR, self->limit != NULL ? QY_ERROR_LIMIT : QY_ERROR_RULE, reason);
    return FALSE;
}

gboolean
qy_pack_timed_out(const QyPack *self)
{
    return g_strcmp0(self->limit, "time") == 0;
}

guint
qy_pack_call_ms(const QyPack *self)
{
    return self->guards.call_ms;
}
