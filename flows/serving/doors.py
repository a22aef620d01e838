"""Who may ask our servers at all: the names that they answer to, and the pages whose requests they take.

A browser carries out what any page tells it. Without this, a page of elsewhere that is open on this machine
could write to a server that listens here alone.
"""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1", "[::1]")
READS = frozenset({"GET", "HEAD"})
_POLICY_VIOLATION = 1008  # RFC 6455, 7.4.1


class KnownHosts:
    """Answers only under names that are ours: a page of elsewhere cannot make its own name lead here.

    Ours are `names`, and the very address at which a request arrived.
    """

    def __init__(self, app: ASGIApp, names: Sequence[str]) -> None:
        self._app = app
        self._names = tuple(names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what asks for one of our names."""
        reached = (scope.get("server") or ("",))[0]
        hosts = [*self._names, reached, f"[{reached}]"]
        await TrustedHostMiddleware(self._app, hosts, www_redirect=False)(scope, receive, send)


class OwnPages:
    """Refuses what pages of elsewhere write, and the connections that they would keep open.

    Ours are the pages of this server, and those of `origins`: how they are called in front of it.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str] = ()) -> None:
        self._app = app
        self._origins = tuple(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what reads, what programs send, and what our own pages send."""
        writes = scope["type"] == "http" and scope["method"] not in READS
        if not (writes or scope["type"] == "websocket") or is_own(Headers(scope=scope), self._origins):
            await self._app(scope, receive, send)
        elif writes:
            words = "Envoi refusé : il ne vient pas d’une page d’Alliage."
            await PlainTextResponse(words, status_code=403)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})


def is_own(headers: Headers, origins: Sequence[str] = ()) -> bool:
    """Does a request come from a page of the server that it asks or of `origins`, or from a program?"""
    origin = headers.get("origin")
    if origin is not None:
        # The scheme may differ: a server in front of us may speak HTTPS for us.
        return origin in origins or origin.partition("://")[2] == headers.get("host")
    # Programs send neither.
    return headers.get("sec-fetch-site", "same-origin") == "same-origin"
