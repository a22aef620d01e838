"""Double fees and a common grid on the nine companies, reckoned by hand."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import warehouse_builds as builds
from pydantic import ValidationError

from transforms.warehouse.fees.grid import size_classes
from transforms.warehouse.fees.parameters import FeeParameters


def test_who_pays_in_two_networks(nine: Any) -> None:
    query = "SELECT * EXCLUDE (name, is_sole_trader) FROM double_fees"
    assert nine.rows(query) == [
        # Company, territory; networks, fees paid, unknown; Numelink, Clust'R, third; total, highest, beyond.
        ("b", "lyon", 2, 2, 0, 200, 100, None, 300, 200, 100),
        ("g", "inconnu", 2, 1, 1, 50, None, None, 50, 50, 0),
    ]


# Size, college, today, by the grid, difference, outcome; and by the grid times 1950 € of today over 1300 €.
GRID = {
    "a": ("50-249", "Entreprise", 100, 300, 200, "pays_more", 450),
    "b": ("10-49", "Entreprise", 300, 200, -100, "pays_less", 300),
    "c": ("10-49", "inconnu", 300, 200, -100, "pays_less", 300),
    "d": ("inconnu", "inconnu", 100, 150, 50, "pays_more", 225),
    "e": ("10-49", "Startup", 200, 100, -100, "pays_less", 150),
    "f": ("250-4999", "Startup", 900, 200, -700, "pays_less", 300),
    "g": ("inconnu", "inconnu", 50, 150, 100, "pays_more", 225),
    "i": ("0-9", "inconnu", None, 100, None, "unknown", 150),
}


def test_what_each_would_pay(nine: Any) -> None:
    query = """
        SELECT
            company_id, size_class, college, fee_today_eur, grid.fee_eur, grid.difference_eur, grid.outcome,
            same.fee_eur
        FROM fee_scenarios AS grid
        INNER JOIN fee_scenarios AS same USING (company_id, size_class, college, fee_today_eur)
        WHERE grid.scenario = 'grid' AND same.scenario = 'same_total'
    """
    joined = query.replace(", fee_today_eur)", ")").replace("fee_today_eur,", "grid.fee_today_eur,")
    assert {company: tuple(row) for company, *row in nine.rows(joined)} == GRID


TOTALS = {
    # Companies, without jobs, without fee today; today, by the grid, difference; more, less, the same.
    ("grid", "tous", "tous", "tous", "tous"): (8, 2, 1, 1950, 1400, -650, 3, 350, 4, -1000, 0),
    ("same_total", "tous", "tous", "tous", "tous"): (8, 2, 1, 1950, 2100, 0, 3, 650, 2, -650, 2),
    ("grid", "42", "tous", "tous", "tous"): (2, 1, 0, 400, 350, -50, 1, 50, 1, -100, 0),
    ("grid", "tous", "10-49", "tous", "tous"): (3, 0, 0, 800, 500, -300, 0, None, 3, -300, 0),
    ("grid", "42", "10-49", "tous", "tous"): (1, 0, 0, 300, 200, -100, 0, None, 1, -100, 0),
    ("grid", "tous", "tous", "Startup", "tous"): (2, 0, 0, 1100, 300, -800, 0, None, 2, -800, 0),
    ("grid", "tous", "tous", "tous", "2"): (2, 1, 0, 350, 350, 0, 1, 100, 1, -100, 0),
    ("grid", "tous", "0-9", "tous", "tous"): (1, 0, 1, None, 100, None, 0, None, 0, None, 0),
}


@pytest.mark.parametrize(("key", "expected"), TOTALS.items(), ids=map(" ".join, TOTALS))
def test_totals(nine: Any, key: tuple[str, ...], expected: tuple[object, ...]) -> None:
    query = f"""
        SELECT
            companies, jobs_unknown, fee_today_unknown, fee_today_eur, fee_eur, difference_eur,
            pay_more, pay_more_eur, pay_less, pay_less_eur, pay_the_same
        FROM fee_scenario_totals
        WHERE (scenario, territory, size_class, college, networks) = {key}
    """
    assert nine.rows(query) == [expected]


def test_the_largest_share_is_told(nine: Any) -> None:
    query = """
        SELECT fee_today_largest_share, fee_largest_share
        FROM fee_scenario_totals
        WHERE (scenario, territory, size_class, college, networks) = ('grid', 'tous', 'tous', 'tous', 'tous')
    """
    assert nine.rows(query) == [(pytest.approx(900 / 1950), pytest.approx(300 / 1400))]


def test_the_grid_is_published_with_its_classes(nine: Any) -> None:
    query = """
        SELECT size_class, jobs_from, jobs_below, fee_eur
        FROM fee_grid
        WHERE scenario = 'grid' AND college = 'Startup'
    """
    assert sorted(nine.rows(query)) == [
        ("0-9", 0, 10, 50),
        ("10-49", 10, 50, 100),
        ("250-4999", 250, 5000, 200),
        ("50-249", 50, 250, 150),
        ("5000+", 5000, None, 250),
        ("inconnu", None, None, 75),
    ]


BEGINNINGS = {0: "0-9", 9.99: "0-9", 10: "10-49", 49.5: "10-49", 50: "50-249", 250: "250-4999", 5000: "5000+"}


def test_where_a_size_class_begins(publish: Callable[..., Any]) -> None:
    companies = {
        f"E{jobs}": {"name": "Société", "territory": "42", "jobs": float(jobs), "jobs_kind": "exact"}
        for jobs in BEGINNINGS
    }
    members = tuple(builds.member("clustr", company, company) for company in companies)
    published = publish(members=members, companies=companies)
    found = published.rows("SELECT DISTINCT company_id, size_class FROM fee_scenarios")
    assert dict(found) == {f"E{jobs}": expected for jobs, expected in BEGINNINGS.items()}


def test_a_grid_of_nothing_has_no_factor(publish: Callable[..., Any]) -> None:
    free = FeeParameters.model_validate(
        dict.fromkeys(FeeParameters().model_dump(exclude={"college_factors"}), 0)
    )
    totals = publish(fees=free).rows(
        "SELECT DISTINCT scenario, fee_eur FROM fee_scenario_totals ORDER BY ALL"
    )
    assert totals == [("grid", 0), ("same_total", 0)]


@pytest.mark.parametrize("word", ["tous", "TOUS", "Aucun", " inconnu", "Hors-Region"])
def test_a_college_that_is_written_like_a_marker_is_unknown(word: str, publish: Callable[..., Any]) -> None:
    colleges = {"a": word, "b": "Tous ensemble"}
    members = tuple(
        {**builds.member("clustr", name, name), "college": college} for name, college in colleges.items()
    )
    company = {"name": "Société", "territory": "42"}
    published = publish(members=members, companies=dict.fromkeys(colleges, company))
    found = published.rows("SELECT DISTINCT company_id, college FROM fee_scenarios ORDER BY company_id")
    assert found == [("a", "inconnu"), ("b", "Tous ensemble")]
    known = "SELECT college FROM board_seats_by_college ORDER BY college"
    assert published.rows(known) == [("Tous ensemble",), ("inconnu",)]


# What the only member pays today; what it would pay by the grid times the factor.
FACTORS = {
    "nobody's fee is known": (None, 100),
    "nobody pays": ("0.00", 0),
    "all is paid by one": ("30.00", 30),
}


@pytest.mark.parametrize(("today", "expected"), FACTORS.values(), ids=FACTORS)
def test_a_factor_of_nothing_takes_a_total_that_is_known_to_be_nothing(
    today: str | None, expected: int, publish: Callable[..., Any]
) -> None:
    members = (builds.member("clustr", "1", "a", fee=today), builds.member("clustr", "2", "b", fee=None))
    company = {"name": "Société", "territory": "42", "jobs": 5.0, "jobs_kind": "exact"}
    published = publish(members=members, companies={"a": company, "b": company})
    query = "SELECT DISTINCT fee_eur FROM fee_scenarios WHERE scenario = 'same_total'"
    assert published.rows(query) == [(expected,)]


def test_the_classes_follow_one_another_without_a_gap() -> None:
    classes = size_classes(FeeParameters()).to_pylist()[:-1]
    assert [one["jobs_below"] for one in classes[:-1]] == [one["jobs_from"] for one in classes[1:]]
    assert (classes[0]["jobs_from"], classes[-1]["jobs_below"]) == (0, None)


def test_amounts_are_exact_to_the_cent() -> None:
    assert FeeParameters(jobs_0_9=0.1).amounts["0-9"] == Decimal("0.10")


@pytest.mark.parametrize(
    "given",
    [{"jobs_0_9": -1}, {"jobs_5000": float("inf")}, {"college_factors": {"Startup": -0.5}}, {"jobs": 3}],
)
def test_amounts_that_cannot_be(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        FeeParameters.model_validate(given)


def test_every_amount_explains_itself_in_the_form() -> None:
    fields = FeeParameters.model_json_schema()["properties"].values()
    assert all(field["title"] and field["description"].endswith(".") for field in fields)
