#define G_LOG_DOMAIN "qy-dictionary"

#include "load/dictionary.h"

#include <string.h>

/* ---- Closed lists ---- */

#define WORDS(name, ...) static const gchar *const name##_words[] = {__VA_ARGS__, NULL}
#define ALIASES(name, ...) static const gchar *const name##_aliases[] = {__VA_ARGS__, NULL}
#define USUAL(name, ...) static const gchar *const name##_usual[] = {__VA_ARGS__, NULL}

WORDS(level, "prefecture", "county", "street", "community", "compound", "building");
ALIASES(level, "city", "prefecture", "district", "county", "town", "street");
USUAL(level, "市", "prefecture", "地级市", "prefecture", "区", "county", "县", "county", "市辖区", "county", "街道",
      "street", "镇", "street", "乡", "street", "社区", "community", "村", "community", "小区", "compound", "楼栋",
      "building", "楼", "building", "幢", "building");
static const QyWords level = {level_words, level_aliases, level_usual};

WORDS(unit_kind, "agency", "institution", "state_enterprise", "private_enterprise", "social_organisation", "school",
      "hospital", "financial", "property", "owners_committee", "military", "district_association", "other");
USUAL(unit_kind, "机关", "agency", "党政机关", "agency", "机关单位", "agency", "事业单位", "institution", "国有企业",
      "state_enterprise", "国企", "state_enterprise", "民营企业", "private_enterprise", "私营企业",
      "private_enterprise", "民企", "private_enterprise", "非公企业", "private_enterprise", "两新组织",
      "private_enterprise", "社会组织", "social_organisation", "学校", "school", "医院", "hospital", "金融机构",
      "financial", "银行", "financial", "物业", "property", "物业公司", "property", "业委会", "owners_committee",
      "部队", "military", "商会", "district_association", "其他", "other");
static const QyWords unit_kind = {unit_kind_words, NULL, unit_kind_usual};

WORDS(margin, "age_band", "sex", "housing");
USUAL(margin, "年龄段", "age_band", "年龄", "age_band", "性别", "sex", "住房", "housing");
static const QyWords margin = {margin_words, NULL, margin_usual};

WORDS(origin, "negotiated", "online_claim", "auction", "application", "individual");
USUAL(origin, "洽谈", "negotiated", "协商", "negotiated", "谈约", "negotiated", "网上认领", "online_claim", "认领",
      "online_claim", "竞拍", "auction", "拍卖", "auction", "申报", "application", "申请", "application", "个人",
      "individual");
static const QyWords origin = {origin_words, NULL, origin_usual};

WORDS(direction, "to_community", "to_unit");
USUAL(direction, "对社区", "to_community", "服务社区", "to_community", "单位对社区", "to_community", "对单位",
      "to_unit", "服务单位", "to_unit", "社区对单位", "to_unit");
static const QyWords direction = {direction_words, NULL, direction_usual};

WORDS(list, "resource", "service", "project", "responsibility", "tailored");
USUAL(list, "资源", "resource", "资源清单", "resource", "服务", "service", "服务清单", "service", "项目", "project",
      "项目清单", "project", "责任", "responsibility", "责任清单", "responsibility", "个性", "tailored", "个性清单",
      "tailored");
static const QyWords list = {list_words, NULL, list_usual};

WORDS(work_area, "party_work", "resource_sharing", "service", "harmony");
USUAL(work_area, "党建共抓", "party_work", "资源共享", "resource_sharing", "服务共推", "service", "服务共做", "service",
      "和谐共创", "harmony", "和谐共建", "harmony");
static const QyWords work_area = {work_area_words, NULL, work_area_usual};

WORDS(measure_unit, "hour", "session", "person", "m2", "yuan", "item");
USUAL(measure_unit, "小时", "hour", "时", "hour", "场", "session", "次", "session", "场次", "session", "人", "person",
      "人次", "person", "平方米", "m2", "平米", "m2", "㎡", "m2", "元", "yuan", "件", "item", "项", "item", "个",
      "item");
static const QyWords measure_unit = {measure_unit_words, NULL, measure_unit_usual};

WORDS(flag, "0", "1");
USUAL(flag, "否", "0", "是", "1", "无", "0", "有", "1", "no", "0", "yes", "1", "FALSE", "0", "TRUE", "1", "false", "0",
      "true", "1");
static const QyWords flag = {flag_words, NULL, flag_usual};

