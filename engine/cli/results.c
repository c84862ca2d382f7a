#define G_LOG_DOMAIN "qy-cli"

#include "cli/pipeline.h"

#include <string.h>

#define SCHEMA "1" /* of result.qiyue; grows when a table changes its meaning */

/* ---- Tables ---- */

static const gchar *
text_of(const QyDataset *dataset, const QyFrame *frame, const gchar *column, guint row)
{
    gint number = qy_table_def_column(frame->def, column);
    gint64 value = qy_column_get(&frame->columns[number], row);

    return value == QY_MISSING ? NULL : qy_string_pool_get(qy_dataset_strings(dataset), (guint32)value);
}

QyTable *
qy_results_subjects(const QyDataset *dataset)
{
    static const QyColumnSpec columns[] = {{"subject_id", QY_CELL_TEXT},
                                           {"kind", QY_CELL_TEXT},
                                           {"level", QY_CELL_TEXT},
                                           {"name", QY_CELL_TEXT},
                                           {"parent_id", QY_CELL_TEXT}};
    QyTable *table = qy_table_new("subjects", columns, G_N_ELEMENTS(columns));
    const QyFrame *areas = qy_dataset_frame(dataset, QY_AREAS), *units = qy_dataset_frame(dataset, QY_UNITS);
    const QyAreaTree *tree = qy_dataset_areas(dataset);
    gint home = qy_table_def_column(units->def, "area_id");

    for (guint row = 0; row < areas->n_rows; row++) {
        qy_table_add_text(table, areas->ids[row]);
        qy_table_add_text(table, "area");
        qy_table_add_text(table, qy_level_name((QyLevel)tree->level[row]));
        qy_table_add_text(table, text_of(dataset, areas, "name", row));
        qy_table_add_text(table, tree->parent[row] < 0 ? NULL : areas->ids[tree->parent[row]]);
    }
    for (guint row = 0; row < units->n_rows; row++) {
        gint64 area = qy_column_get(&units->columns[home], row);
        qy_table_add_text(table, units->ids[row]);
        qy_table_add_text(table, "unit");
        qy_table_add_text(table, "unit");
        qy_table_add_text(table, text_of(dataset, units, "name", row));
        qy_table_add_text(table, area == QY_MISSING ? NULL : areas->ids[area]);
    }
    return table;
}

static void
copy_cell(QyTable *to, const QyTable *from, gsize row, guint column)
{
    switch (qy_table_column(from, column)->type) {
    case QY_CELL_TEXT:
        qy_table_add_text(to, qy_table_text(from, row, column));
        break;
    case QY_CELL_DECIMAL:
        qy_table_add_decimal(to, qy_table_text(from, row, column));
        break;
    case QY_CELL_INTEGER:
        qy_table_add_integer(to, qy_table_integer(from, row, column));
        break;
    case QY_CELL_REAL:
        qy_table_add_real(to, qy_table_real(from, row, column));
        break;
    }
}

QyTable *
qy_results_join(const QyTable *const *tables, guint n)
{
    guint n_columns = qy_table_n_columns(tables[0]);
    g_autofree QyColumnSpec *columns = g_new(QyColumnSpec, n_columns);
    QyTable *joined;

    for (guint c = 0; c < n_columns; c++)
        columns[c] = *qy_table_column(tables[0], c);
    joined = qy_table_new(qy_table_name(tables[0]), columns, n_columns);
    for (guint t = 0; t < n; t++) {
        if (tables[t] == NULL)
            continue;
        g_assert(qy_table_n_columns(tables[t]) == n_columns);
        for (gsize row = 0; row < qy_table_n_rows(tables[t]); row++)
            for (guint c = 0; c < n_columns; c++)
                copy_cell(joined, tables[t], row, c);
    }
    return joined;
}

/* ---- The manifest ---- */

static void
note_date(QyRecording *recording, const gchar *key, QyDate date)
{
    gchar text[QY_DATE_TEXT_BYTES];

    if (date != QY_DATE_NONE)
        qy_record_note(recording, key, qy_date_text(date, text));
}

static void
note_say(QyRecording *recording, const gchar *key, const QyValue *value)
{
    g_autofree gchar *zh = g_strconcat(key, key[strlen(key) - 1] == '.' ? "zh" : "_zh", NULL);
    g_autofree gchar *en = g_strconcat(key, key[strlen(key) - 1] == '.' ? "en" : "_en", NULL);

    if (value == NULL || (value->type != QY_VALUE_SAY && value->type != QY_VALUE_TEXT))
        return;
    qy_record_note(recording, zh, value->say.zh);
    qy_record_note(recording, en, value->say.en);
}

static void
note_settings(QyRecording *recording, const QySettings *settings)
{
    if (settings->title != NULL)
        qy_record_note(recording, "title", settings->title);
    qy_record_note(recording, "period", settings->period.label);
    note_date(recording, "as_of", settings->as_of);
    note_date(recording, "cutoff", settings->cutoff);
    if (settings->areas != NULL)
        qy_record_note(recording, "areas", settings->areas);
}

