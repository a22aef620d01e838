"""`alliage query`: what analysts ask, what is refused, and how the answers look."""

import csv
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from flow_commands import Said, call
from pipelines import Places, rows

from flows.query import Answer, ask
from flows.query_text import answer_json, answer_text
from transforms import reference
from transforms.errors import InputError
from transforms.warehouse.named_queries import named_queries


@pytest.fixture
def said(published: Places, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*words: str) -> Said:
        return call(
            "query", *words, "--warehouse", published.warehouse, monkeypatch=monkeypatch, capsys=capsys
        )

    return run


# Nothing has changed since the first publication.
NOTHING_YET = {"changements"}


@pytest.mark.parametrize("name", named_queries())
def test_named_query_answers(name: str, published: Places) -> None:
    answer = ask(published.warehouse, name)
    assert answer.columns
    assert answer.rows or name in NOTHING_YET
    # As analysts run it elsewhere.
    assert rows(published.warehouse, named_queries()[name].sql) == answer.rows


@pytest.mark.parametrize("name", named_queries())
def test_named_query_gives_its_rows_in_a_total_order(name: str, published: Places) -> None:
    sql = named_queries()[name].sql
    assert "ORDER BY" in sql or len(rows(published.warehouse, sql)) == 1
    assert ask(published.warehouse, name).rows == ask(published.warehouse, name).rows


@pytest.mark.parametrize("query", named_queries().values(), ids=named_queries())
def test_named_query_is_titled_in_french(query: Any) -> None:
    assert query.title[0].isupper()
    assert "?" in query.question


CODES = re.compile(
    r"grid|same_total|estimated|unknown|known|review|match|distinct|sibling|same_\w+|joined|left|merged|split|changed"
    r"|critical|warning|info|apart|shared|by_territory|parity|jobs|fee_eur|turnover_eur|most_recent|source_priority"
    r"|kind_exact_first|record_order|only_value|prior\b.*|\w+_(checksum|missing|placeholder|other_number|lost_zero)"
)


def test_named_queries_answer_in_french(published: Places) -> None:
    """The codes of the tables are for programs."""
    # There it is the columns of the tables that are explained.
    names = [name for name in named_queries() if name not in ("dictionnaire", "tables")]
    answers = {name: ask(published.warehouse, name).rows for name in names}
    english = {
        name: sorted(
            {cell for row in rows for cell in row if isinstance(cell, str) and CODES.fullmatch(cell)}
        )
        for name, rows in answers.items()
    }
    assert {name: cells for name, cells in english.items() if cells} == {}


def test_the_reasons_of_a_pair_to_judge_name_every_signal_in_french() -> None:
    sql = named_queries()["a-juger"].sql
    signals = ["prior", *reference.load("match_labels")["signals"]]
    assert [signal for signal in signals if f"WHEN '{signal}' THEN" not in sql] == []


def test_the_rule_of_a_turnover_is_told_in_french() -> None:
    sql = named_queries()["provenance"].sql
    choices = reference.load("survivorship")["choices"]
    (rules,) = (choice["rules"] for choice in choices if "turnover_eur" in choice["fields"])
    assert [rule for rule in rules if f"WHEN '{rule}' THEN '{words(rule)}'" not in sql] == []


def words(rule: str) -> str:
    return str(reference.load("dictionary")["rules"][rule])


READING = {
    "select": "SELECT count(*) FROM companies",
    "from": "FROM companies",
    "with": "WITH a AS (FROM companies) SELECT count(*) FROM a",
    "describe": "DESCRIBE companies",
    "show": "SHOW TABLES",
    "summarize": "SUMMARIZE companies",
    "pivot": "PIVOT companies ON territory USING count(*) GROUP BY is_active",
    "explain": "EXPLAIN SELECT 1",
    "final semicolon": "SELECT 1;",
}


@pytest.mark.parametrize("sql", READING.values(), ids=READING)
def test_what_reads_is_answered(sql: str, published: Places) -> None:
    assert ask(published.warehouse, sql).rows


