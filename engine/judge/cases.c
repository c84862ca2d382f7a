#define G_LOG_DOMAIN "qy-judge"

/* The tests of a pack: each case is a small source of figures of its own, and
 * is judged by the same code as an assessment. */
#include "judge/private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* The case that is judged: rows of areas are levels, so c:up(level) is a row. */
typedef struct {
    QyFigureSource source;
    QyPack *pack;
    QyFacts *catalogue;
    QyMeasureName *measures;
    const QyValue *body;
    QyLevel level;
} Case;

/* ---- values of a case ---- */

/* A part ("area", "facts", "measures") of the case's own area, or of up.LEVEL. */
static const QyValue *
part_of(const Case *self, gint level, const gchar *part)
{
    if (level == (gint)self->level)
        return qy_value_field(self->body, part);
    return qy_value_field(qy_value_field(qy_value_field(self->body, "up"), qy_level_name((QyLevel)level)), part);
}

static gboolean
is_number(const QyValue *value)
{
    return value != NULL && (value->type == QY_VALUE_INTEGER || value->type == QY_VALUE_DECIMAL);
}

static gdouble
to_real(const QyValue *value)
{
    return !is_number(value)                 ? NAN
           : value->type == QY_VALUE_INTEGER ? (gdouble)value->integer
                                             : (gdouble)value->integer / 1e6;
}

static void
set_num(QyFigure *figure, const QyValue *value)
{
    figure->num = value->integer;
    figure->num_scale = value->type == QY_VALUE_DECIMAL ? 6 : 0;
}

static void
set_den(QyFigure *figure, const QyValue *value)
{
    figure->den = value->integer;
    figure->den_scale = value->type == QY_VALUE_DECIMAL ? 6 : 0;
    figure->has_den = TRUE;
}

/* {value=, num=, den=, n=, low=, high=}. With low and high it is an estimate;
 * with num and den their ratio, if value doesn't say otherwise; with value and
 * den a count among den rows. */
static QyFigure
read_figure(const QyValue *value)
{
    QyFigure figure = {
        .state = QY_FIGURE_EXACT, .den = 1, .n = 1, .value = NAN, .std_error = NAN, .low = NAN, .high = NAN};
    const QyValue *given = qy_value_field(value, "value"), *num = qy_value_field(value, "num");
    const QyValue *den = qy_value_field(value, "den"), *n = qy_value_field(value, "n");

    if (is_number(value)) {
        set_num(&figure, value);
        return figure;
    }
    if (value->type == QY_VALUE_TEXT) { /* a date */
        figure.num = qy_date_parse(value->text, strlen(value->text));
        return figure;
    }
    if (is_number(qy_value_field(value, "low")) || is_number(qy_value_field(value, "high"))) {
        figure.state = QY_FIGURE_ESTIMATE;
        figure.value = to_real(given);
        figure.low = to_real(qy_value_field(value, "low"));
        figure.high = to_real(qy_value_field(value, "high"));
        figure.method = "case";
    } else if (is_number(num) && is_number(den) && den->integer > 0 &&
               (!is_number(given) || fabs(to_real(given) * to_real(den) - to_real(num)) < 1e-3)) {
        set_num(&figure, num);
        set_den(&figure, den);
        figure.n = den->integer;
    } else if (is_number(given)) {
        set_num(&figure, given);
        figure.is_count = figure.has_den = is_number(den);
        figure.n = is_number(den) ? den->integer : 1;
    } else {
        figure.state = QY_FIGURE_EMPTY;
        figure.n = 0;
    }
    if (n != NULL)
        figure.n = n->integer;
    if (figure.den <= 0)
        figure.state = QY_FIGURE_EMPTY;
    return figure;
}

/* ---- as a source ---- */

static const gchar *
case_id(const QyFigureSource *source, QySubject subject)
{
    return qy_level_name((QyLevel)subject.row);
}

static QyFigure
case_figure(const QyFigureSource *source, guint measure, gint row)
{
    const Case *self = source->data;
    const QyValue *value = qy_value_field(part_of(self, row, "measures"), self->measures[measure].id);

    if (value == NULL || value->type == QY_VALUE_BOOLEAN)
        return (QyFigure){.state = QY_FIGURE_NIL};
    return read_figure(value);
}

