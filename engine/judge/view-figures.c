#define G_LOG_DOMAIN "qy-judge"

/* Figures as a rule reads them: c.m.x, c.f.x, c.area.x, c:cells("x"), their
 * parts, and the ids of the rows behind those that were read. */
#include "judge/view.h"

#include <string.h>

const gchar *const qy_area_fields[] = {"name", "level", "households", "population", "opened_on", "days", NULL};

/* ---- figures ---- */

static void
fetch(QyAspect *aspect, QyBox *box)
{
    QyView *self = aspect->view;

    box->call = self->call;
    box->box.subject = aspect->subject;
    if (box->box.is_fact) {
        QyFactFigure fact = {.present = FALSE};

        if (aspect->area >= 0)
            fact = self->source->fact(self->source, box->box.number, aspect->area);
        box->box.fact = fact;
        box->box.figure = (QyFigure){.state = fact.present ? QY_FIGURE_EXACT : QY_FIGURE_NIL,
                                     .num = fact.value,
                                     .num_scale = QY_SCALE_WEIGHT,
                                     .den = 1,
                                     .n = 1};
    } else {
        box->box.figure = self->source->figure(self->source, box->box.number, aspect->subject.row);
    }
    if (self->n_reads < MAX_READS)
        self->reads[self->n_reads++] = box;
}

/* Pushes the figure of slot @number (facts after measures), or nil. */
static int
push_figure(lua_State *L, QyAspect *aspect, guint number)
{
    QyView *self = aspect->view;
    QyBox *box = aspect->of[number];

    if (box == NULL) {
        guint n_measures = self->source->n_measures;

        lua_rawgeti(L, LUA_REGISTRYINDEX, aspect->boxes);
        box = lua_newuserdatauv(L, sizeof *box, 0);
        memset(box, 0, sizeof *box);
        box->aspect = aspect;
        box->box.is_fact = number >= n_measures;
        box->box.number = box->box.is_fact ? number - n_measures : number;
        lua_rawgetp(L, LUA_REGISTRYINDEX, &self->box_metatable);
        lua_setmetatable(L, -2);
        lua_rawseti(L, -2, number + 1);
        lua_pop(L, 1);
        aspect->of[number] = box;
    }
    if (box->call != self->call)
        fetch(aspect, box);
    if (box->box.figure.state == QY_FIGURE_NIL) {
        lua_pushnil(L);
        return 1;
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, aspect->boxes);
    lua_rawgeti(L, -1, number + 1);
    lua_remove(L, -2);
    return 1;
}

/* c.m.x; upvalues: aspect, names → number + 1 */
static int
index_measures(lua_State *L)
{
    QyAspect *aspect = lua_touserdata(L, lua_upvalueindex(1));
    QyView *self = aspect->view;
    const gchar *name = luaL_checkstring(L, 2);
    lua_Integer number;

    lua_rawget(L, lua_upvalueindex(2));
    number = lua_tointeger(L, -1) - 1;
    if (number < 0 || (self->uses != NULL && !self->uses->measures[number]))
        return qy_view_undeclared(L, "", name, number >= 0);
    if (self->source->measures[number].n_keys > 0)
        return luaL_error(L, "\"%s\" has a value for each key: read it with c:cells(\"%s\")", name, name);
    if (self->source->measures[number].table != aspect->subject.table)
        return luaL_error(L, "\"%s\" is a measure of other rows", name);
    return push_figure(L, aspect, (guint)number);
}

/* c.f.x; upvalues: aspect, names → number + 1 */
static int
index_facts(lua_State *L)
{
    QyAspect *aspect = lua_touserdata(L, lua_upvalueindex(1));
    QyView *self = aspect->view;
    const gchar *name = luaL_checkstring(L, 2);
    lua_Integer number;

    lua_rawget(L, lua_upvalueindex(2));
    number = lua_tointeger(L, -1) - 1;
    if (number < 0 || (self->uses != NULL && !self->uses->facts[number]))
        return qy_view_undeclared(L, "fact:", name, number >= 0);
    return push_figure(L, aspect, self->source->n_measures + (guint)number);
}

void
qy_view_push_date(lua_State *L, QyDate date)
{
    gchar text[QY_DATE_TEXT_BYTES];

    if (date == QY_DATE_NONE)
        lua_pushnil(L);
    else
        lua_pushstring(L, qy_date_text(date, text));
}

