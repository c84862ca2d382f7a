#define G_LOG_DOMAIN "qy-report"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/html.h"
#include "report/sections.h"
#include "report/words.h"

/* --- Head: what this is, and what stands against taking it at its word --- */

static void
append_fact(GString *out, QySay label, const gchar *value)
{
    if (!value || !*value)
        return;
    g_string_append(out, "<div><dt>");
    qy_html_say(out, label);
    g_string_append(out, "</dt><dd>");
    qy_html_text(out, value);
    g_string_append(out, "</dd></div>");
}

static void
append_title(const QyModel *model, GString *out)
{
    const gchar *title = qy_model_note(model, "title");
    QySay pack = qy_model_note_say(model, "pack_title", "_", (QySay){"", ""});
    g_autofree gchar *version = NULL;
    const gchar *pack_version = qy_model_note(model, "pack_version");
    g_string_append(out, "<p class=\"kicker\">");
    qy_html_say(out, (QySay){.en = "Contract-based co-building · assessment report", .zh = "契约化共建 · 测算报告"});
    g_string_append(out, "</p><h1>");
    if (title && *title)
        qy_html_append(out, title);
    else
        qy_html_say(out, (QySay){.en = "Assessment of contract-based co-building", .zh = "契约化共建测算"});
    g_string_append(out, "</h1><dl class=\"facts\">");
    append_fact(out, (QySay){.en = "Period", .zh = "评定期"}, qy_model_note(model, "period"));
    append_fact(out, (QySay){.en = "As of", .zh = "截至日期"}, qy_model_note(model, "as_of"));
    append_fact(out, (QySay){.en = "Recorded until", .zh = "登记截止"}, qy_model_note(model, "cutoff"));
    if (*pack.zh || pack_version) {
        g_string_append(out, "<div><dt>");
        qy_html_say(out, (QySay){.en = "Standard", .zh = "标准"});
        g_string_append(out, "</dt><dd>");
        qy_html_say(out, pack);
        if (pack_version) {
            version = g_strconcat(" · ", pack_version, NULL);
            qy_html_append(out, version);
        }
        g_string_append(out, "</dd></div>");
    }
    const gchar *engine = qy_model_note(model, "engine_version");
    g_autofree gchar *program = engine ? g_strconcat("qiyue ", engine, NULL) : NULL;
    append_fact(out, (QySay){.en = "Program", .zh = "程序"}, program);
    g_string_append(out, "</dl>\n");
}

typedef struct {
    gint64 rows, refused, late;
    gint64 errors; /* verdicts `error` */
} Damage;

enum { INPUT_FILE, INPUT_ROWS, INPUT_REFUSED, INPUT_LATE };
static const QyColumnSpec input_columns[] = {
    {"file", QY_CELL_TEXT}, {"rows", QY_CELL_INTEGER}, {"refused", QY_CELL_INTEGER}, {"late", QY_CELL_INTEGER}};

static gint64
present(gint64 value)
{
    return value == QY_MISSING ? 0 : value;
}

static Damage
sum_damage(const QyModel *model, const QyTable *inputs)
{
    Damage sum = {.errors = qy_model_count(model, "criteria", "WHERE verdict = 'error'")};
    for (gsize i = 0; i < qy_table_n_rows(inputs); i++) {
        sum.rows += present(qy_table_integer(inputs, i, INPUT_ROWS));
        sum.refused += present(qy_table_integer(inputs, i, INPUT_REFUSED));
        sum.late += present(qy_table_integer(inputs, i, INPUT_LATE));
    }
    return sum;
}

