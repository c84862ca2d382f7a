#define G_LOG_DOMAIN "qy-report"

#include <string.h>

#include "report/html.h"
#include "report/sections.h"
#include "report/words.h"

#define MAX_REJECTS 500
#define MAX_FINDINGS 60 /* of a kind */

static gboolean
append_inputs(const QyModel *model, GString *out, GError **error)
{
    static const QyColumnSpec columns[] = {{"file", QY_CELL_TEXT},       {"encoding", QY_CELL_TEXT},
                                           {"rows", QY_CELL_INTEGER},    {"accepted", QY_CELL_INTEGER},
                                           {"refused", QY_CELL_INTEGER}, {"late", QY_CELL_INTEGER}};
    static const QySay titles[] = {{"File", "文件"},       {"Encoding", "编码"},  {"#Rows", "#行数"},
                                   {"#Accepted", "#采用"}, {"#Refused", "#拒收"}, {"#After the cutoff", "#截止后登记"}};
    g_autoptr(QyTable) inputs = qy_model_read(model, "inputs", columns, G_N_ELEMENTS(columns), NULL, NULL, error);
    if (!inputs)
        return FALSE;
    qy_html_table(out, (QySay){.en = "Files read", .zh = "读入的文件"}, titles, G_N_ELEMENTS(titles));
    for (gsize i = 0; i < qy_table_n_rows(inputs); i++) {
        gint64 refused = qy_table_integer(inputs, i, 4);
        g_string_append(out, refused != QY_MISSING && refused > 0 ? "<tr class=\"damaged\"><th scope=\"row\">"
                                                                  : "<tr><th scope=\"row\">");
        qy_html_text(out, qy_table_text(inputs, i, 0));
        g_string_append(out, "</th>");
        qy_html_cell_text(out, qy_table_text(inputs, i, 1));
        for (guint k = 2; k < G_N_ELEMENTS(columns); k++)
            qy_html_cell_count(out, qy_table_integer(inputs, i, k));
        g_string_append(out, "</tr>\n");
    }
    qy_html_end_table(out);
    return TRUE;
}

static void
append_message(GString *out, const QyTable *table, gsize row, guint zh_column)
{
    const gchar *zh = qy_table_text(table, row, zh_column), *en = qy_table_text(table, row, zh_column + 1);
    qy_html_cell_say(out, (QySay){.en = en ? en : (zh ? zh : ""), .zh = zh ? zh : (en ? en : "")});
}

enum { FINDING_CODE, FINDING_SUBJECT, FINDING_ROWS, FINDING_EXAMPLES, FINDING_ZH, FINDING_EN };

/* Findings of one kind. */
typedef struct {
    const gchar *code;
    gsize first;
    gint64 rows, findings;
} Kind;

static GArray *
find_kinds(const QyTable *findings)
{
    GArray *kinds = g_array_new(FALSE, FALSE, sizeof(Kind));
    for (gsize i = 0; i < qy_table_n_rows(findings); i++) {
        const gchar *code = qy_table_text(findings, i, FINDING_CODE);
        gint64 rows = qy_table_integer(findings, i, FINDING_ROWS);
        Kind *kind = NULL;
        for (guint k = 0; k < kinds->len && !kind; k++)
            if (g_strcmp0(g_array_index(kinds, Kind, k).code, code) == 0)
                kind = &g_array_index(kinds, Kind, k);
        if (!kind) {
            g_array_set_size(kinds, kinds->len + 1);
            kind = &g_array_index(kinds, Kind, kinds->len - 1);
            *kind = (Kind){code, i, 0, 0};
        }
        kind->rows += rows == QY_MISSING ? 0 : rows;
        kind->findings++;
    }
    return kinds;
}

static void
append_finding(const QyModel *model, const QyTable *findings, gsize row, GString *out)
{
    const gchar *subject = qy_table_text(findings, row, FINDING_SUBJECT);
    g_string_append(out, "<tr><th scope=\"row\">");
    qy_html_text(out, subject ? qy_model_name(model, subject) : NULL);
    g_string_append(out, "</th>");
    append_message(out, findings, row, FINDING_ZH);
    g_string_append(out, "<td class=\"names\"><code>");
    qy_html_text(out, qy_table_text(findings, row, FINDING_EXAMPLES));
    g_string_append(out, "</code></td></tr>\n");
}

