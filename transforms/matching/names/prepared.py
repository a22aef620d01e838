"""A company name made ready to be compared many times: what depends on it alone is worked out once."""

from dataclasses import dataclass
from functools import cached_property

from transforms.matching.names import acronyms as acronyms_of
from transforms.matching.names.acronyms import Words
from transforms.matching.names.places import Place, places_of
from transforms.matching.names.words import WordWeights, makes_sibling, plain_number, telling, words_of


@dataclass(frozen=True, eq=False)
class PreparedName:
    """The words of a name, and what follows from them under the weights at hand.

    Args:
        words: the words, in order, numbers in figures.
        weigh: the weight of a word.
        joined: all letters, spaces left out.
        telling: the letters of the words that tell one company from another.
        acronyms: the words that would be an acronym of this name: its initials, or how they begin.
    """

    words: Words
    weigh: WordWeights
    joined: str
    telling: str
    acronyms: frozenset[str]

    @classmethod
    def of(cls, name: str, weigh: WordWeights) -> "PreparedName":
        """Prepare a standardised name: words in capitals, separated by spaces."""
        return cls._of(tuple(map(plain_number, name.split())), weigh)

    @classmethod
    def _of(cls, words: Words, weigh: WordWeights) -> "PreparedName":
        acronyms = frozenset(letters for letters, _ in acronyms_of.begun(words))
        return cls(words, weigh, "".join(words), "".join(telling(words, weigh)), acronyms)

    @cached_property
    def covering_acronyms(self) -> frozenset[str]:
        """The acronyms that cover every word that makes another legal entity."""
        last = max(self._sibling_places(), default=-1)
        return frozenset(letters for letters, end in acronyms_of.begun(self.words) if end > last)

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

    def _sibling_places(self) -> list[int]:
        return [at for at, word in enumerate(self.words) if makes_sibling(word, at == 0)]

    @cached_property
    def without_sibling_words(self) -> tuple["PreparedName", "PreparedName"]:
        """Without any of them, and without the last alone: a company may be called X DEVELOPPEMENT."""
        found = self._sibling_places()
        return self._without(found), self._without(found[-1:])

    @cached_property
    def parts(self) -> tuple["PreparedName", ...]:
        """The whole name and, if it gives its own acronym or a former name, what stands on either side."""
        for acronym, rest in ((self.words[:1], self.words[1:]), (self.words[-1:], self.words[:-1])):
            if acronym and _gives_own_acronym(acronym[0], rest):
                return (self, self._of(acronym, self.weigh), self._of(rest, self.weigh))
        for at, word in enumerate(self.words[1:-1], 1):
            if word in words_of("former_words"):
                sides = self.words[:at], self.words[at + 1 :]
                return (self, *(self._of(side, self.weigh) for side in sides))
        return (self,)

    def _without(self, places: list[int]) -> "PreparedName":
        if not places:
            return self
        return self._of(tuple(word for at, word in enumerate(self.words) if at not in places), self.weigh)


def _gives_own_acronym(word: str, rest: Words) -> bool:
    if len(word) < acronyms_of.SHORTEST or word[0] not in acronyms_of.first_letters(rest):
        return False
    begun = (one for one, _ in acronyms_of.begun(rest))
    return any(one.startswith(word) for one in begun) or acronyms_of.spells(word, rest)
