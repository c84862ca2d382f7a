#define G_LOG_DOMAIN "qy-load"

#include "load/finding.h"

#include <string.h>

typedef struct {
    guint64 key; /* code, table, subject */
    guint64 rows;
    guint n_examples;
    gchar *examples[QY_FINDING_EXAMPLES]; /* lowest first */
} Finding;

struct _QyFindings {
    GHashTable *found; /* (element-type Finding): each under its own key */
};

static const struct {
    const gchar *code;
    QyTableId subject; /* table of the subject */
    QySay say;
} kinds[] = {
    [QY_FINDING_STEPS_MISSING] =
        {"steps-missing",
         QY_AREAS,
         {"{rows} contract(s) with a step missing (negotiated, published, reviewed after the end)",
          "{rows}份契约缺少环节（谈约、亮约，或期满后的评约）"}},
    [QY_FINDING_STEPS_ORDER] = {"steps-out-of-order",
                                QY_AREAS,
                                {"{rows} contract(s) whose steps are out of order",
                                 "{rows}份契约各环节的日期先后不对"}},
    [QY_FINDING_LOG_BEFORE_START] = {"log-before-start",
                                     QY_COMMITMENTS,
                                     {"{rows} log(s) done before the commitment starts",
                                      "{rows}条履约记录早于事项的开始日期"}},
    [QY_FINDING_LOG_RECORDED_LATE] = {"log-recorded-late",
                                      QY_AREAS,
                                      {"{rows} log(s) recorded more than 30 days after they were done",
                                       "{rows}条履约记录在完成30天之后才登记"}},
    [QY_FINDING_BATCH_AT_END] =
        {"batch-at-period-end",
         QY_AREAS,
         {"{rows} log(s), more than half of the period's, were recorded on a single day of its last week",
          "{rows}条履约记录（超过本期一半）集中在期末一周的同一天登记"}},
    [QY_FINDING_OTHER_UNIT] =
        {"offer-in-another-unit",
         QY_COMMITMENTS,
         {"{rows} log(s) in another unit of measure than the offer's; they don't count as its use",
          "{rows}条履约记录的计量单位与资源的不同，不计入资源使用"}},
    [QY_FINDING_WISH_BEFORE_CLAIM] = {"wish-fulfilled-before-claimed",
                                      QY_AREAS,
                                      {"{rows} wish(es) fulfilled before they were claimed or raised",
                                       "{rows}个微心愿的实现早于认领或提出"}},
    [QY_FINDING_AFTER_AS_OF] = {"after-as-of",
                                QY_AREAS,
                                {"{rows} row(s) later than the as-of date; they don't count",
                                 "{rows}行晚于统计截至日期，不计入"}},
};

static void
finding_free(gpointer data)
{
    Finding *self = data;

    for (guint i = 0; i < self->n_examples; i++)
        g_free(self->examples[i]);
    g_free(self);
}

QyFindings *
qy_findings_new(void)
{
    QyFindings *self = g_new0(QyFindings, 1);

    self->found = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, finding_free);
    return self;
}

void
qy_findings_free(QyFindings *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->found);
    g_free(self);
}

static guint64
key_of(QyFindingCode code, QyTableId table, gint subject)
{
    return (guint64)code << 40 | (guint64)table << 32 | (guint32)subject;
}

static Finding *
get(QyFindings *self, guint64 key)
{
    Finding *finding = g_hash_table_lookup(self->found, &key);

    if (finding == NULL) {
        finding = g_new0(Finding, 1);
        finding->key = key;
        g_hash_table_insert(self->found, &finding->key, finding);
    }
    return finding;
}

/* Below, at or above 0 as @text is before, at or behind @other. */
static gint
compare_text(const gchar *text, gsize length, const gchar *other)
{
    gint order = strncmp(text, other, length);

    return order != 0 ? order : -(gint)(other[length] != '\0');
}

static void
add_example(Finding *self, const gchar *text, gsize length)
{
    guint at = self->n_examples;

    while (at > 0 && compare_text(text, length, self->examples[at - 1]) < 0)
        at--;
    if (at == QY_FINDING_EXAMPLES || (at > 0 && compare_text(text, length, self->examples[at - 1]) == 0))
        return;
    if (self->n_examples == QY_FINDING_EXAMPLES)
        g_free(self->examples[--self->n_examples]);
    memmove(&self->examples[at + 1], &self->examples[at], (self->n_examples - at) * sizeof(gchar *));
    self->examples[at] = g_strndup(text, length);
    self->n_examples++;
}

