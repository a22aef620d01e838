"""Whose posts the page takes, and what browsers may do with it."""

import hmac
import secrets
from typing import Annotated

from fastapi import Form
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flows.serving.doors import READS, is_own
from transforms.errors import AlliageError

_LARGEST_BODY = 1_000_000
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With « no-referrer » browsers would say « null » where we ask from where a post comes.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cache-Control": "no-store",
}


class ForeignPostError(AlliageError):
    """A post that our own page did not send."""


class SafeHeaders:
    """Tells browsers to load and to send nothing elsewhere, and to keep nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as before, with more headers; those that an answer has already stay."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class OwnPosts:
    """Refuses posts that pages of elsewhere send, and bodies without end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what reads, and what our own pages send."""
        if scope["type"] == "http" and scope["method"] not in READS:
            headers = Headers(scope=scope)
            if not is_own(headers):
                return await _refused(403, "Envoi refusé : il ne vient pas de cette page.")(
                    scope, receive, send
                )
            length = headers.get("content-length", "")
            if not length.isdecimal() or int(length) > _LARGEST_BODY:
                return await _refused(413, "Envoi refusé : il est trop grand.")(scope, receive, send)
        return await self._app(scope, receive, send)


def token(request: Request) -> str:
    """The word that forms of this session send back, made when it is first asked for."""
    if "token" not in request.session:
        request.session["token"] = secrets.token_urlsafe(24)
    return str(request.session["token"])


Token = Annotated[str, Form(alias="jeton")]


def require_token(request: Request, sent: str) -> None:
    """Refuse a form that this session has not been given.

    Raises:
        ForeignPostError: another token, or none.
    """
    if not hmac.compare_digest(token(request).encode(), sent.encode()):
        raise ForeignPostError(
            "Ce formulaire n’est plus valable.",
            found="un formulaire d’une autre session",
            expected="un formulaire de cette session",
            next_step="renvoyer celui-ci",
        )


def _refused(status: int, words: str) -> PlainTextResponse:
    return PlainTextResponse(words, status_code=status)
