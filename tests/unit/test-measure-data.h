/* The small assessment of test-measure.c, its rules, and what must come out. */
#pragma once

typedef struct {
    const gchar *name, *text;
} File;

/* The first N_FIXED_FILES are also the frame of the larger, made assessments. */
#define N_FIXED_FILES 5
static const File small_files[] = {
    {"assessment.ini", "[assessment]\nperiod = 2026Q3\nas_of = 2026-09-30\n"},
    {"areas.csv", "area_id,parent_id,level,name,households\n"
                  "C,,county,County,\nS1,C,street,One,\nS2,C,street,Two,\n"
                  "A,S1,community,Jia,1000\nB,S1,community,Yi,2000\nD,S2,community,Ding,\nA1,A,compound,Court,\n"},
    {"units.csv", "unit_id,name,kind,area_id\nU1,One,agency,S1\nU2,Two,school,S1\nU3,Three,hospital,\n"},
    {"members.csv",
     "member_id,community_id,reported_on\nM1,A,2026-01-01\nM2,A,2026-02-01\nM3,D,2026-03-01\nM4,D,2026-10-05\nM5,D,\n"},
    {"taxonomy.csv",
     "code,parent,zh,en\nelderly_care,,a,Elderly\nminors,,b,Minors\nvenues,,c,Venues\nroom,venues,d,Room\n"},
    {"contracts.csv", "contract_id,community_id,unit_id,origin,negotiated_on,signed_on,published_on,starts_on,ends_on\n"
                      "K1,A,U1,negotiated,2025-12-01,2026-01-01,2026-01-10,2026-01-01,2026-12-31\n"
                      "K2,B,U1,auction,,2026-02-01,,2026-02-01,2026-12-31\n"
                      "K3,A,U2,negotiated,2026-01-05,2026-01-01,2026-01-10,2026-01-01,2026-12-31\n"
                      "K4,D,U3,auction,,2026-01-01,,2026-01-01,2026-12-31\n"},
    {"offers.csv", "offer_id,unit_id,category,capacity,capacity_unit,available_from,available_to,community_id\n"
                   "O1,U1,room,100,hour,2026-01-01,2026-12-31,A\n"
                   "O2,U2,room,40.5,session,2026-01-01,2026-12-31,\n"},
    {"commitments.csv", "commitment_id,contract_id,project_id,direction,list,category,offer_id,quantity,quantity_unit,"
                        "participants,signups,"
                        "starts_on,due_on,remedy,ended_on,theme,key\n"
                        "P1,K1,X,to_community,service,elderly_care,O1,10,hour,100,50,2026-01-01,2026-06-30,,,water,1\n"
                        "P2,K1,X,to_community,project,minors,,4,session,40,10,2026-07-01,2026-09-30,r1,,,0\n"
                        "P3,K2,X,to_community,service,elderly_care,,20,hour,60,,2026-07-01,2026-12-31,,,,\n"
                        "P4,K3,,to_unit,resource,room,O1,8,hour,20,20,2026-04-01,2026-08-31,,,,\n"
                        "P5,K4,,to_community,service,minors,,3,session,30,,2026-02-01,2026-05-31,,2026-05-01,,\n"
                        "P6,K4,,to_community,service,elderly_care,,2.5,hour,,,2026-03-01,2026-09-30,,,water,\n"},
    {"needs.csv", "need_id,community_id,category,raised_on,people,commitment_id\n"
                  "N1,A,elderly_care,2026-08-01,70,P1\nN2,A,minors,2026-08-02,50,\nN3,B,minors,2026-03-01,30,\n"
                  "N4,D,elderly_care,2025-01-01,99,\n"},
    {"meetings.csv", "meeting_id,area_id,kind,held_on,attendees\n"
                     "T1,S1,working,2026-01-10,9\nT2,S1,working,2026-02-10,9\nT3,S1,liaison,2026-08-01,9\n"
                     "T4,A,working,2026-08-02,5\nT5,S1,forum,2026-05-01,9\n"},
    {"fulfilment.csv",
     "log_id,commitment_id,done_on,quantity,participants,status\n"
     "L01,P1,2026-02-01,4,30,partial\nL02,P1,2026-07-05,6.5,40,completed\nL03,P2,2026-08-01,1,10,partial\n"
     "L04,P2,2026-08-15,1,,partial\nL05,P2,2026-09-01,2,15,cancelled\nL06,P4,2026-05-01,8,20,completed\n"
     "L07,P4,2026-04-15,1,5,completed\nL08,P6,2026-09-29,0.833,7,partial\nL09,P3,2026-09-01,5,50,partial\n"
     "L10,P3,2026-10-02,5,50,completed\n"},
    {"surveys.csv", "response_id,community_id,compound_id,stratum,answered_on,age_band,weight,overall,want_1\n"
                    "R1,A,A1,s,2026-08-01,old,1.5,5,minors\nR2,A,A1,s,2026-08-02,young,0.5,4,elderly_care\n"
                    "R3,A,,,2026-07-01,old,,2,minors\nR4,B,,,2026-09-01,young,2,,minors\n"
                    "R5,D,,,2026-01-15,old,1,3,\nR6,A,,,2025-09-30,old,1,5,minors\n"},
    {"service.csv", "service_id,member_id,community_id,done_on,hours\n"
                    "V1,M1,A,2026-08-01,2.5\nV2,M1,A,2026-08-02,\nV3,M3,D,2026-09-01,1\n"},
};

