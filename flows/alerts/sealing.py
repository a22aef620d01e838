"""Keeping the ways out: sealed, so that what Prefect stores of them is of no use to whoever reads it.

Prefect encrypts its secrets with a key that lies in the same database, and hands them out to whoever asks its
API for them, which without a password is everybody on the machine. The key of this seal is a file of this
installation that its user alone can read.
"""

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from pydantic import ValidationError

from flows.alerts.channels import Channels
from flows.settings import settings
from transforms.errors import MachineError, Where
from transforms.warehouse.files import machine_errors


def seal(ways: Channels) -> str:
    """The ways out as a text that only this installation can read; its key is made if there is none.

    Raises:
        MachineError: the key cannot be read or written.
    """
    return Fernet(_key(make=True)).encrypt(ways.model_dump_json().encode()).decode()


def unseal(sealed: str) -> Channels:
    """The ways out again.

    Raises:
        MachineError: the key is not there, or another one.
    """
    try:
        return Channels.model_validate_json(Fernet(_key(make=False)).decrypt(sealed.encode()))
    except (InvalidToken, ValidationError, ValueError):
        raise MachineError(
            "Les adresses des alertes ne peuvent plus être lues : leur clé n'est plus la même.",
            where=Where(file=str(_place())),
            next_step="donner à nouveau les réglages ALLIAGE_ALERT_…, puis alliage alerts --set-up",
        ) from None


def _place() -> Path:
    return settings().prefect_home / "alerts.key"


def _key(*, make: bool) -> bytes:
    path = _place()
    with machine_errors(path):
        if make and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"{path.name}.{os.getpid()}")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(Fernet.generate_key())
            draft.replace(path)
        return path.read_bytes()
