#define G_LOG_DOMAIN "qy-judge"

#include "judge/private.h"

#include <math.h>
#include <string.h>

gboolean
qy_ratio_from_real(gdouble value, QyRatio *out)
{
    gdouble scaled, integer;

    if (!isfinite(value) || fabs(value) > 1e18)
        return FALSE;
    integer = nearbyint(value);
    if (integer == value) {
        *out = (QyRatio){(QyInt128)value, 1};
        return TRUE;
    }
    scaled = nearbyint(value * 1e6);
    if (fabs(scaled) < 9e15 && scaled / 1e6 == value) { /* correctly rounded: the decimal it was written as */
        *out = (QyRatio){(QyInt128)scaled, 1000000};
        return TRUE;
    }
    /* The whole part is exact, and so is its difference. */
    integer = floor(value);
    scaled = nearbyint((value - integer) * 1e9);
    *out = (QyRatio){(QyInt128)integer * 1000000000 + (QyInt128)scaled, 1000000000};
    return TRUE;
}

QyRatio
qy_ratio_from_figure(const QyFigure *figure)
{
    QyRatio ratio = {figure->num, figure->den};

    if (figure->num_scale >= figure->den_scale)
        ratio.den *= qy_pow10(figure->num_scale - figure->den_scale);
    else
        ratio.num *= qy_pow10(figure->den_scale - figure->num_scale);
    return ratio;
}

gint
qy_ratio_order(QyRatio a, QyRatio b)
{
    QyInt128 left, right;

    if (!__builtin_mul_overflow(a.num, b.den, &left) && !__builtin_mul_overflow(b.num, a.den, &right))
        return (left > right) - (left < right);
    return qy_ratio_compare(a.num, a.den, b.num, b.den);
}

gboolean
qy_ratio_minus(QyRatio a, QyRatio b, QyRatio *out)
{
    QyInt128 left, right;

    if (a.den == b.den) {
        out->den = a.den;
        return !__builtin_sub_overflow(a.num, b.num, &out->num);
    }
    return !__builtin_mul_overflow(a.num, b.den, &left) && !__builtin_mul_overflow(b.num, a.den, &right) &&
           !__builtin_sub_overflow(left, right, &out->num) && !__builtin_mul_overflow(a.den, b.den, &out->den);
}

/* value / 10^scale without trailing zeros, from its last digit on. */
static void
write_decimal(gint64 value, guint scale, gchar *out)
{
    gchar digits[32], *end = digits + sizeof digits, *at = end;
    guint64 rest = value < 0 ? -(guint64)value : (guint64)value;
    gboolean shown = FALSE; /* a digit of the fraction other than 0 was met */

    for (guint i = 0; i <= scale || rest > 0; i++, rest /= 10) {
        if (i == scale && shown)
            *--at = '.';
        shown = shown || rest % 10 != 0;
        if (shown || i >= scale)
            *--at = (gchar)('0' + rest % 10);
    }
    if (value < 0)
        *out++ = '-';
    memcpy(out, at, (gsize)(end - at));
    out[end - at] = '\0';
}

static const gchar *
write_digits(QyRatio value, guint digits, gchar *out)
{
    QyInt128 scaled;
    g_autofree gchar *text = NULL;

    if (value.den == 1)
        digits = 0;
    /* Scaled integers, the usual case, without a division of 128 bits. */
    if (value.den <= qy_pow10(digits) && value.num < G_MAXINT32 && value.num > -G_MAXINT32) {
        gint64 den = (gint64)value.den, power = qy_pow10(digits);

        if (power % den == 0) {
            write_decimal((gint64)value.num * (power / den), digits, out);
            return out;
        }
    }
    if (!__builtin_mul_overflow(value.num, (QyInt128)qy_pow10(digits), &scaled)) {
        scaled = value.den == 1 ? scaled : qy_div_half_up(scaled, value.den);
        if (scaled > -G_MAXINT64 && scaled < G_MAXINT64) {
            write_decimal((gint64)scaled, digits, out);
            return out;
        }
    }
    text = qy_ratio_text(value.num, value.den, digits);
    g_strlcpy(out, text, QY_NUMBER_BYTES);
    return out;
}

const gchar *
qy_ratio_write(QyRatio value, gchar out[QY_NUMBER_BYTES])
{
    return write_digits(value, 9, out);
}

static const gchar *
show(QyRatio value, gboolean share, guint extra_digits, gchar *out)
{
    QyInt128 thousand;

    if (share && !__builtin_mul_overflow(value.num, 100, &value.num)) {
        write_digits(value, 1 + extra_digits, out);
        g_strlcat(out, "%", QY_NUMBER_BYTES);
        return out;
    }
    /* Quantities have three digits of their own; what was divided reads better with two. */
    if (extra_digits == 0 && !__builtin_mul_overflow(value.num, 1000, &thousand) && thousand % value.den == 0)
        extra_digits = 1;
    return write_digits(value, 2 + extra_digits, out);
}

const gchar *
qy_ratio_show(QyRatio value, gboolean share, const QyRatio *beside, gchar out[QY_NUMBER_BYTES])
{
    gchar other[QY_NUMBER_BYTES];
    gboolean differs = beside != NULL && qy_ratio_order(value, *beside) != 0;

    show(value, share, 0, out);
    for (guint extra = 1; differs && extra <= 7 && strcmp(out, show(*beside, share, extra - 1, other)) == 0; extra++)
        show(value, share, extra, out);
    return out;
}
