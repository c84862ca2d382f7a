#define G_LOG_DOMAIN "qy-report"

#include "report/report.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "report/grid.h"
#include "report/starmap.h"
#include "report/words.h"

#define DEFAULT_WIDTH 80
#define LEAST_REASON 30
#define MAX_PLACES 40
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

typedef struct {
    const QyModel *model;
    const QyShowOptions *options;
    guint width;
    GString *out;
} Screen;

static const gchar *
say(const Screen *s, const gchar *zh, const gchar *en)
{
    return s->options->chinese ? zh : en;
}

static const gchar *
pick(const Screen *s, QySay both)
{
    return s->options->chinese ? both.zh : both.en;
}

static const gchar *
spoken(const Screen *s, QySpoken list, const gchar *word)
{
    return pick(s, qy_say_word(list, word));
}

static void
title(const Screen *s, const gchar *text)
{
    g_autofree gchar *safe = qy_text_safe(text, -1);
    g_string_append_printf(s->out, "\n%s%s%s\n", s->options->color ? BOLD : "", safe, s->options->color ? PLAIN : "");
}

/* "label  value" where there is a value. */
static void
fact(const Screen *s, const gchar *label, const gchar *value)
{
    g_autofree gchar *cell = qy_text_cell(label, 14, FALSE), *safe = qy_text_safe(value ? value : "", -1);
    if (*safe)
        g_string_append_printf(s->out, "%s  %s\n", cell, safe);
}

static const gchar *
colour_of(const Screen *s, const gchar *word)
{
    static const struct {
        const gchar *word, *code;
    } colours[] = {{"not_met", "\033[1;31m"},   {"lost", "\033[1;31m"},  {"error", "\033[1;31m"},
                   {"no_evidence", "\033[33m"}, {"blocked", "\033[33m"}, {"undecided", "\033[33m"},
                   {"met", "\033[32m"},         {"earned", "\033[32m"}};
    for (guint i = 0; s->options->color && word && i < G_N_ELEMENTS(colours); i++)
        if (g_str_equal(colours[i].word, word))
            return colours[i].code;
    return "";
}

static const gchar *
plain(const Screen *s, const gchar *colour)
{
    return *colour ? PLAIN : "";
}

static const gchar *
or_none(const gchar *text)
{
    return text ? text : "";
}

/* --- Summary --- */

typedef struct {
    guint n, five, accepted;
    guint by_stars[16];
} Tally;

static Tally
tally(const QyStarMap *map)
{
    Tally t = {.n = qy_star_map_n(map)};
    for (guint i = 0; i < t.n; i++) {
        const QyMapCommunity *c = qy_star_map_community(map, i);
        t.five += c->five_star;
        t.accepted += c->accepted;
        if (c->stars >= 0 && c->stars < (gint64)G_N_ELEMENTS(t.by_stars))
            t.by_stars[c->stars]++;
    }
    return t;
}

static void
show_damage(const Screen *s)
{
    gint64 refused = qy_model_count(s->model, "rejects", NULL);
    gint64 errors = qy_model_count(s->model, "criteria", "WHERE verdict = 'error'");
    g_autofree gchar *refused_text = qy_count_text(refused), *errors_text = qy_count_text(errors);
    if (refused > 0)
        fact(s, say(s, "拒收的行", "rows refused"), refused_text);
    if (errors > 0)
        fact(s, say(s, "规则出错", "rules in error"), errors_text);
}

