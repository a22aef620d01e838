"""Values of several degrees of precision: an activity and its division, a legal form and its family."""

from typing import Any

import pytest
from matching_records import members, pairs_of, said, signal, table

from transforms.matching.comparisons.nested import NestedComparison


@pytest.mark.parametrize(
    ("name", "left", "right", "level"),
    [
        pytest.param("activity", {"naf_code": "62.01Z"}, {"naf_code": "62.01Z"}, "same", id="code"),
        pytest.param(
            "activity", {"naf_code": "62.01Z"}, {"naf_code": "62.02A"}, "same_division", id="division"
        ),
        pytest.param("activity", {"naf_code": "62.01Z"}, {"naf_code": "71.12B"}, "different", id="activity"),
        pytest.param("activity", {"naf_code": "62.01Z"}, {}, "missing", id="activity missing"),
        pytest.param("legal_form", {"legal_form": "SAS"}, {"legal_form": "SAS"}, "same", id="form"),
        pytest.param(
            "legal_form", {"legal_form": "EURL"}, {"legal_form": "SARL"}, "same_family", id="family"
        ),
        pytest.param(
            "legal_form", {"legal_form": "SAS"}, {"legal_form": "SARL"}, "different", id="legal form"
        ),
        pytest.param("legal_form", {}, {"legal_form": "SARL"}, "missing", id="form missing"),
    ],
)
def test_levels_of_members(name: str, left: dict[str, Any], right: dict[str, Any], level: str) -> None:
    frame = members(left, right)
    assert said(signal(name), pairs_of(frame)) == said(signal(name), pairs_of(frame, (1, 0))) == [level]


def test_a_coarse_value_speaks_where_the_precise_one_is_missing() -> None:
    place = NestedComparison(
        signal="place", kind="nested", agree_on={"parcel": "parcel", "town": "town", "region": "region"}
    )
    assert place.levels == ("missing", "different", "region", "town", "parcel")
    frame = table(
        {"parcel": None, "town": "BRELLE", "region": "OUEST"},
        {"parcel": "A1", "town": "BRELLE", "region": "OUEST"},
        {"parcel": "A1", "town": None, "region": None},
        {"parcel": "B2", "town": "CORVAN", "region": "SUD"},
    )
    found = said(place, pairs_of(frame, (0, 1), (1, 2), (1, 3), (0, 2)))
    assert found == ["town", "parcel", "different", "missing"]
