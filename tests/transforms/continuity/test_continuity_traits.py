"""Fingerprints: of what they are, under which key, and that they give nothing back."""

from collections.abc import Iterator

import duckdb
import pandas as pd
import pytest

from transforms.continuity.traits import new_key, traits
from transforms.warehouse.register import TRAITS


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute(
            """
            CREATE SCHEMA standard;
            CREATE TABLE standard.records AS
            SELECT
                'north' AS source, unnest(['1', '2']) AS member_id, unnest(['732829320', NULL]) AS siren,
                'FORGES' AS name_core, '69001' AS postcode, NULL AS street_number,
                unnest(['HAUTE', NULL]) AS street_name, '+33400000000' AS phone,
                NULL AS web_domain, 'forges.example' AS email_domain, unnest([false, true]) AS is_free_mail
            """
        )
        yield con


def test_traits_are_fingerprints_and_not_what_they_are_of(con: duckdb.DuckDBPyConnection) -> None:
    one, two = traits(con, "k").to_dict("records")
    assert all(len(one[trait]) == 12 for trait in TRAITS)
    assert [trait for trait in TRAITS if pd.isna(two[trait])] == ["siren", "address", "domain"]
    assert (one["name"], one["phone"]) == (two["name"], two["phone"])
    assert "732829320" not in str(one)


def test_only_fingerprints_under_one_key_are_alike(con: duckdb.DuckDBPyConnection) -> None:
    """Who has the register alone cannot try all telephones."""
    key = new_key()
    mine, again, theirs = (traits(con, one).iloc[0] for one in (key, key, new_key()))
    assert mine.equals(again)
    assert not (mine[list(TRAITS)] == theirs[list(TRAITS)]).any()
