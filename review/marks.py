"""What differs between two texts, word by word and inside the words."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from transforms.text import fold

_PARTS = re.compile(r"\w+|\W+")
# Below this share of common letters two words are other words, not one word written in two ways.
_ALIKE = 0.5


@dataclass(frozen=True)
class Piece:
    """A part of a text; `differs` if the other side has nothing like it there."""

    text: str
    differs: bool = False


Pieces = tuple[Piece, ...]


def marked(left: str, right: str) -> tuple[Pieces, Pieces]:
    """Both texts in pieces; what the other text lacks is marked.

    Case, accents and the order of words make no difference. Of two words that are one word written in two
    ways (half of their letters at least, in order), only the letters are marked; any other word as a whole.
    """
    parts = [_PARTS.findall(text) for text in (left, right)]
    words = [[place for place, part in enumerate(side) if _is_word(part)] for side in parts]
    folded = [
        {place: fold(side[place]) for place in places} for side, places in zip(parts, words, strict=True)
    ]
    common = Counter(folded[0].values()) & Counter(folded[1].values())
    lone = [_without(side, common) for side in folded]
    marks: list[dict[int, Pieces]] = [
        {place: (Piece(parts[at][place], True),) for place in lone[at]} for at in (0, 1)
    ]
    for one, other in _alike(lone[0], lone[1]):
        marks[0][one], marks[1][other] = _letters(parts[0][one], parts[1][other])
    return _joined(parts[0], marks[0]), _joined(parts[1], marks[1])


def whole(text: str) -> Pieces:
    """A text that is compared with nothing."""
    return (Piece(text),) if text else ()


def _is_word(part: str) -> bool:
    return any(map(str.isalnum, part))


def _without(side: dict[int, str], common: "Counter[str]") -> dict[int, str]:
    """The words of a side beyond those that both have, as often as they have them."""
    left = Counter(common)
    lone = {}
    for place, word in side.items():
        if left[word] > 0:
            left[word] -= 1
        else:
            lone[place] = word
    return lone


def _alike(one: dict[int, str], other: dict[int, str]) -> list[tuple[int, int]]:
    """Words of both sides that are one word written in two ways, the most alike first, each once."""
    scored = [
        (Levenshtein.normalized_similarity(word, twin, score_cutoff=_ALIKE), place, there)
        for place, word in one.items()
        for there, twin in other.items()
    ]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for score, place, there in sorted(scored, key=lambda one: (-one[0], one[1:])):
        if score >= _ALIKE and place not in found and there not in taken:
            found[place] = there
            taken.add(there)
    return list(found.items())


def _letters(one: str, other: str) -> tuple[Pieces, Pieces]:
    steps = Levenshtein.opcodes([fold(sign) for sign in one], [fold(sign) for sign in other])
    left = [Piece(one[step.src_start : step.src_end], step.tag != "equal") for step in steps]
    right = [Piece(other[step.dest_start : step.dest_end], step.tag != "equal") for step in steps]
    return tuple(piece for piece in left if piece.text), tuple(piece for piece in right if piece.text)


def _joined(parts: Sequence[str], marks: dict[int, Pieces]) -> Pieces:
    pieces = [piece for place, part in enumerate(parts) for piece in marks.get(place, (Piece(part),))]
    # What parts two marked words is marked with them: S.A.S. is one thing to the eye.
    for place in range(1, len(pieces) - 1):
        before, piece, after = pieces[place - 1 : place + 2]
        if before.differs and after.differs and not _is_word(piece.text):
            pieces[place] = Piece(piece.text, differs=True)
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].differs == piece.differs:
            joined[-1] = Piece(joined[-1].text + piece.text, piece.differs)
        else:
            joined.append(piece)
    return tuple(joined)
