"""What pages of elsewhere may not do with our servers, and what our own pages and programs may."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from flows.serving.doors import LOOPBACK_NAMES, KnownHosts, OwnPages

PUBLIC = "https://alliage.exemple.fr"
HERE = "http://127.0.0.1:4200"


async def answer(_: Request) -> PlainTextResponse:
    return PlainTextResponse("fait")


async def talk(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("fait")
    await socket.close()


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = Starlette(routes=[Route("/", answer, methods=["GET", "PATCH"]), WebSocketRoute("/suite", talk)])
    app.add_middleware(OwnPages, origins=[PUBLIC])
    app.add_middleware(KnownHosts, names=[*LOOPBACK_NAMES, "alliage.exemple.fr"])
    return TestClient(app, base_url=HERE)


# The method, the headers, the code of the answer.
ASKED: dict[str, tuple[str, dict[str, str], int]] = {
    "a program": ("PATCH", {}, 200),
    "our own page": ("PATCH", {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}, 200),
    "our own page by a tunnel": ("PATCH", {"Origin": "http://localhost:9", "Host": "localhost:9"}, 200),
    "our own page behind HTTPS": ("PATCH", {"Origin": PUBLIC, "Host": "alliage.exemple.fr"}, 200),
    "HTTPS that passes on another name": ("PATCH", {"Origin": PUBLIC}, 200),
    "loopback in IPv6": ("PATCH", {"Origin": "http://[::1]:4200", "Host": "[::1]:4200"}, 200),
    "a page of elsewhere": ("PATCH", {"Origin": "https://ailleurs.example"}, 403),
    "it asks first": ("OPTIONS", {"Origin": "https://ailleurs.example"}, 403),
    "another port of this machine": ("PATCH", {"Origin": "http://127.0.0.1:9"}, 403),
    "a page without an origin": ("PATCH", {"Origin": "null"}, 403),
    "a browser that does not say which page": ("PATCH", {"Sec-Fetch-Site": "cross-site"}, 403),
    "a name that was made to lead here": ("GET", {"Host": "ailleurs.example:4200"}, 400),
    "its page, which is of one origin with it": (
        "PATCH",
        {"Host": "ailleurs.example:4200", "Origin": "http://ailleurs.example:4200"},
        400,
    ),
    "a link from elsewhere": ("GET", {"Sec-Fetch-Site": "cross-site"}, 200),
}


@pytest.mark.parametrize(("method", "headers", "code"), ASKED.values(), ids=ASKED)
def test_who_is_answered(method: str, headers: dict[str, str], code: int, client: TestClient) -> None:
    assert client.request(method, "/", headers=headers).status_code == code


def test_a_page_of_elsewhere_keeps_no_connection_open(client: TestClient) -> None:
    with client.websocket_connect("/suite", headers={"Origin": HERE, "Host": "127.0.0.1:4200"}) as socket:
        assert socket.receive_text() == "fait"
    elsewhere = {"Origin": "https://ailleurs.example", "Host": "127.0.0.1:4200"}
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/suite", headers=elsewhere):
        pytest.fail("connected")
