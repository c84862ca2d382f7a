#define G_LOG_DOMAIN "qy-load"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "load/reader-private.h"

#define HEADER_ROWS 10 /* F5: the header is one of the first ten rows */
#define MAX_HEADER_CELLS 1000000
#define VOTING_ROWS 100 /* E2 */
#define SNIFFED_BYTES 4096

/* --- what kind of file (E1, F8) --- */

typedef struct {
    const gchar *magic;
    gsize length;
    const gchar *code;
    const gchar *what; /* translatable */
} FileKind;

#define KIND(magic, code, what)                                                                                        \
    {                                                                                                                  \
        magic, sizeof(magic) - 1, code, what                                                                           \
    }
#define UTF16 N_("is UTF-16 text; open it and save it again as \"CSV UTF-8\"")
#define ZIP                                                                                                            \
    N_("is a zip archive or an .xlsx workbook with another name; name it .xlsx, or save its sheet as \"CSV UTF-8\"")
#define PACKED N_("is compressed; unpack it first")

static const FileKind kinds[] = {
    KIND("\xFF\xFE", "file-encoding", UTF16),
    KIND("\xFE\xFF", "file-encoding", UTF16),
    KIND("\0\0\xFE\xFF", "file-encoding", UTF16),
    KIND("PK\3\4", "file-type", ZIP),
    KIND("PK\5\6", "file-type", ZIP),
    KIND("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "file-type",
         N_("is an old .xls workbook; open it and save its sheet as \"CSV UTF-8\"")),
    KIND("%PDF-", "file-type", N_("is a PDF; export the table as \"CSV UTF-8\" from where it came from")),
    KIND("\x1F\x8B", "file-type", PACKED),
    KIND("\x28\xB5\x2F\xFD", "file-type", PACKED),
    KIND("\xFD"
         "7zXZ",
         "file-type", PACKED),
    KIND("Rar!", "file-type", PACKED),
    KIND("7z\xBC\xAF\x27\x1C", "file-type", PACKED),
    KIND("SQLite format 3", "file-type", N_("is an SQLite database; export its table as CSV")),
};

static const gchar *const page_tags[] = {"<!doctype", "<html", "<head", "<meta", "<body", "<table", "<?xml"};

static gboolean
refuse(const QyReader *self, const gchar *code, const gchar *what, GError **error)
{
    g_autofree gchar *name = g_path_get_basename(self->path);

    g_set_error(error, QY_ERROR, QY_ERROR_DATA, "[%s] %s: %s", code, name, what);
    return FALSE;
}

/* Behind the marks that @mark begins with, repeated ones too. */
static const gchar *
skip_marks(const gchar *p, const gchar *end, const gchar *mark)
{
    gsize length = strlen(mark);

    while ((gsize)(end - p) >= length && memcmp(p, mark, length) == 0)
        p += length;
    return p;
}

/* Text in units of two or four bytes shows NULs on some places of the unit only. A stray NUL doesn't make a file such.
 */
static gboolean
looks_wide(const gchar *p, const gchar *end)
{
    guint n = MIN(end - p, SNIFFED_BYTES) / 4, even = 0, odd = 0;

    for (guint i = 0; i < 2 * n; i++) {
        even += p[2 * i] == 0 && (guchar)p[2 * i + 1] < 0x80 && p[2 * i + 1] != 0;
        odd += p[2 * i + 1] == 0 && (guchar)p[2 * i] < 0x80 && p[2 * i] != 0;
    }
    return MAX(even, odd) > 2 * MIN(even, odd) && even + odd >= 2 && (even + odd) * 10 >= 2 * n;
}

/* Past what has no value: blanks, line ends, delimiters. */
static const gchar *
skip_nothing(const gchar *p, const gchar *end)
{
    for (;;) {
        guint blank = MAX(qy_encoding_blank(p, end, QY_ENCODING_UTF8), qy_encoding_blank(p, end, QY_ENCODING_GB18030));

        if (blank == 0 && p < end && strchr("\n\r,", *p) != NULL && *p != 0)
            blank = 1;
        if (blank == 0)
            return p;
        p += blank;
    }
}

