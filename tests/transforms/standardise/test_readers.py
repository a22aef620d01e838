"""Columns of any table, read for matching: named examples of each kind, and laws."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms import reference
from transforms.standardise.readers import READERS


def read(kind: str, *texts: str | None) -> dict[str, list[object]]:
    """Each column that a reader gives, missing values as None."""
    found = READERS[kind](pd.Series(list(texts), dtype=object))
    return {name: [None if pd.isna(value) else value for value in found[name]] for name in found}


EXAMPLES = {
    "text": ("text", "  L'Été\u00a0des  Œuvres & Cie. ", "L ETE DES OEUVRES CIE"),
    "text with entities": ("text", "Meridon &amp; fils", "MERIDON FILS"),
    "possessive": ("text", "Arnie's grill", "ARNIES GRILL"),
    "text of signs alone": ("text", "!!! ***", None),
    "text that says no value": ("text", "NC", None),
    "address": ("address", "12, boulevard de la Résidence", "12 BD DE LA RES"),
    "English address": ("address", "7 West Third Street", "7 W 3RD ST"),
    "code": ("code", "ab-12 / 7", "AB127"),
    "digits": ("digits", "n° 12-34 bis", "1234"),
    "digits where there are none": ("digits", "néant total", None),
    "number": ("number", "1 234,5", 1234.5),
    "number with a point": ("number", "-0.25", -0.25),
    "number in thin spaces": ("number", "12\u202f000", 12_000.0),
    "number beyond all bounds": ("number", "9" * 400, None),
    "number below all bounds": ("number", "-" + "9" * 400 + ",5", None),
    "no number": ("number", "12 k€", None),
    "ISO day": ("date", "1984-03-12", "19840312"),
    "ISO day in one digit": ("date", "1984/3/2", "19840302"),
    "compact day": ("date", "19840312", "19840312"),
    "moment": ("date", "1984-03-12T10:00:00", "19840312"),
    "written day": ("date", "12/03/1984", "19840312"),
    "written day in one digit": ("date", "2.3.1984", "19840302"),
    "impossible day": ("date", "1984-02-31", "19840231"),
    "moment without signs": ("date", "19840312T100000", "19840312"),
    "compact day, year last": ("date", "12031984", "19840312"),
    "compact month before day, year last": ("date", "03311984", "19843103"),
    "year first all the same": ("date", "20121112", "20121112"),
    "year": ("date", "1984", "1984"),
    "compact month": ("date", "202011", "202011"),
    "ISO month": ("date", "2020-1", "202001"),
    "written month": ("date", "11/2020", "202011"),
    "no day": ("date", "au printemps", None),
    "phone": ("phone", "01 99 00 12 34", "+33199001234"),
    "foreign phone": ("phone", "+41 22 555 12 34", "+41225551234"),
    "unknown phone": ("phone", "poste 12-34", "1234"),
    "web site": ("url", "https://www.meridon-bois.fr/contact?x=1", "meridon-bois.fr"),
    "no web site": ("url", "bientôt", None),
    "SIREN": ("siren", "732 829 320", "732829320"),
    "SIREN of a SIRET": ("siren", "732 829 320 00074", "732829320"),
    "SIREN that fails its check": ("siren", "732 829 321", None),
}


@pytest.mark.parametrize(("kind", "text", "found"), EXAMPLES.values(), ids=EXAMPLES)
def test_values(kind: str, text: str, found: object) -> None:
    assert read(kind, text)[""] == [found]


def test_an_address_gives_its_domain_unless_it_is_a_free_mail_provider_s() -> None:
    assert read("email", "Zoe.Essai@Meridon-Bois.FR", "zoe@gmail.com", "sans", None) == {
        "": ["zoe.essai@meridon-bois.fr", "zoe@gmail.com", None, None],
        "domain": ["meridon-bois.fr", None, None, None],
    }


def test_a_company_s_name_gives_its_legal_form_and_that_form_s_family() -> None:
    found = read("company_name", "SARL Meridon", "Meridon E.U.R.L.", "Meridon", "S.A.R.L.", None)
    assert found[""][:3] == ["MERIDON"] * 3
    assert found["form"][:3] == ["SARL", "EURL", None]
    assert found["family"][0] == found["family"][1] is not None
    assert (found["family"][2], found[""][4]) == (None, None)


@pytest.mark.parametrize("kind", READERS)
def test_missing_stays_missing_and_the_index_stays(kind: str) -> None:
    column = pd.Series([None, "", "  ", "1984-03-12"], index=[7, 3, 3, 9], dtype=object)
    found = READERS[kind](column)
    assert found.index.tolist() == [7, 3, 3, 9]
    assert found.iloc[:3].isna().all().all()


@pytest.mark.parametrize("kind", READERS)
def test_no_text_at_all(kind: str) -> None:
    for column in (pd.Series([], dtype=object), pd.Series([None, None], dtype=object)):
        found = READERS[kind](column)
        assert len(found) == len(column)
        assert found.isna().all().all()


ANY = st.text(max_size=30) | st.sampled_from(
    [
        "12, bd de l'Été 69003",
        "2e étage",
        "Meridon &amp;amp; fils",
        "STE ST",
        "02/03/1984",
        "0033199001234",
        "a@b.fr",
    ]
)


@pytest.mark.parametrize("kind", ["code", "digits", "phone", "email", "url", "siren"])
@given(texts=st.lists(ANY, min_size=1, max_size=5))
def test_reading_what_was_read_changes_nothing(kind: str, texts: list[str]) -> None:
    once = read(kind, *texts)[""]
    assert read(kind, *once)[""] == once


# Letters that do not happen to spell a word for « no value » once the signs between them are gone.
PLAIN = st.text("ABEMPRSTZ 0123456789-'’.,éçŒ&", max_size=30)


@pytest.mark.parametrize("kind", ["text", "address"])
@given(texts=st.lists(PLAIN, min_size=1, max_size=5))
def test_reading_words_that_were_read_changes_nothing(kind: str, texts: list[str]) -> None:
    once = read(kind, *texts)[""]
    assert read(kind, *once)[""] == once


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_is_the_same_however_it_is_written(day: date) -> None:
    ways = [
        f"{day:%Y-%m-%d}",
        f"{day:%d/%m/%Y}",
        f"{day:%d.%m.%Y}",
        f"{day:%Y%m%d}",
        f"{day.day}/{day.month}/{day.year}",
    ]
    assert set(read("date", *ways)[""]) == {f"{day:%Y%m%d}"}


@pytest.mark.parametrize("kind", READERS)
@given(text=st.text(max_size=40))
def test_no_text_breaks_a_reader(kind: str, text: str) -> None:
    found = read(kind, text)
    assert all(len(values) == 1 for values in found.values())
    assert "" in found


def test_no_short_form_of_an_address_is_a_spelling_of_another() -> None:
    words = reference.load("address_words")
    spellings = [spelling for listed in words.values() for spelling in listed]
    assert not set(words) & set(spellings)
    assert len(set(spellings)) == len(spellings)
