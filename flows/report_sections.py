"""The sections of a report that tell what the stages did and left in the build database (Markdown)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from flows.markdown import MOST_ROWS, blocks, bullets, inert, table, title
from flows.outcome import Outcome
from transforms import gates
from transforms.refusals import refusal
from transforms.warehouse.database import connect
from transforms.wording import number, plural

STAGES = {
    "intake": "Lecture des exports",
    "standardise": "Standardisation",
    "continuity": "Comparaison avec la dernière publication",
    "match": "Rapprochement des fiches",
    "golden": "Choix des valeurs",
    "validate": "Contrôle de la qualité",
    "clearance": "Contrôles avant publication",
    "publish": "Publication",
    "report": "Rapport illustré",
}
_VERDICTS = {"passed": "dans la limite", "refused": "REFUSÉ", "lifted": "levé sur demande"}
_SEVERITIES = {"critical": "fiche refusée", "warning": "cellule refusée"}

_REFUSED = """
SELECT source, rule, severity, count(*) AS cells
FROM {schema}.rejections
WHERE severity <> 'info'
GROUP BY source, rule, severity
ORDER BY source, cells DESC, rule
"""
# Behind the colon stands what is said of the very pair.
_QUEUE = """
SELECT regexp_extract(cause, '^[^:]*') AS why, count(*) AS pairs
FROM matching.review
GROUP BY why
ORDER BY pairs DESC, why
"""
_RULES = """
SELECT description, rule, severity, failed, checked
FROM quality.results
WHERE NOT success
ORDER BY severity, rule
"""


_REHEARSED = STAGES | {"publish": "Publication dans une copie"}


def stage_sections(outcome: Outcome, build: Path, *, is_rehearsal: bool = False) -> Iterator[str | None]:
    """What the stages told and left in the build database: gates, refusals, queue, quality, remarks.

    A rehearsal has published a copy.
    """
    with _opened(build) as con:
        yield _gates(con)
        yield _stages(outcome, _REHEARSED if is_rehearsal else STAGES)
        yield _refusals(con)
        yield _queue(con)
        yield _quality(con)
    yield _remarks(outcome)


def _gates(con: duckdb.DuckDBPyConnection | None) -> str | None:
    """Every gate that was reached: what it found, its limit, its verdict."""
    found = gates.read(con) if con else []
    if not found:
        return None
    told = [(one.gate, one.source, one.found, one.expected, _VERDICTS[one.verdict]) for one in found]
    return blocks(
        title("Contrôles avant publication"),
        table(("Contrôle", "Source", "Trouvé", "Limite", "Verdict"), told),
    ).rstrip()


def seconds_text(seconds: float) -> str:
    """`12,3 s`."""
    return f"{seconds:.1f} s".replace(".", ",")


def _stages(outcome: Outcome, names: Mapping[str, str]) -> str | None:
    rows = [
        (
            names.get(one.report.stage, one.report.stage),
            number(one.report.rows_in),
            number(one.report.rows_out),
            number(one.report.rejected),
            number(one.report.ignored),
            seconds_text(one.seconds),
        )
        for one in outcome.stages
    ]
    heads = ("Étape", "Lignes reçues", "Retenues", "Refusées", "Ignorées", "Durée")
    return f"{title('Étapes')}\n\n{table(heads, rows)}" if rows else None


def _refusals(con: duckdb.DuckDBPyConnection | None) -> str | None:
    rows = [
        (source, refusal(rule).problem, rule, _SEVERITIES[severity], number(count))
        for schema in ("raw", "standard", "quality")
        for source, rule, severity, count in _rows(con, _REFUSED.format(schema=schema))
    ]
    if not _rows(con, "SELECT count(*) FROM raw.rejections"):
        return None
    heads = ("Source", "Motif", "Règle", "Ce qui est refusé", "Nombre")
    told = table(heads, rows) if rows else "Rien n'est refusé."
    return f"{title('Refus par règle')}\n\n{told}"


def _queue(con: duckdb.DuckDBPyConnection | None) -> str | None:
    rows = [(cause.strip(), number(count)) for cause, count in _rows(con, _QUEUE)]
    if not rows:
        return None
    return f"{title('Paires à juger')}\n\n{table(('Cause', 'Paires'), rows)}"


def _quality(con: duckdb.DuckDBPyConnection | None) -> str | None:
    judged = _rows(con, "SELECT count(*), count(*) FILTER (success) FROM quality.results")
    if not judged:
        return None
    rules, held = judged[0]
    rows = [
        (
            description,
            rule,
            "critique" if severity == "critical" else "à surveiller",
            number(failed),
            number(n),
        )
        for description, rule, severity, failed, n in _rows(con, _RULES)
    ]
    heads = ("Règle", "Nom", "Gravité", "Lignes en défaut", "Lignes contrôlées")
    return blocks(
        title("Qualité"), f"{held} règles tenues sur {rules}.", table(heads, rows) if rows else None
    ).rstrip()


def _remarks(outcome: Outcome) -> str | None:
    remarks = [*outcome.remarks, *(one for timed in outcome.stages for one in timed.report.remarks)]
    told = [
        inert(f"{one.source} : {one.text}" if one.source else one.text)
        for one in remarks
        if one.level == "warning"
    ]
    if not told:
        return None
    more = [f"… et {plural(len(told) - MOST_ROWS, 'autre', 'autres')}"] * (len(told) > MOST_ROWS)
    return f"{title('À savoir')}\n\n{bullets([*told[:MOST_ROWS], *more])}"


@contextmanager
def _opened(build: Path) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """The build database, None where there is none or it cannot be read."""
    if not build.exists():
        yield None
        return
    with connect(build, read_only=True) as con:
        yield con


def _rows(con: duckdb.DuckDBPyConnection | None, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query; none where the run did not come as far as its tables."""
    if con is not None:
        with suppress(duckdb.CatalogException):
            return con.execute(query).fetchall()
    return []
