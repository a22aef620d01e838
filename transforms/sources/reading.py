"""Reading one export against its contract: sheet, header, columns, rows, records and what was refused."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from transforms import reference
from transforms.errors import InputError, Where
from transforms.report import Remark
from transforms.sources import rejections, rows
from transforms.sources.above import title_texts
from transforms.sources.columns import Recognised, likely, recognise
from transforms.sources.contract import Contract, ContractColumn
from transforms.sources.corrections import Correction, apply
from transforms.sources.grid import Grid, positions
from transforms.sources.headers import Header
from transforms.sources.misplaced_streets import refuse_misplaced_streets
from transforms.sources.sheets import best_sheet, date_of_export, read_grids, without_empty_columns
from transforms.sources.swaps import refuse_swapped_key, swapped_columns
from transforms.sources.text import clean, clean_values, counted


@dataclass(frozen=True, kw_only=True)
class Reading:
    """All that one export says.

    Args:
        contract: the source.
        file: the file's name.
        grid: the sheet that was read, as received.
        header: where its header stands.
        export_date: the date of the export; `date_from` says where it stands: content, name or none.
        columns: each column of the file and the field it fills.
        body: cells below the header as received (index: line, columns: position).
        types: their types, same shape; None when all are text.
        corrected: right values of corrections by line and position; `corrections` is how many were taken.
        rows: `outcome` and `reason` of each line.
        records: one row a record (index: line), one column a known field: repaired text, NULL where empty.
        rejected: refused cells and rows, with the columns of `raw.rejections` below the file's own.
        remarks: about sheets and corrections; the others are made from the rest.
    """

    contract: Contract
    file: str
    grid: Grid
    header: Header
    export_date: date | None
    date_from: str
    columns: list[Recognised]
    body: pd.DataFrame
    types: pd.DataFrame | None
    corrected: dict[tuple[int, int], str]
    corrections: int
    rows: pd.DataFrame
    records: pd.DataFrame
    rejected: pd.DataFrame
    remarks: tuple[Remark, ...]

    @property
    def missing(self) -> list[tuple[ContractColumn, Recognised | None]]:
        """The contract's columns that the file lacks, each with the unknown one that it may have become."""
        filled = {entry.field for entry in self.columns}
        absent = (column for column in self.contract.columns if column.field not in filled)
        return [(column, likely(column, self.columns, self.body)) for column in absent]

    def lines(self, outcome: str) -> int:
        """How many lines have that outcome: record, ignored or rejected."""
        return int((self.rows["outcome"] == outcome).sum())


def read_export(
    data: bytes, file: str, contract: Contract, corrections: tuple[Correction, ...] = ()
) -> Reading:
    """Read the bytes of one file as its contract says.

    Raises:
        InputError: it is of another kind, unreadable, lacks a needed column, has two columns swapped, or
            holds no record.
    """
    grids = read_grids(data, file, contract)
    grid, header, remarks = best_sheet(grids, contract)
    body = without_empty_columns(grid, header)
    columns = recognise(header, body, contract)
    where = Where(file=file, sheet=grid.sheet, line=header.line)
    _refuse_missing_columns(columns, body, header, contract, where)
    refuse_swapped_key(columns, body, contract, where)
    refuse_misplaced_streets(columns, body, where)
    doubts = swapped_columns(columns, body, contract, where)
    place = {entry.field: entry.position for entry in columns if entry.field}
    key_position, name_position = place[contract.key_field], place["name"]

    applied = apply(corrections, body, columns, key_position, name_position, contract.source)
    types = None if grid.types is None else grid.types.loc[body.index, body.columns]
    texts = _texts(body, types, applied.values)
    shown = [header.shown(position) for position in positions(body)]
    titles = [clean(title) for title in title_texts(grid, header)]
    kinds = rows.classify(texts, shown, titles, key_position, name_position)
    _refuse_no_record(kinds, Where(file=file, sheet=grid.sheet))
    told, date_from = date_of_export(grids, grid, header, file, contract)
    return Reading(
        contract=contract,
        file=file,
        grid=grid,
        header=header,
        export_date=told,
        date_from=date_from,
        columns=columns,
        body=body,
        types=types,
        corrected=applied.values,
        corrections=applied.taken,
        rows=kinds,
        records=_records(texts, kinds, columns, contract),
        rejected=rejections.find(body, texts, types, kinds, columns, key_position, applied.values),
        remarks=(*remarks, *doubts, *applied.remarks),
    )


