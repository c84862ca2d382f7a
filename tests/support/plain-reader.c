#include "support/plain-reader.h"

#include <string.h>

/* --- one transcript for both --- */

static void
put_head(GString *out, guint64 row, guint64 line, guint n_lines, QyRecordState state, gint column, guint n_fields,
         gboolean extra_value)
{
    static const gchar *const names[] = {"good", "blank", "quote", "encoding"};

    g_string_append_printf(out, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %u %s %d %u %d", row, line, n_lines,
                           names[state], column, n_fields, extra_value);
}

static void
put_cell(GString *out, const gchar *text, gsize length)
{
    g_autofree gchar *copy = g_strndup(text, length), *escaped = g_strescape(copy, NULL);

    g_string_append_printf(out, "|%s", escaped);
}

/* --- the plain reader --- */

typedef struct {
    const gchar *p, *end;
    gchar delimiter;
    QyEncoding encoding;
    guint max_fields;

    guint n_fields, line_ends;
    gint quote_column, encoding_column;
    gboolean any_value, extra_value;
    GPtrArray *cells; /* decoded and trimmed */
} Plain;

/* (transfer full) (nullable): NULL when the encoding lacks some of the bytes */
static gchar *
decode(const Plain *self, const gchar *raw, gsize length)
{
    if (memchr(raw, 0, length) != NULL)
        return NULL;
    if (self->encoding == QY_ENCODING_UTF8)
        return g_utf8_validate_len(raw, length, NULL) ? g_strndup(raw, length) : NULL;
    return g_convert(raw, length, "UTF-8", "GB18030", NULL, NULL, NULL);
}

static gboolean
is_blank_character(gunichar c)
{
    return c == ' ' || c == '\t' || c == 0xA0 || c == 0x3000;
}

static gchar *
trim(const gchar *text)
{
    const gchar *end = text + strlen(text);

    while (text < end && is_blank_character(g_utf8_get_char(text)))
        text = g_utf8_next_char(text);
    while (text < end && is_blank_character(g_utf8_get_char(g_utf8_prev_char(end))))
        end = g_utf8_prev_char(end);
    return g_strndup(text, end - text);
}

static void
end_field(Plain *self, const GString *raw)
{
    g_autofree gchar *text = decode(self, raw->str, raw->len), *cell = text != NULL ? trim(text) : NULL;
    guint n = self->n_fields++;

    if (cell == NULL) {
        if (self->encoding_column < 0)
            self->encoding_column = n;
        self->any_value = TRUE;
    }
    if (cell == NULL || *cell != 0) {
        self->any_value = TRUE;
        self->extra_value |= n >= self->max_fields;
    }
    if (n < self->max_fields)
        g_ptr_array_add(self->cells, g_steal_pointer(&cell));
}

static gboolean
at_line_end(const Plain *self)
{
    return self->p == self->end || *self->p == '\n' || *self->p == '\r';
}

/* Over one line end, if one is there. */
static void
skip_line_end(Plain *self)
{
    if (self->p < self->end && *self->p == '\r') {
        self->p++;
        if (self->p < self->end && *self->p == '\n')
            self->p++;
    } else if (self->p < self->end) {
        self->p++;
    }
}

/* Behind the opening quote. Returns: FALSE when the record is broken (Q2, Q3) */
static gboolean
quoted_field(Plain *self)
{
    g_autoptr(GString) raw = g_string_new(NULL), after = g_string_new(NULL);
    g_autofree gchar *text = NULL, *trimmed = NULL;
    gboolean closed = FALSE;

    while (self->p < self->end && !closed) {
        const gchar *from = self->p;

        if (*self->p == '"' && self->end - self->p > 1 && self->p[1] == '"') {
            g_string_append_c(raw, '"');
            self->p += 2;
        } else if (*self->p == '"') {
            self->p++;
            closed = TRUE;
        } else if (at_line_end(self)) {
            skip_line_end(self);
            g_string_append_len(raw, from, self->p - from);
            /* The end of the file's last line begins no other. */
            self->line_ends += self->p < self->end;
        } else {
            g_string_append_c(raw, *self->p++);
        }
    }
    end_field(self, raw);
    while (!at_line_end(self) && *self->p != self->delimiter)
        g_string_append_c(after, *self->p++);
    text = decode(self, after->str, after->len);
    trimmed = text != NULL ? trim(text) : NULL;
    if (closed && trimmed != NULL && *trimmed == 0)
        return TRUE;
    self->quote_column = self->n_fields - 1;
    while (!at_line_end(self))
        self->p++;
    return FALSE;
}

static void
plain_field(Plain *self)
{
    g_autoptr(GString) raw = g_string_new(NULL);

    while (!at_line_end(self) && *self->p != self->delimiter)
        g_string_append_c(raw, *self->p++);
    end_field(self, raw);
}

static void
plain_record(Plain *self)
{
    self->n_fields = self->line_ends = 0;
    self->quote_column = self->encoding_column = -1;
    self->any_value = self->extra_value = FALSE;
    g_ptr_array_set_size(self->cells, 0);
    for (;;) {
        if (self->p < self->end && *self->p == '"') {
            self->p++;
            if (!quoted_field(self))
                break;
        } else {
            plain_field(self);
        }
        if (at_line_end(self))
            break;
        self->p++;
    }
    skip_line_end(self);
}

