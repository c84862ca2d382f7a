/* A folder is replaced whole or not at all: after a failure or a crash at any
 * step, OUT holds the old record or the new one, and the next run succeeds. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "record/folder.h"
#include "record/record.h"

typedef struct {
    gchar *base, *out, *out_new, *out_old;
} Fixture;

static gboolean
remove_tree(const gchar *path)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    for (const gchar *name; folder && (name = g_dir_read_name(folder));) {
        g_autofree gchar *child = g_build_filename(path, name, NULL);
        if (g_file_test(child, G_FILE_TEST_IS_DIR) && !g_file_test(child, G_FILE_TEST_IS_SYMLINK))
            remove_tree(child);
        else
            g_unlink(child);
    }
    return g_rmdir(path) == 0;
}

static void
set_up(Fixture *f, gconstpointer data)
{
    f->base = g_dir_make_tmp("qy-record-XXXXXX", NULL);
    f->out = g_build_filename(f->base, "out", NULL);
    f->out_new = g_build_filename(f->base, "out.new", NULL);
    f->out_old = g_build_filename(f->base, ".out.qiyue-old", NULL);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
    qy_folder_step_hook = NULL;
    remove_tree(f->base);
    g_free(f->base);
    g_free(f->out);
    g_free(f->out_new);
    g_free(f->out_old);
}

static const QyColumnSpec columns[] = {{"id", QY_CELL_TEXT}, {"generation", QY_CELL_TEXT}, {"n", QY_CELL_INTEGER}};

static QyTable *
make_table(const gchar *generation)
{
    QyTable *table = qy_table_new("scores", columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < 3; i++) {
        g_autofree gchar *id = g_strdup_printf("=C%u", i);
        qy_table_add_text(table, id);
        qy_table_add_text(table, generation);
        qy_table_add_integer(table, -(gint64)i);
    }
    return table;
}

static gboolean
write_page(const gchar *result_path, const gchar *folder, gpointer data, GError **error)
{
    g_autofree gchar *page = g_build_filename(folder, "report.html", NULL);
    g_assert_true(g_file_test(result_path, G_FILE_TEST_IS_REGULAR));
    return g_file_set_contents(page, data, -1, error);
}

static gboolean
record(const gchar *out, const gchar *generation, GError **error)
{
    g_autoptr(QyTable) table = make_table(generation);
    g_autoptr(QyRecording) recording = qy_record_begin(out, error);
    if (!recording)
        return FALSE;
    qy_record_note(recording, "generation", generation);
    qy_record_note_volatile(recording, "finished", "12:34");
    return qy_record_add(recording, table, TRUE, error) &&
           qy_record_commit(recording, write_page, (gpointer)generation, error);
}

static gchar *
read_file(const gchar *folder, const gchar *name)
{
    g_autofree gchar *path = g_build_filename(folder, name, NULL);
    gchar *text = NULL;
    g_file_get_contents(path, &text, NULL, NULL);
    return text;
}

static void
assert_holds(const gchar *out, const gchar *generation)
{
    g_autofree gchar *csv = read_file(out, "scores.csv");
    g_autofree gchar *expected = g_strdup_printf(
        "\xEF\xBB\xBFid,generation,n\r\n'=C0,%s,0\r\n'=C1,%s,-1\r\n'=C2,%s,-2\r\n", generation, generation, generation);
    g_assert_cmpstr(csv, ==, expected);
    g_autofree gchar *page = read_file(out, "report.html");
    g_assert_cmpstr(page, ==, generation);
    g_autofree gchar *manifest = read_file(out, "manifest.json");
    g_autofree gchar *note = g_strdup_printf("\n  \"generation\": \"%s\",\n", generation);
    g_assert_nonnull(manifest);
    g_assert_nonnull(strstr(manifest, note));
    g_assert_nonnull(strstr(manifest, "\"finished\": \"12:34\""));

    g_autofree gchar *result = g_build_filename(out, "result.qiyue", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(QyStore) store = qy_store_open(result, &error);
    g_assert_no_error(error);
    g_autoptr(QyTable) rows = qy_store_query(store, "SELECT id, generation, n FROM scores", NULL, columns, 3, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(qy_table_n_rows(rows), ==, 3);
    g_assert_cmpstr(qy_table_text(rows, 0, 0), ==, "=C0"); /* the record keeps the bytes */
    g_assert_cmpstr(qy_table_text(rows, 2, 1), ==, generation);
    g_autoptr(QyTable) notes =
        qy_store_query(store, "SELECT value FROM manifest WHERE key = 'generation'", NULL, columns, 1, &error);
    g_assert_cmpuint(qy_table_n_rows(notes), ==, 1);
    g_autoptr(QyTable) none =
        qy_store_query(store, "SELECT value FROM manifest WHERE key = 'finished'", NULL, columns, 1, &error);
    g_assert_cmpuint(qy_table_n_rows(none), ==, 0);
}

