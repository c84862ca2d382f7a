/* Streaming: each good row once, whatever the threads, chunks and order of
 * rows; duplicates; findings, notices and inputs. */
#include "dataset-folder.h"

#define LOGS "log_id,commitment_id,done_on,quantity,status,recorded_on\n"

static QyDataset *
open_good(const gchar *folder, guint n_threads, gsize chunk_bytes)
{
    g_autoptr(GError) error = NULL;
    QyDataset *dataset =
        qy_dataset_open(folder, &(QyLoadOptions){.n_threads = n_threads, .chunk_bytes = chunk_bytes}, &error);

    g_assert_no_error(error);
    return dataset;
}

/* Everything that a dataset says, so that two readings can be compared byte by byte. */
static gchar *
all_text(const gchar *folder, guint n_threads, gsize chunk_bytes)
{
    g_autoptr(QyDataset) dataset = open_good(folder, n_threads, chunk_bytes);
    GString *out = g_string_new(NULL);

    for (guint t = 0; t < QY_N_TABLES; t++) {
        QyTableId table = (QyTableId)t;
        g_autofree gchar *rows = qy_dictionary_table(table)->streamed
                                     ? stream_text(dataset, table, G_MAXUINT64, TRUE, NULL)
                                     : frame_text(dataset, table);

        g_string_append_printf(out, "== %s\n%s\n", qy_dictionary_table(table)->name, rows);
    }
    for (guint i = 0; i < 4; i++) {
        static const gchar *const columns[][9] = {
            {"file", "row", "line", "column", "code", "value", "reason", "reason_zh", NULL},
            {"code", "table", "subject_id", "rows", "examples", "message_zh", "message_en", NULL},
            {"file", "code", "message_zh", "message_en", NULL},
            {"file", "table", "bytes", "rows", "accepted", "refused", "late", "digest", NULL},
        };
        QyTable *table = i == 0   ? qy_dataset_rejects(dataset)
                         : i == 1 ? qy_dataset_findings(dataset)
                         : i == 2 ? qy_dataset_notices(dataset)
                                  : qy_dataset_inputs(dataset);
        g_autofree gchar *text = table_text(table, columns[i]);

        g_string_append_printf(out, "== %u\n%s", i, text);
    }
    return g_string_free(out, FALSE);
}

/* A line for each of @n logs; every seventh is wrong in one of several ways, every ninth has an earlier one's id. */
static void
append_log(GString *out, guint i, guint n)
{
    static const gchar *const wrong[] = {
        "L%06u,M9,2026-07-01,1,partial,\n",      "L%06u,M1,2026-07-01,-1,partial,\n",     "L%06u,M1,2026-07-01\n",
        "L%06u,M1,\"2026-07-01\",1,\"x\ny\",\n", "L%06u,M1,2026-07-01,1,\"partial\"x,\n", ",,,,,\n",
    };

    if (i % 7 == 3)
        g_string_append_printf(out, wrong[i / 7 % G_N_ELEMENTS(wrong)], i);
    else if (i % 9 == 5)
        g_string_append_printf(out, "L%06u,M2,2026-07-02,2,partial,2026-07-03\n", i / 2);
    else
        g_string_append_printf(out, "L%06u,M%u,2026-%02u-%02u,\"1,%03u\",%s,2026-09-%02u\n", i, i % 2 + 1, i % 9 + 1,
                               i % 28 + 1, i % 1000, i % 3 == 0 ? "completed" : "partial", i % 30 + 1);
}

