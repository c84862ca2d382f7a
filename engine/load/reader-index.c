#define G_LOG_DOMAIN "qy-load"

#include "load/reader-private.h"

#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* One bit a byte of 64 bytes: what stands there. */
typedef struct {
    guint64 delimiter, line_end, cr, quote, high;
} Masks;

/* --- 64 bytes to masks, once a kind of machine --- */

/* Top bit of each byte of @x to the low 8 bits, the first byte in memory to bit 0. */
static inline guint64
gather_bits(guint64 x)
{
    return ((x >> 7) & 0x0101010101010101) * 0x0102040810204080 >> 56;
}

/* Top bit set in each byte of @x that is 0, and in no other. */
static inline guint64
zero_bytes(guint64 x)
{
    const guint64 low7 = 0x7F7F7F7F7F7F7F7F;

    return ~(((x & low7) + low7) | x | low7);
}

static inline void
masks_portable(const gchar *p, gchar delimiter, Masks *out)
{
    const guint64 ones = 0x0101010101010101;

    *out = (Masks){0};
    for (guint i = 0; i < 8; i++) {
        guint64 x;

        memcpy(&x, p + 8 * i, 8);
        x = GUINT64_FROM_LE(x);
        out->delimiter |= gather_bits(zero_bytes(x ^ ones * (guchar)delimiter)) << 8 * i;
        out->cr |= gather_bits(zero_bytes(x ^ ones * '\r')) << 8 * i;
        out->line_end |= gather_bits(zero_bytes(x ^ ones * '\n')) << 8 * i;
        out->quote |= gather_bits(zero_bytes(x ^ ones * '"')) << 8 * i;
        out->high |= gather_bits(x | zero_bytes(x)) << 8 * i;
    }
    out->line_end |= out->cr;
}

#if defined(__x86_64__)
static inline void
masks_sse2(const gchar *p, gchar delimiter, Masks *out)
{
    *out = (Masks){0};
    for (guint i = 0; i < 4; i++) {
        __m128i x = _mm_loadu_si128((const __m128i *)(p + 16 * i));
        guint good = _mm_movemask_epi8(_mm_cmpgt_epi8(x, _mm_setzero_si128()));

        out->delimiter |= (guint64)_mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_set1_epi8(delimiter))) << 16 * i;
        out->cr |= (guint64)_mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_set1_epi8('\r'))) << 16 * i;
        out->line_end |= (guint64)_mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_set1_epi8('\n'))) << 16 * i;
        out->quote |= (guint64)_mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_set1_epi8('"'))) << 16 * i;
        out->high |= (guint64)(good ^ 0xFFFF) << 16 * i;
    }
    out->line_end |= out->cr;
}

#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))

/* Top bits of 64 bytes. */
static inline AVX2 guint64
gather_avx2(__m256i low, __m256i high)
{
    return (guint32)_mm256_movemask_epi8(low) | (guint64)(guint32)_mm256_movemask_epi8(high) << 32;
}

static inline AVX2 guint64
equal_avx2(__m256i low, __m256i high, gchar c)
{
    const __m256i wanted = _mm256_set1_epi8(c);

    return gather_avx2(_mm256_cmpeq_epi8(low, wanted), _mm256_cmpeq_epi8(high, wanted));
}

static inline AVX2 void
masks_avx2(const gchar *p, gchar delimiter, Masks *out)
{
    const __m256i zero = _mm256_setzero_si256();
    __m256i low = _mm256_loadu_si256((const __m256i *)p), high = _mm256_loadu_si256((const __m256i *)(p + 32));

    out->delimiter = equal_avx2(low, high, delimiter);
    out->cr = equal_avx2(low, high, '\r');
    out->line_end = equal_avx2(low, high, '\n') | out->cr;
    out->quote = equal_avx2(low, high, '"');
    out->high = ~gather_avx2(_mm256_cmpgt_epi8(low, zero), _mm256_cmpgt_epi8(high, zero));
}
#endif

/* --- what is done with masks, the same for every kind --- */

