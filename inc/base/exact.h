/* Exact numbers: scaled integers and their sums. A quantity with three
 * fraction digits is held as 1000 times itself, so sums don't depend on the
 * order of the rows, on threads or on the machine. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

__extension__ typedef __int128 QyInt128;
__extension__ typedef unsigned __int128 QyUint128;

/* A cell with no value. No input reaches it: the reader refuses what doesn't fit. */
#define QY_MISSING G_MININT64

/* Fraction digits of the scaled types of the data dictionary. */
#define QY_SCALE_QUANTITY 3
#define QY_SCALE_WEIGHT 6
#define QY_SCALE_PART 9 /* ratios min(1, d/q) that are summed */
#define QY_SCALE_MAX 18

/**
 * qy_pow10:
 * @exponent: 0..18
 */
gint64 qy_pow10(guint exponent);

/**
 * qy_div_half_up:
 * @den: above 0
 *
 * Returns: @num / @den to the nearest integer, halves away from zero
 */
QyInt128 qy_div_half_up(QyInt128 num, QyInt128 den);

/**
 * qy_ratio_compare:
 * @a_den: above 0
 * @b_den: above 0
 *
 * Compares a_num/a_den with b_num/b_den without rounding and without
 * overflow (by continued division).
 * Returns: below, at or above 0
 */
gint qy_ratio_compare(QyInt128 a_num, QyInt128 a_den, QyInt128 b_num, QyInt128 b_den);

/**
 * qy_decimal_text:
 * @value: a number times 10^@scale
 *
 * Returns: (transfer full): its shortest exact decimal text ("-0.05", "12"), the same in every locale
 */
gchar *qy_decimal_text(QyInt128 value, guint scale);

/**
 * qy_ratio_text:
 * @den: above 0
 * @digits: fraction digits to keep, 0..18, halves away from zero; trailing zeros go
 */
gchar *qy_ratio_text(QyInt128 num, QyInt128 den, guint digits);

/**
 * qy_real_text:
 *
 * Returns: (transfer full) (nullable): the shortest decimal that reads back as
 * the same double, or %NULL for NAN and infinities, which are never written
 */
gchar *qy_real_text(gdouble value);

/**
 * qy_decimal_parse:
 * @text: ASCII, not necessarily NUL-terminated: [-]digits[.digits]
 * @scale: how many fraction digits may stand
 * @out: (out): value times 10^@scale, untouched on failure
 *
 * No sign but "-", no exponent, no grouping, no blanks.
 * Returns: FALSE when it isn't such a number, has more fraction digits, or doesn't fit
 */
gboolean qy_decimal_parse(const gchar *text, gsize length, guint scale, gint64 *out);

/* The nearest double; for estimates and drawings, never for sums. */
gdouble qy_int128_to_double(QyInt128 value);

/* a*b and a+b of 64-bit integers; FALSE (and @out untouched) when it doesn't fit or an
 * argument is QY_MISSING. */
gboolean qy_multiply(gint64 a, gint64 b, gint64 *out);
gboolean qy_add(gint64 a, gint64 b, gint64 *out);

G_END_DECLS
