"""How many records found another one of their company, beside the last publication of the same sources."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb

from transforms.clearance.finding import Finding
from transforms.gates import Gate
from transforms.warehouse.runs import IN_SERVICE, read_inputs

_MERGED = "SELECT count(*), count(*) - count(DISTINCT company_id) FROM golden.memberships"
# The same two figures in the counts of the run log.
_RECORDS, _COMPANIES = "golden.rows_out", "golden.companies"
# Of small lists a few more or fewer are soon a large share.
_LEAST = 20


def findings(
    con: duckdb.DuckDBPyConnection, runs: Sequence[Mapping[str, Any]], most: float
) -> Iterator[Finding]:
    """The share of records that were merged into another, now and in the last publication.

    Args:
        con: the build database.
        runs: the run log, oldest first.
        most: how far the share may move, as a share of itself: 0.5 lets it fall by half or grow by half.
    """
    ((records, merged),) = con.execute(_MERGED).fetchall()
    now = merged / records if records else 0.0
    expected = f"un taux qui change de {100 * most:.0f} % au plus"
    then = _before(runs, {one.source for one in read_inputs(con)})
    told = f"{_percent(now)} des fiches réunies à une autre"
    yield Finding(
        gate=Gate.MATCH_RATE,
        holds=then is None
        or abs(now - then) * records < _LEAST
        or (1 - most) * then <= now <= (1 + most) * then,
        found=f"{told}, rien à comparer" if then is None else f"{told}, {_percent(then)} auparavant",
        expected=expected,
        fix="comparer avec la dernière publication par une simulation : une colonne vidée, des probabilités "
        "ou des poids changés déplacent ce taux",
    )


def _before(runs: Sequence[Mapping[str, Any]], sources: set[str]) -> float | None:
    """The share of the last publication; None where it had other sources, or did not count."""
    for run in reversed(runs):
        if run["verdict"] not in IN_SERVICE:
            continue
        counts = run["counts"]
        known = {one["source"] for one in run["inputs"]} == sources
        if not known or not counts.get(_RECORDS) or _COMPANIES not in counts:
            return None
        return 1 - float(counts[_COMPANIES] / counts[_RECORDS])
    return None


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".", ",")
