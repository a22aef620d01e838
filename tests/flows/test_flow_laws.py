"""Laws of intake and standardisation over whole generated exports."""

from decimal import Decimal

import pandas as pd
from export_files import Export, exports
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from transforms.errors import AlliageError
from transforms.sources import raw_tables
from transforms.sources.reading import Reading, read_export
from transforms.sources.rows import IGNORED, RECORD, REJECTED
from transforms.standardise.stage import StandardiseParameters, standardise_records

# A share of the profile's examples: whole files cost more than cells.
some = settings(max_examples=max(25, settings().max_examples // 4))
# Where a record stands is no part of it.
PLACES = ["source_row"]
STANDARD = (
    *("name", "trade_name", "siret", "address", "postcode", "city", "phone", "email"),
    *("website", "naf_code", "college", "contact_person"),
)


def read(export: Export) -> Reading:
    """The reading; an export without a single record is refused, and no example of these laws."""
    try:
        return read_export(export.data(), export.file, export.contract)
    except AlliageError as refused:
        complete = all([refused.what, refused.where, refused.found, refused.expected, refused.next_step])
        assume(not complete)
        raise


def standardised(records: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    sources, columns = raw_tables.sources(reading, b""), raw_tables.columns(reading)
    return standardise_records(records, sources, columns, StandardiseParameters())


def by_key(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    ordered = frame.drop(columns=PLACES, errors="ignore").sort_values("member_id").astype(object)
    return list(ordered.where(ordered.notna(), None).itertuples(index=False, name=None))


@some
@given(exports())
def test_rows_in_are_rows_out_and_refused_and_ignored(export):
    reading = read(export)
    assert sum(map(reading.lines, (RECORD, IGNORED, REJECTED))) == len(reading.rows)
    assert len(reading.rows) == len(export.rows) - _trailing_blanks(export)
    refused = set(reading.rejected.loc[reading.rejected["severity"] == "critical", "source_row"])
    assert refused <= set(reading.rows.index[reading.rows["outcome"] == REJECTED])
    assert len(standardised(raw_tables.records(reading).reset_index(drop=True), reading)) == len(
        reading.records
    )


def _trailing_blanks(export: Export) -> int:
    """Lines without a filled cell at the end of a sheet, which no workbook holds."""
    if not export.workbook:
        return 0
    filled = [any(row[place].strip() for place in export.columns) for row in export.rows]
    return len(filled) - max((at + 1 for at, is_filled in enumerate(filled) if is_filled), default=0)


@some
@given(exports(noise=False), st.integers(0, 99))
def test_the_order_of_rows_and_columns_changes_nothing(export, seed):
    frames = []
    for version in (export, export.shuffled(seed)):
        reading = read(version)
        records = raw_tables.records(reading).reset_index(drop=True)
        frames.append((by_key(records), by_key(standardised(records, reading))))
    assert frames[0] == frames[1]


@some
@given(exports(noise=False))
def test_standardising_twice_changes_nothing(export):
    reading = read(export)
    records = raw_tables.records(reading).reset_index(drop=True)
    once = standardised(records, reading)
    twice = standardised(_fed_back(records, once), reading)
    for column in (*STANDARD, "fee_eur", "joined_on"):
        before, after = once[column].astype(object), twice[column].astype(object)
        assert before.where(before.notna(), None).tolist() == after.where(after.notna(), None).tolist(), (
            column
        )


def _fed_back(records: pd.DataFrame, once: pd.DataFrame) -> pd.DataFrame:
    """Standard values in place of those that the export gave; money and dates as the French write them."""

    def french(fee: object) -> str | None:
        return str(fee).replace(".", ",") if isinstance(fee, Decimal) else None

    days = once["joined_on"].dt.strftime("%d/%m/%Y").astype(object)
    fed = {field: once[field].astype(object).where(once[field].notna(), None) for field in STANDARD}
    return records.assign(
        **fed, fee=once["fee_eur"].map(french), joined_on=days.where(once["joined_on"].notna(), None)
    )
