/* assessment.ini and the dictionary that it is checked against. */
#include <string.h>

#include <glib/gstdio.h>

#include "load/settings.h"

typedef struct {
    const gchar *name;
    const gchar *text;
    const gchar *faults[4]; /* texts that the message must hold; none: it is read */
} Case;

#define GOOD "[assessment]\nperiod = 2026Q3\n"

static const Case cases[] = {
    {"empty", "", {":1: ", "period = 2026Q3"}},
    {"no-period", "[assessment]\ntitle = x\n", {":1: ", "no period"}},
    {"bad-period", "[assessment]\nperiod = 2026Q5\n", {":2: ", "2026Q5", "2026-07"}},
    {"bad-date", GOOD "as_of = 30.9.2026\n", {":3: ", "as_of", "30.9.2026"}},
    {"as-of-outside", GOOD "as_of = 2026-10-01\n", {":3: ", "2026-10-01", "from 2026-07-01 to 2026-09-30"}},
    {"unknown-key", GOOD "asof = 2026-09-30\n", {":3: ", "did you mean \"as_of\""}},
    {"twice", GOOD "period = 2026Q3\n", {":3: ", "line 2"}},
    {"unknown-section", GOOD "[colums.surveys]\noverall = Q1\n", {":3: ", "[colums.surveys]", "[columns.TABLE]"}},
    {"unknown-table", GOOD "[columns.survey]\noverall = Q1\n", {":3: ", "did you mean \"surveys\""}},
    {"no-file-of-projects", GOOD "[columns.projects]\nproject_id = p\n", {":3: ", "projects"}},
    {"unknown-column", GOOD "[columns.areas]\narea = x\n", {":4: ", "\"area\"", "did you mean \"area_id\""}},
    {"made-column", GOOD "[columns.offers]\narea_id = x\n", {":4: ", "area_id"}},
    {"unknown-values", GOOD "[values.areas.levell]\nx = y\n", {":3: ", "did you mean \"level\""}},
    {"no-section", "period = 2026Q3\n", {":1: ", "[assessment]"}},
    {"no-pair", GOOD "hello\n", {":3: ", "hello"}},
    {"open-quote", GOOD "title = \"x\n", {":3: ", "never closed"}},
    {"behind-quote", GOOD "title = \"x\" y\n", {":3: ", "behind"}},
    {"two-headers", GOOD "[columns.surveys]\noverall = Q1\noverall = Q2\n", {":5: ", "line 4", "overall"}},
    {"one-header-twice", GOOD "[columns.surveys]\noverall = Q1\ncobuilding = Q 1\n", {":5: ", "line 4"}},
    {"no-header", GOOD "[columns.surveys]\noverall =\n", {":4: ", "overall"}},
    {"two-values", GOOD "[values.surveys.overall]\ngood = 4\ngood = 5\n", {":5: ", "line 4"}},
    {"escape-in-message", GOOD "\033[31m = 1\n", {":3: ", "<U+001B>"}},
    {"all-faults", "[assessment]\nperiod = x\n[nothing]\n[columns.x]\n", {":2: ", ":3: ", ":4: "}},
};

static void
test_faults(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(QyAssessment) got = qy_assessment_parse("f", c->text, strlen(c->text), &error);

    g_assert_null(got);
    g_assert_error(error, QY_ERROR, QY_ERROR_DATA);
    for (guint i = 0; c->faults[i] != NULL; i++) {
        if (strstr(error->message, c->faults[i]) == NULL)
            g_error("\"%s\" isn't in: %s", c->faults[i], error->message);
    }
    g_assert_true(g_str_has_prefix(error->message, "assessment.ini:"));
}

/* (transfer full) */
static QyAssessment *
read_good(const gchar *text, gssize length)
{
    g_autoptr(GError) error = NULL;
    QyAssessment *got = qy_assessment_parse("f", text, length < 0 ? strlen(text) : (gsize)length, &error);

    g_assert_no_error(error);
    return got;
}

static void
test_defaults(void)
{
    g_autoptr(QyAssessment) got = read_good(GOOD, -1);
    const QySettings *settings = &got->settings;

    g_assert_cmpstr(settings->folder, ==, "f");
    g_assert_cmpstr(settings->period.label, ==, "2026Q3");
    g_assert_cmpint(settings->as_of, ==, qy_date_from_ymd(2026, 9, 30));
    g_assert_cmpint(settings->cutoff, ==, QY_DATE_NONE);
    g_assert_null(settings->areas);
    g_assert_null(settings->rules);
    g_assert_null(settings->tailoring);
    g_assert_null(settings->title);
    g_assert_cmpuint(got->columns->len, ==, 0);
    g_assert_cmpuint(got->values->len, ==, 0);
}