/* {cells={ {key, figure}, … }} */
static QyMeasureCell *
case_cells(const QyFigureSource *source, guint measure, gint row, guint *n)
{
    const Case *self = source->data;
    const QyValue *list =
        qy_value_field(qy_value_field(part_of(self, row, "measures"), self->measures[measure].id), "cells");
    QyMeasureCell *cells = g_new0(QyMeasureCell, list != NULL ? MAX(list->n_items, 1) : 1);

    *n = 0;
    for (guint i = 0; list != NULL && i < list->n_items; i++) {
        const QyValue *one = list->items[i];

        if (one->n_items != 2 || one->items[0]->type != QY_VALUE_TEXT)
            continue;
        cells[*n].keys = &one->items[0]->text; /* one key */
        cells[(*n)++].figure = read_figure(one->items[1]);
    }
    return cells;
}

static const gchar *
case_evidence(const QyFigureSource *source, guint measure, gint row)
{
    return NULL;
}

static QyFactFigure
case_fact(const QyFigureSource *source, guint fact, gint area)
{
    const Case *self = source->data;
    const QyValue *value = qy_value_field(part_of(self, area, "facts"), qy_facts_id(self->catalogue, fact));
    QyFactFigure figure = {.present = FALSE, .as_of = source->as_of};

    if (value != NULL && value->type == QY_VALUE_MAP) {
        const gchar *as_of = qy_value_field_text(value, "as_of");

        figure.source = qy_value_field_text(value, "source");
        if (as_of != NULL)
            figure.as_of = qy_date_parse(as_of, strlen(as_of));
        value = qy_value_field(value, "value");
    }
    if (!is_number(value))
        return figure;
    figure.present = TRUE;
    figure.value = value->type == QY_VALUE_INTEGER ? value->integer * 1000000 : value->integer;
    return figure;
}

static gint64
integer_of(const QyValue *map, const gchar *key)
{
    const QyValue *value = qy_value_field(map, key);

    return value != NULL && value->type == QY_VALUE_INTEGER ? value->integer : QY_MISSING;
}

static QyAreaFacts
case_area(const QyFigureSource *source, gint row)
{
    const Case *self = source->data;
    const QyValue *area = part_of(self, row, "area");
    const gchar *opened_on = qy_value_field_text(area, "opened_on");

    return (QyAreaFacts){.name = qy_value_field_text(area, "name"),
                         .level = qy_level_name((QyLevel)row),
                         .households = integer_of(area, "households"),
                         .population = integer_of(area, "population"),
                         .opened_on = opened_on != NULL ? qy_date_parse(opened_on, strlen(opened_on)) : QY_DATE_NONE};
}

static gint
case_up(const QyFigureSource *source, QySubject subject, guint level)
{
    const Case *self = source->data;

    if (level == G_MAXUINT || level == (guint)subject.row)
        return subject.row;
    return (gint)level < subject.row &&
                   qy_value_field(qy_value_field(self->body, "up"), qy_level_name((QyLevel)level)) != NULL
               ? (gint)level
               : -1;
}

static const QyValue *
case_parameter(const QyFigureSource *source, const gchar *id, QyDate date, GError **error)
{
    const Case *self = source->data;
    const QyValue *given = qy_value_field(qy_value_field(self->body, "params"), id);

    if (given != NULL)
        return given->type == QY_VALUE_BOOLEAN ? NULL : given;
    return qy_pack_parameter(self->pack, id, date, error);
}

/* The measures as declared, without data. */
static guint
name_measures(const QyPack *pack, QyMeasureName **out)
{
    g_autoptr(GPtrArray) declarations = qy_pack_declarations(pack, "measure");

    *out = g_new0(QyMeasureName, MAX(declarations->len, 1));
    for (guint i = 0; i < declarations->len; i++) {
        const QyDeclaration *declaration = g_ptr_array_index(declarations, i);
        const QyValue *group = qy_value_field(declaration->body, "group");
        const gchar *unit = qy_value_field_text(declaration->body, "unit");

        (*out)[i] = (QyMeasureName){
            .id = declaration->id,
            .unit = unit,
            .table = QY_AREAS,
            .n_keys = group != NULL && group->type == QY_VALUE_LIST && group->n_items > 1 ? group->n_items - 1 : 0,
            .is_date = g_strcmp0(unit, "date") == 0};
    }
    return declarations->len;
}

