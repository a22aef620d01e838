"""A person planted in both exports: found where the register says, given out, erased for good."""

import json
import os
import re
import shutil
import signal
from pathlib import Path

import pytest
from forks import CONTEXT
from pipelines import Places, fingerprints, installed, rows, run_all
from planted import EMAIL, NAME, NAMES, REACHES, cells, erase_until, found, installation, into_prefect, plant

from benchmarks.sample import Sample
from flows import erasing
from flows.access import held_on
from flows.access_page import access_page
from flows.access_text import access_text, count_text
from flows.dropped_decisions import FOLDER, take_dropped, taken_files
from flows.erasing_text import erased_text, shown_text
from flows.export import export
from flows.holdings import counted
from flows.merge_members import walk
from flows.parameters import MergeParameters
from flows.people import asked, subject
from flows.people_rows import Row, rows_of
from flows.progress import teller
from flows.queue import read_queue
from flows.queue_file import write_queue
from flows.simulation import simulate
from flows.terminal import Terminal
from flows.versions import RestoreParameters, restore_version
from transforms.errors import GateError, InputError
from transforms.matching.decisions.recording import revoke
from transforms.reporting import stage as reporting
from transforms.suppression import log
from transforms.warehouse import beside, versions
from transforms.warehouse.manifest import read_manifest
from transforms.warehouse.runs import read_runs

pytestmark = pytest.mark.slow

# The columns that say what a company is called; a sole trader is called as a person.
_CALLED = {
    "name",
    "trade_name",
    "value",
    "raw_value",
    "alternatives",
    "old_value",
    "new_value",
    "website",
    "example",
}
_TWO_RECORDS = """
SELECT source, member_id
FROM memberships
WHERE company_id IN (SELECT company_id FROM companies WHERE n_records = 1)
ORDER BY source, member_id
LIMIT 2
"""
# Of some 230 calls: exports, warehouse, a version, rejects, history, what was handed out, manifests, the end.
STEPS = (12, 23, 38, 56, 74, 107, 131, 150, 216, 233)


def _fail(build: Path) -> None:
    raise GateError("Un essai qui échoue.")


def _everything(places: Places) -> None:
    """Two nights, a simulation, a report, exports, the workbook of pairs to judge, a run that is refused."""
    for _ in range(2):
        run_all(places)
    parameters = MergeParameters(raw=places.raw, warehouse=places.warehouse, state=places.state)
    token = teller.set(Terminal)
    simulate(parameters, walk)
    teller.reset(token)
    reporting.run(places.warehouse, reporting.ReportParameters(warehouse=places.warehouse))
    for kind in ("csv", "excel", "parquet"):
        export(places.warehouse, places.root / "exports", kind)
    write_queue(read_queue(places.warehouse, places.state), places.root / "exports" / "a_juger.xlsx")
    with pytest.raises(GateError):
        run_all(places, spoil=_fail)
    places.build.unlink()


@pytest.fixture(scope="module")
def lived(small: Sample, tmp_path_factory: pytest.TempPathFactory) -> Places:
    """An installation whose exports name the person, after all that Alliage does; tests only read it."""
    places = installed(tmp_path_factory.mktemp("planted"), small)
    plant(places)
    before = os.umask(0)
    try:
        _everything(places)
    finally:
        os.umask(before)
    return places


@pytest.fixture(scope="module")
def listed_rows(lived: Places) -> list[Row]:
    return rows_of(lived.raw, lived.warehouse, erasing.contracts())


@pytest.fixture(scope="module")
def erased(lived: Places, tmp_path_factory: pytest.TempPathFactory) -> tuple[Places, erasing.Erased]:
    places = Places(shutil.copytree(lived.root, tmp_path_factory.mktemp("erased") / "installation"))
    into_prefect(places)
    return places, erasing.erase(installation(places, places.root / "exports"), NAME)


@pytest.fixture
def copy(lived: Places, tmp_path: Path) -> Places:
    return Places(shutil.copytree(lived.root, tmp_path / "installation"))


def test_ways_to_reach_the_person_stand_where_the_register_says(lived: Places) -> None:
    allowed = ("raw/", "clean/contacts.duckdb", "clean/rejets/", "clean/versions/", "clean/.build-")
    places = found(lived, REACHES)
    assert {place for place in places if not place.startswith(allowed)} == set()
    in_versions = {Path(place).name for place in places if place.startswith("clean/versions/")}
    assert in_versions == {"contacts.duckdb"}


