/* cli: the commands. A command is one file; it parses its options, calls the
 * stages (pipeline.c) or does its own small work, and says what came of it.
 */
#pragma once

#include "base/base.h"

G_BEGIN_DECLS

/* Exit statuses, as docs/qiyue.1 promises them. */
typedef enum {
    QY_EXIT_DONE = 0,
    QY_EXIT_NOT_DONE = 1, /* nothing changed */
    QY_EXIT_USAGE = 2,
    QY_EXIT_WITH_FAULTS = 3, /* done, but rows were refused or a rule was in error */
} QyExit;

typedef enum { QY_COLOR_AUTO, QY_COLOR_ALWAYS, QY_COLOR_NEVER } QyColorMode;

/* What every command can be told. */
typedef struct {
    gboolean chinese;    /* messages */
    gboolean lang_given; /* by --lang, not by the environment */
    gboolean quiet, json;
    QyColorMode color;
} QyCliOptions;

typedef struct {
    const gchar *name;
    const gchar *usage;   /* N_() after the name: "DIR [OUT] [OPTION…]" */
    const gchar *summary; /* N_() one line */
    const gchar *details; /* N_() (nullable): further lines of the help */
    gint (*run)(const QyCliOptions *options, gint argc, gchar **argv); /* argv[0] is the command's name */
} QyCommand;
extern const QyCommand qy_command_run, qy_command_check, qy_command_init, qy_command_simulate, qy_command_import,
    qy_command_show, qy_command_rules, qy_command_version;

/* ---- options.c ---- */

/**
 * qy_options_parse:
 * @entries: string, filename, flag and callback options, ended by {NULL}; the common ones are added
 * @data: for callbacks among them
 * @argc, @argv: the command's words; what is no option is left, without argv[0]
 *
 * Prints the help for --help and an error for a wrong word.
 * Returns: TRUE to go on; else @status is what to exit with
 */
gboolean qy_options_parse(const QyCommand *command, const GOptionEntry *entries, gpointer data, QyCliOptions *options,
                          gint *argc, gchar ***argv, gint *status);
void qy_options_help(const QyCommand *command, const GOptionEntry *entries, GString *out);
/* Says what is wrong with the words, and where the help is. Returns: QY_EXIT_USAGE */
gint qy_options_wrong(const QyCommand *command, const gchar *format, ...) G_GNUC_PRINTF(2, 3);
/* "60000", "64k", "1.5G": digits with k, M or G (of 1000); FALSE when it is none, or not within. */
gboolean qy_options_number(const gchar *text, guint64 low, guint64 high, guint64 *out);
/* The same with k, M, G of 1024. */
gboolean qy_options_bytes(const gchar *text, guint64 low, guint64 high, guint64 *out);

/* ---- terminal.c ---- */

/* Always UTF-8, whatever the locale. */
void qy_say_out(const gchar *format, ...) G_GNUC_PRINTF(1, 2);
void qy_say_error(const gchar *format, ...) G_GNUC_PRINTF(1, 2); /* "qiyue: …" on stderr, line end added */
gboolean qy_terminal_colors(QyColorMode mode);                   /* of stdout */
guint qy_terminal_width(void);
/* (transfer full): text for a terminal, line ends kept, all else that could act on it shown as what it is. */
gchar *qy_terminal_lines(const gchar *text);
/* "1,234" */
gchar *qy_terminal_count(guint64 n);

/* ---- places.c: what lies beside the program ---- */

/* Sets the language of messages: @lang "zh", "en" or NULL for the environment's. Returns: TRUE for Chinese */
gboolean qy_place_language(const gchar *lang);
/* (transfer full) (nullable): folder of a pack that comes with qiyue */
gchar *qy_place_rules(const gchar *pack);

/* An empty folder, made when it isn't there. FALSE with %QY_ERROR_FILE when something is in it.
 * @made: (out): for qy_place_clear_folder() */
gboolean qy_place_empty_folder(const gchar *folder, gboolean *made, GError **error);
/* After a failure: as it was before qy_place_empty_folder(), without the files written since. */
void qy_place_clear_folder(const gchar *folder, gboolean made);

G_END_DECLS
