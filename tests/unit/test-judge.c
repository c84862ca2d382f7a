/* Judging: what each word of c answers, in cases of small packs; and whole
 * runs on a small assessment. Expected numbers are worked by hand. */
#include "judge/private.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/* ---- folders of a test ---- */

static void
write_file(const gchar *folder, const gchar *name, const gchar *text)
{
    g_autofree gchar *path = g_build_filename(folder, name, NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
remove_folder(const gchar *folder)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    const gchar *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree gchar *path = g_build_filename(folder, name, NULL);

        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            remove_folder(path);
        else
            g_unlink(path);
    }
    if (dir != NULL)
        g_dir_close(dir);
    g_rmdir(folder);
}

#define STANDARD                                                                                                       \
    "standard { id='s', title='S', stars={{'a', 'A'}} }\n"                                                             \
    "owner { id='o', title=say('部门', 'Department') }\n"

/* ---- one check, one case ---- */

static const gchar declarations[] = STANDARD
    "measure { id='late', unit='item', from='commitments', group='area', value=count{{'overdue','==',1}} }\n"
    "measure { id='share', unit='ratio', from='surveys', group='area', value=estimate{of='top'} }\n"
    "measure { id='part', unit='ratio', group='area', value=ratio('late', 'late') }\n"
    "measure { id='grade', unit='grade', from='reviews', group='area', value=mean('grade') }\n"
    "measure { id='first', unit='date', from='fulfilment', group='area', value=min('done_on') }\n"
    "measure { id='cells', unit='person', from='needs', group={'area','category'}, value=sum('people') }\n"
    "fact { id='hours', unit='hour', kind='flow' }\n"
    "fact { id='area_m2', unit='m2', kind='stock' }\n"
    "param { id='floor', unit='ratio', values={['2018-09-27']=0.6, ['2020-01-01']=0.65},\n"
    "  source={['2018-09-27']='s', ['2020-01-01']='s'} }\n"
    "param { id='most', unit='item', values={['2018-09-27']=0, ['2028-01-01']=false}, source={['2018-09-27']='s'} }\n"
    "param { id='names', unit='word', values={['2018-09-27']={'x','y'}}, source={['2018-09-27']='s'} }\n";

#define USES                                                                                                           \
    "'late','share','part','grade','first','cells','fact:hours','fact:area_m2','floor','most','names','area.name',"    \
    "'area.level','area.households','area.population','area.opened_on','area.days'"

typedef struct {
    const gchar *path;
    const gchar *check, *given; /* the body of check(c); fields of the case */
    const gchar *verdict, *value, *threshold, *margin, *zh;
} CheckCase;

