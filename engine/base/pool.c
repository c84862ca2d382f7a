#define G_LOG_DOMAIN "qy-pool"

#include "base/intern.h"
#include "base/text.h"

#include <string.h>

/* Many threads look up at once: a text's hash picks one of many shards, each
 * under its own lock, so that two threads seldom meet. Numbers are dense over
 * all shards; number to text needs no lock at all. */
#define SHARD_BITS 6
#define N_SHARDS (1u << SHARD_BITS)
#define ARENA_BYTES (64 * 1024)
#define FIRST_BLOCK_BITS 10
#define N_BLOCKS (32 - FIRST_BLOCK_BITS + 1)

/* A text is kept as [guint32 length][bytes][NUL]; pointers go to the bytes. */
typedef struct {
    GMutex lock;
    QyIntern index;    /* number + 1 */
    GPtrArray *arenas; /* (element-type gchar*) */
    gsize arena_used, arena_size;
} Shard;

struct _QyStringPool {
    Shard shards[N_SHARDS];
    gint n_texts;                   /* atomic */
    const gchar **blocks[N_BLOCKS]; /* atomic; block k holds 2^(10+k) numbers, so none ever moves */
};

QyStringPool *
qy_string_pool_new(void)
{
    QyStringPool *self = g_new0(QyStringPool, 1);

    for (guint i = 0; i < N_SHARDS; i++) {
        g_mutex_init(&self->shards[i].lock);
        self->shards[i].arenas = g_ptr_array_new_with_free_func(g_free);
    }
    return self;
}

void
qy_string_pool_free(QyStringPool *self)
{
    if (self == NULL)
        return;
    for (guint i = 0; i < N_SHARDS; i++) {
        g_mutex_clear(&self->shards[i].lock);
        g_free(self->shards[i].index.slots);
        g_ptr_array_unref(self->shards[i].arenas);
    }
    for (guint i = 0; i < N_BLOCKS; i++)
        g_free(self->blocks[i]);
    g_free(self);
}

/* Where the pointer of @number lives; makes its block when it is the first there. */
static const gchar **
place_of(QyStringPool *self, guint32 number)
{
    guint64 shifted = (guint64)number + (1u << FIRST_BLOCK_BITS);
    guint block = 63 - (guint)__builtin_clzll(shifted) - FIRST_BLOCK_BITS;
    guint64 n = G_GUINT64_CONSTANT(1) << (block + FIRST_BLOCK_BITS);
    const gchar **texts = g_atomic_pointer_get(&self->blocks[block]);

    if (texts == NULL) {
        texts = g_new0(const gchar *, n);
        if (!g_atomic_pointer_compare_and_exchange(&self->blocks[block], NULL, texts)) {
            g_free(texts);
            texts = g_atomic_pointer_get(&self->blocks[block]);
        }
    }
    return &texts[shifted - n];
}

static const gchar *
keep_text(Shard *shard, const gchar *text, guint32 length)
{
    gsize need = sizeof length + length + 1;
    gchar *at;

    if (shard->arena_size - shard->arena_used < need) {
        shard->arena_size = MAX(need, ARENA_BYTES);
        shard->arena_used = 0;
        g_ptr_array_add(shard->arenas, g_malloc(shard->arena_size));
    }
    at = (gchar *)g_ptr_array_index(shard->arenas, shard->arenas->len - 1) + shard->arena_used;
    shard->arena_used += need;
    memcpy(at, &length, sizeof length);
    memcpy(at + sizeof length, text, length);
    at[sizeof length + length] = '\0';
    return at + sizeof length;
}

/* Call with the shard locked. Returns: the number + 1, or 0 */
static guint32
find_in_shard(QyStringPool *self, Shard *shard, guint32 hash, const gchar *text, guint32 length)
{
    guint64 at = 0;
    guint32 candidate, kept_length;

    while ((candidate = qy_intern_next(&shard->index, hash, &at)) != 0) {
        const gchar *kept = *place_of(self, candidate - 1);

        memcpy(&kept_length, kept - sizeof kept_length, sizeof kept_length);
        if (kept_length == length && memcmp(kept, text, length) == 0)
            return candidate;
    }
    return 0;
}

guint32
qy_string_pool_add(QyStringPool *self, const gchar *text, gsize length)
{
    guint64 hash = qy_intern_hash(text, length);
    Shard *shard = &self->shards[hash >> (64 - SHARD_BITS)];
    guint32 found;

    if (length >= G_MAXUINT32)
        g_error("a text of %" G_GSIZE_FORMAT " bytes exceeds the limit of 4 GiB", length);
    g_mutex_lock(&shard->lock);
    found = find_in_shard(self, shard, (guint32)hash, text, (guint32)length);
    if (found == 0) {
        guint32 number = (guint32)g_atomic_int_add(&self->n_texts, 1);

        if (number == G_MAXUINT32)
            g_error("more than 4294967295 distinct texts");
        *place_of(self, number) = keep_text(shard, text, (guint32)length);
        found = number + 1;
        qy_intern_add(&shard->index, (guint32)hash, found);
    }
    g_mutex_unlock(&shard->lock);
    return found - 1;
}

const gchar *
qy_string_pool_get(QyStringPool *self, guint32 number)
{
    g_return_val_if_fail(number < qy_string_pool_size(self), NULL);
    return *place_of(self, number);
}

guint32
qy_string_pool_size(QyStringPool *self)
{
    return (guint32)g_atomic_int_get(&self->n_texts);
}
