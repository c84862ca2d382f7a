/* Expected values worked by hand, unless a case says otherwise. */
#include "base/base.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <string.h>

static QyInt128
max128(void)
{
    return (QyInt128)(~(QyUint128)0 >> 1);
}

/* ---- dates ---- */

typedef struct {
    const gchar *name;
    gint year, month, day;
    QyDate date;
    const gchar *text;
} DateCase;

/* Day numbers of years far away: Julian day number - 2440588. */
static const DateCase date_cases[] = {
    {"epoch", 1970, 1, 1, 0, "1970-01-01"},
    {"day-before-epoch", 1969, 12, 31, -1, "1969-12-31"},
    {"first", 1, 1, 1, -719162, "0001-01-01"},
    {"last", 9999, 12, 31, 2932896, "9999-12-31"},
    {"leap-400", 2000, 2, 29, 11016, "2000-02-29"},
    {"after-leap-400", 2000, 3, 1, 11017, "2000-03-01"},
    {"no-leap-100", 1900, 3, 1, -25508, "1900-03-01"},
    {"leap-4", 2024, 2, 29, 19782, "2024-02-29"},
    {"as-of", 2026, 9, 30, 20726, "2026-09-30"},
    {"no-such-leap-day", 2025, 2, 29, QY_DATE_NONE, NULL},
    {"no-leap-in-1900", 1900, 2, 29, QY_DATE_NONE, NULL},
    {"31-april", 2026, 4, 31, QY_DATE_NONE, NULL},
    {"month-0", 2026, 0, 1, QY_DATE_NONE, NULL},
    {"month-13", 2026, 13, 1, QY_DATE_NONE, NULL},
    {"day-0", 2026, 1, 0, QY_DATE_NONE, NULL},
    {"year-0", 0, 12, 31, QY_DATE_NONE, NULL},
    {"year-10000", 10000, 1, 1, QY_DATE_NONE, NULL},
};

static void
test_date(gconstpointer data)
{
    const DateCase *c = data;
    gchar buffer[QY_DATE_TEXT_BYTES];
    gint year, month, day;

    g_assert_cmpint(qy_date_from_ymd(c->year, c->month, c->day), ==, c->date);
    if (c->date == QY_DATE_NONE)
        return;
    qy_date_to_ymd(c->date, &year, &month, &day);
    g_assert_cmpint(year, ==, c->year);
    g_assert_cmpint(month, ==, c->month);
    g_assert_cmpint(day, ==, c->day);
    g_assert_cmpstr(qy_date_text(c->date, buffer), ==, c->text);
    g_assert_cmpint(qy_date_parse(c->text, strlen(c->text)), ==, c->date);
}

/* Each day follows the one before, from the first to the last; checked against GDate. */
static void
test_date_every_day(void)
{
    GDate walk;
    gint year, month, day;

    g_date_clear(&walk, 1);
    g_date_set_dmy(&walk, 1, G_DATE_JANUARY, 1);
    for (QyDate date = -719162; date <= 2932896; date++) {
        qy_date_to_ymd(date, &year, &month, &day);
        if (year != g_date_get_year(&walk) || month != (gint)g_date_get_month(&walk) || day != g_date_get_day(&walk) ||
            qy_date_from_ymd(year, month, day) != date)
            g_error("day %d is %d-%d-%d", date, year, month, day);
        if (date < 2932896)
            g_date_add_days(&walk, 1);
    }
}

static void
test_date_none_text(void)
{
    gchar buffer[QY_DATE_TEXT_BYTES] = "x";

    g_assert_cmpstr(qy_date_text(QY_DATE_NONE, buffer), ==, "");
}

static const gchar *const not_dates[] = {
    "",           "2026-9-30",  "2026-09-3",  "2026/09/30", "20260930",   "2026-09-31",  " 2026-09-30", "2026-09-30 ",
    "2026-09-3x", "+026-09-30", "2026-13-01", "0000-01-01", "2026-00-10", "10000-01-01",
};

