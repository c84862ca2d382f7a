/* Cells: text to typed values by the rules V and P of docs/reading.md.
 * Internal to load/. All take trimmed UTF-8 that need not end in NUL. */
#pragma once

#include "load/load.h"

G_BEGIN_DECLS

/* Why a cell was not read. The stable codes of rejects.csv. */
typedef enum {
    QY_CELL_GOOD,
    QY_CELL_UNREADABLE,
    QY_CELL_OUT_OF_RANGE,
    QY_CELL_UNKNOWN_WORD,
} QyCellFault;

/* What an unreadable cell looks like, for the message: "a spreadsheet's serial number of 2026-07-05". */
typedef enum {
    QY_HINT_NONE,
    QY_HINT_TWO_DIGIT_YEAR,
    QY_HINT_MONTH_FIRST,
    QY_HINT_EIGHT_DIGITS,
    QY_HINT_SERIAL,
    QY_HINT_NO_SUCH_DAY,
    QY_HINT_BAD_TIME,
    QY_HINT_SCIENTIFIC,
    QY_HINT_PLACEHOLDER,
    QY_HINT_GROUPING,
    QY_HINT_UNIT_OR_SIGN,
    QY_HINT_PERCENT,
    QY_HINT_FRACTION_DIGITS,
    QY_HINT_TOO_LARGE,
    QY_HINT_BELOW_LOW,
    QY_HINT_ABOVE_HIGH,
    QY_HINT_TOO_LONG,
    QY_HINT_FORMULA_ERROR,
    QY_HINT_WORD,
} QyCellHint;

/* V1-V3. @had_time: set when a valid time of day was dropped. */
QyCellFault qy_cell_date(const gchar *text, gsize length, QyDate *out, gboolean *had_time, QyCellHint *hint);
/* V1, V5-V8: scaled by 10^@scale, within [low, high]. */
QyCellFault qy_cell_number(const gchar *text, gsize length, guint scale, gint64 low, gint64 high, gint64 *out,
                           QyCellHint *hint);
/* V4, V5: at most 64 bytes, not a number that lost its digits. */
QyCellFault qy_cell_id(const gchar *text, gsize length, QyCellHint *hint);
/* One sentence for a hint, both languages; {value}, {low}, {high}, {digits} to fill. */
QySay qy_cell_hint_text(QyCellHint hint);
/* The same with all its places filled, the value masked where it is personal; of a serial number the day as well.
 * @scale, @low, @high: as given to qy_cell_number(). Clear with qy_say_text_clear(). */
QySayText qy_cell_hint_say(QyCellHint hint, const gchar *text, gsize length, guint scale, gint64 low, gint64 high);
/* The day that a spreadsheet's serial number of five digits stands for; QY_DATE_NONE when it isn't one. */
QyDate qy_cell_serial_date(const gchar *text, gsize length);

/* P2: holds a mobile number (also grouped, full-width, +86) or an identity number with a right check digit. */
gboolean qy_cell_is_personal(const gchar *text, gsize length);
/* P1: a header that speaks of a phone, name, identity or address of a person. */
gboolean qy_header_is_personal(const gchar *header);
/* (transfer full): @text for a message: up to 200 characters, what is personal in it replaced by "***". */
gchar *qy_cell_shown(const gchar *text, gsize length, gboolean mask_all);

G_END_DECLS
