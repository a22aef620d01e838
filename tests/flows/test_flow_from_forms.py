"""Each flow as a worker runs it: parameters as they come from a form, and what the UI then shows."""

import fcntl
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pipelines import Places, pair_to_judge, rows
from planted import NAME, NAMES, REACHES, plant
from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    LogFilter,
    LogFilterFlowRunId,
    TaskRunFilter,
    TaskRunFilterFlowRunId,
)
from prefect.client.schemas.objects import FlowRun, State
from prefect.logging.handlers import APILogWorker
from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL

from benchmarks.sample import Sample
from flows import runs
from flows.check import check_export
from flows.clean import _forget_runs, clean_up
from flows.merge_members import merge_members
from flows.progress import PrefectLog, teller
from flows.record_decisions import record_decisions
from flows.restore import restore_warehouse
from flows.settings import Settings
from flows.simulate import simulate_merge
from flows.verify_export import verify_export
from transforms.golden import stage as golden
from transforms.matching.decisions.log import read_log
from transforms.moments import minute_text
from transforms.warehouse import beside, versions
from transforms.warehouse.clock import last_run_at

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("prefect")]

NEVER = datetime.max.replace(tzinfo=UTC)
SECRET = "lena.morvan@exemple.example"


@pytest.fixture
def places(small_published: Places, tmp_path: Path) -> Places:
    return Places(shutil.copytree(small_published.root, tmp_path / "installation"))


@pytest.fixture(autouse=True)
def _as_in_prefect() -> Iterator[None]:
    token = teller.set(PrefectLog)
    yield
    teller.reset(token)


@pytest.fixture
def client() -> Iterator[SyncPrefectClient]:
    with get_client(sync_client=True) as client:
        yield client


class Shown:
    """A flow run as the UI shows it."""

    def __init__(self, client: SyncPrefectClient, flow: Flow[..., Any], parameters: dict[str, Any]) -> None:
        self.state: State[Any] = flow(parameters, return_state=True)
        assert self.state.state_details.flow_run_id is not None
        run_id = self.state.state_details.flow_run_id
        self.run: FlowRun = client.read_flow_run(run_id)
        mine = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run_id]))
        self.artifacts = {one.key: one for one in client.read_artifacts(artifact_filter=mine)}
        APILogWorker.drain_all(timeout=10)  # what is logged goes to the server now and then
        ran = client.read_task_runs(
            task_run_filter=TaskRunFilter(flow_run_id=TaskRunFilterFlowRunId(any_=[run_id]))
        )
        self.tasks = [one.name for one in sorted(ran, key=lambda one: one.start_time or NEVER)]
        logs = client.read_logs(LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run_id])))
        self.log = "\n".join(one.message for one in logs)

    @property
    def failure(self) -> str:
        """The message of a run that failed."""
        assert self.run.state is not None
        assert self.run.state.type == "FAILED"
        return str(self.run.state.message)

    def report(self, key: str) -> str:
        """The report that the run has left."""
        return str(self.artifacts[key].data)

    def everything(self) -> str:
        """All words of the run that Prefect keeps."""
        told = [self.run.name, str(self.run.parameters), str(self.run.state), self.log]
        return "\n".join([*told, *(str(one.data) for one in self.artifacts.values())])


def where(places: Places, *names: str) -> dict[str, str]:
    return {name: str(getattr(places, name)) for name in names or ("raw", "warehouse", "state")}


def test_a_merge_leaves_its_report_and_its_progress(client: SyncPrefectClient, places: Places) -> None:
    shown = Shown(client, merge_members, where(places))
    assert shown.state.is_completed()
    assert shown.run.start_time is not None
    moments = [minute_text(shown.run.start_time + timedelta(minutes=late)) for late in (0, -1)]
    assert shown.run.name in [f"fusion du {moment}" for moment in moments]
    assert shown.tasks == [
        *("lire les exports", "standardiser", "comparer", "rapprocher", "choisir les valeurs"),
        *("contrôler", "autoriser la publication", "publier", "faire le rapport"),
    ]
    assert shown.artifacts["avancement"].data == 100
    report = shown.report("fusion-rapport")
    assert report.startswith("# Fusion terminée : l'entrepôt est publié.")
    assert shown.artifacts["fusion-rapport"].description == "Fusion terminée : l'entrepôt est publié."
    titles = re.findall(r"^## (.+)$", report, re.M)
    assert titles[0].startswith("Depuis la dernière publication (")
    assert titles[1:3] == ["Exports lus", "Entreprises"]
    assert titles[3:6] == ["Contrôles avant publication", "Étapes", "Refus par règle"]
    assert {"Qualité", "Où trouver les résultats"} <= set(titles)
    ((run_id,),) = rows(places.warehouse, "SELECT max(run_id) FROM runs")
    assert run_id in report
    assert "| Rapprochement des fiches |" in report
    assert "Rapprochement des fiches…" in shown.log


