#define G_LOG_DOMAIN "qy-judge"

/* c for functions outside of criteria: lists, vetoes. */
#include "judge/private.h"

#include <string.h>

/* What stands behind one caller's context, kept by the pack's state. */
typedef struct {
    QyContext context;
    QyFigureSource *source;
    QyView *view;
    GHashTable *uses; /* QyDeclaration → QyUses */
} Bound;

static const gchar bound_key; /* address */

static int
free_bound(lua_State *L)
{
    Bound *self = lua_touserdata(L, 1);

    qy_figure_source_free(self->source);
    g_hash_table_unref(self->uses);
    return 0;
}

static gboolean
is_same(const QyContext *a, const QyContext *b)
{
    return a->pack == b->pack && a->dataset == b->dataset && a->measures == b->measures && a->facts == b->facts &&
           a->index == b->index && a->stars == b->stars && a->five_star == b->five_star && a->data == b->data;
}

/* The caller's view, made at its first call. */
static Bound *
bind_context(const QyContext *context)
{
    lua_State *L = qy_pack_state(context->pack);
    Bound *self;

    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &bound_key) == LUA_TUSERDATA) {
        self = lua_touserdata(L, -1);
        lua_pop(L, 1);
        if (is_same(&self->context, context))
            return self;
    } else {
        lua_pop(L, 1);
    }
    self = lua_newuserdatauv(L, sizeof *self, 0);
    self->context = *context;
    self->context.declaration = NULL; /* none is in use yet: see qy_context_push() */
    self->source = qy_figure_source_new(&self->context);
    self->uses = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)qy_uses_free);
    lua_newtable(L);
    lua_pushcfunction(L, free_bound);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &bound_key);
    self->view = qy_view_new(context->pack, self->source, &self->context);
    qy_view_use(self->view, NULL);
    return self;
}

/* What the declaration's `uses` allow; unknown names in it are its own affair. */
static const QyUses *
uses_of(Bound *self, const QyDeclaration *declaration)
{
    QyUses *uses;

    if (declaration == NULL)
        return NULL;
    uses = g_hash_table_lookup(self->uses, declaration);
    if (uses == NULL) {
        g_autoptr(GString) ignored = g_string_new(NULL);

        uses = qy_uses_new(self->view, declaration, ignored);
        g_hash_table_insert(self->uses, (gpointer)declaration, uses);
    }
    return uses;
}

void
qy_context_push(const QyContext *self, QyTableId table, guint row)
{
    Bound *bound = bind_context(self);

    if (self->declaration != bound->context.declaration) {
        bound->context.declaration = self->declaration;
        qy_view_use(bound->view, uses_of(bound, self->declaration));
    }
    qy_view_push(bound->view, (QySubject){table, (gint)row});
}

gboolean
qy_context_read_grant(const QyContext *self, gboolean *granted, QySayText *text, GError **error)
{
    const QyAnswer *answer = qy_view_take(bind_context(self)->view, error);

    if (answer == NULL)
        return FALSE;
    if (!answer->is_grant) {
        g_set_error(error, QY_ERROR, QY_ERROR_RULE,
                    "it gave back a verdict; a list's functions answer c.grant(…) or c.deny(…)");
        return FALSE;
    }
    *granted = answer->granted;
    text->zh = g_strdup(answer->zh->str);
    text->en = g_strdup(answer->en->str);
    return TRUE;
}
