#define G_LOG_DOMAIN "qy-report"

#include <string.h>

#include "report/html.h"
#include "report/sections.h"
#include "report/words.h"

/* Names written out for one criterion; the map filters to all of them. */
#define MAX_NAMES 12

/* What one criterion lacks, and where. */
typedef struct {
    guint criterion;
    gint64 not_met, no_evidence, errors;
    GPtrArray
        *places; /* (element-type QySubject or QyMapCommunity name) of not_met: streets where it is judged there */
} Gap;

static gboolean
holds(const GPtrArray *names, const gchar *name)
{
    return names->len > 0 && names->pdata[names->len - 1] == name;
}

/* Communities come grouped by street, so a street is named once. */
static Gap
find_gap(const QyModel *model, const QyStarMap *map, guint criterion)
{
    Gap gap = {.criterion = criterion, .places = g_ptr_array_new()};
    gboolean of_streets = g_str_equal(qy_model_criterion(model, criterion)->level, "street");
    for (guint i = 0; i < qy_star_map_n(map); i++) {
        const QyMapCommunity *community = qy_star_map_community(map, i);
        const gchar *place = of_streets && community->street ? community->street->name : community->name;
        QyMapCell cell;
        qy_star_map_cell(map, i, criterion, &cell);
        gboolean not_met = g_strcmp0(cell.verdict, "not_met") == 0;
        gap.not_met += not_met;
        gap.no_evidence += g_strcmp0(cell.verdict, "no_evidence") == 0;
        gap.errors += g_strcmp0(cell.verdict, "error") == 0;
        if (not_met && !holds(gap.places, place))
            g_ptr_array_add(gap.places, (gpointer)place);
    }
    return gap;
}

static void
append_places(const Gap *gap, GString *out)
{
    for (guint i = 0; i < MIN(gap->places->len, MAX_NAMES); i++) {
        g_string_append(out, i ? "、" : "");
        qy_html_append(out, gap->places->pdata[i]);
    }
    if (gap->places->len > MAX_NAMES) {
        g_autofree gchar *all = qy_count_text(gap->places->len);
        qy_html_fill(out, (QySay){.en = " … {n} in all", .zh = " 等 {n} 个"}, "n", all, (gchar *)NULL);
    }
}

static void
append_gap(const QyModel *model, const Gap *gap, GString *out)
{
    const QyStandardRow *row = qy_model_criterion(model, gap->criterion);
    g_string_append(out, "<tr><th scope=\"row\"><code>");
    qy_html_append(out, row->id);
    g_string_append(out, "</code> ");
    qy_html_say(out, row->title);
    g_string_append(out, "</th>");
    qy_html_cell_say(out, qy_say_word(QY_SPOKEN_DUTY, row->duty));
    qy_html_cell_count(out, gap->not_met);
    qy_html_cell_count(out, gap->no_evidence);
    qy_html_cell_count(out, gap->errors);
    g_string_append(out, "<td class=\"names\">");
    append_places(gap, out);
    if (gap->not_met + gap->no_evidence > 0) {
        g_string_append_printf(out, " <a class=\"script\" href=\"#map\" data-criterion=\"%u\" data-verdict=\"%c\">",
                               gap->criterion, gap->not_met > 0 ? 'n' : 'e');
        qy_html_say(out, (QySay){.en = "show in the map", .zh = "在星图中查看"});
        g_string_append(out, "</a>");
    }
    g_string_append(out, "</td></tr>\n");
}

static void
append_owner(const QyModel *model, const GArray *gaps, const QyStandardRow *owner, GString *out)
{
    gint64 not_met = 0, no_evidence = 0;
    for (guint i = 0; i < gaps->len; i++) {
        const Gap *gap = &g_array_index(gaps, Gap, i);
        if (g_str_equal(qy_model_criterion(model, gap->criterion)->owner, owner->owner)) {
            not_met += gap->not_met;
            no_evidence += gap->no_evidence;
        }
    }
    g_autofree gchar *not_met_text = qy_count_text(not_met), *no_evidence_text = qy_count_text(no_evidence);
    g_string_append(out, "<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"6\">");
    qy_html_say(out, *owner->owner_title.zh ? owner->owner_title : (QySay){.en = owner->owner, .zh = owner->owner});
    g_string_append(out, " <small>");
    qy_html_fill(out, (QySay){.en = "not met {n}, no evidence {e}", .zh = "不符合 {n} 项次，无依据 {e} 项次"}, "n",
                 not_met_text, "e", no_evidence_text, (gchar *)NULL);
    g_string_append(out, "</small></th></tr>\n");
    for (guint i = 0; i < gaps->len; i++) {
        const Gap *gap = &g_array_index(gaps, Gap, i);
        if (g_str_equal(qy_model_criterion(model, gap->criterion)->owner, owner->owner) &&
            gap->not_met + gap->no_evidence + gap->errors > 0)
            append_gap(model, gap, out);
    }
}

/* The first criterion of its owner. */
static gboolean
is_first_of_owner(const QyModel *model, guint criterion)
{
    for (guint i = 0; i < criterion; i++)
        if (g_str_equal(qy_model_criterion(model, i)->owner, qy_model_criterion(model, criterion)->owner))
            return FALSE;
    return TRUE;
}

static gboolean
owner_lacks_something(const QyModel *model, const GArray *gaps, const gchar *owner)
{
    for (guint i = 0; i < gaps->len; i++) {
        const Gap *gap = &g_array_index(gaps, Gap, i);
        if (g_str_equal(qy_model_criterion(model, gap->criterion)->owner, owner) &&
            gap->not_met + gap->no_evidence + gap->errors > 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
qy_section_duties(const QyModel *model, const QyStarMap *map, GString *out, GError **error)
{
    static const QySay titles[] = {{"Criterion", "标准"},      {"Duty of", "责任主体"},
                                   {"#Not met", "#不符合"},    {"#No evidence", "#无依据"},
                                   {"#In error", "#规则出错"}, {"Not met in", "不符合的社区（街道）"}};
    g_autoptr(GArray) gaps = g_array_new(FALSE, FALSE, sizeof(Gap));
    guint n_owners = 0;
    for (guint i = 0; i < qy_model_n_criteria(model); i++) {
        Gap gap = find_gap(model, map, i);
        g_array_append_val(gaps, gap);
    }
    qy_html_section(out, "duties", (QySay){.en = "Duties by department", .zh = "部门责任清单"});
    qy_html_note(
        out,
        (QySay){
            .en = "What is not met or lacks evidence, by the department that leads the criterion. Counts are of "
                  "communities; a street's or department's duty is never held against the community.",
            .zh = "按标准的牵头部门列出不符合或缺少依据的事项，数字为社区数。属于街道、部门职责的，不计为社区失分。"});
    qy_html_table(out, (QySay){.en = "Duties by department", .zh = "部门责任清单"}, titles, G_N_ELEMENTS(titles));
    for (guint i = 0; i < qy_model_n_criteria(model); i++) {
        const QyStandardRow *row = qy_model_criterion(model, i);
        if (!is_first_of_owner(model, i) || !owner_lacks_something(model, gaps, row->owner))
            continue;
        append_owner(model, gaps, row, out);
        n_owners++;
    }
    qy_html_end_table(out);
    if (n_owners == 0)
        qy_html_note(out, (QySay){.en = "Nothing is open.", .zh = "没有未完成事项。"});
    g_string_append(out, "</section>\n");
    for (guint i = 0; i < gaps->len; i++)
        g_ptr_array_unref(g_array_index(gaps, Gap, i).places);
    return TRUE;
}
