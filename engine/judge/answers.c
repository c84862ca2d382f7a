#define G_LOG_DOMAIN "qy-judge"

/* The words of c that answer: c.met(…), c.test(…), c.grant(…) and the like. An
 * answer is made whole when it is asked for: numbers compared exactly, reason
 * filled in, in both languages. */
#include "judge/answer.h"

#include <math.h>
#include <string.h>

/* ---- numbers ---- */

static QyNumber
number_from_figure(QyView *view, const QyFigureBox *box)
{
    QyNumber number = {.kind = QY_NOTHING, .share = g_strcmp0(qy_figure_unit(view, box), "ratio") == 0};

    if (box->figure.state == QY_FIGURE_ESTIMATE && isfinite(box->figure.value)) {
        number.kind = QY_ESTIMATE;
        number.estimate = box->figure.value;
    } else if (box->figure.state == QY_FIGURE_EXACT) {
        number.kind = qy_figure_is_date(view, box) ? QY_DAY : QY_EXACT;
        number.exact = qy_ratio_from_figure(&box->figure);
    }
    return number;
}

/* The number at @index: a figure, a fact, a number, a date; QY_NOTHING for nil and for other text. */
QyNumber
qy_number_read(lua_State *L, QyView *view, gint index)
{
    const QyFigureBox *box = qy_view_figure(view, index);
    QyNumber number = {.kind = QY_NOTHING};
    QyDate date;

    if (box != NULL)
        return number_from_figure(view, box);
    if (lua_isinteger(L, index)) {
        number.kind = QY_EXACT;
        number.exact = (QyRatio){lua_tointeger(L, index), 1};
    } else if (lua_type(L, index) == LUA_TNUMBER) {
        if (!qy_ratio_from_real(lua_tonumber(L, index), &number.exact))
            luaL_error(L, "%f is no number to judge by", lua_tonumber(L, index));
        number.kind = QY_EXACT;
        number.share = qy_view_is_share(view, lua_tonumber(L, index));
    } else if (lua_type(L, index) == LUA_TSTRING) {
        date = qy_date_parse(lua_tostring(L, index), lua_rawlen(L, index));
        if (date != QY_DATE_NONE) {
            number.kind = QY_DAY;
            number.exact = (QyRatio){date, 1};
        }
    }
    return number;
}

/* As a column of the record has it: a number, so a date stands in the reason only. */
void
qy_number_write(const QyNumber *number, gchar out[QY_NUMBER_BYTES])
{
    g_autofree gchar *text = NULL;

    out[0] = '\0';
    if (number->kind == QY_EXACT) {
        qy_ratio_write(number->exact, out);
    } else if (number->kind == QY_ESTIMATE) {
        text = qy_real_text(number->estimate);
        g_strlcpy(out, text != NULL ? text : "", QY_NUMBER_BYTES);
    }
}

/* As a reason shows it. */
static void
show_number(const QyNumber *number, const QyNumber *beside, gchar out[QY_NUMBER_BYTES])
{
    QyRatio ratio, other;
    gboolean has_other = beside != NULL && beside->kind == QY_EXACT;

    if (number->kind == QY_EXACT || (number->kind == QY_ESTIMATE && qy_ratio_from_real(number->estimate, &ratio))) {
        if (number->kind == QY_EXACT)
            ratio = number->exact;
        if (has_other)
            other = beside->exact;
        qy_ratio_show(ratio, number->share, has_other ? &other : NULL, out);
    } else if (number->kind == QY_DAY) {
        qy_date_text((QyDate)number->exact.num, out);
    } else {
        qy_number_write(number, out);
    }
}

/* ---- texts ---- */

static gchar *
add_figure(QyFillings *self, const gchar *name)
{
    guint i = self->n;

    if (i == QY_MAX_FILLINGS)
        return NULL;
    self->names[i] = name;
    self->names[i + 1] = NULL;
    self->zh[i] = self->en[i] = self->texts[i];
    self->texts[i][0] = '\0';
    self->n++;
    return self->texts[i];
}

void
qy_fillings_add(QyFillings *self, const gchar *name, const QyNumber *number, const QyNumber *beside)
{
    gchar *text = number->kind != QY_NOTHING ? add_figure(self, name) : NULL;

    if (text != NULL)
        show_number(number, beside, text);
}

