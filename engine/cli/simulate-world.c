#define G_LOG_DOMAIN "qy-cli"

#include "cli/simulate-world.h"

#include <string.h>

#define LOGS_A_COMMITMENT 12
#define LEAST_CONTRACTS 6 /* the designed ones, see make_contract() */
#define MOST_CONTRACTS 25

/* Contracts of a community that carry its designed faults. */
enum {
    SHARED_CONTRACT = 0,  /* with the street's association: draws on the offer that all share */
    PASSIVE_CONTRACT = 1, /* CI-N3: a unit that does nothing */
    DUE_CONTRACT = 2,     /* all items due: CI-N4, HA-N4, BE-N3 */
    HIDDEN_CONTRACT = 3,  /* PB-N1: not published; DE-N4: praises itself */
    EMPTY_CONTRACT = 4,   /* CI-N1: hardly anyone signs up */
    OWN_CONTRACT = 5,     /* a member's */
    LENT_CONTRACT = 6,    /* whose unit serves the next community too */
};

static const gchar *const criterion_names[] = {
    "PB-H1", "PB-H2", "PB-H3", "PB-H4", "PB-N1", "PB-N2", "PB-N3", "PB-N4", "DE-H1", "DE-H2",
    "DE-H3", "DE-H4", "DE-N1", "DE-N2", "DE-N3", "DE-N4", "CI-H1", "CI-H2", "CI-H3", "CI-H4",
    "CI-N1", "CI-N2", "CI-N3", "CI-N4", "HA-H1", "HA-H2", "HA-H3", "HA-H4", "HA-N1", "HA-N2",
    "HA-N3", "HA-N4", "BE-H1", "BE-H2", "BE-H3", "BE-H4", "BE-N1", "BE-N2", "BE-N3", "BE-N4",
};
G_STATIC_ASSERT(G_N_ELEMENTS(criterion_names) == QY_SIM_N_CRITERIA);

const gchar *
qy_sim_criterion_name(QySimCriterion criterion)
{
    return criterion_names[criterion];
}

gboolean
qy_sim_is_known(const QySimWorld *self, QySimCriterion criterion)
{
    switch (criterion) {
    case QY_SIM_CI_H1:
    case QY_SIM_CI_N2:
    case QY_SIM_CI_N3:
    case QY_SIM_BE_H4:
        return self->logs_by_design;
    case QY_SIM_HA_H4:
        return self->request.n_responses >= 100 * (guint64)self->request.n_communities;
    case QY_SIM_PB_N3:
        return self->request.n_service >= 2 * (guint64)self->request.n_communities * QY_SIM_MEMBERS;
    default:
        return TRUE;
    }
}

/* What a category is promised in. */
static QySimMeasure
measure_of(guint category)
{
    const gchar *code = qy_sim_category(category);
    static const struct {
        const gchar *code;
        QySimMeasure measure;
    } measures[] = {
        {"venues.room", QY_SIM_HOUR},   {"venues.sports", QY_SIM_HOUR},     {"venues.parking", QY_SIM_ITEM},
        {"funds.relief", QY_SIM_YUAN},  {"funds.sponsorship", QY_SIM_YUAN}, {"funds.works", QY_SIM_YUAN},
        {"funds.goods", QY_SIM_ITEM},   {"health.checkup", QY_SIM_PERSON},  {"health.care", QY_SIM_HOUR},
        {"talent.legal", QY_SIM_HOUR},  {"talent.teaching", QY_SIM_HOUR},   {"talent.skills", QY_SIM_HOUR},
        {"public_safety", QY_SIM_HOUR},
    };

    for (guint i = 0; i < G_N_ELEMENTS(measures); i++)
        if (strcmp(measures[i].code, code) == 0)
            return measures[i].measure;
    return QY_SIM_SESSION;
}

const gchar *
qy_sim_category(guint category)
{
    guint n;

    return qy_default_taxonomy(&n)[category].code;
}

