/* A simulated assessment before it is written: who there is, what was promised,
 * and what is going to be true of it. All of it follows from the request.
 */
#pragma once

#include "cli/simulate-random.h"
#include "load/dictionary.h"

G_BEGIN_DECLS

typedef struct {
    guint n_communities;
    guint64 n_logs, n_responses, n_service;
    guint64 seed;
    QyPeriod period; /* a quarter */
} QySimRequest;

/* The criteria of the default pack, by which a community's data are designed. */
typedef enum {
    QY_SIM_PB_H1,
    QY_SIM_PB_H2,
    QY_SIM_PB_H3,
    QY_SIM_PB_H4,
    QY_SIM_PB_N1,
    QY_SIM_PB_N2,
    QY_SIM_PB_N3,
    QY_SIM_PB_N4,
    QY_SIM_DE_H1,
    QY_SIM_DE_H2,
    QY_SIM_DE_H3,
    QY_SIM_DE_H4,
    QY_SIM_DE_N1,
    QY_SIM_DE_N2,
    QY_SIM_DE_N3,
    QY_SIM_DE_N4,
    QY_SIM_CI_H1,
    QY_SIM_CI_H2,
    QY_SIM_CI_H3,
    QY_SIM_CI_H4,
    QY_SIM_CI_N1,
    QY_SIM_CI_N2,
    QY_SIM_CI_N3,
    QY_SIM_CI_N4,
    QY_SIM_HA_H1,
    QY_SIM_HA_H2,
    QY_SIM_HA_H3,
    QY_SIM_HA_H4,
    QY_SIM_HA_N1,
    QY_SIM_HA_N2,
    QY_SIM_HA_N3,
    QY_SIM_HA_N4,
    QY_SIM_BE_H1,
    QY_SIM_BE_H2,
    QY_SIM_BE_H3,
    QY_SIM_BE_H4,
    QY_SIM_BE_N1,
    QY_SIM_BE_N2,
    QY_SIM_BE_N3,
    QY_SIM_BE_N4,
    QY_SIM_N_CRITERIA,
} QySimCriterion;
const gchar *qy_sim_criterion_name(QySimCriterion criterion); /* "PB-H1" */

typedef enum { QY_SIM_MODEL, QY_SIM_GOOD, QY_SIM_WEAK } QySimKind;

#define QY_SIM_COMPOUNDS 6
#define QY_SIM_MEMBERS 40 /* of a community */
#define QY_SIM_AGES 3
#define QY_SIM_SLOTS 4 /* commitments of a contract */

/* What random numbers are drawn for; a new stream never shifts another's. */
typedef enum {
    QY_SIM_STREAM_STREET = 1,
    QY_SIM_STREAM_COMMUNITY,
    QY_SIM_STREAM_UNIT,
    QY_SIM_STREAM_CONTRACT,
    QY_SIM_STREAM_COMMITMENT,
    QY_SIM_STREAM_LOGS,
    QY_SIM_STREAM_OFFER,
    QY_SIM_STREAM_NEED,
    QY_SIM_STREAM_MEMBER,
    QY_SIM_STREAM_SERVICE,
    QY_SIM_STREAM_RESPONSE,
    QY_SIM_STREAM_REVIEW,
    QY_SIM_STREAM_FACT,
    QY_SIM_STREAM_MEETING,
    QY_SIM_STREAM_WISH,
    QY_SIM_STREAM_OTHER,
    QY_SIM_STREAM_DEMAND,
    QY_SIM_STREAM_ORDER,
} QySimStream;

typedef struct {
    guint street;
    QySimKind kind;
    guint64 met; /* bit per criterion */
    guint32 households, population;
    QyDate opened;
    guint first_contract, n_contracts;
    guint first_commitment, n_commitments;
    guint first_unit, n_units; /* its own units */
    guint first_offer, n_offers;
    guint n_responses, n_needs;
    gboolean batch; /* a third of its logs is entered on one day at the period's end */
    /* Effects put in. */
    gdouble satisfaction;           /* share of the population that is satisfied */
    gdouble fulfilment;             /* chance that a due item is completed */
    gdouble participation;          /* attendance / plan */
    gdouble utilisation;            /* use / capacity of its offers */
    gdouble mismatch;               /* share of promises made without regard to what is needed */
    gdouble age_share[QY_SIM_AGES]; /* of the population */
} QySimCommunity;

