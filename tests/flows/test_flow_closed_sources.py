"""A source past its `closed_on`: it needs no file any more, and what it had goes, or stays with its file."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from pipelines import Places, company_ids, rows, run_all
from refused import refusal

from transforms.errors import InputError, Where
from transforms.sources import contract

pytestmark = pytest.mark.slow

TODAY = date.today()
ENDED = TODAY - timedelta(days=1)


@pytest.fixture
def places(small_published: Places, tmp_path: Path) -> Places:
    return Places(shutil.copytree(small_published.root, tmp_path / "installation"))


def contracts(places: Places, **closed_on: date) -> Path:
    """The project's contracts, with the ends of some sources."""
    folder = places.root / "contracts"
    folder.mkdir()
    for one in contract.load_contracts():
        text = (contract.FOLDER / f"{one.source}.yml").read_text(encoding="utf-8")
        end = closed_on.get(one.source)
        written = text if end is None else f"{text}\nclosed_on: {end}\n"
        (folder / f"{one.source}.yml").write_text(written, encoding="utf-8")
    return folder


def remarks(places: Places, folder: Path) -> list[tuple[str | None, str, str]]:
    report = run_all(places, contracts=folder).stage("intake")
    return [(one.source, one.level, one.text) for one in report.remarks]


def said(ended: date) -> tuple[str, str, str]:
    return ("numelink", "info", f"Source close depuis le {ended:%d/%m/%Y}.")


@pytest.mark.parametrize("ended", [TODAY, ENDED], ids=["today", "yesterday"])
def test_it_needs_no_file_and_its_members_leave(ended: date, places: Places) -> None:
    before = company_ids(places)
    shutil.rmtree(places.raw / "numelink")
    assert said(ended) in remarks(places, contracts(places, numelink=ended))
    after = company_ids(places)
    assert {source for source, _ in after} == {"clustr"}
    assert after == {key: company for key, company in before.items() if key[0] == "clustr"}
    assert rows(places.warehouse, "SELECT count(*) FROM companies WHERE in_numelink") == [(0,)]


def test_once_its_file_is_there_again_its_members_find_their_ids(places: Places) -> None:
    before = company_ids(places)
    kept = shutil.move(places.raw / "numelink", places.root / "kept")
    folder = contracts(places, numelink=ENDED)
    run_all(places, contracts=folder)
    shutil.move(kept, places.raw / "numelink")
    assert said(ENDED) in remarks(places, folder)
    assert company_ids(places) == before


def test_while_it_has_a_file_it_is_read_and_its_end_is_said(places: Places) -> None:
    before = company_ids(places)
    assert said(ENDED) in remarks(places, contracts(places, numelink=ENDED))
    assert company_ids(places) == before
    assert rows(places.warehouse, "SELECT source, closed_on FROM sources ORDER BY source") == [
        ("clustr", None),
        ("numelink", ENDED),
    ]


def test_before_its_end_a_missing_file_is_refused(places: Places) -> None:
    shutil.rmtree(places.raw / "numelink")
    # Two days, as midnight may pass.
    error = refusal(places, contracts=contracts(places, numelink=TODAY + timedelta(days=2)))
    assert isinstance(error, InputError)
    assert error.what == "Aucun export de Numelink."
    assert error.where == Where(file=str(places.raw / "numelink"))
    assert error.found == "le dossier n'existe pas"
    assert error.expected == "un fichier *.xlsx"
    assert error.next_step == (
        "déposer l'export dans ce dossier, ou donner une date « closed_on » passée au contrat si la source "
        "n'existe plus"
    )


def test_when_all_have_ended_and_left_nothing_the_run_is_refused(places: Places) -> None:
    for source in ("clustr", "numelink"):
        shutil.rmtree(places.raw / source)
    error = refusal(places, contracts=contracts(places, clustr=ENDED, numelink=ENDED))
    assert isinstance(error, InputError)
    assert error.what == "Aucune source à lire : toutes sont closes et n'ont plus de fichier."
    assert error.where == Where(file=str(places.raw))
    assert error.found == "2 sources, toutes closes"
    assert error.expected == "l'export d'au moins une source"
    assert error.next_step == "déposer un export, ou revoir les dates « closed_on » des contrats"
