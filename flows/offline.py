"""Prefect and Great Expectations set up to be quiet and to send nothing out; called before their import."""

import os
import secrets
import sys

from flows.settings import settings

PARENT = "ALLIAGE_TERMINAL_PID"
"""The variable that tells the temporary server the process of its command."""
_QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "GX_ANALYTICS_ENABLED": "false",
}


def quiet() -> dict[str, str]:
    """What keeps the libraries from sending anything out."""
    return dict(_QUIET)


def prepare(*, logging_level: str) -> None:
    """Set what the environment does not set already.

    Args:
        logging_level: of Prefect's own messages; a terminal shows ours instead.
    """
    defaults = {
        **_QUIET,
        "PREFECT_HOME": str(settings().prefect_home),
        "PREFECT_LOGGING_LEVEL": logging_level,
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        # The first start makes Prefect's database, on slow disks for longer than the default wait.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    }
    # What Prefect has imported it knows already, and a server that is named is not started.
    if "prefect" not in sys.modules and "PREFECT_API_URL" not in os.environ:
        os.environ.update(_of_its_own_server())
    for name, value in defaults.items():
        os.environ.setdefault(name, value)


def _of_its_own_server() -> dict[str, str]:
    # Every user of the machine reaches its port, nobody but this command knows the word that it asks for.
    word = f"alliage:{secrets.token_urlsafe(24)}"
    return {
        "PREFECT_SERVER_API_AUTH_STRING": word,
        "PREFECT_API_AUTH_STRING": word,
        # uvicorn takes its event loop from there: flows/serving/with_parent.py.
        "UVICORN_LOOP": "flows.serving.with_parent:loop",
        PARENT: str(os.getpid()),
    }
