"""Indices, stars, progress of streets, ranks and lists of the default pack, worked out a second time in plain Python:
from the tables and from design.md, with exact fractions, nothing of the engine or its rule language. Surveys in floating
point, raked response by response.

Compared with scores.csv, stars.csv, streets.csv and ranks.csv. The stars rest on the verdicts of criteria.csv, which
have tests of their own.
"""

import collections
import datetime
import math
import sys
from fractions import Fraction

import qiyue
from qiyue import ROOT, Tap, rows_of, workplace
from raw_measures import read_ini, read_setting

SEEDS = (1, 77)
SIZE = ("--communities", "24", "--logs", "6000", "--responses", "2600")
DATASETS = [ROOT / "datasets" / name for name in ("yuecheng", "review")]
LEVELS = ("prefecture", "county", "street", "community")
COMPOSITE = {"five_star_progress": Fraction(30, 100), "fulfilment": Fraction(25, 100), "utilisation_index": Fraction(15, 100),
             "satisfaction": Fraction(20, 100), "mismatch": Fraction(10, 100)}  # fmt: skip
UNIT_COMPOSITE = {"unit_fulfilment": Fraction(1, 2), "unit_participation_index": Fraction(1, 5), "unit_review": Fraction(3, 10)}
MARGINS = ("age_band", "sex", "housing")
FLOWS = {"hour", "session", "person"}
FEWEST_NEEDS, FEWEST_SHOWN, FEWEST_REPLIES, FEWEST_DUE, FEWEST_UNIT_DUE = 5, 10, 30, 5, 3
STAGES = ("self", "street", "county", "prefecture")
TARGETS = (("2020-12-31", 1.0), ("2019-12-31", 0.85), ("2018-12-31", 0.7))
NEAR = 1e-7  # of figures on 0..100; both sides round only at the sixteenth digit, raking stops at 1e-12


def half_up(x):
    return (2 * x.numerator + x.denominator) // (2 * x.denominator)


def billionths(x):
    """Each ratio of a mean is rounded half up to 1e-9, so that the sum is exact."""
    return Fraction(half_up(x * 10**9), 10**9)


def part(a, b):
    return billionths(min(Fraction(1), Fraction(a) / b))


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else None


def day(text):
    return datetime.date.fromisoformat(text).toordinal()


def table(folder, name, cutoff):
    path = folder / f"{name}.csv"
    return [r for r in rows_of(path) if (r.get("recorded_on") or "") <= cutoff] if path.is_file() else []


