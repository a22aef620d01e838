"""Checking one file against its contract without writing anything."""

from datetime import date
from pathlib import Path

import pandas as pd
from pydantic import BaseModel, ConfigDict

from transforms.errors import AlliageError, InputError, Where
from transforms.report import Remark
from transforms.sources.columns import recognise
from transforms.sources.contract import Contract, load_contracts
from transforms.sources.correction_workbook import FOLDER as CORRECTIONS
from transforms.sources.correction_workbook import is_correction_workbook
from transforms.sources.files import format_of, read_bytes
from transforms.sources.reading import Reading, read_export
from transforms.sources.remarks import describe
from transforms.sources.rows import IGNORED, RECORD, REJECTED
from transforms.sources.sheets import best_sheet, read_grids, without_empty_columns


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CheckedColumn(_Frozen):
    """One column of the file and the field it would fill; `recognised_by` as in `raw.columns`."""

    header: str
    field: str | None
    recognised_by: str


class CheckedRefusal(_Frozen):
    """One refused row or cell; the value of a personal field is never shown."""

    source_row: int
    column_name: str
    value: str | None
    rule: str
    severity: str
    message: str


class CheckReport(_Frozen):
    """What a run would make of the file."""

    source: str
    title: str
    file: str
    sheet: str | None
    encoding: str | None
    delimiter: str | None
    header_row: int
    export_date: date | None
    rows: int
    records: int
    ignored: int
    rejected: int
    columns: tuple[CheckedColumn, ...]
    refusals: tuple[CheckedRefusal, ...]
    remarks: tuple[Remark, ...]


def read_one(
    path: Path, contract: Contract | None = None, contracts: tuple[Contract, ...] = ()
) -> tuple[Reading, bytes]:
    """Read `path` against `contract`, or against that of `contracts` (default: all) which fits best.

    Raises:
        InputError: what a run would refuse the file for, or no contract fits it.
        MachineError: it may not be read.
    """
    data = read_bytes(path)
    if is_correction_workbook(data, path.name):
        raise InputError(
            "Ce fichier est un classeur de corrections, non un export.",
            where=Where(file=path.name),
            expected="l'export d'un réseau",
            next_step=f"le déposer dans le sous-dossier « {CORRECTIONS} » de sa source : "
            "la prochaine exécution le lira",
        )
    chosen = contract or fitting_contract(data, path, contracts or load_contracts())
    return read_export(data, path.name, chosen), data


def fitting_contract(data: bytes, path: Path, contracts: tuple[Contract, ...]) -> Contract:
    """The contract of the folder where `path` lies, else that which recognises most of its columns.

    A contract of another format than the file's comes last. Of equals the first is taken.

    Raises:
        InputError: why the likeliest contract cannot read the file, or no contract recognises a column.
    """
    fits: list[tuple[bool, float, Contract]] = []
    problems: list[AlliageError] = []
    ranked = sorted(contracts, key=lambda contract: _promise(contract, data, path), reverse=True)
    for contract in ranked:
        try:
            fit = _fit(data, path.name, contract)
        except AlliageError as problem:
            problems.append(problem)
            continue
        fits.append((fit > 0 and path.resolve().parent.name == contract.folder, fit, contract))
    _, best, chosen = max(fits, key=lambda fit: fit[:2], default=(False, 0.0, None))
    if chosen is not None and best > 0:
        return chosen
    likeliest_read = any(contract is ranked[0] for *_, contract in fits)
    if problems and not likeliest_read:
        raise problems[0]
    raise InputError(
        "Aucun contrat ne correspond à ce fichier.",
        where=Where(file=path.name),
        expected=f"un export de {', '.join(contract.title for contract in contracts)}",
        next_step="vérifier le fichier, ou écrire un contrat (docs/ajouter-une-source.md)",
    )


def _promise(contract: Contract, data: bytes, path: Path) -> tuple[bool, bool]:
    """How likely it is, before reading, that a file is meant for a contract: by its format, by its folder."""
    in_folder = path.resolve().parent.name == contract.folder
    return contract.format == format_of(data, path.name), in_folder


def _fit(data: bytes, file: str, contract: Contract) -> float:
    grid, header, _ = best_sheet(read_grids(data, file, contract), contract)
    entries = recognise(header, without_empty_columns(grid, header), contract)
    weights = {"header": 1.0, "synonym": 0.8, "guess": 0.4, "none": 0.0}
    return sum(weights[entry.recognised_by] for entry in entries) / max(len(entries), len(contract.columns))


def check_reading(reading: Reading, rejected: pd.DataFrame) -> CheckReport:
    """The report on a file that was read and its `rejected` cells and rows (columns of `raw.rejections`)."""
    shown = rejected["value"].where(~rejected["personal"].astype(bool), None)
    refusals = rejected.assign(value=shown).sort_values(["source_row", "field"]).astype(object)
    # A text that is missing must be none, not the number NaN.
    refusals = refusals.where(refusals.notna(), None)
    return CheckReport(
        source=reading.contract.source,
        title=reading.contract.title,
        file=reading.file,
        sheet=reading.grid.sheet,
        encoding=reading.grid.encoding,
        delimiter=reading.grid.delimiter,
        header_row=reading.header.line,
        export_date=reading.export_date,
        rows=len(reading.rows),
        records=reading.lines(RECORD),
        ignored=reading.lines(IGNORED),
        rejected=reading.lines(REJECTED),
        columns=tuple(
            CheckedColumn(header=entry.label, field=entry.field, recognised_by=entry.recognised_by)
            for entry in reading.columns
        ),
        refusals=tuple(
            CheckedRefusal.model_validate(row)
            for row in refusals[list(CheckedRefusal.model_fields)].to_dict("records")
        ),
        remarks=describe(reading),
    )
