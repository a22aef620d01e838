"""Sources and columns as people know them: by the network's name, and by the header of its own file."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from transforms import reference

_HEADERS = """
SELECT source, field, arg_min(header, position) AS header
FROM raw.columns
WHERE field IS NOT NULL
GROUP BY source, field
UNION ALL
SELECT source, field, header FROM raw.missing_columns
"""
_LIKELY = "SELECT source, field, likely_header FROM raw.missing_columns"

_Column = tuple[str, str]


@dataclass(frozen=True)
class Naming:
    """What sources and columns are called.

    Args:
        titles: the full name of each source.
        headers: the header of each source's field in its file, else in its contract.
        missing: the fields that a file has no column for, with the unknown header that may be theirs.
    """

    titles: Mapping[str, str]
    headers: Mapping[_Column, str]
    missing: Mapping[_Column, str | None]

    def title(self, source: str) -> str:
        """The full name of a source."""
        return self.titles.get(source, source)

    def header(self, source: str, field: str) -> str:
        """The header of a field in a source's file."""
        label = str(reference.load("fields")[field]["label"])
        return self.headers.get((source, field), label)


def read_naming(con: duckdb.DuckDBPyConnection) -> Naming:
    """The names in `raw.sources`, `raw.columns` and `raw.missing_columns` of the build database."""
    titles = dict(con.execute("SELECT source, title FROM raw.sources").fetchall())
    headers = {(source, field): header for source, field, header in con.execute(_HEADERS).fetchall()}
    missing = {(source, field): header for source, field, header in con.execute(_LIKELY).fetchall()}
    return Naming(titles, headers, missing)
