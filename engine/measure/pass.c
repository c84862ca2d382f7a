#define G_LOG_DOMAIN "qy-measure"

/* Passes: each relation is read once a stage, each streamed table once at all. */
#include "measure/run.h"

#include <glib/gi18n-lib.h>

#define ROWS_A_THREAD 8192              /* below twice this a second thread isn't worth its start */
#define TALLY_BYTES (256 * 1024 * 1024) /* of one target, all workers together */

typedef struct {
    QyEvaluator *evaluator;
    QySurveyTally **surveys; /* by gather of the pass */
    GArray **durations;      /* (element-type QyDuration) by gather of the pass */
} Worker;

/* Tallies of one target. Where they are few for the workers, these take turns. */
typedef struct {
    const QyTarget *target;
    guint n_groups, n_tallies;
    gboolean disjoint; /* each row is a group of its own: workers never meet in one tally */
    QyTally **tallies;
    GMutex *locks;
} Share;

typedef struct {
    QyMeasures *run;
    const QyRelation *relation;
    GArray *roots;   /* (element-type gint) nodes */
    GArray *gathers; /* (element-type guint) in QyPlan.gathers */
    GArray *shares;  /* (element-type Share) */
    guint n_workers;
    Worker *workers;
} Pass;

static const QyGather *
get_gather(const Pass *self, guint i)
{
    return &g_array_index(self->run->plan->gathers, QyGather, g_array_index(self->gathers, guint, i));
}

/* ---- What a pass has to do ---- */

static void
add_root(Pass *self, gint node)
{
    g_array_append_val(self->roots, node);
}

static void
add_target(Pass *self, const QyTarget *target)
{
    Share share = {.target = target};
    const QyNode *key = qy_relation_get(self->relation, target->keys[0]);

    share.n_groups = target->made < 0 ? qy_dataset_frame(self->run->dataset, target->table)->n_rows : 0;
    share.disjoint = target->n_keys == 1 && key->op == QY_NODE_ROW;
    g_array_append_val(self->shares, share);
    for (guint i = 0; i < target->n_keys; i++)
        add_root(self, target->keys[i]);
    for (guint i = 0; i < target->aggregates->len; i++) {
        add_root(self, g_array_index(target->aggregates, QyAggregate, i).mask);
        add_root(self, g_array_index(target->aggregates, QyAggregate, i).value);
    }
    for (guint i = 0; i < target->evidences->len; i++)
        add_root(self, g_array_index(target->evidences, QyEvidence, i).mask);
}

static void
add_gather(Pass *self, guint number)
{
    const QyGather *gather = &g_array_index(self->run->plan->gathers, QyGather, number);
    gboolean is_survey = gather->kind == QY_ESTIMATE_SURVEY;

    g_array_append_val(self->gathers, number);
    add_root(self, gather->where);
    add_root(self, gather->area);
    if (!is_survey) {
        add_root(self, gather->first);
        add_root(self, gather->last);
        return;
    }
    add_root(self, gather->item);
    add_root(self, gather->weight);
    add_root(self, gather->cluster);
    add_root(self, gather->stratum);
    add_root(self, gather->cluster_population);
    for (guint i = 0; i < gather->n_margins; i++)
        add_root(self, gather->margins[i]);
}

static Pass *
pass_new(QyMeasures *run, const QyRelation *relation, guint stage)
{
    Pass *self = g_new0(Pass, 1);
    const QyPlan *plan = run->plan;

    self->run = run;
    self->relation = relation;
    self->roots = g_array_new(FALSE, FALSE, sizeof(gint));
    self->gathers = g_array_new(FALSE, FALSE, sizeof(guint));
    self->shares = g_array_new(FALSE, TRUE, sizeof(Share));
    for (guint i = 0; i < plan->targets->len; i++) {
        const QyTarget *target = qy_plan_target(plan, i);

        if (target->relation == relation->index && target->stage == stage)
            add_target(self, target);
    }
    for (guint i = 0; i < plan->measures->len; i++) {
        const QyMeasure *measure = qy_plan_measure(plan, i);

        if (measure->gather >= 0 && measure->relation == (gint)relation->index && measure->stage == stage)
            add_gather(self, (guint)measure->gather);
    }
    return self;
}

