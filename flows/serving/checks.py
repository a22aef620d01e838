"""What the service refuses before it starts anything."""

import socket

from flows.alerts.channels import channels
from flows.serving.surroundings import credentials, is_loopback
from flows.settings import settings
from transforms.errors import InputError, MachineError

_SHORTEST_PASSWORD = 12


def check_settings() -> None:
    """Refuse an address that others reach without a password, and secrets that cannot work.

    Raises:
        InputError: with what to change; it never shows a secret.
    """
    chosen = settings()
    if credentials() is None and not is_loopback(chosen.host):
        raise InputError(
            "L'interface web serait ouverte à d'autres machines sans mot de passe.",
            found=f"ALLIAGE_HOST = « {chosen.host} », sans ALLIAGE_PASSWORD",
            expected="127.0.0.1, ou un mot de passe",
            next_step="donner un mot de passe dans ALLIAGE_PASSWORD, ou retirer ALLIAGE_HOST",
        )
    if any("*" in name for name in chosen.review_names):
        raise InputError(
            "Un nom de la page des gestionnaires ne convient pas.",
            found="un « * » dans ALLIAGE_REVIEW_NAMES, qui admettrait tous les noms",
            expected='des noms entiers, par exemple ["alliage.exemple.fr"]',
            next_step="écrire chaque nom en entier, puis relancer",
        )
    if chosen.password and not _is_usable(chosen.password.get_secret_value()):
        raise InputError(
            "Le mot de passe de l'interface web ne convient pas.",
            found="le réglage ALLIAGE_PASSWORD, qui n'est pas montré",
            expected=f"au moins {_SHORTEST_PASSWORD} caractères : lettres sans accent, chiffres, ponctuation",
            next_step="en choisir un autre, puis relancer",
        )
    if chosen.database and not chosen.database.get_secret_value().startswith(
        ("postgresql://", "postgresql+asyncpg://")
    ):
        raise InputError(
            "La base de données de l'interface web n'est pas une adresse PostgreSQL.",
            found="le réglage ALLIAGE_DATABASE, qui n'est pas montré",
            expected="postgresql://utilisateur:mot-de-passe@machine:5432/base",
            next_step="corriger ce réglage, ou le retirer pour SQLite, puis relancer",
        )
    channels(chosen)


def _is_usable(password: str) -> bool:
    # The web interface sends other characters in an encoding that the server does not expect.
    return len(password) >= _SHORTEST_PASSWORD and password.isascii() and password.isprintable()


def require_free_ports() -> None:
    """Refuse an address or ports that cannot be had, for the web interface or for the stewards' page.

    Raises:
        InputError: both are to have one port.
        MachineError: with what holds it back.
    """
    chosen = settings()
    if chosen.port == chosen.review_port:
        raise InputError(
            "L'interface web et la page des gestionnaires ne peuvent pas avoir le même port.",
            found=f"ALLIAGE_PORT et ALLIAGE_REVIEW_PORT = {chosen.port}",
            expected="deux ports",
            next_step="changer l'un des deux, puis relancer",
        )
    require_free_port(chosen.port, "ALLIAGE_PORT")
    require_free_port(chosen.review_port, "ALLIAGE_REVIEW_PORT")


def require_free_port(port: int, setting: str) -> None:
    """Refuse an address or a port that cannot be had; `setting` is the variable that says the port.

    Raises:
        MachineError: with what holds it back.
    """
    host = settings().host
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(place)
    except OSError as error:
        raise MachineError(
            "L'interface web ne peut pas s'ouvrir à cette adresse.",
            found=f"{host}, port {port} : {error.strerror or error}",
            expected="une adresse de cette machine et un port libre",
            next_step=f"arrêter le programme qui tient ce port, ou en choisir un autre dans {setting}",
        ) from error
