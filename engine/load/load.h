/* load: an assessment folder becomes checked, typed columns.
 *
 * Use: qy_dataset_open() reads the settings and every table that stays in
 * memory; qy_dataset_stream() then reads one large table (fulfilment, surveys,
 * service) once and hands its good rows in batches to a sink; when all are
 * streamed, ask for rejects, findings, notices and inputs. A bad row is set
 * aside with its reason and never reaches a frame or a batch.
 *
 * Row numbers of a frame are dense ids in byte order of the table's ids, so
 * whatever is done in row order doesn't depend on the order of the file.
 * Tables without an id are in the order of their columns' values.
 */
#pragma once

#include "load/dictionary.h"

G_BEGIN_DECLS

typedef struct {
    guint n_threads;     /* 0: as many as the machine has */
    gsize chunk_bytes;   /* 0: the default; at least 64 */
    gsize memory_bytes;  /* 0: the default; what load may hold beyond the tables in memory */
    const gchar *digest; /* NULL or "sha256"; "none" */
    QyProgress progress; /* may be NULL */
    gpointer progress_data;
} QyLoadOptions;

/* One typed column. Exactly one of @narrow, @wide is set where the column is
 * in the input (or is MADE by load, or has a fallback, which then stands in every
 * empty cell), none where it isn't (then every value is missing). */
typedef struct {
    gint32 *narrow; /* REF, TEXT, DATE, WORD, ITEM; G_MININT32 is missing */
    gint64 *wide;   /* INTEGER, QUANTITY, WEIGHT; QY_MISSING is missing */
} QyColumn;

/* Rows of one table: a whole table in memory, or a batch of a streamed one. */
typedef struct {
    const QyTableDef *def; /* of this dataset: surveys has its items */
    gboolean present;      /* the file is there */
    guint n_rows;
    QyColumn columns[QY_MAX_COLUMNS];
    /* Ids as bytes, NUL-terminated; NULL where the table has none. */
    const gchar **ids;
} QyFrame;

static inline gint64
qy_column_get(const QyColumn *column, guint row)
{
    if (column->wide != NULL)
        return column->wide[row];
    if (column->narrow == NULL || column->narrow[row] == G_MININT32)
        return QY_MISSING;
    return column->narrow[row];
}

static inline gboolean
qy_column_present(const QyColumn *column)
{
    return column->wide != NULL || column->narrow != NULL;
}

/* assessment.ini, read and checked. */
typedef struct {
    gchar *folder;
    gchar *title; /* (nullable) */
    QyPeriod period;
    QyDate as_of;     /* the period's last day unless set */
    QyDate cutoff;    /* QY_DATE_NONE: none */
    gchar *areas;     /* (nullable): id of the area assessed; NULL: every root */
    gchar *rules;     /* (nullable): folder of the rule pack, as written */
    gchar *tailoring; /* (nullable): a tailoring file, as written */
} QySettings;

typedef struct _QyDataset QyDataset;

/**
 * qy_dataset_open:
 * @folder: with assessment.ini and the tables
 *
 * Reads settings and all tables that stay in memory, in order of their
 * references. Rows that are refused don't fail the call.
 *
 * Errors: %QY_ERROR_DATA for a file that can't be used (the message says which
 * and what to do; one line a file, joined by line ends), %QY_ERROR_FILE.
 */
QyDataset *qy_dataset_open(const gchar *folder, const QyLoadOptions *options, GError **error);
void qy_dataset_free(QyDataset *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyDataset, qy_dataset_free)

const QySettings *qy_dataset_settings(const QyDataset *self);
/* Of a streamed table: n_rows 0, no columns filled, but @present and @def hold
 * and qy_dataset_has_column() answers. */
const QyFrame *qy_dataset_frame(const QyDataset *self, QyTableId table);
/* Whether the input has this column (its file and a header for it). */
gboolean qy_dataset_has_column(const QyDataset *self, QyTableId table, guint column);
/* Row of an id, or -1. */
gint qy_dataset_find(const QyDataset *self, QyTableId table, const gchar *id);
/* From which answer on an ITEM of surveys counts as satisfied (its `top`; one below its high unless said).
 * Answers of reversed items are handed over turned (low + high - answer), so more is always better. */
