"""File work that must survive a crash: fsync, atomic replacement, fingerprints, errors in French."""

import errno
import hashlib
import hmac
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from transforms.errors import MachineError, Where
from transforms.warehouse import modes

_RETRY = "puis relancer"
_DISK_FULL = ("Le disque est plein.", "de la place pour écrire ce fichier")
_NOT_WRITABLE = ("Le dossier n'est pas accessible en écriture.", "un dossier où Alliage peut écrire")
_GOING = ".gone-"
# How DuckDB tells that a file is not, or no longer, a whole database of its own.
_DAMAGE = ("not a valid DuckDB database file", "Could not read enough bytes", "Corrupt database file")
_NO_FOLDER = ("Ce dossier n'existe pas.", "un dossier qui existe et où l'on peut écrire")
_OTHER = ("Le système a refusé une lecture ou une écriture.", "un chemin et un disque en bon état")
# What is wrong, what should have been there, what to do.
_PROBLEMS = {
    errno.ENOSPC: (*_DISK_FULL, f"libérer de la place sur ce disque, {_RETRY}"),
    errno.EDQUOT: (*_DISK_FULL, f"libérer de la place dans ce quota, {_RETRY}"),
    errno.EFBIG: (*_DISK_FULL, f"relever la taille permise d'un fichier, {_RETRY}"),
    errno.EACCES: (*_NOT_WRITABLE, f"donner les droits d'écriture sur ce dossier, {_RETRY}"),
    errno.EPERM: (*_NOT_WRITABLE, f"donner les droits d'écriture sur ce dossier, {_RETRY}"),
    **dict.fromkeys(
        (errno.ENOENT, errno.ENOTDIR), (*_NO_FOLDER, f"créer ce dossier, ou corriger le chemin, {_RETRY}")
    ),
    errno.EROFS: (*_NOT_WRITABLE, f"choisir un dossier qui n'est pas en lecture seule, {_RETRY}"),
}

# What the system says in English, where people can say it better.
_FOUND = {
    errno.ENOENT: "aucun dossier à cet endroit",
    errno.ENOTDIR: "un fichier à la place d'un dossier",
}


@contextmanager
def machine_errors(place: Path) -> Iterator[None]:
    """Turn what the system or DuckDB refuses within the block into a `MachineError` that names `place`.

    Raises:
        MachineError: disk full, no permission, file locked, not enough memory, or any other failure of I/O.
    """
    try:
        yield
    except OSError as error:
        raise _machine_error(error.errno, Path(error.filename or place), error.strerror) from error
    except duckdb.OutOfMemoryException as error:
        raise MachineError(
            "La mémoire ou la place pour les fichiers temporaires ne suffit pas.",
            where=Where(file=str(place)),
            found=str(error).partition("\n")[0],
            expected="assez de mémoire, et de place pour les fichiers temporaires",
            next_step=f"fermer d'autres programmes ou libérer du disque, {_RETRY}",
        ) from error
    except (duckdb.IOException, duckdb.FatalException) as error:
        raise _duckdb_error(str(error), place) from error
    except duckdb.Error as error:
        # A commit that the system refused, or a block that was spoilt; any other is a fault of the program.
        refused = isinstance(error, duckdb.TransactionException) and _refused(str(error))
        if not (refused or is_damage(error)):
            raise
        raise _duckdb_error(str(error), place) from error


def is_damage(error: duckdb.Error) -> bool:
    """Whether DuckDB says that a file is not, or no longer, a whole database."""
    return any(sign in str(error) for sign in _DAMAGE)


def _duckdb_error(text: str, place: Path) -> MachineError:
    first_line = text.partition("\n")[0]
    if "Could not set lock" in text:
        return MachineError(
            "Un autre programme tient ce fichier ouvert en écriture.",
            where=Where(file=str(place)),
            found="un verrou d'écriture tenu par un autre programme",
            expected="un fichier que personne d'autre ne modifie",
            next_step=f"fermer ce programme (ou l'ouvrir en lecture seule), {_RETRY}",
        )
    return _machine_error(_refused(text), place, first_line)


def _refused(text: str) -> int | None:
    """The number of the system's refusal that an error of DuckDB tells in words."""
    return next((number for number in _PROBLEMS if os.strerror(number) in text), None)


def _machine_error(number: int | None, place: Path, found: str | None) -> MachineError:
    otherwise = (*_OTHER, f"vérifier ce chemin et ce disque, {_RETRY}")
    what, expected, next_step = _PROBLEMS.get(number or 0, otherwise)
    found = _FOUND.get(number or 0, found)
    return MachineError(
        what, where=Where(file=str(place)), found=found, expected=expected, next_step=next_step
    )


def fsync(path: Path) -> None:
    """Wait until the file or folder `path` is on the disk itself."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_text(path: Path, text: str, *, mode: int = modes.PRIVATE) -> None:
    """Write `text` as UTF-8 with LF line ends, down to the disk; a crash leaves the old file or the new."""
    write_bytes(path, text.encode(), mode=mode)


def write_bytes(path: Path, content: bytes, *, mode: int = modes.PRIVATE) -> None:
    """Write `content` down to the disk; a crash leaves the old file or the new.

    Whatever the mask of the process, the file has `mode`, its owner's only unless the caller says otherwise.
    """
    draft = path.with_name(f".{path.name.lstrip('.')}.next-{os.getpid()}")
    try:
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), mode)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
    fsync(path.parent)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keyed(key: str, text: str) -> str:
    """The HMAC-SHA-256 of `text` under `key`, 32 hexadecimal digits of it."""
    return hmac.digest(key.encode(), text.encode(), "sha256").hex()[:32]


def remove(path: Path) -> None:
    """Delete a file, a link (never what it points to) or a folder with its content; nothing there is fine."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def remove_at_once(folder: Path) -> None:
    """Delete a folder, hidden first, so that nobody takes what a crash leaves of it for the whole."""
    if folder.exists():
        going = folder.with_name(f"{_GOING}{folder.name}")
        remove(going)
        folder.rename(going)
        remove(going)


def going(folder: Path) -> Iterator[Path]:
    """What a crash in `remove_at_once` has left in `folder`."""
    yield from sorted(folder.glob(f"{_GOING}*"))
