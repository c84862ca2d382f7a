/* estimate: what the rows at hand say of the population, and how surely.
 *
 * Use: qy_estimate_run() answers every estimate{…} of the pack. The functions
 * below it are the estimators themselves, on plain numbers.
 */
#pragma once

#include "measure/measure.h"

G_BEGIN_DECLS

/**
 * qy_estimate_run:
 * Fills the figure of each requested measure at every level of the area tree.
 * Too few to say is state EMPTY with its n, never an error.
 * Errors: %QY_ERROR_RULE for a request that names what isn't there.
 */
gboolean qy_estimate_run(QyMeasures *measures, const QyDataset *dataset, GError **error);

typedef struct {
    gdouble value, std_error, low, high;
    gdouble df, deff, n_eff;
    gint64 n;
    const gchar *method; /* static */
} QyEstimate;

/* A target of calibration: a margin's level and its count in the population of one area. */
typedef struct {
    guint margin; /* index into QySurveyCell.margins */
    gint32 level;
    gdouble count;
} QyMarginTarget;

/**
 * qy_survey_mean:
 * @cells: the cells of one domain (an area and all below it)
 * @targets: (nullable): with them the weights are raked first
 * @is_share: y is 0/1 and the interval is Korn–Graubard's for a share; else Student's t
 * @level: of confidence, e.g. 0.95
 * @out: untouched on error
 *
 * Weighted mean with linearised variance over clusters within strata (each
 * response its own cluster where none is given).
 * Sources: Särndal, Swensson & Wretman (1992) ch. 5–6; Korn & Graubard (1998).
 * Errors: %QY_ERROR_TOO_FEW when no response counts.
 */
gboolean qy_survey_mean(const QySurveyCell *cells, guint n_cells, const QyMarginTarget *targets, guint n_targets,
                        gboolean is_share, gdouble level, QyEstimate *out, GError **error);

/* Wilson's score interval of k of n (n > 0). */
void qy_interval_wilson(gint64 k, gint64 n, gdouble level, gdouble *low, gdouble *high);
/* Clopper–Pearson's, exact also for k = 0 and k = n. */
void qy_interval_clopper_pearson(gdouble k, gdouble n, gdouble level, gdouble *low, gdouble *high);

/* Earth mover's distance of two shares (each sums to 1) under the taxonomy's
 * distance: 0 same group, ½ same class, 1 otherwise. It is a tree's distance,
 * so its value is ¼ Σ|δ−σ| over groups + ¼ Σ|Δ−Σ| over classes. */
gdouble qy_earth_mover_taxonomy(const gdouble *demand, const gdouble *supply, const guint *class_of, guint n, guint n_classes);
gdouble qy_total_variation(const gdouble *demand, const gdouble *supply, guint n);
/* In bits, 0..1. */
gdouble qy_jensen_shannon(const gdouble *demand, const gdouble *supply, guint n);

/* Beta-binomial shrinkage of k[i] of n[i] towards their common mean (moments).
 * @value, @std_error: n_groups numbers each. */
gboolean qy_shrink_rates(const gdouble *k, const gdouble *n, guint n_groups, gdouble *value, gdouble *std_error, GError **error);

/* Kaplan–Meier's median of @n durations in days, @event 0 censored; NAN when
 * the curve doesn't reach one half; log-log limits. */
void qy_median_days(const gint32 *days, const guint8 *event, guint n, gdouble level, QyEstimate *out);

G_END_DECLS
