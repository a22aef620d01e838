"""Laws of the rule that names what happened to a company, over invented pairs of warehouses."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.warehouse.changes import KINDS, Change, changes_query

Grouping = dict[str, str]
# Which company each record belongs to; a record that is missing has left or has not come yet.
GROUPINGS = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(["C1", "C2", "C3", "C4", "C5"]))


def written(
    con: duckdb.DuckDBPyConnection, name: str, grouping: Grouping, aliases: Grouping, joined: Grouping
) -> None:
    companies = sorted(set(grouping.values()))
    con.execute(f"ATTACH ':memory:' AS {name}")
    con.execute(
        f"""
        CREATE TABLE {name}.companies (company_id VARCHAR, name VARCHAR, is_sole_trader BOOLEAN, jobs DOUBLE);
        CREATE TABLE {name}.memberships (
            source VARCHAR, member_id VARCHAR, company_id VARCHAR, joined_on DATE, joined_precision VARCHAR
        );
        CREATE TABLE {name}.company_aliases (retired_id VARCHAR, company_id VARCHAR);
        """
    )
    for company in companies:
        count = list(grouping.values()).count(company)
        con.execute(f"INSERT INTO {name}.companies VALUES (?, ?, false, ?)", [company, company, count])
    for record, company in grouping.items():
        date = joined.get(record)
        precision = "year" if date and date.endswith("-01-01") else "day"
        con.execute(
            f"INSERT INTO {name}.memberships VALUES ('s', ?, ?, ?, ?)", [record, company, date, precision]
        )
    for retired, company in aliases.items():
        con.execute(f"INSERT INTO {name}.company_aliases VALUES (?, ?)", [retired, company])


def changes(
    old: Grouping,
    new: Grouping,
    aliases: Grouping | None = None,
    *,
    joined: tuple[Grouping, Grouping] = ({}, {}),
    backwards: bool = False,
) -> list[Change]:
    """What changed; `aliases` are those of the second file, `joined` the dates of joining in each."""
    with duckdb.connect() as con:
        written(con, "old", old, {}, joined[0])
        written(con, "new", new, aliases or {}, joined[1])
        query = changes_query(["company_id", "name", "is_sole_trader", "jobs"], backwards=backwards)
        return [
            Change(**dict(zip(Change.model_fields, row, strict=True)))
            for row in con.execute(query).fetchall()
        ]


def by_kind(found: list[Change]) -> dict[str, set[str]]:
    return {kind: {one.company_id for one in found if one.kind == kind} for kind in KINDS}


@settings(max_examples=60)
@given(old=GROUPINGS, new=GROUPINGS, backwards=st.booleans())
def test_every_company_has_one_fate(old: Grouping, new: Grouping, backwards: bool) -> None:
    before, after = set(old.values()), set(new.values())
    found = changes(old, new, backwards=backwards)
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


def fates(found: list[Change]) -> list[tuple[str, str, str | None]]:
    return [(one.kind, one.company_id, one.other_id) for one in found if one.kind != "changed"]


@settings(max_examples=60)
@given(old=GROUPINGS, new=GROUPINGS)
def test_seen_backwards_what_was_split_is_merged(old: Grouping, new: Grouping) -> None:
    forth, back = by_kind(changes(old, new)), by_kind(changes(new, old, backwards=True))
    assert (back["merged"], back["left"]) == (forth["split"], forth["joined"])


# Records and their companies, before and after; the dates on which members joined, if they tell more.
HANDED_ON = {
    "a leaver's number is given to a newcomer": (
        {"a": "C1"}, {"a": "C2"}, ({}, {}), [("joined", "C2", None), ("left", "C1", None)]),
    "a leaver's number is taken by a known company": (
        {"a": "C1", "b": "C2"}, {"b": "C1"}, ({}, {}), [("left", "C2", None)]),
    "a number is given to a newcomer, its company goes on under another": (
        {"a": "C1"}, {"b": "C1", "a": "C2"}, ({}, {}), [("joined", "C2", None)]),
    "a number is given to a newcomer, its company goes on by its other record": (
        {"a": "C1", "b": "C1"}, {"b": "C1", "a": "C2"}, ({"a": "2019-03-04"}, {"a": "2024-05-06"}),
        [("joined", "C2", None)]),
    "another day of the same year": (
        {"a": "C1", "b": "C1"}, {"b": "C1", "a": "C2"}, ({"a": "2024-03-04"}, {"a": "2024-05-06"}),
        [("joined", "C2", None)]),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "joined", "expected"), HANDED_ON.values(), ids=HANDED_ON)
def test_a_number_that_changed_hands_is_neither_merge_nor_split(
    old: Grouping,
    new: Grouping,
    joined: tuple[Grouping, Grouping],
    expected: list[tuple[str, str, str | None]],
) -> None:
    assert fates(changes(old, new, joined=joined)) == expected


@pytest.mark.parametrize(
    "joined",
    [({}, {}), ({"a": "2024-05-06"}, {"a": "2024-05-06"}), ({"a": "2024-01-01"}, {"a": "2024-05-06"}),
     ({}, {"a": "2024-05-06"})],
    ids=["no date", "the same day", "only the year was known", "no date before"],
)  # fmt: skip
def test_a_record_of_the_same_member_is_split_off(joined: tuple[Grouping, Grouping]) -> None:
    found = changes({"a": "C1", "b": "C1"}, {"b": "C1", "a": "C2"}, joined=joined)
    assert fates(found) == [("split", "C2", "C1")]
