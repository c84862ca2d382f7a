/* What is refused, and what is read, table by table: the last sections of the
 * data dictionary, a refusal and a success for each rule. Expected values are
 * worked by hand from the few rows of each case. */
#include "dataset-folder.h"

typedef struct {
    const gchar *name;
    File files[MAX_FILES];
    const gchar *rejects; /* file,row,column,code; one a line */
    const gchar *reason;  /* (nullable): what the first reason must hold */
} Case;

#define AREAS "area_id,parent_id,level,name\n"
#define GOOD_AREAS                                                                                                     \
    AREAS "D1,,county,区\nT1,D1,street,街道\nC1,T1,community,东\nC2,T1,community,西\nP1,C1,compound,苑\nP2,C2,"  \
          "compound,园\n"
#define UNITS "unit_id,name,kind,area_id\n"
#define CONTRACTS "contract_id,community_id,unit_id,member_id,signed_on,starts_on,ends_on\n"
#define COMMITMENTS "commitment_id,contract_id,direction,list,category,quantity,quantity_unit,starts_on,due_on"
#define LOGS "log_id,commitment_id,done_on,quantity,status\n"
#define OFFERS "offer_id,unit_id,provider_community_id,category,capacity,capacity_unit,available_from,available_to\n"
#define SURVEYS "response_id,community_id,answered_on,overall"
#define QUESTIONS "item,low,high,top,dont_know,reversed\n"

