#define G_LOG_DOMAIN "qy-looks"

#include "score/parts.h"

#include <string.h>

/* Whether a row fits is what measure/ says: it computes each look and each
 * points rule as a column of the table it reads, under the rule's id. */

/* Follows a dotted path of references ("contract.unit") from a row. Returns: the row it ends at, or -1 */
static gint
follow(const QyScoring *scoring, QyTableId table, guint row, const gchar *path, QyTableId *end)
{
    g_auto(GStrv) words = g_strsplit(path, ".", -1);
    gint64 at = row;

    for (guint i = 0; words[i] != NULL; i++) {
        const QyFrame *frame = qy_dataset_frame(scoring->dataset, table);
        guint c = 0;
        while (c < frame->def->n_columns &&
               (frame->def->columns[c].type != QY_TYPE_REF || g_strcmp0(frame->def->columns[c].word_en, words[i]) != 0))
            c++;
        if (c == frame->def->n_columns)
            return -1;
        at = qy_column_get(&frame->columns[c], (guint)at);
        table = frame->def->columns[c].refers;
        if (at == QY_MISSING)
            return -1;
    }
    *end = table;
    return (gint)at;
}

/* The community of a row of commitments, offers or needs; -1: none of its own. */
static gint
community_of(const QyScoring *scoring, QyTableId table, guint row)
{
    QyTableId end;

    return follow(scoring, table, row, table == QY_COMMITMENTS ? "contract.community" : "community", &end);
}

static gboolean
fits(const QyScoring *scoring, gint measure, guint row)
{
    QyFigure figure = qy_measures_figure(scoring->measures, (guint)measure, row);

    return figure.state == QY_FIGURE_EXACT && figure.num > 0;
}

/* One look with the measure that says which rows fit it. */
typedef struct {
    const QyDeclaration *declaration;
    gint measure;
} Look;

static void
add_look(QyTable *table, const QyScoring *scoring, const Look *look, QyTableId from, guint row)
{
    const QyDeclaration *d = look->declaration;
    const QyValue *reason = qy_value_field(d->body, "reason");
    gint community = community_of(scoring, from, row);

    qy_table_add_text(table, qy_dictionary_table(from)->name);
    qy_table_add_text(table, qy_dataset_frame(scoring->dataset, from)->ids[row]);
    qy_table_add_text(table, community >= 0 ? qy_dataset_frame(scoring->dataset, QY_AREAS)->ids[community] : NULL);
    qy_table_add_text(table, d->id);
    qy_table_add_text(table, qy_value_field_text(d->body, "advice"));
    qy_table_add_text(table, reason->say.zh);
    qy_table_add_text(table, reason->say.en);
}

static void
look_at(QyTable *table, const QyScoring *scoring, QyTableId from, const GArray *looks)
{
    guint n_rows = qy_dataset_frame(scoring->dataset, from)->n_rows;

    for (guint row = 0; row < n_rows; row++)
        for (guint i = 0; i < looks->len; i++) {
            const Look *look = &g_array_index(looks, Look, i);
            /* The first that fits decides. */
            if (fits(scoring, look->measure, row)) {
                add_look(table, scoring, look, from, row);
                break;
            }
        }
}

QyTable *
qy_looks_to_table(const QyScoring *scoring)
{
    static const QyColumnSpec columns[] = {
        {"subject_table", QY_CELL_TEXT}, {"subject_id", QY_CELL_TEXT}, {"community_id", QY_CELL_TEXT},
        {"look", QY_CELL_TEXT},          {"advice", QY_CELL_TEXT},     {"reason_zh", QY_CELL_TEXT},
        {"reason_en", QY_CELL_TEXT},
    };
    static const QyTableId from[] = {QY_COMMITMENTS, QY_OFFERS, QY_NEEDS};
    QyTable *table = qy_table_new("second-look", columns, G_N_ELEMENTS(columns));
    g_autoptr(GPtrArray) declarations = qy_pack_declarations(scoring->pack, "look");

    for (guint t = 0; t < G_N_ELEMENTS(from); t++) {
        g_autoptr(GArray) looks = g_array_new(FALSE, FALSE, sizeof(Look));
        for (guint i = 0; i < declarations->len; i++) {
            const QyDeclaration *d = declarations->pdata[i];
            Look look = {d, qy_measures_find(scoring->measures, d->id)};
            if (g_strcmp0(qy_value_field_text(d->body, "from"), qy_dictionary_table(from[t])->name) == 0 &&
                look.measure >= 0)
                g_array_append_val(looks, look);
        }
        look_at(table, scoring, from[t], looks);
    }
    return table;
}

static void
add_points(QyTable *table, const QyScoring *scoring, const QyDeclaration *d, QyTableId from, guint row,
           const QyFigure *figure)
{
    const QyValue *reason = qy_value_field(d->body, "reason"), *points = qy_value_field(d->body, "points");
    QyTableId holder_table = from;
    gint holder = follow(scoring, from, row, qy_value_field_text(d->body, "holder"), &holder_table);

    if (holder < 0)
        return; /* an organisation's contract earns no member points, and the other way round */
    const QyFrame *holders = qy_dataset_frame(scoring->dataset, holder_table);
    qy_table_add_text(table, holders->def->entity);
    qy_table_add_text(table, holders->ids[holder]);
    /* Points worked out from the row are its figure; a fixed number is the rule's. */
    qy_table_take_decimal(table, points->type == QY_VALUE_CALL ? qy_figure_text(figure)
                                                               : qy_real_text(qy_scoring_number(scoring, d, "points")));
    qy_table_add_text(table, d->id);
    qy_table_add_text(table, reason->say.zh);
    qy_table_add_text(table, reason->say.en);
    qy_table_add_text(table, qy_dataset_frame(scoring->dataset, from)->ids[row]);
}

QyTable *
qy_points_to_table(const QyScoring *scoring)
{
    static const QyColumnSpec columns[] = {
        {"holder", QY_CELL_TEXT},    {"holder_id", QY_CELL_TEXT}, {"points", QY_CELL_DECIMAL}, {"rule", QY_CELL_TEXT},
        {"reason_zh", QY_CELL_TEXT}, {"reason_en", QY_CELL_TEXT}, {"reference", QY_CELL_TEXT},
    };
    QyTable *table = qy_table_new("points", columns, G_N_ELEMENTS(columns));
    g_autoptr(GPtrArray) declarations = qy_pack_declarations(scoring->pack, "points");

    for (guint i = 0; i < declarations->len; i++) {
        const QyDeclaration *d = declarations->pdata[i];
        gint measure = qy_measures_find(scoring->measures, d->id);
        QyTableId from = measure >= 0 ? qy_measures_info(scoring->measures, (guint)measure)->table : QY_NO_TABLE;
        for (guint row = 0; measure >= 0 && row < qy_dataset_frame(scoring->dataset, from)->n_rows; row++) {
            QyFigure figure = qy_measures_figure(scoring->measures, (guint)measure, row);
            if (figure.state == QY_FIGURE_EXACT && figure.num != 0)
                add_points(table, scoring, d, from, row, &figure);
        }
    }
    return table;
}
