/* The report holds what the record says, in both languages; nothing in a name runs, nothing is fetched,
 * and nobody is shown who must not be. Counts are told from the pattern of report-sample.h. */
#include <string.h>

#include <glib/gstdio.h>

#include "report-sample.h"
#include "report/report.h"

/* A name as hostile as HTML, JSON and JavaScript know. */
#define HOSTILE                                                                                                        \
    "</script><script>alert(1)</script><img src=x "                                                                    \
    "onerror=alert(2)>\"'&amp;<!--\xE2\x80\xA8\xE2\x80\xAE\x1b[31m{{7*7}}"

typedef struct {
    gchar *base, *folder, *result, *page;
} Made;

static Made
make(const Sample *sample)
{
    Made made = {.base = g_dir_make_tmp("qy-report-XXXXXX", NULL)};
    g_autoptr(GError) error = NULL;
    made.folder = g_build_filename(made.base, "out", NULL);
    made.result = sample_make(made.folder, sample);
    g_autofree gchar *path = g_build_filename(made.folder, "report.html", NULL);
    g_assert_true(qy_report_html(made.result, path, &error));
    g_assert_no_error(error);
    g_assert_true(g_file_get_contents(path, &made.page, NULL, NULL));
    return made;
}

static void
unmake(Made *made)
{
    g_autoptr(GDir) folder = g_dir_open(made->folder, 0, NULL);
    for (const gchar *name; folder && (name = g_dir_read_name(folder));) {
        g_autofree gchar *path = g_build_filename(made->folder, name, NULL);
        g_unlink(path);
    }
    g_rmdir(made->folder);
    g_rmdir(made->base);
    g_free(made->base);
    g_free(made->folder);
    g_free(made->result);
    g_free(made->page);
}

static guint
count_of(const gchar *text, const gchar *part)
{
    guint n = 0;
    for (const gchar *at = text; (at = strstr(at, part)); at += strlen(part))
        n++;
    return n;
}

#define assert_has(text, part) g_assert_cmpuint(count_of(text, part), >, 0)
#define assert_lacks(text, part) g_assert_cmpuint(count_of(text, part), ==, 0)

static void
check_as_stranger(const Made *made)
{
    g_autofree gchar *script = g_test_build_filename(G_TEST_DIST, "check-page.py", NULL);
    const gchar *arguments[] = {"python3", script, made->folder, NULL};
    g_autofree gchar *out = NULL, *err = NULL;
    g_autoptr(GError) error = NULL;
    gint status = 0;
    if (!g_spawn_sync(NULL, (gchar **)arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &err, &status, &error)) {
        g_test_skip("no python3");
        return;
    }
    if (status != 0)
        g_test_message("%s", err);
    g_assert_cmpint(status, ==, 0);
    assert_has(out, "cells");
}

static void
test_page(void)
{
    Sample sample = {.n_communities = 101, .per_street = 8, .n_rejects = 777};
    Made made = make(&sample);
    assert_has(made.page, "越城区 2026 年第三季度契约化共建测算");
    assert_has(made.page, "2026Q3");
    assert_has(made.page, "测算达标不等于验收达标");
    assert_has(made.page, "Computed, not accepted");
    assert_has(made.page, "<div class=\"figure\">101</div>");
    assert_has(made.page, "党建星");
    assert_has(made.page, "Party-building star");
    check_as_stranger(&made);
    unmake(&made);
}

/* 22 communities: criterion 0 is not met by number 0 and 11, without evidence in 1 and 12. */
static void
test_duties(void)
{
    Sample sample = {.n_communities = 22, .per_street = 8};
    Made made = make(&sample);
    const gchar *duties = strstr(made.page, "<section id=\"duties\"");
    g_autofree gchar *row = g_strndup(strstr(duties, "<code>PB-H1</code>"), 900);
    assert_has(row, "<td class=\"num\">2</td><td class=\"num\">2</td><td class=\"num\">0</td>");
    assert_has(row, "迎恩门社区1、和畅堂社区12");
    /* Criterion 2 is judged at the street: number 9 and 20 lie in the second and third. */
    g_autofree gchar *of_street = g_strndup(strstr(duties, "<code>PB-H3</code>"), 900);
    assert_has(of_street, "第2街道、第3街道");
    unmake(&made);
}

