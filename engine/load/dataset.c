#define G_LOG_DOMAIN "qy-load"

#include "load/dataset-private.h"

#include <stdlib.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "load/finding.h"

/* ---- Life ---- */

static void
notice_free(gpointer data)
{
    QyNotice *self = data;

    g_free(self->file);
    g_free(self->code);
    g_free(self->zh);
    g_free(self->en);
    g_free(self);
}

static void
free_texts(gpointer data)
{
    if (data != NULL)
        g_string_chunk_free(data);
}

static void
table_init(QyTableState *self, QyTableId id)
{
    self->def = *qy_dictionary_table(id);
    memcpy(self->columns, self->def.columns, self->def.n_columns * sizeof *self->columns);
    self->def.columns = self->columns;
    self->frame.def = &self->def;
    self->rejects = g_array_new(FALSE, FALSE, sizeof(QyReject));
    self->texts = g_ptr_array_new_with_free_func(free_texts);
    self->id_texts = g_ptr_array_new_with_free_func(free_texts);
}

static void
table_clear(QyTableState *self)
{
    for (guint i = 0; i < QY_MAX_COLUMNS; i++) {
        g_free(self->frame.columns[i].narrow);
        g_free(self->frame.columns[i].wide);
    }
    g_free((gpointer)self->frame.ids);
    g_clear_pointer(&self->source, qy_source_free);
    g_clear_pointer(&self->index, qy_id_index_free);
    g_clear_pointer(&self->refused, g_hash_table_unref);
    g_array_unref(self->rejects);
    g_ptr_array_unref(self->texts);
    g_ptr_array_unref(self->id_texts);
    g_free(self->digest);
}

void
qy_dataset_free(QyDataset *self)
{
    if (self == NULL)
        return;
    for (guint i = 0; i < QY_N_TABLES; i++)
        table_clear(&self->tables[i]);
    g_clear_pointer(&self->assessment, qy_assessment_free);
    g_clear_pointer(&self->strings, qy_string_pool_free);
    g_clear_pointer(&self->findings, qy_findings_free);
    g_ptr_array_unref(self->notices);
    g_array_unref(self->items);
    g_free(self->tree_parent);
    g_free(self->tree_level);
    g_free(self->tree_top_down);
    g_mutex_clear(&self->lock);
    g_free(self);
}

static QyDataset *
dataset_new(QyAssessment *assessment, const QyLoadOptions *options)
{
    QyDataset *self = g_new0(QyDataset, 1);

    self->assessment = assessment;
    if (options != NULL)
        self->options = *options;
    if (self->options.chunk_bytes != 0)
        self->options.chunk_bytes = MAX(self->options.chunk_bytes, 64);
    self->n_threads = self->options.n_threads != 0 ? self->options.n_threads : g_get_num_processors();
    self->strings = qy_string_pool_new();
    self->notices = g_ptr_array_new_with_free_func(notice_free);
    self->items = g_array_new(FALSE, FALSE, sizeof(QyItem));
    self->findings = qy_findings_new();
    g_mutex_init(&self->lock);
    for (guint i = 0; i < QY_N_TABLES; i++)
        table_init(&self->tables[i], (QyTableId)i);
    return self;
}

void
qy_dataset_say(QyDataset *self, const gchar *file, const gchar *code, QySay say, const gchar *const *names,
               const gchar *const *values)
{
    static const gchar *const none[] = {NULL};
    QySayText text = qy_say_fill(say, names != NULL ? names : none, values != NULL ? values : none);
    QyNotice *notice = g_new0(QyNotice, 1);

    notice->file = g_strdup(file);
    notice->code = g_strdup(code);
    notice->zh = g_steal_pointer(&text.zh);
    notice->en = g_steal_pointer(&text.en);
    qy_say_text_clear(&text);
    g_mutex_lock(&self->lock);
    g_ptr_array_add(self->notices, notice);
    g_mutex_unlock(&self->lock);
}

/* ---- Opening ---- */

