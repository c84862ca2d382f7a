"""shaoxing/: the city of Shaoxing, 2021 (seed document 001). Simulated rows, real totals:
the online platform's 1,898 activities and 12,411 services by members, over 2,500 residents drawn in, 516 service items, over 4,500
party bodies and over 77,000 members.
"""

from district import District
from tables import day
from yuecheng import spread

COUNTIES = ["越城区", "柯桥区", "上虞区", "诸暨市", "嵊州市", "新昌县"]
STREETS_EACH, COMMUNITIES_EACH = 3, 5
UNITS, MEMBERS, ITEMS, ACTIVITIES, SERVICES, RESIDENTS = 4510, 77100, 516, 1898, 12411, 2510

SETTINGS = """# 绍兴市 2021 年共建平台（公开报道）：模拟的明细，真实的总数。
# Shaoxing, the platform in 2021 (a public report): simulated rows, real totals.
[assessment]
title = 绍兴市共建平台 2021 年（模拟明细）
period = 2021Q4
as_of = 2021-12-31
"""


def add_areas(d):
    """A prefecture with its counties: District starts with one county, which becomes the prefecture."""
    d.tables.rows["areas"][0].update(area_id="P01", level="prefecture")
    for number, county in enumerate(COUNTIES):
        county_id = "D%02d" % (number + 1)
        d.tables.add("areas", area_id=county_id, parent_id="P01", level="county", name=county)
        for street_number in range(STREETS_EACH):
            street = d.add_street("%s第%d街道" % (county[:-1], street_number + 1))
            d.tables.rows["areas"][-1]["parent_id"] = county_id
            for community in range(COMMUNITIES_EACH):
                d.add_community(street, "%s%d-%d社区" % (county[:-1], street_number + 1, community + 1))


def add_platform(d):
    """516 items on the platform, 1,898 logs entered online, 12,411 members' and 2,510 residents' attendances in them."""
    for number, community in enumerate(d.communities):
        for _ in range(spread(UNITS, len(d.communities))[number]):
            d.add_contract(community, d.add_unit(community["street"]["id"]), origin="online_claim")
    with_unit = list(d.contracts)
    for number, logs in enumerate(spread(ACTIVITIES, ITEMS)):
        d.add_item(with_unit[number * 8], "party_education", max(4, logs), "session", 40, logs=logs, recorder="online")
    logs = d.tables.rows["fulfilment"]
    for row, members, residents in zip(logs, spread(SERVICES, len(logs)), spread(RESIDENTS, len(logs))):
        row.update(participants=members + residents, members=members, residents=residents)


def build():
    d = District(20211, day("2021-01-01"), day("2021-12-31"), "绍兴市")
    add_areas(d)
    add_platform(d)
    for community, n in zip(d.communities, spread(MEMBERS, len(d.communities))):
        d.add_members(community, n)
    return d.tables, SETTINGS
