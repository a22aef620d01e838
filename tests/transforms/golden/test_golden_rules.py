"""Each rule of survivorship by named examples: which of two records wins, and which rule says so."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
from golden_frames import SOURCES, records

from transforms import reference
from transforms.golden.rules import RULES, Choice
from transforms.golden.survivorship import candidates, choices, chosen_records

Row = dict[str, Any]


def choice_of(field: str) -> Choice:
    return next(choice for choice in choices(SOURCES) if field in choice.fields)


def winner(rows: list[Row], choice: Choice) -> tuple[str, str]:
    seen = candidates(records(*rows), SOURCES)
    chosen = chosen_records(seen, choice).iloc[0]
    return seen["member_id"].iloc[chosen["record"]], chosen["rule"]


def a(**row: Any) -> Row:
    return {"member_id": "A", **row}


def b(**row: Any) -> Row:
    return {"member_id": "B", **row}


def c(**row: Any) -> Row:
    return {"member_id": "C", **row}


VALID, REPAIRED, INVALID, MISSING = (
    {"siren_status": status} for status in ("valid", "repaired", "invalid", "missing")
)
TOWN = {"city": "X", "postcode": "69999"}
TURNOVER = {"turnover_eur": 1.0, "turnover_eur_kind": "exact"}
OLD, NEW = {"export_date": date(2020, 1, 1)}, {"export_date": date(2024, 1, 1)}
NEW_YEAR = date(2012, 1, 1)
NO_DATE = {"export_date": None}

EXAMPLES = {
    "a valid SIREN beats a repaired one": (
        "siren", [a(siren="1", **REPAIRED), b(siren="2", **VALID)], "B", "best_identifier"),
    "an invalid SIREN says more than none": (
        "siren_status", [a(**MISSING), b(**INVALID)], "B", "best_identifier"),
    "a name beside a valid SIREN beats a longer one": (
        "name", [a(name="Forges Réunies du Nord"), b(name="Forges", **VALID)], "B", "validated_identifier"),
    "an invalid SIREN is no better than none": (
        "name", [a(name="Forges Réunies", **MISSING), b(name="Forges", **INVALID)], "A", "most_complete"),
    "the spelling of two beats the longer one": (
        "name", [a(name="Les Forges Réunies"), b(name="Forges"), c(name="FORGES")], "B", "best_written"),
    "of spellings of equal length the one with accents": (
        "name", [a(name="FORGES REUNIES"), b(name="Forges Réunies")], "B", "best_written"),
    "small letters before capitals alone": (
        "name", [a(name="FORGES"), b(name="Forges")], "B", "best_written"),
    "two equal names: the source with priority": (
        "name", [a(source="south", name="Forges"), b(source="north", name="Forges")], "B", "source_priority"),
    "two records that nothing tells apart": (
        "name", [b(name="Forges"), a(name="Forges")], "A", "record_order"),
    "the only legal form, even beside no SIREN": (
        "legal_form", [a(**VALID), b(legal_form="SAS")], "B", "only_value"),
    "one sole trader among the records marks the company": (
        "is_sole_trader", [a(is_sole_trader=False, **VALID), b(is_sole_trader=True)], "B", "true_first"),
    "the more complete address": (
        "address",
        [a(**TOWN, **NEW), b(street_name="X", **TOWN, **OLD)],
        "B", "most_complete"),
    "of two complete addresses the more recent": (
        "address", [a(city="X", **OLD), b(city="Y", **NEW)], "B", "most_recent"),
    "a dated address before an undated one": (
        "address", [a(city="X", **NO_DATE), b(city="Y", **OLD)], "B", "most_recent"),
    "an exact head count before a newer estimate": (
        "jobs", [a(jobs=9.0, jobs_kind="estimated", **NEW), b(jobs=7.0, jobs_kind="exact", **OLD)],
        "B", "kind_exact_first"),
    "an estimate before nothing": (
        "jobs", [a(**NEW), b(jobs=7.0, jobs_kind="estimated", **OLD)], "B", "kind_exact_first"),
    "of two exact turnovers the more recent": (
        "turnover_eur", [a(**TURNOVER, **OLD), b(**TURNOVER, **NEW)], "B", "most_recent"),
    "the first membership": (
        "member_since", [a(joined_on=date(2012, 5, 1)), b(joined_on=date(2011, 6, 1))], "B", "earliest_year"),
    "of two days of one year the first": (
        "member_since",
        [
            a(joined_on=date(2011, 8, 1), joined_precision="day"),
            b(joined_on=date(2011, 6, 1), joined_precision="day"),
        ],
        "B", "earliest"),
    "a day before the bare year that it lies in": (
        "member_since",
        [a(joined_on=date(2010, 1, 1), joined_precision="year"),
         b(joined_on=date(2010, 3, 15), joined_precision="day")],
        "B", "day_precision_first"),
    "an earlier bare year before a later day": (
        "member_since",
        [a(joined_on=date(2010, 3, 15), joined_precision="day"),
         b(joined_on=date(2009, 1, 1), joined_precision="year")],
        "B", "earliest_year"),
    "on the same date the one known to the day": (
        "member_since",
        [a(joined_on=NEW_YEAR, joined_precision="year"), b(joined_on=NEW_YEAR, joined_precision="day")],
        "B", "day_precision_first"),
    "the longer site": (
        "website", [a(website="https://a.fr"), b(website="https://www.a.fr")], "B", "most_complete"),
    "an active record speaks for activity": (
        "is_active", [a(is_active=False), b(is_active=True)], "B", "true_first"),
    "the fee of the active record, not of the one that left": (
        "fee_eur", [a(fee_eur=10.0, is_active=False), b(fee_eur=20.0)], "B", "only_value"),
}  # fmt: skip


@pytest.mark.parametrize(("field", "rows", "member_id", "rule"), EXAMPLES.values(), ids=EXAMPLES)
def test_who_wins(field: str, rows: list[Row], member_id: str, rule: str) -> None:
    assert winner(rows, choice_of(field)) == (member_id, rule)
    assert winner(rows[::-1], choice_of(field)) == (member_id, rule)


def test_every_rule_named_in_the_reference_data_exists_and_none_is_idle() -> None:
    named = {rule for choice in choices(SOURCES) for rule in choice.rules}
    assert named == set(RULES)


def test_lineage_never_goes_back_to_a_cell_with_personal_data() -> None:
    fields = reference.load("fields")
    columns = set().union(*(choice.columns for choice in choices(SOURCES)))
    named = {name for name in columns if not name.startswith("@")}
    assert named
    assert not [name for name in named if fields[name]["personal"]]


def test_each_field_of_a_choice_says_which_cells_it_comes_from() -> None:
    for choice in choices(SOURCES):
        assert set(choice.cells) == set(choice.fields)


def test_ranks_keep_the_index() -> None:
    seen = candidates(records(a(jobs_kind="exact"), b()), SOURCES)
    for choice in choices(SOURCES):
        for rule in choice.rules:
            pd.testing.assert_index_equal(RULES[rule](seen, choice).index, seen.index)
