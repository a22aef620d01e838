"""The invented exports: possible identifiers, the same bytes for a seed, every trouble, the whole truth."""

import csv
import io
import re
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from stdnum.fr import siren, siret, tva
from typer.testing import CliRunner

from benchmarks.sample import Sample, cells, exports, generate, names
from benchmarks.sample.__main__ import app
from benchmarks.sample.companies import Place, invent_companies, siret_of
from benchmarks.sample.dice import Dice, odds_at, read

RAW = Path(__file__).parents[2] / "data" / "raw"
_FICTION = ("019900", "026191", "035301", "046571", "053649", "063998")


@pytest.fixture(scope="module")
def sample() -> Sample:
    return generate(companies=400, seed=1)


@pytest.fixture(scope="module")
def small() -> Sample:
    """The sample that stands in data/raw."""
    return generate(companies=120, seed=1)


@pytest.fixture(scope="module")
def tidy() -> Sample:
    return generate(companies=60, seed=1, roughness=0)


def _csv_lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("cp1252"), newline=""), delimiter=";"))


def _sheets(content: bytes) -> dict[str, list[tuple[object, ...]]]:
    book = load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_companies_have_distinct_identifiers_with_right_check_digits():
    companies = invent_companies(500, Dice(3, roughness=1))
    assert len({company.siren for company in companies}) == 500
    for company in companies:
        assert siren.is_valid(company.siren)
        assert company.siren[:2] in {"28", "29"}
        assert siret.is_valid(siret_of(company.siren, 2))
        assert tva.is_valid(cells.vat_of(company.siren))


def test_companies_have_telephones_and_domains_of_nobody():
    for company in invent_companies(500, Dice(4, roughness=1)):
        assert company.phone.startswith(_FICTION)
        assert re.fullmatch(r"ex--[a-z0-9][a-z0-9-]*[a-z0-9]?\.(fr|com|io|net|eu)", company.domain)


def test_two_companies_share_a_domain_only_as_kin():
    companies = invent_companies(3000, Dice(5, roughness=1))
    owners: dict[str, set[str]] = {}
    for company in companies:
        owners.setdefault(company.domain, set()).add(company.name)
    for family in owners.values():
        first = min(family, key=len)
        assert all(first in name for name in family)
    by_name = pd.Series([company.name for company in companies]).value_counts()
    assert by_name.max() > 1


def test_some_companies_have_their_seat_in_houses_of_many():
    crowded = invent_companies(400, Dice(6, roughness=1), crowded=0.1)
    plain = invent_companies(400, Dice(6, roughness=1))
    assert [company.siren for company in crowded] == [company.siren for company in plain]
    tenants = pd.Series([company.place for company in crowded]).value_counts()
    assert tenants.max() >= 6 > pd.Series([company.place for company in plain]).value_counts().max()
    moved = sum(one.place != other.place for one, other in zip(crowded, plain, strict=True))
    assert 20 <= moved <= 40


def test_the_same_seed_gives_the_same_bytes():
    one, other = generate(companies=80, seed=7), generate(companies=80, seed=7)
    assert exports.clustr_bytes(one.clustr) == exports.clustr_bytes(other.clustr)
    assert exports.numelink_bytes(one.numelink) == exports.numelink_bytes(other.numelink)
    pd.testing.assert_frame_equal(one.truth, other.truth)


def test_another_seed_gives_other_companies():
    one, other = generate(companies=80, seed=7), generate(companies=80, seed=8)
    assert not set(one.truth["siren"]) & set(other.truth["siren"])


@pytest.mark.parametrize("trouble", read("troubles")["troubles"])
def test_every_trouble_occurs(sample: Sample, small: Sample, trouble: str):
    assert sample.counts[trouble] > 0
    assert small.counts[trouble] > 0


@pytest.mark.parametrize(
    "style", [f"{kind}: {style}" for kind, styles in read("troubles")["styles"].items() for style in styles]
)
def test_every_style_occurs(sample: Sample, style: str):
    assert sample.counts[style] > 0


def test_truth_covers_every_record_once(sample: Sample):
    listed = [("clustr", member_id) for member_id in sample.clustr["N° adhérent"]]
    listed += [("numelink", str(member_id)) for member_id in sample.numelink["Id"]]
    known = list(zip(sample.truth["source"], sample.truth["member_id"], strict=True))
    assert len(set(known)) == len(known)
    assert sorted(known) == sorted(listed)
    assert sample.truth["siren"].nunique() == 400


def test_truth_counts_companies_in_both_exports(sample: Sample):
    sources = sample.truth.groupby("siren")["source"].nunique()
    assert 0.2 < (sources == 2).mean() < 0.4


def test_a_tidy_sample_has_no_trouble(tidy: Sample):
    assert not [trouble for trouble in read("troubles")["troubles"] if tidy.counts[trouble]]
    truth = tidy.truth.set_index(["source", "member_id"])["siren"]
    for member_id, number in zip(tidy.clustr["N° adhérent"], tidy.clustr["SIRET"], strict=True):
        assert siret.is_valid(number)
        assert number[:9] == truth["clustr", member_id]
    for member_id, number in zip(tidy.numelink["Id"], tidy.numelink["SIREN"], strict=True):
        assert number == truth["numelink", str(member_id)]


