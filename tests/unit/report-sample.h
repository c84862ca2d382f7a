/* A record made by hand, with every table that the report reads: communities
 * C000… in streets of @per_street, five stars of 4 + 4 criteria. Verdicts
 * follow a fixed pattern, so that counts can be told beforehand:
 * criterion k of community i is `not_met` where (i + k) % 11 == 0,
 * `no_evidence` where (i + k) % 11 == 1, `error` where i == 1 and k == 7, else `met`. */
#pragma once

#include <math.h>

#include "record/record.h"

static const gchar *const sample_stars[] = {"party-building", "democracy", "civility", "harmony", "beauty"};
static const gchar *const sample_star_titles[] = {"党建星", "民主星", "文明星", "和谐星", "美丽星"};
static const gchar *const sample_star_titles_en[] = {"Party-building star", "Democracy star", "Civility star",
                                                     "Harmony star", "Beauty star"};
static const gchar *const sample_owners[] = {"org", "civ", "con", "fin"};
static const gchar *const sample_owner_titles[] = {"组织部", "民政局", "住建局(建设局)", "财政局"};
static const gchar *const sample_owner_titles_en[] = {"Organisation Department", "Civil Affairs Bureau",
                                                      "Housing and Construction Bureau", "Finance Bureau"};
static const gchar *const sample_indices[][3] = {{"composite", "综合指数", "Composite"},
                                                 {"fulfilment", "履约指数", "Fulfilment"},
                                                 {"satisfaction", "满意度指数", "Satisfaction"},
                                                 {"mismatch", "供需失配", "Mismatch"}};

typedef struct {
    guint n_communities, per_street;
    const gchar *hostile; /* name of community 2; NULL: an ordinary one */
    guint n_rejects;
} Sample;

#define TEXT(name)                                                                                                     \
    {                                                                                                                  \
        name, QY_CELL_TEXT                                                                                             \
    }
#define COUNT(name)                                                                                                    \
    {                                                                                                                  \
        name, QY_CELL_INTEGER                                                                                          \
    }
#define REAL(name)                                                                                                     \
    {                                                                                                                  \
        name, QY_CELL_REAL                                                                                             \
    }
#define EXACT(name)                                                                                                    \
    {                                                                                                                  \
        name, QY_CELL_DECIMAL                                                                                          \
    }

/* The row's texts, "" for an empty one; all cells of the table are text. */
static void
sample_row(QyTable *table, const gchar *const *cells)
{
    for (guint i = 0; i < qy_table_n_columns(table); i++) {
        const gchar *cell = cells[i];
        QyCellType type = qy_table_column(table, i)->type;
        if (!*cell)
            qy_table_add_empty(table);
        else if (type == QY_CELL_TEXT)
            qy_table_add_text(table, cell);
        else if (type == QY_CELL_INTEGER)
            qy_table_add_integer(table, g_ascii_strtoll(cell, NULL, 10));
        else if (type == QY_CELL_REAL)
            qy_table_add_real(table, g_ascii_strtod(cell, NULL));
        else
            qy_table_add_decimal(table, cell);
    }
}
#define SAMPLE_ROW(table, ...) sample_row(table, (const gchar *const[]){__VA_ARGS__})

static gchar *sample_texts[64];
static guint sample_text;
/* Lives for the next 64 calls. */
static const gchar *sample_format(const gchar *format, ...) G_GNUC_PRINTF(1, 2);
static const gchar *
sample_format(const gchar *format, ...)
{
    va_list values;
    va_start(values, format);
    guint at = sample_text++ % G_N_ELEMENTS(sample_texts);
    g_free(sample_texts[at]);
    sample_texts[at] = g_strdup_vprintf(format, values);
    va_end(values);
    return sample_texts[at];
}

static const gchar *
sample_verdict(guint i, guint k)
{
    if (i == 1 && k == 7)
        return "error";
    return (i + k) % 11 == 0 ? "not_met" : (i + k) % 11 == 1 ? "no_evidence" : "met";
}

static void
sample_add(QyRecording *recording, QyTable *table)
{
    g_autoptr(GError) error = NULL;
    qy_record_add(recording, table, TRUE, &error);
    g_assert_no_error(error);
    qy_table_free(table);
}

