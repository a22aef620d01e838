"""Going back to an earlier version, on whole runs: what analysts read, what becomes of ids and decisions."""

import fcntl
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flow_commands import Said, call
from pipelines import Places, company_ids, installed, pair_to_judge, rows, run_all
from ruins import spoil

from benchmarks.sample import Sample, generate
from flows.difference import difference, difference_text
from flows.restore import restore_warehouse
from flows.settings import Settings, settings
from flows.versions import RestoreParameters, restore_version
from transforms.errors import InputError, LockError
from transforms.warehouse import beside, versions
from transforms.warehouse.runs import read_runs
from transforms.warehouse.swap import sweep

Command = Callable[..., Said]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def decide(places: Places, *, revoked: bool) -> None:
    """A steward's mistake: two companies said to be the same one; later perhaps taken back."""
    kept = places.root / "pair.json"
    if not revoked:
        kept.write_text(json.dumps(pair_to_judge(places)))
    line = {
        "decision_id": "D-1",
        **json.loads(kept.read_text()),
        "verdict": "same",
        "steward": "camomille",
        "decided_at": "2024-01-01T08:00:00+00:00",
        "reason": None,
        "revoked_at": "2024-01-02T08:00:00+00:00" if revoked else None,
    }
    with (places.state / "decisions.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")


