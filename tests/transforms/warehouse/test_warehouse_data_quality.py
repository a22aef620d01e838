"""What the cells of an export are worth, on cases counted by hand; and their history from run to run."""

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import warehouse_builds as builds
from warehouse_versions import put_back

from transforms import reference
from transforms.warehouse import marts, stage
from transforms.warehouse.named_queries import named_queries
from transforms.warehouse.runs import read_runs
from transforms.warehouse.stage import PublishParameters

FIELDS = ("member_id", "name", "siren", "headcount", "phone", "website")
COLUMNS = ("source", "field", "records", "filled", "valid", "refused", "no_value", "flagged")

# As received, and what came of it: row 2 is whole, row 3 has a refused SIREN and « NC », row 4 nothing.
RECEIVED = (
    {"siren": builds.SIREN[0], "headcount": "12", "phone": "04 00 00 00 00", "website": "lumen.example"},
    {"siren": "12345", "headcount": "NC", "phone": None, "website": "boreal"},
    {"siren": None, "headcount": None, "phone": None, "website": None},
)
STANDARD = (
    {
        "siren": builds.SIREN[0],
        "siren_field": "siren",
        "jobs_kind": "exact",
        "phone": "+33400000000",
        "website": "https://lumen.example",
    },
    # A SIREN that another cell gave does not make this one valid.
    {
        "siren": builds.SIREN[1],
        "siren_field": "siret",
        "jobs_kind": "unknown",
        "website": "https://boreal.example",
    },
    {"jobs_kind": "unknown"},
)
REJECTIONS = (
    builds.rejection(3, "siren"),
    builds.rejection(3, "siren", value="12345") | {"rule": "siren_length"},
    builds.rejection(3, "website", value="boreal") | {"severity": "info"},
    builds.rejection(9, "name") | {"severity": "critical"},
)
DOUBT = builds.rejection(2, "headcount") | {"rule": "jobs_implausible"}

EXPECTED = {
    "member_id": (3, 3, 3, 0, 0, 0),
    "name": (3, 3, 3, 0, 0, 0),
    "siren": (3, 2, 1, 1, 0, 0),
    "headcount": (3, 2, 1, 0, 1, 1),
    "phone": (3, 1, 1, 0, 0, 0),
    "website": (3, 2, 2, 0, 0, 1),
}
SHARES = {
    "siren": (2 / 3, 1 / 2),
    "headcount": (1 / 3, 1.0),
    "phone": (1 / 3, 1.0),
    "trade_name": (0.0, None),
}


def build(path: Path, *, refused: tuple[builds.Row, ...] = REJECTIONS) -> Path:
    """Three records of one source, whose export has the columns of FIELDS and an empty one of trade names."""
    keys = [{"source": "clustr", "member_id": f"A{row}", "source_row": row} for row in (2, 3, 4)]
    members = [
        {**builds.member("clustr", key["member_id"], f"C{row}"), **key, **standard}
        for row, (key, standard) in enumerate(zip(keys, STANDARD, strict=True))
    ]
    return builds.write_build(
        path,
        sources=[builds.source("clustr", 1)],
        members=members,
        companies={f"C{row}": {"name": "Société"} for row in range(3)},
        raw_records=[{**key, "name": "Société", **cells} for key, cells in zip(keys, RECEIVED, strict=True)],
        raw_columns=[
            {"source": "clustr", "position": place, "field": field}
            for place, field in enumerate((*FIELDS, "trade_name", None))
        ],
        raw_rejections=refused,
        quality_rejections=[DOUBT],
    )


@pytest.fixture(scope="module")
def parameters(tmp_path_factory: pytest.TempPathFactory) -> PublishParameters:
    folder = tmp_path_factory.mktemp("quality")
    parameters = builds.parameters(folder)
    stage.run(build(folder / "build.duckdb"), parameters)
    return parameters


def query(parameters: PublishParameters, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(parameters.warehouse), read_only=True) as con:
        return con.execute(sql).fetchall()


@pytest.mark.parametrize(("field", "counts"), EXPECTED.items(), ids=EXPECTED)
def test_cells_are_counted(parameters: PublishParameters, field: str, counts: tuple[int, ...]) -> None:
    found = query(parameters, f"SELECT {', '.join(COLUMNS)} FROM data_quality WHERE field = '{field}'")
    assert found == [("clustr", field, *counts)]


@pytest.mark.parametrize(("field", "shares"), SHARES.items(), ids=SHARES)
def test_shares(parameters: PublishParameters, field: str, shares: tuple[float, float | None]) -> None:
    (found,) = query(parameters, f"SELECT completeness, validity FROM data_quality WHERE field = '{field}'")
    assert found == pytest.approx(shares)


