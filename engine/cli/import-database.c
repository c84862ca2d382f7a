#define G_LOG_DOMAIN "qy-cli"

#include "cli/import-database.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#define LIMIT_SECONDS 600
#define STEPS_BETWEEN_LOOKS 100000
#define MOST_COLUMNS 2000 /* of a file; SQLite's own limit */

struct _QyImport {
    sqlite3 *db; /* private, on disk where it grows large, gone at the end */
    gint64 deadline;
};

/* One statement's life, for g_auto. */
typedef sqlite3_stmt Statement;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Statement, sqlite3_finalize)

static void
set_error(QyImport *self, GError **error)
{
    g_set_error(error, QY_ERROR, QY_ERROR_DATA, "%s", sqlite3_errmsg(self->db));
}

static gboolean
exec(QyImport *self, const gchar *sql, GError **error)
{
    if (sqlite3_exec(self->db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return TRUE;
    set_error(self, error);
    return FALSE;
}

QyImport *
qy_import_new(GError **error)
{
    QyImport *self = g_new0(QyImport, 1);

    if (sqlite3_open_v2("", &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) == SQLITE_OK &&
        exec(self, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;", error))
        return self;
    qy_import_free(self);
    return NULL;
}

void
qy_import_free(QyImport *self)
{
    if (self == NULL)
        return;
    sqlite3_close(self->db);
    g_free(self);
}

/* ---- Raw files in ---- */

static void
clear_refusal(gpointer refusal)
{
    g_free(((QyImportRefusal *)refusal)->column);
}

GArray *
qy_import_refusals_new(void)
{
    GArray *refusals = g_array_new(FALSE, FALSE, sizeof(QyImportRefusal));

    g_array_set_clear_func(refusals, clear_refusal);
    return refusals;
}

/* One file on its way in; calls of the reader can't fail, so the first failure is kept. */
typedef struct {
    QyImport *import;
    const gchar *table;
    sqlite3_stmt *insert; /* NULL until the header came */
    GPtrArray *names;     /* (element-type gchar*): of the columns */
    guint64 rows;
    GArray *refused;
    GError *error;
} Incoming;

static void
append_name(GString *sql, const gchar *name)
{
    gchar *text = sqlite3_mprintf("\"%w\"", name);

    g_string_append(sql, text);
    sqlite3_free(text);
}

/* Names that SQLite tells apart, whatever the header says. */
static gchar *
column_name(GHashTable *taken, const gchar *header, guint number)
{
    g_autofree gchar *name = *header != '\0' ? g_strdup(header) : g_strdup_printf("column_%u", number + 1);
    g_autofree gchar *folded = g_ascii_strdown(name, -1);

    if (g_hash_table_contains(taken, folded)) {
        gchar *numbered = g_strdup_printf("%s_%u", name, number + 1);
        g_free(name);
        g_free(folded);
        name = numbered;
        folded = g_ascii_strdown(name, -1);
    }
    g_hash_table_add(taken, g_steal_pointer(&folded));
    return g_steal_pointer(&name);
}

static void
make_table(Incoming *self, const QyRecord *header)
{
    g_autoptr(GString) create = g_string_new("CREATE TABLE "), insert = g_string_new("INSERT INTO ");
    g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    if (header->n_cells > MOST_COLUMNS) {
        g_set_error(&self->error, QY_ERROR, QY_ERROR_LIMIT, _("%u columns; at most %d can be imported"),
                    header->n_cells, MOST_COLUMNS);
        return;
    }
    append_name(create, self->table);
    append_name(insert, self->table);
    for (guint i = 0; i < header->n_cells; i++) {
        gchar *name = column_name(taken, header->cells[i], i);
        g_ptr_array_add(self->names, name);
        g_string_append(create, i == 0 ? " (" : ", ");
        append_name(create, name);
        g_string_append(create, " TEXT");
        g_string_append(insert, i == 0 ? " VALUES (?" : ",?");
    }
    g_string_append_c(create, ')');
    g_string_append_c(insert, ')');
    if (exec(self->import, create->str, &self->error) &&
        sqlite3_prepare_v2(self->import->db, insert->str, -1, &self->insert, NULL) != SQLITE_OK)
        set_error(self->import, &self->error);
}

static void
take_record(gpointer data, const QyRecord *record)
{
    Incoming *self = data;

    if (self->error != NULL)
        return;
    if (self->insert == NULL) {
        make_table(self, record);
        return;
    }
    for (guint i = 0; i < self->names->len; i++) {
        if (i < record->n_cells && record->lengths[i] > 0)
            sqlite3_bind_text(self->insert, (gint)i + 1, record->cells[i], (gint)record->lengths[i], SQLITE_STATIC);
        else
            sqlite3_bind_null(self->insert, (gint)i + 1);
    }
    if (sqlite3_step(self->insert) != SQLITE_DONE)
        set_error(self->import, &self->error);
    sqlite3_reset(self->insert);
    self->rows++;
}

static void
take_refused(gpointer data, guint64 row, guint64 line, gint column, const gchar *code)
{
    Incoming *self = data;
    const gchar *name = column >= 0 && (guint)column < self->names->len ? g_ptr_array_index(self->names, column) : NULL;
    QyImportRefusal refusal = {row, line, g_strdup(name), code};

    g_array_append_val(self->refused, refusal);
}

gboolean
qy_import_read(QyImport *self, const gchar *path, const gchar *table, GArray *refused, guint64 *rows, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    Incoming incoming = {.import = self, .table = table, .names = names, .refused = refused};
    const QyRecordSink sink = {take_record, take_refused, &incoming};
    gboolean done = exec(self, "BEGIN", error) && qy_csv_read(path, NULL, &sink, error);

    sqlite3_finalize(incoming.insert);
    if (incoming.error != NULL) {
        g_clear_error(error);
        g_propagate_error(error, incoming.error);
        return FALSE;
    }
    *rows = incoming.rows;
    return done && exec(self, "COMMIT", error);
}

/* ---- The script ---- */

/* What import.sql may do: read, and make tables and views in this database. */
static gint
authorize(gpointer data, gint action, const gchar *a, const gchar *b, const gchar *database, const gchar *trigger)
{
    switch (action) {
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_PRAGMA:
    case SQLITE_CREATE_VTABLE:
    case SQLITE_DROP_VTABLE:
        return SQLITE_DENY;
    case SQLITE_FUNCTION:
        return g_strcmp0(b, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    default:
        return SQLITE_OK;
    }
}

static gint
look_at_clock(gpointer data)
{
    const QyImport *self = data;

    return g_get_monotonic_time() > self->deadline;
}

static guint
line_of(const gchar *sql, const gchar *at)
{
    guint line = 1;

    for (; sql < at; sql++)
        line += *sql == '\n';
    return line;
}

/* The first byte of the next statement: behind blanks and comments. */
static const gchar *
skip_to_statement(const gchar *at)
{
    for (;;) {
        while (g_ascii_isspace(*at) || *at == ';')
            at++;
        if (g_str_has_prefix(at, "--")) {
            at += strcspn(at, "\n");
        } else if (g_str_has_prefix(at, "/*")) {
            const gchar *end = strstr(at + 2, "*/");
            if (end == NULL)
                return at + strlen(at);
            at = end + 2;
        } else {
            return at;
        }
    }
}

static gboolean
run_statement(QyImport *self, const gchar *at, const gchar **tail, GError **error)
{
    g_autoptr(Statement) statement = NULL;
    gint status = sqlite3_prepare_v2(self->db, at, -1, &statement, tail);

    while (status == SQLITE_OK || status == SQLITE_ROW)
        status = sqlite3_step(statement);
    if (status == SQLITE_DONE)
        return TRUE;
    if (status == SQLITE_INTERRUPT)
        g_set_error(error, QY_ERROR, QY_ERROR_LIMIT, _("stopped after %d seconds, the limit"), LIMIT_SECONDS);
    else if (status == SQLITE_AUTH)
        g_set_error(error, QY_ERROR, QY_ERROR_DATA,
                    _("not allowed here: the SQL may only read and make tables and views"));
    else
        set_error(self, error);
    return FALSE;
}

gboolean
qy_import_run(QyImport *self, const gchar *sql, const gchar *name, GError **error)
{
    const gchar *at = skip_to_statement(sql);

    sqlite3_limit(self->db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_db_config(self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_set_authorizer(self->db, authorize, NULL);
    self->deadline = g_get_monotonic_time() + LIMIT_SECONDS * (gint64)G_USEC_PER_SEC;
    sqlite3_progress_handler(self->db, STEPS_BETWEEN_LOOKS, look_at_clock, self);
    while (*at != '\0') {
        const gchar *tail = at;
        if (!run_statement(self, at, &tail, error)) {
            g_prefix_error(error, "%s:%u: ", name, line_of(sql, at));
            return FALSE;
        }
        at = skip_to_statement(tail);
    }
    return TRUE;
}

/* ---- Tables out ---- */

gboolean
qy_import_has(QyImport *self, const gchar *table)
{
    g_autoptr(Statement) statement = NULL;

    if (sqlite3_prepare_v2(self->db,
                           "SELECT 1 FROM (SELECT name FROM sqlite_schema UNION ALL SELECT name FROM "
                           "sqlite_temp_schema) WHERE name = ?1",
                           -1, &statement, NULL) != SQLITE_OK)
        return FALSE;
    sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC);
    return sqlite3_step(statement) == SQLITE_ROW;
}

static gint
compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const gchar *const *)a, *(const gchar *const *)b);
}

static gboolean
holds(const GPtrArray *names, const gchar *name)
{
    for (guint i = 0; i < names->len; i++)
        if (strcmp(names->pdata[i], name) == 0)
            return TRUE;
    return FALSE;
}

/* (element-type utf8): the view's columns, as the dictionary orders them. */
static GPtrArray *
columns_of(QyImport *self, const QyTableDef *def, GError **error)
{
    g_autoptr(Statement) statement = NULL;
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) ordered = g_ptr_array_new_with_free_func(g_free);
    g_autofree gchar *sql = g_strdup_printf("SELECT * FROM \"%s\"", def->name);

    if (sqlite3_prepare_v2(self->db, sql, -1, &statement, NULL) != SQLITE_OK) {
        set_error(self, error);
        return NULL;
    }
    for (gint i = 0; i < sqlite3_column_count(statement); i++)
        g_ptr_array_add(found, g_strdup(sqlite3_column_name(statement, i)));
    g_ptr_array_sort(found, compare_texts);
    for (guint i = 0; i < def->n_columns; i++) {
        const QyColumnDef *column = &def->columns[i];
        if (column->flags & QY_COLUMN_MADE)
            continue;
        if (holds(found, column->name)) {
            g_ptr_array_add(ordered, g_strdup(column->name));
        } else if (column->required) {
            g_set_error(error, QY_ERROR, QY_ERROR_DATA, _("the view has no column %s, which is required"),
                        column->name);
            return NULL;
        }
    }
    for (guint i = 0; i < found->len; i++) {
        gint column = qy_table_def_column(def, found->pdata[i]);
        if (column >= 0 && !(def->columns[column].flags & QY_COLUMN_MADE))
            continue;
        if (def->id != QY_SURVEYS || column >= 0) { /* surveys may have items of the questionnaire */
            g_set_error(error, QY_ERROR, QY_ERROR_DATA, _("the table has no column %s"), (gchar *)found->pdata[i]);
            return NULL;
        }
        g_ptr_array_add(ordered, g_strdup(found->pdata[i]));
    }
    return g_steal_pointer(&ordered);
}

/* All cells as text, rows in their byte order, first column first. */
static sqlite3_stmt *
prepare_rows(QyImport *self, const gchar *table, const GPtrArray *columns, GError **error)
{
    g_autoptr(GString) sql = g_string_new("SELECT ");
    sqlite3_stmt *statement = NULL;

    for (guint i = 0; i < columns->len; i++) {
        g_string_append(sql, i == 0 ? "CAST(" : ", CAST(");
        append_name(sql, columns->pdata[i]);
        g_string_append(sql, " AS TEXT)");
    }
    g_string_append(sql, " FROM ");
    append_name(sql, table);
    g_string_append(sql, " ORDER BY ");
    for (guint i = 0; i < columns->len; i++)
        g_string_append_printf(sql, i == 0 ? "%u" : ", %u", i + 1);
    if (sqlite3_prepare_v2(self->db, sql->str, -1, &statement, NULL) != SQLITE_OK)
        set_error(self, error);
    return statement;
}

static gboolean
write_rows(QyImport *self, sqlite3_stmt *rows, FILE *file, guint64 *n, GError **error)
{
    g_autoptr(GString) line = g_string_new(NULL);
    gint status, n_columns = sqlite3_column_count(rows);

    for (*n = 0; (status = sqlite3_step(rows)) == SQLITE_ROW; (*n)++) {
        g_string_truncate(line, 0);
        for (gint i = 0; i < n_columns; i++) {
            if (i > 0)
                g_string_append_c(line, ',');
            qy_csv_append(line, (const gchar *)sqlite3_column_text(rows, i), FALSE);
        }
        g_string_append_c(line, '\n');
        fwrite(line->str, 1, line->len, file);
    }
    if (status == SQLITE_DONE)
        return TRUE;
    if (status == SQLITE_INTERRUPT)
        g_set_error(error, QY_ERROR, QY_ERROR_LIMIT, _("stopped after %d seconds, the limit"), LIMIT_SECONDS);
    else
        set_error(self, error);
    return FALSE;
}

gboolean
qy_import_write(QyImport *self, const QyTableDef *def, const gchar *path, guint64 *rows, GError **error)
{
    g_autoptr(GPtrArray) columns = columns_of(self, def, error);
    g_autoptr(Statement) statement = NULL;
    FILE *file;
    gboolean done, failed;

    if (columns == NULL || (statement = prepare_rows(self, def->name, columns, error)) == NULL)
        return FALSE;
    file = fopen(path, "wxe");
    if (file == NULL) {
        g_set_error(error, QY_ERROR, QY_ERROR_FILE, "%s: %s", path, g_strerror(errno));
        return FALSE;
    }
    fputs("\xef\xbb\xbf", file);
    for (guint i = 0; i < columns->len; i++)
        fprintf(file, "%s%s", i > 0 ? "," : "", (gchar *)columns->pdata[i]);
    fputc('\n', file);
    done = write_rows(self, statement, file, rows, error);
    failed = ferror(file);
    if ((fclose(file) != 0 || failed) && done) {
        g_set_error(error, QY_ERROR, QY_ERROR_FILE, "%s: %s", path, g_strerror(errno));
        return FALSE;
    }
    return done;
}

gboolean
qy_import_write_settings(QyImport *self, const gchar *path, GError **error)
{
    g_autoptr(Statement) statement = NULL;
    g_autoptr(GString) text = g_string_new("[assessment]\n");
    gint status;

    if (sqlite3_prepare_v2(self->db, "SELECT key, value FROM assessment WHERE value IS NOT NULL ORDER BY key", -1,
                           &statement, NULL) != SQLITE_OK) {
        set_error(self, error);
        g_prefix_error(error, "assessment: ");
        return FALSE;
    }
    while ((status = sqlite3_step(statement)) == SQLITE_ROW)
        g_string_append_printf(text, "%s = %s\n", sqlite3_column_text(statement, 0), sqlite3_column_text(statement, 1));
    if (status != SQLITE_DONE) {
        set_error(self, error);
        return FALSE;
    }
    return g_file_set_contents_full(path, text->str, (gssize)text->len, G_FILE_SET_CONTENTS_NONE, 0644, error);
}
