"""The page as a process of the service, or of `alliage review serve`."""

import uvicorn

from flows.serving.surroundings import names
from flows.settings import settings
from review.access import signing_key
from review.app import make_app


def serve() -> None:
    """Serve the page of this installation until the process is asked to end.

    Raises:
        InputError: a setting is not valid.
        MachineError: the key of the sessions, or those that were left, cannot be kept.
    """
    chosen = settings()
    app = make_app(
        warehouse=chosen.warehouse,
        state=chosen.state,
        key=signing_key(chosen.prefect_home),
        password=chosen.password.get_secret_value() if chosen.password else None,
        names=names(),
        kept_in=chosen.prefect_home,
        # Behind a server with HTTPS nobody reaches the page otherwise.
        https_only=bool(chosen.public_url and chosen.public_url.startswith("https://")),
    )
    # Addresses hold what was searched for: nobody logs them.
    uvicorn.run(
        app,
        host=chosen.host,
        port=chosen.review_port,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    serve()