static const CheckCase check_cases[] = {
    /* c.test on exact figures */
    {"at-most-met", "return c.test(c.m.late, '<=', c.p.most, {met='{den} 项，没有'})",
     "measures={late={value=0, den=7}}", "met", "0", "0", "0", "7 项，没有"},
    {"at-most-not", "return c.test(c.m.late, '<=', 1, {not_met='{value} 项，多 {short} 项'})",
     "measures={late={value=3, den=7}}", "not_met", "3", "1", "-2", "3 项，多 2 项"},
    {"at-least", "return c.test(c.f.hours, '>=', 56, {not_met='差 {short} 学时'})", "facts={hours=55.5}", "not_met",
     "55.5", "56", "-0.5", "差 0.5 学时"},
    {"equal", "return c.test(c.f.hours, '==', 3)", "facts={hours=3}", "met", "3", "3", "0", "3，门槛 3"},
    {"equal-not", "return c.test(c.f.hours, '==', 3)", "facts={hours=5}", "not_met", "5", "3", "-2", "5，门槛 3"},
    {"unequal", "return c.test(c.f.hours, '!=', 3)", "facts={hours=5}", "met", "5", "3", NULL, "5，门槛 3"},
    {"above", "return c.test(c.f.hours, '>', 3)", "facts={hours=3}", "not_met", "3", "3", "0", "3，门槛 3"},
    {"below", "return c.test(c.f.hours, '<', 3)", "facts={hours=2.999}", "met", "2.999", "3", "0.001", "2.999，门槛 3"},
    /* 6 of 10 at a threshold of 0.6 is met to the last digit; 1 of 3 is shown with nine digits */
    {"ratio-at", "return c.test(c.m.part, '>=', 0.6)", "measures={part={num=6, den=10}}", "met", "0.6", "0.6", "0",
     "60%，门槛 60%"},
    {"ratio-third", "return c.test(c.m.part, '>=', 0.6)", "measures={part={num=1, den=3}}", "not_met", "0.333333333",
     "0.6", "-0.266666667", "33.3%，门槛 60%"},
    /* 5999 of 10000 must not read as 60 %: as many digits as it takes */
    {"ratio-just-below", "return c.test(c.m.part, '>=', 0.6, {not_met='{value}，门槛 {threshold}，差 {short}'})",
     "measures={part={num=59999, den=100000}}", "not_met", "0.59999", "0.6", "-0.00001",
     "59.999%，门槛 60%，差 0.001%"},
    {"mean", "return c.test(c.m.grade, '>=', 3)", "measures={grade={num=11, den=3}}", "met", "3.666666667", "3",
     "0.666666667", "3.67，门槛 3"},
    /* numbers that the script worked out */
    {"computed", "return c.test(0.1 + 0.2, '>=', 0.3)", "", "met", "0.3", "0.3", "0", "0.3，门槛 0.3"},
    {"computed-integer", "return c.test(4 - c.m.late.value, '<=', 0)", "measures={late=4}", "met", "0", "0", "0",
     "0，门槛 0"},
    {"date", "return c.test(c.m.first, '<=', '2026-03-31')", "measures={first='2026-04-01'}", "not_met", NULL, NULL,
     "-1", "2026-04-01，门槛 2026-03-31"},
    /* nothing to judge */
    {"nil", "return c.test(c.m.late, '<=', 0, {unknown='没有表'})", "", "no_evidence", NULL, "0", NULL, "没有表"},
    {"nil-default", "return c.test(c.f.hours, '>=', 1)", "", "no_evidence", NULL, "1", NULL, "没有证据"},
    {"no-rows", "return c.test(c.m.late, '<=', 0, {met='好'})", "measures={late={value=0, n=0}}", "no_evidence", "0",
     "0", NULL, "没有证据"},
    {"no-rows-empty", "return c.test(c.m.late, '<=', 0, {empty='没有到期事项'})", "measures={late={value=0, n=0}}",
     "not_applicable", "0", "0", NULL, "没有到期事项"},
    {"no-value", "return c.test(c.m.part, '>=', 0.6, {empty='无'})", "measures={part={n=0}}", "not_applicable", NULL,
     "0.6", NULL, "无"},
    {"nil-not-empty", "return c.test(c.m.late, '<=', 0, {empty='无'})", "", "no_evidence", NULL, "0", NULL, "没有证据"},
    {"fact-zero", "return c.test(c.f.hours, '>=', 1)", "facts={hours=0}", "not_met", "0", "1", "-1", "0，门槛 1"},
    /* estimates: at or beyond, wholly below, between */
    {"estimate-met", "return c.test(c.m.share, '>=', c.p.floor, {met='{value}（{low}–{high}）'})",
     "measures={share={value=0.7, low=0.55, high=0.85, n=40}}", "met", "0.7", "0.65", "0.05", "70%（55%–85%）"},
    {"estimate-at", "return c.test(c.m.share, '>=', c.p.floor)",
     "measures={share={value=0.65, low=0.5, high=0.8, n=40}}", "met", "0.65", "0.65", "0", "65%，门槛 65%"},
    {"estimate-below", "return c.test(c.m.share, '>=', c.p.floor)",
     "measures={share={value=0.5, low=0.4, high=0.6, n=40}}", "not_met", "0.5", "0.65", "-0.15", "50%，门槛 65%"},
    {"estimate-between", "return c.test(c.m.share, '>=', c.p.floor, {not_met='否'})",
     "measures={share={value=0.6, low=0.5, high=0.7, n=40}}", "no_evidence", "0.6", "0.65", "-0.05",
     "60%（50%–70%），区间含门槛 65%，尚不能断定，请评审组认定"},
    {"estimate-at-most", "return c.test(c.m.share, '<=', 0.5)",
     "measures={share={value=0.6, low=0.51, high=0.7, n=40}}", "not_met", "0.6", "0.5", "-0.1", "60%，门槛 50%"},
    {"estimate-n-0", "return c.test(c.m.share, '>=', 0)", "measures={share={value=0.6, low=0.5, high=0.7, n=0}}",
     "no_evidence", "0.6", "0", NULL, "没有证据"},
    /* plain answers and their figures */
    {"met", "return c.met(say('好 {k}','good {k}'), {k=2})", "", "met", NULL, NULL, NULL, "好 2"},
    {"not-due", "return c.not_due('未到期', {value=c.f.hours, threshold=56})", "facts={hours=20}", "not_due", "20",
     "56", NULL, "未到期"},
    {"share-of-a-figure", "return c.not_met('{s}，目标 {t}', {s=c.m.part.value, t=c.p.floor})",
     "measures={part={num=1, den=8}}", "not_met", NULL, NULL, NULL, "12.5%，目标 65%"},
    {"text-figure", "return c.met(say('{a}','{a}'), {a=say('中','en')})", "", "met", NULL, NULL, NULL, "中"},
    {"unknown-figure", "return c.met('{nobody}', {})", "", "met", NULL, NULL, NULL, "{nobody}"},
    {"no-text", "return c.not_applicable()", "", "not_applicable", NULL, NULL, NULL, ""},
    {"two-answers", "local a, b = c.met('一'), c.not_met('二') return a", "", "met", NULL, NULL, NULL, "一"},
    /* reading */
    {"parameter-at", "return c.test(c:at('2019-12-31').p.floor, '==', 0.6)", "", "met", "0.6", "0.6", "0",
     "0.6，门槛 0.6"},
    {"parameter-case", "return c.test(c.p.floor, '==', 0.9)", "params={floor=0.9}", "met", "0.9", "0.9", "0",
     "90%，门槛 90%"},
    {"parameter-ended", "return c.met(tostring(c.p.most))", "as_of='2028-01-01'", "met", NULL, NULL, NULL, "nil"},
    {"parameter-list", "local l = c.p.names l[1] = 'z' return c.met(table.concat(l)..table.concat(c.p.names))", "",
     "met", NULL, NULL, NULL, "zyxy"},
    {"figure-parts", "local f = c.m.part return c.met(f.num..'/'..f.den..' '..f.n..' '..tostring(f.low))",
     "measures={part={num=3, den=4, n=9}}", "met", NULL, NULL, NULL, "3/4 9 nil"},
    {"count-parts", "local f = c.m.late return c.met(f.value..' '..f.num..'/'..f.den)",
     "measures={late={value=3, den=9}}", "met", NULL, NULL, NULL, "3 3/9"},
    {"fact-parts", "local f = c.f.area_m2 return c.met(f.value..' '..f.as_of..' '..f.source)",
     "facts={area_m2={value=791.5, as_of='2026-01-02', source='册'}}", "met", NULL, NULL, NULL, "791.5 2026-01-02 册"},
    {"area",
     "local a = c.area return c.met(a.name..a.level..a.households..a.opened_on..' '..a.days..tostring(a.population))",
     "area={name='甲', households=10, opened_on='2026-09-01'}", "met", NULL, NULL, NULL,
     "甲community102026-09-01 29nil"},
    {"itself", "return c.met(c.id..c.as_of..c.year..c.period..tostring(c.previous))", "", "met", NULL, NULL, NULL,
     "community2026-09-3020262026Q3nil"},
    {"days", "return c.met(c.days('2026-02-27','2026-03-01')..tostring(c.days(nil,'2026-03-01')))", "", "met", NULL,
     NULL, NULL, "2nil"},
    {"up", "local s = c:up('street') return c.test(s.m.late, '==', 5, {}, {own=c.m.late.value})",
     "measures={late=2}, up={street={measures={late=5}}}", "met", "5", "5", "0", "5，门槛 5"},
    {"up-none", "return c.met(tostring(c:up('county')))", "", "met", NULL, NULL, NULL, "nil"},
    {"cells", "local s = '' for _, k in ipairs(c:cells('cells')) do s = s..k.key..k.value..' ' end return c.met(s)",
     "measures={cells={cells={{'a', 3}, {'b', 4.5}}}}", "met", NULL, NULL, NULL, "a3 b4.5 "},
    /* scripts that fail are in error, and say where */
    {"error", "return c.m.late.value + 1", "", "error", NULL, NULL, NULL,
     "规则出错：pack.lua:CHECK: attempt to index a nil value (field 'late')"},
    {"no-answer", "return true", "", "error", NULL, NULL, NULL,
     "规则出错：pack.lua:CHECK: it gave back a boolean, not an answer as c.met(…) makes it"},
    {"grant-of-a-criterion", "return c.grant('x')", "", "error", NULL, NULL, NULL,
     "规则出错：pack.lua:CHECK: it gave back c.grant(…) or c.deny(…), which are for lists"},
    {"undeclared", "return c.met(c.m.nobody)", "", "error", NULL, NULL, NULL,
     "规则出错：pack.lua:CHECK: there is no \"nobody\" in the pack"},
    {"near-word", "return c.mett('x')", "", "error", NULL, NULL, NULL,
     "规则出错：pack.lua:CHECK: c has no \"mett\"; did you mean \"met\"?"},
    {"write", "c.id = 'x'", "", "error", NULL, NULL, NULL, "规则出错：pack.lua:CHECK: c can't be changed"},
    {"write-parameter", "c.p.floor = 0", "", "error", NULL, NULL, NULL,
     "规则出错：pack.lua:CHECK: c.p can't be changed"},
    {"nan", "return c.test(0/0, '>=', 1)", "", "error", NULL, NULL, NULL,
     "规则出错：pack.lua:CHECK: -nan is no number to judge by"},
    {"no-threshold", "return c.test(1, '>=', nil)", "", "error", NULL, NULL, NULL,
     "规则出错：pack.lua:CHECK: c.test has no threshold (a nil); is the parameter in force?"},
    {"two-keys", "return c.met(c.m.cells)", "", "error", NULL, NULL, NULL,
     "规则出错：pack.lua:CHECK: \"cells\" has a value for each key: read it with c:cells(\"cells\")"},
    {"stars", "return c.met(c.stars)", "", "error", NULL, NULL, NULL,
     "规则出错：pack.lua:CHECK: c.stars is known when lists are made, not while criteria are judged"},
    {"loop", "while true do end", "", "error", NULL, NULL, NULL,
     "规则出错：pack.lua:CHECK: stopped at the limit of 1000000 instructions"},
};

