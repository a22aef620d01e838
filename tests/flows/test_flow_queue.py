"""The queue read without SQL, and given back as a file of decisions."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pytest
from flow_commands import Command
from pipelines import Places, rows

from transforms.matching.decisions.log import read_log
from transforms.personal import contains_contact
from transforms.warehouse import beside
from transforms.warehouse.database import connect


def queued(places: Places) -> list[tuple[str, str]]:
    sql = """
        SELECT left_source || ':' || left_member_id, right_source || ':' || right_member_id
        FROM review_queue
        ORDER BY priority DESC, left_source, left_member_id, right_source, right_member_id
    """
    return rows(places.warehouse, sql)  # type: ignore[return-value]


def fill_csv(path: Path, verdicts: dict[int, str]) -> None:
    """As a spreadsheet saves it: the same cells, another quoting."""
    table = pd.read_csv(path, sep=";", encoding="utf-8-sig", dtype="str", keep_default_na=False)
    table["verdict"] = [verdicts.get(place, "") for place in range(len(table))]
    table.to_csv(path, sep=";", encoding="utf-8-sig", index=False, quoting=1)


def fill_workbook(path: Path, verdicts: dict[int, str]) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    titles = [cell.value for cell in sheet[1]]
    for place, verdict in verdicts.items():
        sheet.cell(place + 2, titles.index("verdict") + 1).value = verdict
    book.save(path)


def test_each_pair_is_told_with_its_reasons_in_words(places: Places, asking: Command) -> None:
    said = asking("decide", "--queue")
    assert said.code == 0
    expected = queued(places)
    assert said.out.startswith(f"{len(expected)} paires à juger")
    places_of = [said.out.index(f"{number}. {left}, ") for number, (left, _) in enumerate(expected, 1)]
    assert places_of == sorted(places_of)
    assert "   pour : Adresse, identique" in said.out
    assert "other_town" not in said.out
    told = asking("decide", "--queue", "--json").json
    assert [(one["left"], one["right"]) for one in told["pairs"]] == expected


def test_neither_text_nor_file_reaches_a_person(places: Places, asking: Command, tmp_path: Path) -> None:
    out = asking("decide", "--queue").out
    asking("decide", "--queue", "--out", tmp_path / "q.csv")
    told = out + (tmp_path / "q.csv").read_text(encoding="utf-8-sig")
    assert not any(contains_contact(line) for line in told.splitlines())
    with duckdb.connect(str(beside.contacts(places.warehouse)), read_only=True) as con:
        contacts = con.execute("SELECT person, email, telephone FROM contacts").fetchall()
    assert not any(cell in told for row in contacts for cell in row if cell and len(cell) > 6)


@pytest.mark.parametrize(
    ("name", "fill"), [("q.csv", fill_csv), ("q.xlsx", fill_workbook)], ids=["csv", "xlsx"]
)
def test_the_file_comes_back_as_it_is(
    places: Places,
    asking: Command,
    tmp_path: Path,
    name: str,
    fill: Callable[[Path, dict[int, str]], None],
) -> None:
    expected = queued(places)
    assert asking("decide", "--queue", "--out", tmp_path / name).code == 0
    fill(tmp_path / name, {0: "different", 2: "unsure"})
    said = asking("decide", "--file", tmp_path / name, "--steward", "st-1", "--reason", "vu ensemble")
    left_aside = len(expected) - 2
    assert said.code == 0, said.out
    assert f"{left_aside} lignes sans verdict laissées de côté" in said.out
    kept = read_log(places.state).decisions
    assert [tuple(":".join(end) for end in one.pair) for one in kept] == [
        tuple(sorted(expected[place])) for place in (0, 2)
    ]
    assert [(one.verdict, one.reason) for one in kept] == [
        ("different", "vu ensemble"),
        ("unsure", "vu ensemble"),
    ]
    after = asking("decide", "--queue", "--json").json
    assert (len(after["pairs"]), after["decided"]) == (left_aside, 2)


def test_a_file_that_nobody_filled_in_is_said_so(asking: Command, tmp_path: Path) -> None:
    asking("decide", "--queue", "--out", tmp_path / "q.xlsx")
    said = asking("decide", "--file", tmp_path / "q.xlsx", "--steward", "st-1")
    assert (said.code, "sans verdict" in said.err) == (2, True)


@pytest.mark.parametrize(
    ("name", "told"),
    [("q.txt", "tableau"), ("absent/q.csv", "dossier"), ("filled.csv", "existe déjà")],
    ids=["another kind", "no folder", "there already"],
)
def test_where_the_file_cannot_go(asking: Command, tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "filled.csv").write_text("verdicts", encoding="utf-8")
    said = asking("decide", "--queue", "--out", tmp_path / name)
    assert (said.code, told in said.err) == (2, True)
    assert (tmp_path / "filled.csv").read_text(encoding="utf-8") == "verdicts"


@pytest.mark.parametrize(
    ("name", "fill"), [("q.csv", fill_csv), ("q.xlsx", fill_workbook)], ids=["csv", "xlsx"]
)
def test_no_cell_is_a_formula_and_no_zero_is_lost(
    places: Places,
    asking: Command,
    tmp_path: Path,
    name: str,
    fill: Callable[[Path, dict[int, str]], None],
) -> None:
    odd = dict(zip(queued(places)[0], ("=1+1", "0042"), strict=True))
    with connect(places.warehouse) as con:
        for record, number in odd.items():
            for table, side in [("memberships", ""), ("review_queue", "left_"), ("review_queue", "right_")]:
                rename(con, table, side, record, number)
            for side in ("left_", "right_"):
                rename(con, "match_pairs", side, record, number)
    asking("decide", "--queue", "--out", tmp_path / name)
    fill(tmp_path / name, {0: "different"})
    assert asking("decide", "--file", tmp_path / name, "--steward", "st-1").code == 0
    (one,) = read_log(places.state).decisions
    assert {one.left_member_id, one.right_member_id} == {"=1+1", "0042"}
    assert b";=1+1" not in (tmp_path / name).read_bytes()


def rename(con: duckdb.DuckDBPyConnection, table: str, side: str, record: str, number: str) -> None:
    column = f"{side}member_id"
    con.execute(
        f"UPDATE {table} SET {column} = ? WHERE ({side}source, {column}) = (?, ?)",
        [number, *record.split(":", 1)],
    )


def test_a_sole_trader_has_no_name(places: Places, asking: Command) -> None:
    (pair, *_) = queued(places)
    name, company = rows(
        places.warehouse,
        "SELECT name, company_id FROM companies JOIN memberships USING (company_id) "
        "WHERE source || ':' || member_id = ?",
        pair[0],
    )[0]
    assert name in asking("decide", "--queue").out
    with connect(places.warehouse) as con:
        con.execute("UPDATE companies SET is_sole_trader = true WHERE company_id = ?", [company])
    told: Any = asking("decide", "--queue", "--json").json["pairs"][0]["faces"][0]
    assert (told["record"], told["name"]) == (pair[0], None)
    assert f"1. {pair[0]}, entrepreneur individuel" in asking("decide", "--queue").out


def test_out_without_queue(asking: Command, tmp_path: Path) -> None:
    assert asking("decide", "--list", "--out", tmp_path / "q.csv").code == 2
