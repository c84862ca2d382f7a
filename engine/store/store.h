/* store: SQLite, as a keeper of tables. Knows nothing of what they mean. */
#pragma once

#include "base/base.h"

G_BEGIN_DECLS

typedef struct _QyStore QyStore;

/* A new file; %QY_ERROR_STORE when @path exists or can't be written. Until
 * qy_store_close() it has no journal: a crash leaves a file that isn't one of
 * ours. The bytes depend on what was put in and in which order, and on the
 * version of SQLite, on nothing else. */
QyStore *qy_store_create(const gchar *path, GError **error);
/* An existing file, read only. */
QyStore *qy_store_open(const gchar *path, GError **error);
/* Commits and syncs; on failure the new file goes. The store is freed in both cases. */
gboolean qy_store_close(QyStore *self, GError **error);
/* For a caller that syncs the file itself, with others: qy_store_close() won't. */
void qy_store_leave_sync(QyStore *self);
void qy_store_free(QyStore *self); /* without commit: the new file goes */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyStore, qy_store_free)

/* One SQL table of the table's name ("-" as "_"), rows in order. DECIMAL cells
 * are kept as numbers where a double holds all their digits (15), else as text. */
gboolean qy_store_put(QyStore *self, const QyTable *table, GError **error);

/* Reads rows, each cell as the type that @columns (static) asks for: TEXT takes
 * any type and gives it as it was put in. @sql with ?1.. bound to @arguments
 * (NULL-ended texts; may be NULL). */
QyTable *qy_store_query(QyStore *self, const gchar *sql, const gchar *const *arguments, const QyColumnSpec *columns,
                        guint n_columns, GError **error);
gboolean qy_store_exec(QyStore *self, const gchar *sql, GError **error);

G_END_DECLS
