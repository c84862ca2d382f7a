#define G_LOG_DOMAIN "qy-load"

#include "load/unique.h"

#include <string.h>

#define N_PARTITIONS 256
#define PARTITION_SHIFT 56 /* the hash's first eight bits */
#define FIRST_BLOCK 16
#define LARGEST_BLOCK 2048

/* 48 bits of the hash (beside those of the partition) and 48 of the address. */
typedef struct {
    guint32 print_low, place_low;
    guint16 print_high, place_high;
} Entry;

typedef struct _Block Block;
struct _Block {
    Block *before;
    guint size; /* all but the last are full */
    Entry entries[];
};

/* One worker's part of a partition. */
typedef struct {
    Entry *next, *limit; /* in the last block */
    Block *last;
} Part;

struct _QyUnique {
    guint n_workers;
    Part *parts; /* [worker * N_PARTITIONS + partition] */
};

QyUnique *
qy_unique_new(guint n_workers)
{
    QyUnique *self = g_new0(QyUnique, 1);

    self->n_workers = n_workers;
    self->parts = g_new0(Part, (gsize)n_workers * N_PARTITIONS);
    return self;
}

static void
clear_part(Part *part)
{
    for (Block *block = part->last, *before; block != NULL; block = before) {
        before = block->before;
        g_free(block);
    }
    *part = (Part){NULL, NULL, NULL};
}

void
qy_unique_free(QyUnique *self)
{
    if (self == NULL)
        return;
    for (gsize i = 0; i < (gsize)self->n_workers * N_PARTITIONS; i++)
        clear_part(&self->parts[i]);
    g_free(self->parts);
    g_free(self);
}

static G_GNUC_NO_INLINE void
add_block(Part *part)
{
    guint size = part->last == NULL ? FIRST_BLOCK : MIN(part->last->size * 2, LARGEST_BLOCK);
    Block *block = g_malloc(sizeof(Block) + size * sizeof(Entry));

    block->before = part->last;
    block->size = size;
    part->last = block;
    part->next = block->entries;
    part->limit = block->entries + size;
}

void
qy_unique_add(QyUnique *self, guint worker, guint64 hash, const gchar *place)
{
    Part *part = &self->parts[worker * N_PARTITIONS + (hash >> PARTITION_SHIFT)];
    guint64 address = (guint64)(guintptr)place;

    g_assert(address >> 48 == 0);
    if (G_UNLIKELY(part->next == part->limit))
        add_block(part);
    *part->next++ = (Entry){
        .print_low = (guint32)hash,
        .print_high = (guint16)(hash >> 32),
        .place_low = (guint32)address,
        .place_high = (guint16)(address >> 32),
    };
}

/* What was collected in one part. */
static gsize
count_part(const Part *part)
{
    gsize n = part->last != NULL ? part->next - part->last->entries : 0;

    for (const Block *block = part->last; block != NULL && block->before != NULL; block = block->before)
        n += block->before->size;
    return n;
}

static inline guint64
print_of(const Entry *entry)
{
    return (guint64)entry->print_high << 32 | entry->print_low;
}

static inline const gchar *
place_of(const Entry *entry)
{
    return (const gchar *)(guintptr)((guint64)entry->place_high << 32 | entry->place_low);
}

#define LISTED (1u << 31) /* among the suspects already */

/* A record whose fingerprint isn't alone. */
typedef struct {
    guint64 print;
    const gchar *place;
    gchar *id;
} Suspect;

typedef struct {
    QyUnique *unique;
    QyIdAt id_at;
    gpointer data;
    gint next_partition; /* atomic */
    GMutex lock;
    GArray *found; /* (element-type QyDuplicate), under the lock */
} Search;

/* One thread's memory, for one partition after the other. */
typedef struct {
    Entry *entries;
    guint32 *table; /* entry + 1, and LISTED; 0 empty */
    gsize n_entries, n_table;
} Room;

static gint
compare_suspects(gconstpointer a, gconstpointer b)
{
    const Suspect *left = a, *right = b;
    gint order;

    if (left->print != right->print)
        return left->print < right->print ? -1 : 1;
    order = strcmp(left->id, right->id);
    if (order != 0)
        return order;
    return (left->place > right->place) - (left->place < right->place);
}

