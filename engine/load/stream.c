#define G_LOG_DOMAIN "qy-load"

#include "load/observe.h"

typedef struct {
    const QyFactSink *sink; /* (nullable) */
    QyObserver **observers; /* one a worker */
    QyFrame *given;         /* one a worker: the batch's wanted columns */
} Stream;

static gboolean
is_wanted(const QyFactSink *sink, guint column)
{
    return sink != NULL && (sink->wanted[column / 64] >> (column % 64) & 1) != 0;
}

static void
give_batch(gpointer data, QyWorker *worker)
{
    Stream *stream = data;
    QyFrame *given = &stream->given[worker->number];

    qy_observer_batch(stream->observers[worker->number], worker);
    if (stream->sink == NULL || stream->sink->batch == NULL)
        return;
    *given =
        (QyFrame){.def = worker->frame.def, .present = TRUE, .n_rows = worker->frame.n_rows, .ids = worker->frame.ids};
    for (guint i = 0; i < given->def->n_columns; i++) {
        if (is_wanted(stream->sink, i))
            given->columns[i] = worker->frame.columns[i];
    }
    stream->sink->batch(stream->sink->data, worker->number, given);
}

static void
begin(Stream *stream, const QyPass *pass, const QyObserved *observed)
{
    for (guint i = 0; i < pass->n_workers; i++) {
        g_clear_pointer(&stream->observers[i], qy_observer_free);
        stream->observers[i] = qy_observer_new(observed);
    }
    if (stream->sink != NULL && stream->sink->begin != NULL)
        stream->sink->begin(stream->sink->data, pass->n_workers);
}

typedef struct {
    QyPass *pass;
    GMutex lock;
} IdReader;

/* Asked for suspects only, which are few. */
static void
read_id(gpointer data, const gchar *place, GString *out)
{
    IdReader *self = data;

    g_mutex_lock(&self->lock);
    qy_worker_id_at(self->pass->workers[0], place, out);
    g_mutex_unlock(&self->lock);
}

/* Returns: whether there are duplicates, which the next pass is to leave out */
static gboolean
find_duplicates(QyPass *pass)
{
    IdReader reader = {.pass = pass};
    g_autoptr(GArray) found = NULL;

    g_mutex_init(&reader.lock);
    found = qy_unique_find(pass->unique, pass->n_workers, read_id, &reader);
    g_mutex_clear(&reader.lock);
    g_clear_pointer(&pass->unique, qy_unique_free);
    if (found->len == 0)
        return FALSE;
    pass->skip = g_hash_table_new(g_direct_hash, g_direct_equal);
    pass->firsts = g_hash_table_new(g_direct_hash, g_direct_equal);
    for (guint i = 0; i < found->len; i++) {
        const QyDuplicate *duplicate = &g_array_index(found, QyDuplicate, i);

        g_hash_table_insert(pass->skip, (gpointer)duplicate->place, (gpointer)duplicate->first);
        g_hash_table_add(pass->firsts, (gpointer)duplicate->first);
    }
    return TRUE;
}

static void
run(QyDataset *self, QyTableId table, const QyFactSink *sink)
{
    g_autoptr(QyPass) pass = qy_pass_new(self, self->tables[table].source);
    QyObserved *observed = qy_observed_new(self, table);
    Stream stream = {.sink = sink};

    stream.observers = g_new0(QyObserver *, pass->n_workers);
    stream.given = g_new0(QyFrame, pass->n_workers);
    for (guint i = 0; i < G_N_ELEMENTS(pass->kept); i++)
        pass->kept[i] = sink != NULL ? sink->wanted[i] : 0;
    pass->terminate_ids = sink != NULL && sink->want_ids;
    pass->tells = TRUE;
    pass->batch = give_batch;
    pass->data = &stream;
    pass->unique = qy_unique_new(pass->n_workers);
    begin(&stream, pass, observed);
    qy_pass_run(pass);
    if (find_duplicates(pass)) {
        begin(&stream, pass, observed);
        qy_pass_run(pass);
    }
    qy_observed_finish(observed, stream.observers, pass->n_workers, self->findings);
    qy_pass_settle(pass);
    for (guint i = 0; i < pass->n_workers; i++)
        qy_observer_free(stream.observers[i]);
    g_free(stream.observers);
    g_free(stream.given);
    qy_observed_free(observed);
}

gboolean
qy_dataset_stream(QyDataset *self, QyTableId table, const QyFactSink *sink, GError **error)
{
    g_return_val_if_fail(self != NULL && qy_dictionary_table(table)->streamed, FALSE);
    g_return_val_if_fail(!self->tables[table].was_read, FALSE);

    if (self->tables[table].source == NULL) {
        if (sink != NULL && sink->begin != NULL)
            sink->begin(sink->data, 1);
        self->tables[table].was_read = TRUE;
        return TRUE;
    }
    run(self, table, sink);
    return TRUE;
}
