"""The tables of seats on nine companies, reckoned by hand.

In the territories with seats: Lyon 80 jobs, 2 members, 400 €; Loire 10, 2, 400; Isère 10, 2, 200. Shares of
jobs .8 .1 .1, of members ⅓ each, of fees .4 .4 .2; weighted .5111 .2778 .2111; quotas 4.6 2.5 1.9 of nine.
"""

from collections.abc import Callable
from typing import Any

import duckdb
import pytest
import warehouse_builds as builds
from nine_companies import COMPANIES, MEMBERS

from transforms.warehouse.board.parameters import BoardParameters
from transforms.warehouse.board.remarks import remarks
from transforms.warehouse.fees.parameters import FeeParameters

COLUMNS = {
    "holds_seats": (True, True, True, False, False, True),
    "members": (2, 2, 2, 1, 1, 0),
    "members_not_counted": (0, 0, 0, 0, 0, 0),
    "jobs": (80, 10, 10, 500, 0, 0),
    "jobs_unknown": (0, 1, 0, 0, 1, 0),
    "jobs_largest_share": (0.75, 1, 1, 1, None, None),
    "fee_eur": (400, 400, 200, 900, 50, 0),
    "fee_unknown": (0, 0, 1, 0, 0, 0),
    "fee_largest_share": (0.75, 0.75, 1, 1, 1, None),
    "share_of_jobs": (0.8, 0.1, 0.1, None, None, None),
    "share_of_members": (1 / 3, 1 / 3, 1 / 3, None, None, None),
    "share_of_fees": (0.4, 0.4, 0.2, None, None, None),
    "weighted_share": (23 / 45, 12.5 / 45, 9.5 / 45, None, None, None),
    "quota": (4.6, 2.5, 1.9, None, None, None),
    # By 1, 3, 5 ...: .511 .278 .211 .170 .102 .093 .073 .070, and the ninth .0568 before Loire's .0556.
    "seats": (5, 2, 2, 0, 0, 0),
    "has_last_seat": (True, False, False, None, None, None),
    "has_next_seat": (False, True, False, None, None, None),
    "settled_by_tie": (False, False, False, None, None, None),
    # Lyon's sixth: .5111 x / 11 > .2111 / 3; Loire's third: .2778 x / 5 > .5111 / 9; Isère's too.
    "share_to_win": (0.5145, 0.0223, 0.3451, None, None, None),
    # Lyon's fifth: .5111 x / 9 < .2778 / 5; Loire's second: .2778 x / 3 < .5111 / 11; Isère's: < .2778 / 5.
    "share_to_lose": (0.0218, 0.4982, 0.2106, None, None, None),
}


@pytest.mark.parametrize(("column", "expected"), COLUMNS.items(), ids=COLUMNS)
def test_board_seats(nine: Any, column: str, expected: tuple[object, ...]) -> None:
    codes = ("lyon", "42", "38", "hors-region", "inconnu", "15")
    found = dict(nine.rows(f"SELECT territory, {column} FROM board_seats"))
    for code, value in zip(codes, expected, strict=True):
        assert found[code] == (pytest.approx(value, abs=1e-9) if isinstance(value, float) else value), code


def test_every_territory_is_listed(nine: Any) -> None:
    assert nine.rows("SELECT territory FROM board_seats") == nine.rows("SELECT territory FROM territories")


def test_what_is_said_to_win_a_seat_wins_it(nine: Any, publish: Callable[..., Any]) -> None:
    ((jobs, fee),) = nine.rows("SELECT jobs_to_win, fee_to_win_eur FROM board_seats WHERE territory = '42'")
    for more, expected in ((0, 3), (-1, 2)):
        changed = {**COMPANIES, "c": {**COMPANIES["c"], "jobs": 10.0 + jobs + more}}
        assert _seats(publish(companies=changed))["42"] == expected
        members = [
            {**one, "fee_eur": str(300 + fee + more)} if one["company_id"] == "c" else one for one in MEMBERS
        ]
        assert _seats(publish(members=tuple(members)))["42"] == expected


def _seats(published: Any) -> dict[str, int | None]:
    return dict(published.rows("SELECT territory, seats FROM board_seats"))


