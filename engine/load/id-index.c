#define G_LOG_DOMAIN "qy-load"

#include "load/id-index.h"

#include <sys/mman.h>

#define LARGE_PAGE ((gsize)2 << 20)

/* Zeroed. A large table asks for large pages, so that a look-up doesn't first have to look for its page. */
static QyIdSlot *
new_slots(guint64 n)
{
    const gsize bytes = n * sizeof(QyIdSlot), rounded = (bytes + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
    gpointer slots = NULL;

    if (bytes < LARGE_PAGE)
        return g_aligned_alloc0(n, sizeof(QyIdSlot), 64);
    slots = g_aligned_alloc(1, rounded, LARGE_PAGE);
    madvise(slots, rounded, MADV_HUGEPAGE);
    memset(slots, 0, bytes);
    return slots;
}

#define STEP 16

/* Some ids at once, their slots asked for before the first is written. */
static void
add_ids(QyIdIndex *self, guint first, guint n)
{
    guint64 hashes[STEP];
    gsize lengths[STEP];

    for (guint i = 0; i < n; i++) {
        lengths[i] = strlen(self->ids[first + i]);
        g_assert(lengths[i] - 1 < QY_ID_MAX_BYTES);
        hashes[i] = qy_hash_bytes(self->ids[first + i], lengths[i]);
        qy_id_index_prefetch(self, hashes[i]);
    }
    for (guint i = 0; i < n; i++) {
        const QyIdKey key = qy_id_key(self->ids[first + i], lengths[i]);
        guint64 at = hashes[i] & self->mask;

        while (self->slots[at].row_plus_1 != 0)
            at = (at + 1) & self->mask;
        self->slots[at] = (QyIdSlot){key.head, key.tail, first + i + 1};
    }
}

QyIdIndex *
qy_id_index_new(const gchar *const *ids, guint n)
{
    QyIdIndex *self = g_new0(QyIdIndex, 1);
    guint64 n_slots = 16;

    while (n_slots < (guint64)n * 3 / 2)
        n_slots *= 2;
    self->mask = n_slots - 1;
    self->slots = new_slots(n_slots);
    self->ids = ids;
    self->n = n;
    g_mutex_init(&self->lock);
    for (guint first = 0; first < n; first += STEP)
        add_ids(self, first, MIN(STEP, n - first));
    return self;
}

void
qy_id_index_free(QyIdIndex *self)
{
    if (self == NULL)
        return;
    g_clear_pointer(&self->near_, g_hash_table_unref);
    g_mutex_clear(&self->lock);
    g_aligned_free(self->slots);
    g_free(self);
}

gint
qy_id_index_find(const QyIdIndex *self, const gchar *text, gsize length)
{
    return qy_id_index_find_hashed(self, qy_hash_bytes(text, length), text, length);
}

/* (transfer full): full-width forms made narrow, letters small, blanks gone, and of each run of digits
 * the leading zeros. */
static gchar *
fold(const gchar *text, gsize length)
{
    g_autofree gchar *narrow = g_utf8_normalize(text, (gssize)length, G_NORMALIZE_ALL_COMPOSE);
    GString *out = g_string_new(NULL);
    gboolean in_digits = FALSE;

    for (const gchar *p = narrow != NULL ? narrow : ""; *p != '\0'; p++) {
        gboolean is_digit = g_ascii_isdigit(*p);

        if (g_ascii_isspace(*p) || (*p == '0' && !in_digits && g_ascii_isdigit(p[1])))
            continue;
        in_digits = is_digit;
        g_string_append_c(out, g_ascii_tolower(*p));
    }
    return g_string_free(out, FALSE);
}

gint
qy_id_index_near(QyIdIndex *self, const gchar *text, gsize length)
{
    g_autofree gchar *wanted = NULL;
    gpointer row = NULL;

    if (length > QY_ID_MAX_BYTES)
        return -1;
    wanted = fold(text, length);
    g_mutex_lock(&self->lock);
    if (self->near_ == NULL) {
        self->near_ = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        for (guint i = self->n; i-- > 0;) /* of several the lowest stays */
            g_hash_table_replace(self->near_, fold(self->ids[i], strlen(self->ids[i])), GUINT_TO_POINTER(i + 1));
    }
    row = g_hash_table_lookup(self->near_, wanted);
    g_mutex_unlock(&self->lock);
    return (gint)GPOINTER_TO_UINT(row) - 1;
}
