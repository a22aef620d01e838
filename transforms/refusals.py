"""Why cells and rows are refused: one rule, one message, the same everywhere."""

from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from transforms import reference

_EXPECTED = " Attendu : "


class Refusal(BaseModel):
    """One rule of `reference/refusals.yml`; texts are French and never hold the refused value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    severity: Literal["critical", "warning", "info"]
    problem: str
    expected: str
    fix: str

    @property
    def message(self) -> str:
        """The whole explanation, as rejected rows show it."""
        return self.told()

    def told(self, detail: str = "") -> str:
        """The whole explanation, with what is to say of the very cell behind the problem."""
        problem = f"{self.problem} {detail}".rstrip()
        return f"{problem}{_EXPECTED}{self.expected}. À faire : {self.fix}."


def problem_of(message: str) -> str:
    """What is wrong, as `message` says it."""
    return message.partition(_EXPECTED)[0]


@cache
def refusal(rule: str) -> Refusal:
    """The refusal of that name.

    Raises:
        KeyError: the rule is not in `reference/refusals.yml`.
    """
    return Refusal(rule=rule, **reference.load("refusals")[rule])


def is_personal(field: str) -> bool:
    """Whether values of `field` name or reach a person ; `*`, a whole row, shows none."""
    return field != "*" and bool(reference.load("fields")[field]["personal"])
