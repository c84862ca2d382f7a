"""The command line as it is promised: exit statuses, what stdout and stderr get, what is never touched."""

import json
import os
import pty
import re
import shutil

import qiyue
from qiyue import Run, Tap, workplace
from sample import write_assessment

ESCAPE = b"\x1b"
CHINESE = re.compile("[\u4e00-\u9fff]")
# What a terminal may be sent: colours, and clearing a line of progress.
OWN_SEQUENCE = re.compile(rb"\x1b\[[0-9;]*[mK]|\r")
# A name that would ring, colour, retitle and turn the line around.
HOSTILE = "东\x1b[31m社\x07区\x1b]0;x\x07\u202e"


def commands():
    """The names that `qiyue --help` lists."""
    text = Run(["--help", "--lang", "en"]).stdout.decode()
    return re.findall(r"^  ([a-z]+)  ", text, re.MULTILINE)


def options(command):
    text = Run([command, "--help", "--lang", "en"]).stdout.decode()
    return re.findall(r"^  (?:-\w, )?--([a-z-]+)", text, re.MULTILINE)


# ---- words on the command line ----


def help_faults(arguments):
    for lang in ("en", "zh"):
        done = Run([*arguments, "--help", "--lang", lang])
        yield from done.expect(0)
        if done.stderr or not done.stdout:
            yield "the help doesn't stand on stdout alone"
        if bool(CHINESE.search(done.stdout.decode())) != (lang == "zh"):
            yield f"--lang {lang}: the help is not in that language"
        wide = [line for line in done.stdout.decode().splitlines() if len(line) > 120]
        yield from (f"wider than 120 columns: {line}" for line in wide)


def usage_faults(arguments):
    done = Run(arguments)
    yield from done.expect(2)
    if done.stdout or not done.stderr.startswith(b"qiyue: ") or len(done.stderr.splitlines()) > 2:
        yield f"stdout {done.stdout!r}, stderr {done.stderr!r}"


def documented_faults(command, path):
    text = (qiyue.ROOT / path).read_text(encoding="utf-8").replace("\\-", "-")
    if not re.search(rf"\b{command}\b", text):
        yield f"{path} doesn't know {command}"
    yield from (f"{path} doesn't know --{option}" for option in options(command) if f"--{option}" not in text and f"-l {option}" not in text)


# ---- a run ----


def refused_faults(scratch, arguments, words):
    """Not done: status 1, one message that has the words, nothing on stdout, nothing changed."""
    before = qiyue.files_of(scratch)
    done = Run(arguments)
    yield from done.expect(1)
    told = done.stderr.decode()
    if done.stdout or not told.startswith("qiyue: "):
        yield f"stdout {done.stdout!r}, stderr {told!r}"
    yield from (f"the message doesn't name {word!r}: {told}" for word in words if word not in told)
    if qiyue.files_of(scratch) != before:
        yield f"changed: {sorted(set(qiyue.files_of(scratch)) ^ set(before))}"


def run_refusals(tap, scratch):
    folder = write_assessment(scratch / "in")
    foreign = scratch / "foreign"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("years of work", encoding="utf-8")
    (scratch / "file").write_text("a file", encoding="utf-8")
    empty = scratch / "empty"
    empty.mkdir()
    cases = {
        "no-such-folder": (["run", scratch / "none"], ["none"]),
        "no-assessment": (["run", empty], ["assessment.ini"]),
        "out-is-somebody-elses": (["run", folder, "--out", foreign], ["foreign"]),
        "out-is-a-file": (["run", folder, "--out", scratch / "file"], ["file"]),
        "out-without-parent": (["run", folder, "--out", scratch / "a" / "b"], ["a"]),
        "out-is-the-input": (["run", folder, "--out", folder], ["in"]),
        "no-such-rules": (["run", folder, "--rules", scratch / "no-rules"], ["no-rules"]),
        "check-no-such-folder": (["check", scratch / "none"], ["none"]),
        "show-no-result": (["show", empty], ["empty"]),
    }
    for name, (arguments, words) in cases.items():
        tap.run(f"commands/refuses/{name}", refused_faults, scratch, arguments, words)


def required_file_faults(scratch, table):
    folder = write_assessment(scratch / f"without-{table}")
    (folder / f"{table}.csv").unlink()
    yield from refused_faults(scratch, ["run", folder], [table])


def settings_faults(scratch, number, text, words):
    folder = write_assessment(scratch / f"settings-{number}")
    (folder / "assessment.ini").write_text(text, encoding="utf-8")
    yield from refused_faults(scratch, ["run", folder], ["assessment.ini", *words])


BAD_SETTINGS = [
    ("", []),
    ("[assessment]\nperiod = 2026Q5\n", ["2026Q5"]),
    ("[assessment]\nperiod = 2026Q3\nas_of = 2026-02-30\n", ["2026-02-30"]),
    ("[assessment]\nperiod = 2026Q3\nareas = NOWHERE\n", ["NOWHERE"]),
    ("period = 2026Q3\n", []),
]


def default_out_faults(scratch):
    """Without a place for it, OUT is DIR/out; a second run replaces it and reads nothing of it."""
    folder = write_assessment(scratch / "default")
    for _ in range(2):
        yield from Run(["run", folder]).expect(0)
    elsewhere = scratch / "elsewhere"
    yield from Run(["run", folder, elsewhere]).expect(0)
    yield from qiyue.out_differences(elsewhere, folder / "out")


