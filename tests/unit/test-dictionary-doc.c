/* docs/dictionary.md lists what the engine's dictionary has. With QY_UPDATE_DOCS
 * set the list is written instead of compared. */
#include <string.h>

#include "load/dictionary.h"

#define BEGIN "<!-- tables: written by tests/unit/test-dictionary-doc.c -->\n"
#define END "<!-- end of tables -->\n"

static const gchar *const type_names[] = {
    [QY_TYPE_ID] = "id",         [QY_TYPE_REF] = "id",          [QY_TYPE_TEXT] = "text",
    [QY_TYPE_DATE] = "date",     [QY_TYPE_INTEGER] = "integer", [QY_TYPE_QUANTITY] = "quantity",
    [QY_TYPE_WEIGHT] = "weight", [QY_TYPE_WORD] = "word",       [QY_TYPE_ITEM] = "item",
};

/* Aliases that the project's data dictionary doesn't give. */
static gboolean
is_our_alias(const QyTableDef *def, const QyColumnDef *column)
{
    static const QyTableId given[] = {QY_AREAS,      QY_UNITS,  QY_CONTRACTS, QY_COMMITMENTS,
                                      QY_FULFILMENT, QY_OFFERS, QY_SURVEYS};

    if (def->id == QY_MEMBERS || def->id == QY_NEEDS)
        return strcmp(column->name, "unit_id") == 0;
    for (guint i = 0; i < G_N_ELEMENTS(given); i++) {
        if (given[i] == def->id)
            return FALSE;
    }
    return TRUE;
}

static void
append_range(GString *out, const QyColumnDef *column)
{
    guint scale = column->type == QY_TYPE_QUANTITY ? QY_SCALE_QUANTITY
                  : column->type == QY_TYPE_WEIGHT ? QY_SCALE_WEIGHT
                                                   : 0;
    g_autofree gchar *low = qy_decimal_text(column->low, scale), *high = qy_decimal_text(column->high, scale);
    g_autofree gchar *fallback = qy_decimal_text(column->fallback, scale);

    if (column->low < 0)
        g_string_append(out, "may be negative");
    else if (column->high == QY_MOST_INTEGER || column->high >= QY_MOST_QUANTITY) /* said once, above the tables */
        g_string_append_printf(out, "≥ %s", low);
    else
        g_string_append_printf(out, "%s..%s", low, high);
    if (column->fallback != QY_MISSING)
        g_string_append_printf(out, ", default %s", fallback);
}

static void
append_words(GString *out, const QyWords *words)
{
    for (guint i = 0; words->words[i] != NULL; i++) {
        gboolean first = TRUE;

        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", words->words[i]);
        for (guint k = 0; words->aliases != NULL && words->aliases[k] != NULL; k += 2) {
            if (strcmp(words->aliases[k + 1], words->words[i]) != 0)
                continue;
            g_string_append_printf(out, "%s%s", first ? " (also " : ", ", words->aliases[k]);
            first = FALSE;
        }
        g_string_append(out, first ? "" : ")");
    }
}

static void
append_column(GString *out, const QyTableDef *def, const QyColumnDef *column)
{
    gboolean is_made = (column->flags & QY_COLUMN_MADE) != 0;

    g_string_append_printf(out, "| %s%s | ", column->name, column->required ? "*" : "");
    if (!is_made)
        g_string_append_printf(out, is_our_alias(def, column) ? "%s°" : "%s", column->alias_zh);
    g_string_append_printf(out, " | %s", type_names[column->type]);
    if (column->type == QY_TYPE_REF)
        g_string_append_printf(out, " → %s", qy_dictionary_table(column->refers)->name);
    g_string_append(out, " | ");
    if (column->type == QY_TYPE_WORD)
        append_words(out, column->words);
    else if (column->type == QY_TYPE_INTEGER || column->type == QY_TYPE_QUANTITY || column->type == QY_TYPE_WEIGHT ||
             column->type == QY_TYPE_ITEM)
        append_range(out, column);
    else if (column->type == QY_TYPE_REF && column->level >= 0)
        g_string_append_printf(out, "a %s", qy_level_name((QyLevel)column->level));
    g_string_append(out, is_made ? "worked out by qiyue; in no file" : "");
    g_string_append(out, (column->flags & QY_COLUMN_PERSONAL) != 0 ? "no personal number" : "");
    g_string_append(out, " |\n");
}

/* (transfer full) */
static gchar *
tables_text(void)
{
    GString *out = g_string_new(BEGIN);

    for (guint t = 0; t < QY_N_TABLES; t++) {
        const QyTableDef *def = qy_dictionary_table((QyTableId)t);

        g_string_append_printf(out, "\n### %s %s", def->name, def->name_zh);
        if (t == QY_PROJECTS)
            g_string_append(out, " — made by qiyue from commitments; no file");
        else if (def->required)
            g_string_append(out, " — required");
        g_string_append(out, "\n\n| column | alias | type | values |\n| --- | --- | --- | --- |\n");
        for (guint i = 0; i < def->n_columns; i++)
            append_column(out, def, &def->columns[i]);
    }
    g_string_append(out, "\n" END);
    return g_string_free(out, FALSE);
}

static void
test_doc(void)
{
    g_autofree gchar *path = g_build_filename(g_getenv("QY_SOURCE_ROOT"), "docs", "dictionary.md", NULL);
    g_autofree gchar *doc = NULL;
    g_autofree gchar *expected = tables_text();
    gchar *begin, *end;

    g_assert_true(g_file_get_contents(path, &doc, NULL, NULL));
    begin = strstr(doc, BEGIN);
    end = strstr(doc, END);
    g_assert_true(begin != NULL && end > begin);
    if (g_getenv("QY_UPDATE_DOCS") != NULL) {
        g_autofree gchar *head = g_strndup(doc, begin - doc);
        g_autofree gchar *whole = g_strconcat(head, expected, end + strlen(END), NULL);

        g_assert_true(g_file_set_contents(path, whole, -1, NULL));
        return;
    }
    end[strlen(END)] = '\0';
    g_assert_cmpstr(begin, ==, expected);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dictionary/doc", test_doc);
    return g_test_run();
}
