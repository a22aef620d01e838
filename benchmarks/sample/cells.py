"""How an export writes the other cells: identifiers, addresses, contacts and figures, in all their shapes."""

from calendar import isleap
from datetime import date, datetime, timedelta
from random import Random

from benchmarks.sample.companies import Company, Place, domain_of, invent_phone, siret_of, slug
from benchmarks.sample.dice import Dice, read
from benchmarks.sample.names import change_case, lose_accents, mistype

_PLACEHOLDERS = ("en cours", "N/A", "?")
_FREE_MAIL = ("orange.fr", "wanadoo.fr", "gmail.com", "free.fr", "laposte.net")
_FIRST_DAY, _LAST_DAY = date(2006, 1, 1), date(2016, 10, 1)
_EXCEL_EPOCH = date(1899, 12, 30)


def siret_cell(company: Company, other: Company, dice: Dice) -> str:
    """The SIRET as a record has it; `other` is whose number may be pasted by mistake."""
    if dice.strikes("siret_missing"):
        return ""
    if dice.strikes("siret_placeholder"):
        return dice.random.choice(_PLACEHOLDERS)
    siren = other.siren if dice.strikes("siren_of_another") else company.siren
    siret = siret_of(siren, dice.random.choice((1, 1, 1, 2, 3)))
    if dice.strikes("siret_scientific"):
        return f"{int(siret):.5E}".replace(".", ",")
    if dice.strikes("vat_as_siret"):
        return vat_of(siren)
    if dice.strikes("siret_as_siren"):
        return siren
    if dice.strikes("siret_check_digit"):
        siret = siret[:-1] + str((int(siret[-1]) + dice.random.randrange(1, 10)) % 10)
    return f"{_in_threes(siret[:9])} {siret[9:]}" if dice.style("siret") == "spaces" else siret


def siren_cell(company: Company, other: Company, dice: Dice) -> str | int | None:
    """The SIREN as a record has it; `other` is whose number may be pasted by mistake."""
    if dice.strikes("siren_missing"):
        return None
    siren = other.siren if dice.strikes("siren_of_another") else company.siren
    if dice.strikes("siren_check_digit"):
        at = dice.random.randrange(2, 9)
        siren = f"{siren[:at]}{(int(siren[at]) + 1) % 10}{siren[at + 1 :]}"
    if dice.strikes("siren_as_number"):
        return int(siren)
    return _in_threes(siren) if dice.style("siren") == "spaces" else siren


def vat_of(siren: str) -> str:
    """The French VAT number of a company (key: 12 + 3 × (SIREN mod 97), mod 97)."""
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def street_cell(place: Place, dice: Dice) -> str:
    """Number, kind and name of the street, perhaps behind a complement; perhaps nothing."""
    if dice.strikes("street_missing"):
        return ""
    kind = dice.spoil("street_shortened", place.kind, shorten_street) if place.kind else ""
    street = " ".join(part for part in (place.number, kind, place.street) if part)
    street = dice.spoil("street_typo", street, mistype)
    street = dice.spoil("accents_lost", street, lose_accents)
    street = change_case(street, dice.style("street_case"))
    if dice.strikes("newline_in_address"):
        return f"{_complement(dice).rstrip(' ,-')}\n{street}"
    return _complement(dice) + street if dice.strikes("complement_added") else street


def shorten_street(kind: str, random: Random) -> str:
    """Cut the kind of a street short, e.g. `avenue` to `av.`."""
    shorter: str = random.choice(read("words")["streets"][kind][1:])
    return shorter


def postcode_cell(place: Place, dice: Dice) -> str:
    """The postcode; the zero at its start may be lost."""
    if dice.strikes("postcode_unreadable"):
        return place.postcode[:-1] + "X"
    return dice.spoil("postcode_zero_lost", place.postcode, lambda text, _: text.lstrip("0"))


def city_cell(place: Place, dice: Dice) -> str:
    """The town, with its arrondissement or Cedex perhaps."""
    city = place.city
    if place.postcode.startswith("6900") and dice.strikes("arrondissement_added"):
        city = f"{city} {int(place.postcode[-1])}eme"
    city = dice.spoil("saint_shortened", city, lambda text, _: text.replace("Saint-", "St "))
    if dice.strikes("cedex_added"):
        city += dice.random.choice((" Cedex", " Cedex 3", " Cedex 09"))
    if dice.random.random() < 0.5:
        city = city.replace("-", " ")
    return change_case(dice.spoil("accents_lost", city, lose_accents), dice.style("city_case"))


def phone_cell(company: Company, style: str, dice: Dice) -> str | int | None:
    """The telephone number; `style` names the styles of this export."""
    if dice.strikes("phone_missing"):
        return None
    digits = invent_phone(dice.random) if dice.strikes("phone_changed") else company.phone
    if dice.strikes("phone_unreadable"):
        return _in_pairs(digits[:6], " ")
    if style == "phone_numelink" and dice.strikes("phone_as_number"):
        return int(digits)
    return write_phone(digits, dice.style(style))


