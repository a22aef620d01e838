"""The published warehouse as people name what is in it: records, companies, retired ids."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb

from flows.todays_numbers import todays_numbers
from transforms.errors import InputError
from transforms.matching.decisions.decision import Record
from transforms.matching.decisions.known import KnownRecords
from transforms.matching.decisions.proposals import record_text
from transforms.warehouse.reading import opened
from transforms.warehouse.register import ID_ALPHABET

_COMPANY_ID = re.compile(f"E-[{ID_ALPHABET}]{{10}}")
_SIRENS = """
SELECT source, member_id, value
FROM lineage
WHERE field = 'siren'
UNION ALL
SELECT other.source, other.member_id, other.value
FROM (SELECT unnest(alternatives) AS other FROM lineage WHERE field = 'siren')
WHERE other.value IS NOT NULL
"""
_MEANT = """
SELECT source, member_id
FROM memberships
WHERE (lower(source), lower(member_id)) = (lower(?), lower(?))
"""
_NEAREST_COMPANIES = """
SELECT company_id
FROM companies
ORDER BY levenshtein(company_id, ?), company_id
LIMIT 3
"""

_CLOSEST = """
WITH ends AS (
    SELECT left_source, left_member_id, right_source, right_member_id, probability
    FROM match_pairs
    UNION ALL
    SELECT right_source, right_member_id, left_source, left_member_id, probability
    FROM match_pairs
)
SELECT * EXCLUDE (probability)
FROM ends
WHERE list_contains($left_keys, left_source || ':' || left_member_id)
    AND list_contains($right_keys, right_source || ':' || right_member_id)
