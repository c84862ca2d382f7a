#define G_LOG_DOMAIN "qy-report"

#include <math.h>
#include <string.h>

#include "report/html.h"
#include "report/sections.h"
#include "report/words.h"

/* Rows of a table on the page; the CSV has them all. */
#define MAX_AREAS 400
#define MAX_COMPETITORS 100

/* --- Indices --- */

typedef struct {
    const gchar *id;
    QySay title;
    gboolean of_areas, lower_is_better;
    gdouble scale;
} Index;

enum { INDEX_ID, INDEX_ZH, INDEX_EN, INDEX_SUBJECT, INDEX_BETTER, INDEX_SCALE };
static const QyColumnSpec index_columns[] = {{"index", QY_CELL_TEXT},    {"title_zh", QY_CELL_TEXT},
                                             {"title_en", QY_CELL_TEXT}, {"subject", QY_CELL_TEXT},
                                             {"better", QY_CELL_TEXT},   {"scale", QY_CELL_REAL}};

enum { SCORE_SUBJECT, SCORE_LEVEL, SCORE_INDEX, SCORE_VALUE, SCORE_LOW, SCORE_HIGH, SCORE_N, SCORE_METHOD, SCORE_MARK };
static const QyColumnSpec score_columns[] = {
    {"subject_id", QY_CELL_TEXT}, {"level", QY_CELL_TEXT},  {"index", QY_CELL_TEXT},
    {"value", QY_CELL_REAL},      {"low", QY_CELL_REAL},    {"high", QY_CELL_REAL},
    {"n", QY_CELL_INTEGER},       {"method", QY_CELL_TEXT}, {"mark", QY_CELL_TEXT}};

static Index
index_at(const QyTable *indices, gsize row)
{
    Index index = {.id = qy_table_text(indices, row, INDEX_ID),
                   .title = {.en = qy_table_text(indices, row, INDEX_EN), .zh = qy_table_text(indices, row, INDEX_ZH)},
                   .of_areas = g_strcmp0(qy_table_text(indices, row, INDEX_SUBJECT), "unit") != 0,
                   .lower_is_better = g_strcmp0(qy_table_text(indices, row, INDEX_BETTER), "lower") == 0,
                   .scale = qy_table_real(indices, row, INDEX_SCALE)};
    if (!index.id)
        index.id = "";
    if (!index.title.zh)
        index.title.zh = index.id;
    if (!index.title.en)
        index.title.en = index.title.zh;
    if (!(index.scale > 0))
        index.scale = 100;
    return index;
}

static QyTable *
read_indices(const QyModel *model, GError **error)
{
    return qy_model_read(model, "indices", index_columns, G_N_ELEMENTS(index_columns), NULL, NULL, error);
}

/* "83.1 (79.0–86.4)", "<10" where too few stand behind it. */
static void
append_interval(GString *out, const QyTable *scores, gsize row)
{
    if (qy_mark_suppresses(qy_table_text(scores, row, SCORE_MARK))) {
        qy_html_append(out, QY_SUPPRESSED_TEXT);
        return;
    }
    g_autofree gchar *low = qy_rounded_text(qy_table_real(scores, row, SCORE_LOW), 1);
    g_autofree gchar *high = qy_rounded_text(qy_table_real(scores, row, SCORE_HIGH), 1);
    qy_html_rounded(out, qy_table_real(scores, row, SCORE_VALUE), 1);
    if (low && high)
        g_string_append_printf(out, " <span class=\"interval\">%s–%s</span>", low, high);
}

static gchar *
score_key(const gchar *subject, const gchar *index)
{
    return g_strconcat(subject ? subject : "", "\n", index ? index : "", NULL);
}

