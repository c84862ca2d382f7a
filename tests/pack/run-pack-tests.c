/* Runs the tests of a rule pack: run-pack-tests FOLDER. TAP: one line for each
 * criterion that a case expects something of. */
#include "judge/judge.h"

#include <stdio.h>

static void
report(const QyCaseResult *result, gpointer data)
{
    guint *n = data;

    printf("%s %u %s: %s: %s\n", result->passed ? "ok" : "not ok", ++*n, result->file, result->criterion, result->name);
    if (!result->passed)
        printf("# %s:%u: expected %s, got %s: %s / %s\n", result->file, result->line, result->expected, result->got,
               result->reason.zh, result->reason.en);
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    QyCaseCounts counts;
    guint n = 0;

    if (argc != 2) {
        fprintf(stderr, "usage: run-pack-tests FOLDER\n");
        return 2;
    }
    if (!qy_pack_test(argv[1], NULL, report, &n, &counts, &error)) {
        printf("Bail out! %s\n", error->message);
        return 1;
    }
    printf("# %u cases; %u of %u criteria have one\n", counts.n_cases, counts.n_criteria_seen, counts.n_criteria);
    printf("1..%u\n", n);
    return counts.n_failed == 0 && n > 0 ? 0 : 1;
}
