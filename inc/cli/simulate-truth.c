#define G_LOG_DOMAIN "qy-cli"

#include "cli/simulate-truth.h"

static void
append_date(GString *out, const gchar *key, QyDate date)
{
    gchar text[QY_DATE_TEXT_BYTES];

    g_string_append_printf(out, "  \"%s\": \"%s\",\n", key, qy_date_text(date, text));
}

gchar *
qy_sim_truth_json(const QySimWorld *world, const guint64 rows[QY_N_TABLES], guint64 dirty_rows)
{
    GString *out = g_string_new("{\n");
    guint kinds[3] = {0}, five_star = 0;
    const gchar *separator = "";

    for (guint i = 0; i < world->request.n_communities; i++) {
        kinds[world->communities[i].kind]++;
        five_star += world->communities[i].met == (G_GUINT64_CONSTANT(1) << QY_SIM_N_CRITERIA) - 1;
    }
    g_string_append_printf(out, "  \"period\": \"%s\",\n", world->request.period.label);
    append_date(out, "as_of", world->as_of);
    append_date(out, "cutoff", world->cutoff);
    g_string_append_printf(out, "  \"seed\": %" G_GUINT64_FORMAT ",\n", world->request.seed);
    g_string_append_printf(out, "  \"communities\": %u,\n  \"model\": %u,\n  \"good\": %u,\n  \"weak\": %u,\n",
                           world->request.n_communities, kinds[QY_SIM_MODEL], kinds[QY_SIM_GOOD], kinds[QY_SIM_WEAK]);
    g_string_append_printf(out, "  \"all_criteria_met\": %u,\n", five_star);
    g_string_append_printf(out, "  \"logs_decide_criteria\": %s,\n", world->logs_by_design ? "true" : "false");
    g_string_append_printf(out, "  \"dirty_rows\": %" G_GUINT64_FORMAT ",\n", dirty_rows);
    /* Effects common to all communities; those of one are in truth.csv. */
    g_string_append(out, "  \"satisfaction_by_age\": {\"18-34\": -0.06, \"35-59\": -0.01, \"60+\": 0.06},\n"
                         "  \"response_by_age\": {\"18-34\": 0.6, \"35-59\": 0.9, \"60+\": 1.5},\n"
                         "  \"satisfaction_by_compound\": [-0.04, 0.04, -0.02, 0.02, -0.03, 0.03],\n"
                         "  \"good_rows\": {");
    for (guint t = 0; t < QY_N_TABLES; t++) {
        if (t == QY_PROJECTS)
            continue;
        g_string_append_printf(out, "%s\"%s\": %" G_GUINT64_FORMAT, separator, qy_dictionary_table((QyTableId)t)->name,
                               rows[t]);
        separator = ", ";
    }
    g_string_append(out, "}\n}\n");
    return g_string_free(out, FALSE);
}

static void
append_share(GString *out, gdouble value)
{
    g_autofree gchar *text = qy_real_text(value);

    g_string_append_printf(out, ",%s", text);
}

static void
append_community(const QySimWorld *world, guint i, GString *out)
{
    static const gchar *const kinds[] = {"model", "good", "weak"};
    const QySimCommunity *community = &world->communities[i];
    gboolean all = community->met == (G_GUINT64_CONSTANT(1) << QY_SIM_N_CRITERIA) - 1;

    g_string_append_printf(out, "C%05u,%s", i + 1, kinds[community->kind]);
    append_share(out, community->satisfaction);
    append_share(out, community->fulfilment);
    append_share(out, community->participation);
    append_share(out, community->utilisation);
    append_share(out, community->mismatch);
    g_string_append_printf(out, ",%d,%d", community->batch, all);
    for (guint c = 0; c < QY_SIM_N_CRITERIA; c++) {
        if (!qy_sim_is_known(world, (QySimCriterion)c))
            g_string_append_c(out, ',');
        else
            g_string_append_printf(out, ",%d", qy_sim_meets(community, (QySimCriterion)c));
    }
    g_string_append_c(out, '\n');
}

gboolean
qy_sim_truth_write(const QySimWorld *world, const guint64 rows[QY_N_TABLES], guint64 dirty_rows, const gchar *folder,
                   GError **error)
{
    g_autofree gchar *json_path = g_build_filename(folder, "truth.json", NULL);
    g_autofree gchar *csv_path = g_build_filename(folder, "truth.csv", NULL);
    g_autofree gchar *json = qy_sim_truth_json(world, rows, dirty_rows);
    g_autoptr(GString) csv =
        g_string_new("community_id,kind,satisfaction,fulfilment,participation,utilisation,mismatch,"
                     "batch,five_star");

    for (guint c = 0; c < QY_SIM_N_CRITERIA; c++)
        g_string_append_printf(csv, ",%s", qy_sim_criterion_name((QySimCriterion)c));
    g_string_append_c(csv, '\n');
    for (guint i = 0; i < world->request.n_communities; i++)
        append_community(world, i, csv);
    return g_file_set_contents_full(json_path, json, -1, G_FILE_SET_CONTENTS_NONE, 0644, error) &&
           g_file_set_contents_full(csv_path, csv->str, (gssize)csv->len, G_FILE_SET_CONTENTS_NONE, 0644, error);
}