static void
append_refused(const QyTable *inputs, const Damage *damage, GString *out)
{
    g_autofree gchar *refused = qy_count_text(damage->refused), *rows = qy_count_text(damage->rows);
    g_string_append(out, "<p>");
    qy_html_fill(
        out,
        (QySay){
            .en = "{refused} of {rows} rows were refused and count in no figure below. "
                  "Missing evidence never raises a score; it can lower one.",
            .zh =
                "共 {rows} 行数据，其中 {refused} 行被拒收，不计入以下任何数字。缺失的依据不会抬高得分，但可能拉低。"},
        "refused", refused, "rows", rows, (gchar *)NULL);
    g_string_append(out, "</p><ul>");
    for (gsize i = 0; i < qy_table_n_rows(inputs); i++) {
        if (present(qy_table_integer(inputs, i, INPUT_REFUSED)) == 0)
            continue;
        g_autofree gchar *in_file = qy_count_text(qy_table_integer(inputs, i, INPUT_REFUSED));
        g_string_append(out, "<li>");
        qy_html_fill(out, (QySay){.en = "{file}: {n} rows", .zh = "{file}：{n} 行"}, "file",
                     qy_table_text(inputs, i, INPUT_FILE), "n", in_file, (gchar *)NULL);
        g_string_append(out, "</li>");
    }
    g_string_append(out, "</ul><p><a href=\"#data\">");
    qy_html_say(out, (QySay){.en = "Each refused row, with its reason", .zh = "逐行原因见“数据质量”"});
    g_string_append(out, "</a></p>");
}

static void
append_warnings(const QyTable *inputs, const Damage *damage, GString *out)
{
    if (damage->refused == 0 && damage->errors == 0)
        return;
    g_string_append(out, "<div class=\"banner warning\" role=\"note\"><h2>");
    qy_html_say(out, (QySay){.en = "Computed from damaged input", .zh = "本次测算的输入有缺损"});
    g_string_append(out, "</h2>");
    if (damage->refused > 0)
        append_refused(inputs, damage, out);
    if (damage->errors > 0) {
        g_autofree gchar *errors = qy_count_text(damage->errors);
        g_string_append(out, "<p>");
        qy_html_fill(
            out,
            (QySay){.en = "Verdicts without an answer because a rule failed: {n}. They are marked “!” and count as "
                          "neither met nor not met.",
                    .zh = "有 {n} 项判定因规则出错而没有结论，标为“!”，既不算符合也不算不符合。"},
            "n", errors, (gchar *)NULL);
        g_string_append(out, "</p>");
    }
    g_string_append(out, "</div>\n");
}

gboolean
qy_section_head(const QyModel *model, const QyStarMap *map, GString *out, GError **error)
{
    g_autoptr(QyTable) inputs =
        qy_model_read(model, "inputs", input_columns, G_N_ELEMENTS(input_columns), NULL, NULL, error);
    if (!inputs)
        return FALSE;
    Damage damage = sum_damage(model, inputs);
    append_title(model, out);
    append_warnings(inputs, &damage, out);
    g_string_append(out, "<div class=\"banner\" role=\"note\"><p><strong>");
    qy_html_say(out, (QySay){.en = "A working derivation. ", .zh = "标准为推演稿。"});
    g_string_append(out, "</strong>");
    qy_html_say(out, qy_model_note_say(
                         model, "pack_note", "_",
                         (QySay){.en = "The criteria are derived from public sources; they are not the official text.",
                                 .zh = "本标准依据公开资料推演，不是官方文本。"}));
    g_string_append(out, "</p><p><strong>");
    qy_html_say(out, (QySay){.en = "Computed, not accepted. ", .zh = "测算达标不等于验收达标。"});
    g_string_append(out, "</strong>");
    qy_html_say(
        out,
        (QySay){.en = "“Five-star” here means computed from the records at hand. Only the chain of acceptance "
                      "(self, street, county, prefecture) makes it accepted.",
                .zh = "本报告的“达标”指依据现有记录的测算达标；只有经自评、街道、区县、地市逐级验收，才是验收达标。"});
    g_string_append(out, "</p></div>\n");
    return TRUE;
}

/* --- Summary --- */

static void
append_tile(GString *out, const gchar *figure, QySay label, const gchar *more)
{
    g_string_append(out, "<div class=\"tile\"><div class=\"figure\">");
    qy_html_text(out, figure);
    if (more) {
        g_string_append(out, "<small>");
        qy_html_append(out, more);
        g_string_append(out, "</small>");
    }
    g_string_append(out, "</div><div class=\"label\">");
    qy_html_say(out, label);
    g_string_append(out, "</div></div>\n");
}

static void
append_count_tile(GString *out, gint64 count, gint64 of, QySay label)
{
    g_autofree gchar *figure = qy_count_text(count), *total = qy_count_text(of), *more = NULL;
    if (of > 0)
        more = g_strconcat(" / ", total, NULL);
    append_tile(out, figure, label, more);
}

