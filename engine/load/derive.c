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

/* A column by name, asked for once before a loop. */
static const QyColumn *
column_of(const QyDataset *self, QyTableId table, const gchar *name)
{
    const QyFrame *frame = &self->tables[table].frame;

    return &frame->columns[qy_table_def_column(frame->def, name)];
}

/* QY_MISSING also for a row that isn't there. */
static inline gint64
value_at(const QyColumn *column, gint64 row)
{
    return row < 0 ? QY_MISSING : qy_column_get(column, (guint)row);
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

/* Ids that project_id names, sorted, each once. (transfer container) */
static GPtrArray *
written_projects(const QyDataset *self, const QyColumn *written, guint n)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_direct_hash, g_direct_equal);
    GPtrArray *ids = g_ptr_array_new();

    for (guint row = 0; row < n; row++) {
        const gint64 text = qy_column_get(written, row);

        /* Equal texts of the pool have one number. */
        if (text != QY_MISSING && g_hash_table_add(seen, GSIZE_TO_POINTER((gsize)text + 1)))
            g_ptr_array_add(ids, (gpointer)qy_string_pool_get(self->strings, (guint32)text));
    }
    g_ptr_array_sort(ids, compare_texts);
    return ids;
}

/* The table of projects: what is written, and for each commitment without it its own id; both come sorted. */
static void
collect_projects(QyDataset *self, const QyColumn *written)
{
    const QyFrame *commitments = &self->tables[QY_COMMITMENTS].frame;
    QyTableState *projects = &self->tables[QY_PROJECTS];
    g_autoptr(GPtrArray) named = written_projects(self, written, commitments->n_rows);
    const gchar **ids = g_new(const gchar *, MAX(named->len + commitments->n_rows, 1));
    guint n = 0, next = 0;

    for (guint row = 0; row < commitments->n_rows; row++) {
        const gchar *own = commitments->ids[row];

        if (qy_column_get(written, row) != QY_MISSING)
            continue;
        while (next < named->len && strcmp(g_ptr_array_index(named, next), own) < 0)
            ids[n++] = g_ptr_array_index(named, next++);
        if (next == named->len || strcmp(g_ptr_array_index(named, next), own) != 0)
            ids[n++] = own;
    }
    while (next < named->len)
        ids[n++] = g_ptr_array_index(named, next++);
    projects->frame.present = TRUE;
    projects->frame.n_rows = n;
    projects->frame.ids = ids;
    projects->index = qy_id_index_new(ids, n);
    projects->has_column[0] = TRUE;
}

static gint32
project_of_commitment(const QyDataset *self, const QyColumn *written, guint row)
{
    const gint64 text = qy_column_get(written, row);
    const gchar *id = text == QY_MISSING ? self->tables[QY_COMMITMENTS].frame.ids[row]
                                         : qy_string_pool_get(self->strings, (guint32)text);

    /* Without the column every commitment is a project of its own, in the same order. */
    return qy_column_present(written) ? qy_id_index_find(self->tables[QY_PROJECTS].index, id, strlen(id)) : (gint32)row;
}