class Assessment:
    """The tables of a folder, and what design.md derives from them."""

    def __init__(self, folder):
        self.cutoff = read_ini(folder).get("cutoff", "").strip() or "9999-12-31"
        self.as_of, self.first, self.year_first, _ = read_setting(folder)
        names = "areas units contracts commitments fulfilment offers needs surveys population reviews acceptance targets questionnaire taxonomy"
        for name in names.split():
            setattr(self, name, table(folder, name, self.cutoff))
        self.level = {a["area_id"]: a["level"] for a in self.areas}
        self.parent = {a["area_id"]: a["parent_id"] for a in self.areas}
        self.contract = {k["contract_id"]: k for k in self.contracts}
        self.unit_area = {u["unit_id"]: u["area_id"] for u in self.units}
        self.read_items()
        self.read_offers()

    def upwards(self, area):
        while area:
            if self.level[area] in LEVELS:
                yield area
            area = self.parent[area]

    def in_year(self, date):
        return self.year_first <= date <= self.as_of

    def read_items(self):
        logs = collections.defaultdict(list)
        for log in self.fulfilment:
            if log["status"] != "cancelled" and log["done_on"] <= self.as_of:
                logs[log["commitment_id"]].append(log)
        self.item = {}
        for item in self.commitments:
            mine, contract = logs[item["commitment_id"]], self.contract[item["contract_id"]]
            served = {"to_community": {"community", "residents"}, "to_unit": {"unit"}}[item["direction"]]
            completions = [x for x in mine if x["status"] == "completed"]
            item["q"] = Fraction(item["quantity"])
            item["delivered"] = sum(Fraction(x["quantity"]) for x in mine)
            item["delivered_in_period"] = sum(Fraction(x["quantity"]) for x in mine if x["done_on"] >= self.first)
            item["attended"] = sum(int(x.get("participants") or 0) for x in mine)
            item["last_log"] = max((x["done_on"] for x in mine), default=None)
            item["completed_on"] = min((x["done_on"] for x in completions), default=None)
            confirmed = any((x.get("confirmed_by") or "") in served for x in completions)
            item["completed"] = item["delivered"] >= item["q"] or confirmed
            item["standing"] = not item.get("ended_on") or item["ended_on"] > self.as_of
            item["area"], item["unit"] = contract["community_id"], contract.get("unit_id") or None
            item["plan"] = self.plan_to_date(item)
            item["overdue"] = item["due_on"] <= self.as_of and not item["completed_on"] and item["standing"]
            self.item[item["commitment_id"]] = item

    def plan_to_date(self, item):
        """Planned attendance by now, by elapsed days, half up to a person; None without a plan or before the start."""
        if not item.get("participants") or item["starts_on"] > self.as_of:
            return None
        whole = day(item["due_on"]) - day(item["starts_on"]) + 1
        elapsed = min(day(item["due_on"]), day(self.as_of)) - day(item["starts_on"]) + 1
        return half_up(Fraction(int(item["participants"]) * elapsed, whole))

    def read_offers(self):
        """Open offers with their area, the capacity that counts and what was used of it, in thousandths."""
        used = collections.Counter()
        for item in self.item.values():
            flow = item["quantity_unit"] in FLOWS
            used[item.get("offer_id"), item["quantity_unit"]] += item["delivered_in_period"] if flow else item["delivered"]
        self.open_offers = []
        for offer in self.offers:
            if offer["available_from"] > self.as_of or offer["available_to"] < self.first:
                continue
            provider = offer.get("provider_community_id") or self.unit_area.get(offer.get("unit_id")) or ""
            street = next((a for a in self.upwards(provider) if self.level[a] == "street"), provider)
            capacity = Fraction(offer["capacity"])
            if offer["capacity_unit"] in FLOWS:
                open_days = min(day(offer["available_to"]), day(self.as_of)) - max(day(offer["available_from"]), day(self.first)) + 1
                all_days = day(offer["available_to"]) - day(offer["available_from"]) + 1
                capacity = Fraction(half_up(capacity * 1000 * open_days / all_days), 1000)
            self.open_offers.append(
                (offer.get("community_id") or street, offer["category"], offer["capacity_unit"], capacity, used[offer["offer_id"], offer["capacity_unit"]])
            )


# ---- indices of areas: {area: Fraction on 0..1, or None} ----


def by_area(assessment, rows, area_of):
    groups = collections.defaultdict(list)
    for row in rows:
        for area in assessment.upwards(area_of(row)):
            groups[area].append(row)
    return groups


def fulfilment_of_side(a, direction):
    owed = [i for i in a.item.values() if i["direction"] == direction and a.in_year(i["due_on"]) and i["standing"]]
    return {
        area: (Fraction(sum(i["completed"] for i in items), len(items)) + mean(part(i["delivered"], i["q"]) for i in items)) / 2
        for area, items in by_area(a, owed, lambda i: i["area"]).items()
    }


def participation(a, areas):
    active = [i for i in a.item.values() if i["starts_on"] <= a.as_of and i["due_on"] >= a.first and i["standing"] and i["plan"] is not None]
    groups = by_area(a, active, lambda i: i["area"]) if areas else collections.defaultdict(list)
    for item in active if not areas else []:
        if item["unit"] and item["direction"] == "to_community":
            groups[item["unit"]].append(item)
    sums = {k: (sum(min(i["attended"], i["plan"]) for i in items), sum(i["plan"] for i in items)) for k, items in groups.items()}
    return {k: Fraction(got, plan) for k, (got, plan) in sums.items() if plan > 0}


def utilisation(a):
    """The plain mean over cells of category and unit of measure; what was used of an offer never counts beyond it."""
    result = {}
    for area, offers in by_area(a, a.open_offers, lambda o: o[0]).items():
        capacity, used = collections.Counter(), collections.Counter()
        for _, category, unit, size, use in offers:
            capacity[category, unit] += size
            used[category, unit] += min(use, size)
        result[area] = mean(part(used[cell], capacity[cell]) for cell in capacity if capacity[cell] > 0)
    return result