def _texts(
    body: pd.DataFrame, types: pd.DataFrame | None, corrected: dict[tuple[int, int], str]
) -> pd.DataFrame:
    """The cells repaired and trimmed, corrections in place, errors of Excel and endless cells empty."""
    texts = pd.DataFrame({position: clean_values(rejections.bounded(body[position])) for position in body})
    if types is not None:
        texts = texts.mask(types == "error", "")
    for (line, position), value in corrected.items():
        texts.at[line, position] = clean(value)
    return texts


def _records(
    texts: pd.DataFrame, kinds: pd.DataFrame, columns: list[Recognised], contract: Contract
) -> pd.DataFrame:
    kept = texts[kinds["outcome"] == rows.RECORD]
    place = {entry.field: entry.position for entry in columns if entry.field}
    place.setdefault("member_id", place[contract.key_field])
    nothing = pd.Series([None] * len(kept), index=kept.index, dtype=object)
    return pd.DataFrame(
        {
            field: kept[place[field]].where(kept[place[field]] != "", None) if field in place else nothing
            for field in reference.load("fields")
        }
    )


def _refuse_missing_columns(
    columns: list[Recognised], body: pd.DataFrame, header: Header, contract: Contract, where: Where
) -> None:
    filled = {entry.field for entry in columns}
    missing = [
        column for column in contract.columns if column.field not in filled and contract.is_needed(column)
    ]
    if not missing:
        return
    if header.is_doubtful:
        raise _no_header(where, missing)
    hints = [(column, likely(column, columns, body)) for column in missing]
    guesses = [
        f"« {clean(hint.label)} » est peut-être « {column.header} »"
        for column, hint in hints
        if hint is not None
    ]
    found = ", ".join(f"« {clean(entry.label)} »" for entry in columns if clean(entry.header))
    names = ", ".join(f"« {column.header} »" for column in missing)
    raise InputError(
        f"Il manque une colonne obligatoire : {names}."
        if len(missing) == 1
        else f"Il manque des colonnes obligatoires : {names}.",
        where=Where(file=where.file, sheet=where.sheet, line=where.line, column=missing[0].header),
        found=f"les en-têtes {found}" + "".join(f" ; {guess}" for guess in guesses),
        expected=" ; ".join(
            f"« {column.header} » ou un de ses synonymes ({', '.join(column.synonyms) or 'aucun'})"
            for column in missing
        ),
        next_step="renommer la colonne dans l'export, ou ajouter son nouveau nom aux « synonyms » "
        f"du contrat {contract.source}.yml",
    )


def _no_header(where: Where, missing: list[ContractColumn]) -> InputError:
    """The first line may be a member: nothing of it is shown."""
    names = ", ".join(f"« {column.header} »" for column in missing)
    return InputError(
        "Ce fichier semble ne pas avoir de ligne d'en-têtes : "
        + ("une colonne obligatoire manque." if len(missing) == 1 else "des colonnes obligatoires manquent."),
        where=where,
        found="une ligne qui ressemble à une fiche (elle n'est pas montrée)",
        expected=f"une ligne qui nomme les colonnes, dont {names}",
        next_step="refaire l'export avec sa ligne d'en-têtes, ou l'ajouter en tête du fichier",
    )


def _refuse_no_record(kinds: pd.DataFrame, where: Where) -> None:
    if (kinds["outcome"] == rows.RECORD).any():
        return
    outcomes = kinds["outcome"].value_counts()
    raise InputError(
        "Le fichier ne contient aucune fiche d'adhérent.",
        where=where,
        found=_lines_without_record(outcomes.get(rows.IGNORED, 0), outcomes.get(rows.REJECTED, 0)),
        expected="au moins une ligne avec un identifiant et une raison sociale",
        next_step="vérifier que l'export est complet, puis le refaire",
    )


def _lines_without_record(ignored: int, rejected: int) -> str:
    counts = (
        (ignored, "ligne ignorée", "lignes ignorées"),
        (rejected, "ligne refusée", "lignes refusées"),
    )
    told = [counted(count, one, many) for count, one, many in counts if count]
    return f"{' et '.join(told) or 'aucune ligne'} sous l'en-tête"