static void
test_date_parse_refuses(gconstpointer data)
{
    g_assert_cmpint(qy_date_parse(data, strlen(data)), ==, QY_DATE_NONE);
}

typedef struct {
    const gchar *text, *first, *last, *before;
} PeriodCase;

static const PeriodCase period_cases[] = {
    {"2026Q3", "2026-07-01", "2026-09-30", "2026Q2"},
    {"2026Q1", "2026-01-01", "2026-03-31", "2025Q4"},
    {"2024-02", "2024-02-01", "2024-02-29", "2024-01"},
    {"2026-01", "2026-01-01", "2026-01-31", "2025-12"},
    {"2026-12", "2026-12-01", "2026-12-31", "2026-11"},
    {"2026", "2026-01-01", "2026-12-31", "2025"},
    {"0001", "0001-01-01", "0001-12-31", ""},
    {"2026Q0", NULL, NULL, NULL},
    {"2026Q5", NULL, NULL, NULL},
    {"2026q3", NULL, NULL, NULL},
    {"2026-13", NULL, NULL, NULL},
    {"2026-00", NULL, NULL, NULL},
    {"0000", NULL, NULL, NULL},
    {"26Q3", NULL, NULL, NULL},
    {"2026Q3 ", NULL, NULL, NULL},
    {"", NULL, NULL, NULL},
};

static void
test_period(gconstpointer data)
{
    const PeriodCase *c = data;
    QyPeriod got = {.label = "kept", .first = 7, .last = 8}, before;
    gchar first[QY_DATE_TEXT_BYTES], last[QY_DATE_TEXT_BYTES];

    g_assert_cmpint(qy_period_parse(c->text, &got), ==, c->first != NULL);
    if (c->first == NULL) {
        g_assert_cmpstr(got.label, ==, "kept");
        return;
    }
    g_assert_cmpstr(got.label, ==, c->text);
    g_assert_cmpstr(qy_date_text(got.first, first), ==, c->first);
    g_assert_cmpstr(qy_date_text(got.last, last), ==, c->last);
    before = qy_period_before(&got);
    g_assert_cmpstr(before.label, ==, c->before);
    if (*c->before)
        g_assert_cmpint(before.last + 1, ==, got.first);
    else
        g_assert_cmpint(before.last, ==, QY_DATE_NONE);
}

static void
test_quarter_month(void)
{
    gchar buffer[QY_DATE_TEXT_BYTES];
    QyDate date = qy_date_from_ymd(2026, 9, 30);

    g_assert_cmpint(qy_date_quarter(date), ==, 2026 * 4 + 2);
    g_assert_cmpint(qy_date_quarter(date + 1), ==, 2026 * 4 + 3);
    g_assert_cmpint(qy_date_month(date), ==, 2026 * 12 + 8);
    g_assert_cmpstr(qy_quarter_text(2026 * 4 + 2, buffer), ==, "2026Q3");
    g_assert_cmpstr(qy_month_text(2026 * 12 + 11, buffer), ==, "2026-12");
}

typedef struct {
    const gchar *window, *period, *as_of, *first, *last;
} WindowCase;

static const WindowCase window_cases[] = {
    {"period", "2026Q3", "2026-09-30", "2026-07-01", "2026-09-30"},
    {"period", "2026Q3", "2026-08-15", "2026-07-01", "2026-08-15"},
    {"period", "2026Q3", "2026-10-02", "2026-07-01", "2026-09-30"},
    {"period", "2026Q3", "2026-06-30", "2026-07-01", "2026-06-30"},
    {"year", "2026Q3", "2026-09-30", "2026-01-01", "2026-09-30"},
    {"four_quarters", "2026Q3", "2026-09-30", "2025-10-01", "2026-09-30"},
    {"four_quarters", "2026Q3", "2026-08-15", "2025-10-01", "2026-08-15"},
    {"four_quarters", "2026Q4", "2026-12-31", "2026-01-01", "2026-12-31"},
    {"four_quarters", "0001Q2", "0001-06-30", "0001-01-01", "0001-06-30"},
    {"last_period", "2026Q3", "2026-08-15", "2026-04-01", "2026-06-30"},
    {"last_period", "2026-03", "2026-03-31", "2026-02-01", "2026-02-28"},
    {"last_period", "2026", "2026-12-31", "2025-01-01", "2025-12-31"},
    {"last_period", "2026Q3", "2026-05-01", "2026-04-01", "2026-05-01"},
    {"to_date", "2026Q3", "2026-08-15", "", "2026-08-15"},
};

