#define G_LOG_DOMAIN "qy-report"

#include <stdlib.h>
#include <string.h>

#include "report/starmap.h"
#include "report/words.h"

/* Where a number stood in a reason: "到期 12 项" and "到期 7 项" share one
 * template. A control character of a reason is shown as a blank. */
#define HOLE '\x01'
#define NUMBER_SEPARATOR '|'
#define MAX_EVIDENCE 6

typedef struct {
    const QyStarMap *map;
    const QyModel *model;
    GString *json;
    GHashTable *numbers;            /* "zh\n en" template → number + 1 */
    GPtrArray *templates;           /* the same texts, in order of number */
    const gchar **usual_thresholds; /* by criterion: that of its first verdict */
} Writer;

static void
append_pair(GString *json, const gchar *key, const gchar *text, gboolean comma)
{
    g_string_append_printf(json, "%s\"%s\":", comma ? "," : "", key);
    qy_json_append(json, text);
}

static void
append_stars(Writer *w)
{
    g_string_append(w->json, "\"stars\":[");
    for (guint i = 0; i < qy_model_n_stars(w->model); i++) {
        const QyStarTitle *star = qy_model_star(w->model, i);
        g_string_append(w->json, i ? ",{" : "{");
        append_pair(w->json, "id", star->id, FALSE);
        append_pair(w->json, "zh", star->title.zh, TRUE);
        append_pair(w->json, "en", star->title.en, TRUE);
        g_string_append_c(w->json, '}');
    }
    g_string_append(w->json, "]");
}

static guint
number_of_star(const QyModel *model, const gchar *id)
{
    for (guint i = 0; i < qy_model_n_stars(model); i++)
        if (g_str_equal(qy_model_star(model, i)->id, id))
            return i;
    return 0;
}

/* Unit and threshold as the first community's verdict has them. */
static void
append_usual(Writer *w, guint criterion)
{
    QyMapCell cell = {0};
    for (guint i = 0; i < qy_star_map_n(w->map) && !cell.threshold; i++)
        qy_star_map_cell(w->map, i, criterion, &cell);
    w->usual_thresholds[criterion] = cell.threshold;
    QySay unit = qy_say_word(QY_SPOKEN_UNIT, cell.unit);
    append_pair(w->json, "unit", cell.unit, TRUE);
    append_pair(w->json, "unitZh", unit.zh, TRUE);
    append_pair(w->json, "unitEn", unit.en, TRUE);
    append_pair(w->json, "threshold", cell.threshold, TRUE);
}

static void
append_criteria(Writer *w)
{
    g_string_append(w->json, ",\n\"criteria\":[");
    for (guint i = 0; i < qy_model_n_criteria(w->model); i++) {
        const QyStandardRow *row = qy_model_criterion(w->model, i);
        QySay duty = qy_say_word(QY_SPOKEN_DUTY, row->duty), level = qy_say_word(QY_SPOKEN_LEVEL, row->level);
        g_string_append(w->json, i ? ",\n{" : "\n{");
        append_pair(w->json, "id", row->id, FALSE);
        g_string_append_printf(w->json, ",\"star\":%u,\"have\":%s", number_of_star(w->model, row->star),
                               g_str_equal(row->kind, "have") ? "true" : "false");
        append_pair(w->json, "zh", row->title.zh, TRUE);
        append_pair(w->json, "en", row->title.en, TRUE);
        append_pair(w->json, "ownerZh", row->owner_title.zh, TRUE);
        append_pair(w->json, "ownerEn", row->owner_title.en, TRUE);
        append_pair(w->json, "dutyZh", duty.zh, TRUE);
        append_pair(w->json, "dutyEn", duty.en, TRUE);
        append_pair(w->json, "levelZh", level.zh, TRUE);
        append_pair(w->json, "levelEn", level.en, TRUE);
        append_pair(w->json, "clause", row->clause, TRUE);
        append_pair(w->json, "since", row->since, TRUE);
        append_usual(w, i);
        g_string_append_c(w->json, '}');
    }
    g_string_append(w->json, "]");
}

/* Streets in the order of the communities, which are grouped by them; fills
 * the number of each community's street. */
