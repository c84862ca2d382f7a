"""yuecheng/: Yuecheng District, Shaoxing, the year 2018. Simulated rows, real totals.

The totals are those that seed document 000 reports (see ../expected.csv);
who signed what, when, and how well it was kept is simulated. Thirty
communities have faults put in by name, listed in FAULTS.
"""

from district import District
from tables import DAY, day

STREETS = ["府山街道", "塔山街道", "蕺山街道", "北海街道", "城南街道", "稽山街道", "迪荡街道", "东浦街道", "灵芝街道", "斗门街道"]
PER_STREET = [12, 11, 11, 10, 10, 10, 10, 9, 9, 9]
FUSHAN, JISHAN = 0, (5, 0)  # the street of the auction; the community with four partners
UNITS, JISHAN_UNITS, BRANCHES, MEMBERS, SIGNED_MEMBERS = 1148, 4, 452, 50920, 3280
KEY_PROJECTS = 159
THEMES = {"五水共治": 17, "控违拆违": 13, "洁净越城": 9, "平安越城": 7, "社区服务": 37}  # 83 managed projects
AUCTIONED, BIDDERS = 17, 80

# Number of a community → what it falls short of; every fault is one that document 003 or 002 names.
FAULTS = {
    3: "training", 7: "unpublished", 11: "idle", 14: "overdue", 18: "disclosure", 22: "consultation", 25: "passive",
    29: "satisfaction", 31: "participation", 34: "forums", 38: "cards", 41: "office", 44: "utilisation", 47: "inflated",
    52: "hours", 55: "lagging", 58: "requests", 61: "wires", 63: "ratings", 66: "signups", 69: "area", 72: "fund",
    75: "police", 79: "contacts", 82: "silent_survey", 85: "no_facts", 88: "water", 91: "elections", 94: "meetings", 97: "training",
}
FACT_FAULTS = {
    "training": {"secretary_training_hours": 40}, "disclosure": {"disclosures_published": 9}, "cards": {"volunteers_with_points_card": 150},
    "office": {"head_office_m2": 22}, "lagging": {"lagging_branches": 1}, "requests": {"requests_overdue": 3},
    "wires": {"flying_wires_unreported": 2}, "area": {"service_area_m2": 300}, "fund": {"service_fund_yuan": 80000},
    "police": {"community_police": 0}, "elections": {"owners_committees_overdue": 1},
}


