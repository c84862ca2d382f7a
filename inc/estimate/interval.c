#define G_LOG_DOMAIN "qy-interval"

#include "estimate/estimate.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

void
qy_interval_wilson(gdouble k, gdouble n, gdouble level, gdouble *low, gdouble *high)
{
    g_return_if_fail(n > 0);
    gdouble z = gsl_cdf_ugaussian_Pinv(0.5 + level / 2);
    gdouble p = k / n;
    gdouble centre = (p + z * z / (2 * n)) / (1 + z * z / n);
    gdouble half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));

    /* The ends are exact there; the difference of two nearly equal roots isn't. */
    *low = k <= 0 ? 0 : MAX(0, centre - half);
    *high = k >= n ? 1 : MIN(1, centre + half);
}

void
qy_interval_clopper_pearson(gdouble k, gdouble n, gdouble level, gdouble *low, gdouble *high)
{
    g_return_if_fail(n > 0);
    gdouble tail = (1 - level) / 2;

    /* GSL's beta quantile doesn't return for a parameter of 0. */
    *low = k <= 0 ? 0 : gsl_cdf_beta_Pinv(tail, k, n - k + 1);
    *high = k >= n ? 1 : gsl_cdf_beta_Qinv(tail, k + 1, n - k);
}
