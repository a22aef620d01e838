"""Tables that every matcher starts from, processes that are measured, the tables that come out."""

import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

from benchmarks.linkage import THRESHOLDS
from benchmarks.peers import __main__ as peers
from benchmarks.peers import processes, report, tables
from benchmarks.peers.processes import Measured
from benchmarks.sample import exports, generate

SETS = sorted(tables.SETS.glob("*.yml"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L'Épervier & Fils", "l epervier fils"),
        ("  12,  rue  du Port ", "12 rue du port"),
        ("Œuvre", "oeuvre"),
        ("…", ""),
    ],
    ids=["accents and signs", "spaces", "ligature", "nothing left"],
)
def test_words(text: str, expected: str):
    assert tables.words(text) == expected


def test_digits():
    assert tables.digits("310/246-1501") == "3102461501"


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_every_set_reads_columns_in_a_known_way_and_splink_uses_only_those(path: Path):
    spec = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert all(told["read"] in tables.READERS for told in spec["columns"].values())
    compared = [one["column"] for one in spec["splink"]["comparisons"]]
    names = {name for one in compared for name in (one if isinstance(one, list) else [one])}
    assert names <= set(spec["columns"])
    assert len(compared) >= 3


def _public(folder: Path) -> Path:
    """The two guides, invented, one restaurant in both."""
    below = folder / "fodors_zagats"
    below.mkdir(parents=True)
    header = "id,name,addr,city,phone,type\n"
    (below / "fodors.csv").write_text(
        f"{header}1,Chez Vumo,1 r. du Quai,Ozarel,01/22,fish\n2,Tané,,Ozarel,,\n"
    )
    (below / "zagats.csv").write_text(f"{header}1,Chez Vumô,1 r du quai,Ozarel,01-22,fish\n")
    (below / "matches_fodors_zagats.csv").write_text("fodors_id,zagats_id\n1,1\n")
    return folder


def test_a_public_set_is_read_and_standardised_once(tmp_path: Path):
    found = tables.public_set("fodors_zagats", _public(tmp_path / "public"), tmp_path / "work")
    table = pd.read_parquet(found.folder / "table.parquet")
    assert table["record_id"].tolist() == ["fodors/1", "fodors/2", "zagats/1"]
    assert table["name"].tolist() == ["chez vumo", "tane", "chez vumo"]
    assert table["phone"].tolist()[0] == table["phone"].tolist()[2] == "0122"
    assert table["address"].isna().tolist() == [False, True, False]
    truth = found.truth.set_index("record_id")["truth"]
    assert truth["fodors/1"] == truth["zagats/1"] != truth["fodors/2"]
    assert {path.name for path in (found.folder / "sources").iterdir()} == {
        "fodors.parquet",
        "zagats.parquet",
    }


def test_a_table_of_companies_gets_names_without_legal_form(tmp_path: Path):
    columns = ["address", "postcode", "city", "naf", "phone", "domain"]
    raw = pd.DataFrame({"record_id": [0, 1], "name": ["VUMOTEC SARL", "Vumotec"], "truth": ["E1", "E1"]})
    raw[columns] = None
    raw.to_parquet(tmp_path / "scale.parquet")
    found = tables.scale_set(tmp_path / "scale.parquet", tmp_path / "work")
    table = pd.read_parquet(found.folder / "table.parquet")
    assert table["name"].nunique() == 1
    assert found.records == 2
    assert found.truth["truth"].tolist() == ["E1", "E1"]


@pytest.mark.slow
def test_exports_are_what_the_standardising_stage_leaves(tmp_path: Path):
    folder = tmp_path / "invented"
    exports.write(generate(companies=20, seed=3), folder, folder / "truth.csv")
    found = tables.exports_set("invented", folder, tmp_path / "work")
    assert found.truth["truth"].nunique() == 20
    assert found.spec["exports"] == str(folder.resolve())


def _python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def test_a_command_is_measured(tmp_path: Path):
    found = processes.measured(_python("held = bytearray(60 << 20)"), tmp_path, 1, tmp_path)
    assert found.code == 0
    assert found.seconds > 0
    assert 60 <= found.peak_mib < 120


def test_memory_of_the_parent_is_not_counted(tmp_path: Path):
    held = bytearray(200 << 20)
    assert processes.measured(_python("pass"), tmp_path, 1, tmp_path).peak_mib < 60
    assert len(held)


