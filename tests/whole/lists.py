"""Lists of commendation on a pack of a few lines: places, ties at the line, shares, vetoes, functions that fail. Worked by hand."""

import qiyue
import sample
from qiyue import Tap, rows_of, workplace

PACK = """
standard { id = "small", title = "Small", version = "1", stars = { { "s", "S" } } }
param { id = "places", unit = "community", values = { ["2000-01-01"] = 2 }, source = { ["2000-01-01"] = "test" } }
measure { id = "households_all", unit = "household", from = "areas", where = { { "level", "==", "community" } }, group = "area", value = sum("households") }
measure { id = "people_all", unit = "person", from = "areas", where = { { "level", "==", "community" } }, group = "area", value = sum("population") }
index { id = "size", title = "Size", subject = "area", of = { "households_all" }, posts = { households_all = { 0, 1000 } }, aggregate = "mean", missing = "none" }
"""
# Households and people: two tie on the first, all differ on the second.
COMMUNITIES = {"C01": (400, 900), "C02": (300, 700), "C03": (300, 800), "C04": (200, 500)}


def places(folder, declaration):
    """Returns: (the run, {community: place} of the list "list")"""
    pack, out = folder / "pack", folder / "out"
    pack.mkdir(exist_ok=True)
    (pack / "rules.lua").write_text(PACK + declaration, encoding="utf-8")
    done = qiyue.run(folder / "in", out, extra=("--rules", pack, "--quiet"))
    faults = done.expect(0, 3)
    if faults:
        raise RuntimeError(faults[0])
    ranks = [r for r in rows_of(out / "ranks.csv") if r["list"].startswith("list")]
    return done, {r["subject_id"]: r["place"] for r in ranks}, rows_of(out / "findings.csv")


def commend(rest, uses="{ 'size', 'places' }", more="order = { 'size' }"):
    return f'commend {{ id = "list", title = "List", subject = "community", {more}, uses = {uses}, {rest} }}'


def check(folder, declaration, wanted, status=0, finding=None):
    done, got, findings = places(folder, declaration)
    if got != wanted:
        yield f"places are {got}, wanted {wanted}"
    if done.status != status:
        yield f"status {done.status}, wanted {status}"
    codes = {f["code"] for f in findings}
    if finding and finding not in codes:
        yield f"no finding {finding}: {sorted(codes)}"


CASES = {
    # 1, 2, 2, 4 for two places: one is left, and two are equal.
    "tie-at-the-line": (commend("size = 'places'"), dict(C01="in", C02="tie", C03="tie", C04="out"), 0, "tie-at-the-line"),
    "next-key-parts-a-tie": (
        commend("size = 2", "{ 'size', 'people_all' }", "order = { 'size', 'people_all' }"),
        dict(C01="in", C02="out", C03="in", C04="out"), 0, None,
    ),
    "tie-within": (commend("size = 3"), dict(C01="in", C02="in", C03="in", C04="out"), 0, None),
    # 0.3 of 4 is 1.2: one place; 0.1 of 4 is none, but one at least.
    "share-rounded-down": (commend("share = 0.3"), dict(C01="in", C02="out", C03="out", C04="out"), 0, None),
    "share-at-least-one": (commend("share = 0.1"), dict(C01="in", C02="out", C03="out", C04="out"), 0, None),
    "ineligible": (
        commend("size = 1, eligible = function(c) if c.id == 'C01' then return c.deny('no') end return c.grant('yes') end"),
        dict(C01="ineligible", C02="tie", C03="tie", C04="out"), 0, "tie-at-the-line",
    ),
    "vetoed": (
        commend("size = 3, veto = function(c) if c.id == 'C01' then return c.deny('by decision 7') end return c.grant('none') end"),
        dict(C01="vetoed", C02="in", C03="in", C04="in"), 0, None,
    ),
    # A function that fails for one community is that one's error.
    "fails-for-one": (
        commend("size = 3, eligible = function(c) if c.id == 'C04' then error('oh') end return c.grant('yes') end"),
        dict(C01="in", C02="in", C03="in", C04="error"), 3, "list-error",
    ),
    "reads-what-it-does-not-declare": (
        commend("size = 3, eligible = function(c) return c.m.people_all.value > 600 and c.grant('yes') or c.deny('no') end"),
        dict(C01="error", C02="error", C03="error", C04="error"), 3, "list-error",
    ),
    "reads-what-it-declares": (
        commend("size = 3, eligible = function(c) return c.m.people_all.value > 600 and c.grant('yes') or c.deny('no') end", "{ 'size', 'people_all' }"),
        dict(C01="in", C02="in", C03="in", C04="ineligible"), 0, None,
    ),
    "one-year-of-two": (commend("size = 3, years = 2"), dict(C01="in", C02="in", C03="in", C04="out"), 0, "years-not-checked"),
}  # fmt: skip


def main():
    tap = Tap()
    with workplace() as folder:
        sample.write_assessment(folder / "in")
        rows = "".join(f"{c},T01,community,{c},{h},{p}\n" for c, (h, p) in COMMUNITIES.items())
        (folder / "in/areas.csv").write_text(
            "area_id,parent_id,level,name,households,population\nD01,,county,D,1200,2900\nT01,D01,street,T,1200,2900\n" + rows, encoding="utf-8"
        )
        for name, (declaration, wanted, status, finding) in CASES.items():
            tap.run(f"lists/{name}", check, folder, declaration, wanted, status, finding)
    tap.done()


if __name__ == "__main__":
    main()
