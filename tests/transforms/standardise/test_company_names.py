import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import reference
from transforms.standardise import legal_forms
from transforms.standardise.company_names import display_name, read_legal_form, read_name, standardise_names

NAME_PIECES = [
    *(
        "S.A.R.L.",
        "SARL",
        "S A S",
        "sas",
        "SCI",
        "Asso.",
        "Association",
        "EURL",
        "Sté",
        "STE",
        "Société",
        "EI",
    ),
    *("L'", "d'", "&", "et", "and", "E T", "A", "B.", "C", "(", ")", "-", "'S", "œuvre", "Étoile", "MARIE"),
    *(
        "Cie",
        "Ets",
        "Dupuis",
        "Lumexa",
        "de",
        "la",
        "3",
        "2D",
        "en liquidation",
        "loi 1901",
        "\u00a0",
        "°",
        "SA",
    ),
]
NAMES = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(NAME_PIECES), max_size=7).map(" ".join))


@pytest.mark.parametrize(
    ("name", "core"),
    [
        pytest.param("Lumexa", "LUMEXA", id="plain"),
        pytest.param("S.A.R.L. Lumexa", "LUMEXA", id="dotted form first"),
        pytest.param("Lumexa S. A. S.", "LUMEXA", id="form with dots and spaces last"),
        pytest.param("S A R L ESPACE VERDIER", "ESPACE VERDIER", id="spaced form before a vowel"),
        pytest.param("S C I L OLIVETTE", "OLIVETTE", id="spaced form before an elided article"),
        pytest.param("SARL Lumexa SARL", "LUMEXA", id="form at both ends"),
        pytest.param("SARL Au Vieux Four", "AU VIEUX FOUR", id="a word behind the form is no part of it"),
        pytest.param("Lumexa SARL Lyon", "LUMEXA LYON", id="unmistakable form inside"),
        pytest.param("SOCIETE CIVILE IMMOBILIERE DU VALLON", "DU VALLON", id="form in full"),
        pytest.param("Sté Civile Immob. du Vallon", "DU VALLON", id="form in abbreviated words"),
        pytest.param("Exploit Agric A Respons Limit LES VERNES", "LES VERNES", id="abbreviated farm"),
        pytest.param("Asso. Lumexa", "LUMEXA", id="association abbreviated"),
        pytest.param(
            "Association loi 1901 Les Amis du Vallon", "LES AMIS DU VALLON", id="association of 1901"
        ),
        pytest.param("Lumexa (SAS)", "LUMEXA", id="form in brackets"),
        pytest.param("Lumexa, en liquidation judiciaire", "LUMEXA", id="situation"),
        pytest.param("Salon SA Coiffelle", "SALON SA COIFFELLE", id="two letters inside stay"),
        pytest.param("A.B.C. Lumexa", "ABC LUMEXA", id="dotted acronym"),
        pytest.param("A.F.Lumexa", "AF LUMEXA", id="dotted acronym before a word"),
        pytest.param("A B M Lumexa", "ABM LUMEXA", id="spaced acronym"),
        pytest.param("V & B Lumexa", "VB LUMEXA", id="ampersand"),
        pytest.param("V ET B Lumexa", "VB LUMEXA", id="ampersand written ET"),
        pytest.param("L'Étoilerie", "ETOILERIE", id="elision"),
        pytest.param("L ETOILERIE", "ETOILERIE", id="elision without apostrophe"),
        pytest.param("A l’écoute", "A ECOUTE", id="elision after a letter, curly apostrophe"),
        pytest.param("Rosalba's Studio", "ROSALBAS STUDIO", id="possessive"),
        pytest.param("Œuvre du Cœur", "OEUVRE DU COEUR", id="ligature"),
        pytest.param("Ets Verdier & Cie", "ETABLISSEMENTS VERDIER COMPAGNIE", id="abbreviations"),
        pytest.param("STE VERDIER", "VERDIER", id="STE, company"),
        pytest.param("STE MARIE AUTO", "SAINTE MARIE AUTO", id="STE, saint"),
        pytest.param("GARAGE ST JUST", "GARAGE SAINT JUST", id="ST"),
        pytest.param("Société Verdier", "VERDIER", id="generic head"),
        pytest.param("Société Stéphanoise de Levage", "SOCIETE STEPHANOISE DE LEVAGE", id="head of a phrase"),
        pytest.param("Société de Levage", "SOCIETE DE LEVAGE", id="head before a preposition"),
        pytest.param("SE", "SE", id="only two letters"),
        pytest.param("S.A.R.L.", "SARL", id="only a form"),
        pytest.param("SCI SA", "SA", id="only forms"),
        pytest.param("ET", "ET", id="only a connector"),
        pytest.param("?", "?", id="only punctuation"),
    ],
)
def test_core_of(name: str, core: str) -> None:
    assert read_name(name).core == core