static void
assert_only_out(Fixture *f)
{
    g_assert_false(g_file_test(f->out_new, G_FILE_TEST_EXISTS));
    g_assert_false(g_file_test(f->out_old, G_FILE_TEST_EXISTS));
}

static void
assert_record(Fixture *f, const gchar *generation)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(record(f->out, generation, &error));
    g_assert_no_error(error);
    assert_holds(f->out, generation);
    assert_only_out(f);
}

static void
assert_refused(Fixture *f, const gchar *why)
{
    g_autoptr(GError) error = NULL;
    g_assert_false(record(f->out, "refused", &error));
    g_assert_error(error, QY_ERROR, QY_ERROR_FILE);
    g_assert_nonnull(strstr(error->message, why));
}

static void
test_replaces(Fixture *f, gconstpointer data)
{
    assert_record(f, "first");
    assert_record(f, "second");
    g_autofree gchar *slash = g_strconcat(f->out, "/", NULL);
    g_autoptr(GError) error = NULL;
    g_assert_true(record(slash, "third", &error));
    assert_holds(f->out, "third");
}

static void
test_same_bytes(Fixture *f, gconstpointer data)
{
    static const gchar *const names[] = {"scores.csv", "result.qiyue", "manifest.json"};
    g_autofree gchar *other = g_build_filename(f->base, "other", NULL);
    assert_record(f, "same");
    g_assert_true(record(other, "same", NULL));
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree gchar *a = g_build_filename(f->out, names[i], NULL);
        g_autofree gchar *b = g_build_filename(other, names[i], NULL);
        gchar *bytes_a = NULL, *bytes_b = NULL;
        gsize n_a, n_b;
        g_assert_true(g_file_get_contents(a, &bytes_a, &n_a, NULL));
        g_assert_true(g_file_get_contents(b, &bytes_b, &n_b, NULL));
        g_assert_cmpmem(bytes_a, n_a, bytes_b, n_b);
        g_free(bytes_a);
        g_free(bytes_b);
    }
}

static void
test_empty_folder_and_link(Fixture *f, gconstpointer data)
{
    g_autofree gchar *real = g_build_filename(f->base, "real", NULL);
    g_assert_cmpint(g_mkdir(real, 0755), ==, 0);
    g_assert_cmpint(symlink("real", f->out), ==, 0);
    for (guint i = 0; i < 2; i++) {
        g_assert_true(record(f->out, "linked", NULL));
        g_assert_true(g_file_test(f->out, G_FILE_TEST_IS_SYMLINK));
        assert_holds(real, "linked");
    }
}

/* --- What isn't ours is never replaced --- */

