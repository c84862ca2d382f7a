/* Expected values worked by hand. */
#include "base/base.h"

#include <locale.h>
#include <math.h>
#include <string.h>

/* ---- text ---- */

typedef struct {
    const gchar *name, *text, *want;
} TextCase;

static const TextCase csv_text_cases[] = {
    {"plain", "北京", "北京"},
    {"empty", "", ""},
    {"null", NULL, ""},
    {"comma", "a,b", "\"a,b\""},
    {"quote", "a\"b", "\"a\"\"b\""},
    {"line-end", "a\nb", "\"a\nb\""},
    {"equals", "=1+1", "'=1+1"},
    {"plus", "+1", "'+1"},
    {"minus", "-1", "'-1"},
    {"at", "@SUM(A1)", "'@SUM(A1)"},
    {"tab", "\t=1", "'\t=1"},
    {"cr", "\r=1", "\"'\r=1\""},
    {"full-equals", "＝1", "'＝1"},
    {"full-plus", "＋1", "'＋1"},
    {"full-minus", "－1", "'－1"},
    {"full-at", "＠x", "'＠x"},
    {"formula-with-comma", "=A(\"x\",1)", "\"'=A(\"\"x\"\",1)\""},
    {"inside", "a=1", "a=1"},
    {"full-colon", "：1", "：1"}, /* shares two bytes with the full-width forms */
};

static void
test_csv_text(gconstpointer data)
{
    const TextCase *c = data;
    g_autoptr(GString) out = g_string_new("x,");

    qy_csv_append(out, c->text, TRUE);
    g_assert_cmpstr(out->str + 2, ==, c->want);
}

static void
test_csv_number(void)
{
    g_autoptr(GString) out = g_string_new(NULL);

    qy_csv_append(out, "-0.05", FALSE);
    g_assert_cmpstr(out->str, ==, "-0.05");
}

typedef struct {
    const gchar *name, *text;
    gsize want;
} WidthCase;

static const WidthCase width_cases[] = {
    {"empty", "", 0},
    {"ascii", "abc", 3},
    {"cjk", "社区", 4},
    {"full-width", "Ａ１", 4},
    {"half-width-kana", "ｱ", 1},
    {"rare-han", "𠮷", 2},
    {"combining", "e\xCC\x81", 1},
    {"thai", "น้ำ", 2}, /* consonant, mark above, SARA AM */
    {"thai-mark", "กิ", 1},
    {"hangul", "한", 2},
    {"hangul-jamo", "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", 2},
    {"emoji", "😀", 2},
    {"emoji-family", "👨\xE2\x80\x8D👩\xE2\x80\x8D👧", 2},
    {"joiner-between-letters",
     "a\xE2\x80\x8D"
     "b",
     2},
    {"family-then-text", "👨\xE2\x80\x8D👩社", 4},
    {"zero-width-space",
     "a\xE2\x80\x8B"
     "b",
     2},
    {"control",
     "a\x1B"
     "b",
     2},
};

static void
test_width(gconstpointer data)
{
    const WidthCase *c = data;

    g_assert_cmpuint(qy_text_width(c->text), ==, c->want);
}

static const TextCase safe_cases[] = {
    {"plain", "社区 ok", "社区 ok"},
    {"escape-sequence", "\x1B[31mred", "<U+001B>[31mred"},
    {"bell-tab-line", "\a\t\n", "<U+0007><U+0009><U+000A>"},
    {"delete", "\x7F", "<U+007F>"},
    {"c1-csi",
     "\xC2\x9B"
     "2J",
     "<U+009B>2J"},
    {"right-to-left-override",
     "a\xE2\x80\xAE"
     "b",
     "a<U+202E>b"},
    {"isolate", "\xE2\x81\xA6", "<U+2066>"},
    {"mark", "\xE2\x80\x8F", "<U+200F>"},
    {"zero-width-space", "\xE2\x80\x8B", "<U+200B>"},
    {"byte-order-mark", "\xEF\xBB\xBF", "<U+FEFF>"},
    {"line-separator", "\xE2\x80\xA8", "<U+2028>"},
    {"lone-joiner",
     "a\xE2\x80\x8D"
     "b",
     "a<U+200D>b"},
    {"emoji-joiner", "👨\xE2\x80\x8D👩", "👨\xE2\x80\x8D👩"},
    {"combining-stays", "e\xCC\x81", "e\xCC\x81"},
    {"bad-byte",
     "a\xFF"
     "b",
     "a<0xFF>b"},
    {"cut-character", "a\xE7\xA4", "a<0xE7><0xA4>"},
    {"surrogate", "\xED\xA0\x80", "<0xED><0xA0><0x80>"},
};

static void
test_safe(gconstpointer data)
{
    const TextCase *c = data;
    g_autofree gchar *got = qy_text_safe(c->text, -1);

    g_assert_cmpstr(got, ==, c->want);
}

static void
test_safe_nul(void)
{
    g_autofree gchar *got = qy_text_safe("a\0b", 3);

    g_assert_cmpstr(got, ==, "a<U+0000>b");
}

typedef struct {
    const gchar *name, *text;
    gsize width;
    gboolean right;
    const gchar *want;
} CellCase;

