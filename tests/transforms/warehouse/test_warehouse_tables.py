"""The table definitions and what is made from them."""

from collections.abc import Callable, Iterator

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.warehouse import tables
from transforms.warehouse.tables import Column, Table

COLOURS = Table(
    schema_name="paint",
    name="colours",
    comment="Une couleur de l'atelier",
    key=("code",),
    columns=(
        Column(name="code", type="INTEGER", comment="Numéro", required=True),
        Column(name="name", type="VARCHAR", comment="Nom d'usage"),
    ),
)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@pytest.mark.parametrize("kind", ["build", "public", "contacts"])
def test_every_definition_is_accepted_by_the_database(kind: str, con: duckdb.DuckDBPyConnection) -> None:
    definitions = [table.for_sources(("clustr", "numelink")) for table in tables.tables(kind).values()]
    for table in definitions:
        tables.create(con, table)
    found = con.execute("SELECT count(*), count(comment) FROM duckdb_columns() WHERE NOT internal").fetchall()
    expected = sum(len(table.columns) for table in definitions)
    assert found == [(expected, expected)]


@pytest.mark.parametrize("kind", ["build", "public", "contacts"])
def test_every_key_is_a_required_column(kind: str) -> None:
    for table in tables.tables(kind).values():
        assert set(table.key) <= {column.name for column in table.columns}, table.full_name
        if kind == "public":
            assert table.key, table.full_name


def published(con: duckdb.DuckDBPyConnection, frame: pd.DataFrame) -> None:
    tables.create(con, COLOURS)
    con.register("given_rows", frame)
    tables.insert(con, COLOURS, "given_rows")


def published_large(con: duckdb.DuckDBPyConnection, frame: pd.DataFrame) -> None:
    con.register("given_rows", frame)
    tables.write_large(con, COLOURS, "given_rows")


@pytest.mark.parametrize(
    "write", [published, published_large, lambda con, frame: tables.write(con, COLOURS, frame)]
)
def test_rows_are_ordered_by_the_key(
    write: Callable[[duckdb.DuckDBPyConnection, pd.DataFrame], object], con: duckdb.DuckDBPyConnection
) -> None:
    write(con, pd.DataFrame({"name": ["vert", "rouge", None], "code": [3, 1, 2]}))
    assert con.execute("SELECT code, name FROM paint.colours").fetchall() == [
        (1, "rouge"),
        (2, None),
        (3, "vert"),
    ]


def test_a_large_table_is_declared_as_a_small_one(con: duckdb.DuckDBPyConnection) -> None:
    declared = []
    for write in (published, published_large):
        write(con, pd.DataFrame({"code": [2, 1], "name": ["vert", "rouge"]}))
        declared.append(
            [
                con.execute("SELECT constraint_text FROM duckdb_constraints() ORDER BY ALL").fetchall(),
                con.execute("SELECT column_name, is_nullable, comment FROM duckdb_columns()").fetchall(),
                con.execute("SELECT has_primary_key, comment FROM duckdb_tables()").fetchall(),
            ]
        )
    assert declared[0] == declared[1]


@pytest.mark.parametrize("codes", [pytest.param([1, 1], id="double"), pytest.param([1, None], id="missing")])
@pytest.mark.parametrize("write", [published, published_large])
def test_a_broken_key_is_refused(
    write: Callable[[duckdb.DuckDBPyConnection, pd.DataFrame], object],
    codes: list[int | None],
    con: duckdb.DuckDBPyConnection,
) -> None:
    with pytest.raises(duckdb.ConstraintException):
        write(con, pd.DataFrame({"code": codes, "name": "vert"}))


