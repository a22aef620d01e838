"""A spec proposed from unseen columns."""

import numpy as np
import pandas as pd
import pytest
from stdnum import luhn

from transforms.errors import InputError
from transforms.matching.auto import propose
from transforms.matching.link import link
from transforms.matching.spec import MatchingSpec

SYLLABLES = [
    f"{one}{other}" for one in ("mer", "tav", "bre", "quo", "zep") for other in ("ila", "ondo", "une", "ar")
]
DRAW = np.random.default_rng(11)
N = 300


def words(count: int) -> list[str]:
    return [" ".join(DRAW.choice(SYLLABLES, count)) for _ in range(N)]


def people() -> pd.DataFrame:
    first, last = words(1), words(1)
    return pd.DataFrame(
        {
            "rec_id": [f"R{at}" for at in range(N)],
            "first name": first,
            "surname": last,
            "full name": [f"{one} {other}" for one, other in zip(first, last, strict=True)],
            "Née le": [f"19{50 + at % 40}-0{1 + at % 9}-1{at % 10}" for at in range(N)],
            "phone": [f"01 99 00 {at // 100:02} {at % 100:02}" for at in range(N)],
            "e-mail": [f"{name}{at % 250}@exemple.fr" for at, name in enumerate(first)],
            "state": ["abc"[at % 3] for at in range(N)],
            "remarks": words(9),
            "empty": [None] * N,
            "country": ["fr"] * N,
        },
        dtype=object,
    )


ONE = pd.Series(["list"] * N)


def kinds(spec: MatchingSpec) -> dict[str, str]:
    return {one.signal: one.kind for one in spec.comparisons}


def test_each_column_is_compared_after_its_kind_and_what_says_nothing_is_left_out() -> None:
    spec = propose(people(), ONE)
    assert kinds(spec) == {
        "first_name": "text",
        "surname": "text",
        "nee_le": "date",
        "phone": "text",
        "e_mail": "text",
        "state": "text",
        "remarks": "words",
    }
    assert spec.id == "rec_id"
    assert spec.prior is None
    assert spec.no_duplicates == ()
    assert {name: column.column for name, column in spec.columns.items()}["nee_le"] == "Née le"


def test_parts_stay_and_the_whole_goes_or_the_other_way_round() -> None:
    assert "full_name" not in kinds(propose(people(), ONE))
    one_part = people().drop(columns="surname")
    assert {"full_name"} == kinds(propose(one_part, ONE)).keys() & {"full_name", "first_name"}


def test_two_inputs_are_asked_whether_they_hold_anything_twice() -> None:
    two = pd.Series(["north"] * (N // 2) + ["south"] * (N - N // 2))
    assert propose(people(), two).no_duplicates == "find_out"


def test_an_id_that_two_records_of_a_source_share_is_none() -> None:
    frame = people().assign(rec_id=["R1", *(f"R{at}" for at in range(1, N))])
    assert propose(frame, ONE).id is None
    apart = pd.Series(["north", *["south"] * (N - 1)])
    assert propose(frame, apart).id == "rec_id"


@pytest.mark.parametrize(
    "names",
    [("Nom", "nom"), ("1er nom", "2e nom"), ("???", "!!!"), ("名前", "имя"), ("x" * 60, "x" * 70)],
    ids=["capitals", "digits first", "signs alone", "other alphabets", "long"],
)
def test_signals_have_names_of_their_own_whatever_columns_are_called(names: tuple[str, str]) -> None:
    frame = pd.DataFrame({names[0]: words(3), names[1]: words(3)}, dtype=object)
    spec = propose(frame, ONE)
    assert len({one.signal for one in spec.comparisons}) == 2
    assert [column.column for column in spec.columns.values()] == list(names)


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"rec_id": [f"R{at}" for at in range(9)]}, dtype=object),
        pd.DataFrame({"empty": [None] * 9, "country": ["fr"] * 9}, dtype=object),
        pd.DataFrame({"name": pd.Series([], dtype=object)}),
        pd.DataFrame({"name": ["meridon"]}, dtype=object),
    ],
    ids=["ids alone", "empty and constant", "no record", "one record"],
)
def test_nothing_to_compare(frame: pd.DataFrame) -> None:
    with pytest.raises(InputError) as caught:
        propose(frame, pd.Series(["list"] * len(frame), dtype=object))
    assert all(name in (caught.value.found or "") for name in frame.columns)
    assert caught.value.expected
    assert caught.value.next_step


