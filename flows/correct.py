"""Values of companies that stewards correct: recorded, taken back, listed."""

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from pydantic import BaseModel, ConfigDict

from flows import published
from flows.belonging import require_own_state, require_state
from transforms import reference
from transforms.errors import InputError
from transforms.golden.corrections import recording
from transforms.personal import contains_contact
from transforms.refusals import refusal
from transforms.stewards.correction import MARK, Correction
from transforms.stewards.correction_log import FILE, read_corrections
from transforms.stewards.words import pseudonym, reason_text, visible
from transforms.warehouse.reading import opened

_LONGEST = 300
_PENDING = "pending"

# The record that gives the value today; of a corrected cell, or of an empty one, the record nearest to it.
_ANCHOR = f"""
SELECT source, member_id
FROM (
    SELECT source, member_id, 1 AS choice
    FROM lineage
    WHERE company_id = $company AND field = $field AND source <> '{MARK}'
    UNION ALL
    SELECT alternatives[1].source, alternatives[1].member_id, 2
    FROM lineage
    WHERE company_id = $company AND field = $field AND len(alternatives) > 0
    UNION ALL
    SELECT source, member_id, 3
    FROM lineage
    WHERE company_id = $company AND field = 'name' AND source <> '{MARK}'
    UNION ALL
    SELECT source, member_id, 4 FROM memberships WHERE company_id = $company
)
ORDER BY choice, source, member_id
LIMIT 1
"""
_SAME_SIREN = """
SELECT company_id, if(is_sole_trader, NULL, name), city
FROM companies
WHERE company_id <> $company AND coalesce(map($companies, $sirens)[company_id], siren) = $siren
ORDER BY company_id
"""


class SharedSirenError(InputError):
    """Another company bears that SIREN: who means it, so that the two become one, has to confirm."""


class Corrected(BaseModel):
    """A correction that was recorded, or stands already (`changed` is false).

    `before` is the published value, `replaced` the earlier correction of the value that it replaces, `joins`
    the other companies of that SIREN, told for people, with which the company is to be one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: str = "recorded"
    correction_id: str
    changed: bool
    company_id: str
    field: str
    label: str
    value: str
    before: str | None
    replaced: str | None
    joins: tuple[str, ...] = ()
    log: Path


class TakenBack(BaseModel):
    """A correction that was taken back; `again` is the earlier one of the value that counts again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: str = "revoked"
    correction_id: str
    changed: bool
    again: str | None
    revoked_at: datetime
    revoked_by: str | None
    log: Path


class Listed(BaseModel):
    """A correction of the journal and what became of it.

    `company_id` is its company in the published warehouse, as it was named then where it is not there;
    `outcome` that of the published run (`corrections.outcome`), revoked, or pending: the run did not know it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    correction: Correction
    company_id: str
    label: str
    outcome: str
    against: str | None = None


class Corrections(BaseModel):
    """The journal, oldest first; `torn_line` is a last line that was cut short and does not count."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    log: Path
    torn_line: int | None
    corrections: tuple[Listed, ...]


def correctable() -> tuple[tuple[str, str], ...]:
    """The columns of companies that may be corrected, each with its French label, in order."""
    return tuple((column, entry["label"]) for column, entry in _columns().items())


def correct(
    company_id: str,
    column: str,
    value: str,
    *,
    steward: str,
    reason: str | None,
    warehouse: Path,
    state: Path,
    force: bool = False,
) -> Corrected:
    """Record that a company's value is another one; it wins over every source from the next merge on.

    Of a SIREN the next merge goes by it: companies of one SIREN become one.

    Args:
        company_id: a company, or a record (`source:member_id`) of it.
        column: one of `correctable`, or its French label.
        value: the right value, written as people write it.
        steward: a pseudonym.
        reason: why, without personal data.
        warehouse: the published file, which says what companies there are.
        state: the folder of the journal.
        force: record a SIREN that another company bears.

    Raises:
        SharedSirenError: another company bears that SIREN, and `force` is not given; nothing is recorded.
        InputError: something of this is not as it should be, the state folder included; nothing is recorded.
        LockError, MachineError: the journal cannot be written; nothing is recorded.
    """
    require_own_state(warehouse, state)
    field = _column(column)
    pseudonym(steward)
    reason_text(reason)
    read = _read(field, value)
    with opened(warehouse) as con:
        company = published.company_of(con, company_id)
        ((before,),) = con.execute(
            f'SELECT "{field}"::VARCHAR FROM companies WHERE company_id = ?', [company]
        ).fetchall()
        ((source, member_id),) = con.execute(_ANCHOR, {"company": company, "field": field}).fetchall()
        pending = _pending_sirens(warehouse, state) if field == "siren" else {}
        joins = _bearers(con, str(read["value"]), company, pending) if field == "siren" else ()
    if joins and not force:
        raise _shared(str(read["value"]), joins)
    proposal = recording.Proposal(
        company_id=company,
        source=source,
        member_id=member_id,
        field=field,
        steward=steward,
        reason=reason,
        **read,
    )
    done = recording.record(state, proposal)
    return Corrected(
        correction_id=done.correction.correction_id,
        changed=done.changed,
        company_id=company,
        field=field,
        label=_columns()[field]["label"],
        value=done.correction.value,
        before=before,
        replaced=done.replaced,
        joins=joins,
        log=(state / FILE).resolve(),
    )