static void
append_area_row(const QyModel *model, const QyTable *indices, const QyTable *scores, GHashTable *rows,
                const gchar *area, const gchar *level, GString *out)
{
    g_string_append(out, "<tr><th scope=\"row\">");
    qy_html_text(out, qy_model_name(model, area));
    g_string_append(out, "</th>");
    qy_html_cell_say(out, qy_say_word(QY_SPOKEN_LEVEL, level));
    for (gsize i = 0; i < qy_table_n_rows(indices); i++) {
        Index index = index_at(indices, i);
        if (!index.of_areas)
            continue;
        g_autofree gchar *key = score_key(area, index.id);
        gsize row = GPOINTER_TO_SIZE(g_hash_table_lookup(rows, key));
        g_string_append(out, "<td class=\"num\">");
        if (row > 0)
            append_interval(out, scores, row - 1);
        else
            qy_html_text(out, NULL);
        g_string_append(out, "</td>");
    }
    g_string_append(out, "</tr>\n");
}

static void
begin_area_table(const QyTable *indices, GString *out)
{
    g_autoptr(GArray) titles = g_array_new(FALSE, FALSE, sizeof(QySay));
    g_autoptr(GPtrArray) owned = g_ptr_array_new_with_free_func(g_free);
    QySay area = {.en = "Area", .zh = "区域"}, level = {.en = "Level", .zh = "层级"};
    g_array_append_val(titles, area);
    g_array_append_val(titles, level);
    for (gsize i = 0; i < qy_table_n_rows(indices); i++) {
        Index index = index_at(indices, i);
        QySay title = {.en = g_strconcat("#", index.title.en, NULL), .zh = g_strconcat("#", index.title.zh, NULL)};
        g_ptr_array_add(owned, (gpointer)title.en);
        g_ptr_array_add(owned, (gpointer)title.zh);
        if (index.of_areas)
            g_array_append_val(titles, title);
    }
    qy_html_table(out, (QySay){.en = "Streets and above", .zh = "街道及以上"}, (const QySay *)(gpointer)titles->data,
                  titles->len);
}

/* Areas above the communities; these are drawn by page.js. */
static gboolean
append_area_table(const QyModel *model, const QyTable *indices, GString *out, GError **error)
{
    g_autoptr(QyTable) scores =
        qy_model_read(model, "scores", score_columns, G_N_ELEMENTS(score_columns),
                      "WHERE level IN ('prefecture', 'county', 'street') ORDER BY rowid", NULL, error);
    if (!scores)
        return FALSE;
    g_autoptr(GHashTable) rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (gsize i = 0; i < qy_table_n_rows(scores); i++)
        g_hash_table_insert(rows,
                            score_key(qy_table_text(scores, i, SCORE_SUBJECT), qy_table_text(scores, i, SCORE_INDEX)),
                            GSIZE_TO_POINTER(i + 1));
    if (qy_table_n_rows(scores) == 0)
        return TRUE;
    begin_area_table(indices, out);
    for (gsize i = 0; i < qy_table_n_rows(scores) && g_hash_table_size(seen) < MAX_AREAS; i++) {
        const gchar *area = qy_table_text(scores, i, SCORE_SUBJECT);
        if (area && g_hash_table_add(seen, (gpointer)area))
            append_area_row(model, indices, scores, rows, area, qy_table_text(scores, i, SCORE_LEVEL), out);
    }
    qy_html_end_table(out);
    return TRUE;
}

gboolean
qy_section_indices(const QyModel *model, const QyStarMap *map, GString *out, GError **error)
{
    g_autoptr(QyTable) indices = read_indices(model, error);
    if (!indices)
        return FALSE;
    qy_html_section(out, "indices", (QySay){.en = "Indices", .zh = "指数"});
    qy_html_note(
        out,
        (QySay){.en = "A point is the estimate, the line through it the 95 % interval. Where two lines overlap, the "
                      "order of the two is not certain. No line: the figure is counted from all rows and carries no "
                      "sampling error.",
                .zh = "圆点为估计值，横线为 95% "
                      "区间。两条横线重叠时，先后并不确定。没有横线的，是由全部记录算出的数，没有抽样误差。"});
    g_string_append(out, "<div id=\"chart\" class=\"script\"></div>\n");
    if (!append_area_table(model, indices, out, error))
        return FALSE;
    g_string_append(out, "</section>\n");
    return TRUE;
}

/* --- Data of the charts --- */

