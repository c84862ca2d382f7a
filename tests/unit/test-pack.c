/* The default pack against the tables it was derived from: criteria.csv,
 * facts.csv, departments.csv and the sources' own sentences. Those tables stand
 * beside the checkout (QY_SHARED); where they don't, the comparisons are skipped. */
#include "judge/judge.h"

#include <locale.h>
#include <string.h>

static QyPack *pack;

static const gchar *
shared_path(const gchar *name)
{
    static gchar *path;
    const gchar *folder = g_getenv("QY_SHARED");

    g_free(path);
    path = folder != NULL ? g_build_filename(folder, name, NULL)
                          : g_build_filename(g_getenv("QY_SOURCE_ROOT"), "..", "shared", name, NULL);
    return g_file_test(path, G_FILE_TEST_EXISTS) ? path : NULL;
}

/* ---- a CSV as rows of header → cell ---- */

typedef struct {
    GPtrArray *header; /* (element-type utf8) */
    GPtrArray *rows;   /* (element-type GHashTable) */
} Sheet;

static void
take_record(gpointer data, const QyRecord *record)
{
    Sheet *self = data;
    gboolean is_header = self->header == NULL;
    GHashTable *row = is_header ? NULL : g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);

    if (is_header)
        self->header = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < record->n_cells; i++) {
        if (is_header)
            g_ptr_array_add(self->header, g_strdup(record->cells[i]));
        else if (i < self->header->len)
            g_hash_table_insert(row, self->header->pdata[i], g_strdup(record->cells[i]));
    }
    if (row != NULL)
        g_ptr_array_add(self->rows, row);
}

static void
refuse_record(gpointer data, guint64 row, guint64 line, gint column, const gchar *code)
{
    g_test_message("row %" G_GUINT64_FORMAT ": %s", row, code);
    g_test_fail();
}

/* Rows of a table beside the checkout; NULL after skipping where it isn't there. */
static Sheet *
read_sheet(const gchar *name)
{
    const gchar *path = shared_path(name);
    g_autoptr(GError) error = NULL;
    Sheet *self;
    QyRecordSink sink = {take_record, refuse_record, NULL};

    if (path == NULL) {
        g_test_skip("the tables that the pack was derived from are not here");
        return NULL;
    }
    self = g_new0(Sheet, 1);
    self->rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_hash_table_unref);
    sink.data = self;
    qy_csv_read(path, NULL, &sink, &error);
    g_assert_no_error(error);
    return self;
}

static void
sheet_free(Sheet *self)
{
    g_clear_pointer(&self->rows, g_ptr_array_unref);
    g_clear_pointer(&self->header, g_ptr_array_unref);
    g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sheet, sheet_free)

static const gchar *
cell(const Sheet *self, guint row, const gchar *column)
{
    const gchar *text = g_hash_table_lookup(self->rows->pdata[row], column);

    g_assert_nonnull(text);
    return text;
}

static const gchar *
text_or(const QyDeclaration *declaration, const gchar *key, const gchar *fallback)
{
    const gchar *text = qy_value_field_text(declaration->body, key);

    return text != NULL ? text : fallback;
}

static const QyDeclaration *
declared(const gchar *kind, const gchar *id)
{
    g_autoptr(GPtrArray) all = qy_pack_declarations(pack, kind);

    for (guint i = 0; i < all->len; i++) {
        const QyDeclaration *declaration = all->pdata[i];
        if (strcmp(declaration->id, id) == 0)
            return declaration;
    }
    g_test_message("no %s \"%s\"", kind, id);
    g_test_fail();
    return NULL;
}

static guint
count_of(const gchar *kind)
{
    g_autoptr(GPtrArray) all = qy_pack_declarations(pack, kind);

    return all->len;
}

/* ---- tests ---- */

static void
test_criteria(void)
{
    g_autoptr(Sheet) sheet = read_sheet("criteria.csv");

    if (sheet == NULL)
        return;
    g_assert_cmpuint(sheet->rows->len, ==, 40);
    g_assert_cmpuint(count_of("criterion"), ==, 40);
    for (guint i = 0; i < sheet->rows->len; i++) {
        const QyDeclaration *criterion = declared("criterion", cell(sheet, i, "id"));
        const gchar *since = cell(sheet, i, "effective_from");
        const QyDeclaration *owner;
        const QyValue *title, *clause;

        if (criterion == NULL)
            continue;
        g_test_message("%s", criterion->id);
        title = qy_value_field(criterion->body, "title");
        clause = qy_value_field(criterion->body, "clause");
        g_assert_cmpstr(title->say.zh, ==, cell(sheet, i, "title_zh"));
        g_assert_cmpstr(title->say.en, ==, cell(sheet, i, "title_en"));
        g_assert_cmpstr(text_or(criterion, "star", ""), ==, cell(sheet, i, "star"));
        g_assert_cmpstr(text_or(criterion, "kind", ""), ==, cell(sheet, i, "polarity"));
        g_assert_cmpstr(text_or(criterion, "level", "community"), ==, cell(sheet, i, "level"));
        g_assert_cmpstr(text_or(criterion, "duty", "community"), ==, cell(sheet, i, "duty"));
        g_assert_cmpstr(text_or(criterion, "since", ""), ==, since);
        owner = declared("owner", text_or(criterion, "owner", ""));
        g_assert_cmpstr(qy_value_field(owner->body, "title")->say.zh, ==, cell(sheet, i, "department_zh"));
        g_assert_nonnull(strstr(clause->say.zh, cell(sheet, i, "seed_passage")));
        g_assert_nonnull(strstr(clause->say.en, cell(sheet, i, "seed_passage")));
        if (g_str_has_prefix(cell(sheet, i, "basis"), "own"))
            g_assert_nonnull(strstr(clause->say.en, "our proposal"));
    }
}

