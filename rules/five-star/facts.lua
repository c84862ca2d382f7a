-- 事实目录：facts.csv 里可以出现的名称。存量取截至评估日的最新值（不超过 max_age 天），流量按窗口求和。
-- The catalogue of facts.csv. A stock is the newest value not older than max_age days, a flow the sum over its window.
-- A flow of nothing is evidence only when it was entered: a row with the value 0.

local one_year, three_years = 366, 1096

-- 党建星
fact { id = "secretary_training_hours", unit = "hour", kind = "flow", window = four_quarters, title = say("书记年度培训学时", "Training hours of the secretary") }
fact { id = "fulltime_party_workers", unit = "person", kind = "stock", max_age = one_year, title = say("专职党务工作者人数", "Full-time party workers") }
fact { id = "party_committee_established", unit = "flag", kind = "stock", max_age = three_years, title = say("党委建制(1/0)", "The body is a party committee (1/0)") }
fact { id = "fulltime_deputy_secretaries", unit = "person", kind = "stock", max_age = one_year, title = say("专职副书记人数", "Full-time deputy secretaries") }
fact { id = "reserve_pool_size", unit = "person", kind = "stock", max_age = one_year, level = "street", title = say("后备人才库人数", "Persons in the reserve pool") }
fact { id = "lagging_branches", unit = "branch", kind = "stock", max_age = one_year, title = say("后进支部数", "Lagging branches") }
fact { id = "lagging_branches_rectified", unit = "branch", kind = "stock", max_age = one_year, title = say("已整顿后进支部数", "Lagging branches rectified") }
fact { id = "posts_combined", unit = "flag", kind = "stock", max_age = three_years, title = say("书记主任一肩挑(1/0)", "Secretary and director are one person (1/0)") }

-- 民主星
fact { id = "disclosures_due", unit = "item", kind = "flow", window = four_quarters, title = say("应公开“三务”次数", "Disclosures due") }
fact { id = "disclosures_published", unit = "item", kind = "flow", window = four_quarters, title = say("已按期公开“三务”次数", "Disclosures published on time") }
fact { id = "covenant_in_force", unit = "document", kind = "stock", max_age = three_years, title = say("现行居民公约(1/0)", "Residents' covenant in force (1/0)") }
fact { id = "owners_committees_overdue", unit = "committee", kind = "stock", max_age = one_year, title = say("逾期未换届业委会数", "Owners' committees past their re-election date") }

-- 文明星
fact { id = "social_workers", unit = "person", kind = "stock", max_age = one_year, title = say("专职社区工作者人数", "Full-time social workers") }
fact { id = "certified_social_workers", unit = "person", kind = "stock", max_age = one_year, title = say("持证专职社区工作者人数", "Certified full-time social workers") }
fact { id = "volunteers", unit = "person", kind = "stock", max_age = one_year, title = say("注册志愿者人数", "Registered volunteers") }
fact { id = "volunteers_with_points_card", unit = "person", kind = "stock", max_age = one_year, title = say("持积分卡志愿者人数", "Volunteers with a points card") }
fact { id = "commendations_published", unit = "list", kind = "flow", window = four_quarters, title = say("公布的表彰名单数", "Lists of commendation published") }

-- 和谐星
fact { id = "social_organisations", unit = "organisation", kind = "stock", max_age = one_year, title = say("登记备案社区社会组织数", "Registered social organisations") }
fact { id = "key_matters_solved", unit = "matter", kind = "flow", window = four_quarters, title = say("解决的关键小事数", "Key small matters solved") }
fact { id = "grids", unit = "grid", kind = "stock", max_age = one_year, title = say("网格数", "Grids") }
fact { id = "grids_with_branch", unit = "grid", kind = "stock", max_age = one_year, title = say("建有支部或党小组的网格数", "Grids with a branch or party group") }
fact { id = "community_police", unit = "person", kind = "stock", max_age = one_year, title = say("社区民警人数", "Community police officers") }
fact { id = "legal_advisers", unit = "person", kind = "stock", max_age = one_year, title = say("法律顾问人数", "Legal advisers") }
fact { id = "requests_overdue", unit = "issue", kind = "flow", window = period, title = say("超期未办结诉求数", "Requests past their due date") }
fact { id = "admission_violations", unit = "case", kind = "flow", window = period, title = say("未经准入的任务、挂牌、证明事项数", "Tasks, name plates and certificates outside the admission list") }

-- 美丽星
fact { id = "service_area_m2", unit = "m2", kind = "stock", max_age = three_years, title = say("党群服务中心面积", "Area of the service centre") }
fact { id = "street_centre_area_m2", unit = "m2", kind = "stock", max_age = three_years, level = "street", title = say("街道党群服务中心面积", "Area of the street's service centre") }
fact { id = "service_fund_yuan", unit = "yuan", kind = "flow", window = four_quarters, title = say("党组织服务群众专项经费", "Party service fund") }
fact { id = "work_fund_yuan", unit = "yuan", kind = "flow", window = four_quarters, title = say("社区工作经费", "Work fund of the community") }
fact { id = "street_match_yuan", unit = "yuan", kind = "flow", window = four_quarters, title = say("街道配套社区工作经费", "Work fund matched by the street") }
fact { id = "head_office_m2", unit = "m2", kind = "stock", max_age = three_years, title = say("主职干部办公室面积", "Office area of the head") }
fact { id = "other_private_offices", unit = "room", kind = "stock", max_age = three_years, title = say("其他单设办公室间数", "Other private offices") }
fact { id = "illegal_builds_unreported", unit = "place", kind = "flow", window = period, title = say("发现未上报违建处数", "Illegal buildings found and not reported") }
fact { id = "flying_wires_unreported", unit = "place", kind = "flow", window = period, title = say("发现未上报飞线处数", "Flying-wire charging found and not reported") }
fact { id = "fund_lines_late_or_short", unit = "line", kind = "flow", window = four_quarters, title = say("未及时足额拨付经费笔数", "Fund lines paid late or short") }

-- 台账 / the records themselves
fact { id = "log_attested", unit = "flag", kind = "flow", window = period, title = say("履约记录完整性确认(1/0)", "Completeness of the log attested (1/0)") }
