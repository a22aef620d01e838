"""Corrections that a cluster sends back: right values typed into the workbook of refused cells."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from transforms.errors import AlliageError
from transforms.report import Remark
from transforms.sources.columns import Recognised
from transforms.sources.correction_workbook import layout, places, workbooks
from transforms.sources.excel_reader import read_excel
from transforms.sources.files import read_bytes
from transforms.sources.grid import Grid, line_numbers
from transforms.sources.text import clean, counted, key


@dataclass(frozen=True)
class Correction:
    """One line of a correction workbook: the cell as the refusal described it, and its right value."""

    file: str
    line: int
    source: str
    source_row: str
    member_id: str
    name: str
    column_name: str
    value: str
    corrected: str


@dataclass(frozen=True)
class Applied:
    """Right values by line and position of their cell, and what could not be taken."""

    values: dict[tuple[int, int], str]
    taken: int
    remarks: tuple[Remark, ...]


def read_corrections(
    folder: Path, source: str, opened: Callable[[Path], bytes] = read_bytes
) -> tuple[list[Correction], list[Remark]]:
    """The corrections of all workbooks in `folder`, in order; a file that cannot be read is a remark.

    `opened` gives the bytes of a file.
    """
    corrections: list[Correction] = []
    books, others = workbooks(folder)
    remarks = [
        _warning(source, f"Corrections « {path.name} » non lues : ce n'est pas un classeur (.xlsx ou .ods).")
        for path in others
    ]
    for path in books:
        try:
            found = _lines(read_excel(opened(path), path.name), path.name)
        except AlliageError as error:
            remarks.append(_warning(source, f"Corrections « {path.name} » non lues. {error.what}"))
            continue
        if found is None:
            titles = ", ".join(
                f"« {column['title']} »" for column in layout()["columns"] if column.get("used")
            )
            remarks.append(
                _warning(
                    source, f"Corrections « {path.name} » non lues : il manque une des colonnes {titles}."
                )
            )
        else:
            corrections += found
    return corrections, remarks


def apply(
    corrections: Iterable[Correction],
    values: pd.DataFrame,
    columns: list[Recognised],
    key_position: int,
    name_position: int,
    source: str,
) -> Applied:
    """Find the cell of each correction in `values` (as received); the cell must still hold the value refused.

    Identifiers are corrected first, because the other corrections know their row by the right one. A later
    correction may correct an earlier one.
    """
    corrections = list(corrections)
    if not corrections:
        return Applied({}, 0, ())
    cells = _Cells(values, columns, key_position, name_position)
    ordered = sorted(corrections, key=lambda correction: cells.position(correction) != key_position)
    remarks = []
    taken = 0
    for correction in ordered:
        problem = "elle est faite pour une autre source" if _is_foreign(correction, source) else None
        problem = problem or cells.correct(correction)
        if problem is None:
            taken += 1
        else:
            place = f"« {correction.file} », ligne {correction.line}"
            remarks.append(_warning(source, f"Correction laissée de côté ({place}) : {problem}."))
    if taken:
        remarks.insert(
            0, Remark(source=source, text=f"{counted(taken, 'correction reprise', 'corrections reprises')}.")
        )
    return Applied(cells.corrected, taken, tuple(remarks))


class _Cells:
    """The cells of one export, found by identifier and column, with the corrections made so far."""

    def __init__(
        self, values: pd.DataFrame, columns: list[Recognised], key_position: int, name_position: int
    ) -> None:
        self.values = values
        self.key_position = key_position
        self.name_position = name_position
        self.positions = {key(entry.label): entry.position for entry in reversed(columns)}
        self.corrected: dict[tuple[int, int], str] = {}
        self.lines: dict[str, list[int]] = {}
        for line, text in zip(line_numbers(values), values[key_position], strict=True):
            self.lines.setdefault(clean(text), []).append(line)

    def position(self, correction: Correction) -> int | None:
        """Where the column of a correction stands now."""
        return self.positions.get(key(correction.column_name))

    def correct(self, correction: Correction) -> str | None:
        """Take one correction; what is in the way (French) when it does not fit."""
        position = self.position(correction)
        if position is None:
            return f"l'export n'a pas de colonne « {correction.column_name} »"
        line = self._line(correction)
        if line is None:
            return "aucune ligne de l'export ne lui correspond plus"
        received = str(self.values.at[line, position])
        now = self.corrected.get((line, position), received)
        if clean(correction.value) not in {clean(received), clean(now)}:
            return f"la valeur de l'export a changé (ligne {line}, colonne « {correction.column_name} »)"
        wanted = "" if clean(correction.corrected) == layout()["empty_marker"] else correction.corrected
        self.corrected[line, position] = wanted
        if position == self.key_position:
            self._move(line, wanted)
        return None

    def _line(self, correction: Correction) -> int | None:
        """The one row of that identifier; of several the one of that company, or the one at that line."""
        lines = self.lines.get(clean(correction.member_id), [])
        if correction.member_id and len(lines) == 1:
            return lines[0]
        same_line = [line for line in lines if str(line) == correction.source_row]
        wanted = key(correction.name)
        named = [
            line for line in lines if wanted and key(str(self.values.at[line, self.name_position])) == wanted
        ]
        if len(named) == 1:
            return named[0]
        if same_line and (not wanted or same_line[0] in named):
            return same_line[0]
        return None

    def _move(self, line: int, member_id: str) -> None:
        for lines in self.lines.values():
            if line in lines:
                lines.remove(line)
        self.lines.setdefault(clean(member_id), []).append(line)


def _lines(grids: list[Grid], file: str) -> list[Correction] | None:
    """The filled-in corrections of a workbook; None when no sheet has the titles."""
    preferred = sorted(grids, key=lambda grid: grid.sheet != layout()["sheet"])
    for grid in preferred:
        found = places(grid.values)
        if found is not None:
            header, positions = found
            below = grid.values.loc[grid.values.index > header]
            filled = below[below[positions["corrected"]].map(clean) != ""]
            return [
                Correction(file, int(line), **{name: row[place].strip() for name, place in positions.items()})
                for line, row in zip(filled.index, filled.to_dict("records"), strict=True)
            ]
    return None


def _is_foreign(correction: Correction, source: str) -> bool:
    return bool(correction.source) and clean(correction.source) != source


def _warning(source: str, text: str) -> Remark:
    return Remark(level="warning", source=source, text=text)
