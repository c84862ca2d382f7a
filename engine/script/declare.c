#define G_LOG_DOMAIN "qy-script"

/* The declarations' words: what may be declared, with which keys. One table
 * says it, and declarations are checked from it. */
#include "script/private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define LEVELS "prefecture|county|street|community|compound|building"

/* A word of the rule language as its packs see it. */
typedef struct {
    const gchar *kind; /* "measure" */
    const gchar *key;  /* "id" */
    const gchar *type; /* "text", "say", "date", "integer", "number", "boolean", "list", "map", "call", "function";
                          joined by | */
    gboolean required;
    const gchar *words; /* (nullable) the texts it may be, joined by | */
} KeyDef;

static const KeyDef keys[] = {
    {"standard", "id", "text", TRUE, NULL},
    {"standard", "title", "say", TRUE, NULL},
    {"standard", "version", "text|integer", FALSE, NULL},
    {"standard", "note", "say", FALSE, NULL},
    {"standard", "stars", "list", TRUE, NULL},
    {"standard", "level", "text", FALSE, LEVELS},

    {"owner", "id", "text", TRUE, NULL},
    {"owner", "title", "say", TRUE, NULL},

    {"param", "id", "text", TRUE, NULL},
    {"param", "unit", "text", TRUE, NULL},
    {"param", "title", "say", FALSE, NULL},
    {"param", "values", "map", TRUE, NULL},
    {"param", "source", "map", TRUE, NULL},

    {"fact", "id", "text", TRUE, NULL},
    {"fact", "unit", "text", TRUE, NULL},
    {"fact", "title", "say", FALSE, NULL},
    {"fact", "kind", "text", FALSE, "stock|flow"},
    {"fact", "max_age", "integer", FALSE, NULL},
    {"fact", "window", "call", FALSE, NULL},
    {"fact", "level", "text", FALSE, LEVELS},

    {"measure", "id", "text", TRUE, NULL},
    {"measure", "unit", "text", TRUE, NULL},
    {"measure", "title", "say", FALSE, NULL},
    {"measure", "from", "text", FALSE, NULL},
    {"measure", "where", "list", FALSE, NULL},
    {"measure", "group", "text|list|call", FALSE, NULL},
    {"measure", "value", "call", FALSE, NULL},
    {"measure", "optional", "list", FALSE, NULL},
    {"measure", "evidence", "boolean", FALSE, NULL},
    {"measure", "publish", "boolean", FALSE, NULL},

    {"criterion", "id", "text", TRUE, NULL},
    {"criterion", "star", "text", TRUE, NULL},
    {"criterion", "kind", "text", TRUE, "have|have-not"},
    {"criterion", "title", "say", TRUE, NULL},
    {"criterion", "owner", "text", TRUE, NULL},
    {"criterion", "duty", "text", FALSE, "community|street|department"},
    {"criterion", "clause", "say", FALSE, NULL},
    {"criterion", "since", "date", FALSE, NULL},
    {"criterion", "level", "text", FALSE, LEVELS},
    {"criterion", "uses", "list", TRUE, NULL},
    {"criterion", "check", "function", TRUE, NULL},

    {"index", "id", "text", TRUE, NULL},
    {"index", "title", "say", FALSE, NULL},
    {"index", "subject", "text", FALSE, "area|unit"},
    {"index", "of", "list", TRUE, NULL},
    {"index", "weights", "map|list", FALSE, NULL},
    {"index", "normalise", "text", FALSE, "posts|z|rank|percentile|target"},
    {"index", "posts", "map", FALSE, NULL},
    {"index", "aggregate", "text", TRUE, "mean|geometric|harmonic|least|copeland"},
    {"index", "missing", "text", TRUE, "none|reweight|bounds"},
    {"index", "better", "text", FALSE, "higher|lower"},
    {"index", "scale", "integer", FALSE, NULL},

    {"commend", "id", "text", TRUE, NULL},
    {"commend", "title", "say", TRUE, NULL},
    {"commend", "subject", "text", TRUE, "community|street|unit|member"},
    {"commend", "level", "text", FALSE, LEVELS},
    {"commend", "size", "integer|text", FALSE, NULL},
    {"commend", "share", "number|text", FALSE, NULL},
    {"commend", "order", "list", TRUE, NULL},
    {"commend", "eligible", "function", FALSE, NULL},
    {"commend", "veto", "function", FALSE, NULL},
    {"commend", "years", "integer", FALSE, NULL},
    {"commend", "confidence", "number", FALSE, NULL},
    {"commend", "uses", "list", TRUE, NULL},

    {"look", "id", "text", TRUE, NULL},
    {"look", "from", "text", TRUE, "commitments|offers|needs"},
    {"look", "where", "list", TRUE, NULL},
    {"look", "advice", "text", TRUE, "keep|adjust|stop|record"},
    {"look", "reason", "say", TRUE, NULL},

    {"points", "id", "text", TRUE, NULL},
    {"points", "from", "text", TRUE, NULL},
    {"points", "where", "list", FALSE, NULL},
    {"points", "holder", "text", TRUE, NULL},
    {"points", "points", "integer|text|call", TRUE, NULL},
    {"points", "reason", "say", TRUE, NULL},

    {"tailor", "choose", "list", FALSE, NULL},
    {"tailor", "leave_out", "list", FALSE, NULL},
    {"tailor", "set", "map", FALSE, NULL},
    {"tailor", "waive", "list", FALSE, NULL},

    {"case", "name", "say", TRUE, NULL},
    {"case", "level", "text", FALSE, LEVELS},
    {"case", "as_of", "date", FALSE, NULL},
    {"case", "period", "text", FALSE, NULL},
    {"case", "area", "map", FALSE, NULL},
    {"case", "facts", "map", FALSE, NULL},
    {"case", "measures", "map", FALSE, NULL},
    {"case", "params", "map", FALSE, NULL},
    {"case", "up", "map", FALSE, NULL},
    {"case", "expect", "map", TRUE, NULL},
};

