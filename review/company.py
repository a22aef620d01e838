"""A company as its page shows it: golden values and where each comes from, records, decisions, history."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from flows import published
from flows.faces import SOLE_TRADER
from review.values import RecordView, records, worded
from transforms.moments import day_text
from transforms.stewards.correction import MARK
from transforms.text import fold
from transforms.warehouse.reading import tables

HIDDEN_OF_PERSONS = ("name", "trade_name")
"""What is not shown of a sole trader: the names of a person."""
_FACTS = {
    "name": "Raison sociale",
    "trade_name": "Enseigne",
    "legal_form": "Forme juridique",
    "siren": "SIREN",
    "naf_code": "Activité (NAF)",
    "address": "Adresse",
    "postcode": "Code postal",
    "city": "Ville",
    "website": "Site web",
    "jobs": "Emplois",
    "turnover_eur": "Chiffre d’affaires",
    "fee_eur": "Cotisations",
    "member_since": "Adhésion la plus ancienne",
    "is_active": "Active",
}
_RULES = {
    "only_value": "seule valeur",
    "record_order": "valeurs égales, première fiche",
    "best_identifier": "meilleur identifiant",
    "validated_identifier": "fiche au SIREN contrôlé",
    "most_agreed": "valeur la plus fréquente",
    "most_complete": "fiche la plus complète",
    "best_written": "la mieux écrite",
    "kind_exact_first": "chiffre exact d’abord",
    "most_recent": "export le plus récent",
    "earliest": "date la plus ancienne",
    "earliest_year": "année la plus ancienne",
    "day_precision_first": "date connue au jour",
    "true_first": "oui l’emporte",
    "source_priority": "réseau prioritaire",
    "sum_active": "somme des adhésions actives",
    "any_active": "une adhésion active au moins",
    "date_of_figure": "date du chiffre",
    "export_source": "réseau de l’export",
    "correction": "corrigée par un gestionnaire",
}
_KINDS = {
    "joined": "Arrivée dans l’entrepôt",
    "left": "Partie de l’entrepôt",
    "merged": "Fusionnée dans",
    "split": "Détachée de",
    "changed": "Modifiée",
}
_MASK = "…"
_LINEAGE = """
SELECT field, value, source, member_id, source_row, raw_value, rule, alternatives
FROM lineage
WHERE company_id = ?
"""
_HISTORY = """
SELECT changed_at, kind, company_id, other_id, field, old_value, new_value
FROM changes
WHERE company_id = $id OR other_id = $id
ORDER BY change_no DESC
LIMIT $most
"""
_MOST_CHANGES = 100


@dataclass(frozen=True)
class Other:
    """A value that was not chosen, and the record that gives it."""

    record: str
    text: str


@dataclass(frozen=True)
class Fact:
    """A golden value: the cell that it comes from (`raw`), why it was chosen, what other records say.

    `agreeing` counts the records that say the same; `others` are those that do not.
    """

    field: str
    label: str
    text: str
    record: str
    row: int | None
    raw: str
    rule: str
    agreeing: int
    others: tuple[Other, ...]

    @property
    def is_corrected(self) -> bool:
        """Whether a steward gave it."""
        return self.rule == _RULES["correction"]


@dataclass(frozen=True)
class Change:
    """A line of the history: the day, what happened, and with which other company."""

    day: str
    what: str
    other_id: str | None
    old: str
    new: str


@dataclass(frozen=True)
class CompanyView:
    """A company; `retired` says why the id that was asked for no longer is one, `asked` that id."""

    company_id: str
    asked: str
    retired: str | None
    name: str
    town: str
    siren: str
    is_active: bool
    is_person: bool
    confidence: float
    facts: tuple[Fact, ...]
    records: tuple[RecordView, ...]
    changes: tuple[Change, ...]

    @property
    def keys(self) -> list[str]:
        """Its records as `source:member_id`."""
        return [one.key for one in self.records]


def company_view(con: duckdb.DuckDBPyConnection, asked: str) -> CompanyView:
    """The company that `asked` names: its id, perhaps a retired one, or one of its records.

    Raises:
        InputError: there is none.
    """
    found = published.company(con, asked if published.is_company_id(asked) else _of_record(con, asked))
    ((name, town, siren, is_active, is_person, confidence),) = con.execute(
        "SELECT name, city, siren, is_active, is_sole_trader, confidence FROM companies WHERE company_id = ?",
        [found.company_id],
    ).fetchall()
    keys = [f"{source}:{number}" for source, number in published.records_of(con, found.company_id)]
    members = records(con, keys)
    return CompanyView(
        company_id=found.company_id,
        asked=found.asked,
        retired=found.retired,
        name=SOLE_TRADER if is_person else name,
        town=town or "",
        siren=worded("siren", siren) if siren else "",
        is_active=is_active,
        is_person=is_person,
        confidence=confidence,
        facts=_facts(con, found.company_id, is_person=is_person),
        records=tuple(members[key] for key in keys),
        changes=_changes(con, found.company_id),
    )


def _of_record(con: duckdb.DuckDBPyConnection, text: str) -> str:
    source, number = published.meant(con, published.as_record(text))
    found = con.execute(
        "SELECT company_id FROM memberships WHERE (source, member_id) = (?, ?)", [source, number]
    ).fetchall()
    return found[0][0] if found else text


def _facts(con: duckdb.DuckDBPyConnection, company_id: str, *, is_person: bool) -> tuple[Fact, ...]:
    rows = {row[0]: row[1:] for row in con.execute(_LINEAGE, [company_id]).fetchall()}
    hidden = HIDDEN_OF_PERSONS if is_person else ()
    return tuple(
        _fact(field, label, rows[field])
        for field, label in _FACTS.items()
        if field in rows and field not in hidden
    )


def _fact(field: str, label: str, row: Sequence[Any]) -> Fact:
    value, source, number, line, raw, rule, alternatives = row
    said = [one for one in alternatives if one["value"] is not None]
    # Of a sum the others are its other terms.
    unlike = [one for one in said if rule == "sum_active" or fold(one["value"]) != fold(value)]
    if field == "siren" and rule == MARK:
        # Records are matched under the corrected SIREN; what their exports say stays in sight.
        unlike = [one for one in said if value not in _digits(one["raw_value"])]
    return Fact(
        field=field,
        label=label,
        text=worded(field, value),
        record=f"{source}:{number}",
        row=line,
        raw=raw or "",
        rule=_RULES.get(rule, rule),
        agreeing=len(said) - len(unlike),
        others=tuple(
            Other(f"{one['source']}:{one['member_id']}", worded(field, _said(field, rule, one)))
            for one in unlike
        ),
    )


def _said(field: str, rule: str, one: dict[str, Any]) -> str:
    if field == "siren" and rule == MARK and one["raw_value"]:
        return _digits(one["raw_value"])[:9] or str(one["raw_value"])
    return str(one["value"])


def _digits(text: str | None) -> str:
    return "".join(sign for sign in text or "" if sign.isdigit())


def _changes(con: duckdb.DuckDBPyConnection, company_id: str) -> tuple[Change, ...]:
    # A version that was published by an earlier Alliage has no history.
    if "changes" not in tables(con):
        return ()
    rows = con.execute(_HISTORY, {"id": company_id, "most": _MOST_CHANGES}).fetchall()
    return tuple(_change(company_id, row) for row in rows)


def _change(company_id: str, row: Sequence[Any]) -> Change:
    moment, kind, of, other, field, old, new = row
    if of != company_id:
        what = {"merged": "A absorbé", "split": "S’en est détachée"}.get(kind, _KINDS[kind])
        return Change(day_text(moment), what, of, "", "")
    label = _FACTS.get(field, field) if field else ""
    what = f"{_KINDS[kind]} : {label}" if label else _KINDS[kind]
    old_text, new_text = (
        worded(field, text) if text and text != _MASK else text or "" for text in (old, new)
    )
    return Change(day_text(moment), what, other, old_text, new_text)
