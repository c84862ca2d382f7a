/* run: a plan carried out. Internal to measure/.
 *
 * A pass reads the rows of one relation in blocks. An evaluator works out the
 * nodes that the pass needs for a block; tallies add the block's rows to their
 * groups. Each worker has its own evaluator and its own tallies; these are
 * merged when the pass is over, which changes no sum, since sums are integers.
 */
#pragma once

#include "measure/plan.h"

G_BEGIN_DECLS

#define QY_BLOCK_ROWS 1024
#define QY_EVIDENCE_MAX 20

/* ---- evaluate.c ---- */

/* One node over a block: one of the three is set. */
typedef struct {
    const gint32 *narrow; /* G_MININT32 is missing */
    const gint64 *wide;   /* QY_MISSING */
    const guint8 *mask;   /* 0 or 1 */
} QyVector;

typedef struct _QyEvaluator QyEvaluator;
/* @roots: nodes that are asked for; those they read come by themselves. */
QyEvaluator *qy_evaluator_new(QyMeasures *run, const QyRelation *relation, const gint *roots, guint n_roots);
void qy_evaluator_free(QyEvaluator *self);
/* Works out all nodes for rows first … first+n-1 (n at most QY_BLOCK_ROWS) of @frame (NULL: of a made relation). */
void qy_evaluator_block(QyEvaluator *self, const QyFrame *frame, guint first, guint n);
const gint64 *qy_evaluator_wide(QyEvaluator *self, gint node);
const gint32 *qy_evaluator_narrow(QyEvaluator *self, gint node); /* references, words, texts, calendar keys */
const guint8 *qy_evaluator_mask(const QyEvaluator *self, gint node);
/* Measure whose function left 64 bits, or -1. */
gint qy_evaluator_overflow(const QyEvaluator *self);
/* Columns of the relation's own table that the nodes read. */
void qy_evaluator_wanted(const QyEvaluator *self, guint64 *wanted);

/* ---- tally.c ---- */

/* Up to 20 ids, the lowest, in byte order. */
typedef struct {
    guint n;
    const gchar *ids[QY_EVIDENCE_MAX];
} QyIdList;

/* A sum that left 64 bits is put aside and begun anew. */
typedef struct {
    guint record, aggregate;
    gint64 value;
} QySpill;

/* What one worker adds up for one target: a record of numbers for each group,
 * which are rows of a table, or, for several keys, whatever combinations come. */
typedef struct {
    const QyTarget *target;
    guint n_groups;
    gchar *records; /* n_groups × target->record_bytes */
    gint32 *keys;   /* several keys: n_groups × n_keys; else NULL */
    guint64 *slots; /* their hash table: hash << 32 | group + 1, 0 free */
    guint n_slots, capacity;
    GArray *spills;      /* (element-type QySpill) */
    QyIdList ***ids;     /* by evidence of the target, by group; NULL: none */
    GStringChunk *texts; /* ids of streamed rows */
    guint *order;        /* aggregates by mask */
} QyTally;

/* @n_groups: rows of the target's table */
QyTally *qy_tally_new(const QyTarget *target, guint n_groups);
void qy_tally_free(QyTally *self);
/* @ids: of the block's rows; NULL: no evidence wanted. @copy: they don't outlive the call. */
void qy_tally_add(QyTally *self, QyEvaluator *evaluator, guint n, const gchar *const *ids, gboolean copy);
/* Groups of @n combinations, one behind the other; made where they are new. */
void qy_tally_groups(QyTally *self, const gint32 *keys, guint n, guint32 *groups);
void qy_id_list_add(QyIdList **list, const gchar *id);

/* Least and greatest values are kept so that an empty record is all zero. */
static inline guint64
qy_extreme_pack(gint64 value, gboolean is_min)
{
    guint64 bits = (guint64)value ^ G_GUINT64_CONSTANT(0x8000000000000000);

    return is_min ? ~bits : bits;
}

static inline gint64
qy_extreme_unpack(guint64 packed, gboolean is_min)
{
    if (packed == 0)
        return QY_MISSING;
    return (gint64)((is_min ? ~packed : packed) ^ G_GUINT64_CONSTANT(0x8000000000000000));
}

/* ---- totals.c ---- */

