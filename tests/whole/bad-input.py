"""The oracle of bad inputs and dialects, ../shared/oracles/bad-input: each case has the outcome of its README.

Every case runs with 1, 2 and 8 threads and with the smallest chunk; all four must say the same. A case whose accepted
cells are given (expect/NAME.csv) is also run with those cells as its input: the same measures must come out.
"""

import collections
import csv
import json
import re
import shutil
import sys

import qiyue
from qiyue import Tap, workplace

ORACLE = qiyue.SHARED / "oracles" / "bad-input"
VARIANTS = {
    "threads-1": {"threads": 1},
    "threads-2": {"threads": 2},
    "threads-8": {"threads": 8},
    "smallest-chunk": {"threads": 2, "chunk": 64},
}
# The manifest's notices in words of its own: what the one notice must say (each word), and its code.
NOTICES = {
    "column 手机号 refused": ("personal-column", ["手机号"]),
    "unknown column remark": ("unknown-columns", ["remark"]),
    "200 blank rows": ("blank-rows", ["200"]),
    "row 1 above the header skipped": ("skipped-rows", ["1"]),
    "unknown columns 备注": ("unknown-columns", ["备注"]),
    "no rows": ("no-rows", []),
    "2000 unknown columns in one line": ("unknown-columns", ["2000"]),
    "time of day dropped": ("time-dropped", ["answered_on"]),
    "unknown columns 所用时间 来源 来源详情 来自IP 3、其他意见": ("unknown-columns", ["所用时间", "来源", "来源详情", "来自IP", "3、其他意见"]),
}
FORMULA_STARTS = "=+-@\t\r＝＋－＠"
NUMBER = re.compile(r"^-?\d+(\.\d+)?(e[+-]?\d+)?$")
# Controls but the line end and tab, direction marks, line separators.
UNSAFE_ON_TERMINAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]")