def test_a_refusal_says_first_what_is_wrong_and_what_to_do(
    client: SyncPrefectClient, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "settings", lambda: Settings(group_limit=1))
    shown = Shown(client, merge_members, where(places))
    first, *more = shown.failure.splitlines()
    assert first.startswith("Publication refusée : ")
    assert "À faire : " in first
    assert "--force plus_grand_groupe" in first
    assert any(line.startswith("  Trouvé : ") for line in more)
    report = shown.report("fusion-rapport")
    assert report.startswith("# Publication refusée : l'entrepôt en service n'a pas changé.")
    assert "| plus_grand_groupe |" in report
    assert "REFUSÉ" in report


def test_what_fails_after_the_publication_is_told_too(client: SyncPrefectClient, places: Places) -> None:
    beside.report_page(places.warehouse).unlink(missing_ok=True)
    beside.report_page(places.warehouse).mkdir()
    shown = Shown(client, merge_members, where(places))
    assert shown.state.is_completed()
    assert shown.report("fusion-rapport").startswith("# Fusion terminée : l'entrepôt est publié.")
    assert "mais ce qui devait suivre a échoué" in shown.report("fusion-rapport")
    assert "mais ce qui devait suivre a échoué" in shown.log


def test_another_run_going_on_is_told_in_a_clear_word(client: SyncPrefectClient, places: Places) -> None:
    with beside.lock(places.warehouse).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        shown = Shown(client, merge_members, where(places))
    assert shown.failure.startswith("Une autre exécution est en cours sur cet entrepôt. À faire : attendre")


def test_parameters_that_contradict_each_other_are_told_in_french(
    client: SyncPrefectClient, places: Places
) -> None:
    shown = Shown(client, merge_members, {**where(places), "match_from": 0.5, "review_from": 0.8})
    assert shown.failure.startswith("Un paramètre du formulaire n'est pas valable.")
    assert "la probabilité « à juger » doit être plus petite" in shown.failure


