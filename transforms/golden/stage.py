"""The door of this stage: groups of records in, one golden row a company out, with ids and lineage."""

from pathlib import Path

import duckdb
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from transforms.golden import company_ids, survivorship
from transforms.golden.corrections import effect, outcomes, told
from transforms.golden.lineage import write_lineage
from transforms.report import Remark, StageReport
from transforms.stewards.correction import as_frame
from transforms.stewards.correction_log import FILE, Corrections, read_corrections
from transforms.warehouse import tables
from transforms.warehouse.database import connect
from transforms.warehouse.register import read_aliases, read_register

# A corrected SIREN is the record's own from the matching on.
_RECORDS = """
SELECT
    records.* REPLACE (
        coalesce(corrected.siren, records.siren) AS siren,
        if(corrected.siren IS NULL, records.siren_status, 'valid') AS siren_status
    ),
    groups.group_id, groups.match_status, groups.probability,
    sources.priority, sources.active_field
FROM standard.records AS records
LEFT JOIN matching.groups AS groups USING (source, member_id)
LEFT JOIN matching.sirens AS corrected USING (source, member_id)
LEFT JOIN raw.sources AS sources USING (source)
ORDER BY source, member_id
"""
# What holds a record in its company is written as it is: through a frame it would cost memory.
_MEMBERSHIPS = """(
SELECT records.*, groups.linked_source, groups.linked_member_id, groups.reason
FROM _records AS records
JOIN matching.groups AS groups USING (source, member_id)
ORDER BY source, member_id
)"""
# What ids depend on: the group of each record, and what the register knows of it.
_GROUPS = """
SELECT groups.group_id, continuity.*
FROM matching.groups AS groups
JOIN continuity.records AS continuity USING (source, member_id)
ORDER BY source, member_id
"""
# What the next run tells the change of; fees and turnover in whole euros.
_TOTALS = """
SELECT
    count(*) AS active,
    coalesce(sum(jobs), 0) AS jobs,
    coalesce(sum(turnover_eur), 0) AS turnover_eur,
    coalesce(sum(fee_eur), 0) AS fee_eur
FROM golden.companies
WHERE is_active
"""
_CONTACT_COLUMNS = {"contact_person": "person", "contact_role": "role", "phone": "telephone"}


