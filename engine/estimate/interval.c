#define G_LOG_DOMAIN "qy-interval"

#include "estimate/estimate.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* GSL's beta distribution is not used: its quantile doesn't return for a parameter of 0 and near it, and is no
 * number for some ordinary ones (tests/unit/test-estimate.c has them). */

#define MOST_TERMS 100000
#define MOST_STEPS 400
#define TINY 1e-300

/* The continued fraction of the incomplete beta function by Lentz's method; it
 * needs about the root of the larger parameter in terms. Source: DLMF 8.17.22. */
static gdouble
beta_fraction(gdouble x, gdouble a, gdouble b)
{
    gdouble c = 1, d = 1 - (a + b) * x / (a + 1), value;

    d = 1 / (fabs(d) < TINY ? TINY : d);
    value = d;
    for (guint m = 1; m <= MOST_TERMS; m++) {
        gdouble before = value;
        for (guint odd = 0; odd < 2; odd++) {
            gdouble term = odd ? -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
                               : m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 + term * d;
            c = 1 + term / c;
            d = 1 / (fabs(d) < TINY ? TINY : d);
            c = fabs(c) < TINY ? TINY : c;
            value *= c * d;
        }
        if (fabs(value - before) <= 1e-16 * fabs(value))
            break;
    }
    return value;
}

/* x^a (1−x)^b / B(a, b), from log x; lgamma_r leaves no trace in a global. */
static gdouble
beta_front(gdouble log_x, gdouble a, gdouble b)
{
    gint sign;

    return exp(lgamma_r(a + b, &sign) - lgamma_r(a, &sign) - lgamma_r(b, &sign) + a * log_x + b * log1p(-exp(log_x)));
}

/* P(X <= x) of a beta distribution, 0 < x < 1. */
static gdouble
beta_below(gdouble log_x, gdouble a, gdouble b)
{
    gdouble x = exp(log_x), front = beta_front(log_x, a, b);

    if (x < (a + 1) / (a + b + 2))
        return front * beta_fraction(x, a, b) / a;
    return 1 - front * beta_fraction(1 - x, b, a) / b;
}

/* x with P(X <= x) = p: Newton's steps in log x (the tail of a small a is a
 * power of x), by halves where a step leaves what is known to hold x. */
gdouble
qy_beta_quantile(gdouble p, gdouble a, gdouble b)
{
    gdouble low = -745, high = 0; /* exp(-745) is the least double above 0 */
    gdouble at = log(a / (a + b));

    for (guint i = 0; i < MOST_STEPS && high - low > 1e-15; i++) {
        gdouble excess = beta_below(at, a, b) - p;
        if (excess < 0)
            low = at;
        else
            high = at;
        /* d/d(log x) of P is x·density = front / (1 − x). */
        gdouble next = at - excess * -expm1(at) / beta_front(at, a, b);
        if (!(next > low && next < high))
            next = low + (high - low) / 2;
        if (fabs(next - at) < 1e-15)
            break;
        at = next;
    }
    return exp(at);
}

void
qy_interval_clopper_pearson(gdouble k, gdouble n, gdouble level, gdouble *low, gdouble *high)
{
    g_return_if_fail(n > 0);
    gdouble tail = (1 - level) / 2;

    /* Less than one answer's worth says nothing. */
    if (n < 1) {
        *low = 0;
        *high = 1;
        return;
    }
    *low = k <= 0 ? 0 : qy_beta_quantile(tail, k, n - k + 1);
    *high = k >= n ? 1 : 1 - qy_beta_quantile(tail, n - k, k + 1);
}
