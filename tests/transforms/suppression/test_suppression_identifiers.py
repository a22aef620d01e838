"""Every spelling of an address, a telephone or a name is one and the same; other texts are none."""

import pytest

from transforms.suppression.identifiers import (
    emails,
    name_key,
    name_words,
    names,
    persons,
    phone_value,
    phones,
)


@pytest.mark.parametrize(
    "text",
    [
        "zoe@perso.fr", "ZOE@Perso.FR", "Mail : zoe@perso.fr.", "zoe (at) perso.fr", "zoe[arobase]perso.fr",
        "<mailto:zoe@perso.fr>", "zoe @ perso.fr",
    ],
)  # fmt: skip
def test_an_address_is_known_in_every_spelling(text: str) -> None:
    assert [one.value for one in emails(text)] == ["zoe@perso.fr"]


@pytest.mark.parametrize(
    "text",
    [
        "0639981234", "06 39 98 12 34", "06.39.98.12.34", "+33 6 39 98 12 34", "+33(0)6-39-98-12-34",
        "639981234",
        "0033639981234", "Tél. 06 39 98 12 34 (soir)",
        "0478000000 / 0639981234", "+33639981234",
    ],
)  # fmt: skip
def test_a_telephone_is_known_in_every_spelling(text: str) -> None:
    assert "639981234" in {one.value for one in phones(text)}


@pytest.mark.parametrize("text", ["", "12345678", "1 234,50 € en 2015", "06 39 98 12"])
def test_other_digits_are_no_telephone(text: str) -> None:
    assert list(phones(text)) == []


@pytest.mark.parametrize(
    ("number", "spellings"),
    [
        ("+41223456789", ["+41 22 345 67 89", "0041 (0)22 345 67 89", "+41 ( 0 ) 22/345.67.89"]),
        ("+3225551212", ["+32 2 555 12 12", "+32 (0)2 555 12 12", "0032 (0)2/555.12.12"]),
        ("+4915112345678", ["+49 151 12345678", "0049 (0)151 1234 5678", "+49-151-1234-5678"]),
        ("+442079460018", ["+44 20 7946 0018", "0044 (0) 20 7946 0018"]),
    ],
)
def test_a_foreign_telephone_is_known_in_every_spelling(number: str, spellings: list[str]) -> None:
    for text in spellings:
        assert phone_value(text) == phone_value(number)
        assert phone_value(number) in {one.value for one in phones(f"tél. {text} (bureau)")}


def test_a_telephone_stands_with_its_prefix() -> None:
    text = "tél +33 (0)6 39 98 12 34, puis"
    (mention,) = [one for one in phones(text) if one.value == "639981234"]
    assert text[mention.start : mention.end] == "+33 (0)6 39 98 12 34"


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("Mme Zoé EXEMPLE", ("ZOE", "EXEMPLE")),
        ("Zoé Exemple (directrice)", ("ZOE", "EXEMPLE")),
        ("Zoé Exemple - DG", ("ZOE", "EXEMPLE")),
        ("Zoé Exemple zoe@perso.fr 06 39 98 12 34", ("ZOE", "EXEMPLE")),
        ("M. D'Essai", ("D", "ESSAI")),
        ("", ()),
    ],
)
def test_a_name_is_read_without_what_stands_beside_it(cell: str, words: tuple[str, ...]) -> None:
    assert name_words(cell) == words


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("Zoé Exemple", 1),
        ("Zoé Exemple / Paul Essai", 2),
        ("Zoé Exemple et Paul Essai", 2),
        ("NC", 0),
        ("-", 0),
    ],
)
def test_a_cell_may_name_several(cell: str, count: int) -> None:
    assert len(persons(cell)) == count


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("chez Zoé Exemple", True),
        ("EXEMPLE Zoe", True),
        ("Exemple, Zoé", True),
        ("Zoe\u0301 Exemple", True),
        ("zoe.exemple", True),
        ("3 rue Zoé Exemple", False),
        ("Zoé Paul Exemple", False),
        ('["Zoé","Exemple"]', False),
    ],
)
def test_a_name_is_known_in_a_text(text: str, is_named: bool) -> None:
    wanted = name_key(("ZOE", "EXEMPLE"))
    assert (wanted in {one.value for one in names(text, frozenset({2}))}) is is_named


def test_short_numbers_have_no_value() -> None:
    assert phone_value("12 34") is None
