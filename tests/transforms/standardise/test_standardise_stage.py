"""The door of the stage: every record accounted for, whatever their order, and told without values."""

import pandas as pd
from raw_builds import ALPHA, BETA, raw_build

from transforms.standardise.stage import StandardiseParameters, run
from transforms.warehouse import tables
from transforms.warehouse.database import connect


def test_no_record_is_lost(build, records):
    _, report = build
    assert (report.rows_in, report.rows_out) == (9, 9)
    assert sorted(records.index) == [*sorted(ALPHA), *sorted(BETA)]


def test_remarks_count_without_showing_values(build, rejections):
    _, report = build
    assert report.counts == {
        "cells_refused": int((rejections["severity"] == "warning").sum()),
        "cells_to_check": int((rejections["severity"] == "info").sum()),
    }
    text = next(remark.text for remark in report.remarks if "phone_invalid" in remark.text)
    assert text.startswith("Téléphone : 1 cellule refusée (phone_invalid).")
    assert not any("01 99" in remark.text for remark in report.remarks)


def test_a_second_run_and_another_order_give_the_same_content(build, records, rejections, tmp_path):
    path = raw_build(tmp_path / "build.duckdb", reverse=True)
    for _ in range(2):
        run(path, StandardiseParameters())
    with connect(path, read_only=True) as con:
        again = tables.read(con, "standard.records").set_index("member_id")
        refused = tables.read(con, "standard.rejections")
    pd.testing.assert_frame_equal(again, records)
    pd.testing.assert_frame_equal(refused, rejections)


def test_the_stage_writes_nothing_but_its_tables(build):
    with connect(build[0], read_only=True) as con:
        written = con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'standard'"
        ).fetchall()
    assert sorted(written) == [("records",), ("rejections",)]
