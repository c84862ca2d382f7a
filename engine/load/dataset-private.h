/* What the files of the dataset share. A table goes through them like this:
 * folder.c finds its file, source.c matches its header, pass.c walks its
 * records with several threads, row.c reads and checks each, memory.c makes a
 * table in memory of them (dense ids, references to itself), derive.c adds
 * what load works out; stream.c hands them on instead. */
#pragma once

#include "load/cells.h"
#include "load/id-index.h"
#include "load/reader.h"
#include "load/reject.h"
#include "load/settings.h"
#include "load/unique.h"

G_BEGIN_DECLS

#define QY_BATCH_ROWS 1024 /* all that a batch touches stays in the second cache */
#define QY_DEFAULT_CHUNK ((gsize)1 << 20)

/* ---- A table's file, and where its columns are (source.c) ---- */

/* A word of a closed list. */
typedef struct {
    guint64 head; /* first eight bytes; of a shorter word all of it, on top */
    const gchar *text;
    guint8 length;
    gint32 value;
} QySpelling;

/* A closed list, so that one look finds a word: @multiplier was chosen so that no two share a slot. */
typedef struct {
    guint n;
    QySpelling *words;
    guint64 multiplier;
    guint8 slots[256]; /* number of the word + 1; 0: none */
} QySpellings;

typedef struct {
    const QyColumnDef *def;
    gint field;         /* in the file; -1: not there */
    gboolean own_table; /* a reference to this very table, or to projects yet to be made: resolved afterwards */
    QyIdIndex *target;  /* a reference's; NULL when that table isn't there */
    QyTableId refers;
    GHashTable *values;     /* (nullable): [values.*], cell → what it is read as */
    QySpellings *spellings; /* of a WORD */
    gchar **dont_know;      /* (nullable): of an ITEM, NULL-ended */
    gboolean reversed;      /* of an ITEM: low + high - answer is kept, so that more is always better */
    guint16 plain_answers;  /* of an ITEM, bit per digit: an answer on its scale, and no code for "don't know" */
    gint32 answers[10];     /* of an ITEM: what is kept for such a digit */
} QyColumnPlan;

/* A check over two columns of a row; what it does is rules.c's. */
typedef struct {
    guint kind;
    gint a, b;
} QyRowRule;

typedef struct {
    QyDataset *dataset;
    const QyTableDef *def; /* of the dataset */
    gchar *file;           /* its name in the folder */
    QyReader *reader;
    guint n_fields;                       /* of the header */
    QyColumnPlan columns[QY_MAX_COLUMNS]; /* as def->columns */
    gint cutoff_column;                   /* recorded_on, where there is a cutoff; else -1 */
    QyRowRule rules[4];
    guint n_rules;
} QySource;

/**
 * qy_source_open:
 * Opens the file and matches its header.
 * Errors: %QY_ERROR_DATA, %QY_ERROR_FILE; the message names the file.
 */
QySource *qy_source_open(QyDataset *dataset, const QyTableDef *def, const gchar *file, GError **error);
void qy_source_free(QySource *self);
/* Before a pass: indices of the tables it refers to. */
void qy_source_bind(QySource *self);
QyRejectPlace qy_source_reject_place(const QySource *self);

/* ---- Records into typed rows (row.c) ---- */

typedef enum {
    QY_ROW_STANDS,
    QY_ROW_FAULTY, /* its fault is still to be named */
    QY_ROW_GONE,   /* blank, late, or refused by now */
} QyRowState;

/* Where a row stands in the file. */
typedef struct {
    const gchar *begin;
    guint32 row, line; /* in the chunk */
} QyPlace;

/* A reference as text, until the batch is full: then all are looked up together, each asked for beforehand. */
typedef struct {
    const gchar *text;
    guint64 hash;
    guint length;
} QyPendingRef;

typedef struct {
    const gchar *text; /* of the pool */
    gsize length;
    guint64 hash;
    guint32 number;
} QyCachedText;

#define QY_TEXT_CACHE 1024 /* a power of two */
#define QY_SHOWN_CACHE 256 /* a power of two */

