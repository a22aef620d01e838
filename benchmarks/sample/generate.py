"""A whole sample: both exports and the truth about them."""

from collections import Counter
from dataclasses import dataclass, replace

import pandas as pd

from benchmarks.sample import cells
from benchmarks.sample.companies import Company, invent_companies, invent_person, invent_place
from benchmarks.sample.dice import Dice, read
from benchmarks.sample.names import written_form, written_name

CLUSTR_COLUMNS = [
    "N° adhérent",
    "Raison sociale",
    "Enseigne",
    "SIRET",
    "Adresse",
    "Code postal",
    "Ville",
    "Téléphone",
    "E-mail",
    "Site web",
    "Code APE",
    "Effectif",
    "CA (k€)",
    "Date d'adhésion",
    "Cotisation (€)",
    "Contact",
    "Collège",
]
NUMELINK_COLUMNS = [
    "Id",
    "Société",
    "Forme",
    "SIREN",
    "Adresse complète",
    "Tél",
    "Mail",
    "Web",
    "NAF",
    "Salariés",
    "Chiffre d'affaires",
    "Adhérent depuis",
    "Montant cotisation",
    "Interlocuteur",
    "Statut",
]
_FEES = {"clustr": (250, 450, 900, 1800), "numelink": (300, 500, 1000)}
_COLLEGES = ("Entreprise", "Entreprise", "Entreprise", "Startup", "Partenaire")


@dataclass(frozen=True)
class Sample:
    """Two exports as frames of cells, the truth (source, member_id, siren) and the count of each trouble."""

    clustr: pd.DataFrame
    numelink: pd.DataFrame
    truth: pd.DataFrame
    counts: Counter[str]


def generate(
    companies: int, seed: int, roughness: float = 1.0, overlap: float = 0.3, crowded: float = 0.0
) -> Sample:
    """Invent companies and spoil what two exports say about them; the same arguments give the same sample.

    Args:
        companies: how many different companies.
        seed: start of all chance.
        roughness: 0 is a perfect export, 1 an ordinary one, 1.5 one as bad as the worst seen.
        overlap: the share of companies that are in both exports; the others are shared out evenly.
        crowded: the share of companies whose seat is in a house of many.

    Raises:
        ValueError: an argument is out of its range.
    """
    if companies < 1 or roughness < 0 or not 0 <= overlap <= 1 or not 0 <= crowded <= 1:
        raise ValueError(
            "wanted: companies >= 1, roughness >= 0, overlap and crowded in 0..1; "
            f"got: companies={companies}, roughness={roughness}, overlap={overlap}, crowded={crowded}"
        )
    dice = Dice(seed, roughness)
    everyone = invent_companies(companies, dice, crowded)
    members = _members(everyone, overlap, dice)
    truth: list[tuple[str, str, str]] = []
    frames = {}
    for source, write, columns in (
        ("clustr", _clustr_row, CLUSTR_COLUMNS),
        ("numelink", _numelink_row, NUMELINK_COLUMNS),
    ):
        ids = _member_ids(source, len(members[source]), dice)
        rows = [
            [member_id, *write(company, dice.random.choice(everyone), dice)]
            for member_id, company in zip(ids, members[source], strict=True)
        ]
        frames[source] = pd.DataFrame(rows, columns=columns, dtype=object)
        truth += [
            (source, str(id_), company.siren) for id_, company in zip(ids, members[source], strict=True)
        ]
    struck = {trouble: dice.counts[trouble] for trouble in read("troubles")["troubles"]}
    styles = dict(sorted((kind, count) for kind, count in dice.counts.items() if kind not in struck))
    return Sample(
        clustr=frames["clustr"],
        numelink=frames["numelink"],
        truth=pd.DataFrame(truth, columns=["source", "member_id", "siren"]),
        counts=Counter(struck | styles),
    )


def _members(everyone: list[Company], overlap: float, dice: Dice) -> dict[str, list[Company]]:
    """Who is in which export, in no order; a company that is in one twice stands there twice."""
    members: dict[str, list[Company]] = {"clustr": [], "numelink": []}
    for company in everyone:
        both = dice.random.random() < overlap
        sources = list(members) if both else [dice.random.choice(list(members))]
        for source in sources:
            members[source].append(company)
        if dice.strikes("company_twice"):
            members[dice.random.choice(sources)].append(company)
    for listed in members.values():
        dice.random.shuffle(listed)
    return members


def _member_ids(source: str, count: int, dice: Dice) -> list[str] | list[int]:
    if source == "clustr":
        numbers = dice.random.sample(range(1, count + 1), count)
        return [f"CR-{number:04d}" for number in numbers]
    return dice.random.sample(range(1000, 1000 + 25 * max(count, 400)), count)


def _clustr_row(company: Company, other: Company, dice: Dice) -> list[object]:
    company = _as_recorded(company, dice)
    name = written_name(company, _form(company, dice), dice)
    domain = cells.record_domain(company, dice)
    return [
        name,
        company.trade_name if company.trade_name and dice.strikes("trade_name_shown") else "",
        cells.siret_cell(company, other, dice),
        cells.street_cell(company.place, dice),
        cells.postcode_cell(company.place, dice),
        cells.city_cell(company.place, dice),
        cells.phone_cell(company, "phone_clustr", dice) or "",
        cells.email_cell(company, domain, dice) or "",
        cells.website_cell(domain, dice) or "",
        cells.naf_cell(company, "naf_missing", dice) or "",
        cells.headcount_number(company, dice) or "",
        cells.turnover_thousands(company, dice),
        cells.joined_text(cells.joined_day(dice.random), dice),
        f"{dice.random.choice(_FEES['clustr'])},00",
        cells.contact_cell(*company.contact, "first_name_first"),
        dice.random.choice(_COLLEGES),
    ]


def _numelink_row(company: Company, other: Company, dice: Dice) -> list[object]:
    company = _as_recorded(company, dice)
    form = _form(company, dice)
    name = written_name(company, form, dice)
    domain = cells.record_domain(company, dice)
    street = cells.street_cell(company.place, dice)
    town = f"{company.place.postcode} {cells.city_cell(company.place, dice)}"
    return [
        name,
        None if dice.strikes("legal_form_missing") else written_form(form, dice.random),
        cells.siren_cell(company, other, dice),
        f"{street}, {town}" if street else town,
        cells.phone_cell(company, "phone_numelink", dice),
        cells.email_cell(company, domain, dice),
        cells.website_cell(domain, dice),
        cells.naf_cell(company, "naf_not_given", dice),
        cells.headcount_text(company, dice),
        cells.turnover_text(company, dice),
        cells.joined_typed(cells.joined_day(dice.random), dice),
        dice.random.choice(_FEES["numelink"]),
        cells.contact_cell(*company.contact, "surname_first"),
        dice.style("status"),
    ]


def _as_recorded(company: Company, dice: Dice) -> Company:
    """The company as this record remembers it: where it was once, whom it named once."""
    if dice.strikes("company_moved"):
        company = replace(company, place=invent_place(dice.random))
    if dice.strikes("company_moved_near"):
        place = replace(invent_place(dice.random), postcode=company.place.postcode, city=company.place.city)
        company = replace(company, place=place)
    if dice.strikes("contact_changed"):
        company = replace(company, contact=invent_person(dice.random))
    return company


def _form(company: Company, dice: Dice) -> str:
    if dice.strikes("legal_form_wrong"):
        others: list[str] = [form for form in read("words")["forms"] if form != company.form]
        return dice.random.choice(others)
    return company.form
