/* report: a record as people read it. Reads result.qiyue and nothing else.
 *
 * Tables it reads: measures, criteria, standard, stars, scores, ranks, second-look, streets,
 * indices, lists, points, findings, notices, rejects, inputs, manifest, and
 *   subjects: subject_id, kind (area|unit), level, name, parent_id   (written by cli's pipeline)
 * One that is absent is a section without rows. Keys of the manifest it reads where they are:
 *   engine_version, title, period, as_of, cutoff, pack_id, pack_version, pack_title_zh,
 *   pack_title_en, pack_note_zh, pack_note_en, and for each star of the standard, in order,
 *   star.ID.zh and star.ID.en (its title)
 */
#pragma once

#include "record/record.h"

G_BEGIN_DECLS

/* report.html: one file, no network, both languages (a switch; Chinese first). */
gboolean qy_report_html(const gchar *result_path, const gchar *html_path, GError **error);

/* Aligned text for a terminal. @subject: an area or unit id or name, "stars", "ranks", "summary", or NULL. */
typedef struct {
    guint width; /* columns of the terminal */
    gboolean color;
    gboolean chinese;
} QyShowOptions;
gboolean qy_report_show(const gchar *result_path, const gchar *subject, const QyShowOptions *options, GString *out,
                        GError **error);

G_END_DECLS
