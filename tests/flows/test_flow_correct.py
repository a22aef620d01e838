"""A value corrected, and a workbook dropped beside the exports: the next run obeys both."""

import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from flow_commands import Command
from pipelines import Places, installed, pair_to_judge, rows, run_all

from benchmarks.sample import Sample
from flows import correct as correcting
from flows import published
from flows.decide import decide
from flows.decide_text import decided_text
from flows.dropped_decisions import FOLDER
from flows.effect import effect_of
from transforms.errors import InputError
from transforms.matching.decisions.log import read_log
from transforms.stewards.correction_log import FILE
from transforms.warehouse.reading import opened

SITE = "https://www.juste.fr"


@pytest.fixture(scope="module")
def placed(small_published: Places, tmp_path_factory: pytest.TempPathFactory) -> Places:
    """An installation of this module's own."""
    from shutil import copytree

    return Places(copytree(small_published.root, tmp_path_factory.mktemp("correct") / "installation"))


def some_company(places: Places) -> tuple[str, str]:
    """An active company of one record, and that record."""
    sql = """
        SELECT company_id, source || ':' || member_id
        FROM companies JOIN memberships USING (company_id)
        WHERE n_records = 1 AND companies.is_active AND NOT is_sole_trader AND website IS NOT NULL
        ORDER BY ALL LIMIT 1
    """
    ((company, record),) = rows(places.warehouse, sql)
    return company, record


def value(places: Places, company: str, column: str) -> object:
    ((found,),) = rows(places.warehouse, f"SELECT {column} FROM companies WHERE company_id = ?", company)
    return found


def fill(workbook: Path, pair: tuple[str, ...], verdict: str) -> None:
    book = openpyxl.load_workbook(workbook)
    sheet = book.worksheets[0]
    place = {cell.value: at for at, cell in enumerate(sheet[1])}
    for row in sheet.iter_rows(min_row=2):
        ends = tuple(
            f"{row[place[f'{side}_réseau']].value}:{row[place[f'{side}_numéro']].value}"
            for side in ("gauche", "droite")
        )
        if ends == pair:
            row[place["verdict"]].value, row[place["pseudonyme"]].value = verdict, "st-3"
    book.save(workbook)


@pytest.mark.slow
def test_the_next_run_obeys_a_correction_and_a_dropped_workbook(placed: Places, tmp_path: Path) -> None:
    from flows.queue import read_queue
    from flows.queue_file import write_queue

    company, record = some_company(placed)
    found = pair_to_judge(placed)
    pair = tuple(f"{found[f'{side}_source']}:{found[f'{side}_member_id']}" for side in ("left", "right"))
    with opened(placed.warehouse) as con:
        promised = effect_of(con, pair[0], pair[1], "same")
    by = {"steward": "st-1", "reason": "lu sur le site", "warehouse": placed.warehouse, "state": placed.state}
    done = correcting.correct(record, "Site web", "www.juste.fr", **by)  # type: ignore[arg-type]
    assert (done.company_id, done.value, done.changed) == (company, SITE, True)
    (placed.raw / FOLDER).mkdir()
    workbook = placed.raw / FOLDER / "à juger.xlsx"
    write_queue(read_queue(placed.warehouse, placed.state), workbook)
    fill(workbook, pair, "même entreprise")
    before = rows(placed.warehouse, "SELECT count(*) FROM companies")[0][0]

    outcome = run_all(placed)
    assert value(placed, company, "website") == SITE
    told = rows(
        placed.warehouse,
        "SELECT source, member_id, rule, steward FROM lineage WHERE company_id = ? AND field = 'website'",
        company,
    )
    assert told == [("correction", "C-0001", "correction", "st-1")]
    assert rows(placed.warehouse, "SELECT field, new_value FROM changes WHERE company_id = ?", company) == [
        ("website", SITE)
    ]
    (one,) = read_log(placed.state).decisions
    assert (one.verdict, one.steward, ":".join(one.pair[0])) == ("same", "st-3", min(pair))
    assert rows(placed.warehouse, "SELECT count(*) FROM companies")[0][0] == before - 1
    sizes = rows(
        placed.warehouse,
        "SELECT n_records FROM companies JOIN memberships USING (company_id) "
        "WHERE source || ':' || member_id = ?",
        pair[0],
    )
    assert sizes == [(promised.records,)]
    assert any("« à juger.xlsx » : 1 décision enregistrée" in remark.text for remark in outcome.remarks)

    # What was taken once is not taken again, even once it was taken back.
    from flows.decide import take_back

    take_back("D-0001", steward="st-1", reason=None, warehouse=placed.warehouse, state=placed.state)
    correcting.take_back_correction("C-0001", **by)  # type: ignore[arg-type]
    again = run_all(placed)
    assert len(read_log(placed.state).decisions) == 1
    assert not any("à juger.xlsx" in remark.text for remark in again.remarks)
    assert rows(placed.warehouse, "SELECT count(*) FROM companies")[0][0] == before
    assert value(placed, company, "website") != SITE