/* Adds @error to the faults and forgets it. A message of several lines stays so. */
static void
take_fault(GPtrArray *faults, GError **error)
{
    g_ptr_array_add(faults, g_strdup((*error)->message));
    g_clear_error(error);
}

static void
open_source(QyDataset *self, QyTableId id, const gchar *file, GPtrArray *faults)
{
    g_autoptr(GError) error = NULL;
    QyTableState *table = &self->tables[id];

    table->source = qy_source_open(self, &table->def, file, &error);
    if (table->source == NULL) {
        take_fault(faults, &error);
        return;
    }
    table->frame.present = TRUE;
    for (guint i = 0; i < table->def.n_columns && table->def.streamed; i++) {
        const QyColumnDef *column = &table->def.columns[i];

        table->has_column[i] =
            table->source->columns[i].field >= 0 || column->fallback != QY_MISSING || strcmp(column->name, "wave") == 0;
    }
}

static void
take_item(QyDataset *self, const QyFrame *frame, guint row)
{
    gint64 top = qy_column_get(&frame->columns[qy_table_def_column(frame->def, "top")], row);
    gint64 reversed = qy_column_get(&frame->columns[qy_table_def_column(frame->def, "reversed")], row);
    QyItem item = {
        .name = frame->ids[row],
        .text = qy_dataset_text(self, QY_QUESTIONNAIRE, (guint)qy_table_def_column(frame->def, "text"), row),
        .low = qy_column_get(&frame->columns[qy_table_def_column(frame->def, "low")], row),
        .high = qy_column_get(&frame->columns[qy_table_def_column(frame->def, "high")], row),
        .dont_know = qy_dataset_text(self, QY_QUESTIONNAIRE, (guint)qy_table_def_column(frame->def, "dont_know"), row),
        .reversed = reversed == 1,
    };

    item.top = top != QY_MISSING ? top : item.high - 1;
    g_array_append_val(self->items, item);
}

/* The questionnaire's items become columns of surveys. Returns: FALSE with a fault when they are too many */
static gboolean
add_items(QyDataset *self, GPtrArray *faults)
{
    QyTableState *surveys = &self->tables[QY_SURVEYS];
    const QyFrame *frame = &self->tables[QY_QUESTIONNAIRE].frame;

    for (guint row = 0; row < frame->n_rows; row++) {
        const QyItem *item;
        gint column;

        take_item(self, frame, row);
        item = &g_array_index(self->items, QyItem, row);
        column = qy_table_def_column(&surveys->def, item->name);
        if (column < 0 && surveys->def.n_columns == QY_MAX_COLUMNS) {
            g_ptr_array_add(faults, g_strdup_printf(_("[limit] %s: %u items are more than %u, which a survey may have"),
                                                    self->tables[QY_QUESTIONNAIRE].source->file, frame->n_rows,
                                                    QY_MAX_COLUMNS - qy_dictionary_table(QY_SURVEYS)->n_columns));
            return FALSE;
        }
        if (column < 0) {
            column = (gint)surveys->def.n_columns++;
            surveys->columns[column] = (QyColumnDef){
                .name = item->name,
                .alias_zh = item->text != NULL ? item->text : item->name,
                .type = QY_TYPE_ITEM,
                .refers = QY_NO_TABLE,
                .level = -1,
                .fallback = QY_MISSING,
            };
        }
        surveys->columns[column].low = item->low;
        surveys->columns[column].high = item->high;
    }
    return TRUE;
}

static gchar *
missing_file(const QyTableDef *def, const gchar *workbook)
{
    if (workbook != NULL)
        return g_strdup_printf(
            _("[file-missing] %s.csv: must be in the folder; %s is there, but workbooks are not read "
              "yet: save its sheet as \"CSV UTF-8\""),
            def->name, workbook);
    return g_strdup_printf(_("[file-missing] %s.csv (or %s.csv): is not in the folder, and must be"), def->name,
                           def->name_zh);
}

