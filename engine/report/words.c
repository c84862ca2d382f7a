#define G_LOG_DOMAIN "qy-report"

#include "report/words.h"

#include <math.h>
#include <string.h>

typedef struct {
    const gchar *word, *zh, *en;
} Word;

static const Word verdicts[] = {{"met", "符合", "met"},
                                {"not_met", "不符合", "not met"},
                                {"not_applicable", "不适用", "not applicable"},
                                {"not_due", "未到期", "not due yet"},
                                {"no_evidence", "无依据", "no evidence"},
                                {"waived", "豁免", "waived"},
                                {"error", "规则出错", "rule in error"},
                                {NULL, NULL, NULL}};

static const Word star_states[] = {{"earned", "已获", "earned"},
                                   {"lost", "失去", "lost"},
                                   {"blocked", "受阻", "blocked"},
                                   {"undecided", "未定", "undecided"},
                                   {NULL, NULL, NULL}};

static const Word kinds[] = {{"have", "有（星级标准）", "have (standard)"},
                             {"have-not", "无（底线标准）", "have-not (bottom line)"},
                             {NULL, NULL, NULL}};

static const Word duties[] = {{"community", "社区", "community"},
                              {"street", "街道", "street"},
                              {"department", "部门", "department"},
                              {NULL, NULL, NULL}};

static const Word levels[] = {
    {"prefecture", "地市", "prefecture"}, {"county", "区县", "county"},     {"street", "街道", "street"},
    {"community", "社区", "community"},   {"compound", "小区", "compound"}, {"building", "楼栋", "building"},
    {"unit", "单位", "organisation"},     {"area", "区域", "area"},         {NULL, NULL, NULL}};

static const Word advices[] = {{"keep", "保留", "keep"},
                               {"adjust", "调整", "adjust"},
                               {"stop", "终止", "stop"},
                               {"record", "补记录", "record it"},
                               {NULL, NULL, NULL}};

static const Word marks[] = {{"suppressed", "应答不足 10 人，不公布", "fewer than 10 respondents: not shown"},
                             {"few", "样本偏少", "few respondents"},
                             {"too-few", "样本过少，不作结论", "too few to say"},
                             {"no-data", "无数据", "no data"},
                             {"reweighted", "缺项，其余重新加权", "parts missing, the rest reweighted"},
                             {"bounds", "缺项，仅给上下界", "parts missing, bounds only"},
                             {NULL, NULL, NULL}};

static const Word places[] = {{"in", "入选", "in"},
                              {"tie", "并列待议", "tied at the line"},
                              {"out", "未入选", "not in"},
                              {"ineligible", "不具资格", "not eligible"},
                              {"vetoed", "一票否决", "vetoed"},
                              {"error", "规则出错", "rule in error"},
                              {NULL, NULL, NULL}};

static const Word codes[] = {{"field-count", "列数不符", "wrong number of fields"},
                             {"encoding", "编码错误", "bytes outside the encoding"},
                             {"quote", "引号错误", "misplaced quote"},
                             {"required", "缺必填值", "required value missing"},
                             {"unreadable", "无法读取", "can't be read"},
                             {"range", "超出范围", "out of range"},
                             {"word", "不在词表中", "not in the closed list"},
                             {"reference", "引用不存在", "refers to nothing"},
                             {"duplicate", "编号重复", "id seen before"},
                             {"interval", "起止颠倒", "ends before it begins"},
                             {"cascade", "引用了被拒的行", "refers to a refused row"},
                             {"personal", "含个人信息", "personal data"},
                             {NULL, NULL, NULL}};

static const Word tables[] = {{"areas", "区域", "areas"},
                              {"units", "单位", "units"},
                              {"members", "党员", "members"},
                              {"contracts", "契约", "contracts"},
                              {"contract", "契约", "contract"},
                              {"commitments", "承诺事项", "commitments"},
                              {"commitment", "承诺事项", "commitment"},
                              {"offers", "资源", "offers"},
                              {"offer", "资源", "offer"},
                              {"needs", "需求", "needs"},
                              {"wishes", "微心愿", "wishes"},
                              {"projects", "项目", "projects"},
                              {"fulfilment", "履约记录", "fulfilment"},
                              {"surveys", "问卷", "surveys"},
                              {"service", "志愿服务", "service"},
                              {NULL, NULL, NULL}};