WRITING = {
    "insert": "INSERT INTO companies SELECT * FROM companies",
    "update": "UPDATE companies SET name = 'x'",
    "delete": "DELETE FROM companies",
    "merge": "MERGE INTO sources USING sources AS s ON true WHEN MATCHED THEN DELETE",
    "create": "CREATE TABLE t (a INTEGER)",
    "temporary table": "CREATE TEMP TABLE t (a INTEGER)",
    "drop": "DROP TABLE companies",
    "alter": "ALTER TABLE companies ADD COLUMN x INTEGER",
    "copy": "COPY companies TO '{folder}/stolen.csv'",
    "export": "EXPORT DATABASE '{folder}/stolen'",
    "attach": "ATTACH '{contacts}' AS other (READ_ONLY)",
    "detach": "DETACH warehouse",
    "setting": "SET enable_external_access = true",
    "pragma": "PRAGMA enable_profiling",
    "load": "LOAD httpfs",
    "install": "INSTALL httpfs",
    "transaction": "BEGIN TRANSACTION",
    "prepared": "PREPARE p AS SELECT 1",
    "checkpoint": "CHECKPOINT",
    "vacuum": "VACUUM",
    "explained": "EXPLAIN ANALYZE DELETE FROM companies",
}
OUTSIDE = {
    "csv": "FROM read_csv('{file}')",
    "text": "FROM read_text('{file}')",
    "bare name": "FROM '{file}'",
    "contacts": "FROM read_blob('{contacts}')",
    "glob": "FROM glob('{folder}/*')",
    "network": "FROM read_csv('https://alliage.example/x.csv')",
    "variable of the program": "FROM sql",
}


@pytest.mark.parametrize("sql", [*WRITING.values(), *OUTSIDE.values()], ids=[*WRITING, *OUTSIDE])
def test_what_writes_or_leaves_the_warehouse_is_refused(sql: str, published: Places, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\nsecret\n")
    contacts = published.warehouse.with_name("contacts.duckdb")
    before = published.warehouse.read_bytes()
    asked = sql.format(folder=tmp_path, file=tmp_path / "secret.csv", contacts=contacts)
    with pytest.raises(InputError) as refused:
        ask(published.warehouse, asked)
    assert "secret\n" not in str(refused.value)
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]
    assert published.warehouse.read_bytes() == before


@pytest.mark.parametrize("sql", WRITING.values(), ids=WRITING)
def test_a_writing_statement_is_named(sql: str, published: Places) -> None:
    with pytest.raises(InputError, match="ne change rien"):
        ask(published.warehouse, sql)


MISTAKES: dict[str, tuple[str, ...]] = {
    "no sql": ("selec 1", "n'est pas du SQL", "DuckDB : Parser Error: syntax error"),
    "no such table": ("FROM compagnies", "table que l'entrepôt n'a pas", "peut-être companies"),
    "no such column": (
        "SELECT companies.jobbs FROM companies",
        "une colonne que l'entrepôt n'a pas",
        "« jobbs »",
        "peut-être jobs, ",
    ),
    "a text in double quotes": ('FROM companies WHERE city = "Lyon"', "apostrophes simples"),
    "no such function": (
        "SELECT flor(jobs) FROM companies",
        "fonction que DuckDB n'a pas",
        "peut-être floor",
    ),
    "in two tables": (
        "SELECT company_id FROM companies JOIN memberships ON true",
        "companies.company_id ou memberships.company_id",
    ),
    "not grouped": ("SELECT city, count(*) FROM companies", "ni regroupée ni résumée", "any_value(city)"),
    "sum of texts": ("SELECT sum(name) FROM companies", "ne s'emploie pas", "sum(VARCHAR)"),
    "near": ("SELECT name FROM companies WHERE", "n'est pas du SQL", "près de « WHERE »"),
    "an open text": ("SELECT 'abc", "n'est pas fermé"),
    "no number": ("SELECT 'dix'::INTEGER", "n'a pas abouti", "« dix », à lire comme INT32", "try_cast"),
    "out of range": ("SELECT 300::TINYINT", "n'a pas abouti"),
    "two statements": ("SELECT 1; SELECT 2", "une requête à la fois"),
    "nothing": ("", "une requête à la fois"),
    "a comment": ("-- rien", "une requête à la fois"),
    "no such example": ("employeur", "employeurs"),
}


