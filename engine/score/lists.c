#define G_LOG_DOMAIN "qy-lists"

#include "score/parts.h"

#include <math.h>
#include <string.h>

/* Keys of an order: the first is the score, the rest part ties. */
typedef struct {
    gboolean is_index, lower_is_better;
    guint number;
} Key;

/* A commend declaration, read. */
typedef struct {
    const QyDeclaration *declaration;
    QySay title;
    QyTableId table;    /* of its subjects */
    gint subject_level; /* of areas; -1 for units and members */
    gint level;         /* one list for each area of it; -1: one list */
    Key keys[5];
    guint n_keys;
    gdouble size, share; /* NAN: not set */
    const QyValue *eligible, *veto;
} Commend;

/* What the pack's functions say of one subject. */
typedef enum { STANDS, INELIGIBLE, VETOED, FAILED } Standing;

typedef struct {
    Standing standing;
    QySayText reason;
} Answer;

/* Everything one list is made from. */
typedef struct {
    const QyScoring *scoring;
    const QyStars *stars;
    const QyIndices *indices;
    QyContext context;
    QyLists *out;
} Maker;

/* what c.index, c.stars and c.five_star answer */

static gdouble
context_index(gpointer data, const gchar *id, QyTableId table, guint row)
{
    const Maker *self = data;
    gint index = qy_indices_find(self->indices, id);

    return index >= 0 && qy_indices_table(self->indices, (guint)index) == table
               ? qy_indices_value(self->indices, (guint)index, row)->value
               : NAN;
}

static gint
context_stars(gpointer data, guint area)
{
    const Maker *self = data;
    gint community = self->stars->of_area[area];

    return community >= 0 ? (gint)qy_stars_earned(self->stars, (guint)community) : -1;
}

/* In a list, what others owe is not held against a community. */
static gboolean
context_five_star(gpointer data, guint area)
{
    const Maker *self = data;
    gint community = self->stars->of_area[area];

    return community >= 0 && qy_stars_clean(self->stars, (guint)community);
}

/* reading a declaration */

static void
read_key(const Maker *self, Commend *commend, const gchar *id)
{
    const QyDeclaration *d = commend->declaration;
    gint index = qy_indices_find(self->indices, id), measure = qy_measures_find(self->scoring->measures, id);
    Key key = {.is_index = index >= 0, .number = (guint)MAX(index, measure)};

    if (index >= 0) {
        key.lower_is_better = qy_indices_lower_is_better(self->indices, key.number);
        if (qy_indices_table(self->indices, key.number) != commend->table)
            qy_scoring_fault(self->scoring, d, "order: \"%s\" is an index of other subjects", id);
    } else if (measure >= 0) {
        const QyMeasureInfo *info = qy_measures_info(self->scoring->measures, key.number);
        if (info->table != commend->table || info->n_keys > 0)
            qy_scoring_fault(self->scoring, d, "order: \"%s\" is a measure of other subjects", id);
    } else {
        qy_scoring_fault(self->scoring, d, "order: \"%s\" is neither an index nor a measure", id);
    }
    commend->keys[commend->n_keys++] = key;
}

static Commend
read_commend(const Maker *self, const QyDeclaration *d)
{
    const gchar *subject = qy_value_field_text(d->body, "subject");
    const QyValue *order = qy_value_field(d->body, "order");
    Commend c = {.declaration = d,
                 .title = qy_value_field(d->body, "title")->say,
                 .table = QY_AREAS,
                 .subject_level = qy_level_find(subject),
                 .level = qy_level_find(qy_value_field_text(d->body, "level")),
                 .size = qy_scoring_number(self->scoring, d, "size"),
                 .share = qy_scoring_number(self->scoring, d, "share"),
                 .eligible = qy_value_field(d->body, "eligible"),
                 .veto = qy_value_field(d->body, "veto")};

    if (g_strcmp0(subject, "unit") == 0)
        c.table = QY_UNITS;
    else if (g_strcmp0(subject, "member") == 0)
        c.table = QY_MEMBERS;
    for (guint i = 0; order != NULL && i < order->n_items; i++) {
        if (i == G_N_ELEMENTS(c.keys)) {
            qy_scoring_fault(self->scoring, d, "order: at most %u keys", (guint)G_N_ELEMENTS(c.keys));
            break;
        }
        read_key(self, &c, order->items[i]->text != NULL ? order->items[i]->text : "");
    }
    if (c.n_keys == 0)
        qy_scoring_fault(self->scoring, d, "order: at least one index or measure is needed");
    return c;
}

/* subjects */

