#define G_LOG_DOMAIN "qy-cli"

#include "cli/simulate-tables.h"

/* ---- facts ---- */

typedef enum { STOCK, QUARTERLY } FactKind;

/* Range where the criterion is met, and where it isn't; in whole units of the fact, of four quarters where quarterly.
 */
typedef struct {
    const gchar *name;
    FactKind kind;
    gint criterion; /* -1: rests on none */
    gint met_low, met_high, missed_low, missed_high;
} FactDesign;

static const FactDesign designs[] = {
    {"secretary_training_hours", QUARTERLY, QY_SIM_PB_H1, 56, 84, 20, 48},
    {"fulltime_party_workers", STOCK, QY_SIM_PB_H2, 1, 3, 0, 0},
    {"covenant_in_force", STOCK, QY_SIM_DE_H2, 1, 1, 0, 0},
    {"owners_committees_overdue", STOCK, QY_SIM_DE_N2, 0, 0, 1, 2},
    {"commendations_published", QUARTERLY, QY_SIM_CI_H4, 1, 2, 0, 0},
    {"social_organisations", STOCK, QY_SIM_HA_H2, 5, 24, 0, 3},
    {"key_matters_solved", QUARTERLY, QY_SIM_HA_H3, 1, 3, 0, 0},
    {"service_fund_yuan", QUARTERLY, QY_SIM_BE_H2, 100000, 160000, 40000, 90000},
    {"head_office_m2", STOCK, QY_SIM_BE_N1, 9, 15, 18, 30},
    {"other_private_offices", STOCK, QY_SIM_BE_N1, 0, 0, 0, 1},
    {"posts_combined", STOCK, -1, 0, 1, 0, 1},
    {"log_attested", QUARTERLY, -1, 4, 4, 4, 4},
};

static void
write_fact(const QySimWorld *world, QySimFile *file, gchar letter, guint64 area, const gchar *name, guint64 value,
           QyDate as_of)
{
    qy_sim_id(file, letter, area);
    qy_sim_text(file, name);
    qy_sim_integer(file, value);
    qy_sim_date(file, as_of);
    qy_sim_date(file, MIN(as_of + 6, world->cutoff));
    qy_sim_text(file, letter == 'S' ? "street" : "ledger");
    qy_sim_row_end(file);
}

/* The newest value, and one that it took the place of. */
static void
write_stock(const QySimWorld *world, guint i, QySimFile *file, const gchar *name, guint value, QySimRandom *random)
{
    QyDate as_of = world->as_of - qy_sim_between(random, 0, 250);

    if (qy_sim_chance(random, 0.1))
        write_fact(world, file, 'C', i, name, value + 1, as_of - qy_sim_between(random, 30, 300));
    write_fact(world, file, 'C', i, name, value, as_of);
}

/* A year's sum as four rows, one a quarter; what doesn't divide comes last. */
static void
write_quarterly(const QySimWorld *world, guint i, QySimFile *file, const gchar *name, guint value)
{
    QyPeriod quarter = world->request.period;
    QyDate ends[4];

    for (guint q = 4; q > 0; q--) {
        ends[q - 1] = quarter.last;
        quarter = qy_period_before(&quarter);
    }
    for (guint q = 0; q < 4; q++)
        write_fact(world, file, 'C', i, name, q < 3 ? value / 4 : value - value / 4 * 3, ends[q]);
}

static guint
draw_design(const QySimCommunity *community, const FactDesign *design, QySimRandom *random)
{
    if (design->criterion < 0 || qy_sim_meets(community, (QySimCriterion)design->criterion))
        return (guint)qy_sim_between(random, design->met_low, design->met_high);
    return (guint)qy_sim_between(random, design->missed_low, design->missed_high);
}

