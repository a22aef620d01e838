"""How people name a version: by a word, the start of its name, its number, or the day it was published."""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from transforms.errors import InputError
from transforms.moments import in_paris, minute_text
from transforms.warehouse import versions
from transforms.warehouse.versions import Version

_NUMBER = re.compile(r"(?:n°\s*)?(\d{1,6})")
_DAYS = ("%d/%m/%Y", "%Y-%m-%d")
_MINUTES = ("%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M")
_SHOWN = 10


def chosen_version(warehouse: Path, text: str) -> Version:
    """The version of `warehouse` that `text` names; a date is that of publication, in Paris.

    Raises:
        InputError: none or several are meant; those that there are are listed.
    """
    if number := _NUMBER.fullmatch(text):
        wanted = int(number[1])
        return _one(warehouse, text, lambda one: one.manifest is not None and one.manifest.number == wanted)
    if day := _read(text, _DAYS):
        return _one(warehouse, text, lambda one: _published_at(one).date() == day.date())
    if minute := _read(text, _MINUTES):
        return _one(
            warehouse, text, lambda one: _published_at(one).replace(second=0, microsecond=0) == minute
        )
    return versions.choose(warehouse, text)


def told_version(version: Version) -> str:
    """Number, moment and name of a version, as `chosen_version` takes each."""
    if version.manifest is None:
        return version.run_id
    moment = minute_text(version.manifest.ended_at)
    return f"n° {version.manifest.number}, {moment} ({version.run_id})"


def _one(warehouse: Path, text: str, fits: Callable[[Version], bool]) -> Version:
    kept = versions.kept(warehouse)
    found = [one for one in kept if fits(one)]
    if len(found) == 1:
        return found[0]
    listed = [told_version(one) for one in (found or kept)[:_SHOWN]]
    raise InputError(
        "Plusieurs versions sont de ce jour." if found else "Aucune version conservée n'est celle-là.",
        found=text,
        expected=" ; ".join(listed) or "une version conservée ; il n'y en a aucune",
        next_step="donner le numéro, ou le jour et l'heure, d'une de ces versions",
    )


def _read(text: str, forms: Iterable[str]) -> datetime | None:
    for form in forms:
        with suppress(ValueError):
            return datetime.strptime(text, form)
    return None


def _published_at(version: Version) -> datetime:
    """The moment of publication in Paris; long ago where nothing tells it."""
    if version.manifest is None:
        return datetime.min
    return in_paris(version.manifest.ended_at).replace(tzinfo=None)