def take_back_correction(
    correction_id: str, *, steward: str, reason: str | None, warehouse: Path, state: Path
) -> TakenBack:
    """Take a correction back; one that was taken back already stays as it is.

    Raises:
        InputError: there is no such correction, the steward is no pseudonym, or the state folder is missing
            or that of another warehouse.
        LockError, MachineError: the journal cannot be written.
    """
    require_state(state)
    require_own_state(warehouse, state)
    taken = recording.take_back(state, correction_id.strip(), steward, reason)
    assert taken.correction.revoked_at is not None
    return TakenBack(
        correction_id=taken.correction.correction_id,
        changed=taken.changed,
        again=taken.again,
        revoked_at=taken.correction.revoked_at,
        revoked_by=taken.correction.revoked_by,
        log=(state / FILE).resolve(),
    )


def list_corrections(warehouse: Path, state: Path) -> Corrections:
    """The corrections of the journal, with what the published run made of each.

    Raises:
        InputError: the state folder is missing or that of another warehouse, the journal is damaged, or the
            file is no warehouse of ours.
    """
    require_state(state)
    require_own_state(warehouse, state)
    journal = read_corrections(state)
    known = _published(warehouse) if warehouse.exists() else {}
    listed = tuple(_listed(one, known) for one in journal.words)
    return Corrections(log=(state / FILE).resolve(), torn_line=journal.torn_line, corrections=listed)


def corrections_of(company_id: str, *, warehouse: Path, state: Path) -> tuple[Listed, ...]:
    """The corrections of one company, oldest first, those that were taken back included.

    Raises:
        InputError: no such company, or as `list_corrections`.
    """
    with opened(warehouse) as con:
        company = published.company_of(con, company_id)
    if not state.is_dir():
        return ()
    found = list_corrections(warehouse, state).corrections
    return tuple(one for one in found if company == one.company_id)


def _columns() -> Any:
    return reference.load("corrections")["columns"]


def _column(asked: str) -> str:
    names = {name.casefold(): name for name in _columns()}
    names |= {entry["label"].casefold(): name for name, entry in _columns().items()}
    if found := names.get(asked.strip().casefold()):
        return str(found)
    raise InputError(
        "Cette valeur ne se corrige pas.",
        found=visible(asked)[:40],
        expected=", ".join(f"{name} ({label})" for name, label in correctable()),
        next_step="choisir une de ces colonnes ; chiffres, cotisations et dates se corrigent dans l'export",
    )


def _read(field: str, text: str) -> dict[str, Any]:
    """The value as companies writes it, and what further is known of a town."""
    # Readers of cells take a second to import, and most commands need none of them.
    from transforms.standardise.corrected import read_given

    line = visible(text)
    if contains_contact(line):
        raise _refused(field, "une coordonnée (elle n'est pas répétée ici)", None)
    if len(line) > _LONGEST:
        raise _refused(field, f"{len(line)} signes", None)
    given = read_given(field, line)
    if given.value is None:
        raise _refused(field, f"« {line[:80]} »" if line else "rien", given.rule)
    return {"value": given.value, "city_key": given.city_key, "abroad": given.abroad}


def _refused(field: str, found: str, rule: str | None) -> InputError:
    entry = _columns()[field]
    why = f" {refusal(rule).problem}" if rule else ""
    return InputError(
        f"Cette valeur ne convient pas pour « {entry['label']} ».{why}",
        found=found,
        expected=entry["expected"],
        next_step="vérifier la valeur, puis la donner seule",
    )


def _bearers(
    con: duckdb.DuckDBPyConnection, siren: str, company: str, pending: dict[str, str]
) -> tuple[str, ...]:
    """The other companies that have that SIREN at the next merge, told for people."""
    asked = {"company": company, "siren": siren, "companies": [*pending], "sirens": [*pending.values()]}
    rows = con.execute(_SAME_SIREN, asked).fetchall()
    told = [(one, ", ".join(visible(part) for part in said if part)) for one, *said in rows]
    return tuple(f"{one} ({said})" if said else one for one, said in told)


def _pending_sirens(warehouse: Path, state: Path) -> dict[str, str]:
    """The SIREN that companies have at the next merge by corrections that no merge has seen."""
    listed = list_corrections(warehouse, state).corrections if state.is_dir() else ()
    # Of two corrections of one company the later counts.
    return {
        one.company_id: one.correction.value
        for one in listed
        if (one.outcome, one.correction.field) == (_PENDING, "siren")
    }


def _shared(siren: str, joins: tuple[str, ...]) -> SharedSirenError:
    return SharedSirenError(
        "Une autre entreprise publiée porte déjà ce SIREN.",
        found=f"{siren}, celui de {' et de '.join(joins)}",
        expected="un SIREN propre à chaque entreprise, ou la confirmation qu'il s'agit de la même",
        next_step="si c'est la même entreprise, confirmer par --force : la prochaine fusion les réunira, "
        "sauf décision « différentes » ; si tout le reste les oppose, la paire sera à juger. Sinon, vérifier "
        "le SIREN",
    )


def _published(warehouse: Path) -> dict[str, tuple[str | None, str, str | None]]:
    """Company, outcome and `against` of each correction that the published run knew."""
    with opened(warehouse) as con:
        # A version that was published by an earlier Alliage has no such table.
        if not con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'corrections'").fetchall():
            return {}
        rows = con.execute("SELECT correction_id, company_id, outcome, against FROM corrections").fetchall()
    return {row[0]: row[1:] for row in rows}


def _listed(one: Correction, known: dict[str, tuple[str | None, str, str | None]]) -> Listed:
    company, outcome, against = known.get(one.correction_id, (None, _PENDING, None))
    if one.revoked_at is not None:
        outcome, against = "revoked", None
    label = _columns().get(one.field, {"label": one.field})["label"]
    return Listed(
        correction=one, company_id=company or one.company_id, label=label, outcome=outcome, against=against
    )
