#define G_LOG_DOMAIN "qy-load"

#include "load/reader-private.h"

#include <string.h>

/* First LF or CR at or behind @p, or @end. */
static const gchar *
find_line_end(const gchar *p, const gchar *end)
{
    while (p < end && *p != '\n' && *p != '\r')
        p++;
    return p;
}

/* Behind the line end at @p: CR LF is one. */
static const gchar *
skip_line_end(const gchar *p, const gchar *end)
{
    if (p < end && *p == '\r' && end - p > 1 && p[1] == '\n')
        return p + 2;
    return p < end ? p + 1 : end;
}

/* Behind the quote that closes a field whose inside begins at @p, or NULL when none does (Q2). */
static const gchar *
skip_quoted(const gchar *p, const gchar *end)
{
    while (p < end && (p = memchr(p, '"', end - p)) != NULL) {
        if (end - p < 2 || p[1] != '"')
            return p + 1;
        p += 2;
    }
    return NULL;
}

/* The same automaton as the scanner's, leaping from quote to quote (Q1-Q4). */
static const gchar *
walk_to_line_end(const QyReader *self, const gchar *begin, const gchar *target)
{
    const gchar delimiter = self->header.delimiter, *end = self->end;
    const gchar *p = begin;   /* outside quotes */
    const gchar *line = NULL; /* the line end looked for, if no quote spans it */

    for (;;) {
        const gchar *quote;
        guint blank;

        if (line == NULL || line < p)
            line = find_line_end(MAX(p, target), end);
        quote = memchr(p, '"', line - p);
        if (quote == NULL)
            return line;
        if (quote > begin && quote[-1] != delimiter && quote[-1] != '\n' && quote[-1] != '\r') {
            p = quote + 1; /* Q4: a character */
            continue;
        }
        p = skip_quoted(quote + 1, end);
        if (p == NULL)
            return end;
        while (p < end && *p != delimiter && (blank = qy_encoding_blank(p, end, self->header.encoding)) > 0)
            p += blank;
        if (p < end && *p != delimiter)
            p = find_line_end(p, end); /* already there, or Q3 */
    }
}

/* Where the chunk could end if the line end at or behind @target is no part of a quoted field. */
static const gchar *
plain_stop(const gchar *begin, const gchar *target, const gchar *end)
{
    const gchar *stop;

    if (memchr(begin, '"', target - begin) != NULL)
        return NULL;
    stop = find_line_end(target, end);
    return memchr(target, '"', stop - target) == NULL ? stop : NULL;
}

const gchar *
qy_chunk_end(const QyReader *self, const gchar *begin, gboolean *has_quotes)
{
    const gchar *end = self->end;
    const gchar *target = (gsize)(end - begin) > self->chunk_bytes ? begin + self->chunk_bytes : end;
    const gchar *stop = plain_stop(begin, target, end);

    *has_quotes = stop == NULL;
    if (stop == NULL)
        stop = qy_index_line_end(begin, target, end, self->header.delimiter);
    if (stop == NULL)
        stop = walk_to_line_end(self, begin, target);
    return skip_line_end(stop, end);
}
