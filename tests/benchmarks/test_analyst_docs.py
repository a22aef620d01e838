"""The analysts' page tells what is there: tables, queries and their answers; the queries are quick."""

from pathlib import Path

import pytest

from benchmarks import analyst_docs, queries
from transforms.warehouse.named_queries import named_queries

# Of the bar of 100 ms on 1,000 companies, for a tenth of them on a busy machine.
_MOST_MS = 60


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That of the invented exports in the repository."""
    return analyst_docs.warehouse_of_sample(tmp_path_factory.mktemp("docs"))


@pytest.mark.slow
def test_the_page_is_up_to_date(warehouse: Path) -> None:
    page = analyst_docs.PAGE.read_text(encoding="utf-8")
    assert analyst_docs.written(page, warehouse) == page, "make docs writes it anew"


@pytest.mark.slow
def test_every_query_is_quick(warehouse: Path) -> None:
    found = queries.milliseconds(warehouse)
    assert set(found) == set(named_queries())
    assert {name: best for name, (best, _) in found.items() if best > _MOST_MS} == {}
    (header, *lines) = queries.table([warehouse])
    assert header.split() == ["query", "ms", "rows"]
    assert [line.split()[0] for line in lines] == list(named_queries())