static void
test_same_for_threads_and_chunks(void)
{
    static const gsize chunks[] = {64, 256, 4096, 1 << 20};
    static const guint threads[] = {1, 2, 8};
    g_autoptr(GString) logs = g_string_new(LOGS);
    g_autofree gchar *expected = NULL;
    gchar *folder;

    for (guint i = 0; i < 3000; i++)
        append_log(logs, i, 3000);
    folder = make_folder((const File[MAX_FILES]){
        {"fulfilment.csv", logs->str},
        {"surveys.csv", "response_id,community_id,answered_on,overall,sex,备注\n\nR1,C1,2026-07-01 8:00,3,男,x\n"
                        "R2,C2,2026-10-01,9,女,\nR3,C9,2026-07-01,3,男,\nR1,C1,2026-07-01,4,女,\n"},
        {"areas.csv",
         "area_id,parent_id,level,name\nD1,,county,区\nT1,D1,street,街道\nC1,T1,community,东\nC2,T1,community,西\n"
         "C3,T9,community,北\nP3,C3,compound,x\nC1,T1,community,again\n"},
        {"facts.csv",
         "area_id,fact,value,as_of\nC2,b,1,2026-07-01\nC1,a,2,2026-11-01\nC1,b,3,2026-07-01\nC9,b,3,2026-07-01\n"},
    });
    expected = all_text(folder, 1, 0);
    g_assert_nonnull(strstr(expected, "fulfilment.csv,7,")); /* something was refused */
    for (guint t = 0; t < G_N_ELEMENTS(threads); t++) {
        for (guint c = 0; c < G_N_ELEMENTS(chunks); c++) {
            g_autofree gchar *got = all_text(folder, threads[t], chunks[c]);

            g_assert_cmpstr(got, ==, expected);
        }
    }
    remove_folder(folder);
}

/* The rows below the header in another order. (transfer full) */
static gchar *
shuffled(const gchar *text, guint32 seed)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint n = g_strv_length(lines) - 1; /* the last is what stands behind the last line end */

    for (guint i = n - 1; i > 1; i--) {
        guint other = (guint)g_rand_int_range(rand, 1, (gint32)i + 1);
        gchar *line = lines[i];

        lines[i] = lines[other];
        lines[other] = line;
    }
    return g_strjoinv("\n", lines);
}

static void
test_same_for_shuffled_rows(void)
{
    g_autofree gchar *expected = NULL;
    g_autoptr(GString) logs = g_string_new(LOGS);

    for (guint i = 0; i < 500; i++)
        g_string_append_printf(logs, "L%04u,M%u,2026-%02u-01,1.%u,partial,2026-09-28\n", i, i % 2 + 1, i % 11 + 1,
                               i % 10);
    for (guint32 seed = 0; seed < 4; seed++) {
        File files[MAX_FILES] = {{NULL, NULL}};
        GPtrArray *owned = g_ptr_array_new_with_free_func(g_free);
        guint n = 0;
        gchar *folder;
        g_autofree gchar *got = NULL;

        for (guint i = 1; i < G_N_ELEMENTS(base_files) && n < MAX_FILES; i++, n++) {
            gboolean is_logs = strcmp(base_files[i].name, "fulfilment.csv") == 0;
            const gchar *text = is_logs ? logs->str : base_files[i].text;

            g_ptr_array_add(owned, seed == 0 ? g_strdup(text) : shuffled(text, seed));
            files[n] = (File){base_files[i].name, g_ptr_array_index(owned, owned->len - 1)};
        }
        folder = make_folder(files);
        got = all_text(folder, 2, 256);
        *strstr(got, "== 3\n") = '\0'; /* the inputs' digests differ, and must */
        if (seed == 0)
            expected = g_strdup(got);
        else
            g_assert_cmpstr(got, ==, expected);
        g_assert_nonnull(strstr(got, "log-before-start"));
        remove_folder(folder);
        g_ptr_array_unref(owned);
    }
}