static const gchar *const kinds[] = {"standard", "owner", "param",  "fact",   "measure", "criterion", "index",
                                     "commend",  "look",  "points", "tailor", "case",    NULL};

/* Where a decimal may stand; elsewhere a threshold with a fraction is a param. */
static const gchar *const decimal_places[] = {"param.values",
                                              "tailor.set",
                                              "commend.share",
                                              "commend.confidence",
                                              "index.weights",
                                              "index.posts",
                                              "case.facts",
                                              "case.measures",
                                              "case.params",
                                              "case.up",
                                              NULL};

/* Whether @word is one of @words, which are joined by '|'. */
static gboolean
is_one_of(const gchar *word, const gchar *words)
{
    gsize length = strlen(word);

    for (const gchar *at = words; at != NULL; at = strchr(at, '|') != NULL ? strchr(at, '|') + 1 : NULL)
        if (strncmp(at, word, length) == 0 && (at[length] == '|' || at[length] == '\0'))
            return TRUE;
    return FALSE;
}

static gboolean
type_fits(const gchar *types, const QyValue *value)
{
    const gchar *type = qy_value_type_name(value);

    if (is_one_of(type, types))
        return TRUE;
    if (value->type == QY_VALUE_TEXT)
        return is_one_of("say", types) ||
               (is_one_of("date", types) && qy_date_parse(value->text, strlen(value->text)) != QY_DATE_NONE);
    if (value->type == QY_VALUE_INTEGER)
        return is_one_of("number", types);
    return value->type == QY_VALUE_LIST && value->n_items == 0 && is_one_of("map", types); /* {} is both */
}

