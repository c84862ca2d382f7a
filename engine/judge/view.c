#define G_LOG_DOMAIN "qy-judge"

/* The object c: a community seen through one criterion. Made once and aimed at
 * one subject after another; nothing of it is rebuilt from call to call. A
 * figure is fetched when it is read, and what was read is remembered, for the
 * evidence of the verdict and for whether it was declared. */
#include "judge/private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_ANSWERS 16 /* one call may make; it gives back one */
#define MAX_READS 64

typedef struct _Frame Frame;

/* What a frame's figure is in Lua; userdata. */
typedef struct {
    QyFigureBox box;
    Frame *frame;
    guint64 call; /* in which it was last fetched */
} Box;

/* c itself, or c:up(level). */
struct _Frame {
    QyView *view;
    QySubject subject;
    gint area;   /* of the subject; -1 none */
    gint object; /* references: c */
    gint fields; /* its table of words and figures */
    gint boxes;  /* table: number → Box; facts after the measures */
    Box **of;    /* the same, for C */
    gboolean made;
};

struct _QyView {
    QyPack *pack;
    lua_State *L;
    const QyFigureSource *source;
    const QyContext *lists;
    const QyUses *uses;
    QyUses *everything; /* for lists: all parameters, no limit on reads */
    guint64 call;
    Frame frames[1 + QY_N_LEVELS];
    guint n_reads;
    Box *reads[MAX_READS];
    guint n_answers;
    QyAnswer answers[MAX_ANSWERS];
    gint answer_objects;  /* table: number → userdata */
    QyMeasureCell *cells; /* last listed */
    GString *scratch[3];
    gconstpointer box_metatable, answer_metatable;
};

static const gchar view_key; /* address: the state's view */
static const gchar *const area_fields[] = {"name", "level", "households", "population", "opened_on", "days", NULL};

/* ---- figures ---- */

static void
fetch(Frame *frame, Box *box)
{
    QyView *self = frame->view;

    box->call = self->call;
    box->box.subject = frame->subject;
    if (box->box.is_fact) {
        QyFactFigure fact = {.present = FALSE};

        if (frame->area >= 0)
            fact = self->source->fact(self->source, box->box.number, frame->area);
        box->box.fact = fact;
        box->box.figure = (QyFigure){.state = fact.present ? QY_FIGURE_EXACT : QY_FIGURE_NIL,
                                     .num = fact.value,
                                     .num_scale = QY_SCALE_WEIGHT,
                                     .den = 1,
                                     .n = 1};
    } else {
        box->box.figure = self->source->figure(self->source, box->box.number, frame->subject.row);
    }
    if (self->n_reads < MAX_READS)
        self->reads[self->n_reads++] = box;
}

/* Pushes the figure of slot @number (facts after measures), or nil. */
static int
push_figure(lua_State *L, Frame *frame, guint number)
{
    QyView *self = frame->view;
    Box *box = frame->of[number];

    if (box == NULL) {
        guint n_measures = self->source->n_measures;

        lua_rawgeti(L, LUA_REGISTRYINDEX, frame->boxes);
        box = lua_newuserdatauv(L, sizeof *box, 0);
        memset(box, 0, sizeof *box);
        box->frame = frame;
        box->box.is_fact = number >= n_measures;
        box->box.number = box->box.is_fact ? number - n_measures : number;
        lua_rawgetp(L, LUA_REGISTRYINDEX, &self->box_metatable);
        lua_setmetatable(L, -2);
        lua_rawseti(L, -2, number + 1);
        lua_pop(L, 1);
        frame->of[number] = box;
    }
    if (box->call != self->call)
        fetch(frame, box);
    if (box->box.figure.state == QY_FIGURE_NIL) {
        lua_pushnil(L);
        return 1;
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, frame->boxes);
    lua_rawgeti(L, -1, number + 1);
    lua_remove(L, -2);
    return 1;
}

static int
undeclared(lua_State *L, const QyView *self, const gchar *prefix, const gchar *name, gboolean known)
{
    if (known)
        return luaL_error(L, "\"%s%s\" is read but not declared in uses", prefix, name);
    return luaL_error(L, "there is no \"%s%s\" in the pack", prefix, name);
}

/* c.m.x; upvalues: frame, names → number + 1 */
static int
index_measures(lua_State *L)
{
    Frame *frame = lua_touserdata(L, lua_upvalueindex(1));
    QyView *self = frame->view;
    const gchar *name = luaL_checkstring(L, 2);
    lua_Integer number;

    lua_rawget(L, lua_upvalueindex(2));
    number = lua_tointeger(L, -1) - 1;
    if (number < 0 || (self->uses != NULL && !self->uses->measures[number]))
        return undeclared(L, self, "", name, number >= 0);
    if (self->source->measures[number].n_keys > 0)
        return luaL_error(L, "\"%s\" has a value for each key: read it with c:cells(\"%s\")", name, name);
    if (self->source->measures[number].table != frame->subject.table)
        return luaL_error(L, "\"%s\" is a measure of other rows", name);
    return push_figure(L, frame, (guint)number);
}

