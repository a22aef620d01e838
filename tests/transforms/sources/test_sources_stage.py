from datetime import date
from pathlib import Path

import openpyxl
import pytest
import yaml

from transforms import reference
from transforms.errors import InputError
from transforms.report import StageReport
from transforms.sources.check import CheckReport, check_reading, read_one
from transforms.sources.contract import Contract, load_contracts
from transforms.sources.stage import IntakeParameters, run
from transforms.warehouse import database, tables

CSV = """N° adhérent;Raison sociale;SIRET;Ville;CA (k€);Remarque
A1;Atelier Bleu;10000000100014;Lyon;120;bon
A2;Forge du Nord;;Vienne;NC;

;Sans Numéro;;Lyon;;
TOTAL;2 adhérents;;;;
"""
EXCEL = [["Club"], ["Export du 03/10/2016"], [], ["Id", "Société", "Statut"], [12, "Atelier Bleu", "Actif"]]


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    """Two invented contracts: one CSV, one workbook."""
    folder = tmp_path / "contracts"
    folder.mkdir()
    key = {"field": "member_id", "type": "code", "key": True, "required": True}
    first = {
        "source": "alpha",
        "title": "Réseau Alpha",
        "founder": True,
        "priority": 1,
        "folder": "alpha",
        "files": "*.csv",
        "format": "csv",
        "columns": [
            {**key, "header": "N° adhérent"},
            {"field": "name", "header": "Raison sociale", "type": "text", "required": True},
            {"field": "siret", "header": "SIRET", "type": "code"},
            {"field": "city", "header": "Ville", "type": "text"},
            {"field": "turnover", "header": "CA (k€)", "type": "amount", "unit": "k€"},
        ],
    }
    second = {
        "source": "beta",
        "title": "Club Bêta",
        "priority": 2,
        "folder": "beta",
        "files": "*.xlsx",
        "format": "excel",
        "active": {"field": "status", "values": ["Actif"]},
        "columns": [
            {**key, "header": "Id"},
            {"field": "name", "header": "Société", "type": "text"},
            {"field": "status", "header": "Statut", "type": "category"},
        ],
    }
    for said in (first, second):
        (folder / f"{said['source']}.yml").write_text(
            yaml.safe_dump(said, allow_unicode=True), encoding="utf-8"
        )
    return folder


@pytest.fixture
def parameters(raw: Path, contracts: Path, workbook) -> IntakeParameters:
    (raw / "alpha").mkdir()
    (raw / "beta").mkdir()
    (raw / "alpha" / "export.csv").write_bytes(CSV.encode("cp1252"))
    (raw / "beta" / "export.xlsx").write_bytes(workbook(Liste=EXCEL))
    return IntakeParameters(raw=raw, contracts=contracts, today=date(2026, 1, 1))


def close(contracts: Path, source: str, day: str) -> None:
    path = contracts / f"{source}.yml"
    path.write_text(f"{path.read_text(encoding='utf-8')}closed_on: {day}\n", encoding="utf-8")


def texts(report: StageReport) -> str:
    return "\n".join(remark.text for remark in report.remarks)


def test_the_raw_tables_account_for_every_line_and_cell(tmp_path, parameters):
    report = run(tmp_path / "b.duckdb", parameters)
    assert (report.rows_in, report.rows_out, report.rejected, report.ignored) == (6, 3, 1, 2)
    with database.connect(tmp_path / "b.duckdb", read_only=True) as con:
        sources = tables.read(con, "raw.sources").set_index("source")
        rows = tables.read(con, "raw.rows")
        cells = tables.read(con, "raw.cells")
        records = tables.read(con, "raw.records")
        rejections = tables.read(con, "raw.rejections")
        columns = tables.read(con, "raw.columns")
    assert sources.loc["alpha", ["encoding", "delimiter", "records"]].tolist() == ["cp1252", ";", 2]
    assert sources.loc["beta", ["sheet", "header_row", "active_field"]].tolist() == ["Liste", 4, "status"]
    assert str(sources.loc["beta", "export_date"])[:10] == "2016-10-03"
    assert rows["outcome"].tolist() == ["record", "record", "ignored", "rejected", "ignored", "record"]
    assert records["member_id"].tolist() == ["A1", "A2", "12"]
    assert rejections[["source_row", "rule", "field"]].to_numpy().tolist() == [
        [5, "member_id_missing", "member_id"]
    ]
    assert len(cells) == 4 * 6 + 3
    unknown = cells[cells["field"].isna()]
    assert unknown["value"].tolist()[0] == "bon"
    assert columns.loc[columns["field"].isna(), "header"].tolist() == ["Remarque"]
    assert columns.loc[columns["field"] == "turnover", "unit"].tolist() == ["k€"]


