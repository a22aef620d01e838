from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.standardise.dates import DateParameters, standardise_dates

EXPORT = date(2016, 10, 3)
# 1 January 1900 is what an empty cell becomes when a spreadsheet shows it as a date.
DAYS = st.dates(date(1900, 1, 2), date(2017, 10, 3))


def one(text, declared="%d/%m/%Y", export_date=EXPORT):
    joined, precision, rule = standardise_dates(pd.Series([text]), declared, export_date).iloc[0].tolist()
    return (None if pd.isna(joined) else joined.date().isoformat(), precision, rule)


@pytest.mark.parametrize(
    ("text", "joined", "precision"),
    [
        pytest.param("31/10/2006", "2006-10-31", "day", id="declared"),
        pytest.param("2016-08-13", "2016-08-13", "day", id="iso"),
        pytest.param("2016-08-13 00:00:00", "2016-08-13", "day", id="iso-with-time"),
        pytest.param("3/4/2014 10:30", "2014-04-03", "day", id="time"),
        pytest.param("20140303", "2014-03-03", "day", id="compact"),
        pytest.param("03.04.2014", "2014-04-03", "day", id="dots"),
        pytest.param("3 mars 2014", "2014-03-03", "day", id="french"),
        pytest.param("Lundi 1er avril 2013", "2013-04-01", "day", id="weekday"),
        pytest.param("Mar 3, 2014", "2014-03-03", "day", id="english"),
        pytest.param("mars 2014", "2014-03-01", "year", id="month"),
        pytest.param("09/2014", "2014-09-01", "year", id="month-in-digits"),
        pytest.param("2015", "2015-01-01", "year", id="year"),
        pytest.param("depuis 2015", "2015-01-01", "year", id="since"),
        pytest.param("42643", "2016-09-30", "day", id="serial"),
        pytest.param("42643,5", "2016-09-30", "day", id="serial-with-time"),
        pytest.param(None, None, None, id="missing"),
    ],
)
def test_dates(text, joined, precision):
    assert one(text) == (joined, precision, None)


@pytest.mark.parametrize(
    ("text", "joined", "rule"),
    [
        ("12/03/09", "2009-03-12", "date_short_year"),
        ("12/03/95", "1995-03-12", "date_short_year"),
        ("03-févr.-14", "2014-02-03", "date_short_year"),
        ("31/02/2010", None, "date_impossible"),
        ("12/31/2015", None, "date_impossible"),
        ("00/00/0000", None, "date_impossible"),
        ("01/01/1850", None, "date_out_of_range"),
        ("05/10/2017", None, "date_out_of_range"),
        ("1066", None, "date_out_of_range"),
        ("2012-2013", None, "date_unreadable"),
        ("hier", None, "date_unreadable"),
        ("NC", None, "placeholder"),
    ],
)
def test_dates_with_a_rule(text, joined, rule):
    assert one(text)[::2] == (joined, rule)


def test_the_declared_order_of_day_and_month_holds_for_other_signs():
    assert one("12/31/2015", "%m/%d/%Y")[0] == "2015-12-31"
    assert one("12-31-2015", "%m/%d/%Y")[0] == "2015-12-31"


def test_a_declared_format_without_day_has_the_precision_of_a_year():
    assert one("04-2012", "%m-%Y") == ("2012-04-01", "year", None)


def test_without_export_date_the_parameters_bound_the_dates():
    limits = DateParameters(latest_without_export=date(2020, 12, 31))
    frame = standardise_dates(pd.Series(["2020", "2021"]), parameters=limits)
    assert frame["joined_on_rule"].tolist() == [None, "date_out_of_range"]


@given(DAYS, st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%Y%m%d"]))
def test_every_day_is_read_back_as_itself(day, written):
    assert one(day.strftime(written)) == (day.isoformat(), "day", None)


@given(st.lists(st.one_of(st.text(max_size=20), st.text(alphabet="0123456789/-. marsT:", max_size=14))))
def test_any_text_is_read_or_told(texts):
    values = pd.Series(texts, dtype=object, index=range(9, 9 + len(texts)))
    frame = standardise_dates(values, "%d/%m/%Y", EXPORT)
    assert frame.index.equals(values.index)
    assert (frame["joined_on"].isna() == frame["joined_precision"].isna()).all()
    assert (frame["joined_on"].notna() | frame["joined_on_rule"].notna()).all()


@pytest.mark.parametrize("text", ["01/01/1900", "1900-01-01", "30/12/1899", "31/12/1899", "1900"])
def test_the_empty_date_of_a_spreadsheet_is_no_date(text):
    row = standardise_dates(pd.Series([text])).iloc[0]
    assert pd.isna(row["joined_on"])
    assert row["joined_on_rule"] == "date_out_of_range"