static gboolean
show_summary(const Screen *s, GError **error)
{
    g_autoptr(QyStarMap) map = qy_star_map_new(s->model, error);
    if (!map)
        return FALSE;
    Tally t = tally(map);
    guint n_stars = MIN(qy_model_n_stars(s->model), G_N_ELEMENTS(t.by_stars) - 1);
    g_autofree gchar *five = g_strdup_printf("%u / %u", t.five, t.n),
                     *accepted = g_strdup_printf("%u / %u", t.accepted, t.n);
    const gchar *name = qy_model_note(s->model, "title");
    title(s, name && *name ? name : say(s, "契约化共建测算", "Assessment of contract-based co-building"));
    fact(s, say(s, "评定期", "period"), qy_model_note(s->model, "period"));
    fact(s, say(s, "截至日期", "as of"), qy_model_note(s->model, "as_of"));
    fact(s, say(s, "标准", "standard"), pick(s, qy_model_note_say(s->model, "pack_title", "_", (QySay){"", ""})));
    fact(s, say(s, "测算达标", "five-star"), five);
    fact(s, say(s, "验收达标", "accepted"), accepted);
    show_damage(s);
    g_autoptr(QyGrid) grid = qy_grid_new("lr");
    qy_grid_add(grid, say(s, "获星", "stars earned"));
    qy_grid_add(grid, say(s, "社区数", "communities"));
    for (guint k = n_stars + 1; k-- > 0;) {
        qy_grid_take(grid, g_strdup_printf("%u", k));
        qy_grid_take(grid, g_strdup_printf("%u", t.by_stars[k]));
    }
    g_string_append_c(s->out, '\n');
    qy_grid_write(grid, s->width, s->options->color, s->out);
    return TRUE;
}

/* --- Stars --- */

static gboolean
show_stars(const Screen *s, GError **error)
{
    g_autoptr(QyStarMap) map = qy_star_map_new(s->model, error);
    if (!map)
        return FALSE;
    guint n_stars = qy_model_n_stars(s->model);
    g_autofree gchar *stars_align = g_strnfill(n_stars, 's');
    g_autofree gchar *align = g_strconcat("lww", stars_align, "rl", NULL);
    g_autoptr(QyGrid) grid = qy_grid_new(align);
    qy_grid_add(grid, say(s, "编号", "id"));
    qy_grid_add(grid, say(s, "社区", "community"));
    qy_grid_add(grid, say(s, "街道", "street"));
    for (guint k = 0; k < n_stars; k++)
        qy_grid_add(grid, pick(s, qy_model_star(s->model, k)->title));
    qy_grid_add(grid, say(s, "获星", "stars"));
    qy_grid_add(grid, say(s, "达标", "five-star"));
    for (guint i = 0; i < qy_star_map_n(map); i++) {
        const QyMapCommunity *c = qy_star_map_community(map, i);
        qy_grid_add(grid, c->id);
        qy_grid_add(grid, c->name);
        qy_grid_add(grid, c->street ? c->street->name : NULL);
        for (guint k = 0; k < n_stars; k++)
            qy_grid_add(grid, spoken(s, QY_SPOKEN_STAR_STATE, c->star_states[k]));
        qy_grid_take(grid, qy_count_text(c->stars));
        qy_grid_add(grid, c->accepted    ? say(s, "验收达标", "accepted")
                          : c->five_star ? say(s, "测算达标", "computed")
                                         : say(s, "未达标", "no"));
    }
    qy_grid_write(grid, s->width, s->options->color, s->out);
    return TRUE;
}

/* --- Ranks --- */

enum { RANK_LIST, RANK_SUBJECT, RANK_SCORE, RANK_RANK, RANK_LOW, RANK_HIGH, RANK_P_TOP, RANK_PLACE };
static const QyColumnSpec rank_columns[] = {
    {"list", QY_CELL_TEXT},        {"subject_id", QY_CELL_TEXT},   {"score", QY_CELL_REAL}, {"rank", QY_CELL_INTEGER},
    {"rank_low", QY_CELL_INTEGER}, {"rank_high", QY_CELL_INTEGER}, {"p_top", QY_CELL_REAL}, {"place", QY_CELL_TEXT}};

static void
add_rank_head(const Screen *s, QyGrid *grid)
{
    qy_grid_add(grid, say(s, "名次", "rank"));
    qy_grid_add(grid, say(s, "区间", "between"));
    qy_grid_add(grid, say(s, "名称", "name"));
    qy_grid_add(grid, say(s, "得分", "score"));
    qy_grid_add(grid, say(s, "结果", "place"));
}

static void
add_rank(const Screen *s, QyGrid *grid, const QyTable *ranks, gsize row)
{
    g_autofree gchar *low = qy_count_text(qy_table_integer(ranks, row, RANK_LOW));
    g_autofree gchar *high = qy_count_text(qy_table_integer(ranks, row, RANK_HIGH));
    qy_grid_take(grid, qy_count_text(qy_table_integer(ranks, row, RANK_RANK)));
    qy_grid_take(grid, low && high ? g_strdup_printf("%s-%s", low, high) : NULL);
    qy_grid_add(grid, qy_model_name(s->model, or_none(qy_table_text(ranks, row, RANK_SUBJECT))));
    qy_grid_take(grid, qy_rounded_text(qy_table_real(ranks, row, RANK_SCORE), 1));
    qy_grid_add(grid, spoken(s, QY_SPOKEN_PLACE, qy_table_text(ranks, row, RANK_PLACE)));
}

