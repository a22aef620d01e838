"""The door of the intake: reads one export a source and writes the raw tables."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from transforms import moments
from transforms.errors import AlliageError, InputError, Where
from transforms.report import Remark, StageReport
from transforms.sources import contract as contracts
from transforms.sources import raw_tables
from transforms.sources.arrivals import Arrivals
from transforms.sources.contract import Contract
from transforms.sources.correction_workbook import FOLDER as CORRECTIONS
from transforms.sources.correction_workbook import misplaced
from transforms.sources.corrections import read_corrections
from transforms.sources.export_date import in_name
from transforms.sources.files import candidates, choose, read_bytes
from transforms.sources.reading import Reading, read_export
from transforms.sources.remarks import describe
from transforms.sources.rows import IGNORED, RECORD, REJECTED
from transforms.sources.sheets import best_sheet, date_of_export, read_grids
from transforms.sources.text import counted
from transforms.suppression.log import suppressed
from transforms.warehouse import database, tables


class IntakeParameters(BaseModel):
    """Where the exports lie (one folder a source), their contracts, and the day of the run.

    `state` is the folder with the list of erased persons; `keeps_files` leaves exports that name one of them
    as they are, and only reads them without.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    raw: Path
    contracts: Path = contracts.FOLDER
    today: date = Field(default_factory=moments.today)
    state: Path | None = None
    keeps_files: bool = False


def run(build: Path, parameters: IntakeParameters) -> StageReport:
    """Read the newest export of every source and write `raw.*` into the build database.

    Raises:
        InputError: a contract or the list of erased persons is not valid; the export of a source that has
            not ended is missing, unreadable, lacks a needed column, or holds no record.
        MachineError: a file may not be read.
    """
    require_folder(parameters.raw)
    readings: list[tuple[Reading, bytes]] = []
    remarks: list[Remark] = []
    known = contracts.load_contracts(parameters.contracts)
    matchers = suppressed(parameters.state) if parameters.state else ()
    arrivals = Arrivals(matchers, parameters.keeps_files)
    for contract in known:
        found, said = _read_source(contract, parameters, arrivals)
        readings += [found] if found else []
        remarks += said
    if not readings:
        raise InputError(
            "Aucune source à lire : toutes sont closes et n'ont plus de fichier.",
            where=Where(file=str(parameters.raw)),
            found=f"{counted(len(known), 'source')}, toutes closes",
            expected="l'export d'au moins une source",
            next_step="déposer un export, ou revoir les dates « closed_on » des contrats",
        )
    write(build, known, readings, arrivals.received)
    return _report([reading for reading, _ in readings], [*arrivals.remarks, *remarks])


def require_folder(raw: Path) -> None:
    """Refuse a folder of exports that is not there.

    Raises:
        InputError: it is missing, or it is a file.
    """
    if not raw.is_dir():
        raise InputError(
            "Ceci est un fichier, non un dossier d'exports."
            if raw.exists()
            else "Le dossier des exports n'existe pas.",
            where=Where(file=str(raw)),
            found="un fichier" if raw.exists() else "aucun dossier",
            expected="un dossier avec un sous-dossier par source",
            next_step="vérifier le chemin donné avec --raw",
        )


def _read_source(
    contract: Contract, parameters: IntakeParameters, arrivals: Arrivals
) -> tuple[tuple[Reading, bytes] | None, list[Remark]]:
    folder = parameters.raw / contract.folder
    said: list[Remark] = []
    if contract.closed(parameters.today):
        said.append(
            Remark(source=contract.source, text=f"Source close depuis le {contract.closed_on:%d/%m/%Y}.")
        )
        if not folder.is_dir():
            return None, said
    try:
        paths = candidates(folder, contract)
    except InputError:
        if contract.closed(parameters.today):
            return None, said
        raise
    wrong = misplaced(folder)
    said += [_belongs_elsewhere(path, contract) for path in wrong]
    paths = [path for path in paths if path not in wrong]
    if not paths:
        raise InputError(
            f"Aucun export de {contract.title}.",
            where=Where(file=str(folder)),
            found=f"seulement un classeur de corrections, « {wrong[0].name} »",
            expected=f"un fichier {' ou '.join(contract.files)}",
            next_step=f"déposer l'export ; le classeur va dans {contract.folder}/{CORRECTIONS}/",
        )
    choice = choose(paths, lambda path: _date_of(path, contract))
    corrections, problems = read_corrections(
        folder / CORRECTIONS, contract.source, lambda path: arrivals.workbook(path, contract)
    )
    data = arrivals.export(choice.path, contract)
    reading = read_export(data, choice.path.name, contract, tuple(corrections))
    said += _from_tomorrow(reading, parameters.today)
    return (reading, data), [*said, *describe(reading, choice), *problems]


