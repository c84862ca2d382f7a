#define G_LOG_DOMAIN "qy-measure"

/* Figures: the formula of a measure on the numbers of one group. */
#include "measure/run.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

static QyFigure
blank(QyFigureState state)
{
    return (QyFigure){
        .state = state, .den = 1, .value = NAN, .std_error = NAN, .low = NAN, .high = NAN, .df = NAN, .n_eff = NAN};
}

guint
qy_figure_rows(const QyMeasures *run, guint number)
{
    const QyMeasure *measure = qy_plan_measure(run->plan, number);

    if (measure->made < 0)
        return qy_dataset_frame(run->dataset, measure->info.table)->n_rows;
    return run->made[measure->made] != NULL ? run->made[measure->made]->n_rows : 0;
}

/* num / den; without a den there is nothing to say. */
static void
set_ratio(QyFigure *figure, QyInt128 num, QyInt128 den)
{
    figure->has_den = TRUE;
    if (den == 0) {
        figure->state = QY_FIGURE_EMPTY;
        return;
    }
    figure->num = den > 0 ? num : -num;
    figure->den = den > 0 ? den : -den;
}

static QyFigure
ratio_of_measures(const QyMeasures *run, const QyMeasure *measure, guint row)
{
    QyFigure a = qy_figure_get(run, measure->a, row), b = qy_figure_get(run, measure->b, row);
    QyFigure figure = blank(QY_FIGURE_EXACT);

    figure.n = b.n;
    figure.num_scale = measure->num_scale;
    figure.den_scale = measure->den_scale;
    set_ratio(&figure, a.num, b.state == QY_FIGURE_EXACT ? b.num : 0);
    if (a.state != QY_FIGURE_EXACT)
        figure.state = QY_FIGURE_EMPTY;
    return figure;
}

/* Where a measure's row stands among its target's groups; -1: no row was there. */
static gint
group_of(const QyTotals *totals, guint row)
{
    return totals->target->made >= 0 ? totals->group_of[row] : (gint)row;
}

static void
set_extreme(QyFigure *figure, QyInt128 value)
{
    if (value == QY_MISSING)
        figure->state = QY_FIGURE_EMPTY;
    else
        figure->num = value;
}

QyFigure
qy_figure_get(const QyMeasures *run, guint number, guint row)
{
    const QyMeasure *measure = qy_plan_measure(run->plan, number);
    QyFigure figure = blank(QY_FIGURE_EXACT);
    const QyTotals *totals;
    QyInt128 num = 0, den = 0;
    gint group;
    gboolean is_extreme = measure->formula == QY_VALUE_OF_MIN || measure->formula == QY_VALUE_OF_MAX;

    if (measure->formula == QY_VALUE_OF_MEASURES)
        return ratio_of_measures(run, measure, row);
    totals = run->totals[measure->target];
    group = group_of(totals, row);
    figure.num_scale = measure->num_scale;
    figure.den_scale = measure->den_scale;
    if (group >= 0) {
        figure.n = (gint64)qy_totals_get(totals, measure->n, (guint)group);
        num = qy_totals_get(totals, measure->num, (guint)group);
        den = measure->den >= 0 ? qy_totals_get(totals, measure->den, (guint)group) : 0;
    } else if (is_extreme) {
        num = QY_MISSING;
    }
    if (measure->formula == QY_VALUE_OF_MEAN || measure->formula == QY_VALUE_OF_RATIO)
        set_ratio(&figure, num, den);
    else if (is_extreme)
        set_extreme(&figure, num);
    else
        figure.num = num;
    figure.is_count = measure->formula == QY_VALUE_OF_COUNT_IF;
    figure.has_den = figure.has_den || figure.is_count;
    return figure;
}

/* ---- Columns for other measures ---- */

/* num/den to 1e-9. */
static QyInt128
round_ratio(const QyFigure *figure)
{
    gint digits = QY_SCALE_PART + figure->den_scale - figure->num_scale;

    if (digits >= 0)
        return qy_div_half_up(figure->num * qy_pow10((guint)digits), figure->den);
    return qy_div_half_up(figure->num, figure->den * qy_pow10((guint)-digits));
}

/* Counts, sums and extremes of an entity: straight from the records. */
static void
copy_column(const QyTotals *totals, gint number, guint n, gint64 *out)
{
    const QyAggregate *aggregate = &g_array_index(totals->target->aggregates, QyAggregate, number);
    gsize stride = totals->target->record_bytes;
    const gchar *at = totals->records + aggregate->offset;

    for (guint row = 0; row < n; row++, at += stride) {
        switch (aggregate->kind) {
        case QY_AGGREGATE_COUNT:
            out[row] = *(const guint32 *)(gconstpointer)at;
            break;
        case QY_AGGREGATE_SUM:
            out[row] = *(const gint64 *)(gconstpointer)at;
            break;
        case QY_AGGREGATE_MIN:
        case QY_AGGREGATE_MAX:
            out[row] = qy_extreme_unpack(*(const guint64 *)(gconstpointer)at, aggregate->kind == QY_AGGREGATE_MIN);
            break;
        }
    }
}

