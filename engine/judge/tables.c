#define G_LOG_DOMAIN "qy-judge"

/* Verdicts and the standard as tables of the record. */
#include "judge/private.h"

static const gchar *const duty_names[] = {"community", "street", "department"};

QyTable *
qy_verdicts_to_table(const QyVerdicts *self, const QyDataset *dataset)
{
    static const QyColumnSpec columns[] = {
        {"community_id", QY_CELL_TEXT}, {"criterion_id", QY_CELL_TEXT}, {"star", QY_CELL_TEXT},
        {"kind", QY_CELL_TEXT},         {"verdict", QY_CELL_TEXT},      {"value", QY_CELL_DECIMAL},
        {"threshold", QY_CELL_DECIMAL}, {"margin", QY_CELL_DECIMAL},    {"unit", QY_CELL_TEXT},
        {"owner", QY_CELL_TEXT},        {"duty", QY_CELL_TEXT},         {"reason_zh", QY_CELL_TEXT},
        {"reason_en", QY_CELL_TEXT},    {"evidence", QY_CELL_TEXT},
    };
    QyTable *table = qy_table_new("criteria", columns, G_N_ELEMENTS(columns));
    const QyFrame *areas = qy_dataset_frame(dataset, QY_AREAS);

    for (guint i = 0; i < qy_verdicts_n_communities(self); i++)
        for (guint c = 0; c < qy_verdicts_n_criteria(self); c++) {
            const QyCriterion *criterion = qy_verdicts_criterion(self, c);
            const QyVerdict *verdict = qy_verdicts_get(self, i, c);

            qy_table_add_text(table, areas->ids[qy_verdicts_community(self, i)]);
            qy_table_add_text(table, criterion->id);
            qy_table_add_text(table, criterion->star);
            qy_table_add_text(table, criterion->have_not ? "have-not" : "have");
            qy_table_add_text(table, qy_verdict_name(verdict->kind));
            qy_table_add_decimal(table, verdict->value);
            qy_table_add_decimal(table, verdict->threshold);
            qy_table_add_decimal(table, verdict->margin);
            qy_table_add_text(table, verdict->unit);
            qy_table_add_text(table, criterion->owner);
            qy_table_add_text(table, duty_names[criterion->duty]);
            qy_table_add_text(table, verdict->reason.zh);
            qy_table_add_text(table, verdict->reason.en);
            qy_table_add_text(table, verdict->evidence);
        }
    return table;
}

QyTable *
qy_verdicts_standard_table(const QyVerdicts *self, const QyPack *pack)
{
    static const QyColumnSpec columns[] = {
        {"criterion_id", QY_CELL_TEXT}, {"star", QY_CELL_TEXT},  {"kind", QY_CELL_TEXT},     {"title_zh", QY_CELL_TEXT},
        {"title_en", QY_CELL_TEXT},     {"owner", QY_CELL_TEXT}, {"owner_zh", QY_CELL_TEXT}, {"owner_en", QY_CELL_TEXT},
        {"duty", QY_CELL_TEXT},         {"level", QY_CELL_TEXT}, {"clause", QY_CELL_TEXT},   {"since", QY_CELL_TEXT},
    };
    QyTable *table = qy_table_new("standard", columns, G_N_ELEMENTS(columns));

    for (guint c = 0; c < qy_verdicts_n_criteria(self); c++) {
        const QyCriterion *criterion = qy_verdicts_criterion(self, c);
        g_autofree gchar *name = g_strconcat("owner:", criterion->owner, NULL);
        const QyDeclaration *owner = qy_pack_find(pack, name);
        const QyValue *title = owner != NULL ? qy_value_field(owner->body, "title") : NULL;
        gchar since[QY_DATE_TEXT_BYTES];

        qy_table_add_text(table, criterion->id);
        qy_table_add_text(table, criterion->star);
        qy_table_add_text(table, criterion->have_not ? "have-not" : "have");
        qy_table_add_text(table, criterion->title.zh);
        qy_table_add_text(table, criterion->title.en);
        qy_table_add_text(table, criterion->owner);
        qy_table_add_text(table, title != NULL ? title->say.zh : NULL);
        qy_table_add_text(table, title != NULL ? title->say.en : NULL);
        qy_table_add_text(table, duty_names[criterion->duty]);
        qy_table_add_text(table, qy_level_name(criterion->level));
        qy_table_add_text(table, criterion->clause);
        qy_table_add_text(table, criterion->since != QY_DATE_NONE ? qy_date_text(criterion->since, since) : NULL);
    }
    return table;
}
