"""The look of the morning: when it is due, what it tells, and that it tells it once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.alerts.automations import SILENCE, UNCHANGED
from flows.alerts.deadline import Told, begun, is_due, last, write
from flows.alerts.watch import look, seen, tell
from flows.settings import settings
from transforms.moments import PARIS

SEVEN = time(7)


def paris(day: str, hour: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=PARIS)


TODAY, YESTERDAY = "2027-01-12", "2027-01-11"
# Now, the start of the service, the last day that was looked at, is it due?
DUE: dict[str, tuple[datetime, datetime, str | None, bool]] = {
    "before the hour": (paris(TODAY, "06:59"), paris(YESTERDAY, "08:00"), YESTERDAY, False),
    "at the hour": (paris(TODAY, "07:00"), paris(YESTERDAY, "08:00"), YESTERDAY, True),
    "once a day": (paris(TODAY, "07:01"), paris(YESTERDAY, "08:00"), TODAY, False),
    "restarted after it": (paris(TODAY, "09:20"), paris(TODAY, "09:00"), TODAY, False),
    "down at the hour, catching up": (paris(TODAY, "09:14"), paris(TODAY, "09:00"), YESTERDAY, False),
    "down at the hour": (paris(TODAY, "09:15"), paris(TODAY, "09:00"), YESTERDAY, True),
    "down for a week": (paris(TODAY, "09:15"), paris(TODAY, "09:00"), "2027-01-05", True),
    "installed after the hour": (paris(TODAY, "23:00"), paris(TODAY, "09:00"), None, False),
    "installed before it": (paris(TODAY, "07:00"), paris(TODAY, "06:00"), None, True),
    "the day after": (paris(TODAY, "07:00"), paris(YESTERDAY, "09:00"), None, True),
    "a clock that was ahead once": (paris(TODAY, "07:00"), paris(YESTERDAY, "08:00"), "2031-01-01", True),
    "an hour is missing": (paris("2027-03-28", "07:00"), paris("2027-03-27", "08:00"), "2027-03-27", True),
    "an hour comes twice": (paris("2027-10-31", "06:59"), paris("2027-10-30", "08:00"), "2027-10-30", False),
}


@pytest.mark.parametrize(("now", "started", "last", "due"), DUE.values(), ids=DUE)
def test_when_the_look_is_due(now: datetime, started: datetime, last: str | None, due: bool) -> None:
    told = Told(day=date.fromisoformat(last)) if last else begun(started, SEVEN)
    assert is_due(now.astimezone(UTC), started=started.astimezone(UTC), told=told, deadline=SEVEN) == due


def run(moment: datetime, verdict: str = "published", sha: str = "a", **more: Any) -> dict[str, Any]:
    """A line of the run log, of a run that ended at `moment`."""
    ended = moment.astimezone(UTC).replace(tzinfo=None)
    one = {"source": "clustr", "file": "clustr/membres.csv", "sha256": sha, "records": 3}
    return {
        "run_id": f"{ended:%Y%m%dT%H%M%S}",
        "started_at": (ended - timedelta(minutes=1)).isoformat(),
        "ended_at": ended.isoformat(),
        "verdict": verdict,
        "inputs": [one],
        "counts": {},
        "parameters": "{}",
        **more,
    }


NOW = paris(TODAY, "07:00:04")
NOTHING = Told(day=date(2027, 1, 11))


def told(*runs: dict[str, Any], now: datetime = NOW, before: Told = NOTHING) -> dict[str, str]:
    return dict(look(runs, now, before)[0])


QUIET = {
    "the night has published": [run(paris(TODAY, "04:16"))],
    "somebody did, after a refusal": [run(paris(TODAY, "04:16"), "refused"), run(paris(TODAY, "06:30"))],
    "the evening before": [run(paris(YESTERDAY, "23:05"))],
    "an hour was missing that night": [run(paris("2027-03-28", "04:16"))],
}


@pytest.mark.parametrize("runs", QUIET.values(), ids=QUIET)
def test_nothing_is_told_when_nothing_is_wrong(runs: list[dict[str, Any]]) -> None:
    now = datetime.fromisoformat(runs[-1]["ended_at"]).replace(tzinfo=UTC).astimezone(PARIS)
    at_seven = datetime.combine(now.date() + timedelta(days=now.hour > 12), SEVEN, PARIS)
    assert told(*runs, now=at_seven) == {}


SILENT = {
    "nothing ever": ([], ("rien n'a encore été publié", "Aucune fusion ne s'est terminée")),
    "the night before last": (
        [run(paris(YESTERDAY, "04:16"))],
        ("l'entrepôt date du 11/01/2027 à 04:16", "depuis 11/01/2027 19:00"),
    ),
    "a refusal": (
        [
            run(paris(YESTERDAY, "04:16")),
            run(paris(TODAY, "04:17"), "refused", message="Un export a perdu des fiches."),
        ],
        ("12/01/2027 à 04:17, refusée : Un export a perdu des fiches.",),
    ),
    "a failure": ([run(paris(TODAY, "04:17"), "failed")], ("en échec",)),
    "a restore is no publication": ([run(paris(TODAY, "04:17"), "restored")], ("retour à une version",)),
}


@pytest.mark.parametrize(("runs", "words"), SILENT.values(), ids=SILENT)
def test_silence_is_told(runs: list[dict[str, Any]], words: tuple[str, ...]) -> None:
    found = told(*runs)
    assert list(found) == [SILENCE]
    assert found[SILENCE].startswith("Aucune fusion n'a publié avant 07:00 : ")
    assert "À faire : " in found[SILENCE].splitlines()[0]
    assert not [word for word in words if word not in found[SILENCE]]


def nights(count: int, sha: str = "a") -> list[dict[str, Any]]:
    """Publications of the last nights, today's last, each of the same export."""
    return [run(paris(TODAY, "04:16") - timedelta(days=days), sha=sha) for days in range(count - 1, -1, -1)]


