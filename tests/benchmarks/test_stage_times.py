"""The table of seconds and memory: every stage has its row, once."""

from pathlib import Path

import pytest

from benchmarks import stages
from benchmarks.sample import exports, generate


@pytest.mark.slow
def test_a_pass_runs_every_stage_and_the_table_tells_each_once(tmp_path: Path):
    raw, scratch = tmp_path / "raw", tmp_path / "pass"
    scratch.mkdir()
    exports.write(generate(companies=30, seed=2), raw)
    steps = list(stages.one_pass(raw, scratch))
    names = [step.report.stage for step in steps]
    assert names == ["intake", "standardise", "continuity", "match", "golden", "validate", "publish"]
    assert (scratch / "warehouse.duckdb").exists()
    assert all(step.seconds > 0 and step.peak_mb > 0 for step in steps)
    rows = [line.split()[0] for line in stages.table([steps], imports_mb=1)[2:9]]
    assert rows == names