static void
say_missing_files(QyDataset *self, const QyFolder *folder, GPtrArray *faults)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < QY_N_TABLES; i++) {
        const QyTableDef *def = qy_dictionary_table((QyTableId)i);

        if (folder->tables[i] != NULL || i == QY_PROJECTS)
            continue;
        if (def->required)
            g_ptr_array_add(faults, missing_file(def, folder->workbooks[i]));
        else
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", def->name);
    }
    if (names->len > 0)
        qy_dataset_say(self, "", "missing-files",
                       (QySay){"optional tables that are not there: {names}", "未提供的可选表：{names}"},
                       (const gchar *[]){"names", NULL}, (const gchar *[]){names->str});
}

static void
open_file(QyDataset *self, QyTableId id, const QyFolder *folder, GPtrArray *faults)
{
    if (folder->tables[id] != NULL && *folder->tables[id] != '\0')
        open_source(self, id, folder->tables[id], faults);
}

/* Every file is opened before any large one is read, so that all faults are said at once. */
static void
open_files(QyDataset *self, GPtrArray *faults)
{
    QyFolder folder = {{NULL}, {NULL}};

    qy_folder_find(self, &folder, faults);
    say_missing_files(self, &folder, faults);
    /* First, since its items are columns of surveys. */
    open_file(self, QY_QUESTIONNAIRE, &folder, faults);
    if (self->tables[QY_QUESTIONNAIRE].source != NULL) {
        qy_memory_load(self, QY_QUESTIONNAIRE, TRUE);
        add_items(self, faults);
    }
    for (guint i = 0; i < QY_N_TABLES; i++) {
        if (i != QY_QUESTIONNAIRE)
            open_file(self, (QyTableId)i, &folder, faults);
    }
    qy_folder_clear(&folder);
}

static gboolean
check_area(const QyDataset *self, GError **error)
{
    const gchar *areas = self->assessment->settings.areas;
    QyIdIndex *index = self->tables[QY_AREAS].index;
    gint near_row;

    if (areas == NULL || qy_dataset_find(self, QY_AREAS, areas) >= 0)
        return TRUE;
    near_row = qy_id_index_near(index, areas, strlen(areas));
    if (near_row >= 0)
        g_set_error(error, QY_ERROR, QY_ERROR_DATA,
                    _("assessment.ini: areas = %s: areas has no such id; did you mean %s?"), areas,
                    index->ids[near_row]);
    else
        g_set_error(error, QY_ERROR, QY_ERROR_DATA, _("assessment.ini: areas = %s: areas has no such id"), areas);
    return FALSE;
}

QyDataset *
qy_dataset_open(const gchar *folder, const QyLoadOptions *options, GError **error)
{
    QyAssessment *assessment = qy_assessment_read(folder, error);
    g_autoptr(QyDataset) self = NULL;
    g_autoptr(GPtrArray) faults = g_ptr_array_new_with_free_func(g_free);

    if (assessment == NULL)
        return NULL;
    self = dataset_new(assessment, options);
    open_files(self, faults);
    if (faults->len > 0) {
        g_autofree gchar *lines = NULL;

        g_ptr_array_add(faults, NULL);
        lines = g_strjoinv("\n", (gchar **)faults->pdata);
        g_set_error_literal(error, QY_ERROR, QY_ERROR_DATA, lines);
        return NULL;
    }
    qy_tables_load(self);
    if (!check_area(self, error))
        return NULL;
    return g_steal_pointer(&self);
}

/* ---- Asking ---- */

const QySettings *
qy_dataset_settings(const QyDataset *self)
{
    return &self->assessment->settings;
}

const QyFrame *
qy_dataset_frame(const QyDataset *self, QyTableId table)
{
    return &self->tables[table].frame;
}

gboolean
qy_dataset_has_column(const QyDataset *self, QyTableId table, guint column)
{
    return column < QY_MAX_COLUMNS && self->tables[table].has_column[column];
}