static void
test_window(gconstpointer data)
{
    const WindowCase *c = data;
    gchar first[QY_DATE_TEXT_BYTES], last[QY_DATE_TEXT_BYTES];
    QyPeriod period;
    QyWindow window;
    QySpan span;

    g_assert_true(qy_window_from_name(c->window, &window));
    g_assert_true(qy_period_parse(c->period, &period));
    span = qy_window_span(window, &period, qy_date_parse(c->as_of, 10));
    g_assert_cmpstr(qy_date_text(span.first, first), ==, c->first);
    g_assert_cmpstr(qy_date_text(span.last, last), ==, c->last);
}

static void
test_window_unknown(void)
{
    QyWindow window = QY_WINDOW_YEAR;

    g_assert_false(qy_window_from_name("quarter", &window));
    g_assert_false(qy_window_from_name(NULL, &window));
    g_assert_cmpint(window, ==, QY_WINDOW_YEAR);
}

/* ---- exact numbers ---- */

typedef struct {
    gint64 num, den, want;
} DivCase;

static const DivCase div_cases[] = {
    {7, 2, 4},
    {-7, 2, -4},
    {5, 3, 2},
    {-5, 3, -2},
    {4, 3, 1},
    {-4, 3, -1},
    {1, 2, 1},
    {-1, 2, -1},
    {0, 9, 0},
    {1, 3, 0},
    {-1, 3, 0},
    {9, 3, 3},
    {-9, 3, -3},
    {25, 10, 3},
    {-25, 10, -3},
    {24, 10, 2},
    {G_MAXINT64, 1, G_MAXINT64},
    {G_MAXINT64, 2, 4611686018427387904},
};

static void
test_div_half_up(gconstpointer data)
{
    const DivCase *c = data;

    g_assert_true(qy_div_half_up(c->num, c->den) == c->want);
}

static void
test_div_half_up_extremes(void)
{
    QyInt128 max = max128(), min = -max - 1;

    g_assert_true(qy_div_half_up(max, max) == 1);
    g_assert_true(qy_div_half_up(max - 1, max) == 1);
    g_assert_true(qy_div_half_up(max / 2, max) == 0);     /* (max-1)/2 is just below the half */
    g_assert_true(qy_div_half_up(max / 2 + 1, max) == 1); /* and this just above */
    g_assert_true(qy_div_half_up(min, 1) == min);
    g_assert_true(qy_div_half_up(min, max) == -1);
}

typedef struct {
    gint64 a_num, a_den, b_num, b_den;
    gint want;
} CompareCase;

static const CompareCase compare_cases[] = {
    {1, 2, 2, 4, 0},   {1, 3, 1, 2, -1},      {2, 3, 1, 2, 1},
    {-1, 3, -1, 2, 1}, {-1, 2, -2, 4, 0},     {-1, 2, 1, 2, -1},
    {0, 5, 0, 9, 0},   {0, 5, 1, 9, -1},      {0, 5, -1, 9, 1},
    {7, 1, 7, 1, 0},   {355, 113, 22, 7, -1}, {G_MAXINT64, G_MAXINT64 - 1, G_MAXINT64 - 1, G_MAXINT64 - 2, -1},
    {3, 2, 1, 1, 1},   {1, 1, 3, 2, -1},      {5, 3, 5, 3, 0},
};

static gint
sign_of(gint value)
{
    return (value > 0) - (value < 0);
}

