/* Cells: rules V and P of docs/reading.md, each outcome of each rule. */
#include <string.h>

#include "load/cells.h"

/* --- dates --- */

typedef struct {
    const gchar *text;
    const gchar *date; /* NULL: unreadable */
    gboolean had_time;
    QyCellHint hint;
} DateCase;

static const DateCase date_cases[] = {
    {"2026-07-05", "2026-07-05", FALSE, 0},
    {"2026/7/5", "2026-07-05", FALSE, 0},
    {"2026/07/05", "2026-07-05", FALSE, 0},
    {"2026-7-5", "2026-07-05", FALSE, 0},
    {"2026.7.5", "2026-07-05", FALSE, 0},
    {"2026年7月5日", "2026-07-05", FALSE, 0},
    {"2026年07月05日", "2026-07-05", FALSE, 0},
    {"２０２６－０７－０５", "2026-07-05", FALSE, 0},
    {"２０２６年７月６日", "2026-07-06", FALSE, 0},
    {"２０２６／７／５", "2026-07-05", FALSE, 0},
    {"２０２６．７．５", "2026-07-05", FALSE, 0},
    {"2024-02-29", "2024-02-29", FALSE, 0},
    {"0001-01-01", "0001-01-01", FALSE, 0},
    {"9999-12-31", "9999-12-31", FALSE, 0},
    {"2026/7/5 14:32:05", "2026-07-05", TRUE, 0},
    {"2026-07-06T09:00:00", "2026-07-06", TRUE, 0},
    {"2026/8/1 0:00", "2026-08-01", TRUE, 0},
    {"2026-07-05  23:59:59.999", "2026-07-05", TRUE, 0},
    {"2026/7/5 2:32:05 PM", "2026-07-05", TRUE, 0},
    {"2026/7/5 下午2:32", "2026-07-05", TRUE, 0},
    {"2026年7月5日 14时32分", "2026-07-05", TRUE, 0},
    {"2026年7月5日 14时32分05秒", "2026-07-05", TRUE, 0},
    {"2026年7月5日14:32", "2026-07-05", TRUE, 0},
    {"2026-08-02 25:00:00", NULL, FALSE, QY_HINT_BAD_TIME},
    {"2026-08-02 24:00", NULL, FALSE, QY_HINT_BAD_TIME},
    {"2026-08-02 12:60", NULL, FALSE, QY_HINT_BAD_TIME},
    {"2026-08-02 12:00:60", NULL, FALSE, QY_HINT_BAD_TIME},
    {"2026-08-02 12", NULL, FALSE, QY_HINT_BAD_TIME},
    {"2026-08-02 13:00 PM", NULL, FALSE, QY_HINT_BAD_TIME},
    {"2026-08-02T09:00:00Z", NULL, FALSE, QY_HINT_BAD_TIME},
    {"2026-08-0212:00", NULL, FALSE, QY_HINT_NONE},
    {"2026-08-02x", NULL, FALSE, QY_HINT_BAD_TIME},
    {"2026-02-29", NULL, FALSE, QY_HINT_NO_SUCH_DAY},
    {"2026-13-01", NULL, FALSE, QY_HINT_NO_SUCH_DAY},
    {"2026-00-01", NULL, FALSE, QY_HINT_NO_SUCH_DAY},
    {"2026/4/31", NULL, FALSE, QY_HINT_NO_SUCH_DAY},
    {"0000-01-01", NULL, FALSE, QY_HINT_NO_SUCH_DAY},
    {"20260705", NULL, FALSE, QY_HINT_EIGHT_DIGITS},
    {"7/5/2026", NULL, FALSE, QY_HINT_MONTH_FIRST},
    {"05-Jul-26", NULL, FALSE, QY_HINT_MONTH_FIRST},
    {"26-07-05", NULL, FALSE, QY_HINT_TWO_DIGIT_YEAR},
    {"7/5/26", NULL, FALSE, QY_HINT_TWO_DIGIT_YEAR},
    {"46208", NULL, FALSE, QY_HINT_SERIAL},
    {"46208.5", NULL, FALSE, QY_HINT_SERIAL},
    {"19999", NULL, FALSE, QY_HINT_NONE},
    {"2026-07", NULL, FALSE, QY_HINT_NONE},
    {"2026-07/05", NULL, FALSE, QY_HINT_NONE},
    {"2026-7-", NULL, FALSE, QY_HINT_NONE},
    {"2026- 7-05", NULL, FALSE, QY_HINT_NONE},
    {"2026-07-0a", NULL, FALSE, QY_HINT_NO_SUCH_DAY},
    {"2026:07:05", NULL, FALSE, QY_HINT_NONE},
    {"2026-07-005", NULL, FALSE, QY_HINT_NONE},
    {"2026年7月5", NULL, FALSE, QY_HINT_NONE},
    {"七月五日", NULL, FALSE, QY_HINT_WORD},
    {"#N/A", NULL, FALSE, QY_HINT_FORMULA_ERROR},
    {"########", NULL, FALSE, QY_HINT_FORMULA_ERROR},
    {"-", NULL, FALSE, QY_HINT_PLACEHOLDER},
    {"无", NULL, FALSE, QY_HINT_PLACEHOLDER},
    {"2.0260705E+7", NULL, FALSE, QY_HINT_SCIENTIFIC},
};

