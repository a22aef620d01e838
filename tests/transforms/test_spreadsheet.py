"""Texts for spreadsheets: inert, and unharmed when they come back."""

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.spreadsheet import GUARDED, guarded, inert, unguarded
from transforms.warehouse.tables import literal

ALIVE = ["=1+1", "+33", "-x", "@SOMME(1)", "\t=1", "\r=1", "\n=1"]


@pytest.mark.parametrize("text", ALIVE)
def test_what_begins_like_a_formula_stays_a_text(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "MERIDON", "L'ORVALIS", "a=1", "0690", " =1"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text


@pytest.mark.parametrize("cell", ["'T VERDOL", "MERIDON", ""])
def test_an_apostrophe_that_guards_nothing_is_part_of_the_text(cell: str) -> None:
    assert unguarded(cell) == cell


@given(st.one_of(st.text(max_size=20), st.text("'=+-@\t\r\nA", max_size=6)))
def test_texts_come_back_unharmed(text: str) -> None:
    assert unguarded(guarded(text)) == text


def test_sql_guards_the_same_texts() -> None:
    texts = [*ALIVE, "'T", "MERIDON", ""]
    asked = duckdb.sql(
        f"SELECT list_transform($1, lambda one: regexp_matches(one, {literal(GUARDED)}))", params=[texts]
    )
    assert asked.fetchall() == [([guarded(text) != text for text in texts],)]


@given(st.text(max_size=50))
def test_inert_is_idempotent_and_drops_only_what_a_cell_cannot_hold(text: str) -> None:
    once = inert(text)
    assert inert(once) == once
    assert not {"\x00", "\x0b", "\r"} & set(once)
    assert once == text or set(text) - set(once)


def test_control_characters_are_dropped() -> None:
    assert inert("a\x00b\x0bc\r\nd\re\ud800") == "abc\nd\ne"
