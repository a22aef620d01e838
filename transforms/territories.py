"""Département and territory of an address, the Métropole de Lyon apart from the rest of the Rhône."""

from functools import cache
from typing import Any

import pandas as pd
from rapidfuzz import fuzz, process

from transforms import reference

METROPOLE = "lyon"
# The least likeness (0 to 100) of a misspelt town to a commune of the same postcode: MEYZIEUX is Meyzieu.
_MISSPELT = 85


def standardise_territories(
    postcode: pd.Series, city_key: pd.Series, is_foreign: pd.Series | None = None
) -> pd.DataFrame:
    """Find the territory of each address in `reference/territories.yml`.

    The town decides where a postcode is shared or belongs to another département's post office, and where
    there is no postcode; else the postcode does. A CEDEX postcode of the Rhône follows its town.

    Args:
        postcode: postcodes of 5 digits.
        city_key: towns as `standardise_addresses` writes them, same index.
        is_foreign: addresses abroad, same index; they lie in no département, elsewhere than all territories.

    Returns:
        `departement` (01 to 95, 2A, 2B, 971 to 989) and `territory` (a code of the reference), None where
        unknown.
    """
    pairs = list(zip(postcode.tolist(), city_key.tolist(), strict=True))
    places = {
        pair: _locate(*(part if isinstance(part, str) else None for part in pair)) for pair in set(pairs)
    }
    rows = [places[pair] for pair in pairs]
    frame = pd.DataFrame(rows, columns=["departement", "territory"], index=postcode.index, dtype=object)
    if is_foreign is not None:
        frame = frame.mask(is_foreign, None)
        frame["territory"] = frame["territory"].mask(is_foreign, _data()["elsewhere"])
    return frame


def territory_of(departement: str, postcode: str | None, town: str | None) -> str:
    """The territory code inside a département; only the Rhône holds two."""
    data = _data()
    if departement == "69":
        return METROPOLE if _in_metropole(postcode, town) else "69"
    return departement if departement in data["territories"] else str(data["elsewhere"])


def _locate(postcode: str | None, town: str | None) -> tuple[str | None, str | None]:
    departement = _departement(postcode, town)
    return departement, territory_of(departement, postcode, town) if departement else None


def _departement(postcode: str | None, town: str | None) -> str | None:
    data = _data()
    if postcode is None:
        found: str | None = data["towns"].get(town)
        return found
    other: dict[str, str] = data["other_departement"].get(postcode, {})
    if town in other:
        return other[town]
    if postcode.startswith("20"):
        return str(data["corsica"].get(postcode[:3], "2B"))
    if postcode.startswith(("97", "98")):
        return str(data["overseas"].get(postcode, postcode[:3]))
    return postcode[:2]


def _in_metropole(postcode: str | None, town: str | None) -> bool:
    data = _data()
    if town in data["metropole"] or postcode in _own_postcodes():
        return True
    if postcode not in data["shared_postcodes"]:
        return False
    if town is None:
        return bool(data["shared_postcodes"][postcode] == METROPOLE)
    sharing = [name for name, postcodes in data["metropole"].items() if postcode in postcodes]
    return process.extractOne(town, sharing, scorer=fuzz.ratio, score_cutoff=_MISSPELT) is not None


@cache
def _own_postcodes() -> frozenset[str]:
    """Postcodes that only communes of the Métropole have."""
    data = _data()
    postcodes = {postcode for own in data["metropole"].values() for postcode in own}
    return frozenset(postcodes - set(data["shared_postcodes"]))


def _data() -> dict[str, Any]:
    data: dict[str, Any] = reference.load("territories")
    return data
