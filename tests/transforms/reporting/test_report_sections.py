"""What each section says of figures that were reckoned by hand."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
import report_warehouses as made
from report_warehouses import pictures, plain, row, table

from transforms.reporting import contents
from transforms.reporting.document import KeyFigures, Paragraph, Picture, Points, Section
from transforms.reporting.sections import matching, objectives, seat_rules
from transforms.warehouse.reading import opened

Sections = dict[str, Section]


@pytest.fixture(scope="module")
def sections(warehouse: Path) -> Sections:
    return {section.slug: section for section in contents.report_of(warehouse).sections}


def test_the_sections_stand_in_their_order(sections: Sections) -> None:
    assert list(sections) == list(contents.PARTS)
    assert [section.title for section in sections.values()] == [
        part.title for part in contents.PARTS.values()
    ]


def test_the_verdict_tells_figures_with_the_largest_contributor(sections: Sections) -> None:
    (figures,) = (block for block in sections["verdict"].blocks if isinstance(block, KeyFigures))
    assert [(one.label, *plain([one.value, *one.detail])) for one in figures.items] == [
        ("Membres", "4", "entreprises actives, sur 5 connues", "1 réunit plusieurs fiches"),
        ("Emplois", "100", "la plus grande en pèse 60 %", "inconnu pour 1 membre"),
        ("Chiffre d'affaires", "4 M€", "la plus grande en pèse 75 %", "inconnu pour 2 membres"),
        ("Cotisations", "300 €", "la plus grande en pèse 50 %", "inconnu pour 1 membre"),
    ]


def test_the_verdict_says_what_to_bear_in_mind(sections: Sections) -> None:
    (points,) = (block for block in sections["verdict"].blocks if isinstance(block, Points))
    assert [(point.good, *plain([point.text])) for point in points.items] == [
        (True, "0 règle de qualité, toutes respectées"),
        (False, "Une seule entreprise porte 60 % des emplois"),
        (False, "Une seule entreprise porte 75 % du chiffre d'affaires"),
        (False, "Une seule entreprise porte 50 % des cotisations"),
        (False, "1 paire de fiches attend le mot d'une personne"),
        (True, "Aucune cellule refusée"),
    ]
    assert "4 points à garder en tête" in sections["verdict"].lead


def test_objectives_stand_beside_todays_figures(sections: Sections) -> None:
    found = table(sections["objectifs"], "Objectifs annoncés")
    assert row(found, "26 000 emplois à la fusion") == (
        *("26 000", "100", "90", "10", "60 %", "< 1 %"),
        "échéance passée",
    )
    assert row(found, "2,6 milliards d'euros de chiffre d'affaires à la fusion")[:5] == (
        *("2 600 M€", "4 M€", "3 M€", "1 M€", "75 %"),
    )
    carried = table(sections["objectifs"], "Qui porte les totaux")
    assert plain(carried.rows[0]) == ("Emplois", "Atelier Lumen", "60", "60,0 %", "60,0 %")
    assert plain(carried.rows[2]) == ("Emplois", "Cyan Conseil", "10*", "10,0 %", "100,0 %")


def test_the_percentage_of_a_target_is_that_of_the_warehouse(tmp_path: Path) -> None:
    # Of 26,000: exactly 29 %, of which 100 times the floating-point share is a little less.
    companies = made.COMPANIES | {"C1": {**made.COMPANIES["C1"], "jobs": 7500.0}}
    with opened(made.ordinary(tmp_path, companies=companies)) as con:
        section = objectives.section(con)
    assert row(table(section, "Objectifs annoncés"), "26 000 emplois à la fusion")[5] == "29 %"
    (bars,) = (block for block in section.blocks if isinstance(block, Picture))
    assert "Emplois 29\u00a0%" in bars.description


def test_members_are_where_they_are(sections: Sections) -> None:
    section = sections["territoires"]
    found = table(section, "Membres et chiffre")
    assert row(found, "Métropole de Lyon") == ("1", "25,0 %", "3,0", "100 %", "0")
    assert row(found, "Hors d'Auvergne-Rhône-Alpes") == ("1", "25,0 %", "—", "—", "1")
    assert plain(found.total) == ("Ensemble", "4", "100,0 %", "4,0", "75 %", "2")
    assert section.lead.startswith("75")
    assert pictures(section) == ["carte"]


def test_the_overlap_is_that_of_active_members(sections: Sections) -> None:
    section = sections["recouvrement"]
    assert "6 fiches font 5 entreprises ; 1 sur 4 membres actifs" in section.lead
    # 100 € and 50 €: if only the higher were paid, 50 € would be missing.
    assert "il manquerait 50\u00a0€ par an (dont 100\u00a0%" in section.lead
    found = table(section, "Les membres selon")
    assert row(found, "les deux réseaux") == ("1", "25,0 %", "60", "100 %", "3,0", "100 %", "150", "100 %")
    assert row(found, "Numelink seul") == ("2", "50,0 %", "10", "100 %", "—", "—", "70", "100 %")
    assert plain(found.total) == ("Ensemble", "4", "100,0 %", "100", "60 %", "4,0", "75 %", "300", "50 %")


def test_jobs_and_fees_are_told_by_territory(sections: Sections) -> None:
    section = sections["emplois-cotisations"]
    found = table(section, "Emplois et cotisations")
    assert row(found, "Isère") == ("10", "100 %", "1", "0", "70", "100 %", "0")
    assert plain(found.total) == ("Ensemble", "100", "60 %", "1", "1", "300", "50 %", "1")
    assert "« Métropole de Lyon » a le plus d'emplois (60)" in section.lead


def test_every_seat_of_the_table_has_its_disc(sections: Sections) -> None:
    section = sections["sieges"]
    found = table(section, "Sièges, critères")
    assert found.total[1] == "26"
    seats = {name: int(cell) for name, cell, *_ in found.rows if cell not in ("—", "0")}
    assert sum(seats.values()) == 26
    (drawn,) = (block for block in section.blocks if getattr(block, "name", "") == "hemicycle")
    # One code on each disc, and one beside each name.
    assert drawn.svg.count(">Ly<") == seats["Métropole de Lyon"] + 1
    assert drawn.svg.count(">42<") == seats["Loire"] + 1
    assert plain(found.total)[4:] == ("100", "60 %", "300", "50 %", "", "")


def test_scenarios_add_up_and_span_all_methods(sections: Sections) -> None:
    found = table(sections["sieges"], "Scénarios")
    assert set(found.total[1:-1]) == {"26"}
    assert len(found.columns) == 3 + len(seat_rules.METHODS) - 1 + len(seat_rules.WEIGHTINGS) - 1
    founders = table(sections["sieges"], "Ce que l'équité")
    assert row(founders, "Autant pour chaque fondateur") == ("13", "13", "—")


def test_expected_errors_are_sums_of_probabilities(sections: Sections) -> None:
    section = sections["rapprochement"]
    found = table(section, "Zones")
    assert row(found, "même entreprise") == ("1", "1", "0", "0,05", "0,00")
    assert row(found, "à juger") == ("1", "0", "0", "0,00", "0,50")
    assert plain(found.total) == ("ensemble", "3", "1", "0", "0,05", "0,54")
    assert any(
        isinstance(block, Paragraph) and "Personne n'a encore jugé" in block.text for block in section.blocks
    )


def altered(warehouse: Path, folder: Path, *changes: str) -> Sections:
    """The sections of a copy of `warehouse` in which `changes` were made."""
    copy = Path(shutil.copy(warehouse, folder / "altered.duckdb"))
    with duckdb.connect(str(copy)) as con:
        for change in changes:
            con.execute(change)
    return {section.slug: section for section in contents.report_of(copy).sections}


def test_the_least_sure_merges_are_named_first_and_no_sole_trader_is(warehouse: Path, tmp_path: Path) -> None:
    found = altered(
        warehouse,
        tmp_path,
        "UPDATE companies SET n_records = 2, confidence = 0.72, is_sole_trader = company_id = 'C3' "
        "WHERE company_id IN ('C2', 'C3')",
        "UPDATE companies SET n_records = 3, confidence = 0.99996 WHERE company_id = 'C1'",
        "UPDATE companies SET n_records = 2, confidence = 1 WHERE company_id = 'C5'",
    )
    weakest = table(found["rapprochement"], "Les réunions les moins sûres")
    assert [plain(line) for line in weakest.rows] == [
        ("Boréal Services", "C2", "2", "72,0 %"),
        ("…", "C3", "2", "72,0 %"),
        ("Atelier Lumen", "C1", "3", "> 99,9 %"),
    ]


def test_the_rules_that_are_not_kept_are_named_in_the_verdict(warehouse: Path, tmp_path: Path) -> None:
    rules = ["('raw', 'kept', 'Un nom par fiche', 'critical', true, 9, 0)"]
    rules += [f"('golden', 'r{at}', 'Règle {at}', 'warning', false, 9, {9 - at})" for at in range(4)]
    found = altered(warehouse, tmp_path, f"INSERT INTO quality_results VALUES {', '.join(rules)}")
    (points,) = (block for block in found["verdict"].blocks if isinstance(block, Points))
    assert points.items[0].text == (
        "4 des 5 règles de qualité en défaut : « Règle 0 » (9 en défaut) ; « Règle 1 » (8 en défaut) ; "
        "« Règle 2 » (7 en défaut) ; 1 autre"
    )


# From the published tables of the method: 8 of 10, 0 of 10, 10 of 10.
@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)],
)
def test_the_interval_is_that_of_wilson(successes: int, trials: int, low: float, high: float) -> None:
    assert matching.wilson(successes, trials) == pytest.approx((low, high), abs=5e-4)


def decision(number: int, left: str, right: str, verdict: str, **more: object) -> dict[str, object]:
    """The word of a steward on a Clust'R record and a Numelink record."""
    said = {"decision_id": f"D-{number:04}", "verdict": verdict, "steward": "st-1", "outcome": "followed"}
    return {**made.pair(left, right, 0, ""), **said, **more}


