#define G_LOG_DOMAIN "qy-cli"

#include "cli/simulate-tables.h"

/* ---- Names ---- */

static const gchar *const words[] = {
    "东湖", "明珠", "和平", "文昌", "翠苑", "锦绣", "阳光", "春晖", "望江", "桥南", "西园", "北苑",
    "南山", "迎恩", "云栖", "清河", "花园", "新城", "永安", "福田", "长乐", "万安", "朝阳", "青藤",
    "松竹", "梅园", "兰亭", "荷塘", "柳岸", "银杏", "金桂", "丹枫", "碧波", "星辰", "晨曦", "彩虹",
    "友谊", "团结", "光明", "胜利", "百合", "紫薇", "玉泉", "龙泉", "凤鸣", "鹿鸣", "钟秀", "毓秀",
};
#define N_WORDS G_N_ELEMENTS(words)

/* A different name for every number below 48 + 48², then numbered. */
static void
write_name(QySimFile *file, guint64 number, const gchar *kind)
{
    gchar name[128];
    guint64 pair = number - N_WORDS;

    if (number < N_WORDS)
        g_snprintf(name, sizeof name, "%s%s", words[number], kind);
    else if (pair < N_WORDS * N_WORDS)
        g_snprintf(name, sizeof name, "%s%s%s", words[pair % N_WORDS], words[(pair / N_WORDS + pair + 1) % N_WORDS],
                   kind);
    else
        g_snprintf(name, sizeof name, "%s%s第%" G_GUINT64_FORMAT "%s", words[pair % N_WORDS],
                   words[pair / N_WORDS % N_WORDS], pair / (N_WORDS * N_WORDS), kind);
    qy_sim_text(file, name);
}

static const gchar *const unit_kinds[] = {
    "agency",    "institution", "state_enterprise", "private_enterprise", "social_organisation",  "school", "hospital",
    "financial", "property",    "owners_committee", "military",           "district_association", "other"};
static const gchar *const unit_names[] = {"行政服务中心", "文化站", "水务公司", "商贸公司", "公益服务社",
                                          "小学",         "医院",   "银行支行", "物业公司", "业委会",
                                          "驻军",         "商会",   "超市"};

/* In the order of QySimMeasure. */
static const gchar *const measures[] = {"hour", "session", "person", "m2", "yuan", "item"};

/* ---- Who and where ---- */

static guint64
taxonomy_items(const QySimWorld *world)
{
    guint n;

    qy_default_taxonomy(&n);
    return n;
}

static void
write_taxonomy(const QySimWorld *world, guint64 item, QySimFile *file)
{
    guint n;
    const QyCategory *category = &qy_default_taxonomy(&n)[item];

    qy_sim_text(file, category->code);
    qy_sim_text(file, category->parent);
    qy_sim_text(file, category->zh);
    qy_sim_text(file, category->en);
    qy_sim_row_end(file);
}

static const struct {
    const gchar *id, *text, *dimension;
} questions[] = {
    {"overall", "您对社区工作总体满意吗", "overall"},
    {"cobuilding", "您对契约化共建项目满意吗", "overall"},
    {"safety", "您对小区安全满意吗", "harmony"},
    {"environment", "您对小区环境满意吗", "beauty"},
};

static guint64
questionnaire_items(const QySimWorld *world)
{
    return G_N_ELEMENTS(questions);
}

static void
write_question(const QySimWorld *world, guint64 item, QySimFile *file)
{
    qy_sim_text(file, questions[item].id);
    qy_sim_text(file, questions[item].text);
    qy_sim_raw(file, "1,5,4,9,0,", 10); /* low, high, top, dont_know, reversed */
    qy_sim_text(file, questions[item].dimension);
    qy_sim_row_end(file);
}

static guint64
areas_items(const QySimWorld *world)
{
    return (guint64)world->n_prefectures + world->n_counties + world->n_streets + world->request.n_communities;
}

