"""What may leave the house: of the published file, the columns and rows of `reference/handed_out.yml`."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import duckdb
import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from transforms import reference
from transforms.warehouse.tables import literal

_UNKNOWN = "inconnu"


class Rule(BaseModel):
    """What of one table may be handed out; the keys are explained in the reference file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    rows: str
    given: dict[str, str]
    years: dict[str, str] = {}
    kept: dict[str, str]
    labels: dict[str, str]
    words: dict[str, dict[str, str]]


@dataclass(frozen=True)
class Handout:
    """The rows of one table that are handed out.

    Attributes:
        title: name of a file or sheet (French).
        headings: of the columns, in order (French).
        rows: the columns under their names in the warehouse, ordered by key; a year has a name of its own.
        words: by column, what people read instead of a value.
    """

    title: str
    headings: tuple[str, ...]
    rows: pa.Table
    words: dict[str, dict[str, str]]

    @cached_property
    def told(self) -> list[tuple[object, ...]]:
        """The rows for people, values in their words."""
        columns = []
        for name in self.rows.column_names:
            values = self.rows[name].to_pylist()
            words = self.words.get(name)
            columns.append([words.get(value, value) for value in values] if words else values)
        return list(zip(*columns, strict=True))


def rules() -> dict[str, Rule]:
    """By table, what of it may be handed out."""
    return {name: Rule(**entry) for name, entry in reference.load("handed_out").items()}


def read(con: duckdb.DuckDBPyConnection, table: str, territories: Sequence[str] = ()) -> Handout:
    """What may be handed out of `table`, of some `territories` (none: all).

    `con` has the published file open.
    """
    rule = rules()[table]
    titles = con.execute("SELECT source, title FROM sources ORDER BY priority, source").fetchall()
    given: dict[str, str] = {}
    for name, heading in rule.given.items():
        if "{source}" in name:
            given |= {name.format(source=source): heading.format(title=title) for source, title in titles}
        else:
            given[name] = heading
    wanted = f"{rule.rows} AND {_among(territories)}"
    columns = ", ".join(_column(name, rule.years) for name in given)
    rows = con.sql(f"SELECT {columns} FROM {table} WHERE {wanted} ORDER BY 1").to_arrow_table()
    return Handout(rule.title, tuple(given.values()), rows, rule.words)


def _column(name: str, years: dict[str, str]) -> str:
    return f'year("{name}") AS "{years[name]}"' if name in years else f'"{name}"'


def kept_back(con: duckdb.DuckDBPyConnection, territories: Sequence[str] = ()) -> int:
    """Active companies whose row stays in the house, because it would name a person."""
    query = f"SELECT count(*) FROM companies WHERE is_active AND is_sole_trader AND {_among(territories)}"
    ((count,),) = con.execute(query).fetchall()
    return int(count)


def territory_names(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Every territory of the published file, `inconnu` included, by code."""
    return dict(
        con.execute("SELECT territory, territory_name FROM territories ORDER BY territory").fetchall()
    )


def _among(territories: Sequence[str]) -> str:
    codes = ", ".join(map(literal, territories))
    return f"coalesce(territory, '{_UNKNOWN}') IN ({codes})" if territories else "true"
