/* The Lua host: what a pack may say, what it is told when it says something
 * else, and that nothing it does harms the host. */
#include "script/script.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

/* ---- packs of a test ---- */

typedef struct {
    gchar *folder;
    gchar *tailoring;
} Folder;

static void
folder_add(Folder *self, const gchar *name, const gchar *text, gssize length)
{
    g_autofree gchar *path = NULL;

    if (self->folder == NULL)
        self->folder = g_dir_make_tmp("qy-script-XXXXXX", NULL);
    path = g_build_filename(self->folder, name, NULL);
    g_assert_true(g_file_set_contents(path, text, length, NULL));
}

static void
folder_clear(Folder *self)
{
    GDir *dir = self->folder != NULL ? g_dir_open(self->folder, 0, NULL) : NULL;
    const gchar *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree gchar *path = g_build_filename(self->folder, name, NULL);

        g_unlink(path);
    }
    if (dir != NULL) {
        g_dir_close(dir);
        g_rmdir(self->folder);
    }
    g_free(self->folder);
    g_free(self->tailoring);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Folder, folder_clear)

/* A pack of one file, with an optional tailoring. */
static QyPack *
load(const gchar *text, const gchar *tailoring, GError **error)
{
    g_auto(Folder) folder = {NULL, NULL};

    folder_add(&folder, "pack.lua", text, -1);
    if (tailoring != NULL) {
        folder_add(&folder, "office.tailoring", tailoring, -1);
        folder.tailoring = g_build_filename(folder.folder, "office.tailoring", NULL);
    }
    return qy_pack_load(folder.folder, folder.tailoring, NULL, error);
}

static QyPack *
load_good(const gchar *text)
{
    g_autoptr(GError) error = NULL;
    QyPack *pack = load(text, NULL, &error);

    g_assert_no_error(error);
    g_assert_nonnull(pack);
    return pack;
}

/* ---- declarations as values ---- */

static void
test_values(void)
{
    g_autoptr(QyPack) pack = load_good(
        "local kind = 'open'\n"
        "measure { id='m', unit='item', from='commitments',\n"
        "  where={{'status','==',kind}, any{{'due_on','<=',as_of}, {'kind','in',p'words'}}},\n"
        "  group={'area', quarter'held_on'}, value=count{{'overdue','==',1}, {'remedy','missing'}}, evidence=true }\n"
        "measure { id='e', unit='ratio', value=estimate{of='top', calibrate={'age_band','sex'}} }\n"
        "measure { id='s', unit='hour', value=sum(times('hours', 3)), where={{'on','>=',period.first}} }\n");
    g_autoptr(GPtrArray) all = qy_pack_declarations(pack, "measure");
    const QyDeclaration *m = qy_pack_find(pack, "m");
    const QyValue *where, *group, *value;

    g_assert_cmpuint(all->len, ==, 3);
    g_assert_cmpstr(m->file, ==, "pack.lua");
    g_assert_cmpuint(m->line, ==, 2);
    where = qy_value_field(m->body, "where");
    g_assert_cmpint(where->type, ==, QY_VALUE_LIST);
    g_assert_cmpuint(where->n_items, ==, 2);
    g_assert_cmpstr(where->items[0]->items[2]->text, ==, "open");
    g_assert_cmpint(where->items[1]->type, ==, QY_VALUE_CALL);
    g_assert_cmpstr(where->items[1]->text, ==, "any");
    g_assert_cmpuint(where->items[1]->line, ==, 3);
    g_assert_cmpuint(where->items[1]->n_items, ==, 2);
    g_assert_cmpstr(where->items[1]->items[0]->items[2]->text, ==, "as_of");
    g_assert_cmpstr(where->items[1]->items[1]->items[2]->text, ==, "p");
    g_assert_cmpstr(where->items[1]->items[1]->items[2]->items[0]->text, ==, "words");
    group = qy_value_field(m->body, "group");
    g_assert_cmpstr(group->items[1]->text, ==, "quarter");
    g_assert_cmpstr(group->items[1]->items[0]->text, ==, "held_on");
    value = qy_value_field(m->body, "value");
    g_assert_cmpuint(value->n_items, ==, 2);
    g_assert_true(qy_value_field(m->body, "evidence")->boolean);

    value = qy_value_field(qy_pack_find(pack, "e")->body, "value");
    g_assert_cmpuint(value->n_items, ==, 0);
    g_assert_cmpstr(qy_value_field_text(value, "of"), ==, "top");
    g_assert_cmpuint(qy_value_field(value, "calibrate")->n_items, ==, 2);
    value = qy_value_field(qy_pack_find(pack, "s")->body, "value");
    g_assert_cmpint(value->items[0]->items[1]->integer, ==, 3);
    where = qy_value_field(qy_pack_find(pack, "s")->body, "where");
    g_assert_cmpstr(where->items[0]->items[2]->text, ==, "period.first");
    g_assert_null(qy_value_field(where, "x"));
    g_assert_null(qy_pack_find(pack, "x"));
}

