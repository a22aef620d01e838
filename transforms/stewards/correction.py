"""A steward's correction: one value of one company that wins over every source until it is taken back."""

from collections.abc import Iterable

import pandas as pd
from pydantic import BaseModel, ConfigDict

from transforms.stewards.words import Moment, Name

MARK = "correction"
"""What lineage shows as the source and as the rule of a corrected value."""


class Correction(BaseModel):
    """One value that a steward gave for one company; a moment without a zone is UTC.

    Attributes:
        company_id: the company as it was named then.
        source: the record that the correction follows, for instance when its company is split: the one that
            gave the value until then.
        member_id: its number then.
        field: a column of companies.
        value: as companies writes it.
        city_key: of a town, its name for comparison.
        abroad: whether the town is known to lie abroad.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    correction_id: Name
    company_id: Name
    source: Name
    member_id: Name
    field: Name
    value: Name
    city_key: str | None = None
    abroad: bool = False
    steward: Name
    corrected_at: Moment
    reason: str | None = None
    revoked_at: Moment | None = None
    revoked_by: str | None = None
    revoked_reason: str | None = None


def as_frame(corrections: Iterable[Correction]) -> pd.DataFrame:
    """One row a correction, one column a field, in the order given; moments are UTC, without a zone."""
    rows = [correction.model_dump() for correction in corrections]
    frame = pd.DataFrame(rows, columns=list(Correction.model_fields))
    for moment in ("corrected_at", "revoked_at"):
        frame[moment] = pd.to_datetime(frame[moment], utc=True).dt.tz_localize(None).astype("datetime64[us]")
    return frame
