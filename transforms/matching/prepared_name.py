"""A company name made ready to be compared many times: what depends on it alone is worked out once."""

from dataclasses import dataclass
from functools import cached_property

from transforms.matching.name_words import WordWeights, initials, makes_sibling, telling

_ACRONYM = 3  # letters of an acronym, at least
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class PreparedName:
    """The words of a name, and what follows from them under the weights at hand.

    Args:
        words: the words, in order.
        weigh: the weight of a word.
        joined: all letters, spaces left out.
        telling: the letters of the words that tell one company from another.
        initials: the initials, with small words and without, as far as they can be an acronym.
        acronyms: the words that would be an acronym of this name: its initials, or how they begin.
    """

    words: tuple[str, ...]
    weigh: WordWeights
    joined: str
    telling: str
    initials: frozenset[str]
    acronyms: frozenset[str]

    @classmethod
    def of(cls, name: str, weigh: WordWeights) -> "PreparedName":
        """Prepare a standardised name: words in capitals, separated by spaces."""
        return cls._of(tuple(name.split()), weigh)

    @classmethod
    def _of(cls, words: tuple[str, ...], weigh: WordWeights) -> "PreparedName":
        letters = _initials(words)
        begun = frozenset(one[:end] for one in letters for end in range(_ACRONYM, len(one) + 1))
        return cls(words, weigh, "".join(words), "".join(telling(words, weigh)), letters, begun)

    @cached_property
    def without_sibling_words(self) -> tuple["PreparedName", "PreparedName"]:
        """Without any of them, and without the last alone: a company may be called X DEVELOPPEMENT."""
        found = [at for at, word in enumerate(self.words) if makes_sibling(word, at == 0)]
        return self._without(found), self._without(found[-1:])

    @cached_property
    def parts(self) -> tuple["PreparedName", ...]:
        """The whole name and, if it gives its own acronym first or last, the acronym and the rest."""
        for acronym, rest in ((self.words[:1], self.words[1:]), (self.words[-1:], self.words[:-1])):
            if any(begun.startswith(acronym) and len(acronym[0]) >= _ACRONYM for begun in _initials(rest)):
                return (self, self._of(acronym, self.weigh), self._of(rest, self.weigh))
        return (self,)

    def _without(self, places: list[int]) -> "PreparedName":
        if not places:
            return self
        return self._of(tuple(word for at, word in enumerate(self.words) if at not in places), self.weigh)


def _initials(words: tuple[str, ...]) -> frozenset[str]:
    """Each word gives one letter: few words give no acronym."""
    if len(words) < _ACRONYM:
        return _NONE
    return frozenset(letters for letters in initials(words) if len(letters) >= _ACRONYM)
