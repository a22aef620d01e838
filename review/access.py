"""The password of the page, the key that signs its sessions, and patience with those who guess."""

import hashlib
import hmac
import os
import secrets
import time
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from transforms.warehouse.files import machine_errors

_KEY_BYTES = 32
_FREE_TRIES = 3
_LONGEST_WAIT = 300.0
_FORGOTTEN_AFTER = 3600.0
_MOST_KEPT = 1000


def signing_key(folder: Path) -> str:
    """The key that signs sessions, kept in `folder` for this user alone; made the first time.

    Raises:
        MachineError: it can be neither read nor written.
    """
    place = folder / "review.key"
    with machine_errors(place):
        folder.mkdir(parents=True, exist_ok=True)
        key = _read(place)
        if len(key) < _KEY_BYTES:
            # Written aside and put in place in one go: two that begin at once end with one key.
            draft = folder / f".review.key.{secrets.token_hex(8)}"
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(_KEY_BYTES))
            if key:
                draft.replace(place)
            else:
                _linked(draft, place)
            key = _read(place)
        place.chmod(0o600)
    return key


def proof_of(password: str | None, key: str) -> str:
    """What a session shows of having given `password`; with another password or key it counts no more."""
    return hmac.new(key.encode(), (password or "").encode(), hashlib.sha256).hexdigest()[:32]


def is_right(given: str, password: str) -> bool:
    """Whether the password is right, told in the same time however much of it is."""
    one, other = (hashlib.sha256(text.encode(errors="replace")).digest() for text in (given, password))
    return hmac.compare_digest(one, other)


class Patience:
    """How long an address that gave wrong passwords has to wait: 2 s, 4 s, 8 s… from the fourth on."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._lock = Lock()

    def wait(self, address: str) -> float:
        """Seconds until the next try of `address`."""
        with self._lock:
            count, last = self._wrong.get(address, (0, 0.0))
            if count <= _FREE_TRIES:
                return 0.0
            pause = min(2.0 ** (count - _FREE_TRIES), _LONGEST_WAIT)
            return max(0.0, last + pause - time.monotonic())

    def wrong(self, address: str) -> None:
        """Note one more wrong password."""
        with self._lock:
            count, last = self._wrong.pop(address, (0, 0.0))
            now = time.monotonic()
            self._wrong[address] = ((0 if now - last > _FORGOTTEN_AFTER else count) + 1, now)
            while len(self._wrong) > _MOST_KEPT:
                self._wrong.popitem(last=False)

    def right(self, address: str) -> None:
        """Forget the wrong ones."""
        with self._lock:
            self._wrong.pop(address, None)


def _read(place: Path) -> str:
    try:
        return place.read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return ""


def _linked(draft: Path, place: Path) -> None:
    try:
        os.link(draft, place)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
