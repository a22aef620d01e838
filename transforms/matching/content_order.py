"""An order of records by what they say, so that the order in which they are given changes nothing."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.matching.records import Codes, Records

Hashes = npt.NDArray[np.uint64]

# An odd number without a pattern: two columns with the same values do not cancel out.
_MIXER = np.uint64(0x9E3779B97F4A7C15)


def content_order(records: Records, source: pd.Series | None = None) -> Codes:
    """The records in an order that is chance, and the same in whatever order they are given.

    Args:
        records: the records; those that are equal in all columns stay in their order.
        source: tells apart those that are equal, if it is given.
    """
    hashes = records.prepared("content", lambda: _of_records(records))
    if source is not None:
        hashes = hashes * _MIXER + _hashed(*pd.factorize(source))
    return np.argsort(hashes, kind="stable")


def content_hashes(columns: Iterable[pd.Series], count: int) -> Hashes:
    """A number for each of `count` records, the same for records that are equal in all columns."""
    return _mixed((_hashed(*pd.factorize(values)) for values in columns), count)


def _of_records(records: Records) -> Hashes:
    numbered = (records.numbered(name) for name in records.frame.columns)
    return _mixed((_hashed(one.codes[0], one.values) for one in numbered), len(records))


def _mixed(columns: Iterable[Hashes], count: int) -> Hashes:
    mixed = np.zeros(count, dtype=np.uint64)
    for hashes in columns:
        mixed = mixed * _MIXER + hashes
    return mixed


def _hashed(codes: Codes, values: pd.Index) -> Hashes:
    """The hash of each record's value, 0 where it is missing."""
    hashes = pd.util.hash_array(np.asarray(values), categorize=False)
    return np.asarray(np.append(hashes, np.uint64(0))[codes])
