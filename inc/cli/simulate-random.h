/* Random numbers of the simulator: a state made from seed, stream and row, so
 * that a row's draws don't depend on which rows were written before it, by
 * which thread, or on the machine. Integers and plain IEEE arithmetic only.
 *
 * Source: SplitMix64; Steele, Lea & Flood, Fast Splittable Pseudorandom Number
 * Generators, OOPSLA 2014.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
    guint64 state;
} QySimRandom;

static inline guint64
qy_sim_mix(guint64 z)
{
    z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* @stream: a small number for what is drawn, @row: for whom. */
static inline QySimRandom
qy_sim_random(guint64 seed, guint stream, guint64 row)
{
    QySimRandom random = {
        qy_sim_mix(qy_sim_mix(seed + (guint64)stream * G_GUINT64_CONSTANT(0xd1342543de82ef95)) + row)};
    return random;
}

static inline guint64
qy_sim_next(QySimRandom *self)
{
    self->state += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    return qy_sim_mix(self->state);
}

/* 0 .. n-1; @n above 0. */
static inline guint32
qy_sim_below(QySimRandom *self, guint32 n)
{
    return (guint32)(((qy_sim_next(self) >> 32) * n) >> 32);
}

/* low .. high, both in it. */
static inline gint
qy_sim_between(QySimRandom *self, gint low, gint high)
{
    return low + (gint)qy_sim_below(self, (guint32)(high - low + 1));
}

/* [0, 1) */
static inline gdouble
qy_sim_unit(QySimRandom *self)
{
    return (gdouble)(qy_sim_next(self) >> 11) * 0x1p-53;
}

static inline gdouble
qy_sim_uniform(QySimRandom *self, gdouble low, gdouble high)
{
    return low + (high - low) * qy_sim_unit(self);
}

static inline gboolean
qy_sim_chance(QySimRandom *self, gdouble p)
{
    return qy_sim_unit(self) < p;
}

G_END_DECLS
