#define G_LOG_DOMAIN "qy-load"

#include "load/dataset-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

typedef enum { KIND_OTHER, KIND_TABLE, KIND_WORKBOOK } FileKind;

static FileKind
kind_of(const gchar *file, gchar **stem)
{
    const gchar *dot = strrchr(file, '.');

    if (dot == NULL || dot == file)
        return KIND_OTHER;
    *stem = g_strndup(file, dot - file);
    if (g_ascii_strcasecmp(dot, ".csv") == 0 || g_ascii_strcasecmp(dot, ".tsv") == 0)
        return KIND_TABLE;
    if (g_ascii_strcasecmp(dot, ".xlsx") == 0 || g_ascii_strcasecmp(dot, ".xls") == 0)
        return KIND_WORKBOOK;
    return KIND_OTHER;
}

/* By English name in any case, or by Chinese name. */
static const QyTableDef *
table_of(const gchar *stem)
{
    g_autofree gchar *lower = g_ascii_strdown(stem, -1);
    g_autofree gchar *folded = qy_header_fold(lower);
    const QyTableDef *def = qy_dictionary_find(folded);

    return def != NULL && def->id != QY_PROJECTS ? def : NULL;
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const gchar *const *)a, *(const gchar *const *)b);
}

/* (transfer full): the folder's files by byte order, so that nothing depends on the file system. */
static GPtrArray *
sorted_files(const gchar *folder)
{
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const gchar *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
        g_ptr_array_add(files, g_strdup(name));
    g_ptr_array_sort(files, compare_names);
    return files;
}

static void
say_no_table(QyDataset *self, const gchar *file, const gchar *stem)
{
    const gchar *names[2 * QY_N_TABLES + 1] = {NULL};
    const gchar *nearest;
    guint n = 0;

    for (guint i = 0; i < QY_N_TABLES; i++) {
        if (i == QY_PROJECTS)
            continue;
        names[n++] = qy_dictionary_table((QyTableId)i)->name;
        names[n++] = qy_dictionary_table((QyTableId)i)->name_zh;
    }
    nearest = qy_nearest_name(stem, names);
    if (nearest != NULL)
        qy_dataset_say(
            self, file, "unknown-file",
            (QySay){"not read: no table has this name; is it “{name}”?", "不读入：没有这个名称的表；是否为“{name}”？"},
            (const gchar *[]){"name", NULL}, (const gchar *[]){nearest});
    else
        qy_dataset_say(self, file, "unknown-file",
                       (QySay){"not read: no table has this name", "不读入：没有这个名称的表"}, NULL, NULL);
}

static void
take_workbook(QyDataset *self, QyFolder *folder, const gchar *file, const QyTableDef *def)
{
    qy_dataset_say(self, file, "workbook",
                   (QySay){"workbooks are not read yet: open it and save the sheet as “CSV UTF-8”",
                           "暂不能读取工作簿：请打开后把工作表另存为“CSV UTF-8”"},
                   NULL, NULL);
    if (def != NULL && folder->workbooks[def->id] == NULL)
        folder->workbooks[def->id] = g_strdup(file);
}

/* Which of two files counts can't be known, so neither is opened. */
static void
refuse_both(gchar **first, const gchar *second, const QyTableDef *def, GPtrArray *faults)
{
    gchar *fault =
        **first == '\0'
            ? g_strdup_printf(_("[file-conflict] %s: is the table %s as well; move one away"), second, def->name)
            : g_strdup_printf(
                  _("[file-conflict] %s: stands beside %s, and both are the table %s; which one counts can't "
                    "be known: move one away"),
                  second, *first, def->name);

    g_ptr_array_add(faults, fault);
    g_free(*first);
    *first = g_strdup("");
}

void
qy_folder_find(QyDataset *self, QyFolder *folder, GPtrArray *faults)
{
    g_autoptr(GPtrArray) all = sorted_files(self->assessment->settings.folder);

    for (guint i = 0; i < all->len; i++) {
        const gchar *file = g_ptr_array_index(all, i);
        g_autofree gchar *stem = NULL;
        FileKind kind = kind_of(file, &stem);
        const QyTableDef *def = kind != KIND_OTHER ? table_of(stem) : NULL;

        if (kind == KIND_WORKBOOK && (def != NULL || g_ascii_strcasecmp(stem, "assessment") == 0))
            take_workbook(self, folder, file, def);
        else if (kind == KIND_TABLE && def == NULL)
            say_no_table(self, file, stem);
        else if (kind == KIND_TABLE && folder->tables[def->id] != NULL)
            refuse_both(&folder->tables[def->id], file, def, faults);
        else if (kind == KIND_TABLE)
            folder->tables[def->id] = g_strdup(file);
    }
}

void
qy_folder_clear(QyFolder *folder)
{
    for (guint i = 0; i < QY_N_TABLES; i++) {
        g_free(folder->tables[i]);
        g_free(folder->workbooks[i]);
    }
}
