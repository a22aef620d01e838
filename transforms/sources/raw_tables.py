"""The raw tables of one reading, as `warehouse/build_tables.yml` defines them."""

import hashlib

import numpy as np
import pandas as pd
import pyarrow as pa

from transforms.sources.contract import ActiveWhen
from transforms.sources.reading import Reading
from transforms.sources.rows import IGNORED, RECORD, REJECTED
from transforms.sources.text import clean


def sources(reading: Reading, data: bytes) -> pd.DataFrame:
    """The one row of `raw.sources` about this reading of `data`."""
    contract, grid = reading.contract, reading.grid
    active = contract.active if isinstance(contract.active, ActiveWhen) else None
    return pd.DataFrame(
        [
            {
                "source": contract.source,
                "title": contract.title,
                "priority": contract.priority,
                "founder": contract.founder,
                "closed_on": contract.closed_on,
                "active_field": active.field if active else None,
                "active_values": list(active.values) if active else None,
                "no_duplicates": contract.no_duplicates,
                "file": reading.file,
                "sha256": hashlib.sha256(data).hexdigest(),
                "bytes": len(data),
                "encoding": grid.encoding,
                "delimiter": grid.delimiter,
                "sheet": grid.sheet,
                "header_row": reading.header.line,
                "export_date": reading.export_date,
                "export_date_from": reading.date_from,
                "rows_read": len(reading.rows),
                "rows_ignored": reading.lines(IGNORED),
                "rows_rejected": reading.lines(REJECTED),
                "records": reading.lines(RECORD),
            }
        ]
    )


def columns(reading: Reading) -> pd.DataFrame:
    """`raw.columns`: each column of the file."""
    return pd.DataFrame(
        [
            {
                "source": reading.contract.source,
                "position": entry.position,
                "header": entry.label,
                "field": entry.field,
                "recognised_by": entry.recognised_by,
                "type": entry.column.type if entry.column else None,
                "unit": entry.unit,
                "format": entry.column.format if entry.column else None,
                "year": entry.year,
                "required": bool(entry.column and reading.contract.is_needed(entry.column)),
            }
            for entry in reading.columns
        ]
    )


def missing_columns(reading: Reading) -> pd.DataFrame:
    """`raw.missing_columns`: each column of the contract that the file lacks."""
    return pd.DataFrame(
        [
            {
                "source": reading.contract.source,
                "field": column.field,
                "header": column.header,
                "likely_header": clean(hint.label) if hint else None,
            }
            for column, hint in reading.missing
        ],
        columns=["source", "field", "header", "likely_header"],
    )


def rows(reading: Reading) -> pd.DataFrame:
    """`raw.rows`: each line below the header and what it became."""
    return reading.rows.rename_axis("source_row").reset_index().assign(source=reading.contract.source)


def cells(reading: Reading) -> pa.Table:
    """`raw.cells`: each cell below the header as received; lines without any are left out.

    An arrow table, because a large export has millions of cells.
    """
    body = reading.body[(reading.body != "").any(axis=1) | reading.body.index.isin(_corrected_lines(reading))]
    lines, positions = body.index.to_numpy("int32"), body.columns.to_numpy("int32")
    count = len(lines) * len(positions)
    fields = pa.array([entry.field for entry in reading.columns], pa.string())
    kinds = reading.types.loc[body.index].to_numpy().ravel() if reading.types is not None else None
    return pa.table(
        {
            "source": pa.repeat(pa.scalar(reading.contract.source, pa.string()), count),
            "file": pa.repeat(pa.scalar(reading.file, pa.string()), count),
            "sheet": pa.repeat(pa.scalar(reading.grid.sheet, pa.string()), count),
            "source_row": np.repeat(lines, len(positions)),
            "position": np.tile(positions, len(lines)),
            "field": fields.take(np.tile(np.arange(len(fields)), len(lines))),
            "value": pa.array(body.to_numpy().ravel(), pa.string()),
            "cell_type": pa.array(kinds, pa.string())
            if kinds is not None
            else pa.repeat(pa.scalar("text", pa.string()), count),
            "corrected": _corrected(reading, body),
        }
    )


def records(reading: Reading) -> pd.DataFrame:
    """`raw.records`: one row a record."""
    return reading.records.assign(
        source=reading.contract.source,
        source_file=reading.file,
        source_sheet=reading.grid.sheet,
        source_row=reading.records.index,
    )


def rejections(reading: Reading) -> pd.DataFrame:
    """`raw.rejections`: refused rows and cells."""
    return reading.rejected.assign(
        source=reading.contract.source, file=reading.file, sheet=reading.grid.sheet
    )


def _corrected_lines(reading: Reading) -> list[int]:
    return sorted({line for line, _ in reading.corrected})


def _corrected(reading: Reading, body: pd.DataFrame) -> pa.Array:
    """Right values of corrections in the order of the cells, NULL elsewhere."""
    if not reading.corrected:
        return pa.nulls(body.size, pa.string())
    values = np.full(body.shape, None, dtype=object)
    for (line, position), value in reading.corrected.items():
        values[body.index.get_loc(line), body.columns.get_loc(position)] = value
    return pa.array(values.ravel(), pa.string())
