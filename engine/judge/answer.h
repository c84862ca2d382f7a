/* Answers, from inside: numbers and what is filled into a reason; shared by answers.c and answer-test.c. */
#pragma once

#include "judge/private.h"

G_BEGIN_DECLS

#define QY_MAX_FILLINGS 24

/* A number on its way into a text: exact, an estimate, or a day. */
typedef struct {
    enum { QY_NOTHING, QY_EXACT, QY_ESTIMATE, QY_DAY } kind;
    QyRatio exact; /* QY_EXACT; QY_DAY: days since 1970 */
    gdouble estimate;
    gboolean share; /* shown in per cent */
} QyNumber;

/* {name} and what stands for it. */
typedef struct {
    guint n;
    const gchar *names[QY_MAX_FILLINGS + 1];
    const gchar *zh[QY_MAX_FILLINGS], *en[QY_MAX_FILLINGS];
    gchar texts[QY_MAX_FILLINGS][QY_NUMBER_BYTES];
} QyFillings;

/* The number at @index: a figure, a fact, a number, a date; NOTHING for nil and for other text. */
QyNumber qy_number_read(lua_State *L, QyView *view, gint index);
/* As a column of the record has it: a number, so a date stands in the reason only. */
void qy_number_write(const QyNumber *number, gchar out[QY_NUMBER_BYTES]);

/* Adds {name}, unless the number is nothing. @beside: (nullable): it must not look equal to that, unless it is. */
void qy_fillings_add(QyFillings *self, const gchar *name, const QyNumber *number, const QyNumber *beside);
/* num, den, n, low, high of the figure that is judged. */
void qy_fillings_add_figure(QyFillings *self, const QyFigureBox *box, gboolean share);
/* The author's own, from the table at @index (or nil); numbers, figures and texts. */
void qy_fillings_add_own(lua_State *L, QyView *view, QyFillings *self, gint index);
/* Writes the reason of the answer. */
void qy_fillings_apply(const QyFillings *self, QySay say, QyAnswer *answer);

/* c.test(x, op, threshold, texts, more) */
int qy_answer_test(lua_State *L);

G_END_DECLS
