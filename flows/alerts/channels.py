"""By which ways an alert leaves: what the environment says of them, and what is wrong with it."""

from collections.abc import Iterator
from email.headerregistry import Address
from email.utils import getaddresses
from typing import NoReturn
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import BaseModel, ConfigDict

from flows.settings import Settings
from transforms.errors import InputError
from transforms.wording import plural

_PORTS = {"smtp": 587, "smtps": 465}
_HTTP = ("https", "http")


class Mail(BaseModel):
    """E-mail: the server as `smtp://user:password@host:port` or `smtps://…`, from whom, to whom."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    server: str
    sender: str
    recipients: tuple[str, ...]

    @property
    def parts(self) -> SplitResult:
        """The server's address in its parts."""
        return urlsplit(self.server)

    @property
    def port(self) -> int:
        """The port of the server; that of submission, or of TLS from the start, if none is given."""
        return self.parts.port or _PORTS[self.parts.scheme]

    @property
    def login(self) -> tuple[str, str] | None:
        """User and password, if the server wants them."""
        user, password = self.parts.username, self.parts.password
        return (unquote(user), unquote(password or "")) if user else None


class Channels(BaseModel):
    """The ways out that are set up; each holds a secret, so nothing here is ever shown or logged."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    mail: Mail | None = None
    slack: str | None = None
    teams: str | None = None
    webhook: str | None = None

    def told(self) -> tuple[str, ...]:
        """The ways in French, without what is secret."""
        found = [name for key, name in NAMES.items() if getattr(self, key)]
        if self.mail:
            to = plural(len(self.mail.recipients), "destinataire", "destinataires")
            found[0] = f"courriel ({to})"
        return tuple(found)


NAMES = {"mail": "courriel", "slack": "Slack", "teams": "Teams", "webhook": "webhook"}
"""The ways and their French names, e-mail first."""


def channels(chosen: Settings) -> Channels | None:
    """What the settings say of the ways out; nothing if they say nothing.

    Raises:
        InputError: a setting cannot work; its value is not shown.
    """
    hooks = {
        name: _hook(f"ALLIAGE_ALERT_{name.upper()}", given.get_secret_value().strip())
        for name in ("slack", "teams", "webhook")
        if (given := getattr(chosen, f"alert_{name}")) is not None and given.get_secret_value().strip()
    }
    mail = _mail(chosen)
    return Channels(mail=mail, **hooks) if mail or hooks else None


def _hook(setting: str, address: str) -> str:
    parts = _split(address)
    if parts is None or parts.scheme not in _HTTP or not parts.hostname:
        _refuse(setting, "https://… , l'adresse que donne le service qui reçoit les messages")
    return address


def _mail(chosen: Settings) -> Mail | None:
    server = chosen.alert_smtp.get_secret_value().strip() if chosen.alert_smtp else ""
    wanted = (chosen.alert_email or "").strip()
    if not (server or wanted):
        return None
    if not (server and wanted):
        _refuse(
            "ALLIAGE_ALERT_SMTP" if wanted else "ALLIAGE_ALERT_EMAIL",
            "ALLIAGE_ALERT_EMAIL (à qui) et ALLIAGE_ALERT_SMTP (par quel serveur), ensemble",
        )
    parts = _split(server)
    if parts is None or parts.scheme not in _PORTS or not parts.hostname:
        _refuse(
            "ALLIAGE_ALERT_SMTP",
            "smtp://utilisateur:mot-de-passe@machine:587, ou smtps://…:465 ; caractères spéciaux codés (%40 "
            "pour @)",
        )
    recipients = tuple(_addresses("ALLIAGE_ALERT_EMAIL", wanted))
    user = unquote(parts.username or "")
    sender = chosen.alert_sender or (user if "@" in user else recipients[0])
    return Mail(server=server, sender=next(_addresses("ALLIAGE_ALERT_SENDER", sender)), recipients=recipients)


def _addresses(setting: str, text: str) -> Iterator[str]:
    for _, address in getaddresses([text.replace(";", ",")]):
        try:
            whole = Address(addr_spec=address) if text.isprintable() else Address()
        except (ValueError, IndexError):
            whole = Address()
        if not (whole.username and whole.domain):
            _refuse(setting, "des adresses de courriel séparées par des virgules")
        yield address


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _refuse(setting: str, expected: str) -> NoReturn:
    raise InputError(
        "Un réglage des alertes ne convient pas.",
        found=f"le réglage {setting}, qui n'est pas montré",
        expected=expected,
        next_step="corriger ce réglage, ou le retirer, puis relancer",
    )
