# The raw measures by data.table: CSV files in, one CSV file out.
# Use: Rscript data-table.R FOLDER OUT THREADS AS_OF FIRST YEAR_FIRST TOP CUTOFF
#
# R's numbers are doubles: whole numbers below 2^53 in them are exact, and so are sums of such, in any order. Quantities
# and hours are held in thousandths, weights in millionths. `total_variation` alone would outgrow that; it is worked out
# as a double and given to nine digits.
suppressPackageStartupMessages(library(data.table))

given <- commandArgs(trailingOnly = TRUE)
folder <- given[1]
setDTthreads(as.integer(given[3]))
as_of <- as.IDate(given[4])
first <- as.IDate(given[5])
year_first <- as.IDate(given[6])
top <- as.integer(given[7])
cutoff <- as.IDate(given[8])

TEXTS <- c("area_id", "parent_id", "level", "unit_id", "contract_id", "community_id", "commitment_id", "offer_id",
           "direction", "list", "category", "quantity_unit", "status", "capacity_unit")
DATES <- c("done_on", "due_on", "starts_on", "ends_on", "recorded_on", "raised_on", "answered_on", "negotiated_on",
           "signed_on", "published_on", "reviewed_on", "available_from", "available_to")

# Columns that the file lacks are missing in every row.
read <- function(table, columns) {
  path <- file.path(folder, paste0(table, ".csv"))
  present <- intersect(columns, names(fread(path, nrows = 0)))
  kinds <- list(character = intersect(present, TEXTS), IDate = intersect(present, DATES),
                numeric = setdiff(present, c(TEXTS, DATES)))
  rows <- fread(path, select = present, colClasses = kinds, na.strings = "", encoding = "UTF-8")
  for (column in setdiff(columns, present)) rows[, (column) := NA_character_]
  rows[]
}

# num / den as a whole number of 1e-9, halves up, for 0 <= num <= den: long division in two steps, so that nothing
# leaves the whole numbers that a double holds.
ninths <- function(num, den) {
  rest <- (num * 1e5) %% den
  upper <- (num * 1e5 - rest) / den
  last <- (rest * 1e4) %% den
  upper * 1e4 + (rest * 1e4 - last) / den + (2 * last >= den)
}

areas <- read("areas", c("area_id", "parent_id", "level"))
above <- list()
up <- areas[, .(area_id, upper = area_id)]
while (nrow(up) > 0) {
  above[[length(above) + 1]] <- up
  up <- areas[up, on = c(area_id = "upper"), .(area_id = i.area_id, upper = parent_id)][!is.na(upper)]
}
above <- rbindlist(above)
above[areas, level := i.level, on = c(upper = "area_id")]
setkey(above, area_id)

# Sums by area, and further keys, of every area above: a row of `own` counts at each.
roll_up <- function(own, by = NULL) {
  figures <- setdiff(names(own), c("area_id", by))
  all <- above[own, on = "area_id", nomatch = NULL, allow.cartesian = TRUE]
  all[, lapply(.SD, sum), by = c("level", "upper", by), .SDcols = figures]
}

made <- list()
say <- function(measure, level, subject, category, num, num_scale, n, den = NA, den_scale = 0) {
  made[[length(made) + 1]] <<- data.table(measure, level, subject, category, num, num_scale, den, den_scale, n)
  invisible()
}

# What was logged for each commitment.
logs <- read("fulfilment", c("commitment_id", "done_on", "quantity", "participants", "status", "recorded_on"))
logs <- logs[(is.na(recorded_on) | recorded_on <= cutoff) & done_on <= as_of]
logs[, quantity := round(quantity * 1000)]
live <- logs[status != "cancelled", .(delivered = sum(quantity), n_live = .N), by = commitment_id]
period <- logs[status != "cancelled" & done_on >= first,
               .(delivered_in_period = sum(quantity), attended_in_period = sum(participants, na.rm = TRUE)), by = commitment_id]
done <- logs[status == "completed", .(completed_on = min(done_on)), by = commitment_id]
rm(logs)

contracts <- read("contracts", c("contract_id", "community_id", "unit_id", "negotiated_on", "signed_on", "published_on",
                                 "reviewed_on", "ends_on"))
