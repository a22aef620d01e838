"""Which column of an export fills which field: by header, by synonym, then guessed and said."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd
from anyascii import anyascii
from rapidfuzz import fuzz

from transforms import reference
from transforms.sources import contents
from transforms.sources.contract import Contract, ContractColumn
from transforms.sources.grid import positions
from transforms.sources.headers import Header
from transforms.sources.text import clean, key, unit_of, without_year, year_of

# Below this likeness of two headers (0..100) they are two columns; « Téléphone » and « Téléfone » have 84.
_ALIKE = 82.0
# Values of a guessed column must not contradict; alone, they must nearly all fit.
_CONTRADICTS = 0.3
_SPEAKS_ALONE = 0.7
# Types whose columns carry a year (« CA 2015 »); « Adhérent 2015 » is no name, « Adhésion 2015 » no date.
_YEARLY = {"amount", "headcount", "category"}


@dataclass(frozen=True)
class Recognised:
    """One column of the file: its header as received, the contract's column if one was found, and how."""

    position: int
    header: str
    column: ContractColumn | None = None
    recognised_by: str = "none"
    why: str = ""

    @property
    def field(self) -> str | None:
        """The field that the column fills."""
        return self.column.field if self.column else None

    @property
    def label(self) -> str:
        """The header as received; « colonne 5 » for a value in its place, which may be a person's."""
        return f"colonne {self.position}" if contents.is_data(self.header) else self.header

    @property
    def year(self) -> int | None:
        """The year that the header announces, for a column whose values change from year to year."""
        return year_of(self.header) if self.column and self.column.type in _YEARLY else None

    @property
    def unit(self) -> str | None:
        """The unit of money: what the header says beats what the contract says."""
        if self.column is None or self.column.type != "amount":
            return self.column.unit if self.column else None
        return unit_of(clean(self.header)) or self.column.unit


@dataclass
class _Search:
    """The state of one recognition: columns of the file still free, columns of the contract still wanted."""

    header: Header
    body: pd.DataFrame
    contract: Contract
    found: dict[int, Recognised] = field(default_factory=dict)

    def wanted(self) -> list[ContractColumn]:
        """Columns of the contract that no column of the file fills yet."""
        taken = {entry.field for entry in self.found.values()}
        return [column for column in self.contract.columns if column.field not in taken]

    def free(self) -> list[int]:
        """Positions not yet recognised."""
        return [position for position in positions(self.body) if position not in self.found]

    def take(self, position: int, column: ContractColumn, how: str, text: str, why: str = "") -> None:
        """Settle that `position` is `column`."""
        self.found[position] = Recognised(position, text, column, how, why)


def recognise(header: Header, body: pd.DataFrame, contract: Contract) -> list[Recognised]:
    """Each column of the file, recognised or not, by position; `body` holds the lines below the header."""
    search = _Search(header, body, contract)
    _by_name(search, "header", lambda column: (column.header,))
    _by_name(search, "synonym", lambda column: column.synonyms)
    _by_guess(search)
    return [
        search.found.get(position, Recognised(position, header.shown(position)))
        for position in positions(body)
    ]


def likely(column: ContractColumn, recognised: list[Recognised], body: pd.DataFrame) -> Recognised | None:
    """The unknown column that a missing one may have become, as a hint for a person: too weak to act upon."""
    free = [entry for entry in recognised if entry.column is None and clean(entry.header)]

    def promise(entry: Recognised) -> float:
        values, content = body[entry.position], _words(column).get("content")
        looks = {"name": contents.could_be_names, "member_id": contents.could_be_ids}.get(column.field)
        held = (
            contents.fit(contents.sample(values), str(content))
            if content
            else looks(values)
            if looks
            else None
        )
        return _likeness(column, entry.header) / 100 + (held or 0.0)

    best = max(free, key=promise, default=None)
    return best if best is not None and promise(best) >= 0.7 else None


