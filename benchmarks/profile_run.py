"""Where the time of `qiyue run` goes, as perf sees it: by call of the pipeline, by folder of the engine, by function.

perf samples the running CPUs and walks each stack by the unwind tables, so that the release build is looked at as it is.
"""

import collections
import dataclasses
import os
import re
import shutil
import subprocess

from contenders import QIYUE, ROOT

FREQUENCY = 1999
STACK_BYTES = 16384
PIPELINE = "qy_pipeline_run"
N_FUNCTIONS = 15
# What is less is not told apart.
LEAST_SHARE = 0.01
HEAD = re.compile(r"^\S.*?\s(\d+)\s+(\d+\.\d+):\s*$")
FRAME = re.compile(r"^\s+[0-9a-f]+ (.+) \((.*)\)$")


@dataclasses.dataclass
class Profile:
    """Shares are of CPU time; seconds of wall time, with perf looking."""

    size: str
    cpu_seconds: float
    stages: list  # (call, wall seconds, share of CPU)
    folders: list  # (folder or library, share of CPU)
    functions: list  # (function, folder or library, share of CPU spent in itself)


@dataclasses.dataclass
class Sample:
    thread: int
    at: float
    frames: list  # (symbol, folder of the engine or library), innermost first


def is_possible():
    return shutil.which("perf") is not None


def folders_of_symbols():
    """Returns: {symbol: folder of engine/}, but for static functions of which several folders have one of that name"""
    folders = collections.defaultdict(set)
    for archive in sorted((ROOT / "build/engine").glob("*/*.a")):
        listed = subprocess.run(["nm", "--defined-only", archive], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False).stdout
        for line in listed.splitlines():
            parts = line.split()
            if len(parts) == 3 and parts[1] in "tT":
                folders[parts[2]].add(archive.parent.name)
    return {symbol: next(iter(names)) for symbol, names in folders.items() if len(names) == 1}


def frame_of(line, folders):
    found = FRAME.match(line)
    if not found:
        return None
    symbol, dso = re.sub(r"\.(constprop|part|isra|cold|lto_priv)\.\d+|\.cold$", "", found[1]), os.path.basename(found[2])
    if dso == QIYUE.name:
        return symbol, folders.get(symbol, "engine")
    return symbol, "kernel" if dso.startswith("[") else re.sub(r"^lib(.*?)(-[\d.]+)?\.so.*$", r"\1", dso)


def read_samples(text, folders):
    samples = []
    for line in text.splitlines():
        head = HEAD.match(line)
        if head:
            samples.append(Sample(int(head[1]), float(head[2]), []))
        elif samples:
            frame = frame_of(line, folders)
            if frame:
                samples[-1].frames.append(frame)
    return sorted(samples, key=lambda sample: sample.at)


def call_of(sample):
    """The call of the pipeline that a sample of the main thread is in; None outside the pipeline."""
    names = [symbol for symbol, _ in sample.frames]
    if PIPELINE not in names:
        return None
    for symbol, folder in reversed(sample.frames[: names.index(PIPELINE)]):
        if folder != "cli" and symbol.startswith("qy_"):
            return symbol
    return None


def split_stages(samples):
    """Returns: [(call, when it began)], as the main thread saw them; samples between calls belong to the call before"""
    main_thread = samples[0].thread
    stages = [("start", samples[0].at)]
    for sample in samples:
        call = call_of(sample) if sample.thread == main_thread else None
        if call is not None and call != stages[-1][0]:
            stages.append((call, sample.at))
    last = max(sample.at for sample in samples if sample.thread == main_thread and any(symbol == PIPELINE for symbol, _ in sample.frames))
    return [*stages, ("end", last)]


def stage_rows(samples):
    """Returns: [(call, wall seconds, share of CPU)] in the order of the first time; several times of one call are added up"""
    begins = split_stages(samples)
    wall, work = {}, collections.Counter()
    for (call, began), following in zip(begins, [at for _, at in begins[1:]] + [samples[-1].at]):
        wall[call] = wall.get(call, 0) + following - began
    position = 0
    for sample in samples:
        while position + 1 < len(begins) and begins[position + 1][1] <= sample.at:
            position += 1
        work[begins[position][0]] += 1
    whole = sum(wall.values())
    rows = [(call, seconds, work[call] / len(samples)) for call, seconds in wall.items()]
    kept = [row for row in rows if row[1] >= LEAST_SHARE * whole or row[2] >= LEAST_SHARE]
    rest = [row for row in rows if row not in kept]
    return [*kept, ("others", sum(row[1] for row in rest), sum(row[2] for row in rest))]


def owner_of(sample, folders):
    """The folder of the innermost function of the engine whose folder is known, else the innermost library."""
    ours = next((folder for _, folder in sample.frames if folder in folders), None)
    return ours or (sample.frames[0][1] if sample.frames else "unknown")


def look(assessment, work):
    """Profiles one run of qiyue on the assessment, two threads."""
    data, out = work / "perf.data", work / "out" / "profiled"
    record = ["perf", "record", "-q", "-F", str(FREQUENCY), "--call-graph", f"dwarf,{STACK_BYTES}", "-o", data]
    subprocess.run([*record, QIYUE, "run", assessment.folder, "--out", out, "--threads", "2", "--quiet"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    script = ["perf", "script", "-i", data, "--no-inline", "-F", "comm,tid,time,ip,sym,dso"]
    text = subprocess.run(script, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout.decode("utf-8", "replace")
    data.unlink()
    symbols = folders_of_symbols()
    samples = read_samples(text, symbols)
    names = set(symbols.values())
    owners = collections.Counter(owner_of(sample, names) for sample in samples)
    functions = collections.Counter(sample.frames[0] for sample in samples if sample.frames)
    return Profile(
        assessment.size,
        len(samples) / FREQUENCY,
        stage_rows(samples),
        [(owner, count / len(samples)) for owner, count in owners.most_common() if count >= LEAST_SHARE * len(samples)],
        [(name, home, count / len(samples)) for (name, home), count in functions.most_common(N_FUNCTIONS)],
    )
