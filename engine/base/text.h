/* Text that people read: two languages, the width of a terminal's columns,
 * and what must be neutralised before a spreadsheet or a terminal sees it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The same sentence in both languages. What goes into a record is always
 * both, so that a result doesn't depend on the locale of the run; gettext
 * serves what is only said on a terminal. */
typedef struct {
    const gchar *en;
    const gchar *zh;
} QySay;

/* Owned pair; clear with qy_say_text_clear(). */
typedef struct {
    gchar *en;
    gchar *zh;
} QySayText;

void qy_say_text_clear(QySayText *self);
/* Fills {name} in both languages from @names/@values (parallel, NULL-ended
 * names); an unknown {name} stays as it is, so that it is seen. */
QySayText qy_say_fill(QySay say, const gchar *const *names, const gchar *const *values);
gchar *qy_text_fill(const gchar *pattern, const gchar *const *names, const gchar *const *values);

/* Columns on a terminal: 2 for East Asian wide, 0 for combining marks and
 * what is not shown. @text is UTF-8. */
gsize qy_text_width(const gchar *text);
/* (transfer full): @text with control characters, escape sequences and
 * direction marks shown as <U+001B>; safe for a terminal. */
gchar *qy_text_safe(const gchar *text, gssize length);
/* (transfer full): safe text padded or cut ("…") to exactly @width columns;
 * @align_right for numbers. */
gchar *qy_text_cell(const gchar *text, gsize width, gboolean align_right);

/* Appends one CSV field (RFC 4180). @is_text: a text cell that starts with
 * = + - @ tab CR or their full-width forms gets a leading apostrophe;
 * a number never does. NULL and "" are an empty cell. */
void qy_csv_append(GString *out, const gchar *text, gboolean is_text);
/* Appends a JSON string with its quotes (safe inside a script element too);
 * an HTML text or attribute value, where what isn't seen is shown as in qy_text_safe(). */
void qy_json_append(GString *out, const gchar *text);
void qy_html_append(GString *out, const gchar *text);

/* The name nearest to a mistyped one among @names (NULL-ended), when it is near
 * enough to be meant; of two as near, the first by bytes. Else NULL. */
const gchar *qy_nearest_name(const gchar *name, const gchar *const *names);

/* Distinct texts under small numbers, shared between threads. Numbers depend
 * on arrival; sort by text before showing anything. */
typedef struct _QyStringPool QyStringPool;
QyStringPool *qy_string_pool_new(void);
void qy_string_pool_free(QyStringPool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyStringPool, qy_string_pool_free)
/* Thread-safe. Returns: the number of the text, the same for equal bytes */
guint32 qy_string_pool_add(QyStringPool *self, const gchar *text, gsize length);
/* Thread-safe. Returns: (transfer none): NUL-terminated, lives as long as the pool */
const gchar *qy_string_pool_get(QyStringPool *self, guint32 number);
guint32 qy_string_pool_size(QyStringPool *self);

G_END_DECLS