WORDS(status, "partial", "completed", "cancelled");
USUAL(status, "部分完成", "partial", "进行中", "partial", "未完成", "partial", "完成", "completed", "已完成",
      "completed", "取消", "cancelled", "已取消", "cancelled", "作废", "cancelled");
static const QyWords status = {status_words, NULL, status_usual};

WORDS(confirmed_by, "community", "unit", "residents");
USUAL(confirmed_by, "社区", "community", "单位", "unit", "居民", "residents", "群众", "residents");
static const QyWords confirmed_by = {confirmed_by_words, NULL, confirmed_by_usual};

WORDS(recorder, "community", "unit", "online");
USUAL(recorder, "社区", "community", "单位", "unit", "网上", "online", "线上", "online", "平台", "online");
static const QyWords recorder = {recorder_words, NULL, recorder_usual};

WORDS(need_source, "online", "visit", "assembly", "hotline", "survey");
USUAL(need_source, "网上", "online", "线上", "online", "走访", "visit", "入户", "visit", "居民会议", "assembly",
      "议事会", "assembly", "热线", "hotline", "12345", "hotline", "问卷", "survey", "调查", "survey");
static const QyWords need_source = {need_source_words, NULL, need_source_usual};

WORDS(survey_mode, "online", "visit", "phone");
USUAL(survey_mode, "网上", "online", "线上", "online", "微信", "online", "入户", "visit", "走访", "visit", "电话",
      "phone");
static const QyWords survey_mode = {survey_mode_words, NULL, survey_mode_usual};

WORDS(review_subject, "contract", "commitment", "unit", "community");
USUAL(review_subject, "契约", "contract", "事项", "commitment", "承诺事项", "commitment", "单位", "unit", "社区",
      "community");
static const QyWords review_subject = {review_subject_words, NULL, review_subject_usual};

WORDS(reviewer, "self", "counterpart", "residents", "third_party", "department");
USUAL(reviewer, "自评", "self", "互评", "counterpart", "对方", "counterpart", "居民", "residents", "群众", "residents",
      "第三方", "third_party", "部门", "department");
static const QyWords reviewer = {reviewer_words, NULL, reviewer_usual};

WORDS(meeting_kind, "working", "council", "liaison", "member_units", "review", "residents_assembly", "study",
      "leading_group", "observation", "forum", "contact");
ALIASES(meeting_kind, "工作例会", "working", "议事协商", "council", "联络员", "liaison", "成员单位", "member_units",
        "评约会", "review", "居民代表大会", "residents_assembly", "专题研究", "study", "领导小组", "leading_group",
        "现场观摩", "observation", "居民座谈会", "forum", "走访联系", "contact");
USUAL(meeting_kind, "例会", "working", "议事会", "council", "联络员会议", "liaison", "成员单位会议", "member_units",
      "座谈会", "forum", "走访", "contact", "观摩", "observation");
static const QyWords meeting_kind = {meeting_kind_words, meeting_kind_aliases, meeting_kind_usual};

WORDS(initiator, "community", "unit");
USUAL(initiator, "社区", "community", "单位", "unit");
static const QyWords initiator = {initiator_words, NULL, initiator_usual};

WORDS(holder, "unit", "member");
USUAL(holder, "单位", "unit", "党员", "member");
static const QyWords holder = {holder_words, NULL, holder_usual};

WORDS(stage, "self", "street", "county", "prefecture");
USUAL(stage, "自评", "self", "自查", "self", "街道", "street", "镇街", "street", "区县", "county", "区", "county", "县",
      "county", "市", "prefecture", "市级", "prefecture");
static const QyWords stage = {stage_words, NULL, stage_usual};

WORDS(verdict, "met", "not_met");
USUAL(verdict, "达标", "met", "通过", "met", "合格", "met", "未达标", "not_met", "不达标", "not_met", "未通过",
      "not_met", "不合格", "not_met");
static const QyWords verdict = {verdict_words, NULL, verdict_usual};

/* ---- Columns ---- */

#define OPTIONAL FALSE
#define REQUIRED TRUE
#define ANY_LEVEL (-1)
#define NO_FALLBACK QY_MISSING

#define FULL(name, zh, type, required, refers, words, low, high, en, area_level, fallback, flags)                      \
    {                                                                                                                  \
        name, zh, type, required, refers, words, low, high, en, area_level, fallback, flags                            \
    }
#define PLAIN(name, zh, type, required, low, high, fallback, flags)                                                    \
    FULL(name, zh, type, required, QY_NO_TABLE, NULL, low, high, NULL, ANY_LEVEL, fallback, flags)

