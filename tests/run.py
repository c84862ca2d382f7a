"""Runs every test in every way the engine is built, and counts what really ran.

Use: tests/run.py [WORD…]   only jobs with one of the words in their name, e.g. "gcc/unit" or "bad-input"

A job is one test program of one build. Each prints TAP; a case is one of its
lines. A program that dies, prints no plan or another number of cases than it
planned is a failed case of its own. The last line is the sum over all jobs.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
N_JOBS = os.cpu_count() or 1

# name: (compiler, meson options, suites to run there)
BUILDS = {
    "gcc": ("gcc", ["-Dwerror=true"], {"unit", "whole", "sanitized"}),
    "clang": ("clang", ["-Dwerror=true"], {"unit", "lint"}),
    "asan": (
        "gcc",
        ["--buildtype=debugoptimized", "-Db_sanitize=address,undefined", "-Dc_args=-fno-sanitize-recover=undefined"],
        {"unit", "sanitized"},
    ),
}
SANITIZER = {
    "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0:exitcode=99",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    "QY_SANITIZED": "1",
}
SLOWER_SANITIZED = 4

CASE = re.compile(r"^(not )?ok\b\s*\d*\s*(.*)$")
PLAN = re.compile(r"^1\.\.(\d+)")
SKIP = re.compile(r"#\s*skip\b", re.IGNORECASE)


class Sum:
    """What ran so far; jobs of several threads add to it."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.lock = threading.Lock()

    def add(self, name, seconds, passed, failures, skipped, output):
        with self.lock:
            self.passed += passed
            self.failed += len(failures)
            self.skipped += skipped
            told = f"{passed} passed" + (f", {len(failures)} failed" if failures else "") + (f", {skipped} skipped" if skipped else "")
            print(f"{'FAIL' if failures else 'ok  '} {name}: {told} ({seconds:.1f} s)", flush=True)
            for failure in failures[:40]:
                print(f"       not ok: {failure}", flush=True)
            if failures:
                print("\n".join(f"     | {line[:300]}" for line in tail_of(output)), flush=True)


def tail_of(output):
    """Lines that say what went wrong: those that aren't of passed cases."""
    lines = [line for line in output.splitlines() if not line.startswith("ok ") and not line.startswith("# Start") and not line.startswith("# End")]
    return lines[:10] + ["…"] + lines[-30:] if len(lines) > 40 else lines


def count_cases(output, status):
    """Returns: passed, names of failures, skipped"""
    passed, skipped, planned, seen, failures = 0, 0, None, 0, []
    for line in output.splitlines():
        case, plan = CASE.match(line), PLAN.match(line)
        if plan:
            planned = int(plan[1])
            if planned == 0 and SKIP.search(line):
                skipped += 1
        elif case:
            seen += 1
            if case[1]:
                failures.append(case[2])
            elif SKIP.search(case[2]):
                skipped += 1
            else:
                passed += 1
    if planned is None or planned != seen:
        failures.append(f"planned {planned} cases, ran {seen}; status {status}")
    elif status != 0 and not failures:
        failures.append(f"status {status} after the last case")
    return passed, failures, skipped


def build(name):
    """Returns: None, or the output of what failed"""
    compiler, options, _ = BUILDS[name]
    folder = ROOT / f"build-{name}"
    steps = [["ninja", "-C", str(folder)]]
    if not (folder / "build.ninja").is_file():
        steps.insert(0, ["meson", "setup", str(folder), str(ROOT), *options])
    for step in steps:
        run = subprocess.run(step, env={**os.environ, "CC": compiler}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if run.returncode != 0:
            return run.stdout
    return None


def jobs_of(name):
    """The tests that meson knows, of the suites this build is for."""
    folder = ROOT / f"build-{name}"
    listed = subprocess.run(["meson", "introspect", "--tests", str(folder)], stdout=subprocess.PIPE, check=True, text=True).stdout
    for test in json.loads(listed):
        suite = test["suite"][0].split(":")[-1] if test["suite"] else "unit"
        if suite in BUILDS[name][2]:
            environment = {**os.environ, **test["env"], "QY_OTHER_BUILD": str(ROOT / "build-clang")}
            limit = test["timeout"]
            if name == "asan":
                environment.update(SANITIZER)
                limit *= SLOWER_SANITIZED
            yield {"name": f"{name}/{suite}/{test['name']}", "command": test["cmd"], "env": environment, "limit": limit, "folder": folder}


def run_job(job, total):
    began = time.monotonic()
    try:
        run = subprocess.run(
            job["command"], env=job["env"], cwd=job["folder"], timeout=job["limit"], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        output, status = run.stdout.decode("utf-8", "replace"), run.returncode
    except subprocess.TimeoutExpired as late:
        output, status = (late.stdout or b"").decode("utf-8", "replace"), f"none within {job['limit']} s"
    passed, failures, skipped = count_cases(output, status)
    total.add(job["name"], time.monotonic() - began, passed, failures, skipped, output)


def wanted(name, words):
    return not words or any(word in name for word in words)


def main():
    words, total, jobs = sys.argv[1:], Sum(), []
    for name in BUILDS:
        began = time.monotonic()
        output = build(name)
        total.add(f"{name}/build", time.monotonic() - began, int(output is None), [] if output is None else ["build"], 0, output or "")
        if output is None:
            jobs += [job for job in jobs_of(name) if wanted(job["name"], words)]
    jobs.sort(key=lambda job: (-job["limit"], job["name"]))  # the long ones first
    with concurrent.futures.ThreadPoolExecutor(N_JOBS) as pool:
        list(pool.map(lambda job: run_job(job, total), jobs))
    print(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped")
    return 1 if total.failed else 0


sys.exit(main())
