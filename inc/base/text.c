#define G_LOG_DOMAIN "qy-text"

#include "base/text.h"

#include <string.h>

#define ZERO_WIDTH_JOINER 0x200D
#define ELLIPSIS "…"

void
qy_say_text_clear(QySayText *self)
{
    g_clear_pointer(&self->en, g_free);
    g_clear_pointer(&self->zh, g_free);
}

QySayText
qy_say_fill(QySay say, const gchar *const *names, const gchar *const *values)
{
    return (QySayText){.en = qy_text_fill(say.en, names, values), .zh = qy_text_fill(say.zh, names, values)};
}

/* Returns: the value of the name written in [name, name+length), or NULL when there is no such name */
static const gchar *
value_of(const gchar *name, gsize length, const gchar *const *names, const gchar *const *values)
{
    for (gsize i = 0; names && names[i]; i++)
        if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0)
            return values[i] ? values[i] : "";
    return NULL;
}

gchar *
qy_text_fill(const gchar *pattern, const gchar *const *names, const gchar *const *values)
{
    GString *out = g_string_new(NULL);
    const gchar *at = pattern ? pattern : "";
    const gchar *open;

    while ((open = strchr(at, '{')) != NULL) {
        gsize length = strcspn(open + 1, "{}");
        const gchar *value = open[1 + length] == '}' ? value_of(open + 1, length, names, values) : NULL;

        g_string_append_len(out, at, open - at);
        if (value) {
            g_string_append(out, value);
            at = open + length + 2;
        } else {
            g_string_append_c(out, '{');
            at = open + 1;
        }
    }
    g_string_append(out, at);
    return g_string_free(out, FALSE);
}

static gsize
width_of_character(gunichar c)
{
    if (g_unichar_iscntrl(c) || g_unichar_iszerowidth(c))
        return 0;
    return g_unichar_iswide(c) ? 2 : 1;
}

/* A cluster is what one cursor position shows: a character, the marks on it,
 * and what a joiner ties to it (the members of an emoji family).
 * Returns: its end */
static const gchar *
cluster_end(const gchar *text, gsize *width)
{
    gunichar c = g_utf8_get_char(text);
    gboolean joins = g_unichar_iswide(c), joined = FALSE;

    *width = width_of_character(c);
    for (text = g_utf8_next_char(text); *text; text = g_utf8_next_char(text)) {
        c = g_utf8_get_char(text);
        if (!(joined && g_unichar_iswide(c)) && (width_of_character(c) > 0 || g_unichar_iscntrl(c)))
            break;
        joined = joins && c == ZERO_WIDTH_JOINER;
    }
    return text;
}

gsize
qy_text_width(const gchar *text)
{
    gsize sum = 0, width;

    while (*text) {
        text = cluster_end(text, &width);
        sum += width;
    }
    return sum;
}

/* What a terminal obeys or nobody sees: controls, line separators, direction
 * marks, zero-width spaces and fillers. Marks on letters are none of them. */
static gboolean
is_unseen(gunichar c)
{
    switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SURROGATE:
        return TRUE;
    default:
        return c == 0x115F || c == 0x1160 || c == 0x3164 || c == 0xFFA0; /* Hangul fillers */
    }
}

/* The joiner inside an emoji is seen, by what it does. */
static gboolean
joins_emoji(gunichar before, gunichar c, const gchar *next, const gchar *end)
{
    gunichar after = next < end ? g_utf8_get_char_validated(next, end - next) : 0;

    return c == ZERO_WIDTH_JOINER && (g_unichar_iswide(before) || before == 0xFE0F) && g_unichar_validate(after) &&
           (g_unichar_iswide(after) || g_unichar_type(after) == G_UNICODE_OTHER_SYMBOL);
}

gchar *
qy_text_safe(const gchar *text, gssize length)
{
    const gchar *end = text + (length < 0 ? strlen(text) : (gsize)length);
    GString *out = g_string_sized_new((gsize)(end - text));
    gunichar before = 0;

    while (text < end) {
        gunichar c = *text ? g_utf8_get_char_validated(text, end - text) : 0;
        const gchar *next;

        if (!g_unichar_validate(c)) {
            g_string_append_printf(out, "<0x%02X>", (guchar)*text++);
            before = 0;
            continue;
        }
        next = g_utf8_next_char(text);
        if (is_unseen(c) && !joins_emoji(before, c, next, end))
            g_string_append_printf(out, "<U+%04X>", c);
        else
            g_string_append_len(out, text, next - text);
        before = c;
        text = next;
    }
    return g_string_free(out, FALSE);
}

