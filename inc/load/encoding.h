/* Bytes of UTF-8 and GB18030: what is valid, what is blank, what a character
 * is. Both encodings leave the bytes of delimiters, quotes and line ends to
 * themselves, so files are cut into fields before anything is decoded. */
#pragma once

#include "load/reader.h"

G_BEGIN_DECLS

/* NUL is never valid. */
gboolean qy_encoding_valid(const gchar *text, gsize length, QyEncoding encoding);

/* Bytes of the blank of V9 (blank, tab, U+00A0, U+3000) at @text, 0 when there is none. */
guint qy_encoding_blank(const gchar *text, const gchar *end, QyEncoding encoding);
/* Whether anything but such blanks is there. */
gboolean qy_encoding_has_value(const gchar *text, gsize length, QyEncoding encoding);

/* Takes the blanks of V9 off both ends of UTF-8. */
void qy_utf8_trim(const gchar **text, gsize *length);

/* Appends GB18030 as UTF-8; a byte that can't be is written as "<0xBA>" (only seen in header cells and
 * messages: a row that has one is refused). */
void qy_gb18030_append(GString *out, const gchar *text, gsize length);
/* The same for what should be UTF-8. */
void qy_utf8_append_shown(GString *out, const gchar *text, gsize length);

G_END_DECLS
