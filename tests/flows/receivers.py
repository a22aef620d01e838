"""Who gets alerts in tests, on loopback: a receiver of webhooks and a small mail server."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast


@dataclass
class Hooks:
    """What came by HTTP: path and content of each request, in order."""

    port: int = 0
    came: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    """The codes of the next answers; 200 when there are none left."""

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def hooks() -> Iterator[Hooks]:
    """A receiver of webhooks."""
    found = Hooks()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            found.came.append((self.path, json.loads(content)))
            self.send_response(found.answers.pop(0) if found.answers else 200)
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.port = server.server_address[1]
        yield from _served(server, found)


@dataclass
class Mails:
    """What came by e-mail, and the words of the clients that logged in."""

    port: int = 0
    came: list[EmailMessage] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    """Recipients that this server does not take."""
    farewell: str = "221 adieu"
    """What it says to a client that leaves; if nothing, it hangs up."""


class _MailHandler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 ici")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if not (answer := self._answer(verb, line)):
                return
            self._say(answer)
            if verb == "DATA":
                self._found.came.append(self._message())
                self._say("250 pris")

    @property
    def _found(self) -> Mails:
        return cast("_MailServer", self.server).found

    def _answer(self, verb: str, line: str) -> str:
        if verb == "AUTH":
            self._found.logins.append(line)
        if verb == "RCPT" and any(one in line for one in self._found.refused):
            return "550 inconnu"
        known = {
            "EHLO": "250-ici\r\n250 AUTH PLAIN",
            "AUTH": "235 oui",
            "DATA": "354 allez",
            "QUIT": self._found.farewell,
        }
        return known.get(verb, "250 oui")

    def _message(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()).rstrip(b"\r\n") != b".":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return cast("EmailMessage", message_from_bytes(b"".join(lines), policy=policy.default))

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, found: Mails) -> None:
        super().__init__(("127.0.0.1", 0), _MailHandler)
        self.found = found
        found.port = self.server_address[1]


@contextmanager
def mails() -> Iterator[Mails]:
    """A mail server that takes every login and, without TLS, every message."""
    found = Mails()
    with _MailServer(found) as server:
        yield from _served(server, found)


def _served(server: socketserver.BaseServer, found: Any) -> Iterator[Any]:
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    serving.start()
    try:
        yield found
    finally:
        server.shutdown()
        serving.join()
