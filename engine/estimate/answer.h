/* One answer a kind of request. Internal to estimate/. All add their faults,
 * one line each, to @faults and return nothing: a request that can't be meant leaves its measure NIL. */
#pragma once

#include "estimate/estimate.h"

G_BEGIN_DECLS

typedef struct {
    QyMeasures *measures;
    const QyDataset *dataset;
    const QyEstimateRequest *request;
    guint n_threads;
    GString *faults;
} QyQuestion;

void qy_answer_survey(const QyQuestion *question);
void qy_answer_mismatch(const QyQuestion *question);
void qy_answer_rate(const QyQuestion *question);
void qy_answer_duration(const QyQuestion *question);

/* A fault with the place of the declaration before it. */
void qy_question_fault(const QyQuestion *question, const gchar *format, ...) G_GNUC_PRINTF(2, 3);
/* Number of the measure that a text argument names; -1 and a fault when there is none. */
gint qy_question_measure(const QyQuestion *question, const gchar *argument);
/* Sets the figure from an estimate, or EMPTY with @n when @estimate is NULL. */
void qy_question_set(const QyQuestion *question, guint row, const QyEstimate *estimate, gint64 n);

G_END_DECLS