static gboolean
is_page(const gchar *p, const gchar *end)
{
    for (guint i = 0; i < G_N_ELEMENTS(page_tags); i++)
        if ((gsize)(end - p) >= strlen(page_tags[i]) && g_ascii_strncasecmp(p, page_tags[i], strlen(page_tags[i])) == 0)
            return TRUE;
    return FALSE;
}

gboolean
qy_reader_check_kind(const QyReader *self, GError **error)
{
    const gchar *p = self->data, *end = self->end;

    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (self->size >= kinds[i].length && memcmp(p, kinds[i].magic, kinds[i].length) == 0)
            return refuse(self, kinds[i].code, _(kinds[i].what), error);
    p = skip_marks(p, end, "\xEF\xBB\xBF");
    if (p == self->data)
        p = skip_marks(p, end, "\x84\x31\x95\x33");
    if (p == self->data && looks_wide(p, end))
        return refuse(self, "file-encoding", _(UTF16), error);
    p = skip_nothing(p, end);
    if (p == end)
        return refuse(self, "file-empty", _("has nothing in it; fill it in, or remove it if there is no such table"),
                      error);
    if (is_page(p, end))
        return refuse(
            self, "file-type",
            _("is a web page or XML with another name; open it in a spreadsheet and save it as \"CSV UTF-8\""), error);
    return TRUE;
}

/* --- the header (E1, E2, F4, F5, F9) --- */

/* A row that may be the header, under one delimiter and one encoding. */
typedef struct {
    QyHeader header; /* without cells */
    gchar **cells;   /* owned */
    const gchar *behind;
    guint n_known;
} Candidate;

static void
candidate_clear(Candidate *self)
{
    g_clear_pointer(&self->cells, g_strfreev);
}

/* Cells of a header as written, but trimmed. What the encoding lacks is shown as "<0xBA>". */
static gchar **
header_cells(const QyScanned *record, guint *n_cells)
{
    g_autoptr(GString) buffer = g_string_new(NULL);
    GPtrArray *cells = g_ptr_array_new();
    guint n = MIN(record->n_fields, MAX_HEADER_CELLS);

    for (guint i = 0; i < n; i++) {
        gsize length;
        const gchar *text = qy_field_text(&record->fields[i], buffer, &length);
        GString *cell = g_string_sized_new(length + 1);

        qy_utf8_append_shown(cell, text, length);
        g_ptr_array_add(cells, g_string_free(cell, FALSE));
    }
    *n_cells = n;
    g_ptr_array_add(cells, NULL);
    return (gchar **)g_ptr_array_free(cells, FALSE);
}

/* F4: blanks and line ends inside a header don't count. */
static gchar *
without_blanks(const gchar *text)
{
    const gchar *end = text + strlen(text);
    GString *out = g_string_sized_new(end - text + 1);

    while (text < end) {
        guint blank = qy_encoding_blank(text, end, QY_ENCODING_UTF8);

        if (blank > 0)
            text += blank;
        else if (*text == '\n' || *text == '\r')
            text++;
        else
            g_string_append_c(out, *text++);
    }
    return g_string_free(out, FALSE);
}

static guint
count_known(const QyHeaderMatch *match, gchar **cells, guint n_cells, gboolean *complete)
{
    g_auto(GStrv) bare = g_new0(gchar *, n_cells + 1);

    for (guint i = 0; i < n_cells; i++)
        bare[i] = without_blanks(cells[i]);
    *complete = FALSE;
    return match->match(match->data, (const gchar *const *)bare, n_cells, complete);
}

/* Complete ones first, then the one higher up (F5), then the one that names more. */
static gboolean
is_better(const Candidate *a, const Candidate *b)
{
    if (b->cells == NULL)
        return TRUE;
    if (a->header.found != b->header.found)
        return a->header.found;
    if (a->header.found && a->header.row != b->header.row)
        return a->header.row < b->header.row;
    if (a->n_known != b->n_known)
        return a->n_known > b->n_known;
    return a->n_known == 0 && a->header.row == b->header.row && a->header.n_cells > b->header.n_cells;
}

