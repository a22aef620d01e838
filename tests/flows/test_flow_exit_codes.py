"""A run that cannot publish: its code, its words, its line in the log, and an old warehouse as it was."""

import fcntl
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flow_commands import Command
from pipelines import Places, fingerprints, rows, run_all, table

from benchmarks.sample.exports import CLUSTR_FILE
from transforms.errors import GateError, LockError
from transforms.golden import stage as golden
from transforms.warehouse.database import connect
from transforms.warehouse.runs import read_runs

TWO_SIREN = "UPDATE golden.memberships SET company_id = (SELECT min(company_id) FROM golden.companies)"
INVENTED = """
UPDATE golden.companies SET siren = '123456789'
WHERE company_id = (SELECT min(company_id) FROM golden.companies)
"""


@pytest.fixture
def places(small_published: Places, tmp_path: Path) -> Places:
    """An installation that has published once, for this test alone."""
    return Places(shutil.copytree(small_published.root, tmp_path / "installation"))


def verdicts(places: Places) -> list[str]:
    return [run["verdict"] for run in read_runs(places.state)]


def spoil(statement: str) -> Callable[[Path], None]:
    def befall(build: Path) -> None:
        with connect(build) as con:
            con.execute(statement)

    return befall


@pytest.mark.parametrize(
    ("statement", "rule"),
    [(TWO_SIREN, "golden_one_siren"), (INVENTED, "golden_siren_valid")],
    ids=["two siren in one company", "siren of nobody"],
)
def test_a_critical_rule_refuses_and_nothing_changes(places: Places, statement: str, rule: str) -> None:
    before = fingerprints(places)
    with pytest.raises(GateError, match=rule) as refused:
        run_all(places, spoil=spoil(statement))
    assert refused.value.exit_code == 3
    assert fingerprints(places) == before
    assert verdicts(places) == ["published", "refused"]
    assert read_runs(places.state)[-1]["run_id"] == refused.value.run_id
    assert len(list(places.warehouse.parent.glob(".build-*"))) == 1


def test_the_next_good_run_tells_of_the_refused_one(places: Places) -> None:
    with pytest.raises(GateError):
        run_all(places, spoil=spoil(INVENTED))
    run_all(places)
    logged = [(run["run_id"], run["verdict"]) for run in read_runs(places.state)]
    assert rows(places.warehouse, "SELECT run_id, verdict FROM runs ORDER BY started_at") == logged
    assert [verdict for _, verdict in logged] == ["published", "refused", "published"]
    assert list(places.warehouse.parent.glob(".build-*")) == []


def test_a_refused_run_leaves_no_id_behind(places: Places, tmp_path: Path) -> None:
    ids = table(places, "memberships", without=("source_row",))
    with pytest.raises(GateError):
        run_all(places, spoil=spoil(TWO_SIREN))
    run_all(places)
    assert table(places, "memberships", without=("source_row",)) == ids


@pytest.mark.slow
def test_command_refused_by_a_gate_ends_with_three(
    places: Places, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = golden.run

    def settle_badly(build: Path, parameters: golden.GoldenParameters) -> object:
        report = settle(build, parameters)
        spoil(INVENTED)(build)
        return report

    monkeypatch.setattr(golden, "run", settle_badly)
    before = fingerprints(places)
    said = command(places)
    assert said.code == 3
    assert said.json["verdict"] == "refused"
    assert said.json["error"]["run_id"] == read_runs(places.state)[-1]["run_id"]
    assert "Publication refusée : 1 règle critique en défaut." in said.err
    assert "L'ancien entrepôt reste en service." in said.err
    assert fingerprints(places) == before


@pytest.mark.slow
def test_command_on_a_missing_folder_ends_with_two(places: Places, command: Command) -> None:
    before = fingerprints(places)
    absent = places.root / "absent"
    said = command(places, "--raw", absent)
    assert said.code == 2
    assert said.json["verdict"] == "failed"
    assert said.json["error"]["kind"] == "InputError"
    assert said.json["error"]["where"]["file"] == str(absent)
    assert "Le dossier des exports n'existe pas." in said.err
    assert fingerprints(places) == before
    # It is told before a run begins.
    assert verdicts(places) == ["published"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff\xfe\x01" * 99, b"Titre;Auteur\r\nUn livre;Elle\r\n"],
    ids=["empty", "no text", "other columns"],
)
def test_command_on_an_unreadable_export_ends_with_two(
    places: Places, command: Command, content: bytes
) -> None:
    before = fingerprints(places)
    (places.raw / CLUSTR_FILE).write_bytes(content)
    said = command(places)
    assert said.code == 2
    assert said.json["verdict"] == "failed"
    assert CLUSTR_FILE.name in said.err
    assert "À faire : " in said.err
    assert fingerprints(places) == before
    assert verdicts(places) == ["published", "failed"]


@pytest.mark.slow
def test_command_beside_another_run_ends_with_five(places: Places, command: Command) -> None:
    before = fingerprints(places)
    with places.warehouse.with_name(".warehouse.duckdb.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4321")
        lock.flush()
        said = command(places)
    assert said.code == 5
    assert said.json["error"] == {
        "kind": "LockError",
        "exit_code": 5,
        "run_id": None,
        "what": "Une autre exécution est en cours sur cet entrepôt.",
        "where": {"file": str(lock.name), "sheet": None, "line": None, "column": None},
        "found": "un verrou tenu, processus 4321",
        "expected": "une seule exécution à la fois",
        "next_step": "attendre la fin de l'autre exécution, puis relancer",
    }
    assert "processus 4321" in said.err
    assert fingerprints(places) == before
    assert command(places).code == 0


HOLDER = """
import sys, time
from pathlib import Path
from flows.lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_killed_run_leaves_no_lock(places: Places) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(places.warehouse)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LockError, match=f"processus {holder.pid}"):
            run_all(places)
        holder.send_signal(signal.SIGKILL)
    assert run_all(places).verdict == "published"
