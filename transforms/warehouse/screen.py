"""Ways to reach a person that stand in free text: masked in what is published, and looked for in it after."""

from collections.abc import Callable, Iterator
from functools import partial

import duckdb

from transforms import personal
from transforms.suppression.persons import Persons
from transforms.warehouse.tables import Column, Table, literal

# These hold no free text; hexadecimal digits and the time in a run's id may look like a telephone number.
_NO_TEXT = frozenset(
    (
        *("company_id", "related_id", "other_id", "source", "member_id", "siren"),
        *("linked_source", "linked_member_id", "rule", "sha256", "code_version"),
        *("run_id", "from_run_id", "to_run_id", "restored_run_id"),
    )
)
# A quick sieve that lets every e-mail address and every telephone number through. Most texts are too short
# for the one and have no sign of the other: to see that takes half the time of a pattern.
_TEN_DIGITS = r"(?:[0-9][^0-9]{0,4}){9}[0-9]"
_SIEVE = f"contains(text, '@') OR strlen(text) > 9 AND regexp_matches(text, {literal(_TEN_DIGITS)})"

# Lists of structs, by column: their fields that hold free text.
_FIELDS = {"alternatives": ("raw_value", "value")}


# What a company is called may be a person's name; its site is as public as its name.
_COMPANY_NAMES = ("name", "trade_name", "website")


def prepare(con: duckdb.DuckDBPyConnection, persons: Persons | None = None) -> None:
    """Give `con` the functions `holds_contact(text)` and `without_contacts(text)`; null stays null.

    What they look for is defined in `transforms.personal`. `names_person` and `without_persons` look for
    the names of `persons`, contacts whom a cell of another purpose names.
    """
    con.create_function("_contains_contact", personal.contains_contact, ["VARCHAR"], "BOOLEAN")
    con.create_function("_mask_contacts", personal.mask, ["VARCHAR"], "VARCHAR")
    con.execute(
        f"""
        CREATE TEMP MACRO holds_contact(text) AS
            CASE WHEN {_SIEVE} THEN _contains_contact(text) ELSE text IS NOT NULL AND false END;
        CREATE TEMP MACRO without_contacts(text) AS
            CASE WHEN {_SIEVE} THEN _mask_contacts(text) ELSE text END;
        """
    )
    _prepare_persons(con, persons or Persons())


def _prepare_persons(con: duckdb.DuckDBPyConnection, persons: Persons) -> None:
    con.create_function("_names_person", persons.named_in, ["VARCHAR"], "BOOLEAN")
    con.create_function("_mask_persons", persons.masked, ["VARCHAR"], "VARCHAR")
    folded = "strip_accents(lower(text))"
    sieve = " OR ".join(f"contains({folded}, {literal(word)})" for word in persons.words) or "false"
    con.execute(
        f"""
        CREATE TEMP MACRO names_person(text) AS
            CASE WHEN {sieve} THEN _names_person(text) ELSE false END;
        CREATE TEMP MACRO without_persons(text) AS
            without_contacts(CASE WHEN {sieve} THEN _mask_persons(text) ELSE text END);
        """
    )


def masked(table: Table, relation: str) -> str:
    """The rows of `relation` for `table`, texts with « … » for each e-mail address or telephone."""
    replaced = [
        f'{_masked(table, column.name, _masked_text(column.name))} AS "{column.name}"'
        for column in _texts(table)
    ]
    replaced += [
        f'{_masked(table, name, partial(_masked_structs, name, fields))} AS "{name}"'
        for name, fields in _structs(table)
    ]
    return f"(SELECT * REPLACE ({', '.join(replaced)}) FROM {relation})" if replaced else relation


def findings(table: Table) -> Iterator[str]:
    """For each text of `table`: a condition that holds for the rows with a way to reach a person."""
    for column in _texts(table):
        yield f'holds_contact("{column.name}")'
    for name, fields in _structs(table):
        any_field = " OR ".join(f"holds_contact(one.{field})" for field in fields)
        yield f"len(list_filter({name}, lambda one: coalesce({any_field}, false))) > 0"


def _texts(table: Table) -> Iterator[Column]:
    for column in table.columns:
        if column.type == "VARCHAR" and column.name not in (*table.key, *_NO_TEXT):
            yield column


def _structs(table: Table) -> Iterator[tuple[str, tuple[str, ...]]]:
    for column in table.columns:
        if column.name in _FIELDS:
            yield column.name, _FIELDS[column.name]


def _masked(table: Table, name: str, masked_by: Callable[[str], str]) -> str:
    """A column without persons; without contacts alone where it says what a company is called."""
    if name in _COMPANY_NAMES:
        return masked_by("without_contacts")
    if "field" not in table.column_names:
        return masked_by("without_persons")
    fields = ", ".join(map(literal, _COMPANY_NAMES))
    company, other = masked_by("without_contacts"), masked_by("without_persons")
    return f"CASE WHEN field IN ({fields}) THEN {company} ELSE {other} END"


def _masked_text(name: str) -> Callable[[str], str]:
    return lambda function: f'{function}("{name}")'


def _masked_structs(name: str, fields: tuple[str, ...], function: str) -> str:
    updates = ", ".join(f"{field} := {function}(one.{field})" for field in fields)
    return f"list_transform({name}, lambda one: struct_update(one, {updates}))"
