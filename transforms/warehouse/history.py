"""What the warehouse was at each publication and what happened in between: one more publication at the end.

Only what changes is kept: a state of a company (`companies_history`) or of a record (`memberships_history`)
lasts until a publication that says otherwise, and each difference is a fact (`changes`), by the rule of
`changes.py`. The tables are those of the published file; `history_file` tells where they outlive it.

A version that is put back is in them only once the next run publishes: restoring changes what is read, not
the state. That run finds it in the run log, and enters it as a publication of its own, with what was in
service at that version's run.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from transforms.warehouse import database
from transforms.warehouse.changes import changes_query, follows_export
from transforms.warehouse.history_file import TABLES
from transforms.warehouse.macros import create_macros
from transforms.warehouse.tables import literal

_ENTER = Path(__file__).with_name("history.sql").read_text(encoding="utf-8")
_MEMBERSHIP = "source, member_id, company_id, joined_on, joined_precision"
# Of a version that was put back, the run that had made it tells its age.
_LAST = """
SELECT max(published_at), max_by(coalesce(restored_run_id, run_id), published_at)
FROM publications
"""
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class _Publication:
    run_id: str
    ended_at: datetime
    restored: str | None = None


def advance(
    con: duckdb.DuckDBPyConnection, *, told: list[str], relations: dict[str, str], log: str, run_id: str
) -> dict[str, str]:
    """Enter what the run `run_id` publishes into the attached `history`, after what was put back before it.

    Args:
        con: a connection within `history_file.opened`.
        told: the columns of companies to tell changes of.
        relations: the rows of companies, memberships, company_aliases and sources as they will be published.
        log: a query with the rows of `runs`, that of this run included.
        run_id: the run; if the history knows it, it was tried again, and nothing is entered.

    Returns:
        A relation for each table of the history, and for companies, so that those are read but once.
    """
    for schema in ("served", "now"):
        con.execute(f"DROP SCHEMA IF EXISTS memory.{schema} CASCADE; CREATE SCHEMA memory.{schema}")
    # The macros read the tables of the current schema.
    con.execute("USE history")
    with database.owner_only():
        create_macros(con)
        for publication in _put_back(con, log, run_id):
            if _take_version(con, publication, relations["company_aliases"]):
                _enter(con, publication, told=told)
        _take(con, relations)
        if not con.execute("SELECT 1 FROM publications WHERE run_id = ?", [run_id]).fetchall():
            ((ended_at,),) = con.execute(f"SELECT ended_at FROM {log} WHERE run_id = ?", [run_id]).fetchall()
            _enter(con, _Publication(run_id, ended_at), told=told)
        con.execute("CHECKPOINT history")
    con.execute("USE memory")
    return {name: f"history.main.{name}" for name in TABLES} | {"companies": "memory.now.companies"}


def _put_back(con: duckdb.DuckDBPyConnection, log: str, run_id: str) -> list[_Publication]:
    """The versions put back since the last publication that the history knows, in order."""
    query = f"""
        SELECT run_id, ended_at, parameters
        FROM {log}
        WHERE verdict = 'restored'
            AND run_id > (SELECT max_by(run_id, published_at) FROM publications)
        ORDER BY run_id
    """
    rows = con.execute(query).fetchall()
    return [_Publication(one, at, json.loads(said)["version"]) for one, at, said in rows if one != run_id]


def _take(con: duckdb.DuckDBPyConnection, relations: dict[str, str]) -> None:
    """Fill the schema `now` with what is going to be published."""
    con.execute(
        f"""
        CREATE OR REPLACE TABLE memory.now.companies AS FROM {relations["companies"]};
        CREATE OR REPLACE TABLE memory.now.memberships AS
            SELECT {_MEMBERSHIP}
            FROM {relations["memberships"]};
        CREATE OR REPLACE TABLE memory.now.sources AS
            SELECT source, export_date
            FROM {relations["sources"]};
        CREATE OR REPLACE TABLE memory.now.company_aliases AS FROM {relations["company_aliases"]};
        """
    )


def _take_version(con: duckdb.DuckDBPyConnection, publication: _Publication, aliases: str) -> bool:
    """Fill `now` with the version that was put back; False if the history does not reach back to it."""
    query = "SELECT published_at FROM publications WHERE run_id = ?"
    found = con.execute(query, [publication.restored]).fetchall()
    for (moment,) in found:
        _fill_from_history(con, "now", moment)
        con.execute(
            f"CREATE OR REPLACE TABLE memory.now.company_aliases AS FROM {aliases} WHERE run_id < ?",
            [publication.run_id],
        )
    return bool(found)


def _fill_from_history(con: duckdb.DuckDBPyConnection, schema: str, moment: datetime | None) -> None:
    """Fill `schema` with what was in service at `moment`; with nothing at all if there is no such moment."""
    at = f"{literal(str(moment))}::TIMESTAMP" if moment else "NULL::TIMESTAMP"
    con.execute(
        f"""
        CREATE OR REPLACE TABLE memory.{schema}.companies AS FROM companies_as_of({at});
        CREATE OR REPLACE TABLE memory.{schema}.memberships AS
            SELECT {_MEMBERSHIP}
            FROM memberships_history
            WHERE valid_from <= {at} AND (valid_to IS NULL OR valid_to > {at});
        CREATE OR REPLACE TABLE memory.{schema}.sources AS
            SELECT unnest(map_keys(exports)) AS source, unnest(map_values(exports)) AS export_date
            FROM publications
            WHERE published_at = {at};
        """
    )


def _enter(con: duckdb.DuckDBPyConnection, publication: _Publication, *, told: list[str]) -> None:
    """Enter one publication, whose content is in the schema `now`; `told` are the columns to speak of."""
    ((last, origin),) = con.execute(_LAST).fetchall()
    _fill_from_history(con, "served", last)
    described = con.execute("SELECT column_name FROM (DESCRIBE memory.now.companies)").fetchall()
    columns = [name for (name,) in described]
    moment = max(publication.ended_at, last + _TICK) if last else publication.ended_at
    older = publication.restored is not None and origin is not None and publication.restored < origin
    con.execute(
        _ENTER.format(
            moment=f"{literal(str(moment))}::TIMESTAMP",
            run=literal(publication.run_id),
            restored=literal(publication.restored) if publication.restored else "NULL",
            differences=changes_query(columns, old="memory.served", new="memory.now", backwards=older),
            compared=str(last is not None).lower(),
            told=f"[{', '.join(map(literal, told))}]::VARCHAR[]",
            follows_jobs=follows_export("jobs_as_of", "memory.now."),
            follows_turnover=follows_export("turnover_eur_as_of", "memory.now."),
        )
    )
