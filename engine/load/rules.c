#define G_LOG_DOMAIN "qy-load"

#include "load/dataset-private.h"

#include <string.h>

typedef enum {
    RULE_ONE_OF,    /* exactly one of the two is filled */
    RULE_INTERVAL,  /* b isn't before a */
    RULE_WITHIN,    /* area a lies in area b */
    RULE_SUBJECT,   /* b is an id of the table that the word a names */
    RULE_SCALE,     /* an item's low, high and top */
    RULE_ITEM_NAME, /* an item that isn't called like another column of surveys */
} RuleKind;

static const struct {
    QyTableId table;
    RuleKind kind;
    const gchar *a, *b;
} rules[] = {
    {QY_QUESTIONNAIRE, RULE_ITEM_NAME, "item", "item"},
    {QY_QUESTIONNAIRE, RULE_SCALE, "low", "high"},
    {QY_CONTRACTS, RULE_ONE_OF, "unit_id", "member_id"},
    {QY_CONTRACTS, RULE_INTERVAL, "starts_on", "ends_on"},
    {QY_OFFERS, RULE_ONE_OF, "unit_id", "provider_community_id"},
    {QY_OFFERS, RULE_INTERVAL, "available_from", "available_to"},
    {QY_COMMITMENTS, RULE_INTERVAL, "starts_on", "due_on"},
    {QY_BIDS, RULE_ONE_OF, "need_id", "project_id"},
    {QY_REVIEWS, RULE_SUBJECT, "subject", "subject_id"},
    {QY_POINTS, RULE_SUBJECT, "holder", "holder_id"},
    {QY_SURVEYS, RULE_WITHIN, "compound_id", "community_id"},
};

void
qy_rules_prepare(QySource *source)
{
    source->n_rules = 0;
    for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (rules[i].table != source->def->id)
            continue;
        g_assert(source->n_rules < G_N_ELEMENTS(source->rules));
        source->rules[source->n_rules++] = (QyRowRule){rules[i].kind, qy_table_def_column(source->def, rules[i].a),
                                                       qy_table_def_column(source->def, rules[i].b)};
    }
}

/* Whether the cell is filled, also where its reference can't be resolved. */
static gboolean
has_value(const QyWorker *worker, guint row, gint column)
{
    if (worker->source->columns[column].field < 0)
        return FALSE;
    if (worker->pending[column] != NULL)
        return worker->pending[column][row].length > 0;
    return qy_column_get(&worker->frame.columns[column], row) != QY_MISSING;
}

static gboolean
refuse(QyReject *fault, QyRejectCode code, QyFaultKind kind, gint column)
{
    fault->code = (guint8)code;
    fault->kind = (guint8)kind;
    fault->column = (gint16)column;
    return FALSE;
}

static gboolean
check_one_of(const QyWorker *worker, guint row, gint a, gint b, QyReject *fault)
{
    gboolean has_a = has_value(worker, row, a), has_b = has_value(worker, row, b);

    if (has_a != has_b)
        return TRUE;
    fault->number[0] = (guint64)b;
    return refuse(fault, QY_REJECT_REQUIRED, has_a ? QY_FAULT_BOTH : QY_FAULT_NEITHER, a);
}

static gboolean
check_interval(QyWorker *worker, guint row, gint a, gint b, QyReject *fault)
{
    gint32 first = worker->frame.columns[a].narrow[row], last = worker->frame.columns[b].narrow[row];
    gchar text[QY_DATE_TEXT_BYTES];

    if (last >= first)
        return TRUE;
    fault->number[0] = (guint64)a;
    fault->text = g_string_chunk_insert_const(worker->texts, qy_date_text(first, text));
    return refuse(fault, QY_REJECT_INTERVAL, QY_FAULT_INTERVAL, b);
}

static gboolean
check_within(const QyWorker *worker, guint row, gint a, gint b, QyReject *fault)
{
    const QyDataset *dataset = worker->source->dataset;
    gint64 inner = qy_column_get(&worker->frame.columns[a], row);
    gint32 outer = worker->frame.columns[b].narrow[row];

    if (inner == QY_MISSING || qy_area_up(&dataset->tree, (gint)inner, QY_LEVEL_COMMUNITY) == outer)
        return TRUE;
    fault->text = dataset->tables[QY_AREAS].frame.ids[outer];
    return refuse(fault, QY_REJECT_REFERENCE, QY_FAULT_NOT_WITHIN, a);
}