/* c.f.x; upvalues: frame, names → number + 1 */
static int
index_facts(lua_State *L)
{
    Frame *frame = lua_touserdata(L, lua_upvalueindex(1));
    QyView *self = frame->view;
    const gchar *name = luaL_checkstring(L, 2);
    lua_Integer number;

    lua_rawget(L, lua_upvalueindex(2));
    number = lua_tointeger(L, -1) - 1;
    if (number < 0 || (self->uses != NULL && !self->uses->facts[number]))
        return undeclared(L, self, "fact:", name, number >= 0);
    return push_figure(L, frame, self->source->n_measures + (guint)number);
}

static void
push_date(lua_State *L, QyDate date)
{
    gchar text[QY_DATE_TEXT_BYTES];

    if (date == QY_DATE_NONE)
        lua_pushnil(L);
    else
        lua_pushstring(L, qy_date_text(date, text));
}

static void
push_real(lua_State *L, gdouble value)
{
    if (value != value)
        lua_pushnil(L);
    else
        lua_pushnumber(L, value);
}

/* num/den × scales as an integer where it is one, else the nearest float. */
static void
push_exact(lua_State *L, const QyFigure *figure)
{
    QyRatio ratio = qy_ratio_from_figure(figure);
    QyInt128 whole = ratio.num / ratio.den;

    if (ratio.num % ratio.den == 0 && whole <= G_MAXINT64 && whole >= G_MININT64)
        lua_pushinteger(L, (lua_Integer)whole);
    else
        lua_pushnumber(L, qy_figure_value(figure));
}

static void
push_value(lua_State *L, QyView *self, const QyFigureBox *box)
{
    if (box->figure.state == QY_FIGURE_ESTIMATE)
        push_real(L, box->figure.value);
    else if (box->figure.state != QY_FIGURE_EXACT)
        lua_pushnil(L);
    else if (qy_figure_is_date(self, box))
        push_date(L, (QyDate)box->figure.num);
    else
        push_exact(L, &box->figure);
}

static void
push_num(lua_State *L, const QyFigure *figure)
{
    QyFigure part = *figure;

    if (figure->state != QY_FIGURE_EXACT) {
        lua_pushnil(L);
        return;
    }
    part.den = 1;
    part.den_scale = 0;
    push_exact(L, &part);
}

static void
push_den(lua_State *L, const QyFigure *figure)
{
    QyFigure part = *figure;

    if (figure->is_count) {
        lua_pushinteger(L, figure->n);
        return;
    }
    if (figure->state != QY_FIGURE_EXACT || !figure->has_den) {
        lua_pushnil(L);
        return;
    }
    part.num = figure->den;
    part.num_scale = figure->den_scale;
    part.den = 1;
    part.den_scale = 0;
    push_exact(L, &part);
}

/* A figure's part by name. */
static int
index_box(lua_State *L)
{
    Box *box = lua_touserdata(L, 1);
    const QyFigure *figure = &box->box.figure;
    const gchar *key = luaL_checkstring(L, 2);

    if (strcmp(key, "value") == 0)
        push_value(L, box->frame->view, &box->box);
    else if (box->box.is_fact && strcmp(key, "as_of") == 0)
        push_date(L, box->box.fact.as_of);
    else if (box->box.is_fact && strcmp(key, "source") == 0)
        lua_pushstring(L, box->box.fact.source); /* nil for NULL */
    else if (box->box.is_fact)
        return luaL_error(L, "a fact has value, as_of and source, not \"%s\"", key);
    else if (strcmp(key, "n") == 0)
        lua_pushinteger(L, figure->n);
    else if (strcmp(key, "num") == 0)
        push_num(L, figure);
    else if (strcmp(key, "den") == 0)
        push_den(L, figure);
    else if (strcmp(key, "low") == 0)
        push_real(L, figure->state == QY_FIGURE_ESTIMATE ? figure->low : 0.0 / 0.0);
    else if (strcmp(key, "high") == 0)
        push_real(L, figure->state == QY_FIGURE_ESTIMATE ? figure->high : 0.0 / 0.0);
    else if (strcmp(key, "std_error") == 0)
        push_real(L, figure->state == QY_FIGURE_ESTIMATE ? figure->std_error : 0.0 / 0.0);
    else if (strcmp(key, "method") == 0)
        lua_pushstring(L, figure->state == QY_FIGURE_ESTIMATE ? figure->method : NULL);
    else
        return luaL_error(L, "a figure has value, num, den, n, low, high, std_error and method, not \"%s\"", key);
    return 1;
}