static void
test_date(gconstpointer data)
{
    const DateCase *c = data;
    QyDate date = 12345;
    gboolean had_time = FALSE;
    QyCellHint hint = QY_HINT_NONE;
    QyCellFault fault = qy_cell_date(c->text, strlen(c->text), &date, &had_time, &hint);
    gchar text[QY_DATE_TEXT_BYTES];

    if (c->date == NULL) {
        g_assert_cmpint(fault, ==, QY_CELL_UNREADABLE);
        g_assert_cmpint(hint, ==, c->hint);
        g_assert_cmpint(date, ==, 12345); /* untouched */
        g_assert_false(had_time);
    } else {
        g_assert_cmpint(fault, ==, QY_CELL_GOOD);
        g_assert_cmpstr(qy_date_text(date, text), ==, c->date);
        g_assert_cmpint(had_time, ==, c->had_time);
    }
}

/* Each day of 1900..2100 by the fast way and by the slow one. */
static void
test_date_both_ways(void)
{
    QyDate first = qy_date_from_ymd(1900, 1, 1), last = qy_date_from_ymd(2100, 12, 31);

    for (QyDate day = first; day <= last; day++) {
        gchar text[QY_DATE_TEXT_BYTES];
        QyDate fast = 0, slow = 0;
        gboolean had_time = FALSE;
        QyCellHint hint;

        qy_date_text(day, text);
        g_assert_cmpint(qy_cell_date(text, 10, &fast, &had_time, &hint), ==, QY_CELL_GOOD);
        text[4] = text[7] = '/';
        g_assert_cmpint(qy_cell_date(text, 10, &slow, &had_time, &hint), ==, QY_CELL_GOOD);
        g_assert_cmpint(fast, ==, day);
        g_assert_cmpint(slow, ==, day);
    }
}

/* Any single byte of a plain date changed: read only where it still is a date. */
static void
test_date_each_byte(void)
{
    for (guint at = 0; at < 10; at++) {
        for (guint byte = 0; byte < 256; byte++) {
            gchar text[] = "2026-07-05";
            gboolean digit = byte >= '0' && byte <= '9', had_time = FALSE;
            QyCellHint hint;
            QyDate date;

            text[at] = (gchar)byte;
            if (qy_cell_date(text, 10, &date, &had_time, &hint) == QY_CELL_GOOD)
                g_assert_true(at == 4 || at == 7 ? byte == '-' : digit);
            else if (at < 4 && at > 0)
                g_assert_false(digit);
        }
    }
}

/* --- numbers --- */

typedef struct {
    const gchar *text;
    guint scale;
    gint64 low, high;
    QyCellFault fault;
    gint64 value; /* or the hint */
} NumberCase;

#define GOOD QY_CELL_GOOD
#define BAD QY_CELL_UNREADABLE
#define OUT QY_CELL_OUT_OF_RANGE

