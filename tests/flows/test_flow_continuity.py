"""Exports that are not what they were: noticed, refused with all that is wrong, and followed when forced."""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pipelines import Places, company_ids, installed, rows, run_all

from benchmarks.sample import Sample, exports, generate
from flows.versions import RestoreParameters, restore_version
from transforms.continuity.gates import Gate
from transforms.errors import GateError

pytestmark = pytest.mark.slow

NUMBER, NAME = "N° adhérent", "Raison sociale"
TURNOVER, FEE = "CA (k€)", "Cotisation (€)"
ADDRESS = ["Adresse", "Code postal", "Ville"]
CLUSTR = "clustr/adherents_clustr_2016-10-03.csv"


@pytest.fixture(scope="module")
def sample() -> Sample:
    return generate(companies=90, seed=41)


@pytest.fixture(scope="module")
def first(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Places:
    places = installed(tmp_path_factory.mktemp("first"), sample)
    run_all(places)
    return places


@pytest.fixture
def places(first: Places, tmp_path: Path) -> Places:
    """An installation that has published once."""
    twin = first.twin(tmp_path)
    for folder in (first.state, first.warehouse.parent):
        for path in folder.iterdir():
            if path.is_file():
                (tmp_path / folder.name).mkdir(exist_ok=True)
                (tmp_path / folder.name / path.name).write_bytes(path.read_bytes())
    return twin


class Trial(Places):
    """The same exports and state, with a warehouse of its own."""

    @property
    def warehouse(self) -> Path:
        return self.root / "trial" / "warehouse.duckdb"


def fingerprints(places: Places) -> dict[str, str]:
    """SHA-256 of every published file and of the state, the log of runs apart: it tells of refusals too."""
    folders = (places.warehouse.parent, places.state)
    files = [path for folder in folders for path in folder.iterdir() if path.is_file()]
    kept = [path for path in files if path.name != "runs.jsonl" and not path.name.startswith(".")]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}


def shorter(sample: Sample) -> Sample:
    return replace(sample, clustr=sample.clustr.iloc[: int(len(sample.clustr) * 0.6)])


def renumbered(sample: Sample) -> Sample:
    numbers = [f"X-{n:05}" for n in range(len(sample.clustr))]
    return replace(sample, clustr=sample.clustr.assign(**{NUMBER: numbers}))


def rotated(sample: Sample) -> Sample:
    """Each company bears the number of the one before it."""
    numbers = sample.clustr[NUMBER].tolist()
    return replace(sample, clustr=sample.clustr.assign(**{NUMBER: [numbers[-1], *numbers[:-1]]}))


def in_euros(sample: Sample) -> Sample:
    def euros(cell: str) -> str:
        digits = cell.replace(" ", "").replace("\u202f", "").replace("\xa0", "")
        return f"{digits}000" if digits.isdigit() else cell

    return replace(sample, clustr=sample.clustr.assign(**{TURNOVER: sample.clustr[TURNOVER].map(euros)}))


def without_fees(sample: Sample) -> Sample:
    return replace(sample, clustr=sample.clustr.assign(**{FEE: ""}))


def without_turnover(sample: Sample) -> Sample:
    return replace(sample, clustr=sample.clustr.rename(columns={TURNOVER: "Kilos"}))


def unreadable_sirets(sample: Sample) -> Sample:
    return replace(sample, clustr=sample.clustr.assign(SIRET="8,08421E+13"))


CHANGES: dict[str, tuple[Callable[[Sample], Sample], Gate, str | None, str, str]] = {
    "under 70 % of its rows": (shorter, Gate.FEWER_ROWS, None, "fiches au lieu de", "au moins 70 %"),
    "numbered anew": (renumbered, Gate.MEMBER_NUMBERS, NUMBER, "X-00000", "le numéro"),
    "numbers of other companies": (
        rotated, Gate.MEMBER_NUMBERS, NUMBER, "désignent une autre entreprise", "le numéro"),
    "euros instead of thousands": (
        in_euros, Gate.UNITS, TURNOVER, "l'unité semble avoir changé", "la même unité"),
    "a column gone": (
        without_turnover, Gate.COLUMNS, TURNOVER, "« CA (k€) » est absente", "« CA (k€) » remplie"),
    "a column of amounts that emptied": (
        without_fees, Gate.COLUMNS, FEE, "vide", "remplie"),
    "a column refused": (
        unreadable_sirets, Gate.COLUMNS, "SIRET", "est refusée presque partout", "remplie et lisible"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "gate", "column", "found", "expected"), CHANGES.values(), ids=CHANGES)
