"""Seats and fees of the sample's warehouse, beside pandas and plain rules that know nothing of our code."""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from pipelines import Places, installed, query, rows, run_all

from benchmarks.sample import Sample
from flows.settings import settings
from transforms.errors import InputError

SEATS = 26


@pytest.fixture(scope="module")
def members(reckoned: Places) -> pd.DataFrame:
    """Active companies, with `college` as the first source by priority has it."""
    companies = query(reckoned.warehouse, "SELECT * FROM companies WHERE is_active")
    colleges = query(
        reckoned.warehouse,
        "SELECT company_id, college, priority, member_id FROM memberships JOIN sources USING (source) "
        "WHERE is_active AND college IS NOT NULL",
    )
    first = colleges.sort_values(["priority", "member_id"]).groupby("company_id")["college"].first()
    sizes = pd.cut(
        companies["jobs"],
        [0, 10, 50, 250, 5000, math.inf],
        right=False,
        labels=["0-9", "10-49", "50-249", "250-4999", "5000+"],
    )
    return companies.assign(
        college=companies["company_id"].map(first).fillna("inconnu"),
        territory=companies["territory"].fillna("inconnu"),
        size_class=sizes.astype(object).fillna("inconnu"),
        fee_eur=companies["fee_eur"].astype(float),
    )


@pytest.fixture(scope="module")
def criteria(members: pd.DataFrame) -> pd.DataFrame:
    """Jobs, members and fees of the territories that hold seats."""
    inside = members[~members["territory"].isin(["inconnu", "hors-region"])]
    return inside.groupby("territory").agg(
        jobs=("jobs", "sum"), members=("company_id", "size"), fees=("fee_eur", "sum")
    )


def by_divisors(weights: pd.Series, divisor: Callable[[int], float]) -> dict[str, int]:
    """The sorted table of all quotients, from the second seat on: one each is the minimum.

    Of equal claims the one of the greater weight goes first.
    """
    quotients = [
        (round(-weight / divisor(held), 12), -weight, territory)
        for territory, weight in weights.items()
        for held in range(1, SEATS)
    ]
    chosen = sorted(quotients)[: SEATS - len(weights)]
    return {
        **dict.fromkeys(weights.index, 1),
        **{t: n + 1 for t, n in Counter(t for *_, t in chosen).items()},
    }


def by_remainders(weights: pd.Series) -> dict[str, int]:
    """Hare's quotas; whoever has less than one seat gets it and leaves."""
    alone: list[str] = []
    while True:
        free = weights.drop(alone)
        quotas = free / free.sum() * (SEATS - len(alone))
        below = list(quotas.index[quotas < 1])
        if not below:
            break
        alone += below
    held = quotas.apply(math.floor)
    for territory in (quotas - held).nlargest(SEATS - len(alone) - held.sum()).index:
        held[territory] += 1
    return {**held.to_dict(), **dict.fromkeys(alone, 1)}


METHODS: dict[str, Callable[[pd.Series], dict[str, int]]] = {
    "sainte_lague": lambda weights: by_divisors(weights, lambda held: held + 0.5),
    "dhondt": lambda weights: by_divisors(weights, lambda held: held + 1),
    "huntington_hill": lambda weights: by_divisors(weights, lambda held: math.sqrt(held * (held + 1))),
    "largest_remainder": by_remainders,
}
WEIGHTS = {"jobs": (1, 0, 0), "members": (0, 1, 0), "fees": (0, 0, 1), "equal": (1, 1, 1), "run": (1, 1, 1)}


@pytest.mark.parametrize("weighting", WEIGHTS)
@pytest.mark.parametrize("method", METHODS)
def test_seats_are_those_of_an_independent_count(
    method: str, weighting: str, criteria: pd.DataFrame, reckoned: Places
) -> None:
    shares = (criteria / criteria.sum()).mul(WEIGHTS[weighting], axis="columns").sum(axis="columns")
    found = query(
        reckoned.warehouse,
        "SELECT territory, seats FROM board_seat_scenarios WHERE method = ? AND weighting = ?",
        method,
        weighting,
    )
    assert found.set_index("territory")["seats"].to_dict() == METHODS[method](
        shares / sum(WEIGHTS[weighting])
    )
    assert found["seats"].sum() == SEATS


def test_the_board_rests_on_the_figures_of_its_territories(criteria: pd.DataFrame, reckoned: Places) -> None:
    board = query(reckoned.warehouse, "SELECT * FROM board_seats WHERE seats > 0").set_index("territory")
    pd.testing.assert_frame_equal(
        board[["jobs", "members", "fee_eur"]].astype(float),
        criteria.astype(float).set_axis(["jobs", "members", "fee_eur"], axis="columns"),
    )
    shares = (criteria / criteria.sum()).mean(axis="columns")
    pd.testing.assert_series_equal(board["quota"], shares * SEATS, check_names=False)
    assert (board["seats"].sum(), board["has_last_seat"].sum(), board["has_next_seat"].sum()) == (SEATS, 1, 1)


def test_every_table_of_seats_gives_them_all(reckoned: Places) -> None:
    totals = query(
        reckoned.warehouse,
        "SELECT rule AS told, sum(seats) AS given FROM board_seats_by_founder GROUP BY rule "
        "UNION ALL SELECT 'college', sum(seats) FROM board_seats_by_college",
    )
    assert set(totals["given"]) == {SEATS}
    assert len(totals) == 5


