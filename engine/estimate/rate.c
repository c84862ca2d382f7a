#define G_LOG_DOMAIN "qy-rate"

#include "estimate/estimate.h"

#include <math.h>

/* The common mean and the precision a + b of the beta distribution the groups'
 * rates are taken to come from; precision INFINITY when they spread no more than chance. */
typedef struct {
    gdouble mean, precision;
} BetaPrior;

static BetaPrior
prior_by_moments(const gdouble *k, const gdouble *n, guint n_groups)
{
    gdouble sum_k = 0, sum_n = 0, sum_nn = 0, spread = 0;
    guint used = 0;

    for (guint i = 0; i < n_groups; i++) {
        sum_k += k[i];
        sum_n += n[i];
        sum_nn += n[i] * n[i];
        used += n[i] > 0;
    }
    gdouble mean = sum_k / sum_n;
    for (guint i = 0; i < n_groups; i++)
        if (n[i] > 0)
            spread += n[i] * (k[i] / n[i] - mean) * (k[i] / n[i] - mean);
    /* E(spread) = mean(1−mean)·[(used−1) + rho·(N − Σn²/N − (used−1))], rho = 1/(precision+1). */
    gdouble chance = mean * (1 - mean), room = sum_n - sum_nn / sum_n - (used - 1);
    gdouble rho = chance > 0 && room > 0 ? (spread / chance - (used - 1)) / room : 0;
    if (rho <= 0)
        return (BetaPrior){mean, INFINITY};
    return (BetaPrior){mean, rho >= 1 ? 0 : 1 / rho - 1};
}

static QyEstimate
posterior(const BetaPrior *prior, gdouble k, gdouble n, gdouble pooled_n)
{
    /* No spread beyond chance: every group is known as well as all of them together. */
    gdouble precision = isinf(prior->precision) ? pooled_n : prior->precision;
    gdouble a = prior->mean * precision, b = (1 - prior->mean) * precision;
    QyEstimate e = {.n = (gint64)n, .df = NAN, .deff = NAN, .n_eff = NAN, .method = "beta-binomial"};

    if (!isinf(prior->precision)) {
        a += k;
        b += n - k;
    }
    e.value = a / (a + b);
    e.std_error = sqrt(e.value * (1 - e.value) / (a + b + 1));
    e.low = a > 0 ? (b > 0 ? qy_beta_quantile((1 - QY_CONFIDENCE) / 2, a, b) : 1 - 3 / (a + 3)) : 0;
    e.high = b > 0 ? (a > 0 ? 1 - qy_beta_quantile((1 - QY_CONFIDENCE) / 2, b, a) : 3 / (b + 3)) : 1;
    return e;
}

gboolean
qy_shrink_rates(const gdouble *k, const gdouble *n, guint n_groups, QyEstimate *out, GError **error)
{
    guint used = 0;
    gdouble pooled_n = 0;

    for (guint i = 0; i < n_groups; i++) {
        g_return_val_if_fail(n[i] >= 0 && k[i] >= 0 && k[i] <= n[i], FALSE);
        used += n[i] > 0;
        pooled_n += n[i];
    }
    if (used < 2) {
        g_set_error(error, QY_ERROR, QY_ERROR_TOO_FEW, "%u groups with any trial, two are needed", used);
        return FALSE;
    }
    BetaPrior prior = prior_by_moments(k, n, n_groups);
    for (guint i = 0; i < n_groups; i++)
        out[i] = posterior(&prior, k[i], n[i], pooled_n);
    return TRUE;
}
