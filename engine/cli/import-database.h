/* The database of an import: raw files as tables of text, SQL over them that
 * can reach nothing else, and its views written out as tables of the
 * dictionary.
 *
 * Use: new; read each file; run the script; write what it made.
 */
#pragma once

#include "load/load.h"

G_BEGIN_DECLS

typedef struct _QyImport QyImport;

/* A row that the reader can't hand over. */
typedef struct {
    guint64 row, line;
    gchar *column;     /* its name in the table; NULL: the whole row */
    const gchar *code; /* static: "field-count", "quote", "encoding" */
} QyImportRefusal;
/* An array of them that frees what it holds. */
GArray *qy_import_refusals_new(void);

QyImport *qy_import_new(GError **error);
void qy_import_free(QyImport *self);

/* @refused: (element-type QyImportRefusal): gets the rows left out. Columns without a name are column_1, column_2 …; of
 * two with one name the second gets its number behind it. */
gboolean qy_import_read(QyImport *self, const gchar *path, const gchar *table, GArray *refused, guint64 *rows,
                        GError **error);

/* Runs the statements in order, with a limit of time and without ATTACH, PRAGMA or extensions.
 * Errors: %QY_ERROR_DATA "NAME:LINE: …"; %QY_ERROR_LIMIT. */
gboolean qy_import_run(QyImport *self, const gchar *sql, const gchar *name, GError **error);

gboolean qy_import_has(QyImport *self, const gchar *table);

/**
 * qy_import_write:
 * Columns in the order of the dictionary (those of a questionnaire after them), rows in byte order of their cells.
 * Errors: %QY_ERROR_DATA for a column that the table doesn't have, or a required one that is missing.
 */
gboolean qy_import_write(QyImport *self, const QyTableDef *def, const gchar *path, guint64 *rows, GError **error);

/* The view assessment(key, value) as assessment.ini. */
gboolean qy_import_write_settings(QyImport *self, const gchar *path, GError **error);

G_END_DECLS
