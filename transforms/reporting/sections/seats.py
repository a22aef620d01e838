"""The seats of the board: a hemicycle, how firm the last seat is, and the same seats by other rules."""

import duckdb

from transforms.reporting import cells, places
from transforms.reporting.document import Block, Section, Table, number_columns, text_column
from transforms.reporting.drawing.hemicycle import Bench, hemicycle
from transforms.reporting.reading import Row, rows
from transforms.reporting.sections import seat_rules
from transforms.wording import decimal, number, percent, plural

TABLES = frozenset(
    {
        *("board_seats", "board_seat_scenarios", "board_seats_by_founder", "board_seats_by_college"),
        *("sources", "runs"),
    }
)

_SEATS = "SELECT * FROM board_seats ORDER BY NOT holds_seats, seats DESC, weighted_share DESC, territory"
_MINIMUM = """
SELECT (parameters::JSON -> 'board' ->> 'minimum')::INTEGER AS seats
FROM runs
WHERE run_id IN (SELECT run_id FROM sources)
"""
_SCENARIOS = "SELECT * FROM board_seat_scenarios ORDER BY method, weighting, territory"


def section(con: duckdb.DuckDBPyConnection) -> Section:
    """Seats of the run, and how far they hang on the method and the weights."""
    found = rows(con, _SEATS)
    seated = [row for row in found if row["seats"] is not None and row["holds_seats"]]
    if not sum(row["seats"] for row in seated):
        return Section(
            slug="sieges",
            title="Les sièges du conseil",
            lead="Aucun siège ne peut être réparti : aucun membre n'a de valeur pour les critères qui "
            "comptent.",
            blocks=(_table(found),),
        )
    scenarios = rows(con, _SCENARIOS)
    return Section(
        slug="sieges",
        title="Les sièges du conseil",
        lead=_lead(seated, scenarios, _minimum(con)),
        blocks=(
            _hemicycle(seated),
            _table(found),
            *seat_rules.scenario_blocks(seated, scenarios),
            *seat_rules.founders(con),
            *seat_rules.colleges(con),
        ),
    )


def _minimum(con: duckdb.DuckDBPyConnection) -> int:
    """The seats that each territory with a member has at least; 0 where the run does not tell."""
    return max((row["seats"] or 0 for row in rows(con, _MINIMUM)), default=0)


def _lead(seated: list[Row], scenarios: list[Row], minimum: int) -> str:
    total = sum(row["seats"] for row in seated)
    rule = next((row for row in scenarios if row["is_run"]), None)
    by = f" par {seat_rules.METHODS[rule['method']]} (poids : {_weights(rule)})" if rule else ""
    last = next((row for row in seated if row["has_last_seat"]), None)
    fragile = f" Dernier siège attribué : {places.short(last)}" if last else ""
    loses = last and last["share_to_lose"]
    fragile += (
        f", qui le perdrait si sa part baissait de {percent(loses, 1)}." if loses else "." if last else ""
    )
    least = f", {number(minimum)} au moins par territoire qui a un membre" if minimum else ""
    return f"{plural(total, 'siège réparti', 'sièges répartis')}{by}{least}.{fragile}"


def _weights(rule: Row) -> str:
    """Those of the three criteria, together 100 %."""
    given = (("emplois", "weight_jobs"), ("membres", "weight_members"), ("cotisations", "weight_fees"))
    whole = sum(rule[column] for _, column in given)
    return ", ".join(f"{label} {percent(rule[column] / whole)}" for label, column in given)


def _hemicycle(seated: list[Row]) -> Block:
    ordered = sorted(seated, key=lambda row: places.west_to_east(row["territory"]))
    return hemicycle(
        "hemicycle",
        "Les sièges par territoire, d'ouest (à gauche) en est ; cercle tireté : le dernier siège attribué",
        "Hémicycle : " + " ; ".join(f"{places.short(row)} {row['seats']}" for row in ordered if row["seats"]),
        [
            Bench(
                places.code(row["territory"]),
                places.short(row),
                row["seats"],
                bool(row["has_last_seat"]),
            )
            for row in ordered
        ],
    )


def _table(found: list[Row]) -> Table:
    counted = [row for row in found if row["holds_seats"]]
    seats = [row["seats"] for row in counted if row["seats"] is not None]
    quotas = [row["quota"] for row in counted if row["quota"] is not None]
    return Table(
        title="Sièges, critères et solidité",
        columns=(
            text_column("Territoire"),
            *number_columns(
                "Sièges",
                "Quota",
                "Membres",
                "Emplois",
                "dont le plus grand",
                "Cotisations | €",
                "dont la plus grande",
                "Un de plus si sa part monte de",
                "Un de moins si elle baisse de",
            ),
        ),
        rows=tuple(_seat_row(row) for row in found),
        total=(
            "Territoires à sièges",
            number(sum(seats)) if seats else cells.NONE,
            decimal(sum(quotas), 2) if quotas else cells.NONE,
            number(sum(row["members"] for row in counted)),
            number(cells.total(counted, "jobs")),
            cells.largest(counted, "jobs", "jobs_largest_share"),
            number(cells.total(counted, "fee_eur")),
            cells.largest(counted, "fee_eur", "fee_largest_share"),
            "",
            "",
        ),
        notes=(
            "Quota : les sièges que donnerait la proportion exacte. « — » : aucune hausse ou baisse n'y "
            "suffirait.",
        ),
    )


def _seat_row(row: Row) -> tuple[str, ...]:
    return (
        places.short(row),
        cells.count(row["seats"] if row["holds_seats"] else None),
        cells.digits(row["quota"], 2),
        number(row["members"]),
        number(row["jobs"]),
        cells.share(row["jobs_largest_share"]),
        number(row["fee_eur"]),
        cells.share(row["fee_largest_share"]),
        cells.share(row["share_to_win"], 1),
        cells.share(row["share_to_lose"], 1),
    )
