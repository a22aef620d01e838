"""Golden rows: blocks from one record, totals over all of them."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
from golden_frames import SOURCES, records
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.golden.survivorship import candidates, choices, chosen, chosen_records, companies


def golden(frame: pd.DataFrame) -> pd.DataFrame:
    seen = candidates(frame, SOURCES)
    return companies(seen, chosen(seen, choices(SOURCES)))


def row(*rows: dict[str, Any]) -> dict[str, Any]:
    return golden(records(*rows)).iloc[0].to_dict()


def test_the_address_comes_from_one_record() -> None:
    company = row(
        {"address": "1 rue du Puits", "street_name": "PUITS", "street_number": "1", "city": "Valmont"},
        {"postcode": "42999", "city": "Autreville", "departement": "42", "territory": "42"},
    )
    assert (company["address"], company["city"]) == ("1 rue du Puits", "Valmont")
    assert all(pd.isna(company[field]) for field in ("postcode", "departement", "territory"))


def test_a_figure_comes_with_its_bounds_source_and_date_from_one_record() -> None:
    company = row(
        {"source": "north", "jobs": 12.0, "jobs_low": 10.0, "jobs_high": 14.0, "jobs_kind": "estimated"},
        {"source": "south", "jobs": 8.0, "jobs_kind": "exact", "export_date": date(2024, 3, 1)},
    )
    assert (company["jobs"], company["jobs_kind"], company["jobs_source"]) == (8.0, "exact", "south")
    assert company["jobs_as_of"] == pd.Timestamp(2024, 3, 1)
    assert pd.isna(company["jobs_low"])


def test_a_figure_of_a_stated_year_is_of_its_last_day() -> None:
    company = row(
        {"jobs": 8.0, "jobs_kind": "exact", "jobs_year": 2014, "export_date": date(2024, 3, 1)},
    )
    assert company["jobs_as_of"] == pd.Timestamp(2014, 12, 31)


def test_an_unknown_figure_has_neither_source_nor_date() -> None:
    company = row({"export_date": date(2024, 3, 1)})
    assert company["jobs_kind"] == "unknown"
    assert pd.isna(company["jobs_source"])
    assert pd.isna(company["jobs_as_of"])


FEES = {
    "sum of two active memberships": ([(10.1, True), (20.2, True)], 30.3),
    "one that left does not pay": ([(10.0, True), (20.0, False)], 10.0),
    "an unknown fee adds nothing": ([(10.0, True), (None, True)], 10.0),
    "no fee known": ([(None, True), (20.0, False)], None),
    "a free membership is known": ([(0.0, True)], 0.0),
}


@pytest.mark.parametrize(("fees", "total"), FEES.values(), ids=FEES)
def test_fees(fees: list[tuple[float | None, bool]], total: float | None) -> None:
    company = row(*({"fee_eur": fee, "is_active": active} for fee, active in fees))
    assert pd.isna(company["fee_eur"]) if total is None else company["fee_eur"] == total


def test_active_memberships_by_source() -> None:
    company = row({"source": "north", "is_active": False}, {"source": "south", "is_active": True})
    assert (company["is_active"], company["in_north"], company["in_south"]) == (True, False, True)


def test_confidence_is_that_of_the_weakest_link_and_whole_for_a_single() -> None:
    assert row({"probability": 0.97}, {"probability": 0.9}, {"probability": 0.99})["confidence"] == 0.9
    assert row({})["confidence"] == 1.0


_rows = st.lists(
    st.fixed_dictionaries(
        {
            "company_id": st.sampled_from(["E-1", "E-2", "E-3"]),
            "source": st.sampled_from(SOURCES),
            "name": st.sampled_from(["Forges", "FORGES", "Forgés", "Les Forges", "?"]),
            "siren_status": st.sampled_from(["valid", "repaired", "partial", "invalid", "missing"]),
            "website": st.sampled_from([None, "https://a.fr", "https://b.fr"]),
            "jobs": st.sampled_from([None, 0.0, 2.5]),
            "jobs_kind": st.sampled_from(["exact", "estimated", "unknown"]),
            "fee_eur": st.sampled_from([None, 0.1, 0.2]),
            "is_active": st.booleans(),
            "export_date": st.sampled_from([None, date(2024, 1, 1)]),
        }
    ),
    min_size=1,
    max_size=8,
)


@settings(deadline=None, max_examples=12)
@given(_rows)
def test_companies_of_a_single_record_are_chosen_as_all_others_are(rows: list[dict[str, Any]]) -> None:
    named = [{"member_id": str(number), "source_row": number, **row} for number, row in enumerate(rows)]
    seen = candidates(records(*named), SOURCES)
    for choice, found in chosen(seen, choices(SOURCES)):
        expected = chosen_records(seen, choice)
        pd.testing.assert_frame_equal(found, expected, check_dtype=False, check_index_type=False)


@settings(deadline=None, max_examples=12)
@given(_rows, st.randoms(use_true_random=False))
def test_rows_shuffled_change_nothing_and_no_record_is_lost(rows: list[dict[str, Any]], random: Any) -> None:
    named = [{"member_id": str(number), "source_row": number, **row} for number, row in enumerate(rows)]
    expected = golden(records(*named))
    random.shuffle(named)
    pd.testing.assert_frame_equal(golden(records(*named)), expected, check_dtype=False)
    assert expected["n_records"].sum() == len(rows)
    assert expected["company_id"].is_unique


def test_numbers_exchanged_within_a_list_change_nothing() -> None:
    """Two records of one list that no rule tells apart: what they say decides, not their numbers."""
    says = [{"turnover_eur": 240_000.0}, {"turnover_eur": 253_000.0}]
    shared = {"turnover_eur_kind": "exact", "name": "Taviol"}
    chosen = [
        row(*({**shared, **one, "member_id": number} for one, number in zip(says, numbers, strict=True)))
        for numbers in (("1", "2"), ("2", "1"))
    ]
    assert chosen[0]["turnover_eur"] == chosen[1]["turnover_eur"]
