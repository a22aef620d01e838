"""The warehouse file: the public tables of a run, with keys, comments and order, and the marts."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from transforms.warehouse import dictionary, history, rejections, runs, screen, tables, workspace
from transforms.warehouse.board.parameters import BoardParameters
from transforms.warehouse.fees.parameters import FeeParameters
from transforms.warehouse.macros import create_macros
from transforms.warehouse.marts import build_marts
from transforms.warehouse.tables import literal

# Public table <- table of the build database.
COPIED = {
    "companies": "golden.companies",
    "memberships": "golden.memberships",
    "match_pairs": "matching.pairs",
    "review_queue": "matching.review",
    "related_companies": "golden.related_companies",
    "decisions": "matching.decisions",
    "corrections": "golden.corrections",
    "lineage": "golden.lineage",
    "company_aliases": "golden.company_aliases",
    "quality_results": "quality.results",
    "sources": "raw.sources",
}

# A row for each cell of companies. Of a small table the key is made sooner together with its columns.
_LARGE = ("lineage", "companies_history", "memberships_history")


def write_warehouse(
    con: duckdb.DuckDBPyConnection,
    target: Path,
    *,
    known: list[str],
    logs: Iterable[Path],
    run_id: str,
    storage_version: str,
    board: BoardParameters,
    fees: FeeParameters,
) -> dict[str, int]:
    """Write every public table, mart and macro of the run `run_id` into the new file `target`.

    `con` is a connection within `history_file.opened`, which told the columns `known`; `logs` are the run
    logs in order of age, the last one with the line of this run; `board` and `fees` are what the marts of
    seats and fees are reckoned by. Returns rows by table.

    Raises:
        duckdb.Error: a key is broken, a required value is missing, or the disk refuses.
    """
    sources = tables.contract_sources(con, build="build.")
    origins = {
        **{name: f"build.{origin}" for name, origin in COPIED.items()},
        "rejected_rows": rejections.PUBLIC,
        "runs": runs.relation(logs, run_id),
        # Whoever reads the file twice can tell whether it is still that of the same run.
        "sources": f"(SELECT *, {literal(run_id)} AS run_id FROM build.raw.sources)",
    }
    relations = {
        name: screen.masked(tables.public_table(name, sources=sources), origin)
        for name, origin in origins.items()
    }
    relations |= history.advance(con, told=known, relations=relations, log=origins["runs"], run_id=run_id)
    with workspace.made(con, target, storage_version):
        for name in _in_order(relations):
            table = tables.public_table(name, sources=sources)
            if name in _LARGE:
                tables.write_large(con, table, relations[name])
            else:
                tables.create(con, table)
                tables.insert(con, table, relations[name])
        build_marts(con, sources=sources, board=board, fees=fees)
        create_macros(con)
        dictionary.write(con, sources)
        return table_counts(con)


def table_counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows of each table of the current database, by name."""
    names = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() ORDER BY ALL"
    ).fetchall()
    counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for (name,) in names)
    return dict(con.execute(counts).fetchall())


def _in_order(relations: Iterable[str]) -> list[str]:
    """The order of the definitions: a table comes after those that its foreign keys name."""
    wanted = set(relations)
    return [table.name for table in tables.tables("public").values() if table.name in wanted]