def test_the_csv_holds_every_record_between_lines_that_are_none(sample: Sample):
    content = exports.clustr_bytes(sample.clustr)
    lines = _csv_lines(content)
    header = list(sample.clustr.columns)
    assert b"\r\n" in content
    assert [line for line in lines if line == header] == [header, header]
    assert [line for line in lines if not any(line)] == [[""] * len(header)]
    assert lines[-1][:2] == ["TOTAL", f"{len(sample.clustr)} adhérents"]
    records = [line for line in lines[1:-1] if line != header and any(line)]
    assert records == sample.clustr.to_numpy().tolist()


def test_the_workbook_holds_every_record_below_its_titles(sample: Sample):
    sheets = _sheets(exports.numelink_bytes(sample.numelink))
    assert list(sheets) == ["Adhérents", "Notes"]
    titles, records = sheets["Adhérents"][:4], sheets["Adhérents"][4:]
    assert [row[0] for row in titles] == [
        "NUMELINK - Annuaire des adhérents",
        "Export du 03/10/2016",
        None,
        "Id",
    ]
    assert records == [tuple(row) for row in sample.numelink.to_numpy(dtype=object).tolist()]


def test_the_committed_sample_is_what_the_generator_writes(small: Sample, tmp_path: Path):
    exports.write(small, tmp_path)
    for path in (exports.CLUSTR_FILE, exports.TRUTH_FILE):
        assert (RAW / path).read_bytes() == (tmp_path / path).read_bytes(), "make sample writes it anew"
    # Compared by cells: other versions of the compression library pack the same workbook differently.
    committed, written = (
        _sheets((folder / exports.NUMELINK_FILE).read_bytes()) for folder in (RAW, tmp_path)
    )
    assert committed == written, "make sample writes it anew"


def test_the_command_writes_both_exports_and_the_truth_where_it_is_told(tmp_path: Path):
    told = ["--out", str(tmp_path), "--companies", "30", "--truth", str(tmp_path / "truth.csv")]
    result = CliRunner().invoke(app, told)
    assert result.exit_code == 0, result.output
    written = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    assert written == {exports.CLUSTR_FILE, exports.NUMELINK_FILE, Path("truth.csv")}
    assert "30 companies" in result.output


@pytest.mark.parametrize(
    ("roughness", "expected"), [(0, 0.0), (0.5, 0.045), (1, 0.09), (1.5, 0.25), (100, 1.0)], ids=str
)
def test_odds_follow_the_line_through_both_columns(roughness: float, expected: float):
    assert odds_at(roughness)["phone_changed"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        ({"companies": 0}, "companies=0"),
        ({"roughness": -1.0}, "roughness=-1.0"),
        ({"overlap": 1.5}, "overlap=1.5"),
        ({"crowded": -0.1}, "crowded=-0.1"),
    ],
    ids=["no companies", "negative roughness", "overlap above 1", "crowd below 0"],
)
def test_arguments_out_of_range_are_refused(arguments: dict[str, float], wrong: str):
    with pytest.raises(ValueError, match=wrong):
        generate(**{"companies": 10, "seed": 1, **arguments})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Volumirec Tané Ozarel", "VTO"),
        ("Atelier de l'Épervier Vanu", "AEV"),
        ("Ozarel Conseil", ""),
    ],
    ids=["three words", "small words do not count", "two words have none"],
)
def test_acronym(name: str, expected: str):
    assert names.acronym(name) == expected


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("bare", "0465710012"),
        ("spaces", "04 65 71 00 12"),
        ("dots", "04.65.71.00.12"),
        ("plus33", "+33465710012"),
        ("plus33_zero", "+33 (0)4 65 71 00 12"),
        ("zero33", "0033 4 65 71 00 12"),
    ],
)
def test_write_phone(style: str, expected: str):
    assert cells.write_phone("0465710012", style) == expected


def test_misread_shows_utf8_as_windows_1252_where_it_can():
    assert names.misread("Télécom", Random(1)) == "TÃ©lÃ©com"
    # The second byte of « Í » means nothing in Windows-1252.
    assert names.misread("Í", Random(1)) == "Í"


@settings(max_examples=60)
@given(name=st.text(st.sampled_from("abcéÉ '&-.12œ"), min_size=1, max_size=30), seed=st.integers(0, 999))
@pytest.mark.parametrize(
    "change",
    [
        names.abbreviate, names.add_territory, names.drop_word, names.join_words, names.lose_accents,
        names.lose_punctuation, names.misread, names.mistype, names.swap_letters, names.swap_words,
    ],
    ids=lambda change: change.__name__,
)  # fmt: skip
def test_changes_of_names_take_any_text_and_depend_on_chance_alone(change, name: str, seed: int):
    assert change(name, Random(seed)) == change(name, Random(seed))


@settings(max_examples=60)
@given(name=st.text(st.sampled_from("abcdé "), min_size=1, max_size=30), seed=st.integers(0, 999))
def test_swapped_letters_and_words_stay_the_same_letters(name: str, seed: int):
    assert sorted(names.swap_letters(name, Random(seed))) == sorted(name)
    assert sorted(names.swap_words(name, Random(seed)).split()) == sorted(name.split())


def test_a_lost_zero_is_lost_only_where_there_is_one():
    dice = Dice(1, roughness=100)
    assert cells.postcode_cell(Place("", "", "Le Bourg", "07000", "Privas"), dice) in {"7000", "0700X"}
