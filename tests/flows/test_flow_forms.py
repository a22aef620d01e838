"""The forms of the flows, as Prefect's own look at each flow's signature gives them to its UI."""

from typing import Any

import jsonschema
import pytest
from prefect import Flow
from prefect.utilities.callables import parameter_schema
from pydantic import ValidationError

from flows.clean import clean_up
from flows.cleaning import CleanParameters
from flows.form import Form
from flows.merge_members import merge_members
from flows.parameters import MergeParameters
from flows.record_decisions import DecisionParameters, record_decisions
from flows.restore import restore_warehouse
from flows.settings import settings
from flows.simulate import simulate_merge
from flows.verify_export import CheckParameters, verify_export
from flows.versions import RestoreParameters
from transforms.gates import Gate

FORMS: dict[Flow[..., Any], type[Form]] = {
    merge_members: MergeParameters,
    simulate_merge: MergeParameters,
    verify_export: CheckParameters,
    restore_warehouse: RestoreParameters,
    record_decisions: DecisionParameters,
    clean_up: CleanParameters,
}
ENGLISH = {"where", "which", "the", "what", "how", "parameters"}


def schema_of(flow: Flow[..., Any]) -> dict[str, Any]:
    return parameter_schema(flow).model_dump()


def fields_of(flow: Flow[..., Any]) -> dict[str, dict[str, Any]]:
    fields: dict[str, dict[str, Any]] = schema_of(flow)["definitions"][FORMS[flow].__name__]["properties"]
    return fields


def told(part: Flow[..., Any] | dict[str, Any]) -> str:
    """A part of the id of a case."""
    return part.name if isinstance(part, Flow) else str(part)


def accepts(flow: Flow[..., Any], parameters: dict[str, Any]) -> bool:
    """Whether the server of Prefect would take these parameters: it asks the same schema."""
    schema = schema_of(flow)
    return bool(jsonschema.Draft202012Validator(schema).is_valid({"parameters": parameters}))


@pytest.fixture(params=FORMS, ids=[flow.name for flow in FORMS])
def flow(request: pytest.FixtureRequest) -> Flow[..., Any]:
    chosen: Flow[..., Any] = request.param
    return chosen


def test_a_form_is_french_from_its_heading_to_its_last_field(flow: Flow[..., Any]) -> None:
    (heading,) = schema_of(flow)["properties"].values()
    assert heading["title"] != "parameters"
    assert heading["description"] == ""
    fields = fields_of(flow)
    assert fields.keys() == FORMS[flow].model_fields.keys()
    for name, field in fields.items():
        assert field["title"] == FORMS[flow].model_fields[name].title
        assert field["description"].endswith(".")
        assert not ENGLISH & set(f"{field['title']} {field['description']}".lower().split())
    assert "description" not in schema_of(flow)["definitions"][FORMS[flow].__name__]
    assert flow.description
    assert flow.description.endswith(".")


def test_fields_stand_in_their_order_and_have_no_choice_of_types(flow: Flow[..., Any]) -> None:
    fields = fields_of(flow)
    assert [field["position"] for field in fields.values()] == list(range(len(fields)))
    assert not any("anyOf" in field or "oneOf" in field for field in fields.values())


def test_a_field_that_may_stay_as_it_is_shows_its_default(flow: Flow[..., Any]) -> None:
    required = schema_of(flow)["definitions"][FORMS[flow].__name__].get("required", [])
    assert all("default" in field for name, field in fields_of(flow).items() if name not in required)
    if not required:
        assert accepts(flow, {})


def test_places_are_those_of_this_installation() -> None:
    fields = fields_of(merge_members)
    shown = {name: fields[name]["default"] for name in ("raw", "warehouse", "state")}
    assert shown == {name: str(getattr(settings(), name)) for name in shown}