@pytest.mark.parametrize(
    ("name", "form"),
    [
        pytest.param("S.A.R.L. Lumexa", "SARL", id="dotted"),
        pytest.param("SAS SASU Lumexa", "SASU", id="the special case wins"),
        pytest.param("SCI GAEC Verdier", "GAEC", id="the innermost wins"),
        pytest.param("SCOP ARL Lumexa", "SCOP", id="cooperative"),
        pytest.param("Commune de Vernelle", "COMMUNE", id="kept words"),
        pytest.param("Jean Verdier auto-entrepreneur", "MICRO", id="sole trader"),
        pytest.param("Salon SA Coiffelle", None, id="two letters inside"),
        pytest.param("SE", None, id="two letters alone"),
        pytest.param("Sel de Vernelle", None, id="a word, not a form"),
        pytest.param("Lumexa", None, id="none"),
    ],
)
def test_form_in_the_name(name: str, form: str | None) -> None:
    assert legal_forms.most_precise(read_name(name).forms) == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        pytest.param("S.A.R.L.", "SARL", id="dotted"),
        pytest.param("Sarl", "SARL", id="mixed case"),
        pytest.param("Société à responsabilité limitée (sans autre indication)", "SARL", id="in full"),
        pytest.param("SARL unipersonnelle", "EURL", id="one partner"),
        pytest.param("SAS, société par actions simplifiée", "SAS", id="code and label"),
        pytest.param("SA à conseil d'administration", "SA", id="with its board"),
        pytest.param("Asso.", "ASSOCIATION", id="abbreviated"),
        pytest.param("5720", "SASU", id="INSEE category"),
        pytest.param("5499", "SARL", id="INSEE category by prefix"),
        pytest.param("Profession libérale", "EI", id="stated only"),
        pytest.param("Zébulon", None, id="unknown"),
    ],
)
def test_stated_form(text: str, form: str | None) -> None:
    assert read_legal_form(text) == form


def test_every_spelling_of_a_form_is_read_as_that_form() -> None:
    read = {
        (code, text): read_legal_form(text)
        for code, form in reference.load("legal_forms").items()
        for text in [code, *form.get("aliases", []), *form.get("stated", [])]
    }
    assert {key: found for key, found in read.items() if found != key[0]} == {}


def test_columns_of_a_frame() -> None:
    names = pd.Series([" Lumexa \u00a0SARL", None, "Jean Verdier", "Lumexa", "…"], index=[7, 3, 9, 1, 4])
    stated = pd.Series(["SAS", "SARL", "Micro-entreprise", "Zébulon", None], index=names.index)
    frame = standardise_names(names, stated)
    assert list(frame.index) == [7, 3, 9, 1, 4]
    assert frame["name"].tolist() == ["Lumexa SARL", None, "Jean Verdier", "Lumexa", "…"]
    assert frame["name_core"].tolist() == ["LUMEXA", None, "JEAN VERDIER", "LUMEXA", "…"]
    assert frame["legal_form"].tolist() == ["SAS", "SARL", "MICRO", None, None]
    assert frame["is_sole_trader"].tolist() == [False, False, True, False, False]
    assert frame["name_rule"].tolist() == [None, None, None, None, "name_unreadable"]
    assert frame["legal_form_rule"].tolist() == [None, None, None, "legal_form_unknown", None]


@settings(deadline=None, max_examples=50)
@given(NAMES)
def test_the_core_is_its_own_core(name: str) -> None:
    core = read_name(name).core
    assert read_name(core).core == core


@settings(deadline=None, max_examples=50)
@given(NAMES)
def test_the_display_name_is_its_own_display_name(name: str) -> None:
    assert display_name(display_name(name)) == display_name(name)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.one_of(st.none(), NAMES), max_size=6))
def test_a_written_name_always_has_a_core(names: list[str | None]) -> None:
    frame = standardise_names(pd.Series(names, dtype=object))
    assert len(frame) == len(names)
    assert frame["name"].isna().equals(frame["name_core"].isna())
    assert frame["name_core"].dropna().str.len().gt(0).all()


@pytest.mark.parametrize(
    ("text", "core", "form"),
    [
        pytest.param("SCS Informatique", "SCS INFORMATIQUE", None, id="initials before a generic word"),
        pytest.param("GFA Conseil", "GFA CONSEIL", None, id="initials"),
        pytest.param("SCS Lilas Verts", "LILAS VERTS", "SCS", id="form before two words"),
        pytest.param("VERDIER SAS au capital de 10 000 €", "VERDIER", "SAS", id="capital"),
        pytest.param("VERDIER - RCS Lyon 123", "VERDIER", None, id="register"),
        pytest.param("VERDIER (SIREN 100 000 009)", "VERDIER", None, id="identifier"),
        pytest.param("Capital Verdier", "CAPITAL VERDIER", None, id="capital as a name"),
        pytest.param("Verdier RCS Services", "VERDIER RCS SERVICES", None, id="register as a name"),
    ],
)
def test_short_forms_and_tails(text, core, form):
    row = standardise_names(pd.Series([text])).iloc[0]
    assert (row["name_core"], row["legal_form"]) == (core, form)


def test_the_tail_of_a_letterhead_is_not_shown():
    names = standardise_names(pd.Series(["Verdier SAS au capital de 10 000 €"]))
    assert names["name"].tolist() == ["Verdier SAS"]
