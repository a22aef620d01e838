from datetime import date

import pytest

from transforms.errors import InputError
from transforms.sources.contract import ExportDate
from transforms.sources.export_date import in_name, in_texts
from transforms.sources.files import candidates, choose, refuse_other_kinds


def test_lock_files_hidden_files_and_other_files_are_not_candidates(tmp_path, contract):
    for name in ("b.csv", "A.CSV", "~$b.csv", ".~lock.b.csv#", ".hidden.csv", "notes.txt"):
        (tmp_path / name).write_text("x")
    (tmp_path / "folder.csv").mkdir()
    assert [path.name for path in candidates(tmp_path, contract)] == ["A.CSV", "b.csv"]


def test_a_folder_without_export_is_refused_and_says_what_it_holds(tmp_path, contract):
    (tmp_path / "export.xlsx").write_text("x")
    with pytest.raises(InputError) as refused:
        candidates(tmp_path, contract)
    assert "« export.xlsx »" in str(refused.value)
    assert "*.csv" in str(refused.value)


def test_a_missing_folder_is_refused(tmp_path, contract):
    with pytest.raises(InputError, match="n'existe pas"):
        candidates(tmp_path / "rien", contract)


DATES = {"a.csv": (date(2020, 1, 1), "content"), "b.csv": (date(2019, 1, 1), "name"), "c.csv": (None, "none")}


@pytest.mark.parametrize(
    ("names", "chosen", "why"),
    [
        (["a.csv", "b.csv", "c.csv"], "a.csv", "content"),
        (["b.csv", "c.csv"], "b.csv", "name"),
        (["c.csv"], "c.csv", "order"),
    ],
    ids=["content", "name", "order"],
)
def test_the_latest_export_is_chosen(tmp_path, names, chosen, why):
    choice = choose([tmp_path / name for name in names], lambda path: DATES[path.name])
    assert (choice.path.name, choice.decided_by, choice.candidates) == (chosen, why, len(names))


def test_without_dates_the_last_by_name_is_chosen(tmp_path):
    choice = choose([tmp_path / "v2.csv", tmp_path / "v1.csv"], lambda path: (None, "none"))
    assert (choice.path.name, choice.decided_by) == ("v2.csv", "order")


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["NUMÉRIQUE - Annuaire", "Export du 03/10/2016"], date(2016, 10, 3)),
        (["Extrait le 2016-10-03 à 12:30"], date(2016, 10, 3)),
        (["Édité le 1er août 2016"], date(2016, 8, 1)),
        (["Date d'export :", "2016-10-03"], date(2016, 10, 3)),
        (["Exercice 01/01/2016 - 31/12/2016", "Mis à jour le 3.10.16"], date(2016, 10, 3)),
        (["Au 03/10/2016"], date(2016, 10, 3)),
        (["Export du 45/13/2016"], None),
        (["Annuaire"], None),
    ],
    ids=lambda value: value[-1] if isinstance(value, list) else "",
)
def test_the_date_in_title_lines(texts, told):
    assert in_texts(texts, ExportDate()) == told


def test_the_labels_of_a_contract_replace_the_usual_ones():
    texts = ["Export 2015 refait le 01/02/2016", "Données au 03/10/2015"]
    assert in_texts(texts, ExportDate()) == date(2016, 2, 1)
    assert in_texts(texts, ExportDate(labels=("Données au",))) == date(2015, 10, 3)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("export_2016-10-03.csv", date(2016, 10, 3)),
        ("20161003_adherents.xlsx", date(2016, 10, 3)),
        ("adherents 03.10.2016.xlsx", date(2016, 10, 3)),
        ("adherents_2016-10.csv", date(2016, 10, 1)),
        ("adherents.csv", None),
        ("export_12345678901.csv", None),
    ],
)
def test_the_date_in_a_file_name(name, told):
    assert in_name(name, ExportDate()) == told


def test_a_declared_format_finds_the_date_in_the_name():
    assert in_name("liste_03oct16.csv", ExportDate(in_name="%d%m%y")) is None
    assert in_name("liste_031016.csv", ExportDate(in_name="%d%m%y")) == date(2016, 10, 3)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "vide"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "classeur Excel"),
        (b"\xd0\xcf\x11\xe0....", "classeur Excel"),
        (b"<!DOCTYPE html><html>", "page HTML"),
        (b"\x89PNG\r\n", "image"),
        (bytes(range(32)) * 20, "binaire"),
    ],
    ids=["empty", "pdf", "xlsx", "xls", "html", "png", "binary"],
)
def test_a_file_of_another_kind_is_no_csv(contract, data, words):
    with pytest.raises(InputError, match=words):
        refuse_other_kinds(data, "essai.csv", contract)


def test_a_text_is_no_workbook(excel_contract):
    with pytest.raises(InputError, match="un fichier texte"):
        refuse_other_kinds(b"id;nom\n", "essai.xlsx", excel_contract)
