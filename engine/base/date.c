#define G_LOG_DOMAIN "qy-date"

#include "base/date.h"

#include <string.h>

#define MIN_YEAR 1
#define MAX_YEAR 9999
#define DAYS_OF_400_YEARS 146097
#define DAYS_FROM_MARCH_0000_TO_1970 719468

static const gchar *const window_names[QY_N_WINDOWS] = {
    [QY_WINDOW_PERIOD] = "period",
    [QY_WINDOW_YEAR] = "year",
    [QY_WINDOW_FOUR_QUARTERS] = "four_quarters",
    [QY_WINDOW_LAST_PERIOD] = "last_period",
    [QY_WINDOW_TO_DATE] = "to_date",
};

static gint
days_of_month(gint year, gint month)
{
    static const guint8 days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    gboolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

/* Both ways count years from 1 March, so that the leap day is a year's last.
 * Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013),
 * days_from_civil and civil_from_days; years before March 0000 don't occur. */
QyDate
qy_date_from_ymd(gint year, gint month, gint day)
{
    gint march_year, march_month, day_of_year;

    if (year < MIN_YEAR || year > MAX_YEAR || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month))
        return QY_DATE_NONE;
    march_year = month > 2 ? year : year - 1;
    march_month = (month + 9) % 12;
    day_of_year = (153 * march_month + 2) / 5 + day - 1;
    return march_year * 365 + march_year / 4 - march_year / 100 + march_year / 400 + day_of_year -
           DAYS_FROM_MARCH_0000_TO_1970;
}

static gboolean
is_day(QyDate date)
{
    return date >= qy_date_from_ymd(MIN_YEAR, 1, 1) && date <= qy_date_from_ymd(MAX_YEAR, 12, 31);
}

void
qy_date_to_ymd(QyDate date, gint *year, gint *month, gint *day)
{
    gint shifted, era, day_of_era, year_of_era, day_of_year, march_month;

    *year = *month = *day = 0;
    g_return_if_fail(is_day(date));
    shifted = date + DAYS_FROM_MARCH_0000_TO_1970;
    era = shifted / DAYS_OF_400_YEARS;
    day_of_era = shifted % DAYS_OF_400_YEARS;
    year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    march_month = (5 * day_of_year + 2) / 153;
    *day = day_of_year - (153 * march_month + 2) / 5 + 1;
    *month = march_month < 10 ? march_month + 3 : march_month - 9;
    *year = era * 400 + year_of_era + (*month <= 2 ? 1 : 0);
}

/* @value in @width digits; faster than printf, which a million rows would feel. */
static gchar *
put_digits(gchar *at, gint value, gint width)
{
    for (gint i = width - 1; i >= 0; i--) {
        at[i] = (gchar)('0' + value % 10);
        value /= 10;
    }
    return at + width;
}

const gchar *
qy_date_text(QyDate date, gchar buffer[QY_DATE_TEXT_BYTES])
{
    gint year, month, day;
    gchar *at = buffer;

    if (date != QY_DATE_NONE) {
        qy_date_to_ymd(date, &year, &month, &day);
        at = put_digits(at, year, 4);
        *at++ = '-';
        at = put_digits(at, month, 2);
        *at++ = '-';
        at = put_digits(at, day, 2);
    }
    *at = '\0';
    return buffer;
}