static const CellCase cell_cases[] = {
    {"left", "ab", 4, FALSE, "ab  "},
    {"right", "ab", 4, TRUE, "  ab"},
    {"exact", "社区", 4, FALSE, "社区"},
    {"cut", "abcdef", 4, FALSE, "abc…"},
    {"cut-wide", "社区文化", 4, FALSE, "社… "},
    {"cut-wide-odd", "社区文化", 5, FALSE, "社区…"},
    {"one", "社区", 1, FALSE, "…"},
    {"none", "社区", 0, FALSE, ""},
    {"null", NULL, 2, FALSE, "  "},
    {"marks-stay-together",
     "e\xCC\x81"
     "abc",
     3, FALSE,
     "e\xCC\x81"
     "a…"},
    {"escape", "\x1B[0m", 12, FALSE, "<U+001B>[0m "},
};

static void
test_cell(gconstpointer data)
{
    const CellCase *c = data;
    g_autofree gchar *got = qy_text_cell(c->text, c->width, c->right);

    g_assert_cmpstr(got, ==, c->want);
    g_assert_cmpuint(qy_text_width(got), ==, c->width);
}

static void
test_fill(void)
{
    static const gchar *const names[] = {"n", "name", NULL};
    static const gchar *const values[] = {"3", "{n}", NULL};
    QySay say = {.en = "{n} of {name}, {other}, {, {n", .zh = "{name}的{n}"};
    QySayText got = qy_say_fill(say, names, values);

    g_assert_cmpstr(got.en, ==, "3 of {n}, {other}, {, {n"); /* a value isn't filled again */
    g_assert_cmpstr(got.zh, ==, "{n}的3");
    qy_say_text_clear(&got);
    g_assert_null(got.en);
}

static void
test_json(void)
{
    g_autoptr(GString) out = g_string_new(NULL);

    qy_json_append(out, "a\"\\\n\x01</script>社");
    g_assert_cmpstr(out->str, ==, "\"a\\\"\\\\\\n\\u0001\\u003c/script>社\"");
}

static void
test_html(void)
{
    g_autoptr(GString) out = g_string_new(NULL);

    qy_html_append(out, "<b a='1' c=\"2\">&\x1B\xE2\x80\xAE\n社\xFF");
    g_assert_cmpstr(out->str, ==,
                    "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;&lt;U+001B&gt;&lt;U+202E&gt;\n社\xEF\xBF\xBD");
}

/* ---- string pool ---- */

static void
test_pool(void)
{
    g_autoptr(QyStringPool) pool = qy_string_pool_new();
    guint32 a = qy_string_pool_add(pool, "abc", 2);

    g_assert_cmpstr(qy_string_pool_get(pool, a), ==, "ab");
    g_assert_cmpuint(qy_string_pool_add(pool, "ab", 2), ==, a);
    g_assert_cmpuint(qy_string_pool_add(pool, "", 0), !=, a);
    g_assert_cmpuint(qy_string_pool_add(pool, "ab\0", 3), !=, a); /* byte by byte */
    g_assert_cmpuint(qy_string_pool_size(pool), ==, 3);
}

#define POOL_TEXTS 30000
#define POOL_THREADS 6

typedef struct {
    QyStringPool *pool;
    guint step;
    guint32 numbers[POOL_TEXTS];
} PoolWork;

/* Every thread adds the same texts, each in an order of its own. */
static gpointer
add_all(gpointer data)
{
    PoolWork *work = data;

    for (guint i = 0; i < POOL_TEXTS; i++) {
        guint k = (guint)((guint64)i * work->step % POOL_TEXTS);
        gchar text[32];

        g_snprintf(text, sizeof text, "C%05u", k);
        work->numbers[k] = qy_string_pool_add(work->pool, text, strlen(text));
        g_assert_cmpstr(qy_string_pool_get(work->pool, work->numbers[k]), ==, text);
    }
    return NULL;
}

static void
test_pool_threads(void)
{
    static const guint steps[POOL_THREADS] = {1, 7, 11, 13, 29999, 17}; /* without a factor in common with POOL_TEXTS */
    g_autoptr(QyStringPool) pool = qy_string_pool_new();
    PoolWork *work = g_new0(PoolWork, POOL_THREADS);
    g_autofree guint8 *seen = g_new0(guint8, POOL_TEXTS);
    GThread *threads[POOL_THREADS];

    for (guint i = 0; i < POOL_THREADS; i++) {
        work[i].pool = pool;
        work[i].step = steps[i];
        threads[i] = g_thread_new("pool", add_all, &work[i]);
    }
    for (guint i = 0; i < POOL_THREADS; i++)
        g_thread_join(threads[i]);
    g_assert_cmpuint(qy_string_pool_size(pool), ==, POOL_TEXTS);
    for (guint i = 0; i < POOL_THREADS; i++)
        g_assert_cmpmem(work[i].numbers, sizeof work[i].numbers, work[0].numbers, sizeof work[0].numbers);
    for (guint k = 0; k < POOL_TEXTS; k++)
        g_assert_cmpuint(seen[work[0].numbers[k]]++, ==, 0);
    g_free(work);
}

