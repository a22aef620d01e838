import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.standardise.status import standardise_status


@pytest.mark.parametrize(
    ("text", "active", "rule"),
    [
        pytest.param("Adhérent", True, None, id="as-declared"),
        pytest.param("adherent", True, None, id="without-accent"),
        pytest.param(" ADHÉRENTE ", True, None, id="feminine"),
        pytest.param("Adhérent(e)", True, None, id="inclusive"),
        pytest.param("adhérent·e", True, None, id="middle-dot"),
        pytest.param("Radié", False, None, id="struck-off"),
        pytest.param("Démissionnaire", False, None, id="resigned"),
        pytest.param("Ex-adhérent", False, None, id="former"),
        pytest.param("Non adhérent", False, None, id="not-a-member"),
        pytest.param("En liquidation judiciaire", False, None, id="liquidation"),
        pytest.param("Partenaire", False, "status_unknown", id="partner-has-not-left"),
        pytest.param("En attente", False, "status_unknown", id="waiting"),
        pytest.param("?", False, "status_missing", id="question-mark"),
        pytest.param(None, False, "status_missing", id="missing"),
    ],
)
def test_status(text, active, rule):
    row = standardise_status(pd.Series([text], dtype=object), ["Adhérent"]).iloc[0].tolist()
    assert row == [text, active, rule]


def test_a_source_without_mark_has_active_members_only():
    frame = standardise_status(pd.Series([None, "Radié"], dtype=object), None)
    assert frame["is_active"].tolist() == [True, True]
    assert frame["status_exported"].tolist() == [None, "Radié"]
    assert frame["status_rule"].isna().all()


@given(st.lists(st.one_of(st.none(), st.text(max_size=12))), st.randoms())
def test_each_status_is_judged_alone(texts, random):
    values = pd.Series(texts, dtype=object)
    shuffled = random.sample(range(len(texts)), len(texts))
    frame = standardise_status(values, ["Adhérent"])
    assert standardise_status(values.iloc[shuffled], ["Adhérent"]).sort_index().equals(frame)
