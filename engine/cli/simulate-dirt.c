#define G_LOG_DOMAIN "qy-cli"

#include "cli/simulate-dirt.h"

#include "cli/simulate-random.h"

#include <glib/gi18n-lib.h>

#define STREAM_DIRT 900

typedef enum {
    FAULT_FEW_FIELDS,
    FAULT_MANY_FIELDS,
    FAULT_ENCODING,
    FAULT_QUOTE,
    FAULT_REQUIRED,
    FAULT_UNREADABLE,
    FAULT_BELOW,
    FAULT_ABOVE,
    FAULT_WORD,
    FAULT_REFERENCE,
    FAULT_CASCADE,
    FAULT_DUPLICATE,
    FAULT_INTERVAL,
    FAULT_PERSONAL,
} FaultKind;

static const gchar *const fault_codes[] = {
    "field-count", "field-count", "encoding",  "quote",   "required",  "unreadable", "range",
    "range",       "word",        "reference", "cascade", "duplicate", "interval",   "personal",
};

typedef struct {
    FaultKind kind;
    gint column; /* of the file; -1: the whole row */
    gint from;   /* INTERVAL: the column of its first day */
} Fault;

struct _QySimDirt {
    gdouble share;
    guint64 seed;
    gchar cutoff[QY_DATE_TEXT_BYTES]; /* "" none */
    GString *list;                    /* dirty.csv */
    guint64 rows;
    gchar *refused[QY_N_TABLES]; /* id of a refused row that can be read, to refer to */
};

struct _QySimSpoiler {
    QySimDirt *dirt;
    const QyTableDef *def;
    GArray *columns; /* (element-type gint): of the file, as columns of @def */
    GArray *faults;  /* (element-type Fault) */
    guint next;      /* fault to make */
    gdouble due, step;
    guint n_made;
    gint recorded;    /* column of recorded_on, -1 none */
    GString *earlier; /* a good row further up, for duplicates */
    QySimRandom random;
};

QySimDirt *
qy_sim_dirt_new(gdouble share, guint64 seed, QyDate cutoff)
{
    QySimDirt *self = g_new0(QySimDirt, 1);

    self->share = share;
    self->seed = seed;
    qy_date_text(cutoff, self->cutoff);
    self->list = g_string_new("\xef\xbb\xbf"
                              "file,row,line,column,code\n");
    return self;
}

void
qy_sim_dirt_free(QySimDirt *self)
{
    if (self == NULL)
        return;
    for (guint i = 0; i < QY_N_TABLES; i++)
        g_free(self->refused[i]);
    g_string_free(self->list, TRUE);
    g_free(self);
}

guint64
qy_sim_dirt_rows(const QySimDirt *self)
{
    return self->rows;
}

gboolean
qy_sim_dirt_write(const QySimDirt *self, const gchar *folder, GError **error)
{
    g_autofree gchar *path = g_build_filename(folder, "dirty.csv", NULL);

    return g_file_set_contents_full(path, self->list->str, (gssize)self->list->len, G_FILE_SET_CONTENTS_NONE, 0644,
                                    error);
}

static void
add_fault(QySimSpoiler *self, FaultKind kind, gint column)
{
    Fault fault = {kind, column, -1};

    g_array_append_val(self->faults, fault);
}

/* Every way the dictionary refuses a cell of this column. */
static void
add_column_faults(QySimSpoiler *self, gint column, const QyColumnDef *def)
{
    if (def->required)
        add_fault(self, FAULT_REQUIRED, column);
    if (def->flags & QY_COLUMN_PERSONAL)
        add_fault(self, FAULT_PERSONAL, column);
    switch (def->type) {
    case QY_TYPE_ID:
        add_fault(self, FAULT_DUPLICATE, column);
        break;
    case QY_TYPE_REF:
        if (def->refers == QY_PROJECTS && self->def->id == QY_COMMITMENTS)
            break; /* projects are what commitments name */
        add_fault(self, FAULT_REFERENCE, column);
        if (def->refers != QY_NO_TABLE && (def->refers == self->def->id || self->dirt->refused[def->refers] != NULL))
            add_fault(self, FAULT_CASCADE, column);
        break;
    case QY_TYPE_TEXT:
        add_fault(self, FAULT_ENCODING, column);
        add_fault(self, FAULT_QUOTE, column);
        break;
    case QY_TYPE_DATE:
        add_fault(self, FAULT_UNREADABLE, column);
        break;
    case QY_TYPE_INTEGER:
    case QY_TYPE_QUANTITY:
    case QY_TYPE_WEIGHT:
    case QY_TYPE_ITEM:
        add_fault(self, FAULT_UNREADABLE, column);
        if (def->low >= 0)
            add_fault(self, FAULT_BELOW, column);
        if (def->high < 1000000)
            add_fault(self, FAULT_ABOVE, column);
        break;
    case QY_TYPE_WORD:
        add_fault(self, FAULT_WORD, column);
        break;
    }
}

