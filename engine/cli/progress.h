/* A bar on stderr for work that takes longer than half a second; only on a terminal. */
#pragma once

#include "cli/cli.h"

G_BEGIN_DECLS

typedef struct {
    gboolean shown; /* may be: a terminal, and not --quiet */
    gboolean chinese;
    gint64 started, last;
    gboolean drawn; /* something stands on the line */
} QyProgressBar;

void qy_progress_bar_begin(QyProgressBar *self, const QyCliOptions *options);
/* A QyProgress; @data is the bar. */
void qy_progress_bar_tell(const gchar *stage, guint64 done, guint64 total, gpointer data);
/* Takes the bar off the line. */
void qy_progress_bar_end(QyProgressBar *self);

G_END_DECLS
