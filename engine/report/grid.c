#define G_LOG_DOMAIN "qy-report"

#include "report/grid.h"

#include <string.h>

#define GAP 2
#define NARROWEST 9

struct _QyGrid {
    gchar *align;
    guint n_columns;
    GPtrArray *cells; /* row by row */
};

QyGrid *
qy_grid_new(const gchar *align)
{
    QyGrid *self = g_new0(QyGrid, 1);
    self->align = g_strdup(align);
    self->n_columns = (guint)strlen(align);
    self->cells = g_ptr_array_new_with_free_func(g_free);
    return self;
}

void
qy_grid_free(QyGrid *self)
{
    if (!self)
        return;
    g_ptr_array_unref(self->cells);
    g_free(self->align);
    g_free(self);
}

void
qy_grid_add(QyGrid *self, const gchar *text)
{
    g_ptr_array_add(self->cells, qy_text_safe(text && *text ? text : "–", -1));
}

void
qy_grid_take(QyGrid *self, gchar *text)
{
    qy_grid_add(self, text);
    g_free(text);
}

/* Takes from the columns of that letter what is over @width. Returns: the new sum */
static gsize
narrow(const QyGrid *self, gchar letter, gsize width, gsize sum, gsize *widths)
{
    for (guint k = 0; k < self->n_columns && sum > width; k++) {
        gsize least = MIN(widths[k], NARROWEST);
        if (self->align[k] != letter)
            continue;
        gsize less = MIN(sum - width, widths[k] - least);
        sum -= less;
        widths[k] -= less;
    }
    return sum;
}

static void
find_widths(const QyGrid *self, guint width, gsize *widths)
{
    gsize sum = GAP * (self->n_columns - 1);
    for (guint i = 0; i < self->cells->len; i++) {
        gsize cell = qy_text_width(self->cells->pdata[i]);
        widths[i % self->n_columns] = MAX(widths[i % self->n_columns], cell);
    }
    for (guint k = 0; k < self->n_columns; k++)
        sum += widths[k];
    if (width > 0) {
        sum = narrow(self, 's', width, sum, widths);
        narrow(self, 'w', width, sum, widths);
    }
}

static void
trim_end(GString *out)
{
    while (out->len > 0 && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
}

void
qy_grid_write(const QyGrid *self, guint width, gboolean color, GString *out)
{
    g_autofree gsize *widths = g_new0(gsize, self->n_columns);
    find_widths(self, width, widths);
    for (guint i = 0; i + self->n_columns <= self->cells->len; i += self->n_columns) {
        g_string_append(out, color && i == 0 ? "\033[1m" : "");
        for (guint k = 0; k < self->n_columns; k++) {
            g_autofree gchar *cell = qy_text_cell(self->cells->pdata[i + k], widths[k], self->align[k] == 'r');
            g_string_append_printf(out, "%s%s", k ? "  " : "", cell);
        }
        trim_end(out);
        g_string_append(out, color && i == 0 ? "\033[0m\n" : "\n");
    }
}

void
qy_text_wrap(const gchar *text, guint width, guint indent, GString *out)
{
    g_autofree gchar *safe = qy_text_safe(text ? text : "", -1);
    const gchar *line = safe, *may_break = NULL;
    gsize used = 0;
    for (const gchar *at = safe; *at;) {
        const gchar *next = g_utf8_next_char(at);
        gunichar c = g_utf8_get_char(at);
        gsize columns = g_unichar_iswide(c) ? 2 : g_unichar_iszerowidth(c) ? 0 : 1;
        if (used + columns > width && at > line) {
            const gchar *end = may_break && may_break > line ? may_break : at;
            g_string_append_len(out, line, end - line);
            trim_end(out);
            g_string_append_printf(out, "\n%*s", (gint)indent, "");
            for (line = end; *line == ' ';)
                line++;
            at = line;
            used = 0;
            may_break = NULL;
            continue;
        }
        used += columns;
        /* Lines may end after a blank and after a wide character. */
        if (c == ' ' || columns == 2)
            may_break = next;
        at = next;
    }
    g_string_append(out, line);
}
