"""RESULTS.md and growth.svg from what was measured."""

import html
import math
import statistics

from contenders import CONTENDERS, RAW

LABELS = {c.name: c.label for c in CONTENDERS}
MIB = 1 << 20
# More than this, and the figures are called preliminary: the load when it began, and the share of the machine that
# others had while runs were measured.
QUIET_LOAD = 1.0
QUIET_SHARE = 0.05
NO_FIGURE = "–"


def median_of(size, name, what="seconds"):
    measured = size.measured.get(name)
    return statistics.median(getattr(measured, what)) if measured and getattr(measured, what) else None


def times(size, slower, faster):
    """How many times as long @slower takes as @faster; None where one wasn't measured"""
    a, b = median_of(size, slower), median_of(size, faster)
    return a / b if a is not None and b else None


def peak(size, name):
    measured = size.measured.get(name)
    return max(measured.peak_bytes) / MIB if measured and measured.peak_bytes else None


def table(header, rows, n_texts=1):
    """@n_texts: columns of words, which come first; the others are set to the right"""
    yield "| " + " | ".join(header) + " |"
    yield "|" + "|".join("---" if i < n_texts else "---:" for i in range(len(header))) + "|"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def number(value, form, unit=""):
    return NO_FIGURE if value is None else f"{value:{form}}{unit}"


def seconds_text(value):
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"


def size_section(size):
    rows_text = f"{size.rows:,} rows of fulfilment, surveys and service; {size.input_bytes / 1e6:,.0f} MB in all"
    yield f"## {size.size}"
    yield ""
    yield f"{rows_text}."
    yield ""
    if size.n_figures:
        yield f"Every peer agrees with `measures.csv` in all {size.n_figures:,} figures of the {len(RAW)} raw measures."
        yield ""
    rows = []
    for contender in CONTENDERS:
        measured = size.measured.get(contender.name)
        if measured and measured.seconds:
            ratio = times(size, contender.name, "qiyue")
            rows.append([
                contender.label, contender.does, str(contender.threads),
                seconds_text(statistics.median(measured.seconds)),
                f"{seconds_text(min(measured.seconds))}–{seconds_text(max(measured.seconds))}",
                number(ratio, ".2f", " ×"), number(statistics.median(measured.cpu_seconds), ".2f"),
                number(peak(size, contender.name), ".0f"), str(len(measured.seconds)),
            ])  # fmt: skip
    yield from table(["", "does", "threads", "seconds, median", "least–most", "to qiyue", "CPU seconds", "peak MiB", "runs"], rows, 2)


def goal_rows(sizes):
    """What qiyue is to reach, and what this run shows: rows of a table."""
    by_name = {size.size: size for size in sizes}

    def goal(text, size, figure, floor=None, ceiling=None, form=".1f", unit=" ×"):
        if size not in by_name or figure is None:
            return None
        reached = figure >= floor if floor is not None else figure <= ceiling
        wanted = f"at least {floor:{form}}{unit}" if floor is not None else f"at most {ceiling:{form}}{unit}"
        return [f"{size}: {text}", wanted, f"{figure:{form}}{unit}", "yes" if reached else "no"]

    for name, size in by_name.items():
        small = name in ("district", "city")
        yield goal("DuckDB's time to qiyue's", name, times(size, "duckdb", "qiyue"), floor=8.0 if small else 5.0)
        if not small:
            yield goal("DuckDB's time to qiyue's without digests", name, times(size, "duckdb", "qiyue-no-digest"), floor=7.0)
        ceiling = 256.0 if small else peak(size, "duckdb")
        if ceiling is not None:
            yield goal("peak memory" + ("" if small else ", against DuckDB's"), name, peak(size, "qiyue"), ceiling=ceiling, form=".0f", unit=" MiB")
        if name == "province":
            yield goal("time on two threads to that on one", name, times(size, "qiyue", "qiyue-1"), ceiling=0.6, form=".2f")
            yield goal("time with 1 % bad rows to that without", name, times(size, "qiyue-dirty", "qiyue"), ceiling=1.3, form=".2f")
    if "city" in by_name and "ten-provinces" in by_name:
        costs = [median_of(size, "qiyue") / size.rows for size in sizes if size.size != "district" and median_of(size, "qiyue")]
        yield goal("time a row, the dearest size to the cheapest", "ten-provinces", max(costs) / min(costs), ceiling=1.1, form=".2f")


def growth_section(sizes):
    yield "## Growth"
    yield ""
    yield "![seconds by rows](growth.svg)"
    yield ""
    names = [c.name for c in CONTENDERS if c.name in ("qiyue", "duckdb", "data.table", "sqlite") and any(median_of(size, c.name) for size in sizes)]
    rows = []
    for size in sizes:
        costs = [median_of(size, name) for name in names]
        rows.append([size.size, f"{size.rows:,}", *(number(cost / size.rows * 1e6 if cost else None, ".2f") for cost in costs)])
    yield "Microseconds of wall time for each of these rows:"
    yield ""
    yield from table(["", "rows", *(LABELS[name] for name in names)], rows)


