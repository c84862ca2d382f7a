#!/usr/bin/env python3
"""check-page.py FOLDER: what report.html must hold, read as a stranger would read it.

Nesting, ids, languages, no way out to a network; the page's data as JSON, and
every reason in it rebuilt from its template and compared with criteria.csv.
"""
import base64
import csv
import hashlib
import json
import pathlib
import re
import sys
from html.parser import HTMLParser

VOID = {"meta", "input", "br", "link", "img"}
SHAPES = {"rect", "line", "circle"}


class Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.targets, self.scripts, self.styles = [], [], [], [], []
        self.languages = {"zh": 0, "en": 0}
        self.headless_tables = 0

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "style")], (tag, attributes)
        assert tag not in ("img", "iframe", "object", "link", "base", "form"), tag
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if attributes.get("href"):
            assert attributes["href"].startswith("#"), attributes
            self.targets.append(attributes["href"][1:])
        if attributes.get("class") in self.languages:
            self.languages[attributes["class"]] += 1
        if tag == "script":
            self.scripts.append([attributes.get("type"), ""])
        if tag == "style":
            self.styles.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        assert tag in SHAPES | VOID, tag

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open[-4:], self.getpos())
        self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts[-1][1] += data
        if self.open and self.open[-1] == "style":
            self.styles[-1] += data


def digest(text):
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def fill(template, numbers):
    parts, values = template.split("\x01"), numbers.split("|") if numbers else []
    assert len(parts) == len(values) + 1, (template, numbers)
    return "".join(part + value for part, value in zip(parts, values + [""]))


def main():
    folder = pathlib.Path(sys.argv[1])
    text = (folder / "report.html").read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    page.close()
    assert page.open == [], page.open
    assert len(page.ids) == len(set(page.ids)), "an id stands twice"
    assert set(page.targets) <= set(page.ids), set(page.targets) - set(page.ids)
    assert page.languages["zh"] == page.languages["en"] > 100, page.languages
    assert not re.search(r"https?:|//[a-z]|url\(|@import", text.split('<script type="application/json"')[0]), "a way out"
    assert [kind for kind, _ in page.scripts] == ["application/json", None]
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text).group(1)
    assert f"script-src 'sha256-{digest(page.scripts[1][1])}'" in policy
    assert f"style-src 'sha256-{digest(page.styles[0])}'" in policy
    assert "default-src 'none'" in policy

    record = json.loads(page.scripts[0][1])
    with open(folder / "criteria.csv", encoding="utf-8-sig", newline="") as file:
        rows = {(row["community_id"], row["criterion_id"]): row for row in csv.DictReader(file)}
    checked = 0
    for community, cells in zip(record["communities"], record["cells"], strict=True):
        for criterion, cell in zip(record["criteria"], cells, strict=True):
            row = rows.get((community[0], criterion["id"]))
            assert (row is None) == (cell == 0)
            if row is None:
                continue
            cell += [0] * (7 - len(cell))
            zh, en = record["templates"][cell[0]]
            assert fill(zh, cell[1] or "") == row["reason_zh"], (row, cell)
            assert fill(en, cell[6] or cell[1] or "") == row["reason_en"], (row, cell)
            assert (cell[2] or "") == row["value"]
            assert (cell[3] or "") == row["margin"]
            assert (cell[4] or criterion["threshold"] or "").strip("–") == row["threshold"], (row, cell)
            checked += 1
    assert checked == len(rows)
    print(f"{checked} cells")


if __name__ == "__main__":
    main()
