/* assessment.ini: what is assessed, and how the input's own words map to the
 * dictionary's. Internal to load/.
 *
 * The file is UTF-8 (or GB18030, as Notepad saves it), with sections
 * [assessment], [columns.TABLE] and [values.TABLE.COLUMN], lines `key = value`,
 * and comments that begin with # or ;. Keys and values may hold any character;
 * one with = in a key, or with blanks at its ends, stands in double quotes, a
 * double quote in those is written twice.
 */
#pragma once

#include "load/load.h"

G_BEGIN_DECLS

/* [columns.TABLE] column = header */
typedef struct {
    QyTableId table;
    gchar *column; /* English name */
    gchar *header; /* folded: without blanks and line ends */
    gchar *shown;  /* as written */
    guint line;
} QyColumnMapping;

/* [values.TABLE.COLUMN] from = to */
typedef struct {
    QyTableId table;
    gchar *column; /* English name */
    gchar *from;   /* the cell, trimmed */
    gchar *to;     /* what it is read as; "" is missing */
    guint line;
} QyValueMapping;

typedef struct {
    QySettings settings;
    GPtrArray *columns; /* (element-type QyColumnMapping), in order of lines */
    GPtrArray *values;  /* (element-type QyValueMapping), in order of lines */
} QyAssessment;

/**
 * qy_assessment_read:
 * @folder: where assessment.ini is
 *
 * Column names are checked against the dictionary, but for those of surveys,
 * whose items only the questionnaire knows.
 * Errors: %QY_ERROR_FILE; %QY_ERROR_DATA, one line a fault with its line.
 */
QyAssessment *qy_assessment_read(const gchar *folder, GError **error);
/* The same from text; for tests. */
QyAssessment *qy_assessment_parse(const gchar *folder, const gchar *text, gsize length, GError **error);
void qy_assessment_free(QyAssessment *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyAssessment, qy_assessment_free)

/* (transfer full): @text without blanks and line ends (F4: also U+00A0, U+3000). */
gchar *qy_header_fold(const gchar *text);
/* Column by English or Chinese name, both folded; -1 when there is none or load makes it. */
gint qy_header_column(const QyTableDef *def, const gchar *folded);

G_END_DECLS