@pytest.mark.parametrize("told", MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_told_in_french(told: tuple[str, ...], published: Places) -> None:
    sql, *words = told
    with pytest.raises(InputError) as refused:
        ask(published.warehouse, sql)
    assert [one for one in words if one not in str(refused.value)] == []
    assert refused.value.next_step


def test_the_terminal_shows_fifty_rows_and_says_so(said: Any) -> None:
    shown = said("FROM range(60)")
    assert shown.code == 0
    assert shown.out.splitlines()[-1].startswith("50 premières lignes ; il y en a d'autres : --limit 0")
    assert said("FROM range(50)").out.splitlines()[-1] == "50 lignes."
    assert said("FROM range(60)", "--limit", "0").out.splitlines()[-1] == "60 lignes."
    assert len(said("FROM range(60)", "--csv").out.splitlines()) == 61


def test_csv_is_that_of_a_french_excel(said: Any, published: Places) -> None:
    shown = said("SELECT name, 14.5 AS jobs, fee_eur FROM companies ORDER BY company_id", "--csv")
    assert shown.out.startswith("\ufeffname;jobs;fee_eur\r\n")
    _, *found = csv.reader(io.StringIO(shown.out, newline=""), delimiter=";")
    expected = rows(published.warehouse, "SELECT name, fee_eur FROM companies ORDER BY company_id")
    assert len(expected) > 100
    assert found == [
        [name, "14,5", "" if fee is None else str(fee).replace(".", ",")] for name, fee in expected
    ]


def test_json_has_columns_and_rows(said: Any) -> None:
    shown = said(
        "SELECT DATE '2026-01-05' AS jour, 1.5::DECIMAL(4, 2) AS montant, [{'a': 1}] AS liste, NULL AS rien",
        "--json",
    )
    assert shown.json == {
        "columns": ["jour", "montant", "liste", "rien"],
        "rows": [["2026-01-05", 1.5, [{"a": 1}], None]],
        "more": False,
    }


def test_the_list_names_every_example(said: Any) -> None:
    shown = said("--list")
    for query in named_queries().values():
        assert query.name in shown.out
        assert query.question in shown.out
    assert [one["name"] for one in said("--list", "--json").json["queries"]] == list(named_queries())


@pytest.mark.parametrize("words", [(), ("emplois", "--list")], ids=["neither", "both"])
def test_a_query_or_the_list(words: tuple[str, ...], said: Any) -> None:
    shown = said(*words)
    assert shown.code == 2
    assert "alliage query --list" in shown.err


def test_a_refusal_ends_with_two_and_json_has_the_error(said: Any) -> None:
    shown = said("DELETE FROM companies", "--json")
    assert shown.code == 2
    assert shown.json["error"]["found"] == "une instruction DELETE"


def test_no_warehouse(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="pas d'entrepôt"):
        ask(tmp_path / "absent.duckdb", "SELECT 1")
    assert list(tmp_path.iterdir()) == []


def test_contacts_are_no_warehouse(published: Places) -> None:
    with pytest.raises(InputError, match="pas d'entrepôt") as refused:
        ask(published.warehouse.with_name("contacts.duckdb"), "SELECT count(*) FROM contacts")
    assert refused.value.found == "une base DuckDB sans companies, memberships, runs, sources"


def test_a_reader_leaves_nothing_beside_the_file(published: Places, tmp_path: Path) -> None:
    copy = Path(shutil.copy(published.warehouse, tmp_path))
    ask(copy, "SELECT * FROM lineage ORDER BY random()")
    assert list(tmp_path.iterdir()) == [copy]


def test_a_narrow_terminal_gets_one_block_a_row() -> None:
    answer = Answer(("nom", "ville"), [("Atelier Lumen", "Lyon"), ("Boréal\x1b[31m", None)], more=False)
    assert answer_text(answer, width=80).splitlines()[0].split() == ["nom", "ville"]
    assert answer_text(answer, width=15).splitlines() == [
        "— ligne 1",
        "nom    Atelier Lumen",
        "ville  Lyon",
        "— ligne 2",
        "nom    Boréal [31m",
        "ville  ",
        "",
        "2 lignes.",
    ]


def test_a_name_of_a_column_brings_no_control_characters() -> None:
    answer = Answer(("nom\x1b[31m", "ville"), [("Atelier Lumen", "Lyon")], more=False)
    assert answer_text(answer, width=15).splitlines()[1:3] == ["nom [31m  Atelier Lumen", "ville     Lyon"]


def test_json_of_what_json_does_not_know() -> None:
    answer = Answer(("a", "b"), [(float("nan"), b"x")], more=False)
    assert json.loads(json.dumps(answer_json(answer)))["rows"] == [[None, "b'x'"]]
