"""Pairs and kinds of difference of labelled names, and the measures on them."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.fr import siren as siren_number

from benchmarks import names as benchmark
from benchmarks.name_pairs import HALVES, labelled_pairs, read_names
from benchmarks.name_strata import strata_of


def _sirens(count: int) -> list[str]:
    numbers = (f"{number:09}" for number in range(900_000_000, 900_010_000))
    return [number for number in numbers if siren_number.is_valid(number)][:count]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Forty invented companies of two spellings each, a wrong SIREN and a name without a letter."""
    rows = ["siren,name,source"]
    for at, siren in enumerate(_sirens(40)):
        word = "".join(chr(ord("A") + int(digit)) for digit in f"{at * 7919:05}")
        rows += [f"{siren},{word} Charpente Verdol,a", f"{siren},SARL {word},b", f"{siren},SARL {word},c"]
    rows += ["900000000,Meridon,a", f"{_sirens(1)[0]},???,a"]
    path = tmp_path / "names.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_halves_share_no_company_and_lose_none(file: Path) -> None:
    halves = [read_names(file, half) for half in HALVES]
    sirens = [set(names["siren"]) for names, _ in halves]
    assert sirens[0].isdisjoint(sirens[1])
    assert len(sirens[0] | sirens[1]) == 40
    assert sum(len(names) for names, _ in halves) == 80
    assert sum(left_out for _, left_out in halves) == 2


def test_pairs_are_labelled_by_siren(file: Path) -> None:
    pairs = labelled_pairs(read_names(file, HALVES[0])[0])
    left, right = pairs.ends("siren")
    assert [one == other for one, other in zip(left, right, strict=True)] == pairs.same.tolist()
    assert pairs.same.sum() == pairs.names["siren"].nunique()
    assert (~pairs.same).any()


@pytest.mark.parametrize(
    ("left", "right", "kinds"),
    [
        pytest.param("VERDOL", "VERDOL", {"accents, signs", "homonym"}, id="same"),
        pytest.param("VERDOLET", "VERDOLAT", {"typo"}, id="typo"),
        pytest.param("CMV", "CHARPENTE MENUISERIE VERDOL", {"acronym"}, id="acronym"),
        pytest.param("MERIDON TECHNO", "MERIDON TECHNOLOGIES", {"abbreviation"}, id="abbreviation"),
        pytest.param("MERIDON", "MERIDON HOLDING", {"contained", "sibling word"}, id="sibling"),
        pytest.param("MERIDON 38", "MERIDON LYON", {"number", "place"}, id="number and place"),
        pytest.param("MERIDON", "TAVIOL BOIS", {"trade name"}, id="nothing in common"),
        pytest.param("MERIDON TAVIOL", "MERIDON BRENUS", {"other"}, id="other"),
    ],
)
def test_kinds_of_difference(left: str, right: str, kinds: set[str]) -> None:
    assert set(strata_of((left, right), (left, right), (None, None))) == kinds
    assert set(strata_of((right, left), (right, left), (None, None))) == kinds


def test_a_form_on_one_side_is_a_difference() -> None:
    assert "legal form" in strata_of(("SARL VERDOL", "VERDOL"), ("VERDOL", "VERDOL"), ("SARL", None))


@pytest.mark.parametrize(
    ("same", "scores", "expected"),
    [
        pytest.param([1, 1, 0], [3, 2, 1], 1.0, id="perfect"),
        pytest.param([1, 0, 1], [3, 2, 1], (1 + 2 / 3) / 2, id="one trap between"),
        pytest.param([1, 0], [1, 1], 0.5, id="a tie"),
    ],
)
def test_average_precision(same: list[int], scores: list[int], expected: float) -> None:
    found = benchmark.average_precision(np.array(same, dtype=bool), np.array(scores, dtype=float))
    assert found == pytest.approx(expected)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=1).filter(
        lambda row: any(y for y, _ in row)
    )
)
def test_average_precision_knows_no_order(rows: list[tuple[bool, int]]) -> None:
    same, scores = (np.array(column) for column in zip(*rows, strict=True))
    forward = benchmark.average_precision(same, scores.astype(float))
    assert 0 < forward <= 1
    assert benchmark.average_precision(same[::-1], scores[::-1].astype(float)) == pytest.approx(forward)


def test_the_fit_rewards_agreement(file: Path) -> None:
    pairs = labelled_pairs(read_names(file, HALVES[0])[0])
    weights = benchmark.fit_score(pairs, np.ones(len(pairs.same), dtype=bool))
    assert weights["levels"].keys() == set(benchmark.LEVELS)
    assert weights["levels"]["contained"] > weights["levels"]["different"]
    assert weights["features"]["both_alone"] <= 0 <= weights["features"]["shared"]


def test_the_command_prints_its_tables(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["names", str(file), "--half", "held-out", "--words"])
    benchmark.main()
    shown = capsys.readouterr().out
    assert "| all but homonyms |" in shown
    assert "| contained |" in shown
    assert "CHARPENTE" in shown