/* ---- checking a case ---- */

static void G_GNUC_PRINTF(3, 4) fault(GString *faults, const QyDeclaration *declaration, const gchar *format, ...)
{
    const QyValue *name = qy_value_field(declaration->body, "name");
    va_list arguments;

    g_string_append_printf(faults, "%s%s:%u: case \"%s\": ", faults->len > 0 ? "\n" : "", declaration->file,
                           declaration->line, name->say.zh);
    va_start(arguments, format);
    g_string_append_vprintf(faults, format, arguments);
    va_end(arguments);
}

/* A case that names what the pack doesn't have tests nothing. */
static void
check_names(const Case *self, const QyDeclaration *declaration, const gchar *part, const gchar *kind, GString *faults)
{
    const QyValue *map = qy_value_field(declaration->body, part);

    for (guint i = 0; map != NULL && i < map->n_fields; i++) {
        g_autofree gchar *name =
            strcmp(kind, "fact") == 0 ? g_strconcat("fact:", map->keys[i], NULL) : g_strdup(map->keys[i]);
        const QyDeclaration *found = qy_pack_find(self->pack, name);

        if (found == NULL || strcmp(found->kind, kind) != 0)
            fault(faults, declaration, _("%s: the pack has no %s \"%s\""), part, kind, map->keys[i]);
    }
}

static void
check_case(const Case *self, const QyDeclaration *declaration, GString *faults)
{
    const QyValue *expect = qy_value_field(declaration->body, "expect");

    check_names(self, declaration, "measures", "measure", faults);
    check_names(self, declaration, "facts", "fact", faults);
    check_names(self, declaration, "params", "param", faults);
    check_names(self, declaration, "expect", "criterion", faults);
    if (expect->n_fields == 0)
        fault(faults, declaration, _("expect: no criterion"));
    for (guint i = 0; i < expect->n_fields; i++) {
        gboolean known = FALSE;

        for (guint kind = 0; kind < QY_N_VERDICTS; kind++)
            known = known || g_strcmp0(expect->fields[i]->text, qy_verdict_name((QyVerdictKind)kind)) == 0;
        if (!known || strcmp(expect->fields[i]->text, "waived") == 0)
            fault(faults, declaration, _("expect: \"%s\" is no verdict of a rule"),
                  expect->fields[i]->text != NULL ? expect->fields[i]->text : "?");
    }
}

/* ---- running ---- */

static gint
find_criterion(const QyCriteria *criteria, const gchar *id)
{
    for (guint i = 0; i < criteria->n; i++)
        if (strcmp(criteria->criteria[i].id, id) == 0)
            return (gint)i;
    return -1;
}

/* Aims the source at a case. */
static void
open_case(Case *self, const QyDeclaration *declaration)
{
    const gchar *as_of = qy_value_field_text(declaration->body, "as_of");
    const gchar *period = qy_value_field_text(declaration->body, "period");

    self->body = declaration->body;
    const gchar *level = qy_value_field_text(self->body, "level");
    self->level = level != NULL ? (QyLevel)qy_level_find(level) : QY_LEVEL_COMMUNITY;
    self->source.as_of = as_of != NULL ? qy_date_parse(as_of, strlen(as_of)) : qy_date_from_ymd(2026, 9, 30);
    if (period == NULL || !qy_period_parse(period, &self->source.period)) {
        gchar quarter[QY_DATE_TEXT_BYTES];

        qy_period_parse(qy_quarter_text(qy_date_quarter(self->source.as_of), quarter), &self->source.period);
    }
}

/* Told of each result. */
typedef struct {
    void (*report)(const QyCaseResult *result, gpointer data);
    gpointer data;
    QyCaseCounts *counts;
    gboolean *seen; /* one a criterion */
} Reporter;

