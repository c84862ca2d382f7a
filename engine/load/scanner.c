#define G_LOG_DOMAIN "qy-load"

#include "load/reader-private.h"

#include <string.h>

/* The scanner walks an index of the bytes that matter, made a window at a time and small enough to stay in the first
 * caches. In a chunk without quotes a window begins where a record does, and all records that end in it are read off
 * the index. Other records, which may span windows, are walked mark by mark. */
struct _QyScanner {
    const QyReader *reader; /* (nullable): NULL for a trial */
    gchar delimiter;
    QyEncoding encoding;           /* of a chunk that has_high */
    guint max_fields, n_allocated; /* fields: grown as records need them */
    QyField *fields, extra;        /* the latter for one that there is no room for */

    const gchar *begin, *end; /* of the chunk */
    gboolean has_quotes, has_high;
    const gchar *window;
    gsize window_bytes;
    guint next_mark, next_end; /* in the index */
    gboolean is_of_records;    /* the index of a chunk with quotes: only what separates fields and records */

    const gchar *at; /* the next record */
    guint row, line;

    /* of the record at hand */
    guint n_fields, line_ends; /* the latter: inside quotes */
    gint quote_column, encoding_column;
    gboolean extra_value, saw_high;

    QyIndex index; /* of the window; last, being large */
};

#define FIRST_FIELDS 64

QyScanner *
qy_scanner_new_trial(gchar delimiter, QyEncoding encoding, guint max_fields)
{
    QyScanner *self = g_new(QyScanner, 1);

    self->reader = NULL;
    self->delimiter = delimiter;
    self->encoding = encoding;
    self->max_fields = max_fields;
    self->n_allocated = MIN(max_fields, FIRST_FIELDS);
    self->fields = g_new(QyField, self->n_allocated);
    self->at = self->end = NULL;
    self->row = self->line = 0;
    return self;
}

QyScanner *
qy_scanner_new(const QyReader *reader, guint max_fields)
{
    QyScanner *self = qy_scanner_new_trial(reader->header.delimiter, QY_ENCODING_UTF8, max_fields);

    self->reader = reader;
    return self;
}

void
qy_scanner_free(QyScanner *self)
{
    if (self == NULL)
        return;
    g_free(self->fields);
    g_free(self);
}

void
qy_scanner_start(QyScanner *self, const QyChunk *chunk)
{
    self->at = self->begin = self->window = chunk->begin;
    self->end = chunk->end;
    self->window_bytes = 0;
    self->has_quotes = chunk->has_quotes;
    self->has_high = chunk->has_high;
    if (self->has_high && self->reader != NULL)
        self->encoding = self->reader->header.encoding; /* settled before this chunk was handed out */
    self->next_mark = self->next_end = self->index.n_marks = self->index.n_ends = 0;
    self->is_of_records = FALSE;
    self->row = self->line = 0;
}

static void
index_window_at(QyScanner *self, const gchar *begin)
{
    self->is_of_records = FALSE;
    self->window = begin;
    self->window_bytes = MIN((gsize)(self->end - begin), QY_WINDOW_BYTES);
    qy_index_window(begin, self->window_bytes, self->delimiter, self->has_quotes,
                    begin > self->begin && begin[-1] == '\r', &self->index);
    self->next_mark = self->next_end = 0;
}

static void
index_records_at(QyScanner *self, const gchar *begin)
{
    self->is_of_records = TRUE;
    self->window = begin;
    self->window_bytes = MIN((gsize)(self->end - begin), QY_WINDOW_BYTES);
    qy_index_records(begin, self->window_bytes, self->delimiter, &self->index);
    self->next_mark = self->next_end = 0;
}

/* The next delimiter, line end or (in a chunk with quotes) quote; the chunk's end when there is none. */
static inline const gchar *
next_mark(QyScanner *self)
{
    while (G_UNLIKELY(self->next_mark == self->index.n_marks)) {
        index_window_at(self, self->window + self->window_bytes);
        if (self->window_bytes == 0)
            return self->end;
    }
    return self->window + self->index.marks[self->next_mark++];
}

