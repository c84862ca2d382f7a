#define G_LOG_DOMAIN "qy-load"

#include "load/cells-plain.h"

#include <string.h>

#define ID_MAX_BYTES 64

/* Days from 1899-12-30, day 0 of spreadsheets, to 1970-01-01; and the serials that a message calls a date:
 * 1954-10-03 to 2119-01-10. */
#define SERIAL_EPOCH 25569
#define SERIAL_MIN 20000
#define SERIAL_MAX 80000

/* --- characters: full-width forms read as ASCII (V1) --- */

#define OTHER '\x7F' /* any other character */

/* The character at @p as ASCII; 0 at the end. @bytes: how long it is. */
static inline gchar
fold(const gchar *p, const gchar *end, guint *bytes)
{
    *bytes = 1;
    if (p >= end)
        return 0;
    if ((guchar)*p < 0x80)
        return *p != 0 ? *p : OTHER;
    *bytes = MIN((guchar)*p < 0xE0 ? 2 : (guchar)*p < 0xF0 ? 3 : 4, end - p);
    if (*bytes == 3 && memcmp(p, "\xEF\xBC", 2) == 0) {
        guchar last = p[2];

        /* U+FF10..FF19 digits, U+FF0C comma, U+FF0D minus, U+FF0E point, U+FF0F slash, U+FF1A colon. */
        if (last >= 0x8C && last <= 0x9A)
            return (gchar)(last - 0x8C + ',');
    }
    return OTHER;
}

/* Steps over one character if it is @c. */
static gboolean
take(const gchar **p, const gchar *end, gchar c)
{
    guint bytes;

    if (fold(*p, end, &bytes) != c || *p >= end)
        return FALSE;
    *p += bytes;
    return TRUE;
}

static gboolean
take_text(const gchar **p, const gchar *end, const gchar *text)
{
    gsize length = strlen(text);

    if ((gsize)(end - *p) < length || memcmp(*p, text, length) != 0)
        return FALSE;
    *p += length;
    return TRUE;
}

/* Up to @max digits. Returns: how many there are; one more than @max when there are more. */
static guint
take_digits(const gchar **p, const gchar *end, guint max, gint *out)
{
    guint n = 0, bytes;
    gchar c;

    *out = 0;
    while (g_ascii_isdigit(c = fold(*p, end, &bytes))) {
        if (++n > max)
            return n;
        if (n <= 9) /* of longer ones only how many digits they have is asked */
            *out = *out * 10 + (c - '0');
        *p += bytes;
    }
    return n;
}

/* --- what stands for "nothing", and what a spreadsheet says instead of a value (V6) --- */

static gboolean
is_one_of(const gchar *text, gsize length, const gchar *const *list)
{
    for (; *list != NULL; list++)
        if (strlen(*list) == length && g_ascii_strncasecmp(text, *list, length) == 0)
            return TRUE;
    return FALSE;
}

static QyCellHint
nothing_hint(const gchar *text, gsize length)
{
    static const gchar *const placeholders[] = {
        "-",    "--",   "---", "—",    "——",   "–",      "－",   "/",    "//",   "\\",     "／",   "无",
        "暂无", "没有", "空",  "空值", "缺失", "未填写", "未填", "未知", "不详", "不适用", "NULL", "(null)",
        "NA",   "N/A",  "NaN", "None", "nil",  ".",      "?",    "？",   "…",    "……",     "*",    NULL};
    /* A row of # is a number that a narrow column didn't show. */
    static const gchar *const errors[] = {"#N/A",   "#REF!",   "#VALUE!", "#DIV/0!", "#NAME?",        "#NUM!",
                                          "#NULL!", "#SPILL!", "#CALC!",  "#FIELD!", "#GETTING_DATA", NULL};
    gsize hashes = 0;

    if (length == 0 || length > 16)
        return QY_HINT_NONE;
    while (hashes < length && text[hashes] == '#')
        hashes++;
    if (hashes > 1 && hashes == length)
        return QY_HINT_FORMULA_ERROR;
    if (*text == '#' && is_one_of(text, length, errors))
        return QY_HINT_FORMULA_ERROR;
    return is_one_of(text, length, placeholders) ? QY_HINT_PLACEHOLDER : QY_HINT_NONE;
}

