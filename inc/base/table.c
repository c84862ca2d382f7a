#define G_LOG_DOMAIN "qy-table"

#include "base/table.h"

#include "base/exact.h"
#include "base/intern.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

/* Texts lie in blocks that never move, at places that fit 32 bits: a place
 * counts units of 4 bytes, so that up to 16 GiB of text have one. */
#define UNIT_BYTES 4
#define BLOCK_BYTES (64 * 1024)
#define BLOCK_UNITS (BLOCK_BYTES / UNIT_BYTES)
#define MAX_BLOCKS (1u << 18) /* 2^32 places */
#define FIRST_ROWS 16
#define NO_TEXT 0

typedef union {
    guint32 *texts; /* TEXT, DECIMAL: places; NO_TEXT: empty */
    gint64 *integers;
    gdouble *reals;
} Column;

struct _QyTable {
    gchar *name;
    QyColumnSpec *specs;
    Column *columns;
    guint n_columns;
    guint next_column; /* of the row being filled */
    gsize n_rows;      /* complete ones */
    gsize room;        /* rows the columns have room for */
    GPtrArray *blocks; /* (element-type gchar*) (nullable): a text longer than a block takes the following, then NULL */
    gsize block_used;  /* bytes of the last block */
    QyIntern index;    /* places of texts */
};

QyTable *
qy_table_new(const gchar *name, const QyColumnSpec *columns, guint n_columns)
{
    QyTable *self;

    g_return_val_if_fail(name != NULL && columns != NULL && n_columns > 0, NULL);
    self = g_new0(QyTable, 1);
    self->name = g_strdup(name);
    self->specs = g_memdup2(columns, sizeof *columns * n_columns);
    self->n_columns = n_columns;
    self->columns = g_new0(Column, n_columns);
    self->blocks = g_ptr_array_new_with_free_func(g_free);
    return self;
}

void
qy_table_free(QyTable *self)
{
    if (self == NULL)
        return;
    for (guint i = 0; i < self->n_columns; i++)
        g_free(self->columns[i].texts);
    g_free(self->columns);
    g_free(self->specs);
    g_free(self->index.slots);
    g_ptr_array_unref(self->blocks);
    g_free(self->name);
    g_free(self);
}

static const gchar *
text_at(const QyTable *self, guint32 place)
{
    const gchar *block = g_ptr_array_index(self->blocks, place / BLOCK_UNITS);

    return block + (gsize)(place % BLOCK_UNITS) * UNIT_BYTES;
}

/* Makes sure of @n_bytes in one piece at the end of the last block. */
static void
make_room_for_text(QyTable *self, gsize n_bytes)
{
    gsize n_blocks = (n_bytes + BLOCK_BYTES - 1) / BLOCK_BYTES;

    if (self->blocks->len > 0 && self->block_used + n_bytes <= BLOCK_BYTES)
        return;
    if (self->blocks->len == 0) {
        /* Place 0 says "empty", so the first text can't begin there. */
        g_ptr_array_add(self->blocks, g_malloc(BLOCK_BYTES));
        self->block_used = UNIT_BYTES;
        make_room_for_text(self, n_bytes);
        return;
    }
    if (self->blocks->len + n_blocks > MAX_BLOCKS)
        g_error("table %s: more than 16 GiB of text", self->name);
    g_ptr_array_add(self->blocks, g_malloc(n_blocks * BLOCK_BYTES));
    self->block_used = 0;
}

static guint32
add_to_blocks(QyTable *self, const gchar *text, gsize n_bytes)
{
    gsize block, place, n_following = n_bytes / BLOCK_BYTES;

    make_room_for_text(self, n_bytes);
    block = self->blocks->len - 1;
    place = block * BLOCK_UNITS + self->block_used / UNIT_BYTES;
    memcpy((gchar *)g_ptr_array_index(self->blocks, block) + self->block_used, text, n_bytes);
    self->block_used += (n_bytes + UNIT_BYTES - 1) / UNIT_BYTES * UNIT_BYTES;
    if (n_following > 0) {
        for (gsize i = 0; i < n_following; i++)
            g_ptr_array_add(self->blocks, NULL);
        self->block_used = BLOCK_BYTES;
    }
    return (guint32)place;
}

/* Returns: the place of the one copy of @text; NO_TEXT for NULL and "" */
static guint32
place_of(QyTable *self, const gchar *text)
{
    gsize length = text ? strlen(text) : 0;
    guint32 hash, place;
    guint64 at = 0;

    if (length == 0)
        return NO_TEXT;
    hash = (guint32)qy_intern_hash(text, length);
    while ((place = qy_intern_next(&self->index, hash, &at)) != 0)
        if (strcmp(text_at(self, place), text) == 0)
            return place;
    place = add_to_blocks(self, text, length + 1);
    qy_intern_add(&self->index, hash, place);
    return place;
}

static gsize
cell_bytes(QyCellType type)
{
    return type == QY_CELL_TEXT || type == QY_CELL_DECIMAL ? sizeof(guint32) : sizeof(gint64);
}

static void
make_room_for_row(QyTable *self)
{
    if (self->n_rows < self->room)
        return;
    self->room = MAX(FIRST_ROWS, self->room + self->room / 2);
    for (guint i = 0; i < self->n_columns; i++) {
        Column *column = &self->columns[i];

        column->texts = g_realloc_n(column->texts, self->room, cell_bytes(self->specs[i].type));
    }
}

/* The column of the next cell; its place is row n_rows until end_cell(). */
static Column *
begin_cell(QyTable *self)
{
    if (self->next_column == 0)
        make_room_for_row(self);
    return &self->columns[self->next_column];
}

