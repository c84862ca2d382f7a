#define G_LOG_DOMAIN "qy-cli"

#include "cli/summary.h"

#include <math.h>
#include <string.h>

static const gchar *
text_in(const QyTable *table, gsize row, const gchar *column)
{
    gint number = qy_table_find(table, column);
    const gchar *text = number >= 0 ? qy_table_text(table, row, (guint)number) : NULL;

    return text != NULL ? text : "";
}

static gint64
integer_in(const QyTable *table, gsize row, const gchar *column)
{
    gint number = qy_table_find(table, column);

    return number >= 0 ? qy_table_integer(table, row, (guint)number) : QY_MISSING;
}

static gint
compare_refused(gconstpointer a, gconstpointer b)
{
    const QyRefusedKind *x = a, *y = b;
    gint order;

    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    order = strcmp(x->file, y->file);
    if (order == 0)
        order = strcmp(x->code, y->code);
    return order != 0 ? order : strcmp(x->column, y->column);
}

static void
group_refused(QySummary *self)
{
    const QyTable *rejects = self->result->rejects;
    g_autoptr(GHashTable) kinds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    self->n_refused = qy_table_n_rows(rejects);
    for (gsize row = 0; row < qy_table_n_rows(rejects); row++) {
        const gchar *file = text_in(rejects, row, "file"), *code = text_in(rejects, row, "code"),
                    *column = text_in(rejects, row, "column");
        g_autofree gchar *key = g_strjoin("\n", file, code, column, NULL);
        gsize number = GPOINTER_TO_SIZE(g_hash_table_lookup(kinds, key));
        if (number == 0) { /* the first of its kind; rejects are in the order of rows */
            QyRefusedKind kind = {file,
                                  code,
                                  column,
                                  0,
                                  (guint64)integer_in(rejects, row, "row"),
                                  {text_in(rejects, row, "reason"), text_in(rejects, row, "reason_zh")}};
            g_array_append_val(self->refused, kind);
            number = self->refused->len;
            g_hash_table_insert(kinds, g_steal_pointer(&key), GSIZE_TO_POINTER(number));
        }
        g_array_index(self->refused, QyRefusedKind, number - 1).n++;
    }
    g_array_sort(self->refused, compare_refused);
}

static gint
compare_findings(gconstpointer a, gconstpointer b)
{
    return strcmp(((const QyFindingKind *)a)->code, ((const QyFindingKind *)b)->code);
}

static void
group_findings(QySummary *self)
{
    const QyTable *findings = self->result->findings;

    for (gsize row = 0; row < qy_table_n_rows(findings); row++) {
        const gchar *code = text_in(findings, row, "code");
        QyFindingKind kind = {code,
                              text_in(findings, row, "subject_id"),
                              0,
                              {text_in(findings, row, "message_en"), text_in(findings, row, "message_zh")}};
        guint i = 0;
        while (i < self->findings->len && strcmp(g_array_index(self->findings, QyFindingKind, i).code, code) != 0)
            i++;
        if (i == self->findings->len)
            g_array_append_val(self->findings, kind);
        g_array_index(self->findings, QyFindingKind, i).n++;
    }
    g_array_sort(self->findings, compare_findings);
}

static void
count_stars(QySummary *self)
{
    const QyTable *stars = qy_scores_stars(self->result->scores);

    self->n_communities = (guint)qy_table_n_rows(stars);
    for (gsize row = 0; row < qy_table_n_rows(stars); row++) {
        self->n_five_star += integer_in(stars, row, "five_star") == 1;
        self->n_accepted += integer_in(stars, row, "accepted") == 1;
    }
}

/* The composite, or else the last index of areas that the pack has. */
static void
find_main_index(QySummary *self)
{
    const QyTable *indices = qy_scores_indices(self->result->scores);

    for (gsize row = 0; row < qy_table_n_rows(indices); row++) {
        if (strcmp(text_in(indices, row, "subject"), "area") != 0 || g_strcmp0(self->index, "composite") == 0)
            continue;
        self->index = text_in(indices, row, "index");
        self->index_title = (QySay){text_in(indices, row, "title_en"), text_in(indices, row, "title_zh")};
    }
}

static gint
compare_standings(gconstpointer a, gconstpointer b)
{
    const QyStanding *x = a, *y = b;

    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return strcmp(x->id, y->id);
}

static void
order_communities(QySummary *self)
{
    const QyTable *scores = qy_scores_scores(self->result->scores);
    const QyFrame *areas = qy_dataset_frame(self->result->dataset, QY_AREAS);
    const QyColumn *names = &areas->columns[qy_table_def_column(areas->def, "name")];
    guint value = (guint)qy_table_find(scores, "value"), low = (guint)qy_table_find(scores, "low"),
          high = (guint)qy_table_find(scores, "high");

    find_main_index(self);
    for (gsize row = 0; row < qy_table_n_rows(scores) && self->index != NULL; row++) {
        QyStanding standing = {text_in(scores, row, "subject_id"), "", qy_table_real(scores, row, value),
                               qy_table_real(scores, row, low), qy_table_real(scores, row, high)};
        gint area;
        if (strcmp(text_in(scores, row, "index"), self->index) != 0 ||
            strcmp(text_in(scores, row, "level"), qy_level_name(QY_LEVEL_COMMUNITY)) != 0 || isnan(standing.score))
            continue;
        area = qy_dataset_find(self->result->dataset, QY_AREAS, standing.id);
        if (area >= 0 && qy_column_get(names, (guint)area) != QY_MISSING)
            standing.name = qy_string_pool_get(qy_dataset_strings(self->result->dataset),
                                               (guint32)qy_column_get(names, (guint)area));
        g_array_append_val(self->standings, standing);
    }
    g_array_sort(self->standings, compare_standings);
}

static void
count_looks(QySummary *self)
{
    const QyTable *looks = qy_scores_second_look(self->result->scores);

    for (gsize row = 0; row < qy_table_n_rows(looks); row++) {
        const gchar *advice = text_in(looks, row, "advice");
        self->n_adjust += strcmp(advice, "adjust") == 0;
        self->n_stop += strcmp(advice, "stop") == 0;
        self->n_record += strcmp(advice, "record") == 0;
    }
}

QySummary *
qy_summary_new(const QyPipelineResult *result)
{
    QySummary *self = g_new0(QySummary, 1);

    self->result = result;
    self->refused = g_array_new(FALSE, FALSE, sizeof(QyRefusedKind));
    self->findings = g_array_new(FALSE, FALSE, sizeof(QyFindingKind));
    self->standings = g_array_new(FALSE, FALSE, sizeof(QyStanding));
    group_refused(self);
    group_findings(self);
    if (result->scores == NULL)
        return self;
    count_stars(self);
    order_communities(self);
    count_looks(self);
    self->n_rule_errors = qy_verdicts_n_errors(result->verdicts) + qy_scores_n_errors(result->scores);
    return self;
}

void
qy_summary_free(QySummary *self)
{
    if (self == NULL)
        return;
    g_array_free(self->refused, TRUE);
    g_array_free(self->findings, TRUE);
    g_array_free(self->standings, TRUE);
    g_free(self);
}