/* A number that a spreadsheet wrote with an exponent: 1.23E+17, 1E+15. "3E12" may be a name of its own. */
static gboolean
is_scientific(const gchar *text, gsize length, gboolean strict)
{
    const gchar *p = text, *end = text + length;
    gboolean fraction, sign;
    gint ignored;

    take(&p, end, '-');
    if (take_digits(&p, end, strict ? 1 : 18, &ignored) == 0)
        return FALSE;
    fraction = take(&p, end, '.');
    while (fraction && take_digits(&p, end, 8, &ignored) > 8)
        ;
    if (!take(&p, end, 'E') && !take(&p, end, 'e'))
        return FALSE;
    sign = take(&p, end, '+') || take(&p, end, '-');
    if (strict && !fraction && !(sign && p[-1] == '+'))
        return FALSE;
    return take_digits(&p, end, 4, &ignored) > 0 && p == end;
}

/* --- dates (V1-V3) --- */

/* Digits before @p's end, and whether anything else is there. */
static guint
count_digits(const gchar *p, const gchar *end, gboolean *others, gboolean *letters)
{
    guint n = 0, bytes;
    gchar c;

    *others = *letters = FALSE;
    for (; (c = fold(p, end, &bytes)) != 0; p += bytes) {
        n += g_ascii_isdigit(c);
        *others |= !g_ascii_isdigit(c);
        *letters |= g_ascii_isalpha(c);
    }
    return n;
}

/* Three numbers with one separator between them. Returns: FALSE when it isn't that */
static gboolean
take_three(const gchar *p, const gchar *end, guint n_digits[3])
{
    gint ignored;

    for (guint i = 0; i < 3; i++) {
        if (i > 0 && !take(&p, end, '-') && !take(&p, end, '/') && !take(&p, end, '.'))
            return FALSE;
        n_digits[i] = take_digits(&p, end, 4, &ignored);
        if (n_digits[i] == 0 || n_digits[i] > 4)
            return FALSE;
    }
    return TRUE;
}

static QyCellHint
date_hint(const gchar *text, gsize length)
{
    const gchar *p = text, *end = text + length;
    QyCellHint hint = nothing_hint(text, length);
    gboolean others, letters;
    guint n, parts[3];
    gint whole;

    if (hint != QY_HINT_NONE)
        return hint;
    if (is_scientific(text, length, FALSE))
        return QY_HINT_SCIENTIFIC;
    n = count_digits(text, end, &others, &letters);
    if (n == 8 && !others)
        return QY_HINT_EIGHT_DIGITS;
    if (take_digits(&p, end, 5, &whole) == 5 && whole >= SERIAL_MIN && whole <= SERIAL_MAX &&
        (p == end || take(&p, end, '.')))
        return QY_HINT_SERIAL;
    if (take_three(text, end, parts) && parts[0] <= 2)
        return parts[2] == 4 ? QY_HINT_MONTH_FIRST : QY_HINT_TWO_DIGIT_YEAR;
    if (n > 0 && letters)
        return QY_HINT_MONTH_FIRST;
    return n == 0 ? QY_HINT_WORD : QY_HINT_NONE;
}

/* A time of day from @p to the end: H:MM, H:MM:SS, fractions of it, AM and PM in both languages, 时分秒. */
static gboolean
is_time(const gchar *p, const gchar *end)
{
    gboolean half = take_text(&p, end, "上午") || take_text(&p, end, "下午");
    gboolean chinese;
    gint hour, minute, second = 0, fraction;

    if (take_digits(&p, end, 2, &hour) - 1u > 1)
        return FALSE;
    chinese = take_text(&p, end, "时");
    if (!chinese && !take(&p, end, ':'))
        return FALSE;
    if (take_digits(&p, end, 2, &minute) != 2 && !(chinese && p[-1] >= '0' && p[-1] <= '9'))
        return FALSE;
    if (chinese && !take_text(&p, end, "分"))
        return FALSE;
    if (p < end && (chinese ? g_ascii_isdigit(*p) : take(&p, end, ':'))) {
        if (take_digits(&p, end, 2, &second) != 2)
            return FALSE;
        if (take(&p, end, '.') && take_digits(&p, end, 9, &fraction) - 1u > 8)
            return FALSE;
        if (chinese && !take_text(&p, end, "秒"))
            return FALSE;
    }
    if (!half && !chinese && p < end) {
        take(&p, end, ' ');
        half = end - p == 2 && (g_ascii_strncasecmp(p, "AM", 2) == 0 || g_ascii_strncasecmp(p, "PM", 2) == 0);
        p += half ? 2 : 0;
    }
    return p == end && hour <= (half ? 12 : 23) && minute <= 59 && second <= 59;
}

