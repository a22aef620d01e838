"""The sheet of a file that holds the members, and the date that the file tells."""

from datetime import date

import pandas as pd

from transforms.report import Remark
from transforms.sources import export_date
from transforms.sources.above import records_above, title_texts
from transforms.sources.columns import recognise
from transforms.sources.contract import Contract
from transforms.sources.csv_reader import read_csv
from transforms.sources.excel_reader import read_excel
from transforms.sources.files import refuse_other_kinds
from transforms.sources.grid import Grid, positions
from transforms.sources.headers import Header, find_header
from transforms.sources.text import counted, key

# A foot note or a sheet of notes is short; dates further on belong to records.
_FEW_LINES = 20
# Enough to recognise columns by their values.
_FEW_RECORDS = 200


def read_grids(data: bytes, file: str, contract: Contract) -> list[Grid]:
    """The filled sheets of a file (a CSV has one).

    Raises:
        InputError: it is of another format than the contract says, unreadable or empty.
    """
    refuse_other_kinds(data, file, contract)
    return [read_csv(data, file)] if contract.format == "csv" else read_excel(data, file)


def best_sheet(grids: list[Grid], contract: Contract) -> tuple[Grid, Header, list[Remark]]:
    """The sheet that the contract names, else the visible one that fits best; remarks about the others."""
    headed = [(grid, header) for grid in grids if (header := find_header(grid.values, contract)) is not None]
    named = [pair for pair in headed if contract.sheet and key(pair[0].sheet or "") == key(contract.sheet)]
    grid, header = max(named or headed, key=lambda pair: _rank(pair[0], pair[1], contract))
    said: list[Remark] = []
    if contract.sheet and not named:
        said.append(
            _warning(
                contract, f"La feuille « {contract.sheet} » manque ; « {grid.sheet} » a été lue à sa place."
            )
        )
    if grid.hidden:
        said.append(
            _warning(
                contract,
                f"La feuille « {grid.sheet} » est masquée ; elle a été lue, "
                + ("car le contrat la nomme." if named else "car aucune feuille visible ne convient."),
            )
        )
    said += [
        _warning(
            contract,
            f"La feuille {'masquée ' if other.hidden else ''}« {other.sheet} » ressemble aussi à une liste "
            f"d'adhérents ({counted(_below(other, its_header), 'ligne')}) ; elle n'a pas été lue.",
        )
        for other, its_header in headed
        if other is not grid and its_header.score >= 0.8 * header.score and header.score >= 2
    ]
    return grid, header, said


def date_of_export(
    grids: list[Grid], grid: Grid, header: Header, file: str, contract: Contract
) -> tuple[date | None, str]:
    """The export's date and where it stands: content (title lines, foot note, other sheet), name or none."""
    settings = contract.export_date
    told = export_date.in_texts(title_texts(grid, header), settings)
    if told is None:
        around = [_foot(grid.values)] + [
            other.values.head(_FEW_LINES) for other in grids if other is not grid
        ]
        texts = [text for frame in around for text in frame.to_numpy().ravel() if text]
        told = export_date.in_texts(texts, settings, labelled_only=True)
    if told is not None:
        return told, "content"
    named = export_date.in_name(file, settings)
    return (named, "name") if named is not None else (None, "none")


def without_empty_columns(grid: Grid, header: Header) -> pd.DataFrame:
    """The records below and above the header, without columns that have neither a header nor a value."""
    lines = grid.values.index
    body = grid.values.loc[(lines > header.line) | lines.isin(records_above(grid, header).index)]
    kept = [
        position for position in positions(body) if header.shown(position) or (body[position] != "").any()
    ]
    return body[kept]


def _foot(values: pd.DataFrame) -> pd.DataFrame:
    """The last lines that hold a single cell."""
    last = values.tail(_FEW_LINES)
    return last[(last != "").sum(axis=1) == 1]


def _rank(grid: Grid, header: Header, contract: Contract) -> tuple[bool, float, int]:
    """What makes a sheet the one to read: people see it and it fits, its header, its length."""
    return not grid.hidden and _has_needed(grid, header, contract), header.score, _below(grid, header)


def _has_needed(grid: Grid, header: Header, contract: Contract) -> bool:
    """Whether the columns are there without which a file is refused."""
    body = without_empty_columns(grid, header).head(_FEW_RECORDS)
    filled = {entry.field for entry in recognise(header, body, contract)}
    return all(column.field in filled for column in contract.columns if contract.is_needed(column))


def _below(grid: Grid, header: Header) -> int:
    return int((grid.values.index > header.line).sum())


def _warning(contract: Contract, text: str) -> Remark:
    return Remark(level="warning", source=contract.source, text=text)
