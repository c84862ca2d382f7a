#define G_LOG_DOMAIN "qy-index"

#include "score/composite.h"

#include <math.h>
#include <string.h>

/* Fewer respondents than this are not published. */
#define FEWEST_PUBLISHED 10
/* Below this effective sample size a figure is marked. */
#define FEW_EFFECTIVE 30
/* Every pair of subjects is compared; above this Copeland's rule isn't feasible. */
#define MOST_PAIRWISE 20000

static const gchar *const normalise_names[] = {"posts", "target", "z", "rank", "percentile"};
static const gchar *const aggregate_names[] = {"mean", "geometric", "harmonic", "least", "copeland"};
static const gchar *const missing_names[] = {"none", "reweight", "bounds"};

typedef struct {
    const QyDeclaration *declaration;
    QySay title;
    QyTableId table;
    QyComposite composite;
    gboolean lower_is_better;
    gchar *method;
    guint n_rows;
    QyIndexValue *values;
} Index;

struct _QyIndices {
    GArray *indices; /* (element-type Index), each after those it is made of */
};

/* reading the declarations */

static gint
word_number(const QyScoring *scoring, const QyDeclaration *d, const gchar *key, const gchar *const *words, guint n,
            gint fallback)
{
    const gchar *word = qy_value_field_text(d->body, key);

    if (word == NULL)
        return fallback;
    for (guint i = 0; i < n; i++)
        if (g_str_equal(words[i], word))
            return (gint)i;
    qy_scoring_fault(scoring, d, "%s=\"%s\" is unknown", key, word);
    return fallback;
}

static void
read_posts(const QyScoring *scoring, const QyDeclaration *d, const gchar *of, QyPart *part)
{
    const QyValue *posts = qy_value_field(d->body, "posts");
    const QyValue *pair = posts != NULL ? qy_value_field(posts, of) : NULL;

    if (pair == NULL)
        return;
    if (pair->n_items != 2) {
        qy_scoring_fault(scoring, d, "posts of \"%s\" are two numbers: what counts as 0, and what as 1", of);
        return;
    }
    part->low = qy_scoring_value(scoring, d, pair->items[0]);
    part->high = qy_scoring_value(scoring, d, pair->items[1]);
    if (part->low == part->high)
        qy_scoring_fault(scoring, d, "the two posts of \"%s\" are the same", of);
}

static gdouble
read_weight(const QyScoring *scoring, const QyDeclaration *d, const gchar *of, guint position)
{
    const QyValue *weights = qy_value_field(d->body, "weights");
    const QyValue *weight = weights == NULL ? NULL : qy_value_field(weights, of);

    if (weight == NULL && weights != NULL && position < weights->n_items)
        weight = weights->items[position];
    if (weights == NULL)
        return 1;
    gdouble number = weight != NULL ? qy_scoring_value(scoring, d, weight) : NAN;
    if (!(number > 0))
        qy_scoring_fault(scoring, d, "\"%s\" needs a weight above 0", of);
    return number;
}

static gboolean
is_survey_measure(const QyScoring *scoring, guint measure)
{
    guint n;
    const QyEstimateRequest *requests = qy_measures_requests(scoring->measures, &n);

    for (guint i = 0; i < n; i++)
        if (requests[i].measure == measure)
            return requests[i].from == QY_SURVEYS;
    return FALSE;
}

static void
read_part(const QyScoring *scoring, const QyIndices *self, const Index *index, const gchar *of, guint position,
          QyPart *part)
{
    const QyDeclaration *d = index->declaration;
    gint measure = qy_measures_find(scoring->measures, of), before = qy_indices_find(self, of);

    *part = (QyPart){.is_index = before >= 0,
                     .number = (guint)MAX(before, measure),
                     .low = 0,
                     .high = 1,
                     .weight = read_weight(scoring, d, of, position)};
    if (before >= 0) {
        const Index *other = &g_array_index(self->indices, Index, before);
        part->high = other->composite.scale;
        part->turned = other->lower_is_better;
        if (other->table != index->table)
            qy_scoring_fault(scoring, d, "\"%s\" is an index of other subjects", of);
    } else if (measure >= 0) {
        const QyMeasureInfo *info = qy_measures_info(scoring->measures, (guint)measure);
        part->is_survey = is_survey_measure(scoring, (guint)measure);
        if (info->table != index->table || info->n_keys > 0)
            qy_scoring_fault(scoring, d, "\"%s\" is no column of %s", of, qy_dictionary_table(index->table)->name);
    } else {
        qy_scoring_fault(scoring, d, "\"%s\" is neither a measure nor an index", of);
    }
    read_posts(scoring, d, of, part);
}