static const NumberCase number_cases[] = {
    {"0", 0, 0, G_MAXINT64, GOOD, 0},
    {"12", 0, 0, G_MAXINT64, GOOD, 12},
    {"12", 3, 0, G_MAXINT64, GOOD, 12000},
    {"12.5", 3, 0, G_MAXINT64, GOOD, 12500},
    {"0.333333", 6, 1, G_MAXINT64, GOOD, 333333},
    {"000.5", 6, 1, G_MAXINT64, GOOD, 500000},
    {".5", 6, 1, G_MAXINT64, GOOD, 500000},
    {"1.5000", 3, 0, G_MAXINT64, GOOD, 1500},
    {"4.0", 0, 1, 5, GOOD, 4},
    {"-0", 0, 0, 5, GOOD, 0},
    {"-1.5", 3, -5000, 5000, GOOD, -1500},
    {"１．５", 3, 0, G_MAXINT64, GOOD, 1500},
    {"１２", 0, 0, G_MAXINT64, GOOD, 12},
    {"－３", 0, -5, 5, GOOD, -3},
    {"1,200", 3, 0, G_MAXINT64, GOOD, 1200000},
    {"１，２００.5", 3, 0, G_MAXINT64, GOOD, 1200500},
    {"12,345,678.25", 3, 0, G_MAXINT64, GOOD, 12345678250},
    {"9223372036854775807", 0, 0, G_MAXINT64, GOOD, G_MAXINT64},
    {"9223372036854775.807", 3, 0, G_MAXINT64, GOOD, G_MAXINT64},
    {"000000000000000000000000000000000000001", 0, 0, 5, GOOD, 1},
    {"1", 0, 1, 5, GOOD, 1},
    {"5", 0, 1, 5, GOOD, 5},
    {"0", 0, 1, 5, OUT, QY_HINT_BELOW_LOW},
    {"6", 0, 1, 5, OUT, QY_HINT_ABOVE_HIGH},
    {"-1", 0, 0, 5, OUT, QY_HINT_BELOW_LOW},
    {"４５", 0, 1, 5, OUT, QY_HINT_ABOVE_HIGH},
    {"9223372036854775808", 0, 0, G_MAXINT64, OUT, QY_HINT_TOO_LARGE},
    {"-9223372036854775808", 0, G_MININT64, G_MAXINT64, OUT, QY_HINT_TOO_LARGE},
    {"9223372036854775.808", 3, 0, G_MAXINT64, OUT, QY_HINT_TOO_LARGE},
    {"99999999999999999999999999", 0, 0, G_MAXINT64, OUT, QY_HINT_TOO_LARGE},
    {"-99999999999999999999999999", 0, 0, G_MAXINT64, OUT, QY_HINT_BELOW_LOW},
    {"3.5", 0, 1, 5, BAD, QY_HINT_FRACTION_DIGITS},
    {"0.3333333", 6, 1, G_MAXINT64, BAD, QY_HINT_FRACTION_DIGITS},
    {"1,20", 3, 0, G_MAXINT64, BAD, QY_HINT_GROUPING},
    {"1,2345", 3, 0, G_MAXINT64, BAD, QY_HINT_GROUPING},
    {"1234,567", 3, 0, G_MAXINT64, BAD, QY_HINT_GROUPING},
    {",200", 3, 0, G_MAXINT64, BAD, QY_HINT_GROUPING},
    {"0,200", 3, 0, G_MAXINT64, BAD, QY_HINT_GROUPING},
    {"1,200,", 3, 0, G_MAXINT64, BAD, QY_HINT_GROUPING},
    {"1,,200", 3, 0, G_MAXINT64, BAD, QY_HINT_GROUPING},
    {"1.200,5", 3, 0, G_MAXINT64, BAD, QY_HINT_GROUPING},
    {"1.2.3", 3, 0, G_MAXINT64, BAD, QY_HINT_UNIT_OR_SIGN},
    {"1.", 3, 0, G_MAXINT64, BAD, QY_HINT_UNIT_OR_SIGN},
    {"+5", 0, 0, G_MAXINT64, BAD, QY_HINT_UNIT_OR_SIGN},
    {"--5", 0, 0, G_MAXINT64, BAD, QY_HINT_UNIT_OR_SIGN},
    {"¥5", 0, 0, G_MAXINT64, BAD, QY_HINT_UNIT_OR_SIGN},
    {"25人", 0, 0, G_MAXINT64, BAD, QY_HINT_UNIT_OR_SIGN},
    {"(1,200)", 0, 0, G_MAXINT64, BAD, QY_HINT_UNIT_OR_SIGN},
    {"1 200", 0, 0, G_MAXINT64, BAD, QY_HINT_UNIT_OR_SIGN},
    {"0x1F", 0, 0, G_MAXINT64, BAD, QY_HINT_UNIT_OR_SIGN},
    {"60%", 0, 0, G_MAXINT64, BAD, QY_HINT_PERCENT},
    {"60％", 0, 0, G_MAXINT64, BAD, QY_HINT_PERCENT},
    {"1.2E+5", 0, 0, G_MAXINT64, BAD, QY_HINT_SCIENTIFIC},
    {"1e5", 0, 0, G_MAXINT64, BAD, QY_HINT_SCIENTIFIC},
    {"#REF!", 0, 0, G_MAXINT64, BAD, QY_HINT_FORMULA_ERROR},
    {"#DIV/0!", 0, 0, G_MAXINT64, BAD, QY_HINT_FORMULA_ERROR},
    {"#VALUE!", 0, 0, G_MAXINT64, BAD, QY_HINT_FORMULA_ERROR},
    {"/", 0, 0, G_MAXINT64, BAD, QY_HINT_PLACEHOLDER},
    {"NULL", 0, 0, G_MAXINT64, BAD, QY_HINT_PLACEHOLDER},
    {"—", 0, 0, G_MAXINT64, BAD, QY_HINT_PLACEHOLDER},
    {".", 0, 0, G_MAXINT64, BAD, QY_HINT_PLACEHOLDER},
    {"满意", 0, 0, G_MAXINT64, BAD, QY_HINT_WORD},
    {"inf", 0, 0, G_MAXINT64, BAD, QY_HINT_WORD},
    {"4\u200B", 0, 1, 5, BAD, QY_HINT_UNIT_OR_SIGN},
};

