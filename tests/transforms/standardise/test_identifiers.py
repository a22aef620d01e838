import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.fr import siret as siret_numbers

from transforms.refusals import refusal
from transforms.standardise.identifiers import (
    best_siren,
    is_siren,
    is_siret,
    standardise_rna,
    standardise_siren,
    standardise_siret,
    standardise_tva,
)

# Invented numbers: digits chosen at will, check digit computed.
SIREN = "98765432" + luhn.calc_check_digit("98765432")
SIRET = SIREN + "0001" + luhn.calc_check_digit(SIREN + "0001")
LOW_SIREN = "01234567" + luhn.calc_check_digit("01234567")
LOW_SIRET = LOW_SIREN + "0001" + luhn.calc_check_digit(LOW_SIREN + "0001")
TVA_KEY = f"{int(SIREN + '12') % 97:02d}"
WRONG_SIREN = SIREN[:-1] + str((int(SIREN[-1]) + 1) % 10)
WRONG_SIRET = SIRET[:-1] + str((int(SIRET[-1]) + 1) % 10)
LA_POSTE = "356000000"

CELLS = st.one_of(
    st.text(max_size=20),
    st.text(alphabet="0123456789 .,EFRW+-?", max_size=20),
    st.sampled_from(
        [SIREN, SIRET, "FR" + TVA_KEY + SIREN, WRONG_SIRET, "8,08421E+13", "en cours", LOW_SIRET[1:]]
    ),
)


def spaced(digits: str, separator: str = " ") -> str:
    return separator.join((digits[:3], digits[3:6], digits[6:9], digits[9:])).strip(separator)


@pytest.mark.parametrize(
    ("cell", "siren", "status", "rule"),
    [
        pytest.param(SIREN, SIREN, "valid", None, id="as it is"),
        pytest.param(spaced(SIREN), SIREN, "valid", None, id="spaces"),
        pytest.param(spaced(SIREN, "\u00a0"), SIREN, "valid", None, id="no-break spaces"),
        pytest.param(spaced(SIREN, "."), SIREN, "valid", None, id="dots"),
        pytest.param(f"SIREN : {SIREN}", SIREN, "repaired", "identifier_rewritten", id="label"),
        pytest.param(f"N° SIREN {SIREN}", SIREN, "repaired", "identifier_rewritten", id="numbered label"),
        pytest.param(
            f"{spaced(SIREN)} RCS Lyon", SIREN, "repaired", "identifier_rewritten", id="register last"
        ),
        pytest.param(
            f"RCS Lyon {spaced(SIREN)}", SIREN, "repaired", "identifier_rewritten", id="register first"
        ),
        pytest.param(f"{SIREN}.0", SIREN, "repaired", "identifier_rewritten", id="number as text"),
        pytest.param(LOW_SIREN[1:], LOW_SIREN, "repaired", "identifier_lost_zero", id="lost zero"),
        pytest.param(SIRET, SIREN, "repaired", "identifier_other_number", id="SIRET"),
        pytest.param(LOW_SIRET[1:], LOW_SIREN, "repaired", "identifier_other_number", id="SIRET, lost zero"),
        pytest.param("FR" + TVA_KEY + SIREN, SIREN, "repaired", "identifier_other_number", id="TVA"),
        pytest.param("8,08421E+08", None, "partial", "identifier_rounded", id="rounded"),
        pytest.param(WRONG_SIREN, None, "invalid", "siren_checksum", id="one wrong digit"),
        pytest.param("1234567", None, "invalid", "siren_format", id="too short"),
        pytest.param("Lumexa", None, "invalid", "siren_format", id="letters"),
        pytest.param("?", None, "missing", "identifier_placeholder", id="question mark"),
        pytest.param("en cours", None, "missing", "identifier_placeholder", id="in progress"),
        pytest.param("000 000 000", None, "missing", "identifier_placeholder", id="zeros"),
        pytest.param("  ", None, "missing", None, id="blank"),
        pytest.param(None, None, "missing", None, id="none"),
    ],
)
def test_siren(cell: str | None, siren: str | None, status: str, rule: str | None) -> None:
    frame = standardise_siren(pd.Series([cell], dtype=object))
    assert frame.iloc[0].tolist() == [siren, status, rule]


