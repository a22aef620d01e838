"""The settings in which two publications differ, in words."""

import json
from typing import Any

import duckdb
import pytest

from transforms import reference
from transforms.warehouse.board.parameters import BoardParameters
from transforms.warehouse.fees.parameters import FeeParameters
from transforms.warehouse.run_settings import changed_settings, settings_of


def parameters(**given: Any) -> str:
    """Parameters of a run as its log has them: a path, a figure, and the groups."""
    board = {key: value for key, value in given.items() if key in BoardParameters.model_fields}
    fees = {key: value for key, value in given.items() if key in FeeParameters.model_fields}
    return json.dumps(
        {
            "raw": given.get("raw", "/srv/exports"),
            "match_from": given.get("match_from", 0.6),
            "board": BoardParameters(**board).model_dump(mode="json"),
            "fees": FeeParameters(**fees).model_dump(mode="json"),
        }
    )


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({}, {}, []),
        ({}, {"raw": "/srv/ailleurs"}, []),
        ({}, {"method": "dhondt"}, ["méthode des sièges : Sainte-Laguë → D'Hondt"]),
        ({"match_from": 0.65}, {}, ["fusion à partir de la probabilité : 0,65 → 0,6"]),
        ({}, {"jobs_0_9": 1200.5}, ["grille des cotisations, de 0 à 9 emplois (€) : 500 → 1\u202f200,5"]),
        ({"outside_region": True}, {}, ["sièges hors région : oui → non"]),
        (
            {"voting_colleges": ["Entreprise", "Startup"]},
            {},
            ["collèges qui comptent pour les sièges : Entreprise, Startup → tous"],
        ),
        (
            {"college_factors": {"Startup": 0.5, "Partenaire": 2}},
            {"college_factors": {"Partenaire": 2, "École": 0}},
            [
                "grille des cotisations, coefficient du collège « Startup » : 0,5 → 1",
                "grille des cotisations, coefficient du collège « École » : 1 → 0",
            ],
        ),
    ],
    ids=["nothing", "a path", "method", "threshold", "amount", "yes or no", "colleges", "factors"],
)
def test_each_setting_is_told_in_words(
    before: dict[str, Any], after: dict[str, Any], told: list[str]
) -> None:
    assert list(map(str, changed_settings(parameters(**before), parameters(**after)))) == told


def test_what_another_version_of_the_program_did_not_know_is_no_change() -> None:
    assert changed_settings("{}", parameters()) == ()


def test_every_setting_of_seats_and_fees_has_a_name() -> None:
    known = {place.rpartition(".")[::2] for place in reference.load("run_settings")["settings"]}
    groups = {"board.": BoardParameters, "fees.": FeeParameters}
    there = {(group[:-1], name) for group, model in groups.items() for name in model.model_fields}
    assert there == {(group.rstrip("."), name) for group, name in known if group}


def test_a_version_put_back_has_the_settings_of_its_own_run() -> None:
    with duckdb.connect() as con:
        con.execute("CREATE TABLE runs (run_id VARCHAR, verdict VARCHAR, parameters VARCHAR)")
        con.executemany(
            "INSERT INTO runs VALUES (?, ?, ?)",
            [("1", "published", '{"seats": 26}'), ("2", "restored", '{"version": "1"}')],
        )
        assert json.loads(settings_of(con, "2")) == {"seats": 26}
        assert settings_of(con, "3") == "{}"