static const gchar small_rules[] =
    "param { id='half', unit='ratio', values={['2020-01-01']=0.5}, source={['2020-01-01']='x'} }\n"
    "param { id='sixty', unit='ratio', values={['2020-01-01']=0.6}, source={['2020-01-01']='x'} }\n"
    "param { id='future', unit='ratio', values={['2030-01-01']=0.5}, source={['2030-01-01']='x'} }\n"
    "param { id='themes', unit='word', values={['2020-01-01']={'water','air'}}, source={['2020-01-01']='x'} }\n"
    "param { id='flows', unit='word', values={['2020-01-01']={'hour','session'}}, source={['2020-01-01']='x'} }\n"
    "param { id='start', unit='date', values={['2020-01-01']='2026-02-01'}, source={['2020-01-01']='x'} }\n"
    "local live = {'status','!=','cancelled'}\n"
    "local due = {'due_on','<=',as_of}\n"
    /* logs to commitments */
    "measure { id='completed_on', unit='date', from='fulfilment', "
    "where={{'status','==','completed'},{'done_on','in',to_date}}, "
    "  group='commitment', value=min('done_on') }\n"
    "measure { id='last_on', unit='date', from='fulfilment', where={live}, group='commitment', value=max('done_on') }\n"
    "measure { id='delivered', unit='quantity', from='fulfilment', where={live}, group='commitment', "
    "value=sum('quantity') }\n"
    "measure { id='in_period', unit='quantity', from='fulfilment', where={live,{'done_on','in',period}}, "
    "group='commitment', "
    "  value=sum(plus('quantity', times('quantity', 2))) }\n"
    "measure { id='unattended', unit='log', from='fulfilment', where={live}, group='commitment', "
    "value=count{{'participants','missing'}} }\n"
    "measure { id='attended', unit='person', from='fulfilment', where={live}, group='commitment', "
    "value=sum(default('participants', 1)) }\n"
    "measure { id='logs_of_area', unit='log', from='fulfilment', where={{'status','in',{'partial','completed'}}}, "
    "group='area' }\n"
    /* commitments */
    "measure { id='overdue', unit='flag', from='commitments', "
    "where={due,{'completed_on','missing'},{'ended_on','missing'}}, group='commitment' }\n"
    "measure { id='unremedied', unit='item', from='commitments', where={due}, group='area', "
    "value=count{{'overdue','==',1},{'remedy','missing'}}, evidence=true }\n"
    "measure { id='delivery', unit='ratio', from='commitments', where={due}, group='area', "
    "value=mean(part('delivered','quantity')) }\n"
    "measure { id='delivery_by_size', unit='ratio', from='commitments', where={due}, group='area', "
    "value=mean(part('delivered','quantity'), 'quantity') }\n"
    "measure { id='on_time', unit='item', from='commitments', where={{'completed_on','<=',col'due_on'}}, group='area' "
    "}\n"
    "measure { id='late_days', unit='day', from='commitments', where={{days('due_on','completed_on'),'>',0}}, "
    "group='area', value=sum(days('due_on','completed_on')) }\n"
    "measure { id='signed_up', unit='ratio', from='commitments', group='area', value=ratio('signups','participants') "
    "}\n"
    "measure { id='few_signups', unit='item', from='commitments', "
    "where={any{{'signups','<',30},all{{'signups','present'},{'signups','<',times('participants',p'sixty')}}}}, "
    "group='area' }\n"
    "measure { id='planned_in_period', unit='person', from='commitments', group='area', "
    "value=sum(prorate('participants','starts_on','due_on',period)) }\n"
    "measure { id='exactly', unit='item', from='commitments', where={{'quantity','==',p'half'},{'quantity','>',0}}, "
    "group='area' }\n"
    "measure { id='over_2_5', unit='item', from='commitments', where={{'quantity','>',2}}, group='area' }\n"
    "measure { id='themed', unit='item', from='commitments', where={{'theme','in',p'themes'}}, group='area' }\n"
    "measure { id='key_items', unit='item', from='commitments', where={{'key','==',1}}, group='area' }\n"
    "measure { id='schools', unit='item', from='commitments', where={{'contract.unit.kind','==','school'}}, "
    "group='area' }\n"
    "measure { id='in_venues', unit='item', from='commitments', where={{'category.parent','==','venues'}}, "
    "group='area' }\n"
    "measure { id='since_start', unit='item', from='commitments', "
    "where={{'starts_on','>=',p'start'},{'starts_on','<=',period.last}}, group='area' }\n"
    "measure { id='of_project', unit='item', from='commitments', group='project' }\n"
    "measure { id='project_due', unit='date', from='commitments', group='project', value=max('due_on') }\n"
    "measure { id='of_contract', unit='item', from='commitments', group='contract', "
    "value=count{{'contract.late_signed','==',1}} }\n"
    "measure { id='late_signed', unit='flag', from='contracts', where={{'negotiated_on','>',col'signed_on'}}, "
    "group='contract' }\n"
    "measure { id='of_unit', unit='ratio', from='commitments', where={due}, group='unit', "
    "value=mean(part('delivered','quantity')) }\n"
    "measure { id='good_units', unit='organisation', from='units', where={{'of_unit','>=',p'half'}}, group='area' }\n"
    "measure { id='exact_units', unit='organisation', from='units', where={{'of_unit','==',1}}, group='area', "
    "optional={'members'} }\n"
    "measure { id='unit_due', unit='item', from='commitments', where={due}, group={'unit','list'} }\n"
    "measure { id='unit_lists', unit='list', from='unit/list', where={{'unit_due','>',0}}, group='unit' }\n"
    /* offers: a shared one stands at the street */
    "measure { id='capacity', unit='quantity', from='offers', where={{'capacity_unit','in',p'flows'}}, "
    "group={'area','category','capacity_unit'}, value=sum('capacity') }\n"
    "measure { id='used', unit='quantity', from='commitments', "
    "where={{'quantity_unit','==',col'offer.capacity_unit'}}, group='offer', value=sum('delivered') }\n"
    /* tables that measures make */
    "measure { id='supply', unit='person', from='commitments', where={{'direction','==','to_community'}}, "
    "group={'area','category'}, value=sum('participants') }\n"
    "measure { id='demand', unit='person', from='needs', where={{'raised_on','in',four_quarters}}, "
    "group={'area','category'}, value=sum(times('people', default('priority', 1))) }\n"
    "measure { id='unmet', unit='person', from='area/category', group='area', value=sum(greatest(0, "
    "minus('demand','supply'))) }\n"
    "measure { id='demand_total', unit='person', from='needs', where={{'raised_on','in',four_quarters}}, group='area', "
    "value=sum('people') }\n"
    "measure { id='unmet_share', unit='ratio', group='area', value=ratio('unmet','demand_total') }\n"
    "measure { id='much_unmet', unit='area', from='areas', where={{'unmet_share','>',p'half'}}, group='area' }\n"
    "measure { id='gap', unit='person', from='area/category', group={'area','category'}, "
    "value=sum(abs(minus('demand','supply'))) }\n"
    "measure { id='wide_gaps', unit='category', from='area/category', where={{'gap','>=',40}}, group='area', "
    "value=max('gap') }\n"
    "measure { id='cover', unit='ratio', group={'area','category'}, value=ratio('supply','demand') }\n"
    "measure { id='pair_items', unit='item', from='commitments', group={'area','unit'} }\n"
    "measure { id='partners', unit='organisation', from='area/unit', where={{'pair_items','>',0}}, group='area' }\n"
    "measure { id='partners_evidence', unit='organisation', from='area/unit', group='area', "
    "value=count{{'pair_items','>',0},{'unit.kind','!=','hospital'}}, evidence=true, publish=false }\n"
    "measure { id='street_meetings', unit='meeting', from='meetings', "
    "where={{'area.level','==','street'},{'kind','in',{'working','liaison'}},{'held_on','in',four_quarters}}, "
    "group={'area', quarter'held_on'} }\n"
    "measure { id='quarters_met', unit='quarter', from='area/quarter', where={{'street_meetings','>',0}}, group='area' "
    "}\n"
    "measure { id='third_quarter', unit='meeting', from='area/quarter', where={{'quarter','==','2026Q3'}}, "
    "group='area', value=sum('street_meetings') }\n"
    "measure { id='by_month', unit='meeting', from='meetings', group={'area', as('when', month'held_on')}, "
    "value=max('attendees') }\n"
    /* surveys and service */
    "measure { id='survey_weight', unit='weight', from='surveys', where={{'answered_on','in',period}}, group='area', "
    "value=sum(default('weight', 1)) }\n"
    "measure { id='survey_overall', unit='weight', from='surveys', where={{'answered_on','in',period}}, group='area', "
    "value=sum(times('weight','overall')) }\n"
    "measure { id='survey_top', unit='weight', from='surveys', where={{'answered_on','in',period}, "
    "{'overall','>=','top'}}, group='area', value=sum(default('weight', 1)) }\n"
    "measure { id='wants', unit='response', from='surveys', where={{'answered_on','in',four_quarters}}, group={'area', "
    "as('category','want_1')} }\n"
    "measure { id='by_age', unit='response', from='surveys', group={'area','age_band'} }\n"
    "measure { id='satisfied', unit='ratio', from='surveys', where={{'answered_on','in',four_quarters}}, group='area', "
    "  value=estimate{of='top', item='overall', calibrate={'age_band','sex'}, cluster='compound_id', strata='stratum'} "
    "}\n"
    "measure { id='satisfied_either', unit='item', from='surveys', group='area', value=estimate{of='mean', "
    "item={'cobuilding','overall'}} }\n"
    "measure { id='satisfied_nil', unit='ratio', from='surveys', group='area', value=estimate{of='mean', "
    "item='cobuilding'} }\n"
    "measure { id='days_needed', unit='day', from='commitments', where={{'ended_on','missing'}}, group='area', "
    "  value=estimate{of='median_days', first='starts_on', last='completed_on', censor=as_of} }\n"
    "measure { id='tv', unit='ratio', from='area/category', group='area', value=estimate{of='total_variation', "
    "left='supply', right='demand'} }\n"
    "measure { id='member_rows', unit='row', from='service', where={{'done_on','in',four_quarters}}, group='member' }\n"
    "measure { id='member_gaps', unit='row', from='service', where={{'hours','missing'}}, group='member' }\n"
    "measure { id='members_without', unit='person', from='members', where={{'reported_on','<=',as_of}}, group='area', "
    "  value=count{any{{'member_rows','==',0},{'member_gaps','>',0}}} }\n"
    "measure { id='members', unit='person', from='members', group='area' }\n"
    "measure { id='hours_evidence', unit='row', from='service', group='area', value=count{{'done_on','in',year}}, "
    "evidence=true }\n"
    /* what isn't there */
    "measure { id='bids_nil', unit='bid', from='bids', group='area' }\n"
    "measure { id='bids_optional', unit='bid', from='bids', group='area', optional={'bids'} }\n"
    "measure { id='bids_of_unit', unit='bid', from='bids', group='unit' }\n"
    "measure { id='reads_nil', unit='organisation', from='units', where={{'bids_of_unit','==',0}}, group='area' }\n"
    "measure { id='column_nil', unit='item', from='commitments', where={{'work_area','missing'}}, group='area' }\n"
    "measure { id='not_in_force', unit='item', from='commitments', where={{'quantity','>',p'future'}}, group='area' }\n"
    "measure { id='last_period_logs', unit='log', from='fulfilment', where={{'done_on','in',last_period}}, "
    "group='commitment' }\n";

