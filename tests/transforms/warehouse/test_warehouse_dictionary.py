"""The dictionary of the file: whole, true to the definitions, and without a person in its examples."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
import warehouse_builds as builds

from transforms import reference
from transforms.golden import rules
from transforms.warehouse import dictionary, screen, stage, tables
from transforms.warehouse.stage import PublishParameters

COMPANIES = {
    "C1": {
        "name": "Cabinet Yvonne Maresquier",
        "address": "9 rue de la Personne",
        "is_sole_trader": True,
        "jobs": 900.0,
    },
    "C2": {"name": "Petite Société", "territory": "42", "jobs": 3.0},
    "C3": {"name": "Grande Société", "address": "1 rue de la Société", "jobs": 40.0},
}


@pytest.fixture(scope="module")
def parameters(tmp_path_factory: pytest.TempPathFactory) -> PublishParameters:
    folder = tmp_path_factory.mktemp("dictionary")
    parameters = builds.parameters(folder)
    stage.run(builds.write_build(folder / "build.duckdb", companies=COMPANIES), parameters)
    return parameters


def query(parameters: PublishParameters, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(parameters.warehouse), read_only=True) as con:
        return con.execute(sql).fetchall()


def test_every_table_and_column_of_the_file_is_there_in_order(parameters: PublishParameters) -> None:
    found = query(
        parameters,
        "SELECT table_name, column_name FROM data_dictionary WHERE kind = 'column' "
        "ORDER BY table_name, position",
    )
    expected = query(
        parameters,
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal "
        "ORDER BY table_name, column_index",
    )
    assert found == expected
    told = query(parameters, "SELECT table_name FROM data_dictionary WHERE kind = 'table' ORDER BY ALL")
    assert told == query(parameters, "SELECT table_name FROM duckdb_tables() ORDER BY ALL")


def test_meanings_are_the_comments_of_the_file(parameters: PublishParameters) -> None:
    differing = query(
        parameters,
        """
        SELECT table_name, column_name
        FROM data_dictionary
        INNER JOIN duckdb_columns() AS actual USING (table_name, column_name)
        WHERE meaning IS DISTINCT FROM actual.comment
            OR data_dictionary.data_type <> replace(actual.data_type, '"', '')
        """,
    )
    assert differing == []


PUBLIC = {
    f"{table.name}.{column.name}": (table, column)
    for table in tables.tables("public").values()
    for column in table.columns
}


@pytest.mark.parametrize("name", [table.name for table in tables.tables("public").values()])
def test_every_table_tells_its_source_and_its_rule(name: str) -> None:
    table = tables.public_table(name)
    assert table.source
    assert table.rule


@pytest.mark.parametrize("name", PUBLIC)
def test_every_figure_has_a_unit(name: str) -> None:
    _, column = PUBLIC[name]
    figures = ("DOUBLE", "DECIMAL", "INTEGER", "BIGINT", "DATE", "TIMESTAMP")
    assert dictionary.unit(column) or column.type.partition("(")[0] not in figures


UNITS = {
    "companies.turnover_eur_low": "euros (€)",
    "companies.jobs": "emplois (personnes)",
    "companies.confidence": "part, de 0 à 1",
    "companies.jobs_as_of": "jour (AAAA-MM-JJ)",
    "companies.n_records": "fiches",
    "companies.jobs_kind": None,
    "companies.jobs_source": None,
    "territories.companies": "entreprises",
    "territories.fee_eur": "euros (€)",
    "runs.started_at": "date et heure (UTC)",
}


@pytest.mark.parametrize(("name", "unit"), UNITS.items(), ids=UNITS)
def test_unit(name: str, unit: str | None) -> None:
    assert dictionary.unit(PUBLIC[name][1]) == unit


def test_every_rule_of_survivorship_is_told() -> None:
    used = {
        name
        for choice in reference.load("survivorship")["choices"]
        for name in (*choice["rules"], *([choice["total"]] if "total" in choice else []))
    }
    assert used <= set(reference.load("dictionary")["rules"])
    assert set(rules.RULES) <= set(reference.load("dictionary")["rules"])


def test_rules_of_companies_are_those_that_choose_the_cell(parameters: PublishParameters) -> None:
    found = dict(
        query(parameters, "SELECT column_name, rule FROM data_dictionary WHERE table_name = 'companies'")
    )
    assert found["fee_eur"] == "somme des adhésions actives"
    assert found["in_clustr"] == found["in_numelink"] == "oui si une adhésion au moins est active"
    assert (
        found["website"]
        == "valeur la plus complète ; puis export le plus récent ; puis priorité de la source"
    )


def example(parameters: PublishParameters, table: str, column: str) -> str | None:
    sql = "SELECT example FROM data_dictionary WHERE table_name = '{}' AND column_name = '{}'"
    ((found,),) = query(parameters, sql.format(table, column))
    return found


EXAMPLES = {
    "the largest employer that is no person": ("companies", "name", "Grande Société"),
    "of that one the address too": ("companies", "address", "1 rue de la Société"),
    "a value of the file": ("companies", "territory", "42"),
    "nothing where no row has a value": ("companies", "website", None),
    "what people typed": ("decisions", "reason", "même SIREN, vérifié au registre"),
    "what changes with every run": ("sources", "run_id", "20260105T041500-0a1b2c"),
}


@pytest.mark.parametrize(("table", "column", "expected"), EXAMPLES.values(), ids=EXAMPLES)
def test_example(parameters: PublishParameters, table: str, column: str, expected: str | None) -> None:
    assert example(parameters, table, column) == expected


def test_no_example_is_of_a_sole_trader(parameters: PublishParameters) -> None:
    person = COMPANIES["C1"]
    texts = [text for (text,) in query(parameters, "SELECT example FROM data_dictionary") if text]
    assert [text for text in texts if person["name"] in text or person["address"] in text] == []


def test_views_and_macros_are_told(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "made.duckdb")) as con:
        screen.prepare(con)
        for table in ("companies", "company_aliases"):
            tables.create(con, tables.public_table(table, sources=("clustr",)))
        con.execute(
            """
            CREATE VIEW active AS FROM companies WHERE is_active;
            COMMENT ON VIEW active IS 'Actives seulement';
            CREATE MACRO near(code, wide := 2) AS TABLE FROM companies WHERE departement = code;
            COMMENT ON MACRO TABLE near IS 'Les entreprises d''un département';
            """
        )
        dictionary.write(con, ("clustr",))
        told = con.execute(
            "SELECT table_name, kind, data_type, meaning FROM data_dictionary "
            "WHERE kind NOT IN ('table', 'column') ORDER BY ALL"
        ).fetchall()
        columns = con.execute(
            "SELECT count(*), max(unit) FILTER (column_name = 'fee_eur') "
            "FROM data_dictionary WHERE table_name = 'active' AND kind = 'column'"
        ).fetchall()
    assert told == [
        ("active", "view", None, "Actives seulement"),
        ("near", "macro", "code, wide", "Les entreprises d'un département"),
    ]
    expected = len(tables.public_table("companies", sources=("clustr",)).columns)
    assert columns == [(expected, "euros (€)")]
