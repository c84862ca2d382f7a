#define G_LOG_DOMAIN "qy-judge"

/* facts.csv in force: of a stock the newest value that isn't too old, of a
 * flow the sum over its window. One entry for each area and fact that has any. */
#include "judge/private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_DATES 20

/* A declared fact. */
typedef struct {
    const gchar *id, *unit;
    gboolean is_flow;
    QySpan window;  /* of a flow */
    gint64 max_age; /* days of a stock; G_MAXINT64: none */
    gint level;     /* QyLevel, -1 any */
} Fact;

typedef struct {
    guint32 fact;
    gint64 value;
    QyDate as_of, recorded_on;
    gint32 source;      /* text number, G_MININT32 none */
    guint32 first_date; /* into dates */
    guint32 n_dates;
} Entry;

struct _QyFacts {
    const QyDataset *dataset; /* NULL in a catalogue */
    guint n_facts;
    Fact *facts;
    GHashTable *by_id; /* id → number + 1 */
    guint32 *first;    /* of an area's entries; n_areas + 1 */
    GArray *entries;   /* (element-type Entry), by area, then fact */
    GArray *dates;     /* (element-type QyDate) */
    QyTable *findings;
};

/* What a declaration says; FALSE and a line in @faults when it can't be meant. */
static gboolean
read_fact(const QyDeclaration *declaration, const QySettings *settings, Fact *out, GString *faults)
{
    const QyValue *body = declaration->body, *max_age = qy_value_field(body, "max_age");
    const QyValue *window = qy_value_field(body, "window");
    QyWindow which = QY_WINDOW_FOUR_QUARTERS;

    out->id = declaration->id;
    out->unit = qy_value_field_text(body, "unit");
    out->is_flow = g_strcmp0(qy_value_field_text(body, "kind"), "flow") == 0;
    out->max_age = max_age != NULL ? max_age->integer : G_MAXINT64;
    out->level = qy_level_find(qy_value_field_text(body, "level"));
    if (window != NULL && (!qy_window_from_name(window->text, &which) || window->n_items > 0 || !out->is_flow)) {
        g_string_append_printf(faults, "%s%s:%u: fact \"%s\": %s", faults->len > 0 ? "\n" : "", declaration->file,
                               declaration->line, declaration->id,
                               out->is_flow ? _("window: not one of the windows")
                                            : _("window: only a flow (kind=\"flow\") has one"));
        return FALSE;
    }
    if (settings != NULL)
        out->window = qy_window_span(which, &settings->period, settings->as_of);
    return TRUE;
}

static QyFacts *
facts_new(const QyPack *pack, const QySettings *settings, GError **error)
{
    g_autoptr(QyFacts) self = g_new0(QyFacts, 1);
    g_autoptr(GPtrArray) declarations = qy_pack_declarations(pack, "fact");
    g_autoptr(GString) faults = g_string_new(NULL);

    self->n_facts = declarations->len;
    self->facts = g_new0(Fact, MAX(declarations->len, 1));
    self->by_id = g_hash_table_new(g_str_hash, g_str_equal);
    self->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    self->dates = g_array_new(FALSE, FALSE, sizeof(QyDate));
    self->findings = qy_finding_table_new();
    for (guint i = 0; i < declarations->len; i++) {
        read_fact(g_ptr_array_index(declarations, i), settings, &self->facts[i], faults);
        g_hash_table_insert(self->by_id, (gpointer)self->facts[i].id, GUINT_TO_POINTER(i + 1));
    }
    if (faults->len > 0) {
        g_set_error_literal(error, QY_ERROR, QY_ERROR_RULE, faults->str);
        return NULL;
    }
    return g_steal_pointer(&self);
}

QyFacts *
qy_facts_catalogue(const QyPack *pack, GError **error)
{
    return facts_new(pack, NULL, error);
}

void
qy_facts_free(QyFacts *self)
{
    if (self == NULL)
        return;
    qy_table_free(self->findings);
    g_array_unref(self->dates);
    g_array_unref(self->entries);
    g_free(self->first);
    g_hash_table_unref(self->by_id);
    g_free(self->facts);
    g_free(self);
}

/* ---- reading the table ---- */

/* A row that counts, for sorting by area, fact and date. */
typedef struct {
    guint32 area, fact;
    QyDate as_of, recorded_on;
    gint64 value;
    gint32 source;
    guint32 row;
} Row;