static const Case cases[] = {
    {"base", {{NULL, NULL}}, "", NULL},

    /* A table's own references, and levels */
    {"area-parent-unknown",
     {{"areas.csv", GOOD_AREAS "B1,P9,building,x\n"}},
     "areas.csv,8,parent_id,reference\n",
     "areas has no “P9”"},
    {"area-parent-level",
     {{"areas.csv", GOOD_AREAS "C3,P1,community,x\n"}},
     "areas.csv,8,parent_id,reference\n",
     "compound, which can't hold a community"},
    {"area-own-parent", {{"areas.csv", GOOD_AREAS "T2,T2,street,x\n"}}, "areas.csv,8,parent_id,reference\n", NULL},
    {"area-cascade",
     {{"areas.csv", GOOD_AREAS "T2,D1,town street,x\nC3,T2,community,x\nP3,C3,compound,x\n"}},
     "areas.csv,8,level,word\nareas.csv,9,parent_id,cascade\nareas.csv,10,parent_id,cascade\n",
     NULL},
    {"area-refused-among-good",
     {{"areas.csv", AREAS "A0,XX,county,x\nD1,,county,区\nT1,D1,street,街道\nC1,T1,community,东\nC2,T1,community,西\n"
                          "P1,C1,compound,苑\nP2,C2,compound,园\n"}},
     "areas.csv,2,parent_id,reference\n",
     NULL},
    {"area-children-first",
     {{"areas.csv",
       AREAS "P1,C1,compound,苑\nP2,C2,compound,园\nC1,T1,community,东\nC2,T1,community,西\nT1,D1,street,街道\n"
             "D1,,county,区\n"}},
     "",
     NULL},
    {"area-other-level-words",
     {{"areas.csv", AREAS "Q,,city,市\nD1,Q,district,区\nT1,D1,town,镇\nC1,T1,community,东\nC2,T1,community,西\n"}},
     "",
     NULL},
    {"area-word-not-in-list",
     {{"areas.csv", GOOD_AREAS "C3,T1,社区,x\n"}},
     "areas.csv,8,level,word\n",
     "[values.areas.level] 社区 = community"},
    {"area-word-mapped",
     {{"areas.csv", GOOD_AREAS "C3,T1,社区,x\n"},
      {"assessment.ini", "[assessment]\nperiod = 2026Q3\n[values.areas.level]\n社区 = community\n"}},
     "",
     NULL},
    {"area-duplicate",
     {{"areas.csv", GOOD_AREAS "C1,T1,community,again\n"}},
     "areas.csv,8,area_id,duplicate\n",
     "stands in row 4 already"},
    {"taxonomy-three-levels",
     {{"taxonomy.csv",
       "code,parent,zh,en\nvenues,,a,a\nvenues.room,venues,b,b\nhealth.visit,,c,c\nx,venues.room,d,d\n"}},
     "taxonomy.csv,5,parent,reference\n",
     "itself below “venues”"},

    /* Words, references, ids */
    {"unit-kind",
     {{"units.csv", UNITS "U1,a,hospital,\nU2,b,民企,\n"}},
     "units.csv,3,kind,word\ncontracts.csv,3,unit_id,cascade\ncommitments.csv,3,contract_id,cascade\n"
     "fulfilment.csv,3,commitment_id,cascade\n",
     NULL},
    {"unit-area-unknown",
     {{"units.csv", UNITS "U1,a,hospital,T9\nU2,b,other,\nU3,b,other,D1\n"}},
     "units.csv,2,area_id,reference\ncontracts.csv,2,unit_id,cascade\ncommitments.csv,2,contract_id,cascade\n"
     "fulfilment.csv,2,commitment_id,cascade\n",
     NULL},
    {"id-too-long",
     {{"fulfilment.csv",
       LOGS "L0123456789012345678901234567890123456789012345678901234567890123,M1,2026-07-01,1,partial\n" /* 65 bytes */
            "L012345678901234567890123456789012345678901234567890123456789012,M1,2026-07-01,1,partial\n"}}, /* 64 */
     "fulfilment.csv,2,log_id,range\n",
     "64 bytes"},
    {"reference-near",
     {{"fulfilment.csv", LOGS "L1,m01,2026-07-01,1,partial\nL2,M1 ,2026-07-01,1,partial\n"}},
     "fulfilment.csv,2,commitment_id,reference\n",
     "did you mean “M1”"},

    /* Contracts */
    {"contract-neither",
     {{"contracts.csv", CONTRACTS "K1,C1,U1,,2026-01-01,2026-01-01,2026-12-31\n"
                                  "K2,C2,,,2026-01-01,2026-01-01,2026-12-31\n"},
      {"commitments.csv", COMMITMENTS "\n"},
      {"fulfilment.csv", LOGS}},
     "contracts.csv,3,unit_id,required\n",
     "unit_id and member_id are both empty"},
    {"contract-both",
     {{"contracts.csv", CONTRACTS "K1,C1,U1,Y1,2026-01-01,2026-01-01,2026-12-31\n"},
      {"members.csv", "member_id,community_id\nY1,C1\n"},
      {"commitments.csv", COMMITMENTS "\n"},
      {"fulfilment.csv", LOGS}},
     "contracts.csv,2,unit_id,required\n",
     "only one of them"},
    {"contract-of-member",
     {{"contracts.csv", CONTRACTS "K1,C1,,Y1,2026-01-01,2026-01-01,2026-12-31\n"},
      {"members.csv", "member_id,community_id\nY1,C1\n"},
      {"commitments.csv", COMMITMENTS "\n"},
      {"fulfilment.csv", LOGS}},
     "",
     NULL},
    {"contract-without-members-file",
     {{"contracts.csv", CONTRACTS "K1,C1,,Y1,2026-01-01,2026-01-01,2026-12-31\n"},
      {"commitments.csv", COMMITMENTS "\n"},
      {"fulfilment.csv", LOGS}},
     "",
     NULL},
    {"contract-interval",
     {{"contracts.csv", CONTRACTS "K1,C1,U1,,2026-01-01,2026-01-02,2026-01-01\n"
                                  "K2,C1,U1,,2026-01-01,2026-01-01,2026-01-01\n"},
      {"commitments.csv", COMMITMENTS "\n"},
      {"fulfilment.csv", LOGS}},
     "contracts.csv,2,ends_on,interval\n",
     "ends_on 2026-01-01 is before starts_on 2026-01-02"},
    {"contract-area-level",
     {{"contracts.csv", CONTRACTS "K1,T1,U1,,2026-01-01,2026-01-01,2026-12-31\n"},
      {"commitments.csv", COMMITMENTS "\n"},
      {"fulfilment.csv", LOGS}},
     "contracts.csv,2,community_id,reference\n",
     "“T1” is a street; a community must stand here"},
    {"member-area-level",
     {{"members.csv", "member_id,community_id\nY1,P1\nY2,C1\n"}},
     "members.csv,2,community_id,reference\n",
     NULL},
    {"member-is-a-phone-number",
     {{"members.csv", "member_id,community_id\n13812345678,C1\n20260705001,C1\n"}},
     "members.csv,2,member_id,personal\n",
     NULL},

    /* Offers and commitments */
    {"offer-rules",
     {{"offers.csv",
       OFFERS "O1,U1,,venues.room,10,hour,2026-01-01,2026-12-31\nO2,,C1,venues,0.001,item,2026-01-01,2026-01-01\n"
              "O3,U1,C1,venues,10,hour,2026-01-01,2026-12-31\nO4,,,venues,10,hour,2026-01-01,2026-12-31\n"
              "O5,U1,,venues,0,hour,2026-01-01,2026-12-31\nO6,U1,,venues,1,hours,2026-01-01,2026-12-31\n"
              "O7,U1,,venues,1,hour,2026-01-02,2026-01-01\nO8,U1,,rooms,1,hour,2026-01-01,2026-12-31\n"}},
     "offers.csv,4,unit_id,required\noffers.csv,5,unit_id,required\noffers.csv,6,capacity,range\n"
     "offers.csv,7,capacity_unit,word\noffers.csv,8,available_to,interval\noffers.csv,9,category,reference\n",
     NULL},
    {"commitment-rules",
     {{"commitments.csv", COMMITMENTS ",replaced_by,offer_id,key\n"
                                      "M1,K1,to_community,service,health,1,item,2026-01-01,2026-01-01,M2,,1\n"
                                      "M2,K2,to_unit,tailored,health,0.001,yuan,2026-01-01,2026-12-31,,,0\n"
                                      "M3,K1,to_community,service,health,0,item,2026-01-01,2026-12-31,,,\n"
                                      "M4,K1,to_community,service,health,1.2345,item,2026-01-01,2026-12-31,,,\n"
                                      "M5,K1,to_community,service,health,1,item,2026-01-02,2026-01-01,,,\n"
                                      "M6,K1,to_community,service,health,1,item,2026-01-01,2026-12-31,M5,,\n"
                                      "M7,K1,to_community,service,health,1,item,2026-01-01,2026-12-31,M99,,\n"
                                      "M8,K9,to_community,service,health,1,item,2026-01-01,2026-12-31,,,\n"
                                      "M9,K1,to_community,service,health,1,item,2026-01-01,2026-12-31,,,是\n"}},
     "commitments.csv,4,quantity,range\ncommitments.csv,5,quantity,unreadable\ncommitments.csv,6,due_on,interval\n"
     "commitments.csv,7,replaced_by,cascade\ncommitments.csv,8,replaced_by,reference\n"
     "commitments.csv,9,contract_id,reference\ncommitments.csv,10,key,word\n",
     "“0” is below 0.001"},

    /* Needs, bids, reviews, points */
    {"need-rules",
     {{"needs.csv", "need_id,community_id,category,raised_on,people,priority\nN1,C1,health,2026-07-01,0,3\n"
                    "N2,C1,health,2026-07-01,-1,\nN3,C1,health,2026-07-01,5,4\nN4,C1,health,2026-07-01,5,0\n"
                    "N5,C1,health,2026-02-30,5,1\nN6,C1,health,2026-07-01,2.5,1\n"}},
     "needs.csv,3,people,range\nneeds.csv,4,priority,range\nneeds.csv,5,priority,range\n"
     "needs.csv,6,raised_on,unreadable\nneeds.csv,7,people,unreadable\n",
     NULL},
    {"bid-rules",
     {{"needs.csv", "need_id,community_id,category,raised_on,people\nN1,C1,health,2026-07-01,5\n"},
      {"bids.csv", "bid_id,need_id,project_id,unit_id,bid_on,won\nB1,N1,,U1,2026-07-01,1\nB2,,M1,U1,2026-07-01,0\n"
                   "B3,N1,M1,U1,2026-07-01,\nB4,,,U1,2026-07-01,\nB5,,M9,U1,2026-07-01,\nB6,N1,,,2026-07-01,\n"}},
     "bids.csv,4,need_id,required\nbids.csv,5,need_id,required\nbids.csv,6,project_id,reference\n"
     "bids.csv,7,unit_id,required\n",
     NULL},
    {"review-rules",
     {{"reviews.csv", "review_id,subject,subject_id,reviewer,grade,reviewed_on\nR1,contract,K1,self,1,2026-07-01\n"
                      "R2,commitment,M1,residents,5,2026-07-01\nR3,unit,U1,counterpart,3,2026-07-01\n"
                      "R4,community,C1,department,3,2026-07-01\nR5,contract,M1,self,3,2026-07-01\n"
                      "R6,community,T1,self,3,2026-07-01\nR7,unit,U1,self,6,2026-07-01\n"
                      "R8,unit,U1,self,0,2026-07-01\nR9,street,T1,self,3,2026-07-01\n"}},
     "reviews.csv,6,subject_id,reference\nreviews.csv,7,subject_id,reference\nreviews.csv,8,grade,range\n"
     "reviews.csv,9,grade,range\nreviews.csv,10,subject,word\n",
     NULL},
    {"point-rules",
     {{"members.csv", "member_id,community_id\nY1,C1\n"},
      {"points.csv",
       "entry_id,holder,holder_id,points,earned_on\nE1,unit,U1,2.5,2026-07-01\nE2,member,Y1,-3,2026-07-01\n"
       "E3,unit,Y1,1,2026-07-01\nE4,member,Y2,1,2026-07-01\n"}},
     "points.csv,4,holder_id,reference\npoints.csv,5,holder_id,reference\n",
     NULL},
    {"rest-good",
     {{"votes.csv", "area_id,held_on,subject,subject_id,present,in_favour,against\nC1,2026-07-01,契约,K1,30,20,10\n"},
      {"objections.csv", "objection_id,list,subject_id,raised_on,upheld\nX1,示范,C1,2026-07-01,0\n"},
      {"facts.csv", "area_id,fact,value,as_of\nC1,volunteers,12.345678,2026-07-01\n"},
      {"meetings.csv", "meeting_id,area_id,kind,held_on\nG1,T1,工作例会,2026-07-01\nG2,C1,council,2026-07-01\n"},
      {"wishes.csv", "wish_id,community_id,category,raised_on\nW1,C1,,2026-07-01\n"},
      {"acceptance.csv", "community_id,criterion_id,stage,verdict,decided_on\nC1,,self,met,2026-07-01\n"},
      {"awards.csv", "award,year,level,subject,subject_id,result_used\n先进,2025,市,unit,U1,1\n"},
      {"targets.csv", "area_id,year,target,value\nD1,2026,five_star_share,0.7\n"}},
     "",
     NULL},
    {"rest-refused",
     {{"votes.csv", "area_id,held_on,subject,subject_id,present,in_favour,against\nC9,2026-07-01,契约,K1,30,20,10\n"},
      {"objections.csv", "objection_id,list,subject_id,raised_on,upheld\nX1,示范,C1,2026-07-01,2\n"},
      {"facts.csv", "area_id,fact,value,as_of\nC1,volunteers,1.2345678,2026-07-01\nC1,,1,2026-07-01\n"},
      {"meetings.csv", "meeting_id,area_id,kind,held_on\nG1,T1,例会,2026-07-01\n"},
      {"wishes.csv", "wish_id,community_id,category,raised_on\nW1,T1,,2026-07-01\n"},
      {"acceptance.csv", "community_id,criterion_id,stage,verdict,decided_on\nC1,,self,waived,2026-07-01\n"},
      {"awards.csv", "award,year,level,subject,subject_id,result_used\n先进,0,市,unit,U1,1\n"},
      {"targets.csv", "area_id,year,target,value\nD1,2026,five_star_share,-1\n"}},
     "acceptance.csv,2,verdict,word\nawards.csv,2,year,range\nfacts.csv,2,value,unreadable\nfacts.csv,3,fact,required\n"
     "meetings.csv,2,kind,word\nobjections.csv,2,upheld,word\ntargets.csv,2,value,range\nvotes.csv,2,area_id,"
     "reference\n"
     "wishes.csv,2,community_id,reference\n",
     NULL},

    /* Surveys */
    {"survey-rules",
     {{"surveys.csv",
       SURVEYS ",compound_id,weight,stratum,want_1\nR1,C1,2026-07-01,1,P1,0.000001,老城,health\n"
               "R2,C1,2026-07-01,5,,,,\nR3,C1,2026-07-01,,P2,,,\nR4,P1,2026-07-01,3,,,,\n"
               "R5,C1,2026-07-01,6,,,,\nR6,C1,2026-07-01,3,,0,,\nR7,C1,2026-07-01,3,,,13812345678,\n"
               "R8,C1,2026-07-01,3,,,,food\nR9,C1,2026-07-01,3,C1,,,\n13812345678,C1,2026-07-01,3,,,,\n"}},
     "surveys.csv,4,compound_id,reference\nsurveys.csv,5,community_id,reference\nsurveys.csv,6,overall,range\n"
     "surveys.csv,7,weight,range\nsurveys.csv,8,stratum,personal\nsurveys.csv,9,want_1,reference\n"
     "surveys.csv,10,compound_id,reference\nsurveys.csv,11,response_id,personal\n",
     "does not lie in C1"},
    {"item-scales",
     {{"questionnaire.csv", QUESTIONS "overall,0,10,,,\nq1,1,3,,9|不清楚,\nq2,,,,,1\n"},
      {"surveys.csv",
       SURVEYS ",q1,q2,q3\nR1,C1,2026-07-01,0,3,1,x\nR2,C1,2026-07-01,10,9,5,\nR3,C1,2026-07-01,11,1,1,\n"
               "R4,C1,2026-07-01,1,4,1,\nR5,C1,2026-07-01,1,不清楚,6,\nR6,C1,2026-07-01,1,99,1,\n"}},
     "surveys.csv,4,overall,range\nsurveys.csv,5,q1,range\nsurveys.csv,6,q2,range\nsurveys.csv,7,q1,range\n",
     NULL},
    {"questionnaire-rules",
     {{"questionnaire.csv", QUESTIONS "q1,3,3,,,\nq2,1,5,1,,\nq3,1,5,6,,\nsex,,,,,\nq4,1,5,5,,\nq1,1,7,,,\n"}},
     "questionnaire.csv,2,high,range\nquestionnaire.csv,3,top,range\nquestionnaire.csv,4,top,range\n"
     "questionnaire.csv,5,item,word\n",
     NULL},
    {"service-rules",
     {{"members.csv", "member_id,community_id\nY1,C1\n"},
      {"service.csv", "service_id,member_id,community_id,commitment_id,done_on,hours\nS1,Y1,C1,,2026-07-01,\n"
                      "S2,Y1,C1,M1,2026-07-01,1.5\nS3,Y1,C1,,2026-07-01,-1\nS4,Y2,C1,,2026-07-01,\n"
                      "S5,Y1,C1,M7,2026-07-01,\nS6,,C1,,2026-07-01,\n"}},
     "service.csv,4,hours,range\nservice.csv,5,member_id,reference\nservice.csv,6,commitment_id,reference\n"
     "service.csv,7,member_id,required\n",
     NULL},

    /* V11: the first row that stands, stands; a refused one doesn't keep its id from another */
    {"duplicate-logs",
     {{"fulfilment.csv", LOGS "L1,M9,2026-07-01,1,partial\nL1,M1,2026-07-01,1,partial\nL1,M1,2026-07-02,1,partial\n"
                              "l1,M1,2026-07-02,1,partial\n L1 ,M1,2026-07-02,1,partial\n"}},
     "fulfilment.csv,2,commitment_id,reference\nfulfilment.csv,4,log_id,duplicate\nfulfilment.csv,6,log_id,duplicate\n",
     "commitments has no “M9”"},
    /* 10^12 is the largest: a slip above it would take the sums it is in out of 64 bits. */
    {"largest",
     {{"fulfilment.csv", LOGS "L1,M1,2026-07-01,1000000000000,partial\nL2,M1,2026-07-01,1000000000000.001,partial\n"
                              "L3,M1,2026-07-01,9223372036854775.807,partial\n"}},
     "fulfilment.csv,3,quantity,range\nfulfilment.csv,4,quantity,range\n",
     "is above 1000000000000"},
    {"duplicate-units",
     {{"units.csv", UNITS "U1,a,hospitals,\nU2,a,other,\nU1,b,hospital,\nU1,c,hospital,\n"}},
     "units.csv,2,kind,word\nunits.csv,5,unit_id,duplicate\n",
     NULL},

    /* The first fault in the dictionary's order, whatever the order of the file */
    {"first-fault",
     {{"fulfilment.csv", "status,quantity,done_on,commitment_id,log_id\nx,-1,heute,M9,L1\nx,-1,heute,M1,L2\n"
                         "x,-1,2026-07-01,M1,L3\nx,1,2026-07-01,M1,L4\n,1,2026-07-01,M1,L5\nx,-1,heute,M9,\n"}},
     "fulfilment.csv,2,commitment_id,reference\nfulfilment.csv,3,done_on,unreadable\nfulfilment.csv,4,quantity,range\n"
     "fulfilment.csv,5,status,word\nfulfilment.csv,6,status,required\nfulfilment.csv,7,log_id,required\n",
     NULL},
    {"looks",
     {{"fulfilment.csv", LOGS "L1,M1,2026-07-01,1,partial\n合计,,,1,\n"}},
     "fulfilment.csv,3,commitment_id,required\n",
     "looks like a total"},
    {"looks-like-header",
     {{"fulfilment.csv", LOGS "L1,M1,2026-07-01,1,partial\nlog_id,commitment_id,done_on,quantity,status\n"}},
     "fulfilment.csv,3,commitment_id,reference\n",
     "repeated header"},
    {"looks-like-signature",
     {{"fulfilment.csv", LOGS "L1,M1,2026-07-01,1,partial\n制表人：张三,,,,\n"}},
     "fulfilment.csv,3,commitment_id,required\n",
     "signature"},
    {"escape-in-value",
     {{"fulfilment.csv", LOGS "L1,\033[31mM1,2026-07-01,1,partial\n"}},
     "fulfilment.csv,2,commitment_id,reference\n",
     "<U+001B>"},
    {"cutoff-first",
     {{"assessment.ini", "[assessment]\nperiod = 2026Q3\ncutoff = 2026-10-10\n"},
      {"fulfilment.csv",
       "log_id,commitment_id,done_on,quantity,status,recorded_on\nL1,M9,heute,1,x,2026-10-11\n"
       "L2,M1,2026-07-01,1,partial,2026-10-10\nL2,M1,2026-07-01,1,partial,2026-10-11\nL3,M1,2026-07-01,1,partial,\n"
       "L4,M1,2026-07-01,1,partial,gestern\n"}},
     "fulfilment.csv,6,recorded_on,unreadable\n",
     NULL},
};

