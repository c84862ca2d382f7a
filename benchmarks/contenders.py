"""Who is measured, how each is started, and how its figures are read.

A contender gets the folder of an assessment and leaves its figures: qiyue a folder with measures.csv, a peer a file
with the columns of the table `figure` of tests/reference/raw-measures.sql.
"""

import csv
import dataclasses
import decimal
import functools
import pathlib
import sys
import typing

ROOT = pathlib.Path(__file__).resolve().parents[1]
PEERS = ROOT / "benchmarks/peers"
QIYUE = ROOT / "build/engine/cli/qiyue"
sys.path.insert(0, str(ROOT / "tests/whole"))
import raw_measures  # noqa: E402

SIZES = ("district", "city", "province", "ten-provinces")
# Those that design has fixed; others of the pack are compared by tests/whole/raw_measures.py.
RAW = raw_measures.MEASURES[:27]
assert RAW[-1] == "list_completed"
ULP = decimal.Decimal("1e-9")


@dataclasses.dataclass(frozen=True)
class Assessment:
    """What is scored, and what a peer must be told of assessment.ini."""

    size: str
    folder: pathlib.Path
    dirty: pathlib.Path  # the same with bad rows
    as_of: str
    first: str
    year_first: str
    top: int
    cutoff: str

    def settings(self):
        return [self.as_of, self.first, self.year_first, str(self.top), self.cutoff]


@dataclasses.dataclass(frozen=True)
class Contender:
    name: str
    label: str
    does: str
    threads: int
    command: typing.Callable  # (Assessment, out) -> arguments
    largest: str = SIZES[-1]  # size; of what is larger it is not asked
    status: int = 0
    # Its figures of these are doubles, and may be off by one in the ninth digit.
    rounded: frozenset = frozenset()

    @property
    def is_qiyue(self):
        return self.name.startswith("qiyue")

    @property
    def is_compared(self):
        """Not where rows were refused, which no peer does."""
        return self.status == 0


def qiyue_command(threads, digest, dirty, assessment, out):
    folder = assessment.dirty if dirty else assessment.folder
    return [str(QIYUE), "run", str(folder), "--out", str(out), "--threads", str(threads), "--digest", digest, "--quiet"]


def qiyue(name, label, does, threads, digest, dirty=False):
    return Contender(name, label, does, threads, functools.partial(qiyue_command, threads, digest, dirty), status=3 if dirty else 0)


def duckdb_command(assessment, out):
    return ["node", str(PEERS / "duckdb.mjs"), str(assessment.folder), str(out), "2", *assessment.settings()]


def data_table_command(assessment, out):
    return ["Rscript", "--vanilla", str(PEERS / "data-table.R"), str(assessment.folder), str(out), "2", *assessment.settings()]


def sqlite_command(assessment, out):
    values = ", ".join(f"'{value}'" if isinstance(value, str) else str(value) for value in (assessment.as_of, assessment.first, assessment.year_first, assessment.top, assessment.cutoff))
    return [
        "sqlite3", "-batch", "-bail", ":memory:", f".cd '{assessment.folder}'",
        "CREATE TABLE setting (as_of, first, year_first, top, cutoff)", f"INSERT INTO setting VALUES ({values})",
        f".read '{PEERS / 'sqlite-tables.sql'}'", f".read '{ROOT / 'tests/reference/raw-measures.sql'}'",
        ".mode csv", ".headers on", f".once '{out}'", "SELECT * FROM figure ORDER BY measure, subject, category",
    ]  # fmt: skip


WHOLE = "everything: checks, all measures, verdicts, scores, record, CSV, report"
MEASURES_ONLY = "the 27 raw measures"
CONTENDERS = (
    qiyue("qiyue", "qiyue", WHOLE, 2, "sha256"),
    qiyue("qiyue-no-digest", "qiyue --digest none", "the same without SHA-256 of the inputs", 2, "none"),
    qiyue("qiyue-1", "qiyue --threads 1", WHOLE, 1, "sha256"),
    qiyue("qiyue-1-no-digest", "qiyue --threads 1 --digest none", "the same without SHA-256 of the inputs", 1, "none"),
    qiyue("qiyue-dirty", "qiyue, 1 % bad rows", "the same, and every bad row named", 2, "sha256", dirty=True),
    Contender("duckdb", "DuckDB", MEASURES_ONLY, 2, duckdb_command),
    Contender("data.table", "data.table", MEASURES_ONLY, 2, data_table_command, "province", rounded=frozenset(["total_variation"])),
    Contender("sqlite", "SQLite", MEASURES_ONLY, 1, sqlite_command, "province"),
)


def read_figures(path):
    """Returns: {(subject, level, measure, category): (value, num, den, n)} of a peer's file"""
    figures = {}
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            num, den, n = int(row["num"]), int(row["den"] or 0), int(row["n"]) if row["n"] else None
            if row["den"]:
                value = raw_measures.half_up(num, den * 10 ** (int(row["num_scale"]) - int(row["den_scale"])), raw_measures.RATIO_DIGITS)
            else:
                value = decimal.Decimal(num).scaleb(-int(row["num_scale"]))
            figures[row["subject"], row["level"], row["measure"], row["category"]] = (value, None, None, n)
    return figures


def settle(expected, got, rounded):
    """Takes the engine's ninth digit where a double may be off by one of it."""
    for key, (value, _, _, n) in expected.items():
        if key[2] in rounded and key in got and abs(got[key][0] - value) <= ULP:
            expected[key] = (got[key][0], None, None, n)


def by_measure(figures):
    """Returns: {measure: its figures}"""
    parts = {measure: {} for measure in RAW}
    for key, figure in figures.items():
        parts[key[2]][key] = figure
    return parts


def disagreements(contender, path, engine):
    """What a peer's file says otherwise than measures.csv (@engine: by_measure): lines, none where all is the same; and the
    number of figures compared."""
    figures = by_measure(read_figures(path))
    lines = []
    for measure in RAW:
        if not figures[measure]:
            lines.append(f"{contender.label} has no figure of {measure}")
        settle(figures[measure], engine[measure], contender.rounded)
        lines += raw_measures.differences(measure, figures[measure], engine[measure])
    return lines, sum(map(len, figures.values()))


def engine_figures(out):
    """What measures.csv of the folder OUT says of the raw measures, by measure."""
    return by_measure({key: figure for key, figure in raw_measures.engine(out).items() if key[2] in RAW})
