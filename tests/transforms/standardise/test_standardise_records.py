"""What becomes of the cells of a record: read, empty, or refused as received."""

from datetime import datetime
from decimal import Decimal

import pandas as pd
from raw_builds import OTHER_SIRET, SIREN, SIRET


def test_a_full_record(records):
    row = records.loc["A-1"]
    found = row[
        [
            "siren",
            "siren_field",
            "siret",
            "phone",
            "email_domain",
            "website",
            "web_domain",
            "naf_code",
            "legal_form",
        ]
    ]
    assert found.tolist() == [
        SIREN,
        "siret",
        SIRET,
        "+33199001234",
        "exemple.fr",
        "https://www.exemple.fr",
        "exemple.fr",
        "62.01Z",
        "SARL",
    ]
    assert (row["jobs_low"], row["jobs"], row["jobs_high"], row["jobs_kind"]) == (13, 15, 17, "estimated")
    assert (row["turnover_eur_low"], row["turnover_eur"], row["turnover_eur_kind"]) == (
        182_500,
        183_000,
        "exact",
    )
    assert Decimal(str(row["fee_eur"])) == 900
    assert row["joined_on"] == datetime(2014, 4, 3)
    assert row["export_date"] == datetime(2016, 10, 3)
    assert (row["trade_name"], row["contact_person"]) == ("Le Petit Exemple", "Zoé Exemple")
    assert (row["city_key"], row["departement"]) == ("LYON", "69")


def test_an_empty_record_is_unknown_not_refused(records, rejections):
    row = records.loc["A-2"]
    assert (row["jobs_kind"], row["turnover_eur_kind"], row["siren_status"]) == (
        "unknown",
        "unknown",
        "missing",
    )
    assert (
        row[["jobs", "turnover_eur", "fee_eur", "joined_on", "phone", "website", "trade_name"]].isna().all()
    )
    assert "A-2" not in set(rejections["member_id"])


def test_every_bad_cell_is_refused_once_as_received(rejections):
    bad = rejections[rejections["member_id"] == "A-3"].set_index("field")
    assert bad["rule"].to_dict() == {
        "phone": "phone_invalid",
        "email": "email_invalid",
        "website": "website_is_email",
        "naf_code": "naf_code_format",
        "headcount": "range_inverted",
        "turnover": "turnover_negative",
        "fee": "fee_negative",
        "joined_on": "date_impossible",
    }
    assert bad.loc["phone", "value"] == "01 99 "
    assert bad.loc["phone", "column_name"] == "En-tête phone"
    assert (bad["source_row"] == 4).all()
    assert (bad["file"] == "alpha.csv").all()
    assert bad["personal"].to_dict() == {field: field in ("phone", "email", "website") for field in bad.index}


def test_unit_and_dates_follow_the_source(records):
    assert records.loc["B-1", "joined_on"] == datetime(2014, 3, 4)
    assert records.loc["B-2", "turnover_eur"] == 183_456


def test_an_export_without_date_is_held_against_the_latest_of_the_others(records, rejections):
    assert pd.isna(records.loc["B-3", "export_date"])
    told = rejections[(rejections["member_id"] == "B-3") & (rejections["field"] == "joined_on")]
    assert told["rule"].tolist() == ["date_out_of_range"]


def test_the_dot_of_a_spreadsheet_number_is_decimal(records):
    assert records.loc["B-1", "turnover_eur"] == 183.456


def test_status_by_source(records, rejections):
    assert records["is_active"].to_dict() == {
        "A-1": True,
        "A-2": True,
        "A-3": True,
        "A-4": True,
        "A-5": True,
        "B-1": True,
        "B-2": False,
        "B-3": False,
        "B-4": False,
    }
    told = rejections[rejections["field"] == "status"].set_index("member_id")["rule"].to_dict()
    assert told == {"B-3": "status_unknown", "B-4": "status_missing"}


def test_an_identifier_of_another_company_is_refused(records, rejections):
    assert records.loc["B-1", ["siren", "siren_field"]].tolist() == [SIREN, "siren"]
    assert pd.isna(records.loc["B-1", "siret"])
    lost = rejections[rejections["rule"] == "siren_conflict"]
    assert lost[["member_id", "field", "value"]].to_numpy().tolist() == [["B-1", "siret", f"{OTHER_SIRET} "]]


def test_contacts_in_other_cells_are_cut_and_told_as_personal(records, rejections):
    assert records.loc["A-4", ["name", "name_core", "city", "phone"]].tolist()[:3] == [
        "Verdier",
        "VERDIER",
        "Lyon",
    ]
    assert records.loc["A-5", "name"] == "…"
    assert pd.isna(records.loc["A-5", "city"])
    told = rejections[rejections["rule"] == "contact_in_other_cell"]
    assert set(zip(told["member_id"], told["field"], strict=True)) == {
        ("A-4", "name"),
        ("A-4", "city"),
        ("A-5", "name"),
        ("A-5", "city"),
    }
    assert told["personal"].all()


def test_a_trade_name_that_says_nothing_is_empty(records):
    assert records.loc[["A-4", "A-5"], ["trade_name", "trade_name_core"]].isna().all(axis=None)


def test_a_figure_keeps_its_year(records):
    assert records.loc["A-4", "jobs_year"] == 2014
    assert pd.isna(records.loc["A-1", "jobs_year"])
