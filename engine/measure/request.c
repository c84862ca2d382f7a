#define G_LOG_DOMAIN "qy-measure"

/* estimate{…}: checked here, answered by the estimate stage. Of surveys and
 * commitments the pass gathers what the answer needs. */
#include "measure/plan.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct {
    const gchar *of;
    QyEstimateKind kind;
    QyTableId from;
    const gchar *needed; /* arguments, joined by blanks */
    const gchar *other;
} Kind;

static const Kind kinds[] = {
    {"mean", QY_ESTIMATE_SURVEY, QY_SURVEYS, "of item", "calibrate cluster strata"},
    {"share", QY_ESTIMATE_SURVEY, QY_SURVEYS, "of item", "calibrate cluster strata"},
    {"top", QY_ESTIMATE_SURVEY, QY_SURVEYS, "of item", "calibrate cluster strata"},
    {"total", QY_ESTIMATE_SURVEY, QY_SURVEYS, "of item", "calibrate cluster strata"},
    {"total_variation", QY_ESTIMATE_CATEGORIES, QY_AREAS, "of left right", "distance"},
    {"jensen_shannon", QY_ESTIMATE_CATEGORIES, QY_AREAS, "of left right", "distance"},
    {"earth_mover", QY_ESTIMATE_CATEGORIES, QY_AREAS, "of left right distance", ""},
    {"median_days", QY_ESTIMATE_DURATION, QY_COMMITMENTS, "of first last censor", ""},
    {"shrunk", QY_ESTIMATE_RATE, QY_AREAS, "of num den towards", ""},
};

static const Kind *
find_kind(const gchar *of)
{
    for (guint i = 0; of != NULL && i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(kinds[i].of, of) == 0)
            return &kinds[i];
    }
    return NULL;
}

static gboolean
is_listed(const gchar *names, const gchar *name)
{
    g_auto(GStrv) parts = g_strsplit(names, " ", -1);

    return g_strv_contains((const gchar *const *)parts, name);
}

static gboolean
check_arguments(QyCompiler *self, const Kind *kind, const QyValue *spec)
{
    g_auto(GStrv) needed = g_strsplit(kind->needed, " ", -1);
    gboolean good = TRUE;

    for (guint i = 0; needed[i] != NULL; i++) {
        if (qy_value_field(spec, needed[i]) == NULL) {
            qy_compiler_fault(self, spec, _("estimate{of=\"%s\"} needs %s"), kind->of, needed[i]);
            good = FALSE;
        }
    }
    for (guint i = 0; i < spec->n_fields; i++) {
        if (!is_listed(kind->needed, spec->keys[i]) && !is_listed(kind->other, spec->keys[i])) {
            qy_compiler_fault(self, spec, _("estimate{of=\"%s\"} has no argument %s"), kind->of, spec->keys[i]);
            good = FALSE;
        }
    }
    return good;
}

/* ---- Surveys ---- */

/* A column of surveys by an argument; cluster, strata and margins that the input lacks are not used. */
static gint
survey_column(QyCompiler *self, const gchar *name, QyKind kind, const QyValue *at)
{
    QyTerm term;

    self->lenient = TRUE;
    term = qy_resolve_column(self, name, at);
    self->lenient = FALSE;
    if (term.node >= 0 && term.shape.kind != kind) {
        qy_compiler_fault(
            self, at, kind == QY_KIND_REF ? _("\"%s\" is not a column of areas") : _("\"%s\" is not a column of texts"),
            name);
        return -1;
    }
    return term.node;
}

static gboolean
optional_column(QyCompiler *self, const QyValue *spec, const gchar *argument, QyKind kind, gint *out)
{
    const QyValue *field = qy_value_field(spec, argument);

    *out = -1;
    if (field == NULL)
        return TRUE;
    if (field->type != QY_VALUE_TEXT) {
        qy_compiler_fault(self, spec, _("%s is the name of a column"), argument);
        return FALSE;
    }
    *out = survey_column(self, field->text, kind, spec);
    return *out >= 0;
}

static gboolean
gather_margins(QyCompiler *self, const QyValue *spec, QyGather *gather)
{
    const QyValue *margins = qy_value_field(spec, "calibrate");

    if (margins == NULL)
        return TRUE;
    if (margins->type != QY_VALUE_LIST || margins->n_items > QY_MAX_MARGINS) {
        qy_compiler_fault(self, spec, _("calibrate is a list of at most %d columns"), QY_MAX_MARGINS);
        return FALSE;
    }
    for (guint i = 0; i < margins->n_items; i++) {
        const gchar *name = margins->items[i]->text;

        gather->margins[i] = name != NULL ? survey_column(self, name, QY_KIND_TEXT, spec) : -1;
        if (gather->margins[i] < 0)
            return FALSE;
    }
    gather->n_margins = margins->n_items;
    return TRUE;
}

