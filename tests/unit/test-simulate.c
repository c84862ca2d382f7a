/* The simulator's parts: random numbers against published ones, exact shares,
 * cells as they are written, and bad rows that keep to their one fault. */
#include <glib/gstdio.h>
#include <string.h>

#include "cli/simulate-dirt.h"
#include "cli/simulate-tables.h"

/* The first numbers of SplitMix64 from state 1234567; Rosetta Code, "Pseudo-random numbers/Splitmix64". */
static void
test_random_reference(void)
{
    static const guint64 expected[] = {
        G_GUINT64_CONSTANT(6457827717110365317),  G_GUINT64_CONSTANT(3203168211198807973),
        G_GUINT64_CONSTANT(9817491932198370423),  G_GUINT64_CONSTANT(4593380528125082431),
        G_GUINT64_CONSTANT(16408922859458223821),
    };
    QySimRandom random = {1234567};

    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        guint64 got = qy_sim_next(&random);
        g_assert_cmpuint(got, ==, expected[i]);
    }
}

/* A row's numbers don't depend on rows before it, and rows, streams and seeds differ. */
static void
test_random_streams(void)
{
    QySimRandom a = qy_sim_random(7, QY_SIM_STREAM_LOGS, 41), again = qy_sim_random(7, QY_SIM_STREAM_LOGS, 41);
    QySimRandom row = qy_sim_random(7, QY_SIM_STREAM_LOGS, 42), stream = qy_sim_random(7, QY_SIM_STREAM_NEED, 41);
    QySimRandom seed = qy_sim_random(8, QY_SIM_STREAM_LOGS, 41);
    guint64 first = qy_sim_next(&a), first_again = qy_sim_next(&again), of_row = qy_sim_next(&row);
    guint64 of_stream = qy_sim_next(&stream), of_seed = qy_sim_next(&seed);

    g_assert_cmpuint(first, ==, first_again);
    g_assert_cmpuint(first, !=, of_row);
    g_assert_cmpuint(first, !=, of_stream);
    g_assert_cmpuint(first, !=, of_seed);
}

static void
test_random_ranges(void)
{
    QySimRandom random = qy_sim_random(1, 1, 1);
    gboolean low = FALSE, high = FALSE;

    for (guint i = 0; i < 10000; i++) {
        gint value = qy_sim_between(&random, -2, 3);
        gdouble unit = qy_sim_unit(&random);
        g_assert_cmpint(value, >=, -2);
        g_assert_cmpint(value, <=, 3);
        g_assert_cmpfloat(unit, >=, 0.0);
        g_assert_cmpfloat(unit, <, 1.0);
        low |= value == -2;
        high |= value == 3;
    }
    g_assert_true(low && high);
}

static QySimWorld *
small_world(guint n_communities)
{
    QySimRequest request = {.n_communities = n_communities, .n_logs = n_communities * 600, .seed = 3};

    request.n_responses = n_communities * 200;
    request.n_service = n_communities * 120;
    g_assert_true(qy_period_parse("2026Q3", &request.period));
    return qy_sim_world_new(&request);
}

/* What was asked for is what is shared out, to the last row. */
static void
test_world_totals(void)
{
    g_autoptr(QySimWorld) world = small_world(23);
    guint64 logs = 0, responses = 0, service = 0;

    for (guint i = 0; i < world->n_commitments; i++)
        logs += world->commitments[i].n_logs;
    for (guint i = 0; i < 23; i++)
        responses += world->communities[i].n_responses;
    for (guint i = 0; i < 23 * QY_SIM_MEMBERS; i++)
        service += world->member_rows[i];
    g_assert_cmpuint(logs, ==, 23 * 600);
    g_assert_cmpuint(responses, ==, 23 * 200);
    g_assert_cmpuint(service, ==, 23 * 120);
}

/* What the dictionary refuses is never designed. */
static void
test_world_is_valid(void)
{
    g_autoptr(QySimWorld) world = small_world(40);

    for (guint i = 0; i < world->n_contracts; i++) {
        const QySimContract *contract = &world->contracts[i];
        g_assert_cmpint(contract->starts, <=, contract->ends);
        g_assert_true((contract->unit >= 0) != (contract->member >= 0));
    }
    for (guint i = 0; i < world->n_commitments; i++) {
        const QySimCommitment *item = &world->commitments[i];
        g_assert_cmpint(item->starts, <=, item->due);
        g_assert_cmpint(item->last, <=, world->as_of);
        g_assert_cmpint(item->quantity, >, 0);
        if (item->outcome == QY_SIM_LATE)
            g_assert_cmpint(item->last, >, item->due);
        if (item->outcome == QY_SIM_ON_TIME)
            g_assert_cmpint(item->last, <=, item->due);
        if (item->offer >= 0)
            g_assert_cmpint(world->offers[item->offer].measure, ==, item->unit);
    }
    for (guint i = 0; i < world->n_offers; i++) {
        g_assert_cmpint(world->offers[i].capacity, >, 0);
        g_assert_cmpint(world->offers[i].from, <=, world->offers[i].to);
    }
}