def test_rules_are_shown_and_given_in_words_and_kept_as_codes() -> None:
    definitions = schema_of(merge_members)["definitions"]
    method = definitions["BoardParameters"]["properties"]["method"]
    assert method["enum"] == ["Sainte-Laguë", "D'Hondt", "Huntington-Hill", "plus fort reste"]
    fields = fields_of(merge_members)
    assert fields["board"]["default"] == settings().board.as_form()
    assert fields["board"]["default"]["method"] == method["default"] == "Sainte-Laguë"
    assert fields["fees"]["default"]["college_factors"] == []
    given = {
        "board": fields["board"]["default"] | {"method": "D'Hondt"},
        "fees": fields["fees"]["default"] | {"college_factors": [{"college": " Startup ", "factor": 0.5}]},
    }
    assert accepts(merge_members, given)
    taken = MergeParameters.model_validate(given)
    assert taken.board.method == "dhondt"
    assert taken.fees.college_factors == {"Startup": 0.5}
    assert MergeParameters.model_validate({"fees": taken.fees.as_form()}).fees == taken.fees


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"college": "Startup", "factor": 1}, {"college": "Startup ", "factor": 2}], "deux coefficients"),
        ([{"college": "  ", "factor": 1}], "il faut un collège"),
        ([{"college": "Startup"}], "il faut un collège"),
        ([None], "il faut un collège"),
        ([{"college": "Startup", "factor": -1}], "greater than or equal to 0"),
    ],
)
def test_a_coefficient_without_college_or_with_two_is_refused(rows: list[Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        MergeParameters.model_validate({"fees": {"college_factors": rows}})


def test_gates_and_sources_are_lists_to_choose_from() -> None:
    definitions = schema_of(merge_members)["definitions"]
    assert definitions["Gate"]["enum"] == list(Gate)
    assert fields_of(verify_export)["source"]["enum"] == ["automatique", "clustr", "numelink"]
    assert len(fields_of(record_decisions)["verdict"]["enum"]) == 4


@pytest.mark.parametrize(
    ("flow", "given"),
    [
        (merge_members, {"match_from": 0.49}),
        (merge_members, {"review_from": 0.95}),
        (merge_members, {"largest_group": 1}),
        (merge_members, {"force": ["tout"]}),
        (merge_members, {"seuil": 1}),
        (verify_export, {}),
        (verify_export, {"file": "a.csv", "source": "autre"}),
        (record_decisions, {}),
        (record_decisions, {"steward": "lena.morvan@exemple.example"}),
        (record_decisions, {"steward": "Lena Morvan"}),
        (record_decisions, {"steward": "st-1", "verdict": "peut-être"}),
        (record_decisions, {"steward": "st-1", "reason": "vu avec lena@exemple.example"}),
        (record_decisions, {"steward": "st-1", "reason": "au 04 72 00 00 00"}),
        (clean_up, {"versions_kept": 0}),
        (clean_up, {"flow_runs_kept_days": -1}),
    ],
    ids=told,
)
def test_a_bad_parameter_is_refused_before_a_run_begins(flow: Flow[..., Any], given: dict[str, Any]) -> None:
    assert not accepts(flow, given)


@pytest.mark.parametrize(
    ("flow", "given"),
    [
        (merge_members, {"match_from": 0.9, "force": ["unites"]}),
        (verify_export, {"file": "a.csv", "source": "clustr"}),
        (record_decisions, {"steward": "st-1", "reason": "confirmé le 05/01/2026, dossier 12 345"}),
        (clean_up, {"versions_kept": 1}),
    ],
    ids=told,
)
def test_a_good_one_is_taken(flow: Flow[..., Any], given: dict[str, Any]) -> None:
    assert accepts(flow, given)


@pytest.mark.parametrize("nothing", [None, ""], ids=["null", "empty text"])
def test_a_field_that_was_emptied_has_its_default(nothing: str | None) -> None:
    assert MergeParameters.model_validate({"raw": nothing, "match_from": nothing}) == MergeParameters()


def test_what_must_be_given_cannot_be_empty() -> None:
    with pytest.raises(ValidationError, match="file"):
        CheckParameters.model_validate({"file": ""})
