#define G_LOG_DOMAIN "qy-cli"

#include <glib/gi18n-lib.h>
#include <stdio.h>

#include "cli/cli.h"
#include "report/report.h"

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
    path =
        g_file_test(argv[0], G_FILE_TEST_IS_DIR) ? g_build_filename(argv[0], "result.qiyue", NULL) : g_strdup(argv[0]);
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
    .details = N_("SUBJECT is the id or the name of an area or a unit."),
    .run = run_show,
};