def test_the_same_input_gives_the_same_tables(tmp_path, parameters):
    found = []
    for name in ("a.duckdb", "b.duckdb"):
        run(tmp_path / name, parameters)
        with database.connect(tmp_path / name, read_only=True) as con:
            found.append(
                {
                    table: tables.read(con, table).to_csv()
                    for table in ("raw.cells", "raw.records", "raw.sources")
                }
            )
    assert found[0] == found[1]


def test_of_several_files_the_latest_export_is_read_and_said(tmp_path, parameters, workbook):
    newer = [["Club"], ["Export du 04/10/2016"], *EXCEL[2:4], [99, "Forge", "Actif"]]
    (parameters.raw / "beta" / "ancien nom.xlsx").write_bytes(workbook(Liste=newer))
    (parameters.raw / "beta" / "~$export.xlsx").write_bytes(b"lock")
    report = run(tmp_path / "b.duckdb", parameters)
    assert (
        "2 fichiers présents ; « ancien nom.xlsx » est lu : il porte la date d'export la plus récente."
        in texts(report)
    )


def test_a_source_that_has_ended_needs_no_file(tmp_path, parameters, contracts):
    close(contracts, "beta", "2025-12-31")
    (parameters.raw / "beta" / "export.xlsx").unlink()
    report = run(tmp_path / "b.duckdb", parameters)
    assert report.rows_out == 2
    assert "Source close depuis le 31/12/2025" in texts(report)


@pytest.mark.parametrize("day", [None, "2026-02-01"], ids=["open", "closes later"])
def test_a_source_that_goes_on_needs_its_file(tmp_path, parameters, contracts, day):
    if day:
        close(contracts, "beta", day)
    (parameters.raw / "beta" / "export.xlsx").unlink()
    with pytest.raises(InputError, match="Aucun export de Club Bêta"):
        run(tmp_path / "b.duckdb", parameters)


def test_a_missing_folder_of_exports_is_refused(tmp_path, contracts):
    with pytest.raises(InputError, match="n'existe pas"):
        run(tmp_path / "b.duckdb", IntakeParameters(raw=tmp_path / "rien", contracts=contracts))


def test_a_third_source_is_one_file_and_a_folder(tmp_path, parameters, contracts, workbook):
    said = {
        "source": "gamma",
        "title": "Cercle Gamma",
        "priority": 3,
        "folder": "gamma",
        "files": "*.xlsx",
        "format": "excel",
        "columns": [
            {"field": "member_id", "header": "Matricule", "type": "code", "key": True},
            {"field": "name", "header": "Structure", "type": "text"},
            {"field": "full_address", "header": "Où", "type": "text"},
        ],
    }
    (contracts / "gamma.yml").write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    (parameters.raw / "gamma").mkdir()
    rows = [["Matricule", "Structure", "Où"], ["G-1", "Forge du Nord", "3 quai Neuf, 69001 Lyon"]]
    (parameters.raw / "gamma" / "liste.xlsx").write_bytes(workbook(Feuil1=rows))
    assert run(tmp_path / "b.duckdb", parameters).rows_out == 4


def checked(path: Path, *contracts: Contract) -> CheckReport:
    reading, _ = read_one(path, contracts=contracts)
    return check_reading(reading, reading.rejected)