static void
test_everything(void)
{
    g_autoptr(QyAssessment) got =
        read_good("\xEF\xBB\xBF# comment\r\n; another\r\n[ assessment ]\r\n"
                  "period=2026\r\nas_of = 2026-06-30\r\ncutoff = 2026-07-15\r\nareas = D01\r\n"
                  "rules = rules/five-star\r\ntailoring = ours.lua\r\n"
                  "title = \"  a \"\"b\"\" = c \" # why\r\n"
                  "[columns.问卷]\r\noverall = \"2、总体满意度（1-5分）\"\r\n"
                  "日期 = 提交 答卷时间\r\nq7 = Q7\r\n"
                  "[values.surveys.总体满意度]\r\n非常满意 = 5\r\n\"a = b\" = 1\r\n无 =\r\n",
                  -1);
    const QySettings *settings = &got->settings;
    const QyColumnMapping *column;
    const QyValueMapping *value;

    g_assert_cmpint(settings->as_of, ==, qy_date_from_ymd(2026, 6, 30));
    g_assert_cmpint(settings->cutoff, ==, qy_date_from_ymd(2026, 7, 15));
    g_assert_cmpstr(settings->areas, ==, "D01");
    g_assert_cmpstr(settings->rules, ==, "rules/five-star");
    g_assert_cmpstr(settings->tailoring, ==, "ours.lua");
    g_assert_cmpstr(settings->title, ==, "  a \"b\" = c ");
    g_assert_cmpuint(got->columns->len, ==, 3);
    column = g_ptr_array_index(got->columns, 0);
    g_assert_cmpint(column->table, ==, QY_SURVEYS);
    g_assert_cmpstr(column->column, ==, "overall");
    g_assert_cmpstr(column->header, ==, "2、总体满意度（1-5分）");
    column = g_ptr_array_index(got->columns, 1);
    g_assert_cmpstr(column->column, ==, "answered_on");
    g_assert_cmpstr(column->header, ==, "提交答卷时间"); /* folded as headers are */
    g_assert_cmpstr(column->shown, ==, "提交 答卷时间");
    column = g_ptr_array_index(got->columns, 2);
    g_assert_cmpstr(column->column, ==, "q7"); /* an item; only the questionnaire knows */
    g_assert_cmpuint(got->values->len, ==, 3);
    value = g_ptr_array_index(got->values, 0);
    g_assert_cmpstr(value->column, ==, "overall");
    g_assert_cmpstr(value->from, ==, "非常满意");
    g_assert_cmpstr(value->to, ==, "5");
    value = g_ptr_array_index(got->values, 1);
    g_assert_cmpstr(value->from, ==, "a = b");
    value = g_ptr_array_index(got->values, 2);
    g_assert_cmpstr(value->from, ==, "无");
    g_assert_cmpstr(value->to, ==, ""); /* missing */
}

static void
test_gb18030(void)
{
    g_autoptr(QyAssessment) got = read_good(GOOD "title = \xC6\xDA\n", -1); /* 期 */

    g_assert_cmpstr(got->settings.title, ==, "期");
}

static void
test_no_file(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree gchar *folder = g_dir_make_tmp("qy-settings-XXXXXX", NULL);

    g_assert_null(qy_assessment_read(folder, &error));
    g_assert_error(error, QY_ERROR, QY_ERROR_FILE);
    g_assert_nonnull(strstr(error->message, "qiyue init"));
    g_clear_error(&error);
    g_rmdir(folder);
    g_assert_null(qy_assessment_read(folder, &error));
    g_assert_error(error, QY_ERROR, QY_ERROR_FILE);
}

