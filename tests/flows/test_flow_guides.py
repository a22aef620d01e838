"""Every query in a guide can be run as it stands, quickly."""

import re
from pathlib import Path
from time import perf_counter

import pytest
from pipelines import Places, rows

_PROJECT = Path(__file__).parents[2]
# What that page asks lies in a file of its reader; what ATTACH names, where the product is installed.
_OF_OTHER_FILES = "rapprocher-deux-listes"
GUIDES = [
    path
    for path in (_PROJECT / "README.md", *sorted((_PROJECT / "docs").glob("*.md")))
    if path.stem != _OF_OTHER_FILES
]
QUERIES = {
    f"{guide.stem} {number}": sql
    for guide in GUIDES
    for number, sql in enumerate(re.findall(r"```sql\n(.*?)```", guide.read_text("utf-8"), re.DOTALL), 1)
    if "ATTACH" not in sql
}
# The bar for 1,000 companies is 100 ms; a quarter of them on a busy machine.
_MOST_SECONDS = 0.3


@pytest.mark.parametrize("sql", QUERIES.values(), ids=QUERIES)
def test_a_query_of_a_guide_runs_as_it_stands(sql: str, published: Places) -> None:
    started = perf_counter()
    rows(published.warehouse, sql)
    assert perf_counter() - started < _MOST_SECONDS


def test_every_guide_for_analysts_has_queries() -> None:
    assert {name.partition(" ")[0] for name in QUERIES} >= {
        "analystes",
        "historique",
        "sieges-et-cotisations",
    }
