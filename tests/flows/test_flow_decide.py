"""`alliage decide` and `alliage explain` on whole installations."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from flow_commands import Command, call
from pipelines import Places, rows, run_all

from flows.explain import explain
from flows.explain_text import as_text
from transforms.matching.decisions.log import FILE, read_log
from transforms.warehouse.database import connect


@pytest.fixture
def command(asking: Command) -> Command:
    return asking


def company_of(places: Places, record: str) -> str:
    sql = "SELECT company_id FROM memberships WHERE (source, member_id) = (?, ?)"
    ((company_id,),) = rows(places.warehouse, sql, *record.split(":", 1))
    return str(company_id)


def merged(places: Places) -> str:
    """A company of several records that the machine has put together."""
    sql = "SELECT company_id FROM companies WHERE n_records > 1 AND NOT is_sole_trader ORDER BY ALL LIMIT 1"
    ((company_id,),) = rows(places.warehouse, sql)
    return str(company_id)


def test_a_company_is_explained_by_its_name_too(published: Places) -> None:
    company_id = merged(published)
    ((name,),) = rows(published.warehouse, "SELECT name FROM companies WHERE company_id = ?", company_id)
    ((bearers,),) = rows(published.warehouse, "SELECT count(*) FROM companies WHERE name = ?", name)
    assert bearers == 1
    assert explain([f" {name.swapcase()} "], published.warehouse) == explain(
        [company_id], published.warehouse
    )


def test_a_decision_is_recorded_replaced_taken_back_and_listed(
    command: Command, pair: tuple[str, str]
) -> None:
    said = command("decide", "same", *pair, "--steward", "st-1", "--reason", "confirmé", "--json")
    assert (said.code, said.json["verdict"]) == (0, "recorded")
    assert said.json["results"][0]["decision_id"] == "D-0001"
    again = command("decide", "même entreprise", *pair[::-1], "--steward", "st-1")
    assert "Déjà décidé (D-0001)" in again.out
    turned = command("decide", "different", *pair, "--steward", "st-2")
    assert "Elle remplace D-0001." in turned.out
    taken = command("decide", "--revoke", "D-0002", "--steward", "st-3", "--json")
    told = {key: taken.json[key] for key in ("verdict", "decision_id", "changed", "again", "revoked_by")}
    assert told == {
        "verdict": "revoked",
        "decision_id": "D-0002",
        "changed": True,
        "again": "D-0001",
        "revoked_by": "st-3",
    }
    listed = command("decide", "--list", "--json").json["decisions"]
    assert [(one["decision"]["decision_id"], one["outcome"]) for one in listed] == [
        ("D-0001", "pending"),
        ("D-0002", "revoked"),
    ]
    assert "« confirmé »" in command("decide", "--list").out


@pytest.mark.slow
def test_the_next_run_follows_it_and_explains_it(
    places: Places, command: Command, pair: tuple[str, str], tmp_path: Path
) -> None:
    before = [company_of(places, record) for record in pair]
    assert len(set(before)) == 2
    kept_apart = command("explain", *pair)
    assert "à juger" in kept_apart.out
    command("decide", "same", *before, "--steward", "st-1")
    run_all(places)
    (company_id,) = {company_of(places, record) for record in pair}
    assert "Réunies dans" in command("explain", *pair).out
    assert "par la décision D-0001" in command("explain", *pair).out
    (retired,) = set(before) - {company_id}
    told = command("explain", retired, "--json").json
    assert (told["company_id"], told["asked"]) == (company_id, retired)
    assert told["retired"]
    assert {member["match_status"] for member in told["members"]} == {"decided"}
    assert f"{company_id} le remplace" in command("explain", retired).out
    listed = command("decide", "--list").out
    assert "— suivie" in listed
    refused = command("decide", "different", company_id, retired, "--steward", "st-1")
    assert (refused.code, "même entreprise publiée" in refused.err) == (2, True)


def grid(pair: tuple[str, str]) -> list[list[str]]:
    (left_source, left), (right_source, right) = (end.split(":", 1) for end in pair)
    good = [left_source, left, right_source, right]
    return [
        ["left_source", "left_member_id", "right_source", "right_member_id", "verdict", "reason"],
        [*good, "different", "=1+1"],
        [left_source, left, "numelink", "jamais-vu", "same", "+1"],
        [*good, "peut-être", "-x"],
        [*good, "different", "@x"],
        [left_source, "", *good[2:], "same", ""],
    ]


def csv_file(path: Path, lines: list[list[str]]) -> Path:
    path.write_text("\r\n".join(";".join(line) for line in lines), encoding="cp1252")
    return path


def json_file(path: Path, lines: list[list[str]]) -> Path:
    content = [json.dumps(dict(zip(lines[0], line, strict=True))) for line in lines]
    # The first line of a table is that of its titles: an empty one keeps the numbers the same.
    path.write_text("\n".join(["", *content[1:]]), encoding="utf-8")
    return path


def workbook(path: Path, lines: list[list[str]]) -> Path:
    book = openpyxl.Workbook()
    for number, line in enumerate(lines, 1):
        for place, text in enumerate(line, 1):
            cell = book.worksheets[0].cell(number, place)
            cell.value, cell.data_type = text, "s"
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("name", "write"),
    [("d.csv", csv_file), ("d.jsonl", json_file), ("d.xlsx", workbook)],
    ids=["csv", "jsonl", "xlsx"],
)
def test_a_file_is_taken_line_by_line(
    places: Places, command: Command, pair: tuple[str, str], tmp_path: Path, name: str, write: Any
) -> None:
    file = write(tmp_path / name, grid(pair))
    said = command("decide", "--file", file, "--steward", "st-1", "--json")
    assert (said.code, said.json["verdict"]) == (2, "partial")
    assert [(one["line"], one["status"]) for one in said.json["results"]] == [
        (2, "recorded"),
        (3, "refused"),
        (4, "refused"),
        (5, "known"),
        (6, "refused"),
    ]
    (recorded,) = read_log(places.state).decisions
    assert (recorded.verdict, recorded.reason) == ("different", "=1+1")
    before = (places.state / FILE).read_bytes()
    words = command("decide", "--file", file, "--steward", "st-1")
    assert "0 décision enregistrée, 2 déjà en vigueur, 3 lignes refusées." in words.out
    refused = f"ligne 3, {pair[0]} et numelink:jamais-vu : Cette fiche n'est pas dans l'entrepôt publié."
    assert refused in words.out
    assert "Attendu : same, different ou unsure" in words.out
    assert (places.state / FILE).read_bytes() == before


BAD_FILES = {
    "no such file": ("absent.csv", None, "ne peut pas être lu"),
    "empty": ("d.csv", b"", "vide"),
    "other columns": ("d.csv", b"Titre;Auteur\nUn livre;Elle\n", "Il manque des colonnes"),
    "only titles": (
        "d.csv",
        b"left_source;left_member_id;right_source;right_member_id;verdict\n",
        "aucune décision",
    ),
    "JSON in another encoding": ("d.jsonl", b'{"reason": "\xe9t\xe9"}\n', "objet JSON"),
    "a PDF": ("d.csv", b"%PDF-1.7 xxxxxxxxxxxxxxxxx", "pas une liste de décisions"),
}


@pytest.mark.parametrize(("name", "content", "told"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_ends_with_two(
    command: Command, places: Places, tmp_path: Path, name: str, content: bytes | None, told: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    said = command("decide", "--file", tmp_path / name, "--steward", "st-1", "--json")
    assert (said.code, said.json["error"]["kind"]) == (2, "InputError")
    assert told in said.err
    assert not (places.state / FILE).exists()


BAD_USE = {
    "nothing": [],
    "one end": ["same", "clustr:CR-1", "--steward", "st-1"],
    "two things at once": ["same", "clustr:CR-1", "numelink:1", "--list"],
    "nobody": ["same", "clustr:CR-1", "numelink:1"],
    "a person": ["same", "clustr:CR-1", "numelink:1", "--steward", "zoe@exemple.fr"],
    "no verdict": ["maybe", "clustr:CR-1", "numelink:1", "--steward", "st-1"],
    "no record": ["same", "CR-1", "numelink:1", "--steward", "st-1"],
    "unknown record": ["same", "clustr:jamais-vu", "numelink:jamais-vu", "--steward", "st-1"],
    "unknown company": ["same", "E-0000000000", "numelink:1", "--steward", "st-1"],
    "unknown decision": ["--revoke", "D-0404", "--steward", "st-1"],
}


def test_lines_that_are_no_json_do_not_stop_the_others(
    command: Command, places: Places, pair: tuple[str, str], tmp_path: Path
) -> None:
    good = json_file(tmp_path / "d.jsonl", grid(pair)[:2]).read_text(encoding="utf-8")
    (tmp_path / "d.jsonl").write_text(f'bonjour\n[1, 2]\n{{"verdict": "same"}}\n{"[" * 5000}\n{good}\n')
    said = command("decide", "--file", tmp_path / "d.jsonl", "--steward", "st-1", "--json")
    assert said.code == 2
    assert [one["status"] for one in said.json["results"]] == ["refused"] * 4 + ["recorded"]
    assert len(read_log(places.state).decisions) == 1


@pytest.mark.parametrize("arguments", BAD_USE.values(), ids=BAD_USE)
def test_bad_use_ends_with_two_and_repeats_no_address(
    command: Command, places: Places, arguments: list[str]
) -> None:
    said = command("decide", *arguments, "--json")
    assert (said.code, said.json["error"]["kind"]) == (2, "InputError")
    assert "zoe@" not in said.out + said.err
    assert read_log(places.state).decisions == ()


def test_a_company_says_why_each_record_is_in_it(places: Places, command: Command, tmp_path: Path) -> None:
    company_id = merged(places)
    said = command("explain", company_id, "--svg", tmp_path / "liens.svg", "--json")
    assert said.code == 0
    told = said.json
    sql = "SELECT source || ':' || member_id, probability FROM memberships WHERE company_id = ? ORDER BY ALL"
    expected = rows(places.warehouse, sql, company_id)
    assert [(one["record"], one["probability"]) for one in told["members"]] == expected
    assert all(one["best"] for one in told["members"])
    assert told["weakest"]["probability"] == pytest.approx(min(probability for _, probability in expected))
    last = told["weakest"]["steps"][-1]
    assert last["probability"] == pytest.approx(told["weakest"]["probability"], abs=1e-5)
    assert ElementTree.parse(tmp_path / "liens.svg").getroot().tag.endswith("svg")
    words = command("explain", told["members"][0]["record"]).out
    assert words.startswith(f"{company_id} : ")
    assert "Le lien le plus faible qui tient l'entreprise" in words


def test_a_pair_that_was_not_kept_is_said_plainly(places: Places, command: Command, tmp_path: Path) -> None:
    sql = """
        SELECT l.source || ':' || l.member_id, r.source || ':' || r.member_id
        FROM memberships AS l
        JOIN memberships AS r ON l.source = 'clustr' AND r.source = 'numelink'
        ANTI JOIN match_pairs ON (left_source, left_member_id, right_source, right_member_id)
            = (l.source, l.member_id, r.source, r.member_id)
        ORDER BY ALL
        LIMIT 1
    """
    (pair,) = rows(places.warehouse, sql)
    said = command("explain", *pair)
    assert (said.code, "n'a pas été gardée" in said.out) == (0, True)
    assert command("explain", *pair, "--json").json["link"] is None
    drawn = command("explain", *pair, "--svg", tmp_path / "rien.svg")
    assert (drawn.code, (tmp_path / "rien.svg").exists()) == (2, False)
    assert "n'a pas été gardée" in drawn.out


def test_two_records_are_told_by_name_town_and_company(
    places: Places, command: Command, pair: tuple[str, str]
) -> None:
    out = command("explain", *pair).out
    for record in pair:
        sql = "SELECT name, city, company_id FROM companies WHERE company_id = ?"
        ((name, town, company_id),) = rows(places.warehouse, sql, company_of(places, record))
        assert f"{record} : {name}" in out
        assert all(part in out for part in (town or "", company_id))
    assert [face["record"] for face in command("explain", *pair, "--json").json["faces"]] == list(pair)


def test_case_and_spaces_of_an_id_do_not_matter(
    places: Places, command: Command, pair: tuple[str, str]
) -> None:
    loose = [record.upper().replace(":", ": ") for record in pair]
    assert command("explain", *loose).out == command("explain", *pair).out
    company_id = company_of(places, pair[0])
    assert command("explain", company_id.lower()).out == command("explain", company_id).out
    said = command("decide", "same", *loose, "--steward", "st-1", "--json")
    assert (said.json["results"][0]["left"], said.json["results"][0]["right"]) == pair
    assert command("decide", "--revoke", "d-1", "--steward", "st-1", "--json").json["decision_id"] == "D-0001"


def test_a_drawing_says_where_it_lies_and_whom_it_is_about(
    places: Places, command: Command, pair: tuple[str, str], tmp_path: Path
) -> None:
    drawing = tmp_path / "liens.svg"
    assert f"Dessin écrit : {drawing}" in command("explain", *pair, "--svg", drawing).out
    told = "".join(ElementTree.parse(drawing).getroot().itertext())
    faces = command("explain", *pair, "--json").json["faces"]
    assert all(face["name"][:30] in told for face in faces)
    assert "tant que personne n'a tranché" in told
    nowhere = command("explain", *pair, "--svg", tmp_path / "absent" / "liens.svg")
    assert (nowhere.code, ".next-" in nowhere.err) == (2, False)


def test_a_record_alone_is_said_to_be_alone(command: Command, pair: tuple[str, str]) -> None:
    out = command("explain", pair[0]).out
    assert "Sa seule fiche" in out
    assert "aucune autre fiche n'est réunie avec elle" in out


def test_before_a_run_the_list_tells_what_is_replaced_or_contradicted(
    command: Command, pair: tuple[str, str]
) -> None:
    command("decide", "same", *pair, "--steward", "st-1")
    command("decide", "different", *pair, "--steward", "st-1")
    command("decide", "same", pair[0], "clustr:à-venir", "--steward", "st-1", "--force")
    command("decide", "same", pair[1], "clustr:à-venir", "--steward", "st-1", "--force")
    listed = command("decide", "--list", "--json").json["decisions"]
    assert [(one["outcome"], one["against"]) for one in listed] == [
        ("replaced", "D-0002"),
        ("pending", None),
        ("pending_contradicted", "D-0002"),
        ("pending_contradicted", "D-0002"),
    ]
    out = command("decide", "--list").out
    assert "— remplacée par D-0002" in out
    assert "mais contredite par D-0002" in out


def test_both_orders_of_a_pair_say_the_same(places: Places, pair: tuple[str, str]) -> None:
    one, other = (explain(ends, places.warehouse) for ends in (pair, pair[::-1]))
    assert one.model_dump()["link"] == other.model_dump()["link"]
    assert one.model_dump()["conclusion"] == other.model_dump()["conclusion"]


@pytest.mark.parametrize(
    "what",
    [["E-0000000000"], ["bonjour"], ["clustr:jamais-vu"], ["a:1", "b:2", "c:3"]],
    ids=["company", "neither", "record", "too many"],
)
def test_the_unknown_ends_with_two(command: Command, what: list[str]) -> None:
    said = command("explain", *what, "--json")
    assert (said.code, said.json["error"]["kind"]) == (2, "InputError")
    assert said.json["error"]["expected"]


def test_a_drawing_never_replaces_another_kind_of_file(places: Places, command: Command) -> None:
    before = places.warehouse.read_bytes()
    assert command("explain", merged(places), "--svg", places.warehouse).code == 2
    assert places.warehouse.read_bytes() == before


def test_without_a_warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    where = ["--warehouse", tmp_path / "w.duckdb"]
    said = call("explain", "E-0000000000", *where, monkeypatch=monkeypatch, capsys=capsys)
    assert (said.code, "pas d'entrepôt" in said.err) == (2, True)
    forced = ["decide", "same", "a:1", "b:2", "--steward", "st-1", "--force", "--state", tmp_path]
    assert call(*forced, *where, monkeypatch=monkeypatch, capsys=capsys).code == 0
    assert len(read_log(tmp_path).decisions) == 1


def test_names_of_sole_traders_are_not_shown(places: Places) -> None:
    company_id = merged(places)
    ((name,),) = rows(places.warehouse, "SELECT name FROM companies WHERE company_id = ?", company_id)
    assert name in as_text(explain([company_id], places.warehouse))
    with connect(places.warehouse) as con:
        con.execute("UPDATE companies SET is_sole_trader = true WHERE company_id = ?", [company_id])
    assert name not in as_text(explain([company_id], places.warehouse))
