"""A district as the sources describe it: streets, communities and their
partners, the five steps of each contract, what was done, and what residents
say. Without faults every community keeps the standard; faults are put in by
name afterwards, so that it is known who misses what and why.
"""

from tables import DAY, Draw, Tables

KINDS = ["agency", "institution", "state_enterprise", "private_enterprise", "social_organisation", "school",
         "hospital", "financial", "property", "owners_committee", "district_association", "other"]
KIND_ZH = {"agency": "局", "institution": "中心", "state_enterprise": "集团", "private_enterprise": "公司",
           "social_organisation": "协会", "school": "学校", "hospital": "医院", "financial": "银行", "property": "物业",
           "owners_committee": "业委会", "district_association": "商会", "other": "服务社"}
# What a partner offers: category, unit of measure, capacity of a year, people it reaches.
OFFERS = [("venues.room", "hour", 240, 300), ("venues.hall", "session", 24, 480), ("health.visit", "session", 20, 400),
          ("talent.teaching", "session", 16, 320), ("talent.legal", "hour", 120, 150)]
SERVICES = ["party_education", "elderly_care", "public_safety", "safe_community", "public_health", "minors", "home_services"]
AGES = [("18-34", 0.28), ("35-59", 0.47), ("60+", 0.25)]
SEXES = [("female", 0.51), ("male", 0.49)]
HOUSING = [("owner", 0.72), ("tenant", 0.28)]

# name, value of a year in order (a flow is entered as one row), newest value of a stock
STOCKS = {"fulltime_party_workers": 2, "party_committee_established": 0, "fulltime_deputy_secretaries": 1,
          "lagging_branches": 0, "lagging_branches_rectified": 0, "covenant_in_force": 1, "owners_committees_overdue": 0,
          "social_workers": 9, "certified_social_workers": 6, "volunteers": 220, "volunteers_with_points_card": 210,
          "social_organisations": 16, "community_police": 1, "legal_advisers": 1, "head_office_m2": 14,
          "other_private_offices": 0, "posts_combined": 1}
FLOWS = {"secretary_training_hours": 60, "disclosures_due": 12, "disclosures_published": 12, "commendations_published": 1,
         "key_matters_solved": 2, "requests_overdue": 0, "admission_violations": 0, "service_fund_yuan": 120000,
         "illegal_builds_unreported": 0, "flying_wires_unreported": 0, "fund_lines_late_or_short": 0, "log_attested": 1}


