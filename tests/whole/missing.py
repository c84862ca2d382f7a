"""What is missing never raises a score: without any optional table, and without single rows of evidence.

Each optional table is taken away in turn, then rows of evidence (a log, a fact, a meeting, a service, a review in favour),
in every community at once and in many rounds. No verdict on what a community has may become met that wasn't, and no
community may come to have five stars, or more of them than before. Without a whole table no score rises either.

What says how the rest is to be read isn't evidence: population (calibration), questionnaire (scales), taxonomy, targets.
Rows that speak against a community (a poor grade, a need without consultation) raise what depends on them by going;
they are taken away here only as a whole table, and then the criterion must be without evidence.
"""

import collections
import random
import shutil
import sys

import qiyue
from qiyue import ROOT, Tap, read_table, rows_of, tables_in, workplace, write_table

REQUIRED = {"areas", "units", "contracts", "commitments", "fulfilment"}
HOW_TO_READ = {"population", "questionnaire", "taxonomy", "targets"}
# Criteria that rest on a table, and on it alone: without it they can't be told.
RESTS_ON = {
    "facts": "PB-H2 PB-H3 PB-N4 DE-H1 DE-H2 DE-N2 CI-H2 CI-H3 HA-H1 HA-H2 HA-N1 HA-N2 HA-N3 BE-H1 BE-N1 BE-N2 BE-N4",
    "meetings": "PB-N2 DE-N3", "members": "PB-N3", "service": "PB-N3", "needs": "DE-N1", "offers": "BE-H4 CI-N2",
    "reviews": "DE-H4 DE-N4", "surveys": "HA-H4",
}  # fmt: skip
INDEX_OF = {"needs": "mismatch", "offers": "utilisation_index", "surveys": "satisfaction"}
ROUNDS = 16
SIZE = ("--communities", "30", "--logs", "6000", "--responses", "3000")
DATASETS = ("review", "yuecheng")


class Outcome:
    """What a run says of each community."""

    def __init__(self, out):
        self.verdicts = {(r["community_id"], r["criterion_id"]): r for r in rows_of(out / "criteria.csv")}
        self.stars = {r["community_id"]: r for r in rows_of(out / "stars.csv")}
        self.scores = {(r["subject_id"], r["index"]): r["value"] for r in rows_of(out / "scores.csv")}


def risen(before, after):
    """Verdicts and stars that are better than they were."""
    for key, row in after.verdicts.items():
        if row["kind"] == "have" and row["verdict"] == "met" and before.verdicts[key]["verdict"] != "met":
            yield f"{' '.join(key)}: met, was {before.verdicts[key]['verdict']}: {row['reason_en']}"
    for community, row in after.stars.items():
        was = before.stars[community]
        if row["five_star"] > was["five_star"] or int(row["stars"]) > int(was["stars"]):
            yield f"{community}: {row['stars']} stars, were {was['stars']}"


def scores_risen(before, after):
    for key, value in after.scores.items():
        if value and key[1] != "mismatch" and (not before.scores[key] or float(value) > float(before.scores[key]) + 1e-9):
            yield f"{' '.join(key)}: {value}, was {before.scores[key] or 'nothing'}"


def unfounded(table, after):
    """Verdicts and indices that stand although all they rest on is gone."""
    for criterion in RESTS_ON.get(table, "").split():
        told = {v["verdict"] for (_, c), v in after.verdicts.items() if c == criterion} - {"no_evidence", "not_applicable", "not_due"}
        if told:
            yield f"{criterion}: {', '.join(sorted(told))}"
    if table in INDEX_OF:
        yield from (f"{' '.join(k)}: {v}" for k, v in after.scores.items() if k[1] == INDEX_OF[table] and v)


def run(folder, out):
    """Returns: the outcome, faults"""
    done = qiyue.run(folder, out, threads=2)
    faults = done.expect(0, 3)  # 3: without the questionnaire its word for "don't know" is out of range
    return (None if faults else Outcome(out)), faults


def without_table(folder, table, before, scratch):
    copy = scratch / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("out", f"{table}.csv"))
    after, faults = run(copy, scratch / "out-copy")
    if after is None:
        return faults
    faults = list(risen(before, after)) + list(unfounded(table, after))
    if table not in HOW_TO_READ:
        faults += scores_risen(before, after)
    return faults[:20]


def community_of(folder):
    """{table: function from a row (as a dictionary) to its community}"""
    contract = {r["contract_id"]: r["community_id"] for r in rows_of(folder / "contracts.csv")}
    item = {r["commitment_id"]: contract[r["contract_id"]] for r in rows_of(folder / "commitments.csv")}
    subject = {"contract": contract, "commitment": item}
    return {
        "fulfilment": lambda r: item[r["commitment_id"]],
        "facts": lambda r: r["area_id"],
        "meetings": lambda r: r["area_id"],
        "service": lambda r: r["community_id"],
        "reviews": lambda r: subject.get(r["subject"], {}).get(r["subject_id"]) if r["reviewer"] == "residents" else None,
    }


def pick(folder, draw):
    """One row of one table for each area: {table: numbers of the rows to go}"""
    area_of, chosen = community_of(folder), collections.defaultdict(set)
    by_area = collections.defaultdict(lambda: collections.defaultdict(list))
    for table, function in area_of.items():
        if (folder / f"{table}.csv").is_file():
            for number, row in enumerate(rows_of(folder / f"{table}.csv")):
                by_area[function(row)][table].append(number)
    by_area.pop(None, None)
    for area in sorted(by_area):
        table = draw.choice(sorted(by_area[area]))
        chosen[table].add(draw.choice(by_area[area][table]))
    return chosen


def without_rows(folder, seed, before, scratch):
    chosen, copy = pick(folder, random.Random(seed)), scratch / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("out"))
    for table, numbers in chosen.items():
        header, *rows = read_table(folder / f"{table}.csv")
        write_table(copy / f"{table}.csv", [header, *(row for n, row in enumerate(rows) if n not in numbers)])
    after, faults = run(copy, scratch / "out-copy")
    return faults if after is None else list(risen(before, after))[:20]


def check(tap, name, folder, scratch):
    before, faults = run(folder, scratch / f"out-{name}")
    if before is None:
        tap.case(f"{name}: runs", faults)
        return
    for table in sorted(p.stem for p in tables_in(folder)):
        if table not in REQUIRED and table != "truth":
            tap.run(f"{name}: without {table}", without_table, folder, table, before, scratch)
    for seed in range(ROUNDS):
        tap.run(f"{name}: without a row of evidence in each area, draw {seed}", without_rows, folder, seed, before, scratch)


def main():
    tap = Tap()
    with workplace() as scratch:
        simulated = scratch / "district"
        faults = qiyue.Run(["simulate", simulated, *SIZE, "--seed", 4]).expect(0)
        if faults:
            tap.case("simulates", faults)
        else:
            check(tap, "district", simulated, scratch)
        for name in DATASETS:
            check(tap, name, ROOT / "datasets" / name, scratch)
    tap.done()


if __name__ == "__main__":
    sys.exit(main())
