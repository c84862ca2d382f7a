#define G_LOG_DOMAIN "qy-judge"

/* All criteria for all communities, in worker processes. A block of subjects is
 * a worker's unit; its answer is bytes that the parent keeps and points into.
 * What ran out of time may have done so by chance, so such a criterion is
 * `error` for every community, and the verdicts stay the same for any number
 * of workers. */
#include "judge/private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define BLOCK 128 /* subjects of a worker's unit */
#define N_TEXTS 7 /* of a verdict */

/* Areas of one level that are judged, and where their verdicts are. */
typedef struct {
    guint level;
    guint first, n; /* into areas */
} Level;

struct _QyVerdicts {
    QyPack *pack;
    const QyDataset *dataset;
    guint n_communities;
    guint *communities; /* rows of areas, ascending */
    QyCriteria *criteria;
    QyVerdict *verdicts; /* n_communities × n_criteria; texts are in the blobs */
    GPtrArray *blobs;    /* (element-type gpointer) */
    QyFacts *facts;
    guint n_errors;
};

/* While judging. */
typedef struct {
    QyVerdicts *out;
    QyView *view;
    const QyJudgeOptions *options;
    GArray *areas;     /* (element-type gint) rows judged, by level, then row */
    GArray *levels;    /* (element-type Level) */
    GArray *blocks;    /* (element-type Block) */
    QyVerdict *judged; /* areas × criteria */
    gboolean *dead;    /* one a criterion: ran out of time */
    gboolean *done;    /* one a block */
    guint n_done;
} Run;

typedef struct {
    guint level;    /* QyLevel */
    guint first, n; /* into areas */
} Block;

/* ---- a block's answer: a header, packed verdicts, texts ---- */

typedef struct {
    guint32 n_verdicts, n_texts_bytes;
} Header;

typedef struct {
    guint8 kind, timed_out;
    guint16 criterion;
    guint32 subject;        /* within the block */
    guint32 texts[N_TEXTS]; /* offsets + 1; 0: none */
} Packed;

/* Texts of one block, each once. */
typedef struct {
    GString *bytes;
    guint32 *slots; /* offset + 1 of the text that hashes here, 0: free */
    guint32 mask, n;
} Texts;

static guint32
hash_text(const gchar *text, gsize length)
{
    guint64 hash = length, word = 0;

    for (; length >= sizeof word; text += sizeof word, length -= sizeof word) {
        memcpy(&word, text, sizeof word);
        hash = (hash ^ word) * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
        hash ^= hash >> 32;
    }
    word = 0;
    memcpy(&word, text, length);
    hash = (hash ^ word) * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
    return (guint32)(hash >> 32);
}

static void
grow(Texts *self)
{
    guint32 mask = self->mask * 2 + 1;
    guint32 *slots = g_new0(guint32, (gsize)mask + 1);

    for (guint32 i = 0; i <= self->mask && self->slots != NULL; i++) {
        const gchar *text = self->bytes->str + self->slots[i] - 1;
        guint32 at;

        if (self->slots[i] == 0)
            continue;
        for (at = hash_text(text, strlen(text)) & mask; slots[at] != 0; at = (at + 1) & mask)
            ;
        slots[at] = self->slots[i];
    }
    g_free(self->slots);
    self->slots = slots;
    self->mask = mask;
}

/* Returns: the text's offset + 1; 0 for NULL */
static guint32
add_text(Texts *self, const gchar *text)
{
    gsize length;
    guint32 at;

    if (text == NULL)
        return 0;
    if (self->slots == NULL || self->n > self->mask / 2)
        grow(self);
    length = strlen(text);
    for (at = hash_text(text, length) & self->mask; self->slots[at] != 0; at = (at + 1) & self->mask)
        if (strcmp(self->bytes->str + self->slots[at] - 1, text) == 0)
            return self->slots[at];
    self->slots[at] = (guint32)self->bytes->len + 1;
    self->n++;
    g_string_append_len(self->bytes, text, (gssize)length + 1);
    return self->slots[at];
}