/* Many rows and ids over several chunks, against a plain hash table. */
static void
test_duplicates_among_many(void)
{
    const guint n = 60000;
    g_autoptr(GString) logs = g_string_new(LOGS);
    g_autoptr(GHashTable) first = g_hash_table_new(g_direct_hash, g_direct_equal);
    g_autoptr(GString) expected = g_string_new(NULL);
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    guint64 n_standing = 0;
    gchar *folder;

    for (guint i = 0; i < n; i++) {
        guint id = (guint)g_rand_int_range(rand, 1, 2000000);
        gpointer row = g_hash_table_lookup(first, GUINT_TO_POINTER(id));

        g_string_append_printf(logs, "L%u,M1,2026-07-01,1,partial,\n", id);
        if (row != NULL)
            g_string_append_printf(expected, "%u,duplicate,“L%u” stands in row %u already; the first row stands\n",
                                   i + 2, id, GPOINTER_TO_UINT(row));
        else
            g_hash_table_insert(first, GUINT_TO_POINTER(id), GUINT_TO_POINTER(i + 2));
        n_standing += row == NULL;
    }
    g_assert_cmpuint(expected->len, >, 0);
    folder = make_folder((const File[MAX_FILES]){{"fulfilment.csv", logs->str}});
    for (guint n_threads = 1; n_threads <= 4; n_threads *= 2) {
        g_autoptr(QyDataset) dataset = open_good(folder, n_threads, 65536);
        guint n_begins;
        g_autofree gchar *rows = stream_text(dataset, QY_FULFILMENT, 1, TRUE, &n_begins);
        g_auto(GStrv) lines = g_strsplit(rows, "\n", -1);
        g_autofree gchar *rejects =
            table_text(qy_dataset_rejects(dataset), (const gchar *[]){"row", "code", "reason", NULL});

        g_assert_cmpuint(n_begins, ==, 2); /* the first pass is void */
        g_assert_cmpuint(g_strv_length(lines), ==, n_standing);
        for (guint i = 1; lines[i] != NULL; i++)
            g_assert_cmpstr(lines[i - 1], <, lines[i]);
        g_assert_cmpstr(rejects, ==, expected->str);
        g_assert_cmpuint(qy_dataset_counts(dataset, QY_FULFILMENT).accepted, ==, n_standing);
    }
    remove_folder(folder);
}

static void
test_wanted_columns(void)
{
    gchar *folder = make_folder((const File[MAX_FILES]){{NULL, NULL}});
    g_autoptr(QyDataset) dataset = open_good(folder, 2, 0);
    const QyTableDef *def = qy_dataset_frame(dataset, QY_FULFILMENT)->def;
    guint64 wanted = (guint64)1 << qy_table_def_column(def, "quantity") | (guint64)1
                                                                              << qy_table_def_column(def, "residents");
    guint n_begins;
    g_autofree gchar *rows = stream_text(dataset, QY_FULFILMENT, wanted, FALSE, &n_begins);
    g_autofree gchar *none = stream_text(dataset, QY_SERVICE, G_MAXUINT64, TRUE, NULL);

    g_assert_cmpstr(rows, ==, "quantity=1\nquantity=1.5"); /* no ids, and residents isn't in the file */
    g_assert_cmpuint(n_begins, ==, 1);
    g_assert_cmpstr(none, ==, "");
    g_assert_true(qy_dataset_has_column(dataset, QY_FULFILMENT, (guint)qy_table_def_column(def, "participants")));
    g_assert_false(qy_dataset_has_column(dataset, QY_FULFILMENT, (guint)qy_table_def_column(def, "residents")));
    g_assert_false(qy_dataset_has_column(dataset, QY_SERVICE, 0));
    remove_folder(folder);
}

/* ---- Findings ---- */

typedef struct {
    const gchar *name;
    File files[MAX_FILES];
    const gchar *findings; /* code,table,subject_id,rows,examples; one a line */
} FindingCase;

#define BATCH(day)                                                                                                     \
    "B01,M1,2026-08-01,1,partial," day "\nB02,M1,2026-08-01,1,partial," day "\nB03,M1,2026-08-01,1,partial," day       \
    "\nB04,M1,2026-08-01,1,partial," day "\nB05,M1,2026-08-01,1,partial," day "\nB06,M1,2026-08-01,1,partial," day     \
    "\nB07,M1,2026-08-01,1,partial," day "\nB08,M1,2026-08-01,1,partial," day "\nB09,M1,2026-08-01,1,partial," day     \
    "\nB10,M1,2026-08-01,1,partial," day "\nB11,M1,2026-09-01,1,partial," day "\nB12,M1,2026-09-01,1,partial," day     \
    "\nB13,M1,2026-09-01,1,partial," day "\nB14,M1,2026-09-01,1,partial," day "\nB15,M1,2026-09-01,1,partial," day     \
    "\nB16,M1,2026-09-01,1,partial," day "\nB17,M1,2026-09-01,1,partial," day "\nB18,M1,2026-09-01,1,partial," day     \
    "\nB19,M1,2026-09-01,1,partial," day "\n"