static const gchar *const reject_columns[] = {"file", "row", "column", "code", NULL};

static void
test_rejects(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(GError) error = NULL;
    gchar *folder = make_folder(c->files);
    g_autoptr(QyDataset) dataset = qy_dataset_open(folder, &(QyLoadOptions){.n_threads = 1}, &error);
    g_autofree gchar *got = NULL;
    g_autoptr(QyTable) rejects = NULL;

    g_assert_no_error(error);
    for (guint t = QY_FULFILMENT; t <= QY_SERVICE; t++)
        g_assert_true(qy_dataset_stream(dataset, (QyTableId)t, NULL, &error));
    got = table_text(qy_dataset_rejects(dataset), reject_columns);
    /* By file name, and there is no other order to expect. */
    if (g_strcmp0(c->name, "unit-kind") == 0 || g_strcmp0(c->name, "unit-area-unknown") == 0) {
        g_auto(GStrv) lines = g_strsplit(c->rejects, "\n", -1);

        for (guint i = 0; *lines[i] != '\0'; i++)
            g_assert_nonnull(strstr(got, lines[i]));
        g_assert_cmpuint(strlen(got), ==, strlen(c->rejects));
    } else {
        g_assert_cmpstr(got, ==, c->rejects);
    }
    for (guint t = 0; t < QY_N_TABLES; t++) {
        QyTableCounts counts = qy_dataset_counts(dataset, (QyTableId)t);

        g_assert_cmpuint(counts.rows, ==, counts.accepted + counts.refused + counts.late);
        if (!qy_dictionary_table((QyTableId)t)->streamed && counts.rows > 0)
            g_assert_cmpuint(counts.accepted, ==, qy_dataset_frame(dataset, (QyTableId)t)->n_rows);
    }
    rejects = qy_dataset_rejects(dataset);
    for (gsize row = 0; row < qy_table_n_rows(rejects); row++) {
        g_assert_nonnull(qy_table_text(rejects, row, (guint)qy_table_find(rejects, "reason_zh")));
        /* Whatever a sentence has a place for was filled in. */
        g_assert_null(strchr(qy_table_text(rejects, row, (guint)qy_table_find(rejects, "reason")), '{'));
        g_assert_null(strchr(qy_table_text(rejects, row, (guint)qy_table_find(rejects, "reason_zh")), '{'));
    }
    if (c->reason != NULL &&
        strstr(qy_table_text(rejects, 0, (guint)qy_table_find(rejects, "reason")), c->reason) == NULL)
        g_error("\"%s\" isn't in: %s", c->reason, qy_table_text(rejects, 0, (guint)qy_table_find(rejects, "reason")));
    remove_folder(folder);
}

