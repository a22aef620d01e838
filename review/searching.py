"""Companies found by name, SIREN, number or town, whatever the accents."""

from dataclasses import dataclass

import duckdb

from flows.faces import SOLE_TRADER
from transforms.text import fold

MOST = 50
_LONGEST = 100
# The name of a sole trader is a person's: it is neither shown nor found.
_SEARCH = """
WITH words AS (SELECT unnest($words) AS word),
texts AS (
    SELECT
        company_id,
        CASE WHEN is_sole_trader THEN NULL ELSE name END AS shown_name,
        CASE WHEN is_sole_trader THEN NULL ELSE trade_name END AS shown_trade_name,
        siren, postcode, city, n_records, is_active,
        replace(replace(
            upper(strip_accents(
                concat_ws(' ', shown_name, shown_trade_name, city, postcode, siren, company_id)
            )),
            'Œ', 'OE'
        ), 'Æ', 'AE') AS text
    FROM companies
),
numbered AS (
    SELECT DISTINCT company_id
    FROM memberships
    WHERE upper(member_id) = $whole OR upper(source || ':' || member_id) = $whole
),
retired AS (SELECT company_id FROM company_aliases WHERE retired_id = $whole)
SELECT company_id, shown_name, siren, postcode, city, n_records, is_active
FROM texts
WHERE (SELECT bool_and(contains(text, word)) FROM words)
    OR (length($digits) >= 5 AND contains(siren, $digits))
    OR company_id IN (FROM numbered)
    OR company_id IN (FROM retired)
ORDER BY
    company_id IN (FROM numbered) DESC,
    starts_with(upper(strip_accents(shown_name)), $whole) DESC NULLS LAST,
    shown_name NULLS LAST,
    company_id
LIMIT $most
"""


@dataclass(frozen=True)
class Found:
    """A company that a search has found."""

    company_id: str
    name: str
    siren: str | None
    postcode: str | None
    city: str | None
    n_records: int
    is_active: bool


def search(con: duckdb.DuckDBPyConnection, text: str) -> list[Found]:
    """The companies that hold all words of `text` in name, town, SIREN or number: `MOST` and one at most."""
    folded = fold(text[:_LONGEST])
    if not folded:
        return []
    digits = "".join(sign for sign in folded if sign.isdigit())
    only_digits = digits if digits and all(sign.isdigit() or sign.isspace() for sign in folded) else ""
    asked = {"words": folded.split(), "whole": folded, "digits": only_digits, "most": MOST + 1}
    rows = con.execute(_SEARCH, asked).fetchall()
    return [Found(row[0], row[1] or SOLE_TRADER, *row[2:]) for row in rows]
