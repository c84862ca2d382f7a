/* estimate: what the rows at hand say of the population, and how surely.
 *
 * Use: qy_estimate_run() answers every estimate{…} of the pack. The functions
 * below it are the estimators themselves, on plain numbers.
 */
#pragma once

#include "measure/measure.h"

G_BEGIN_DECLS

#define QY_CONFIDENCE 0.95

/**
 * qy_estimate_run:
 * @n_threads: 0: as many as the machine has
 *
 * Fills the figure of each requested measure for every area it has. Too few to
 * say is state EMPTY with its n, never an error.
 * Errors: %QY_ERROR_RULE for a request that names what isn't there; all at once, one line each.
 */
gboolean qy_estimate_run(QyMeasures *measures, const QyDataset *dataset, guint n_threads, GError **error);

typedef struct {
    gdouble value, std_error, low, high; /* in the unit of the answers */
    gdouble df;                          /* PSUs less strata */
    gdouble deff;                        /* variance against that of a simple random sample of the same size */
    gdouble n_eff; /* of a share p(1−p)/variance, else n/deff; at a variance of 0 Kish's (Σw)²/Σw² */
    gint64 n;
    const gchar *method; /* static */
} QyEstimate;

/* A target of calibration: how many people of one area are at one level of a margin. */
typedef struct {
    gint32 area;  /* QySurveyCell.area */
    guint margin; /* index into QySurveyCell.margins */
    gint32 level;
    gdouble count;
} QyMarginTarget;

/* How a survey mean is to be taken. */
typedef struct {
    const QyMarginTarget *targets; /* sorted by area, margin, level; NULL: design weights as they are */
    guint n_targets;
    guint n_margins;   /* 0..4 */
    gboolean is_share; /* y is 0 or 1: Korn–Graubard's interval, else Student's t */
    gboolean is_total; /* Σwy instead of the mean */
    gdouble low, high; /* the scale of the answers, for the interval of answers that are all equal */
    gdouble level;     /* of confidence */
} QySurveyDesign;

/**
 * qy_survey_mean:
 * @cells: of one domain (an area and all below it)
 * @out: untouched on error
 *
 * Weighted mean, with the linearised variance of clusters drawn with
 * replacement within strata (a stratum is one of the sample's within a
 * community; each response is its own cluster where none is given; a finite number of clusters
 * shortens it). With targets the weights are first raked to them in each
 * community, and the variance is that of the residuals from the margins. A domain with
 * a community that has no targets keeps the design weights throughout; where raking
 * doesn't converge, that community's design weights are brought to its number of people.
 * A stratum with a single cluster is centred at the domain's mean.
 *
 * Sources: Särndal, Swensson & Wretman, Model Assisted Survey Sampling (1992),
 * §5.5, §6.4, §7.9; Deville, Särndal & Sautory (1993) for raking; Korn & Graubard, Survey
 * Methodology 24 (1998) for the interval of a share.
 * Errors: %QY_ERROR_TOO_FEW when there are fewer than two clusters.
 */
gboolean qy_survey_mean(const QySurveyCell *cells, guint n_cells, const QySurveyDesign *design, QyEstimate *out,
                        GError **error);

/**
 * qy_interval_clopper_pearson:
 * The exact interval of @k of @n, also for @k 0 and @k @n; neither need be whole
 * (an effective sample size isn't); 0..1 for @n below 1. Source: Clopper & Pearson (1934).
 */
void qy_interval_clopper_pearson(gdouble k, gdouble n, gdouble level, gdouble *low, gdouble *high);

/**
 * qy_beta_quantile:
 * @a, @b: above 0
 *
 * x with P(X <= x) = @p of a beta distribution, relative to 1e-11 (checked against
 * binomial sums of 60 digits). The upper tail is 1 − qy_beta_quantile(p, b, a).
 */
gdouble qy_beta_quantile(gdouble p, gdouble a, gdouble b);

/* Two compositions (demand and supply) over the same categories; exact: a
 * distance is num/den. @den 0: one side has nothing, so there is no
 * composition to compare. */
typedef struct {
    QyInt128 num, den;
} QyExactDistance;

/* ½ Σ|δ − σ|. */
QyExactDistance qy_total_variation(const QyInt128 *demand, const QyInt128 *supply, guint n);

/* Earth mover's distance under the taxonomy's ground distance (0 same group,
 * ½ same class, 1 otherwise). That is the path length in a tree whose edges are ¼ (group
 * to class) and ¼ (class to root), so the least cost is
 * ¼ Σ_groups|δ−σ| + ¼ Σ_classes|δ−σ|. Source: Evans & Matsen (2012), eq. 5.
 * @class_of: 0..n_classes−1 */
QyExactDistance qy_earth_mover(const QyInt128 *demand, const QyInt128 *supply, const guint *class_of, guint n,
                               guint n_classes);

/* Jensen–Shannon divergence in bits, 0..1; NAN when one side has nothing. Source: Lin (1991). */
gdouble qy_jensen_shannon(const QyInt128 *demand, const QyInt128 *supply, guint n);

/**
 * qy_shrink_rates:
 * @k, @n: successes and trials of each of @n_groups groups; groups with n 0 get the common mean
 * @out: (out caller-allocates): n_groups estimates; low and high by the posterior's quantiles
 *
 * Beta-binomial shrinkage towards the common mean, its parameters by moments.
 * No spread between the groups beyond chance shrinks them all the way.
 * Source: Kleinman, JASA 68 (1973). Errors: %QY_ERROR_TOO_FEW below two groups with trials.
 */
gboolean qy_shrink_rates(const gdouble *k, const gdouble *n, guint n_groups, QyEstimate *out, GError **error);

/**
 * qy_median_days:
 * @durations: (array length=n): sorted in place
 *
 * Kaplan–Meier's median time, with the log-log limits of Brookmeyer & Crowley
 * (1982). A curve (or limit) that doesn't come down to one half has no median: NAN.
 * Errors: %QY_ERROR_TOO_FEW when @n is 0 or the median isn't reached.
 */
gboolean qy_median_days(QyDuration *durations, guint n, QyEstimate *out, GError **error);

G_END_DECLS
