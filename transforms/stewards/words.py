"""What stewards may say: a pseudonym, a reason without personal data, a moment."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from transforms.errors import InputError
from transforms.personal import contains_contact

LONGEST_REASON = 500
_LONGEST_PSEUDONYM = 32
# No dot: « prenom.nom » is the first half of an address, and a name.
_PSEUDONYM = re.compile(r"[^\W_][\w-]*")
_DATE_FORMS = ("%d/%m/%Y", "%d/%m/%Y %H:%M")


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_utc)]
"""A moment in UTC; one without a zone is taken for UTC."""
Name = Annotated[str, Field(min_length=1)]
"""A text that is not empty."""


def pseudonym(text: str) -> str:
    """The pseudonym `text`, without spaces around it.

    Raises:
        InputError: it may be a person's name or address; the message does not repeat it.
    """
    text = text.strip()
    if _PSEUDONYM.fullmatch(text) and len(text) <= _LONGEST_PSEUDONYM and not contains_contact(text):
        return text
    raise InputError(
        "Le gestionnaire est désigné par un pseudonyme, jamais par son nom, son adresse ou son téléphone.",
        found=_kind(text),
        expected=f"des lettres, des chiffres et des tirets, {_LONGEST_PSEUDONYM} au plus, par exemple st-1",
        next_step="choisir un pseudonyme et le garder : il est publié avec chaque parole",
    )


def reason_text(text: str | None) -> str | None:
    """The reason on one line, without control characters; None if nothing is left of it.

    Raises:
        InputError: it holds an e-mail address or a telephone number, or is too long; it is not repeated.
    """
    line = visible(text or "")
    if not line:
        return None
    if contains_contact(line):
        raise InputError(
            "Le motif contient un courriel ou un téléphone, et il est publié.",
            found="une coordonnée (elle n'est pas répétée ici)",
            expected="un motif sans donnée personnelle, par exemple « confirmé par téléphone »",
            next_step="retirer la coordonnée du motif",
        )
    if len(line) > LONGEST_REASON:
        raise InputError(
            "Le motif est trop long.",
            found=f"{len(line)} signes",
            expected=f"{LONGEST_REASON} signes au plus",
            next_step="le résumer",
        )
    return line


def visible(text: str) -> str:
    """`text` on one line, without signs that steer a terminal or turn the direction of reading."""
    plain = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in text)
    kept = "".join(sign for sign in plain if unicodedata.category(sign)[0] != "C")
    # Other spaces, such as the narrow one before %, are there on purpose.
    return " ".join(part for part in kept.split(" ") if part).strip()


def moment(text: str) -> datetime:
    """The moment that `text` says, as ISO 8601 or 23/11/2026 (09:30); without a zone it is UTC.

    Raises:
        InputError: it says none.
    """
    readers: list[Callable[[str], datetime]] = [datetime.fromisoformat, *map(_reader, _DATE_FORMS)]
    for read in readers:
        try:
            found = read(text)
        except ValueError:
            continue
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    raise InputError(
        "La date de la décision ne se lit pas.",
        found=f"« {visible(text)[:40]} »",
        expected="une date telle que 2026-11-23 ou 23/11/2026",
        next_step="corriger la date, ou la laisser vide : ce sera celle de maintenant",
    )


def _reader(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)


def _kind(text: str) -> str:
    if not text:
        return "rien"
    if "@" in text:
        return "une adresse de courriel"
    if contains_contact(text):
        return "un numéro de téléphone, semble-t-il"
    if any(sign.isspace() for sign in text):
        return "plusieurs mots"
    if len(text) > _LONGEST_PSEUDONYM:
        return f"{len(text)} signes"
    return f"{len(text)} signes, dont certains ne conviennent pas"