/* ---- Files that can't be used ---- */

typedef struct {
    const gchar *name;
    File files[MAX_FILES];
    const gchar *says[4]; /* what the message must hold; the number of its lines in front */
    guint n_lines;
} FileCase;

static const FileCase file_cases[] = {
    {"missing", {{"areas.csv", NULL}}, {"[file-missing] areas.csv"}, 1},
    {"missing-but-a-workbook",
     {{"areas.csv", NULL}, {"区域.xlsx", "PK"}},
     {"[file-missing] areas.csv", "区域.xlsx is there", "CSV UTF-8"},
     1},
    {"two-missing", {{"areas.csv", NULL}, {"fulfilment.csv", NULL}}, {"areas.csv", "fulfilment.csv"}, 2},
    {"conflict", {{"areas.tsv", "x"}}, {"[file-conflict] areas.tsv", "areas.csv"}, 1},
    {"conflict-of-case", {{"Areas.CSV", "x"}}, {"[file-conflict]", "Areas.CSV"}, 1},
    {"conflict-of-language", {{"区域.csv", "x"}}, {"[file-conflict] 区域.csv"}, 1},
    {"empty", {{"units.csv", ""}}, {"[file-empty]", "units.csv"}, 1},
    {"required-column",
     {{"units.csv", "unit_id,name,Kind\nU1,x,other\n"}},
     {"[file-header] units.csv", "no column kind", "[columns.units] kind = Kind"},
     1},
    {"survey-without-answers",
     {{"surveys.csv", "response_id,community_id,answered_on,满意度\n"}},
     {"[file-header] surveys.csv", "overall", "or cobuilding", "[columns.surveys] overall = 满意度"},
     1},
    {"two-of-one-meaning",
     {{"units.csv", "unit_id,单位编号,name,kind\n"}},
     {"[file-header] units.csv", "two columns mean unit_id", "单位编号"},
     1},
    {"all-at-once",
     {{"units.csv", ""}, {"areas.csv", "x\n1\n"}, {"commitments.csv", NULL}},
     {"units.csv", "areas.csv", "commitments.csv"},
     3},
    {"no-such-area",
     {{"assessment.ini", "[assessment]\nperiod=2026Q3\nareas = d1\n"}},
     {"areas = d1", "did you mean D1"},
     1},
};

