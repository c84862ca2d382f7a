"""docs/outputs.md says of every column of every table that a run writes what it is, and of nothing else.

The columns of OUT/*.csv and of result.qiyue are compared with the page, in order; so are the keys of manifest.json.
"""

import contextlib
import csv
import fnmatch
import json
import re
import sqlite3

import qiyue
from qiyue import Tap, workplace

PAGE = qiyue.ROOT / "docs/outputs.md"

SMALL = ["--communities=2", "--logs=60", "--responses=60", "--quiet"]


def documented():
    """Returns: {table: [column]} and the patterns of the manifest's keys"""
    tables, keys, at = {}, [], None
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        heading = re.match(r"##+ (\S+?)(\.csv|\.json)?$", line)
        if heading:
            at = heading.group(1)
        elif line.startswith("#"):
            at = None
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if at is None or not cells or not cells[0].startswith("`"):
            continue
        names = re.findall(r"`([^`]+)`", cells[0])
        if at == "manifest" and len(cells) == 3:
            keys += names
        elif len(cells) == 5:
            assert all(cells[i] for i in (0, 1, 2)), f"{at}: {line}"
            tables.setdefault(at, []).extend(names)
    return tables, keys


def matches(columns, wanted):
    """Whether @columns are those wanted, where <star> stands for one or more."""
    if "<star>" not in wanted:
        return columns == wanted
    at = wanted.index("<star>")
    behind = len(wanted) - at - 1
    return columns[:at] == wanted[:at] and columns[len(columns) - behind :] == wanted[at + 1 :] and len(columns) > len(wanted) - 1


def faults_of(kind, columns_of, tables):
    for name, columns in sorted(columns_of.items()):
        if name not in tables:
            yield f"{kind} {name}: not in docs/outputs.md"
        elif not matches(columns, tables[name]):
            yield f"{kind} {name}: has {columns}, the page says {tables[name]}"


def csv_columns(out):
    found = {}
    for path in sorted(out.glob("*.csv")):
        with open(path, encoding="utf-8-sig", newline="") as file:
            found[path.stem] = next(csv.reader(file))
    return found


def record_columns(record):
    with contextlib.closing(sqlite3.connect(f"file:{record}?mode=ro", uri=True)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name.replace("_", "-"): [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')] for name in names}


def unknown_keys(out, patterns):
    shapes = [re.sub(r"\b(ID|FILE)\b", "*", pattern) for pattern in patterns]
    for key in json.loads((out / "manifest.json").read_text(encoding="utf-8")):
        if not any(fnmatch.fnmatchcase(key, shape) for shape in shapes):
            yield f"manifest.json: the key {key} is not in docs/outputs.md"


def main():
    tap = Tap()
    with workplace() as scratch:
        tables, keys = documented()
        folder, out = scratch / "in", scratch / "out"
        faults = qiyue.Run(["simulate", folder, *SMALL]).expect(0) + qiyue.run(folder, out).expect(0, 3)
        tap.case("outputs/run", faults)
        if faults:
            tap.done()
        written, recorded = csv_columns(out), record_columns(out / qiyue.RECORD)
        tap.case("outputs/csv", list(faults_of("file", written, tables)))
        tap.case("outputs/tables", list(faults_of("table", recorded, tables)))
        tap.case("outputs/tables-there", [f"{name} is documented and not written" for name in sorted(set(tables) - set(recorded))])
        tap.case("outputs/files", sorted(
            f"{path.name} is not in docs/outputs.md" for path in out.iterdir() if f"`{path.name}`" not in PAGE.read_text(encoding="utf-8")))
        tap.case("outputs/files-there", sorted(
            f"{name} is documented and not written" for name in re.findall(r"^\| `([^`]+\.(?:csv|json|html|qiyue))` \|", PAGE.read_text(encoding="utf-8"), re.M)
            if not (out / name).is_file()))
        tap.case("outputs/manifest", list(unknown_keys(out, keys)))
    tap.done()


main()
