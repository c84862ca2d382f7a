"""report.html in a real browser: its script runs, in both languages, and nothing in a name does.

Skipped where there is no Chromium. The page is loaded without a network; what the script drew is read back from the DOM.
"""

import os
import re
import shutil
import subprocess

import qiyue
from qiyue import Tap, workplace

BROWSER = os.environ.get("QY_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
OPTIONS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr",
]  # fmt: skip
HOSTILE = "</script><script>document.title='RAN'</script><img src=x onerror=\"document.title='RAN'\">"
N_COMMUNITIES = 3


def loaded(page, scratch, part=""):
    """Returns: the DOM after the script, and what the console said"""
    done = subprocess.run(
        [BROWSER, *OPTIONS, f"--user-data-dir={scratch / 'profile'}", "--dump-dom", page.as_uri() + part],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, check=False,
    )  # fmt: skip
    console = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if ":CONSOLE" in line]
    return done.stdout.decode("utf-8", "replace"), console


def with_hostile_name(folder):
    """Gives the first community a name that would run if it could."""
    path = next(p for p in (folder / "areas.csv",) if p.is_file())
    rows = qiyue.read_table(path)
    level, name = rows[0].index("level"), rows[0].index("name")
    next(row for row in rows if row[level] == "community")[name] = HOSTILE
    qiyue.write_table(path, rows)


def faults_of(dom, console, english):
    yield from (f"the console says: {line}" for line in console)
    title = re.search(r"<title>(.*?)</title>", dom, re.S)
    if title is None or "RAN" in title.group(1):
        yield "something in a name ran"
    cells = len(re.findall(r'<button type="button" class="cell ', dom))
    if cells != 40 * N_COMMUNITIES:
        yield f"{cells} cells in the star map, not {40 * N_COMMUNITIES}"
    if '<table class="chart">' not in dom:
        yield "no chart of an index"
    if f'<html lang="{"en" if english else "zh-CN"}">' not in dom:
        yield "the page is not in the language asked for"
    if "<img" in dom or dom.count("<script") != 2:
        yield "elements that the report doesn't have"


def main():
    tap = Tap()
    if not BROWSER:
        tap.skip("browser", "no chromium")
        tap.done()
    with workplace() as scratch:
        folder, out = scratch / "in", scratch / "out"
        made = qiyue.Run(["simulate", folder, f"--communities={N_COMMUNITIES}", "--logs=90", "--responses=90", "--quiet"])
        faults = made.expect(0)
        if not faults:
            with_hostile_name(folder)
            faults = qiyue.run(folder, out).expect(0, 3)
        tap.case("browser/run", faults)
        for part in ("", "#en") if not faults else ():
            dom, console = loaded(out / "report.html", scratch, part)
            tap.case(f"browser/page{part}", faults_of(dom, console, part == "#en"))
    tap.done()


main()
