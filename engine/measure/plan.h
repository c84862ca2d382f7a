/* plan: what the declarations mean, once checked. Internal to measure/.
 *
 * A relation is a set of rows to read: a table of the dictionary, or one that
 * measures made ("area/category"). What is said of its rows, values as well as
 * conditions, is one list of nodes without repetition, each behind the nodes it
 * reads, so that a condition shared by fifty measures is worked out once.
 * A target is what a pass over a relation adds up for one way of grouping:
 * counts, sums, least and greatest values, again without repetition. A measure
 * is then a formula on a few of its target's numbers.
 */
#pragma once

#include "measure/measure.h"

G_BEGIN_DECLS

#define QY_MAX_KEYS 9 /* the area and QyMeasureInfo's further keys */
#define QY_MAX_MARGINS 4
#define QY_MAX_MEASURES 4096

typedef enum {
    QY_KIND_NUMBER,
    QY_KIND_DATE,
    QY_KIND_WORD,
    QY_KIND_TEXT,
    QY_KIND_REF,
    QY_KIND_QUARTER,
    QY_KIND_MONTH
} QyKind;

/* What a value is. */
typedef struct {
    QyKind kind;
    guint8 base;       /* NUMBER: fraction digits of its unit: 0 counts, 3 quantities, 6 weights, 9 ratios */
    guint8 extra;      /* digits more, from decimal factors */
    gboolean literal;  /* a number of the rule: takes the base of what it meets */
    gboolean is_ratio; /* a measure's num/den: compared with numbers exactly */
    const QyWords *words;
    QyTableId refers;
} QyShape;

static inline guint
qy_shape_scale(const QyShape *shape)
{
    return (guint)shape->base + shape->extra;
}

typedef enum {
    /* Values: 64 bits a row, QY_MISSING. @a as rows: -1 is the relation's own. */
    QY_NODE_NUMBER,  /* low */
    QY_NODE_ROW,     /* the row's own number */
    QY_NODE_KEY,     /* key b of a made relation */
    QY_NODE_COLUMN,  /* column c of table b at rows a */
    QY_NODE_MEASURE, /* measure b at rows a */
    QY_NODE_PLUS,    /* a, b */
    QY_NODE_MINUS,
    QY_NODE_TIMES,
    QY_NODE_LEAST,
    QY_NODE_GREATEST,
    QY_NODE_ABS,
    QY_NODE_DEFAULT,
    QY_NODE_PART,
    QY_NODE_PRORATE, /* a × days of [b, c] in [low, high] / days of [b, c] */
    QY_NODE_QUARTER, /* of date a */
    QY_NODE_MONTH,
    /* Conditions: a byte a row. Everything but MISSING is false on a missing value. */
    QY_NODE_TRUE,
    QY_NODE_RANGE,   /* low <= a <= high */
    QY_NODE_DIFFERS, /* a != low */
    QY_NODE_BITS,    /* bit a of low; a below 64 */
    QY_NODE_SET,     /* a in set b */
    QY_NODE_LESS,    /* a < b */
    QY_NODE_LESS_EQUAL,
    QY_NODE_EQUAL,
    QY_NODE_UNEQUAL,
    QY_NODE_RATIO, /* measure b at rows a, compared (QyCompare c) with low / 10^high */
    QY_NODE_MISSING,
    QY_NODE_PRESENT,
    QY_NODE_ALL, /* conditions a, b */
    QY_NODE_ANY,
} QyOp;

typedef enum { QY_IS_EQUAL, QY_IS_UNEQUAL, QY_IS_LESS, QY_IS_LESS_EQUAL, QY_IS_GREATER, QY_IS_GREATER_EQUAL } QyCompare;

typedef struct {
    gint32 op; /* QyOp */
    gint32 a, b, c;
    gint64 low, high;
} QyNode;

static inline gboolean
qy_node_is_condition(const QyNode *node)
{
    return node->op >= QY_NODE_TRUE;
}

typedef struct {
    guint index;           /* in QyPlan.relations */
    gchar *name;           /* "commitments", "area/category" */
    QyTableId table;       /* QY_NO_TABLE: made */
    const QyTableDef *def; /* NULL: made */
    gboolean streamed;
    GArray *nodes;  /* (element-type QyNode) */
    GArray *owners; /* (element-type guint) measure that first said the node, for messages */
    GHashTable *node_numbers;
    /* Of a made relation: */
    guint n_keys;
    gchar *key_names[QY_MAX_KEYS]; /* [0] is "area" or another entity */
    QyShape key_shapes[QY_MAX_KEYS];
    gboolean has_shapes;
    GArray *makers; /* (element-type guint) measures whose combinations are its rows */
} QyRelation;

typedef enum { QY_AGGREGATE_COUNT, QY_AGGREGATE_SUM, QY_AGGREGATE_MIN, QY_AGGREGATE_MAX } QyAggregateKind;

