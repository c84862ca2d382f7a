-- 和谐星：四条星级标准、四条底线标准。 The harmony star.

local zhuji = "2018-09-27" -- 诸暨文件的日期 / the date of document 003
local by_2020 = "2020-12-31" -- 文件003：“到2020年”

criterion { id = "HA-H1", star = "harmony", kind = "have", owner = "civ", duty = "department", since = zhuji,
  title = say("专职社区工作者按8至10人配备", "Full-time social workers: 8 to 10, and one more per 300-400 households above 2000"),
  clause = say("文件003：“按每个社区8至10人标准配备专职社区工作者”（数值取自原文；2000户以上“可增配”，不是必须：下限都是8人）",
    "Document 003: “按每个社区8至10人标准配备专职社区工作者” (the number is the source's; above 2000 households more may be added, not must: the floor is 8 at any size)"),
  uses = { "fact:social_workers", "area.households", "social_workers_floor", "social_workers_upper", "extra_worker_from", "extra_worker_step" },
  check = function(c)
    local households, p = c.area.households, c.p
    -- 户数不明时按不增配算上限。 Households unknown: the upper end without additions.
    local extra = households and math.max(0, households - p.extra_worker_from) // p.extra_worker_step or 0
    return c.test(c.f.social_workers, ">=", p.social_workers_floor, {
      met = say("专职社区工作者 {value} 名（标准 {threshold} 至 {upper} 名）", "Full-time social workers: {value} (standard {threshold} to {upper})"),
      not_met = say("专职社区工作者 {value} 名，还差 {short} 名", "Full-time social workers: {value}, {short} short"),
      unknown = say("没有专职社区工作者的记录", "No record of social workers") }, { upper = p.social_workers_upper + extra })
  end }

criterion { id = "HA-H2", star = "harmony", kind = "have", owner = "civ", duty = "community", since = by_2020,
  title = say("登记备案的社区社会组织不少于15个", "At least 15 registered social organisations"),
  clause = say("文件003：“到2020年平均每个城市社区有15个以上登记备案的社区社会组织”（义务取自原文，数值是本规则包的建议；原文是平均15个；单个社区底线5个，目标15个）",
    "Document 003: “到2020年平均每个城市社区有15个以上登记备案的社区社会组织” (the duty is the source's, the number our proposal; the source asks for 15 on average; floor 5 for one community, goal 15)"),
  uses = { "fact:social_organisations", "social_organisations_floor", "social_organisations_goal" },
  check = function(c)
    return c.test(c.f.social_organisations, ">=", c.p.social_organisations_floor, {
      met = say("登记备案社区社会组织 {value} 个（目标 {goal} 个）", "Registered social organisations: {value} (goal {goal})"),
      not_met = say("登记备案社区社会组织 {value} 个，还差 {short} 个", "Registered social organisations: {value}, {short} short"),
      unknown = say("没有社区社会组织的记录", "No record of social organisations") }, { goal = c.p.social_organisations_goal })
  end }

criterion { id = "HA-H3", star = "harmony", kind = "have", owner = "civ", duty = "community", since = zhuji,
  title = say("每年解决1至2项关键小事", "At least one key small matter solved in the year"),
  clause = say("文件003：“每年至少解决1至2项社区群众热切希望解决的关键小事”（数值取自原文）",
    "Document 003: “每年至少解决1至2项社区群众热切希望解决的关键小事” (the number is the source's)"),
  uses = { "fact:key_matters_solved", "key_matters_floor", "key_matters_goal", "full_window_days", "area.opened_on" },
  check = function(c)
    local solved, floor, opened = c.f.key_matters_solved, c.p.key_matters_floor, c.area.opened_on
    local young = opened and c.days(opened, c.as_of) < c.p.full_window_days
    local fresh = c.days(zhuji, c.as_of) < c.p.full_window_days
    if (young or fresh) and not (solved and solved.value >= floor) then
      return c.not_due(say("年度要求的窗口未满一年", "The year of this duty isn't complete yet"), { value = solved, threshold = floor })
    end
    return c.test(solved, ">=", floor, {
      met = say("近四个季度解决关键小事 {value} 项（目标 {goal} 项）", "Key small matters solved in four quarters: {value} (goal {goal})"),
      not_met = say("近四个季度没有解决关键小事", "No key small matter solved in four quarters"),
      unknown = say("没有关键小事的记录", "No record of key small matters") }, { goal = c.p.key_matters_goal })
  end }

criterion { id = "HA-H4", star = "harmony", kind = "have", owner = "civ", duty = "community",
  title = say("居民对共建项目满意率", "Residents satisfied with co-building projects"),
  clause = say("文件002：“仅有58%的居民对共建项目表示“满意””（义务取自原文，数值是本规则包的建议；底线60%，目标80%；整个置信区间低于底线才判未达到）",
    "Document 002: “仅有58%的居民对共建项目表示“满意”” (the duty is the source's, the number our proposal; floor 60 %, goal 80 %; not met only when the whole interval is below)"),
  uses = { "satisfied", "satisfied_floor", "satisfied_goal", "fewest_replies" },
  check = function(c)
    local share = c.m.satisfied
    if not share or share.n < c.p.fewest_replies then
      return c.no_evidence(say("近四个季度有效问卷不足 {fewest} 份", "Fewer than {fewest} replies in four quarters"), { fewest = c.p.fewest_replies })
    end
    return c.test(share, ">=", c.p.satisfied_floor, {
      met = say("{n} 份问卷，满意率 {value}（{low}–{high}，目标 {goal}）", "{value} satisfied of {n} replies ({low}–{high}, goal {goal})"),
      not_met = say("{n} 份问卷，满意率只有 {value}（{low}–{high}）", "Only {value} satisfied of {n} replies ({low}–{high})"),
      unknown = say("{n} 份问卷，满意率 {value}（{low}–{high}），尚不能断定", "{value} satisfied of {n} replies ({low}–{high}): can't be told yet") }, { goal = c.p.satisfied_goal })
  end }

