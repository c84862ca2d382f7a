/* report: a record as people read it. Reads result.qiyue and nothing else. */
#pragma once

#include "record/record.h"

G_BEGIN_DECLS

/* report.html: one file, no network, both languages (a switch; Chinese first). */
gboolean qy_report_html(const gchar *result_path, const gchar *html_path, GError **error);

/* Aligned text for a terminal. @subject: an area or unit id or name, "stars", "ranks", "summary", or NULL. */
typedef struct {
    guint width;      /* columns of the terminal */
    gboolean color;
    gboolean chinese;
} QyShowOptions;
gboolean qy_report_show(const gchar *result_path, const gchar *subject, const QyShowOptions *options, GString *out, GError **error);

G_END_DECLS
