"""What the queries of the marts may read beside the public tables, and is not published."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from transforms import reference
from transforms.warehouse.fees.grid import college_factors, fees_by_source, size_classes
from transforms.warehouse.fees.parameters import FeeParameters
from transforms.warehouse.markers import UNKNOWN, markers

_ACTIVE_MEMBERS = Path(__file__).parent / "active_members.sql"

_UNKNOWN_TERRITORY = (UNKNOWN, "Territoire inconnu", None)

OBJECTIVES = pa.schema(
    [
        *((name, pa.string()) for name in ("objective", "label", "kind", "figure", "unit", "announcement")),
        *((name, pa.string()) for name in ("data_source", "estimation_method", "missing_data")),
        *(("position", pa.int32()), ("announced_in", pa.int32()), ("due_on", pa.date32())),
        *(("target", pa.float64()), ("baseline", pa.float64())),
    ]
)


@contextmanager
def lent(con: duckdb.DuckDBPyConnection, sources: tuple[str, ...], fees: FeeParameters) -> Iterator[None]:
    """Let the queries read reference data, the grid of fees, and what several of them need.

    `territory_names`, `field_names` and `announced_objectives` are told below; `size_classes` and
    `college_factors` are the grid of fees; `markers` are words that are no college; `active_members`: see
    the query of that name; `fees_by_source`: what each company pays in each source.
    """
    registered = {
        "territory_names": territory_names(),
        "field_names": field_names(),
        "announced_objectives": announced_objectives(),
        "size_classes": size_classes(fees),
        "college_factors": college_factors(fees),
        "markers": pa.table({"marker": markers()}),
    }
    made = {
        "active_members": _ACTIVE_MEMBERS.read_text(encoding="utf-8"),
        "fees_by_source": fees_by_source(sources),
    }
    for name, table in registered.items():
        con.register(name, table)
    for name, query in made.items():
        con.execute(f"CREATE TEMP TABLE {name} AS {query}")
    yield
    for name in made:
        con.execute(f"DROP TABLE temp.{name}")
    for name in registered:
        con.unregister(name)


def territory_names() -> pa.Table:
    """Territories of the reference data and the unknown one: territory, territory_name, departement."""
    named = reference.load("territories")["territories"]
    rows = [(code, about["name"], about["departement"]) for code, about in named.items()]
    columns = zip(*rows, _UNKNOWN_TERRITORY, strict=True)
    names = ("territory", "territory_name", "departement")
    return pa.table(
        {name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)}
    )


def field_names() -> pa.Table:
    """The fields of exports: field, label (French)."""
    fields = reference.load("fields")
    return pa.table({"field": list(fields), "label": [about["label"] for about in fields.values()]})


def announced_objectives() -> pa.Table:
    """The announced objectives: objective, position (from 1), and the keys of `reference/objectives.yml`."""
    announced = reference.load("objectives")["objectives"]
    rows = [
        {"objective": name, "position": position, **about}
        for position, (name, about) in enumerate(announced.items(), start=1)
    ]
    return pa.Table.from_pylist(rows, schema=OBJECTIVES)