static void
test_file(gconstpointer data)
{
    const FileCase *c = data;
    g_autoptr(GError) error = NULL;
    gchar *folder = make_folder(c->files);
    g_auto(GStrv) lines = NULL;

    g_assert_null(qy_dataset_open(folder, NULL, &error));
    g_assert_error(error, QY_ERROR, QY_ERROR_DATA);
    for (guint i = 0; i < G_N_ELEMENTS(c->says) && c->says[i] != NULL; i++) {
        if (strstr(error->message, c->says[i]) == NULL)
            g_error("\"%s\" isn't in: %s", c->says[i], error->message);
    }
    lines = g_strsplit(error->message, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, c->n_lines);
    remove_folder(folder);
}

/* ---- Headers ---- */

typedef struct {
    const gchar *name;
    const gchar *ini;
    const gchar *header;
    const gchar *row; /* of the frame */
} HeaderCase;

static const HeaderCase header_cases[] = {
    {"english", "", "unit_id,name,kind", "U1 name=a kind=other"},
    {"chinese", "", "单位编号,名称,类型", "U1 name=a kind=other"},
    {"blanks", "", "\" 单位\n编号 \",名　称,类型", "U1 name=a kind=other"},
    {"mapped", "[columns.units]\nunit_id = 代码 1\n", "代码1,name,kind", "U1 name=a kind=other"},
    {"mapped-swap", "[columns.units]\nname = kind\nkind = name\n", "unit_id,kind,name", "U1 name=a kind=other"},
    {"mapping-wins", "[columns.units]\nunit_id = x\n", "x,name,kind,unit_id", "U1 name=a kind=other"},
    {"mapping-idle", "[columns.units]\nunit_id = y\n", "unit_id,name,kind", "U1 name=a kind=other"},
    {"unknown-twice", "", "unit_id,name,kind,备注,备注", "U1 name=a kind=other"},
};