class District:
    """Builds Tables step by step; every method adds rows and returns what later steps refer to."""

    def __init__(self, seed, first, last, name, prefix="C"):
        self.draw, self.tables = Draw(seed), Tables()
        self.first, self.last = first, last  # the four quarters
        self.prefix = prefix
        self.communities, self.streets, self.units = [], [], []
        self.contracts, self.items = [], []
        self._logs = self._reviews = self._meetings = self._members = self._services = 0
        self.tables.add("areas", area_id="D01", parent_id=None, level="county", name=name, households=None, population=None,
                        opened_on=None)

    # areas

    def add_street(self, name):
        street = {"id": "T%02d" % (len(self.streets) + 1), "name": name, "communities": []}
        self.streets.append(street)
        self.tables.add("areas", area_id=street["id"], parent_id="D01", level="street", name=name)
        return street

    def add_community(self, street, name):
        households = self.draw.between(1500, 3000)
        community = {"id": "%s%03d" % (self.prefix, len(self.communities) + 1), "name": name, "street": street,
                     "households": households, "people": households * 27 // 10, "contracts": [], "facts": {}, "compounds": []}
        self.tables.add("areas", area_id=community["id"], parent_id=street["id"], level="community", name=name,
                        households=households, population=community["people"], opened_on="2005-01-01")
        for number in range(1, 4):
            compound = "%s-%d" % (community["id"], number)
            community["compounds"].append(compound)
            self.tables.add("areas", area_id=compound, parent_id=community["id"], level="compound",
                            name="%s%s小区" % (name, "一二三"[number - 1]), households=households // 3)
        for margin, levels in (("age_band", AGES), ("sex", SEXES), ("housing", HOUSING)):
            left = community["people"]
            for level, share in levels[1:]:
                count = int(community["people"] * share)
                left -= count
                self.tables.add("population", community_id=community["id"], margin=margin, level=level, count=count)
            self.tables.add("population", community_id=community["id"], margin=margin, level=levels[0][0], count=left)
        street["communities"].append(community)
        self.communities.append(community)
        return community

    def add_unit(self, area_id, name=None, kind=None):
        number = len(self.units) + 1
        kind = kind or KINDS[number % len(KINDS)]
        unit = {"id": "U%04d" % number, "kind": kind, "offers": []}
        self.units.append(unit)
        self.tables.add("units", unit_id=unit["id"], name=name or "第%d%s" % (number, KIND_ZH[kind]), kind=kind, area_id=area_id)
        return unit

    # contracts and what is promised

    def add_contract(self, community, unit=None, member_id=None, origin="negotiated"):
        negotiated = self.draw.date(self.first, self.first + 20 * DAY)
        signed = negotiated + self.draw.between(2, 8) * DAY
        starts = signed + self.draw.between(1, 5) * DAY
        contract = {"id": "K%05d" % (len(self.contracts) + 1), "community": community, "unit": unit, "starts": starts, "items": []}
        self.tables.add("contracts", contract_id=contract["id"], community_id=community["id"],
                        unit_id=unit["id"] if unit else None, member_id=member_id, origin=origin, negotiated_on=negotiated,
                        signed_on=signed, published_on=signed + self.draw.between(1, 12) * DAY,
                        published_by_unit_on=signed + self.draw.between(1, 14) * DAY if unit else None, reviewed_on=None,
                        starts_on=starts, ends_on=self.last + 365 * DAY)
        self.contracts.append(contract)
        if unit:
            community["contracts"].append(contract)
        return contract

    def add_item(self, contract, category, quantity, measured_in, people, listed="service", direction="to_community", done=1.0,
                 due=None, attendance=None, logs=4, **more):
        """An item of a contract and its logs: `done` of the quantity, `attendance` of the people, over `logs` logs."""
        number = len(self.items) + 1
        due = due or self.last - self.draw.between(5, 40) * DAY
        item = {"id": "M%05d" % number, "contract": contract, "people": people, "due": due}
        area = more.pop("work_area", None) or ["party_work", "resource_sharing", "service", "harmony"][number % 4]
        self.tables.add("commitments", commitment_id=item["id"], contract_id=contract["id"], project_id=more.pop("project_id", None),
                        direction=direction, list=listed, work_area=area, category=category, offer_id=more.pop("offer_id", None),
                        quantity=quantity, quantity_unit=measured_in, participants=people,
                        signups=more.pop("signups", people and people * 9 // 10), starts_on=contract["starts"], due_on=due,
                        budget=more.pop("budget", None), key=more.pop("key", 0), theme=more.pop("theme", None),
                        remedy=more.pop("remedy", None), remedied_on=more.pop("remedied_on", None), ended_on=None,
                        ended_reason=None, replaced_by=None)
        self.items.append(item)
        contract["items"].append(item)
        attendance = (85 + self.draw.below(14)) / 100 if attendance is None else attendance
        self._add_logs(item, quantity, people, done, attendance, logs, more)
        return item

    def _add_logs(self, item, quantity, people, done, attendance, logs, more):
        """Spread evenly, so that every quarter is served; the last closes the item when all is done."""
        span = (item["due"] - item["contract"]["starts"]).days
        whole, heads = round(quantity * done), round((people or 0) * attendance)
        for i in range(logs):
            part = whole * (i + 1) // logs - whole * i // logs
            came = heads * (i + 1) // logs - heads * i // logs
            on = item["contract"]["starts"] + (span * (i + 1) // logs) * DAY - (2 * DAY if i + 1 == logs else 0 * DAY)
            complete = done >= 1 and i + 1 == logs
            self._logs += 1
            self.tables.add("fulfilment", log_id="L%06d" % self._logs, commitment_id=item["id"], done_on=on, quantity=part,
                            participants=came if people is not None else None, residents=came * 3 // 4 if people is not None else None,
                            members=more.get("members_each", came // 5 if people is not None else None),
                            status="completed" if complete else "partial",
                            confirmed_by="community" if complete else None, recorded_on=on + self.draw.between(0, 6) * DAY,
                            recorder=more.get("recorder") or ("unit" if self._logs % 3 else "community"), evidence=None)

    def add_offer(self, unit, community, category, capacity, measured_in):
        number = self.tables.count("offers") + 1
        offer = {"id": "R%04d" % number, "category": category, "capacity": capacity, "unit": measured_in}
        self.tables.add("offers", offer_id=offer["id"], unit_id=unit["id"], provider_community_id=None, category=category,
                        capacity=capacity, capacity_unit=measured_in, available_from=self.first, available_to=self.last,
                        community_id=community["id"])
        return offer

    def add_partner(self, community, unit, done=1.0, use=None):
        """A partner's year: an offered resource that is drawn on, a service, and what the community does for it."""
        contract = self.add_contract(community, unit)
        category, measured_in, capacity, people = OFFERS[len(self.contracts) % len(OFFERS)]
        use = (42 + self.draw.below(40)) / 100 if use is None else use
        offer = self.add_offer(unit, community, category, capacity, measured_in)
        # Logs reach to the year's end: what is open is in use in each quarter.
        self.add_item(contract, category, max(2, round(capacity * use)), measured_in, people, listed="resource", done=done,
                      due=self.last - 2 * DAY, logs=8, offer_id=offer["id"])
        self.add_item(contract, self.draw.one_of(SERVICES), self.draw.between(4, 12), "session", self.draw.between(8, 30) * 10,
                      done=done)
        if len(self.contracts) % 3 == 0:
            self.add_item(contract, "social_security", self.draw.between(2, 6), "session", 40, listed="responsibility", direction="to_unit")
        return contract

    # people

    def add_members(self, community, n, pledged=True, reported=0, with_hours=True):
        """n members, `reported` of whom have reported for duty and served."""
        for i in range(n):
            self._members += 1
            member = "P%06d" % self._members
            on = self.draw.date(self.first - 300 * DAY, self.first)
            self.tables.add("members", member_id=member, community_id=community["id"], unit_id=None,
                            reported_on=on if i < reported else None, pledged_on=on if pledged else None)
            if i < reported:
                self.add_service(member, community, with_hours)

    def add_service(self, member, community, with_hours=True):
        self._services += 1
        self.tables.add("service", service_id="V%06d" % self._services, member_id=member, community_id=community["id"],
                        commitment_id=None, done_on=self.draw.date(self.first + 30 * DAY, self.last),
                        hours=self.draw.between(2, 12) / 2 if with_hours else None)

    def add_responses(self, community, n, satisfied):
        """n responses, exactly `satisfied` of them with 4 or 5."""
        for i in range(n):
            number = self.tables.count("surveys") + 1
            good = (i + 1) * satisfied // n > i * satisfied // n
            overall = (5 if self.draw.chance(0.4) else 4) if good else self.draw.between(1, 3)
            self.tables.add("surveys", response_id="S%06d" % number, community_id=community["id"],
                            compound_id=community["compounds"][i % 3], wave=None,
                            answered_on=self.draw.date(self.last - 80 * DAY, self.last - 10 * DAY), mode=("online", "visit", "phone")[i % 3],
                            age_band=AGES[self.draw.below(3)][0], sex=SEXES[i % 2][0], housing=HOUSING[0 if self.draw.chance(0.7) else 1][0],
                            weight=1, overall=overall, cobuilding=overall, want_1=self.draw.one_of(SERVICES),
                            want_2=self.draw.one_of(SERVICES))

    def add_need(self, community, category, people, consulted=True, answered=0.85):
        """A need of residents; most are answered by an item of one of the community's partners."""
        number = self.tables.count("needs") + 1
        items = [item for contract in community["contracts"] for item in contract["items"]]
        answer = self.draw.one_of(items)["id"] if items and self.draw.chance(answered) else None
        self.tables.add("needs", need_id="N%05d" % number, community_id=community["id"], unit_id=None, category=category,
                        raised_on=self.draw.date(self.first, self.last - 60 * DAY), people=people, priority=self.draw.between(1, 3),
                        source=("online", "visit", "assembly", "hotline")[number % 4],
                        consultation="纪要%d号" % number if consulted else None, commitment_id=answer)
        return "N%05d" % number

    def add_review(self, subject, subject_id, reviewer, grade, reviewer_id=None, on=None):
        self._reviews += 1
        self.tables.add("reviews", review_id="E%06d" % self._reviews, subject=subject, subject_id=subject_id, reviewer=reviewer,
                        reviewer_id=reviewer_id, grade=grade, reviewed_on=on or self.draw.date(self.last - 25 * DAY, self.last - DAY))

    def review_contract(self, contract, self_grade=4, counterpart=4):
        self.add_review("contract", contract["id"], "self", self_grade, contract["unit"]["id"])
        self.add_review("contract", contract["id"], "counterpart", counterpart, contract["community"]["id"])
        self.add_review("contract", contract["id"], "residents", self.draw.between(3, 5))

    # meetings and attested figures

    def add_meeting(self, area_id, kind, on, unit=None, initiator=None):
        self._meetings += 1
        self.tables.add("meetings", meeting_id="H%05d" % self._meetings, area_id=area_id, kind=kind, held_on=on,
                        unit_id=unit["id"] if unit else None, initiator=initiator, attendees=self.draw.between(8, 40),
                        minutes="纪要%d" % self._meetings)

    def quarter_days(self):
        """A day in each of the four quarters."""
        step = (self.last - self.first).days // 4
        return [self.first + (step * q + self.draw.between(10, 60)) * DAY for q in range(4)]

    def month_days(self):
        step = (self.last - self.first).days / 12
        return [self.first + (int(step * m) + self.draw.between(2, 20)) * DAY for m in range(12)]

    def add_community_meetings(self, community, forums=12, working=2, contacts=2):
        for on in self.month_days()[:forums]:
            self.add_meeting(community["id"], "forum", on)
        for on in self.quarter_days()[:working]:
            self.add_meeting(community["id"], "working", on)
        for contract, on in zip(community["contracts"][:contacts], self.quarter_days()):
            self.add_meeting(community["id"], "contact", on, unit=contract["unit"], initiator="community")

    def add_street_meetings(self, street, n=4):
        for on in self.quarter_days()[:n]:
            self.add_meeting(street["id"], "liaison", on)

    def add_facts(self, community, grids, **changed):
        """The attested figures of a community that keeps the standard, but for what is `changed`."""
        per_1000 = community["households"] / 1000
        values = dict(STOCKS, grids=grids, grids_with_branch=grids, service_area_m2=max(360, community["households"] * 36 // 100))
        flows = dict(FLOWS, work_fund_yuan=int(per_1000 * 105000), street_match_yuan=int(per_1000 * 105000))
        for name, value in changed.items():
            (values if name in values else flows)[name] = value
        for name, value in values.items():
            self.add_fact(community["id"], name, value, self.last - 45 * DAY)
        for name, value in flows.items():
            self.add_fact(community["id"], name, value, self.last - 20 * DAY)

    def add_fact(self, area_id, name, value, on):
        self.tables.add("facts", area_id=area_id, fact=name, value=value, as_of=on, recorded_on=on + DAY, source="社区台账",
                        evidence=None)

    def add_acceptance(self, community, stages, verdict="met"):
        for i, stage in enumerate(("self", "street", "county", "prefecture")[:stages]):
            self.tables.add("acceptance", community_id=community["id"], criterion_id=None, stage=stage,
                            verdict=verdict if i + 1 == stages else "met", decided_on=self.last - (20 - 5 * i) * DAY)
