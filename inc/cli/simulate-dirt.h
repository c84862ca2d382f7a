/* Bad rows for a simulated assessment, each made from a good row by one fault
 * and listed, so that a run can be held to it: exactly these rows refused. The
 * good rows stay as they are and bad ones stand between them, so all figures
 * are those of the clean simulation.
 */
#pragma once

#include "cli/simulate-file.h"

G_BEGIN_DECLS

/* What all tables' spoilers share: the list, and ids of refused rows to refer to. */
typedef struct _QySimDirt QySimDirt;

/* @share: of the rows, about; a table gets at least one row for each fault it can have, as far as it has rows.
 * @cutoff: rows recorded after it are never spoilt (they are set aside, not refused) */
QySimDirt *qy_sim_dirt_new(gdouble share, guint64 seed, QyDate cutoff);
void qy_sim_dirt_free(QySimDirt *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QySimDirt, qy_sim_dirt_free)
guint64 qy_sim_dirt_rows(const QySimDirt *self);
/* FOLDER/dirty.csv: file, row, line, column, code. */
gboolean qy_sim_dirt_write(const QySimDirt *self, const gchar *folder, GError **error);

/* @rows: how many good rows the table is going to have, about. */
QySimSpoiler *qy_sim_spoiler_new(QySimDirt *dirt, const QyTableDef *def, const gchar *const *columns, guint64 rows);
void qy_sim_spoiler_free(QySimSpoiler *self);
/* After each good row: the row's text without its line end; may append a bad row to @file. */
void qy_sim_spoil(QySimSpoiler *self, QySimFile *file, const gchar *row, gsize length);

G_END_DECLS
