"""Decisions under the numbers that their members bear today: what everything that reads them goes by."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from transforms.matching.decisions.decision import Decision, as_frame, under_todays_numbers


@dataclass(frozen=True)
class Today:
    """The decisions of the log today.

    Attributes:
        decisions: all of them, in the order of the log, under today's numbers; those in `gone` as said.
        gone: the ids of those on a member that has left: its number may be that of another one by now.
    """

    decisions: tuple[Decision, ...]
    gone: frozenset[str] = frozenset()

    @property
    def here(self) -> tuple[Decision, ...]:
        """Those on members that have not left."""
        return tuple(one for one in self.decisions if one.decision_id not in self.gone)

    @property
    def elsewhere(self) -> tuple[Decision, ...]:
        """Those on a member that has left."""
        return tuple(one for one in self.decisions if one.decision_id in self.gone)


def todays(decisions: Sequence[Decision], numbers: pd.DataFrame | None) -> Today:
    """`decisions` under the numbers that their members bear today.

    Args:
        decisions: as the log has them.
        numbers: columns of continuity.numbers; None where no number ever changed hands.
    """
    changed = set() if numbers is None else set(zip(numbers["source"], numbers["member_id"], strict=True))
    touched = [one for one in decisions if not changed.isdisjoint(one.pair)]
    if numbers is None or not touched:
        return Today(tuple(decisions))
    found = under_todays_numbers(as_frame(touched), numbers)
    ends = found[["left_member_id", "right_member_id"]].itertuples(index=False, name=None)
    meant = dict(zip(found["decision_id"], ends, strict=True))
    return Today(
        tuple(_under(one, meant.get(one.decision_id)) for one in decisions),
        frozenset(one.decision_id for one in touched) - meant.keys(),
    )


def _under(decision: Decision, numbers: tuple[str, str] | None) -> Decision:
    if numbers is None:
        return decision
    return decision.model_copy(update={"left_member_id": numbers[0], "right_member_id": numbers[1]})
