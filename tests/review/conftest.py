"""One invented installation with a queue, and the page served from it on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pipelines import Places, installed, run_all
from review_site import Visitor, copied, served

from benchmarks.sample import generate


@pytest.fixture(scope="session")
def judged_later(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """An installation that has published more than forty pairs to judge; tests only read it."""
    places = installed(tmp_path_factory.mktemp("review"), generate(700, 7, 1.5, 0.5, 0.4))
    run_all(places)
    return places


@pytest.fixture
def places(judged_later: Places, tmp_path: Path) -> Places:
    """A copy of it, to judge in."""
    return copied(judged_later, tmp_path / "installation")


@pytest.fixture
def visitor(places: Places) -> Iterator[Visitor]:
    """A steward who has said who they are, on a page without a password."""
    with served(places) as address, Visitor(address) as found:
        yield found.enter()