def write_phone(digits: str, style: str) -> str:
    """Ten digits in one of the usual French ways."""
    abroad = f"{digits[1]} {_in_pairs(digits[2:], ' ')}"
    return {
        "bare": digits,
        "spaces": _in_pairs(digits, " "),
        "dots": _in_pairs(digits, "."),
        "plus33": f"+33{digits[1:]}",
        "plus33_zero": f"+33 (0){abroad}",
        "zero33": f"0033 {abroad}",
    }[style]


def record_domain(company: Company, dice: Dice) -> str:
    """The domain that this record knows: the company's, or another one that it has."""
    if not dice.strikes("domain_changed"):
        return company.domain
    stem = company.domain.split(".")[0].removeprefix("ex--")
    names = (f"{stem[:16]} groupe", stem[:16], f"espace {stem}", stem)
    return domain_of(dice.random.choice(names), dice.random)


def email_cell(company: Company, domain: str, dice: Dice) -> str | None:
    """An address at the company's domain, or at a provider's with a local part that says it is an example."""
    if dice.strikes("email_missing"):
        return None
    if dice.strikes("email_unreadable"):
        return f"contact.{domain}"
    if dice.strikes("email_free"):
        return f"{slug(company.name)[:14].strip('-')}.exemple@{dice.random.choice(_FREE_MAIL)}"
    return f"contact@{domain}"


def website_cell(domain: str, dice: Dice) -> str | None:
    """The address of the site, as people type it."""
    if dice.strikes("website_missing"):
        return None
    return {
        "bare": domain,
        "www": f"www.{domain}",
        "http_www": f"http://www.{domain}",
        "https": f"https://{domain}/",
    }[dice.style("website")]


def contact_cell(first_name: str, surname: str, style: str) -> str:
    """The person to contact, surname first in capitals for `surname_first`."""
    return f"{surname.upper()} {first_name}" if style == "surname_first" else f"{first_name} {surname}"


def naf_cell(company: Company, missing: str, dice: Dice) -> str | None:
    """The activity code, with or without its dot; `missing` names the trouble that leaves it out."""
    if dice.strikes(missing):
        return None
    code = dice.random.choice(read("words")["trades"])["naf"] if dice.strikes("naf_changed") else company.naf
    return code if dice.style("naf") == "dotted" else code.replace(".", "")


def headcount_number(company: Company, dice: Dice) -> str | None:
    """The head count as a bare number."""
    if dice.strikes("headcount_missing"):
        return None
    return "plusieurs" if dice.strikes("headcount_unreadable") else str(company.headcount)


def headcount_text(company: Company, dice: Dice) -> str | int | None:
    """The head count as a number, a band or a phrase."""
    if dice.strikes("headcount_missing"):
        return None
    if dice.strikes("headcount_unreadable"):
        return "équipe réduite"
    count = company.headcount
    written: dict[str, str | int] = {
        "number": count,
        "salaried": f"{count} salariés",
        "band": f"{max(1, count - 3)}-{count + 3}",
        "about": f"env. {count}",
    }
    return written[dice.style("headcount")]


def turnover_thousands(company: Company, dice: Dice) -> str:
    """The turnover in k€, thousands apart, or NC."""
    if dice.strikes("turnover_missing"):
        return "NC"
    return "secret" if dice.strikes("turnover_unreadable") else _grouped(company.turnover // 1000)


def turnover_text(company: Company, dice: Dice) -> str | int | None:
    """The turnover in euros, k€ or M€."""
    if dice.strikes("turnover_missing"):
        return None
    if dice.strikes("turnover_unreadable"):
        return "voir bilan"
    euros = company.turnover
    written: dict[str, str | int] = {
        "euros_number": euros,
        "euros_text": f"{_grouped(euros)} €",
        "thousands": f"{euros // 1000} K€",
        "millions": f"{max(euros, 100_000) / 1e6:.1f} M€".replace(".", ","),
    }
    return written[dice.style("turnover")]


def joined_day(random: Random) -> date:
    """A day of the ten years before the exports."""
    return _FIRST_DAY + timedelta(days=random.randrange((_LAST_DAY - _FIRST_DAY).days))


def joined_text(day: date, dice: Dice) -> str:
    """The day as text."""
    if dice.strikes("date_unreadable"):
        return f"{30 if isleap(day.year) else 29}/02/{day.year}"
    return f"{day:%d/%m/%Y}"


def joined_typed(day: date, dice: Dice) -> datetime | int:
    """The day as a cell of a workbook: a date, a bare year, or the serial number of spreadsheets."""
    written: dict[str, datetime | int] = {
        "day": datetime(day.year, day.month, day.day),
        "year": day.year,
        "serial": (day - _EXCEL_EPOCH).days,
    }
    return written[dice.style("date")]


def _complement(dice: Dice) -> str:
    complement: str = dice.random.choice(read("words")["complements"])
    return complement


def _in_threes(siren: str) -> str:
    return f"{siren[:3]} {siren[3:6]} {siren[6:]}"


def _in_pairs(digits: str, separator: str) -> str:
    return separator.join(digits[at : at + 2] for at in range(0, len(digits), 2))


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", " ")
