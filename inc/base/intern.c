#include "base/intern.h"

#include <string.h>

#define FIRST_SLOTS 64

guint64
qy_intern_hash(const gchar *bytes, gsize length)
{
    guint64 hash = length * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);

    while (length > 0) {
        guint64 word = 0;
        gsize n = MIN(length, sizeof word);

        if (n == sizeof word)
            memcpy(&word, bytes, sizeof word);
        else
            memcpy(&word, bytes, n);
        hash = (hash ^ word) * G_GUINT64_CONSTANT(0xD6E8FEB86659FD93);
        hash ^= hash >> 32;
        bytes += n;
        length -= n;
    }
    hash *= G_GUINT64_CONSTANT(0xD6E8FEB86659FD93);
    return hash ^ hash >> 32;
}

guint32
qy_intern_next(const QyIntern *self, guint32 hash, guint64 *at)
{
    if (self->slots == NULL)
        return 0;
    for (;; (*at)++) {
        const QyInternSlot *slot = &self->slots[(hash + *at) & self->mask];

        if (slot->number == 0)
            return 0;
        if (slot->hash == hash) {
            (*at)++;
            return slot->number;
        }
    }
}

static void
put(QyIntern *self, guint32 hash, guint32 number)
{
    guint64 i = hash & self->mask;

    while (self->slots[i].number != 0)
        i = (i + 1) & self->mask;
    self->slots[i] = (QyInternSlot){hash, number};
}

static void
grow(QyIntern *self)
{
    g_autofree QyInternSlot *old = self->slots;
    guint64 n_old = old ? self->mask + 1 : 0;
    guint64 n_slots = MAX(FIRST_SLOTS, 2 * n_old);

    self->slots = g_new0(QyInternSlot, n_slots);
    self->mask = n_slots - 1;
    for (guint64 i = 0; i < n_old; i++)
        if (old[i].number != 0)
            put(self, old[i].hash, old[i].number);
}

void
qy_intern_add(QyIntern *self, guint32 hash, guint32 number)
{
    g_return_if_fail(number != 0);
    if (self->slots == NULL || 2 * self->used >= self->mask)
        grow(self);
    put(self, hash, number);
    self->used++;
}
