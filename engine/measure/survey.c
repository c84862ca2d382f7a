#define G_LOG_DOMAIN "qy-measure"

/* Survey cells: the sufficient statistics of estimate{…}, gathered in the one
 * pass over the responses. Integers throughout, so their order doesn't matter.
 * With several margins nearly every response has a cell of its own, so keys
 * stand apart from sums, and gathers with the same keys share them. */
#include "measure/run.h"
#include "measure/slots.h"

#include <string.h>

#define FIRST_SLOTS 256
#define N_KEYS 7 /* area, cluster, stratum, four margins */

typedef struct {
    gint32 keys[N_KEYS];
    gint32 unused; /* 0, so that keys compare as bytes */
    gint64 population;
} Key;

typedef struct {
    guint32 n, n_missing;
    QyInt128 w, wy, wyy, ww, wwy, wwyy;
} Sums;

struct _QySurveyTally {
    const QyGather *leader;
    guint n_asked;
    const QyGather **asked; /* gathers of these cells */
    guint n_cells, capacity;
    Key *keys;
    Sums *sums;     /* n_cells × n_asked */
    guint64 *slots; /* hash << 32 | cell + 1, 0 free */
    guint n_slots;
    guint32 *order; /* once sorted */
};

QySurveyTally *
qy_survey_tally_new(const QyPlan *plan, const QyGather *leader)
{
    QySurveyTally *self = g_new0(QySurveyTally, 1);

    self->leader = leader;
    self->asked = g_new0(const QyGather *, plan->gathers->len + 1);
    for (guint i = 0; i < plan->gathers->len; i++) {
        const QyGather *gather = &g_array_index(plan->gathers, QyGather, i);

        if (gather->leader == leader->number)
            self->asked[self->n_asked++] = gather;
    }
    self->n_slots = FIRST_SLOTS;
    self->slots = g_new0(guint64, FIRST_SLOTS);
    return self;
}

void
qy_survey_tally_free(QySurveyTally *self)
{
    if (self == NULL)
        return;
    g_free(self->asked);
    g_free(self->keys);
    g_free(self->sums);
    g_free(self->slots);
    g_free(self->order);
    g_free(self);
}

/* ---- Cells by key ---- */

static guint32
hash_key(const Key *key)
{
    guint64 hash = (0x9e3779b97f4a7c15 ^ (guint64)key->population) * 0xff51afd7ed558ccd;

    for (guint i = 0; i < N_KEYS; i++) {
        hash = (hash ^ (guint32)key->keys[i]) * 0xff51afd7ed558ccd;
        hash ^= hash >> 32;
    }
    return (guint32)hash;
}

static guint
add_cell(QySurveyTally *self, const Key *key, guint32 hash)
{
    guint cell = self->n_cells++;

    if (cell == self->capacity) {
        self->capacity = MAX(256, self->capacity * 2);
        self->keys = g_renew(Key, self->keys, self->capacity);
        self->sums = g_renew(Sums, self->sums, (gsize)self->capacity * self->n_asked);
    }
    self->keys[cell] = *key;
    memset(self->sums + (gsize)cell * self->n_asked, 0, self->n_asked * sizeof *self->sums);
    qy_slots_put(self->slots, self->n_slots, (guint64)hash << 32 | (cell + 1));
    if (self->n_cells * 2 > self->n_slots)
        qy_slots_grow(&self->slots, &self->n_slots);
    return cell;
}

static guint
find_cell(QySurveyTally *self, const Key *key, guint32 hash)
{
    guint mask = self->n_slots - 1;

    for (guint at = hash & mask; self->slots[at] != 0; at = (at + 1) & mask) {
        guint cell = (guint32)self->slots[at] - 1;

        if (self->slots[at] >> 32 == hash && memcmp(&self->keys[cell], key, sizeof *key) == 0)
            return cell;
    }
    return add_cell(self, key, hash);
}

/* ---- Responses ---- */

static gint64
read_answer(const QyGather *gather, gint64 answer)
{
    return gather->is_share ? answer >= gather->share_from : answer;
}

static void
add_response(Sums *sums, gint64 answer, gint64 weight)
{
    QyInt128 wy = (QyInt128)weight * answer, ww = (QyInt128)weight * weight;

    sums->n++;
    sums->w += weight;
    sums->wy += wy;
    sums->wyy += wy * answer;
    sums->ww += ww;
    sums->wwy += ww * answer;
    sums->wwyy += ww * answer * answer;
}

/* Responses of a block that fit, before their cells are looked for. */
typedef struct {
    guint n;
    guint16 rows[QY_BLOCK_ROWS];
    guint32 hashes[QY_BLOCK_ROWS];
    Key keys[QY_BLOCK_ROWS];
} Chosen;

/* The nodes of a cell's keys, -1 where one isn't asked for. */
static void
key_nodes(const QyGather *gather, gint nodes[N_KEYS])
{
    nodes[0] = gather->area;
    nodes[1] = gather->cluster;
    nodes[2] = gather->stratum;
    for (guint m = 0; m < QY_MAX_MARGINS; m++)
        nodes[3 + m] = m < gather->n_margins ? gather->margins[m] : -1;
}

