"""A warehouse with the tables of seats and fees, small enough to reckon by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
import warehouse_builds as builds
from nine_companies import BOARD, COMPANIES, FEES, MEMBERS, SOURCES

from transforms.warehouse import stage
from transforms.warehouse.board.parameters import BoardParameters
from transforms.warehouse.fees.parameters import FeeParameters


class Published:
    """What a query on a published warehouse says."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows, as tuples."""
        with duckdb.connect(str(self.path), read_only=True) as con:
            return con.execute(query).fetchall()

    def frame(self, query: str) -> pd.DataFrame:
        """The rows, as a frame."""
        with duckdb.connect(str(self.path), read_only=True) as con:
            return con.execute(query).df()


@pytest.fixture(scope="session")
def publish(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Published]:
    """Publish the invented companies (or others) by `board` and `fees`."""

    def published(
        board: BoardParameters = BOARD,
        fees: FeeParameters = FEES,
        *,
        members: tuple[builds.Row, ...] = MEMBERS,
        companies: dict[str, builds.Row] = COMPANIES,
    ) -> Published:
        folder = tmp_path_factory.mktemp("board")
        build = builds.write_build(
            folder / "build.duckdb", sources=SOURCES, members=members, companies=companies
        )
        parameters = builds.parameters(folder, board=board, fees=fees)
        stage.run(build, parameters)
        return Published(parameters.warehouse)

    return published


@pytest.fixture(scope="session")
def nine(publish: Callable[..., Published]) -> Published:
    """Nine seats by Sainte-Laguë, equal weights, no minimum."""
    return publish()
