/* The reader: rules E, F and Q of docs/reading.md, one case a rule and outcome. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/plain-reader.h"

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

static const gchar *const simds[] = {"avx512", "avx2", "sse2", "portable"};
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
    {"E1/utf16le-bare-chinese",
     BYTES("a\0,\0b\0\n\0\0\x4E,\0"
           "1\0\n\0"),
     "![file-encoding]"},
    {"E3/many-nuls-in-one-row",
     BYTES("a,b\n1,\0\n"
           "1,2\n1,2\n1,2\n1,2\n1,2\n"),
     "1:1 a|b\n2:2 !encoding@1\n3:3 1|2\n4:4 1|2\n5:5 1|2\n6:6 1|2\n7:7 1|2\n"},
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
    {"F5/no-header", BYTES("\"a\"b,c\n\n\"open\n"), "![file-header]"},
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

/* --- generated nasty inputs against the plain reader --- */

/* Short pieces that quotes, encodings and line ends are made of, and some longer than a block of 64 bytes. */
static const struct {
    const gchar *bytes;
    gsize length;
} pieces[] = {
    {BYTES("a")},
    {BYTES("1")},
    {BYTES(",")},
    {BYTES(",")},
    {BYTES("\t")},
    {BYTES("\n")},
    {BYTES("\n")},
    {BYTES("\r\n")},
    {BYTES("\r")},
    {BYTES("\"")},
    {BYTES("\"\"")},
    {BYTES(",\"")},
    {BYTES("\",")},
    {BYTES("\"\n")},
    {BYTES("\n\"")},
    {BYTES(" ")},
    {BYTES("\"x\"")},
    {BYTES("老")},
    {BYTES("\xC0\xCF")},
    {BYTES("\xC2\xA0")},
    {BYTES("　")},
    {BYTES("\xA1\xA1")},
    {BYTES("\xFF")},
    {BYTES("\0")},
    {BYTES("\x81\x30\x84\x32")},
    {BYTES("2026-07-05,C01,1,4\n")},
    {BYTES("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")},
};

static GBytes *
nasty_bytes(GRand *rand, guint round)
{
    static const gchar *const starts[] = {"a,b,c\n", "a\tb\tc\td\n",
                                          "\xEF\xBB\xBF"
                                          "a,b\n",
                                          "\x84\x31\x95\x33"
                                          "a,b\n"};
    GString *out = g_string_new(starts[round % 4]);
    guint n = g_rand_int_range(rand, 1, 300);
    /* Some rounds without quotes, some without bytes over 127: each has a way of its own. */
    gboolean quotes = round % 3 != 0, high = round % 5 < 3;

    while (n > 0) {
        guint i = g_rand_int_range(rand, 0, G_N_ELEMENTS(pieces));
        const gchar *bytes = pieces[i].bytes;

        n--;
        if ((!quotes && memchr(bytes, '"', pieces[i].length) != NULL) ||
            (!high && ((guchar)*bytes > 127 || *bytes == 0)))
            continue;
        g_string_append_len(out, bytes, pieces[i].length);
    }
    return g_string_free_to_bytes(out);
}

static void
test_nasty(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(20260705);
    guint n_records = 0;

    for (guint round = 0; round < 1200; round++) {
        g_autoptr(GBytes) bytes = nasty_bytes(rand, round);
        g_autofree gchar *expected = NULL;

        for (guint k = 0; k < G_N_ELEMENTS(simds) * G_N_ELEMENTS(chunk_sizes); k++) {
            g_autoptr(GError) error = NULL;
            g_autoptr(QyReader) reader = NULL;
            g_autofree gchar *got = NULL;

            if (!qy_index_use(simds[k % G_N_ELEMENTS(simds)]))
                continue;
            reader =
                qy_reader_open_bytes("nasty", g_bytes_ref(bytes), NULL, chunk_sizes[k / G_N_ELEMENTS(simds)], &error);
            g_assert_no_error(error);
            got = engine_transcript(reader, round % 16 == 0 ? 4 : 1);
            if (expected == NULL)
                expected = plain_transcript(reader); /* now that the encoding is settled */
            g_assert_cmpstr(got, ==, expected);
            n_records += k == 0 ? qy_reader_header(reader)->body_row : 0;
        }
    }
    qy_index_use(NULL);
    g_assert_cmpuint(n_records, >=, 1200);
}