gint64 qy_dataset_item_top(const QyDataset *self, guint column);
/* Texts of TEXT columns. */
QyStringPool *qy_dataset_strings(const QyDataset *self);

/* The area tree, parallel to the rows of areas. A parent's row may be larger
 * than its child's. */
typedef struct {
    guint n;
    const gint32 *parent;    /* -1 for a root */
    const guint8 *level;     /* QyLevel */
    const guint32 *top_down; /* rows, each after its parent */
} QyAreaTree;
const QyAreaTree *qy_dataset_areas(const QyDataset *self);
/* The area of @level at or above @area, or -1. */
gint qy_area_up(const QyAreaTree *tree, gint area, QyLevel level);

/* Who wants the rows of a streamed table. Calls to @batch come from several
 * threads, each with its own @worker number below n_workers, never two at a
 * time for one worker; the frame lives during the call only. */
typedef struct {
    guint64 wanted[(QY_MAX_COLUMNS + 63) / 64]; /* bit per column; others come as absent */
    gboolean want_ids;
    /* Before the first batch, and again when the pass must begin anew
     * (everything handed over so far is void). */
    void (*begin)(gpointer data, guint n_workers);
    void (*batch)(gpointer data, guint worker, const QyFrame *rows);
    gpointer data;
} QyFactSink;

/**
 * qy_dataset_stream:
 * @table: QY_FULFILMENT, QY_SURVEYS or QY_SERVICE; once each
 * @sink: (nullable): NULL checks only
 *
 * Reads the table with all checks. A table that is absent hands over nothing.
 * After it returns TRUE the sink has seen each good row exactly once.
 */
gboolean qy_dataset_stream(QyDataset *self, QyTableId table, const QyFactSink *sink, GError **error);

typedef struct {
    guint64 rows; /* records below the header, blank ones apart */
    guint64 accepted;
    guint64 refused;
    guint64 late; /* recorded after the cutoff: set aside */
    guint64 after_as_of;
} QyTableCounts;
QyTableCounts qy_dataset_counts(const QyDataset *self, QyTableId table);

/* (transfer full), in a fixed order:
 * rejects: file, row, line, column, code, value, reason, reason_zh
 * findings: code, table, subject_id, rows, examples, message_zh, message_en
 * notices: file, code, message_zh, message_en
 * inputs: file, table, bytes, rows, accepted, refused, late, encoding, digest */
QyTable *qy_dataset_rejects(const QyDataset *self);
QyTable *qy_dataset_findings(const QyDataset *self);
QyTable *qy_dataset_notices(const QyDataset *self);
QyTable *qy_dataset_inputs(const QyDataset *self);

/* A table of findings, empty: the columns of qy_dataset_findings(). Stages to the right add theirs in the same form. */
QyTable *qy_finding_table_new(void);
/* @subject, @examples: (nullable); {name} in @message is filled as by qy_say_fill() */
void qy_finding_add(QyTable *findings, const gchar *code, const gchar *table, const gchar *subject, gint64 rows,
                    const gchar *examples, QySay message, const gchar *const *names, const gchar *const *values);

/* Text of a TEXT or WORD cell of a table in memory; NULL when missing. (transfer none) */
const gchar *qy_dataset_text(const QyDataset *self, QyTableId table, guint column, guint row);

/* The reader alone: any CSV or TSV file as text cells, with the same rules
 * for encodings, quotes, records and line ends, but no dictionary. For import and the
 * reader's own tests. */
typedef struct {
    guint64 row, line;
    guint n_cells;
    const gchar *const *cells; /* NUL-terminated UTF-8 */
    const gsize *lengths;
} QyRecord;
typedef struct {
    void (*record)(gpointer data, const QyRecord *record); /* the header comes first */
    /* @code: "field-count", "quote", "encoding" */
    void (*refused)(gpointer data, guint64 row, guint64 line, gint column, const gchar *code);
    gpointer data;
} QyRecordSink;
gboolean qy_csv_read(const gchar *path, const QyLoadOptions *options, const QyRecordSink *sink, GError **error);

G_END_DECLS
