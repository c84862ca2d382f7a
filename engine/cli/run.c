#define G_LOG_DOMAIN "qy-cli"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "cli/progress.h"
#include "cli/run.h"

#define LEAST_CHUNK 64
#define LEAST_MEMORY (1 << 20)

void
qy_run_words_clear(QyRunWords *self)
{
    g_free(self->out);
    g_free(self->rules);
    g_free(self->threads);
    g_free(self->chunk);
    g_free(self->memory);
    g_free(self->digest);
}

gint
qy_run_take_words(const QyCommand *command, const QyRunWords *words, QyPipelineRequest *request)
{
    guint64 threads = 0, chunk = 0, memory = 0;

    if (words->threads != NULL && !qy_options_number(words->threads, 1, 256, &threads))
        return qy_options_wrong(command, _("--threads is a number of 1 to 256, not \"%s\""), words->threads);
    if (words->chunk != NULL && !qy_options_bytes(words->chunk, LEAST_CHUNK, G_MAXINT32, &chunk))
        return qy_options_wrong(command, _("--chunk is a number of bytes of at least %d, such as 4M, not \"%s\""),
                                LEAST_CHUNK, words->chunk);
    if (words->memory != NULL && !qy_options_bytes(words->memory, LEAST_MEMORY, G_MAXINT64 / 1024, &memory))
        return qy_options_wrong(command, _("--memory is a number of bytes of at least 1M, such as 2G, not \"%s\""),
                                words->memory);
    if (words->digest != NULL && strcmp(words->digest, "sha256") != 0 && strcmp(words->digest, "none") != 0)
        return qy_options_wrong(command, _("--digest is \"sha256\" or \"none\", not \"%s\""), words->digest);
    request->rules = words->rules;
    request->load.n_threads = threads > 0 ? (guint)threads : g_get_num_processors();
    request->load.chunk_bytes = chunk;
    request->load.memory_bytes = memory;
    request->load.digest = words->digest;
    return QY_EXIT_DONE;
}

gint
qy_run_pipeline(QyPipelineRequest *request, const QyCliOptions *options)
{
    QyPipelineResult result = {0};
    QyProgressBar bar;
    g_autoptr(GError) error = NULL;
    gint status = QY_EXIT_NOT_DONE;
    gboolean done;

    qy_progress_bar_begin(&bar, options);
    request->progress = request->load.progress = qy_progress_bar_tell;
    request->progress_data = request->load.progress_data = &bar;
    done = qy_pipeline_run(request, &result, &error);
    qy_progress_bar_end(&bar);
    if (!done) {
        g_autofree gchar *safe = qy_terminal_lines(error->message);
        qy_say_error("%s", safe);
    } else {
        g_autoptr(QySummary) summary = qy_summary_new(&result);
        g_autofree gchar *text =
            options->json ? qy_summary_json(summary, request->out) : qy_summary_text(summary, request->out, options);
        if (!options->quiet)
            fputs(text, stdout);
        status = qy_pipeline_has_faults(&result) ? QY_EXIT_WITH_FAULTS : QY_EXIT_DONE;
    }
    qy_pipeline_result_clear(&result);
    return status;
}

static gint
run(const QyCliOptions *given, gint argc, gchar **argv)
{
    QyRunWords words = {0};
    const GOptionEntry entries[] = {
        {"out", 'o', 0, G_OPTION_ARG_FILENAME, &words.out, N_("the folder to write, replaced whole (default: DIR/out)"),
         "OUT"},
        QY_RUN_ENTRIES(words),
        {"digest", 0, 0, G_OPTION_ARG_STRING, &words.digest, N_("digest of each input in the record"), "sha256|none"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    QyCliOptions options = *given;
    QyPipelineRequest request = {0};
    g_autofree gchar *out = NULL;
    gint status;

    if (qy_options_parse(&qy_command_run, entries, NULL, &options, &argc, &argv, &status)) {
        if (argc < 1 || argc > 2 || (argc == 2 && words.out != NULL))
            status = qy_options_wrong(&qy_command_run, _("name the assessment's folder, and at most one to write to"));
        else
            status = qy_run_take_words(&qy_command_run, &words, &request);
        if (status == QY_EXIT_DONE) {
            out = argc == 2           ? g_strdup(argv[1])
                  : words.out != NULL ? g_strdup(words.out)
                                      : g_build_filename(argv[0], "out", NULL);
            request.folder = argv[0];
            request.out = out;
            status = qy_run_pipeline(&request, &options);
        }
    }
    qy_run_words_clear(&words);
    return status;
}

const QyCommand qy_command_run = {
    .name = "run",
    .usage = N_("DIR [OUT] [OPTION…]"),
    .summary = N_("Score an assessment: tables in, verdicts, ranks, lists and a report out."),
    .details =
        N_("DIR holds assessment.ini and the tables. OUT is replaced whole or not at all. Exit status: 0 done; 1 not "
           "done, nothing\nchanged; 2 wrong usage; 3 done, but rows were refused or a rule was in error."),
    .run = run,
};