typedef struct {
    const gchar *id, *subject, *category, *value;
    gint64 n;
    const gchar *num, *den;
} FigureCase;

/* Worked by hand from the rows above. */
static const FigureCase figure_cases[] = {
    {"completed_on", "P1", NULL, "2026-07-05", 1, NULL, NULL},
    {"completed_on", "P4", NULL, "2026-04-15", 2, NULL, NULL},
    {"completed_on", "P2", NULL, "empty", 0, NULL, NULL},
    {"last_on", "P2", NULL, "2026-08-15", 2, NULL, NULL}, /* the cancelled one is later */
    {"delivered", "P1", NULL, "10.5", 2, NULL, NULL},
    {"delivered", "P2", NULL, "2", 2, NULL, NULL},
    {"delivered", "P5", NULL, "0", 0, NULL, NULL},
    {"delivered", "P3", NULL, "5", 1, NULL, NULL}, /* L10 is later than the as-of date */
    {"delivered", "P6", NULL, "0.833", 1, NULL, NULL},
    {"in_period", "P1", NULL, "19.5", 1, NULL, NULL}, /* 6.5 + 2 × 6.5 */
    {"unattended", "P2", NULL, "1", 2, "1", "2"},
    {"attended", "P2", NULL, "11", 2, NULL, NULL},
    {"logs_of_area", "A", NULL, "6", 6, NULL, NULL}, /* L01–L04, L06, L07 */
    {"logs_of_area", "C", NULL, "8", 8, NULL, NULL},
    {"last_period_logs", "P4", NULL, "2", 2, NULL, NULL},
    {"overdue", "P2", NULL, "1", 1, NULL, NULL},
    {"overdue", "P3", NULL, "0", 0, NULL, NULL},
    {"overdue", "P5", NULL, "0", 0, NULL, NULL},
    {"unremedied", "A", NULL, "0", 3, "0", "3"},
    {"unremedied", "B", NULL, "0", 0, "0", "0"},
    {"unremedied", "D", NULL, "1", 2, "1", "2"},
    {"unremedied", "C", NULL, "1", 5, "1", "5"},
    {"unremedied", "A1", NULL, "0", 0, "0", "0"},
    {"delivery", "A", NULL, "0.833333333", 3, "2.5", "3"}, /* 1, 2/4, 1 */
    {"delivery", "D", NULL, "0.1666", 2, "0.3332", "2"},   /* 0, 0.833/2.5 */
    {"delivery", "C", NULL, "0.56664", 5, "2.8332", "5"},
    {"delivery", "B", NULL, "empty", 0, NULL, NULL},
    {"delivery_by_size", "A", NULL, "0.909090909", 3, "20", "22"}, /* (10 + 4/2 + 8) / 22 */
    {"on_time", "A", NULL, "1", 1, NULL, NULL},                    /* P4; P1 was late */
    {"late_days", "S1", NULL, "5", 1, NULL, NULL},                 /* 30 June to 5 July */
    {"signed_up", "A", NULL, "0.5", 3, "80", "160"},
    {"signed_up", "D", NULL, "0", 2, "0", "30"},
    {"few_signups", "A", NULL, "3", 3, NULL, NULL},        /* P1: 50 < 60; P2, P4 under 30 */
    {"planned_in_period", "B", NULL, "30", 1, NULL, NULL}, /* 60 × 92/184 */
    {"planned_in_period", "A", NULL, "48", 3, NULL, NULL}, /* 0 + 40 + 20 × 62/153 = 8.1 */
    {"exactly", "C", NULL, "0", 0, NULL, NULL},
    {"over_2_5", "D", NULL, "2", 2, NULL, NULL}, /* 3 and 2.5 */
    {"themed", "C", NULL, "2", 2, NULL, NULL},
    {"key_items", "A", NULL, "1", 1, NULL, NULL},
    {"schools", "C", NULL, "1", 1, NULL, NULL},
    {"in_venues", "C", NULL, "1", 1, NULL, NULL},
    {"since_start", "C", NULL, "5", 5, NULL, NULL},
    {"of_project", "X", NULL, "3", 3, NULL, NULL},
    {"project_due", "X", NULL, "2026-12-31", 3, NULL, NULL},
    {"late_signed", "K3", NULL, "1", 1, NULL, NULL},
    {"of_contract", "K3", NULL, "1", 1, "1", "1"},
    {"of_contract", "K1", NULL, "0", 2, "0", "2"},
    {"of_unit", "U1", NULL, "0.75", 2, "1.5", "2"},
    {"of_unit", "U3", NULL, "0.1666", 2, "0.3332", "2"},
    {"good_units", "S1", NULL, "2", 2, NULL, NULL},
    {"good_units", "C", NULL, "2", 2, NULL, NULL},
    {"exact_units", "S1", NULL, "1", 1, NULL, NULL}, /* U2 */
    {"unit_due", "U1", "service", "1", 1, NULL, NULL},
    {"unit_due", "U1", "project", "1", 1, NULL, NULL},
    {"unit_lists", "U1", NULL, "2", 2, NULL, NULL},
    {"capacity", "A", "room/hour", "100", 1, NULL, NULL},
    {"capacity", "S1", "room/session", "40.5", 1, NULL, NULL},
    {"capacity", "A", "room/session", "empty", -1, NULL, NULL}, /* shared: not the community's */
    {"used", "O1", NULL, "19.5", 2, NULL, NULL},
    {"used", "O2", NULL, "0", 0, NULL, NULL},
    {"supply", "A", "elderly_care", "100", 1, NULL, NULL},
    {"supply", "S1", "elderly_care", "160", 2, NULL, NULL},
    {"supply", "D", "elderly_care", "0", 1, NULL, NULL}, /* its participants are missing */
    {"demand", "S1", "minors", "80", 2, NULL, NULL},
    {"unmet", "A", NULL, "10", 2, NULL, NULL},  /* minors 50 − 40; elderly 70 < 100 */
    {"unmet", "B", NULL, "30", 2, NULL, NULL},  /* minors; nothing supplied */
    {"unmet", "S1", NULL, "40", 2, NULL, NULL}, /* at the street's own level: 80 − 40 */
    {"unmet", "C", NULL, "10", 2, NULL, NULL},  /* 80 − 70: what D supplies covers it there */
    {"unmet_share", "A", NULL, "0.083333333", 2, "10", "120"},
    {"unmet_share", "D", NULL, "empty", 0, NULL, NULL},
    {"much_unmet", "C", NULL, "1", 1, NULL, NULL}, /* B: 30 of 30 */
    {"much_unmet", "A", NULL, "0", 0, NULL, NULL},
    {"gap", "A", "elderly_care", "30", 1, NULL, NULL},
    {"gap", "B", "elderly_care", "60", 1, NULL, NULL},
    {"wide_gaps", "S1", NULL, "90", 2, NULL, NULL}, /* 160 − 70, 80 − 40 */
    {"wide_gaps", "A", NULL, "empty", 0, NULL, NULL},
    {"cover", "A", "minors", "0.8", 1, "40", "50"},
    {"pair_items", "A", "U1", "2", 2, NULL, NULL},
    {"partners", "A", NULL, "2", 2, NULL, NULL},
    {"partners", "B", NULL, "1", 1, NULL, NULL},
    {"partners", "S1", NULL, "2", 2, NULL, NULL}, /* U1 serves two communities and is one unit */
    {"partners", "C", NULL, "3", 3, NULL, NULL},
    {"partners_evidence", "C", NULL, "2", 3, "2", "3"},
    {"street_meetings", "S1", "2026Q1", "2", 2, NULL, NULL},
    {"street_meetings", "S1", "2026Q3", "1", 1, NULL, NULL},
    {"quarters_met", "S1", NULL, "2", 2, NULL, NULL},
    {"quarters_met", "A", NULL, "0", 0, NULL, NULL},
    {"third_quarter", "S1", NULL, "1", 1, NULL, NULL},
    {"by_month", "S1", "2026-08", "9", 2, NULL, NULL},
    {"by_month", "A", "2026-08", "5", 1, NULL, NULL},
    {"survey_weight", "A", NULL, "3", 3, NULL, NULL},
    {"survey_overall", "A", NULL, "11.5", 3, NULL, NULL}, /* 7.5 + 2 + 2 */
    {"survey_overall", "B", NULL, "0", 1, NULL, NULL},
    {"survey_overall", "C", NULL, "11.5", 4, NULL, NULL},
    {"survey_top", "A", NULL, "2", 2, NULL, NULL}, /* R1 and R2; R3 answered 2, below the top of 4 */
    {"survey_top", "C", NULL, "2", 2, NULL, NULL},
    {"wants", "A", "minors", "2", 2, NULL, NULL}, /* R6 is too old */
    {"by_age", "C", "old", "4", 4, NULL, NULL},
    {"members_without", "A", NULL, "2", 2, "2", "2"},
    {"members_without", "D", NULL, "0", 1, "0", "1"},
    {"members", "D", NULL, "2", 2, NULL, NULL}, /* M3, and M5 without a date; M4 comes later */
    {"bids_nil", "A", NULL, "nil", 0, NULL, NULL},
    {"bids_optional", "A", NULL, "0", 0, NULL, NULL},
    {"bids_of_unit", "U1", NULL, "nil", 0, NULL, NULL},
    {"reads_nil", "C", NULL, "nil", 0, NULL, NULL},
    {"column_nil", "A", NULL, "nil", 0, NULL, NULL},
    {"not_in_force", "A", NULL, "nil", 0, NULL, NULL},
};

