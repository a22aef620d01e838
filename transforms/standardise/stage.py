"""The door of this stage: raw records in, standard records and refused cells out."""

from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

import duckdb
import pandas as pd
from pydantic import BaseModel, ConfigDict

from transforms.report import StageReport
from transforms.standardise.activities import standardise_naf_codes
from transforms.standardise.addresses import standardise_addresses
from transforms.standardise.cells import tidy
from transforms.standardise.company_names import standardise_names
from transforms.standardise.contact_cells import without_contacts
from transforms.standardise.contacts import standardise_emails, standardise_phones, standardise_websites
from transforms.standardise.dates import DateParameters, standardise_dates
from transforms.standardise.figures import (
    FigureParameters,
    doubtful_units,
    standardise_fees,
    standardise_headcounts,
    standardise_turnover,
)
from transforms.standardise.identifiers import (
    best_siren,
    standardise_rna,
    standardise_siren,
    standardise_siret,
    standardise_tva,
)
from transforms.standardise.rejections import refused_cells, remarks
from transforms.standardise.status import standardise_status
from transforms.standardise.units import UnitParameters, doubtful_columns
from transforms.territories import standardise_territories
from transforms.warehouse import tables
from transforms.warehouse.database import connect

_KEY = ["source", "member_id"]
_RULE = "_rule"
_CONFLICT = "_conflict_rule"
# A field can have several rules: of the cell itself, and of what was seen beside it.
_RULES_BESIDE = (_CONFLICT, "_contact_rule", "_place_rule", "_unit_rule")
_RECORDS = "SELECT * FROM raw.records ORDER BY source, member_id"
_SPREADSHEET_NUMBERS = """
SELECT records.source, records.member_id, cells.field
FROM raw.cells AS cells
JOIN raw.records AS records USING (source, source_row)
WHERE cells.cell_type = 'number'
    AND cells.corrected IS NULL
    AND contains(cells.value, '.')
    AND cells.field IN ('headcount', 'turnover', 'fee')
"""


