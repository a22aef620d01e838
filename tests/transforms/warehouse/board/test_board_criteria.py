"""Criteria and weights to one weight."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from transforms.warehouse.board.criteria import Values, combined, shares, whole
from transforms.warehouse.board.parameters import BoardParameters

VALUES: Values = {"jobs": (30, 10), "members": (1, 1), "fees": (0, 0)}


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ({"jobs": 1, "members": 0, "fees": 0}, 0.75),
        ({"jobs": 1, "members": 1, "fees": 0}, 0.625),
        ({"jobs": 1, "members": 3, "fees": 0}, 0.5625),
        ({"jobs": 1, "members": 1, "fees": 9}, 0.625),
    ],
    ids=["one", "two", "weighted", "of nothing there is no share"],
)
def test_the_weighted_mean_of_shares(weights: dict[str, int], expected: float) -> None:
    found = combined(VALUES, weights)
    assert found is not None
    assert shares(found) == [expected, 1 - expected]


def test_without_anything_that_counts_there_is_no_weight() -> None:
    assert combined(VALUES, {"jobs": 0, "members": 0, "fees": 1}) is None
    assert shares([0, 0]) == [None, None]


@pytest.mark.parametrize(
    ("given_weights", "expected"),
    [
        ({"a": 0.1, "b": 0.3}, {"a": 1, "b": 3}),
        ({"a": 2.0, "b": 0.5}, {"a": 4, "b": 1}),
        ({"a": 1e-7}, {"a": 1}),
    ],
)
def test_weights_are_read_as_they_are_written(
    given_weights: dict[str, float], expected: dict[str, int]
) -> None:
    assert whole(given_weights) == expected


@given(
    st.lists(st.tuples(*[st.integers(0, 10**12)] * 3), min_size=1, max_size=13),
    st.tuples(*[st.integers(0, 50)] * 3),
)
def test_it_is_exactly_the_mean(rows: list[tuple[int, ...]], given_weights: tuple[int, ...]) -> None:
    names = ("jobs", "members", "fees")
    values = dict(zip(names, zip(*rows, strict=True), strict=True))
    weights = dict(zip(names, given_weights, strict=True))
    used = [name for name in names if weights[name] and sum(values[name])]
    found = combined(values, weights)
    if not used:
        assert found is None
        return
    assert found is not None
    for party, weight in enumerate(found):
        parts = [Fraction(weights[name] * values[name][party], sum(values[name])) for name in used]
        assert Fraction(weight, sum(found)) == sum(parts) / sum(weights[name] for name in used)


REFUSED = {
    "no weight": ({"weight_jobs": 0, "weight_members": 0, "weight_fees": 0}, "doit être plus grand que 0"),
    "minima beyond the seats": ({"minimum": 3}, "13 territoires avec au moins 3 sièges demandent 39 sièges"),
    "one territory too many": (
        {"minimum": 2, "outside_region": True},
        "14 territoires .* demandent 28 sièges : il n'y en a que 26",
    ),
    "an unknown method": ({"method": "imperiali"}, "sainte_lague"),
    "a negative weight": ({"weight_fees": -1}, "greater than or equal to 0"),
    "no number": ({"weight_fees": float("nan")}, "finite|greater than|less than"),
    "an unknown parameter": ({"seat": 26}, "Extra inputs"),
}


@pytest.mark.parametrize(("given_parameters", "message"), REFUSED.values(), ids=REFUSED)
def test_parameters_that_cannot_be(given_parameters: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        BoardParameters.model_validate(given_parameters)


def test_seats_go_to_the_departements_and_lyon() -> None:
    twelve = ("01", "03", "07", "15", "26", "38", "42", "43", "63", "69", "73", "74")
    assert BoardParameters().seat_territories == (*twelve, "lyon")
    assert set(BoardParameters(outside_region=True).seat_territories) == {*twelve, "lyon", "hors-region"}


def test_every_field_explains_itself_in_the_form() -> None:
    fields = BoardParameters.model_json_schema()["properties"].values()
    assert all(field["title"] and field["description"].endswith(".") for field in fields)
