"""Table macros of the published file: one `.sql` file each, which creates the macro and says what it is for.

Their bodies name tables without a schema, so they belong to whichever database is current when they are
called: DuckDB resolves them there, in the version that wrote the file and in older ones.
"""

from pathlib import Path

import duckdb

_FOLDER = Path(__file__).parent / "macros"


def create_macros(con: duckdb.DuckDBPyConnection) -> None:
    """Create every macro in the current schema, which has the tables that they read."""
    for path in sorted(_FOLDER.glob("*.sql")):
        con.execute(path.read_text(encoding="utf-8"))