/* Any category that things are promised and needed in: the groups and the service classes. */
static guint
any_category(QySimRandom *random, gboolean resource)
{
    guint n, category;
    const QyCategory *categories = qy_default_taxonomy(&n);

    for (;;) {
        category = qy_sim_below(random, n);
        if (categories[category].parent != NULL)
            return category;
        /* The service classes have no groups: the next entry is another class, or none. */
        if (!resource && (category + 1 == n || categories[category + 1].parent == NULL))
            return category;
    }
}

guint
qy_sim_demanded(const QySimWorld *self, guint community, QySimRandom *random)
{
    /* Six categories that this community asks for most. */
    QySimRandom favourite;

    if (qy_sim_chance(random, 0.3))
        return any_category(random, FALSE);
    favourite = qy_sim_random(self->request.seed, QY_SIM_STREAM_DEMAND, community * 8 + qy_sim_below(random, 6));
    return any_category(&favourite, FALSE);
}

guint
qy_sim_prefecture(const QySimWorld *self, guint county)
{
    return county * self->n_prefectures / self->n_counties;
}

/* ---- Areas and their design ---- */

static void
lay_out(QySimWorld *self)
{
    guint n = self->request.n_communities;

    self->n_streets = MAX(1, (n + 5) / 10);
    self->n_counties = MAX(1, (n + 50) / 101);
    self->n_prefectures = self->n_counties > 1 ? (self->n_counties + 4) / 5 : 0;
    self->streets = g_new0(QySimStreet, self->n_streets);
    self->communities = g_new0(QySimCommunity, n);
    for (guint s = 0; s < self->n_streets; s++) {
        QySimRandom random = qy_sim_random(self->request.seed, QY_SIM_STREAM_STREET, s);
        QySimStreet *street = &self->streets[s];
        street->county = (guint)((guint64)s * self->n_counties / self->n_streets);
        street->first_community = (guint)(((guint64)s * n + self->n_streets - 1) / self->n_streets);
        street->pool = qy_sim_chance(&random, 0.9);
        street->meetings = qy_sim_chance(&random, 0.9);
    }
    for (guint i = 0; i < n; i++) {
        self->communities[i].street = (guint)((guint64)i * self->n_streets / n);
        self->streets[self->communities[i].street].n_communities++;
    }
}

/* Which criteria are met: all in a model community, up to three not in a good one, four to ten not in a weak one. */
static guint64
draw_met(QySimKind kind, const QySimStreet *street, QySimRandom *random)
{
    guint64 met = (G_GUINT64_CONSTANT(1) << QY_SIM_N_CRITERIA) - 1;
    guint n_faults = kind == QY_SIM_MODEL  ? 0
                     : kind == QY_SIM_GOOD ? 1 + qy_sim_below(random, 3)
                                           : 4 + qy_sim_below(random, 7);

    for (guint i = 0; i < n_faults; i++)
        met &= ~(G_GUINT64_CONSTANT(1) << qy_sim_below(random, QY_SIM_N_CRITERIA));
    /* An item of a unit's list that is late without a remedy breaks both. */
    if (!((met >> QY_SIM_CI_N4) & 1))
        met &= ~(G_GUINT64_CONSTANT(1) << QY_SIM_HA_N4);
    met &= ~(G_GUINT64_CONSTANT(1) << QY_SIM_PB_H3 | G_GUINT64_CONSTANT(1) << QY_SIM_PB_N2);
    met |= (guint64)street->pool << QY_SIM_PB_H3 | (guint64)street->meetings << QY_SIM_PB_N2;
    return met;
}

