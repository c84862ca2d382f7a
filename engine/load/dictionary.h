/* The data dictionary as data: every table and column an assessment may have.
 * Order of tables is an order of loading: a table refers only to earlier ones
 * (and to itself). */
#pragma once

#include "base/base.h"

G_BEGIN_DECLS

typedef enum {
    QY_TAXONOMY,
    QY_QUESTIONNAIRE,
    QY_AREAS,
    QY_UNITS,
    QY_MEMBERS,
    QY_POPULATION,
    QY_CONTRACTS,
    QY_OFFERS,
    QY_COMMITMENTS,
    QY_PROJECTS, /* made by load: the distinct project_id of commitments; no file */
    QY_NEEDS,
    QY_BIDS,
    QY_REVIEWS,
    QY_VOTES,
    QY_OBJECTIONS,
    QY_FACTS,
    QY_MEETINGS,
    QY_POINTS,
    QY_WISHES,
    QY_ACCEPTANCE,
    QY_AWARDS,
    QY_TARGETS,
    QY_FULFILMENT,
    QY_SURVEYS,
    QY_SERVICE,
    QY_N_TABLES,
    QY_NO_TABLE = -1,
} QyTableId;

typedef enum {
    QY_TYPE_ID,       /* the table's own key; opaque bytes, at most 64 */
    QY_TYPE_REF,      /* an id of another table: its row number there */
    QY_TYPE_TEXT,     /* number in the dataset's string pool */
    QY_TYPE_DATE,     /* QyDate */
    QY_TYPE_INTEGER,  /* >= 0 */
    QY_TYPE_QUANTITY, /* scale 3 */
    QY_TYPE_WEIGHT,   /* scale 6 */
    QY_TYPE_WORD,     /* index into the closed list */
    QY_TYPE_ITEM,     /* an answer on the item's scale */
} QyType;

#define QY_MAX_COLUMNS 64 /* of one table, items of the questionnaire included */

/* The scale of an item whose questionnaire doesn't say one. */
#define QY_DEFAULT_LOW 1
#define QY_DEFAULT_HIGH 5

/* A closed list. Only its words and the other spellings that the dictionary
 * names are read; what people write instead is in @usual, which is only ever
 * offered as a line for [values.*], never read (rule V10). */
typedef struct {
    const gchar *const *words;   /* NULL-ended; the index is the stored value */
    const gchar *const *aliases; /* NULL-ended pairs: spelling, canonical word; may be NULL */
    const gchar *const *usual;   /* NULL-ended pairs: what people write, canonical word; may be NULL */
} QyWords;

/* No figure of an assessment is larger, and sums of millions of them fit: above it, a cell is a slip (V8).
 * In stored units: 10^12 of integers, quantities and decimals, 10^7 people that one response may stand for. */
#define QY_MOST_INTEGER G_GINT64_CONSTANT(1000000000000)
#define QY_MOST_QUANTITY G_GINT64_CONSTANT(1000000000000000)
#define QY_MOST_DECIMAL G_GINT64_CONSTANT(1000000000000000000)
#define QY_MOST_WEIGHT G_GINT64_CONSTANT(10000000000000)

typedef enum {
    QY_COLUMN_MADE = 1 << 0,     /* worked out by load from other columns: in no file, so in no header */
    QY_COLUMN_PERSONAL = 1 << 1, /* a mobile or identity number in it refuses the row (P2) */
    QY_COLUMN_ID_TEXT = 1 << 2,  /* a TEXT that is an id of something: read as ids are (V4, V5) */
} QyColumnFlags;

typedef struct {
    const gchar *name;     /* "community_id" */
    const gchar *alias_zh; /* "社区编号" */
    QyType type;
    gboolean required;    /* a value must stand in every row */
    QyTableId refers;     /* QY_TYPE_REF; else QY_NO_TABLE */
    const QyWords *words; /* QY_TYPE_WORD */
    gint64 low, high;     /* range in stored units, both in it; of an ITEM its scale */
    const gchar
        *word_en;    /* singular of the reference in the rule language: "community" of community_id; NULL if none */
    gint level;      /* REF to areas: the QyLevel it must have, -1 any */
    gint64 fallback; /* what an empty cell or an absent column means, in stored units; QY_MISSING: missing */
    guint flags;     /* QyColumnFlags */
} QyColumnDef;

typedef struct {
    QyTableId id;
    const gchar *name;    /* "commitments": file and table name */
    const gchar *name_zh; /* "承诺事项" */
    const gchar *entity;  /* "commitment": the key of group=; NULL where rows are no entity */
    gboolean required;    /* the file must be there */
    gboolean streamed;    /* fulfilment, surveys, service */
    gint home;            /* column whose reference gives the row's area (and `home` chain), -1 none */
    gint event;           /* date by which a row counts: later than the as-of date it doesn't; -1 none */
    guint n_columns;
    const QyColumnDef *columns; /* column 0 is the ID where the table has one */
} QyTableDef;

/* The static dictionary, before items of a questionnaire are added. */
const QyTableDef *qy_dictionary_table(QyTableId id);
/* By English or Chinese name. Returns: NULL when there is none */
const QyTableDef *qy_dictionary_find(const gchar *name);
/* Column by English name; -1 when there is none. */
gint qy_table_def_column(const QyTableDef *def, const gchar *name);
/* Index of a word (or another spelling of it) in a closed list; -1 when unknown. */
gint qy_words_find(const QyWords *words, const gchar *text, gsize length);
/* The word that people mean by @text, for a message; NULL when that isn't known. */
const gchar *qy_words_usual(const QyWords *words, const gchar *text, gsize length);

/* Levels of areas.level, top down. */
typedef enum {
    QY_LEVEL_PREFECTURE,
    QY_LEVEL_COUNTY,
    QY_LEVEL_STREET,
    QY_LEVEL_COMMUNITY,
    QY_LEVEL_COMPOUND,
    QY_LEVEL_BUILDING,
    QY_N_LEVELS,
} QyLevel;
const gchar *qy_level_name(QyLevel level);
/* The level of that name; -1 when there is none, or @name is NULL. */
gint qy_level_find(const gchar *name);

/* The taxonomy of an assessment that brings no taxonomy.csv: the four resource
 * classes with 15 groups and the eleven service classes. */
typedef struct {
    const gchar *code;   /* "venues.room" */
    const gchar *parent; /* "venues"; NULL for a class */
    const gchar *zh, *en;
} QyCategory;
const QyCategory *qy_default_taxonomy(guint *n);

G_END_DECLS