const QyFigureBox *
qy_view_figure(QyView *self, gint index)
{
    const QyFigureBox *found = NULL;

    if (lua_type(self->L, index) == LUA_TUSERDATA && lua_getmetatable(self->L, index)) {
        if (lua_topointer(self->L, -1) == self->box_metatable)
            found = &((const Box *)lua_touserdata(self->L, index))->box;
        lua_pop(self->L, 1);
    }
    return found;
}

const gchar *
qy_figure_unit(const QyView *self, const QyFigureBox *box)
{
    return box->is_fact ? qy_facts_unit(self->source->catalogue, box->number)
                        : self->source->measures[box->number].unit;
}

gboolean
qy_figure_is_date(const QyView *self, const QyFigureBox *box)
{
    return !box->is_fact && self->source->measures[box->number].is_date;
}

/* ---- area, parameters ---- */

/* c.area.x; upvalues: frame, names → number + 1 */
static int
index_area(lua_State *L)
{
    Frame *frame = lua_touserdata(L, lua_upvalueindex(1));
    QyView *self = frame->view;
    const gchar *name = luaL_checkstring(L, 2);
    lua_Integer field;
    QyAreaFacts area;

    lua_rawget(L, lua_upvalueindex(2));
    field = lua_tointeger(L, -1) - 1;
    if (field < 0)
        return luaL_error(L, "an area has name, level, households, population, opened_on and days, not \"%s\"", name);
    if (self->uses != NULL && !self->uses->areas[field])
        return undeclared(L, self, "area.", name, TRUE);
    if (frame->area < 0) {
        lua_pushnil(L);
        return 1;
    }
    area = self->source->area(self->source, frame->area);
    if (field == QY_AREA_NAME)
        lua_pushstring(L, area.name);
    else if (field == QY_AREA_LEVEL)
        lua_pushstring(L, area.level);
    else if (field == QY_AREA_OPENED_ON)
        push_date(L, area.opened_on);
    else if (field == QY_AREA_DAYS && area.opened_on != QY_DATE_NONE)
        lua_pushinteger(L, self->source->as_of - area.opened_on);
    else if (field == QY_AREA_HOUSEHOLDS && area.households != QY_MISSING)
        lua_pushinteger(L, area.households);
    else if (field == QY_AREA_POPULATION && area.population != QY_MISSING)
        lua_pushinteger(L, area.population);
    else
        lua_pushnil(L);
    return 1;
}

/* A name that isn't among the parameters declared in uses. */
static int
unknown_parameter(lua_State *L)
{
    QyView *self = lua_touserdata(L, lua_upvalueindex(1));
    const gchar *name = luaL_checkstring(L, 2);
    const QyDeclaration *found = qy_pack_find(self->pack, name);

    for (guint i = 0; self->uses != NULL && i < self->uses->params->len; i++)
        if (strcmp(g_ptr_array_index(self->uses->params, i), name) == 0) {
            lua_pushnil(L); /* declared, and not in force */
            return 1;
        }
    if (self->uses == NULL && found != NULL && strcmp(found->kind, "param") == 0) {
        lua_pushnil(L);
        return 1;
    }
    return undeclared(L, self, "", name, found != NULL && strcmp(found->kind, "param") == 0);
}

static int
refuse_write(lua_State *L)
{
    return luaL_error(L, "%s can't be changed", lua_tostring(L, lua_upvalueindex(1)));
}

/* Wraps the table at the top: a userdata that reads through it and can't be written. */
static void
wrap(lua_State *L, const gchar *name, gpointer content)
{
    *(gpointer *)lua_newuserdatauv(L, sizeof content, 0) = content;
    lua_newtable(L);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushstring(L, name);
    lua_pushcclosure(L, refuse_write, 1);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
    lua_remove(L, -2);
}

/* A userdata whose parts @index answers: upvalues the frame and the table of names at the top, which is popped. */
static void
wrap_function(lua_State *L, const gchar *name, Frame *frame, lua_CFunction index)
{
    lua_pushlightuserdata(L, frame);
    lua_insert(L, -2);
    lua_pushcclosure(L, index, 2);
    wrap(L, name, frame);
}

static void
push_parameter(lua_State *L, const QyValue *value)
{
    switch (value->type) {
    case QY_VALUE_INTEGER:
        lua_pushinteger(L, value->integer);
        break;
    case QY_VALUE_DECIMAL:
        lua_pushnumber(L, (gdouble)value->integer / 1e6); /* correctly rounded: the decimal's own float */
        break;
    case QY_VALUE_TEXT:
        lua_pushstring(L, value->text);
        break;
    case QY_VALUE_LIST:
        lua_createtable(L, (gint)value->n_items, 0);
        for (guint i = 0; i < value->n_items; i++) {
            lua_pushstring(L, value->items[i]->text);
            lua_rawseti(L, -2, i + 1);
        }
        break;
    default:
        lua_pushnil(L);
    }
}

