"""Invent true companies: what an ideal member list would say about each.

Nothing points at somebody. SIREN come from the series 28 and 29: a first digit 1 or 2 is kept for public
bodies, and no kind of them has these series. Telephones come from the ranges that Arcep keeps for works of
fiction. Domains are `ex--…`: no registry hands out hyphens in third and fourth place (RFC 5890, 2.3.1).
"""

from dataclasses import dataclass, replace
from functools import cache
from random import Random

from anyascii import anyascii
from stdnum import luhn

from benchmarks.sample.dice import Dice, read

_SIREN_BODIES = range(28_000_000, 30_000_000)
# Plan national de numérotation (Arcep, décision n° 2018-0881), numbers for audiovisual works.
_FICTION_PHONES = ("0465710000", "0353010000", "0261910000", "0536490000", "0199000000", "0639980000")
_PHONES_A_RANGE = 10_000
# Companies in a house of many.
_TENANTS = (3, 3, 4, 5, 6, 8, 12, 20)
_ENDINGS = ("fr", "fr", "fr", "com", "com", "io", "net", "eu")


@dataclass(frozen=True)
class Place:
    """Where a company is: street as number, kind and name, or a hamlet as the name alone."""

    number: str
    kind: str
    street: str
    postcode: str
    city: str


@dataclass(frozen=True)
class Company:
    """One invented company; `turnover` is in euros a year, `phone` ten digits, `siren` nine."""

    siren: str
    name: str
    form: str
    trade_name: str
    place: Place
    phone: str
    domain: str
    naf: str
    headcount: int
    turnover: int
    contact: tuple[str, str]


def siren_of(body: int) -> str:
    """The SIREN of eight digits, closed by its Luhn digit."""
    return f"{body}{luhn.calc_check_digit(str(body))}"


def siret_of(siren: str, establishment: int) -> str:
    """The SIRET of a company's establishment, closed by its Luhn digit."""
    body = f"{siren}{establishment:04d}"
    return f"{body}{luhn.calc_check_digit(body)}"


def slug(name: str) -> str:
    """A name as it stands in a domain: lowercase ASCII, words joined by hyphens."""
    ascii_name = anyascii(name.replace("&", " et ")).lower()
    return "-".join("".join(c if c.isalnum() else " " for c in ascii_name).split())


def domain_of(name: str, random: Random) -> str:
    """A domain for that name that nobody can register."""
    return f"ex--{slug(name)[:28].strip('-')}.{random.choice(_ENDINGS)}"


def invent_word(random: Random) -> str:
    """A word of two to four syllables that reads as French."""
    words = read("words")
    onsets = [random.choice(words["first_onsets"])]
    onsets += [random.choice(words["onsets"]) for _ in range(random.choice((1, 1, 2, 2, 2, 3)))]
    syllables = "".join(onset + random.choice(words["vowels"]) for onset in onsets)
    return f"{syllables}{random.choice(words['codas'])}".capitalize()


def invent_place(random: Random) -> Place:
    """A street or a hamlet in a real commune."""
    words = read("words")
    postcode, city, _ = random.choices(words["communes"], _commune_weights())[0]
    if random.random() < 0.08:
        return Place("", "", random.choice(words["places"]), postcode, city)
    named_after = random.choice(words["things"]) if random.random() < 0.4 else invent_word(random)
    return Place(_house_number(random), random.choice(list(words["streets"])), named_after, postcode, city)


def invent_phone(random: Random) -> str:
    """A number that Arcep keeps for fiction, more often of the south-east."""
    start = random.choices(_FICTION_PHONES, (3, 1, 1, 1, 1, 1))[0]
    return f"{int(start) + random.randrange(_PHONES_A_RANGE):010d}"


def invent_companies(count: int, dice: Dice, crowded: float = 0.0) -> list[Company]:
    """Invent `count` companies, among them kin, homonyms, and strangers who share a roof or a switchboard.

    `crowded` is the share of those whose seat is in a house of many: an incubator, an accountant's office.
    """
    companies: list[Company] = []
    taken: set[str] = set()
    for body in dice.random.sample(_SIREN_BODIES, count):
        company = _with_own_domain(_invent_company(siren_of(body), dice.random), taken)
        companies.append(
            _relate(company, dice.random.choice(companies), taken, dice) if companies else company
        )
    return _housed(companies, crowded, dice.random) if crowded else companies


