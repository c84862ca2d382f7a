#define G_LOG_DOMAIN "qy-judge"

/* c.test: a number against a threshold, compared exactly, with what an estimate leaves open. */
#include "judge/answer.h"

#include <math.h>
#include <string.h>

static const gchar *const operators[] = {"==", "!=", "<", "<=", ">", ">=", NULL};
typedef enum { OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE } Operator;

/* Whether a number that compares so with the threshold is on the right side. */
static gboolean
holds(Operator op, gint order)
{
    switch (op) {
    case OP_EQ:
        return order == 0;
    case OP_NE:
        return order != 0;
    case OP_LT:
        return order < 0;
    case OP_LE:
        return order <= 0;
    case OP_GT:
        return order > 0;
    case OP_GE:
        return order >= 0;
    }
    return FALSE;
}

static gint
compare_reals(gdouble a, gdouble b)
{
    return (a > b) - (a < b);
}

static gdouble
to_real(const QyNumber *number)
{
    return number->kind == QY_ESTIMATE
               ? number->estimate
               : qy_int128_to_double(number->exact.num) / qy_int128_to_double(number->exact.den);
}

/* An estimate is met at or beyond the threshold; not met only when its whole
 * interval is on the wrong side; between, the panel must look. */
static QyVerdictKind
judge_estimate(Operator op, const QyNumber *x, const QyNumber *threshold, const QyFigureBox *box)
{
    gdouble limit = to_real(threshold), low = NAN, high = NAN;

    if (holds(op, compare_reals(to_real(x), limit)))
        return QY_MET;
    if (box != NULL && box->figure.state == QY_FIGURE_ESTIMATE) {
        low = box->figure.low;
        high = box->figure.high;
    }
    if (!isfinite(low) || !isfinite(high))
        return QY_NO_EVIDENCE;
    if (op == OP_EQ)
        return limit < low || limit > high ? QY_NOT_MET : QY_NO_EVIDENCE;
    if (op == OP_NE)
        return low == high ? QY_NOT_MET : QY_NO_EVIDENCE;
    return holds(op, compare_reals(low, limit)) || holds(op, compare_reals(high, limit)) ? QY_NO_EVIDENCE : QY_NOT_MET;
}

/* How far x is on the right side, in its unit; negative on the wrong one. */
static QyNumber
margin_of(Operator op, const QyNumber *x, const QyNumber *threshold)
{
    gboolean less = op == OP_LT || op == OP_LE;
    const QyNumber *a = less ? threshold : x, *b = less ? x : threshold;
    QyNumber margin = {.kind = QY_NOTHING, .share = x->share};

    if (x->kind != QY_ESTIMATE && threshold->kind != QY_ESTIMATE)
        margin.kind = qy_ratio_minus(a->exact, b->exact, &margin.exact) ? QY_EXACT : QY_NOTHING;
    else if (qy_ratio_from_real(nearbyint((to_real(a) - to_real(b)) * 1e9) / 1e9, &margin.exact))
        margin.kind = QY_EXACT; /* to nine digits: the rest is noise of the difference */
    if (margin.kind == QY_EXACT && (op == OP_EQ || op == OP_NE) && margin.exact.num > 0)
        margin.exact.num = -margin.exact.num; /* distance from the one value that is right */
    if (op == OP_NE)
        margin.kind = QY_NOTHING;
    return margin;
}

/* What is missing to the threshold; 0 on the right side. */
static QyNumber
short_of(const QyNumber *margin)
{
    QyNumber shortage = *margin;

    if (margin->kind == QY_EXACT)
        shortage.exact.num = margin->exact.num < 0 ? -margin->exact.num : 0;
    return shortage;
}

/* The text of a key of the table at 4, or @otherwise. */
static QySay
text_for(lua_State *L, QyView *view, const gchar *key, QySay otherwise)
{
    QySay say = otherwise;

    if (lua_istable(L, 4)) {
        if (lua_getfield(L, 4, key) != LUA_TNIL && !qy_pack_to_say(qy_view_pack(view), lua_gettop(L), &say))
            luaL_error(L, "%s is a %s; it is a text or say(\"中文\", \"English\")", key, luaL_typename(L, -1));
        lua_pop(L, 1); /* the table keeps it */
    }
    return say;
}

static const QySay met_text = {"{value}; the threshold is {threshold}", "{value}，门槛 {threshold}"};
static const QySay unknown_text = {"No evidence", "没有证据"};
static const QySay between_text = {
    "{value} ({low}–{high}): the interval holds the threshold {threshold}; for the panel to decide",
    "{value}（{low}–{high}），区间含门槛 {threshold}，尚不能断定，请评审组认定"};

static const QySay noise_text = {"{value}, short of the threshold {threshold}, and how far off it may be isn't known",
                                 "{value}，未到门槛 {threshold}，而误差不明，尚不能断定"};

static gboolean
has_interval(const QyFigureBox *box)
{
    return box != NULL && isfinite(box->figure.low) && isfinite(box->figure.high);
}

