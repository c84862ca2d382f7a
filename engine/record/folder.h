/* A folder that is replaced whole. Internal to record/.
 *
 * The names, beside each other:
 *   OUT               what readers see: whole at every moment
 *   OUT.new           ours alone: being written (it holds MARKER), or, for the
 *                     moment after the exchange, the record that was replaced
 *   .OUT.qiyue-old    only on file systems without an exchange of names
 *
 * A living run holds a lock on OUT.new (flock; it goes with the process), so a
 * crash's leftover is told from a run at work.
 */
#pragma once

#include "base/base.h"

G_BEGIN_DECLS

typedef struct _QyFolder QyFolder;

/**
 * qy_folder_begin:
 * @out: absent, empty, or a record of ours without foreign files in it; its parent exists
 *
 * Returns: OUT.new, empty but for the marker, locked.
 * Errors: %QY_ERROR_FILE
 */
QyFolder *qy_folder_begin(const gchar *out, GError **error);
/* Unless taken: removes OUT.new. */
void qy_folder_free(QyFolder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyFolder, qy_folder_free)

const gchar *qy_folder_path(const QyFolder *self); /* of OUT.new */
/* (transfer full): names of the files in it, sorted by bytes, the marker apart. */
GPtrArray *qy_folder_files(const QyFolder *self, GError **error);

/* Syncs the files that are there; may run beside the writing of others, so
 * that the disk works meanwhile. Its error is told once only. */
gboolean qy_folder_sync_files(const QyFolder *self, GError **error);
/* Syncs the files and the folder, exchanges OUT.new with OUT, syncs the parent,
 * removes what was replaced. On failure OUT is as before. */
gboolean qy_folder_take_place(QyFolder *self, GError **error);

/* For tests. Called before each step that a crash could come between; FALSE
 * with @error set fails the step. NULL outside tests. */
extern gboolean (*qy_folder_step_hook)(const gchar *step, GError **error);
gboolean qy_folder_step(const gchar *step, GError **error);
/* Exchanges two names of a folder; returns -1 and errno. Tests put in one that can't. */
extern gint (*qy_folder_exchange)(gint parent_fd, const gchar *a, const gchar *b);

G_END_DECLS