/* What one thread counts of one pass. */
typedef struct {
    guint64 rows, accepted, refused, late, blank, after_as_of;
    guint64 dont_know[QY_MAX_COLUMNS];
    guint64 unresolved[QY_MAX_COLUMNS]; /* references to a table that isn't there */
    gboolean had_time[QY_MAX_COLUMNS];
} QyPassCounts;

/* A chunk's rows and lines, to know where those behind it stand. */
typedef struct {
    guint64 index;
    guint32 rows, lines;
} QyChunkCount;

/* An id that a refused row had, for what refers to it. */
typedef struct {
    const gchar *id;
    guint64 row;
    guint32 chunk;
} QyRefusedId;

typedef struct _QyPass QyPass;

/* One thread's state of a pass. */
typedef struct {
    QyPass *pass;
    const QySource *source;
    guint number;
    QyScanner *scanner, *again; /* the latter for records that are looked at a second time */
    GString *buffer, *key;

    QyChunk chunk;
    guint32 chunk_number;

    /* The batch: rows are written at frame.n_rows and stay when they are good. */
    QyFrame frame;
    QyPlace *places;
    const gchar **ids; /* as frame.ids, but not NUL-terminated */
    guint8 *id_lengths;
    guint64 *id_hashes;
    guint8 *bad; /* QyRowState per row */
    guint n_bad; /* rows of the batch that don't stand */
    QyPendingRef *pending[QY_MAX_COLUMNS];
    QyCachedText *text_cache; /* [QY_TEXT_CACHE] */
    gint32 wave_quarter;      /* the last default wave: its quarter, and the text's number */
    guint32 wave_text;

    /* Texts that aren't in the file as they are read; emptied with the batch. */
    GPtrArray *arena_blocks;
    guint arena_block;
    gsize arena_used;

    QyPassCounts counts;
    GArray *chunks;                     /* (element-type QyChunkCount) */
    GArray *rejects;                    /* (element-type QyReject) */
    GStringChunk *texts;                /* of rejects and refused ids */
    const gchar *shown[QY_SHOWN_CACHE]; /* of texts: those that were shown last, by their hash */
    GArray *refused_ids;                /* (element-type QyRefusedId) */
    GArray *first_places;               /* (element-type QyFirstPlace): of rows that later duplicates name */
} QyWorker;

/* Begin a worker for a source; columns the sink doesn't want aren't kept. */
QyWorker *qy_worker_new(QyPass *pass, guint number);
void qy_worker_free(QyWorker *self);
/* Reads one record. A good one stands in the batch; a bad one among the rejects. */
void qy_worker_record(QyWorker *self, const QyScanned *record);
/* Reads records of one shape. */
void qy_worker_block(QyWorker *self, QyBlock *block);
/* Looks up references, checks what goes over several columns, and closes the gaps that bad rows leave. */
void qy_worker_finish_batch(QyWorker *self);
void qy_worker_clear_batch(QyWorker *self);
/* The id of the record at @place, as it is read. */
void qy_worker_id_at(QyWorker *self, const gchar *place, GString *out);

/* Why @table, which is there, has no such id: its row was refused, it is written otherwise, or it is nowhere. Returns:
 * FALSE */
gboolean qy_fault_of_unknown_id(const QyDataset *dataset, QyTableId table, const gchar *text, gsize length,
                                QyReject *fault);

/* Checks over several columns of a good row, references resolved (rules.c). Returns: FALSE with a fault */
gboolean qy_rules_check(QyWorker *worker, guint row, QyReject *fault);
/* Finds the rules of the source's table, and their columns. */
void qy_rules_prepare(QySource *source);
/* Whether a word in a row of @table may say that an id is one of @other. */
gboolean qy_rules_refer_by_word(QyTableId table, QyTableId other);

/* ---- A pass over all records of a source (pass.c) ---- */

/* A row that a duplicate names. */
typedef struct {
    const gchar *begin;
    guint32 chunk, row;
} QyFirstPlace;

struct _QyPass {
    QyDataset *dataset;
    QySource *source;
    guint n_workers;
    QyWorker **workers;
    gboolean keep_refused_ids; /* a table in memory that others refer to */
    gboolean tells;            /* the progress, from worker 0 */

    guint64 kept[(QY_MAX_COLUMNS + 63) / 64]; /* columns whose values are wanted */
    gboolean terminate_ids;                   /* frame.ids is wanted */

