"""Registering pool, deployments and alerts, in a process that ends: it imports every flow for its form."""

import shlex
import sys
import time
from typing import Any

from prefect import Flow
from prefect.flows import load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema
from prefect.workers.process import ProcessWorker

from flows.alerts import installing
from flows.alerts.channels import channels
from flows.serving import places
from flows.serving.api import Api
from flows.serving.deployments import POOL, QUEUES, RUNS_AT_ONCE, Deployment, Schedule, declared
from flows.settings import settings

_PATIENCE = 180.0


def main() -> None:
    """Import the flows while the server starts, then tell it all about them."""
    wanted: list[tuple[Deployment, Flow[..., Any]]] = [
        (one, load_flow_from_entrypoint(one.entrypoint)) for one in declared(places.deployments())
    ]
    api = Api()
    _wait_for(api)
    _register_pool(api)
    known = {api.put_deployment(flow.name, **_content(one, flow))["id"] for one, flow in wanted}
    for old in api.deployments(POOL):
        if old["id"] not in known:
            api.delete_deployment(old["id"])
    installing.put(api, channels(settings()))


def flow_command() -> str:
    """What the worker starts for a run; Prefect takes it apart as a shell does."""
    return shlex.join([sys.executable, "-m", "flows.serving.flow_process"])


def _wait_for(api: Api) -> None:
    until = time.monotonic() + _PATIENCE
    while not api.is_up():
        if time.monotonic() > until:
            raise SystemExit("Le serveur ne répond pas.")
        time.sleep(0.2)


def _register_pool(api: Api) -> None:
    template = ProcessWorker.get_default_base_job_template()
    chosen = template["variables"]["properties"]
    # A command of our own makes the worker start one process, without looking for code to fetch.
    chosen["command"]["default"] = flow_command()
    chosen["working_dir"]["default"] = str(places.PROJECT)
    api.put_pool(
        POOL,
        description="Les exécutions d'Alliage, sur cette machine.",
        base_job_template=template,
        concurrency_limit=RUNS_AT_ONCE,
    )
    for queue, limit in QUEUES.items():
        api.put_queue(POOL, queue, concurrency_limit=limit)


def _content(one: Deployment, flow: Flow[..., Any]) -> dict[str, Any]:
    return {
        "name": one.name,
        "description": one.description,
        "tags": list(one.tags),
        "entrypoint": one.entrypoint,
        "parameters": one.parameters,
        "parameter_openapi_schema": parameter_schema(flow).model_dump(),
        "enforce_parameter_schema": True,
        "schedules": [_schedule(schedule) for schedule in one.schedules],
        "pull_steps": [],
        "work_pool_name": one.work_pool.name,
        "work_queue_name": one.work_pool.work_queue_name,
    }


def _schedule(schedule: Schedule) -> dict[str, Any]:
    cron = {"cron": schedule.cron, "timezone": schedule.timezone}
    return {"schedule": cron, "active": True, "slug": schedule.slug}


if __name__ == "__main__":
    main()
