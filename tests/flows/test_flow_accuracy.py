"""How well records are grouped, on labelled exports: a fall below what was measured fails."""

from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from pairwise import Score, pooled, score
from pipelines import MEMBERS, groups_of, installed_members, query, run_all

from benchmarks.accuracy import measure
from benchmarks.sample import exports, generate

SEEDS = (101, 202, 303)
MEASURED_PRECISION = 0.97
MEASURED_F1 = {1.0: 0.96, 1.5: 0.92}
MEMBERS_F1 = {"plain": 0.97, "rough-1": 0.95, "rough-2": 0.97}
MEMBERS_PRECISION = 0.99
MEMBERS_REVIEWED = {"plain": 0.99, "rough-1": 0.97, "rough-2": 0.97}
MEMBERS_REVIEW_PER_100 = 5


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[float, int], Score]:
    """The score of each invented set, by roughness and seed."""
    found = {}
    for roughness, seed in product(MEASURED_F1, SEEDS):
        root = tmp_path_factory.mktemp(f"set{seed}")
        sample = generate(companies=400, seed=seed, roughness=roughness)
        exports.write(sample, root / "raw", root / "truth.csv")
        found[roughness, seed] = score(groups_of(root / "raw", root), sample.truth, "siren")
    return found


def test_few_companies_are_merged_wrongly(scores: dict[tuple[float, int], Score]) -> None:
    assert pooled(scores.values()).precision >= MEASURED_PRECISION, scores


@pytest.mark.parametrize("roughness", MEASURED_F1)
def test_most_companies_are_found_whole(scores: dict[tuple[float, int], Score], roughness: float) -> None:
    of_kind = [one for (rough, _), one in scores.items() if rough == roughness]
    assert pooled(of_kind).f1 >= MEASURED_F1[roughness], scores


@pytest.mark.skipif(not MEMBERS.is_dir(), reason="the members' own exports are not beside the repository")
def test_on_the_members_own_exports(tmp_path: Path) -> None:
    scores = {}
    for name, floor in MEMBERS_F1.items():
        places = installed_members(tmp_path / name, name)
        run_all(places)
        found = query(places.warehouse, "SELECT source, member_id, company_id AS group_id FROM memberships")
        truth = pd.read_csv(MEMBERS / name / "truth.csv", dtype=str)
        keys = [
            set(frame[["source", "member_id"]].itertuples(index=False, name=None)) for frame in (found, truth)
        ]
        assert len(keys[0] ^ keys[1]) == 0
        assert len(found) == len(truth)
        scores[name] = score(found, truth, "siren")
        assert scores[name].f1 >= floor, name
        queue = query(places.warehouse, "SELECT * EXCLUDE (reasons) FROM review_queue")
        reviewed = measure(truth, found.rename(columns={"group_id": "company_id"}), queue)
        assert reviewed.reviewed_recall >= MEMBERS_REVIEWED[name], name
        assert reviewed.review_per_100 <= MEMBERS_REVIEW_PER_100, name
    assert pooled(scores.values()).precision >= MEMBERS_PRECISION
