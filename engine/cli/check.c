#define G_LOG_DOMAIN "qy-cli"

#include <glib/gi18n-lib.h>

#include "cli/run.h"

static gint
run_check(const QyCliOptions *given, gint argc, gchar **argv)
{
    QyRunWords words = {0};
    const GOptionEntry entries[] = {
        QY_RUN_ENTRIES(words),
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    QyCliOptions options = *given;
    QyPipelineRequest request = {0};
    gint status;

    if (qy_options_parse(&qy_command_check, entries, NULL, &options, &argc, &argv, &status)) {
        if (argc != 1)
            status = qy_options_wrong(&qy_command_check, _("name the assessment's folder"));
        else
            status = qy_run_take_words(&qy_command_check, &words, &request);
        if (status == QY_EXIT_DONE) {
            request.folder = argv[0];
            request.load.digest = "none";
            status = qy_run_pipeline(&request, &options);
        }
    }
    qy_run_words_clear(&words);
    return status;
}

const QyCommand qy_command_check = {
    .name = "check",
    .usage = N_("DIR [OPTION…]"),
    .summary = N_("Check an assessment and its rules without computing or writing anything."),
    .details =
        N_("Every row of every table is read with all checks, and the rule pack is held against the tables there "
           "are."),
    .run = run_check,
};
