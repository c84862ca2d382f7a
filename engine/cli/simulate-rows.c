#define G_LOG_DOMAIN "qy-cli"

#include "cli/simulate-tables.h"

/* ---- fulfilment ---- */

/* Evenly over the item's time, the last on its last day. */
static QyDate
log_date(const QySimWorld *world, const QySimCommitment *item, guint j, QySimRandom *random)
{
    gint64 days = item->last - item->starts, hundredths = (gint64)j * 100 + qy_sim_between(random, 25, 75);

    if (j + 1 == item->n_logs)
        return item->last;
    if (j == 0 && qy_sim_chance(random, 0.002))
        return item->starts - 3; /* before it begins: a finding */
    if (item->outcome == QY_SIM_OPEN && item->slot != 0 && j + 2 == item->n_logs && j > 4 &&
        qy_sim_chance(random, 0.01))
        return world->as_of + qy_sim_between(random, 1, 10); /* after the as-of date: doesn't count */
    return item->starts + (QyDate)(hundredths * days / ((gint64)item->n_logs * 100));
}

static QyDate
log_recorded(const QySimWorld *world, const QySimCommunity *community, const QySimCommitment *item, guint j,
             QyDate done, QySimRandom *random)
{
    QyDate recorded = done + qy_sim_between(random, 0, 4);

    if (j + 1 == item->n_logs)
        return done + 1;
    if (community->batch && done >= world->request.period.first && done <= world->as_of && qy_sim_chance(random, 0.33))
        return world->as_of;
    if (qy_sim_chance(random, 0.03))
        recorded = done + qy_sim_between(random, 30, 60);
    /* Use of an offer is never set aside, so that its gaps stay as designed. */
    return item->slot == 0 && recorded > world->cutoff ? done + 1 : recorded;
}

void
qy_sim_write_log(const QySimWorld *world, guint64 number, QySimFile *file)
{
    guint j = (guint)(number / world->n_commitments), k = (guint)(number % world->n_commitments);
    const QySimCommitment *item = &world->commitments[k];
    const QySimCommunity *community;
    QySimRandom random;
    QyDate done;
    guint people;
    gboolean last = j + 1 == item->n_logs, completed;
    static const gchar *const recorders[] = {"community", "community", "unit", "online"};

    if (j >= item->n_logs)
        return;
    community = &world->communities[world->contracts[item->contract].community];
    random = qy_sim_random(world->request.seed, QY_SIM_STREAM_LOGS, ((guint64)(k + 1) << 32) + j);
    done = log_date(world, item, j, &random);
    completed = last && (item->outcome == QY_SIM_ON_TIME || item->outcome == QY_SIM_LATE);
    qy_sim_id2(file, 'L', k, j);
    qy_sim_id(file, 'I', k);
    qy_sim_date(file, done);
    qy_sim_quantity(file, (guint64)item->grain);
    if (qy_sim_chance(&random, 0.003)) { /* attendance wasn't written down */
        qy_sim_raw(file, ",,,", 3);
    } else {
        people = item->people + qy_sim_below(&random, 5) - 2;
        qy_sim_integer(file, people);
        qy_sim_integer(file, people * 4 / 5);
        qy_sim_integer(file, people / 6);
    }
    qy_sim_text(file, completed                                                               ? "completed"
                      : !last && j > 0 && item->slot % 2 == 1 && qy_sim_chance(&random, 0.01) ? "cancelled"
                                                                                              : "partial");
    qy_sim_text(file, !completed || qy_sim_chance(&random, 0.3) ? "" : item->slot == 3 ? "unit" : "community");
    qy_sim_date(file, log_recorded(world, community, item, j, done, &random));
    qy_sim_text(file, recorders[qy_sim_below(&random, G_N_ELEMENTS(recorders))]);
    if (qy_sim_chance(&random, 0.3))
        qy_sim_id(file, 'E', number);
    else
        qy_sim_empty(file);
    qy_sim_row_end(file);
}

/* ---- surveys ---- */

/* Who answers: older residents more often than they live there, so that calibration has something to do. */
static const gdouble answer_bias[QY_SIM_AGES] = {0.6, 0.9, 1.5};
/* How much more each age is satisfied; taken off the mean, so that the population's share is the one put in. */
static const gdouble age_effect[QY_SIM_AGES] = {-0.06, -0.01, 0.06};
static const gdouble compound_effect[QY_SIM_COMPOUNDS] = {-0.04, 0.04, -0.02, 0.02, -0.03, 0.03};
static const gchar *const age_names[QY_SIM_AGES] = {"18-34", "35-59", "60+"};

static guint
draw_age(const QySimCommunity *community, QySimRandom *random)
{
    gdouble total = 0.0, u;

    for (guint a = 0; a < QY_SIM_AGES; a++)
        total += community->age_share[a] * answer_bias[a];
    u = qy_sim_unit(random) * total;
    for (guint a = 0; a + 1 < QY_SIM_AGES; a++) {
        u -= community->age_share[a] * answer_bias[a];
        if (u < 0.0)
            return a;
    }
    return QY_SIM_AGES - 1;
}