void
qy_derive_projects(QyDataset *self)
{
    QyTableState *commitments = &self->tables[QY_COMMITMENTS];
    const gint column = qy_table_def_column(&commitments->def, "project_id");
    const QyColumn written = commitments->frame.columns[column];
    const gint32 *contract_of = column_of(self, QY_COMMITMENTS, "contract_id")->narrow;
    const gint32 *community_of = column_of(self, QY_CONTRACTS, "community_id")->narrow;
    gint32 *project_of, *area_of;

    collect_projects(self, &written);
    commitments->frame.columns[column].narrow = NULL;
    project_of = new_column(self, QY_COMMITMENTS, "project_id");
    area_of = new_column(self, QY_PROJECTS, "area_id");
    for (guint row = 0; row < commitments->frame.n_rows; row++) {
        const gint32 project = project_of_commitment(self, &written, row), area = community_of[contract_of[row]];

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
    const QyColumn *community = column_of(self, QY_OFFERS, "community_id");
    const QyColumn *providing = column_of(self, QY_OFFERS, "provider_community_id");
    const QyColumn *unit = column_of(self, QY_OFFERS, "unit_id"), *seat = column_of(self, QY_UNITS, "area_id");
    gint32 *area_of = new_column(self, QY_OFFERS, "area_id");

    for (guint row = 0; row < n; row++) {
        gint64 area = qy_column_get(community, row), provider, street;

        if (area == QY_MISSING) {
            provider = qy_column_get(providing, row);
            if (provider == QY_MISSING)
                provider = value_at(seat, qy_column_get(unit, row));
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
    const QyColumn *needs = column_of(self, QY_BIDS, "need_id"), *projects = column_of(self, QY_BIDS, "project_id");
    const QyColumn *of_need = column_of(self, QY_NEEDS, "community_id");
    const QyColumn *of_project = column_of(self, QY_PROJECTS, "area_id");
    gint32 *area_of = new_column(self, QY_BIDS, "area_id");

    for (guint row = 0; row < n; row++) {
        const gint64 need = qy_column_get(needs, row);

        area_of[row] = narrow_of(need != QY_MISSING ? value_at(of_need, need)
                                                    : value_at(of_project, qy_column_get(projects, row)));
    }
}

/* Row of the id that a TEXT column names, in a table that may be absent. */
static gint64
find_text(const QyDataset *self, QyTableId target, gint64 text)
{
    const QyIdIndex *index = self->tables[target].index;
    const gchar *id;
    gint found;

    if (index == NULL || text == QY_MISSING)
        return QY_MISSING;
    id = qy_string_pool_get(self->strings, (guint32)text);
    found = qy_id_index_find(index, id, strlen(id));
    return found < 0 ? QY_MISSING : found;
}

/* Index of a word of the column's closed list. */
static gint64
word_of(const QyDataset *self, QyTableId table, const gchar *column, const gchar *word)
{
    const QyTableDef *def = &self->tables[table].def;

    return qy_words_find(def->columns[qy_table_def_column(def, column)].words, word, strlen(word));
}

/* Whom a review is about, as references: a commitment's review is its contract's, its unit's and its community's too.
 */
static void
derive_reviews(QyDataset *self)
{
    const guint n = self->tables[QY_REVIEWS].frame.n_rows;
    const gint64 is_commitment = word_of(self, QY_REVIEWS, "subject", "commitment");
    const gint64 is_contract = word_of(self, QY_REVIEWS, "subject", "contract");
    const gint64 is_unit = word_of(self, QY_REVIEWS, "subject", "unit");
    const QyColumn *subjects = column_of(self, QY_REVIEWS, "subject");
    const QyColumn *ids = column_of(self, QY_REVIEWS, "subject_id");
    const QyColumn *contract_of = column_of(self, QY_COMMITMENTS, "contract_id");
    const QyColumn *unit_of = column_of(self, QY_CONTRACTS, "unit_id");
    const QyColumn *community_of = column_of(self, QY_CONTRACTS, "community_id");
    const QyColumn *seat_of = column_of(self, QY_UNITS, "area_id");
    gint32 *commitments = new_column(self, QY_REVIEWS, "commitment_id");
    gint32 *contracts = new_column(self, QY_REVIEWS, "contract_id"), *units = new_column(self, QY_REVIEWS, "unit_id");
    gint32 *areas = new_column(self, QY_REVIEWS, "area_id");

    for (guint row = 0; row < n; row++) {
        const gint64 subject = qy_column_get(subjects, row), id = qy_column_get(ids, row);
        gint64 commitment = QY_MISSING, contract = QY_MISSING, unit = QY_MISSING, area = QY_MISSING;

        if (subject == is_commitment) {
            commitment = find_text(self, QY_COMMITMENTS, id);
            contract = value_at(contract_of, commitment);
        } else if (subject == is_contract) {
            contract = find_text(self, QY_CONTRACTS, id);
        } else if (subject == is_unit) {
            unit = find_text(self, QY_UNITS, id);
            area = value_at(seat_of, unit);
        } else {
            area = find_text(self, QY_AREAS, id);
        }
        if (contract != QY_MISSING) {
            unit = value_at(unit_of, contract);
            area = value_at(community_of, contract);
        }
        commitments[row] = narrow_of(commitment);
        contracts[row] = narrow_of(contract);
        units[row] = narrow_of(unit);
        areas[row] = narrow_of(area);
    }
}

static void
derive_points(QyDataset *self)
{
    const guint n = self->tables[QY_POINTS].frame.n_rows;
    const gint64 unit_word = word_of(self, QY_POINTS, "holder", "unit");
    const QyColumn *holders = column_of(self, QY_POINTS, "holder"), *ids = column_of(self, QY_POINTS, "holder_id");
    const QyColumn *seat_of = column_of(self, QY_UNITS, "area_id");
    const QyColumn *community_of = column_of(self, QY_MEMBERS, "community_id");
    gint32 *unit_of = new_column(self, QY_POINTS, "unit_id"), *member_of = new_column(self, QY_POINTS, "member_id");
    gint32 *area_of = new_column(self, QY_POINTS, "area_id");

    for (guint row = 0; row < n; row++) {
        const gboolean is_unit = qy_column_get(holders, row) == unit_word;
        const gint64 holder = find_text(self, is_unit ? QY_UNITS : QY_MEMBERS, qy_column_get(ids, row));

        unit_of[row] = is_unit ? narrow_of(holder) : G_MININT32;
        member_of[row] = is_unit ? G_MININT32 : narrow_of(holder);
        area_of[row] = narrow_of(value_at(is_unit ? seat_of : community_of, holder));
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
