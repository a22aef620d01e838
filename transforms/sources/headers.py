"""Where the header stands: the line, or two lines, that name the most columns of the contract."""

from dataclasses import dataclass
from itertools import islice, pairwise

import pandas as pd

from transforms import reference
from transforms.sources.contents import is_data
from transforms.sources.contract import Contract
from transforms.sources.grid import line_numbers, positions
from transforms.sources.text import clean, key, without_year

_SEARCHED = 60
# A header with a damaged name still is one, and comes before its own repetition further down.
_AS_GOOD = 0.75
# One name alone may be a word of a title or of a record.
_ENOUGH = 2.0


@dataclass(frozen=True)
class Header:
    """The header of a sheet.

    Args:
        first_line: its first line in the file.
        line: its last line; records begin below.
        variants: for each position the texts that may be its name, the one to show first.
        score: how many columns of the contract it names; a column known only by common usage counts half.
    """

    first_line: int
    line: int
    variants: dict[int, tuple[str, ...]]
    score: float

    def shown(self, position: int) -> str:
        """The header of one column as received."""
        return self.variants[position][0]

    @property
    def is_doubtful(self) -> bool:
        """Whether this may well be a record: hardly a known name among values or unknown texts."""
        texts = [text for text, *_ in self.variants.values() if clean(text)]
        return self.score < _ENOUGH and (2 * self.score < len(texts) or any(map(is_data, texts)))


def find_header(values: pd.DataFrame, contract: Contract) -> Header | None:
    """The best header among the first filled lines of a sheet; None for a sheet without any filled line.

    Titles above are passed over, and names spread over two lines (merged cells) are put together. Of those
    that are nearly as good the first wins, since a header may be repeated further down.
    """
    lines = zip(line_numbers(values), values.itertuples(index=False, name=None), strict=True)
    filled = list(islice((pair for pair in lines if any(map(str.strip, pair[1]))), _SEARCHED))
    if not filled:
        return None
    known = _known_keys(contract)
    single = [
        _one_line(line, dict(zip(positions(values), cells, strict=True)), known) for line, cells in filled
    ]
    double = [
        _two_lines(upper, lower, known)
        for upper, lower in pairwise(single)
        if lower.line == upper.line + 1 and not (_holds_data(upper) or _holds_data(lower))
    ]
    best = _first_good(single)
    wider = max(double, key=lambda header: header.score, default=best)
    # Two lines name a little more than one by mere chance: it must be a whole column more.
    if wider.score >= max(header.score for header in single) + 1:
        return wider
    return best if best.score >= _ENOUGH else _first_full_line(single)


def _first_good(headers: list[Header]) -> Header:
    """The first header that is nearly as good as the best."""
    most = max(header.score for header in headers)
    least = max(_AS_GOOD * most, min(most, _ENOUGH))
    return next(header for header in headers if header.score >= least)


def _known_keys(contract: Contract) -> dict[str, float]:
    """The weight of each known header key: 1 when the contract names it, .5 when only common usage does."""
    weights: dict[str, float] = {}
    for entry in reference.load("header_words").values():
        weights.update(dict.fromkeys(map(key, entry["words"]), 0.5))
    for column in contract.columns:
        weights.update(dict.fromkeys(map(key, column.headers), 1.0))
    return weights


def _score(variants: dict[int, tuple[str, ...]], known: dict[str, float]) -> float:
    named: dict[str, float] = {}
    for texts in variants.values():
        found = [name for text in texts for name in (key(text), key(without_year(text)))]
        best = max(found, key=lambda name: known.get(name, 0.0), default="")
        named[best] = known.get(best, 0.0)
    return sum(named.values())


def _one_line(line: int, cells: dict[int, str], known: dict[str, float]) -> Header:
    variants: dict[int, tuple[str, ...]] = {position: (text,) for position, text in cells.items()}
    return Header(line, line, variants, _score(variants, known))


def _two_lines(upper: Header, lower: Header, known: dict[str, float]) -> Header:
    variants = {
        position: _joined(upper.shown(position), lower.shown(position), known) for position in upper.variants
    }
    return Header(upper.line, lower.line, variants, _score(variants, known))


def _holds_data(header: Header) -> bool:
    """Whether a line looks like a record: figures or an e-mail address, which no header has."""
    texts = [without_year(text) for text, *_ in header.variants.values()]
    return any("@" in text or sum(map(str.isdigit, text)) > 1 for text in texts)


def _joined(above: str, below: str, known: dict[str, float]) -> tuple[str, ...]:
    if not (above and below):
        return (above or below,)
    both = f"{above} {below}"
    # The lower line is the name unless only the two together say something (« Chiffre » over « d'affaires »).
    first_both = known.get(key(both), 0.0) > known.get(key(below), 0.0)
    return (both, below) if first_both else (below, both)


def _first_full_line(headers: list[Header]) -> Header:
    """Where too little is known: the first line that is about as full as the fullest, so not a title."""
    full = [sum(text != "" for text, *_ in header.variants.values()) for header in headers]
    return next(header for header, count in zip(headers, full, strict=True) if count >= 0.6 * max(full))
