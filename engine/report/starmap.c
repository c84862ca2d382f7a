#define G_LOG_DOMAIN "qy-report"

#include "report/starmap.h"

#include <stdlib.h>
#include <string.h>

struct _QyStarMap {
    const QyModel *model;
    QyTable *stars, *criteria; /* own the texts */
    GArray *star_columns;      /* of `stars`; (element-type QyColumnSpec) */
    GPtrArray *column_names;
    GArray *communities; /* (element-type QyMapCommunity) */
    const gchar **states;
    guint32 *rows; /* communities × criteria: row of `criteria` + 1, 0 none */
};

enum {
    CELL_COMMUNITY,
    CELL_CRITERION,
    CELL_VERDICT,
    CELL_VALUE,
    CELL_THRESHOLD,
    CELL_MARGIN,
    CELL_UNIT,
    CELL_REASON_ZH,
    CELL_REASON_EN,
    CELL_EVIDENCE
};
static const QyColumnSpec cell_columns[] = {{"community_id", QY_CELL_TEXT}, {"criterion_id", QY_CELL_TEXT},
                                            {"verdict", QY_CELL_TEXT},      {"value", QY_CELL_TEXT},
                                            {"threshold", QY_CELL_TEXT},    {"margin", QY_CELL_TEXT},
                                            {"unit", QY_CELL_TEXT},         {"reason_zh", QY_CELL_TEXT},
                                            {"reason_en", QY_CELL_TEXT},    {"evidence", QY_CELL_TEXT}};

static gboolean
is_yes(const gchar *text)
{
    static const gchar *const yes[] = {"1", "yes", "true", "met", NULL};
    return text && g_strv_contains(yes, text);
}

/* A star's column bears its id, with or without "-". */
static gint
column_of_star(const QyTable *stars, const gchar *id)
{
    g_autofree gchar *other = g_strdelimit(g_strdup(id), "-", '_');
    gint column = qy_table_find(stars, id);
    return column >= 0 ? column : qy_table_find(stars, other);
}

static const gchar *
text_in(const QyTable *table, gsize row, const gchar *column)
{
    gint i = qy_table_find(table, column);
    return i < 0 ? NULL : qy_table_text(table, row, (guint)i);
}

static gboolean
read_stars(QyStarMap *self, GError **error)
{
    self->column_names = qy_model_columns(self->model, "stars");
    for (guint i = 0; i < self->column_names->len; i++) {
        QyColumnSpec column = {self->column_names->pdata[i], QY_CELL_TEXT};
        g_array_append_val(self->star_columns, column);
    }
    if (self->star_columns->len == 0)
        g_array_append_vals(self->star_columns, cell_columns, 1);
    self->stars = qy_model_read(self->model, "stars", (const QyColumnSpec *)(gpointer)self->star_columns->data,
                                self->star_columns->len, NULL, NULL, error);
    return self->stars != NULL;
}

static void
fill_community(QyStarMap *self, gsize row, QyMapCommunity *out)
{
    const gchar *count = text_in(self->stars, row, "stars");
    out->id = text_in(self->stars, row, "community_id");
    out->id = out->id ? out->id : "";
    out->name = qy_model_name(self->model, out->id);
    out->stars = count ? g_ascii_strtoll(count, NULL, 10) : QY_MISSING;
    out->five_star = is_yes(text_in(self->stars, row, "five_star"));
    out->accepted = is_yes(text_in(self->stars, row, "accepted"));
    const QySubject *area = qy_model_find(self->model, out->id);
    out->street = qy_model_above(self->model, area, "street");
    if (!out->street && area && area->parent >= 0)
        out->street = qy_model_subject(self->model, (guint)area->parent);
    for (guint k = 0; k < qy_model_n_stars(self->model); k++) {
        gint column = column_of_star(self->stars, qy_model_star(self->model, k)->id);
        out->star_states[k] = column < 0 ? NULL : qy_table_text(self->stars, row, (guint)column);
    }
}

static gint
compare_communities(gconstpointer a, gconstpointer b)
{
    const QyMapCommunity *x = a, *y = b;
    gint order = g_strcmp0(x->street ? x->street->id : NULL, y->street ? y->street->id : NULL);
    return order ? order : strcmp(x->id, y->id);
}