@pytest.mark.parametrize(
    ("column", "text", "told"),
    [
        ("jobs", "12", "ne se corrige pas"),
        ("siren", "732829321", "clé de contrôle"),
        ("website", "appeler le 04 65 71 00 12", "coordonnée"),
        ("name", "x" * 301, "301 signes"),
        ("city", "  ", "rien"),
    ],
)
def test_what_cannot_be_corrected(
    small_published: Places, tmp_path: Path, column: str, text: str, told: str
) -> None:
    company, _ = some_company(small_published)
    with pytest.raises(InputError) as refused:
        correcting.correct(
            company,
            column,
            text,
            steward="st-1",
            reason=None,
            warehouse=small_published.warehouse,
            state=small_published.state,
        )
    assert told in str(refused.value)
    assert "04 65" not in str(refused.value)
    assert not (small_published.state / FILE).exists()


def test_a_siren_of_another_company_is_refused(small_published: Places) -> None:
    company, _ = some_company(small_published)
    ((siren, other),) = rows(
        small_published.warehouse,
        "SELECT siren, company_id FROM companies WHERE siren IS NOT NULL AND company_id <> ? "
        "ORDER BY ALL LIMIT 1",
        company,
    )
    with pytest.raises(InputError, match="porte déjà ce SIREN") as refused:
        correcting.correct(
            company,
            "siren",
            siren,
            steward="st-1",
            reason=None,
            warehouse=small_published.warehouse,
            state=small_published.state,
        )
    assert other in (refused.value.found or "")


@pytest.mark.slow
def test_a_wrong_siren_is_corrected_and_the_two_companies_become_one(
    small: Sample, small_published: Places, tmp_path: Path
) -> None:
    sql = """
        SELECT l.member_id, r.member_id, siren
        FROM companies
        JOIN memberships AS l ON l.company_id = companies.company_id AND l.source = 'clustr'
        JOIN memberships AS r ON r.company_id = companies.company_id AND r.source = 'numelink'
        JOIN lineage ON (lineage.company_id, field) = (companies.company_id, 'siren')
        WHERE n_records = 2 AND siren IS NOT NULL AND lineage.source = 'clustr'
        ORDER BY ALL LIMIT 1
    """
    ((clustr, numelink, right),) = rows(small_published.warehouse, sql)
    wrong = "732829320"
    spoilt = small.numelink["SIREN"].mask(small.numelink["Id"].astype(str) == numelink, wrong)
    assert wrong in set(spoilt)
    placed = installed(
        tmp_path / "installation", replace(small, numelink=small.numelink.assign(SIREN=spoilt))
    )
    run_all(placed)
    by = {"reason": None, "warehouse": placed.warehouse, "state": placed.state}
    true, false = f"clustr:{clustr}", f"numelink:{numelink}"

    def company(record: str) -> str:
        with opened(placed.warehouse) as con:
            return published.company_of(con, record)

    before = [company(one) for one in (true, false)]
    assert before[0] != before[1]
    # « same » alone is refused, and says what helps; in spite of all it is not followed.
    with pytest.raises(InputError, match="tant que le SIREN faux") as refused:
        decide("same", true, false, steward="st-1", **by)  # type: ignore[arg-type]
    assert refused.value.found == f"{true}, SIREN {right}, et {false}, SIREN {wrong}"
    assert f"alliage correct {false} siren {right} --force" in (refused.value.next_step or "")
    forced = decide("same", true, false, steward="st-1", force=True, **by)  # type: ignore[arg-type]
    assert "tant que le SIREN faux n'est pas corrigé" in (forced.results[0].message or "")
    assert "qu'une fois le SIREN faux corrigé" in decided_text(forced)
    assert "prochaine fusion en tiendra compte" not in decided_text(forced)

    with pytest.raises(correcting.SharedSirenError, match="--force") as shared:
        correcting.correct(false, "siren", right, steward="st-1", **by)  # type: ignore[arg-type]
    assert before[0] in (shared.value.found or "")
    done = correcting.correct(false, "siren", right, steward="st-1", force=True, **by)  # type: ignore[arg-type]
    assert (done.company_id, len(done.joins)) == (before[1], 1)

    run_all(placed)
    assert company(true) == company(false) in before
    lineage = "SELECT source, value FROM lineage WHERE company_id = ? AND field = 'siren'"
    assert rows(placed.warehouse, lineage, company(true)) == [("correction", right)]
    told = "SELECT outcome, exported_value FROM corrections"
    assert rows(placed.warehouse, told) == [("followed", wrong)]
    assert rows(placed.warehouse, "SELECT outcome FROM decisions") == [("followed",)]
    known = published.known_records(placed.warehouse, placed.state)
    assert known.sirens["numelink", numelink] == right
    # What is published stays: the next run finds the same again, and calls it followed still.
    run_all(placed)
    assert rows(placed.warehouse, told) == [("followed", wrong)]
    assert company(true) == company(false)

    correcting.take_back_correction("C-0001", steward="st-1", **by)  # type: ignore[arg-type]
    run_all(placed)
    assert [company(one) for one in (true, false)] == before
    assert rows(placed.warehouse, "SELECT outcome FROM decisions") == [("two_sirens",)]