/* --- the header --- */

typedef struct {
    const gchar *name;
    const gchar *bytes;
    gsize length;
    gboolean found;
    guint row, line, body_row, body_line;
    gchar delimiter;
    QyEncoding encoding;
    const gchar *cells; /* joined by "|" */
} HeaderCase;

static const HeaderCase header_cases[] = {
    {"first", BYTES("id,name\n1,2\n"), TRUE, 1, 1, 2, 2, ',', QY_ENCODING_UTF8, "id|name"},
    {"title-above", BYTES("2026 report,,\n\nid,name\n1,2\n"), TRUE, 3, 3, 4, 4, ',', QY_ENCODING_UTF8, "id|name"},
    {"tenth", BYTES("\n\n\n\n\n\n\n\n\nid,name\n"), TRUE, 10, 10, 11, 11, ',', QY_ENCODING_UTF8, "id|name"},
    {"eleventh", BYTES("x,y\n\n\n\n\n\n\n\n\n\nid,name\n"), FALSE, 1, 1, 2, 2, ',', QY_ENCODING_UTF8, "x|y"},
    {"first-complete", BYTES("id,x\nid,name\nid,name,name\n"), TRUE, 2, 2, 3, 3, ',', QY_ENCODING_UTF8, "id|name"},
    {"tabs", BYTES("id\tname\n1,1\t2,2\n"), TRUE, 1, 1, 2, 2, '\t', QY_ENCODING_UTF8, "id|name"},
    {"data-never-decides", BYTES("id,name\n1\t1\t1,2\n"), TRUE, 1, 1, 2, 2, ',', QY_ENCODING_UTF8, "id|name"},
    {"wrapped", BYTES("\"i\nd\" ,\" na me\n\"\n1,2\n"), TRUE, 1, 1, 2, 4, ',', QY_ENCODING_UTF8, "i\nd|na me\n"},
    {"utf8-names", BYTES("编号,名称\n"), TRUE, 1, 1, 2, 2, ',', QY_ENCODING_UTF8, "编号|名称"},
    {"gb-names", BYTES("\xB1\xE0\xBA\xC5,\xC3\xFB\xB3\xC6\n\xE8\x80\x81,1\n"), TRUE, 1, 1, 2, 2, ',',
     QY_ENCODING_GB18030, "编号|名称"},
    {"gb-title-utf8-names", BYTES("\xB1\xE0\xBA\xC5\n编号,名称\n"), TRUE, 2, 2, 3, 3, ',', QY_ENCODING_UTF8,
     "编号|名称"},
    {"gb-unknown-column", BYTES("id,name,\xB1\xE0\xBA\xC5\n1,2,3\n"), TRUE, 1, 1, 2, 2, ',', QY_ENCODING_GB18030,
     "id|name|编号"},
    {"sep-line", BYTES("sep=,\nid,name\n1,2\n"), TRUE, 2, 2, 3, 3, ',', QY_ENCODING_UTF8, "id|name"},
    {"incomplete", BYTES("x\nid,other\n1,2\n"), FALSE, 2, 2, 3, 3, ',', QY_ENCODING_UTF8, "id|other"},
    {"full-width-commas", BYTES("id，name\n1，2\n"), FALSE, 1, 1, 2, 2, ',', QY_ENCODING_UTF8, "id，name"},
    {"broken-quote", BYTES("\"id\"x,name\nid,name\n"), TRUE, 2, 2, 3, 3, ',', QY_ENCODING_UTF8, "id|name"},
};

/* "id" (编号) and "name" (名称) are known and both required. */
static guint
match_names(gpointer data, const gchar *const *cells, guint n_cells, gboolean *complete)
{
    gboolean id = FALSE, name = FALSE;

    for (guint i = 0; i < n_cells; i++) {
        id |= strcmp(cells[i], "id") == 0 || strcmp(cells[i], "编号") == 0;
        name |= strcmp(cells[i], "name") == 0 || strcmp(cells[i], "名称") == 0;
    }
    *complete = id && name;
    return (guint)id + (guint)name;
}