/* Facts that hang together: a share needs its whole, an area its households. */
static void
write_people_facts(const QySimWorld *world, guint i, QySimFile *file, QySimRandom *random)
{
    const QySimCommunity *community = &world->communities[i];
    guint committee = qy_sim_chance(random, 0.6), lagging = qy_sim_chance(random, 0.2);
    guint workers =
        (guint)(qy_sim_meets(community, QY_SIM_HA_H1) ? qy_sim_between(random, 8, 10) : qy_sim_between(random, 5, 7));
    guint certified =
        qy_sim_meets(community, QY_SIM_CI_H2) ? (workers + 1) / 2 + qy_sim_below(random, workers / 2) : workers / 3;
    guint volunteers = (guint)qy_sim_between(random, 80, 400);

    write_stock(world, i, file, "party_committee_established", committee, random);
    write_stock(world, i, file, "fulltime_deputy_secretaries", committee ? 1 + qy_sim_below(random, 2) : 0, random);
    if (!qy_sim_meets(community, QY_SIM_PB_N4))
        lagging = 1 + qy_sim_below(random, 2);
    write_stock(world, i, file, "lagging_branches", lagging, random);
    write_fact(world, file, 'C', i, "lagging_branches_rectified", qy_sim_meets(community, QY_SIM_PB_N4) ? lagging : 0,
               world->as_of - 20);
    write_fact(world, file, 'C', i, "social_workers", workers, world->as_of - 60);
    write_fact(world, file, 'C', i, "certified_social_workers", certified, world->as_of - 60);
    write_fact(world, file, 'C', i, "volunteers", volunteers, world->as_of - 40);
    write_fact(world, file, 'C', i, "volunteers_with_points_card",
               qy_sim_meets(community, QY_SIM_CI_H3) ? volunteers - qy_sim_below(random, volunteers / 12)
                                                     : volunteers * (guint)qy_sim_between(random, 40, 80) / 100,
               world->as_of - 40);
}

static void
write_place_facts(const QySimWorld *world, guint i, QySimFile *file, QySimRandom *random)
{
    const QySimCommunity *community = &world->communities[i];
    guint least_area = MAX(community->households * 35 / 100 + 1, 350);
    guint grids = (guint)qy_sim_between(random, 4, 9), gap = !qy_sim_meets(community, QY_SIM_HA_N1);
    guint thousands = MIN(community->households, 3000); /* yuan: 100 a household, at most of 3,000 */
    guint fund = thousands * (guint)(qy_sim_meets(community, QY_SIM_BE_H3) ? qy_sim_between(random, 104, 150)
                                                                           : qy_sim_between(random, 40, 85));

    /* One built after the rule of 2018 needs 900 m². */
    if (community->opened >= qy_date_from_ymd(2018, 9, 27))
        least_area = MAX(least_area, 900);
    if (qy_sim_meets(community, QY_SIM_BE_H1))
        write_stock(world, i, file, "service_area_m2", least_area + qy_sim_below(random, 400), random);
    else
        write_fact(world, file, 'C', i, "service_area_m2", least_area * 6 / 10, world->as_of - 100);
    write_stock(world, i, file, "grids", grids, random);
    write_fact(world, file, 'C', i, "grids_with_branch", grids - gap, world->as_of - 1);
    write_stock(world, i, file, "community_police", 1, random);
    write_stock(world, i, file, "legal_advisers", 1, random);
    write_quarterly(world, i, file, "work_fund_yuan", fund);
    write_quarterly(world, i, file, "street_match_yuan", fund + qy_sim_below(random, 5000));
}

/* Counts of what ought not to be: nothing, or something in the period. */
static void
write_fault_facts(const QySimWorld *world, guint i, QySimFile *file, QySimRandom *random)
{
    static const struct {
        const gchar *name;
        QySimCriterion criterion;
    } faults[] = {
        {"requests_overdue", QY_SIM_HA_N2},          {"admission_violations", QY_SIM_HA_N3},
        {"illegal_builds_unreported", QY_SIM_BE_N2}, {"flying_wires_unreported", QY_SIM_BE_N2},
        {"fund_lines_late_or_short", QY_SIM_BE_N4},
    };
    const QySimCommunity *community = &world->communities[i];
    guint due = 48, published = due;

    for (guint f = 0; f < G_N_ELEMENTS(faults); f++) {
        QyPeriod quarter = world->request.period;
        guint now = qy_sim_meets(community, faults[f].criterion) ? 0 : 1 + qy_sim_below(random, 3);
        for (guint q = 0; q < 4; q++, quarter = qy_period_before(&quarter))
            write_fact(world, file, 'C', i, faults[f].name, q == 0 ? now : 0, quarter.last);
    }
    if (!qy_sim_meets(community, QY_SIM_DE_H1))
        published -= (guint)qy_sim_between(random, 2, 20);
    write_quarterly(world, i, file, "disclosures_due", due);
    write_quarterly(world, i, file, "disclosures_published", published);
}

