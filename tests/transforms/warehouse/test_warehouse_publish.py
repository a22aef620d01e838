"""A whole publication: what is in the files, and that nothing in them is left to chance."""

import json
import stat
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
import warehouse_builds as builds

from transforms.report import StageReport
from transforms.warehouse import files, stage, tables
from transforms.warehouse.publish import COPIED
from transforms.warehouse.stage import PublishParameters

PUBLIC = [table.name for table in tables.tables("public").values()]


def query(parameters: PublishParameters, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(parameters.warehouse), read_only=True) as con:
        return con.execute(sql).fetchall()


def content(parameters: PublishParameters) -> dict[str, list[tuple[object, ...]]]:
    """Every table but lists of runs, without columns that name a run or its moment."""
    columns = "COLUMNS(lambda name: name NOT LIKE '%run_id' AND name NOT IN ('valid_from', 'valid_to'))"
    names = set(PUBLIC) - {"runs", "publications", "objective_history"}
    return {name: query(parameters, f"SELECT {columns} FROM {name}") for name in names}


def test_every_public_table_is_there_with_its_comments_and_its_key(published: PublishParameters) -> None:
    found = query(published, "SELECT table_name, comment FROM duckdb_tables() ORDER BY ALL")
    expected = sorted((table.name, table.comment) for table in tables.tables("public").values())
    assert found == expected
    assert query(
        published, "SELECT count(*) FROM duckdb_columns() WHERE NOT internal AND comment IS NULL"
    ) == [(0,)]
    keyed = query(
        published,
        "SELECT table_name FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY' ORDER BY ALL",
    )
    assert [name for (name,) in keyed] == sorted(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_rows_are_ordered_by_key(name: str, published: PublishParameters) -> None:
    key = ", ".join(tables.public_table(name).key)
    rows = query(published, f"SELECT {key} FROM {name}")
    assert rows == sorted(rows)


def test_the_same_build_gives_the_same_content_whatever_the_order_of_its_rows(
    build: Path, published: PublishParameters, tmp_path: Path
) -> None:
    shuffled = tmp_path / "shuffled.duckdb"
    shuffled.write_bytes(build.read_bytes())
    with duckdb.connect(str(shuffled)) as con:
        for origin in (*COPIED.values(), "golden.register", "golden.contacts", "raw.rejections"):
            con.execute(f"CREATE OR REPLACE TABLE {origin} AS FROM {origin} ORDER BY hash(rowid + 7)")
    again = builds.parameters(tmp_path, "r2")
    stage.run(shuffled, again)
    assert content(again) == content(published)
    for name in ("company_ids.csv", "company_aliases.csv"):
        assert (again.state / name).read_bytes() == (published.state / name).read_bytes()


def test_the_run_s_own_row(build: Path, tmp_path: Path) -> None:
    reports = (StageReport(stage="intake", rows_in=5, rows_out=4, ignored=1),)
    told = {"reports": reports, "run_parameters": '{"seuil": 0.9}', "gates_overridden": ("totaux",)}
    parameters = builds.parameters(tmp_path, **told)
    stage.run(build, parameters)
    (row,) = query(parameters, "SELECT * EXCLUDE (run_id, code_version) FROM runs")
    started, ended, verdict, inputs, counts, given, lifted, message = row
    assert started == datetime(2026, 1, 5, 4, 15)
    assert isinstance(ended, datetime)
    assert verdict == "published"
    assert [one["file"] for one in inputs] == ["clustr.csv", "numelink.csv"]  # type: ignore[attr-defined]
    assert counts == {"intake.rows_in": 5, "intake.rows_out": 4, "intake.rejected": 0, "intake.ignored": 1}
    assert (given, lifted, message) == ('{"seuil": 0.9}', ["totaux"], None)


def test_earlier_runs_stay_in_the_public_log(build: Path, tmp_path: Path) -> None:
    for run_id in ("r1", "r2", "r2"):
        stage.run(build, builds.parameters(tmp_path, run_id))
    assert query(builds.parameters(tmp_path), "SELECT run_id FROM runs") == [("r1",), ("r2",)]


def test_the_state_is_written_as_agreed(published: PublishParameters) -> None:
    assert sorted(path.name for path in published.state.iterdir()) == [
        "company_aliases.csv",
        "company_ids.csv",
        "fingerprint_key.csv",
        "history.duckdb",
        "runs.jsonl",
    ]
    for name in ("company_ids.csv", "history.duckdb"):
        assert stat.S_IMODE((published.state / name).stat().st_mode) == 0o600
    assert (published.state / "company_ids.csv").read_bytes() == (
        b"source,member_id,company_id,first_run,last_run,origin_member_id,origin_run,siren,name,address,phone,domain\n"
        b"clustr,A1,C1,r0,r1,,,,,,,\nclustr,A2,C2,r0,r1,,,,,,,\n"
        b"numelink,7,C1,r0,r1,,,,,,,\nnumelink,8,C3,r0,r1,,,,,,,\n"
    )
    assert (published.state / "company_aliases.csv").read_bytes() == (
        b"retired_id,company_id,run_id,reason\nC9,C1,r0,fusion\n"
    )


def test_only_published_files_are_left_beside_the_warehouse(published: PublishParameters) -> None:
    assert sorted(path.name for path in published.warehouse.parent.iterdir()) == [
        "contacts.duckdb",
        "versions",
        "warehouse.duckdb",
        "warehouse.duckdb.manifest.json",
    ]


def test_contacts_are_for_their_owner_only(published: PublishParameters) -> None:
    contacts = published.warehouse.with_name("contacts.duckdb")
    assert stat.S_IMODE(contacts.stat().st_mode) == 0o600
    with duckdb.connect(str(contacts), read_only=True) as con:
        emails = con.execute("SELECT company_id, email FROM contacts").fetchall()
    assert emails[0] == ("C1", "contact@A1.example")
    assert len(emails) == 4


def test_the_manifest_proves_the_files(published: PublishParameters) -> None:
    path = published.warehouse.with_name("warehouse.duckdb.manifest.json")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    assert manifest["run_id"] == "r1"
    assert manifest["storage_version"] == "v1.2.0"
    assert [one["sha256"] for one in manifest["inputs"]] == ["0" * 64] * 2
    for part in ("warehouse", "contacts"):
        file = published.warehouse.with_name(manifest[part]["file"])
        assert files.sha256_of(file) == manifest[part]["sha256"]
        assert file.stat().st_size == manifest[part]["bytes"]
    assert sorted(manifest["warehouse"]["tables"]) == sorted(PUBLIC)
    assert manifest["warehouse"]["tables"]["memberships"] == 4


def test_the_file_keeps_the_format_of_older_clients(published: PublishParameters) -> None:
    with duckdb.connect(str(published.warehouse), read_only=True) as con:
        tags = con.execute("SELECT tags FROM duckdb_databases() WHERE NOT internal").fetchall()
    assert "v1.2.0" in str(tags)


def test_a_source_without_any_record_keeps_its_column(tmp_path: Path) -> None:
    sources = (*builds.SOURCES, builds.source("tiers", 3, founder=False))
    build = builds.write_build(tmp_path / "b.duckdb", sources=sources)
    parameters = builds.parameters(tmp_path)
    stage.run(build, parameters)
    assert query(parameters, "SELECT count(*) FILTER (in_tiers), count(*) FROM companies") == [(0, 3)]


def test_an_empty_build_is_published_empty(tmp_path: Path) -> None:
    build = builds.write_build(tmp_path / "b.duckdb", members=(), companies={})
    report = stage.run(build, builds.parameters(tmp_path))
    assert (report.rows_in, report.rows_out) == (0, 0)


@pytest.mark.parametrize(
    "wrong", [{"run_id": "../r1"}, {"run_id": ""}, {"warehouse": Path("contacts.duckdb")}], ids=str
)
def test_parameters_that_would_break_a_file_name_are_refused(
    wrong: dict[str, object], tmp_path: Path
) -> None:
    good = builds.parameters(tmp_path).model_dump()
    with pytest.raises(ValueError, match=r"run_id|contacts"):
        PublishParameters.model_validate(good | wrong)
