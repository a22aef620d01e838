"""What published records are called, and what they say of their company; nothing that reaches a person."""

from collections.abc import Collection

import duckdb

from transforms.matching.explanation import Face

SOLE_TRADER = "entrepreneur individuel, dont le nom n'est pas affiché"
_FACES = """
WITH asked AS (SELECT unnest($keys) AS key),
own AS (
    SELECT field, source, member_id, value
    FROM lineage
    WHERE field IN ('name', 'city', 'siren')
),
others AS (
    SELECT field, unnest(alternatives) AS other
    FROM lineage
    WHERE field IN ('name', 'city', 'siren')
),
said AS (
    FROM own
    UNION ALL
    SELECT field, other.source, other.member_id, other.value FROM others
)
SELECT
    members.source || ':' || members.member_id AS key,
    company_id,
    is_sole_trader,
    coalesce(any_value(said.value) FILTER (said.field = 'name'), name),
    coalesce(any_value(said.value) FILTER (said.field = 'city'), city),
    any_value(said.value) FILTER (said.field = 'siren')
FROM memberships AS members
JOIN companies USING (company_id)
LEFT JOIN said ON (said.source, said.member_id) = (members.source, members.member_id)
WHERE members.source || ':' || members.member_id IN (FROM asked)
GROUP BY key, company_id, is_sole_trader, name, city
"""
SHOWN = ("name", "trade_name", "legal_form", "siren", "naf_code", "address", "postcode", "city", "website")
"""What a steward compares of two records: columns of companies that may be handed out."""
_OF_A_PERSON = frozenset({"name", "trade_name", "siren", "address", "website"})
_SAYINGS = """
WITH asked AS (SELECT unnest($keys) AS key),
said AS (
    SELECT field, source, member_id, value
    FROM lineage
    WHERE list_contains($fields, field)
    UNION ALL
    SELECT field, other.source, other.member_id, other.value
    FROM (
        SELECT field, unnest(alternatives) AS other FROM lineage WHERE list_contains($fields, field)
    )
)
SELECT members.source || ':' || members.member_id AS key, said.field, said.value, is_sole_trader
FROM memberships AS members
JOIN companies USING (company_id)
LEFT JOIN said ON (said.source, said.member_id) = (members.source, members.member_id)
WHERE members.source || ':' || members.member_id IN (FROM asked)
ORDER BY ALL
"""


def faces(con: duckdb.DuckDBPyConnection, keys: Collection[str]) -> dict[str, Face]:
    """The face of each record of `keys` (`source:member_id`) that is published.

    A name and a town are those of the record itself, its company's where it gives none.
    """
    rows = con.execute(_FACES, {"keys": sorted(set(keys))}).fetchall()
    return {
        key: Face(record=key, company_id=company_id, name=None if alone else name, town=town, siren=siren)
        for key, company_id, alone, name, town, siren in rows
    }


def sayings(con: duckdb.DuckDBPyConnection, keys: Collection[str]) -> dict[str, dict[str, str]]:
    """What each record of `keys` (`source:member_id`) says itself, by column of companies: those in `SHOWN`.

    Of a sole trader, whose name and address are a person's, only the legal form, the activity and the town.
    """
    rows = con.execute(_SAYINGS, {"keys": sorted(set(keys)), "fields": list(SHOWN)}).fetchall()
    said: dict[str, dict[str, str]] = {}
    for key, field, value, alone in rows:
        own = said.setdefault(key, {})
        if field and value and not (alone and field in _OF_A_PERSON):
            own[field] = value
    return said


def named(face: Face) -> str:
    """« NOM (Ville) », for people."""
    return f"{face.name or SOLE_TRADER}{f' ({face.town})' if face.town else ''}"
