"""What a person should know about seats and fees that could not be reckoned as they were meant."""

from collections.abc import Iterable, Iterator

import duckdb

from transforms.report import Remark
from transforms.warehouse.board.parameters import BoardParameters
from transforms.warehouse.fees.parameters import FeeParameters
from transforms.warehouse.markers import UNKNOWN, markers

_LISTED = 10


def remarks(con: duckdb.DuckDBPyConnection, board: BoardParameters, fees: FeeParameters) -> Iterator[Remark]:
    """Parameters that name a college of nobody, and seats that nothing shares, in the current database."""
    yield from _without_members(con, "board.voting_colleges", board.voting_colleges)
    yield from _without_members(con, "fees.college_factors", fees.college_factors)
    ((shared, members),) = con.execute("SELECT count(seats), sum(members) FROM board_seats").fetchall()
    if members and not shared:
        yield _warning(
            "Les sièges du conseil n'ont pas pu être répartis : aucun membre n'a de valeur pour les critères "
            "qui comptent. À faire : donner un poids à un autre critère."
        )


def _without_members(
    con: duckdb.DuckDBPyConnection, parameter: str, colleges: Iterable[str]
) -> Iterator[Remark]:
    rows = con.execute("SELECT DISTINCT college FROM memberships WHERE is_active AND college IS NOT NULL")
    known = sorted(college for (college,) in rows.fetchall() if college.strip().lower() not in markers())
    for college in sorted(set(colleges) - {*known, UNKNOWN}):
        listed = ", ".join(f"« {name} »" for name in known[:_LISTED]) or "aucun"
        yield _warning(
            f"Aucun membre actif n'est du collège « {college} », que nomme le paramètre {parameter}. "
            f"Collèges connus : {listed}."
        )


def _warning(text: str) -> Remark:
    return Remark(level="warning", text=text)
