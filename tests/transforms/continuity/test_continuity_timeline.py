"""Where the members are today that bore a number once, when number and member change hands."""

from datetime import datetime

import pandas as pd
from continuity_frames import FORGE, MILL, Row, export, register

from transforms.continuity.history import Service
from transforms.continuity.members import recognised
from transforms.continuity.timeline import numbers_in_service, numbers_over_time


def run(day: int) -> str:
    return f"202601{day:02}T040000-aaaaaa"


def seen(company: Row, first: int, last: int | None = None, **more: object) -> Row:
    return {**company, "first_run": run(first), "last_run": run(last or first), **more}


def left(number: str, day: int) -> Row:
    """The first row of a member that bears another number now."""
    return {"origin_member_id": number, "origin_run": run(day)}


def service(made: int, since: int | None = None) -> Service:
    return Service(run(made), run(since or made), datetime(2026, 1, since or made), (), {})


def now_at(records: pd.DataFrame, known: pd.DataFrame, *past: Service) -> dict[tuple[str, int], str | None]:
    """Today's number of each bearer, by the number that it bore and the day since when."""
    in_service = past[-1].run_id if past else ""
    found = numbers_over_time(recognised(records, known, in_service), known, past)
    today = found["now_member_id"].astype(object).where(found["now_member_id"].notna(), None)
    return dict(zip(zip(found["member_id"], found["since"].dt.day, strict=True), today, strict=True))


def test_numbers_that_kept_their_bearer_are_not_told() -> None:
    assert now_at(export(("1", FORGE), ("2", MILL)), register(("1", seen(FORGE, 1)))) == {}


def test_numbers_that_changed_hands_lead_to_today_s() -> None:
    known = register(("1", seen(FORGE, 1)), ("5", seen(FORGE, 2, **left("1", 1))), ("1", seen(MILL, 2)))
    found = now_at(export(("7", FORGE), ("1", MILL)), known)
    assert found == {("1", 1): "7", ("5", 2): "7", ("1", 2): "1"}


def test_a_member_that_left_has_no_number_today() -> None:
    assert now_at(export(("1", MILL)), register(("1", seen(FORGE, 1)))) == {("1", 1): None}


def test_a_member_that_went_back_to_an_earlier_number_is_found_under_all_its_numbers() -> None:
    known = register(("1", seen(FORGE, 1)), ("5", seen(FORGE, 2, **left("1", 1))))
    assert now_at(export(("1", FORGE)), known) == {("1", 1): "1", ("5", 2): "1"}


def test_a_number_does_not_lead_to_where_its_next_bearer_went() -> None:
    """The forge left number 1 for good; the mill took it, and bears 7 now."""
    known = register(("1", seen(FORGE, 1)), ("1", seen(MILL, 2)), ("7", seen(MILL, 3, **left("1", 2))))
    assert now_at(export(("7", MILL)), known) == {("1", 1): None, ("1", 2): "7", ("7", 3): "7"}


def test_two_records_of_one_member_each_keep_their_own_number() -> None:
    known = register(("1", seen(FORGE, 1)), ("5", seen(FORGE, 2, **left("1", 1))))
    assert now_at(export(("1", FORGE), ("5", FORGE)), known) == {("1", 1): "1", ("5", 2): "5"}


def test_while_a_restored_version_is_in_service_its_numbers_count() -> None:
    """Published on day 1, with numbers exchanged on day 2, put back on day 3; then exchanged for good."""
    known = register(
        ("1", seen(FORGE, 1)),
        ("2", seen(MILL, 1)),
        ("2", seen(FORGE, 2, 4, **left("1", 1))),
        ("1", seen(MILL, 2, 4, **left("2", 1))),
    )
    past = (service(1), service(2), service(1, since=3), service(4))
    found = now_at(export(("2", FORGE), ("1", MILL)), known, *past)
    assert found == {
        ("1", 1): "2", ("1", 2): "1", ("1", 3): "2", ("1", 4): "1",
        ("2", 1): "1", ("2", 2): "2", ("2", 3): "1", ("2", 4): "2",
    }  # fmt: skip


def shown_at(known: pd.DataFrame, numbers: list[str], *past: Service) -> dict[tuple[str, int], str | None]:
    """The same of the warehouse in service, which shows these numbers."""
    found = numbers_in_service(pd.DataFrame({"source": "north", "member_id": numbers}), known, past)
    today = found["now_member_id"].astype(object).where(found["now_member_id"].notna(), None)
    return dict(zip(zip(found["member_id"], found["since"].dt.day, strict=True), today, strict=True))


def test_of_the_warehouse_in_service_the_register_alone_tells_the_numbers() -> None:
    """What the run of day 2 found between exports and register is what can be read once it has published."""
    before = register(("1", seen(FORGE, 1)), ("2", seen(MILL, 1)))
    found = now_at(export(("7", FORGE), ("1", MILL)), before, service(1))
    published = register(
        ("1", seen(FORGE, 1)),
        ("2", seen(MILL, 1)),
        ("7", seen(FORGE, 2, **left("1", 1))),
        ("1", seen(MILL, 2, **left("2", 1))),
    )
    shown = shown_at(published, ["1", "7"], service(1), service(2))
    assert {key: number for key, number in shown.items() if key in found} == found
    assert shown == {("1", 1): "7", ("1", 2): "1", ("2", 1): "1", ("7", 2): "7"}


def test_a_version_that_was_put_back_shows_its_own_numbers() -> None:
    known = register(
        ("1", seen(FORGE, 1)),
        ("7", seen(FORGE, 2, **left("1", 1))),
    )
    assert shown_at(known, ["1"], service(1), service(2), service(1, 3))["7", 2] == "1"
    assert shown_at(known, ["7"], service(1), service(2))["1", 1] == "7"


def test_without_a_publication_no_number_ever_changed() -> None:
    assert shown_at(register(), []) == {}
