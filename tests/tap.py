"""Test results as TAP, for the tests written in Python."""

import sys
import traceback


class Tap:
    """Counts cases; the plan is written at the end, by done()."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def _line(self, passed, name, directive=""):
        self.count += 1
        self.failed += not passed
        print(f"{'ok' if passed else 'not ok'} {self.count} {name}{directive}", flush=True)

    def case(self, name, faults):
        """A case passes when nothing is at fault; else each fault is told, one a line."""
        faults = list(faults)
        self._line(not faults, name)
        for fault in faults:
            for line in str(fault).splitlines():
                print(f"# {line[:400]}", flush=True)

    def skip(self, name, reason):
        self._line(True, name, f" # SKIP {reason}")

    def run(self, name, function, *arguments, **named):
        """A case from a function that returns its faults; an exception is one."""
        try:
            faults = list(function(*arguments, **named) or [])
        except Exception:  # pylint: disable=broad-except
            faults = [traceback.format_exc()]
        self.case(name, faults)
        return not faults

    def done(self):
        print(f"1..{self.count}", flush=True)
        sys.exit(1 if self.failed else 0)
