"""The gates of this stage: what they found, and who may lift them."""

from collections.abc import Collection, Iterable

from pydantic import BaseModel, ConfigDict

from transforms.continuity.naming import Naming
from transforms.errors import GateError, Where
from transforms.gates import Gate
from transforms.report import Remark

_EXPORT = (
    "Un export ne ressemble plus à celui de la dernière publication : rien n'est publié.",
    "contrôler l'export avec « alliage check », ou en demander un autre ; s'il est juste",
)
_UNREADABLE = ("Une colonne d'un export est illisible : rien n'est publié.", _EXPORT[1])
_STATE = (
    "Le dossier d'état n'est pas celui de l'entrepôt publié : rien n'est publié.",
    "indiquer le bon dossier (--state), ou le remettre depuis sa sauvegarde ; s'il est perdu et qu'il faut "
    "repartir sans lui",
)


class Finding(BaseModel):
    """What a gate found in the export of one source, or in a file that belongs to none.

    Args:
        gate: the gate.
        source: the source, if it is about one.
        file: the file.
        field: the field of the column that it is about.
        line: the line of the file.
        found: what was found.
        expected: what should have been there.
        compared: whether it is the last publication that tells.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    gate: Gate
    source: str | None = None
    file: str
    field: str | None = None
    line: int | None = None
    found: str
    expected: str
    compared: bool = True

    def where(self, naming: Naming) -> Where:
        """The place, the column by the header of its file."""
        if self.source is None:
            return Where(file=self.file)
        column = naming.header(self.source, self.field) if self.field else None
        return Where(file=f"{self.source}/{self.file}", line=self.line, column=column)


def lifted(findings: Iterable[Finding], force: Collection[Gate], naming: Naming) -> tuple[Remark, ...]:
    """Remarks on the findings, if all of them were lifted on request.

    `naming` is what sources and columns are called.

    Raises:
        GateError: at least one finding was not; the message tells all of these, and how to lift every gate
            that has found something.
    """
    findings = list(findings)
    closed = [finding for finding in findings if finding.gate not in force]
    if closed:
        raise _refusal(closed, dict.fromkeys(finding.gate for finding in findings), naming)
    return tuple(
        Remark(level="warning", source=one.source, text=f"Contrôle levé ({one.gate}) : {one.found}.")
        for one in findings
    )


def _refusal(closed: list[Finding], gates: Iterable[Gate], naming: Naming) -> GateError:
    what, next_step = _told(closed)
    return GateError(
        what,
        where=closed[0].where(naming),
        found=" ; ".join(
            f"{naming.title(one.source)} : {one.found}" if one.source else one.found for one in closed
        ),
        expected=" ; ".join(dict.fromkeys(finding.expected for finding in closed)),
        next_step=f"{next_step}, relancer avec " + " ".join(f"--force {gate}" for gate in gates),
    )


def _told(closed: list[Finding]) -> tuple[str, str]:
    """What is wrong, and what to do first."""
    if closed[0].gate is Gate.STATE:
        return _STATE
    return _EXPORT if any(finding.compared for finding in closed) else _UNREADABLE