static void
test_number(gconstpointer data)
{
    const NumberCase *c = data;
    gint64 value = 777;
    QyCellHint hint = QY_HINT_NONE;
    QyCellFault fault = qy_cell_number(c->text, strlen(c->text), c->scale, c->low, c->high, &value, &hint);

    g_assert_cmpint(fault, ==, c->fault);
    if (fault == GOOD) {
        g_assert_cmpint(value, ==, c->value);
    } else {
        g_assert_cmpint(hint, ==, c->value);
        g_assert_cmpint(value, ==, 777); /* untouched */
    }
}

/* The same number with its first character in full width, which only the slow way reads. */
static gchar *
widen(const gchar *text)
{
    return g_strdup_printf("\xEF\xBC%c%s", text[0] - '0' + 0x90, text + 1);
}

static void
check_both_ways(const gchar *text)
{
    g_autofree gchar *wide = widen(text);

    for (guint scale = 0; scale <= QY_SCALE_WEIGHT; scale += 3) {
        gint64 fast = 777, slow = 777;
        QyCellHint hint;
        QyCellFault fault = qy_cell_number(text, strlen(text), scale, 0, G_MAXINT64, &fast, &hint);

        g_assert_cmpint(fault, ==, qy_cell_number(wide, strlen(wide), scale, 0, G_MAXINT64, &slow, &hint));
        g_assert_cmpint(fast, ==, slow);
    }
}

/* Every length up to ten, a point at every place and nowhere; then any byte in any place of one of them. */
static void
test_number_both_ways(void)
{
    for (guint length = 1; length <= 10; length++) {
        for (guint point = 1; point <= length; point++) {
            gchar text[] = "9073524186";

            text[length] = '\0';
            if (point < length)
                text[point] = '.';
            check_both_ways(text);
        }
    }
    for (guint at = 1; at < 6; at++) {
        for (guint byte = 1; byte < 256; byte++) {
            gchar text[] = "120.25";

            text[at] = (gchar)byte;
            check_both_ways(text);
        }
    }
}

/* --- ids --- */

