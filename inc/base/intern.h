/* Private to base: from bytes to a small number, for keeping texts once.
 * The caller keeps the bytes; this keeps only hash and number, so growing
 * never reads a text again. Zero-filled is empty; free @slots with g_free(). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
    guint32 hash;
    guint32 number; /* 0: free */
} QyInternSlot;

typedef struct {
    QyInternSlot *slots;
    guint64 mask; /* n_slots - 1; n_slots a power of two */
    guint64 used;
} QyIntern;

guint64 qy_intern_hash(const gchar *bytes, gsize length);

/* One after the other, the numbers (above 0) that may have this hash; 0 at
 * the end. Begin with *@at = 0; the caller compares the bytes. */
guint32 qy_intern_next(const QyIntern *self, guint32 hash, guint64 *at);
void qy_intern_add(QyIntern *self, guint32 hash, guint32 number);

G_END_DECLS