/* "3 contract(s) …" of one place as "47 contract(s) …" of all; a message that doesn't begin with its rows stays. */
static gchar *
message_of_all(const gchar *message, gint64 rows, gint64 all)
{
    g_autofree gchar *own = g_strdup_printf("%" G_GINT64_FORMAT, rows);
    const gchar *rest = message ? message + strspn(message, "0123456789") : "";
    if (!message || rows == QY_MISSING || (gsize)(rest - message) != strlen(own) || !g_str_has_prefix(message, own))
        return g_strdup(message);
    return g_strdup_printf("%" G_GINT64_FORMAT "%s", all, rest);
}

static void
append_kind(const QyModel *model, const QyTable *findings, const Kind *kind, GString *out)
{
    static const QySay titles[] = {{"Of", "对象"}, {"Finding", "发现"}, {"Examples", "举例"}};
    gint64 first_rows = qy_table_integer(findings, kind->first, FINDING_ROWS), n_shown = 0;
    g_autofree gchar *zh = message_of_all(qy_table_text(findings, kind->first, FINDING_ZH), first_rows, kind->rows);
    g_autofree gchar *en = message_of_all(qy_table_text(findings, kind->first, FINDING_EN), first_rows, kind->rows);
    g_autofree gchar *places = qy_count_text(kind->findings);
    g_string_append(out, "<details><summary>");
    qy_html_say(out, (QySay){.en = en ? en : kind->code, .zh = zh ? zh : kind->code});
    g_string_append(out, " <small>");
    qy_html_fill(out, (QySay){.en = "in {places} places", .zh = "共 {places} 处"}, "places", places, (gchar *)NULL);
    g_string_append(out, " <code>");
    qy_html_text(out, kind->code);
    g_string_append(out, "</code></small></summary>");
    qy_html_table(out, (QySay){.en = "Findings of this kind", .zh = "此类发现"}, titles, G_N_ELEMENTS(titles));
    for (gsize i = kind->first; i < qy_table_n_rows(findings) && n_shown < MAX_FINDINGS; i++)
        if (g_strcmp0(qy_table_text(findings, i, FINDING_CODE), kind->code) == 0) {
            append_finding(model, findings, i, out);
            n_shown++;
        }
    qy_html_end_table(out);
    qy_html_more(out, kind->findings - n_shown, "findings.csv");
    g_string_append(out, "</details>\n");
}

static gboolean
append_findings(const QyModel *model, GString *out, GError **error)
{
    static const QyColumnSpec columns[] = {{"code", QY_CELL_TEXT},       {"subject_id", QY_CELL_TEXT},
                                           {"rows", QY_CELL_INTEGER},    {"examples", QY_CELL_TEXT},
                                           {"message_zh", QY_CELL_TEXT}, {"message_en", QY_CELL_TEXT}};
    g_autoptr(QyTable) findings = qy_model_read(model, "findings", columns, G_N_ELEMENTS(columns), NULL, NULL, error);
    if (!findings)
        return FALSE;
    g_autoptr(GArray) kinds = find_kinds(findings);
    g_string_append(out, "<h3>");
    qy_html_say(
        out, (QySay){.en = "Findings: rows that count, but should be looked at", .zh = "发现：已计入，但需核对的记录"});
    g_string_append(out, "</h3>\n");
    for (guint i = 0; i < kinds->len; i++)
        append_kind(model, findings, &g_array_index(kinds, Kind, i), out);
    if (kinds->len == 0)
        qy_html_note(out, (QySay){.en = "None.", .zh = "无。"});
    return TRUE;
}

static gboolean
append_notices(const QyModel *model, GString *out, GError **error)
{
    static const QyColumnSpec columns[] = {
        {"file", QY_CELL_TEXT}, {"message_zh", QY_CELL_TEXT}, {"message_en", QY_CELL_TEXT}};
    static const QySay titles[] = {{"File", "文件"}, {"Notice", "提示"}};
    g_autoptr(QyTable) notices = qy_model_read(model, "notices", columns, G_N_ELEMENTS(columns), NULL, NULL, error);
    if (!notices)
        return FALSE;
    if (qy_table_n_rows(notices) == 0)
        return TRUE;
    qy_html_table(out, (QySay){.en = "Notices on reading", .zh = "读入提示"}, titles, G_N_ELEMENTS(titles));
    for (gsize i = 0; i < qy_table_n_rows(notices); i++) {
        g_string_append(out, "<tr><th scope=\"row\">");
        qy_html_text(out, qy_table_text(notices, i, 0));
        g_string_append(out, "</th>");
        append_message(out, notices, i, 1);
        g_string_append(out, "</tr>\n");
    }
    qy_html_end_table(out);
    return TRUE;
}

