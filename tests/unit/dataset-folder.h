/* A small assessment in a temporary folder, for the tests of load. */
#pragma once

#include <string.h>

#include <glib/gstdio.h>

#include "load/load.h"

typedef struct {
    const gchar *name; /* of the file */
    const gchar *text; /* NULL: it is left out */
} File;

#define MAX_FILES 8

/* Valid in themselves: nothing is refused, nothing found. */
static const File base_files[] = {
    {"assessment.ini", "[assessment]\nperiod = 2026Q3\n"},
    {"taxonomy.csv", "code,parent,zh,en\nvenues,,场地,Venues\nvenues.room,venues,活动室,Rooms\nhealth,,医疗,Health\n"
                     "health.visit,health,义诊,Clinics\n"},
    {"areas.csv", "area_id,parent_id,level,name,households\nD1,,county,区,100\nT1,D1,street,街道,100\n"
                  "C1,T1,community,东,60\nC2,T1,community,西,40\nP1,C1,compound,苑,30\nP2,C2,compound,园,20\n"},
    {"units.csv", "unit_id,name,kind,area_id\nU1,医院,hospital,T1\nU2,公司,private_enterprise,\n"},
    {"contracts.csv", "contract_id,community_id,unit_id,negotiated_on,signed_on,published_on,starts_on,ends_on\n"
                      "K1,C1,U1,2026-01-05,2026-01-10,2026-01-12,2026-01-15,2026-12-31\n"
                      "K2,C2,U2,2026-01-06,2026-01-11,2026-01-13,2026-01-15,2026-12-31\n"},
    {"commitments.csv",
     "commitment_id,contract_id,direction,list,category,quantity,quantity_unit,participants,starts_on,due_on\n"
     "M1,K1,to_community,service,health.visit,12,session,240,2026-01-15,2026-12-31\n"
     "M2,K2,to_community,resource,venues.room,96,hour,100,2026-01-15,2026-09-15\n"},
    {"fulfilment.csv", "log_id,commitment_id,done_on,quantity,participants,status,recorded_on\n"
                       "L1,M1,2026-07-08,1,25,partial,2026-07-09\nL2,M2,2026-08-12,1.5,22,completed,2026-08-13\n"},
};

/* (transfer full): the folder with @files in place of the base's, or beside them. */
static inline gchar *
make_folder(const File *files)
{
    gchar *folder = g_dir_make_tmp("qy-dataset-XXXXXX", NULL);

    g_assert_nonnull(folder);
    for (guint i = 0; i < G_N_ELEMENTS(base_files) + MAX_FILES; i++) {
        const File *file = i < G_N_ELEMENTS(base_files) ? &base_files[i] : &files[i - G_N_ELEMENTS(base_files)];
        g_autofree gchar *path = NULL;

        if (file->name == NULL)
            break;
        path = g_build_filename(folder, file->name, NULL);
        if (file->text == NULL)
            g_unlink(path);
        else
            g_assert_true(g_file_set_contents(path, file->text, -1, NULL));
    }
    return folder;
}

static inline void
remove_folder(gchar *folder)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    const gchar *name;

    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree gchar *path = g_build_filename(folder, name, NULL);

        g_unlink(path);
    }
    g_dir_close(dir);
    g_rmdir(folder);
    g_free(folder);
}

/* One cell as its type is written; "" is missing. (transfer full) */
static inline gchar *
cell_text(const QyDataset *dataset, const QyFrame *frame, guint column, guint row)
{
    const QyColumnDef *def = &frame->def->columns[column];
    gint64 value = qy_column_get(&frame->columns[column], row);
    gchar date[QY_DATE_TEXT_BYTES];

    if (value == QY_MISSING)
        return g_strdup("");
    switch (def->type) {
    case QY_TYPE_REF:
        return g_strdup(qy_dataset_frame(dataset, def->refers)->ids[value]);
    case QY_TYPE_TEXT:
        return g_strdup(qy_string_pool_get(qy_dataset_strings(dataset), (guint32)value));
    case QY_TYPE_DATE:
        return g_strdup(qy_date_text((QyDate)value, date));
    case QY_TYPE_WORD:
        return g_strdup(def->words->words[value]);
    case QY_TYPE_QUANTITY:
        return qy_decimal_text(value, QY_SCALE_QUANTITY);
    case QY_TYPE_WEIGHT:
        return qy_decimal_text(value, QY_SCALE_WEIGHT);
    default:
        return qy_decimal_text(value, 0);
    }
}

