"""simulate: the same request writes the same bytes; what was put in comes out of a run."""

import csv
import json

import qiyue
from qiyue import Run, Tap, workplace

LEAST = 24  # communities, for a design in which every criterion is met somewhere and missed somewhere


def simulate(folder, *extra):
    return Run(["simulate", folder, "--quiet", *extra])


def same_bytes_faults(scratch):
    """For any processors, locale and time; another seed is another assessment."""
    ways = {"once": {}, "again": {"LC_ALL": "C"}, "one-processor": {"LC_ALL": "C.UTF-8"}}
    for name, environment in ways.items():
        arguments = ["simulate", scratch / name, "--communities", 12, "--seed", 9, "--quiet"]
        if name == "one-processor":
            done = Run(["-c", "0", qiyue.QIYUE, *arguments], {**environment, "QY_PROGRAM": "taskset"})
        else:
            done = Run(arguments, environment)
        yield from done.expect(0)
    first = qiyue.files_of(scratch / "once")
    for name in list(ways)[1:]:
        other = qiyue.files_of(scratch / name)
        yield from (f"{file} differs: {name}" for file in sorted(set(first) | set(other)) if first.get(file) != other.get(file))
    yield from simulate(scratch / "seed", "--communities", 12, "--seed", 10).expect(0)
    if qiyue.files_of(scratch / "seed")["fulfilment.csv"] == first["fulfilment.csv"]:
        yield "the seed changes nothing"


def size_faults(scratch):
    """Rows as asked for, and truth.json tells them."""
    folder = scratch / "sized"
    yield from simulate(folder, "--communities", 7, "--logs", 4321, "--responses", "1.2k", "--service", 999).expect(0)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    for table, rows in truth["good_rows"].items():
        found = len(qiyue.rows_of(folder / f"{table}.csv"))
        if found != rows:
            yield f"{table}.csv has {found} rows, truth.json says {rows}"
    for table, rows in {"fulfilment": 4321, "surveys": 1200, "service": 999}.items():
        if truth["good_rows"][table] != rows:
            yield f"{table}: {truth['good_rows'][table]} rows, asked for {rows}"


def design_faults(scratch):
    """Each verdict is the one that the community was designed for; its satisfaction within the estimate's reach."""
    # 9, with few logs: a community with so few contracts that it has no unit to lend to the next.
    for words in (["--seed", 4], ["--seed", 9, "--logs", 6000]):
        yield from design_faults_of(words, scratch / f"designed-{words[1]}", scratch / f"designed-out-{words[1]}")


def design_faults_of(words, folder, out):
    yield from simulate(folder, "--communities", LEAST, *words).expect(0)
    yield from qiyue.run(folder, out, threads=2).expect(0)
    with open(folder / "truth.csv", encoding="utf-8", newline="") as file:
        truth = {row["community_id"]: row for row in csv.DictReader(file)}
    seen = set()
    for row in qiyue.rows_of(out / "criteria.csv"):
        designed = truth[row["community_id"]][row["criterion_id"]]
        seen.add((row["criterion_id"], designed))
        if designed and row["verdict"] != ("met" if designed == "1" else "not_met"):
            yield f"{row['community_id']} {row['criterion_id']}: {row['verdict']}, designed {designed}: {row['reason_en']}"
    missed = {criterion for criterion, designed in seen if designed == "0"}
    if len(missed) < 20:
        yield f"only {len(missed)} criteria are missed anywhere: too few to show anything"
    if any(designed == "" for _, designed in seen):
        yield "a criterion was not designed at this size"
    stars = {row["community_id"]: row["five_star"] for row in qiyue.rows_of(out / "stars.csv")}
    yield from (f"{area}: five_star {stars[area]}, designed {row['five_star']}" for area, row in truth.items() if stars[area] != row["five_star"])
    # 24 shares of some 200 answers each: a standard error is about 0.035, the mean of the differences about 0.007.
    satisfied = {
        row["subject_id"]: float(row["value"])
        for row in qiyue.rows_of(out / "measures.csv")
        if row["measure"] == "satisfied" and row["subject_id"] in truth
    }
    differences = [satisfied[area] - float(row["satisfaction"]) for area, row in truth.items()]
    if len(differences) != LEAST or abs(sum(differences) / LEAST) > 0.03 or max(map(abs, differences)) > 0.18:
        yield f"satisfaction isn't what was put in: {[round(d, 3) for d in differences]}"


def header_faults(scratch):
    """Chinese headers give the result of English ones."""
    for lang in ("en", "zh"):
        yield from simulate(scratch / lang, "--communities", 3, "--lang", lang).expect(0)
        yield from qiyue.run(scratch / lang, scratch / f"out-{lang}").expect(0)
    english, chinese = ((scratch / lang / "fulfilment.csv").read_bytes() for lang in ("en", "zh"))
    if "记录编号".encode() not in chinese or english.split(b"\n", 1)[1] != chinese.split(b"\n", 1)[1]:
        yield "--lang zh changes more than the header, or not the header"
    # Digests of the inputs differ; all that was computed doesn't.
    for name in ("measures", "criteria", "stars", "scores", "ranks", "second-look", "streets", "findings", "rejects"):
        a, b = ((scratch / f"out-{lang}" / f"{name}.csv").read_bytes() for lang in ("en", "zh"))
        if a != b:
            yield qiyue.first_difference(name, a, b)


def refusal_faults(scratch):
    """A folder with something in it is left alone."""
    folder = scratch / "full"
    folder.mkdir()
    (folder / "areas.csv").write_text("mine", encoding="utf-8")
    for command in ("simulate", "init"):
        yield from Run([command, folder]).expect(1)
    if qiyue.files_of(folder) != {"areas.csv": b"mine"}:
        yield "the folder was changed"
    for words in (["--period", "2026-07"], ["--size", "village"], ["--dirty=2"], ["--communities", "0"], ["--seed", "-1"]):
        yield from Run(["simulate", scratch / "never", *words]).expect(2)
    if (scratch / "never").exists():
        yield "a folder was made in spite of wrong words"


def edge_faults(scratch):
    """The smallest, the earliest and the latest; each runs, and refuses what it is told to have spoilt."""
    cases = {
        "one": ["--communities", 1],
        "no-logs": ["--communities", 2, "--logs", 0, "--responses", 0, "--service", 0],
        "few-logs": ["--communities", 3, "--logs", 10, "--responses", 2, "--service", 1, "--dirty"],
        "earliest": ["--communities", 2, "--period", "2011Q1"],
        "latest": ["--communities", 2, "--period", "2038Q4", "--dirty=0.5"],
    }
    for name, words in cases.items():
        folder = scratch / name
        yield from simulate(folder, *words).expect(0)
        spoilt = len(qiyue.rows_of(folder / "dirty.csv")) if (folder / "dirty.csv").exists() else 0
        done = Run(["check", folder, "--json"])
        yield from done.expect(3 if spoilt else 0)
        if json.loads(done.stdout)["refused_rows"] != spoilt:
            yield f"{name}: {json.loads(done.stdout)['refused_rows']} rows refused, {spoilt} spoilt"


def main():
    tap = Tap()
    with workplace() as scratch:
        for function in (same_bytes_faults, size_faults, design_faults, header_faults, refusal_faults, edge_faults):
            tap.run(f"simulate/{function.__name__.removesuffix('_faults').replace('_', '-')}", function, scratch)
    tap.done()


main()