/* ---- Workers ---- */

static void
drop_workers(Pass *self)
{
    for (guint w = 0; w < self->n_workers; w++) {
        Worker *worker = &self->workers[w];

        qy_evaluator_free(worker->evaluator);
        for (guint i = 0; i < self->gathers->len; i++) {
            qy_survey_tally_free(worker->surveys[i]);
            if (worker->durations[i] != NULL)
                g_array_unref(worker->durations[i]);
        }
        g_free(worker->surveys);
        g_free(worker->durations);
    }
    g_clear_pointer(&self->workers, g_free);
    for (guint i = 0; i < self->shares->len; i++) {
        Share *share = &g_array_index(self->shares, Share, i);

        for (guint t = 0; t < share->n_tallies; t++) {
            qy_tally_free(share->tallies[t]);
            g_mutex_clear(&share->locks[t]);
        }
        g_clear_pointer(&share->tallies, g_free);
        g_clear_pointer(&share->locks, g_free);
        share->n_tallies = 0;
    }
    self->n_workers = 0;
}

static void
make_tallies(Share *share, guint n_workers)
{
    gsize bytes = (gsize)share->n_groups * share->target->record_bytes;

    share->n_tallies = share->disjoint ? 1 : (guint)CLAMP(TALLY_BYTES / MAX(bytes, 1), 1, n_workers);
    share->tallies = g_new0(QyTally *, share->n_tallies);
    share->locks = g_new0(GMutex, share->n_tallies);
    for (guint t = 0; t < share->n_tallies; t++) {
        share->tallies[t] = qy_tally_new(share->target, share->n_groups);
        g_mutex_init(&share->locks[t]);
    }
}

static void
make_workers(gpointer data, guint n_workers)
{
    Pass *self = data;

    drop_workers(self);
    self->n_workers = n_workers;
    self->workers = g_new0(Worker, n_workers);
    for (guint w = 0; w < n_workers; w++) {
        Worker *worker = &self->workers[w];

        worker->evaluator =
            qy_evaluator_new(self->run, self->relation, (const gint *)(gpointer)self->roots->data, self->roots->len);
        worker->surveys = g_new0(QySurveyTally *, self->gathers->len + 1);
        worker->durations = g_new0(GArray *, self->gathers->len + 1);
        for (guint i = 0; i < self->gathers->len; i++) {
            const QyGather *gather = get_gather(self, i);

            if (gather->kind == QY_ESTIMATE_SURVEY && gather->leader == gather->number)
                worker->surveys[i] = qy_survey_tally_new(self->run->plan, gather);
            else if (gather->kind == QY_ESTIMATE_DURATION)
                worker->durations[i] = g_array_new(FALSE, FALSE, sizeof(QyDuration));
        }
    }
    for (guint i = 0; i < self->shares->len; i++)
        make_tallies(&g_array_index(self->shares, Share, i), n_workers);
}

static void
pass_free(Pass *self)
{
    drop_workers(self);
    g_array_unref(self->roots);
    g_array_unref(self->gathers);
    g_array_unref(self->shares);
    g_free(self);
}

/* ---- Rows ---- */

static void
add_durations(const QyGather *gather, QyEvaluator *evaluator, guint n, GArray *out)
{
    const guint8 *mask = qy_evaluator_mask(evaluator, gather->where);
    const gint32 *areas = qy_evaluator_narrow(evaluator, gather->area);
    const gint64 *first = qy_evaluator_wide(evaluator, gather->first);
    const gint64 *last = qy_evaluator_wide(evaluator, gather->last);

    for (guint i = 0; i < n; i++) {
        gboolean event = last[i] != QY_MISSING && last[i] <= gather->censor;
        gint64 end = event ? last[i] : gather->censor;
        QyDuration duration = {.area = areas[i], .event = event};

        if (!mask[i] || areas[i] < 0 || first[i] == QY_MISSING || first[i] > end)
            continue;
        duration.days = (gint32)(end - first[i]);
        g_array_append_val(out, duration);
    }
}

