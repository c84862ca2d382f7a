/* measure: facts about the rows at hand, as a rule pack declares them.
 *
 * Use: qy_plan_new() parses and type-checks every `measure` of the pack (no
 * data needed beyond which tables and items there are); qy_measures_run()
 * computes all of them: in-memory tables in order of dependency, each streamed
 * table in one pass for all its measures. Sums are exact (128 bits), so the
 * figures don't depend on threads, chunks or the order of rows.
 */
#pragma once

#include "load/load.h"
#include "script/script.h"

G_BEGIN_DECLS

typedef enum {
    QY_FIGURE_NIL,      /* what it needs isn't in the assessment: no figure at all */
    QY_FIGURE_EMPTY,    /* no rows to say a value from: n tells how many were looked at */
    QY_FIGURE_EXACT,    /* num/den, exact */
    QY_FIGURE_ESTIMATE, /* value with its error */
} QyFigureState;

typedef struct {
    QyFigureState state;
    QyInt128 num, den; /* EXACT: value = (num/10^num_scale) / (den/10^den_scale); den > 0; a count or sum has den 1 */
    guint8 num_scale, den_scale;
    gboolean has_den;  /* count{…}, ratio and mean show num and den; sums don't */
    gboolean is_count; /* count{…}: the value is num alone (den is 1), and the den to show is n */
    gint64 n;          /* rows that fit `where` */
    gdouble value, std_error, low, high, df; /* ESTIMATE, in the measure's unit; NAN: can't be said */
    gdouble n_eff;                           /* ESTIMATE of a survey: effective sample size, n / deff; else NAN */
    const gchar *method;                     /* ESTIMATE; static or the measures' */
} QyFigure;

/* Nearest double of any figure that has a value, else NAN. */
gdouble qy_figure_value(const QyFigure *figure);
/* (transfer full) (nullable): exact values as decimal text (ratios to 9 digits), estimates shortest. */
gchar *qy_figure_text(const QyFigure *figure);
/* (transfer full) (nullable): the num and den to show (c.m.x.num, c.m.x.den), each in its own unit as
 * decimal text; NULL where the figure has none. */
gchar *qy_figure_num_text(const QyFigure *figure);
gchar *qy_figure_den_text(const QyFigure *figure);

typedef struct {
    const gchar *id, *unit;
    QySay title;
    QyTableId table; /* whose rows it is a column of: areas, units, commitments …; keys[] empty */
    guint n_keys;    /* further keys of a multi-key group, e.g. 1 for {"area","category"} */
    const gchar *keys[8];
    gboolean is_date, publish, evidence;
    const QyDeclaration *declaration;
} QyMeasureInfo;

typedef struct _QyPlan QyPlan;
typedef struct _QyMeasures QyMeasures;

/**
 * qy_plan_new:
 * Errors: %QY_ERROR_RULE; all faults at once, one line each with file, line and id.
 */
QyPlan *qy_plan_new(const QyPack *pack, const QyDataset *dataset, GError **error);
void qy_plan_free(QyPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyPlan, qy_plan_free)

/**
 * qy_measures_run:
 * Streams fulfilment, surveys and service through @dataset (each once, also
 * when no measure reads it, so that all rows are checked).
 * Returns: (transfer full): keeps references to @plan and @dataset, which must outlive it
 */
QyMeasures *qy_measures_run(const QyPlan *plan, QyDataset *dataset, const QyLoadOptions *options, GError **error);
void qy_measures_free(QyMeasures *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyMeasures, qy_measures_free)

guint qy_measures_count(const QyMeasures *self);
const QyMeasureInfo *qy_measures_info(const QyMeasures *self, guint measure);
/* Number of the measure, or -1. */
gint qy_measures_find(const QyMeasures *self, const gchar *id);

/* The figure of one entity (row of info->table); measures without further keys. */
QyFigure qy_measures_figure(const QyMeasures *self, guint measure, guint row);

/* The cells of one area, in key order (byte order of the keys' texts). */
typedef struct {
    const gchar *const *keys; /* n_keys texts */
    QyFigure figure;
} QyMeasureCell;
/* Returns: (transfer full): free with g_free(); @n may be 0. */
QyMeasureCell *qy_measures_cells(const QyMeasures *self, guint measure, guint area, guint *n);

/* Ids of up to 20 rows that a count{…} with evidence counted, lowest first;
 * joined by " " or NULL. (transfer none) */
const gchar *qy_measures_evidence(const QyMeasures *self, guint measure, guint row);

/* What estimate{…} asks for; answered by the estimate stage. */
typedef struct {
    guint measure;       /* group "area", no further keys */
    const QyValue *spec; /* the CALL: of, item, calibrate, cluster, strata, left, right, … */
    const gchar *item;   /* of surveys: the one that is asked, where the rule names several */
    QyTableId from;      /* QY_SURVEYS, QY_COMMITMENTS, or QY_AREAS for a category table or a rate */
} QyEstimateRequest;
const QyEstimateRequest *qy_measures_requests(const QyMeasures *self, guint *n);

/* Sufficient statistics of a survey request: one cell for each combination of
 * community, cluster, stratum and calibration levels that occurs. w and the
 * sums with it are scaled by 10^6 a factor of w; y is the answer (for "share"
 * and "top" 0 or 1). */
typedef struct {
    gint32 area;               /* row of areas: the response's community */
    gint32 cluster;            /* row of areas (compound), -1 none */
    gint32 stratum;            /* number in the dataset's strings, -1 none */
    gint64 cluster_population; /* 0 none */
    gint32 margins[4];         /* levels as string numbers, -1 missing, in the order of calibrate */
    gint64 n;
    gint64 n_missing;       /* answered neither ("don't know"): not in n nor in the sums */
    QyInt128 w, wy, wyy;    /* Σw, Σwy, Σwy² */
    QyInt128 ww, wwy, wwyy; /* Σw², Σw²y, Σw²y² */
} QySurveyCell;
/* Sorted by all key fields (texts by bytes). (transfer none): until the cells of another request are asked for */
const QySurveyCell *qy_measures_survey_cells(QyMeasures *self, const QyEstimateRequest *request, guint *n);

/* The rows of a median_days request: one for each commitment that fits `where`
 * and has a first day not after its last (or the day of censoring). */
typedef struct {
    gint32 area;    /* row of areas: the commitment's own (its community) */
    gint32 days;    /* from `first` to `last`, or to `censor` */
    gboolean event; /* FALSE: still open at `censor` */
} QyDuration;
/* In order of the commitments' ids. (transfer none) */
const QyDuration *qy_measures_durations(const QyMeasures *self, const QyEstimateRequest *request, guint *n);

/* Sets the figure of a requested measure; state ESTIMATE, EMPTY or NIL. */
void qy_measures_set(QyMeasures *self, guint measure, guint row, const QyFigure *figure);

/* Findings of measuring (an offer used over its capacity), in the columns of qy_dataset_findings(). */
QyTable *qy_measures_findings(const QyMeasures *self);
/* "measures": subject_id, level, measure, category, value, num, den, n, unit; ordered by
 * subject, measure, category in byte order. Measures of areas and units that are published. */
QyTable *qy_measures_to_table(const QyMeasures *self);

G_END_DECLS
