/* The reader: rules E, F and Q of docs/reading.md, one case a rule and outcome. */
#include <glib/gstdio.h>
#include <string.h>

#include "load/reader-private.h"

/* --- what a file reads as, in one text --- */

/* Each record "row:line cell|cell", each refusal "row:line !code@column", with line ends and NULs made visible. */
typedef struct {
    GString *out;
} Transcript;

static void
put_cell(GString *out, const gchar *text, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        if (text[i] == '\n')
            g_string_append(out, "\\n");
        else if (text[i] == '\r')
            g_string_append(out, "\\r");
        else
            g_string_append_c(out, text[i]);
    }
}

static void
on_record(gpointer data, const QyRecord *record)
{
    Transcript *self = data;

    g_string_append_printf(self->out, "%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT " ", record->row, record->line);
    for (guint i = 0; i < record->n_cells; i++) {
        g_assert_cmpuint(strlen(record->cells[i]), ==, record->lengths[i]);
        g_string_append(self->out, i > 0 ? "|" : "");
        put_cell(self->out, record->cells[i], record->lengths[i]);
    }
    g_string_append_c(self->out, '\n');
}

static void
on_refused(gpointer data, guint64 row, guint64 line, gint column, const gchar *code)
{
    Transcript *self = data;

    g_string_append_printf(self->out, "%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT " !%s@%d\n", row, line, code, column);
}

static gchar *
write_bytes(const gchar *bytes, gsize length)
{
    gchar *path = NULL;
    g_autoptr(GError) error = NULL;
    gint fd = g_file_open_tmp("qy-reader-XXXXXX.csv", &path, &error);

    g_assert_no_error(error);
    g_close(fd, NULL);
    g_file_set_contents(path, bytes, length, &error);
    g_assert_no_error(error);
    return path;
}

/* What the file reads as, or "!message". */
static gchar *
transcribe(const gchar *path, gsize chunk_bytes)
{
    Transcript transcript = {g_string_new(NULL)};
    QyRecordSink sink = {on_record, on_refused, &transcript};
    QyLoadOptions options = {.chunk_bytes = chunk_bytes};
    g_autoptr(GError) error = NULL;

    if (!qy_csv_read(path, &options, &sink, &error)) {
        g_assert_error(error, QY_ERROR, QY_ERROR_DATA);
        g_string_append_printf(transcript.out, "!%.*s", (gint)(strchr(error->message, ']') - error->message + 1),
                               error->message);
    }
    return g_string_free(transcript.out, FALSE);
}

static const gchar *const simds[] = {"avx2", "sse2", "portable"};
static const gsize chunk_sizes[] = {64, 65, 127, 1000, 0};

/* --- cases, expected values by hand from the rules --- */

typedef struct {
    const gchar *name;
    const gchar *bytes;
    gsize length; /* 0: up to the NUL */
    const gchar *expected;
} Case;

#define BYTES(text) text, sizeof(text) - 1

static const Case cases[] = {
    {"F1/lf", BYTES("a,b\n1,2\n3,4\n"), "1:1 a|b\n2:2 1|2\n3:3 3|4\n"},
    {"F1/crlf", BYTES("a,b\r\n1,2\r\n3,4\r\n"), "1:1 a|b\n2:2 1|2\n3:3 3|4\n"},
    {"F1/cr", BYTES("a,b\r1,2\r3,4"), "1:1 a|b\n2:2 1|2\n3:3 3|4\n"},
    {"F1/mixed", BYTES("a,b\r\n1,2\n3,4\r5,6"), "1:1 a|b\n2:2 1|2\n3:3 3|4\n4:4 5|6\n"},
    {"F1/no-end", BYTES("a,b\n1,2"), "1:1 a|b\n2:2 1|2\n"},
    {"F1/stray-cr", BYTES("a,b\r\n1,2\r3\r\n4,5"), "1:1 a|b\n2:2 1|2\n3:3 !field-count@-1\n4:4 4|5\n"},
    {"F1/quoted-lines", BYTES("a,b\n\"x\ny\r\nz\rw\",1\n2,3\n"), "1:1 a|b\n2:2 x\\ny\\r\\nz\\rw|1\n3:6 2|3\n"},
    {"F2/blank", BYTES("a,b\n\n , \n\"\",\"\"\n\xE3\x80\x80,\xC2\xA0\t\n1,2\n\n"), "1:1 a|b\n6:6 1|2\n"},
    {"F3/few", BYTES("a,b,c\n1,2\n1,2,3\n"), "1:1 a|b|c\n2:2 !field-count@-1\n3:3 1|2|3\n"},
    {"F3/many", BYTES("a,b\n1,2,3\n1,2, ,\n1,2,,\" \"\n1,2,,x\n"),
     "1:1 a|b\n2:2 !field-count@-1\n3:3 1|2\n4:4 1|2\n5:5 !field-count@-1\n"},
    {"F3/only-extra", BYTES("a,b\n,,x\n"), "1:1 a|b\n2:2 !field-count@-1\n"},
    {"F9/tab", BYTES("a\tb,c\td\n1\t2,3\t4\n"), "1:1 a|b,c|d\n2:2 1|2,3|4\n"},
    {"F9/tab-in-quotes", BYTES("a\tb\n\"1\t1\"\t2\n"), "1:1 a|b\n2:2 1\t1|2\n"},
    {"F5/blank-before", BYTES("\n\na,b\n1,2\n"), "3:3 a|b\n4:4 1|2\n"},
    {"Q1/quoted", BYTES("a,b\n\"1,1\",\"\"\n"), "1:1 a|b\n2:2 1,1|\n"},
    {"Q1/doubled", BYTES("a,b\n\"x \"\"y\"\" z\",\"\"\"\"\n"), "1:1 a|b\n2:2 x \"y\" z|\"\n"},
    {"Q1/no-end", BYTES("a,b\n1,\"2\""), "1:1 a|b\n2:2 1|2\n"},
    {"Q2/open", BYTES("a,b\n1,2\n3,\"4\n5,6\n"), "1:1 a|b\n2:2 1|2\n3:3 !quote@1\n"},
    {"Q2/open-at-end", BYTES("a,b\n1,\""), "1:1 a|b\n2:2 !quote@1\n"},
    {"Q2/open-doubled", BYTES("a,b\n\"1\"\",2\n"), "1:1 a|b\n2:2 !quote@0\n"},
    {"Q3/text-after", BYTES("a,b\n\"x\"y,\"1\n2,3\n"), "1:1 a|b\n2:2 !quote@0\n3:3 2|3\n"},
    {"Q3/blank-after", BYTES("a,b\n\"x\" \t,\"y\"\xE3\x80\x80\n2,3\n"), "1:1 a|b\n2:2 x|y\n3:3 2|3\n"},
    {"Q3/quote-after-blank", BYTES("a,b\n1,\"x\" \"y\"\n2,3\n"), "1:1 a|b\n2:2 !quote@1\n3:3 2|3\n"},
    {"Q4/inside", BYTES("a,b\nx\"y\", \"1\n2,3\"\n"), "1:1 a|b\n2:2 x\"y\"|\"1\n3:3 2|3\"\n"},
    {"E1/utf8-mark",
     BYTES("\xEF\xBB\xBF"
           "a,b\n1,2\n"),
     "1:1 a|b\n2:2 1|2\n"},
    {"E1/mark-quote", BYTES("\xEF\xBB\xBF\"a\",b\n1,2\n"), "1:1 a|b\n2:2 1|2\n"},
    {"E1/two-marks",
     BYTES("\xEF\xBB\xBF\xEF\xBB\xBF"
           "a,b\n1,2\n"),
     "1:1 a|b\n2:2 1|2\n"},
    {"E1/gb-mark",
     BYTES("\x84\x31\x95\x33"
           "a,b\n1,\xC0\xCF\n"),
     "1:1 a|b\n2:2 1|老\n"},
    {"E1/utf8-mark-decides",
     BYTES("\xEF\xBB\xBF"
           "a,b\n1,\xC0\xCF\n"),
     "1:1 a|b\n2:2 !encoding@1\n"},
    {"E1/utf16le",
     BYTES("\xFF\xFE"
           "a\0,\0b\0\n\0"),
     "![file-encoding]"},
    {"E1/utf16be", BYTES("\xFE\xFF\0a\0,\0b\0\n"), "![file-encoding]"},
    {"E1/utf16le-bare",
     BYTES("a\0,\0b\0\n\0"
           "1\0,\0"
           "2\0\n\0"),
     "![file-encoding]"},
    {"E1/utf16be-bare",
     BYTES("\0a\0,\0b\0\n\0"
           "1\0,\0"
           "2\0\n"),
     "![file-encoding]"},
    {"E2/rows-say-gb", BYTES("a,b\n1,\xC0\xCF\n2,\xB3\xC7\n3,老\n"), "1:1 a|b\n2:2 1|老\n3:3 2|城\n4:4 !encoding@1\n"},
    {"E2/rows-say-utf8", BYTES("a,b\n1,老\n2,老\n3,\xC0\xCF\n"), "1:1 a|b\n2:2 1|老\n3:3 2|老\n4:4 !encoding@1\n"},
    {"E2/header-says-gb", BYTES("\xC0\xCF,b\n1,2\n"), "1:1 老|b\n2:2 1|2\n"},
    {"E3/nul", BYTES("a,b\n1,2\n3\0,4\n"), "1:1 a|b\n2:2 1|2\n3:3 !encoding@0\n"},
    {"E3/extra-field", BYTES("a,b\n1,2,\xFF\n1,老\n2,老\n"), "1:1 a|b\n2:2 !encoding@2\n3:3 1|老\n4:4 2|老\n"},
    {"E3/surrogate",
     BYTES("\xEF\xBB\xBF"
           "a,b\n1,\xED\xA0\x80\n"),
     "1:1 a|b\n2:2 !encoding@1\n"},
    {"E3/overlong",
     BYTES("\xEF\xBB\xBF"
           "a,b\n\xC0\xAF,1\n\xE0\x80\xAF,1\n\xF4\x90\x80\x80,1\n"),
     "1:1 a|b\n2:2 !encoding@0\n3:3 !encoding@0\n4:4 !encoding@0\n"},
    {"E3/cut-short",
     BYTES("\xEF\xBB\xBF"
           "a,b\n\xE8\x80,1\n"),
     "1:1 a|b\n2:2 !encoding@0\n"},
    {"E3/gb-four-bytes",
     BYTES("\x84\x31\x95\x33"
           "a,b\n\x90\x30\x81\x30,\x81\x39\xEE\x39\n\xFE\x39\xFE\x39,1\n\x80,1\n"),
     "1:1 a|b\n2:2 𐀀|㐀\n3:3 !encoding@0\n4:4 !encoding@0\n"},
    {"E3/gb-escape-bytes",
     BYTES("\x84\x31\x95\x33"
           "a,b\n\x81\x5C,\"\x81\x7C\"\"\"\n"),
     "1:1 a|b\n2:2 乗|亅\"\n"},
    {"V9/ends", BYTES("a,b\n \t1 2\xC2\xA0,\"\xE3\x80\x80 x \"\n"), "1:1 a|b\n2:2 1 2|x\n"},
    {"F8/empty", "", 0, "![file-empty]"},
    {"F8/mark-only", BYTES("\xEF\xBB\xBF"), "![file-empty]"},
    {"F8/blank-only", BYTES(" \r\n\t\n,,\n"), "![file-empty]"},
    {"F8/zip", BYTES("PK\3\4abcdef"), "![file-type]"},
    {"F8/xls", BYTES("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1...."), "![file-type]"},
    {"F8/html", BYTES("\xEF\xBB\xBF\r\n <HTML><table>"), "![file-type]"},
    {"F8/gzip", BYTES("\x1F\x8B\x08"), "![file-type]"},
};

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_autofree gchar *path = write_bytes(c->bytes, c->length);

    for (guint s = 0; s < G_N_ELEMENTS(simds); s++) {
        if (!qy_index_use(simds[s]))
            continue;
        for (guint i = 0; i < G_N_ELEMENTS(chunk_sizes); i++) {
            g_autofree gchar *got = transcribe(path, chunk_sizes[i]);

            g_assert_cmpstr(got, ==, c->expected);
        }
    }
    qy_index_use(NULL);
    g_unlink(path);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree gchar *path = g_strconcat("/reader/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
