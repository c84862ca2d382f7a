#define G_LOG_DOMAIN "qy-exact"

#include "base/exact.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define DIGITS_OF_128_BITS 40

static const gint64 powers_of_ten[QY_SCALE_MAX + 1] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    1000000000000000000,
};

gint64
qy_pow10(guint exponent)
{
    g_return_val_if_fail(exponent <= QY_SCALE_MAX, 1);
    return powers_of_ten[exponent];
}

static QyUint128
magnitude(QyInt128 value)
{
    /* Negated as unsigned, since the lowest number has no positive twin. */
    return value < 0 ? -(QyUint128)value : (QyUint128)value;
}

QyInt128
qy_div_half_up(QyInt128 num, QyInt128 den)
{
    g_return_val_if_fail(den > 0, 0);

    QyInt128 quotient = num / den;
    QyUint128 rest = magnitude(num % den);

    /* rest >= den/2, written so that nothing can overflow. */
    if (rest >= (QyUint128)den - rest && rest > 0)
        quotient += num < 0 ? -1 : 1;
    return quotient;
}

/* num = *quotient * den + *rest with 0 <= *rest < den. */
static void
divide_floor(QyInt128 num, QyInt128 den, QyInt128 *quotient, QyInt128 *rest)
{
    *quotient = num / den;
    *rest = num % den;
    if (*rest < 0) {
        *rest += den;
        *quotient -= 1;
    }
}

gint
qy_ratio_compare(QyInt128 a_num, QyInt128 a_den, QyInt128 b_num, QyInt128 b_den)
{
    gint sign = 1; /* turned at each step: x < y exactly when 1/x > 1/y */

    g_return_val_if_fail(a_den > 0 && b_den > 0, 0);
    for (;;) {
        QyInt128 a_whole, a_rest, b_whole, b_rest;

        divide_floor(a_num, a_den, &a_whole, &a_rest);
        divide_floor(b_num, b_den, &b_whole, &b_rest);
        if (a_whole != b_whole)
            return a_whole < b_whole ? -sign : sign;
        if (a_rest == 0 || b_rest == 0)
            return a_rest == b_rest ? 0 : (a_rest == 0 ? -sign : sign);
        a_num = a_den;
        a_den = a_rest;
        b_num = b_den;
        b_den = b_rest;
        sign = -sign;
    }
}

#define TEN_TO_18 ((QyUint128)1000000000000000000)

/* Writes @value before @end. Returns: its first digit */
static gchar *
write_digits(QyUint128 value, gchar *end)
{
    /* By eighteen digits, since a division of 128 bits costs as much as ten of 64. */
    while (value >= TEN_TO_18) {
        guint64 low = (guint64)(value % TEN_TO_18);

        value /= TEN_TO_18;
        for (gint i = 0; i < 18; i++, low /= 10)
            *--end = (gchar)('0' + low % 10);
    }
    for (guint64 high = (guint64)value;; high /= 10) {
        *--end = (gchar)('0' + high % 10);
        if (high < 10)
            return end;
    }
}

/* [-]whole[.fraction], without trailing zeros and without a negative zero. */
static gchar *
join_number(gboolean negative, const gchar *whole, gsize n_whole, const gchar *fraction, gsize n_fraction)
{
    gchar buffer[2 * DIGITS_OF_128_BITS];
    gchar *at = buffer;

    while (n_fraction > 0 && fraction[n_fraction - 1] == '0')
        n_fraction--;
    if (negative && (n_fraction > 0 || n_whole > 1 || whole[0] != '0'))
        *at++ = '-';
    memcpy(at, whole, n_whole);
    at += n_whole;
    if (n_fraction > 0) {
        *at++ = '.';
        memcpy(at, fraction, n_fraction);
        at += n_fraction;
    }
    return g_strndup(buffer, (gsize)(at - buffer));
}

gchar *
qy_decimal_text(QyInt128 value, guint scale)
{
    gchar buffer[DIGITS_OF_128_BITS];
    gchar *end = buffer + sizeof buffer, *digits;

    g_return_val_if_fail(scale <= QY_SCALE_MAX, NULL);
    digits = write_digits(magnitude(value), end);
    while ((gsize)(end - digits) <= scale)
        *--digits = '0';
    return join_number(value < 0, digits, (gsize)(end - digits) - scale, end - scale, scale);
}

