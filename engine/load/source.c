#define G_LOG_DOMAIN "qy-load"

#include "load/dataset-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "load/cells-plain.h"

#define SHOWN_NAMES 12 /* of unknown columns in one notice */

/* What a header is matched with. */
typedef struct {
    QySource *source;
    GHashTable *names;  /* folded name or alias → column + 1 */
    GHashTable *mapped; /* folded header of [columns.*] → column + 1 */
    gint *field_of;     /* by column, -1 nowhere */
    gint *twin_of;      /* by column: a second field of the same meaning, -1 none */
    gint *column_of;    /* by field, of the last header matched */
    guint n_fields;
} Matcher;

static gboolean
is_in_file(const QyColumnDef *column)
{
    return (column->flags & QY_COLUMN_MADE) == 0;
}

static void
matcher_init(Matcher *self, QySource *source)
{
    const QyTableDef *def = source->def;
    const GPtrArray *mappings = source->dataset->assessment->columns;

    self->source = source;
    self->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->mapped = g_hash_table_new(g_str_hash, g_str_equal);
    self->field_of = g_new(gint, QY_MAX_COLUMNS);
    self->twin_of = g_new(gint, QY_MAX_COLUMNS);
    self->column_of = NULL;
    /* English names first: an item's wording must not take another column's name. */
    for (guint pass = 0; pass < 2; pass++) {
        for (guint i = 0; i < def->n_columns; i++) {
            const gchar *name = pass == 0 ? def->columns[i].name : def->columns[i].alias_zh;
            g_autofree gchar *folded = name != NULL && is_in_file(&def->columns[i]) ? qy_header_fold(name) : NULL;

            if (folded != NULL && *folded != '\0' && !g_hash_table_contains(self->names, folded))
                g_hash_table_insert(self->names, g_steal_pointer(&folded), GUINT_TO_POINTER(i + 1));
        }
    }
    for (guint i = 0; i < mappings->len; i++) {
        const QyColumnMapping *mapping = g_ptr_array_index(mappings, i);
        gint column = mapping->table == def->id ? qy_table_def_column(def, mapping->column) : -1;

        if (column >= 0)
            g_hash_table_insert(self->mapped, mapping->header, GUINT_TO_POINTER(column + 1));
    }
}

static void
matcher_clear(Matcher *self)
{
    g_hash_table_unref(self->names);
    g_hash_table_unref(self->mapped);
    g_free(self->field_of);
    g_free(self->twin_of);
    g_free(self->column_of);
}

/* P1: a column that speaks of a person isn't read, mapped or not, unless its values must be known words or ids. */
static gboolean
may_hold_persons(const Matcher *self, const gchar *header, guint column)
{
    const QyColumnDef *def = &self->source->def->columns[column];

    return self->source->def->id == QY_SURVEYS && (def->type == QY_TYPE_ID || def->type == QY_TYPE_TEXT) &&
           qy_header_is_personal(header);
}

static void
take_field(Matcher *self, guint field, guint column)
{
    self->column_of[field] = (gint)column;
    if (self->field_of[column] < 0)
        self->field_of[column] = (gint)field;
    else if (self->twin_of[column] < 0)
        self->twin_of[column] = (gint)field;
}

/* Returns: FALSE when something that every file of the table must have isn't there */
static gboolean
has_all(const Matcher *self)
{
    const QyTableDef *def = self->source->def;

    for (guint i = 0; i < def->n_columns; i++) {
        if (def->columns[i].required && self->field_of[i] < 0)
            return FALSE;
    }
    return def->id != QY_SURVEYS || self->field_of[qy_table_def_column(def, "overall")] >= 0 ||
           self->field_of[qy_table_def_column(def, "cobuilding")] >= 0;
}