static gboolean
is_placed(const gchar *place)
{
    return g_strcmp0(place, "in") == 0 || g_strcmp0(place, "tie") == 0;
}

/* Of organisations and members only who is on the list. */
static gboolean
show_list(const Screen *s, const gchar *list, const gchar *name, gboolean of_areas, GError **error)
{
    const gchar *arguments[] = {list, NULL};
    g_autoptr(QyTable) ranks =
        qy_model_read(s->model, "ranks", rank_columns, G_N_ELEMENTS(rank_columns),
                      "WHERE list = ?1 AND rank IS NOT NULL ORDER BY rank, rowid", arguments, error);
    g_autoptr(QyGrid) grid = qy_grid_new("rrwrl");
    guint n_shown = 0, n_left = 0;
    if (!ranks)
        return FALSE;
    title(s, name);
    add_rank_head(s, grid);
    for (gsize i = 0; i < qy_table_n_rows(ranks); i++) {
        if (!of_areas && !is_placed(qy_table_text(ranks, i, RANK_PLACE)))
            continue;
        if (n_shown == MAX_PLACES) {
            n_left++;
            continue;
        }
        add_rank(s, grid, ranks, i);
        n_shown++;
    }
    qy_grid_write(grid, s->width, s->options->color, s->out);
    if (n_left > 0)
        g_string_append_printf(s->out, say(s, "其余 %u 个见 ranks.csv\n", "%u more in ranks.csv\n"), n_left);
    return TRUE;
}

static gboolean
show_lists(const Screen *s, const gchar *table, const gchar *id_column, GError **error)
{
    const QyColumnSpec columns[] = {
        {id_column, QY_CELL_TEXT}, {"title_zh", QY_CELL_TEXT}, {"title_en", QY_CELL_TEXT}, {"subject", QY_CELL_TEXT}};
    g_autoptr(QyTable) lists = qy_model_read(s->model, table, columns, G_N_ELEMENTS(columns), NULL, NULL, error);
    for (gsize i = 0; lists && i < qy_table_n_rows(lists); i++) {
        const gchar *subject = or_none(qy_table_text(lists, i, 3)), *id = or_none(qy_table_text(lists, i, 0));
        const gchar *name = qy_table_text(lists, i, s->options->chinese ? 1 : 2), *area = strchr(id, '/');
        gboolean of_areas = !g_str_equal(subject, "unit") && !g_str_equal(subject, "member");
        g_autofree gchar *whole =
            g_strconcat(name ? name : id, area ? " · " : "", area ? qy_model_name(s->model, area + 1) : "", NULL);
        /* Indices of organisations have no public order. */
        if (g_str_equal(table, "indices") && !of_areas)
            continue;
        if (!show_list(s, id, whole, of_areas, error))
            return FALSE;
    }
    return lists != NULL;
}

static gboolean
show_ranks(const Screen *s, GError **error)
{
    return show_lists(s, "lists", "list", error) && show_lists(s, "indices", "index", error);
}

/* --- One subject --- */