/* Id, version and words of the pack, and the titles of its stars in their order. */
static void
note_standard(QyRecording *recording, const QyPack *pack)
{
    g_autoptr(GPtrArray) standards = qy_pack_declarations(pack, "standard");
    const QyDeclaration *standard;
    const QyValue *stars;
    const gchar *version;

    if (standards->len == 0)
        return;
    standard = standards->pdata[0];
    version = qy_value_field_text(standard->body, "version");
    stars = qy_value_field(standard->body, "stars");
    qy_record_note(recording, "pack_id", standard->id);
    qy_record_note(recording, "pack_version", version != NULL ? version : "");
    note_say(recording, "pack_title", qy_value_field(standard->body, "title"));
    note_say(recording, "pack_note", qy_value_field(standard->body, "note"));
    for (guint i = 0; stars != NULL && i < stars->n_items; i++) {
        const QyValue *star = stars->items[i];
        g_autofree gchar *key = NULL;
        if (star->n_items < 2)
            continue;
        key = g_strdup_printf("star.%s.", star->items[0]->text);
        note_say(recording, key, star->items[1]);
    }
}

/* "text", "1.5" or "a b c". */
static gchar *
value_text(const QyValue *value)
{
    g_autoptr(GString) list = g_string_new(NULL);

    switch (value->type) {
    case QY_VALUE_INTEGER:
        return qy_decimal_text(value->integer, 0);
    case QY_VALUE_DECIMAL:
        return qy_decimal_text(value->integer, QY_SCALE_WEIGHT);
    case QY_VALUE_TEXT:
    case QY_VALUE_SAY:
        return g_strdup(value->text != NULL ? value->text : value->say.en);
    case QY_VALUE_BOOLEAN:
        return g_strdup(value->boolean ? "true" : "false");
    case QY_VALUE_LIST:
        for (guint i = 0; i < value->n_items; i++) {
            g_autofree gchar *item = value_text(value->items[i]);
            g_string_append_printf(list, i > 0 ? " %s" : "%s", item);
        }
        return g_string_free(g_steal_pointer(&list), FALSE);
    default:
        return g_strdup("");
    }
}

static void
note_rules(QyRecording *recording, const QyPack *pack, QyDate as_of)
{
    const GPtrArray *files = qy_pack_files(pack);
    g_autoptr(GPtrArray) params = qy_pack_declarations(pack, "param");

    for (guint i = 0; i < files->len; i++) {
        g_autofree gchar *key = g_strconcat("rule.", files->pdata[i], NULL);
        qy_record_note(recording, key, qy_pack_file_digest(pack, files->pdata[i]));
    }
    for (guint i = 0; i < params->len; i++) {
        const QyDeclaration *param = params->pdata[i];
        const QyValue *value = qy_pack_parameter(pack, param->id, as_of, NULL);
        g_autofree gchar *key = g_strconcat("param.", param->id, NULL);
        g_autofree gchar *text = value != NULL ? value_text(value) : NULL;
        if (text != NULL)
            qy_record_note(recording, key, text);
    }
}

static void
note_count(QyRecording *recording, const gchar *key, gint64 n)
{
    g_autofree gchar *text = g_strdup_printf("%" G_GINT64_FORMAT, n);

    qy_record_note(recording, key, text);
}

static void
note_inputs(QyRecording *recording, const QyTable *inputs)
{
    gint file = qy_table_find(inputs, "file"), digest = qy_table_find(inputs, "digest"),
         refused = qy_table_find(inputs, "refused");

    for (gsize row = 0; row < qy_table_n_rows(inputs); row++) {
        const gchar *name = qy_table_text(inputs, row, (guint)file);
        const gchar *hex = qy_table_text(inputs, row, (guint)digest);
        g_autofree gchar *key = g_strconcat("input.", name, NULL);
        g_autofree gchar *refused_key = g_strconcat("refused.", name, NULL);
        gint64 n = qy_table_integer(inputs, row, (guint)refused);
        qy_record_note(recording, key, hex != NULL ? hex : "");
        if (n != QY_MISSING && n > 0)
            note_count(recording, refused_key, n);
    }
}

void
qy_results_note(QyRecording *recording, const QyPipelineRequest *request, const QyPipelineResult *result)
{
    const QySettings *settings = qy_dataset_settings(result->dataset);
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree gchar *started = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");
    g_autofree gchar *seconds =
        g_strdup_printf("%d.%03d", (gint)result->seconds, (gint)(result->seconds * 1000.0) % 1000);
    g_autofree gchar *threads = g_strdup_printf("%u", request->load.n_threads);

    qy_record_note(recording, "engine_version", QIYUE_VERSION);
    qy_record_note(recording, "schema", SCHEMA);
    note_settings(recording, settings);
    note_standard(recording, result->pack);
    note_rules(recording, result->pack, settings->as_of);
    note_inputs(recording, result->inputs);
    note_count(recording, "refused_rows", (gint64)qy_table_n_rows(result->rejects));
    note_count(recording, "rule_errors",
               (gint64)qy_verdicts_n_errors(result->verdicts) + qy_scores_n_errors(result->scores));
    /* A result made from a damaged input says so wherever it is shown. */
    qy_record_note(recording, "damaged", qy_pipeline_has_faults(result) ? "yes" : "no");
    qy_record_note_volatile(recording, "recorded_at", started);
    qy_record_note_volatile(recording, "seconds", seconds);
    qy_record_note_volatile(recording, "threads", threads);
}