static void
put_file(const gchar *folder, const gchar *name, const gchar *text)
{
    g_autofree gchar *path = g_build_filename(folder, name, NULL);
    g_mkdir(folder, 0755);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
test_foreign_folder(Fixture *f, gconstpointer data)
{
    put_file(f->out, "thesis.docx", "years of work");
    assert_refused(f, "not a folder of results");
    g_autofree gchar *kept = read_file(f->out, "thesis.docx");
    g_assert_cmpstr(kept, ==, "years of work");
    assert_only_out(f);
    /* A manifest of another program doesn't make it ours. */
    put_file(f->out, "manifest.json", "{\"manifest_version\": 3, \"name\": \"browser extension\"}");
    assert_refused(f, "not a folder of results");
    assert_only_out(f);
}

static void
test_foreign_file_in_record(Fixture *f, gconstpointer data)
{
    assert_record(f, "first");
    put_file(f->out, ".~lock.scores.csv#", "");
    assert_record(f, "second");
    put_file(f->out, "notes.txt", "remarks");
    assert_refused(f, "notes.txt");
    assert_holds(f->out, "second");
    assert_only_out(f);
}

static void
test_foreign_new(Fixture *f, gconstpointer data)
{
    assert_record(f, "first");
    put_file(f->out_new, "mine.txt", "mine");
    assert_refused(f, "not a folder of results");
    assert_holds(f->out, "first");
    g_autofree gchar *kept = read_file(f->out_new, "mine.txt");
    g_assert_cmpstr(kept, ==, "mine");
}

static void
test_files_in_the_way(Fixture *f, gconstpointer data)
{
    g_assert_true(g_file_set_contents(f->out, "a file", -1, NULL));
    assert_refused(f, "out");
    g_assert_true(g_file_test(f->out, G_FILE_TEST_IS_REGULAR));
    assert_only_out(f);
    g_unlink(f->out);
    g_assert_cmpint(symlink(f->base, f->out_new), ==, 0);
    assert_refused(f, "out.new");
    g_unlink(f->out_new);
    g_autofree gchar *nowhere = g_build_filename(f->base, "none", "out", NULL);
    g_autoptr(GError) error = NULL;
    g_assert_null(qy_record_begin(nowhere, &error));
    g_assert_error(error, QY_ERROR, QY_ERROR_FILE);
}

static void
test_two_runs(Fixture *f, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    QyRecording *first = qy_record_begin(f->out, &error);
    g_assert_no_error(error);
    assert_refused(f, "another run");
    qy_record_free(first);
    assert_only_out(f);
    assert_record(f, "after");
}

/* --- Failures and crashes at each step --- */

static const gchar *const steps[] = {"add",         "close-store",     "report",         "manifest",
                                     "sync-files",  "marker",          "sync-folder",    "exchange",
                                     "sync-parent", "between-renames", "remove-replaced"};

static const gchar *failing_step;
static gboolean crashes, was_there;

static gboolean
fail_at_step(const gchar *step, GError **error)
{
    if (!g_str_equal(step, failing_step))
        return TRUE;
    was_there = TRUE;
    if (crashes)
        kill(getpid(), SIGKILL);
    g_set_error(error, QY_ERROR, QY_ERROR_FILE, "no space at %s", step);
    return FALSE;
}

static gint
no_exchange(gint parent_fd, const gchar *a, const gchar *b)
{
    errno = EINVAL;
    return -1;
}

static void
test_failures(Fixture *f, gconstpointer data)
{
    for (guint first = 0; first < 2; first++)
        for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
            g_autoptr(GError) error = NULL;
            failing_step = steps[i];
            was_there = crashes = FALSE;
            remove_tree(f->out_old);
            if (first)
                remove_tree(f->out);
            else
                assert_record(f, "old");
            qy_folder_step_hook = fail_at_step;
            gboolean good = record(f->out, "new", &error);
            qy_folder_step_hook = NULL;
            g_assert_cmpint(good, ==, !was_there || g_str_equal(steps[i], "remove-replaced"));
            if (good)
                assert_holds(f->out, "new");
            else if (first)
                g_assert_false(g_file_test(f->out, G_FILE_TEST_EXISTS));
            else
                assert_holds(f->out, "old");
            if (!good) {
                g_assert_error(error, QY_ERROR, QY_ERROR_FILE);
                assert_only_out(f);
            }
        }
}

/* A real crash: a child is killed at the step. Then the old record or the new one stands, or, without an
 * exchange of names, the old one comes back at the next begin; and the next run succeeds. */
static void
crash_at(Fixture *f, const gchar *step, gboolean exchange)
{
    failing_step = step;
    crashes = TRUE;
    pid_t child = fork();
    if (child == 0) {
        qy_folder_step_hook = fail_at_step;
        record(f->out, "new", NULL);
        _exit(0);
    }
    int status;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    gboolean killed = WIFSIGNALED(status);
    g_assert_cmpint(killed, ==, exchange ? !g_str_equal(step, "between-renames") : TRUE);
}

static gboolean
holds_generation(const gchar *out, const gchar *generation)
{
    g_autofree gchar *page = read_file(out, "report.html");
    return g_strcmp0(page, generation) == 0;
}

static void
test_crashes(Fixture *f, gconstpointer data)
{
    gboolean exchange = data == NULL;
    gint (*real)(gint, const gchar *, const gchar *) = qy_folder_exchange;
    if (!exchange)
        qy_folder_exchange = no_exchange;
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
        assert_record(f, "old");
        crash_at(f, steps[i], exchange);
        if (!g_file_test(f->out, G_FILE_TEST_EXISTS)) {
            g_assert_cmpstr(steps[i], ==, "between-renames");
            assert_holds(f->out_old, "old");
            qy_record_free(qy_record_begin(f->out, NULL));
            assert_holds(f->out, "old");
        } else {
            assert_holds(f->out, holds_generation(f->out, "old") ? "old" : "new");
        }
        assert_record(f, "next");
    }
    qy_folder_exchange = real;
}

static void
test_first_run_crashes(Fixture *f, gconstpointer data)
{
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
        if (g_str_equal(steps[i], "between-renames") || g_str_equal(steps[i], "remove-replaced"))
            continue; /* nothing is replaced */
        crash_at(f, steps[i], TRUE);
        if (g_file_test(f->out, G_FILE_TEST_EXISTS))
            assert_holds(f->out, "new");
        assert_record(f, "next");
        remove_tree(f->out);
    }
}

