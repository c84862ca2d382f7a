/* What goes into a store comes back byte for byte, and the same input gives the same file. */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "store/store.h"

static gchar *folder;

static gchar *
path_of(const gchar *name)
{
    return g_build_filename(folder, name, NULL);
}

/* Names as hostile files hold them: quotes, formulas, tags, controls, private and astral characters. */
static const gchar *const texts[] = {
    "plain",
    "社区党群服务中心",
    "'; DROP TABLE t; --",
    "=1+1",
    "<script>alert(1)</script>",
    "\"quoted\"",
    "a,b\nc\r\n",
    "\x1b[31m",
    "\xE2\x80\xAE",
    "\xF0\x9F\x8F\x98",
    "00123",
    "",
    " ",
    "1e5",
    "NULL",
    "NaN",
};

static const QyColumnSpec text_columns[] = {{"id", QY_CELL_INTEGER}, {"text", QY_CELL_TEXT}};

static QyTable *
make_texts(void)
{
    QyTable *table = qy_table_new("hostile-texts", text_columns, G_N_ELEMENTS(text_columns));
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        qy_table_add_integer(table, i);
        qy_table_add_text(table, texts[i]);
    }
    return table;
}

static void
put_and_close(const gchar *path, const QyTable *table)
{
    g_autoptr(GError) error = NULL;
    QyStore *store = qy_store_create(path, &error);
    g_assert_no_error(error);
    g_assert_true(qy_store_put(store, table, &error));
    g_assert_no_error(error);
    g_assert_true(qy_store_close(store, &error));
    g_assert_no_error(error);
}

static void
test_texts_come_back(void)
{
    g_autofree gchar *path = path_of("texts.qiyue");
    g_autoptr(QyTable) table = make_texts();
    g_autoptr(GError) error = NULL;
    put_and_close(path, table);
    g_autoptr(QyStore) store = qy_store_open(path, &error);
    g_assert_no_error(error);
    g_autoptr(QyTable) back = qy_store_query(store, "SELECT id, text FROM hostile_texts ORDER BY id", NULL,
                                             text_columns, G_N_ELEMENTS(text_columns), &error);
    g_assert_no_error(error);
    g_assert_cmpuint(qy_table_n_rows(back), ==, G_N_ELEMENTS(texts));
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_assert_cmpint(qy_table_integer(back, i, 0), ==, i);
        g_assert_cmpstr(qy_table_text(back, i, 1), ==, qy_table_text(table, i, 1));
    }
    /* And as an argument of a question. */
    const gchar *arguments[] = {texts[2], NULL};
    g_autoptr(QyTable) found =
        qy_store_query(store, "SELECT id FROM hostile_texts WHERE text = ?1", arguments, text_columns, 1, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(qy_table_n_rows(found), ==, 1);
    g_assert_cmpint(qy_table_integer(found, 0, 0), ==, 2);
}

/* A decimal is a number where a double gives back all its digits, else text; the text read is the one put in. */
static const struct {
    const gchar *text, *kind;
} decimals[] = {
    {"0", "integer"},
    {"-12", "integer"},
    {"999999999999999999", "integer"},
    {"1000000000000000000", "text"},
    {"170141183460469231731687303715884105727", "text"},
    {"0.5", "real"},
    {"-0.05", "real"},
    {"0.123456789", "real"},
    {"123456.789012345", "real"},
    {"1234567.890123456", "text"},
    {"0.1234567890123456", "text"},
    {"0.00000123456789012345", "real"}, /* 15 digits count */
};

