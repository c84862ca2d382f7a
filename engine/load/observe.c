#define G_LOG_DOMAIN "qy-load"

#include "load/observe.h"

#include <string.h>

#define LATE_DAYS 30      /* a log recorded later than this behind its day */
#define LAST_DAYS 7       /* of the period, for entries in one batch */
#define BATCH_MIN_ROWS 20 /* fewer are no batch */

static const QyColumn *
column_of(const QyFrame *frame, const gchar *name)
{
    return &frame->columns[qy_table_def_column(frame->def, name)];
}

/* ---- Tables in memory ---- */

/* An id, or what else names a row of a table without one. */
static const gchar *
example_of(const QyDataset *dataset, const QyFrame *frame, guint row)
{
    if (frame->ids != NULL)
        return frame->ids[row];
    for (guint i = 0; i < frame->def->n_columns; i++) {
        gint64 text = frame->def->columns[i].type == QY_TYPE_TEXT ? qy_column_get(&frame->columns[i], row) : QY_MISSING;

        if (text != QY_MISSING)
            return qy_string_pool_get(dataset->strings, (guint32)text);
    }
    return "";
}

static void
add(const QyDataset *dataset, QyFindings *out, QyFindingCode code, const QyFrame *frame, gint64 subject, guint row)
{
    const gchar *example = example_of(dataset, frame, row);

    qy_findings_add(out, code, frame->def->id, subject == QY_MISSING ? -1 : (gint)subject, example, strlen(example));
}

/* Steps in order: negotiated, signed, published, reviewed. A step is missing only where the table has its column. */
static void
observe_contracts(const QyDataset *dataset, const QyFrame *frame, QyFindings *out)
{
    const QyColumn *steps[] = {column_of(frame, "negotiated_on"), column_of(frame, "signed_on"),
                               column_of(frame, "published_on"), column_of(frame, "reviewed_on")};
    const QyColumn *communities = column_of(frame, "community_id"), *ends_on = column_of(frame, "ends_on");
    const QyDate as_of = dataset->assessment->settings.as_of;

    for (guint row = 0; row < frame->n_rows; row++) {
        gint64 community = qy_column_get(communities, row), before = QY_MISSING;
        gboolean ended = qy_column_get(ends_on, row) <= as_of, missing = FALSE, in_order = TRUE;

        for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
            gint64 day = qy_column_get(steps[i], row);

            missing = missing || (day == QY_MISSING && qy_column_present(steps[i]) && (i < 3 || ended));
            if (day == QY_MISSING)
                continue;
            in_order = in_order && (before == QY_MISSING || before <= day);
            before = day;
        }
        if (missing)
            add(dataset, out, QY_FINDING_STEPS_MISSING, frame, community, row);
        if (!in_order)
            add(dataset, out, QY_FINDING_STEPS_ORDER, frame, community, row);
    }
}

static void
observe_wishes(const QyDataset *dataset, const QyFrame *frame, QyFindings *out)
{
    const QyColumn *raised_on = column_of(frame, "raised_on"), *claimed_on = column_of(frame, "claimed_on");
    const QyColumn *fulfilled_on = column_of(frame, "fulfilled_on"), *communities = column_of(frame, "community_id");

    for (guint row = 0; row < frame->n_rows; row++) {
        gint64 raised = qy_column_get(raised_on, row), claimed = qy_column_get(claimed_on, row);
        gint64 fulfilled = qy_column_get(fulfilled_on, row);

        if (fulfilled != QY_MISSING && (fulfilled < raised || (claimed != QY_MISSING && fulfilled < claimed)))
            add(dataset, out, QY_FINDING_WISH_BEFORE_CLAIM, frame, qy_column_get(communities, row), row);
    }
}

/* The area of a row, where its home is an area itself. */
static gint64
area_of(const QyFrame *frame, guint row)
{
    gint home = frame->def->home;

    if (home < 0 || frame->def->columns[home].refers != QY_AREAS)
        return QY_MISSING;
    return qy_column_get(&frame->columns[home], row);
}

static void
observe_dates(QyDataset *dataset, const QyFrame *frame, QyFindings *out)
{
    const QyDate as_of = dataset->assessment->settings.as_of;

    if (frame->def->event < 0)
        return;
    for (guint row = 0; row < frame->n_rows; row++) {
        gint64 day = qy_column_get(&frame->columns[frame->def->event], row);

        if (day != QY_MISSING && day > as_of)
            add(dataset, out, QY_FINDING_AFTER_AS_OF, frame, area_of(frame, row), row);
    }
}

