import math
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.standardise.figures import (
    FigureParameters,
    doubtful_units,
    standardise_fees,
    standardise_headcounts,
    standardise_turnover,
)

TEXT = st.one_of(
    st.text(max_size=25),
    st.text(alphabet="0123456789 ,.-+€kKMmEe<>~à'()", max_size=15),
    st.lists(
        st.sampled_from(
            ["env.", "12", "1 234,5", "M€", "k€", "à", "-", "entre", "et", "moins de", "+", "salariés"]
        ),
        max_size=6,
    ).map(" ".join),
)


def figure(frame):
    """The one row, with None for an open end."""
    return [
        None if isinstance(cell, float) and math.isnan(cell) else cell for cell in frame.iloc[0, :5].tolist()
    ]


@pytest.mark.parametrize(
    ("text", "jobs", "low", "high", "kind"),
    [
        pytest.param("12", 12, 12, 12, "exact", id="bare"),
        pytest.param("12 salariés", 12, 12, 12, "exact", id="noun"),
        pytest.param("Effectif : 12", 12, 12, 12, "exact", id="label"),
        pytest.param("1 234", 1234, 1234, 1234, "exact", id="thousands"),
        pytest.param("1.234", 1234, 1234, 1234, "exact", id="thousands-with-dot"),
        pytest.param("2,5 ETP", 2.5, 2.5, 2.5, "exact", id="part-time"),
        pytest.param("12 (dont 3 apprentis)", 12, 12, 12, "exact", id="aside"),
        pytest.param("dix-huit", 18, 18, 18, "exact", id="letters"),
        pytest.param("0", 0, 0, 0, "exact", id="zero"),
        pytest.param("sans salarié", 0, 0, 0, "exact", id="no-jobs"),
        pytest.param("aucun salarié", 0, 0, 0, "exact", id="no-jobs-none"),
        pytest.param("Aucun", 0, 0, 0, "exact", id="none"),
        pytest.param("12 (2014)", 12, 12, 12, "exact", id="year"),
        pytest.param("12 au 31/12/2014", 12, 12, 12, "exact", id="day of the year"),
        pytest.param("10-19", 14.5, 10, 19, "estimated", id="range"),
        pytest.param("10 à 19 personnes", 14.5, 10, 19, "estimated", id="range-in-words"),
        pytest.param("entre 10 et 19", 14.5, 10, 19, "estimated", id="between"),
        pytest.param("5-5", 5, 5, 5, "exact", id="narrow-range"),
        pytest.param("env. 15", 15, 13, 17, "estimated", id="about"),
        pytest.param("~15", 15, 13, 17, "estimated", id="tilde"),
        pytest.param("15 salariés environ", 15, 13, 17, "estimated", id="about-behind"),
        pytest.param("une dizaine", 10, 9, 11, "estimated", id="ten-or-so"),
        pytest.param("moins de 10", 4.5, 0, 9, "estimated", id="below"),
        pytest.param("≤ 10", 5, 0, 10, "estimated", id="at-most"),
        pytest.param("+ de 50", 51, 51, None, "estimated", id="above"),
        pytest.param("20+", 20, 20, None, "estimated", id="at-least"),
        pytest.param("250 et plus", 250, 250, None, "estimated", id="and-more"),
        pytest.param("TPE", 4.5, 0, 9, "estimated", id="size-class"),
        pytest.param("NC", None, None, None, "unknown", id="placeholder"),
        pytest.param(None, None, None, None, "unknown", id="missing"),
    ],
)
def test_headcounts(text, jobs, low, high, kind):
    assert figure(standardise_headcounts(pd.Series([text]))) == [jobs, low, high, kind, None]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("12 CDI et 3 CDD", "headcount_unreadable"),
        ("1,234", "headcount_unreadable"),
        ("beaucoup", "headcount_unreadable"),
        ("-5", "headcount_negative"),
        ("19-10", "range_inverted"),
        ("2019-10-01", "headcount_became_date"),
        ("oct-19", "headcount_became_date"),
        ("99999999", "headcount_out_of_range"),
    ],
)
def test_refused_headcounts(text, rule):
    assert figure(standardise_headcounts(pd.Series([text]))) == [None, None, None, "unknown", rule]