static void
test_without_exchange(Fixture *f, gconstpointer data)
{
    gint (*real)(gint, const gchar *, const gchar *) = qy_folder_exchange;
    qy_folder_exchange = no_exchange;
    assert_record(f, "first");
    assert_record(f, "second");
    test_failures(f, NULL);
    qy_folder_exchange = real;
}

static gint (*real_exchange)(gint, const gchar *, const gchar *);
static guint n_exchanges;

static gint
exchange_once(gint parent_fd, const gchar *a, const gchar *b)
{
    if (n_exchanges++ == 0)
        return real_exchange(parent_fd, a, b);
    errno = EIO;
    return -1;
}

/* The parent can't be synced and the names can't be put back: then the new record stands, whole, and that is
 * what the caller hears. */
static void
test_no_way_back(Fixture *f, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    assert_record(f, "old");
    real_exchange = qy_folder_exchange;
    n_exchanges = 0;
    failing_step = "sync-parent";
    crashes = FALSE;
    qy_folder_exchange = exchange_once;
    qy_folder_step_hook = fail_at_step;
    g_assert_true(record(f->out, "new", &error));
    g_assert_no_error(error);
    qy_folder_step_hook = NULL;
    qy_folder_exchange = real_exchange;
    g_assert_cmpuint(n_exchanges, ==, 2);
    assert_holds(f->out, "new");
    assert_record(f, "next");
}

/* A reader that opens OUT again and again sees a whole record each time. */
static void
test_reader_beside(Fixture *f, gconstpointer data)
{
    assert_record(f, "old");
    pid_t child = fork();
    if (child == 0) {
        for (guint i = 0; i < 60; i++)
            if (!record(f->out, i % 2 ? "old" : "new", NULL))
                _exit(1);
        _exit(0);
    }
    int status;
    while (waitpid(child, &status, WNOHANG) == 0) {
        int fd = open(f->out, O_RDONLY | O_DIRECTORY);
        g_assert_cmpint(fd, >=, 0);
        close(fd);
    }
    g_assert_cmpint(status, ==, 0);
}

/* What a killed run left is told from a run at work by its lock alone. */
static void
test_leftover(Fixture *f, gconstpointer data)
{
    put_file(f->out_new, ".qiyue-writing", "");
    put_file(f->out_new, "scores.csv", "half");
    int fd = open(f->out_new, O_RDONLY | O_DIRECTORY);
    g_assert_cmpint(flock(fd, LOCK_EX), ==, 0);
    assert_refused(f, "another run");
    g_autofree gchar *half = read_file(f->out_new, "scores.csv");
    g_assert_cmpstr(half, ==, "half");
    close(fd);
    assert_record(f, "first");
}

static void
test_report_fails(Fixture *f, gconstpointer data)
{
    assert_record(f, "old");
    g_autoptr(GError) error = NULL;
    g_autoptr(QyTable) table = make_table("new");
    g_autoptr(QyRecording) recording = qy_record_begin(f->out, &error);
    g_assert_true(qy_record_add(recording, table, TRUE, &error));
    g_assert_false(qy_record_add(recording, table, TRUE, &error)); /* one table of a name */
    g_assert_nonnull(error);
    g_clear_pointer(&recording, qy_record_free);
    assert_holds(f->out, "old");
    assert_only_out(f);
}

#define ADD(path, data, func) g_test_add("/record/" path, Fixture, data, set_up, func, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_setenv("LC_ALL", "C", TRUE);
    ADD("replaces", NULL, test_replaces);
    ADD("same-bytes", NULL, test_same_bytes);
    ADD("empty-folder-and-link", NULL, test_empty_folder_and_link);
    ADD("foreign-folder", NULL, test_foreign_folder);
    ADD("foreign-file-in-record", NULL, test_foreign_file_in_record);
    ADD("foreign-new", NULL, test_foreign_new);
    ADD("files-in-the-way", NULL, test_files_in_the_way);
    ADD("two-runs", NULL, test_two_runs);
    ADD("leftover", NULL, test_leftover);
    ADD("report-fails", NULL, test_report_fails);
    ADD("failures", NULL, test_failures);
    ADD("crashes", NULL, test_crashes);
    ADD("crashes-without-exchange", "without", test_crashes);
    ADD("first-run-crashes", NULL, test_first_run_crashes);
    ADD("without-exchange", NULL, test_without_exchange);
    ADD("no-way-back", NULL, test_no_way_back);
    ADD("reader-beside", NULL, test_reader_beside);
    return g_test_run();
}
