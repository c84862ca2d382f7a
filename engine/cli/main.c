/* qiyue: finds the command, sets the language, and calls it. */
#define G_LOG_DOMAIN "qy-cli"

#include "cli/cli.h"

#include <glib/gi18n-lib.h>
#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <string.h>

static const QyCommand *const commands[] = {
    &qy_command_run,    &qy_command_check, &qy_command_init,  &qy_command_simulate,
    &qy_command_import, &qy_command_show,  &qy_command_rules, &qy_command_version,
};

static gint
print_help(void)
{
    gsize width = 0;

    for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
        width = MAX(width, strlen(commands[i]->name));
    fputs(_("Usage: qiyue COMMAND [ARGUMENT…]\n"), stdout);
    printf("\n%s\n\n", _("Scores contract-based co-building of neighbourhood communities."));
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
        printf("  %-*s  %s\n", (gint)width, commands[i]->name, _(commands[i]->summary));
    printf("\n%s\n", _("\"qiyue COMMAND --help\" tells more; so does the manual, qiyue(1)."));
    return QY_EXIT_DONE;
}

/* The value of --lang, before anything is parsed: also complaints about the command line have a language. */
static const gchar *
find_lang(gint argc, gchar **argv)
{
    for (gint i = 1; i < argc; i++) {
        const gchar *value = NULL;
        if (strcmp(argv[i], "--") == 0)
            return NULL;
        if (g_str_has_prefix(argv[i], "--lang="))
            value = argv[i] + strlen("--lang=");
        else if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
            value = argv[i + 1];
        if (value != NULL && (strcmp(value, "zh") == 0 || strcmp(value, "en") == 0))
            return value;
    }
    return NULL;
}

static gint
run_command(const QyCliOptions *options, gint argc, gchar **argv)
{
    const gchar *name = argv[1], *names[G_N_ELEMENTS(commands) + 1] = {NULL}, *near;

    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)
        return print_help();
    if (strcmp(name, "--version") == 0)
        name = qy_command_version.name;
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
        names[i] = commands[i]->name;
        if (strcmp(names[i], name) == 0)
            return commands[i]->run(options, argc - 1, argv + 1);
    }
    near = qy_nearest_name(name, names);
    if (near != NULL)
        qy_say_error(_("there is no command \"%s\"; did you mean \"%s\"?"), name, near);
    else
        qy_say_error(_("there is no command \"%s\""), name);
    fputs(_("Try \"qiyue --help\".\n"), stderr);
    return QY_EXIT_USAGE;
}

int
main(int argc, char **argv)
{
    const gchar *lang = find_lang(argc, argv);
    QyCliOptions options = {.lang_given = lang != NULL, .color = QY_COLOR_AUTO};
    gchar **words;
    gint first = 1, status;

    /* Each status becomes a GError at the call. */
    gsl_set_error_handler_off();
    options.chinese = qy_place_language(lang);
    /* "qiyue --lang zh run …": the common words before the command. */
    while (first < argc && g_str_has_prefix(argv[first], "--lang"))
        first += strchr(argv[first], '=') != NULL ? 1 : 2;
    if (first >= argc) {
        print_help();
        return QY_EXIT_USAGE;
    }
    words = argv + first - 1;
    status = run_command(&options, argc - first + 1, words);
    /* What a full disk or a closed pipe kept from being said. */
    if (fflush(stdout) != 0 || ferror(stdout))
        return status == QY_EXIT_DONE ? QY_EXIT_NOT_DONE : status;
    return status;
}