static Packed
pack_verdict(Texts *texts, const QyJudged *judged)
{
    return (Packed){.kind = (guint8)judged->kind,
                    .timed_out = (guint8)judged->timed_out,
                    .texts = {add_text(texts, judged->value), add_text(texts, judged->threshold),
                              add_text(texts, judged->margin), add_text(texts, judged->unit),
                              add_text(texts, judged->reason_zh), add_text(texts, judged->reason_en),
                              add_text(texts, judged->evidence)}};
}

static QyVerdict
unpack_verdict(const Packed *packed, gchar *texts)
{
    gchar *of[N_TEXTS];

    for (guint i = 0; i < N_TEXTS; i++)
        of[i] = packed->texts[i] > 0 ? texts + packed->texts[i] - 1 : NULL;
    return (QyVerdict){.kind = (QyVerdictKind)packed->kind,
                       .value = of[0],
                       .threshold = of[1],
                       .margin = of[2],
                       .unit = of[3],
                       .reason = {.zh = of[4], .en = of[5]},
                       .evidence = of[6]};
}

/* ---- in the child ---- */

/* Judges the block, criterion by criterion; QyJobs.work */
static void
judge_block(gpointer data, guint item, GByteArray *answer)
{
    Run *run = data;
    const QyCriteria *criteria = run->out->criteria;
    const Block *block = &g_array_index(run->blocks, Block, item);
    g_autoptr(GArray) packed = g_array_new(FALSE, FALSE, sizeof(Packed));
    Texts texts = {.bytes = g_string_sized_new(64 * 1024), .mask = 511};
    Header header;

    for (guint c = 0; c < criteria->n; c++) {
        if (criteria->criteria[c].level != block->level || run->dead[c])
            continue;
        qy_view_use(run->view, criteria->uses[c]);
        for (guint i = 0; i < block->n; i++) {
            QySubject subject = {QY_AREAS, g_array_index(run->areas, gint, block->first + i)};
            QyJudged judged;
            Packed one;

            qy_jobs_beat(c);
            qy_judge_one(run->view, criteria, c, subject, &judged);
            one = pack_verdict(&texts, &judged);
            one.criterion = (guint16)c;
            one.subject = i;
            g_array_append_val(packed, one);
            if (judged.timed_out)
                break; /* it is an error for all; the others needn't wait as long */
        }
    }
    header = (Header){packed->len, (guint32)texts.bytes->len};
    g_byte_array_append(answer, (const guint8 *)&header, sizeof header);
    g_byte_array_append(answer, (const guint8 *)packed->data, packed->len * sizeof(Packed));
    g_byte_array_append(answer, (const guint8 *)texts.bytes->str, (guint)texts.bytes->len);
    g_string_free(texts.bytes, TRUE);
    g_free(texts.slots);
}

/* ---- in the parent ---- */

static void
take_block(gpointer data, guint item, const guint8 *bytes, gsize n)
{
    Run *run = data;
    const Block *block = &g_array_index(run->blocks, Block, item);
    Header header;
    const guint8 *packed = bytes + sizeof header;
    gchar *texts;

    memcpy(&header, bytes, sizeof header);
    texts = g_memdup2(packed + header.n_verdicts * sizeof(Packed), header.n_texts_bytes + 1);
    g_ptr_array_add(run->out->blobs, texts);
    for (guint i = 0; i < header.n_verdicts; i++) {
        Packed one;

        memcpy(&one, packed + i * sizeof one, sizeof one);
        run->judged[(gsize)(block->first + one.subject) * run->out->criteria->n + one.criterion] =
            unpack_verdict(&one, texts);
        run->dead[one.criterion] = run->dead[one.criterion] || one.timed_out;
    }
    run->done[item] = TRUE;
    run->n_done += block->n;
    if (run->options != NULL && run->options->progress != NULL)
        run->options->progress("judge", run->n_done, run->areas->len, run->options->progress_data);
}

