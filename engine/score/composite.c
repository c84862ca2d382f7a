#define G_LOG_DOMAIN "qy-composite"

#include "score/composite.h"

#include <math.h>

typedef struct {
    gdouble value;
    guint subject;
} Sortable;

static gint
by_value(gconstpointer a, gconstpointer b)
{
    const Sortable *x = a, *y = b;

    return x->value != y->value      ? (x->value < y->value ? -1 : 1)
           : x->subject < y->subject ? -1
                                     : x->subject > y->subject;
}

/* Rank and percentile: ties share the mean of their places. */
static void
place_by_order(QyPiece *pieces, const guint *subjects, guint n, guint step, QyNormalise how)
{
    g_autofree Sortable *sorted = g_new(Sortable, n + 1);
    guint present = 0;

    for (guint i = 0; i < n; i++)
        if (!isnan(pieces[subjects[i] * step].value))
            sorted[present++] = (Sortable){pieces[subjects[i] * step].value, subjects[i]};
    qsort(sorted, present, sizeof *sorted, by_value);
    for (guint i = 0, end; i < present; i = end) {
        for (end = i; end < present && sorted[end].value == sorted[i].value;)
            end++;
        gdouble below = i, middle = (gdouble)(i + end - 1) / 2;
        gdouble unit = how == QY_BY_PERCENTILE ? (below + 0.5 * (end - i)) / present
                       : present > 1           ? middle / (present - 1)
                                               : 1;
        for (guint j = i; j < end; j++)
            pieces[sorted[j].subject * step].unit = unit;
    }
}

/* Standard scores, three deviations each way spread over 0..1. */
static void
place_by_z(QyPiece *pieces, const guint *subjects, guint n, guint step)
{
    gdouble sum = 0, squares = 0;
    guint present = 0;

    for (guint i = 0; i < n; i++)
        if (!isnan(pieces[subjects[i] * step].value)) {
            sum += pieces[subjects[i] * step].value;
            present++;
        }
    for (guint i = 0; i < n; i++)
        if (!isnan(pieces[subjects[i] * step].value)) {
            gdouble d = pieces[subjects[i] * step].value - sum / present;
            squares += d * d;
        }
    gdouble deviation = present > 1 ? sqrt(squares / (present - 1)) : 0;
    for (guint i = 0; i < n; i++) {
        QyPiece *piece = &pieces[subjects[i] * step];
        if (isnan(piece->value))
            continue;
        piece->unit = deviation > 0 ? CLAMP(0.5 + (piece->value - sum / present) / deviation / 6, 0, 1) : 0.5;
        piece->unit_error = deviation > 0 ? piece->std_error / deviation / 6 : NAN;
        if (deviation > 0) {
            piece->unit_low = CLAMP(0.5 + (piece->low - sum / present) / deviation / 6, 0, 1);
            piece->unit_high = CLAMP(0.5 + (piece->high - sum / present) / deviation / 6, 0, 1);
        }
    }
}

static gdouble
between_posts(const QyPart *part, gdouble value)
{
    return CLAMP((value - part->low) / (part->high - part->low), 0, 1);
}

static void
place_by_posts(QyPiece *piece, const QyPart *part)
{
    gdouble low = between_posts(part, piece->low), high = between_posts(part, piece->high);

    piece->unit = between_posts(part, piece->value);
    piece->unit_error = piece->std_error / fabs(part->high - part->low);
    /* Posts may run the other way. */
    piece->unit_low = MIN(low, high);
    piece->unit_high = MAX(low, high);
}

/* Better lower: the other way round. */
static void
turn(QyPiece *piece)
{
    gdouble low = piece->unit_low;

    piece->unit = 1 - piece->unit;
    piece->unit_low = 1 - piece->unit_high;
    piece->unit_high = 1 - low;
}

/* @pieces: row-major, subjects × parts; @subjects: rows of one level, compared with one another. */
void
qy_composite_normalise(const QyComposite *self, QyPiece *pieces, const guint *subjects, guint n)
{
    for (guint p = 0; p < self->n_parts; p++) {
        const QyPart *part = &self->parts[p];
        if (self->normalise == QY_BY_Z)
            place_by_z(pieces + p, subjects, n, self->n_parts);
        else if (self->normalise == QY_BY_RANK || self->normalise == QY_BY_PERCENTILE)
            place_by_order(pieces + p, subjects, n, self->n_parts, self->normalise);
        for (guint i = 0; i < n; i++) {
            QyPiece *piece = &pieces[subjects[i] * self->n_parts + p];
            if (isnan(piece->value)) {
                piece->unit = piece->unit_error = piece->unit_low = piece->unit_high = NAN;
                continue;
            }
            if (self->normalise == QY_BY_POSTS || self->normalise == QY_BY_TARGET)
                place_by_posts(piece, part);
            if (part->turned)
                turn(piece);
        }
    }
}

/* putting the parts together */