criterion { id = "HA-N1", star = "harmony", kind = "have-not", owner = "law", duty = "department", since = zhuji,
  title = say("无缺支部(党小组)、民警或法律顾问的网格和社区", "No grid without a branch or party group; no community without its police officer and legal adviser"),
  clause = say("文件003：“建立一网格一支部或党小组”（义务取自原文；“一社区一民警”“一社区一法律顾问”在同条；会同公安局、司法局）",
    "Document 003: “建立一网格一支部或党小组” (the duty is the source's; the police officer and the legal adviser are in the same item; with the Public Security and Justice Bureaus)"),
  uses = { "fact:grids", "fact:grids_with_branch", "fact:community_police", "fact:legal_advisers", "grid_posts_floor", "none_allowed" },
  check = function(c)
    local grids, branches, police, advisers = c.f.grids, c.f.grids_with_branch, c.f.community_police, c.f.legal_advisers
    local gaps, known = 0, grids and grids.value > 0 and branches and police and advisers
    if grids and branches then gaps = gaps + math.max(0, grids.value - branches.value) end
    if police and police.value < c.p.grid_posts_floor then gaps = gaps + 1 end
    if advisers and advisers.value < c.p.grid_posts_floor then gaps = gaps + 1 end
    -- 已知的缺口足以判定；没有缺口而资料不全的，不判达到。 A gap that is seen is enough; no gap seen, but not all looked at, is not met.
    if gaps == 0 and not known then return c.no_evidence(say("网格、民警或法律顾问的记录不全", "The records of grids, police officer and legal adviser aren't complete")) end
    return c.test(gaps, "<=", c.p.none_allowed, {
      met = say("网格都有支部或党小组，有民警和法律顾问", "Each grid has a branch or party group, and there are a police officer and a legal adviser"),
      not_met = say("缺口 {value} 处（网格支部、民警、法律顾问）", "Gaps among branches of grids, police officer and legal adviser: {value}") }, { unit = "gap" })
  end }

criterion { id = "HA-N2", star = "harmony", kind = "have-not", owner = "law", duty = "community", since = zhuji,
  title = say("无超期未办结的群众诉求", "No resident request past its due date"),
  clause = say("文件003：“分流、处置、督促、反馈的工作“闭环””（义务取自原文）",
    "Document 003: “分流、处置、督促、反馈的工作“闭环”” (the duty is the source's)"),
  uses = { "fact:requests_overdue", "none_allowed" },
  check = function(c)
    return c.test(c.f.requests_overdue, "<=", c.p.none_allowed, {
      met = say("本期没有超期未办结的群众诉求", "No request past its due date in the period"),
      not_met = say("本期 {value} 件群众诉求超期未办结", "Requests past their due date in the period: {value}"),
      unknown = say("本期没有诉求办理的记录", "No record of requests in the period") })
  end }

criterion { id = "HA-N3", star = "harmony", kind = "have-not", owner = "est", duty = "department", since = zhuji,
  title = say("无未经准入的任务、挂牌和证明事项", "No task, name plate or certificate outside the admission list"),
  clause = say("文件003：“执行社区工作事项清单制度”（义务取自原文；又见文件000：严格执行《社区工作准入制度》）",
    "Document 003: “执行社区工作事项清单制度” (the duty is the source's; see also document 000 on the admission of tasks)"),
  uses = { "fact:admission_violations", "none_allowed" },
  check = function(c)
    return c.test(c.f.admission_violations, "<=", c.p.none_allowed, {
      met = say("本期没有未经准入的事项", "Nothing outside the admission list in the period"),
      not_met = say("本期 {value} 件未经准入的任务、挂牌或证明事项", "Tasks, name plates or certificates outside the admission list in the period: {value}"),
      unknown = say("本期没有准入核查的记录", "No record of admission checks in the period") })
  end }

criterion { id = "HA-N4", star = "harmony", kind = "have-not", owner = "org", duty = "community",
  title = say("无延期未整改的契约项目", "No overdue contract item without a remedy"),
  clause = say("文件002：“对效果不佳的项目及时终止或优化”（义务取自原文）",
    "Document 002: “对效果不佳的项目及时终止或优化” (the duty is the source's)"),
  uses = { "unremedied", "none_allowed" },
  check = function(c)
    return c.test(c.m.unremedied, "<=", c.p.none_allowed, {
      met = say("到期 {den} 项，没有延期未整改的", "Due items: {den}, none overdue without a remedy"),
      not_met = say("到期 {den} 项中 {value} 项延期未整改", "Overdue without a remedy: {value} of {den} due items"),
      unknown = say("没有到期事项，或没有整改措施一栏", "No items are due, or nothing is said about remedies") })
  end }
