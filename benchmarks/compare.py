"""Runs qiyue and its peers in turn on the same data, several times, checks that they agree, and writes what came of it.

Each first runs once unmeasured: that warms the page cache, and its figures are those that are compared. Then all run in
turn, so that what disturbs the machine for a while disturbs them all.
"""

import argparse
import dataclasses
import datetime
import filecmp
import json
import os
import pathlib
import shutil
import subprocess
import sys

import machine
import profile_run
import results
from contenders import CONTENDERS, QIYUE, ROOT, SIZES, Assessment, disagreements, engine_figures, raw_measures

HERE = pathlib.Path(__file__).resolve().parent
WORK = ROOT / "build/benchmarks"
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": ""}
# Disagreements shown of one contender.
SHOWN = 10


class Failure(Exception):
    """What stops the benchmark; its text is for the person at the terminal."""


@dataclasses.dataclass
class Measured:
    """What one contender cost at one size: a figure a run."""

    seconds: list = dataclasses.field(default_factory=list)
    cpu_seconds: list = dataclasses.field(default_factory=list)
    peak_bytes: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class SizeResult:
    size: str
    input_bytes: int
    rows: int  # of the streamed tables
    n_figures: int = 0  # compared with each peer
    others_seconds: float = 0  # CPU seconds of everything else while runs were measured
    machine_seconds: float = 0  # CPU seconds that the machine had in that time
    measured: dict = dataclasses.field(default_factory=dict)  # name: Measured


def say(text):
    print(text, flush=True)


def simulate(folder, size, extra=()):
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([QIYUE, "simulate", folder, "--size", size, "--quiet", *extra], env=ENVIRONMENT, check=True)


def make_assessment(size, with_dirt):
    folder, dirty = WORK / size, WORK / f"{size}-dirty"
    say(f"{size}: making the data")
    simulate(folder, size)
    if with_dirt:
        simulate(dirty, size, ["--dirty"])
    cutoff = raw_measures.read_ini(folder).get("cutoff", "").strip() or "9999-12-31"
    return Assessment(size, folder, dirty, *raw_measures.read_setting(folder), cutoff)


def count_rows(folder):
    """Rows of the streamed tables; none of what simulate writes has a line end inside quotes."""
    total = 0
    for table in ("fulfilment", "surveys", "service"):
        with open(folder / f"{table}.csv", "rb") as file:
            total += sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) - 1
    return total


def out_of(contender):
    return WORK / "out" / (contender.name if contender.is_qiyue else f"{contender.name}.csv")


def run_once(contender, assessment):
    """Returns: what timed.py says of it"""
    said, log, out = WORK / "timed.json", WORK / "log", out_of(contender)
    out.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-IS", HERE / "timed.py", said, log, WORK, *contender.command(assessment, out)]
    subprocess.run(command, env=ENVIRONMENT, stdin=subprocess.DEVNULL, check=True)
    cost = json.loads(said.read_text(encoding="utf-8"))
    if cost["status"] != contender.status:
        told = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise Failure(f"{contender.label} ended with status {cost['status']} at {assessment.size}:\n{told}")
    return cost


def check_agreement(assessment, contenders):
    """All of qiyue's measures.csv are the same bytes, and each peer's figures the same numbers. Returns: figures compared"""
    ours = [c for c in contenders if c.is_qiyue and c.is_compared]
    n_figures = 0
    for other in ours[1:]:
        if not filecmp.cmp(out_of(ours[0]) / "measures.csv", out_of(other) / "measures.csv", shallow=False):
            raise Failure(f"{other.label} and {ours[0].label} wrote different measures.csv at {assessment.size}")
    engine = engine_figures(out_of(ours[0]))
    for peer in (c for c in contenders if not c.is_qiyue):
        lines, n_figures = disagreements(peer, out_of(peer), engine)
        if lines:
            shown = "\n".join(f"  {line}" for line in lines[:SHOWN])
            raise Failure(f"{peer.label} disagrees with measures.csv in {len(lines)} of {n_figures} figures at {assessment.size}:\n{shown}")
    return n_figures


