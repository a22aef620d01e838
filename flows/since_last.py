"""What changed since the publication before: records of each source, settings, figures of companies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from transforms.warehouse.run_settings import SettingChange, changed_settings, settings_of
from transforms.wording import number, plural

_BEFORE = """
SELECT run_id, started_at, inputs, counts
FROM runs
WHERE verdict IN ('published', 'restored') AND run_id < $run_id
ORDER BY run_id DESC
LIMIT 1
"""
_NOW = "SELECT counts FROM runs WHERE run_id = $run_id"
_SOURCES = "SELECT source, title, sha256, records FROM sources ORDER BY priority"


@dataclass(frozen=True)
class _Figure:
    """A figure of active companies: its name in the run log, its unit and what it counts."""

    name: str
    unit: str
    noun: str
    scale: float = 1

    def told(self, value: int) -> str:
        """The value with its unit."""
        return f"{number(value / self.scale)}{self.unit}"


_FIGURES = (
    _Figure("golden.active", "", "entreprises actives"),
    _Figure("golden.jobs", "", "emplois"),
    _Figure("golden.turnover_eur", " M€", "de chiffre d'affaires", 1e6),
    _Figure("golden.fee_eur", " €", "de cotisations"),
)
_RECORDS = _Figure("", "", "")


def since_last(con: duckdb.DuckDBPyConnection, run_id: str) -> tuple[datetime, list[str]] | None:
    """When the publication before that of `run_id` was made, and French lines on what changed since.

    `con` is a connection to the published warehouse. None if there was no publication before.
    """
    found = con.execute(_BEFORE, {"run_id": run_id}).fetchall()
    if not found:
        return None
    ((last_id, started_at, inputs, before),) = found
    ((now,),) = con.execute(_NOW, {"run_id": run_id}).fetchall()
    figures = [
        f"{one.told(now[one.name])} {one.noun}, {_change(one, now[one.name], before[one.name])}"
        for one in _FIGURES
        if one.name in before
    ]
    settings = [f"réglage modifié, {change}" for change in _settings(con, last_id, run_id)]
    sources = _sources(con, {one["source"]: one for one in inputs})
    return started_at.replace(tzinfo=UTC), [*sources, *settings, *figures]


def _settings(con: duckdb.DuckDBPyConnection, before: str, now: str) -> tuple[SettingChange, ...]:
    return changed_settings(*(settings_of(con, run_id) for run_id in (before, now)))


def _sources(con: duckdb.DuckDBPyConnection, before: Mapping[str, Mapping[str, Any]]) -> list[str]:
    rows = con.execute(_SOURCES).fetchall()
    gone = [source for source in before if source not in {row[0] for row in rows}]
    return [
        *(
            f"{title} : {plural(records, 'fiche', 'fiches')}, {_about(sha256, records, before.get(source))}"
            for source, title, sha256, records in rows
        ),
        *(f"{source} : plus d'export" for source in gone),
    ]


def _about(sha256: str, records: int, then: Mapping[str, Any] | None) -> str:
    if then is None:
        return "absente de la dernière publication"
    if then["sha256"] == sha256:
        return "export identique à celui de la dernière publication"
    if records == then["records"]:
        return "autant qu'avant, contenu modifié"
    return _change(_RECORDS, records, then["records"])


def _change(figure: _Figure, now: int, before: int) -> str:
    """« 41 de moins (−10 %) »."""
    if now == before:
        return "sans changement"
    return f"{figure.told(abs(now - before))} de {'plus' if now > before else 'moins'}{_share(now, before)}"


def _share(now: int, before: int) -> str:
    if not before:
        return ""
    percent = round(100 * (now - before) / before)
    return f" ({percent:+d} %)".replace("-", "−") if percent else " (moins de 1 %)"
