/* The way of the data, from a folder to a record: the only place that knows
 * every stage.
 *
 * Use: fill a request, qy_pipeline_run(), read the result, clear it.
 */
#pragma once

#include "judge/judge.h"
#include "report/report.h"
#include "score/score.h"

G_BEGIN_DECLS

typedef struct {
    const gchar *folder;
    const gchar *out;   /* (nullable): NULL checks only: nothing is computed or written */
    const gchar *rules; /* (nullable): folder of the pack; NULL: what the assessment says, else five-star */
    QyLoadOptions load;
    QyProgress progress; /* may be NULL; of the stages behind load */
    gpointer progress_data;
} QyPipelineRequest;

/* What each stage made. Of a check: verdicts, scores and measures are NULL. */
typedef struct {
    QyDataset *dataset;
    QyPack *pack;
    gchar *pack_folder;
    QyPlan *plan;
    QyMeasures *measures;
    QyVerdicts *verdicts;
    QyScores *scores;
    QyTable *rejects, *findings, *notices, *inputs; /* of all stages */
    gdouble seconds;
} QyPipelineResult;

/**
 * qy_pipeline_run:
 * @result: (out caller-allocates): zeroed by the caller; clear it also on failure
 *
 * Errors: those of the stages. Then nothing was written.
 */
gboolean qy_pipeline_run(const QyPipelineRequest *request, QyPipelineResult *result, GError **error);
void qy_pipeline_result_clear(QyPipelineResult *self);

/* Rows were refused, or a rule was in error. */
gboolean qy_pipeline_has_faults(const QyPipelineResult *self);

/* ---- results.c: what no stage alone can say ---- */

/* "subjects": subject_id, kind (area|unit), level, name, parent_id; areas, then units, each in byte order of ids. */
QyTable *qy_results_subjects(const QyDataset *dataset);
/* Tables of the same columns as one, in the order given. NULLs are skipped. */
QyTable *qy_results_join(const QyTable *const *tables, guint n);
/* What a stranger needs to reproduce the run. */
void qy_results_note(QyRecording *recording, const QyPipelineRequest *request, const QyPipelineResult *result);

G_END_DECLS
