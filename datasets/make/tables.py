"""Tables of an assessment in memory, and the draws that fill them.

Everything is drawn from one seed by random() alone, whose sequence Python
keeps the same between versions, so the files come out the same anywhere.
"""

import csv
import datetime
import os
import random

DAY = datetime.timedelta(days=1)


class Draw:
    """Random choices from one seed."""

    def __init__(self, seed):
        self._random = random.Random(seed).random

    def below(self, n):
        """A whole number 0..n-1."""
        return int(self._random() * n)

    def between(self, low, high):
        """A whole number low..high, both possible."""
        return low + self.below(high - low + 1)

    def chance(self, share):
        return self._random() < share

    def one_of(self, items):
        return items[self.below(len(items))]

    def some_of(self, items, n):
        """n different items, in their own order."""
        left = list(range(len(items)))
        picked = [left.pop(self.below(len(left))) for _ in range(n)]
        return [items[i] for i in sorted(picked)]

    def date(self, first, last):
        return first + DAY * self.below((last - first).days + 1)


class Tables:
    """Rows by table; columns in the order of their first mention."""

    def __init__(self):
        self.rows = {}

    def add(self, table, **cells):
        self.rows.setdefault(table, []).append(cells)
        return cells

    def count(self, table):
        return len(self.rows.get(table, []))

    def write(self, folder, settings):
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "assessment.ini"), "w", encoding="utf-8", newline="\n") as out:
            out.write(settings)
        for table, rows in self.rows.items():
            columns = list(dict.fromkeys(name for row in rows for name in row))
            with open(os.path.join(folder, table + ".csv"), "w", encoding="utf-8", newline="") as out:
                writer = csv.writer(out, lineterminator="\n")
                writer.writerow(columns)
                for row in rows:
                    writer.writerow([_text(row.get(name)) for name in columns])


def _text(value):
    if value is None:
        return ""
    if isinstance(value, float):
        return format(value, ".3f").rstrip("0").rstrip(".")
    return str(value)


def day(text):
    return datetime.date.fromisoformat(text)