@pytest.mark.parametrize(
    ("text", "unit", "turnover", "low", "high", "kind"),
    [
        pytest.param("183", "k€", 183_000, 182_500, 183_500, "exact", id="column-in-thousands"),
        pytest.param("80 656", "k€", 80_656_000, 80_655_500, 80_656_500, "exact", id="spaced-thousands"),
        pytest.param("106 000 €", "k€", 106_000, 106_000, 106_000, "exact", id="own-unit-first"),
        pytest.param("64000", "€", 64_000, 64_000, 64_000, "exact", id="euros"),
        pytest.param("64000", None, 64_000, 64_000, 64_000, "exact", id="no-unit"),
        pytest.param("197 K€", "€", 197_000, 196_500, 197_500, "exact", id="thousands"),
        pytest.param("0,4 M€", "€", 400_000, 350_000, 450_000, "estimated", id="millions"),
        pytest.param("0,0 M€", "€", 0, 0, 50_000, "estimated", id="never-below-zero"),
        pytest.param("1.234 M€", "€", 1_234_000, 1_233_500, 1_234_500, "exact", id="decimal-dot"),
        pytest.param("1,2 million d'euros", "k€", 1_200_000, 1_150_000, 1_250_000, "estimated", id="words"),
        pytest.param("1,2 M d’€", "k€", 1_200_000, 1_150_000, 1_250_000, "estimated", id="millions-of"),
        pytest.param("2 Mds€", "€", 2e9, 1.5e9, 2.5e9, "estimated", id="milliards"),
        pytest.param("1.234.567,89", "€", 1_234_567.89, 1_234_567.89, 1_234_567.89, "exact", id="german"),
        pytest.param("1,234,567.89", "€", 1_234_567.89, 1_234_567.89, 1_234_567.89, "exact", id="english"),
        pytest.param("2,5E+06", "€", 2.5e6, 2.45e6, 2.55e6, "estimated", id="power-of-ten"),
        pytest.param("CA 2015 : 1,2 M€ HT", "€", 1.2e6, 1.15e6, 1.25e6, "estimated", id="year"),
        pytest.param("env. 1,2 M€", "€", 1.2e6, 1.08e6, 1.32e6, "estimated", id="about"),
        pytest.param("entre 1 et 2 M€", "k€", 1.5e6, 1e6, 2e6, "estimated", id="between"),
        pytest.param("500 k€ - 1 M€", "€", 750_000, 500_000, 1e6, "estimated", id="two-units"),
        pytest.param("< 500 k€", "€", 250_000, 0, 500_000, "estimated", id="below"),
        pytest.param("plus de 10 M€", "€", 1e7, 1e7, None, "estimated", id="above"),
        pytest.param("NC", "k€", None, None, None, "unknown", id="placeholder"),
        pytest.param(None, "k€", None, None, None, "unknown", id="missing"),
    ],
)
def test_turnover(text, unit, turnover, low, high, kind):
    assert figure(standardise_turnover(pd.Series([text]), unit)) == [turnover, low, high, kind, None]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("-12", "turnover_negative"),
        ("(500)", "turnover_negative"),
        ("12 k$", "turnover_currency"),
        ("100 CHF", "turnover_currency"),
        ("9 999 Mds€", "turnover_out_of_range"),
        ("2 M€ - 1 M€", "range_inverted"),
        ("en hausse", "turnover_unreadable"),
        ("12 %", "turnover_unreadable"),
    ],
)
def test_refused_turnover(text, rule):
    assert figure(standardise_turnover(pd.Series([text]))) == [None, None, None, "unknown", rule]


@pytest.mark.parametrize(
    ("text", "fee", "rule"),
    [
        ("900,00", "900.00", None),
        ("1 800,00 €", "1800.00", None),
        ("500", "500.00", None),
        ("450 € TTC", "450.00", None),
        ("450€/an", "450.00", None),
        ("Gratuit", "0.00", None),
        ("12,345", "12.35", "fee_rounded"),
        ("-5", None, "fee_negative"),
        ("env. 500", None, "fee_unreadable"),
        ("99999999", None, "fee_out_of_range"),
        ("NC", None, "placeholder"),
        (None, None, None),
    ],
)
def test_fees(text, fee, rule):
    frame = standardise_fees(pd.Series([text]), "€")
    assert frame.iloc[0].tolist() == [fee and Decimal(fee), rule]