/* The area a subject stands in: its own, its unit's, or the community a member reports to. */
static gint
area_of(const Maker *self, const Commend *commend, guint row)
{
    const gchar *column = commend->table == QY_UNITS ? "area_id" : "community_id";

    if (commend->table == QY_AREAS)
        return (gint)row;
    gint64 area = qy_scoring_cell(self->scoring, commend->table, column, row);
    return area == QY_MISSING ? -1 : (gint)area;
}

static gboolean
is_subject(const Maker *self, const Commend *commend, guint row, gint list_area)
{
    const QyAreaTree *tree = qy_dataset_areas(self->scoring->dataset);
    gint area = area_of(self, commend, row);

    if (commend->table == QY_AREAS && tree->level[row] != commend->subject_level)
        return FALSE;
    return commend->level < 0 || (area >= 0 && qy_area_up(tree, area, (QyLevel)commend->level) == list_area);
}

static gdouble
key_value(const Maker *self, const Key *key, guint row)
{
    if (key->is_index)
        return qy_indices_value(self->indices, key->number, row)->value;
    QyFigure figure = qy_measures_figure(self->scoring->measures, key->number, row);
    return qy_figure_value(&figure);
}

static QyCompetitor
competitor(const Maker *self, const Commend *commend, guint row)
{
    QyCompetitor c = {.row = row, .score = key_value(self, &commend->keys[0], row), .low = NAN, .high = NAN};

    if (commend->keys[0].is_index) {
        const QyIndexValue *v = qy_indices_value(self->indices, commend->keys[0].number, row);
        c.low = v->low;
        c.high = v->high;
    } else {
        QyFigure f = qy_measures_figure(self->scoring->measures, commend->keys[0].number, row);
        if (f.state == QY_FIGURE_ESTIMATE) {
            c.low = f.low;
            c.high = f.high;
        }
    }
    for (guint k = 1; k < commend->n_keys; k++) {
        gdouble value = key_value(self, &commend->keys[k], row);
        c.ties[c.n_ties++] = isnan(value) ? -INFINITY : commend->keys[k].lower_is_better ? -value : value;
    }
    return c;
}

/* asking the pack's functions */

static gboolean
ask(const Maker *self, const Commend *commend, const QyValue *function, guint row, gboolean *granted, QySayText *reason)
{
    g_autoptr(GError) error = NULL;
    const QyDeclaration *d = commend->declaration;

    qy_pack_push_function(self->scoring->pack, function);
    qy_context_push(&self->context, commend->table, row);
    if (qy_pack_call(self->scoring->pack, 1, &error) && qy_context_read_grant(&self->context, granted, reason, &error))
        return TRUE;
    const gchar *id = qy_dataset_frame(self->scoring->dataset, commend->table)->ids[row];
    const gchar *names[] = {"list", "why", NULL}, *values[] = {d->id, error->message, NULL};
    qy_finding_add(self->scoring->findings, "list-error", qy_dictionary_table(commend->table)->name, id, 1, NULL,
                   (QySay){"List {list}: its rule failed: {why}", "名单 {list} 的规则出错：{why}"}, names, values);
    self->out->n_errors++;
    return FALSE;
}

static Answer
standing_of(const Maker *self, const Commend *commend, const QyCompetitor *c)
{
    Answer answer = {.standing = STANDS};
    gboolean granted = TRUE;

    if (commend->eligible != NULL && !ask(self, commend, commend->eligible, c->row, &granted, &answer.reason))
        return (Answer){.standing = FAILED};
    if (!granted) {
        answer.standing = INELIGIBLE;
        return answer;
    }
    if (isnan(c->score)) {
        qy_say_text_clear(&answer.reason);
        return (Answer){INELIGIBLE, {g_strdup("No score: too little evidence"), g_strdup("没有得分：证据不足")}};
    }
    if (commend->veto == NULL)
        return answer;
    QySayText grounds = {0};
    if (!ask(self, commend, commend->veto, c->row, &granted, &grounds)) {
        qy_say_text_clear(&answer.reason);
        return (Answer){.standing = FAILED};
    }
    if (granted) {
        qy_say_text_clear(&grounds);
        return answer;
    }
    qy_say_text_clear(&answer.reason);
    return (Answer){VETOED, grounds};
}

/* writing */

static void
add_row(const Maker *self, const Commend *commend, const gchar *list, const QyCompetitor *c, const gchar *place,
        const QySayText *reason)
{
    QyTable *table = self->out->ranks;
    gboolean ranked = c->rank > 0;

    qy_table_add_text(table, list);
    qy_table_add_text(table, qy_dataset_frame(self->scoring->dataset, commend->table)->ids[c->row]);
    qy_table_add_real(table, c->score);
    qy_table_add_real(table, c->low);
    qy_table_add_real(table, c->high);
    qy_table_add_integer(table, ranked ? (gint64)c->rank : QY_MISSING);
    qy_table_add_integer(table, ranked ? (gint64)c->rank_low : QY_MISSING);
    qy_table_add_integer(table, ranked ? (gint64)c->rank_high : QY_MISSING);
    qy_table_add_real(table, ranked ? c->p_top : NAN);
    qy_table_add_text(table, place);
    qy_table_add_text(table, reason != NULL ? reason->zh : NULL);
    qy_table_add_text(table, reason != NULL ? reason->en : NULL);
}

