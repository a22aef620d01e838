"""The page as a steward's browser meets it, without the browser."""

import html
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import httpx
import uvicorn
from pipelines import Places, rows

from review.app import make_app
from transforms.matching.decisions.decision import Decision
from transforms.matching.decisions.log import read_log

Ends = tuple[str, str]
PASSWORD = "jonquille-du-soir-42"
_KEY = "0" * 64


@dataclass
class Visitor:
    """One session on the page at `address`."""

    address: str

    def __enter__(self) -> Self:
        self.client = httpx.Client(base_url=self.address, follow_redirects=True, timeout=30)
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def enter(self, steward: str = "st-1") -> Self:
        """Say who judges."""
        answer = self.post("/qui", pseudonyme=steward)
        assert answer.status_code == httpx.codes.OK, answer.text
        return self

    def get(self, path: str, **asked: Any) -> httpx.Response:
        """A page."""
        return self.client.get(path, params=asked or None)

    def post(self, path: str, **sent: Any) -> httpx.Response:
        """A form, with the token that this session was given."""
        return self.sent(path, {"jeton": self.token(), **sent})

    def sent(self, path: str, sent: dict[str, Any]) -> httpx.Response:
        """A form as it is."""
        return self.client.post(path, data=sent, headers={"Origin": self.address})

    def token(self) -> str:
        """The token of this session's forms."""
        page = self.client.get("/qui").text
        found = re.search(r'name="jeton" value="([^"]+)"', page)
        assert found, page
        return found[1]

    def judge(self, ends: Ends, verdict: str, **more: Any) -> httpx.Response:
        """A word on a pair."""
        return self.post("/juger", gauche=ends[0], droite=ends[1], verdict=verdict, **more)


def queue(places: Places) -> list[Ends]:
    """The pairs to judge, in their order."""
    sql = """
        SELECT left_source || ':' || left_member_id, right_source || ':' || right_member_id
        FROM review_queue
        ORDER BY priority DESC, left_source, left_member_id, right_source, right_member_id
    """
    return [(left, right) for left, right in rows(places.warehouse, sql)]


def log(places: Places) -> tuple[Decision, ...]:
    """The decisions of the log."""
    return read_log(places.state).decisions


def said(places: Places) -> list[tuple[str, str, str]]:
    """The decisions that nobody has taken back: both ends and the verdict."""
    return [
        (":".join(one.pair[0]), ":".join(one.pair[1]), one.verdict)
        for one in log(places)
        if one.revoked_at is None
    ]


def shown_pair(answer: httpx.Response) -> Ends:
    """The pair that an answer shows."""
    asked = dict(parse_qsl(urlsplit(str(answer.url)).query))
    return asked["gauche"], asked["droite"]


def text_of(answer: httpx.Response) -> str:
    """What a page says, without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def copied(places: Places, root: Path) -> Places:
    """A copy of an installation, without what only going back and debugging need."""
    aside = shutil.ignore_patterns("versions", "build.duckdb", "rapport.*")
    return Places(shutil.copytree(places.root, root, ignore=aside))


@contextmanager
def served(places: Places, *, password: str | None = None, kept_in: Path | None = None) -> Iterator[str]:
    """The page of an installation on a free port; its address."""
    app = make_app(
        warehouse=places.warehouse, state=places.state, key=_KEY, password=password, kept_in=kept_in
    )
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", server_header=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < until, "the page does not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)