def test_refused_with_all_that_a_person_needs(
    change: Callable[[Sample], Sample],
    gate: Gate,
    column: str | None,
    found: str,
    expected: str,
    places: Places,
    sample: Sample,
) -> None:
    before = fingerprints(places)
    exports.write(change(sample), places.raw, places.root / "truth.csv")
    with pytest.raises(GateError) as caught:
        run_all(places)
    error = caught.value
    assert error.where is not None
    assert (error.where.file, error.where.column) == (CLUSTR, column)
    assert found in str(error.found)
    assert expected in str(error.expected)
    assert f"--force {gate}" in str(error.next_step)
    assert fingerprints(places) == before
    assert (
        json.loads(places.state.joinpath("runs.jsonl").read_text().splitlines()[-1])["verdict"] == "refused"
    )


@pytest.mark.parametrize(("change", "gate"), [case[:2] for case in CHANGES.values()], ids=CHANGES)
def test_forced_it_is_published_and_the_lifted_gate_is_on_record(
    change: Callable[[Sample], Sample], gate: Gate, places: Places, sample: Sample
) -> None:
    exports.write(change(sample), places.raw, places.root / "truth.csv")
    outcome = run_all(places, force=[gate])
    told = [remark.text for remark in outcome.stage("continuity").remarks if remark.level == "warning"]
    assert any(f"Contrôle levé ({gate})" in text for text in told)
    query = "SELECT gates_overridden FROM runs ORDER BY started_at DESC LIMIT 1"
    assert rows(places.warehouse, query) == [([str(gate)],)]
    # What was published is what the next export is compared with.
    run_all(places)


def older(folder: Path) -> str:
    new = folder / "clustr" / "adherents_clustr_2016-10-03.csv"
    old = new.with_name("adherents_clustr_2015-01-05.csv")
    new.rename(old)
    return old.name


def test_an_older_export_is_refused_unless_forced(places: Places) -> None:
    before = fingerprints(places)
    name = older(places.raw)
    with pytest.raises(GateError) as caught:
        run_all(places)
    assert caught.value.where is not None
    assert caught.value.where.file == f"clustr/{name}"
    assert "export du 05/01/2015, plus ancien que celui qui est publié, du 03/10/2016" in str(
        caught.value.found
    )
    assert caught.value.expected == "un export du 03/10/2016 ou d'après"
    assert "--force export_ancien" in str(caught.value.next_step)
    assert fingerprints(places) == before
    assert run_all(places, force=[Gate.OLDER_EXPORT]).verdict == "published"


def test_all_that_is_wrong_is_told_at_once(places: Places, sample: Sample) -> None:
    exports.write(in_euros(shorter(sample)), places.raw, places.root / "truth.csv")
    with pytest.raises(GateError) as caught:
        run_all(places, force=[Gate.OLDER_EXPORT])
    assert "--force moins_de_lignes --force unites" in str(caught.value.next_step)
    with pytest.raises(GateError) as caught:
        run_all(places, force=[Gate.UNITS])
    assert "unité" not in str(caught.value.found)


def test_identical_exports_are_said_and_change_nothing(places: Places) -> None:
    before = company_ids(places), rows(places.warehouse, "SELECT * FROM lineage ORDER BY ALL")
    outcome = run_all(places)
    told = [(one.source, one.level, one.text) for one in outcome.stage("continuity").remarks]
    assert [source for source, level, text in told if "identique" in text] == ["clustr", "numelink"]
    assert {level for _, level, _ in told} == {"info"}
    assert (company_ids(places), rows(places.warehouse, "SELECT * FROM lineage ORDER BY ALL")) == before


def test_exports_that_nobody_renewed_are_told_after_weeks(places: Places) -> None:
    late = datetime.now(UTC) + timedelta(days=46)
    outcome = run_all(places, now=late)
    told = [one.text for one in outcome.stage("continuity").remarks if one.level == "warning"]
    assert len(told) == 2
    assert "n'a pas changé depuis 46 jours" in told[0]


@pytest.mark.parametrize("change", [renumbered, rotated], ids=["new numbers", "each other's numbers"])
def test_company_ids_follow_the_company(
    change: Callable[[Sample], Sample], places: Places, sample: Sample
) -> None:
    before = company_ids(places)
    changed = change(sample)
    exports.write(changed, places.raw, places.root / "truth.csv")
    outcome = run_all(places, force=[Gate.MEMBER_NUMBERS])
    after = company_ids(places)
    numbers = dict(zip(changed.clustr[NUMBER], sample.clustr[NUMBER], strict=True))
    found = {now: after["clustr", now] for now in numbers if ("clustr", now) in after}
    assert [now for now, company_id in found.items() if before["clustr", numbers[now]] != company_id] == []
    assert outcome.stage("continuity").counts["renumbered"] == len(found)