/* Where criteria.csv states a number, the parameter that bears it. A threshold "0" of a difference
 * (HA-H1, BE-H1) is the number that is taken off. */
static const struct {
    const gchar *criterion, *parameter, *goal, *instead;
} thresholds[] = {
    {"PB-H1", "training_hours_floor", NULL, NULL},
    {"PB-H2", "party_workers_floor", NULL, NULL},
    {"PB-H3", "reserve_ratio_floor", NULL, NULL},
    {"PB-H4", "joint_meetings_floor", NULL, NULL},
    {"DE-H1", "disclosure_rate_floor", NULL, NULL},
    {"DE-H2", "covenant_floor", NULL, NULL},
    {"DE-H3", "forums_floor", NULL, NULL},
    {"DE-H4", "rated_share_floor", "rated_share_goal", NULL},
    {"CI-H1", "participation_floor", "participation_goal", NULL},
    {"CI-H2", "certified_share_floor", NULL, NULL},
    {"CI-H3", "card_share_floor", NULL, NULL},
    {"CI-H4", "commendations_floor", NULL, NULL},
    {"HA-H1", "social_workers_floor", NULL, "8"},
    {"HA-H2", "social_organisations_floor", "social_organisations_goal", NULL},
    {"HA-H3", "key_matters_floor", "key_matters_goal", NULL},
    {"HA-H4", "satisfied_floor", "satisfied_goal", NULL},
    {"BE-H1", "area_floor", NULL, "350"},
    {"BE-H2", "service_fund_floor", NULL, NULL},
    {"BE-H3", "work_fund_floor", NULL, NULL},
    {"BE-H4", "utilisation_floor", NULL, NULL},
};

static void
assert_parameter(const gchar *id, const gchar *wanted)
{
    g_autoptr(GError) error = NULL;
    const QyValue *value = qy_pack_parameter(pack, id, qy_date_from_ymd(2026, 9, 30), &error);
    gint64 millionths;

    g_assert_no_error(error);
    g_assert_nonnull(value);
    g_assert_true(qy_decimal_parse(wanted, strlen(wanted), 6, &millionths));
    g_test_message("%s is %s", id, wanted);
    g_assert_cmpint(value->type == QY_VALUE_INTEGER ? value->integer * 1000000 : value->integer, ==, millionths);
}

static gboolean
uses(const QyDeclaration *criterion, const gchar *id)
{
    const QyValue *list = qy_value_field(criterion->body, "uses");

    for (guint i = 0; i < list->n_items; i++)
        if (g_strcmp0(list->items[i]->text, id) == 0)
            return TRUE;
    return FALSE;
}

static void
test_thresholds(void)
{
    g_autoptr(Sheet) sheet = read_sheet("criteria.csv");

    if (sheet == NULL)
        return;
    for (guint i = 0; i < sheet->rows->len; i++) {
        const gchar *id = cell(sheet, i, "id"), *goal = cell(sheet, i, "goal");
        const QyDeclaration *criterion = declared("criterion", id);
        guint t = 0;

        while (t < G_N_ELEMENTS(thresholds) && strcmp(thresholds[t].criterion, id) != 0)
            t++;
        if (t == G_N_ELEMENTS(thresholds)) { /* the have-nots: none */
            g_assert_cmpstr(cell(sheet, i, "threshold"), ==, "0");
            g_assert_true(uses(criterion, "none_allowed") && *goal == '\0');
            assert_parameter("none_allowed", "0");
            continue;
        }
        g_assert_true(uses(criterion, thresholds[t].parameter));
        assert_parameter(thresholds[t].parameter,
                         thresholds[t].instead != NULL ? thresholds[t].instead : cell(sheet, i, "threshold"));
        if (thresholds[t].instead != NULL)
            g_assert_nonnull(strstr(cell(sheet, i, "measure"), thresholds[t].instead));
        g_assert_cmpint(*goal != '\0', ==, thresholds[t].goal != NULL);
        if (thresholds[t].goal != NULL)
            assert_parameter(thresholds[t].goal, goal);
    }
}