/* Counts, sums and extremes of areas and combinations. */
static gboolean
narrow_column(const QyTotals *totals, gint number, gboolean is_extreme, guint n, gint64 *out)
{
    for (guint row = 0; row < n; row++) {
        gint group = group_of(totals, row);
        QyInt128 value = is_extreme ? QY_MISSING : 0;

        if (group >= 0)
            value = qy_totals_get(totals, number, (guint)group);
        if (value > G_MAXINT64 || value < QY_MISSING || (value == QY_MISSING && !is_extreme))
            return FALSE;
        out[row] = (gint64)value;
    }
    return TRUE;
}

static gboolean
ratio_column(const QyMeasures *run, guint number, guint n, gint64 *out)
{
    for (guint row = 0; row < n; row++) {
        QyFigure figure = qy_figure_get(run, number, row);
        QyInt128 value = figure.state == QY_FIGURE_EXACT ? round_ratio(&figure) : QY_MISSING;

        if (value > G_MAXINT64 || value < QY_MISSING)
            return FALSE;
        out[row] = (gint64)value;
    }
    return TRUE;
}

gboolean
qy_figure_make_column(QyMeasures *run, guint number, GError **error)
{
    const QyMeasure *measure = qy_plan_measure(run->plan, number);
    const QyTotals *totals = measure->target >= 0 ? run->totals[measure->target] : NULL;
    gboolean is_extreme = measure->formula == QY_VALUE_OF_MIN || measure->formula == QY_VALUE_OF_MAX, good = TRUE;
    guint n = qy_figure_rows(run, number);
    gint64 *column = run->columns[number] = g_new(gint64, n + 1);

    if (measure->shape.is_ratio)
        good = ratio_column(run, number, n, column);
    else if (totals->records != NULL)
        copy_column(totals, measure->num, n, column);
    else
        good = narrow_column(totals, measure->num, is_extreme, n, column);
    if (!good)
        g_set_error(error, QY_ERROR, QY_ERROR_LIMIT, _("%s:%u: measure \"%s\": a figure of one row leaves 64 bits"),
                    measure->info.declaration->file, measure->info.declaration->line, measure->info.id);
    return good;
}

/* ---- As numbers and texts ---- */

static QyInt128
greatest_common_divisor(QyInt128 a, QyInt128 b)
{
    while (b != 0) {
        QyInt128 rest = a % b;

        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

/* The value as one fraction in lowest terms: whole numbers small enough are doubles without rounding. */
static void
reduce(const QyFigure *figure, QyInt128 *num, QyInt128 *den)
{
    gint digits = figure->num_scale - figure->den_scale;
    QyInt128 common;

    *num = digits < 0 ? figure->num * qy_pow10((guint)-digits) : figure->num;
    *den = digits > 0 ? figure->den * qy_pow10((guint)digits) : figure->den;
    common = greatest_common_divisor(*num, *den);
    if (common > 1) {
        *num /= common;
        *den /= common;
    }
}

gdouble
qy_figure_value(const QyFigure *figure)
{
    QyInt128 num, den;

    if (figure->state == QY_FIGURE_ESTIMATE)
        return figure->value;
    if (figure->state != QY_FIGURE_EXACT)
        return NAN;
    reduce(figure, &num, &den);
    return qy_int128_to_double(num) / qy_int128_to_double(den);
}

gchar *
qy_figure_text(const QyFigure *figure)
{
    QyInt128 num, den;

    if (figure->state == QY_FIGURE_ESTIMATE)
        return qy_real_text(figure->value);
    if (figure->state != QY_FIGURE_EXACT)
        return NULL;
    if (!figure->has_den || figure->is_count)
        return qy_decimal_text(figure->num, figure->num_scale);
    reduce(figure, &num, &den);
    return qy_ratio_text(num, den, QY_SCALE_PART);
}

gchar *
qy_figure_num_text(const QyFigure *figure)
{
    if (figure->state != QY_FIGURE_EXACT || !figure->has_den)
        return NULL;
    return qy_decimal_text(figure->num, figure->num_scale);
}

gchar *
qy_figure_den_text(const QyFigure *figure)
{
    if (figure->state != QY_FIGURE_EXACT || !figure->has_den)
        return NULL;
    return figure->is_count ? qy_decimal_text(figure->n, 0) : qy_decimal_text(figure->den, figure->den_scale);
}
