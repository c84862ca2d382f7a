#define G_LOG_DOMAIN "qy-score"

#include "score/parts.h"

#include <math.h>

struct _QyScores {
    QyTable *stars, *scores, *ranks, *second_look, *streets, *indices, *lists, *points, *findings;
    guint n_errors;
};

void
qy_scoring_fault(const QyScoring *self, const QyDeclaration *declaration, const gchar *format, ...)
{
    va_list args;

    if (self->faults->len > 0)
        g_string_append_c(self->faults, '\n');
    g_string_append_printf(self->faults, "%s:%u: %s \"%s\": ", declaration->file, declaration->line, declaration->kind,
                           declaration->id);
    va_start(args, format);
    g_string_append_vprintf(self->faults, format, args);
    va_end(args);
}

gdouble
qy_scoring_parameter(const QyScoring *self, const gchar *id)
{
    const QyValue *value = qy_pack_parameter(self->pack, id, qy_dataset_settings(self->dataset)->as_of, NULL);

    if (value != NULL && value->type == QY_VALUE_INTEGER)
        return (gdouble)value->integer;
    return value != NULL && value->type == QY_VALUE_DECIMAL ? (gdouble)value->integer / 1e6 : NAN;
}

gdouble
qy_scoring_value(const QyScoring *self, const QyDeclaration *declaration, const QyValue *value)
{
    if (value->type == QY_VALUE_INTEGER)
        return (gdouble)value->integer;
    if (value->type == QY_VALUE_DECIMAL)
        return (gdouble)value->integer / 1e6;
    gdouble number = value->type == QY_VALUE_TEXT ? qy_scoring_parameter(self, value->text) : NAN;
    if (isnan(number))
        qy_scoring_fault(self, declaration, "\"%s\" is no number and no parameter in force",
                         value->text != NULL ? value->text : "");
    return number;
}

gdouble
qy_scoring_number(const QyScoring *self, const QyDeclaration *declaration, const gchar *key)
{
    const QyValue *value = qy_value_field(declaration->body, key);

    return value != NULL ? qy_scoring_value(self, declaration, value) : NAN;
}

gint64
qy_scoring_cell(const QyScoring *self, QyTableId table, const gchar *column, guint row)
{
    const QyFrame *frame = qy_dataset_frame(self->dataset, table);
    gint number = qy_table_def_column(frame->def, column);

    g_return_val_if_fail(number >= 0, QY_MISSING);
    return qy_column_get(&frame->columns[number], row);
}

const gchar *
qy_scoring_text(const QyScoring *self, QyTableId table, const gchar *column, guint row)
{
    gint number = qy_table_def_column(qy_dataset_frame(self->dataset, table)->def, column);

    g_return_val_if_fail(number >= 0, NULL);
    return qy_dataset_text(self->dataset, table, (guint)number, row);
}

/* Each part on those before it; a fault of the pack stops the rest. */
static void
score(QyScores *self, const QyScoring *scoring)
{
    QyStars *stars = qy_stars_new(scoring);
    QyIndices *indices = qy_indices_new(scoring);

    if (scoring->faults->len == 0) {
        QyLists lists = qy_lists_new(scoring, stars, indices);
        self->stars = qy_stars_to_table(stars, scoring);
        self->streets = qy_stars_streets(stars, scoring);
        self->scores = qy_indices_scores(indices, scoring);
        self->indices = qy_indices_to_table(indices);
        self->ranks = lists.ranks;
        self->lists = lists.lists;
        self->n_errors = lists.n_errors;
        self->second_look = qy_looks_to_table(scoring);
        self->points = qy_points_to_table(scoring);
    }
    qy_stars_free(stars);
    qy_indices_free(indices);
}

QyScores *
qy_score_run(QyPack *pack, const QyDataset *dataset, const QyMeasures *measures, const QyVerdicts *verdicts,
             GError **error)
{
    g_autoptr(GString) faults = g_string_new(NULL);
    g_autoptr(QyScores) self = g_new0(QyScores, 1);
    QyScoring scoring = {pack, dataset, measures, verdicts, faults, qy_finding_table_new()};

    self->findings = scoring.findings;
    score(self, &scoring);
    if (faults->len > 0) {
        g_set_error_literal(error, QY_ERROR, QY_ERROR_RULE, faults->str);
        return NULL;
    }
    return g_steal_pointer(&self);
}

void
qy_scores_free(QyScores *self)
{
    if (self == NULL)
        return;
    QyTable *tables[] = {self->stars,   self->scores, self->ranks,  self->second_look, self->streets,
                         self->indices, self->lists,  self->points, self->findings};
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
        g_clear_pointer(&tables[i], qy_table_free);
    g_free(self);
}

const QyTable *
qy_scores_stars(const QyScores *self)
{
    return self->stars;
}

const QyTable *
qy_scores_scores(const QyScores *self)
{
    return self->scores;
}

const QyTable *
qy_scores_ranks(const QyScores *self)
{
    return self->ranks;
}

const QyTable *
qy_scores_second_look(const QyScores *self)
{
    return self->second_look;
}

const QyTable *
qy_scores_streets(const QyScores *self)
{
    return self->streets;
}

const QyTable *
qy_scores_indices(const QyScores *self)
{
    return self->indices;
}

const QyTable *
qy_scores_lists(const QyScores *self)
{
    return self->lists;
}

const QyTable *
qy_scores_points(const QyScores *self)
{
    return self->points;
}

const QyTable *
qy_scores_findings(const QyScores *self)
{
    return self->findings;
}

guint
qy_scores_n_errors(const QyScores *self)
{
    return self->n_errors;
}