/* item="overall", or a list of which the first that the input has is asked. */
static const gchar *
pick_item(const QyCompiler *self, const QyValue *spec)
{
    const QyValue *item = qy_value_field(spec, "item");
    const gchar *picked = item->text;

    for (guint i = 0; i < item->n_items; i++) {
        gint column =
            item->items[i]->text != NULL ? qy_table_def_column(self->relation->def, item->items[i]->text) : -1;

        picked = item->items[i]->text;
        if (column < 0 || qy_dataset_has_column(self->plan->dataset, QY_SURVEYS, (guint)column))
            break;
    }
    return picked;
}

static gboolean
gather_survey(QyCompiler *self, const Kind *kind, const QyValue *spec, QyGather *gather)
{
    const gchar *name = pick_item(self, spec);
    const QyTableDef *def = self->relation->def;
    gint column = name != NULL ? qy_table_def_column(def, name) : -1;

    if (column < 0 || def->columns[column].type != QY_TYPE_ITEM) {
        qy_compiler_fault(self, spec, _("item=\"%s\" is no item of the questionnaire"), name != NULL ? name : "");
        return FALSE;
    }
    gather->item = qy_resolve_column(self, name, spec).node;
    gather->weight = survey_column(self, "weight", QY_KIND_NUMBER, spec);
    gather->cluster_population = survey_column(self, "cluster_population", QY_KIND_NUMBER, spec);
    gather->is_share = strcmp(kind->of, "top") == 0 || strcmp(kind->of, "share") == 0;
    gather->share_from = strcmp(kind->of, "top") == 0 ? qy_dataset_item_top(self->plan->dataset, (guint)column) : 1;
    if (strcmp(kind->of, "share") == 0 && (def->columns[column].low != 0 || def->columns[column].high != 1)) {
        qy_compiler_fault(self, spec, _("of=\"share\" takes an item of the scale 0 to 1; \"%s\" has another"), name);
        return FALSE;
    }
    return optional_column(self, spec, "cluster", QY_KIND_REF, &gather->cluster) &&
           optional_column(self, spec, "strata", QY_KIND_TEXT, &gather->stratum) && gather_margins(self, spec, gather);
}

/* ---- Commitments ---- */

static gboolean
gather_duration(QyCompiler *self, const QyValue *spec, QyGather *gather)
{
    const gchar *names[] = {"first", "last"};
    gint nodes[2];

    for (guint i = 0; i < 2; i++) {
        QyTerm term = qy_compile_value(self, qy_value_field(spec, names[i]));

        if (term.node < 0)
            return FALSE;
        if (term.shape.kind != QY_KIND_DATE) {
            qy_compiler_fault(self, spec, _("%s is a column of dates"), names[i]);
            return FALSE;
        }
        nodes[i] = term.node;
    }
    gather->first = nodes[0];
    gather->last = nodes[1];
    return qy_compile_date(self, qy_value_field(spec, "censor"), &gather->censor);
}

/* ---- Measures ---- */

/* A measure named by an argument; @n_keys further keys. */
static gboolean
check_measure(QyCompiler *self, const QyValue *spec, const gchar *argument, guint n_keys)
{
    const gchar *id = qy_value_field_text(spec, argument);
    gpointer number = id != NULL ? g_hash_table_lookup(self->plan->by_id, id) : NULL;
    const QyMeasure *read;

    if (number == NULL) {
        qy_compiler_fault(self, spec, _("%s=\"%s\" is no measure"), argument, id != NULL ? id : "");
        return FALSE;
    }
    if (!qy_compiler_read(self, GPOINTER_TO_UINT(number) - 1, spec))
        return FALSE;
    read = qy_plan_measure(self->plan, GPOINTER_TO_UINT(number) - 1);
    if (read->formula == QY_VALUE_OF_ESTIMATE || read->info.table != QY_AREAS || read->info.n_keys != n_keys) {
        qy_compiler_fault(self, spec,
                          n_keys > 0 ? _("%s=\"%s\" is not grouped by \"area\" and one more key")
                                     : _("%s=\"%s\" is not grouped by \"area\""),
                          argument, id);
        return FALSE;
    }
    return TRUE;
}

