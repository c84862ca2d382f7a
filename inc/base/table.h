/* A result on its way out: named, typed columns, filled row by row. A stage
 * flattens what it found to such tables; the record stores them and writes
 * them as CSV, without knowing what they mean. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
    QY_CELL_TEXT,
    QY_CELL_INTEGER, /* 64-bit */
    QY_CELL_REAL,    /* estimates; NAN is missing */
    QY_CELL_DECIMAL, /* an exact number as text, written as a number */
} QyCellType;

typedef struct {
    const gchar *name; /* static */
    QyCellType type;
} QyColumnSpec;

typedef struct _QyTable QyTable;

/**
 * qy_table_new:
 * @name: the table of the record and the CSV file's name, e.g. "second-look"
 * @columns: copied; the names themselves must outlive the table
 */
QyTable *qy_table_new(const gchar *name, const QyColumnSpec *columns, guint n_columns);
void qy_table_free(QyTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyTable, qy_table_free)

/* Each call fills the next cell; after the last column a new row begins.
 * Text is copied (repeated texts are kept once); NULL, "", NAN, infinities and
 * QY_MISSING are empty cells. The type must be that of the column. */
void qy_table_add_text(QyTable *self, const gchar *text);
void qy_table_add_integer(QyTable *self, gint64 value);
void qy_table_add_real(QyTable *self, gdouble value);
void qy_table_add_decimal(QyTable *self, const gchar *number);
/* Takes ownership of @number; the usual way with qy_decimal_text(). */
void qy_table_take_decimal(QyTable *self, gchar *number);
void qy_table_add_empty(QyTable *self);

const gchar *qy_table_name(const QyTable *self);
guint qy_table_n_columns(const QyTable *self);
gsize qy_table_n_rows(const QyTable *self);
const QyColumnSpec *qy_table_column(const QyTable *self, guint column);
/* Returns: the column of that name, or -1 */
gint qy_table_find(const QyTable *self, const gchar *name);

gboolean qy_table_is_empty(const QyTable *self, gsize row, guint column);
/* TEXT and DECIMAL; NULL when empty. (transfer none), lives as long as the table */
const gchar *qy_table_text(const QyTable *self, gsize row, guint column);
gint64 qy_table_integer(const QyTable *self, gsize row, guint column); /* QY_MISSING when empty */
gdouble qy_table_real(const QyTable *self, gsize row, guint column);   /* NAN when empty */

/* Appends the cell as CSV writes it. */
void qy_table_append_csv_cell(const QyTable *self, gsize row, guint column, GString *out);

G_END_DECLS
