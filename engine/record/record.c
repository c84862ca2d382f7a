#define G_LOG_DOMAIN "qy-record"

#include "record/record.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "record/folder.h"
#include "record/manifest.h"

#define RESULT_NAME "result.qiyue"
#define CSV_BLOCK (1 << 20)
/* Below so many rows a thread of its own costs more than it brings. */
#define PARALLEL_ROWS 1000

struct _QyRecording {
    QyFolder *folder;
    QyStore *store;
    gchar *result_path;
    GArray *notes, *volatile_notes; /* (element-type QyNote) */
};

QyRecording *
qy_record_begin(const gchar *out, GError **error)
{
    g_autoptr(QyRecording) self = g_new0(QyRecording, 1);
    self->notes = g_array_new(FALSE, FALSE, sizeof(QyNote));
    self->volatile_notes = g_array_new(FALSE, FALSE, sizeof(QyNote));
    g_array_set_clear_func(self->notes, qy_note_clear);
    g_array_set_clear_func(self->volatile_notes, qy_note_clear);
    self->folder = qy_folder_begin(out, error);
    if (!self->folder)
        return NULL;
    self->result_path = g_build_filename(qy_folder_path(self->folder), RESULT_NAME, NULL);
    self->store = qy_store_create(self->result_path, error);
    if (self->store)
        qy_store_leave_sync(self->store);
    return self->store ? g_steal_pointer(&self) : NULL;
}

void
qy_record_free(QyRecording *self)
{
    if (!self)
        return;
    qy_store_free(self->store);
    qy_folder_free(self->folder);
    g_array_unref(self->notes);
    g_array_unref(self->volatile_notes);
    g_free(self->result_path);
    g_free(self);
}

/* --- CSV --- */

static gboolean
write_all(gint fd, const GString *text)
{
    for (gsize done = 0; done < text->len;) {
        gssize n = write(fd, text->str + done, text->len - done);
        if (n < 0 && errno != EINTR)
            return FALSE;
        done += n > 0 ? (gsize)n : 0;
    }
    return TRUE;
}

static void
append_header(const QyTable *table, GString *block)
{
    g_string_append(block, "\xEF\xBB\xBF");
    for (guint i = 0; i < qy_table_n_columns(table); i++) {
        if (i)
            g_string_append_c(block, ',');
        qy_csv_append(block, qy_table_column(table, i)->name, TRUE);
    }
    g_string_append(block, "\r\n");
}

static gboolean
write_rows(const QyTable *table, gint fd)
{
    g_autoptr(GString) block = g_string_sized_new(CSV_BLOCK + 4096);
    guint n_columns = qy_table_n_columns(table);
    append_header(table, block);
    for (gsize row = 0; row < qy_table_n_rows(table); row++) {
        for (guint i = 0; i < n_columns; i++) {
            if (i)
                g_string_append_c(block, ',');
            qy_table_append_csv_cell(table, row, i, block);
        }
        g_string_append(block, "\r\n");
        if (block->len >= CSV_BLOCK) {
            if (!write_all(fd, block))
                return FALSE;
            g_string_truncate(block, 0);
        }
    }
    return write_all(fd, block);
}

typedef struct {
    const QyTable *table;
    gchar *path;
    GError *error;
} CsvTask;

