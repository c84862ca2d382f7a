-- 波士顿 311：承诺按期、延期和未完成的件数。 Boston 311: promises kept on time, late, and not at all, by neighbourhood.

standard { id = "promises", title = say("按期办理", "Promises kept"), version = "1", stars = { { "all", say("全部", "All") } } }

measure { id = "completed_on", unit = "date", from = "fulfilment", where = { { "status", "==", "completed" }, { "done_on", "in", to_date } }, group = "commitment", value = min("done_on") }
measure { id = "promises", unit = "item", from = "commitments", group = "area" }
measure { id = "promises_on_time", unit = "item", from = "commitments", where = { { "completed_on", "<=", col "due_on" } }, group = "area" }
measure { id = "promises_late", unit = "item", from = "commitments", where = { { "completed_on", ">", col "due_on" } }, group = "area" }
measure { id = "promises_open", unit = "item", from = "commitments", where = { { "completed_on", "missing" } }, group = "area" }