static void
append_blanks(GString *out, gsize n)
{
    for (gsize i = 0; i < n; i++)
        g_string_append_c(out, ' ');
}

gchar *
qy_text_cell(const gchar *text, gsize width, gboolean align_right)
{
    g_autofree gchar *safe = qy_text_safe(text ? text : "", -1);
    gsize full = qy_text_width(safe), used = 0, next_width;
    GString *out = g_string_sized_new(width + 8);
    const gchar *at = safe, *next;

    if (full <= width) {
        append_blanks(out, align_right ? width - full : 0);
        g_string_append(out, safe);
        append_blanks(out, align_right ? 0 : width - full);
    } else if (width > 0) {
        for (; *at; at = next) {
            next = cluster_end(at, &next_width);
            if (used + next_width > width - 1)
                break;
            used += next_width;
        }
        g_string_append_len(out, safe, at - safe);
        g_string_append(out, ELLIPSIS);
        append_blanks(out, width - 1 - used);
    }
    return g_string_free(out, FALSE);
}

/* A spreadsheet would run it. Full-width: ＝ ＋ － ＠. */
static gboolean
starts_like_formula(const gchar *text)
{
    static const gchar *const full_width[] = {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};

    switch (*text) {
    case '=':
    case '+':
    case '-':
    case '@':
    case '\t':
    case '\r':
        return TRUE;
    case '\xEF':
        for (guint i = 0; i < G_N_ELEMENTS(full_width); i++)
            if (g_str_has_prefix(text, full_width[i]))
                return TRUE;
        return FALSE;
    default:
        return FALSE;
    }
}

/* Returns: the length; sets @special when a character asks for quotes */
static gsize
scan_field(const gchar *text, gboolean *special)
{
    const gchar *at = text;

    *special = FALSE;
    for (; *at; at++)
        if (*at == ',' || *at == '"' || *at == '\r' || *at == '\n')
            *special = TRUE;
    return (gsize)(at - text);
}

void
qy_csv_append(GString *out, const gchar *text, gboolean is_text)
{
    gboolean special;
    const gchar *quote;
    gsize length;

    if (text == NULL || *text == '\0')
        return;
    length = scan_field(text, &special);
    if (special)
        g_string_append_c(out, '"');
    if (is_text && starts_like_formula(text))
        g_string_append_c(out, '\'');
    if (!special) {
        g_string_append_len(out, text, (gssize)length);
        return;
    }
    for (; (quote = strchr(text, '"')) != NULL; text = quote + 1) {
        g_string_append_len(out, text, quote - text + 1);
        g_string_append_c(out, '"');
    }
    g_string_append(out, text);
    g_string_append_c(out, '"');
}

static const gchar *
json_escape(gchar c)
{
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    case '<': /* so that JSON inside a page can't close its script element */
        return "\\u003c";
    case 0x7F:
        return "\\u007f";
    default:
        return NULL;
    }
}

void
qy_json_append(GString *out, const gchar *text)
{
    g_string_append_c(out, '"');
    for (const gchar *at = text ? text : ""; *at; at++) {
        const gchar *escape = json_escape(*at);

        if (escape)
            g_string_append(out, escape);
        else if ((guchar)*at < 0x20)
            g_string_append_printf(out, "\\u%04x", (guint)*at);
        else
            g_string_append_c(out, *at);
    }
    g_string_append_c(out, '"');
}

static const gchar *
html_escape(gunichar c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void
qy_html_append(GString *out, const gchar *text)
{
    const gchar *next;

    for (const gchar *at = text ? text : ""; *at; at = next) {
        gunichar c = g_utf8_get_char_validated(at, -1);
        const gchar *escape = html_escape(c);

        next = g_unichar_validate(c) ? g_utf8_next_char(at) : at + 1;
        if (escape)
            g_string_append(out, escape);
        else if (!g_unichar_validate(c))
            g_string_append(out, "\xEF\xBF\xBD");
        else if (is_unseen(c) && c != '\n' && c != '\t' && c != ZERO_WIDTH_JOINER)
            g_string_append_printf(out, "&lt;U+%04X&gt;", c);
        else
            g_string_append_len(out, at, next - at);
    }
}
