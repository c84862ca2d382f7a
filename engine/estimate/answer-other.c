#define G_LOG_DOMAIN "qy-estimate"

#include "estimate/answer.h"

#include <math.h>
#include <string.h>

/* Both sides of a mismatch in one area, over the union of their categories in byte order. */
typedef struct {
    guint n, n_classes;
    QyInt128 *left, *right;
    guint *class_of;
    gint64 n_rows;
} Composition;

static void
composition_clear(Composition *self)
{
    g_free(self->left);
    g_free(self->right);
    g_free(self->class_of);
}

static QyInt128
amount(const QyMeasureCell *cell)
{
    return cell->figure.state == QY_FIGURE_EXACT ? cell->figure.num : 0;
}

/* The class of a group is its parent; a class stands for itself. */
static guint
class_of_category(const QyDataset *dataset, const gchar *code)
{
    const QyFrame *taxonomy = qy_dataset_frame(dataset, QY_TAXONOMY);
    gint row = qy_dataset_find(dataset, QY_TAXONOMY, code);
    gint parent = qy_table_def_column(taxonomy->def, "parent");

    if (row < 0)
        return taxonomy->n_rows; /* a category the taxonomy lacks: a class of its own kind */
    gint64 up = qy_column_get(&taxonomy->columns[parent], (guint)row);
    return up == QY_MISSING ? (guint)row : (guint)up;
}

static Composition
compose(const QyQuestion *question, guint left, guint right, guint area)
{
    guint n_left, n_right, i = 0, j = 0;
    g_autofree QyMeasureCell *l = qy_measures_cells(question->measures, left, area, &n_left);
    g_autofree QyMeasureCell *r = qy_measures_cells(question->measures, right, area, &n_right);
    Composition c = {.left = g_new0(QyInt128, n_left + n_right + 1),
                     .right = g_new0(QyInt128, n_left + n_right + 1),
                     .class_of = g_new0(guint, n_left + n_right + 1),
                     .n_classes = qy_dataset_frame(question->dataset, QY_TAXONOMY)->n_rows + 1};

    while (i < n_left || j < n_right) {
        gint order = i == n_left ? 1 : j == n_right ? -1 : strcmp(l[i].keys[0], r[j].keys[0]);
        const QyMeasureCell *any = order <= 0 ? &l[i] : &r[j];
        c.class_of[c.n] = class_of_category(question->dataset, any->keys[0]);
        c.left[c.n] = order <= 0 ? amount(&l[i]) : 0;
        c.right[c.n] = order >= 0 ? amount(&r[j]) : 0;
        c.n_rows += order <= 0 ? l[i].figure.n : 0;
        i += order <= 0;
        j += order >= 0;
        c.n++;
    }
    return c;
}

/* A distance of exact shares is an exact figure: nothing was sampled. */
static void
set_exact(const QyQuestion *question, guint area, const Composition *c, QyExactDistance distance)
{
    QyFigure figure = {.state = distance.den > 0 ? QY_FIGURE_EXACT : QY_FIGURE_EMPTY,
                       .num = distance.num,
                       .den = MAX(distance.den, 1),
                       .has_den = TRUE,
                       .n = c->n_rows,
                       .value = NAN,
                       .std_error = NAN,
                       .low = NAN,
                       .high = NAN,
                       .df = NAN,
                       .n_eff = NAN};

    qy_measures_set(question->measures, question->request->measure, area, &figure);
}