/* Upvalues: the view, the lists by name. */
static int
index_lists(lua_State *L)
{
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(2)) == LUA_TTABLE) {
        lua_Integer n = (lua_Integer)lua_rawlen(L, -1);

        lua_createtable(L, (gint)n, 0);
        for (lua_Integer i = 1; i <= n; i++) {
            lua_rawgeti(L, -2, i);
            lua_rawseti(L, -2, i);
        }
        return 1;
    }
    lua_settop(L, 2);
    return unknown_parameter(L);
}

static gboolean
is_share(const QyView *self, const gchar *param)
{
    return g_strcmp0(qy_value_field_text(qy_pack_find(self->pack, param)->body, "unit"), "ratio") == 0;
}

/* Pushes the object whose parts are the parameters at @date. A list is copied
 * whenever it is read, since a script may change its own copy. @shares:
 * (nullable) (element-type gdouble): takes the values of those that are shares. */
static void
push_parameters(QyView *self, const GPtrArray *params, QyDate date, GArray *shares)
{
    lua_State *L = self->L;

    lua_createtable(L, 0, (gint)params->len); /* numbers and text */
    lua_newtable(L);                          /* its metatable */
    lua_pushlightuserdata(L, self);
    lua_newtable(L); /* lists */
    for (guint i = 0; i < params->len; i++) {
        const gchar *id = g_ptr_array_index(params, i);
        const QyValue *value = self->source->parameter(self->source, id, date, NULL);

        if (value == NULL)
            continue;
        if (shares != NULL && value->type == QY_VALUE_DECIMAL && is_share(self, id)) {
            gdouble share = (gdouble)value->integer / 1e6;

            g_array_append_val(shares, share);
        }
        push_parameter(L, value);
        lua_setfield(L, value->type == QY_VALUE_LIST ? -2 : -5, id);
    }
    lua_pushcclosure(L, index_lists, 2);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    wrap(L, "c.p", self);
}

/* ---- c ---- */

static Frame *
check_frame(lua_State *L, QyView *self)
{
    Frame **content = lua_touserdata(L, 1);

    for (guint i = 0; content != NULL && lua_rawlen(L, 1) == sizeof *content && i < G_N_ELEMENTS(self->frames); i++)
        if (*content == &self->frames[i])
            return *content;
    luaL_error(L, "call it on c with a colon: c:up(…), c:cells(…), c:at(…)");
    return NULL;
}

/* c.index.x; upvalues: frame, nothing */
static int
index_indices(lua_State *L)
{
    Frame *frame = lua_touserdata(L, lua_upvalueindex(1));
    const QyContext *lists = frame->view->lists;

    push_real(L, lists->index(lists->data, luaL_checkstring(L, 2), frame->subject.table, (guint)frame->subject.row));
    return 1;
}

/* What isn't a plain field of c. Upvalue: frame. */
static int
index_c(lua_State *L)
{
    static const gchar *const names[] = {"id",    "as_of", "year",     "period",  "area",        "m",
                                         "f",     "p",     "index",    "stars",   "five_star",   "up",
                                         "cells", "at",    "days",     "met",     "not_met",     "test",
                                         "grant", "deny",  "previous", "not_due", "no_evidence", "not_applicable",
                                         NULL};
    Frame *frame = lua_touserdata(L, lua_upvalueindex(1));
    QyView *self = frame->view;
    const gchar *key = luaL_checkstring(L, 2), *near;
    gboolean of_lists = strcmp(key, "stars") == 0 || strcmp(key, "five_star") == 0 || strcmp(key, "index") == 0;

    if (strcmp(key, "id") == 0) {
        lua_pushstring(L, self->source->id(self->source, frame->subject));
    } else if (strcmp(key, "previous") == 0) {
        lua_pushnil(L);
    } else if (of_lists && (self->lists == NULL || self->lists->index == NULL)) {
        return luaL_error(L, "c.%s is known when lists are made, not while criteria are judged", key);
    } else if (strcmp(key, "stars") == 0) {
        gint stars =
            frame->subject.table == QY_AREAS ? self->lists->stars(self->lists->data, (guint)frame->subject.row) : -1;

        if (stars < 0)
            lua_pushnil(L);
        else
            lua_pushinteger(L, stars);
    } else if (strcmp(key, "five_star") == 0) {
        lua_pushboolean(L, frame->subject.table == QY_AREAS &&
                               self->lists->five_star(self->lists->data, (guint)frame->subject.row));
    } else if (strcmp(key, "index") == 0) {
        lua_pushnil(L);
        wrap_function(L, "c.index", frame, index_indices);
    } else {
        near = qy_nearest_name(key, names);
        return near != NULL ? luaL_error(L, "c has no \"%s\"; did you mean \"%s\"?", key, near)
                            : luaL_error(L, "c has no \"%s\"", key);
    }
    return 1;
}

