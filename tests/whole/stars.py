"""The states of a star for every kind of verdict beside every other, as rules-api.md puts them. Worked by hand."""

import qiyue
import sample
from qiyue import Tap, rows_of, workplace

# Four criteria of one star: two kinds of the community's own duty, two of the street's. What a community is named after is
# the verdict each gives it: m met, n not met, a not applicable, d not due, e no evidence, x a rule that fails.
PACK = """
standard { id = "small", title = "Small", version = "1", stars = { { "s", "S" } } }
owner { id = "o", title = "O" }
local words = { m = "met", n = "not_met", a = "not_applicable", d = "not_due", e = "no_evidence" }
for place, about in ipairs { { "A", "have", "community" }, { "B", "have-not", "community" }, { "C", "have", "street" }, { "D", "have-not", "street" } } do
  criterion { id = about[1], star = "s", kind = about[2], owner = "o", duty = about[3], title = "T", uses = {},
    check = function(c)
      local letter = c.id:sub(place, place)
      if letter == "x" then error("oh") end
      return c[words[letter]]("said")
    end }
end
index { id = "all", title = "All", subject = "area", of = { "five_star_progress" }, aggregate = "mean", missing = "none" }
commend { id = "clean", title = "Clean", subject = "community", order = { "all" }, uses = { "all" },
  eligible = function(c) return c.five_star and c.grant("yes") or c.deny("no") end }
"""
# name: state, whether a list holds nothing against it, five-star progress (of its own two criteria)
COMMUNITIES = {
    "mmmm": ("earned", True, "100"),
    "mmaa": ("earned", True, "100"),
    "aamm": ("earned", True, ""),  # nothing of its own to be judged on: no progress to tell
    "mama": ("undecided", False, "100"),  # no have-not is met: doing nothing wins nothing
    "amam": ("undecided", False, "100"),
    "nmmm": ("lost", False, "50"),
    "mnnm": ("lost", False, "50"),  # its own duty decides, whatever others owe
    "nemm": ("lost", False, "0"),
    "mmnm": ("blocked", True, "100"),
    "mmmn": ("blocked", True, "100"),
    "menm": ("blocked", False, "50"),  # others' duty isn't met, and evidence is missing: nothing is won by that
    "mman": ("blocked", True, "100"),
    "memm": ("undecided", False, "50"),
    "mdmm": ("undecided", False, "100"),  # not due counts for nobody
    "mxmm": ("undecided", False, "50"),
    "mmem": ("undecided", False, "100"),
}


def faults_of(name, out):
    state, clean, progress = COMMUNITIES[name]
    star = next(r for r in rows_of(out / "stars.csv") if r["community_id"] == name)
    rank = next(r for r in rows_of(out / "ranks.csv") if r["subject_id"] == name and r["list"] == "clean") if progress else None
    score = next(r for r in rows_of(out / "scores.csv") if r["subject_id"] == name and r["index"] == "five_star_progress")
    if (star["s"], star["five_star"]) != (state, str(int(state == "earned"))):
        yield f"state {star['s']}, five_star {star['five_star']}; wanted {state}"
    if rank and (rank["place"] != "ineligible") != clean:
        yield f"place {rank['place']}, wanted clean {clean}"
    if score["value"] != progress:
        yield f"progress {score['value']}, wanted {progress}"


def main():
    tap = Tap()
    with workplace() as folder:
        sample.write_assessment(folder / "in")
        rows = "".join(f"{c},T01,community,{c},100,300\n" for c in ("C01", *COMMUNITIES))
        (folder / "in/areas.csv").write_text(
            "area_id,parent_id,level,name,households,population\nD01,,county,D,1200,2900\nT01,D01,street,T,1200,2900\n" + rows, encoding="utf-8"
        )
        (folder / "pack").mkdir()
        (folder / "pack/rules.lua").write_text(PACK.replace("local letter = c.id", 'if c.id == "C01" then return c.met("said") end\n      local letter = c.id'), encoding="utf-8")
        done = qiyue.run(folder / "in", folder / "out", extra=("--rules", folder / "pack", "--quiet"))
        tap.case("stars/run", done.expect(3))  # a rule fails for one of them
        for name in COMMUNITIES:
            tap.run(f"stars/{name}", faults_of, name, folder / "out")
    tap.done()


if __name__ == "__main__":
    main()