static void
sample_subjects(QyRecording *recording, const Sample *sample)
{
    static const QyColumnSpec columns[] = {TEXT("subject_id"), TEXT("kind"), TEXT("level"), TEXT("name"),
                                           TEXT("parent_id")};
    static const gchar *const names[] = {"迎恩门",   "和畅堂", "罗门",   "塔山", "府山",
                                         "书圣故里", "鲁迅路", "都泗门", "东街", "八字桥"};
    QyTable *table = qy_table_new("subjects", columns, G_N_ELEMENTS(columns));
    SAMPLE_ROW(table, "D1", "area", "county", "越城区", "");
    for (guint s = 0; s <= (sample->n_communities - 1) / sample->per_street; s++)
        SAMPLE_ROW(table, sample_format("S%02u", s), "area", "street", sample_format("第%u街道", s + 1), "D1");
    for (guint i = 0; i < sample->n_communities; i++)
        SAMPLE_ROW(table, sample_format("C%03u", i), "area", "community",
                   i == 2 && sample->hostile ? sample->hostile : sample_format("%s社区%u", names[i % 10], i + 1),
                   sample_format("S%02u", i / sample->per_street));
    SAMPLE_ROW(table, "U1", "unit", "", "第一人民医院", "S00");
    SAMPLE_ROW(table, "U2", "unit", "", "无名低分单位", "S00");
    sample_add(recording, table);
}

static void
sample_standard(QyRecording *recording)
{
    static const QyColumnSpec columns[] = {TEXT("criterion_id"), TEXT("star"),  TEXT("kind"),     TEXT("title_zh"),
                                           TEXT("title_en"),     TEXT("owner"), TEXT("owner_zh"), TEXT("owner_en"),
                                           TEXT("duty"),         TEXT("level"), TEXT("clause"),   TEXT("since")};
    QyTable *table = qy_table_new("standard", columns, G_N_ELEMENTS(columns));
    for (guint k = 0; k < 40; k++) {
        guint owner = k % 4;
        gboolean have = k % 8 < 4;
        SAMPLE_ROW(table, sample_format("%c%c-%s%u", "PDCHB"[k / 8], "BEIAE"[k / 8], have ? "H" : "N", k % 4 + 1),
                   sample_stars[k / 8], have ? "have" : "have-not",
                   have ? "书记年度培训达到56学时" : "无签约后未亮约公示的契约",
                   have ? "Party secretary trained at least 56 hours" : "No signed contract left unpublished",
                   sample_owners[owner], sample_owner_titles[owner], sample_owner_titles_en[owner],
                   k % 8 == 2   ? "street"
                   : k % 8 == 1 ? "department"
                                : "community",
                   k % 8 == 2 ? "street" : "community", "", "2018-09-27");
    }
    sample_add(recording, table);
}

static void
sample_criteria(QyRecording *recording, const Sample *sample)
{
    static const QyColumnSpec columns[] = {
        TEXT("community_id"), TEXT("criterion_id"), TEXT("star"),      TEXT("kind"),    TEXT("verdict"),
        EXACT("value"),       EXACT("threshold"),   EXACT("margin"),   TEXT("unit"),    TEXT("owner"),
        TEXT("duty"),         TEXT("reason_zh"),    TEXT("reason_en"), TEXT("evidence")};
    QyTable *table = qy_table_new("criteria", columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < sample->n_communities; i++)
        for (guint k = 0; k < 40; k++) {
            const gchar *verdict = sample_verdict(i, k);
            gboolean have = k % 8 < 4, met = g_str_equal(verdict, "met"), not_met = g_str_equal(verdict, "not_met");
            gint value = met ? 56 + (gint)((i * 7 + k) % 20) : 40;
            SAMPLE_ROW(table, sample_format("C%03u", i),
                       sample_format("%c%c-%s%u", "PDCHB"[k / 8], "BEIAE"[k / 8], have ? "H" : "N", k % 4 + 1),
                       sample_stars[k / 8], have ? "have" : "have-not", verdict,
                       met || not_met ? sample_format("%d", value) : "", met || not_met ? "56" : "",
                       met || not_met ? sample_format("%d", value - 56) : "", "hour", sample_owners[k % 4], "community",
                       met       ? sample_format("培训 %d 学时，满 56 学时", value)
                       : not_met ? sample_format("只有 %d 学时，不足 56 学时", value)
                                 : "没有 2026-09-30 前 400 天内的培训学时",
                       met       ? sample_format("%d hours of training, at least 56", value)
                       : not_met ? sample_format("Only %d hours, fewer than 56", value)
                                 : "No hours on record in the 400 days to 2026-09-30",
                       not_met ? (k == 0 ? "U1 U2"
                                         : sample_format("K%u-1 K%u-2 K%u-3 K%u-4 K%u-5 K%u-6 K%u-7 K%u-8", i, i, i, i,
                                                         i, i, i, i))
                               : "");
        }
    sample_add(recording, table);
}

