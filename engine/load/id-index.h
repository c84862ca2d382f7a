/* Ids of a table to its rows. Made for millions of look-ups from several
 * threads: a slot holds the row and the first bytes of the id, so that a short
 * id is found with one access to memory, which can be asked for beforehand.
 * Internal to load/. */
#pragma once

#include <string.h>

#include "base/base.h"

G_BEGIN_DECLS

#define QY_ID_MAX_BYTES 64

/* A 64-bit hash of bytes, 16 at a step by multiplication (after wyhash, Wang Yi, public domain).
 * Never shown and never ordered by, so it may differ between machines. */
static inline guint64
qy_hash_mix(guint64 a, guint64 b)
{
    QyUint128 product = (QyUint128)a * b;

    return (guint64)product ^ (guint64)(product >> 64);
}

static inline guint64
qy_hash_load(const gchar *text, gsize bytes)
{
    guint64 word = 0;

    memcpy(&word, text, bytes);
    return word;
}

static inline guint64
qy_hash_bytes(const gchar *text, gsize length)
{
    const guint64 k0 = G_GUINT64_CONSTANT(0xa0761d6478bd642f), k1 = G_GUINT64_CONSTANT(0xe7037ed1a0b428db);
    guint64 hash = k0 ^ length, a, b;

    for (; length > 16; text += 16, length -= 16)
        hash = qy_hash_mix(qy_hash_load(text, 8) ^ k1, qy_hash_load(text + 8, 8) ^ hash);
    if (length >= 8) {
        a = qy_hash_load(text, 8);
        b = qy_hash_load(text + length - 8, 8);
    } else if (length >= 4) {
        a = qy_hash_load(text, 4);
        b = qy_hash_load(text + length - 4, 4);
    } else if (length > 0) {
        a = (guint64)(guchar)text[0] << 16 | (guint64)(guchar)text[length >> 1] << 8 | (guchar)text[length - 1];
        b = 0;
    } else {
        a = b = 0;
    }
    return qy_hash_mix(k1 ^ length, qy_hash_mix(a ^ k1, b ^ hash));
}

/* What of an id lies in the index itself: all of it up to 11 bytes, of a longer one the beginning. */
typedef struct {
    guint64 head; /* eight bytes; of a shorter id all of it, on top */
    guint32 tail; /* its length, and above that three bytes more */
} QyIdKey;

#define QY_ID_KEY_BYTES 11

/* @length: 1 to QY_ID_MAX_BYTES */
static inline QyIdKey
qy_id_key(const gchar *text, gsize length)
{
    if (length >= QY_ID_KEY_BYTES)
        return (QyIdKey){qy_hash_load(text, 8), (guint32)length | ((guint32)qy_hash_load(text + 7, 4) & ~0xFFu)};
    if (length > 8)
        return (QyIdKey){qy_hash_load(text, 8),
                         (guint32)length | (guint32)qy_hash_load(text + length - 4, 4) >> (64 - 8 * length + 32) << 8};
    if (length >= 4)
        return (QyIdKey){qy_hash_load(text, 4) << (64 - 8 * length) | qy_hash_load(text + length - 4, 4) << 32,
                         (guint32)length};
    return (QyIdKey){(guint64)(guchar)text[length - 1] << 56 | (guint64)(guchar)text[length / 2] << 48 |
                         (guint64)(guchar)text[0] << 40,
                     (guint32)length};
}

typedef struct {
    guint64 head; /* of the key */
    guint32 tail;
    guint32 row_plus_1; /* 0: empty */
} QyIdSlot;

typedef struct {
    QyIdSlot *slots;
    guint64 mask;            /* slots - 1 */
    const gchar *const *ids; /* (transfer none), by row */
    guint n;
    GMutex lock;       /* of near */
    GHashTable *near_; /* (nullable): folded id → row, made when first asked for */
} QyIdIndex;

/* @ids must live as long as the index, and each be at most 64 bytes. */
QyIdIndex *qy_id_index_new(const gchar *const *ids, guint n);
void qy_id_index_free(QyIdIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyIdIndex, qy_id_index_free)

static inline void
qy_id_index_prefetch(const QyIdIndex *self, guint64 hash)
{
    __builtin_prefetch(&self->slots[hash & self->mask]);
}

/* @hash: qy_hash_bytes() of the text. Returns: the row, or -1 */
static inline gint
qy_id_index_find_hashed(const QyIdIndex *self, guint64 hash, const gchar *text, gsize length)
{
    QyIdKey key;

    if (G_UNLIKELY(length - 1 >= QY_ID_MAX_BYTES))
        return -1;
    key = qy_id_key(text, length);
    for (guint64 at = hash & self->mask; self->slots[at].row_plus_1 != 0; at = (at + 1) & self->mask) {
        const QyIdSlot *slot = &self->slots[at];

        if (slot->head == key.head && slot->tail == key.tail &&
            (length <= QY_ID_KEY_BYTES || memcmp(self->ids[slot->row_plus_1 - 1], text, length) == 0))
            return (gint)(slot->row_plus_1 - 1);
    }
    return -1;
}

gint qy_id_index_find(const QyIdIndex *self, const gchar *text, gsize length);

/* The row whose id is @text but for leading zeros, full-width forms, case and blanks inside
 * (V4: "did you mean 00123"); -1 when there is none. For messages only. Thread-safe. */
gint qy_id_index_near(QyIdIndex *self, const gchar *text, gsize length);

G_END_DECLS