/* The marks of the block at @at. @after_cr: 1 when a CR stands before it, and then whether one is its last byte. */
static inline void
put_block(QyIndex *out, const Masks *m, guint64 quotes, guint32 at, guint64 *after_cr)
{
    guint64 ends = m->line_end & ~(m->line_end & ~m->cr & (m->cr << 1 | *after_cr));
    guint64 marks = m->delimiter | ends | (m->quote & quotes);
    guint32 *to = out->marks + out->n_marks;

    *after_cr = m->cr >> 63;
    for (; ends != 0; ends &= ends - 1)
        out->ends[out->n_ends++] = out->n_marks + __builtin_popcountll(marks & ((ends & -ends) - 1));
    out->n_marks += __builtin_popcountll(marks);
    for (; marks != 0; marks &= marks - 1)
        *to++ = at + __builtin_ctzll(marks);
}

/* Bit i: whether an odd number of bits is set at or below i. */
static inline guint64
odd_so_far(guint64 x)
{
    for (guint shift = 1; shift < 64; shift *= 2)
        x ^= x << shift;
    return x;
}

/* State of the search for a line end between blocks: each 0 or 1, and @inside 0 or all ones. */
typedef struct {
    guint64 inside;        /* in quotes */
    guint64 may_open;      /* the last byte lets a quote open a field, or double one */
    guint64 after_closing; /* the last byte was a closing quote */
} QuoteState;

/* One block. Returns: line ends outside quotes; @bad: quotes that stand where RFC 4180 has none. */
static inline guint64
quote_step(QuoteState *state, const Masks *m, guint64 *bad)
{
    guint64 inside = odd_so_far(m->quote) ^ state->inside;
    guint64 opening = m->quote & inside, closing = m->quote & ~inside;
    guint64 separator = m->delimiter | m->line_end, may_open = separator | m->quote;

    *bad = opening & ~(may_open << 1 | state->may_open);
    *bad |= (closing << 1 | state->after_closing) & ~may_open;
    state->may_open = may_open >> 63;
    state->after_closing = closing >> 63;
    state->inside = 0 - (inside >> 63);
    return m->line_end & ~inside;
}

/* The last bytes of a file can't be loaded as 64: they are copied before zeros. */
static inline const gchar *
padded(const gchar *p, gsize left, gchar block[64])
{
    memset(block, 0, 64);
    memcpy(block, p, left);
    return block;
}

#define BELOW(n) ((n) >= 64 ? ~(guint64)0 : ((guint64)1 << (n)) - 1)

/* The three functions for one kind of machine. Macros, because a function that is handed to another as an argument
 * isn't inlined across targets. */
