"""What a column looks like: how it is read, whether it tells anything, whether it names records."""

import numpy as np
import pandas as pd
import pytest
from stdnum import luhn

from transforms.matching.profile import Profile, profile

SIRENS = [f"{base}{luhn.calc_check_digit(base)}" for base in ("81000411", "81000527", "81000638", "81000749")]


def of(name: str, *values: str | None, source: list[str] | None = None) -> Profile:
    column = pd.Series(list(values), name=name, dtype=object)
    return profile(column, pd.Series(source or ["list"] * len(values)))


KINDS = {
    "e-mail": ("email", "contact", ["a@exemple.fr", "b.c@exemple.org", "d@mail.exemple.com"]),
    "web site": ("url", "web", ["https://exemple.fr/x", "www.exemple.org", "exemple.com"]),
    "ISO day": ("date", "born", ["1984-03-12", "1991-12-01", "2003-07-30"]),
    "compact day": ("date", "born", ["19840312", "19911201", "20030730"]),
    "written day": ("date", "born", ["12/03/1984", "01.12.1991", "30-7-2003"]),
    "compact day, year last": ("date", "born", ["12031984", "01121991", "30072003"]),
    "coordinates": ("number", "lat", ["47.218371", "-1.553621", "48.1"]),
    "amounts": ("number", "montant", ["12,50", "1980,99", "3"]),
    "whole numbers with a zero": ("code", "year", ["1984.0", "1991.0", "2003.0"]),
    "telephone": ("phone", "contact", ["01 99 00 12 34", "+33 1 99 00 12 35", "01.99.00.12.36"]),
    "SIREN": ("siren", "n° d'entreprise", SIRENS),
    "nine digits that are none": ("phone", "siren", [f"{int(one) + 1}" for one in SIRENS]),
    "code": ("code", "ref", ["A-12", "B/14", "77 GT"]),
    "year": ("code", "year", ["1984", "1991", "2003"]),
    "postcode": ("code", "cp", ["69003", "42300", "38000"]),
    "address by name": ("address", "Adresse", ["12 rue des Lilas", "3 quai Vert", "place du Puits"]),
    "street in English": ("address", "street_name", ["12 Lilac road", "3 Green quay", "Well place"]),
    "text": ("text", "title", ["Meridon des bois", "Taviol & fils", "Quorvex 2000 conseil en tout"]),
    "nothing": ("text", "title", [None, None]),
}


@pytest.mark.parametrize(("kind", "name", "values"), KINDS.values(), ids=KINDS)
def test_how_a_column_is_read(kind: str, name: str, values: list[str | None]) -> None:
    assert of(name, *values).read == kind


def test_one_odd_value_in_ten_changes_nothing_and_two_do() -> None:
    mails = [f"m{at}@exemple.fr" for at in range(18)]
    assert of("contact", *mails, "par le formulaire").read == "email"
    assert of("contact", *mails[:8], "par le formulaire", "sur place, à l'accueil").read == "text"


def test_figures_of_a_column() -> None:
    found = of("town", "BRELLE", "BRELLE", "BRELLE", "CORVAN SUR MER", None)
    assert (found.distinct, found.filled, found.largest, found.words) == (2, 0.8, 0.75, 2.0)
    assert found.effective == pytest.approx(16 / 10)
    empty = of("town", None, None)
    assert (empty.distinct, empty.filled, empty.effective, empty.words) == (0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("name", "values", "is_id"),
    [
        ("rec_id", ["R-7", "R-2", "R-9"], True),
        ("identifiant", ["77", "12", "5"], True),
        ("n", ["1", "2", "3"], True),
        ("n", ["1", "2", "4"], False),
        ("rec_id", ["R-7", "R-7", "R-9"], False),
        ("rec_id", ["R-7", None, "R-9"], False),
        ("id", ["Meridon des bois", "Taviol & fils", "Quorvex"], False),
        ("rec_id", ["R-7"], False),
    ],
    ids=["by name", "by French name", "in order", "with gaps", "twice", "missing", "texts", "one record"],
)
def test_whether_a_column_names_records(name: str, values: list[str | None], is_id: bool) -> None:
    assert of(name, *values).is_id is is_id


GAPS = [str(1_000 + 3 * at + at % 2) for at in range(200)]


@pytest.mark.parametrize(
    ("values", "is_id"),
    [
        (GAPS, True),
        ([f"C-{number}" for number in GAPS], True),
        ([*GAPS[:-1], GAPS[0]], False),
        ([str(7_919 * int(number) % 1_000_003) for number in GAPS], False),
        ([f"{'AB'[at % 2]}{number}" for at, number in enumerate(GAPS)], False),
    ],
    ids=["gaps", "one prefix", "one twice", "far apart", "two prefixes"],
)
def test_numbers_given_out_one_by_one_are_ids_whatever_they_are_called(
    values: list[str], is_id: bool
) -> None:
    assert of("ref adh", *values).is_id is is_id


def test_numbers_that_two_sources_share_are_a_key_unless_chance_shares_as_many() -> None:
    two = ["north"] * 200 + ["south"] * 200
    draw = np.random.default_rng(3)
    north, south = (sorted(draw.choice(range(1_000, 1_800), 200, replace=False)) for _ in range(2))
    assert of("client", *map(str, [*north, *south]), source=two).is_id
    assert not of("client", *GAPS, *reversed(GAPS), source=two).is_id


def test_ids_are_told_apart_source_by_source() -> None:
    assert of("n", "1", "2", "1", "2", source=["north", "north", "south", "south"]).is_id
    assert not of("n", "1", "2", "1", "2").is_id


@pytest.mark.parametrize(
    ("values", "tells"),
    [
        (["a b", "c d"], True),
        (["a b", "a b"], False),
        ([None, None], False),
        ([*["x"] * 1, *[None] * 99], False),
    ],
    ids=["two values", "one value", "none", "hardly ever filled"],
)
def test_what_can_tell_records_apart(values: list[str | None], tells: bool) -> None:
    assert of("title", *values).tells is tells
