"""Prefect's temporary server of a terminal asks for a word that nobody knows, and ends with its command."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from flow_commands import PROGRAM
from served import free_port, until

PREPARED = """
import json, os
from flows import offline
offline.prepare(logging_level="CRITICAL")
print(json.dumps(dict(os.environ)))
"""
COMMAND = """
import subprocess, sys, time
from flows import offline
offline.prepare(logging_level="CRITICAL")
served = ["uvicorn", "--port", sys.argv[1], "--factory", "builtins:dict"]
server = subprocess.Popen([sys.executable, "-m", *served])
print(server.pid, flush=True)
time.sleep(60)
"""


def prepared(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    said = subprocess.run(
        [sys.executable, "-c", PREPARED], env={**kept, **more}, capture_output=True, check=True, timeout=60
    )
    found: dict[str, str] = json.loads(said.stdout)
    return found


def lives(pid: int) -> bool:
    """Is there a process of that number that has not ended?"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_each_command_has_a_word_of_its_own() -> None:
    one, other = prepared(), prepared()
    assert one["PREFECT_API_AUTH_STRING"] == one["PREFECT_SERVER_API_AUTH_STRING"]
    assert len(one["PREFECT_API_AUTH_STRING"]) > 30
    assert one["PREFECT_API_AUTH_STRING"] != other["PREFECT_API_AUTH_STRING"]


def test_a_server_that_is_named_keeps_its_own() -> None:
    found = prepared(PREFECT_API_URL="http://127.0.0.1:9/api", PREFECT_API_AUTH_STRING="alliage:le-sien")
    assert found["PREFECT_API_AUTH_STRING"] == "alliage:le-sien"
    assert "PREFECT_SERVER_API_AUTH_STRING" not in found


def test_the_server_of_a_command_that_is_killed_ends() -> None:
    port = str(free_port())
    command = subprocess.Popen([sys.executable, "-c", COMMAND, port], stdout=subprocess.PIPE, text=True)
    assert command.stdout
    server = int(command.stdout.readline())
    until(lambda: answers(int(port)), 30, "server")
    command.kill()
    command.communicate()
    until(lambda: not lives(server), 10, "end")


def answers(port: int) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}")
    except httpx.TransportError:
        return False
    return True


def children(pid: int) -> list[int]:
    """The servers that a process has started."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    found = [int(one) for text in lists for one in text.read_text().split()]
    return [one for one in found if b"create_app" in Path(f"/proc/{one}/cmdline").read_bytes()]


@pytest.mark.long
def test_alliage_run_leaves_no_server_when_it_is_killed(tmp_path: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        "ALLIAGE_PREFECT_HOME": str(tmp_path / "prefect"),
        "ALLIAGE_WAREHOUSE": str(tmp_path / "clean" / "warehouse.duckdb"),
        "ALLIAGE_STATE": str(tmp_path / "state"),
    }
    run = subprocess.Popen([PROGRAM, "run"], env=environment, stderr=subprocess.DEVNULL)
    try:
        until(lambda: children(run.pid), 60, "server")
        (server,) = children(run.pid)
    finally:
        run.send_signal(signal.SIGKILL)
        run.wait()
    until(lambda: not lives(server), 15, "end")
