#define G_LOG_DOMAIN "qy-cli"

#include "cli/cli.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "cli/simulate-dirt.h"
#include "cli/simulate-tables.h"
#include "cli/simulate-truth.h"

#define BLOCK_ITEMS 8192
#define DEFAULT_DIRT 0.01

/* What the command line asks for. */
typedef struct {
    gchar *size, *communities, *logs, *responses, *service, *seed, *period;
    gboolean is_dirty;
    gchar *dirt; /* (nullable): the share as written */
} Words;

static gboolean
take_dirty(const gchar *name, const gchar *value, gpointer data, GError **error)
{
    Words *given = data;

    given->is_dirty = TRUE;
    g_free(given->dirt);
    given->dirt = g_strdup(value);
    return TRUE;
}

static void
words_clear(Words *self)
{
    g_free(self->size);
    g_free(self->communities);
    g_free(self->logs);
    g_free(self->responses);
    g_free(self->service);
    g_free(self->seed);
    g_free(self->period);
    g_free(self->dirt);
}

static const struct {
    const gchar *name;
    guint n_communities;
    guint64 n_logs, n_responses;
} sizes[] = {
    {"district", 101, 60000, 20000},
    {"city", 505, 600000, 200000},
    {"province", 5000, 6000000, 2000000},
    {"ten-provinces", 5000, 60000000, 20000000},
};

static gint
take_size(const Words *given, QySimRequest *request)
{
    const gchar *size = given->size != NULL ? given->size : "district";

    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        if (strcmp(sizes[i].name, size) != 0)
            continue;
        request->n_communities = sizes[i].n_communities;
        request->n_logs = sizes[i].n_logs;
        request->n_responses = sizes[i].n_responses;
        return QY_EXIT_DONE;
    }
    return qy_options_wrong(&qy_command_simulate, _("--size is district, city, province or ten-provinces, not \"%s\""),
                            size);
}

/* Sets *out where the option was given. */
static gint
take_number(const gchar *option, const gchar *text, guint64 low, guint64 high, guint64 *out)
{
    g_autofree gchar *least = NULL;
    g_autofree gchar *most = NULL;

    if (text == NULL || qy_options_number(text, low, high, out))
        return QY_EXIT_DONE;
    least = qy_terminal_count(low);
    most = qy_terminal_count(high);
    return qy_options_wrong(&qy_command_simulate, _("%s is a number of %s to %s, not \"%s\""), option, least, most,
                            text);
}

static gint
take_period(const Words *given, QySimRequest *request)
{
    const gchar *period = given->period != NULL ? given->period : "2026Q3";
    gint year, month, day;

    if (!qy_period_parse(period, &request->period) || strchr(period, 'Q') == NULL)
        return qy_options_wrong(&qy_command_simulate, _("--period is a quarter such as 2026Q3, not \"%s\""), period);
    qy_date_to_ymd(request->period.first, &year, &month, &day);
    if (year < 2027 - 16 || year > 2038)
        return qy_options_wrong(&qy_command_simulate, _("--period is of 2011 to 2038, not \"%s\""), period);
    return QY_EXIT_DONE;
}

static gint
take_words(const Words *given, QySimRequest *request, gdouble *dirt)
{
    guint64 n_communities, tenths = 0;
    gint status = take_size(given, request);

    n_communities = request->n_communities;
    *dirt = given->is_dirty ? DEFAULT_DIRT : 0.0;
    if (status == QY_EXIT_DONE)
        status = take_number("--communities", given->communities, 1, 50000, &n_communities);
    request->n_communities = (guint)n_communities;
    if (status == QY_EXIT_DONE && given->communities != NULL) { /* of a district, unless said */
        request->n_logs = n_communities * 600;
        request->n_responses = n_communities * 200;
    }
    if (status == QY_EXIT_DONE)
        status = take_number("--logs", given->logs, 0, 1000000000, &request->n_logs);
    if (status == QY_EXIT_DONE)
        status = take_number("--responses", given->responses, 0, 1000000000, &request->n_responses);
    request->n_service = MAX(request->n_logs / 5, (guint64)request->n_communities * QY_SIM_MEMBERS * 2);
    if (status == QY_EXIT_DONE)
        status = take_number("--service", given->service, 0, 1000000000, &request->n_service);
    request->seed = 1;
    if (status == QY_EXIT_DONE)
        status = take_number("--seed", given->seed, 0, G_MAXINT64 / 1000, &request->seed);
    if (status == QY_EXIT_DONE)
        status = take_period(given, request);
    if (status != QY_EXIT_DONE || given->dirt == NULL)
        return status;
    if (!qy_decimal_parse(given->dirt, strlen(given->dirt), 3, (gint64 *)&tenths) || tenths < 1 || tenths > 500)
        return qy_options_wrong(&qy_command_simulate, _("--dirty is a share of 0.001 to 0.5, not \"%s\""), given->dirt);
    *dirt = (gdouble)tenths / 1000.0;
    return QY_EXIT_DONE;
}

