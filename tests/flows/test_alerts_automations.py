"""Which events send which alert, judged by Prefect's own triggers and templates."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from prefect.server.events.schemas.automations import AutomationCreate
from prefect.server.events.schemas.events import ReceivedEvent
from prefect.server.utilities.user_templates import render_user_template

from flows.alerts.automations import ALERTS, REFUSED, SILENCE, UNCHANGED, WANTED, automation
from flows.serving import places
from flows.serving.deployments import declared
from flows.serving.stuck_runs import STOPPED

RUN = "0190a1b2-0000-7000-8000-00000000000a"
SERVED = {
    alert.name.removeprefix("Alliage : "): AutomationCreate.model_validate(
        automation(alert, str(uuid4()), "http://alliage.exemple")
    )
    for alert in ALERTS
}


def event(name: str, *, said: str = "", tags: tuple[str, ...] = (WANTED,), **more: Any) -> ReceivedEvent:
    resource = {
        "prefect.resource.id": f"prefect.flow-run.{RUN}",
        "prefect.resource.name": "fusion du 12/01/2027 04:15",
        "prefect.state-message": said,
    }
    related = [{"prefect.resource.role": "tag", "prefect.resource.id": f"prefect.tag.{tag}"} for tag in tags]
    given = {"resource": resource, "related": related} | more
    return ReceivedEvent(occurred=datetime.now(UTC), event=name, id=uuid4(), **given)


def sent(by: ReceivedEvent) -> dict[str, tuple[str, str]]:
    """The alerts that an event sends: subject and body by name."""
    found = {}
    for name, one in SERVED.items():
        if one.trigger.covers(by):  # type: ignore[union-attr]
            (action,) = one.actions
            texts = [
                asyncio.run(render_user_template(text, {"event": by}))
                for text in (action.subject, action.body)  # type: ignore[union-attr]
            ]
            found[name] = (texts[0], texts[1])
    return found


OURS = "Le disque est plein. À faire : libérer de la place.\n  Où : /données"
CASES: dict[str, tuple[ReceivedEvent, list[str]]] = {
    "a failure": (event("prefect.flow-run.Failed", said=OURS), ["échec d'une exécution"]),
    "a refusal": (event(f"prefect.flow-run.{REFUSED}", said=OURS), ["publication refusée"]),
    "a crash as we tell it": (event("prefect.flow-run.Crashed", said=STOPPED), ["exécution interrompue"]),
    "a crash as Prefect tells it first": (event("prefect.flow-run.Crashed", said="Flow run exited"), []),
    "a publication": (event("prefect.flow-run.Completed"), []),
    "a run that is cancelled": (event("prefect.flow-run.Cancelled", said="Annulée"), []),
    "what has no effect": (event("prefect.flow-run.Failed", said=OURS, tags=("sans effet",)), []),
    "a run of a terminal": (event("prefect.flow-run.Failed", said=OURS, tags=()), []),
    "silence": (event(SILENCE, payload={"message": "Rien."}), ["silence"]),
    "an export": (event(UNCHANGED, payload={"message": "Toujours le même."}), ["export inchangé"]),
}


@pytest.mark.parametrize(("by", "names"), CASES.values(), ids=CASES)
def test_what_sends_an_alert(by: ReceivedEvent, names: list[str]) -> None:
    assert list(sent(by)) == names


def test_the_message_says_what_to_do_first_then_which_run_and_where() -> None:
    ((subject, body),) = sent(event("prefect.flow-run.Failed", said=OURS)).values()
    assert subject == "Alliage : échec — fusion du 12/01/2027 04:15"
    assert body.splitlines() == [
        *OURS.splitlines(),
        "",
        "Exécution : fusion du 12/01/2027 04:15",
        f"Lien : http://alliage.exemple/runs/flow-run/{RUN}",
    ]


def test_what_is_not_ours_is_not_repeated() -> None:
    said = "Flow run encountered an exception: ValueError: jeanne.dupont@exemple.fr"
    ((_, body),) = sent(event("prefect.flow-run.Failed", said=said)).values()
    assert "jeanne" not in body
    assert "À faire : " in body.splitlines()[0]


def test_what_publishes_is_told_when_it_fails() -> None:
    told = {one.name for one in declared(places.deployments()) if WANTED in one.tags}
    assert {"fusion de nuit", "fusion à la demande", "restaurer une version", "nettoyage"} <= told
    assert "simulation" not in told