def test_limits_are_parameters():
    limits = FigureParameters(most_jobs=Decimal(100))
    assert (
        standardise_headcounts(pd.Series(["101"]), parameters=limits)["headcount_rule"].item()
        == "headcount_out_of_range"
    )


def test_an_unknown_unit_of_a_column_is_an_error():
    with pytest.raises(KeyError):
        standardise_turnover(pd.Series(["1"]), "k£")


@given(st.lists(TEXT, min_size=1, max_size=5))
def test_bounds_hold_the_value_and_a_refused_cell_has_none(texts):
    values = pd.Series(texts, index=range(3, 3 + len(texts)), dtype=object)
    for function in (standardise_headcounts, standardise_turnover):
        frame = function(values)
        value, low, high, kind, rule = (frame.iloc[:, position] for position in range(5))
        assert frame.index.equals(values.index)
        assert ((low <= value) | value.isna()).all()
        assert ((value <= high) | high.isna()).all()
        assert ((low >= 0) | low.isna()).all()
        assert (value.isna() == (kind == "unknown")).all()
        assert (value.isna() | rule.isna() | rule.eq("figure_of_group")).all()


@given(st.integers(0, 10**9), st.sampled_from([" ", "\u202f", "\xa0", "."]))
def test_a_number_is_the_same_however_its_thousands_are_parted(number, separator):
    text = f"{number:,}".replace(",", separator)
    assert standardise_turnover(pd.Series([text]))["turnover_eur"].item() == number


@pytest.mark.parametrize(
    ("text", "header_year", "year"),
    [
        pytest.param("183 (2014)", None, 2014, id="in brackets"),
        pytest.param("CA 2015 : 183 k€", None, 2015, id="ahead"),
        pytest.param("183 en 2013", 2016, 2013, id="cell before header"),
        pytest.param("183", 2016, 2016, id="header"),
        pytest.param("2 014", None, None, id="a figure, no year"),
        pytest.param("NC", 2016, None, id="no figure, no year"),
        pytest.param("beaucoup (2014)", None, None, id="unreadable"),
    ],
)
def test_the_year_of_a_figure(text, header_year, year):
    found = standardise_turnover(pd.Series([text]), "k€", header_year)["turnover_year"].item()
    assert (None if pd.isna(found) else found) == year


@pytest.mark.parametrize("text", ["250 (groupe)", "250 groupe", "Groupe : 250", "250 pour le groupe"])
def test_a_figure_of_the_group_is_an_upper_bound(text):
    found = standardise_headcounts(pd.Series([text]))
    assert figure(found) == [250, 0, 250, "estimated", "figure_of_group"]


def test_a_turnover_of_the_group_is_an_upper_bound():
    found = figure(standardise_turnover(pd.Series(["5 M€ (groupe)"])))
    assert [found[0], found[1], *found[3:]] == [5_000_000, 0, "estimated", "figure_of_group"]


@pytest.mark.parametrize(
    ("turnover", "jobs", "rule"),
    [
        (12e9, None, "turnover_unit_doubtful"),
        (12e9, 40.0, "turnover_unit_doubtful"),
        (12e9, 30_000.0, None),
        (4e9, 40.0, None),
        (None, 40.0, None),
    ],
)
def test_turnover_too_high_for_the_jobs(turnover, jobs, rule):
    found = doubtful_units(pd.Series([turnover], dtype=float), pd.Series([jobs], dtype=float))
    assert found["turnover_unit_rule"].tolist() == [rule]


@pytest.mark.parametrize("text", ["1800 €HT", "1 800 € TTC", "1800€ HT", "1 800,00€TTC"])
def test_fees_with_their_tax(text):
    assert standardise_fees(pd.Series([text]))["fee_eur"].tolist() == [Decimal("1800.00")]
