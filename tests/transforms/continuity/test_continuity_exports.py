"""The bounds of what an export may be beside the last one: its date, its length, its age."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from transforms.continuity.exports import ExportParameters, findings, remarks
from transforms.continuity.history import Service
from transforms.gates import Gate
from transforms.warehouse.runs import RunInput

PUBLISHED = datetime(2026, 1, 5, 4, 15)
DAY = date(2026, 1, 2)


def export(source: str = "north", *, day: date | None = DAY, records: int = 100, sha: str = "a") -> RunInput:
    file = f"{source}.csv"
    return RunInput(source=source, file=file, sha256=sha * 64, export_date=day, records=records)


FOUND = {
    "the same again": ({}, {}, []),
    "of the same day": ({"sha": "b"}, {}, []),
    "a day older": ({"day": date(2026, 1, 1)}, {}, [Gate.OLDER_EXPORT]),
    "of no day": ({"day": None}, {}, []),
    "after one of no day": ({"day": date(2020, 1, 1)}, {"day": None}, []),
    "70 % of the records": ({"records": 70}, {}, []),
    "under 70 % of the records": ({"records": 69}, {}, [Gate.FEWER_ROWS]),
    "many more records": ({"records": 900}, {}, []),
    "older and shorter": (
        {"day": date(2026, 1, 1), "records": 69}, {}, [Gate.OLDER_EXPORT, Gate.FEWER_ROWS]),
    "a source that was not there": ({"source": "south", "records": 1}, {}, []),
}  # fmt: skip


@pytest.mark.parametrize(("now", "then", "gates"), FOUND.values(), ids=FOUND)
def test_what_keeps_an_export_from_being_published(
    now: dict[str, Any], then: dict[str, Any], gates: list[Gate]
) -> None:
    found = list(findings([export(**now)], {"north": export(**then)}, ExportParameters()))
    assert [one.gate for one in found] == gates


def test_the_share_is_a_parameter_and_told() -> None:
    (found,) = findings([export(records=89)], {"north": export()}, ExportParameters(least_share=0.9))
    assert found.found == "89 fiches au lieu de 100 à la dernière publication"
    assert found.expected == "au moins 90 % des fiches de la dernière publication"
    assert (found.source, found.file, found.field) == ("north", "north.csv", None)


def published(days: int, sha: str = "a") -> Service:
    """A publication, so many days after the first."""
    when = PUBLISHED + timedelta(days=days)
    return Service(run_id=f"r{days}", since=f"r{days}", started_at=when, inputs=(export(sha=sha),), counts={})


TOLD = {
    "never published": ([], 99, []),
    "another file": ([published(0, "b")], 99, []),
    "the same, soon": ([published(0)], 44, ["info"]),
    "the same, on the last day": ([published(0)], 45, ["info", "warning"]),
    "the same, published every night": ([published(0), published(44)], 45, ["info", "warning"]),
    "the same since another one": ([published(0, "b"), published(1)], 45, ["info"]),
    "the same with another between": ([published(0), published(1, "b"), published(2)], 46, ["info"]),
}


@pytest.mark.parametrize(("past", "days", "levels"), TOLD.values(), ids=TOLD)
def test_a_file_that_nobody_renews_is_told_in_time(past: list[Service], days: int, levels: list[str]) -> None:
    now = PUBLISHED + timedelta(days=days)
    told = list(remarks([export()], past, now, ExportParameters()))
    assert [one.level for one in told] == levels
    assert {one.source for one in told} <= {"north"}
