#define G_LOG_DOMAIN "qy-measure"

/* The measures of one assessment, asked one by one. */
#include "measure/run.h"

#include <math.h>
#include <string.h>

/* ---- Life ---- */

static QyMeasures *
measures_alloc(const QyPlan *plan, QyDataset *dataset)
{
    QyMeasures *self = g_new0(QyMeasures, 1);
    guint n_gathers = plan->gathers->len;

    self->plan = plan;
    self->dataset = dataset;
    self->totals = g_new0(QyTotals *, plan->targets->len + 1);
    self->made = g_new0(QyMade *, plan->relations->len + 1);
    self->columns = g_new0(gint64 *, plan->measures->len + 1);
    self->answers = g_new0(QyFigure *, plan->measures->len + 1);
    self->surveys = g_new0(QySurveyTally *, n_gathers + 1);
    self->cells_of = -1;
    self->durations = g_new0(QyDuration *, n_gathers + 1);
    self->n_gathered = g_new0(guint, n_gathers + 1);
    self->evidence = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    g_mutex_init(&self->lock);
    return self;
}

void
qy_measures_free(QyMeasures *self)
{
    if (self == NULL)
        return;
    for (guint i = 0; i < self->plan->targets->len; i++)
        qy_totals_free(self->totals[i]);
    for (guint i = 0; i < self->plan->relations->len; i++)
        qy_made_free(self->made[i]);
    for (guint i = 0; i < self->plan->measures->len; i++) {
        g_free(self->columns[i]);
        g_free(self->answers[i]);
    }
    for (guint i = 0; i < self->plan->gathers->len; i++) {
        qy_survey_tally_free(self->surveys[i]);
        g_free(self->durations[i]);
    }
    g_free(self->totals);
    g_free(self->made);
    g_free(self->columns);
    g_free(self->answers);
    g_free(self->surveys);
    g_free(self->cells);
    g_free(self->durations);
    g_free(self->n_gathered);
    g_hash_table_unref(self->evidence);
    g_mutex_clear(&self->lock);
    g_free(self);
}

QyMeasures *
qy_measures_run(const QyPlan *plan, QyDataset *dataset, const QyLoadOptions *options, GError **error)
{
    g_autoptr(QyMeasures) self = NULL;

    g_return_val_if_fail(plan != NULL && dataset != NULL && plan->dataset == dataset, NULL);
    self = measures_alloc(plan, dataset);
    if (!qy_pass_run_all(self, options, error))
        return NULL;
    return g_steal_pointer(&self);
}

/* ---- Figures ---- */

guint
qy_measures_count(const QyMeasures *self)
{
    return self->plan->measures->len;
}

const QyMeasureInfo *
qy_measures_info(const QyMeasures *self, guint measure)
{
    g_return_val_if_fail(measure < self->plan->measures->len, NULL);
    return &qy_plan_measure(self->plan, measure)->info;
}

gint
qy_measures_find(const QyMeasures *self, const gchar *id)
{
    return (gint)GPOINTER_TO_UINT(g_hash_table_lookup(self->plan->by_id, id)) - 1;
}

static QyFigure
no_figure(QyFigureState state)
{
    return (QyFigure){
        .state = state, .den = 1, .value = NAN, .std_error = NAN, .low = NAN, .high = NAN, .df = NAN, .n_eff = NAN};
}

static QyFigure
get_figure(const QyMeasures *self, guint number, guint row)
{
    const QyMeasure *measure = qy_plan_measure(self->plan, number);

    if (qy_measure_is_nil(measure))
        return no_figure(QY_FIGURE_NIL);
    if (measure->formula != QY_VALUE_OF_ESTIMATE)
        return qy_figure_get(self, number, row);
    return self->answers[number] != NULL ? self->answers[number][row] : no_figure(QY_FIGURE_EMPTY);
}

QyFigure
qy_measures_figure(const QyMeasures *self, guint number, guint row)
{
    const QyMeasure *measure;

    g_return_val_if_fail(number < self->plan->measures->len, no_figure(QY_FIGURE_NIL));
    measure = qy_plan_measure(self->plan, number);
    g_return_val_if_fail(measure->made < 0 && row < qy_figure_rows(self, number), no_figure(QY_FIGURE_NIL));
    return get_figure(self, number, row);
}

