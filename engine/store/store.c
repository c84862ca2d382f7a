#define G_LOG_DOMAIN "qy-store"

#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <sqlite3.h>

/* "QYUE": lets `file` and qy_store_open() tell a record from any other database. */
#define APPLICATION_ID 0x51595545
#define FORMAT_VERSION 1
/* A double gives back every decimal of so many significant digits. */
#define REAL_DIGITS 15
/* And a 64-bit integer every whole number of so many. */
#define INTEGER_DIGITS 18

struct _QyStore {
    sqlite3 *db;
    gchar *path;
    gboolean writing, syncs;
};

static gboolean
fail(const QyStore *self, GError **error)
{
    g_set_error(error, QY_ERROR, QY_ERROR_STORE, "%s: %s", self->path, sqlite3_errmsg(self->db));
    return FALSE;
}

gboolean
qy_store_exec(QyStore *self, const gchar *sql, GError **error)
{
    return sqlite3_exec(self->db, sql, NULL, NULL, NULL) == SQLITE_OK || fail(self, error);
}

static QyStore *
open_database(const gchar *path, int flags, GError **error)
{
    g_autoptr(QyStore) self = g_new0(QyStore, 1);
    self->path = g_strdup(path);
    if (sqlite3_open_v2(path, &self->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        fail(self, error);
        return NULL;
    }
    return g_steal_pointer(&self);
}

/* The file appears only if nobody had it: two runs never share one. */
static gboolean
make_file(const gchar *path, GError **error)
{
    gint fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (fd < 0) {
        g_set_error(error, QY_ERROR, QY_ERROR_STORE, _("%s: can't be created: %s"), path, g_strerror(errno));
        return FALSE;
    }
    close(fd);
    return TRUE;
}

QyStore *
qy_store_create(const gchar *path, GError **error)
{
    if (!make_file(path, error))
        return NULL;
    g_autoptr(QyStore) self = open_database(path, SQLITE_OPEN_READWRITE, error);
    /* No journal while it is built: what a crash leaves is a file that never
     * took its place, and is thrown away. Page size and encoding are fixed, so
     * that the bytes don't follow the library's defaults; nothing here writes
     * a time. */
    g_autofree gchar *setup = g_strdup_printf("PRAGMA page_size = 8192; PRAGMA encoding = 'UTF-8';"
                                              "PRAGMA auto_vacuum = NONE; PRAGMA journal_mode = OFF;"
                                              "PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
                                              "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768;"
                                              "PRAGMA application_id = %d; PRAGMA user_version = %d; BEGIN",
                                              APPLICATION_ID, FORMAT_VERSION);
    if (!self || !qy_store_exec(self, setup, error)) {
        unlink(path);
        return NULL;
    }
    self->writing = self->syncs = TRUE;
    return g_steal_pointer(&self);
}

static gboolean
read_number(QyStore *self, const gchar *sql, gint64 *out, GError **error)
{
    sqlite3_stmt *statement = NULL;
    gboolean found =
        sqlite3_prepare_v2(self->db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW;
    if (found)
        *out = sqlite3_column_int64(statement, 0);
    else
        fail(self, error);
    sqlite3_finalize(statement);
    return found;
}

QyStore *
qy_store_open(const gchar *path, GError **error)
{
    g_autoptr(QyStore) self = open_database(path, SQLITE_OPEN_READONLY, error);
    gint64 id, version;
    /* A record may come from strangers: its schema calls nothing, and damaged pages are errors. */
    if (!self || !qy_store_exec(self, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON", error) ||
        !read_number(self, "PRAGMA application_id", &id, error) ||
        !read_number(self, "PRAGMA user_version", &version, error))
        return NULL;
    if (id != APPLICATION_ID || version != FORMAT_VERSION) {
        g_set_error(error, QY_ERROR, QY_ERROR_STORE, _("%s: not a record of this program"), path);
        return NULL;
    }
    return g_steal_pointer(&self);
}

static gboolean
sync_file(const gchar *path, GError **error)
{
    gint fd = open(path, O_RDONLY | O_CLOEXEC);
    gboolean good = fd >= 0 && fsync(fd) == 0;
    if (!good)
        g_set_error(error, QY_ERROR, QY_ERROR_STORE, _("%s: can't be synced: %s"), path, g_strerror(errno));
    if (fd >= 0)
        close(fd);
    return good;
}

gboolean
qy_store_close(QyStore *self, GError **error)
{
    gboolean good = !self->writing || qy_store_exec(self, "COMMIT", error);
    if (good && sqlite3_close(self->db) != SQLITE_OK)
        good = fail(self, error);
    else if (good)
        self->db = NULL;
    if (good && self->writing && self->syncs)
        good = sync_file(self->path, error);
    self->writing = self->writing && !good;
    qy_store_free(self);
    return good;
}

void
qy_store_leave_sync(QyStore *self)
{
    self->syncs = FALSE;
}

void
qy_store_free(QyStore *self)
{
    if (!self)
        return;
    sqlite3_close(self->db);
    if (self->writing)
        unlink(self->path);
    g_free(self->path);
    g_free(self);
}

/* "second-look" is second_look in SQL. */
static gchar *
sql_name(const gchar *name)
{
    return g_strdelimit(g_strdup(name), "-", '_');
}

/* Columns of exact numbers have no type, so that SQLite leaves each cell as
 * it was bound: a number, or the text of one that no double holds. */
static const gchar *const sql_types[] = {
    [QY_CELL_TEXT] = " TEXT", [QY_CELL_INTEGER] = " INTEGER", [QY_CELL_REAL] = " REAL", [QY_CELL_DECIMAL] = ""};

static gboolean
create_table(QyStore *self, const QyTable *table, const gchar *name, GError **error)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_append_printf(sql, "CREATE TABLE \"%s\" (", name);
    for (guint i = 0; i < qy_table_n_columns(table); i++) {
        const QyColumnSpec *column = qy_table_column(table, i);
        g_string_append_printf(sql, "%s\"%s\"%s", i ? ", " : "", column->name, sql_types[column->type]);
    }
    g_string_append(sql, ")");
    return qy_store_exec(self, sql->str, error);
}

static sqlite3_stmt *
prepare_insert(QyStore *self, const QyTable *table, const gchar *name, GError **error)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    sqlite3_stmt *statement = NULL;
    g_string_append_printf(sql, "INSERT INTO \"%s\" VALUES (", name);
    for (guint i = 0; i < qy_table_n_columns(table); i++)
        g_string_append(sql, i ? ",?" : "?");
    g_string_append(sql, ")");
    if (sqlite3_prepare_v2(self->db, sql->str, -1, &statement, NULL) != SQLITE_OK)
        fail(self, error);
    return statement;
}

/* How many digits of @text count, leading zeros apart. */
static guint
significant_digits(const gchar *text, gboolean *whole)
{
    guint digits = 0;
    *whole = TRUE;
    for (; *text; text++) {
        if (*text == '.')
            *whole = FALSE;
        else if (g_ascii_isdigit(*text) && (digits > 0 || *text != '0'))
            digits++;
    }
    return digits;
}

static int
bind_decimal(sqlite3_stmt *statement, int place, const gchar *text)
{
    gboolean whole;
    guint digits = significant_digits(text, &whole);
    if (whole && digits <= INTEGER_DIGITS)
        return sqlite3_bind_int64(statement, place, g_ascii_strtoll(text, NULL, 10));
    if (digits <= REAL_DIGITS)
        return sqlite3_bind_double(statement, place, g_ascii_strtod(text, NULL));
    return sqlite3_bind_text(statement, place, text, -1, SQLITE_STATIC);
}

static int
bind_cell(sqlite3_stmt *statement, const QyTable *table, gsize row, guint column)
{
    int place = (int)column + 1;
    if (qy_table_is_empty(table, row, column))
        return sqlite3_bind_null(statement, place);
    switch (qy_table_column(table, column)->type) {
    case QY_CELL_TEXT:
        return sqlite3_bind_text(statement, place, qy_table_text(table, row, column), -1, SQLITE_STATIC);
    case QY_CELL_INTEGER:
        return sqlite3_bind_int64(statement, place, qy_table_integer(table, row, column));
    case QY_CELL_REAL:
        return sqlite3_bind_double(statement, place, qy_table_real(table, row, column));
    case QY_CELL_DECIMAL:
        return bind_decimal(statement, place, qy_table_text(table, row, column));
    }
    g_assert_not_reached();
}

static gboolean
insert_rows(QyStore *self, sqlite3_stmt *statement, const QyTable *table, GError **error)
{
    guint n_columns = qy_table_n_columns(table);
    for (gsize row = 0; row < qy_table_n_rows(table); row++) {
        for (guint i = 0; i < n_columns; i++)
            if (bind_cell(statement, table, row, i) != SQLITE_OK)
                return fail(self, error);
        if (sqlite3_step(statement) != SQLITE_DONE)
            return fail(self, error);
        sqlite3_reset(statement);
    }
    return TRUE;
}

gboolean
qy_store_put(QyStore *self, const QyTable *table, GError **error)
{
    g_autofree gchar *name = sql_name(qy_table_name(table));
    if (!create_table(self, table, name, error))
        return FALSE;
    sqlite3_stmt *statement = prepare_insert(self, table, name, error);
    if (!statement)
        return FALSE;
    gboolean good = insert_rows(self, statement, table, error);
    sqlite3_finalize(statement);
    return good;
}

static void
read_text(sqlite3_stmt *statement, int column, QyCellType type, QyTable *out)
{
    g_autofree gchar *number = NULL;
    const gchar *text;
    /* SQLite would write a number with its own digits; ours read back as the same double. */
    if (sqlite3_column_type(statement, column) == SQLITE_FLOAT)
        text = number = qy_real_text(sqlite3_column_double(statement, column));
    else
        text = (const gchar *)sqlite3_column_text(statement, column);
    if (type == QY_CELL_DECIMAL)
        qy_table_add_decimal(out, text);
    else
        qy_table_add_text(out, text);
}

static void
read_cell(sqlite3_stmt *statement, int column, QyCellType type, QyTable *out)
{
    if (sqlite3_column_type(statement, column) == SQLITE_NULL)
        qy_table_add_empty(out);
    else if (type == QY_CELL_INTEGER)
        qy_table_add_integer(out, sqlite3_column_int64(statement, column));
    else if (type == QY_CELL_REAL)
        qy_table_add_real(out, sqlite3_column_double(statement, column));
    else
        read_text(statement, column, type, out);
}

static gboolean
read_rows(QyStore *self, sqlite3_stmt *statement, const QyColumnSpec *columns, guint n_columns, QyTable *out,
          GError **error)
{
    int state;
    while ((state = sqlite3_step(statement)) == SQLITE_ROW)
        for (guint i = 0; i < n_columns; i++)
            read_cell(statement, (int)i, columns[i].type, out);
    return state == SQLITE_DONE || fail(self, error);
}

QyTable *
qy_store_query(QyStore *self, const gchar *sql, const gchar *const *arguments, const QyColumnSpec *columns,
               guint n_columns, GError **error)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(self->db, sql, -1, &statement, NULL) != SQLITE_OK) {
        fail(self, error);
        return NULL;
    }
    g_autoptr(QyTable) out = NULL;
    gboolean good = TRUE;
    if ((guint)sqlite3_column_count(statement) != n_columns) {
        g_set_error(error, QY_ERROR, QY_ERROR_STORE, "%s: %d columns where %u were asked for: %s", self->path,
                    sqlite3_column_count(statement), n_columns, sql);
        good = FALSE;
    }
    for (int i = 0; good && arguments && arguments[i]; i++)
        if (sqlite3_bind_text(statement, i + 1, arguments[i], -1, SQLITE_STATIC) != SQLITE_OK)
            good = fail(self, error);
    if (good) {
        out = qy_table_new("query", columns, n_columns);
        good = read_rows(self, statement, columns, n_columns, out, error);
    }
    sqlite3_finalize(statement);
    return good ? g_steal_pointer(&out) : NULL;
}
