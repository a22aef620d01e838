"""The gates of this stage: what they found, and who may lift them."""

from collections.abc import Collection, Iterable
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from transforms.errors import GateError, Where
from transforms.report import Remark


class Gate(StrEnum):
    """A gate that a person may lift, by the name that the command line and the form take."""

    OLDER_EXPORT = "export_ancien"
    FEWER_ROWS = "moins_de_lignes"
    MEMBER_NUMBERS = "numeros_adherents"
    UNITS = "unites"


class Finding(BaseModel):
    """What a gate found in the export of one source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gate: Gate
    source: str
    file: str
    column: str | None = None
    found: str
    expected: str


def lifted(findings: Iterable[Finding], force: Collection[Gate]) -> tuple[Remark, ...]:
    """Remarks on the findings that were lifted on request.

    Raises:
        GateError: at least one finding was not; the message lists all of these.
    """
    findings = list(findings)
    closed = [finding for finding in findings if finding.gate not in force]
    if closed:
        raise _refusal(closed)
    return tuple(
        Remark(level="warning", source=one.source, text=f"Contrôle levé ({one.gate}) : {one.found}.")
        for one in findings
    )


def _refusal(findings: list[Finding]) -> GateError:
    first, flags = findings[0], dict.fromkeys(f"--force {finding.gate}" for finding in findings)
    return GateError(
        "Un export ne ressemble plus à celui de la dernière publication : rien n'est publié.",
        where=Where(file=f"{first.source}/{first.file}", column=first.column),
        found=" ; ".join(f"{finding.source} : {finding.found}" for finding in findings),
        expected=" ; ".join(dict.fromkeys(finding.expected for finding in findings)),
        next_step="vérifier l'export, ou en demander un autre ; s'il est juste, relancer avec "
        + " ".join(flags),
    )