/* A file beside the checkout, or where QY_SHARED says. */
static gchar *
shared_path(const gchar *name)
{
    const gchar *shared = g_getenv("QY_SHARED");
    const gchar *root = g_getenv("QY_SOURCE_ROOT");

    return shared != NULL ? g_build_filename(shared, name, NULL)
                          : g_build_filename(root != NULL ? root : ".", "..", "shared", name, NULL);
}

/* The worked examples of the rule language, word for word: the Lua in
 * rules-api.md. (transfer full) (nullable) */
static gchar *
read_examples(void)
{
    g_autofree gchar *path = shared_path("rules-api.md");
    g_autofree gchar *text = NULL;
    gchar *first, *last;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        return NULL;
    first = strstr(text, "```lua\n");
    g_assert_nonnull(first);
    first += strlen("```lua\n");
    last = strstr(first, "```");
    g_assert_nonnull(last);
    return g_strndup(first, (gsize)(last - first));
}

static void
test_examples(void)
{
    g_auto(Folder) folder = {NULL, NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(QyPack) pack = NULL;
    g_autofree gchar *examples = read_examples();
    const QyDeclaration *found;

    if (examples == NULL) {
        g_test_skip("no rules-api.md beside the checkout");
        return;
    }
    folder_add(&folder, "examples.lua", examples, -1);
    folder_add(&folder, "standard.lua",
               "standard { id='s', title='S', stars={{'harmony','H'},{'party-building','P'}} }\n"
               "owner { id='org', title=say('组织部','Organisation Department') }\n",
               -1);
    pack = qy_pack_load(folder.folder, NULL, NULL, &error);
    g_assert_no_error(error);
    found = qy_pack_find(pack, "HA-N4");
    g_assert_cmpstr(found->kind, ==, "criterion");
    g_assert_cmpstr(qy_value_field(found->body, "title")->say.zh, ==, "无延期未整改的契约项目");
    g_assert_cmpint(qy_value_field(found->body, "check")->type, ==, QY_VALUE_FUNCTION);
    found = qy_pack_find(pack, "completed_on");
    g_assert_cmpstr(qy_value_field(found->body, "where")->items[1]->items[2]->text, ==, "to_date");
    g_assert_nonnull(qy_pack_find(pack, "inflated_units"));
    g_assert_cmpstr(qy_pack_find(pack, "demonstration")->kind, ==, "commend");
}

/* ---- parameters ---- */

static void
test_parameters(void)
{
    g_autoptr(QyPack) pack = load_good(
        "local s = {['2018-09-27']='a', ['2020-01-01']='b'}\n"
        "param { id='floor', unit='ratio', values={['2018-09-27']=0.6, ['2020-01-01']=0.655001}, source=s }\n"
        "param { id='n', unit='item', values={['2018-09-27']=56, ['2020-01-01']=60.0}, source=s }\n"
        "param { id='ended', unit='item', values={['2018-09-27']=1, ['2020-01-01']=false},\n"
        "  source={['2018-09-27']='a'} }\n"
        "param { id='day', unit='date', values={['2018-09-27']='2019-05-01'}, source={['2018-09-27']='a'} }\n"
        "param { id='words', unit='word', values={['2018-09-27']={'open','idle'}}, source={['2018-09-27']='a'} }\n");
    g_autoptr(GError) error = NULL;
    QyDate before = qy_date_parse("2018-09-26", 10), first = qy_date_parse("2018-09-27", 10);
    QyDate eve = qy_date_parse("2019-12-31", 10), second = qy_date_parse("2020-01-01", 10);

    g_assert_null(qy_pack_parameter(pack, "floor", before, NULL));
    g_assert_cmpint(qy_pack_parameter(pack, "floor", first, NULL)->type, ==, QY_VALUE_DECIMAL);
    g_assert_cmpint(qy_pack_parameter(pack, "floor", first, NULL)->integer, ==, 600000);
    g_assert_cmpint(qy_pack_parameter(pack, "floor", eve, NULL)->integer, ==, 600000);
    g_assert_cmpint(qy_pack_parameter(pack, "floor", second, NULL)->integer, ==, 655001);
    g_assert_cmpint(qy_pack_parameter(pack, "n", second, NULL)->type, ==, QY_VALUE_INTEGER);
    g_assert_cmpint(qy_pack_parameter(pack, "n", second, NULL)->integer, ==, 60);
    g_assert_cmpint(qy_pack_parameter(pack, "ended", eve, NULL)->integer, ==, 1);
    g_assert_null(qy_pack_parameter(pack, "ended", second, NULL));
    g_assert_cmpstr(qy_pack_parameter(pack, "day", second, NULL)->text, ==, "2019-05-01");
    g_assert_cmpuint(qy_pack_parameter(pack, "words", second, NULL)->n_items, ==, 2);
    g_assert_null(qy_pack_parameter(pack, "none", second, &error));
    g_assert_error(error, QY_ERROR, QY_ERROR_RULE);
}

#define TAILORED                                                                                                       \
    "owner { id='o', title='O' }\n"                                                                                    \
    "param { id='floor', unit='ratio', values={['2018-09-27']=0.6}, source={['2018-09-27']='a'} }\n"                   \
    "param { id='unread', unit='ratio', values={['2018-09-27']=0.6}, source={['2018-09-27']='a'} }\n"                  \
    "criterion { id='A-1', star='s', kind='have', title='T', owner='o', uses={'floor'}, check=function() end }\n"      \
    "criterion { id='A-2', star='s', kind='have', title='T', owner='o', uses={}, check=function() end }\n"             \
    "look { id='l', from='needs', where={}, advice='keep', reason='R' }\n"

static void
test_tailoring(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(QyPack) pack =
        load(TAILORED,
             "tailor { set={floor=0.75}, leave_out={'A-2','l'},\n"
             " waive={{criterion='A-1', area='C01', reason='rebuilt', approver='x', ['until']='2026-12-31'}} }",
             &error);
    g_autoptr(GPtrArray) criteria = NULL, looks = NULL;

    g_assert_no_error(error);
    criteria = qy_pack_declarations(pack, "criterion");
    looks = qy_pack_declarations(pack, "look");
    g_assert_cmpuint(criteria->len, ==, 1);
    g_assert_cmpuint(looks->len, ==, 0);
    g_assert_cmpint(qy_pack_parameter(pack, "floor", qy_date_parse("2019-01-01", 10), NULL)->integer, ==, 750000);
    g_assert_cmpuint(qy_pack_files(pack)->len, ==, 2);
    g_assert_cmpuint(strlen(qy_pack_file_digest(pack, "office.tailoring")), ==, 64);
}

static void
test_choose(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(QyPack) pack = load(TAILORED, "tailor { choose={'A-2'} }", &error);
    g_autoptr(GPtrArray) criteria = NULL, looks = NULL;

    g_assert_no_error(error);
    criteria = qy_pack_declarations(pack, "criterion");
    looks = qy_pack_declarations(pack, "look"); /* none is named: all stay */
    g_assert_cmpuint(criteria->len, ==, 1);
    g_assert_cmpstr(((QyDeclaration *)g_ptr_array_index(criteria, 0))->id, ==, "A-2");
    g_assert_cmpuint(looks->len, ==, 1);
}

/* ---- faults ---- */

typedef struct {
    const gchar *path, *pack, *tailoring, *message; /* all lines */
} FaultCase;

#define GOOD_PARAM "source={['2018-09-27']='a'} }"

#define CHECK(body)                                                                                                    \
    "criterion { id='C', star='s', kind='have', title='T', owner='o', uses={}, check=function(c) " body " end }"
#define REMEMBERS(name)                                                                                                \
    "a function that changes \"" name "\", which is outside of it: its answer would hang on what it was asked before"

static const FaultCase fault_cases[] = {
    {"syntax", "local x =", NULL, "pack.lua:1: unexpected symbol near <eof>"},
    {"bytecode", "\033Lua", NULL, "pack.lua: attempt to load a binary chunk (mode is 't')"},
    {"unknown-word", "\nmesure { id='x' }", NULL,
     "pack.lua:2: \"mesure\" is not a word of the rule language; did you mean \"measure\"?"},
    {"global", "x = 1", NULL, "pack.lua:1: globals can't be made: write \"local x\""},
    {"unknown-key", "owner { id='o', title='O', colour='red' }", NULL, "pack.lua:1: owner \"o\": no key \"colour\""},
    {"near-key", "measure { id='m', unit='u', evidnce=true }", NULL,
     "pack.lua:1: measure \"m\": no key \"evidnce\"; did you mean \"evidence\"?"},
    {"missing-key", "owner { id='o' }", NULL, "pack.lua:1: owner \"o\": title is missing"},
    {"wrong-type", "measure { id='m', unit='u', value=3 }", NULL,
     "pack.lua:1: measure \"m\": value: found a integer, needs call"},
    {"wrong-word", "look { id='l', from='needs', where={}, advice='burn', reason='R' }", NULL,
     "pack.lua:1: look \"l\": advice: \"burn\" is not one of keep|adjust|stop|record"},
    {"bad-id", "owner { id='ö', title='O' }", NULL,
     "pack.lua:1: owner \"ö\": id: only ASCII letters, digits, _ and -, at most 64, a letter first"},
    {"twice", "measure { id='m', unit='u' }\nparam { id='m', unit='u', values={['2018-09-27']=1}, " GOOD_PARAM, NULL,
     "pack.lua:2: param \"m\": the name is already that of the measure at pack.lua:1"},
    {"all-at-once", "owner { id='o' }\nowner { id='o', titlle='O' }\nx = 1", NULL,
     "pack.lua:1: owner \"o\": title is missing\n"
     "pack.lua:2: owner \"o\": title is missing\n"
     "pack.lua:2: owner \"o\": no key \"titlle\"; did you mean \"title\"?\n"
     "pack.lua:2: owner \"o\": the name is already that of the owner at pack.lua:1\n"
     "pack.lua:3: globals can't be made: write \"local x\""},
    {"fraction", "measure { id='m', unit='u', where={{'x','>',0.5}} }", NULL,
     "pack.lua:1: measure \"m\": where: a number with a fraction; make it a param and name that"},
    {"hole", "measure { id='m', unit='u', where={{'x',nil,3}} }", NULL,
     "pack.lua:1: measure \"m\": where[1]: a table whose keys are neither text nor 1 to n (a nil in a list?)"},
    {"cycle", "local t = {}; t[1] = t; measure { id='m', unit='u', where=t }", NULL,
     "…nested too deep, or inside itself"},
    {"digits", "param { id='p', unit='u', values={['2018-09-27']=0.1234567}, " GOOD_PARAM, NULL,
     "pack.lua:1: param \"p\": values.2018-09-27: a number with more than 6 fraction digits, or out of range"},
    {"nan", "param { id='p', unit='u', values={['2018-09-27']=0/0}, " GOOD_PARAM, NULL,
     "pack.lua:1: param \"p\": values.2018-09-27: a number with more than 6 fraction digits, or out of range"},
    {"date", "param { id='p', unit='u', values={['2018-02-30']=1}, source={['2018-02-30']='a'} }", NULL,
     "pack.lua:1: param \"p\": values: \"2018-02-30\" is not a date (YYYY-MM-DD)"},
    {"no-source", "param { id='p', unit='u', values={['2018-02-03']=1}, source={} }", NULL,
     "pack.lua:1: param \"p\": source: none for the value of 2018-02-03"},
    {"mixed-values",
     "param { id='p', unit='u', values={['2018-09-26']=1, ['2018-09-27']='w'}, source={['2018-09-26']='b',"
     "['2018-09-27']='a'} }",
     NULL, "pack.lua:1: param \"p\": values[\"2018-09-27\"]: a word among values that are a number"},
    {"remembers", "local n = 0\n" CHECK("n = n + 1"), NULL, "pack.lua:2: criterion \"C\": " REMEMBERS("n")},
    {"remembers-inside", "local n = 0\n" CHECK("local function f() return function() n = 1 end end"), NULL,
     "pack.lua:2: criterion \"C\": " REMEMBERS("n")},
    {"remembers-elsewhere",
     "local function counter() local n = 0\nreturn function() n = n + 1 return n end end\nlocal t = { count = "
     "counter() }\n" CHECK("t.count()"),
     NULL, "pack.lua:2: criterion \"C\": " REMEMBERS("n")},
    {"star",
     "standard { id='s', title='S', stars={{'a','A'}} }\n"
     "criterion { id='C', star='b', kind='have', title='T', owner='o', uses={}, check=function() end }",
     NULL, "pack.lua:2: criterion \"C\": star: the standard has no star \"b\""},
    {"library-function", "criterion { id='C', star='b', kind='have', title='T', owner='o', uses={}, check=tostring }",
     NULL, "pack.lua:1: criterion \"C\": check: a word of the library where a function of the pack belongs"},
    {"tailor-in-pack", "tailor { set={} }", NULL, "pack.lua:1: tailor belongs into a tailoring file"},
    {"set-unknown", TAILORED, "tailor { set={flor=1} }",
     "office.tailoring:1: tailor: set: no parameter \"flor\" is declared"},
    {"set-unread", TAILORED, "tailor { set={unread=1} }",
     "office.tailoring:1: tailor: set: no rule reads the parameter \"unread\""},
    {"set-type", TAILORED, "tailor { set={floor='high'} }",
     "office.tailoring:1: tailor: set.floor: found a text, where its values are a number"},
    {"leave-out-unknown", TAILORED, "tailor { leave_out={'A-3'} }",
     "office.tailoring:1: tailor: leave_out: no criterion, list, look or points entry \"A-3\""},
    {"waive-unknown", TAILORED,
     "tailor { waive={{criterion='A-3', area='C', reason='r', approver='a', ['until']='2026-01-01'}} }",
     "office.tailoring:1: tailor: waive[1]: no criterion \"A-3\""},
    {"waive-until", TAILORED,
     "tailor { waive={{criterion='A-1', area='C', reason='r', approver='a', ['until']='soon'}} }",
     "office.tailoring:1: tailor: waive[1].until: \"soon\" is not a date (YYYY-MM-DD)"},
    {"waive-approver", TAILORED, "tailor { waive={{criterion='A-1', area='C', reason='r', ['until']='2026-01-01'}} }",
     "office.tailoring:1: tailor: waive[1]: approver is missing"},
    {"tailoring-declares", TAILORED, "owner { id='x', title='X' }",
     "office.tailoring:1: owner: a tailoring file has tailor { … } only"},
    {"not-utf8", "local x = 1\n-- \xB9\xE3", NULL, "pack.lua:2: not UTF-8 text; save the file as UTF-8"},
    {"error-nil", "error(nil)", NULL, "pack.lua:1: raised a nil value, not text"},
    {"sealed-library", "math.max = 1", NULL, "pack.lua:1: math can't be changed"},
    {"no-patterns", "local x = ('x'):find('x')", NULL, "pack.lua:1: string has no \"find\" in the rule language"},
    {"no-random", "local x = math.random()", NULL, "pack.lua:1: math has no \"random\" in the rule language"},
    {"no-address", "local x = string.format('%p', {})", NULL,
     "pack.lua:1: string.format has no %p: addresses differ from run to run"},
    {"pairs-key", "for k in pairs{[{}]=1} do end", NULL, "pack.lua:1: pairs: a table as key has no place in an order"},
};

static void
test_fault(gconstpointer data)
{
    const FaultCase *one = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(QyPack) pack = load(one->pack, one->tailoring, &error);

    g_assert_null(pack);
    g_assert_error(error, QY_ERROR, QY_ERROR_RULE);
    if (g_str_has_prefix(one->message, "…")) /* the end of it */
        g_assert_true(g_str_has_suffix(error->message, one->message + strlen("…")));
    else
        g_assert_cmpstr(error->message, ==, one->message);
}

static void
test_no_folder(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(qy_pack_load("/nowhere/at/all", NULL, NULL, &error));
    g_assert_error(error, QY_ERROR, QY_ERROR_FILE);
}

/* ---- what scripts compute ---- */

typedef struct {
    const gchar *path, *expression, *text;
} ValueCase;

static const ValueCase value_cases[] = {
    {"pairs-sorted",
     "(function() local s = '' for k in pairs{'x', b=1, a=2, [10]=1, [2.5]=1, [true]=1} do "
     "s = s..tostring(k)..' ' end return s end)()",
     "1 2.5 10 a b true "},
    {"pairs-delete",
     "(function() local t, s = {a=1,b=2,c=3}, '' for k in pairs(t) do t.b = nil s = s..k end return s end)()", "ac"},
    {"tostring-table", "tostring({})..tostring(tostring)..tostring(nil)..tostring(say('a','b'))",
     "tablefunctionniluserdata"},
    {"format-table", "string.format('%s %d %5.2f %%', {}, 3, 0.5)", "table 3  0.50 %"},
    {"number-point", "tostring(0.5)..string.format('%.1f', 2.5)", "0.52.5"},
    {"bytes-order", "('a' < 'B') and 'locale' or 'bytes'", "bytes"},
    {"upper", "('aé'):upper()..('AÉ'):lower()", "AéaÉ"},
    {"rep", "('ab'):rep(3, '-')", "ab-ab-ab"},
    {"sort", "table.concat((function(t) table.sort(t) return t end){3,1,2}, ',')", "1,2,3"},
    {"utf8", "tostring(utf8.len('契约'))", "2"},
    {"select", "select('#', 1, 2)..''", "2"},
};

static void
test_value(gconstpointer data)
{
    const ValueCase *one = data;
    g_autofree gchar *text = g_strdup_printf("owner { id='o', title=%s }", one->expression);
    g_autoptr(QyPack) pack = load_good(text);

    g_assert_cmpstr(qy_value_field_text(qy_pack_find(pack, "owner:o")->body, "title"), ==, one->text);
}

/* ---- calls under guards ---- */

/* A pack with one criterion whose check is @body, ready on the stack. */
static QyPack *
load_check(const gchar *body, const QyGuards *guards)
{
    g_auto(Folder) folder = {NULL, NULL};
    g_autoptr(GError) error = NULL;
    g_autofree gchar *text =
        g_strdup_printf("owner { id='o', title='O' }\n"
                        "criterion { id='C', star='s', kind='have', title='T', owner='o', uses={},\n"
                        "check=function(c) %s\nend }",
                        body);
    QyPack *pack;

    folder_add(&folder, "pack.lua", text, -1);
    pack = qy_pack_load(folder.folder, NULL, guards, &error);
    g_assert_no_error(error);
    qy_pack_push_function(pack, qy_value_field(qy_pack_find(pack, "C")->body, "check"));
    return pack;
}

typedef struct {
    const gchar *path, *body, *message;
    gint code;
} CallCase;

static const CallCase call_cases[] = {
    {"loop", "while true do end", "pack.lua:3: stopped at the limit of 1000000 instructions", QY_ERROR_LIMIT},
    {"memory", "local s = 'x' while true do s = s..s end", "pack.lua:3: stopped at the memory limit of 64 MiB",
     QY_ERROR_LIMIT},
    {"rep-huge", "return ('x'):rep(1 << 40)", "pack.lua:3: stopped at the limit of 1000000 instructions",
     QY_ERROR_LIMIT},
    {"rep-empty", "return (''):rep(1 << 60)", "pack.lua:3: stopped at the limit of 1000000 instructions",
     QY_ERROR_LIMIT},
    {"recursion", "local function f(n) return 1 + f(n + 1) end return f(1)",
     "pack.lua:3: stopped at the limit of 400000 bytes for one table, text or chain of calls", QY_ERROR_LIMIT},
    {"hash-part", "local t = {} for i = 1, 20000 do t[i * 3.5] = i end",
     "pack.lua:3: stopped at the limit of 400000 bytes for one table, text or chain of calls", QY_ERROR_LIMIT},
    {"nil", "local x = nil; return x.y", "pack.lua:3: attempt to index a nil value (local 'x')", QY_ERROR_RULE},
    {"raised-table", "error({})", "pack.lua:3: raised a table value, not text", QY_ERROR_RULE},
    {"declare", "owner { id='p', title='P' }", "pack.lua:3: owner: nothing can be declared while a rule runs",
     QY_ERROR_RULE},
    {"global", "counter = 1", "pack.lua:3: globals can't be made: write \"local counter\"", QY_ERROR_RULE},
};

static void
test_call(gconstpointer data)
{
    const CallCase *one = data;
    g_autoptr(QyPack) pack = load_check(one->body, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_false(qy_pack_call(pack, 0, &error));
    g_assert_error(error, QY_ERROR, one->code);
    g_assert_cmpstr(error->message, ==, one->message);
    g_assert_cmpint(lua_gettop(qy_pack_state(pack)), ==, 0);

    /* the state is as good as new */
    qy_pack_push_function(pack, qy_value_field(qy_pack_find(pack, "C")->body, "check"));
    g_clear_error(&error);
    g_assert_false(qy_pack_call(pack, 0, &error));
    g_assert_cmpstr(error->message, ==, one->message);
}

static void
test_call_result(void)
{
    g_autoptr(QyPack) pack = load_check("return say('中','en')", NULL);
    g_autoptr(GError) error = NULL;
    QySay say;

    g_assert_true(qy_pack_call(pack, 0, &error));
    g_assert_true(qy_pack_to_say(pack, -1, &say));
    g_assert_cmpstr(say.zh, ==, "中");
    g_assert_cmpstr(say.en, ==, "en");
    lua_settop(qy_pack_state(pack), 0);
}

/* What a rule may do with locals: its own, in loops and inner functions, and
 * reading the file's, tables included, which it can't change. */
static void
test_pure(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(QyPack) pack =
        load_good("local names, size = {b=2, a=1, 'x', {'y'}}, 0\n"
                  "local function add(n) size = size + n end -- while loading\n"
                  "add(3)\n"
                  "local function walk(n) if n == 0 then return 0 end return 1 + walk(n - 1) end\n" CHECK(
                      "local s, n = '', 0\n"
                      "local function more(k) n = n + 1 s = s .. tostring(k) end\n"
                      "for k in pairs(names) do more(k) end\n"
                      "for _, v in ipairs(names) do more(type(v)) end\n"
                      "return s .. n .. #names .. names[2][1] .. size .. walk(2)"));
    g_autoptr(QyPack) changing = load_good("local t = { inner = {} }\n" CHECK("t.inner.x = 1"));

    for (guint i = 0; i < 2; i++) {
        qy_pack_push_function(pack, qy_value_field(qy_pack_find(pack, "C")->body, "check"));
        g_assert_true(qy_pack_call(pack, 0, &error));
        g_assert_cmpstr(lua_tostring(qy_pack_state(pack), -1), ==, "12abstringtable62y32");
        lua_settop(qy_pack_state(pack), 0);
    }
    qy_pack_push_function(changing, qy_value_field(qy_pack_find(changing, "C")->body, "check"));
    g_assert_false(qy_pack_call(changing, 0, &error));
    g_assert_cmpstr(error->message, ==, "pack.lua:2: a table of the file can't be changed while rules run");
}

static void
test_call_guards(void)
{
    QyGuards guards = {.call_instructions = 5000, .memory_bytes = 2 << 20};
    g_autoptr(QyPack) pack = load_check("for i = 1, 10000 do end", &guards);
    g_autoptr(GError) error = NULL;

    g_assert_false(qy_pack_call(pack, 0, &error));
    g_assert_cmpstr(error->message, ==, "pack.lua:3: stopped at the limit of 5000 instructions");
}

/* ---- hostile files, where the oracles are at hand ---- */

/* Loads the file as a rule, then as the body of a check and calls that:
 * neither may succeed in escaping, and the host lives on. */
static void
attack(const gchar *path, const gchar *name)
{
    g_autofree gchar *text = NULL, *body = NULL;
    g_auto(Folder) file = {NULL, NULL}, function = {NULL, NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(QyPack) pack = NULL, again = NULL;
    gsize length;

    g_assert_true(g_file_get_contents(path, &text, &length, NULL));
    folder_add(&file, name, text, (gssize)length);
    pack = qy_pack_load(file.folder, NULL, NULL, &error); /* a chunk's value is not asked for */
    if (error != NULL)
        g_assert_nonnull(strstr(error->message, name));
    g_clear_error(&error);

    body = g_strdup_printf(
        "criterion { id='C', star='s', kind='have', title='T', owner='o', uses={}, check=function(...)\n"
        "%s\nend }",
        text);
    folder_add(&function, name, body, -1);
    again = qy_pack_load(function.folder, NULL, NULL, &error);
    if (again == NULL)
        return;
    qy_pack_push_function(again, qy_value_field(qy_pack_find(again, "C")->body, "check"));
    if (qy_pack_call(again, 0, &error))
        g_assert_false(lua_type(qy_pack_state(again), -1) == LUA_TSTRING &&
                       g_str_has_prefix(lua_tostring(qy_pack_state(again), -1), "ESCAPED"));
    else
        g_assert_nonnull(strstr(error->message, name));
}

static void
test_hostile(void)
{
    g_autofree gchar *folder = shared_path("oracles/hostile-rules");
    GDir *dir = g_dir_open(folder, 0, NULL);
    const gchar *name;
    guint n = 0;

    if (dir == NULL) {
        g_test_skip("no hostile rules beside the checkout");
        return;
    }
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree gchar *path = g_build_filename(folder, name, NULL);

        g_test_timer_start();
        if (!g_str_has_suffix(name, ".lua") || *name == '_')
            continue;
        attack(path, name);
        g_test_message("%s %.3f s", name, g_test_timer_elapsed());
        n++;
    }
    g_dir_close(dir);
    g_assert_cmpuint(n, >=, 40);
}

/* ---- workers ---- */

#define N_ITEMS 40
#define HANGS 7
#define CRASHES 21

typedef struct {
    guint got[N_ITEMS]; /* answers, each as it should be */
    guint lost[N_ITEMS];
    guint step; /* at which HANGS was lost */
    gchar why[N_ITEMS][32];
} JobsSeen;

/* Answers are longer than a pipe holds; two items never answer. */
static void
work(gpointer data, guint item, GByteArray *answer)
{
    volatile gboolean for_ever = TRUE;

    qy_jobs_beat(1);
    qy_jobs_beat(5);
    if (item == HANGS)
        while (for_ever)
            ;
    if (item == CRASHES)
        raise(SIGKILL);
    g_byte_array_set_size(answer, 1000 * item);
    if (item > 0) /* none of no bytes has an address */
        memset(answer->data, (gint)item, answer->len);
}

static void
work_done(gpointer data, guint item, const guint8 *bytes, gsize n)
{
    JobsSeen *seen = data;

    g_assert_cmpuint(n, ==, 1000 * item);
    g_assert_true(n == 0 || (bytes[0] == item && bytes[n - 1] == item));
    seen->got[item]++;
}

static void
work_lost(gpointer data, guint item, guint step, const gchar *why)
{
    JobsSeen *seen = data;

    seen->lost[item]++;
    seen->step = item == HANGS ? step : seen->step;
    g_strlcpy(seen->why[item], why, sizeof seen->why[item]);
}

static guint
count_open_files(void)
{
    GDir *dir = g_dir_open("/proc/self/fd", 0, NULL);
    guint n = 0;

    while (g_dir_read_name(dir) != NULL)
        n++;
    g_dir_close(dir);
    return n;
}

static void
test_jobs(gconstpointer n_workers)
{
    JobsSeen seen = {{0}, {0}, 0, {{0}}};
    QyJobs jobs = {.n_items = N_ITEMS,
                   .n_workers = GPOINTER_TO_UINT(n_workers),
                   .deadline_ms = 200,
                   .work = work,
                   .done = work_done,
                   .lost = work_lost,
                   .data = &seen};
    g_autoptr(GError) error = NULL;
    guint before = count_open_files();

    g_assert_true(qy_jobs_run(&jobs, &error));
    g_assert_no_error(error);
    for (guint i = 0; i < N_ITEMS; i++) {
        gboolean is_lost = i == HANGS || i == CRASHES;

        g_assert_cmpuint(seen.got[i], ==, is_lost ? 0 : 1);
        g_assert_cmpuint(seen.lost[i], ==, is_lost ? 1 : 0);
    }
    g_assert_cmpstr(seen.why[HANGS], ==, "deadline");
    g_assert_cmpuint(seen.step, ==, 5);
    g_assert_cmpstr(seen.why[CRASHES], ==, "signal 9");
    g_assert_cmpuint(count_open_files(), ==, before);
    g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1); /* no child is left, dead or alive */
    g_assert_cmpint(errno, ==, ECHILD);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/script/values", test_values);
    g_test_add_func("/script/examples", test_examples);
    g_test_add_func("/script/parameters", test_parameters);
    g_test_add_func("/script/tailoring", test_tailoring);
    g_test_add_func("/script/choose", test_choose);
    g_test_add_func("/script/no-folder", test_no_folder);
    for (guint i = 0; i < G_N_ELEMENTS(fault_cases); i++) {
        g_autofree gchar *path = g_strconcat("/script/fault/", fault_cases[i].path, NULL);

        g_test_add_data_func(path, &fault_cases[i], test_fault);
    }
    for (guint i = 0; i < G_N_ELEMENTS(value_cases); i++) {
        g_autofree gchar *path = g_strconcat("/script/value/", value_cases[i].path, NULL);

        g_test_add_data_func(path, &value_cases[i], test_value);
    }
    for (guint i = 0; i < G_N_ELEMENTS(call_cases); i++) {
        g_autofree gchar *path = g_strconcat("/script/call/", call_cases[i].path, NULL);

        g_test_add_data_func(path, &call_cases[i], test_call);
    }
    g_test_add_func("/script/call/result", test_call_result);
    g_test_add_func("/script/call/pure", test_pure);
    g_test_add_func("/script/call/guards", test_call_guards);
    g_test_add_func("/script/hostile", test_hostile);
    g_test_add_data_func("/script/jobs/1", GUINT_TO_POINTER(1), test_jobs);
    g_test_add_data_func("/script/jobs/3", GUINT_TO_POINTER(3), test_jobs);
    return g_test_run();
}