static void
lose_block(gpointer data, guint item, guint step, const gchar *why)
{
    Run *run = data;

    run->dead[step] = TRUE;
}

/* Does the blocks that aren't done; again without the criteria that hung, until none hangs. */
static gboolean
judge_blocks(Run *run, GError **error)
{
    QyJobs jobs = {.n_workers = run->options != NULL ? run->options->n_workers : 0,
                   .deadline_ms = MAX(qy_pack_call_ms(run->out->pack) * 3 / 4, 1),
                   .work = judge_block,
                   .done = take_block,
                   .lost = lose_block,
                   .data = run};

    for (;;) {
        g_autoptr(GArray) left = g_array_new(FALSE, FALSE, sizeof(Block));

        jobs.n_items = run->blocks->len;
        memset(run->done, 0, run->blocks->len * sizeof *run->done);
        if (!qy_jobs_run(&jobs, error))
            return FALSE;
        for (guint i = 0; i < run->blocks->len; i++)
            if (!run->done[i])
                g_array_append_val(left, g_array_index(run->blocks, Block, i));
        if (left->len == 0)
            return TRUE;
        g_array_set_size(run->blocks, 0);
        g_array_append_vals(run->blocks, left->data, left->len);
    }
}

/* ---- who is judged ---- */

static gboolean
is_below(const QyAreaTree *tree, gint area, gint root)
{
    while (area >= 0 && area != root)
        area = tree->parent[area];
    return area >= 0;
}

static void
find_communities(QyVerdicts *self)
{
    const QyAreaTree *tree = qy_dataset_areas(self->dataset);
    const gchar *only = qy_dataset_settings(self->dataset)->areas;
    gint root = only != NULL ? qy_dataset_find(self->dataset, QY_AREAS, only) : -1;

    self->communities = g_new0(guint, MAX(tree->n, 1));
    for (guint area = 0; area < tree->n; area++)
        if (tree->level[area] == QY_LEVEL_COMMUNITY && (only == NULL || is_below(tree, (gint)area, root)))
            self->communities[self->n_communities++] = area;
}

static gint
compare_rows(gconstpointer a, gconstpointer b)
{
    gint x = *(const gint *)a, y = *(const gint *)b;

    return (x > y) - (x < y);
}

/* Adds the areas of @level that stand above (or are) the communities, and their blocks. */
static void
add_level(Run *run, QyLevel level)
{
    const QyAreaTree *tree = qy_dataset_areas(run->out->dataset);
    g_autofree guint8 *seen = g_new0(guint8, MAX(tree->n, 1));
    guint first = run->areas->len;
    Level one = {.level = level, .first = first};

    for (guint i = 0; i < run->out->n_communities; i++) {
        gint area = qy_area_up(tree, (gint)run->out->communities[i], level);

        if (area < 0 || seen[area])
            continue;
        seen[area] = TRUE;
        g_array_append_val(run->areas, area);
    }
    one.n = run->areas->len - first;
    if (one.n > 1)
        qsort(&g_array_index(run->areas, gint, first), one.n, sizeof(gint), compare_rows);
    g_array_append_val(run->levels, one);
    for (guint at = 0; at < one.n; at += BLOCK) {
        Block block = {level, first + at, MIN(BLOCK, one.n - at)};

        g_array_append_val(run->blocks, block);
    }
}

static void
plan(Run *run)
{
    const QyCriteria *criteria = run->out->criteria;

    for (guint level = 0; level <= QY_LEVEL_COMMUNITY; level++)
        for (guint c = 0; c < criteria->n; c++)
            if (criteria->criteria[c].level == level) {
                add_level(run, (QyLevel)level);
                break;
            }
}

/* ---- the verdicts of communities ---- */

static const QyWaiver *
find_waiver(const QyCriteria *criteria, const QyAreaTree *tree, guint criterion, gint community)
{
    for (guint w = 0; w < criteria->n_waivers; w++)
        if (strcmp(criteria->waivers[w].criterion, criteria->criteria[criterion].id) == 0 &&
            is_below(tree, community, criteria->waivers[w].area))
            return &criteria->waivers[w];
    return NULL;
}