/* Whether [@begin, @stop), which ends in the window at hand, has NUL or bytes over 127. */
static inline gboolean
has_high(const QyScanner *self, const gchar *begin, const gchar *stop)
{
    gsize from, to;
    guint64 mask;

    if (begin == stop)
        return FALSE;
    if (G_UNLIKELY(begin < self->window))
        return qy_index_any_high(begin, stop);
    from = begin - self->window;
    to = stop - self->window - 1;
    mask = ~(guint64)0 << (from & 63);
    for (gsize word = from >> 6; word < to >> 6; word++, mask = ~(guint64)0)
        if ((self->index.high[word] & mask) != 0)
            return TRUE;
    return (self->index.high[to >> 6] & mask & ~(guint64)0 >> (63 - (to & 63))) != 0;
}

/* A field that there is no room for: it is looked at and forgotten, unless room may be made. */
static G_GNUC_NO_INLINE void
take_extra(QyScanner *self, const QyField *field)
{
    guint n = self->n_fields++;

    if (n < self->max_fields) {
        self->n_allocated = MIN(self->max_fields, 2 * n);
        self->fields = g_renew(QyField, self->fields, self->n_allocated);
        self->fields[n] = *field;
        return;
    }
    self->extra_value |= qy_encoding_has_value(field->text, field->length, self->encoding);
    if (field->has_high && self->encoding_column < 0 && !qy_encoding_valid(field->text, field->length, self->encoding))
        self->encoding_column = n;
}

static inline void
take_field(QyScanner *self, const gchar *begin, const gchar *stop, gboolean quoted, gboolean has_escape)
{
    gboolean fits = G_LIKELY(self->n_fields < self->n_allocated);
    /* Written where it stays: a copy of a field just written would have to wait for it. */
    QyField *field = fits ? &self->fields[self->n_fields] : &self->extra;

    field->text = begin;
    field->length = stop - begin;
    field->quoted = (guint8)quoted;
    field->has_escape = (guint8)has_escape;
    field->encoding = self->encoding;
    field->has_high = self->has_high && has_high(self, begin, stop);
    self->saw_high |= field->has_high;
    if (fits)
        self->n_fields++;
    else
        take_extra(self, field);
}

static inline gboolean
is_line_end(gchar c)
{
    return c == '\n' || c == '\r';
}

static const gchar *
scan_marks(QyScanner *self)
{
    const gchar *begin = self->at;

    for (;;) {
        const gchar *stop = next_mark(self);

        take_field(self, begin, stop, FALSE, FALSE);
        if (stop == self->end || *stop != self->delimiter)
            return stop;
        begin = stop + 1;
    }
}

/* A record of which the index holds all, up to the mark @last. */
static inline const gchar *
scan_indexed(QyScanner *self, guint last)
{
    const guint32 *marks = self->index.marks + self->next_mark;
    const gchar *begin = self->at, *window = self->window, *stop = begin;
    const guint n = last + 1 - self->next_mark;
    QyField *fields = self->fields;

    for (guint i = 0; i < n; i++) {
        stop = window + marks[i];
        fields[i] = (QyField){.text = begin, .length = stop - begin};
        begin = stop + 1;
    }
    self->n_fields = n;
    self->next_mark = last + 1;
    if (self->has_high && has_high(self, self->at, stop)) {
        self->saw_high = TRUE;
        for (guint i = 0; i < n; i++) {
            fields[i].has_high = has_high(self, fields[i].text, fields[i].text + fields[i].length);
            fields[i].encoding = self->encoding;
        }
    }
    return stop;
}

/* Returns: where the record ends: its line end, or the chunk's end */
static inline const gchar *
scan_plain(QyScanner *self)
{
    guint last;
    const gchar *stop;

    if (self->next_end == self->index.n_ends)
        index_window_at(self, self->at);
    if (G_UNLIKELY(self->next_end == self->index.n_ends)) {
        /* Longer than a window, or without a line end: the next window begins at the next record. */
        stop = scan_marks(self);
        self->next_end = self->index.n_ends = 0;
        return stop;
    }
    last = self->index.ends[self->next_end++];
    return G_LIKELY(last - self->next_mark < self->n_allocated) ? scan_indexed(self, last) : scan_marks(self);
}

/* The closing quote of the field that opens at @open, whose mark is the next one; the chunk's end when there is none.
 */
static const gchar *
find_closing(QyScanner *self, gboolean *has_escape)
{
    const gchar *mark;

    next_mark(self); /* the opening quote */
    *has_escape = FALSE;
    for (;;) {
        gboolean another;

        mark = next_mark(self);
        if (mark == self->end)
            return mark;
        another = self->end - mark > 1;
        self->line_ends += is_line_end(*mark);
        if (*mark != '"')
            continue;
        if (!another || mark[1] != '"')
            return mark;
        next_mark(self);
        *has_escape = TRUE;
    }
}

