"""What several test modules look at: a sample, one run of it, and a Prefect that is started once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flow_commands import Command, Said, call, where
from pipelines import MEMBERS, Places, installed, installed_members, pair_to_judge, run_all
from prefect.testing.utilities import prefect_test_harness

from benchmarks.sample import Sample, generate
from flows import offline
from flows.outcome import Outcome


@pytest.fixture(scope="session")
def sample() -> Sample:
    """Exports as bad as the worst seen, so that each stage has something to do."""
    return generate(companies=250, seed=11, roughness=1.5)


@pytest.fixture(scope="session")
def small() -> Sample:
    return generate(companies=60, seed=5)


@pytest.fixture(scope="session")
def outcome(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The first run on the sample; tests only read what it left."""
    return run_all(installed(tmp_path_factory.mktemp("sample"), sample))


@pytest.fixture(scope="session")
def published(outcome: Outcome) -> Places:
    """Where that run has published."""
    return Places(outcome.warehouse.parent.parent)


@pytest.fixture(scope="session")
def members_published(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """An installation that has published the members' own exports."""
    if not MEMBERS.is_dir():
        pytest.skip("the members' own exports are not beside the repository")
    places = installed_members(tmp_path_factory.mktemp("members"), "plain")
    run_all(places)
    return places


@pytest.fixture(scope="session", params=["sample", "members"])
def reckoned(request: pytest.FixtureRequest) -> Places:
    """Installations whose figures are reckoned a second time."""
    found: Places = request.getfixturevalue(
        {"sample": "published", "members": "members_published"}[request.param]
    )
    return found


@pytest.fixture(scope="session")
def small_published(small: Sample, tmp_path_factory: pytest.TempPathFactory) -> Places:
    """An installation that has published `small`; tests only read it, or take a copy."""
    places = installed(tmp_path_factory.mktemp("small"), small)
    run_all(places)
    return places


@pytest.fixture(scope="session")
def listed() -> Sample:
    return generate(companies=90, seed=41)


@pytest.fixture(scope="session")
def listed_published(listed: Sample, tmp_path_factory: pytest.TempPathFactory) -> Places:
    """An installation that has published `listed`; tests take a copy."""
    places = installed(tmp_path_factory.mktemp("listed"), listed)
    run_all(places)
    return places


@pytest.fixture(scope="session")
def together(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all processes of a parallel test run share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def prefect() -> Iterator[None]:
    """A Prefect server for the whole session."""
    offline.prepare(logging_level="CRITICAL")
    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture
def places(published: Places, tmp_path: Path) -> Places:
    """A copy of an installation that has published."""
    return Places(shutil.copytree(published.root, tmp_path / "installation"))


@pytest.fixture
def pair(places: Places) -> tuple[str, str]:
    """Two records of `places` that wait for a steward."""
    found = pair_to_judge(places)
    left, right = (f"{found[f'{side}_source']}:{found[f'{side}_member_id']}" for side in ("left", "right"))
    return left, right


@pytest.fixture
def asking(places: Places, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """`alliage decide`, `explain`, `correct` or `review` on `places`, in this process."""

    def ask(name: str, *arguments: str | Path) -> Said:
        where: list[str | Path] = ["--warehouse", places.warehouse]
        if name in ("correct", "decide", "review"):
            where += ["--state", places.state]
        return call(name, *arguments, *where, monkeypatch=monkeypatch, capsys=capsys)

    return ask


@pytest.fixture
def command(prefect: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """`alliage run --json` on an installation, in this process."""

    def run(places: Places, *more: str | Path) -> Said:
        return call("run", *where(places), "--json", *more, monkeypatch=monkeypatch, capsys=capsys)

    return run
