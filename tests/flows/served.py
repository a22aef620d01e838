"""`alliage serve` as a process of its own, on loopback, and what a browser would ask of it."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import httpx
from flow_commands import PROGRAM
from pipelines import Places

from flows.serving import holders

ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
PARTS = ("server", "worker", "review")
ON_DEMAND = "fusion à la demande"
NIGHTLY = "fusion de nuit"
PASSWORD = "jonquille-du-soir-42"
STARTING_SECONDS = 150
RUN_SECONDS = 180


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port


def until(is_done: Callable[[], object], seconds: float, what: str) -> None:
    limit = time.monotonic() + seconds
    while not is_done():
        assert time.monotonic() < limit, f"{what}: not within {seconds} s"
        time.sleep(0.2)


LOOPBACK = ("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F")


def sockets(pid: int) -> Iterator[str]:
    """The two ends of every TCP socket of a process, as the system writes them; a listener has no second."""
    own = {str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir() if one.is_symlink()}
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            cells = line.split()
            if f"socket:[{cells[9]}]" in own:
                listens = cells[3] == "0A"
                yield from cells[1:2] if listens else cells[1:3]


def publications(places: Places) -> int:
    """How often an installation has published."""
    if not places.warehouse.exists():
        return 0
    with duckdb.connect(str(places.warehouse), read_only=True) as con:
        found = con.execute("SELECT count(*) FROM publications").fetchall()
        return int(found[0][0])


@dataclass
class Served:
    """One installation that is served, by way of the command `through` if there is one."""

    places: Places
    more: dict[str, str] = field(default_factory=dict)
    through: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    review_port: int = field(default_factory=free_port)

    @property
    def home(self) -> Path:
        return self.places.root / "prefect"

    @property
    def said(self) -> str:
        """What the service has told so far."""
        return (self.places.root / "said.log").read_text()

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "ALLIAGE_"))
        }
        return {
            **kept,
            "ALLIAGE_PREFECT_HOME": str(self.home),
            "ALLIAGE_PORT": str(self.port),
            "ALLIAGE_REVIEW_PORT": str(self.review_port),
            "ALLIAGE_RAW": str(self.places.raw),
            "ALLIAGE_WAREHOUSE": str(self.places.warehouse),
            "ALLIAGE_STATE": str(self.places.state),
            **self.more,
        }

    def start(self) -> "Served":
        """Start it and wait until it says that it is ready."""
        with (self.places.root / "said.log").open("w") as log:
            self.process = subprocess.Popen(
                [*self.through, PROGRAM, "serve"],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(lambda: "prêt" in self.said or self.process.poll() is not None, STARTING_SECONDS, "start")
        assert self.process.poll() is None, self.said
        return self

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """End it as people do; the code with which it has ended."""
        if self.process.poll() is None:
            os.kill(self.pid("service") or self.process.pid, how)
        return self.process.wait(60)

    def pid(self, part: str) -> int | None:
        """The process of a part that lives: `service`, `server`, `worker`, or the id of a flow run."""
        for folder in ("", "runs"):
            lock = self.home / "processes" / folder / f"{part}.lock"
            if holders.is_held(lock) and (number := lock.read_text()):
                return int(number)
        return None

    def kill(self, part: str) -> None:
        """`kill -9`, of a process of this installation only."""
        pid = self.pid(part)
        assert pid, f"{part} does not live"
        os.kill(pid, signal.SIGKILL)

    def living(self) -> dict[str, int]:
        """Every process of this installation that lives."""
        names = [lock.stem for lock in (self.home / "processes").rglob("*.lock")]
        return {name: pid for name in names if (pid := self.pid(name))}

    def ask(self, method: str, path: str, **request: Any) -> Any:
        """A request to the API; while the server is being started again, the next one."""
        for _ in range(100):
            try:
                answer = httpx.request(
                    method, self.address + "/api" + path, timeout=30, auth=self.auth, **request
                )
                answer.raise_for_status()
                return answer.json()
            except httpx.TransportError:
                time.sleep(1)
        raise AssertionError("the server does not answer")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def auth(self) -> tuple[str, str] | None:
        password = self.more.get("ALLIAGE_PASSWORD")
        return ("alliage", password) if password else None

    def deployments(self) -> dict[str, dict[str, Any]]:
        found = self.ask("POST", "/deployments/filter", json={})
        return {one["name"]: one for one in found}

    def trigger(self, name: str = ON_DEMAND, **parameters: Any) -> str:
        """Start a deployment as the form does, with what it asks for; the id of its run."""
        deployment = self.deployments()[name]["id"]
        chosen = {"parameters": {"parameters": parameters}} if parameters else {}
        run = self.ask("POST", f"/deployments/{deployment}/create_flow_run", json=chosen)
        return str(run["id"])

    def state(self, run: str) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", f"/flow_runs/{run}")["state"]
        return found

    def ended(self, run: str) -> dict[str, Any]:
        """The state in which a run has ended."""
        until(lambda: self.state(run)["type"] in ENDED, RUN_SECONDS, "run")
        return self.state(run)

    def begun(self, run: str) -> None:
        """Wait until a run has a process and has begun."""
        until(lambda: self.state(run)["type"] in ("RUNNING", *ENDED), RUN_SECONDS, "begin")

    def going_on(self) -> list[dict[str, Any]]:
        """The runs that the server believes to go on."""
        states = {"state": {"type": {"any_": ["RUNNING", "PENDING", "CANCELLING"]}}}
        found: list[dict[str, Any]] = self.ask("POST", "/flow_runs/filter", json={"flow_runs": states})
        return found

    def log(self, run: str) -> list[str]:
        """What a run has told."""
        wanted = {"logs": {"flow_run_id": {"any_": [run]}}, "sort": "TIMESTAMP_ASC"}
        return [line["message"] for line in self.ask("POST", "/logs/filter", json=wanted)]