/* ---- tables ---- */

static const QyColumnSpec table_columns[] = {
    {"id", QY_CELL_TEXT},
    {"n", QY_CELL_INTEGER},
    {"value", QY_CELL_REAL},
    {"exact", QY_CELL_DECIMAL},
};

static void
test_table(void)
{
    g_autoptr(QyTable) table = qy_table_new("second-look", table_columns, 4);
    g_autoptr(GString) csv = g_string_new(NULL);

    qy_table_add_text(table, "=社区,一");
    qy_table_add_integer(table, -5);
    qy_table_add_real(table, -0.0);
    qy_table_add_decimal(table, "-0.05");
    for (guint i = 0; i < 4; i++)
        qy_table_add_empty(table);
    qy_table_add_text(table, "");
    qy_table_add_integer(table, QY_MISSING);
    qy_table_add_real(table, INFINITY);
    qy_table_take_decimal(table, NULL);

    g_assert_cmpstr(qy_table_name(table), ==, "second-look");
    g_assert_cmpuint(qy_table_n_columns(table), ==, 4);
    g_assert_cmpuint(qy_table_n_rows(table), ==, 3);
    g_assert_cmpint(qy_table_find(table, "exact"), ==, 3);
    g_assert_cmpint(qy_table_find(table, "none"), ==, -1);
    g_assert_cmpstr(qy_table_column(table, 1)->name, ==, "n");
    g_assert_cmpstr(qy_table_text(table, 0, 0), ==, "=社区,一");
    g_assert_cmpint(qy_table_integer(table, 0, 1), ==, -5);
    g_assert_false(signbit(qy_table_real(table, 0, 2)));
    for (gsize row = 1; row < 3; row++)
        for (guint column = 0; column < 4; column++)
            g_assert_true(qy_table_is_empty(table, row, column));
    g_assert_null(qy_table_text(table, 1, 3));
    g_assert_cmpint(qy_table_integer(table, 1, 1), ==, QY_MISSING);
    g_assert_true(isnan(qy_table_real(table, 1, 2)));

    for (gsize row = 0; row < 2; row++)
        for (guint column = 0; column < 4; column++) {
            qy_table_append_csv_cell(table, row, column, csv);
            g_string_append_c(csv, '|');
        }
    g_assert_cmpstr(csv->str, ==, "\"'=社区,一\"|-5|0|-0.05|||||");
}

static void
test_table_unfinished_row(void)
{
    g_autoptr(QyTable) table = qy_table_new("t", table_columns, 4);

    qy_table_add_text(table, "half");
    g_assert_cmpuint(qy_table_n_rows(table), ==, 0);
}

/* Texts stay where they are while the table grows; equal ones are one; one longer than any block comes back whole. */
static void
test_table_many_texts(void)
{
    static const QyColumnSpec columns[] = {{"text", QY_CELL_TEXT}, {"twice", QY_CELL_TEXT}};
    g_autoptr(QyTable) table = qy_table_new("t", columns, 2);
    g_autofree gchar *lengthy = g_strnfill(300000, 'x');
    const gchar *first = NULL;

    for (guint i = 0; i < 50000; i++) {
        g_autofree gchar *text = g_strdup_printf("text %u", i % 40000);

        qy_table_add_text(table, i == 777 ? lengthy : text);
        qy_table_add_text(table, text);
        if (i == 0)
            first = qy_table_text(table, 0, 0);
    }
    g_assert_true(first == qy_table_text(table, 0, 0));
    g_assert_true(first == qy_table_text(table, 40000, 0));
    g_assert_cmpstr(qy_table_text(table, 777, 0), ==, lengthy);
    for (guint i = 0; i < 50000; i++) {
        g_autofree gchar *text = g_strdup_printf("text %u", i % 40000);

        g_assert_cmpstr(qy_table_text(table, i, 1), ==, text);
    }
}

#define ADD_NAMED(path, cases, test)                                                                                   \
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {                                                                  \
        g_autofree gchar *full = g_strconcat("/text/" path "/", cases[i].name, NULL);                                  \
        g_test_add_data_func(full, &cases[i], test);                                                                   \
    }

int
main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    g_test_init(&argc, &argv, NULL);
    ADD_NAMED("csv", csv_text_cases, test_csv_text)
    g_test_add_func("/text/csv/number", test_csv_number);
    ADD_NAMED("width", width_cases, test_width)
    ADD_NAMED("safe", safe_cases, test_safe)
    g_test_add_func("/text/safe/nul", test_safe_nul);
    ADD_NAMED("cell", cell_cases, test_cell)
    g_test_add_func("/text/fill", test_fill);
    g_test_add_func("/text/json", test_json);
    g_test_add_func("/text/html", test_html);
    g_test_add_func("/text/pool/one-thread", test_pool);
    g_test_add_func("/text/pool/threads", test_pool_threads);
    g_test_add_func("/text/table/cells", test_table);
    g_test_add_func("/text/table/unfinished-row", test_table_unfinished_row);
    g_test_add_func("/text/table/many-texts", test_table_many_texts);
    return g_test_run();
}
