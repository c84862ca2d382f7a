#define G_LOG_DOMAIN "qy-duration"

#include "estimate/estimate.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static gint
by_days(gconstpointer a, gconstpointer b)
{
    const QyDuration *x = a, *y = b;

    /* At a tie the events come first: who is censored that day was still at risk. */
    return x->days != y->days ? (x->days < y->days ? -1 : 1) : y->event - x->event;
}

/* The log-log limits of the curve at one time: survival^exp(±z·se/(S·log S)). */
static void
curve_limits(gdouble survival, gdouble greenwood, gdouble *low, gdouble *high)
{
    gdouble z = gsl_cdf_ugaussian_Pinv(0.5 + QY_CONFIDENCE / 2);

    if (survival <= 0 || survival >= 1) {
        *low = *high = survival;
        return;
    }
    gdouble half = z * sqrt(greenwood) / fabs(log(survival));
    *low = pow(survival, exp(half));
    *high = pow(survival, exp(-half));
}

gboolean
qy_median_days(QyDuration *durations, guint n, QyEstimate *out, GError **error)
{
    gdouble survival = 1, greenwood = 0;
    QyEstimate e = {.value = NAN,
                    .std_error = NAN,
                    .low = NAN,
                    .high = NAN,
                    .df = NAN,
                    .deff = NAN,
                    .n_eff = NAN,
                    .n = n,
                    .method = "kaplan-meier"};

    qsort(durations, n, sizeof *durations, by_days);
    for (guint i = 0, events; i < n; i += MAX(events, 1)) {
        gdouble at_risk = n - i, low, high;
        for (events = 0;
             i + events < n && durations[i + events].event && durations[i + events].days == durations[i].days;)
            events++;
        if (events == 0)
            continue;
        survival *= 1 - events / at_risk;
        greenwood += at_risk > events ? events / (at_risk * (at_risk - events)) : 0;
        curve_limits(survival, greenwood, &low, &high);
        /* The first day on which the curve (or its limit) is at one half or below. */
        if (isnan(e.low) && low <= 0.5)
            e.low = durations[i].days;
        if (isnan(e.value) && survival <= 0.5)
            e.value = durations[i].days;
        if (isnan(e.high) && high <= 0.5)
            e.high = durations[i].days;
    }
    if (isnan(e.value)) {
        g_set_error(error, QY_ERROR, QY_ERROR_TOO_FEW, "of %u durations fewer than half have ended", n);
        return FALSE;
    }
    *out = e;
    return TRUE;
}