static void
append_number(GString *json, gdouble value)
{
    g_autofree gchar *text = qy_rounded_text(value, 2);
    g_string_append(json, text ? text : "null");
}

static void
append_rank(GString *json, gint64 rank)
{
    if (rank == QY_MISSING)
        g_string_append(json, ",null");
    else
        g_string_append_printf(json, ",%" G_GINT64_FORMAT, rank);
}

static void
append_indices_json(const QyTable *indices, const QyTable *scores, GString *json)
{
    g_string_append(json, ",\n\"indices\":[");
    for (gsize i = 0, n = 0; i < qy_table_n_rows(indices); i++) {
        Index index = index_at(indices, i);
        const gchar *method = NULL;
        if (!index.of_areas)
            continue;
        for (gsize k = 0; k < qy_table_n_rows(scores) && !method; k++)
            if (g_strcmp0(qy_table_text(scores, k, SCORE_INDEX), index.id) == 0)
                method = qy_table_text(scores, k, SCORE_METHOD);
        g_string_append(json, n++ ? ",\n{\"id\":" : "\n{\"id\":");
        qy_json_append(json, index.id);
        g_string_append(json, ",\"zh\":");
        qy_json_append(json, index.title.zh);
        g_string_append(json, ",\"en\":");
        qy_json_append(json, index.title.en);
        g_string_append(json, ",\"method\":");
        qy_json_append(json, method);
        g_string_append_printf(json, ",\"lower\":%s,\"scale\":", index.lower_is_better ? "true" : "false");
        append_number(json, index.scale);
        g_string_append_c(json, '}');
    }
    g_string_append(json, "]");
}

enum {
    RANK_LIST,
    RANK_SUBJECT,
    RANK_SCORE,
    RANK_LOW,
    RANK_HIGH,
    RANK_RANK,
    RANK_RANK_LOW,
    RANK_RANK_HIGH,
    RANK_P_TOP,
    RANK_PLACE,
    RANK_REASON_ZH,
    RANK_REASON_EN
};
static const QyColumnSpec rank_columns[] = {
    {"list", QY_CELL_TEXT},        {"subject_id", QY_CELL_TEXT},   {"score", QY_CELL_REAL},
    {"low", QY_CELL_REAL},         {"high", QY_CELL_REAL},         {"rank", QY_CELL_INTEGER},
    {"rank_low", QY_CELL_INTEGER}, {"rank_high", QY_CELL_INTEGER}, {"p_top", QY_CELL_REAL},
    {"place", QY_CELL_TEXT},       {"reason_zh", QY_CELL_TEXT},    {"reason_en", QY_CELL_TEXT}};

typedef struct {
    const QyTable *scores, *ranks;
    GHashTable *communities, *rank_rows; /* id → number + 1; "subject\n index" → row + 1 */
} ChartData;

static void
append_score_json(const ChartData *data, gsize row, guint community, GString *json)
{
    const QyTable *scores = data->scores;
    const gchar *mark = qy_table_text(scores, row, SCORE_MARK);
    gboolean hidden = qy_mark_suppresses(mark);
    g_autofree gchar *key =
        score_key(qy_table_text(scores, row, SCORE_SUBJECT), qy_table_text(scores, row, SCORE_INDEX));
    gsize rank = GPOINTER_TO_SIZE(g_hash_table_lookup(data->rank_rows, key));
    g_string_append_printf(json, "[%u,", community);
    append_number(json, hidden ? NAN : qy_table_real(scores, row, SCORE_VALUE));
    g_string_append_c(json, ',');
    append_number(json, hidden ? NAN : qy_table_real(scores, row, SCORE_LOW));
    g_string_append_c(json, ',');
    append_number(json, hidden ? NAN : qy_table_real(scores, row, SCORE_HIGH));
    append_rank(json, hidden ? QY_MISSING : qy_table_integer(scores, row, SCORE_N));
    g_string_append_c(json, ',');
    qy_json_append(json, mark);
    append_rank(json, rank ? qy_table_integer(data->ranks, rank - 1, RANK_RANK) : QY_MISSING);
    append_rank(json, rank ? qy_table_integer(data->ranks, rank - 1, RANK_RANK_LOW) : QY_MISSING);
    append_rank(json, rank ? qy_table_integer(data->ranks, rank - 1, RANK_RANK_HIGH) : QY_MISSING);
    g_string_append_c(json, ']');
}

