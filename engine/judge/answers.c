#define G_LOG_DOMAIN "qy-judge"

/* The words of c that answer: c.met(…), c.test(…), c.grant(…) and the like. An
 * answer is made whole when it is asked for: numbers compared exactly, reason
 * filled in, in both languages. */
#include "judge/private.h"

#include <math.h>
#include <string.h>

#define MAX_FIGURES 24

/* A number on its way into a text: exact, an estimate, or a day. */
typedef struct {
    enum { NOTHING, EXACT, ESTIMATE, DAY } kind;
    QyRatio exact; /* EXACT; DAY: days since 1970 */
    gdouble estimate;
    gboolean share; /* shown in per cent */
} Number;

/* {name} and what stands for it. */
typedef struct {
    guint n;
    const gchar *names[MAX_FIGURES + 1];
    const gchar *zh[MAX_FIGURES], *en[MAX_FIGURES];
    gchar texts[MAX_FIGURES][QY_NUMBER_BYTES];
} Figures;

/* ---- numbers ---- */

static Number
number_from_figure(QyView *view, const QyFigureBox *box)
{
    Number number = {.kind = NOTHING, .share = g_strcmp0(qy_figure_unit(view, box), "ratio") == 0};

    if (box->figure.state == QY_FIGURE_ESTIMATE && isfinite(box->figure.value)) {
        number.kind = ESTIMATE;
        number.estimate = box->figure.value;
    } else if (box->figure.state == QY_FIGURE_EXACT) {
        number.kind = qy_figure_is_date(view, box) ? DAY : EXACT;
        number.exact = qy_ratio_from_figure(&box->figure);
    }
    return number;
}

/* The number at @index: a figure, a fact, a number, a date; NOTHING for nil and for other text. */
static Number
read_number(lua_State *L, QyView *view, gint index)
{
    const QyFigureBox *box = qy_view_figure(view, index);
    Number number = {.kind = NOTHING};
    QyDate date;

    if (box != NULL)
        return number_from_figure(view, box);
    if (lua_isinteger(L, index)) {
        number.kind = EXACT;
        number.exact = (QyRatio){lua_tointeger(L, index), 1};
    } else if (lua_type(L, index) == LUA_TNUMBER) {
        if (!qy_ratio_from_real(lua_tonumber(L, index), &number.exact))
            luaL_error(L, "%f is no number to judge by", lua_tonumber(L, index));
        number.kind = EXACT;
        number.share = qy_view_is_share(view, lua_tonumber(L, index));
    } else if (lua_type(L, index) == LUA_TSTRING) {
        date = qy_date_parse(lua_tostring(L, index), lua_rawlen(L, index));
        if (date != QY_DATE_NONE) {
            number.kind = DAY;
            number.exact = (QyRatio){date, 1};
        }
    }
    return number;
}

/* As a column of the record has it: a number, so a date stands in the reason only. */
static void
write_number(const Number *number, gchar out[QY_NUMBER_BYTES])
{
    g_autofree gchar *text = NULL;

    out[0] = '\0';
    if (number->kind == EXACT) {
        qy_ratio_write(number->exact, out);
    } else if (number->kind == ESTIMATE) {
        text = qy_real_text(number->estimate);
        g_strlcpy(out, text != NULL ? text : "", QY_NUMBER_BYTES);
    }
}

/* As a reason shows it. */
static void
show_number(const Number *number, const Number *beside, gchar out[QY_NUMBER_BYTES])
{
    QyRatio ratio, other;
    gboolean has_other = beside != NULL && beside->kind == EXACT;

    if (number->kind == EXACT || (number->kind == ESTIMATE && qy_ratio_from_real(number->estimate, &ratio))) {
        if (number->kind == EXACT)
            ratio = number->exact;
        if (has_other)
            other = beside->exact;
        qy_ratio_show(ratio, number->share, has_other ? &other : NULL, out);
    } else if (number->kind == DAY) {
        qy_date_text((QyDate)number->exact.num, out);
    } else {
        write_number(number, out);
    }
}

/* ---- texts ---- */

static gchar *
add_figure(Figures *self, const gchar *name)
{
    guint i = self->n;

    if (i == MAX_FIGURES)
        return NULL;
    self->names[i] = name;
    self->names[i + 1] = NULL;
    self->zh[i] = self->en[i] = self->texts[i];
    self->texts[i][0] = '\0';
    self->n++;
    return self->texts[i];
}

