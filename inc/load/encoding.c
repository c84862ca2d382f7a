#define G_LOG_DOMAIN "qy-load"

#include "load/encoding.h"

#include <string.h>

/* GB18030 as the C library's iconv has it, asked once and kept as two tables, so that decoding neither
 * locks nor calls out. 0: no such character. */
#define N_TRAILS 191            /* second bytes 0x40..0xFE; 0x7F among them is never valid */
#define N_BMP_CODES 39420       /* four-byte codes 81308130..8431A439 */
#define FIRST_PLANE_CODE 189000 /* 90308130, which is U+10000 */
static gunichar two_bytes[126][N_TRAILS];
static gunichar four_bytes[N_BMP_CODES];

static gunichar
ask_iconv(GIConv converter, const guint8 *code, gsize length)
{
    gchar utf8[8] = {0};
    gchar *in = (gchar *)code, *out = utf8;
    gsize in_left = length, out_left = sizeof utf8 - 1;

    g_iconv(converter, NULL, NULL, NULL, NULL);
    if (g_iconv(converter, &in, &in_left, &out, &out_left) == (gsize)-1 || in_left != 0 || utf8[0] == 0)
        return 0;
    return g_utf8_get_char(utf8);
}

static void
fill_tables(void)
{
    GIConv converter = g_iconv_open("UTF-8", "GB18030");

    if (converter == (GIConv)-1)
        g_error("this C library can't convert GB18030");
    for (guint lead = 0; lead < 126; lead++)
        for (guint trail = 0; trail < N_TRAILS; trail++)
            two_bytes[lead][trail] = ask_iconv(converter, (guint8[]){lead + 0x81, trail + 0x40}, 2);
    for (guint code = 0; code < N_BMP_CODES; code++) {
        guint8 bytes[] = {code / 12600 + 0x81, code / 1260 % 10 + 0x30, code / 10 % 126 + 0x81, code % 10 + 0x30};

        four_bytes[code] = ask_iconv(converter, bytes, 4);
    }
    g_iconv_close(converter);
}

static void
need_tables(void)
{
    static gsize filled;

    if (g_once_init_enter(&filled)) {
        fill_tables();
        g_once_init_leave(&filled, 1);
    }
}

/* One character at @p, which is over 127. Returns: its bytes, 0 when there is none. */
static guint
gb18030_char(const guchar *p, const guchar *end, gunichar *out)
{
    guint code;

    if (end - p < 2 || p[0] < 0x81 || p[0] == 0xFF)
        return 0;
    if (p[1] >= 0x40 && p[1] <= 0xFE) {
        *out = two_bytes[p[0] - 0x81][p[1] - 0x40];
        return *out != 0 ? 2 : 0;
    }
    if (end - p < 4 || p[1] < 0x30 || p[1] > 0x39 || p[2] < 0x81 || p[2] == 0xFF || p[3] < 0x30 || p[3] > 0x39)
        return 0;
    code = ((p[0] - 0x81u) * 10 + (p[1] - 0x30u)) * 1260 + (p[2] - 0x81u) * 10 + (p[3] - 0x30u);
    if (code < N_BMP_CODES)
        *out = four_bytes[code];
    else if (code >= FIRST_PLANE_CODE && code - FIRST_PLANE_CODE <= 0xFFFFF)
        *out = 0x10000 + code - FIRST_PLANE_CODE;
    else
        *out = 0;
    return *out != 0 ? 4 : 0;
}

/* One character at @p, which is over 127, by table 3-7 of the Unicode standard. Returns: its bytes, 0 when there is
 * none. */
