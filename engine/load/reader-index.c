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

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi2,bmi,bmi2,popcnt")))

static inline AVX512 void
masks_avx512(const gchar *p, gchar delimiter, Masks *out)
{
    const __m512i x = _mm512_loadu_si512(p);

    out->delimiter = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8(delimiter));
    out->cr = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('\r'));
    out->line_end = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('\n')) | out->cr;
    out->quote = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('"'));
    out->high = _mm512_cmple_epi8_mask(x, _mm512_setzero_si512());
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

#if defined(__x86_64__)
/* The offsets of all marks at once: their places in the block pressed together, sixteen written at a step, so that up
 * to fifteen behind the last are written too. */
static inline AVX512 void
put_marks_avx512(QyIndex *out, guint64 marks, guint32 at)
{
    const __m512i places =
        _mm512_set_epi8(63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40,
                        39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16,
                        15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    const __m512i base = _mm512_set1_epi32((gint)at);
    const guint n = (guint)__builtin_popcountll(marks);
    __m512i pressed = _mm512_maskz_compress_epi8(marks, places);
    guint32 *to = out->marks + out->n_marks;

    for (guint i = 0; i < n; i += 16, to += 16) {
        _mm512_storeu_si512(to, _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm512_castsi512_si128(pressed)), base));
        pressed = _mm512_maskz_compress_epi8(~(guint64)0xFFFF, pressed);
    }
    out->n_marks += n;
}

static inline AVX512 void
put_block_avx512(QyIndex *out, const Masks *m, guint64 quotes, guint32 at, guint64 *after_cr)
{
    guint64 ends = m->line_end & ~(m->line_end & ~m->cr & (m->cr << 1 | *after_cr));
    const guint64 marks = m->delimiter | ends | (m->quote & quotes);

    *after_cr = m->cr >> 63;
    for (; ends != 0; ends &= ends - 1)
        out->ends[out->n_ends++] = out->n_marks + __builtin_popcountll(marks & ((ends & -ends) - 1));
    put_marks_avx512(out, marks, at);
}
#endif

/* State of the search for a line end between blocks: each 0 or 1, and @inside 0 or all ones. */
typedef struct {
    guint64 inside;        /* in quotes */
    guint64 may_open;      /* the last byte lets a quote open a field, or double one */
    guint64 after_closing; /* the last byte was a closing quote */
} QuoteState;

/* What quotes make of one block. */
typedef struct {
    guint64 inside;  /* bytes in quotes, the opening one included */
    guint64 bad;     /* quotes that stand where RFC 4180 has none */
    guint64 doubled; /* the second of two that stand for one */
} Quotes;

static inline Quotes
quote_step(QuoteState *state, const Masks *m)
{
    const guint64 inside = odd_so_far(m->quote) ^ state->inside;
    const guint64 opening = m->quote & inside, closing = m->quote & ~inside;
    const guint64 may_open = m->delimiter | m->line_end | m->quote, behind = closing << 1 | state->after_closing;
    const Quotes quotes = {inside, (opening & ~(may_open << 1 | state->may_open)) | (behind & ~may_open),
                           opening & behind};

    state->may_open = may_open >> 63;
    state->after_closing = closing >> 63;
    state->inside = 0 - (inside >> 63);
    return quotes;
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

/* The functions for one kind of machine. Macros, because a function that is handed to another as an argument
 * isn't inlined across targets. */
#define DEFINE_KIND(kind, put, TARGET)                                                                                 \
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
            put(out, &m, quotes, at, &after_cr);                                                                       \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static TARGET void index_records_##kind(const gchar *bytes, gsize length, gchar delimiter, QyIndex *out)           \
    {                                                                                                                  \
        QuoteState state = {.may_open = 1};                                                                            \
        guint64 after_cr = 0;                                                                                          \
        gchar block[64];                                                                                               \
        Masks m;                                                                                                       \
                                                                                                                       \
        out->n_marks = out->n_ends = 0;                                                                                \
        for (gsize at = 0; at < length; at += 64) {                                                                    \
            gsize left = length - at;                                                                                  \
            Quotes quotes;                                                                                             \
                                                                                                                       \
            masks_##kind(left >= 64 ? bytes + at : padded(bytes + at, left, block), delimiter, &m);                    \
            quotes = quote_step(&state, &m);                                                                           \
            if (((quotes.bad | quotes.doubled | (m.line_end & quotes.inside)) & BELOW(left)) != 0)                     \
                break;                                                                                                 \
            out->high[at / 64] = m.high & BELOW(left);                                                                 \
            m.delimiter &= ~quotes.inside;                                                                             \
            put(out, &m, 0, at, &after_cr);                                                                            \
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
            guint64 ends;                                                                                              \
            Quotes quotes;                                                                                             \
                                                                                                                       \
            masks_##kind(left >= 64 ? p : padded(p, left, block), delimiter, &m);                                      \
            quotes = quote_step(&state, &m);                                                                           \
            ends = m.line_end & ~quotes.inside & ~(target > p ? BELOW((gsize)(target - p)) : 0);                       \
            if (ends != 0)                                                                                             \
                return (quotes.bad & (ends ^ (ends - 1))) != 0 ? NULL : p + __builtin_ctzll(ends);                     \
            if ((quotes.bad & BELOW(left)) != 0)                                                                       \
                return NULL;                                                                                           \
        }                                                                                                              \
        return end;                                                                                                    \
    }

DEFINE_KIND(portable, put_block, )
#if defined(__x86_64__)
DEFINE_KIND(sse2, put_block, )
DEFINE_KIND(avx2, put_block, AVX2)
DEFINE_KIND(avx512, put_block_avx512, AVX512)
#endif

/* --- which kind --- */

typedef struct {
    const gchar *name;
    void (*index_window)(const gchar *, gsize, gchar, gboolean, gboolean, QyIndex *);
    void (*index_records)(const gchar *, gsize, gchar, QyIndex *);
    gboolean (*any_high)(const gchar *, const gchar *);
    const gchar *(*line_end)(const gchar *, const gchar *, const gchar *, gchar);
} Kind;

/* Best first. */
static const Kind kinds[] = {
#if defined(__x86_64__)
    {"avx512", index_window_avx512, index_records_avx512, any_high_avx512, line_end_avx512},
    {"avx2", index_window_avx2, index_records_avx2, any_high_avx2, line_end_avx2},
    {"sse2", index_window_sse2, index_records_sse2, any_high_sse2, line_end_sse2},
#endif
    {"portable", index_window_portable, index_records_portable, any_high_portable, line_end_portable},
};

static const Kind *chosen; /* atomic */

static gboolean
machine_has(const Kind *kind)
{
#if defined(__x86_64__)
    if (kind->index_window == index_window_avx512)
        return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2") &&
               __builtin_cpu_supports("bmi2");
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

void
qy_index_records(const gchar *bytes, gsize length, gchar delimiter, QyIndex *out)
{
    kind_of_machine()->index_records(bytes, length, delimiter, out);
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
