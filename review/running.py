"""A run started from the page: asked of the server that `make serve` keeps, never a process of our own."""

from dataclasses import dataclass
from typing import Any

import httpx

from flows.serving.api import Api
from flows.serving.deployments import POOL

ON_DEMAND = "fusion à la demande"
_GOING_ON = ["SCHEDULED", "PENDING", "RUNNING", "PAUSED", "CANCELLING"]
_TOLD = {
    "SCHEDULED": "La fusion attend son tour.",
    "PENDING": "La fusion démarre.",
    "RUNNING": "La fusion est en cours.",
    "PAUSED": "La fusion est en pause.",
    "CANCELLING": "La fusion s’arrête.",
    "COMPLETED": "La fusion est terminée : l’entrepôt tient compte de ce qui était enregistré à son début.",
    "FAILED": "La fusion n’a pas abouti ; l’entrepôt d’avant reste en service.",
    "CRASHED": "La fusion a été interrompue ; l’entrepôt d’avant reste en service.",
    "CANCELLED": "La fusion a été annulée ; l’entrepôt d’avant reste en service.",
}
_ABSENT = (
    "Le service d’Alliage ne répond pas : la fusion ne peut pas partir d’ici. Demander à l’exploitant de le "
    "mettre en marche, puis recommencer. La prochaine fusion tiendra compte des décisions et des "
    "corrections, qui sont toutes gardées."
)


@dataclass(frozen=True)
class RunState:
    """What is known of the run on demand; `run_id` is None where there is none or no service."""

    text: str
    run_id: str | None = None
    is_going_on: bool = False
    is_there: bool = True
    kind: str = ""


def start() -> RunState:
    """Start « fusion à la demande », unless one waits or runs already.

    The one that waits will read the log as it is when it begins; one that runs has read it, so another is
    started behind it.
    """
    try:
        api = Api()
        deployment = _deployment(api)
        if deployment is None:
            return _absent()
        waiting = [run for run in _runs(api, deployment) if run["state_type"] in ("SCHEDULED", "PENDING")]
        return _told(waiting[0] if waiting else api.start(deployment))
    except httpx.HTTPError:
        return _absent()


def state(run_id: str | None) -> RunState:
    """How a run goes; without its id the latest one that goes on, if there is one."""
    try:
        api = Api()
        if run_id:
            return _told(api.run(run_id))
        deployment = _deployment(api)
        if deployment is None:
            return _absent()
        going_on = _runs(api, deployment)
        return _told(going_on[0]) if going_on else RunState("Aucune fusion n’est en cours.")
    except httpx.HTTPError:
        return _absent()


def _deployment(api: Api) -> str | None:
    found = [one["id"] for one in api.deployments(POOL) if one["name"] == ON_DEMAND]
    return str(found[0]) if found else None


def _runs(api: Api, deployment: str) -> list[dict[str, Any]]:
    return [run for run in api.runs(_GOING_ON) if run["deployment_id"] == deployment]


def _told(run: dict[str, Any]) -> RunState:
    kind = run["state_type"]
    message = (run.get("state") or {}).get("message") or ""
    why = f" {message.splitlines()[0]}" if kind == "FAILED" and message else ""
    return RunState(_TOLD.get(kind, kind) + why, run["id"], kind in _GOING_ON, kind=kind)


def _absent() -> RunState:
    return RunState(_ABSENT, is_there=False)
