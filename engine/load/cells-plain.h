/* Cells as nearly all of them are written, read in a few instructions without a
 * branch that data could mislead: YYYY-MM-DD, and up to eight digits with or
 * without a point. What isn't so is left to the functions of cells.h, which
 * know every form and every fault. Internal to load/. */
#pragma once

#include <string.h>

#include "load/cells.h"

G_BEGIN_DECLS

#define QY_TOP_BITS G_GUINT64_CONSTANT(0x8080808080808080)

/* First days of the months from January 1900 to December 2099, and of the one behind them. Asked for once before a
 * loop. */
#define QY_PLAIN_YEAR_MIN 1900
#define QY_PLAIN_MONTHS (200 * 12)
const QyDate *qy_cell_month_starts(void);

/* Exactly YYYY-MM-DD, a day there is. Returns: FALSE, @out untouched, for everything else */
static inline gboolean
qy_cell_plain_date(const gchar *text, gsize length, const QyDate *month_starts, QyDate *out)
{
    /* "YYYY-MM-" less its zeros and dashes: digits 0..9, and 0 where a dash stood. Adding what is missing to 0x80
     * shows in the top bit of a byte whether it was anything else. */
    const guint64 zeros = 0x2D30302D30303030, to_top = 0x7F76767F76767676;
    guint64 x;
    guint tens, ones, month, months;
    QyDate first;

    if (G_UNLIKELY(length != 10))
        return FALSE;
    memcpy(&x, text, 8);
    x = GUINT64_FROM_LE(x) ^ zeros;
    tens = (guchar)text[8] - '0';
    ones = (guchar)text[9] - '0';
    month = (guint)(x >> 40 & 15) * 10 + (guint)(x >> 48 & 15);
    months = ((guint)(x & 15) * 1000 + (guint)(x >> 8 & 15) * 100 + (guint)(x >> 16 & 15) * 10 + (guint)(x >> 24 & 15) -
              QY_PLAIN_YEAR_MIN) *
                 12 +
             month - 1;
    if (G_UNLIKELY((((x + to_top) | x) & QY_TOP_BITS) != 0 || tens > 9 || ones > 9 || month - 1 > 11 ||
                   months >= QY_PLAIN_MONTHS))
        return FALSE;
    first = month_starts[months];
    if (G_UNLIKELY(tens * 10 + ones - 1 >= (guint)(month_starts[months + 1] - first)))
        return FALSE;
    *out = first + (QyDate)(tens * 10 + ones) - 1;
    return TRUE;
}

/* 1 to 8 bytes as one word, the last one on top, zeros below; nothing is read beside them. */
static inline guint64
qy_cell_load_short(const gchar *text, gsize length)
{
    guint64 x;

    if (length >= 4) {
        guint32 first, last;

        memcpy(&first, text, 4);
        memcpy(&last, text + length - 4, 4);
        x = (guint64)GUINT32_FROM_LE(last) << 32 | (guint64)GUINT32_FROM_LE(first) << (64 - 8 * length);
    } else {
        x = (guint64)(guchar)text[length - 1] << 56 |
            (guint64)(guchar)text[length / 2] << (56 - 8 * (length - 1 - length / 2)) |
            (guint64)(guchar)text[0] << (64 - 8 * length);
    }
    return x;
}

/* Top bit of each byte that is no number 0..9; right up to the first such byte, which is all that is asked. */
static inline guint64
qy_cell_not_digits(guint64 x)
{
    return ((x + G_GUINT64_CONSTANT(0x7676767676767676)) | x) & QY_TOP_BITS;
}

/* Eight digits, each in a byte of its own, the last on top. */
static inline guint32
qy_cell_eight_digits(guint64 x)
{
    x = x * 10 + (x >> 8);
    return (guint32)(((x & 0x000000FF000000FF) * 0x000F424000000064 +
                      (x >> 16 & 0x000000FF000000FF) * 0x0000271000000001) >>
                     32);
}

/* @length characters in @x, the last one on top, zeros below: digits, and among them (not first, not last) a point
 * with no more digits behind it than @scale, 0..6. Returns: FALSE, @out untouched, for everything else */
static inline gboolean
qy_cell_plain_number(guint64 x, gsize length, guint scale, gint64 *out)
{
    static const gint64 powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
    const guint64 zeros = 0x3030303030303030, point = '.' ^ '0';
    guint64 others;
    guint n_fraction = 0;

    x ^= zeros << (64 - 8 * length);
    others = qy_cell_not_digits(x);
    if (others != 0) {
        const guint at = (guint)__builtin_ctzll(others) / 8;

        n_fraction = 7 - at;
        if (n_fraction - 1 >= scale || at + length <= 8 || (x >> 8 * at & 0xFF) != point)
            return FALSE;
        /* Without the point: what stood before it moves up. */
        x = x >> (8 * at + 8) << (8 * at + 8) | (x & (((guint64)1 << 8 * at) - 1)) << 8;
        if (qy_cell_not_digits(x) != 0)
            return FALSE;
    }
    *out = (gint64)qy_cell_eight_digits(x) * powers[scale - n_fraction];
    return TRUE;
}

G_END_DECLS