def test_an_export_that_never_changes_is_told_once_and_again_after_a_week() -> None:
    assert told(*nights(45)) == {}
    runs, before, days = nights(47), NOTHING, []
    for day in range(16):
        now = NOW + timedelta(days=day)
        events, before = look([*runs, run(now - timedelta(hours=2))], now, before)
        days += [day] * len(events)
        assert [name for name, _ in events] in ([], [UNCHANGED])
        if events:
            assert "clustr/membres.csv n'a pas changé depuis" in events[0][1]
            assert "en demander un nouveau au réseau" in events[0][1]
    assert days == [0, 7, 14]


def test_a_log_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "runs.jsonl").write_text("abîmé\n")
    ((name, message),), _ = seen(tmp_path, NOW, NOTHING)
    assert name == SILENCE
    assert message.startswith("Le journal des exécutions est illisible. À faire : corriger ou retirer")


def test_what_was_told_outlives_the_service(home: Path) -> None:
    assert last(paris(TODAY, "06:00")).day.isoformat() == YESTERDAY
    assert last(paris(TODAY, "09:00")).day.isoformat() == YESTERDAY
    whole = Told(day=date(2027, 1, 12), unchanged={"clustr": ("a", date(2027, 1, 12))})
    write(whole)
    assert last(paris(TODAY, "09:00")) == whole
    next(home.iterdir()).write_text("{")
    assert last(paris(TODAY, "09:00")) == Told(day=date(2027, 1, 12))


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    monkeypatch.setenv("ALLIAGE_PREFECT_HOME", str(tmp_path / "prefect"))
    settings.cache_clear()
    yield tmp_path / "prefect"
    settings.cache_clear()


class Ears:
    """A server that takes so many events, and then none."""

    def __init__(self, most: int) -> None:
        self.most, self.heard = most, list[str]()

    def emit(self, name: str, message: str) -> None:
        if len(self.heard) == self.most:
            raise ConnectionError(message)
        self.heard.append(name)


def test_where_one_is_lost_those_before_it_are_not_told_again(home: Path) -> None:
    write(NOTHING)
    found = [(SILENCE, "…"), (UNCHANGED, "…")]
    after = Told(day=NOTHING.day, unchanged={"clustr": ("a", NOW.date())})
    with pytest.raises(ConnectionError):
        tell(found, after, before=last(NOW), today=NOW.date(), api=Ears(1))
    assert last(NOW) == NOTHING.model_copy(update={"silent": NOW.date()})
    again = Ears(2)
    tell(found, after, before=last(NOW), today=NOW.date(), api=again)
    assert again.heard == [UNCHANGED]
    assert last(NOW) == after.model_copy(update={"day": NOW.date(), "silent": NOW.date()})
    tomorrow = Ears(2)
    tell(found, after, before=last(NOW), today=NOW.date() + timedelta(days=1), api=tomorrow)
    assert tomorrow.heard == [SILENCE, UNCHANGED]


def test_a_new_export_ends_it_even_where_it_is_refused() -> None:
    old = nights(60)
    before = look(old, NOW, NOTHING)[1]
    assert before.unchanged
    events, after = look([*old, run(paris(TODAY, "06:00"), "refused", sha="b")], NOW, before)
    assert (events, after.unchanged) == ([], {})
