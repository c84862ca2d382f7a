/* What was put into a simulated assessment, for whoever checks what comes out. */
#pragma once

#include "cli/simulate-world.h"

G_BEGIN_DECLS

/* (transfer full): one JSON object: request, rows of each table, effects. */
gchar *qy_sim_truth_json(const QySimWorld *world, const guint64 rows[QY_N_TABLES], guint64 dirty_rows);
/* FOLDER/truth.json and truth.csv: community_id, kind, effects, five_star, one column a criterion (1 met, 0 not met,
 * empty: too few rows to design it). */
gboolean qy_sim_truth_write(const QySimWorld *world, const guint64 rows[QY_N_TABLES], guint64 dirty_rows,
                            const gchar *folder, GError **error);

G_END_DECLS
