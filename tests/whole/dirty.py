"""A dirty simulation: every bad row that was put in is refused, for the fault that was put in and no other row is;
and the good rows' figures are those of the clean simulation."""

import collections

import qiyue
from qiyue import Tap, workplace

COMMUNITIES = 40
SEEDS = [1, 20260930]
FIGURES = ["measures.csv", "criteria.csv", "stars.csv", "scores.csv", "ranks.csv", "second-look.csv"]
WAYS = {
    "threads-1": {"threads": 1},
    "threads-8": {"threads": 8},
    "chunk-1000": {"threads": 2, "chunk": 1000},
}


def simulate(folder, seed, *extra):
    return qiyue.Run(["simulate", folder, "--communities", COMMUNITIES, "--seed", seed, *extra])


def places(rows):
    return collections.Counter((r["file"], r["row"], r["line"], r["column"], r["code"]) for r in rows)


def reject_faults(put_in, out):
    wanted, got = places(put_in), places(qiyue.rows_of(out / "rejects.csv"))
    reasons = {(r["file"], r["row"]): r["reason"] for r in qiyue.rows_of(out / "rejects.csv")}
    if not wanted:
        yield "the simulation put in no bad row"
    missing, unwanted = sorted((wanted - got).elements()), sorted((got - wanted).elements())
    yield from (f"not refused as put in: {','.join(place)}" for place in missing[:20])
    yield from (f"refused without being put in: {','.join(place)}: {reasons[place[:2]]}" for place in unwanted[:20])
    if missing or unwanted:
        yield f"{len(missing)} missing, {len(unwanted)} too many, of {sum(wanted.values())}"


def figure_faults(clean, dirty):
    for name in FIGURES:
        a, b = ((out / name).read_bytes() for out in (clean, dirty))
        if a != b:
            yield qiyue.first_difference(name, a, b)


def run_seed(tap, scratch, seed):
    clean, dirty = scratch / f"clean-{seed}", scratch / f"dirty-{seed}"
    made = simulate(clean, seed).expect(0) + simulate(dirty, seed, "--dirty").expect(0)
    done = qiyue.run(clean, scratch / f"out-clean-{seed}", threads=2)
    clean_out = scratch / f"out-clean-{seed}"
    if not tap.run(f"dirty/{seed}/clean-run", lambda: made or done.expect(0)):
        return
    tap.run(f"dirty/{seed}/clean-run-refuses-nothing", lambda: [str(r) for r in qiyue.rows_of(clean_out / "rejects.csv")][:20])
    put_in = qiyue.rows_of(dirty / "dirty.csv")
    codes = sorted({row["code"] for row in put_in})
    tap.case(f"dirty/{seed}/many-kinds-of-faults", [] if len(codes) >= 10 else [f"only {codes}"])
    for name, how in WAYS.items():
        out = scratch / f"out-dirty-{seed}-{name}"
        done = qiyue.run(dirty, out, **how)
        if tap.run(f"dirty/{seed}/{name}/status", lambda done=done: done.expect(3)):
            tap.run(f"dirty/{seed}/{name}/refused", reject_faults, put_in, out)
            tap.run(f"dirty/{seed}/{name}/figures", figure_faults, clean_out, out)


def main():
    tap = Tap()
    with workplace() as scratch:
        for seed in SEEDS:
            run_seed(tap, scratch, seed)
    tap.done()


main()
