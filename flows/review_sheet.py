"""A pair to judge as a line of a table: its columns, its cells, and a fingerprint of what it shows."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.faces import SHOWN, SOLE_TRADER
from flows.queue import reasons
from transforms.matching import labels
from transforms.matching.explanation import Link, percent_text
from transforms.stewards.words import visible
from transforms.text import fold

Said = Mapping[str, str]

# Columns that are read again have the names that `decision_rows` knows; the others are for people.
_SIDE = {
    "name": ("nom", 32),
    "trade_name": ("enseigne", 20),
    "legal_form": ("forme", 14),
    "siren": ("siren", 14),
    "naf_code": ("naf", 12),
    "address": ("adresse", 28),
    "postcode": ("code_postal", 20),
    "city": ("ville", 18),
    "website": ("site", 26),
}
TO_FILL = ("verdict", "pseudonyme", "motif")
FINGERPRINT = "empreinte"


def _columns() -> dict[str, int]:
    # Beside the keys, so that it stays in view while the rest is scrolled.
    found = {f"{side}_{part}": 16 for side in ("gauche", "droite") for part in ("réseau", "numéro")}
    found |= {"verdict": 24}
    for column in SHOWN:
        title, width = _SIDE[column]
        found |= {f"{title}_{side}": width for side in ("gauche", "droite")}
    found |= {"probabilité": 12, "pourquoi": 28, "pour": 44, "contre": 44}
    return found | {"pseudonyme": 14, "motif": 36, FINGERPRINT: 18}


COLUMNS = _columns()
"""The columns with their widths, in characters."""
VERDICTS = tuple(labels.verdict(name) for name in ("same", "different", "unsure"))
"""What a line may be judged as, in French; the words of the log are read too."""


@dataclass(frozen=True)
class Line:
    """One line: its cells by column, and the columns where the two sides say different things."""

    cells: Mapping[str, str]
    differing: frozenset[str] = field(default_factory=frozenset)


def line_of(link: Link, said: Mapping[str, Said]) -> Line:
    """The line of a pair; `said` is what its records say, as `faces.sayings` gives it."""
    sides = {"gauche": link.left, "droite": link.right}
    cells = dict.fromkeys(COLUMNS, "")
    for side, key in sides.items():
        cells[f"{side}_réseau"], _, cells[f"{side}_numéro"] = key.partition(":")
        for column in SHOWN:
            cells[f"{_SIDE[column][0]}_{side}"] = visible(said.get(key, {}).get(column, ""))
    for face, side in zip(link.faces, sides, strict=False):
        if face.name is None:
            cells[f"nom_{side}"] = SOLE_TRADER
    cells["probabilité"] = percent_text(link.probability)
    cells["pourquoi"] = link.cause or ""
    cells["pour"], cells["contre"] = ("\u00a0; ".join(told) for told in reasons(link))
    cells[FINGERPRINT] = fingerprint((link.left, link.right), said)
    return Line(cells, frozenset(_differing(cells)))


def fingerprint(ends: tuple[str, str], said: Mapping[str, Said]) -> str:
    """Sixteen hexadecimal digits that change when what is shown of one of two records changes.

    Args:
        ends: the records as `source:member_id`, in any order.
        said: what they say, as `faces.sayings` gives it.
    """
    parts = [[key, *(said.get(key, {}).get(column, "") for column in SHOWN)] for key in sorted(ends)]
    text = "\x1e".join("\x1f".join(part) for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _differing(cells: Mapping[str, str]) -> list[str]:
    """The columns of both sides of what both say, and say differently, case and accents aside."""
    pairs = [(f"{title}_gauche", f"{title}_droite") for title, _ in _SIDE.values()]
    return [
        column
        for both in pairs
        if all(cells[one] for one in both) and len({fold(cells[one]) for one in both}) > 1
        for column in both
    ]