static void
test_ratio_compare(gconstpointer data)
{
    const CompareCase *c = data;

    g_assert_cmpint(sign_of(qy_ratio_compare(c->a_num, c->a_den, c->b_num, c->b_den)), ==, c->want);
    g_assert_cmpint(sign_of(qy_ratio_compare(c->b_num, c->b_den, c->a_num, c->a_den)), ==, -c->want);
}

/* Near 2^127, where cross multiplication would overflow: n/(n+1) < (n+1)/(n+2). */
static void
test_ratio_compare_extremes(void)
{
    QyInt128 max = max128(), min = -max - 1;

    g_assert_cmpint(qy_ratio_compare(max - 2, max - 1, max - 1, max), <, 0);
    g_assert_cmpint(qy_ratio_compare(max - 1, max, max - 2, max - 1), >, 0);
    g_assert_cmpint(qy_ratio_compare(max, max, 1, 1), ==, 0);
    g_assert_cmpint(qy_ratio_compare(min, 1, max, 1), <, 0);
    g_assert_cmpint(qy_ratio_compare(min, max, -1, 1), <, 0);
    g_assert_cmpint(qy_ratio_compare(1, max, 1, max - 1), <, 0);
    g_assert_cmpint(qy_ratio_compare(-1, max, -1, max - 1), >, 0);
}

typedef struct {
    gint64 value;
    guint scale;
    const gchar *want;
} DecimalCase;

static const DecimalCase decimal_cases[] = {
    {0, 0, "0"},
    {0, 9, "0"},
    {12, 0, "12"},
    {-50, 3, "-0.05"},
    {1500, 3, "1.5"},
    {1000, 3, "1"},
    {-1, 3, "-0.001"},
    {100000, 0, "100000"},
    {1, 18, "0.000000000000000001"},
    {G_MAXINT64, 6, "9223372036854.775807"},
    {G_MININT64, 0, "-9223372036854775808"},
};

static void
test_decimal_text(gconstpointer data)
{
    const DecimalCase *c = data;
    g_autofree gchar *got = qy_decimal_text(c->value, c->scale);

    g_assert_cmpstr(got, ==, c->want);
}

static void
test_decimal_text_128(void)
{
    QyInt128 max = max128();
    g_autofree gchar *highest = qy_decimal_text(max, 0);
    g_autofree gchar *lowest = qy_decimal_text(-max - 1, 9);

    g_assert_cmpstr(highest, ==, "170141183460469231731687303715884105727");
    g_assert_cmpstr(lowest, ==, "-170141183460469231731687303715.884105728");
}

typedef struct {
    gint64 num, den;
    guint digits;
    const gchar *want;
} RatioTextCase;

static const RatioTextCase ratio_text_cases[] = {
    {1, 3, 4, "0.3333"},    {2, 3, 4, "0.6667"}, {-2, 3, 4, "-0.6667"},
    {1, 2, 0, "1"},         {-1, 2, 0, "-1"},    {1, 8, 2, "0.13"},
    {-1, 8, 2, "-0.13"},    {1, 8, 18, "0.125"}, {999, 1000, 2, "1"},
    {-1999, 1000, 2, "-2"}, {-1, 3, 0, "0"},     {-1, 1000, 2, "0"},
    {100, 1, 3, "100"},     {0, 7, 5, "0"},      {1, 7, 18, "0.142857142857142857"},
    {5, 1000, 2, "0.01"},   {4, 1000, 2, "0"},
};

static void
test_ratio_text(gconstpointer data)
{
    const RatioTextCase *c = data;
    g_autofree gchar *got = qy_ratio_text(c->num, c->den, c->digits);

    g_assert_cmpstr(got, ==, c->want);
}

static void
test_ratio_text_128(void)
{
    QyInt128 max = max128();
    g_autofree gchar *near_one = qy_ratio_text(max - 1, max, 18);
    g_autofree gchar *half = qy_ratio_text(-(max / 2), max, 3);
    g_autofree gchar *lowest = qy_ratio_text(-max - 1, 1, 2);

    g_assert_cmpstr(near_one, ==, "1");
    g_assert_cmpstr(half, ==, "-0.5");
    g_assert_cmpstr(lowest, ==, "-170141183460469231731687303715884105728");
}

