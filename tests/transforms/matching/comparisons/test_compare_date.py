"""Days, digit by digit."""

import pytest
from matching_records import pairs_of, said, table
from pydantic import ValidationError

from transforms.matching.comparisons.date import DateComparison

BORN = DateComparison(signal="born", kind="date", columns=("day",), shared_from={"frequent": 3})


@pytest.mark.parametrize(
    ("other", "level"),
    [
        pytest.param("19840312", "same", id="same day"),
        pytest.param("19840322", "typo", id="one wrong digit"),
        pytest.param("19480312", "typo", id="two digits in each other's place"),
        pytest.param("1984032", "typo", id="a digit left out"),
        pytest.param("19841203", "typo", id="day and month swapped"),
        pytest.param("19840325", "same_month", id="another day of the month"),
        pytest.param("19841127", "same_year", id="another day of the year"),
        pytest.param("19710625", "different", id="another day"),
        pytest.param("1984", "same_year", id="the year alone"),
        pytest.param("198403", "same_month", id="year and month alone"),
        pytest.param(None, "missing", id="missing"),
    ],
)
def test_levels(other: str | None, level: str) -> None:
    frame = table({"day": "19840312"}, {"day": other})
    assert said(BORN, pairs_of(frame)) == said(BORN, pairs_of(frame, (1, 0))) == [level]


def test_levels_in_order() -> None:
    assert BORN.levels == ("missing", "different", "same_year", "same_month", "typo", "frequent", "same")


def test_a_day_that_many_records_share_says_less() -> None:
    day = {"day": "19000101"}
    assert said(BORN, pairs_of(table(day, day))) == ["same"]
    assert said(BORN, pairs_of(table(day, day, day))) == ["frequent"]


def test_a_spec_may_tell_fewer_levels_apart() -> None:
    coarse = DateComparison(signal="born", kind="date", columns=("day",), alike={"some": 0.3})
    frame = table(*({"day": day} for day in ("19840312", "19841127", "19840322", "19710625")))
    found = said(coarse, pairs_of(frame, (0, 1), (0, 2), (0, 3)))
    assert found == ["some", "some", "different"]


def test_a_day_is_one_column() -> None:
    with pytest.raises(ValidationError):
        DateComparison(signal="born", kind="date", columns=("day", "other"))