/* The next digit of rest/den by long division; 10*rest could overflow, ten additions can't. */
static gint
next_digit(QyUint128 *rest, QyUint128 den)
{
    QyUint128 sum = 0;
    gint digit = 0;

    for (gint i = 0; i < 10; i++) {
        sum += *rest;
        if (sum >= den) {
            sum -= den;
            digit++;
        }
    }
    *rest = sum;
    return digit;
}

gchar *
qy_ratio_text(QyInt128 num, QyInt128 den, guint digits)
{
    gchar fraction[QY_SCALE_MAX + 1], buffer[DIGITS_OF_128_BITS];
    gchar *end = buffer + sizeof buffer, *first;
    QyUint128 whole, rest;

    g_return_val_if_fail(den > 0 && digits <= QY_SCALE_MAX, NULL);
    whole = magnitude(num) / (QyUint128)den;
    rest = magnitude(num) % (QyUint128)den;
    for (guint i = 0; i < digits; i++)
        fraction[i] = (gchar)('0' + next_digit(&rest, (QyUint128)den));

    if (rest > 0 && rest >= (QyUint128)den - rest) {
        guint i = digits;

        while (i > 0 && fraction[i - 1] == '9')
            fraction[--i] = '0';
        if (i > 0)
            fraction[i - 1]++;
        else
            whole++;
    }
    first = write_digits(whole, end);
    return join_number(num < 0, first, (gsize)(end - first), fraction, digits);
}

gchar *
qy_real_text(gdouble value)
{
    gchar buffer[G_ASCII_DTOSTR_BUF_SIZE];
    gint digits = 15;

    if (!isfinite(value))
        return NULL;
    if (value == 0)
        return g_strdup("0"); /* also -0 */
    /* Fifteen digits hold any decimal that short; only the thinned-out
     * numbers near zero may need fewer. */
    if (fabs(value) < DBL_MIN)
        digits = 1;
    for (; digits <= 17; digits++) {
        gchar format[8];

        g_snprintf(format, sizeof format, "%%.%dg", digits);
        g_ascii_formatd(buffer, sizeof buffer, format, value);
        if (digits == 17 || g_ascii_strtod(buffer, NULL) == value)
            break;
    }
    return g_strdup(buffer);
}

gboolean
qy_decimal_parse(const gchar *text, gsize length, guint scale, gint64 *out)
{
    gboolean negative, point = FALSE;
    guint64 value = 0;
    guint n_whole = 0, n_fraction = 0;
    gsize i = 0;

    g_return_val_if_fail(scale <= QY_SCALE_MAX, FALSE);
    negative = length > 0 && text[0] == '-';
    for (i = negative ? 1 : 0; i < length; i++) {
        if (text[i] == '.' && !point) {
            point = TRUE;
            continue;
        }
        if (!g_ascii_isdigit(text[i]) || (point && n_fraction == scale) ||
            __builtin_mul_overflow(value, (guint64)10, &value) ||
            __builtin_add_overflow(value, (guint64)(text[i] - '0'), &value))
            return FALSE;
        *(point ? &n_fraction : &n_whole) += 1;
    }
    if (n_whole == 0 || (point && n_fraction == 0) ||
        __builtin_mul_overflow(value, (guint64)qy_pow10(scale - n_fraction), &value) || value > (guint64)G_MAXINT64)
        return FALSE;
    *out = negative ? -(gint64)value : (gint64)value;
    return TRUE;
}

gdouble
qy_int128_to_double(QyInt128 value)
{
    return (gdouble)value;
}

gboolean
qy_multiply(gint64 a, gint64 b, gint64 *out)
{
    gint64 product;

    if (a == QY_MISSING || b == QY_MISSING || __builtin_mul_overflow(a, b, &product) || product == QY_MISSING)
        return FALSE;
    *out = product;
    return TRUE;
}

gboolean
qy_add(gint64 a, gint64 b, gint64 *out)
{
    gint64 sum;

    if (a == QY_MISSING || b == QY_MISSING || __builtin_add_overflow(a, b, &sum) || sum == QY_MISSING)
        return FALSE;
    *out = sum;
    return TRUE;
}