#define ID(name, zh) PLAIN(name, zh, QY_TYPE_ID, REQUIRED, 0, 0, NO_FALLBACK, 0)
#define ID_OF_PERSON(name, zh) PLAIN(name, zh, QY_TYPE_ID, REQUIRED, 0, 0, NO_FALLBACK, QY_COLUMN_PERSONAL)
#define TEXT(name, zh, required) PLAIN(name, zh, QY_TYPE_TEXT, required, 0, 0, NO_FALLBACK, 0)
#define TEXT_OF_PERSON(name, zh) PLAIN(name, zh, QY_TYPE_TEXT, OPTIONAL, 0, 0, NO_FALLBACK, QY_COLUMN_PERSONAL)
#define ID_TEXT(name, zh, required, flags)                                                                             \
    PLAIN(name, zh, QY_TYPE_TEXT, required, 0, 0, NO_FALLBACK, QY_COLUMN_ID_TEXT | (flags))
#define DATE(name, zh, required) PLAIN(name, zh, QY_TYPE_DATE, required, 0, 0, NO_FALLBACK, 0)
#define COUNT(name, zh, required) PLAIN(name, zh, QY_TYPE_INTEGER, required, 0, QY_MOST_INTEGER, NO_FALLBACK, 0)
#define NUMBER(name, zh, required, low, high, fallback)                                                                \
    PLAIN(name, zh, QY_TYPE_INTEGER, required, low, high, fallback, 0)
#define QUANTITY(name, zh, required) PLAIN(name, zh, QY_TYPE_QUANTITY, required, 0, QY_MOST_QUANTITY, NO_FALLBACK, 0)
#define ABOVE_ZERO(name, zh, required) PLAIN(name, zh, QY_TYPE_QUANTITY, required, 1, QY_MOST_QUANTITY, NO_FALLBACK, 0)
#define DECIMAL(name, zh, required) PLAIN(name, zh, QY_TYPE_WEIGHT, required, 0, QY_MOST_DECIMAL, NO_FALLBACK, 0)
#define WORD(name, zh, required, words)                                                                                \
    FULL(name, zh, QY_TYPE_WORD, required, QY_NO_TABLE, &words, 0, 0, NULL, ANY_LEVEL, NO_FALLBACK, 0)
#define ITEM(name, zh) PLAIN(name, zh, QY_TYPE_ITEM, OPTIONAL, QY_DEFAULT_LOW, QY_DEFAULT_HIGH, NO_FALLBACK, 0)
#define REF(name, zh, required, table, en)                                                                             \
    FULL(name, zh, QY_TYPE_REF, required, table, NULL, 0, 0, en, ANY_LEVEL, NO_FALLBACK, 0)
#define REF_AREA(name, zh, required, level, en)                                                                        \
    FULL(name, zh, QY_TYPE_REF, required, QY_AREAS, NULL, 0, 0, en, level, NO_FALLBACK, 0)
#define COMMUNITY(name, zh, required, en) REF_AREA(name, zh, required, QY_LEVEL_COMMUNITY, en)
#define CATEGORY(name, zh, required) REF(name, zh, required, QY_TAXONOMY, name)
#define MADE(name, zh, table, en)                                                                                      \
    FULL(name, zh, QY_TYPE_REF, OPTIONAL, table, NULL, 0, 0, en, ANY_LEVEL, NO_FALLBACK, QY_COLUMN_MADE)

static const QyColumnDef taxonomy_columns[] = {
    ID("code", "代码"),
    REF("parent", "上级代码", OPTIONAL, QY_TAXONOMY, "parent"),
    TEXT("zh", "中文名称", REQUIRED),
    TEXT("en", "英文名称", REQUIRED),
};

static const QyColumnDef questionnaire_columns[] = {
    ID("item", "题目编号"),
    TEXT("text", "题目内容", OPTIONAL),
    NUMBER("low", "最低分", OPTIONAL, 0, 1000, QY_DEFAULT_LOW),
    NUMBER("high", "最高分", OPTIONAL, 0, 1000, QY_DEFAULT_HIGH),
    NUMBER("top", "满意起点", OPTIONAL, 0, 1000, NO_FALLBACK),
    TEXT("labels", "选项文字", OPTIONAL),
    TEXT("dont_know", "不清楚", OPTIONAL),
    WORD("reversed", "反向题", OPTIONAL, flag),
    TEXT("dimension", "维度", OPTIONAL),
};