typedef struct {
    gdouble value;
    const gchar *want;
} RealCase;

static const RealCase real_cases[] = {
    {0.0, "0"},
    {-0.0, "0"},
    {0.1, "0.1"},
    {-2.5, "-2.5"},
    {0.1 + 0.2, "0.30000000000000004"},
    {1.0 / 3, "0.3333333333333333"},
    {100, "100"},
    {1e15, "1e+15"},
    {5e-324, "5e-324"},
    {DBL_MIN, "2.2250738585072014e-308"},
    {DBL_MAX, "1.7976931348623157e+308"},
    {9007199254740993.0, "9007199254740992"},
    {NAN, NULL},
    {INFINITY, NULL},
    {-INFINITY, NULL},
};

static void
test_real_text(gconstpointer data)
{
    const RealCase *c = data;
    g_autofree gchar *got = qy_real_text(c->value);

    g_assert_cmpstr(got, ==, c->want);
    if (got)
        g_assert_cmpfloat(g_ascii_strtod(got, NULL), ==, c->value);
}

/* Random bit patterns come back as the same double. */
static void
test_real_text_round_trip(void)
{
    for (gint i = 0; i < 20000; i++) {
        guint64 bits = (guint64)g_test_rand_int() << 32 | (guint32)g_test_rand_int();
        g_autofree gchar *text = NULL;
        gdouble value;

        memcpy(&value, &bits, sizeof value);
        text = qy_real_text(value);
        if (isfinite(value))
            g_assert_cmpfloat(g_ascii_strtod(text, NULL), ==, value);
        else
            g_assert_null(text);
    }
}

typedef struct {
    const gchar *text;
    guint scale;
    gboolean fits;
    gint64 want;
} ParseCase;

static const ParseCase parse_cases[] = {
    {"0", 0, TRUE, 0},
    {"-0", 3, TRUE, 0},
    {"12", 3, TRUE, 12000},
    {"1.5", 3, TRUE, 1500},
    {"000.5", 6, TRUE, 500000},
    {"-0.001", 3, TRUE, -1},
    {"0.333333", 6, TRUE, 333333},
    {"9223372036854775807", 0, TRUE, G_MAXINT64},
    {"-9223372036854775807", 0, TRUE, -G_MAXINT64},
    {"9223372036854.775807", 6, TRUE, G_MAXINT64},
    {"-9223372036854775808", 0, FALSE, 0}, /* is QY_MISSING */
    {"9223372036854775808", 0, FALSE, 0},
    {"18446744073709551616", 0, FALSE, 0}, /* 2^64 */
    {"99999999999999999999", 0, FALSE, 0},
    {"9223372036854.775808", 6, FALSE, 0},
    {"9223372036855", 6, FALSE, 0},
    {"0.3333333", 6, FALSE, 0},
    {"1.0", 0, FALSE, 0},
    {"", 0, FALSE, 0},
    {"-", 0, FALSE, 0},
    {".5", 3, FALSE, 0},
    {"5.", 3, FALSE, 0},
    {"-.5", 3, FALSE, 0},
    {"1.2.3", 3, FALSE, 0},
    {"+1", 0, FALSE, 0},
    {"--1", 0, FALSE, 0},
    {"1-", 0, FALSE, 0},
    {" 1", 0, FALSE, 0},
    {"1 ", 0, FALSE, 0},
    {"1,200", 0, FALSE, 0},
    {"1e3", 3, FALSE, 0},
    {"0x10", 0, FALSE, 0},
    {"nan", 3, FALSE, 0},
    {"１", 0, FALSE, 0},
};

static void
test_decimal_parse(gconstpointer data)
{
    const ParseCase *c = data;
    gint64 got = 77;

    g_assert_cmpint(qy_decimal_parse(c->text, strlen(c->text), c->scale, &got), ==, c->fits);
    g_assert_cmpint(got, ==, c->fits ? c->want : 77);
}