void
qy_observe_table(QyDataset *dataset, QyTableId table, QyFindings *out)
{
    const QyFrame *frame = &dataset->tables[table].frame;

    if (table == QY_CONTRACTS)
        observe_contracts(dataset, frame, out);
    else if (table == QY_WISHES)
        observe_wishes(dataset, frame, out);
    observe_dates(dataset, frame, out);
}

/* ---- Streamed tables ---- */

/* What a log is compared with, in one place of memory. */
typedef struct {
    gint32 starts_on;
    gint32 community : 31;
    guint32 other_unit : 1; /* its unit of measure isn't the offer's */
} Promise;

struct _QyObserved {
    const QyDataset *dataset;
    const QyTableDef *def;
    QyDate as_of;
    QyPeriod period;
    Promise *promises; /* by commitment; fulfilment only */
    gint home, done_on, recorded_on, status;
    gint32 cancelled; /* the word */
};

struct _QyObserver {
    const QyObserved *shared;
    QyFindings *findings;
    guint32 *in_period;             /* by area: logs done in the period */
    QyFindings *batches[LAST_DAYS]; /* by day of the last week: logs done in the period and recorded that day */
};

static Promise *
make_promises(const QyDataset *dataset)
{
    const QyFrame *commitments = &dataset->tables[QY_COMMITMENTS].frame;
    const QyFrame *contracts = &dataset->tables[QY_CONTRACTS].frame, *offers = &dataset->tables[QY_OFFERS].frame;
    const QyTableDef *def = commitments->def;
    const QyColumn *contract_of = &commitments->columns[qy_table_def_column(def, "contract_id")];
    const QyColumn *offer_of = &commitments->columns[qy_table_def_column(def, "offer_id")];
    const QyColumn *unit_of = &commitments->columns[qy_table_def_column(def, "quantity_unit")];
    const QyColumn *starts_on = &commitments->columns[qy_table_def_column(def, "starts_on")];
    const QyColumn *community_of = &contracts->columns[qy_table_def_column(contracts->def, "community_id")];
    const QyColumn *capacity_unit = &offers->columns[qy_table_def_column(offers->def, "capacity_unit")];
    Promise *promises = g_new0(Promise, MAX(commitments->n_rows, 1));

    for (guint row = 0; row < commitments->n_rows; row++) {
        gint64 offer = qy_column_get(offer_of, row);

        promises[row].starts_on = starts_on->narrow[row];
        promises[row].community = community_of->narrow[contract_of->narrow[row]];
        promises[row].other_unit =
            offer != QY_MISSING && qy_column_get(capacity_unit, (guint)offer) != qy_column_get(unit_of, row);
    }
    return promises;
}

QyObserved *
qy_observed_new(const QyDataset *dataset, QyTableId table)
{
    QyObserved *self = g_new0(QyObserved, 1);

    self->dataset = dataset;
    self->def = &dataset->tables[table].def;
    self->as_of = dataset->assessment->settings.as_of;
    self->period = dataset->assessment->settings.period;
    self->home = self->def->home;
    self->done_on = self->def->event;
    self->recorded_on = self->status = -1;
    if (table == QY_FULFILMENT) {
        const QyWords *words;

        self->promises = make_promises(dataset);
        self->recorded_on = qy_table_def_column(self->def, "recorded_on");
        self->status = qy_table_def_column(self->def, "status");
        words = self->def->columns[self->status].words;
        self->cancelled = qy_words_find(words, "cancelled", strlen("cancelled"));
    }
    return self;
}

void
qy_observed_free(QyObserved *self)
{
    if (self == NULL)
        return;
    g_free(self->promises);
    g_free(self);
}

QyObserver *
qy_observer_new(const QyObserved *shared)
{
    QyObserver *self = g_new0(QyObserver, 1);

    self->shared = shared;
    self->findings = qy_findings_new();
    self->in_period = g_new0(guint32, MAX(shared->dataset->tree.n, 1));
    for (guint i = 0; i < LAST_DAYS; i++)
        self->batches[i] = qy_findings_new();
    return self;
}