static void
sample_star_states(QyRecording *recording, const Sample *sample)
{
    static const QyColumnSpec columns[] = {
        TEXT("community_id"), TEXT("party-building"), TEXT("democracy"),  TEXT("civility"),  TEXT("harmony"),
        TEXT("beauty"),       COUNT("stars"),         COUNT("five_star"), COUNT("accepted"), TEXT("accepted_stage")};
    static const gchar *const states[] = {"earned", "earned", "earned", "undecided", "blocked", "lost"};
    QyTable *table = qy_table_new("stars", columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < sample->n_communities; i++) {
        const gchar *row[5];
        guint n = 0;
        for (guint s = 0; s < 5; s++) {
            row[s] = i % 3 == 0 ? "earned" : states[(i + s * 2) % 6];
            n += g_str_equal(row[s], "earned");
        }
        SAMPLE_ROW(table, sample_format("C%03u", i), row[0], row[1], row[2], row[3], row[4], sample_format("%u", n),
                   n == 5 ? "1" : "0", i % 6 == 0 ? "1" : "0", i % 6 == 0 ? "prefecture" : "");
    }
    sample_add(recording, table);
}

static void
sample_scores(QyRecording *recording, const Sample *sample)
{
    static const QyColumnSpec columns[] = {TEXT("subject_id"), TEXT("level"), TEXT("index"), REAL("value"),
                                           REAL("std_error"),  REAL("low"),   REAL("high"),  COUNT("n"),
                                           TEXT("method"),     TEXT("mark")};
    QyTable *table = qy_table_new("scores", columns, G_N_ELEMENTS(columns));
    for (guint k = 0; k < G_N_ELEMENTS(sample_indices); k++) {
        gboolean survey = k == 2;
        SAMPLE_ROW(table, "D1", "county", sample_indices[k][0], "71.25", "", survey ? "69.5" : "", survey ? "73" : "",
                   survey ? "20000" : "", survey ? "share, Korn-Graubard" : "mean of posts", "");
        for (guint i = 0; i < sample->n_communities; i++) {
            gdouble value = 50 + (i * 37 + k * 11) % 45;
            const gchar *mark = survey && i % 17 == 3 ? "suppressed" : survey && i % 17 == 4 ? "few" : "";
            gboolean hidden = g_str_equal(mark, "suppressed");
            SAMPLE_ROW(table, sample_format("C%03u", i), "community", sample_indices[k][0],
                       hidden ? "" : sample_format("%.2f", value), "",
                       survey && !hidden ? sample_format("%.2f", value - 6.5) : "",
                       survey && !hidden ? sample_format("%.2f", value + 5) : "",
                       survey && !hidden ? sample_format("%u", 30 + i) : "",
                       survey ? "share, Korn-Graubard" : "mean of posts", mark);
        }
    }
    sample_add(recording, table);
    static const QyColumnSpec index_columns[] = {TEXT("index"),   TEXT("title_zh"), TEXT("title_en"),
                                                 TEXT("subject"), TEXT("better"),   REAL("scale")};
    table = qy_table_new("indices", index_columns, G_N_ELEMENTS(index_columns));
    for (guint k = 0; k < G_N_ELEMENTS(sample_indices); k++)
        SAMPLE_ROW(table, sample_indices[k][0], sample_indices[k][1], sample_indices[k][2], "area",
                   k == 3 ? "lower" : "higher", "100");
    sample_add(recording, table);
}

