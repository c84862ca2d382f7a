"""review/: the review of an unnamed district (seed document 002, undated; set at 2021 here).
Simulated rows, real totals: the faults that the speech names, as often as it names them.
"""

from district import District
from tables import DAY, day
from yuecheng import spread

STREETS, PER_STREET = ["东湖街道", "西园街道", "南山街道", "北河街道", "中心街道"], 8
UNITS, HALF_LIST_UNITS, LOW_USE = 151, 32, 10
MEMBERS_WITHOUT_HOURS, REPORTED = 460, 2400
RESPONSES, SATISFIED = 1500, 870  # 58 %
BOOKS, PREMISES_M2, ILLEGAL_BUILDS = 200, 1050, 12


def add_partners(d):
    """151 units; the first 32 complete two of the four items of their project list, the others all; the offers of the first ten
    communities are drawn on for a quarter of their capacity."""
    n = 0
    for community, count in zip(d.communities, spread(UNITS, len(d.communities))):
        low = d.communities.index(community) < LOW_USE
        for _ in range(count):
            unit = d.add_unit(community["street"]["id"])
            contract = d.add_partner(community, unit, use=0.15 if low else None)
            for item in range(4):
                d.add_item(contract, "public_safety", 4, "session", 60, listed="project", done=0.5 if n < HALF_LIST_UNITS and item < 2 else 1)
            d.review_contract(contract, self_grade=5 if n < 3 else 4, counterpart=3 if n < 3 else 4)
            n += 1


def add_named_cases(d):
    """The single cases of the speech, each in a community of its own."""
    books, elder, sorting, premises, building = d.communities[12:17]
    offer = d.add_offer(books["contracts"][0]["unit"], books, "funds.goods", BOOKS, "item")
    assert offer["capacity"] == BOOKS  # technical books given by a company, never lent
    d.add_item(elder["contracts"][0], "elderly_care", 12, "session", 60, theme="老年大学", signups=22)
    for contract in sorting["contracts"]:
        d.add_item(contract, "public_health", 10, "session", 500, theme="垃圾分类", attendance=0.6, logs=10)
    hall = d.add_offer(premises["contracts"][0]["unit"], premises, "venues.hall", PREMISES_M2, "m2")
    d.add_item(premises["contracts"][0], "venues.hall", PREMISES_M2, "m2", None, listed="resource", offer_id=hall["id"], logs=1,
               due=d.last - DAY, theme="无偿场所")
    d.add_item(building["contracts"][0], "safe_community", ILLEGAL_BUILDS, "item", None, listed="project", theme="控违拆违", logs=4)
    only = d.communities[0]["contracts"][0]  # one of the 32: with a single activity, its list is open too
    items = {item["id"] for item in only["items"]}
    kept = next(r["log_id"] for r in d.tables.rows["fulfilment"] if r["commitment_id"] in items)
    d.tables.rows["fulfilment"] = [r for r in d.tables.rows["fulfilment"] if r["commitment_id"] not in items or r["log_id"] == kept]


def add_people(d):
    """460 reported members without recorded hours; 1,500 responses, 870 of them satisfied."""
    missing = spread(MEMBERS_WITHOUT_HOURS, 20)
    for i, community in enumerate(d.communities):
        n, without = REPORTED // len(d.communities), missing[i] if i < len(missing) else 0
        d.add_members(community, n, reported=n)
        for row in d.tables.rows["service"][len(d.tables.rows["service"]) - without:]:
            row["hours"] = None
    responses = zip(d.communities, spread(RESPONSES, len(d.communities)), spread(SATISFIED, len(d.communities)))
    for i, (community, n, satisfied) in enumerate(responses):
        d.add_responses(community, n, satisfied)
        for number in range(8):
            d.add_need(community, d.draw.one_of(["elderly_care", "minors", "venues.room", "health.visit"]), d.draw.between(20, 150),
                       consulted=number > 0 or i % 5 > 0)


def add_meetings_and_facts(d):
    for number, street in enumerate(d.streets):
        d.add_street_meetings(street, n=1 if number == 0 else 4)
        d.add_fact(street["id"], "reserve_pool_size", 10, day("2021-11-15"))
        for on in d.quarter_days():
            d.add_meeting(street["id"], "observation", on)
    for number, community in enumerate(d.communities):
        d.add_community_meetings(community, contacts=0 if number == 20 else 2)
        d.add_facts(community, 4)
    for year in (2020, 2021):  # two years whose results were not used when units were commended
        for unit in d.units[:5]:
            d.tables.add("awards", award="先进单位", year=year, level="county", subject="unit", subject_id=unit["id"], result_used=0)


SETTINGS = """# 某区“契约化”共建回头看（公开讲话，未注明日期；这里设为 2021 年）：模拟的明细，真实的总数。
# The review of an unnamed district (a public speech, undated; set at 2021 here): simulated rows, real totals.
[assessment]
title = 某区“契约化”共建回头看（模拟明细）
period = 2021Q4
as_of = 2021-12-31
areas = D01
"""


def build():
    d = District(20021, day("2021-01-01"), day("2021-12-31"), "某区")
    for name in STREETS:
        street = d.add_street(name)
        for number in range(1, PER_STREET + 1):
            d.add_community(street, "石羊塘社区" if (name, number) == ("西园街道", 8) else "%s第%d社区" % (name[:-2], number))
    add_partners(d)
    add_named_cases(d)
    add_people(d)
    add_meetings_and_facts(d)
    return d.tables, SETTINGS
