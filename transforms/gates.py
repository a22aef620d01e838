"""The gates before publication: their names, what each found, and what that is held against.

A gate is a limit that a person may lift by its name, for one run, on record. Several stages have some; each
writes what its gates found, also what lies within the limits, into a table of its own.
"""

from collections.abc import Iterable
from contextlib import suppress
from enum import StrEnum
from typing import Literal

import duckdb
from pydantic import BaseModel, ConfigDict

OVERRIDDEN = "overridden_"
"""What the count of a gate that was lifted begins with, in the report of its stage."""


class Gate(StrEnum):
    """A gate that a person may lift, by the name that the command line and the form take."""

    OLDER_EXPORT = "export_ancien"
    FEWER_ROWS = "moins_de_lignes"
    MEMBER_NUMBERS = "numeros_adherents"
    UNITS = "unites"
    COLUMNS = "colonnes"
    STATE = "dossier_etat"
    INVALID_IDS = "identifiants_invalides"
    LARGEST_GROUP = "plus_grand_groupe"
    MATCH_RATE = "taux_de_rapprochement"
    COMPANY_IDS = "identifiants_changes"
    CRITICAL_RULES = "regles_critiques"


Verdict = Literal["passed", "refused", "lifted"]


class GateResult(BaseModel):
    """What one gate found, of one source or of all.

    Args:
        gate: the gate.
        source: the source, if it is about one.
        found: the value, in words (French).
        expected: what it is held against (French).
        verdict: passed (within the limit), refused, or lifted on request.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    gate: Gate
    source: str | None = None
    found: str
    expected: str
    verdict: Verdict = "passed"


_FIELDS = tuple(GateResult.model_fields)
_READ = f"SELECT {', '.join(_FIELDS)} FROM {{stage}}.gates ORDER BY number"


def judged(gate: Gate, *, holds: bool, force: Iterable[Gate]) -> Verdict:
    """The verdict on a gate whose limit `holds` or not, where the gates in `force` are lifted."""
    if holds:
        return "passed"
    return "lifted" if gate in force else "refused"


def counts(results: Iterable[GateResult]) -> dict[str, int]:
    """What a stage's report counts, so that the run log knows which gates were lifted."""
    return {f"{OVERRIDDEN}{one.gate}": 1 for one in results if one.verdict == "lifted"}


def write(con: duckdb.DuckDBPyConnection, stage: str, results: Iterable[GateResult]) -> None:
    """Write the table `<stage>.gates` of the build database."""
    # The command line and the service take the names alone: they need not wait for pandas, nor hold it.
    import pandas as pd

    from transforms.warehouse import tables

    rows = [{"number": number} | one.model_dump(mode="json") for number, one in enumerate(results, start=1)]
    table = tables.build_table(f"{stage}.gates")
    tables.write(con, table, pd.DataFrame(rows, columns=table.column_names))


def read(con: duckdb.DuckDBPyConnection) -> list[GateResult]:
    """What the gates of all stages found so far, in the order in which they stand in a run."""
    found: list[GateResult] = []
    for stage in ("continuity", "clearance"):
        with suppress(duckdb.CatalogException):
            rows = con.execute(_READ.format(stage=stage)).fetchall()
            found += [GateResult(**dict(zip(_FIELDS, row, strict=True))) for row in rows]
    return found
