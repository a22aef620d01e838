"""Laws of matching as a whole: what must change nothing, and what must never happen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matching_records import members
from rapidfuzz import process

from transforms.matching.link import Linked, link
from transforms.matching.members import members_spec
from transforms.matching.spec import MatchingSpec
from transforms.warehouse import database

SPEC = members_spec()
NAMES = [
    "MERIDON",
    "MERIDONN",
    "MERIDON HOLDING",
    "TAVIOL CONSEIL",
    "TAVIOL",
    "CHARPENTE MENUISERIE VERDOL",
    "CMV",
]
COMPANIES = st.fixed_dictionaries(
    {
        "name_core": st.sampled_from(NAMES),
        "trade_name_core": st.sampled_from([None, None, "MERIDON", "AZUR"]),
        "source": st.sampled_from(["north", "south"]),
        "siren": st.sampled_from([None, None, None, "732829320", "443061841"]),
        "phone": st.sampled_from([None, "+33465710001", "+33465710002"]),
        "web_domain": st.sampled_from([None, "meridon.example", "taviol.example"]),
        "city_key": st.sampled_from([None, "BRELLE", "CORVAN"]),
        "street_name": st.sampled_from([None, "LILAS", "AULNES"]),
        "street_number": st.sampled_from([None, "1", "2"]),
    }
)
LISTS = st.lists(COMPANIES, min_size=2, max_size=9)
few = settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])


def standardised(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return members(*(row | {"member_id": f"M{at:03}"} for at, row in enumerate(rows)))


def groups_by_id(frame: pd.DataFrame, linked: Linked) -> dict[str, frozenset[str]]:
    """Of each record all that are one with it."""
    ids = frame["member_id"].to_numpy()
    together = pd.Series(ids).groupby(linked.groups.to_numpy()).agg(frozenset)
    return {name: together[group] for name, group in zip(ids, linked.groups, strict=True)}


def probabilities(frame: pd.DataFrame, linked: Linked) -> dict[frozenset[str], float]:
    ids = frame["member_id"].to_numpy()
    return {
        frozenset((ids[left], ids[right])): round(float(found), 12)
        for left, right, found in zip(linked.pairs.left, linked.pairs.right, linked.probability, strict=True)
    }


@few
@given(LISTS, st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing(rows: list[dict[str, Any]], random: Any) -> None:
    frame = standardised(rows)
    order = list(range(len(frame)))
    random.shuffle(order)
    shuffled = frame.iloc[order].reset_index(drop=True)
    one, other = link(frame, SPEC, frame["source"]), link(shuffled, SPEC, shuffled["source"])
    assert probabilities(frame, one) == probabilities(shuffled, other)
    # Between pairs of the same log-odds the order of records decides, and stages read records in order of id.
    if len(set(one.bits.tolist())) == len(one.bits):
        assert groups_by_id(frame, one) == groups_by_id(shuffled, other)


def surnames(count: int) -> pd.DataFrame:
    """Invented surnames and towns without an id, two in three twice with a typo or two."""
    draw = np.random.default_rng(7)
    letters = list("AEIOULMNRSTV")
    rows = [
        {
            "name_core": " ".join("".join(draw.choice(letters, 5)) for _ in range(2)),
            "city_key": "".join(draw.choice(letters[:4], 2)),
            "phone": str(draw.integers(count // 2)),
        }
        for _ in range(count)
    ]
    twice = [row | {"name_core": row["name_core"][:-1] + "X"} for row in rows[: 2 * count // 3]]
    return pd.DataFrame([*rows, *twice]).assign(web_domain=None)


@pytest.mark.parametrize("sources", [1, 2])
def test_the_order_of_records_does_not_change_what_is_learned(sources: int) -> None:
    """Random pairs are drawn among what records say, not among their places."""
    frame = surnames(300)
    source = pd.Series([f"S{at % sources}" for at in range(len(frame))])
    spec = LEARNED.model_copy(update={"no_duplicates": "find_out"})
    order = np.random.default_rng(3).permutation(len(frame))
    one, other = link(frame, spec, source), link(frame.iloc[order], spec, source.iloc[order])
    for bits, again in zip(one.weights.signals, other.weights.signals, strict=True):
        assert again.tolist() == pytest.approx(bits.tolist(), rel=1e-9)
    assert other.weights.prior == pytest.approx(one.weights.prior, rel=1e-9)
    assert len(other.pairs) == len(one.pairs)
    assert one.groups.nunique() < len(frame)


@few
@given(LISTS)
def test_other_ids_change_nothing(rows: list[dict[str, Any]]) -> None:
    frame = standardised(rows)
    renamed = frame.assign(member_id="X" + frame["member_id"], source=frame["source"].str.upper())
    one, other = link(frame, SPEC, frame["source"]), link(renamed, SPEC, renamed["source"])
    assert one.groups.tolist() == other.groups.tolist()
    assert one.bits.tolist() == other.bits.tolist()


@few
@given(LISTS, st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=4), st.data())
def test_different_is_never_violated_and_two_siren_never_meet(
    rows: list[dict[str, Any]], same: list[tuple[int, int]], data: st.DataObject
) -> None:
    frame = standardised(rows)
    records = range(len(frame))
    pair = st.tuples(st.sampled_from(records), st.sampled_from(records)).filter(
        lambda ends: ends[0] != ends[1]
    )
    different = data.draw(st.lists(pair, min_size=1, max_size=4))
    joined = [(one, other) for one, other in same if max(one, other) < len(frame) and one != other]
    groups = link(frame, SPEC, frame["source"], joined, different).groups
    assert all(groups[one] != groups[other] for one, other in different)
    assert frame["siren"].groupby(groups).nunique().max() <= 1


@few
@given(LISTS)
def test_every_probability_lies_strictly_between_0_and_1(rows: list[dict[str, Any]]) -> None:
    frame = standardised(rows)
    found = link(frame, SPEC, frame["source"]).probability
    assert ((found > 0) & (found < 1)).all()


LEARNED = MatchingSpec.model_validate(
    {
        "blocking": {
            "rules": [{"name": "all", "keys": ["city_key"]}],
            "alike_texts": {"column": "name_core", "at_least": 0.4},
        },
        "comparisons": [
            {"signal": "name", "kind": "words", "columns": ["name_core"]},
            {"signal": "phone", "kind": "text", "columns": ["phone"], "shared_from": {"shared": 3}},
            {"signal": "domain", "kind": "domain", "columns": ["web_domain"], "alike": {"alike": 0.8}},
            {"signal": "town", "kind": "text", "columns": ["city_key"]},
        ],
    }
)


@settings(few, max_examples=8)
@given(LISTS)
def test_a_learned_probability_too(rows: list[dict[str, Any]]) -> None:
    frame = standardised(rows)
    found = link(frame, LEARNED, frame["source"]).probability
    assert ((found > 0) & (found < 1)).all()


@pytest.mark.parametrize("spec", [SPEC, LEARNED], ids=["shipped weights", "learned weights"])
def test_probabilities_do_not_pile_up_at_either_end(spec: MatchingSpec) -> None:
    """Pairs that differ in evidence differ in probability, and none is beyond all doubt."""
    rows = [
        {
            "name_core": f"{NAMES[at % 7]} {'ABCDEFGHIJKLM'[at % 13] * 4}",
            "phone": [None, "+33465710001", f"+3346571{at:04}"][at % 3],
            "city_key": [None, "BRELLE", "CORVAN", "ZARNIVEL"][at % 4],
            "web_domain": [None, f"site{at % 11}.example"][at % 2],
        }
        for at in range(120)
    ]
    frame = standardised(rows)
    linked = link(frame, spec, frame["source"])
    bits, first = np.unique(linked.bits.round(9), return_index=True)
    found = linked.probability[first]
    assert len(bits) > 10
    assert (np.diff(found) > 0).all()
    assert ((found > 1e-15) & (found < 1 - 1e-15)).all()


STRANGER = {
    "name_core": "QUORVEX BOBINAGE",
    "source": "south",
    "siren": "552100554",
    "phone": "+33465719999",
    "web_domain": "quorvex.example",
    "city_key": "ZARNIVEL",
    "street_name": "PEUPLIERS",
    "street_number": "99",
}


@few
@given(LISTS)
def test_a_record_that_shares_nothing_changes_no_other_group(rows: list[dict[str, Any]]) -> None:
    """The weights are fitted and stay; the stranger is the last in order of id."""
    frame = standardised(rows)
    more = members(*(row | {"member_id": f"M{at:03}"} for at, row in enumerate([*rows, STRANGER])))
    before = groups_by_id(frame, link(frame, SPEC, frame["source"]))
    after = groups_by_id(more, link(more, SPEC, more["source"]))
    stranger = f"M{len(rows):03}"
    assert after.pop(stranger) == {stranger}
    assert after == before


@contextmanager
def threads(count: int) -> Iterator[None]:
    """So many threads for DuckDB and for RapidFuzz, whatever the machine has."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(database._SETTINGS, "threads", str(count))
        for name in ("cdist", "cpdist"):
            patch.setattr(process, name, _with(getattr(process, name), count))
        yield