static void
append_streets(Writer *w, gint *street_of)
{
    gint n = -1;
    const QySubject *last = NULL;
    g_string_append(w->json, ",\n\"streets\":[");
    for (guint i = 0; i < qy_star_map_n(w->map); i++) {
        const QySubject *street = qy_star_map_community(w->map, i)->street;
        if (n < 0 || street != last) {
            g_string_append(w->json, n++ < 0 ? "" : ",");
            qy_json_append(w->json, street ? street->name : "–");
            last = street;
        }
        street_of[i] = n;
    }
    g_string_append(w->json, "]");
}

/* "elbu": the first letters of the states; '.' none. */
static void
append_states(Writer *w, const QyMapCommunity *community)
{
    g_string_append_c(w->json, '"');
    for (guint k = 0; k < qy_model_n_stars(w->model); k++) {
        const gchar *state = community->star_states[k];
        g_string_append_c(w->json, state && g_ascii_isalpha(*state) ? *state : '.');
    }
    g_string_append_c(w->json, '"');
}

static void
append_communities(Writer *w)
{
    g_autofree gint *street_of = g_new0(gint, qy_star_map_n(w->map) + 1);
    append_streets(w, street_of);
    g_string_append(w->json, ",\n\"communities\":[");
    for (guint i = 0; i < qy_star_map_n(w->map); i++) {
        const QyMapCommunity *community = qy_star_map_community(w->map, i);
        g_string_append(w->json, i ? ",\n[" : "\n[");
        qy_json_append(w->json, community->id);
        g_string_append_c(w->json, ',');
        qy_json_append(w->json, community->name);
        g_string_append_printf(w->json, ",%d,", street_of[i]);
        append_states(w, community);
        g_string_append_printf(w->json, ",%d,%d,%d,\"", community->stars == QY_MISSING ? -1 : (gint)community->stars,
                               community->five_star, community->accepted);
        for (guint k = 0; k < qy_model_n_criteria(w->model); k++) {
            QyMapCell cell;
            qy_star_map_cell(w->map, i, k, &cell);
            g_string_append_c(w->json, qy_verdict_letter(cell.verdict));
        }
        g_string_append(w->json, "\"]");
    }
    g_string_append(w->json, "]");
}

/* --- Cells --- */

/* Splits "到期 12 项" into "到期 \x01 项" and "12". */
static void
split_numbers(const gchar *text, GString *template, GString *numbers)
{
    for (const gchar *at = text ? text : ""; *at;) {
        if (!g_ascii_isdigit(*at)) {
            g_string_append_c(template, *at == HOLE || *at == '\n' ? ' ' : *at);
            at++;
            continue;
        }
        gsize length = strspn(at, "0123456789");
        if (at[length] == '.' && g_ascii_isdigit(at[length + 1]))
            length += 1 + strspn(at + length + 1, "0123456789");
        g_string_append_c(template, HOLE);
        if (numbers->len > 0)
            g_string_append_c(numbers, NUMBER_SEPARATOR);
        g_string_append_len(numbers, at, (gssize)length);
        at += length;
    }
}

static guint
number_of_template(Writer *w, const gchar *zh, const gchar *en)
{
    gchar *both = g_strconcat(zh, "\n", en, NULL);
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(w->numbers, both));
    if (number > 0) {
        g_free(both);
        return number - 1;
    }
    g_ptr_array_add(w->templates, both);
    g_hash_table_insert(w->numbers, both, GUINT_TO_POINTER(w->templates->len));
    return w->templates->len - 1;
}

/* Units that did badly are never listed: of evidence that names units only
 * their number is shown. Of other rows the first few. */
static gchar *
shown_evidence(const QyModel *model, const gchar *evidence)
{
    if (!evidence)
        return g_strdup("");
    g_auto(GStrv) ids = g_strsplit(evidence, " ", -1);
    guint n = g_strv_length(ids), n_units = 0;
    for (guint i = 0; i < n; i++)
        n_units += qy_model_find_unit(model, ids[i]) != NULL;
    if (n_units > 0)
        return g_strdup_printf("#%u", n);
    if (n <= MAX_EVIDENCE)
        return g_strdup(evidence);
    g_clear_pointer(&ids[MAX_EVIDENCE], g_free);
    g_autofree gchar *first = g_strjoinv(" ", ids);
    for (guint i = MAX_EVIDENCE + 1; i < n; i++)
        g_free(ids[i]);
    return g_strdup_printf("%s +%u", first, n - MAX_EVIDENCE);
}

