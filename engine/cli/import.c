#define G_LOG_DOMAIN "qy-cli"

#include "cli/cli.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cli/import-database.h"

/* The row that stands for the files of DIR: `name` without its ending. */
typedef struct {
    gchar *file;  /* in DIR */
    gchar *table; /* in the database */
    guint64 rows;
    GArray *refused; /* (element-type QyImportRefusal) */
} Source;

static void
source_free(gpointer data)
{
    Source *self = data;

    g_free(self->file);
    g_free(self->table);
    g_array_free(self->refused, TRUE);
    g_free(self);
}

typedef struct {
    QyTableId table;
    guint64 rows;
} Written;

typedef struct {
    const gchar *folder, *out;
    QyImport *database;
    GPtrArray *sources; /* (element-type Source), in byte order of file names */
    GArray *written;    /* (element-type Written), in the dictionary's order */
    gboolean settings;  /* assessment.ini was written */
} Import;

static gint
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(((const Source *)*(gconstpointer *)a)->file, ((const Source *)*(gconstpointer *)b)->file);
}

/* A file named as a table of the dictionary leaves that name to the view that is made of it. */
static gchar *
table_name(const gchar *file)
{
    g_autofree gchar *name = g_strndup(file, strlen(file) - strlen(".csv"));

    return qy_dictionary_find(name) != NULL ? g_strconcat("raw_", name, NULL) : g_steal_pointer(&name);
}

static gboolean
list_sources(Import *self, GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(self->folder, 0, NULL);
    const gchar *name;

    if (dir == NULL) {
        g_set_error(error, QY_ERROR, QY_ERROR_FILE, _("%s is no folder that can be read"), self->folder);
        return FALSE;
    }
    while ((name = g_dir_read_name(dir)) != NULL) {
        Source *source;
        if (!g_str_has_suffix(name, ".csv") && !g_str_has_suffix(name, ".tsv"))
            continue;
        source = g_new0(Source, 1);
        source->file = g_strdup(name);
        source->table = table_name(name);
        source->refused = qy_import_refusals_new();
        g_ptr_array_add(self->sources, source);
    }
    g_ptr_array_sort(self->sources, compare_names);
    if (self->sources->len == 0) {
        g_set_error(error, QY_ERROR, QY_ERROR_FILE, _("%s holds no .csv or .tsv file"), self->folder);
        return FALSE;
    }
    return TRUE;
}

static gboolean
read_sources(Import *self, GError **error)
{
    for (guint i = 0; i < self->sources->len; i++) {
        Source *source = self->sources->pdata[i];
        g_autofree gchar *path = g_build_filename(self->folder, source->file, NULL);
        if (!qy_import_read(self->database, path, source->table, source->refused, &source->rows, error)) {
            g_prefix_error(error, "%s: ", source->file);
            return FALSE;
        }
    }
    return TRUE;
}

/* Each view or table that the dictionary has, as its file. */
static gboolean
write_tables(Import *self, GError **error)
{
    for (guint t = 0; t < QY_N_TABLES; t++) {
        const QyTableDef *def = qy_dictionary_table((QyTableId)t);
        Written written = {def->id, 0};
        g_autofree gchar *name = g_strconcat(def->name, ".csv", NULL);
        g_autofree gchar *path = g_build_filename(self->out, name, NULL);
        if (def->id == QY_PROJECTS || !qy_import_has(self->database, def->name))
            continue;
        if (!qy_import_write(self->database, def, path, &written.rows, error)) {
            g_prefix_error(error, "%s: ", def->name);
            return FALSE;
        }
        g_array_append_val(self->written, written);
    }
    if (self->written->len == 0) {
        g_set_error(error, QY_ERROR, QY_ERROR_DATA,
                    _("the SQL makes no view or table named as one of the dictionary (areas, units, contracts …)"));
        return FALSE;
    }
    return TRUE;
}

/* What the reader refused, beside the tables. */
static gboolean
write_refused(const Import *self, GError **error)
{
    g_autoptr(GString) text = g_string_new("\xef\xbb\xbf"
                                           "file,row,line,column,code\r\n");
    g_autofree gchar *path = g_build_filename(self->out, "import-refused.csv", NULL);
    gsize empty = text->len;

    for (guint i = 0; i < self->sources->len; i++) {
        const Source *source = self->sources->pdata[i];
        for (guint r = 0; r < source->refused->len; r++) {
            const QyImportRefusal *refusal = &g_array_index(source->refused, QyImportRefusal, r);
            qy_csv_append(text, source->file, TRUE);
            g_string_append_printf(text, ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",", refusal->row, refusal->line);
            qy_csv_append(text, refusal->column, TRUE);
            g_string_append_printf(text, ",%s\r\n", refusal->code);
        }
    }
    return text->len == empty ||
           g_file_set_contents_full(path, text->str, (gssize)text->len, G_FILE_SET_CONTENTS_NONE, 0644, error);
}

static gboolean
write_all(Import *self, GError **error)
{
    g_autofree gchar *settings = g_build_filename(self->out, "assessment.ini", NULL);

    self->settings = qy_import_has(self->database, "assessment");
    return write_tables(self, error) && write_refused(self, error) &&
           (!self->settings || qy_import_write_settings(self->database, settings, error));
}

