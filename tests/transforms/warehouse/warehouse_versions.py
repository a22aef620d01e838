"""Publishing and putting back versions, and what is left of them."""

from datetime import UTC, datetime
from pathlib import Path

import warehouse_builds as builds

from transforms.warehouse import beside, stage, versions
from transforms.warehouse.restore import restore
from transforms.warehouse.runs import read_runs
from transforms.warehouse.stage import PublishParameters

NOON = datetime(2026, 1, 9, 12, 0, tzinfo=UTC)


def publish(build: Path, folder: Path, *run_ids: str, keep: int = 10) -> PublishParameters:
    """Publish once for each run id."""
    for run_id in run_ids:
        stage.run(build, builds.parameters(folder, run_id, versions_kept=keep))
    return builds.parameters(folder, run_ids[-1])


def put_back(parameters: PublishParameters, name: str, run_id: str = "back") -> None:
    version = versions.choose(parameters.warehouse, name)
    restore(version, parameters.warehouse, parameters.state, run_id=run_id, started_at=NOON)


def names(parameters: PublishParameters) -> list[str]:
    return [version.run_id for version in versions.kept(parameters.warehouse)]


def folder_of(parameters: PublishParameters, run_id: str) -> Path:
    return beside.versions(parameters.warehouse) / run_id


def verdicts(parameters: PublishParameters) -> list[tuple[str, str]]:
    return [(run["run_id"], run["verdict"]) for run in read_runs(parameters.state)]
