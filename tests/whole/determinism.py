"""The same assessment gives the same bytes, however it is written down and whatever runs it.

Compared is every output but manifest.json (which tells the time). Where the input is the same content in other bytes,
result.qiyue is compared table by table without those that say which bytes were read.
"""

import csv
import os
import pathlib
import shutil
import subprocess

import qiyue
from qiyue import Tap, workplace

SEED = 20260930
COMMUNITIES = 24
# qiyue, built by another compiler
OTHER = pathlib.Path(os.environ.get("QY_OTHER_BUILD", "none")) / "engine" / "cli" / "qiyue"


def locale_environment(scratch):
    """zh_CN.UTF-8, made here from the sources of the C library. Returns: None where they aren't installed."""
    folder = scratch / "locale"
    folder.mkdir(exist_ok=True)
    made = shutil.which("localedef") and subprocess.run(
        ["localedef", "--no-archive", "-i", "zh_CN", "-f", "UTF-8", str(folder / "zh_CN.UTF-8")],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    return {"LOCPATH": str(folder), "LC_ALL": "zh_CN.UTF-8"} if (folder / "zh_CN.UTF-8").is_dir() and made else None


def faults(first, folder, out, same_inputs, **how):
    done = qiyue.run(folder, out, **how)
    yield from done.expect(0, 3)
    if done.status in (0, 3):
        yield from qiyue.out_differences(first, out, same_inputs)
    shutil.rmtree(out, ignore_errors=True)


def headers_changed(names):
    return lambda table, rows: [[names.get(table, {}).get(cell, cell) for cell in rows[0]], *rows[1:]]


def padded(_, rows):
    """Blanks around each cell, which is trimmed: none is written as most are."""
    return [rows[0], *([f" {cell}\u3000" for cell in row] for row in rows[1:])]


def run_same_bytes(tap, label, first, folder, scratch):
    """Other ways to run over the very same files."""
    ways = {
        "again": {"threads": 1},
        "threads-2": {"threads": 2},
        "threads-8": {"threads": 8},
        "chunk-1000": {"threads": 2, "chunk": 1000},
        "chunk-4096": {"threads": 8, "chunk": 4096},
        "chunk-64": {"threads": 2, "chunk": 64},
        "memory-small": {"threads": 2, "extra": ["--memory", "16M"]},
        "simd-portable": {"threads": 2, "environment": {"QY_SIMD": "portable"}},
        "simd-sse2": {"threads": 2, "environment": {"QY_SIMD": "sse2"}},
        "simd-avx2": {"threads": 2, "environment": {"QY_SIMD": "avx2"}},
        "locale-c": {"threads": 2, "environment": {"LC_ALL": "C"}},
        "timezone": {"threads": 2, "environment": {"TZ": "America/St_Johns"}},
    }
    for name, how in ways.items():
        tap.run(f"{label}/{name}", faults, first, folder, scratch / "other", True, **how)
    chinese = locale_environment(scratch)
    if chinese:
        tap.run(f"{label}/locale-zh_CN", faults, first, folder, scratch / "other", True, threads=2, environment=chinese)
    else:
        tap.skip(f"{label}/locale-zh_CN", "the locale's sources are not installed")
    if OTHER.is_file():
        tap.run(f"{label}/other-compiler", faults, first, folder, scratch / "other", True, threads=2, environment={"QY_PROGRAM": str(OTHER)})
    else:
        tap.skip(f"{label}/other-compiler", "no build by another compiler")


def run_other_bytes(tap, label, first, folder, names, scratch):
    """The same content, written otherwise. @names: {table: {English: Chinese}}"""
    chinese = headers_changed(names)
    ways = {
        "rewritten": {},
        "shuffled-1": {"rows_changed": qiyue.shuffled(1)},
        "shuffled-2": {"rows_changed": qiyue.shuffled(2)},
        "gb18030": {"encoding": "gb18030"},
        "utf-8-with-mark": {"encoding": "utf-8-sig"},
        "crlf": {"line_end": "\r\n"},
        "quoted": {"quoting": csv.QUOTE_ALL},
        "quoted-crlf": {"quoting": csv.QUOTE_ALL, "line_end": "\r\n"},
        "padded": {"rows_changed": padded},
        "padded-in-quotes": {"rows_changed": padded, "quoting": csv.QUOTE_ALL},
        "chinese-headers": {"rows_changed": chinese},
        "chinese-headers-gb18030-tabs": {"rows_changed": chinese, "encoding": "gb18030", "delimiter": "\t"},
    }
    for name, how in ways.items():
        copy = qiyue.rewritten(folder, scratch / "copy", **how)
        tap.run(f"{label}/{name}", faults, first, copy, scratch / "other", False, threads=2)
        shutil.rmtree(copy)


def run_assessment(tap, label, folder, names, scratch):
    first = scratch / f"first-{label}"
    done = qiyue.run(folder, first, threads=1)
    if tap.run(f"{label}/runs", lambda: done.expect(0, 3)):
        run_same_bytes(tap, label, first, folder, scratch)
        run_other_bytes(tap, label, first, folder, names, scratch)


def simulate(folder, **environment):
    return qiyue.Run(["simulate", folder, "--communities", COMMUNITIES, "--seed", SEED], environment).expect(0)


def run_simulate(tap, simulated, scratch):
    """The same request writes the same assessment."""
    ways = {"locale-c": {"LC_ALL": "C"}} | ({"other-compiler": {"QY_PROGRAM": str(OTHER)}} if OTHER.is_file() else {})
    for name, environment in ways.items():
        copy = scratch / f"simulated-{name}"
        tap.run(f"simulate/{name}", lambda: simulate(copy, **environment) + list(qiyue.out_differences(simulated, copy)))


def main():
    tap = Tap()
    with workplace() as scratch:
        simulated = scratch / "simulated"
        names = qiyue.chinese_headers(scratch)
        if tap.run("simulate/made", simulate, simulated):
            run_simulate(tap, simulated, scratch)
            run_assessment(tap, "simulated", simulated, names, scratch)
        yuecheng = qiyue.ROOT / "datasets" / "yuecheng"
        if yuecheng.is_dir():
            run_assessment(tap, "yuecheng", yuecheng, names, scratch)
        else:
            tap.skip("yuecheng", "datasets/yuecheng is not here")
    tap.done()


main()