static void
draw_community(QySimWorld *self, guint i)
{
    QySimCommunity *community = &self->communities[i];
    QySimRandom random = qy_sim_random(self->request.seed, QY_SIM_STREAM_COMMUNITY, i);
    gdouble quality = qy_sim_unit(&random);
    static const gdouble low_fulfilment[] = {0.92, 0.85, 0.65}, high_fulfilment[] = {0.99, 0.96, 0.88};

    community->kind = quality > 0.65 ? QY_SIM_MODEL : quality > 0.3 ? QY_SIM_GOOD : QY_SIM_WEAK;
    community->met = draw_met(community->kind, &self->streets[community->street], &random);
    community->households = (guint32)qy_sim_between(&random, 800, 3500);
    community->population = (guint32)(community->households * (guint64)qy_sim_between(&random, 230, 300) / 100);
    community->opened = self->as_of - qy_sim_between(&random, 900, 9000);
    community->batch = qy_sim_chance(&random, 0.05);
    community->satisfaction = qy_sim_meets(community, QY_SIM_HA_H4) ? qy_sim_uniform(&random, 0.74, 0.92)
                                                                    : qy_sim_uniform(&random, 0.25, 0.36);
    community->participation = qy_sim_meets(community, QY_SIM_CI_H1) ? qy_sim_uniform(&random, 0.75, 1.05)
                                                                     : qy_sim_uniform(&random, 0.35, 0.48);
    community->utilisation = qy_sim_meets(community, QY_SIM_BE_H4) ? qy_sim_uniform(&random, 0.58, 0.92)
                                                                   : qy_sim_uniform(&random, 0.15, 0.30);
    community->fulfilment = qy_sim_uniform(&random, low_fulfilment[community->kind], high_fulfilment[community->kind]);
    community->mismatch = qy_sim_uniform(&random, 0.1, 0.8);
    community->age_share[0] = qy_sim_uniform(&random, 0.20, 0.35);
    community->age_share[2] = qy_sim_uniform(&random, 0.18, 0.35);
    community->age_share[1] = 1.0 - community->age_share[0] - community->age_share[2];
    community->n_needs = 12 + qy_sim_below(&random, 10);
    self->n_needs += community->n_needs;
}

/* ---- Contracts ---- */

static gboolean
is_own_contract(guint j)
{
    return j == OWN_CONTRACT || (j > LENT_CONTRACT && j % 12 == 5);
}

static guint
new_unit(QySimWorld *self, guint home)
{
    /* Words of units.kind, by how often they sign: enterprises, shops, schools, hospitals, banks, agencies … */
    static const guint8 kinds[] = {3, 3, 3, 3, 3, 3, 12, 12, 5, 5, 6, 7, 7, 8, 8, 0, 0, 1, 1, 2, 4, 10};
    guint unit = self->n_units++;
    QySimRandom random = qy_sim_random(self->request.seed, QY_SIM_STREAM_UNIT, unit);

    self->unit_kinds[unit] = kinds[qy_sim_below(&random, G_N_ELEMENTS(kinds))];
    self->unit_homes[unit] = home;
    return unit;
}

/* The unit that signs contract @j of the community, -1 for a member's own. */
static gint
partner(QySimWorld *self, guint i, guint j)
{
    const QySimCommunity *community = &self->communities[i];
    const QySimStreet *street = &self->streets[community->street];

    if (j == SHARED_CONTRACT)
        return (gint)street->unit;
    if (is_own_contract(j))
        return -1;
    if (j == 7 && i > street->first_community && self->communities[i - 1].n_contracts > LENT_CONTRACT)
        return self->contracts[self->communities[i - 1].first_contract + LENT_CONTRACT].unit;
    return (gint)new_unit(self, i);
}

