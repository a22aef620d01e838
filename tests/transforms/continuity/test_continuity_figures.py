"""Amounts that became a thousand times larger or smaller: the unit changed, and only that is refused."""

import duckdb
import pytest

from transforms.continuity.figures import findings, medians
from transforms.gates import Gate
from transforms.warehouse.runs import RunInput

NORTH = RunInput(source="north", file="north.csv", sha256="0" * 64, export_date=None, records=40)


@pytest.mark.parametrize(
    ("now", "then", "refused"),
    [
        (183_000, 183_000, False),
        (5_700_000, 183_000, False),
        (5_800_000, 183_000, True),
        (183_000_000, 183_000, True),
        (183, 183_000, True),
        (6_000, 183_000, False),
        (None, 183_000, False),
        (183_000_000, None, False),
        (0, 183_000, False),
        (183_000, 0, False),
    ],
    ids=[
        "the same", "31 times", "32 times", "a thousand times", "a thousandth", "a thirtieth", "too few now",
        "too few then", "none now", "none then",
    ],
)  # fmt: skip
def test_a_thousand_times_is_another_unit(now: int | None, then: int | None, refused: bool) -> None:
    name = "median_cents_turnover_eur_north"
    counts = [{} if median is None else {name: median} for median in (now, then)]
    found = list(findings([NORTH], counts[0], {"north": counts[1]}))
    assert [(one.gate, one.field) for one in found] == [(Gate.UNITS, "turnover")] * refused


@pytest.mark.parametrize(("amounts", "median"), [(0, None), (19, None), (20, 1_050_000)])
def test_medians_of_few_amounts_say_nothing(amounts: int, median: int | None) -> None:
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA standard")
        con.execute(
            "CREATE TABLE standard.records AS SELECT 'north' AS source, 1000.0 * i AS turnover_eur, "
            f"NULL::DECIMAL(18, 2) AS fee_eur FROM range(1, {amounts + 1}) AS t(i)"
        )
        con.execute("INSERT INTO standard.records VALUES ('north', 0, NULL)")
        known = {} if median is None else {"median_cents_turnover_eur_north": median}
        assert medians(con) == known