def measure_size(size, contenders, options):
    contenders = [c for c in contenders if SIZES.index(size) <= SIZES.index(c.largest)]
    assessment = make_assessment(size, any(not c.is_compared for c in contenders))
    result = SizeResult(size, sum(p.stat().st_size for p in assessment.folder.glob("*.csv")), count_rows(assessment.folder))
    n_runs = {}
    for contender in contenders:
        cost = run_once(contender, assessment)
        n_runs[contender.name] = max(1, min(options.runs, int(options.seconds / cost["seconds"])))
        result.measured[contender.name] = Measured()
        say(f"{size}: {contender.label}: first run {cost['seconds']:.3f} s, {n_runs[contender.name]} more to be measured")
    result.n_figures = check_agreement(assessment, contenders)
    say(f"{size}: all agree in {result.n_figures:,} figures")
    for turn in range(options.runs):
        for contender in contenders:
            if turn < n_runs[contender.name]:
                before = machine.busy_seconds()
                cost = run_once(contender, assessment)
                result.others_seconds += max(0, machine.busy_seconds() - before - cost["cpu_seconds"])
                result.machine_seconds += cost["seconds"] * os.cpu_count()
                for what in ("seconds", "cpu_seconds", "peak_bytes"):
                    getattr(result.measured[contender.name], what).append(cost[what])
    return result, assessment


def parse(arguments):
    parser = argparse.ArgumentParser(prog="benchmarks/run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="district,city,province", help=f"of {', '.join(SIZES)} (default: %(default)s)")
    parser.add_argument("--only", help="some of: " + ", ".join(c.name for c in CONTENDERS))
    parser.add_argument("--runs", type=int, default=5, help="measured runs of each (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=120, help="fewer runs of what takes longer than this in all (default: %(default)s)")
    parser.add_argument("--profile", default="district,city", help="sizes at which perf looks where time goes (default: %(default)s; none: '')")
    parser.add_argument("--results", type=pathlib.Path, default=HERE, help="folder for RESULTS.md and growth.svg (default: benchmarks)")
    parser.add_argument("--keep", action="store_true", help="leave the data in build/benchmarks")
    options = parser.parse_args(arguments)
    options.sizes = [size for size in SIZES if size in options.sizes.split(",")]
    names = (options.only or ",".join(c.name for c in CONTENDERS)).split(",")
    options.contenders = [c for c in CONTENDERS if c.name in names]
    if not options.sizes or not any(c.is_qiyue and c.is_compared for c in options.contenders):
        parser.error("nothing to compare: wants a size, and qiyue among those compared")
    return options


def main():
    options = parse(sys.argv[1:])
    started = datetime.datetime.now(datetime.timezone.utc)
    load = os.getloadavg()[0]
    if machine.build_type() != "release":
        say("build/ is no release build: meson configure build -Dbuildtype=release")
        return 1
    WORK.mkdir(parents=True, exist_ok=True)
    sizes, profiles = [], []
    try:
        for size in options.sizes:
            result, assessment = measure_size(size, options.contenders, options)
            sizes.append(result)
            if size in options.profile.split(",") and profile_run.is_possible():
                profiles.append(profile_run.look(assessment, WORK))
            if not options.keep:
                shutil.rmtree(assessment.folder)
                shutil.rmtree(assessment.dirty, ignore_errors=True)
    except Failure as failure:
        say(str(failure))
        return 1
    options.results.mkdir(parents=True, exist_ok=True)
    (options.results / "RESULTS.md").write_text(results.page(sizes, profiles, machine.describe(WORK), started, load), encoding="utf-8")
    (options.results / "growth.svg").write_text(results.growth(sizes), encoding="utf-8")
    say(f"written: {options.results / 'RESULTS.md'}")
    if not options.keep:
        shutil.rmtree(WORK / "out", ignore_errors=True)
    return 0


sys.exit(main())
