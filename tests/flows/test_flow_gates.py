"""The gates before publication: each refuses by its name, and is lifted by it, on record."""

from pathlib import Path

import pytest
from pipelines import Places, query, rows, run_all

from flows import runs
from flows.settings import Settings
from transforms.errors import GateError
from transforms.gates import Gate
from transforms.warehouse.database import connect

INVENTED = "UPDATE golden.companies SET siren = '123456789' WHERE n_records = 1"
# Each second company loses its id, none its records.
RENAMED = """
UPDATE golden.memberships SET company_id = 'E-' || reverse(company_id[3:])
WHERE hash(company_id) % 2 = 0
"""
SPLIT = """
UPDATE golden.memberships SET company_id = 'E-' || upper(md5(source || member_id)[:10])
"""
CASES = {
    Gate.LARGEST_GROUP: (Settings(group_limit=1), ""),
    Gate.INVALID_IDS: (Settings(invalid_ids_share=0.01), ""),
    Gate.MATCH_RATE: (Settings(changed_ids_share=1, critical_rules=99), SPLIT),
    Gate.COMPANY_IDS: (Settings(critical_rules=99, match_rate_drift=9), RENAMED),
    Gate.CRITICAL_RULES: (Settings(), INVENTED),
}


@pytest.fixture(params=CASES, ids=[str(gate) for gate in CASES])
def gate(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Gate:
    """A gate that is going to refuse."""
    chosen: Gate = request.param
    monkeypatch.setattr(runs, "settings", lambda: CASES[chosen][0])
    return chosen


def spoil(gate: Gate, build: Path) -> None:
    if statement := CASES[gate][1]:
        with connect(build) as con:
            con.execute(statement)


def overridden(places: Places) -> list[str]:
    """The gates that the run in service lifted."""
    ((names,),) = rows(places.warehouse, "SELECT gates_overridden FROM runs ORDER BY run_id DESC LIMIT 1")
    return list(names)


def test_a_gate_refuses_by_its_name(gate: Gate, places: Places) -> None:
    with pytest.raises(GateError) as refused:
        run_all(places, spoil=lambda build: spoil(gate, build))
    assert f"--force {gate}" in (refused.value.next_step or "")
    assert "L'ancien entrepôt reste en service." in (refused.value.next_step or "")
    (build,) = places.warehouse.parent.glob(".build-*.duckdb")
    closed = query(build, "SELECT DISTINCT gate FROM clearance.gates WHERE verdict = 'refused'")
    assert closed["gate"].tolist() == [gate]
    every = query(build, "SELECT gate FROM continuity.gates UNION SELECT gate FROM clearance.gates")
    assert set(every["gate"]) == set(Gate)


@pytest.mark.parametrize("gate", [Gate.LARGEST_GROUP], indirect=True, ids=str)
def test_a_gate_that_was_lifted_is_on_record(gate: Gate, places: Places) -> None:
    outcome = run_all(places, force=[gate])
    assert rows(places.warehouse, "SELECT gates_overridden FROM runs ORDER BY run_id DESC LIMIT 1") == [
        ([gate],)
    ]
    assert any(f"Contrôle levé ({gate})" in one.text for one in outcome.stage("clearance").remarks)


def test_another_name_does_not_lift_it(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "settings", lambda: Settings(group_limit=1))
    with pytest.raises(GateError, match="fiches dans la plus grande entreprise"):
        run_all(places, force=set(Gate) - {Gate.LARGEST_GROUP})


def test_lifting_a_gate_that_holds_is_not_recorded(places: Places) -> None:
    run_all(places, force=list(Gate))
    assert overridden(places) == []


def test_critical_rules_can_be_lifted_by_their_name(places: Places) -> None:
    def elsewhere(build: Path) -> None:
        with connect(build) as con:
            con.execute("UPDATE standard.records SET territory = 'nulle part' WHERE territory IS NOT NULL")

    with pytest.raises(GateError, match="standard_territory_known"):
        run_all(places, spoil=elsewhere)
    run_all(places, spoil=elsewhere, force=[Gate.CRITICAL_RULES])
    assert overridden(places) == [Gate.CRITICAL_RULES]
