#define G_LOG_DOMAIN "qy-cli"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cli/cli.h"
#include "judge/judge.h"

typedef struct {
    const QyCliOptions *options;
    guint n_told;
} Telling;

/* A case that went otherwise than it says. */
static void
tell_failure(const QyCaseResult *result, gpointer data)
{
    Telling *self = data;
    g_autofree gchar *name = NULL;
    g_autofree gchar *reason = NULL;

    if (result->passed || self->options->json)
        return;
    self->n_told++;
    name = qy_text_safe(result->name, -1);
    reason = qy_text_safe(self->options->chinese ? result->reason.zh : result->reason.en, -1);
    qy_say_out(_("%s:%u: %s: %s is %s, expected %s: %s\n"), result->file, result->line, name, result->criterion,
               result->got, result->expected, reason);
}

static void
say_counts(const QyCliOptions *options, const QyCaseCounts *counts)
{
    if (options->json)
        qy_say_out("{\"cases\":%u,\"checks\":%u,\"failed\":%u,\"criteria\":%u,\"criteria_seen\":%u}\n", counts->n_cases,
                   counts->n_checks, counts->n_failed, counts->n_criteria, counts->n_criteria_seen);
    else if (!options->quiet)
        qy_say_out(_("%u cases, %u checks, %u failed; %u of %u criteria seen\n"), counts->n_cases, counts->n_checks,
                   counts->n_failed, counts->n_criteria_seen, counts->n_criteria);
}

static gint
test_pack(const QyCliOptions *options, const gchar *folder)
{
    Telling telling = {options, 0};
    QyCaseCounts counts = {0};
    g_autoptr(GError) error = NULL;

    if (!qy_pack_test(folder, NULL, tell_failure, &telling, &counts, &error)) {
        g_autofree gchar *safe = qy_terminal_lines(error->message);
        qy_say_error("%s", safe);
        return QY_EXIT_NOT_DONE;
    }
    say_counts(options, &counts);
    if (counts.n_checks == 0) {
        qy_say_error(_("%s has no cases in tests/; a pack without tests isn't tested"), folder);
        return QY_EXIT_NOT_DONE;
    }
    return counts.n_failed > 0 ? QY_EXIT_WITH_FAULTS : QY_EXIT_DONE;
}

static gint
run_rules(const QyCliOptions *given, gint argc, gchar **argv)
{
    const GOptionEntry entries[] = {{NULL, 0, 0, 0, NULL, NULL, NULL}};
    QyCliOptions options = *given;
    gint status;

    if (!qy_options_parse(&qy_command_rules, entries, NULL, &options, &argc, &argv, &status))
        return status;
    if (argc != 2 || strcmp(argv[0], "test") != 0)
        return qy_options_wrong(&qy_command_rules, _("say \"test\" and the folder of a rule pack"));
    return test_pack(&options, argv[1]);
}

const QyCommand qy_command_rules = {
    .name = "rules",
    .usage = N_("test PACK [OPTION…]"),
    .summary = N_("Run the cases in tests/ of a rule pack."),
    .details =
        N_("Exit status: 0 every case went as it says; 3 one didn't; 1 the pack can't be loaded, or has no cases."),
    .run = run_rules,
};
