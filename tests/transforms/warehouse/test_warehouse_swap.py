"""Sweeping: an interrupted publication is finished or discarded, and leftovers go."""

from pathlib import Path

import duckdb
import pytest
import warehouse_builds as builds
from ruins import spoil
from warehouse_faults import content, in_use, interrupted, published_run

from transforms.warehouse import beside, stage
from transforms.warehouse.runs import read_runs
from transforms.warehouse.swap import sweep


def test_what_was_drafted_only_is_discarded(build: Path, tmp_path: Path) -> None:
    stage.run(build, builds.parameters(tmp_path, "r1"))
    before = content(builds.parameters(tmp_path))
    parameters = interrupted(build, tmp_path, swapped=False)
    drafted = set(content(parameters)) - set(before)
    (remark,) = sweep(parameters.warehouse, parameters.state)
    assert len(drafted) == 9
    assert "r2 a été abandonnée" in remark.text
    assert published_run(parameters) == "r1"
    assert set(content(parameters)) == set(before)
    assert [run["run_id"] for run in read_runs(parameters.state)] == ["r1"]


def test_what_was_swapped_is_completed(build: Path, tmp_path: Path) -> None:
    parameters = interrupted(build, tmp_path, swapped=True)
    (remark,) = sweep(parameters.warehouse, parameters.state)
    assert "r2 a été terminée" in remark.text
    assert published_run(parameters) == "r2"
    assert [run["run_id"] for run in read_runs(parameters.state)] == ["r1", "r2"]
    assert '"r2"' in parameters.warehouse.with_name("warehouse.duckdb.manifest.json").read_text("utf-8")
    assert len(in_use(parameters)) == 8
    assert sweep(parameters.warehouse, parameters.state) == ()


@pytest.mark.parametrize("done", ["company_ids.csv", "company_aliases.csv", "history.duckdb"])
def test_completion_goes_on_where_it_was_cut(done: str, build: Path, tmp_path: Path) -> None:
    parameters = interrupted(build, tmp_path, swapped=True)
    (parameters.state / ".next-r2" / done).replace(parameters.state / done)
    sweep(parameters.warehouse, parameters.state)
    assert len(in_use(parameters)) == 8
    assert [run["run_id"] for run in read_runs(parameters.state)] == ["r1", "r2"]


def test_the_same_run_tried_again_after_its_swap_loses_nothing(build: Path, tmp_path: Path) -> None:
    parameters = interrupted(build, tmp_path, swapped=True)
    stage.run(build, parameters)
    assert [run["run_id"] for run in read_runs(parameters.state)] == ["r1", "r2"]


def test_leftovers_go_and_everything_else_stays(build: Path, tmp_path: Path) -> None:
    parameters = builds.parameters(tmp_path)
    stage.run(build, parameters)
    kept = content(parameters)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious.txt").write_text("à garder", encoding="utf-8")
    clean = parameters.warehouse.parent
    left = ".build-warehouse-20260105T041500-0a1b2c.duckdb"
    for name in (left, f"{left}.wal", ".warehouse.duckdb.next-r0.duckdb"):
        (clean / name).write_text("reste", encoding="utf-8")
    (clean / f"{left}.tmp").mkdir()
    (clean / f"{left}.tmp" / "page").write_text("reste", encoding="utf-8")
    link = clean / ".build-warehouse-20260105T041500-0a1b2d.duckdb"
    link.symlink_to(outside)
    (parameters.state / ".runs.jsonl.next-77").write_text("reste", encoding="utf-8")
    rejects = beside.rejects(parameters.warehouse)
    rejects.mkdir()
    (rejects / ".clustr_a_corriger.xlsx.tmp").write_text("reste", encoding="utf-8")
    mine = (
        clean / "notes.txt",
        clean / ".hidden",
        rejects / "clustr_a_corriger.xlsx",
        parameters.state / "decisions.csv",
    )
    for path in mine:
        path.write_text("à garder", encoding="utf-8")
    assert sweep(parameters.warehouse, parameters.state) == ()
    assert set(content(parameters)) == {*kept, *map(str, mine)}
    assert not link.is_symlink()
    assert (outside / "precious.txt").exists()


@pytest.mark.parametrize(
    ("damage", "outcome"),
    [
        ("not a database", "terminée"),
        ("header lost", "terminée"),
        ("rows lost", "terminée"),
        ("another database", "abandonnée"),
    ],
)
def test_a_damaged_warehouse_does_not_stop_the_next_run(
    damage: str, outcome: str, build: Path, tmp_path: Path
) -> None:
    parameters = interrupted(build, tmp_path, swapped=True)
    if damage in ("header lost", "rows lost"):
        spoil(parameters.warehouse, opens=damage == "rows lost")
    else:
        parameters.warehouse.unlink()
    if damage == "not a database":
        parameters.warehouse.write_bytes(b"x" * 9000)
    elif damage == "another database":
        duckdb.connect(str(parameters.warehouse)).close()
    (remark,) = sweep(parameters.warehouse, parameters.state)
    assert outcome in remark.text
    stage.run(build, builds.parameters(tmp_path, "r3"))
    assert published_run(parameters) == "r3"


def test_drafts_beside_a_ruin_are_discarded(build: Path, tmp_path: Path) -> None:
    parameters = interrupted(build, tmp_path, swapped=False)
    spoil(parameters.warehouse)
    (remark,) = sweep(parameters.warehouse, parameters.state)
    assert "abandonnée" in remark.text
    assert [run["run_id"] for run in read_runs(parameters.state)] == ["r1"]


def test_nothing_to_sweep_on_a_fresh_machine(tmp_path: Path) -> None:
    assert sweep(tmp_path / "none" / "warehouse.duckdb", tmp_path / "state") == ()
