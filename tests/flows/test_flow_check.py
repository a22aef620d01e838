"""One export against its contract, with nothing kept."""

from collections import Counter
from pathlib import Path

import pytest
from pipelines import Places, installed, rows

from benchmarks.sample import generate
from benchmarks.sample.exports import CLUSTR_FILE, NUMELINK_FILE
from flows.check import as_text, check_export
from transforms.errors import InputError
from transforms.sources.check import CheckedRefusal


@pytest.mark.parametrize(("file", "source"), [(CLUSTR_FILE, "clustr"), (NUMELINK_FILE, "numelink")])
def test_it_refuses_the_cells_that_the_run_refuses(published: Places, file: Path, source: str) -> None:
    report = check_export(published.raw / file, None)
    assert report.source == source
    refused = rows(
        published.warehouse,
        "SELECT source_row, rule, severity FROM rejected_rows "
        "WHERE source = ? AND column_name IS NOT NULL ORDER BY ALL",
        source,
    )
    assert refused
    assert Counter((one.source_row, one.rule, one.severity) for one in report.refusals) == Counter(refused)


def test_the_named_contract_is_taken(published: Places) -> None:
    assert check_export(published.raw / CLUSTR_FILE, "clustr").source == "clustr"


def test_another_contract_than_the_file_s_is_an_error(published: Places) -> None:
    with pytest.raises(InputError):
        check_export(published.raw / CLUSTR_FILE, "numelink")


def test_an_unknown_contract_is_told_with_the_known_ones(published: Places) -> None:
    with pytest.raises(InputError, match="Attendu : clustr, numelink"):
        check_export(published.raw / CLUSTR_FILE, "ateliers")


def test_a_missing_file_is_an_error_of_input(tmp_path: Path) -> None:
    with pytest.raises(InputError) as missing:
        check_export(tmp_path / "absent.csv", None)
    assert missing.value.found == "aucun fichier de ce nom à cet endroit"
    with pytest.raises(InputError) as folder:
        check_export(tmp_path, None)
    assert folder.value.found == "un dossier"


def test_a_clean_export_has_nothing_to_correct(tmp_path: Path) -> None:
    places = installed(tmp_path, generate(companies=30, seed=3, roughness=0))
    words = as_text(check_export(places.raw / CLUSTR_FILE, None))
    assert words.startswith(f"{CLUSTR_FILE.name} : export de Clust'R Numérique, ")
    assert ", rien à corriger." in words.splitlines()[0]
    assert "À corriger dans l'export" not in words


def test_each_rule_is_explained_once_above_its_places(published: Places) -> None:
    report = check_export(published.raw / CLUSTR_FILE, None)
    lines = as_text(report).partition("À corriger dans l'export\n")[2].splitlines()
    rules = [line for line in lines if line.startswith("  - ")]
    places = [line for line in lines if line.startswith("      ")]
    assert len(rules) + len(places) == len(lines)
    refused = [one for one in report.refusals if one.severity != "info"]
    assert len(rules) == len({one.message for one in refused})
    counts = Counter(one.message for one in refused)
    assert len(places) == sum(min(count, 11) for count in counts.values())


def test_many_places_of_one_rule_are_cut_short(published: Places) -> None:
    report = check_export(published.raw / CLUSTR_FILE, None)
    refusal = CheckedRefusal(
        source_row=2,
        column_name="Effectif",
        value="beaucoup",
        rule="r",
        severity="warning",
        message="Illisible.",
    )
    many = tuple(refusal.model_copy(update={"source_row": row}) for row in range(2, 15))
    words = as_text(report.model_copy(update={"refusals": many}))
    assert "13 points à corriger" in words
    last = "      ligne 11, colonne « Effectif », trouvé « beaucoup »\n"
    assert f"{last}      … et 3 autres ; la liste entière : --all" in words
    assert "ligne 12," not in words
    everything = as_text(report.model_copy(update={"refusals": many}), whole=True)
    assert "      ligne 14, colonne « Effectif »" in everything
    assert "autres" not in everything.partition("À corriger dans l'export")[2]


def test_columns_are_named_in_french(published: Places) -> None:
    words = as_text(check_export(published.raw / CLUSTR_FILE, None))
    assert "  - « Raison sociale » → Raison sociale" in words.splitlines()
    assert "→ name" not in words


def test_personal_values_are_not_shown(published: Places) -> None:
    report = check_export(published.raw / CLUSTR_FILE, None)
    personal = [one for one in report.refusals if one.column_name in {"E-mail", "Téléphone", "Contact"}]
    assert personal
    assert {one.value for one in personal} == {None}


def test_two_faults_of_different_kinds_in_one_file_are_both_told(tmp_path: Path) -> None:
    """One refusal has a value and no column, the other a column and no value."""
    lines = ["N° adhérent;Raison sociale;Ville", "CR-1;Orvalis;Lyon", "CR-1;Taviol;Lyon", "CR-2;;Lyon"]
    export = tmp_path / "export.csv"
    export.write_text("\n".join(lines), encoding="utf-8")
    rules = {refusal.rule for refusal in check_export(export, "clustr").refusals}
    assert rules == {"member_id_duplicate", "name_missing"}
