"""A file of decisions that stewards have filled in: CSV, JSON lines or a workbook, one decision a line."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from transforms.errors import InputError, Where
from transforms.matching import labels
from transforms.matching.decisions.decision import Record
from transforms.matching.decisions.proposals import Proposal, moment, visible
from transforms.sources.csv_reader import read_csv
from transforms.sources.excel_reader import read_excel
from transforms.sources.files import format_of, kind_of, read_bytes
from transforms.sources.grid import Grid

_ENDS = ("left_source", "left_member_id", "right_source", "right_member_id")
_NEEDED = (*_ENDS, "verdict")
_OPTIONAL = ("steward", "reason", "decided_at")
_REVOKED = "revoked_at"
_READ = (*_NEEDED, *_OPTIONAL, _REVOKED)
_TITLE_LINES = 20
# A list of judgements, not a warehouse: whoever has more has another kind of file.
_MOST_BYTES = 50_000_000

Row = Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """One line of the file: its number, and the proposal on it or what is wrong with it."""

    number: int
    proposal: Proposal | None
    problem: InputError | None = None


def read_decision_file(path: Path, steward: str | None) -> list[Line]:
    """The decisions in a file; its columns have the names that they have in the log.

    Args:
        path: CSV, JSON lines or a workbook. Columns that are not known are left aside, the ids of the log
            among them: ids are given when a decision is recorded.
        steward: who decided where a line does not say so.

    Raises:
        InputError: the file cannot be read, or lacks a column.
    """
    lines = [_line(number, row, steward) for number, row in _rows(path)]
    if lines:
        return lines
    raise InputError(
        "Ce fichier ne contient aucune décision.",
        where=Where(file=path.name),
        found="aucune ligne remplie",
        expected=f"une décision par ligne, avec les colonnes {', '.join(_NEEDED)}",
        next_step="vérifier que c'est le bon fichier",
    )


def _line(number: int, row: Row | InputError, steward: str | None) -> Line:
    if isinstance(row, InputError):
        return Line(number, None, row)
    try:
        return Line(number, _proposal(row, steward))
    except InputError as error:
        return Line(number, None, error)


def _proposal(row: Row, steward: str | None) -> Proposal:
    empty = [name for name in _ENDS if not row[name]]
    if empty:
        raise InputError(
            "Il manque une partie des deux fiches.",
            found=f"rien dans {', '.join(empty)}",
            expected="un réseau et un numéro d'adhérent de chaque côté",
            next_step="compléter la ligne",
        )
    verdict = labels.verdict_of(row["verdict"])
    if verdict is None:
        raise InputError(
            "Ce verdict n'existe pas.",
            found=f"« {visible(row['verdict'])[:40]} »",
            expected="same, different ou unsure (même entreprise, entreprises différentes, ne sait pas)",
            next_step="corriger le verdict",
        )
    if row.get(_REVOKED):
        raise InputError(
            "Cette décision a été retirée.",
            found=f"une date dans {_REVOKED}",
            expected="une décision en vigueur",
            next_step="ôter la ligne ; une décision se retire avec alliage decide --revoke",
        )
    left, right = (_record(row, side) for side in ("left", "right"))
    decided_at = moment(row["decided_at"]) if row.get("decided_at") else None
    return Proposal.checked(
        left, right, verdict, row.get("steward") or steward or "", row.get("reason"), decided_at
    )


def _record(row: Row, side: str) -> Record:
    return row[f"{side}_source"], row[f"{side}_member_id"]


def _rows(path: Path) -> Iterator[tuple[int, Row | InputError]]:
    data = read_bytes(path)
    if len(data) > _MOST_BYTES:
        raise InputError(
            "Ce fichier est trop gros pour une liste de décisions.",
            where=Where(file=path.name),
            found=f"{len(data) // 1_000_000} Mo",
            expected=f"{_MOST_BYTES // 1_000_000} Mo au plus",
            next_step="vérifier que c'est le bon fichier, ou le couper",
        )
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        yield from _json_rows(data, path.name)
    else:
        rows = _table_rows(_grids(data, path.name), path.name)
        yield from ((number, row) for number, row in rows if any(row.values()))


def _grids(data: bytes, file: str) -> list[Grid]:
    kind = format_of(data, file)
    if kind is None or (kind == "csv" and kind_of(data) is not None):
        raise InputError(
            "Ce fichier n'est pas une liste de décisions.",
            where=Where(file=file),
            found=kind_of(data) or "un format inconnu",
            expected="un fichier .csv, .jsonl ou .xlsx",
            next_step="vérifier que c'est le bon fichier",
        )
    return read_excel(data, file) if kind == "excel" else [read_csv(data, file)]


def _table_rows(grids: list[Grid], file: str) -> Iterator[tuple[int, Row]]:
    """The rows of the first sheet that has the columns, below its line of titles."""
    closest: set[str] = set()
    for grid in grids:
        for line, *cells in grid.values.head(_TITLE_LINES).itertuples(name=None):
            places = {name.strip().lower(): place for place, name in enumerate(cells)}
            known = {name: place for name, place in places.items() if name in _READ}
            if set(_NEEDED) <= set(known):
                below = grid.values.loc[line + 1 :].itertuples(name=None)
                return (
                    (at, {name: row[place].strip() for name, place in known.items()}) for at, *row in below
                )
            closest = max(closest, set(known), key=len)
    raise _columns_missing(file, closest)


def _json_rows(data: bytes, file: str) -> Iterator[tuple[int, Row | InputError]]:
    try:
        lines = data.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise _no_json(
            file, data[: error.start].count(b"\n") + 1, "un octet qui n'est pas de l'UTF-8"
        ) from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row: Row | InputError = _json_row(line, number, file)
            except InputError as error:
                row = error
            yield number, row


def _json_row(line: str, number: int, file: str) -> Row:
    try:
        content = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _no_json(file, number, "une ligne qui n'est pas du JSON") from error
    if not isinstance(content, dict):
        raise _no_json(file, number, "autre chose qu'un objet")
    missing = set(_NEEDED) - set(content)
    if missing:
        raise _columns_missing(file, set(content) & set(_NEEDED), number)
    known = (name for name in _READ if content.get(name) is not None)
    return dict.fromkeys(_NEEDED, "") | {name: str(content[name]).strip() for name in known}


def _no_json(file: str, number: int, found: str) -> InputError:
    return InputError(
        "Cette ligne ne se lit pas comme un objet JSON.",
        where=Where(file=file, line=number),
        found=found,
        expected="un objet JSON par ligne, en UTF-8",
        next_step="corriger cette ligne, ou refaire le fichier",
    )


def _columns_missing(file: str, found: set[str], line: int | None = None) -> InputError:
    return InputError(
        "Il manque des colonnes.",
        where=Where(file=file, line=line),
        found=f"seulement {', '.join(sorted(found))}" if found else "aucune des colonnes attendues",
        expected=f"{', '.join(_NEEDED)} ; au besoin {', '.join(_OPTIONAL)}",
        next_step="donner ces titres aux colonnes, sur la première ligne",
    )