static void
test_decimals(void)
{
    static const QyColumnSpec columns[] = {{"value", QY_CELL_DECIMAL}};
    static const QyColumnSpec answer[] = {
        {"value", QY_CELL_DECIMAL}, {"kind", QY_CELL_TEXT}, {"same", QY_CELL_INTEGER}};
    g_autofree gchar *path = path_of("decimals.qiyue");
    g_autoptr(QyTable) table = qy_table_new("decimals", columns, 1);
    g_autoptr(GError) error = NULL;
    for (guint i = 0; i < G_N_ELEMENTS(decimals); i++)
        qy_table_add_decimal(table, decimals[i].text);
    put_and_close(path, table);
    g_autoptr(QyStore) store = qy_store_open(path, &error);
    g_autoptr(QyTable) back = qy_store_query(
        store, "SELECT value, typeof(value), typeof(value) = 'text' OR value + 0 = value FROM decimals ORDER BY rowid",
        NULL, answer, G_N_ELEMENTS(answer), &error);
    g_assert_no_error(error);
    for (guint i = 0; i < G_N_ELEMENTS(decimals); i++) {
        g_assert_cmpstr(qy_table_text(back, i, 1), ==, decimals[i].kind);
        if (strlen(decimals[i].text) < 20)
            g_assert_cmpstr(qy_table_text(back, i, 0), ==, decimals[i].text);
        g_assert_cmpfloat(g_ascii_strtod(qy_table_text(back, i, 0), NULL), ==, g_ascii_strtod(decimals[i].text, NULL));
    }
}

static void
test_empty_cells(void)
{
    static const QyColumnSpec columns[] = {
        {"t", QY_CELL_TEXT}, {"i", QY_CELL_INTEGER}, {"r", QY_CELL_REAL}, {"d", QY_CELL_DECIMAL}};
    static const QyColumnSpec answer[] = {{"n", QY_CELL_INTEGER}};
    g_autofree gchar *path = path_of("empty.qiyue");
    g_autoptr(QyTable) table = qy_table_new("empty", columns, 4);
    g_autoptr(GError) error = NULL;
    qy_table_add_text(table, NULL);
    qy_table_add_integer(table, QY_MISSING);
    qy_table_add_real(table, NAN);
    qy_table_add_empty(table);
    put_and_close(path, table);
    g_autoptr(QyStore) store = qy_store_open(path, &error);
    g_autoptr(QyTable) count =
        qy_store_query(store, "SELECT count(*) FROM empty WHERE t IS NULL AND i IS NULL AND r IS NULL AND d IS NULL",
                       NULL, answer, 1, &error);
    g_assert_cmpint(qy_table_integer(count, 0, 0), ==, 1);
    g_autoptr(QyTable) back = qy_store_query(store, "SELECT t, i, r, d FROM empty", NULL, columns, 4, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < 4; i++)
        g_assert_true(qy_table_is_empty(back, 0, i));
}

static gchar *
bytes_of(const gchar *path, gsize *length)
{
    gchar *bytes = NULL;
    g_autoptr(GError) error = NULL;
    g_file_get_contents(path, &bytes, length, &error);
    g_assert_no_error(error);
    return bytes;
}

static void
test_same_bytes(void)
{
    static const QyColumnSpec columns[] = {{"id", QY_CELL_TEXT}, {"value", QY_CELL_REAL}};
    g_autoptr(QyTable) table = qy_table_new("many", columns, 2);
    for (guint i = 0; i < 20000; i++) {
        g_autofree gchar *id = g_strdup_printf("社区-%u", i * 7919 % 20000);
        qy_table_add_text(table, id);
        qy_table_add_real(table, i / 7.0);
    }
    gchar *bytes[2];
    gsize length[2];
    for (guint k = 0; k < 2; k++) {
        g_autofree gchar *name = g_strdup_printf("same-%u.qiyue", k);
        g_autofree gchar *path = path_of(name);
        g_autoptr(GError) error = NULL;
        QyStore *store = qy_store_create(path, &error);
        g_assert_true(qy_store_put(store, table, &error));
        g_assert_true(qy_store_close(store, &error));
        g_assert_no_error(error);
        bytes[k] = bytes_of(path, &length[k]);
        g_usleep(k ? 0 : 1100000); /* over a second's end, so that a time in the file would show */
    }
    g_assert_cmpmem(bytes[0], length[0], bytes[1], length[1]);
    g_free(bytes[0]);
    g_free(bytes[1]);
}

