#define G_LOG_DOMAIN "qy-cli"

#include "cli/summary.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define MOST_REFUSED 20 /* lines, however many kinds there are */
#define MOST_FINDINGS 8
#define MOST_NOTICES 8
#define SHOWN_STANDINGS 3

#define PLAIN "\033[0m"
#define BOLD "\033[1m"
#define BOLD_YELLOW "\033[1;33m"
#define RED "\033[31m"

/* What is being written, and how. */
typedef struct {
    const QySummary *summary;
    const QyCliOptions *options;
    GString *out;
    gboolean color;
    guint width;
} Page;

static const gchar *
in_language(const Page *self, QySay say)
{
    return self->options->chinese ? say.zh : say.en;
}

static void
heading(Page *self, const gchar *color, const gchar *text)
{
    g_string_append_printf(self->out, "\n%s%s%s\n", self->color ? color : "", text, self->color ? PLAIN : "");
}

/* A safe line of data, cut to the terminal. */
static void
add_cut(Page *self, guint indent, const gchar *text)
{
    g_autofree gchar *safe = qy_text_safe(text, -1);
    guint room = self->width > indent + 20 ? self->width - indent : 20;

    g_string_append_printf(self->out, "%*s", (gint)indent, "");
    if (qy_text_width(safe) <= room) {
        g_string_append(self->out, safe);
    } else {
        g_autofree gchar *cut = qy_text_cell(text, room, FALSE);
        g_string_append(self->out, cut);
    }
    g_string_append_c(self->out, '\n');
}

static void
add_title(Page *self)
{
    const QySettings *settings = qy_dataset_settings(self->summary->result->dataset);
    gchar as_of[QY_DATE_TEXT_BYTES];
    g_autofree gchar *title = qy_text_safe(settings->title != NULL ? settings->title : settings->folder, -1);
    g_autofree gchar *pack = g_path_get_basename(self->summary->result->pack_folder);
    g_autofree gchar *shown_pack = qy_text_safe(pack, -1);

    g_string_append_printf(self->out, self->color ? BOLD "%s" PLAIN "\n" : "%s\n", title);
    g_string_append_printf(self->out, _("%s, as of %s, by the rules %s\n"), settings->period.label,
                           qy_date_text(settings->as_of, as_of), shown_pack);
}

/* "areas 718, units 1,012 …", wrapped. */
static void
add_counts(Page *self)
{
    const QyDataset *dataset = self->summary->result->dataset;
    g_autoptr(GString) line = g_string_new(NULL);

    heading(self, BOLD, _("Rows that count"));
    for (guint t = 0; t < QY_N_TABLES; t++) {
        const QyTableDef *def = qy_dictionary_table((QyTableId)t);
        QyTableCounts counts = qy_dataset_counts(dataset, def->id);
        g_autofree gchar *count = qy_terminal_count(counts.accepted);
        g_autofree gchar *item = NULL;
        if (t == QY_PROJECTS || !qy_dataset_frame(dataset, def->id)->present)
            continue;
        item = g_strdup_printf("%s %s", self->options->chinese ? def->name_zh : def->name, count);
        if (line->len > 0 && qy_text_width(line->str) + qy_text_width(item) + 5 > self->width) {
            g_string_append_printf(self->out, "  %s\n", line->str);
            g_string_truncate(line, 0);
        }
        g_string_append_printf(line, "%s%s", line->len > 0 ? " · " : "", item);
    }
    g_string_append_printf(self->out, "  %s\n", line->str);
}

static guint64
count_late(const QyDataset *dataset)
{
    guint64 n = 0;

    for (guint t = 0; t < QY_N_TABLES; t++)
        if (t != QY_PROJECTS)
            n += qy_dataset_counts(dataset, (QyTableId)t).late;
    return n;
}

/* "surveys.csv range overall" */
static gchar *
kind_text(const QyRefusedKind *kind)
{
    return g_strdup_printf("%s %s%s%s", kind->file, kind->code, *kind->column != '\0' ? " " : "", kind->column);
}

