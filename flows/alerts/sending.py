"""Handing a message over: by e-mail, to Slack, to Teams, to any webhook."""

import re
import smtplib
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from ipaddress import ip_address
from typing import Any

import httpx

from flows.alerts.channels import NAMES, Channels, Mail

_PATIENCE = 15.0
_PAUSES = (2.0, 6.0)
# What a gateway says (502, 504), or an error of the receiver (500), may come after the message was taken.
_BUSY = (429, 503)
_LINK = re.compile(r"https?://\S+")


class NotDeliveredError(Exception):
    """Nobody took the message; says why in French, without an address.

    Args:
        why: the reason.
        again: whether another attempt makes sense, and cannot deliver the message twice.
    """

    def __init__(self, why: str, *, again: bool = False) -> None:
        super().__init__(why)
        self.again = again


def send(ways: Channels, subject: str, body: str) -> list[str]:
    """Hand the message over by every way; what may pass by itself is tried three times.

    Args:
        ways: the ways out.
        subject: one line.
        body: the message, plain text.

    Returns:
        What went wrong, one sentence a way (French, without an address or a secret); empty if all took it.
    """
    return [
        f"{NAMES[name]} : {problem}"
        for name, attempt in _attempts(ways, subject, body).items()
        if (problem := _tried(attempt)) is not None
    ]


def _attempts(ways: Channels, subject: str, body: str) -> dict[str, Callable[[], None]]:
    found: dict[str, Callable[[], None]] = {}
    if mail := ways.mail:
        found["mail"] = lambda: _mail(mail, subject, body)
    for name, form in _FORMS.items():
        if address := getattr(ways, name):
            found[name] = _posting(address, form(subject, body))
    return found


def _tried(attempt: Callable[[], None]) -> str | None:
    for pause in (*_PAUSES, None):
        try:
            attempt()
        except NotDeliveredError as error:
            if pause is None or not error.again:
                return str(error)
            time.sleep(pause)
        else:
            break
    return None


def _posting(address: str, content: dict[str, Any]) -> Callable[[], None]:
    def post() -> None:
        try:
            answer = httpx.post(address, json=content, timeout=_PATIENCE)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            # Its text may repeat the address, which is the secret.
            never_there = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            raise NotDeliveredError(f"pas de réponse ({type(error).__name__})", again=never_there) from None
        if not answer.is_success:
            busy = answer.status_code in _BUSY
            raise NotDeliveredError(f"refusé par celui qui reçoit (HTTP {answer.status_code})", again=busy)

    return post


def _mail(way: Mail, subject: str, body: str) -> None:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = way.sender
    message["To"] = ", ".join(way.recipients)
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain="alliage.invalid")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    try:
        refused = _handed_over(way, message)
    except smtplib.SMTPAuthenticationError:
        raise NotDeliveredError("utilisateur ou mot de passe refusé par le serveur de courriel") from None
    except smtplib.SMTPRecipientsRefused:
        raise NotDeliveredError("destinataires refusés par le serveur de courriel") from None
    except smtplib.SMTPResponseException as error:
        told = f"refusé par le serveur de courriel (code {error.smtp_code})"
        raise NotDeliveredError(told, again=400 <= error.smtp_code < 500) from None
    except (smtplib.SMTPException, OSError) as error:
        told = f"pas de connexion au serveur de courriel ({type(error).__name__})"
        raise NotDeliveredError(told, again=isinstance(error, ConnectionError)) from None
    if refused:
        raise NotDeliveredError(f"{len(refused)} destinataire(s) refusé(s) par le serveur de courriel")


def _handed_over(way: Mail, message: EmailMessage) -> dict[str, Any]:
    """Those who were refused; leaving in a bad way is no failure, for the message was taken then."""
    server = _connected(way)
    try:
        if way.login:
            server.login(*way.login)
        refused = server.send_message(message)
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
    finally:
        server.close()
    return refused


def _connected(way: Mail) -> smtplib.SMTP:
    host = str(way.parts.hostname)
    if way.parts.scheme == "smtps":
        return smtplib.SMTP_SSL(host, way.port, timeout=_PATIENCE, context=ssl.create_default_context())
    server = smtplib.SMTP(host, way.port, timeout=_PATIENCE)
    try:
        server.ehlo()
        # The mail server of the machine itself often has a certificate that nobody has signed.
        if not _is_here(host) and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        elif way.login and not _is_here(host):
            raise NotDeliveredError(
                "le serveur de courriel ne chiffre pas la connexion : le mot de passe n'est pas envoyé"
            )
    except BaseException:
        server.close()
        raise
    return server


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _for_slack(subject: str, body: str) -> dict[str, Any]:
    # https://api.slack.com/reference/surfaces/formatting: three characters are not for text.
    first, rest = (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for text in (subject, body)
    )
    return {"text": f"*{first}*\n{rest}"}


def _for_teams(subject: str, body: str) -> dict[str, Any]:
    # What the « Workflows » of Teams take: a message with one adaptive card.
    lines = [_block(subject, weight="Bolder"), *map(_block, filter(None, body.split("\n")))]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": lines,
    }
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [content]}


def _block(line: str, **looks: str) -> dict[str, Any]:
    text = _LINK.sub(lambda link: f"[{link[0]}]({link[0]})", line)
    return {"type": "TextBlock", "text": text, "wrap": True, **looks}


def _for_anybody(subject: str, body: str) -> dict[str, Any]:
    return {"title": subject, "text": f"{subject}\n\n{body}"}


_FORMS = {"slack": _for_slack, "teams": _for_teams, "webhook": _for_anybody}
