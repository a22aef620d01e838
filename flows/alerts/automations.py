"""What is told, and when: each alert as an automation of Prefect, an event that sends a message."""

from dataclasses import dataclass, field
from typing import Any

from flows.serving.stuck_runs import STOPPED

MARK = "alliage-alertes"
"""The tag of our automations; those of the people of this server are left alone."""
BLOCK = ("alliage-alerts", MARK)
"""The notification block that they send through: the slug of its kind, its name."""
WANTED = "signalé si échec"
"""The tag, in `prefect.yaml`, of what is told when it fails; it stands on every run, so it must not alarm.

What a terminal runs has no tag."""
REFUSED = "Refusée"
"""The name of the state of a run that a gate or a critical rule refused."""
SILENCE = "alliage.silence"
UNCHANGED = "alliage.export-inchange"
TRY_OUT = "alliage.essai"

_RUN = "prefect.flow-run."
# A message of ours says what to do; any other is of Prefect, in English, and might repeat what it met.
_SAID = """\
{% set said = event.resource['prefect.state-message'] %}\
{% if 'À faire' in said %}{{ said | truncate(3000, True, '…') }}\
{% else %}L'exécution a échoué avant de pouvoir dire pourquoi. À faire : lire son onglet « Logs » et le \
journal worker.log, corriger, puis relancer.\
{% endif %}"""


@dataclass(frozen=True)
class Alert:
    """One alert.

    Args:
        name: in the list of automations (French).
        expect: the event that sends it.
        subject: of the message; a template, as is the body.
        body: first what is wrong and what to do.
        match: what the event must be about.
        of_a_run: whether the event is about a flow run, which is then named.
    """

    name: str
    expect: str
    subject: str
    body: str = "{{ event.payload['message'] }}"
    match: dict[str, str] = field(default_factory=dict)
    of_a_run: bool = False


ALERTS = (
    Alert(
        "Alliage : échec d'une exécution",
        f"{_RUN}Failed",
        "Alliage : échec — {{ event.resource['prefect.resource.name'] }}",
        body=_SAID,
        of_a_run=True,
    ),
    Alert(
        "Alliage : exécution interrompue",
        f"{_RUN}Crashed",
        "Alliage : exécution interrompue — {{ event.resource['prefect.resource.name'] }}",
        body=_SAID,
        # Prefect tells of the same end first, in English; the service then says it in French, once.
        match={"prefect.state-message": STOPPED},
        of_a_run=True,
    ),
    Alert(
        "Alliage : publication refusée",
        f"{_RUN}{REFUSED}",
        "Alliage : publication refusée — {{ event.resource['prefect.resource.name'] }}",
        body=_SAID + "\nL'entrepôt d'avant reste en service.",
        of_a_run=True,
    ),
    Alert("Alliage : export inchangé", UNCHANGED, "Alliage : un export n'a pas changé"),
    Alert("Alliage : silence", SILENCE, "Alliage : aucune publication ce matin"),
    Alert("Alliage : essai", TRY_OUT, "Alliage : message d'essai"),
)


def automation(alert: Alert, block_id: str, address: str) -> dict[str, Any]:
    """The automation that sends an alert through a notification block.

    Args:
        alert: the alert.
        block_id: the block.
        address: where people open the web interface.
    """
    match, related, body = dict(alert.match), {}, [alert.body, ""]
    if alert.of_a_run:
        match["prefect.resource.id"] = f"{_RUN}*"
        related = {"prefect.resource.role": "tag", "prefect.resource.id": f"prefect.tag.{WANTED}"}
        body += [
            "Exécution : {{ event.resource['prefect.resource.name'] }}",
            f"Lien : {address}/runs/flow-run/{{{{ event.resource.id.split('.') | last }}}}",
        ]
    else:
        body += [f"Lien : {address}/runs"]
    return {
        "name": alert.name,
        "description": "Posée par « alliage alerts » ; voir docs/exploitation.md, « Les alertes ».",
        "tags": [MARK],
        "trigger": {
            "type": "event",
            "posture": "Reactive",
            "expect": [alert.expect],
            "match": match,
            "match_related": related,
            "threshold": 1,
            "within": 0,
        },
        "actions": [
            {
                "type": "send-notification",
                "block_document_id": block_id,
                "subject": alert.subject,
                "body": "\n".join(body),
            }
        ],
    }
