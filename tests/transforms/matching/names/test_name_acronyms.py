"""Acronyms of names, and names made of first syllables."""

import pytest

from transforms.matching.names.acronyms import begun, joins, runs, spells


def test_initials_and_how_they_begin() -> None:
    found = dict(begun(("CHARPENTE", "ET", "MENUISERIE", "DE", "VERDOL", "LYON")))
    assert found["CMV"] == 5
    assert found["CEM"] == 3
    assert "CM" not in found


def test_few_words_give_no_acronym() -> None:
    assert begun(("MERIDON", "DE", "LA")) == []


def test_runs_leave_small_words_out() -> None:
    found = runs(("TAVIOL", "TRAVAUX", "ET", "PUBLICS"))
    assert found["TP"] == ("TRAVAUX", "PUBLICS")
    assert found["TTP"] == ("TAVIOL", "TRAVAUX", "PUBLICS")


def test_two_or_three_words_are_joined() -> None:
    found = joins(("SOCIO", "CULTUREL", "DE", "VERDOL"))
    assert found["SOCIOCULTUREL"] == ("SOCIO", "CULTUREL")
    assert found["CULTURELDEVERDOL"] == ("CULTUREL", "DE", "VERDOL")
    assert "SOCIOCULTURELDEVERDOL" not in found


@pytest.mark.parametrize(
    ("name", "words", "spelt"),
    [
        pytest.param("MATRODEC", "MATERIELS ROULANTS DE DECINES", True, id="syllables"),
        pytest.param("PUBLIVER", "PUBLICATIONS VERDOL", True, id="two words"),
        pytest.param("MERIT", "MERIDON TAVIOL", False, id="one letter of two words"),
        pytest.param("MATDEC", "MATERIELS ROULANTS DE DECINES", False, id="a word left out"),
        pytest.param("MRD", "MATERIELS ROULANTS DECINES", False, id="too short"),
        pytest.param("MERIDON", "MERIDON TAVIOL", False, id="one of the words"),
        pytest.param("TAVIMERI", "MERIDON TAVIOL", False, id="other order"),
    ],
)
def test_names_made_of_first_syllables(name: str, words: str, spelt: bool) -> None:
    assert spells(name, tuple(words.split())) is spelt
