"""`alliage` as people start it: what it prints, where, and the code it ends with."""

import json
import shutil
from pathlib import Path

import duckdb
import pytest
from changed_exports import shorter
from flow_commands import Said, call, start, where
from pipelines import Places, installed, locked, rows

from benchmarks.sample import Sample
from benchmarks.sample.exports import CLUSTR_FILE, NUMELINK_FILE
from transforms.errors import GateError
from transforms.gates import Gate

STAGES = [
    "intake",
    "standardise",
    "continuity",
    "match",
    "golden",
    "validate",
    "clearance",
    "publish",
    "report",
]
PROGRESS = [
    "Démarrage de Prefect…",
    "Lecture des exports : ",
    "Standardisation : ",
    "Comparaison avec la dernière publication : ",
    "Rapprochement des fiches : ",
    "Choix des valeurs : ",
    "Contrôle de la qualité : ",
    "Contrôles avant publication : ",
    "Publication : ",
    "Rapport : ",
]


@pytest.fixture(scope="session")
def ran(together: Path, small: Sample) -> tuple[Places, Said]:
    """The real command, once for all processes of a parallel test run."""
    places, told = Places(together / "command"), together / "command.json"
    with locked(together / "command.lock"):
        if not told.exists():
            installed(places.root, small)
            said = start("run", *where(places), "--json", prefect_home=together / "prefect")
            told.write_text(json.dumps([said.code, said.out, said.err]))
    return places, Said(*json.loads(told.read_text()))


@pytest.mark.slow
def test_run_publishes_and_ends_with_zero(ran: tuple[Places, Said], small: Sample) -> None:
    places, said = ran
    assert said.code == 0, said.err
    ((records, companies),) = rows(
        places.warehouse, "SELECT count(*), count(DISTINCT company_id) FROM memberships"
    )
    assert records == len(small.truth)
    assert small.truth["siren"].nunique() * 0.9 < companies <= records


@pytest.mark.slow
def test_json_is_the_last_line_of_standard_output(ran: tuple[Places, Said]) -> None:
    places, said = ran
    assert said.json["verdict"] == "published"
    assert said.json["warehouse"] == str(places.warehouse)
    assert rows(places.warehouse, "SELECT run_id FROM runs") == [(said.json["run_id"],)]
    assert said.json["peak_memory_mb"] > 50


@pytest.mark.slow
def test_json_counts_every_row_of_every_stage(ran: tuple[Places, Said], small: Sample) -> None:
    counts = ran[1].json["counts"]
    for stage in STAGES:
        total = counts[f"{stage}.rows_out"] + counts[f"{stage}.rejected"] + counts[f"{stage}.ignored"]
        assert counts[f"{stage}.rows_in"] == total
    assert counts["intake.ignored"] == 3
    assert counts["publish.memberships"] == len(small.truth)


@pytest.mark.slow
def test_json_times_start_and_stages_apart(ran: tuple[Places, Said]) -> None:
    seconds = ran[1].json["seconds"]
    assert list(seconds["stages"]) == STAGES
    assert all(value > 0 for value in seconds["stages"].values())
    assert seconds["all_stages"] == pytest.approx(sum(seconds["stages"].values()), abs=0.01)
    apart = seconds["imports"] + seconds["prefect_start"] + seconds["all_stages"]
    assert 0 < seconds["imports"] < apart < seconds["total"]


@pytest.mark.slow
def test_progress_is_plain_lines_where_there_is_no_terminal(ran: tuple[Places, Said]) -> None:
    lines = ran[1].err.splitlines()
    assert "\x1b" not in ran[1].err
    assert [line[: len(start)] for line, start in zip(lines, PROGRESS, strict=True)] == PROGRESS


@pytest.mark.slow
def test_a_refused_run_ends_with_its_next_step_and_nothing_after_it(
    ran: tuple[Places, Said], small: Sample, tmp_path: Path
) -> None:
    """What the interpreter tears down at the end must not print over the message."""
    places = Places(tmp_path / "here")
    shutil.copytree(ran[0].root, places.root)
    installed(places.root, shorter(small))
    said = start("run", *where(places), prefect_home=tmp_path / "prefect")
    assert said.code == GateError.exit_code
    assert said.err.splitlines()[-1].startswith("  À faire : ")
    assert said.err.rstrip().endswith(f"--force {Gate.FEWER_ROWS}")


