"""The publications that came into service before this run, as the run log tells them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from transforms.warehouse.runs import RunInput

_STAGE = "continuity."


@dataclass(frozen=True)
class Service:
    """One publication coming into service: made by a run, or put back by a restore.

    Attributes:
        run_id: the run that made the publication.
        since: the run that brought it into service: the same, or the restore.
        started_at: when that one started, UTC without zone.
        inputs: the exports that the publication was made from.
        counts: what this stage counted then.
    """

    run_id: str
    since: str
    started_at: datetime
    inputs: tuple[RunInput, ...]
    counts: Mapping[str, int]

    @property
    def is_restored(self) -> bool:
        """Whether it was put back."""
        return self.run_id != self.since


def services(runs: Sequence[Mapping[str, Any]], published: str | None) -> tuple[Service, ...]:
    """The publications in the order in which they came into service, up to the one in service now.

    Args:
        runs: the run log, oldest first.
        published: the run that made the warehouse which this run is going to replace. Runs after it served
            another warehouse from the same state. None, or a run that the log does not know: the last one.
    """
    found = [_service(run) for run in runs if run["verdict"] in ("published", "restored")]
    now = [at for at, service in enumerate(found, start=1) if service.run_id == published]
    return tuple(found[: now[-1]] if now else found)


def last_of_each_source(past: Sequence[Service]) -> dict[str, tuple[RunInput, Mapping[str, int]]]:
    """Of each source its last export that was in service, with the counts of that publication."""
    return {one.source: (one, service.counts) for service in past for one in service.inputs}


def _service(run: Mapping[str, Any]) -> Service:
    version = json.loads(run["parameters"]).get("version") if run["verdict"] == "restored" else None
    return Service(
        run_id=version or run["run_id"],
        since=run["run_id"],
        started_at=datetime.fromisoformat(run["started_at"]),
        inputs=tuple(RunInput.model_validate(one) for one in run["inputs"]),
        counts={
            name.removeprefix(_STAGE): count
            for name, count in run["counts"].items()
            if name.startswith(_STAGE)
        },
    )
