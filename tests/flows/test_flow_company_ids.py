"""Ids over several runs: records that leave and return, and the stewards' decisions."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from pipelines import Places, company_ids, installed, rows, run_all, table

from benchmarks.sample import Sample, exports, generate
from transforms.errors import InputError

Key = tuple[str, str]
Pair = tuple[Key, Key]

_MATCHED = """
SELECT left_source, left_member_id, right_source, right_member_id
FROM match_pairs
JOIN memberships AS l ON (l.source, l.member_id) = (left_source, left_member_id)
JOIN memberships AS r ON (r.source, r.member_id) = (right_source, right_member_id)
JOIN companies ON companies.company_id = l.company_id
WHERE l.company_id = r.company_id AND n_records = 2
ORDER BY ALL
"""
_QUEUE = """
SELECT left_source, left_member_id, right_source, right_member_id FROM review_queue ORDER BY ALL
"""


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sample() -> Sample:
    return generate(companies=150, seed=31, roughness=1.5)


@pytest.fixture(scope="module")
def first(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Places:
    places = installed(tmp_path_factory.mktemp("first"), sample)
    run_all(places)
    return places


@pytest.fixture
def places(first: Places, sample: Sample, tmp_path: Path) -> Places:
    """An installation that has run once."""
    places = installed(tmp_path, sample)
    places.state.mkdir()
    for name in ("company_ids.csv", "company_aliases.csv", "fingerprint_key.csv", "runs.jsonl"):
        (places.state / name).write_bytes((first.state / name).read_bytes())
    return places


def pairs(places: Places, sql: str) -> Iterator[Pair]:
    for left_source, left, right_source, right in rows(places.warehouse, sql):
        yield (left_source, left), (right_source, right)


def status_of(places: Places, key: Key) -> str:
    sql = "SELECT match_status FROM memberships WHERE source = ? AND member_id = ?"
    ((status,),) = rows(places.warehouse, sql, *key)
    return str(status)


class Steward:
    """Writes into the log of decisions, one minute after the other."""

    def __init__(self, places: Places) -> None:
        self._log = places.state / "decisions.jsonl"
        self._clock = (datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=n) for n in count())
        self._said: dict[str, dict[str, str | None]] = {}

    def say(self, verdict: str, pair: Pair) -> str:
        (left_source, left), (right_source, right) = pair
        number = f"D-{len(self._said) + 1}"
        self._said[number] = {
            "decision_id": number,
            "left_source": left_source,
            "left_member_id": left,
            "right_source": right_source,
            "right_member_id": right,
            "verdict": verdict,
            "steward": "camomille",
            "decided_at": next(self._clock).isoformat(),
            "reason": None,
            "revoked_at": None,
        }
        self._append(number)
        return number

    def revoke(self, number: str) -> None:
        self._said[number]["revoked_at"] = next(self._clock).isoformat()
        self._append(number)

    def _append(self, number: str) -> None:
        with self._log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(self._said[number]) + "\n")


def test_a_record_that_leaves_and_returns_finds_its_company(
    places: Places, first: Places, sample: Sample
) -> None:
    before = company_ids(first)
    gone = [key for key in before if key[0] == "clustr"][::5]
    stays = ~sample.clustr["N° adhérent"].astype(str).isin([member_id for _, member_id in gone])
    exports.write(replace(sample, clustr=sample.clustr[stays]), places.raw, places.root / "truth.csv")
    run_all(places)
    meanwhile = company_ids(places)
    assert set(before) - set(meanwhile) == set(gone)
    exports.write(sample, places.raw, places.root / "truth.csv")
    run_all(places)
    assert company_ids(places) == before


def test_same_merges_and_undoing_it_gives_both_ids_back(places: Places, first: Places) -> None:
    before = company_ids(first)
    steward = Steward(places)
    merged = next(pair for pair in pairs(first, _QUEUE) if allowed(first, pair))
    number = steward.say("same", merged)
    run_all(places)
    now = company_ids(places)
    assert now[merged[0]] == now[merged[1]]
    assert now[merged[0]] in {before[key] for key in merged}
    assert [status_of(places, key) for key in merged] == ["decided", "decided"]
    (retired,) = {before[key] for key in merged} - {now[merged[0]]}
    aliases = rows(places.warehouse, "SELECT retired_id, company_id FROM company_aliases")
    assert aliases == [(retired, now[merged[0]])]
    assert merged not in set(pairs(places, _QUEUE))

    steward.revoke(number)
    run_all(places)
    assert company_ids(places) == before
    assert table(places, "company_aliases") == []
    assert set(pairs(places, _QUEUE)) == set(pairs(first, _QUEUE))


def allowed(places: Places, pair: Pair) -> bool:
    """Whether no two SIREN stand between the companies of a pair."""
    sirens = rows(
        places.build,
        "SELECT count(DISTINCT siren) FROM standard.records "
        "JOIN golden.memberships USING (source, member_id) WHERE company_id IN (?, ?)",
        *(company_ids(places)[key] for key in pair),
    )
    return bool(sirens[0][0] <= 1)


def test_different_parts_what_matched_until_it_is_revoked(places: Places, first: Places) -> None:
    before = company_ids(first)
    steward = Steward(places)
    parted = next(pairs(first, _MATCHED))
    number = steward.say("different", parted)
    run_all(places)
    now = company_ids(places)
    assert now[parted[0]] != now[parted[1]]
    assert before[parted[0]] in {now[key] for key in parted}
    assert parted not in set(pairs(places, _QUEUE))
    others = set(before) - set(parted)
    assert {key: now[key] for key in others} == {key: before[key] for key in others}

    steward.revoke(number)
    run_all(places)
    assert company_ids(places) == before


def test_unsure_leaves_the_queue_and_changes_no_company(places: Places, first: Places) -> None:
    doubtful = next(pairs(first, _QUEUE))
    Steward(places).say("unsure", doubtful)
    run_all(places)
    assert company_ids(places) == company_ids(first)
    assert set(pairs(places, _QUEUE)) == set(pairs(first, _QUEUE)) - {doubtful}


def test_decisions_are_published_with_what_became_of_them(places: Places, first: Places) -> None:
    steward = Steward(places)
    queue = list(pairs(first, _QUEUE))
    for pair, verdict in zip(queue, ("different", "unsure"), strict=False):
        number = steward.say(verdict, pair)
    steward.revoke(number)
    # Kept until its records come.
    steward.say("same", (("clustr", "absent-1"), ("numelink", "absent-2")))
    run_all(places)
    columns = "decision_id, left_member_id, right_member_id, verdict, steward, revoked_at IS NOT NULL"
    assert rows(places.warehouse, f"SELECT {columns} FROM decisions") == [
        ("D-1", queue[0][0][1], queue[0][1][1], "different", "camomille", False),
        ("D-2", queue[1][0][1], queue[1][1][1], "unsure", "camomille", True),
        ("D-3", "absent-1", "absent-2", "same", "camomille", False),
    ]


def test_a_damaged_log_of_decisions_is_told_with_its_line(places: Places) -> None:
    steward = Steward(places)
    steward.say("same", (("clustr", "1"), ("numelink", "2")))
    with (places.state / "decisions.jsonl").open("a") as log:
        log.write('{"decision_id": "D-2", "verdict": "peut-être"}\n')
    with pytest.raises(InputError, match="ligne 2"):
        run_all(places)
