#define G_LOG_DOMAIN "qy-load"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "load/reader.h"

/* Cells of one record as NUL-terminated texts, in buffers used again and again. */
typedef struct {
    guint n_cells;
    GString **buffers;
    GString *scratch;
    const gchar **cells;
    gsize *lengths;
} Row;

static Row *
row_new(guint n_cells)
{
    Row *self = g_new0(Row, 1);

    self->n_cells = n_cells;
    self->buffers = g_new(GString *, n_cells);
    self->cells = g_new0(const gchar *, n_cells + 1);
    self->lengths = g_new0(gsize, n_cells);
    self->scratch = g_string_new(NULL);
    for (guint i = 0; i < n_cells; i++)
        self->buffers[i] = g_string_new(NULL);
    return self;
}

static void
row_free(Row *self)
{
    for (guint i = 0; i < self->n_cells; i++)
        g_string_free(self->buffers[i], TRUE);
    g_string_free(self->scratch, TRUE);
    g_free(self->buffers);
    g_free(self->cells);
    g_free(self->lengths);
    g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Row, row_free)

static void
row_fill(Row *self, const QyScanned *record)
{
    for (guint i = 0; i < self->n_cells; i++) {
        gsize length;
        const gchar *text = qy_field_text(&record->fields[i], self->scratch, &length);

        g_string_truncate(self->buffers[i], 0);
        g_string_append_len(self->buffers[i], text, length);
        self->cells[i] = self->buffers[i]->str;
        self->lengths[i] = length;
    }
}

/* Why a record can't be a row of @n_cells; NULL when it can (F3, Q2, Q3, E3). */
static const gchar *
why_refused(const QyScanned *record, guint n_cells)
{
    switch (record->state) {
    case QY_RECORD_QUOTE:
        return "quote";
    case QY_RECORD_ENCODING:
        return "encoding";
    default:
        return record->n_fields < n_cells || record->extra_value ? "field-count" : NULL;
    }
}

static void
send_header(const QyHeader *header, const QyRecordSink *sink)
{
    g_autofree gsize *lengths = g_new(gsize, header->n_cells);
    QyRecord record = {.row = header->row,
                       .line = header->line,
                       .n_cells = header->n_cells,
                       .cells = header->cells,
                       .lengths = lengths};

    for (guint i = 0; i < header->n_cells; i++)
        lengths[i] = strlen(header->cells[i]);
    sink->record(sink->data, &record);
}

gboolean
qy_csv_read(const gchar *path, const QyLoadOptions *options, const QyRecordSink *sink, GError **error)
{
    g_autoptr(QyReader) reader = qy_reader_open(path, NULL, options != NULL ? options->chunk_bytes : 0, error);
    g_autoptr(QyScanner) scanner = NULL;
    g_autoptr(Row) row = NULL;
    const QyHeader *header;
    guint64 row_base, line_base;
    QyChunk chunk;
    QyScanned record;

    if (reader == NULL)
        return FALSE;
    header = qy_reader_header(reader);
    if (!header->found) {
        g_set_error(error, QY_ERROR, QY_ERROR_DATA, _("[file-header] %s: has no row that can be the header"), path);
        return FALSE;
    }
    send_header(header, sink);
    scanner = qy_scanner_new(reader, header->n_cells);
    row = row_new(header->n_cells);
    row_base = header->body_row;
    line_base = header->body_line;
    while (qy_reader_next_chunk(reader, &chunk)) {
        guint rows, lines;

        qy_scanner_start(scanner, &chunk);
        while (qy_scanner_next(scanner, &record)) {
            const gchar *code = why_refused(&record, header->n_cells);

            if (record.state == QY_RECORD_BLANK)
                continue;
            if (code != NULL) {
                if (sink->refused != NULL)
                    sink->refused(sink->data, row_base + record.row, line_base + record.line, record.problem_column,
                                  code);
                continue;
            }
            row_fill(row, &record);
            sink->record(sink->data, &(QyRecord){.row = row_base + record.row,
                                                 .line = line_base + record.line,
                                                 .n_cells = row->n_cells,
                                                 .cells = row->cells,
                                                 .lengths = row->lengths});
        }
        qy_scanner_counts(scanner, &rows, &lines);
        row_base += rows;
        line_base += lines;
    }
    return TRUE;
}
