"""changxiu/: one community of Jiaxing (seed document 004, undated; set at 2021 here).
Simulated rows, real totals: 11 partners, a menu of 11 categories with over 20 projects, 6 jobs, over 30 disputes, over 30 staff housed.
"""

from district import District
from tables import day

MENU = ["party_education", "elderly_care", "social_security", "veterans", "public_safety", "public_health", "minors", "home_services",
        "migrants", "safe_community", "social_groups"]  # the eleven of the source
UNITS, PROJECTS, JOBS, DISPUTES, HOUSED = 11, 22, 6, 31, 31

SETTINGS = """# 嘉兴市常秀社区（公开报道，未注明日期；这里设为 2021 年）：模拟的明细，真实的总数。
# Changxiu community, Jiaxing (a public report, undated; set at 2021 here): simulated rows, real totals.
[assessment]
title = 嘉兴市常秀社区共建合约（模拟明细）
period = 2021Q4
as_of = 2021-12-31
areas = D01
"""


def build():
    d = District(4, day("2021-01-01"), day("2021-12-31"), "南湖区")
    community = d.add_community(d.add_street("新兴街道"), "常秀社区")
    contracts = [d.add_contract(community, d.add_unit("T01", name="至尊公馆酒店" if n == 0 else None, kind="private_enterprise" if n == 0 else None))
                 for n in range(UNITS)]
    for n in range(PROJECTS):
        d.add_item(contracts[n % UNITS], MENU[n % len(MENU)], 4, "session", 60, listed="project", project_id="X%02d" % (n + 1))
    d.add_item(contracts[1], "social_security", JOBS, "person", JOBS, theme="4050就业岗位", attendance=1.0, logs=3)
    d.add_item(contracts[2], "safe_community", DISPUTES, "item", None, theme="调处纠纷", direction="to_unit", logs=5)
    d.add_item(contracts[0], "home_services", HOUSED, "person", HOUSED, theme="员工宿舍", direction="to_unit", attendance=1.0, logs=2)
    d.add_responses(community, 60, 45)
    d.add_community_meetings(community)
    d.add_facts(community, 5)
    d.add_street_meetings(d.streets[0])
    return d.tables, SETTINGS
