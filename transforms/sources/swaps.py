"""Columns whose header says one thing and whose values another, noticed from the values."""

from collections.abc import Iterator, Mapping
from itertools import islice

import pandas as pd

from transforms import reference
from transforms.errors import InputError, Where
from transforms.report import Remark
from transforms.sources import contents
from transforms.sources.columns import Recognised
from transforms.sources.contract import Contract
from transforms.sources.text import clean

# A sample of the filled values of each column, by position.
Filled = Mapping[int, list[str]]

_HOLDS = 0.7
_HOLDS_NOT = 0.3
# Below so many values, chance decides what they look like.
_ENOUGH_VALUES = 5
# Contents that may stand in each other's columns: all of them tell the SIREN.
_INTERCHANGEABLE = {"siren", "siret", "tva"}
# What a column may hold that is damaged and not exchanged: postcodes without their zero, years for dates.
_DAMAGED = {"postcode": "number", "date": "year"}
# Values that hardly look like anything else; five digits may be a postcode, a turnover or a day.
_UNMISTAKABLE = {"siren", "siret", "tva", "rna", "phone", "email", "website", "naf_code"}
_IN_FRENCH = {
    "siren": "des SIREN",
    "siret": "des SIRET",
    "tva": "des numéros de TVA",
    "rna": "des numéros RNA",
    "postcode": "des codes postaux",
    "phone": "des numéros de téléphone",
    "email": "des adresses électroniques",
    "website": "des sites web",
    "naf_code": "des codes d'activité",
    "date": "des dates",
}


def swapped_columns(
    columns: list[Recognised], body: pd.DataFrame, contract: Contract, where: Where
) -> tuple[Remark, ...]:
    """A warning for each column that does not hold what its header says; no value is shown.

    Args:
        columns: the columns of the file and their fields.
        body: the cells of the records as received.
        contract: the source.
        where: the file, sheet and line of the header.

    Raises:
        InputError: one holds what another one should hold, and that one does not; it names both. Cell by
            cell, all of one column would be refused, or taken for something else.
    """
    known = [entry for entry in columns if entry.field]
    filled = {entry.position: contents.sample(body[entry.position]) for entry in known}
    astray = list(_astray(known, filled, contract))
    owners = {content: entry for entry in known if (content := _content(entry)) is not None}
    for entry, content in astray:
        owner = owners.get(content)
        if owner is not None and _exchanged(entry, content, owner, filled):
            header, other, shown = clean(entry.label), clean(owner.label), _IN_FRENCH[content]
            raise _swapped(header, other, f"{shown} sous « {header} », non sous « {other} »", where)
    said = (_suspicion(entry, content, owners.get(content), filled) for entry, content in astray)
    return tuple(Remark(level="warning", source=contract.source, text=text) for text in said if text)


def refuse_swapped_key(
    columns: list[Recognised], body: pd.DataFrame, contract: Contract, where: Where
) -> None:
    """Refuse a file whose identifiers stand under the name and whose names under the identifier.

    Raises:
        InputError: they do; no member would keep its company.
    """
    by_field = {entry.field: entry for entry in columns if entry.field}
    key, name = by_field[contract.key_field], by_field["name"]
    if len(body) < _ENOUGH_VALUES:
        return
    looks = (contents.could_be_names(body[key.position]), contents.could_be_ids(body[name.position]))
    if min(looks) < _HOLDS:
        return
    header, other = clean(key.label), clean(name.label)
    raise _swapped(header, other, f"des noms sous « {header} », des identifiants sous « {other} »", where)


def _swapped(header: str, other: str, found: str, where: Where) -> InputError:
    return InputError(
        f"Les colonnes « {header} » et « {other} » semblent interverties.",
        where=Where(file=where.file, sheet=where.sheet, line=where.line, column=header),
        found=found,
        expected="chaque donnée sous son en-tête",
        next_step="échanger les deux en-têtes, ou les deux colonnes, puis refaire l'export",
    )


def _astray(known: list[Recognised], filled: Filled, contract: Contract) -> Iterator[tuple[Recognised, str]]:
    """Columns that hold what they should not, and what that is."""
    for entry in known:
        own = _content(entry)
        # Identifiers may look like anything; what a column should hold, it may hold.
        if entry.field == contract.key_field or (own and _share(filled, entry, own) >= _HOLDS_NOT):
            continue
        held = (content for content in _IN_FRENCH if _share(filled, entry, content) >= _HOLDS)
        yield from ((entry, content) for content in islice(held, 1))


def _exchanged(entry: Recognised, content: str, owner: Recognised, filled: Filled) -> bool:
    """Whether the column that should hold `content` surely holds something else."""
    if (
        _INTERCHANGEABLE.issuperset({content, _content(entry)})
        or len(filled[owner.position]) < _ENOUGH_VALUES
    ):
        return False
    looks = (content, _DAMAGED.get(content, content))
    return max(_share(filled, owner, look) for look in looks) < _HOLDS_NOT


def _suspicion(entry: Recognised, content: str, owner: Recognised | None, filled: Filled) -> str | None:
    """What to say of a column that holds `content`, if its own values look like something else."""
    own = _content(entry)
    if own is None or content not in _UNMISTAKABLE:
        return None
    shared = owner is not None and _share(filled, owner, content) >= _HOLDS_NOT
    beside = f", comme « {clean(owner.label)} »" if owner is not None and shared else ""
    return (
        f"La colonne « {clean(entry.label)} » contient {_IN_FRENCH[content]}{beside}. "
        f"Attendu : {_IN_FRENCH[own]}. À faire : vérifier les colonnes de l'export."
    )


def _share(filled: Filled, entry: Recognised, content: str) -> float:
    """The share of the values of a column that look like `content`; none if they are too few to tell."""
    values = filled[entry.position]
    return (contents.fit(values, content) or 0.0) if len(values) >= _ENOUGH_VALUES else 0.0


def _content(entry: Recognised) -> str | None:
    """What the values of a column should look like, if that can be told."""
    content = reference.load("header_words")[entry.field].get("content")
    return None if content is None else str(content)
