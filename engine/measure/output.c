#define G_LOG_DOMAIN "qy-measure"

/* measures.csv, in the byte order of subject, measure and category. */
#include "measure/run.h"

#include <string.h>

static const QyColumnSpec columns[] = {
    {"subject_id", QY_CELL_TEXT}, {"level", QY_CELL_TEXT},    {"measure", QY_CELL_TEXT},
    {"category", QY_CELL_TEXT},   {"value", QY_CELL_DECIMAL}, {"num", QY_CELL_DECIMAL},
    {"den", QY_CELL_DECIMAL},     {"n", QY_CELL_INTEGER},     {"unit", QY_CELL_TEXT},
};

QyTable *
qy_measures_findings(const QyMeasures *self)
{
    QyTable *findings = qy_finding_table_new();

    qy_capacity_find(self, findings);
    return findings;
}

/* ---- One row ---- */

/* A decimal without an allocation, where it fits 64 bits (nearly always). */
static void
add_decimal(QyTable *table, QyInt128 value, guint scale)
{
    gchar buffer[48], *end = buffer + sizeof buffer - 1, *at = end;
    guint64 rest;
    gboolean started = FALSE;

    if (value > G_MAXINT64 || value < -G_MAXINT64) {
        qy_table_take_decimal(table, qy_decimal_text(value, scale));
        return;
    }
    rest = (guint64)(value < 0 ? -value : value);
    *at = '\0';
    for (guint i = 0; i < scale; i++, rest /= 10) {
        started = started || rest % 10 != 0; /* trailing zeros go */
        if (started)
            *--at = (gchar)('0' + rest % 10);
    }
    if (started)
        *--at = '.';
    do {
        *--at = (gchar)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0)
        *--at = '-';
    qy_table_add_decimal(table, at);
}

/* A date is a number too: YYYYMMDD. */
static void
add_date(QyTable *table, QyDate date)
{
    gint year, month, day;

    qy_date_to_ymd(date, &year, &month, &day);
    add_decimal(table, (QyInt128)year * 10000 + month * 100 + day, 0);
}

static void
add_value(QyTable *table, const QyMeasureInfo *info, const QyFigure *figure)
{
    if (figure->state == QY_FIGURE_EXACT && info->is_date)
        add_date(table, (QyDate)figure->num);
    else if (figure->state == QY_FIGURE_EXACT && (!figure->has_den || figure->is_count))
        add_decimal(table, figure->num, figure->num_scale);
    else
        qy_table_take_decimal(table, qy_figure_text(figure));
}

static void
add_num_and_den(QyTable *table, const QyFigure *figure)
{
    if (figure->state != QY_FIGURE_EXACT || !figure->has_den) {
        qy_table_add_empty(table);
        qy_table_add_empty(table);
        return;
    }
    add_decimal(table, figure->num, figure->num_scale);
    if (figure->is_count)
        add_decimal(table, figure->n, 0);
    else
        add_decimal(table, figure->den, figure->den_scale);
}

typedef struct {
    QyTable *table;
    const QyMeasures *run;
    const gchar *subject, *level;
} Writer;

static void
add_row(const Writer *self, const QyMeasureInfo *info, const gchar *category, const QyFigure *figure)
{
    qy_table_add_text(self->table, self->subject);
    qy_table_add_text(self->table, self->level);
    qy_table_add_text(self->table, info->id);
    qy_table_add_text(self->table, category);
    add_value(self->table, info, figure);
    add_num_and_den(self->table, figure);
    qy_table_add_integer(self->table, figure->n);
    qy_table_add_text(self->table, info->unit);
}

/* ---- One measure of one subject ---- */

typedef struct {
    const gchar *name;
    guint row;
} Cell;

static gint
compare_cells(gconstpointer a, gconstpointer b)
{
    return strcmp(((const Cell *)a)->name, ((const Cell *)b)->name);
}

/* Keys are in order one by one; joined they may not be ("a-b" is before "a/b"). */
static void
add_cells(const Writer *self, guint measure, const QyMade *made, guint subject)
{
    const QyMeasureInfo *info = qy_measures_info(self->run, measure);
    guint first = made->first[subject], n = made->first[subject + 1] - first;
    g_autofree Cell *cells = g_new(Cell, n + 1);

    for (guint i = 0; i < n; i++)
        cells[i] = (Cell){made->names[first + i], first + i};
    if (info->n_keys > 1 && n > 1)
        qsort(cells, n, sizeof *cells, compare_cells);
    for (guint i = 0; i < n; i++) {
        QyFigure figure = qy_figure_get(self->run, measure, cells[i].row);

        if (figure.n > 0)
            add_row(self, info, cells[i].name, &figure);
    }
}

/* Compounds and buildings have a row only where something is to be said of them. */
static void
add_measure(const Writer *self, guint number, guint subject, gboolean is_small)
{
    const QyMeasure *measure = qy_plan_measure(self->run->plan, number);
    QyFigure figure;

    if (measure->made >= 0) {
        if (self->run->made[measure->made] != NULL && !qy_measure_is_nil(measure))
            add_cells(self, number, self->run->made[measure->made], subject);
        return;
    }
    figure = qy_measures_figure(self->run, number, subject);
    if (figure.state != QY_FIGURE_NIL && (figure.n > 0 || !is_small))
        add_row(self, &measure->info, NULL, &figure);
}

/* ---- All ---- */

static gint
compare_ids(gconstpointer a, gconstpointer b, gpointer data)
{
    const QyMeasures *run = data;

    return strcmp(qy_measures_info(run, *(const guint *)a)->id, qy_measures_info(run, *(const guint *)b)->id);
}

/* Published measures of areas and units, in order of their ids. */
static GArray *
published(const QyMeasures *self)
{
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = 0; i < qy_measures_count(self); i++) {
        const QyMeasureInfo *info = qy_measures_info(self, i);

        if (info->publish && (info->table == QY_AREAS || info->table == QY_UNITS))
            g_array_append_val(numbers, i);
    }
    g_array_sort_with_data(numbers, compare_ids, (gpointer)self);
    return numbers;
}

QyTable *
qy_measures_to_table(const QyMeasures *self)
{
    const QyFrame *areas = qy_dataset_frame(self->dataset, QY_AREAS),
                  *units = qy_dataset_frame(self->dataset, QY_UNITS);
    const QyAreaTree *tree = qy_dataset_areas(self->dataset);
    g_autoptr(GArray) numbers = published(self);
    Writer writer = {.table = qy_table_new("measures", columns, G_N_ELEMENTS(columns)), .run = self};
    guint area = 0, unit = 0;

    /* Both tables are in the order of their ids; an area and a unit of one id take turns by measure. */
    while (area < areas->n_rows || unit < units->n_rows) {
        gint order = area == areas->n_rows   ? 1
                     : unit == units->n_rows ? -1
                                             : strcmp(areas->ids[area], units->ids[unit]);

        for (guint i = 0; i < numbers->len; i++) {
            guint number = g_array_index(numbers, guint, i);
            gboolean of_area = qy_measures_info(self, number)->table == QY_AREAS;

            if (of_area ? order > 0 : order < 0)
                continue;
            writer.subject = of_area ? areas->ids[area] : units->ids[unit];
            writer.level = of_area ? qy_level_name(tree->level[area]) : "unit";
            add_measure(&writer, number, of_area ? area : unit, of_area && tree->level[area] > QY_LEVEL_COMMUNITY);
        }
        area += order <= 0;
        unit += order >= 0;
    }
    return writer.table;
}