static gint
compare_rows(gconstpointer a, gconstpointer b)
{
    const Row *x = a, *y = b;

    if (x->area != y->area)
        return x->area < y->area ? -1 : 1;
    if (x->fact != y->fact)
        return x->fact < y->fact ? -1 : 1;
    if (x->as_of != y->as_of)
        return x->as_of < y->as_of ? -1 : 1;
    if (x->recorded_on != y->recorded_on)
        return x->recorded_on < y->recorded_on ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

typedef struct {
    const gchar *name;
    guint rows;
    GString *areas; /* up to five ids */
} Unknown;

static void
find(QyFacts *self, const gchar *code, const gchar *subject, guint rows, const gchar *examples, QySay say)
{
    const gchar *names[] = {"name", "n", NULL};
    g_autofree gchar *n = g_strdup_printf("%u", rows);
    const gchar *values[] = {subject, n, NULL};

    qy_finding_add(self->findings, code, "facts", subject, rows, examples, say, names, values);
}

static void
note(GHashTable *noted, const gchar *name, const gchar *area)
{
    Unknown *unknown = g_hash_table_lookup(noted, name);

    if (unknown == NULL) {
        unknown = g_new0(Unknown, 1);
        unknown->name = name;
        unknown->areas = g_string_new(NULL);
        g_hash_table_insert(noted, (gpointer)name, unknown);
    }
    if (unknown->rows++ < 5)
        g_string_append_printf(unknown->areas, "%s%s", unknown->areas->len > 0 ? " " : "", area);
}

static gint
compare_unknown(gconstpointer a, gconstpointer b)
{
    return strcmp((*(const Unknown *const *)a)->name, (*(const Unknown *const *)b)->name);
}

/* Says what was noted, by name, and forgets it. */
static void
tell(QyFacts *self, GHashTable *noted, const gchar *code, QySay say)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    GHashTableIter iter;
    gpointer one;

    g_hash_table_iter_init(&iter, noted);
    while (g_hash_table_iter_next(&iter, NULL, &one))
        g_ptr_array_add(all, one);
    g_ptr_array_sort(all, compare_unknown);
    for (guint i = 0; i < all->len; i++) {
        Unknown *unknown = g_ptr_array_index(all, i);

        find(self, code, unknown->name, unknown->rows, unknown->areas->str, say);
        g_string_free(unknown->areas, TRUE);
        g_free(unknown);
    }
    g_hash_table_remove_all(noted);
}

/* The rows that count, in order. */
static GArray *
read_rows(QyFacts *self, const QyFrame *frame, const QyAreaTree *tree, QyDate as_of)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(Row));
    g_autoptr(GHashTable) unknown = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) elsewhere = g_hash_table_new(g_str_hash, g_str_equal);
    QyStringPool *strings = qy_dataset_strings(self->dataset);
    const QyFrame *areas = qy_dataset_frame(self->dataset, QY_AREAS);
    const QyColumn *columns = frame->columns;
    gint area = qy_table_def_column(frame->def, "area_id"), fact = qy_table_def_column(frame->def, "fact");
    gint value = qy_table_def_column(frame->def, "value"), date = qy_table_def_column(frame->def, "as_of");
    gint recorded = qy_table_def_column(frame->def, "recorded_on"), source = qy_table_def_column(frame->def, "source");

    for (guint i = 0; i < frame->n_rows; i++) {
        const gchar *name = qy_string_pool_get(strings, (guint32)qy_column_get(&columns[fact], i));
        gint number = qy_facts_find(self, name);
        gint64 recorded_on = qy_column_get(&columns[recorded], i), text = qy_column_get(&columns[source], i);
        Row row = {.area = (guint32)qy_column_get(&columns[area], i), .row = i};

        if (number < 0) {
            note(unknown, name, areas->ids[row.area]);
            continue;
        }
        if (self->facts[number].level >= 0 && tree->level[row.area] != self->facts[number].level) {
            note(elsewhere, name, areas->ids[row.area]);
            continue;
        }
        row.fact = (guint32)number;
        row.value = qy_column_get(&columns[value], i);
        row.as_of = (QyDate)qy_column_get(&columns[date], i);
        row.recorded_on = recorded_on == QY_MISSING ? QY_DATE_NONE : (QyDate)recorded_on;
        row.source = text == QY_MISSING ? G_MININT32 : (gint32)text;
        if (row.as_of <= as_of)
            g_array_append_val(rows, row);
    }
    g_array_sort(rows, compare_rows);
    tell(self, unknown, "fact-unknown",
         (QySay){"The rule pack has no fact \"{name}\"; {n} rows are not used",
                 "规则包没有“{name}”这一事实，{n} 行未使用"});
    tell(self, elsewhere, "fact-level",
         (QySay){"\"{name}\" is a fact of another level of areas; {n} rows are not used",
                 "“{name}”是另一级区域的事实，{n} 行未使用"});
    return rows;
}

