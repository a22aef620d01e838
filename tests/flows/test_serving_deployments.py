"""`prefect.yaml`: what it declares can be started, is French, and runs once every night of the year."""

import asyncio
import importlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from prefect import Flow
from prefect.server.schemas.schedules import CronSchedule

from flows.serving import places
from flows.serving.deployments import Deployment, declared
from flows.serving.service import hour_of
from transforms.errors import InputError

DECLARED = declared(places.deployments())
PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize("one", DECLARED, ids=lambda one: one.name)
def test_a_deployment_can_be_started(one: Deployment) -> None:
    module, _, name = one.entrypoint.rpartition(".")
    flow = getattr(importlib.import_module(module), name)
    assert isinstance(flow, Flow)
    if one.parameters:
        flow.validate_parameters(one.parameters)


@pytest.mark.parametrize("one", DECLARED, ids=lambda one: one.name)
def test_a_deployment_is_told_in_french(one: Deployment) -> None:
    words = set(one.description.lower().replace("'", " ").split())
    assert words & {"le", "la", "les", "un", "une", "des"}
    assert not words & {"the", "and", "with", "run", "runs"}
    assert len(one.description) > 60
    assert one.name == one.name.lower()


def test_names_are_given_once() -> None:
    names = [one.name for one in DECLARED]
    assert len(set(names)) == len(names)


PLANNED = {one.name: plan for one in DECLARED for plan in one.schedules}


def test_the_merge_runs_by_itself_and_so_does_the_cleaning() -> None:
    assert {name: plan.cron for name, plan in PLANNED.items()} == {
        "fusion de nuit": "15 4 * * *",
        "nettoyage": "30 5 * * 0",
    }


def test_what_changes_the_warehouse_waits_its_turn() -> None:
    queues = {one.name: one.work_pool.work_queue_name for one in DECLARED}
    publishing = {"fusion de nuit", "fusion à la demande", "restaurer une version", "nettoyage"}
    assert {name for name, queue in queues.items() if queue == "publication"} == publishing


@pytest.mark.parametrize(
    "around",
    [date(2027, 3, 28), date(2027, 10, 31), date(2027, 7, 1)],
    ids=["an hour is missing", "an hour comes twice", "an ordinary night"],
)
def test_every_night_has_one_run(around: date) -> None:
    plan = PLANNED["fusion de nuit"]
    planned = CronSchedule(cron=plan.cron, timezone=plan.timezone)
    begin = datetime(around.year, around.month, around.day, tzinfo=UTC) - timedelta(days=3)
    starts = [start.astimezone(PARIS) for start in asyncio.run(planned.get_dates(n=7, start=begin))]
    assert [(start.hour, start.minute) for start in starts] == [(4, 15)] * 7
    days = [start.date() for start in starts]
    assert days == [days[0] + timedelta(days=n) for n in range(7)]


SPOILT = {
    "a key that nobody reads": {"concurrency_limit": 1},
    "a file for an entry point": {"entrypoint": "flows/merge_members.py:merge_members"},
    "another pool": {"work_pool": {"name": "autre", "work_queue_name": "publication"}},
    "an unknown queue": {"work_pool": {"name": "alliage", "work_queue_name": "nuit"}},
    "an unknown time zone": {
        "schedules": [{"cron": "15 4 * * *", "timezone": "Europe/Lyon", "slug": "nuit"}]
    },
    "no cron line": {
        "schedules": [{"cron": "quarter past four", "timezone": "Europe/Paris", "slug": "nuit"}]
    },
}


@pytest.mark.parametrize("change", SPOILT.values(), ids=SPOILT)
def test_what_would_have_no_effect_is_refused(change: dict[str, Any], tmp_path: Path) -> None:
    content = yaml.safe_load(places.deployments().read_text(encoding="utf-8"))
    content["deployments"][0] |= change
    path = tmp_path / "prefect.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(InputError, match="pas lisible"):
        declared(path)


@pytest.mark.parametrize("text", [None, "deployments: [", "- rien"], ids=["missing", "no YAML", "a list"])
def test_a_file_that_is_none_is_refused(text: str | None, tmp_path: Path) -> None:
    path = tmp_path / "prefect.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError, match="pas lisible"):
        declared(path)


@pytest.mark.parametrize(
    ("cron", "told"),
    [
        ("15 4 * * *", "chaque jour à 04:15"),
        ("30 5 * * 0", "le dimanche à 05:30"),
        ("0 */6 * * *", "0 */6 * * *"),
    ],
)
def test_a_schedule_is_told_in_words(cron: str, told: str) -> None:
    assert hour_of(cron) == told
