#define G_LOG_DOMAIN "qy-cli"

#include "cli/summary.h"

#include <string.h>

static void
append_key(GString *json, const gchar *key)
{
    gchar last = json->str[json->len - 1];

    if (last != '{' && last != '[')
        g_string_append_c(json, ',');
    qy_json_append(json, key);
    g_string_append_c(json, ':');
}

static void
append_text(GString *json, const gchar *key, const gchar *text)
{
    append_key(json, key);
    if (text != NULL)
        qy_json_append(json, text);
    else
        g_string_append(json, "null");
}

static void
append_count(GString *json, const gchar *key, guint64 n)
{
    append_key(json, key);
    g_string_append_printf(json, "%" G_GUINT64_FORMAT, n);
}

static void
append_real(GString *json, const gchar *key, gdouble value)
{
    g_autofree gchar *text = qy_real_text(value);

    append_key(json, key);
    g_string_append(json, text != NULL ? text : "null");
}

/* Begins an object or array behind what is there. */
static void
open_with(GString *json, const gchar *bracket)
{
    gchar last = json->str[json->len - 1];

    if (last != '{' && last != '[' && last != ':')
        g_string_append_c(json, ',');
    g_string_append(json, bracket);
}

static void
append_tables(const QySummary *self, GString *json)
{
    append_key(json, "tables");
    open_with(json, "{");
    for (guint t = 0; t < QY_N_TABLES; t++) {
        const QyTableDef *def = qy_dictionary_table((QyTableId)t);
        QyTableCounts counts;
        if (t == QY_PROJECTS || !qy_dataset_frame(self->result->dataset, def->id)->present)
            continue;
        counts = qy_dataset_counts(self->result->dataset, def->id);
        append_key(json, def->name);
        open_with(json, "{");
        append_count(json, "rows", counts.rows);
        append_count(json, "accepted", counts.accepted);
        append_count(json, "refused", counts.refused);
        append_count(json, "late", counts.late);
        append_count(json, "after_as_of", counts.after_as_of);
        g_string_append_c(json, '}');
    }
    g_string_append_c(json, '}');
}

static void
append_refused(const QySummary *self, GString *json)
{
    append_count(json, "refused_rows", self->n_refused);
    append_key(json, "refused");
    open_with(json, "[");
    for (guint i = 0; i < self->refused->len; i++) {
        const QyRefusedKind *kind = &g_array_index(self->refused, QyRefusedKind, i);
        open_with(json, "{");
        append_text(json, "file", kind->file);
        append_text(json, "code", kind->code);
        append_text(json, "column", *kind->column != '\0' ? kind->column : NULL);
        append_count(json, "rows", kind->n);
        append_count(json, "first_row", kind->first_row);
        append_text(json, "reason_en", kind->reason.en);
        append_text(json, "reason_zh", kind->reason.zh);
        g_string_append_c(json, '}');
    }
    g_string_append_c(json, ']');
}

static void
append_findings(const QySummary *self, GString *json)
{
    append_key(json, "findings");
    open_with(json, "{");
    for (guint i = 0; i < self->findings->len; i++) {
        const QyFindingKind *kind = &g_array_index(self->findings, QyFindingKind, i);
        append_count(json, kind->code, kind->n);
    }
    g_string_append_c(json, '}');
    append_count(json, "notices", qy_table_n_rows(self->result->notices));
}

static void
append_scores(const QySummary *self, GString *json)
{
    append_count(json, "communities", self->n_communities);
    append_count(json, "five_star", self->n_five_star);
    append_count(json, "accepted", self->n_accepted);
    append_count(json, "rule_errors", self->n_rule_errors);
    append_key(json, "second_look");
    open_with(json, "{");
    append_count(json, "adjust", self->n_adjust);
    append_count(json, "stop", self->n_stop);
    append_count(json, "record", self->n_record);
    g_string_append_c(json, '}');
    append_text(json, "index", self->index);
    append_key(json, "standings");
    open_with(json, "[");
    for (guint i = 0; i < self->standings->len; i++) {
        const QyStanding *standing = &g_array_index(self->standings, QyStanding, i);
        open_with(json, "{");
        append_text(json, "community_id", standing->id);
        append_text(json, "name", standing->name);
        append_real(json, "score", standing->score);
        append_real(json, "low", standing->low);
        append_real(json, "high", standing->high);
        g_string_append_c(json, '}');
    }
    g_string_append_c(json, ']');
}

gchar *
qy_summary_json(const QySummary *self, const gchar *out)
{
    const QySettings *settings = qy_dataset_settings(self->result->dataset);
    GString *json = g_string_new("{");
    gchar as_of[QY_DATE_TEXT_BYTES];

    append_text(json, "title", settings->title);
    append_text(json, "period", settings->period.label);
    append_text(json, "as_of", qy_date_text(settings->as_of, as_of));
    append_text(json, "out", out);
    append_real(json, "seconds", self->result->seconds);
    append_tables(self, json);
    append_refused(self, json);
    append_findings(self, json);
    if (self->result->scores != NULL)
        append_scores(self, json);
    g_string_append(json, "}\n");
    return g_string_free(json, FALSE);
}
