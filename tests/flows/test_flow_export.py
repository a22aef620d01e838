"""`alliage export`: files for people outside, whole, readable by Excel, and with nothing that must stay."""

import csv
import io
import os
import shutil
import stat
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest
from flow_commands import Said, call
from pipelines import Places, query, rows

from flows.export import export
from transforms.errors import InputError, MachineError
from transforms.warehouse import handed_out, tables

HOSTILE = '=HYPERLINK("http://x.example";"clic")'


@pytest.fixture(scope="module")
def warehouse(published: Places, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which one active company has a name like a formula, another is a sole trader of the Loire."""
    copy = Path(shutil.copy(published.warehouse, tmp_path_factory.mktemp("export") / "warehouse.duckdb"))
    with duckdb.connect(str(copy)) as con:
        ids = "SELECT company_id FROM companies WHERE is_active AND NOT is_sole_trader ORDER BY company_id"
        (first,), (second,) = con.execute(f"{ids} LIMIT 2").fetchall()
        con.execute("UPDATE companies SET name = ?, jobs = 14.5 WHERE company_id = ?", [HOSTILE, first])
        con.execute(
            "UPDATE companies SET name = 'Yvonne Maresquier', is_sole_trader = true, territory = '42' "
            "WHERE company_id = ?",
            [second],
        )
    return copy


def expected(warehouse: Path, columns: str) -> list[tuple[Any, ...]]:
    return rows(
        warehouse,
        f"SELECT {columns} FROM companies WHERE is_active AND NOT is_sole_trader ORDER BY company_id",
    )


def read_csv(path: Path) -> list[dict[str, str]]:
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_csv_has_every_active_company_and_its_values(warehouse: Path, tmp_path: Path) -> None:
    written = export(warehouse, tmp_path, "csv")
    assert [path.name for path in written.paths] == ["entreprises.csv", "territoires.csv"]
    found = read_csv(written.paths[0])
    assert written.companies == len(found)
    assert [(row["Identifiant"], row["Code postal"], row["SIREN"]) for row in found] == [
        (company_id, postcode or "", siren or "")
        for company_id, postcode, siren in expected(warehouse, "company_id, postcode, siren")
    ]
    assert {row["Emplois (exact ou estimé)"] for row in found} == {"exact", "estimé", "inconnu"}
    assert "14,5" in {row["Emplois"] for row in found}
    assert {row["Adhérente de Clust'R Numérique"] for row in found} == {"oui", "non"}


def test_parquet_has_the_columns_of_the_warehouse(warehouse: Path, tmp_path: Path) -> None:
    written = export(warehouse, tmp_path, "parquet")
    found = pq.read_table(written.paths[0])
    columns = ", ".join(found.column_names).replace("member_since_year", "year(member_since)")
    assert [tuple(row.values()) for row in found.to_pylist()] == expected(warehouse, columns)
    assert pq.read_table(written.paths[1]).num_rows == 15


def sheets(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_the_workbook_has_a_sheet_for_each_territory_with_companies(warehouse: Path, tmp_path: Path) -> None:
    written = export(warehouse, tmp_path, "excel")
    found = sheets(written.paths[0])
    counts = dict(
        rows(
            warehouse,
            "SELECT coalesce(territory, 'inconnu'), count(*) FROM companies "
            "WHERE is_active AND NOT is_sole_trader GROUP BY ALL",
        )
    )
    about, summary, *territories = found
    assert (about, summary) == ("À lire", "Synthèse")
    lines = [row[0] for row in found[about] if row]
    assert any(
        "emplois au moins (jobs_low), emplois au plus (jobs_high) : " in line for line in lines if line
    )
    assert sorted(len(found[name]) - 1 for name in territories) == sorted(counts.values())
    assert len(found["42 Loire"]) - 1 == counts["42"]
    assert sum(row[3] for row in found["Synthèse"][1:]) == written.companies + written.kept_back
    place = found["42 Loire"][0].index("Code postal")
    assert {type(row[place]) for row in found["42 Loire"][1:]} <= {str, type(None)}


def test_a_sole_trader_stays_and_is_counted(warehouse: Path, tmp_path: Path) -> None:
    ((count,),) = rows(warehouse, "SELECT count(*) FROM companies WHERE is_active AND is_sole_trader")
    assert count > 0
    for kind in ("csv", "parquet", "excel"):
        written = export(warehouse, tmp_path / kind, kind)
        assert written.kept_back == count
    assert "Maresquier" not in (tmp_path / "csv" / "entreprises.csv").read_text()
    everything = str(sheets(tmp_path / "excel" / "entreprises_par_territoire.xlsx"))
    assert "Maresquier" not in everything
    assert f"{count} entrepreneur" in everything


def test_a_name_like_a_formula_is_a_text(warehouse: Path, tmp_path: Path) -> None:
    export(warehouse, tmp_path, "csv")
    assert f"'{HOSTILE}" in {row["Raison sociale"] for row in read_csv(tmp_path / "entreprises.csv")}
    (path,) = export(warehouse, tmp_path, "excel").paths
    cells = [cell for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value == HOSTILE] == ["s"]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []


@pytest.mark.parametrize("kind", ["csv", "parquet", "excel"])
def test_nothing_that_must_stay_is_in_the_files(
    kind: str, warehouse: Path, published: Places, tmp_path: Path
) -> None:
    written = export(warehouse, tmp_path, kind)
    text = "\n".join(_texts(path) for path in written.paths)
    contacts = query(
        published.warehouse.with_name("contacts.duckdb"), "SELECT person, email, telephone FROM contacts"
    )
    values = {str(value) for value in contacts.to_numpy().ravel() if isinstance(value, str)}
    assert len(values) > 100
    assert [value for value in values if value in text] == []
    turnovers = rows(warehouse, "SELECT DISTINCT turnover_eur::BIGINT::VARCHAR FROM companies")
    assert [value for (value,) in turnovers if value and len(value) > 5 and value in text] == []


def _texts(path: Path) -> str:
    if path.suffix == ".csv":
        return path.read_text(encoding="utf-8-sig")
    return str(sheets(path)) if path.suffix == ".xlsx" else str(pq.read_table(path).to_pylist())


def test_of_the_day_of_joining_only_the_year_leaves(warehouse: Path, tmp_path: Path) -> None:
    known = {year for (year,) in expected(warehouse, "DISTINCT ON (company_id) year(member_since)")}
    heading = "Adhérente depuis (année)"
    export(warehouse, tmp_path, "csv")
    told = {row[heading] for row in read_csv(tmp_path / "entreprises.csv")}
    assert told == {str(year or "") for year in known}
    (book,) = export(warehouse, tmp_path, "excel").paths
    loire = sheets(book)["42 Loire"]
    place = loire[0].index(heading)
    assert {row[place] for row in loire[1:]} <= known
    table = pq.read_table(export(warehouse, tmp_path, "parquet").paths[0])
    assert set(table["member_since_year"].to_pylist()) == known
    assert "member_since" not in table.column_names


@pytest.mark.parametrize("name", handed_out.rules())
def test_every_column_is_handed_out_or_kept_for_a_reason(name: str) -> None:
    rule = handed_out.rules()[name]
    assert set(rule.given) & set(rule.kept) == set()
    assert {*rule.given, *rule.kept} == {
        column.name for column in tables.tables("public")[f"main.{name}"].columns
    }
    assert all(rule.kept.values())
    assert rule.labels.keys() == rule.kept.keys()
    assert {*rule.words, *rule.years} <= set(rule.given)


def test_one_territory(warehouse: Path, tmp_path: Path) -> None:
    export(warehouse, tmp_path, "csv", territories=("42", "inconnu"))
    assert {row["Territoire"] for row in read_csv(tmp_path / "entreprises.csv")} <= {"42", ""}
    assert [row["Territoire"] for row in read_csv(tmp_path / "territoires.csv")] == ["42", "inconnu"]


def test_an_unknown_territory_is_refused_before_anything_is_written(warehouse: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lyon") as refused:
        export(warehouse, tmp_path / "out", "csv", territories=("99",))
    assert refused.value.found == "99"
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(warehouse: Path, tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(MachineError):
        export(warehouse, tmp_path, "csv")
    tmp_path.chmod(stat.S_IRWXU)


def test_a_folder_that_is_a_file(warehouse: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("")
    with pytest.raises(MachineError) as refused:
        export(warehouse, taken, "csv")
    assert str(taken) in str(refused.value)


@pytest.mark.parametrize("kind", ["csv", "excel"])
def test_a_file_that_cannot_be_replaced_leaves_no_draft(kind: str, warehouse: Path, tmp_path: Path) -> None:
    name = "entreprises.csv" if kind == "csv" else "entreprises_par_territoire.xlsx"
    (tmp_path / name).mkdir()
    with pytest.raises(MachineError):
        export(warehouse, tmp_path, kind)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_command_tells_what_it_wrote(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(*words: str) -> Said:
        where = ("--out", tmp_path, "--warehouse", warehouse)
        return call("export", *where, *words, monkeypatch=monkeypatch, capsys=capsys)

    told = said("--format", "csv")
    assert told.code == 0
    assert str(tmp_path / "entreprises.csv") in told.out
    assert "une telle fiche nomme une personne" in told.out
    assert said("--json").json["files"] == [str(tmp_path / "entreprises_par_territoire.xlsx")]
    assert said("--format", "pdf").code == 2
