/* The reader's rules once more, a byte at a time and with nothing clever, for tests to hold the engine's against.
 * Encodings are GLib's and iconv's here, not the engine's own. */
#pragma once

#include "load/reader-private.h"

G_BEGIN_DECLS

/* A line a record of what lies below the header: row, line, lines, state, column, fields, whether a field too many has
 * a value; then the cells of a good one. Reads @reader's bytes with its delimiter and encoding. */
gchar *plain_transcript(const QyReader *reader);

/* The same as the engine has it, chunks taken by @n_threads. */
gchar *engine_transcript(QyReader *reader, guint n_threads);

G_END_DECLS
