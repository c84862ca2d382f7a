/* What a run or a check came to, in a screenful: computed once, then said as
 * text or as JSON.
 */
#pragma once

#include "cli/cli.h"
#include "cli/pipeline.h"

G_BEGIN_DECLS

/* Refused rows of one kind. */
typedef struct {
    const gchar *file, *code, *column; /* column "": the whole row */
    guint64 n, first_row;
    QySay reason; /* of the first row */
} QyRefusedKind;

/* Findings of one code. */
typedef struct {
    const gchar *code, *subject; /* subject of the first */
    guint64 n;
    QySay message; /* of the first */
} QyFindingKind;

typedef struct {
    const gchar *id, *name;
    gdouble score, low, high; /* NAN: none */
} QyStanding;

/* Points into the result, which must outlive it. */
typedef struct {
    const QyPipelineResult *result;
    guint64 n_refused;
    GArray *refused;    /* (element-type QyRefusedKind): most first */
    GArray *findings;   /* (element-type QyFindingKind): in byte order of codes */
    GArray *standings;  /* (element-type QyStanding): communities by composite, best first */
    const gchar *index; /* (nullable): the index they stand by */
    QySay index_title;
    guint n_communities, n_five_star, n_accepted;
    guint64 n_adjust, n_stop, n_record; /* second look */
    guint n_rule_errors;
} QySummary;

QySummary *qy_summary_new(const QyPipelineResult *result);
void qy_summary_free(QySummary *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QySummary, qy_summary_free)

/* @out: (nullable): the folder written to; NULL of a check. Both return text that ends with a line end. */
gchar *qy_summary_text(const QySummary *self, const gchar *out, const QyCliOptions *options);
gchar *qy_summary_json(const QySummary *self, const gchar *out);

G_END_DECLS
