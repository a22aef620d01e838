"""The files beside those of the last publication: the same, older, much shorter, never renewed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from transforms.continuity.gates import Finding
from transforms.continuity.history import Service
from transforms.gates import Gate
from transforms.report import Remark
from transforms.warehouse.runs import RunInput


class ExportParameters(BaseModel):
    """When an export is too short or too old.

    Args:
        least_share: of the records of the last publication, the share that an export must still have.
        stale_after_days: days without a new file after which someone should ask for one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    least_share: float = Field(0.7, ge=0, le=1)
    stale_after_days: int = Field(45, ge=1)


def findings(
    inputs: Sequence[RunInput], last: Mapping[str, RunInput], parameters: ExportParameters
) -> Iterator[Finding]:
    """What should keep these exports from being published: older than the last ones, or much shorter.

    `last` is the last export of each source that was in service.
    """
    for now in inputs:
        then = last.get(now.source)
        if then is None:
            continue
        if now.export_date and then.export_date and now.export_date < then.export_date:
            yield _finding(
                Gate.OLDER_EXPORT,
                now,
                f"export du {_day(now.export_date)}, plus ancien que celui qui est publié, du "
                f"{_day(then.export_date)}",
                f"un export du {_day(then.export_date)} ou d'après",
            )
        if now.records < parameters.least_share * then.records:
            yield _finding(
                Gate.FEWER_ROWS,
                now,
                f"{now.records} fiches au lieu de {then.records} à la dernière publication",
                f"au moins {100 * parameters.least_share:.0f} % des fiches de la dernière publication",
            )


def remarks(
    inputs: Sequence[RunInput],
    past: Sequence[Service],
    now: datetime,
    parameters: ExportParameters,
) -> Iterator[Remark]:
    """What people should know about files that did not change.

    Args:
        inputs: the exports of this run.
        past: the publications as they came into service, oldest first.
        now: the start of this run, UTC without zone, as the log has it.
        parameters: when a file is stale.
    """
    for one in inputs:
        since = _unchanged_since(one, past)
        if since is None:
            continue
        text = f"L'export {one.file} est identique à celui de la dernière publication."
        yield Remark(source=one.source, text=text)
        if now - since >= timedelta(days=parameters.stale_after_days):
            days = (now - since).days
            text = (
                f"L'export {one.file} n'a pas changé depuis {days} jours : en demander un nouveau au réseau."
            )
            yield Remark(level="warning", source=one.source, text=text)


def _unchanged_since(one: RunInput, past: Sequence[Service]) -> datetime | None:
    """The start of the first of the last publications that all have this very file; None if none has."""
    since = None
    for service in reversed(past):
        if (one.source, one.sha256) not in {(other.source, other.sha256) for other in service.inputs}:
            break
        since = service.started_at
    return since


def _finding(gate: Gate, now: RunInput, found: str, expected: str) -> Finding:
    return Finding(gate=gate, source=now.source, file=now.file, found=found, expected=expected)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
