"""A week of changes: exactly the company ids change that the rule names, however often the merge runs.

The rule stands in `transforms.golden.company_ids`, what a number proves in `transforms.continuity.members`.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pipelines import Places, company_ids, rows, run_all, table
from stdnum import luhn

from benchmarks.sample import Sample, exports, generate
from transforms.gates import Gate
from transforms.golden.company_ids import minted_id
from transforms.warehouse import versions
from transforms.warehouse.difference import compare

pytestmark = pytest.mark.slow

Key = tuple[str, str]
NUMBER, NAME, SIRET = "N° adhérent", "Raison sociale", "SIRET"
CONTACTS = ["Adresse", "Téléphone", "E-mail", "Site web"]
# Columns of one list that a company takes over into the other, and what they are called there.
ABSORBED = {"SIREN": SIRET, "Adresse complète": None, "Tél": "Téléphone", "Mail": "E-mail", "Web": "Site web"}
SIREN_OF_ITS_OWN = f"10203040{luhn.calc_check_digit('10203040')}"


@dataclass
class Week:
    """The list of one cluster from day to day; the other cluster's list stays as it is."""

    sample: Sample
    clustr: pd.DataFrame
    decisions: list[dict[str, object]] = field(default_factory=list)

    def write(self, places: Places) -> None:
        exports.write(replace(self.sample, clustr=self.clustr), places.raw, places.root / "truth.csv")
        places.state.mkdir(exist_ok=True)
        lines = [json.dumps(decision) + "\n" for decision in self.decisions]
        (places.state / "decisions.jsonl").write_text("".join(lines), encoding="utf-8")

    def at(self, number: str) -> "pd.Series[bool]":
        return self.clustr[NUMBER] == number

    def decide(self, verdict: str, left: Key, right: Key) -> None:
        ends = zip(
            ("left_source", "left_member_id", "right_source", "right_member_id"), (*left, *right), strict=True
        )
        said = {"decision_id": f"D-{len(self.decisions) + 1}", "verdict": verdict, "steward": "s1"}
        times = {"decided_at": "2024-01-01T00:00:00Z", "reason": None, "revoked_at": None}
        self.decisions.append({**dict(ends), **said, **times})


@dataclass(frozen=True)
class Cast:
    """Who does what in this week: members by their numbers, chosen so that each has one part."""

    joining: tuple[str, ...]
    leaving: tuple[str, ...]
    renamed: tuple[str, ...]
    gets_siren: str
    merged: tuple[str, str]
    absorbed: tuple[str, str]
    split: tuple[Key, Key]
    divided: tuple[Key, Key]
    reused: str


def alone_and_together(places: Places) -> tuple[dict[str, list[str]], list[tuple[Key, Key]]]:
    """Members of each source that resemble nobody; and the two ends of companies of two records."""
    alone = """
        SELECT source, member_id
        FROM memberships
        ANTI JOIN (
            SELECT left_source AS source, left_member_id AS member_id FROM match_pairs
            UNION ALL
            SELECT right_source, right_member_id FROM match_pairs
        ) USING (source, member_id)
        ORDER BY ALL
    """
    together = """
        SELECT min_by(member_id, source), max_by(member_id, source)
        FROM memberships
        GROUP BY company_id
        HAVING count(*) = 2 AND count(DISTINCT source) = 2
        ORDER BY ALL
    """
    pairs = [(("clustr", left), ("numelink", right)) for left, right in rows(places.warehouse, together)]
    found = rows(places.warehouse, alone)
    sources = ("clustr", "numelink")
    return {source: [number for of, number in found if of == source] for source in sources}, pairs


def by_id(sample: Sample) -> pd.DataFrame:
    """The other cluster's list by its numbers."""
    return sample.numelink.assign(Id=sample.numelink["Id"].astype("str")).set_index("Id")


@pytest.fixture(scope="module")
def sample() -> Sample:
    return generate(companies=260, seed=71)


