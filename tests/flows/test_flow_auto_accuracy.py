"""How well `alliage match --auto` groups unseen, invented tables: a fall below what was measured fails."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from pairwise import score

from benchmarks.sample import cells
from benchmarks.sample.companies import Company, invent_companies, invent_person, invent_phone, invent_place
from benchmarks.sample.dice import Dice
from benchmarks.sample.names import written_name
from flows.match_tables import match_tables

COUNT, AGAIN = 400, 250

pytestmark = pytest.mark.slow


def companies() -> tuple[pd.DataFrame, pd.DataFrame]:
    """A list of companies, and some of them in another list, with ordinary troubles."""
    dice = Dice(17, roughness=1.0)
    everyone = invent_companies(COUNT, dice)
    return _listed(everyone, dice), _listed(everyone[:AGAIN], dice)


def _listed(some: list[Company], dice: Dice) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "siren": [company.siren for company in some],
            "company": [written_name(company, company.form, dice) for company in some],
            "address": [cells.street_cell(company.place, dice) for company in some],
            "postcode": [cells.postcode_cell(company.place, dice) for company in some],
            "town": [cells.city_cell(company.place, dice) for company in some],
            "phone": [cells.phone_cell(company, "phone_clustr", dice) or "" for company in some],
        }
    )


def persons() -> tuple[pd.DataFrame, pd.DataFrame]:
    """A list of persons, and some of them again: wrong letters in names, days and telephones missing."""
    random = Random(19)
    known = pd.DataFrame([_person(random, number) for number in range(COUNT)])
    again = known.iloc[:AGAIN].copy()
    for column, every in (("surname", 6), ("first", 9), ("town", 11)):
        wrong = again.index % every == 0
        again.loc[wrong, column] = again.loc[wrong, column].str[:-1] + "x"
    again.loc[again.index % 5 == 0, "born"] = ""
    again.loc[again.index % 4 == 0, "phone"] = ""
    return known, again


def _person(random: Random, number: int) -> dict[str, str]:
    first, surname = invent_person(random)
    born = f"{random.randrange(1940, 2005)}-{random.randrange(1, 13):02}-{random.randrange(1, 29):02}"
    return {
        "siren": f"P{number}",
        "first": first,
        "surname": surname,
        "born": born,
        "town": invent_place(random).city,
        "phone": invent_phone(random),
    }


@pytest.mark.parametrize(
    ("lists", "precision", "recall"),
    [pytest.param(companies, 0.88, 0.92, id="companies"), pytest.param(persons, 0.99, 0.97, id="persons")],
)
def test_unseen_tables_without_labels(
    tmp_path: Path,
    lists: Callable[[], tuple[pd.DataFrame, pd.DataFrame]],
    precision: float,
    recall: float,
) -> None:
    truth, files = [], []
    for name, frame in zip(("north", "south"), lists(), strict=True):
        known = frame.assign(source=name, member_id=[f"{name}-{at}" for at in range(len(frame))])
        truth.append(known[["source", "member_id", "siren"]])
        files.append(tmp_path / f"{name}.csv")
        # Ids lead, as in an export; what the truth knows stays out of it.
        known[["member_id", *frame.columns.drop("siren")]].to_csv(files[-1], index=False)
    match_tables(files, tmp_path / "out.parquet")
    found = pd.read_parquet(tmp_path / "out.parquet")
    found = found.rename(columns={"record_id": "member_id", "cluster_id": "group_id"})
    measured = score(found, pd.concat(truth), "siren")
    assert measured.precision >= precision, measured
    assert measured.recall >= recall, measured