static inline guint
utf8_char(const guchar *p, const guchar *end)
{
    guchar low = 0x80, high = 0xBF;
    guint length = 0;

    if (p[0] >= 0xC2 && p[0] <= 0xDF)
        length = 2;
    else if ((p[0] & 0xF0) == 0xE0)
        length = 3;
    else if (p[0] >= 0xF0 && p[0] <= 0xF4)
        length = 4;
    if (length == 0 || end - p < (gssize)length)
        return 0;
    if (p[0] == 0xE0)
        low = 0xA0;
    else if (p[0] == 0xED)
        high = 0x9F;
    else if (p[0] == 0xF0)
        low = 0x90;
    else if (p[0] == 0xF4)
        high = 0x8F;
    if (p[1] < low || p[1] > high)
        return 0;
    for (guint i = 2; i < length; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    return length;
}

static gboolean
utf8_valid(const guchar *p, const guchar *end)
{
    while (p < end) {
        guint length = 1;

        if (*p >= 0x80)
            length = utf8_char(p, end);
        else if (*p == 0)
            length = 0;
        if (length == 0)
            return FALSE;
        p += length;
    }
    return TRUE;
}

gboolean
qy_encoding_valid(const gchar *text, gsize length, QyEncoding encoding)
{
    const guchar *p = (const guchar *)text, *end = p + length;
    gunichar c;

    if (encoding == QY_ENCODING_UTF8)
        return utf8_valid(p, end);
    need_tables();
    while (p < end) {
        guint bytes = 1;

        if (*p >= 0x80)
            bytes = gb18030_char(p, end, &c);
        else if (*p == 0)
            bytes = 0;
        if (bytes == 0)
            return FALSE;
        p += bytes;
    }
    return TRUE;
}

guint
qy_encoding_blank(const gchar *text, const gchar *end, QyEncoding encoding)
{
    gsize left = end - text;

    if (left == 0)
        return 0;
    if (*text == ' ' || *text == '\t')
        return 1;
    if ((guchar)*text < 0x80)
        return 0;
    if (encoding == QY_ENCODING_UTF8) {
        if (left >= 2 && memcmp(text, "\xC2\xA0", 2) == 0)
            return 2;
        return left >= 3 && memcmp(text, "\xE3\x80\x80", 3) == 0 ? 3 : 0;
    }
    if (left >= 2 && memcmp(text, "\xA1\xA1", 2) == 0)
        return 2;
    return left >= 4 && memcmp(text, "\x81\x30\x84\x32", 4) == 0 ? 4 : 0;
}

gboolean
qy_encoding_has_value(const gchar *text, gsize length, QyEncoding encoding)
{
    const gchar *end = text + length;
    guint blank;

    while ((blank = qy_encoding_blank(text, end, encoding)) > 0)
        text += blank;
    return text < end;
}

void
qy_utf8_trim(const gchar **text, gsize *length)
{
    const gchar *p = *text, *end = p + *length;
    guint blank;

    while ((blank = qy_encoding_blank(p, end, QY_ENCODING_UTF8)) > 0)
        p += blank;
    for (;;) {
        if (end - p >= 1 && (end[-1] == ' ' || end[-1] == '\t'))
            end -= 1;
        else if (end - p >= 2 && memcmp(end - 2, "\xC2\xA0", 2) == 0)
            end -= 2;
        else if (end - p >= 3 && memcmp(end - 3, "\xE3\x80\x80", 3) == 0)
            end -= 3;
        else
            break;
    }
    *text = p;
    *length = end - p;
}

/* UTF-8 of a character of the BMP or above, without g_string_append_unichar()'s checks. */
static inline gchar *
put_utf8(gchar *out, gunichar c)
{
    if (c < 0x800) {
        *out++ = 0xC0 | c >> 6;
    } else {
        if (c < 0x10000) {
            *out++ = 0xE0 | c >> 12;
        } else {
            *out++ = 0xF0 | c >> 18;
            *out++ = 0x80 | (c >> 12 & 0x3F);
        }
        *out++ = 0x80 | (c >> 6 & 0x3F);
    }
    *out++ = 0x80 | (c & 0x3F);
    return out;
}

void
qy_gb18030_append(GString *out, const gchar *text, gsize length)
{
    const guchar *p = (const guchar *)text, *end = p + length;
    gsize before = out->len;
    gchar *to;

    need_tables();
    /* The most that a byte can become: "<0xBA>". */
    g_string_set_size(out, before + 6 * length);
    to = out->str + before;
    while (p < end) {
        gunichar c = 0;
        guint bytes;

        if (*p < 0x80 && *p != 0) {
            *to++ = *p++;
            continue;
        }
        bytes = *p != 0 ? gb18030_char(p, end, &c) : 0;
        if (bytes > 0 && c >= 0x80) {
            to = put_utf8(to, c);
            p += bytes;
        } else {
            to += g_snprintf(to, 7, "<0x%02X>", *p++);
        }
    }
    g_string_truncate(out, to - out->str);
}

void
qy_utf8_append_shown(GString *out, const gchar *text, gsize length)
{
    const guchar *p = (const guchar *)text, *end = p + length;

    while (p < end) {
        guint bytes = *p >= 0x80 ? utf8_char(p, end) : *p != 0;

        if (bytes > 0)
            g_string_append_len(out, (const gchar *)p, bytes);
        else
            g_string_append_printf(out, "<0x%02X>", *p);
        p += MAX(bytes, 1);
    }
}
