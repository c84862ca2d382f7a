/* What run and check share: their options, and the pipeline with its bar and
 * its summary. */
#pragma once

#include "cli/summary.h"

G_BEGIN_DECLS

/* As they stand on the command line. */
typedef struct {
    gchar *out, *rules, *threads, *chunk, *memory, *digest;
} QyRunWords;

#define QY_RUN_ENTRIES(words)                                                                                          \
    {"rules", 0, 0, G_OPTION_ARG_FILENAME, &(words).rules, N_("folder of the rule pack"), "PACK"},                     \
        {"threads", 0, 0, G_OPTION_ARG_STRING, &(words).threads, N_("threads (default: as many as the machine has)"),  \
         "N"},                                                                                                         \
        {"chunk", 0, 0, G_OPTION_ARG_STRING, &(words).chunk, N_("how much of a file a thread takes at a time"),        \
         "BYTES"},                                                                                                     \
    {                                                                                                                  \
        "memory", 0, 0, G_OPTION_ARG_STRING, &(words).memory, N_("what reading may hold beyond the tables"), "SIZE"    \
    }

void qy_run_words_clear(QyRunWords *self);
/* Returns: QY_EXIT_DONE, or what to exit with (said already) */
gint qy_run_take_words(const QyCommand *command, const QyRunWords *words, QyPipelineRequest *request);
/* Runs, draws the bar, says the summary. Returns: what to exit with */
gint qy_run_pipeline(QyPipelineRequest *request, const QyCliOptions *options);

G_END_DECLS