static void
append_trailing(GString *json, guint *n_held, const gchar *text)
{
    /* Empty ends of a cell are left out. */
    if (!text || !*text) {
        (*n_held)++;
        return;
    }
    for (; *n_held > 0; (*n_held)--)
        g_string_append(json, ",0");
    g_string_append_c(json, ',');
    qy_json_append(json, text);
}

/* [template, numbers, value, margin, threshold if unusual, evidence, numbers in English if other] */
static void
append_cell(Writer *w, guint community, guint criterion)
{
    QyMapCell cell;
    if (!qy_star_map_cell(w->map, community, criterion, &cell)) {
        g_string_append_c(w->json, '0');
        return;
    }
    g_autoptr(GString) zh = g_string_new(NULL);
    g_autoptr(GString) en = g_string_new(NULL);
    g_autoptr(GString) numbers_zh = g_string_new(NULL);
    g_autoptr(GString) numbers_en = g_string_new(NULL);
    g_autofree gchar *evidence = shown_evidence(w->model, cell.evidence);
    split_numbers(cell.reason_zh, zh, numbers_zh);
    split_numbers(cell.reason_en, en, numbers_en);
    gboolean is_usual = g_strcmp0(cell.threshold, w->usual_thresholds[criterion]) == 0;
    guint n_held = 0;
    g_string_append_printf(w->json, "[%u", number_of_template(w, zh->str, en->str));
    append_trailing(w->json, &n_held, numbers_zh->str);
    append_trailing(w->json, &n_held, cell.value);
    append_trailing(w->json, &n_held, cell.margin);
    append_trailing(w->json, &n_held, is_usual ? NULL : (cell.threshold ? cell.threshold : "–"));
    append_trailing(w->json, &n_held, evidence);
    append_trailing(w->json, &n_held, g_string_equal(numbers_zh, numbers_en) ? NULL : numbers_en->str);
    g_string_append_c(w->json, ']');
}

static void
append_cells(Writer *w)
{
    g_string_append(w->json, ",\n\"cells\":[");
    for (guint i = 0; i < qy_star_map_n(w->map); i++) {
        g_string_append(w->json, i ? ",\n[" : "\n[");
        for (guint k = 0; k < qy_model_n_criteria(w->model); k++) {
            g_string_append(w->json, k ? "," : "");
            append_cell(w, i, k);
        }
        g_string_append_c(w->json, ']');
    }
    g_string_append(w->json, "]");
}

static void
append_templates(Writer *w)
{
    g_string_append(w->json, ",\n\"templates\":[");
    for (guint i = 0; i < w->templates->len; i++) {
        gchar *both = w->templates->pdata[i];
        gchar *en = strrchr(both, '\n');
        g_autofree gchar *zh = g_strndup(both, (gsize)(en - both));
        g_string_append(w->json, i ? ",\n[" : "\n[");
        qy_json_append(w->json, zh);
        g_string_append_c(w->json, ',');
        qy_json_append(w->json, en + 1);
        g_string_append_c(w->json, ']');
    }
    g_string_append(w->json, "]");
}

void
qy_star_map_append_json(const QyStarMap *self, GString *json)
{
    const QyModel *model = qy_star_map_model(self);
    Writer w = {.map = self,
                .model = model,
                .json = json,
                .numbers = g_hash_table_new(g_str_hash, g_str_equal),
                .templates = g_ptr_array_new_with_free_func(g_free),
                .usual_thresholds = g_new0(const gchar *, qy_model_n_criteria(model) + 1)};
    append_stars(&w);
    append_criteria(&w);
    append_communities(&w);
    append_cells(&w);
    append_templates(&w);
    g_hash_table_unref(w.numbers);
    g_ptr_array_unref(w.templates);
    g_free(w.usual_thresholds);
}