static void
test_damage_is_said(void)
{
    Sample clean = {.n_communities = 1, .per_street = 8},
           damaged = {.n_communities = 2, .per_street = 8, .n_rejects = 777};
    Made made = make(&clean);
    assert_lacks(made.page, "class=\"banner warning\"");
    unmake(&made);
    made = make(&damaged); /* community 1 also has a rule in error */
    assert_has(made.page, "class=\"banner warning\"");
    assert_has(made.page, "其中 777 行被拒收");
    assert_has(made.page, "777 of 60,112 rows were refused");
    assert_has(made.page, "有 1 项判定因规则出错");
    g_assert_cmpuint(count_of(made.page, "不是数字"), ==, 500);
    assert_has(made.page, "其余 277 条见 rejects.csv");
    unmake(&made);
}

static void
test_hostile_names(void)
{
    Sample sample = {.n_communities = 12, .per_street = 8, .hostile = HOSTILE, .n_rejects = 3};
    Made made = make(&sample);
    g_assert_cmpuint(count_of(made.page, "<script"), ==, 2);
    g_assert_cmpuint(count_of(made.page, "</script"), ==, 2);
    assert_lacks(made.page, "<img");
    assert_lacks(made.page, "<!--");
    assert_has(made.page, "&lt;img src=x onerror=alert(2)&gt;");
    assert_has(made.page, "\\u003c/script>\\u003cscript>alert(1)");
    check_as_stranger(&made);
    /* And on a terminal no control character arrives. */
    const gchar *const subjects[] = {"summary", "stars", "ranks", "C002", NULL};
    for (guint i = 0; subjects[i]; i++) {
        g_autoptr(GString) shown = g_string_new(NULL);
        QyShowOptions options = {.width = 100, .chinese = TRUE};
        g_assert_true(qy_report_show(made.result, subjects[i], &options, shown, NULL));
        for (const gchar *at = shown->str; *at; at++)
            g_assert_true(*at == '\n' || (guchar)*at >= 0x20);
        assert_lacks(shown->str, "\xE2\x80\xAE");
    }
    unmake(&made);
}

static void
test_who_is_not_shown(void)
{
    Sample sample = {.n_communities = 40, .per_street = 8};
    Made made = make(&sample);
    assert_has(made.page, "第一人民医院");   /* on the list */
    assert_lacks(made.page, "无名低分单位"); /* not on it */
    assert_lacks(made.page, "U1 U2");        /* evidence that names units */
    assert_has(made.page, "\"#2\"");
    /* Community 3 has fewer than 10 respondents (i % 17 == 3). */
    assert_has(made.page, "[3,null,null,null,null,\"suppressed\"");
    g_autoptr(GString) ranks = g_string_new(NULL);
    QyShowOptions options = {.width = 100, .chinese = FALSE};
    g_assert_true(qy_report_show(made.result, "ranks", &options, ranks, NULL));
    assert_has(ranks->str, "第一人民医院");
    assert_lacks(ranks->str, "无名低分单位");
    g_autoptr(GString) shown = g_string_new(NULL);
    g_assert_true(qy_report_show(made.result, "C003", &options, shown, NULL));
    assert_has(shown->str, "<10");
    unmake(&made);
}