def profile_section(profiles):
    if not profiles:
        return
    yield "## Where the time of qiyue goes"
    yield ""
    yield "Two threads, perf looking on. A stage is a call of `engine/cli/pipeline.c`; its wall time includes waiting for the disk and for others on the machine."
    yield "`qy_measures_run` reads the large tables. A folder's share is that of its functions and of the libraries under them."
    yield ""
    for profile in profiles:
        yield f"### {profile.size}: {profile.cpu_seconds:.2f} CPU seconds"
        yield ""
        yield from table(["stage", "wall seconds", "CPU"], ([f"`{call}`", f"{wall:.3f}", f"{share:.1%}"] for call, wall, share in profile.stages))
        yield from table(["folder", "CPU"], ([folder, f"{share:.1%}"] for folder, share in profile.folders))
        yield from table(["function, by itself", "of", "CPU"], ([f"`{name}`", home, f"{share:.1%}"] for name, home, share in profile.functions), 2)


def page(sizes, profiles, described, started, load):
    machine_seconds = sum(size.machine_seconds for size in sizes)
    others = sum(size.others_seconds for size in sizes) / machine_seconds if machine_seconds else 0
    lines = ["# Benchmarks: results", ""]
    lines += [f"Written by `benchmarks/run` on {started:%Y-%m-%d %H:%M} UTC; what is compared, and how: [README.md](README.md).", ""]
    if load > QUIET_LOAD or others > QUIET_SHARE:
        lines += [
            "**Preliminary: the machine was not quiet.** Others had a part of it, so that times are too long and their ratios uncertain; CPU seconds, memory and the agreement of the figures hold.",
            "",
        ]
    lines += [f"Load average when it began: {load:.2f}. Used by others while runs were measured: {others:.1%} of the machine.", ""]
    lines += table(["machine", ""], ([what, kind] for what, kind in described), 2)
    goals = [row for row in goal_rows(sizes) if row]
    if goals:
        lines += ["## Goals", "", *table(["", "goal", "here", "reached"], goals)]
    for size in sizes:
        lines += size_section(size)
    lines += growth_section(sizes)
    lines += profile_section(profiles)
    return "\n".join(lines).rstrip("\n") + "\n"


# The drawing: both axes logarithmic, a line a contender, named at its end.
WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 64, 170, 24, 48
COLOURS = {"qiyue": "#c8102e", "duckdb": "#b58900", "data.table": "#2a6fb0", "sqlite": "#3d8f5f"}
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #333 }
.grid { stroke: #8885; stroke-width: 1 }
.line { fill: none; stroke-width: 2.5 }
@media (prefers-color-scheme: dark) { text { fill: #ddd } }
"""


def decades(low, high):
    return range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)


def tick_text(exponent, unit=""):
    return f"{10**exponent:,}{unit}" if exponent >= 0 else f"{10.0**exponent:.{-exponent}f}{unit}"


def growth(sizes):
    """The growth of wall time with the rows, as SVG."""
    lines = {name: [(size.rows, median_of(size, name)) for size in sizes if median_of(size, name)] for name in COLOURS}
    lines = {name: points for name, points in lines.items() if points}
    xs, ys = zip(*(point for points in lines.values() for point in points))
    x_ticks, y_ticks = decades(min(xs), max(xs)), decades(min(ys), max(ys))

    def place(value, ticks, start, length):
        return start + length * (math.log10(value) - ticks[0]) / max(1, ticks[-1] - ticks[0])

    def x_of(rows):
        return place(rows, x_ticks, LEFT, WIDTH - LEFT - RIGHT)

    def y_of(seconds):
        return place(seconds, y_ticks, HEIGHT - BOTTOM, -(HEIGHT - TOP - BOTTOM))

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Seconds by rows"><style>{STYLE}</style>']
    for exponent in x_ticks:
        x = x_of(10.0**exponent)
        out.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/><text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{tick_text(exponent)}</text>')
    for exponent in y_ticks:
        y = y_of(10.0**exponent)
        out.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/><text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick_text(exponent, " s")}</text>')
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">rows of fulfilment, surveys and service</text>')
    # Names keep a line's height apart.
    lowest = math.inf
    for name, points in sorted(lines.items(), key=lambda item: item[1][-1][1]):
        spots = [(x_of(rows), y_of(seconds)) for rows, seconds in points]
        lowest = min(lowest - 16, spots[-1][1])
        out.append(f'<polyline class="line" stroke="{COLOURS[name]}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in spots)}"/>')
        for (x, y), (rows, seconds) in zip(spots, points):
            out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{COLOURS[name]}"><title>{html.escape(LABELS[name])}: {rows:,} rows, {seconds_text(seconds)} s</title></circle>')
        out.append(f'<text x="{spots[-1][0] + 10:.1f}" y="{lowest + 4:.1f}" style="fill:{COLOURS[name]};font-weight:600">{html.escape(LABELS[name])} {seconds_text(points[-1][1])} s</text>')
    return "\n".join([*out, "</svg>"]) + "\n"
