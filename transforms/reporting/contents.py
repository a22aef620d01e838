"""The report of one published file: its sections in their order, and what stands for one that cannot be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from transforms.moments import in_paris
from transforms.reporting import reading
from transforms.reporting.document import Report, Section
from transforms.reporting.sections import (
    changes,
    jobs_and_fees,
    matching,
    members,
    objectives,
    overlap,
    quality,
    seats,
    verdict,
)
from transforms.warehouse.reading import opened, tables

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
# The run that published the file: the newest it knows. A version that was put back has no row of its own.
_RUN = """
SELECT run_id, ended_at, code_version
FROM runs
WHERE verdict = 'published'
ORDER BY run_id DESC
LIMIT 1
"""


@dataclass(frozen=True)
class Part:
    """One section: its function, the tables that it needs, and its title where it cannot be made."""

    title: str
    needs: frozenset[str]
    section: Callable[[duckdb.DuckDBPyConnection], Section]


PARTS: Mapping[str, Part] = {
    "verdict": Part("Verdict", verdict.TABLES, verdict.section),
    "objectifs": Part("Les chiffres face aux objectifs", objectives.TABLES, objectives.section),
    "territoires": Part("Où sont les membres", members.TABLES, members.section),
    "recouvrement": Part("Le recouvrement des exports", overlap.TABLES, overlap.section),
    "emplois-cotisations": Part(
        "Emplois et cotisations par territoire", jobs_and_fees.TABLES, jobs_and_fees.section
    ),
    "sieges": Part("Les sièges du conseil", seats.TABLES, seats.section),
    "rapprochement": Part("La sûreté du rapprochement", matching.TABLES, matching.section),
    "qualite": Part("La qualité des exports", quality.TABLES, quality.section),
    "changements": Part("Ce qui a changé", changes.TABLES, changes.section),
}


def report_of(warehouse: Path) -> Report:
    """The report of the published file `warehouse`, read-only.

    Raises:
        InputError: there is no such file, or it is no warehouse of ours.
        MachineError: it cannot be read.
    """
    with opened(warehouse) as con:
        there = tables(con)
        run = reading.one(con, _RUN)
        return Report(
            title="Rapport de fusion",
            subtitle=f"Publication du {_moment(in_paris(run['ended_at']))}",
            origin=f"Exécution {run['run_id']}, Alliage {run['code_version']}. Heures de Paris. Ce "
            "rapport ne lit que l'entrepôt publié ; data_dictionary y décrit chaque table et chaque colonne.",
            sections=tuple(
                part.section(con) if part.needs <= there else _missing(slug, part)
                for slug, part in PARTS.items()
            ),
        )


def _missing(slug: str, part: Part) -> Section:
    """A version that was kept from before a table existed is reported without it."""
    return Section(
        slug=slug,
        title=part.title,
        lead="Cette version de l'entrepôt est d'avant les tables qu'il faudrait ici.",
    )


def _moment(moment: datetime) -> str:
    day = "1er" if moment.day == 1 else str(moment.day)
    return f"{day} {_MONTHS[moment.month - 1]} {moment.year} à {moment:%H}\u00a0h\u00a0{moment:%M}"
