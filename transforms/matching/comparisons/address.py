"""Where a record is: one signal for town, street and number, so that they are not counted three times."""

from typing import Literal

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from transforms.matching.comparisons.base import MISSING, SAME, Comparison, Name
from transforms.matching.records import Codes, Ends, Flags, Levels, Pairs, distinct

# Street names of this similarity or more are one street.
_SAME_STREET = 0.8


class AddressComparison(Comparison):
    """Addresses in parts.

    Args:
        street: the name of the street, or the place that stands for it.
        number: the number in the street.
        town: the town.
        postcode: the postal code: it, or the town, says that two addresses are in one town.
        region: a larger unit, such as a département.
    """

    kind: Literal["address"]
    street: str
    number: str
    town: str
    postcode: str
    region: str

    @property
    def levels(self) -> tuple[Name, ...]:
        """From far away to the same door."""
        return (
            *(MISSING, "other_region", "other_town", "other_street", "same_town"),
            *("other_number", "same_street", SAME),
        )

    @property
    def used_columns(self) -> tuple[str, ...]:
        """The columns that are compared."""
        return (self.street, self.number, self.town, self.postcode, self.region)

    def compare(self, pairs: Pairs) -> Levels:
        """How near two addresses are."""
        town, postcode, number = (pairs.column(name) for name in (self.town, self.postcode, self.number))
        street = pairs.column(self.street)
        placed = _either(town.left, postcode.left) & _either(town.right, postcode.right)
        near = town.same | postcode.same
        alike = near & self._one_street(pairs, street, near)
        return self.picked(
            (~placed, MISSING),
            (alike & (number.left == number.right), SAME),
            (alike & ~number.known, "same_street"),
            (alike, "other_number"),
            (near & ~street.known, "same_town"),
            (near, "other_street"),
            (pairs.column(self.region).same, "other_town"),
            default="other_region",
        )

    def _one_street(self, pairs: Pairs, street: Ends, near: Flags) -> Flags:
        names = pairs.records.numbered(self.street).values
        asked = np.flatnonzero(near & street.known)
        low, high, at = distinct(street.left[asked], street.right[asked], len(names))
        left, right = names[low].tolist(), names[high].tolist()
        scores = process.cpdist(left, right, scorer=OSA.normalized_similarity, dtype=np.float32)
        found = np.zeros(len(pairs), dtype=bool)
        found[asked] = (scores >= _SAME_STREET)[at]
        return found


def _either(one: Codes, other: Codes) -> Flags:
    return (one >= 0) | (other >= 0)
