"""Columns that have gone: filled at the last publication, now absent, empty or refused nearly everywhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from transforms import reference
from transforms.continuity.gates import Finding
from transforms.continuity.naming import Naming
from transforms.gates import Gate
from transforms.warehouse.runs import RunInput
from transforms.warehouse.tables import literal
from transforms.wording import number, plural

_REFUSED = """
WITH refused AS (
    SELECT source, field, source_row, severity FROM raw.rejections
    UNION ALL
    SELECT source, field, source_row, severity FROM standard.rejections
)
SELECT source, field, count(DISTINCT source_row) FROM refused WHERE severity = 'warning' GROUP BY ALL
"""
_SHORT = 4
# A filter with OR takes ten times as long.
_FILLED = f"""
sum(
    CASE WHEN strlen({{field}}) > {_SHORT} THEN 1 WHEN upper({{field}}) NOT IN ({{nothing}}) THEN 1 ELSE 0 END
)
"""
_COUNT = "usable_{field}_{source}"
# What there was and what is left of a column that has gone, as shares of the records.
_LEAST_SHARE, _LEFT = 0.05, 0.1
# A column that hardly anybody fills may be emptied for good reasons.
_LEAST = 5
# Without an earlier publication, so many filled cells tell that a column is refused and not just poor.
_ENOUGH = 20


@dataclass(frozen=True)
class Cells:
    """The cells of one field of one source: those that hold a value, and those of them that were refused."""

    filled: int
    refused: int

    @property
    def usable(self) -> int:
        """Cells whose value was taken."""
        return max(0, self.filled - self.refused)


Counted = Mapping[tuple[str, str], Cells]


def counted(con: duckdb.DuckDBPyConnection) -> Counted:
    """The cells of each source and field of `raw.records`; one that says « NC » or « - » holds no value."""
    fields = list(reference.load("fields"))
    # A tool that writes « no value » into a whole column has a short sign for it; the rest would take long.
    texts = [text for text in ("-", "?", *reference.load("placeholders")["texts"]) if len(text) <= _SHORT]
    filled = ", ".join(
        _FILLED.format(field=field, nothing=", ".join(map(literal, texts))) for field in fields
    )
    rows = con.execute(f"SELECT source, {filled} FROM raw.records GROUP BY source ORDER BY source").fetchall()
    refused = {(source, field): count for source, field, count in con.execute(_REFUSED).fetchall()}
    return {
        (source, field): Cells(int(count), refused.get((source, field), 0))
        for source, *row in rows
        for field, count in zip(fields, row, strict=True)
    }


def counts(cells: Counted) -> dict[str, int]:
    """How many values of each field and source were taken, by the name under which the run log keeps it."""
    return {
        _COUNT.format(field=field, source=source): found.usable
        for (source, field), found in cells.items()
        if found.filled
    }


def findings(
    inputs: Sequence[RunInput],
    cells: Counted,
    last: Mapping[str, RunInput],
    then: Mapping[str, Mapping[str, int]],
    naming: Naming,
) -> Iterator[Finding]:
    """Columns with at most a tenth of the values that they had, or refused from the start.

    Args:
        inputs: the exports of this run.
        cells: as `counted` gives them.
        last: the last export of each source that was in service.
        then: what `counts` gave for the publication of each of these.
        naming: what sources and columns are called.
    """
    for one in inputs:
        before = last.get(one.source)
        for field in reference.load("fields"):
            found = cells.get((one.source, field), Cells(0, 0))
            known = then.get(one.source, {})
            values = known.get(_COUNT.format(field=field, source=one.source), 0)
            if before is not None and _has_gone(values, before.records, found.usable, one.records):
                yield _finding(one, field, found, naming, values)
            elif not known and _is_refused(found):
                yield _finding(one, field, found, naming, None)


def _has_gone(values: int, records: int, usable: int, records_now: int) -> bool:
    if values < max(_LEAST, _LEAST_SHARE * records):
        return False
    return usable / max(records_now, 1) <= _LEFT * values / records


def _is_refused(cells: Cells) -> bool:
    return cells.filled >= _ENOUGH and cells.usable <= _LEFT * cells.filled


def _finding(one: RunInput, field: str, cells: Cells, naming: Naming, values: int | None) -> Finding:
    header = naming.header(one.source, field)
    state = f"la colonne « {header} » est {_state(one.source, field, cells, naming)}"
    if values is not None:
        state += f", au lieu de {plural(values, 'valeur', 'valeurs')} à la dernière publication"
    return Finding(
        gate=Gate.COLUMNS,
        source=one.source,
        file=one.file,
        field=field,
        found=state,
        expected=f"une colonne « {header} » remplie et lisible",
        compared=values is not None,
    )


def _state(source: str, field: str, cells: Cells, naming: Naming) -> str:
    if (source, field) in naming.missing:
        likely = naming.missing[source, field]
        return "absente" + (f" (c'est peut-être la colonne inconnue « {likely} »)" if likely else "")
    if cells.refused:
        return f"refusée presque partout ({number(cells.refused)} cellules sur {number(cells.filled)})"
    return f"presque vide ({plural(cells.usable, 'valeur', 'valeurs')})"