static void
test_header(gconstpointer data)
{
    const HeaderCase *c = data;
    const QyHeaderMatch match = {match_names, NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(QyReader) reader =
        qy_reader_open_bytes("header.csv", g_bytes_new(c->bytes, c->length), &match, 64, &error);
    const QyHeader *header;
    g_autofree gchar *cells = NULL;

    g_assert_no_error(error);
    header = qy_reader_header(reader);
    cells = g_strjoinv("|", (gchar **)header->cells);
    g_assert_cmpint(header->found, ==, c->found);
    g_assert_cmpstr(cells, ==, c->cells);
    g_assert_cmpuint(header->row, ==, c->row);
    g_assert_cmpuint(header->line, ==, c->line);
    g_assert_cmpuint(header->body_row, ==, c->body_row);
    g_assert_cmpuint(header->body_line, ==, c->body_line);
    g_assert_cmpint(header->delimiter, ==, c->delimiter);
    g_assert_cmpint(header->encoding, ==, c->encoding);
}

/* E2: "most" is more than half, of the first hundred rows that have such a byte; later ones don't count, nor do rows
 * before them that are the same in both encodings. */
static void
test_vote(void)
{
    for (guint n_gb = 49; n_gb <= 51; n_gb++) {
        g_autoptr(GString) text = g_string_new("id,name\n");
        g_autoptr(GError) error = NULL;
        g_autoptr(QyReader) reader = NULL;
        g_autofree gchar *got = NULL;

        for (guint i = 0; i < 600; i++)
            g_string_append(text, i < 200 || i % 2 == 1              ? "1,plain\n"
                                  : i >= 400 || (i - 200) / 2 < n_gb ? "1,\xC0\xCF\n"
                                                                     : "1,老\n");
        reader = qy_reader_open_bytes("vote.csv", g_bytes_new(text->str, text->len), NULL, 64, &error);
        g_assert_no_error(error);
        got = engine_transcript(reader, 4);
        g_assert_cmpint(qy_reader_header(reader)->encoding, ==, n_gb < 50 ? QY_ENCODING_UTF8 : QY_ENCODING_GB18030);
    }
}

/* --- the rest of the interface --- */

static void
test_rewind(void)
{
    g_autoptr(GString) text = g_string_new("a,b\n");
    g_autoptr(GError) error = NULL;
    g_autoptr(QyReader) reader = NULL;
    g_autofree gchar *first = NULL, *second = NULL;

    for (guint i = 0; i < 1000; i++)
        g_string_append_printf(text, "%u,\"x\n%u\"\n", i, i);
    reader = qy_reader_open_bytes("rewind.csv", g_bytes_new(text->str, text->len), NULL, 64, &error);
    first = engine_transcript(reader, 2);
    qy_reader_rewind(reader);
    second = engine_transcript(reader, 3);
    g_assert_cmpstr(first, ==, second);
    g_assert_cmpuint(strlen(first), >, 10000);
}

/* @size on either side of where a thread is worth it; the last reader is freed while its digest is under way. */
static void
test_digest(gconstpointer data)
{
    g_autofree gchar *text = g_strnfill(GPOINTER_TO_SIZE(data), 'x'), *path = write_bytes(text, strlen(text));
    g_autofree gchar *beside = NULL, *after = NULL, *none = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(QyReader) one = qy_reader_open(path, NULL, 0, &error), two = qy_reader_open(path, NULL, 0, &error);
    g_autofree gchar *expected = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);

    g_assert_no_error(error);
    qy_reader_begin_digest(one, NULL);
    beside = qy_reader_digest(one, NULL);
    after = qy_reader_digest(two, "sha256");
    none = qy_reader_digest(two, "none");
    g_assert_cmpstr(beside, ==, expected);
    g_assert_cmpstr(after, ==, expected);
    g_assert_null(none);
    g_assert_cmpuint(qy_reader_bytes(one), ==, strlen(text));
    qy_reader_begin_digest(one, NULL);
    g_unlink(path);
}

static void
test_no_file(void)
{
    g_autoptr(GError) missing = NULL, folder = NULL;

    g_assert_null(qy_reader_open("/nowhere/at/all.csv", NULL, 0, &missing));
    g_assert_error(missing, QY_ERROR, QY_ERROR_FILE);
    g_assert_nonnull(strstr(missing->message, "/nowhere/at/all.csv"));
    g_assert_null(qy_reader_open(g_get_tmp_dir(), NULL, 0, &folder));
    g_assert_error(folder, QY_ERROR, QY_ERROR_FILE);
}

