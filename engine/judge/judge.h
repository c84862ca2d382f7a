/* judge: the criteria, one verdict for each community, with its figures, its
 * reason in both languages and the rows it rests on.
 */
#pragma once

#include "estimate/estimate.h"

G_BEGIN_DECLS

/* How numbers reach a rule and come back. A figure's value is a Lua integer
 * where it is whole, else the nearest float; dates are text. c.test() on a
 * figure compares the exact fraction behind it, never that float. A number that a
 * script worked out is taken as the decimal with up to six digits that it
 * reads back as, else rounded to 1e-9: so 0.1 + 0.2 equals 0.3, and 1.2 of a
 * parameter is 12/10. Columns hold up to nine digits; reasons show shares
 * (unit "ratio") in per cent, with as many digits as keep a missed threshold visible. */

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
    QyLevel level; /* where it is judged */
    QyDate since;  /* QY_DATE_NONE: always */
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
/* "standard": criterion_id, star, kind, title_zh, title_en, owner, owner_zh, owner_en, duty, level, clause, since; for
 * the report */
QyTable *qy_verdicts_standard_table(const QyVerdicts *self, const QyPack *pack);

/* The facts in force, c.f[id]: the sum of a flow over its window, the newest stock not older than its max age. */
typedef struct _QyFacts QyFacts;
QyFacts *qy_facts_new(const QyPack *pack, const QyDataset *dataset, GError **error);
void qy_facts_free(QyFacts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyFacts, qy_facts_free)
/* "unknown fact" findings in the columns of qy_dataset_findings(). (transfer none) */
const QyTable *qy_facts_findings(const QyFacts *self);
/* The facts that the verdicts read. (transfer none) */
const QyFacts *qy_verdicts_facts(const QyVerdicts *self);

/* The object `c` that functions of a pack see. Score binds the same object
 * for its lists; @index and @stars are NULL while judging. */
typedef struct {
    QyPack *pack;
    const QyDataset *dataset;
    const QyMeasures *measures;
    const QyFacts *facts;
    /* Value of an index for a subject, NAN when it has none. */
    gdouble (*index)(gpointer data, const gchar *id, QyTableId table, guint row);
    gint (*stars)(gpointer data, guint area); /* -1: none */
    gboolean (*five_star)(gpointer data, guint area);
    gpointer data;
    /* (nullable): whose `uses` limits what may be read; NULL: everything */
    const QyDeclaration *declaration;
} QyContext;
/* Pushes c for a row of @table (areas, units, members) on the pack's stack. */
void qy_context_push(const QyContext *self, QyTableId table, guint row);
/* Reads c.grant(…)/c.deny(…) from the top of the stack and pops it. */
gboolean qy_context_read_grant(const QyContext *self, gboolean *granted, QySayText *text, GError **error);

/* One `case` of a pack's tests, one criterion of its `expect`. */
typedef struct {
    const gchar *file, *name, *criterion;
    guint line;
    const gchar *expected; /* as written: "met" … or "error" */
    const gchar *got;
    QySay reason;                                   /* of what was got */
    const gchar *value, *threshold, *margin, *unit; /* NULL: none */
    gboolean passed;
} QyCaseResult;

typedef struct {
    guint n_cases, n_checks, n_failed;
    guint n_criteria, n_criteria_seen; /* of the pack; with at least one case */
} QyCaseCounts;

/**
 * qy_pack_test:
 * @folder: a rule pack, with tests/ beside its files
 * @report: (nullable): told each result, in order of files and lines
 *
 * Loads the pack and every tests/ *.lua, and judges each case
 * case{name*, level, as_of, period, area={…}, facts={id=v}, measures={id=v or {value=, num=,
 * den=, n=, low=, high=}}, params={id=v}, up={level={area=, facts=, measures=}}, expect*={ID="met"}}
 * as a run would. A measure or fact that isn't given is nil. A plain number has n = 1.
 * A case that fails is not an error of the call; see @counts.
 *
 * Errors: those of qy_pack_load(); %QY_ERROR_RULE for cases that can't be meant.
 */
gboolean qy_pack_test(const gchar *folder, const QyGuards *guards,
                      void (*report)(const QyCaseResult *result, gpointer data), gpointer data, QyCaseCounts *counts,
                      GError **error);

G_END_DECLS
