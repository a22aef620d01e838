"""Who bears a number: the company of last time, a newcomer, or a company known under another number."""

import pandas as pd
import pytest
from continuity_frames import FORGE, MILL, WITHOUT_SIREN, Row, export, register
from hypothesis import given
from hypothesis import strategies as st

from transforms.continuity.members import recognised


def seen(
    records: pd.DataFrame, known: pd.DataFrame, in_service: str = ""
) -> dict[str, tuple[str, str | None, bool]]:
    """By today's number: who bears it, known under which number, taken over from another."""
    found = recognised(records, known, in_service)
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
    "another SIREN and name, same telephone and site": ({**MILL, "phone": "P1", "domain": "D1"}, FORGE),
    "the same address, and too little else known": (
        {"name": "ANVIL", "address": "A1"}, {"name": "FORGE", "address": "A1"}),
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
    "another SIREN and name at one address": ({**MILL, "address": "A1"}, FORGE),
    "another SIREN and name, one telephone": ({"siren": "S2", "name": "MILL", "phone": "P1"}, FORGE),
    "no SIREN, three other traits, one address": ({**MILL, **WITHOUT_SIREN, "address": "A1"}, FORGE),
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
    "by name and site, a SIREN appeared": (
        {"name": "FORGE", "domain": "D1", "siren": "S1"}, {**FORGE, **WITHOUT_SIREN}),
}  # fmt: skip


@pytest.mark.parametrize(("now", "then"), RENUMBERED.values(), ids=RENUMBERED)
def test_a_known_company_under_another_number(now: Row, then: Row) -> None:
    assert seen(export(("9", now)), register(("1", then))) == {"9": ("renumbered", "1", False)}


UNPROVED = {
    "a name alone": ([("9", {"name": "FORGE", "address": "A9"})], [("1", FORGE)]),
    "a name and address against two SIREN": ([("9", {**FORGE, "siren": "S9"})], [("1", FORGE)]),
    "an address alone": ([("9", {"name": "ANVIL", "address": "A1"})], [("1", FORGE)]),
    "two rows with this SIREN, of two companies": (
        [("9", {"siren": "S1", "name": "ANVIL"})],
        [("1", FORGE), ("2", {**MILL, "siren": "S1", "company_id": "F"})]),
    "another source": ([("9", FORGE)], [("1", {**FORGE, "source": "south"})]),
}  # fmt: skip


@pytest.mark.parametrize(("now", "then"), UNPROVED.values(), ids=UNPROVED)
def test_without_proof_a_new_number_is_a_new_member(
    now: list[tuple[str, Row]], then: list[tuple[str, Row]]
) -> None:
    assert seen(export(*now), register(*then))["9"] == ("new", None, False)


def test_two_companies_that_swapped_their_numbers() -> None:
    found = seen(export(("1", MILL), ("2", FORGE)), register(("1", FORGE), ("2", MILL)))
    assert found == {"1": ("renumbered", "2", True), "2": ("renumbered", "1", True)}


def test_companies_of_one_address_that_swapped_their_numbers() -> None:
    """What tells a company goes before what it may share."""
    shared = {"address": "A1", "phone": "P1", "domain": "D1"}
    forge, mill = {**FORGE, **shared}, {**MILL, **shared}
    found = seen(export(("1", mill), ("2", forge)), register(("1", forge), ("2", mill)))
    assert found == {"1": ("renumbered", "2", True), "2": ("renumbered", "1", True)}


def test_a_newcomer_at_the_address_of_the_last_bearer_who_moved_on() -> None:
    newcomer = {"name": "ANVIL", "address": "A1", "phone": "P8", "domain": "D1"}
    found = seen(export(("1", newcomer), ("9", FORGE)), register(("1", FORGE)))
    assert found == {"1": ("new", None, True), "9": ("renumbered", "1", False)}


SISTER: Row = {**FORGE, "address": "A7", "phone": "P7"}
OF_ONE_SIREN = {
    "told by the address": (
        [("8", FORGE), ("9", SISTER)], [("1", FORGE), ("2", SISTER)], {"8": "1", "9": "2"}),
    "told by the site, though all else changed": (
        [("8", {"siren": "S1", "domain": "D1"}), ("9", {"siren": "S1", "domain": "D2"})],
        [("1", {**SISTER, "domain": "D2"}), ("2", SISTER)], {"8": "2", "9": "1"}),
    "alike in all": ([("8", FORGE), ("9", FORGE)], [("1", FORGE), ("2", FORGE)], {"8": "1", "9": "2"}),
    "alike in all, without a SIREN": (
        [("8", {**FORGE, **WITHOUT_SIREN}), ("9", {**FORGE, **WITHOUT_SIREN})],
        [("1", FORGE), ("2", FORGE)], {"8": "1", "9": "2"}),
    "one that left": ([("8", FORGE)], [("1", FORGE), ("2", FORGE)], {"8": "1"}),
    "one that joined": ([("8", FORGE), ("9", FORGE)], [("1", FORGE)], {"8": "1", "9": None}),
    "the one seen last goes first": (
        [("8", FORGE)], [("1", FORGE), ("2", {**FORGE, "last_run": "r2"})], {"8": "2"}),
}  # fmt: skip


@pytest.mark.parametrize(("now", "then", "numbers"), OF_ONE_SIREN.values(), ids=OF_ONE_SIREN)
def test_two_records_of_one_company_are_found_again(
    now: list[tuple[str, Row]], then: list[tuple[str, Row]], numbers: dict[str, str | None]
) -> None:
    """The fingerprints of the register all stand for company E."""
    for order in (1, -1):
        found = seen(export(*now[::order]), register(*then[::order]))
        assert {number: known for number, (_, known, _) in found.items()} == numbers


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
    moved = {**FORGE, "first_run": "r2", "last_run": "r2", "origin_member_id": "1", "origin_run": "r1"}
    known = register(("1", FORGE), ("5", moved))
    assert seen(export(("9", FORGE)), known) == {"9": ("renumbered", "5", False)}


def test_a_number_that_its_second_bearer_left_again_still_stands_for_the_first() -> None:
    """The mill took number 1 after the forge, then number 7; the forge comes back under number 9."""
    mill = {**MILL, "first_run": "r2", "last_run": "r2"}
    moved = {**MILL, "first_run": "r3", "last_run": "r3", "origin_member_id": "1", "origin_run": "r2"}
    known = register(("1", FORGE), ("1", mill), ("7", moved))
    found = seen(export(("7", MILL), ("9", FORGE)), known)
    assert found == {"7": ("same", "7", False), "9": ("renumbered", "1", False)}
    assert recognised(export(("9", FORGE)), known)["known_first_run"].tolist() == ["r1"]


def test_after_a_restore_numbers_are_known_for_their_bearers_in_service() -> None:
    """The publication r2, in which the mill bore number 1, was taken back."""
    left = {**FORGE, "first_run": "r2", "last_run": "r2", "origin_member_id": "1", "origin_run": "r1"}
    known = register(("1", FORGE), ("2", left), ("1", {**MILL, "first_run": "r2", "last_run": "r2"}))
    assert seen(export(("1", FORGE)), known, "r1") == {"1": ("same", "1", False)}
    assert seen(export(("1", FORGE)), known, "r2") == {"1": ("renumbered", "2", True)}
    assert seen(export(("1", FORGE)), known, "lost") == {"1": ("renumbered", "2", True)}


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