/* Of the suspects of one partition those that are true duplicates. */
static void
judge_suspects(Search *search, GArray *suspects)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const Suspect *first = NULL;

    for (guint i = 0; i < suspects->len; i++) {
        Suspect *suspect = &g_array_index(suspects, Suspect, i);

        g_string_truncate(text, 0);
        search->id_at(search->data, suspect->place, text);
        suspect->id = g_strndup(text->str, text->len);
    }
    g_array_sort(suspects, compare_suspects);
    for (guint i = 0; i < suspects->len; i++) {
        const Suspect *suspect = &g_array_index(suspects, Suspect, i);

        if (first == NULL || first->print != suspect->print || strcmp(first->id, suspect->id) != 0) {
            first = suspect;
        } else {
            QyDuplicate duplicate = {suspect->place, first->place};

            g_mutex_lock(&search->lock);
            g_array_append_val(search->found, duplicate);
            g_mutex_unlock(&search->lock);
        }
    }
    for (guint i = 0; i < suspects->len; i++)
        g_free(g_array_index(suspects, Suspect, i).id);
}

static gsize
gather_partition(QyUnique *self, guint partition, Room *room)
{
    gsize n = 0, at = 0, n_table = 64;

    for (guint worker = 0; worker < self->n_workers; worker++)
        n += count_part(&self->parts[worker * N_PARTITIONS + partition]);
    while (n_table < 2 * n)
        n_table *= 2;
    if (n > room->n_entries) {
        room->n_entries = n + n / 8;
        g_free(room->entries);
        room->entries = g_new(Entry, room->n_entries);
    }
    if (n_table > room->n_table) {
        g_free(room->table);
        room->table = g_new(guint32, n_table);
    }
    room->n_table = n_table;
    memset(room->table, 0, n_table * sizeof *room->table);
    for (guint worker = 0; worker < self->n_workers; worker++) {
        Part *part = &self->parts[worker * N_PARTITIONS + partition];

        for (Block *block = part->last; block != NULL; block = block->before) {
            gsize filled = block == part->last ? (gsize)(part->next - block->entries) : block->size;

            memcpy(room->entries + at, block->entries, filled * sizeof(Entry));
            at += filled;
        }
        clear_part(part);
    }
    return n;
}

static void
search_partition(Search *search, guint partition, Room *room)
{
    gsize n = gather_partition(search->unique, partition, room), mask = room->n_table - 1;
    g_autoptr(GArray) suspects = g_array_new(FALSE, FALSE, sizeof(Suspect));

    for (gsize i = 0; i < n; i++) {
        const Entry *entry = &room->entries[i];
        gsize at = entry->print_low & mask;
        gboolean seen = FALSE;

        while (room->table[at] != 0) {
            const Entry *other = &room->entries[(room->table[at] & ~LISTED) - 1];

            if (other->print_low == entry->print_low && other->print_high == entry->print_high) {
                Suspect suspect = {print_of(other), place_of(other), NULL};

                if ((room->table[at] & LISTED) == 0)
                    g_array_append_val(suspects, suspect);
                room->table[at] |= LISTED;
                seen = TRUE;
                break;
            }
            at = (at + 1) & mask;
        }
        if (seen) {
            Suspect suspect = {print_of(entry), place_of(entry), NULL};

            g_array_append_val(suspects, suspect);
        } else {
            room->table[at] = (guint32)(i + 1);
        }
    }
    if (suspects->len > 0)
        judge_suspects(search, suspects);
}

static gpointer
search_thread(gpointer data)
{
    Search *search = data;
    Room room = {0};

    for (;;) {
        gint partition = g_atomic_int_add(&search->next_partition, 1);

        if (partition >= N_PARTITIONS)
            break;
        search_partition(search, (guint)partition, &room);
    }
    g_free(room.entries);
    g_free(room.table);
    return NULL;
}

static gint
compare_duplicates(gconstpointer a, gconstpointer b)
{
    const QyDuplicate *left = a, *right = b;

    return (left->place > right->place) - (left->place < right->place);
}

GArray *
qy_unique_find(QyUnique *self, guint n_threads, QyIdAt id_at, gpointer data)
{
    Search search = {.unique = self, .id_at = id_at, .data = data};
    g_autofree GThread **threads = g_new0(GThread *, n_threads);

    search.found = g_array_new(FALSE, FALSE, sizeof(QyDuplicate));
    g_mutex_init(&search.lock);
    for (guint i = 1; i < n_threads; i++)
        threads[i] = g_thread_new("qy-unique", search_thread, &search);
    search_thread(&search);
    for (guint i = 1; i < n_threads; i++)
        g_thread_join(threads[i]);
    g_mutex_clear(&search.lock);
    g_array_sort(search.found, compare_duplicates);
    return search.found;
}
