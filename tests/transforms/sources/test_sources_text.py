import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.sources.text import clean, clean_values, is_mojibake, key, listed, unit_of


@pytest.mark.parametrize(
    ("received", "repaired"),
    [
        pytest.param("  Aciérie \t du\xa0Rhône ", "Aciérie du Rhône", id="spaces"),
        pytest.param("SAS TÃ©lÃ©com", "SAS Télécom", id="mojibake"),
        pytest.param("MOÃ‹T & CIE", "MOËT & CIE", id="mojibake in capitals"),
        pytest.param("L’Œuvre — « neuve »", "L’Œuvre — « neuve »", id="typography stays"),
        pytest.param("Cafe\u0301", "Café", id="composed"),
        pytest.param("Zé\u200bro\ufeff", "Zéro", id="zero width"),
        pytest.param("a\x00b\x07c", "abc", id="control"),
        pytest.param("Bât. B,\n3 quai", "Bât. B, 3 quai", id="line break"),
        pytest.param('="0123"', "0123", id="Excel guard"),
        pytest.param("Dupont &amp; Fils", "Dupont & Fils", id="entity"),
        pytest.param("R&D; conseil", "R&D; conseil", id="no entity"),
        pytest.param("+33 4 65 71", "+33 4 65 71", id="plus"),
        pytest.param("'t Hof", "'t Hof", id="apostrophe"),
        pytest.param("Soci\ufffdt\ufffd", "Soci\ufffdt\ufffd", id="lost letters stay visible"),
        pytest.param("", "", id="empty"),
    ],
)
def test_clean(received, repaired):
    assert clean(received) == repaired


@given(st.text(max_size=60))
def test_clean_is_idempotent_on_clean_text(text):
    once = clean(text)
    assert once == once.strip()
    assert "  " not in once
    assert clean(clean(once)) == clean(once)


@given(st.lists(st.text(st.sampled_from("aZ9éÉçœ’Ã©«»&;=\"'- \t\n\xa0\x00\x1f\x7f\u0301\u200b"), max_size=8)))
def test_clean_values_is_clean_for_each_value(texts):
    assert clean_values(pd.Series(texts, dtype=object)).tolist() == list(map(clean, texts))


def test_clean_values_keeps_the_index():
    values = pd.Series([" a ", "b", " a "], index=[5, 7, 9])
    assert clean_values(values).to_dict() == {5: "a", 7: "b", 9: "a"}


@pytest.mark.parametrize(
    "spellings",
    [
        ("N° adhérent", "Numéro d'adhérent", "NO ADHERENT", "n°adhérents", "Num. Adhérent"),
        ("Code postal", "CODE_POSTAL", "code-postal", "CodePostal"),
        ("CA (k€)", "CA", "CA en K€", "CA (M€)"),
        ("E-mail", "Email", "e_mail"),
        ("Date d'adhésion", "Date adhésion", "DATE D’ADHÉSION", "Date d'adhÃ©sion"),
    ],
    ids=lambda spellings: spellings[0],
)
def test_spellings_of_one_header_share_their_key(spellings):
    assert len({key(spelling) for spelling in spellings}) == 1


def test_different_headers_have_different_keys():
    headers = [
        "SIREN",
        "SIRET",
        "Adresse",
        "Adresse e-mail",
        "Code",
        "Code postal",
        "Statut",
        "Statut juridique",
    ]
    assert len({key(header) for header in headers}) == len(headers)


@pytest.mark.parametrize(
    ("header", "unit"),
    [("CA (k€)", "k€"), ("CA en KEUR", "k€"), ("Chiffre d'affaires M€", "M€"), ("CA (€)", "€"), ("CA", None)],
)
def test_unit_of(header, unit):
    assert unit_of(header) == unit


def test_mojibake_is_told_from_french():
    assert is_mojibake("TÃ©lÃ©com")
    assert not is_mojibake("Télécom")


@pytest.mark.parametrize(
    ("lines", "text"),
    [([3], "ligne 3"), ([3, 8], "lignes 3 et 8"), (list(range(1, 9)), "lignes 1, 2, 3, 4, 5 et 3 autres")],
    ids=["one", "two", "many"],
)
def test_listed(lines, text):
    assert listed(lines) == text
