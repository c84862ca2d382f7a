#define G_LOG_DOMAIN "qy-report"

#include "report/html.h"
#include "report/sections.h"
#include "report/words.h"

#define MAX_LOOKS 300

enum { LOOK_TABLE, LOOK_SUBJECT, LOOK_COMMUNITY, LOOK_LOOK, LOOK_ADVICE, LOOK_ZH, LOOK_EN };
static const QyColumnSpec look_columns[] = {{"subject_table", QY_CELL_TEXT}, {"subject_id", QY_CELL_TEXT},
                                            {"community_id", QY_CELL_TEXT},  {"look", QY_CELL_TEXT},
                                            {"advice", QY_CELL_TEXT},        {"reason_zh", QY_CELL_TEXT},
                                            {"reason_en", QY_CELL_TEXT}};

/* What asks for the most comes first. */
static guint
urgency(const gchar *advice)
{
    static const gchar *const order[] = {"stop", "adjust", "record"};
    for (guint i = 0; i < G_N_ELEMENTS(order); i++)
        if (g_strcmp0(advice, order[i]) == 0)
            return i;
    return g_strcmp0(advice, "keep") == 0 ? G_N_ELEMENTS(order) + 1 : G_N_ELEMENTS(order);
}

/* The rows of one rule. */
typedef struct {
    gsize first; /* row: advice and reason are the rule's */
    guint urgency;
    gint64 rows;
} Rule;

static gint
compare_rules(gconstpointer a, gconstpointer b)
{
    const Rule *x = a, *y = b;
    if (x->urgency != y->urgency)
        return x->urgency < y->urgency ? -1 : 1;
    if (x->rows != y->rows)
        return x->rows > y->rows ? -1 : 1;
    return x->first < y->first ? -1 : 1;
}

static GArray *
find_rules(const QyTable *looks)
{
    GArray *rules = g_array_new(FALSE, FALSE, sizeof(Rule));
    g_autoptr(GHashTable) numbers = g_hash_table_new(g_str_hash, g_str_equal);
    for (gsize i = 0; i < qy_table_n_rows(looks); i++) {
        const gchar *look = qy_table_text(looks, i, LOOK_LOOK);
        gsize number = look ? GPOINTER_TO_SIZE(g_hash_table_lookup(numbers, look)) : 0;
        if (number > 0) {
            g_array_index(rules, Rule, number - 1).rows++;
            continue;
        }
        Rule rule = {i, urgency(qy_table_text(looks, i, LOOK_ADVICE)), 1};
        g_array_append_val(rules, rule);
        if (look)
            g_hash_table_insert(numbers, (gpointer)look, GSIZE_TO_POINTER(rules->len));
    }
    g_array_sort(rules, compare_rules);
    return rules;
}

static void
append_reason(GString *out, const QyTable *looks, gsize row)
{
    const gchar *zh = qy_table_text(looks, row, LOOK_ZH), *en = qy_table_text(looks, row, LOOK_EN);
    qy_html_cell_say(out, (QySay){.en = en ? en : "", .zh = zh ? zh : ""});
}

static void
append_rules(const QyTable *looks, const GArray *rules, GString *out)
{
    static const QySay titles[] = {{"Advice", "建议"}, {"Why", "理由"}, {"Of", "对象"}, {"#Number", "#数量"}};
    qy_html_table(out, (QySay){.en = "By rule", .zh = "按规则汇总"}, titles, G_N_ELEMENTS(titles));
    for (guint i = 0; i < rules->len; i++) {
        const Rule *rule = &g_array_index(rules, Rule, i);
        g_string_append(out, "<tr><th scope=\"row\">");
        qy_html_say(out, qy_say_word(QY_SPOKEN_ADVICE, qy_table_text(looks, rule->first, LOOK_ADVICE)));
        g_string_append(out, "</th>");
        append_reason(out, looks, rule->first);
        qy_html_cell_say(out, qy_say_word(QY_SPOKEN_TABLE, qy_table_text(looks, rule->first, LOOK_TABLE)));
        qy_html_cell_count(out, rule->rows);
        g_string_append(out, "</tr>\n");
    }
    qy_html_end_table(out);
}

static void
append_look(const QyModel *model, const QyTable *looks, gsize row, GString *out)
{
    g_string_append(out, "<tr><th scope=\"row\">");
    qy_html_text(out, qy_model_name(model, qy_table_text(looks, row, LOOK_COMMUNITY)));
    g_string_append(out, "</th><td>");
    qy_html_say(out, qy_say_word(QY_SPOKEN_TABLE, qy_table_text(looks, row, LOOK_TABLE)));
    g_string_append(out, " <code>");
    qy_html_text(out, qy_table_text(looks, row, LOOK_SUBJECT));
    g_string_append(out, "</code></td>");
    qy_html_cell_say(out, qy_say_word(QY_SPOKEN_ADVICE, qy_table_text(looks, row, LOOK_ADVICE)));
    append_reason(out, looks, row);
    g_string_append(out, "</tr>\n");
}

/* All but those to keep, the most urgent first. */
static void
append_looks(const QyModel *model, const QyTable *looks, GString *out)
{
    static const QySay titles[] = {{"Community", "社区"}, {"Item", "事项"}, {"Advice", "建议"}, {"Why", "理由"}};
    guint keep = urgency("keep");
    gint64 n_shown = 0, n_left = 0;
    qy_html_table(out, (QySay){.en = "To stop, to adjust, or to record", .zh = "建议终止、调整或补记录的事项"}, titles,
                  G_N_ELEMENTS(titles));
    for (guint level = 0; level < keep; level++)
        for (gsize i = 0; i < qy_table_n_rows(looks); i++) {
            if (urgency(qy_table_text(looks, i, LOOK_ADVICE)) != level)
                continue;
            if (n_shown == MAX_LOOKS) {
                n_left++;
                continue;
            }
            append_look(model, looks, i, out);
            n_shown++;
        }
    qy_html_end_table(out);
    qy_html_more(out, n_left, "second-look.csv");
}

gboolean
qy_section_looks(const QyModel *model, const QyStarMap *map, GString *out, GError **error)
{
    g_autoptr(QyTable) looks =
        qy_model_read(model, "second-look", look_columns, G_N_ELEMENTS(look_columns), NULL, NULL, error);
    if (!looks)
        return FALSE;
    g_autoptr(GArray) rules = find_rules(looks);
    qy_html_section(out, "looks", (QySay){.en = "Second look", .zh = "回头看"});
    append_rules(looks, rules, out);
    append_looks(model, looks, out);
    g_string_append(out, "</section>\n");
    return TRUE;
}
