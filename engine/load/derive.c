#define G_LOG_DOMAIN "qy-load"

#include "load/dataset-private.h"

#include <string.h>

gint
qy_area_up(const QyAreaTree *tree, gint area, QyLevel level)
{
    while (area >= 0 && tree->level[area] > level)
        area = tree->parent[area];
    return area >= 0 && tree->level[area] == level ? area : -1;
}

/* ---- The area tree ---- */

void
qy_derive_areas(QyDataset *self)
{
    const QyFrame *areas = &self->tables[QY_AREAS].frame;
    const QyColumn *parent = &areas->columns[qy_table_def_column(areas->def, "parent_id")];
    const QyColumn *level = &areas->columns[qy_table_def_column(areas->def, "level")];
    guint n = 0;

    self->tree_parent = g_new(gint32, MAX(areas->n_rows, 1));
    self->tree_level = g_new(guint8, MAX(areas->n_rows, 1));
    self->tree_top_down = g_new(guint32, MAX(areas->n_rows, 1));
    for (guint row = 0; row < areas->n_rows; row++) {
        gint64 above = qy_column_get(parent, row);

        self->tree_parent[row] = above == QY_MISSING ? -1 : (gint32)above;
        self->tree_level[row] = (guint8)level->narrow[row];
    }
    /* A parent is of a higher level, so the order of levels is one from the top down. */
    for (guint l = 0; l < QY_N_LEVELS; l++) {
        for (guint row = 0; row < areas->n_rows; row++) {
            if (self->tree_level[row] == l)
                self->tree_top_down[n++] = row;
        }
    }
    self->tree = (QyAreaTree){areas->n_rows, self->tree_parent, self->tree_level, self->tree_top_down};
}

/* ---- The taxonomy of an assessment without one ---- */

static gint
compare_codes(gconstpointer a, gconstpointer b)
{
    return strcmp((*(const QyCategory *const *)a)->code, (*(const QyCategory *const *)b)->code);
}

void
qy_derive_taxonomy(QyDataset *self)
{
    QyTableState *table = &self->tables[QY_TAXONOMY];
    QyFrame *frame = &table->frame;
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    guint n;
    const QyCategory *categories = qy_default_taxonomy(&n);

    for (guint i = 0; i < n; i++)
        g_ptr_array_add(sorted, (gpointer)&categories[i]);
    g_ptr_array_sort(sorted, compare_codes);
    frame->present = TRUE;
    frame->n_rows = n;
    frame->ids = g_new(const gchar *, n);
    for (guint i = 0; i < n; i++)
        frame->ids[i] = ((const QyCategory *)g_ptr_array_index(sorted, i))->code;
    table->index = qy_id_index_new(frame->ids, n);
    for (guint c = 1; c < frame->def->n_columns; c++)
        frame->columns[c].narrow = g_new(gint32, n);
    for (guint i = 0; i < n; i++) {
        const QyCategory *category = g_ptr_array_index(sorted, i);

        frame->columns[1].narrow[i] = category->parent == NULL
                                          ? G_MININT32
                                          : qy_id_index_find(table->index, category->parent, strlen(category->parent));
        frame->columns[2].narrow[i] = (gint32)qy_string_pool_add(self->strings, category->zh, strlen(category->zh));
        frame->columns[3].narrow[i] = (gint32)qy_string_pool_add(self->strings, category->en, strlen(category->en));
    }
    for (guint c = 0; c < frame->def->n_columns; c++)
        table->has_column[c] = TRUE;
    qy_dataset_say(self, "", "default-taxonomy",
                   (QySay){"no taxonomy.csv: the default taxonomy (4 resource classes, 11 service classes) is used",
                           "没有 taxonomy.csv：采用默认类别（4个资源大类、11个服务大类）"},
                   NULL, NULL);
}

/* ---- Columns that load works out ---- */

static gint32 *
new_column(QyDataset *self, QyTableId table, const gchar *name)
{
    QyTableState *state = &self->tables[table];
    gint column = qy_table_def_column(&state->def, name);
    gint32 *narrow = g_new(gint32, MAX(state->frame.n_rows, 1));

    g_assert(column >= 0);
    for (guint row = 0; row < state->frame.n_rows; row++)
        narrow[row] = G_MININT32;
    g_free(state->frame.columns[column].narrow);
    state->frame.columns[column].narrow = narrow;
    state->has_column[column] = TRUE;
    return narrow;
}

/* Value of a column by name; QY_MISSING also for row -1. */
static gint64
value_of(const QyDataset *self, QyTableId table, const gchar *column, gint64 row)
{
    const QyFrame *frame = &self->tables[table].frame;

    if (row < 0)
        return QY_MISSING;
    return qy_column_get(&frame->columns[qy_table_def_column(frame->def, column)], (guint)row);
}

