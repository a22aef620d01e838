"""Texts compared: folded to plain capitals, and told apart from what people type for « no value »."""

from functools import cache

from anyascii import anyascii

from transforms import reference

# Signs around a placeholder: « (NC) », « id. », « - idem - ».
_AROUND = " .,;:-_*()[]\"'/"


def fold(text: str) -> str:
    """`text` in uppercase ASCII with single spaces, for comparison only; « € » becomes EUR."""
    return " ".join(anyascii(text).upper().split())


def is_blank(text: str) -> bool:
    """Whether a cell has neither letter nor digit."""
    return not any(char.isalnum() for char in text)


def is_placeholder(text: str) -> bool:
    """Whether a cell says that it has no value: « NC », « idem », « ? » (`reference/placeholders.yml`)."""
    texts, longest = _placeholders()
    if len(text) <= longest:
        folded = fold(text)
        if folded in texts or folded.strip(_AROUND) in texts:
            return True
    return is_blank(text)


@cache
def _placeholders() -> tuple[frozenset[str], int]:
    """The folded texts, and the length beyond which no cell can fold to one (signs around it apart)."""
    texts = frozenset(reference.load("placeholders")["texts"])
    return texts, max(map(len, texts)) + 20