void
qy_observer_free(QyObserver *self)
{
    if (self == NULL)
        return;
    qy_findings_free(self->findings);
    for (guint i = 0; i < LAST_DAYS; i++)
        qy_findings_free(self->batches[i]);
    g_free(self->in_period);
    g_free(self);
}

static void
note(QyObserver *self, const QyWorker *worker, QyFindings *to, QyFindingCode code, gint subject, guint row)
{
    qy_findings_add(to, code, self->shared->def->id, subject, worker->ids[row], worker->id_lengths[row]);
}

static void
observe_log(QyObserver *self, const QyWorker *worker, guint row, gint commitment)
{
    const QyObserved *shared = self->shared;
    const QyFrame *frame = &worker->frame;
    const Promise *promise = &shared->promises[commitment];
    const QyDate done_on = frame->columns[shared->done_on].narrow[row];
    const gint32 *recorded = frame->columns[shared->recorded_on].narrow;
    const QyDate recorded_on = recorded != NULL ? recorded[row] : G_MININT32;

    if (G_UNLIKELY(done_on > shared->as_of))
        note(self, worker, self->findings, QY_FINDING_AFTER_AS_OF, promise->community, row);
    if (frame->columns[shared->status].narrow[row] == shared->cancelled)
        return;
    if (G_UNLIKELY(done_on < promise->starts_on))
        note(self, worker, self->findings, QY_FINDING_LOG_BEFORE_START, commitment, row);
    if (G_UNLIKELY(promise->other_unit))
        note(self, worker, self->findings, QY_FINDING_OTHER_UNIT, commitment, row);
    if (G_UNLIKELY(recorded_on != G_MININT32 && recorded_on > done_on + LATE_DAYS))
        note(self, worker, self->findings, QY_FINDING_LOG_RECORDED_LATE, promise->community, row);
    if (done_on >= shared->period.first && done_on <= shared->period.last) {
        gint day = recorded_on == G_MININT32 ? -1 : shared->period.last - recorded_on;

        self->in_period[promise->community]++;
        if (G_UNLIKELY(day >= 0 && day < LAST_DAYS))
            note(self, worker, self->batches[day], QY_FINDING_BATCH_AT_END, promise->community, row);
    }
}

void
qy_observer_batch(QyObserver *self, const QyWorker *worker)
{
    const QyObserved *shared = self->shared;
    const gint32 *home = worker->frame.columns[shared->home].narrow;
    const gint32 *done_on = worker->frame.columns[shared->done_on].narrow;

    if (shared->promises != NULL) {
        for (guint row = 0; row < worker->frame.n_rows; row++) {
            if (row + 16 < worker->frame.n_rows)
                __builtin_prefetch(&shared->promises[home[row + 16]]);
            observe_log(self, worker, row, home[row]);
        }
        return;
    }
    for (guint row = 0; row < worker->frame.n_rows; row++) {
        if (G_UNLIKELY(done_on[row] > shared->as_of))
            note(self, worker, self->findings, QY_FINDING_AFTER_AS_OF, home[row], row);
    }
}

/* One day of the period's last week: a batch where it has more than half of the community's logs. */
static void
decide_batches(const QyObserved *self, QyObserver *const *observers, guint n, guint day, QyFindings *out)
{
    g_autoptr(QyFindings) all = qy_findings_new();

    for (guint i = 0; i < n; i++)
        qy_findings_merge(all, observers[i]->batches[day]);
    for (guint area = 0; area < self->dataset->tree.n; area++) {
        guint64 in_period = 0;
        guint64 rows = qy_findings_rows(all, QY_FINDING_BATCH_AT_END, self->def->id, (gint)area);

        if (rows < BATCH_MIN_ROWS)
            continue;
        for (guint i = 0; i < n; i++)
            in_period += observers[i]->in_period[area];
        if (2 * rows > in_period)
            qy_findings_copy(all, QY_FINDING_BATCH_AT_END, self->def->id, (gint)area, out);
    }
}

void
qy_observed_finish(const QyObserved *self, QyObserver *const *observers, guint n, QyFindings *out)
{
    for (guint i = 0; i < n; i++)
        qy_findings_merge(out, observers[i]->findings);
    for (guint day = 0; day < LAST_DAYS && self->promises != NULL; day++)
        decide_batches(self, observers, n, day, out);
}
