"""Objectives and the totals of all marts of whole runs, reckoned a second time in pandas."""

import pandas as pd
import pytest
from pipelines import Places, query

FIGURES = {"jobs": "jobs", "turnover": "turnover_eur"}


@pytest.fixture(scope="module")
def active(reckoned: Places) -> pd.DataFrame:
    found = query(reckoned.warehouse, "SELECT * FROM companies WHERE is_active")
    return found.assign(fee_eur=found["fee_eur"].astype(float))


@pytest.fixture(scope="module")
def objectives(reckoned: Places) -> pd.DataFrame:
    return query(reckoned.warehouse, "SELECT * FROM objectives").set_index("objective")


@pytest.mark.parametrize("objective", FIGURES)
def test_known_estimated_and_unknown_stand_apart(
    objective: str, objectives: pd.DataFrame, active: pd.DataFrame
) -> None:
    figure = FIGURES[objective]
    told, values = objectives.loc[objective], active[figure]
    kinds = values.groupby(active[f"{figure}_kind"]).sum()
    assert told["value"] == pytest.approx(values.sum())
    assert told["known"] == pytest.approx(kinds.get("exact", 0))
    assert told["estimated"] == pytest.approx(kinds.get("estimated", 0))
    assert told["companies_unknown"] == values.isna().sum()
    assert told["largest_share"] == pytest.approx(values.max() / values.sum())
    assert told["share_of_target"] == pytest.approx(values.sum() / told["target"])


def test_members_are_the_active_companies(objectives: pd.DataFrame, active: pd.DataFrame) -> None:
    assert objectives.loc["members", "value"] == len(active)


def test_no_figure_is_made_up_for_a_target_without_data(objectives: pd.DataFrame) -> None:
    without = objectives[objectives["data_source"].isna()]
    assert set(without["status"]) == {"no_data"}
    assert without["value"].isna().all()
    assert len(without) == 2


TOTALS = {
    "territories": "SELECT sum(companies), sum(jobs), sum(turnover_eur), sum(fee_eur) FROM territories",
    "founder_balance": """
        SELECT sum(companies), sum(jobs), sum(turnover_eur), sum(fee_eur) FROM founder_balance
    """,
    "objectives": """
        SELECT
            max(value) FILTER (objective = 'members'),
            max(value) FILTER (objective = 'jobs'),
            max(value) FILTER (objective = 'turnover'),
            NULL
        FROM objectives
    """,
    "headline_contributors": """
        SELECT
            NULL,
            max(total) FILTER (figure = 'jobs'),
            max(total) FILTER (figure = 'turnover_eur'),
            max(total) FILTER (figure = 'fee_eur')
        FROM headline_contributors
    """,
    "board_seats": """
        SELECT sum(members) + sum(members_not_counted), sum(jobs), NULL, sum(fee_eur) FROM board_seats
    """,
    "fee_scenarios": """
        SELECT count(*), NULL, NULL, sum(fee_today_eur) FROM fee_scenarios WHERE scenario = 'grid'
    """,
    "fee_scenario_totals": """
        SELECT companies, NULL, NULL, fee_today_eur
        FROM fee_scenario_totals
        WHERE scenario = 'grid' AND territory = 'tous' AND size_class = 'tous'
            AND college = 'tous' AND networks = 'tous'
    """,
    "companies_as_of": """
        SELECT count(*), sum(jobs), sum(turnover_eur), sum(fee_eur)
        FROM companies_as_of(DATE '2100-01-01')
        WHERE is_active
    """,
}


@pytest.mark.parametrize("sql", TOTALS.values(), ids=TOTALS)
def test_totals_agree_across_marts(sql: str, reckoned: Places, active: pd.DataFrame) -> None:
    expected = [len(active), *(active[name].sum() for name in ("jobs", "turnover_eur", "fee_eur"))]
    found = query(reckoned.warehouse, sql).iloc[0].tolist()
    pairs = [(told, total) for told, total in zip(found, expected, strict=True) if pd.notna(told)]
    assert len(pairs) >= 2
    assert [float(told) for told, _ in pairs] == pytest.approx([total for _, total in pairs])


@pytest.mark.parametrize("mart", ["territories", "founder_balance"])
def test_shares_of_a_mart(mart: str, reckoned: Places, active: pd.DataFrame) -> None:
    found = query(reckoned.warehouse, f"SELECT * FROM {mart}")
    if mart == "territories":
        found, group = found.set_index("territory"), active["territory"].fillna("inconnu")
    else:
        in_source = {"clustr": active["in_clustr"], "numelink": active["in_numelink"]}
        names = pd.DataFrame(
            {name: there.map({True: name, False: None}) for name, there in in_source.items()}
        )
        found, group = (
            found.set_index("origin"),
            names.apply(lambda row: "+".join(row.dropna()), axis="columns"),
        )
    expected = active.groupby(group).agg(
        companies=("company_id", "size"),
        jobs=("jobs", "sum"),
        largest=("jobs", "max"),
        turnover_unknown=("turnover_eur", lambda each: each.isna().sum()),
    )
    there = found[found["companies"] > 0]
    assert there["companies"].astype(int).to_dict() == expected["companies"].to_dict()
    assert there["turnover_unknown"].astype(int).to_dict() == expected["turnover_unknown"].to_dict()
    assert there["jobs"].fillna(0).to_dict() == pytest.approx(expected["jobs"].to_dict())
    has_jobs = expected["jobs"] > 0
    assert there.loc[has_jobs[has_jobs].index, "jobs_largest_share"].to_dict() == pytest.approx(
        (expected["largest"] / expected["jobs"])[has_jobs].to_dict()
    )