static gboolean
only_blanks(const QyScanner *self, const gchar *p, const gchar *stop)
{
    guint blank;

    while ((blank = qy_encoding_blank(p, stop, self->encoding)) > 0)
        p += blank;
    return p == stop;
}

/* A quoted field from @open on. Returns: the mark behind it; a line end or the chunk's end where the record is broken
 */
static const gchar *
scan_quoted(QyScanner *self, const gchar *open)
{
    gboolean has_escape;
    const gchar *closing = find_closing(self, &has_escape), *stop;

    take_field(self, open + 1, closing, TRUE, has_escape);
    if (closing == self->end) { /* Q2 */
        self->quote_column = self->n_fields - 1;
        /* The line end at the very end of the file begins no further line. */
        if (closing - open > 1 && is_line_end(closing[-1]))
            self->line_ends--;
        return closing;
    }
    stop = next_mark(self);
    if (only_blanks(self, closing + 1, stop) && (stop == self->end || *stop != '"'))
        return stop;
    self->quote_column = self->n_fields - 1; /* Q3 */
    while (stop != self->end && !is_line_end(*stop))
        stop = next_mark(self);
    return stop;
}

static const gchar *
scan_with_quotes(QyScanner *self)
{
    const gchar *begin = self->at;

    if (self->is_of_records)
        index_window_at(self, begin);
    for (;;) {
        const gchar *stop;

        if (begin < self->end && *begin == '"') {
            stop = scan_quoted(self, begin);
        } else {
            do
                stop = next_mark(self);
            while (stop != self->end && *stop == '"'); /* Q4 */
            take_field(self, begin, stop, FALSE, FALSE);
        }
        if (stop == self->end || self->quote_column >= 0 || *stop != self->delimiter)
            return stop;
        begin = stop + 1;
    }
}

/* Most records begin with a value that isn't a blank: one look tells. */
static inline gboolean
is_plain(gchar c)
{
    return (guchar)(c - 0x21) < 0x5E;
}

static gboolean
is_blank(const QyScanner *self)
{
    guint n = MIN(self->n_fields, self->max_fields);

    if (self->extra_value || (n > 0 && self->fields[0].length > 0 && is_plain(self->fields[0].text[0])))
        return FALSE;
    for (guint i = 0; i < n; i++)
        if (qy_encoding_has_value(self->fields[i].text, self->fields[i].length, self->encoding))
            return FALSE;
    return TRUE;
}

/* Column of the first field with bytes that the encoding doesn't have, or -1. */
static gint
find_bad_bytes(const QyScanner *self)
{
    guint n = MIN(self->n_fields, self->max_fields);

    for (guint i = 0; i < n; i++)
        if (self->fields[i].has_high &&
            !qy_encoding_valid(self->fields[i].text, self->fields[i].length, self->encoding))
            return i;
    return self->encoding_column;
}

static QyRecordState
judge_record(const QyScanner *self, gint *problem_column)
{
    *problem_column = self->quote_column;
    if (G_UNLIKELY(self->quote_column >= 0))
        return QY_RECORD_QUOTE;
    if (self->saw_high && (*problem_column = find_bad_bytes(self)) >= 0)
        return QY_RECORD_ENCODING;
    return is_blank(self) ? QY_RECORD_BLANK : QY_RECORD_GOOD;
}

gboolean
qy_scanner_next(QyScanner *self, QyScanned *out)
{
    const gchar *begin = self->at, *stop;

    if (begin == self->end)
        return FALSE;
    self->n_fields = self->line_ends = 0;
    self->quote_column = self->encoding_column = -1;
    self->extra_value = self->saw_high = FALSE;
    stop = self->has_quotes ? scan_with_quotes(self) : scan_plain(self);
    out->state = judge_record(self, &out->problem_column);
    out->row = self->row++;
    out->line = self->line;
    out->n_lines = 1 + self->line_ends;
    out->begin = begin;
    out->n_fields = self->n_fields;
    out->fields = self->fields;
    out->extra_value = self->extra_value;
    self->line += out->n_lines;
    if (stop == self->end) {
        self->at = stop;
    } else if (*stop == '\r' && self->end - stop > 1 && stop[1] == '\n') {
        self->at = stop + 2;
    } else {
        self->at = stop + 1;
    }
    return TRUE;
}