static void
test_header(gconstpointer data)
{
    const HeaderCase *c = data;
    g_autoptr(GError) error = NULL;
    g_autofree gchar *ini = g_strconcat("[assessment]\nperiod = 2026Q3\n", c->ini, NULL);
    guint n_cells = strstr(c->header, "备注") != NULL ? 5 : strstr(c->name, "wins") != NULL ? 4 : 3;
    g_autofree gchar *units = g_strconcat(c->header, "\nU1,a,other", n_cells > 3 ? ",p" : "", n_cells > 4 ? ",q" : "",
                                          "\nU2,b,other", n_cells > 3 ? ",p" : "", n_cells > 4 ? ",q" : "", "\n", NULL);
    gchar *folder = make_folder((const File[MAX_FILES]){{"assessment.ini", ini}, {"units.csv", units}});
    g_autoptr(QyDataset) dataset = qy_dataset_open(folder, NULL, &error);
    g_autofree gchar *row = NULL;

    g_assert_no_error(error);
    row = row_text(dataset, qy_dataset_frame(dataset, QY_UNITS), 0);
    g_assert_cmpstr(row, ==, c->row);
    remove_folder(folder);
}

/* ---- Frames ---- */

static void
test_frames(void)
{
    gchar *folder = make_folder((const File[MAX_FILES]){
        {"areas.csv", AREAS "P1,C1,compound,苑\nC1,T1,community,东\nC10,T1,community,南\nC2,T1,community,西\n"
                            "T1,D1,street,街道\nD1,,county,区\n"},
        {"offers.csv", OFFERS "O1,U1,,venues,1,hour,2026-01-01,2026-12-31\nO2,,C2,venues,1,hour,2026-01-01,2026-12-31\n"
                              "O3,U2,,venues,1,hour,2026-01-01,2026-12-31\n"},
        {"commitments.csv", COMMITMENTS ",project_id,replaced_by\n"
                                        "M2,K2,to_unit,service,health,1,item,2026-01-01,2026-01-01,J1,M1\n"
                                        "M1,K1,to_unit,service,health,1,item,2026-01-01,2026-01-01,J1,\n"
                                        "M3,K1,to_unit,service,health,1,item,2026-01-01,2026-01-01,,\n"},
        {"reviews.csv", "review_id,subject,subject_id,reviewer,grade,reviewed_on\nR1,commitment,M1,self,5,2026-07-01\n"
                        "R2,unit,U1,self,5,2026-07-01\n"},
        {"needs.csv", "need_id,community_id,category,raised_on,people\nN1,C1,health,2026-07-01,5\n"},
        {"facts.csv",
         "area_id,fact,value,as_of\nC2,b,1,2026-07-01\nC1,b,2,2026-07-01\nC1,a,1,2026-07-02\nC1,a,1,2026-07-01\n"},
    });
    g_autoptr(GError) error = NULL;
    g_autoptr(QyDataset) dataset = qy_dataset_open(folder, &(QyLoadOptions){.chunk_bytes = 64}, &error);
    const QyAreaTree *tree;
    const struct {
        QyTableId table;
        const gchar *text;
    } frames[] = {
        {QY_AREAS, "C1 parent_id=T1 level=community name=东\nC10 parent_id=T1 level=community name=南\n"
                   "C2 parent_id=T1 level=community name=西\nD1 parent_id= level=county name=区\n"
                   "P1 parent_id=C1 level=compound name=苑\nT1 parent_id=D1 level=street name=街道\n"},
        {QY_PROJECTS, "J1 area_id=T1\nM3 area_id=C1\n"},
        {QY_NEEDS, "N1 community_id=C1 category=health raised_on=2026-07-01 people=5 priority=1\n"},
        {QY_FACTS, "area_id=C1 fact=a value=1 as_of=2026-07-01\narea_id=C1 fact=a value=1 as_of=2026-07-02\n"
                   "area_id=C1 fact=b value=2 as_of=2026-07-01\narea_id=C2 fact=b value=1 as_of=2026-07-01\n"},
        {QY_REVIEWS, "R1 subject=commitment subject_id=M1 reviewer=self grade=5 reviewed_on=2026-07-01 "
                     "commitment_id=M1 contract_id=K1 "
                     "unit_id=U1 area_id=C1\nR2 subject=unit subject_id=U1 reviewer=self grade=5 "
                     "reviewed_on=2026-07-01 commitment_id= "
                     "contract_id= unit_id=U1 area_id=T1\n"},
    };

    g_assert_no_error(error);
    for (guint i = 0; i < G_N_ELEMENTS(frames); i++) {
        g_autofree gchar *got = frame_text(dataset, frames[i].table);

        /* Columns that others add to a table may stand behind these. */
        g_assert_cmpstr(got, ==, frames[i].text);
    }
    for (guint row = 0; row < 3;
         row++) { /* of a unit in T1: T1; of community C2: its street; of a unit of nowhere: none */
        static const gchar *const areas[] = {"T1", "T1", ""};
        const QyFrame *offers = qy_dataset_frame(dataset, QY_OFFERS);
        g_autofree gchar *area = cell_text(dataset, offers, (guint)qy_table_def_column(offers->def, "area_id"), row);

        g_assert_cmpstr(area, ==, areas[row]);
    }
    for (guint row = 0; row < 3; row++) {
        static const gchar *const projects[] = {"J1", "J1", "M3"}, *const replacements[] = {"", "M1", ""};
        const QyFrame *frame = qy_dataset_frame(dataset, QY_COMMITMENTS);
        g_autofree gchar *project =
            cell_text(dataset, frame, (guint)qy_table_def_column(frame->def, "project_id"), row);
        g_autofree gchar *other = cell_text(dataset, frame, (guint)qy_table_def_column(frame->def, "replaced_by"), row);

        g_assert_cmpstr(project, ==, projects[row]);
        g_assert_cmpstr(other, ==, replacements[row]);
    }
    tree = qy_dataset_areas(dataset);
    g_assert_cmpuint(tree->n, ==, 6);
    g_assert_cmpuint(tree->top_down[0], ==, 3); /* D1 */
    g_assert_cmpint(qy_area_up(tree, qy_dataset_find(dataset, QY_AREAS, "P1"), QY_LEVEL_STREET), ==, 5);
    g_assert_cmpint(qy_area_up(tree, qy_dataset_find(dataset, QY_AREAS, "T1"), QY_LEVEL_COMMUNITY), ==, -1);
    g_assert_cmpint(qy_dataset_find(dataset, QY_AREAS, "C3"), ==, -1);
    g_assert_true(qy_dataset_has_column(dataset, QY_UNITS, 3));
    g_assert_false(qy_dataset_has_column(dataset, QY_AREAS, 4)); /* households */
    g_assert_true(qy_dataset_has_column(dataset, QY_COMMITMENTS, 2));
    g_assert_false(qy_dataset_frame(dataset, QY_WISHES)->present);
    g_assert_false(qy_dataset_has_column(dataset, QY_WISHES, 0));
    remove_folder(folder);
}