def mismatch(a):
    class_of = {t["code"]: t.get("parent") or t["code"] for t in a.taxonomy} or DEFAULT_CLASSES
    needs = [n for n in a.needs if a.in_year(n["raised_on"]) and not n.get("unit_id")]
    supplying = [i for i in a.item.values() if i["direction"] == "to_community" and i["starts_on"] <= a.as_of and i["due_on"] >= a.year_first]
    supplied = by_area(a, supplying, lambda i: i["area"])
    result = {}
    for area, raised in by_area(a, needs, lambda n: n["community_id"]).items():
        people, weight, supply = collections.Counter(), collections.Counter(), collections.Counter()
        for need in raised:
            people[need["category"]] += int(need["people"])
            weight[need["category"]] += int(need["people"]) * int(need.get("priority") or 1)
        for item in supplied[area]:
            supply[item["category"]] += int(item.get("participants") or 0)
        if len(raised) < FEWEST_NEEDS or not sum(people.values()) or not sum(supply.values()):
            continue
        met = sum(weight[c] * part(supply[c], people[c]) for c in people if people[c]) / sum(weight[c] for c in people if people[c])
        result[area] = (1 - met + earth_mover(people, supply, class_of)) / 2
    return result


# Without taxonomy.csv the taxonomy is the default one: a group is "class.group".
DEFAULT_CLASSES = collections.defaultdict(str)


def earth_mover(demand, supply, class_of):
    """Ground distance 0 for the same group, ½ for the same class, 1 otherwise: by the flow, not by a formula. All that can stays
    where it is, then moves within its class, and the rest moves at 1."""

    def shares(counts):
        return {c: Fraction(n, sum(counts.values())) for c, n in counts.items()}

    left, right = shares(demand), shares(supply)
    for code in left:
        stay = min(left[code], right.get(code, 0))
        left[code] -= stay
        right[code] = right.get(code, 0) - stay
    cost = Fraction(0)
    classes = {c: class_of.get(c) or c.split(".")[0] for c in {*left, *right}}
    for one in set(classes.values()):
        out = sum(n for c, n in left.items() if classes[c] == one)
        into = sum(n for c, n in right.items() if classes[c] == one)
        cost += min(out, into) / 2 + max(0, out - into)
    return cost


# ---- satisfaction ----


def survey_item(a):
    """The item, its scale's ends, the answer from which one is satisfied, what "don't know" is."""
    columns = a.surveys[0] if a.surveys else {}
    item = "cobuilding" if "cobuilding" in columns else "overall"
    asked = next((q for q in a.questionnaire if q["item"] == item), {})
    high = int(asked.get("high") or 5)
    return item, int(asked.get("low") or 1), high, int(asked.get("top") or high - 1), asked.get("dont_know") or None


def rake(responses, margins):
    """Weights in keeping with the community's margins; a margin that a response lacks leaves it as it is. Where that can't be done
    (500 rounds, as the engine), the weights as drawn, brought to its number of people."""
    weights, people = [r["w"] for r in responses], sum(next(iter(margins.values())).values())
    for _ in range(500):
        change = 0.0
        for margin, counts in margins.items():
            got = collections.defaultdict(float)
            for w, r in zip(weights, responses):
                if counts.get(r["row"].get(margin), 0) > 0:
                    got[r["row"][margin]] += w
            scale = sum(got.values()) / sum(counts[k] for k in got) if got else 0
            for i, r in enumerate(responses):
                if r["row"].get(margin) in got:
                    factor = counts[r["row"][margin]] * scale / got[r["row"][margin]]
                    weights[i] *= factor
                    change = max(change, abs(factor - 1))
        if change < 1e-12:
            break
    else:
        weights = [r["w"] for r in responses]
    return [w * people / sum(weights) for w in weights]