static gint64
area_of_contract(const QyDataset *self, gint64 contract)
{
    return value_of(self, QY_CONTRACTS, "community_id", contract);
}

static gint32
narrow_of(gint64 value)
{
    return value == QY_MISSING ? G_MININT32 : (gint32)value;
}

static gint64
common_area(const QyAreaTree *tree, gint64 a, gint64 b)
{
    while (a >= 0 && b >= 0 && a != b) {
        if (tree->level[a] > tree->level[b])
            a = tree->parent[a];
        else if (tree->level[b] > tree->level[a])
            b = tree->parent[b];
        else {
            a = tree->parent[a];
            b = tree->parent[b];
        }
    }
    return a < 0 || b < 0 ? -1 : a;
}

static gint
compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const gchar *const *)a, *(const gchar *const *)b);
}

/* Id of a commitment's project: as written, else its own. */
static const gchar *
project_id(const QyDataset *self, const QyColumn *written, guint row)
{
    gint64 text = qy_column_get(written, row);

    return text == QY_MISSING ? self->tables[QY_COMMITMENTS].frame.ids[row]
                              : qy_string_pool_get(self->strings, (guint32)text);
}

/* Ids of all projects, sorted. */
static void
collect_projects(QyDataset *self, const QyColumn *written)
{
    const QyFrame *commitments = &self->tables[QY_COMMITMENTS].frame;
    QyTableState *projects = &self->tables[QY_PROJECTS];
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) ids = g_ptr_array_new();

    for (guint row = 0; row < commitments->n_rows; row++) {
        const gchar *id = project_id(self, written, row);

        /* Without the column every id is a commitment's own, distinct and in order already. */
        if (!qy_column_present(written) || g_hash_table_add(seen, (gpointer)id))
            g_ptr_array_add(ids, (gpointer)id);
    }
    if (qy_column_present(written))
        g_ptr_array_sort(ids, compare_texts);
    projects->frame.present = TRUE;
    projects->frame.n_rows = ids->len;
    projects->frame.ids = g_new(const gchar *, MAX(ids->len, 1));
    for (guint i = 0; i < ids->len; i++)
        projects->frame.ids[i] = g_ptr_array_index(ids, i);
    projects->index = qy_id_index_new(projects->frame.ids, ids->len);
    projects->has_column[0] = TRUE;
}

void
qy_derive_projects(QyDataset *self)
{
    QyTableState *commitments = &self->tables[QY_COMMITMENTS];
    const gint column = qy_table_def_column(&commitments->def, "project_id");
    const QyColumn written = commitments->frame.columns[column];
    const gint32 *contract_of =
        commitments->frame.columns[qy_table_def_column(&commitments->def, "contract_id")].narrow;
    const QyFrame *contracts = &self->tables[QY_CONTRACTS].frame;
    const gint32 *community_of = contracts->columns[qy_table_def_column(contracts->def, "community_id")].narrow;
    gint32 *project_of, *area_of;

    collect_projects(self, &written);
    commitments->frame.columns[column].narrow = NULL;
    project_of = new_column(self, QY_COMMITMENTS, "project_id");
    area_of = new_column(self, QY_PROJECTS, "area_id");
    for (guint row = 0; row < commitments->frame.n_rows; row++) {
        const gchar *id = project_id(self, &written, row);
        gint project = !qy_column_present(&written) ? (gint)row
                                                    : qy_id_index_find(self->tables[QY_PROJECTS].index, id, strlen(id));
        gint32 area = community_of[contract_of[row]];

        project_of[row] = project;
        /* The area that all its commitments lie in; -1 while looking: there is none. */
        if (area_of[project] == G_MININT32)
            area_of[project] = area;
        else
            area_of[project] = (gint32)common_area(&self->tree, area_of[project], area);
    }
    for (guint row = 0; row < self->tables[QY_PROJECTS].frame.n_rows; row++) {
        if (area_of[row] < 0)
            area_of[row] = G_MININT32;
    }
    g_free(written.narrow);
}

/* An offer is for a community, or for the whole street of who provides it (a unit above the streets: for its area). */
static void
derive_offers(QyDataset *self)
{
    const guint n = self->tables[QY_OFFERS].frame.n_rows;
    gint32 *area_of = new_column(self, QY_OFFERS, "area_id");

    for (guint row = 0; row < n; row++) {
        gint64 area = value_of(self, QY_OFFERS, "community_id", row), provider, street;

        if (area == QY_MISSING) {
            provider = value_of(self, QY_OFFERS, "provider_community_id", row);
            if (provider == QY_MISSING)
                provider = value_of(self, QY_UNITS, "area_id", value_of(self, QY_OFFERS, "unit_id", row));
            street = provider < 0 ? -1 : qy_area_up(&self->tree, (gint)provider, QY_LEVEL_STREET);
            area = street >= 0 ? street : provider;
        }
        area_of[row] = narrow_of(area);
    }
}

