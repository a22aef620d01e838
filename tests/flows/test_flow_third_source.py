"""A third network joins by one YAML file and a folder."""

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from anyascii import anyascii
from openpyxl import Workbook
from pipelines import Places, installed, rows, run_all

from benchmarks.sample import Sample, generate
from flows.settings import Settings
from transforms.sources import contract

CONTRACT = """
source: ateliers
title: Cercle des Ateliers
priority: 3
folder: ateliers
files: "*.xlsx"
format: excel
active: {field: status, values: ["À jour"]}
columns:
  - {field: member_id, header: "Matricule", type: code, key: true, required: true}
  - {field: name, header: "Structure", type: text, required: true}
  - {field: full_address, header: "Où nous trouver", type: text}
  - {field: phone, header: "Standard", type: phone}
  - {field: website, header: "Internet", type: url}
  - {field: headcount, header: "Équipe", type: headcount}
  - {field: turnover, header: "Ventes (M€)", type: amount, unit: M€}
  - {field: joined_on, header: "Entrée", type: date, format: "%m/%d/%Y"}
  - {field: status, header: "État", type: category}
"""
HEADER = ["Matricule", "Structure", "Où nous trouver", "Standard", "Internet"]
HEADER += ["Équipe", "Ventes (M€)", "Entrée", "État"]
FIRST_ENTRY = date(2015, 1, 28)
KNOWN = 20
LEFT = {3, 4}
NOT_TOLD = [None, None]
IN_LOIRE = ["M-901", "Coopérative Brindezingue", "4 rue des Sabliers\n42100 Saint-Étienne"]
IN_ARDECHE = ["M-902", "Truchelune", "Lieu-dit Les Combes, 07000 Privas"]
NEW = [
    [*IN_LOIRE, *NOT_TOLD, 7, "0,4", "11/30/2015", "À jour"],
    [*IN_ARDECHE, *NOT_TOLD, "10-19", "1,25", "02/01/2016", "À jour"],
]


@pytest.fixture(scope="module")
def sample() -> Sample:
    return generate(companies=60, seed=41, roughness=0.5)


@pytest.fixture(scope="module")
def known(sample: Sample) -> pd.DataFrame:
    """Members of the first network whom the third one knows too."""
    clustr = sample.clustr
    told = clustr[["Adresse", "Téléphone", "Code postal"]].ne("").all(axis="columns")
    return clustr[told].head(KNOWN).reset_index(drop=True)


@pytest.fixture(scope="module")
def places(sample: Sample, known: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Places:
    places = installed(tmp_path_factory.mktemp("three"), sample)
    write_export(known, places.raw / "ateliers" / "liste.xlsx")
    contracts = places.root / "contracts"
    contracts.mkdir()
    for name in ("clustr.yml", "numelink.yml"):
        (contracts / name).write_bytes((contract.FOLDER / name).read_bytes())
    (contracts / "ateliers.yml").write_text(CONTRACT, encoding="utf-8")
    run_all(places, contracts=contracts)
    return places


def write_export(known: pd.DataFrame, path: Path) -> None:
    """The same companies as the third network writes them: capitals, no accents, one-cell addresses."""
    path.parent.mkdir()
    book = Workbook()
    sheet = book.active
    sheet.append(["Cercle des Ateliers, état au 01/10/2016"])
    sheet.append(HEADER)
    for number, member in enumerate(known.to_dict("records")):
        address = f"{member['Adresse']} - {member['Code postal']} {member['Ville']}"
        sheet.append(
            [
                f"M-{number:03}",
                anyascii(member["Raison sociale"]).upper().replace("-", " "),
                anyascii(address),
                member["Téléphone"],
                member["Site web"] or None,
                12,
                "0,75",
                f"{FIRST_ENTRY + timedelta(days=number):%m/%d/%Y}",
                "Parti" if number in LEFT else "À jour",
            ]
        )
    for row in NEW:
        sheet.append(row)
    book.save(path)


def test_its_companies_are_merged_with_those_of_the_others(places: Places, known: pd.DataFrame) -> None:
    merged = rows(
        places.warehouse,
        """
        SELECT one.member_id, other.member_id
        FROM memberships AS one
        JOIN memberships AS other USING (company_id)
        WHERE one.source = 'ateliers' AND other.source = 'clustr'
        """,
    )
    wanted = {(f"M-{number:03}", member_id) for number, member_id in enumerate(known["N° adhérent"])}
    assert wanted <= set(merged)
    alone = (
        "SELECT member_id FROM memberships WHERE source = 'ateliers' AND match_status = 'single' ORDER BY ALL"
    )
    assert rows(places.warehouse, alone) == [("M-901",), ("M-902",)]


def test_the_published_tables_know_it(places: Places) -> None:
    active = KNOWN - len(LEFT) + len(NEW)
    assert rows(places.warehouse, "SELECT count(*) FROM companies WHERE in_ateliers") == [(active,)]
    assert rows(
        places.warehouse, "SELECT title, founder, records FROM sources WHERE source = 'ateliers'"
    ) == [("Cercle des Ateliers", False, KNOWN + len(NEW))]


def test_the_founders_balance_shows_it_beside_the_founders(places: Places) -> None:
    balance = rows(places.warehouse, "SELECT origin, kind, companies FROM founder_balance")
    kinds = {origin: kind for origin, kind, _ in balance}
    assert kinds["ateliers"] == "other"
    assert kinds["clustr+ateliers"] == "one_founder"
    assert kinds["clustr+numelink+ateliers"] == "both_founders"
    with_it = sum(companies for origin, _, companies in balance if "ateliers" in origin)
    assert with_it == KNOWN - len(LEFT) + len(NEW)


def test_its_dates_figures_and_addresses_are_read_by_its_contract(places: Places) -> None:
    first = "SELECT joined_on, joined_precision FROM memberships WHERE member_id = 'M-000'"
    assert rows(places.warehouse, first) == [(FIRST_ENTRY, "day")]
    columns = "member_since, jobs_low, jobs_high, jobs_kind, turnover_eur, postcode, city, territory"
    new = f"SELECT {columns} FROM companies JOIN memberships USING (company_id) WHERE member_id = ?"
    assert rows(places.warehouse, new, "M-901") == [
        (date(2015, 11, 30), 7, 7, "exact", 400_000, "42100", "Saint-Étienne", "42")
    ]
    assert rows(places.warehouse, new, "M-902") == [
        (date(2016, 2, 1), 10, 19, "estimated", 1_250_000, "07000", "Privas", "07")
    ]


def test_an_installation_names_the_folder_of_its_contracts(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLIAGE_CONTRACTS", str(places.root / "contracts"))
    found = contract.load_contracts(Settings().contracts)
    assert [one.source for one in found] == ["clustr", "numelink", "ateliers"]


def test_a_source_that_has_ended_and_left_no_file_keeps_its_column(sample: Sample, tmp_path: Path) -> None:
    places = installed(tmp_path, sample)
    contracts = tmp_path / "contracts"
    contracts.mkdir()
    for name in ("clustr.yml", "numelink.yml"):
        (contracts / name).write_bytes((contract.FOLDER / name).read_bytes())
    ended = CONTRACT.replace("priority: 3", "priority: 3\nclosed_on: 2016-01-01")
    (contracts / "ateliers.yml").write_text(ended, encoding="utf-8")
    run_all(places, contracts=contracts)
    assert rows(places.warehouse, "SELECT count(*) FROM companies WHERE in_ateliers IS NOT FALSE") == [(0,)]