/* A target's numbers after its pass, areas above included. */
typedef struct {
    const QyTarget *target;
    guint n_groups;
    gchar *records;   /* of an entity's rows: as in the tally */
    gint64 **narrow;  /* of areas and combinations: by aggregate, by group; NULL where … */
    QyInt128 **wide;  /* … a number leaves 64 bits */
    gint32 *keys;     /* of combinations, ordered by their texts */
    gint32 *group_of; /* of combinations: by row of the made relation, -1 none */
    QyIdList ***ids;
    GPtrArray *texts; /* (element-type GStringChunk) that ids point into */
} QyTotals;

/* Merges and frees @tallies. Returns: NULL with an error when a sum of an entity leaves 64 bits */
QyTotals *qy_totals_new(QyMeasures *run, const QyTarget *target, QyTally **tallies, guint n_tallies, GError **error);
void qy_totals_free(QyTotals *self);
/* The number of a group; an extreme that has none is QY_MISSING. */
QyInt128 qy_totals_get(const QyTotals *self, gint aggregate, guint group);

/* ---- cells.c ---- */

/* Rows of a relation that measures made, ordered by the bytes of their keys' texts. */
typedef struct {
    const QyRelation *relation;
    guint n_rows;
    gint32 *keys[QY_MAX_KEYS]; /* by row; [0]: rows of the first key's table */
    const gchar **texts;       /* n_rows × (n_keys - 1) */
    const gchar **names;       /* further keys joined by "/" */
    guint *first;              /* by row of the first key's table: its first row; one more at the end */
    GStringChunk *chunk;
} QyMade;

/* Orders combinations by the texts of their keys. Returns: (transfer full): their numbers in order */
guint32 *qy_cells_sort(const QyMeasures *run, const QyRelation *relation, const gint32 *keys, guint n);
/* One step of it: a stable counting sort of @order by one key. @keys: the first of @n, @stride apart. */
void qy_cells_sort_by_key(const QyMeasures *run, const QyShape *shape, const gint32 *keys, guint n, guint stride,
                          guint32 *order, guint32 *spare);
QyMade *qy_made_new(QyMeasures *run, const QyRelation *relation);
void qy_made_free(QyMade *self);
/* Says for each row of the made relation which group of the totals it is. */
void qy_made_align(const QyMade *self, QyTotals *totals);

/* ---- survey.c ---- */

/* Survey cells of the gathers that share their keys and their `where`, of one
 * worker, then of all. */
typedef struct _QySurveyTally QySurveyTally;
QySurveyTally *qy_survey_tally_new(const QyPlan *plan, const QyGather *leader);
void qy_survey_tally_free(QySurveyTally *self);
void qy_survey_tally_add(QySurveyTally *self, QyEvaluator *evaluator, guint n);
/* Adds all of @other, which is of the same gathers. */
void qy_survey_tally_merge(QySurveyTally *self, const QySurveyTally *other);
/* Puts the cells in order; nothing can be added afterwards. */
void qy_survey_tally_sort(QySurveyTally *self, const QyMeasures *run);
/* (transfer full): the cells of one gather; free with g_free() */
QySurveyCell *qy_survey_tally_cells(const QySurveyTally *self, const QyGather *gather, guint *n_cells);

/* ---- pass.c ---- */

/* Streamed tables first, then tables in memory, stage by stage. */
gboolean qy_pass_run_all(QyMeasures *run, const QyLoadOptions *options, GError **error);

/* ---- figure.c ---- */

struct _QyMeasures {
    const QyPlan *plan;
    QyDataset *dataset;
    QyTotals **totals;       /* by target */
    QyMade **made;           /* by relation; NULL: a table of the dictionary */
    gint64 **columns;        /* by measure that others read: its values by row */
    QyFigure **answers;      /* by measure: figures that were set, by row; NULL: none were */
    QySurveyTally **surveys; /* by gather that leads */
    QySurveyCell *cells;     /* of the request asked last */
    gint cells_of;           /* its gather, -1 none */
    QyDuration **durations;
    guint *n_gathered;
    GHashTable *evidence; /* texts made so far: (measure << 32 | row) → text */
    GMutex lock;          /* of evidence */
};

/* Rows of the table, or of the made relation, that the measure is a column of. */
guint qy_figure_rows(const QyMeasures *run, guint measure);
/* @row: of info->table, or of the made relation. */
QyFigure qy_figure_get(const QyMeasures *run, guint measure, guint row);
/* Fills run->columns of a measure. */
gboolean qy_figure_make_column(QyMeasures *run, guint measure, GError **error);

G_END_DECLS
