"""The comparison of two warehouses: each kind of change by name, and laws that hold for all."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import warehouse_builds as builds
from ruins import spoil
from warehouse_builds import member

from transforms.errors import InputError, Where
from transforms.warehouse import beside, stage
from transforms.warehouse.difference import Difference, compare

Publish = Callable[..., Path]

OLD_MEMBERS = (
    member("clustr", "A1", "C1"),
    member("numelink", "7", "C1"),
    member("numelink", "9", "C1"),
    member("clustr", "A2", "C2"),
    member("numelink", "8", "C3"),
    member("clustr", "A4", "C4"),
)
NEW_MEMBERS = (
    member("clustr", "A1", "C1"),
    member("numelink", "7", "C1"),
    member("numelink", "9", "C7"),
    member("clustr", "A2", "C1"),
    member("clustr", "A4", "C4"),
    member("clustr", "A5", "C5"),
)
OLD = {
    "C1": {"name": "Atelier Lumen", "city": "Lyon"},
    "C2": {"name": "Lumen Atelier"},
    "C3": {"name": "Cyan Conseil"},
    "C4": {"name": "Denim Data", "website": "denim.example", "jobs": 4.0},
}
NEW = {
    "C1": {"name": "Atelier Lumen", "city": "Lyon"},
    "C4": {"name": "Denim Datas", "jobs": 4.0},
    "C5": {"name": "Écru Études"},
    "C7": {"name": "Lumen Sud"},
}
ALIAS = {"retired_id": "C2", "company_id": "C1", "run_id": "r2", "reason": "fusion"}


@pytest.fixture(scope="module")
def publish(tmp_path_factory: pytest.TempPathFactory) -> Publish:
    """Publish companies with their members; returns the warehouse, or the version that was kept of it."""

    def run(
        companies: dict[str, Any],
        members: Any,
        *,
        run_id: str = "r1",
        folder: Path | None = None,
        **more: Any,
    ) -> Path:
        build = tmp_path_factory.mktemp("build") / "b.duckdb"
        builds.write_build(build, companies=companies, members=members, **more)
        parameters = builds.parameters(folder or tmp_path_factory.mktemp("one"), run_id)
        stage.run(build, parameters)
        return beside.versions(parameters.warehouse) / run_id / parameters.warehouse.name

    return run


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("installation")


@pytest.fixture(scope="module")
def old(publish: Publish, installation: Path) -> Path:
    return publish(OLD, OLD_MEMBERS, folder=installation)


@pytest.fixture(scope="module")
def new(publish: Publish, installation: Path, old: Path) -> Path:
    """The next publication after `old`, on a machine whose clock was set back."""
    later = {**builds.source("clustr", 1), "file": "clustr-2.csv", "sha256": "1" * 64}
    sources = (later, builds.source("numelink", 2))
    more = {"golden_company_aliases": [ALIAS], "sources": sources}
    return publish(NEW, NEW_MEMBERS, run_id="r0", folder=installation, **more)


@pytest.fixture(scope="module")
def found(old: Path, new: Path) -> Difference:
    return compare(old, new)


def events(found: Difference, kind: str) -> list[tuple[str, str, str | None]]:
    return [(one.company_id, one.name, one.other_id) for one in found.changes if one.kind == kind]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("joined", [("C5", "Écru Études", None)]),
        ("left", [("C3", "Cyan Conseil", None)]),
        ("merged", [("C2", "Lumen Atelier", "C1")]),
        ("split", [("C7", "Lumen Sud", "C1")]),
    ],
)
def test_companies_that_came_and_went(
    kind: str, expected: list[tuple[str, str, str | None]], found: Difference
) -> None:
    assert events(found, kind) == expected


def test_fields_that_changed(found: Difference) -> None:
    changed = [
        (one.company_id, one.field, one.old, one.new) for one in found.changes if one.kind == "changed"
    ]
    assert changed == [
        ("C4", "name", "Denim Data", "Denim Datas"),
        ("C4", "website", "denim.example", None),
    ]


def test_each_side_tells_the_run_that_published_it(found: Difference) -> None:
    assert (found.old.run_id, found.new.run_id) == ("r1", "r0")


def test_counts_are_of_companies(found: Difference) -> None:
    assert found.counts == {"joined": 1, "left": 1, "merged": 1, "split": 1, "changed": 1}


def test_exports_and_rows_that_differ(found: Difference) -> None:
    assert [(one.source, one.old_file, one.new_file) for one in found.inputs] == [
        ("clustr", "clustr.csv", "clustr-2.csv")
    ]
    assert found.rows["company_aliases"] == (0, 1)
    assert "companies" not in found.rows


def test_the_other_way_round_everything_is_turned_round(old: Path, new: Path, found: Difference) -> None:
    back = compare(new, old)
    assert events(back, "joined") == events(found, "left")
    assert events(back, "left") == events(found, "joined")
    # No alias leads from the older file to the newer one: the records tell.
    assert events(back, "merged") == events(found, "split")
    assert events(back, "split") == events(found, "merged")
    changed = [(one.field, one.new, one.old) for one in back.changes if one.kind == "changed"]
    assert changed == [(one.field, one.old, one.new) for one in found.changes if one.kind == "changed"]


def test_a_retired_company_whose_successor_left_too_has_left(old: Path, publish: Publish) -> None:
    new = publish({"C4": OLD["C4"]}, [OLD_MEMBERS[-1]], golden_company_aliases=[ALIAS])
    found = compare(old, new)
    assert found.counts == {"joined": 0, "left": 3, "merged": 0, "split": 0, "changed": 0}


def test_the_same_content_differs_in_nothing(old: Path, publish: Publish) -> None:
    found = compare(old, publish(OLD, OLD_MEMBERS))
    assert found.changes == ()
    assert found.inputs == ()
    assert found.rows == {}


def test_a_column_of_a_new_source_is_no_change_of_a_company(old: Path, publish: Publish) -> None:
    sources = (*builds.SOURCES, builds.source("tiers", 3))
    found = compare(old, publish(OLD, OLD_MEMBERS, sources=sources))
    assert found.changes == ()
    assert [(one.source, one.old_file, one.new_file) for one in found.inputs] == [
        ("tiers", None, "tiers.csv")
    ]


def test_a_sole_trader_is_not_named(publish: Publish) -> None:
    members = [member("clustr", "A1", "C1")]
    before = {"C1": {"name": "Lena Morvan", "address": "3 rue Haute", "is_sole_trader": True}}
    after = {"C1": {"name": "Morvan Lena", "city": "Lyon", "is_sole_trader": True}}
    found = compare(publish(before, members), publish(after, members))
    assert [(one.name, one.field, one.old, one.new) for one in found.changes] == [
        ("…", "address", "…", None),
        ("…", "city", None, "Lyon"),
        ("…", "name", "…", "…"),
    ]


@pytest.mark.parametrize("which", ["old", "new"])
@pytest.mark.parametrize("wrong", ["missing", "folder", "text", "empty", "contacts", "other"])
def test_what_is_no_warehouse_is_refused(wrong: str, which: str, old: Path, tmp_path: Path) -> None:
    path = tmp_path / "autre.duckdb"
    if wrong == "folder":
        path.mkdir()
    elif wrong == "text":
        path.write_text("Titre;Auteur\n" * 2000, encoding="utf-8")
    elif wrong == "empty":
        path.touch()
    elif wrong == "contacts":
        path = beside.contacts(old)
    elif wrong == "other":
        with duckdb.connect(str(path)) as con:
            con.execute("CREATE TABLE livres (titre VARCHAR)")
    with pytest.raises(InputError, match="pas un entrepôt") as refused:
        compare(*((path, old) if which == "old" else (old, path)))
    assert refused.value.where is not None
    assert refused.value.where.file == str(path)
    assert refused.value.found


def test_a_file_is_not_compared_with_itself(old: Path) -> None:
    with pytest.raises(InputError, match="même fichier"):
        compare(old, old)


def test_a_number_given_to_a_newcomer_is_no_merge(publish: Publish, tmp_path: Path) -> None:
    before = publish({"C1": {"name": "Atelier Lumen"}}, [member("clustr", "A1", "C1")], folder=tmp_path)
    after = publish(
        {"C9": {"name": "Garance Gravure"}}, [member("clustr", "A1", "C9")], run_id="r2", folder=tmp_path
    )
    found = compare(before, after)
    assert {kind: count for kind, count in found.counts.items() if count} == {"joined": 1, "left": 1}


def test_a_spoilt_block_is_told_with_the_file_that_has_it(old: Path, new: Path, tmp_path: Path) -> None:
    """The file opens; the block that cannot be read comes up when its rows are asked for."""
    spoilt = Path(shutil.copytree(new.parent, tmp_path / "spoilt")) / new.name
    spoil(spoilt)
    for pair in ((old, spoilt), (spoilt, old)):
        with pytest.raises(InputError, match="abîmé") as refused:
            compare(*pair)
        assert refused.value.where == Where(file=str(spoilt))
        assert all([refused.value.found, refused.value.expected, refused.value.next_step])


def test_settings_that_differ_are_told(publish: Publish, tmp_path: Path) -> None:
    versions = [publish(OLD, OLD_MEMBERS, run_id=run_id, folder=tmp_path) for run_id in ("r1", "r2")]
    assert compare(*versions).settings == ()
    for path, minimum in zip(versions, (1, 2), strict=True):
        with duckdb.connect(str(path)) as con:
            con.execute("UPDATE runs SET parameters = ?", [f'{{"board": {{"minimum": {minimum}}}}}'])
    assert list(map(str, compare(*versions).settings)) == ["sièges au moins par territoire : 1 → 2"]
