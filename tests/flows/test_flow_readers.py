"""Readers during publications: each sees one run whole, and its counts are those of the manifest."""

from pathlib import Path

import pytest
from pipelines import Places, installed, run_all
from readers import met, run_id

from benchmarks.sample import Sample

READERS, PUBLICATIONS = 6, 4


@pytest.mark.slow
def test_readers_never_see_two_runs_at_once(published: Places, small: Sample, tmp_path: Path) -> None:
    other = installed(tmp_path / "other", small)
    run_all(other)
    seen = met(tmp_path, [other.build, published.build], readers=READERS, publications=PUBLICATIONS)
    assert [fault for one in seen for fault in one.faults] == []
    assert sorted(one.anew for one in seen) == [False] * (READERS // 2) + [True] * (READERS // 2)
    assert all(one.loops > 0 for one in seen)
    runs = set().union(*(one.runs for one in seen))
    assert runs <= {run_id(number) for number in range(PUBLICATIONS + 1)}
    assert len(runs) > 2
