"""Instructions of `qiyue run` for each row of a streamed table and for each community, counted by callgrind.

Times vary with the machine and its load; counts hardly do, so that a change that makes a row dearer shows at once. A
small assessment is run as it is, and again with more rows in one table, copies of its own under new ids: the difference
by the rows added is what a row costs, through all stages. For a community it is the difference between assessments of two
sizes, made with as many rows a community.

SHA-256 is left out (--digest none): how the library computes it depends on the processor.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
QIYUE = pathlib.Path(os.environ.get("QY_QIYUE", ROOT / "build/engine/cli/qiyue"))
BASELINE = HERE / "instructions.json"
sys.path.insert(0, str(ROOT / "tests"))
from tap import Tap  # noqa: E402

# Dearer by more than this share is a fault; cheaper by more than this asks for a new baseline, and is none.
TOLERANCE = 0.05
# Enough rows that what varies from run to run, some 0.1 % of the whole, stays below 1 % of a row's.
ROWS = {"fulfilment": 6000, "surveys": 3000, "service": 3000}
COPIES = {"fulfilment": "x", "surveys": "xy", "service": "xyzuvw"}  # a letter a copy
OPTIONS = {"fulfilment": "--logs", "surveys": "--responses", "service": "--service"}
COMMUNITIES = 8
TOTAL = re.compile(r"^(?:totals|summary): (\d+)", re.MULTILINE)


def simulate(folder, communities):
    """With as many rows a community, whatever their number."""
    rows = [text for table, n in ROWS.items() for text in (OPTIONS[table], str(n * communities // COMMUNITIES))]
    subprocess.run([QIYUE, "simulate", folder, "--communities", str(communities), *rows, "--quiet"], check=True)


def add_rows(folder, table):
    """Copies of each row, a letter after its id, which is the first column. Returns: rows added"""
    path = folder / f"{table}.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    copies = [f"{first}{letter},{rest}" for letter in COPIES[table] for first, _, rest in (row.partition(",") for row in rows)]
    path.write_text("".join([header, *rows, *copies]), encoding="utf-8", newline="")
    return len(copies)


def count(folder, scratch):
    """Instructions of a run, of all its processes."""
    files = scratch / "callgrind"
    files.mkdir()
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={files}/%p", QIYUE, "run", folder, "--out", scratch / "out", "--threads", "1", "--digest", "none", "--quiet"]
    done = subprocess.run(command, env={**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": ""}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"qiyue run under callgrind ended with status {done.returncode}:\n{done.stdout.decode('utf-8', 'replace')[-2000:]}")
    total = sum(int(TOTAL.search(path.read_text(encoding="utf-8"))[1]) for path in files.iterdir())
    shutil.rmtree(files)
    return total


def measure(scratch):
    """Returns: {what: instructions for one of it}"""
    base = scratch / "base"
    simulate(base, COMMUNITIES)
    whole = count(base, scratch)
    costs = {}
    for table in ROWS:
        more = scratch / table
        shutil.copytree(base, more)
        added = add_rows(more, table)
        costs[f"row of {table}"] = (count(more, scratch) - whole) / added
    larger = scratch / "larger"
    simulate(larger, 2 * COMMUNITIES)
    costs["community"] = (count(larger, scratch) - whole) / COMMUNITIES
    costs["run of no community"] = whole - COMMUNITIES * costs["community"]
    return {what: round(cost) for what, cost in costs.items()}


def compiler():
    """What compiled it, since that decides the counts; it's told, not compared."""
    done = subprocess.run(["gcc", "--version"], stdout=subprocess.PIPE, text=True, check=False)
    return done.stdout.split("\n")[0]


def faults_of(cost, was):
    if was is None:
        yield f"{cost:,} instructions, and instructions.json has no such line: benchmarks/instructions --update"
    elif cost > was * (1 + TOLERANCE):
        yield f"{cost:,} instructions, {cost / was - 1:+.1%} against {was:,}; at most {TOLERANCE:+.0%}. Where it is meant: benchmarks/instructions --update"


def main():
    tap, began = Tap(), time.monotonic()
    if shutil.which("valgrind") is None:
        tap.skip("instructions", "valgrind is not installed (benchmarks/setup --instructions)")
        tap.done()
    with tempfile.TemporaryDirectory(prefix="qiyue-instructions-") as scratch:
        costs = measure(pathlib.Path(scratch))
    if "--update" in sys.argv[1:]:
        BASELINE.write_text(json.dumps({"compiler": compiler(), "instructions": costs}, indent=2) + "\n", encoding="utf-8")
    baseline = json.loads(BASELINE.read_text(encoding="utf-8"))["instructions"]
    for what, cost in costs.items():
        was = baseline.get(what)
        tap.case(f"instructions/{what.replace(' ', '-')}", faults_of(cost, was))
        print(f"# {what}: {cost:,}" + (f" ({cost / was - 1:+.2%})" if was else ""))
        if was and cost < was * (1 - TOLERANCE):
            print("# cheaper than instructions.json says: benchmarks/instructions --update keeps what was won")
    print(f"# {time.monotonic() - began:.0f} s")
    tap.done()


main()