def quiet_faults(scratch):
    done = Run(["run", write_assessment(scratch / "quiet"), "--quiet"])
    yield from done.expect(0)
    if done.console:
        yield f"--quiet said {done.console!r}"


def json_faults(scratch):
    folder = write_assessment(scratch / "json")
    for lang in ("en", "zh"):
        done = Run(["run", folder, "--json", "--lang", lang])
        yield from done.expect(0)
        if not isinstance(json.loads(done.stdout), dict) or done.stderr:
            yield f"not one object alone: {done.console!r}"


def plain_faults(scratch):
    """Piped, nothing is coloured or redrawn; the summary is short, and in the language asked for."""
    folder = write_assessment(scratch / "plain")
    for lang in ("en", "zh"):
        done = Run(["run", folder, "--lang", lang])
        yield from done.expect(0)
        if ESCAPE in done.console or b"\r" in done.console:
            yield f"{lang}: terminal sequences in a pipe"
        if bool(CHINESE.search(done.stdout.decode().replace("东社区", "").replace("西社区", ""))) != (lang == "zh"):
            yield f"{lang}: the summary is in the other language:\n{done.stdout.decode()}"
        if len(done.console.splitlines()) > 60:
            yield f"{lang}: {len(done.console.splitlines())} lines"


def check_faults(scratch):
    """check says what run would refuse, with the same status, and writes nothing."""
    folder = write_assessment(scratch / "check")
    before = qiyue.files_of(folder)
    yield from Run(["check", folder]).expect(0)
    with (folder / "areas.csv").open("a", encoding="utf-8") as file:
        file.write("C03,NOWHERE,community,南社区,1,1\n")
    before["areas.csv"] = (folder / "areas.csv").read_bytes()
    done = Run(["check", folder, "--lang", "en"])
    yield from done.expect(3)
    if b"NOWHERE" not in done.console or b"areas.csv" not in done.console:
        yield f"doesn't say what is refused: {done.console.decode()}"
    if qiyue.files_of(folder) != before:
        yield "check wrote something"


# ---- a terminal ----


def at_terminal(arguments):
    """Runs qiyue with a terminal for stdout and stderr. Returns: what the terminal got"""
    pid, terminal = pty.fork()
    if pid == 0:
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "COLUMNS": "100"}
        os.execve(qiyue.QIYUE, [str(qiyue.QIYUE), *map(str, arguments)], environment)
    got = b""
    while True:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        got += data
    os.waitpid(pid, 0)
    os.close(terminal)
    return got


def terminal_faults(scratch):
    """H4: names and values full of sequences never reach the terminal as such."""
    folder = write_assessment(scratch / "hostile")
    areas = folder / "areas.csv"
    areas.write_text(areas.read_text(encoding="utf-8").replace("东社区", HOSTILE) + f'"C\x1b[2J",T01,community,x,1,{HOSTILE}\n', encoding="utf-8")
    for arguments in (["run", folder], ["check", folder], ["show", folder / "out", "stars"], ["show", folder / "out", "C01"]):
        got = OWN_SEQUENCE.sub(b"", at_terminal(arguments))
        bad = re.search(rb"[\x00-\x09\x0b-\x1f\x7f]|\xe2\x80\xae|\xc2[\x80-\x9f]", got)
        if bad:
            yield f"{arguments[0]}: {got[max(0, bad.start() - 60):bad.end() + 20]!r}"
        if not got:
            yield f"{arguments[0]}: nothing was said"


def main():
    tap = Tap()
    names = commands()
    tap.case("commands/listed", [f"{name} isn't listed" for name in ("run", "check", "init", "simulate", "import", "show", "version") if name not in names])
    for name in names:
        tap.run(f"commands/help/{name}", help_faults, [name])
        tap.run(f"commands/wrong-option/{name}", usage_faults, [name, "--no-such-option"])
        tap.run(f"commands/manual/{name}", documented_faults, name, "docs/qiyue.1")
    tap.run("commands/help", help_faults, [])
    tap.run("commands/nothing", lambda: Run([]).expect(2))
    for arguments in (["no-such-command"], ["--no-such-option"], ["run"], ["run", "a", "b", "c"], ["run", "a", "--threads", "many"], ["run", "a", "--chunk", "0"], ["run", "a", "--lang", "fr"], ["show"], ["init"], ["import", "a"], ["simulate"]):
        tap.run(f"commands/usage/{'-'.join(arguments)}", usage_faults, arguments)
    tap.run("commands/version", lambda: Run(["--version"]).expect(0) + Run(["version"]).expect(0))
    with workplace() as scratch:
        run_refusals(tap, scratch)
        for table in ("areas", "units", "contracts", "commitments", "fulfilment"):
            tap.run(f"commands/required-file/{table}", required_file_faults, scratch, table)
        for number, (text, words) in enumerate(BAD_SETTINGS):
            tap.run(f"commands/settings/{number}", settings_faults, scratch, number, text, words)
        for function in (default_out_faults, quiet_faults, json_faults, plain_faults, check_faults, terminal_faults):
            tap.run(f"commands/{function.__name__.removesuffix('_faults').replace('_', '-')}", function, scratch)
        shutil.rmtree(scratch / "in", ignore_errors=True)
    tap.done()


main()