/* Returns: the number in exactly @n digits, or -1 */
static gint
read_digits(const gchar *text, gsize n)
{
    gint value = 0;

    for (gsize i = 0; i < n; i++) {
        if (!g_ascii_isdigit(text[i]))
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

QyDate
qy_date_parse(const gchar *text, gsize length)
{
    if (length != 10 || text[4] != '-' || text[7] != '-')
        return QY_DATE_NONE;
    return qy_date_from_ymd(read_digits(text, 4), read_digits(text + 5, 2), read_digits(text + 8, 2));
}

/* @n_months from the given month of @year on. FALSE outside years 1..9999. */
static gboolean
make_period(gint year, gint month, gint n_months, QyPeriod *out)
{
    QyPeriod period = {.first = qy_date_from_ymd(year, month, 1)};
    gint last_month = month + n_months - 1;

    if (period.first == QY_DATE_NONE)
        return FALSE;
    period.last = qy_date_from_ymd(year, last_month, days_of_month(year, last_month));
    if (n_months == 12)
        put_digits(period.label, year, 4);
    else if (n_months == 3)
        qy_quarter_text(qy_date_quarter(period.first), period.label);
    else
        qy_month_text(qy_date_month(period.first), period.label);
    *out = period;
    return TRUE;
}

gboolean
qy_period_parse(const gchar *text, QyPeriod *out)
{
    gsize length = text ? strlen(text) : 0;

    if (length == 4)
        return make_period(read_digits(text, 4), 1, 12, out);
    if (length == 6 && text[4] == 'Q' && text[5] >= '1' && text[5] <= '4')
        return make_period(read_digits(text, 4), 3 * (text[5] - '1') + 1, 3, out);
    if (length == 7 && text[4] == '-')
        return make_period(read_digits(text, 4), read_digits(text + 5, 2), 1, out);
    return FALSE;
}

static gint
n_months_of(const QyPeriod *period)
{
    return qy_date_month(period->last) - qy_date_month(period->first) + 1;
}

QyPeriod
qy_period_before(const QyPeriod *period)
{
    QyPeriod before = {.first = QY_DATE_NONE, .last = QY_DATE_NONE};
    gint n_months = n_months_of(period);
    gint month = qy_date_month(period->first) - n_months;

    make_period(month / 12, month % 12 + 1, n_months, &before);
    return before;
}

gint
qy_date_quarter(QyDate date)
{
    return qy_date_month(date) / 3;
}

gint
qy_date_month(QyDate date)
{
    gint year, month, day;

    qy_date_to_ymd(date, &year, &month, &day);
    return year * 12 + month - 1;
}

const gchar *
qy_quarter_text(gint quarter, gchar buffer[QY_DATE_TEXT_BYTES])
{
    gchar *at = put_digits(buffer, quarter / 4, 4);

    *at++ = 'Q';
    *put_digits(at, quarter % 4 + 1, 1) = '\0';
    return buffer;
}

const gchar *
qy_month_text(gint month, gchar buffer[QY_DATE_TEXT_BYTES])
{
    gchar *at = put_digits(buffer, month / 12, 4);

    *at++ = '-';
    *put_digits(at, month % 12 + 1, 2) = '\0';
    return buffer;
}

/* The day that begins the twelve months to the end of the quarter of @as_of. */
static QyDate
four_quarters_first(QyDate as_of)
{
    gint quarter = qy_date_quarter(as_of) - 3;
    QyDate first = qy_date_from_ymd(quarter / 4, 3 * (quarter % 4) + 1, 1);

    return first == QY_DATE_NONE ? qy_date_from_ymd(MIN_YEAR, 1, 1) : first;
}

QySpan
qy_window_span(QyWindow window, const QyPeriod *period, QyDate as_of)
{
    QyPeriod before;
    gint year, month, day;

    switch (window) {
    case QY_WINDOW_PERIOD:
        return (QySpan){period->first, MIN(period->last, as_of)};
    case QY_WINDOW_YEAR:
        qy_date_to_ymd(as_of, &year, &month, &day);
        return (QySpan){qy_date_from_ymd(year, 1, 1), as_of};
    case QY_WINDOW_FOUR_QUARTERS:
        return (QySpan){four_quarters_first(as_of), as_of};
    case QY_WINDOW_LAST_PERIOD:
        before = qy_period_before(period);
        return (QySpan){before.first, MIN(before.last, as_of)};
    case QY_WINDOW_TO_DATE:
        return (QySpan){QY_DATE_NONE, as_of};
    }
    g_return_val_if_reached(((QySpan){QY_DATE_NONE, QY_DATE_NONE}));
}

gboolean
qy_window_from_name(const gchar *name, QyWindow *out)
{
    for (guint i = 0; i < QY_N_WINDOWS; i++)
        if (g_strcmp0(name, window_names[i]) == 0) {
            *out = (QyWindow)i;
            return TRUE;
        }
    return FALSE;
}