def test_fields_that_the_export_lacks_are_not_listed(parameters: PublishParameters) -> None:
    listed = query(parameters, "SELECT field FROM data_quality ORDER BY field")
    assert listed == sorted((field,) for field in (*FIELDS, "trade_name"))


def test_every_known_field_is_counted() -> None:
    """A field that joins the reference data and not the query would be counted as empty."""
    text = (Path(marts.__file__).parent / "marts" / "data_quality.sql").read_text()
    readings = text.partition("cells AS")[0]
    assert [field for field in reference.load("fields") if f"AS {field}" not in readings] == []


def test_the_run_log_keeps_the_counts(parameters: PublishParameters) -> None:
    counts = read_runs(parameters.state)[-1]["counts"]
    kept = {name: count for name, count in counts.items() if name.startswith("quality.clustr.")}
    assert kept["quality.clustr.records"] == 3
    siren = {name.rpartition(".")[2]: count for name, count in kept.items() if ".siren." in name}
    assert siren == {"filled": 2, "valid": 1, "refused": 1}
    # An empty column is kept, so that its history can tell when it was emptied.
    assert [name for name in kept if "trade_name" in name] == ["quality.clustr.trade_name.filled"]


HISTORY = """
SELECT run_id, records, filled, valid, refused
FROM data_quality_history
INNER JOIN runs USING (run_id)
WHERE field = 'siren'
ORDER BY run_id
"""


def test_history_has_a_row_where_a_count_changes(tmp_path: Path) -> None:
    before = build(tmp_path / "before.duckdb")
    after = build(tmp_path / "after.duckdb", refused=())
    for run_id, made in (("r1", before), ("r2", before), ("r3", after), ("r4", after)):
        stage.run(made, builds.parameters(tmp_path, run_id))
    assert query(builds.parameters(tmp_path), HISTORY) == [("r1", 3, 2, 1, 1), ("r3", 3, 2, 1, 0)]


def test_a_version_put_back_is_a_change_too(tmp_path: Path) -> None:
    before = build(tmp_path / "before.duckdb")
    after = build(tmp_path / "after.duckdb", refused=())
    for run_id, made in (("r1", before), ("r2", after)):
        stage.run(made, builds.parameters(tmp_path, run_id))
    put_back(builds.parameters(tmp_path, "r2"), "r1", run_id="r2-back")
    stage.run(after, builds.parameters(tmp_path, "r3"))
    found = query(builds.parameters(tmp_path), HISTORY)
    assert [(run, refused) for run, *_, refused in found] == [("r1", 1), ("r2", 0), ("r2-back", 1), ("r3", 0)]


# In the order of their ids, which is that of the runs; the clock was set back after the first one.
RUNS = (
    ("r1", datetime(2026, 1, 1, 10), 5),
    ("r2", datetime(2026, 1, 1, 9), 9),
    ("r3", datetime(2026, 1, 1, 9, 10), 9),
)


def test_runs_follow_each_other_by_their_ids_and_not_by_the_clock() -> None:
    text = (Path(marts.__file__).parent / "marts" / "data_quality_history.sql").read_text("utf-8")
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE runs (run_id TEXT, ended_at TIMESTAMP, verdict TEXT, counts MAP(TEXT, BIGINT))"
        )
        for run_id, ended_at, filled in RUNS:
            counts = {"records": 10, "siren.filled": filled, "siren.valid": filled}
            logged = {f"quality.clustr.{name}": count for name, count in counts.items()}
            con.execute("INSERT INTO runs VALUES (?, ?, 'published', ?)", [run_id, ended_at, logged])
        con.execute(f"CREATE TABLE data_quality_history AS {text}")
        con.execute("CREATE TABLE data_quality AS SELECT 'clustr' source, 'siren' field, 'SIREN' AS label")
        kept = con.execute("SELECT run_id, filled FROM data_quality_history ORDER BY run_id").fetchall()
        answer = con.execute(named_queries()["qualite-historique"].sql).fetchall()
    assert kept == [("r1", 5), ("r2", 9)]
    assert [row[4] for row in answer] == [9, 5]


def test_a_column_that_is_emptied_is_a_change(tmp_path: Path) -> None:
    stage.run(build(tmp_path / "before.duckdb"), builds.parameters(tmp_path, "r1"))
    emptied = build(tmp_path / "after.duckdb")
    with duckdb.connect(str(emptied)) as con:
        con.execute("UPDATE raw.records SET phone = NULL")
    stage.run(emptied, builds.parameters(tmp_path, "r2"))
    found = query(builds.parameters(tmp_path), HISTORY.replace("siren", "phone"))
    assert found == [("r1", 3, 1, 1, 0), ("r2", 3, 0, 0, 0)]