void
qy_view_push_real(lua_State *L, gdouble value)
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
        qy_view_push_real(L, box->figure.value);
    else if (box->figure.state != QY_FIGURE_EXACT)
        lua_pushnil(L);
    else if (qy_figure_is_date(self, box))
        qy_view_push_date(L, (QyDate)box->figure.num);
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
int
qy_view_index_box(lua_State *L)
{
    QyBox *box = lua_touserdata(L, 1);
    const QyFigure *figure = &box->box.figure;
    const gchar *key = luaL_checkstring(L, 2);

    if (strcmp(key, "value") == 0)
        push_value(L, box->aspect->view, &box->box);
    else if (box->box.is_fact && strcmp(key, "as_of") == 0)
        qy_view_push_date(L, box->box.fact.as_of);
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
        qy_view_push_real(L, figure->state == QY_FIGURE_ESTIMATE ? figure->low : 0.0 / 0.0);
    else if (strcmp(key, "high") == 0)
        qy_view_push_real(L, figure->state == QY_FIGURE_ESTIMATE ? figure->high : 0.0 / 0.0);
    else if (strcmp(key, "std_error") == 0)
        qy_view_push_real(L, figure->state == QY_FIGURE_ESTIMATE ? figure->std_error : 0.0 / 0.0);
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
            found = &((const QyBox *)lua_touserdata(self->L, index))->box;
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

/* c.area.x; upvalues: aspect, names → number + 1 */
static int
index_area(lua_State *L)
{
    QyAspect *aspect = lua_touserdata(L, lua_upvalueindex(1));
    QyView *self = aspect->view;
    const gchar *name = luaL_checkstring(L, 2);
    lua_Integer field;
    QyAreaFacts area;

    lua_rawget(L, lua_upvalueindex(2));
    field = lua_tointeger(L, -1) - 1;
    if (field < 0)
        return luaL_error(L, "an area has name, level, households, population, opened_on and days, not \"%s\"", name);
    if (self->uses != NULL && !self->uses->areas[field])
        return qy_view_undeclared(L, "area.", name, TRUE);
    if (aspect->area < 0) {
        lua_pushnil(L);
        return 1;
    }
    area = self->source->area(self->source, aspect->area);
    if (field == QY_AREA_NAME)
        lua_pushstring(L, area.name);
    else if (field == QY_AREA_LEVEL)
        lua_pushstring(L, area.level);
    else if (field == QY_AREA_OPENED_ON)
        qy_view_push_date(L, area.opened_on);
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

static void
set_real(lua_State *L, const gchar *name, gdouble value)
{
    qy_view_push_real(L, value);
    lua_setfield(L, -2, name);
}

/* c:cells(id): { {key=, keys={…}, value=, num=, den=, n=, low=, high=}, … }. Upvalue: view. */
static int
word_cells(lua_State *L)
{
    QyView *self = qy_view_of(L);
    QyAspect *aspect = qy_view_check_aspect(L, self);
    const gchar *name = luaL_checkstring(L, 2);
    QyMeasureCell *cells;
    guint measure, n = 0;

    for (measure = 0; measure < self->source->n_measures; measure++)
        if (strcmp(self->source->measures[measure].id, name) == 0)
            break;
    if (measure == self->source->n_measures || (self->uses != NULL && !self->uses->measures[measure]))
        return qy_view_undeclared(L, "", name, measure < self->source->n_measures);
    if (self->source->measures[measure].n_keys == 0)
        return luaL_error(L, "\"%s\" has one value: read it as c.m.%s", name, name);
    g_free(self->cells); /* kept until the next, since what follows may raise */
    cells = self->cells = aspect->area >= 0 ? self->source->cells(self->source, measure, aspect->area, &n) : NULL;
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

void
qy_view_open_figures(lua_State *L, QyAspect *aspect)
{
    QyView *self = aspect->view;
    gint fields = lua_gettop(L);

    push_names(L, self, FALSE);
    qy_view_wrap_function(L, "c.m", aspect, index_measures);
    lua_setfield(L, fields, "m");
    push_names(L, self, TRUE);
    qy_view_wrap_function(L, "c.f", aspect, index_facts);
    lua_setfield(L, fields, "f");
    lua_newtable(L);
    for (guint i = 0; qy_area_fields[i] != NULL; i++) {
        lua_pushinteger(L, i + 1);
        lua_setfield(L, -2, qy_area_fields[i]);
    }
    qy_view_wrap_function(L, "c.area", aspect, index_area);
    lua_setfield(L, fields, "area");
    lua_pushlightuserdata(L, self);
    lua_pushcclosure(L, word_cells, 1);
    lua_setfield(L, fields, "cells");
}

/* ---- what was read ---- */

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
append_fact_evidence(const QyView *self, const QyBox *box, guint room, GString *out)
{
    gchar date[QY_DATE_TEXT_BYTES];
    guint n = MIN(box->box.fact.n_dates, room);

    for (guint i = 0; i < n; i++) {
        if (out->len > 0)
            g_string_append_c(out, ' ');
        g_string_append(out, self->source->id(self->source, (QySubject){QY_AREAS, box->aspect->area}));
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
        const QyBox *box = self->reads[i];
        const gchar *ids;

        if (box->box.is_fact) {
            room -= append_fact_evidence(self, box, room, out);
            continue;
        }
        if (!self->source->measures[box->box.number].evidence)
            continue;
        ids = self->source->evidence(self->source, box->box.number, box->aspect->subject.row);
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
