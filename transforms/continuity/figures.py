"""Amounts beside those of the last publication: a thousand times off in another unit, or all gone."""

from collections.abc import Iterator, Mapping, Sequence

import duckdb

from transforms.continuity.gates import Finding, Gate
from transforms.warehouse.runs import RunInput
from transforms.wording import number

_MEDIANS = """
SELECT source, field, coalesce(round(100 * median(amount) FILTER (amount > 0)), 0)::BIGINT AS cents
FROM standard.records UNPIVOT INCLUDE NULLS (amount FOR field IN ({fields}))
GROUP BY source, field
HAVING count(*) FILTER (amount > 0) NOT BETWEEN 1 AND {least} - 1
ORDER BY ALL
"""
# Amounts of companies spread over orders of magnitude, so medians of few say little.
_LEAST = 20
_LABELS = {"turnover_eur": "chiffre d'affaires", "fee_eur": "cotisation"}
# In cents: a fee in thousands of euros is less than one euro.
_COUNT = "median_cents_{field}_{source}"
# Half-way, on the scale of powers of ten, between nothing new and thousands instead of units.
_FAR = 1000**0.5


def medians(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The median amount of each field and source, in cents, by the name under which the run log keeps it.

    It is 0 where there is no amount at all, and missing where there are too few.
    """
    fields = ", ".join(_LABELS)
    rows = con.execute(_MEDIANS.format(fields=fields, least=_LEAST)).fetchall()
    return {_COUNT.format(field=field, source=source): cents for source, field, cents in rows}


def findings(
    inputs: Sequence[RunInput], now: Mapping[str, int], then: Mapping[str, Mapping[str, int]]
) -> Iterator[Finding]:
    """Columns that are empty now, or whose median is more than 30 times (√1000) that of last time, or less.

    Args:
        inputs: the exports of this run.
        now: as `medians` gives them.
        then: the same of the last publication of each source.
    """
    for one in inputs:
        for field, label in _LABELS.items():
            name = _COUNT.format(field=field, source=one.source)
            cents, before = now.get(name), then.get(one.source, {}).get(name)
            # Where there was nothing, or too little on either side, nothing can be said.
            if cents is None or not before or 1 / _FAR < cents / before < _FAR:
                continue
            yield Finding(
                gate=Gate.UNITS,
                source=one.source,
                file=one.file,
                column=label,
                found=f"{label}, {_changed(cents, before)}",
                expected="la même unité qu'à la dernière publication, par exemple k€"
                if cents
                else "des montants, comme à la dernière publication",
            )


def _changed(cents: int, before: int) -> str:
    if not cents:
        return f"plus aucun montant ; médiane de {_euros(before)} à la dernière publication"
    return f"médiane de {_euros(cents)} au lieu de {_euros(before)} ; l'unité semble avoir changé"


def _euros(cents: int) -> str:
    euros, rest = divmod(cents, 100)
    return f"{number(euros)},{rest:02} €" if rest else f"{number(euros)} €"
