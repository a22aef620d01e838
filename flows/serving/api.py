"""The few things that the service asks of its Prefect server, in plain HTTP.

The service stays beside server and worker all the time; importing Prefect would cost it 40 MB and a second.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from flows.serving.surroundings import api_url, credentials

Json = dict[str, Any]
_PATIENCE = 30.0
_TRIES = 30


class Api:
    """The server of this installation, with the password if it has one.

    Calls raise `httpx.HTTPError` while the server does not answer, or refuses.
    """

    def __init__(self) -> None:
        asked = credentials()
        auth = tuple(asked.split(":", 1)) if asked else None
        # Settings of a proxy are for the way out, not for our own server.
        self._client = httpx.Client(
            base_url=api_url(),
            auth=(auth[0], auth[1]) if auth else None,
            timeout=_PATIENCE,
            trust_env=False,
        )

    def is_up(self) -> bool:
        """Does the server answer, to us?"""
        try:
            return self._client.get("/admin/version", timeout=5.0).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def runs(self, states: list[str], **more: Any) -> list[Json]:
        """Flow runs in one of the `states` (types such as `RUNNING`), the latest begun first, 200 at most."""
        wanted = {"state": {"type": {"any_": states}}, **more}
        found: list[Json] = self._post(
            "/flow_runs/filter", flow_runs=wanted, sort="START_TIME_DESC", limit=200
        )
        return found

    def run(self, flow_run_id: str) -> Json:
        """One flow run."""
        found: Json = self._sent("GET", f"/flow_runs/{flow_run_id}")
        return found

    def set_state(self, flow_run_id: str, kind: str, message: str, *, force: bool = False) -> None:
        """Move a flow run into the state of a `kind` such as `CRASHED`."""
        state = {"type": kind, "name": kind.capitalize(), "message": message}
        self._post(f"/flow_runs/{flow_run_id}/set_state", state=state, force=force)

    def deployments(self, pool: str) -> list[Json]:
        """All deployments of a work pool."""
        found: list[Json] = self._post(
            "/deployments/filter", work_pools={"name": {"any_": [pool]}}, limit=200
        )
        return found

    def start(self, deployment_id: str) -> Json:
        """Start a deployment with the values that it has."""
        made: Json = self._post(f"/deployments/{deployment_id}/create_flow_run")
        return made

    def put_deployment(self, flow: str, **deployment: Any) -> Json:
        """Make a deployment of the flow named `flow`, or bring it up to date."""
        flow_id = self._post("/flows/", name=flow)["id"]
        made: Json = self._post("/deployments/", flow_id=flow_id, **deployment)
        return made

    def delete_deployment(self, deployment_id: str) -> None:
        """Delete a deployment; what it ran stays."""
        self._sent("DELETE", f"/deployments/{deployment_id}")

    def put_pool(self, name: str, **pool: Any) -> None:
        """Make a work pool, or bring it up to date."""
        if self._client.get(f"/work_pools/{name}").status_code == httpx.codes.NOT_FOUND:
            self._post("/work_pools/", name=name, type="process", **pool)
        else:
            self._sent("PATCH", f"/work_pools/{name}", json=pool)

    def put_queue(self, pool: str, name: str, **queue: Any) -> None:
        """Make a queue of a work pool, or bring it up to date."""
        place = f"/work_pools/{pool}/queues"
        if self._client.get(f"{place}/{name}").status_code == httpx.codes.NOT_FOUND:
            self._post(place, name=name, **queue)
        else:
            self._sent("PATCH", f"{place}/{name}", json=queue)

    def automations(self) -> list[Json]:
        """All automations of the server, ours and others."""
        found: list[Json] = self._post("/automations/filter", limit=200)
        return found

    def put_automation(self, automation_id: str | None, automation: Json) -> None:
        """Make an automation, or bring the one of that id up to date."""
        if automation_id is None:
            self._post("/automations/", **automation)
        else:
            self._sent("PUT", f"/automations/{automation_id}", json=automation)

    def delete_automation(self, automation_id: str) -> None:
        """Delete an automation."""
        self._sent("DELETE", f"/automations/{automation_id}")

    def block(self, kind: str, name: str) -> Json | None:
        """The block of a kind (its slug) and a name, with what it holds; None if there is none."""
        found: Json | None = self._found(
            f"/block_types/slug/{kind}/block_documents/name/{name}?include_secrets=true"
        )
        return found

    def delete_block_type(self, kind: str) -> bool:
        """Delete a kind of block and all blocks of it; whether there was one."""
        found = self._found(f"/block_types/slug/{kind}")
        if found:
            self._sent("DELETE", f"/block_types/{found['id']}")
        return found is not None

    def emit(self, name: str, message: str) -> None:
        """Tell the server of an event of ours, with a message for people."""
        event = {
            "id": str(uuid4()),
            "occurred": datetime.now(UTC).isoformat(),
            "event": name,
            "resource": {"prefect.resource.id": "alliage.veille"},
            "payload": {"message": message},
        }
        self._sent("POST", "/events", json=[event])

    def events(self, names: list[str], automations: Sequence[Json], since: datetime) -> list[Json]:
        """The events of those names about some automations, the last first, 50 at most."""
        wanted = {
            "occurred": {"since": since.isoformat()},
            "event": {"name": names},
            "resource": {"id": [f"prefect.automation.{one['id']}" for one in automations]},
        }
        found: list[Json] = self._post("/events/filter", filter=wanted, limit=50)["events"]
        return found

    def _found(self, path: str) -> Any:
        if self._client.get(path).status_code == httpx.codes.NOT_FOUND:
            return None
        return self._sent("GET", path)

    def _post(self, path: str, **content: Any) -> Any:
        return self._sent("POST", path, json=content)

    def _sent(self, method: str, path: str, **request: Any) -> Any:
        answer = self._client.request(method, path, **request)
        for _ in range(_TRIES):
            # The database is busy for a moment: the server asks to come back.
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            time.sleep(1)
            answer = self._client.request(method, path, **request)
        answer.raise_for_status()
        return answer.json() if answer.content else None