def _housed(companies: list[Company], crowded: float, random: Random) -> list[Company]:
    """Move some companies into a few houses; incubators draw one trade and one legal form."""
    moving = random.sample(range(len(companies)), round(crowded * len(companies)))
    housed = list(companies)
    while moving:
        tenants = [moving.pop() for _ in range(min(len(moving), random.choice(_TENANTS)))]
        place, is_incubator = companies[tenants[0]].place, random.random() < 0.5
        trade = random.choice(read("words")["trades"])["naf"]
        for tenant in tenants:
            company = replace(companies[tenant], place=place)
            if is_incubator and random.random() < 0.7:
                company = replace(company, naf=trade, form="SAS")
            housed[tenant] = company
    return housed


def _invent_company(siren: str, random: Random) -> Company:
    name, naf = _invent_name(random)
    headcount = min(5000, int(random.paretovariate(0.9)))
    return Company(
        siren=siren,
        name=name,
        form=_form(naf, random),
        trade_name=_trade_name(random) if random.random() < 0.2 else "",
        place=invent_place(random),
        phone=invent_phone(random),
        domain=domain_of(name, random),
        naf=naf,
        headcount=headcount,
        turnover=1000 * int(headcount * random.uniform(60, 160) + random.uniform(20, 200)),
        contact=invent_person(random),
    )


def invent_person(random: Random) -> tuple[str, str]:
    """First name and surname; the surname is an invented word."""
    return random.choice(read("words")["first_names"]), invent_word(random)


def _with_own_domain(company: Company, taken: set[str]) -> Company:
    """The company with a domain that no other has: two of one name add what tells them apart."""
    label, ending = company.domain.split(".")
    for added in ("", f"-{slug(company.place.city)}", f"-{company.siren[-5:]}"):
        domain = f"{label}{added}.{ending}"
        if domain not in taken:
            break
    taken.add(domain)
    return replace(company, domain=domain)


def _invent_name(random: Random) -> tuple[str, str]:
    words = read("words")
    kind = random.random()
    if kind < 0.04:
        phrase = random.choice(words["phrases"])
        return phrase["pattern"].format(thing=random.choice(words["things"])), phrase["naf"]
    trade = random.choice(words["trades"])
    if kind < 0.25:
        return " ".join(invent_word(random) for _ in range(3)), trade["naf"]
    if kind < 0.32:
        letters = "".join(random.choice("ABCDEFGHIJLMNOPRSTVZ") for _ in range(3))
        rest = random.choice((invent_word(random), str(random.randrange(10, 99))))
        return f"{letters} {rest}", trade["naf"]
    if kind < 0.38:
        return f"{invent_word(random)} {random.choice(words['first_names'])}", trade["naf"]
    return random.choice(trade["patterns"]).format(name=invent_word(random)), trade["naf"]


def _relate(company: Company, other: Company, taken: set[str], dice: Dice) -> Company:
    """Now and then the company has something in common with an earlier one, although it is another."""
    if dice.strikes("kin"):
        name = dice.random.choice(read("words")["kin"]).format(name=other.name)
        form = dice.random.choice(("SARL", "SAS"))
        return replace(other, siren=company.siren, name=name, form=form, trade_name="")
    if dice.strikes("homonym"):
        homonym = replace(company, name=other.name, naf=other.naf, form=other.form, domain=other.domain)
        return _with_own_domain(homonym, taken)
    if dice.strikes("same_building"):
        return replace(company, place=other.place)
    return replace(company, phone=other.phone) if dice.strikes("same_telephone") else company


def _form(naf: str, random: Random) -> str:
    if naf == "94.99Z":
        return "Association"
    if naf == "68.20B" and random.random() < 0.7:
        return "SCI"
    forms = read("words")["forms"]
    chosen: str = random.choices(list(forms), [form["share"] for form in forms.values()])[0]
    return chosen


def _trade_name(random: Random) -> str:
    words = read("words")
    pattern: str = random.choice(words["trade_names"])
    return pattern.format(name=invent_word(random), thing=random.choice(words["things"]))


def _house_number(random: Random) -> str:
    number = int(random.paretovariate(0.6)) % 1500 + 1
    return f"{number}{random.choice((' bis', ' B', ' ter'))}" if random.random() < 0.04 else str(number)


@cache
def _commune_weights() -> tuple[int, ...]:
    return tuple(weight for _, _, weight in read("words")["communes"])
