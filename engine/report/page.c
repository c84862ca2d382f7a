#define G_LOG_DOMAIN "qy-report"

#include "report/report.h"

#include <string.h>

#include "report/html.h"
#include "report/page.h"
#include "report/sections.h"
#include "report/words.h"

/* --- The map: its frame; the cells are drawn by page.js --- */

static void
append_legend(GString *out)
{
    static const gchar shown[] = "mnedawx";
    g_string_append(out, "<ul class=\"legend\">");
    for (const gchar *letter = shown; *letter; letter++) {
        const gchar *verdict = qy_verdict_of_letter(*letter);
        g_string_append_printf(out, "<li><span class=\"cell %c\" aria-hidden=\"true\">%s</span> ", *letter,
                               qy_verdict_sign(verdict));
        qy_html_say(out, qy_say_word(QY_SPOKEN_VERDICT, verdict));
        g_string_append(out, "</li>");
    }
    g_string_append(out, "</ul>\n");
}

/* Without a script: who has which stars. */
static void
append_plain_map(const QyModel *model, const QyStarMap *map, GString *out)
{
    g_autoptr(GArray) titles = g_array_new(FALSE, FALSE, sizeof(QySay));
    QySay street = {.en = "Street", .zh = "街道"}, community = {.en = "Community", .zh = "社区"};
    QySay five = {.en = "Five-star", .zh = "五星达标"};
    g_array_append_val(titles, street);
    g_array_append_val(titles, community);
    for (guint k = 0; k < qy_model_n_stars(model); k++)
        g_array_append_val(titles, qy_model_star(model, k)->title);
    g_array_append_val(titles, five);
    g_string_append(out, "<noscript>");
    qy_html_table(out, (QySay){.en = "Stars of the communities", .zh = "各社区获星情况"},
                  (const QySay *)(gpointer)titles->data, titles->len);
    for (guint i = 0; i < qy_star_map_n(map); i++) {
        const QyMapCommunity *c = qy_star_map_community(map, i);
        g_string_append(out, "<tr>");
        qy_html_cell_text(out, c->street ? c->street->name : NULL);
        g_string_append(out, "<th scope=\"row\">");
        qy_html_text(out, c->name);
        g_string_append(out, "</th>");
        for (guint k = 0; k < qy_model_n_stars(model); k++)
            qy_html_cell_say(out, qy_say_word(QY_SPOKEN_STAR_STATE, c->star_states[k]));
        qy_html_cell_say(out, c->five_star ? (QySay){.en = "yes", .zh = "是"} : (QySay){.en = "no", .zh = "否"});
        g_string_append(out, "</tr>\n");
    }
    qy_html_end_table(out);
    g_string_append(out, "</noscript>\n");
}

gboolean
qy_section_map(const QyModel *model, const QyStarMap *map, GString *out, GError **error)
{
    qy_html_section(out, "map", (QySay){.en = "Star map", .zh = "星图"});
    qy_html_note(
        out,
        (QySay){
            .en = "Each row a community, each column a criterion. Point at a cell, or move with the arrow keys, "
                  "to read its reason; choose a community's name to see what it lacks for each star.",
            .zh = "每行一个社区，每列一条标准。指向单元格或用方向键移动，可看判定理由；点社区名，可看各星还差什么。"});
    append_legend(out);
    g_string_append(out, "<div id=\"star-map\" class=\"script\"></div>\n");
    append_plain_map(model, map, out);
    g_string_append(out, "</section>\n");
    return TRUE;
}

/* --- The page --- */

static const struct {
    const gchar *id;
    QySay title;
    QySection section;
} parts[] = {
    {"summary", {"Summary", "总览"}, qy_section_summary},  {"map", {"Star map", "星图"}, qy_section_map},
    {"indices", {"Indices", "指数"}, qy_section_indices},  {"lists", {"Lists", "名单"}, qy_section_lists},
    {"duties", {"Duties", "责任清单"}, qy_section_duties}, {"looks", {"Second look", "回头看"}, qy_section_looks},
    {"data", {"Data", "数据质量"}, qy_section_data},       {"reading", {"How to read", "读法"}, qy_section_reading},
};

/* Only this very style and this very script may act on the page, and nothing
 * may be fetched: what a name holds stays text even if an escape were missed. */
static void
append_policy(GString *out)
{
    const gchar *sources[] = {qy_page_css, qy_page_js};
    gchar *hashes[2];
    for (guint i = 0; i < 2; i++) {
        guint8 digest[32];
        gsize length = sizeof digest;
        g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
        g_checksum_update(sum, (const guchar *)sources[i], -1);
        g_checksum_get_digest(sum, digest, &length);
        hashes[i] = g_base64_encode(digest, length);
    }
    g_string_append_printf(
        out,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-%s'; "
        "script-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n",
        hashes[0], hashes[1]);
    g_free(hashes[0]);
    g_free(hashes[1]);
}

static void
append_top(const QyModel *model, GString *out)
{
    const gchar *title = qy_model_note(model, "title");
    g_string_append(out, "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n");
    append_policy(out);
    g_string_append(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                         "<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    qy_html_append(out, title && *title ? title : "契约化共建测算报告 Assessment of contract-based co-building");
    g_string_append(out, "</title>\n<style>");
    g_string_append(out, qy_page_css);
    g_string_append(
        out, "</style>\n</head>\n<body>\n"
             "<input type=\"radio\" name=\"language\" id=\"lang-zh\" class=\"choice\" checked aria-label=\"中文\">\n"
             "<input type=\"radio\" name=\"language\" id=\"lang-en\" class=\"choice\" aria-label=\"English\">\n"
             "<nav><div class=\"inner\"><ul>");
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_string_append_printf(out, "<li><a href=\"#%s\">", parts[i].id);
        qy_html_say(out, parts[i].title);
        g_string_append(out, "</a></li>");
    }
    g_string_append(out, "</ul><div class=\"languages\"><label for=\"lang-zh\" lang=\"zh-CN\">中文</label>"
                         "<label for=\"lang-en\" lang=\"en\">English</label></div></div></nav>\n<main>\n");
}

static gboolean
append_page(const QyModel *model, GString *out, GError **error)
{
    g_autoptr(QyStarMap) map = qy_star_map_new(model, error);
    if (!map)
        return FALSE;
    append_top(model, out);
    g_string_append(out, "<header>\n");
    if (!qy_section_head(model, map, out, error))
        return FALSE;
    g_string_append(out, "</header>\n");
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
        if (!parts[i].section(model, map, out, error))
            return FALSE;
    g_string_append(out,
                    "</main>\n<svg id=\"drawing\" hidden></svg>\n<script type=\"application/json\" id=\"record\">{");
    qy_star_map_append_json(map, out);
    if (!qy_indices_append_json(model, map, out, error))
        return FALSE;
    g_string_append(out, "}</script>\n<script>");
    g_string_append(out, qy_page_js);
    g_string_append(out, "</script>\n</body>\n</html>\n");
    return TRUE;
}

gboolean
qy_report_html(const gchar *result_path, const gchar *html_path, GError **error)
{
    g_autoptr(QyModel) model = qy_model_open(result_path, error);
    g_autoptr(GString) page = g_string_new(NULL);
    g_autoptr(GError) cause = NULL;
    if (!model || !append_page(model, page, error))
        return FALSE;
    if (g_file_set_contents_full(html_path, page->str, (gssize)page->len, G_FILE_SET_CONTENTS_NONE, 0666, &cause))
        return TRUE;
    g_set_error(error, QY_ERROR, QY_ERROR_FILE, "%s", cause->message);
    return FALSE;
}
