"""Where a record is: one signal for town, street and number, so that they are not counted three times."""

from typing import Literal

import numpy as np
from pydantic import Field
from rapidfuzz import process
from rapidfuzz.distance import OSA

from transforms.matching.comparisons.base import MISSING, SAME, Comparison, Name
from transforms.matching.comparisons.text import Bearers
from transforms.matching.records import NONE, Codes, Ends, Flags, Levels, Pairs, Records, distinct

# Street names of this similarity or more are one street.
_SAME_STREET = 0.8


class AddressComparison(Comparison):
    """Addresses in parts.

    A door that many records share, as in a business centre or at an accountant's, says less than one that few
    have: the same door has a level of its own from so many records on.

    Args:
        street: the name of the street, or the place that stands for it.
        number: the number in the street.
        town: the town.
        postcode: the postal code: it, or the town, says that two addresses are in one town.
        region: a larger unit, such as a département.
        shared_from: levels of the same door, by the least number of records that have it.
    """

    kind: Literal["address"]
    street: str
    number: str
    town: str
    postcode: str
    region: str
    shared_from: dict[Name, Bearers] = Field(default={})

    @property
    def levels(self) -> tuple[Name, ...]:
        """From far away to the same door."""
        return (
            *(MISSING, "other_region", "other_town", "other_street", "same_town"),
            *("other_number", *self._shared(), "same_street", SAME),
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
            *self._one_door(pairs, alike & (number.left == number.right)),
            (alike & ~number.known, "same_street"),
            (alike, "other_number"),
            (near & ~street.known, "same_town"),
            (near, "other_street"),
            (pairs.column(self.region).same, "other_town"),
            default="other_region",
        )

    def _shared(self) -> tuple[Name, ...]:
        """Levels of the same door, of the most records first."""
        return tuple(sorted(self.shared_from, key=lambda name: -self.shared_from[name]))

    def _one_door(self, pairs: Pairs, same: Flags) -> list[tuple[Flags, Name]]:
        if not self.shared_from:
            return [(same, SAME)]
        bearers = pairs.records.prepared(
            ("bearers", *self.used_columns), lambda: self._bearers(pairs.records)
        )
        most = np.maximum(bearers[pairs.left], bearers[pairs.right])
        shared = [(same & (most >= self.shared_from[name]), name) for name in self._shared()]
        return [*shared, (same, SAME)]

    def _bearers(self, records: Records) -> Codes:
        """How many records have the door of each: street and number in one town, told by name or postcode."""
        street, number, town, postcode = (
            records.numbered(name).codes[0] for name in (self.street, self.number, self.town, self.postcode)
        )
        counts = [_frequencies(street, number, place) for place in (town, postcode)]
        return np.where(street == NONE, 0, np.maximum(*counts))

    def _one_street(self, pairs: Pairs, street: Ends, near: Flags) -> Flags:
        names = pairs.records.numbered(self.street).values
        asked = np.flatnonzero(near & street.known)
        low, high, at = distinct(street.left[asked], street.right[asked], len(names))
        left, right = names[low].tolist(), names[high].tolist()
        scores = process.cpdist(left, right, scorer=OSA.normalized_similarity, dtype=np.float32)
        found = np.zeros(len(pairs), dtype=bool)
        found[asked] = (scores >= _SAME_STREET)[at]
        return found


def _frequencies(*parts: Codes) -> Codes:
    """For each record how many have the same values."""
    _, at, counts = np.unique(np.stack(parts), axis=1, return_inverse=True, return_counts=True)
    return np.asarray(counts[at])


def _either(one: Codes, other: Codes) -> Flags:
    return (one >= 0) | (other >= 0)
