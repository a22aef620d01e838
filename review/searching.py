"""Companies found by name, SIREN, number or town, whatever the accents."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from flows.faces import SOLE_TRADER
from transforms.text import fold

MOST = 50
LONGEST = 100


def _plain(text: str) -> str:
    """SQL for a text as `fold` has it, of what company names are made of."""
    return f"replace(replace(upper(strip_accents({text})), 'Œ', 'OE'), 'Æ', 'AE')"


# The names of a sole trader are a person's: none is shown. Who knows the trade name finds it by whole words,
# so that nobody can try letters until a name is told; the legal name is not looked at.
_SEARCH = f"""
WITH words AS (SELECT unnest($words) AS word),
texts AS (
    SELECT
        company_id, is_sole_trader, siren, postcode, city, n_records, is_active,
        CASE WHEN NOT is_sole_trader THEN name END AS shown_name,
        CASE
            WHEN is_sole_trader THEN 'ENTREPRENEUR INDIVIDUEL'
            ELSE concat_ws(' ', name, trade_name)
        END AS called,
        {_plain("concat_ws(' ', called, city, postcode, siren, company_id)")} AS text,
        CASE WHEN is_sole_trader THEN {_plain("trade_name")} END AS own,
        string_split(own, ' ') || string_split_regex(own, '[^A-Z0-9]+') AS own_words
    FROM companies
),
numbered AS (
    SELECT DISTINCT company_id
    FROM memberships
    WHERE upper(member_id) = $whole OR upper(source || ':' || member_id) = $whole
),
retired AS (SELECT company_id FROM company_aliases WHERE retired_id = $whole)
SELECT
    company_id, shown_name, siren, postcode, city, n_records, is_active,
    (
        SELECT list(source || ':' || member_id ORDER BY source, member_id)
        FROM memberships AS members
        WHERE members.company_id = texts.company_id
    ) AS numbers
FROM texts
WHERE (SELECT bool_and(contains(text, word) OR coalesce(list_contains(own_words, word), false)) FROM words)
    OR (length($digits) >= 5 AND contains(siren, $digits))
    OR company_id IN (FROM numbered)
    OR company_id IN (FROM retired)
ORDER BY
    company_id IN (FROM numbered) DESC,
    starts_with({_plain("shown_name")}, $whole) DESC NULLS LAST,
    shown_name NULLS LAST,
    company_id
LIMIT $most
"""


@dataclass(frozen=True)
class Found:
    """A company that a search has found; `numbers` are those of its records, as `source:member_id`."""

    company_id: str
    name: str
    siren: str | None
    postcode: str | None
    city: str | None
    n_records: int
    is_active: bool
    numbers: Sequence[str]

    @property
    def is_person(self) -> bool:
        """Whether it is a sole trader, whose name is not shown."""
        return self.name == SOLE_TRADER


def search(con: duckdb.DuckDBPyConnection, text: str) -> list[Found]:
    """The companies that hold all words of `text` in name, town, SIREN or number: `MOST` and one at most.

    A sole trader has « entrepreneur individuel » for a name, and the words of the trade name, told to nobody.
    """
    folded = fold(text[:LONGEST])
    if not folded:
        return []
    digits = "".join(sign for sign in folded if sign.isdigit())
    only_digits = digits if digits and all(sign.isdigit() or sign.isspace() for sign in folded) else ""
    asked = {"words": folded.split(), "whole": folded, "digits": only_digits, "most": MOST + 1}
    rows = con.execute(_SEARCH, asked).fetchall()
    return [Found(row[0], row[1] or SOLE_TRADER, *row[2:]) for row in rows]