static const QyColumnDef areas_columns[] = {
    ID("area_id", "区域编号"),
    REF_AREA("parent_id", "上级编号", OPTIONAL, ANY_LEVEL, "parent"),
    WORD("level", "层级", REQUIRED, level),
    TEXT("name", "名称", REQUIRED),
    COUNT("households", "户数", OPTIONAL),
    COUNT("population", "常住人口", OPTIONAL),
    DATE("opened_on", "成立日期", OPTIONAL),
};

static const QyColumnDef units_columns[] = {
    ID("unit_id", "单位编号"),
    TEXT("name", "名称", REQUIRED),
    WORD("kind", "类型", REQUIRED, unit_kind),
    REF_AREA("area_id", "所在区域", OPTIONAL, ANY_LEVEL, "area"),
};

static const QyColumnDef members_columns[] = {
    ID_OF_PERSON("member_id", "编号"),
    COMMUNITY("community_id", "报到社区", REQUIRED, "community"),
    REF("unit_id", "单位编号", OPTIONAL, QY_UNITS, "unit"),
    DATE("reported_on", "报到日期", OPTIONAL),
    DATE("pledged_on", "承诺日期", OPTIONAL),
};

static const QyColumnDef population_columns[] = {
    COMMUNITY("community_id", "社区编号", REQUIRED, "community"),
    WORD("margin", "结构变量", REQUIRED, margin),
    TEXT("level", "分组", REQUIRED),
    COUNT("count", "人数", REQUIRED),
};

static const QyColumnDef contracts_columns[] = {
    ID("contract_id", "契约编号"),
    COMMUNITY("community_id", "社区编号", REQUIRED, "community"),
    REF("unit_id", "单位编号", OPTIONAL, QY_UNITS, "unit"),
    REF("member_id", "党员编号", OPTIONAL, QY_MEMBERS, "member"),
    WORD("origin", "来源", OPTIONAL, origin),
    DATE("negotiated_on", "谈约日期", OPTIONAL),
    DATE("signed_on", "签约日期", REQUIRED),
    DATE("published_on", "亮约日期", OPTIONAL),
    DATE("published_by_unit_on", "单位亮约日期", OPTIONAL),
    DATE("reviewed_on", "评约日期", OPTIONAL),
    DATE("starts_on", "起始日期", REQUIRED),
    DATE("ends_on", "截止日期", REQUIRED),
};

static const QyColumnDef offers_columns[] = {
    ID("offer_id", "资源编号"),
    REF("unit_id", "单位编号", OPTIONAL, QY_UNITS, "unit"),
    COMMUNITY("provider_community_id", "提供社区", OPTIONAL, "provider_community"),
    CATEGORY("category", "类别", REQUIRED),
    ABOVE_ZERO("capacity", "容量", REQUIRED),
    WORD("capacity_unit", "计量单位", REQUIRED, measure_unit),
    DATE("available_from", "开放起", REQUIRED),
    DATE("available_to", "开放止", REQUIRED),
    COMMUNITY("community_id", "面向社区", OPTIONAL, "community"),
    MADE("area_id", "服务区域", QY_AREAS, "area"),
};

static const QyColumnDef commitments_columns[] = {
    ID("commitment_id", "事项编号"),
    REF("contract_id", "契约编号", REQUIRED, QY_CONTRACTS, "contract"),
    REF("project_id", "项目编号", OPTIONAL, QY_PROJECTS, "project"),
    WORD("direction", "方向", REQUIRED, direction),
    WORD("list", "清单", REQUIRED, list),
    WORD("work_area", "重点", OPTIONAL, work_area),
    CATEGORY("category", "类别", REQUIRED),
    REF("offer_id", "资源编号", OPTIONAL, QY_OFFERS, "offer"),
    ABOVE_ZERO("quantity", "计划数量", REQUIRED),
    WORD("quantity_unit", "计量单位", REQUIRED, measure_unit),
    COUNT("participants", "计划人数", OPTIONAL),
    COUNT("signups", "报名人数", OPTIONAL),
    DATE("starts_on", "开始日期", REQUIRED),
    DATE("due_on", "完成期限", REQUIRED),
    QUANTITY("budget", "经费", OPTIONAL),
    WORD("key", "重点项目", OPTIONAL, flag),
    TEXT("theme", "主题", OPTIONAL),
    TEXT("remedy", "整改措施", OPTIONAL),
    DATE("remedied_on", "整改日期", OPTIONAL),
    DATE("ended_on", "终止日期", OPTIONAL),
    TEXT("ended_reason", "终止原因", OPTIONAL),
    REF("replaced_by", "替代事项", OPTIONAL, QY_COMMITMENTS, "replaced_by"),
};

