"""What a session has done, in its cookie, so that it can undo it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from transforms.matching.decisions.decision import Decision
from transforms.matching.decisions.log import number_of

# A cookie holds 4 kB; who wants to go back further finds the page of decisions.
_UNDOABLE = 30
_ROOM = 1800


@dataclass(frozen=True)
class Done:
    """One act: a judgement, or a golden correction.

    Args:
        first: the number of the first of its words.
        count: how many words it said, with numbers in a row.
        taken_back: the ids of decisions that it took back.
        correction: the id of the correction, if it is one.
        company: the company that is corrected.
    """

    first: int
    count: int
    taken_back: tuple[str, ...]
    correction: str = ""
    company: str = ""

    def said(self, decisions: Sequence[Decision], steward: str) -> list[str]:
        """The ids of its words: those of one lock have numbers in a row."""
        wanted = range(self.first, self.first + self.count)
        return [
            one.decision_id
            for one in decisions
            if number_of(one.decision_id) in wanted and one.steward == steward
        ]


def remember(request: Request, said: Sequence[str], taken_back: Sequence[str] = ()) -> None:
    """Keep a judgement by the ids of its words and of those that it took back; the oldest ones make room."""
    if not (said or taken_back):
        return
    _keep(request, [min(map(number_of, said), default=0), len(said), list(taken_back)])


def remember_correction(request: Request, correction_id: str, company_id: str) -> None:
    """Keep a golden correction in the same way."""
    _keep(request, [0, 0, [], correction_id, company_id])


def _keep(request: Request, act: list[Any]) -> None:
    done = [*request.session.get("done", []), act]
    while len(done) > _UNDOABLE or (done and len(json.dumps(done)) > _ROOM):
        del done[0]
    request.session["done"] = done


def last_done(request: Request) -> Done | None:
    """The latest judgement of the session that has not been undone."""
    done = request.session.get("done", [])
    if not done:
        return None
    first, count, taken_back, *corrected = done[-1]
    return Done(first, count, tuple(taken_back), *corrected)


def forget_last(request: Request) -> None:
    """Leave the latest judgement out: it is undone."""
    request.session["done"] = request.session.get("done", [])[:-1]
