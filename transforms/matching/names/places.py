"""Places in company names: MERIDON LYON is not MERIDON GRENOBLE, and MERIDON FRANCE may be either of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

from transforms import reference
from transforms.matching.names.words import plain_number, words_of


@dataclass(frozen=True)
class Place:
    """A place that a name may have.

    Args:
        name: its words, separated by spaces.
        kind: a town, a département or region, or a point of the compass.
        departements: codes of the départements where it lies; none of a point of the compass.
    """

    name: str
    kind: Literal["town", "area", "point"]
    departements: frozenset[str]

    def excludes(self, other: "Place") -> bool:
        """Whether nothing is in both: two towns, areas without a common département, two points.

        A name whose words all stand in the other may be its short form: LEVALLOIS, PAYS DE LOIRE.
        """
        if self.words <= other.words or other.words <= self.words:
            return False
        if "point" in (self.kind, other.kind):
            return self.kind == other.kind
        return self.kind == other.kind == "town" or self.departements.isdisjoint(other.departements)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of its name without articles."""
        return frozenset(self.name.split()) - words_of("small_words")


def places_of(words: Sequence[str]) -> tuple[Place, ...]:
    """The places that a standardised name has, the longest first where several begin at one word.

    Args:
        words: words of the name, in order, numbers in figures.
    """
    known, longest = _places()
    found, at = [], 0
    while at < len(words):
        ends = range(min(len(words), at + longest), at, -1)
        end = next((end for end in ends if tuple(words[at:end]) in known), None)
        if end:
            found.append(known[tuple(words[at:end])])
        at = end or at + 1
    return tuple(found)


def contradict(left: Sequence[Place], right: Sequence[Place]) -> bool:
    """Whether two names have places of their own, and none of the one goes with any of the other."""
    here = [place for place in left if place not in right]
    there = [place for place in right if place not in left]
    return bool(here and there) and all(one.excludes(other) for one in here for other in there)


@cache
def _places() -> tuple[dict[tuple[str, ...], Place], int]:
    """Places by their words, towns before areas of the same name; and the most words that one has."""
    data = reference.load("place_words")
    areas = {name: frozenset(codes) for name, codes in data["regions"].items()}
    areas |= {entry["name"]: frozenset([code]) for code, entry in data["departements"].items()}
    known = {name: Place(name, "area", codes) for name, codes in areas.items()}
    known |= {name: Place(name, "point", frozenset()) for name in data["points"]}
    known |= {
        name: Place(name, "town", frozenset([code]))
        for code, entry in data["departements"].items()
        for name in entry["towns"]
    }
    by_words = {tuple(map(plain_number, name.split())): place for name, place in known.items()}
    return by_words, max(map(len, by_words))