enum { REJECT_FILE, REJECT_ROW, REJECT_COLUMN, REJECT_CODE, REJECT_VALUE, REJECT_EN, REJECT_ZH };

static gboolean
append_rejects(const QyModel *model, GString *out, GError **error)
{
    static const QyColumnSpec columns[] = {
        {"file", QY_CELL_TEXT},  {"row", QY_CELL_INTEGER}, {"column", QY_CELL_TEXT},   {"code", QY_CELL_TEXT},
        {"value", QY_CELL_TEXT}, {"reason", QY_CELL_TEXT}, {"reason_zh", QY_CELL_TEXT}};
    static const QySay titles[] = {{"File", "文件"}, {"#Row", "#行"},   {"Column", "列"},
                                   {"Kind", "类别"}, {"Found", "原值"}, {"Reason", "原因"}};
    g_autofree gchar *limit = g_strdup_printf("ORDER BY rowid LIMIT %d", MAX_REJECTS);
    g_autoptr(QyTable) rejects = qy_model_read(model, "rejects", columns, G_N_ELEMENTS(columns), limit, NULL, error);
    gint64 total = qy_model_count(model, "rejects", NULL);
    g_autofree gchar *count = qy_count_text(total);
    if (!rejects)
        return FALSE;
    g_string_append(out, "<h3 id=\"rejects\">");
    qy_html_fill(out, (QySay){.en = "Refused rows: {n}", .zh = "拒收的行：{n}"}, "n", count, (gchar *)NULL);
    g_string_append(out, "</h3>\n");
    if (total == 0)
        return TRUE;
    qy_html_table(out,
                  (QySay){.en = "Refused rows, as a spreadsheet numbers them", .zh = "拒收的行（行号与电子表格一致）"},
                  titles, G_N_ELEMENTS(titles));
    for (gsize i = 0; i < qy_table_n_rows(rejects); i++) {
        const gchar *zh = qy_table_text(rejects, i, REJECT_ZH), *en = qy_table_text(rejects, i, REJECT_EN);
        g_string_append(out, "<tr><th scope=\"row\">");
        qy_html_text(out, qy_table_text(rejects, i, REJECT_FILE));
        g_string_append(out, "</th>");
        qy_html_cell_count(out, qy_table_integer(rejects, i, REJECT_ROW));
        qy_html_cell_text(out, qy_table_text(rejects, i, REJECT_COLUMN));
        qy_html_cell_say(out, qy_say_word(QY_SPOKEN_CODE, qy_table_text(rejects, i, REJECT_CODE)));
        g_string_append(out, "<td class=\"names\">");
        qy_html_text(out, qy_table_text(rejects, i, REJECT_VALUE));
        g_string_append(out, "</td>");
        qy_html_cell_say(out, (QySay){.en = en ? en : "", .zh = zh ? zh : (en ? en : "")});
        g_string_append(out, "</tr>\n");
    }
    qy_html_end_table(out);
    qy_html_more(out, total - (gint64)qy_table_n_rows(rejects), "rejects.csv");
    return TRUE;
}

gboolean
qy_section_data(const QyModel *model, const QyStarMap *map, GString *out, GError **error)
{
    qy_html_section(out, "data", (QySay){.en = "Quality of the data", .zh = "数据质量"});
    if (!append_inputs(model, out, error) || !append_rejects(model, out, error) ||
        !append_findings(model, out, error) || !append_notices(model, out, error))
        return FALSE;
    g_string_append(out, "</section>\n");
    return TRUE;
}

/* --- How to read --- */