static void
test_default_taxonomy(void)
{
    gchar *folder = make_folder((const File[MAX_FILES]){{"taxonomy.csv", NULL}});
    g_autoptr(GError) error = NULL;
    g_autoptr(QyDataset) dataset = qy_dataset_open(folder, NULL, &error);
    const QyFrame *taxonomy;
    g_autofree gchar *row = NULL;
    guint n;

    g_assert_no_error(error);
    taxonomy = qy_dataset_frame(dataset, QY_TAXONOMY);
    qy_default_taxonomy(&n);
    g_assert_cmpuint(taxonomy->n_rows, ==, n);
    g_assert_true(taxonomy->present);
    for (guint i = 1; i < n; i++)
        g_assert_cmpstr(taxonomy->ids[i - 1], <, taxonomy->ids[i]);
    row = row_text(dataset, taxonomy, (guint)qy_dataset_find(dataset, QY_TAXONOMY, "venues.room"));
    g_assert_cmpstr(row, ==, "venues.room parent=venues zh=活动室 en=Activity rooms");
    remove_folder(folder);
}

static void
test_questionnaire(void)
{
    gchar *folder = make_folder((const File[MAX_FILES]){
        {"questionnaire.csv",
         "item,text,low,high,top,dont_know,reversed\noverall,,0,10,7,,\nq1,停车 难不难,,,,9,1\nq2,,,,,,\n"},
        {"surveys.csv", "response_id,community_id,answered_on,overall,停车难不难\nR1,C1,2026-07-01,10,1\n"
                        "R2,C1,2026-10-01,,9\n"},
    });
    g_autoptr(GError) error = NULL;
    g_autoptr(QyDataset) dataset = qy_dataset_open(folder, NULL, &error);
    const QyTableDef *def;
    g_autofree gchar *rows = NULL;
    g_autofree gchar *notices = NULL;
    guint q1;

    g_assert_no_error(error);
    def = qy_dataset_frame(dataset, QY_SURVEYS)->def;
    q1 = (guint)qy_table_def_column(def, "q1");
    g_assert_cmpuint(def->n_columns, ==, qy_dictionary_table(QY_SURVEYS)->n_columns + 2);
    g_assert_cmpint(def->columns[qy_table_def_column(def, "overall")].high, ==, 10);
    g_assert_cmpint(qy_dataset_item_top(dataset, (guint)qy_table_def_column(def, "overall")), ==, 7);
    g_assert_cmpint(qy_dataset_item_top(dataset, q1), ==, 4);
    g_assert_cmpint(qy_dataset_item_top(dataset, (guint)qy_table_def_column(def, "cobuilding")), ==, 4);
    g_assert_true(qy_dataset_has_column(dataset, QY_SURVEYS, q1));
    g_assert_false(qy_dataset_has_column(dataset, QY_SURVEYS, q1 + 1));
    rows = stream_text(dataset, QY_SURVEYS, G_MAXUINT64, TRUE, NULL);
    g_assert_cmpstr(rows, ==,
                    "R1 community_id=C1 wave=2026Q3 answered_on=2026-07-01 weight=1 overall=10 q1=5\n" /* reversed */
                    "R2 community_id=C1 wave=2026Q4 answered_on=2026-10-01 weight=1 overall= q1=");
    notices = table_text(qy_dataset_notices(dataset), (const gchar *[]){"file", "code", "message_en", NULL});
    g_assert_nonnull(strstr(notices, "surveys.csv,dont-know,\"q1: 1 answer(s)"));
    remove_folder(folder);
}