static const QyColumnDef projects_columns[] = {
    ID("project_id", "项目编号"),
    MADE("area_id", "所在区域", QY_AREAS, "area"),
};

static const QyColumnDef needs_columns[] = {
    ID("need_id", "需求编号"),
    COMMUNITY("community_id", "社区编号", REQUIRED, "community"),
    REF("unit_id", "单位编号", OPTIONAL, QY_UNITS, "unit"),
    CATEGORY("category", "类别", REQUIRED),
    DATE("raised_on", "提出日期", REQUIRED),
    COUNT("people", "需求人数", REQUIRED),
    NUMBER("priority", "优先级", OPTIONAL, 1, 3, 1),
    WORD("source", "来源", OPTIONAL, need_source),
    TEXT("consultation", "征求意见记录", OPTIONAL),
    REF("commitment_id", "事项编号", OPTIONAL, QY_COMMITMENTS, "commitment"),
};

static const QyColumnDef bids_columns[] = {
    ID("bid_id", "竞拍编号"),
    REF("need_id", "需求编号", OPTIONAL, QY_NEEDS, "need"),
    REF("project_id", "项目编号", OPTIONAL, QY_PROJECTS, "project"),
    REF("unit_id", "单位编号", REQUIRED, QY_UNITS, "unit"),
    DATE("bid_on", "竞拍日期", REQUIRED),
    WORD("won", "是否中标", OPTIONAL, flag),
    MADE("area_id", "所在区域", QY_AREAS, "area"),
};

static const QyColumnDef reviews_columns[] = {
    ID("review_id", "评议编号"),
    WORD("subject", "评议对象", REQUIRED, review_subject),
    ID_TEXT("subject_id", "对象编号", REQUIRED, 0),
    WORD("reviewer", "评议方", REQUIRED, reviewer),
    ID_TEXT("reviewer_id", "评议人编号", OPTIONAL, QY_COLUMN_PERSONAL),
    NUMBER("grade", "等次", REQUIRED, 1, 5, NO_FALLBACK),
    DATE("reviewed_on", "评议日期", REQUIRED),
    MADE("commitment_id", "事项编号", QY_COMMITMENTS, "commitment"),
    MADE("contract_id", "契约编号", QY_CONTRACTS, "contract"),
    MADE("unit_id", "单位编号", QY_UNITS, "unit"),
    MADE("area_id", "所在区域", QY_AREAS, "area"),
};

static const QyColumnDef votes_columns[] = {
    REF_AREA("area_id", "区域编号", REQUIRED, ANY_LEVEL, "area"),
    DATE("held_on", "表决日期", REQUIRED),
    TEXT("subject", "表决对象", REQUIRED),
    ID_TEXT("subject_id", "对象编号", REQUIRED, 0),
    COUNT("present", "到会人数", REQUIRED),
    COUNT("in_favour", "赞成", REQUIRED),
    COUNT("against", "反对", REQUIRED),
};

static const QyColumnDef objections_columns[] = {
    ID("objection_id", "异议编号"),
    TEXT("list", "名单", REQUIRED),
    ID_TEXT("subject_id", "对象编号", REQUIRED, 0),
    DATE("raised_on", "提出日期", REQUIRED),
    DATE("resolved_on", "答复日期", OPTIONAL),
    WORD("upheld", "是否成立", OPTIONAL, flag),
};

static const QyColumnDef facts_columns[] = {
    REF_AREA("area_id", "区域编号", REQUIRED, ANY_LEVEL, "area"),
    TEXT("fact", "事实", REQUIRED),
    DECIMAL("value", "数值", REQUIRED),
    DATE("as_of", "截至日期", REQUIRED),
    DATE("recorded_on", "登记日期", OPTIONAL),
    TEXT("source", "来源", OPTIONAL),
    TEXT("evidence", "佐证", OPTIONAL),
};

static const QyColumnDef meetings_columns[] = {
    ID("meeting_id", "会议编号"),
    REF_AREA("area_id", "区域编号", REQUIRED, ANY_LEVEL, "area"),
    WORD("kind", "会议类型", REQUIRED, meeting_kind),
    DATE("held_on", "召开日期", REQUIRED),
    REF("unit_id", "单位编号", OPTIONAL, QY_UNITS, "unit"),
    WORD("initiator", "发起方", OPTIONAL, initiator),
    COUNT("attendees", "参加人数", OPTIONAL),
    TEXT("minutes", "会议纪要", OPTIONAL),
};

