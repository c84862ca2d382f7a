/* The verdicts of a record as communities × criteria. Internal to report/. */
#pragma once

#include "report/model.h"

G_BEGIN_DECLS

typedef struct {
    const gchar *id;
    const gchar *name;
    const QySubject *street;   /* what it is grouped under; NULL: nothing above it */
    const gchar **star_states; /* one a star of the model, NULL none */
    gint64 stars;              /* earned; QY_MISSING none said */
    gboolean five_star, accepted;
} QyMapCommunity;

typedef struct {
    const gchar *verdict, *value, *threshold, *margin, *unit, *reason_zh, *reason_en, *evidence;
} QyMapCell;

typedef struct _QyStarMap QyStarMap;

/* @model must outlive it. */
QyStarMap *qy_star_map_new(const QyModel *model, GError **error);
void qy_star_map_free(QyStarMap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyStarMap, qy_star_map_free)

const QyModel *qy_star_map_model(const QyStarMap *self);
guint qy_star_map_n(const QyStarMap *self);
/* Ordered by street and id, both by bytes. */
const QyMapCommunity *qy_star_map_community(const QyStarMap *self, guint i);
/* FALSE, and an empty cell, where there is no verdict. */
gboolean qy_star_map_cell(const QyStarMap *self, guint community, guint criterion, QyMapCell *out);

/* The page's data: {"stars", "criteria", "streets", "communities", "cells", "templates"}
 * without the braces around it; see page.js for its shape. */
void qy_star_map_append_json(const QyStarMap *self, GString *json);

G_END_DECLS