static void
test_departments(void)
{
    g_autoptr(Sheet) sheet = read_sheet("departments.csv");

    if (sheet == NULL)
        return;
    g_assert_cmpuint(sheet->rows->len, ==, 17);
    g_assert_cmpuint(count_of("owner"), ==, 17);
    for (guint i = 0; i < sheet->rows->len; i++) {
        const QyDeclaration *owner = declared("owner", cell(sheet, i, "id"));
        g_auto(GStrv) criteria = g_strsplit(cell(sheet, i, "criteria"), " ", -1);

        if (owner == NULL)
            continue;
        g_assert_cmpstr(qy_value_field(owner->body, "title")->say.zh, ==, cell(sheet, i, "name_zh"));
        g_assert_cmpstr(qy_value_field(owner->body, "title")->say.en, ==, cell(sheet, i, "name_en"));
        for (guint c = 0; criteria[c] != NULL; c++)
            if (*criteria[c] != '\0')
                g_assert_cmpstr(text_or(declared("criterion", criteria[c]), "owner", ""), ==, owner->id);
    }
}

static void
test_facts(void)
{
    g_autoptr(Sheet) sheet = read_sheet("facts.csv");

    if (sheet == NULL)
        return;
    g_assert_cmpuint(count_of("fact"), ==, sheet->rows->len);
    for (guint i = 0; i < sheet->rows->len; i++) {
        const QyDeclaration *fact = declared("fact", cell(sheet, i, "fact"));
        const gchar *age = cell(sheet, i, "max_age_days");
        const QyValue *max_age;

        if (fact == NULL)
            continue;
        g_test_message("%s", fact->id);
        max_age = qy_value_field(fact->body, "max_age");
        g_assert_cmpstr(qy_value_field(fact->body, "title")->say.zh, ==, cell(sheet, i, "title_zh"));
        g_assert_cmpstr(text_or(fact, "unit", ""), ==, cell(sheet, i, "unit"));
        g_assert_cmpstr(text_or(fact, "level", "community"), ==, cell(sheet, i, "level"));
        g_assert_cmpstr(text_or(fact, "kind", ""), ==, cell(sheet, i, "kind"));
        g_assert_cmpint(max_age != NULL ? max_age->integer : 0, ==, *age != '\0' ? g_ascii_strtoll(age, NULL, 10) : 0);
        /* A flow needs its window; a stock has none. */
        g_assert_cmpint(qy_value_field(fact->body, "window") != NULL, ==,
                        strcmp(text_or(fact, "kind", ""), "flow") == 0);
    }
}

/* Whether @sentence of document @file is a passage that the sheet quotes, or part of one. */
static gboolean
is_quoted(const Sheet *sheet, const gchar *passage_column, const gchar *file, const gchar *sentence)
{
    for (guint i = 0; i < sheet->rows->len; i++)
        if (strcmp(cell(sheet, i, "seed_file"), file) == 0 && strstr(cell(sheet, i, passage_column), sentence) != NULL)
            return TRUE;
    return FALSE;
}

/* Each source is a document's sentence, letter for letter, or says that it is our own. */
static void
test_sources(void)
{
    g_autoptr(Sheet) criteria = read_sheet("criteria.csv");
    g_autoptr(Sheet) seeds = criteria != NULL ? read_sheet("seed-facts.csv") : NULL;
    g_autoptr(GPtrArray) params = qy_pack_declarations(pack, "param");

    if (seeds == NULL)
        return;
    for (guint i = 0; i < params->len; i++) {
        const QyDeclaration *param = params->pdata[i];
        const QyValue *sources = qy_value_field(param->body, "source");

        for (guint s = 0; s < sources->n_fields; s++) {
            const gchar *source = sources->fields[s]->text, *colon = strstr(source, ".txt: "), *end;
            g_autofree gchar *file = NULL, *sentence = NULL;

            g_test_message("%s: %s", param->id, source);
            if (g_str_has_prefix(source, "own proposal: "))
                continue;
            g_assert_nonnull(colon);
            file = g_strndup(source, (gsize)(colon - source) + 4);
            colon += strlen(".txt: ");
            /* What the pack adds to a sentence stands behind it in brackets or after a semicolon. */
            end = strstr(colon, " (") != NULL ? strstr(colon, " (") : strstr(colon, "; ");
            sentence = end != NULL ? g_strndup(colon, (gsize)(end - colon)) : g_strdup(colon);
            g_assert_true(is_quoted(criteria, "seed_passage", file, sentence) ||
                          is_quoted(seeds, "passage", file, sentence));
        }
    }
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autofree gchar *folder = NULL;

    setlocale(LC_ALL, "C.UTF-8");
    g_test_init(&argc, &argv, NULL);
    folder = g_build_filename(g_getenv("QY_SOURCE_ROOT"), "rules", "five-star", NULL);
    pack = qy_pack_load(folder, NULL, NULL, &error);
    g_assert_no_error(error);
    g_test_add_func("/pack/criteria", test_criteria);
    g_test_add_func("/pack/thresholds", test_thresholds);
    g_test_add_func("/pack/departments", test_departments);
    g_test_add_func("/pack/facts", test_facts);
    g_test_add_func("/pack/sources", test_sources);
    int status = g_test_run();
    qy_pack_free(pack);
    return status;
}
