#define G_LOG_DOMAIN "qy-cli"

#include <glib/gi18n-lib.h>
#include <stdio.h>

#include "cli/cli.h"
#include "report/report.h"

/* @given: the folder of a run, the assessment with its folder out, or the record itself.
 * Returns: (transfer full) (nullable): the record */
static gchar *
find_record(const gchar *given)
{
    g_autofree gchar *inside = g_build_filename(given, "result.qiyue", NULL);
    g_autofree gchar *of_assessment = g_build_filename(given, "out", "result.qiyue", NULL);

    if (g_file_test(given, G_FILE_TEST_IS_REGULAR))
        return g_strdup(given);
    if (g_file_test(inside, G_FILE_TEST_EXISTS))
        return g_steal_pointer(&inside);
    return g_file_test(of_assessment, G_FILE_TEST_EXISTS) ? g_steal_pointer(&of_assessment) : NULL;
}

static gint
run_show(const QyCliOptions *given, gint argc, gchar **argv)
{
    const GOptionEntry entries[] = {{NULL, 0, 0, 0, NULL, NULL, NULL}};
    QyCliOptions options = *given;
    QyShowOptions show;
    g_autofree gchar *path = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    gint status;

    if (!qy_options_parse(&qy_command_show, entries, NULL, &options, &argc, &argv, &status))
        return status;
    if (argc < 1 || argc > 2)
        return qy_options_wrong(&qy_command_show, _("name the folder that a run wrote, and what of it to show"));
    path = find_record(argv[0]);
    if (path == NULL) {
        g_autofree gchar *safe = qy_text_safe(argv[0], -1);
        qy_say_error(_("%s: there is no result of a run; make one with: qiyue run DIR"), safe);
        return QY_EXIT_NOT_DONE;
    }
    show = (QyShowOptions){qy_terminal_width(), qy_terminal_colors(options.color), options.chinese};
    if (!qy_report_show(path, argc == 2 ? argv[1] : NULL, &show, text, &error)) {
        g_autofree gchar *safe = qy_terminal_lines(error->message);
        qy_say_error("%s", safe);
        return QY_EXIT_NOT_DONE;
    }
    fwrite(text->str, 1, text->len, stdout);
    return QY_EXIT_DONE;
}

const QyCommand qy_command_show = {
    .name = "show",
    .usage = N_("OUT [SUBJECT|stars|ranks|summary] [OPTION…]"),
    .summary = N_("Show of a result: a community, a unit, the stars, the ranks."),
    .details = N_("OUT is what a run wrote, or the assessment that holds it. SUBJECT is the id or the name of an area "
                  "or a unit."),
    .run = run_show,
};