def satisfaction(a):
    """{area: (share, mean, number of answers)}"""
    item, low, high, top, dont_know = survey_item(a)
    margins = collections.defaultdict(lambda: collections.defaultdict(dict))
    for row in a.population:
        if row["margin"] in MARGINS:
            margins[row["community_id"]][row["margin"]][row["level"]] = int(row["count"])
    answered = [r for r in a.surveys if a.in_year(r["answered_on"]) and r[item] not in ("", dont_know)]
    responses = [{"row": r, "area": r["community_id"], "y": int(r[item]), "w": float(r.get("weight") or 1)} for r in answered]
    raked = {}
    for community, mine in group(responses, "area").items():
        ordered = {m: margins[community][m] for m in MARGINS if m in margins[community]}
        raked[community] = rake(mine, ordered) if ordered else None
    result = {}
    for area, mine in by_area(a, responses, lambda r: r["area"]).items():
        communities = group(mine, "area")
        plain = any(raked[c] is None for c in communities)
        pairs = [(w, r["y"]) for c, rs in communities.items() for w, r in zip([r["w"] for r in rs] if plain else raked[c], rs)]
        total = math.fsum(w for w, _ in pairs)
        share = math.fsum(w for w, y in pairs if y >= top) / total
        average = math.fsum(w * y for w, y in pairs) / total
        result[area] = (share, (average - low) / (high - low), len(pairs))
    return result


def group(rows, key):
    groups = collections.defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


# ---- progress, stars ----


def progress(a, verdicts):
    satisfied, counted = collections.Counter(), collections.Counter()
    for v in verdicts:
        if v["duty"] == "community" and v["verdict"] not in ("not_applicable", "not_due"):
            for area in a.upwards(v["community_id"]):
                counted[area] += 1
                satisfied[area] += v["verdict"] in ("met", "waived")
    return {area: Fraction(satisfied[area], counted[area]) for area in counted}


def star_state(verdicts):
    """As rules-api.md puts it: lost, else blocked, else earned or undecided."""
    not_met = {v["duty"] == "community" for v in verdicts if v["verdict"] == "not_met"}
    if not_met:
        return "lost" if True in not_met else "blocked"
    return "earned" if nothing_stands_against(verdicts) else "undecided"


def nothing_stands_against(verdicts):
    """What there is to satisfy is satisfied, but for what others owe."""
    satisfied = all(v["verdict"] in ("met", "not_applicable", "waived") or (v["verdict"] == "not_met" and v["duty"] != "community") for v in verdicts)
    return satisfied and all(any(v["verdict"] == "met" and v["kind"] == kind for v in verdicts) for kind in ("have", "have-not"))


def accepted_stages(a):
    """{community: number of stages passed without a gap}; the newest verdict of a stage counts, of one day the stricter."""
    newest = {}
    for row in a.acceptance:
        if not row.get("criterion_id") and row["decided_on"] <= a.as_of:
            key = row["community_id"], row["stage"]
            verdict = (row["decided_on"], row["verdict"] != "met")
            newest[key] = max(newest.get(key, ("", False)), verdict)
    stages = collections.Counter()
    for community in {c for c, _ in newest}:
        for stage in STAGES:
            if (community, stage) not in newest or newest[community, stage][1]:
                break
            stages[community] += 1
    return stages


# ---- all indices ----


def weighted(parts, weights, scale=100):
    """A missing part counts as nothing, and the interval says what it might be. Returns: value, low, high"""
    total = sum(weights.values())
    value = sum(w * parts[p] for p, w in weights.items() if parts[p] is not None) / total
    missing = sum(w for p, w in weights.items() if parts[p] is None) / total
    if all(parts[p] is None for p in weights):
        return None, None, None
    return scale * value, scale * value if missing else None, scale * (value + missing) if missing else None


