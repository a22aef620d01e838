"""The change since the last publication, in the closing words of a run."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from pipelines import Places, rows, run_all

from benchmarks.sample import Sample, exports
from flows.since_last import since_last
from flows.summary import summary
from transforms.warehouse.database import connect

THEN = {"golden.active": 100, "golden.jobs": 1_000, "golden.turnover_eur": 4_642_000_000, "golden.fee_eur": 0}
NOW = {"golden.active": 95, "golden.jobs": 1_000, "golden.turnover_eur": 774_000_000, "golden.fee_eur": 50}


@pytest.fixture
def places(small_published: Places, tmp_path: Path) -> Places:
    return Places(shutil.copytree(small_published.root, tmp_path / "installation"))


def block(words: str) -> list[str]:
    """The lines of the block, none if it is not there."""
    found = [part.split("\n") for part in words.split("\n\n") if part.startswith("Depuis la dernière")]
    return found[0][1:] if found else []


def test_a_first_publication_has_nothing_to_be_compared_with(places: Places) -> None:
    with connect(places.warehouse, read_only=True) as con:
        ((run_id,),) = con.execute("SELECT run_id FROM runs").fetchall()
        assert since_last(con, run_id) is None


@pytest.mark.slow
def test_identical_exports_are_said_in_the_report(places: Places) -> None:
    lines = block(summary(run_all(places)))
    assert len(lines) == 6
    assert all("export identique à celui de la dernière publication" in line for line in lines[:2])
    assert all(line.endswith(", sans changement") for line in lines[2:])


@pytest.mark.slow
def test_records_that_are_gone_are_counted(places: Places, small: Sample) -> None:
    before = len(small.clustr)
    exports.write(replace(small, clustr=small.clustr.iloc[:-7]), places.raw, places.root / "truth.csv")
    lines = block(summary(run_all(places)))
    share = f"{-700 / before:.0f}".replace("-", "−")
    assert lines[0] == f"  - Clust'R Numérique : {before - 7} fiches, 7 de moins ({share} %)"
    ((active,),) = rows(places.warehouse, "SELECT count(*) FROM companies WHERE is_active")
    assert lines[2].startswith(f"  - {active} entreprises actives, ")


@pytest.mark.parametrize(
    ("sha256", "records", "said"),
    [
        ("a", 416, "Nord : 416 fiches, export identique à celui de la dernière publication"),
        ("b", 416, "Nord : 416 fiches, autant qu'avant, contenu modifié"),
        ("b", 457, "Nord : 416 fiches, 41 de moins (−9 %)"),
        ("b", 400, "Nord : 416 fiches, 16 de plus (+4 %)"),
        ("b", 417, "Nord : 416 fiches, 1 de moins (moins de 1 %)"),
    ],
    ids=["identical", "as many", "fewer", "more", "hardly fewer"],
)
def test_each_figure_is_told_with_its_change(sha256: str, records: int, said: str) -> None:
    with connect(None) as con:
        con.execute(
            "CREATE TABLE sources AS SELECT 'n' source, 'Nord' title, 'a' sha256, 416 records, 1 priority"
        )
        con.execute(
            "CREATE TABLE runs (run_id VARCHAR, verdict VARCHAR, started_at TIMESTAMP, "
            "inputs STRUCT(source VARCHAR, sha256 VARCHAR, records INTEGER)[], counts MAP(VARCHAR, BIGINT), "
            "parameters VARCHAR)"
        )
        inputs = [{"source": "n", "sha256": sha256, "records": records}]
        logged = [("1", "published", THEN, 26), ("2", "refused", {}, 0), ("3", "published", NOW, 30)]
        for run_id, verdict, counts, seats in logged:
            settings = json.dumps({"board": {"seats": seats}})
            con.execute(
                "INSERT INTO runs VALUES (?, ?, '2026-01-05', ?, ?, ?)",
                [run_id, verdict, inputs, counts, settings],
            )
        found = since_last(con, "3")
    assert found is not None
    assert found[1] == [
        said,
        "réglage modifié, sièges à répartir : 26 → 30",
        "95 entreprises actives, 5 de moins (−5 %)",
        "1\u202f000 emplois, sans changement",
        "774 M€ de chiffre d'affaires, 3\u202f868 M€ de moins (−83 %)",
        "50 € de cotisations, 50 € de plus",
    ]