void
qy_answer_mismatch(const QyQuestion *question)
{
    const QyAreaTree *tree = qy_dataset_areas(question->dataset);
    const gchar *of = qy_value_field_text(question->request->spec, "of");
    gint left = qy_question_measure(question, "left"), right = qy_question_measure(question, "right");

    if (left < 0 || right < 0)
        return;
    if (qy_measures_info(question->measures, (guint)left)->n_keys != 1 ||
        qy_measures_info(question->measures, (guint)right)->n_keys != 1) {
        qy_question_fault(question, "left and right are to be measures grouped by {\"area\", a category}");
        return;
    }
    for (guint area = 0; area < tree->n; area++) {
        Composition c = compose(question, (guint)left, (guint)right, area);
        gdouble divergence = qy_jensen_shannon(c.left, c.right, c.n);
        if (g_str_equal(of, "total_variation"))
            set_exact(question, area, &c, qy_total_variation(c.left, c.right, c.n));
        else if (g_str_equal(of, "earth_mover"))
            set_exact(question, area, &c, qy_earth_mover(c.left, c.right, c.class_of, c.n, c.n_classes));
        else
            qy_question_set(question, area,
                            isnan(divergence) ? NULL
                                              : &(QyEstimate){.value = divergence,
                                                              .std_error = NAN,
                                                              .low = NAN,
                                                              .high = NAN,
                                                              .df = NAN,
                                                              .n_eff = NAN,
                                                              .n = c.n_rows,
                                                              .method = "jensen-shannon"},
                            c.n_rows);
        composition_clear(&c);
    }
}

/* Successes and trials of one measure pair; 0 of 0 where there is no figure. */
static void
read_rate(const QyQuestion *question, guint num, guint den, guint row, gdouble *k, gdouble *n)
{
    QyFigure a = qy_measures_figure(question->measures, num, row), b = qy_measures_figure(question->measures, den, row);
    gdouble trials = qy_figure_value(&b), successes = qy_figure_value(&a);

    *n = isnan(trials) || isnan(successes) ? 0 : MAX(0, trials);
    /* More than everything is everything: a rate doesn't pass 1. */
    *k = isnan(successes) ? 0 : CLAMP(successes, 0, *n);
}

/* Shrinks the communities below one area towards what they have in common. */
static void
shrink_group(const QyQuestion *question, guint num, guint den, const guint *rows, guint n_rows)
{
    g_autofree gdouble *k = g_new0(gdouble, n_rows + 1), *n = g_new0(gdouble, n_rows + 1);
    g_autofree QyEstimate *out = g_new0(QyEstimate, n_rows + 1);

    for (guint i = 0; i < n_rows; i++)
        read_rate(question, num, den, rows[i], &k[i], &n[i]);
    gboolean said = qy_shrink_rates(k, n, n_rows, out, NULL);
    for (guint i = 0; i < n_rows; i++)
        qy_question_set(question, rows[i], said && n[i] > 0 ? &out[i] : NULL, (gint64)n[i]);
}

void
qy_answer_rate(const QyQuestion *question)
{
    const QyAreaTree *tree = qy_dataset_areas(question->dataset);
    gint num = qy_question_measure(question, "num"), den = qy_question_measure(question, "den");
    const gchar *towards = qy_value_field_text(question->request->spec, "towards");
    gint level = qy_level_find(towards);

    if (num < 0 || den < 0)
        return;
    if (level < 0 || level >= QY_LEVEL_COMMUNITY) {
        qy_question_fault(question, "towards=\"%s\": street, county and prefecture are possible",
                          towards != NULL ? towards : "");
        return;
    }
    g_autofree GArray **groups = g_new0(GArray *, tree->n + 1);
    for (guint area = 0; area < tree->n; area++) {
        gint up = tree->level[area] == QY_LEVEL_COMMUNITY ? qy_area_up(tree, (gint)area, (QyLevel)level) : -1;
        if (up < 0)
            continue;
        if (groups[up] == NULL)
            groups[up] = g_array_new(FALSE, FALSE, sizeof(guint));
        g_array_append_val(groups[up], area);
    }
    for (guint area = 0; area < tree->n; area++)
        if (groups[area] != NULL) {
            shrink_group(question, (guint)num, (guint)den, (const guint *)(void *)groups[area]->data,
                         groups[area]->len);
            g_array_unref(groups[area]);
        }
}
