-- 两道题的满意比例及区间。 The satisfied share of two items, with its interval, by council district.

standard { id = "kcmo", title = say("堪萨斯城居民调查", "Kansas City resident survey"), version = "1", stars = { { "all", say("全部", "All") } } }

for id, item in pairs { services = "overall", parks = "q3_07" } do
  measure { id = id .. "_satisfied", unit = "ratio", from = "surveys", where = { { item, "present" } }, group = "area", value = count { { item, ">=", 4 } } }
  measure { id = id .. "_estimate", unit = "ratio", from = "surveys", where = { { item, "present" } }, group = "area", value = estimate { of = "top", item = item } }
end