def test_the_name_is_published_as_a_company_s_name_only(lived: Places) -> None:
    for path in (lived.warehouse, lived.state / "history.duckdb"):
        named = {(table, column) for table, column, text in cells(path) if NAMES.search(text.encode())}
        assert {column for _, column in named} <= _CALLED, named
    query = "SELECT DISTINCT field FROM lineage WHERE contains(raw_value, ?) OR contains(value, ?)"
    assert {field for (field,) in rows(lived.warehouse, query, NAME, NAME)} <= {
        "name",
        "trade_name",
        "website",
    }
    assert all(
        NAME not in str(value) for (value,) in rows(lived.warehouse, "SELECT value FROM rejected_rows")
    )


def _assert_closed(places: Places) -> None:
    """No file is there for all to read but what analysts read, whatever the mask."""
    shared = {
        "warehouse.duckdb",
        "warehouse.duckdb.manifest.json",
        "rapport.html",
        "rapport.pdf",
        ".state.lock",
    }
    mine = [
        path
        for folder in (places.warehouse.parent, places.state, places.root / "exports")
        for path in folder.rglob("*")
        if path.is_file() and path.name not in (*shared, ".warehouse.duckdb.lock")
    ]
    assert mine
    assert {path.name for path in mine if path.stat().st_mode & 0o077} == set()
    folders = [places.state, beside.versions(places.warehouse), beside.rejects(places.warehouse)]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}
    assert places.warehouse.stat().st_mode & 0o777 == 0o644
    assert places.warehouse.parent.stat().st_mode & 0o022 == 0


def test_no_file_is_there_for_all_to_read_though_the_mask_lets_them(lived: Places) -> None:
    _assert_closed(lived)


@pytest.mark.parametrize(
    "query",
    [
        "Élodie Quenneville", "quenneville elodie", EMAIL.upper(), "0639981234", "+33 6 39 98 12 34",
        "0033.6.39.98.12.34",
    ],
)  # fmt: skip
def test_the_person_is_found_however_asked_for(listed_rows: list[Row], query: str) -> None:
    found = subject(asked(query), listed_rows)
    assert found.identity.members == {"clustr:CR-9001", "clustr:CR-9002", "numelink:9001"}
    assert found.identity.emails == {EMAIL}
    assert found.identity.phones == {"639981234"}


def test_all_that_is_held_is_given_out_with_its_place(lived: Places) -> None:
    held = held_on(installation(lived), "quenneville elodie")
    places = {
        (one.kind, Path(one.file).parent.name, one.column) for one in held.holdings if one.value == EMAIL
    }
    assert {("export", "clustr", "E-mail"), ("contacts", "clean", "email")} <= places
    assert ("export", "numelink", "Interlocuteur") in {
        (one.kind, Path(one.file).parent.name, one.column) for one in held.holdings
    }
    assert {one.kind for one in held.holdings} >= {"workbook", "history"}
    assert EMAIL in access_text(held)
    titles = {"clustr": "Réseau C", "numelink": "Réseau N"}
    page = access_page(held.model_copy(update={"query": "<script>alert(1)</script>"}), titles)
    assert "<script" not in page
    assert "Content-Security-Policy" in page
    assert EMAIL in page


def test_a_member_s_rows_are_given_out_whole(lived: Places) -> None:
    held = held_on(installation(lived), "cr-9002")
    assert held.is_member
    assert "Ateliers Brumeval" in {one.value for one in held.holdings}
    assert {"export", "warehouse", "contacts"} <= {one.kind for one in held.holdings}


def test_looking_changes_nothing_and_tells_what_would(copy: Places) -> None:
    before = found(copy, REACHES)
    subject, would = erasing.look(installation(copy), NAME)
    told = shown_text(subject, would)
    assert "clustr:CR-9001" in told
    assert "--keep-company-name" in told
    assert "dans le registre des identifiants : " in told
    for kind, paths in would.files.items():
        assert would.values[kind] >= len(paths) > 0
    named = {path.name for path in would.files["export"]}
    assert named
    assert all(name in told for name in named)
    assert found(copy, REACHES) == before
    assert erasing.erase(installation(copy), "Personne Inconnue").erasure_id is None
    assert not (copy.state / log.FILE).exists()


