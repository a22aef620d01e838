"""Pairs that somebody else has judged, shown to a second person who does not see the first word."""

from review.desk import Desk
from transforms.matching.decisions.decision import Decision


def second_looks(desk: Desk, steward: str) -> list[Decision]:
    """The words of others on published pairs to which `steward` has not said anything yet, oldest first."""
    known = desk.snapshot().known.companies or {}
    kept = [one for one in desk.today().here if one.revoked_at is None and one.verdict != "unsure"]
    own = {one.pair for one in kept if one.steward == steward}
    return [
        one
        for one in kept
        if one.steward != steward and one.pair not in own and all(end in known for end in one.pair)
    ]