/* "id a=1 b=2", columns that aren't there left out. (transfer full) */
static inline gchar *
row_text(const QyDataset *dataset, const QyFrame *frame, guint row)
{
    GString *out = g_string_new(frame->ids != NULL ? frame->ids[row] : NULL);

    for (guint i = 0; i < frame->def->n_columns; i++) {
        g_autofree gchar *cell = NULL;

        if (!qy_column_present(&frame->columns[i]))
            continue;
        cell = cell_text(dataset, frame, i, row);
        g_string_append_printf(out, "%s%s=%s", out->len > 0 ? " " : "", frame->def->columns[i].name, cell);
    }
    return g_string_free(out, FALSE);
}

/* All rows of a frame, a line each. (transfer full) */
static inline gchar *
frame_text(const QyDataset *dataset, QyTableId table)
{
    const QyFrame *frame = qy_dataset_frame(dataset, table);
    GString *out = g_string_new(NULL);

    for (guint row = 0; row < frame->n_rows; row++) {
        g_autofree gchar *text = row_text(dataset, frame, row);

        g_string_append_printf(out, "%s\n", text);
    }
    return g_string_free(out, FALSE);
}

/* What a sink was given. */
typedef struct {
    const QyDataset *dataset;
    GMutex lock;
    GPtrArray *rows; /* (element-type utf8) */
    guint n_begins;
} Collected;

static inline void
collect_begin(gpointer data, guint n_workers)
{
    Collected *self = data;

    g_assert_cmpuint(n_workers, >, 0);
    self->n_begins++;
    g_ptr_array_set_size(self->rows, 0);
}

static inline void
collect_batch(gpointer data, guint worker, const QyFrame *rows)
{
    Collected *self = data;

    g_assert_cmpuint(rows->n_rows, >, 0);
    g_assert_cmpuint(rows->n_rows, <=, 4096);
    g_mutex_lock(&self->lock);
    for (guint row = 0; row < rows->n_rows; row++)
        g_ptr_array_add(self->rows, row_text(self->dataset, rows, row));
    g_mutex_unlock(&self->lock);
}

static inline gint
compare_strings(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const gchar *const *)a, *(const gchar *const *)b);
}

/* Streams a table; its rows, sorted, a line each. (transfer full) */
static inline gchar *
stream_text(QyDataset *dataset, QyTableId table, guint64 wanted, gboolean want_ids, guint *n_begins)
{
    Collected collected = {.dataset = dataset, .rows = g_ptr_array_new_with_free_func(g_free)};
    QyFactSink sink = {
        .wanted = {wanted}, .want_ids = want_ids, .begin = collect_begin, .batch = collect_batch, .data = &collected};
    g_autoptr(GError) error = NULL;
    gchar *text;

    g_mutex_init(&collected.lock);
    g_assert_true(qy_dataset_stream(dataset, table, &sink, &error));
    g_assert_no_error(error);
    g_mutex_clear(&collected.lock);
    g_ptr_array_sort(collected.rows, compare_strings);
    g_ptr_array_add(collected.rows, NULL);
    text = g_strjoinv("\n", (gchar **)collected.rows->pdata);
    g_ptr_array_unref(collected.rows);
    if (n_begins != NULL)
        *n_begins = collected.n_begins;
    return text;
}

/* A table's rows as CSV of some columns. (transfer full) */
static inline gchar *
table_text(QyTable *table, const gchar *const *columns)
{
    GString *out = g_string_new(NULL);

    for (gsize row = 0; row < qy_table_n_rows(table); row++) {
        for (guint i = 0; columns[i] != NULL; i++) {
            gint column = qy_table_find(table, columns[i]);

            g_assert_cmpint(column, >=, 0);
            if (i > 0)
                g_string_append_c(out, ',');
            qy_table_append_csv_cell(table, row, (guint)column, out);
        }
        g_string_append_c(out, '\n');
    }
    qy_table_free(table);
    return g_string_free(out, FALSE);
}