/* The check stands on this line of pack.lua. */
static guint
check_line(void)
{
    guint line = 1;

    for (const gchar *at = declarations; *at != '\0'; at++)
        line += *at == '\n';
    return line;
}

static void
take_result(const QyCaseResult *result, gpointer data)
{
    const CheckCase *one = data;
    g_autofree gchar *place = g_strdup_printf("pack.lua:%u:", check_line());
    const gchar *at = strstr(one->zh, "pack.lua:CHECK:");
    g_autofree gchar *zh =
        at != NULL ? g_strdup_printf("%.*s%s%s", (gint)(at - one->zh), one->zh, place, at + strlen("pack.lua:CHECK:"))
                   : g_strdup(one->zh);

    g_assert_cmpstr(result->reason.zh, ==, zh);
    g_assert_cmpstr(result->got, ==, one->verdict);
    g_assert_true(result->passed);
    g_assert_cmpstr(result->value, ==, one->value);
    g_assert_cmpstr(result->threshold, ==, one->threshold);
    g_assert_cmpstr(result->margin, ==, one->margin);
}

static void
test_check(gconstpointer data)
{
    const CheckCase *one = data;
    g_autofree gchar *folder = g_dir_make_tmp("qy-judge-XXXXXX", NULL);
    g_autofree gchar *tests = g_build_filename(folder, "tests", NULL);
    g_autofree gchar *pack =
        g_strdup_printf("%scriterion { id='C', star='a', kind='have', title='T', owner='o', uses={" USES "}, "
                        "check=function(c) %s end }\n",
                        declarations, one->check);
    g_autofree gchar *cases = g_strdup_printf("case { name='n', expect={C='%s'}, %s }", one->verdict, one->given);
    g_autoptr(GError) error = NULL;
    QyCaseCounts counts;

    g_mkdir(tests, 0700);
    write_file(folder, "pack.lua", pack);
    write_file(tests, "cases.lua", cases);
    g_assert_true(qy_pack_test(folder, NULL, take_result, (gpointer)one, &counts, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(counts.n_checks, ==, 1);
    g_assert_cmpuint(counts.n_failed, ==, 0);
    g_assert_cmpuint(counts.n_criteria_seen, ==, 1);
    remove_folder(folder);
}

/* What a case says wrongly is told; it doesn't pass for want of being understood. */
static void
test_bad_cases(void)
{
    g_autofree gchar *folder = g_dir_make_tmp("qy-judge-XXXXXX", NULL);
    g_autofree gchar *tests = g_build_filename(folder, "tests", NULL);
    g_autofree gchar *pack = g_strdup_printf("%scriterion { id='C', star='a', kind='have', title='T', owner='o', "
                                             "uses={}, check=function(c) return c.met('x') end }",
                                             declarations);
    g_autoptr(GError) error = NULL;
    QyCaseCounts counts;

    g_mkdir(tests, 0700);
    write_file(folder, "pack.lua", pack);
    write_file(tests, "cases.lua",
               "case { name='a', measures={latte=1}, expect={C='met'} }\n"
               "case { name='b', expect={D='met'} }\n"
               "case { name='c', expect={C='good'} }\n");
    g_assert_false(qy_pack_test(folder, NULL, NULL, NULL, &counts, &error));
    g_assert_error(error, QY_ERROR, QY_ERROR_RULE);
    g_assert_cmpstr(error->message, ==,
                    "tests/cases.lua:1: case \"a\": measures: the pack has no measure \"latte\"\n"
                    "tests/cases.lua:2: case \"b\": expect: the pack has no criterion \"D\"\n"
                    "tests/cases.lua:3: case \"c\": expect: \"good\" is no verdict of a rule");
    /* and one that expects the wrong verdict fails */
    write_file(tests, "cases.lua", "case { name='a', expect={C='not_met'} }\n");
    g_clear_error(&error);
    g_assert_true(qy_pack_test(folder, NULL, NULL, NULL, &counts, &error));
    g_assert_cmpuint(counts.n_failed, ==, 1);
    remove_folder(folder);
}

/* ---- whole runs ---- */

/* Two streets, four communities of theirs, one without a street. */
static const struct {
    const gchar *name, *text;
} tables[] = {
    {"assessment.ini", "[assessment]\nperiod = 2026Q3\n"},
    {"areas.csv", "area_id,parent_id,level,name,households,population,opened_on\n"
                  "D,,county,区,,,\nT1,D,street,甲街道,,,\nT2,D,street,乙街道,,,\n"
                  "C1,T1,community,一,100,300,2000-01-01\nC2,T1,community,二,200,600,2026-08-01\n"
                  "C3,T2,community,三,300,,\nC4,D,community,四,,,\n"},
    {"units.csv", "unit_id,name,kind,area_id\nU1,单位一,agency,T1\nU2,单位二,school,\n"},
    {"contracts.csv", "contract_id,community_id,unit_id,signed_on,starts_on,ends_on\n"
                      "K1,C1,U1,2026-01-01,2026-01-01,2026-12-31\nK2,C2,U1,2026-01-01,2026-01-01,2026-12-31\n"},
    {"commitments.csv", "commitment_id,contract_id,direction,list,category,quantity,quantity_unit,starts_on,due_on\n"
                        "M1,K1,to_community,service,elderly_care,1,session,2026-01-01,2026-06-30\n"
                        "M2,K1,to_community,service,elderly_care,1,session,2026-01-01,2026-06-30\n"
                        "M3,K1,to_community,service,elderly_care,1,session,2026-01-01,2026-12-31\n"
                        "M4,K2,to_community,service,elderly_care,1,session,2026-01-01,2026-06-30\n"},
    {"fulfilment.csv", "log_id,commitment_id,done_on,quantity,status\nL1,M4,2026-05-01,1,completed\n"},
    {"facts.csv",
     "area_id,fact,value,as_of,recorded_on,source\n"
     "C1,hours,20,2026-01-10,,\nC1,hours,36.5,2026-09-30,,\nC1,hours,9,2025-09-30,,\n" /* the last is before the window
                                                                                        */
     "C2,hours,9,2026-10-01,,\n"                                                       /* after the as-of date */
     "C1,workers,1,2025-12-01,,\nC1,workers,2,2026-06-01,,册\n"                        /* the newest */
     "C2,workers,2,2025-09-29,,\n"                                                     /* 366 days: just in */
     "C3,workers,2,2025-09-28,,\n"                                                     /* 367 days: too old */
     "T1,pool,3,2026-09-01,,\nC1,pool,9,2026-09-01,,\nC1,colour,1,2026-09-01,,\n"},
};

static const gchar run_pack[] = STANDARD
    "param { id='most', unit='item', values={['2018-09-27']=0}, source={['2018-09-27']='s'} }\n"
    "fact { id='hours', unit='hour', kind='flow' }\n"
    "fact { id='workers', unit='person', kind='stock', max_age=366 }\n"
    "fact { id='pool', unit='person', kind='stock', level='street' }\n"
    "measure { id='completed_on', unit='date', from='fulfilment', where={{'status','==','completed'}}, "
    "group='commitment', "
    "value=min('done_on') }\n"
    "measure { id='late', unit='item', from='commitments', where={{'due_on','<=',as_of}}, group='area', "
    "value=count{{'completed_on','missing'}}, evidence=true }\n"
    "criterion { id='HOURS', star='a', kind='have', title='T', owner='o', uses={'fact:hours'}, check=function(c)\n"
    "  return c.test(c.f.hours, '>=', 56) end }\n"
    "criterion { id='WORKERS', star='a', kind='have', title='T', owner='o', uses={'fact:workers'}, check=function(c)\n"
    "  return c.test(c.f.workers, '>=', 2) end }\n"
    "criterion { id='LATE', star='a', kind='have-not', title='T', owner='o', uses={'late','most'}, check=function(c)\n"
    "  return c.test(c.m.late, '<=', c.p.most) end }\n"
    "criterion { id='POOL', star='a', kind='have', title='T', owner='o', duty='street', level='street', "
    "uses={'fact:pool'},\n"
    "  check=function(c) return c.test(c.f.pool, '>=', 3) end }\n"
    "criterion { id='LATER', star='a', kind='have', title='T', owner='o', since='2026-10-01', uses={}, "
    "check=function(c)\n"
    "  return c.met('x') end }\n"
    "criterion { id='FAILS', star='a', kind='have', title='T', owner='o', uses={'area.households'}, check=function(c)\n"
    "  return c.test(c.area.households + 1, '>=', 0) end }\n"
    "criterion { id='UNDECLARED', star='a', kind='have', title='T', owner='o', uses={}, check=function(c)\n"
    "  return c.test(c.m.late, '<=', 0) end }\n";

typedef struct {
    gchar *folder, *rules, *tailoring;
    QyPack *pack;
    QyDataset *dataset;
    QyPlan *plan;
    QyMeasures *measures;
} Setup;

static void
setup_open(Setup *self, const gchar *pack, const gchar *tailoring, const QyGuards *guards)
{
    QyLoadOptions options = {.n_threads = 1};
    g_autoptr(GError) error = NULL;

    self->folder = g_dir_make_tmp("qy-judge-XXXXXX", NULL);
    self->rules = g_build_filename(self->folder, "rules", NULL);
    g_mkdir(self->rules, 0700);
    write_file(self->rules, "pack.lua", pack);
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
        write_file(self->folder, tables[i].name, tables[i].text);
    if (tailoring != NULL) {
        write_file(self->folder, "office.lua", tailoring);
        self->tailoring = g_build_filename(self->folder, "office.lua", NULL);
    }
    self->pack = qy_pack_load(self->rules, self->tailoring, guards, &error);
    g_assert_no_error(error);
    self->dataset = qy_dataset_open(self->folder, &options, &error);
    g_assert_no_error(error);
    self->plan = qy_plan_new(self->pack, self->dataset, &error);
    g_assert_no_error(error);
    self->measures = qy_measures_run(self->plan, self->dataset, &options, &error);
    g_assert_no_error(error);
}

static void
setup_clear(Setup *self)
{
    qy_measures_free(self->measures);
    qy_plan_free(self->plan);
    qy_dataset_free(self->dataset);
    qy_pack_free(self->pack);
    remove_folder(self->folder);
    g_free(self->tailoring);
    g_free(self->rules);
    g_free(self->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Setup, setup_clear)

static QyVerdicts *
judge(const Setup *self, guint n_workers)
{
    QyJudgeOptions options = {.n_workers = n_workers};
    g_autoptr(GError) error = NULL;
    QyVerdicts *verdicts = qy_judge_run(self->pack, self->dataset, self->measures, &options, &error);

    g_assert_no_error(error);
    return verdicts;
}

static const QyVerdict *
verdict_of(const QyVerdicts *verdicts, guint community, const gchar *criterion)
{
    for (guint c = 0; c < qy_verdicts_n_criteria(verdicts); c++)
        if (strcmp(qy_verdicts_criterion(verdicts, c)->id, criterion) == 0)
            return qy_verdicts_get(verdicts, community, c);
    g_assert_not_reached();
}

typedef struct {
    const gchar *criterion;
    guint community; /* C1 is 0 */
    QyVerdictKind kind;
    const gchar *value, *margin, *unit, *evidence, *zh;
} RunCase;

static const RunCase run_cases[] = {
    {"HOURS", 0, QY_MET, "56.5", "0.5", "hour", "C1/hours/2026-01-10 C1/hours/2026-09-30", "56.5，门槛 56"},
    {"HOURS", 1, QY_NO_EVIDENCE, NULL, NULL, NULL, NULL, "没有证据"},
    {"WORKERS", 0, QY_MET, "2", "0", "person", "C1/workers/2026-06-01", "2，门槛 2"},
    {"WORKERS", 1, QY_MET, "2", "0", "person", "C2/workers/2025-09-29", "2，门槛 2"},
    {"WORKERS", 2, QY_NO_EVIDENCE, NULL, NULL, NULL, NULL, "没有证据"},
    {"LATE", 0, QY_NOT_MET, "2", "-2", "item", "M1 M2", "2，门槛 0"},
    {"LATE", 1, QY_MET, "0", "0", "item", NULL, "0，门槛 0"},
    {"LATE", 2, QY_NO_EVIDENCE, "0", NULL, "item", NULL, "没有证据"}, /* nothing was due: doing nothing wins nothing */
    {"POOL", 0, QY_MET, "3", "0", "person", "T1/pool/2026-09-01", "3，门槛 3"},
    {"POOL", 1, QY_MET, "3", "0", "person", "T1/pool/2026-09-01", "3，门槛 3"},
    {"POOL", 2, QY_NO_EVIDENCE, NULL, NULL, NULL, NULL, "没有证据"},
    {"POOL", 3, QY_NO_EVIDENCE, NULL, NULL, NULL, NULL, "区域表中没有它所属的街道"},
    {"LATER", 0, QY_NOT_APPLICABLE, NULL, NULL, NULL, NULL, "自 2026-10-01 起施行，评估日尚未施行"},
    {"FAILS", 0, QY_MET, "101", "101", NULL, NULL, "101，门槛 0"},
    {"FAILS", 3, QY_RULE_ERROR, NULL, NULL, NULL, NULL,
     "规则出错：pack.lua:20: attempt to perform arithmetic on a nil value (field 'households')"},
    {"UNDECLARED", 0, QY_RULE_ERROR, NULL, NULL, NULL, NULL,
     "规则出错：pack.lua:22: \"late\" is read but not declared in uses"},
};

static void
test_run(void)
{
    g_auto(Setup) setup = {0};
    g_autoptr(QyVerdicts) verdicts = NULL;

    setup_open(&setup, run_pack, NULL, NULL);
    verdicts = judge(&setup, 2);
    g_assert_cmpuint(qy_verdicts_n_communities(verdicts), ==, 4);
    g_assert_cmpuint(qy_verdicts_n_errors(verdicts), ==, 5); /* FAILS for C4, UNDECLARED for all */
    for (guint i = 0; i < G_N_ELEMENTS(run_cases); i++) {
        const RunCase *one = &run_cases[i];
        const QyVerdict *verdict = verdict_of(verdicts, one->community, one->criterion);

        g_test_message("%s of community %u", one->criterion, one->community);
        g_assert_cmpstr(verdict->reason.zh, ==, one->zh);
        g_assert_cmpint(verdict->kind, ==, one->kind);
        g_assert_cmpstr(verdict->value, ==, one->value);
        g_assert_cmpstr(verdict->margin, ==, one->margin);
        g_assert_cmpstr(verdict->unit, ==, one->unit);
        g_assert_cmpstr(verdict->evidence, ==, one->evidence);
    }
}

static gchar *
table_text(const Setup *setup, guint n_workers)
{
    g_autoptr(QyVerdicts) verdicts = judge(setup, n_workers);
    g_autoptr(QyTable) table = qy_verdicts_to_table(verdicts, setup->dataset);
    GString *text = g_string_new(NULL);

    for (gsize row = 0; row < qy_table_n_rows(table); row++)
        for (guint column = 0; column < qy_table_n_columns(table); column++) {
            qy_table_append_csv_cell(table, row, column, text);
            g_string_append_c(text, column + 1 < qy_table_n_columns(table) ? ',' : '\n');
        }
    return g_string_free(text, FALSE);
}

static void
test_workers(void)
{
    g_auto(Setup) setup = {0};
    g_autofree gchar *one = NULL, *three = NULL;

    setup_open(&setup, run_pack, NULL, NULL);
    one = table_text(&setup, 1);
    three = table_text(&setup, 3);
    g_assert_cmpstr(one, ==, three);
    g_assert_true(g_str_has_prefix(one, "C1,HOURS,a,have,met,56.5,56,0.5,hour,o,community,\"56.5，门槛 56\"") ||
                  g_str_has_prefix(one, "C1,HOURS,a,have,met,56.5,56,0.5,hour,o,community,56.5，门槛 56"));
}

/* What ran out of time may have done so by chance: an error for every community, the other criteria untouched. */
static void
test_out_of_time(void)
{
    QyGuards guards = {.call_instructions = G_MAXINT64, .call_ms = 50};
    g_autofree gchar *pack = g_strconcat(run_pack,
                                         "criterion { id='SLOW', star='a', kind='have', title='T', owner='o', uses={}, "
                                         "check=function(c) while c.id == 'C2' do end return c.met('x') end }\n",
                                         NULL);
    g_auto(Setup) setup = {0};
    g_autoptr(QyVerdicts) verdicts = NULL;

    setup_open(&setup, pack, NULL, &guards);
    verdicts = judge(&setup, 2);
    for (guint i = 0; i < 4; i++) {
        g_assert_cmpstr(verdict_of(verdicts, i, "SLOW")->reason.en, ==,
                        "The rule failed: pack.lua:23: stopped at the limit of 50 ms");
        g_assert_cmpint(verdict_of(verdicts, i, "SLOW")->kind, ==, QY_RULE_ERROR);
    }
    g_assert_cmpint(verdict_of(verdicts, 0, "HOURS")->kind, ==, QY_MET);
    g_assert_cmpint(verdict_of(verdicts, 1, "LATE")->kind, ==, QY_MET);
}

/* A waiver holds for the area and all below it. */
static void
test_waiver(void)
{
    g_auto(Setup) setup = {0};
    g_autoptr(QyVerdicts) verdicts = NULL;

    setup_open(&setup, run_pack,
               "tailor { waive={{criterion='LATE', area='T1', reason=say('改建','Rebuilding'), approver='组织部', "
               "['until']='2026-12-31'}}, leave_out={'FAILS','UNDECLARED'} }",
               NULL);
    verdicts = judge(&setup, 1);
    g_assert_cmpuint(qy_verdicts_n_criteria(verdicts), ==, 5);
    g_assert_cmpint(verdict_of(verdicts, 0, "LATE")->kind, ==, QY_WAIVED);
    g_assert_cmpstr(verdict_of(verdicts, 0, "LATE")->reason.zh, ==, "豁免：改建（批准：组织部，至 2026-12-31）");
    g_assert_cmpstr(verdict_of(verdicts, 0, "LATE")->reason.en, ==,
                    "Waived: Rebuilding (approved by 组织部, until 2026-12-31)");
    g_assert_cmpint(verdict_of(verdicts, 1, "LATE")->kind, ==, QY_WAIVED);
    g_assert_cmpint(verdict_of(verdicts, 2, "LATE")->kind, ==, QY_NO_EVIDENCE);
    g_assert_cmpint(verdict_of(verdicts, 0, "HOURS")->kind, ==, QY_MET);
}

static const struct {
    const gchar *path, *pack, *tailoring, *message;
} refusals[] = {
    {"unknown-use",
     "criterion { id='X', star='a', kind='have', title='T', owner='o', uses={'lates'}, check=function(c) end }\n", NULL,
     "pack.lua:23: criterion \"X\": uses: there is no \"lates\"; did you mean \"late\"?"},
    {"expired", "",
     "tailor { waive={{criterion='LATE', area='T1', reason='r', approver='a', ['until']='2026-09-29'}} }",
     "office.lua:1: tailor: waive: the waiver of LATE for T1 ended on 2026-09-29, before the as-of date"},
    {"unknown-area", "",
     "tailor { waive={{criterion='LATE', area='T9', reason='r', approver='a', ['until']='2026-12-31'}} }",
     "office.lua:1: tailor: waive: the assessment has no area \"T9\""},
};

static void
test_refused(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree gchar *pack = g_strconcat(run_pack, refusals[i].pack, NULL);
    g_auto(Setup) setup = {0};
    g_autoptr(GError) error = NULL;

    setup_open(&setup, pack, refusals[i].tailoring, NULL);
    g_assert_null(qy_judge_run(setup.pack, setup.dataset, setup.measures, NULL, &error));
    g_assert_error(error, QY_ERROR, QY_ERROR_RULE);
    g_assert_cmpstr(error->message, ==, refusals[i].message);
}

/* Names that the pack doesn't have, and facts of another level, are told. */
static void
test_fact_findings(void)
{
    g_auto(Setup) setup = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(QyFacts) facts = NULL;
    const QyTable *findings;

    setup_open(&setup, run_pack, NULL, NULL);
    facts = qy_facts_new(setup.pack, setup.dataset, &error);
    g_assert_no_error(error);
    findings = qy_facts_findings(facts);
    g_assert_cmpuint(qy_table_n_rows(findings), ==, 2);
    g_assert_cmpstr(qy_table_text(findings, 0, 0), ==, "fact-unknown");
    g_assert_cmpstr(qy_table_text(findings, 0, 2), ==, "colour");
    g_assert_cmpint(qy_table_integer(findings, 0, 3), ==, 1);
    g_assert_cmpstr(qy_table_text(findings, 0, 4), ==, "C1");
    g_assert_cmpstr(qy_table_text(findings, 1, 0), ==, "fact-level");
    g_assert_cmpstr(qy_table_text(findings, 1, 2), ==, "pool");
    guint hours = (guint)qy_facts_find(facts, "hours");
    guint first = (guint)qy_dataset_find(setup.dataset, QY_AREAS, "C1"),
          second = (guint)qy_dataset_find(setup.dataset, QY_AREAS, "C2");
    g_assert_cmpint(qy_facts_figure(facts, hours, first).value, ==, 56500000);
    g_assert_false(qy_facts_figure(facts, hours, second).present);
    g_assert_cmpint(qy_facts_find(facts, "nobody"), ==, -1);
}

/* ---- c for lists ---- */

static gdouble
some_index(gpointer data, const gchar *id, QyTableId table, guint row)
{
    return strcmp(id, "composite") == 0 ? 81.25 : (gdouble)NAN;
}

static gint
some_stars(gpointer data, guint area)
{
    return 5;
}

static gboolean
always_five(gpointer data, guint area)
{
    return TRUE;
}

static void
test_grant(void)
{
    static const gchar list[] =
        "commend { id='L', title='T', subject='unit', order={'composite'}, uses={}, eligible=function(c)\n"
        "  if c.id == 'U2' then return c.deny(say('不在','away')) end\n"
        "  return c.grant(say('{i} {s}','{i}'), {i=c.index.composite, "
        "s=tostring(c.index.other)..tostring(c.stars)..tostring(c.five_star)}) end,\n"
        "  veto=function(c) return c.met('x') end }\n";
    g_autofree gchar *pack = g_strconcat(run_pack, list, NULL);
    g_auto(Setup) setup = {0};
    g_autoptr(QyFacts) facts = NULL;
    g_autoptr(GError) error = NULL;
    const QyValue *body;
    QyContext context = {.index = some_index, .stars = some_stars, .five_star = always_five};
    QySayText text = {NULL, NULL};
    gboolean granted = FALSE;

    setup_open(&setup, pack, NULL, NULL);
    facts = qy_facts_new(setup.pack, setup.dataset, NULL);
    context.pack = setup.pack;
    context.dataset = setup.dataset;
    context.measures = setup.measures;
    context.facts = facts;
    body = qy_pack_find(setup.pack, "L")->body;

    qy_pack_push_function(setup.pack, qy_value_field(body, "eligible"));
    qy_context_push(&context, QY_UNITS, (guint)qy_dataset_find(setup.dataset, QY_UNITS, "U1"));
    g_assert_true(qy_pack_call(setup.pack, 1, &error));
    g_assert_true(qy_context_read_grant(&context, &granted, &text, &error));
    g_assert_true(granted);
    g_assert_cmpstr(text.zh, ==, "81.25 nilnilfalse"); /* stars are of areas */
    qy_say_text_clear(&text);

    qy_pack_push_function(setup.pack, qy_value_field(body, "eligible"));
    qy_context_push(&context, QY_UNITS, (guint)qy_dataset_find(setup.dataset, QY_UNITS, "U2"));
    g_assert_true(qy_pack_call(setup.pack, 1, &error));
    g_assert_true(qy_context_read_grant(&context, &granted, &text, &error));
    g_assert_false(granted);
    g_assert_cmpstr(text.en, ==, "away");
    qy_say_text_clear(&text);

    qy_pack_push_function(setup.pack, qy_value_field(body, "veto"));
    qy_context_push(&context, QY_AREAS, 0);
    g_assert_true(qy_pack_call(setup.pack, 1, &error));
    g_assert_false(qy_context_read_grant(&context, &granted, &text, &error));
    g_assert_error(error, QY_ERROR, QY_ERROR_RULE);
    g_assert_cmpint(lua_gettop(qy_pack_state(setup.pack)), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(check_cases); i++) {
        g_autofree gchar *path = g_strconcat("/judge/check/", check_cases[i].path, NULL);

        g_test_add_data_func(path, &check_cases[i], test_check);
    }
    g_test_add_func("/judge/bad-cases", test_bad_cases);
    g_test_add_func("/judge/run", test_run);
    g_test_add_func("/judge/workers", test_workers);
    g_test_add_func("/judge/out-of-time", test_out_of_time);
    g_test_add_func("/judge/waiver", test_waiver);
    for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree gchar *path = g_strconcat("/judge/refused/", refusals[i].path, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_refused);
    }
    g_test_add_func("/judge/fact-findings", test_fact_findings);
    g_test_add_func("/judge/grant", test_grant);
    return g_test_run();
}