void
qy_measures_set(QyMeasures *self, guint number, guint row, const QyFigure *figure)
{
    guint n;

    g_return_if_fail(number < self->plan->measures->len);
    g_return_if_fail(qy_plan_measure(self->plan, number)->formula == QY_VALUE_OF_ESTIMATE);
    n = qy_figure_rows(self, number);
    g_return_if_fail(row < n);
    if (self->answers[number] == NULL) {
        self->answers[number] = g_new(QyFigure, n);
        for (guint i = 0; i < n; i++)
            self->answers[number][i] = no_figure(QY_FIGURE_EMPTY);
    }
    self->answers[number][row] = *figure;
}

/* ---- Cells ---- */

QyMeasureCell *
qy_measures_cells(const QyMeasures *self, guint number, guint row, guint *n)
{
    const QyMeasure *measure = qy_plan_measure(self->plan, number);
    const QyMade *made = measure->made >= 0 ? self->made[measure->made] : NULL;
    guint n_texts = measure->info.n_keys, first, end;
    QyMeasureCell *cells;

    *n = 0;
    if (made == NULL || qy_measure_is_nil(measure))
        return g_new0(QyMeasureCell, 1);
    first = made->first[row];
    end = made->first[row + 1];
    cells = g_new0(QyMeasureCell, end - first + 1);
    for (guint i = first; i < end; i++) {
        QyFigure figure = get_figure(self, number, i);

        if (figure.n > 0)
            cells[(*n)++] = (QyMeasureCell){.keys = made->texts + (gsize)i * n_texts, .figure = figure};
    }
    return cells;
}

/* ---- Evidence ---- */

static const QyIdList *
find_ids(const QyMeasures *self, guint number, guint row)
{
    const QyMeasure *measure = qy_plan_measure(self->plan, number);
    const QyTotals *totals = measure->target >= 0 ? self->totals[measure->target] : NULL;

    if (totals == NULL || totals->ids == NULL || measure->made >= 0 || row >= totals->n_groups ||
        qy_measure_is_nil(measure))
        return NULL;
    for (guint i = 0; i < totals->target->evidences->len; i++) {
        if (g_array_index(totals->target->evidences, QyEvidence, i).measure == number)
            return totals->ids[i][row];
    }
    return NULL;
}

const gchar *
qy_measures_evidence(const QyMeasures *self, guint measure, guint row)
{
    QyMeasures *cache = (QyMeasures *)self; /* texts are made when first asked for */
    gint64 key = (gint64)measure << 32 | row;
    const QyIdList *list;
    const gchar *text;

    g_return_val_if_fail(measure < self->plan->measures->len, NULL);
    list = find_ids(self, measure, row);
    if (list == NULL)
        return NULL;
    g_mutex_lock(&cache->lock);
    text = g_hash_table_lookup(self->evidence, &key);
    if (text == NULL) {
        GString *joined = g_string_new(NULL);

        for (guint i = 0; i < list->n; i++)
            g_string_append_printf(joined, "%s%s", i > 0 ? " " : "", list->ids[i]);
        text = joined->str;
        g_hash_table_insert(cache->evidence, g_memdup2(&key, sizeof key), g_string_free(joined, FALSE));
    }
    g_mutex_unlock(&cache->lock);
    return text;
}

/* ---- Requests ---- */

const QyEstimateRequest *
qy_measures_requests(const QyMeasures *self, guint *n)
{
    *n = self->plan->requests->len;
    return (const QyEstimateRequest *)(gconstpointer)self->plan->requests->data;
}

static gint
gather_of(const QyMeasures *self, const QyEstimateRequest *request, QyEstimateKind kind)
{
    gint gather = qy_plan_measure(self->plan, request->measure)->gather;

    return gather >= 0 && g_array_index(self->plan->gathers, QyGather, gather).kind == kind ? gather : -1;
}

const QySurveyCell *
qy_measures_survey_cells(QyMeasures *self, const QyEstimateRequest *request, guint *n)
{
    gint number = gather_of(self, request, QY_ESTIMATE_SURVEY);
    const QyGather *gather;

    *n = 0;
    if (number < 0)
        return NULL;
    if (self->cells_of != number) {
        gather = &g_array_index(self->plan->gathers, QyGather, number);
        g_free(self->cells);
        self->cells = qy_survey_tally_cells(self->surveys[gather->leader], gather, &self->n_gathered[number]);
        self->cells_of = number;
    }
    *n = self->n_gathered[number];
    return self->cells;
}

const QyDuration *
qy_measures_durations(const QyMeasures *self, const QyEstimateRequest *request, guint *n)
{
    gint gather = gather_of(self, request, QY_ESTIMATE_DURATION);

    *n = gather >= 0 ? self->n_gathered[gather] : 0;
    return gather >= 0 ? self->durations[gather] : NULL;
}