static const gchar *const table_lines[] = {
    "A,community,delivery,,0.833333333,2.5,3,3,ratio\n",
    "A,community,supply,elderly_care,100,,,1,person\n",
    "A,community,capacity,room/hour,100,,,1,quantity\n",
    "C,county,unremedied,,1,1,5,5,item\n",
    "U1,unit,unit_due,service,1,,,1,item\n",
    "U1,unit,of_unit,,0.75,1.5,2,2,ratio\n",
    "B,community,delivery,,,,,0,ratio\n", /* nothing to say is said */
    "S1,street,street_meetings,2026Q1,2,,,2,meeting\n",
};

static const gchar *const table_not[] = {
    "partners_evidence", /* publish = false */
    "bids_nil",          /* no figure */
    "\nP1,",
    "\nK1,", /* of commitments and contracts nothing is written */
    "\nA1,", /* a compound that nothing is said of */
};

typedef struct {
    const gchar *name, *rules, *message;
} FaultCase;

#define M(body) "measure { id='m', unit='x', " body " }\n"
#define OF_COMMITMENTS(body) M("from='commitments', group='area', " body)

static const FaultCase fault_cases[] = {
    {"table", M("from='contract', group='area'"), "there is no table \"contract\""},
    {"made-table", M("from='area/list', group='area'"), "no measure makes the table \"area/list\""},
    {"column", OF_COMMITMENTS("where={{'dueon','<=',as_of}}"),
     "commitments has no column \"dueon\"; did you mean \"due_on\"?"},
    {"reference", OF_COMMITMENTS("where={{'offers.category','==','minors'}}"),
     "commitments has no reference \"offers\""},
    {"word", OF_COMMITMENTS("where={{'list','==','services'}}"), "\"services\" is not a word of its list"},
    {"category", OF_COMMITMENTS("where={{'category','in',{'minors','majors'}}}"),
     "\"majors\" is not a code of the taxonomy"},
    {"parameter", OF_COMMITMENTS("where={{'quantity','>',p'x'}}"), "there is no parameter \"x\""},
    {"operator", OF_COMMITMENTS("where={{'quantity','=',1}}"), "unknown operator \"=\""},
    {"operand", OF_COMMITMENTS("where={{'quantity','>'}}"), "> takes one operand"},
    {"unary", OF_COMMITMENTS("where={{'remedy','missing',1}}"), "missing takes no operand"},
    {"left", OF_COMMITMENTS("where={{1,'==',1}}"), "the left side of a condition"},
    {"shape", OF_COMMITMENTS("where={'quantity','>',1}"), "a condition is {column or function, operator, operand}"},
    {"empty-any", OF_COMMITMENTS("where={any{}}"), "any{…} is empty"},
    {"order-of-words", OF_COMMITMENTS("where={{'list','<','service'}}"), "has no order"},
    {"date-number", OF_COMMITMENTS("where={{'due_on','<=',3}}"), "a date is wanted"},
    {"number-date", OF_COMMITMENTS("where={{'quantity','<=',as_of}}"),
     "unlike types: a number is compared with a date"},
    {"number-word", OF_COMMITMENTS("where={{'quantity','==','x'}}"), "unlike types: \"x\" is a word"},
    {"word-number", OF_COMMITMENTS("where={{'list','==',3}}"), "\"3\" is not a word of its list"},
    {"window-of-number", OF_COMMITMENTS("where={{'quantity','in',period}}"), "period is a window of dates"},
    {"no-such-day", OF_COMMITMENTS("where={{'due_on','<=','2026-02-30'}}"), "a date is wanted"},
    {"unlike-columns", OF_COMMITMENTS("where={{'due_on','<=',col'list'}}"),
     "unlike types: a date is compared with a word"},
    {"unlike-lists", OF_COMMITMENTS("where={{'list','==',col'quantity_unit'}}"), "unlike types"},
    {"unlike-scales", OF_COMMITMENTS("where={{'quantity','>',col'participants'}}"),
     "unlike scales: one has 3 fraction digits, the other 0"},
    {"unlike-scales-in-function", OF_COMMITMENTS("value=sum(plus('quantity','participants'))"), "unlike scales"},
    {"sum-of-dates", OF_COMMITMENTS("value=sum('due_on')"), "unlike types: sum adds up numbers"},
    {"min-of-words", OF_COMMITMENTS("value=min('list')"), "words have no order"},
    {"days-of-number", OF_COMMITMENTS("value=sum(days('due_on','quantity'))"), "days counts from one date to another"},
    {"prorate-window", OF_COMMITMENTS("value=sum(prorate('participants','starts_on','due_on',3))"),
     "prorate's fourth argument is a window"},
    {"arguments", OF_COMMITMENTS("value=sum('quantity','participants')"), "sum takes 1 arguments, not 2"},
    {"value", OF_COMMITMENTS("value=plus('quantity',1)"), "value is count()"},
    {"function", OF_COMMITMENTS("value=sum(count())"), "\"count\" is no function of columns"},
    {"digits",
     OF_COMMITMENTS("value=sum(times(times('quantity','quantity'),times(times('quantity','quantity'),times('quantity',"
                    "times('quantity','quantity')))))"),
     "more than 18 fraction digits"},
    {"no-group", M("from='commitments'"), "needs a group"},
    {"unknown-group", M("from='commitments', group='category'"), "group is \"area\", an entity"},
    {"no-way", M("from='commitments', group='wish'"), "no way from commitments to the group \"wish\""},
    {"no-area", M("from='objections', group='area'"), "rows of objections have no area"},
    {"area-second", M("from='commitments', group={'unit','area'}"), "in a list \"area\" comes first"},
    {"key-twice", M("from='commitments', group={'area','list','list'}"), "two keys are named \"list\""},
    {"key-date", M("from='commitments', group={'area','due_on'}"), "a date is no key of a group"},
    {"key-number", M("from='commitments', group={'area','quantity'}"), "\"quantity\" is a number and no key"},
    {"key-quarter-of-word", M("from='commitments', group={'area',quarter'list'}"), "\"list\" is not a date"},
    {"key-type",
     M("from='commitments', group={'area',as('k','list')}") "measure { id='n', unit='x', from='commitments', "
                                                            "group={'area',as('k','category')} }",
     "key \"k\" of \"area/k\" is of another type"},
    {"made-needs-area",
     M("from='commitments', group={'area','unit'}") "measure { id='n', unit='x', from='area/unit', group='unit' }",
     "rows of \"area/unit\" stand at every level of areas"},
    {"name-of-column", "measure { id='quantity', unit='x', from='fulfilment', group='commitment' }",
     "commitments already has a column of this name"},
    {"grouped-otherwise",
     M("from='commitments', group='unit'") "measure { id='n', unit='x', from='commitments', group='area', "
                                           "where={{'m','>',0}} }",
     "measure \"m\" is not a column of commitments"},
    {"cycle",
     M("from='commitments', group='commitment', where={{'n','>',0}}") "measure { id='n', unit='x', from='commitments', "
                                                                      "group='commitment', where={{'m','>',0}} }",
     "reads itself: m → n → m"},
    {"self", M("from='commitments', group='commitment', where={{'m','>',0}}"), "reads itself: m → m"},
    {"second-pass",
     M("from='commitments', group='commitment'") "measure { id='n', unit='x', from='fulfilment', group='commitment', "
                                                 "where={{'m','>',0}} }",
     "measure \"m\" can't be read here: that would take a second pass over fulfilment"},
    {"streamed-far-column", M("from='fulfilment', group='commitment', where={{'commitment.list','==','service'}}"),
     "\"commitment.list\" is not a column of fulfilment itself"},
    {"streamed-group", M("from='fulfilment', group='unit'"),
     "fulfilment has no column of its own that leads to the group \"unit\""},
    {"streamed-function", M("from='fulfilment', group='commitment', value=sum(least('quantity',3))"),
     "use times, plus, minus and default only, not least"},
    {"ratio-without-from", M("value=ratio('a','b')"), "there is no measure \"a\""},
    {"ratio-other-group",
     M("from='commitments', group='unit'") "measure { id='n', unit='x', from='commitments', group='area' }\n"
                                           "measure { id='r', unit='x', group='area', value=ratio('n','m') }",
     "\"m\" is grouped by something else"},
    {"ratio-of-ratio",
     M("from='commitments', group='area', value=ratio('signups','participants')") "measure { id='r', unit='x', "
                                                                                  "value=ratio('m','m') }",
     "\"m\" is not a count or a sum"},
    {"sum-without-from", M("group='area', value=sum('x')"), "without from the value is ratio"},
    {"where-without-from", M("group='area', where={{'x','missing'}}, value=ratio('a','b')"),
     "without from there are no rows for a where"},
    {"evidence-of-sum", OF_COMMITMENTS("value=sum('quantity'), evidence=true"), "evidence goes with count()"},
    {"evidence-of-cells", M("from='commitments', group={'area','list'}, evidence=true"),
     "evidence goes with a group of one key"},
    {"evidence-without-id", M("from='facts', group='area', evidence=true"),
     "rows of facts have no id to keep as evidence"},
    {"optional", OF_COMMITMENTS("optional={'member'}"), "optional: there is no table \"member\""},
    {"estimate-kind", M("from='surveys', group='area', value=estimate{of='median', item='overall'}"),
     "estimate{of=…} is mean"},
    {"estimate-item", M("from='surveys', group='area', value=estimate{of='mean', item='weight'}"),
     "item=\"weight\" is no item"},
    {"estimate-items", M("from='surveys', group='area', value=estimate{of='mean', item={'cobuilding','weight'}}"),
     "item=\"weight\" is no item"},
    {"top-of-no-item", M("from='surveys', where={{'weight','>=','top'}}, group='area'"), "unlike types"},
    {"estimate-argument", M("from='surveys', group='area', value=estimate{of='mean', item='overall', by='sex'}"),
     "has no argument by"},
    {"estimate-missing-argument", M("from='surveys', group='area', value=estimate{of='mean'}"), "needs item"},
    {"estimate-table", M("from='service', group='area', value=estimate{of='mean', item='overall'}"), "reads surveys"},
    {"estimate-group", M("from='surveys', group={'area','sex'}, value=estimate{of='mean', item='overall'}"),
     "grouped by \"area\" alone"},
    {"estimate-margin",
     M("from='surveys', group='area', value=estimate{of='mean', item='overall', calibrate={'weight'}}"),
     "\"weight\" is not a column of texts"},
    {"estimate-share", M("from='surveys', group='area', value=estimate{of='share', item='overall'}"),
     "takes an item of the scale 0 to 1"},
    {"estimate-read",
     M("from='surveys', group='area', value=estimate{of='mean', item='overall'}") "measure { id='n', unit='x', "
                                                                                  "from='areas', group='area', "
                                                                                  "where={{'m','>',3}} }",
     "\"m\" is an estimate, which no measure can read"},
    {"estimate-left", M("group='area', value=estimate{of='total_variation', left='a', right='b'}"),
     "left=\"a\" is no measure"},
    {"estimate-towards",
     M("from='commitments', group='area'") "measure { id='n', unit='x', group='area', value=estimate{of='shrunk', "
                                           "num='m', den='m', towards='building'} }",
     "towards is"},
};

