#define G_LOG_DOMAIN "qy-cli"

#include "cli/progress.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "load/dictionary.h"

#define PATIENCE_US (G_USEC_PER_SEC / 2) /* before anything is shown */
#define BETWEEN_US (G_USEC_PER_SEC / 10) /* from one drawing to the next */
#define BAR_WIDTH 30

void
qy_progress_bar_begin(QyProgressBar *self, const QyCliOptions *options)
{
    self->shown = !options->quiet && isatty(STDERR_FILENO);
    self->chinese = options->chinese;
    self->started = g_get_monotonic_time();
    self->last = 0;
    self->drawn = FALSE;
}

void
qy_progress_bar_tell(const gchar *stage, guint64 done, guint64 total, gpointer data)
{
    QyProgressBar *self = data;
    gint64 now = g_get_monotonic_time();
    const QyTableDef *table = qy_dictionary_find(stage); /* what load tells is a table's name */
    gchar bar[BAR_WIDTH + 1];
    guint full;

    if (!self->shown || now - self->started < PATIENCE_US || now - self->last < BETWEEN_US)
        return;
    self->last = now;
    self->drawn = TRUE;
    if (table != NULL && self->chinese)
        stage = table->name_zh;
    else if (strcmp(stage, "judge") == 0)
        stage = _("judging");
    if (total == 0) {
        fprintf(stderr, "\r\033[K%s …", stage);
        return;
    }
    done = MIN(done, total);
    full = (guint)((gdouble)done / (gdouble)total * BAR_WIDTH);
    for (guint i = 0; i < BAR_WIDTH; i++)
        bar[i] = i < full ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    fprintf(stderr, "\r\033[K[%s] %3u %%  %s", bar, (guint)((gdouble)done / (gdouble)total * 100.0), stage);
}

void
qy_progress_bar_end(QyProgressBar *self)
{
    if (self->drawn)
        fputs("\r\033[K", stderr);
    self->drawn = FALSE;
}
