"""When the morning's look is due: once a day, at the hour by which a publication should be there."""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from flows.settings import settings
from transforms.moments import PARIS, in_paris
from transforms.warehouse import files

NIGHT = timedelta(hours=12)
"""How long before the deadline a publication counts as that of the night."""
_CATCHING_UP = timedelta(minutes=15)


class Told(BaseModel):
    """What was told last, so that a restart repeats nothing.

    Args:
        day: the last day (in Paris) that was looked at.
        unchanged: of each source the export that was told to be unchanged, and the day when it was told.
        silent: the last day (in Paris) whose silence was told.
    """

    model_config = ConfigDict(frozen=True)

    day: date
    unchanged: dict[str, tuple[str, date]] = {}
    silent: date | None = None


def at(now: datetime, deadline: time) -> datetime:
    """The deadline of the day that it is in Paris."""
    return datetime.combine(in_paris(now).date(), deadline, PARIS)


def begun(now: datetime, deadline: time) -> Told:
    """What counts as told when the service starts for the first time: no deadline before that was missed."""
    today = at(now, deadline)
    return Told(day=today.date() - timedelta(days=now < today))


def is_due(now: datetime, *, started: datetime, told: Told, deadline: time) -> bool:
    """Is it time for the look of today?

    A service that was down at the deadline looks a quarter of an hour after it has started: the run of the
    night that it catches up on has that long to publish.

    Args:
        now: with a zone.
        started: when the service started, with a zone.
        told: what was told last.
        deadline: the hour, in Paris.
    """
    wanted = at(now, deadline)
    if now < wanted or told.day == wanted.date():
        return False
    return started <= wanted or now - started >= _CATCHING_UP


def last(since: datetime) -> Told:
    """What was told last; where that is not known, as a service that started at `since` has to see it.

    Raises:
        MachineError: it is not known, and cannot be written for the service of tomorrow.
    """
    try:
        return Told.model_validate_json(_place().read_bytes())
    except (OSError, ValidationError):
        told = begun(since, settings().alert_deadline)
        write(told)
        return told


def write(told: Told) -> None:
    """Remember what was told.

    Raises:
        MachineError: it cannot be written.
    """
    with files.machine_errors(_place()):
        _place().parent.mkdir(parents=True, exist_ok=True)
        files.write_text(_place(), json.dumps(told.model_dump(mode="json")))


def _place() -> Path:
    return settings().prefect_home / "alerts.json"