def test_a_frame_is_that_of_duckdb_with_all_texts_as_text(con: duckdb.DuckDBPyConnection) -> None:
    query = """
        SELECT * FROM (
            VALUES ('é', 1, NULL::VARCHAR, 1.5::DECIMAL(4, 2), DATE '2024-02-29', true),
                   (NULL, NULL, NULL, NULL, NULL, NULL)
        ) AS _(text, number, no_text, amount, day, flag)
    """
    found = tables.frame(con, query)
    expected = con.execute(query).df().astype({"no_text": "str"})
    pd.testing.assert_frame_equal(found, expected)
    pd.testing.assert_frame_equal(tables.frame(con, f"SELECT text FROM ({query})"), expected[["text"]])
    pd.testing.assert_frame_equal(tables.frame(con, f"SELECT day FROM ({query})"), expected[["day"]])


def test_published_tables_have_comments_and_build_tables_none(con: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT comment FROM duckdb_tables()"
    frame = pd.DataFrame({"code": [1], "name": ["vert"]})
    assert tables.write(con, COLOURS, frame) == 1
    assert con.execute(query).fetchall() == [(None,)]
    published(con, frame)
    comments = con.execute(query).fetchall()
    assert comments == [("Une couleur de l'atelier",)]


def test_writing_again_replaces_the_rows(con: duckdb.DuckDBPyConnection) -> None:
    for code in (1, 2):
        tables.write(con, COLOURS, pd.DataFrame({"code": [code], "name": ["x"]}))
    assert con.execute("SELECT code FROM paint.colours").fetchall() == [(2,)]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ({"code": [1]}, r"missing columns \['name'\]"),
        ({"code": [1], "name": ["a"], "hue": [2]}, r"unknown columns \['hue'\]"),
    ],
    ids=["a column is missing", "a column is unknown"],
)
def test_another_shape_is_refused(
    frame: dict[str, list[object]], message: str, con: duckdb.DuckDBPyConnection
) -> None:
    with pytest.raises(ValueError, match=message):
        tables.write(con, COLOURS, pd.DataFrame(frame))


@pytest.mark.parametrize(
    "frame",
    [{"code": [1, 1], "name": ["a", "b"]}, {"code": [None], "name": ["a"]}],
    ids=["the key twice", "no key"],
)
def test_the_published_key_is_enforced(
    frame: dict[str, list[object]], con: duckdb.DuckDBPyConnection
) -> None:
    with pytest.raises(duckdb.ConstraintException):
        published(con, pd.DataFrame(frame))


def test_a_build_table_wants_its_required_values_but_leaves_keys_to_the_rules(
    con: duckdb.DuckDBPyConnection,
) -> None:
    assert tables.write(con, COLOURS, pd.DataFrame({"code": [1, 1], "name": ["a", "b"]})) == 2
    with pytest.raises(duckdb.ConstraintException):
        tables.write(con, COLOURS, pd.DataFrame({"code": [None], "name": ["a"]}))


def test_one_column_a_source_stands_in_place() -> None:
    names = tables.public_table("companies", sources=("clustr", "third")).column_names
    assert names[names.index("is_active") :][:4] == ["is_active", "in_clustr", "in_third", "n_records"]


def test_the_schema_of_a_prepared_table_is_not_said_twice() -> None:
    assert tables.public_table("quality_results", schema="quality").full_name == "quality.results"
    assert tables.public_table("companies", schema="golden").full_name == "golden.companies"


def test_prepared_tables_can_be_written_in_any_order_and_again(con: duckdb.DuckDBPyConnection) -> None:
    prepared = [tables.public_table(name, schema="golden") for name in ("memberships", "companies")]
    for table in (*prepared, *prepared):
        tables.create(con, table)
    assert con.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(2,)]


def test_read_gives_the_rows_in_the_order_of_the_key(con: duckdb.DuckDBPyConnection) -> None:
    table = tables.build_table("matching.blocking")
    frame = pd.DataFrame({"rule": ["b", "a"], "pairs": [1, 2], "capped_blocks": [0, 0]})
    tables.write(con, table, frame)
    assert tables.read(con, "matching.blocking")["rule"].tolist() == ["a", "b"]


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_text_survives_as_a_literal(text: str) -> None:
    assert duckdb.sql(f"SELECT {tables.literal(text)}").fetchall() == [(text,)]
