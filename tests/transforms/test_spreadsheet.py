"""Values in the hands of a spreadsheet: inert, and unharmed when they come back."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.spreadsheet import GUARDED, csv_bytes, figure, guarded, inert, unguarded
from transforms.warehouse.tables import literal

ALIVE = ["=1+1", "+33", "-x", "@SOMME(1)", "\t=1", "\r=1", "\n=1"]
CELLS: dict[str, tuple[Any, str]] = {
    "nothing": (None, '""'),
    "a text": ("Société", "Société"),
    "separator": ("a;b", '"a;b"'),
    "quote": ('le "gros"', '"le ""gros"""'),
    "two lines": ("a\r\nb", '"a\nb"'),
    "formula": ("=1+1", "'=1+1"),
    "plus": ("+33", "'+33"),
    "minus": ("-5 %", "'-5 %"),
    "at": ("@somme", "'@somme"),
    "tab": ("\t=1", "'\t=1"),
    "control characters": ("a\x00b", "ab"),
    "negative number": (-5, "-5"),
    "decimal comma": (14.5, "14,5"),
    "whole float": (5000.0, "5000"),
    "large float": (4.5e16, "45000000000000000"),
    "small float": (1e-7, "0,0000001"),
    "no number": (float("nan"), '""'),
    "exact money": (Decimal("900.00"), "900,00"),
    "yes": (True, "oui"),
    "no": (False, "non"),
    "day": (date(2016, 10, 3), "2016-10-03"),
    "moment": (datetime(2026, 1, 5, 4, 17, 32, 5), "2026-01-05 04:17:32"),
}


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


@pytest.mark.parametrize(("value", "expected"), CELLS.values(), ids=CELLS)
def test_cell_of_a_csv(value: Any, expected: str) -> None:
    assert csv_bytes(["t"], [[value]]).decode("utf-8-sig") == f"t\r\n{expected}\r\n"


def test_a_french_excel_knows_the_encoding_by_the_mark() -> None:
    assert csv_bytes(["é"], []) == b"\xef\xbb\xbf\xc3\xa9\r\n"


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=2), max_size=5))
def test_a_reader_of_csv_finds_every_cell_and_no_formula(rows: list[list[str]]) -> None:
    text = csv_bytes(["a", "b"], rows).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert [len(row) for row in read] == [2] * (len(rows) + 1)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for row in read for cell in row)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_figure_loses_nothing(value: float) -> None:
    assert float(figure(value).replace(",", ".")) == value
