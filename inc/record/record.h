/* record: OUT, a folder that is replaced whole or not at all.
 *
 * Use: qy_record_begin(), add tables and files, qy_record_commit(). All is
 * written to OUT.new, synced, and takes OUT's place in one exchange of names.
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

typedef struct _QyRecording QyRecording;

/* @out: the folder; its parent exists. If it exists it must be empty or one of ours: its manifest.json
 * is, and every file in it is listed there. A leftover OUT.new of a crash is removed; one that a
 * living process holds is an error. Errors: %QY_ERROR_FILE, %QY_ERROR_STORE. */
QyRecording *qy_record_begin(const gchar *out, GError **error);
/* Without commit: removes OUT.new. */
void qy_record_free(QyRecording *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyRecording, qy_record_free)

/* Puts the table into result.qiyue and, when @csv, NAME.csv (UTF-8 with a
 * byte-order mark, CRLF: opens in Excel). Text is neutralised in the CSV alone. */
gboolean qy_record_add(QyRecording *self, const QyTable *table, gboolean csv, GError **error);

/* What a stranger needs to reproduce the run: one row a fact, key/value, in the order
 * noted. Written as manifest.json and the table `manifest`. Volatile keys (time, threads)
 * stand in manifest.json only, under "volatile". */
void qy_record_note(QyRecording *self, const gchar *key, const gchar *value);
void qy_record_note_volatile(QyRecording *self, const gchar *key, const gchar *value);

/* Closes result.qiyue, calls @report (may be NULL) to write further files into
 * the folder from the record alone, syncs, exchanges the names. On failure OUT is as before. */
typedef gboolean (*QyReportFunc)(const gchar *result_path, const gchar *folder, gpointer data, GError **error);
gboolean qy_record_commit(QyRecording *self, QyReportFunc report, gpointer data, GError **error);

G_END_DECLS