static void
sample_ranks(QyRecording *recording, const Sample *sample)
{
    static const QyColumnSpec columns[] = {TEXT("list"),  TEXT("subject_id"), REAL("score"),     REAL("low"),
                                           REAL("high"),  COUNT("rank"),      COUNT("rank_low"), COUNT("rank_high"),
                                           REAL("p_top"), TEXT("place"),      TEXT("reason_zh"), TEXT("reason_en")};
    QyTable *table = qy_table_new("ranks", columns, G_N_ELEMENTS(columns));
    guint n = MIN(sample->n_communities, 25);
    for (guint i = 0; i < sample->n_communities; i++)
        SAMPLE_ROW(table, "composite", sample_format("C%03u", i), "70", "", "", sample_format("%u", i + 1),
                   sample_format("%u", i > 4 ? i - 3 : 1), sample_format("%u", i + 5), "", "", "", "");
    for (guint i = 0; i < n; i++) {
        guint rank = i == 3 ? 3 : i + 1; /* 3 and 4 tie */
        SAMPLE_ROW(table, "demonstration", sample_format("C%03u", i), sample_format("%.1f", 93.5 - i), "", "",
                   sample_format("%u", rank), sample_format("%u", rank > 3 ? rank - 3 : 1),
                   sample_format("%u", MIN(rank + 4, n)), sample_format("%.3f", 1.0 / (1 + i * 0.2)),
                   i < 10 ? "in" : "out", "五星达标", "Five-star");
    }
    if (sample->n_communities > 25)
        SAMPLE_ROW(table, "demonstration", "C025", "61", "", "", "", "", "", "", "ineligible", "未五星达标",
                   "Not five-star");
    SAMPLE_ROW(table, "excellent-units", "U1", "97.5", "", "", "1", "1", "2", "0.95", "in", "", "");
    SAMPLE_ROW(table, "excellent-units", "U2", "12.5", "", "", "2", "1", "2", "0.05", "out", "", "");
    sample_add(recording, table);
    static const QyColumnSpec list_columns[] = {TEXT("list"),    TEXT("title_zh"), TEXT("title_en"),
                                                TEXT("subject"), TEXT("level"),    COUNT("size")};
    table = qy_table_new("lists", list_columns, G_N_ELEMENTS(list_columns));
    SAMPLE_ROW(table, "demonstration", "示范社区", "Demonstration communities", "community", "county", "10");
    SAMPLE_ROW(table, "excellent-units", "优秀共建单位", "Excellent organisations", "unit", "county", "1");
    sample_add(recording, table);
}

static void
sample_streets(QyRecording *recording, const Sample *sample)
{
    static const QyColumnSpec columns[] = {TEXT("area_id"),    TEXT("level"),     COUNT("communities"),
                                           COUNT("five_star"), COUNT("accepted"), EXACT("share"),
                                           COUNT("uplifted"),  REAL("target"),    COUNT("on_target")};
    QyTable *table = qy_table_new("streets", columns, G_N_ELEMENTS(columns));
    SAMPLE_ROW(table, "D1", "county", sample_format("%u", sample->n_communities), "40", "17", "0.396039604", "", "0.7",
               "0");
    for (guint s = 0; s <= (sample->n_communities - 1) / sample->per_street; s++)
        SAMPLE_ROW(table, sample_format("S%02u", s), "street", sample_format("%u", sample->per_street),
                   sample_format("%u", 3 + s % 3), "2", sample_format("%.1f", 0.3 + s % 3 * 0.15),
                   s % 3 == 2 ? "1" : "0", "", "");
    sample_add(recording, table);
}