#define DEFINE_KIND(kind, TARGET)                                                                                      \
    static TARGET void index_window_##kind(const gchar *bytes, gsize length, gchar delimiter, gboolean with_quotes,    \
                                           gboolean follows_cr, QyIndex *out)                                          \
    {                                                                                                                  \
        const guint64 quotes = with_quotes ? ~(guint64)0 : 0;                                                          \
        guint64 after_cr = follows_cr;                                                                                 \
        gchar block[64];                                                                                               \
        Masks m;                                                                                                       \
                                                                                                                       \
        out->n_marks = out->n_ends = 0;                                                                                \
        for (gsize at = 0; at < length; at += 64) {                                                                    \
            gsize left = length - at;                                                                                  \
                                                                                                                       \
            masks_##kind(left >= 64 ? bytes + at : padded(bytes + at, left, block), delimiter, &m);                    \
            out->high[at / 64] = m.high & BELOW(left);                                                                 \
            put_block(out, &m, quotes, at, &after_cr);                                                                 \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static TARGET gboolean any_high_##kind(const gchar *begin, const gchar *end)                                       \
    {                                                                                                                  \
        gchar block[64];                                                                                               \
        guint64 any = 0;                                                                                               \
        Masks m;                                                                                                       \
                                                                                                                       \
        for (; end - begin >= 512 && any == 0; begin += 512)                                                           \
            for (guint i = 0; i < 8; i++) {                                                                            \
                masks_##kind(begin + 64 * i, 0, &m);                                                                   \
                any |= m.high;                                                                                         \
            }                                                                                                          \
        for (; begin < end && any == 0; begin += 64) {                                                                 \
            gsize left = end - begin;                                                                                  \
                                                                                                                       \
            masks_##kind(left >= 64 ? begin : padded(begin, left, block), 0, &m);                                      \
            any |= m.high & BELOW(left);                                                                               \
        }                                                                                                              \
        return any != 0;                                                                                               \
    }                                                                                                                  \
                                                                                                                       \
    static TARGET const gchar *line_end_##kind(const gchar *begin, const gchar *target, const gchar *end,              \
                                               gchar delimiter)                                                        \
    {                                                                                                                  \
        QuoteState state = {.may_open = 1};                                                                            \
        gchar block[64];                                                                                               \
        Masks m;                                                                                                       \
                                                                                                                       \
        for (const gchar *p = begin; p < end; p += 64) {                                                               \
            gsize left = end - p;                                                                                      \
            guint64 bad, ends;                                                                                         \
                                                                                                                       \
            masks_##kind(left >= 64 ? p : padded(p, left, block), delimiter, &m);                                      \
            ends = quote_step(&state, &m, &bad) & ~(target > p ? BELOW((gsize)(target - p)) : 0);                      \
            if (ends != 0)                                                                                             \
                return (bad & (ends ^ (ends - 1))) != 0 ? NULL : p + __builtin_ctzll(ends);                            \
            if ((bad & BELOW(left)) != 0)                                                                              \
                return NULL;                                                                                           \
        }                                                                                                              \
        return end;                                                                                                    \
    }

DEFINE_KIND(portable, )
#if defined(__x86_64__)
DEFINE_KIND(sse2, )
DEFINE_KIND(avx2, AVX2)
#endif

/* --- which kind --- */

typedef struct {
    const gchar *name;
    void (*index_window)(const gchar *, gsize, gchar, gboolean, gboolean, QyIndex *);
    gboolean (*any_high)(const gchar *, const gchar *);
    const gchar *(*line_end)(const gchar *, const gchar *, const gchar *, gchar);
} Kind;

/* Best first. */
static const Kind kinds[] = {
#if defined(__x86_64__)
    {"avx2", index_window_avx2, any_high_avx2, line_end_avx2},
    {"sse2", index_window_sse2, any_high_sse2, line_end_sse2},
#endif
    {"portable", index_window_portable, any_high_portable, line_end_portable},
};

static const Kind *chosen; /* atomic */

static gboolean
machine_has(const Kind *kind)
{
#if defined(__x86_64__)
    if (kind->index_window == index_window_avx2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
#endif
    return TRUE;
}

gboolean
qy_index_use(const gchar *name)
{
    if (name == NULL)
        name = g_getenv("QY_SIMD");
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if ((name == NULL || strcmp(name, kinds[i].name) == 0) && machine_has(&kinds[i])) {
            g_atomic_pointer_set(&chosen, &kinds[i]);
            return TRUE;
        }
    }
    return FALSE;
}

static const Kind *
kind_of_machine(void)
{
    const Kind *kind = g_atomic_pointer_get(&chosen);

    if (kind == NULL) {
        /* A name that isn't there changes nothing but the speed. */
        if (!qy_index_use(NULL))
            qy_index_use("portable");
        kind = g_atomic_pointer_get(&chosen);
    }
    return kind;
}

void
qy_index_window(const gchar *bytes, gsize length, gchar delimiter, gboolean with_quotes, gboolean after_cr,
                QyIndex *out)
{
    kind_of_machine()->index_window(bytes, length, delimiter, with_quotes, after_cr, out);
}

gboolean
qy_index_any_high(const gchar *begin, const gchar *end)
{
    return kind_of_machine()->any_high(begin, end);
}

const gchar *
qy_index_line_end(const gchar *begin, const gchar *target, const gchar *end, gchar delimiter)
{
    return kind_of_machine()->line_end(begin, target, end, delimiter);
}