static void
make_communities(QyStarMap *self)
{
    gsize n = qy_table_n_rows(self->stars);
    guint n_stars = qy_model_n_stars(self->model);
    self->states = g_new0(const gchar *, n *n_stars + 1);
    g_array_set_size(self->communities, (guint)n);
    for (gsize i = 0; i < n; i++) {
        QyMapCommunity *community = &g_array_index(self->communities, QyMapCommunity, i);
        community->star_states = self->states + i * n_stars;
        fill_community(self, i, community);
    }
    g_array_sort(self->communities, compare_communities);
}

static gboolean
place_cells(QyStarMap *self, GError **error)
{
    self->criteria =
        qy_model_read(self->model, "criteria", cell_columns, G_N_ELEMENTS(cell_columns), NULL, NULL, error);
    if (!self->criteria)
        return FALSE;
    guint n_criteria = qy_model_n_criteria(self->model);
    g_autoptr(GHashTable) numbers = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < self->communities->len; i++)
        g_hash_table_insert(numbers, (gpointer)qy_star_map_community(self, i)->id, GUINT_TO_POINTER(i + 1));
    self->rows = g_new0(guint32, (gsize)self->communities->len * n_criteria + 1);
    for (gsize row = 0; row < qy_table_n_rows(self->criteria); row++) {
        const gchar *id = qy_table_text(self->criteria, row, CELL_COMMUNITY);
        guint community = id ? GPOINTER_TO_UINT(g_hash_table_lookup(numbers, id)) : 0;
        gint criterion = qy_model_find_criterion(self->model, qy_table_text(self->criteria, row, CELL_CRITERION));
        if (community > 0 && criterion >= 0)
            self->rows[(gsize)(community - 1) * n_criteria + (guint)criterion] = (guint32)row + 1;
    }
    return TRUE;
}

QyStarMap *
qy_star_map_new(const QyModel *model, GError **error)
{
    g_autoptr(QyStarMap) self = g_new0(QyStarMap, 1);
    self->model = model;
    self->communities = g_array_new(FALSE, TRUE, sizeof(QyMapCommunity));
    self->star_columns = g_array_new(FALSE, FALSE, sizeof(QyColumnSpec));
    if (!read_stars(self, error))
        return NULL;
    make_communities(self);
    return place_cells(self, error) ? g_steal_pointer(&self) : NULL;
}

void
qy_star_map_free(QyStarMap *self)
{
    if (!self)
        return;
    qy_table_free(self->stars);
    qy_table_free(self->criteria);
    g_array_unref(self->star_columns);
    g_array_unref(self->communities);
    g_clear_pointer(&self->column_names, g_ptr_array_unref);
    g_free(self->states);
    g_free(self->rows);
    g_free(self);
}

const QyModel *
qy_star_map_model(const QyStarMap *self)
{
    return self->model;
}

guint
qy_star_map_n(const QyStarMap *self)
{
    return self->communities->len;
}

const QyMapCommunity *
qy_star_map_community(const QyStarMap *self, guint i)
{
    return &g_array_index(self->communities, QyMapCommunity, i);
}

gboolean
qy_star_map_cell(const QyStarMap *self, guint community, guint criterion, QyMapCell *out)
{
    guint32 place = self->rows[(gsize)community * qy_model_n_criteria(self->model) + criterion];
    *out = (QyMapCell){0};
    if (place == 0)
        return FALSE;
    const QyTable *table = self->criteria;
    gsize row = place - 1;
    *out = (QyMapCell){.verdict = qy_table_text(table, row, CELL_VERDICT),
                       .value = qy_table_text(table, row, CELL_VALUE),
                       .threshold = qy_table_text(table, row, CELL_THRESHOLD),
                       .margin = qy_table_text(table, row, CELL_MARGIN),
                       .unit = qy_table_text(table, row, CELL_UNIT),
                       .reason_zh = qy_table_text(table, row, CELL_REASON_ZH),
                       .reason_en = qy_table_text(table, row, CELL_REASON_EN),
                       .evidence = qy_table_text(table, row, CELL_EVIDENCE)};
    return TRUE;
}
