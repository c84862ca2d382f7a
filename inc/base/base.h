/* base: what every stage needs: errors, exact numbers, dates, text in two
 * languages, and tables on their way out. Knows nothing of the field. */
#pragma once

#include "base/date.h"
#include "base/error.h"
#include "base/exact.h"
#include "base/table.h"
#include "base/text.h"

G_BEGIN_DECLS

/* Told now and then by long work, from the thread that called it.
 * @total 0: not known yet. */
typedef void (*QyProgress)(const gchar *stage, guint64 done, guint64 total, gpointer data);

G_END_DECLS