@pytest.fixture(scope="module")
def merged_by_mistake(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """Two publications; between them two companies became one, and should not have."""
    sample: Sample = generate(companies=120, seed=31, roughness=1.5)
    places = installed(tmp_path_factory.mktemp("merged"), sample)
    run_all(places)
    decide(places, revoked=False)
    run_all(places)
    return places


@pytest.fixture
def places(merged_by_mistake: Places, tmp_path: Path) -> Places:
    return Places(shutil.copytree(merged_by_mistake.root, tmp_path / "installation"))


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    def run(name: str, places: Places, *more: str | Path) -> Said:
        arguments = [name, *more, "--warehouse", places.warehouse]
        if name == "restore":
            arguments += ["--state", places.state]
        return call(*arguments, monkeypatch=monkeypatch, capsys=capsys)

    return run


def published_runs(places: Places) -> list[str]:
    return [run["run_id"] for run in read_runs(places.state) if run["verdict"] == "published"]


def go_back(places: Places, version: str = "précédente") -> None:
    restore_version(RestoreParameters(version=version, warehouse=places.warehouse, state=places.state))


def test_going_back_undoes_a_merge_for_readers_and_the_state_goes_on(places: Places) -> None:
    first, second = published_runs(places)
    before = {path.name: sha256(path) for path in places.state.iterdir() if path.name != "runs.jsonl"}
    merged = company_ids(places)
    go_back(places)
    assert {path.name: sha256(path) for path in places.state.iterdir() if path.name != "runs.jsonl"} == before
    assert rows(places.warehouse, "SELECT run_id FROM runs") == [(first,)]
    assert len(set(company_ids(places).values())) == len(set(merged.values())) + 1
    assert [run["verdict"] for run in read_runs(places.state)] == ["published", "published", "restored"]
    kept = beside.versions(places.warehouse) / second / "warehouse.duckdb"
    assert rows(kept, "SELECT max(run_id) FROM runs") == [(second,)]


@pytest.mark.slow
def test_once_the_mistake_is_taken_back_the_next_run_gives_the_old_ids_again(places: Places) -> None:
    go_back(places)
    before = company_ids(places)
    decide(places, revoked=True)
    decisions = (places.state / "decisions.jsonl").read_bytes()
    run_all(places)
    assert company_ids(places) == before
    assert rows(places.warehouse, "SELECT count(*) FROM company_aliases") == [(0,)]
    assert (places.state / "decisions.jsonl").read_bytes() == decisions
    told = rows(places.warehouse, "SELECT verdict, count(*) FROM runs GROUP BY ALL ORDER BY ALL")
    assert told == [("published", 3), ("restored", 1)]


@pytest.mark.slow
def test_a_decision_that_stands_is_applied_again_and_the_retired_id_still_resolves(places: Places) -> None:
    merged = company_ids(places)
    aliases = rows(places.warehouse, "SELECT retired_id, company_id FROM company_aliases")
    assert len(aliases) == 1
    go_back(places)
    run_all(places)
    assert company_ids(places) == merged
    assert rows(places.warehouse, "SELECT retired_id, company_id FROM company_aliases") == aliases


def test_the_difference_names_the_merge_both_ways(places: Places) -> None:
    ((retired, stays),) = rows(places.warehouse, "SELECT retired_id, company_id FROM company_aliases")
    found = difference(places.warehouse, "précédente", None)
    assert (found.counts["merged"], found.counts["left"], found.counts["joined"]) == (1, 0, 0)
    assert [(one.company_id, one.other_id) for one in found.changes if one.kind == "merged"] == [
        (retired, stays)
    ]
    text = difference_text(found)
    assert "1 entreprise fusionnée dans une autre" in text
    assert f"dans {stays}" in text
    oldest = beside.versions(places.warehouse) / published_runs(places)[0] / "warehouse.duckdb"
    back = difference(places.warehouse, "publiée", str(oldest))
    assert [(one.company_id, one.other_id) for one in back.changes if one.kind == "split"] == [
        (retired, stays)
    ]


def test_without_a_name_the_version_in_service_is_compared_with_the_one_before(
    places: Places, command: Command
) -> None:
    named, unnamed = (command("diff", places, *words) for words in (["précédente"], []))
    assert unnamed.code == named.code == 0
    first, _, *rest = unnamed.out.splitlines()
    assert first == "Sans version nommée : celle d'avant, comparée à celle qui est en service."
    assert rest == named.out.splitlines()
    assert command("diff", places, "--json").json["counts"]["merged"] == 1


def test_a_long_difference_is_cut_for_people(places: Places) -> None:
    found = difference(places.warehouse, "précédente", None)
    many = found.model_copy(update={"changes": found.changes[:1] * 50})
    assert "… et 20 autres lignes ; la liste entière : --json" in difference_text(many)


def test_versions_are_listed_for_people_and_for_programs(places: Places, command: Command) -> None:
    newest_first = published_runs(places)[::-1]
    said = command("versions", places)
    assert said.code == 0
    header, *lines = said.out.splitlines()
    assert header.split() == ["Version", "Publiée", "Entreprises", "Adhésions", "Taille", "État", "Exports"]
    assert [line.split()[0] for line in lines] == newest_first
    assert ["publiée" in lines[0], "conservée" in lines[1]] == [True, True]
    listed = command("versions", places, "--json").json["versions"]
    assert [one["version"] for one in listed] == newest_first
    assert [one["state"] for one in listed] == ["published", "kept"]
    counts = rows(places.warehouse, "SELECT count(*) FROM companies")
    assert [(listed[0]["companies"],)] == counts
    assert {one["source"] for one in listed[0]["inputs"]} == {"clustr", "numelink"}


def test_a_damaged_version_is_shown_with_its_damage(places: Places, command: Command) -> None:
    first = published_runs(places)[0]
    (beside.versions(places.warehouse) / first / "contacts.duckdb").unlink()
    said = command("versions", places)
    assert f"{first} est abîmée : contacts.duckdb absent." in said.out
    before = sha256(places.warehouse)
    refused = command("restore", places, first, "--json")
    assert (refused.code, sha256(places.warehouse)) == (2, before)
    assert refused.json["error"]["kind"] == "InputError"
    assert command("diff", places, first).code == 2


def test_no_version_yet(tmp_path: Path, command: Command) -> None:
    said = command("versions", Places(tmp_path))
    assert said.code == 0
    assert "Aucune version conservée" in said.out


def test_the_command_goes_back_and_forth(places: Places, command: Command) -> None:
    first, second = published_runs(places)
    said = command("restore", places, "précédente", "--json")
    assert said.code == 0, said.err
    told = {name: said.json[name] for name in ("verdict", "version", "replaced", "changed")}
    assert told == {"verdict": "restored", "version": first, "replaced": second, "changed": True}
    assert said.json["run_id"] == read_runs(places.state)[-1]["run_id"] > second
    again = command("restore", places, first)
    assert (again.code, "déjà en service" in again.out) == (0, True)
    assert len(read_runs(places.state)) == 3
    forth = command("restore", places, "dernière")
    assert f"La version {second}" in forth.out
    assert sha256(places.warehouse) == sha256(beside.versions(places.warehouse) / second / "warehouse.duckdb")


@pytest.mark.parametrize("name", ["20200101T000000-000000", "../../etc", "précédente "])
def test_an_unknown_version_ends_with_two_and_names_the_known_ones(
    name: str, places: Places, command: Command
) -> None:
    before = sha256(places.warehouse)
    said = command("restore", places, name, "--json")
    assert (said.code, sha256(places.warehouse)) == (2, before)
    assert said.json["error"]["found"] == name
    # Of the two, those are named that are written most like it.
    assert set(said.json["error"]["expected"].split(", ")) & set(published_runs(places))


def test_going_back_beside_a_run_ends_with_five(places: Places) -> None:
    with beside.lock(places.warehouse).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(LockError) as refused:
            go_back(places)
    assert refused.value.exit_code == 5


def test_lost_contacts_come_back_with_the_version_in_service(places: Places, command: Command) -> None:
    contacts = beside.contacts(places.warehouse)
    before = sha256(contacts)
    contacts.unlink()
    said = command("restore", places, "dernière", "--json")
    assert (said.json["changed"], said.json["replaced"]) == (True, None)
    assert sha256(contacts) == before
    again = command("restore", places, "dernière", "--json")
    assert again.json["changed"] is False


@pytest.mark.parametrize("opens", [True, False], ids=["a block", "the header"])
def test_a_ruined_warehouse_is_put_back(opens: bool, places: Places, command: Command) -> None:
    before = sha256(places.warehouse)
    spoil(places.warehouse, opens=opens)
    unknown = command("restore", places, "précédente")
    assert (unknown.code, "La version en service est inconnue" in unknown.err) == (2, True)
    said = command("restore", places, "dernière")
    assert said.code == 0, said.err
    assert ("était abîmé" in said.out) is not opens
    assert sha256(places.warehouse) == before


@pytest.mark.slow
@pytest.mark.parametrize("opens", [True, False], ids=["a block", "the header"])
def test_a_ruined_warehouse_does_not_stop_the_merge(opens: bool, places: Places) -> None:
    spoil(places.warehouse, opens=opens)
    outcome = run_all(places)
    assert any("était abîmé" in remark.text for remark in outcome.remarks) is not opens
    assert versions.is_whole(places.warehouse)


def test_a_lost_warehouse_comes_back(places: Places) -> None:
    second = published_runs(places)[1]
    places.warehouse.unlink()
    go_back(places, "dernière")
    assert sha256(places.warehouse) == sha256(beside.versions(places.warehouse) / second / "warehouse.duckdb")
    assert sweep(places.warehouse, places.state) == ()


def test_a_setting_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    settings.cache_clear()
    monkeypatch.setenv("ALLIAGE_VERSIONS_KEPT", "0")
    try:
        with pytest.raises(InputError, match="réglage") as refused:
            settings()
    finally:
        settings.cache_clear()
    assert refused.value.found == "ALLIAGE_VERSIONS_KEPT = « 0 »"
    assert Settings.model_fields["versions_kept"].default == 10


@pytest.mark.slow
def test_the_flow_does_the_same(prefect: None, places: Places) -> None:
    parameters = RestoreParameters(warehouse=places.warehouse, state=places.state)
    assert restore_warehouse(parameters).version == published_runs(places)[0]
