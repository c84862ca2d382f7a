"""What is committed: no path of somebody's machine, no leftovers, nothing large, scripts that can be started."""

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(os.environ.get("QY_SOURCE_ROOT", pathlib.Path(__file__).parents[2]))
sys.path.insert(0, str(ROOT / "tests"))
from tap import Tap  # noqa: E402

# Written so that this file doesn't find itself.
MACHINE_PATH = re.compile(r"(?<![\w.-])/(?:work|home|root|Users|mnt|workspace)/[\w.-]")
LEFTOVER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b|^(?:<{7}|>{7}) ")
MAX_BYTES = 2 * 1024 * 1024
FOLDERS = {".ci", "benchmarks", "completions", "datasets", "docs", "engine", "po", "rules", "scripts", "tests"}


def committed():
    names = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], stdout=subprocess.PIPE, check=True).stdout
    paths = (ROOT / os.fsdecode(name) for name in names.split(b"\0") if name)
    return [path for path in paths if path.is_file()]


def lines_with(pattern, texts):
    for path, text in texts.items():
        for number, line in enumerate(text.split("\n"), 1):
            if pattern.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"


def compile_faults(texts):
    for path, text in texts.items():
        if path.suffix == ".py":
            try:
                compile(text, str(path), "exec")
            except SyntaxError as error:
                yield f"{path.relative_to(ROOT)}: {error}"


def main():
    tap = Tap()
    try:
        paths = committed()
    except (OSError, subprocess.CalledProcessError):
        tap.skip("tree", "not a git checkout")
        tap.done()
    texts = {}
    for path in paths:
        data = path.read_bytes()
        if b"\0" not in data[:8000]:
            texts[path] = data.decode("utf-8", "replace")
    prose = {path: text for path, text in texts.items() if "datasets" not in path.parts}
    tap.case("tree/no-machine-paths", lines_with(MACHINE_PATH, texts))
    tap.case("tree/no-leftovers", lines_with(LEFTOVER, prose))
    tap.case(
        "tree/nothing-large",
        [f"{p.relative_to(ROOT)}: {p.stat().st_size} bytes" for p in paths if p.stat().st_size > MAX_BYTES],
    )
    tap.case("tree/folders", sorted({p.relative_to(ROOT).parts[0] for p in paths if p.parent != ROOT} - FOLDERS))
    scripts = [p for p, text in texts.items() if p.parent.name in ("scripts", ".ci") and text.startswith("#!")]
    tap.case("tree/scripts-start", [f"{p.relative_to(ROOT)}: not executable" for p in scripts if not os.access(p, os.X_OK)])
    tap.case("tree/python-compiles", compile_faults(texts))
    tap.done()


main()
