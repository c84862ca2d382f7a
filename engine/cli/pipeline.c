#define G_LOG_DOMAIN "qy-cli"

#include "cli/pipeline.h"

#include <glib/gi18n-lib.h>

#include "cli/cli.h"

#define DEFAULT_PACK "five-star"

/* The pack's folder: as told, as the assessment says, or the one that comes with qiyue. */
static gchar *
find_pack(const QyPipelineRequest *request, const QySettings *settings, GError **error)
{
    gchar *folder;

    if (request->rules != NULL)
        return g_strdup(request->rules);
    if (settings->rules != NULL)
        return g_canonicalize_filename(settings->rules, settings->folder);
    folder = qy_place_rules(DEFAULT_PACK);
    if (folder == NULL)
        g_set_error(error, QY_ERROR, QY_ERROR_FILE,
                    _("the rule pack \"%s\" is not beside the program; name a pack with --rules, or set QIYUE_RULES to "
                      "the folder that holds it"),
                    DEFAULT_PACK);
    return folder;
}

static gboolean
load_pack(const QyPipelineRequest *request, QyPipelineResult *result, GError **error)
{
    const QySettings *settings = qy_dataset_settings(result->dataset);
    g_autofree gchar *tailoring = NULL;

    if (settings->tailoring != NULL)
        tailoring = g_canonicalize_filename(settings->tailoring, settings->folder);
    result->pack_folder = find_pack(request, settings, error);
    if (result->pack_folder == NULL)
        return FALSE;
    result->pack = qy_pack_load(result->pack_folder, tailoring, NULL, error);
    return result->pack != NULL;
}

/* Streams the large tables for their checks alone. */
static gboolean
check_rows(QyPipelineResult *result, GError **error)
{
    static const QyTableId streamed[] = {QY_FULFILMENT, QY_SURVEYS, QY_SERVICE};

    for (guint i = 0; i < G_N_ELEMENTS(streamed); i++)
        if (!qy_dataset_stream(result->dataset, streamed[i], NULL, error))
            return FALSE;
    return TRUE;
}

static gboolean
compute(const QyPipelineRequest *request, QyPipelineResult *result, GError **error)
{
    const QyJudgeOptions judge = {
        .n_workers = request->load.n_threads,
        .progress = request->progress,
        .progress_data = request->progress_data,
    };

    result->measures = qy_measures_run(result->plan, result->dataset, &request->load, error);
    if (result->measures == NULL || !qy_estimate_run(result->measures, result->dataset, request->load.n_threads, error))
        return FALSE;
    result->verdicts = qy_judge_run(result->pack, result->dataset, result->measures, &judge, error);
    if (result->verdicts == NULL)
        return FALSE;
    result->scores = qy_score_run(result->pack, result->dataset, result->measures, result->verdicts, error);
    return result->scores != NULL;
}

/* The tables that load keeps, and the findings of every stage. */
static void
collect(QyPipelineResult *result)
{
    g_autoptr(QyTable) loaded = qy_dataset_findings(result->dataset);
    g_autoptr(QyTable) measured = NULL;
    const QyTable *findings[] = {loaded, NULL, NULL, NULL};

    if (result->scores != NULL) {
        findings[1] = measured = qy_measures_findings(result->measures);
        findings[2] = qy_facts_findings(qy_verdicts_facts(result->verdicts));
        findings[3] = qy_scores_findings(result->scores);
    }
    result->findings = qy_results_join(findings, G_N_ELEMENTS(findings));
    result->rejects = qy_dataset_rejects(result->dataset);
    result->notices = qy_dataset_notices(result->dataset);
    result->inputs = qy_dataset_inputs(result->dataset);
}

/* A table made for the record alone. */
static gboolean
add_made(QyRecording *recording, QyTable *made, gboolean csv, GError **error)
{
    g_autoptr(QyTable) table = made;

    return qy_record_add(recording, table, csv, error);
}