static const QyColumnDef points_columns[] = {
    ID("entry_id", "积分编号"),
    WORD("holder", "持有人类型", REQUIRED, holder),
    ID_TEXT("holder_id", "持有人编号", REQUIRED, QY_COLUMN_PERSONAL),
    PLAIN("points", "积分值", QY_TYPE_QUANTITY, REQUIRED, -QY_MOST_QUANTITY, QY_MOST_QUANTITY, NO_FALLBACK, 0),
    DATE("earned_on", "获得日期", REQUIRED),
    TEXT("rule", "积分规则", OPTIONAL),
    TEXT("reference", "依据", OPTIONAL),
    MADE("unit_id", "单位编号", QY_UNITS, "unit"),
    MADE("member_id", "党员编号", QY_MEMBERS, "member"),
    MADE("area_id", "所在区域", QY_AREAS, "area"),
};

static const QyColumnDef wishes_columns[] = {
    ID("wish_id", "心愿编号"),
    COMMUNITY("community_id", "社区编号", REQUIRED, "community"),
    CATEGORY("category", "类别", OPTIONAL),
    DATE("raised_on", "提出日期", REQUIRED),
    ID_TEXT("claimed_by", "认领方", OPTIONAL, QY_COLUMN_PERSONAL),
    DATE("claimed_on", "认领日期", OPTIONAL),
    DATE("fulfilled_on", "实现日期", OPTIONAL),
};

static const QyColumnDef acceptance_columns[] = {
    COMMUNITY("community_id", "社区编号", REQUIRED, "community"),
    ID_TEXT("criterion_id", "标准编号", OPTIONAL, 0),
    WORD("stage", "验收环节", REQUIRED, stage),
    WORD("verdict", "验收结论", REQUIRED, verdict),
    DATE("decided_on", "验收日期", REQUIRED),
};

static const QyColumnDef awards_columns[] = {
    TEXT("award", "奖项", REQUIRED),
    NUMBER("year", "年度", REQUIRED, 1, 9999, NO_FALLBACK),
    TEXT("level", "级别", REQUIRED),
    TEXT("subject", "评优对象", REQUIRED),
    ID_TEXT("subject_id", "对象编号", REQUIRED, QY_COLUMN_PERSONAL),
    WORD("result_used", "考核结果运用", OPTIONAL, flag),
};

static const QyColumnDef targets_columns[] = {
    REF_AREA("area_id", "区域编号", REQUIRED, ANY_LEVEL, "area"),
    NUMBER("year", "年度", REQUIRED, 1, 9999, NO_FALLBACK),
    TEXT("target", "指标", REQUIRED),
    DECIMAL("value", "目标值", REQUIRED),
};

static const QyColumnDef fulfilment_columns[] = {
    ID("log_id", "记录编号"),
    REF("commitment_id", "事项编号", REQUIRED, QY_COMMITMENTS, "commitment"),
    DATE("done_on", "日期", REQUIRED),
    QUANTITY("quantity", "完成数量", REQUIRED),
    COUNT("participants", "实际人次", OPTIONAL),
    COUNT("residents", "群众人次", OPTIONAL),
    COUNT("members", "党员人次", OPTIONAL),
    WORD("status", "状态", REQUIRED, status),
    WORD("confirmed_by", "对方确认", OPTIONAL, confirmed_by),
    DATE("recorded_on", "登记日期", OPTIONAL),
    WORD("recorder", "登记方", OPTIONAL, recorder),
    TEXT("evidence", "佐证", OPTIONAL),
};

static const QyColumnDef surveys_columns[] = {
    ID_OF_PERSON("response_id", "问卷编号"),
    COMMUNITY("community_id", "社区编号", REQUIRED, "community"),
    REF_AREA("compound_id", "小区编号", OPTIONAL, QY_LEVEL_COMPOUND, "compound"),
    TEXT_OF_PERSON("stratum", "层"),
    COUNT("cluster_population", "层内群数", OPTIONAL),
    TEXT_OF_PERSON("wave", "批次"),
    DATE("answered_on", "日期", REQUIRED),
    WORD("mode", "方式", OPTIONAL, survey_mode),
    TEXT_OF_PERSON("frame", "抽样框"),
    TEXT_OF_PERSON("age_band", "年龄段"),
    TEXT_OF_PERSON("sex", "性别"),
    TEXT_OF_PERSON("housing", "住房"),
    PLAIN("weight", "权数", QY_TYPE_WEIGHT, OPTIONAL, 1, QY_MOST_WEIGHT, 1000000, 0),
    ITEM("overall", "总体满意度"),
    ITEM("cobuilding", "共建项目满意度"),
    CATEGORY("want_1", "最需要1", OPTIONAL),
    CATEGORY("want_2", "最需要2", OPTIONAL),
    CATEGORY("want_3", "最需要3", OPTIONAL),
};