static guint
match_cells(gpointer data, const gchar *const *cells, guint n_cells, gboolean *complete)
{
    Matcher *self = data;
    guint n_known = 0;

    for (guint i = 0; i < QY_MAX_COLUMNS; i++)
        self->field_of[i] = self->twin_of[i] = -1;
    g_free(self->column_of);
    self->column_of = g_new(gint, MAX(n_cells, 1));
    self->n_fields = n_cells;
    for (guint i = 0; i < n_cells; i++) {
        guint column = GPOINTER_TO_UINT(g_hash_table_lookup(self->mapped, cells[i]));

        self->column_of[i] = -1;
        if (column > 0 && !may_hold_persons(self, cells[i], column - 1))
            take_field(self, i, column - 1);
    }
    /* By name only what no line of [columns.*] has found: there the user has said which is meant. */
    for (guint i = 0; i < n_cells; i++) {
        guint column = GPOINTER_TO_UINT(g_hash_table_lookup(self->names, cells[i]));
        gboolean is_mapped = g_hash_table_contains(self->mapped, cells[i]);

        if (column > 0 && !is_mapped &&
            (self->field_of[column - 1] < 0 || !g_hash_table_contains(self->mapped, cells[self->field_of[column - 1]])))
            take_field(self, i, column - 1);
    }
    for (guint i = 0; i < n_cells; i++)
        n_known += self->column_of[i] >= 0;
    *complete = has_all(self);
    return n_known;
}

/* (transfer full): the header's cells as match_cells() wants them. */
static gchar **
folded_cells(const QyHeader *header)
{
    gchar **cells = g_new0(gchar *, header->n_cells + 1);

    for (guint i = 0; i < header->n_cells; i++)
        cells[i] = qy_header_fold(header->cells[i]);
    return cells;
}

static gchar *
shown(const gchar *text)
{
    return qy_cell_shown(text, strlen(text), FALSE);
}

/* The sentence about one missing column, with the nearest header that has no meaning yet. */
static void
name_missing(const Matcher *self, const QyHeader *header, guint column, GString *out)
{
    const QyTableDef *table = self->source->def;
    const QyColumnDef *def = &table->columns[column];
    g_autoptr(GPtrArray) free_names = g_ptr_array_new();
    const gchar *nearest;

    for (guint i = 0; i < header->n_cells && i < self->n_fields; i++) {
        if (self->column_of[i] < 0 && *header->cells[i] != '\0' && !qy_header_is_personal(header->cells[i]))
            g_ptr_array_add(free_names, (gpointer)header->cells[i]);
    }
    g_ptr_array_add(free_names, NULL);
    nearest = qy_nearest_name(def->name, (const gchar *const *)free_names->pdata);
    if (nearest == NULL)
        nearest = qy_nearest_name(def->alias_zh, (const gchar *const *)free_names->pdata);
    g_string_append_printf(out, _("no column %s (%s)"), def->name, def->alias_zh);
    if (nearest != NULL) {
        g_autofree gchar *safe = shown(nearest);

        g_string_append_printf(out, _("; if it is \"%s\", write in assessment.ini: [columns.%s] %s = %s"), safe,
                               table->name, def->name, safe);
    } else {
        g_string_append_printf(out, _("; if it has another name there, write in assessment.ini: [columns.%s] %s = …"),
                               table->name, def->name);
    }
}

/* The whole message on a header that can't be used. */
static void
refuse_header(const Matcher *self, const QyHeader *header, GError **error)
{
    const QyTableDef *def = self->source->def;
    g_autoptr(GString) text = g_string_new(NULL);

    if (header->n_cells == 1 && strstr(header->cells[0], "，") != NULL) {
        g_set_error(error, QY_ERROR, QY_ERROR_DATA,
                    _("[file-header] %s: the cells are separated by the full-width comma \"，\"; save it with \",\""),
                    self->source->file);
        return;
    }
    for (guint i = 0; i < def->n_columns; i++) {
        gboolean is_answer = def->id == QY_SURVEYS && strcmp(def->columns[i].name, "overall") == 0;
        gboolean lacks_answer = is_answer && self->field_of[i] < 0 && self->field_of[i + 1] < 0;

        if (!(def->columns[i].required && self->field_of[i] < 0) && !lacks_answer)
            continue;
        if (text->len > 0)
            g_string_append(text, ". ");
        name_missing(self, header, i, text);
        if (lacks_answer)
            g_string_append_printf(text, _(" (or %s)"), def->columns[i + 1].name);
    }
    g_set_error(error, QY_ERROR, QY_ERROR_DATA, "[file-header] %s: %s", self->source->file, text->str);
}