static void
test_refusals(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree gchar *taken = path_of("taken");
    g_autofree gchar *other = path_of("other.sqlite");
    g_assert_true(g_file_set_contents(taken, "mine", -1, NULL));
    g_assert_null(qy_store_create(taken, &error));
    g_assert_error(error, QY_ERROR, QY_ERROR_STORE);
    g_clear_error(&error);
    gsize length;
    g_autofree gchar *still = bytes_of(taken, &length);
    g_assert_cmpstr(still, ==, "mine");

    g_assert_null(qy_store_open(taken, &error)); /* not a database */
    g_assert_error(error, QY_ERROR, QY_ERROR_STORE);
    g_clear_error(&error);
    g_assert_true(g_file_set_contents(other, "", 0, NULL)); /* an empty database, not ours */
    g_assert_null(qy_store_open(other, &error));
    g_assert_error(error, QY_ERROR, QY_ERROR_STORE);
}

static void
test_read_only_and_unfinished(void)
{
    g_autofree gchar *path = path_of("unfinished.qiyue");
    g_autofree gchar *closed = path_of("closed.qiyue");
    g_autoptr(QyTable) table = make_texts();
    g_autoptr(GError) error = NULL;
    QyStore *store = qy_store_create(path, &error);
    g_assert_true(qy_store_put(store, table, &error));
    g_assert_false(qy_store_put(store, table, &error)); /* the name is taken */
    g_assert_error(error, QY_ERROR, QY_ERROR_STORE);
    g_clear_error(&error);
    qy_store_free(store);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));

    put_and_close(closed, table);
    g_autoptr(QyStore) reading = qy_store_open(closed, &error);
    g_assert_false(qy_store_exec(reading, "DELETE FROM hostile_texts", &error));
    g_assert_error(error, QY_ERROR, QY_ERROR_STORE);
    g_clear_error(&error);
    g_assert_null(qy_store_query(reading, "SELECT id, text FROM hostile_texts", NULL, text_columns, 1, &error));
    g_assert_error(error, QY_ERROR, QY_ERROR_STORE);
}

/* A file cut short or changed is an error, not fewer rows. */
static void
test_damage(void)
{
    g_autofree gchar *path = path_of("damaged.qiyue");
    g_autoptr(QyTable) table = make_texts();
    g_autoptr(GError) error = NULL;
    put_and_close(path, table);
    gsize length;
    g_autofree gchar *bytes = bytes_of(path, &length);
    g_assert_true(g_file_set_contents(path, bytes, (gssize)length - 8192, NULL));
    g_autoptr(QyStore) store = qy_store_open(path, &error);
    g_autoptr(QyTable) back = NULL;
    if (store)
        back = qy_store_query(store, "SELECT id, text FROM hostile_texts", NULL, text_columns, 2, &error);
    g_assert_null(back);
    g_assert_error(error, QY_ERROR, QY_ERROR_STORE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("qy-store-XXXXXX", NULL);
    g_test_add_func("/store/texts-come-back", test_texts_come_back);
    g_test_add_func("/store/decimals", test_decimals);
    g_test_add_func("/store/empty-cells", test_empty_cells);
    g_test_add_func("/store/same-bytes", test_same_bytes);
    g_test_add_func("/store/refusals", test_refusals);
    g_test_add_func("/store/read-only-and-unfinished", test_read_only_and_unfinished);
    g_test_add_func("/store/damage", test_damage);
    int status = g_test_run();
    g_autoptr(GDir) listing = g_dir_open(folder, 0, NULL);
    for (const gchar *name; (name = g_dir_read_name(listing));) {
        g_autofree gchar *path = path_of(name);
        g_unlink(path);
    }
    g_rmdir(folder);
    g_free(folder);
    return status;
}
