"""Amounts beside those of the last publication: a column that changed its unit is a thousand times off."""

from collections.abc import Iterator, Mapping, Sequence

import duckdb

from transforms.continuity.gates import Finding, Gate
from transforms.warehouse.runs import RunInput
from transforms.wording import number

_MEDIANS = """
SELECT source, field, round(median(amount))::BIGINT AS median
FROM (UNPIVOT standard.records ON {fields} INTO NAME field VALUE amount)
WHERE amount > 0
GROUP BY source, field
HAVING count(*) >= {least}
ORDER BY ALL
"""
# Amounts of companies spread over orders of magnitude, so medians of few say little.
_LEAST = 20
_LABELS = {"turnover_eur": "chiffre d'affaires", "fee_eur": "cotisation"}
_COUNT = "median_{field}_{source}"
# Half-way, on the scale of powers of ten, between nothing new and thousands instead of units.
_FAR = 1000**0.5


def medians(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The median amount of each field and source, in euros, by the name under which the run log keeps it."""
    fields = ", ".join(_LABELS)
    rows = con.execute(_MEDIANS.format(fields=fields, least=_LEAST)).fetchall()
    return {_COUNT.format(field=field, source=source): median for source, field, median in rows}


def findings(
    inputs: Sequence[RunInput], now: Mapping[str, int], then: Mapping[str, int]
) -> Iterator[Finding]:
    """Columns of amounts whose median is more than 30 times (√1000) that of the last publication, or less.

    `now` and `then` are as `medians` gives them; where one of them is missing nothing is said.
    """
    for one in inputs:
        for field, label in _LABELS.items():
            name = _COUNT.format(field=field, source=one.source)
            if not (now.get(name) and then.get(name)):
                continue
            if not 1 / _FAR < now[name] / then[name] < _FAR:
                yield Finding(
                    gate=Gate.UNITS,
                    source=one.source,
                    file=one.file,
                    column=label,
                    found=f"{label}, médiane de {number(now[name])} € au lieu de "
                    f"{number(then[name])} € ; l'unité semble avoir changé",
                    expected="la même unité qu'à la dernière publication, par exemple k€",
                )