/* Streets first, then communities. */
void
qy_sim_write_facts(const QySimWorld *world, guint64 item, QySimFile *file)
{
    QySimRandom random = qy_sim_random(world->request.seed, QY_SIM_STREAM_FACT, item);
    guint i = (guint)(item - world->n_streets);

    if (item < world->n_streets) {
        const QySimStreet *street = &world->streets[item];
        guint pool = street->pool ? (street->n_communities * 12 + 9) / 10 + qy_sim_below(&random, 3)
                                  : street->n_communities * 8 / 10;
        write_fact(world, file, 'S', item, "reserve_pool_size", pool, world->as_of - 90);
        write_fact(world, file, 'S', item, "street_centre_area_m2", 450 + qy_sim_below(&random, 500),
                   world->as_of - 400);
        return;
    }
    for (guint f = 0; f < G_N_ELEMENTS(designs); f++) {
        guint value = draw_design(&world->communities[i], &designs[f], &random);
        if (designs[f].kind == STOCK)
            write_stock(world, i, file, designs[f].name, value, &random);
        else
            write_quarterly(world, i, file, designs[f].name, value);
    }
    write_people_facts(world, i, file, &random);
    write_place_facts(world, i, file, &random);
    write_fault_facts(world, i, file, &random);
}

/* ---- meetings ---- */

typedef struct {
    const QySimWorld *world;
    QySimFile *file;
    QySimRandom *random;
    gchar letter;
    guint64 area, item;
    guint n;
} Meetings;

static void
write_meeting(Meetings *self, const gchar *kind, QyDate held_on, gint unit, const gchar *initiator)
{
    qy_sim_id2(self->file, 'J', self->item, self->n++);
    qy_sim_id(self->file, self->letter, self->area);
    qy_sim_text(self->file, kind);
    qy_sim_date(self->file, held_on);
    if (unit >= 0)
        qy_sim_id(self->file, 'U', (guint64)unit);
    else
        qy_sim_empty(self->file);
    qy_sim_text(self->file, initiator);
    qy_sim_integer(self->file, (guint64)qy_sim_between(self->random, 6, 60));
    qy_sim_text(self->file, qy_sim_chance(self->random, 0.8) ? "minutes" : "");
    qy_sim_row_end(self->file);
}

static QyDate
any_day(Meetings *self)
{
    return self->world->first + qy_sim_between(self->random, 0, self->world->as_of - self->world->first);
}

static void
write_street_meetings(Meetings *self, const QySimStreet *street)
{
    QyPeriod quarter = self->world->request.period;
    guint missing = street->meetings ? 4 : qy_sim_below(self->random, 4);

    for (guint q = 0; q < 4; q++, quarter = qy_period_before(&quarter)) {
        if (q == missing)
            continue;
        write_meeting(self, "working", quarter.first + qy_sim_between(self->random, 5, 85), -1, "");
        if (qy_sim_chance(self->random, 0.5))
            write_meeting(self, "liaison", quarter.first + qy_sim_between(self->random, 5, 85), -1, "");
    }
    write_meeting(self, "leading_group", any_day(self), -1, "");
    write_meeting(self, "study", any_day(self), -1, "");
    if (qy_sim_chance(self->random, 0.5))
        write_meeting(self, "observation", any_day(self), -1, "");
}

/* One a month where residents are heard (DE-H3), fewer elsewhere. */
static void
write_forums(Meetings *self, gboolean monthly)
{
    guint skipped = monthly ? 0 : (guint)qy_sim_between(self->random, 3, 8);
    gint year, month, day;

    qy_date_to_ymd(self->world->first, &year, &month, &day);
    for (guint m = 0; m < 12; m++) {
        QyDate held_on = qy_date_from_ymd(year, month, qy_sim_between(self->random, 3, 26));
        if (m >= skipped)
            write_meeting(self, "forum", held_on, -1, "");
        year += month / 12;
        month = month % 12 + 1;
    }
}

static void
write_community_meetings(Meetings *self, const QySimCommunity *community)
{
    gboolean contacts = qy_sim_meets(community, QY_SIM_DE_N3);
    guint n_working =
        qy_sim_meets(community, QY_SIM_PB_H4) ? 2 + qy_sim_below(self->random, 4) : qy_sim_below(self->random, 2);
    guint n_contacts = contacts ? 2 + qy_sim_below(self->random, 6) : 1;

    for (guint m = 0; m < n_working; m++)
        write_meeting(self, "working", any_day(self), -1, "");
    write_forums(self, qy_sim_meets(community, QY_SIM_DE_H3));
    for (guint m = 0; m < n_contacts; m++) {
        gint unit = self->world->contracts[community->first_contract + m % community->n_contracts].unit;
        write_meeting(self, "contact", any_day(self), unit, contacts ? "community" : "unit");
    }
    write_meeting(self, "council", any_day(self), -1, "");
    write_meeting(self, "residents_assembly", any_day(self), -1, "");
    write_meeting(self, "review", self->world->as_of - qy_sim_between(self->random, 10, 60), -1, "");
}

