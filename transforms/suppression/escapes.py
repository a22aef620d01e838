"""Texts in which signs stand as escapes: JSON, JSON within JSON, HTML, the addresses of pages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

_ESCAPE = re.compile(
    r"\\+(?:u(?P<unit>[0-9a-fA-F]{4})|(?P<control>[nrtbf]))"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,31});)"
    r"|(?P<octets>(?:%[0-9A-Fa-f]{2})+)"
)
_MARKS = ("\\", "&", "%")
# The end of a line parts what stands on both sides of it; anything else that cannot be seen is a space.
_ENDS_LINE = "nr"


@dataclass(frozen=True)
class Unescaped:
    """What a text says once its escapes are read; `places`: where each sign begins in the text itself."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of what is said stands in the text itself."""
        return self.places[start], self.places[end]


def unescaped(text: str) -> Unescaped | None:
    r"""`text` with `\u00e9`, `&eacute;` and `%C3%A9` read as « é »; None if it has no escapes."""
    if not any(mark in text for mark in _MARKS) or not _ESCAPE.search(text):
        return None
    signs: list[str] = []
    places: list[int] = []
    at = 0
    for found in _ESCAPE.finditer(text):
        signs += text[at : found.start()]
        places += range(at, found.start())
        for sign, place in _signs(found):
            signs.append(sign)
            places.append(place)
        at = found.end()
    signs += text[at:]
    places += range(at, len(text) + 1)
    return Unescaped("".join(signs), tuple(places))


def _signs(found: re.Match[str]) -> Iterator[tuple[str, int]]:
    """The signs of one escape, each with the place where it begins."""
    at = found.start()
    if unit := found["unit"]:
        yield chr(int(unit, 16)), at
    elif control := found["control"]:
        yield "|" if control in _ENDS_LINE else " ", at
    elif entity := found["entity"]:
        yield from ((sign, at) for sign in unescape(entity))
    else:
        octets, at = bytes.fromhex(found["octets"].replace("%", "")), 0
        for sign in octets.decode("utf-8", "surrogateescape"):
            size = len(sign.encode("utf-8", "surrogateescape"))
            # What is no UTF-8 is Latin-1, sign by sign.
            yield chr(octets[at]) if size == 1 else sign, found.start() + 3 * at
            at += size