/* An area above the communities, which has no figures of its own. */
static void
write_upper_area(QySimFile *file, gchar letter, guint64 number, gchar parent_letter, guint64 parent, const gchar *level,
                 const gchar *kind)
{
    qy_sim_id(file, letter, number);
    if (parent_letter != '\0')
        qy_sim_id(file, parent_letter, parent);
    else
        qy_sim_empty(file);
    qy_sim_text(file, level);
    write_name(file, number, kind);
    qy_sim_raw(file, ",,,", 3);
    qy_sim_row_end(file);
}

static void
write_community(const QySimWorld *world, guint64 i, QySimFile *file)
{
    const QySimCommunity *community = &world->communities[i];
    static const gchar *const compounds[QY_SIM_COMPOUNDS] = {"一区", "二区", "三区", "四区", "五区", "六区"};

    qy_sim_id(file, 'C', i);
    qy_sim_id(file, 'S', community->street);
    qy_sim_text(file, "community");
    write_name(file, i, "社区");
    qy_sim_integer(file, community->households);
    qy_sim_integer(file, community->population);
    qy_sim_date(file, community->opened);
    qy_sim_row_end(file);
    for (guint c = 0; c < QY_SIM_COMPOUNDS; c++) {
        qy_sim_id2(file, 'C', i, c);
        qy_sim_id(file, 'C', i);
        qy_sim_text(file, "compound");
        write_name(file, i, compounds[c]);
        qy_sim_integer(file, community->households / QY_SIM_COMPOUNDS);
        qy_sim_integer(file, community->population / QY_SIM_COMPOUNDS);
        qy_sim_empty(file);
        qy_sim_row_end(file);
    }
}

static void
write_area(const QySimWorld *world, guint64 item, QySimFile *file)
{
    if (item < world->n_prefectures) {
        write_upper_area(file, 'P', item, '\0', 0, "prefecture", "市");
        return;
    }
    item -= world->n_prefectures;
    if (item < world->n_counties) {
        write_upper_area(file, 'D', item, world->n_prefectures > 0 ? 'P' : '\0',
                         world->n_prefectures > 0 ? qy_sim_prefecture(world, (guint)item) : 0, "county", "区");
        return;
    }
    item -= world->n_counties;
    if (item < world->n_streets) {
        write_upper_area(file, 'S', item, 'D', world->streets[item].county, "street", "街道");
        return;
    }
    write_community(world, item - world->n_streets, file);
}

static guint64
units_items(const QySimWorld *world)
{
    return world->n_units;
}

static void
write_unit(const QySimWorld *world, guint64 unit, QySimFile *file)
{
    guint kind = world->unit_kinds[unit], home = world->unit_homes[unit], n = world->request.n_communities;

    qy_sim_id(file, 'U', unit);
    write_name(file, unit, unit_names[kind]);
    qy_sim_text(file, unit_kinds[kind]);
    if (home >= n)
        qy_sim_id(file, 'S', home - n);
    else if (kind == 0) /* an agency of the county */
        qy_sim_id(file, 'D', world->streets[world->communities[home].street].county);
    else
        qy_sim_id(file, 'C', home);
    qy_sim_row_end(file);
}

static guint64
members_items(const QySimWorld *world)
{
    return (guint64)world->request.n_communities * QY_SIM_MEMBERS;
}

static void
write_member(const QySimWorld *world, guint64 member, QySimFile *file)
{
    QySimRandom random = qy_sim_random(world->request.seed, QY_SIM_STREAM_MEMBER, member);
    guint64 i = member / QY_SIM_MEMBERS;
    const QySimCommunity *community = &world->communities[i];
    QyDate reported = world->as_of - qy_sim_between(&random, 400, 2000);

    qy_sim_id2(file, 'M', i, member % QY_SIM_MEMBERS);
    qy_sim_id(file, 'C', i);
    if (community->n_units > 0 && qy_sim_chance(&random, 0.3))
        qy_sim_id(file, 'U', community->first_unit + qy_sim_below(&random, community->n_units));
    else
        qy_sim_empty(file);
    qy_sim_date(file, reported);
    qy_sim_date(file, qy_sim_chance(&random, 0.9) ? reported + qy_sim_between(&random, 0, 30) : QY_DATE_NONE);
    qy_sim_row_end(file);
}