/* The best row of the first ten as @delimiter and @encoding show them. Without @match the first row that isn't blank.
 */
static void
try_rows(const QyReader *self, const QyHeaderMatch *match, gchar delimiter, QyEncoding encoding, Candidate *best)
{
    g_autoptr(QyScanner) scanner = qy_scanner_new_trial(delimiter, encoding, MAX_HEADER_CELLS);
    QyChunk chunk = {.begin = self->first, .end = self->end, .has_quotes = TRUE, .has_high = TRUE};
    QyScanned record;

    qy_scanner_start(scanner, &chunk);
    while (qy_scanner_next(scanner, &record) && (record.row < HEADER_ROWS || match == NULL)) {
        Candidate candidate = {.header = {.row = record.row + 1,
                                          .line = record.line + 1,
                                          .body_row = record.row + 2,
                                          .body_line = record.line + 1 + record.n_lines,
                                          .delimiter = delimiter,
                                          .encoding = encoding},
                               .behind = qy_scanner_position(scanner)};
        gboolean complete = match == NULL;

        if (record.state == QY_RECORD_BLANK || record.state == QY_RECORD_QUOTE)
            continue;
        candidate.cells = header_cells(&record, &candidate.header.n_cells);
        if (match != NULL)
            candidate.n_known = count_known(match, candidate.cells, candidate.header.n_cells, &complete);
        candidate.header.found = complete;
        if (is_better(&candidate, best)) {
            candidate_clear(best);
            *best = candidate;
        } else {
            candidate_clear(&candidate);
        }
        if (complete)
            break;
    }
}

/* The best candidate under either delimiter. */
static void
try_delimiters(const QyReader *self, const QyHeaderMatch *match, QyEncoding encoding, Candidate *best)
{
    gboolean tabs_first = match == NULL && g_str_has_suffix(self->path, ".tsv");

    for (guint i = 0; i < 2; i++)
        try_rows(self, match, (i == 0) == tabs_first ? '\t' : ',', encoding, best);
}

static void
take_candidate(QyReader *self, Candidate *chosen, gboolean has_mark)
{
    g_strfreev(self->cells);
    self->header = chosen->header;
    self->header.has_mark = has_mark;
    /* No cells when each of the first rows is blank or broken. */
    self->cells = chosen->cells != NULL ? g_steal_pointer(&chosen->cells) : g_new0(gchar *, 1);
    self->header.cells = (const gchar *const *)self->cells;
    self->body = chosen->behind != NULL ? chosen->behind : self->end;
}

void
qy_reader_find_header(QyReader *self, const QyHeaderMatch *match)
{
    const gchar *behind_utf8 = skip_marks(self->first, self->end, "\xEF\xBB\xBF");
    const gchar *behind_gb18030 = skip_marks(self->first, self->end, "\x84\x31\x95\x33");
    Candidate utf8 = {0}, gb18030 = {0};
    gboolean by_mark = behind_utf8 > self->first || behind_gb18030 > self->first;
    gboolean take_gb18030 = behind_gb18030 > self->first;

    self->is_settled = TRUE;
    self->first = MAX(behind_utf8, behind_gb18030);
    if (!take_gb18030)
        try_delimiters(self, match, QY_ENCODING_UTF8, &utf8);
    if (!by_mark || take_gb18030)
        try_delimiters(self, match, QY_ENCODING_GB18030, &gb18030);
    if (!by_mark) {
        take_gb18030 = is_better(&gb18030, &utf8);
        self->is_settled = take_gb18030 || is_better(&utf8, &gb18030);
    }
    take_candidate(self, take_gb18030 ? &gb18030 : &utf8, by_mark);
    if (!self->is_settled && qy_index_any_high(self->first, self->body)) {
        /* Only names that nobody knows are over 127, so the rows decide, and these rows are among them. */
        self->cursor = self->first;
        qy_reader_settle_encoding(self);
        if (self->header.encoding == QY_ENCODING_GB18030)
            take_candidate(self, &gb18030, FALSE);
    }
    candidate_clear(&utf8);
    candidate_clear(&gb18030);
}
