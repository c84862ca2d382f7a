/* An index over numbered keys: open addressing, a hash in the upper half of a
 * slot and the key's number + 1 in the lower. Internal to measure/. */
#pragma once

#include <glib.h>

/* @n_slots: a power of two, with room left */
static inline void
qy_slots_put(guint64 *slots, guint n_slots, guint64 slot)
{
    guint at = (guint)(slot >> 32) & (n_slots - 1);

    while (slots[at] != 0)
        at = (at + 1) & (n_slots - 1);
    slots[at] = slot;
}

static inline void
qy_slots_grow(guint64 **slots, guint *n_slots)
{
    guint n = *n_slots * 2;
    guint64 *larger = g_new0(guint64, n);

    for (guint i = 0; i < *n_slots; i++)
        if ((*slots)[i] != 0)
            qy_slots_put(larger, n, (*slots)[i]);
    g_free(*slots);
    *slots = larger;
    *n_slots = n;
}