static gboolean
import(Import *self, const gchar *script, GError **error)
{
    g_autofree gchar *sql = NULL;
    g_autofree gchar *script_name = g_path_get_basename(script);
    gboolean made;
    gsize length;

    if (!g_file_get_contents(script, &sql, &length, error))
        return FALSE;
    if (strlen(sql) != length || !g_utf8_validate(sql, (gssize)length, NULL)) {
        g_set_error(error, QY_ERROR, QY_ERROR_FILE, _("%s is no UTF-8 text"), script);
        return FALSE;
    }
    if (!list_sources(self, error) || !(self->database = qy_import_new(error)) || !read_sources(self, error) ||
        !qy_import_run(self->database, sql, script_name, error) || !qy_place_empty_folder(self->out, &made, error))
        return FALSE;
    if (write_all(self, error))
        return TRUE;
    qy_place_clear_folder(self->out, made);
    return FALSE;
}

static guint64
count_refused(const Import *self)
{
    guint64 n = 0;

    for (guint i = 0; i < self->sources->len; i++)
        n += ((const Source *)self->sources->pdata[i])->refused->len;
    return n;
}

static void
say_json(const Import *self)
{
    g_autoptr(GString) json = g_string_new("{\"out\":");

    qy_json_append(json, self->out);
    g_string_append(json, ",\"read\":{");
    for (guint i = 0; i < self->sources->len; i++) {
        const Source *source = self->sources->pdata[i];
        g_string_append(json, i > 0 ? "," : "");
        qy_json_append(json, source->file);
        g_string_append_printf(json, ":{\"rows\":%" G_GUINT64_FORMAT ",\"refused\":%u}", source->rows,
                               source->refused->len);
    }
    g_string_append(json, "},\"written\":{");
    for (guint i = 0; i < self->written->len; i++) {
        const Written *written = &g_array_index(self->written, Written, i);
        g_string_append_printf(json, "%s\"%s\":%" G_GUINT64_FORMAT, i > 0 ? "," : "",
                               qy_dictionary_table(written->table)->name, written->rows);
    }
    qy_say_out("%s}}\n", json->str);
}

static void
say_summary(const Import *self)
{
    guint64 n_refused = count_refused(self);

    for (guint i = 0; i < self->sources->len; i++) {
        const Source *source = self->sources->pdata[i];
        g_autofree gchar *rows = qy_terminal_count(source->rows);
        g_autofree gchar *file = qy_text_safe(source->file, -1);
        qy_say_out(_("read     %10s rows  %s\n"), rows, file);
    }
    for (guint i = 0; i < self->written->len; i++) {
        const Written *written = &g_array_index(self->written, Written, i);
        g_autofree gchar *rows = qy_terminal_count(written->rows);
        qy_say_out(_("written  %10s rows  %s/%s.csv\n"), rows, self->out, qy_dictionary_table(written->table)->name);
    }
    if (n_refused > 0) {
        g_autofree gchar *count = qy_terminal_count(n_refused);
        qy_say_out(_("%s rows can't be read and were left out: %s/import-refused.csv\n"), count, self->out);
    }
    if (!self->settings)
        qy_say_out(_("No view \"assessment(key, value)\": write %s/assessment.ini yourself.\n"), self->out);
    else
        qy_say_out(_("Next: qiyue run %s\n"), self->out);
}

static gint
run_import(const QyCliOptions *given, gint argc, gchar **argv)
{
    g_autofree gchar *script = NULL;
    g_autofree gchar *out = NULL;
    const GOptionEntry entries[] = {
        {"with", 0, 0, G_OPTION_ARG_FILENAME, &script, N_("the SQL that makes the views"), "IMPORT.SQL"},
        {"out", 'o', 0, G_OPTION_ARG_FILENAME, &out, N_("a new folder for the tables (default: DIR/assessment)"),
         "DIR2"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    QyCliOptions options = *given;
    g_autoptr(GError) error = NULL;
    Import self = {0};
    gint status;

    if (!qy_options_parse(&qy_command_import, entries, NULL, &options, &argc, &argv, &status))
        return status;
    if (argc != 1 || script == NULL)
        return qy_options_wrong(&qy_command_import, _("name one folder, and the SQL with --with"));
    if (out == NULL)
        out = g_build_filename(argv[0], "assessment", NULL);
    self.folder = argv[0];
    self.out = out;
    self.sources = g_ptr_array_new_with_free_func(source_free);
    self.written = g_array_new(FALSE, FALSE, sizeof(Written));
    if (!import(&self, script, &error)) {
        qy_say_error("%s", error->message);
        status = QY_EXIT_NOT_DONE;
    } else {
        status = count_refused(&self) > 0 ? QY_EXIT_WITH_FAULTS : QY_EXIT_DONE;
        if (options.json)
            say_json(&self);
        else if (!options.quiet)
            say_summary(&self);
    }
    qy_import_free(self.database);
    g_ptr_array_unref(self.sources);
    g_array_free(self.written, TRUE);
    return status;
}

const QyCommand qy_command_import = {
    .name = "import",
    .usage = N_("DIR --with IMPORT.SQL [--out DIR2] [OPTION…]"),
    .summary = N_("Turn exports of other systems into the tables of an assessment, by SQL."),
    .details = N_("Every .csv and .tsv file of DIR becomes a table of its name, all columns text, empty cells NULL (a "
                  "file named as\n"
                  "a table of the dictionary becomes raw_NAME). The SQL runs on them, in SQLite's dialect. Each view "
                  "or table that\n"
                  "is then named as one of the dictionary is written to DIR2, and a view assessment(key, value) as "
                  "assessment.ini.\n"
                  "The SQL can't reach any other file."),
    .run = run_import,
};
