"""Announced objectives: figures and paces computed by hand, and again in pandas from what was published."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
import warehouse_builds as builds
from warehouse_versions import publish

from transforms import reference
from transforms.warehouse import lent, marts, tables

MONTH = 365.25 / 12
Row = dict[str, Any]

# From, to (numbers of publications), active, jobs, their kind, turnover, its kind.
STATES: tuple[tuple[int, int | None, bool, float | None, str, float | None, str], ...] = (
    (0, None, True, 10.0, "exact", 1000.0, "exact"),
    (0, 1, True, 14.5, "estimated", None, "unknown"),
    (1, None, True, 20.0, "exact", None, "unknown"),
    (0, 2, True, None, "unknown", 500.0, "estimated"),
    (1, None, True, 30.0, "estimated", 250.5, "estimated"),
    (0, None, False, 700.0, "exact", 9000.0, "exact"),
)
MOMENTS = (datetime(2026, 1, 1, 4), datetime(2026, 3, 2, 4), datetime(2026, 7, 1, 4))
# After each publication: companies, jobs known and estimated, without jobs, turnover likewise.
TOTALS = (
    (3, (10.0, 14.5, 1), (1000.0, 500.0, 1)),
    (4, (30.0, 30.0, 1), (1000.0, 750.5, 1)),
    (3, (30.0, 30.0, 0), (1000.0, 250.5, 1)),
)


def announced(**about: Any) -> Row:
    objective = {
        "objective": "one",
        "position": 1,
        "label": "Un objectif",
        "kind": "target",
        "unit": "emplois",
    }
    more = {"figure": "jobs", "target": 100.0, "announced_in": 2025, "due_on": date(2026, 12, 31)}
    rest = dict.fromkeys(("baseline", "data_source", "estimation_method", "missing_data"))
    return {**objective, **more, **rest, "announcement": "Un journal", **about}


def published(
    objectives: Sequence[Row], moments: Sequence[datetime] = MOMENTS, states: Sequence[Any] = STATES
) -> dict[str, pd.DataFrame]:
    """The two marts over publications at `moments` and companies in `states`."""
    with duckdb.connect() as con:
        con.execute("CREATE TABLE publications (published_at TIMESTAMP, run_id TEXT)")
        con.executemany("INSERT INTO publications VALUES (?, ?)", [(at, f"r{at:%m}") for at in moments])
        figures = (
            "is_active BOOLEAN, jobs DOUBLE, jobs_kind TEXT, turnover_eur DOUBLE, turnover_eur_kind TEXT"
        )
        con.execute(f"CREATE TABLE companies_history (valid_from TIMESTAMP, valid_to TIMESTAMP, {figures})")
        for begun, ended, *about in states:
            ends = [moments[begun], None if ended is None else moments[ended]]
            con.execute("INSERT INTO companies_history VALUES (?, ?, ?, ?, ?, ?, ?)", [*ends, *about])
        con.execute("CREATE TABLE companies AS FROM companies_history WHERE valid_to IS NULL")
        con.register("announced_objectives", pa.Table.from_pylist(list(objectives), schema=lent.OBJECTIVES))
        for name in ("objective_history", "objectives"):
            query = (Path(marts.__file__).parent / "marts" / f"{name}.sql").read_text("utf-8")
            con.execute(f"CREATE TABLE {name} AS {query}")
        return {name: con.execute(f"FROM {name}").df() for name in ("objective_history", "objectives")}


def only(found: dict[str, pd.DataFrame]) -> Row:
    (row,) = found["objectives"].astype(object).where(found["objectives"].notna(), None).to_dict("records")
    return {str(name): value for name, value in row.items()}


@pytest.mark.parametrize("figure", ["companies", "jobs", "turnover_eur"])
def test_the_figures_of_each_publication(figure: str) -> None:
    history = published([announced(figure=figure)])["objective_history"].sort_values("published_at")
    expected = [
        {"companies": (float(count), 0.0, 0), "jobs": jobs, "turnover_eur": turnover}[figure]
        for count, jobs, turnover in TOTALS
    ]
    found = history[["known", "estimated", "companies_unknown"]].astype(float)
    assert found.to_numpy().tolist() == [list(map(float, row)) for row in expected]
    assert (history["value"] == history["known"] + history["estimated"]).all()
    assert history["companies"].tolist() == [count for count, *_ in TOTALS]


def test_what_is_needed_and_what_is_held() -> None:
    row = only(published([announced()]))
    assert (row["value"], row["known"], row["estimated"], row["companies_unknown"]) == (60, 30, 30, 0)
    assert (row["missing"], row["share_of_target"], row["status"]) == (40, 0.6, "under_way")
    assert row["largest_share"] == 0.5
    # From 1 July to 31 December, and from 1 January to 1 July: 183 and 181 days.
    assert row["months_left"] == pytest.approx(183 / MONTH)
    assert row["pace_needed"] == pytest.approx(40 / (183 / MONTH))
    assert row["pace_held"] == pytest.approx((60 - 24.5) / (181 / MONTH))
    assert row["pace_since"] == datetime(2026, 1, 1)
    days = 40 / (60 - 24.5) * 181
    assert (row["reached_on"] - datetime(2026, 7, 1)).days == round(days)
    assert row["remark"] == "En cours : 60\u202f% de la valeur annoncée, échéance le 31/12/2026."


STANDS: dict[str, tuple[Row, Row]] = {
    "reached": (
        {"target": 59.0},
        {"status": "reached", "missing": 0.0, "pace_needed": None, "reached_on": None},
    ),
    "overdue": (
        {"due_on": date(2020, 12, 31)},
        {
            "status": "overdue",
            "pace_needed": None,
            "remark": "L'échéance du 31/12/2020 est passée ; 60\u202f% de la valeur annoncée à ce jour.",
        },
    ),
    "due today": ({"due_on": date(2026, 7, 1)}, {"status": "under_way", "pace_needed": None}),
    "no data": (
        {"figure": None, "missing_data": "Il y faudrait autre chose.", "due_on": date(2020, 12, 31)},
        {
            "status": "no_data",
            "value": None,
            "missing": None,
            "pace_held": None,
            "remark": "L'échéance du 31/12/2020 est passée. Il y faudrait autre chose.",
        },
    ),
    "some unknown": (
        {"figure": "turnover_eur", "target": 5002.0},
        {
            "value": 1250.5,
            "remark": "En cours : 25\u202f% de la valeur annoncée, échéance le 31/12/2026. "
            "Une entreprise sans valeur connue compte pour rien.",
        },
    ),
    "almost": (
        {"target": 60.1},
        {"remark": "En cours : 99\u202f% de la valeur annoncée, échéance le 31/12/2026."},
    ),
    "falling": ({"figure": "turnover_eur"} | {"target": 5000.0}, {"reached_on": None}),
}


@pytest.mark.parametrize(("about", "expected"), STANDS.values(), ids=STANDS)
def test_where_an_objective_stands(about: Row, expected: Row) -> None:
    row = only(published([announced(**about)]))
    assert {name: row[name] for name in expected} == expected


# Value, target, percent: 100 times the floating-point share is a little less in the first three.
PERCENTS = [
    (174.0, 600.0, 29),
    (0.29, 1.0, 29),
    (7540.0, 26000.0, 29),
    (599.99, 600.0, 99),
    (1234.5, 100.0, 1234),
]


@pytest.mark.parametrize(("value", "target", "percent"), PERCENTS)
def test_a_percentage_is_rounded_down_and_no_further(value: float, target: float, percent: int) -> None:
    states = [(0, None, True, value, "exact", None, "unknown")]
    row = only(published([announced(target=target)], MOMENTS[:1], states))
    assert row["percent_of_target"] == percent
    assert f"{percent}\u202f%" in row["remark"] or row["status"] == "reached"


def test_the_largest_share_does_not_depend_on_the_order_of_the_rows() -> None:
    states = [(0, None, True, 0.1, "exact", 0.1, "exact")] * 10
    assert only(published([announced()], MOMENTS[:1], states))["largest_share"] == 0.1


def test_a_pace_begins_where_the_value_is_known() -> None:
    states = [
        (0, 1, True, None, "unknown", None, "unknown"),
        (1, None, *STATES[0][2:]),
        (2, None, *STATES[2][2:]),
    ]
    row = only(published([announced()], states=states))
    assert row["pace_since"] == datetime(2026, 3, 2)
    # From 2 March to 1 July: 121 days.
    assert row["pace_held"] == pytest.approx(20 / (121 / MONTH))


def test_one_publication_tells_no_pace() -> None:
    states = [(0, None, *STATES[0][2:])]
    row = only(published([announced()], MOMENTS[:1], states))
    assert (row["pace_held"], row["pace_since"], row["reached_on"]) == (None, None, None)
    assert row["pace_needed"] == pytest.approx(90 / (364 / MONTH))


@pytest.mark.parametrize(("days", "told"), [(27, False), (28, True)])
def test_a_pace_takes_four_weeks(days: int, told: bool) -> None:
    moments = (datetime(2026, 1, 1), datetime(2026, 1, 1 + days))
    row = only(published([announced()], moments, [(0, None, *STATES[0][2:]), (1, None, *STATES[2][2:])]))
    assert (row["pace_held"] == pytest.approx(20 / (28 / MONTH))) if told else row["pace_held"] is None


def test_the_pace_looks_back_one_year_only() -> None:
    moments = (datetime(2024, 1, 1), datetime(2026, 1, 1), datetime(2026, 7, 1))
    row = only(published([announced()], moments))
    assert row["pace_since"] == datetime(2026, 1, 1)
    assert row["pace_held"] == pytest.approx(0)


def test_no_value_at_all_is_unknown_and_not_zero() -> None:
    found = published([announced()], MOMENTS[:1], [(0, None, True, None, "unknown", None, "unknown")])
    row = only(found)
    assert (row["status"], row["value"], row["missing"]) == ("unknown", None, None)
    assert row["remark"] == "Aucune entreprise active n'a de valeur connue."


def test_nobody_at_all_is_zero() -> None:
    row = only(published([announced()], MOMENTS[:1], []))
    assert (row["status"], row["value"], row["missing"]) == ("under_way", 0.0, 100.0)


def test_the_announced_ones_name_their_source_and_what_they_lack() -> None:
    for name, about in reference.load("objectives")["objectives"].items():
        assert set(about) == set(lent.OBJECTIVES.names) - {"objective", "position"}, name
        assert about["announcement"], name
        assert about["kind"] in ("announced", "target"), name
        assert about["figure"] in ("companies", "jobs", "turnover_eur", None), name
        assert (about["figure"] is None) == (about["data_source"] is None) == bool(about["missing_data"]), (
            name
        )


def test_the_published_marts_equal_an_independent_computation(tmp_path: Path) -> None:
    """The second of two publications, of which one company of three changed and one came."""
    first = {"C1": jobs(4.0, "exact"), "C2": jobs(14.5, "estimated"), "C3": jobs(None, "unknown")}
    members = [builds.member("clustr", number, f"C{number}") for number in "123"]
    publish(builds.write_build(tmp_path / "a.duckdb", members=members, companies=first), tmp_path, "r1")
    second = {**first, "C2": jobs(21.25, "exact"), "C4": jobs(34.5, "estimated")}
    members.append(builds.member("clustr", "4", "C4"))
    build = builds.write_build(tmp_path / "b.duckdb", members=members, companies=second)
    parameters = publish(build, tmp_path, "r2")
    with duckdb.connect(str(parameters.warehouse), read_only=True) as con:
        companies = con.execute("FROM companies").df()
        history = con.execute("FROM objective_history ORDER BY published_at").df()
        objectives = con.execute("FROM objectives").df().set_index("objective")
    active = companies[companies["is_active"]]
    by_kind = active.groupby("jobs_kind")["jobs"].sum()
    assert objectives.at["jobs", "value"] == active["jobs"].sum() == 59.75
    assert objectives.at["jobs", "known"] == by_kind["exact"]
    assert objectives.at["jobs", "estimated"] == by_kind["estimated"]
    assert objectives.at["jobs", "companies_unknown"] == active["jobs"].isna().sum() == 1
    assert objectives.at["jobs", "largest_share"] == active["jobs"].max() / active["jobs"].sum()
    assert objectives.at["members", "value"] == len(active) == 4
    assert history.loc[history["objective"] == "jobs", "value"].tolist() == [18.5, 59.75]
    assert history.loc[history["objective"] == "members", "value"].tolist() == [3.0, 4.0]
    assert set(objectives.columns) == {
        column.name for column in tables.public_table("objectives").columns
    } - {"objective"}


def jobs(count: float | None, kind: str) -> builds.Row:
    return {"name": "Lumen", "jobs": count, "jobs_kind": kind}