static void
test_show(void)
{
    Sample sample = {.n_communities = 22, .per_street = 8, .n_rejects = 5};
    Made made = make(&sample);
    QyShowOptions zh = {.width = 80, .chinese = TRUE}, en = {.width = 60}, color = {.width = 80, .color = TRUE};
    g_autoptr(GString) out = g_string_new(NULL);
    g_assert_true(qy_report_show(made.result, NULL, &zh, out, NULL));
    assert_has(out->str, "测算达标        8 / 22\n"); /* every third */
    assert_has(out->str, "拒收的行        5\n");
    g_string_truncate(out, 0);
    g_assert_true(qy_report_show(made.result, "C001", &zh, out, NULL));
    g_assert_cmpuint(count_of(out->str, "  ✗ ") + count_of(out->str, "  ✓ ") + count_of(out->str, "  ? ") +
                         count_of(out->str, "  ! "),
                     ==, 40);
    assert_has(out->str, "只有 40 学时，不足 56 学时");
    assert_lacks(out->str, "\033");
    g_string_truncate(out, 0);
    g_assert_true(qy_report_show(made.result, "罗门社区3", &color, out, NULL)); /* by name */
    assert_has(out->str, "C002");
    assert_has(out->str, "\033[1m");
    /* Columns stay under each other: "stars" ends at the same column in every row. */
    g_string_truncate(out, 0);
    g_assert_true(qy_report_show(made.result, "stars", &en, out, NULL));
    g_auto(GStrv) lines = g_strsplit(out->str, "\n", -1);
    for (guint i = 1; lines[i] && *lines[i]; i++) {
        const gchar *end = strstr(lines[i], "  computed")   ? strstr(lines[i], "  computed")
                           : strstr(lines[i], "  accepted") ? strstr(lines[i], "  accepted")
                                                            : strstr(lines[i], "  no");
        const gchar *first = strstr(lines[1], "  accepted");
        g_autofree gchar *a = g_strndup(lines[1], (gsize)(first - lines[1])),
                         *b = g_strndup(lines[i], (gsize)(end - lines[i]));
        g_assert_cmpuint(qy_text_width(a), ==, qy_text_width(b));
    }
    unmake(&made);
}

static void
test_show_refuses(void)
{
    Sample sample = {.n_communities = 22, .per_street = 8, .hostile = "迎恩门社区1"};
    Made made = make(&sample);
    QyShowOptions options = {.width = 80};
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    g_assert_false(qy_report_show(made.result, "nowhere\033[2J", &options, out, &error));
    g_assert_error(error, QY_ERROR, QY_ERROR_USAGE);
    assert_lacks(error->message, "\033");
    g_clear_error(&error);
    g_assert_false(qy_report_show(made.result, "迎恩门社区1", &options, out, &error)); /* C000 and C002 */
    g_assert_error(error, QY_ERROR, QY_ERROR_USAGE);
    assert_has(error->message, "C000 C002");
    g_clear_error(&error);
    g_assert_false(qy_report_show("/nowhere/result.qiyue", "summary", &options, out, &error));
    g_assert_nonnull(error);
    unmake(&made);
}

/* A record with nothing in it is a page without rows, not a failure. */
static void
test_empty_record(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree gchar *base = g_dir_make_tmp("qy-report-XXXXXX", NULL);
    g_autofree gchar *result = g_build_filename(base, "result.qiyue", NULL),
                     *page = g_build_filename(base, "report.html", NULL);
    QyStore *store = qy_store_create(result, &error);
    g_assert_true(qy_store_close(store, &error));
    g_assert_true(qy_report_html(result, page, &error));
    g_assert_no_error(error);
    g_autoptr(GString) out = g_string_new(NULL);
    QyShowOptions options = {.width = 80};
    g_assert_true(qy_report_show(result, "summary", &options, out, &error));
    g_assert_true(qy_report_show(result, "stars", &options, out, &error));
    g_assert_true(qy_report_show(result, "ranks", &options, out, &error));
    g_assert_no_error(error);
    g_unlink(result);
    g_unlink(page);
    g_rmdir(base);
}

static void
test_same_bytes(void)
{
    Sample sample = {.n_communities = 22, .per_street = 8, .n_rejects = 3};
    Made a = make(&sample), b = make(&sample);
    g_assert_cmpstr(a.page, ==, b.page);
    unmake(&a);
    unmake(&b);
}

int
main(int argc, char **argv)
{
    g_setenv("LC_ALL", "C", TRUE);
    const gchar *root = g_getenv("QY_SOURCE_ROOT");
    g_autofree gchar *here = g_build_filename(root ? root : ".", "tests", "unit", NULL);
    g_setenv("G_TEST_SRCDIR", here, TRUE);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/page", test_page);
    g_test_add_func("/report/duties", test_duties);
    g_test_add_func("/report/damage-is-said", test_damage_is_said);
    g_test_add_func("/report/hostile-names", test_hostile_names);
    g_test_add_func("/report/who-is-not-shown", test_who_is_not_shown);
    g_test_add_func("/report/show", test_show);
    g_test_add_func("/report/show-refuses", test_show_refuses);
    g_test_add_func("/report/empty-record", test_empty_record);
    g_test_add_func("/report/same-bytes", test_same_bytes);
    return g_test_run();
}