def test_calibration_compares_decisions_with_probabilities(tmp_path: Path) -> None:
    turned = {"left_source": "numelink", "right_source": "clustr"}
    decisions = [
        decision(1, "A1", "1", "same"),
        decision(2, "3", "A2", "different", **turned),
        decision(3, "A5", "4", "same", revoked_at=datetime(2026, 1, 5), outcome="revoked"),
    ]
    warehouse = made.ordinary(tmp_path, matching_decisions=decisions)
    with opened(warehouse) as con:
        section = matching.section(con)
    assert pictures(section) == ["probabilites", "calibration"]
    found = table(section, "Paires jugées")
    assert [plain(line)[:4] for line in found.rows] == [
        ("de 40 % à 60 %", "1", "50 %", "0 %"),
        ("de 80 % à 100 %", "1", "95 %", "100 %"),
    ]
    # The judged pairs expect no error any more.
    assert plain(table(section, "Zones").total) == ("ensemble", "3", "1", "2", "0,00", "0,04")


def test_the_first_publication_is_compared_with_nothing(sections: Sections) -> None:
    assert "première publication" in sections["changements"].lead
    assert sections["changements"].blocks == ()


def test_changes_are_those_of_the_last_publication(tmp_path: Path) -> None:
    made.ordinary(tmp_path)
    companies = {key: value for key, value in made.COMPANIES.items() if key != "C4"}
    companies["C2"] = {**companies["C2"], "jobs": 35.0}
    companies["C6"] = {"name": "Fuchsia", "territory": "01", "is_sole_trader": True}
    members = [
        *(one for one in made.MEMBERS if one["company_id"] != "C4"),
        made.builds.member("numelink", "6", "C6", fee="10.00"),
    ]
    pairs = made.PAIRS[:2]
    warehouse = made.published(tmp_path, "r2", companies=companies, members=members, matching_pairs=pairs)
    section = contents.report_of(warehouse).sections[-1]
    assert section.lead.endswith(": 1 arrivée, 1 départ, 1 entreprise modifiée.")
    moved = table(section, "Entreprises arrivées")
    assert moved.rows == (("…", "arrivée"), ("Delta Robotique", "partie"))
    assert row(table(section, "Les chiffres d'une"), "Emplois") == ("100", "105", "57 %", "+5")
    assert ("jobs", "Emplois", "1") in table(section, "Champs modifiés").rows
    assert pictures(section) == ["evolution"]
    with pytest.raises(ValueError, match="unpack"):
        table(section, "Réglages modifiés")
    again = altered(
        warehouse,
        tmp_path,
        """UPDATE runs SET parameters = '{"board": {"method": "sainte_lague"}}' WHERE run_id = 'r1'""",
        """UPDATE runs SET parameters = '{"board": {"method": "dhondt"}}' WHERE run_id = 'r2'""",
    )
    settings = table(again["changements"], "Réglages modifiés")
    assert settings.rows == (("Méthode des sièges", "Sainte-Laguë", "D'Hondt"),)


