"""The register's files: read as written, missing ones empty, damaged ones named with their line."""

import csv
from pathlib import Path

import duckdb
import pytest
import warehouse_builds as builds

from transforms.errors import InputError
from transforms.warehouse.register import (
    ALIAS_COLUMNS,
    ALIASES_FILE,
    KEY_FILE,
    REGISTER_COLUMNS,
    REGISTER_FILE,
    first_rows,
    read_aliases,
    read_fingerprint_key,
    read_register,
)
from transforms.warehouse.state import stage_register

A, B, C = "E-AAAAAAAAAA", "E-BBBBBBBBBB", "E-CCCCCCCCCC"
# Never renumbered, and nothing known but the number.
NO_TRAITS = ",,,,,,,"
REGISTER_HEADER, ALIAS_HEADER = ",".join(REGISTER_COLUMNS), ",".join(ALIAS_COLUMNS)


def register_of(folder: Path, *lines: str) -> Path:
    (folder / REGISTER_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def aliases_of(folder: Path, *lines: str) -> Path:
    (folder / ALIASES_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_missing_files_are_an_empty_register(tmp_path: Path) -> None:
    assert list(read_register(tmp_path / "none").columns) == REGISTER_COLUMNS
    assert read_register(tmp_path).empty
    assert read_aliases(tmp_path).empty


def test_values_stay_text(tmp_path: Path) -> None:
    folder = register_of(
        tmp_path, REGISTER_HEADER, f'north,"007,b",{A},r1,r2{NO_TRAITS}', f"north,NA,{A},r1,r2{NO_TRAITS}"
    )
    assert read_register(folder)["member_id"].tolist() == ["007,b", "NA"]


NUMBERS = ("=1+1", "+33", "-5", "@SUM(1)", "\t=1", "'=1", "'70", "A-1", "70'")


def test_no_number_is_a_formula_in_the_file_and_all_come_back(tmp_path: Path) -> None:
    members = [
        {**builds.member("north", number, "C1"), "origin_member_id": f"{number}0"} for number in NUMBERS
    ]
    build = builds.write_build(
        tmp_path / "build.duckdb",
        members=members,
        companies={"C1": {"name": "Atelier Lumen"}},
        golden_register=[{**one, "company_id": A, "first_run": "r0", "last_run": "r1"} for one in members],
    )
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{build}' AS build (READ_ONLY)")
        stage_register(con, tmp_path)
    with (tmp_path / REGISTER_FILE).open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    found = read_register(tmp_path)
    assert sorted(found["member_id"]) == sorted(NUMBERS)
    assert found["origin_member_id"].tolist() == [f"{number}0" for number in found["member_id"]]


def test_what_is_not_known_is_missing(tmp_path: Path) -> None:
    folder = register_of(tmp_path, REGISTER_HEADER, f"north,2,{A},r1,r2,1,r0,,abc,,,")
    row = read_register(folder).iloc[0]
    assert (row["origin_member_id"], row["origin_run"], row["name"]) == ("1", "r0", "abc")
    assert row[["siren", "address", "phone", "domain"]].isna().all()


def test_a_number_may_have_had_two_bearers(tmp_path: Path) -> None:
    rows = [f"north,1,{A},r1,r1{NO_TRAITS}", f"north,1,{B},r2,r2{NO_TRAITS}"]
    assert read_register(register_of(tmp_path, REGISTER_HEADER, *rows))["company_id"].tolist() == [A, B]


def test_the_rows_of_a_member_have_its_first_row_in_common(tmp_path: Path) -> None:
    """The forge bore 1, then 5; the mill took 1, then bore 7; what the register lost is not missed."""
    rows = [
        f"north,1,{A},r1,r1{NO_TRAITS}",
        f"north,1,{B},r2,r2{NO_TRAITS}",
        f"north,5,{A},r2,r2,1,r1,,,,,",
        f"north,7,{B},r3,r3,1,r2,,,,,",
        f"north,9,{C},r3,r3,8,r2,,,,,",
    ]
    register = read_register(register_of(tmp_path, REGISTER_HEADER, *rows))
    assert first_rows(register).tolist() == [0, 1, 0, 1, 4]


def test_the_key_of_the_fingerprints(tmp_path: Path) -> None:
    assert read_fingerprint_key(tmp_path) is None
    (tmp_path / KEY_FILE).write_text("fingerprint_key\n0a1b\n", encoding="utf-8")
    assert read_fingerprint_key(tmp_path) == "0a1b"


def test_chains_are_followed_to_their_end(tmp_path: Path) -> None:
    folder = aliases_of(tmp_path, ALIAS_HEADER, f"{A},{B},r1,fusion", f"{B},{C},r2,fusion")
    assert read_aliases(folder)["company_id"].tolist() == [C, C]


DAMAGED = {
    "empty file": ([""], 1),
    "another header": (["source;member_id", f"north,1,{A},r1,r1"], 1),
    "a line cut short": ([REGISTER_HEADER, f"north,1,{A},r1,r1{NO_TRAITS}", "north,2"], 3),
    "a value lost": ([REGISTER_HEADER, f"north,,{A},r1,r1{NO_TRAITS}"], 2),
    "no company id": ([REGISTER_HEADER, f"north,1,E-AAAAAAAAAI,r1,r1{NO_TRAITS}"], 2),
    "a record twice": (
        [REGISTER_HEADER, f"north,1,{A},r1,r1{NO_TRAITS}", f"north,1,{B},r1,r1{NO_TRAITS}"],
        3,
    ),
    "a quote left open": ([REGISTER_HEADER, f'north,"1,{A},r1,r1{NO_TRAITS}'], 2),
}


@pytest.mark.parametrize(("lines", "line"), DAMAGED.values(), ids=DAMAGED)
def test_damage_is_named_with_its_line(tmp_path: Path, lines: list[str], line: int) -> None:
    with pytest.raises(InputError, match=rf"company_ids\.csv, ligne {line}\b"):
        read_register(register_of(tmp_path, *lines))


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / REGISTER_FILE).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="illisible"):
        read_register(tmp_path)


@pytest.mark.parametrize(
    "lines",
    [[f"{A},{A},r1,fusion"], [f"{C},{A},r1,fusion", f"{A},{B},r1,fusion", f"{B},{A},r1,fusion"]],
    ids=["itself", "a circle"],
)
def test_an_alias_that_leads_back_to_itself(tmp_path: Path, lines: list[str]) -> None:
    with pytest.raises(InputError, match="renvoie à lui-même"):
        read_aliases(aliases_of(tmp_path, ALIAS_HEADER, *lines))
