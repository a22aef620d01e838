"""Which decisions teach the weights: those that the run compared, in the queue or outside it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matching_records import build_with, records
from refit_pairs import SPEC

from transforms.errors import InputError
from transforms.matching.decisions.decision import Decision, Verdict, as_frame
from transforms.matching.decisions.log import writing
from transforms.matching.refitting.evidence import read_levels
from transforms.matching.refitting.judgements import judgements, usable
from transforms.matching.spec import Thresholds
from transforms.matching.stage import MatchParameters, run
from transforms.warehouse import tables
from transforms.warehouse.database import connect

# An even pair, one that matches, one that does not, and one that two numbers forbid, by the weights of SPEC.
EVEN = [{"signal": "town", "level": "same"}, {"signal": "phone", "level": "different"}]
MATCH = [{"signal": "town", "level": "same"}, {"signal": "phone", "level": "same"}]
APART = [{"signal": "town", "level": "different"}, {"signal": "phone", "level": "different"}]
FORBIDDEN = [{"signal": "number", "level": "different"}, *MATCH]
QUEUE = SPEC.model_copy(update={"thresholds": Thresholds(match_from=0.65, review_from=0.2)})


def decision(number: int, verdict: Verdict, left: str = "a", right: str = "") -> Decision:
    return Decision(
        decision_id=f"D-{number:04}",
        left_source="clustr",
        left_member_id=left,
        right_source="numelink",
        right_member_id=right or f"b{number}",
        verdict=verdict,
        steward="st-1",
        decided_at=datetime(2024, 1, 1, tzinfo=UTC),
    )


def published(*rows: tuple[str, str, Any]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["decision_id", "outcome", "levels"], dtype=object)


def test_decisions_that_the_run_did_not_follow_or_know_are_left_aside_and_counted() -> None:
    standing = as_frame(
        [decision(1, "same"), decision(2, "unsure"), *(decision(at, "different") for at in range(3, 9))]
    )
    known = published(
        ("D-0001", "followed", EVEN),
        ("D-0002", "followed", EVEN),
        ("D-0003", "against_siren", EVEN),
        ("D-0004", "gone", None),
        ("D-0005", "contradicted", EVEN),
        ("D-0006", "two_sirens", EVEN),
        ("D-0007", "followed", None),
        ("D-0099", "followed", EVEN),
    )
    used, counts = usable(standing, known)
    assert used["decision_id"].tolist() == ["D-0001", "D-0003"]
    assert counts == {"unsure": 1, "pending": 2, "gone": 1, "not_followed": 2}


def test_no_decision_and_no_pair() -> None:
    used, counts = usable(as_frame([]), published())
    found = judgements(used, [], QUEUE)
    assert (len(found.judged), len(found.outside), sum(counts.values())) == (0, 0, 0)


def used(*rows: tuple[int, Verdict, Any]) -> pd.DataFrame:
    frame = as_frame([decision(number, verdict) for number, verdict, _ in rows])
    return frame.assign(levels=pd.Series([levels for *_, levels in rows], dtype=object))


def test_pairs_are_sorted_into_the_queue_and_what_lies_outside() -> None:
    judged = used((1, "same", EVEN), (2, "different", EVEN), (3, "different", MATCH), (4, "same", FORBIDDEN))
    found = judgements(judged, [MATCH, MATCH, APART, EVEN, FORBIDDEN], QUEUE)
    assert found.counts == {"same": 1, "different": 1, "outside": 1, "by_law": 1, "unjudged": 3}
    assert sorted(found.judged.share) == [0.0, 1.0]
    assert sorted(found.outside.share) == pytest.approx([0.0, 1 / 17, 16 / 17, 16 / 17])


def test_the_fingerprint_is_that_of_pairs_verdicts_and_levels_in_any_order() -> None:
    one, other = (1, "same", EVEN), (2, "different", MATCH)
    given = judgements(used(one, other), [], QUEUE).sha256
    assert judgements(used(other, one), [APART], QUEUE).sha256 == given
    assert judgements(used(one), [], QUEUE).sha256 != given
    assert judgements(used((1, "different", EVEN), other), [], QUEUE).sha256 != given
    assert judgements(used((1, "same", APART), other), [], QUEUE).sha256 != given


@pytest.mark.parametrize(
    "said",
    [{"signal": "fax", "level": "same"}, {"signal": "phone", "level": "close"}],
    ids=["signal", "level"],
)
def test_a_warehouse_of_other_comparisons_is_refused(said: dict[str, str]) -> None:
    with pytest.raises(InputError, match="autre version") as refused:
        read_levels([[said]], SPEC)
    assert "alliage run" in str(refused.value)


def test_a_prior_is_no_level_and_what_is_not_told_is_missing() -> None:
    levels = read_levels([[{"signal": "prior", "level": "any", "weight": 1.0}], EVEN], SPEC)
    assert np.stack(levels, axis=1).tolist() == [[0, 0, 0], [0, 3, 1]]


def test_a_run_tells_the_levels_of_every_decided_pair_even_one_that_it_did_not_keep(tmp_path: Path) -> None:
    frame = records(
        {"name_core": "MERIDON", "phone": "+33465710001"},
        {"name_core": "QUORVEX", "phone": "+33493710009", "source": "numelink"},
    )
    with writing(tmp_path) as log:
        log.append(
            [
                decision(1, "different", "M0001", "M0002"),
                decision(2, "same", "M0001", "parti"),
                decision(3, "unsure"),
            ]
        )
    build = build_with(tmp_path / "build.duckdb", frame)
    run(build, MatchParameters(state=tmp_path))
    with connect(build, read_only=True) as con:
        told = tables.read(con, "matching.decisions").set_index("decision_id")["levels"]
        kept = tables.read(con, "matching.pairs")
    assert kept.empty
    assert list(told["D-0001"]) == [
        {"signal": "name", "level": "different"},
        {"signal": "phone", "level": "different"},
    ]
    assert told[["D-0002", "D-0003"]].isna().all()