def indices(a, verdicts):
    """{(subject, index): (value, low, high, n)}; low and high only where a part is missing, n where people were asked"""
    out = {}
    partners, own = fulfilment_of_side(a, "to_community"), fulfilment_of_side(a, "to_unit")
    taken, used, apart = participation(a, areas=True), utilisation(a), mismatch(a)
    people, reached = satisfaction(a), progress(a, verdicts)
    for area in (x["area_id"] for x in a.areas if x["level"] in LEVELS):
        both = [x for x in (own.get(area), partners.get(area)) if x is not None]
        share, average, n = people.get(area, (None, None, None))
        shown = n is not None and n >= FEWEST_SHOWN
        parts = {"five_star_progress": reached.get(area), "fulfilment": mean(both), "utilisation_index": used.get(area),
                 "satisfaction": share if shown else None, "mismatch": None if apart.get(area) is None else 1 - apart[area]}  # fmt: skip
        plain = {"fulfilment_community": own.get(area), "fulfilment_partners": partners.get(area), "participation_index": taken.get(area),
                 **parts, "mismatch": apart.get(area), "satisfaction_score": average if shown else None}  # fmt: skip
        for index, value in plain.items():
            out[area, index] = (None if value is None else 100 * value, None, None, n if shown and "satis" in index else None)
        out[area, "composite"] = (*weighted(parts, COMPOSITE), n if shown else None)
    out.update(indices_of_units(a))
    return out


def unit_of_review(a, review):
    subject = review["subject_id"]
    if review["subject"] == "unit":
        return subject
    if review["subject"] == "contract":
        return a.contract[subject].get("unit_id")
    return a.item[subject]["unit"] if review["subject"] == "commitment" else None


def indices_of_units(a):
    owed = collections.defaultdict(list)
    for item in a.item.values():
        if item["direction"] == "to_community" and a.in_year(item["due_on"]) and item["standing"]:
            owed[item["unit"]].append(item)
    grades = collections.defaultdict(list)
    for review in a.reviews:
        if review["reviewer"] == "counterpart" and a.in_year(review["reviewed_on"]):
            grades[unit_of_review(a, review)].append(int(review["grade"]))
    taken = participation(a, areas=False)
    out = {}
    for unit in a.unit_area:
        items, fulfilled = owed[unit], None
        if items:
            done, on_time = sum(i["completed"] for i in items), sum((i["completed_on"] or "9") <= i["due_on"] for i in items)
            fulfilled = Fraction(2, 5) * Fraction(done, len(items)) + Fraction(2, 5) * mean(part(i["delivered"], i["q"]) for i in items)
            fulfilled += Fraction(1, 5) * Fraction(on_time, len(items))
        grade = (Fraction(sum(grades[unit]), len(grades[unit])) - 1) / 4 if grades[unit] else None
        parts = {"unit_fulfilment": fulfilled, "unit_participation_index": taken.get(unit), "unit_review": grade}
        for index, value in parts.items():
            out[unit, index] = (None if value is None else 100 * value, None, None, None)
        out[unit, "unit_composite"] = (*weighted(parts, UNIT_COMPOSITE), None)
    return out


# ---- comparing ----


def near(text, wanted):
    return text == "" if wanted is None else text != "" and abs(float(text) - float(wanted)) < NEAR


def compare_scores(a, out):
    wanted = indices(a, rows_of(out / "criteria.csv"))
    rows = rows_of(out / "scores.csv")
    seen = set()
    for row in rows:
        key = row["subject_id"], row["index"]
        seen.add(key)
        value, low, high, n = wanted.get(key, (None, None, None, None))
        if key not in wanted:
            yield f"{key}: not expected"
        elif not near(row["value"], value):
            yield f"{key}: {row['value'] or 'nothing'}, wanted {value if value is None else float(value)} ({row['method']} {row['mark']})"
        elif low is not None and not (near(row["low"], low) and near(row["high"], high)):
            yield f"{key}: bounds {row['low']}–{row['high']}, wanted {float(low)}–{float(high)}"
        elif n is not None and row["mark"] != "bounds" and int(row["n"] or -1) != n:
            yield f"{key}: {row['n']} answers, wanted {n}"
        elif row["low"] and not float(row["low"]) <= float(row["value"]) <= float(row["high"]):
            yield f"{key}: {row['value']} isn't in {row['low']}–{row['high']}"
    for key in set(wanted) - seen:
        yield f"{key}: not in scores.csv"


