"""What `alliage alerts` shows, and trying the alerts out."""

import time
from datetime import UTC, datetime, timedelta

from flows.alerts.automations import ALERTS, BLOCK, TRY_OUT
from flows.alerts.channels import NAMES
from flows.alerts.installing import installed
from flows.alerts.sealing import unseal
from flows.serving.api import Api, Json
from transforms.errors import AlliageError, InputError, MachineError
from transforms.moments import minute_text

_SENT = "prefect.automation.action.executed"
_LOST = "prefect.automation.action.failed"
_PATIENCE = 90.0
_TRIAL = (
    "Ceci est un essai : les alertes d'Alliage arrivent ici. À faire : rien.\n"
    "Une vraie alerte dit sur cette ligne ce qui ne va pas et ce qu'il faut faire."
)


def shown(api: Api) -> str:
    """The alerts of the server: by which ways they leave, which are on, what became of the last message."""
    block, found = api.block(*BLOCK), {one["name"]: one for one in installed(api)}
    if not block or not found:
        return (
            "Aucune alerte n'est posée.\nÀ faire : donner un réglage ALLIAGE_ALERT_…, puis alliage alerts "
            "--set-up ; voir docs/exploitation.md."
        )
    last = _last(api, list(found.values()))
    lines = []
    for alert in ALERTS:
        one = found.get(alert.name)
        state = "absente" if one is None else "active" if one["enabled"] else "désactivée dans l'interface"
        told = f" ; {_became(last[one['id']])}" if one and one["id"] in last else ""
        lines.append(f"  {alert.name.removeprefix('Alliage : '):<24} {state}{told}")
    return "\n".join([f"Les alertes partent par : {_ways(block)}.", *lines])


def try_out(api: Api) -> str:
    """Send a message of no account the whole way, and wait to hear what became of it.

    Raises:
        InputError: there are no alerts, or this one is switched off.
        MachineError: nobody took it, or nothing was heard of it in time.
    """
    (trial,) = [alert.name for alert in ALERTS if alert.expect == TRY_OUT]
    found = [one for one in installed(api) if one["name"] == trial]
    if not found or not found[0]["enabled"]:
        raise InputError(
            "Aucun message d'essai ne peut partir : l'alerte n'est pas posée, ou désactivée.",
            next_step="alliage alerts --set-up, ou la réactiver dans l'interface, onglet « Automations »",
        )
    since = datetime.now(UTC) - timedelta(seconds=1)
    api.emit(TRY_OUT, _TRIAL)
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        for event in api.events([_SENT, _LOST], found, since):
            if event["event"] == _SENT:
                return "Le message d'essai est remis."
            raise _lost(_why(event))
        time.sleep(1)
    raise _lost(f"rien n'est revenu en {_PATIENCE:.0f} secondes")


def _lost(found: str) -> MachineError:
    return MachineError(
        "Le message d'essai n'est pas remis.",
        found=found,
        next_step="corriger le réglage ALLIAGE_ALERT_… de cette voie, puis alliage alerts --set-up --test",
    )


def _last(api: Api, found: list[Json]) -> dict[str, Json]:
    """The last that became of each automation, by its id."""
    week = datetime.now(UTC) - timedelta(days=7)
    last: dict[str, Json] = {}
    for event in api.events([_SENT, _LOST], found, week):
        last.setdefault(event["resource"]["prefect.resource.id"].rpartition(".")[2], event)
    return last


def _became(event: Json) -> str:
    when = minute_text(datetime.fromisoformat(event["occurred"]))
    return f"remise le {when}" if event["event"] == _SENT else f"NON REMISE le {when} : {_why(event)}"


def _why(event: Json) -> str:
    return str(event["payload"].get("notification_log") or "voir server.log")


def _ways(block: Json) -> str:
    try:
        return ", ".join(unseal(block["data"]["sealed"]).told())
    except AlliageError:
        known = " ou ".join(NAMES.values())
        return f"{known} (scellé : seul l'utilisateur du service peut le lire)"
