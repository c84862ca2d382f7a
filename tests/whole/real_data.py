"""Public data that nobody here wrote, through `qiyue import` and `qiyue run`: Boston's promises and Kansas City's survey.
The data are read from ../shared; without it every case is skipped."""

import csv
import decimal

import qiyue
from qiyue import ROOT, SHARED, Tap, rows_of, workplace

DATASETS = ROOT / "datasets"
REAL = SHARED / "real-data"


def imported(source, dataset, folder):
    """Returns: faults; the assessment is in @folder/in, its results in @folder/out"""
    faults = qiyue.Run(["import", REAL / source, "--with", DATASETS / dataset / "import.sql", "--out", folder / "in"]).expect(0)
    rules = DATASETS / dataset / "rules"
    extra = ("--rules", rules if rules.is_dir() else DATASETS / "rules", "--quiet")
    return faults or qiyue.run(folder / "in", folder / "out", extra=extra).expect(0)


def figures(out):
    return {(r["subject_id"], r["measure"]): r for r in rows_of(out / "measures.csv") if not r["category"]}


def city_flags():
    """The city's own flag, counted: {(year, neighbourhood): [due, on time, late, open]}"""
    counts = {}
    for year in ("2013", "2015"):
        with open(REAL / f"boston-311/filtered_{year}.csv", encoding="utf-8", newline="") as file:
            for case in csv.DictReader(file):
                if not case["sla_target_dt"].strip():
                    continue
                place = case["neighborhood"].strip() or "(none)"
                kind = 1 if case["on_time"] == "ONTIME" else 2 if case["closed_dt"].strip() else 3
                for key in ((year, place), ("all", place), (year, "all")):
                    counts.setdefault(key, [0, 0, 0, 0])[0] += 1
                    counts[key][kind] += 1
    return counts


def each_promise(folder):
    """The flag of every single case, from the tables that the import wrote."""
    done = {r["commitment_id"]: r["done_on"] for r in rows_of(folder / "in/fulfilment.csv")}
    due = {r["commitment_id"]: r["due_on"] for r in rows_of(folder / "in/commitments.csv")}
    for year in ("2013", "2015"):
        with open(REAL / f"boston-311/filtered_{year}.csv", encoding="utf-8", newline="") as file:
            for case in csv.DictReader(file):
                number = case["case_enquiry_id"]
                on_time = number not in due or (number in done and done[number] <= due[number])
                if on_time != (case["on_time"] == "ONTIME"):
                    yield f"case {number}: the city says {case['on_time']}"


def boston_by_neighbourhood(folder):
    """What the run counts for each neighbourhood is what the city's flags come to."""
    measured = figures(folder / "out")
    for (year, place), wanted in city_flags().items():
        if year != "all":
            continue
        got = [int(measured[place, m]["value"]) for m in ("promises", "promises_on_time", "promises_late", "promises_open")]
        if got != wanted:
            yield f"{place}: due, on time, late, open are {got}, by the city's flag {wanted}"


def boston_totals(folder):
    with open(DATASETS / "boston-311/expected.csv", encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    flags = city_flags()
    for row in expected:
        if flags[row["year"], "all"] != [int(row[k]) for k in ("due", "on_time", "late", "open")]:
            yield f"{row['year']}: the file has {flags[row['year'], 'all']}, expected.csv {row}"
    measured = figures(folder / "out")
    for measure, key in (("promises", "due"), ("promises_on_time", "on_time"), ("promises_late", "late"), ("promises_open", "open")):
        got, wanted = int(measured["boston", measure]["value"]), sum(int(row[key]) for row in expected)
        if got != wanted:
            yield f"{measure}: {got}, wanted {wanted}"


def kansas_city(folder):
    measured = figures(folder / "out")
    with open(DATASETS / "kcmo/expected.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            figure = measured[row["subject"], row["measure"]]
            share = round(decimal.Decimal(figure["num"]) / decimal.Decimal(figure["den"]), 4)
            if (share, int(figure["den"])) != (decimal.Decimal(row["value"]), int(row["n"])):
                yield f"{row['subject']} {row['measure']}: {share} of {figure['den']}, wanted {row['value']} of {row['n']}"
            estimate = measured[row["subject"], row["measure"].replace("_satisfied", "_estimate")]
            if abs(decimal.Decimal(estimate["value"]) - share) > decimal.Decimal("0.0001"):
                yield f"{row['subject']} {row['measure']}: the estimate is {estimate['value']}"


def main():
    tap = Tap()
    sets = {
        "boston-311": ("boston-311", [("each promise has the city's flag", each_promise), ("neighbourhoods", boston_by_neighbourhood), ("totals", boston_totals)]),
        "kcmo-resident-survey": ("kcmo", [("satisfied shares by district", kansas_city)]),
    }
    for source, (dataset, cases) in sets.items():
        if not (REAL / source).is_dir():
            for name, _ in cases:
                tap.skip(f"{dataset}: {name}", "../shared is absent")
            continue
        with workplace() as folder:
            if tap.run(f"{dataset}: imported and run", imported, source, dataset, folder):
                for name, function in cases:
                    tap.run(f"{dataset}: {name}", function, folder)
    tap.done()


if __name__ == "__main__":
    main()