static void
make_dates(QySimWorld *self, QySimContract *contract, guint j, QySimRandom *random)
{
    const QySimCommunity *community = &self->communities[contract->community];
    gint days = qy_sim_chance(random, 0.2) ? 730 : 365;
    gint ago = qy_sim_between(random, 60, 400);

    switch (j) {
    case PASSIVE_CONTRACT:
        ago = qy_sim_between(random, 200, 240);
        days = 365;
        break;
    case DUE_CONTRACT:
        ago = qy_sim_between(random, 330, 350);
        days = 365;
        break;
    case EMPTY_CONTRACT:
        ago = qy_sim_between(random, 150, 250);
        break;
    }
    contract->starts = self->as_of - ago;
    contract->ends = contract->starts + days - 1;
    contract->signed_on = contract->starts - qy_sim_between(random, 0, 15);
    contract->negotiated = contract->signed_on - qy_sim_between(random, 3, 30);
    contract->published = contract->signed_on + qy_sim_between(random, 1, 20);
    if (j == HIDDEN_CONTRACT && !qy_sim_meets(community, QY_SIM_PB_N1))
        contract->published = QY_DATE_NONE;
    contract->published_by_unit = QY_DATE_NONE;
    if (contract->unit >= 0 && contract->published != QY_DATE_NONE && qy_sim_chance(random, 0.9))
        contract->published_by_unit = contract->published + qy_sim_between(random, 0, 10);
    contract->reviewed = QY_DATE_NONE;
    if (contract->ends < self->as_of - 20 && qy_sim_chance(random, 0.85))
        contract->reviewed = contract->ends + qy_sim_between(random, 1, 15);
}

/* ---- What is promised, and what becomes of it ---- */

/* Whether this item is designed to fail; sets *remedy when it is remedied. */
static gboolean
is_designed_fault(const QySimCommunity *community, guint j, guint slot, gboolean *remedy)
{
    *remedy = FALSE;
    if (j != DUE_CONTRACT)
        return FALSE;
    if (slot == 1)
        return !qy_sim_meets(community, QY_SIM_HA_N4);
    if (slot == 2)
        return !qy_sim_meets(community, QY_SIM_CI_N4);
    *remedy = TRUE;
    return slot == 3 && !qy_sim_meets(community, QY_SIM_BE_N3);
}

static void
draw_outcome(const QySimWorld *self, const QySimCommunity *community, QySimCommitment *item, guint j,
             QySimRandom *random)
{
    gdouble fate = qy_sim_unit(random);
    /* Only two of the four slots ever fail: services of the unit, and what the community owes. */
    gdouble failing = item->slot % 2 == 1 ? MIN(0.9, 2.0 * (1.0 - community->fulfilment)) : 0.0;

    if (item->due > self->as_of) {
        item->outcome = QY_SIM_OPEN;
        return;
    }
    if (is_designed_fault(community, j, item->slot, &item->remedy)) {
        item->outcome = QY_SIM_PARTIAL;
        return;
    }
    /* The project that the community leads is done; and a unit that only praises itself has nothing to remedy. */
    if ((j == DUE_CONTRACT && item->slot == 3) || (j == HIDDEN_CONTRACT && !qy_sim_meets(community, QY_SIM_DE_N4))) {
        item->outcome = QY_SIM_ON_TIME;
        return;
    }
    if (fate >= failing) {
        item->outcome = qy_sim_chance(random, 0.12) ? QY_SIM_LATE : QY_SIM_ON_TIME;
        return;
    }
    if (fate < failing * 0.25)
        item->outcome = QY_SIM_ENDED;
    else if (fate < failing * 0.4 && item->slot == 3)
        item->outcome = QY_SIM_NOTHING;
    else
        item->outcome = QY_SIM_PARTIAL;
    item->remedy =
        item->outcome != QY_SIM_ENDED && (qy_sim_meets(community, QY_SIM_HA_N4) || qy_sim_chance(random, 0.5));
}

/* When the last log is made, and with it what the outcome means. */
static void
draw_last(const QySimWorld *self, QySimCommitment *item, QySimRandom *random)
{
    gint delay = qy_sim_between(random, 2, 35);

    item->ended = QY_DATE_NONE;
    switch ((QySimOutcome)item->outcome) {
    case QY_SIM_OPEN:
        item->last = self->as_of - qy_sim_between(random, 1, 15);
        break;
    case QY_SIM_LATE:
        item->last = MIN(self->as_of - 3, item->due + delay);
        if (item->last <= item->due) {
            item->outcome = QY_SIM_ON_TIME;
            item->last = item->due;
        }
        break;
    case QY_SIM_ON_TIME:
        item->last = item->due - qy_sim_between(random, 0, 20);
        break;
    case QY_SIM_ENDED:
        item->ended = item->starts + qy_sim_between(random, 30, 150);
        item->ended = MIN(item->ended, item->due - 1);
        item->last = item->ended - qy_sim_between(random, 1, 20);
        break;
    case QY_SIM_PARTIAL:
    case QY_SIM_NOTHING:
        item->last = item->due - qy_sim_between(random, 5, 40);
        break;
    }
    item->last = MAX(item->last, item->starts + 5);
}