static void
push_names(lua_State *L, const QyView *self, gboolean facts)
{
    guint n = facts ? qy_facts_count(self->source->catalogue) : self->source->n_measures;

    lua_createtable(L, 0, (gint)n);
    for (guint i = 0; i < n; i++) {
        lua_pushinteger(L, i + 1);
        lua_setfield(L, -2, facts ? qy_facts_id(self->source->catalogue, i) : self->source->measures[i].id);
    }
}

static int word_up(lua_State *L);
static int word_cells(lua_State *L);
static int word_at(lua_State *L);

static void
set_word(lua_State *L, QyView *self, const gchar *name, lua_CFunction word)
{
    lua_pushlightuserdata(L, self);
    lua_pushcclosure(L, word, 1);
    lua_setfield(L, -2, name);
}

static void
make_frame(QyView *self, Frame *frame)
{
    lua_State *L = self->L;
    guint n = self->source->n_measures + qy_facts_count(self->source->catalogue);
    gint year, month, day, fields;

    frame->view = self;
    if (frame->of == NULL)
        frame->of = g_new0(Box *, MAX(n, 1));
    lua_newtable(L);
    frame->boxes = luaL_ref(L, LUA_REGISTRYINDEX);

    lua_newtable(L);
    fields = lua_gettop(L);
    qy_answers_open(self, L);
    set_word(L, self, "up", word_up);
    set_word(L, self, "cells", word_cells);
    set_word(L, self, "at", word_at);
    push_names(L, self, FALSE);
    wrap_function(L, "c.m", frame, index_measures);
    lua_setfield(L, fields, "m");
    push_names(L, self, TRUE);
    wrap_function(L, "c.f", frame, index_facts);
    lua_setfield(L, fields, "f");
    lua_newtable(L);
    for (guint i = 0; area_fields[i] != NULL; i++) {
        lua_pushinteger(L, i + 1);
        lua_setfield(L, -2, area_fields[i]);
    }
    wrap_function(L, "c.area", frame, index_area);
    lua_setfield(L, fields, "area");
    qy_date_to_ymd(self->source->as_of, &year, &month, &day);
    lua_pushinteger(L, year);
    lua_setfield(L, fields, "year");
    push_date(L, self->source->as_of);
    lua_setfield(L, fields, "as_of");
    lua_pushstring(L, self->source->period.label);
    lua_setfield(L, fields, "period");

    lua_newtable(L);
    lua_pushlightuserdata(L, frame);
    lua_pushcclosure(L, index_c, 1);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, fields);
    lua_pushvalue(L, fields);
    frame->fields = luaL_ref(L, LUA_REGISTRYINDEX);
    wrap(L, "c", frame);
    frame->object = luaL_ref(L, LUA_REGISTRYINDEX);
    frame->made = TRUE; /* last: what is above may run out of memory */
}

/* The frame's c.p is that of the uses in force. */
static void
set_parameters(QyView *self, const Frame *frame)
{
    const QyUses *uses = self->uses != NULL ? self->uses : self->everything;

    lua_rawgeti(self->L, LUA_REGISTRYINDEX, frame->fields);
    lua_rawgeti(self->L, LUA_REGISTRYINDEX, uses->values);
    lua_setfield(self->L, -2, "p");
    lua_pop(self->L, 1);
}

static void
aim(QyView *self, Frame *frame, QySubject subject)
{
    if (!frame->made) {
        make_frame(self, frame);
        set_parameters(self, frame);
    }
    frame->subject = subject;
    frame->area = self->source->up(self->source, subject, G_MAXUINT);
}

/* c:up(level): the same of the area at or above; nil where there is none. Upvalue: view. */
static int
word_up(lua_State *L)
{
    QyView *self = qy_view_of(L);
    Frame *frame = check_frame(L, self), *upper;
    const gchar *name = luaL_checkstring(L, 2);
    guint level = 0;
    gint area;

    while (level < QY_N_LEVELS && strcmp(qy_level_name((QyLevel)level), name) != 0)
        level++;
    if (level == QY_N_LEVELS)
        return luaL_error(L, "\"%s\" is not a level of areas", name);
    area = self->source->up(self->source, frame->subject, level);
    if (area < 0) {
        lua_pushnil(L);
        return 1;
    }
    upper = &self->frames[1 + level];
    if (!upper->made || upper->subject.row != area || upper->subject.table != QY_AREAS) {
        for (guint i = 0; upper->made && i < self->n_reads; i++)
            if (self->reads[i]->frame == upper)
                return luaL_error(L, "c:up(\"%s\") of two different areas in one call", name);
        aim(self, upper, (QySubject){QY_AREAS, area});
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, upper->object);
    return 1;
}