@pytest.mark.parametrize(
    ("cell", "siret", "status", "siren", "rule"),
    [
        pytest.param(SIRET, SIRET, "valid", SIREN, None, id="as it is"),
        pytest.param(spaced(SIRET), SIRET, "valid", SIREN, None, id="spaces"),
        pytest.param(LOW_SIRET[1:], LOW_SIRET, "repaired", LOW_SIREN, "identifier_lost_zero", id="lost zero"),
        pytest.param(f"{SIRET}.0", SIRET, "repaired", SIREN, "identifier_rewritten", id="number as text"),
        pytest.param(
            f"{SIRET[0]},{SIRET[1:]}E+13",
            SIRET,
            "repaired",
            SIREN,
            "identifier_rewritten",
            id="scientific, whole",
        ),
        pytest.param(SIREN, None, "partial", SIREN, "identifier_other_number", id="SIREN"),
        pytest.param("FR" + TVA_KEY + SIREN, None, "partial", SIREN, "identifier_other_number", id="TVA"),
        pytest.param(WRONG_SIRET, None, "partial", SIREN, "siret_checksum", id="wrong, but its SIREN passes"),
        pytest.param(WRONG_SIREN + "00012", None, "invalid", None, "siret_checksum", id="wrong SIREN inside"),
        pytest.param(WRONG_SIREN, None, "invalid", None, "siren_checksum", id="wrong SIREN alone"),
        pytest.param("12345", None, "invalid", None, "siret_format", id="too short"),
        pytest.param(LA_POSTE + "00002", None, "partial", LA_POSTE, "siret_checksum", id="La Poste, wrong"),
        pytest.param(
            LA_POSTE + "00006", LA_POSTE + "00006", "valid", LA_POSTE, None, id="La Poste, sum of 20"
        ),
        pytest.param(
            LA_POSTE + "00048", LA_POSTE + "00048", "valid", LA_POSTE, None, id="La Poste, head office"
        ),
        pytest.param("néant", None, "missing", None, "identifier_placeholder", id="placeholder"),
    ],
)
def test_siret(cell: str, siret: str | None, status: str, siren: str | None, rule: str | None) -> None:
    frame = standardise_siret(pd.Series([cell], dtype=object))
    assert frame[["siret", "siret_status", "siren_of_siret", "siret_rule"]].iloc[0].tolist() == [
        *(siret, status, siren, rule)
    ]


@pytest.mark.parametrize(
    ("cell", "low", "high"),
    [
        pytest.param("8,08421E+13", 80842050000000, 80842150000000, id="comma"),
        pytest.param("8.08421E+13", 80842050000000, 80842150000000, id="point"),
        pytest.param("8,08421E+12", 8084205000000, 8084215000000, id="lost zero"),
        pytest.param("8,08E13", 80750000000000, 80850000000000, id="few digits, no plus"),
        pytest.param("8,08421E+08", 80842050000000, 80842150099999, id="a rounded SIREN"),
    ],
)
def test_rounded_siret_is_an_interval(cell: str, low: int, high: int) -> None:
    frame = standardise_siret(pd.Series([cell]))
    assert frame[["siret", "siret_status", "siret_low", "siret_high", "siret_rule"]].iloc[0].tolist() == [
        *(None, "partial", low, high, "identifier_rounded")
    ]


@settings(deadline=None, max_examples=50)
@given(st.integers(10**13, 10**14 - 1))
def test_the_interval_covers_what_was_rounded(number: int) -> None:
    frame = standardise_siret(pd.Series([f"{number:.5E}".replace(".", ",")]))
    assert frame["siret_low"][0] <= number <= frame["siret_high"][0]


@pytest.mark.parametrize(
    ("cell", "tva", "status", "siren", "rule"),
    [
        pytest.param(f"FR{TVA_KEY}{SIREN}", f"FR{TVA_KEY}{SIREN}", "valid", SIREN, None, id="as it is"),
        pytest.param(
            f"fr {TVA_KEY} {spaced(SIREN)}", f"FR{TVA_KEY}{SIREN}", "valid", SIREN, None, id="spaces"
        ),
        pytest.param(
            TVA_KEY + SIREN, f"FR{TVA_KEY}{SIREN}", "repaired", SIREN, "identifier_rewritten", id="without FR"
        ),
        pytest.param("FRZZ" + SIREN, None, "partial", SIREN, "tva_checksum", id="wrong key"),
        pytest.param(SIREN, None, "partial", SIREN, "identifier_other_number", id="SIREN"),
        pytest.param("BE0123456789", None, "invalid", None, "tva_format", id="foreign"),
    ],
)
def test_tva(cell: str, tva: str | None, status: str, siren: str | None, rule: str | None) -> None:
    frame = standardise_tva(pd.Series([cell]))
    assert frame.iloc[0].tolist() == [tva, status, siren, rule]


