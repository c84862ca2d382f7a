#define G_LOG_DOMAIN "qy-load"

#include "load/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "load/reader-private.h"

#define DEFAULT_CHUNK_BYTES (1024 * 1024)
#define MIN_CHUNK_BYTES 64
#define VOTING_ROWS 100 /* E2 */

/* What can't be mapped (a pipe, some file systems) is read to its end. */
static gboolean
read_all(QyReader *self, gint fd)
{
    GByteArray *bytes = g_byte_array_new();
    guint8 block[65536];
    gssize n;

    while ((n = read(fd, block, sizeof block)) != 0) {
        if (n > 0) {
            g_byte_array_append(bytes, block, n);
        } else if (errno != EINTR) {
            gint saved = errno;

            g_byte_array_unref(bytes);
            errno = saved;
            return FALSE;
        }
    }
    self->data = (gchar *)g_byte_array_steal(bytes, &self->size);
    g_byte_array_unref(bytes);
    return TRUE;
}

static gboolean
take_bytes(QyReader *self, gint fd)
{
    struct stat status;

    if (fstat(fd, &status) != 0)
        return FALSE;
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return FALSE;
    }
    if (S_ISREG(status.st_mode) && status.st_size > 0) {
        gpointer data = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);

        if (data != MAP_FAILED) {
            madvise(data, status.st_size, MADV_SEQUENTIAL);
            self->data = data;
            self->size = status.st_size;
            self->is_mapped = TRUE;
            return TRUE;
        }
    }
    return read_all(self, fd);
}

static gboolean
open_file(QyReader *self, GError **error)
{
    gint fd = open(self->path, O_RDONLY | O_CLOEXEC);
    gboolean ok = fd >= 0 && take_bytes(self, fd);

    if (!ok)
        g_set_error(error, QY_ERROR, QY_ERROR_FILE, _("%s: can't be read: %s"), self->path, g_strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

static QyReader *
reader_new(const gchar *path, gsize chunk_bytes)
{
    QyReader *self = g_new0(QyReader, 1);

    g_mutex_init(&self->lock);
    self->path = g_strdup(path);
    self->chunk_bytes = chunk_bytes == 0 ? DEFAULT_CHUNK_BYTES : MAX(chunk_bytes, MIN_CHUNK_BYTES);
    return self;
}

/* The bytes are there: what do they hold? */
static gboolean
begin_reading(QyReader *self, const QyHeaderMatch *match, GError **error)
{
    if (self->data == NULL) /* an empty file */
        self->data = g_strdup("");
    self->first = self->data;
    self->end = self->data + self->size;
    if (!qy_reader_check_kind(self, error))
        return FALSE;
    qy_reader_find_header(self, match);
    qy_reader_rewind(self);
    return TRUE;
}

QyReader *
qy_reader_open(const gchar *path, const QyHeaderMatch *match, gsize chunk_bytes, GError **error)
{
    g_autoptr(QyReader) self = reader_new(path, chunk_bytes);

    if (!open_file(self, error) || !begin_reading(self, match, error))
        return NULL;
    return g_steal_pointer(&self);
}

QyReader *
qy_reader_open_bytes(const gchar *name, GBytes *bytes, const QyHeaderMatch *match, gsize chunk_bytes, GError **error)
{
    g_autoptr(QyReader) self = reader_new(name, chunk_bytes);

    self->data = g_bytes_unref_to_data(bytes, &self->size);
    if (!begin_reading(self, match, error))
        return NULL;
    return g_steal_pointer(&self);
}

void
qy_reader_free(QyReader *self)
{
    if (self == NULL)
        return;
    if (self->digest != NULL)
        qy_digest_cancel(self->digest);
    if (self->is_mapped)
        munmap(self->data, self->size);
    else
        g_free(self->data);
    g_strfreev(self->cells);
    g_free(self->path);
    g_mutex_clear(&self->lock);
    g_free(self);
}

const QyHeader *
qy_reader_header(const QyReader *self)
{
    return &self->header;
}

guint64
qy_reader_bytes(const QyReader *self)
{
    return self->size;
}

void
qy_reader_begin_digest(QyReader *self, const gchar *kind)
{
    if (self->digest == NULL && g_strcmp0(kind, "none") != 0)
        self->digest = qy_digest_begin(self->data, self->size);
}

gchar *
qy_reader_digest(QyReader *self, const gchar *kind)
{
    if (g_strcmp0(kind, "none") == 0)
        return NULL;
    qy_reader_begin_digest(self, kind);
    return qy_digest_end(g_steal_pointer(&self->digest));
}

static void
take_chunk(QyReader *self, QyChunk *out)
{
    out->begin = self->cursor;
    out->end = self->cursor = qy_chunk_end(self, out->begin, &out->has_quotes);
}

void
qy_reader_settle_encoding(QyReader *self)
{
    g_autoptr(QyScanner) scanner = qy_scanner_new_trial(self->header.delimiter, QY_ENCODING_UTF8, 0);
    const gchar *begin = self->cursor;
    guint n = 0, n_valid = 0;
    QyScanned record;
    QyChunk chunk;

    while (n < VOTING_ROWS && self->cursor < self->end) {
        take_chunk(self, &chunk);
        chunk.has_high = qy_index_any_high(chunk.begin, chunk.end);
        if (!chunk.has_high)
            continue;
        qy_scanner_start(scanner, &chunk);
        while (n < VOTING_ROWS && qy_scanner_next(scanner, &record)) {
            if (!qy_scanner_saw_high(scanner) || record.state == QY_RECORD_QUOTE)
                continue;
            n++;
            n_valid += record.state != QY_RECORD_ENCODING;
        }
    }
    self->cursor = begin;
    self->is_settled = TRUE;
    if (n > 0 && 2 * n_valid <= n)
        self->header.encoding = QY_ENCODING_GB18030;
}

/* Settles the encoding if @chunk is the first that needs it; chunks before it are the same in every encoding.
 * Returns: whether it does */
static gboolean
settle_for(QyReader *self, QyChunk *chunk)
{
    if (!qy_index_any_high(chunk->begin, chunk->end))
        return FALSE;
    self->cursor = chunk->begin;
    qy_reader_settle_encoding(self);
    take_chunk(self, chunk);
    return TRUE;
}

gboolean
qy_reader_next_chunk(QyReader *self, QyChunk *out)
{
    gboolean more, may_have_high = FALSE;

    g_mutex_lock(&self->lock);
    more = self->cursor < self->end;
    if (more) {
        out->index = self->next_index++;
        take_chunk(self, out);
        may_have_high = self->is_settled || settle_for(self, out);
    }
    g_mutex_unlock(&self->lock);
    /* Not under the lock: others may cut on. */
    if (more)
        out->has_high = may_have_high && qy_index_any_high(out->begin, out->end);
    return more;
}

void
qy_reader_rewind(QyReader *self)
{
    g_mutex_lock(&self->lock);
    self->cursor = self->body;
    self->next_index = 0;
    g_mutex_unlock(&self->lock);
}