def spread(total, n):
    """total over n places, as evenly as whole numbers go."""
    return [total * (i + 1) // n - total * i // n for i in range(n)]


def add_communities(d):
    for name, count in zip(STREETS, PER_STREET):
        street = d.add_street(name)
        for number in range(1, count + 1):
            first = "稽山社区" if (len(d.streets) - 1, number - 1) == JISHAN else "%s第%d社区" % (name[:-2], number)
            d.add_community(street, first)


def add_partners(d, faults):
    """1,148 organisations, four of them Jishan's, the others spread over the other communities."""
    others = iter(spread(UNITS - JISHAN_UNITS, len(d.communities) - 1))
    for community in d.communities:
        count = JISHAN_UNITS if community["name"] == "稽山社区" else next(others)
        fault = faults.get(community["id"])
        for number in range(count):
            unit = d.add_unit(community["street"]["id"])
            contract = d.add_partner(community, unit, use=0.12 if fault == "utilisation" else None)
            d.review_contract(contract, self_grade=5 if number % 4 == 0 else 4)


def add_projects(d):
    """83 managed projects by theme, each carried by one or two partners somewhere, so that every community has two items
    of them; and 159 key projects, each of one partner. Items of several partners that are one project share its number."""
    themes = [theme for theme, count in THEMES.items() for _ in range(count)]
    for number in range(2 * len(d.communities)):
        community, project = d.communities[number % len(d.communities)], number % len(themes)
        contract = community["contracts"][number // len(d.communities)]
        d.add_item(contract, "safe_community", 4, "session", 120, listed="project", theme=themes[project], project_id="G%03d" % (project + 1))
    contracts = [c for c in d.contracts if c["unit"]]
    for number in range(KEY_PROJECTS):
        d.add_item(contracts[number * (len(contracts) // KEY_PROJECTS)], "public_safety", 6, "session", 150, key=1,
                   project_id="Z%03d" % (number + 1))


def add_auction(d):
    """Fushan street: 17 projects, bid for by 80 partners; who wins one carries it out."""
    contracts = [c for community in d.streets[FUSHAN]["communities"] for c in community["contracts"]]
    for number, contract in enumerate(d.draw.some_of(contracts, BIDDERS)):
        project = "F%02d" % (number % AUCTIONED + 1)
        if number < AUCTIONED:
            d.add_item(contract, "party_education", 3, "session", 90, project_id=project, due=d.last - 3 * DAY)
        d.tables.add("bids", bid_id="B%03d" % (number + 1), need_id=None, project_id=project, unit_id=contract["unit"]["id"],
                     bid_on=day("2018-02-20"), won=1 if number < AUCTIONED else 0)


def add_members(d, faults):
    """50,920 registered members, all pledged; 3,280 of them signed contracts of their own and reported for duty."""
    registered, signed = spread(MEMBERS, len(d.communities)), spread(SIGNED_MEMBERS, len(d.communities))
    for community, n, own in zip(d.communities, registered, signed):
        first = d.tables.count("members") + 1
        d.add_members(community, n, reported=own)
        for number in range(own):
            contract = d.add_contract(community, member_id="P%06d" % (first + number), origin="individual")
            d.add_item(contract, "home_services", 2, "session", 20, listed="tailored", logs=2)
            d.add_review("contract", contract["id"], "residents", d.draw.between(3, 5))
        if faults.get(community["id"]) == "hours":
            for row in d.tables.rows["service"][-5:]:
                row["hours"] = None


def add_residents(d, faults):
    for community in d.communities:
        fault = faults.get(community["id"])
        n = 6 if fault == "silent_survey" else 42
        d.add_responses(community, n, n * (40 if fault == "satisfaction" else 70 + d.draw.below(20)) // 100)
        for number in range(10):
            d.add_need(community, d.draw.one_of(["elderly_care", "minors", "home_services", "health.visit", "venues.room", "public_safety"]),
                       d.draw.between(20, 200), consulted=not (fault == "consultation" and number < 2))


def add_meetings_and_facts(d, faults):
    branches = spread(BRANCHES, len(d.communities))
    for street in d.streets:
        d.add_street_meetings(street)
        d.add_fact(street["id"], "reserve_pool_size", len(street["communities"]) * 6 // 5 + 1, day("2018-11-15"))
        d.add_fact(street["id"], "street_centre_area_m2", 800, day("2018-11-15"))
    for community, grids in zip(d.communities, branches):
        fault = faults.get(community["id"])
        d.add_community_meetings(community, forums=9 if fault == "forums" else 12, working=1 if fault == "meetings" else 2,
                                 contacts=0 if fault == "contacts" else 2)
        if fault != "no_facts":
            d.add_facts(community, grids, **FACT_FAULTS.get(fault, {}))
        else:
            d.add_fact(community["id"], "grids_with_branch", grids, day("2018-11-15"))


def put_faults(d, faults):
    """Faults of the contracts: they change rows that are already there."""
    rows = d.tables.rows
    by_id = {row["commitment_id"]: row for row in rows["commitments"]}
    contract_rows = {row["contract_id"]: row for row in rows["contracts"]}
    for community in d.communities:
        fault = faults.get(community["id"])
        contract = community["contracts"][0]
        items = [item["id"] for item in contract["items"]]
        logs = [row for row in rows["fulfilment"] if row["commitment_id"] in items] if fault else []
        if fault == "unpublished":
            contract_rows[contract["id"]].update(published_on=None, published_by_unit_on=None)
        elif fault in ("overdue", "water", "inflated"):
            _leave_open(logs, items[1])
            if fault == "water":
                by_id[items[1]].update(theme="五水共治", direction="to_unit")
            if fault == "inflated":
                by_id[items[1]].update(remedy="改期，另行约定", remedied_on=None)
                next(r for r in rows["reviews"] if r["subject_id"] == contract["id"] and r["reviewer"] == "self")["grade"] = 5
        elif fault == "idle":
            rows["fulfilment"] = [r for r in rows["fulfilment"] if not (r["commitment_id"] == items[0] and r["done_on"] > day("2018-06-30"))]
        elif fault == "passive":
            kept = logs[0]["log_id"]
            rows["fulfilment"] = [r for r in rows["fulfilment"] if r["commitment_id"] not in items or r["log_id"] == kept]
        elif fault == "participation":
            mine = {i["id"] for c in community["contracts"] for i in c["items"]}
            for row in rows["fulfilment"]:
                if row["commitment_id"] in mine:
                    row["participants"] = row["participants"] * 45 // 100
                    row["residents"] = row["members"] = None
        elif fault == "ratings":
            mine = {c["id"] for c in community["contracts"]}
            rows["reviews"] = [r for r in rows["reviews"] if not (r["reviewer"] == "residents" and r["subject_id"] in mine)]
        elif fault == "signups":
            by_id[items[1]].update(participants=80, signups=22)


def _leave_open(logs, item):
    """The item got only half done, and nobody called it completed."""
    mine = [row for row in logs if row["commitment_id"] == item]
    for row in mine[len(mine) // 2:]:
        row.update(quantity=0, status="cancelled", confirmed_by=None)


def add_outcomes(d, faults):
    """What came of it: acceptance, targets, votes, awards of the year before."""
    for community in d.communities:
        d.add_acceptance(community, 2 if community["id"] in faults else 4, verdict="not_met" if community["id"] in faults else "met")
    d.tables.add("targets", area_id="D01", year=2018, target="five_star_share", value=0.7)
    for street in d.streets:
        d.tables.add("targets", area_id=street["id"], year=2018, target="five_star_share", value=0.7)
    for community in d.communities[:10]:
        d.tables.add("awards", award="示范社区", year=2017, level="county", subject="community", subject_id=community["id"], result_used=1)
    for community in d.communities[::5]:
        d.tables.add("votes", area_id=community["id"], held_on=day("2018-12-05"), subject="project",
                     subject_id=community["contracts"][0]["items"][0]["id"], present=41, in_favour=38, against=1)
        d.tables.add("wishes", wish_id="W" + community["id"], community_id=community["id"], category="elderly_care", raised_on=day("2018-05-10"),
                     claimed_by=community["contracts"][0]["unit"]["id"], claimed_on=day("2018-05-15"), fulfilled_on=day("2018-06-01"))


SETTINGS = """# 越城区 2018 年度：模拟的明细，真实的总数（见 ../README.md）。
# Yuecheng District, 2018: simulated rows, real totals (see ../README.md).
[assessment]
title = 绍兴市越城区“契约化”共建 2018 年（模拟明细）
period = 2018Q4
as_of = 2018-12-31
areas = D01
"""


def build():
    d = District(20181031, day("2018-01-01"), day("2018-12-31"), "越城区")
    add_communities(d)
    faults = {d.communities[number]["id"]: fault for number, fault in FAULTS.items()}
    add_partners(d, faults)
    add_projects(d)
    add_auction(d)
    add_members(d, faults)
    add_residents(d, faults)
    add_meetings_and_facts(d, faults)
    put_faults(d, faults)
    add_outcomes(d, faults)
    return d.tables, SETTINGS