/* Separator and digits of the day. Returns: FALSE when it isn't year, month, day in this order */
static gboolean
take_date(const gchar **p, const gchar *end, gint *year, gint *month, gint *day, gboolean *chinese)
{
    static const gchar separators[] = "-/.";

    if (take_digits(p, end, 4, year) != 4)
        return FALSE;
    *chinese = take_text(p, end, "年");
    if (*chinese)
        return take_digits(p, end, 2, month) - 1u <= 1 && take_text(p, end, "月") &&
               take_digits(p, end, 2, day) - 1u <= 1 && take_text(p, end, "日");
    for (const gchar *separator = separators; *separator != 0; separator++)
        if (take(p, end, *separator))
            return take_digits(p, end, 2, month) - 1u <= 1 && take(p, end, *separator) &&
                   take_digits(p, end, 2, day) - 1u <= 1;
    return FALSE;
}

static QyCellFault
read_date(const gchar *text, gsize length, QyDate *out, gboolean *had_time, QyCellHint *hint)
{
    const gchar *p = text, *end = text + length;
    gint year, month, day;
    gboolean chinese, apart;
    QyDate date;

    if (!take_date(&p, end, &year, &month, &day, &chinese)) {
        *hint = date_hint(text, length);
        return QY_CELL_UNREADABLE;
    }
    date = qy_date_from_ymd(year, month, day);
    if (date == QY_DATE_NONE) {
        *hint = QY_HINT_NO_SUCH_DAY;
        return QY_CELL_UNREADABLE;
    }
    if (p < end) {
        apart = take(&p, end, 'T') || chinese;
        while (take(&p, end, ' '))
            apart = TRUE;
        if (!apart || !is_time(p, end)) {
            *hint = QY_HINT_BAD_TIME;
            return QY_CELL_UNREADABLE;
        }
        *had_time = TRUE;
    }
    *out = date;
    return QY_CELL_GOOD;
}

const QyDate *
qy_cell_month_starts(void)
{
    static QyDate starts[QY_PLAIN_MONTHS + 1];
    static gsize filled;

    if (g_once_init_enter(&filled)) {
        for (gint i = 0; i < (gint)G_N_ELEMENTS(starts); i++)
            starts[i] = qy_date_from_ymd(QY_PLAIN_YEAR_MIN + i / 12, i % 12 + 1, 1);
        g_once_init_leave(&filled, 1);
    }
    return starts;
}

QyCellFault
qy_cell_date(const gchar *text, gsize length, QyDate *out, gboolean *had_time, QyCellHint *hint)
{
    if (G_LIKELY(qy_cell_plain_date(text, length, qy_cell_month_starts(), out)))
        return QY_CELL_GOOD;
    return read_date(text, length, out, had_time, hint);
}

QyDate
qy_cell_serial_date(const gchar *text, gsize length)
{
    const gchar *p = text;
    gint serial;

    if (take_digits(&p, text + length, 5, &serial) != 5 || serial < SERIAL_MIN || serial > SERIAL_MAX)
        return QY_DATE_NONE;
    return serial - SERIAL_EPOCH;
}

/* --- numbers (V1, V5-V8) --- */

typedef struct {
    gboolean negative, too_large;
    guint64 magnitude; /* all digits that count, without the point */
    guint n_fraction;  /* digits behind the point that count */
    gboolean lost;     /* more digits behind it than the scale, and not zeros */
} Number;

static void
add_digit(Number *self, gchar digit)
{
    self->too_large |= __builtin_mul_overflow(self->magnitude, 10, &self->magnitude) ||
                       __builtin_add_overflow(self->magnitude, (guint)(digit - '0'), &self->magnitude);
}

/* Digits before the point, grouped in exact threes or not at all. A group doesn't begin with 0: "0,200" may be a
 * fraction written with a comma. */
static gboolean
take_whole(const gchar **p, const gchar *end, Number *out)
{
    guint in_group = 0, n_groups = 0, bytes;
    gboolean leading_zero = FALSE;
    gchar c;

    for (; (c = fold(*p, end, &bytes)) != 0; *p += bytes) {
        if (g_ascii_isdigit(c)) {
            leading_zero |= n_groups == 0 && in_group == 0 && c == '0';
            in_group++;
            add_digit(out, c);
        } else if (c == ',') {
            if (n_groups == 0 ? in_group == 0 || in_group > 3 || leading_zero : in_group != 3)
                return FALSE;
            n_groups++;
            in_group = 0;
        } else {
            break;
        }
    }
    return n_groups == 0 || in_group == 3;
}