static gboolean
check_measures(QyCompiler *self, const Kind *kind, const QyValue *spec)
{
    static const gchar *const levels[] = {"prefecture", "county", "street", NULL};
    const gchar *distance = qy_value_field_text(spec, "distance"), *towards = qy_value_field_text(spec, "towards");

    if (kind->kind == QY_ESTIMATE_RATE) {
        if (towards == NULL || !g_strv_contains(levels, towards)) {
            qy_compiler_fault(self, spec, _("towards is \"street\", \"county\" or \"prefecture\""));
            return FALSE;
        }
        return check_measure(self, spec, "num", 0) && check_measure(self, spec, "den", 0);
    }
    if (qy_value_field(spec, "distance") != NULL && g_strcmp0(distance, "taxonomy") != 0) {
        qy_compiler_fault(self, spec, _("distance is \"taxonomy\""));
        return FALSE;
    }
    return check_measure(self, spec, "left", 1) && check_measure(self, spec, "right", 1);
}

/* ---- All ---- */

/* The rows that an estimate reads: its table's, or none. */
static gboolean
check_rows(QyCompiler *self, const Kind *kind, const QyValue *spec)
{
    const QyMeasure *measure = self->measure;

    if (measure->info.table != QY_AREAS || measure->info.n_keys > 0) {
        qy_compiler_fault(self, spec, _("an estimate is grouped by \"area\" alone"));
        return FALSE;
    }
    if (measure->info.evidence) {
        qy_compiler_fault(self, spec, _("evidence goes with count() and count{…}"));
        return FALSE;
    }
    if (kind->kind == QY_ESTIMATE_SURVEY || kind->kind == QY_ESTIMATE_DURATION) {
        if (self->relation != NULL && self->relation->table == kind->from)
            return TRUE;
        qy_compiler_fault(self, spec, _("estimate{of=\"%s\"} reads %s"), kind->of,
                          qy_dictionary_table(kind->from)->name);
        return FALSE;
    }
    if (qy_value_field(measure->info.declaration->body, "where") == NULL)
        return TRUE;
    qy_compiler_fault(self, spec, _("estimate{of=\"%s\"} reads measures; a where belongs to these"), kind->of);
    return FALSE;
}

/* The first gather of the same cells. */
static guint
find_leader(const QyPlan *plan, const QyGather *gather)
{
    for (guint i = 0; gather->kind == QY_ESTIMATE_SURVEY && i < plan->gathers->len; i++) {
        const QyGather *other = &g_array_index(plan->gathers, QyGather, i);

        if (other->kind == gather->kind && other->where == gather->where && other->area == gather->area &&
            other->weight == gather->weight && other->cluster == gather->cluster && other->stratum == gather->stratum &&
            other->n_margins == gather->n_margins &&
            memcmp(other->margins, gather->margins, sizeof gather->margins) == 0)
            return i;
    }
    return gather->number;
}

static gboolean
gather_rows(QyCompiler *self, const Kind *kind, const QyValue *spec, gint where, gint area)
{
    QyGather gather = {.kind = kind->kind, .number = self->plan->gathers->len, .where = where, .area = area};
    gboolean good = kind->kind == QY_ESTIMATE_SURVEY ? gather_survey(self, kind, spec, &gather)
                                                     : gather_duration(self, spec, &gather);

    if (good) {
        gather.leader = find_leader(self->plan, &gather);
        self->measure->gather = (gint)self->plan->gathers->len;
        g_array_append_val(self->plan->gathers, gather);
    }
    return good;
}

gboolean
qy_request_compile(QyCompiler *self, const QyValue *spec, gint where, gint area)
{
    const Kind *kind = find_kind(qy_value_field_text(spec, "of"));
    QyEstimateRequest request = {.measure = self->number, .spec = spec};
    guint stage = 0;

    if (kind == NULL) {
        qy_compiler_fault(self, spec,
                          _("estimate{of=…} is mean, share, top, total, total_variation, jensen_shannon, earth_mover, "
                            "median_days or shrunk"));
        return FALSE;
    }
    if (!check_arguments(self, kind, spec) || !check_rows(self, kind, spec))
        return FALSE;
    if (kind->kind == QY_ESTIMATE_SURVEY || kind->kind == QY_ESTIMATE_DURATION) {
        if (!gather_rows(self, kind, spec, where, area))
            return FALSE;
    } else if (!check_measures(self, kind, spec)) {
        return FALSE;
    }
    for (guint i = 0; i < self->measure->reads->len; i++)
        stage = MAX(stage, qy_plan_measure(self->plan, g_array_index(self->measure->reads, guint, i))->stage);
    self->measure->stage = kind->kind == QY_ESTIMATE_SURVEY ? 0 : stage + 1;
    self->measure->formula = QY_VALUE_OF_ESTIMATE;
    request.from = kind->from;
    request.item = kind->kind == QY_ESTIMATE_SURVEY ? pick_item(self, spec) : NULL;
    g_array_append_val(self->plan->requests, request);
    return TRUE;
}