/* One entry from the rows first..last-1 of an area and fact; none when none is in force. */
static void
add_entry(QyFacts *self, const Row *rows, guint n, QyDate as_of)
{
    const Fact *fact = &self->facts[rows[0].fact];
    const Row *newest = &rows[n - 1];
    Entry entry = {.fact = rows[0].fact, .first_date = self->dates->len, .recorded_on = newest->recorded_on};
    gboolean any = FALSE;

    if (!fact->is_flow) {
        if ((gint64)as_of - newest->as_of > fact->max_age)
            return;
        entry.value = newest->value;
        entry.as_of = newest->as_of;
        entry.source = newest->source;
        entry.n_dates = 1;
        g_array_append_val(self->dates, newest->as_of);
        g_array_append_val(self->entries, entry);
        return;
    }
    for (guint i = 0; i < n; i++) {
        if (rows[i].as_of < fact->window.first || rows[i].as_of > fact->window.last)
            continue;
        if (!qy_add(entry.value, rows[i].value, &entry.value))
            return; /* no sum that can be said: no evidence */
        any = TRUE;
        entry.as_of = rows[i].as_of;
        entry.source = rows[i].source;
        if (entry.n_dates < MAX_DATES) {
            g_array_append_val(self->dates, rows[i].as_of);
            entry.n_dates++;
        }
    }
    if (any)
        g_array_append_val(self->entries, entry);
}

QyFacts *
qy_facts_new(const QyPack *pack, const QyDataset *dataset, GError **error)
{
    const QySettings *settings = qy_dataset_settings(dataset);
    const QyFrame *frame = qy_dataset_frame(dataset, QY_FACTS);
    const QyAreaTree *tree = qy_dataset_areas(dataset);
    g_autoptr(QyFacts) self = facts_new(pack, settings, error);
    g_autoptr(GArray) rows = NULL;
    guint area = 0, end;

    if (self == NULL)
        return NULL;
    self->dataset = dataset;
    self->first = g_new0(guint32, tree->n + 1);
    if (!frame->present)
        return g_steal_pointer(&self);
    rows = read_rows(self, frame, tree, settings->as_of);
    for (guint i = 0; i < rows->len; i = end) {
        const Row *first = &g_array_index(rows, Row, i);

        for (end = i + 1; end < rows->len; end++)
            if (g_array_index(rows, Row, end).area != first->area || g_array_index(rows, Row, end).fact != first->fact)
                break;
        while (area <= first->area)
            self->first[area++] = self->entries->len;
        add_entry(self, first, end - i, settings->as_of);
    }
    while (area <= tree->n)
        self->first[area++] = self->entries->len;
    return g_steal_pointer(&self);
}

/* ---- asking ---- */

guint
qy_facts_count(const QyFacts *self)
{
    return self->n_facts;
}

gint
qy_facts_find(const QyFacts *self, const gchar *id)
{
    return GPOINTER_TO_INT(g_hash_table_lookup(self->by_id, id)) - 1;
}

const gchar *
qy_facts_id(const QyFacts *self, guint fact)
{
    return self->facts[fact].id;
}

const gchar *
qy_facts_unit(const QyFacts *self, guint fact)
{
    return self->facts[fact].unit;
}

QyFactFigure
qy_facts_figure(const QyFacts *self, guint fact, guint area)
{
    QyFactFigure figure = {.present = FALSE};

    guint low = self->first[area], high = self->first[area + 1];

    while (low < high) {
        guint middle = (low + high) / 2;
        const Entry *entry = &g_array_index(self->entries, Entry, middle);

        if (entry->fact < fact)
            low = middle + 1;
        else if (entry->fact > fact)
            high = middle;
        if (entry->fact != fact)
            continue;
        figure.present = TRUE;
        figure.value = entry->value;
        figure.as_of = entry->as_of;
        figure.n_dates = entry->n_dates;
        figure.dates = &g_array_index(self->dates, QyDate, entry->first_date);
        if (entry->source != G_MININT32)
            figure.source = qy_string_pool_get(qy_dataset_strings(self->dataset), (guint32)entry->source);
        break;
    }
    return figure;
}

const QyTable *
qy_facts_findings(const QyFacts *self)
{
    return self->findings;
}
