"""Two languages: every message has its Chinese, and Chinese needs no locale; the manual and the completion know every
command and option."""

import re
import shutil
import subprocess

import qiyue
from qiyue import Run, Tap, workplace

CHINESE = re.compile("[\u4e00-\u9fff]")
# No locale but C, as on a machine where none was ever made.
BARE = {"LC_ALL": "", "LANG": "", "LC_MESSAGES": "", "LANGUAGE": ""}


def translation_faults():
    done = subprocess.run([qiyue.ROOT / "scripts/update-po", "--check"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        yield done.stdout + done.stderr


def choice_faults():
    """--lang decides, then the environment; and English where neither says."""
    wanted = [
        (["--help", "--lang", "zh"], BARE, True),
        (["--lang=zh", "--help"], BARE, True),
        (["run", "--help", "--lang=zh"], {**BARE, "LC_ALL": "C"}, True),
        (["--help"], {**BARE, "LANG": "zh_CN.UTF-8"}, True),
        (["--help"], {**BARE, "LANG": "zh_CN.GB18030"}, True),
        (["--help"], {**BARE, "LANGUAGE": "zh_CN:en"}, True),
        (["--help"], {**BARE, "LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, False),
        (["--help", "--lang", "en"], {**BARE, "LANG": "zh_CN.UTF-8"}, False),
        (["--help"], {**BARE, "LANG": "de_DE.UTF-8"}, False),
        (["--help"], BARE, False),
        (["no-such-command", "--lang", "zh"], BARE, True),
    ]
    for arguments, environment, chinese in wanted:
        told = Run(arguments, environment).console.decode("utf-8")
        if bool(CHINESE.search(told)) != chinese:
            yield f"{arguments} in {environment}: {'not ' if chinese else ''}Chinese: {told[:200]}"


def command_names():
    text = Run(["--help", "--lang", "en"]).stdout.decode()
    return re.findall(r"^  ([a-z]+)  ", text, re.MULTILINE)


def options_of(command):
    text = Run([command, "--help", "--lang", "en"]).stdout.decode()
    return [f"--{name}" for name in re.findall(r"^  (?:-\w, )?--([a-z-]+)", text, re.MULTILINE)]


def complete(*words):
    """What bash offers for the last word."""
    script = qiyue.ROOT / "completions/qiyue.bash"
    line = f'source "{script}"; COMP_WORDS=({" ".join(repr(w) for w in words)}); COMP_CWORD={len(words) - 1}; _qiyue; printf "%s\\n" "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "--norc", "-c", line], capture_output=True, text=True, check=False)
    return set(done.stdout.split()), done.stderr


def completion_faults():
    offered, told = complete("qiyue", "")
    if told:
        yield told
    yield from (f"the command {name} isn't offered" for name in command_names() if name not in offered)
    for name in command_names():
        offered, told = complete("qiyue", name, "--")
        if told or offered != set(options_of(name)):
            yield f"{name}: offered {sorted(offered)}, has {sorted(options_of(name))}{told}"
    for words, wanted in {
        ("qiyue", "run", "x", "--lang", ""): {"zh", "en"},
        ("qiyue", "simulate", "x", "--size", "=", "ci"): {"city"},
        ("qiyue", "--lang", "zh", "ve"): {"version"},
        ("qiyue", "show", "x", "st"): {"stars"},
        ("qiyue", "rules", "t"): {"test"},
    }.items():
        if complete(*words)[0] != wanted:
            yield f"{words}: offered {complete(*words)[0]}"


def manual_faults(name):
    """The manual renders without a complaint, and has every command and every option."""
    path = qiyue.ROOT / "docs" / name
    done = subprocess.run(["groff", "-Kutf8", "-man", "-Tutf8", "-ww", path], capture_output=True, text=True, check=False)
    if done.returncode != 0 or done.stderr:
        yield done.stderr
    text = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout)
    for command in command_names():
        if f"qiyue {command}" not in text:
            yield f"no command {command}"
        yield from (f"{command}: no {option}" for option in options_of(command) if option not in text)


def init_faults(scratch):
    """Both make an assessment that reads back; the Chinese one has Chinese headers."""
    for lang in ("en", "zh"):
        folder = scratch / lang
        yield from Run(["init", folder, "--lang", lang]).expect(0)
        for name in ("areas", "surveys", "service"):
            header = (folder / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines()
            if bool(CHINESE.search(header[0])) != (lang == "zh") or len(header) != 1:
                yield f"{lang}: {name}.csv is {header[:2]}"
        told = Run(["check", folder, "--lang", lang]).console.decode()
        if "file-header" in told or "assessment.ini" in told:
            yield f"{lang}: what init writes isn't read: {told}"


def main():
    tap = Tap()
    if shutil.which("xgettext"):
        tap.run("language/translated", translation_faults)
    else:
        tap.skip("language/translated", "no xgettext")
    tap.run("language/choice", choice_faults)
    tap.run("language/completion", completion_faults)
    for name in ("qiyue.1", "qiyue.zh_CN.1"):
        if shutil.which("groff") and shutil.which("preconv"):
            tap.run(f"language/manual/{name}", manual_faults, name)
        else:
            tap.skip(f"language/manual/{name}", "no groff")
    with workplace() as scratch:
        tap.run("language/init", init_faults, scratch)
    tap.done()


main()