static guint64
community_items(const QySimWorld *world)
{
    return world->request.n_communities;
}

static void
write_margin(QySimFile *file, guint64 i, const gchar *margin, const gchar *level, gdouble count)
{
    qy_sim_id(file, 'C', i);
    qy_sim_text(file, margin);
    qy_sim_text(file, level);
    qy_sim_integer(file, (guint64)count);
    qy_sim_row_end(file);
}

static void
write_population(const QySimWorld *world, guint64 i, QySimFile *file)
{
    const QySimCommunity *community = &world->communities[i];
    gdouble adults = community->population * 0.82;

    write_margin(file, i, "age_band", "18-34", adults * community->age_share[0]);
    write_margin(file, i, "age_band", "35-59", adults * community->age_share[1]);
    write_margin(file, i, "age_band", "60+", adults * community->age_share[2]);
    write_margin(file, i, "sex", "female", adults * 0.5);
    write_margin(file, i, "sex", "male", adults * 0.5);
    write_margin(file, i, "housing", "owner", adults * 0.65);
    write_margin(file, i, "housing", "tenant", adults * 0.35);
}

/* ---- The contract ---- */

static guint64
contracts_items(const QySimWorld *world)
{
    return world->n_contracts;
}

static void
write_contract(const QySimWorld *world, guint64 number, QySimFile *file)
{
    const QySimContract *contract = &world->contracts[number];
    static const gchar *const origins[] = {"negotiated", "negotiated", "online_claim", "auction", "application"};

    qy_sim_id(file, 'K', number);
    qy_sim_id(file, 'C', contract->community);
    if (contract->unit >= 0) {
        qy_sim_id(file, 'U', (guint64)contract->unit);
        qy_sim_empty(file);
        qy_sim_text(file, origins[number % G_N_ELEMENTS(origins)]);
    } else {
        qy_sim_empty(file);
        qy_sim_id2(file, 'M', contract->community, (guint64)contract->member);
        qy_sim_text(file, "individual");
    }
    qy_sim_date(file, contract->negotiated);
    qy_sim_date(file, contract->signed_on);
    qy_sim_date(file, contract->published);
    qy_sim_date(file, contract->published_by_unit);
    qy_sim_date(file, contract->reviewed);
    qy_sim_date(file, contract->starts);
    qy_sim_date(file, contract->ends);
    qy_sim_row_end(file);
}

static guint64
offers_items(const QySimWorld *world)
{
    return world->n_offers;
}

static void
write_offer(const QySimWorld *world, guint64 number, QySimFile *file)
{
    const QySimOffer *offer = &world->offers[number];

    qy_sim_id(file, 'F', number);
    qy_sim_id(file, 'U', (guint64)offer->unit);
    qy_sim_text(file, qy_sim_category(offer->category));
    qy_sim_quantity(file, (guint64)offer->capacity);
    qy_sim_text(file, measures[offer->measure]);
    qy_sim_date(file, offer->from);
    qy_sim_date(file, offer->to);
    if (offer->community != G_MAXUINT)
        qy_sim_id(file, 'C', offer->community);
    else
        qy_sim_empty(file);
    qy_sim_row_end(file);
}

static guint64
commitments_items(const QySimWorld *world)
{
    return world->n_commitments;
}

/* What became of it: remedy, remedied_on, ended_on, ended_reason, replaced_by. */
static void
write_outcome(const QySimWorld *world, guint64 number, QySimFile *file)
{
    const QySimCommitment *item = &world->commitments[number];
    gboolean remedied = item->remedy && (item->outcome == QY_SIM_PARTIAL || item->outcome == QY_SIM_NOTHING);

    qy_sim_text(file, remedied ? "整改方案" : "");
    qy_sim_date(file, remedied ? MIN(world->as_of, item->due + 3 + (gint)(number % 20)) : QY_DATE_NONE);
    qy_sim_date(file, item->ended);
    qy_sim_text(file, item->ended == QY_DATE_NONE ? "" : number % 3 == 0 ? "单位搬迁" : "双方协商终止");
    if (item->ended != QY_DATE_NONE && number % 5 < 2)
        qy_sim_id(file, 'I', number - item->slot + 2); /* by the contract's project */
    else
        qy_sim_empty(file);
    qy_sim_row_end(file);
}

