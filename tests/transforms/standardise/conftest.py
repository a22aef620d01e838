"""The invented sources, standardised once; tests only read them."""

from pathlib import Path

import pandas as pd
import pytest
from raw_builds import raw_build

from transforms.report import StageReport
from transforms.standardise.stage import StandardiseParameters, run
from transforms.warehouse import tables
from transforms.warehouse.database import connect

Build = tuple[Path, StageReport]


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The build database after the stage, and the stage's report."""
    path = raw_build(tmp_path_factory.mktemp("standardise") / "build.duckdb")
    return path, run(path, StandardiseParameters())


@pytest.fixture(scope="session")
def records(build: Build) -> pd.DataFrame:
    with connect(build[0], read_only=True) as con:
        return tables.read(con, "standard.records").set_index("member_id")


@pytest.fixture(scope="session")
def rejections(build: Build) -> pd.DataFrame:
    with connect(build[0], read_only=True) as con:
        return tables.read(con, "standard.rejections")