static void
add_block(Pass *self, guint w, guint n, const gchar *const *ids, gboolean copy)
{
    Worker *worker = &self->workers[w];

    for (guint i = 0; i < self->shares->len; i++) {
        const Share *share = &g_array_index(self->shares, Share, i);
        guint t = w % share->n_tallies;

        if (!share->disjoint)
            g_mutex_lock(&share->locks[t]);
        qy_tally_add(share->tallies[t], worker->evaluator, n, ids, copy);
        if (!share->disjoint)
            g_mutex_unlock(&share->locks[t]);
    }
    for (guint i = 0; i < self->gathers->len; i++) {
        if (worker->surveys[i] != NULL)
            qy_survey_tally_add(worker->surveys[i], worker->evaluator, n);
        else if (worker->durations[i] != NULL)
            add_durations(get_gather(self, i), worker->evaluator, n, worker->durations[i]);
    }
}

static void
add_rows(Pass *self, guint w, const QyFrame *frame, const gchar *const *ids, guint first, guint end)
{
    gboolean streamed = self->relation->streamed;

    for (guint row = first; row < end; row += QY_BLOCK_ROWS) {
        guint n = MIN(QY_BLOCK_ROWS, end - row);

        qy_evaluator_block(self->workers[w].evaluator, frame, row, n);
        add_block(self, w, n, ids != NULL ? ids + row : NULL, streamed);
    }
}

static void
take_batch(gpointer data, guint worker, const QyFrame *rows)
{
    add_rows(data, worker, rows, (const gchar *const *)rows->ids, 0, rows->n_rows);
}

/* ---- The end of a pass ---- */

static gboolean
check_overflow(const Pass *self, GError **error)
{
    const QyMeasureInfo *info;
    gint owner = -1;

    for (guint w = 0; w < self->n_workers; w++) {
        gint other = qy_evaluator_overflow(self->workers[w].evaluator);

        if (other >= 0 && (owner < 0 || other < owner))
            owner = other;
    }
    if (owner < 0)
        return TRUE;
    info = &qy_plan_measure(self->run->plan, (guint)owner)->info;
    g_set_error(error, QY_ERROR, QY_ERROR_LIMIT, _("%s:%u: measure \"%s\": a figure of one row leaves 64 bits"),
                info->declaration->file, info->declaration->line, info->id);
    return FALSE;
}

static void
finish_gather(Pass *self, guint i)
{
    QyMeasures *run = self->run;
    guint number = g_array_index(self->gathers, guint, i);

    if (get_gather(self, i)->kind == QY_ESTIMATE_SURVEY) {
        for (guint w = 1; w < self->n_workers && self->workers[0].surveys[i] != NULL; w++) {
            qy_survey_tally_merge(self->workers[0].surveys[i], self->workers[w].surveys[i]);
            g_clear_pointer(&self->workers[w].surveys[i], qy_survey_tally_free);
        }
        if (self->workers[0].surveys[i] != NULL)
            qy_survey_tally_sort(self->workers[0].surveys[i], run);
        run->surveys[number] = g_steal_pointer(&self->workers[0].surveys[i]);
        return;
    }
    /* Workers have rows in order, each a span of them. */
    for (guint w = 1; w < self->n_workers; w++)
        g_array_append_vals(self->workers[0].durations[i], self->workers[w].durations[i]->data,
                            self->workers[w].durations[i]->len);
    run->n_gathered[number] = self->workers[0].durations[i]->len;
    run->durations[number] =
        (QyDuration *)(gpointer)g_array_free(g_steal_pointer(&self->workers[0].durations[i]), FALSE);
}

/* Totals of the shares, which have nothing to do with one another: taken one by one by some threads. */
typedef struct {
    Pass *pass;
    gint next;
    GError **errors; /* by share */
} Finishing;

