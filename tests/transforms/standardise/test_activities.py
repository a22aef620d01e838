import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.standardise.activities import standardise_naf_codes


@pytest.mark.parametrize(
    ("text", "code", "rule"),
    [
        pytest.param("6201Z", "62.01Z", None, id="without-dot"),
        pytest.param("62.01Z", "62.01Z", None, id="official"),
        pytest.param("62.01 z", "62.01Z", None, id="lowercase"),
        pytest.param("APE : 62 01 Z", "62.01Z", None, id="labelled"),
        pytest.param("6201Z - Programmation informatique", "62.01Z", None, id="with-its-name"),
        pytest.param("111Z", "01.11Z", None, id="zero-lost"),
        pytest.param("1.11Z", "01.11Z", None, id="zero-lost-with-dot"),
        pytest.param("722C", None, "naf_code_format", id="older-nomenclature"),
        pytest.param("62.1Z", None, "naf_code_format", id="digit-missing"),
        pytest.param("6201", None, "naf_code_format", id="letter-missing"),
        pytest.param("6201ZZ", None, "naf_code_format", id="letter-too-many"),
        pytest.param("informatique", None, "naf_code_format", id="words"),
        pytest.param("04.11Z", None, "naf_code_unknown", id="no-such-division"),
        pytest.param("NC", None, "placeholder", id="placeholder"),
        pytest.param(None, None, None, id="missing"),
    ],
)
def test_naf_codes(text, code, rule):
    assert standardise_naf_codes(pd.Series([text])).iloc[0].tolist() == [code, rule]


@given(st.lists(st.one_of(st.text(max_size=10), st.from_regex(r"\d\d\.?\d\d[A-Z]", fullmatch=True))))
def test_a_code_is_read_again_as_itself_and_any_text_is_told(texts):
    values = pd.Series(texts, dtype=object)
    frame = standardise_naf_codes(values)
    assert (frame["naf_code"].isna() == frame["naf_code_rule"].notna()).all()
    read = frame["naf_code"].dropna()
    assert standardise_naf_codes(read)["naf_code"].tolist() == read.tolist()