    /* For streamed tables; NULL in the others, which see duplicates when they are sorted. */
    QyUnique *unique;
    GHashTable *skip;   /* (nullable): places of duplicates → place of the row that stands */
    GHashTable *firsts; /* (nullable): set of the latter */

    const gchar *end; /* of the last chunk */

    /* The finished batch of one worker. */
    void (*batch)(gpointer data, QyWorker *worker);
    gpointer data;

    /* After the run */
    QyPassCounts counts;
    guint64 *chunk_rows, *chunk_lines; /* row and line of a chunk's first record, as the file counts */
    guint n_chunks;
};

/* Whether anyone asks for the values of the column. */
static inline gboolean
qy_pass_keeps(const QyPass *self, guint column)
{
    return (self->kept[column / 64] >> (column % 64) & 1) != 0;
}

QyPass *qy_pass_new(QyDataset *dataset, QySource *source);
void qy_pass_free(QyPass *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyPass, qy_pass_free)
/* Walks all records; may be called again, and then begins anew. */
void qy_pass_run(QyPass *self);
guint64 qy_pass_row(const QyPass *self, guint32 chunk, guint32 row);
/* Takes the rejects of all workers, places settled, and the pass's notices, over to the table. */
void qy_pass_settle(QyPass *self);

/* ---- The dataset ---- */

typedef struct {
    QyTableDef def;
    QyColumnDef columns[QY_MAX_COLUMNS]; /* def.columns; of surveys with its items */
    QyFrame frame;
    QySource *source;    /* (nullable): no file */
    QyIdIndex *index;    /* (nullable): no ids, or streamed */
    GPtrArray *id_texts; /* (element-type GStringChunk) */
    GHashTable *refused; /* (nullable): id → row + 1 of the file */
    QyTableCounts counts;
    GArray *rejects;  /* (element-type QyReject) */
    GPtrArray *texts; /* (element-type GStringChunk): of rejects */
    gboolean has_column[QY_MAX_COLUMNS];
    gboolean was_read;
    gchar *digest;
} QyTableState;

typedef struct {
    gchar *file, *code, *zh, *en;
} QyNotice;

typedef struct _QyFindings QyFindings;

struct _QyDataset {
    QyAssessment *assessment;
    QyLoadOptions options;
    guint n_threads;
    QyStringPool *strings;
    QyTableState tables[QY_N_TABLES];
    QyAreaTree tree;
    gint32 *tree_parent;
    guint8 *tree_level;
    guint32 *tree_top_down;
    GMutex lock;        /* of notices */
    GPtrArray *notices; /* (element-type QyNotice) */
    GArray *items;      /* (element-type QyItem): from the questionnaire, in its order */
    QyFindings *findings;
};

/* An item of the questionnaire. */
typedef struct {
    const gchar *name;
    const gchar *text; /* (nullable) */
    gint64 low, high, top;
    const gchar *dont_know; /* (nullable) */
    gboolean reversed;
} QyItem;

/* @values: parallel to @names; both may be NULL. */
void qy_dataset_say(QyDataset *self, const gchar *file, const gchar *code, QySay say, const gchar *const *names,
                    const gchar *const *values);

/* folder.c: which file is which table's. */
typedef struct {
    gchar *tables[QY_N_TABLES];    /* (nullable): "" where two files are one table's */
    gchar *workbooks[QY_N_TABLES]; /* (nullable): not read yet */
} QyFolder;
/* Adds all conflicts to @faults. */
void qy_folder_find(QyDataset *self, QyFolder *folder, GPtrArray *faults);
void qy_folder_clear(QyFolder *folder);

/* tables.c: all tables that stay in memory but the questionnaire, which is read before the others are opened. */
void qy_tables_load(QyDataset *self);

/* memory.c: one of them, whole. @tells: this is the thread to tell the progress from */
void qy_memory_load(QyDataset *self, QyTableId table, gboolean tells);

/* derive.c: what load works out of other columns. */
void qy_derive_projects(QyDataset *self);
void qy_derive_taxonomy(QyDataset *self);
void qy_derive_areas(QyDataset *self);
void qy_derive_table(QyDataset *self, QyTableId table);

G_END_DECLS
