/* The parts of scoring, each on what the parts before it made. Internal to score/. */
#pragma once

#include "score/score.h"

G_BEGIN_DECLS

/* What every part reads, and where faults of the pack are gathered, one line each. */
typedef struct {
    QyPack *pack;
    const QyDataset *dataset;
    const QyMeasures *measures;
    const QyVerdicts *verdicts;
    GString *faults;
    QyTable *findings;
} QyScoring;

void qy_scoring_fault(const QyScoring *self, const QyDeclaration *declaration, const gchar *format, ...)
    G_GNUC_PRINTF(3, 4);
/* A number given as such or as the id of a parameter in force; NAN and a fault when it is neither. */
gdouble qy_scoring_value(const QyScoring *self, const QyDeclaration *declaration, const QyValue *value);
/* The same of a field; NAN without a fault where the field is absent. */
gdouble qy_scoring_number(const QyScoring *self, const QyDeclaration *declaration, const gchar *key);
/* The parameter's number at the as-of date, or NAN when the pack has none of that name. */
gdouble qy_scoring_parameter(const QyScoring *self, const gchar *id);
/* Text of a TEXT or WORD cell of a table in memory; NULL when missing. */
const gchar *qy_scoring_text(const QyScoring *self, QyTableId table, const gchar *column, guint row);
/* Value of a cell of a table in memory; QY_MISSING when the input lacks it. */
gint64 qy_scoring_cell(const QyScoring *self, QyTableId table, const gchar *column, guint row);

/* stars.c */
typedef struct {
    guint n_stars, n_communities;
    const gchar **star_ids;
    QySay *star_titles;
    QyStarState *states; /* n_communities × n_stars */
    gboolean *clean;     /* by community: see qy_stars_clean() */
    gint *stage;         /* last stage of acceptance passed without a gap: -1 none, 0 self … 3 prefecture */
    gint *of_area;       /* row of areas → community number, -1 */
} QyStars;

QyStars *qy_stars_new(const QyScoring *scoring);
void qy_stars_free(QyStars *self);
guint qy_stars_earned(const QyStars *self, guint community);
/* All stars earned: 测算达标. */
gboolean qy_stars_five(const QyStars *self, guint community);
/* Every star earned, or kept from it by nothing but what others owe. */
gboolean qy_stars_clean(const QyStars *self, guint community);
QyTable *qy_stars_to_table(const QyStars *self, const QyScoring *scoring);
QyTable *qy_stars_streets(const QyStars *self, const QyScoring *scoring);

/* indices.c */
typedef struct {
    gdouble value, std_error, low, high; /* on the index's scale; NAN: none */
    gint64 n;                            /* responses behind it, QY_MISSING where none were asked */
    const gchar *mark; /* static: "", "few", "suppressed", "too-few", "no-data", "reweighted", "bounds" */
} QyIndexValue;

typedef struct _QyIndices QyIndices;
QyIndices *qy_indices_new(const QyScoring *scoring);
void qy_indices_free(QyIndices *self);
gint qy_indices_find(const QyIndices *self, const gchar *id);
guint qy_indices_count(const QyIndices *self);
const gchar *qy_indices_id(const QyIndices *self, guint index);
QyTableId qy_indices_table(const QyIndices *self, guint index); /* QY_AREAS or QY_UNITS */
gboolean qy_indices_lower_is_better(const QyIndices *self, guint index);
const QyIndexValue *qy_indices_value(const QyIndices *self, guint index, guint row);
QyTable *qy_indices_scores(const QyIndices *self, const QyScoring *scoring);
QyTable *qy_indices_to_table(const QyIndices *self);

/* rank.c: competitors in one list. */
typedef struct {
    guint row;                /* of their table */
    gdouble score, low, high; /* low, high: NAN where nothing was estimated */
    gdouble ties[4];          /* the further keys of the order, more is better */
    guint n_ties;
    /* filled in: */
    guint rank;                /* 1 first; ties share the smallest */
    guint rank_low, rank_high; /* where its interval lies clear of others' */
    gdouble p_top;             /* NAN where not asked or nothing has an error */
} QyCompetitor;

/* @top: places of the list, 0: p_top isn't asked for. Competitors come back in order of rank, then row. */
void qy_rank(QyCompetitor *competitors, guint n, gboolean lower_is_better, guint top);

/* lists.c */
typedef struct {
    QyTable *ranks, *lists;
    guint n_errors; /* functions of the pack that failed */
} QyLists;
QyLists qy_lists_new(const QyScoring *scoring, const QyStars *stars, const QyIndices *indices);

/* looks.c */
QyTable *qy_looks_to_table(const QyScoring *scoring);
QyTable *qy_points_to_table(const QyScoring *scoring);

G_END_DECLS