static gchar *
method_text(const Index *index)
{
    return index->composite.n_parts == 1 ? g_strdup(normalise_names[index->composite.normalise])
                                         : g_strdup_printf("%s of %s", aggregate_names[index->composite.aggregate],
                                                           normalise_names[index->composite.normalise]);
}

static Index
read_index(const QyScoring *scoring, const QyIndices *self, const QyDeclaration *d)
{
    const QyValue *of = qy_value_field(d->body, "of"), *title = qy_value_field(d->body, "title");
    const QyValue *scale = qy_value_field(d->body, "scale");
    const gchar *subject = qy_value_field_text(d->body, "subject");
    Index index = {.declaration = d,
                   .title = title != NULL ? title->say : (QySay){d->id, d->id},
                   .table = g_strcmp0(subject, "unit") == 0 ? QY_UNITS : QY_AREAS,
                   .composite.normalise = (QyNormalise)word_number(scoring, d, "normalise", normalise_names,
                                                                   G_N_ELEMENTS(normalise_names), QY_BY_POSTS),
                   .composite.aggregate = (QyAggregate)word_number(scoring, d, "aggregate", aggregate_names,
                                                                   G_N_ELEMENTS(aggregate_names), QY_MEAN),
                   .composite.missing = (QyMissing)word_number(scoring, d, "missing", missing_names,
                                                               G_N_ELEMENTS(missing_names), QY_NONE_MISSING),
                   .lower_is_better = g_strcmp0(qy_value_field_text(d->body, "better"), "lower") == 0,
                   .composite.scale = scale != NULL ? qy_scoring_value(scoring, d, scale) : 100};

    index.composite.n_parts = of != NULL ? of->n_items : 0;
    index.composite.parts = g_new0(QyPart, index.composite.n_parts + 1);
    for (guint i = 0; i < index.composite.n_parts; i++)
        read_part(scoring, self, &index, of->items[i]->text != NULL ? of->items[i]->text : "", i,
                  &index.composite.parts[i]);
    if (index.composite.n_parts == 0)
        qy_scoring_fault(scoring, d, "`of` names nothing");
    index.method = method_text(&index);
    return index;
}

static QyPiece
read_measure_piece(const QyScoring *scoring, const QyPart *part, guint row)
{
    QyFigure f = qy_measures_figure(scoring->measures, part->number, row);
    QyPiece piece = {
        .value = qy_figure_value(&f), .std_error = NAN, .low = NAN, .high = NAN, .n = QY_MISSING, .mark = ""};

    if (f.state == QY_FIGURE_NIL || f.state == QY_FIGURE_EMPTY)
        piece.mark = f.state == QY_FIGURE_NIL ? "no-data" : "too-few";
    if (f.state == QY_FIGURE_ESTIMATE) {
        piece.std_error = f.std_error;
        piece.low = f.low;
        piece.high = f.high;
    }
    if (!part->is_survey || f.state == QY_FIGURE_NIL)
        return piece;
    piece.n = f.n;
    if (f.n > 0 && f.n < FEWEST_PUBLISHED)
        piece = (QyPiece){.value = NAN, .std_error = NAN, .low = NAN, .high = NAN, .n = f.n, .mark = "suppressed"};
    else if (f.state == QY_FIGURE_ESTIMATE && f.n_eff < FEW_EFFECTIVE)
        piece.mark = "few";
    return piece;
}

static QyPiece
read_piece(const QyScoring *scoring, const QyIndices *self, const QyPart *part, guint row)
{
    if (!part->is_index)
        return read_measure_piece(scoring, part, row);
    const QyIndexValue *v = qy_indices_value(self, part->number, row);
    return (QyPiece){
        .value = v->value, .std_error = v->std_error, .low = v->low, .high = v->high, .n = v->n, .mark = v->mark};
}

static void
compute_level(const QyScoring *scoring, const QyIndices *self, Index *index, QyPiece *pieces, const guint *subjects,
              guint n)
{
    for (guint i = 0; i < n; i++)
        for (guint p = 0; p < index->composite.n_parts; p++)
            pieces[subjects[i] * index->composite.n_parts + p] =
                read_piece(scoring, self, &index->composite.parts[p], subjects[i]);
    qy_composite_normalise(&index->composite, pieces, subjects, n);
    for (guint i = 0; i < n; i++)
        index->values[subjects[i]] =
            qy_composite_value(&index->composite, &pieces[subjects[i] * index->composite.n_parts]);
    if (index->composite.aggregate != QY_COPELAND)
        return;
    if (n > MOST_PAIRWISE)
        qy_scoring_fault(scoring, index->declaration, "copeland compares every pair: %u subjects are more than %d", n,
                         MOST_PAIRWISE);
    else
        qy_composite_copeland(&index->composite, pieces, subjects, n, index->values);
}