static void
write_commitment(const QySimWorld *world, guint64 number, QySimFile *file)
{
    static const gchar *const lists[] = {"resource", "service", "project", "responsibility"};
    static const gchar *const work_areas[] = {"resource_sharing", "service", "party_work", "harmony"};
    static const gchar *const themes[] = {"", "五水共治", "控违拆违", "洁净越城", "平安越城"};
    const QySimCommitment *item = &world->commitments[number];
    gboolean is_offer = item->offer >= 0;
    QySimRandom random = qy_sim_random(world->request.seed, QY_SIM_STREAM_ORDER, number);

    qy_sim_id(file, 'I', number);
    qy_sim_id(file, 'K', item->contract);
    if (item->slot == 2 && item->theme != 0) /* partners of one theme in a community share the project */
        qy_sim_id2(file, 'G', world->contracts[item->contract].community, item->theme);
    else
        qy_sim_empty(file);
    qy_sim_text(file, item->slot == 3 ? "to_unit" : "to_community");
    qy_sim_text(file, item->slot == 0 && !is_offer                     ? "service"
                      : item->slot == 3 && qy_sim_chance(&random, 0.4) ? "tailored"
                                                                       : lists[item->slot]);
    qy_sim_text(file, work_areas[item->slot]);
    qy_sim_text(file, qy_sim_category(item->category));
    if (is_offer)
        qy_sim_id(file, 'F', (guint64)item->offer);
    else
        qy_sim_empty(file);
    qy_sim_quantity(file, (guint64)item->quantity);
    qy_sim_text(file, measures[item->unit]);
    qy_sim_integer(file, item->participants);
    if (item->slot == 1 || item->slot == 2)
        qy_sim_integer(file, item->signups);
    else
        qy_sim_empty(file);
    qy_sim_date(file, item->starts);
    qy_sim_date(file, item->due);
    if (item->slot == 2)
        qy_sim_quantity(file, 100000 * (guint64)qy_sim_between(&random, 10, 300));
    else
        qy_sim_empty(file);
    qy_sim_text(file, item->slot == 2 && qy_sim_chance(&random, 0.15) ? "1" : "0");
    qy_sim_text(file, themes[item->theme]);
    write_outcome(world, number, file);
}

static void
write_needs(const QySimWorld *world, guint64 i, QySimFile *file)
{
    const QySimCommunity *community = &world->communities[i];
    QySimRandom random = qy_sim_random(world->request.seed, QY_SIM_STREAM_NEED, i);
    static const gchar *const sources[] = {"online", "visit", "assembly", "hotline", "survey"};
    gboolean consulted = qy_sim_meets(community, QY_SIM_DE_N1);

    for (guint r = 0; r < community->n_needs; r++) {
        qy_sim_id2(file, 'N', i, r);
        qy_sim_id(file, 'C', i);
        if (r > 0 && qy_sim_chance(&random, 0.1)) /* the first is the residents', so that DE-N1 is decided */
            qy_sim_id(file, 'U', community->first_unit + qy_sim_below(&random, community->n_units));
        else
            qy_sim_empty(file);
        qy_sim_text(file, qy_sim_category(qy_sim_demanded(world, (guint)i, &random)));
        qy_sim_date(file, world->as_of - (r == 0 ? 50 : qy_sim_between(&random, 3, 420)));
        qy_sim_integer(file, (guint64)qy_sim_between(&random, 15, 300));
        if (qy_sim_chance(&random, 0.2))
            qy_sim_empty(file);
        else
            qy_sim_integer(file, 1 + qy_sim_below(&random, 3));
        qy_sim_text(file, sources[qy_sim_below(&random, G_N_ELEMENTS(sources))]);
        qy_sim_text(file, !consulted && (r == 0 || qy_sim_chance(&random, 0.25)) ? "" : "居民议事会记录");
        if (qy_sim_chance(&random, 0.6))
            qy_sim_id(file, 'I',
                      community->first_commitment + QY_SIM_SLOTS * qy_sim_below(&random, community->n_contracts) + 1 +
                          qy_sim_below(&random, 2));
        else
            qy_sim_empty(file);
        qy_sim_row_end(file);
    }
}

