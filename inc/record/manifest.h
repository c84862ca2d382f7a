/* manifest.json: what the folder is, what made it, which files are its own.
 * Internal to record/. */
#pragma once

#include "base/base.h"

G_BEGIN_DECLS

#define QY_MANIFEST_NAME "manifest.json"

typedef struct {
    gchar *key, *value;
} QyNote;

void qy_note_clear(gpointer note);

/* @notes, @volatile_notes: (element-type QyNote), in the order noted;
 * @files: names (element-type utf8). */
gchar *qy_manifest_text(const GArray *notes, const GArray *volatile_notes, const GPtrArray *files);

/* Returns: (transfer full) (element-type utf8): the files that the manifest at
 * @path lists, itself included; NULL when there is none or it isn't one of ours. */
GPtrArray *qy_manifest_files(const gchar *path);

G_END_DECLS
