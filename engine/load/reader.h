/* The reader: a file as records of raw fields, by the rules E, F and Q of
 * docs/reading.md. Internal to load/.
 *
 * Use: qy_reader_open() finds encoding, delimiter and header; workers take
 * chunks with qy_reader_next_chunk() until there are none, and walk the
 * records of each with a QyScanner. Chunks end at true record ends (never at a
 * newline inside quotes), so records can be read in any order. Row and line
 * numbers inside a chunk are relative; add the chunk's bases once all chunks
 * before it are counted.
 */
#pragma once

#include "load/load.h"

G_BEGIN_DECLS

typedef enum { QY_ENCODING_UTF8, QY_ENCODING_GB18030 } QyEncoding;

/* Which header is wanted. @cells: decoded, blanks and line ends inside removed (F4).
 * Returns: how many cells name a known column; sets @complete when every
 * required one is named. */
typedef struct {
    guint (*match)(gpointer data, const gchar *const *cells, guint n_cells, gboolean *complete);
    gpointer data;
} QyHeaderMatch;

typedef struct _QyReader QyReader;

/**
 * qy_reader_open:
 * @match: (nullable): NULL takes the first record as the header
 * @chunk_bytes: about how long a chunk is; at least 64
 *
 * Errors: %QY_ERROR_DATA with a message in the user's language that begins with
 * the stable code in brackets ("[file-empty] …"): file-empty, file-type (zip, old .xls, HTML),
 * file-encoding (UTF-16, with or without mark);
 * %QY_ERROR_FILE.
 * When no row of the first ten names every required column, the reader is returned without an error,
 * header.found is FALSE and the header is the row that names most, so that the caller can word
 * file-header with the nearest columns.
 */
QyReader *qy_reader_open(const gchar *path, const QyHeaderMatch *match, gsize chunk_bytes, GError **error);
void qy_reader_free(QyReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyReader, qy_reader_free)

typedef struct {
    gboolean found;
    guint64 row, line;           /* of the header: 1-based, as a spreadsheet counts */
    guint64 body_row, body_line; /* of the first record below it: what the first chunk's numbers are added to */
    guint n_cells;
    const gchar *const *cells; /* decoded, as written but trimmed (V9) */
    gchar delimiter;
    /* Where neither a mark nor the header tells, the first hundred rows with a byte over 127 do (E2): it is settled
     * when the first chunk with such a byte is handed out, and until then UTF-8. */
    QyEncoding encoding;
    gboolean has_mark;
} QyHeader;
const QyHeader *qy_reader_header(const QyReader *self);
guint64 qy_reader_bytes(const QyReader *self);
/* Starts the digest in a thread of its own, so that it is computed beside the scan. Optional. */
void qy_reader_begin_digest(QyReader *self, const gchar *kind);
/* Digest of the whole file as hex, @kind NULL or "sha256"; NULL for "none". Call after the last chunk; once. */
gchar *qy_reader_digest(QyReader *self, const gchar *kind);

typedef struct {
    guint64 index; /* 0, 1, … in file order */
    const gchar *begin, *end;
    gboolean has_quotes, has_high; /* any quote; any byte over 127 or NUL */
} QyChunk;
/* Thread-safe. Returns: FALSE when there are no more. */
gboolean qy_reader_next_chunk(QyReader *self, QyChunk *out);
/* Begin again at the first record below the header. */
void qy_reader_rewind(QyReader *self);

/* One field: bytes between delimiters with blanks of its ends still there; of a quoted field the
 * inside, doubled quotes still doubled (has_escape). */
typedef struct {
    const gchar *text;
    gsize length;
    guint8 quoted, has_escape, has_high;
    guint8 encoding; /* QyEncoding, of a field that has_high */
} QyField;

typedef enum {
    QY_RECORD_GOOD,
    QY_RECORD_BLANK,    /* no cell has a value (F2) */
    QY_RECORD_QUOTE,    /* Q2, Q3: problem_column; n_lines tells how far it went */
    QY_RECORD_ENCODING, /* E3: problem_column */
} QyRecordState;

typedef struct {
    QyRecordState state;
    guint row;             /* in the chunk, from 0; blank ones count */
    guint line;            /* physical line in the chunk where it starts, from 0 */
    guint n_lines;         /* physical lines it takes */
    const gchar *begin;    /* in the file */
    guint n_fields;        /* all of them; fields[] holds at most max_fields */
    const QyField *fields; /* until the next record */
    gboolean extra_value;  /* a field beyond max_fields has a value */
    gint problem_column;   /* field number or -1 */
} QyScanned;

typedef struct _QyScanner QyScanner;
/* @max_fields: fields kept per record (the header's number). One scanner a thread. */
QyScanner *qy_scanner_new(const QyReader *reader, guint max_fields);
void qy_scanner_free(QyScanner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyScanner, qy_scanner_free)
void qy_scanner_start(QyScanner *self, const QyChunk *chunk);
/* Returns: FALSE at the chunk's end; then rows and lines of the chunk are known. */
gboolean qy_scanner_next(QyScanner *self, QyScanned *out);

/* Records of one shape that stand side by side: of the wanted number of fields, each on one line. A field may stand in
 * quotes, but has none inside. */
#define QY_BLOCK_RECORDS 256
/* So many bytes behind each field of a block may be read as well. */
#define QY_BLOCK_SLACK 16
typedef struct {
    const gchar *base;    /* what the offsets count from */
    const guint32 *stops; /* where a field stops: stops[record * n_fields + field] */
    guint32 begins[QY_BLOCK_RECORDS + 1];
    guint n_records, n_fields;
    gboolean has_quotes;
    guint row, line; /* of the first one, in the chunk */
    /* Flag per record: to be read by itself. Set here where bytes over 127 aren't valid or not UTF-8. */
    guint8 apart[QY_BLOCK_RECORDS];
} QyBlock;
/* Takes as many records as stand next to each other like that, at most @max_records. Returns: FALSE when the next
 * record doesn't, or there is none: ask qy_scanner_next(). */
gboolean qy_scanner_block(QyScanner *self, guint max_records, QyBlock *out);
void qy_scanner_counts(const QyScanner *self, guint *rows, guint *lines);

/* The cell as UTF-8, decoded, unescaped and trimmed (V9), in @buffer or in the file itself.
 * Valid until the next call with the same buffer. */
const gchar *qy_field_text(const QyField *field, GString *buffer, gsize *length);

G_END_DECLS
