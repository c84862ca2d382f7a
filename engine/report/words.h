/* The closed words of a record as people read them, in both languages. Internal to report/. */
#pragma once

#include "base/base.h"

G_BEGIN_DECLS

typedef enum {
    QY_SPOKEN_VERDICT,
    QY_SPOKEN_STAR_STATE,
    QY_SPOKEN_KIND,
    QY_SPOKEN_DUTY,
    QY_SPOKEN_LEVEL,
    QY_SPOKEN_ADVICE,
    QY_SPOKEN_MARK,
    QY_SPOKEN_PLACE,
    QY_SPOKEN_CODE,
    QY_SPOKEN_TABLE,
    QY_SPOKEN_UNIT,
} QySpoken;

/* A word that isn't known is shown as it stands. Lives as long as @word. */
QySay qy_say_word(QySpoken list, const gchar *word);

/* One letter for a verdict in the page's data, one sign for a star map; '.' and "" when there is none. */
gchar qy_verdict_letter(const gchar *verdict);
const gchar *qy_verdict_sign(const gchar *verdict);
/* The verdict of a letter, NULL for '.'. */
const gchar *qy_verdict_of_letter(gchar letter);

/* A score's mark says that fewer respondents than may be shown stand behind it. */
gboolean qy_mark_suppresses(const gchar *mark);
#define QY_SUPPRESSED_TEXT "<10"

/* Both say NULL where there is no number. (transfer full) */
gchar *qy_count_text(gint64 count);                  /* 1,148 */
gchar *qy_rounded_text(gdouble value, guint digits); /* 83.1 */

G_END_DECLS