static void
add_number(Figures *self, const gchar *name, const Number *number, const Number *beside)
{
    gchar *text = number->kind != NOTHING ? add_figure(self, name) : NULL;

    if (text != NULL)
        show_number(number, beside, text);
}

static void
add_integer(Figures *self, const gchar *name, gint64 value)
{
    gchar *text = add_figure(self, name);

    if (text != NULL)
        qy_ratio_write((QyRatio){value, 1}, text);
}

static void
add_owned(Figures *self, const gchar *name, gchar *value)
{
    gchar *text = value != NULL ? add_figure(self, name) : NULL;

    if (text != NULL)
        g_strlcpy(text, value, QY_NUMBER_BYTES);
    g_free(value);
}

/* num, den, n, low, high of the figure that is judged. */
static void
add_parts(Figures *self, const QyFigureBox *box, gboolean share)
{
    const QyFigure *figure = &box->figure;

    if (box->is_fact)
        return;
    add_integer(self, "n", figure->n);
    if (figure->state == QY_FIGURE_EXACT) {
        add_owned(self, "num", qy_figure_num_text(figure));
        add_owned(self, "den", qy_figure_den_text(figure));
    } else if (figure->state == QY_FIGURE_ESTIMATE) {
        Number low = {.kind = ESTIMATE, .estimate = figure->low, .share = share};
        Number high = {.kind = ESTIMATE, .estimate = figure->high, .share = share};

        if (isfinite(figure->low) && isfinite(figure->high)) {
            add_number(self, "low", &low, NULL);
            add_number(self, "high", &high, NULL);
        }
    }
}

/* The author's own, from the table at @index; numbers, figures and texts. */
static void
add_own(lua_State *L, QyView *view, Figures *self, gint index)
{
    QySay say;

    if (!lua_istable(L, index))
        return;
    qy_pack_push_table(L, index);
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
        Number number;

        if (lua_type(L, -2) != LUA_TSTRING)
            luaL_error(L, "the figures of an answer have names: { name = … }");
        if (qy_pack_to_say(qy_view_pack(view), lua_gettop(L), &say)) {
            if (add_figure(self, lua_tostring(L, -2)) == NULL)
                continue;
            self->zh[self->n - 1] = say.zh;
            self->en[self->n - 1] = say.en;
            continue;
        }
        number = read_number(L, view, lua_gettop(L));
        if (number.kind == NOTHING && qy_view_figure(view, lua_gettop(L)) == NULL)
            luaL_error(L, "the figure %s is a %s; it may be a number, a figure or a text", lua_tostring(L, -2),
                       luaL_typename(L, -1));
        add_number(self, lua_tostring(L, -2), &number, NULL);
    }
    lua_pop(L, 1);
}

/* Appends @pattern with each {name} that is known; others stay, so that they are seen. */
static void
fill(GString *out, const gchar *pattern, const Figures *figures, gboolean zh)
{
    const gchar *at = pattern, *open;

    while ((open = strchr(at, '{')) != NULL) {
        const gchar *close = strchr(open, '}');
        gsize length = close != NULL ? (gsize)(close - open - 1) : 0;
        guint i = figures->n;

        if (close == NULL)
            break;
        for (i = 0; i < figures->n; i++)
            if (strncmp(figures->names[i], open + 1, length) == 0 && figures->names[i][length] == '\0')
                break;
        g_string_append_len(out, at, open - at);
        if (i < figures->n)
            g_string_append(out, zh ? figures->zh[i] : figures->en[i]);
        else
            g_string_append_len(out, open, close - open + 1);
        at = close + 1;
    }
    g_string_append(out, at);
}

static void
fill_answer(QyAnswer *answer, QySay say, const Figures *figures)
{
    fill(answer->zh, say.zh, figures, TRUE);
    fill(answer->en, say.en, figures, FALSE);
}

/* ---- c.met(text, figures) and its kin ---- */

