"""Write the tables about the seats of the board."""

from typing import Any

import duckdb
import pyarrow as pa

from transforms.warehouse import tables
from transforms.warehouse.board.electorate import electorate
from transforms.warehouse.board.groups import board_seats_by_college, board_seats_by_founder
from transforms.warehouse.board.parameters import BoardParameters
from transforms.warehouse.board.scenarios import board_seat_scenarios
from transforms.warehouse.board.seats import board_seats


def build_board(con: duckdb.DuckDBPyConnection, parameters: BoardParameters) -> None:
    """Create and fill `board_seats` and its companions from `active_members` and `territory_names`."""
    voters = electorate(con, parameters)
    board = board_seats(voters, parameters)
    seats = {row["territory"]: row["seats"] for row in board}
    rows = {
        "board_seats": board,
        "board_seat_scenarios": board_seat_scenarios(voters, parameters),
        "board_seats_by_founder": board_seats_by_founder(voters, seats, parameters),
        "board_seats_by_college": board_seats_by_college(voters, parameters),
    }
    for name, of_table in rows.items():
        _write(con, tables.public_table(name), of_table)


def _write(con: duckdb.DuckDBPyConnection, table: tables.Table, rows: list[dict[str, Any]]) -> None:
    columns = {name: pa.array([row.get(name) for row in rows]) for name in table.column_names}
    con.register("_board", pa.table(columns))
    tables.create(con, table)
    tables.insert(con, table, "_board")
    con.unregister("_board")
