/* The parts of the page, top to bottom. Each reads its own tables and appends HTML. Internal to report/. */
#pragma once

#include "report/starmap.h"

G_BEGIN_DECLS

typedef gboolean (*QySection)(const QyModel *model, const QyStarMap *map, GString *out, GError **error);

gboolean qy_section_head(const QyModel *model, const QyStarMap *map, GString *out, GError **error);
gboolean qy_section_summary(const QyModel *model, const QyStarMap *map, GString *out, GError **error);
gboolean qy_section_map(const QyModel *model, const QyStarMap *map, GString *out, GError **error);
gboolean qy_section_indices(const QyModel *model, const QyStarMap *map, GString *out, GError **error);
gboolean qy_section_lists(const QyModel *model, const QyStarMap *map, GString *out, GError **error);
gboolean qy_section_duties(const QyModel *model, const QyStarMap *map, GString *out, GError **error);
gboolean qy_section_looks(const QyModel *model, const QyStarMap *map, GString *out, GError **error);
gboolean qy_section_data(const QyModel *model, const QyStarMap *map, GString *out, GError **error);
gboolean qy_section_reading(const QyModel *model, const QyStarMap *map, GString *out, GError **error);

/* The data of the charts: "indices" and "scores", each behind a comma; see page.js. */
gboolean qy_indices_append_json(const QyModel *model, const QyStarMap *map, GString *json, GError **error);

G_END_DECLS
