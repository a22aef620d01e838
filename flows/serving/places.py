"""Where the parts of the service keep what they need, all below Prefect's home of this installation."""

from pathlib import Path

from flows.settings import settings

PROJECT = Path(__file__).parent.parent.parent
"""The folder of Alliage: where `prefect.yaml` lies and where flows run."""


def deployments() -> Path:
    """The file that says what staff may start, and when."""
    return PROJECT / "prefect.yaml"


def lock(name: str) -> Path:
    """The file that a part of the service holds while it lives: `service`, `server`, `worker`."""
    return settings().prefect_home / "processes" / f"{name}.lock"


def runs() -> Path:
    """The folder of the files that the processes of flow runs hold."""
    return settings().prefect_home / "processes" / "runs"


def run_lock(flow_run_id: str) -> Path:
    """The file that the process of a flow run holds while it lives."""
    return runs() / f"{flow_run_id}.lock"


def terminal_lock() -> Path:
    """The file that every `alliage run` of a terminal holds, together with others."""
    return lock("terminal")


def log(name: str) -> Path:
    """What a part of the service writes."""
    return settings().prefect_home / "logs" / f"{name}.log"
