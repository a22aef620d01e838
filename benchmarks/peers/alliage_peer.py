"""Ours: `alliage match` with the spec of the set, or with `--auto`, on one table a source.

It reads the same standardised values as all others; that it reads and standardises them once more is part of
its time. Specs lie in `benchmarks/specs/<set>.yml`, under the name of the set's YAML.
"""

import os
import sys
from pathlib import Path

from benchmarks.peers.adapter import task

_SPECS = Path(__file__).parents[1] / "specs"


def main() -> None:
    """Become `alliage match`."""
    work = task(__doc__, ["spec", "auto"])
    inputs = sorted((work.table.parent / "sources").glob("*.parquet"))
    how = "--auto" if work.setup == "auto" else str(_SPECS / f"{work.spec['name']}.yml")
    command = [str(Path(sys.executable).parent / "alliage"), "match", how]
    command += ["--out", str(work.clusters), "--pairs", str(work.pairs), *map(str, inputs)]
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main()
