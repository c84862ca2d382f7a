/* The object c, from inside: shared by view.c, view-figures.c and view-uses.c. */
#pragma once

#include "judge/private.h"

G_BEGIN_DECLS

#define MAX_ANSWERS 16 /* one call may make; it gives back one */
#define MAX_READS 64

typedef struct _QyAspect QyAspect;

/* A figure as Lua has it: userdata, one for each aspect and number. */
typedef struct {
    QyFigureBox box;
    QyAspect *aspect;
    guint64 call; /* in which it was last fetched */
} QyBox;

/* c itself, or c:up(level). */
struct _QyAspect {
    QyView *view;
    QySubject subject;
    gint area;   /* of the subject; -1 none */
    gint object; /* references: c */
    gint fields; /* its table of words and figures */
    gint boxes;  /* table: number → QyBox; facts after the measures */
    QyBox **of;  /* the same, for C */
    gboolean made;
};

struct _QyView {
    QyPack *pack;
    lua_State *L;
    const QyFigureSource *source;
    const QyContext *lists;
    const QyUses *uses;
    QyUses *everything; /* for lists: all parameters, no limit on reads */
    guint64 call;
    QyAspect aspects[1 + QY_N_LEVELS];
    guint n_reads;
    QyBox *reads[MAX_READS];
    guint n_answers;
    QyAnswer answers[MAX_ANSWERS];
    gint answer_objects;  /* table: number → userdata */
    QyMeasureCell *cells; /* last listed */
    GString *scratch[3];
    gconstpointer box_metatable, answer_metatable;
};

extern const gchar *const qy_area_fields[]; /* names of QyAreaField, NULL-ended */

/* view.c */
/* Wraps the table at the top: a userdata that reads through it and can't be written. */
void qy_view_wrap(lua_State *L, const gchar *name, gpointer content);
/* A userdata whose parts @index answers: upvalues the aspect and the table of names at the top, which is popped. */
void qy_view_wrap_function(lua_State *L, const gchar *name, QyAspect *aspect, lua_CFunction index);
/* The aspect whose c is argument 1; raises when it is none. */
QyAspect *qy_view_check_aspect(lua_State *L, QyView *self);
/* Raises: a name that isn't declared, or isn't known at all. */
int qy_view_undeclared(lua_State *L, const gchar *prefix, const gchar *name, gboolean known);

/* view-figures.c: c.m, c.f, c.area, figures, c:cells */
void qy_view_push_real(lua_State *L, gdouble value); /* nil for NAN */
void qy_view_push_date(lua_State *L, QyDate date);
int qy_view_index_box(lua_State *L);
/* Puts m, f, area and cells into the table at the top. */
void qy_view_open_figures(lua_State *L, QyAspect *aspect);

/* view-uses.c: c.p, c:at */
int qy_view_at(lua_State *L);

G_END_DECLS