static const FindingCase finding_cases[] = {
    {"none", {{NULL, NULL}}, ""},
    {"steps",
     {{"contracts.csv",
       "contract_id,community_id,unit_id,negotiated_on,signed_on,published_on,reviewed_on,starts_on,ends_on\n"
       "K1,C1,U1,2026-01-05,2026-01-10,2026-01-12,,2026-01-15,2026-12-31\n" /* not over: no review asked for */
       "K2,C2,U2,2026-01-12,2026-01-11,2026-01-13,,2026-01-15,2026-12-31\n" /* out of order */
       "K3,C2,U2,,2026-01-11,2026-01-13,,2026-01-15,2026-12-31\n"           /* negotiated missing */
       "K4,C2,U2,2026-01-10,2026-01-11,2026-01-13,,2026-01-15,2026-09-30\n" /* over, not reviewed */
       "K5,C1,U2,2026-01-10,2026-01-11,2026-01-13,2026-10-01,2026-01-15,2026-09-30\n"}}, /* all steps */
     "steps-missing,contracts,C2,2,K3 K4\nsteps-out-of-order,contracts,C2,1,K2\n"},
    {"logs",
     {{"fulfilment.csv", LOGS "L9,M1,2026-01-14,1,partial,\nL1,M1,2026-01-15,1,partial,2026-02-14\n"
                              "L2,M1,2026-01-15,1,partial,2026-02-15\nL3,M2,2026-01-01,1,cancelled,2026-12-01\n"
                              "L5,M2,2026-10-01,1,partial,\nL4,M2,2026-10-01,1,cancelled,\n"}},
     "after-as-of,fulfilment,C2,2,L4 L5\nlog-before-start,fulfilment,M1,1,L9\nlog-recorded-late,fulfilment,C1,1,L2\n"},
    {"examples-lowest-first",
     {{"fulfilment.csv", LOGS "L7,M1,2026-01-01,1,partial,\nL3,M1,2026-01-01,1,partial,\nL6,M1,2026-01-01,1,partial,\n"
                              "L1,M1,2026-01-01,1,partial,\nL5,M1,2026-01-01,1,partial,\nL2,M1,2026-01-01,1,partial,\n"
                              "L40,M1,2026-01-01,1,partial,\n"}},
     "log-before-start,fulfilment,M1,7,L1 L2 L3 L40 L5\n"},
    {"batch-too-small",
     {{"fulfilment.csv", LOGS BATCH("2026-09-28")}},
     "log-recorded-late,fulfilment,C1,10,B01 B02 B03 B04 B05\n"},
    {"batch",
     {{"fulfilment.csv",
       LOGS BATCH("2026-09-24") "B20,M1,2026-09-20,1,partial,2026-09-24\nB21,M2,2026-09-20,1,partial,2026-09-24\n"}},
     "batch-at-period-end,fulfilment,C1,20,B01 B02 B03 B04 B05\nlog-recorded-late,fulfilment,C1,10,B01 B02 B03 B04 "
     "B05\n"},
    {"batch-too-early",
     {{"fulfilment.csv", LOGS BATCH("2026-09-23") "B20,M1,2026-09-20,1,partial,2026-09-23\n"}},
     "log-recorded-late,fulfilment,C1,10,B01 B02 B03 B04 B05\n"},
    {"offer-in-another-unit",
     {{"offers.csv", "offer_id,unit_id,category,capacity,capacity_unit,available_from,available_to\n"
                     "O1,U1,venues,10,hour,2026-01-01,2026-12-31\n"},
      {"commitments.csv",
       "commitment_id,contract_id,direction,list,category,quantity,quantity_unit,starts_on,due_on,offer_id\n"
       "M1,K1,to_community,service,health,12,session,2026-01-15,2026-12-31,O1\n"
       "M2,K2,to_community,resource,venues,96,hour,2026-01-15,2026-09-15,O1\n"}},
     "offer-in-another-unit,fulfilment,M1,1,L1\n"},
    {"wishes",
     {{"wishes.csv",
       "wish_id,community_id,raised_on,claimed_on,fulfilled_on\nW1,C1,2026-07-01,2026-07-03,2026-07-02\n"
       "W2,C1,2026-07-01,2026-07-03,2026-07-03\nW3,C1,2026-07-01,,2026-06-30\nW4,C1,2026-07-01,,2026-07-01\n"}},
     "wish-fulfilled-before-claimed,wishes,C1,2,W1 W3\n"},
    {"after-as-of",
     {{"assessment.ini", "[assessment]\nperiod = 2026Q3\nas_of = 2026-08-31\n"},
      {"surveys.csv", "response_id,community_id,answered_on,overall\nR2,C1,2026-09-01,3\nR1,C1,2026-08-31,3\n"},
      {"facts.csv", "area_id,fact,value,as_of\nT1,a,1,2026-09-01\nT1,b,1,2026-08-31\n"}},
     "after-as-of,facts,T1,1,a\nafter-as-of,surveys,C1,1,R2\n"},
    {"refused-rows-find-nothing",
     {{"fulfilment.csv",
       LOGS "L1,M1,2026-01-01,1,partial,\nL1,M1,2026-01-01,1,partial,\nL2,M1,2026-01-01,-1,partial,\n"}},
     "log-before-start,fulfilment,M1,1,L1\n"},
};