ORDER BY probability DESC, left_source, left_member_id, right_source, right_member_id
LIMIT 1
"""


@dataclass(frozen=True)
class Company:
    """A company that somebody named, perhaps by an id that was retired.

    Attributes:
        company_id: its id today.
        asked: the id that was given.
        retired: why `asked` was retired (French), None if it was not.
    """

    company_id: str
    asked: str
    retired: str | None = None


def known_records(warehouse: Path, state: Path) -> KnownRecords:
    """The records of the published file, with their companies, their SIREN and the numbers they bore once.

    Nothing where there is no file.

    Raises:
        InputError: it is no warehouse of ours, or the register of `state` is damaged.
        MachineError: it cannot be read.
    """
    if not warehouse.exists():
        return KnownRecords()
    with opened(warehouse) as con:
        sirens = con.execute(_SIRENS).fetchall()
        companies = _companies(con)
    return KnownRecords(
        companies=companies,
        sirens={(source, number): siren for source, number, siren in sirens},
        numbers=todays_numbers(warehouse, state, companies),
    )


def _companies(con: duckdb.DuckDBPyConnection) -> dict[Record, str]:
    members = con.execute("SELECT source, member_id, company_id FROM memberships").fetchall()
    return {(source, number): company_id for source, number, company_id in members}


def sirens_of(con: duckdb.DuckDBPyConnection, records: Collection[Record]) -> list[str]:
    """The different SIREN that published records give, in order."""
    asked = [list(record) for record in records]
    query = f"SELECT DISTINCT value FROM ({_SIRENS}) WHERE [source, member_id] IN (SELECT unnest(?))"
    found = con.execute(query, [asked]).fetchall()
    return sorted(siren for (siren,) in found)


def is_company_id(text: str) -> bool:
    """Whether `text` has the form of a company id, in whatever case."""
    return _COMPANY_ID.fullmatch(text.strip().upper()) is not None


def as_record(text: str) -> Record:
    """The record that people write as `source:member_id`.

    Raises:
        InputError: it is not of this form.
    """
    source, colon, number = map(str.strip, text.partition(":"))
    if not (source and colon and number):
        raise InputError(
            "Ceci ne désigne ni une fiche ni une entreprise.",
            found=text,
            expected="une fiche, par exemple clustr:CR-0059, ou un identifiant tel que E-7K3MQ9XT2B",
            next_step="écrire le réseau, deux-points, puis le numéro d'adhérent",
        )
    return source, number


def meant(con: duckdb.DuckDBPyConnection, record: Record) -> Record:
    """The published record that `record` names, in whatever case where that leaves one; else itself."""
    found = con.execute(_MEANT, list(record)).fetchall()
    exact = [row for row in found if row == record]
    source, number = exact[0] if exact else found[0] if len(found) == 1 else record
    return source, number


def company(con: duckdb.DuckDBPyConnection, asked: str) -> Company:
    """The company that `asked` names; a retired id leads to the one that replaces it.

    Raises:
        InputError: no company has or had this id, or it has left.
    """
    asked = asked.strip().upper()
    retired = con.execute(
        "SELECT company_id, reason FROM company_aliases WHERE retired_id = ?", [asked]
    ).fetchall()
    found = Company(*((retired[0][0], asked, retired[0][1]) if retired else (asked, asked)))
    if con.execute("SELECT 1 FROM companies WHERE company_id = ?", [found.company_id]).fetchall():
        return found
    near = [name for (name,) in con.execute(_NEAREST_COMPANIES, [asked]).fetchall()]
    raise InputError(
        "Aucune entreprise publiée ne porte cet identifiant.",
        found=f"{asked}, remplacé par {found.company_id}, qui n'y est plus" if retired else asked,
        expected=f"par exemple {', '.join(near)}" if near else "rien : l'entrepôt est vide",
        next_step="vérifier l'identifiant ; une entreprise partie reste dans les versions conservées",
    )


def company_of(con: duckdb.DuckDBPyConnection, text: str) -> str:
    """The id of the published company that `text` names: by its id, a retired one too, or by a record of it.

    Raises:
        InputError: `text` is neither, or there is no such company or record.
    """
    if is_company_id(text):
        return company(con, text).company_id
    return company_of_record(con, meant(con, as_record(text)))


def company_of_record(con: duckdb.DuckDBPyConnection, record: Record) -> str:
    """The id of the published company that a record belongs to.

    Raises:
        InputError: there is no such record.
    """
    found = con.execute(
        "SELECT company_id FROM memberships WHERE (source, member_id) = (?, ?)", list(record)
    ).fetchall()
    if found:
        return str(found[0][0])
    raise InputError(
        "Cette fiche n'est pas dans l'entrepôt publié.",
        found=record_text(record),
        expected=KnownRecords(companies=_companies(con)).nearest(record),
        next_step="vérifier le réseau et le numéro d'adhérent",
    )


def records_of(con: duckdb.DuckDBPyConnection, text: str) -> list[Record]:
    """The records that `text` stands for: one, or those of a company, in order of key.

    Raises:
        InputError: `text` is neither; no such company.
    """
    if not is_company_id(text):
        return [meant(con, as_record(text))]
    found = con.execute(
        "SELECT source, member_id FROM memberships WHERE company_id = ? ORDER BY ALL",
        [company(con, text).company_id],
    ).fetchall()
    return [(source, number) for source, number in found]


def two_records(con: duckdb.DuckDBPyConnection, left: str, right: str) -> tuple[Record, Record]:
    """One record of each side: of a company the one that is closest to the other side.

    Where no pair between the two sides was kept, the record with the smallest key stands for a company.

    Raises:
        InputError: a side is neither a record nor a company, or the two sides share a record.
    """
    sides = [records_of(con, end) for end in (left, right)]
    if set(sides[0]) & set(sides[1]):
        two = sorted({*sides[0], *sides[1]})[:2]
        raise InputError(
            "Les deux côtés désignent la même entreprise publiée.",
            found=f"{left} et {right}",
            expected="deux entreprises, ou deux fiches",
            next_step="nommer deux de ses fiches"
            if len(two) < 2
            else f"nommer deux de ses fiches, par exemple {' et '.join(map(record_text, two))}",
        )
    keys = {
        f"{side}_keys": list(map(record_text, ends))
        for side, ends in zip(("left", "right"), sides, strict=True)
    }
    found = con.execute(_CLOSEST, keys).fetchall()
    if not found:
        return sides[0][0], sides[1][0]
    ((left_source, left_number, right_source, right_number),) = found
    return (left_source, left_number), (right_source, right_number)