static void
run_case(Case *self, const QyDeclaration *declaration, const Reporter *reporter, GError **error)
{
    const QyValue *expect = qy_value_field(declaration->body, "expect");
    QyView *view;
    g_autoptr(QyCriteria) criteria = NULL;

    open_case(self, declaration);
    view = qy_view_new(self->pack, &self->source, NULL); /* its own: dates and parameters differ from case to case */
    criteria = qy_criteria_new(view, self->pack, NULL, error);
    for (guint i = 0; criteria != NULL && i < expect->n_fields; i++) {
        gint number = find_criterion(criteria, expect->keys[i]);
        QyJudged judged;
        QyCaseResult result;

        qy_view_use(view, criteria->uses[number]);
        qy_judge_one(view, criteria, (guint)number, (QySubject){QY_AREAS, (gint)self->level}, &judged);
        result = (QyCaseResult){.file = declaration->file,
                                .name = qy_value_field(declaration->body, "name")->say.zh,
                                .criterion = expect->keys[i],
                                .line = declaration->line,
                                .expected = expect->fields[i]->text,
                                .got = qy_verdict_name(judged.kind),
                                .reason = {.zh = judged.reason_zh, .en = judged.reason_en},
                                .value = judged.value,
                                .threshold = judged.threshold,
                                .margin = judged.margin,
                                .unit = judged.unit};
        result.passed = strcmp(result.expected, result.got) == 0;
        reporter->counts->n_checks++;
        reporter->counts->n_failed += !result.passed;
        reporter->seen[number] = TRUE;
        if (reporter->report != NULL)
            reporter->report(&result, reporter->data);
    }
}

static gboolean
run_cases(Case *self, const Reporter *reporter, GError **error)
{
    g_autoptr(GPtrArray) cases = qy_pack_declarations(self->pack, "case");
    g_autoptr(GString) faults = g_string_new(NULL);
    GError *why = NULL;

    for (guint i = 0; i < cases->len; i++)
        check_case(self, g_ptr_array_index(cases, i), faults);
    if (faults->len > 0) {
        g_set_error_literal(error, QY_ERROR, QY_ERROR_RULE, faults->str);
        return FALSE;
    }
    for (guint i = 0; i < cases->len && why == NULL; i++)
        run_case(self, g_ptr_array_index(cases, i), reporter, &why);
    reporter->counts->n_cases = cases->len;
    if (why != NULL)
        g_propagate_error(error, why);
    return why == NULL;
}

gboolean
qy_pack_test(const gchar *folder, const QyGuards *guards, void (*report)(const QyCaseResult *result, gpointer data),
             gpointer data, QyCaseCounts *counts, GError **error)
{
    g_autoptr(QyPack) pack = qy_pack_load_with_tests(folder, guards, error);
    g_autoptr(GPtrArray) criteria = NULL;
    Case self = {.pack = pack};
    Reporter reporter = {report, data, counts, NULL};
    gboolean good;

    *counts = (QyCaseCounts){0};
    if (pack == NULL)
        return FALSE;
    self.catalogue = qy_facts_catalogue(pack, error);
    if (self.catalogue == NULL)
        return FALSE;
    criteria = qy_pack_declarations(pack, "criterion");
    reporter.seen = g_new0(gboolean, MAX(criteria->len, 1));
    self.source = (QyFigureSource){.n_measures = name_measures(pack, &self.measures),
                                   .catalogue = self.catalogue,
                                   .id = case_id,
                                   .figure = case_figure,
                                   .cells = case_cells,
                                   .evidence = case_evidence,
                                   .fact = case_fact,
                                   .area = case_area,
                                   .up = case_up,
                                   .parameter = case_parameter,
                                   .data = &self};
    self.source.measures = self.measures;
    good = run_cases(&self, &reporter, error);
    counts->n_criteria = criteria->len;
    for (guint i = 0; i < criteria->len; i++)
        counts->n_criteria_seen += reporter.seen[i];
    g_free(reporter.seen);
    g_free(self.measures);
    qy_facts_free(self.catalogue);
    return good;
}
