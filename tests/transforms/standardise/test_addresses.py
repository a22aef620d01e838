"""Addresses from the cells of a record, or from one cell that holds all of it."""

import pandas as pd
import pytest
from address_texts import TEXTS
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.refusals import refusal
from transforms.standardise.addresses import COLUMNS, split_address, standardise_addresses
from transforms.standardise.streets import read_street

# Words that may or may not change how a line is read, behind a number and before a street.
_WORDS = (
    *("rue", "R", "av.", "Bd", "lieu-dit", "ZA", "LE", "bourg", "Grande", "résidence", "des", "de", "l'Œuf"),
    *("bis", "B", "ter", "e", "ème", "étage", "er", "RDC", "bât", "Bât. B", "esc.", "appt", "porte", "BP"),
    *("Verte", "Saint-Loup", "d’Aoste", "St.", "à", "et", "Cedex", "France", "Suisse", "tour", "1 er"),
)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("12 rue Verte, 69003 LYON", ("12 rue Verte", "69003", "LYON"), id="comma"),
        pytest.param("12 rue Verte\n69003 LYON", ("12 rue Verte", "69003", "LYON"), id="two lines"),
        pytest.param(
            "12 rue Verte 69003 Lyon Cedex 03", ("12 rue Verte", "69003", "Lyon Cedex 03"), id="cedex"
        ),
        pytest.param("12 rue Verte F-69003 Lyon, France", ("12 rue Verte", "69003", "Lyon"), id="country"),
        pytest.param("12 rue Verte, Lyon 69003", ("12 rue Verte", "69003", "Lyon"), id="town first"),
        pytest.param("12 rue Verte, 1150 LAGNIEU", ("12 rue Verte", "01150", "LAGNIEU"), id="lost zero"),
        pytest.param("12 rue Verte, Lyon", ("12 rue Verte", None, "Lyon"), id="no postcode"),
        pytest.param("42290 Sorbiers", ("", "42290", "Sorbiers"), id="no street"),
        pytest.param(", 26120 CHABEUIL", ("", "26120", "CHABEUIL"), id="empty street"),
        pytest.param(
            "CS 60001, 69100 Villeurbanne", ("CS 60001", "69100", "Villeurbanne"), id="five digits first"
        ),
        pytest.param("26500 Bourg Verte", ("", "26500", "Bourg Verte"), id="town called like a street"),
        pytest.param("1150 route de Verte", ("1150 route de Verte", None, None), id="street number of four"),
        pytest.param("12 rue Verte, Bât. C", ("12 rue Verte, Bât. C", None, None), id="building is no town"),
        pytest.param(
            "2e étage, Les Combes", ("2e étage, Les Combes", None, None), id="no street before a town"
        ),
    ],
)
def test_split(text: str, parts: tuple[str, str | None, str | None]) -> None:
    assert split_address(text) == parts


def frame_of(*cells: str | None) -> pd.DataFrame:
    return standardise_addresses(*(pd.Series([cell], index=["x"], dtype=object) for cell in cells))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(
            ("12 rue Verte", None, "1150", "LAGNIEU"),
            {
                "address": "12 rue Verte",
                "postcode": "01150",
                "city": "Lagnieu",
                "postcode_rule": "postcode_lost_zero",
            },
            id="own cells",
        ),
        pytest.param(
            (None, "2e étage, 12 rue Verte, 69003 Lyon Cedex 03", None, None),
            {"street_number": "12", "address_complement": "2e étage", "postcode": "69003", "is_cedex": True},
            id="one cell",
        ),
        pytest.param(
            ("3 rue Bleue", "12 rue Verte, 69003 Lyon", None, "Bron"),
            {"street_name": "BLEUE", "postcode": "69003", "city": "Bron"},
            id="own cells first",
        ),
        pytest.param(
            ("12 rue Verte, Les Combes", None, "69003", "Lyon"),
            {"address": "12 rue Verte", "address_complement": "Les Combes", "city": "Lyon"},
            id="a place name in the street cell",
        ),
        pytest.param(
            (None, None, "69003 LYON", None),
            {"postcode": "69003", "city_key": "LYON"},
            id="town in the postcode",
        ),
        pytest.param(
            (None, "12 rue Verte, Lyon", None, None),
            {"city": "Lyon", "postcode": None, "full_address_rule": "address_no_postcode"},
            id="postcode missing",
        ),
        pytest.param(
            (None, "12 rue Verte, Lyon", "69003", None),
            {"full_address_rule": None},
            id="postcode in its own cell",
        ),
        pytest.param(
            ("12", None, None, None), {"address": None, "address_rule": "address_unreadable"}, id="no name"
        ),
        pytest.param((None, None, None, "12!"), {"city": None, "city_rule": "city_unreadable"}, id="no town"),
        pytest.param(
            ("?", "NC", None, ""), dict.fromkeys(set(COLUMNS) - {"is_cedex", "is_foreign"}), id="placeholders"
        ),
    ],
)
def test_columns_of_a_frame(cells: tuple[str | None, ...], expected: dict[str, object]) -> None:
    found = frame_of(*cells).loc["x"]
    assert {column: found[column] for column in expected} == expected


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(*[st.one_of(st.none(), TEXTS)] * 4), max_size=4))
def test_any_text_keeps_its_row(rows: list[tuple[str | None, ...]]) -> None:
    cells = pd.DataFrame(rows, columns=range(4), index=range(5, 5 + len(rows)), dtype=object)
    frame = standardise_addresses(*(cells[column] for column in cells))
    assert frame.index.equals(cells.index)
    assert tuple(frame.columns) == COLUMNS
    assert frame["is_cedex"].dtype == bool
    assert frame["city"].notna().equals(frame["city_key"].notna())
    assert frame["postcode"].dropna().str.fullmatch(r"\d{5}").all()
    rules = frame.filter(like="_rule").stack().dropna()
    assert all(refusal(rule).severity in ("info", "warning") for rule in rules)


