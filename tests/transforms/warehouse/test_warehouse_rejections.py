"""Refused cells: one numbering, and nothing personal in it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pytest
import warehouse_builds as builds
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.warehouse import rejections, screen, tables
from transforms.warehouse.stage import PublishParameters


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        screen.prepare(opened)
        opened.execute("ATTACH ':memory:' AS build")
        opened.execute("USE build")
        for stage_name in rejections.STAGES:
            tables.create(opened, tables.build_table(f"{stage_name}.rejections"))
        yield opened


def numbered(con: duckdb.DuckDBPyConnection, **rows: Sequence[builds.Row]) -> list[tuple[object, ...]]:
    """Number, field, published value and full value of the rejections of the stages."""
    for stage_name in rejections.STAGES:
        table = tables.build_table(f"{stage_name}.rejections")
        con.execute(f"DELETE FROM {table.full_name}")
        con.register("given_rows", builds.filled(table, rows.get(stage_name, [])))
        con.execute(f"INSERT INTO {table.full_name} SELECT * FROM given_rows")
    con.execute("DROP TABLE IF EXISTS temp._rejections")
    rejections.prepare(con)
    query = f"SELECT rejection_no, field, value, full_value FROM {rejections.PUBLIC} ORDER BY ALL"
    return con.execute(query).fetchall()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("siren", "0412345678"),
        ("siret", "04 12 34 56 78 90 12"),
        ("name", "Studio @vert"),
        ("website", "www.lumen.example"),
        ("full_address", "12 rue des Tilleuls 69001 Lyon"),
        ("turnover", "06 12 34 56 78"),
        ("address", "lot 1234567890123"),
        ("headcount", "10-19"),
    ],
    ids=lambda text: str(text),
)
def test_an_ordinary_value_is_published(field: str, value: str, con: duckdb.DuckDBPyConnection) -> None:
    assert numbered(con, raw=[builds.rejection(1, field, value=value)]) == [(1, field, value, value)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("website", "lena@lumen.example"),
        ("name", "Lumen (lena.morvan@lumen.example)"),
        ("address", "3 rue Haute, tél. 04 78 00 11 22"),
        ("full_address", "3 rue Haute 69001 Lyon +33 4 78 00 11 22"),
        ("city", "Lyon 0478001122"),
        ("name", "0033478001122"),
        ("college", "+33 (0)4.78.00.11.22"),
    ],
    ids=lambda text: str(text),
)
def test_a_way_to_reach_a_person_is_withheld_wherever_it_stands(
    field: str, value: str, con: duckdb.DuckDBPyConnection
) -> None:
    assert numbered(con, raw=[builds.rejection(1, field, value=value)]) == [(1, field, None, value)]


def test_a_personal_field_is_withheld_whatever_it_holds(con: duckdb.DuckDBPyConnection) -> None:
    rows = [builds.rejection(1, "phone", value="néant", personal=True)]
    assert numbered(con, standard=rows) == [(1, "phone", None, "néant")]


def test_all_stages_are_united(con: duckdb.DuckDBPyConnection) -> None:
    rows = {stage_name: [builds.rejection(4, "siren", value=stage_name)] for stage_name in rejections.STAGES}
    assert [row[2] for row in numbered(con, **rows)] == ["quality", "raw", "standard"]


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(6)))
def test_numbers_do_not_depend_on_the_order_of_the_rows(
    con: duckdb.DuckDBPyConnection, order: list[int]
) -> None:
    rows = [
        builds.rejection(row, field, value=f"valeur {row}")
        for row in (1, 2, 3)
        for field in ("siren", "name")
    ]
    assert numbered(con, raw=[rows[place] for place in order]) == numbered(con, raw=rows)


def test_withheld_values_lie_in_the_contacts_under_the_same_number(published: PublishParameters) -> None:
    contacts = published.warehouse.with_name("contacts.duckdb")
    query = "SELECT rejection_no, value FROM {} ORDER BY ALL"
    with duckdb.connect(str(published.warehouse), read_only=True) as con:
        public = con.execute(query.format("rejected_rows")).fetchall()
    with duckdb.connect(str(contacts), read_only=True) as con:
        withheld = con.execute(query.format("rejected_contacts")).fetchall()
    assert public == [(1, "12345"), (2, None), (3, None)]
    assert withheld == [(2, "lena.morvan(at)exemple"), (3, "voir contact@lumen.example")]


def test_no_byte_of_a_withheld_value_is_in_the_warehouse_file(published: PublishParameters) -> None:
    content = Path(published.warehouse).read_bytes()
    assert b"contact@" not in content
    assert b"lena.morvan" not in content