class GoldenParameters(BaseModel):
    """Where the register of company ids and the corrections lie, and the name of this run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: Path
    run_id: str = Field(min_length=1)


def run(build: Path, parameters: GoldenParameters) -> StageReport:
    """Write the tables of schema `golden`: one row a company, its memberships, contacts, lineage and ids.

    The state folder is only read: the register that this run would leave is a table until publication.

    Raises:
        InputError: the register of company ids or the journal of corrections is damaged.
        ValueError: a record without group or source; the stages before this one forgot it.
    """
    register, aliases = read_register(parameters.state), read_aliases(parameters.state)
    corrections = read_corrections(parameters.state)
    with connect(build) as con:
        # Tables that point to companies would keep it from being written anew.
        con.execute("DROP SCHEMA IF EXISTS golden CASCADE")
        sources = tables.contract_sources(con)
        records = _records(con)
        assignment = company_ids.assign(tables.frame(con, _GROUPS), register, aliases, parameters.run_id)
        records["company_id"] = records["group_id"].map(assignment.ids)
        memberships = _write_memberships(con, records)
        contacts = _write_contacts(con, records)
        candidates = survivorship.candidates(records, sources)
        del records  # a second copy of all that standard.records holds
        today = _todays(con, corrections, candidates, assignment.aliases)
        companies, corrected = _write_companies(con, candidates, sources, today)
        tables.write(con, tables.build_table("golden.register"), assignment.register)
        tables.write(con, _public("company_aliases"), assignment.aliases)
        related = _write_related(con, assignment.ids)
        totals = {str(name): round(total) for name, (total,) in con.execute(_TOTALS).df().items()}
    counts = {"companies": companies, **assignment.counts, "contacts": contacts, "related": related, **totals}
    counts |= {"corrections": int(corrected["outcome"].isin(outcomes.STANDING).sum())}
    noted = [*_remarks(counts), *_torn(corrections.torn_line)]
    noted += outcomes.remarks(corrected, as_frame(corrections.words))
    return StageReport(
        stage="golden", rows_in=len(candidates), rows_out=memberships, counts=counts, remarks=tuple(noted)
    )


def _public(name: str, sources: tuple[str, ...] = ()) -> tables.Table:
    return tables.public_table(name, schema="golden", sources=sources)


def _records(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    records = tables.frame(con, _RECORDS)
    forgotten = records[records["group_id"].isna() | records["priority"].isna()]
    if len(forgotten):
        keys = list(zip(forgotten["source"], forgotten["member_id"], strict=True))
        raise ValueError(f"standard.records without a row in matching.groups or raw.sources: {keys[:5]}")
    return records


def _todays(
    con: duckdb.DuckDBPyConnection, corrections: Corrections, records: pd.DataFrame, aliases: pd.DataFrame
) -> pd.DataFrame:
    """The corrections, each with the company that it is about today."""
    frame = as_frame(corrections.words)
    if frame.empty:
        return frame
    numbers = tables.read(con, "continuity.numbers")
    return frame.assign(company_id=outcomes.todays_companies(frame, records, aliases, numbers))


def _write_companies(
    con: duckdb.DuckDBPyConnection,
    candidates: pd.DataFrame,
    sources: tuple[str, ...],
    corrections: pd.DataFrame,
) -> tuple[int, pd.DataFrame]:
    """Companies, their lineage and the corrections; the number of companies, what became of corrections."""
    chosen = survivorship.chosen(candidates, survivorship.choices(sources))
    table = _public("companies", sources)
    companies = survivorship.companies(candidates, chosen)
    became = outcomes.outcomes(corrections, companies, tables.read(con, "matching.sirens"))
    standing = outcomes.shown(became)
    if len(standing):
        cells = effect.changed_cells(standing, companies, survivorship.city_keys(candidates, chosen))
        companies = effect.corrected(companies, cells)
    rows = tables.write(con, table, companies)
    write_lineage(con, table, candidates, chosen)
    if len(standing):
        told.write_lineage(con, cells, standing)
    shown = _public("corrections")
    tables.write(con, shown, became[shown.column_names])
    return rows, became


def _write_memberships(con: duckdb.DuckDBPyConnection, records: pd.DataFrame) -> int:
    table = _public("memberships")
    con.register("_records", records[[name for name in table.column_names if name in records]])
    tables.fill(con, table, _MEMBERSHIPS)
    con.unregister("_records")
    return len(records)


def _write_contacts(con: duckdb.DuckDBPyConnection, records: pd.DataFrame) -> int:
    """A row for each record that names a person or says how to reach one."""
    table = tables.tables("contacts")["main.contacts"].model_copy(update={"schema_name": "golden"})
    contacts = records.rename(columns=_CONTACT_COLUMNS)[table.column_names]
    return tables.write(con, table, contacts.dropna(subset=["person", "email", "telephone"], how="all"))


def _write_related(con: duckdb.DuckDBPyConnection, ids: "pd.Series[str]") -> int:
    """Related groups as related companies, the smaller id first, each pair once a kind."""
    related = tables.read(con, "matching.related")
    sides = pd.DataFrame({side: related[f"{side}_group"].map(ids) for side in ("left", "right")})
    related["company_id"], related["related_id"] = sides.min(axis="columns"), sides.max(axis="columns")
    table = _public("related_companies")
    rows = related[table.column_names].sort_values(table.column_names)
    distinct = rows[rows["company_id"] != rows["related_id"]]
    return tables.write(con, table, distinct.drop_duplicates(list(table.key)))


def _remarks(counts: dict[str, int]) -> tuple[Remark, ...]:
    said = {
        "retired": ("{n} identifiant retiré par fusion", "{n} identifiants retirés par fusion"),
        "split": ("{n} entreprise séparée en plusieurs", "{n} entreprises séparées en plusieurs"),
        "revived": ("{n} fusion défaite", "{n} fusions défaites"),
    }
    tails = {
        "retired": " ; l'ancien identifiant renvoie au nouveau.",
        "split": " ; l'identifiant suit la plupart des fiches.",
        "revived": " : l'ancien identifiant est rendu.",
    }
    return tuple(
        Remark(text=forms[counts[name] > 1].format(n=counts[name]) + tails[name])
        for name, forms in said.items()
        if counts[name]
    )


def _torn(line: int | None) -> list[Remark]:
    if line is None:
        return []
    text = (
        f"La ligne {line} du journal des corrections ({FILE}) est coupée : son enregistrement a été "
        "interrompu avant d'être confirmé. Elle n'est pas lue ; redonner cette correction si elle manque."
    )
    return [Remark(level="warning", text=text)]