typedef struct {
    QyAggregateKind kind;
    gint mask, value; /* nodes; value -1 for a count */
    guint offset;     /* in the target's record */
    guint owner;      /* measure, for messages */
} QyAggregate;

typedef struct {
    gint mask;
    guint measure;
} QyEvidence;

typedef struct {
    guint index; /* in QyPlan.targets */
    guint relation, stage;
    QyTableId table; /* whose rows the groups are, that of the first key */
    gint made;       /* several keys: the relation they make; else -1 */
    guint n_keys;
    gint keys[QY_MAX_KEYS]; /* nodes */
    gboolean rolls_up;      /* rows count for the areas above theirs too */
    GArray *aggregates;     /* (element-type QyAggregate) */
    GArray *evidences;      /* (element-type QyEvidence) */
    guint record_bytes;
} QyTarget;

typedef enum {
    QY_VALUE_OF_COUNT,
    QY_VALUE_OF_COUNT_IF,
    QY_VALUE_OF_SUM,
    QY_VALUE_OF_MIN,
    QY_VALUE_OF_MAX,
    QY_VALUE_OF_MEAN,     /* num / den */
    QY_VALUE_OF_RATIO,    /* num / den */
    QY_VALUE_OF_MEASURES, /* measures a / b */
    QY_VALUE_OF_ESTIMATE,
} QyFormula;

typedef enum { QY_ESTIMATE_SURVEY, QY_ESTIMATE_DURATION, QY_ESTIMATE_CATEGORIES, QY_ESTIMATE_RATE } QyEstimateKind;

/* What a survey's or a duration's estimate gathers, beside its measure's `where`. */
typedef struct {
    QyEstimateKind kind;
    guint number, leader; /* in QyPlan.gathers; the first of those with the same cells */
    gint where, area;     /* nodes */
    /* survey */
    gint item, weight, cluster, stratum, cluster_population; /* nodes; cluster and below -1: not asked for */
    guint n_margins;
    gint margins[QY_MAX_MARGINS];
    gboolean is_share;
    gint64 share_from; /* y is 1 for answers from here on */
    /* duration */
    gint first, last;
    QyDate censor;
} QyGather;

typedef enum { QY_MEASURE_FRESH, QY_MEASURE_OPEN, QY_MEASURE_DONE } QyMeasureState;

typedef struct {
    QyMeasureInfo info;
    QyMeasureState state;
    gboolean declared; /* its table and keys were looked for */
    gboolean faulty;
    gint relation; /* it reads; -1: two measures */
    gint made;     /* relation whose column it is; -1: a table's */
    gint target;   /* -1: none of its own */
    QyFormula formula;
    gint n, num, den; /* aggregates of the target */
    guint a, b;       /* QY_VALUE_OF_MEASURES */
    gint gather;      /* in QyPlan.gathers; -1 none */
    QyShape shape;    /* as a column */
    guint8 num_scale, den_scale;
    guint stage;
    gboolean is_read;            /* some node reads it as a column */
    GArray *reads;               /* (element-type guint) measures, for the order */
    guint64 absent[QY_N_TABLES]; /* bit per column it needs and the assessment lacks (all: the table) */
    guint64 lifted;              /* bit per table named in `optional` */
    gboolean not_in_force;       /* reads a parameter that has no value yet */
} QyMeasure;

/* Whether a table, column or parameter that the measure needs isn't there. */
static inline gboolean
qy_measure_is_nil(const QyMeasure *self)
{
    guint64 absent = 0;

    for (guint i = 0; i < QY_N_TABLES; i++)
        absent |= self->absent[i];
    return absent != 0 || self->not_in_force;
}

struct _QyPlan {
    const QyPack *pack;
    const QyDataset *dataset;
    GPtrArray *measures;  /* (element-type QyMeasure) in order of declaration, those of row rules last */
    GPtrArray *row_rules; /* (element-type QyRowRule) */
    GHashTable *by_id;    /* id → number + 1 */
    GPtrArray *relations; /* (element-type QyRelation) */
    GPtrArray *targets;   /* (element-type QyTarget) */
    GPtrArray *sets;      /* (element-type GArray of gint64, sorted) */
    GArray *gathers;      /* (element-type QyGather) */
    GArray *requests;     /* (element-type QyEstimateRequest) */
    GPtrArray *faults;    /* (element-type QyFault) while planning */
    GArray *open;         /* (element-type guint) measures being compiled, for the path of a cycle */
    guint n_stages;
};

static inline QyMeasure *
qy_plan_measure(const QyPlan *self, guint number)
{
    return self->measures->pdata[number];
}

static inline QyRelation *
qy_plan_relation(const QyPlan *self, guint number)
{
    return self->relations->pdata[number];
}

static inline QyTarget *
qy_plan_target(const QyPlan *self, guint number)
{
    return self->targets->pdata[number];
}