FOUNDERS = {
    # Members, jobs, fees, quota, seats.
    ("apart", "clustr"): (2, 70, 300, 4.0, 4),
    ("apart", "numelink+clustr"): (1, 20, 300, 2.0, 2),
    # A fifth of .2778 and all of .0556 are equal: the ninth seat goes to the larger.
    ("apart", "numelink"): (2, 10, 400, 2.5, 3),
    ("apart", "aucun"): (1, 0, 0, 0.5, 0),
    ("shared", "clustr"): (2.5, 80, 400, 4.85, 5),
    ("shared", "numelink"): (2.5, 20, 600, 3.65, 4),
    ("shared", "aucun"): (1, 0, 0, 0.5, 0),
    # Lyon's 5: .7083 and .2917, so 4 and 1; Loire's 2 to Numelink; Isère's 2: .8333 .1667, both to Clust'R.
    ("by_territory", "clustr"): (2.5, 80, 400, 5 * 17 / 24 + 2 * 5 / 6, 6),
    ("by_territory", "numelink"): (2.5, 20, 600, 5 * 7 / 24 + 2, 3),
    ("by_territory", "aucun"): (1, 0, 0, 2 / 6, 0),
    ("parity", "numelink"): (2.5, 20, 600, 4.5, 5),
    ("parity", "clustr"): (2.5, 80, 400, 4.5, 4),
    ("parity", "aucun"): (1, 0, 0, 0, 0),
}


def test_board_seats_by_founder(nine: Any) -> None:
    query = "SELECT rule, founder, members, jobs, fee_eur, quota, seats FROM board_seats_by_founder"
    found = {(rule, founder): tuple(map(float, row)) for rule, founder, *row in nine.rows(query)}
    assert found == {key: pytest.approx(row) for key, row in FOUNDERS.items()}


def test_fees_of_a_third_network_are_its_members_founders(publish: Callable[..., Any]) -> None:
    # What members of Clust'R, of both, and of no founder pay to the third network.
    third = {"a": "30.00", "b": "50.01", "i": "70.00"}
    added = (builds.member("tiers", f"1{company}", company, fee=fee) for company, fee in third.items())
    published = publish(members=(*MEMBERS, *added))
    query = "SELECT founder, fee_eur::DOUBLE FROM board_seats_by_founder WHERE rule = ?"
    halves = {"clustr": 400 + 30 + 25.005, "numelink": 600 + 25.005, "aucun": 70}
    for rule in ("shared", "by_territory", "parity"):
        assert dict(published.rows(query.replace("?", f"'{rule}'"))) == pytest.approx(halves, abs=0.006), rule
    sums = "SELECT DISTINCT round(sum(fee_eur)) FROM board_seats_by_founder GROUP BY rule"
    of_board = "SELECT round(sum(fee_eur)) FROM board_seats WHERE holds_seats"
    assert published.rows(sums) == published.rows(of_board) == [(1150,)]


def test_board_seats_by_college(nine: Any) -> None:
    # Weighted .5111 .1556 .3333; after 8 seats 4 1 3, Entreprise claims .0568 and Startup .0519.
    query = "SELECT college, members, jobs, fee_eur, round(quota, 6), seats FROM board_seats_by_college"
    assert nine.rows(query) == [
        ("Entreprise", 2, 80, 400, 4.6, 5),
        ("Startup", 1, 10, 200, 1.4, 1),
        ("inconnu", 3, 10, 400, 3.0, 3),
    ]


SCENARIOS = {
    # Jobs .8 .1 .1 (7.2 .9 .9); members 3 each; fees .4 .4 .2 (3.6 3.6 1.8). Of equals the first code wins.
    ("sainte_lague", "jobs"): (7, 1, 1),
    ("sainte_lague", "members"): (3, 3, 3),
    ("sainte_lague", "fees"): (3, 4, 2),
    ("sainte_lague", "run"): (5, 2, 2),
    ("dhondt", "jobs"): (8, 0, 1),
    ("dhondt", "fees"): (4, 4, 1),
    ("huntington_hill", "jobs"): (7, 1, 1),
    ("largest_remainder", "jobs"): (7, 1, 1),
    # Quotas 3.6 3.6 1.8 leave two seats: .8 first, then one of two equals.
    ("largest_remainder", "fees"): (3, 4, 2),
    ("largest_remainder", "equal"): (5, 2, 2),
}


@pytest.mark.parametrize(("scenario", "expected"), SCENARIOS.items(), ids=map(" ".join, SCENARIOS))
def test_board_seat_scenarios(nine: Any, scenario: tuple[str, str], expected: tuple[int, ...]) -> None:
    method, weighting = scenario
    condition = f"method = '{method}' AND weighting = '{weighting}'"
    found = dict(nine.rows(f"SELECT territory, seats FROM board_seat_scenarios WHERE {condition}"))
    assert found == dict(zip(("lyon", "42", "38"), expected, strict=True))


