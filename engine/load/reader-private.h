/* What the files of the reader share, and what its tests look at. Bytes here
 * are raw: nothing below the scanner knows of cells. */
#pragma once

#include "load/encoding.h"
#include "load/reader.h"

G_BEGIN_DECLS

typedef struct _QyDigest QyDigest;

struct _QyReader {
    gchar *path;
    gchar *data; /* the whole file: mapped, or read where it can't be */
    gsize size;
    gboolean is_mapped;

    const gchar *first; /* behind the byte-order marks */
    const gchar *body;  /* behind the header */
    const gchar *end;
    QyHeader header;
    gchar **cells; /* owns header.cells */
    gsize chunk_bytes;

    GMutex lock;         /* of the three below, and of header.encoding while it isn't settled */
    const gchar *cursor; /* a record begins here */
    guint64 next_index;
    gboolean is_settled;

    QyDigest *digest; /* (nullable): under way beside the scan */
};

/* A file that is in memory; @name is for messages. @bytes: (transfer full) */
QyReader *qy_reader_open_bytes(const gchar *name, GBytes *bytes, const QyHeaderMatch *match, gsize chunk_bytes,
                               GError **error);

/* E2: GB18030 unless most of the first hundred rows with a byte over 127, from the cursor on, are valid UTF-8. */
void qy_reader_settle_encoding(QyReader *self);

/* reader-index.c: 64 bytes at a step, with the widest instructions the machine has. */

/* Bytes of a window: a multiple of 64. */
#define QY_WINDOW_BYTES 16384

/* What stands in a window. Offsets count from its first byte. */
typedef struct {
    guint n_marks, n_ends;
    guint32 marks[QY_WINDOW_BYTES + 16]; /* offsets of delimiters and line ends (CR LF is one, at the CR), and of quotes
                                       if asked for */
    guint32 ends[QY_WINDOW_BYTES];       /* which of the marks are line ends */
    guint64 high[QY_WINDOW_BYTES / 64];  /* one bit a byte: NUL or over 127 */
} QyIndex;

/* @length: up to QY_WINDOW_BYTES; @after_cr: a CR stands before the window */
void qy_index_window(const gchar *bytes, gsize length, gchar delimiter, gboolean with_quotes, gboolean after_cr,
                     QyIndex *out);
/* The same from a record's first byte on, of delimiters and line ends that aren't in quotes, up to the first 64 bytes
 * in which a quote is doubled or stands where RFC 4180 has none, or a line ends inside quotes. */
void qy_index_records(const gchar *bytes, gsize length, gchar delimiter, QyIndex *out);
/* Whether there is a NUL or a byte over 127. */
gboolean qy_index_any_high(const gchar *begin, const gchar *end);
/* First line end at or behind @target that isn't in quotes, where every quote stands as RFC 4180 has it;
 * @end when there is none. Returns: NULL when a quote stands elsewhere, so that only the exact walk can tell. */
const gchar *qy_index_line_end(const gchar *begin, const gchar *target, const gchar *end, gchar delimiter);
/* "avx512", "avx2", "sse2", "portable"; NULL: the best there is, or what the environment's QY_SIMD says. For tests.
 * Returns: FALSE when the machine doesn't have it. */
gboolean qy_index_use(const gchar *name);

/* reader-chunk.c: where the chunk that begins at @begin, a record's first byte, ends. */
const gchar *qy_chunk_end(const QyReader *self, const gchar *begin, gboolean *has_quotes);

/* reader-header.c: what kind of file it is; marks, encoding, delimiter, header. */
gboolean qy_reader_check_kind(const QyReader *self, GError **error);
void qy_reader_find_header(QyReader *self, const QyHeaderMatch *match);

/* scanner.c: for a delimiter and an encoding that are only being tried. */
QyScanner *qy_scanner_new_trial(gchar delimiter, QyEncoding encoding, guint max_fields);
/* The first byte behind the last record. */
const gchar *qy_scanner_position(const QyScanner *self);
/* Whether the last record holds NUL or bytes over 127. */
gboolean qy_scanner_saw_high(const QyScanner *self);

/* digest.c: SHA-256 of @data in a thread of its own. */
QyDigest *qy_digest_begin(const gchar *data, gsize size);
/* (transfer full): hex; waits. Frees the digest. */
gchar *qy_digest_end(QyDigest *self);
/* Frees it when nobody asks any more. */
void qy_digest_cancel(QyDigest *self);

G_END_DECLS