class StandardiseParameters(BaseModel):
    """What steers the standardisation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dates: DateParameters = DateParameters()
    figures: FigureParameters = FigureParameters()
    units: UnitParameters = UnitParameters()


def run(build: Path, parameters: StandardiseParameters) -> StageReport:
    """Standardise every record of `raw.records`; write `standard.records` and `standard.rejections`.

    No record is refused here: a cell that cannot be read is, and its record goes on without it.
    """
    with connect(build) as con:
        sources, columns = (tables.read(con, f"raw.{name}") for name in ("sources", "columns"))
        records = _with_decimal_commas(con, _read_records(con))
        found = standardise_records(records, sources, columns, parameters)
        rules = [(_field(name), found[name]) for name in map(str, found) if name.endswith(_RULE)]
        rejections = refused_cells(con, records, rules)
        definition = tables.build_table("standard.records")
        rows_out = tables.write(con, definition, found[definition.column_names])
        tables.write(con, tables.build_table("standard.rejections"), rejections)
    kept = int((rejections["severity"] == "info").sum())
    return StageReport(
        stage="standardise",
        rows_in=len(records),
        rows_out=rows_out,
        counts={"cells_refused": len(rejections) - kept, "cells_to_check": kept},
        remarks=(*doubtful_columns(found, columns, parameters.units), *remarks(rejections)),
    )


def standardise_records(
    records: pd.DataFrame, sources: pd.DataFrame, columns: pd.DataFrame, parameters: StandardiseParameters
) -> pd.DataFrame:
    """The columns of `standard.records`, and columns `<field>_rule` for what is refused of each field.

    An identifier that names another company than the one believed has the column `<field>_conflict_rule`.

    Args:
        records: rows of `raw.records`.
        sources: rows of `raw.sources`: export dates, and what marks an active member.
        columns: rows of `raw.columns`: units and date formats.
        parameters: bounds of figures and dates.
    """
    records, contacts = without_contacts(records)
    places = standardise_addresses(
        records["address"], records["full_address"], records["postcode"], records["city"]
    )
    each_source = partial(_of_source, sources=sources, columns=columns, parameters=parameters)
    return pd.concat(
        [
            records[["source", "member_id", "source_file", "source_sheet", "source_row"]],
            _names(records),
            _identifiers(records),
            standardise_naf_codes(records["naf_code"]),
            places,
            standardise_territories(places["postcode"], places["city_key"], places["is_foreign"]),
            standardise_phones(records["phone"]),
            standardise_emails(records["email"]),
            standardise_websites(records["website"]),
            _by_source(records, each_source),
            records[["college", "contact_person", "contact_role"]].apply(tidy),
            contacts,
        ],
        axis="columns",
    )


def _field(rule_column: str) -> str:
    for beside in _RULES_BESIDE:
        if rule_column.endswith(beside):
            return rule_column.removesuffix(beside)
    return rule_column.removesuffix(_RULE)


def _names(records: pd.DataFrame) -> pd.DataFrame:
    names = standardise_names(records["name"], records["legal_form"])
    trade = standardise_names(tidy(records["trade_name"]))
    stated = trade["name"].notna() & (trade["name_core"] != "")
    return names.assign(
        name=names["name"].fillna(records["name"]),
        name_core=names["name_core"].fillna(""),
        trade_name=trade["name"].where(stated, None),
        trade_name_core=trade["name_core"].where(stated, None),
        trade_name_rule=trade["name_rule"].where(records["trade_name"].notna(), None),
    )


def _identifiers(records: pd.DataFrame) -> pd.DataFrame:
    siren = standardise_siren(records["siren"])
    siret = standardise_siret(records["siret"])
    tva = standardise_tva(records["tva"])
    best = best_siren(siren, siret, tva)
    in_conflict = best["conflict_rule"].notna()
    lost = {
        "siren": in_conflict & _differs(siren["siren"], best),
        "siret": in_conflict & (_differs(siret["siren_of_siret"], best) | siret["siret_low"].notna()),
        "tva": in_conflict & _differs(tva["siren_of_tva"], best),
    }
    return pd.concat(
        [
            best.drop(columns="conflict_rule"),
            siren[["siren_rule"]],
            _without_lost(siret, "siret", lost["siret"]).drop(columns="siren_of_siret"),
            _without_lost(tva, "tva", lost["tva"]).drop(columns="siren_of_tva"),
            standardise_rna(records["rna"]),
            *(
                best["conflict_rule"].where(cells, None).rename(f"{field}{_CONFLICT}")
                for field, cells in lost.items()
            ),
        ],
        axis="columns",
    )


def _differs(number: pd.Series, best: pd.DataFrame) -> pd.Series:
    """Whether the cell names another company than the cell that was believed."""
    return number.notna() & (number != best["siren"])


def _without_lost(frame: pd.DataFrame, field: str, lost: pd.Series) -> pd.DataFrame:
    """A cell that lost a conflict is refused: the record goes on without its number."""
    kept = frame.mask(lost, None)
    status, rule = f"{field}_status", f"{field}{_RULE}"
    return kept.assign(**{status: frame[status].mask(lost, "invalid"), rule: frame[rule]})


def _by_source(records: pd.DataFrame, read: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    """What `read` makes of the records of each source, put back in the order of `records`."""
    parts = [read(rows) for _, rows in records.groupby("source", sort=False)]
    return pd.concat(parts).loc[records.index] if parts else read(records)


def _of_source(
    records: pd.DataFrame, sources: pd.DataFrame, columns: pd.DataFrame, parameters: StandardiseParameters
) -> pd.DataFrame:
    """What depends on the contract of the one source of `records`: units, dates, active members."""
    name = records["source"].iloc[0]
    source = sources.set_index("source").loc[name]
    declared = columns[(columns["source"] == name) & columns["field"].notna()].drop_duplicates("field")
    units, formats = (_texts(declared.set_index("field")[what]) for what in ("unit", "format"))
    years = {
        field: int(float(year))
        for field, year in _texts(declared.set_index("field").get("year", pd.Series(dtype=object))).items()
    }
    jobs = standardise_headcounts(records["headcount"], years.get("headcount"), parameters.figures)
    turnover = standardise_turnover(
        records["turnover"], units.get("turnover"), years.get("turnover"), parameters.figures
    )
    # Exports are asked for together: one that does not say its date is held against the latest that does.
    bound = sources["export_date"].max() if pd.isna(source["export_date"]) else source["export_date"]
    export_date = None if pd.isna(bound) else pd.Timestamp(bound).date()
    return pd.concat(
        [
            jobs,
            turnover,
            doubtful_units(turnover["turnover_eur"], jobs["jobs"], parameters.figures),
            standardise_fees(records["fee"], units.get("fee"), parameters.figures),
            standardise_dates(records["joined_on"], formats.get("joined_on"), export_date, parameters.dates),
            _status(records, source["active_field"], source["active_values"]),
        ],
        axis="columns",
    ).assign(export_date=pd.Timestamp(source["export_date"]))


def _status(records: pd.DataFrame, field: str | None, active_values: Collection[str]) -> pd.DataFrame:
    if field is None or pd.isna(field):
        return standardise_status(records["status"], None)
    frame = standardise_status(records[field], list(active_values))
    return frame.rename(columns={f"status{_RULE}": f"{field}{_RULE}"})


def _texts(values: pd.Series) -> dict[str, str]:
    return {str(field): str(text) for field, text in values.items() if not pd.isna(text)}


def _read_records(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """`raw.records`, whose texts are taken over as they lie: an object for each takes thrice as long."""
    frame: pd.DataFrame = con.sql(_RECORDS).to_arrow_table().to_pandas()
    return frame


def _with_decimal_commas(con: duckdb.DuckDBPyConnection, records: pd.DataFrame) -> pd.DataFrame:
    """Records with the numbers of a spreadsheet written in French: their dot parts no thousands."""
    keys = pd.MultiIndex.from_frame(records[_KEY])
    written = {}
    for field, cells in con.execute(_SPREADSHEET_NUMBERS).df().groupby("field"):
        numbers = keys.isin(pd.MultiIndex.from_frame(cells[_KEY]))
        commas = records[field].str.replace(".", ",", regex=False)
        written[str(field)] = records[field].mask(numbers, commas)
    return records.assign(**written)