/* Returns: FALSE when two columns have one meaning */
static gboolean
check_twins(const Matcher *self, const QyHeader *header, GError **error)
{
    const QyTableDef *def = self->source->def;

    for (guint i = 0; i < def->n_columns; i++) {
        if (self->twin_of[i] < 0)
            continue;
        g_autofree gchar *one = shown(header->cells[self->field_of[i]]);
        g_autofree gchar *other = shown(header->cells[self->twin_of[i]]);

        g_set_error(
            error, QY_ERROR, QY_ERROR_DATA,
            _("[file-header] %s: two columns mean %s: \"%s\" (column %d) and \"%s\" (column %d); rename or remove "
              "one, or say which counts in assessment.ini: [columns.%s] %s = …"),
            self->source->file, def->columns[i].name, one, self->field_of[i] + 1, other, self->twin_of[i] + 1,
            def->name, def->columns[i].name);
        return FALSE;
    }
    return TRUE;
}

/* Names of columns for a notice: at most twelve, then how many more. */
static void
say_columns(const QySource *self, const gchar *code, QySay say, const GPtrArray *names)
{
    g_autoptr(GString) list = g_string_new(NULL);
    g_autofree gchar *count = g_strdup_printf("%u", names->len);
    const gchar *fields[] = {"count", "names", "table", NULL};
    const gchar *values[] = {count, NULL, self->def->name};

    for (guint i = 0; i < names->len && i < SHOWN_NAMES; i++) {
        g_autofree gchar *safe = shown(g_ptr_array_index(names, i));

        g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", safe);
    }
    if (names->len > SHOWN_NAMES)
        g_string_append(list, ", …");
    values[1] = list->str;
    if (names->len > 0)
        qy_dataset_say(self->dataset, self->file, code, say, fields, values);
}

static void
say_unread_columns(const Matcher *self, const QyHeader *header)
{
    g_autoptr(GPtrArray) unknown = g_ptr_array_new(), personal = g_ptr_array_new();
    gboolean is_survey = self->source->def->id == QY_SURVEYS;

    for (guint i = 0; i < header->n_cells; i++) {
        if (self->column_of[i] >= 0 || *header->cells[i] == '\0')
            continue;
        g_ptr_array_add(is_survey && qy_header_is_personal(header->cells[i]) ? personal : unknown,
                        (gpointer)header->cells[i]);
    }
    say_columns(self->source, "personal-column",
                (QySay){"{count} column(s) refused, since they speak of persons: {names}",
                        "拒收{count}个含个人信息的列：{names}"},
                personal);
    say_columns(self->source, "unknown-columns",
                (QySay){"{count} unknown column(s) left out: {names}; a column can be named in assessment.ini under "
                        "[columns.{table}]",
                        "有{count}个未知的列不读入：{names}；可在 assessment.ini 的 [columns.{table}] 中指定"},
                unknown);
}

/* Lines of [columns.*] that found nothing. */
static void
say_idle_mappings(const Matcher *self, const gchar *const *cells)
{
    const QySource *source = self->source;
    const GPtrArray *mappings = source->dataset->assessment->columns;

    for (guint i = 0; i < mappings->len; i++) {
        const QyColumnMapping *mapping = g_ptr_array_index(mappings, i);
        gint column = mapping->table == source->def->id ? qy_table_def_column(source->def, mapping->column) : -1;
        g_autofree gchar *line = g_strdup_printf("%u", mapping->line), *header = NULL;

        if (mapping->table != source->def->id)
            continue;
        header = shown(mapping->shown);
        if (column < 0)
            qy_dataset_say(
                source->dataset, source->file, "idle-mapping",
                (QySay){"assessment.ini:{line}: surveys has no column and the questionnaire no item “{column}”",
                        "assessment.ini:{line}：问卷没有“{column}”这一列，题目表中也没有"},
                (const gchar *[]){"line", "column", NULL}, (const gchar *[]){line, mapping->column});
        else if (!g_strv_contains(cells, mapping->header))
            qy_dataset_say(source->dataset, source->file, "idle-mapping",
                           (QySay){"assessment.ini:{line}: the file has no column “{header}”",
                                   "assessment.ini:{line}：文件中没有“{header}”这一列"},
                           (const gchar *[]){"line", "header", NULL}, (const gchar *[]){line, header});
    }
}

