"""The figures of the reading marts, computed a second time in pandas from the tables of a whole run."""

from decimal import Decimal

import pandas as pd
import pytest
from pipelines import Places, query

FIGURES = ("jobs", "turnover_eur", "fee_eur")
# The column of the standardised record that a field's cell fills, and what there says that it gave nothing.
FILLS = {
    "trade_name": "trade_name",
    "legal_form": "legal_form",
    "address": "address",
    "postcode": "postcode",
    "city": "city",
    "phone": "phone",
    "email": "email",
    "website": "website",
    "naf_code": "naf_code",
    "fee": "fee_eur",
    "joined_on": "joined_on",
    "status": "status_exported",
    "college": "college",
    "contact_person": "contact_person",
    "headcount": "jobs_kind",
    "turnover": "turnover_eur_kind",
}
KEY = ["source", "member_id"]


@pytest.fixture(scope="module")
def active(reckoned: Places) -> pd.DataFrame:
    return query(reckoned.warehouse, "SELECT * FROM companies WHERE is_active")


@pytest.mark.parametrize("figure", FIGURES)
def test_contributors(figure: str, reckoned: Places, active: pd.DataFrame) -> None:
    known = active[active[figure] > 0].sort_values([figure, "company_id"], ascending=[False, True])
    top = known.head(10)
    total = sum(Decimal(str(value)) for value in active[figure].dropna())
    found = query(
        reckoned.warehouse, "SELECT * FROM headline_contributors WHERE figure = ? ORDER BY rank", figure
    )
    assert found["company_id"].tolist() == top["company_id"].tolist()
    assert found["value"].tolist() == top[figure].tolist()
    assert found["total"].tolist() == pytest.approx([float(total)] * len(top))
    assert found["share"].tolist() == pytest.approx((top[figure] / float(total)).tolist())
    assert found["share_to_here"].tolist() == pytest.approx((top[figure].cumsum() / float(total)).tolist())
    assert len(top) == 10


def test_totals_of_contributors_are_those_of_the_territories(reckoned: Places) -> None:
    (found,) = query(
        reckoned.warehouse,
        "SELECT max(total) FILTER (figure = 'jobs') AS jobs, max(total) FILTER (figure = 'fee_eur') AS fees "
        "FROM headline_contributors",
    ).itertuples(index=False)
    (expected,) = query(
        reckoned.warehouse, "SELECT sum(jobs) AS jobs, sum(fee_eur)::DOUBLE AS fees FROM territories"
    ).itertuples(index=False)
    assert found == pytest.approx(expected)


@pytest.fixture(scope="module")
def cells(reckoned: Places) -> pd.DataFrame:
    """One row a filled cell: source, member_id, source_row, field and whether a value came of it."""
    received = query(reckoned.build, "SELECT * FROM raw.records")
    standard = query(reckoned.build, "SELECT * FROM standard.records")
    both = received.merge(standard, on=KEY, suffixes=("", "_read"))
    parts = []
    for field, column in FILLS.items():
        gave = both[f"{column}_read"] if f"{column}_read" in both else both[column]
        parts.append(
            both.loc[both[field].notna(), [*KEY, "source_row"]].assign(
                field=field, gave=gave.notna() & (gave != "unknown")
            )
        )
    return pd.concat(parts)


def test_quality_of_every_field(reckoned: Places, cells: pd.DataFrame) -> None:
    rejections = pd.concat(
        query(reckoned.build, f"SELECT source, source_row, field, severity FROM {stage}.rejections")
        for stage in ("raw", "standard")
    )
    refused = rejections[rejections["severity"] == "warning"].drop(columns="severity").drop_duplicates()
    told = cells.merge(refused, how="left", indicator=True)
    told["refused"] = told["_merge"] == "both"
    told["valid"] = told["gave"] & ~told["refused"]
    expected = told.groupby(["source", "field"]).agg(
        filled=("valid", "size"), valid=("valid", "sum"), refused=("refused", "sum")
    )
    found = query(reckoned.warehouse, "SELECT * FROM data_quality").set_index(["source", "field"])
    ours = found[found["filled"].gt(0) & found.index.get_level_values("field").isin(FILLS)]
    assert ours[["filled", "valid", "refused"]].astype(int).to_dict("index") == expected.astype(int).to_dict(
        "index"
    )
    assert found["refused"].sum() > 10
    assert (found["filled"] == found["valid"] + found["refused"] + found["no_value"]).all()
    assert (found["no_value"] >= 0).all()
    spoken = found["valid"] + found["refused"]
    assert found["completeness"].tolist() == pytest.approx((spoken / found["records"]).tolist())
    has_values = spoken > 0
    assert found.loc[has_values, "validity"].tolist() == pytest.approx(
        (found["valid"] / spoken)[has_values].tolist()
    )


@pytest.mark.parametrize("source", ["clustr", "numelink"])
def test_records_are_those_of_the_source(source: str, reckoned: Places) -> None:
    found = query(reckoned.warehouse, "SELECT DISTINCT records FROM data_quality WHERE source = ?", source)
    expected = query(reckoned.warehouse, "SELECT count(*) AS n FROM memberships WHERE source = ?", source)
    assert found["records"].tolist() == expected["n"].tolist()
    assert expected["n"].item() > 100


def test_no_example_of_the_dictionary_names_a_person(reckoned: Places) -> None:
    people = query(reckoned.build, "SELECT contact_person, email, phone FROM standard.records")
    traders = query(reckoned.warehouse, "SELECT name, address FROM companies WHERE is_sole_trader")
    examples = set(query(reckoned.warehouse, "SELECT example FROM data_dictionary")["example"].dropna())
    named = {
        value
        for frame in (people, traders)
        for value in frame.to_numpy().ravel()
        if isinstance(value, str) and len(value) > 4
    }
    assert len(named) > 300
    assert {value for value in named if any(value in example for example in examples)} == set()
