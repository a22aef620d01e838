"""The service as staff meet it: starts in one go, shows what can be started, runs it, survives kills."""

import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pytest
from flow_commands import PROGRAM
from pipelines import installed
from served import NIGHTLY, ON_DEMAND, PARTS, PASSWORD, Served, publications, until

from benchmarks.sample import Sample
from flows.serving.stuck_runs import STOPPED

pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.fixture(scope="module")
def served(small: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """An installation that asks for a password; whatever a test does to it, it goes on."""
    one = Served(installed(tmp_path_factory.mktemp("served"), small), {"ALLIAGE_PASSWORD": PASSWORD}).start()
    yield one
    one.stop()
    assert one.living() == {}


def assert_publishes(served: Served) -> None:
    before = publications(served.places)
    state = served.ended(served.trigger())
    assert (state["type"], publications(served.places)) == ("COMPLETED", before + 1), state["message"]
    assert served.going_on() == []


def test_it_tells_its_address_and_what_can_be_started(served: Served) -> None:
    assert f"Alliage est prêt : http://127.0.0.1:{served.port}\n" in served.said
    assert all(name in served.said for name in served.deployments())
    assert ON_DEMAND in served.deployments()


def test_the_nights_are_scheduled_at_quarter_past_four_in_paris(served: Served) -> None:
    wanted = {
        "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
        "deployments": {"name": {"any_": [NIGHTLY]}},
        "sort": "EXPECTED_START_TIME_ASC",
    }

    def nights() -> list[dict[str, Any]]:
        found = served.ask("POST", "/flow_runs/filter", json=wanted)
        return [run for run in found if run["auto_scheduled"]]

    until(nights, 60, "schedule")
    for run in nights():
        start = datetime.fromisoformat(run["expected_start_time"]).astimezone(ZoneInfo("Europe/Paris"))
        assert (start.hour, start.minute) == (4, 15)


def test_the_form_is_that_of_the_parameters(served: Served) -> None:
    schema = served.deployments()[ON_DEMAND]["parameter_openapi_schema"]
    assert "Probabilité à partir de laquelle une paire est à juger" in str(schema)


def test_stewards_start_a_run_from_their_page(served: Served) -> None:
    """What they have decided is in the warehouse that the run publishes."""
    assert f"corrections : http://127.0.0.1:{served.review_port}\n" in served.said
    publications_before = publications(served.places)
    with httpx.Client(base_url=f"http://127.0.0.1:{served.review_port}", follow_redirects=True) as client:

        def send(path: str, **sent: str) -> httpx.Response:
            page = client.get("/qui" if path != "/entrer" else path).text
            token = re.search(r'name="jeton" value="([^"]+)"', page)
            assert token, page
            return client.post(path, data={"jeton": token[1], **sent})

        assert client.get("/").url.path == "/entrer"
        send("/entrer", mot_de_passe=PASSWORD)
        send("/qui", pseudonyme="st-1")
        run = send("/fusion").url.params["id"]
        assert served.ended(run)["type"] == "COMPLETED"
        assert "est terminée" in client.get("/fusion/etat", params={"id": run}).json()["text"]
    assert publications(served.places) == publications_before + 1


def test_a_run_without_exports_fails_with_our_words(served: Served, tmp_path: Path) -> None:
    state = served.ended(served.trigger(raw=str(tmp_path / "nulle-part")))
    assert state["type"] == "FAILED"
    assert "nulle-part" in state["message"]


def test_the_password_is_in_no_argument_and_no_log(served: Served) -> None:
    for pid in served.living().values():
        assert PASSWORD not in Path(f"/proc/{pid}/cmdline").read_text()
    written = [served.said, *(log.read_text() for log in (served.home / "logs").iterdir())]
    assert not [text for text in written if PASSWORD in text]


def test_a_second_service_leaves_with_a_word(served: Served) -> None:
    done = subprocess.run(
        [PROGRAM, "serve"], env=served.environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 5
    assert "déjà en marche" in done.stderr


def test_a_run_whose_process_is_killed_is_told_in_french(served: Served) -> None:
    run = served.trigger()
    served.begun(run)
    served.kill(run)
    assert served.ended(run)["type"] == "CRASHED"
    until(lambda: served.state(run)["message"] == STOPPED, 60, "message")


def test_a_run_that_is_cancelled_ends(served: Served) -> None:
    run = served.trigger()
    served.begun(run)
    cancelling = {"state": {"type": "CANCELLING", "name": "Cancelling"}}
    served.ask("POST", f"/flow_runs/{run}/set_state", json=cancelling)
    assert served.ended(run)["type"] == "CANCELLED"
    until(lambda: served.pid(run) is None, 30, "process")


def test_a_run_of_a_terminal_that_was_killed_is_settled(served: Served) -> None:
    flow = served.ask("POST", "/flows/", json={"name": "fusion"})["id"]
    running = {"type": "RUNNING", "name": "Running"}
    with subprocess.Popen([sys.executable, "-c", TERMINAL, served.home], stdout=subprocess.PIPE) as terminal:
        assert terminal.stdout
        terminal.stdout.readline()
        run = served.ask("POST", "/flow_runs/", json={"flow_id": flow, "state": running})["id"]
        time.sleep(12)
        assert served.state(run)["type"] == "RUNNING"
        terminal.kill()
    assert served.ended(run)["message"] == STOPPED


TERMINAL = """
import sys, time
from pathlib import Path
from flows.serving import holders
holders.share(Path(sys.argv[1]) / "processes" / "terminal.lock")
print("held", flush=True)
time.sleep(60)
"""


def test_parts_that_are_killed_are_started_again(served: Served) -> None:
    run = served.trigger()
    served.begun(run)
    old = {part: served.pid(part) for part in PARTS}
    for part in PARTS:
        served.kill(part)
    until(lambda: all(served.pid(part) not in (None, old[part]) for part in PARTS), 60, "start again")
    served.ended(run)
    assert_publishes(served)


def test_ended_in_the_middle_of_a_run_it_leaves_no_process_and_catches_up_on_nights_once(
    served: Served,
) -> None:
    run = served.trigger()
    served.begun(run)
    old = served.living()
    assert served.stop(signal.SIGTERM) == 0
    assert served.living() == {}
    assert not [name for name, pid in old.items() if Path(f"/proc/{pid}").exists()]
    before, missed = publications(served.places), nights_missed(served)
    served.start()
    assert served.state(run)["message"] == STOPPED
    assert len(missed) > 1
    assert [served.ended(night)["type"] for night in missed[:-1]] == ["CANCELLED"] * (len(missed) - 1)
    assert served.ended(missed[-1])["type"] == "COMPLETED"
    assert publications(served.places) == before + 1


def nights_missed(served: Served) -> list[str]:
    """While the service is stopped, make the scheduled runs those of the last nights; the oldest first."""
    with closing(sqlite3.connect(served.home / "prefect.db")) as base, base:
        planned = base.execute(
            "SELECT flow_run.id, state_id, expected_start_time "
            "FROM flow_run JOIN deployment ON deployment.id = deployment_id "
            "WHERE auto_scheduled AND state_type = 'SCHEDULED' AND deployment.name = ? "
            "ORDER BY expected_start_time",
            [NIGHTLY],
        ).fetchall()
        for run, state, start in planned:
            then = datetime.fromisoformat(start) - timedelta(days=len(planned))
            base.execute(
                "UPDATE flow_run SET expected_start_time = ?1, next_scheduled_start_time = ?1 WHERE id = ?2",
                (then.isoformat(" ", "microseconds"), run),
            )
            base.execute(
                "UPDATE flow_run_state SET state_details = json_set(state_details, '$.scheduled_time', ?) "
                "WHERE id = ?",
                (f"{then.isoformat()}Z", state),
            )
    return [str(UUID(run)) for run, _, _ in planned]


def test_killed_as_a_whole_it_starts_again_with_nothing_stuck(served: Served) -> None:
    runs = [served.trigger(), served.trigger()]
    served.begun(runs[0])
    before, old = publications(served.places), served.living()
    served.kill("service")
    served.process.wait(10)
    served.start()
    assert set(served.living().values()) & set(old.values()) == set()
    assert served.ended(runs[0])["message"] == STOPPED
    assert served.ended(runs[1])["type"] == "COMPLETED"
    assert publications(served.places) > before
    assert served.going_on() == []
