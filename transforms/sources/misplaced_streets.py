"""Street addresses under another header than that of the address, noticed from the values.

Nothing else would tell: a company may have any name, and a town may be called « Rue ».
"""

from collections.abc import Iterable, Iterator

import pandas as pd

from transforms.errors import InputError, Where
from transforms.sources import contents
from transforms.sources.columns import Recognised
from transforms.sources.text import clean

# Lists of members have streets in 65 to 95 % of their addresses, and in no other column.
_HOLDS = 0.5
_HOLDS_NOT = 0.2
# Below so many values, chance decides what they look like.
_ENOUGH_VALUES = 5
_ADDRESSES = ("address", "full_address")


def refuse_misplaced_streets(columns: list[Recognised], body: pd.DataFrame, where: Where) -> None:
    """Refuse a file with streets under a header that announces something else, and none under the address.

    Args:
        columns: the columns of the file and their fields.
        body: the cells of the records as received.
        where: the file, sheet and line of the header.

    Raises:
        InputError: names both columns; for the names of the companies, streets alone are enough.
    """
    shares = [(entry, share) for entry in columns if entry.field for share in _share(entry, body)]
    addresses = [entry for entry, _ in shares if entry.field in _ADDRESSES]
    emptied = [entry for entry, share in shares if entry in addresses and share < _HOLDS_NOT]
    for entry, share in shares:
        if entry in addresses or share < _HOLDS:
            continue
        if emptied:
            raise _swapped(entry, emptied[0], where)
        if entry.field == "name":
            raise _no_names(entry, addresses, where)


def _share(entry: Recognised, body: pd.DataFrame) -> Iterator[float]:
    """The share of the values of a column that name a street; nothing if they are too few to tell."""
    values = contents.sample(body[entry.position])
    if len(values) >= _ENOUGH_VALUES:
        yield contents.fit(values, "street") or 0.0


def _swapped(holding: Recognised, emptied: Recognised, where: Where) -> InputError:
    header, other = clean(holding.label), clean(emptied.label)
    return InputError(
        f"Les colonnes « {header} » et « {other} » semblent interverties.",
        where=_at(where, header),
        found=f"des adresses (numéro et rue) sous « {header} », presque aucune sous « {other} »",
        expected="chaque donnée sous son en-tête",
        next_step="échanger les deux en-têtes, ou les deux colonnes, puis refaire l'export",
    )


def _no_names(name: Recognised, addresses: Iterable[Recognised], where: Where) -> InputError:
    header = clean(name.label)
    beside = "".join(f", comme sous « {clean(entry.label)} »" for entry in addresses)
    return InputError(
        f"La colonne « {header} » ne contient pas des noms d'entreprises.",
        where=_at(where, header),
        found=f"des adresses (numéro et rue) sous « {header} »{beside}",
        expected="le nom de chaque entreprise",
        next_step="remettre les noms sous cet en-tête, puis refaire l'export",
    )


def _at(where: Where, header: str) -> Where:
    return Where(file=where.file, sheet=where.sheet, line=where.line, column=header)
