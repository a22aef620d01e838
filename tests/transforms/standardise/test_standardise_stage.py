from datetime import date, datetime
from decimal import Decimal

import pandas as pd
import pytest
from stdnum import luhn

from transforms.standardise.stage import StandardiseParameters, run
from transforms.warehouse import tables
from transforms.warehouse.database import connect

# An invented SIREN and another one, with their check digits, and a SIRET of each.
SIREN, OTHER = "100000009", "200000008"
SIRET, OTHER_SIRET = (f"{base}{luhn.calc_check_digit(base)}" for base in (f"{SIREN}0001", f"{OTHER}0001"))

SOURCES = (
    # source, unit of turnover, format of dates, export date, field and values of activity
    ("alpha", "k€", "%d/%m/%Y", date(2016, 10, 3), None, None),
    ("beta", "€", "%m/%d/%Y", None, "status", ["Adhérent"]),
)
ALPHA = {
    "A-1": {
        "name": "Atelier Exemple SARL",
        "trade_name": "Le Petit Exemple",
        "siret": SIRET,
        "address": "3 rue des Essais",
        "postcode": "69001",
        "city": "LYON",
        "phone": "01 99 00 12 34",
        "email": "contact@exemple.fr",
        "website": "www.exemple.fr",
        "naf_code": "6201Z",
        "headcount": "env. 15",
        "turnover": "183",
        "fee": "900,00",
        "joined_on": "03/04/2014",
        "contact_person": "Zoé  Exemple",
    },
    "A-2": {"name": "Sans Rien"},
    "A-3": {
        "name": "Tout Faux",
        "phone": "01 99",
        "email": "personne",
        "website": "a@exemple.fr",
        "naf_code": "informatique",
        "headcount": "19-10",
        "turnover": "-12",
        "fee": "-5",
        "joined_on": "31/02/2014",
        "contact_person": "?",
    },
}
ALPHA |= {
    "A-4": {
        "name": "Verdier 01 99 00 12 34",
        "trade_name": "Idem",
        "address": "12 rue Verte",
        "postcode": "69003",
        "city": "LYON zoe@exemple.fr",
        "headcount": "12 (2014)",
    },
    "A-5": {"name": "zoe@exemple.fr", "trade_name": "NC", "city": "Tél : 01 99 00 12 34"},
}
BETA = {
    "B-1": {
        "name": "Atelier Exemple",
        "siren": SIREN,
        "siret": OTHER_SIRET,
        "turnover": "183.456",
        "joined_on": "03/04/2014",
        "status": "adherent",
    },
    "B-2": {"name": "Parti Ailleurs", "turnover": "183.456", "status": "Radié"},
    "B-3": {"name": "Qui Sait", "joined_on": "01/31/2018", "status": "Bidule"},
    "B-4": {"name": "Qui Ne Dit Mot"},
}


def members():
    for source, by_id in (("alpha", ALPHA), ("beta", BETA)):
        for row, (member_id, cells) in enumerate(by_id.items(), start=2):
            yield source, row, member_id, cells


def write(con, name, rows):
    table = tables.build_table(f"raw.{name}")
    frame = pd.DataFrame(rows).reindex(columns=table.column_names)
    tables.write(con, table, frame)


def raw_build(path, reverse=False):
    fields = [column for column in tables.build_table("raw.records").column_names if column in ALPHA["A-1"]]
    fields += ["siren", "status"]
    everyone = sorted(members(), key=lambda member: member[2], reverse=reverse)
    with connect(path) as con:
        write(
            con,
            "sources",
            [
                {
                    "source": source,
                    "title": source,
                    "priority": 1,
                    "founder": True,
                    "active_field": field,
                    "active_values": values,
                    "no_duplicates": True,
                    "export_date": exported,
                    "export_date_from": "none",
                    "file": f"{source}.csv",
                    "sha256": "0",
                }
                | dict.fromkeys(
                    ["bytes", "header_row", "rows_read", "rows_ignored", "rows_rejected", "records"], 1
                )
                for source, _, _, exported, field, values in SOURCES
            ],
        )
        write(
            con,
            "columns",
            [
                {
                    "source": source,
                    "position": position,
                    "header": f"En-tête {field}",
                    "field": field,
                    "recognised_by": "header",
                    "unit": unit if field == "turnover" else None,
                    "format": written if field == "joined_on" else None,
                    "required": False,
                }
                for source, unit, written, *_ in SOURCES
                for position, field in enumerate(fields, start=1)
            ],
        )
        write(
            con,
            "records",
            [
                {"source": source, "member_id": member_id, "source_file": f"{source}.csv", "source_row": row}
                | cells
                for source, row, member_id, cells in everyone
            ],
        )
        write(
            con,
            "cells",
            [
                {
                    "source": source,
                    "file": f"{source}.csv",
                    "source_row": row,
                    "position": fields.index(field) + 1,
                    "field": field,
                    "value": f"{text} ",
                    # The one number that a spreadsheet held as a number; its twin is a text.
                    "cell_type": "number" if (member_id, field) == ("B-1", "turnover") else "text",
                }
                for source, row, member_id, cells in everyone
                for field, text in cells.items()
                if field in fields
            ],
        )
    return path


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    path = raw_build(tmp_path_factory.mktemp("standardise") / "build.duckdb")
    return path, run(path, StandardiseParameters())


@pytest.fixture(scope="module")
def records(build):
    with connect(build[0], read_only=True) as con:
        return tables.read(con, "standard.records").set_index("member_id")


@pytest.fixture(scope="module")
def rejections(build):
    with connect(build[0], read_only=True) as con:
        return tables.read(con, "standard.rejections")


def test_no_record_is_lost(build, records):
    _, report = build
    assert (report.rows_in, report.rows_out) == (9, 9)
    assert sorted(records.index) == [*sorted(ALPHA), *sorted(BETA)]


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


def test_remarks_count_without_showing_values(build, rejections):
    _, report = build
    assert report.counts == {
        "cells_refused": int((rejections["severity"] == "warning").sum()),
        "cells_to_check": int((rejections["severity"] == "info").sum()),
    }
    text = next(remark.text for remark in report.remarks if "phone_invalid" in remark.text)
    assert text.startswith("Téléphone : 1 cellule refusée (phone_invalid).")
    assert not any("01 99" in remark.text for remark in report.remarks)


def test_a_second_run_and_another_order_give_the_same_content(build, records, rejections, tmp_path):
    path = raw_build(tmp_path / "build.duckdb", reverse=True)
    for _ in range(2):
        run(path, StandardiseParameters())
    with connect(path, read_only=True) as con:
        again = tables.read(con, "standard.records").set_index("member_id")
        refused = tables.read(con, "standard.rejections")
    pd.testing.assert_frame_equal(again, records)
    pd.testing.assert_frame_equal(refused, rejections)


def test_the_stage_writes_nothing_but_its_tables(build):
    with connect(build[0], read_only=True) as con:
        written = con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'standard'"
        ).fetchall()
    assert sorted(written) == [("records",), ("rejections",)]


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