static gpointer
write_pipe(gpointer data)
{
    /* Not g_file_set_contents(), which may put a file in the pipe's place while the other end waits for it. */
    gint fd = g_open(data, O_WRONLY, 0);

    g_assert_cmpint(write(fd, "a,b\n1,2\n", 8), ==, 8);
    close(fd);
    return NULL;
}

/* What can't be mapped is read. */
static void
test_pipe(void)
{
    g_autofree gchar *folder = g_dir_make_tmp("qy-reader-XXXXXX", NULL),
                     *path = g_build_filename(folder, "p.csv", NULL);
    g_autofree gchar *got = NULL;
    GThread *writer;

    g_assert_cmpint(mkfifo(path, 0600), ==, 0);
    writer = g_thread_new("writer", write_pipe, path);
    got = transcribe(path, 0);
    g_thread_join(writer);
    g_assert_cmpstr(got, ==, "1:1 a|b\n2:2 1|2\n");
    g_unlink(path);
    g_rmdir(folder);
}

/* --- the published cases of the bad-input oracle, where they are at hand --- */

static const struct {
    const gchar *name;
    const gchar *expected; /* NAME.json and MANIFEST.csv as a transcript, by hand */
} raw_cases[] = {
    {"comma_in_quotes", "1:1 first|last|address|city|zip\n2:2 John|Doe|120 any st.|Anytown, WW|08123\n"},
    {"empty_crlf", "1:1 a|b|c\n2:2 1||\n3:3 2|3|4\n"},
    {"escaped_quotes", "1:1 a|b\n2:2 1|ha \"ha\" ha\n3:3 3|4\n"},
    {"newlines", "1:1 a|b|c\n2:2 1|2|3\n3:3 Once upon \\na time|5|6\n4:5 7|8|9\n"},
    {"simple", "1:1 a|b|c\n2:2 1|2|3\n"},
    {"small_mix", "1:1 a|b|c|d\n2:2 1|2|3|4\n3:3 !field-count@-1\n4:4 !field-count@-1\n5:5 1|2|3|4\n"},
    {"unquoted_basic", "1:1 a|b\n2:2 bla|1\n3:3 bla|2\n4:4 bla|3\n5:5 !quote@0\n6:6 bla|1\n7:7 bla|2\n8:8 bla|3\n"},
    {"utf8", "1:1 a|b|c\n2:2 1|2|3\n3:3 4|5|ʤ\n"},
};

static void
test_raw(void)
{
    const gchar *shared = g_getenv("QY_SHARED"), *root = g_getenv("QY_SOURCE_ROOT");
    g_autofree gchar *beside = g_build_filename(root != NULL ? root : ".", "..", "shared", NULL);
    g_autofree gchar *folder = g_build_filename(shared != NULL ? shared : beside, "oracles", "bad-input", "raw", NULL);

    if (!g_file_test(folder, G_FILE_TEST_IS_DIR)) {
        g_test_skip("the bad-input oracle isn't beside the checkout");
        return;
    }
    for (guint i = 0; i < G_N_ELEMENTS(raw_cases); i++) {
        g_autofree gchar *file = g_strconcat(raw_cases[i].name, ".csv", NULL);
        g_autofree gchar *path = g_build_filename(folder, file, NULL), *got = transcribe(path, 64);

        g_assert_cmpstr(got, ==, raw_cases[i].expected);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree gchar *path = g_strconcat("/reader/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    for (guint i = 0; i < G_N_ELEMENTS(header_cases); i++) {
        g_autofree gchar *path = g_strconcat("/reader/header/", header_cases[i].name, NULL);

        g_test_add_data_func(path, &header_cases[i], test_header);
    }
    g_test_add_func("/reader/E2/vote", test_vote);
    g_test_add_func("/reader/nasty", test_nasty);
    g_test_add_func("/reader/rewind", test_rewind);
    g_test_add_data_func("/reader/digest/small", GSIZE_TO_POINTER(8), test_digest);
    g_test_add_data_func("/reader/digest/large", GSIZE_TO_POINTER(3000000), test_digest);
    g_test_add_func("/reader/no-file", test_no_file);
    g_test_add_func("/reader/pipe", test_pipe);
    g_test_add_func("/reader/raw", test_raw);
    return g_test_run();
}