def test_a_shared_siren_is_confirmed_on_the_command_line(places: Places, asking: Command) -> None:
    company, record = some_company(places)
    ((siren, other),) = rows(
        places.warehouse,
        "SELECT siren, company_id FROM companies WHERE siren IS NOT NULL AND company_id <> ? "
        "ORDER BY ALL LIMIT 1",
        company,
    )
    refused = asking("correct", record, "siren", siren, "--steward", "st-1")
    assert (refused.code, other in refused.err, "--force" in refused.err) == (2, True, True)
    assert not (places.state / FILE).exists()
    said = asking("correct", record, "siren", siren, "--steward", "st-1", "--force")
    assert said.code == 0
    assert f"La prochaine fusion réunira {company} avec {other}" in said.out
    # Nobody has to confirm a second company less because the first is not published yet.
    ((third,),) = rows(
        places.warehouse,
        "SELECT company_id FROM companies WHERE company_id NOT IN (?, ?) ORDER BY ALL LIMIT 1",
        company,
        other,
    )
    again = asking("correct", third, "siren", siren, "--steward", "st-1")
    assert (again.code, company in again.err) == (2, True)
    # Nor has anybody to confirm a SIREN that its company will have no more.
    ((given, others),) = rows(
        places.warehouse,
        "SELECT siren, company_id FROM companies WHERE siren IS NOT NULL AND company_id NOT IN (?, ?, ?) "
        "ORDER BY ALL LIMIT 1",
        company,
        other,
        third,
    )
    assert asking("correct", third, "siren", given, "--steward", "st-1").code == 2
    assert asking("correct", others, "siren", siren, "--steward", "st-1", "--force").code == 0
    freed = asking("correct", third, "siren", given, "--steward", "st-1")
    assert (freed.code, "réunira" in freed.out) == (0, False)


def test_corrected_taken_back_and_listed_from_the_command_line(places: Places, asking: Command) -> None:
    company, record = some_company(places)
    said = asking("correct", record, "ville", "LYON CEDEX 3", "--steward", "st-1", "--json")
    assert (said.code, said.json["value"], said.json["company_id"]) == (0, "Lyon", company)
    assert "Déjà corrigé (C-0001)" in asking("correct", company, "city", "Lyon", "--steward", "st-2").out
    replaced = asking("correct", company, "city", "Bron", "--steward", "st-2", "--reason", "a déménagé")
    assert "Elle remplace C-0001." in replaced.out
    assert "C-0001 compte de nouveau" in asking("correct", "--revoke", "c-2", "--steward", "st-1").out
    listed = asking("correct", "--list").out
    assert "C-0002" in listed
    assert "retirée" in listed
    assert "2 corrections, dont 1 non retirée." in listed
    lines = (places.state / FILE).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["correction_id"] for line in lines] == ["C-0001", "C-0002", "C-0002"]
    kept = correcting.corrections_of(company, warehouse=places.warehouse, state=places.state)
    assert [(one.outcome, one.label) for one in kept] == [("pending", "Ville"), ("revoked", "Ville")]


@pytest.mark.parametrize(
    "arguments",
    [[], ["E-0000000000", "city"], ["--list", "--revoke", "C-1"], ["a:b", "city", "Lyon"]],
    ids=["nothing", "two words", "two things", "nobody"],
)
def test_bad_use(asking: Command, arguments: list[str]) -> None:
    assert asking("correct", *arguments).code == 2