static void
draw_theme(const QySimCommunity *community, QySimCommitment *item, guint j, QySimRandom *random)
{
    /* Water or cleaning is never left undone where the community owes it, unless by design (BE-N3). */
    if (item->slot == 2 && qy_sim_chance(random, 0.25))
        item->theme = (guint8)qy_sim_between(random, 1, 4);
    if (item->slot != 3)
        return;
    if (j == DUE_CONTRACT) /* each community leads one such project */
        item->theme = 1;
    else if (item->outcome == QY_SIM_ON_TIME && qy_sim_chance(random, 0.15))
        item->theme = (guint8)(1 + 2 * qy_sim_below(random, 2));
}

static void
make_commitment(QySimWorld *self, guint number, guint contract_number, guint j, guint slot)
{
    QySimContract *contract = &self->contracts[contract_number];
    const QySimCommunity *community = &self->communities[contract->community];
    QySimCommitment *item = &self->commitments[number];
    QySimRandom random = qy_sim_random(self->request.seed, QY_SIM_STREAM_COMMITMENT, number);
    static const gint lengths[] = {180, 240, 300, 344};
    gboolean passive = j == PASSIVE_CONTRACT && !qy_sim_meets(community, QY_SIM_CI_N3);
    gint length = lengths[qy_sim_below(&random, G_N_ELEMENTS(lengths))];

    item->contract = contract_number;
    item->slot = (guint8)slot;
    item->offer = -1;
    item->starts = contract->starts + qy_sim_between(&random, 0, 20);
    item->due = MIN(contract->ends, item->starts + length);
    if (j == DUE_CONTRACT)
        item->due = self->as_of - qy_sim_between(&random, 30, 60);
    if (j == PASSIVE_CONTRACT || j == EMPTY_CONTRACT)
        item->due = contract->ends - 5;
    if (slot == 0)
        item->category = (guint8)any_category(&random, TRUE);
    else
        item->category =
            (guint8)(qy_sim_chance(&random, community->mismatch) ? any_category(&random, FALSE)
                                                                 : qy_sim_demanded(self, contract->community, &random));
    item->unit = measure_of(item->category);
    draw_outcome(self, community, item, j, &random);
    draw_last(self, item, &random);
    draw_theme(community, item, j, &random);
    if (item->outcome == QY_SIM_PARTIAL || item->outcome == QY_SIM_NOTHING)
        contract->overdue = TRUE;
    /* A weight for now; share_logs() makes a number of logs of it. */
    item->n_logs = passive || item->outcome == QY_SIM_NOTHING ? 0
                   : slot == 0                                ? 10 + qy_sim_below(&random, 7)
                                                              : 8 + qy_sim_below(&random, 9);
}

static void
share_logs(QySimWorld *self)
{
    guint64 total = 0, cumulated = 0, given = 0;

    for (guint k = 0; k < self->n_commitments; k++)
        total += self->commitments[k].n_logs;
    self->logs_by_design = self->request.n_logs * 10 / MAX(total, 1) >= 6;
    for (guint k = 0; k < self->n_commitments; k++) {
        guint64 upto;
        cumulated += self->commitments[k].n_logs;
        upto = qy_sim_share(self->request.n_logs, cumulated, MAX(total, 1));
        self->commitments[k].n_logs = (guint)(upto - given);
        self->most_logs = MAX(self->most_logs, self->commitments[k].n_logs);
        given = upto;
    }
}