/* A community in five auctions one of its needs among its units. */
static void
write_bids(const QySimWorld *world, guint64 i, QySimFile *file)
{
    const QySimCommunity *community = &world->communities[i];
    QySimRandom random = qy_sim_random(world->request.seed, QY_SIM_STREAM_OTHER, 1000000 + i);
    guint wanted = 2 + qy_sim_below(&random, 4), n = MIN(community->n_units, wanted);
    guint winner = qy_sim_below(&random, MAX(n, 1));

    if (i % 5 != 0)
        return;
    for (guint b = 0; b < n; b++) {
        qy_sim_id2(file, 'B', i, b);
        qy_sim_id2(file, 'N', i, 1);
        qy_sim_id(file, 'U', community->first_unit + b);
        qy_sim_date(file, world->as_of - 30);
        qy_sim_text(file, b == winner ? "1" : "0");
        qy_sim_row_end(file);
    }
}

/* ---- The people's view, and the rest ---- */

static void
write_votes(const QySimWorld *world, guint64 i, QySimFile *file)
{
    QySimRandom random = qy_sim_random(world->request.seed, QY_SIM_STREAM_OTHER, 2000000 + i);
    guint present = (guint)qy_sim_between(&random, 30, 90),
          favour = present * (guint)qy_sim_between(&random, 55, 98) / 100;

    qy_sim_id(file, 'C', i);
    qy_sim_date(file, world->as_of - qy_sim_between(&random, 20, 300));
    qy_sim_text(file, "commitment");
    qy_sim_id(file, 'I', world->communities[i].first_commitment + 2);
    qy_sim_integer(file, present);
    qy_sim_integer(file, favour);
    qy_sim_integer(file, (present - favour) / 2);
    qy_sim_row_end(file);
}

static void
write_objection(const QySimWorld *world, guint64 i, QySimFile *file)
{
    if (i % 40 != 7)
        return;
    qy_sim_id(file, 'O', i);
    qy_sim_text(file, "demonstration");
    qy_sim_id(file, 'C', i);
    qy_sim_date(file, world->as_of - 9);
    qy_sim_date(file, i % 80 == 7 ? world->as_of - 2 : QY_DATE_NONE);
    qy_sim_text(file, i % 80 == 7 ? "0" : "");
    qy_sim_row_end(file);
}

static guint64
places_items(const QySimWorld *world) /* streets, then communities */
{
    return (guint64)world->n_streets + world->request.n_communities;
}

static void
write_points(const QySimWorld *world, guint64 unit, QySimFile *file)
{
    if (unit % 3 != 0)
        return;
    qy_sim_id(file, 'Q', unit);
    qy_sim_text(file, "unit");
    qy_sim_id(file, 'U', unit);
    qy_sim_integer(file, 2 + unit % 9);
    qy_sim_date(file, world->as_of - (QyDate)(unit % 90));
    qy_sim_text(file, "提案被采纳");
    qy_sim_row_end(file);
}

static void
write_wishes(const QySimWorld *world, guint64 i, QySimFile *file)
{
    const QySimCommunity *community = &world->communities[i];
    QySimRandom random = qy_sim_random(world->request.seed, QY_SIM_STREAM_WISH, i);
    guint n = 6 + qy_sim_below(&random, 8);

    for (guint w = 0; w < n; w++) {
        QyDate raised = world->as_of - qy_sim_between(&random, 40, 350), claimed = QY_DATE_NONE, done = QY_DATE_NONE;
        if (qy_sim_chance(&random, 0.85))
            claimed = raised + qy_sim_between(&random, 0, 20);
        if (claimed != QY_DATE_NONE && qy_sim_chance(&random, 0.8))
            done = claimed + (qy_sim_chance(&random, 0.01) ? -1 : qy_sim_between(&random, 1, 19));
        qy_sim_id2(file, 'W', i, w);
        qy_sim_id(file, 'C', i);
        qy_sim_text(file, qy_sim_category(qy_sim_demanded(world, (guint)i, &random)));
        qy_sim_date(file, raised);
        if (claimed == QY_DATE_NONE)
            qy_sim_empty(file);
        else if (qy_sim_chance(&random, 0.5))
            qy_sim_id(file, 'U', community->first_unit + qy_sim_below(&random, community->n_units));
        else
            qy_sim_id2(file, 'M', i, qy_sim_below(&random, QY_SIM_MEMBERS));
        qy_sim_date(file, claimed);
        qy_sim_date(file, done);
        qy_sim_row_end(file);
    }
}

