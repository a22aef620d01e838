"""A spec proposed from unseen columns."""

import numpy as np
import pandas as pd
import pytest

from transforms.errors import InputError
from transforms.matching.auto import propose
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
        "n_e_le": "date",
        "phone": "text",
        "e_mail": "text",
        "state": "text",
        "remarks": "words",
    }
    assert spec.id == "rec_id"
    assert spec.is_learned
    assert spec.no_duplicates == ()
    assert {name: column.column for name, column in spec.columns.items()}["n_e_le"] == "Née le"


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


def test_the_same_table_gets_the_same_proposal() -> None:
    frame = people()
    assert propose(frame, ONE) == propose(frame.copy(), ONE.copy())
