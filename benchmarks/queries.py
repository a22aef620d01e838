"""How long the example queries of the docs take on a published warehouse.

    python -m benchmarks.queries WAREHOUSE...

Milliseconds, the best of five, with the threads and memory that `alliage query` has.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from transforms.warehouse.database import connect
from transforms.warehouse.named_queries import named_queries

_REPEAT = 5


def milliseconds(warehouse: Path) -> dict[str, tuple[float, int]]:
    """By name of the query: the best time and the number of rows."""
    found = {}
    with connect(warehouse, read_only=True) as con:
        for query in named_queries().values():
            times = []
            for _ in range(_REPEAT):
                began = perf_counter()
                rows = con.execute(query.sql).fetchall()
                times.append(1000 * (perf_counter() - began))
            found[query.name] = (min(times), len(rows))
    return found


def table(warehouses: Sequence[Path]) -> list[str]:
    """One line a query, two columns a warehouse."""
    found = [milliseconds(warehouse) for warehouse in warehouses]
    lines = [f"{'query':24}" + "".join(f"{'ms':>10}{'rows':>9}" for _ in warehouses)]
    return lines + [
        f"{name:24}" + "".join(f"{one[name][0]:10.1f}{one[name][1]:9}" for one in found)
        for name in named_queries()
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("warehouses", type=Path, nargs="+", metavar="WAREHOUSE")
    print("\n".join(table(parser.parse_args().warehouses)))


if __name__ == "__main__":
    main()