static void
add_refused_kind(Page *self, const QyRefusedKind *kind, gsize width)
{
    g_autofree gchar *count = qy_terminal_count(kind->n);
    g_autofree gchar *text = kind_text(kind);
    g_autofree gchar *what = qy_text_cell(text, width, FALSE);
    g_autofree gchar *row = g_strdup_printf("%" G_GUINT64_FORMAT, kind->first_row);
    g_autofree gchar *where = g_strdup_printf(kind->n == 1 ? _("row %s") : _("first row %s"), row);
    g_autofree gchar *line = g_strdup_printf("%6s  %s  %s: %s", count, what, where, in_language(self, kind->reason));

    add_cut(self, 2, line);
}

static void
add_refused(Page *self)
{
    const QySummary *summary = self->summary;
    guint shown = summary->refused->len <= MOST_REFUSED ? summary->refused->len : MOST_REFUSED - 1;
    g_autofree gchar *count = qy_terminal_count(summary->n_refused);
    g_autofree gchar *title = g_strdup_printf(_("Refused: %s rows (they count nowhere)"), count);
    gsize width = 0;
    guint64 rest = 0;

    if (summary->n_refused == 0) {
        heading(self, BOLD, _("No row was refused"));
        return;
    }
    heading(self, BOLD_YELLOW, title);
    for (guint i = 0; i < shown; i++) {
        g_autofree gchar *text = kind_text(&g_array_index(summary->refused, QyRefusedKind, i));
        width = MAX(width, qy_text_width(text));
    }
    for (guint i = 0; i < shown; i++)
        add_refused_kind(self, &g_array_index(summary->refused, QyRefusedKind, i), width);
    for (guint i = shown; i < summary->refused->len; i++)
        rest += g_array_index(summary->refused, QyRefusedKind, i).n;
    if (rest > 0) {
        g_autofree gchar *more = qy_terminal_count(rest);
        g_string_append_printf(self->out, "  %6s  ", more);
        g_string_append_printf(self->out, _("in %u further kinds\n"), summary->refused->len - shown);
    }
}

static void
add_standing(Page *self, guint place)
{
    const QyStanding *standing = &g_array_index(self->summary->standings, QyStanding, place);
    g_autofree gchar *name = qy_text_cell(standing->name, 24, FALSE);
    g_autofree gchar *id = qy_text_cell(standing->id, 12, FALSE);

    g_string_append_printf(self->out, "  %5u  %s %s %5.1f", place + 1, name, id, standing->score);
    if (!isnan(standing->low) && !isnan(standing->high))
        g_string_append_printf(self->out, "  (%.1f – %.1f)", standing->low, standing->high);
    g_string_append_c(self->out, '\n');
}

/* Communities only: units that score low are never listed. */
static void
add_standings(Page *self)
{
    const QySummary *summary = self->summary;
    guint n = summary->standings->len;
    g_autofree gchar *title = g_strdup_printf(_("Communities by: %s (with what the score leaves open)"),
                                              in_language(self, summary->index_title));

    if (n == 0)
        return;
    heading(self, BOLD, title);
    for (guint i = 0; i < MIN(n, SHOWN_STANDINGS); i++)
        add_standing(self, i);
    if (n > 2 * SHOWN_STANDINGS)
        g_string_append(self->out, "      …\n");
    for (guint i = MAX(SHOWN_STANDINGS, (gint)n - SHOWN_STANDINGS); i < n; i++)
        add_standing(self, i);
}

/* Forms not filled in yet, or not a single community that could be read. */
static void
add_nothing_to_assess(Page *self)
{
    const QyAreaTree *tree = qy_dataset_areas(self->summary->result->dataset);

    for (guint area = 0; area < tree->n; area++)
        if (tree->level[area] == QY_LEVEL_COMMUNITY)
            return;
    heading(self, BOLD_YELLOW, _("Nothing to assess: areas.csv has no community yet"));
}