/* Order of loading, names without twins, and an alias for every column. */
static void
test_dictionary(void)
{
    for (guint t = 0; t < QY_N_TABLES; t++) {
        const QyTableDef *def = qy_dictionary_table((QyTableId)t);

        g_assert_cmpint(def->id, ==, t);
        g_assert_true(qy_dictionary_find(def->name) == def);
        g_assert_true(qy_dictionary_find(def->name_zh) == def);
        g_assert_cmpuint(def->n_columns, <=, QY_MAX_COLUMNS);
        if (def->home >= 0)
            g_assert_cmpint(def->columns[def->home].type, ==, QY_TYPE_REF);
        if (def->event >= 0)
            g_assert_cmpint(def->columns[def->event].type, ==, QY_TYPE_DATE);
        for (guint i = 0; i < def->n_columns; i++) {
            const QyColumnDef *column = &def->columns[i];

            g_assert_cmpint(qy_table_def_column(def, column->name), ==, i);
            g_assert_nonnull(column->alias_zh);
            if ((column->flags & QY_COLUMN_MADE) == 0) {
                g_assert_cmpint(qy_header_column(def, column->alias_zh), ==, i);
                g_assert_cmpint(qy_header_column(def, column->name), ==, i);
            }
            g_assert_true((column->type == QY_TYPE_REF) == (column->refers != QY_NO_TABLE));
            g_assert_true((column->type == QY_TYPE_WORD) == (column->words != NULL));
            g_assert_true(column->type != QY_TYPE_ID || i == 0);
            if (column->type == QY_TYPE_REF) {
                g_assert_nonnull(column->word_en);
                /* To itself, to an earlier table, or to the projects that commitments make. */
                if (column->refers != QY_PROJECTS)
                    g_assert_cmpint(column->refers, <=, t);
            }
        }
    }
    g_assert_null(qy_dictionary_find("nothing"));
}

static void
test_words(void)
{
    const QyTableDef *areas = qy_dictionary_table(QY_AREAS);
    const QyWords *level = areas->columns[qy_table_def_column(areas, "level")].words;

    for (guint i = 0; i < QY_N_LEVELS; i++)
        g_assert_cmpint(qy_words_find(level, qy_level_name(i), strlen(qy_level_name(i))), ==, i);
    g_assert_cmpint(qy_words_find(level, "city", 4), ==, QY_LEVEL_PREFECTURE);
    g_assert_cmpint(qy_words_find(level, "town", 4), ==, QY_LEVEL_STREET);
    g_assert_cmpint(qy_words_find(level, "towns", 5), ==, -1);
    g_assert_cmpint(qy_words_find(level, "tow", 3), ==, -1);
    g_assert_cmpint(qy_words_find(level, "社区", 6), ==, -1); /* V10: only offered */
    g_assert_cmpstr(qy_words_usual(level, "社区", 6), ==, "community");
    g_assert_null(qy_words_usual(level, "星球", 6));
    /* Whatever is offered must itself be read. */
    for (guint t = 0; t < QY_N_TABLES; t++) {
        const QyTableDef *def = qy_dictionary_table((QyTableId)t);

        for (guint i = 0; i < def->n_columns; i++) {
            const QyWords *words = def->columns[i].words;

            for (guint k = 0; words != NULL && words->usual != NULL && words->usual[k] != NULL; k += 2) {
                const gchar *offered = words->usual[k + 1];

                g_assert_cmpint(qy_words_find(words, offered, strlen(offered)), >=, 0);
                g_assert_cmpint(qy_words_find(words, words->usual[k], strlen(words->usual[k])), ==, -1);
            }
            for (guint k = 0; words != NULL && words->aliases != NULL && words->aliases[k] != NULL; k++)
                g_assert_cmpint(qy_words_find(words, words->aliases[k], strlen(words->aliases[k])), >=, 0);
        }
    }
}

static void
test_taxonomy(void)
{
    guint n, n_classes = 0, n_groups = 0;
    const QyCategory *categories = qy_default_taxonomy(&n);

    for (guint i = 0; i < n; i++) {
        if (categories[i].parent == NULL) {
            n_classes++;
            continue;
        }
        n_groups++;
        g_assert_true(g_str_has_prefix(categories[i].code, categories[i].parent));
    }
    g_assert_cmpuint(n_classes, ==, 4 + 11);
    g_assert_cmpuint(n_groups, ==, 15);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree gchar *path = g_strdup_printf("/settings/fault/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_faults);
    }
    g_test_add_func("/settings/defaults", test_defaults);
    g_test_add_func("/settings/everything", test_everything);
    g_test_add_func("/settings/gb18030", test_gb18030);
    g_test_add_func("/settings/no-file", test_no_file);
    g_test_add_func("/dictionary/tables", test_dictionary);
    g_test_add_func("/dictionary/words", test_words);
    g_test_add_func("/dictionary/taxonomy", test_taxonomy);
    return g_test_run();
}
