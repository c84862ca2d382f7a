"""The code as clang-format, shellcheck, cppcheck and clang-tidy see it: zero findings each.
Usage: tools.py format | shellcheck | cppcheck | clang-tidy"""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(os.environ.get("QY_SOURCE_ROOT", pathlib.Path(__file__).parents[2]))
BUILD = pathlib.Path(os.environ.get("QY_BUILD_ROOT", ROOT / "build"))
sys.path.insert(0, str(ROOT / "tests"))
from tap import Tap  # noqa: E402

SHELL = re.compile(r"^#!.*\b(?:ba|da)?sh\b")


def findings(command):
    run = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return [] if run.returncode == 0 else [run.stdout.strip() or f"status {run.returncode}"]


def c_files(*suffixes):
    return sorted(str(p.relative_to(ROOT)) for folder in ("engine", "tests") for p in (ROOT / folder).rglob("*") if p.suffix in suffixes)


def check_format():
    return findings(["clang-format", "--dry-run", "-Werror", *c_files(".c", ".h")])


def check_shellcheck():
    def is_shell(path):
        with path.open("rb") as file:
            return SHELL.match(file.readline().decode("utf-8", "replace"))

    candidates = [p for folder in ("scripts", ".ci", "tests", "datasets", "benchmarks") if (ROOT / folder).is_dir() for p in (ROOT / folder).rglob("*")]
    return findings(["shellcheck", *sorted(str(p.relative_to(ROOT)) for p in candidates if p.is_file() and is_shell(p))])


def check_cppcheck():
    return findings(
        ["cppcheck", "--quiet", "--error-exitcode=1", "--enable=warning,performance,portability", "--inline-suppr",
         "--library=gtk", "--suppressions-list=tests/lint/cppcheck.txt", "--std=c11", "-D_GNU_SOURCE", "-DG_GNUC_PRINTF(a,b)=",
         "-j2", "-Iengine", *c_files(".c")]
    )  # fmt: skip


def check_clang_tidy():
    if not (BUILD / "compile_commands.json").is_file():
        return [f"{BUILD}/compile_commands.json is missing"]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        one = lambda path: findings(["clang-tidy", "--quiet", "-p", str(BUILD), path])  # noqa: E731
        sources = [p for p in c_files(".c") if p.startswith("engine/")]
        return [finding for found in pool.map(one, sources) for finding in found]


CHECKS = {
    "format": ("clang-format", check_format),
    "shellcheck": ("shellcheck", check_shellcheck),
    "cppcheck": ("cppcheck", check_cppcheck),
    "clang-tidy": ("clang-tidy", check_clang_tidy),
}


def main():
    tap = Tap()
    tool, check = CHECKS[sys.argv[1]]
    if shutil.which(tool):
        tap.run(f"lint/{sys.argv[1]}", check)
    else:
        tap.skip(f"lint/{sys.argv[1]}", f"{tool} is not installed (scripts/setup --tests)")
    tap.done()


main()