static guint
draw_answer(gdouble satisfied, QySimRandom *random)
{
    gdouble u = qy_sim_unit(random);

    if (qy_sim_unit(random) < satisfied)
        return u < 0.55 ? 4 : 5;
    return u < 0.6 ? 3 : u < 0.88 ? 2 : 1;
}

static void
write_answers(gdouble satisfied, QySimFile *file, QySimRandom *random)
{
    guint cobuilding = draw_answer(satisfied, random);

    qy_sim_integer(file, qy_sim_chance(random, 0.7) ? cobuilding : draw_answer(satisfied, random));
    if (qy_sim_chance(random, 0.03))
        qy_sim_empty(file);
    else
        qy_sim_integer(file, qy_sim_chance(random, 0.03) ? 9 : cobuilding); /* 9: don't know */
    qy_sim_integer(file, draw_answer(MIN(0.95, satisfied + 0.05), random));
    qy_sim_integer(file, draw_answer(satisfied - 0.05, random));
}

void
qy_sim_write_response(const QySimWorld *world, guint64 number, QySimFile *file)
{
    guint n = world->request.n_communities, j = (guint)(number / n), i = (guint)(number % n);
    const QySimCommunity *community = &world->communities[i];
    QySimRandom random;
    guint compound, age, n_wants;
    gdouble satisfied = community->satisfaction;
    QyPeriod wave = world->request.period;
    static const gchar *const modes[] = {"online", "online", "visit", "phone"};

    if (j >= community->n_responses)
        return;
    random = qy_sim_random(world->request.seed, QY_SIM_STREAM_RESPONSE, ((guint64)(i + 1) << 32) + j);
    compound = qy_sim_below(&random, QY_SIM_COMPOUNDS);
    age = draw_age(community, &random);
    satisfied += age_effect[age] + compound_effect[compound];
    for (guint a = 0; a < QY_SIM_AGES; a++)
        satisfied -= community->age_share[a] * age_effect[a];
    if (qy_sim_chance(&random, 0.3))
        wave = qy_period_before(&wave);
    qy_sim_id2(file, 'R', i, j);
    qy_sim_id(file, 'C', i);
    qy_sim_id2(file, 'C', i, compound);
    qy_sim_text(file, compound % 2 == 0 ? "commercial" : "resettled");
    qy_sim_raw(file, "12,", 3);
    qy_sim_text(file, wave.label);
    qy_sim_date(file, wave.first + qy_sim_between(&random, 0, 80));
    qy_sim_text(file, modes[qy_sim_below(&random, G_N_ELEMENTS(modes))]);
    qy_sim_text(file, age_names[age]);
    qy_sim_text(file, qy_sim_chance(&random, 0.56) ? "female" : "male");
    qy_sim_text(file, qy_sim_chance(&random, 0.7) ? "owner" : "tenant");
    /* Each compound was sampled at its own rate. */
    qy_sim_quantity(file, 600 + 150 * ((i + compound * 5) % 8));
    write_answers(satisfied, file, &random);
    n_wants = 1 + qy_sim_below(&random, 3);
    for (guint w = 0; w < 3; w++)
        qy_sim_text(file, w < n_wants ? qy_sim_category(qy_sim_demanded(world, i, &random)) : "");
    qy_sim_row_end(file);
}

/* ---- service ---- */

void
qy_sim_write_service(const QySimWorld *world, guint64 number, QySimFile *file)
{
    guint n = world->request.n_communities * QY_SIM_MEMBERS, j = (guint)(number / n), m = (guint)(number % n);
    guint i = m / QY_SIM_MEMBERS, seat = m % QY_SIM_MEMBERS;
    const QySimCommunity *community = &world->communities[i];
    QySimRandom random;

    if (j >= world->member_rows[m])
        return;
    random = qy_sim_random(world->request.seed, QY_SIM_STREAM_SERVICE, ((guint64)(m + 1) << 32) + j);
    qy_sim_id2(file, 'H', m, j);
    qy_sim_id2(file, 'M', i, seat);
    qy_sim_id(file, 'C', i);
    if (qy_sim_chance(&random, 0.5))
        qy_sim_id(file, 'I',
                  community->first_commitment + 1 + QY_SIM_SLOTS * qy_sim_below(&random, community->n_contracts));
    else
        qy_sim_empty(file);
    qy_sim_date(file, world->as_of - qy_sim_between(&random, 0, world->as_of - world->first));
    if (seat == 2 && !qy_sim_meets(community, QY_SIM_PB_N3))
        qy_sim_empty(file); /* the time was not written down */
    else
        qy_sim_quantity(file, 500 * (guint64)qy_sim_between(&random, 1, 8));
    qy_sim_row_end(file);
}
