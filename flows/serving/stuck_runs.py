"""Flow runs that the server believes to go on, although their process is no more.

Prefect hears of the end of a run from its process, or from the worker that started it. When both were killed,
or the machine went down, the run would stay « Running » for ever and keep its place in the queue.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.serving import holders, places
from flows.serving.api import Api, Json

STOPPED = (
    "Exécution interrompue : son processus s'est arrêté avant la fin (service arrêté, machine redémarrée ou "
    "mémoire épuisée). L'entrepôt publié est entier. À faire : relancer, sauf si une autre est passée "
    "depuis ; si cela se répète, lire la fin du journal worker.log."
)
_CANCELLED = "Exécution annulée à la demande. L'entrepôt publié est entier."
_SUPERSEDED = "Exécution planifiée qui n'a pas pu partir à l'heure ; une seule la remplace."
_GOING_ON = ["RUNNING", "PENDING", "CANCELLING"]
_STARTING = timedelta(seconds=90)
_STOPPING = timedelta(seconds=60)
_TOLD_AGAIN = timedelta(days=1)


def settle(api: Api, *, worker_since: datetime) -> int:
    """Mark as crashed, or as cancelled where that was asked, the runs whose process is no more.

    Args:
        api: the server.
        worker_since: when the worker began: what was handed to an earlier one and has no process never will.

    Returns:
        How many there were.
    """
    _end_those_to_be_cancelled(api)
    found = list(_dead(api, worker_since))
    for run in found:
        asked = run["state"]["type"] == "CANCELLING"
        api.set_state(run["id"], *(("CANCELLED", _CANCELLED) if asked else ("CRASHED", STOPPED)))
    _say_in_french(api)
    _forget_ended_processes()
    return len(found)


def supersede(api: Api) -> None:
    """Of the scheduled runs of a deployment that did not begin in time, the last alone is still to run."""
    late = api.runs(["SCHEDULED"], expected_start_time={"before_": datetime.now(UTC).isoformat()})
    seen: set[str] = set()
    for run in sorted(late, key=lambda run: str(run["expected_start_time"]), reverse=True):
        if not run["auto_scheduled"] or not run["deployment_id"]:
            continue
        if run["deployment_id"] in seen:
            api.set_state(run["id"], "CANCELLED", _SUPERSEDED)
        seen.add(run["deployment_id"])


def _dead(api: Api, worker_since: datetime) -> Iterator[Json]:
    for run in api.runs(_GOING_ON):
        # Its state is read again once its process is known to have ended: it may have told of its end.
        if not _may_live(run, worker_since) and (now := api.run(run["id"]))["state"]["type"] in _GOING_ON:
            yield now


def _may_live(run: Json, worker_since: datetime) -> bool:
    if holders.is_held(places.run_lock(run["id"])):
        return True
    if not run["deployment_id"]:
        # A run of a terminal, or one inside another run.
        return holders.is_shared(places.terminal_lock()) or any(map(holders.is_held, _locks()))
    since = _since(run)
    return run["state"]["type"] == "PENDING" and since > worker_since and _age(since) < _STARTING


def _end_those_to_be_cancelled(api: Api) -> None:
    # The worker does it at once, unless the run was handed to one that is no more.
    for run in api.runs(["CANCELLING"]):
        if _age(_since(run)) > _STOPPING:
            holders.end(places.run_lock(run["id"]), patience=5)


def _say_in_french(api: Api) -> None:
    lately = (datetime.now(UTC) - _TOLD_AGAIN).isoformat()
    for run in api.runs(["CRASHED"], end_time={"after_": lately}):
        if run["state"]["message"] != STOPPED:
            api.set_state(run["id"], "CRASHED", STOPPED, force=True)


def _forget_ended_processes() -> None:
    for lock in _locks():
        holders.forget(lock)


def _locks() -> list[Path]:
    return list(places.runs().glob("*.lock"))


def _since(run: Json) -> datetime:
    return datetime.fromisoformat(run["state"]["timestamp"])


def _age(since: datetime) -> timedelta:
    return datetime.now(UTC) - since