static gboolean
add_tables(QyRecording *recording, const QyPipelineResult *result, GError **error)
{
    const struct {
        const QyTable *table;
        gboolean csv;
    } kept[] = {
        {qy_scores_stars(result->scores), TRUE},
        {qy_scores_scores(result->scores), TRUE},
        {qy_scores_ranks(result->scores), TRUE},
        {qy_scores_second_look(result->scores), TRUE},
        {qy_scores_streets(result->scores), TRUE},
        {qy_scores_indices(result->scores), FALSE},
        {qy_scores_lists(result->scores), FALSE},
        {qy_scores_points(result->scores), FALSE},
        {result->findings, TRUE},
        {result->rejects, TRUE},
        {result->notices, FALSE},
        {result->inputs, FALSE},
    };

    if (!add_made(recording, qy_results_subjects(result->dataset), FALSE, error) ||
        !add_made(recording, qy_measures_to_table(result->measures), TRUE, error) ||
        !add_made(recording, qy_verdicts_standard_table(result->verdicts, result->pack), FALSE, error) ||
        !add_made(recording, qy_verdicts_to_table(result->verdicts, result->dataset), TRUE, error))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(kept); i++)
        if (!qy_record_add(recording, kept[i].table, kept[i].csv, error))
            return FALSE;
    return TRUE;
}

static gboolean
write_report(const gchar *result_path, const gchar *folder, gpointer data, GError **error)
{
    g_autofree gchar *html = g_build_filename(folder, "report.html", NULL);

    return qy_report_html(result_path, html, error);
}

static gboolean
record(QyRecording *recording, const QyPipelineRequest *request, const QyPipelineResult *result, GError **error)
{
    if (!add_tables(recording, result, error))
        return FALSE;
    qy_results_note(recording, request, result);
    return qy_record_commit(recording, write_report, NULL, error);
}

gboolean
qy_pipeline_run(const QyPipelineRequest *request, QyPipelineResult *result, GError **error)
{
    gint64 started = g_get_monotonic_time();
    g_autoptr(QyRecording) recording = NULL;

    result->dataset = qy_dataset_open(request->folder, &request->load, error);
    if (result->dataset == NULL || !load_pack(request, result, error))
        return FALSE;
    result->plan = qy_plan_new(result->pack, result->dataset, error);
    if (result->plan == NULL)
        return FALSE;
    if (request->out == NULL) {
        gboolean good = check_rows(result, error);
        if (good)
            collect(result);
        return good;
    }
    /* Before the long part: a folder that can't be written to is said at once. */
    recording = qy_record_begin(request->out, error);
    if (recording == NULL || !compute(request, result, error))
        return FALSE;
    collect(result);
    result->seconds = (gdouble)(g_get_monotonic_time() - started) / G_USEC_PER_SEC;
    return record(recording, request, result, error);
}

gboolean
qy_pipeline_has_faults(const QyPipelineResult *self)
{
    return qy_table_n_rows(self->rejects) > 0 ||
           (self->scores != NULL && (qy_verdicts_n_errors(self->verdicts) > 0 || qy_scores_n_errors(self->scores) > 0));
}

void
qy_pipeline_result_clear(QyPipelineResult *self)
{
    g_clear_pointer(&self->scores, qy_scores_free);
    g_clear_pointer(&self->verdicts, qy_verdicts_free);
    g_clear_pointer(&self->measures, qy_measures_free);
    g_clear_pointer(&self->plan, qy_plan_free);
    g_clear_pointer(&self->pack, qy_pack_free);
    g_clear_pointer(&self->dataset, qy_dataset_free);
    g_clear_pointer(&self->rejects, qy_table_free);
    g_clear_pointer(&self->findings, qy_table_free);
    g_clear_pointer(&self->notices, qy_table_free);
    g_clear_pointer(&self->inputs, qy_table_free);
    g_clear_pointer(&self->pack_folder, g_free);
}