static void
write_acceptance(const QySimWorld *world, guint64 i, QySimFile *file)
{
    const QySimCommunity *community = &world->communities[i];
    QySimRandom random = qy_sim_random(world->request.seed, QY_SIM_STREAM_OTHER, 3000000 + i);
    static const gchar *const stages[] = {"self", "street", "county", "prefecture"};
    guint reached = community->kind != QY_SIM_MODEL ? 1 : 2 + qy_sim_below(&random, 3);

    for (guint s = 0; s < reached; s++) {
        qy_sim_id(file, 'C', i);
        qy_sim_empty(file);
        qy_sim_text(file, stages[s]);
        qy_sim_text(file, community->kind == QY_SIM_MODEL ? "met" : "not_met");
        qy_sim_date(file, world->as_of - 40 + 10 * (gint)s);
        qy_sim_row_end(file);
    }
}

static gint
year_of(const QySimWorld *world)
{
    gint year, month, day;

    qy_date_to_ymd(world->as_of, &year, &month, &day);
    return year;
}

static void
write_awards(const QySimWorld *world, guint64 i, QySimFile *file)
{
    gint year = year_of(world);

    if (i % 11 != 3)
        return;
    for (gint ago = 2; ago > 0; ago--) {
        qy_sim_text(file, "契约化共建示范社区");
        qy_sim_integer(file, (guint64)(year - ago));
        qy_sim_text(file, "county");
        qy_sim_text(file, "community");
        qy_sim_id(file, 'C', i);
        qy_sim_text(file, i % 2 == 0 ? "0" : "1");
        qy_sim_row_end(file);
    }
}

static guint64
targets_items(const QySimWorld *world)
{
    return world->n_counties;
}

static void
write_targets(const QySimWorld *world, guint64 county, QySimFile *file)
{
    static const gchar *const values[] = {"0.7", "0.85", "1"};
    gint year = year_of(world);

    for (gint y = 0; y < 3; y++) {
        qy_sim_id(file, 'D', county);
        qy_sim_integer(file, (guint64)year - 1 + y);
        qy_sim_text(file, "five_star_share");
        qy_sim_text(file, values[y]);
        qy_sim_row_end(file);
    }
}

static guint64
logs_items(const QySimWorld *world)
{
    return (guint64)world->most_logs * world->n_commitments;
}

static guint64
responses_items(const QySimWorld *world)
{
    return (guint64)world->most_responses * world->request.n_communities;
}

static guint64
service_items(const QySimWorld *world)
{
    return (guint64)world->most_service * world->request.n_communities * QY_SIM_MEMBERS;
}

/* ---- All of them ---- */

#define COLUMNS(...)                                                                                                   \
    (const gchar *const[])                                                                                             \
    {                                                                                                                  \
        __VA_ARGS__, NULL                                                                                              \
    }