/* One table on its way out. */
typedef struct {
    const QySimWorld *world;
    const QySimTable *table;
} Job;

static void
write_items(gpointer data, guint64 first, guint64 last, QySimFile *part)
{
    const Job *job = data;

    for (guint64 item = first; item < last; item++)
        job->table->write(job->world, item, part);
}

static guint64
rows_expected(const QySimWorld *world, const QySimTable *table)
{
    switch (table->id) {
    case QY_FULFILMENT:
        return world->request.n_logs;
    case QY_SURVEYS:
        return world->request.n_responses;
    case QY_SERVICE:
        return world->request.n_service;
    default:
        return table->items(world) * table->rows_an_item;
    }
}

static gboolean
write_table(const QySimWorld *world, const QySimTable *table, const gchar *folder, gboolean chinese, QySimDirt *dirt,
            guint64 *rows, GError **error)
{
    Job job = {world, table};
    QySimSpoiler *spoiler = NULL;
    QySimFile *file;

    if (dirt != NULL)
        spoiler = qy_sim_spoiler_new(dirt, qy_dictionary_table(table->id), table->columns, rows_expected(world, table));
    file = qy_sim_file_open(folder, table->id, table->columns, chinese, spoiler, error);
    if (file == NULL)
        return FALSE;
    qy_sim_file_blocks(file, table->items(world), BLOCK_ITEMS, write_items, &job, g_get_num_processors());
    return qy_sim_file_close(file, rows, error);
}

static gboolean
write_settings(const QySimWorld *world, const gchar *folder, GError **error)
{
    g_autofree gchar *path = g_build_filename(folder, "assessment.ini", NULL);
    gchar as_of[QY_DATE_TEXT_BYTES], cutoff[QY_DATE_TEXT_BYTES];
    g_autofree gchar *text = g_strdup_printf("# Made by qiyue simulate; nothing in it stands for a real place, unit or "
                                             "person. What was put in: truth.json.\n"
                                             "[assessment]\n"
                                             "title = 模拟考核 %s\n"
                                             "period = %s\n"
                                             "as_of = %s\n"
                                             "cutoff = %s\n",
                                             world->request.period.label, world->request.period.label,
                                             qy_date_text(world->as_of, as_of), qy_date_text(world->cutoff, cutoff));

    return g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_NONE, 0644, error);
}

static gboolean
write_all(const QySimWorld *world, const gchar *folder, gboolean chinese, QySimDirt *dirt, guint64 rows[QY_N_TABLES],
          GError **error)
{
    guint n;
    const QySimTable *tables = qy_sim_tables(&n);

    if (!write_settings(world, folder, error))
        return FALSE;
    for (guint i = 0; i < n; i++)
        if (!write_table(world, &tables[i], folder, chinese, dirt, &rows[tables[i].id], error))
            return FALSE;
    if (dirt != NULL && !qy_sim_dirt_write(dirt, folder, error))
        return FALSE;
    return qy_sim_truth_write(world, rows, dirt != NULL ? qy_sim_dirt_rows(dirt) : 0, folder, error);
}

