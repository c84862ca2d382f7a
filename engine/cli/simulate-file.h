/* The simulator's CSV files: cells are formatted straight into a large buffer,
 * nothing is allocated for a row. Every file begins with a byte-order mark.
 *
 * Use: qy_sim_file_open() with the header's columns; for each row its cells in
 * that order, then qy_sim_row_end(); qy_sim_file_close().
 */
#pragma once

#include "load/dictionary.h"

#include <string.h>

G_BEGIN_DECLS

#define QY_SIM_ROW_BYTES 4096 /* no row is longer */

typedef struct _QySimSpoiler QySimSpoiler;

typedef struct {
    gint fd;     /* -1: a part whose rows another file takes over */
    gint failed; /* errno of the first write that failed */
    gchar *buffer;
    gsize used, size;
    gsize row_start; /* of the row being written */
    QyTableId table;
    guint64 rows;          /* good rows written */
    guint64 record;        /* as a spreadsheet counts: the header is 1 */
    QySimSpoiler *spoiler; /* (nullable) (owned): makes bad rows behind good ones */
} QySimFile;

/**
 * qy_sim_file_open:
 * @columns: English names, NULL-ended; each must be a column of @table
 * @chinese: write the Chinese aliases as header
 * @spoiler: (nullable) (transfer full): its bad rows are written between the good ones
 */
QySimFile *qy_sim_file_open(const gchar *folder, QyTableId table, const gchar *const *columns, gboolean chinese,
                            QySimSpoiler *spoiler, GError **error);
/* Writes what is left, and the bad rows still due. Frees @self in any case. Returns: FALSE when the disk refused. */
gboolean qy_sim_file_close(QySimFile *self, guint64 *rows, GError **error);
void qy_sim_file_free(QySimFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QySimFile, qy_sim_file_free)

/* Rows of one block, formatted by one thread. */
typedef void (*QySimBlock)(gpointer data, guint64 first, guint64 last, QySimFile *part);
/**
 * qy_sim_file_blocks:
 * @write: called from several threads
 *
 * Formats the items 0 … n-1 in blocks of @block items, by several threads when the file has no spoiler, and writes
 * the blocks in order: the bytes are those of one thread.
 */
void qy_sim_file_blocks(QySimFile *self, guint64 n, guint64 block, QySimBlock write, gpointer data, guint n_threads);

/* For row_end: pushes full buffers out, lets the spoiler add a row. */
void qy_sim_file_row(QySimFile *self);

/* YYYY-MM-DD of a day of 1970 to 2044, formatted once. */
const gchar *qy_sim_date_text(QyDate date);

static inline void
qy_sim_raw(QySimFile *self, const gchar *text, gsize length)
{
    memcpy(self->buffer + self->used, text, length);
    self->used += length;
}

/* Text that needs no quotes; "" or NULL for an empty cell. */
static inline void
qy_sim_text(QySimFile *self, const gchar *text)
{
    if (text != NULL)
        qy_sim_raw(self, text, strlen(text));
    self->buffer[self->used++] = ',';
}

static inline void
qy_sim_empty(QySimFile *self)
{
    self->buffer[self->used++] = ',';
}

static inline void
qy_sim_digits(QySimFile *self, guint64 value, guint width)
{
    gchar digits[24];
    guint n = 0;

    do {
        digits[n++] = (gchar)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    while (n < width)
        digits[n++] = '0';
    while (n > 0)
        self->buffer[self->used++] = digits[--n];
}

static inline void
qy_sim_integer(QySimFile *self, guint64 value)
{
    qy_sim_digits(self, value, 1);
    self->buffer[self->used++] = ',';
}

/* "C00042": a letter and at least five digits. */
static inline void
qy_sim_id(QySimFile *self, gchar letter, guint64 number)
{
    self->buffer[self->used++] = letter;
    qy_sim_digits(self, number + 1, 5);
    self->buffer[self->used++] = ',';
}

/* "L00042-0007" */
static inline void
qy_sim_id2(QySimFile *self, gchar letter, guint64 number, guint64 part)
{
    self->buffer[self->used++] = letter;
    qy_sim_digits(self, number + 1, 5);
    self->buffer[self->used++] = '-';
    qy_sim_digits(self, part + 1, 1);
    self->buffer[self->used++] = ',';
}

/* @value: thousandths. */
static inline void
qy_sim_quantity(QySimFile *self, guint64 value)
{
    qy_sim_digits(self, value / 1000, 1);
    if (value % 1000 != 0) {
        guint rest = (guint)(value % 1000), width = 3;
        while (rest % 10 == 0) {
            rest /= 10;
            width--;
        }
        self->buffer[self->used++] = '.';
        qy_sim_digits(self, rest, width);
    }
    self->buffer[self->used++] = ',';
}

static inline void
qy_sim_date(QySimFile *self, QyDate date)
{
    if (date != QY_DATE_NONE)
        qy_sim_raw(self, qy_sim_date_text(date), 10);
    self->buffer[self->used++] = ',';
}

/* The last cell's comma becomes the end of the line. */
static inline void
qy_sim_row_end(QySimFile *self)
{
    self->buffer[self->used - 1] = '\n';
    self->rows++;
    self->record++;
    if (self->spoiler != NULL || self->used + 2 * QY_SIM_ROW_BYTES > self->size)
        qy_sim_file_row(self);
    self->row_start = self->used;
}

G_END_DECLS