/* What is wrong with a measure. */
typedef struct {
    guint measure, line;
    gchar *text;
} QyFault;

/* A measure while it is compiled. */
typedef struct {
    QyPlan *plan;
    guint number;
    QyMeasure *measure;
    QyRelation *relation; /* NULL: two measures */
    gboolean lenient;     /* inside default(): a column that isn't there is simply missing */
} QyCompiler;

/* A node and what it is; node -1: faulty, and said so. */
typedef struct {
    gint node;
    QyShape shape;
} QyTerm;

#define QY_NO_TERM ((QyTerm){.node = -1})

/* ---- plan.c ---- */
/* Notes a fault of the measure; @at (nullable) knows the line. Returns -1. */
gint qy_compiler_fault(const QyCompiler *self, const QyValue *at, const gchar *format, ...) G_GNUC_PRINTF(3, 4);
/* Makes sure that a measure is compiled, and that this one waits for it. FALSE: it is faulty. */
gboolean qy_compiler_read(QyCompiler *self, guint measure, const QyValue *at);
/* Notes that a column (or, -1, the table itself) is needed. */
void qy_compiler_need(QyCompiler *self, QyTableId table, gint column);

/* ---- declare.c ---- */
/* Finds the table or the made relation that the measure is a column of. */
void qy_declare_measure(QyPlan *plan, guint number);
QyRelation *qy_declare_find_made(const QyPlan *plan, const gchar *name);
/* The keys of `group`, whether one or a list. @group must outlive @keys. */
guint qy_declare_keys(const QyValue *const *group, const QyValue *const **keys);

/* ---- resolve.c ---- */
QyRelation *qy_relation_new(guint index, const gchar *name, const QyTableDef *def);
void qy_relation_free(QyRelation *self);
gint qy_relation_node(QyRelation *self, QyNode node, guint owner);
const QyNode *qy_relation_get(const QyRelation *self, gint node);
/* "due_on", "contract.unit.kind", a measure, a key. */
QyTerm qy_resolve_column(QyCompiler *self, const gchar *name, const QyValue *at);
/* The rows of an entity's table (QY_AREAS: the row's area) that the relation's rows belong to. */
QyTerm qy_resolve_entity(QyCompiler *self, QyTableId table, const gchar *name, const QyValue *at);
/* A key of a group. */
QyTerm qy_resolve_key(QyCompiler *self, const QyValue *key);
/* Its name, without looking at the relation; NULL: not a key. */
const gchar *qy_resolve_key_name(const QyValue *key);
QyTableId qy_resolve_entity_table(const gchar *entity);
/* The def of a table in this assessment (surveys has its items). */
const QyTableDef *qy_resolve_def(const QyPlan *plan, QyTableId table);

/* ---- compile.c ---- */
static inline gboolean
qy_value_is_call(const QyValue *value, const gchar *word)
{
    return value->type == QY_VALUE_CALL && g_str_equal(value->text, word);
}
const gchar *qy_compile_kind_name(const QyShape *shape);
/* The value behind p"id"; any other value as it is; NULL when faulty. */
const QyValue *qy_compile_parameter(QyCompiler *self, const QyValue *value);
gboolean qy_compile_window(const QyCompiler *self, const QyValue *value, QySpan *out);
/* Brings two numbers to one scale. */
gboolean qy_compile_unify(QyCompiler *self, QyTerm *a, QyTerm *b, const QyValue *at);
QyTerm qy_compile_value(QyCompiler *self, const QyValue *value);
/* A date that the rule states: as_of, period.first, "2026-01-01", p"id". */
gboolean qy_compile_date(QyCompiler *self, const QyValue *value, QyDate *out);

/* ---- condition.c ---- */
/* A list of conditions that all hold; NULL: every row. Returns -1 when faulty. */
gint qy_compile_where(QyCompiler *self, const QyValue *conditions);
gint qy_compile_condition(QyCompiler *self, const QyValue *condition);
gint qy_compile_all(QyCompiler *self, gint a, gint b);

/* ---- formula.c ---- */
/* The `value` of a measure that reads rows: formula, target and aggregates. @value NULL: count(). */
gboolean qy_formula_compile(QyCompiler *self, const QyValue *value, gint where, const gint *keys, guint n_keys);
/* ratio("a", "b") of two measures. */
gboolean qy_formula_compile_measures(QyCompiler *self, const QyValue *value);

/* ---- capacity.c ---- */
/* Measures of the engine's own, static. */
const QyDeclaration *qy_capacity_measures(guint *n);
/* Adds a finding for each offer used over its capacity. */
void qy_capacity_find(const QyMeasures *run, QyTable *findings);

/* ---- request.c ---- */
/* estimate{…}. @where, @area: nodes; -1 where the measure reads no rows. */
gboolean qy_request_compile(QyCompiler *self, const QyValue *spec, gint where, gint area);

G_END_DECLS