def _by_name(search: _Search, how: str, names_of: Callable[[ContractColumn], tuple[str, ...]]) -> None:
    """Take columns with a header that the contract names; of several, the earliest name, the best content."""
    for column in search.wanted():
        ranks = {key(name): rank for rank, name in reversed(list(enumerate(names_of(column))))}
        hits = [
            (ranks[name], name != key(text), *_merits(search, position, column, text), position, text)
            for position in search.free()
            for text in search.header.variants[position]
            for name in _keys(column, text)
            if text and name in ranks
        ]
        if hits:
            *_, position, text = min(hits)
            search.take(position, column, how, text)


def _keys(column: ContractColumn, header: str) -> set[str]:
    """What a header is compared by: its key, and that without a year where the column may carry one."""
    return {key(header)} | ({key(without_year(header))} if column.type in _YEARLY else set())


def _merits(
    search: _Search, position: int, column: ContractColumn, header: str
) -> tuple[float, bool, int, int]:
    """How good a column of the right name is, the least the best: by content, by year, by filled cells."""
    filled = _filled(search, position)
    return -_content_fit(search, position, column), filled == 0, -(year_of(header) or 0), -filled


def _by_guess(search: _Search) -> None:
    """Take the likeliest pairs of a free and a wanted column, best first, while they are likely enough."""
    guesses = [
        (likelihood, why, position, column)
        for position in search.free()
        for column in search.wanted()
        for likelihood, why in [_likelihood(search, position, column)]
        if likelihood >= _ALIKE
    ]
    for _, why, position, column in sorted(guesses, key=lambda guess: (-guess[0], guess[2])):
        if position in search.free() and column in search.wanted():
            search.take(position, column, "guess", search.header.shown(position), why)


def _likelihood(search: _Search, position: int, column: ContractColumn) -> tuple[float, str]:
    header = search.header.shown(position)
    if _excluded(column, header):
        return 0.0, ""
    alike = max(_likeness(column, text) for text in search.header.variants[position])
    share = _content_share(search, position, column)
    if share is not None and share < _CONTRADICTS:
        return 0.0, ""
    if alike >= _ALIKE:
        return alike + (share or 0.0), "d'après l'en-tête"
    if share is not None and share >= _SPEAKS_ALONE and _only_one_like_it(search, column):
        return _ALIKE + share, "d'après le contenu"
    return 0.0, ""


def _only_one_like_it(search: _Search, column: ContractColumn) -> bool:
    """Whether just one free column has such values: two (a fax beside a telephone) would be a toss-up."""
    shares = [_content_share(search, position, column) or 0.0 for position in search.free()]
    return sum(share >= _SPEAKS_ALONE for share in shares) == 1


def _likeness(column: ContractColumn, header: str) -> float:
    """How alike a header is to what this field is called, 0 to 100."""
    names = {key(name) for name in (*column.headers, *_words(column)["words"])}
    return max(
        0.0 if len(seen) < 2 else 100.0 if seen == name else _near(seen, name)
        for seen in _keys(column, header)
        for name in names
    )


def _near(seen: str, name: str) -> float:
    if min(len(seen), len(name)) < 5:
        return 0.0
    # « Raison sociale de l'adhérent » holds « Raison sociale »; the more of it, the surer.
    held = 78.0 + 20.0 * len(name) / len(seen) if name in seen else 0.0
    return max(float(fuzz.ratio(seen, name)), held)


def _excluded(column: ContractColumn, header: str) -> bool:
    words = anyascii(clean(header)).lower()
    return any(re.search(rf"\b{word}", words) for word in _words(column)["never"])


def _content_share(search: _Search, position: int, column: ContractColumn) -> float | None:
    content = reference.load("header_words")[column.field].get("content")
    return contents.fit(contents.sample(search.body[position]), content) if content else None


def _content_fit(search: _Search, position: int, column: ContractColumn) -> float:
    return _content_share(search, position, column) or 0.0


def _filled(search: _Search, position: int) -> int:
    return int((search.body[position] != "").sum())


def _words(column: ContractColumn) -> dict[str, list[str]]:
    words: dict[str, list[str]] = reference.load("header_words")[column.field]
    return words
