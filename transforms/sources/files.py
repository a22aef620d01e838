"""The files of a source: which are candidates, which one is read, what kind of file its bytes say it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

from transforms.errors import InputError, MachineError, Where
from transforms.sources.contract import Contract

# How the names of hidden, lock and temporary files begin.
LOCKS = (".", "~$", "~")
_KINDS = (
    (b"%PDF", "un document PDF"),
    (b"PK\x03\x04", "un classeur Excel (ou une archive ZIP)"),
    (b"PK\x05\x06", "une archive ZIP vide"),
    (b"\xd0\xcf\x11\xe0", "un ancien classeur Excel (.xls), ou un classeur protégé par un mot de passe"),
    (b"\x1f\x8b", "une archive gzip"),
    (b"\x89PNG", "une image"),
    (b"\xff\xd8\xff", "une image"),
    (b"GIF8", "une image"),
    (b"{\\rtf", "un document RTF"),
)
_CSV_SUFFIXES = {".csv", ".tsv", ".txt"}
_EXCEL_SUFFIXES = {".xlsx", ".xlsm", ".xls", ".ods"}
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")

_FOUND_INSTEAD: dict[type[OSError], str] = {
    FileNotFoundError: "aucun fichier de ce nom à cet endroit",
    IsADirectoryError: "un dossier",
    NotADirectoryError: "un chemin qui passe par un fichier comme par un dossier",
}


@dataclass(frozen=True)
class Choice:
    """The file to read, how many there were, and what decided: content, name (a date in it) or order."""

    path: Path
    candidates: int
    decided_by: str


def candidates(folder: Path, contract: Contract) -> list[Path]:
    """The files of `folder` that the contract's patterns name, by name; case and lock files do not matter.

    Raises:
        InputError: the folder is missing or holds no such file.
        MachineError: the folder may not be read.
    """
    try:
        present = sorted(
            path for path in folder.iterdir() if path.is_file() and not path.name.startswith(LOCKS)
        )
    except FileNotFoundError:
        raise _no_file(folder, contract, "le dossier n'existe pas") from None
    except NotADirectoryError:
        raise _no_file(folder, contract, "un fichier au lieu d'un dossier") from None
    except PermissionError as error:
        raise MachineError(
            "Ce dossier ne peut pas être lu : il manque un droit d'accès.",
            where=Where(file=str(folder)),
            found="un dossier fermé à ce compte",
            expected="un dossier lisible",
            next_step="donner le droit de lecture au compte qui lance la fusion",
        ) from error
    wanted = [
        path for path in present if any(fnmatch(path.name.lower(), glob.lower()) for glob in contract.files)
    ]
    if not wanted:
        others = ", ".join(f"« {path.name} »" for path in present[:5])
        raise _no_file(folder, contract, others or "un dossier vide")
    return wanted


def choose(paths: list[Path], date_of: Callable[[Path], tuple[date | None, str]]) -> Choice:
    """The path with the latest export date, else the last by name; `date_of` gives a date and its place."""
    if len(paths) == 1:
        return Choice(paths[0], 1, "order")
    dated = [
        (found or date.min, path.name, path, where) for path in paths for found, where in [date_of(path)]
    ]
    latest, _, path, where = max(dated)
    return Choice(path, len(paths), where if latest > date.min else "order")


def read_bytes(path: Path, expected: str = "un fichier d'export") -> bytes:
    """The content of a file; `expected` tells what it should have been (French).

    Raises:
        InputError: it is gone or is no file.
        MachineError: it may not be read.
    """
    try:
        return path.read_bytes()
    except PermissionError as error:
        raise MachineError(
            "Ce fichier ne peut pas être lu : il manque un droit d'accès.",
            where=Where(file=path.name),
            found="un fichier fermé à ce compte",
            expected="un fichier lisible",
            next_step="donner le droit de lecture au compte qui lance la fusion",
        ) from error
    except OSError as error:
        raise InputError(
            "Ce fichier ne peut pas être lu.",
            where=Where(file=path.name),
            found=_FOUND_INSTEAD.get(type(error), "une erreur de lecture du disque"),
            expected=expected,
            next_step="vérifier le chemin et le nom du fichier",
        ) from error


def refuse_other_kinds(data: bytes, file: str, contract: Contract) -> None:
    """Refuse a file whose bytes are not of the contract's format, whatever its name says.

    Raises:
        InputError: naming what the file is.
    """
    found = kind_of(data)
    is_workbook = data.startswith(WORKBOOKS)
    expected = "un fichier CSV" if contract.format == "csv" else "un classeur Excel"
    if found is None and contract.format == "excel" and data:
        found = "un fichier texte, sans doute un CSV"
    if found is None or (is_workbook and contract.format == "excel"):
        return
    if not data:
        raise InputError(
            "Le fichier est vide.",
            where=Where(file=file),
            found="0 octet",
            expected=expected,
            next_step="refaire l'export",
        )
    raise InputError(
        "Ce fichier n'est pas ce que son nom annonce.",
        where=Where(file=file),
        found=found,
        expected=expected,
        next_step=f"refaire l'export en {'CSV' if contract.format == 'csv' else 'Excel'}",
    )


def format_of(data: bytes, file: str) -> str | None:
    """The format that a file has by its bytes, or by its name where they say nothing: csv, excel or None."""
    if data.startswith(WORKBOOKS):
        return "excel"
    if data and kind_of(data) is None:
        return "csv"
    suffix = Path(file).suffix.lower()
    return "csv" if suffix in _CSV_SUFFIXES else "excel" if suffix in _EXCEL_SUFFIXES else None


def kind_of(data: bytes) -> str | None:
    """What kind of file these bytes are, in French; None for plain text."""
    if not data:
        return "un fichier vide"
    for magic, name in _KINDS:
        if data.startswith(magic):
            return name
    start = data[:1000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table")):
        return "une page HTML"
    if start.startswith(b"<?xml"):
        return "un document XML"
    return "un fichier binaire" if _is_binary(data[:4000]) else None


def _is_binary(sample: bytes) -> bool:
    """Whether control characters are too many for a text; UTF-16, half NUL, is text."""
    odd = sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c\0" for byte in sample)
    return odd > 0.02 * len(sample)


def _no_file(folder: Path, contract: Contract, found: str) -> InputError:
    return InputError(
        f"Aucun export de {contract.title}.",
        where=Where(file=str(folder)),
        found=found,
        expected=f"un fichier {' ou '.join(contract.files)}",
        next_step="déposer l'export dans ce dossier, ou donner une date « closed_on » passée "
        "au contrat si la source n'existe plus",
    )
