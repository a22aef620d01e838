"""Amounts beside those of the last publication: a thousand times off, they are in another unit."""

from collections.abc import Iterator, Mapping, Sequence

import duckdb

from transforms.continuity.gates import Finding
from transforms.gates import Gate
from transforms.warehouse.runs import RunInput
from transforms.wording import number

_MEDIANS = """
SELECT source, field, round(100 * median(amount))::BIGINT AS cents
FROM standard.records UNPIVOT (amount FOR field IN ({fields}))
WHERE amount > 0
GROUP BY source, field
HAVING count(*) >= {least}
ORDER BY ALL
"""
# Amounts of companies spread over orders of magnitude, so medians of few say little.
_LEAST = 20
_LABELS = {"turnover_eur": "chiffre d'affaires", "fee_eur": "cotisation"}
_FIELDS = {"turnover_eur": "turnover", "fee_eur": "fee"}
# In cents: a fee in thousands of euros is less than one euro.
_COUNT = "median_cents_{field}_{source}"
# Half-way, on the scale of powers of ten, between nothing new and thousands instead of units.
_FAR = 1000**0.5


def medians(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The median amount of each field and source, in cents, by the name under which the run log keeps it.

    It is missing where there are too few amounts.
    """
    fields = ", ".join(_LABELS)
    rows = con.execute(_MEDIANS.format(fields=fields, least=_LEAST)).fetchall()
    return {_COUNT.format(field=field, source=source): cents for source, field, cents in rows}


def findings(
    inputs: Sequence[RunInput], now: Mapping[str, int], then: Mapping[str, Mapping[str, int]]
) -> Iterator[Finding]:
    """Columns whose median is more than 30 times (√1000) that of last time, or less than a thirtieth.

    Args:
        inputs: the exports of this run.
        now: as `medians` gives them.
        then: the same of the last publication of each source.
    """
    for one in inputs:
        for field, label in _LABELS.items():
            name = _COUNT.format(field=field, source=one.source)
            cents, before = now.get(name), then.get(one.source, {}).get(name)
            # Where there was too little on either side, nothing can be said.
            if not cents or not before or 1 / _FAR < cents / before < _FAR:
                continue
            yield Finding(
                gate=Gate.UNITS,
                source=one.source,
                file=one.file,
                field=_FIELDS[field],
                found=f"{label}, médiane de {_euros(cents)} au lieu de {_euros(before)} ; l'unité semble "
                "avoir changé, ou deux colonnes sont interverties",
                expected="la même unité qu'à la dernière publication, par exemple k€, et chaque donnée sous "
                "son en-tête",
            )


def _euros(cents: int) -> str:
    euros, rest = divmod(cents, 100)
    return f"{number(euros)},{rest:02} €" if rest else f"{number(euros)} €"
