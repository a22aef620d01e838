"""Quantities: the same, or apart by so much, or by such a share."""

import pytest
from matching_records import pairs_of, said, table

from transforms.matching.comparisons.number import NumberComparison


def level(left: float | None, right: float | None, **more: object) -> str:
    comparison = NumberComparison.model_validate({"signal": "n", "kind": "number", "column": "n", **more})
    frame = table({"n": left}, {"n": right})
    (found,) = said(comparison, pairs_of(frame))
    assert said(comparison, pairs_of(frame, (1, 0))) == [found]
    return found


ABSOLUTE = {"within": {"near": 10, "close": 1}}
RELATIVE = {"within": {"near": 0.25, "close": 0.05}, "relative": True}


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        pytest.param(100.0, 100.0, "same", id="same"),
        pytest.param(100.0, 101.0, "close", id="on the edge"),
        pytest.param(100.0, 101.5, "near", id="beyond it"),
        pytest.param(-4.0, 4.0, "near", id="of other signs"),
        pytest.param(100.0, 111.0, "different", id="far"),
        pytest.param(0.0, None, "missing", id="zero is not missing"),
        pytest.param(None, None, "missing", id="both missing"),
    ],
)
def test_apart_by_so_much(left: float | None, right: float | None, found: str) -> None:
    assert level(left, right, **ABSOLUTE) == found


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        pytest.param(2_000.0, 2_000.0, "same", id="same"),
        pytest.param(2_000.0, 1_950.0, "close", id="two in a hundred"),
        pytest.param(2_000.0, 1_600.0, "near", id="twenty in a hundred"),
        pytest.param(2_000.0, 1_000.0, "different", id="half"),
        pytest.param(0.0, 0.0, "same", id="both nothing"),
        pytest.param(0.0, 1e-9, "different", id="something and nothing"),
        pytest.param(-100.0, 100.0, "different", id="of other signs"),
        pytest.param(1.0, None, "missing", id="missing"),
    ],
)
def test_apart_by_such_a_share_of_the_larger(left: float | None, right: float | None, found: str) -> None:
    assert level(left, right, **RELATIVE) == found


def test_without_bounds_numbers_are_the_same_or_not() -> None:
    assert (level(1.0, 1.0), level(1.0, 1.0001)) == ("same", "different")


def test_the_order_in_which_bounds_are_given_does_not_matter() -> None:
    turned = {"within": dict(reversed(ABSOLUTE["within"].items()))}
    assert level(100.0, 101.0, **turned) == "close"
    assert NumberComparison.model_validate(
        {"signal": "n", "kind": "number", "column": "n", **turned}
    ).levels == ("missing", "different", "near", "close", "same")