static const gchar property_rules[] =
    "local live = {'status','!=','cancelled'}\n"
    "measure { id='satisfied', unit='ratio', from='surveys', where={{'answered_on','in',four_quarters}}, group='area', "
    "  value=estimate{of='top', item='overall', calibrate={'age_band'}} }\n"
    "measure { id='completed_on', unit='date', from='fulfilment', "
    "where={{'status','==','completed'},{'done_on','in',to_date}}, group='commitment', value=min('done_on') }\n"
    "measure { id='delivered', unit='quantity', from='fulfilment', where={live}, group='commitment', "
    "value=sum('quantity') }\n"
    "measure { id='logs', unit='log', from='fulfilment', where={live}, group='area', "
    "value=count{{'participants','>',20}} }\n"
    "measure { id='logs_by_status', unit='log', from='fulfilment', group={'area','status'}, value=sum('quantity') }\n"
    "measure { id='few_logs', unit='log', from='fulfilment', where={{'participants','<',3}}, group='area', "
    "evidence=true }\n"
    "measure { id='late', unit='item', from='commitments', where={{'due_on','<=',as_of}}, group='area', "
    "value=count{{'completed_on','>',col'due_on'}}, evidence=true }\n"
    "measure { id='delivery', unit='ratio', from='commitments', group='area', value=mean(part('delivered','quantity')) "
    "}\n"
    "measure { id='pair', unit='item', from='commitments', group={'area','unit','category'}, value=sum('delivered') }\n"
    "measure { id='busy', unit='pair', from='area/unit/category', where={{'pair','>',10}}, group='area' }\n"
    "measure { id='unit_best', unit='quantity', from='commitments', group='unit', value=max('delivered') }\n"
    "measure { id='wants', unit='response', from='surveys', group={'area', as('category','want_1'), 'age_band'}, "
    "value=sum('weight') }\n";
