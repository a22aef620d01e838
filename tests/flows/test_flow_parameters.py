"""What a person may choose when starting the merge."""

import pytest
from pydantic import ValidationError

from flows.parameters import MergeParameters
from flows.settings import settings
from transforms import reference
from transforms.matching.members import members_spec


def test_no_choice_is_the_shipped_behaviour() -> None:
    parameters = MergeParameters()
    assert (parameters.match_from, parameters.review_from) == (
        members_spec().thresholds.match_from,
        members_spec().thresholds.review_from,
    )
    assert (parameters.raw, parameters.warehouse, parameters.state) == (
        settings().raw,
        settings().warehouse,
        settings().state,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("match_from", 0.49),
        ("match_from", 1.0),
        ("review_from", 0.0),
        ("review_from", 0.91),
        ("match_from", "haut"),
    ],
)
def test_a_probability_out_of_bounds_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError) as refused:
        MergeParameters.model_validate({name: value})
    assert [problem["loc"] for problem in refused.value.errors()] == [(name,)]


@pytest.mark.parametrize(("match_from", "review_from"), [(0.5, 0.5), (0.5, 0.7)])
def test_review_begins_below_match(match_from: float, review_from: float) -> None:
    with pytest.raises(ValidationError, match="la probabilité « à juger » doit être plus petite"):
        MergeParameters(match_from=match_from, review_from=review_from)


@pytest.mark.parametrize(("match_from", "review_from"), [(0.5, 0.49), (0.999, 0.9), (0.6, 0.01)])
def test_what_lies_between_the_bounds_is_taken(match_from: float, review_from: float) -> None:
    parameters = MergeParameters(match_from=match_from, review_from=review_from)
    assert (parameters.match_from, parameters.review_from) == (match_from, review_from)


def test_an_unknown_choice_is_refused() -> None:
    with pytest.raises(ValidationError, match="extra"):
        MergeParameters.model_validate({"warehuose": "x"})


def test_every_field_of_the_form_explains_itself() -> None:
    properties = MergeParameters.model_json_schema()["properties"]
    assert all(
        field.get("title") and field.get("description", "").endswith(".") for field in properties.values()
    )
    assert (properties["match_from"]["minimum"], properties["match_from"]["maximum"]) == (0.5, 0.999)


def test_every_setting_that_is_no_place_has_words_for_its_changes() -> None:
    told = {place.partition(".")[0] for place in reference.load("run_settings")["settings"]}
    assert told == MergeParameters.model_fields.keys() - {"raw", "warehouse", "state", "force"}