static gboolean
show_scores(const Screen *s, const gchar *id, gboolean is_unit, GError **error)
{
    static const QyColumnSpec columns[] = {{"index", QY_CELL_TEXT}, {"value", QY_CELL_REAL}, {"low", QY_CELL_REAL},
                                           {"high", QY_CELL_REAL},  {"n", QY_CELL_INTEGER},  {"mark", QY_CELL_TEXT}};
    static const QyColumnSpec titles[] = {{"title_zh", QY_CELL_TEXT}, {"title_en", QY_CELL_TEXT}};
    const gchar *arguments[] = {id, NULL};
    g_autoptr(QyTable) scores = qy_model_read(s->model, "scores", columns, G_N_ELEMENTS(columns),
                                              is_unit ? "WHERE subject_id = ?1 AND level = 'unit'"
                                                      : "WHERE subject_id = ?1 AND level <> 'unit'",
                                              arguments, error);
    g_autoptr(QyGrid) grid = qy_grid_new("wrrrl");
    if (!scores || qy_table_n_rows(scores) == 0)
        return scores != NULL;
    title(s, say(s, "指数", "Indices"));
    qy_grid_add(grid, say(s, "指数", "index"));
    qy_grid_add(grid, say(s, "分值", "score"));
    qy_grid_add(grid, say(s, "区间", "interval"));
    qy_grid_add(grid, say(s, "应答数", "replies"));
    qy_grid_add(grid, say(s, "备注", "remark"));
    for (gsize i = 0; i < qy_table_n_rows(scores); i++) {
        const gchar *index[] = {or_none(qy_table_text(scores, i, 0)), NULL}, *mark = qy_table_text(scores, i, 5);
        g_autoptr(QyTable) name = qy_model_read(s->model, "indices", titles, 2, "WHERE \"index\" = ?1", index, error);
        g_autofree gchar *low = qy_rounded_text(qy_table_real(scores, i, 2), 1),
                         *high = qy_rounded_text(qy_table_real(scores, i, 3), 1);
        gboolean hidden = qy_mark_suppresses(mark);
        if (!name)
            return FALSE;
        qy_grid_add(grid, qy_table_n_rows(name) > 0 ? qy_table_text(name, 0, s->options->chinese ? 0 : 1) : index[0]);
        qy_grid_take(grid, hidden ? g_strdup(QY_SUPPRESSED_TEXT) : qy_rounded_text(qy_table_real(scores, i, 1), 1));
        qy_grid_take(grid, low && high && !hidden ? g_strdup_printf("%s-%s", low, high) : NULL);
        qy_grid_take(grid, hidden ? NULL : qy_count_text(qy_table_integer(scores, i, 4)));
        qy_grid_add(grid, mark && *mark ? spoken(s, QY_SPOKEN_MARK, mark) : " ");
    }
    qy_grid_write(grid, s->width, s->options->color, s->out);
    return TRUE;
}

enum { CELL_CRITERION, CELL_VERDICT, CELL_ZH, CELL_EN, CELL_EVIDENCE };
static const QyColumnSpec cell_columns[] = {{"criterion_id", QY_CELL_TEXT},
                                            {"verdict", QY_CELL_TEXT},
                                            {"reason_zh", QY_CELL_TEXT},
                                            {"reason_en", QY_CELL_TEXT},
                                            {"evidence", QY_CELL_TEXT}};

/* "✗ PB-H1  title" and under it the reason, wrapped. */
static void
show_verdict(const Screen *s, const QyTable *cells, gsize row, const QyStandardRow *criterion)
{
    const gchar *verdict = or_none(qy_table_text(cells, row, CELL_VERDICT)), *colour = colour_of(s, verdict);
    const gchar *reason = qy_table_text(cells, row, s->options->chinese ? CELL_ZH : CELL_EN);
    const gchar *evidence = qy_table_text(cells, row, CELL_EVIDENCE);
    g_autofree gchar *id = qy_text_cell(criterion->id, 7, FALSE), *name = qy_text_safe(pick(s, criterion->title), -1);
    g_autofree gchar *state = qy_text_safe(spoken(s, QY_SPOKEN_VERDICT, verdict), -1);
    guint indent = 12, room = s->width > indent + LEAST_REASON ? s->width - indent : LEAST_REASON;
    g_string_append_printf(s->out, "  %s%s%s %s ", colour, qy_verdict_sign(verdict), plain(s, colour), id);
    qy_text_wrap(name, room, indent, s->out);
    g_string_append_printf(s->out, "\n%*s%s%s%s%s", (gint)indent, "", colour, state, plain(s, colour),
                           say(s, "：", ": "));
    gsize used = qy_text_width(state) + 2;
    g_autoptr(GString) wrapped = g_string_new(NULL);
    g_autofree gchar *padded = g_strdup_printf("%*s%s", (gint)used, "", or_none(reason));
    qy_text_wrap(padded, room, indent, wrapped);
    g_string_append(s->out, g_strchug(wrapped->str));
    g_string_append_c(s->out, '\n');
    if (evidence && !g_str_equal(verdict, "met")) {
        g_string_append_printf(s->out, "%*s", (gint)indent, "");
        g_autofree gchar *line = g_strconcat(say(s, "依据：", "evidence: "), evidence, NULL);
        qy_text_wrap(line, room, indent, s->out);
        g_string_append_c(s->out, '\n');
    }
}