static void
set_real(lua_State *L, const gchar *name, gdouble value)
{
    push_real(L, value);
    lua_setfield(L, -2, name);
}

/* c:cells(id): { {key=, keys={…}, value=, num=, den=, n=, low=, high=}, … }. Upvalue: view. */
static int
word_cells(lua_State *L)
{
    QyView *self = qy_view_of(L);
    Frame *frame = check_frame(L, self);
    const gchar *name = luaL_checkstring(L, 2);
    QyMeasureCell *cells;
    guint measure, n = 0;

    for (measure = 0; measure < self->source->n_measures; measure++)
        if (strcmp(self->source->measures[measure].id, name) == 0)
            break;
    if (measure == self->source->n_measures || (self->uses != NULL && !self->uses->measures[measure]))
        return undeclared(L, self, "", name, measure < self->source->n_measures);
    if (self->source->measures[measure].n_keys == 0)
        return luaL_error(L, "\"%s\" has one value: read it as c.m.%s", name, name);
    g_free(self->cells); /* kept until the next, since what follows may raise */
    cells = self->cells = frame->area >= 0 ? self->source->cells(self->source, measure, frame->area, &n) : NULL;
    lua_createtable(L, (gint)n, 0);
    for (guint i = 0; i < n; i++) {
        const QyFigure *figure = &cells[i].figure;
        QyFigureBox box = {.number = measure, .figure = *figure};

        lua_createtable(L, 0, 8);
        lua_pushstring(L, cells[i].keys[0]);
        lua_setfield(L, -2, "key");
        lua_newtable(L);
        for (guint k = 0; k < self->source->measures[measure].n_keys; k++) {
            lua_pushstring(L, cells[i].keys[k]);
            lua_rawseti(L, -2, k + 1);
        }
        lua_setfield(L, -2, "keys");
        push_value(L, self, &box);
        lua_setfield(L, -2, "value");
        push_num(L, figure);
        lua_setfield(L, -2, "num");
        push_den(L, figure);
        lua_setfield(L, -2, "den");
        lua_pushinteger(L, figure->n);
        lua_setfield(L, -2, "n");
        if (figure->state == QY_FIGURE_ESTIMATE) {
            set_real(L, "low", figure->low);
            set_real(L, "high", figure->high);
        }
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

/* c:at(date): its p only. Upvalue: view. */
static int
word_at(lua_State *L)
{
    QyView *self = qy_view_of(L);
    const QyUses *uses = self->uses != NULL ? self->uses : self->everything;
    const gchar *text;
    QyDate date;

    check_frame(L, self);
    text = luaL_checkstring(L, 2);
    date = qy_date_parse(text, strlen(text));
    if (date == QY_DATE_NONE)
        return luaL_error(L, "c:at: \"%s\" is not a date (YYYY-MM-DD)", text);
    lua_newtable(L);
    push_parameters(self, uses->params, date, NULL);
    lua_setfield(L, -2, "p");
    wrap(L, "c:at", NULL);
    return 1;
}

/* ---- answers ---- */

QyAnswer *
qy_view_new_answer(QyView *self)
{
    QyAnswer *answer;

    if (self->n_answers == MAX_ANSWERS)
        luaL_error(self->L, "more than %d answers in one call", MAX_ANSWERS);
    answer = &self->answers[self->n_answers++];
    answer->is_grant = answer->granted = FALSE;
    answer->value[0] = answer->threshold[0] = answer->margin[0] = '\0';
    answer->unit = NULL;
    g_string_truncate(answer->zh, 0);
    g_string_truncate(answer->en, 0);
    lua_rawgeti(self->L, LUA_REGISTRYINDEX, self->answer_objects);
    lua_rawgeti(self->L, -1, self->n_answers);
    lua_remove(self->L, -2);
    return answer;
}

const QyAnswer *
qy_view_take(QyView *self, GError **error)
{
    const QyDeclaration *declaration = self->uses != NULL ? self->uses->declaration : NULL;
    const QyAnswer *answer = NULL;
    const gchar *type = luaL_typename(self->L, -1);

    if (lua_type(self->L, -1) == LUA_TUSERDATA && lua_getmetatable(self->L, -1)) {
        if (lua_topointer(self->L, -1) == self->answer_metatable)
            answer = &self->answers[*(guint *)lua_touserdata(self->L, -2)];
        lua_pop(self->L, 1);
    }
    if (answer == NULL || answer >= self->answers + self->n_answers) {
        g_set_error(error, QY_ERROR, QY_ERROR_RULE, "%s:%u: it gave back a %s, not an answer as c.met(…) makes it",
                    declaration != NULL ? declaration->file : "rule", declaration != NULL ? declaration->line : 0,
                    type);
        answer = NULL;
    }
    lua_pop(self->L, 1);
    return answer;
}

static int
index_answer(lua_State *L)
{
    return luaL_error(L, "an answer has no parts: give it back");
}

static void
make_answers(QyView *self)
{
    lua_State *L = self->L;

    lua_newtable(L);
    for (guint i = 0; i < MAX_ANSWERS; i++) {
        self->answers[i].zh = g_string_new(NULL);
        self->answers[i].en = g_string_new(NULL);
        *(guint *)lua_newuserdatauv(L, sizeof(guint), 0) = i;
        lua_rawgetp(L, LUA_REGISTRYINDEX, &self->answer_metatable);
        lua_setmetatable(L, -2);
        lua_rawseti(L, -2, i + 1);
    }
    self->answer_objects = luaL_ref(L, LUA_REGISTRYINDEX);
}

/* ---- the view ---- */

static int
free_view(lua_State *L)
{
    QyView *self = lua_touserdata(L, 1);

    for (guint i = 0; i < G_N_ELEMENTS(self->frames); i++)
        g_free(self->frames[i].of);
    for (guint i = 0; i < MAX_ANSWERS; i++) {
        g_string_free(self->answers[i].zh, TRUE);
        g_string_free(self->answers[i].en, TRUE);
    }
    qy_uses_free(self->everything);
    g_free(self->cells);
    for (guint i = 0; i < G_N_ELEMENTS(self->scratch); i++)
        g_string_free(self->scratch[i], TRUE);
    return 0;
}

static gconstpointer
make_metatable(lua_State *L, gconstpointer key, lua_CFunction index, const gchar *name)
{
    gconstpointer metatable;

    lua_newtable(L);
    metatable = lua_topointer(L, -1);
    lua_pushcfunction(L, index);
    lua_setfield(L, -2, "__index");
    lua_pushstring(L, name);
    lua_pushcclosure(L, refuse_write, 1);
    lua_setfield(L, -2, "__newindex");
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
    return metatable;
}

QyView *
qy_view_new(QyPack *pack, const QyFigureSource *source, const QyContext *lists)
{
    lua_State *L = qy_pack_state(pack);
    QyView *self = lua_newuserdatauv(L, sizeof *self, 0);

    memset(self, 0, sizeof *self);
    self->pack = pack;
    self->L = L;
    self->source = source;
    self->lists = lists;
    self->box_metatable = make_metatable(L, &self->box_metatable, index_box, "a figure");
    self->answer_metatable = make_metatable(L, &self->answer_metatable, index_answer, "an answer");
    make_answers(self);
    for (guint i = 0; i < G_N_ELEMENTS(self->scratch); i++)
        self->scratch[i] = g_string_new(NULL);
    lua_newtable(L);
    lua_pushcfunction(L, free_view);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &view_key);
    return self;
}

QyView *
qy_view_of(lua_State *L)
{
    return lua_touserdata(L, lua_upvalueindex(1));
}

const QyFigureSource *
qy_view_source(const QyView *self)
{
    return self->source;
}

GString *
qy_view_scratch(QyView *self, guint number)
{
    return self->scratch[number];
}

QyPack *
qy_view_pack(const QyView *self)
{
    return self->pack;
}

void
qy_view_use(QyView *self, const QyUses *uses)
{
    self->uses = uses;
    if (uses == NULL && self->everything == NULL)
        self->everything = qy_uses_new(self, NULL, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(self->frames); i++)
        if (self->frames[i].made)
            set_parameters(self, &self->frames[i]);
}

void
qy_view_push(QyView *self, QySubject subject)
{
    self->call++;
    self->n_reads = self->n_answers = 0;
    aim(self, &self->frames[0], subject);
    lua_rawgeti(self->L, LUA_REGISTRYINDEX, self->frames[0].object);
}

gboolean
qy_view_is_share(const QyView *self, gdouble value)
{
    for (guint i = 0; i < self->n_reads; i++)
        if (g_strcmp0(qy_figure_unit(self, &self->reads[i]->box), "ratio") == 0 &&
            qy_figure_value(&self->reads[i]->box.figure) == value)
            return TRUE;
    for (guint i = 0; self->uses != NULL && i < self->uses->shares->len; i++)
        if (g_array_index(self->uses->shares, gdouble, i) == value)
            return TRUE;
    return FALSE;
}

static guint
append_fact_evidence(const QyView *self, const Box *box, guint room, GString *out)
{
    gchar date[QY_DATE_TEXT_BYTES];
    guint n = MIN(box->box.fact.n_dates, room);

    for (guint i = 0; i < n; i++) {
        if (out->len > 0)
            g_string_append_c(out, ' ');
        g_string_append(out, self->source->id(self->source, (QySubject){QY_AREAS, box->frame->area}));
        g_string_append_c(out, '/');
        g_string_append(out, qy_facts_id(self->source->catalogue, box->box.number));
        g_string_append_c(out, '/');
        g_string_append(out, qy_date_text(box->box.fact.dates[i], date));
    }
    return n;
}

void
qy_view_evidence(const QyView *self, GString *out)
{
    guint room = 20;

    for (guint i = 0; i < self->n_reads && room > 0; i++) {
        const Box *box = self->reads[i];
        const gchar *ids;

        if (box->box.is_fact) {
            room -= append_fact_evidence(self, box, room, out);
            continue;
        }
        if (!self->source->measures[box->box.number].evidence)
            continue;
        ids = self->source->evidence(self->source, box->box.number, box->frame->subject.row);
        for (; ids != NULL && *ids != '\0' && room > 0; room--) {
            const gchar *end = strchr(ids, ' ');
            gsize length = end != NULL ? (gsize)(end - ids) : strlen(ids);

            if (out->len > 0)
                g_string_append_c(out, ' ');
            g_string_append_len(out, ids, (gssize)length);
            ids += length + (end != NULL);
        }
    }
}

/* ---- uses ---- */

static void
fault(GString *faults, const QyDeclaration *declaration, const gchar *name, const gchar *near)
{
    g_string_append_printf(faults, "%s%s:%u: %s \"%s\": ", faults->len > 0 ? "\n" : "", declaration->file,
                           declaration->line, declaration->kind, declaration->id);
    if (near != NULL)
        g_string_append_printf(faults, _("uses: there is no \"%s\"; did you mean \"%s\"?"), name, near);
    else
        g_string_append_printf(faults, _("uses: there is no \"%s\""), name);
}

/* Finds a name of `uses`; FALSE when the pack has no such. */
static gboolean
use(QyView *view, QyUses *self, const gchar *name)
{
    const QyDeclaration *found = qy_pack_find(view->pack, name);

    if (g_str_has_prefix(name, "area.")) {
        for (guint i = 0; area_fields[i] != NULL; i++)
            if (strcmp(area_fields[i], name + 5) == 0)
                return self->areas[i] = TRUE;
        return FALSE;
    }
    if (g_str_has_prefix(name, "fact:")) {
        gint fact = qy_facts_find(view->source->catalogue, name + 5);

        if (fact >= 0)
            self->facts[fact] = TRUE;
        return fact >= 0;
    }
    if (found == NULL)
        return FALSE;
    if (strcmp(found->kind, "param") == 0)
        g_ptr_array_add(self->params, (gpointer)found->id);
    for (guint i = 0; i < view->source->n_measures; i++)
        if (strcmp(view->source->measures[i].id, name) == 0)
            self->measures[i] = TRUE;
    return strcmp(found->kind, "criterion") != 0 && strcmp(found->kind, "commend") != 0;
}

static const gchar *
nearest_use(QyView *view, const gchar *name)
{
    g_autoptr(GPtrArray) all = qy_pack_declarations(view->pack, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (guint i = 0; i < all->len; i++) {
        const QyDeclaration *one = g_ptr_array_index(all, i);

        if (strcmp(one->kind, "measure") == 0 || strcmp(one->kind, "param") == 0 || strcmp(one->kind, "index") == 0)
            g_ptr_array_add(names, (gpointer)one->id);
    }
    g_ptr_array_add(names, NULL);
    return qy_nearest_name(name, (const gchar *const *)names->pdata);
}

QyUses *
qy_uses_new(QyView *view, const QyDeclaration *declaration, GString *faults)
{
    QyUses *self = g_new0(QyUses, 1);
    const QyValue *list = declaration != NULL ? qy_value_field(declaration->body, "uses") : NULL;

    self->declaration = declaration;
    self->measures = g_new0(guint8, MAX(view->source->n_measures, 1));
    self->facts = g_new0(guint8, MAX(qy_facts_count(view->source->catalogue), 1));
    self->areas = g_new0(guint8, QY_N_AREA_FIELDS);
    self->params = g_ptr_array_new();
    self->shares = g_array_new(FALSE, FALSE, sizeof(gdouble));
    for (guint i = 0; list != NULL && i < list->n_items; i++) {
        const gchar *name = list->items[i]->text;

        if (!use(view, self, name))
            fault(faults, declaration, name, nearest_use(view, name));
    }
    if (declaration == NULL) {
        g_autoptr(GPtrArray) params = qy_pack_declarations(view->pack, "param");

        for (guint i = 0; i < params->len; i++)
            g_ptr_array_add(self->params, (gpointer)((const QyDeclaration *)g_ptr_array_index(params, i))->id);
    }
    push_parameters(view, self->params, view->source->as_of, self->shares);
    self->values = luaL_ref(view->L, LUA_REGISTRYINDEX);
    return self;
}

void
qy_uses_free(QyUses *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->params);
    g_array_unref(self->shares);
    g_free(self->areas);
    g_free(self->facts);
    g_free(self->measures);
    g_free(self); /* its values go with the state */
}
