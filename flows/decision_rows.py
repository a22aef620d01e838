"""The lines of a file of decisions, CSV, JSON lines or a workbook, as texts by the names of its columns."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from transforms.errors import InputError, Where
from transforms.personal import mask
from transforms.sources.csv_reader import read_csv
from transforms.sources.excel_reader import read_excel
from transforms.sources.files import format_of, kind_of, read_bytes
from transforms.sources.grid import Grid
from transforms.spreadsheet import unguarded
from transforms.stewards.words import visible

ENDS = ("left_source", "left_member_id", "right_source", "right_member_id")
NEEDED = (*ENDS, "verdict")
OPTIONAL = ("steward", "reason", "decided_at")
REVOKED = "revoked_at"
FINGERPRINT = "fingerprint"
_READ = (*NEEDED, *OPTIONAL, REVOKED, FINGERPRINT)
# The titles of the workbook of pairs to judge.
_FRENCH = {
    "gauche_réseau": "left_source",
    "gauche_numéro": "left_member_id",
    "droite_réseau": "right_source",
    "droite_numéro": "right_member_id",
    "pseudonyme": "steward",
    "motif": "reason",
    "empreinte": FINGERPRINT,
}
_TITLE_LINES = 20
_MOST_TITLES = 12
# A list of judgements, not a warehouse: whoever has more has another kind of file.
_MOST_BYTES = 50_000_000

Row = Mapping[str, str]


def decision_rows(path: Path) -> Iterator[tuple[int, Row | InputError]]:
    """Each line that is not empty: its number, and its cells or why it cannot be read.

    Columns that are not known are left aside, the ids of the log among them: ids are given when a decision is
    recorded.

    Raises:
        InputError: the file cannot be read, or lacks a column.
    """
    data = read_bytes(path, "un fichier de décisions (.csv, .jsonl ou .xlsx)")
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
        yield from ((number, row) for number, row in rows if isinstance(row, InputError) or any(row.values()))


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


def _table_rows(grids: list[Grid], file: str) -> Iterator[tuple[int, Row | InputError]]:
    """The rows of the first sheet that has the columns, below its line of titles."""
    closest: Sequence[str] = ()
    for grid in grids:
        for line, *cells in grid.values.head(_TITLE_LINES).itertuples(name=None):
            titles = [_FRENCH.get(title, title) for title in (cell.strip().lower() for cell in cells)]
            known = {name: place for place, name in enumerate(titles) if name in _READ}
            if set(NEEDED) <= set(known):
                # In a workbook people write beside a table; in a CSV a line that is too long is shifted.
                end = len(titles) if grid.delimiter is None else 1 + _last_filled(titles)
                below = grid.values.loc[line + 1 :].itertuples(name=None)
                return ((at, _row(row, known, end, at, file)) for at, *row in below)
            closest = max(closest, titles, key=lambda one: len(set(one) & set(_READ)))
    raise _columns_missing(file, [title for title in closest if title])


def _row(cells: Sequence[str], known: Mapping[str, int], end: int, line: int, file: str) -> Row | InputError:
    if any(cell.strip() for cell in cells[end:]):
        return InputError(
            "Cette ligne a plus de cellules que la ligne des titres.",
            where=Where(file=file, line=line),
            found=f"{1 + _last_filled(cells)} cellules",
            expected=f"{end} cellules au plus",
            next_step="mettre entre guillemets le motif qui contient le séparateur, ou l'en ôter",
        )
    row = {name: cells[place].strip() for name, place in known.items()}
    return row | {name: unguarded(row[name]) for name in ENDS}


def _last_filled(cells: Sequence[str]) -> int:
    return max((place for place, cell in enumerate(cells) if cell.strip()), default=-1)


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
    if set(NEEDED) - set(content):
        raise _columns_missing(file, list(content), number)
    known = (name for name in _READ if content.get(name) is not None)
    return dict.fromkeys(NEEDED, "") | {name: str(content[name]).strip() for name in known}


def _no_json(file: str, number: int, found: str) -> InputError:
    return InputError(
        "Cette ligne ne se lit pas comme un objet JSON.",
        where=Where(file=file, line=number),
        found=found,
        expected="un objet JSON par ligne, en UTF-8",
        next_step="corriger cette ligne, ou refaire le fichier",
    )


def _columns_missing(file: str, titles: Sequence[str], line: int | None = None) -> InputError:
    missing = [name for name in NEEDED if name not in titles]
    # What is taken for titles may be anything, a list of contacts included.
    shown = [f"« {visible(mask(title))[:40]} »" for title in titles[:_MOST_TITLES]]
    more = ["…"] * (len(titles) > _MOST_TITLES)
    return InputError(
        "Il manque des colonnes." if len(missing) > 1 else "Il manque une colonne.",
        where=Where(file=file, line=line),
        found=f"les titres {', '.join([*shown, *more])}" if shown else "aucun titre",
        expected="aussi " + ", ".join(_with_guess(name, titles) for name in missing),
        next_step="donner ces titres aux colonnes, sur la première ligne ; au besoin aussi "
        f"{', '.join(OPTIONAL)}",
    )


def _with_guess(name: str, titles: Collection[str]) -> str:
    near = get_close_matches(name, [title for title in titles if title not in _READ], n=1)
    return f"{name} (peut-être « {visible(mask(near[0]))} »)" if near else name
