#define G_LOG_DOMAIN "qy-cli"

#include "cli/simulate-file.h"

#include "cli/simulate-dirt.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define BUFFER_BYTES (1 << 20)
#define DATE_FIRST 0    /* 1970-01-01 */
#define DATE_LAST 27394 /* 2045-01-01 */

const gchar *
qy_sim_date_text(QyDate date)
{
    static gchar texts[DATE_LAST - DATE_FIRST + 1][12];
    static gsize ready = 0;

    if (g_once_init_enter(&ready)) {
        for (QyDate day = DATE_FIRST; day <= DATE_LAST; day++) {
            gchar text[QY_DATE_TEXT_BYTES];
            memcpy(texts[day - DATE_FIRST], qy_date_text(day, text), 11);
        }
        g_once_init_leave(&ready, 1);
    }
    g_assert(date >= DATE_FIRST && date <= DATE_LAST);
    return texts[date - DATE_FIRST];
}

static QySimFile *
file_new(QyTableId table, gsize size)
{
    QySimFile *self = g_new0(QySimFile, 1);

    self->fd = -1;
    self->table = table;
    self->size = size;
    self->buffer = g_malloc(size);
    return self;
}

void
qy_sim_file_free(QySimFile *self)
{
    if (self == NULL)
        return;
    if (self->fd >= 0)
        close(self->fd);
    qy_sim_spoiler_free(self->spoiler);
    g_free(self->buffer);
    g_free(self);
}

static void
append_header(QySimFile *self, const gchar *const *columns, gboolean chinese)
{
    const QyTableDef *def = qy_dictionary_table(self->table);

    qy_sim_raw(self, "\xef\xbb\xbf", 3);
    for (guint i = 0; columns[i] != NULL; i++) {
        gint column = qy_table_def_column(def, columns[i]);
        const gchar *alias = NULL;
        if (column >= 0)
            alias = def->columns[column].alias_zh;
        qy_sim_text(self, chinese && alias != NULL ? alias : columns[i]);
    }
    self->buffer[self->used - 1] = '\n';
    self->record = 1;
    self->row_start = self->used;
}

QySimFile *
qy_sim_file_open(const gchar *folder, QyTableId table, const gchar *const *columns, gboolean chinese,
                 QySimSpoiler *spoiler, GError **error)
{
    g_autoptr(QySimFile) self = file_new(table, BUFFER_BYTES);
    g_autofree gchar *name = g_strconcat(qy_dictionary_table(table)->name, ".csv", NULL);
    g_autofree gchar *path = g_build_filename(folder, name, NULL);

    self->spoiler = spoiler;
    self->fd = g_open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (self->fd < 0) {
        g_set_error(error, QY_ERROR, QY_ERROR_FILE, "%s: %s", path, g_strerror(errno));
        return NULL;
    }
    append_header(self, columns, chinese);
    return g_steal_pointer(&self);
}

static gboolean
write_all(gint fd, const gchar *bytes, gsize length)
{
    while (length > 0) {
        gssize n = write(fd, bytes, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return FALSE;
        bytes += n;
        length -= (gsize)n;
    }
    return TRUE;
}

/* Pushes the buffer to the disk. After a failure nothing more is written; close tells. */
static void
flush(QySimFile *self)
{
    if (self->fd >= 0 && !self->failed && !write_all(self->fd, self->buffer, self->used))
        self->failed = errno != 0 ? errno : EIO;
    self->used = 0;
}

void
qy_sim_file_row(QySimFile *self)
{
    if (self->spoiler != NULL)
        qy_sim_spoil(self->spoiler, self, self->buffer + self->row_start, self->used - 1 - self->row_start);
    if (self->used + 2 * QY_SIM_ROW_BYTES <= self->size)
        return;
    if (self->fd >= 0) {
        flush(self);
    } else { /* a block that came out longer than usual */
        self->size *= 2;
        self->buffer = g_realloc(self->buffer, self->size);
    }
}

gboolean
qy_sim_file_close(QySimFile *self, guint64 *rows, GError **error)
{
    gint failed;

    flush(self);
    if (close(self->fd) != 0 && !self->failed)
        self->failed = errno;
    self->fd = -1;
    failed = self->failed;
    if (rows != NULL)
        *rows = self->rows;
    if (failed)
        g_set_error(error, QY_ERROR, QY_ERROR_FILE, "%s.csv: %s", qy_dictionary_table(self->table)->name,
                    g_strerror(failed));
    qy_sim_file_free(self);
    return !failed;
}

/* One run of qy_sim_file_blocks(): threads take blocks in turn and write them in order. */
typedef struct {
    QySimFile *file;
    guint64 n, block;
    QySimBlock write;
    gpointer data;
    GMutex lock;
    GCond turn;
    guint64 next_taken, next_written; /* blocks */
} Blocks;

static gpointer
write_blocks(gpointer data)
{
    Blocks *blocks = data;
    g_autoptr(QySimFile) part = file_new(blocks->file->table, BUFFER_BYTES);

    for (;;) {
        guint64 mine, first, rows;
        g_mutex_lock(&blocks->lock);
        mine = blocks->next_taken++;
        g_mutex_unlock(&blocks->lock);
        first = mine * blocks->block;
        if (first >= blocks->n)
            return NULL;
        part->rows = 0;
        part->used = part->row_start = 0;
        blocks->write(blocks->data, first, MIN(first + blocks->block, blocks->n), part);
        rows = part->rows;
        g_mutex_lock(&blocks->lock);
        while (blocks->next_written != mine)
            g_cond_wait(&blocks->turn, &blocks->lock);
        g_mutex_unlock(&blocks->lock);
        /* Nobody else writes until next_written moves on. */
        if (!blocks->file->failed && !write_all(blocks->file->fd, part->buffer, part->used))
            blocks->file->failed = errno != 0 ? errno : EIO;
        g_mutex_lock(&blocks->lock);
        blocks->file->rows += rows;
        blocks->file->record += rows;
        blocks->next_written++;
        g_cond_broadcast(&blocks->turn);
        g_mutex_unlock(&blocks->lock);
    }
}

void
qy_sim_file_blocks(QySimFile *self, guint64 n, guint64 block, QySimBlock write, gpointer data, guint n_threads)
{
    Blocks blocks = {.file = self, .n = n, .block = block, .write = write, .data = data};
    g_autoptr(GPtrArray) threads = g_ptr_array_new();

    if (self->spoiler != NULL) { /* its choices go from row to row */
        write(data, 0, n, self);
        return;
    }
    flush(self);
    g_mutex_init(&blocks.lock);
    g_cond_init(&blocks.turn);
    for (guint i = 1; i < n_threads && i * block < n; i++)
        g_ptr_array_add(threads, g_thread_new("simulate", write_blocks, &blocks));
    write_blocks(&blocks);
    for (guint i = 0; i < threads->len; i++)
        g_thread_join(threads->pdata[i]);
    g_cond_clear(&blocks.turn);
    g_mutex_clear(&blocks.lock);
}
