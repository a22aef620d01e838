"""Laws of the rule that names what happened to a company, over invented pairs of warehouses."""

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.warehouse.changes import KINDS, Change, changes_query

Grouping = dict[str, str]
# Which company each record belongs to; a record that is missing has left or has not come yet.
GROUPINGS = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(["C1", "C2", "C3", "C4", "C5"]))


def written(con: duckdb.DuckDBPyConnection, name: str, grouping: Grouping, aliases: Grouping) -> None:
    companies = sorted(set(grouping.values()))
    con.execute(f"ATTACH ':memory:' AS {name}")
    con.execute(
        f"""
        CREATE TABLE {name}.companies (company_id VARCHAR, name VARCHAR, is_sole_trader BOOLEAN, jobs DOUBLE);
        CREATE TABLE {name}.memberships (source VARCHAR, member_id VARCHAR, company_id VARCHAR);
        CREATE TABLE {name}.company_aliases (retired_id VARCHAR, company_id VARCHAR);
        """
    )
    for company in companies:
        count = list(grouping.values()).count(company)
        con.execute(f"INSERT INTO {name}.companies VALUES (?, ?, false, ?)", [company, company, count])
    for record, company in grouping.items():
        con.execute(f"INSERT INTO {name}.memberships VALUES ('s', ?, ?)", [record, company])
    for retired, company in aliases.items():
        con.execute(f"INSERT INTO {name}.company_aliases VALUES (?, ?)", [retired, company])


def changes(old: Grouping, new: Grouping, aliases: Grouping | None = None) -> list[Change]:
    with duckdb.connect() as con:
        written(con, "old", old, {})
        written(con, "new", new, aliases or {})
        query = changes_query(["company_id", "name", "is_sole_trader", "jobs"])
        return [
            Change(**dict(zip(Change.model_fields, row, strict=True)))
            for row in con.execute(query).fetchall()
        ]


def by_kind(found: list[Change]) -> dict[str, set[str]]:
    return {kind: {one.company_id for one in found if one.kind == kind} for kind in KINDS}


@settings(max_examples=60)
@given(old=GROUPINGS, new=GROUPINGS)
def test_every_company_has_one_fate(old: Grouping, new: Grouping) -> None:
    before, after = set(old.values()), set(new.values())
    found = changes(old, new)
    kinds = by_kind(found)
    assert (kinds["left"] | kinds["merged"], kinds["left"] & kinds["merged"]) == (before - after, set())
    assert (kinds["joined"] | kinds["split"], kinds["joined"] & kinds["split"]) == (after - before, set())
    assert kinds["changed"] == {
        company
        for company in before & after
        if list(old.values()).count(company) != list(new.values()).count(company)
    }
    assert {one.other_id for one in found if one.kind == "merged"} <= after
    assert {one.other_id for one in found if one.kind == "split"} <= before & after


@settings(max_examples=20)
@given(grouping=GROUPINGS)
def test_nothing_differs_from_itself(grouping: Grouping) -> None:
    assert changes(grouping, grouping) == []


@settings(max_examples=30)
@given(old=GROUPINGS, new=GROUPINGS)
def test_the_order_of_rows_changes_nothing(old: Grouping, new: Grouping) -> None:
    shuffled = changes(dict(reversed(old.items())), dict(reversed(new.items())))
    assert shuffled == changes(old, new)


def test_an_alias_says_more_than_the_records() -> None:
    old = {"a": "C1", "b": "C2", "c": "C3"}
    new = {"a": "C1", "b": "C1", "c": "C3"}
    (merged, _) = sorted(changes(old, new, {"C2": "C3"}), key=lambda one: one.kind, reverse=True)
    assert (merged.kind, merged.company_id, merged.other_id) == ("merged", "C2", "C3")