/* Scores are in the order of the indices, so each index's rows follow one another. */
static void
append_scores_json(const ChartData *data, const QyTable *indices, GString *json)
{
    g_string_append(json, ",\n\"scores\":[");
    for (gsize i = 0, n = 0; i < qy_table_n_rows(indices); i++) {
        Index index = index_at(indices, i);
        guint n_rows = 0;
        if (!index.of_areas)
            continue;
        g_string_append(json, n++ ? ",\n[" : "\n[");
        for (gsize row = 0; row < qy_table_n_rows(data->scores); row++) {
            const gchar *subject = qy_table_text(data->scores, row, SCORE_SUBJECT);
            guint community = subject ? GPOINTER_TO_UINT(g_hash_table_lookup(data->communities, subject)) : 0;
            if (community == 0 || g_strcmp0(qy_table_text(data->scores, row, SCORE_INDEX), index.id) != 0)
                continue;
            g_string_append(json, n_rows++ ? ",\n" : "");
            append_score_json(data, row, community - 1, json);
        }
        g_string_append(json, "]");
    }
    g_string_append(json, "]");
}

gboolean
qy_indices_append_json(const QyModel *model, const QyStarMap *map, GString *json, GError **error)
{
    g_autoptr(QyTable) indices = read_indices(model, error);
    g_autoptr(QyTable) scores = !indices ? NULL
                                         : qy_model_read(model, "scores", score_columns, G_N_ELEMENTS(score_columns),
                                                         "WHERE level = 'community' ORDER BY rowid", NULL, error);
    g_autoptr(QyTable) ranks =
        !scores ? NULL : qy_model_read(model, "ranks", rank_columns, G_N_ELEMENTS(rank_columns), NULL, NULL, error);
    if (!ranks)
        return FALSE;
    g_autoptr(GHashTable) communities = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) rank_rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < qy_star_map_n(map); i++)
        g_hash_table_insert(communities, (gpointer)qy_star_map_community(map, i)->id, GUINT_TO_POINTER(i + 1));
    for (gsize i = 0; i < qy_table_n_rows(ranks); i++)
        g_hash_table_insert(rank_rows,
                            score_key(qy_table_text(ranks, i, RANK_SUBJECT), qy_table_text(ranks, i, RANK_LIST)),
                            GSIZE_TO_POINTER(i + 1));
    ChartData data = {scores, ranks, communities, rank_rows};
    append_indices_json(indices, scores, json);
    append_scores_json(&data, indices, json);
    return TRUE;
}

/* --- Lists --- */

enum { LIST_ID, LIST_ZH, LIST_EN, LIST_SUBJECT, LIST_LEVEL, LIST_SIZE };
static const QyColumnSpec list_columns[] = {{"list", QY_CELL_TEXT},     {"title_zh", QY_CELL_TEXT},
                                            {"title_en", QY_CELL_TEXT}, {"subject", QY_CELL_TEXT},
                                            {"level", QY_CELL_TEXT},    {"size", QY_CELL_INTEGER}};

/* A list of one area is "ID/AREA". */
static void
append_list_title(const QyModel *model, const QyTable *lists, gsize row, GString *out)
{
    const gchar *id = qy_table_text(lists, row, LIST_ID), *area = id ? strchr(id, '/') : NULL;
    QySay title = {.en = qy_table_text(lists, row, LIST_EN), .zh = qy_table_text(lists, row, LIST_ZH)};
    gint64 size = qy_table_integer(lists, row, LIST_SIZE);
    g_autofree gchar *places = qy_count_text(size);
    g_string_append(out, "<h3>");
    qy_html_say(out, (QySay){.en = title.en ? title.en : id, .zh = title.zh ? title.zh : id});
    if (area) {
        g_string_append(out, " · ");
        qy_html_append(out, qy_model_name(model, area + 1));
    }
    if (places) {
        g_string_append(out, " <small>");
        qy_html_fill(out, (QySay){.en = "places: {n}", .zh = "{n} 个名额"}, "n", places, (gchar *)NULL);
        g_string_append(out, "</small>");
    }
    g_string_append(out, "</h3>\n");
}

