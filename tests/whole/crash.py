"""OUT is the old folder or the new one, whole, however a run ends.

A run over an existing OUT is killed (SIGKILL), or the disk refuses (ENOSPC), at its nth step on disk, for many n: evenly
over the run and at each of its last steps, where the folders change places. Afterwards a run as usual must succeed and
leave nothing beside OUT.
"""

import os
import pathlib
import shutil
import signal

import qiyue
from qiyue import Tap, workplace
from sample import write_assessment

STEPS = os.environ.get("QY_STEPS", "")
SPREAD = 40
LAST = 40


def stepping(**settings):
    return {"LD_PRELOAD": STEPS, **{f"QY_{name.upper()}": str(value) for name, value in settings.items()}}


class Scene:
    """An OUT of yesterday, an assessment of today, and what OUT may be after a run."""

    def __init__(self, scratch):
        self.scratch, self.out = scratch, scratch / "out"
        self.old_input = write_assessment(scratch / "old", as_of="2026-08-15")
        self.new_input = write_assessment(scratch / "new")
        self.old_out, self.new_out = scratch / "kept" / "old", scratch / "kept" / "new"
        self.old_out.parent.mkdir()

    def prepare(self):
        """Returns: faults, and the steps that a run over an existing OUT takes"""
        faults = qiyue.run(self.old_input, self.old_out, threads=1).expect(0)
        faults += qiyue.run(self.new_input, self.new_out, threads=1).expect(0)
        self.reset()
        count = self.scratch / "count"
        faults += qiyue.run(self.new_input, self.out, threads=1, environment=stepping(count_to=count)).expect(0)
        n_steps = int(count.read_text(encoding="utf-8"))
        faults += [] if n_steps > 20 else [f"only {n_steps} steps were seen"]
        return faults, n_steps

    def reset(self):
        for path in self.scratch.glob("out*"):
            shutil.rmtree(path)
        for path in self.scratch.glob(".out*"):
            shutil.rmtree(path)
        shutil.copytree(self.old_out, self.out)

    def is_old_or_new(self, may_be):
        names = {"old": self.old_out, "new": self.new_out}
        told = {name: list(qiyue.out_differences(names[name], self.out)) for name in may_be}
        if any(not differences for differences in told.values()):
            return []
        return [f"OUT is neither: {told}"]

    def mends_itself(self):
        faults = qiyue.run(self.new_input, self.out, threads=1).expect(0)
        faults += qiyue.out_differences(self.new_out, self.out)
        beside = sorted(p.name for p in self.scratch.iterdir() if "out" in p.name and p != self.out)
        return faults + ([f"left beside OUT: {beside}"] if beside else [])


def killed(scene, n, n_steps):
    """Files are synced beside the report, so a run may take a step fewer than was counted: then it wasn't killed, and is done."""
    scene.reset()
    done = qiyue.run(scene.new_input, scene.out, threads=1, environment=stepping(die_at=n))
    if done.status == 0 and n > n_steps - 2:
        return scene.is_old_or_new(["new"]) + scene.mends_itself()
    faults = done.expect(-signal.SIGKILL)
    return faults + scene.is_old_or_new(["old", "new"]) + scene.mends_itself()


def refused(scene, n, settings):
    """A step that fails: not done and OUT as before, or done and OUT new, and the status says which. Where the disk
    refuses all that follows, undoing the exchange too, the new one may stay in place."""
    scene.reset()
    done = qiyue.run(scene.new_input, scene.out, threads=1, environment=stepping(fail_at=n, **settings))
    faults = done.expect(0, 1)
    if done.status == 1 and not done.stderr.strip():
        faults.append("no message")
    return faults + scene.is_old_or_new(["new"] if done.status == 0 else ["old", "new"] if settings else ["old"]) + scene.mends_itself()


def main():
    tap = Tap()
    if not pathlib.Path(STEPS).is_file():
        tap.skip("crash", "QY_STEPS names no library")
        tap.done()
    with workplace() as scratch:
        scene = Scene(scratch)
        faults, n_steps = scene.prepare()
        tap.case("crash/prepare", faults)
        if not faults:
            spread = {1 + i * n_steps // SPREAD for i in range(SPREAD)}
            for n in sorted(spread | set(range(max(1, n_steps - LAST), n_steps + 1))):
                tap.run(f"crash/killed-at/{n}", killed, scene, n, n_steps)
            for n in sorted(spread | set(range(max(1, n_steps - LAST // 2), n_steps + 1))):
                tap.run(f"crash/disk-full-from/{n}", refused, scene, n, {"fail_on": 1})
                tap.run(f"crash/fails-once-at/{n}", refused, scene, n, {})
    tap.done()


main()
