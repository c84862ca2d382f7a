#define G_LOG_DOMAIN "qy-record"

#include "record/manifest.h"

#include <string.h>

/* The first line under the brace; other programs have manifest.json files too. */
#define FIRST_LINES "{\n  \"format\": \"qiyue record 1\""
#define FILES_BEGIN "\n  \"files\": [\n"
#define FILES_END "\n  ]"

void
qy_note_clear(gpointer note)
{
    QyNote *self = note;
    g_free(self->key);
    g_free(self->value);
}

static void
append_notes(GString *json, const GArray *notes, const gchar *indent, gboolean comma_first)
{
    for (guint i = 0; i < notes->len; i++) {
        const QyNote *note = &g_array_index(notes, QyNote, i);
        g_string_append_printf(json, "%s\n%s", comma_first || i ? "," : "", indent);
        qy_json_append(json, note->key);
        g_string_append(json, ": ");
        qy_json_append(json, note->value);
    }
}

gchar *
qy_manifest_text(const GArray *notes, const GArray *volatile_notes, const GPtrArray *files)
{
    GString *json = g_string_new(FIRST_LINES);
    append_notes(json, notes, "  ", TRUE);
    g_string_append(json, "," FILES_BEGIN);
    for (guint i = 0; i < files->len; i++) {
        g_string_append(json, i ? ",\n    " : "    ");
        qy_json_append(json, files->pdata[i]);
    }
    g_string_append(json, FILES_END ",\n  \"volatile\": {");
    append_notes(json, volatile_notes, "    ", FALSE);
    g_string_append(json, "\n  }\n}\n");
    return g_string_free(json, FALSE);
}

/* Reads its own layout only, one name a line; anything else is not ours. */
static GPtrArray *
parse_files(const gchar *text)
{
    const gchar *begin = strstr(text, FILES_BEGIN);
    const gchar *end = begin ? strstr(begin, FILES_END) : NULL;
    if (!end)
        return NULL;
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
    begin += strlen(FILES_BEGIN);
    g_autofree gchar *list = g_strndup(begin, begin < end ? (gsize)(end - begin) : 0);
    g_auto(GStrv) lines = g_strsplit(list, "\n", -1);
    for (guint i = 0; lines[i]; i++) {
        const gchar *open = strchr(lines[i], '"');
        const gchar *close = open ? strrchr(open + 1, '"') : NULL;
        if (close)
            g_ptr_array_add(files, g_strndup(open + 1, (gsize)(close - open - 1)));
    }
    return files;
}

GPtrArray *
qy_manifest_files(const gchar *path)
{
    g_autofree gchar *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL) || !g_str_has_prefix(text, FIRST_LINES))
        return NULL;
    return parse_files(text);
}
