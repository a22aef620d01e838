"""Telephones, e-mail addresses and web sites, in the one form that each is known by."""

import re
from dataclasses import dataclass

import pandas as pd
import phonenumbers

from transforms import reference
from transforms.standardise import domains
from transforms.standardise.cells import read_distinct

_REGION = "FR"
_SPREADSHEET_POWER = re.compile(r"\d[.,]?\d*[eE]\+?\d+")
# A "(0)" or a label between digits must not end a number; letters must, or they would be dialled as digits.
_PHONE_RUN = re.compile(r"\+?\s*\(?\+?\d[\d\s().\-\u2010-\u2015/_·]*")
_PHONE_SEPARATOR = re.compile(r"[/\n]|\s[-\u2010-\u2015]\s|\s{2,}")
_TEN_DIGITS = re.compile(r"(?<!\d)0[\s.\-]*[1-9](?:[\s.\-]*\d){8}(?!\d)")
# What most cells hold; the fast way for them, with the same result.
_PLAIN_PHONE = re.compile(
    r"(?:(?!3[ .\-/]?3)|0|(?:\+33|0033)[ .\-]?(?:\(0\)[ .\-]?)?)([1-9](?:[ .\-/]?[0-9]{2}){4})"
)
_PLAIN_MAIL = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@[a-z0-9.-]*[a-z0-9]")
_WITHOUT_SIGNS = str.maketrans("", "", " .-/")
_FAX = re.compile(r"\b(?:fax|t[ée]l[ée]copie(?:ur)?)\b[\s.:]*\+?\d[\d\s().\-]*", re.I)
_LEAST_PHONE_DIGITS = 8

_LOCAL_PART = re.compile(r"[a-z0-9!#$%&'*+=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+=?^_`{|}~-]+)*")
_MAIL_SEPARATOR = re.compile(r"\s+(?:ou|et|and)\s+|[\s;,/|]+")
_MAIL_LABEL = re.compile(r"^[^@<]*[<:]|\([^@()]*\)")
_AT_WORD = re.compile(r"\s*(?:\(at\)|\[at\]|\(arobase\)|\[arobase\]|\s(?:at|arobase)\s)\s*", re.IGNORECASE)

_SCHEME = re.compile(r"^(?:(?:h?t+p+s?)\s*[:;]?\s*/+\s*|https?:)+", re.IGNORECASE)
_BROKEN_DOT = re.compile(r"\s*\.\s+(?=\S)|\s+\.\s*(?=\S)")
_QUERY = re.compile(r"[?#]")
_AROUND_SITE = "<>()[]\"'/"
_USUAL_PORT = re.compile(r":(?:80|443)?$")
_SITE_SEPARATOR = re.compile(r"\s*[;|,\n]\s*|\s+")


@dataclass(frozen=True)
class _Cell:
    """One readable value among those of a cell, or the rule that refuses it."""

    value: str | None
    rule: str | None = None


def standardise_phones(values: pd.Series) -> pd.DataFrame:
    """Write telephone numbers in E.164, the first one of a cell that holds several.

    A number is taken when its length is right for its country (`is_possible`), not only when its range is in
    use (`is_valid`): the list of ranges in use ages, and the ranges that are reserved for invented numbers
    are not in it.

    Args:
        values: texts; without country code the number is French, a lost leading zero is put back.

    Returns:
        `phone` (E.164, e.g. +33123456789) and `phone_rule`: phone_invalid, phone_rounded (a spreadsheet
        dropped digits), phone_dummy (one digit repeated), phone_several (kept: the first) or placeholder (no
        number stated).
    """
    return read_distinct(values, _read_phone, ["phone", "phone_rule"], placeholder=[None, "placeholder"])


def standardise_emails(values: pd.Series) -> pd.DataFrame:
    """Write e-mail addresses in lowercase, the first one of a cell that holds several.

    Returns:
        `email`, `email_domain` (registrable domain, None where the domain is shared by a profession),
        `is_free_mail`, and `email_rule`: email_invalid, email_domain_unknown, email_several (kept: the
        first) or placeholder.
    """
    columns = ["email", "email_domain", "is_free_mail", "email_rule"]
    nothing = [None, None, False]
    frame = read_distinct(
        values, _read_email, columns, empty=[*nothing, None], placeholder=[*nothing, "placeholder"]
    )
    return frame.astype({"is_free_mail": bool})


def standardise_websites(values: pd.Series) -> pd.DataFrame:
    """Write web sites as `https://host/path`, without query, fragment or closing slash.

    Returns:
        `website`, `web_domain` (registrable domain; None on a shared host, the customer's name on a rented
        one) and `website_rule`: website_invalid, website_is_email, website_domain_unknown, website_several
        (kept: the first) or placeholder.
    """
    columns = ["website", "web_domain", "website_rule"]
    return read_distinct(values, _read_website, columns, placeholder=[None, None, "placeholder"])


def _read_phone(text: str) -> tuple[str | None, str | None]:
    plain = _PLAIN_PHONE.fullmatch(text)
    return (plain and _french_phone(plain[1].translate(_WITHOUT_SIGNS))) or _read_any_phone(text)


def _french_phone(national: str) -> tuple[str | None, str | None] | None:
    """A French number of nine digits as the library reads it; None where it must be asked."""
    if len(set(national[1:])) == 1 or national[:3] in reference.load("overseas_phones"):
        return None
    return f"+33{national}", None


