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
    STATE = "dossier_etat"


_EXPORT = (
    "Un export ne ressemble plus à celui de la dernière publication : rien n'est publié.",
    "vérifier l'export, ou en demander un autre ; s'il est juste",
)
_STATE = (
    "Le dossier d'état n'est pas celui de l'entrepôt publié : rien n'est publié.",
    "indiquer le bon dossier (--state), ou le remettre depuis sa sauvegarde ; s'il est perdu et qu'il faut "
    "repartir sans lui",
)


class Finding(BaseModel):
    """What a gate found in the export of one source, or in a file that belongs to none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gate: Gate
    source: str | None = None
    file: str
    column: str | None = None
    found: str
    expected: str

    @property
    def where(self) -> Where:
        """The place."""
        return Where(file=f"{self.source}/{self.file}" if self.source else self.file, column=self.column)


def lifted(findings: Iterable[Finding], force: Collection[Gate]) -> tuple[Remark, ...]:
    """Remarks on the findings, if all of them were lifted on request.

    Raises:
        GateError: at least one finding was not; the message tells all of these, and how to lift every gate
            that has found something.
    """
    findings = list(findings)
    closed = [finding for finding in findings if finding.gate not in force]
    if closed:
        raise _refusal(closed, dict.fromkeys(finding.gate for finding in findings))
    return tuple(
        Remark(level="warning", source=one.source, text=f"Contrôle levé ({one.gate}) : {one.found}.")
        for one in findings
    )


def _refusal(closed: list[Finding], gates: Iterable[Gate]) -> GateError:
    what, next_step = _STATE if closed[0].gate is Gate.STATE else _EXPORT
    return GateError(
        what,
        where=closed[0].where,
        found=" ; ".join(
            f"{finding.source} : {finding.found}" if finding.source else finding.found for finding in closed
        ),
        expected=" ; ".join(dict.fromkeys(finding.expected for finding in closed)),
        next_step=f"{next_step}, relancer avec " + " ".join(f"--force {gate}" for gate in gates),
    )
