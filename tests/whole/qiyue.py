"""qiyue from outside: run it, read what it wrote, compare. For the tests of the whole program; Python's library only."""

import contextlib
import csv
import io
import os
import pathlib
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = pathlib.Path(os.environ.get("QY_SOURCE_ROOT", HERE.parents[1]))
QIYUE = pathlib.Path(os.environ.get("QY_QIYUE", ROOT / "build/engine/cli/qiyue"))
SHARED = pathlib.Path(os.environ.get("QY_SHARED", ROOT.parent / "shared"))
SANITIZED = "QY_SANITIZED" in os.environ
LIMIT = 240 if SANITIZED else 60
MEMORY_NEEDED = 1 << 30

sys.path.insert(0, str(ROOT / "tests"))
from tap import Tap  # noqa: E402,F401  (for those who import this)

RECORD = "result.qiyue"
MANIFEST = "manifest.json"
REPORT = "report.html"
# What says which bytes were read; differs where the same content is written otherwise.
INPUT_TABLES = {"manifest", "inputs"}


class Run:
    """One run of the program and what came of it."""

    def __init__(self, arguments, environment=None):
        variables = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "", **(environment or {})}
        self.arguments = [str(a) for a in arguments]
        done = subprocess.run(
            [str(QIYUE) if "QY_PROGRAM" not in variables else variables["QY_PROGRAM"], *self.arguments],
            env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LIMIT, check=False,
        )  # fmt: skip
        self.status, self.stdout, self.stderr = done.returncode, done.stdout, done.stderr

    @property
    def console(self):
        return self.stdout + self.stderr

    def expect(self, *statuses):
        """Returns: faults"""
        if self.status in statuses:
            return []
        told = self.console.decode("utf-8", "replace").strip()[-1500:]
        return [f"qiyue {' '.join(self.arguments)}: status {self.status}, wanted {' or '.join(map(str, statuses))}\n{told}"]


def run(folder, out, threads=None, chunk=None, environment=None, extra=()):
    arguments = ["run", folder, "--out", out]
    arguments += ["--threads", threads] if threads else []
    arguments += ["--chunk", chunk] if chunk else []
    return Run([*arguments, *extra], environment)


def roomy_memory():
    """A folder in memory, where a run needn't wait for a disk to sync; None where there is no room."""
    folder = pathlib.Path("/dev/shm")
    return folder if folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > MEMORY_NEEDED else None


@contextlib.contextmanager
def workplace():
    """An empty folder that goes when it is left."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="qiyue-test-", dir=None if "TMPDIR" in os.environ else roomy_memory()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def files_of(folder):
    """Returns: {name: bytes} of every file in the folder"""
    folder = pathlib.Path(folder)
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()} if folder.is_dir() else {}


def rows_of(path):
    """Rows of a CSV of OUT, as dictionaries."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def table_of(record, table):
    """Rows of a table of result.qiyue, as dictionaries."""
    with contextlib.closing(sqlite3.connect(f"file:{record}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f'SELECT * FROM "{table}" ORDER BY rowid')]


def dump_of(record, without=frozenset()):
    """The record as text, table by table, without those named."""
    lines = []
    with contextlib.closing(sqlite3.connect(f"file:{record}?mode=ro", uri=True)) as connection:
        tables = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        for name, sql in tables:
            if name not in without:
                lines.append(sql)
                lines += [repr(row) for row in connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid')]
    return lines


def first_difference(name, a, b):
    """Where two sequences of lines or bytes part, in one line."""
    if isinstance(a, bytes):
        a, b = a.splitlines(), b.splitlines()
    for number, (left, right) in enumerate(zip(a, b), 1):
        if left != right:
            return f"{name}, line {number}: {left[:300]!r} became {right[:300]!r}"
    return f"{name}: {len(a)} lines became {len(b)}"


def without_inputs(report):
    """report.html without what it says of the bytes of its inputs: digests and encodings."""
    return re.sub(rb"\b[0-9a-f]{64}\b|<td>(?:UTF-8|GB18030)</td>", b"", report)


def out_differences(old, new, same_inputs=True):
    """What differs between two folders OUT, but for the manifest's time.
    @same_inputs: False where the same content stood in other bytes; then what is said of those bytes may differ."""
    a, b = files_of(old), files_of(new)
    for name in sorted(set(a) ^ set(b)):
        yield f"{name}: only in {'the first' if name in a else 'the second'}"
    for name in sorted(set(a) & set(b) - {MANIFEST}):
        if a[name] == b[name] or (not same_inputs and name == REPORT and without_inputs(a[name]) == without_inputs(b[name])):
            continue
        if name != RECORD:
            yield first_difference(name, a[name], b[name])
            continue
        left, right = (dump_of(pathlib.Path(folder) / RECORD, frozenset() if same_inputs else INPUT_TABLES) for folder in (old, new))
        if left != right:
            yield first_difference(name, left, right)
        elif same_inputs:
            yield f"{name}: the same rows in other bytes"


# ---- the same assessment, written otherwise ----


def tables_in(folder):
    return sorted(p for p in pathlib.Path(folder).iterdir() if p.suffix == ".csv")


def read_table(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def write_table(path, rows, encoding="utf-8", delimiter=",", line_end="\n", quoting=csv.QUOTE_MINIMAL):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))


def rewritten(folder, target, rows_changed=lambda table, rows: rows, **how):
    """Copies an assessment with each table passed through @rows_changed and written as @how says."""
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns("out"))
    for path in tables_in(target):
        write_table(path, rows_changed(path.stem, read_table(path)), **how)
    return target


def shuffled(seed):
    def change(_, rows):
        body = rows[1:]
        random.Random(seed).shuffle(body)
        return [rows[0], *body]

    return change


def chinese_headers(scratch):
    """From the forms that `qiyue init` writes: {table: {English name: Chinese name}}"""
    names = {}
    for lang in ("en", "zh"):
        done = Run(["init", scratch / lang, "--lang", lang])
        if done.status != 0:
            raise RuntimeError("\n".join(done.expect(0)))
        names[lang] = {p.stem: read_table(p)[0] for p in tables_in(scratch / lang)}
    return {table: dict(zip(names["en"][table], names["zh"].get(table, names["en"][table]))) for table in names["en"]}