static void
add_stars(Page *self)
{
    const QySummary *summary = self->summary;
    g_autofree gchar *title = NULL;

    if (summary->n_communities == 0)
        return;
    title = g_strdup_printf(_("Five stars by computation: %u of %u communities (%.1f %%); accepted: %u"),
                            summary->n_five_star, summary->n_communities,
                            100.0 * summary->n_five_star / summary->n_communities, summary->n_accepted);
    heading(self, BOLD, title);
}

static void
add_finding(Page *self, const QyFindingKind *kind)
{
    g_autofree gchar *count = qy_terminal_count(kind->n);
    g_autofree gchar *line = g_strdup_printf("%6s  %-22s %s%s%s", count, kind->code, kind->subject,
                                             *kind->subject != '\0' ? ": " : "", in_language(self, kind->message));

    add_cut(self, 2, line);
}

static void
add_count_line(Page *self, guint64 n, const gchar *what)
{
    g_autofree gchar *count = qy_terminal_count(n);

    if (n > 0)
        g_string_append_printf(self->out, "  %6s  %s\n", count, what);
}

static void
add_rule_errors(Page *self)
{
    if (self->color)
        g_string_append(self->out, RED);
    add_count_line(self, self->summary->n_rule_errors, _("rules in error: their verdicts say which file and line"));
    if (self->color)
        g_string_append(self->out, PLAIN);
}

static void
add_notices(Page *self)
{
    const QyTable *notices = self->summary->result->notices;
    gsize n = qy_table_n_rows(notices), shown = n <= MOST_NOTICES ? n : MOST_NOTICES - 1;
    gint column = qy_table_find(notices, self->options->chinese ? "message_zh" : "message_en");

    for (gsize row = 0; row < shown; row++) {
        const gchar *message = qy_table_text(notices, row, (guint)column), *file = qy_table_text(notices, row, 0);
        g_autofree gchar *line = g_strdup_printf("%6s  %s%s%s", "", file != NULL ? file : "", file != NULL ? ": " : "",
                                                 message != NULL ? message : "");
        add_cut(self, 2, line);
    }
    if (n > shown)
        g_string_append_printf(self->out, _("          and %u further notices\n"), (guint)(n - shown));
}

static void
add_what_to_look_at(Page *self)
{
    const QySummary *summary = self->summary;
    guint n = summary->findings->len, shown = n <= MOST_FINDINGS ? n : MOST_FINDINGS - 1;

    heading(self, BOLD, _("Look at"));
    if (summary->n_rule_errors > 0)
        add_rule_errors(self);
    add_count_line(self, count_late(summary->result->dataset), _("rows recorded after the cutoff, set aside"));
    add_count_line(self, summary->n_stop, _("commitments, offers or needs to stop (second-look.csv)"));
    add_count_line(self, summary->n_adjust, _("to adjust"));
    add_count_line(self, summary->n_record, _("whose record is missing"));
    for (guint i = 0; i < shown; i++)
        add_finding(self, &g_array_index(summary->findings, QyFindingKind, i));
    if (n > shown)
        g_string_append_printf(self->out, _("          and %u further kinds of findings\n"), n - shown);
    add_notices(self);
}

gchar *
qy_summary_text(const QySummary *self, const gchar *out, const QyCliOptions *options)
{
    Page page = {self, options, g_string_new(NULL), qy_terminal_colors(options->color), qy_terminal_width()};

    add_title(&page);
    add_counts(&page);
    add_refused(&page);
    add_nothing_to_assess(&page);
    if (self->result->scores != NULL) {
        add_stars(&page);
        add_standings(&page);
    }
    add_what_to_look_at(&page);
    if (out != NULL) {
        g_autofree gchar *safe = qy_text_safe(out, -1);
        g_string_append_printf(page.out,
                               _("\nWritten to %s: report.html to read, result.qiyue, and the tables as CSV.\n"), safe);
    }
    return g_string_free(page.out, FALSE);
}
