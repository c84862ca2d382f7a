/* Measures: from the rows of a small assessment to figures worked by hand, the
 * faults a pack can make, and that no figure depends on threads, chunks or the
 * order of rows. */
#include "measure/measure.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "test-measure-data.h"

/* ---- An assessment in a folder of its own ---- */

typedef struct {
    gchar *folder, *rules;
    QyPack *pack;
    QyDataset *dataset;
    QyPlan *plan;
    QyMeasures *measures;
} Assessment;

static void
remove_folder(const gchar *path)
{
    GDir *dir = path != NULL ? g_dir_open(path, 0, NULL) : NULL;
    const gchar *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree gchar *inside = g_build_filename(path, name, NULL);

        g_unlink(inside);
    }
    if (dir != NULL)
        g_dir_close(dir);
    if (path != NULL)
        g_rmdir(path);
}

static void
assessment_clear(Assessment *self)
{
    qy_measures_free(self->measures);
    qy_plan_free(self->plan);
    qy_dataset_free(self->dataset);
    qy_pack_free(self->pack);
    remove_folder(self->folder);
    remove_folder(self->rules);
    g_free(self->folder);
    g_free(self->rules);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Assessment, assessment_clear)

static void
write_file(const gchar *folder, const gchar *name, const gchar *text)
{
    g_autofree gchar *path = g_build_filename(folder, name, NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
assessment_make(Assessment *self, const File *files, guint n_files)
{
    self->folder = g_dir_make_tmp("qy-measure-XXXXXX", NULL);
    for (guint i = 0; i < n_files; i++)
        write_file(self->folder, files[i].name, files[i].text);
}

static gboolean
assessment_plan(Assessment *self, const gchar *rules, const QyLoadOptions *options, GError **error)
{
    self->rules = g_dir_make_tmp("qy-rules-XXXXXX", NULL);
    write_file(self->rules, "measures.lua", rules);
    self->pack = qy_pack_load(self->rules, NULL, NULL, error);
    if (self->pack == NULL)
        return FALSE;
    self->dataset = qy_dataset_open(self->folder, options, error);
    if (self->dataset == NULL)
        return FALSE;
    self->plan = qy_plan_new(self->pack, self->dataset, error);
    return self->plan != NULL;
}

static void
assessment_run(Assessment *self, const gchar *rules, const QyLoadOptions *options)
{
    g_autoptr(GError) error = NULL;

    assessment_plan(self, rules, options, &error);
    g_assert_no_error(error);
    self->measures = qy_measures_run(self->plan, self->dataset, options, &error);
    g_assert_no_error(error);
    g_assert_nonnull(self->measures);
}

/* ---- Figures worked by hand ---- */

/* The shared small assessment, computed once with one thread. */
static Assessment small;

static gchar *
figure_text(const QyMeasureInfo *info, const QyFigure *figure)
{
    gchar buffer[QY_DATE_TEXT_BYTES];

    if (figure->state == QY_FIGURE_NIL)
        return g_strdup("nil");
    if (figure->state == QY_FIGURE_EMPTY)
        return g_strdup("empty");
    if (info->is_date)
        return g_strdup(qy_date_text((QyDate)figure->num, buffer));
    return qy_figure_text(figure);
}

static QyFigure
cell_figure(const QyMeasures *measures, guint measure, guint row, const gchar *category)
{
    guint n, n_keys = qy_measures_info(measures, measure)->n_keys;
    g_autofree QyMeasureCell *cells = qy_measures_cells(measures, measure, row, &n);

    for (guint i = 0; i < n; i++) {
        g_autoptr(GString) joined = g_string_new(cells[i].keys[0]);

        for (guint k = 1; k < n_keys; k++)
            g_string_append_printf(joined, "/%s", cells[i].keys[k]);
        if (strcmp(joined->str, category) == 0)
            return cells[i].figure;
    }
    return (QyFigure){.state = QY_FIGURE_EMPTY, .n = -1};
}

static void
test_figure(gconstpointer data)
{
    const FigureCase *c = data;
    gint measure = qy_measures_find(small.measures, c->id), row;
    const QyMeasureInfo *info;
    QyFigure figure;
    g_autofree gchar *value = NULL, *num = NULL, *den = NULL;

    g_assert_cmpint(measure, >=, 0);
    info = qy_measures_info(small.measures, (guint)measure);
    row = qy_dataset_find(small.dataset, info->table, c->subject);
    g_assert_cmpint(row, >=, 0);
    if (c->category != NULL)
        figure = cell_figure(small.measures, (guint)measure, (guint)row, c->category);
    else
        figure = qy_measures_figure(small.measures, (guint)measure, (guint)row);
    value = figure_text(info, &figure);
    g_assert_cmpstr(value, ==, c->value);
    g_assert_cmpint(figure.n, ==, c->n);
    num = qy_figure_num_text(&figure);
    den = qy_figure_den_text(&figure);
    g_assert_cmpstr(num, ==, c->num);
    g_assert_cmpstr(den, ==, c->den);
}

static void
test_evidence(void)
{
    gint measure = qy_measures_find(small.measures, "unremedied");
    gint inflated = qy_measures_find(small.measures, "partners_evidence");
    gint logs = qy_measures_find(small.measures, "hours_evidence");

#define EVIDENCE(m, id)                                                                                                \
    qy_measures_evidence(small.measures, (guint)(m), (guint)qy_dataset_find(small.dataset, QY_AREAS, id))
    g_assert_null(EVIDENCE(measure, "A"));
    g_assert_cmpstr(EVIDENCE(measure, "D"), ==, "P6");
    g_assert_cmpstr(EVIDENCE(measure, "C"), ==, "P6");
    g_assert_cmpstr(EVIDENCE(inflated, "S1"), ==, "U1 U2");
    g_assert_cmpstr(EVIDENCE(logs, "A"), ==, "V1 V2");
    g_assert_cmpstr(EVIDENCE(logs, "C"), ==, "V1 V2 V3");
    g_assert_cmpstr(EVIDENCE(logs, "C"), ==, "V1 V2 V3"); /* the same when asked again */
#undef EVIDENCE
}

static void
test_cells_in_order(void)
{
    gint measure = qy_measures_find(small.measures, "supply"), row = qy_dataset_find(small.dataset, QY_AREAS, "C");
    guint n;
    g_autofree QyMeasureCell *cells = qy_measures_cells(small.measures, (guint)measure, (guint)row, &n);

    g_assert_cmpuint(n, ==, 2);
    g_assert_cmpstr(cells[0].keys[0], ==, "elderly_care");
    g_assert_cmpstr(cells[1].keys[0], ==, "minors");
}

/* R1 (1.5, 5) and R2 (0.5, 4) are in compound A1, stratum s; R3 (1, 2) in neither. */
static void
test_survey_cells(void)
{
    guint n, n_requests;
    const QyEstimateRequest *requests = qy_measures_requests(small.measures, &n_requests), *request = NULL;
    const QySurveyCell *cells;

    for (guint i = 0; i < n_requests; i++) {
        if (strcmp(qy_measures_info(small.measures, requests[i].measure)->id, "satisfied") == 0)
            request = &requests[i];
    }
    g_assert_nonnull(request);
    g_assert_cmpint(request->from, ==, QY_SURVEYS);
    cells = qy_measures_survey_cells(small.measures, request, &n);
    g_assert_cmpuint(n, ==, 5);
    for (guint i = 0; i < 3; i++)
        g_assert_cmpint(cells[i].area, ==, qy_dataset_find(small.dataset, QY_AREAS, "A"));
    /* No cluster comes first; then by age band: "old" before "young". */
    g_assert_cmpint(cells[0].cluster, ==, -1);
    g_assert_true(cells[0].w == 1000000 && cells[0].wy == 0); /* R3 answered 2, below the top */
    g_assert_cmpint(cells[1].cluster, ==, qy_dataset_find(small.dataset, QY_AREAS, "A1"));
    g_assert_true(cells[1].w == 1500000 && cells[1].wy == 1500000);
    g_assert_true(cells[1].ww == (QyInt128)1500000 * 1500000 && cells[1].wwyy == cells[1].ww);
    g_assert_cmpstr(qy_string_pool_get(qy_dataset_strings(small.dataset), (guint32)cells[1].margins[0]), ==, "old");
    g_assert_cmpint(cells[1].margins[1], ==, -1);
    g_assert_true(cells[2].w == 500000 && cells[2].wy == 500000);
    g_assert_cmpint(cells[3].n, ==, 0); /* R4 didn't answer: counted, not guessed */
    g_assert_cmpint(cells[3].n_missing, ==, 1);
    g_assert_true(cells[3].w == 0);
    g_assert_cmpint(cells[4].n, ==, 1);
}

/* cobuilding isn't in the input, so overall is asked. */
static void
test_item_asked(void)
{
    guint n;
    const QyEstimateRequest *requests = qy_measures_requests(small.measures, &n);
    const gchar *item = NULL;

    for (guint i = 0; i < n; i++) {
        if (strcmp(qy_measures_info(small.measures, requests[i].measure)->id, "satisfied_either") == 0)
            item = requests[i].item;
    }
    g_assert_cmpstr(item, ==, "overall");
}

/* Three responses of weight 1; what each estimate sums of their answers. The answers to the reversed item are
 * lopsided: turned twice they would come out otherwise. */
static void
test_questionnaire(void)
{
    static const struct {
        const gchar *id;
        gint64 wy;
    } cases[] = {
        {"top_overall", 1000000}, /* the questionnaire's top is 5: one of 5, 4 and 4 */
        {"mean_noise", 11000000}, /* reversed: 1, 1 and 5 are read as 5, 5 and 1 */
        {"top_noise", 2000000},   /* from 4 on, once turned */
        {"agreed", 1000000},      /* 1, 0 and 0 */
    };
    g_auto(Assessment) self = {.folder = NULL};
    guint n_requests, n;
    const QyEstimateRequest *requests;

    assessment_make(&self, small_files, G_N_ELEMENTS(small_files));
    write_file(self.folder, "questionnaire.csv",
               "item,text,low,high,top,reversed\noverall,Overall,1,5,5,0\nnoise,Noise,1,5,,1\nagree,Agree,0,1,,\n");
    write_file(self.folder, "surveys.csv",
               "response_id,community_id,answered_on,overall,noise,agree\n"
               "R1,A,2026-08-01,5,1,1\nR2,A,2026-08-02,4,5,0\nR3,A,2026-08-03,4,1,0\n");
    assessment_run(&self,
                   "local function ask(id, of, item) measure { id=id, unit='x', from='surveys', group='area', "
                   "value=estimate{of=of, item=item} } end\n"
                   "ask('top_overall', 'top', 'overall') ask('mean_noise', 'mean', 'noise') "
                   "ask('top_noise', 'top', 'noise') ask('agreed', 'share', 'agree')"
                   "measure { id='quiet', unit='x', from='surveys', where={{'noise','>=','top'}}, group='area' }",
                   NULL);
    requests = qy_measures_requests(self.measures, &n_requests);
    g_assert_cmpuint(n_requests, ==, G_N_ELEMENTS(cases));
    for (guint i = 0; i < n_requests; i++) {
        const QySurveyCell *cells = qy_measures_survey_cells(self.measures, &requests[i], &n);

        g_assert_cmpstr(qy_measures_info(self.measures, requests[i].measure)->id, ==, cases[i].id);
        g_assert_cmpuint(n, ==, 1);
        g_assert_cmpint(cells[0].n, ==, 3);
        g_assert_cmpint((gint64)cells[0].wy, ==, cases[i].wy);
    }
    /* A condition reads the same answers. */
    QyFigure quiet = qy_measures_figure(self.measures, (guint)qy_measures_find(self.measures, "quiet"),
                                        (guint)qy_dataset_find(self.dataset, QY_AREAS, "A"));
    g_assert_cmpint((gint64)quiet.num, ==, 2);
}

/* From starts_on to completed_on; what isn't complete is open at the as-of date. */
static void
test_durations(void)
{
    guint n, n_requests;
    const QyEstimateRequest *requests = qy_measures_requests(small.measures, &n_requests), *request = NULL;
    const QyDuration *rows;

    for (guint i = 0; i < n_requests; i++) {
        if (requests[i].from == QY_COMMITMENTS)
            request = &requests[i];
    }
    g_assert_nonnull(request);
    rows = qy_measures_durations(small.measures, request, &n);
    g_assert_cmpuint(n, ==, 5);                          /* all but P5, which ended */
    g_assert_true(rows[0].event && rows[0].days == 185); /* P1: 2026-01-01 to 2026-07-05 */
    g_assert_true(!rows[1].event && rows[1].days == 91); /* P2: since 2026-07-01 */
    g_assert_true(rows[3].event && rows[3].days == 14);  /* P4: 2026-04-01 to 2026-04-15 */
    g_assert_cmpint(rows[3].area, ==, qy_dataset_find(small.dataset, QY_AREAS, "A"));
}

static void
test_set(void)
{
    gint measure = qy_measures_find(small.measures, "satisfied"),
         nil = qy_measures_find(small.measures, "satisfied_nil");
    guint row = (guint)qy_dataset_find(small.dataset, QY_AREAS, "B");
    QyFigure figure = qy_measures_figure(small.measures, (guint)measure, row);

    g_assert_cmpint(figure.state, ==, QY_FIGURE_EMPTY);
    figure.state = QY_FIGURE_ESTIMATE;
    figure.value = 0.625;
    qy_measures_set(small.measures, (guint)measure, row, &figure);
    figure = qy_measures_figure(small.measures, (guint)measure, row);
    g_assert_cmpfloat(qy_figure_value(&figure), ==, 0.625);
    /* What needs a column that isn't there stays nil, whatever is set. */
    qy_measures_set(small.measures, (guint)nil, row, &figure);
    figure = qy_measures_figure(small.measures, (guint)nil, row);
    g_assert_cmpint(figure.state, ==, QY_FIGURE_NIL);
}

/* O1 of capacity 100 is used 19.5: no finding. Made over-used by the second file it is one. */
static void
test_over_capacity(void)
{
    g_autoptr(QyTable) none = qy_measures_findings(small.measures), found = NULL;
    g_auto(Assessment) self = {0};

    g_assert_cmpuint(qy_table_n_rows(none), ==, 0);
    assessment_make(&self, small_files, G_N_ELEMENTS(small_files));
    write_file(self.folder, "offers.csv",
               "offer_id,unit_id,category,capacity,capacity_unit,available_from,available_to,community_id\n"
               "O1,U1,room,19.4,hour,2026-01-01,2026-12-31,A\n");
    assessment_run(&self, small_rules, NULL);
    found = qy_measures_findings(self.measures);
    g_assert_cmpuint(qy_table_n_rows(found), ==, 1);
    g_assert_cmpstr(qy_table_text(found, 0, 0), ==, "use-over-capacity");
    g_assert_cmpstr(qy_table_text(found, 0, 2), ==, "O1");
    g_assert_cmpint(qy_table_integer(found, 0, 3), ==, 2);
    g_assert_cmpstr(qy_table_text(found, 0, 4), ==, "P1 P4");
    g_assert_cmpstr(qy_table_text(found, 0, 6), ==, "19.5 used by now, of a capacity of 19.4");
}

static gchar *
table_csv(const QyTable *table)
{
    GString *out = g_string_new(NULL);

    for (gsize row = 0; row < qy_table_n_rows(table); row++) {
        for (guint column = 0; column < qy_table_n_columns(table); column++) {
            if (column > 0)
                g_string_append_c(out, ',');
            qy_table_append_csv_cell(table, row, column, out);
        }
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

static void
test_table(void)
{
    g_autoptr(QyTable) table = qy_measures_to_table(small.measures);
    g_autofree gchar *csv = table_csv(table);
    g_autofree gchar *before = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(table_lines); i++) {
        if (strstr(csv, table_lines[i]) == NULL)
            g_error("no line %s in\n%s", table_lines[i], csv);
    }
    for (guint i = 0; i < G_N_ELEMENTS(table_not); i++)
        g_assert_null(strstr(csv, table_not[i]));
    for (gsize row = 0; row < qy_table_n_rows(table); row++) {
        g_autofree gchar *key =
            g_strdup_printf("%s\001%s\001%s", qy_table_text(table, row, 0), qy_table_text(table, row, 2),
                            qy_table_text(table, row, 3) != NULL ? qy_table_text(table, row, 3) : "");

        g_assert_cmpstr(before != NULL ? before : "", <, key);
        g_free(before);
        before = g_steal_pointer(&key);
    }
}

/* ---- Faults ---- */

static void
test_fault(gconstpointer data)
{
    const FaultCase *c = data;
    g_auto(Assessment) self = {0};
    g_autoptr(GError) error = NULL;

    assessment_make(&self, small_files, G_N_ELEMENTS(small_files));
    g_assert_false(assessment_plan(&self, c->rules, NULL, &error));
    g_assert_error(error, QY_ERROR, QY_ERROR_RULE);
    if (strstr(error->message, c->message) == NULL)
        g_error("expected \"%s\" in \"%s\"", c->message, error->message);
    g_assert_nonnull(strstr(error->message, "measures.lua:"));
}

/* Every declaration of measures in the rule language's worked examples is understood. */
static void
test_worked_examples(void)
{
    const gchar *shared = g_getenv("QY_SHARED"), *root = g_getenv("QY_SOURCE_ROOT");
    g_autofree gchar *path = shared != NULL
                                 ? g_build_filename(shared, "rules-api.md", NULL)
                                 : g_build_filename(root != NULL ? root : ".", "..", "shared", "rules-api.md", NULL);
    g_autofree gchar *text = NULL;
    g_auto(GStrv) lines = NULL;
    g_autoptr(GString) rules = g_string_new(NULL);
    g_auto(Assessment) self = {.folder = NULL};
    guint n = 0;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        g_test_skip("rules-api.md isn't beside the checkout");
        return;
    }
    lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        if (g_str_has_prefix(lines[i], "measure {") || g_str_has_prefix(lines[i], "param {")) {
            g_string_append_printf(rules, "%s\n", lines[i]);
            n++;
        }
    }
    g_assert_cmpuint(n, >, 8);
    assessment_make(&self, small_files, G_N_ELEMENTS(small_files));
    assessment_run(&self, rules->str, NULL);
}

/* All faults at once, in the order of the file, each with its line and measure. */
static void
test_all_faults(void)
{
    g_auto(Assessment) self = {0};
    g_autoptr(GError) error = NULL;

    assessment_make(&self, small_files, G_N_ELEMENTS(small_files));
    g_assert_false(assessment_plan(&self,
                                   "measure { id='a', unit='x', from='nowhere', group='area' }\n"
                                   "measure { id='b', unit='x', from='units', group='area',\n"
                                   "  where={{'kind','==','shop'},\n"
                                   "         {'size','>',1}} }\n"
                                   "measure { id='c', unit='x', from='areas', group='area', where={{'b','>',1}} }\n",
                                   NULL, &error));
    g_assert_cmpstr(error->message, ==,
                    "measures.lua:1: measure \"a\": there is no table \"nowhere\"\n"
                    "measures.lua:2: measure \"b\": \"shop\" is not a word of its list (agency, institution, "
                    "state_enterprise, private_enterprise, social_organisation, school, hospital, financial, property, "
                    "owners_committee, military, district_association, other)\n"
                    "measures.lua:2: measure \"b\": units has no column \"size\"");
}

/* ---- The same figures whatever the threads, chunks and order of rows ---- */

typedef struct {
    guint n_threads;
    gsize chunk_bytes;
    gboolean shuffled;
} Way;

static const Way ways[] = {{1, 0, FALSE}, {2, 64, FALSE}, {8, 256, FALSE}, {1, 0, TRUE}, {3, 100, TRUE}};

/* Rows of @header and @n lines made by @line, in order or in a fixed disorder. */
static gchar *
make_rows(const gchar *header, guint n, gboolean shuffled, void (*line)(GString *out, guint i))
{
    GString *out = g_string_new(header);

    for (guint i = 0; i < n; i++)
        line(out, shuffled ? (guint)((guint64)i * 7919 % n) : i); /* 7919 is prime and divides no n used here */
    return g_string_free(out, FALSE);
}

static void
contract_line(GString *out, guint i)
{
    g_string_append_printf(out, "K%u,%c,U%u,2026-01-01,2026-01-01,2026-12-31\n", i, "ABD"[i % 3], i % 3 + 1);
}

static void
commitment_line(GString *out, guint i)
{
    g_string_append_printf(out, "P%u,K%u,%s,service,%s,%u.5,hour,%u,2025-12-%02u,2026-%02u-15\n", i, i % 40,
                           i % 5 ? "to_community" : "to_unit", i % 2 ? "minors" : "elderly_care", i % 17 + 1, i % 90,
                           i % 28 + 1, i % 12 + 1);
}

static void
log_line(GString *out, guint i)
{
    g_string_append_printf(out, "L%u,P%u,2026-%02u-%02u,%u.%03u,%u,%s\n", i, i * 31 % 500, i % 12 + 1, i % 28 + 1,
                           i % 7, i % 1000, i % 50,
                           i % 11 == 0   ? "completed"
                           : i % 13 == 0 ? "cancelled"
                                         : "partial");
}

static void
response_line(GString *out, guint i)
{
    g_string_append_printf(out, "R%u,%c,2026-0%u-10,%s,%u.25,%u,%s\n", i, "ABD"[i * 7 % 3], i % 9 + 1,
                           i % 3 == 0   ? "old"
                           : i % 3 == 1 ? "young"
                                        : "",
                           i % 4 + 1, i % 5 + 1, i % 2 ? "minors" : "elderly_care");
}

static gchar *
figures_of_way(const Way *way)
{
    g_auto(Assessment) self = {0};
    g_autoptr(QyTable) table = NULL;
    QyLoadOptions options = {.n_threads = way->n_threads, .chunk_bytes = way->chunk_bytes};
    g_autofree gchar *contracts =
        make_rows("contract_id,community_id,unit_id,signed_on,starts_on,ends_on\n", 40, way->shuffled, contract_line);
    g_autofree gchar *commitments = make_rows(
        "commitment_id,contract_id,direction,list,category,quantity,quantity_unit,participants,starts_on,due_on\n",
        20000, way->shuffled, commitment_line);
    g_autofree gchar *logs =
        make_rows("log_id,commitment_id,done_on,quantity,participants,status\n", 6000, way->shuffled, log_line);
    g_autofree gchar *responses = make_rows("response_id,community_id,answered_on,age_band,weight,overall,want_1\n",
                                            2000, way->shuffled, response_line);
    const File files[] = {{"contracts.csv", contracts},
                          {"commitments.csv", commitments},
                          {"fulfilment.csv", logs},
                          {"surveys.csv", responses}};
    GString *all = g_string_new(NULL);

    assessment_make(&self, small_files, N_FIXED_FILES);
    for (guint i = 0; i < G_N_ELEMENTS(files); i++)
        write_file(self.folder, files[i].name, files[i].text);
    assessment_run(&self, property_rules, &options);
    table = qy_measures_to_table(self.measures);
    {
        g_autofree gchar *csv = table_csv(table);
        gint late = qy_measures_find(self.measures, "late");
        gint few = qy_measures_find(self.measures, "few_logs");
        gint street = qy_dataset_find(self.dataset, QY_AREAS, "S1");
        guint n_requests, n;
        const QyEstimateRequest *requests = qy_measures_requests(self.measures, &n_requests);
        const QySurveyCell *cells = qy_measures_survey_cells(self.measures, &requests[0], &n);

        g_string_append(all, csv);
        g_string_append_printf(all, "%s\n%s\n", qy_measures_evidence(self.measures, (guint)late, (guint)street),
                               qy_measures_evidence(self.measures, (guint)few, 0));
        for (guint i = 0; i < n; i++)
            g_string_append_printf(all, "%d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", cells[i].area, cells[i].n,
                                   (gint64)cells[i].wwyy);
    }
    return g_string_free(all, FALSE);
}

static void
test_ways(gconstpointer data)
{
    g_autofree gchar *first = figures_of_way(&ways[0]);
    g_autofree gchar *other = figures_of_way(data);

    g_assert_cmpuint(strlen(first), >, 2000);
    g_assert_cmpstr(first, ==, other);
}

/* Σ of 6000 quantities, by a loop of its own. */
static void
test_against_loop(void)
{
    g_auto(Assessment) self = {0};
    g_autofree gchar *logs =
        make_rows("log_id,commitment_id,done_on,quantity,participants,status\n", 6000, FALSE, log_line);
    g_autofree gchar *contracts =
        make_rows("contract_id,community_id,unit_id,signed_on,starts_on,ends_on\n", 40, FALSE, contract_line);
    g_autofree gchar *commitments = make_rows(
        "commitment_id,contract_id,direction,list,category,quantity,quantity_unit,participants,starts_on,due_on\n", 500,
        FALSE, commitment_line);
    gint64 expected = 0;
    guint n = 0;
    QyFigure figure;

    for (guint i = 0; i < 6000; i++) {
        guint month = i % 12 + 1, commitment = i * 31 % 500, contract = commitment % 40;

        /* done by 30 September, not cancelled, of a contract of community A */
        if (month > 9 || (i % 13 == 0 && i % 11 != 0) || contract % 3 != 0)
            continue;
        expected += (gint64)(i % 7) * 1000 + i % 1000;
        n++;
    }
    assessment_make(&self, small_files, N_FIXED_FILES);
    write_file(self.folder, "contracts.csv", contracts);
    write_file(self.folder, "commitments.csv", commitments);
    write_file(self.folder, "fulfilment.csv", logs);
    assessment_run(
        &self,
        "measure { id='d', unit='q', from='fulfilment', where={{'status','!=','cancelled'},{'done_on','in',to_date}}, "
        "group='area', value=sum('quantity') }",
        NULL);
    figure = qy_measures_figure(self.measures, 0, (guint)qy_dataset_find(self.dataset, QY_AREAS, "A"));
    g_assert_cmpint((gint64)figure.num, ==, expected);
    g_assert_cmpint(figure.n, ==, n);
}

/* A sum that leaves 64 bits: exact for an area, an error for an entity's column. */
static void
test_large_sums(void)
{
    static const gchar rules_area[] =
        "measure { id='m', unit='q', from='commitments', group='area', value=sum('budget') }";
    static const gchar rules_unit[] =
        "measure { id='m', unit='q', from='commitments', group='unit', value=sum('budget') }";
    g_autoptr(GString) rows = g_string_new(
        "commitment_id,contract_id,direction,list,category,quantity,quantity_unit,starts_on,due_on,budget\n");
    g_autofree gchar *contracts =
        make_rows("contract_id,community_id,unit_id,signed_on,starts_on,ends_on\n", 40, FALSE, contract_line);
    g_auto(Assessment) area = {0}, unit = {0};
    g_autoptr(GError) error = NULL;
    g_autofree gchar *text = NULL;
    QyFigure figure;

    for (guint i = 0; i < 3; i++)
        g_string_append_printf(rows, "P%u,K0,to_unit,service,minors,1,hour,2026-01-01,2026-02-01,9000000000000000\n",
                               i);
    assessment_make(&area, small_files, N_FIXED_FILES);
    write_file(area.folder, "contracts.csv", contracts);
    write_file(area.folder, "commitments.csv", rows->str);
    write_file(area.folder, "fulfilment.csv", "log_id,commitment_id,done_on,quantity,status\n");
    assessment_run(&area, rules_area, NULL);
    if (qy_dataset_counts(area.dataset, QY_COMMITMENTS).accepted < 3) {
        g_test_skip("load refuses budgets of this size");
        return;
    }
    figure = qy_measures_figure(area.measures, 0, (guint)qy_dataset_find(area.dataset, QY_AREAS, "C"));
    text = qy_figure_text(&figure);
    g_assert_cmpstr(text, ==, "27000000000000000");
    assessment_make(&unit, small_files, N_FIXED_FILES);
    write_file(unit.folder, "contracts.csv", contracts);
    write_file(unit.folder, "commitments.csv", rows->str);
    write_file(unit.folder, "fulfilment.csv", "log_id,commitment_id,done_on,quantity,status\n");
    assessment_plan(&unit, rules_unit, NULL, &error);
    g_assert_no_error(error);
    g_assert_null(qy_measures_run(unit.plan, unit.dataset, NULL, &error));
    g_assert_error(error, QY_ERROR, QY_ERROR_LIMIT);
    g_assert_nonnull(strstr(error->message, "measures.lua:1: measure \"m\""));
}

int
main(int argc, char **argv)
{
    gint status;
    QyLoadOptions options = {.n_threads = 1};

    g_test_init(&argc, &argv, NULL);
    assessment_make(&small, small_files, G_N_ELEMENTS(small_files));
    assessment_run(&small, small_rules, &options);
    for (guint i = 0; i < G_N_ELEMENTS(figure_cases); i++) {
        const FigureCase *c = &figure_cases[i];
        g_autofree gchar *path =
            g_strdup_printf("/measure/figure/%s/%s%s%s", c->id, c->subject, c->category != NULL ? "-" : "",
                            c->category != NULL ? c->category : "");

        g_strdelimit(path + strlen("/measure/figure/") + strlen(c->id) + 1, "/", '-');
        g_test_add_data_func(path, c, test_figure);
    }
    g_test_add_func("/measure/evidence", test_evidence);
    g_test_add_func("/measure/cells-in-order", test_cells_in_order);
    g_test_add_func("/measure/survey-cells", test_survey_cells);
    g_test_add_func("/measure/item-asked", test_item_asked);
    g_test_add_func("/measure/questionnaire", test_questionnaire);
    g_test_add_func("/measure/durations", test_durations);
    g_test_add_func("/measure/worked-examples", test_worked_examples);
    g_test_add_func("/measure/set", test_set);
    g_test_add_func("/measure/over-capacity", test_over_capacity);
    g_test_add_func("/measure/table", test_table);
    for (guint i = 0; i < G_N_ELEMENTS(fault_cases); i++) {
        g_autofree gchar *path = g_strdup_printf("/measure/fault/%s", fault_cases[i].name);

        g_test_add_data_func(path, &fault_cases[i], test_fault);
    }
    g_test_add_func("/measure/fault/all-at-once", test_all_faults);
    for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autofree gchar *path = g_strdup_printf("/measure/ways/%u-%" G_GSIZE_FORMAT "-%s", ways[i].n_threads,
                                                 ways[i].chunk_bytes, ways[i].shuffled ? "shuffled" : "in-order");

        g_test_add_data_func(path, &ways[i], test_ways);
    }
    g_test_add_func("/measure/against-loop", test_against_loop);
    g_test_add_func("/measure/large-sums", test_large_sums);
    status = g_test_run();
    assessment_clear(&small);
    return status;
}
