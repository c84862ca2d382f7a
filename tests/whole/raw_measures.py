"""The raw measures of measures.csv, and those that criteria read, against plain SQL over the same tables
(reference/raw-measures.sql, criterion-measures.sql), to the last digit.

Sums and counts must be equal as decimals; a ratio is the quotient of two exact integers, rounded half up to nine digits.
The assessment must be one in which nothing is refused: what isn't read can't be compared.
"""

import configparser
import csv
import datetime
import decimal
import pathlib
import sqlite3
import sys

import qiyue
from qiyue import ROOT, Tap, rows_of, workplace

RATIO_DIGITS = 9
SEEDS = (1, 20260930)
SIZE = ("--size", "district")
# Assessments of the repository, made by another program; not every table is in them.
DATASETS = [ROOT / "datasets" / name for name in ("yuecheng", "review")]
SQL = [ROOT / "tests/reference" / name for name in ("raw-measures.sql", "criterion-measures.sql")]
# Columns with a scale; those of no table here are text.
THOUSANDTHS = {"quantity", "capacity", "hours"}
MILLIONTHS = {"weight"}
INTEGERS = {"participants", "signups", "people", "priority", "overall", "grade"}
COLUMNS = {
    "areas": "area_id parent_id level",
    "units": "unit_id area_id",
    "members": "member_id community_id reported_on",
    "contracts": "contract_id community_id unit_id negotiated_on signed_on published_on reviewed_on starts_on ends_on",
    "commitments": "commitment_id contract_id project_id direction list category offer_id quantity quantity_unit participants signups starts_on due_on theme remedy remedied_on ended_on",
    "fulfilment": "commitment_id done_on quantity participants status confirmed_by recorded_on",
    "offers": "offer_id unit_id provider_community_id community_id category capacity capacity_unit available_from available_to",
    "needs": "community_id unit_id category raised_on people priority consultation",
    "surveys": "community_id answered_on weight overall",
    "service": "member_id community_id done_on hours",
    "reviews": "subject subject_id reviewer grade reviewed_on",
    "meetings": "area_id kind held_on initiator",
}
MEASURES = (
    "due_commitments completed_commitments on_time_commitments delivery planned_participants actual_participants offer_capacity offer_used demand supply unmet surplus "
    "unmet_share surplus_share breadth total_variation survey_responses survey_weight survey_overall survey_satisfied service_rows service_hours service_hours_missing "
    "contracts contracts_five_steps list_due list_completed "
    "unremedied participation undersubscribed idle_offers utilisation passive_units half_list_units inflated_units closed_projects clean_projects unpublished_contracts "
    "members_without_hours joint_meetings resident_forums own_contacts quarters_met unconsulted_needs"
).split()
# Their n counts rows that only the pack knows of (cells of category), or isn't stated.
WITHOUT_N = {"unmet", "surplus", "unmet_share", "surplus_share", "breadth", "total_variation", "participation"}


def scaled(text, digits):
    """An integer of 10^-digits; exact, or an error."""
    number = decimal.Decimal(text).scaleb(digits)
    whole = int(number)
    assert whole == number, f"{text} has more than {digits} fraction digits"
    return whole


def value_of(column, text):
    if text == "":
        return None
    if column in THOUSANDTHS:
        return scaled(text, 3)
    if column in MILLIONTHS:
        return scaled(text, 6)
    return int(text) if column in INTEGERS else text


def read_table(connection, folder, table, cutoff):
    """What was recorded after the cutoff (ISO text) is left out."""
    columns = COLUMNS[table].split()
    connection.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
    path = folder / f"{table}.csv"
    if not path.is_file():
        return
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = ([value_of(c, row.get(c) or "") for c in columns] for row in csv.DictReader(file) if (row.get("recorded_on") or "") <= cutoff)
        connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})", rows)


def last_day(year, month):
    return datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(days=1)


def read_ini(folder):
    settings = configparser.ConfigParser(delimiters="=", interpolation=None, inline_comment_prefixes=None)
    settings.read(folder / "assessment.ini", encoding="utf-8-sig")
    return settings["assessment"]


