"""The page as an application: doors in front, then sessions, then what each address answers."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.sessions import SessionMiddleware

from flows.serving.doors import LOOPBACK_NAMES, KnownHosts
from review import doors
from review.access import proof_of
from review.desk import Desk
from review.ended import Ended
from review.failing import Composed
from review.pages import company, decisions, entering, judging, pair, queue, running, together
from review.refusing import alone, lapsed, refused
from review.rendering import HERE
from review.site import SESSION_SECONDS, ElsewhereError, Site
from transforms.errors import AlliageError, InputError

_COOKIE = "alliage_review"


def make_app(
    *,
    warehouse: Path,
    state: Path,
    key: str,
    password: str | None = None,
    names: Sequence[str] = (),
    https_only: bool = False,
    kept_in: Path | None = None,
) -> FastAPI:
    """The stewards' page of one installation.

    Args:
        warehouse: the published file.
        state: the folder of its logs.
        key: what signs sessions.
        password: asked for where there is one.
        names: names of hosts under which it answers, beside those of loopback and the address reached.
        https_only: whether browsers are to keep the session from connections without HTTPS.
        kept_in: the folder where sessions that were left are remembered; without, in memory alone.

    Raises:
        MachineError: that folder can be neither read nor written.
    """
    site = Site(Desk(warehouse, state), password, proof_of(password, key), Ended(kept_in, SESSION_SECONDS))

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        yield
        site.desk.close()

    app = FastAPI(title="Alliage", docs_url=None, redoc_url=None, openapi_url=None, lifespan=living)
    app.state.site = site
    # The last one added is the first one met.
    app.add_middleware(Composed)
    app.add_middleware(
        SessionMiddleware,
        secret_key=key,
        session_cookie=_COOKIE,
        max_age=SESSION_SECONDS,
        same_site="strict",
        https_only=https_only,
    )
    app.add_middleware(doors.OwnPosts)
    app.add_middleware(KnownHosts, names=[*LOOPBACK_NAMES, *names])
    app.add_middleware(doors.SafeHeaders)
    for part in (entering, queue, pair, judging, together, company, decisions, running):
        app.include_router(part.router)
    app.mount("/fixe", StaticFiles(directory=HERE / "static"))
    _handle_errors(app)
    return app


def _handle_errors(app: FastAPI) -> None:
    @app.exception_handler(ElsewhereError)
    async def elsewhere(request: Request, error: ElsewhereError) -> Response:
        return await lapsed(request, error)

    @app.exception_handler(AlliageError)
    async def ours(request: Request, error: AlliageError) -> Response:
        return await refused(request, error)

    @app.exception_handler(RequestValidationError)
    async def incomplete(request: Request, _: RequestValidationError) -> Response:
        error = InputError(
            "Cette demande est incomplète.",
            found="un champ manque, est trop long ou n'est pas du bon genre",
            next_step="compléter ce qui manque et renvoyer, ou revenir à la file",
        )
        return await refused(request, error)

    @app.exception_handler(HTTPException)
    async def missing(request: Request, error: HTTPException) -> Response:
        told = InputError("Cette page n'existe pas.", next_step="revenir à la file")
        return alone(request, told, error.status_code)