/* value=, threshold= and, of a plain number, unit= of the author's figures are columns too. */
static void
take_columns(lua_State *L, QyView *view, QyAnswer *answer, gint index)
{
    const QyFigureBox *box;
    Number number;

    if (!lua_istable(L, index))
        return;
    lua_getfield(L, index, "value");
    number = read_number(L, view, lua_gettop(L));
    write_number(&number, answer->value);
    box = qy_view_figure(view, lua_gettop(L));
    if (box != NULL)
        answer->unit = qy_figure_unit(view, box);
    lua_getfield(L, index, "threshold");
    number = read_number(L, view, lua_gettop(L));
    write_number(&number, answer->threshold);
    lua_getfield(L, index, "unit");
    if (box == NULL && lua_type(L, -1) == LUA_TSTRING)
        answer->unit = g_intern_string(lua_tostring(L, -1));
    lua_pop(L, 3);
}

static QySay
check_text(lua_State *L, QyView *view, gint index)
{
    QySay say = {"", ""};

    if (!lua_isnoneornil(L, index) && !qy_pack_to_say(qy_view_pack(view), index, &say))
        luaL_error(L, "the reason is a %s; it is a text or say(\"中文\", \"English\")", luaL_typename(L, index));
    return say;
}

/* Pushes the answer with the text at 1 and the figures at 2. */
static QyAnswer *
plain_answer(lua_State *L, QyView *view)
{
    Figures figures;
    QyAnswer *answer;
    QySay say;

    figures.n = 0; /* the rest is large, and filled as it is needed */
    lua_settop(L, 2);
    say = check_text(L, view, 1);
    if (!lua_isnil(L, 2))
        luaL_checktype(L, 2, LUA_TTABLE);
    add_own(L, view, &figures, 2);
    answer = qy_view_new_answer(view);
    take_columns(L, view, answer, 2);
    fill_answer(answer, say, &figures);
    return answer;
}

static int
verdict(lua_State *L, QyVerdictKind kind)
{
    plain_answer(L, qy_view_of(L))->kind = kind;
    return 1;
}

static int
word_met(lua_State *L)
{
    return verdict(L, QY_MET);
}

static int
word_not_met(lua_State *L)
{
    return verdict(L, QY_NOT_MET);
}

static int
word_not_applicable(lua_State *L)
{
    return verdict(L, QY_NOT_APPLICABLE);
}

static int
word_not_due(lua_State *L)
{
    return verdict(L, QY_NOT_DUE);
}

static int
word_no_evidence(lua_State *L)
{
    return verdict(L, QY_NO_EVIDENCE);
}

static int
grant(lua_State *L, gboolean granted)
{
    QyAnswer *answer = plain_answer(L, qy_view_of(L));

    answer->is_grant = TRUE;
    answer->granted = granted;
    return 1;
}

static int
word_grant(lua_State *L)
{
    return grant(L, TRUE);
}

static int
word_deny(lua_State *L)
{
    return grant(L, FALSE);
}

/* ---- c.test(x, op, threshold, texts, more) ---- */

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
to_real(const Number *number)
{
    return number->kind == ESTIMATE ? number->estimate
                                    : qy_int128_to_double(number->exact.num) / qy_int128_to_double(number->exact.den);
}

/* An estimate is met at or beyond the threshold; not met only when its whole
 * interval is on the wrong side; between, the panel must look. */
static QyVerdictKind
judge_estimate(Operator op, const Number *x, const Number *threshold, const QyFigureBox *box)
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
static Number
margin_of(Operator op, const Number *x, const Number *threshold)
{
    gboolean less = op == OP_LT || op == OP_LE;
    const Number *a = less ? threshold : x, *b = less ? x : threshold;
    Number margin = {.kind = NOTHING, .share = x->share};

    if (x->kind != ESTIMATE && threshold->kind != ESTIMATE)
        margin.kind = qy_ratio_minus(a->exact, b->exact, &margin.exact) ? EXACT : NOTHING;
    else if (qy_ratio_from_real(nearbyint((to_real(a) - to_real(b)) * 1e9) / 1e9, &margin.exact))
        margin.kind = EXACT; /* to nine digits: the rest is noise of the difference */
    if (margin.kind == EXACT && (op == OP_EQ || op == OP_NE) && margin.exact.num > 0)
        margin.exact.num = -margin.exact.num; /* distance from the one value that is right */
    if (op == OP_NE)
        margin.kind = NOTHING;
    return margin;
}

