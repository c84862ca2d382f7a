/* Which ids of a large table were seen before, without holding the ids: a
 * fingerprint and a place for each, 12 bytes, in partitions by the first bits
 * of the hash. Equal fingerprints are only a suspicion; the text in the file
 * decides. Internal to load/.
 *
 * Use: new, add from each worker during the pass, then find. A partition is
 * looked at by itself, so partitions may later be written to disk one by one
 * when memory is short.
 */
#pragma once

#include "base/base.h"

G_BEGIN_DECLS

typedef struct _QyUnique QyUnique;

QyUnique *qy_unique_new(guint n_workers);
void qy_unique_free(QyUnique *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyUnique, qy_unique_free)

/**
 * qy_unique_add:
 * @worker: its own number for each thread
 * @hash: qy_hash_bytes() of the id
 * @place: where the record begins; ascends with the order of the file
 */
void qy_unique_add(QyUnique *self, guint worker, guint64 hash, const gchar *place);

typedef struct {
    const gchar *place; /* the record that came later */
    const gchar *first; /* the one that stands */
} QyDuplicate;

/* Appends the id of the record at @place. Called from several threads. */
typedef void (*QyIdAt)(gpointer data, const gchar *place, GString *out);

/**
 * qy_unique_find:
 *
 * Returns: (transfer full) (element-type QyDuplicate): every record whose id stands in an
 * earlier one, by place; empty when all are distinct. Frees what was collected.
 * Cost: a hash table of one partition for each thread.
 */
GArray *qy_unique_find(QyUnique *self, guint n_threads, QyIdAt id_at, gpointer data);

G_END_DECLS
