#define G_LOG_DOMAIN "qy-mismatch"

#include "estimate/estimate.h"

#include <math.h>

static QyInt128
total(const QyInt128 *amounts, guint n)
{
    QyInt128 sum = 0;

    for (guint i = 0; i < n; i++)
        sum += amounts[i];
    return sum;
}

/* Σ|D·ΣS − S·ΣD|: the difference of the shares times ΣD·ΣS, so nothing is rounded. */
static QyInt128
difference(const QyInt128 *demand, const QyInt128 *supply, guint n, QyInt128 all_demand, QyInt128 all_supply)
{
    QyInt128 sum = 0;

    for (guint i = 0; i < n; i++) {
        QyInt128 d = demand[i] * all_supply - supply[i] * all_demand;
        sum += d < 0 ? -d : d;
    }
    return sum;
}

QyExactDistance
qy_total_variation(const QyInt128 *demand, const QyInt128 *supply, guint n)
{
    QyInt128 all_demand = total(demand, n), all_supply = total(supply, n);

    return (QyExactDistance){.num = difference(demand, supply, n, all_demand, all_supply),
                             .den = 2 * all_demand * all_supply};
}

QyExactDistance
qy_earth_mover(const QyInt128 *demand, const QyInt128 *supply, const guint *class_of, guint n, guint n_classes)
{
    QyInt128 all_demand = total(demand, n), all_supply = total(supply, n);
    g_autofree QyInt128 *class_demand = g_new0(QyInt128, n_classes);
    g_autofree QyInt128 *class_supply = g_new0(QyInt128, n_classes);

    for (guint i = 0; i < n; i++) {
        g_assert(class_of[i] < n_classes);
        class_demand[class_of[i]] += demand[i];
        class_supply[class_of[i]] += supply[i];
    }
    return (QyExactDistance){.num = difference(demand, supply, n, all_demand, all_supply) +
                                    difference(class_demand, class_supply, n_classes, all_demand, all_supply),
                             .den = 4 * all_demand * all_supply};
}

/* x·log2(x/m), 0 at x = 0. */
static gdouble
information(gdouble x, gdouble m)
{
    return x > 0 ? x * log2(x / m) : 0;
}

gdouble
qy_jensen_shannon(const QyInt128 *demand, const QyInt128 *supply, guint n)
{
    gdouble all_demand = qy_int128_to_double(total(demand, n)), all_supply = qy_int128_to_double(total(supply, n));
    gdouble sum = 0;

    if (all_demand <= 0 || all_supply <= 0)
        return NAN;
    for (guint i = 0; i < n; i++) {
        gdouble p = qy_int128_to_double(demand[i]) / all_demand, q = qy_int128_to_double(supply[i]) / all_supply;
        gdouble m = (p + q) / 2;
        sum += (information(p, m) + information(q, m)) / 2;
    }
    return CLAMP(sum, 0, 1);
}
