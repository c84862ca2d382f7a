#define G_LOG_DOMAIN "qy-estimate"

#include "estimate/answer.h"

void
qy_answer_duration(const QyQuestion *question)
{
    const QyAreaTree *tree = qy_dataset_areas(question->dataset);
    g_autofree GArray **durations = g_new0(GArray *, tree->n + 1);
    guint n;
    const QyDuration *rows = qy_measures_durations(question->measures, question->request, &n);

    for (guint i = 0; i < n; i++)
        for (gint area = rows[i].area; area >= 0; area = tree->parent[area]) {
            if (durations[area] == NULL)
                durations[area] = g_array_new(FALSE, FALSE, sizeof rows[i]);
            g_array_append_val(durations[area], rows[i]);
        }
    for (guint area = 0; area < tree->n; area++) {
        GArray *of_area = durations[area];
        QyEstimate estimate;
        gboolean said =
            of_area != NULL && qy_median_days((QyDuration *)(void *)of_area->data, of_area->len, &estimate, NULL);
        qy_question_set(question, area, said ? &estimate : NULL, of_area != NULL ? of_area->len : 0);
        g_clear_pointer(&durations[area], g_array_unref);
    }
}
