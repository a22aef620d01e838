"""What each record says of its company, field by field, as the published lineage has it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import duckdb

from transforms.wording import decimal, euros

Said = Mapping[str, str]
"""The values of one record by field, in words."""

_NBSP = "\u00a0"
FIELDS = {
    "name": "Nom",
    "trade_name": "Enseigne",
    "siren": "SIREN",
    "address": "Adresse",
    "town": "Ville",
    "website": "Site web",
    "naf_code": "Activité (NAF)",
    "legal_form": "Forme juridique",
    "jobs": "Emplois",
    "turnover_eur": "Chiffre d’affaires",
    "member_since": "Adhésion",
    "fee_eur": "Cotisation",
    "college": "Collège",
    "status": "Statut",
}
"""The fields of a record that people compare, with their French names, the most telling first."""

_SAID = """
WITH asked AS (SELECT unnest($keys) AS key),
companies AS (
    SELECT DISTINCT company_id
    FROM memberships
    WHERE source || ':' || member_id IN (FROM asked)
),
own AS (
    SELECT field, source, member_id, value, alternatives
    FROM lineage
    WHERE company_id IN (FROM companies)
),
said AS (
    SELECT field, source, member_id, value
    FROM own
    WHERE field NOT IN ('fee_eur', 'member_since')
    UNION ALL
    SELECT field, other.source, other.member_id, other.value
    FROM (SELECT field, unnest(alternatives) AS other FROM own)
    WHERE field NOT IN ('fee_eur', 'member_since')
)
SELECT source || ':' || member_id AS key, field, value
FROM said
WHERE key IN (FROM asked) AND value IS NOT NULL
"""
_MEMBERS = """
SELECT
    members.source || ':' || members.member_id AS key,
    members.company_id, source_file, source_row, members.is_active, status_exported, college, members.fee_eur,
    joined_on, joined_precision, companies.is_sole_trader
FROM memberships AS members
JOIN companies USING (company_id)
WHERE key IN (SELECT unnest($keys))
"""


class RecordView:
    """A record as a page shows it.

    Attributes:
        key: `source:member_id`.
        source: its network.
        number: its number there.
        company_id: the company that it belongs to today.
        file: the export it stands in, and `row` the line there.
        is_active: whether the membership is.
        is_person: whether its company is a sole trader, whose name is not shown.
        said: its values by field of `FIELDS`.
    """

    def __init__(self, key: str, member: Mapping[str, Any], values: Mapping[str, str]) -> None:
        self.key = key
        self.source, _, self.number = key.partition(":")
        self.company_id: str = member["company_id"]
        self.file: str = member["source_file"]
        self.row: int = member["source_row"]
        self.is_active: bool = member["is_active"]
        self.is_person: bool = member["is_sole_trader"]
        self.said: Said = _in_words(member, values, named=not self.is_person)


def records(con: duckdb.DuckDBPyConnection, keys: Collection[str]) -> dict[str, RecordView]:
    """The records of `keys` (`source:member_id`) that are published."""
    asked = {"keys": sorted(set(keys))}
    values: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for key, field, value in con.execute(_SAID, asked).fetchall():
        values[key][field] = value
    query = con.execute(_MEMBERS, asked)
    names = [column[0] for column in query.description or ()]
    members = (dict(zip(names, row, strict=True)) for row in query.fetchall())
    return {one["key"]: RecordView(one["key"], one, values[one["key"]]) for one in members}


def worded(field: str, value: str) -> str:
    """A value of lineage as people write it; what is no number or date after all stays as it is."""
    if field == "siren" and len(value) == 9:
        return f"{value[:3]}{_NBSP}{value[3:6]}{_NBSP}{value[6:]}"
    try:
        if field in ("jobs", "jobs_low", "jobs_high"):
            figure = Decimal(value)
            return decimal(float(figure), 0 if figure == figure.to_integral_value() else 1)
        if field in ("turnover_eur", "turnover_eur_low", "turnover_eur_high", "fee_eur"):
            return euros(float(Decimal(value)))
        if field in ("member_since", "jobs_as_of", "turnover_eur_as_of"):
            return f"{date.fromisoformat(value):%d/%m/%Y}"
    except (ValueError, InvalidOperation):
        return value
    return {"true": "oui", "false": "non"}.get(value, value) if field.startswith(("is_", "in_")) else value


def _in_words(member: Mapping[str, Any], values: Mapping[str, str], *, named: bool) -> dict[str, str]:
    said = {field: worded(field, values[field]) for field in FIELDS if field in values}
    if not named:
        said = {field: text for field, text in said.items() if field not in ("name", "trade_name")}
    said["town"] = " ".join(values[part] for part in ("postcode", "city") if part in values)
    if member["joined_on"]:
        form = "%Y" if member["joined_precision"] == "year" else "%d/%m/%Y"
        said["member_since"] = f"{member['joined_on']:{form}}"
    if member["fee_eur"] is not None:
        said["fee_eur"] = euros(float(member["fee_eur"]))
    said["college"] = member["college"] or ""
    said["status"] = member["status_exported"] or ("" if member["is_active"] else "inactif")
    return {field: said[field] for field in FIELDS if said.get(field)}
