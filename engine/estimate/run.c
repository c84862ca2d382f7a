#define G_LOG_DOMAIN "qy-estimate"

#include "estimate/answer.h"

#include <math.h>
#include <string.h>

void
qy_question_fault(const QyQuestion *question, const gchar *format, ...)
{
    const QyDeclaration *d = qy_measures_info(question->measures, question->request->measure)->declaration;
    va_list args;

    if (question->faults->len > 0)
        g_string_append_c(question->faults, '\n');
    g_string_append_printf(question->faults, "%s:%u: measure \"%s\": ", d->file, d->line, d->id);
    va_start(args, format);
    g_string_append_vprintf(question->faults, format, args);
    va_end(args);
}

gint
qy_question_measure(const QyQuestion *question, const gchar *argument)
{
    const gchar *id = qy_value_field_text(question->request->spec, argument);
    gint measure = id != NULL ? qy_measures_find(question->measures, id) : -1;

    if (id == NULL)
        qy_question_fault(question, "estimate{…} needs %s=\"a measure\"", argument);
    else if (measure < 0)
        qy_question_fault(question, "%s=\"%s\" is no measure", argument, id);
    return measure;
}

void
qy_question_set(const QyQuestion *question, guint row, const QyEstimate *estimate, gint64 n)
{
    QyFigure figure = {.state = QY_FIGURE_EMPTY,
                       .den = 1,
                       .n = n,
                       .value = NAN,
                       .std_error = NAN,
                       .low = NAN,
                       .high = NAN,
                       .df = NAN,
                       .n_eff = NAN};

    if (estimate != NULL) {
        figure.state = QY_FIGURE_ESTIMATE;
        figure.value = estimate->value;
        figure.std_error = estimate->std_error;
        figure.low = estimate->low;
        figure.high = estimate->high;
        figure.df = estimate->df;
        figure.n_eff = estimate->n_eff;
        figure.method = estimate->method;
        figure.n = estimate->n;
    }
    qy_measures_set(question->measures, question->request->measure, row, &figure);
}

static const struct {
    const gchar *of;
    void (*answer)(const QyQuestion *question);
} answers[] = {
    {"mean", qy_answer_survey},
    {"share", qy_answer_survey},
    {"top", qy_answer_survey},
    {"total", qy_answer_survey},
    {"total_variation", qy_answer_mismatch},
    {"jensen_shannon", qy_answer_mismatch},
    {"earth_mover", qy_answer_mismatch},
    {"shrunk", qy_answer_rate},
    {"median_days", qy_answer_duration},
};

static void
answer(const QyQuestion *question)
{
    const gchar *of = qy_value_field_text(question->request->spec, "of");

    for (guint i = 0; i < G_N_ELEMENTS(answers); i++)
        if (g_strcmp0(of, answers[i].of) == 0) {
            answers[i].answer(question);
            return;
        }
    qy_question_fault(question,
                      "estimate{of=\"%s\"} is unknown: mean, share, top, total, total_variation, "
                      "jensen_shannon, earth_mover, shrunk and median_days are known",
                      of != NULL ? of : "");
}

gboolean
qy_estimate_run(QyMeasures *measures, const QyDataset *dataset, guint n_threads, GError **error)
{
    g_autoptr(GString) faults = g_string_new(NULL);
    guint n;
    const QyEstimateRequest *requests = qy_measures_requests(measures, &n);

    for (guint i = 0; i < n; i++)
        answer(
            &(QyQuestion){measures, dataset, &requests[i], n_threads > 0 ? n_threads : g_get_num_processors(), faults});
    if (faults->len > 0) {
        g_set_error_literal(error, QY_ERROR, QY_ERROR_RULE, faults->str);
        return FALSE;
    }
    return TRUE;
}
