"""Exports whose date cannot be compared with that of the last one."""

from datetime import date

import pytest

from transforms.continuity.ages import remarks
from transforms.warehouse.runs import RunInput

OLD, NEW = date(2025, 1, 10), date(2026, 1, 2)


def export(day: date | None) -> RunInput:
    return RunInput(source="north", file="north.csv", sha256="0" * 64, export_date=day, records=40)


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [
        (OLD, NEW, None),
        (None, None, None),
        (OLD, None, "« north.csv » est du 10/01/2025, et l'export d'avant n'avait pas de date"),
        (None, NEW, "« north.csv » n'a pas de date, et l'export d'avant était du 02/01/2026"),
    ],
    ids=["two dates", "no date", "the first date", "no date any more"],
)
def test_one_date_of_two_is_said(now: date | None, then: date | None, said: str | None) -> None:
    found = list(remarks([export(now)], {"north": export(then)}))
    assert [one.level for one in found] == ["warning"] * (said is not None)
    assert all(str(said) in one.text and "À faire" in one.text for one in found)


def test_a_first_export_has_nothing_to_be_compared_with() -> None:
    assert list(remarks([export(NEW)], {})) == []