def cases():
    with open(ORACLE / "MANIFEST.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def assemble(case, folder):
    shutil.copytree(ORACLE / "base", folder)
    source = ORACLE / case["case"]
    remove = source / ".remove"
    for name in remove.read_text(encoding="utf-8").split() if remove.is_file() else []:
        (folder / name).unlink()
    for path in source.iterdir():
        if path.name != ".remove":
            shutil.copy(path, folder)
    for path in folder.iterdir():
        path.chmod(0o644)
    return folder


# ---- what one run must show ----


def reject_faults(case, rejects):
    wanted = {}
    for entry in filter(None, case["refused"].split(" ; ")):
        file, place = entry.split("!")
        row, line, column, code = place.split(",")
        wanted[(file, row, line)] = (set(column.split("|")), set(code.split("|")))
    got = collections.defaultdict(list)
    for row in qiyue.rows_of(rejects) if rejects.is_file() else []:
        got[(row["file"], row["row"], row["line"])].append(row)
    for place in sorted(set(wanted) | set(got)):
        if place not in got:
            yield f"{place} isn't refused, wanted {wanted[place]}"
        elif place not in wanted:
            yield f"{place} is refused: {got[place][0]['code']}: {got[place][0]['reason']}"
        elif len(got[place]) > 1:
            yield f"{place} is refused {len(got[place])} times"
        else:
            row, (columns, codes) = got[place][0], wanted[place]
            if row["column"] not in columns or row["code"] not in codes:
                yield f"{place}: {row['column']!r} {row['code']}, wanted {columns} {codes}"
            if not row.get("reason", "-") or not row.get("reason_zh", "-"):
                yield f"{place}: without a reason in both languages"


def accepted_faults(case, record):
    stem = case["table"]
    counted = [row for row in qiyue.table_of(record, "inputs") if row["table"] == stem]
    if len(counted) != 1 or int(counted[0]["accepted"]) != int(case["accepted"]):
        yield f"inputs says {counted}, wanted {case['accepted']} accepted rows of {stem}"


def notice_faults(case, record):
    about = [row for row in qiyue.table_of(record, "notices") if (row["file"] or "").rpartition(".")[0] == case["table"]]
    for text, times in collections.Counter(row["message_en"] for row in about).items():
        if times > 1:
            yield f"said {times} times: {text}"
    if not case["notice"]:
        return
    if case["notice"] not in NOTICES:
        yield f"the test doesn't know the notice {case['notice']!r}"
        return
    code, words = NOTICES[case["notice"]]
    said = [row for row in about if row["code"] == code]
    if len(said) != 1:
        yield f"{case['notice']!r} is said {len(said)} times (code {code}); notices: {[row['code'] for row in about]}"
    for row in said:
        yield from (f"the notice doesn't say {word!r}: {row['message_en']}" for word in words if word not in row["message_en"].replace(",", ""))
        if not row["message_zh"]:
            yield "the notice isn't said in Chinese"


def measure_faults(case, out):
    got = {(r["subject_id"], r["measure"]): r["value"] for r in qiyue.rows_of(out / "measures.csv") if not r["category"]}
    for entry in case["measures"].split():
        subject, _, rest = entry.partition(":")
        measure, _, value = rest.partition("=")
        if got.get((subject, measure)) != value:
            yield f"{subject} {measure} is {got.get((subject, measure))}, wanted {value}"


def absent_faults(case, done, out):
    places = {**qiyue.files_of(out), "the terminal": done.console}
    for text in case["absent"].split():
        for name, data in places.items():
            if text.encode() in data or text.encode("gb18030") in data:
                yield f"{text} stands in {name}"


def hostile_faults(done, out):
    """H1 and H4, in every run: no cell that a spreadsheet runs, nothing that a terminal obeys."""
    for path in sorted(out.glob("*.csv")):
        with open(path, encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.reader(file), 1):
                yield from (f"{path.name}:{number}: {cell[:60]!r}" for cell in row if cell[:1] in FORMULA_STARTS and cell and not NUMBER.match(cell))
    for name, data in (("stdout", done.stdout), ("stderr", done.stderr)):
        found = UNSAFE_ON_TERMINAL.search(data.decode("utf-8"))
        if found:
            yield f"{name} holds U+{ord(found[0]):04X}"


def name_faults(case, out):
    """H2 and H3: the accepted names, byte for byte in the record; shown as text in the report."""
    expected = ORACLE / "expect" / f"{case['case'].rpartition('/')[2]}.csv"
    if case["table"] != "areas" or not expected.is_file():
        return
    names = {row["area_id"]: row["name"] for row in csv.DictReader(open(expected, encoding="utf-8", newline=""))}
    kept = {row["subject_id"]: row["name"] for row in qiyue.table_of(out / qiyue.RECORD, "subjects") if row["kind"] == "area"}
    yield from (f"{area} is {kept.get(area)!r} in the record, wanted {name!r}" for area, name in names.items() if kept.get(area) != name)
    report = (out / "report.html").read_bytes()
    yield from (f"report.html holds {name!r} as markup" for name in names.values() if "<" in name and name.encode() in report)


def file_refusal_faults(case, done, folder, out):
    file = case["files"].split()[-1]
    told = [line for line in done.stderr.decode("utf-8").splitlines() if case["file_refused"] in line]
    if len(told) != 1 or file.rpartition(".")[0] not in told[0]:
        yield f"wanted one message with {case['file_refused']} and {file}:\n" + done.stderr.decode("utf-8", "replace")
    left = [p.name for p in out.parent.iterdir() if p.name.startswith(out.name)]
    if left:
        yield f"written all the same: {left}"
    before = {p.name for p in (ORACLE / "base").iterdir()} | {p.name for p in (ORACLE / case["case"]).iterdir()}
    yield from (f"{p.name} appeared in the input" for p in folder.iterdir() if p.name not in before)


def outcome_faults(case, done, folder, out):
    status = int(case["exit"])
    yield from done.expect(status)
    if done.status == status == 1:
        yield from file_refusal_faults(case, done, folder, out)
    if done.status != status or status == 1:
        return
    yield from reject_faults(case, out / "rejects.csv")
    yield from accepted_faults(case, out / qiyue.RECORD)
    yield from notice_faults(case, out / qiyue.RECORD)
    yield from measure_faults(case, out)
    yield from name_faults(case, out)
    yield from absent_faults(case, done, out)
    yield from hostile_faults(done, out)
    json.loads((out / qiyue.MANIFEST).read_text(encoding="utf-8"))


# ---- the case ----


def variant_faults(case, scratch, folder, name):
    out = scratch / f"out-{name}"
    done = qiyue.run(folder, out, **VARIANTS[name])
    yield from outcome_faults(case, done, folder, out)
    first = scratch / "out-threads-1"
    if out != first and first.is_dir() and out.is_dir():
        yield from qiyue.out_differences(first, out)


def cells_faults(case, scratch):
    """The accepted cells alone, as UTF-8 with English names, give the same measures."""
    name = case["case"].rpartition("/")[2]
    folder = assemble(case, scratch / "cells")
    for path in folder.glob(f"{case['table']}.*"):
        path.unlink()
    cells = (ORACLE / "expect" / f"{name}.csv").read_bytes()
    header = (ORACLE / "base" / f"{case['table']}.csv").read_bytes().splitlines(keepends=True)[0]
    (folder / f"{case['table']}.csv").write_bytes(cells if cells.strip() else header)
    shutil.copy(ORACLE / "base" / "assessment.ini", folder)
    out = scratch / "out-cells"
    done = qiyue.run(folder, out, threads=1)
    yield from done.expect(0, 3)
    if out.is_dir():
        a, b = ((o / "measures.csv").read_bytes() for o in (scratch / "out-threads-1", out))
        if a != b:
            yield qiyue.first_difference("measures.csv", a, b)


def run_case(tap, case, number):
    with workplace() as scratch:
        folder = assemble(case, scratch / "in")
        # The sanitizers see the same code in each variant: two are enough there, in turn.
        names = list(VARIANTS) if not qiyue.SANITIZED else ["threads-1", list(VARIANTS)[1 + number % 3]]
        for name in names:
            tap.run(f"{case['case']}/{name}", variant_faults, case, scratch, folder, name)
        if (ORACLE / "expect" / f"{case['case'][4:]}.csv").is_file() and not qiyue.SANITIZED:
            tap.run(f"{case['case']}/cells", cells_faults, case, scratch)


# ---- raw files, as import reads them ----

# A row of any file as one JSON list, in file order.
IMPORT = """CREATE VIEW taxonomy AS
SELECT printf('r%05d', rowid) AS code, NULL AS parent, json_array({columns}) AS zh, 'x' AS en FROM "{table}";
"""


def raw_faults(case, scratch):
    stem = case["case"].rpartition("/")[2]
    wanted = json.loads((ORACLE / "raw" / f"{stem}.json").read_text(encoding="utf-8"))
    source, out = scratch / "raw", scratch / "imported"
    source.mkdir()
    shutil.copy(ORACLE / "raw" / case["files"], source)
    columns = ", ".join('"' + name.replace('"', '""') + '"' for name in wanted[0])
    (scratch / "import.sql").write_text(IMPORT.format(columns=columns, table=stem), encoding="utf-8")
    done = qiyue.Run(["import", source, "--with", scratch / "import.sql", "--out", out])
    yield from done.expect(3 if case["refused"] else 0)
    if done.status in (0, 3):
        got = [[cell or "" for cell in json.loads(row["zh"])] for row in qiyue.rows_of(out / "taxonomy.csv")]
        if got != [list(row.values()) for row in wanted]:
            yield f"read {got}"
        yield from reject_faults(case, out / "import-refused.csv")


def main():
    tap = Tap()
    words = sys.argv[1:]
    if not (ORACLE / "MANIFEST.csv").is_file():
        tap.skip("bad-input", "../shared/oracles/bad-input is not here")
        tap.done()
    for number, case in enumerate(cases()):
        if words and not any(word in case["case"] for word in words):
            continue
        if case["case"].startswith("csv/"):
            run_case(tap, case, number)
        elif case["case"].startswith("raw/"):
            with workplace() as scratch:
                tap.run(case["case"], raw_faults, case, scratch)
        else:
            tap.skip(case["case"], "workbooks aren't read yet")
    tap.done()


main()
