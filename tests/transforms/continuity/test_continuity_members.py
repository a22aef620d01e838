"""Who bears a number: the company of last time, a newcomer, or a company known under another number."""

from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.continuity.members import numbers_over_time, recognised, traits
from transforms.warehouse.register import REGISTER_COLUMNS, TRAITS

Row = dict[str, Any]

FORGE: Row = {"siren": "S1", "name": "FORGE", "address": "A1", "phone": "P1", "domain": "D1"}
MILL: Row = {"siren": "S2", "name": "MILL", "address": "A2", "phone": "P2", "domain": "D2"}
WITHOUT_SIREN = {"siren": None}


def export(*records: tuple[str, Row]) -> pd.DataFrame:
    rows = [{"source": "north", "member_id": number, **company} for number, company in records]
    return pd.DataFrame(rows, columns=["source", "member_id", *TRAITS], dtype="str")


def register(*known: tuple[str, Row]) -> pd.DataFrame:
    """Rows of the register; a company may also name its run, the number that it left and another source."""
    rows = [
        {
            "source": "north",
            "member_id": number,
            "company_id": "E",
            "first_run": "r1",
            "last_run": "r1",
            **company,
        }
        for number, company in known
    ]
    return pd.DataFrame(rows, columns=REGISTER_COLUMNS, dtype="str")


def seen(records: pd.DataFrame, known: pd.DataFrame) -> dict[str, tuple[str, str | None, bool]]:
    """By today's number: who bears it, known under which number, taken over from another."""
    found = recognised(records, known)
    numbers = found["known_member_id"].astype(object).where(found["known_member_id"].notna(), None)
    return dict(
        zip(found["member_id"], zip(found["bearer"], numbers, found["takes_over"], strict=True), strict=True)
    )


SAME = {
    "nothing changed": (FORGE, FORGE),
    "another name": ({**FORGE, "name": "ANVIL"}, FORGE),
    "moved, with new telephone and site": ({**FORGE, "address": "A9", "phone": "P9", "domain": "D9"}, FORGE),
    "a SIREN appears": (FORGE, {**FORGE, **WITHOUT_SIREN}),
    "a new legal entity of the same name": ({**FORGE, "siren": "S9"}, FORGE),
    "another SIREN and name at the same place": ({**FORGE, "siren": "S9", "name": "ANVIL"}, FORGE),
    "renamed and moved, no SIREN, no more known": (
        {"name": "ANVIL", "address": "A9"}, {"name": "FORGE", "address": "A1"}),
    "the register knows the number alone": (FORGE, {}),
    "the export tells the number alone": ({}, FORGE),
}  # fmt: skip


@pytest.mark.parametrize(("now", "then"), SAME.values(), ids=SAME)
def test_the_number_s_word_stands_unless_all_else_is_against_it(now: Row, then: Row) -> None:
    assert seen(export(("1", now)), register(("1", then))) == {"1": ("same", "1", False)}


REPLACED = {
    "another SIREN, nothing in common": (MILL, FORGE),
    "another SIREN, nothing else known": ({"siren": "S2"}, {"siren": "S1"}),
    "no SIREN, but three other traits": ({**MILL, **WITHOUT_SIREN}, {**FORGE, **WITHOUT_SIREN}),
}


@pytest.mark.parametrize(("now", "then"), REPLACED.values(), ids=REPLACED)
def test_a_number_given_to_another_company(now: Row, then: Row) -> None:
    assert seen(export(("1", now)), register(("1", then))) == {"1": ("new", None, True)}


def test_a_new_number_is_a_new_member() -> None:
    found = seen(export(("1", FORGE), ("2", MILL)), register(("1", FORGE)))
    assert found == {"1": ("same", "1", False), "2": ("new", None, False)}


RENUMBERED = {
    "by SIREN": ({**MILL, "siren": "S1"}, FORGE),
    "by name and address": ({"name": "FORGE", "address": "A1", "phone": "P9"}, FORGE),
    "by name and telephone": ({"name": "FORGE", "phone": "P1"}, {**FORGE, **WITHOUT_SIREN}),
}


@pytest.mark.parametrize(("now", "then"), RENUMBERED.values(), ids=RENUMBERED)
def test_a_known_company_under_another_number(now: Row, then: Row) -> None:
    assert seen(export(("9", now)), register(("1", then))) == {"9": ("renumbered", "1", False)}


UNPROVED = {
    "a name alone": ([("9", {"name": "FORGE", "address": "A9"})], [("1", FORGE)]),
    "a name and address against two SIREN": ([("9", {**FORGE, "siren": "S9"})], [("1", FORGE)]),
    "an address alone": ([("9", {"name": "ANVIL", "address": "A1"})], [("1", FORGE)]),
    "two rows with this SIREN": ([("9", FORGE)], [("1", FORGE), ("2", {**MILL, "siren": "S1"})]),
    "another source": ([("9", FORGE)], [("1", {**FORGE, "source": "south"})]),
}