@settings(deadline=None, max_examples=50)
@given(TEXTS)
def test_rows_do_not_depend_on_each_other(text: str) -> None:
    alone = frame_of(None, text, None, None).iloc[0]
    many = pd.Series(["3 rue Bleue, 69100 Villeurbanne", text], dtype=object)
    nothing = pd.Series([None, None], dtype=object)
    assert standardise_addresses(nothing, many, nothing, nothing).iloc[1].tolist() == alone.tolist()


@pytest.mark.parametrize(
    ("postcode", "city", "expected"),
    [
        pytest.param("1204", "Genève", (None, "postcode_foreign", True), id="abroad, four digits"),
        pytest.param("1211", "GENEVE 3", (None, "postcode_foreign", True), id="abroad, capitals"),
        pytest.param("69003", "Essai, Belgique", (None, "postcode_foreign", True), id="country named"),
        pytest.param(None, "Bruxelles", (None, None, True), id="abroad, no postcode"),
        pytest.param("75001", "Lyon", ("75001", "place_conflict", False), id="known town elsewhere"),
        pytest.param("6900", "Lyon", (None, None, False), id="no zero against a known town"),
        pytest.param("1000", "Bourg-en-Bresse", ("01000", None, False), id="zero with its town"),
        pytest.param("1150", "Lagnieu", ("01150", None, False), id="zero with an unlisted town"),
        pytest.param("69003", "Lyon", ("69003", None, False), id="in agreement"),
    ],
)
def test_the_town_is_held_against_the_postcode(
    postcode: str | None, city: str, expected: tuple[str | None, str | None, bool]
) -> None:
    row = frame_of(None, None, postcode, city).loc["x"]
    assert (row["postcode"], row["city_place_rule"], row["is_foreign"]) == expected


def test_a_refused_zero_is_told() -> None:
    assert frame_of(None, None, "6900", "Lyon").loc["x", "postcode_rule"] == "postcode_format"


@pytest.mark.parametrize(
    ("text", "city", "is_foreign"),
    [
        ("3 rue Verte, 1204 Genève", "Genève", True),
        ("3 rue Verte, 1204 Genève, Suisse", "Genève", True),
        ("3 rue Verte, 69003 Lyon", "Lyon", False),
        ("3 rue de Belgique", None, False),
        ("12 rue Verte, Lyon 3e", "Lyon", False),
    ],
)
def test_towns_of_whole_addresses(text: str, city: str | None, is_foreign: bool) -> None:
    row = frame_of(None, text, None, None).loc["x"]
    assert (row["city"], row["is_foreign"]) == (city, is_foreign)


@given(
    number=st.integers(0, 12_000),
    words=st.lists(st.sampled_from(_WORDS), min_size=1, max_size=5).map(" ".join),
    place=st.sampled_from(
        ["", ", 69003 Lyon 3e", ",69100 VILLEURBANNE CEDEX", ", 00000 Nulle-Part", ", 1000 Bourg"]
    ),
)
def test_a_plain_address_is_read_as_any_other(number: int, words: str, place: str) -> None:
    """A space ahead changes nothing, but keeps the text from being read in the short way."""
    text = f"{number} {words}{place}"
    assert read_street(text) == read_street(f" {text}")
    assert split_address(text) == split_address(f" {text}")
