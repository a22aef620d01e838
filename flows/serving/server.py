"""Prefect's server, changed in three ways and with the block of our alerts; it takes Prefect's own arguments.

Its pages may load nothing from elsewhere, nor tell anything there: the interface asks a maker of statistics
for its settings even when statistics are off, and the browser is where that can be forbidden.

It answers to its own names alone and takes what its own pages send: Prefect's API obeys whoever reaches it,
and any page of the web that is open on this machine reaches it.

Its transactions on SQLite wait their turn. By default one takes the right to write when it first writes. If
another has written since it began to read, SQLite refuses at once: who has just pressed a button hears it.
"""

import runpy
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import FastAPI
from prefect.server.api import server
from prefect.server.database.configurations import AioSqliteConfiguration
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flows.alerts import block as _block
from flows.serving.doors import LOOPBACK_NAMES, KnownHosts, OwnPages
from flows.serving.surroundings import address, names

_ONLY_HERE = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "worker-src 'self' blob:; frame-ancestors 'self'"
)
_begun = AioSqliteConfiguration.begin_transaction
_made = server.create_app
_KNOWN_BLOCKS = (_block.AlliageAlerts,)
"""Prefect sends through the kinds of block that its process has imported."""


class OnlyHere:
    """Tells browsers to ask nobody but this server."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as before, with one header more."""

        async def send_with_header(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Content-Security-Policy"] = _ONLY_HERE
            await send(message)

        await self._app(scope, receive, send_with_header if scope["type"] == "http" else send)


def _made_to_stay_here(*arguments: Any, **more: Any) -> FastAPI:
    app = _made(*arguments, **more)
    # Automations ask for the app again once it serves.
    if app.middleware_stack is None:
        # The last one added is the first one met.
        app.add_middleware(OnlyHere)
        app.add_middleware(OwnPages, origins=[address()])
        app.add_middleware(KnownHosts, names=[*LOOPBACK_NAMES, *names()])
    return app


def _begun_to_write(
    self: AioSqliteConfiguration,
    session: AsyncSession,
    with_for_update: bool = False,  # noqa: ARG001 - asked for or not
) -> AbstractAsyncContextManager[AsyncSessionTransaction]:
    return _begun(self, session, with_for_update=True)


if __name__ == "__main__":
    # By name: to the type checker the methods of the library are another kind of function.
    setattr(server, _made.__name__, _made_to_stay_here)
    setattr(AioSqliteConfiguration, _begun.__name__, _begun_to_write)
    runpy.run_module("prefect", run_name="__main__", alter_sys=True)