static gboolean
is_id(const gchar *id)
{
    gsize length = strspn(id, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-");

    return length >= 1 && length <= 64 && id[length] == '\0' && !g_ascii_isdigit(id[0]) && id[0] != '-';
}

static void
unknown_key(QyPack *self, const QyDeclaration *declaration, const gchar *key)
{
    const gchar *names[G_N_ELEMENTS(keys) + 1];
    const gchar *near;
    guint n = 0;

    for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
        if (strcmp(keys[i].kind, declaration->kind) == 0)
            names[n++] = keys[i].key;
    names[n] = NULL;
    near = qy_nearest_name(key, names);
    if (near != NULL)
        qy_pack_fault_at(self, declaration, _("no key \"%s\"; did you mean \"%s\"?"), key, near);
    else
        qy_pack_fault_at(self, declaration, _("no key \"%s\""), key);
}

static void
check_field(QyPack *self, const QyDeclaration *declaration, const KeyDef *def, const QyValue *value)
{
    g_autofree gchar *place = g_strdup_printf("%s.%s", def->kind, def->key);

    if (!type_fits(def->type, value)) {
        qy_pack_fault_at(self, declaration, _("%s: found a %s, needs %s"), def->key, qy_value_type_name(value),
                         strcmp(def->type, "date") == 0 ? "YYYY-MM-DD" : def->type);
        return;
    }
    if (def->words != NULL && !is_one_of(value->text, def->words))
        qy_pack_fault_at(self, declaration, _("%s: \"%s\" is not one of %s"), def->key, value->text, def->words);
    if (qy_value_has_decimal(value) && !g_strv_contains(decimal_places, place))
        qy_pack_fault_at(self, declaration, _("%s: a number with a fraction; make it a param and name that"), def->key);
    if (strcmp(def->key, "id") == 0 && !is_id(value->text))
        qy_pack_fault_at(self, declaration, _("id: only ASCII letters, digits, _ and -, at most 64, a letter first"));
}

static void
check_keys(QyPack *self, const QyDeclaration *declaration)
{
    const QyValue *body = declaration->body;

    if (body->n_items > 0)
        qy_pack_fault_at(self, declaration, _("a value without a key"));
    for (guint k = 0; k < G_N_ELEMENTS(keys); k++) {
        const QyValue *value;

        if (strcmp(keys[k].kind, declaration->kind) != 0)
            continue;
        value = qy_value_field(body, keys[k].key);
        if (value != NULL)
            check_field(self, declaration, &keys[k], value);
        else if (keys[k].required)
            qy_pack_fault_at(self, declaration, _("%s is missing"), keys[k].key);
    }
    for (guint i = 0; i < body->n_fields; i++) {
        gboolean known = FALSE;

        for (guint k = 0; k < G_N_ELEMENTS(keys) && !known; k++)
            known = strcmp(keys[k].kind, declaration->kind) == 0 && strcmp(keys[k].key, body->keys[i]) == 0;
        if (!known)
            unknown_key(self, declaration, body->keys[i]);
    }
}

/* Lists of texts, wherever a list of names is asked for. */
static void
check_texts(QyPack *self, const QyDeclaration *declaration, const gchar *key)
{
    const QyValue *list = qy_value_field(declaration->body, key);

    if (list == NULL || list->type != QY_VALUE_LIST)
        return;
    for (guint i = 0; i < list->n_items; i++)
        if (list->items[i]->type != QY_VALUE_TEXT)
            qy_pack_fault_at(self, declaration, _("%s[%u]: found a %s, needs text"), key, i + 1,
                             qy_value_type_name(list->items[i]));
}

static const gchar *
name_key(QyPack *self, const gchar *kind, const gchar *id)
{
    static const gchar *const shared[] = {"measure", "param", "criterion", "index", "commend", NULL};
    g_autofree gchar *full = NULL;

    if (g_strv_contains(shared, kind))
        return id;
    full = g_strconcat(kind, ":", id, NULL);
    return qy_pack_text(self, full);
}

static void
add_declaration(QyPack *self, QyDeclaration *declaration)
{
    const QyDeclaration *before;
    const gchar *name;

    g_ptr_array_add(self->declarations, declaration);
    check_keys(self, declaration);
    check_texts(self, declaration, "uses");
    check_texts(self, declaration, "of");
    check_texts(self, declaration, "order");
    check_texts(self, declaration, "optional");
    check_texts(self, declaration, "leave_out");
    check_texts(self, declaration, "choose");
    if (*declaration->id != '\0') {
        name = name_key(self, declaration->kind, declaration->id);
        before = g_hash_table_lookup(self->by_name, name);
        if (before != NULL)
            qy_pack_fault_at(self, declaration, _("the name is already that of the %s at %s:%u"), before->kind,
                             before->file, before->line);
        else
            g_hash_table_insert(self->by_name, (gpointer)name, declaration);
    }
    if (strcmp(declaration->kind, "param") == 0)
        qy_params_add(self, declaration);
}

/* A tailoring file has tailor only, a test file case only, the pack's files all else. */
static void
check_place(lua_State *L, QyPack *self, const gchar *kind)
{
    gboolean is_tailor = strcmp(kind, "tailor") == 0, is_case = strcmp(kind, "case") == 0;

    if (self->place_of_files == QY_TAILORING && !is_tailor)
        luaL_error(L, qy_rule_text(L, N_("%s: a tailoring file has tailor { … } only")), kind);
    if (self->place_of_files == QY_TESTS && !is_case)
        luaL_error(L, qy_rule_text(L, N_("%s: a file of tests has case { … } only")), kind);
    if (self->place_of_files != QY_TAILORING && is_tailor)
        luaL_error(L, qy_rule_text(L, N_("tailor belongs into a tailoring file")));
    if (self->place_of_files != QY_TESTS && is_case)
        luaL_error(L, qy_rule_text(L, N_("case belongs into the pack's tests")));
}

/* Upvalue 1: the kind. */
static int
declare(lua_State *L)
{
    QyPack *self = qy_pack_of(L);
    const gchar *kind = lua_touserdata(L, lua_upvalueindex(1));
    QyDeclaration *declaration;
    const gchar *why = NULL, *id;
    lua_Debug where = {.currentline = 0};

    if (!self->loading)
        return luaL_error(L, qy_rule_text(L, N_("%s: nothing can be declared while a rule runs")), kind);
    if (!lua_istable(L, 1) || lua_gettop(L) != 1)
        return luaL_error(L, qy_rule_text(L, N_("%s is followed by one table: %s { … }")), kind, kind);
    check_place(L, self, kind);
    if (self->place_of_files != QY_TESTS && self->declarations->len >= QY_MAX_DECLARATIONS)
        return luaL_error(L, qy_rule_text(L, N_("more than %d declarations")), QY_MAX_DECLARATIONS);
    if (lua_getstack(L, 1, &where))
        lua_getinfo(L, "l", &where);

    declaration = qy_pack_alloc(self, sizeof *declaration);
    declaration->kind = kind;
    declaration->file = self->file;
    declaration->line = (guint)MAX(where.currentline, 1);
    declaration->id = "";
    declaration->body = qy_value_copy(self, 1, declaration->line, &why);
    lua_getfield(L, 1, "id");
    if (lua_type(L, -1) == LUA_TSTRING && g_utf8_validate(lua_tostring(L, -1), -1, NULL))
        declaration->id = qy_pack_text(self, lua_tostring(L, -1));
    if (declaration->body == NULL) {
        qy_pack_fault_at(self, declaration, "%s: %s", self->path->str, why);
        return 0;
    }
    id = qy_value_field_text(declaration->body, "id");
    declaration->id = id != NULL && strcmp(kind, "tailor") != 0 ? id : "";
    add_declaration(self, declaration);
    return 0;
}

void
qy_declare_open(lua_State *L)
{
    for (guint i = 0; kinds[i] != NULL; i++) {
        lua_pushlightuserdata(L, (gpointer)kinds[i]);
        lua_pushcclosure(L, declare, 1);
        lua_setfield(L, -2, kinds[i]);
    }
}

/* A star of the standard: {id, title}. */
static gboolean
has_star(const QyDeclaration *standard, const gchar *star)
{
    const QyValue *stars = qy_value_field(standard->body, "stars");

    for (guint i = 0; stars != NULL && i < stars->n_items; i++) {
        const QyValue *one = stars->items[i];

        if (one->n_items > 0 && one->items[0]->type == QY_VALUE_TEXT && strcmp(one->items[0]->text, star) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
check_stars(QyPack *self, const QyDeclaration *standard)
{
    const QyValue *stars = qy_value_field(standard->body, "stars");

    for (guint i = 0; stars != NULL && i < stars->n_items; i++) {
        const QyValue *star = stars->items[i];

        if (star->type != QY_VALUE_LIST || star->n_items != 2 || star->items[0]->type != QY_VALUE_TEXT ||
            (star->items[1]->type != QY_VALUE_SAY && star->items[1]->type != QY_VALUE_TEXT))
            qy_pack_fault_at(self, standard, _("stars[%u]: needs {\"id\", title}"), i + 1);
    }
}

/* A criterion's star and owner, where the pack declares any; that there are
 * such is asked by who judges. */
static void
check_criterion(QyPack *self, const QyDeclaration *criterion, const QyDeclaration *standard, gboolean has_owners)
{
    const gchar *star = qy_value_field_text(criterion->body, "star");
    const gchar *owner = qy_value_field_text(criterion->body, "owner");
    g_autofree gchar *owner_name = g_strconcat("owner:", owner, NULL);

    if (standard != NULL && star != NULL && !has_star(standard, star))
        qy_pack_fault_at(self, criterion, _("star: the standard has no star \"%s\""), star);
    if (has_owners && owner != NULL && !g_hash_table_contains(self->by_name, owner_name))
        qy_pack_fault_at(self, criterion, _("owner: no owner \"%s\" is declared"), owner);
}

void
qy_declare_finish(QyPack *self)
{
    const QyDeclaration *standard = NULL;
    gboolean has_owners = FALSE;

    for (guint i = 0; i < self->declarations->len; i++) {
        const QyDeclaration *declaration = g_ptr_array_index(self->declarations, i);

        has_owners = has_owners || strcmp(declaration->kind, "owner") == 0;
        if (strcmp(declaration->kind, "standard") != 0)
            continue;
        check_stars(self, declaration);
        if (standard != NULL)
            qy_pack_fault_at(self, declaration, _("a pack has one standard; the first is at %s:%u"), standard->file,
                             standard->line);
        else
            standard = declaration;
    }
    for (guint i = 0; i < self->declarations->len; i++) {
        const QyDeclaration *declaration = g_ptr_array_index(self->declarations, i);

        if (strcmp(declaration->kind, "criterion") == 0)
            check_criterion(self, declaration, standard, has_owners);
    }
}