static void
choose(const QySurveyTally *self, QyEvaluator *evaluator, guint n, Chosen *out)
{
    const guint8 *mask = qy_evaluator_mask(evaluator, self->leader->where);
    const gint64 *populations = qy_evaluator_wide(evaluator, self->leader->cluster_population);
    const gint32 *columns[N_KEYS];
    gint nodes[N_KEYS];

    key_nodes(self->leader, nodes);
    for (guint k = 0; k < N_KEYS; k++)
        columns[k] = nodes[k] >= 0 ? qy_evaluator_narrow(evaluator, nodes[k]) : NULL;
    out->n = 0;
    for (guint row = 0; row < n; row++) {
        Key *key = &out->keys[out->n];

        if (!mask[row] || columns[0][row] < 0)
            continue;
        for (guint k = 0; k < N_KEYS; k++)
            key->keys[k] = columns[k] != NULL ? MAX(columns[k][row], -1) : -1;
        key->unused = 0;
        key->population = MAX(populations[row], 0);
        out->rows[out->n] = (guint16)row;
        out->hashes[out->n] = hash_key(key);
        __builtin_prefetch(&self->slots[out->hashes[out->n] & (self->n_slots - 1)]);
        out->n++;
    }
}

/* The lines that the search will touch, all asked for before the first is used. */
static void
prefetch_cells(const QySurveyTally *self, const Chosen *chosen)
{
    for (guint i = 0; i < chosen->n; i++) {
        guint cell = (guint32)self->slots[chosen->hashes[i] & (self->n_slots - 1)];

        if (cell > 0) {
            __builtin_prefetch(&self->keys[cell - 1]);
            __builtin_prefetch(&self->sums[(gsize)(cell - 1) * self->n_asked]);
        }
    }
}

void
qy_survey_tally_add(QySurveyTally *self, QyEvaluator *evaluator, guint n)
{
    const gint64 *weights = qy_evaluator_wide(evaluator, self->leader->weight);
    Chosen chosen;

    choose(self, evaluator, n, &chosen);
    prefetch_cells(self, &chosen);
    for (guint i = 0; i < chosen.n; i++) {
        guint row = chosen.rows[i], cell = find_cell(self, &chosen.keys[i], chosen.hashes[i]);
        gint64 weight = weights[row] == QY_MISSING ? qy_pow10(QY_SCALE_WEIGHT) : weights[row];

        for (guint a = 0; a < self->n_asked; a++) {
            gint64 answer = qy_evaluator_wide(evaluator, self->asked[a]->item)[row];
            Sums *sums = &self->sums[(gsize)cell * self->n_asked + a];

            if (answer == QY_MISSING)
                sums->n_missing++;
            else
                add_response(sums, read_answer(self->asked[a], answer), weight);
        }
    }
}

/* ---- All together ---- */

static void
add_sums(Sums *into, const Sums *more)
{
    into->n += more->n;
    into->n_missing += more->n_missing;
    into->w += more->w;
    into->wy += more->wy;
    into->wyy += more->wyy;
    into->ww += more->ww;
    into->wwy += more->wwy;
    into->wwyy += more->wwyy;
}

void
qy_survey_tally_merge(QySurveyTally *self, const QySurveyTally *other)
{
    for (guint i = 0; i < other->n_cells; i++) {
        guint cell = find_cell(self, &other->keys[i], hash_key(&other->keys[i]));

        for (guint a = 0; a < self->n_asked; a++)
            add_sums(&self->sums[(gsize)cell * self->n_asked + a], &other->sums[(gsize)i * self->n_asked + a]);
    }
}

static gint
compare_populations(gconstpointer a, gconstpointer b, gpointer data)
{
    const Key *keys = data;
    gint64 x = keys[*(const guint32 *)a].population, y = keys[*(const guint32 *)b].population;

    return x < y ? -1 : x > y;
}

/* Populations can be too large to count by. Nearly always there are none. */
static void
sort_by_population(const QySurveyTally *self, guint32 *order)
{
    gboolean some = FALSE;

    for (guint i = 0; i < self->n_cells; i++)
        some = some || self->keys[i].population != 0;
    if (some)
        g_qsort_with_data(order, (gint)self->n_cells, sizeof *order, compare_populations, self->keys);
}

/* By each key from the last to the first (area, cluster, stratum, population,
 * margins), every step keeping the order of the one before. */
void
qy_survey_tally_sort(QySurveyTally *self, const QyMeasures *run)
{
    const QyShape text = {.kind = QY_KIND_TEXT}, area = {.kind = QY_KIND_REF, .refers = QY_AREAS};
    guint n = self->n_cells, stride = sizeof(Key) / sizeof(gint32);
    guint32 *order = g_new(guint32, n + 1);
    g_autofree guint32 *spare = g_new(guint32, n + 1);

    for (guint i = 0; i < n; i++)
        order[i] = i;
    for (guint k = N_KEYS; n > 1 && k-- > 0;) {
        if (k == 2)
            sort_by_population(self, order);
        qy_cells_sort_by_key(run, k < 2 ? &area : &text, self->keys[0].keys + k, n, stride, order, spare);
    }
    self->order = order;
    g_clear_pointer(&self->slots, g_free);
}

QySurveyCell *
qy_survey_tally_cells(const QySurveyTally *self, const QyGather *gather, guint *n_cells)
{
    QySurveyCell *cells = g_new(QySurveyCell, self->n_cells + 1);
    guint asked = 0;

    while (self->asked[asked] != gather)
        asked++;
    for (guint i = 0; i < self->n_cells; i++) {
        const Key *key = &self->keys[self->order[i]];
        const Sums *sums = &self->sums[(gsize)self->order[i] * self->n_asked + asked];

        cells[i] = (QySurveyCell){.area = key->keys[0],
                                  .cluster = key->keys[1],
                                  .stratum = key->keys[2],
                                  .cluster_population = key->population,
                                  .n = sums->n,
                                  .n_missing = sums->n_missing,
                                  .w = sums->w,
                                  .wy = sums->wy,
                                  .wyy = sums->wyy,
                                  .ww = sums->ww,
                                  .wwy = sums->wwy,
                                  .wwyy = sums->wwyy};
        memcpy(cells[i].margins, key->keys + 3, sizeof cells[i].margins);
    }
    *n_cells = self->n_cells;
    return cells;
}
