#define G_LOG_DOMAIN "qy-cli"

#include "cli/cli.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

/* Values of the common options as they stand on the command line. */
typedef struct {
    gboolean help, quiet, json;
    gchar *lang, *color;
} Common;

static void
common_entries(Common *common, GOptionEntry entries[6])
{
    const GOptionEntry all[] = {
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &common->quiet, N_("say nothing but errors"), NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &common->json, N_("the summary as one JSON object"), NULL},
        {"lang", 0, 0, G_OPTION_ARG_STRING, &common->lang, N_("language of messages (else that of the environment)"),
         "zh|en"},
        {"color", 0, 0, G_OPTION_ARG_STRING, &common->color, N_("colours on the terminal"), "auto|always|never"},
        {"help", 'h', 0, G_OPTION_ARG_NONE, &common->help, N_("this help"), NULL},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };

    memcpy(entries, all, sizeof all);
}

static void
append_entries(const GOptionEntry *entries, GString *out)
{
    for (guint i = 0; entries[i].long_name != NULL; i++) {
        g_autoptr(GString) left = g_string_new("  ");
        gsize width;
        if (entries[i].flags & G_OPTION_FLAG_HIDDEN)
            continue;
        if (entries[i].short_name != 0)
            g_string_append_printf(left, "-%c, ", entries[i].short_name);
        g_string_append_printf(left, "--%s", entries[i].long_name);
        if (entries[i].arg_description != NULL)
            g_string_append_printf(left, entries[i].flags & G_OPTION_FLAG_OPTIONAL_ARG ? "[=%s]" : "=%s",
                                   entries[i].arg_description);
        width = qy_text_width(left->str);
        g_string_append(out, left->str);
        if (width > 30)
            g_string_append_printf(out, "\n%*s", 32, "");
        else
            g_string_append_printf(out, "%*s", (gint)(32 - width), "");
        g_string_append_printf(out, "%s\n", _(entries[i].description));
    }
}

void
qy_options_help(const QyCommand *command, const GOptionEntry *entries, GString *out)
{
    Common unused;
    GOptionEntry common[6];

    common_entries(&unused, common);
    g_string_append_printf(out, _("Usage: qiyue %s %s\n"), command->name, _(command->usage));
    g_string_append_printf(out, "\n%s\n", _(command->summary));
    if (command->details != NULL)
        g_string_append_printf(out, "\n%s\n", _(command->details));
    g_string_append_printf(out, "\n%s\n", _("Options:"));
    append_entries(entries, out);
    append_entries(common, out);
}

gint
qy_options_wrong(const QyCommand *command, const gchar *format, ...)
{
    va_list arguments;
    g_autofree gchar *message = NULL;

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    qy_say_error("%s: %s", command->name, message);
    fprintf(stderr, _("Try \"qiyue %s --help\".\n"), command->name);
    return QY_EXIT_USAGE;
}

static gint
take_common(const QyCommand *command, const Common *common, QyCliOptions *options)
{
    options->quiet |= common->quiet;
    options->json |= common->json;
    if (common->lang != NULL && strcmp(common->lang, "zh") != 0 && strcmp(common->lang, "en") != 0)
        return qy_options_wrong(command, _("--lang is \"zh\" or \"en\", not \"%s\""), common->lang);
    if (common->color == NULL || strcmp(common->color, "auto") == 0)
        options->color = QY_COLOR_AUTO;
    else if (strcmp(common->color, "always") == 0)
        options->color = QY_COLOR_ALWAYS;
    else if (strcmp(common->color, "never") == 0)
        options->color = QY_COLOR_NEVER;
    else
        return qy_options_wrong(command, _("--color is \"auto\", \"always\" or \"never\", not \"%s\""), common->color);
    return QY_EXIT_DONE;
}

