"""What the benchmarks ran on, and how quiet it was."""

import json
import os
import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent


def told(*command):
    """The first line that a program prints, or an empty text where there is no such program."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip().split("\n")[0]


def first_match(pattern, path):
    try:
        found = re.search(pattern, pathlib.Path(path).read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        return ""
    return found[1].strip() if found else ""


def build_type():
    options = json.loads((ROOT / "build/meson-info/intro-buildoptions.json").read_text(encoding="utf-8"))
    return next(option["value"] for option in options if option["name"] == "buildtype")


def duckdb_version():
    lock = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))
    return lock["packages"]["node_modules/@duckdb/node-api"]["version"]


def package_version(name):
    return told("dpkg-query", "-W", "-f", "${Version}", name)


def describe(work):
    """Returns: [(what, of which kind)]; @work: the folder that the data is in"""
    processor = first_match(r"^model name\s*:(.*)$", "/proc/cpuinfo") or "unknown"
    system = first_match(r'^PRETTY_NAME="?(.*?)"?$', "/etc/os-release")
    memory = int(first_match(r"^MemTotal:\s*(\d+) kB", "/proc/meminfo") or 0) / 2**20
    return [
        ("processor", f"{processor}, {os.cpu_count()} cores"),
        ("memory", f"{memory:.0f} GiB"),
        ("disk", told("stat", "-f", "-c", "%T", str(work)) + "; inputs in the page cache, results written to it (qiyue's synced)"),
        ("system", f"{system}, Linux {os.uname().release}"),
        ("qiyue", f"{told('git', '-C', str(ROOT), 'describe', '--always', '--dirty')}, {build_type()} build, {told('gcc', '--version')}"),
        ("DuckDB", f"{duckdb_version()} (npm), node {told('node', '--version')}"),
        ("data.table", f"{package_version('r-cran-data.table')}, R {package_version('r-base-core')}"),
        ("SQLite", told("sqlite3", "--version").split(" ")[0]),
    ]


def busy_seconds():
    """CPU seconds that the whole machine has worked since it started, or had taken from it by its host."""
    user, nice, system, _, _, irq, softirq, steal = map(int, first_match(r"^cpu\s+(.*)$", "/proc/stat").split()[:8])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