def compare_stars(a, out):
    by_community = group(rows_of(out / "criteria.csv"), "community_id")
    stages = accepted_stages(a)
    rows = rows_of(out / "stars.csv")
    if len(rows) != sum(level == "community" for level in a.level.values()):
        yield f"{len(rows)} communities"
    for row in rows:
        community = row["community_id"]
        stars = {star: star_state(verdicts) for star, verdicts in group(by_community[community], "star").items()}
        earned, stage = sum(s == "earned" for s in stars.values()), stages[community]
        wanted = {**stars, "stars": str(earned), "five_star": str(int(earned == 5)), "accepted": str(int(stage == len(STAGES))),
                  "accepted_stage": STAGES[stage - 1] if stage else ""}  # fmt: skip
        yield from (f"{community} {k}: {row[k]}, wanted {v}" for k, v in wanted.items() if row[k] != v)


def compare_streets(a, out):
    five, accepted, all_of = collections.Counter(), collections.Counter(), collections.Counter()
    for row in rows_of(out / "stars.csv"):
        for area in a.upwards(row["community_id"]):
            all_of[area] += 1
            five[area] += int(row["five_star"])
            accepted[area] += int(row["accepted"])
    targets = {r["area_id"]: float(r["value"]) for r in a.targets if r["year"] == a.as_of[:4] and r["target"] == "five_star_share"}
    standing = next((share for since, share in TARGETS if a.as_of >= since), None)
    rows = rows_of(out / "streets.csv")
    if {r["area_id"] for r in rows} != {x for x in all_of if a.level[x] != "community"}:
        yield "other areas"
    for row in rows:
        area = row["area_id"]
        share, target = Fraction(five[area], all_of[area]), targets.get(area, standing)
        wanted = {"communities": all_of[area], "five_star": five[area], "accepted": accepted[area],
                  "uplifted": int(share >= Fraction(1, 2)) if a.level[area] == "street" else "",
                  "target": "" if target is None else target, "on_target": "" if target is None else int(share >= Fraction(str(target)))}  # fmt: skip
        for key, value in wanted.items():
            if (row[key] == "") != (value == "") or (value != "" and float(row[key]) != float(value)):
                yield f"{area} {key}: {row[key]}, wanted {value}"
        if abs(float(row["share"]) - float(share)) > 6e-10:
            yield f"{area} share: {row['share']}, wanted {share}"


def interval(row):
    score = float(row["score"])
    return float(row["low"]) if row["low"] else score, float(row["high"]) if row["high"] else score


def wrong_ranks(name, ranked, lower_is_better, with_ties):
    sign = -1 if lower_is_better else 1
    for row in ranked:
        score, (low, high) = float(row["score"]), interval(row)
        better = sum(sign * float(o["score"]) > sign * score for o in ranked)
        surely_better = sum((interval(o)[0] > high) if sign > 0 else (interval(o)[1] < low) for o in ranked)
        surely_worse = sum((interval(o)[1] < low) if sign > 0 else (interval(o)[0] > high) for o in ranked)
        equal = sum(float(o["score"]) == score for o in ranked)
        rank, wanted = int(row["rank"]), 1 + better
        if not (rank == wanted if with_ties else wanted <= rank < wanted + equal):
            yield f"{name} {row['subject_id']}: rank {rank}, wanted {wanted}"
        if (int(row["rank_low"]), int(row["rank_high"])) != (1 + surely_better, len(ranked) - surely_worse):
            yield f"{name} {row['subject_id']}: ranks {row['rank_low']}–{row['rank_high']}, wanted {1 + surely_better}–{len(ranked) - surely_worse}"
        if row["p_top"] and not 0 <= float(row["p_top"]) <= 1:
            yield f"{name} {row['subject_id']}: p_top {row['p_top']}"


def compare_ranks(a, out):
    lists = group(rows_of(out / "ranks.csv"), "list")
    scores = {(r["subject_id"], r["index"]): r["value"] for r in rows_of(out / "scores.csv") if r["level"] == "community" and r["value"]}
    for index in {i for _, i in scores}:
        ranked = lists[index]
        if {(r["subject_id"], r["score"]) for r in ranked} != {(s, v) for (s, i), v in scores.items() if i == index}:
            yield f"{index}: other subjects or scores than scores.csv"
        yield from wrong_ranks(index, ranked, index == "mismatch", with_ties=True)
    yield from compare_lists_of_communities(a, out, lists)
    yield from compare_lists_of_units(a, out, lists)


