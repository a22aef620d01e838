"""`board_seat_scenarios`: the same territories under every method and several weightings."""

from collections.abc import Mapping
from typing import Any

from transforms.warehouse.board.apportionment import METHODS, Method, apportion
from transforms.warehouse.board.criteria import Values, combined, whole
from transforms.warehouse.board.electorate import Electorate, grouped, values_of
from transforms.warehouse.board.parameters import CRITERIA, BoardParameters


def board_seat_scenarios(voters: Electorate, parameters: BoardParameters) -> list[dict[str, Any]]:
    """One row a method, weighting and territory that holds seats.

    Seats in all and minimum are those of the run. `seats` is empty for a weighting of which nobody has
    anything, e.g. of fees that no export gives. Columns are those of the public table.
    """
    sums = grouped(voters.counted, lambda group: group.territory)
    values = values_of(sums[code] for code in voters.seated)
    of_run = _seats(parameters.method, values, parameters.weights, parameters)
    return [
        {
            "method": method,
            "weighting": weighting,
            **{f"weight_{name}": weight for name, weight in weights.items()},
            "is_run": method == parameters.method and weighting == "run",
            "territory": territory,
            "seats": seats,
            "seats_of_run": run,
            "difference": None if seats is None or run is None else seats - run,
        }
        for method in METHODS
        for weighting, weights in weightings(parameters).items()
        for territory, seats, run in zip(
            voters.seated, _seats(method, values, weights, parameters), of_run, strict=True
        )
    ]


def weightings(parameters: BoardParameters) -> dict[str, Mapping[str, float]]:
    """The weights of each scenario by its name: each criterion alone, all equal, the run's."""
    alone = {name: {other: float(other == name) for other in CRITERIA} for name in CRITERIA}
    return {**alone, "equal": dict.fromkeys(CRITERIA, 1.0), "run": parameters.weights}


def _seats(
    method: Method, values: Values, weights: Mapping[str, float], parameters: BoardParameters
) -> list[int | None]:
    common = combined(values, whole(weights))
    if common is None:
        return [None] * len(values["members"])
    return list(apportion(method, common, parameters.seats, parameters.minimum).held)