static gpointer
write_csv(gpointer data)
{
    CsvTask *task = data;
    gint fd = open(task->path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    gboolean good = fd >= 0 && write_rows(task->table, fd);
    gint code = errno;
    if (fd >= 0 && close(fd) != 0 && good) {
        code = errno;
        good = FALSE;
    }
    if (!good)
        g_set_error(&task->error, QY_ERROR, QY_ERROR_FILE, _("%s: can't be written: %s"), task->path, g_strerror(code));
    return NULL;
}

gboolean
qy_record_add(QyRecording *self, const QyTable *table, gboolean csv, GError **error)
{
    if (!qy_folder_step("add", error))
        return FALSE;
    if (!csv)
        return qy_store_put(self->store, table, error);
    g_autofree gchar *name = g_strconcat(qy_table_name(table), ".csv", NULL);
    g_autofree gchar *path = g_build_filename(qy_folder_path(self->folder), name, NULL);
    CsvTask task = {.table = table, .path = path};
    GThread *thread = NULL;
    if (qy_table_n_rows(table) >= PARALLEL_ROWS)
        thread = g_thread_new("csv", write_csv, &task);
    else
        write_csv(&task);
    gboolean good = qy_store_put(self->store, table, error);
    if (thread)
        g_thread_join(thread);
    if (good && task.error) {
        g_propagate_error(error, task.error);
        return FALSE;
    }
    g_clear_error(&task.error);
    return good;
}

/* --- Manifest --- */

static void
note(GArray *notes, const gchar *key, const gchar *value)
{
    QyNote added = {g_strdup(key), g_strdup(value ? value : "")};
    g_array_append_val(notes, added);
}

void
qy_record_note(QyRecording *self, const gchar *key, const gchar *value)
{
    note(self->notes, key, value);
}

void
qy_record_note_volatile(QyRecording *self, const gchar *key, const gchar *value)
{
    note(self->volatile_notes, key, value);
}

static gboolean
put_notes(QyRecording *self, GError **error)
{
    static const QyColumnSpec columns[] = {{"key", QY_CELL_TEXT}, {"value", QY_CELL_TEXT}};
    g_autoptr(QyTable) table = qy_table_new("manifest", columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < self->notes->len; i++) {
        const QyNote *noted = &g_array_index(self->notes, QyNote, i);
        qy_table_add_text(table, noted->key);
        qy_table_add_text(table, noted->value);
    }
    return qy_store_put(self->store, table, error);
}

/* Written last: it names the folder's files, itself included. */
static gboolean
write_manifest(QyRecording *self, GError **error)
{
    g_autoptr(GPtrArray) files = qy_folder_files(self->folder, error);
    if (!files)
        return FALSE;
    g_ptr_array_add(files, g_strdup(QY_MANIFEST_NAME));
    g_autofree gchar *text = qy_manifest_text(self->notes, self->volatile_notes, files);
    g_autofree gchar *path = g_build_filename(qy_folder_path(self->folder), QY_MANIFEST_NAME, NULL);
    g_autoptr(GError) cause = NULL;
    if (g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_NONE, 0666, &cause))
        return TRUE;
    g_set_error(error, QY_ERROR, QY_ERROR_FILE, "%s", cause->message);
    return FALSE;
}

typedef struct {
    const QyFolder *folder;
    GError *error;
} SyncTask;

static gpointer
sync_beside(gpointer data)
{
    SyncTask *task = data;
    qy_folder_sync_files(task->folder, &task->error);
    return NULL;
}

/* The disk takes the tables while the report is made of them. */
static gboolean
make_report(QyRecording *self, QyReportFunc report, gpointer data, GError **error)
{
    SyncTask task = {.folder = self->folder};
    if (!report)
        return TRUE;
    GThread *thread = g_thread_new("sync", sync_beside, &task);
    gboolean good = report(self->result_path, qy_folder_path(self->folder), data, error);
    g_thread_join(thread);
    if (good && task.error) {
        g_propagate_error(error, task.error);
        return FALSE;
    }
    g_clear_error(&task.error);
    return good;
}

gboolean
qy_record_commit(QyRecording *self, QyReportFunc report, gpointer data, GError **error)
{
    return put_notes(self, error) && qy_folder_step("close-store", error) &&
           qy_store_close(g_steal_pointer(&self->store), error) && qy_folder_step("report", error) &&
           make_report(self, report, data, error) && qy_folder_step("manifest", error) && write_manifest(self, error) &&
           qy_folder_take_place(self->folder, error);
}
