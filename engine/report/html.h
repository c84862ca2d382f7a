/* Writing HTML: everything that comes from data is escaped here, everything
 * said is said in both languages. Internal to report/. */
#pragma once

#include "base/base.h"

G_BEGIN_DECLS

/* Both languages; the page's switch shows one. */
void qy_html_say(GString *out, QySay say);
/* {name} filled from pairs "name", text, …, NULL; a NULL text is shown as "–". */
void qy_html_fill(GString *out, QySay say, ...) G_GNUC_NULL_TERMINATED;
/* "–" for NULL and "". */
void qy_html_text(GString *out, const gchar *text);
void qy_html_count(GString *out, gint64 count);
void qy_html_rounded(GString *out, gdouble value, guint digits);

/* <section id=…> with its heading; end with "</section>". */
void qy_html_section(GString *out, const gchar *id, QySay title);
/* <table> with a caption and headed columns up to <tbody>; end with "</tbody></table></div>".
 * A title that begins with "#" is of a column of numbers. */
void qy_html_table(GString *out, QySay caption, const QySay *titles, guint n_titles);
void qy_html_end_table(GString *out);
void qy_html_cell_say(GString *out, QySay say);
void qy_html_cell_text(GString *out, const gchar *text);
void qy_html_cell_count(GString *out, gint64 count);
void qy_html_cell_rounded(GString *out, gdouble value, guint digits);
/* A paragraph. */
void qy_html_note(GString *out, QySay say);

/* "N more in FILE", where there are more. */
void qy_html_more(GString *out, gint64 left, const gchar *file);

/* A share 0..1 as a bar; and a point with its interval on low..high. NAN where there is none. */
void qy_html_bar(GString *out, gdouble share);
void qy_html_whisker(GString *out, gdouble value, gdouble low, gdouble high, gdouble axis_low, gdouble axis_high);

G_END_DECLS