def test_checking_a_file_finds_its_contract_and_writes_nothing(parameters, contracts):
    before = sorted(parameters.raw.rglob("*"))
    report = checked(parameters.raw / "beta" / "export.xlsx", *load_contracts(contracts))
    assert (report.source, report.records, report.refusals) == ("beta", 1, ())
    report = checked(parameters.raw / "alpha" / "export.csv", *load_contracts(contracts))
    assert (report.source, report.rows, report.records, report.ignored, report.rejected) == (
        "alpha",
        5,
        2,
        2,
        1,
    )
    assert [refusal.rule for refusal in report.refusals] == ["member_id_missing"]
    assert sorted(parameters.raw.rglob("*")) == before


def test_checking_against_a_named_contract(parameters, contracts):
    alpha, beta = load_contracts(contracts)
    with pytest.raises(InputError, match="n'est pas ce que son nom annonce"):
        read_one(parameters.raw / "alpha" / "export.csv", beta)
    assert read_one(parameters.raw / "alpha" / "export.csv", alpha)[0].contract == alpha


def test_a_file_that_no_contract_knows_is_refused(tmp_path, contracts):
    (tmp_path / "x.csv").write_text("un;deux\n1;2\n", encoding="utf-8")
    with pytest.raises(InputError, match="Aucun contrat ne correspond"):
        checked(tmp_path / "x.csv", *load_contracts(contracts))


def corrections(path: Path) -> None:
    """An empty correction workbook, whose titles « Identifiant » and « Raison sociale » exports have too."""
    book = openpyxl.Workbook()
    titles = [column["title"] for column in reference.load("correction_workbook")["columns"]]
    book.worksheets[0].append(titles)
    book.worksheets[0].append(["beta", *["x"] * (len(titles) - 1)])
    book.save(path)


@pytest.mark.parametrize("source", ["alpha", "beta"], ids=["beside a CSV", "beside a workbook"])
def test_a_correction_workbook_beside_an_export_is_not_the_export(tmp_path, parameters, source):
    corrections(parameters.raw / source / "z-2030-01-01.xlsx")
    report = run(tmp_path / "b.duckdb", parameters)
    assert report.rows_out == 3
    assert (
        f"« z-2030-01-01.xlsx » est un classeur de corrections, non un export : il n'a pas été lu. "
        f"Le déposer dans {source}/corrections/."
    ) in texts(report)


def test_a_correction_workbook_alone_is_no_export(tmp_path, parameters):
    (parameters.raw / "beta" / "export.xlsx").unlink()
    corrections(parameters.raw / "beta" / "retour.xlsx")
    with pytest.raises(InputError, match="seulement un classeur de corrections, « retour"):
        run(tmp_path / "b.duckdb", parameters)


def test_checking_a_correction_workbook_says_where_it_belongs(tmp_path, contracts):
    corrections(tmp_path / "retour.xlsx")
    with pytest.raises(InputError, match="« corrections »"):
        checked(tmp_path / "retour.xlsx", *load_contracts(contracts))


def test_a_cut_workbook_is_told_about_as_a_workbook(tmp_path, contracts, workbook):
    data = workbook(Liste=EXCEL * 50)
    (tmp_path / "x.xlsx").write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError, match="abîmé ou incomplet"):
        checked(tmp_path / "x.xlsx", *load_contracts(contracts))


@pytest.mark.parametrize(("name", "words"), [("x.xlsx", "classeur Excel"), ("x.csv", "fichier CSV")])
def test_an_empty_file_is_judged_by_its_name(tmp_path, contracts, name, words):
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(InputError, match=words):
        checked(tmp_path / name, *load_contracts(contracts))


def test_of_contracts_that_fit_that_of_the_folder_is_taken(parameters, contracts):
    alpha, _ = load_contracts(contracts)
    twin = alpha.model_copy(update={"source": "twin", "folder": "jumeau"})
    (parameters.raw / "jumeau").mkdir()
    for folder, source in (("alpha", "alpha"), ("jumeau", "twin")):
        file = parameters.raw / folder / "export.csv"
        file.write_bytes(CSV.encode())
        assert checked(file, alpha, twin).source == source
