"""Contacts whom another cell of their own row names: their names, to be kept out of what is published."""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from transforms.personal import MASK
from transforms.suppression.identifiers import emails, name_key, name_words, names, parts_of_cell

_LEAST_WORDS = 2
# Both of the first two long words of a contact's name in another cell of the row: few, read in full after.
_CANDIDATES = """
WITH people AS (
    SELECT
        source, source_row, contact_person,
        list_filter(
            regexp_split_to_array(strip_accents(lower(contact_person)), '[^a-z]+'),
            lambda word: len(word) > 2
        ) AS words
    FROM build.raw.records
    WHERE contact_person IS NOT NULL
)
SELECT people.contact_person, cells.value
FROM people
JOIN build.raw.cells AS cells USING (source, source_row)
WHERE len(words) >= 2
    AND coalesce(field, '') NOT IN ('contact_person', 'name', 'trade_name', 'website')
    AND contains(strip_accents(lower(cells.value)), words[1])
    AND contains(strip_accents(lower(cells.value)), words[2])
"""


@dataclass(frozen=True)
class Persons:
    """Names of at least two words, by their words in one order."""

    keys: frozenset[str] = frozenset()

    @classmethod
    def of(cls, people: Iterable[str]) -> "Persons":
        """The persons that contact cells name; those of one word may be anybody's."""
        found = (name_words(person) for person in people)
        return cls(frozenset(name_key(name) for name in found if len(name) >= _LEAST_WORDS))

    @classmethod
    def of_cell(cls, contact: str) -> "Persons":
        """The persons that one contact cell names."""
        return cls.of(parts_of_cell(contact))

    @property
    def words(self) -> list[str]:
        """The longest word of each name, in lowercase: without it nobody is named."""
        return sorted({max(key.split(), key=len).lower() for key in self.keys})

    def masked(self, text: str) -> str:
        """`text` with « … » for each name."""
        for one in sorted(self._found(text), reverse=True):
            text = f"{text[: one[0]]}{MASK}{text[one[1] :]}"
        return text

    def named_in(self, text: str) -> bool:
        """Whether `text` names one of them."""
        return bool(self._found(text))

    def _found(self, text: str) -> list[tuple[int, int]]:
        sizes = frozenset(len(key.split()) for key in self.keys)
        # An address that holds the name is masked as a whole, by whoever looks for addresses.
        whole = [(one.start, one.end) for one in emails(text)]
        found = [(one.start, one.end) for one in names(text, sizes) if one.value in self.keys]
        return [(a, b) for a, b in found if not any(a < end and start < b for start, end in whole)]


def named_elsewhere(con: duckdb.DuckDBPyConnection) -> Persons:
    """The contacts whom another cell of their row names, the company's name and site apart.

    `con` has a build database attached as `build`; one without cells names nobody.
    """
    there = "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'build' AND schema_name = 'raw' "
    ((count,),) = con.execute(f"{there} AND table_name IN ('records', 'cells')").fetchall()
    if count < _LEAST_WORDS:
        return Persons()
    found: set[str] = set()
    for contact, text in con.execute(_CANDIDATES).fetchall():
        people = Persons.of_cell(contact)
        if people.named_in(text):
            found |= people.keys
    return Persons(frozenset(found))
