"""Texts compared: folded to plain capitals, and told apart from what people type for « no value »."""

from functools import cache
from string import ascii_letters, digits

from anyascii import anyascii

from transforms import reference

# Signs around a placeholder: « (NC) », « id. », « - idem - ».
_AROUND = " .,;:-_*()[]\"'/"


class _Transliteration(dict[int, str]):
    """What each letter becomes in ASCII, looked up once: letters are few, texts are many."""

    def __missing__(self, code: int) -> str:
        return self.setdefault(code, anyascii(chr(code)))


_ASCII = _Transliteration()


def fold(text: str) -> str:
    """`text` in uppercase ASCII with single spaces, for comparison only; « € » becomes EUR."""
    # Most texts are ASCII already; asking first is ten times as fast as going through their letters.
    return " ".join((text if text.isascii() else text.translate(_ASCII)).upper().split())


def is_blank(text: str) -> bool:
    """Whether a cell has neither letter nor digit."""
    return not (text[:1].isalnum() or any(map(str.isalnum, text)))


def is_placeholder(text: str) -> bool:
    """Whether a cell says that it has no value: « NC », « idem », « ? » (`reference/placeholders.yml`)."""
    if text[:1] in _never_first():
        return False
    if len(text) <= longest_placeholder():
        texts = _placeholders()
        folded = fold(text)
        if folded in texts or folded.strip(_AROUND) in texts:
            return True
    return is_blank(text)


@cache
def longest_placeholder() -> int:
    """The length beyond which no cell with a letter or a digit says that it has no value."""
    # Signs stand around it.
    return max(map(len, _placeholders())) + 20


@cache
def _never_first() -> frozenset[str]:
    """The letters and digits that no placeholder begins with: most cells are told by their first sign."""
    begin = {text[0] for text in _placeholders()}
    return frozenset(char for char in ascii_letters + digits if char.upper() not in begin)


@cache
def _placeholders() -> frozenset[str]:
    return frozenset(reference.load("placeholders")["texts"])