static void
test_findings(gconstpointer data)
{
    const FindingCase *c = data;
    gchar *folder = make_folder(c->files);
    g_autoptr(QyDataset) dataset = open_good(folder, 2, 64);
    g_autofree gchar *got = NULL;

    for (guint t = QY_FULFILMENT; t <= QY_SERVICE; t++)
        g_assert_true(qy_dataset_stream(dataset, (QyTableId)t, NULL, NULL));
    got = table_text(qy_dataset_findings(dataset),
                     (const gchar *[]){"code", "table", "subject_id", "rows", "examples", NULL});
    g_assert_cmpstr(got, ==, c->findings);
    remove_folder(folder);
}

/* ---- Notices and inputs ---- */

static void
test_notices(void)
{
    gchar *folder = make_folder((const File[MAX_FILES]){
        {"assessment.ini", "[assessment]\nperiod = 2026Q3\ncutoff = 2026-09-30\n[columns.units]\nname = 单位\n"
                           "[columns.surveys]\nq9 = Q9\n"},
        {"fulfilment.csv",
         "履约表,,,,,,\n" LOGS "L1,M1,2026/7/1 8:00,1,partial,2026-10-01\n,,,,,\nL2,M1,2026/7/1 8:00,1,partial,\n"},
        {"surveys.csv", "response_id,community_id,answered_on,overall,手机号码,a,b\n"},
        {"units.xlsx", "PK"},
        {"survey.csv", "x"},
        {"service.csv", "service_id,member_id,community_id,done_on\nS1,Y1,C1,2026-07-01\n"},
        {"notes.txt", "x"},
    });
    g_autoptr(QyDataset) dataset = open_good(folder, 1, 0);
    g_autofree gchar *got = NULL;
    static const gchar *const expected[] = {
        ",missing-files,",
        "fulfilment.csv,blank-rows,1 blank",
        "fulfilment.csv,late-rows,1 row(s)",
        "fulfilment.csv,skipped-rows,the header is row 2",
        "fulfilment.csv,time-dropped,done_on",
        "service.csv,unchecked-references,\"member_id: 1 value(s)",
        "survey.csv,unknown-file,",
        "is it “surveys”",
        "surveys.csv,idle-mapping,",
        "surveys.csv,no-rows,",
        "surveys.csv,personal-column,\"1 column(s)",
        "手机号码",
        "surveys.csv,unknown-columns,\"2 unknown column(s) left out: a, b",
        "units.csv,idle-mapping,",
        "units.xlsx,workbook,",
    };

    for (guint t = QY_FULFILMENT; t <= QY_SERVICE; t++)
        g_assert_true(qy_dataset_stream(dataset, (QyTableId)t, NULL, NULL));
    got = table_text(qy_dataset_notices(dataset), (const gchar *[]){"file", "code", "message_en", NULL});
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        if (strstr(got, expected[i]) == NULL)
            g_error("\"%s\" isn't in:\n%s", expected[i], got);
    }
    g_assert_null(strstr(got, "notes.txt"));
    g_assert_cmpuint(qy_dataset_counts(dataset, QY_FULFILMENT).late, ==, 1);
    g_assert_cmpuint(qy_dataset_counts(dataset, QY_FULFILMENT).accepted, ==, 1);
    remove_folder(folder);
}