def _read_any_phone(text: str) -> tuple[str | None, str | None]:
    if _SPREADSHEET_POWER.fullmatch(text.replace(" ", "")):
        return None, "phone_rounded"
    # Where a telephone is stated too, the fax is not the number to call.
    without_fax = _FAX.sub(" ; ", text)
    text = without_fax if sum(map(str.isdigit, without_fax)) >= _LEAST_PHONE_DIGITS else text
    found = [cell for run in _PHONE_RUN.findall(text) for cell in _phones_of_run(run)]
    numbers = [cell.value for cell in found if cell.value]
    if numbers:
        return numbers[0], "phone_several" if len(set(numbers)) > 1 else None
    return None, next((cell.rule for cell in found), "phone_invalid")


def _phones_of_run(run: str) -> list[_Cell]:
    """The numbers in a run of digits and signs; a run too long for one number is cut at its separators."""
    whole = [_parse_phone(run)] if _is_long_enough(run) else []
    if not whole or whole[0].value:
        return whole
    parts = _TEN_DIGITS.findall(run) or _PHONE_SEPARATOR.split(run)
    return [_parse_phone(part) for part in parts if _is_long_enough(part)]


def _is_long_enough(text: str) -> bool:
    return sum(char.isdigit() for char in text) >= _LEAST_PHONE_DIGITS


def _parse_phone(text: str) -> _Cell:
    try:
        number = phonenumbers.parse(text.replace("(0)", ""), _REGION)
    except phonenumbers.NumberParseException:
        return _Cell(None, "phone_invalid")
    national = str(number.national_number)
    if number.country_code == phonenumbers.country_code_for_region(_REGION):
        if len(set(national[1:])) == 1 or national == "0":
            return _Cell(None, "phone_dummy")
        # The library counts the zero of 00 12 34 56 78 as a digit of the number; no French number starts with
        # it.
        if number.italian_leading_zero:
            return _Cell(None, "phone_invalid")
        number.country_code = reference.load("overseas_phones").get(national[:3], number.country_code)
    if not phonenumbers.is_possible_number(number):
        return _Cell(None, "phone_invalid")
    return _Cell(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _read_email(text: str) -> tuple[str | None, str | None, bool, str | None]:
    found = [_parse_email(part) for part in _mail_parts(text)]
    if any(cell.rule == "email_invalid" for cell in found):
        return None, None, False, "email_invalid"
    addresses = [cell.value for cell in found if cell.value]
    if not addresses:
        return None, None, False, "email_domain_unknown"
    domain = domains.registrable(addresses[0].rpartition("@")[2])
    several = "email_several" if len(set(addresses)) > 1 else None
    return addresses[0], domain, domains.is_free_mail(domain), several


def _mail_parts(text: str) -> list[str]:
    """What may be addresses, in lowercase, without the labels and signs around them."""
    if text.isascii() and _PLAIN_MAIL.fullmatch(plain := text.lower()):
        return [plain]
    spelt = _AT_WORD.sub("@", text)
    spelt = _MAIL_LABEL.sub(" ", re.sub(r"\s*@\s*", "@", spelt).lower()).replace("mailto:", "")
    # A word left beside the address may be half of it: « jean dupont@exemple.fr » must not become Dupont's.
    parts = _MAIL_SEPARATOR.split(spelt.strip(" ;,/|\n"))
    return [part.strip("<>[]\"'").rstrip(".") for part in parts]


def _parse_email(text: str) -> _Cell:
    local, _, named = text.rpartition("@")
    host = domains.to_ascii(named)
    if host is None or "." not in host or not _LOCAL_PART.fullmatch(local):
        return _Cell(None, "email_invalid")
    if not domains.is_known(host):
        return _Cell(None, "email_domain_unknown")
    return _Cell(f"{local}@{host}")


def _read_website(text: str) -> tuple[str | None, str | None, str | None]:
    found = [_parse_website(part) for part in _site_parts(text)]
    sites = [cell.value for cell in found if cell.value]
    if not sites:
        rules = [cell.rule for cell in found]
        telling = [rule for rule in rules if rule != "website_invalid"]
        return None, None, (telling or rules)[0]
    several = "website_several" if len(set(sites)) > 1 else None
    return sites[0], domains.own_domain(_host(sites[0])), several


def _site_parts(text: str) -> list[str]:
    """What may be web sites, as people write several into one cell."""
    joined = text.replace("\\", "/")
    if len(joined.split()) > 1:
        joined = _BROKEN_DOT.sub(".", joined)
    return _SITE_SEPARATOR.split(_without_scheme(joined))


def _parse_website(text: str) -> _Cell:
    bare = _QUERY.split(_without_scheme(text), maxsplit=1)[0].strip(_AROUND_SITE)
    named, _, path = bare.partition("/")
    if "@" in named:
        return _Cell(None, "website_is_email")
    name, colon, port = (_USUAL_PORT.sub("", named) if ":" in named else named).partition(":")
    host = domains.to_ascii(name) if not colon or port.isdecimal() else None
    if host is None or "." not in host:
        return _Cell(None, "website_invalid")
    if not domains.is_known(host):
        return _Cell(None, "website_domain_unknown")
    return _Cell(f"https://{host}{colon}{port}/{path}".rstrip("/"))


def _without_scheme(text: str) -> str:
    return _SCHEME.sub("", text) if text[:1] in "hHtT" else text


def _host(site: str) -> str:
    return site.removeprefix("https://").partition("/")[0].partition(":")[0]
