"""A company name made ready to be compared many times: what depends on it alone is worked out once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from transforms.matching.names import acronyms as acronyms_of
from transforms.matching.names.acronyms import Words
from transforms.matching.names.places import Place, places_of
from transforms.matching.names.words import WordWeights, makes_sibling, plain_number, telling, words_of

# A number that has run into the word before it: MERIDON42.
_NUMBERED = re.compile(r"\b([A-Z]{3,})(?=\d+\b)")
_BESIDE_FORM = 4  # letters of a name beside the legal form that has run into it, at least


@dataclass(frozen=True, eq=False)
class PreparedName:
    """The words of a name, and what follows from them under the weights at hand.

    Args:
        words: the words, in order, numbers in figures.
        weigh: the weight of a word.
        joined: all letters, spaces left out.
        telling: the letters of the words that tell one company from another.
        plain: all letters but those of territory words.
        acronyms: the words that would be an acronym of this name: its initials, or how they begin.
    """

    words: Words
    weigh: WordWeights
    joined: str
    telling: str
    plain: str
    acronyms: frozenset[str]

    @classmethod
    def of(cls, name: str, weigh: WordWeights) -> "PreparedName":
        """Prepare a standardised name: words in capitals, separated by spaces."""
        words = _NUMBERED.sub(r"\1 ", name).split()
        return cls._of(tuple(map(plain_number, words)), weigh)

    @classmethod
    def _of(cls, words: Words, weigh: WordWeights) -> "PreparedName":
        acronyms = frozenset(letters for letters, _ in acronyms_of.begun(words))
        joined = "".join(words)
        plain = "".join(word for word in words if word not in words_of("territory_words"))
        return cls(words, weigh, joined, "".join(telling(words, weigh)), plain or joined, acronyms)

    @cached_property
    def covering_acronyms(self) -> frozenset[str]:
        """The acronyms that cover every word that makes another legal entity.

        Standardised names have lost the SOCIETE that they began with: SEM may be EXPLOITATION MERIDON.
        """
        last = max(self._sibling_places(), default=-1)
        found = {letters for letters, end in acronyms_of.begun(self.words) if end > last}
        if self.begins_as_sibling:
            whole = acronyms_of.begun(("SOCIETE", *self.words))
            found.update(letters for letters, end in whole if end > last + 1)
        return frozenset(found)

    @cached_property
    def begins_as_sibling(self) -> bool:
        """Whether its first word makes another legal entity."""
        return bool(self.words) and makes_sibling(self.words[0], False)

    @cached_property
    def runs(self) -> dict[str, Words]:
        """Acronyms of words that follow each other, and the words."""
        return acronyms_of.runs(self.words)

    @cached_property
    def joins(self) -> dict[str, Words]:
        """Words that follow each other, run together, and the words."""
        return acronyms_of.joins(self.words)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The towns, areas and points of the compass that it names."""
        return places_of(self.words)

    @cached_property
    def place_words(self) -> frozenset[str]:
        """The words of the places that it names."""
        return frozenset(word for place in self.places for word in place.name.split())

    @cached_property
    def sibling_words(self) -> frozenset[str]:
        """Its words that make another legal entity."""
        return frozenset(self.words[at] for at in self._sibling_places())

    def _sibling_places(self) -> list[int]:
        return [at for at, word in enumerate(self.words) if makes_sibling(word, at == 0)]

    @cached_property
    def without_sibling_words(self) -> tuple["PreparedName", "PreparedName"]:
        """Without any of them, and without the last alone: a company may be called X DEVELOPPEMENT."""
        found = self._sibling_places()
        return self._without(found), self._without(found[-1:])

    @cached_property
    def own_acronym(self) -> str | None:
        """The word at its beginning or end that is an acronym of the others."""
        for acronym, rest in ((self.words[:1], self.words[1:]), (self.words[-1:], self.words[:-1])):
            if acronym and _gives_own_acronym(acronym[0], rest):
                return acronym[0]
        return None

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The words that are numbers."""
        return frozenset(word for word in self.words if word.isdigit())

    @cached_property
    def without_numbers(self) -> "PreparedName":
        """What the name says besides numbers."""
        return self._of(tuple(word for word in self.words if not word.isdigit()), self.weigh)

    @cached_property
    def parts(self) -> tuple["PreparedName", ...]:
        """The whole name, and what stands on either side if it gives its own acronym or a former name.

        A legal form that has run into the name (SCIMERIDON) was not taken off it: the name without it.
        """
        if (acronym := self.own_acronym) is not None:
            rest = self.words[1:] if self.words[0] == acronym else self.words[:-1]
            return (self, self._of((acronym,), self.weigh), self._of(rest, self.weigh))
        for at, word in enumerate(self.words[1:-1], 1):
            if word in words_of("former_words"):
                sides = self.words[:at], self.words[at + 1 :]
                return (self, *(self._of(side, self.weigh) for side in sides))
        return (self, *(self._of(words, self.weigh) for words in _without_form(self.words)))

    def _without(self, places: list[int]) -> "PreparedName":
        if not places:
            return self
        return self._of(tuple(word for at, word in enumerate(self.words) if at not in places), self.weigh)


def _without_form(words: Words) -> Iterator[Words]:
    """What is left of a name that begins or ends with a legal form and no space between."""
    if not words:
        return
    first, last, joined = words[0], words[-1], "".join(words)
    forms = _joined_forms()
    if not (joined.startswith(forms) or joined.endswith(forms)):
        return
    for form in forms:
        least = len(form) + _BESIDE_FORM
        if first.startswith(form) and len(first) >= least:
            yield (first[len(form) :], *words[1:])
        elif len(first) < len(form) and joined.startswith(form) and len(joined) >= least:
            yield (joined[len(form) :],)
        if last.endswith(form) and len(last) >= least:
            yield (*words[:-1], last[: -len(form)])


@cache
def _joined_forms() -> tuple[str, ...]:
    return tuple(sorted(words_of("joined_forms")))


def _gives_own_acronym(word: str, rest: Words) -> bool:
    if len(word) < acronyms_of.SHORTEST or word[0] not in acronyms_of.first_letters(rest):
        return False
    begun = (one for one, _ in acronyms_of.begun(rest))
    return any(one.startswith(word) for one in begun) or acronyms_of.spells(word, rest)
