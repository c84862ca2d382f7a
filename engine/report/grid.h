/* Aligned columns for a terminal, wide characters counted as they stand. Internal to report/. */
#pragma once

#include "base/base.h"

G_BEGIN_DECLS

typedef struct _QyGrid QyGrid;

/* @align: a letter a column: 'l', 'r', or when the terminal is narrow 's' for one that gives way first, 'w' next. */
QyGrid *qy_grid_new(const gchar *align);
void qy_grid_free(QyGrid *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QyGrid, qy_grid_free)

/* The next cell of the row; NULL is "–". */
void qy_grid_add(QyGrid *self, const gchar *text);
void qy_grid_take(QyGrid *self, gchar *text);
/* Writes all rows, the first (the head) underlined by colour or by dashes. */
void qy_grid_write(const QyGrid *self, guint width, gboolean color, GString *out);

/* @text in lines of at most @width columns, each after the first begun by @indent blanks. */
void qy_text_wrap(const gchar *text, guint width, guint indent, GString *out);

G_END_DECLS
