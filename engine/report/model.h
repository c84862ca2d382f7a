/* A record opened for reading: its tables by name, its subjects by id. Internal to report/. */
#pragma once

#include "record/record.h"

G_BEGIN_DECLS

typedef struct {
    const gchar *id, *name, *level;
    gboolean is_unit;
    gint parent; /* of an area: number of the subject above it, -1 none */
} QySubject;

typedef struct _QyModel QyModel;

QyModel *qy_model_open(const gchar *result_path, GError **error);
void qy_model_free(QyModel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyModel, qy_model_free)

/* Rows of a table; a table or column that the record lacks is empty. @rest: what
 * follows FROM, with @arguments as in qy_store_query(); may be NULL. */
QyTable *qy_model_read(const QyModel *self, const gchar *table, const QyColumnSpec *columns, guint n_columns,
                       const gchar *rest, const gchar *const *arguments, GError **error);
/* 0 for a table that isn't there. @rest as above. */
gint64 qy_model_count(const QyModel *self, const gchar *table, const gchar *rest);
/* Names of a table's columns in order; for tables whose columns a pack decides. (element-type utf8) */
GPtrArray *qy_model_columns(const QyModel *self, const gchar *table);

/* Value of the manifest; NULL when it isn't noted. (transfer none) */
const gchar *qy_model_note(const QyModel *self, const gchar *key);
/* The pair KEY_zh, KEY_en (or with @separator "." KEY.zh, KEY.en), else @otherwise. */
QySay qy_model_note_say(const QyModel *self, const gchar *key, const gchar *separator, QySay otherwise);

guint qy_model_n_subjects(const QyModel *self);
const QySubject *qy_model_subject(const QyModel *self, guint i);
/* An area of that id, else a unit; NULL when there is none. */
const QySubject *qy_model_find(const QyModel *self, const gchar *id);
const QySubject *qy_model_find_unit(const QyModel *self, const gchar *id);
/* The name, or the id of a subject without one. */
const gchar *qy_model_name(const QyModel *self, const gchar *id);
/* The area of a level at or above one; NULL when there is none. */
const QySubject *qy_model_above(const QyModel *self, const QySubject *area, const gchar *level);

/* What a criterion says of itself. */
typedef struct {
    const gchar *id, *star, *kind, *owner, *duty, *level, *clause, *since;
    QySay title, owner_title;
} QyStandardRow;
guint qy_model_n_criteria(const QyModel *self);
const QyStandardRow *qy_model_criterion(const QyModel *self, guint i);
/* Number of the criterion, -1 when the standard hasn't it. */
gint qy_model_find_criterion(const QyModel *self, const gchar *id);

/* The stars in the standard's order. */
typedef struct {
    const gchar *id;
    QySay title;
} QyStarTitle;
guint qy_model_n_stars(const QyModel *self);
const QyStarTitle *qy_model_star(const QyModel *self, guint i);

G_END_DECLS
