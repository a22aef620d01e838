"""Invented warehouses that the tests of the report share; read only."""

from pathlib import Path

import pytest
import report_warehouses as made


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five companies, four of them active, whose figures are easy to reckon by hand."""
    return made.ordinary(tmp_path_factory.mktemp("ordinary"))


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Names that try to be markup, formulas, drawings or to turn the direction of the text."""
    return made.hostile(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A first publication without a company."""
    return made.empty(tmp_path_factory.mktemp("empty"))
