#define G_LOG_DOMAIN "qy-nearest"

#include "base/text.h"

#include <string.h>

/* Edits (insert, delete, replace) between two names, in characters. */
static guint
edit_distance(const gunichar *a, glong n_a, const gunichar *b, glong n_b)
{
    g_autofree guint *row = g_new(guint, n_b + 1);

    for (glong j = 0; j <= n_b; j++)
        row[j] = (guint)j;
    for (glong i = 1; i <= n_a; i++) {
        guint diagonal = row[0];

        row[0] = (guint)i;
        for (glong j = 1; j <= n_b; j++) {
            guint replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);

            diagonal = row[j];
            row[j] = MIN(replaced, MIN(row[j], row[j - 1]) + 1);
        }
    }
    return row[n_b];
}

const gchar *
qy_nearest_name(const gchar *name, const gchar *const *names)
{
    g_autofree gchar *lower = g_ascii_strdown(name, -1);
    g_autofree gunichar *wanted = NULL;
    const gchar *nearest = NULL;
    guint best = G_MAXUINT;
    glong n_name;

    wanted = g_utf8_to_ucs4(lower, -1, NULL, &n_name, NULL);
    if (wanted == NULL || n_name > 64)
        return NULL;
    for (guint i = 0; names[i] != NULL; i++) {
        glong n;
        g_autofree gunichar *candidate = g_utf8_to_ucs4_fast(names[i], -1, &n);
        guint distance = edit_distance(wanted, n_name, candidate, n);
        gboolean one_in_other =
            MIN(n, n_name) >= 2 && (strstr(names[i], lower) != NULL || strstr(lower, names[i]) != NULL);

        /* Near enough: one holds the other, or a third of the longer name differs. */
        gboolean nearer = distance < best || (distance == best && nearest != NULL && strcmp(names[i], nearest) < 0);

        if (nearer && distance < (guint)MAX(n, n_name) &&
            (one_in_other || distance <= (guint)MAX(1, MAX(n, n_name) / 3))) {
            best = distance;
            nearest = names[i];
        }
    }
    return nearest;
}
