-- 门槛：每个数字一个参数，写明单位、生效日期和出处。改数字改这里（或裁剪文件的 set），不改函数。
-- Thresholds: one parameter a number, with unit, dates and source. To change a number, change it here or in a tailoring file.
--
-- 出处写法：公开资料的文件号和原句；“own proposal”是本规则包的建议。
-- Sources: the file and its sentence, letter for letter; "own proposal" is this pack's own.

local zhuji = "2018-09-27"  -- the date of document 003
local by_2020 = "2020-12-31" -- where document 003 says 到2020年
local yuecheng = "2018-10-31" -- the date of document 000
local always = "2000-01-01" -- the source bears no date

local function seed_000(sentence) return "000_488bac2f37008a21.txt: " .. sentence end
local function seed_001(sentence) return "001_a8dc2c0c5dc5837f.txt: " .. sentence end
local function seed_002(sentence) return "002_04c3b1a9725b66a5.txt: " .. sentence end
local function seed_003(sentence) return "003_3473061c739e9016.txt: " .. sentence end
local function own(why) return "own proposal: " .. why end

-- One value in force from a date on; a second value is one more line in a tailoring file.
local function threshold(id, unit, value, date, source, zh, en)
  param { id = id, unit = unit, title = say(zh, en), values = { [date] = value }, source = { [date] = source } }
end

-- 通用 / common to several criteria
threshold("full_window_days", "day", 365, always, own("a yearly duty is not due before a community, or the norm, is a year old"),
  "年度要求的完整窗口", "A complete window of a yearly duty")
threshold("none_allowed", "case", 0, always, own("a bottom line (无) means none"), "底线标准允许数", "What a bottom line allows")
threshold("remedy_days", "day", 30, always, own("a remedy dated within 30 days of the finding counts as timely"), "整改及时期限", "A timely remedy")
threshold("contract_days_floor", "day", 180, always, own("half a year, so that a new partner isn't judged on its first weeks"),
  "纳入单位评价的契约最短履行天数", "Shortest running contract that a unit is judged on")

-- 党建星 / party-building
threshold("training_hours_floor", "hour/person/year", 56, zhuji, seed_003("确保每人每年培训不少于56个学时"), "书记年度培训学时", "Training hours of the secretary in a year")
threshold("party_workers_floor", "person", 1, zhuji, seed_003("每个社区至少配备1名专职党务工作者"), "专职党务工作者", "Full-time party workers")
threshold("deputy_secretaries_floor", "person", 1, zhuji, seed_003("每个社区至少配备1名专职党务工作者") .. " (same paragraph, party committees)",
  "党委建制社区的专职副书记", "Full-time deputy secretaries where the body is a party committee")
threshold("reserve_ratio_floor", "times", 1.2, zhuji, seed_003("按不少于社区数1.2倍建立后备人才库"), "后备人才库与社区数之比", "Reserve pool to number of communities")
threshold("joint_meetings_floor", "meeting/year", 2, zhuji, seed_003("街道、社区党组织每年牵头召开不少于2次工作例会"), "年度工作例会次数", "Joint working meetings in a year")
threshold("publish_grace_days", "day", 30, zhuji, own("30 days from signing; the duty itself: 003_3473061c739e9016.txt: 并在双方党务公开栏内公示“亮约”"), "签约后亮约期限", "Days from signing to publication")

-- 民主星 / democracy
threshold("disclosure_rate_floor", "ratio", 1, zhuji, seed_003("落实“三务”公开") .. " (100 % is our reading)", "“三务”按期公开率", "Share of disclosures on time")
threshold("covenant_floor", "document", 1, zhuji, seed_003("组织群众制定并践行社区(居民)公约等自治章程"), "现行居民公约", "Covenants in force")
threshold("forums_floor", "meeting/year", 12, always, seed_002("每月召开居民代表座谈会"), "年度居民代表座谈会次数", "Residents' forums in a year")
threshold("rated_share_floor", "ratio", 0.8, always, own("80 %; the duty itself: 001_a8dc2c0c5dc5837f.txt: 群眾來提、讓群眾來評"), "办结项目群众评议率", "Share of closed projects rated by residents")
threshold("rated_share_goal", "ratio", 1, always, own("the duty read in full: ") .. seed_001("群眾來提、讓群眾來評"), "办结项目群众评议率目标", "Goal for the share rated by residents")
threshold("excellent_grade", "grade", 5, always, own("the highest of five grades is 优秀"), "“优秀”等次", "The grade called excellent")
threshold("poor_grade", "grade", 3, always, own("the pass grade (合格) or below contradicts 优秀"), "与“优秀”不符的等次上限", "The highest grade that contradicts excellent")