def places(size, ranked, name):
    for row in ranked:
        rank = int(row["rank"])
        tied = sum(int(o["rank"]) == rank for o in ranked)
        wanted = "out" if rank > size else "tie" if rank - 1 + tied > size else "in"
        if row["place"] != wanted:
            yield f"{name} {row['subject_id']}: {row['place']}, wanted {wanted}"


def compare_lists_of_communities(a, out, lists):
    verdicts = group(rows_of(out / "criteria.csv"), "community_id")
    replies = {area: n for area, (_, _, n) in satisfaction(a).items()}
    due = collections.Counter(i["area"] for i in a.item.values() if i["due_on"] <= a.as_of)
    for county in (x for x, level in a.level.items() if level == "county"):
        members = [c for c in verdicts if county in a.upwards(c)]
        for name, size in ((f"demonstration/{county}", 10), (f"hemei/{county}", max(1, len(members) // 10))):
            rows = {r["subject_id"]: r for r in lists[name]}
            if set(rows) != set(members):
                yield f"{name}: {len(rows)} of {len(members)} communities"
                continue
            for community in members:
                clean = all(map(nothing_stands_against, group(verdicts[community], "star").values()))
                enough = replies.get(community, 0) >= FEWEST_REPLIES and due[community] >= FEWEST_DUE
                if (rows[community]["place"] == "ineligible") == (clean and enough):
                    yield f"{name} {community}: {rows[community]['place']}, clean {clean}, enough {enough}"
            ranked = [r for r in lists[name] if r["rank"]]
            yield from wrong_ranks(name, ranked, False, with_ties=False)
            yield from places(size, ranked, name)


def compare_lists_of_units(a, out, lists):
    scores = {(r["subject_id"], r["index"]): float(r["value"]) for r in rows_of(out / "scores.csv") if r["level"] == "unit" and r["value"]}
    for county in (x for x, level in a.level.items() if level == "county"):
        name, standing = f"excellent_units/{county}", []
        for unit, area in a.unit_area.items():
            mine = [i for i in a.item.values() if i["unit"] == unit and i["direction"] == "to_community"]
            due = [i for i in mine if a.in_year(i["due_on"]) and i["standing"]]
            open_faults = [i for i in mine if i["overdue"] and not i.get("remedy")]
            if county in a.upwards(area) and len(due) >= FEWEST_UNIT_DUE and not open_faults and 5 * sum(i["completed"] for i in due) >= 4 * len(due):
                standing.append(((scores[unit, "unit_composite"], scores[unit, "unit_fulfilment"]), unit))
        standing.sort(key=lambda s: (-s[0][0], -s[0][1]))
        last = standing[19][0] if len(standing) > 20 else None
        wanted = {unit for key, unit in standing if last is None or key >= last}
        if {r["subject_id"] for r in lists[name]} != wanted:
            yield f"{name}: {len(lists[name])} units, wanted {len(wanted)}: {sorted({r['subject_id'] for r in lists[name]} ^ wanted)[:5]}"
        yield from places(20, lists[name], name)


def compare(tap, name, folder, out):
    done = qiyue.run(folder, out)
    faults = done.expect(0)
    if faults:
        tap.case(f"{name}: runs", faults)
        return
    assessment = Assessment(folder)
    for what, function in (("indices", compare_scores), ("stars", compare_stars), ("streets", compare_streets), ("ranks and lists", compare_ranks)):
        tap.run(f"{name}: {what}", lambda f=function: list(f(assessment, out))[:30])


def main():
    tap = Tap()
    with workplace() as scratch:
        for seed in SEEDS:
            folder = scratch / f"district-{seed}"
            faults = qiyue.Run(["simulate", folder, *SIZE, "--seed", seed]).expect(0)
            if faults:
                tap.case(f"seed {seed}: simulates", faults)
                continue
            compare(tap, f"seed {seed}", folder, scratch / f"out-{seed}")
        for folder in DATASETS:
            compare(tap, folder.name, folder, scratch / f"out-{folder.name}")
    tap.done()


if __name__ == "__main__":
    sys.exit(main())
