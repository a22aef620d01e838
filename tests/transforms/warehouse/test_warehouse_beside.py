"""The names of what lies beside a warehouse: its own, and nobody else's."""

from pathlib import Path

import pytest
import warehouse_builds as builds
from warehouse_faults import content, published_run

from transforms.warehouse import beside, stage
from transforms.warehouse.swap import Publication, sweep

RUN = "20260105T041500-0a1b2c"


@pytest.mark.parametrize(
    ("warehouse", "contacts", "rejects"),
    [
        ("warehouse.duckdb", "contacts.duckdb", "rejets"),
        ("essai.duckdb", "essai.contacts.duckdb", "essai.rejets"),
        ("warehouse.db", "warehouse.db.contacts.duckdb", "warehouse.db.rejets"),
    ],
)
def test_names(warehouse: str, contacts: str, rejects: str) -> None:
    path = Path("dossier") / warehouse
    assert beside.contacts(path) == Path("dossier") / contacts
    assert beside.rejects(path) == Path("dossier") / rejects
    assert beside.is_contacts(beside.contacts(path))
    assert not beside.is_contacts(path)


def test_a_warehouse_knows_its_own_builds_only(tmp_path: Path) -> None:
    names = ("warehouse", "warehouse-2", "ware", "[w]")
    made = {name: beside.build(tmp_path / f"{name}.duckdb", RUN) for name in names}
    for path in made.values():
        path.touch()
    for name in names:
        assert list(beside.builds(tmp_path / f"{name}.duckdb")) == [made[name]]


def test_two_warehouses_in_one_folder_leave_each_other_alone(build: Path, tmp_path: Path) -> None:
    first = builds.parameters(tmp_path)
    second = first.model_copy(
        update={"warehouse": first.warehouse.with_name("essai.duckdb"), "state": tmp_path / "state-2"}
    )
    stage.run(build, first)
    running = beside.build(first.warehouse, RUN)
    running.touch()
    before = content(first)
    stage.run(build, second)
    sweep(second.warehouse, second.state)
    assert {path: data for path, data in content(first).items() if path in before} == before
    assert beside.contacts(second.warehouse).exists()
    assert '"essai.contacts.duckdb"' in beside.manifest(second.warehouse).read_text("utf-8")


@pytest.mark.parametrize("swapped", [True, False], ids=["swapped", "drafted"])
def test_a_run_on_another_warehouse_of_the_same_state(swapped: bool, build: Path, tmp_path: Path) -> None:
    """Killed after the swap, a publication is finished by whoever comes; before it, it waits for its own."""
    killed = builds.parameters(tmp_path, "r1")
    publication = Publication(killed.warehouse, killed.state, "r1")
    stage._draft(build, publication, killed)
    if swapped:
        publication.swap()
    other = tmp_path / "elsewhere" / "warehouse.duckdb"
    remarks = sweep(other, killed.state)
    assert (killed.state / "company_ids.csv").exists() is swapped
    assert publication.staged_state.exists() is not swapped
    assert [str(killed.warehouse) in remark.text for remark in remarks] == [True] * swapped
    sweep(killed.warehouse, killed.state)
    assert not publication.staged_state.exists()
    if swapped:
        assert published_run(killed) == "r1"
        assert beside.contacts(killed.warehouse).exists()
