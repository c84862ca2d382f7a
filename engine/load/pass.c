#define G_LOG_DOMAIN "qy-load"

#include "load/dataset-private.h"

#include <string.h>

QyPass *
qy_pass_new(QyDataset *dataset, QySource *source)
{
    QyPass *self = g_new0(QyPass, 1);
    gsize chunk_bytes = dataset->options.chunk_bytes != 0 ? dataset->options.chunk_bytes : QY_DEFAULT_CHUNK;
    guint64 n_chunks = qy_reader_bytes(source->reader) / chunk_bytes + 1;

    self->dataset = dataset;
    self->source = source;
    self->n_workers = (guint)MIN(dataset->n_threads, n_chunks);
    self->workers = g_new0(QyWorker *, self->n_workers);
    memset(self->kept, 0xFF, sizeof self->kept);
    qy_reader_begin_digest(source->reader, dataset->options.digest);
    return self;
}

static void
free_workers(QyPass *self)
{
    for (guint i = 0; i < self->n_workers; i++)
        g_clear_pointer(&self->workers[i], qy_worker_free);
}

void
qy_pass_free(QyPass *self)
{
    if (self == NULL)
        return;
    free_workers(self);
    g_free(self->workers);
    g_clear_pointer(&self->unique, qy_unique_free);
    g_clear_pointer(&self->skip, g_hash_table_unref);
    g_clear_pointer(&self->firsts, g_hash_table_unref);
    g_free(self->chunk_rows);
    g_free(self->chunk_lines);
    g_free(self);
}

static void
hand_over(QyPass *self, QyWorker *worker)
{
    qy_worker_finish_batch(worker);
    if (worker->frame.n_rows > 0 && self->batch != NULL)
        self->batch(self->data, worker);
    qy_worker_clear_batch(worker);
}

static void
read_chunk(QyPass *self, QyWorker *worker, const QyChunk *chunk)
{
    QyChunkCount count = {.index = chunk->index};
    QyScanned record;
    QyBlock block;

    worker->chunk = *chunk;
    worker->chunk_number = (guint32)chunk->index;
    qy_scanner_start(worker->scanner, chunk);
    for (;;) {
        if (qy_scanner_block(worker->scanner, QY_BATCH_ROWS - worker->frame.n_rows, &block))
            qy_worker_block(worker, &block);
        else if (qy_scanner_next(worker->scanner, &record))
            qy_worker_record(worker, &record);
        else
            break;
        if (G_UNLIKELY(worker->frame.n_rows == QY_BATCH_ROWS))
            hand_over(self, worker);
    }
    if (worker->frame.n_rows > 0)
        hand_over(self, worker);
    qy_scanner_counts(worker->scanner, &count.rows, &count.lines);
    g_array_append_val(worker->chunks, count);
}

static gpointer
work(gpointer data)
{
    QyWorker *worker = data;
    QyPass *self = worker->pass;
    const QyLoadOptions *options = &self->dataset->options;
    const guint64 total = qy_reader_bytes(self->source->reader);
    const gsize chunk_bytes = options->chunk_bytes != 0 ? options->chunk_bytes : QY_DEFAULT_CHUNK;
    QyChunk chunk;

    while (qy_reader_next_chunk(self->source->reader, &chunk)) {
        if (self->tells && worker->number == 0 && options->progress != NULL)
            options->progress(self->source->def->name, MIN(chunk.index * chunk_bytes, total), total,
                              options->progress_data);
        read_chunk(self, worker, &chunk);
    }
    return NULL;
}

static void
add_counts(QyPassCounts *sum, const QyPassCounts *one)
{
    sum->rows += one->rows;
    sum->accepted += one->accepted;
    sum->refused += one->refused;
    sum->late += one->late;
    sum->blank += one->blank;
    sum->after_as_of += one->after_as_of;
    for (guint i = 0; i < QY_MAX_COLUMNS; i++) {
        sum->dont_know[i] += one->dont_know[i];
        sum->unresolved[i] += one->unresolved[i];
        sum->had_time[i] |= one->had_time[i];
    }
}

/* From each chunk's own counts to the rows and lines of the file. */
static void
place_chunks(QyPass *self)
{
    const QyHeader *header = qy_reader_header(self->source->reader);
    guint64 row = header->body_row, line = header->body_line;

    self->n_chunks = 0;
    for (guint i = 0; i < self->n_workers; i++)
        self->n_chunks += self->workers[i]->chunks->len;
    self->chunk_rows = g_renew(guint64, self->chunk_rows, self->n_chunks);
    self->chunk_lines = g_renew(guint64, self->chunk_lines, self->n_chunks);
    for (guint i = 0; i < self->n_workers; i++) {
        for (guint k = 0; k < self->workers[i]->chunks->len; k++) {
            const QyChunkCount *count = &g_array_index(self->workers[i]->chunks, QyChunkCount, k);

            self->chunk_rows[count->index] = count->rows;
            self->chunk_lines[count->index] = count->lines;
        }
    }
    for (guint i = 0; i < self->n_chunks; i++) {
        guint64 rows = self->chunk_rows[i], lines = self->chunk_lines[i];

        self->chunk_rows[i] = row;
        self->chunk_lines[i] = line;
        row += rows;
        line += lines;
    }
}

