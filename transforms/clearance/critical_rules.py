"""Critical quality rules that fail, as the stage before has judged them."""

from collections.abc import Iterator

import duckdb

from transforms.clearance.finding import Finding
from transforms.gates import Gate
from transforms.refusals import refusal
from transforms.wording import plural

_FAILURES = """
SELECT rule, failed
FROM quality.results
WHERE severity = 'critical' AND NOT success
ORDER BY ALL
"""
_PLACES = """
SELECT DISTINCT file, source_row, member_id
FROM quality.rejections
WHERE rule = ?
ORDER BY ALL
LIMIT 3
"""


def findings(con: duckdb.DuckDBPyConnection, most: int) -> Iterator[Finding]:
    """How many critical rules fail, each with its number of rows and first places, without values.

    `most` is how many may.
    """
    failures = con.execute(_FAILURES).fetchall()
    told = [f"\n    - {_told(rule, failed)}{_examples(con, rule)}" for rule, failed in failures]
    yield Finding(
        gate=Gate.CRITICAL_RULES,
        holds=len(failures) <= most,
        found=plural(len(failures), "règle critique en défaut", "règles critiques en défaut"),
        expected="aucune" if most == 0 else f"{most} au plus",
        detail="".join(told),
        fix=" ; ".join(dict.fromkeys(refusal(rule).fix for rule, _ in failures)),
    )


def _told(rule: str, failed: int) -> str:
    return f"{refusal(rule).problem} ({rule}, {plural(failed, 'cas', 'cas')})"


def _examples(con: duckdb.DuckDBPyConnection, rule: str) -> str:
    places = con.execute(_PLACES, [rule]).fetchall()
    shown = [f"{file} ligne {row} (adhérent {member})" for file, row, member in places]
    return f" : par exemple {', '.join(shown)}" if shown else ""