/* What is missing to the threshold; 0 on the right side. */
static Number
short_of(const Number *margin)
{
    Number shortage = *margin;

    if (margin->kind == EXACT)
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

static int
word_test(lua_State *L)
{
    QyView *view = qy_view_of(L);
    Figures figures;
    Operator op = (Operator)luaL_checkoption(L, 2, NULL, operators);
    const QyFigureBox *box;
    const Number nothing = {.kind = EXACT, .exact = {0, 1}}; /* what is short a little must not read as 0 */
    Number x, threshold, margin = {.kind = NOTHING}, shortage;
    QyVerdictKind kind;
    QyAnswer *answer;
    QySay say;

    figures.n = 0; /* the rest is large, and filled as it is needed */
    lua_settop(L, 5);
    if (!lua_isnil(L, 4))
        luaL_checktype(L, 4, LUA_TTABLE);
    box = qy_view_figure(view, 1);
    x = read_number(L, view, 1);
    threshold = read_number(L, view, 3);
    if (x.kind == NOTHING && box == NULL && !lua_isnil(L, 1))
        return luaL_error(L, "c.test judges a figure, a fact, a number or a date, not a %s", luaL_typename(L, 1));
    if (threshold.kind == NOTHING)
        return luaL_error(L, "c.test has no threshold (a %s); is the parameter in force?", luaL_typename(L, 3));
    if (x.kind != NOTHING && (x.kind == DAY) != (threshold.kind == DAY))
        return luaL_error(L, "c.test compares a date with a number");
    threshold.share = x.kind != NOTHING ? x.share : threshold.share;

    if (x.kind == NOTHING || (box != NULL && !box->is_fact && box->figure.n == 0)) {
        kind = judge_nothing(L, view, box, &say);
    } else {
        if (x.kind == ESTIMATE || threshold.kind == ESTIMATE)
            kind = judge_estimate(op, &x, &threshold, box);
        else
            kind = holds(op, qy_ratio_order(x.exact, threshold.exact)) ? QY_MET : QY_NOT_MET;
        margin = margin_of(op, &x, &threshold);
        say = kind == QY_MET       ? text_for(L, view, "met", met_text)
              : kind == QY_NOT_MET ? text_for(L, view, "not_met", met_text)
                                   : text_for(L, view, "unknown", has_interval(box) ? between_text : noise_text);
    }
    shortage = short_of(&margin);
    add_number(&figures, "value", &x, &threshold);
    add_number(&figures, "threshold", &threshold, NULL);
    add_number(&figures, "margin", &margin, &nothing);
    add_number(&figures, "short", &shortage, &nothing);
    if (box != NULL)
        add_parts(&figures, box, x.share);
    add_own(L, view, &figures, 5);

    answer = qy_view_new_answer(view);
    answer->kind = kind;
    write_number(&x, answer->value);
    write_number(&threshold, answer->threshold);
    write_number(&margin, answer->margin);
    take_unit(L, view, answer, box);
    fill_answer(answer, say, &figures);
    return 1;
}

/* ---- c.days(from, to) ---- */

static int
word_days(lua_State *L)
{
    QyDate dates[2];

    for (gint i = 0; i < 2; i++) {
        if (lua_isnoneornil(L, i + 1)) {
            lua_pushnil(L);
            return 1;
        }
        dates[i] = qy_date_parse(luaL_checkstring(L, i + 1), lua_rawlen(L, i + 1));
        if (dates[i] == QY_DATE_NONE)
            return luaL_error(L, "c.days: \"%s\" is not a date (YYYY-MM-DD)", lua_tostring(L, i + 1));
    }
    lua_pushinteger(L, (lua_Integer)dates[1] - dates[0]);
    return 1;
}

void
qy_answers_open(QyView *self, lua_State *L)
{
    static const luaL_Reg words[] = {
        {"met", word_met},
        {"not_met", word_not_met},
        {"not_applicable", word_not_applicable},
        {"not_due", word_not_due},
        {"no_evidence", word_no_evidence},
        {"test", word_test},
        {"grant", word_grant},
        {"deny", word_deny},
        {"days", word_days},
        {NULL, NULL},
    };

    for (const luaL_Reg *word = words; word->name != NULL; word++) {
        lua_pushlightuserdata(L, self);
        lua_pushcclosure(L, word->func, 1);
        lua_setfield(L, -2, word->name);
    }
}