-- 文明星 / civility
threshold("participation_floor", "ratio", 0.6, always, own("60 % is the rate the source reports as too low to leave alone: 002_04c3b1a9725b66a5.txt: 实际参与率仅为计划的60%"), "共建项目参与率", "Participation against plan")
threshold("participation_goal", "ratio", 0.8, always, seed_002("将参与率提升至80%以上"), "共建项目参与率目标", "Goal for participation")
threshold("certified_share_floor", "ratio", 0.5, by_2020, seed_003("城市社区专职工作者持证比例达到50%以上"), "专职社区工作者持证比例", "Certified share of social workers")
threshold("card_share_floor", "ratio", 0.9, zhuji, own("90 %; the duty itself: 003_3473061c739e9016.txt: 建立志愿服务积分卡制度"), "志愿服务积分卡覆盖率", "Share of volunteers with a points card")
threshold("commendations_floor", "list/year", 1, yuecheng, seed_000("区委、街道和社区年底各评选一批共建工作先进单位和个人"), "年度表彰名单", "Lists of commendation in a year")
threshold("signups_floor", "person", 30, always, seed_002("实际报名人数不足30人") .. " (its example taken as the line)", "项目报名人数", "Sign-ups of a programme")
threshold("signups_share_floor", "ratio", 0.6, always, own("a group that is small by plan is no fault: 60 % of plan, the participation floor"), "报名人数占计划的比例", "Sign-ups against plan")
threshold("idle_days", "day", 90, always, own("90 open days without use; the case itself: 002_04c3b1a9725b66a5.txt: 长期闲置在书架上"), "资源闲置天数", "Days without use that make a resource idle")
threshold("passive_activities", "activity/year", 1, always, seed_002("单位全年仅参与1次共建活动"), "单位全年参与活动次数（及以下为不足）", "Activities in a year that are too few for a unit")
threshold("half_list_rate", "ratio", 0.5, always, seed_002("有32个单位仅完成50%的项目清单"), "项目清单完成率（不超过即不足）", "Completion of its project list that is too low for a unit")

-- 和谐星 / harmony
threshold("social_workers_floor", "person", 8, zhuji, seed_003("按每个社区8至10人标准配备专职社区工作者"), "专职社区工作者下限", "Full-time social workers, floor")
threshold("social_workers_upper", "person", 10, zhuji, seed_003("按每个社区8至10人标准配备专职社区工作者"), "专职社区工作者标准上限", "Full-time social workers, upper end of the standard")
threshold("extra_worker_from", "household", 2000, zhuji, seed_003("户数超过2000户的"), "可增配的户数起点", "Households above which more may be added")
threshold("extra_worker_step", "household", 300, zhuji, seed_003("每增300—400户可增配1人"), "增配一人的户数", "Households for one more")
threshold("social_organisations_floor", "organisation", 5, by_2020, own("5 for one community, after the 5+X pattern; the source asks for 15 on average: 003_3473061c739e9016.txt: 到2020年平均每个城市社区有15个以上登记备案的社区社会组织"), "社区社会组织数", "Registered social organisations")
threshold("social_organisations_goal", "organisation", 15, by_2020, seed_003("到2020年平均每个城市社区有15个以上登记备案的社区社会组织"), "社区社会组织数目标", "Goal for registered social organisations")
threshold("key_matters_floor", "matter/year", 1, zhuji, seed_003("每年至少解决1至2项社区群众热切希望解决的关键小事"), "年度解决关键小事", "Key small matters solved in a year")
threshold("key_matters_goal", "matter/year", 2, zhuji, seed_003("每年至少解决1至2项社区群众热切希望解决的关键小事"), "年度解决关键小事目标", "Goal for key small matters")
threshold("satisfied_floor", "ratio", 0.6, always, own("60 %; 58 % is reported as low: 002_04c3b1a9725b66a5.txt: 仅有58%的居民对共建项目表示“满意”"), "居民满意率", "Share of residents satisfied")
threshold("satisfied_goal", "ratio", 0.8, always, own("80 %, beside the goal of 80 % for participation"), "居民满意率目标", "Goal for the share satisfied")
threshold("fewest_replies", "response", 30, always, own("below 30 responses an interval says too little; nothing is published below 10"), "判定满意率的最少问卷数", "Fewest responses that satisfaction is judged on")
threshold("grid_posts_floor", "person", 1, zhuji, seed_003("建立一网格一支部或党小组") .. " (item 3: 一社区一民警、一社区一法律顾问)", "社区民警、法律顾问", "Police officer and legal adviser")