static void
say_place(const QySource *self)
{
    const QyHeader *header = qy_reader_header(self->reader);
    g_autofree gchar *row = g_strdup_printf("%" G_GUINT64_FORMAT, header->row);
    g_autofree gchar *above = g_strdup_printf("%" G_GUINT64_FORMAT, header->row - 1);

    if (header->row > 1)
        qy_dataset_say(
            self->dataset, self->file, "skipped-rows",
            (QySay){"the header is row {row}; {above} row(s) above it skipped", "表头在第{row}行；跳过其上的{above}行"},
            (const gchar *[]){"row", "above", NULL}, (const gchar *[]){row, above});
}

/* ---- The plan of each column ---- */

static GHashTable *
value_map(const QySource *self, const QyColumnDef *column)
{
    const GPtrArray *mappings = self->dataset->assessment->values;
    GHashTable *map = NULL;

    for (guint i = 0; i < mappings->len; i++) {
        const QyValueMapping *mapping = g_ptr_array_index(mappings, i);

        if (mapping->table != self->def->id || strcmp(mapping->column, column->name) != 0)
            continue;
        if (map == NULL)
            map = g_hash_table_new(g_str_hash, g_str_equal);
        g_hash_table_insert(map, mapping->from, mapping->to);
    }
    return map;
}

static void
add_spelling(GArray *out, const gchar *text, gint32 value)
{
    const gsize length = strlen(text);
    const QySpelling spelling = {qy_cell_load_short(text, MIN(length, 8)), text, (guint8)length, value};

    g_array_append_val(out, spelling);
}

/* Returns: FALSE when @multiplier would put two words into one slot */
static gboolean
fill_slots(QySpellings *self, guint64 multiplier)
{
    memset(self->slots, 0, sizeof self->slots);
    self->multiplier = multiplier;
    for (guint i = 0; i < self->n; i++) {
        guint8 *slot = &self->slots[(self->words[i].head ^ self->words[i].length) * multiplier >> 56];

        if (*slot != 0)
            return FALSE;
        *slot = (guint8)(i + 1);
    }
    return TRUE;
}

static QySpellings *
plan_words(const QyWords *words)
{
    QySpellings *self = g_new0(QySpellings, 1);
    g_autoptr(GArray) out = g_array_new(FALSE, FALSE, sizeof(QySpelling));
    guint64 multiplier = G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);

    for (gint i = 0; words->words[i] != NULL; i++)
        add_spelling(out, words->words[i], i);
    for (guint i = 0; words->aliases != NULL && words->aliases[i] != NULL; i += 2)
        add_spelling(out, words->aliases[i], qy_words_find(words, words->aliases[i], strlen(words->aliases[i])));
    self->n = out->len;
    self->words = (QySpelling *)g_array_steal(out, NULL);
    /* Of a few dozen words in 256 slots every few multipliers one serves. */
    while (!fill_slots(self, multiplier))
        multiplier = multiplier * G_GUINT64_CONSTANT(0xD1342543DE82EF95) + 2;
    return self;
}

/* (transfer full) (nullable): the codes for "don't know", of which several may stand there, apart by any of these. */
static gchar **
dont_know_codes(const QyItem *item)
{
    g_auto(GStrv) parts = NULL;
    GStrvBuilder *codes;

    if (item->dont_know == NULL)
        return NULL;
    parts = g_regex_split_simple("[|;,/\\s]|；|，|、|　", item->dont_know, 0, 0);
    codes = g_strv_builder_new();
    for (guint i = 0; parts[i] != NULL; i++) {
        if (*parts[i] != '\0')
            g_strv_builder_add(codes, parts[i]);
    }
    gchar **result = g_strv_builder_end(codes);
    g_strv_builder_unref(codes);
    return result;
}

