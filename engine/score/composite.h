/* Composites: several figures of a subject brought to 0..1 and put together,
 * with the error that theirs come to. Internal to score/. */
#pragma once

#include "score/parts.h"

G_BEGIN_DECLS

typedef enum { QY_BY_POSTS, QY_BY_TARGET, QY_BY_Z, QY_BY_RANK, QY_BY_PERCENTILE } QyNormalise;
typedef enum { QY_MEAN, QY_GEOMETRIC, QY_HARMONIC, QY_LEAST, QY_COPELAND } QyAggregate;
typedef enum { QY_NONE_MISSING, QY_REWEIGHT, QY_BOUNDS } QyMissing;

/* What a composite is made of: a measure, or an index before it. */
typedef struct {
    gboolean is_index, is_survey, turned; /* turned: better lower, so 1 − x counts */
    guint number;
    gdouble weight;
    gdouble low, high; /* the posts that are 0 and 1 */
} QyPart;

typedef struct {
    QyPart *parts;
    guint n_parts;
    QyNormalise normalise;
    QyAggregate aggregate;
    QyMissing missing;
    gdouble scale;
} QyComposite;

/* One part of one subject, as read. */
typedef struct {
    gdouble value, std_error, low, high;
    gdouble unit, unit_error;    /* on 0..1; the error by the slope there */
    gdouble unit_low, unit_high; /* its interval on 0..1; NAN: none */
    gint64 n;
    const gchar *mark;
} QyPiece;

/**
 * qy_composite_normalise:
 * @pieces: row-major, subjects × parts
 * @subjects: rows of one level, which are compared with one another
 *
 * By posts or target: where the value lies between them, cut to 0..1. By z:
 * three standard deviations each way are 0..1. By rank or percentile: ties
 * share the mean of their places. Source: OECD/JRC Handbook on Constructing
 * Composite Indicators (2008), step 5.
 */
void qy_composite_normalise(const QyComposite *self, QyPiece *pieces, const guint *subjects, guint n);

/**
 * qy_composite_value:
 *
 * One subject's value: the aggregate of its parts on 0..scale (Handbook, step 6).
 * Its error goes by the slope in each part that has one. Its interval is
 * recovered from the parts' own intervals, each side by itself, so that a share
 * of 0 or 1 and a sample of few clusters leave it as wide as they are:
 * low = v − √Σ(slope·(x − x_low))², high likewise.
 * Source: Zou & Donner, Statistics in Medicine 27 (2008).
 */
QyIndexValue qy_composite_value(const QyComposite *self, QyPiece *pieces);

/* Copeland's rule, in place of an aggregate: a subject beats another when the
 * parts in which it is ahead weigh more; the value is its share of wins. */
void qy_composite_copeland(const QyComposite *self, const QyPiece *pieces, const guint *subjects, guint n,
                           QyIndexValue *values);

G_END_DECLS
