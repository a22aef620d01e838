"""The long form of readers during publications."""

from pathlib import Path

from pipelines import Places, installed, run_all
from readers import met, run_id

from benchmarks.sample import generate

READERS, PUBLICATIONS = 20, 20


def test_twenty_readers_during_twenty_publications(tmp_path: Path) -> None:
    seen = met(
        tmp_path,
        [_build(tmp_path / "a", 60), _build(tmp_path / "b", 250)],
        readers=READERS,
        publications=PUBLICATIONS,
    )
    assert [fault for one in seen for fault in one.faults] == []
    assert sorted(one.anew for one in seen) == [False] * (READERS // 2) + [True] * (READERS // 2)
    assert all(one.loops > 0 for one in seen)
    runs = set().union(*(one.runs for one in seen))
    assert runs <= {run_id(number) for number in range(PUBLICATIONS + 1)}
    assert len(runs) > PUBLICATIONS // 2
    print(f"{sum(one.loops for one in seen)} looks, {sum(one.between for one in seen)} of them in between")


def _build(root: Path, companies: int) -> Path:
    places: Places = installed(root, generate(companies=companies, seed=5))
    run_all(places)
    return places.build
