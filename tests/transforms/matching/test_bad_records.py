"""Records as bad as they come: a defined result, in bounded time."""

import json
import resource
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd
import pytest
from matching_records import build_with, members, records, table

from transforms.matching.auto import propose
from transforms.matching.link import Linked, link
from transforms.matching.members import members_spec
from transforms.matching.spec import MatchingSpec
from transforms.matching.stage import MatchParameters, run

SPEC = members_spec()
RIGHT_TO_LEFT, ZERO_WIDTH = "\u202e", "\u200b"


def matched(*rows: dict[str, Any], **more: Any) -> Linked:
    frame = members(*rows)
    return link(frame, SPEC, frame["source"], **more)


def test_one_record() -> None:
    linked = matched({"name_core": "MERIDON"})
    assert (linked.groups.tolist(), len(linked.pairs)) == ([0], 0)


NAMES = {
    "one letter": "A",
    "a number": "38",
    "common words alone": "FRANCE GROUPE",
    "small words alone": "DE LA",
    "a legal form alone": "SARL",
    "punctuation": "-- ...",
    "emoji": "🏭🔧",
    "Arabic": "شركة الاختبار",
    "a right-to-left mark": f"MERIDON{RIGHT_TO_LEFT} BOIS",
    "a zero-width space": f"MERI{ZERO_WIDTH}DON",
    "a combining accent": "ME\u0301RIDON",
    "five hundred letters": "MERIDON " * 62 + "BOIS",
    "five hundred words": " ".join(f"W{at}" for at in range(500)),
    "a quotation mark": 'O\'MERIDON "BOIS"',
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_odd_names_are_compared_as_any_other(name: str) -> None:
    """A name is never worth more against another name than against itself."""
    phone = {"phone": "+33465710001"}
    linked = matched(
        {"name_core": name} | phone, {"name_core": name} | phone, {"name_core": "QUORVEX"} | phone
    )
    bits = dict(zip(zip(linked.pairs.left, linked.pairs.right, strict=True), linked.bits, strict=True))
    assert bits[0, 1] > max(bits[0, 2], bits[1, 2])
    assert ((linked.probability > 0) & (linked.probability < 1)).all()


@pytest.mark.parametrize("column", ["name_core", "phone", "city_key", "siren", "naf_code"])
def test_a_column_without_values_is_never_agreement(column: str) -> None:
    rows = [
        {"name_core": "MERIDON BOIS", "phone": "+33465710001"},
        {"name_core": "TAVIOL PIERRE", "phone": "+33465710002"},
    ]
    frame = members(*rows).assign(**{column: None})
    linked = link(frame, SPEC, frame["source"])
    assert linked.groups.tolist() == [0, 1]


KINDS: dict[str, dict[str, Any]] = {
    "text": {"columns": ["x"], "alike": {"near": 0.7}, "shared_from": {"shared": 3}},
    "domain": {"columns": ["x"], "alike": {"near": 0.7}},
    "words": {"columns": ["x"]},
    "date": {"columns": ["x"]},
    "number": {"column": "x", "within": {"near": 1.0}},
    "nested": {"agree_on": {"precise": "x", "coarse": "y"}},
    "identifier": {"column": "x", "or_same": ["y"], "low": "low", "high": "high"},
    "company_name": {"name": "x", "trade_name": "y"},
    "address": {"street": "x", "number": "y", "town": "low", "postcode": "high", "region": "town"},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [0, 1, 3])
def test_each_kind_bears_columns_without_values_and_lists_of_hardly_anything(kind: str, count: int) -> None:
    spec = MatchingSpec.model_validate(
        {
            "blocking": {"rules": [{"name": "town", "keys": ["town"]}]},
            "comparisons": [{"signal": "it", "kind": kind, **KINDS[kind]}],
        }
    )
    columns = ["x", "y", "low", "high"]
    frame = table(*[dict.fromkeys(columns) | {"town": "BRELLE"}] * count).reindex(columns=[*columns, "town"])
    linked = link(frame, spec)
    assert len(linked.pairs) == count * (count - 1) // 2
    if kind != "address":
        assert not linked.levels[0].any()
    assert ((linked.probability > 0) & (linked.probability < 1)).all()


def test_a_proposed_spec_bears_a_column_without_values() -> None:
    names = [f"MERIDON {word}" for word in ("BOIS", "PIERRE", "VERRE", "BOIS")]
    frame = pd.DataFrame({"name": names, "nothing": [None] * 4}, dtype=object)
    source = pd.Series(["list"] * 4)
    spec = propose(frame, source)
    assert [one.signal for one in spec.comparisons] == ["name"]
    assert len(link(frame, spec, source).groups) == 4


def equal_names(count: int) -> pd.DataFrame:
    ids = [f"M{at:07}" for at in range(count)]
    frame = members({"name_core": "MERIDON"})
    return frame.loc[frame.index.repeat(count)].reset_index(drop=True).assign(member_id=ids)


@pytest.mark.slow
def test_a_million_equal_names_are_left_aside_in_bounded_time_and_memory() -> None:
    frame = equal_names(1_000_000)
    began, held = perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    linked = link(frame, SPEC, frame["source"])
    assert perf_counter() - began < 60
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held < 1_500_000
    assert len(linked.pairs) == 0
    assert linked.groups.nunique() == len(frame)
    assert linked.blocking["capped_blocks"].sum() >= 1


def test_decisions_on_records_that_are_gone_wait(tmp_path: Path) -> None:
    line = {
        "decision_id": "D1",
        "left_source": "clustr",
        "left_member_id": "M0001",
        "right_source": "clustr",
        "right_member_id": "M9999",
        "verdict": "same",
        "steward": "s1",
        "decided_at": "2026-01-01T10:00:00Z",
    }
    (tmp_path / "decisions.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    build = build_with(tmp_path / "build.duckdb", records({"name_core": "MERIDON"}, {"name_core": "TAVIOL"}))
    report = run(build, MatchParameters(state=tmp_path))
    assert (report.counts["groups"], report.counts["decisions"], report.counts["decisions_waiting"]) == (
        2,
        1,
        1,
    )