static void
compute(const QyScoring *scoring, const QyIndices *self, Index *index)
{
    const QyAreaTree *tree = qy_dataset_areas(scoring->dataset);

    index->n_rows = qy_dataset_frame(scoring->dataset, index->table)->n_rows;
    index->values = g_new0(QyIndexValue, index->n_rows + 1);
    g_autofree QyPiece *pieces = g_new0(QyPiece, (gsize)index->n_rows * index->composite.n_parts + 1);
    g_autofree guint *subjects = g_new(guint, index->n_rows + 1);
    guint n_levels = index->table == QY_AREAS ? QY_N_LEVELS : 1;
    for (guint level = 0; level < n_levels; level++) {
        guint n = 0;
        for (guint row = 0; row < index->n_rows; row++)
            if (index->table != QY_AREAS || tree->level[row] == level)
                subjects[n++] = row;
        compute_level(scoring, self, index, pieces, subjects, n);
    }
}

/* the order of indices: each after those it is made of */

static gboolean
is_ready(const QyIndices *self, GPtrArray *declarations, const QyDeclaration *d)
{
    const QyValue *of = qy_value_field(d->body, "of");

    for (guint i = 0; of != NULL && i < of->n_items; i++)
        for (guint j = 0; j < declarations->len; j++) {
            const QyDeclaration *other = declarations->pdata[j];
            if (g_strcmp0(of->items[i]->text, other->id) == 0 && qy_indices_find(self, other->id) < 0)
                return FALSE;
        }
    return TRUE;
}

/* Five-star progress, which every pack has without declaring it: of the criteria that are the
 * community's own duty, and that it can be judged on, the share satisfied. What others owe isn't
 * held against it; no evidence satisfies nothing. */
static const QyDeclaration progress_declaration = {.kind = "index", .id = "five_star_progress", .file = "(engine)"};

/* Criteria satisfied, and criteria that count, of one area. */
typedef struct {
    guint satisfied, counted;
} Satisfied;

static Satisfied
count_satisfied(const QyVerdicts *verdicts, guint community)
{
    Satisfied s = {0};

    for (guint c = 0; c < qy_verdicts_n_criteria(verdicts); c++) {
        QyVerdictKind kind = qy_verdicts_get(verdicts, community, c)->kind;
        if (qy_verdicts_criterion(verdicts, c)->duty != QY_DUTY_COMMUNITY || kind == QY_NOT_APPLICABLE ||
            kind == QY_NOT_DUE)
            continue;
        s.counted++;
        s.satisfied += kind == QY_MET || kind == QY_WAIVED;
    }
    return s;
}

static Index
five_star_progress(const QyScoring *scoring)
{
    const QyAreaTree *tree = qy_dataset_areas(scoring->dataset);
    g_autofree Satisfied *of_area = g_new0(Satisfied, tree->n + 1);
    Index index = {.declaration = &progress_declaration,
                   .title = {"Five-star progress", "五星进度"},
                   .table = QY_AREAS,
                   .composite.scale = 100,
                   .method = g_strdup("share of criteria"),
                   .n_rows = tree->n,
                   .values = g_new0(QyIndexValue, tree->n + 1)};

    for (guint i = 0; i < qy_verdicts_n_communities(scoring->verdicts); i++) {
        Satisfied s = count_satisfied(scoring->verdicts, i);
        for (gint area = (gint)qy_verdicts_community(scoring->verdicts, i); area >= 0; area = tree->parent[area]) {
            of_area[area].satisfied += s.satisfied;
            of_area[area].counted += s.counted;
        }
    }
    for (guint area = 0; area < tree->n; area++) {
        gdouble value = of_area[area].counted > 0 ? 100.0 * of_area[area].satisfied / of_area[area].counted : NAN;
        index.values[area] = (QyIndexValue){.value = value,
                                            .std_error = NAN,
                                            .low = NAN,
                                            .high = NAN,
                                            .n = QY_MISSING,
                                            .mark = isnan(value) ? "no-data" : ""};
    }
    return index;
}

QyIndices *
qy_indices_new(const QyScoring *scoring)
{
    QyIndices *self = g_new0(QyIndices, 1);
    g_autoptr(GPtrArray) declarations = qy_pack_declarations(scoring->pack, "index");
    guint before;

    self->indices = g_array_new(FALSE, FALSE, sizeof(Index));
    Index progress = five_star_progress(scoring);
    g_array_append_val(self->indices, progress);
    do {
        before = self->indices->len;
        for (guint i = 0; i < declarations->len; i++) {
            const QyDeclaration *d = declarations->pdata[i];
            if (qy_indices_find(self, d->id) >= 0 || !is_ready(self, declarations, d))
                continue;
            Index index = read_index(scoring, self, d);
            if (scoring->faults->len == 0)
                compute(scoring, self, &index);
            g_array_append_val(self->indices, index);
        }
    } while (self->indices->len > before);
    for (guint i = 0; i < declarations->len; i++) {
        const QyDeclaration *d = declarations->pdata[i];
        if (qy_indices_find(self, d->id) < 0)
            qy_scoring_fault(scoring, d, "is made of itself by way of others");
    }
    return self;
}

