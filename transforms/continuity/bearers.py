"""Member numbers of other companies, and new numbers of known ones, told with what explains them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb
import pandas as pd

from transforms.continuity.gates import Finding
from transforms.gates import Gate
from transforms.warehouse.runs import RunInput
from transforms.wording import number

# A number on two lines: the fuller one is kept, which may be the wrong one.
_TWICE = """
WITH twice AS (
    SELECT DISTINCT source, member_id FROM raw.rejections WHERE rule = 'member_id_duplicate'
),
lines AS (
    SELECT source, member_id, source_row, true AS kept FROM raw.records
    UNION ALL
    SELECT source, member_id, source_row, false FROM raw.rejections WHERE rule = 'member_id_duplicate'
)
SELECT source, member_id, list(source_row ORDER BY source_row), min(source_row) FILTER (kept)
FROM lines
SEMI JOIN twice USING (source, member_id)
GROUP BY source, member_id
HAVING count(*) FILTER (kept) > 0
ORDER BY source, member_id
"""
_EXAMPLES = 5
_EXPECTED = "à chaque adhérent le numéro qu'il avait à la dernière publication"

_Number = tuple[str, str]


@dataclass(frozen=True)
class Twice:
    """The lines that bear one number, and the one that was kept."""

    lines: tuple[int, ...]
    kept: int


def twice(con: duckdb.DuckDBPyConnection) -> dict[_Number, Twice]:
    """The numbers that several lines of an export bear, by source and number."""
    rows = con.execute(_TWICE).fetchall()
    return {(source, member_id): Twice(tuple(lines), kept) for source, member_id, lines, kept in rows}


def taken(
    one: RunInput,
    numbers: "pd.Series[str]",
    doubles: Mapping[_Number, Twice],
    companies: Mapping[_Number, str],
) -> Iterator[Finding]:
    """Findings on `numbers` of an export that stand for another company than at the last publication.

    Args:
        one: the export.
        numbers: these numbers.
        doubles: as `twice` gives them; a number on two lines is told by itself, for that is its cause.
        companies: the company that bore each number, by source and number.
    """
    single = numbers[[(one.source, member_id) not in doubles for member_id in numbers]]
    for member_id in numbers.drop(single.index):
        double = doubles[one.source, member_id]
        lines = f"{', '.join(map(str, double.lines[:-1]))} et {double.lines[-1]}"
        yield _finding(
            one,
            f"« {member_id} » figure sur {len(double.lines)} lignes ({lines}) ; il désignait l'entreprise "
            f"{companies[one.source, member_id]}, et la ligne retenue ({double.kept}) en est une autre",
            "un numéro propre à chaque adhérent",
            double.kept,
        )
    if len(single):
        said = "numéro désigne" if len(single) == 1 else "numéros désignent"
        told = f"{number(len(single))} {said} une autre entreprise qu'à la dernière publication"
        yield _finding(one, f"{told} {examples(single)}", _EXPECTED)


def renumbered(one: RunInput, numbers: "pd.Series[str]") -> Finding:
    """The finding on the new `numbers` of companies that had another one."""
    return _finding(
        one,
        f"{number(len(numbers))} entreprises déjà connues ont un nouveau numéro {examples(numbers)}",
        _EXPECTED,
    )


def _finding(one: RunInput, found: str, expected: str, line: int | None = None) -> Finding:
    return Finding(
        gate=Gate.MEMBER_NUMBERS,
        source=one.source,
        file=one.file,
        field="member_id",
        line=line,
        found=found,
        expected=expected,
    )


def examples(numbers: "pd.Series[str]") -> str:
    """The first of some numbers, in brackets."""
    return f"({', '.join(numbers.head(_EXAMPLES))}{'…' if len(numbers) > _EXAMPLES else ''})"