typedef struct {
    guint community;
    gint unit;   /* -1: a member's own contract */
    gint member; /* within the community */
    QyDate negotiated, signed_on, published, published_by_unit, reviewed, starts, ends;
    gboolean overdue; /* one of its items is */
} QySimContract;

typedef enum {
    QY_SIM_OPEN, /* not due yet */
    QY_SIM_ON_TIME,
    QY_SIM_LATE,
    QY_SIM_PARTIAL, /* due, something done, never completed */
    QY_SIM_NOTHING, /* no log at all */
    QY_SIM_ENDED,   /* by agreement */
} QySimOutcome;

typedef struct {
    guint contract;
    guint8 slot; /* 0 resource, 1 service, 2 project, 3 what the community owes */
    guint8 outcome, category, unit, theme;
    gboolean remedy;
    gint offer; /* -1 none */
    guint n_logs;
    QyDate starts, due, last, ended; /* last: of its last log */
    gint64 grain;                    /* quantity of one log, thousandths */
    gint64 quantity;                 /* planned, thousandths */
    guint people;                    /* who come to one log */
    guint participants, signups;     /* planned person-times; names put down */
} QySimCommitment;

typedef struct {
    gint unit;
    guint community; /* G_MAXUINT: every community of the unit's street */
    guint8 category, measure;
    gint64 capacity;
    QyDate from, to;
} QySimOffer;

typedef struct {
    guint county;
    guint first_community, n_communities;
    gboolean pool, meetings; /* PB-H3, PB-N2 by design */
    guint unit;              /* its district association */
    guint offer;             /* that all its communities share */
} QySimStreet;

typedef struct {
    QySimRequest request;
    QyDate as_of, cutoff, first; /* first: of the four quarters */
    guint n_prefectures, n_counties, n_streets, n_units, n_contracts, n_commitments, n_offers, n_needs;
    gboolean logs_by_design; /* enough logs for the criteria that rest on them */
    QySimStreet *streets;
    QySimCommunity *communities;
    QySimContract *contracts;
    QySimCommitment *commitments;
    QySimOffer *offers;
    guint32 *member_rows;                          /* rows of service of each member */
    guint most_logs, most_responses, most_service; /* of one commitment, community, member */
    guint8 *unit_kinds;                            /* words of units.kind */
    guint32 *unit_homes;                           /* community; streets follow after the communities */
} QySimWorld;

QySimWorld *qy_sim_world_new(const QySimRequest *request);
void qy_sim_world_free(QySimWorld *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QySimWorld, qy_sim_world_free)

static inline gboolean
qy_sim_meets(const QySimCommunity *community, QySimCriterion criterion)
{
    return (community->met >> criterion) & 1;
}

/* A category (of qy_default_taxonomy()) that the community needs, drawn as its needs are. */
guint qy_sim_demanded(const QySimWorld *self, guint community, QySimRandom *random);
/* County of a community, prefecture of a county. */
guint qy_sim_prefecture(const QySimWorld *self, guint county);
/* Code of the default taxonomy's category. */
const gchar *qy_sim_category(guint category);
/* Words of quantity_unit, as commitments and offers hold them. */
typedef enum { QY_SIM_HOUR, QY_SIM_SESSION, QY_SIM_PERSON, QY_SIM_M2, QY_SIM_YUAN, QY_SIM_ITEM } QySimMeasure;

/* Whether the data decide the criterion as designed (some need enough logs). */
gboolean qy_sim_is_known(const QySimWorld *self, QySimCriterion criterion);

/* n items over @n_owners in proportion to weights, exactly: what the owners up to @i get together. */
static inline guint64
qy_sim_share(guint64 n, guint64 cumulated, guint64 total)
{
    return (guint64)((unsigned __int128)n * cumulated / total);
}

G_END_DECLS