/* @filled: what stands for a missing part, NAN: it is left out. */
static gdouble
combine(const QyComposite *self, const QyPiece *pieces, gdouble filled)
{
    gdouble weights = 0, sum = 0, least = INFINITY;

    for (guint p = 0; p < self->n_parts; p++) {
        gdouble x = isnan(pieces[p].unit) ? filled : pieces[p].unit, w = self->parts[p].weight;
        if (isnan(x))
            continue;
        weights += w;
        least = MIN(least, x);
        sum += self->aggregate == QY_GEOMETRIC ? w * log(x) : self->aggregate == QY_HARMONIC ? w / x : w * x;
    }
    if (weights == 0)
        return NAN;
    switch (self->aggregate) {
    case QY_GEOMETRIC:
        return least > 0 ? exp(sum / weights) : 0;
    case QY_HARMONIC:
        return least > 0 ? weights / sum : 0;
    case QY_LEAST:
        return least;
    default:
        return sum / weights;
    }
}

/* How fast the whole grows with one part. */
static gdouble
slope_in(const QyComposite *self, QyPiece *pieces, guint p)
{
    const gdouble step = 1e-6;
    gdouble at = pieces[p].unit, below = MAX(0, at - step);

    pieces[p].unit = at + step;
    gdouble upper = combine(self, pieces, NAN);
    pieces[p].unit = below;
    gdouble lower = combine(self, pieces, NAN);
    pieces[p].unit = at;
    return (upper - lower) / (at + step - below);
}

static void
set_uncertainty(const QyComposite *self, QyPiece *pieces, QyIndexValue *v)
{
    gdouble variance = 0, below = 0, above = 0;
    gboolean has_error = FALSE, has_interval = FALSE;

    for (guint p = 0; p < self->n_parts; p++) {
        const QyPiece *piece = &pieces[p];
        if (isnan(piece->unit) || (isnan(piece->unit_error) && isnan(piece->unit_low)))
            continue;
        gdouble slope = self->scale * slope_in(self, pieces, p);
        if (!isnan(piece->unit_error)) {
            variance += slope * slope * piece->unit_error * piece->unit_error;
            has_error = TRUE;
        }
        if (!isnan(piece->unit_low)) {
            below += slope * slope * (piece->unit - piece->unit_low) * (piece->unit - piece->unit_low);
            above += slope * slope * (piece->unit_high - piece->unit) * (piece->unit_high - piece->unit);
            has_interval = TRUE;
        }
    }
    if (has_error)
        v->std_error = sqrt(variance);
    if (has_interval) {
        v->low = MAX(0, v->value - sqrt(below));
        v->high = MIN(self->scale, v->value + sqrt(above));
    }
}

QyIndexValue
qy_composite_value(const QyComposite *self, QyPiece *pieces)
{
    QyIndexValue v = {.value = NAN, .std_error = NAN, .low = NAN, .high = NAN, .n = QY_MISSING, .mark = ""};
    guint missing = 0;

    for (guint p = 0; p < self->n_parts; p++) {
        missing += isnan(pieces[p].unit);
        if (pieces[p].n != QY_MISSING)
            v.n = v.n == QY_MISSING ? pieces[p].n : MIN(v.n, pieces[p].n);
        if (*pieces[p].mark != '\0' && *v.mark == '\0')
            v.mark = pieces[p].mark;
    }
    if (missing == self->n_parts || (missing > 0 && self->missing == QY_NONE_MISSING))
        return v;
    if (missing > 0 && self->missing == QY_BOUNDS) {
        /* What is missing might be anything: it counts as nothing, and the interval says what it might be. */
        v.value = v.low = self->scale * combine(self, pieces, 0);
        v.high = self->scale * combine(self, pieces, 1);
        v.mark = "bounds";
        return v;
    }
    if (missing > 0)
        v.mark = "reweighted";
    v.value = self->scale * combine(self, pieces, NAN);
    set_uncertainty(self, pieces, &v);
    return v;
}

void
qy_composite_copeland(const QyComposite *self, const QyPiece *pieces, const guint *subjects, guint n,
                      QyIndexValue *values)
{
    for (guint i = 0; i < n; i++) {
        QyIndexValue *v = &values[subjects[i]];
        gdouble wins = 0;
        guint rivals = 0;
        if (isnan(v->value))
            continue;
        for (guint j = 0; j < n; j++) {
            gdouble lead = 0;
            if (i == j || isnan(values[subjects[j]].value))
                continue;
            for (guint p = 0; p < self->n_parts; p++) {
                gdouble a = pieces[subjects[i] * self->n_parts + p].unit,
                        b = pieces[subjects[j] * self->n_parts + p].unit;
                lead += isnan(a) || isnan(b) || a == b ? 0 : a > b ? self->parts[p].weight : -self->parts[p].weight;
            }
            wins += lead > 0 ? 1 : lead == 0 ? 0.5 : 0;
            rivals++;
        }
        v->low = v->high = v->std_error = NAN;
        v->value = rivals > 0 ? self->scale * wins / rivals : NAN;
    }
}