static const struct {
    QySay term, meaning;
} terms[] = {
    {{"Verdicts", "判定"},
     {"✓ met; ✗ not met; ? no evidence: the records don't say, which is neither; · not due: its window isn't complete; "
      "– not "
      "applicable: the duty can't arise here; ~ waived; ! the rule failed. Missing evidence never raises a score.",
      "✓ 符合；✗ 不符合；? 无依据：现有记录说明不了，既不算符合也不算不符合；· 未到期：考核时段未满；– "
      "不适用：此处不产生该项职责；~ "
      "豁免；! 规则出错。缺失的依据不会抬高得分。"}},
    {{"Value, threshold, margin", "实际值、标准值、差距"},
     {"The margin is the value's distance from the threshold, on the good side above 0.",
      "差距为实际值与标准值之差，优于标准为正。"}},
    {{"Whose duty", "责任主体"},
     {"A star is lost only through the community's own duties. What a street or a department owes blocks the star, and "
      "is shown "
      "as theirs.",
      "只有社区自身职责不符合才会失去该星；街道、部门职责未到位的，该星记为“受阻”，并列入其责任。"}},
    {{"Computed and accepted", "测算达标与验收达标"},
     {"Five-star is computed from the records. Accepted is what the chain of acceptance has decided.",
      "五星“测算达标”由记录推算；“验收达标”以逐级验收结论为准。"}},
    {{"Streets uplifted", "街道整体提升"},
     {"A street is uplifted when at least half of its communities are five-star.",
      "街道内五星达标社区达到一半及以上的，为整体提升。"}},
    {{"Intervals", "区间"},
     {"Survey figures and rates carry an interval: were the survey repeated, 95 of 100 such intervals would hold the "
      "true value. "
      "Counted figures have none.",
      "问卷等抽样所得的数附有区间：若同样的调查重复多次，约 95% 的区间会包含真实值。由全部记录算出的数没有区间。"}},
    {{"Ranks", "名次"},
     {"Ties share a rank. “Rank between” says how far the rank is certain; a first place whose range reaches to tenth "
      "is no clear "
      "first.",
      "并列者名次相同。“名次区间”表示名次的确定程度；名次第一而区间到第十的，不能算明显领先。"}},
    {{"Fewer than ten", "不足十人"},
     {"A figure that would rest on fewer than ten respondents is shown as “<10”.",
      "应答不足十人的数字不公布，显示为“<10”。"}},
    {{"Organisations", "单位"},
     {"Only organisations on a list for commendation are named; low scores of organisations are listed nowhere.",
      "只列出入选评优名单的单位，不公布得分靠后的单位。"}},
};

static gboolean
append_manifest(const QyModel *model, GString *out, GError **error)
{
    static const QyColumnSpec columns[] = {{"key", QY_CELL_TEXT}, {"value", QY_CELL_TEXT}};
    static const QySay titles[] = {{"Fact", "项目"}, {"Value", "值"}};
    g_autoptr(QyTable) manifest = qy_model_read(model, "manifest", columns, G_N_ELEMENTS(columns), NULL, NULL, error);
    if (!manifest)
        return FALSE;
    g_string_append(out, "<details><summary>");
    qy_html_say(out, (QySay){.en = "To reproduce this run", .zh = "复算所需信息"});
    g_string_append(out, "</summary>");
    qy_html_table(out, (QySay){.en = "Manifest", .zh = "运行清单"}, titles, G_N_ELEMENTS(titles));
    for (gsize i = 0; i < qy_table_n_rows(manifest); i++) {
        g_string_append(out, "<tr><th scope=\"row\"><code>");
        qy_html_text(out, qy_table_text(manifest, i, 0));
        g_string_append(out, "</code></th><td class=\"names\"><code>");
        qy_html_text(out, qy_table_text(manifest, i, 1));
        g_string_append(out, "</code></td></tr>\n");
    }
    qy_html_end_table(out);
    g_string_append(out, "</details>\n");
    return TRUE;
}

gboolean
qy_section_reading(const QyModel *model, const QyStarMap *map, GString *out, GError **error)
{
    qy_html_section(out, "reading", (QySay){.en = "How to read this", .zh = "读法说明"});
    g_string_append(out, "<dl class=\"terms\">");
    for (guint i = 0; i < G_N_ELEMENTS(terms); i++) {
        g_string_append(out, "<dt>");
        qy_html_say(out, terms[i].term);
        g_string_append(out, "</dt><dd>");
        qy_html_say(out, terms[i].meaning);
        g_string_append(out, "</dd>\n");
    }
    g_string_append(out, "</dl>\n");
    if (!append_manifest(model, out, error))
        return FALSE;
    g_string_append(out, "</section>\n");
    return TRUE;
}
