/* Calendar days as integers: day 0 is 1970-01-01 of the proleptic Gregorian
 * calendar. No time zone, no clock. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef gint32 QyDate; /* days since 1970-01-01 */

#define QY_DATE_NONE G_MININT32 /* also "no lower limit" as a window's first day */
#define QY_DATE_TEXT_BYTES 16

/* A span of days, both ends in it. */
typedef struct {
    QyDate first; /* QY_DATE_NONE: from the beginning of records */
    QyDate last;
} QySpan;

typedef struct {
    gchar label[16]; /* "2026Q3", "2026", "2026-07" */
    QyDate first, last;
} QyPeriod;

/* The windows of rules-api.md; all end at the as-of date. */
typedef enum {
    QY_WINDOW_PERIOD,
    QY_WINDOW_YEAR,          /* 1 January of the as-of's year to as-of */
    QY_WINDOW_FOUR_QUARTERS, /* twelve months to the end of the as-of's quarter, cut at as-of */
    QY_WINDOW_LAST_PERIOD,   /* the whole period before */
    QY_WINDOW_TO_DATE,
} QyWindow;
#define QY_N_WINDOWS 5

/* Returns: the day, or QY_DATE_NONE when there is no such day (years 1..9999). */
QyDate qy_date_from_ymd(gint year, gint month, gint day);
void qy_date_to_ymd(QyDate date, gint *year, gint *month, gint *day);

/* Writes YYYY-MM-DD; "" for QY_DATE_NONE. Returns: @buffer */
const gchar *qy_date_text(QyDate date, gchar buffer[QY_DATE_TEXT_BYTES]);

/* Reads exactly YYYY-MM-DD. Returns: QY_DATE_NONE when it isn't one. */
QyDate qy_date_parse(const gchar *text, gsize length);

/* "2026Q3", "2026-07" or "2026". Returns: FALSE when it is none of them. */
gboolean qy_period_parse(const gchar *text, QyPeriod *out);
/* The period of the same kind just before; before year 1 an empty one (both ends QY_DATE_NONE). */
QyPeriod qy_period_before(const QyPeriod *period);

/* The quarter or month that holds @date, as an ordinal that grows by one
 * (year*4 + quarter-1, year*12 + month-1), and its text "2026Q3", "2026-07". */
gint qy_date_quarter(QyDate date);
gint qy_date_month(QyDate date);
const gchar *qy_quarter_text(gint quarter, gchar buffer[QY_DATE_TEXT_BYTES]);
const gchar *qy_month_text(gint month, gchar buffer[QY_DATE_TEXT_BYTES]);

/* No span goes past @as_of, nor QY_WINDOW_PERIOD past the period's last day;
 * one that begins after @as_of is empty (last < first). */
QySpan qy_window_span(QyWindow window, const QyPeriod *period, QyDate as_of);
/* "period", "four_quarters" … as in the rule language; NULL-safe lookups. */
gboolean qy_window_from_name(const gchar *name, QyWindow *out);

G_END_DECLS
