/* judge: what its files share. */
#pragma once

#include "judge/judge.h"

#include <lauxlib.h>

G_BEGIN_DECLS

/* ---- numbers.c: exact numbers of a verdict ---- */

/* num/den, den above 0. */
typedef struct {
    QyInt128 num, den;
} QyRatio;

#define QY_NUMBER_BYTES 96 /* the longest text of one */

/* FALSE for NAN, infinities and what doesn't fit. A float is the decimal with
 * at most six digits that reads back as it; else it is rounded to 1e-9, so
 * that what a script computes compares as it is meant (0.1 + 0.2 with 0.3). */
gboolean qy_ratio_from_real(gdouble value, QyRatio *out);
QyRatio qy_ratio_from_figure(const QyFigure *figure); /* of an EXACT one */
/* Below, at or above 0; exact. */
gint qy_ratio_order(QyRatio a, QyRatio b);
/* a - b; FALSE when it doesn't fit. */
gboolean qy_ratio_minus(QyRatio a, QyRatio b, QyRatio *out);
/* Decimal text to 9 digits. */
const gchar *qy_ratio_write(QyRatio value, gchar out[QY_NUMBER_BYTES]);
/* As people read it: a share in per cent, others to 3 digits when that is
 * exact, else 2. @beside: (nullable): a number that it must not look equal to unless it is. */
const gchar *qy_ratio_show(QyRatio value, gboolean share, const QyRatio *beside, gchar out[QY_NUMBER_BYTES]);

/* ---- source.c, cases.c: where figures come from ---- */

typedef struct {
    QyTableId table;
    gint row;
} QySubject;

typedef struct {
    const gchar *id, *unit;
    QyTableId table;
    guint n_keys;
    gboolean is_date, evidence;
} QyMeasureName;

typedef struct {
    const gchar *name, *level;     /* NULL none */
    gint64 households, population; /* QY_MISSING none */
    QyDate opened_on;
} QyAreaFacts;

typedef struct {
    gboolean present;
    gint64 value; /* scale 6 */
    QyDate as_of;
    const gchar *source;
    guint n_dates; /* of the rows it rests on, at most 20 */
    const QyDate *dates;
} QyFactFigure;

/* An assessment, or one case of a pack's tests. */
typedef struct _QyFigureSource QyFigureSource;
struct _QyFigureSource {
    QyDate as_of;
    QyPeriod period;
    guint n_measures;
    const QyMeasureName *measures;
    const QyFacts *catalogue; /* names and units of facts */
    const gchar *(*id)(const QyFigureSource *self, QySubject subject);
    QyFigure (*figure)(const QyFigureSource *self, guint measure, gint row);
    QyMeasureCell *(*cells)(const QyFigureSource *self, guint measure, gint row, guint *n);
    const gchar *(*evidence)(const QyFigureSource *self, guint measure, gint row);
    QyFactFigure (*fact)(const QyFigureSource *self, guint fact, gint area);
    QyAreaFacts (*area)(const QyFigureSource *self, gint area);
    /* The area of the subject (itself, its unit's …) at or above @level; G_MAXUINT: its own. -1 none. */
    gint (*up)(const QyFigureSource *self, QySubject subject, guint level);
    const QyValue *(*parameter)(const QyFigureSource *self, const gchar *id, QyDate date, GError **error);
    gpointer data;
};

/* facts.c */
guint qy_facts_count(const QyFacts *self);
gint qy_facts_find(const QyFacts *self, const gchar *id);
const gchar *qy_facts_id(const QyFacts *self, guint fact);
const gchar *qy_facts_unit(const QyFacts *self, guint fact);
QyFactFigure qy_facts_figure(const QyFacts *self, guint fact, guint area);
/* The catalogue alone, for cases. */
QyFacts *qy_facts_catalogue(const QyPack *pack, GError **error);

/* source.c: of an assessment; what @context points to must outlive it. */
QyFigureSource *qy_figure_source_new(const QyContext *context);
void qy_figure_source_free(QyFigureSource *self);

/* ---- view.c: c and what hangs from it ---- */

/* What a criterion may read: names of its `uses`, looked up once. */
typedef struct {
    const QyDeclaration *declaration;
    guint8 *measures;  /* a byte a measure */
    guint8 *facts;     /* a byte a fact */
    guint8 *areas;     /* a byte a QyAreaField */
    GPtrArray *params; /* (element-type utf8) */
    GArray *shares;    /* (element-type gdouble) values of those that are shares */
    gint values;       /* reference of the table of their values at the as-of date */
} QyUses;