static gboolean
is_placed(const gchar *place)
{
    return g_strcmp0(place, "in") == 0 || g_strcmp0(place, "tie") == 0;
}

static void
append_competitor(const QyModel *model, const QyTable *ranks, gsize row, gboolean is_tied, gint64 last_rank,
                  GString *out)
{
    g_autofree gchar *rank = qy_count_text(qy_table_integer(ranks, row, RANK_RANK));
    gint64 low = qy_table_integer(ranks, row, RANK_RANK_LOW), high = qy_table_integer(ranks, row, RANK_RANK_HIGH);
    g_autofree gchar *low_text = qy_count_text(low), *high_text = qy_count_text(high);
    const gchar *place = qy_table_text(ranks, row, RANK_PLACE);
    g_string_append_printf(out, "<tr%s><td class=\"num\">", is_placed(place) ? " class=\"placed\"" : "");
    qy_html_text(out, rank);
    if (is_tied)
        qy_html_say(out, (QySay){.en = " tied", .zh = " 并列"});
    g_string_append(out, "</td><th scope=\"row\">");
    qy_html_text(out, qy_model_name(model, qy_table_text(ranks, row, RANK_SUBJECT)));
    g_string_append(out, "</th>");
    qy_html_cell_rounded(out, qy_table_real(ranks, row, RANK_SCORE), 1);
    g_string_append(out, "<td class=\"num\">");
    if (low_text && high_text)
        g_string_append_printf(out, "%s–%s", low_text, high_text);
    else
        qy_html_text(out, NULL);
    g_string_append(out, "</td><td class=\"bars\">");
    if (low != QY_MISSING && high != QY_MISSING)
        qy_html_whisker(out, (gdouble)qy_table_integer(ranks, row, RANK_RANK), (gdouble)low, (gdouble)high, 1,
                        (gdouble)last_rank);
    g_string_append(out, "</td>");
    qy_html_cell_rounded(out, 100 * qy_table_real(ranks, row, RANK_P_TOP), 0);
    qy_html_cell_say(out, qy_say_word(QY_SPOKEN_PLACE, place));
    g_string_append(out, "</tr>\n");
}

/* Those with a rank, best first; of units and members only who is on the list. */
static void
append_competitors(const QyModel *model, const QyTable *ranks, gboolean of_areas, GString *out)
{
    static const QySay titles[] = {{"#Rank", "#名次"},
                                   {"Name", "名称"},
                                   {"#Score", "#得分"},
                                   {"#Rank between", "#名次区间"},
                                   {"", ""},
                                   {"#In the places, %", "#入围概率 %"},
                                   {"Place", "结果"}};
    gint64 last_rank = 1;
    guint n_shown = 0, n_left = 0;
    for (gsize i = 0; i < qy_table_n_rows(ranks); i++)
        last_rank =
            MAX(last_rank, MAX(qy_table_integer(ranks, i, RANK_RANK_HIGH), qy_table_integer(ranks, i, RANK_RANK)));
    qy_html_table(out, (QySay){.en = "In order of rank", .zh = "按名次"}, titles, G_N_ELEMENTS(titles));
    for (gsize i = 0; i < qy_table_n_rows(ranks); i++) {
        gint64 rank = qy_table_integer(ranks, i, RANK_RANK);
        if (rank == QY_MISSING || (!of_areas && !is_placed(qy_table_text(ranks, i, RANK_PLACE))))
            continue;
        if (n_shown == MAX_COMPETITORS) {
            n_left++;
            continue;
        }
        gboolean is_tied = (i > 0 && qy_table_integer(ranks, i - 1, RANK_RANK) == rank) ||
                           (i + 1 < qy_table_n_rows(ranks) && qy_table_integer(ranks, i + 1, RANK_RANK) == rank);
        append_competitor(model, ranks, i, is_tied, last_rank, out);
        n_shown++;
    }
    qy_html_end_table(out);
    if (n_shown == 0)
        qy_html_note(out, (QySay){.en = "Nobody is on this list.", .zh = "本名单无人入选。"});
    qy_html_more(out, n_left, "ranks.csv");
}