typedef struct {
    const gchar *text;
    QyCellFault fault;
    QyCellHint hint;
} IdCase;

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const IdCase id_cases[] = {
    {"C01", GOOD, 0},
    {"00123", GOOD, 0},
    {"123", GOOD, 0},
    {"N01", GOOD, 0},
    {"R 04", GOOD, 0},
    {"3E12", GOOD, 0},
    {"12E-03", GOOD, 0},
    {"社区-1", GOOD, 0},
    {"无锡", GOOD, 0},
    {"#1", GOOD, 0},
    {"１２", GOOD, 0},
    {A64, GOOD, 0},
    {A64 "a", OUT, QY_HINT_TOO_LONG},
    {"1.23457E+17", BAD, QY_HINT_SCIENTIFIC},
    {"1.23457e+17", BAD, QY_HINT_SCIENTIFIC},
    {"1E+15", BAD, QY_HINT_SCIENTIFIC},
    {"1.2E17", BAD, QY_HINT_SCIENTIFIC},
    {"#N/A", BAD, QY_HINT_FORMULA_ERROR},
    {"-", BAD, QY_HINT_PLACEHOLDER},
    {"/", BAD, QY_HINT_PLACEHOLDER},
    {"无", BAD, QY_HINT_PLACEHOLDER},
    {"null", BAD, QY_HINT_PLACEHOLDER},
};

static void
test_id(gconstpointer data)
{
    const IdCase *c = data;
    QyCellHint hint = QY_HINT_NONE;

    g_assert_cmpint(qy_cell_id(c->text, strlen(c->text), &hint), ==, c->fault);
    if (c->fault != GOOD)
        g_assert_cmpint(hint, ==, c->hint);
}

/* --- persons: numbers made up for the purpose; check digits worked by hand from GB 11643 --- */

typedef struct {
    const gchar *text;
    gboolean personal;
} PersonalCase;

static const PersonalCase value_cases[] = {
    {"13812345678", TRUE},
    {"138 1234 5678", TRUE},
    {"138-1234-5678", TRUE},
    {"138.1234.5678", TRUE},
    {"138-12345678", TRUE},
    {"1381234-5678", TRUE},
    {"138 - 1234 - 5678", TRUE},
    {"138　1234　5678", TRUE},
    {"１３８１２３４５６７８", TRUE},
    {"１３８－１２３４－５６７８", TRUE},
    {"+8613812345678", TRUE},
    {"+86 138 1234 5678", TRUE},
    {"+86-13812345678", TRUE},
    {"008613812345678", TRUE},
    {"8613812345678", TRUE},
    {"(+86)13812345678", TRUE},
    {"王伟 139-1234-5678", TRUE},
    {"王伟13912345678", TRUE},
    {"tel:13812345678", TRUE},
    {"Tel13812345678", TRUE},
    {"wx13812345678", TRUE},
    {"C01-13812345678", TRUE},
    {"2026-07-05 13812345678", TRUE},
    {"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 138 1234 5678", TRUE},
    {"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34", FALSE},
    {"20260705001", FALSE},
    {"12812345678", FALSE},
    {"138123456789", FALSE},
    {"1381234567", FALSE},
    {"L13812345678", FALSE},
    {"13812345678L", FALSE},
    {"1381-2345-678", FALSE},
    {"2026-07-05 14:32:05", FALSE},
    {"1380000000.50", FALSE},
    {"9223372036854775807", FALSE},
    {"C01", FALSE},
    {"", FALSE},
    /* 11010519491231002X is the standard's own example; 110105194912310021 has the wrong check digit. */
    {"11010519491231002X", TRUE},
    {"11010519491231002x", TRUE},
    {"身份证11010519491231002X。", TRUE},
    {"110105 19491231 002X", TRUE},
    {"１１０１０５１９４９１２３１００２Ｘ", TRUE},
    {"110105194912310021", FALSE},
    /* Right check digit, no such day: 440524188013320018 has month 13 (sum 242 = 0 mod 11, check 1) */
    {"440524188001010014", TRUE},
    {"123456789012345678", FALSE},
};

static void
test_value(gconstpointer data)
{
    const PersonalCase *c = data;
    g_autofree gchar *shown = qy_cell_shown(c->text, strlen(c->text), FALSE);

    g_assert_cmpint(qy_cell_is_personal(c->text, strlen(c->text)), ==, c->personal);
    g_assert_cmpstr(shown, ==, c->personal ? "***" : c->text);
}

