/* Refused rows: what rejects.csv needs of them, and no more. A row has one
 * fault, the first in the order of the dictionary's columns. Internal to load/. */
#pragma once

#include "load/cells.h"

G_BEGIN_DECLS

/* The stable codes of the data dictionary. */
typedef enum {
    QY_REJECT_FIELD_COUNT,
    QY_REJECT_ENCODING,
    QY_REJECT_QUOTE,
    QY_REJECT_REQUIRED,
    QY_REJECT_UNREADABLE,
    QY_REJECT_RANGE,
    QY_REJECT_WORD,
    QY_REJECT_REFERENCE,
    QY_REJECT_DUPLICATE,
    QY_REJECT_INTERVAL,
    QY_REJECT_CASCADE,
    QY_REJECT_PERSONAL,
} QyRejectCode;

/* Which sentence says it; {…} is what it needs. */
typedef enum {
    QY_FAULT_FIELDS, /* number[0] found, number[1] in the header */
    QY_FAULT_BYTES,  /* text: the encoding */
    QY_FAULT_QUOTE,  /* number[0] lines that the record takes */
    QY_FAULT_EMPTY,
    QY_FAULT_NEITHER,      /* column and number[0], another column: one must be filled */
    QY_FAULT_BOTH,         /* the same, and both are */
    QY_FAULT_CELL,         /* hint; low and high from the column */
    QY_FAULT_WORD,         /* text (nullable): the word that is likely meant */
    QY_FAULT_UNKNOWN_ID,   /* number[0]: the table; text (nullable): an id that is there */
    QY_FAULT_LEVEL,        /* number[0]: the QyLevel found, number[1] wanted */
    QY_FAULT_NOT_WITHIN,   /* text: the community; the compound isn't in it */
    QY_FAULT_PARENT_LEVEL, /* number[0]: the parent's QyLevel, number[1] the row's own */
    QY_FAULT_TWO_LEVELS,   /* text: the parent category, which has a parent itself */
    QY_FAULT_DUPLICATE,    /* number[0]: row of the file that stands */
    QY_FAULT_INTERVAL,     /* text: the day it begins; number[0]: that column */
    QY_FAULT_SCALE,        /* low, high and top of an item don't fit */
    QY_FAULT_ITEM_NAME,    /* the item bears the name of a column of surveys */
    QY_FAULT_CASCADE,      /* number[0]: the table, number[1]: its refused row, 0 unknown */
    QY_FAULT_PERSONAL,
} QyFaultKind;

/* What a refused row looks like as a whole (F6). */
typedef enum { QY_LOOK_NONE, QY_LOOK_TOTAL, QY_LOOK_SIGNATURE, QY_LOOK_HEADER } QyLook;

typedef struct {
    guint64 row, line; /* in the chunk from 0, until qy_reject_settle() */
    guint64 number[2];
    const gchar *value; /* (nullable): the cell as it may be shown; owned by the pass */
    const gchar *text;  /* (nullable): owned by the pass, or static */
    guint32 chunk;
    gint16 column; /* of the table; -1: see field */
    gint32 field;  /* of the file, where no column is meant; -1 the whole row */
    guint8 code, kind, hint, look;
} QyReject;

/* "required" … */
const gchar *qy_reject_code_name(QyRejectCode code);

/* Names that a reason needs. */
typedef struct {
    const QyTableDef *def;
    const gchar *const *headers; /* cells of the header row; NULL none */
    guint n_headers;
} QyRejectPlace;

/* The column's name for rejects.csv: English, or the header's own words; "" for the whole row. */
const gchar *qy_reject_column(const QyReject *self, const QyRejectPlace *place);
/* The reason in both languages; clear with qy_say_text_clear(). */
QySayText qy_reject_reason(const QyReject *self, const QyRejectPlace *place);

G_END_DECLS