@pytest.fixture(scope="module")
def cast(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Cast:
    """The parts, given out after a look at the whole list as it is published once."""
    places = Places(tmp_path_factory.mktemp("look"))
    Week(sample, sample.clustr).write(places)
    run_all(places)
    alone, together = alone_and_together(places)
    told = sample.clustr.set_index(NUMBER)
    # These must be recognised by their other traits when one changes.
    known = [number for number in alone["clustr"] if all(told.at[number, name] for name in CONTACTS)]
    with_siren = [number for number in known if told.at[number, SIRET]]
    without = [number for number in known if not told.at[number, SIRET]]
    numbers = iter(with_siren)
    others = iter(without)
    others_list = by_id(sample)
    full = others_list.loc[alone["numelink"], list(ABSORBED)].dropna().index[0]
    open_ = [pair for pair in together[1:] if not told.at[pair[0][1], SIRET]]
    return Cast(
        joining=tuple(next(numbers) for _ in range(10)),
        leaving=tuple(next(numbers) for _ in range(5)),
        renamed=tuple(next(others) for _ in range(3)),
        gets_siren=next(numbers),
        merged=(next(others), next(others)),
        absorbed=(next(others), full),
        split=together[0],
        divided=next(pair for pair in open_ if pd.notna(others_list.at[pair[1][1], "SIREN"])),
        reused=next(numbers),
    )


def first_list(sample: Sample, cast: Cast) -> Week:
    clustr = sample.clustr[~sample.clustr[NUMBER].isin(cast.joining)].copy()
    clustr.loc[clustr[NUMBER] == cast.gets_siren, SIRET] = ""
    return Week(sample, clustr)


def join(week: Week, cast: Cast) -> None:
    newcomers = week.sample.clustr[week.sample.clustr[NUMBER].isin(cast.joining)]
    week.clustr = pd.concat([week.clustr, newcomers], ignore_index=True)


def leave(week: Week, cast: Cast) -> None:
    week.clustr = week.clustr[~week.clustr[NUMBER].isin(cast.leaving)]


def rename(week: Week, cast: Cast) -> None:
    for place, number in enumerate(cast.renamed):
        week.clustr.loc[week.at(number), NAME] = ("Atelier Zolubine", "Quorvane Conseil", "Maison Yxelte")[
            place
        ]


def siren_appears(week: Week, cast: Cast) -> None:
    told = week.sample.clustr.set_index(NUMBER).at[cast.gets_siren, SIRET]
    week.clustr.loc[week.at(cast.gets_siren), SIRET] = told


def merge(week: Week, cast: Cast) -> None:
    left, right = cast.merged
    week.decide("same", ("clustr", left), ("clustr", right))


def absorb(week: Week, cast: Cast) -> None:
    """A member of the one list moves in with a member of the other, and is registered as it is."""
    number, other = cast.absorbed
    told = by_id(week.sample).loc[other]
    street, _, town = str(told["Adresse complète"]).rpartition(", ")
    postcode, _, city = town.partition(" ")
    for name, value in ("Adresse", street), ("Code postal", postcode), ("Ville", city):
        week.clustr.loc[week.at(number), name] = value
    for theirs, ours in ABSORBED.items():
        if ours is not None:
            week.clustr.loc[week.at(number), ours] = str(told[theirs])


def split(week: Week, cast: Cast) -> None:
    week.decide("different", *cast.split)


def divide(week: Week, cast: Cast) -> None:
    """A SIREN appears that tells two companies apart which were taken for one."""
    week.clustr.loc[week.at(cast.divided[0][1]), SIRET] = SIREN_OF_ITS_OWN


def reuse(week: Week, cast: Cast) -> None:
    """The number of a member that left is given to a company that nobody knew."""
    newcomer = {
        NAME: "Vrakulane Signalétique", SIRET: "", "Enseigne": "", "Adresse": "8 rue des Quatre Vents",
        "Code postal": "01000", "Ville": "Bourg-en-Bresse", "Téléphone": "04 65 71 00 01",
        "E-mail": "accueil@ex--vrakulane.fr", "Site web": "https://ex--vrakulane.fr/",
    }  # fmt: skip
    for name, value in newcomer.items():
        week.clustr.loc[week.at(cast.reused), name] = value


def shuffle(week: Week, cast: Cast) -> None:
    week.clustr = week.clustr.sample(frac=1, random_state=7)


Day = Callable[[Week, Cast], None]
DAYS: tuple[Day, ...] = (*(join, leave, rename, siren_appears, merge, absorb, split, divide, reuse, shuffle),)


@dataclass(frozen=True)
class Ending:
    """What the week came to: the company of each record after each day, and the aliases at the end."""

    ids: list[dict[Key, str]]
    aliases: dict[str, str]
    register: set[tuple[str, str, str]]
    places: Places
    companies: list[list[tuple[Any, ...]]]


def lived(sample: Sample, cast: Cast, places: Places, *, nightly: bool) -> Ending:
    week = first_list(sample, cast)
    week.write(places)
    run_all(places)
    ids, companies = [company_ids(places)], [table(places, "companies")]
    for day in DAYS:
        day(week, cast)
        if nightly or day is DAYS[-1]:
            week.write(places)
            run_all(places, force=[Gate.MEMBER_NUMBERS] if day is reuse or not nightly else [])
            ids.append(company_ids(places))
            companies.append(table(places, "companies"))
    aliases = dict(rows(places.warehouse, "SELECT retired_id, company_id FROM company_aliases"))
    register = pd.read_csv(places.state / "company_ids.csv", dtype=str)
    known = register[["source", "member_id", "company_id"]].itertuples(index=False, name=None)
    return Ending(ids, aliases, set(known), places, companies)


@pytest.fixture(scope="module")
def nightly(sample: Sample, cast: Cast, tmp_path_factory: pytest.TempPathFactory) -> Ending:
    return lived(sample, cast, Places(tmp_path_factory.mktemp("nightly")), nightly=True)


def changed(nightly: Ending, day: Day) -> dict[Key, tuple[str | None, str | None]]:
    """Of each record whose company id is another one after `day`: before and after, None for absent."""
    at = DAYS.index(day)
    before, after = nightly.ids[at], nightly.ids[at + 1]
    both = {key: (before.get(key), after.get(key)) for key in before.keys() | after.keys()}
    return {key: ids for key, ids in both.items() if ids[0] != ids[1]}


def test_ten_that_join_get_ids_of_their_own(nightly: Ending, cast: Cast) -> None:
    expected = {("clustr", number): (None, minted_id("clustr", number)) for number in cast.joining}
    assert changed(nightly, join) == expected


def test_five_that_leave_take_their_ids_with_them(nightly: Ending, cast: Cast) -> None:
    assert {key: ids[1] for key, ids in changed(nightly, leave).items()} == {
        ("clustr", number): None for number in cast.leaving
    }


@pytest.mark.parametrize("day", [rename, siren_appears, shuffle])
def test_neither_names_nor_a_siren_nor_the_order_of_rows_change_an_id(day: Day, nightly: Ending) -> None:
    assert changed(nightly, day) == {}


@pytest.mark.parametrize("day", [merge, absorb], ids=["by a decision", "by what the exports say"])
def test_of_two_merged_one_id_stays_and_the_other_leads_to_it(day: Day, nightly: Ending, cast: Cast) -> None:
    sources = ("clustr", "clustr" if day is merge else "numelink")
    ends = set(zip(sources, cast.merged if day is merge else cast.absorbed, strict=True))
    kept, retired = sorted(nightly.ids[DAYS.index(day)][end] for end in ends)
    found = changed(nightly, day)
    assert list(found.values()) == [(retired, kept)]
    assert set(found) <= ends
    assert nightly.aliases[retired] == kept


@pytest.mark.parametrize("day", [split, divide], ids=["by a decision", "by what the exports say"])
def test_of_one_split_a_part_keeps_the_id_and_the_other_gets_a_new_one(
    day: Day, nightly: Ending, cast: Cast
) -> None:
    ends = cast.split if day is split else cast.divided
    ((key, (before, after)),) = changed(nightly, day).items()
    assert key in ends
    assert before != after == minted_id(*key)
    other = next(end for end in ends if end != key)
    assert nightly.ids[-1][other] == before


def test_the_new_bearer_of_a_number_gets_a_new_id(nightly: Ending, cast: Cast) -> None:
    ((key, (before, after)),) = changed(nightly, reuse).items()
    assert key == ("clustr", cast.reused)
    assert before == minted_id(*key)
    assert after == minted_id(*key, attempt=1)
    # The register still knows the company that bore the number.
    assert {(*key, before), (*key, after)} <= nightly.register


def test_every_id_ever_given_lives_or_leads_on_or_waits_for_its_company(nightly: Ending) -> None:
    living, waiting = set(nightly.ids[-1].values()), {company_id for _, _, company_id in nightly.register}
    for company_id in {one for ids in nightly.ids for one in ids.values()}:
        assert company_id in waiting | living or nightly.aliases[company_id] in waiting
    assert not living & set(nightly.aliases)


def test_in_one_go_or_night_by_night_the_week_ends_alike(
    nightly: Ending, sample: Sample, cast: Cast, tmp_path: Path
) -> None:
    at_once = lived(sample, cast, Places(tmp_path), nightly=False)
    assert at_once.ids[0] == nightly.ids[0]
    assert at_once.ids[-1] == nightly.ids[-1]
    assert at_once.aliases == nightly.aliases
    assert at_once.register == nightly.register


def fates(nightly: Ending, day: Day) -> list[tuple[str, str, str | None]]:
    """What the published history says happened on `day`, fields apart: kind, company, other company."""
    query = """
        SELECT DISTINCT kind, company_id, other_id
        FROM changes
        WHERE kind <> 'changed' AND run_id = (SELECT run_id FROM runs ORDER BY run_id LIMIT 1 OFFSET ?)
        ORDER BY ALL
    """
    return rows(nightly.places.warehouse, query, DAYS.index(day) + 1)


def test_the_history_tells_what_each_day_brought(nightly: Ending, cast: Cast) -> None:
    ids = nightly.ids
    newcomers = [("joined", minted_id("clustr", number), None) for number in cast.joining]
    leavers = [("left", ids[DAYS.index(leave)]["clustr", number], None) for number in cast.leaving]
    retired = {day: next(iter(changed(nightly, day).values())) for day in (merge, absorb)}
    parted = {day: next(iter(changed(nightly, day).values())) for day in (split, divide, reuse)}
    expected = {
        join: newcomers,
        leave: leavers,
        **{day: [] for day in (rename, siren_appears, shuffle)},
        **{day: [("merged", old, new)] for day, (old, new) in retired.items()},
        **{day: [("split", parted[day][1], parted[day][0])] for day in (split, divide)},
        reuse: [("joined", parted[reuse][1], None), ("left", parted[reuse][0], None)],
    }
    assert {day: fates(nightly, day) for day in DAYS} == {day: sorted(told) for day, told in expected.items()}


def test_each_evening_of_the_week_can_be_read_again(nightly: Ending) -> None:
    warehouse = nightly.places.warehouse
    moments = rows(warehouse, "SELECT published_at FROM publications")
    assert len(moments) == len(nightly.companies)
    for moment, companies in zip(moments, nightly.companies, strict=True):
        assert rows(warehouse, "FROM companies_as_of(?)", *moment) == companies


def test_the_changes_of_each_night_are_the_difference_of_its_two_versions(nightly: Ending) -> None:
    warehouse = nightly.places.warehouse
    told = "SELECT kind, company_id, name, other_id, field, old_value, new_value FROM changes"
    newest_first = versions.kept(warehouse)
    assert len(newest_first) > 5
    for after, before in pairwise(newest_first):
        paths = [version.folder / warehouse.name for version in (before, after)]
        expected = [tuple(change.model_dump().values()) for change in compare(*paths).changes]
        found = rows(warehouse, f"{told} WHERE run_id = ?", after.run_id)
        assert sorted(found, key=repr) == sorted(expected, key=repr)