static gint64
draw_grain(QySimMeasure measure, QySimRandom *random)
{
    switch (measure) {
    case QY_SIM_HOUR:
        return 500 * qy_sim_between(random, 3, 8);
    case QY_SIM_PERSON:
        return 1000 * qy_sim_between(random, 10, 40);
    case QY_SIM_YUAN:
        return 50000 * qy_sim_between(random, 4, 40);
    case QY_SIM_ITEM:
        return 1000 * qy_sim_between(random, 2, 20);
    case QY_SIM_SESSION:
    case QY_SIM_M2:
        break;
    }
    return 1000;
}

/* Whole units (half hours), at least one. */
static gint64
whole(gdouble thousandths, QySimMeasure measure)
{
    gint64 unit = measure == QY_SIM_HOUR ? 500 : 1000;

    return MAX(unit, (gint64)(thousandths / (gdouble)unit) * unit);
}

/* What was planned, from what is going to be done. */
static void
plan_quantities(QySimWorld *self, guint number)
{
    QySimCommitment *item = &self->commitments[number];
    const QySimContract *contract = &self->contracts[item->contract];
    const QySimCommunity *community = &self->communities[contract->community];
    QySimRandom random = qy_sim_random(self->request.seed, QY_SIM_STREAM_LOGS, number);
    gdouble share = 1.0, done, people;
    static const gdouble no_less[] = {0.9, 0.70, 0.70, 1.3, 1.0, 2.0}, no_more[] = {1.1, 0.85, 0.85, 2.6, 1.0, 2.5};

    item->grain = draw_grain(item->unit, &random);
    item->people = (guint)qy_sim_between(&random, 8, 40);
    if (item->outcome == QY_SIM_OPEN) /* planned to the end, logged until now */
        share = (gdouble)(self->as_of - item->starts + 1) / (gdouble)(item->due - item->starts + 1);
    done = (gdouble)item->grain * item->n_logs;
    item->quantity =
        item->n_logs == 0
            ? item->grain * 10
            : whole(done / share * qy_sim_uniform(&random, no_less[item->outcome], no_more[item->outcome]), item->unit);
    people = (gdouble)item->people * item->n_logs / share;
    item->participants = (guint)(people / community->participation * qy_sim_uniform(&random, 0.97, 1.03)) + 5;
    item->signups = (guint)(item->participants * qy_sim_uniform(&random, 0.7, 1.1)) + 1;
    if (item->contract == community->first_contract + EMPTY_CONTRACT && !qy_sim_meets(community, QY_SIM_CI_N1) &&
        (item->slot == 1 || item->slot == 2)) {
        item->participants = MAX(item->participants, 60);
        item->signups = (guint)qy_sim_between(&random, 8, 15);
        item->remedy = FALSE;
    }
}

/* ---- Offers ---- */

static gboolean
is_stock(QySimMeasure measure)
{
    return measure == QY_SIM_YUAN || measure == QY_SIM_ITEM || measure == QY_SIM_M2;
}

/* As large as makes the item's logs use the wanted share of it. */
static void
make_offer(QySimWorld *self, guint community_number, QySimCommitment *item)
{
    const QySimCommunity *community = &self->communities[community_number];
    guint number = self->n_offers++;
    QySimOffer *offer = &self->offers[number];
    QySimRandom random = qy_sim_random(self->request.seed, QY_SIM_STREAM_OFFER, number);
    gdouble used = (gdouble)item->grain * item->n_logs;
    gdouble wanted = community->utilisation * qy_sim_uniform(&random, 0.92, 1.08), share = MIN(0.97, wanted);

    offer->unit = self->contracts[item->contract].unit;
    offer->community = community_number;
    offer->category = item->category;
    offer->measure = item->unit;
    offer->from = item->starts;
    offer->to = MAX(item->due, item->last);
    if (!is_stock(item->unit)) /* a flow: so much a day, over the whole time */
        used *= (gdouble)(offer->to - offer->from + 1) / (gdouble)(item->last - item->starts + 1);
    offer->capacity = whole(used / share, item->unit) + (item->unit == QY_SIM_HOUR ? 500 : 1000);
    item->offer = (gint)number;
}