static void
test_decimal_parse_length(void)
{
    gint64 got = 0;

    g_assert_true(qy_decimal_parse("123.45", 3, 0, &got)); /* reads no further */
    g_assert_cmpint(got, ==, 123);
}

static void
test_checked_arithmetic(void)
{
    gint64 got = 77;

    g_assert_false(qy_multiply(QY_MISSING, 0, &got));
    g_assert_false(
        qy_multiply(G_GINT64_CONSTANT(1) << 32, -(G_GINT64_CONSTANT(1) << 31), &got)); /* -2^63 is QY_MISSING */
    g_assert_false(qy_multiply(G_MAXINT64, 2, &got));
    g_assert_false(qy_add(G_MAXINT64, 1, &got));
    g_assert_false(qy_add(-G_MAXINT64, -1, &got));
    g_assert_false(qy_add(1, QY_MISSING, &got));
    g_assert_cmpint(got, ==, 77);
    g_assert_true(qy_multiply(-3, 5, &got));
    g_assert_cmpint(got, ==, -15);
    g_assert_true(qy_add(G_MAXINT64, -G_MAXINT64, &got));
    g_assert_cmpint(got, ==, 0);
    for (guint i = 1; i <= QY_SCALE_MAX; i++)
        g_assert_cmpint(qy_pow10(i), ==, 10 * qy_pow10(i - 1));
}

static void
test_error_domain(void)
{
    g_assert_cmpstr(g_quark_to_string(QY_ERROR), ==, "qy-error-quark");
}

/* A path per case; those without a name are numbered. */
#define ADD_CASES(path, cases, test)                                                                                   \
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {                                                                  \
        g_autofree gchar *full = g_strdup_printf("/base/" path "/%02u", i);                                            \
        g_test_add_data_func(full, &cases[i], test);                                                                   \
    }
#define ADD_NAMED(path, cases, test)                                                                                   \
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {                                                                  \
        g_autofree gchar *full = g_strconcat("/base/" path "/", cases[i].name, NULL);                                  \
        g_test_add_data_func(full, &cases[i], test);                                                                   \
    }

static void
add_date_tests(void)
{
    ADD_NAMED("date", date_cases, test_date)
    for (guint i = 0; i < G_N_ELEMENTS(not_dates); i++) {
        g_autofree gchar *full = g_strdup_printf("/base/date/refuses/%02u", i);

        g_test_add_data_func(full, not_dates[i], test_date_parse_refuses);
    }
    g_test_add_func("/base/date/every-day", test_date_every_day);
    g_test_add_func("/base/date/none", test_date_none_text);
    ADD_CASES("period", period_cases, test_period)
    g_test_add_func("/base/period/quarter-month", test_quarter_month);
    ADD_CASES("window", window_cases, test_window)
    g_test_add_func("/base/window/unknown", test_window_unknown);
}

static void
add_exact_tests(void)
{
    ADD_CASES("div-half-up", div_cases, test_div_half_up)
    g_test_add_func("/base/div-half-up/extremes", test_div_half_up_extremes);
    ADD_CASES("ratio-compare", compare_cases, test_ratio_compare)
    g_test_add_func("/base/ratio-compare/extremes", test_ratio_compare_extremes);
    ADD_CASES("decimal-text", decimal_cases, test_decimal_text)
    g_test_add_func("/base/decimal-text/128-bits", test_decimal_text_128);
    ADD_CASES("ratio-text", ratio_text_cases, test_ratio_text)
    g_test_add_func("/base/ratio-text/128-bits", test_ratio_text_128);
    ADD_CASES("real-text", real_cases, test_real_text)
    g_test_add_func("/base/real-text/round-trip", test_real_text_round_trip);
    ADD_CASES("decimal-parse", parse_cases, test_decimal_parse)
    g_test_add_func("/base/decimal-parse/length", test_decimal_parse_length);
    g_test_add_func("/base/checked-arithmetic", test_checked_arithmetic);
}

int
main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    g_test_init(&argc, &argv, NULL);
    add_date_tests();
    add_exact_tests();
    g_test_add_func("/base/error-domain", test_error_domain);
    return g_test_run();
}