def _with(function: Callable[..., Any], workers: int) -> Callable[..., Any]:
    return lambda *given, **options: function(*given, **{**options, "workers": workers})


@pytest.mark.parametrize("spec", [SPEC, LEARNED], ids=["shipped weights", "learned weights"])
def test_the_number_of_threads_changes_nothing(spec: MatchingSpec) -> None:
    draw = np.random.default_rng(5)
    rows = [
        {
            "name_core": f"{NAMES[at % len(NAMES)]} {'ABCDEFGHIJKLM'[at % 13] * 4}",
            "phone": f"+3346571{int(draw.integers(90)):04}",
            "web_domain": f"site{int(draw.integers(90))}.example",
            "city_key": "ABCDEFGHIJKLMNOPQRST"[int(draw.integers(20))],
        }
        for at in range(150)
    ]
    moved = [row | {"city_key": "Z"} if at % 3 == 0 else row for at, row in enumerate(rows)]
    sides = (("north", rows), ("south", moved))
    frame = standardised([row | {"source": source} for source, listed in sides for row in listed])
    found = []
    for count in (1, 2, 4):
        with threads(count):
            found.append(link(frame, spec, frame["source"]))
    assert found[0].groups.nunique() < len(frame)
    for other in found[1:]:
        assert other.groups.tolist() == found[0].groups.tolist()
        assert other.bits.tolist() == found[0].bits.tolist()
        assert other.blocking.equals(found[0].blocking)
