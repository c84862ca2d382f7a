#define G_LOG_DOMAIN "qy-cli"

#include "cli/cli.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "load/dictionary.h"

typedef struct {
    const gchar *folder;
    gboolean chinese;
    const gchar *period;
} Init;

static gboolean
write_file(const Init *self, const gchar *name, const gchar *text, GError **error)
{
    g_autofree gchar *path = g_build_filename(self->folder, name, NULL);

    return g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_NONE, 0644, error);
}

static const gchar *
column_name(const QyColumnDef *column, gboolean chinese)
{
    return chinese && column->alias_zh != NULL ? column->alias_zh : column->name;
}

/* The header row; of the taxonomy also its rows, as an empty one would leave no category to use. */
static gboolean
write_table(const Init *self, const QyTableDef *def, GError **error)
{
    g_autoptr(GString) text = g_string_new("\xef\xbb\xbf");
    g_autofree gchar *name = g_strconcat(def->name, ".csv", NULL);

    for (guint i = 0; i < def->n_columns; i++) {
        if (def->columns[i].flags & QY_COLUMN_MADE)
            continue;
        if (i > 0)
            g_string_append_c(text, ',');
        qy_csv_append(text, column_name(&def->columns[i], self->chinese), FALSE);
    }
    g_string_append(text, "\r\n");
    if (def->id == QY_TAXONOMY) {
        guint n;
        const QyCategory *categories = qy_default_taxonomy(&n);
        for (guint i = 0; i < n; i++)
            g_string_append_printf(text, "%s,%s,%s,%s\r\n", categories[i].code,
                                   categories[i].parent != NULL ? categories[i].parent : "", categories[i].zh,
                                   categories[i].en);
    }
    return write_file(self, name, text->str, error);
}

static gboolean
write_settings(const Init *self, GError **error)
{
    g_autoptr(GString) text = g_string_new("[assessment]\n");

    g_string_append_printf(text, "# %s\nperiod = %s\n\n",
                           _("The period assessed: a quarter (2026Q3), a month (2026-07) or a year (2026)."),
                           self->period);
    g_string_append_printf(text, "# %s\n# title = \n\n", _("What the report is called."));
    g_string_append_printf(text, "# %s\n# as_of = 2026-09-30\n\n",
                           _("The day on which all is judged; without it the period's last day."));
    g_string_append_printf(text, "# %s\n# cutoff = 2026-10-15\n\n",
                           _("Rows recorded later than this day are set aside and counted, so that a published result "
                             "stays what it was."));
    g_string_append_printf(text, "# %s\n# areas = D00001\n\n",
                           _("Assess this area and what lies in it only; without it every area."));
    g_string_append_printf(text, "# %s\n# rules = ../rules/five-star\n# tailoring = ours.lua\n\n",
                           _("Folder of the rule pack, from here; without it the five-star pack that comes with qiyue. "
                             "And a file that tailors it."));
    g_string_append_printf(text,
                           "# %s\n# [columns.surveys]\n# overall = Q1\n# %s\n# [values.surveys.overall]\n# %s = 5\n",
                           _("Columns that have other names in your export:"), _("and words that stand for answers:"),
                           _("very satisfied"));
    return write_file(self, "assessment.ini", text->str, error);
}

static gboolean
write_readme(const Init *self, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_append_printf(
        text, "# %s\n\n%s\n\n", _("An assessment"),
        _("Fill in the tables, delete the files you have no data for, and run `qiyue check` and then "
          "`qiyue run` on this folder. An empty table says \"there are none\"; a missing file says "
          "\"not known\". A spreadsheet saved as CSV (UTF-8 or GB18030) can take the place of each "
          "file."));
    g_string_append_printf(text, "%s\n\n",
                           _("Files marked * must be there, columns marked * must have a value in every "
                             "row."));
    for (guint t = 0; t < QY_N_TABLES; t++) {
        const QyTableDef *def = qy_dictionary_table((QyTableId)t);
        if (def->id == QY_PROJECTS)
            continue;
        g_string_append_printf(text, "- %s.csv%s%s%s: ", def->name, def->required ? "*" : "", self->chinese ? " " : "",
                               self->chinese ? def->name_zh : "");
        for (guint i = 0; i < def->n_columns; i++) {
            const QyColumnDef *column = &def->columns[i];
            if (column->flags & QY_COLUMN_MADE)
                continue;
            g_string_append_printf(text, "%s%s%s", i > 0 ? ", " : "", column_name(column, self->chinese),
                                   column->required ? "*" : "");
        }
        g_string_append_c(text, '\n');
    }
    return write_file(self, "README.md", text->str, error);
}

static gboolean
write_all(const Init *self, GError **error)
{
    if (!write_settings(self, error) || !write_readme(self, error))
        return FALSE;
    for (guint t = 0; t < QY_N_TABLES; t++)
        if (t != QY_PROJECTS && !write_table(self, qy_dictionary_table((QyTableId)t), error))
            return FALSE;
    return TRUE;
}

static gint
run_init(const QyCliOptions *given, gint argc, gchar **argv)
{
    g_autofree gchar *period = NULL;
    const GOptionEntry entries[] = {
        {"period", 0, 0, G_OPTION_ARG_STRING, &period, N_("the period assessed (default: 2026Q3)"), "PERIOD"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    QyCliOptions options = *given;
    g_autoptr(GError) error = NULL;
    QyPeriod parsed;
    Init init;
    gboolean made;
    gint status;

    if (!qy_options_parse(&qy_command_init, entries, NULL, &options, &argc, &argv, &status))
        return status;
    if (argc != 1)
        return qy_options_wrong(&qy_command_init, _("name one folder to make"));
    init = (Init){argv[0], options.chinese, period != NULL ? period : "2026Q3"};
    if (!qy_period_parse(init.period, &parsed))
        return qy_options_wrong(&qy_command_init, _("--period is such as 2026Q3, 2026-07 or 2026, not \"%s\""),
                                init.period);
    if (!qy_place_empty_folder(init.folder, &made, &error)) {
        qy_say_error("%s", error->message);
        return QY_EXIT_NOT_DONE;
    }
    if (!write_all(&init, &error)) {
        qy_place_clear_folder(init.folder, made);
        qy_say_error("%s", error->message);
        return QY_EXIT_NOT_DONE;
    }
    if (options.json) {
        g_autoptr(GString) json = g_string_new("{\"folder\":");
        qy_json_append(json, init.folder);
        qy_say_out("%s}\n", json->str);
    } else if (!options.quiet) {
        qy_say_out(_("Made %s: assessment.ini, README.md and an empty file for each table.\n"), init.folder);
        qy_say_out(_("Fill in what you have, delete the rest. Next: qiyue check %s\n"), init.folder);
    }
    return QY_EXIT_DONE;
}

const QyCommand qy_command_init = {
    .name = "init",
    .usage = N_("DIR [OPTION…]"),
    .summary = N_("Make an empty assessment: settings, and every table with its header."),
    .details = N_("In Chinese the tables have Chinese headers; they are read just as the English ones."),
    .run = run_init,
};