void
qy_sim_write_meetings(const QySimWorld *world, guint64 item, QySimFile *file)
{
    QySimRandom random = qy_sim_random(world->request.seed, QY_SIM_STREAM_MEETING, item);
    gboolean is_street = item < world->n_streets;
    Meetings meetings = {
        .world = world,
        .file = file,
        .random = &random,
        .letter = is_street ? 'S' : 'C',
        .area = is_street ? item : item - world->n_streets,
        .item = item,
    };

    if (is_street)
        write_street_meetings(&meetings, &world->streets[item]);
    else
        write_community_meetings(&meetings, &world->communities[meetings.area]);
}

/* ---- reviews ---- */

typedef struct {
    QySimFile *file;
    guint64 contract;
    guint n;
} Reviews;

static void
write_review(Reviews *self, const gchar *subject, gchar letter, guint64 id, const gchar *reviewer, gchar who,
             guint64 who_id, guint grade, QyDate reviewed_on)
{
    qy_sim_id2(self->file, 'V', self->contract, self->n++);
    qy_sim_text(self->file, subject);
    qy_sim_id(self->file, letter, id);
    qy_sim_text(self->file, reviewer);
    if (who != '\0')
        qy_sim_id(self->file, who, who_id);
    else
        qy_sim_empty(self->file);
    qy_sim_integer(self->file, grade);
    qy_sim_date(self->file, reviewed_on);
    qy_sim_row_end(self->file);
}

/* The unit of itself, the community of the unit, sometimes a third party. A unit that is late doesn't call itself
 * excellent, and one that does is found so, unless by design (DE-N4, in a community's fourth contract). */
static void
write_contract_reviews(const QySimWorld *world, Reviews *self, QySimRandom *random)
{
    const QySimContract *contract = &world->contracts[self->contract];
    const QySimCommunity *community = &world->communities[contract->community];
    QyDate day = world->as_of - qy_sim_between(random, 5, 50);
    guint own = contract->overdue ? 3 + qy_sim_below(random, 2) : 4 + qy_sim_below(random, 2);
    guint other = own == 5 ? 4 + qy_sim_below(random, 2) : 3 + qy_sim_below(random, 3);

    if (contract->unit < 0)
        return;
    if (self->contract == community->first_contract + 3 && !qy_sim_meets(community, QY_SIM_DE_N4)) {
        own = 5;
        other = 2;
    }
    write_review(self, "contract", 'K', self->contract, "self", 'U', (guint64)contract->unit, own, day);
    write_review(self, "contract", 'K', self->contract, "counterpart", 'C', contract->community, other, day + 2);
    if (qy_sim_chance(random, 0.3)) {
        gint third = (gint)other + qy_sim_between(random, -1, 1);
        write_review(self, "contract", 'K', self->contract, "third_party", '\0', 0, (guint)CLAMP(third, 1, 5), day + 4);
    }
}

void
qy_sim_write_reviews(const QySimWorld *world, guint64 item, QySimFile *file)
{
    const QySimCommunity *community = &world->communities[world->contracts[item].community];
    QySimRandom random = qy_sim_random(world->request.seed, QY_SIM_STREAM_REVIEW, item);
    Reviews reviews = {.file = file, .contract = item};
    static const guint8 grades[] = {0, 5, 4, 2, 1, 3}; /* by outcome */

    write_contract_reviews(world, &reviews, &random);
    for (guint slot = 0; slot < QY_SIM_SLOTS; slot++) {
        guint number = community->first_commitment + (guint)(item - community->first_contract) * QY_SIM_SLOTS + slot;
        const QySimCommitment *commitment = &world->commitments[number];
        guint grade = grades[commitment->outcome];
        QyDate day = commitment->last + qy_sim_between(&random, 5, 20);
        if (commitment->outcome == QY_SIM_OPEN || (!qy_sim_meets(community, QY_SIM_DE_H4) && slot != 1))
            continue;
        if (grade == 5 && qy_sim_chance(&random, 0.4))
            grade = 4;
        write_review(&reviews, "commitment", 'I', number, "residents", '\0', 0, grade, MIN(world->as_of, day));
    }
}