static void
test_inputs(void)
{
    gchar *folder = make_folder((const File[MAX_FILES]){
        {"units.csv", NULL}, {"单位.TSV", "单位编号\t名称\t类型\nU1\ta\tother\nU2\tb\tother\n"}});
    g_autoptr(QyDataset) dataset = open_good(folder, 1, 0);
    g_autofree gchar *got = NULL;

    g_assert_true(qy_dataset_stream(dataset, QY_FULFILMENT, NULL, NULL));
    got = table_text(qy_dataset_inputs(dataset), (const gchar *[]){"file", "table", "bytes", "rows", "accepted",
                                                                   "refused", "late", "encoding", NULL});
    g_assert_nonnull(strstr(got, "assessment.ini,,29,,,,,UTF-8\n"));
    g_assert_nonnull(strstr(got, "单位.TSV,units,49,2,2,0,0,UTF-8\n"));
    g_assert_nonnull(strstr(got, "\nfulfilment.csv,fulfilment,"));
    g_assert_null(strstr(got, "surveys"));
    remove_folder(folder);
}

/* Every refusal, also of a whole file, in a file that GB18030 wrote. */
static void
test_gb18030(void)
{
    g_autofree gchar *utf8 =
        g_strconcat("问卷编号,社区编号,日期,总体满意度,层\nR1,C1,2026年7月1日,4,老城\nR2,东,2026-07-01,4,新城\n", NULL);
    g_autofree gchar *gb = g_convert(utf8, -1, "GB18030", "UTF-8", NULL, NULL, NULL);
    gchar *folder = make_folder((const File[MAX_FILES]){{"问卷.csv", gb}});
    g_autoptr(QyDataset) dataset = open_good(folder, 2, 64);
    g_autofree gchar *rows = stream_text(dataset, QY_SURVEYS, G_MAXUINT64, TRUE, NULL);
    g_autofree gchar *rejects =
        table_text(qy_dataset_rejects(dataset), (const gchar *[]){"file", "row", "column", "value", NULL});

    g_assert_cmpstr(rows, ==, "R1 community_id=C1 stratum=老城 wave=2026Q3 answered_on=2026-07-01 weight=1 overall=4");
    g_assert_cmpstr(rejects, ==, "问卷.csv,3,community_id,东\n");
    remove_folder(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stream/same-for-threads-and-chunks", test_same_for_threads_and_chunks);
    g_test_add_func("/stream/same-for-shuffled-rows", test_same_for_shuffled_rows);
    g_test_add_func("/stream/duplicates-among-many", test_duplicates_among_many);
    g_test_add_func("/stream/wanted-columns", test_wanted_columns);
    for (guint i = 0; i < G_N_ELEMENTS(finding_cases); i++) {
        g_autofree gchar *path = g_strdup_printf("/stream/findings/%s", finding_cases[i].name);

        g_test_add_data_func(path, &finding_cases[i], test_findings);
    }
    g_test_add_func("/stream/notices", test_notices);
    g_test_add_func("/stream/inputs", test_inputs);
    g_test_add_func("/stream/gb18030", test_gb18030);
    return g_test_run();
}
