"""The run log."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.errors import InputError, MachineError
from transforms.report import StageReport
from transforms.warehouse.runs import (
    LOG,
    RunInput,
    RunRecord,
    append_run,
    counts_of,
    in_service,
    inputs_of,
    read_runs,
    relation,
)

START = datetime(2026, 1, 5, 4, 15, tzinfo=UTC)


def record(run_id: str, verdict: str = "refused", **more: object) -> RunRecord:
    fields = {"run_id": run_id, "started_at": START, "ended_at": START, "verdict": verdict, **more}
    return RunRecord.model_validate(fields)


def test_runs_are_appended_in_order(tmp_path: Path) -> None:
    for run_id in ("r2", "r1"):
        append_run(tmp_path / "state", record(run_id, message="Le fichier est vide."))
    assert [run["run_id"] for run in read_runs(tmp_path / "state")] == ["r2", "r1"]
    assert sorted(path.name for path in (tmp_path / "state").iterdir()) == [LOG]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.sampled_from("abcd"), max_size=8))
def test_a_run_is_logged_once_whatever_is_repeated(names: list[str], tmp_path: Path) -> None:
    (tmp_path / LOG).unlink(missing_ok=True)
    for name in names:
        append_run(tmp_path, record(name))
    last_places = [name for place, name in enumerate(names) if name not in names[place + 1 :]]
    assert [run["run_id"] for run in read_runs(tmp_path)] == last_places


@pytest.mark.parametrize("good", ["published", "restored"])
@pytest.mark.parametrize("bad", ["failed", "refused"])
def test_what_is_in_service_is_not_taken_back(good: str, bad: str, tmp_path: Path) -> None:
    append_run(tmp_path, record("r1", bad))
    append_run(tmp_path, record("r1", good))
    append_run(tmp_path, record("r1", bad, message="après coup"))
    append_run(tmp_path, record("r2", bad))
    assert [(run["run_id"], run["verdict"]) for run in read_runs(tmp_path)] == [("r1", good), ("r2", bad)]
    assert [in_service(tmp_path, name) for name in ("r1", "r2", "r3")] == [True, False, False]


def test_keys_of_a_later_program_are_left_aside_and_stay(tmp_path: Path) -> None:
    export = {"source": "clustr", "file": "a.csv", "sha256": "0", "records": 3, "pages": 7}
    later = {**record("r1").model_dump(mode="json"), "inputs": [export], "mood": "serene"}
    (tmp_path / LOG).write_text(json.dumps(later) + "\n", encoding="utf-8")
    append_run(tmp_path, record("r2"))
    assert read_runs(tmp_path)[0] == later
    rows = duckdb.sql(f"SELECT * FROM {relation([tmp_path / LOG], 'r2')} AS runs ORDER BY run_id").df()
    assert rows.loc[0, "inputs"][0]["records"] == 3
    assert "mood" not in rows.columns


def test_a_line_separator_inside_a_message_does_not_cut_the_line(tmp_path: Path) -> None:
    for run_id in ("r1", "r2"):
        append_run(tmp_path, record(run_id, message="avant\u2028après\x85fin"))
    assert [run["message"] for run in read_runs(tmp_path)] == ["avant\u2028après\x85fin"] * 2


def test_moments_are_kept_in_utc(tmp_path: Path) -> None:
    paris = START.astimezone(timezone(timedelta(hours=1)))
    append_run(tmp_path, record("r1", started_at=paris))
    assert read_runs(tmp_path)[0]["started_at"] == "2026-01-05T04:15:00"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b'{"run_id": ', "pas du JSON"),
        (b"[]", "mal remplis"),
        (b'{"verdict": "failed"}', "run_id"),
        (b'{"run_id": "x"}', "started_at"),
        (
            record("r9").model_dump_json().replace('"failed"', "7").replace('"refused"', "7").encode(),
            "verdict",
        ),
        (record("r9").model_dump_json().replace("{}", "[]").encode(), "counts"),
        (record("r9", message="refusé").model_dump_json().encode("cp1252"), "UTF-8"),
    ],
    ids=["cut", "list", "no id", "id only", "number as verdict", "list of counts", "not UTF-8"],
)
def test_a_damaged_log_is_named_with_its_line_and_stays(line: bytes, found: str, tmp_path: Path) -> None:
    append_run(tmp_path, record("r1"))
    damaged = (tmp_path / LOG).read_bytes() + line + b"\n"
    (tmp_path / LOG).write_bytes(damaged)
    with pytest.raises(InputError, match="ligne 2") as refused:
        append_run(tmp_path, record("r2"))
    assert found in (refused.value.found or "")
    assert (tmp_path / LOG).read_bytes() == damaged


def test_a_state_that_cannot_be_a_folder_is_the_machine_s_fault(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("", encoding="utf-8")
    with pytest.raises(MachineError):
        append_run(tmp_path / "state", record("r1"))


def test_counts_carry_the_stage_s_name() -> None:
    reports = [StageReport(stage="intake", rows_in=9, rows_out=7, rejected=1, ignored=1, counts={"files": 2})]
    assert counts_of(reports) == {
        "intake.rows_in": 9,
        "intake.rows_out": 7,
        "intake.rejected": 1,
        "intake.ignored": 1,
        "intake.files": 2,
    }


def test_the_database_reads_what_was_logged(tmp_path: Path) -> None:
    full = record(
        "r1",
        inputs=(RunInput(source="clustr", file="a.csv", sha256="0", export_date=START.date(), records=3),),
        counts={"intake.rows_in": 3},
        parameters=json.dumps({"seuil": 0.9}),
        gates_overridden=("totals",),
    )
    append_run(tmp_path, full)
    append_run(tmp_path, record("r2"))
    rows = duckdb.sql(f"SELECT * FROM {relation([tmp_path / LOG], 'r2')} AS runs ORDER BY run_id").df()
    assert rows.loc[0, "inputs"][0]["export_date"] == START.date()
    assert rows.loc[0, "counts"] == {"intake.rows_in": 3}
    assert list(rows.loc[0, "gates_overridden"]) == ["totals"]
    assert len(rows.loc[1, "inputs"]) == 0


def test_inputs_come_from_the_build_and_none_from_a_build_that_has_none(build: Path, tmp_path: Path) -> None:
    assert [(one.source, one.records) for one in inputs_of(build)] == [("clustr", 3), ("numelink", 3)]
    assert inputs_of(tmp_path / "absent.duckdb") == ()
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    assert inputs_of(tmp_path / "empty.duckdb") == ()
