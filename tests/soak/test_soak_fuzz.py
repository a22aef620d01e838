"""The long form of the fuzz run: thousands of damaged exports, and those of a folder of one's own."""

import os
from pathlib import Path

from benchmarks.fuzz.runner import PEAK_MIB, originals, run

FILES = 2_000
SAMPLE = Path(__file__).parents[2] / "data" / "raw"


def test_thousands_of_damaged_exports_are_read_or_refused():
    more = os.environ.get("ALLIAGE_SOAK_EXPORTS")
    tally = run(range(FILES), originals([SAMPLE, *([Path(more)] if more else [])]))
    assert tally.faults == []
    assert sum(tally.outcomes.values()) == FILES
    assert tally.peak_mib < PEAK_MIB