void
qy_pass_run(QyPass *self)
{
    g_autofree GThread **threads = g_new0(GThread *, self->n_workers);

    qy_source_bind(self->source);
    qy_rules_prepare(self->source);
    qy_reader_rewind(self->source->reader);
    free_workers(self);
    for (guint i = 0; i < self->n_workers; i++)
        self->workers[i] = qy_worker_new(self, i);
    for (guint i = 1; i < self->n_workers; i++)
        threads[i] = g_thread_new("qy-load", work, self->workers[i]);
    work(self->workers[0]);
    for (guint i = 1; i < self->n_workers; i++)
        g_thread_join(threads[i]);
    self->counts = (QyPassCounts){0};
    self->end = NULL;
    for (guint i = 0; i < self->n_workers; i++) {
        add_counts(&self->counts, &self->workers[i]->counts);
        self->end = MAX(self->end, self->workers[i]->chunk.end);
    }
    place_chunks(self);
}

guint64
qy_pass_row(const QyPass *self, guint32 chunk, guint32 row)
{
    return self->chunk_rows[chunk] + row;
}

/* ---- What the table keeps ---- */

/* Rows that duplicates name, by the place of their record. */
static GHashTable *
rows_of_firsts(const QyPass *self)
{
    GHashTable *rows = g_hash_table_new(g_direct_hash, g_direct_equal);

    for (guint i = 0; i < self->n_workers; i++) {
        const GArray *places = self->workers[i]->first_places;

        for (guint k = 0; k < places->len; k++) {
            const QyFirstPlace *place = &g_array_index(places, QyFirstPlace, k);

            g_hash_table_insert(rows, (gpointer)place->begin,
                                GSIZE_TO_POINTER(qy_pass_row(self, place->chunk, place->row)));
        }
    }
    return rows;
}

static void
settle_rejects(QyPass *self, QyTableState *table)
{
    g_autoptr(GHashTable) firsts = self->skip != NULL ? rows_of_firsts(self) : NULL;

    for (guint i = 0; i < self->n_workers; i++) {
        QyWorker *worker = self->workers[i];

        for (guint k = 0; k < worker->rejects->len; k++) {
            QyReject reject = g_array_index(worker->rejects, QyReject, k);

            reject.row = qy_pass_row(self, reject.chunk, (guint32)reject.row);
            reject.line += self->chunk_lines[reject.chunk];
            if (firsts != NULL && reject.kind == QY_FAULT_DUPLICATE)
                reject.number[0] =
                    GPOINTER_TO_SIZE(g_hash_table_lookup(firsts, (gconstpointer)(guintptr)reject.number[0]));
            g_array_append_val(table->rejects, reject);
        }
        g_ptr_array_add(table->texts, g_steal_pointer(&worker->texts));
    }
}

static gchar *
count_text(guint64 n)
{
    return g_strdup_printf("%" G_GUINT64_FORMAT, n);
}

static void
say_count(const QyPass *self, const gchar *code, QySay say, guint64 n, gint column)
{
    const QyColumnDef *def = column >= 0 ? &self->source->def->columns[column] : NULL;
    g_autofree gchar *count = count_text(n);
    const QyTableDef *target = def != NULL && def->refers >= 0 ? qy_dictionary_table(def->refers) : NULL;
    const gchar *names[] = {"count", "column", "column_zh", "table", NULL};
    const gchar *values[] = {count, def != NULL ? def->name : "", def != NULL ? def->alias_zh : "",
                             target != NULL ? target->name : ""};

    if (n > 0)
        qy_dataset_say(self->dataset, self->source->file, code, say, names, values);
}

static void
say_what_was_seen(const QyPass *self)
{
    if (self->counts.rows == 0)
        qy_dataset_say(self->dataset, self->source->file, "no-rows",
                       (QySay){"no rows below the header", "表头之下没有数据行"}, NULL, NULL);
    say_count(self, "blank-rows", (QySay){"{count} blank row(s) skipped", "跳过{count}个空行"}, self->counts.blank, -1);
    say_count(self, "late-rows",
              (QySay){"{count} row(s) recorded after the cutoff are set aside", "{count}行在截止日之后登记，不计入"},
              self->counts.late, -1);
    for (guint i = 0; i < self->source->def->n_columns; i++) {
        if (self->counts.had_time[i])
            say_count(
                self, "time-dropped",
                (QySay){"{column}: the time of day behind the date is dropped", "“{column_zh}”：日期后的时间不计"}, 1,
                (gint)i);
        say_count(self, "dont-know",
                  (QySay){"{column}: {count} answer(s) “don't know”, counted as missing",
                          "“{column_zh}”：{count}份回答“不清楚”，按缺失计"},
                  self->counts.dont_know[i], (gint)i);
        say_count(self, "unchecked-references",
                  (QySay){"{column}: {count} value(s) can't be followed, since there is no {table} file",
                          "“{column_zh}”：没有 {table} 表，{count}个编号无法对应"},
                  self->counts.unresolved[i], (gint)i);
    }
}

void
qy_pass_settle(QyPass *self)
{
    QyTableState *table = &self->dataset->tables[self->source->def->id];

    settle_rejects(self, table);
    table->counts = (QyTableCounts){
        .rows = self->counts.rows,
        .accepted = self->counts.accepted,
        .refused = self->counts.refused,
        .late = self->counts.late,
        .after_as_of = self->counts.after_as_of,
    };
    say_what_was_seen(self);
    if (g_strcmp0(self->dataset->options.digest, "none") != 0)
        table->digest = qy_reader_digest(self->source->reader, self->dataset->options.digest);
    table->was_read = TRUE;
}
