/* What rows that count give to say all the same. Internal to load/. */
#pragma once

#include "load/dataset-private.h"
#include "load/finding.h"

G_BEGIN_DECLS

/* Of a table in memory; once, when all of them are loaded. */
void qy_observe_table(QyDataset *dataset, QyTableId table, QyFindings *out);

/* Of a streamed table: one observer for each worker and pass. */
typedef struct _QyObserver QyObserver;
/* What all observers of a pass share: what they need of each commitment, close together. */
typedef struct _QyObserved QyObserved;

QyObserved *qy_observed_new(const QyDataset *dataset, QyTableId table);
void qy_observed_free(QyObserved *self);
QyObserver *qy_observer_new(const QyObserved *shared);
void qy_observer_free(QyObserver *self);
/* The good rows of a finished batch. */
void qy_observer_batch(QyObserver *self, const QyWorker *worker);
/* Adds what all observers of a pass have seen. */
void qy_observed_finish(const QyObserved *self, QyObserver *const *observers, guint n, QyFindings *out);

G_END_DECLS