void
qy_findings_add(QyFindings *self, QyFindingCode code, QyTableId table, gint subject, const gchar *example, gsize length)
{
    Finding *finding = get(self, key_of(code, table, subject));

    finding->rows++;
    add_example(finding, example, length);
}

static void
add_finding(QyFindings *self, const Finding *from)
{
    Finding *to = get(self, from->key);

    to->rows += from->rows;
    for (guint i = 0; i < from->n_examples; i++)
        add_example(to, from->examples[i], strlen(from->examples[i]));
}

void
qy_findings_merge(QyFindings *self, const QyFindings *other)
{
    GHashTableIter iter;
    gpointer value;

    /* Counts and lowest ids don't depend on the order of this. */
    g_hash_table_iter_init(&iter, other->found);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        add_finding(self, value);
}

guint64
qy_findings_rows(const QyFindings *self, QyFindingCode code, QyTableId table, gint subject)
{
    guint64 key = key_of(code, table, subject);
    const Finding *finding = g_hash_table_lookup(self->found, &key);

    return finding != NULL ? finding->rows : 0;
}

void
qy_findings_copy(const QyFindings *self, QyFindingCode code, QyTableId table, gint subject, QyFindings *to)
{
    guint64 key = key_of(code, table, subject);
    const Finding *finding = g_hash_table_lookup(self->found, &key);

    if (finding != NULL)
        add_finding(to, finding);
}

/* ---- As a table ---- */

typedef struct {
    const Finding *finding;
    const gchar *code, *table, *subject;
} Line;

static gint
compare_lines(gconstpointer a, gconstpointer b)
{
    const Line *left = a, *right = b;
    gint order = strcmp(left->code, right->code);

    if (order == 0)
        order = strcmp(left->table, right->table);
    return order != 0 ? order : strcmp(left->subject, right->subject);
}

QyTable *
qy_finding_table_new(void)
{
    static const QyColumnSpec columns[] = {
        {"code", QY_CELL_TEXT},       {"table", QY_CELL_TEXT},    {"subject_id", QY_CELL_TEXT},
        {"rows", QY_CELL_INTEGER},    {"examples", QY_CELL_TEXT}, {"message_zh", QY_CELL_TEXT},
        {"message_en", QY_CELL_TEXT},
    };

    return qy_table_new("findings", columns, G_N_ELEMENTS(columns));
}

void
qy_finding_add(QyTable *findings, const gchar *code, const gchar *table, const gchar *subject, gint64 rows,
               const gchar *examples, QySay message, const gchar *const *names, const gchar *const *values)
{
    QySayText text = qy_say_fill(message, names, values);

    qy_table_add_text(findings, code);
    qy_table_add_text(findings, table);
    qy_table_add_text(findings, subject);
    qy_table_add_integer(findings, rows);
    qy_table_add_text(findings, examples);
    qy_table_add_text(findings, text.zh);
    qy_table_add_text(findings, text.en);
    qy_say_text_clear(&text);
}

static void
add_line(QyTable *table, const Line *line, QyFindingCode code)
{
    const Finding *finding = line->finding;
    g_autofree gchar *rows = g_strdup_printf("%" G_GUINT64_FORMAT, finding->rows);
    const gchar *names[] = {"rows", NULL}, *values[] = {rows};
    g_autoptr(GString) examples = g_string_new(NULL);

    for (guint i = 0; i < finding->n_examples; i++)
        g_string_append_printf(examples, "%s%s", i > 0 ? " " : "", finding->examples[i]);
    qy_finding_add(table, line->code, line->table, line->subject, (gint64)finding->rows, examples->str, kinds[code].say,
                   names, values);
}

QyTable *
qy_findings_to_table(const QyFindings *self, const QyDataset *dataset)
{
    QyTable *table = qy_finding_table_new();
    g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(Line));
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, self->found);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Finding *finding = value;
        QyFindingCode code = (QyFindingCode)(finding->key >> 40);
        gint32 subject = (gint32)(guint32)finding->key;
        const QyFrame *subjects = qy_dataset_frame(dataset, kinds[code].subject);
        Line line = {finding, kinds[code].code, qy_dictionary_table((QyTableId)(finding->key >> 32 & 0xFF))->name,
                     subject >= 0 ? subjects->ids[subject] : ""};

        g_array_append_val(lines, line);
    }
    g_array_sort(lines, compare_lines);
    for (guint i = 0; i < lines->len; i++) {
        const Line *line = &g_array_index(lines, Line, i);

        add_line(table, line, (QyFindingCode)(line->finding->key >> 40));
    }
    return table;
}
