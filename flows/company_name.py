"""The company that people call by its name, however they write it."""

import re
from dataclasses import dataclass

import duckdb
from rapidfuzz import fuzz, process

from transforms.errors import InputError
from transforms.text import fold

_COMPANIES = """
SELECT company_id, name, trade_name, city, is_sole_trader
FROM companies
ORDER BY company_id
"""
_SIGNS = re.compile(r"[^A-Z0-9]+")
_LISTED = 10
_NEAR = 3
_ALIKE = 75


@dataclass(frozen=True)
class _Named:
    """A company, what it is called where it may be told, and the forms in which its names are compared."""

    company_id: str
    told: str
    keys: tuple[str, ...]


def id_of_name(con: duckdb.DuckDBPyConnection, text: str) -> str:
    """The id of the one company whose name or trade name is `text`, else holds all of its words.

    Case, accents and signs do not count.

    Raises:
        InputError: no company is called so, or several are; they are listed.
    """
    known = [_named(*row) for row in con.execute(_COMPANIES).fetchall()]
    asked = _key(text)
    found = [one for one in known if asked in one.keys] if asked else []
    found = found or ([one for one in known if _has_words(one, asked)] if asked else [])
    if len(found) == 1:
        return found[0].company_id
    if found:
        more = len(found) - _LISTED
        listed = [one.told for one in found[:_LISTED]] + [f"… et {more} de plus"] * (more > 0)
        raise InputError(
            "Plusieurs entreprises s'appellent ainsi.",
            found=text,
            expected=" ; ".join(listed),
            next_step="donner l'identifiant de l'une d'elles, ou son nom entier entre guillemets",
        )
    near = _nearest(known, asked)
    raise InputError(
        "Ceci ne désigne ni une fiche ni une entreprise.",
        found=text,
        expected=(f"peut-être {' ; '.join(near)} ; sinon " if near else "")
        + "une fiche, par exemple clustr:CR-0059, un identifiant tel que E-7K3MQ9XT2B, ou le nom d'une "
        "entreprise",
        next_step="vérifier le nom ; une fiche s'écrit réseau, deux-points, numéro d'adhérent",
    )


def _named(company_id: str, name: str, trade_name: str | None, city: str | None, sole_trader: bool) -> _Named:
    place = f", {city}" if city and not sole_trader else ""
    told = f"{company_id} ({'entrepreneur individuel' if sole_trader else name}{place})"
    return _Named(company_id, told, tuple(_key(one) for one in (name, trade_name) if one))


def _key(text: str) -> str:
    return _SIGNS.sub(" ", fold(text)).strip()


def _has_words(one: _Named, asked: str) -> bool:
    words = set(asked.split())
    return any(words <= set(key.split()) for key in one.keys)


def _nearest(known: list[_Named], asked: str) -> list[str]:
    """The companies with the names most like `asked`, told."""
    names = {place: key for place, one in enumerate(known) for key in one.keys[:1]}
    found = process.extract(asked, names, scorer=fuzz.ratio, limit=_NEAR, score_cutoff=_ALIKE)
    return [known[place].told for _, _, place in found]