static void
say_what_was_written(const QySimWorld *world, const gchar *folder, const guint64 *rows, const QySimDirt *dirt)
{
    g_autofree gchar *communities = qy_terminal_count(world->request.n_communities);
    g_autofree gchar *commitments = qy_terminal_count(rows[QY_COMMITMENTS]);
    g_autofree gchar *logs = qy_terminal_count(rows[QY_FULFILMENT]);
    g_autofree gchar *responses = qy_terminal_count(rows[QY_SURVEYS]);

    qy_say_out(_("Simulated %s: %s communities, %s commitments, %s logs, %s responses.\n"), world->request.period.label,
               communities, commitments, logs, responses);
    if (dirt != NULL) {
        g_autofree gchar *bad = qy_terminal_count(qy_sim_dirt_rows(dirt));
        qy_say_out(_("%s bad rows among them, listed in dirty.csv.\n"), bad);
    }
    qy_say_out(_("What was put in: truth.json, truth.csv. Next: qiyue run %s\n"), folder);
}

static gint
simulate(const QyCliOptions *options, const gchar *folder, const QySimRequest *request, gdouble dirt_share)
{
    g_autoptr(QySimWorld) world = NULL;
    g_autoptr(QySimDirt) dirt = NULL;
    g_autoptr(GError) error = NULL;
    guint64 rows[QY_N_TABLES] = {0};
    gboolean made;

    if (!qy_place_empty_folder(folder, &made, &error)) {
        qy_say_error("%s", error->message);
        return QY_EXIT_NOT_DONE;
    }
    world = qy_sim_world_new(request);
    if (dirt_share > 0.0)
        dirt = qy_sim_dirt_new(dirt_share, request->seed, world->cutoff);
    if (!write_all(world, folder, options->lang_given && options->chinese, dirt, rows, &error)) {
        qy_place_clear_folder(folder, made);
        qy_say_error("%s", error->message);
        return QY_EXIT_NOT_DONE;
    }
    if (options->json) {
        g_autofree gchar *truth = qy_sim_truth_json(world, rows, dirt != NULL ? qy_sim_dirt_rows(dirt) : 0);
        fputs(truth, stdout);
    } else if (!options->quiet) {
        say_what_was_written(world, folder, rows, dirt);
    }
    return QY_EXIT_DONE;
}

static gint
run_simulate(const QyCliOptions *given, gint argc, gchar **argv)
{
    Words words = {0};
    const GOptionEntry entries[] = {
        {"size", 0, 0, G_OPTION_ARG_STRING, &words.size, N_("how large (default: district)"),
         "district|city|province|ten-provinces"},
        {"communities", 0, 0, G_OPTION_ARG_STRING, &words.communities, N_("so many communities"), "N"},
        {"logs", 0, 0, G_OPTION_ARG_STRING, &words.logs, N_("so many fulfilment logs (600 a community)"), "N"},
        {"responses", 0, 0, G_OPTION_ARG_STRING, &words.responses, N_("so many survey responses (200 a community)"),
         "N"},
        {"service", 0, 0, G_OPTION_ARG_STRING, &words.service, N_("so many rows of members' service (logs / 5)"), "N"},
        {"seed", 0, 0, G_OPTION_ARG_STRING, &words.seed, N_("same seed, same bytes (default: 1)"), "S"},
        {"period", 0, 0, G_OPTION_ARG_STRING, &words.period, N_("the quarter assessed (default: 2026Q3)"), "PERIOD"},
        {"dirty", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK, (gpointer)take_dirty,
         N_("add bad rows (default: 0.01 of all), each listed in dirty.csv"), "SHARE"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    QyCliOptions options = *given;
    QySimRequest request = {0};
    gdouble dirt = 0.0;
    gint status;

    if (qy_options_parse(&qy_command_simulate, entries, &words, &options, &argc, &argv, &status)) {
        if (argc != 1)
            status = qy_options_wrong(&qy_command_simulate, _("name one folder to write to"));
        else
            status = take_words(&words, &request, &dirt);
        if (status == QY_EXIT_DONE)
            status = simulate(&options, argv[0], &request, dirt);
    }
    words_clear(&words);
    return status;
}

const QyCommand qy_command_simulate = {
    .name = "simulate",
    .usage = N_("DIR [OPTION…]"),
    .summary = N_("Write a realistic assessment with known truth into a new folder."),
    .details =
        N_("Its names are put together from common words; nothing in it stands for a real place, unit or person. What "
           "was\n"
           "put in (satisfaction, fulfilment, which criteria are met by design …) stands in truth.json and truth.csv. "
           "With\n"
           "--lang zh the tables have Chinese headers. The same request writes the same bytes on every machine."),
    .run = run_simulate,
};