static void
sample_rows(QyRecording *recording, const Sample *sample)
{
    static const QyColumnSpec look_columns[] = {TEXT("subject_table"), TEXT("subject_id"), TEXT("community_id"),
                                                TEXT("look"),          TEXT("advice"),     TEXT("reason_zh"),
                                                TEXT("reason_en")};
    QyTable *table = qy_table_new("second-look", look_columns, G_N_ELEMENTS(look_columns));
    for (guint i = 0; i < 40; i++)
        SAMPLE_ROW(table, "commitments", sample_format("K%u", i), sample_format("C%03u", i % sample->n_communities),
                   "participation",
                   i % 4 == 0   ? "stop"
                   : i % 4 == 1 ? "adjust"
                                : "keep",
                   sample_format("参与率 %u%%，不足 60%%", 20 + i),
                   sample_format("Participation %u %%, under 60 %%", 20 + i));
    sample_add(recording, table);
    static const QyColumnSpec finding_columns[] = {TEXT("code"),      TEXT("table"),    TEXT("subject_id"),
                                                   COUNT("rows"),     TEXT("examples"), TEXT("message_zh"),
                                                   TEXT("message_en")};
    table = qy_table_new("findings", finding_columns, G_N_ELEMENTS(finding_columns));
    SAMPLE_ROW(table, "steps-order", "contracts", "C001", "3", "T1 T2 T3", "签约早于谈约",
               "Signed before it was negotiated");
    sample_add(recording, table);
    static const QyColumnSpec notice_columns[] = {TEXT("file"), TEXT("code"), TEXT("message_zh"), TEXT("message_en")};
    table = qy_table_new("notices", notice_columns, G_N_ELEMENTS(notice_columns));
    SAMPLE_ROW(table, "units.csv", "unknown-column", "未识别的列：备注", "Unknown column: 备注");
    sample_add(recording, table);
    static const QyColumnSpec reject_columns[] = {TEXT("file"), COUNT("row"),  COUNT("line"),  TEXT("column"),
                                                  TEXT("code"), TEXT("value"), TEXT("reason"), TEXT("reason_zh")};
    table = qy_table_new("rejects", reject_columns, G_N_ELEMENTS(reject_columns));
    for (guint i = 0; i < sample->n_rejects; i++)
        SAMPLE_ROW(table, "fulfilment.csv", sample_format("%u", i + 2), sample_format("%u", i + 2), "quantity",
                   "unreadable", i == 0 && sample->hostile ? sample->hostile : "十二",
                   sample_format("row %u: not a number", i + 2), sample_format("第 %u 行：不是数字", i + 2));
    sample_add(recording, table);
    static const QyColumnSpec input_columns[] = {TEXT("file"),  TEXT("table"),     COUNT("bytes"),
                                                 COUNT("rows"), COUNT("accepted"), COUNT("refused"),
                                                 COUNT("late"), TEXT("encoding"),  TEXT("digest")};
    table = qy_table_new("inputs", input_columns, G_N_ELEMENTS(input_columns));
    SAMPLE_ROW(table, "areas.csv", "areas", "9000", "112", "112", "0", "0", "UTF-8", "ab12");
    SAMPLE_ROW(table, "fulfilment.csv", "fulfilment", "3000000", "60000",
               sample_format("%u", 60000 - sample->n_rejects), sample_format("%u", sample->n_rejects), "0", "GB18030",
               "cd34");
    sample_add(recording, table);
    static const QyColumnSpec measure_columns[] = {TEXT("subject_id"), TEXT("level"),  TEXT("measure"),
                                                   TEXT("category"),   EXACT("value"), EXACT("num"),
                                                   EXACT("den"),       COUNT("n"),     TEXT("unit")};
    table = qy_table_new("measures", measure_columns, G_N_ELEMENTS(measure_columns));
    SAMPLE_ROW(table, "C001", "community", "delivery", "", "0.583333333", "7", "12", "12", "ratio");
    SAMPLE_ROW(table, "U1", "unit", "list_due", "project", "4", "4", "", "4", "item");
    sample_add(recording, table);
}

/* Returns: the folder's result.qiyue; @folder must not exist. */
static gchar *
sample_make(const gchar *folder, const Sample *sample)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(QyRecording) recording = qy_record_begin(folder, &error);
    g_assert_no_error(error);
    sample_subjects(recording, sample);
    sample_standard(recording);
    sample_criteria(recording, sample);
    sample_star_states(recording, sample);
    sample_scores(recording, sample);
    sample_ranks(recording, sample);
    sample_streets(recording, sample);
    sample_rows(recording, sample);
    qy_record_note(recording, "title", "越城区 2026 年第三季度契约化共建测算");
    qy_record_note(recording, "period", "2026Q3");
    qy_record_note(recording, "as_of", "2026-09-30");
    qy_record_note(recording, "engine_version", "0.1.0");
    qy_record_note(recording, "pack_version", "1");
    qy_record_note(recording, "pack_title_zh", "五星达标、和美家园（20有20无）");
    qy_record_note(recording, "pack_title_en", "Five-star communities (20 have, 20 have-not)");
    for (guint s = 0; s < 5; s++) {
        qy_record_note(recording, sample_format("star.%s.zh", sample_stars[s]), sample_star_titles[s]);
        qy_record_note(recording, sample_format("star.%s.en", sample_stars[s]), sample_star_titles_en[s]);
    }
    qy_record_commit(recording, NULL, NULL, &error);
    g_assert_no_error(error);
    return g_build_filename(folder, "result.qiyue", NULL);
}