def test_what_is_given_out_is_what_is_shown_and_what_goes(copy: Places) -> None:
    where = installation(copy)
    held = held_on(where, NAME)
    _, would = erasing.look(where, NAME)
    assert would.values == counted(held.holdings)
    assert f"{len(held.holdings)} valeurs détenues : " in count_text(held)
    assert f"en tout : {len(held.holdings)} valeurs" in shown_text(subject(asked(NAME), []), would)
    done = erasing.erase(where, NAME)
    assert done.values == would.values
    assert done.receipt is not None
    assert json.loads(done.receipt.read_text())["values"] == would.values
    page = done.receipt.with_suffix(".html")
    assert page.stat().st_mode & 0o777 == 0o600
    told = page.read_text()
    assert f"{len(held.holdings)} valeurs, sur 3 fiches d&#x27;adhérent" in told
    assert "1 courriel, sous forme d&#x27;empreintes" in told
    assert not any(part in told for part in (NAME, EMAIL, "CR-9001", str(copy.root)))
    assert held_on(where, NAME).holdings == ()


def test_the_page_for_the_person_says_it_in_words(lived: Places) -> None:
    titles = {"clustr": "Réseau C", "numelink": "Réseau N"}
    page = access_page(held_on(installation(lived), NAME), titles)
    assert str(lived.root) not in page
    assert page.count("<h2>") == len(set(re.findall("<h2>.*?</h2>", page)))
    assert re.search(f"<td>Courriel</td><td>{EMAIL}</td><td>adhérent [^<]*version en service et ", page)
    assert "<td>Interlocuteur</td>" in page
    assert re.search("export de Réseau N, [^<]*ligne \\d", page)
    assert "CR-9001 de Réseau C" in page
    assert not re.search("<td>(person|telephone|email|role|value|name|phone)</td>", page)


def test_after_an_erasure_nothing_is_found_anywhere(erased: tuple[Places, erasing.Erased]) -> None:
    places, done = erased
    assert done.receipt is not None
    assert done.files == {}
    assert done.values["register"]
    assert found(places, REACHES) == set()
    assert found(places, NAMES) == set()
    assert beside.report_document(places.warehouse).exists()
    receipt = done.receipt.read_text()
    assert not any(part in receipt for part in (NAME, EMAIL, "CR-9001"))
    assert NAME not in erased_text(done)


def test_manifests_tell_of_it_and_still_prove_their_files(erased: tuple[Places, erasing.Erased]) -> None:
    places, done = erased
    manifest = read_manifest(beside.manifest(places.warehouse))
    assert manifest is not None
    assert versions.is_whole(places.warehouse)
    assert {one.damage for one in versions.kept(places.warehouse)} == {None}
    assert {one.erasure_id for one in manifest.erasures} == {done.erasure_id}
    assert all(one.received_sha256 and one.received_sha256 != one.sha256 for one in manifest.inputs)


def test_other_figures_stay_and_the_same_export_brings_nothing_back(
    lived: Places, erased: tuple[Places, erasing.Erased], tmp_path: Path
) -> None:
    places = Places(shutil.copytree(erased[0].root, tmp_path / "installation"))
    assert _figures(places) == _figures(lived)
    for folder in ("clustr", "numelink"):
        shutil.copytree(lived.raw / folder, places.raw / folder, dirs_exist_ok=True)
    before = os.umask(0o022)
    try:
        outcome = run_all(places)
    finally:
        os.umask(before)
    told = [remark.text for timed in outcome.stages for remark in timed.report.remarks]
    assert sum("identique" in text for text in told) == 2
    assert sum("déjà effacées" in text for text in told) == 2
    places.build.unlink()
    _assert_closed(places)
    assert found(places, REACHES) | found(places, NAMES) == set()
    assert _figures(places) == _figures(lived)
    assert read_runs(places.state)[-1]["inputs"][0]["received_sha256"]


def test_an_erased_person_does_not_come_back_with_a_version(
    erased: tuple[Places, erasing.Erased], tmp_path: Path
) -> None:
    places = Places(shutil.copytree(erased[0].root, tmp_path / "installation"))
    parameters = RestoreParameters(version="précédente", warehouse=places.warehouse, state=places.state)
    assert restore_version(parameters).changed
    assert found(places, REACHES) | found(places, NAMES) == set()


def test_a_surname_alone_erases_nobody(copy: Places) -> None:
    before = fingerprints(copy)
    with pytest.raises(InputError, match="Un seul mot ne désigne pas une personne"):
        erasing.erase(installation(copy), "Quenneville")
    assert fingerprints(copy) == before


def test_a_name_that_another_company_bears_counts_on_the_person_s_rows_alone() -> None:
    def row(member: str, **cells: str) -> Row:
        return Row(member, Path("export.csv"), 2, cells)

    mine = row("clustr:1", contact_person="Zoé Exemplaire", email="zoe.exemplaire@courriel.example")
    namesake = row("numelink:9", name="Université Zoé Exemplaire", contact_person="Marc Essai")
    alone, beside_her = (subject(asked("Zoé Exemplaire"), rows) for rows in ([mine], [mine, namesake]))
    assert (alone.identity.names, alone.homonyms) == (frozenset({"EXEMPLAIRE ZOE"}), 0)
    assert (beside_her.identity.names, beside_her.homonyms) == (frozenset(), 1)
    assert beside_her.identity.own_names == alone.identity.own_names


