#define G_LOG_DOMAIN "qy-report"

#include "report/html.h"

#include <math.h>

#include "report/words.h"

#define DASH "–"

void
qy_html_say(GString *out, QySay say)
{
    if (g_strcmp0(say.zh, say.en) == 0) {
        qy_html_append(out, say.zh);
        return;
    }
    g_string_append(out, "<span class=\"zh\" lang=\"zh-CN\">");
    qy_html_append(out, say.zh);
    g_string_append(out, "</span><span class=\"en\" lang=\"en\">");
    qy_html_append(out, say.en);
    g_string_append(out, "</span>");
}

void
qy_html_fill(GString *out, QySay say, ...)
{
    const gchar *names[17] = {NULL}, *values[17] = {NULL};
    va_list pairs;
    va_start(pairs, say);
    for (guint i = 0; i < G_N_ELEMENTS(names) - 1 && (names[i] = va_arg(pairs, const gchar *)); i++) {
        values[i] = va_arg(pairs, const gchar *);
        if (!values[i])
            values[i] = DASH;
    }
    va_end(pairs);
    QySayText filled = qy_say_fill(say, names, values);
    qy_html_say(out, (QySay){.en = filled.en, .zh = filled.zh});
    qy_say_text_clear(&filled);
}

void
qy_html_text(GString *out, const gchar *text)
{
    qy_html_append(out, text && *text ? text : DASH);
}

void
qy_html_count(GString *out, gint64 count)
{
    g_autofree gchar *text = qy_count_text(count);
    qy_html_text(out, text);
}

void
qy_html_rounded(GString *out, gdouble value, guint digits)
{
    g_autofree gchar *text = qy_rounded_text(value, digits);
    qy_html_text(out, text);
}

void
qy_html_section(GString *out, const gchar *id, QySay title)
{
    g_string_append_printf(out, "\n<section id=\"%s\" aria-labelledby=\"%s-title\"><h2 id=\"%s-title\">", id, id, id);
    qy_html_say(out, title);
    g_string_append(out, "</h2>\n");
}

void
qy_html_table(GString *out, QySay caption, const QySay *titles, guint n_titles)
{
    g_string_append(out, "<div class=\"scroll\"><table><caption>");
    qy_html_say(out, caption);
    g_string_append(out, "</caption><thead><tr>");
    for (guint i = 0; i < n_titles; i++) {
        QySay title = titles[i];
        gboolean is_number = title.zh[0] == '#';
        if (is_number)
            title = (QySay){.en = title.en + 1, .zh = title.zh + 1};
        g_string_append(out, is_number ? "<th scope=\"col\" class=\"num\">" : "<th scope=\"col\">");
        qy_html_say(out, title);
        g_string_append(out, "</th>");
    }
    g_string_append(out, "</tr></thead><tbody>\n");
}

void
qy_html_end_table(GString *out)
{
    g_string_append(out, "</tbody></table></div>\n");
}

void
qy_html_cell_say(GString *out, QySay say)
{
    g_string_append(out, "<td>");
    qy_html_say(out, say);
    g_string_append(out, "</td>");
}

void
qy_html_cell_text(GString *out, const gchar *text)
{
    g_string_append(out, "<td>");
    qy_html_text(out, text);
    g_string_append(out, "</td>");
}

void
qy_html_cell_count(GString *out, gint64 count)
{
    g_string_append(out, "<td class=\"num\">");
    qy_html_count(out, count);
    g_string_append(out, "</td>");
}

void
qy_html_cell_rounded(GString *out, gdouble value, guint digits)
{
    g_string_append(out, "<td class=\"num\">");
    qy_html_rounded(out, value, digits);
    g_string_append(out, "</td>");
}

void
qy_html_note(GString *out, QySay say)
{
    g_string_append(out, "<p class=\"note\">");
    qy_html_say(out, say);
    g_string_append(out, "</p>\n");
}

void
qy_html_more(GString *out, gint64 left, const gchar *file)
{
    g_autofree gchar *count = qy_count_text(left);
    if (left <= 0)
        return;
    g_string_append(out, "<p class=\"note\">");
    qy_html_fill(out, (QySay){.en = "{n} more in {file}.", .zh = "其余 {n} 条见 {file}。"}, "n", count, "file", file,
                 (gchar *)NULL);
    g_string_append(out, "</p>\n");
}

/* A length on the drawing, the same text in every locale. */
static void
append_place(GString *out, const gchar *attribute, gdouble value)
{
    gchar buffer[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append_printf(out, " %s=\"%s\"", attribute, g_ascii_formatd(buffer, sizeof buffer, "%.1f", value));
}

void
qy_html_bar(GString *out, gdouble share)
{
    if (!isfinite(share))
        return;
    g_string_append(out, "<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
                         "<rect class=\"track\" width=\"100\" height=\"10\"/><rect class=\"fill\" height=\"10\"");
    append_place(out, "width", 100 * CLAMP(share, 0, 1));
    g_string_append(out, "/></svg>");
}

#define WHISKER_WIDTH 160.0

static gdouble
place_on(gdouble value, gdouble axis_low, gdouble axis_high)
{
    gdouble share = axis_high > axis_low ? (value - axis_low) / (axis_high - axis_low) : 0.5;
    return 4 + (WHISKER_WIDTH - 8) * CLAMP(share, 0, 1);
}

void
qy_html_whisker(GString *out, gdouble value, gdouble low, gdouble high, gdouble axis_low, gdouble axis_high)
{
    g_string_append(out, "<svg class=\"whisker\" viewBox=\"0 0 160 16\" aria-hidden=\"true\">"
                         "<line class=\"axis\" x1=\"4\" x2=\"156\" y1=\"8\" y2=\"8\"/>");
    if (isfinite(low) && isfinite(high)) {
        g_string_append(out, "<line class=\"span\" y1=\"8\" y2=\"8\"");
        append_place(out, "x1", place_on(low, axis_low, axis_high));
        append_place(out, "x2", place_on(high, axis_low, axis_high));
        g_string_append(out, "/>");
    }
    if (isfinite(value)) {
        g_string_append(out, "<circle class=\"dot\" cy=\"8\" r=\"3.5\"");
        append_place(out, "cx", place_on(value, axis_low, axis_high));
        g_string_append(out, "/>");
    }
    g_string_append(out, "</svg>");
}
