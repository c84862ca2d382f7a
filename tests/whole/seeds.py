"""Every figure that the public sources report (datasets/expected.csv), one case each: it comes out of a run, or the reason why it can't is told.

Also: the made assessments are what their script makes, and where ../shared is present no reported figure is forgotten.
"""

import configparser
import csv
import decimal
import filecmp
import functools
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import qiyue
from qiyue import ROOT, SHARED, Tap, rows_of, table_of, workplace

DATASETS = ROOT / "datasets"
EXPECTED = DATASETS / "expected.csv"
MADE = ("yuecheng", "review", "shaoxing", "changxiu")
RATIO_DIGITS = 4  # as the sources give shares
SCRATCH = tempfile.TemporaryDirectory(prefix="qiyue-seeds-")

DICTIONARY_COUNTS = {  # what init and the record show of the data dictionary
    "steps of a contract": lambda: len([c for c in header("contracts") if c in ("negotiated_on", "signed_on", "published_on", "reviewed_on")]) + ("log_id" in header("fulfilment")),
    "words of commitments.work_area": lambda: words("work_area"),
    "words of acceptance.stage": lambda: words("stage"),
    "menus (commitments.list without project)": lambda: words("list") - 1,
    "resource classes": lambda: len({group["parent"] for group in groups()}),
    "resource groups": lambda: len(groups()),
}


@functools.cache
def run_of(dataset, rules, as_of=""):
    """OUT of one run; a run serves all cases that read it."""
    folder = DATASETS / dataset
    if as_of:
        folder = pathlib.Path(SCRATCH.name) / f"{dataset}-{as_of}"
        shutil.copytree(DATASETS / dataset, folder, ignore=shutil.ignore_patterns("out"))
        settings = configparser.ConfigParser()
        settings.read(folder / "assessment.ini", encoding="utf-8")
        settings["assessment"].update({"as_of": as_of, "period": as_of[:4] + "Q4"})
        with open(folder / "assessment.ini", "w", encoding="utf-8") as file:
            settings.write(file)
    out = pathlib.Path(SCRATCH.name) / f"out-{dataset}-{pathlib.Path(rules).name}-{as_of}"
    done = qiyue.run(folder, out, extra=("--rules", ROOT / rules, "--quiet"))
    faults = done.expect(0)
    if faults:
        raise RuntimeError("\n".join(faults))
    return out


@functools.cache
def figures(dataset, rules="datasets/rules"):
    """{(subject, measure): row} of the measures without further keys."""
    return {(r["subject_id"], r["measure"]): r for r in rows_of(run_of(dataset, rules) / "measures.csv") if not r["category"]}


@functools.cache
def forms():
    folder = pathlib.Path(SCRATCH.name) / "forms"
    if qiyue.Run(["init", folder]).status != 0:
        raise RuntimeError("qiyue init failed")
    return folder


def header(table):
    return qiyue.read_table(forms() / f"{table}.csv")[0]


@functools.cache
def dictionary():
    return (ROOT / "docs/dictionary.md").read_text(encoding="utf-8")


def words(column):
    """How many words the closed list of a column has, by docs/dictionary.md (which a test holds against the engine)."""
    lines = (line.split("|") for line in dictionary().splitlines() if line.startswith("| "))
    return next(len(cells[-2].split(",")) for cells in lines if cells[1].strip(" *") == column and "word" in cells[3])


def groups():
    """The groups of the default taxonomy, as init writes it; service classes have none."""
    return [row for row in rows_of(forms() / "taxonomy.csv") if row["parent"]]


def compare(name, got, wanted, relation):
    got, wanted = decimal.Decimal(got), decimal.Decimal(wanted)
    got = round(got, RATIO_DIGITS) if wanted != wanted.to_integral_value() else got
    held = {"=": got == wanted, ">=": got >= wanted, "<": 0 < got < wanted}[relation or "="]
    if not held:
        yield f"{name}: {got}, wanted {relation} {wanted}"


def subject_of(dataset, subject):
    if not subject.startswith("name:"):
        return subject
    areas = qiyue.read_table(DATASETS / dataset / "areas.csv")
    at = areas[0].index("name")
    return next(row[0] for row in areas if row[at] == subject[5:])