item <- read("commitments", c("commitment_id", "contract_id", "direction", "list", "category", "offer_id", "quantity",
                              "quantity_unit", "participants", "starts_on", "due_on"))
item[contracts, `:=`(area_id = i.community_id, unit_id = i.unit_id), on = "contract_id"]
item[, `:=`(delivered = 0, n_live = 0, delivered_in_period = 0, attended_in_period = 0, quantity = round(quantity * 1000))]
item[live, `:=`(delivered = i.delivered, n_live = i.n_live), on = "commitment_id"]
item[period, `:=`(delivered_in_period = i.delivered_in_period, attended_in_period = i.attended_in_period), on = "commitment_id"]
item[done, completed_on := i.completed_on, on = "commitment_id"]
item[, `:=`(is_due = due_on <= as_of, is_active = starts_on <= as_of & due_on >= first)]
item[is.na(participants), participants := 0]

# Items.
due <- roll_up(item[is_due == TRUE, .(due = .N, completed = sum(!is.na(completed_on)), on_time = sum(completed_on <= due_on, na.rm = TRUE),
                              delivery = sum(ninths(pmin(delivered, quantity), quantity))), by = area_id])
with(due, say("due_commitments", level, upper, "", due, 0, due))
with(due[completed > 0], say("completed_commitments", level, upper, "", completed, 0, completed))
with(due[on_time > 0], say("on_time_commitments", level, upper, "", on_time, 0, on_time))
with(due, say("delivery", level, upper, "", delivery, 9, due, due))
active <- roll_up(item[is_active == TRUE, .(planned = sum(participants), actual = sum(attended_in_period), n = .N), by = area_id])
with(active, say("planned_participants", level, upper, "", planned, 0, n))
with(active, say("actual_participants", level, upper, "", actual, 0, n))

# Resources by category and unit of measure.
offers <- read("offers", c("offer_id", "unit_id", "provider_community_id", "community_id", "category", "capacity",
                           "capacity_unit", "available_from", "available_to"))
offers <- offers[available_from <= as_of & available_to >= first]
units <- read("units", c("unit_id", "area_id"))
offers[, capacity := round(capacity * 1000)]
offers[units, seat := i.area_id, on = "unit_id"]
offers[!is.na(provider_community_id), seat := provider_community_id]
offers[above[level == "street"], street := i.upper, on = c(seat = "area_id")]
offers[, area_id := fcoalesce(community_id, street, seat)]
offers[, `:=`(is_flow = capacity_unit %in% c("hour", "session", "person"), used = 0,
              days = 1 + as.integer(pmin(available_to, as_of)) - as.integer(pmax(available_from, first)),
              all_days = 1 + as.integer(available_to) - as.integer(available_from))]
drawn <- item[!is.na(offer_id), .(in_period = sum(delivered_in_period), so_far = sum(delivered)), by = .(offer_id, quantity_unit)]
offers[drawn, used := fifelse(is_flow, i.in_period, i.so_far), on = c("offer_id", capacity_unit = "quantity_unit")]
offers[is_flow == TRUE, capacity := (2 * capacity * days + all_days) %/% (2 * all_days)]
resource <- roll_up(offers[, .(capacity = sum(capacity), used = sum(used), n = .N),
                           by = .(area_id, cell = paste0(category, "/", capacity_unit))], "cell")
with(resource, say("offer_capacity", level, upper, cell, capacity, 3, n))
with(resource, say("offer_used", level, upper, cell, used, 3, n))

# Supply and demand, in people, by category.
needs <- read("needs", c("community_id", "category", "raised_on", "people", "priority"))
needs[is.na(priority), priority := 1]
demand <- roll_up(needs[raised_on >= year_first & raised_on <= as_of, .(demand = sum(people * priority), n = .N),
                        by = .(area_id = community_id, category)], "category")
supply <- roll_up(item[direction == "to_community" & is_active == TRUE, .(supply = sum(participants), n = .N),
                       by = .(area_id, category)], "category")
