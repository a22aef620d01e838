"""A member list without the persons who were erased: the same bytes but for their cells."""

import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from transforms.errors import AlliageError, InputError, Where
from transforms.refusals import is_personal
from transforms.sources import csv_writer, excel_writer
from transforms.sources.contract import Contract
from transforms.sources.csv_reader import read_csv
from transforms.sources.csv_writer import UnwritableError
from transforms.sources.files import format_of
from transforms.sources.listing import Line, lines
from transforms.suppression.matcher import Matcher
from transforms.suppression.rows import cleaned_row

_LONGEST_ROUND = 3
Place = tuple[str | None, int, int]


@dataclass(frozen=True)
class CleanedFile:
    """The bytes of a file after an erasure, and how many of its cells changed."""

    data: bytes
    cells: int


def cleaned_file(
    data: bytes,
    file: str,
    contract: Contract | None,
    matchers: Sequence[Matcher],
    members: frozenset[str] = frozenset(),
) -> CleanedFile:
    """A member list or correction workbook without the erased persons; cleaning it again changes nothing.

    Args:
        data: the bytes of the file.
        file: its name.
        contract: that of its source, if it has one.
        matchers: who was erased.
        members: rows that are theirs: what a correction workbook says of their contact cells goes whole.

    Raises:
        InputError: the file holds one of them and is of a kind that cannot be changed, or is no table.
    """
    cells = 0
    # What is changed may show what was hidden: a second cell of the same text, a text in a hidden sheet.
    for _ in range(_LONGEST_ROUND):
        changes = _changes(lines(data, file, contract), matchers, members)
        beside = _beside(data, matchers) if not changes else False
        if not changes and not beside:
            return CleanedFile(data, cells)
        data = _written(data, file, changes, lambda text: _cut(text, matchers))
        cells += len(changes) or 1
    if _changes(lines(data, file, contract), matchers, members):
        raise _by_hand(file)
    return CleanedFile(data, cells)


def _changes(
    found: Iterable[Line], matchers: Sequence[Matcher], members: frozenset[str]
) -> dict[Place, tuple[str, str]]:
    changes: dict[Place, tuple[str, str]] = {}
    for line in found:
        for at, text in _line(line, matchers, members).items():
            changes[line.sheet, line.number, at] = (line.cells[at], text)
    return changes


def _line(line: Line, matchers: Sequence[Matcher], members: frozenset[str]) -> dict[int, str]:
    after = cleaned_row(line.cells, line.fields, line.member, matchers)
    if not line.values:
        return after
    # A value and its correction go together: one without the other would be told as out of date every night.
    theirs = line.member in members and any(is_personal(line.fields.get(at) or "*") for at in line.values)
    if theirs or any(at in after for at in line.values):
        after |= {at: "" for at in line.values if at in line.cells}
    return after


def _beside(data: bytes, matchers: Sequence[Matcher]) -> bool:
    """Whether a person stands in a workbook outside its cells."""
    if not data.startswith(b"PK") or not _is_xlsx(data):
        return False
    return excel_writer.with_changed_cells(data, {}, lambda text: _cut(text, matchers)) != (
        excel_writer.with_changed_cells(data, {}, lambda text: text)
    )


def _written(
    data: bytes, file: str, changes: dict[Place, tuple[str, str]], cut: Callable[[str], str]
) -> bytes:
    try:
        if format_of(data, file) == "csv":
            delimiter = read_csv(data, file).delimiter or ";"
            at = {(line, position): change for (_, line, position), change in changes.items()}
            return csv_writer.with_changed_cells(data, delimiter, at)
        if _is_xlsx(data):
            sheets: dict[str, dict[tuple[int, int], str]] = {}
            for (sheet, line, position), (_, text) in changes.items():
                sheets.setdefault(sheet or "", {})[line, position] = text
            return excel_writer.with_changed_cells(data, sheets, cut)
    except (UnwritableError, KeyError, zipfile.BadZipFile) as error:
        raise _by_hand(file) from error
    raise _by_hand(file)


def _is_xlsx(data: bytes) -> bool:
    return data.startswith(b"PK") and b"xl/workbook.xml" in data


def _cut(text: str, matchers: Sequence[Matcher]) -> str:
    for matcher in matchers:
        text = matcher.cut(text)
    return text


def _by_hand(file: str) -> AlliageError:
    return InputError(
        "Ce fichier nomme une personne à effacer, et Alliage ne peut pas le récrire sans risque.",
        where=Where(file=file),
        expected="un CSV, ou un classeur .xlsx",
        next_step="l'enregistrer au format .xlsx ou le supprimer, puis relancer alliage erase",
    )