static gchar *
keep(QyVerdicts *self, gchar *text)
{
    g_ptr_array_add(self->blobs, text);
    return text;
}

static QyVerdict
waived(QyVerdicts *self, const QyWaiver *waiver)
{
    QyVerdict verdict = {.kind = QY_WAIVED};
    gchar until[QY_DATE_TEXT_BYTES];

    qy_date_text(waiver->until, until);
    verdict.reason.zh =
        keep(self, g_strdup_printf("豁免：%s（批准：%s，至 %s）", waiver->reason.zh, waiver->approver.zh, until));
    verdict.reason.en = keep(
        self, g_strdup_printf("Waived: %s (approved by %s, until %s)", waiver->reason.en, waiver->approver.en, until));
    return verdict;
}

static QyVerdict
out_of_time(QyVerdicts *self, const QyCriterion *criterion)
{
    const QyValue *check = qy_value_field(criterion->declaration->body, "check");
    g_autofree gchar *why = g_strdup_printf("%s:%u: stopped at the limit of %u ms", criterion->declaration->file,
                                            check->line, qy_pack_call_ms(self->pack));
    QyVerdict verdict = {.kind = QY_RULE_ERROR};

    verdict.reason.zh = keep(self, g_strdup_printf("规则出错：%s", why));
    verdict.reason.en = keep(self, g_strdup_printf("The rule failed: %s", why));
    return verdict;
}

static QyVerdict
no_such_area(QyLevel level)
{
    static const gchar *const zh[] = {"地级市", "县（市、区）", "街道"};
    static gchar reasons[G_N_ELEMENTS(zh)][2][96];
    QyVerdict verdict = {.kind = QY_NO_EVIDENCE};

    g_snprintf(reasons[level][0], sizeof reasons[level][0], "区域表中没有它所属的%s", zh[level]);
    g_snprintf(reasons[level][1], sizeof reasons[level][1], "The table of areas has no %s above it",
               qy_level_name(level));
    verdict.reason.zh = reasons[level][0];
    verdict.reason.en = reasons[level][1];
    return verdict;
}

/* Where a level's verdicts begin, and the place of an area in it; -1 when it isn't there. */
static gssize
place_of(const Run *run, guint level, gint area)
{
    for (guint i = 0; i < run->levels->len; i++) {
        const Level *one = &g_array_index(run->levels, Level, i);
        const gint *rows = &g_array_index(run->areas, gint, one->first), *found;

        if (one->level != level)
            continue;
        found = one->n > 0 ? bsearch(&area, rows, one->n, sizeof area, compare_rows) : NULL;
        return found != NULL ? (gssize)one->first + (found - rows) : -1;
    }
    return -1;
}

/* Gives each community its own verdicts and those of what is above it. */
static void
hand_down(Run *run)
{
    QyVerdicts *self = run->out;
    const QyAreaTree *tree = qy_dataset_areas(self->dataset);
    const QyCriteria *criteria = self->criteria;
    g_autofree QyVerdict *timed_out = g_new0(QyVerdict, MAX(criteria->n, 1));

    for (guint c = 0; c < criteria->n; c++)
        if (run->dead[c])
            timed_out[c] = out_of_time(self, &criteria->criteria[c]);
    self->verdicts = g_new0(QyVerdict, MAX((gsize)self->n_communities * criteria->n, 1));
    for (guint i = 0; i < self->n_communities; i++) {
        gint community = (gint)self->communities[i];
        gssize place[QY_LEVEL_COMMUNITY + 1];

        for (guint level = 0; level <= QY_LEVEL_COMMUNITY; level++)
            place[level] = place_of(run, level, qy_area_up(tree, community, (QyLevel)level));
        for (guint c = 0; c < criteria->n; c++) {
            QyVerdict *verdict = &self->verdicts[(gsize)i * criteria->n + c];
            const QyCriterion *criterion = &criteria->criteria[c];
            const QyWaiver *waiver = criteria->n_waivers > 0 ? find_waiver(criteria, tree, c, community) : NULL;

            if (waiver != NULL)
                *verdict = waived(self, waiver);
            else if (run->dead[c])
                *verdict = timed_out[c];
            else if (place[criterion->level] < 0)
                *verdict = no_such_area(criterion->level);
            else
                *verdict = run->judged[(gsize)place[criterion->level] * criteria->n + c];
            self->n_errors += verdict->kind == QY_RULE_ERROR;
        }
    }
}