/* CI-N2: offers that nobody draws on; small, and in a cell that others fill. */
static void
make_idle_offers(QySimWorld *self, guint community_number, const QySimOffer *like)
{
    for (guint i = 0; i < 2; i++) {
        QySimOffer *offer = &self->offers[self->n_offers++];
        *offer = *like;
        offer->community = community_number;
        offer->from = self->as_of - 300;
        offer->to = self->as_of + 100;
        offer->capacity = whole((gdouble)like->capacity / 20.0, like->measure);
    }
}

static void
make_offers(QySimWorld *self)
{
    g_autofree gdouble *shared = g_new0(gdouble, self->n_streets);

    self->n_offers = self->n_streets;
    for (guint i = 0; i < self->request.n_communities; i++) {
        QySimCommunity *community = &self->communities[i];
        community->first_offer = self->n_offers;
        for (guint k = 0; k < community->n_commitments; k += QY_SIM_SLOTS) {
            QySimCommitment *item = &self->commitments[community->first_commitment + k];
            if (k / QY_SIM_SLOTS == SHARED_CONTRACT) {
                item->offer = (gint)community->street;
                shared[community->street] += (gdouble)item->grain * item->n_logs;
            } else if (self->contracts[item->contract].unit >= 0 && item->n_logs > 0) {
                make_offer(self, i, item);
            }
        }
        if (!qy_sim_meets(community, QY_SIM_CI_N2) && self->n_offers > community->first_offer)
            make_idle_offers(self, i, &self->offers[community->first_offer]);
        community->n_offers = self->n_offers - community->first_offer;
    }
    for (guint s = 0; s < self->n_streets; s++) {
        QySimOffer *offer = &self->offers[s];
        offer->unit = (gint)self->streets[s].unit;
        offer->community = G_MAXUINT;
        offer->category =
            self->commitments[self->communities[self->streets[s].first_community].first_commitment].category;
        offer->measure = QY_SIM_SESSION;
        offer->from = self->as_of - 401;
        offer->to = self->as_of + 199;
        offer->capacity = whole(shared[s] * 2.2, QY_SIM_SESSION) + 1000;
        self->streets[s].offer = s;
    }
}

/* ---- The whole ---- */

static void
make_contracts_of(QySimWorld *self, guint i, guint n_contracts)
{
    QySimCommunity *community = &self->communities[i];
    guint first_unit = self->n_units;

    community->first_contract = self->n_contracts;
    community->n_contracts = n_contracts;
    community->first_commitment = self->n_commitments;
    community->n_commitments = n_contracts * QY_SIM_SLOTS;
    for (guint j = 0; j < n_contracts; j++) {
        guint number = self->n_contracts++;
        QySimContract *contract = &self->contracts[number];
        QySimRandom random = qy_sim_random(self->request.seed, QY_SIM_STREAM_CONTRACT, number);
        contract->community = i;
        contract->unit = partner(self, i, j);
        contract->member = is_own_contract(j) ? (gint)(j % QY_SIM_MEMBERS) : -1;
        make_dates(self, contract, j, &random);
        for (guint slot = 0; slot < QY_SIM_SLOTS; slot++)
            make_commitment(self, self->n_commitments++, number, j, slot);
        if (j == SHARED_CONTRACT) { /* all draw on one offer, in its unit */
            QySimCommitment *item = &self->commitments[community->first_commitment];
            guint leader = self->communities[self->streets[community->street].first_community].first_commitment;
            item->category = self->commitments[leader].category;
            item->unit = QY_SIM_SESSION;
        }
    }
    community->first_unit = first_unit;
    community->n_units = self->n_units - first_unit;
}

