"""The list of erased persons in the state folder: hashes under the key of the installation, nothing else."""

import csv
import io
import json
import secrets
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from transforms.errors import InputError, Where
from transforms.suppression.matcher import Entry, Matcher
from transforms.warehouse import files
from transforms.warehouse.register import KEY_COLUMNS, KEY_FILE, read_fingerprint_key

FILE = "erasures.jsonl"
RECEIPTS = "effacements"
PENDING = ".erasure-pending.json"


class Erasure(BaseModel):
    """One erasure: when (UTC), and what is refused from then on; `check` tells another key than its own."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    erasure_id: str
    at: datetime
    check: str
    keeps_names: bool = False
    entries: tuple[Entry, ...]


class Rewritten(BaseModel):
    """One file that was rewritten: its name, and its SHA-256 before and after."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    file: str
    before: str
    after: str


class Pending(BaseModel):
    """An erasure under way: enough to begin again, without a word of who is erased.

    Attributes:
        erasure: its hashes.
        members: the rows of the person, « source:number ».
        fingerprints: those of their telephones in the register of ids, wherever they stand.
        own_fingerprints: those that others have too: on these rows only.
        damaged: published files that were not those of their manifest before anything was done.
        raw, warehouse, prefect_home, also: where to look.
        rewritten: exports that were rewritten so far; what they were cannot be found out again.
        values: how many of theirs were held, by kind of place.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    erasure: Erasure
    members: frozenset[str] = frozenset()
    fingerprints: frozenset[str] = frozenset()
    own_fingerprints: frozenset[str] = frozenset()
    damaged: frozenset[str] = frozenset()
    raw: Path
    warehouse: Path
    prefect_home: Path
    also: tuple[Path, ...] = ()
    rewritten: tuple[Rewritten, ...] = ()
    values: dict[str, int] = Field(default_factory=dict)


class Receipt(BaseModel):
    """The proof of an erasure; nothing in it tells who was erased.

    Attributes:
        rows: rows of member lists that were the person's.
        identifiers: hashes that are refused from now on.
        values: how many of theirs were held and are no more, by kind of place.
        exports: the exports that were written anew.
        not_looked_into: what Alliage could not look into, of which the receipt proves nothing (French).
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    erasure_id: str
    begun_at: datetime
    ended_at: datetime
    rows: int
    identifiers: int
    keeps_names: bool
    values: dict[str, int]
    exports: tuple[Rewritten, ...]
    not_looked_into: tuple[str, ...] = ()
    alliage_version: str


def new_erasure(key: str, entries: tuple[Entry, ...], *, keeps_names: bool) -> Erasure:
    """An erasure that begins now."""
    now = datetime.now(UTC)
    erasure_id = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    check = check_of(key, erasure_id)
    return Erasure(erasure_id=erasure_id, at=now, check=check, keeps_names=keeps_names, entries=entries)


def check_of(key: str, erasure_id: str) -> str:
    """What proves that a list was made with `key`."""
    return files.keyed(key, f"check:{erasure_id}")


def read_erasures(state: Path) -> tuple[Erasure, ...]:
    """All erasures, oldest first.

    Raises:
        InputError: a line is damaged: a run that went on would let erased persons in again.
    """
    path = state / FILE
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    return tuple(_erasure(path, number, line) for number, line in enumerate(lines, 1) if line.strip())


def add_erasure(state: Path, erasure: Erasure) -> None:
    """Add an erasure to the list, if it is not there yet."""
    known = read_erasures(state)
    if erasure.erasure_id not in {one.erasure_id for one in known}:
        lines = [one.model_dump_json() + "\n" for one in (*known, erasure)]
        files.write_text(state / FILE, "".join(lines))


def suppressed(state: Path) -> tuple[Matcher, ...]:
    """What finds all erased persons: none if nobody was ever erased.

    Those whose company keeps its name, which is theirs too, have a matcher of their own.

    Raises:
        InputError: the list is damaged, or its key is gone: erased persons would come in again unseen.
    """
    erasures = read_erasures(state)
    if not erasures:
        return ()
    key = read_fingerprint_key(state)
    if key is None or any(one.check != check_of(key, one.erasure_id) for one in erasures):
        raise InputError(
            "La clé des effacements n'est pas celle de cette liste : des personnes effacées reviendraient.",
            where=Where(file=str(state / KEY_FILE)),
            found="aucune clé" if key is None else "une autre clé",
            expected=f"la clé avec laquelle {FILE} a été écrit",
            next_step="remettre ces deux fichiers dans l'état de la même sauvegarde",
        )
    found = (
        Matcher(
            key,
            frozenset(entry for one in erasures for entry in one.entries if one.keeps_names is keeps),
            keeps_names=keeps,
        )
        for keeps in (False, True)
    )
    return tuple(matcher for matcher in found if matcher.entries)


def ensure_key(state: Path) -> str:
    """The key of this installation, made if no publication has made one yet."""
    key = read_fingerprint_key(state)
    if key is None:
        key = secrets.token_hex(16)
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows([KEY_COLUMNS, [key]])
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.write_text(state / KEY_FILE, text.getvalue(), mode=0o600)
    return key


def read_pending(state: Path) -> Pending | None:
    """The erasure that is under way, None if there is none.

    Raises:
        InputError: its file is damaged.
    """
    path = state / PENDING
    try:
        return Pending.model_validate_json(path.read_bytes()) if path.exists() else None
    except ValidationError as error:
        raise _damaged(path, 1, "un fichier qui n'est pas de ce programme") from error


def write_pending(state: Path, pending: Pending) -> None:
    """Put down how far an erasure has come."""
    files.write_text(state / PENDING, pending.model_dump_json() + "\n", mode=0o600)


def end_pending(state: Path) -> None:
    """The erasure is complete."""
    files.remove(state / PENDING)
    files.fsync(state)


def _erasure(path: Path, number: int, line: bytes) -> Erasure:
    try:
        return Erasure.model_validate(json.loads(line))
    except (ValueError, ValidationError) as error:
        raise _damaged(path, number, "une ligne qui n'est pas un effacement") from error


def _damaged(path: Path, line: int, found: str) -> InputError:
    return InputError(
        "La liste des effacements est abîmée.",
        where=Where(file=path.name, line=line),
        found=found,
        expected="le fichier tel qu'Alliage l'a écrit",
        next_step="remettre ce fichier dans l'état de sa dernière sauvegarde",
    )