with(demand, say("demand", level, upper, category, demand, 0, n))
with(supply, say("supply", level, upper, category, supply, 0, n))
balance <- merge(demand, supply, by = c("level", "upper", "category"), all = TRUE)
balance[is.na(demand), demand := 0]
balance[is.na(supply), supply := 0]
balance[, `:=`(all_demand = sum(demand), all_supply = sum(supply)), by = upper]
share <- balance[, .(unmet = sum(pmax(0, demand - supply)), surplus = sum(pmax(0, supply - demand)),
                     met = sum(demand * (supply > 0)), apart = sum(abs(demand / all_demand - supply / all_supply)) / 2),
                 by = .(level, upper, all_demand, all_supply)]
with(share, say("unmet", level, upper, "", unmet, 0, NA))
with(share, say("surplus", level, upper, "", surplus, 0, NA))
with(share[all_demand > 0], say("unmet_share", level, upper, "", unmet, 0, NA, all_demand))
with(share[all_supply > 0], say("surplus_share", level, upper, "", surplus, 0, NA, all_supply))
with(share[all_demand > 0], say("breadth", level, upper, "", met, 0, NA, all_demand))
with(share[all_demand > 0 & all_supply > 0], say("total_variation", level, upper, "", floor(apart * 1e9 + 0.5), 9, NA))

# The people's view.
answer <- read("surveys", c("community_id", "answered_on", "weight", "overall"))
answer <- answer[answered_on >= first & answered_on <= as_of]
answer[, weight := round(weight * 1e6)]
answer[is.na(weight), weight := 1e6]
answer[, `:=`(answers = weight * overall, is_satisfied = !is.na(overall) & overall >= top)]
answer[, satisfied := weight * is_satisfied]
people <- roll_up(answer[, .(n = .N, weight = sum(weight), answers = sum(answers, na.rm = TRUE), satisfied = sum(satisfied),
                             n_satisfied = sum(is_satisfied)), by = .(area_id = community_id)])
with(people, say("survey_responses", level, upper, "", n, 0, n))
with(people, say("survey_weight", level, upper, "", weight, 6, n))
with(people, say("survey_overall", level, upper, "", answers, 6, n))
with(people[n_satisfied > 0], say("survey_satisfied", level, upper, "", satisfied, 6, n_satisfied))

# Service.
service <- read("service", c("community_id", "done_on", "hours"))
service <- service[done_on >= first & done_on <= as_of]
service[, `:=`(hours = round(hours * 1000), missing = is.na(hours))]
served <- roll_up(service[, .(n = .N, hours = sum(hours, na.rm = TRUE), missing = sum(missing)), by = .(area_id = community_id)])
with(served, say("service_rows", level, upper, "", n, 0, n))
with(served, say("service_hours", level, upper, "", hours, 3, n))
with(served[missing > 0], say("service_hours_missing", level, upper, "", missing, 0, missing))

# Contracts: all steps in order, the review asked for only after the end, and a live log behind it.
contracts[, is_live := contract_id %chin% item[n_live > 0, contract_id]]
contracts[, five_steps := is_live & negotiated_on <= signed_on & signed_on <= published_on & signed_on <= as_of & published_on <= as_of &
            (published_on <= reviewed_on | (is.na(reviewed_on) & ends_on >= as_of))]
signed <- roll_up(contracts[, .(n = sum(signed_on <= as_of), five_steps = sum(five_steps, na.rm = TRUE)), by = .(area_id = community_id)])
with(signed[n > 0], say("contracts", level, upper, "", n, 0, n))
with(signed[five_steps > 0], say("contracts_five_steps", level, upper, "", five_steps, 0, five_steps))

# Items of each unit by list.
listed <- item[is_due == TRUE & !is.na(unit_id), .(due = .N, completed = sum(!is.na(completed_on))), by = .(unit_id, list)]
with(listed, say("list_due", "unit", unit_id, list, due, 0, due))
with(listed[completed > 0], say("list_completed", "unit", unit_id, list, completed, 0, completed))

figure <- rbindlist(made)
for (column in c("num", "den", "n")) figure[, (column) := fifelse(is.na(get(column)), NA_character_, sprintf("%.0f", get(column)))]
setorder(figure, measure, subject, category)
fwrite(figure, given[2], na = "")