enum {
    STREET_ID,
    STREET_LEVEL,
    STREET_COMMUNITIES,
    STREET_FIVE_STAR,
    STREET_SHARE,
    STREET_UPLIFTED,
    STREET_TARGET,
    STREET_ON_TARGET
};
static const QyColumnSpec street_columns[] = {{"area_id", QY_CELL_TEXT},        {"level", QY_CELL_TEXT},
                                              {"communities", QY_CELL_INTEGER}, {"five_star", QY_CELL_INTEGER},
                                              {"share", QY_CELL_REAL},          {"uplifted", QY_CELL_TEXT},
                                              {"target", QY_CELL_REAL},         {"on_target", QY_CELL_TEXT}};

static gboolean
is_yes(const gchar *text)
{
    return text && (g_str_equal(text, "1") || g_str_equal(text, "yes") || g_str_equal(text, "true"));
}

static void
append_tiles(const QyStarMap *map, const QyTable *streets, GString *out)
{
    gint64 n = qy_star_map_n(map), five = 0, accepted = 0, stars = 0, n_streets = 0, uplifted = 0;
    for (guint i = 0; i < n; i++) {
        const QyMapCommunity *community = qy_star_map_community(map, i);
        five += community->five_star;
        accepted += community->accepted;
        stars += present(community->stars);
    }
    for (gsize i = 0; i < qy_table_n_rows(streets); i++)
        if (g_strcmp0(qy_table_text(streets, i, STREET_LEVEL), "street") == 0) {
            n_streets++;
            uplifted += is_yes(qy_table_text(streets, i, STREET_UPLIFTED));
        }
    g_autofree gchar *mean = qy_rounded_text(n > 0 ? (gdouble)stars / (gdouble)n : NAN, 2);
    g_string_append(out, "<div class=\"tiles\">");
    append_count_tile(out, n, 0, (QySay){.en = "communities assessed", .zh = "参评社区"});
    append_count_tile(out, five, n, (QySay){.en = "five-star by computation", .zh = "五星测算达标"});
    append_count_tile(out, accepted, n, (QySay){.en = "accepted", .zh = "验收达标"});
    append_count_tile(out, uplifted, n_streets, (QySay){.en = "streets uplifted as a whole", .zh = "街道整体提升"});
    append_tile(out, mean, (QySay){.en = "stars earned, mean", .zh = "平均获星数"}, NULL);
    g_string_append(out, "</div>\n");
}

/* How the communities stand with each star: a stacked bar and its figures. */
static void
append_star_row(const QyModel *model, const QyStarMap *map, guint star, GString *out)
{
    static const gchar *const states[] = {"earned", "undecided", "blocked", "lost"};
    gint64 counts[G_N_ELEMENTS(states)] = {0};
    guint n = qy_star_map_n(map);
    for (guint i = 0; i < n; i++)
        for (guint k = 0; k < G_N_ELEMENTS(states); k++)
            counts[k] += g_strcmp0(qy_star_map_community(map, i)->star_states[star], states[k]) == 0;
    g_string_append(out, "<tr><th scope=\"row\">");
    qy_html_say(out, qy_model_star(model, star)->title);
    g_string_append(out,
                    "</th><td class=\"wide\"><svg class=\"stack\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" "
                    "aria-hidden=\"true\">");
    gdouble at = 0;
    for (guint k = 0; k < G_N_ELEMENTS(states); k++) {
        gchar x[G_ASCII_DTOSTR_BUF_SIZE], width[G_ASCII_DTOSTR_BUF_SIZE];
        gdouble share = n > 0 ? 100.0 * (gdouble)counts[k] / n : 0;
        g_string_append_printf(out, "<rect class=\"%s\" x=\"%s\" width=\"%s\" height=\"10\"/>", states[k],
                               g_ascii_formatd(x, sizeof x, "%.2f", at),
                               g_ascii_formatd(width, sizeof width, "%.2f", share));
        at += share;
    }
    g_string_append(out, "</svg></td>");
    for (guint k = 0; k < G_N_ELEMENTS(states); k++)
        qy_html_cell_count(out, counts[k]);
    g_string_append(out, "</tr>\n");
}