gchar *
plain_transcript(const QyReader *reader)
{
    const QyHeader *header = qy_reader_header(reader);
    Plain self = {.p = reader->body,
                  .end = reader->end,
                  .delimiter = header->delimiter,
                  .encoding = header->encoding,
                  .max_fields = header->n_cells,
                  .cells = g_ptr_array_new_with_free_func(g_free)};
    GString *out = g_string_new(NULL);
    guint64 row = header->body_row, line = header->body_line;

    while (self.p < self.end) {
        QyRecordState state = QY_RECORD_GOOD;
        gint column = -1;

        plain_record(&self);
        if (self.quote_column >= 0) {
            state = QY_RECORD_QUOTE;
            column = self.quote_column;
        } else if (self.encoding_column >= 0) {
            state = QY_RECORD_ENCODING;
            column = self.encoding_column;
        } else if (!self.any_value) {
            state = QY_RECORD_BLANK;
        }
        put_head(out, row, line, 1 + self.line_ends, state, column, self.n_fields, self.extra_value);
        for (guint i = 0; i < self.cells->len && state == QY_RECORD_GOOD; i++)
            put_cell(out, self.cells->pdata[i], strlen(self.cells->pdata[i]));
        g_string_append_c(out, '\n');
        row++;
        line += 1 + self.line_ends;
    }
    g_ptr_array_unref(self.cells);
    return g_string_free(out, FALSE);
}

/* --- the engine's --- */

typedef struct {
    guint64 index;
    guint rows, lines;
    GPtrArray *records; /* (element-type Told) */
} ToldChunk;

/* What came of a record; its numbers are still the chunk's. */
typedef struct {
    QyScanned scanned;
    gchar *cells;
} Told;

typedef struct {
    QyReader *reader;
    GMutex lock;
    GPtrArray *chunks; /* (element-type ToldChunk) */
} Work;

static void
told_free(gpointer data)
{
    g_free(((Told *)data)->cells);
    g_free(data);
}

static void
told_chunk_free(gpointer data)
{
    g_ptr_array_unref(((ToldChunk *)data)->records);
    g_free(data);
}

static Told *
tell(const QyScanned *scanned, guint max_fields, GString *buffer)
{
    Told *told = g_new(Told, 1);
    GString *cells = g_string_new(NULL);

    told->scanned = *scanned;
    for (guint i = 0; i < MIN(scanned->n_fields, max_fields) && scanned->state == QY_RECORD_GOOD; i++) {
        gsize length;
        const gchar *text = qy_field_text(&scanned->fields[i], buffer, &length);

        put_cell(cells, text, length);
    }
    told->cells = g_string_free(cells, FALSE);
    return told;
}

static gpointer
take_chunks(gpointer data)
{
    Work *work = data;
    const QyHeader *header = qy_reader_header(work->reader);
    g_autoptr(QyScanner) scanner = qy_scanner_new(work->reader, header->n_cells);
    g_autoptr(GString) buffer = g_string_new(NULL);
    QyScanned scanned;
    QyChunk chunk;

    while (qy_reader_next_chunk(work->reader, &chunk)) {
        ToldChunk *told = g_new0(ToldChunk, 1);

        told->index = chunk.index;
        told->records = g_ptr_array_new_with_free_func(told_free);
        qy_scanner_start(scanner, &chunk);
        while (qy_scanner_next(scanner, &scanned))
            g_ptr_array_add(told->records, tell(&scanned, header->n_cells, buffer));
        qy_scanner_counts(scanner, &told->rows, &told->lines);
        g_mutex_lock(&work->lock);
        g_ptr_array_add(work->chunks, told);
        g_mutex_unlock(&work->lock);
    }
    return NULL;
}

static gint
by_index(gconstpointer a, gconstpointer b)
{
    guint64 left = (*(ToldChunk *const *)a)->index, right = (*(ToldChunk *const *)b)->index;

    return left < right ? -1 : left > right;
}

gchar *
engine_transcript(QyReader *reader, guint n_threads)
{
    const QyHeader *header = qy_reader_header(reader);
    Work work = {.reader = reader, .chunks = g_ptr_array_new_with_free_func(told_chunk_free)};
    g_autofree GThread **threads = g_new0(GThread *, n_threads);
    GString *out = g_string_new(NULL);
    guint64 row = header->body_row, line = header->body_line;

    g_mutex_init(&work.lock);
    for (guint i = 1; i < n_threads; i++)
        threads[i] = g_thread_new("chunks", take_chunks, &work);
    take_chunks(&work);
    for (guint i = 1; i < n_threads; i++)
        g_thread_join(threads[i]);
    g_ptr_array_sort(work.chunks, by_index);
    for (guint i = 0; i < work.chunks->len; i++) {
        const ToldChunk *chunk = work.chunks->pdata[i];

        for (guint j = 0; j < chunk->records->len; j++) {
            const Told *told = chunk->records->pdata[j];
            const QyScanned *s = &told->scanned;

            put_head(out, row + s->row, line + s->line, s->n_lines, s->state, s->problem_column, s->n_fields,
                     s->extra_value);
            g_string_append_printf(out, "%s\n", told->cells);
        }
        row += chunk->rows;
        line += chunk->lines;
    }
    g_ptr_array_unref(work.chunks);
    g_mutex_clear(&work.lock);
    return g_string_free(out, FALSE);
}