static void
finish_share(Pass *self, guint i, GError **error)
{
    QyMeasures *run = self->run;
    Share *share = &g_array_index(self->shares, Share, i);
    const QyTarget *target = share->target;

    run->totals[target->index] = qy_totals_new(run, target, share->tallies, share->n_tallies, error);
    for (guint t = 0; t < share->n_tallies; t++)
        share->tallies[t] = NULL;
    if (run->totals[target->index] != NULL && target->made >= 0 && run->made[target->made] != NULL)
        qy_made_align(run->made[target->made], run->totals[target->index]);
}

static gpointer
finish_shares(gpointer data)
{
    Finishing *self = data;
    guint i;

    while ((i = (guint)g_atomic_int_add(&self->next, 1)) < self->pass->shares->len)
        finish_share(self->pass, i, &self->errors[i]);
    return NULL;
}

static gsize
count_groups(const Pass *self)
{
    gsize n = 0;

    for (guint i = 0; i < self->shares->len; i++) {
        const Share *share = &g_array_index(self->shares, Share, i);

        for (guint t = 0; t < share->n_tallies; t++)
            n += share->tallies[t]->n_groups;
    }
    return n;
}

static gboolean
finish(Pass *self, guint n_threads, GError **error)
{
    Finishing finishing = {.pass = self, .errors = g_new0(GError *, self->shares->len + 1)};
    g_autofree GThread **threads = g_new0(GThread *, n_threads + 1);
    gboolean good = TRUE;

    if (self->n_workers == 0) /* a streamed table that isn't there */
        make_workers(self, 1);
    if (count_groups(self) < ROWS_A_THREAD)
        n_threads = 1;
    if ((good = check_overflow(self, error))) {
        for (guint i = 0; i < self->gathers->len; i++)
            finish_gather(self, i);
        for (guint i = 1; i < MIN(n_threads, self->shares->len); i++)
            threads[i] = g_thread_new("measure", finish_shares, &finishing);
        finish_shares(&finishing);
    }
    for (guint i = 1; i < n_threads && threads[i] != NULL; i++)
        g_thread_join(threads[i]);
    for (guint i = 0; i < self->shares->len; i++) {
        if (finishing.errors[i] != NULL && good) {
            g_propagate_error(error, g_steal_pointer(&finishing.errors[i]));
            good = FALSE;
        }
        g_clear_error(&finishing.errors[i]);
    }
    g_free(finishing.errors);
    return good;
}

/* ---- Tables in memory ---- */

typedef struct {
    Pass *pass;
    guint worker;
    const QyFrame *frame;
    const gchar *const *ids;
    guint first, end;
} Span;

static gpointer
add_span(gpointer data)
{
    const Span *span = data;

    add_rows(span->pass, span->worker, span->frame, span->ids, span->first, span->end);
    return NULL;
}

static void
read_rows(Pass *self, const QyFrame *frame, const gchar *const *ids, guint n_rows, guint n_threads)
{
    guint n = CLAMP(n_rows / ROWS_A_THREAD, 1, MAX(n_threads, 1));
    g_autofree Span *spans = g_new0(Span, n);
    g_autofree GThread **threads = g_new0(GThread *, n);

    make_workers(self, n);
    for (guint i = 0; i < n; i++) {
        spans[i] =
            (Span){self, i, frame, ids, (guint)((guint64)n_rows * i / n), (guint)((guint64)n_rows * (i + 1) / n)};
        if (i > 0)
            threads[i] = g_thread_new("measure", add_span, &spans[i]);
    }
    add_span(&spans[0]);
    for (guint i = 1; i < n; i++)
        g_thread_join(threads[i]);
}