/* Units of measure of the default pack; a ratio is shown as a percentage. */
static const Word units[] = {{"hour", "小时", "hours"},
                             {"day", "天", "days"},
                             {"person", "人", "persons"},
                             {"meeting", "次", "meetings"},
                             {"organisation", "家", "organisations"},
                             {"unit", "家", "organisations"},
                             {"item", "项", "items"},
                             {"yuan", "元", "yuan"},
                             {"resource", "项", "resources"},
                             {"quarter", "个季度", "quarters"},
                             {"project", "个", "projects"},
                             {"programme", "个", "programmes"},
                             {"place", "处", "places"},
                             {"need", "项", "needs"},
                             {"matter", "件", "matters"},
                             {"m2", "平方米", "m²"},
                             {"m2 or room", "平方米或间", "m² or rooms"},
                             {"list", "份", "lists"},
                             {"line", "笔", "lines"},
                             {"issue", "件", "issues"},
                             {"gap", "处", "gaps"},
                             {"document", "份", "documents"},
                             {"contract", "份", "contracts"},
                             {"committee", "个", "committees"},
                             {"case", "件", "cases"},
                             {"branch", "个", "branches"},
                             {"times", "倍", "times"},
                             {"CNY/1000 households/year", "元/千户·年", "yuan/1000 households/year"},
                             {NULL, NULL, NULL}};

static const Word *const lists[] = {[QY_SPOKEN_VERDICT] = verdicts, [QY_SPOKEN_STAR_STATE] = star_states,
                                    [QY_SPOKEN_KIND] = kinds,       [QY_SPOKEN_DUTY] = duties,
                                    [QY_SPOKEN_LEVEL] = levels,     [QY_SPOKEN_ADVICE] = advices,
                                    [QY_SPOKEN_MARK] = marks,       [QY_SPOKEN_PLACE] = places,
                                    [QY_SPOKEN_CODE] = codes,       [QY_SPOKEN_TABLE] = tables,
                                    [QY_SPOKEN_UNIT] = units};

QySay
qy_say_word(QySpoken list, const gchar *word)
{
    if (!word)
        return (QySay){"", ""};
    for (const Word *known = lists[list]; known->word; known++)
        if (g_str_equal(known->word, word))
            return (QySay){.en = known->en, .zh = known->zh};
    return (QySay){.en = word, .zh = word};
}

/* Parallel to `verdicts`. */
static const gchar letters[] = "mnadewx";
static const gchar *const signs[] = {"✓", "✗", "–", "·", "?", "~", "!"};

gchar
qy_verdict_letter(const gchar *verdict)
{
    for (guint i = 0; verdict && verdicts[i].word; i++)
        if (g_str_equal(verdicts[i].word, verdict))
            return letters[i];
    return '.';
}

const gchar *
qy_verdict_sign(const gchar *verdict)
{
    const gchar *at = strchr(letters, qy_verdict_letter(verdict));
    return at ? signs[at - letters] : "";
}

const gchar *
qy_verdict_of_letter(gchar letter)
{
    const gchar *at = letter ? strchr(letters, letter) : NULL;
    return at ? verdicts[at - letters].word : NULL;
}

gboolean
qy_mark_suppresses(const gchar *mark)
{
    return g_strcmp0(mark, "suppressed") == 0;
}

gchar *
qy_count_text(gint64 count)
{
    if (count == QY_MISSING)
        return NULL;
    g_autofree gchar *digits = g_strdup_printf("%" G_GINT64_FORMAT, ABS(count));
    GString *text = g_string_new(count < 0 ? "-" : NULL);
    gsize length = strlen(digits);
    for (gsize i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            g_string_append_c(text, ',');
        g_string_append_c(text, digits[i]);
    }
    return g_string_free(text, FALSE);
}

gchar *
qy_rounded_text(gdouble value, guint digits)
{
    gchar buffer[G_ASCII_DTOSTR_BUF_SIZE], format[] = "%.0f";
    if (!isfinite(value))
        return NULL;
    format[2] = (gchar)('0' + MIN(digits, 9));
    return g_strdup(g_ascii_formatd(buffer, sizeof buffer, format, value));
}
