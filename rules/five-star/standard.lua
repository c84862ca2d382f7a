-- 五星达标 20有20无：标准、五颗星、十七个责任部门。
-- The standard, its five stars and the 17 departments responsible for it.
-- A working derivation from public sources, not the official text: see README.md.

standard {
  id = "five-star", title = say("五星达标、和美家园（20有20无）", "Five-star communities (20 have, 20 have-not)"), version = "1",
  note = say("本标准依据公开资料推演，不是官方文本；使用前请由主管部门核对，并用裁剪文件调整。",
    "A working derivation from public sources, not the official text; the department in charge should check it and adjust it by a tailoring file."),
  level = "community",
  stars = {
    { "party-building", say("党建星", "Party-building star") },
    { "democracy", say("民主星", "Democracy star") },
    { "civility", say("文明星", "Civility star") },
    { "harmony", say("和谐星", "Harmony star") },
    { "beauty", say("美丽星", "Beauty star") },
  },
}

-- 公开资料点名的十家 / the ten that the sources name
owner { id = "org", title = say("组织部", "Organisation Department") }
owner { id = "pub", title = say("宣传部", "Publicity Department") }
owner { id = "law", title = say("政法委", "Political and Legal Affairs Commission") }
owner { id = "con", title = say("住建局(建设局)", "Housing and Construction Bureau") }
owner { id = "dis", title = say("纪委", "Discipline Inspection Commission") }
owner { id = "gov", title = say("府办", "Government Office") }
owner { id = "est", title = say("编办", "Establishment Office") }
owner { id = "civ", title = say("民政局", "Civil Affairs Bureau") }
owner { id = "fin", title = say("财政局", "Finance Bureau") }
owner { id = "hr", title = say("人力社保局", "Human Resources and Social Security Bureau") }
-- 其余七家是我们的建议 / the other seven are our proposal
owner { id = "pol", title = say("公安局", "Public Security Bureau") }
owner { id = "jus", title = say("司法局", "Justice Bureau") }
owner { id = "mkt", title = say("市场监管局", "Market Supervision Bureau") }
owner { id = "tax", title = say("税务局", "Tax Bureau") }
owner { id = "edu", title = say("教育体育局", "Education and Sports Bureau") }
owner { id = "hea", title = say("卫生健康局", "Health Bureau") }
owner { id = "enf", title = say("综合行政执法局(城管)", "Urban Management and Enforcement Bureau") }