@pytest.mark.parametrize(
    ("cell", "rna", "status", "rule"),
    [
        pytest.param("W691234567", "W691234567", "valid", None, id="as it is"),
        pytest.param("w69 1234567", "W691234567", "valid", None, id="small letter, space"),
        pytest.param("W2A1000123", "W2A1000123", "valid", None, id="Corsica"),
        pytest.param("RNA : W691234567", "W691234567", "repaired", "identifier_rewritten", id="label"),
        pytest.param("691234567", None, "invalid", "rna_format", id="without W"),
    ],
)
def test_rna(cell: str, rna: str | None, status: str, rule: str | None) -> None:
    assert standardise_rna(pd.Series([cell])).iloc[0].tolist() == [rna, status, rule]


@pytest.mark.parametrize(
    ("siren", "siret", "tva", "chosen", "status", "field", "conflict"),
    [
        pytest.param(SIREN, SIRET, None, SIREN, "valid", "siren", None, id="agreeing"),
        pytest.param(None, SIRET, None, SIREN, "valid", "siret", None, id="from the SIRET"),
        pytest.param(
            WRONG_SIREN, None, f"FR{TVA_KEY}{SIREN}", SIREN, "valid", "tva", None, id="from the TVA"
        ),
        pytest.param(None, WRONG_SIRET, None, SIREN, "repaired", "siret", None, id="from a wrong SIRET"),
        pytest.param(SIREN, LOW_SIRET, None, SIREN, "valid", "siren", "siren_conflict", id="two companies"),
        pytest.param(SIREN, "1,23457E+13", None, SIREN, "valid", "siren", "siren_conflict", id="ruled out"),
        pytest.param(SIREN, "9,87654E+13", None, SIREN, "valid", "siren", None, id="rounded, agreeing"),
        pytest.param(None, "9,87654E+13", None, None, "partial", None, None, id="only rounded"),
        pytest.param(WRONG_SIREN, None, None, None, "invalid", None, None, id="only invalid"),
        pytest.param(None, None, None, None, "missing", None, None, id="nothing"),
    ],
)
def test_best_siren(
    siren: str | None,
    siret: str | None,
    tva: str | None,
    chosen: str | None,
    status: str,
    field: str | None,
    conflict: str | None,
) -> None:
    columns = [pd.Series([cell], index=["x"], dtype=object) for cell in (siren, siret, tva)]
    frame = best_siren(*(read(column) for read, column in zip(READERS[:3], columns, strict=True)))
    assert frame.loc["x"].tolist() == [chosen, status, field, conflict]


READERS = (standardise_siren, standardise_siret, standardise_tva, standardise_rna)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.one_of(st.none(), CELLS), max_size=6))
def test_status_says_whether_there_is_a_number(cells: list[str | None]) -> None:
    values = pd.Series(cells, index=range(10, 10 + len(cells)), dtype=object)
    for read in READERS:
        frame = read(values)
        number, status, rule = frame.iloc[:, 0], frame.iloc[:, 1], frame.iloc[:, -1]
        assert frame.index.equals(values.index)
        assert number.notna().eq(status.isin(["valid", "repaired"])).all()
        assert rule[status.eq("valid")].isna().all()
        assert rule[status.isin(["repaired", "partial", "invalid"])].notna().all()
        assert all(refusal(name).severity in ("info", "warning") for name in rule.dropna())


@settings(deadline=None, max_examples=50)
@given(CELLS)
def test_what_is_kept_is_read_again_as_valid(cell: str) -> None:
    for read in READERS:
        first = read(pd.Series([cell], dtype=object)).iloc[0]
        if first.iloc[0] is not None:
            again = read(pd.Series([first.iloc[0]], dtype=object)).iloc[0]
            assert (again.iloc[0], again.iloc[1]) == (first.iloc[0], "valid")


@settings(deadline=None, max_examples=50)
@given(st.text(alphabet="0123456789", min_size=9, max_size=14))
def test_checks_agree_with_luhn(digits: str) -> None:
    assert is_siren(digits) == (len(digits) == 9 and luhn.is_valid(digits) and set(digits) != {"0"})
    assert not is_siret(digits) or is_siren(digits[:9])


@st.composite
def sirets(draw: st.DrawFn) -> str:
    """SIRET, most of them with good check digits, those of La Poste among them."""
    start = draw(st.text(alphabet="0123456789", min_size=8, max_size=8))
    siren = draw(st.sampled_from([start + luhn.calc_check_digit(start), LA_POSTE]))
    office = draw(st.text(alphabet="0123456789", min_size=4, max_size=4))
    last = draw(st.sampled_from([luhn.calc_check_digit(siren + office), *"0123456789"]))
    return siren + office + last


@given(sirets())
def test_siret_are_those_of_the_library(digits: str) -> None:
    library = siret_numbers.is_valid(digits) or (digits.startswith(LA_POSTE) and luhn.is_valid(digits))
    assert is_siret(digits) == (library and digits[:9] != "0" * 9)