static gboolean
show_verdicts(const Screen *s, const QySubject *community, GError **error)
{
    const gchar *arguments[] = {community->id, NULL};
    g_autoptr(QyTable) cells = qy_model_read(s->model, "criteria", cell_columns, G_N_ELEMENTS(cell_columns),
                                             "WHERE community_id = ?1", arguments, error);
    if (!cells)
        return FALSE;
    for (guint k = 0; k < qy_model_n_stars(s->model); k++) {
        const QyStarTitle *star = qy_model_star(s->model, k);
        const QyColumnSpec state_column[] = {{star->id, QY_CELL_TEXT}};
        g_autoptr(QyTable) state =
            qy_model_read(s->model, "stars", state_column, 1, "WHERE community_id = ?1", arguments, error);
        const gchar *word = state && qy_table_n_rows(state) > 0 ? qy_table_text(state, 0, 0) : NULL,
                    *colour = colour_of(s, word);
        if (!state)
            return FALSE;
        g_autofree gchar *name = qy_text_safe(pick(s, star->title), -1);
        g_string_append_printf(s->out, "\n%s%s%s  %s%s%s\n", s->options->color ? BOLD : "", name,
                               s->options->color ? PLAIN : "", colour, spoken(s, QY_SPOKEN_STAR_STATE, word),
                               plain(s, colour));
        for (gsize i = 0; i < qy_table_n_rows(cells); i++) {
            gint criterion = qy_model_find_criterion(s->model, qy_table_text(cells, i, CELL_CRITERION));
            if (criterion >= 0 && g_str_equal(qy_model_criterion(s->model, (guint)criterion)->star, star->id))
                show_verdict(s, cells, i, qy_model_criterion(s->model, (guint)criterion));
        }
    }
    return TRUE;
}

/* Estimates come with all the digits of a double; four say enough on a screen. */
static gchar *
short_number(const gchar *text)
{
    const gchar *point = text ? strchr(text, '.') : NULL;
    if (!point || strlen(point) <= 5)
        return g_strdup(text);
    return qy_rounded_text(g_ascii_strtod(text, NULL), 4);
}

static gboolean
show_measures(const Screen *s, const QySubject *subject, GError **error)
{
    static const QyColumnSpec columns[] = {{"measure", QY_CELL_TEXT},
                                           {"category", QY_CELL_TEXT},
                                           {"value", QY_CELL_TEXT},
                                           {"n", QY_CELL_TEXT},
                                           {"unit", QY_CELL_TEXT}};
    const gchar *arguments[] = {subject->id, NULL};
    g_autoptr(QyTable) rows =
        qy_model_read(s->model, "measures", columns, G_N_ELEMENTS(columns),
                      subject->is_unit ? "WHERE subject_id = ?1 AND level = 'unit' ORDER BY rowid"
                                       : "WHERE subject_id = ?1 AND level <> 'unit' ORDER BY rowid",
                      arguments, error);
    g_autoptr(QyGrid) grid = qy_grid_new("wlrrl");
    if (!rows || qy_table_n_rows(rows) == 0)
        return rows != NULL;
    title(s, say(s, "原始数据", "Measures"));
    qy_grid_add(grid, say(s, "指标", "measure"));
    qy_grid_add(grid, say(s, "类别", "category"));
    qy_grid_add(grid, say(s, "值", "value"));
    qy_grid_add(grid, "n");
    qy_grid_add(grid, say(s, "单位", "unit"));
    for (gsize i = 0; i < qy_table_n_rows(rows); i++)
        for (guint k = 0; k < G_N_ELEMENTS(columns); k++) {
            const gchar *text = qy_table_text(rows, i, k);
            qy_grid_take(grid, k == 2 ? short_number(text) : g_strdup(k == 1 && !text ? " " : text));
        }
    qy_grid_write(grid, s->width, s->options->color, s->out);
    return TRUE;
}