/* ---- public ---- */

static gboolean
run_all(QyVerdicts *self, QyView *view, const QyJudgeOptions *options, GError **error)
{
    Run run = {.out = self,
               .view = view,
               .options = options,
               .areas = g_array_new(FALSE, FALSE, sizeof(gint)),
               .levels = g_array_new(FALSE, FALSE, sizeof(Level)),
               .blocks = g_array_new(FALSE, FALSE, sizeof(Block))};
    gboolean good;

    plan(&run);
    run.judged = g_new0(QyVerdict, MAX((gsize)run.areas->len * self->criteria->n, 1));
    run.dead = g_new0(gboolean, MAX(self->criteria->n, 1));
    run.done = g_new0(gboolean, MAX(run.blocks->len, 1));
    good = judge_blocks(&run, error);
    if (good)
        hand_down(&run);
    g_free(run.done);
    g_free(run.dead);
    g_free(run.judged);
    g_array_unref(run.blocks);
    g_array_unref(run.levels);
    g_array_unref(run.areas);
    return good;
}

QyVerdicts *
qy_judge_run(QyPack *pack, const QyDataset *dataset, const QyMeasures *measures, const QyJudgeOptions *options,
             GError **error)
{
    g_autoptr(QyVerdicts) self = g_new0(QyVerdicts, 1);
    QyContext context = {.pack = pack, .dataset = dataset, .measures = measures};
    QyFigureSource *source;
    QyView *view;
    gboolean good = FALSE;

    context.facts = self->facts = qy_facts_new(pack, dataset, error);
    if (self->facts == NULL)
        return NULL;
    self->pack = pack;
    self->dataset = dataset;
    self->blobs = g_ptr_array_new_with_free_func(g_free);
    source = qy_figure_source_new(&context);
    view = qy_view_new(pack, source, NULL);
    self->criteria = qy_criteria_new(view, pack, dataset, error);
    if (self->criteria != NULL) {
        find_communities(self);
        good = run_all(self, view, options, error);
    }
    qy_figure_source_free(source);
    return good ? g_steal_pointer(&self) : NULL;
}

void
qy_verdicts_free(QyVerdicts *self)
{
    if (self == NULL)
        return;
    if (self->blobs != NULL)
        g_ptr_array_unref(self->blobs);
    qy_criteria_free(self->criteria);
    qy_facts_free(self->facts);
    g_free(self->verdicts);
    g_free(self->communities);
    g_free(self);
}

const QyFacts *
qy_verdicts_facts(const QyVerdicts *self)
{
    return self->facts;
}

guint
qy_verdicts_n_criteria(const QyVerdicts *self)
{
    return self->criteria->n;
}

const QyCriterion *
qy_verdicts_criterion(const QyVerdicts *self, guint criterion)
{
    return &self->criteria->criteria[criterion];
}

guint
qy_verdicts_n_communities(const QyVerdicts *self)
{
    return self->n_communities;
}

guint
qy_verdicts_community(const QyVerdicts *self, guint i)
{
    return self->communities[i];
}

const QyVerdict *
qy_verdicts_get(const QyVerdicts *self, guint i, guint criterion)
{
    return &self->verdicts[(gsize)i * self->criteria->n + criterion];
}

guint
qy_verdicts_n_errors(const QyVerdicts *self)
{
    return self->n_errors;
}
