"""One published warehouse that the reading tests share; tests that change something make their own."""

import shutil
from pathlib import Path

import pytest
import warehouse_builds as builds
from warehouse_versions import publish

from transforms.warehouse import stage
from transforms.warehouse.stage import PublishParameters

REJECTIONS = (
    builds.rejection(4, "siren", value="12345"),
    builds.rejection(5, "email", value="lena.morvan(at)exemple", personal=True),
    builds.rejection(6, "website", value="voir contact@lumen.example"),
)
PAIR = {
    "left_source": "clustr",
    "left_member_id": "A1",
    "right_source": "numelink",
    "right_member_id": "8",
    "probability": 0.6,
    "zone": "review",
    "reasons": [{"signal": "name", "level": "close", "weight": 2.5}],
    "priority": 3.0,
}


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build database with a little of everything; read only."""
    path = tmp_path_factory.mktemp("build") / "build.duckdb"
    alias = {"retired_id": "C9", "company_id": "C1", "run_id": "r0", "reason": "fusion"}
    return builds.write_build(
        path,
        raw_rejections=REJECTIONS,
        matching_pairs=[PAIR],
        matching_review=[PAIR],
        golden_company_aliases=[alias],
    )


@pytest.fixture(scope="session")
def published(build: Path, tmp_path_factory: pytest.TempPathFactory) -> PublishParameters:
    """The parameters of a publication of `build` that was done; read only."""
    parameters = builds.parameters(tmp_path_factory.mktemp("published"))
    stage.run(build, parameters)
    return parameters


@pytest.fixture(scope="session")
def published_twice(build: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("twice")
    publish(build, folder, "r1", "r2")
    return folder


@pytest.fixture
def twice(published_twice: Path, tmp_path: Path) -> PublishParameters:
    """r1 and r2 are published, for this test alone."""
    shutil.copytree(published_twice, tmp_path, dirs_exist_ok=True)
    return builds.parameters(tmp_path, "r2")