def test_a_fault_of_the_program_tells_nothing_of_the_data(
    client: SyncPrefectClient, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(build: Path, parameters: golden.GoldenParameters) -> None:
        raise ValueError(f"could not convert {SECRET}")

    monkeypatch.setattr(golden, "run", fall)
    shown = Shown(client, merge_members, where(places))
    assert shown.failure.startswith("Erreur inattendue : c'est une faute du programme")
    assert "ValueError" in shown.failure
    assert "Erreur inattendue" in shown.log
    assert SECRET not in shown.everything()
    assert "Traceback" not in shown.everything()


def test_no_contact_of_an_export_reaches_prefect(
    client: SyncPrefectClient, small: Sample, places: Places
) -> None:
    plant(places)
    contacts = places.warehouse.with_name("contacts.duckdb")
    persons = [
        value for (value,) in rows(contacts, "SELECT DISTINCT email FROM contacts WHERE email IS NOT NULL")
    ]
    assert len(persons) > 10
    for flow in (merge_members, simulate_merge):
        told = Shown(client, flow, where(places)).everything()
        assert not [one for one in persons if one in told]
        assert NAME.split()[1] not in told
    # All that Prefect has kept, of these runs and of those of other tests.
    with closing(sqlite3.connect(_database())) as con, closing(sqlite3.connect(":memory:")) as copy:
        con.backup(copy)
        kept = copy.serialize()
    assert b"fusion-rapport" in kept
    assert [pattern.search(kept) for pattern in (REACHES, NAMES)] == [None, None]


def _database() -> str:
    url = PREFECT_API_DATABASE_CONNECTION_URL.value()
    return str(url).partition("///")[2]


def test_a_simulation_leaves_a_report_and_no_trace(client: SyncPrefectClient, places: Places) -> None:
    before = {path: path.read_bytes() for path in places.root.rglob("*") if path.is_file()}
    shown = Shown(client, simulate_merge, where(places))
    assert shown.state.is_completed()
    assert {path: path.read_bytes() for path in places.root.rglob("*") if path.is_file()} == before
    report = shown.report("simulation-rapport")
    assert report.startswith("# Simulation : la fusion serait publiée.")
    assert "## Ce que la fusion changerait" in report
    assert "| Publication dans une copie |" in report
    assert "Publication dans une copie, pour l'essai : " in shown.log
    assert "Publication : " not in shown.log
    assert shown.tasks[-1] == "publier une copie"
    assert "fusion-rapport" not in shown.artifacts


def test_a_hostile_file_name_is_inert_in_the_report(client: SyncPrefectClient, places: Places) -> None:
    (file,) = places.raw.joinpath("clustr").glob("*.csv")
    hostile = "<img src=x onerror=alert(1)> [a](b).csv"
    file.rename(file.with_name(hostile))
    shown = Shown(client, verify_export, {"file": f"clustr/{hostile}", **where(places, "raw")})
    text = shown.report("verification-rapport")
    assert "<img" not in text
    assert "](" not in text
    assert "&#60;img src=x" in text


def test_an_export_is_checked_without_its_values(client: SyncPrefectClient, places: Places) -> None:
    (file,) = places.raw.joinpath("clustr").glob("*.csv")
    values = [one.value for one in check_export(file, None).refusals if one.value and len(one.value) > 8]
    assert values
    shown = Shown(client, verify_export, {"file": file.name, **where(places, "raw")})
    assert shown.state.is_completed()
    report = shown.report("verification-rapport")
    assert "export de Clust" in report.splitlines()[0]
    assert "## À corriger, par motif" in report
    assert not [value for value in values if value in shown.everything()]


def test_a_file_that_is_not_there_is_told_with_those_that_are(
    client: SyncPrefectClient, places: Places
) -> None:
    shown = Shown(client, verify_export, {"file": "autre.csv", **where(places, "raw")})
    assert shown.failure.startswith("Il n'y a pas de fichier de ce nom.")
    (file,) = places.raw.joinpath("clustr").glob("*.csv")
    assert file.name in shown.failure


def test_versions_are_shown_and_one_is_put_back_by_its_moment(
    client: SyncPrefectClient, places: Places
) -> None:
    Shown(client, merge_members, where(places))
    newest, oldest = versions.kept(places.warehouse)
    there = where(places, "warehouse", "state")
    listed = Shown(client, restore_warehouse, {**there, "only_show": True}).report("versions-rapport")
    assert newest.run_id in listed
    assert oldest.run_id in listed
    assert versions.published_run(places.warehouse) == newest.run_id
    assert oldest.manifest is not None
    shown = Shown(client, restore_warehouse, {**there, "version": str(oldest.manifest.number)})
    assert shown.state.is_completed()
    assert versions.published_run(places.warehouse) == oldest.run_id
    wrong = Shown(client, restore_warehouse, {**there, "version": "01/01/2001"})
    assert wrong.failure.startswith("Aucune version conservée n'est celle-là.")
    assert newest.run_id in wrong.failure


def test_a_decision_is_recorded_by_the_form(
    client: SyncPrefectClient, published: Places, tmp_path: Path
) -> None:
    places = Places(shutil.copytree(published.root, tmp_path / "installation"))
    pair = pair_to_judge(places)
    left, right = (f"{pair[f'{side}_source']}:{pair[f'{side}_member_id']}" for side in ("left", "right"))
    said = {"steward": "st-1", "verdict": "entreprises différentes", "left": left, "right": right}
    shown = Shown(client, record_decisions, {**where(places), **said})
    assert shown.state.is_completed()
    assert "D-0001" in shown.report("decisions-rapport").splitlines()[0]
    dropped = places.raw / "decisions"
    dropped.mkdir()
    lines = [
        "left_source,left_member_id,right_source,right_member_id,verdict",
        f"{','.join(pair.values())},same",
    ]
    (dropped / "lundi.csv").write_text("\n".join([*lines, "clustr,inconnu,numelink,9,same"]))
    shown = Shown(client, record_decisions, {**where(places), "steward": "st-2", "file": "lundi.csv"})
    assert shown.failure.startswith("Des lignes du fichier sont refusées ; les autres sont enregistrées.")
    assert "ligne 3" in shown.report("decisions-rapport")
    half = Shown(client, record_decisions, {**where(places), "steward": "st-2", "left": left})
    assert half.failure.startswith("Il faut une décision, ou un fichier de décisions.")
    # Left empty, the form takes what is new in the folder: here the line that was refused, tried again.
    again = Shown(client, record_decisions, {**where(places), "steward": "st-2"})
    assert again.failure.startswith("Des fichiers déposés, ou certaines de leurs lignes, sont refusés")
    assert len(read_log(places.state).decisions) == 2
    (dropped / "lundi.csv").unlink()
    nothing = Shown(client, record_decisions, {**where(places), "steward": "st-2"})
    assert nothing.state.is_completed()


def test_cleaning_says_what_it_removed(client: SyncPrefectClient, places: Places) -> None:
    build = places.warehouse.parent / ".build-warehouse-20260105T041500-0a1b2c.duckdb"
    build.write_bytes(b"half")
    shown = Shown(client, clean_up, {**where(places, "warehouse", "state"), "flow_runs_kept_days": 3650})
    assert shown.state.is_completed()
    assert not build.exists()
    assert "reste d'exécution" in shown.report("nettoyage-rapport")


def test_old_runs_of_prefect_go_with_their_artifacts(client: SyncPrefectClient, places: Places) -> None:
    shown = Shown(client, restore_warehouse, {**where(places, "warehouse", "state"), "only_show": True})
    later = datetime.now(UTC) + timedelta(minutes=1)
    count = _forget_runs(client, later, only_show=True)
    assert count >= 1
    assert _forget_runs(client, datetime.now(UTC) - timedelta(days=1), only_show=False) == 0
    assert _forget_runs(client, later, only_show=False) == count
    assert _forget_runs(client, later, only_show=True) == 0
    mine = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[shown.run.id]))
    assert client.read_artifacts(artifact_filter=mine) == []
    assert last_run_at(places.state) is not None