static void
add_integer(QyFillings *self, const gchar *name, gint64 value)
{
    gchar *text = add_figure(self, name);

    if (text != NULL)
        qy_ratio_write((QyRatio){value, 1}, text);
}

static void
add_owned(QyFillings *self, const gchar *name, gchar *value)
{
    gchar *text = value != NULL ? add_figure(self, name) : NULL;

    if (text != NULL)
        g_strlcpy(text, value, QY_NUMBER_BYTES);
    g_free(value);
}

/* num, den, n, low, high of the figure that is judged. */
void
qy_fillings_add_figure(QyFillings *self, const QyFigureBox *box, gboolean share)
{
    const QyFigure *figure = &box->figure;

    if (box->is_fact)
        return;
    add_integer(self, "n", figure->n);
    if (figure->state == QY_FIGURE_EXACT) {
        add_owned(self, "num", qy_figure_num_text(figure));
        add_owned(self, "den", qy_figure_den_text(figure));
    } else if (figure->state == QY_FIGURE_ESTIMATE) {
        QyNumber low = {.kind = QY_ESTIMATE, .estimate = figure->low, .share = share};
        QyNumber high = {.kind = QY_ESTIMATE, .estimate = figure->high, .share = share};

        if (isfinite(figure->low) && isfinite(figure->high)) {
            qy_fillings_add(self, "low", &low, NULL);
            qy_fillings_add(self, "high", &high, NULL);
        }
    }
}

/* The author's own, from the table at @index; numbers, figures and texts. */
void
qy_fillings_add_own(lua_State *L, QyView *view, QyFillings *self, gint index)
{
    QySay say;

    if (!lua_istable(L, index))
        return;
    qy_pack_push_table(L, index);
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
        QyNumber number;

        if (lua_type(L, -2) != LUA_TSTRING)
            luaL_error(L, "the figures of an answer have names: { name = … }");
        if (qy_pack_to_say(qy_view_pack(view), lua_gettop(L), &say)) {
            if (add_figure(self, lua_tostring(L, -2)) == NULL)
                continue;
            self->zh[self->n - 1] = say.zh;
            self->en[self->n - 1] = say.en;
            continue;
        }
        number = qy_number_read(L, view, lua_gettop(L));
        if (number.kind == QY_NOTHING && qy_view_figure(view, lua_gettop(L)) == NULL)
            luaL_error(L, "the figure %s is a %s; it may be a number, a figure or a text", lua_tostring(L, -2),
                       luaL_typename(L, -1));
        qy_fillings_add(self, lua_tostring(L, -2), &number, NULL);
    }
    lua_pop(L, 1);
}

/* Appends @pattern with each {name} that is known; others stay, so that they are seen. */
static void
fill(GString *out, const gchar *pattern, const QyFillings *figures, gboolean zh)
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

void
qy_fillings_apply(const QyFillings *self, QySay say, QyAnswer *answer)
{
    fill(answer->zh, say.zh, self, TRUE);
    fill(answer->en, say.en, self, FALSE);
}

/* ---- c.met(text, figures) and its kin ---- */

/* value=, threshold= and, of a plain number, unit= of the author's figures are columns too. */
static void
take_columns(lua_State *L, QyView *view, QyAnswer *answer, gint index)
{
    const QyFigureBox *box;
    QyNumber number;

    if (!lua_istable(L, index))
        return;
    lua_getfield(L, index, "value");
    number = qy_number_read(L, view, lua_gettop(L));
    qy_number_write(&number, answer->value);
    box = qy_view_figure(view, lua_gettop(L));
    if (box != NULL)
        answer->unit = qy_figure_unit(view, box);
    lua_getfield(L, index, "threshold");
    number = qy_number_read(L, view, lua_gettop(L));
    qy_number_write(&number, answer->threshold);
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
    QyFillings figures;
    QyAnswer *answer;
    QySay say;

    figures.n = 0; /* the rest is large, and filled as it is needed */
    lua_settop(L, 2);
    say = check_text(L, view, 1);
    if (!lua_isnil(L, 2))
        luaL_checktype(L, 2, LUA_TTABLE);
    qy_fillings_add_own(L, view, &figures, 2);
    answer = qy_view_new_answer(view);
    take_columns(L, view, answer, 2);
    qy_fillings_apply(&figures, say, answer);
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
        {"test", qy_answer_test},
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
