from datetime import date
from pathlib import Path

import pytest
import yaml

from transforms.errors import InputError
from transforms.sources.contract import load_contract, load_contracts

GOOD = {
    "source": "essai",
    "title": "Réseau d'essai",
    "priority": 3,
    "folder": "essai",
    "files": ["*.csv", "*.txt"],
    "format": "csv",
    "active": {"field": "status", "values": ["Actif"]},
    "columns": [
        {"field": "member_id", "header": "Code", "type": "code", "key": True, "required": True},
        {"field": "name", "header": "Nom", "type": "text", "required": True},
        {"field": "status", "header": "État", "type": "category"},
    ],
}


def written(into: Path, name: str = "essai.yml", /, **changes: object) -> Path:
    path = into / name
    said = {key: value for key, value in {**GOOD, **changes}.items() if value is not ...}
    path.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    return path


def test_the_project_s_contracts_are_valid_and_sorted_by_priority():
    assert [contract.source for contract in load_contracts()][:2] == ["clustr", "numelink"]


def test_a_contract_says_what_it_says(tmp_path):
    contract = load_contract(written(tmp_path, closed_on=date(2026, 1, 1)))
    assert contract.files == ("*.csv", "*.txt")
    assert contract.key_field == "member_id"
    assert not contract.no_duplicates
    assert contract.closed(date(2026, 1, 1))
    assert not contract.closed(date(2025, 12, 31))


CODE = GOOD["columns"][0]
NAME = GOOD["columns"][1]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        pytest.param({"format": "pdf"}, ["format", "'csv'", "'excel'", "« pdf »"], id="unknown format"),
        pytest.param({"colour": "blue"}, ["colour", "clé inconnue"], id="unknown key"),
        pytest.param({"title": ...}, ["title", "clé absente"], id="missing key"),
        pytest.param({"source": "Été 1"}, ["source", "minuscules"], id="not a slug"),
        pytest.param({"folder": "../elsewhere"}, ["folder", "dossier"], id="folder outside"),
        pytest.param({"founder": "peut-être"}, ["founder", "true, false"], id="not a boolean"),
        pytest.param({"files": []}, ["files", "au moins un"], id="no pattern"),
        pytest.param(
            {"active": "all", "columns": [CODE, {**NAME, "field": "nom"}]},
            ["columns.2.field", "champ inconnu", "trade_name"],
            id="unknown field",
        ),
        pytest.param(
            {"active": "all", "columns": [CODE, {**NAME, "unit": "$"}]},
            ["columns.2.unit", "'€'", "'k€'"],
            id="unknown unit",
        ),
        pytest.param({"active": "all", "columns": [NAME]}, ["key: true", "aucune"], id="no key"),
        pytest.param({"active": "all", "columns": [CODE, NAME, NAME]}, ["deux fois", "name"], id="twice"),
        pytest.param({"active": "all", "columns": [CODE]}, ["raison sociale"], id="no name"),
        pytest.param({"columns": [CODE, NAME]}, ["status", "member_id, name"], id="active without column"),
    ],
)
def test_a_wrong_contract_is_refused_by_key_and_allowed_values(tmp_path, changes, named):
    with pytest.raises(InputError) as refused:
        load_contract(written(tmp_path, **changes))
    text = str(refused.value)
    assert "essai.yml" in text
    assert all(words in text for words in named), text


@pytest.mark.parametrize(
    "content", [b"a: [", b"\xff\xfe\x00", b"[]", b""], ids=["yaml", "bytes", "list", "empty"]
)
def test_what_is_no_contract_is_refused(tmp_path, content):
    path = tmp_path / "x.yml"
    path.write_bytes(content)
    with pytest.raises(InputError):
        load_contract(path)


def test_two_contracts_may_not_share_a_folder(tmp_path):
    written(tmp_path, "a.yml")
    written(tmp_path, "b.yml", source="autre")
    with pytest.raises(InputError, match="folder: essai"):
        load_contracts(tmp_path)


def test_a_folder_without_contract_is_refused(tmp_path):
    with pytest.raises(InputError, match="Aucun contrat"):
        load_contracts(tmp_path)
