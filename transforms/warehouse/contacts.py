"""The file of personal data beside the warehouse: contacts and refused contact cells."""

from pathlib import Path

import duckdb

from transforms.warehouse import rejections, tables, workspace
from transforms.warehouse.database import owner_only
from transforms.warehouse.publish import table_counts

_RELATIONS = {
    "main.contacts": "build.golden.contacts",
    "main.rejected_contacts": rejections.CONTACTS,
}


def write_contacts(con: duckdb.DuckDBPyConnection, target: Path, *, storage_version: str) -> dict[str, int]:
    """Write contacts and refused contact cells of the run into the new file `target`, created with mode 0600.

    `con` is a connection of `workspace.opened`. Returns rows by table.

    Raises:
        duckdb.Error: a key is broken, a required value is missing, or the disk refuses.
    """
    with owner_only(), workspace.made(con, target, storage_version):
        for name, table in tables.tables("contacts").items():
            tables.create(con, table)
            tables.insert(con, table, _RELATIONS[name])
        return table_counts(con)