static void
end_cell(QyTable *self)
{
    if (++self->next_column == self->n_columns) {
        self->next_column = 0;
        self->n_rows++;
    }
}

static QyCellType
next_type(const QyTable *self)
{
    return self->specs[self->next_column].type;
}

static void
add_place(QyTable *self, guint32 place)
{
    begin_cell(self)->texts[self->n_rows] = place;
    end_cell(self);
}

static void
add_string(QyTable *self, const gchar *text)
{
    guint32 above = self->n_rows > 0 ? self->columns[self->next_column].texts[self->n_rows - 1] : NO_TEXT;

    /* Rows come in groups: the text above is often the same, and then needs no search. */
    if (above != NO_TEXT && text && strcmp(text_at(self, above), text) == 0)
        add_place(self, above);
    else
        add_place(self, place_of(self, text));
}

void
qy_table_add_text(QyTable *self, const gchar *text)
{
    g_return_if_fail(next_type(self) == QY_CELL_TEXT);
    add_string(self, text);
}

void
qy_table_add_integer(QyTable *self, gint64 value)
{
    g_return_if_fail(next_type(self) == QY_CELL_INTEGER);
    begin_cell(self)->integers[self->n_rows] = value;
    end_cell(self);
}

void
qy_table_add_real(QyTable *self, gdouble value)
{
    g_return_if_fail(next_type(self) == QY_CELL_REAL);
    /* No infinity leaves the engine; a zero has no sign there. */
    begin_cell(self)->reals[self->n_rows] = isfinite(value) ? value + 0.0 : NAN;
    end_cell(self);
}

void
qy_table_add_decimal(QyTable *self, const gchar *number)
{
    g_return_if_fail(next_type(self) == QY_CELL_DECIMAL);
    add_string(self, number);
}

void
qy_table_take_decimal(QyTable *self, gchar *number)
{
    qy_table_add_decimal(self, number);
    g_free(number);
}

void
qy_table_add_empty(QyTable *self)
{
    switch (next_type(self)) {
    case QY_CELL_TEXT:
    case QY_CELL_DECIMAL:
        add_place(self, NO_TEXT);
        break;
    case QY_CELL_INTEGER:
        qy_table_add_integer(self, QY_MISSING);
        break;
    case QY_CELL_REAL:
        qy_table_add_real(self, NAN);
        break;
    }
}

const gchar *
qy_table_name(const QyTable *self)
{
    return self->name;
}

guint
qy_table_n_columns(const QyTable *self)
{
    return self->n_columns;
}

gsize
qy_table_n_rows(const QyTable *self)
{
    return self->n_rows;
}

const QyColumnSpec *
qy_table_column(const QyTable *self, guint column)
{
    g_return_val_if_fail(column < self->n_columns, NULL);
    return &self->specs[column];
}

gint
qy_table_find(const QyTable *self, const gchar *name)
{
    for (guint i = 0; i < self->n_columns; i++)
        if (strcmp(self->specs[i].name, name) == 0)
            return (gint)i;
    return -1;
}

gboolean
qy_table_is_empty(const QyTable *self, gsize row, guint column)
{
    g_return_val_if_fail(row < self->n_rows && column < self->n_columns, TRUE);
    switch (self->specs[column].type) {
    case QY_CELL_TEXT:
    case QY_CELL_DECIMAL:
        return self->columns[column].texts[row] == NO_TEXT;
    case QY_CELL_INTEGER:
        return self->columns[column].integers[row] == QY_MISSING;
    case QY_CELL_REAL:
        return isnan(self->columns[column].reals[row]);
    }
    g_return_val_if_reached(TRUE);
}

const gchar *
qy_table_text(const QyTable *self, gsize row, guint column)
{
    guint32 place;

    g_return_val_if_fail(row < self->n_rows && column < self->n_columns, NULL);
    g_return_val_if_fail(cell_bytes(self->specs[column].type) == sizeof place, NULL);
    place = self->columns[column].texts[row];
    return place == NO_TEXT ? NULL : text_at(self, place);
}

gint64
qy_table_integer(const QyTable *self, gsize row, guint column)
{
    g_return_val_if_fail(row < self->n_rows && column < self->n_columns, QY_MISSING);
    g_return_val_if_fail(self->specs[column].type == QY_CELL_INTEGER, QY_MISSING);
    return self->columns[column].integers[row];
}

gdouble
qy_table_real(const QyTable *self, gsize row, guint column)
{
    g_return_val_if_fail(row < self->n_rows && column < self->n_columns, NAN);
    g_return_val_if_fail(self->specs[column].type == QY_CELL_REAL, NAN);
    return self->columns[column].reals[row];
}

void
qy_table_append_csv_cell(const QyTable *self, gsize row, guint column, GString *out)
{
    g_autofree gchar *number = NULL;

    if (qy_table_is_empty(self, row, column))
        return;
    switch (self->specs[column].type) {
    case QY_CELL_TEXT:
        qy_csv_append(out, qy_table_text(self, row, column), TRUE);
        break;
    case QY_CELL_DECIMAL:
        qy_csv_append(out, qy_table_text(self, row, column), FALSE);
        break;
    case QY_CELL_INTEGER:
        number = qy_decimal_text(qy_table_integer(self, row, column), 0);
        g_string_append(out, number);
        break;
    case QY_CELL_REAL:
        number = qy_real_text(qy_table_real(self, row, column));
        g_string_append(out, number);
        break;
    }
}
