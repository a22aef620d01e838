"""The log of refits: `match_weights.jsonl` in the state folder, one JSON object a line, only ever added to.

The last line stands: a refit with its weights, or an undo with the refit that it returns to, none being
the shipped weights. The file is replaced as a whole by its longer version, so that no line is ever cut
short. What cannot be read stops the run: all probabilities depend on it, and guessing would change them in
silence.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from transforms.errors import InputError, Where
from transforms.warehouse import files

FILE = "match_weights.jsonl"

Bits = Annotated[float, Field(allow_inf_nan=False)]


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NamedWeights(_Strict):
    """Weights in bits by signal and level, `missing` left out."""

    prior: Bits
    signals: dict[str, dict[str, Bits]]


class Refit(_Strict):
    """One refit.

    Args:
        refit_id: R-0001 and so on, undos counted.
        made_at: when, UTC.
        code_version: the version of the program.
        spec_sha256: fingerprint of the shipped comparisons and weights that it started from.
        run_id: the publication whose comparisons it took.
        decisions_sha256: fingerprint of the judged pairs, their verdicts and levels, in whatever order.
        same: judged pairs of the queue that are one company.
        different: those that are two.
        outside: judged pairs outside the queue.
        unjudged: pairs outside the queue that nobody has judged.
        log_loss_before: of the shipped weights on the judged pairs of the queue, nats a pair.
        log_loss_after: of refitted weights on them, each pair being left out of the fit that judges it.
        before: the weights that stood until then.
        after: the weights that stand from then on.
    """

    kind: Literal["refit"] = "refit"
    refit_id: str
    made_at: Annotated[datetime, AfterValidator(_utc)]
    code_version: str
    spec_sha256: str
    run_id: str
    decisions_sha256: str
    same: int
    different: int
    outside: int
    unjudged: int
    log_loss_before: Bits
    log_loss_after: Bits
    before: NamedWeights
    after: NamedWeights

    @property
    def decisions(self) -> int:
        """How many judged pairs it rests on."""
        return self.same + self.different + self.outside


class Undo(_Strict):
    """A refit taken back; `restores` is the one that stands again, None being the shipped weights."""

    kind: Literal["undo"] = "undo"
    refit_id: str
    made_at: Annotated[datetime, AfterValidator(_utc)]
    undoes: str
    restores: str | None


Line = Refit | Undo
_LINE: TypeAdapter[Line] = TypeAdapter(Annotated[Line, Field(discriminator="kind")])


def read_weight_log(state: Path) -> tuple[Line, ...]:
    """The lines of the log, oldest first; no file is no line.

    Raises:
        InputError: a line cannot be read, or names a refit that is not before it.
        MachineError: the file cannot be read.
    """
    return _parsed(_content(state))


def append(state: Path, line: Line) -> None:
    """Add a line, down to the disk; the caller holds the lock of the state.

    Raises:
        InputError, MachineError: as `read_weight_log`, or the disk refuses; the log is as it was.
    """
    content = _content(state)
    _parsed(content)
    whole = content if content.endswith(b"\n") or not content else content + b"\n"
    with files.machine_errors(state / FILE):
        state.mkdir(parents=True, exist_ok=True)
        files.write_text(state / FILE, whole.decode() + line.model_dump_json() + "\n")


def standing_refit(lines: Sequence[Line]) -> Refit | None:
    """The refit that stands; None where the shipped weights do."""
    if not lines:
        return None
    last = lines[-1]
    if isinstance(last, Refit):
        return last
    return next((one for one in lines if isinstance(one, Refit) and one.refit_id == last.restores), None)


def refit_before(lines: Sequence[Line], refit: Refit) -> Refit | None:
    """The refit that stood when `refit` was made; None where the shipped weights did."""
    at = [one.refit_id for one in lines].index(refit.refit_id)
    return standing_refit(lines[:at])


def next_id(lines: Sequence[Line]) -> str:
    """An id that no line of the log has."""
    return f"R-{len(lines) + 1:04}"


def _content(state: Path) -> bytes:
    path = state / FILE
    with files.machine_errors(path):
        return path.read_bytes() if path.exists() else b""


def _parsed(content: bytes) -> tuple[Line, ...]:
    lines: list[Line] = []
    for number, text in enumerate(content.split(b"\n"), 1):
        if text.strip():
            line = _parse(text, number)
            _require_order(line, lines, number)
            lines.append(line)
    return tuple(lines)


def _parse(text: bytes, number: int) -> Line:
    try:
        return _LINE.validate_json(text)
    except ValidationError as error:
        fields = sorted({".".join(map(str, problem["loc"])) for problem in error.errors()} - {""})
        told = f"champs absents, inconnus ou mal remplis : {', '.join(fields)}" if fields else ""
        raise damaged(told or "une ligne illisible", number) from error


def _require_order(line: Line, before: Sequence[Line], number: int) -> None:
    if line.refit_id in {one.refit_id for one in before}:
        raise damaged(f"{line.refit_id}, qui est déjà le numéro d'une autre ligne", number)
    if isinstance(line, Undo):
        refits = {one.refit_id for one in before if isinstance(one, Refit)}
        if unknown := {line.undoes, *filter(None, [line.restores])} - refits:
            raise damaged(f"{', '.join(sorted(unknown))}, qui n'est dans aucune ligne d'avant", number)


def damaged(found: str, number: int | None = None) -> InputError:
    """The error of a log that is not as it was written."""
    return InputError(
        "Le journal des poids est abîmé.",
        where=Where(file=FILE, line=number),
        found=found,
        expected="un réajustement ou une annulation par ligne, tels qu'Alliage les écrit",
        next_step="rétablir ce fichier depuis une sauvegarde du dossier d'état, ou l'en retirer pour revenir "
        "aux poids livrés, puis relancer",
    )