/* The table that a word such as "commitment" names. */
static QyTableId
table_of_word(const gchar *word)
{
    if (strcmp(word, "community") == 0)
        return QY_AREAS;
    for (guint i = 0; i < QY_N_TABLES; i++) {
        const QyTableDef *def = qy_dictionary_table((QyTableId)i);

        if (def->entity != NULL && strcmp(def->entity, word) == 0)
            return def->id;
    }
    g_assert_not_reached();
}

gboolean
qy_rules_refer_by_word(QyTableId table, QyTableId other)
{
    const QyTableDef *def = qy_dictionary_table(table);

    for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (rules[i].table != table || rules[i].kind != RULE_SUBJECT)
            continue;
        const QyWords *words = def->columns[qy_table_def_column(def, rules[i].a)].words;

        for (guint k = 0; words->words[k] != NULL; k++) {
            if (table_of_word(words->words[k]) == other)
                return TRUE;
        }
    }
    return FALSE;
}

static gboolean
check_subject(const QyWorker *worker, guint row, gint a, gint b, QyReject *fault)
{
    const QyDataset *dataset = worker->source->dataset;
    const QyTableDef *def = worker->source->def;
    QyTableId table = table_of_word(def->columns[a].words->words[qy_column_get(&worker->frame.columns[a], row)]);
    const gchar *id = qy_string_pool_get(dataset->strings, (guint32)worker->frame.columns[b].narrow[row]);
    QyIdIndex *index = dataset->tables[table].index;
    gint found;

    if (index == NULL) /* an optional table that isn't there: nothing to check against */
        return TRUE;
    fault->column = (gint16)b;
    found = qy_id_index_find(index, id, strlen(id));
    if (found < 0)
        return qy_fault_of_unknown_id(dataset, table, id, strlen(id), fault);
    if (table != QY_AREAS || dataset->tree_level[found] == QY_LEVEL_COMMUNITY)
        return TRUE;
    fault->number[0] = dataset->tree_level[found];
    fault->number[1] = QY_LEVEL_COMMUNITY;
    return refuse(fault, QY_REJECT_REFERENCE, QY_FAULT_LEVEL, b);
}

static gboolean
check_scale(const QyWorker *worker, guint row, gint a, gint b, QyReject *fault)
{
    gint64 low = qy_column_get(&worker->frame.columns[a], row), high = qy_column_get(&worker->frame.columns[b], row);
    gint top_column = qy_table_def_column(worker->source->def, "top");
    gint64 top = qy_column_get(&worker->frame.columns[top_column], row);

    if (low < high && (top == QY_MISSING || (top > low && top <= high)))
        return TRUE;
    return refuse(fault, QY_REJECT_RANGE, QY_FAULT_SCALE, low < high ? top_column : b);
}

static gboolean
check_item_name(const QyWorker *worker, guint row, gint a, QyReject *fault)
{
    const QyTableDef *surveys = qy_dictionary_table(QY_SURVEYS);
    g_autofree gchar *name = g_strndup(worker->ids[row], worker->id_lengths[row]);
    gint column = qy_table_def_column(surveys, name);

    if (column < 0 || surveys->columns[column].type == QY_TYPE_ITEM)
        return TRUE;
    return refuse(fault, QY_REJECT_WORD, QY_FAULT_ITEM_NAME, a);
}

gboolean
qy_rules_check(QyWorker *worker, guint row, QyReject *fault)
{
    for (guint i = 0; i < worker->source->n_rules; i++) {
        const QyRowRule *rule = &worker->source->rules[i];
        gboolean good = TRUE;

        switch ((RuleKind)rule->kind) {
        case RULE_ONE_OF:
            good = check_one_of(worker, row, rule->a, rule->b, fault);
            break;
        case RULE_INTERVAL:
            good = check_interval(worker, row, rule->a, rule->b, fault);
            break;
        case RULE_WITHIN:
            good = check_within(worker, row, rule->a, rule->b, fault);
            break;
        case RULE_SUBJECT:
            good = check_subject(worker, row, rule->a, rule->b, fault);
            break;
        case RULE_SCALE:
            good = check_scale(worker, row, rule->a, rule->b, fault);
            break;
        case RULE_ITEM_NAME:
            good = check_item_name(worker, row, rule->a, fault);
            break;
        }
        if (!good)
            return FALSE;
    }
    return TRUE;
}
