"""Texts compared: folded to plain capitals, and told apart from what people type for « no value »."""

from functools import cache

from anyascii import anyascii

from transforms import reference

# Signs around a placeholder: « (NC) », « id. », « - idem - ».
_AROUND = " .,;:-_*()[]\"'/"


def fold(text: str) -> str:
    """`text` in uppercase ASCII with single spaces, for comparison only; « € » becomes EUR."""
    # Most texts are ASCII already; asking first is ten times as fast as going through their letters.
    return " ".join((text if text.isascii() else anyascii(text)).upper().split())


def is_blank(text: str) -> bool:
    """Whether a cell has neither letter nor digit."""
    return not any(char.isalnum() for char in text)


def is_placeholder(text: str) -> bool:
    """Whether a cell says that it has no value: « NC », « idem », « ? » (`reference/placeholders.yml`)."""
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
def _placeholders() -> frozenset[str]:
    return frozenset(reference.load("placeholders")["texts"])