static const QySimTable tables[] = {
    {QY_TAXONOMY, COLUMNS("code", "parent", "zh", "en"), taxonomy_items, 1, write_taxonomy},
    {QY_QUESTIONNAIRE, COLUMNS("item", "text", "low", "high", "top", "dont_know", "reversed", "dimension"),
     questionnaire_items, 1, write_question},
    {QY_AREAS, COLUMNS("area_id", "parent_id", "level", "name", "households", "population", "opened_on"), areas_items,
     7, write_area},
    {QY_UNITS, COLUMNS("unit_id", "name", "kind", "area_id"), units_items, 1, write_unit},
    {QY_MEMBERS, COLUMNS("member_id", "community_id", "unit_id", "reported_on", "pledged_on"), members_items, 1,
     write_member},
    {QY_POPULATION, COLUMNS("community_id", "margin", "level", "count"), community_items, 7, write_population},
    {QY_CONTRACTS,
     COLUMNS("contract_id", "community_id", "unit_id", "member_id", "origin", "negotiated_on", "signed_on",
             "published_on", "published_by_unit_on", "reviewed_on", "starts_on", "ends_on"),
     contracts_items, 1, write_contract},
    {QY_OFFERS,
     COLUMNS("offer_id", "unit_id", "category", "capacity", "capacity_unit", "available_from", "available_to",
             "community_id"),
     offers_items, 1, write_offer},
    {QY_COMMITMENTS,
     COLUMNS("commitment_id", "contract_id", "project_id", "direction", "list", "work_area", "category", "offer_id",
             "quantity", "quantity_unit", "participants", "signups", "starts_on", "due_on", "budget", "key", "theme",
             "remedy", "remedied_on", "ended_on", "ended_reason", "replaced_by"),
     commitments_items, 1, write_commitment},
    {QY_NEEDS,
     COLUMNS("need_id", "community_id", "unit_id", "category", "raised_on", "people", "priority", "source",
             "consultation", "commitment_id"),
     community_items, 16, write_needs},
    {QY_BIDS, COLUMNS("bid_id", "need_id", "unit_id", "bid_on", "won"), community_items, 1, write_bids},
    {QY_REVIEWS, COLUMNS("review_id", "subject", "subject_id", "reviewer", "reviewer_id", "grade", "reviewed_on"),
     contracts_items, 4, qy_sim_write_reviews},
    {QY_VOTES, COLUMNS("area_id", "held_on", "subject", "subject_id", "present", "in_favour", "against"),
     community_items, 1, write_votes},
    {QY_OBJECTIONS, COLUMNS("objection_id", "list", "subject_id", "raised_on", "resolved_on", "upheld"),
     community_items, 1, write_objection},
    {QY_FACTS, COLUMNS("area_id", "fact", "value", "as_of", "recorded_on", "source"), places_items, 75,
     qy_sim_write_facts},
    {QY_MEETINGS, COLUMNS("meeting_id", "area_id", "kind", "held_on", "unit_id", "initiator", "attendees", "minutes"),
     places_items, 20, qy_sim_write_meetings},
    {QY_POINTS, COLUMNS("entry_id", "holder", "holder_id", "points", "earned_on", "rule"), units_items, 1,
     write_points},
    {QY_WISHES, COLUMNS("wish_id", "community_id", "category", "raised_on", "claimed_by", "claimed_on", "fulfilled_on"),
     community_items, 9, write_wishes},
    {QY_ACCEPTANCE, COLUMNS("community_id", "criterion_id", "stage", "verdict", "decided_on"), community_items, 1,
     write_acceptance},
    {QY_AWARDS, COLUMNS("award", "year", "level", "subject", "subject_id", "result_used"), community_items, 1,
     write_awards},
    {QY_TARGETS, COLUMNS("area_id", "year", "target", "value"), targets_items, 3, write_targets},
    {QY_FULFILMENT,
     COLUMNS("log_id", "commitment_id", "done_on", "quantity", "participants", "residents", "members", "status",
             "confirmed_by", "recorded_on", "recorder", "evidence"),
     logs_items, 1, qy_sim_write_log},
    {QY_SURVEYS,
     COLUMNS("response_id", "community_id", "compound_id", "stratum", "cluster_population", "wave", "answered_on",
             "mode", "age_band", "sex", "housing", "weight", "overall", "cobuilding", "safety", "environment", "want_1",
             "want_2", "want_3"),
     responses_items, 1, qy_sim_write_response},
    {QY_SERVICE, COLUMNS("service_id", "member_id", "community_id", "commitment_id", "done_on", "hours"), service_items,
     1, qy_sim_write_service},
};

const QySimTable *
qy_sim_tables(guint *n)
{
    *n = G_N_ELEMENTS(tables);
    return tables;
}