-- 美丽星 / beauty
threshold("area_per_100_households", "m2", 35, zhuji, seed_003("社区按照每百户居民不低于35平方米标准配建"), "每百户服务用房面积", "Service area for 100 households")
threshold("area_floor", "m2", 350, zhuji, seed_003("每个社区不少于350平方米"), "党群服务中心面积下限", "Least area of a service centre")
threshold("area_floor_new", "m2", 900, zhuji, seed_003("新建社区总面积不少于900平方米"), "新建社区面积下限", "Least area in a new community")
threshold("new_community_from", "date", zhuji, zhuji, own("a community opened after document 003 counts as new"), "新建社区的成立日期起点", "Communities opened from this date on are new")
threshold("service_fund_floor", "CNY/year", 100000, zhuji, seed_003("每个社区每年党组织服务群众专项经费不低于10万元"), "党组织服务群众专项经费", "Party service fund in a year")
threshold("work_fund_floor", "CNY/1000 households/year", 100000, zhuji, seed_003("社区工作经费每千户不低于10万元进行拔付"), "每千户社区工作经费", "Work fund for 1000 households in a year")
threshold("work_fund_cap_households", "household", 3000, zhuji, seed_003("户数超过3000户的社区") .. " (the ceiling is set by the facts; 3000 until it is)", "工作经费计算户数上限", "Households that the work fund is reckoned on, at most")
threshold("utilisation_floor", "ratio", 0.4, always, seed_002("10个社区的资源利用率不足40%"), "共建资源利用率", "Utilisation of resources")
threshold("head_office_limit", "m2", 15, zhuji, seed_003("社区主职干部办公室不得超过15平方米"), "主职干部办公室面积上限", "Largest office of the head")
threshold("clean_themes", "word", { "五水共治", "治水", "洁净越城", "洁净" }, yuecheng, seed_000("涉及五水共治方面的17项") .. "; “洁净越城”“平安越城”创建方面的16项",
  "治水和洁净类主题", "Themes of water and cleaning")

-- 资源计量 / units of measure of resources
threshold("flow_units", "word", { "hour", "session", "person" }, always, own("used up by time: prorated to the window by days"), "按时间折算的计量单位", "Units of measure that are flows")
threshold("stock_units", "word", { "yuan", "item", "m2" }, always, own("used once: the whole since opening"), "不按时间折算的计量单位", "Units of measure that are stocks")
threshold("mismatch_needs_floor", "need", 5, always, own("fewer needs than this say too little, so that asking fewer residents doesn't pay"), "判断供需的最少需求数", "Fewest needs that mismatch is told from")

-- 回头看 / second look
threshold("log_due_days", "day", 30, always, own("an item without any log 30 days after it started"), "开始后应有记录的天数", "Days after its start when an item needs a log")
threshold("stop_days", "day", 180, always, own("an item half a year overdue without a remedy is ended or replaced"), "长期延期天数", "Days overdue after which an item should be ended")

-- 名单 / lists
threshold("demonstration_size", "community", 10, always, seed_002("在全区选树10个“契约化”共建示范社区和20个优秀驻区单位"), "示范社区名额", "Places for demonstration communities")
threshold("excellent_units_size", "organisation", 20, always, seed_002("在全区选树10个“契约化”共建示范社区和20个优秀驻区单位"), "优秀驻区单位名额", "Places for excellent units")
threshold("hemei_share", "ratio", 0.1, zhuji, seed_003("每年评选10%左右和美家园社区"), "和美家园占社区数的比例", "Share of communities that become 和美家园")
threshold("list_items_floor", "item", 5, always, own("1 of 1 doesn't beat 38 of 40"), "上榜的最少到期事项数", "Fewest due items for a place on a list")
threshold("unit_items_floor", "item", 3, always, own("a contract has about four items: three due ones say something of a unit"), "优秀单位的最少到期事项数", "Fewest due items of an excellent unit")
threshold("list_completed_floor", "ratio", 0.8, always, own("a commended unit has done four fifths of what it promised"), "优秀单位的履约率", "Completed share of an excellent unit")
threshold("vetoed_communities", "area", { "-" }, always, own("nobody; a department sets the ids by tailoring, with basis, approver and expiry in its decision"), "一票否决的社区", "Communities under a veto")
threshold("vetoed_units", "unit", { "-" }, always, own("nobody; a department sets the ids by tailoring, with basis, approver and expiry in its decision"), "一票否决的单位", "Units under a veto")

-- 创建指标 / yearly targets of document 003
param { id = "five_star_target", unit = "ratio", title = say("五星达标社区比例指标", "Target for the share of five-star communities"),
  values = { ["2018-12-31"] = 0.7, ["2019-12-31"] = 0.85, ["2020-12-31"] = 1 },
  source = { ["2018-12-31"] = seed_003("全市70%、85%、100%以上城市社区实现五星达标"), ["2019-12-31"] = seed_003("全市70%、85%、100%以上城市社区实现五星达标"),
    ["2020-12-31"] = seed_003("全市70%、85%、100%以上城市社区实现五星达标") } }
threshold("street_uplift_share", "ratio", 0.5, zhuji, seed_003("2018年底所有街道实现整体提升(即50%以上社区实现五星达标)"), "街道整体提升的五星社区比例", "Share of five-star communities that uplifts a street")