@pytest.mark.slow
def test_without_json_the_words_are_for_people(
    prefect: None,
    tmp_path: Path,
    small: Sample,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    places = installed(tmp_path, small)
    said = call("run", *where(places), monkeypatch=monkeypatch, capsys=capsys)
    assert said.code == 0
    for line in (
        "Fusion terminée : l'entrepôt est publié.",
        f"  - Clust'R Numérique : {len(small.clustr)} fiches de {CLUSTR_FILE.name}, export du 03/10/2016,"
        " 3 lignes ignorées (vides, totaux)",
        f"  - Numelink : {len(small.numelink)} fiches de {NUMELINK_FILE.name}, export du 03/10/2016",
        f"  - entrepôt : {places.warehouse}",
        f"  - contacts (données personnelles) : {places.warehouse.with_name('contacts.duckdb')}",
    ):
        assert line in said.out.splitlines()
    assert [line.partition(" : ")[0] for line in said.err.splitlines()] == [
        line.removesuffix(" : ") for line in PROGRESS
    ]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ((), ["run", "check", "Fusionner les exports", "Contrôler un export"]),
        (("run",), ["--raw", "--warehouse", "--state", "--json"]),
        (("check",), ["--source", "--json", "Export à contrôler"]),
    ],
    ids=["alliage", "run", "check"],
)
def test_help(command: tuple[str, ...], words: list[str], tmp_path: Path) -> None:
    said = start(*command, "--help", prefect_home=tmp_path)
    assert said.code == 0
    for word in words:
        assert word in said.out


def test_unknown_option_ends_with_two(tmp_path: Path) -> None:
    assert start("run", "--nope", prefect_home=tmp_path).code == 2


def test_an_unknown_gate_is_told_in_french_with_the_known_ones(tmp_path: Path) -> None:
    said = start("run", "--force", "moins", "--json", prefect_home=tmp_path)
    assert said.code == 2
    error = said.json["error"]
    assert error["what"] == "Ce contrôle n'existe pas : rien n'est levé."
    assert error["found"] == "--force moins"
    assert error["expected"].startswith("un de ces noms : ")
    assert {str(gate) for gate in Gate} <= set(error["expected"].partition(" : ")[2].split(", "))
    assert "alliage run --help" in error["next_step"]


def test_help_names_every_gate(tmp_path: Path) -> None:
    words = " ".join(start("run", "--help", prefect_home=tmp_path).out.split())
    assert all(gate in words for gate in Gate)


def test_check_of_a_good_file_writes_nothing(small: Sample, tmp_path: Path) -> None:
    places = installed(tmp_path, small)
    before = sorted(tmp_path.rglob("*"))
    said = start("check", places.raw / CLUSTR_FILE, "--json", prefect_home=tmp_path / "prefect")
    assert said.code == 0, said.err
    assert (said.json["source"], said.json["records"]) == ("clustr", len(small.clustr))
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\xff" * 50, b"Titre;Auteur\r\nUn livre;Elle\r\n"])
def test_check_of_a_bad_file_ends_with_two(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "liste.csv"
    file.write_bytes(content)
    said = start("check", file, "--json", prefect_home=tmp_path / "prefect")
    assert said.code == 2
    assert said.json["error"]["where"]["file"] == "liste.csv"
    assert "Traceback" not in said.err
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.slow
def test_today_s_clients_open_the_file(ran: tuple[Places, Said]) -> None:
    """Published in the storage format of DuckDB 1.2, with keys and comments."""
    with duckdb.connect(str(ran[0].warehouse), read_only=True) as con:
        ((tags,),) = con.execute(
            "SELECT tags['storage_version'] FROM duckdb_databases() WHERE NOT internal"
        ).fetchall()
        bare = con.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL"
        ).fetchall()
    assert tags.startswith("v1.2")
    assert bare == []
