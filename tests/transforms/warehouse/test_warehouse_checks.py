"""The last checks: each finds its own kind of damage, and nothing else is accused."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import warehouse_builds as builds

from transforms.errors import GateError
from transforms.warehouse import checks, screen, stage
from transforms.warehouse.stage import PublishParameters

DAMAGE = {
    "membership_company": "UPDATE memberships SET company_id = 'C7' WHERE member_id = '7'",
    "company_membership": "DELETE FROM memberships WHERE company_id = 'C3'",
    "company_n_records": "UPDATE companies SET n_records = 5 WHERE company_id = 'C1'",
    "company_active": "UPDATE companies SET in_numelink = false WHERE company_id = 'C1'",
    "company_two_siren": "UPDATE build.standard.records SET siren = '404833048' WHERE member_id = '7'",
    "record_membership": "DELETE FROM build.standard.records WHERE member_id = '8'",
    "pair_membership": "UPDATE match_pairs SET right_member_id = '99'",
    "alias_retired": "UPDATE company_aliases SET retired_id = 'C2'",
    "fees_records": "UPDATE build.standard.records SET fee_eur = 80.01 WHERE member_id = 'A2'",
    "fees_companies": "UPDATE companies SET fee_eur = NULL WHERE company_id = 'C1'",
    "marts_total": "UPDATE territories SET companies = 7 WHERE territory = 'lyon'",
    "board_members": "UPDATE board_seats SET members = 7 WHERE territory = 'lyon'",
    "board_total": "UPDATE board_seats_by_college SET seats = 27",
    "board_fees": "UPDATE board_seats_by_founder SET fee_eur = fee_eur + 1 WHERE rule = 'shared'",
    "rejected_rows_complete": "DELETE FROM rejected_rows WHERE rejection_no = 1",
    "personal_values": "UPDATE rejected_rows SET value = 'en clair' WHERE rejection_no = 2",
    "lineage_complete": "DELETE FROM lineage WHERE company_id = 'C1' AND field = 'name'",
    "copy_sources": "DELETE FROM build.raw.sources WHERE source = 'numelink'",
}

# Damage that rightly shows in a second place: a total that moves, a number of rows.
ALSO = {
    "membership_company": {"company_n_records", "company_active", "fees_companies", "pair_membership"},
    "company_membership": {"record_membership", "pair_membership", "copy_memberships"},
    "fees_companies": {"marts_total", "lineage_complete"},
    "lineage_complete": {"copy_lineage"},
}


@pytest.fixture
def con(build: Path, published: PublishParameters) -> Iterator[duckdb.DuckDBPyConnection]:
    """Copies in memory, without keys that would prevent the damage."""
    files = {
        "build": build,
        "contacts": published.warehouse.with_name("contacts.duckdb"),
        "warehouse": published.warehouse,
    }
    with duckdb.connect() as opened:
        screen.prepare(opened)
        for name, path in files.items():
            opened.execute(f"ATTACH '{path}' AS original_{name} (READ_ONLY)")
            opened.execute(f"ATTACH ':memory:' AS {name}")
            for schema, table in _tables(opened, f"original_{name}"):
                opened.execute(f"CREATE SCHEMA IF NOT EXISTS {name}.{schema}")
                opened.execute(
                    f"CREATE TABLE {name}.{schema}.{table} AS FROM original_{name}.{schema}.{table}"
                )
        opened.execute("USE warehouse")
        yield opened


def _tables(con: duckdb.DuckDBPyConnection, name: str) -> list[tuple[str, str]]:
    query = "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = ?"
    return con.execute(query, [name]).fetchall()


def accused(con: duckdb.DuckDBPyConnection) -> set[str]:
    try:
        checks.run_checks(con)
    except GateError as error:
        return {part.partition(" : ")[0] for part in str(error.found).split(" ; ")}
    return set()


def test_a_sound_warehouse_passes_every_check(con: duckdb.DuckDBPyConnection) -> None:
    assert checks.run_checks(con) == len(list(checks.all_checks(("clustr", "numelink"))))


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_found_by_its_check(name: str, con: duckdb.DuckDBPyConnection) -> None:
    con.execute(DAMAGE[name])
    found = accused(con)
    assert name in found
    assert found - {name} <= ALSO.get(name, set())


def test_the_message_names_culprits_and_what_to_do(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(DAMAGE["company_n_records"])
    with pytest.raises(GateError) as caught:
        checks.run_checks(con)
    assert "C1" in str(caught.value.found)
    assert "n'a pas changé" in str(caught.value.next_step)


@pytest.mark.parametrize("field", ["jobs_kind", "in_clustr", "siren_status"])
def test_every_business_column_needs_its_origin(field: str, con: duckdb.DuckDBPyConnection) -> None:
    con.execute("UPDATE lineage SET field = 'nowhere' WHERE company_id = 'C1' AND field = ?", [field])
    assert accused(con) == {"lineage_complete"}


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("companies", "name = 'Lumen 04 78 00 11 22'"),
        ("memberships", "college = 'lena@lumen.example'"),
        ("memberships", "status_exported = 'voir +33 4 78 00 11 22'"),
        ("lineage", "raw_value = 'lena@lumen.example'"),
        ("rejected_rows", "value = '0478001122'"),
        (
            "lineage",
            "alternatives = [{'source': 'clustr', 'member_id': 'A1', 'source_row': 1, "
            "'raw_value': 'Tél. 04.78.00.11.22', 'value': NULL}]",
        ),
    ],
)
def test_a_way_to_reach_a_person_is_found_and_not_repeated(
    table: str, change: str, con: duckdb.DuckDBPyConnection
) -> None:
    con.execute(f"UPDATE {table} SET {change}")
    with pytest.raises(GateError) as caught:
        checks.run_checks(con)
    assert "no_contact : une adresse électronique" in str(caught.value.found)
    assert not any(value in str(caught.value) for value in ("lena", "11 22", "11.22", "1122"))


def test_what_stands_in_a_text_is_masked_and_does_not_stop_the_night(tmp_path: Path) -> None:
    college = "Prestataires, 04 78 00 11 22"
    first, *others = builds.MEMBERS
    build = builds.write_build(
        tmp_path / "b.duckdb",
        members=[{**first, "college": college, "status_exported": "actif"}, *others],
        companies={**builds.COMPANIES, "C1": {**builds.COMPANIES["C1"], "name": "Lumen 04 78 00 11 22"}},
    )
    with duckdb.connect(str(build)) as con:
        con.execute(
            """
            UPDATE golden.lineage SET
                raw_value = 'Lumen lena@lumen.example',
                alternatives = [{
                    'source': 'clustr', 'member_id': 'A1', 'source_row': 1,
                    'raw_value': '12, tél. 04.78.00.11.22', 'value': 'Lumen 0478001122'
                }]
            """
        )
    parameters = builds.parameters(tmp_path)
    stage.run(build, parameters)
    with duckdb.connect(str(parameters.warehouse), read_only=True) as con:
        said = "raw_value, alternatives[1].raw_value, alternatives[1].value"
        cells = con.execute(f"SELECT DISTINCT {said} FROM lineage").fetchall()
        told = con.execute(
            "SELECT college, status_exported FROM memberships WHERE member_id = 'A1'"
        ).fetchall()
        names = con.execute(
            "SELECT name FROM companies UNION SELECT value FROM lineage WHERE field = 'name' ORDER BY ALL"
        ).fetchall()
    assert told == [("Prestataires, …", "actif")]
    assert cells == [("Lumen …", "12, tél. …", "Lumen …")]
    assert names == [("Boréal Services",), ("Cyan Conseil",), ("Lumen …",)]


def test_a_broken_build_is_refused_and_the_old_warehouse_stays(tmp_path: Path) -> None:
    sound = builds.write_build(tmp_path / "sound.duckdb")
    stage.run(sound, builds.parameters(tmp_path, "r1"))
    before = _content(tmp_path)
    broken = builds.write_build(tmp_path / "broken.duckdb")
    with duckdb.connect(str(broken)) as con:
        con.execute("UPDATE golden.companies SET n_records = 9")
    with pytest.raises(GateError, match="incohérent"):
        stage.run(broken, builds.parameters(tmp_path, "r2"))
    assert _content(tmp_path) == before


def test_a_broken_key_is_refused_in_words_too(tmp_path: Path) -> None:
    build = builds.write_build(tmp_path / "b.duckdb")
    with duckdb.connect(str(build)) as con:
        con.execute("UPDATE golden.memberships SET company_id = 'C404' WHERE member_id = '7'")
    with pytest.raises(GateError, match="C404"):
        stage.run(build, builds.parameters(tmp_path))
    assert not any(_content(tmp_path))


def _content(folder: Path) -> dict[str, bytes]:
    places = (folder / "clean", folder / "state")
    return {str(path): path.read_bytes() for place in places for path in place.rglob("*") if path.is_file()}