static void
test_too_many_items(void)
{
    g_autoptr(GString) items = g_string_new("item\n");
    g_autoptr(GError) error = NULL;
    const guint room = QY_MAX_COLUMNS - qy_dictionary_table(QY_SURVEYS)->n_columns;

    for (guint i = 0; i <= room; i++) {
        gchar *folder;
        g_autoptr(QyDataset) dataset = NULL;

        g_string_append_printf(items, "q%u\n", i);
        if (i + 1 < room)
            continue;
        folder = make_folder((const File[MAX_FILES]){{"questionnaire.csv", items->str}});
        dataset = qy_dataset_open(folder, NULL, &error);
        g_assert_true((dataset != NULL) == (i + 1 == room));
        remove_folder(folder);
    }
    g_assert_error(error, QY_ERROR, QY_ERROR_DATA);
    g_assert_nonnull(strstr(error->message, "[limit] questionnaire.csv"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree gchar *path = g_strdup_printf("/dataset/rejects/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_rejects);
    }
    for (guint i = 0; i < G_N_ELEMENTS(file_cases); i++) {
        g_autofree gchar *path = g_strdup_printf("/dataset/file/%s", file_cases[i].name);

        g_test_add_data_func(path, &file_cases[i], test_file);
    }
    for (guint i = 0; i < G_N_ELEMENTS(header_cases); i++) {
        g_autofree gchar *path = g_strdup_printf("/dataset/header/%s", header_cases[i].name);

        g_test_add_data_func(path, &header_cases[i], test_header);
    }
    g_test_add_func("/dataset/frames", test_frames);
    g_test_add_func("/dataset/default-taxonomy", test_default_taxonomy);
    g_test_add_func("/dataset/questionnaire", test_questionnaire);
    g_test_add_func("/dataset/too-many-items", test_too_many_items);
    return g_test_run();
}