def read_setting(folder):
    """Returns: as_of, first day of the period, first day of the four quarters, the satisfied answer"""
    assessment = read_ini(folder)
    period = assessment["period"].strip()
    year = int(period[:4])
    if period[4:5] == "Q":
        first, last = datetime.date(year, 3 * int(period[5:]) - 2, 1), last_day(year, 3 * int(period[5:]))
    elif period[4:5] == "-":
        first, last = datetime.date(year, int(period[5:]), 1), last_day(year, int(period[5:]))
    else:
        first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    given = assessment.get("as_of", "").strip()
    as_of = datetime.date.fromisoformat(given) if given else last
    quarter_end = last_day(as_of.year, 3 * ((as_of.month + 2) // 3))
    following = quarter_end + datetime.timedelta(days=1)
    year_first = following.replace(year=following.year - 1)
    top = 4
    if (folder / "questionnaire.csv").is_file():
        for row in rows_of(folder / "questionnaire.csv"):
            if row["item"] == "overall":
                top = int(row.get("top") or int(row.get("high") or 5) - 1)
    return as_of.isoformat(), first.isoformat(), year_first.isoformat(), top


def half_up(num, den, digits):
    """num/den as a decimal of so many digits; exact integers throughout."""
    sign = -1 if num < 0 else 1
    return decimal.Decimal(sign * ((2 * abs(num) * 10**digits + den) // (2 * den))).scaleb(-digits)


def reference(folder):
    """Returns: {(subject, level, measure, category): (value, num, den, n)}, decimals; num and den None where it is a sum"""
    with sqlite3.connect(":memory:") as connection:
        cutoff = read_ini(folder).get("cutoff", "").strip() or "9999-12-31"
        for table in COLUMNS:
            read_table(connection, folder, table, cutoff)
        connection.execute("CREATE TABLE setting (as_of, first, year_first, top)")
        connection.execute("INSERT INTO setting VALUES (?, ?, ?, ?)", read_setting(folder))
        for script in SQL:
            connection.executescript(script.read_text(encoding="utf-8"))
        figures = {}
        for measure, level, subject, category, num, num_scale, den, den_scale, n in connection.execute("SELECT * FROM figure"):
            assert isinstance(num, int) and isinstance(den, (int, type(None))), f"{measure} of {subject} left the integers"
            if den is None:
                figure = (decimal.Decimal(num).scaleb(-num_scale), None, None, n)
            else:
                figure = (half_up(num, den * 10 ** (num_scale - den_scale), RATIO_DIGITS), num, den, n)
            figures[subject, level, measure, category] = figure
        return figures


def engine(out):
    """What measures.csv says of the raw measures: {key: (value, num, den, n)}"""

    def number(text):
        return decimal.Decimal(text) if text else None

    return {
        (row["subject_id"], row["level"], row["measure"], row["category"]): (number(row["value"]), number(row["num"]), number(row["den"]), int(row["n"] or 0))
        for row in rows_of(out / "measures.csv")
        if row["measure"] in MEASURES
    }


def differences(measure, expected, got):
    keys = {key for key in expected if key[2] == measure}
    for key in sorted(keys):
        value, _, _, n = expected[key]
        if key not in got:
            yield f"{key}: measures.csv has no row, wanted {value}"
        elif got[key][0] != value or (n is not None and got[key][3] != n):
            yield f"{key}: value {got[key][0]}, n {got[key][3]}; wanted {value}, n {n}"
    # What the reference doesn't list has no rows behind it.
    for key in sorted(key for key in got if key[2] == measure and key not in keys):
        value, _, _, n = got[key]
        if value or (n and measure not in WITHOUT_N):
            yield f"{key}: value {value}, n {n}; there is nothing to say it from"


def compare(tap, label, folder, scratch, is_whole):
    """@is_whole: every measure has rows to say something from; else those without are skipped, and counted as such."""
    out = scratch / f"{label}-out"
    done = qiyue.run(folder, out)
    faults = done.expect(0)
    tap.case(f"{label}/run", faults)
    if faults:
        return
    expected, got = reference(folder), engine(out)
    for measure in MEASURES:
        if any(key[2] == measure for key in expected):
            tap.run(f"{label}/{measure}", differences, measure, expected, got)
        elif is_whole:
            tap.case(f"{label}/{measure}", ["the reference has no figure: nothing is compared"])
        else:
            tap.skip(f"{label}/{measure}", "no rows in this assessment")


def main():
    tap = Tap()
    with workplace() as scratch:
        given = [pathlib.Path(argument) for argument in sys.argv[1:]]
        for folder in given or DATASETS:
            compare(tap, folder.name, folder, scratch, False)
        for seed in () if given else SEEDS:
            folder = scratch / f"seed-{seed}"
            made = qiyue.Run(["simulate", folder, *SIZE, "--seed", seed])
            faults = made.expect(0)
            tap.case(f"seed-{seed}/simulate", faults)
            if not faults:
                compare(tap, f"seed-{seed}", folder, scratch, True)
    tap.done()


if __name__ == "__main__":
    main()
