"""Ids of runs sort as the runs follow each other, also on a machine whose clock was set back."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from transforms.errors import InputError
from transforms.moments import minute_text
from transforms.report import Remark
from transforms.warehouse.runs import read_runs, run_id_at

_STAMP = re.compile(r"\d{8}T\d{6}(?=-)")
# A few runs within one second, or a clock that is put right by the network, are no reason to speak.
_CLOCKS_DIFFER = timedelta(minutes=1)


def new_run_id(now: datetime, state: Path) -> tuple[str, tuple[Remark, ...]]:
    """The id of a run that starts `now` (UTC), after all in the log, and a warning if the clock is behind.

    An interrupted publication has to be swept before: the log does not know it yet.
    """
    last = last_run_at(state)
    return run_id_at(moment_of_id(now, last)), about_clock(now, last)


def last_run_at(state: Path) -> datetime | None:
    """The latest moment (UTC) in the ids of the run log; None when there is none or the log is damaged."""
    try:
        ids = [str(run["run_id"]) for run in read_runs(state)]
        stamps = [match[0] for run_id in ids if (match := _STAMP.match(run_id))]
        return datetime.strptime(max(stamps), "%Y%m%dT%H%M%S").replace(tzinfo=UTC) if stamps else None
    except (InputError, OSError, ValueError):
        return None


def moment_of_id(now: datetime, last: datetime | None) -> datetime:
    """The moment that the id of a run shall tell: now, or the second after the last one if that is later."""
    return now if last is None else max(now, last + timedelta(seconds=1))


def about_clock(now: datetime, last: datetime | None) -> tuple[Remark, ...]:
    """A warning when the machine's clock is behind the last run."""
    if last is None or last - now < _CLOCKS_DIFFER:
        return ()
    text = (
        f"L'horloge de la machine recule : il y est {minute_text(now)}, mais la dernière exécution est "
        f"du {minute_text(last)} (heures de Paris). Attendu : une heure après celle-ci. À faire : "
        "régler l'horloge de la machine ; l'exécution continue et son identifiant suit le dernier."
    )
    return (Remark(level="warning", text=text),)
