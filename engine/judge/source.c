#define G_LOG_DOMAIN "qy-judge"

/* Figures of an assessment. */
#include "judge/private.h"

#include <string.h>

typedef struct {
    QyFigureSource source;
    QyContext context;
    const QyAreaTree *tree;
    gint area_column[QY_N_TABLES]; /* of a subject's area; -1 none */
    gint name, households, population, opened_on;
} Assessment;

static const Assessment *
assessment_of(const QyFigureSource *source)
{
    return source->data;
}

static const gchar *
subject_id(const QyFigureSource *source, QySubject subject)
{
    return qy_dataset_frame(assessment_of(source)->context.dataset, subject.table)->ids[subject.row];
}

static QyFigure
figure(const QyFigureSource *source, guint measure, gint row)
{
    return qy_measures_figure(assessment_of(source)->context.measures, measure, (guint)row);
}

static QyMeasureCell *
cells(const QyFigureSource *source, guint measure, gint row, guint *n)
{
    return qy_measures_cells(assessment_of(source)->context.measures, measure, (guint)row, n);
}

static const gchar *
evidence(const QyFigureSource *source, guint measure, gint row)
{
    return qy_measures_evidence(assessment_of(source)->context.measures, measure, (guint)row);
}

static QyFactFigure
fact(const QyFigureSource *source, guint number, gint area)
{
    return qy_facts_figure(assessment_of(source)->context.facts, number, (guint)area);
}

static QyAreaFacts
area_facts(const QyFigureSource *source, gint area)
{
    const Assessment *self = assessment_of(source);
    const QyColumn *columns = qy_dataset_frame(self->context.dataset, QY_AREAS)->columns;
    gint64 name = qy_column_get(&columns[self->name], (guint)area);
    gint64 opened_on = qy_column_get(&columns[self->opened_on], (guint)area);

    return (QyAreaFacts){
        .name =
            name == QY_MISSING ? NULL : qy_string_pool_get(qy_dataset_strings(self->context.dataset), (guint32)name),
        .level = qy_level_name((QyLevel)self->tree->level[area]),
        .households = qy_column_get(&columns[self->households], (guint)area),
        .population = qy_column_get(&columns[self->population], (guint)area),
        .opened_on = opened_on == QY_MISSING ? QY_DATE_NONE : (QyDate)opened_on,
    };
}

static gint
up(const QyFigureSource *source, QySubject subject, guint level)
{
    const Assessment *self = assessment_of(source);
    gint64 area = subject.row;

    if (subject.table != QY_AREAS) {
        gint column = self->area_column[subject.table];

        area = column < 0 ? QY_MISSING
                          : qy_column_get(&qy_dataset_frame(self->context.dataset, subject.table)->columns[column],
                                          (guint)subject.row);
        if (area == QY_MISSING)
            return -1;
    }
    return level == G_MAXUINT ? (gint)area : qy_area_up(self->tree, (gint)area, (QyLevel)level);
}

static const QyValue *
parameter(const QyFigureSource *source, const gchar *id, QyDate date, GError **error)
{
    return qy_pack_parameter(assessment_of(source)->context.pack, id, date, error);
}

/* The first column that refers to an area. */
static gint
find_area_column(const QyTableDef *def)
{
    for (guint i = 0; def != NULL && i < def->n_columns; i++)
        if (def->columns[i].type == QY_TYPE_REF && def->columns[i].refers == QY_AREAS)
            return (gint)i;
    return -1;
}

QyFigureSource *
qy_figure_source_new(const QyContext *context)
{
    const QySettings *settings = qy_dataset_settings(context->dataset);
    const QyTableDef *areas = qy_dataset_frame(context->dataset, QY_AREAS)->def;
    Assessment *self = g_new0(Assessment, 1);
    QyMeasureName *names;

    self->context = *context;
    self->tree = qy_dataset_areas(context->dataset);
    for (guint table = 0; table < QY_N_TABLES; table++)
        self->area_column[table] = find_area_column(qy_dictionary_table((QyTableId)table));
    self->name = qy_table_def_column(areas, "name");
    self->households = qy_table_def_column(areas, "households");
    self->population = qy_table_def_column(areas, "population");
    self->opened_on = qy_table_def_column(areas, "opened_on");

    self->source = (QyFigureSource){.as_of = settings->as_of,
                                    .period = settings->period,
                                    .n_measures = qy_measures_count(context->measures),
                                    .catalogue = context->facts,
                                    .id = subject_id,
                                    .figure = figure,
                                    .cells = cells,
                                    .evidence = evidence,
                                    .fact = fact,
                                    .area = area_facts,
                                    .up = up,
                                    .parameter = parameter,
                                    .data = self};
    names = g_new0(QyMeasureName, MAX(self->source.n_measures, 1));
    for (guint i = 0; i < self->source.n_measures; i++) {
        const QyMeasureInfo *info = qy_measures_info(context->measures, i);

        names[i] = (QyMeasureName){info->id, info->unit, info->table, info->n_keys, info->is_date, info->evidence};
    }
    self->source.measures = names;
    return &self->source;
}

void
qy_figure_source_free(QyFigureSource *self)
{
    if (self == NULL)
        return;
    g_free((gpointer)self->measures);
    g_free(self->data); /* which holds the source itself */
}