def test_no_name_of_a_sole_trader_is_in_the_report(tmp_path: Path) -> None:
    companies = {key: {**value, "is_sole_trader": True} for key, value in made.COMPANIES.items()}
    report = contents.report_of(made.ordinary(tmp_path, companies=companies))
    told = report.model_dump_json()
    assert [company["name"] for company in companies.values() if company["name"] in told] == []


def quality_of(con: duckdb.DuckDBPyConnection) -> Section:
    return contents.PARTS["qualite"].section(con)


@pytest.fixture
def qualities() -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables that the section reads: of ten records, seven fields are usable, two refused, one empty."""
    with duckdb.connect() as con:
        con.execute(
            """
            CREATE TABLE sources AS SELECT 'clustr' AS source, 'Clust''R' AS title, 1 AS priority;
            CREATE TABLE data_quality AS
            SELECT 'clustr' AS source, 'siren' AS field, 'SIREN' AS label, 10 AS records, 9 AS filled,
                   7 AS valid, 2 AS refused, 0 AS no_value, 1 AS flagged, 0.9 AS completeness,
                   7 / 9 AS validity;
            CREATE TABLE quality_results AS
            SELECT 'golden' AS stage, 'one' AS rule, 'Un SIREN propre' AS description, 'warning' AS severity,
                   false AS success, 10 AS checked, 2 AS failed;
            CREATE TABLE rejected_rows AS
            SELECT 'clustr' AS source, 'SIREN' AS column_name, 'warning' AS severity,
                   'Clé fausse. Attendu : une clé juste.' AS message
            FROM range(2);
            """
        )
        yield con


def test_quality_is_told_by_source(qualities: duckdb.DuckDBPyConnection) -> None:
    section = quality_of(qualities)
    assert plain([section.lead]) == ("Clust'R : 70 % des cellules sont utilisables, 2 sont refusées.",)
    assert row(table(section, "Clust'R"), "SIREN") == ("10", "9", "7", "2", "0", "1", "90,0 %", "77,8 %")
    assert table(section, "Ce qui a été refusé").rows == (
        ("Clust'R", "SIREN", "Clé fausse.", "cellule refusée", "2"),
    )
    assert table(section, "Règles de qualité").rows == (("Un SIREN propre", "avertissement", "10", "2"),)


def test_a_warning_about_a_whole_record_refuses_no_cell(qualities: duckdb.DuckDBPyConnection) -> None:
    qualities.execute("INSERT INTO rejected_rows VALUES ('clustr', NULL, 'warning', 'Même SIREN.')")
    found = table(quality_of(qualities), "Ce qui a été refusé")
    assert found.rows[-1] == ("Clust'R", "(fiche entière)", "Même SIREN.", "à vérifier", "1")


def test_long_tables_are_cut_and_say_so(qualities: duckdb.DuckDBPyConnection) -> None:
    qualities.execute(
        "INSERT INTO quality_results "
        "SELECT 'golden', 'r' || i, 'Règle ' || i, 'info', false, 5, 1 FROM range(40) AS t (i)"
    )
    found = table(quality_of(qualities), "Règles de qualité")
    assert (len(found.rows), found.notes) == (15, ("… et 26 autres.",))


@pytest.mark.parametrize("slug", list(contents.PARTS))
def test_an_older_version_without_the_tables_is_reported_all_the_same(
    slug: str, warehouse: Path, tmp_path: Path
) -> None:
    older = tmp_path / "older.duckdb"
    older.write_bytes(warehouse.read_bytes())
    removable = contents.PARTS[slug].needs - {"companies", "memberships", "sources", "runs"}
    with duckdb.connect(str(older)) as con:
        con.execute(f"DROP TABLE {max(removable)}")
    found = {section.slug: section for section in contents.report_of(older).sections}
    assert "d'avant les tables" in found[slug].lead
    assert len(found) == len(contents.PARTS)


def test_an_empty_warehouse_has_all_sections(empty: Path) -> None:
    found = {section.slug: section for section in contents.report_of(empty).sections}
    assert list(found) == list(contents.PARTS)
    assert "rien n'a été rapproché" in found["rapprochement"].lead
    assert "Aucun siège" in found["sieges"].lead
    assert found["territoires"].lead == "Aucun membre actif."


def test_what_nobody_knows_is_told_as_unknown(tmp_path: Path) -> None:
    companies = {"C1": {"name": "Seule", "territory": None}}
    members = [made.builds.member("clustr", "A1", "C1", fee=None)]
    report = contents.report_of(made.published(tmp_path, companies=companies, members=members))
    found = {section.slug: section for section in report.sections}
    assert row(table(found["territoires"], "Membres et"), "Territoire inconnu")[0] == "1"
    assert "Aucun effectif" in found["emplois-cotisations"].lead