gint
qy_dataset_find(const QyDataset *self, QyTableId table, const gchar *id)
{
    const QyIdIndex *index = self->tables[table].index;

    return index == NULL ? -1 : qy_id_index_find(index, id, strlen(id));
}

QyStringPool *
qy_dataset_strings(const QyDataset *self)
{
    return self->strings;
}

const QyAreaTree *
qy_dataset_areas(const QyDataset *self)
{
    return &self->tree;
}

const gchar *
qy_dataset_text(const QyDataset *self, QyTableId table, guint column, guint row)
{
    const QyFrame *frame = qy_dataset_frame(self, table);
    const QyColumnDef *def = &frame->def->columns[column];
    gint64 value = qy_column_get(&frame->columns[column], row);

    g_return_val_if_fail(def->type == QY_TYPE_TEXT || def->type == QY_TYPE_WORD, NULL);
    if (value == QY_MISSING)
        return NULL;
    return def->type == QY_TYPE_WORD ? def->words->words[value] : qy_string_pool_get(self->strings, (guint32)value);
}

gint64
qy_dataset_item_top(const QyDataset *self, guint column)
{
    const QyTableDef *def = &self->tables[QY_SURVEYS].def;

    g_return_val_if_fail(column < def->n_columns && def->columns[column].type == QY_TYPE_ITEM, QY_MISSING);
    for (guint i = 0; i < self->items->len; i++) {
        const QyItem *item = &g_array_index(self->items, QyItem, i);

        if (strcmp(item->name, def->columns[column].name) == 0)
            return item->top;
    }
    return def->columns[column].high - 1;
}

QyTableCounts
qy_dataset_counts(const QyDataset *self, QyTableId table)
{
    return self->tables[table].counts;
}

/* ---- Tables on their way out ---- */

typedef struct {
    const QyTableState *table;
    const QyReject *reject;
} RejectLine;

static gint
compare_rejects(gconstpointer a, gconstpointer b)
{
    const RejectLine *left = a, *right = b;
    gint order = left->table == right->table ? 0 : strcmp(left->table->source->file, right->table->source->file);

    if (order != 0)
        return order;
    return (left->reject->row > right->reject->row) - (left->reject->row < right->reject->row);
}

static void
add_reject(QyTable *out, const RejectLine *line)
{
    QyRejectPlace place = qy_source_reject_place(line->table->source);
    QySayText reason = qy_reject_reason(line->reject, &place);

    qy_table_add_text(out, line->table->source->file);
    qy_table_add_integer(out, (gint64)line->reject->row);
    qy_table_add_integer(out, (gint64)line->reject->line);
    qy_table_add_text(out, qy_reject_column(line->reject, &place));
    qy_table_add_text(out, qy_reject_code_name((QyRejectCode)line->reject->code));
    qy_table_add_text(out, line->reject->value);
    qy_table_add_text(out, reason.en);
    qy_table_add_text(out, reason.zh);
    qy_say_text_clear(&reason);
}

QyTable *
qy_dataset_rejects(const QyDataset *self)
{
    static const QyColumnSpec columns[] = {
        {"file", QY_CELL_TEXT}, {"row", QY_CELL_INTEGER}, {"line", QY_CELL_INTEGER}, {"column", QY_CELL_TEXT},
        {"code", QY_CELL_TEXT}, {"value", QY_CELL_TEXT},  {"reason", QY_CELL_TEXT},  {"reason_zh", QY_CELL_TEXT},
    };
    QyTable *out = qy_table_new("rejects", columns, G_N_ELEMENTS(columns));
    g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(RejectLine));

    for (guint i = 0; i < QY_N_TABLES; i++) {
        const QyTableState *table = &self->tables[i];

        for (guint k = 0; k < table->rejects->len; k++) {
            RejectLine line = {table, &g_array_index(table->rejects, QyReject, k)};

            g_array_append_val(lines, line);
        }
    }
    g_array_sort(lines, compare_rejects);
    for (guint i = 0; i < lines->len; i++)
        add_reject(out, &g_array_index(lines, RejectLine, i));
    return out;
}