/* One street, one community: the smallest there is. */
static void
test_world_smallest(void)
{
    g_autoptr(QySimWorld) world = small_world(1);

    g_assert_cmpuint(world->n_streets, ==, 1);
    g_assert_cmpuint(world->n_counties, ==, 1);
    g_assert_cmpuint(world->n_prefectures, ==, 0);
    g_assert_cmpuint(world->streets[0].n_communities, ==, 1);
}

static gchar *
written(const gchar *folder, const gchar *name)
{
    g_autofree gchar *path = g_build_filename(folder, name, NULL);
    gchar *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_unlink(path);
    return text;
}

static void
test_file_cells(void)
{
    g_autofree gchar *folder = g_dir_make_tmp("qiyue-XXXXXX", NULL);
    g_autofree gchar *text = NULL;
    static const gchar *const columns[] = {"log_id",       "commitment_id", "done_on", "quantity",
                                           "participants", "status",        NULL};
    QySimFile *file = qy_sim_file_open(folder, QY_FULFILMENT, columns, FALSE, NULL, NULL);
    guint64 rows;

    g_assert_nonnull(file);
    qy_sim_id2(file, 'L', 122999, 9);
    qy_sim_id(file, 'I', 0);
    qy_sim_date(file, qy_date_from_ymd(2026, 7, 5));
    qy_sim_quantity(file, 12050);
    qy_sim_integer(file, 0);
    qy_sim_text(file, "partial");
    qy_sim_row_end(file);
    qy_sim_id2(file, 'L', 0, 0);
    qy_sim_id(file, 'I', 99999);
    qy_sim_date(file, QY_DATE_NONE);
    qy_sim_quantity(file, 3000);
    qy_sim_empty(file);
    qy_sim_text(file, NULL);
    qy_sim_row_end(file);
    g_assert_true(qy_sim_file_close(file, &rows, NULL));
    g_assert_cmpuint(rows, ==, 2);
    text = written(folder, "fulfilment.csv");
    g_assert_cmpstr(text, ==,
                    "\xef\xbb\xbf"
                    "log_id,commitment_id,done_on,quantity,participants,status\n"
                    "L123000-10,I00001,2026-07-05,12.05,0,partial\n"
                    "L00001-1,I100000,,3,,\n");
    g_rmdir(folder);
}

/* Every file of units spoilt throughout: each good row still there, in its order, and as many bad ones as are listed.
 */
static void
test_dirt(void)
{
    g_autofree gchar *folder = g_dir_make_tmp("qiyue-XXXXXX", NULL);
    g_autofree gchar *text = NULL;
    g_autofree gchar *list = NULL;
    g_auto(GStrv) lines = NULL;
    g_auto(GStrv) listed = NULL;
    static const gchar *const columns[] = {"unit_id", "name", "kind", "area_id", NULL};
    g_autoptr(QySimDirt) dirt = qy_sim_dirt_new(0.5, 5, QY_DATE_NONE);
    QySimSpoiler *spoiler = qy_sim_spoiler_new(dirt, qy_dictionary_table(QY_UNITS), columns, 40);
    QySimFile *file = qy_sim_file_open(folder, QY_UNITS, columns, FALSE, spoiler, NULL);
    guint good = 0;

    for (guint i = 0; i < 40; i++) {
        qy_sim_id(file, 'U', i);
        qy_sim_text(file, "东湖小学");
        qy_sim_text(file, "school");
        qy_sim_id(file, 'C', i);
        qy_sim_row_end(file);
    }
    g_assert_true(qy_sim_file_close(file, NULL, NULL));
    g_assert_true(qy_sim_dirt_write(dirt, folder, NULL));
    text = written(folder, "units.csv");
    list = written(folder, "dirty.csv");
    lines = g_strsplit(text, "\n", -1);
    listed = g_strsplit(list, "\n", -1);
    for (guint i = 1; lines[i] != NULL; i++) {
        g_autofree gchar *expected = g_strdup_printf("U%05u,东湖小学,school,C%05u", good + 1, good + 1);
        good += strcmp(lines[i], expected) == 0;
    }
    g_assert_cmpuint(good, ==, 40);
    /* Header and the empty text behind the last line end, in both. */
    g_assert_cmpuint(g_strv_length(listed) - 2, ==, qy_sim_dirt_rows(dirt));
    g_assert_cmpuint(g_strv_length(lines) - 2, ==, 40 + qy_sim_dirt_rows(dirt));
    g_assert_cmpuint(qy_sim_dirt_rows(dirt), >=, 10);
    g_rmdir(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/simulate/random/reference", test_random_reference);
    g_test_add_func("/simulate/random/streams", test_random_streams);
    g_test_add_func("/simulate/random/ranges", test_random_ranges);
    g_test_add_func("/simulate/world/totals", test_world_totals);
    g_test_add_func("/simulate/world/valid", test_world_is_valid);
    g_test_add_func("/simulate/world/smallest", test_world_smallest);
    g_test_add_func("/simulate/file/cells", test_file_cells);
    g_test_add_func("/simulate/dirt", test_dirt);
    return g_test_run();
}