@pytest.mark.parametrize(
    ("program", "minutes", "reason"),
    [
        ("raise SystemExit('no such column')", 1, "no such column"),
        ("import time; time.sleep(60)", 0.02, "over 0.02 minutes"),
        ("import os; os.kill(os.getpid(), 9)", 1, "ended by signal 9"),
    ],
    ids=["fails", "takes too long", "is killed"],
)
def test_a_command_that_does_not_get_there_has_a_reason(
    tmp_path: Path, program: str, minutes: float, reason: str
):
    found = processes.measured(_python(program), tmp_path, minutes, tmp_path)
    assert found.code != 0
    assert found.reason == reason


def test_a_command_that_is_not_there_has_a_reason(tmp_path: Path):
    found = processes.measured([str(tmp_path / "no-such-python")], tmp_path, 1, tmp_path)
    assert found.code != 0
    assert "no-such-python" in found.reason


def _prepared(tmp_path: Path) -> tables.Prepared:
    truth = pd.DataFrame({"record_id": list("abcde"), "truth": list("xxyyz")})
    truth.to_parquet(tmp_path / "truth.parquet")
    return tables.Prepared("invented", tmp_path, {"no_duplicates": False}, 5)


def _clusters(*groups: str) -> pd.DataFrame:
    rows = [(record, number) for number, group in enumerate(groups) for record in group]
    return pd.DataFrame(rows, columns=["record_id", "cluster_id"])


_FOUND = pd.DataFrame(
    {"left_id": ["a", "c", "d"], "right_id": ["b", "d", "e"], "probability": [0.97, 0.6, 0.2]}
)


def test_a_grouping_is_judged_with_what_waits_for_a_person(tmp_path: Path):
    found = peers.judge(_prepared(tmp_path), _clusters("ab"), _FOUND)
    assert (found.accuracy.precision, found.accuracy.recall) == (1.0, 0.5)
    assert found.accuracy.review_per_100 == pytest.approx(40)
    assert found.accuracy.reviewed_recall == 1.0
    assert found.best.f1 == 1.0
    assert found.best.threshold in THRESHOLDS
    assert found.best.threshold <= 0.6


def test_the_best_is_what_the_matcher_gave_if_no_cut_of_its_pairs_is_better(tmp_path: Path):
    found = peers.judge(_prepared(tmp_path), _clusters("ab", "cd"), _FOUND[2:])
    assert found.best.f1 == 1.0
    assert found.best.threshold is None


def test_a_matcher_that_has_zones_says_itself_what_waits(tmp_path: Path):
    zones = _FOUND.assign(zone=["match", "distinct", "review"])
    found = peers.judge(_prepared(tmp_path), _clusters("ab"), zones)
    assert found.accuracy.review_per_100 == pytest.approx(20)
    assert found.accuracy.reviewed_recall == 0.5


def _run(code: int, reason: str = "") -> Measured:
    return Measured(code, seconds=1.25, cpu_seconds=2.5, peak_mib=1234, load=0.5, reason=reason)


def test_tables_have_a_cell_for_every_column_whether_it_worked_or_not(tmp_path: Path):
    prepared = _prepared(tmp_path)
    good = report.Line("one", "hand-set", _run(0), peers.judge(prepared, _clusters("ab", "cd"), _FOUND))
    bad = report.Line("other", "zero", _run(1, "ModuleNotFoundError: no | module"), None)
    accuracy = [row for row in report.accuracy_table(prepared, [good, bad]) if row.startswith("|")]
    speed = [row for row in report.speed_table([(5, good), (5, bad)]) if row.startswith("|")]
    for rows in (accuracy, speed):
        assert len({row.replace("\\|", "").count("|") for row in rows}) == 1
        assert "failed: ModuleNotFoundError" in rows[-1]
    assert "1.000" in accuracy[2]
    assert "1,234" in speed[2]


def test_calibration_is_pooled_over_sets(tmp_path: Path):
    judged = peers.judge(_prepared(tmp_path), _clusters("ab", "cd"), _FOUND)
    good, bad = (
        report.Line("one", "hand-set", _run(code), found) for code, found in ((0, judged), (1, None))
    )
    (row,) = [row for row in report.pooled_table([good, good, bad]) if row.startswith("| one")]
    assert row.split(" | ")[2] == "2"
    assert row.split(" | ")[4] == "6"


def test_a_matcher_that_is_not_installed_is_a_row_and_not_the_end(tmp_path: Path):
    prepared = _prepared(tmp_path)
    missing = peers.Matcher("none", "no_such_peer", "hand-set", ours=True)
    (line,) = peers.lines(prepared, [missing], 1)
    assert line.judged is None
    assert "no_such_peer" in line.run.reason