/* Nothing to judge: which verdict, and which text. */
static QyVerdictKind
judge_nothing(lua_State *L, QyView *view, const QyFigureBox *box, QySay *say)
{
    const QySay none = {NULL, NULL};

    *say = box != NULL ? text_for(L, view, "empty", none) : none;
    if (say->zh != NULL)
        return QY_NOT_APPLICABLE;
    *say = text_for(L, view, "unknown", unknown_text);
    return QY_NO_EVIDENCE;
}

/* The unit: that of the figure, else what the author says (unit=). */
static void
take_unit(lua_State *L, QyView *view, QyAnswer *answer, const QyFigureBox *box)
{
    if (box != NULL)
        answer->unit = qy_figure_unit(view, box);
    else if (lua_istable(L, 5)) {
        lua_getfield(L, 5, "unit");
        answer->unit = lua_type(L, -1) == LUA_TSTRING ? g_intern_string(lua_tostring(L, -1)) : NULL;
        lua_pop(L, 1);
    }
}

/* One test, from its arguments to its answer. */
typedef struct {
    Operator op;
    const QyFigureBox *box; /* NULL: x is no figure */
    QyNumber x, threshold, margin;
    QyVerdictKind kind;
    QySay say;
} Test;

static void
check_arguments(lua_State *L, QyView *view, Test *self)
{
    lua_settop(L, 5);
    if (!lua_isnil(L, 4))
        luaL_checktype(L, 4, LUA_TTABLE);
    self->box = qy_view_figure(view, 1);
    self->x = qy_number_read(L, view, 1);
    self->threshold = qy_number_read(L, view, 3);
    if (self->x.kind == QY_NOTHING && self->box == NULL && !lua_isnil(L, 1))
        luaL_error(L, "c.test judges a figure, a fact, a number or a date, not a %s", luaL_typename(L, 1));
    if (self->threshold.kind == QY_NOTHING)
        luaL_error(L, "c.test has no threshold (a %s); is the parameter in force?", luaL_typename(L, 3));
    if (self->x.kind != QY_NOTHING && (self->x.kind == QY_DAY) != (self->threshold.kind == QY_DAY))
        luaL_error(L, "c.test compares a date with a number");
    if (self->x.kind != QY_NOTHING)
        self->threshold.share = self->x.share;
}

static QyVerdictKind
compare(const Test *self)
{
    if (self->x.kind == QY_ESTIMATE || self->threshold.kind == QY_ESTIMATE)
        return judge_estimate(self->op, &self->x, &self->threshold, self->box);
    return holds(self->op, qy_ratio_order(self->x.exact, self->threshold.exact)) ? QY_MET : QY_NOT_MET;
}

/* The verdict, and the text for it. */
static void
decide(lua_State *L, QyView *view, Test *self)
{
    self->margin = (QyNumber){.kind = QY_NOTHING};
    if (self->x.kind == QY_NOTHING || (self->box != NULL && !self->box->is_fact && self->box->figure.n == 0)) {
        self->kind = judge_nothing(L, view, self->box, &self->say);
        return;
    }
    self->kind = compare(self);
    self->margin = margin_of(self->op, &self->x, &self->threshold);
    if (self->kind == QY_MET)
        self->say = text_for(L, view, "met", met_text);
    else if (self->kind == QY_NOT_MET)
        self->say = text_for(L, view, "not_met", met_text);
    else
        self->say = text_for(L, view, "unknown", has_interval(self->box) ? between_text : noise_text);
}

int
qy_answer_test(lua_State *L)
{
    const QyNumber zero = {.kind = QY_EXACT, .exact = {0, 1}}; /* what is short by a little must not read as 0 */
    QyView *view = qy_view_of(L);
    Test test = {.op = (Operator)luaL_checkoption(L, 2, NULL, operators)};
    QyFillings fillings;
    QyNumber shortage;
    QyAnswer *answer;

    check_arguments(L, view, &test);
    decide(L, view, &test);
    shortage = short_of(&test.margin);
    fillings.n = 0; /* the rest is large, and filled as it is needed */
    qy_fillings_add(&fillings, "value", &test.x, &test.threshold);
    qy_fillings_add(&fillings, "threshold", &test.threshold, NULL);
    qy_fillings_add(&fillings, "margin", &test.margin, &zero);
    qy_fillings_add(&fillings, "short", &shortage, &zero);
    if (test.box != NULL)
        qy_fillings_add_figure(&fillings, test.box, test.x.share);
    qy_fillings_add_own(L, view, &fillings, 5);

    answer = qy_view_new_answer(view);
    answer->kind = test.kind;
    qy_number_write(&test.x, answer->value);
    qy_number_write(&test.threshold, answer->threshold);
    qy_number_write(&test.margin, answer->margin);
    take_unit(L, view, answer, test.box);
    qy_fillings_apply(&fillings, test.say, answer);
    return 1;
}