/* Says that there is no such option, and which one is near. */
static gint
unknown_option(const QyCommand *command, const GOptionEntry *entries, const GOptionEntry *shared, const gchar *word)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree gchar *name = g_strndup(word + strspn(word, "-"), strcspn(word + strspn(word, "-"), "="));
    const gchar *near;

    for (guint i = 0; entries[i].long_name != NULL; i++)
        g_ptr_array_add(names, (gpointer)entries[i].long_name);
    for (guint i = 0; shared[i].long_name != NULL; i++)
        g_ptr_array_add(names, (gpointer)shared[i].long_name);
    g_ptr_array_add(names, NULL);
    near = qy_nearest_name(name, (const gchar *const *)names->pdata);
    if (near != NULL)
        return qy_options_wrong(command, _("there is no option %s; did you mean --%s?"), word, near);
    return qy_options_wrong(command, _("there is no option %s"), word);
}

/* What GOption left: the first word is the command; an option among the others is unknown. "--" ends the options. */
static gint
check_rest(const QyCommand *command, const GOptionEntry *entries, const GOptionEntry *shared, gint *argc, gchar **argv)
{
    gint n = 0;
    gboolean only_words = FALSE;

    for (gint i = 1; i < *argc; i++) {
        if (!only_words && strcmp(argv[i], "--") == 0) {
            only_words = TRUE;
            continue;
        }
        if (!only_words && argv[i][0] == '-' && argv[i][1] != '\0')
            return unknown_option(command, entries, shared, argv[i]);
        argv[n++] = argv[i];
    }
    argv[n] = NULL;
    *argc = n;
    return QY_EXIT_DONE;
}

gboolean
qy_options_parse(const QyCommand *command, const GOptionEntry *entries, gpointer data, QyCliOptions *options,
                 gint *argc, gchar ***argv, gint *status)
{
    Common common = {FALSE, FALSE, FALSE, NULL, NULL};
    GOptionEntry shared[6];
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;
    GOptionGroup *group = g_option_group_new("main", "", "", data, NULL);
    const gchar *last = (*argv)[*argc - 1];

    common_entries(&common, shared);
    g_option_context_set_help_enabled(context, FALSE);
    /* Unknown ones are left to check_rest(), whose message is in our languages. */
    g_option_context_set_ignore_unknown_options(context, TRUE);
    g_option_group_add_entries(group, entries);
    g_option_group_add_entries(group, shared);
    g_option_context_set_main_group(context, group);
    if (!g_option_context_parse(context, argc, argv, &error)) {
        if (g_error_matches(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE))
            *status = qy_options_wrong(command, _("%s needs a value"), last);
        else
            *status = qy_options_wrong(command, "%s", error->message);
    } else if (common.help) {
        g_autoptr(GString) help = g_string_new(NULL);
        qy_options_help(command, entries, help);
        fputs(help->str, stdout);
        *status = QY_EXIT_DONE;
    } else {
        *status = take_common(command, &common, options);
        if (*status == QY_EXIT_DONE)
            *status = check_rest(command, entries, shared, argc, *argv);
    }
    g_free(common.lang);
    g_free(common.color);
    return *status == QY_EXIT_DONE && !common.help;
}

static gboolean
scaled_number(const gchar *text, guint64 base, guint64 low, guint64 high, guint64 *out)
{
    gsize length = strlen(text);
    guint64 factor = 1;
    gint64 thousandths;
    QyInt128 value;

    if (length == 0)
        return FALSE;
    switch (text[length - 1]) {
    case 'k':
    case 'K':
        factor = base;
        break;
    case 'm':
    case 'M':
        factor = base * base;
        break;
    case 'g':
    case 'G':
        factor = base * base * base;
        break;
    }
    if (factor > 1)
        length--;
    if (!qy_decimal_parse(text, length, 3, &thousandths) || thousandths < 0)
        return FALSE;
    value = (QyInt128)thousandths * factor;
    if (value % 1000 != 0 || value / 1000 < low || value / 1000 > high)
        return FALSE;
    *out = (guint64)(value / 1000);
    return TRUE;
}

gboolean
qy_options_number(const gchar *text, guint64 low, guint64 high, guint64 *out)
{
    return scaled_number(text, 1000, low, high, out);
}

gboolean
qy_options_bytes(const gchar *text, guint64 low, guint64 high, guint64 *out)
{
    return scaled_number(text, 1024, low, high, out);
}
