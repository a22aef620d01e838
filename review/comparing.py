"""Two records side by side: what is equal, what differs and where."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from flows.faces import SOLE_TRADER
from review.inert import shown
from review.marks import Pieces, marked, whole
from review.values import FIELDS, RecordView
from transforms.matching.explanation import Step
from transforms.standardise.places import city_key
from transforms.text import fold

Sign = Literal["equal", "near", "unequal", "alone", "aside"]

_HIDDEN = {"phone": "Téléphone", "email": "Courriel"}
_EQUAL = ("same", "shared", "crowded", "common")
_UNEQUAL = ("different", "unlike_sibling")
# Two networks may well have other figures of one company: nobody should look at those first.
_ASIDE = frozenset({"jobs", "turnover_eur", "member_since", "fee_eur", "college", "status"})
_NOT_SHOWN = "non affiché"
_ALIKE = 0.5
_BETWEEN_WORDS = re.compile(r"[-', ]+")
_POSTCODE = re.compile(r"(\d{5})?\s*(.*)")


@dataclass(frozen=True)
class Row:
    """One field of two records; `note` says in words what a value that is not shown came to."""

    label: str
    left: Pieces
    right: Pieces
    sign: Sign
    field: str
    note: str = ""

    @property
    def told(self) -> str:
        """The sign in words."""
        return self.note or _WORDS[self.sign]


def compared(left: RecordView, right: RecordView, steps: Sequence[Step]) -> tuple[Row, ...]:
    """The fields of which one side at least says something; telephone and mail as matching compared them.

    The values of those are personal data, and the name of a sole trader is a person's: they are not shown,
    only what the comparison found.
    """
    by_signal = {step.signal: step for step in steps if step.level != "missing"}
    rows = [_hidden_name(by_signal)] if left.is_person or right.is_person else []
    for field, label in FIELDS.items():
        if rows and field in ("name", "trade_name"):
            continue
        if row := _row(field, label, left.said, right.said):
            rows.append(row)
    hidden = [_hidden(label, by_signal[signal]) for signal, label in _HIDDEN.items() if signal in by_signal]
    after = next((at for at, row in enumerate(rows) if row.field == "website"), len(rows) - 1)
    return (*rows[: after + 1], *hidden, *rows[after + 1 :])


def _row(field: str, label: str, left: Mapping[str, str], right: Mapping[str, str]) -> Row | None:
    one, other = (shown(side[field]) if field in side else "" for side in (left, right))
    if not (one or other):
        return None
    if field in _ASIDE:
        return Row(label, whole(one), whole(other), "aside", field)
    if not (one and other):
        return Row(label, whole(one), whole(other), "alone", field)
    if _plain(one) == _plain(other):
        return Row(label, whole(one), whole(other), "equal", field)
    pieces = marked(one, other)
    return Row(label, *pieces, _towns(one, other) if field == "town" else _nearness(pieces), field)


def _plain(text: str) -> str:
    """A text without what makes no difference: case, accents, hyphens, apostrophes, commas."""
    return " ".join(_BETWEEN_WORDS.split(fold(text)))


def _towns(left: str, right: str) -> Sign:
    """How near two postcodes with their towns are: letters in common do not make one town of two."""
    (one, here), (other, there) = map(_town, (left, right))
    if not (here and there):
        return "near" if one == other else "unequal"
    if city_key(here) == city_key(there):
        return "near" if one and other and one != other else "equal"
    # One town written in two ways, or two that share a postcode.
    return _nearness(marked(here, there)) if one == other else "unequal"


def _town(text: str) -> tuple[str, str]:
    found = _POSTCODE.match(text)
    return (found[1] or "", found[2]) if found else ("", text)


def _nearness(pieces: tuple[Pieces, Pieces]) -> Sign:
    lengths = [sum(len(piece.text) for piece in side) for side in pieces]
    differing = [sum(len(piece.text) for piece in side if piece.differs) for side in pieces]
    return "near" if sum(differing) < _ALIKE * sum(lengths) else "unequal"


def _hidden(label: str, step: Step) -> Row:
    sign: Sign = "equal" if step.level in _EQUAL else "unequal" if step.level in _UNEQUAL else "near"
    return Row(label, whole(_NOT_SHOWN), whole(_NOT_SHOWN), sign, step.signal, step.finding)


def _hidden_name(by_signal: Mapping[str, Step]) -> Row:
    if step := by_signal.get("name"):
        row = _hidden("Nom", step)
        return Row("Nom", whole(SOLE_TRADER), whole(SOLE_TRADER), row.sign, "name", row.note)
    return Row("Nom", whole(SOLE_TRADER), whole(SOLE_TRADER), "alone", "name", _NOT_SHOWN)


_WORDS: dict[Sign, str] = {
    "equal": "identique",
    "near": "proche",
    "unequal": "différent",
    "alone": "d’un seul côté",
    "aside": "pour information",
}
