#define G_LOG_DOMAIN "qy-estimate"

#include "estimate/answer.h"
#include "estimate/rake.h"

#include <string.h>

static gint
compare_targets(gconstpointer a, gconstpointer b, gpointer strings)
{
    const QyMarginTarget *x = a, *y = b;

    if (x->area != y->area)
        return x->area < y->area ? -1 : 1;
    if (x->margin != y->margin)
        return x->margin < y->margin ? -1 : 1;
    return strcmp(qy_string_pool_get(strings, (guint32)x->level), qy_string_pool_get(strings, (guint32)y->level));
}

/* population.csv as targets of the margins that `calibrate` names, in its order. */
static GArray *
read_targets(const QyQuestion *question, const QyValue *calibrate)
{
    const QyFrame *frame = qy_dataset_frame(question->dataset, QY_POPULATION);
    GArray *targets = g_array_new(FALSE, FALSE, sizeof(QyMarginTarget));
    QyStringPool *strings = qy_dataset_strings(question->dataset);
    gint area = qy_table_def_column(frame->def, "community_id"), margin = qy_table_def_column(frame->def, "margin");
    gint level = qy_table_def_column(frame->def, "level"), count = qy_table_def_column(frame->def, "count");

    for (guint row = 0; row < frame->n_rows; row++)
        for (guint m = 0; m < calibrate->n_items; m++) {
            const gchar *level_text = qy_dataset_text(question->dataset, QY_POPULATION, (guint)level, row);
            if (g_strcmp0(qy_dataset_text(question->dataset, QY_POPULATION, (guint)margin, row),
                          calibrate->items[m]->text) != 0)
                continue;
            QyMarginTarget target = {
                .area = (gint32)qy_column_get(&frame->columns[area], row),
                .margin = m,
                .level = (gint32)qy_string_pool_add(strings, level_text, strlen(level_text)),
                .count = (gdouble)qy_column_get(&frame->columns[count], row),
            };
            g_array_append_val(targets, target);
        }
    g_array_sort_with_data(targets, compare_targets, strings);
    return targets;
}

/* The item's scale: its column's range. */
static gboolean
read_scale(const QyQuestion *question, QySurveyDesign *design)
{
    const QyTableDef *surveys = qy_dataset_frame(question->dataset, QY_SURVEYS)->def;
    const gchar *item = question->request->item;
    gint column = item != NULL ? qy_table_def_column(surveys, item) : -1;

    if (column < 0 || surveys->columns[column].type != QY_TYPE_ITEM) {
        qy_question_fault(question, "item=\"%s\" is no item of the questionnaire", item != NULL ? item : "");
        return FALSE;
    }
    design->low = design->is_share ? 0 : (gdouble)surveys->columns[column].low;
    design->high = design->is_share ? 1 : (gdouble)surveys->columns[column].high;
    return TRUE;
}

/* Cells of all communities at or below each area: spans of the sorted cells, one a community. */
typedef struct {
    guint first, end;
} Span;

static GArray **
spans_by_area(const QyAreaTree *tree, const QySurveyCell *cells, guint n_cells)
{
    GArray **spans = g_new0(GArray *, tree->n + 1);

    for (guint i = 0, end; i < n_cells; i = end) {
        for (end = i; end < n_cells && cells[end].area == cells[i].area;)
            end++;
        Span span = {i, end};
        for (gint area = cells[i].area; area >= 0; area = tree->parent[area]) {
            if (spans[area] == NULL)
                spans[area] = g_array_new(FALSE, FALSE, sizeof(Span));
            g_array_append_val(spans[area], span);
        }
    }
    return spans;
}

/* The areas of one request, shared out among threads. An area's estimate depends
 * on its own cells alone, so neither the threads nor their order show. */
typedef struct {
    const QyAreaTree *tree;
    const QySurveyCell *cells;
    GArray **spans; /* (element-type Span) by area */
    const QySurveyDesign *design;
    gint next; /* place in the tree's top_down: the largest domains come first */
    struct {
        QyEstimate estimate;
        gint64 n;
        gboolean said;
    } * of_area;
} Areas;

static void
estimate_area(Areas *self, guint area)
{
    g_autoptr(GArray) domain = g_array_new(FALSE, FALSE, sizeof(QySurveyCell));
    const GArray *spans = self->spans[area];

    for (guint i = 0; spans != NULL && i < spans->len; i++) {
        Span span = g_array_index(spans, Span, i);
        g_array_append_vals(domain, self->cells + span.first, span.end - span.first);
        for (guint c = span.first; c < span.end; c++)
            self->of_area[area].n += self->cells[c].n;
    }
    self->of_area[area].said = qy_survey_mean((const QySurveyCell *)(void *)domain->data, domain->len, self->design,
                                              &self->of_area[area].estimate, NULL);
}

static gpointer
estimate_areas(gpointer data)
{
    Areas *self = data;

    for (gint i = g_atomic_int_add(&self->next, 1); i < (gint)self->tree->n; i = g_atomic_int_add(&self->next, 1))
        estimate_area(self, self->tree->top_down[i]);
    return NULL;
}

static void
answer_areas(const QyQuestion *question, Areas *areas)
{
    g_autoptr(GPtrArray) threads = g_ptr_array_new();

    areas->of_area = g_malloc0_n(areas->tree->n + 1, sizeof *areas->of_area);
    for (guint i = 1; i < question->n_threads; i++)
        g_ptr_array_add(threads, g_thread_new("estimate", estimate_areas, areas));
    estimate_areas(areas);
    for (guint i = 0; i < threads->len; i++)
        g_thread_join(threads->pdata[i]);
    for (guint area = 0; area < areas->tree->n; area++)
        qy_question_set(question, area, areas->of_area[area].said ? &areas->of_area[area].estimate : NULL,
                        areas->of_area[area].n);
    g_free(areas->of_area);
}

void
qy_answer_survey(const QyQuestion *question)
{
    const QyValue *spec = question->request->spec, *calibrate = qy_value_field(spec, "calibrate");
    const gchar *of = qy_value_field_text(spec, "of");
    const QyAreaTree *tree = qy_dataset_areas(question->dataset);
    QySurveyDesign design = {.is_share = g_str_equal(of, "top") || g_str_equal(of, "share"),
                             .is_total = g_str_equal(of, "total"),
                             .level = QY_CONFIDENCE,
                             .n_margins = calibrate != NULL ? calibrate->n_items : 0};
    guint n_cells;

    if (design.n_margins > QY_MAX_MARGINS) {
        qy_question_fault(question, "calibrate names %u margins, %d are possible", design.n_margins, QY_MAX_MARGINS);
        return;
    }
    const QySurveyCell *cells = qy_measures_survey_cells(question->measures, question->request, &n_cells);
    if (!qy_dataset_frame(question->dataset, QY_SURVEYS)->present || !read_scale(question, &design))
        return;
    g_autoptr(GArray) targets = calibrate != NULL ? read_targets(question, calibrate) : NULL;
    if (targets != NULL && targets->len > 0) {
        design.targets = (const QyMarginTarget *)(void *)targets->data;
        design.n_targets = targets->len;
    }
    Areas areas = {.tree = tree, .cells = cells, .spans = spans_by_area(tree, cells, n_cells), .design = &design};
    answer_areas(question, &areas);
    for (guint area = 0; area < tree->n; area++)
        g_clear_pointer(&areas.spans[area], g_array_unref);
    g_free(areas.spans);
}