static gint
file_column(const QySimSpoiler *self, const gchar *name)
{
    gint wanted = qy_table_def_column(self->def, name);

    for (guint i = 0; i < self->columns->len && wanted >= 0; i++)
        if (g_array_index(self->columns, gint, i) == wanted)
            return (gint)i;
    return -1;
}

static void
add_interval_fault(QySimSpoiler *self)
{
    static const struct {
        QyTableId table;
        const gchar *from, *to;
    } intervals[] = {
        {QY_CONTRACTS, "starts_on", "ends_on"},
        {QY_COMMITMENTS, "starts_on", "due_on"},
        {QY_OFFERS, "available_from", "available_to"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(intervals); i++) {
        Fault fault = {FAULT_INTERVAL, 0, 0};
        if (intervals[i].table != self->def->id)
            continue;
        fault.from = file_column(self, intervals[i].from);
        fault.column = file_column(self, intervals[i].to);
        g_array_append_val(self->faults, fault);
    }
}

QySimSpoiler *
qy_sim_spoiler_new(QySimDirt *dirt, const QyTableDef *def, const gchar *const *columns, guint64 rows)
{
    QySimSpoiler *self = g_new0(QySimSpoiler, 1);
    gdouble wanted;

    self->dirt = dirt;
    self->def = def;
    self->columns = g_array_new(FALSE, FALSE, sizeof(gint));
    self->faults = g_array_new(FALSE, FALSE, sizeof(Fault));
    self->earlier = g_string_new(NULL);
    self->random = qy_sim_random(dirt->seed, STREAM_DIRT, def->id);
    for (guint i = 0; columns[i] != NULL; i++) {
        gint column = qy_table_def_column(def, columns[i]);
        g_array_append_val(self->columns, column);
    }
    /* An unreadable or out-of-range cell first: its row's id can be read, so that others can refer to it. */
    for (gint i = (gint)self->columns->len - 1; i >= 0; i--) {
        gint column = g_array_index(self->columns, gint, i);
        if (column >= 0) /* not an item of the questionnaire */
            add_column_faults(self, i, &def->columns[column]);
    }
    add_interval_fault(self);
    add_fault(self, FAULT_FEW_FIELDS, -1);
    add_fault(self, FAULT_MANY_FIELDS, -1);
    self->recorded = file_column(self, "recorded_on");
    wanted = MAX(dirt->share * (gdouble)rows, (gdouble)self->faults->len);
    self->step = MIN(1.0, wanted / (gdouble)MAX(rows, 1));
    return self;
}

void
qy_sim_spoiler_free(QySimSpoiler *self)
{
    if (self == NULL)
        return;
    g_array_free(self->columns, TRUE);
    g_array_free(self->faults, TRUE);
    g_string_free(self->earlier, TRUE);
    g_free(self);
}

static const gchar *
pick(QySimSpoiler *self, const gchar *const *texts, guint n)
{
    return texts[qy_sim_below(&self->random, n)];
}

/* A cell that can't be read as the column's type. */
static const gchar *
unreadable_cell(QySimSpoiler *self, QyType type)
{
    static const gchar *const dates[] = {"2026-02-30", "26-07-01", "07/15/2026", "20260701", "46204", "去年", "-"};
    static const gchar *const numbers[] = {"12h", "1.2E+03", "#N/A", "无", "1200元", "约30", "NULL", "(5)"};
    static const gchar *const items[] = {"满意", "#REF!", "4分", "NULL"};

    if (type == QY_TYPE_DATE)
        return pick(self, dates, G_N_ELEMENTS(dates));
    if (type == QY_TYPE_ITEM)
        return pick(self, items, G_N_ELEMENTS(items));
    return pick(self, numbers, G_N_ELEMENTS(numbers));
}

static gchar *
out_of_range_cell(QyType type, gint64 low, gint64 high, gboolean above)
{
    gint64 unit = type == QY_TYPE_QUANTITY ? 1000 : type == QY_TYPE_WEIGHT ? 1000000 : 1;

    /* One whole unit beyond: -1 below 0, 0 below "above 0", 6 above a scale of 5. */
    if (above)
        return g_strdup_printf("%" G_GINT64_FORMAT, high / unit + 1);
    return g_strdup_printf("%" G_GINT64_FORMAT, low <= 0 ? -1 : (low + unit - 1) / unit - 1);
}

/* Day before the first day of the interval, as text. */
static gchar *
day_before(const gchar *first)
{
    gchar text[QY_DATE_TEXT_BYTES];

    return g_strdup(qy_date_text(qy_date_parse(first, strlen(first)) - 1, text));
}

/* The cell with its fault; NULL where it can't be made of this row. */
static gchar *
spoilt_cell(QySimSpoiler *self, const Fault *fault, gchar **cells)
{
    const QyColumnDef *def = &self->def->columns[g_array_index(self->columns, gint, (guint)fault->column)];
    const gchar *cell = cells[fault->column];

    switch (fault->kind) {
    case FAULT_ENCODING:
        return g_strconcat(cell, "\xff\xfe", NULL);
    case FAULT_QUOTE:
        return g_strconcat("\"", cell, "\" ok", NULL);
    case FAULT_REQUIRED:
        return g_strdup("");
    case FAULT_UNREADABLE:
        return g_strdup(unreadable_cell(self, def->type));
    case FAULT_BELOW:
    case FAULT_ABOVE:
        return out_of_range_cell(def->type, def->low, def->high, fault->kind == FAULT_ABOVE);
    case FAULT_WORD:
        return g_strdup("其他情况");
    case FAULT_REFERENCE:
        return g_strdup_printf("NONE-%u", self->n_made);
    case FAULT_CASCADE:
        return g_strdup(self->dirt->refused[def->refers]);
    case FAULT_INTERVAL:
        return *cells[fault->from] == '\0' ? NULL : day_before(cells[fault->from]);
    case FAULT_PERSONAL:
        return g_strdup_printf("139%08u", qy_sim_below(&self->random, 100000000));
    default:
        return NULL;
    }
}

/* A fault whose row keeps a readable id. */
static gboolean
keeps_id(const Fault *fault)
{
    return fault->column > 0 && (fault->kind == FAULT_REQUIRED || fault->kind == FAULT_UNREADABLE ||
                                 fault->kind == FAULT_BELOW || fault->kind == FAULT_WORD);
}

/* Returns: (nullable): the bad row without its line end */
static gchar *
spoilt_row(QySimSpoiler *self, const Fault *fault, const gchar *row, gsize length)
{
    g_autofree gchar *text = g_strndup(row, length);
    g_auto(GStrv) cells = NULL;
    gboolean has_id = self->def->columns[g_array_index(self->columns, gint, 0)].type == QY_TYPE_ID;

    if (fault->kind == FAULT_DUPLICATE)
        return self->earlier->len > 0 ? g_strdup(self->earlier->str) : NULL;
    cells = g_strsplit(text, ",", -1);
    if (has_id) {
        g_free(cells[0]);
        cells[0] = g_strdup_printf("X%s-%05u", self->def->name, self->n_made);
    }
    if (fault->column >= 0) {
        gchar *cell = spoilt_cell(self, fault, cells);
        if (cell == NULL)
            return NULL;
        g_free(cells[fault->column]);
        cells[fault->column] = cell;
        if (has_id && keeps_id(fault) && self->dirt->refused[self->def->id] == NULL)
            self->dirt->refused[self->def->id] = g_strdup(cells[0]);
    }
    g_free(text);
    text = g_strjoinv(",", cells);
    if (fault->kind == FAULT_FEW_FIELDS)
        *strrchr(text, ',') = '\0';
    return fault->kind == FAULT_MANY_FIELDS ? g_strconcat(text, ",备注", NULL) : g_steal_pointer(&text);
}

void
qy_sim_spoil(QySimSpoiler *self, QySimFile *file, const gchar *row, gsize length)
{
    const Fault *fault;
    g_autofree gchar *bad = NULL;
    const gchar *column = "";

    self->due += self->step;
    if (self->due < 1.0)
        return;
    if (self->recorded >= 0 && *self->dirt->cutoff != '\0') {
        g_autofree gchar *text = g_strndup(row, length);
        g_auto(GStrv) cells = g_strsplit(text, ",", -1);
        if (strcmp(cells[self->recorded], self->dirt->cutoff) > 0)
            return; /* due again at the next row */
    }
    fault = &g_array_index(self->faults, Fault, self->next % self->faults->len);
    bad = spoilt_row(self, fault, row, length);
    g_string_truncate(self->earlier, 0);
    g_string_append_len(self->earlier, row, (gssize)length);
    self->next++;
    if (bad == NULL)
        return;
    self->due -= 1.0;
    self->n_made++;
    qy_sim_raw(file, bad, strlen(bad));
    file->buffer[file->used++] = '\n';
    file->record++;
    self->dirt->rows++;
    if (fault->column >= 0)
        column = self->def->columns[g_array_index(self->columns, gint, (guint)fault->column)].name;
    /* No simulated cell holds a line end, so that row and line are the same. */
    g_string_append_printf(self->dirt->list, "%s.csv,%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%s,%s\n",
                           self->def->name, file->record, file->record, column, fault_codes[fault->kind]);
}