/* Why communities have no rank: each reason once, with how many it holds for. */
static void
append_without_rank(const QyTable *ranks, GString *out)
{
    g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) order = g_ptr_array_new();
    for (gsize i = 0; i < qy_table_n_rows(ranks); i++) {
        const gchar *reason = qy_table_text(ranks, i, RANK_REASON_ZH);
        if (qy_table_integer(ranks, i, RANK_RANK) != QY_MISSING || !reason)
            continue;
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, reason));
        g_hash_table_insert(counts, (gpointer)reason, GUINT_TO_POINTER(count + 1));
        if (count == 0)
            g_ptr_array_add(order, GSIZE_TO_POINTER(i));
    }
    if (order->len == 0)
        return;
    g_string_append(out, "<p class=\"note\">");
    qy_html_say(out, (QySay){.en = "Not in the running: ", .zh = "未参与排名："});
    for (guint i = 0; i < order->len; i++) {
        gsize row = GPOINTER_TO_SIZE(order->pdata[i]);
        const gchar *zh = qy_table_text(ranks, row, RANK_REASON_ZH), *en = qy_table_text(ranks, row, RANK_REASON_EN);
        g_autofree gchar *count = qy_count_text(GPOINTER_TO_UINT(g_hash_table_lookup(counts, zh)));
        if (i > 0)
            qy_html_say(out, (QySay){.en = "; ", .zh = "；"});
        qy_html_say(out, (QySay){.en = en ? en : zh, .zh = zh});
        g_string_append_printf(out, " %s", count);
    }
    g_string_append(out, "</p>\n");
}

static gboolean
append_list(const QyModel *model, const QyTable *lists, gsize row, GString *out, GError **error)
{
    const gchar *subject = qy_table_text(lists, row, LIST_SUBJECT);
    gboolean of_areas = g_strcmp0(subject, "unit") != 0 && g_strcmp0(subject, "member") != 0;
    const gchar *id = qy_table_text(lists, row, LIST_ID);
    const gchar *arguments[] = {id ? id : "", NULL};
    g_autoptr(QyTable) ranks = qy_model_read(model, "ranks", rank_columns, G_N_ELEMENTS(rank_columns),
                                             "WHERE list = ?1 ORDER BY rank IS NULL, rank, rowid", arguments, error);
    if (!ranks)
        return FALSE;
    append_list_title(model, lists, row, out);
    append_competitors(model, ranks, of_areas, out);
    if (of_areas)
        append_without_rank(ranks, out);
    return TRUE;
}

gboolean
qy_section_lists(const QyModel *model, const QyStarMap *map, GString *out, GError **error)
{
    g_autoptr(QyTable) lists =
        qy_model_read(model, "lists", list_columns, G_N_ELEMENTS(list_columns), NULL, NULL, error);
    if (!lists)
        return FALSE;
    qy_html_section(out, "lists", (QySay){.en = "Lists for commendation", .zh = "评优名单（初算）"});
    qy_html_note(
        out,
        (QySay){
            .en = "“Rank between” is where the rank may lie, given the scores' intervals. Objections are heard "
                  "before a list is final. Of organisations only those on the list are named.",
            .zh = "“名次区间”是考虑得分误差后名次可能所处的范围。名单公示、异议处理后方为最终结果。单位只列入选者。"});
    for (gsize i = 0; i < qy_table_n_rows(lists); i++)
        if (!append_list(model, lists, i, out, error))
            return FALSE;
    if (qy_table_n_rows(lists) == 0)
        qy_html_note(out, (QySay){.en = "The standard declares no lists.", .zh = "本标准没有名单。"});
    g_string_append(out, "</section>\n");
    return TRUE;
}
