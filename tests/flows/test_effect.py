"""What a judgement would do: figures of a small warehouse reckoned by hand, and the sentence."""

from datetime import date
from typing import Any

import duckdb
import pytest

from flows.effect import Effect, effect_of
from flows.effect_text import sentence

# company: siren, city, networks, jobs, kind, fee, fee by the common grid.
COMPANIES: dict[str, tuple[Any, ...]] = {
    "E-AAAAAAAAAA": ("732829320", "Lyon", 10.0, "exact", 500, 300),
    "E-BBBBBBBBBB": (None, "Lyon", 14.0, "estimated", 400, 250),
    "E-CCCCCCCCCC": ("443061841", "Le Puy", None, "unknown", None, 200),
    "E-DDDDDDDDDD": (None, "Les Abrets", 3.0, "exact", 900, 400),
}
# source, number, company, active.
MEMBERS = [
    ("clustr", "1", "E-AAAAAAAAAA", True),
    ("numelink", "2", "E-BBBBBBBBBB", True),
    ("numelink", "3", "E-CCCCCCCCCC", True),
    ("clustr", "4", "E-DDDDDDDDDD", True),
    ("numelink", "5", "E-DDDDDDDDDD", True),
]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    made.execute(
        """
        CREATE TABLE companies (company_id VARCHAR, siren VARCHAR, city VARCHAR, jobs DOUBLE,
            jobs_kind VARCHAR, jobs_source VARCHAR, jobs_as_of DATE, fee_eur DECIMAL(14, 2));
        CREATE TABLE fee_scenarios (scenario VARCHAR, company_id VARCHAR, fee_eur DECIMAL(14, 2));
        CREATE TABLE memberships (source VARCHAR, member_id VARCHAR, company_id VARCHAR, is_active BOOLEAN,
            fee_eur DECIMAL(14, 2));
        CREATE TABLE sources AS SELECT unnest(['clustr', 'numelink']) AS source, unnest([1, 2]) AS priority;
        CREATE TABLE lineage (company_id VARCHAR, field VARCHAR, source VARCHAR, member_id VARCHAR,
            value VARCHAR,
            alternatives STRUCT(source VARCHAR, member_id VARCHAR, value VARCHAR)[]);
        CREATE TABLE match_pairs (left_source VARCHAR, left_member_id VARCHAR, right_source VARCHAR,
            right_member_id VARCHAR, probability DOUBLE, zone VARCHAR);
        CREATE TABLE decisions (decision_id VARCHAR, left_source VARCHAR, left_member_id VARCHAR,
            right_source VARCHAR, right_member_id VARCHAR, verdict VARCHAR, steward VARCHAR,
            decided_at TIMESTAMP, reason VARCHAR, revoked_at TIMESTAMP, outcome VARCHAR, against VARCHAR);
        CREATE TABLE company_aliases (retired_id VARCHAR, company_id VARCHAR, reason VARCHAR);
        INSERT INTO match_pairs VALUES ('clustr', '4', 'numelink', '5', 0.9, 'match');
        INSERT INTO decisions VALUES ('D-0007', 'clustr', '4', 'numelink', '2', 'different', 'st-1',
            '2024-01-01', NULL, NULL, 'followed', NULL);
        """
    )
    for company, (siren, city, jobs, kind, fee, grid) in COMPANIES.items():
        made.execute(
            "INSERT INTO companies VALUES (?, ?, ?, ?, ?, 'clustr', ?, ?)",
            [company, siren, city, jobs, kind, date(2024, 1, 1), fee],
        )
        made.execute(
            "INSERT INTO fee_scenarios VALUES ('grid', ?, ?), ('same_total', ?, 1)", [company, grid, company]
        )
    for source, number, company, active in MEMBERS:
        made.execute("INSERT INTO memberships VALUES (?, ?, ?, ?, NULL)", [source, number, company, active])
        if siren := COMPANIES[company][0]:
            made.execute(
                "INSERT INTO lineage VALUES (?, 'siren', ?, ?, ?, [])", [company, source, number, siren]
            )
    return made


@pytest.mark.parametrize(
    ("left", "right", "verdict", "told"),
    [
        (
            "clustr:1",
            "numelink:2",
            "same",
            "À la prochaine fusion, réunit 2 fiches en une entreprise, comptée une fois ; +1 doublon "
            "à Lyon ; 14 emplois ne sont plus comptés deux fois ; les cotisations ne changent pas "
            "(900 € en tout) ; pour comparaison, selon la grille commune : 300 €.",
        ),
        (
            "numelink:2",
            "clustr:1",
            "different",
            "Confirme deux entreprises : rien ne change, la paire quitte la file.",
        ),
        ("clustr:1", "numelink:2", "unsure", "Ne change rien : la paire quitte la file."),
        (
            "clustr:1",
            "numelink:3",
            "same",
            "Ne serait pas suivi : SIREN 732829320 et SIREN 443061841 s'y opposent ; dire d'abord "
            "lequel est le bon.",
        ),
        ("clustr:4", "numelink:2", "same", "Ne serait pas suivi : D-0007 s'y oppose."),
        (
            "numelink:3",
            "clustr:4",
            "same",
            "À la prochaine fusion, réunit 3 fiches (1 et 2) en une entreprise, comptée une fois ; "
            "les cotisations ne changent pas (900 € en tout) ; pour comparaison, selon la grille commune : "
            "400 €.",
        ),
        (
            "clustr:4",
            "numelink:5",
            "different",
            "À la prochaine fusion, sépare ces deux fiches en deux entreprises ; −1 doublon aux Abrets.",
        ),
        ("clustr:4", "numelink:5", "same", "Confirme que ces fiches vont ensemble : rien ne change."),
        ("E-AAAAAAAAAA", "E-BBBBBBBBBB", "unsure", "Ne change rien : la paire quitte la file."),
    ],
    ids=[
        "merge",
        "apart",
        "unsure",
        "two sirens",
        "a decision",
        "more records",
        "split",
        "together",
        "by id",
    ],
)
def test_the_sentence(con: duckdb.DuckDBPyConnection, left: str, right: str, verdict: Any, told: str) -> None:
    assert effect_of(con, left, right, verdict).sentence.replace("\u00a0", " ").replace("\u202f", " ") == told


def test_the_figures_behind_it_do_not_depend_on_the_side(con: duckdb.DuckDBPyConnection) -> None:
    found = effect_of(con, "clustr:1", "numelink:2", "same")
    turned = effect_of(con, "numelink:2", "clustr:1", "same")
    assert (found.kind, found.records, found.doubles, found.place) == ("merge", 2, 1, "Lyon")
    assert (found.fee_today, found.fee_grid, found.fee_grid_after, found.jobs_twice) == (900, 550, 300, 14)
    assert turned == found.model_copy(update={"sizes": found.sizes[::-1]})


def test_a_split_that_other_links_oppose_waits_for_the_merge() -> None:
    found = Effect(verdict="different", kind="split", sizes=(5, 0), records=5)
    assert sentence(found) == "À la prochaine fusion, sépare ces deux fiches ; elle dira où vont 3 autres."