def check_measure(row):
    figure = figures(row["dataset"])[subject_of(row["dataset"], row["subject"]), row["figure"]]
    # A count of those that fit is reported as a share of all.
    value = decimal.Decimal(figure["num"]) / decimal.Decimal(figure["den"]) if row["unit"] == "ratio" and figure["den"] else figure["value"]
    return compare(row["name"], value, row["value"], row["relation"])


def check_least(row):
    least = min(decimal.Decimal(r["value"]) for (_, m), r in figures(row["dataset"]).items() if m == row["figure"] and r["level"] == row["subject"])
    return compare(row["name"], least, row["value"], row["relation"])


def parameters(as_of=""):
    manifest = json.loads((run_of("changxiu", "rules/five-star", as_of) / qiyue.MANIFEST).read_text(encoding="utf-8"))
    return {key.removeprefix("param."): value for key, value in manifest.items() if key.startswith("param.")}


def check_below(row):
    """How many communities lie below a threshold, written as measure<parameter."""
    measure, parameter = row["figure"].split("<")
    limit = decimal.Decimal(parameters()[parameter])
    values = [r for (_, m), r in figures(row["dataset"], "rules/five-star").items() if m == measure and r["level"] == row["subject"] and r["value"]]
    return compare(row["name"], sum(decimal.Decimal(r["value"]) < limit for r in values), row["value"], row["relation"])


def check_parameter(row):
    return compare(row["name"], parameters(row["subject"])[row["figure"]], row["value"], row["relation"])


def check_count(row):
    if row["dataset"] == "dictionary":
        return compare(row["name"], DICTIONARY_COUNTS[row["figure"]](), row["value"], row["relation"])
    standard = table_of(run_of("changxiu", "rules/five-star") / qiyue.RECORD, "standard")
    stars = {r["star"] for r in standard}
    each = {(s, k): sum(r["star"] == s and r["kind"] == k for r in standard) for s in stars for k in ("have", "have-not")}
    counts = {
        "stars": [len(stars)], "criteria": [len(standard)], "owners": [declared_owners()],
        "have": [sum(r["kind"] == "have" for r in standard)], "have-not": [sum(r["kind"] == "have-not" for r in standard)],
        "have per star": [each[s, "have"] for s in stars], "have-not per star": [each[s, "have-not"] for s in stars],
    }  # fmt: skip
    return [fault for count in counts[row["figure"]] for fault in compare(row["name"], count, row["value"], row["relation"])]


def declared_owners():
    return (ROOT / "rules/five-star/standard.lua").read_text(encoding="utf-8").count("\nowner {")


CHECKS = {"measure": check_measure, "least": check_least, "below": check_below, "parameter": check_parameter, "count": check_count}


def remade(name):
    with workplace() as folder:
        subprocess.run([sys.executable, DATASETS / "make/make.py", name, "--into", folder], check=True, stdout=subprocess.DEVNULL)
        made, kept = folder / name, DATASETS / name
        names = sorted({p.name for p in made.iterdir()} | {p.name for p in kept.iterdir() if p.is_file()})
        _, differ, absent = filecmp.cmpfiles(made, kept, names, shallow=False)
        return [f"{name}/{file} is not what make.py writes" for file in differ + absent]


def not_forgotten(expected):
    with open(SHARED / "seed-facts.csv", encoding="utf-8", newline="") as file:
        for seed in csv.DictReader(file):
            row = expected.get(seed["name"])
            if row is None:
                yield f"{seed['name']} is missing"
            elif row["value"] != seed["value"]:
                yield f"{seed['name']} is {row['value']}, the source says {seed['value']}"


def main():
    tap = Tap()
    with open(EXPECTED, encoding="utf-8", newline="") as file:
        expected = {row["name"]: row for row in csv.DictReader(file)}
    for name in MADE:
        tap.run(f"{name} is what its script makes", remade, name)
    for name, row in expected.items():
        if row["how"]:
            tap.run(f"{name} = {row['value']} {row['unit']}", CHECKS[row["how"]], row)
        else:
            tap.case(f"{name}: not reproduced: {row['why_not']}", [] if row["why_not"] else ["no reason is given"])
    if (SHARED / "seed-facts.csv").exists():
        tap.run("no reported figure is forgotten", not_forgotten, expected)
    else:
        tap.skip("no reported figure is forgotten", "../shared is absent")
    tap.done()


if __name__ == "__main__":
    main()
