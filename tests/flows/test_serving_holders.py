"""Which processes live is known from locks that the system releases: never from a number alone."""

import errno
import fcntl
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.serving import holders
from flows.serving.flow_process import OnlyOurs

HOLDING = """
import signal, sys, time
from pathlib import Path
from flows.serving import holders
if sys.argv[2] == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
begin = holders.share if sys.argv[2] == "share" else holders.hold
print(begin(Path(sys.argv[1])), flush=True)
time.sleep(60)
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "processes" / "worker.lock"


def started(lock: Path, how: str = "hold") -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(lock), how], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    process.stdout.readline()
    return process


@pytest.fixture
def holding(lock: Path) -> Iterator["subprocess.Popen[str]"]:
    process = started(lock)
    yield process
    process.kill()
    process.communicate()


def test_nobody_holds_what_is_not_there(lock: Path) -> None:
    assert not holders.is_held(lock)
    assert not holders.end(lock, patience=1)


def test_one_holds_and_says_who(lock: Path, holding: "subprocess.Popen[str]") -> None:
    assert holders.is_held(lock)
    assert lock.read_text() == str(holding.pid)
    assert not holders.hold(lock)


def test_it_is_free_when_the_holder_is_killed(lock: Path, holding: "subprocess.Popen[str]") -> None:
    holding.send_signal(signal.SIGKILL)
    holding.wait(10)
    assert not holders.is_held(lock)
    assert not holders.end(lock, patience=1)


def test_the_holder_is_ended(lock: Path, holding: "subprocess.Popen[str]") -> None:
    assert holders.end(lock, patience=10)
    assert holding.wait(10) == -signal.SIGTERM
    assert not holders.is_held(lock)


def test_one_that_does_not_listen_is_ended_all_the_same(lock: Path) -> None:
    process = started(lock, "deaf")
    assert holders.end(lock, patience=0.5)
    assert process.wait(10) == -signal.SIGKILL
    process.communicate()


def test_a_number_that_nobody_holds_is_left_alone(lock: Path) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    lock.parent.mkdir(parents=True)
    lock.write_text(str(bystander.pid))
    assert not holders.end(lock, patience=0.5)
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_many_share(lock: Path) -> None:
    processes = [started(lock, "share") for _ in range(2)]
    processes[0].kill()
    processes[0].communicate()
    assert holders.is_shared(lock)
    processes[1].kill()
    processes[1].communicate()
    assert not holders.is_shared(lock)


@pytest.fixture
def looked_at(lock: Path) -> Iterator[Path]:
    """A file that somebody looks at for a moment: the lock is taken, and given back."""
    lock.parent.mkdir(parents=True)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    threading.Timer(0.1, os.close, (descriptor,)).start()
    yield lock
    while holders._kept:
        os.close(holders._kept.pop())


@pytest.mark.parametrize("begin", [holders.hold, holders.share])
def test_whoever_only_looks_keeps_nobody_out(begin: Callable[[Path], bool], looked_at: Path) -> None:
    assert begin(looked_at)
    assert holders.is_shared(looked_at)


def test_two_that_look_do_not_see_each_other(lock: Path) -> None:
    lock.parent.mkdir(parents=True)
    with lock.open("w") as other:
        fcntl.flock(other, fcntl.LOCK_SH)
        assert not holders.is_held(lock)


def test_a_file_that_is_removed_at_the_last_moment_is_made_anew(looked_at: Path) -> None:
    threading.Timer(0.05, looked_at.unlink).start()
    assert holders.hold(looked_at)
    assert looked_at.read_text() == str(os.getpid())
    assert holders.is_held(looked_at)


def test_only_what_nobody_holds_is_forgotten(lock: Path, holding: "subprocess.Popen[str]") -> None:
    holders.forget(lock)
    assert lock.exists()
    holding.kill()
    holding.wait(10)
    holders.forget(lock)
    assert not lock.exists()
    holders.forget(lock)


def test_what_may_not_be_looked_at_counts_as_held(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The superuser may open every file: refusing is all that another user's file does.
    def refuse(*_: object) -> int:
        raise PermissionError(errno.EACCES, "non")

    monkeypatch.setattr(holders.os, "open", refuse)
    assert holders.is_held(lock)
    assert not holders.share(lock)
    holders.forget(lock)


LINES = {
    "ours": (logging.INFO, "/opt/alliage/flows/progress.py", "texte", True),
    "Prefect's chatter": (logging.INFO, "/venv/prefect/flow_engine.py", "texte", False),
    "Prefect's warning": (logging.WARNING, "/venv/prefect/flow_engine.py", "texte", True),
    "what the run says itself": (logging.ERROR, "/venv/prefect/task.py", "Finished in state Failed()", False),
    "another library whose name begins alike": (logging.INFO, "/venv/prefect_own/flow.py", "texte", True),
}


@pytest.mark.parametrize(("level", "file", "text", "told"), LINES.values(), ids=LINES)
def test_the_log_of_a_run_holds_what_is_for_people(level: int, file: str, text: str, told: bool) -> None:
    record = logging.LogRecord("prefect.flow_runs", level, file, 1, text, (), None)
    assert OnlyOurs(Path("/venv/prefect")).filter(record) == told


def test_it_lives_only_with_its_service(tmp_path: Path) -> None:
    """A part whose service is no more at the moment that it starts ends at once."""
    done = subprocess.run(
        [sys.executable, "-m", "flows.serving.part", "worker", "this"],
        env={**os.environ, "ALLIAGE_SERVICE_PID": "1", "ALLIAGE_PREFECT_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, list(tmp_path.iterdir())) == (0, "", [])
