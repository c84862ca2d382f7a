/* judge: the criteria, one verdict for each community, with its figures, its
 * reason in both languages and the rows it rests on.
 */
#pragma once

#include "estimate/estimate.h"

G_BEGIN_DECLS

typedef enum {
    QY_MET,
    QY_NOT_MET,
    QY_NOT_APPLICABLE,
    QY_NOT_DUE,
    QY_NO_EVIDENCE,
    QY_WAIVED,
    QY_RULE_ERROR,
    QY_N_VERDICTS,
} QyVerdictKind;
const gchar *qy_verdict_name(QyVerdictKind kind); /* "met", "not_met", … "error" */

typedef enum { QY_DUTY_COMMUNITY, QY_DUTY_STREET, QY_DUTY_DEPARTMENT } QyDuty;

typedef struct {
    const gchar *id, *star, *owner;
    QySay title;
    gboolean have_not;
    QyDuty duty;
    QyLevel level;  /* where it is judged */
    QyDate since;   /* QY_DATE_NONE: always */
    const gchar *clause;
    const QyDeclaration *declaration;
} QyCriterion;

typedef struct {
    QyVerdictKind kind;
    gchar *value, *threshold, *margin; /* decimal text; NULL: none */
    gchar *unit;
    QySayText reason; /* figures filled in */
    gchar *evidence;  /* ids joined by " "; NULL: none */
} QyVerdict;

typedef struct {
    guint n_workers; /* 0: as many as the machine has */
    QyProgress progress;
    gpointer progress_data;
} QyJudgeOptions;

typedef struct _QyVerdicts QyVerdicts;

/**
 * qy_judge_run:
 * Calls every criterion for every community (or once for the area of its
 * level, whose communities take the verdict). A script that fails is the verdict
 * `error` of that criterion alone.
 * Errors: %QY_ERROR_RULE for declarations that can't be meant (unknown star,
 * measure, parameter, fact …), all at once.
 */
QyVerdicts *qy_judge_run(QyPack *pack, const QyDataset *dataset, const QyMeasures *measures,
                         const QyJudgeOptions *options, GError **error);
void qy_verdicts_free(QyVerdicts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyVerdicts, qy_verdicts_free)

guint qy_verdicts_n_criteria(const QyVerdicts *self);
const QyCriterion *qy_verdicts_criterion(const QyVerdicts *self, guint criterion); /* in order of declaration */
guint qy_verdicts_n_communities(const QyVerdicts *self);
guint qy_verdicts_community(const QyVerdicts *self, guint i); /* row of areas, ascending */
const QyVerdict *qy_verdicts_get(const QyVerdicts *self, guint i, guint criterion);
guint qy_verdicts_n_errors(const QyVerdicts *self);

/* "criteria": community_id, criterion_id, star, kind, verdict, value, threshold, margin, unit, owner, duty,
 * reason_zh, reason_en, evidence */
QyTable *qy_verdicts_to_table(const QyVerdicts *self, const QyDataset *dataset);
/* "standard": criterion_id, star, kind, title_zh, title_en, owner, owner_zh, owner_en, duty, level, clause, since; for the report */
QyTable *qy_verdicts_standard_table(const QyVerdicts *self, const QyPack *pack);

/* A fact in force: c.f[id] and the engine's own use. Sum of a flow over its
 * window, newest stock not older than its max age. */
typedef struct { gint64 value; QyDate as_of; gboolean present; } QyFact; /* value scale 3 */
typedef struct _QyFacts QyFacts;
QyFacts *qy_facts_new(const QyPack *pack, const QyDataset *dataset, GError **error);
void qy_facts_free(QyFacts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyFacts, qy_facts_free)
QyFact qy_facts_get(const QyFacts *self, const gchar *id, guint area);
/* "unknown fact" findings in the columns of qy_dataset_findings(). */
QyTable *qy_facts_findings(const QyFacts *self);

/* The object `c` that functions of a pack see. Score binds the same object
 * for its lists; @index and @stars are NULL while judging. */
typedef struct {
    QyPack *pack;
    const QyDataset *dataset;
    const QyMeasures *measures;
    const QyFacts *facts;
    /* Value of an index for a subject, NAN when it has none. */
    gdouble (*index)(gpointer data, const gchar *id, QyTableId table, guint row);
    gint (*stars)(gpointer data, guint area);          /* -1: none */
    gboolean (*five_star)(gpointer data, guint area);
    gpointer data;
} QyContext;
/* Pushes c for a row of @table (areas, units, members) on the pack's stack. */
void qy_context_push(const QyContext *self, QyTableId table, guint row);
/* Reads c.grant(…)/c.deny(…) from the top of the stack and pops it. */
gboolean qy_context_read_grant(const QyContext *self, gboolean *granted, QySayText *text, GError **error);

G_END_DECLS
