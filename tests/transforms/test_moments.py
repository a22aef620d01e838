"""People read the time of Paris, whatever the zone of the machine."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from transforms.moments import day_text, in_paris, minute_text, moment_text, today

WINTER = datetime(2026, 1, 5, 23, 30, tzinfo=UTC)
SUMMER = datetime(2026, 7, 5, 22, 30, tzinfo=UTC)


@pytest.fixture(params=["UTC", "Pacific/Auckland", "America/Los_Angeles"], autouse=True)
def _elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as changed:
        changed.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    "given",
    [WINTER, WINTER.replace(tzinfo=None), WINTER.astimezone(timezone(timedelta(hours=-8)))],
    ids=["UTC", "as stored", "elsewhere"],
)
def test_a_moment_is_told_by_the_clock_of_paris(given: datetime) -> None:
    assert moment_text(given) == "06/01/2026 à 00:30"
    assert minute_text(given) == "06/01/2026 00:30"
    assert day_text(given) == "06/01/2026"


def test_summer_is_two_hours_ahead() -> None:
    assert moment_text(SUMMER) == "06/07/2026 à 00:30"


def test_today_is_the_day_of_paris() -> None:
    before = in_paris(datetime.now(UTC)).date()
    assert isinstance(before, date)
    assert today() in (before, in_paris(datetime.now(UTC)).date())
