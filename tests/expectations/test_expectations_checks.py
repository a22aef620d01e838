"""Examples of what single checks accept and refuse."""

import pandas as pd
import pytest

from expectations.checks import obeys, one_of, ordered, plausible, shaped, unique
from expectations.golden import turnovers_agree
from expectations.rules import Data, Limits
from expectations.standard import departements_of, is_siret, places_agree

DATA = Data({}, Limits(max_jobs=1000))


def verdicts(series: pd.Series) -> list[bool | None]:
    return [None if pd.isna(value) else bool(value) for value in series]


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        pytest.param("12312312700011", True, id="luhn"),
        pytest.param("12312312700012", False, id="wrong digit"),
        pytest.param("35600000000048", True, id="head office of La Poste"),
        pytest.param("35600000049837", True, id="post office, sum divisible by five"),
        pytest.param("35600000049838", False, id="post office, neither rule holds"),
        pytest.param("12312312400014", False, id="SIREN inside is wrong"),
    ],
)
def test_is_siret(number, valid):
    assert is_siret(number) is valid


@pytest.mark.parametrize(
    ("postcode", "departements"),
    [
        ("69003", {"69"}),
        ("01000", {"01"}),
        ("20200", {"2A", "2B"}),
        ("97410", {"974"}),
        ("97150", {"971", "978"}),
        ("01200", {"01", "74"}),
    ],
)
def test_departements_of(postcode, departements):
    assert departements_of(postcode) == departements


@pytest.mark.parametrize(
    ("postcode", "departement", "territory", "agree"),
    [
        ("69003", "69", "lyon", True),
        ("69220", "69", "69", True),
        ("42000", "42", "42", True),
        ("75011", "75", "hors-region", True),
        ("69003", "69", "hors-region", False),
        ("75011", "75", "lyon", False),
        ("38000", "69", "69", False),
        ("69003", None, None, True),
        (None, "69", "lyon", None),
        ("6900", "69", "lyon", None),
    ],
)
def test_places_agree(postcode, departement, territory, agree):
    records = pd.DataFrame([{"postcode": postcode, "departement": departement, "territory": territory}])
    assert verdicts(places_agree(records, DATA)) == [agree]


def test_shape_is_told_before_the_check_digit():
    frame = pd.DataFrame({"siren": ["123123127", "123123123", "12312", None]})
    assert verdicts(shaped("siren", r"\d{9}")(frame, DATA)) == [True, True, False, None]
    asked = obeys("siren", lambda text: text.endswith("7"), shape=r"\d{9}")
    assert verdicts(asked(frame, DATA)) == [True, False, None, None]


def test_figures_are_ordered_as_far_as_they_are_known():
    frame = pd.DataFrame(
        {
            "jobs": [5, 5, 5, 5, None, -1, 2000],
            "jobs_low": [1, None, 6, 5, 1, 0, 0],
            "jobs_high": [9, 9, 9, 4, 2, 9, 9],
        }
    )
    assert verdicts(ordered("jobs", "max_jobs")(frame, DATA)) == [True, True, False, False, None, None, None]
    assert verdicts(plausible("jobs", "max_jobs")(frame, DATA)) == [*[True] * 4, None, False, False]


def test_one_of_looks_at_every_filled_cell():
    frame = pd.DataFrame({"a": ["x", "x", None, None], "b": ["y", "?", "y", None]})
    assert verdicts(one_of(("a", "b"), lambda: ("x", "y"))(frame, DATA)) == [True, False, True, None]


def test_unique_ignores_rows_without_key():
    frame = pd.DataFrame({"source": ["a", "a", "b", "a"], "id": ["1", "1", "1", None]})
    assert verdicts(unique(frame, ["source", "id"])) == [False, False, True, None]


@pytest.mark.parametrize(
    ("turnovers", "expected"),
    [
        pytest.param({"a1": 1e6, "b1": 19e6}, [True, True], id="within the factor"),
        pytest.param({"a1": 1e3, "b1": 1e6}, [False, False], id="thousands taken for euros"),
        pytest.param({"a1": 1e3, "a2": 1e6}, [None, None], id="one source only"),
        pytest.param({"a1": 0.0, "b1": 1e6}, [None, None], id="zero says nothing"),
        pytest.param({"a1": 1e3, "a2": 1e6, "b1": 1e6}, [True, True, True], id="largest of a source counts"),
    ],
)
def test_turnovers_agree(turnovers, expected):
    records = pd.DataFrame(
        [{"source": key[0], "member_id": key, "turnover_eur": value} for key, value in turnovers.items()]
    )
    memberships = records[["source", "member_id"]].assign(company_id="C1")
    data = Data({"standard.records": records}, Limits())
    assert verdicts(turnovers_agree(memberships, data)) == expected
