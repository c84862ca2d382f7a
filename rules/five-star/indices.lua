-- 指数：0 到 100。写明读哪些原始数、权重多少；权重是本规则包的建议，部门可改。
-- Indices on 0..100: which raw figures each reads, and with what weight. The weights are this pack's own proposal.

-- 履约：一方承担、近四个季度到期、未协商终止的事项；完成率和平均完成度各半。
-- Fulfilment of a side: items it owes, due in four quarters, not ended; half the share completed, half the mean delivery.
index { id = "fulfilment_community", title = say("社区履约指数", "Fulfilment of the community"), subject = "area",
  of = { "community_completed_share", "community_delivery" }, weights = { community_completed_share = 0.5, community_delivery = 0.5 }, aggregate = "mean", missing = "none" }
index { id = "fulfilment_partners", title = say("共建单位履约指数", "Fulfilment of its partners"), subject = "area",
  of = { "partners_completed_share", "partners_delivery" }, weights = { partners_completed_share = 0.5, partners_delivery = 0.5 }, aggregate = "mean", missing = "none" }
-- 双向：两方各半；只有一方承担事项的，就看那一方。 Both ways; where only one side owes anything, that side alone.
index { id = "fulfilment", title = say("履约指数", "Fulfilment"), subject = "area",
  of = { "fulfilment_community", "fulfilment_partners" }, weights = { fulfilment_community = 0.5, fulfilment_partners = 0.5 }, aggregate = "mean", missing = "reweight" }

index { id = "participation_index", title = say("参与指数", "Participation"), subject = "area", of = { "participation" }, aggregate = "mean", missing = "none" }
index { id = "utilisation_index", title = say("资源利用指数", "Utilisation of resources"), subject = "area", of = { "utilisation" }, aggregate = "mean", missing = "none" }
index { id = "satisfaction", title = say("满意度指数（满意率）", "Satisfaction: share satisfied"), subject = "area", of = { "satisfied" }, aggregate = "mean", missing = "none" }
index { id = "satisfaction_score", title = say("满意度指数（均分）", "Satisfaction: mean answer"), subject = "area", of = { "satisfaction_mean" },
  posts = { satisfaction_mean = { 1, 5 } }, aggregate = "mean", missing = "none" }

-- 供需错配：未满足率（按优先级）和结构距离各半；越低越好。 Half unmet need (by priority), half distance of composition; lower is better.
index { id = "mismatch", title = say("供需错配指数", "Mismatch of supply and need"), subject = "area", of = { "need_met", "need_distance" },
  weights = { need_met = 0.5, need_distance = 0.5 }, posts = { need_met = { 1, 0 } }, aggregate = "mean", missing = "none", better = "lower" }

-- 综合：缺少的部分不作满分，也不跳过：给出上下界。
-- Composite: a missing part is neither full marks nor left out: it gives bounds.
index { id = "composite", title = say("综合指数", "Composite"), subject = "area",
  of = { "five_star_progress", "fulfilment", "utilisation_index", "satisfaction", "mismatch" },
  weights = { five_star_progress = 0.3, fulfilment = 0.25, utilisation_index = 0.15, satisfaction = 0.2, mismatch = 0.1 },
  aggregate = "mean", missing = "bounds" }

-- 单位 / units
index { id = "unit_fulfilment", title = say("单位履约指数", "Fulfilment of the unit"), subject = "unit",
  of = { "unit_completed_share", "unit_delivery", "unit_on_time_share" },
  weights = { unit_completed_share = 0.4, unit_delivery = 0.4, unit_on_time_share = 0.2 }, aggregate = "mean", missing = "none" }
index { id = "unit_participation_index", title = say("单位项目参与指数", "Participation in the unit's items"), subject = "unit", of = { "unit_participation" }, aggregate = "mean", missing = "none" }
index { id = "unit_review", title = say("社区评议指数", "Reviews of the unit by its counterparts"), subject = "unit", of = { "unit_grade" },
  posts = { unit_grade = { 1, 5 } }, aggregate = "mean", missing = "none" }
index { id = "unit_composite", title = say("单位综合指数", "Composite of the unit"), subject = "unit", of = { "unit_fulfilment", "unit_participation_index", "unit_review" },
  weights = { unit_fulfilment = 0.5, unit_participation_index = 0.2, unit_review = 0.3 }, aggregate = "mean", missing = "bounds" }
