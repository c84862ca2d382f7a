#define G_LOG_DOMAIN "qy-load"

/* All tables that stay in memory, as many at a time as there are threads. A table waits for those it refers to; of
 * those that wait for none, the largest file goes first, so that no large one is left for the end. */

#include "load/dataset-private.h"
#include "load/observe.h"

typedef enum { WAITING, UNDER_WAY, DONE } State;

typedef struct {
    QyDataset *dataset;
    GMutex lock; /* of all below */
    GCond done;  /* a table more */
    State states[QY_N_TABLES];
    guint n_left;
    QyFindings *findings[QY_N_TABLES]; /* of each table, put together at the end */
} Loading;

static gboolean
is_loaded_here(QyTableId table)
{
    return !qy_dictionary_table(table)->streamed && table != QY_QUESTIONNAIRE && table != QY_PROJECTS;
}

/* Projects are made of the commitments' rows. */
static QyTableId
made_with(QyTableId table)
{
    return table == QY_PROJECTS ? QY_COMMITMENTS : table;
}

static gboolean
waits_for(const QyDataset *dataset, QyTableId table, QyTableId other)
{
    const QyTableDef *def = &dataset->tables[table].def;

    if (made_with(other) == table)
        return FALSE;
    for (guint i = 0; i < def->n_columns; i++) {
        if (def->columns[i].type == QY_TYPE_REF && def->columns[i].refers == other)
            return TRUE;
    }
    return qy_rules_refer_by_word(table, other);
}

static gboolean
is_ready(const Loading *self, QyTableId table)
{
    if (self->states[table] != WAITING || !is_loaded_here(table))
        return FALSE;
    for (guint other = 0; other < QY_N_TABLES; other++) {
        if (is_loaded_here(made_with((QyTableId)other)) && self->states[made_with((QyTableId)other)] != DONE &&
            waits_for(self->dataset, table, (QyTableId)other))
            return FALSE;
    }
    return TRUE;
}

static guint64
bytes_of(const QyTableState *table)
{
    return table->source != NULL ? qy_reader_bytes(table->source->reader) : 0;
}

/* Returns: QY_NO_TABLE when each is loaded, being loaded, or has to wait */
static QyTableId
next_table(const Loading *self)
{
    QyTableId next = QY_NO_TABLE;

    for (guint i = 0; i < QY_N_TABLES; i++) {
        if (is_ready(self, (QyTableId)i) &&
            (next == QY_NO_TABLE || bytes_of(&self->dataset->tables[i]) > bytes_of(&self->dataset->tables[next])))
            next = (QyTableId)i;
    }
    return next;
}

static void
load_table(Loading *self, QyTableId id, gboolean tells)
{
    QyDataset *dataset = self->dataset;

    if (dataset->tables[id].source != NULL)
        qy_memory_load(dataset, id, tells);
    if (id == QY_TAXONOMY && dataset->tables[id].source == NULL)
        qy_derive_taxonomy(dataset);
    else if (id == QY_AREAS)
        qy_derive_areas(dataset);
    else if (id == QY_COMMITMENTS)
        qy_derive_projects(dataset);
    else
        qy_derive_table(dataset, id);
    if (dataset->tables[id].frame.present) {
        self->findings[id] = qy_findings_new();
        qy_observe_table(dataset, id, self->findings[id]);
    }
}

static void
load_some(Loading *self, gboolean tells)
{
    g_mutex_lock(&self->lock);
    while (self->n_left > 0) {
        const QyTableId next = next_table(self);

        if (next == QY_NO_TABLE) {
            g_cond_wait(&self->done, &self->lock);
            continue;
        }
        self->states[next] = UNDER_WAY;
        g_mutex_unlock(&self->lock);
        load_table(self, next, tells);
        g_mutex_lock(&self->lock);
        self->states[next] = DONE;
        self->n_left--;
        g_cond_broadcast(&self->done);
    }
    g_mutex_unlock(&self->lock);
}

static gpointer
help(gpointer data)
{
    load_some(data, FALSE);
    return NULL;
}

void
qy_tables_load(QyDataset *dataset)
{
    Loading self = {.dataset = dataset};
    g_autofree GThread **threads = g_new0(GThread *, dataset->n_threads);

    g_mutex_init(&self.lock);
    g_cond_init(&self.done);
    for (guint i = 0; i < QY_N_TABLES; i++)
        self.n_left += is_loaded_here((QyTableId)i);
    for (guint i = 1; i < dataset->n_threads; i++)
        threads[i] = g_thread_new("qy-tables", help, &self);
    load_some(&self, TRUE);
    for (guint i = 1; i < dataset->n_threads; i++)
        g_thread_join(threads[i]);
    for (guint i = 0; i < QY_N_TABLES; i++) {
        if (self.findings[i] != NULL)
            qy_findings_merge(dataset->findings, self.findings[i]);
        qy_findings_free(self.findings[i]);
    }
    g_cond_clear(&self.done);
    g_mutex_clear(&self.lock);
}