def test_who_pays_twice(reckoned: Places) -> None:
    found = query(reckoned.warehouse, "SELECT * FROM double_fees").set_index("company_id")
    active = query(reckoned.warehouse, "SELECT company_id, source, fee_eur FROM memberships WHERE is_active")
    paid = active.astype({"fee_eur": float}).pivot_table(
        index="company_id", columns="source", values="fee_eur", aggfunc="sum"
    )
    twice = paid[active.groupby("company_id")["source"].nunique() > 1]
    assert len(twice) > 5
    pd.testing.assert_frame_equal(
        found[["fee_clustr_eur", "fee_numelink_eur"]].astype(float),
        twice[["clustr", "numelink"]].set_axis(["fee_clustr_eur", "fee_numelink_eur"], axis="columns"),
    )
    beyond = twice.sum(axis="columns") - twice.max(axis="columns")
    pd.testing.assert_series_equal(found["fee_beyond_highest_eur"].astype(float), beyond, check_names=False)


def test_what_the_common_grid_would_change(members: pd.DataFrame, reckoned: Places) -> None:
    grid = {"0-9": 500, "10-49": 1000, "50-249": 2000, "250-4999": 4000, "5000+": 8000, "inconnu": 500}
    expected = members.assign(new=members["size_class"].map(grid).astype(float))
    expected["difference"] = expected["new"] - expected["fee_eur"]
    for dimension in ("territory", "size_class", "college"):
        others = {"territory", "size_class", "college", "networks"} - {dimension}
        condition = " AND ".join(f"{other} = 'tous'" for other in sorted(others))
        found = query(
            reckoned.warehouse,
            "SELECT * FROM fee_scenario_totals "
            f"WHERE scenario = 'grid' AND {condition} AND {dimension} <> 'tous'",
        ).set_index(dimension)
        sums = expected.groupby(dimension)
        differences = sums["difference"].sum().to_dict()
        assert found["companies"].to_dict() == sums.size().to_dict()
        assert found["fee_eur"].astype(float).to_dict() == sums["new"].sum().to_dict()
        assert found["difference_eur"].astype(float).to_dict() == pytest.approx(differences)
        assert found["pay_more"].to_dict() == sums["difference"].agg(lambda each: (each > 0).sum()).to_dict()


def test_the_same_total_is_the_same_to_the_rounding_of_the_grid(reckoned: Places) -> None:
    ((difference, companies),) = query(
        reckoned.warehouse,
        "SELECT sum(difference_eur)::DOUBLE, count(*) FROM fee_scenarios WHERE scenario = 'same_total'",
    ).to_numpy()
    assert abs(difference) <= companies * 0.005


# As a member may have filled in the form; the first is what the totals call a sum over all. Intake takes
# « aucun » and « inconnu » for empty cells.
NO_COLLEGES = ("tous", "Tous", "TOUS", "Hors-Region", "hors-region")


def test_a_cell_that_reads_like_a_marker_is_an_unknown_college(small: Sample, tmp_path: Path) -> None:
    cells = [*NO_COLLEGES, *small.clustr["Collège"].iloc[len(NO_COLLEGES) :]]
    places = installed(tmp_path, replace(small, clustr=small.clustr.assign(Collège=cells)))
    run_all(places)
    kept = rows(
        places.warehouse, "SELECT DISTINCT college FROM memberships WHERE is_active AND college IS NOT NULL"
    )
    assert "tous" in {college for (college,) in kept}
    colleges = {college for (college,) in kept} - {*NO_COLLEGES} | {"inconnu"}
    for mart in ("fee_scenarios", "board_seats_by_college"):
        found = rows(places.warehouse, f"SELECT DISTINCT college FROM {mart}")
        assert {college for (college,) in found} == colleges


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """Set a variable for this test alone; the settings are read anew before and after."""

    def given(name: str, value: str) -> None:
        monkeypatch.setenv(name, value)
        settings.cache_clear()

    yield given
    monkeypatch.undo()
    settings.cache_clear()


BAD_SETTINGS = {
    "an unknown method": ("ALLIAGE_BOARD__METHOD", "imperiali", "'sainte_lague', 'dhondt'"),
    "no weight": (
        "ALLIAGE_BOARD",
        '{"weight_jobs": 0, "weight_members": 0, "weight_fees": 0}',
        "doit être plus grand que 0",
    ),
    "minima beyond the seats": ("ALLIAGE_BOARD__MINIMUM", "3", "demandent 39 sièges : il n'y en a que 26"),
    "an unknown parameter": ("ALLIAGE_BOARD__SEAT", "26", "ALLIAGE_BOARD__SEAT, qui n'existe pas"),
    "no JSON": ("ALLIAGE_BOARD", "{", "ALLIAGE_BOARD n'est pas un objet JSON lisible"),
    "a negative fee": ("ALLIAGE_FEES__JOBS_0_9", "-4", "ALLIAGE_FEES__JOBS_0_9 = « -4 »"),
}


@pytest.mark.parametrize(("name", "value", "told"), BAD_SETTINGS.values(), ids=BAD_SETTINGS)
def test_a_setting_that_cannot_be(
    name: str, value: str, told: str, environment: Callable[[str, str], None]
) -> None:
    environment(name, value)
    with pytest.raises(InputError) as refused:
        settings()
    assert told in str(refused.value)


def test_a_choice_reaches_the_seats_and_the_log(
    small_published: Places, environment: Callable[[str, str], None], tmp_path: Path
) -> None:
    environment("ALLIAGE_BOARD__METHOD", "dhondt")
    places = small_published.twin(tmp_path)
    run_all(places)
    ((parameters,),) = rows(places.warehouse, "SELECT parameters FROM runs")
    assert json.loads(parameters)["board"]["method"] == "dhondt"
    assert rows(places.warehouse, "SELECT DISTINCT method FROM board_seat_scenarios WHERE is_run") == [
        ("dhondt",)
    ]
