"""Damaged exports are read or refused, in time, and nothing of them is lost in silence."""

from random import Random

import pytest

from benchmarks.fuzz.mutations import MUTATIONS, damaged
from benchmarks.fuzz.runner import PEAK_MIB, originals, run


@pytest.mark.slow
def test_damaged_exports_are_read_or_refused():
    tally = run(range(60), originals())
    assert tally.faults == []
    assert sum(tally.outcomes.values()) == 60
    assert tally.outcomes["read"] >= 20
    assert tally.peak_mib < PEAK_MIB


def test_a_file_that_takes_too_long_is_a_fault_and_not_the_end():
    tally = run(range(2), originals(), seconds=0.001)
    assert tally.outcomes == {"hang": 2}
    assert len(tally.faults) == 2


def test_the_same_number_damages_in_the_same_way():
    data = b"N\xb0;Nom\r\n1;Atelier\r\n" * 9
    assert damaged(data, Random(7)) == damaged(data, Random(7)) != data


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__.strip("_"))
def test_each_mutation_changes_a_file_and_bears_a_tiny_one(mutation):
    changed = set()
    for seed in range(20):
        data = bytearray(b"abcdefghij\nklmnop\nqrstu\n" * 9)
        mutation(data, Random(seed))
        changed.add(bytes(data))
        mutation(bytearray(b"x"), Random(seed))
    assert len(changed) > 5