void
qy_indices_free(QyIndices *self)
{
    for (guint i = 0; i < self->indices->len; i++) {
        Index *index = &g_array_index(self->indices, Index, i);
        g_free(index->composite.parts);
        g_free(index->method);
        g_free(index->values);
    }
    g_array_unref(self->indices);
    g_free(self);
}

gint
qy_indices_find(const QyIndices *self, const gchar *id)
{
    for (guint i = 0; i < self->indices->len; i++)
        if (g_strcmp0(g_array_index(self->indices, Index, i).declaration->id, id) == 0)
            return (gint)i;
    return -1;
}

guint
qy_indices_count(const QyIndices *self)
{
    return self->indices->len;
}

const gchar *
qy_indices_id(const QyIndices *self, guint index)
{
    return g_array_index(self->indices, Index, index).declaration->id;
}

QyTableId
qy_indices_table(const QyIndices *self, guint index)
{
    return g_array_index(self->indices, Index, index).table;
}

gboolean
qy_indices_lower_is_better(const QyIndices *self, guint index)
{
    return g_array_index(self->indices, Index, index).lower_is_better;
}

const QyIndexValue *
qy_indices_value(const QyIndices *self, guint index, guint row)
{
    const Index *i = &g_array_index(self->indices, Index, index);

    g_return_val_if_fail(row < i->n_rows, NULL);
    return &i->values[row];
}

static void
add_scores(QyTable *table, const QyScoring *scoring, const Index *index)
{
    const QyFrame *frame = qy_dataset_frame(scoring->dataset, index->table);
    const QyAreaTree *tree = qy_dataset_areas(scoring->dataset);

    for (guint row = 0; row < index->n_rows; row++) {
        const QyIndexValue *v = &index->values[row];
        /* Compounds and buildings have no criteria and no indices of their own. */
        if (index->table == QY_AREAS && tree->level[row] > QY_LEVEL_COMMUNITY)
            continue;
        qy_table_add_text(table, frame->ids[row]);
        qy_table_add_text(table, index->table == QY_AREAS ? qy_level_name(tree->level[row]) : "unit");
        qy_table_add_text(table, index->declaration->id);
        qy_table_add_real(table, v->value);
        qy_table_add_real(table, v->std_error);
        qy_table_add_real(table, v->low);
        qy_table_add_real(table, v->high);
        /* How few there were is withheld as well. */
        qy_table_add_integer(table, g_str_equal(v->mark, "suppressed") ? QY_MISSING : v->n);
        qy_table_add_text(table, index->method);
        qy_table_add_text(table, v->mark);
    }
}

QyTable *
qy_indices_scores(const QyIndices *self, const QyScoring *scoring)
{
    static const QyColumnSpec columns[] = {
        {"subject_id", QY_CELL_TEXT}, {"level", QY_CELL_TEXT}, {"index", QY_CELL_TEXT}, {"value", QY_CELL_REAL},
        {"std_error", QY_CELL_REAL},  {"low", QY_CELL_REAL},   {"high", QY_CELL_REAL},  {"n", QY_CELL_INTEGER},
        {"method", QY_CELL_TEXT},     {"mark", QY_CELL_TEXT},
    };
    QyTable *table = qy_table_new("scores", columns, G_N_ELEMENTS(columns));

    for (guint i = 0; i < self->indices->len; i++)
        add_scores(table, scoring, &g_array_index(self->indices, Index, i));
    return table;
}

QyTable *
qy_indices_to_table(const QyIndices *self)
{
    static const QyColumnSpec columns[] = {
        {"index", QY_CELL_TEXT},   {"title_zh", QY_CELL_TEXT}, {"title_en", QY_CELL_TEXT},
        {"subject", QY_CELL_TEXT}, {"better", QY_CELL_TEXT},   {"scale", QY_CELL_REAL},
    };
    QyTable *table = qy_table_new("indices", columns, G_N_ELEMENTS(columns));

    for (guint i = 0; i < self->indices->len; i++) {
        const Index *index = &g_array_index(self->indices, Index, i);
        qy_table_add_text(table, index->declaration->id);
        qy_table_add_text(table, index->title.zh);
        qy_table_add_text(table, index->title.en);
        qy_table_add_text(table, index->table == QY_AREAS ? "area" : "unit");
        qy_table_add_text(table, index->lower_is_better ? "lower" : "higher");
        qy_table_add_real(table, index->composite.scale);
    }
    return table;
}
