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
Filled = Mapping[int, pd.Series]

_HOLDS = 0.7
_HOLDS_NOT = 0.3
# Below so many values, chance decides what they look like.
_ENOUGH_VALUES = 5
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


def swapped_columns(columns: list[Recognised], body: pd.DataFrame, contract: Contract) -> tuple[Remark, ...]:
    """A warning for each column that holds what another one should hold; no value is shown.

    Args:
        columns: the columns of the file and their fields.
        body: the cells of the records as received.
        contract: the source.
    """
    known = [entry for entry in columns if entry.field]
    filled = {entry.position: contents.sample(body[entry.position]) for entry in known}
    return tuple(
        Remark(level="warning", source=contract.source, text=text) for text in _said(known, filled, contract)
    )


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
    raise InputError(
        f"Les colonnes « {clean(key.label)} » et « {clean(name.label)} » semblent interverties.",
        where=Where(file=where.file, sheet=where.sheet, line=where.line, column=clean(key.label)),
        found=f"des noms sous « {clean(key.label)} », des identifiants sous « {clean(name.label)} »",
        expected="chaque donnée sous son en-tête",
        next_step="échanger les deux en-têtes, ou les deux colonnes, puis refaire l'export",
    )


def _said(known: list[Recognised], filled: Filled, contract: Contract) -> Iterator[str]:
    owners = {content: entry for entry in known if (content := _content(entry)) is not None}
    for entry in known:
        own = _content(entry)
        # Identifiers may look like anything; what a column should hold, it may hold.
        if entry.field != contract.key_field and not (own and _share(filled, entry, own) >= _HOLDS_NOT):
            texts = (_suspicion(entry, content, owners.get(content), filled) for content in _IN_FRENCH)
            yield from islice(filter(None, texts), 1)


def _suspicion(entry: Recognised, content: str, owner: Recognised | None, filled: Filled) -> str | None:
    """What to say of a column if it holds `content`, which another one, the `owner`, should hold."""
    if _share(filled, entry, content) < _HOLDS:
        return None
    header, shown, own = clean(entry.label), _IN_FRENCH[content], _content(entry)
    if owner is not None and _share(filled, owner, content) < _HOLDS_NOT:
        other = clean(owner.label)
        return (
            f"Les colonnes « {header} » et « {other} » semblent interverties : « {header} » contient "
            f"{shown}, « {other} » n'en contient pas. Attendu : chaque donnée sous son en-tête. "
            "À faire : corriger les en-têtes, puis refaire l'export."
        )
    if own is None or content not in _UNMISTAKABLE:
        return None
    beside = f", comme « {clean(owner.label)} »" if owner is not None else ""
    return (
        f"La colonne « {header} » contient {shown}{beside}. Attendu : {_IN_FRENCH[own]}. "
        "À faire : vérifier les colonnes de l'export."
    )


def _share(filled: Filled, entry: Recognised, content: str) -> float:
    """The share of the values of a column that look like `content`; none if they are too few to tell."""
    values = filled[entry.position]
    return (contents.fit(values, content) or 0.0) if len(values) >= _ENOUGH_VALUES else 0.0


def _content(entry: Recognised) -> str | None:
    """What the values of a column should look like, if that can be told."""
    content = reference.load("header_words")[entry.field].get("content")
    return None if content is None else str(content)