/* How many records from the next one on end in the index, have the wanted number of fields and lie clear of the
 * file's end. */
static guint
count_alike(const QyScanner *self, guint max_records)
{
    const gchar *limit = self->reader->end - QY_BLOCK_SLACK;
    const guint32 *ends = self->index.ends + self->next_end;
    guint n = 0, most = MIN(self->index.n_ends - self->next_end, max_records), next = self->next_mark;

    while (n < most && ends[n] == next + self->max_fields - 1) {
        next = ends[n] + 1;
        n++;
    }
    while (n > 0 && self->window + self->index.marks[ends[n - 1]] > limit)
        n--;
    return n;
}

static void
mark_apart(const QyScanner *self, QyBlock *out)
{
    memset(out->apart, 0, out->n_records);
    if (!self->has_high || !has_high(self, out->base + out->begins[0], out->base + out->begins[out->n_records]))
        return;
    for (guint i = 0; i < out->n_records; i++) {
        const gchar *begin = out->base + out->begins[i], *stop = out->base + out->begins[i + 1];

        out->apart[i] = has_high(self, begin, stop) &&
                        (self->encoding != QY_ENCODING_UTF8 || !qy_encoding_valid(begin, stop - begin, self->encoding));
    }
}

gboolean
qy_scanner_block(QyScanner *self, guint max_records, QyBlock *out)
{
    if (self->at == self->end)
        return FALSE;
    if (self->has_quotes && (!self->is_of_records || self->next_end == self->index.n_ends))
        index_records_at(self, self->at);
    else if (self->next_end == self->index.n_ends)
        index_window_at(self, self->at);
    out->n_records = count_alike(self, MIN(max_records, QY_BLOCK_RECORDS));
    if (out->n_records == 0)
        return FALSE;
    out->base = self->window;
    out->stops = self->index.marks + self->next_mark;
    out->n_fields = self->max_fields;
    out->has_quotes = self->has_quotes;
    out->row = self->row;
    out->line = self->line;
    out->begins[0] = self->at - self->window;
    for (guint i = 0; i < out->n_records; i++) {
        const guint32 stop = out->stops[(i + 1) * out->n_fields - 1];

        out->begins[i + 1] = stop + 1 + (out->base[stop] == '\r' && out->base[stop + 1] == '\n');
    }
    mark_apart(self, out);
    self->at = out->base + out->begins[out->n_records];
    self->next_mark += out->n_records * out->n_fields;
    self->next_end += out->n_records;
    self->row += out->n_records;
    self->line += out->n_records;
    return TRUE;
}

void
qy_scanner_counts(const QyScanner *self, guint *rows, guint *lines)
{
    *rows = self->row;
    *lines = self->line;
}

const gchar *
qy_scanner_position(const QyScanner *self)
{
    return self->at;
}

gboolean
qy_scanner_saw_high(const QyScanner *self)
{
    return self->saw_high;
}

/* Doubled quotes made single. */
static void
unescape(GString *buffer, const gchar *text, gsize length)
{
    const gchar *end = text + length, *quote;

    while ((quote = memchr(text, '"', end - text)) != NULL) {
        g_string_append_len(buffer, text, quote - text + 1);
        text = quote + 2;
    }
    g_string_append_len(buffer, text, end - text);
}

const gchar *
qy_field_text(const QyField *field, GString *buffer, gsize *length)
{
    const gchar *text = field->text;
    gboolean decode = field->has_high && field->encoding == QY_ENCODING_GB18030;

    *length = field->length;
    if (G_UNLIKELY(field->has_escape || decode)) {
        g_string_truncate(buffer, 0);
        if (field->has_escape) {
            unescape(buffer, text, field->length);
            if (decode) {
                g_autofree gchar *raw = g_memdup2(buffer->str, buffer->len + 1);
                gsize raw_length = buffer->len;

                g_string_truncate(buffer, 0);
                qy_gb18030_append(buffer, raw, raw_length);
            }
        } else {
            qy_gb18030_append(buffer, text, field->length);
        }
        text = buffer->str;
        *length = buffer->len;
    }
    /* Most cells have nothing to trim: both ends are plain. */
    if (*length > 0 && is_plain(text[0]) && is_plain(text[*length - 1]))
        return text;
    qy_utf8_trim(&text, length);
    return text;
}
