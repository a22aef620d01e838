"""The environment of the service's processes: where they meet, what they must not do, their secrets.

Secrets travel in the environment only, never in the arguments of a process, which everybody can read.
"""

import os
from ipaddress import ip_address
from urllib.parse import urlsplit

from flows import offline
from flows.settings import Settings, settings

USER = "alliage"
_POLL_SECONDS = "3"
_FOREIGN = ("PREFECT_API_KEY", "PREFECT_API_AUTH_STRING", "PREFECT_PROFILE")


def address() -> str:
    """Where people find the web interface."""
    told = settings().public_url or f"http://{_for_url(settings().host)}:{settings().port}"
    return told.rstrip("/")


def names() -> list[str]:
    """The names under which our servers are asked, beside those of this machine for itself."""
    chosen = settings()
    told = urlsplit(chosen.public_url).hostname if chosen.public_url else None
    return [chosen.host, *chosen.review_names, *([told] if told else [])]


def review_address() -> str:
    """Where stewards find their page."""
    return f"http://{_for_url(settings().host)}:{settings().review_port}"


def api_url() -> str:
    """Where the service's own processes find the server."""
    return f"http://{_for_url(_reached(settings().host))}:{settings().port}/api"


def credentials() -> str | None:
    """What the web interface asks for, if it asks."""
    password = settings().password
    return f"{USER}:{password.get_secret_value()}" if password else None


def surroundings() -> dict[str, str]:
    """The environment in which server, worker, registration and flow runs start."""
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    return {
        **kept,
        **offline.quiet(),
        "PREFECT_HOME": str(settings().prefect_home.resolve()),
        "PREFECT_API_URL": api_url(),
        "PREFECT_SERVER_API_HOST": settings().host,
        "PREFECT_SERVER_API_PORT": str(settings().port),
        "PREFECT_SERVER_UI_API_URL": "/api",
        # By default pages of every origin may use the API.
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": address(),
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        "PREFECT_WORKER_QUERY_SECONDS": _POLL_SECONDS,
        "PREFECT_WORKER_CANCELLATION_POLL_SECONDS": "10",
        # A proxy is for the way out, which alerts take; it would be asked for our own address too.
        **dict.fromkeys(("NO_PROXY", "no_proxy"), _not_by_proxy()),
        **_secrets(settings()),
    }


def _secrets(chosen: Settings) -> dict[str, str]:
    found: dict[str, str] = {}
    if asked := credentials():
        found |= {"PREFECT_SERVER_API_AUTH_STRING": asked, "PREFECT_API_AUTH_STRING": asked}
    if chosen.database:
        _, _, rest = chosen.database.get_secret_value().partition("://")
        found["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = f"postgresql+asyncpg://{rest}"
    return found


def _not_by_proxy() -> str:
    given = os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or ""
    return ",".join(filter(None, (given, "127.0.0.1", "localhost", "::1", _reached(settings().host))))


def is_loopback(host: str) -> bool:
    """Can only this machine reach a server on `host`?"""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _reached(host: str) -> str:
    # A server that listens everywhere is asked where it certainly is.
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def _for_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