static void
append_stars(const QyModel *model, const QyStarMap *map, GString *out)
{
    static const QySay titles[] = {{"Star", "星"},          {"Communities", "社区分布"}, {"#earned", "#已获"},
                                   {"#undecided", "#未定"}, {"#blocked", "#受阻"},       {"#lost", "#失去"}};
    if (qy_model_n_stars(model) == 0)
        return;
    g_string_append(out, "<div class=\"states\">");
    qy_html_table(out, (QySay){.en = "The stars", .zh = "各星获得情况"}, titles, G_N_ELEMENTS(titles));
    for (guint i = 0; i < qy_model_n_stars(model); i++)
        append_star_row(model, map, i, out);
    qy_html_end_table(out);
    g_string_append(out, "</div>\n");
    qy_html_note(
        out,
        (QySay){.en = "Earned: every criterion of the star is met, not applicable or waived. Undecided: evidence is "
                      "missing or not due. Blocked: only duties of the street or a department are not met. Lost: a "
                      "duty of the community's own is not met.",
                .zh = "已获：该星各项标准均符合、不适用或豁免。未定：缺少依据或未到期。受阻：只有街道或部门的职责未到位"
                      "。失去："
                      "社区自身职责有不符合项。"});
}

static void
append_yes_no(GString *out, const gchar *text)
{
    static const QySay yes = {.en = "yes", .zh = "是"}, no = {.en = "no", .zh = "否"};
    g_string_append(out, "<td>");
    if (!text)
        qy_html_text(out, NULL);
    else if (is_yes(text))
        qy_html_say(out, yes);
    else if (g_str_equal(text, "0") || g_str_equal(text, "no") || g_str_equal(text, "false"))
        qy_html_say(out, no);
    else
        qy_html_text(out, text);
    g_string_append(out, "</td>");
}

static void
append_streets(const QyModel *model, const QyTable *streets, GString *out)
{
    static const QySay titles[] = {
        {"Area", "区域"},        {"Level", "层级"}, {"#Communities", "#社区数"}, {"#Five-star", "#五星达标"},
        {"#Share %", "#占比 %"}, {"", ""},          {"#Target %", "#指标 %"},    {"On target", "达到指标"},
        {"Uplifted", "整体提升"}};
    if (qy_table_n_rows(streets) == 0)
        return;
    qy_html_table(out, (QySay){.en = "Streets and above: progress", .zh = "街道及以上：创建进度"}, titles,
                  G_N_ELEMENTS(titles));
    for (gsize i = 0; i < qy_table_n_rows(streets); i++) {
        gdouble share = qy_table_real(streets, i, STREET_SHARE);
        g_string_append(out, "<tr><th scope=\"row\">");
        qy_html_text(out, qy_model_name(model, qy_table_text(streets, i, STREET_ID)));
        g_string_append(out, "</th>");
        qy_html_cell_say(out, qy_say_word(QY_SPOKEN_LEVEL, qy_table_text(streets, i, STREET_LEVEL)));
        qy_html_cell_count(out, qy_table_integer(streets, i, STREET_COMMUNITIES));
        qy_html_cell_count(out, qy_table_integer(streets, i, STREET_FIVE_STAR));
        qy_html_cell_rounded(out, 100 * share, 1);
        g_string_append(out, "<td class=\"bars\">");
        qy_html_bar(out, share);
        g_string_append(out, "</td>");
        qy_html_cell_rounded(out, 100 * qy_table_real(streets, i, STREET_TARGET), 0);
        append_yes_no(out, qy_table_text(streets, i, STREET_ON_TARGET));
        append_yes_no(out, qy_table_text(streets, i, STREET_UPLIFTED));
        g_string_append(out, "</tr>\n");
    }
    qy_html_end_table(out);
}

gboolean
qy_section_summary(const QyModel *model, const QyStarMap *map, GString *out, GError **error)
{
    g_autoptr(QyTable) streets =
        qy_model_read(model, "streets", street_columns, G_N_ELEMENTS(street_columns), NULL, NULL, error);
    if (!streets)
        return FALSE;
    qy_html_section(out, "summary", (QySay){.en = "Summary", .zh = "总览"});
    append_tiles(map, streets, out);
    append_stars(model, map, out);
    append_streets(model, streets, out);
    g_string_append(out, "</section>\n");
    return TRUE;
}
