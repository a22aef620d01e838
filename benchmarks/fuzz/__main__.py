"""`python -m benchmarks.fuzz`: judge damaged exports and print what became of them."""

import argparse
import sys
from pathlib import Path

from benchmarks.fuzz.runner import originals, run


def main() -> int:
    """Judge the files asked for; 1 if any was lost, hung or crashed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200, help="how many files")
    parser.add_argument("--first", type=int, default=0, help="number of the first one")
    parser.add_argument("--more", type=Path, nargs="*", default=[], help="folders with further exports")
    asked = parser.parse_args()
    tally = run(range(asked.first, asked.first + asked.files), originals(asked.more))
    for outcome, count in tally.outcomes.most_common():
        print(f"{count:6}  {outcome}")
    print(f"slowest {tally.slowest:.1f} s, peak {tally.peak_mib} MiB")
    print(*tally.faults, sep="\n")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
