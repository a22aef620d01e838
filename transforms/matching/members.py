"""Member records and the spec that matches them."""

from functools import cache
from pathlib import Path

import duckdb
import pandas as pd

from transforms import reference
from transforms.matching.spec import MatchingSpec, read_spec

SPEC = Path(__file__).parent / "members.yml"
_RECORDS = (Path(__file__).parent / "members.sql").read_text(encoding="utf-8")


@cache
def members_spec() -> MatchingSpec:
    """The spec that comes with the project."""
    return read_spec(SPEC)


def read_records(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """`source`, `member_id` and the columns of `members_spec`, in the order of (source, member_id)."""
    records = con.execute(_RECORDS).df()
    # A form and its special case (SARL, EURL) are one family: exports are seldom that precise.
    families = {code: kind["family"] for code, kind in reference.load("legal_forms").items()}
    return records.assign(legal_family=records["legal_form"].map(families))