def places() -> pd.DataFrame:
    """Two lists of places: the second has each 0 to 60 m away, its name shortened."""
    draw = np.random.default_rng(23)
    name = [
        f"{kind} {one}" for kind, one in zip(draw.choice(["bar", "gare", "école"], N), words(1), strict=True)
    ]
    lat, lon = draw.normal(47.2, 0.2, N), draw.normal(-1.5, 0.2, N)
    north = pd.DataFrame({"name": name, "lat": lat, "lon": lon})
    south = pd.DataFrame(
        {
            "name": [text.split()[at % 3 == 0] if at % 2 else text for at, text in enumerate(name)],
            "lat": lat + draw.normal(0, 0.0003, N),
            "lon": lon + draw.normal(0, 0.0003, N),
        }
    )
    both = pd.concat([north, south], ignore_index=True)
    return both.assign(lat=both["lat"].round(6).astype(str), lon=both["lon"].round(6).astype(str))


def test_coordinates_are_compared_by_distance_and_find_their_candidates() -> None:
    frame, two = places(), pd.Series(["north"] * N + ["south"] * N)
    spec = propose(frame, two)
    assert kinds(spec) == {"name": "words", "lat": "number", "lon": "number"}
    assert [set(one.within) for one in spec.blocking.near_numbers] == [{"lat", "lon"}]
    read = frame.assign(lat=frame["lat"].astype(float), lon=frame["lon"].astype(float))
    group = link(read, spec, source=two).groups.to_numpy()
    assert (group[:N] == group[N:]).mean() > 0.95
    assert len(np.unique(group)) > 0.95 * N


def test_numbers_alone_are_compared_as_they_are_written() -> None:
    spec = propose(places()[["lat", "lon"]], pd.Series(["list"] * (2 * N)))
    assert kinds(spec) == {"lat": "text", "lon": "text"}


def test_what_one_of_two_inputs_has_alone_is_not_compared() -> None:
    two = pd.Series(["north"] * (N // 2) + ["south"] * (N - N // 2))
    frame = people()
    frame.loc[two == "north", "phone"] = None
    assert "phone" not in kinds(propose(frame, two))
    assert "phone" in kinds(propose(frame, ONE))


def test_two_words_together_propose_pairs_of_long_texts_and_one_word_those_of_short_ones() -> None:
    titles, names = ([*words(count), *words(count)] for count in (5, 2))
    frame = pd.DataFrame(
        {
            "title": [f"{text} item{at}" for at, text in enumerate(titles)],
            "name": [f"{text}{at}" for at, text in enumerate(names)],
        },
        dtype=object,
    )
    rules = propose(frame, pd.Series(["list"] * len(frame))).blocking.rules
    keys = {rule.name: len(rule.keys) for rule in rules}
    assert (keys["title_words"], keys["name_words"]) == (2, 1)


def test_two_siren_never_meet_in_one_group() -> None:
    bases = [f"810{at:05}" for at in range(N)]
    siren = [f"{base}{luhn.calc_check_digit(base)}" for base in bases]
    frame = pd.DataFrame(
        {
            # Two by two at one address, under one number: a holding and what it holds.
            "adresse": [f"{10 + at // 2} rue {SYLLABLES[at // 2 % 20]}" for at in range(N)] * 2,
            "tel": [f"01 99 00 {at // 200:02} {at // 2 % 100:02}" for at in range(N)] * 2,
            "SIREN": [*siren, *siren],
        },
        dtype=object,
    )
    source = pd.Series(["a"] * N + ["b"] * N)
    spec = propose(frame, source)
    assert spec.identifiers == ("siren",)
    assert spec.columns["siren"].read == "siren"


def test_the_same_table_gets_the_same_proposal() -> None:
    frame = people()
    assert propose(frame, ONE) == propose(frame.copy(), ONE.copy())
