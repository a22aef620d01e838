"""The words of matching in French (`reference/match_labels.yml`)."""

from functools import cache
from typing import Any

from transforms import reference
from transforms.matching.decisions.decision import Verdict
from transforms.text import fold


def signal(name: str) -> str:
    """The name of a signal; one without a label keeps its own."""
    known = _labels()["signals"].get(name)
    return str(_labels()["prior"]["label"] if name == "prior" else known["label"] if known else name)


def finding(name: str, level: str) -> str:
    """What a level of a signal says."""
    if name == "prior":
        return str(_labels()["prior"]["finding"])
    known = _labels()["signals"].get(name, {"levels": {}})
    return str(known["levels"].get(level) or _labels()["levels"].get(level, level))


def zone(name: str) -> str:
    """What becomes of the pairs of a zone."""
    return str(_labels()["zones"].get(name, name))


def verdict(name: str) -> str:
    """How a verdict is told."""
    return str(_labels()["verdicts"][name]["label"])


def outcome(name: str, against: str | None = None) -> str:
    """What became of a decision; `against` are the decisions that it gave way to."""
    said = _labels()["outcomes"][name]
    if isinstance(said, str):
        return said
    return f"{said['by']} {against}" if against else str(said["alone"])


def verdict_of(words: str) -> Verdict | None:
    """The verdict that people mean by `words`, whatever the case and the accents; None if it is none."""
    return _verdicts().get(fold(words))


@cache
def _verdicts() -> dict[str, Verdict]:
    by_verdict = _labels()["verdicts"]
    return {word: name for name, said in by_verdict.items() for word in said["words"]}


def _labels() -> Any:
    return reference.load("match_labels")