def test_a_dropped_file_forgets_too_and_is_not_taken_again(copy: Places) -> None:
    ends = ("left_source", "left_member_id", "right_source", "right_member_id")
    pair = [part for row in rows(copy.warehouse, _TWO_RECORDS) for part in row]
    words = dict(zip(ends, pair, strict=True)) | {"verdict": "unsure", "steward": "st-1"}
    line = words | {"reason": f"vu avec {NAME}, puis relu"}
    dropped = copy.raw / FOLDER / "paroles.jsonl"
    dropped.parent.mkdir(exist_ok=True)
    dropped.write_text(json.dumps(line) + "\n")
    (taken,) = take_dropped(copy.raw, copy.warehouse, copy.state)
    assert taken.decided is not None
    assert taken.decided.counts["recorded"] == 1
    revoke(copy.state, "D-0001", "st-2")
    assert erasing.erase(installation(copy), NAME).by_hand == ()
    assert json.loads(dropped.read_text()) == line | {"reason": "vu avec …, puis relu"}
    assert taken_files(copy.raw, copy.state) == [dropped]
    assert take_dropped(copy.raw, copy.warehouse, copy.state) == ()
    # Under another name its line is known too.
    values = json.loads(dropped.read_text()).values()
    dropped.with_name("copie.csv").write_text(f"{';'.join(line)}\n{';'.join(values)}\n")
    assert take_dropped(copy.raw, copy.warehouse, copy.state) == ()


def test_what_cannot_be_read_is_named_beside_what_is_held(lived: Places, tmp_path: Path) -> None:
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 and no more")
    held = held_on(installation(lived, broken), NAME)
    assert held.unread == (str(broken),)
    assert held.holdings


def test_a_company_may_keep_its_name(copy: Places) -> None:
    names = "SELECT name FROM companies WHERE contains(name, 'Quenneville') OR contains(name, 'QUENNEVILLE')"
    before = rows(copy.warehouse, names)
    erasing.erase(installation(copy), NAME, keeps_names=True)
    assert before
    assert rows(copy.warehouse, names) == before
    held = "SELECT count(*) FROM contacts WHERE contains(person, 'uenneville') OR email = ?"
    assert rows(beside.contacts(copy.warehouse), held, EMAIL) == [(0,)]


def _figures(places: Places) -> list[tuple[object, ...]]:
    """What analysts count: no texts, no names."""
    query = """
        SELECT count(*), sum(jobs), sum(turnover_eur), sum(fee_eur), sum(n_records), count(siren),
            count(*) FILTER (is_active), count(*) FILTER (in_clustr), count(*) FILTER (in_numelink),
            list(company_id ORDER BY company_id)
        FROM companies
    """
    links = "SELECT source, member_id, company_id, is_active, fee_eur FROM memberships ORDER BY ALL"
    territories = "SELECT * EXCLUDE (territory_name) FROM territories ORDER BY ALL"
    return [
        *rows(places.warehouse, query),
        *rows(places.warehouse, links),
        *rows(places.warehouse, territories),
    ]


def _survives(places: Places, step: int) -> None:
    into_prefect(places)
    where = installation(places, places.root / "exports")
    process = CONTEXT.Process(target=erase_until, args=(step, where))
    process.start()
    process.join(120)
    assert process.exitcode in (0, -signal.SIGKILL)
    begun = (places.state / log.PENDING).exists()
    if begun:
        # What says that it is not complete tells nothing of the person.
        assert not REACHES.search((places.state / log.PENDING).read_bytes())
        told = erasing.complete_at_start(places.warehouse, places.state)
        assert any("a été terminé" in remark.text for remark in told)
    elif process.exitcode:
        erasing.erase(where, NAME)
    assert not (places.state / log.PENDING).exists()
    assert versions.is_whole(places.warehouse)
    assert found(places, REACHES) | found(places, NAMES) == set()
    assert {one.damage for one in versions.kept(places.warehouse)} == {None}


def test_killed_in_the_middle_it_is_completed_at_the_next_start(copy: Places) -> None:
    _survives(copy, 18)


@pytest.mark.long
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_moment_it_is_completed(copy: Places, step: int) -> None:
    _survives(copy, step)