static void
derive_bids(QyDataset *self)
{
    const guint n = self->tables[QY_BIDS].frame.n_rows;
    gint32 *area_of = new_column(self, QY_BIDS, "area_id");

    for (guint row = 0; row < n; row++) {
        gint64 need = value_of(self, QY_BIDS, "need_id", row), project = value_of(self, QY_BIDS, "project_id", row);

        area_of[row] = narrow_of(need != QY_MISSING ? value_of(self, QY_NEEDS, "community_id", need)
                                                    : value_of(self, QY_PROJECTS, "area_id", project));
    }
}

/* Row of the id that a TEXT column names, in a table that may be absent. */
static gint64
find_text(const QyDataset *self, QyTableId target, QyTableId table, const gchar *column, guint row)
{
    const QyIdIndex *index = self->tables[target].index;
    gint64 text = value_of(self, table, column, row);
    const gchar *id;
    gint found;

    if (index == NULL || text == QY_MISSING)
        return QY_MISSING;
    id = qy_string_pool_get(self->strings, (guint32)text);
    found = qy_id_index_find(index, id, strlen(id));
    return found < 0 ? QY_MISSING : found;
}

/* Whom a review is about, as references: a commitment's review is its contract's, its unit's and its community's too.
 */
static void
derive_reviews(QyDataset *self)
{
    const guint n = self->tables[QY_REVIEWS].frame.n_rows;
    const QyTableDef *def = &self->tables[QY_REVIEWS].def;
    const QyColumnDef *subjects = &def->columns[qy_table_def_column(def, "subject")];
    gint32 *commitment_of = new_column(self, QY_REVIEWS, "commitment_id");
    gint32 *contract_of = new_column(self, QY_REVIEWS, "contract_id"),
           *unit_of = new_column(self, QY_REVIEWS, "unit_id");
    gint32 *area_of = new_column(self, QY_REVIEWS, "area_id");

    for (guint row = 0; row < n; row++) {
        const gchar *subject = subjects->words->words[value_of(self, QY_REVIEWS, "subject", row)];
        gint64 commitment = QY_MISSING, contract = QY_MISSING, unit = QY_MISSING, area = QY_MISSING;

        if (strcmp(subject, "commitment") == 0) {
            commitment = find_text(self, QY_COMMITMENTS, QY_REVIEWS, "subject_id", row);
            contract = value_of(self, QY_COMMITMENTS, "contract_id", commitment);
        } else if (strcmp(subject, "contract") == 0) {
            contract = find_text(self, QY_CONTRACTS, QY_REVIEWS, "subject_id", row);
        } else if (strcmp(subject, "unit") == 0) {
            unit = find_text(self, QY_UNITS, QY_REVIEWS, "subject_id", row);
            area = value_of(self, QY_UNITS, "area_id", unit);
        } else {
            area = find_text(self, QY_AREAS, QY_REVIEWS, "subject_id", row);
        }
        if (contract != QY_MISSING) {
            unit = value_of(self, QY_CONTRACTS, "unit_id", contract);
            area = area_of_contract(self, contract);
        }
        commitment_of[row] = narrow_of(commitment);
        contract_of[row] = narrow_of(contract);
        unit_of[row] = narrow_of(unit);
        area_of[row] = narrow_of(area);
    }
}

static void
derive_points(QyDataset *self)
{
    const guint n = self->tables[QY_POINTS].frame.n_rows;
    const QyTableDef *def = &self->tables[QY_POINTS].def;
    const QyColumnDef *holders = &def->columns[qy_table_def_column(def, "holder")];
    gint32 *unit_of = new_column(self, QY_POINTS, "unit_id"), *member_of = new_column(self, QY_POINTS, "member_id");
    gint32 *area_of = new_column(self, QY_POINTS, "area_id");

    for (guint row = 0; row < n; row++) {
        gboolean is_unit = strcmp(holders->words->words[value_of(self, QY_POINTS, "holder", row)], "unit") == 0;
        gint64 holder = find_text(self, is_unit ? QY_UNITS : QY_MEMBERS, QY_POINTS, "holder_id", row);

        unit_of[row] = is_unit ? narrow_of(holder) : G_MININT32;
        member_of[row] = is_unit ? G_MININT32 : narrow_of(holder);
        area_of[row] = narrow_of(is_unit ? value_of(self, QY_UNITS, "area_id", holder)
                                         : value_of(self, QY_MEMBERS, "community_id", holder));
    }
}

void
qy_derive_table(QyDataset *self, QyTableId table)
{
    if (!self->tables[table].frame.present)
        return;
    if (table == QY_OFFERS)
        derive_offers(self);
    else if (table == QY_BIDS)
        derive_bids(self);
    else if (table == QY_REVIEWS)
        derive_reviews(self);
    else if (table == QY_POINTS)
        derive_points(self);
}