static const QyColumnDef service_columns[] = {
    ID("service_id", "服务编号"),
    REF("member_id", "党员编号", REQUIRED, QY_MEMBERS, "member"),
    COMMUNITY("community_id", "社区编号", REQUIRED, "community"),
    REF("commitment_id", "事项编号", OPTIONAL, QY_COMMITMENTS, "commitment"),
    DATE("done_on", "服务日期", REQUIRED),
    QUANTITY("hours", "服务时长", OPTIONAL),
};

/* ---- Tables ---- */

#define TABLE(id, name, zh, entity, required, streamed, home, event, columns)                                          \
    [id] = {id, name, zh, entity, required, streamed, home, event, G_N_ELEMENTS(columns), columns}

static const QyTableDef tables[QY_N_TABLES] = {
    TABLE(QY_TAXONOMY, "taxonomy", "类别", NULL, FALSE, FALSE, -1, -1, taxonomy_columns),
    TABLE(QY_QUESTIONNAIRE, "questionnaire", "题目", NULL, FALSE, FALSE, -1, -1, questionnaire_columns),
    TABLE(QY_AREAS, "areas", "区域", "area", TRUE, FALSE, -1, -1, areas_columns),
    TABLE(QY_UNITS, "units", "单位", "unit", TRUE, FALSE, 3, -1, units_columns),
    TABLE(QY_MEMBERS, "members", "党员", "member", FALSE, FALSE, 1, 3, members_columns),
    TABLE(QY_POPULATION, "population", "人口结构", NULL, FALSE, FALSE, 0, -1, population_columns),
    TABLE(QY_CONTRACTS, "contracts", "契约", "contract", TRUE, FALSE, 1, 6, contracts_columns),
    TABLE(QY_OFFERS, "offers", "资源清单", "offer", FALSE, FALSE, 9, -1, offers_columns),
    TABLE(QY_COMMITMENTS, "commitments", "承诺事项", "commitment", TRUE, FALSE, 1, -1, commitments_columns),
    TABLE(QY_PROJECTS, "projects", "项目", "project", FALSE, FALSE, 1, -1, projects_columns),
    TABLE(QY_NEEDS, "needs", "需求清单", "need", FALSE, FALSE, 1, 4, needs_columns),
    TABLE(QY_BIDS, "bids", "竞拍认领", "bid", FALSE, FALSE, 6, 4, bids_columns),
    TABLE(QY_REVIEWS, "reviews", "评议", "review", FALSE, FALSE, 10, 6, reviews_columns),
    TABLE(QY_VOTES, "votes", "居民代表大会表决", NULL, FALSE, FALSE, 0, 1, votes_columns),
    TABLE(QY_OBJECTIONS, "objections", "公示异议", NULL, FALSE, FALSE, -1, 3, objections_columns),
    TABLE(QY_FACTS, "facts", "事实", NULL, FALSE, FALSE, 0, 3, facts_columns),
    TABLE(QY_MEETINGS, "meetings", "会议", "meeting", FALSE, FALSE, 1, 3, meetings_columns),
    TABLE(QY_POINTS, "points", "积分", NULL, FALSE, FALSE, 9, 4, points_columns),
    TABLE(QY_WISHES, "wishes", "微心愿", "wish", FALSE, FALSE, 1, 3, wishes_columns),
    TABLE(QY_ACCEPTANCE, "acceptance", "验收", NULL, FALSE, FALSE, 0, 4, acceptance_columns),
    TABLE(QY_AWARDS, "awards", "评优", NULL, FALSE, FALSE, -1, -1, awards_columns),
    TABLE(QY_TARGETS, "targets", "创建指标", NULL, FALSE, FALSE, 0, -1, targets_columns),
    TABLE(QY_FULFILMENT, "fulfilment", "履约记录", NULL, TRUE, TRUE, 1, 2, fulfilment_columns),
    TABLE(QY_SURVEYS, "surveys", "问卷", NULL, FALSE, TRUE, 1, 6, surveys_columns),
    TABLE(QY_SERVICE, "service", "志愿服务", NULL, FALSE, TRUE, 2, 4, service_columns),
};