static void
add_list(const Maker *self, const gchar *list, QySay title, const gchar *subject, const gchar *level, gint64 size)
{
    QyTable *table = self->out->lists;

    qy_table_add_text(table, list);
    qy_table_add_text(table, title.zh);
    qy_table_add_text(table, title.en);
    qy_table_add_text(table, subject);
    qy_table_add_text(table, level);
    qy_table_add_integer(table, size);
}

/* The last place falls between equals: who of them is in isn't ours to say. */
static void
find_tie(const Maker *self, const gchar *list, guint n_tied, guint places)
{
    g_autofree gchar *tied = g_strdup_printf("%u", n_tied), *left = g_strdup_printf("%u", places);
    const gchar *names[] = {"list", "tied", "left", NULL}, *values[] = {list, tied, left, NULL};

    qy_finding_add(self->scoring->findings, "tie-at-the-line", "ranks", list, n_tied, NULL,
                   (QySay){"List {list}: {tied} are equal for {left} places; the panel decides",
                           "名单 {list}：{tied} 个并列争 {left} 个名额，由评审会议定"},
                   names, values);
}

static const gchar *
place_of(const QyCompetitor *c, const QyCompetitor *all, guint n, guint size)
{
    guint tied = 0;

    if (size == 0)
        return "in";
    for (guint i = c->rank - 1; i < n && all[i].rank == c->rank; i++)
        tied++;
    if (c->rank > size)
        return "out";
    return c->rank - 1 + tied > size ? "tie" : "in";
}

static void
write_standing(const Maker *self, const Commend *commend, const gchar *list, QyCompetitor *standing, guint n,
               guint size, const Answer *answers)
{
    guint n_tied = 0, tied_rank = 0;

    for (guint i = 0; i < n; i++) {
        const gchar *place = place_of(&standing[i], standing, n, size);
        gboolean listed = !g_str_equal(place, "out");
        if (g_str_equal(place, "tie")) {
            n_tied++;
            tied_rank = standing[i].rank;
        }
        /* Units and members that are not on the list are named nowhere. */
        if (listed || commend->table == QY_AREAS)
            add_row(self, commend, list, &standing[i], place, &answers[standing[i].row].reason);
    }
    if (n_tied > 0)
        find_tie(self, list, n_tied, size - (tied_rank - 1));
}

/* Places: the size, or the share of all subjects rounded down and at least one. */
static guint
places(const Commend *commend, guint n_subjects)
{
    if (!isnan(commend->size))
        return (guint)MAX(0, commend->size);
    if (isnan(commend->share))
        return 0;
    /* A share such as 0.1 is not exact in binary: 0.1 × 110 is 11, not 10. */
    return MAX(1, (guint)floor(commend->share * n_subjects + 1e-9));
}

static void
make_list(const Maker *self, const Commend *commend, gint list_area)
{
    const QyFrame *frame = qy_dataset_frame(self->scoring->dataset, commend->table);
    const QyFrame *areas = qy_dataset_frame(self->scoring->dataset, QY_AREAS);
    g_autofree gchar *list = list_area < 0 ? g_strdup(commend->declaration->id)
                                           : g_strconcat(commend->declaration->id, "/", areas->ids[list_area], NULL);
    g_autofree QyCompetitor *standing = g_new(QyCompetitor, frame->n_rows + 1);
    g_autofree Answer *answers = g_new0(Answer, frame->n_rows + 1);
    static const gchar *const place_words[] = {NULL, "ineligible", "vetoed", "error"};
    guint n = 0, n_subjects = 0;

    for (guint row = 0; row < frame->n_rows; row++) {
        if (!is_subject(self, commend, row, list_area))
            continue;
        QyCompetitor c = competitor(self, commend, row);
        n_subjects++;
        answers[row] = standing_of(self, commend, &c);
        if (answers[row].standing == STANDS)
            standing[n++] = c;
        else if (commend->table == QY_AREAS)
            add_row(self, commend, list, &c, place_words[answers[row].standing], &answers[row].reason);
    }
    guint size = places(commend, n_subjects);
    add_list(self, list, commend->title, qy_value_field_text(commend->declaration->body, "subject"),
             commend->level >= 0 ? qy_level_name((QyLevel)commend->level) : NULL, size > 0 ? size : QY_MISSING);
    qy_rank(standing, n, commend->keys[0].lower_is_better, size);
    write_standing(self, commend, list, standing, n, size, answers);
    for (guint row = 0; row < frame->n_rows; row++)
        qy_say_text_clear(&answers[row].reason);
}

