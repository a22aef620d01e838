"""Acronyms of names and of runs of words within them, and words run together."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from transforms.matching.names.words import words_of

SHORTEST = 3  # letters of an acronym of a whole name, at least
_SPELT = 4  # letters of a name made of the first syllables of words, at least
_LONGEST_RUN = 6  # words
_LONGEST_JOIN = 3  # words
_PART = 2  # letters of each part of a name made of two words only

Words = tuple[str, ...]


def begun(words: Words) -> list[tuple[str, int]]:
    """What would be an acronym of a name: its initials, or how they begin, and how many words that covers.

    Small words give a letter or none. Few words give no acronym.
    """
    if len(words) < SHORTEST:
        return []
    found: dict[str, int] = {}
    counted = [at for at, word in enumerate(words) if word not in words_of("small_words")]
    if len(counted) < 2:
        return []
    for places in (range(len(words)), counted):
        letters = "".join(words[at][0] for at in places)
        for end in range(SHORTEST, len(letters) + 1):
            found.setdefault(letters[:end], places[end - 1] + 1)
    return list(found.items())


def runs(words: Words) -> dict[str, Words]:
    """Acronyms of two to six words that follow each other, and the words; small words give no letter."""
    counted = [word for word in words if word not in words_of("small_words")]
    places = range(len(counted) - 1)
    return {
        "".join(word[0] for word in run): run
        for at in places
        for end in range(at + 2, min(at + _LONGEST_RUN, len(counted)) + 1)
        for run in [tuple(counted[at:end])]
    }


def joins(words: Words) -> dict[str, Words]:
    """Two or three words that follow each other, run together, and the words."""
    found: dict[str, Words] = {one + other: (one, other) for one, other in pairwise(words)}
    for at in range(len(words) - 2):
        found["".join(words[at : at + _LONGEST_JOIN])] = words[at : at + _LONGEST_JOIN]
    return found


def first_letters(words: Words) -> set[str]:
    """The letters that an acronym of a name may begin with."""
    counted = next((word for word in words if word not in words_of("small_words")), "")
    return {words[0][:1], counted[:1]} if words else set()


@lru_cache(maxsize=1 << 16)
def spells(name: str, words: Words) -> bool:
    """Whether a name of one word is made of how the words of another begin: PUBLI-COM, LOG-I-TER.

    Every word but small ones gives a letter at least, in order; if they are two only, each gives two.
    """
    counted = [word for word in words if word not in words_of("small_words")]
    if len(name) < _SPELT or len(counted) < 2 or name[0] != counted[0][0] or name in words:
        return False
    return _spelt(name, counted, _PART if len(counted) == 2 else 1)


def _spelt(letters: str, words: Sequence[str], least: int) -> bool:
    if not words:
        return not letters
    most = min(len(words[0]), len(letters))
    ends = (end for end in range(least, most + 1) if words[0].startswith(letters[:end]))
    return any(_spelt(letters[end:], words[1:], least) for end in ends)
