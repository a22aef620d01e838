"""Member numbers, state folders and versions that change: ids and decisions follow the company."""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from changed_exports import NUMBER, renumbered, rotated, shorter
from pipelines import Places, company_ids, rows, run_all

from benchmarks.sample import Sample, exports
from flows.versions import RestoreParameters, restore_version
from transforms.errors import GateError
from transforms.gates import Gate

pytestmark = pytest.mark.slow

ADDRESS = ["Adresse", "Code postal", "Ville"]


@pytest.fixture
def places(listed_published: Places, tmp_path: Path) -> Places:
    """An installation that has published once, for this test alone."""
    return Places(shutil.copytree(listed_published.root, tmp_path / "installation"))


@pytest.mark.parametrize("change", [renumbered, rotated], ids=["new numbers", "each other's numbers"])
def test_company_ids_follow_the_company(
    change: Callable[[Sample], Sample], places: Places, listed: Sample
) -> None:
    before = company_ids(places)
    changed = change(listed)
    exports.write(changed, places.raw, places.root / "truth.csv")
    outcome = run_all(places, force=[Gate.MEMBER_NUMBERS])
    after = company_ids(places)
    numbers = dict(zip(changed.clustr[NUMBER], listed.clustr[NUMBER], strict=True))
    found = {now: after["clustr", now] for now in numbers if ("clustr", now) in after}
    assert [now for now, company_id in found.items() if before["clustr", numbers[now]] != company_id] == []
    assert outcome.stage("continuity").counts["renumbered"] == len(found)


def of_one_address(places: Places, listed: Sample) -> tuple[Sample, tuple[str, str]]:
    """Two members with a SIREN of which the first has moved in with the second, and their numbers."""
    query = """
        SELECT member_id FROM memberships JOIN companies USING (company_id)
        WHERE source = 'clustr' AND n_records = 1 AND siren IS NOT NULL AND website IS NOT NULL
        ORDER BY member_id LIMIT 2
    """
    (one,), (other,) = rows(places.warehouse, query)
    clustr = listed.clustr.copy()
    clustr.loc[clustr[NUMBER] == one, ADDRESS] = clustr.loc[clustr[NUMBER] == other, ADDRESS].to_numpy()
    return replace(listed, clustr=clustr), (one, other)


def test_neighbours_that_exchange_their_numbers_do_not_exchange_their_ids(
    places: Places, listed: Sample
) -> None:
    neighbours, (one, other) = of_one_address(places, listed)
    exports.write(neighbours, places.raw, places.root / "truth.csv")
    run_all(places)
    before = company_ids(places)
    swapped = neighbours.clustr.assign(
        **{NUMBER: neighbours.clustr[NUMBER].replace({one: other, other: one})}
    )
    exports.write(replace(neighbours, clustr=swapped), places.raw, places.root / "truth.csv")
    with pytest.raises(GateError, match="désignent une autre entreprise"):
        run_all(places)
    run_all(places, force=[Gate.MEMBER_NUMBERS])
    after = company_ids(places)
    assert (after["clustr", one], after["clustr", other]) == (before["clustr", other], before["clustr", one])


@pytest.mark.parametrize("gone", ["the log", pytest.param("the folder", marks=pytest.mark.long)])
def test_without_its_state_nothing_is_published(gone: str, places: Places, listed: Sample) -> None:
    before = hashlib.sha256(places.warehouse.read_bytes()).hexdigest()
    if gone == "the log":
        (places.state / "runs.jsonl").unlink()
    else:
        shutil.rmtree(places.state)
    exports.write(shorter(listed), places.raw, places.root / "truth.csv")
    with pytest.raises(GateError, match="Le dossier d'état n'est pas celui de l'entrepôt publié"):
        run_all(places)
    assert hashlib.sha256(places.warehouse.read_bytes()).hexdigest() == before
    assert run_all(places, force=[Gate.STATE]).verdict == "published"


def test_a_lost_key_of_the_fingerprints_costs_no_id(places: Places) -> None:
    before = company_ids(places)
    (places.state / "fingerprint_key.csv").unlink()
    run_all(places, force=[Gate.STATE])
    assert company_ids(places) == before
    assert run_all(places).stage("continuity").counts["same"] == len(before)


@pytest.mark.long
def test_after_a_restore_the_export_of_the_version_in_service_is_welcome(
    places: Places, listed: Sample
) -> None:
    before = company_ids(places)
    decide(places, listed)
    run_all(places)
    joined = company_ids(places)
    assert joined != before
    for wrong in (rotated, renumbered):
        exports.write(wrong(listed), places.raw, places.root / "truth.csv")
        run_all(places, force=[Gate.MEMBER_NUMBERS])
        restore_version(
            RestoreParameters(version="précédente", warehouse=places.warehouse, state=places.state)
        )
        exports.write(listed, places.raw, places.root / "truth.csv")
        outcome = run_all(places)
        assert outcome.stage("continuity").counts["same"] == len(joined)
        assert company_ids(places) == joined


def decide(places: Places, listed: Sample) -> tuple[str, str]:
    """A steward joins two members of two companies."""
    left, right = _two_alone(places, listed)
    decision = {
        "decision_id": "D-1", "left_source": "clustr", "left_member_id": left, "right_source": "clustr",
        "right_member_id": right, "verdict": "same", "steward": "s1", "decided_at": "2024-01-01T00:00:00Z",
        "reason": None, "revoked_at": None,
    }  # fmt: skip
    (places.state / "decisions.jsonl").write_text(json.dumps(decision) + "\n")
    return left, right


def test_decisions_follow_the_company(places: Places, listed: Sample) -> None:
    """Two records of two companies that a steward joined are still joined under each other's numbers."""
    left, right = decide(places, listed)
    run_all(places)
    joined = company_ids(places)["clustr", left]
    assert company_ids(places)["clustr", right] == joined
    exports.write(rotated(listed), places.raw, places.root / "truth.csv")
    run_all(places, force=[Gate.MEMBER_NUMBERS])
    today = dict(zip(listed.clustr[NUMBER], rotated(listed).clustr[NUMBER], strict=True))
    after = company_ids(places)
    assert after["clustr", today[left]] == after["clustr", today[right]] == joined
    assert after["clustr", left] != joined


def _two_alone(places: Places, listed: Sample) -> tuple[str, str]:
    """Two members, not side by side in the list, whose companies have no other record and no SIREN."""
    query = """
        SELECT member_id FROM memberships JOIN companies USING (company_id)
        WHERE source = 'clustr' AND n_records = 1 AND siren IS NULL AND website IS NOT NULL
        ORDER BY member_id
    """
    alone = [number for (number,) in rows(places.warehouse, query)]
    order = {number: at for at, number in enumerate(listed.clustr[NUMBER])}
    return next((a, b) for a in alone for b in alone if order[a] + 1 < order[b])