static void
plan_item(QyColumnPlan *plan, const QyDataset *dataset)
{
    const gint64 low = plan->def->low, high = plan->def->high;

    for (guint i = 0; i < dataset->items->len; i++) {
        const QyItem *item = &g_array_index(dataset->items, QyItem, i);

        if (strcmp(item->name, plan->def->name) == 0) {
            plan->reversed = item->reversed;
            plan->dont_know = dont_know_codes(item);
        }
    }
    for (gint digit = MAX(low, 0); digit <= MIN(high, 9); digit++) {
        const gchar text[] = {(gchar)('0' + digit), '\0'};

        plan->answers[digit] = (gint32)(plan->reversed ? low + high - digit : digit);
        if (plan->dont_know == NULL || !g_strv_contains((const gchar *const *)plan->dont_know, text))
            plan->plain_answers |= 1u << digit;
    }
}

static void
plan_columns(QySource *self, const Matcher *matcher)
{
    self->cutoff_column = -1;
    for (guint i = 0; i < self->def->n_columns; i++) {
        QyColumnPlan *plan = &self->columns[i];

        plan->def = &self->def->columns[i];
        plan->field = is_in_file(plan->def) ? matcher->field_of[i] : -1;
        plan->refers = plan->def->refers;
        plan->own_table =
            plan->def->type == QY_TYPE_REF &&
            (plan->refers == self->def->id || (plan->refers == QY_PROJECTS && self->def->id == QY_COMMITMENTS));
        if (plan->field < 0)
            continue;
        plan->values = value_map(self, plan->def);
        if (plan->def->type == QY_TYPE_WORD)
            plan->spellings = plan_words(plan->def->words);
        else if (plan->def->type == QY_TYPE_ITEM)
            plan_item(plan, self->dataset);
        if (strcmp(plan->def->name, "recorded_on") == 0 && self->dataset->assessment->settings.cutoff != QY_DATE_NONE)
            self->cutoff_column = (gint)i;
    }
}

QySource *
qy_source_open(QyDataset *dataset, const QyTableDef *def, const gchar *file, GError **error)
{
    QySource *self = g_new0(QySource, 1);
    g_autofree gchar *path = g_build_filename(dataset->assessment->settings.folder, file, NULL);
    g_auto(GStrv) cells = NULL;
    Matcher matcher = {0};
    const QyHeader *header;
    gboolean complete, good = FALSE;

    self->dataset = dataset;
    self->def = def;
    self->file = g_strdup(file);
    matcher_init(&matcher, self);
    self->reader = qy_reader_open(path, &(QyHeaderMatch){match_cells, &matcher}, dataset->options.chunk_bytes, error);
    if (self->reader != NULL) {
        header = qy_reader_header(self->reader);
        cells = folded_cells(header);
        match_cells(&matcher, (const gchar *const *)cells, header->n_cells, &complete);
        self->n_fields = header->n_cells;
        if (!header->found || !complete)
            refuse_header(&matcher, header, error);
        else
            good = check_twins(&matcher, header, error);
    }
    if (good) {
        plan_columns(self, &matcher);
        say_place(self);
        say_unread_columns(&matcher, header);
        say_idle_mappings(&matcher, (const gchar *const *)cells);
    }
    matcher_clear(&matcher);
    if (!good)
        g_clear_pointer(&self, qy_source_free);
    return self;
}

void
qy_source_free(QySource *self)
{
    if (self == NULL)
        return;
    for (guint i = 0; i < QY_MAX_COLUMNS; i++) {
        g_clear_pointer(&self->columns[i].values, g_hash_table_unref);
        g_clear_pointer(&self->columns[i].dont_know, g_strfreev);
        if (self->columns[i].spellings != NULL)
            g_free(self->columns[i].spellings->words);
        g_free(self->columns[i].spellings);
    }
    g_clear_pointer(&self->reader, qy_reader_free);
    g_free(self->file);
    g_free(self);
}

void
qy_source_bind(QySource *self)
{
    for (guint i = 0; i < self->def->n_columns; i++) {
        QyColumnPlan *plan = &self->columns[i];

        if (plan->def->type == QY_TYPE_REF && !plan->own_table)
            plan->target = self->dataset->tables[plan->refers].index;
    }
}

QyRejectPlace
qy_source_reject_place(const QySource *self)
{
    const QyHeader *header = qy_reader_header(self->reader);

    return (QyRejectPlace){self->def, header->cells, header->n_cells};
}