static gboolean
take_fraction(const gchar **p, const gchar *end, guint scale, Number *out)
{
    guint n = 0, bytes;
    gchar c;

    for (; g_ascii_isdigit(c = fold(*p, end, &bytes)); *p += bytes, n++) {
        if (n < scale) {
            add_digit(out, c);
            out->n_fraction++;
        } else {
            out->lost |= c != '0';
        }
    }
    return n > 0;
}

static QyCellHint
number_hint(const gchar *text, gsize length)
{
    QyCellHint hint = nothing_hint(text, length);
    gboolean others = FALSE, comma = FALSE;
    guint n_digits = 0, bytes;
    gchar c;

    if (hint != QY_HINT_NONE)
        return hint;
    if (is_scientific(text, length, FALSE))
        return QY_HINT_SCIENTIFIC;
    if (length > 0 && (text[length - 1] == '%' || (length >= 3 && memcmp(text + length - 3, "％", 3) == 0)))
        return QY_HINT_PERCENT;
    for (const gchar *p = text, *end = text + length; (c = fold(p, end, &bytes)) != 0; p += bytes) {
        n_digits += g_ascii_isdigit(c);
        comma |= c == ',';
        others |= !g_ascii_isdigit(c) && c != ',' && c != '.' && c != '-';
    }
    if (n_digits == 0)
        return QY_HINT_WORD;
    return comma && !others ? QY_HINT_GROUPING : QY_HINT_UNIT_OR_SIGN;
}

static QyCellFault
in_range(gint64 value, gint64 low, gint64 high, gint64 *out, QyCellHint *hint)
{
    if (G_UNLIKELY(value < low || value > high)) {
        *hint = value < low ? QY_HINT_BELOW_LOW : QY_HINT_ABOVE_HIGH;
        return QY_CELL_OUT_OF_RANGE;
    }
    *out = value;
    return QY_CELL_GOOD;
}

static QyCellFault
read_number(const gchar *text, gsize length, guint scale, gint64 low, gint64 high, gint64 *out, QyCellHint *hint)
{
    const gchar *p = text, *end = text + length;
    Number number = {.negative = take(&p, end, '-')};
    const gchar *digits = p;
    gboolean ok = take_whole(&p, end, &number), whole = p > digits;

    if (ok && take(&p, end, '.'))
        ok = take_fraction(&p, end, scale, &number);
    else
        ok = ok && whole;
    if (!ok || p != end) {
        *hint = number_hint(text, length);
        return QY_CELL_UNREADABLE;
    }
    if (number.lost) {
        *hint = QY_HINT_FRACTION_DIGITS;
        return QY_CELL_UNREADABLE;
    }
    number.too_large |=
        __builtin_mul_overflow(number.magnitude, (guint64)qy_pow10(scale - number.n_fraction), &number.magnitude);
    if (number.too_large || number.magnitude > G_MAXINT64) {
        *hint = number.negative && low >= 0 ? QY_HINT_BELOW_LOW : QY_HINT_TOO_LARGE;
        return QY_CELL_OUT_OF_RANGE;
    }
    return in_range(number.negative ? -(gint64)number.magnitude : (gint64)number.magnitude, low, high, out, hint);
}

QyCellFault
qy_cell_number(const gchar *text, gsize length, guint scale, gint64 low, gint64 high, gint64 *out, QyCellHint *hint)
{
    gint64 value;

    if (G_LIKELY(length - 1 <= 7 && qy_cell_plain_number(qy_cell_load_short(text, length), length, scale, &value)))
        return in_range(value, low, high, out, hint);
    return read_number(text, length, scale, low, high, out, hint);
}

/* --- ids (V4, V5) --- */

QyCellFault
qy_cell_id(const gchar *text, gsize length, QyCellHint *hint)
{
    if (G_UNLIKELY(length > ID_MAX_BYTES)) {
        *hint = QY_HINT_TOO_LONG;
        return QY_CELL_OUT_OF_RANGE;
    }
    /* Nothing below begins with an ASCII letter but N of NULL, NA, None. */
    if (length > 0 && g_ascii_isalpha(*text) && (*text | 0x20) != 'n')
        return QY_CELL_GOOD;
    *hint = nothing_hint(text, length);
    if (*hint == QY_HINT_NONE && is_scientific(text, length, TRUE))
        *hint = QY_HINT_SCIENTIFIC;
    return *hint == QY_HINT_NONE ? QY_CELL_GOOD : QY_CELL_UNREADABLE;
}
