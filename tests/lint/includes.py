"""Includes point only left: each folder of engine/ reads its own headers and those of folders before it."""

import os
import pathlib
import re
import sys

ROOT = pathlib.Path(os.environ.get("QY_SOURCE_ROOT", pathlib.Path(__file__).parents[2]))
sys.path.insert(0, str(ROOT / "tests"))
from tap import Tap  # noqa: E402

# Folders of one step may not include each other.
STEPS = [
    ["base"],
    ["store", "script"],
    ["load"],
    ["measure"],
    ["estimate"],
    ["judge"],
    ["score"],
    ["record"],
    ["report"],
    ["cli"],
]
RANK = {folder: rank for rank, step in enumerate(STEPS) for folder in step}
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]*)"')


def faults_of(path, folder):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        target, slash, _ = match[1].partition("/")
        where = f"{path.relative_to(ROOT)}:{number}: {match[1]}"
        if not slash:
            yield f"{where}: name the folder too"
        elif target not in RANK:
            yield f"{where}: no such folder"
        elif target != folder and RANK[target] >= RANK[folder]:
            yield f"{where}: {folder} may not include {target}"
        elif not (ROOT / "engine" / match[1]).is_file():
            yield f"{where}: no such header"


def main():
    tap = Tap()
    found = sorted(p.name for p in (ROOT / "engine").iterdir() if p.is_dir())
    tap.case("folders", [] if found == sorted(RANK) else [f"engine/ holds {found}, the order knows {sorted(RANK)}"])
    for folder in RANK:
        files = sorted(p for p in (ROOT / "engine" / folder).rglob("*") if p.suffix in (".c", ".h"))
        tap.case(f"includes/{folder}", [fault for path in files for fault in faults_of(path, folder)])
    tap.done()


main()