def of_one_address(places: Places, sample: Sample) -> tuple[Sample, tuple[str, str]]:
    """Two members with a SIREN of which the first has moved in with the second, and their numbers."""
    query = """
        SELECT member_id FROM memberships JOIN companies USING (company_id)
        WHERE source = 'clustr' AND n_records = 1 AND siren IS NOT NULL AND website IS NOT NULL
        ORDER BY member_id LIMIT 2
    """
    (one,), (other,) = rows(places.warehouse, query)
    clustr = sample.clustr.copy()
    clustr.loc[clustr[NUMBER] == one, ADDRESS] = clustr.loc[clustr[NUMBER] == other, ADDRESS].to_numpy()
    return replace(sample, clustr=clustr), (one, other)


def test_neighbours_that_exchange_their_numbers_do_not_exchange_their_ids(
    places: Places, sample: Sample
) -> None:
    neighbours, (one, other) = of_one_address(places, sample)
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


@pytest.mark.parametrize("gone", ["the log", "the folder"])
def test_without_its_state_nothing_is_published(gone: str, places: Places, sample: Sample) -> None:
    before = hashlib.sha256(places.warehouse.read_bytes()).hexdigest()
    if gone == "the log":
        (places.state / "runs.jsonl").unlink()
    else:
        shutil.rmtree(places.state)
    exports.write(shorter(sample), places.raw, places.root / "truth.csv")
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


def test_a_trial_into_another_warehouse_is_not_what_the_next_run_is_compared_with(
    places: Places, sample: Sample
) -> None:
    exports.write(shorter(sample), places.raw, places.root / "truth.csv")
    run_all(Trial(places.root), force=[Gate.FEWER_ROWS])
    with pytest.raises(GateError, match="fiches au lieu de"):
        run_all(places)


def test_after_a_restore_the_export_of_the_version_in_service_is_welcome(
    places: Places, sample: Sample
) -> None:
    before = company_ids(places)
    decide(places, sample)
    run_all(places)
    joined = company_ids(places)
    assert joined != before
    for wrong in (rotated, renumbered):
        exports.write(wrong(sample), places.raw, places.root / "truth.csv")
        run_all(places, force=[Gate.MEMBER_NUMBERS])
        restore_version(
            RestoreParameters(version="précédente", warehouse=places.warehouse, state=places.state)
        )
        exports.write(sample, places.raw, places.root / "truth.csv")
        outcome = run_all(places)
        assert outcome.stage("continuity").counts["same"] == len(joined)
        assert company_ids(places) == joined


def decide(places: Places, sample: Sample) -> tuple[str, str]:
    """A steward joins two members of two companies."""
    left, right = _two_alone(places, sample)
    decision = {
        "decision_id": "D-1", "left_source": "clustr", "left_member_id": left, "right_source": "clustr",
        "right_member_id": right, "verdict": "same", "steward": "s1", "decided_at": "2024-01-01T00:00:00Z",
        "reason": None, "revoked_at": None,
    }  # fmt: skip
    (places.state / "decisions.jsonl").write_text(json.dumps(decision) + "\n")
    return left, right


def test_decisions_follow_the_company(places: Places, sample: Sample) -> None:
    """Two records of two companies that a steward joined are still joined under each other's numbers."""
    left, right = decide(places, sample)
    run_all(places)
    joined = company_ids(places)["clustr", left]
    assert company_ids(places)["clustr", right] == joined
    exports.write(rotated(sample), places.raw, places.root / "truth.csv")
    run_all(places, force=[Gate.MEMBER_NUMBERS])
    today = dict(zip(sample.clustr[NUMBER], rotated(sample).clustr[NUMBER], strict=True))
    after = company_ids(places)
    assert after["clustr", today[left]] == after["clustr", today[right]] == joined
    assert after["clustr", left] != joined


def _two_alone(places: Places, sample: Sample) -> tuple[str, str]:
    """Two members, not side by side in the list, whose companies have no other record and no SIREN."""
    query = """
        SELECT member_id FROM memberships JOIN companies USING (company_id)
        WHERE source = 'clustr' AND n_records = 1 AND siren IS NULL AND website IS NOT NULL
        ORDER BY member_id
    """
    alone = [number for (number,) in rows(places.warehouse, query)]
    order = {number: at for at, number in enumerate(sample.clustr[NUMBER])}
    return next((a, b) for a in alone for b in alone if order[a] + 1 < order[b])


def test_a_number_on_two_lines_is_told_as_such(places: Places, sample: Sample) -> None:
    numbers = sample.clustr[NUMBER].tolist()
    both = replace(sample, clustr=sample.clustr.assign(**{NUMBER: [numbers[1], *numbers[1:]]}))
    # The fuller line is kept, and it is that of the other company.
    both.clustr.iloc[1, both.clustr.columns.get_loc("Enseigne")] = ""
    exports.write(both, places.raw, places.root / "truth.csv")
    with pytest.raises(GateError) as caught:
        run_all(places)
    found = str(caught.value.found)
    assert f"« {numbers[1]} » figure sur 2 lignes (2 et 3)" in found