/* An earlier year is part of the rule, but not yet of the record. */
static void
find_missing_years(const Maker *self, const Commend *commend)
{
    const QyValue *years = qy_value_field(commend->declaration->body, "years");
    const gchar *id = commend->declaration->id;

    if (years == NULL || years->integer < 2)
        return;
    g_autofree gchar *asked = g_strdup_printf("%" G_GINT64_FORMAT, years->integer);
    const gchar *names[] = {"list", "years", NULL}, *values[] = {id, asked, NULL};
    qy_finding_add(self->scoring->findings, "years-not-checked", "ranks", id, 1, NULL,
                   (QySay){"List {list} asks for {years} years; only this record was looked at",
                           "名单 {list} 要求连续 {years} 年，本次只核对了本期"},
                   names, values);
}

static void
make_lists(Maker *self, const QyDeclaration *d)
{
    const QyAreaTree *tree = qy_dataset_areas(self->scoring->dataset);
    Commend commend = read_commend(self, d);

    if (self->scoring->faults->len > 0)
        return;
    /* Its functions read what its `uses` says, and nothing else. */
    self->context.declaration = d;
    find_missing_years(self, &commend);
    if (commend.level < 0)
        make_list(self, &commend, -1);
    for (guint area = 0; commend.level >= 0 && area < tree->n; area++)
        if (tree->level[area] == commend.level)
            make_list(self, &commend, (gint)area);
}

/* Every index of areas ranks the communities, under its own name. */
static void
rank_index(const Maker *self, guint index)
{
    const QyAreaTree *tree = qy_dataset_areas(self->scoring->dataset);
    Commend all = {.table = QY_AREAS, .keys = {{.is_index = TRUE, .number = index}}, .n_keys = 1};
    g_autofree QyCompetitor *competitors = g_new(QyCompetitor, tree->n + 1);
    guint n = 0;

    for (guint area = 0; area < tree->n; area++) {
        QyCompetitor c = competitor(self, &all, area);
        if (tree->level[area] == QY_LEVEL_COMMUNITY && !isnan(c.score))
            competitors[n++] = c;
    }
    qy_rank(competitors, n, qy_indices_lower_is_better(self->indices, index), 0);
    for (guint i = 0; i < n; i++)
        add_row(self, &all, qy_indices_id(self->indices, index), &competitors[i], NULL, NULL);
}

QyLists
qy_lists_new(const QyScoring *scoring, const QyStars *stars, const QyIndices *indices)
{
    static const QyColumnSpec rank_columns[] = {
        {"list", QY_CELL_TEXT},        {"subject_id", QY_CELL_TEXT},   {"score", QY_CELL_REAL},
        {"low", QY_CELL_REAL},         {"high", QY_CELL_REAL},         {"rank", QY_CELL_INTEGER},
        {"rank_low", QY_CELL_INTEGER}, {"rank_high", QY_CELL_INTEGER}, {"p_top", QY_CELL_REAL},
        {"place", QY_CELL_TEXT},       {"reason_zh", QY_CELL_TEXT},    {"reason_en", QY_CELL_TEXT},
    };
    static const QyColumnSpec list_columns[] = {
        {"list", QY_CELL_TEXT},    {"title_zh", QY_CELL_TEXT}, {"title_en", QY_CELL_TEXT},
        {"subject", QY_CELL_TEXT}, {"level", QY_CELL_TEXT},    {"size", QY_CELL_INTEGER},
    };
    g_autoptr(GPtrArray) commends = qy_pack_declarations(scoring->pack, "commend");
    QyLists out = {.ranks = qy_table_new("ranks", rank_columns, G_N_ELEMENTS(rank_columns)),
                   .lists = qy_table_new("lists", list_columns, G_N_ELEMENTS(list_columns))};
    Maker maker = {.scoring = scoring, .stars = stars, .indices = indices, .out = &out};

    maker.context = (QyContext){.pack = scoring->pack,
                                .dataset = scoring->dataset,
                                .measures = scoring->measures,
                                .facts = qy_verdicts_facts(scoring->verdicts),
                                .index = context_index,
                                .stars = context_stars,
                                .five_star = context_five_star,
                                .data = &maker};
    for (guint i = 0; i < qy_indices_count(indices); i++)
        if (qy_indices_table(indices, i) == QY_AREAS)
            rank_index(&maker, i);
    for (guint i = 0; i < commends->len; i++)
        make_lists(&maker, commends->pdata[i]);
    return out;
}