@pytest.mark.parametrize(("now", "then"), UNPROVED.values(), ids=UNPROVED)
def test_without_proof_a_new_number_is_a_new_member(
    now: list[tuple[str, Row]], then: list[tuple[str, Row]]
) -> None:
    assert seen(export(*now), register(*then))["9"] == ("new", None, False)


def test_two_companies_that_swapped_their_numbers() -> None:
    found = seen(export(("1", MILL), ("2", FORGE)), register(("1", FORGE), ("2", MILL)))
    assert found == {"1": ("renumbered", "2", True), "2": ("renumbered", "1", True)}


def test_a_doubtful_number_follows_what_is_known_of_its_old_bearer() -> None:
    """Too little is known of the newcomer, but the forge is seen elsewhere."""
    anvil = {"name": "ANVIL", "address": "A9"}
    found = seen(export(("1", anvil), ("2", FORGE)), register(("1", FORGE)))
    assert found == {"1": ("new", None, True), "2": ("renumbered", "1", False)}


def test_a_member_that_returns_finds_its_row_again() -> None:
    known = register(("1", FORGE), ("1", {**MILL, "first_run": "r2", "last_run": "r2"}))
    assert seen(export(("1", FORGE)), known) == {"1": ("renumbered", "1", True)}
    assert recognised(export(("1", FORGE)), known)["known_first_run"].tolist() == ["r1"]


def test_a_row_that_was_left_for_another_number_is_not_found_again() -> None:
    moved = {**FORGE, "first_run": "r2", "last_run": "r2", "renumbered_from": "1"}
    known = register(("1", FORGE), ("5", moved))
    assert seen(export(("9", FORGE)), known) == {"9": ("renumbered", "5", False)}


def now_at(records: pd.DataFrame, known: pd.DataFrame) -> dict[tuple[str, str], str | None]:
    found = numbers_over_time(recognised(records, known), known)
    today = found["now_member_id"].astype(object).where(found["now_member_id"].notna(), None)
    return dict(zip(zip(found["member_id"], found["first_run"], strict=True), today, strict=True))


def test_numbers_that_kept_their_bearer_are_not_told() -> None:
    assert now_at(export(("1", FORGE), ("2", MILL)), register(("1", FORGE))) == {}


def test_numbers_that_changed_hands_lead_to_today_s() -> None:
    left, came = {**FORGE, "first_run": "r2", "renumbered_from": "1"}, {**MILL, "first_run": "r2"}
    known = register(("1", FORGE), ("5", left), ("1", came))
    found = now_at(export(("7", FORGE), ("1", MILL)), known)
    assert found == {("1", "r1"): "7", ("5", "r2"): "7", ("1", "r2"): "1"}


def test_a_member_that_left_has_no_number_today() -> None:
    assert now_at(export(("1", MILL)), register(("1", FORGE))) == {("1", "r1"): None}


@given(st.permutations(range(6)), st.permutations(range(6)))
def test_neither_order_nor_numbers_matter_when_every_company_is_known(
    order: list[int], numbers: list[int]
) -> None:
    companies = [{"siren": f"S{n}", "name": f"N{n}"} for n in range(6)]
    known = register(*((str(n), company) for n, company in enumerate(companies)))
    records = export(*((str(numbers[n]), companies[n]) for n in order))
    found = recognised(records, known)
    assert found["known_member_id"].tolist() == [str(n) for n in order]
    assert (found["takes_over"] == (found["member_id"] != found["known_member_id"])).all()


def test_traits_are_fingerprints_and_not_what_they_are_of() -> None:
    with duckdb.connect() as con:
        con.execute(
            """
            CREATE SCHEMA standard;
            CREATE TABLE standard.records AS
            SELECT
                'north' AS source, unnest(['1', '2']) AS member_id, unnest(['732829320', NULL]) AS siren,
                'FORGES' AS name_core, '69001' AS postcode, NULL AS street_number,
                unnest(['HAUTE', NULL]) AS street_name, '+33400000000' AS phone,
                NULL AS web_domain, 'forges.example' AS email_domain, unnest([false, true]) AS is_free_mail
            """
        )
        one, two = traits(con).to_dict("records")
    assert all(len(one[trait]) == 12 for trait in TRAITS)
    assert [trait for trait in TRAITS if pd.isna(two[trait])] == ["siren", "address", "domain"]
    assert (one["name"], one["phone"]) == (two["name"], two["phone"])
    assert "732829320" not in str(one)