/* Columns that nodes of this stage may read. */
static gboolean
make_columns(QyMeasures *run, guint stage, GError **error)
{
    for (guint i = 0; i < run->plan->measures->len; i++) {
        const QyMeasure *measure = qy_plan_measure(run->plan, i);

        if (!measure->is_read || measure->stage >= stage || run->columns[i] != NULL)
            continue;
        if (measure->made >= 0 && run->made[measure->made] == NULL)
            continue; /* nobody reads its relation yet */
        if (!qy_figure_make_column(run, i, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
run_in_memory(Pass *self, guint stage, guint n_threads, GError **error)
{
    QyMeasures *run = self->run;
    const QyRelation *relation = self->relation;

    if (relation->def == NULL && run->made[relation->index] == NULL)
        run->made[relation->index] = qy_made_new(run, relation);
    if (!make_columns(run, stage, error))
        return FALSE;
    if (relation->def == NULL) {
        const QyMade *made = run->made[relation->index];

        read_rows(self, NULL, made->names, made->n_rows, n_threads);
    } else {
        const QyFrame *frame = qy_dataset_frame(run->dataset, relation->table);

        read_rows(self, frame, (const gchar *const *)frame->ids, frame->n_rows, n_threads);
    }
    return finish(self, n_threads, error);
}

static gboolean
has_work(const Pass *self)
{
    return self->shares->len > 0 || self->gathers->len > 0;
}

static gboolean
run_stage(QyMeasures *run, guint stage, guint n_threads, GError **error)
{
    for (guint i = 0; i < run->plan->relations->len; i++) {
        const QyRelation *relation = qy_plan_relation(run->plan, i);
        Pass *pass;
        gboolean good;

        if (relation->streamed)
            continue;
        pass = pass_new(run, relation, stage);
        good = !has_work(pass) || run_in_memory(pass, stage, n_threads, error);
        pass_free(pass);
        if (!good)
            return FALSE;
    }
    return TRUE;
}

/* ---- Streamed tables ---- */

static gboolean
wants_ids(const Pass *self)
{
    for (guint i = 0; i < self->shares->len; i++) {
        if (g_array_index(self->shares, Share, i).target->evidences->len > 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
stream_pass(Pass *self, guint n_threads, GError **error)
{
    QyFactSink sink = {.begin = make_workers, .batch = take_batch, .data = self, .want_ids = wants_ids(self)};
    QyEvaluator *evaluator =
        qy_evaluator_new(self->run, self->relation, (const gint *)(gpointer)self->roots->data, self->roots->len);

    qy_evaluator_wanted(evaluator, sink.wanted);
    qy_evaluator_free(evaluator);
    return qy_dataset_stream(self->run->dataset, self->relation->table, &sink, error) && finish(self, n_threads, error);
}

static gboolean
stream_table(QyMeasures *run, QyTableId table, guint n_threads, GError **error)
{
    for (guint i = 0; i < run->plan->relations->len; i++) {
        const QyRelation *relation = qy_plan_relation(run->plan, i);
        Pass *pass;
        gboolean good;

        if (relation->table != table)
            continue;
        pass = pass_new(run, relation, 0);
        good =
            has_work(pass) ? stream_pass(pass, n_threads, error) : qy_dataset_stream(run->dataset, table, NULL, error);
        pass_free(pass);
        return good;
    }
    return qy_dataset_stream(run->dataset, table, NULL, error);
}

gboolean
qy_pass_run_all(QyMeasures *run, const QyLoadOptions *options, GError **error)
{
    guint n_threads = options != NULL && options->n_threads > 0 ? options->n_threads : g_get_num_processors();

    for (gint table = 0; table < QY_N_TABLES; table++) {
        if (qy_dictionary_table(table)->streamed && !stream_table(run, table, n_threads, error))
            return FALSE;
    }
    for (guint stage = 1; stage <= run->plan->n_stages; stage++) {
        if (!run_stage(run, stage, n_threads, error))
            return FALSE;
    }
    for (guint i = 0; i < run->plan->relations->len; i++) {
        const QyRelation *relation = qy_plan_relation(run->plan, i);

        if (relation->def == NULL && relation->makers->len > 0 && run->made[i] == NULL)
            run->made[i] = qy_made_new(run, relation);
    }
    for (guint i = 0; i < run->plan->measures->len; i++)
        g_clear_pointer(&run->columns[i], g_free); /* figures come from the totals */
    return TRUE;
}