static guint
contracts_of(const QySimRequest *request, guint i)
{
    QySimRandom random = qy_sim_random(request->seed, QY_SIM_STREAM_OTHER, i);
    guint64 usual = request->n_logs / request->n_communities / LOGS_A_COMMITMENT / QY_SIM_SLOTS;
    gint n = (gint)CLAMP(usual, LEAST_CONTRACTS, MOST_CONTRACTS) + qy_sim_between(&random, -2, 2);

    return (guint)MAX(LEAST_CONTRACTS, n);
}

static void
share_responses(QySimWorld *self)
{
    guint64 total = 0, cumulated = 0, given = 0;

    for (guint i = 0; i < self->request.n_communities; i++)
        total += 2000 + self->communities[i].households;
    for (guint i = 0; i < self->request.n_communities; i++) {
        guint64 upto;
        cumulated += 2000 + self->communities[i].households;
        upto = qy_sim_share(self->request.n_responses, cumulated, total);
        self->communities[i].n_responses = (guint)(upto - given);
        self->most_responses = MAX(self->most_responses, self->communities[i].n_responses);
        given = upto;
    }
}

/* Two to four parts a member; none for the first two of a community where time is not kept (PB-N3). */
static guint
service_weight(const QySimWorld *self, guint member)
{
    const QySimCommunity *community = &self->communities[member / QY_SIM_MEMBERS];
    QySimRandom random = qy_sim_random(self->request.seed, QY_SIM_STREAM_SERVICE, member);

    if (member % QY_SIM_MEMBERS < 2 && !qy_sim_meets(community, QY_SIM_PB_N3))
        return 0;
    return 2 + qy_sim_below(&random, 3);
}

static void
share_service(QySimWorld *self)
{
    guint n = self->request.n_communities * QY_SIM_MEMBERS;
    guint64 total = 0, cumulated = 0, given = 0;

    self->member_rows = g_new(guint32, n);
    for (guint i = 0; i < n; i++)
        total += service_weight(self, i);
    for (guint i = 0; i < n; i++) {
        guint64 upto;
        cumulated += service_weight(self, i);
        upto = qy_sim_share(self->request.n_service, cumulated, MAX(total, 1));
        self->member_rows[i] = (guint32)(upto - given);
        self->most_service = MAX(self->most_service, self->member_rows[i]);
        given = upto;
    }
}

QySimWorld *
qy_sim_world_new(const QySimRequest *request)
{
    QySimWorld *self = g_new0(QySimWorld, 1);
    guint n = request->n_communities, most = (MOST_CONTRACTS + 2) * n;

    self->request = *request;
    self->as_of = request->period.last;
    self->cutoff = self->as_of + 15;
    self->first = qy_window_span(QY_WINDOW_FOUR_QUARTERS, &request->period, self->as_of).first;
    lay_out(self);
    self->contracts = g_new0(QySimContract, most);
    self->commitments = g_new0(QySimCommitment, (gsize)most * QY_SIM_SLOTS);
    self->offers = g_new0(QySimOffer, self->n_streets + most + 2 * n);
    self->unit_kinds = g_new0(guint8, self->n_streets + most);
    self->unit_homes = g_new0(guint32, self->n_streets + most);
    for (guint s = 0; s < self->n_streets; s++) {
        self->streets[s].unit = new_unit(self, n + s);
        self->unit_kinds[self->streets[s].unit] = 11; /* district_association */
    }
    for (guint i = 0; i < n; i++) {
        draw_community(self, i);
        make_contracts_of(self, i, contracts_of(request, i));
    }
    share_logs(self);
    for (guint k = 0; k < self->n_commitments; k++)
        plan_quantities(self, k);
    make_offers(self);
    share_responses(self);
    share_service(self);
    return self;
}

void
qy_sim_world_free(QySimWorld *self)
{
    if (self == NULL)
        return;
    g_free(self->streets);
    g_free(self->communities);
    g_free(self->contracts);
    g_free(self->commitments);
    g_free(self->offers);
    g_free(self->unit_kinds);
    g_free(self->unit_homes);
    g_free(self->member_rows);
    g_free(self);
}
