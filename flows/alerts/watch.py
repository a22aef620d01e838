"""The look of the morning, in a process that ends: has the night published, do the exports still change?

It reads the run log, where runs of a terminal stand too, and tells the server by an event what it has found.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from flows.alerts import deadline
from flows.alerts.automations import SILENCE, UNCHANGED
from flows.alerts.deadline import Told
from flows.serving.api import Api, Json
from flows.settings import settings
from transforms.continuity.exports import ExportParameters, remarks
from transforms.continuity.history import services
from transforms.errors import AlliageError, MachineError
from transforms.moments import in_paris, minute_text, moment_text
from transforms.warehouse.runs import RunInput, read_runs

_TOLD_AGAIN = timedelta(days=7)


class Server(Protocol):
    """Whoever takes events."""

    def emit(self, name: str, message: str) -> None:
        """Tell of an event, with a message for people."""


def main() -> None:
    """Look, tell, remember that it was told."""
    now = datetime.now(UTC)
    before = deadline.last(now)
    tell(*seen(settings().state, now, before), before=before, today=in_paris(now).date(), api=Api())


def tell(events: Sequence[tuple[str, str]], told: Told, *, before: Told, today: date, api: Server) -> None:
    """Tell the server of each event, and remember each: where one fails, those before it are not told again.

    Args:
        events: with their messages, as `look` finds them.
        told: what has been told after all of them.
        before: what was told before.
        today: the day that was looked at, in Paris.
        api: the server.
    """
    done = before
    for name, message in events:
        if name == SILENCE and before.silent == today:
            continue
        api.emit(name, message)
        done = done.model_copy(update={"silent": today} if name == SILENCE else {"unchanged": told.unchanged})
        _remember(done)
    _remember(told.model_copy(update={"day": today, "silent": done.silent}))


def _remember(told: Told) -> None:
    # A full disk must not keep anybody from hearing of it; the service knows too that today was looked at.
    with suppress(MachineError):
        deadline.write(told)


def seen(state: Path, now: datetime, told: Told) -> tuple[list[tuple[str, str]], Told]:
    """The look at the run log of a state folder; a log that cannot be read is told as silence."""
    try:
        return look(read_runs(state), now, told)
    except AlliageError as error:
        return [(SILENCE, f"{error.what} À faire : {error.next_step}.\n{error}")], told


def look(runs: Sequence[Json], now: datetime, told: Told) -> tuple[list[tuple[str, str]], Told]:
    """What there is to tell, as events and their messages, and what has then been told.

    Args:
        runs: the run log, oldest first.
        now: with a zone.
        told: what was told before.
    """
    events = [(SILENCE, message)] if (message := silence(runs, now)) else []
    today = in_paris(now).date()
    # An export that a newer one has replaced is forgotten.
    kept: dict[str, tuple[str, date]] = {}
    lines = []
    for one, text in unchanged(runs, now):
        before = told.unchanged.get(one.source)
        if before and before[0] == one.sha256 and today - before[1] < _TOLD_AGAIN:
            kept[one.source] = before
            continue
        kept[one.source] = (one.sha256, today)
        lines.append(text)
    if lines:
        events.append((UNCHANGED, "\n".join(lines)))
    return events, told.model_copy(update={"unchanged": kept})


def silence(runs: Sequence[Json], now: datetime) -> str | None:
    """The words for a night without a publication; None if there was one.

    What was put back by a restore is no publication of the night.
    """
    hour = deadline.at(now, settings().alert_deadline)
    since = (hour - deadline.NIGHT).astimezone(UTC)
    published = [run for run in runs if run["verdict"] == "published"]
    if published and _moment(published[-1]["ended_at"]) >= since:
        return None
    age = (
        f"l'entrepôt date du {_told(published[-1]['ended_at'])}"
        if published
        else "rien n'a encore été publié"
    )
    lately = [run for run in runs if _moment(run["ended_at"]) >= since]
    first = (
        f"Aucune fusion n'a publié avant {hour:%H:%M} : {age}. À faire : ouvrir la dernière exécution de "
        "« fusion de nuit », lire pourquoi, corriger, puis lancer « fusion à la demande »."
    )
    if not lately:
        return f"{first}\nAucune fusion ne s'est terminée depuis {minute_text(since)}."
    last = lately[-1]
    word = {"refused": "refusée", "failed": "en échec"}.get(last["verdict"], "un retour à une version")
    said = f" : {last['message']}" if last.get("message") else ""
    return f"{first}\nDernière exécution, {_told(last['ended_at'])}, {word}{said}"


def unchanged(runs: Sequence[Json], now: datetime) -> Iterator[tuple[RunInput, str]]:
    """Each export of the last run that has been the same for too long, and what to say of it."""
    read = [run["inputs"] for run in runs if run["inputs"] and run["verdict"] != "restored"]
    limit = ExportParameters(least_share=settings().least_share, stale_after_days=settings().stale_after_days)
    past = services(runs, None)
    moment = now.astimezone(UTC).replace(tzinfo=None)
    for one in (RunInput.model_validate(given) for given in (read[-1] if read else ())):
        for remark in remarks([one], past, moment, limit):
            if remark.level == "warning":
                yield one, remark.text


def _moment(text: Any) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _told(text: Any) -> str:
    return moment_text(_moment(text))


if __name__ == "__main__":
    main()