QyTable *
qy_dataset_findings(const QyDataset *self)
{
    return qy_findings_to_table(self->findings, self);
}

static gint
compare_notices(gconstpointer a, gconstpointer b)
{
    const QyNotice *left = *(const QyNotice *const *)a, *right = *(const QyNotice *const *)b;
    gint order = strcmp(left->file, right->file);

    if (order == 0)
        order = strcmp(left->code, right->code);
    return order != 0 ? order : strcmp(left->en, right->en);
}

QyTable *
qy_dataset_notices(const QyDataset *self)
{
    static const QyColumnSpec columns[] = {
        {"file", QY_CELL_TEXT}, {"code", QY_CELL_TEXT}, {"message_zh", QY_CELL_TEXT}, {"message_en", QY_CELL_TEXT}};
    QyTable *out = qy_table_new("notices", columns, G_N_ELEMENTS(columns));
    g_autoptr(GPtrArray) sorted = g_ptr_array_copy(self->notices, NULL, NULL);

    g_ptr_array_set_free_func(sorted, NULL);
    g_ptr_array_sort(sorted, compare_notices);
    for (guint i = 0; i < sorted->len; i++) {
        const QyNotice *notice = g_ptr_array_index(sorted, i);

        qy_table_add_text(out, notice->file);
        qy_table_add_text(out, notice->code);
        qy_table_add_text(out, notice->zh);
        qy_table_add_text(out, notice->en);
    }
    return out;
}

static void
add_settings_input(const QyDataset *self, QyTable *out)
{
    g_autofree gchar *path = g_build_filename(self->assessment->settings.folder, "assessment.ini", NULL);
    g_autofree gchar *text = NULL, *digest = NULL;
    gsize length = 0;

    if (!g_file_get_contents(path, &text, &length, NULL))
        return;
    if (g_strcmp0(self->options.digest, "none") != 0)
        digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, length);
    qy_table_add_text(out, "assessment.ini");
    qy_table_add_text(out, "");
    qy_table_add_integer(out, (gint64)length);
    for (guint i = 0; i < 4; i++)
        qy_table_add_empty(out);
    qy_table_add_text(out, g_utf8_validate_len(text, length, NULL) ? "UTF-8" : "GB18030");
    qy_table_add_text(out, digest);
}

QyTable *
qy_dataset_inputs(const QyDataset *self)
{
    static const QyColumnSpec columns[] = {
        {"file", QY_CELL_TEXT},    {"table", QY_CELL_TEXT},       {"bytes", QY_CELL_INTEGER},
        {"rows", QY_CELL_INTEGER}, {"accepted", QY_CELL_INTEGER}, {"refused", QY_CELL_INTEGER},
        {"late", QY_CELL_INTEGER}, {"encoding", QY_CELL_TEXT},    {"digest", QY_CELL_TEXT},
    };
    QyTable *out = qy_table_new("inputs", columns, G_N_ELEMENTS(columns));

    add_settings_input(self, out);
    for (guint i = 0; i < QY_N_TABLES; i++) {
        const QyTableState *table = &self->tables[i];

        if (table->source == NULL)
            continue;
        qy_table_add_text(out, table->source->file);
        qy_table_add_text(out, table->def.name);
        qy_table_add_integer(out, (gint64)qy_reader_bytes(table->source->reader));
        qy_table_add_integer(out, (gint64)table->counts.rows);
        qy_table_add_integer(out, (gint64)table->counts.accepted);
        qy_table_add_integer(out, (gint64)table->counts.refused);
        qy_table_add_integer(out, (gint64)table->counts.late);
        qy_table_add_text(out,
                          qy_reader_header(table->source->reader)->encoding == QY_ENCODING_UTF8 ? "UTF-8" : "GB18030");
        qy_table_add_text(out, table->digest);
    }
    return out;
}