static const PersonalCase header_cases[] = {
    {"手机号", TRUE},
    {"您的联系电话：", TRUE},
    {"姓名", TRUE},
    {"2、您的姓名", TRUE},
    {"身份证号码", TRUE},
    {"家庭住址", TRUE},
    {"微信号", TRUE},
    {"phone", TRUE},
    {"Phone Number", TRUE},
    {"phone_number", TRUE},
    {"Name", TRUE},
    {"full_name", TRUE},
    {"FirstName", TRUE},
    {"id card", TRUE},
    {"ID_number", TRUE},
    {"home address", TRUE},
    {"e-mail", TRUE},
    {"Telephone", TRUE},
    {"社区编号", FALSE},
    {"小区名称", FALSE},
    {"overall", FALSE},
    {"总体满意度", FALSE},
    {"community_name", FALSE},
    {"unit name", FALSE},
    {"response_id", FALSE},
    {"stratum", FALSE},
    {"mode", FALSE},
    {"来源", FALSE},
    {"", FALSE},
    {"备注", FALSE},
};

static void
test_header(gconstpointer data)
{
    const PersonalCase *c = data;

    g_assert_cmpint(qy_header_is_personal(c->text), ==, c->personal);
}

/* --- what is shown --- */

static void
test_shown(void)
{
    g_autofree gchar *masked = qy_cell_shown("abc", 3, TRUE);
    g_autofree gchar *empty = qy_cell_shown("", 0, TRUE);
    g_autofree gchar *hidden = qy_cell_shown("a\u200Bb\033[1m", 8, FALSE);
    g_autofree gchar *zeros = g_strnfill(201, '0'), *cut = qy_cell_shown(zeros, 201, FALSE);
    g_autofree gchar *whole = qy_cell_shown(zeros, 200, FALSE);
    g_autofree gchar *broken = qy_cell_shown("a\xC0\xCF", 3, FALSE);

    g_assert_cmpstr(masked, ==, "***");
    g_assert_cmpstr(empty, ==, "");
    g_assert_cmpstr(hidden, ==, "a<U+200B>b<U+001B>[1");
    g_assert_cmpuint(strlen(cut), ==, 200 + strlen("…"));
    g_assert_true(g_str_has_suffix(cut, "0…"));
    g_assert_cmpuint(strlen(whole), ==, 200);
    g_assert_cmpstr(broken, ==, "a<0xC0><0xCF>");
}

/* A sentence for each hint, and no place left open. */
static void
test_hint_texts(void)
{
    for (gint hint = QY_HINT_NONE; hint <= QY_HINT_WORD; hint++) {
        QySayText text = qy_cell_hint_say(hint, "46208", 5, 3, 1000, 5000);

        g_assert_null(strchr(text.en, '{'));
        g_assert_null(strchr(text.zh, '{'));
        g_assert_cmpuint(strlen(text.en), >, 10);
        g_assert_cmpuint(strlen(text.zh), >, 10);
        qy_say_text_clear(&text);
    }
    {
        QySayText serial = qy_cell_hint_say(QY_HINT_SERIAL, "46208", 5, 0, 0, 0);
        QySayText low = qy_cell_hint_say(QY_HINT_BELOW_LOW, "0.5", 3, 3, 1000, 5000);
        QySayText masked = qy_cell_hint_say(QY_HINT_ABOVE_HIGH, "13812345678", 11, 0, 1, 5);

        g_assert_nonnull(strstr(serial.en, "2026-07-05"));
        g_assert_cmpstr(low.en, ==, "“0.5” is below 1");
        g_assert_cmpstr(masked.zh, ==, "“***”大于 5");
        qy_say_text_clear(&serial);
        qy_say_text_clear(&low);
        qy_say_text_clear(&masked);
    }
}

#define ADD(cases, kind, test)                                                                                         \
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {                                                                  \
        g_autofree gchar *text = g_strdelimit(g_strdup(cases[i].text), "/", '|');                                      \
        g_autofree gchar *full = g_strdup_printf("/cells/" kind "/%u %s", i, text);                                    \
                                                                                                                       \
        g_test_add_data_func(full, &cases[i], test);                                                                   \
    }

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(date_cases, "date", test_date);
    ADD(number_cases, "number", test_number);
    ADD(id_cases, "id", test_id);
    ADD(value_cases, "personal", test_value);
    ADD(header_cases, "header", test_header);
    g_test_add_func("/cells/date-both-ways", test_date_both_ways);
    g_test_add_func("/cells/date-each-byte", test_date_each_byte);
    g_test_add_func("/cells/number-both-ways", test_number_both_ways);
    g_test_add_func("/cells/shown", test_shown);
    g_test_add_func("/cells/hint-texts", test_hint_texts);
    return g_test_run();
}