def test_the_scenario_of_the_run_is_the_board(nine: Any) -> None:
    of_run = "SELECT territory, seats, seats_of_run, difference FROM board_seat_scenarios WHERE is_run"
    assert nine.rows(of_run) == [("38", 2, 2, 0), ("42", 2, 2, 0), ("lyon", 5, 5, 0)]
    differs = "SELECT DISTINCT seats - seats_of_run - difference FROM board_seat_scenarios"
    assert nine.rows(differs) == [(0,)]


def test_26_seats_and_one_at_least(publish: Callable[..., Any]) -> None:
    published = publish(BoardParameters(method="dhondt", weight_jobs=1, weight_members=0, weight_fees=0))
    # .8 .1 .1 of 26: Lyon's 22nd seat is worth .0364, a second one elsewhere .05.
    assert _seats(published) | {"lyon": 22, "42": 2, "38": 2} == _seats(published)
    for table, key in (("board_seat_scenarios", "method, weighting"), ("board_seats_by_founder", "rule")):
        assert published.rows(f"SELECT DISTINCT sum(seats) FROM {table} GROUP BY {key}") == [(26,)]
    assert published.rows("SELECT sum(seats) FROM board_seats_by_college") == [(26,)]


def test_only_some_colleges_count(publish: Callable[..., Any]) -> None:
    published = publish(BoardParameters(voting_colleges=("Entreprise",)))
    counted = """
        SELECT territory, members, members_not_counted, jobs
        FROM board_seats
        WHERE members + members_not_counted > 0
    """
    assert published.rows(counted) == [
        ("38", 1, 1, 0),
        ("42", 2, 0, 10),
        ("hors-region", 0, 1, 0),
        ("inconnu", 1, 0, 0),
        ("lyon", 2, 0, 80),
    ]
    assert published.rows("SELECT college FROM board_seats_by_college") == [("Entreprise",), ("inconnu",)]
    assert published.rows("SELECT sum(seats) FROM board_seats") == [(26,)]


def test_outside_the_region_may_have_seats(publish: Callable[..., Any]) -> None:
    seats = _seats(publish(BoardParameters(outside_region=True, weight_members=0, weight_fees=0)))
    # 500, 80, 10 and 10 jobs: the small keep their minimum, 24 seats are left for 20.7 and 3.3.
    assert (seats["hors-region"], seats["lyon"], seats["42"], seats["38"]) == (21, 3, 1, 1)


def test_of_a_criterion_without_data_no_seat_is_shared(publish: Callable[..., Any]) -> None:
    members = tuple({**one, "fee_eur": None} for one in (builds.member("clustr", "1", "a"),))
    only_fees = BoardParameters(weight_jobs=0, weight_members=0)
    published = publish(only_fees, members=members, companies={"a": {"name": "Société", "territory": "42"}})
    assert set(_seats(published).values()) == {None}
    with duckdb.connect(str(published.path), read_only=True) as con:
        (told,) = remarks(con, only_fees, FeeParameters())
    assert told.text.startswith("Les sièges du conseil n'ont pas pu être répartis")
    scenarios = "SELECT weighting, seats FROM board_seat_scenarios WHERE method = 'dhondt'"
    assert published.rows(scenarios) == [
        ("equal", 26),
        ("fees", None),
        ("jobs", None),
        ("members", 26),
        ("run", None),
    ]


def test_without_an_active_company_nobody_has_a_seat(publish: Callable[..., Any]) -> None:
    members = (builds.member("clustr", "1", "gone", active=False),)
    published = publish(members=members, companies={"gone": {"name": "Société", "territory": "42"}})
    assert set(_seats(published).values()) == {None}
    for table in ("board_seat_scenarios", "board_seats_by_college", "double_fees", "fee_scenarios"):
        assert published.rows(f"SELECT * FROM {table}") == []


def test_a_college_that_nobody_has_is_told(nine: Any) -> None:
    board = BoardParameters(seats=9, minimum=0, voting_colleges=("Entreprise", "Entreprises"))
    fees = FeeParameters(college_factors={"Start-up": 0.5})
    with duckdb.connect(str(nine.path), read_only=True) as con:
        told = [remark.text for remark in remarks(con, board, fees)]
    assert [text.partition(",")[0] for text in told] == [
        "Aucun membre actif n'est du collège « Entreprises »",
        "Aucun membre actif n'est du collège « Start-up »",
    ]
    assert told[0].endswith("Collèges connus : « Entreprise », « Startup ».")