typedef enum {
    QY_AREA_NAME,
    QY_AREA_LEVEL,
    QY_AREA_HOUSEHOLDS,
    QY_AREA_POPULATION,
    QY_AREA_OPENED_ON,
    QY_AREA_DAYS,
    QY_N_AREA_FIELDS
} QyAreaField;

/* An answer of a rule: c.met(…), c.test(…), c.grant(…). */
typedef struct {
    gboolean is_grant, granted;
    QyVerdictKind kind;
    gchar value[QY_NUMBER_BYTES], threshold[QY_NUMBER_BYTES], margin[QY_NUMBER_BYTES]; /* "" none */
    const gchar *unit;                                                                 /* NULL none */
    GString *zh, *en;
} QyAnswer;

typedef struct _QyView QyView;

/**
 * qy_view_new:
 * @source: outlives the view
 * @lists: (nullable): what c.index, c.stars and c.five_star answer
 * The view belongs to the pack's state; a second one takes the first one's place.
 */
QyView *qy_view_new(QyPack *pack, const QyFigureSource *source, const QyContext *lists);
QyUses *qy_uses_new(QyView *view, const QyDeclaration *declaration, GString *faults);
void qy_uses_free(QyUses *self);
/* What may be read from now on; NULL: everything. */
void qy_view_use(QyView *self, const QyUses *uses);
/* Pushes c. */
void qy_view_push(QyView *self, QySubject subject);
/* The answer at the top of the stack, which is popped; NULL and @error when it is none. */
const QyAnswer *qy_view_take(QyView *self, GError **error);
/* Appends ids of what the figures read in this call rest on, at most 20, joined by " ". */
void qy_view_evidence(const QyView *self, GString *out);

/* bindings: the words of c, in answers.c; each is registered by view.c. */
QyView *qy_view_of(lua_State *L);
typedef struct {
    gboolean is_fact;
    guint number;      /* of the measure or fact */
    QySubject subject; /* whose figure it is */
    QyFigure figure;   /* of a fact: EXACT, or NIL */
    QyFactFigure fact;
} QyFigureBox;
/* The figure at @index of the stack, or NULL. */
const QyFigureBox *qy_view_figure(QyView *self, gint index);
const QyFigureSource *qy_view_source(const QyView *self);
QyPack *qy_view_pack(const QyView *self);
const gchar *qy_figure_unit(const QyView *self, const QyFigureBox *box);
gboolean qy_figure_is_date(const QyView *self, const QyFigureBox *box);
/* Whether a parameter or figure read under these `uses` has this value and is a share. */
gboolean qy_view_is_share(const QyView *self, gdouble value);
QyAnswer *qy_view_new_answer(QyView *self);       /* pushes it; raises when there are too many */
void qy_answers_open(QyView *self, lua_State *L); /* its words into the table at the top */

/* ---- criteria.c ---- */
typedef struct {
    const QyDeclaration *tailor;
    const gchar *criterion;
    gint area;
    QySay reason, approver;
    QyDate until;
} QyWaiver;

typedef struct {
    guint n;
    QyCriterion *criteria;
    QyUses **uses;
    const QyValue **checks; /* their functions */
    guint n_waivers;
    QyWaiver *waivers;
} QyCriteria;

/* @dataset: (nullable): NULL in cases, where no waiver is read. */
QyCriteria *qy_criteria_new(QyView *view, const QyPack *pack, const QyDataset *dataset, GError **error);
void qy_criteria_free(QyCriteria *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyCriteria, qy_criteria_free)

/* ---- judge-one.c: one criterion, one subject ---- */

/* Texts belong to the view and live until its next call; NULL none. */
typedef struct {
    QyVerdictKind kind;
    gboolean timed_out; /* an error that another run may not have */
    const gchar *value, *threshold, *margin, *unit, *reason_zh, *reason_en, *evidence;
} QyJudged;

void qy_judge_one(QyView *view, const QyCriteria *criteria, guint criterion, QySubject subject, QyJudged *out);
/* Scratch of the view for texts that aren't an answer's. */
GString *qy_view_scratch(QyView *self, guint number); /* 0..2 */

G_END_DECLS
