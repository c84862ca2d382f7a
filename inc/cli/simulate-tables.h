/* The simulator's tables: which columns each has, and how its rows follow from
 * the world. An item is what rows come from: a community, a contract, a log.
 */
#pragma once

#include "cli/simulate-file.h"
#include "cli/simulate-world.h"

G_BEGIN_DECLS

typedef struct {
    QyTableId id;
    const gchar *const *columns;
    guint64 (*items)(const QySimWorld *world);
    guint rows_an_item; /* about; for the spoiler's share */
    /* Writes the rows of one item, none or several. */
    void (*write)(const QySimWorld *world, guint64 item, QySimFile *file);
} QySimTable;

/* In the order of their references, so that a bad row can refer to an earlier one. */
const QySimTable *qy_sim_tables(guint *n);

/* The large ones (simulate-rows.c). */
void qy_sim_write_log(const QySimWorld *world, guint64 item, QySimFile *file);
void qy_sim_write_response(const QySimWorld *world, guint64 item, QySimFile *file);
void qy_sim_write_service(const QySimWorld *world, guint64 item, QySimFile *file);
/* Those that show how a community is run (simulate-evidence.c). */
void qy_sim_write_facts(const QySimWorld *world, guint64 item, QySimFile *file);
void qy_sim_write_meetings(const QySimWorld *world, guint64 item, QySimFile *file);
void qy_sim_write_reviews(const QySimWorld *world, guint64 item, QySimFile *file);

G_END_DECLS