const QyTableDef *
qy_dictionary_table(QyTableId id)
{
    g_return_val_if_fail(id >= 0 && id < QY_N_TABLES, NULL);
    return &tables[id];
}

const QyTableDef *
qy_dictionary_find(const gchar *name)
{
    g_return_val_if_fail(name != NULL, NULL);
    for (guint i = 0; i < QY_N_TABLES; i++) {
        if (strcmp(tables[i].name, name) == 0 || strcmp(tables[i].name_zh, name) == 0)
            return &tables[i];
    }
    return NULL;
}

gint
qy_table_def_column(const QyTableDef *def, const gchar *name)
{
    for (guint i = 0; i < def->n_columns; i++) {
        if (strcmp(def->columns[i].name, name) == 0)
            return (gint)i;
    }
    return -1;
}

static gboolean
is_text(const gchar *word, const gchar *text, gsize length)
{
    return strncmp(word, text, length) == 0 && word[length] == '\0';
}

/* Position of a word of the list itself, other spellings apart. */
static gint
find_word(const QyWords *words, const gchar *text, gsize length)
{
    for (gint i = 0; words->words[i] != NULL; i++) {
        if (is_text(words->words[i], text, length))
            return i;
    }
    return -1;
}

gint
qy_words_find(const QyWords *words, const gchar *text, gsize length)
{
    gint found = find_word(words, text, length);

    if (found >= 0 || words->aliases == NULL)
        return found;
    for (guint i = 0; words->aliases[i] != NULL; i += 2) {
        if (is_text(words->aliases[i], text, length))
            return find_word(words, words->aliases[i + 1], strlen(words->aliases[i + 1]));
    }
    return -1;
}

const gchar *
qy_words_usual(const QyWords *words, const gchar *text, gsize length)
{
    for (guint i = 0; words->usual != NULL && words->usual[i] != NULL; i += 2) {
        if (is_text(words->usual[i], text, length))
            return words->usual[i + 1];
    }
    return NULL;
}

const gchar *
qy_level_name(QyLevel id)
{
    return level_words[id];
}

gint
qy_level_find(const gchar *name)
{
    for (gint id = 0; id < QY_N_LEVELS; id++)
        if (g_strcmp0(level_words[id], name) == 0)
            return id;
    return -1;
}

static const QyCategory categories[] = {
    {"venues", NULL, "场地", "Venues"},
    {"venues.room", "venues", "活动室", "Activity rooms"},
    {"venues.hall", "venues", "会议室和报告厅", "Meeting rooms and halls"},
    {"venues.sports", "venues", "运动场馆", "Sports grounds"},
    {"venues.parking", "venues", "停车位", "Parking places"},
    {"funds", NULL, "资金", "Funds"},
    {"funds.relief", "funds", "困难帮扶", "Relief in hardship"},
    {"funds.sponsorship", "funds", "活动赞助", "Sponsorship of events"},
    {"funds.works", "funds", "设施改造", "Works and repairs"},
    {"funds.goods", "funds", "物资捐赠", "Donated goods"},
    {"health", NULL, "医疗", "Health"},
    {"health.visit", "health", "义诊", "Free clinics"},
    {"health.lecture", "health", "健康讲座", "Health lectures"},
    {"health.checkup", "health", "健康体检", "Check-ups"},
    {"health.care", "health", "康复护理", "Rehabilitation and care"},
    {"talent", NULL, "人才", "Talent"},
    {"talent.legal", "talent", "法律咨询", "Legal advice"},
    {"talent.teaching", "talent", "教学辅导", "Teaching"},
    {"talent.skills", "talent", "技术服务", "Skilled work"},
    {"party_education", NULL, "党员教育", "Education of party members"},
    {"elderly_care", NULL, "养老", "Care of the elderly"},
    {"social_security", NULL, "社会保障", "Social security"},
    {"veterans", NULL, "优抚", "Veterans and their families"},
    {"public_safety", NULL, "安全防范", "Public safety"},
    {"public_health", NULL, "卫生保健", "Hygiene and public health"},
    {"minors", NULL, "未成年人教育", "Education of minors"},
    {"home_services", NULL, "家政", "Home services"},
    {"migrants", NULL, "流动人口", "Migrant residents"},
    {"safe_community", NULL, "安全创建", "Building a safe community"},
    {"social_groups", NULL, "培育民间组织", "Fostering social organisations"},
};

const QyCategory *
qy_default_taxonomy(guint *n)
{
    *n = G_N_ELEMENTS(categories);
    return categories;
}