def superseded(raw: Path, known: Iterable[Contract]) -> list[Path]:
    """The exports below `raw` in whose place a run reads a newer one of the same source.

    Raises:
        MachineError: a folder may not be read.
    """
    found: list[Path] = []
    for contract in known:
        try:
            paths = candidates(raw / contract.folder, contract)
        except InputError:
            continue
        if len(paths) > 1:
            newest = choose(paths, lambda path, contract=contract: _date_of(path, contract))  # type: ignore[misc]
            found += [path for path in paths if path != newest.path]
    return found


def _from_tomorrow(reading: Reading, today: date) -> list[Remark]:
    """An export that is younger than the day of the run: the file's date or the machine's clock is wrong."""
    if reading.export_date is None or reading.export_date <= today:
        return []
    return [
        Remark(
            level="warning",
            source=reading.contract.source,
            text=f"« {reading.file} » se dit du {reading.export_date:%d/%m/%Y}, après la date de la machine "
            f"({today:%d/%m/%Y}). Attendu : un export du passé. À faire : vérifier l'horloge de la machine, "
            "puis la date que porte l'export.",
        )
    ]


def _belongs_elsewhere(path: Path, contract: Contract) -> Remark:
    return Remark(
        level="warning",
        source=contract.source,
        text=f"« {path.name} » est un classeur de corrections, non un export : il n'a pas été lu. "
        f"Le déposer dans {contract.folder}/{CORRECTIONS}/.",
    )


def _date_of(path: Path, contract: Contract) -> tuple[date | None, str]:
    """The export date of one of several files; one that cannot be read has at most the date in its name."""
    try:
        grids = read_grids(read_bytes(path), path.name, contract)
        grid, header, _ = best_sheet(grids, contract)
        return date_of_export(grids, grid, header, path.name, contract)
    except AlliageError:
        return in_name(path.name, contract.export_date), "name"


def write(
    build: Path,
    known: Iterable[Contract],
    readings: list[tuple[Reading, bytes]],
    received: Mapping[str, str] | None = None,
) -> None:
    """Write `raw.*` from all contracts, what was read, and the bytes it was read from.

    `received` are, by source, the fingerprints as received of exports from which erased persons were taken.
    """
    only = [reading for reading, _ in readings]
    frames: dict[str, pd.DataFrame | pa.Table] = {
        "contracts": pd.DataFrame([{"source": one.source, "priority": one.priority} for one in known]),
        "sources": _together([raw_tables.sources(reading, data) for reading, data in readings]),
        "columns": _together(map(raw_tables.columns, only)),
        "missing_columns": _together(map(raw_tables.missing_columns, only)),
        "rows": _together(map(raw_tables.rows, only)),
        "cells": pa.concat_tables(map(raw_tables.cells, only)),
        "records": _together(map(raw_tables.records, only)),
        "rejections": _together(map(raw_tables.rejections, only)),
        "erased": pd.DataFrame(
            list((received or {}).items()), columns=["source", "received_sha256"], dtype="str"
        ),
    }
    with database.connect(build) as con:
        for name, frame in frames.items():
            tables.write(con, tables.build_table(f"raw.{name}"), frame)


def _together(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    # Objects throughout: a column that is empty in one source would otherwise change the type of the whole.
    return pd.concat([frame.astype(object) for frame in frames], ignore_index=True)


def _report(readings: list[Reading], remarks: list[Remark]) -> StageReport:
    def total(count: Callable[[Reading], int]) -> int:
        return sum(map(count, readings))

    by = Counter(entry.recognised_by for reading in readings for entry in reading.columns)
    return StageReport(
        stage="intake",
        rows_in=total(lambda reading: len(reading.rows)),
        rows_out=total(lambda reading: reading.lines(RECORD)),
        rejected=total(lambda reading: reading.lines(REJECTED)),
        ignored=total(lambda reading: reading.lines(IGNORED)),
        counts={
            "sources": len(readings),
            "columns_renamed": by["synonym"],
            "columns_guessed": by["guess"],
            "columns_unknown": by["none"],
            "cells_rejected": total(lambda reading: len(reading.rejected) - reading.lines(REJECTED)),
            "corrections": total(lambda reading: reading.corrections),
        },
        remarks=tuple(remarks),
    )
