#define G_LOG_DOMAIN "qy-measure"

/* Use over capacity, a finding whatever the pack declares. Said in the pack's
 * own language, as three measures of the engine's:
 *
 *   delivered: from fulfilment, not cancelled, to date: sum("quantity") by commitment
 *   used:      from commitments in the offer's own unit: sum("delivered") by offer
 *   items:     the same rows: count{{"delivered", ">", 0}} by offer, with evidence
 *
 * so that they share the pass, and mostly the sums, of the pack's measures. */
#include "measure/run.h"

#define DELIVERED "engine:offer_delivered"
#define USED "engine:offer_used"
#define ITEMS "engine:offer_items"
#define EXAMPLES 5

#define TEXT(name, words)                                                                                              \
    static const QyValue name = {.type = QY_VALUE_TEXT, .text = (words), .say = {(words), (words)}}
#define LIST(name, ...)                                                                                                \
    static const QyValue *const name##_items[] = {__VA_ARGS__};                                                        \
    static const QyValue name = {.type = QY_VALUE_LIST, .items = name##_items, .n_items = G_N_ELEMENTS(name##_items)}
#define CALL(name, word, ...)                                                                                          \
    static const QyValue *const name##_items[] = {__VA_ARGS__};                                                        \
    static const QyValue name = {                                                                                      \
        .type = QY_VALUE_CALL, .text = (word), .items = name##_items, .n_items = G_N_ELEMENTS(name##_items)}

TEXT(fulfilment, "fulfilment");
TEXT(commitments, "commitments");
TEXT(commitment, "commitment");
TEXT(offer, "offer");
TEXT(unit, "quantity");
TEXT(status, "status");
TEXT(cancelled, "cancelled");
TEXT(done_on, "done_on");
TEXT(quantity, "quantity");
TEXT(quantity_unit, "quantity_unit");
TEXT(capacity_unit, "offer.capacity_unit");
TEXT(delivered, DELIVERED);
TEXT(equals, "==");
TEXT(differs, "!=");
TEXT(is_above, ">");
TEXT(in, "in");
static const QyValue zero = {.type = QY_VALUE_INTEGER};
static const QyValue yes = {.type = QY_VALUE_BOOLEAN, .boolean = TRUE}, no = {.type = QY_VALUE_BOOLEAN};
static const QyValue to_date = {.type = QY_VALUE_CALL, .text = "to_date"};

LIST(live, &status, &differs, &cancelled);
LIST(so_far, &done_on, &in, &to_date);
LIST(live_so_far, &live, &so_far);
CALL(col_capacity_unit, "col", &capacity_unit);
LIST(same_unit, &quantity_unit, &equals, &col_capacity_unit);
LIST(in_same_unit, &same_unit);
LIST(some_delivered, &delivered, &is_above, &zero);
CALL(sum_quantity, "sum", &quantity);
CALL(sum_delivered, "sum", &delivered);
CALL(count_delivered, "count", &some_delivered);

/* Keys in byte order. */
#define BODY(name, from, group, value, where, evidence)                                                                \
    static const gchar *const name##_keys[] = {"evidence", "from", "group", "publish", "unit", "value", "where"};      \
    static const QyValue *const name##_fields[] = {&evidence, &from, &group, &no, &unit, &value, &where};              \
    static const QyValue name = {.type = QY_VALUE_MAP, .keys = name##_keys, .fields = name##_fields, .n_fields = 7}

BODY(delivered_body, fulfilment, commitment, sum_quantity, live_so_far, no);
BODY(used_body, commitments, offer, sum_delivered, in_same_unit, no);
BODY(items_body, commitments, offer, count_delivered, in_same_unit, yes);

static const QyDeclaration declarations[] = {
    {"measure", DELIVERED, "engine", 0, &delivered_body},
    {"measure", USED, "engine", 0, &used_body},
    {"measure", ITEMS, "engine", 0, &items_body},
};

const QyDeclaration *
qy_capacity_measures(guint *n)
{
    *n = G_N_ELEMENTS(declarations);
    return declarations;
}

/* The first ids of the evidence. */
static gchar *
examples(const gchar *ids)
{
    const gchar *end = ids;

    for (guint n = 0; end != NULL && *end != '\0'; end++) {
        if (*end == ' ' && ++n == EXAMPLES)
            break;
    }
    return ids != NULL ? g_strndup(ids, (gsize)(end - ids)) : NULL;
}

static void
add_finding(QyTable *table, const QyMeasures *run, guint row, const QyFigure *used, gint64 capacity)
{
    static const QySay say = {"{used} used by now, of a capacity of {capacity}", "已使用{used}，容量为{capacity}"};
    const gchar *const names[] = {"used", "capacity", NULL};
    guint items = (guint)qy_measures_find(run, ITEMS);
    QyFigure n = qy_measures_figure(run, items, row);
    g_autofree gchar *used_text = qy_figure_text(used), *capacity_text = qy_decimal_text(capacity, QY_SCALE_QUANTITY);
    g_autofree gchar *ids = examples(qy_measures_evidence(run, items, row));
    const gchar *const values[] = {used_text, capacity_text, NULL};

    qy_finding_add(table, "use-over-capacity", "offers", qy_dataset_frame(run->dataset, QY_OFFERS)->ids[row],
                   (gint64)n.num, ids, say, names, values);
}

void
qy_capacity_find(const QyMeasures *run, QyTable *findings)
{
    const QyFrame *offers = qy_dataset_frame(run->dataset, QY_OFFERS);
    gint used = qy_measures_find(run, USED), column = qy_table_def_column(offers->def, "capacity");

    for (guint row = 0; row < offers->n_rows; row++) {
        QyFigure figure = qy_measures_figure(run, (guint)used, row);
        gint64 capacity = qy_column_get(&offers->columns[column], row);

        if (figure.state == QY_FIGURE_EXACT && capacity != QY_MISSING && figure.num > capacity)
            add_finding(findings, run, row, &figure, capacity);
    }
}