static gboolean
show_places(const Screen *s, const QySubject *subject, GError **error)
{
    static const QyColumnSpec titles[] = {{"title_zh", QY_CELL_TEXT}, {"title_en", QY_CELL_TEXT}};
    const gchar *arguments[] = {subject->id, NULL};
    g_autoptr(QyTable) ranks =
        qy_model_read(s->model, "ranks", rank_columns, G_N_ELEMENTS(rank_columns),
                      "WHERE subject_id = ?1 AND place IS NOT NULL ORDER BY rowid", arguments, error);
    gsize n_shown = 0;
    for (gsize i = 0; ranks && i < qy_table_n_rows(ranks); i++) {
        const gchar *list[] = {or_none(qy_table_text(ranks, i, RANK_LIST)), NULL},
                    *place = qy_table_text(ranks, i, RANK_PLACE);
        g_autoptr(QyTable) name = qy_model_read(s->model, "lists", titles, 2, "WHERE list = ?1", list, error);
        if (!name)
            return FALSE;
        if (subject->is_unit && !is_placed(place))
            continue;
        if (n_shown++ == 0)
            title(s, say(s, "名单", "Lists"));
        fact(s, qy_table_n_rows(name) > 0 ? qy_table_text(name, 0, s->options->chinese ? 0 : 1) : list[0],
             spoken(s, QY_SPOKEN_PLACE, place));
    }
    return ranks != NULL;
}

static gboolean
show_subject(const Screen *s, const QySubject *subject, GError **error)
{
    const QySubject *street = subject->is_unit ? NULL : qy_model_above(s->model, subject, "street");
    g_autofree gchar *name = g_strdup_printf("%s  %s", subject->name, subject->id);
    title(s, name);
    fact(s, say(s, "类型", "kind"), spoken(s, QY_SPOKEN_LEVEL, subject->is_unit ? "unit" : subject->level));
    if (street && street != subject)
        fact(s, say(s, "街道", "street"), street->name);
    gboolean judged = !subject->is_unit && g_str_equal(subject->level, "community");
    return (!judged || show_verdicts(s, subject, error)) && show_scores(s, subject->id, subject->is_unit, error) &&
           show_places(s, subject, error) && show_measures(s, subject, error);
}

/* By id, else by name; a name that several bear is answered by their ids. */
static const QySubject *
find_subject(const Screen *s, const gchar *wanted, GError **error)
{
    const QySubject *found = qy_model_find(s->model, wanted);
    g_autoptr(GString) ids = g_string_new(NULL);
    guint n = 0;
    for (guint i = 0; !found && i < qy_model_n_subjects(s->model); i++)
        if (g_str_equal(qy_model_subject(s->model, i)->name, wanted))
            n++;
    if (n == 0 && !found) {
        g_autofree gchar *safe = qy_text_safe(wanted, -1);
        g_set_error(error, QY_ERROR, QY_ERROR_USAGE, _("%s: no area and no organisation of that id or name"), safe);
    }
    for (guint i = 0; n > 0 && i < qy_model_n_subjects(s->model); i++) {
        const QySubject *subject = qy_model_subject(s->model, i);
        if (!g_str_equal(subject->name, wanted))
            continue;
        found = n == 1 ? subject : NULL;
        g_string_append_printf(ids, " %s", subject->id);
    }
    if (n > 1) {
        g_autofree gchar *safe = qy_text_safe(wanted, -1), *safe_ids = qy_text_safe(ids->str, -1);
        g_set_error(error, QY_ERROR, QY_ERROR_USAGE, _("%s: several bear that name; ask by id:%s"), safe, safe_ids);
    }
    return found;
}

gboolean
qy_report_show(const gchar *result_path, const gchar *subject, const QyShowOptions *options, GString *out,
               GError **error)
{
    g_autoptr(QyModel) model = qy_model_open(result_path, error);
    if (!model)
        return FALSE;
    Screen screen = {
        .model = model, .options = options, .width = options->width ? options->width : DEFAULT_WIDTH, .out = out};
    if (!subject || g_str_equal(subject, "summary"))
        return show_summary(&screen, error);
    if (g_str_equal(subject, "stars"))
        return show_stars(&screen, error);
    if (g_str_equal(subject, "ranks"))
        return show_ranks(&screen, error);
    const QySubject *found = find_subject(&screen, subject, error);
    return found && show_subject(&screen, found, error);
}
