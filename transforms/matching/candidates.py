"""Which pairs of records are worth comparing.

Blocking rules in DuckDB propose the pairs that share a telling value. While records are few, every pair of
names is looked at besides, so that nothing that is merely misspelt is missed; beyond that, names meet by
their first letters.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field
from rapidfuzz import process
from rapidfuzz.distance import Indel

from transforms.warehouse.database import connect

_KEYS = (Path(__file__).parent / "blocking_keys.sql").read_text(encoding="utf-8")


# Rules whose pairs may have one common word, or a few letters, in common and nothing else.
_WEAK = ["word", "first_letters"]


class CandidateParameters(BaseModel):
    """How far the search for candidate pairs goes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    all_pairs_up_to: int = Field(
        3_000, ge=0, description="records up to which all pairs of names are looked at"
    )
    name_similarity: float = Field(
        0.62, ge=0, le=1, description="similarity that lets a pair of names through"
    )
    block_cap: int = Field(60, ge=2, description="records in a block beyond which the block is left aside")


def candidate_pairs(
    records: pd.DataFrame, parameters: CandidateParameters
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Propose pairs of records.

    Args:
        records: standard.records, index 0..n-1 in the order of (source, member_id).
        parameters: the limits.

    Returns:
        Pairs (`left` < `right`, positions in `records`), ordered; and the blocking report (`rule`, `pairs`,
        `capped_blocks`), rules in order of name.
    """
    pairs, report = _blocked_pairs(records, parameters)
    if len(records) <= parameters.all_pairs_up_to:
        alike = _alike_names(records["name_core"], parameters.name_similarity)
        report = pd.concat([report, _row("all_pairs_of_names", len(alike))], ignore_index=True)
        pairs = pd.concat([pairs, alike], ignore_index=True).drop_duplicates()
    pairs = pairs.sort_values(["left", "right"], ignore_index=True)
    return pairs, report.sort_values("rule", ignore_index=True)


def _blocked_pairs(
    records: pd.DataFrame, parameters: CandidateParameters
) -> tuple[pd.DataFrame, pd.DataFrame]:
    with connect(None) as con:
        con.register("records", records.assign(record=np.arange(len(records), dtype=np.int64)))
        con.execute(f"CREATE TEMP TABLE keys AS {_KEYS}")
        con.execute("CREATE TEMP TABLE blocks AS SELECT rule, key, count(*) AS size FROM keys GROUP BY ALL")
        con.execute(
            """
            CREATE TEMP TABLE pairs AS
            SELECT DISTINCT l.rule, l.record AS "left", r.record AS "right"
            FROM keys AS l
            JOIN keys AS r ON l.rule = r.rule AND l.key = r.key AND l.record < r.record
            JOIN blocks AS b ON b.rule = l.rule AND b.key = l.key
            WHERE b.size BETWEEN 2 AND $cap
            """,
            {"cap": parameters.block_cap},
        )
        report = con.execute(
            """
            SELECT rule,
                   coalesce(any_value(p.pairs), 0)       AS pairs,
                   count(*) FILTER (WHERE size > $cap)   AS capped_blocks
            FROM blocks
            LEFT JOIN (SELECT rule, count(*) AS pairs FROM pairs GROUP BY rule) AS p USING (rule)
            GROUP BY rule
            """,
            {"cap": parameters.block_cap},
        ).df()
        pairs = con.execute(
            'SELECT "left", "right", bool_and(rule IN $weak) AS weak FROM pairs GROUP BY ALL', {"weak": _WEAK}
        ).df()
    return _worth_comparing(pairs, records["name_core"], parameters.name_similarity), report


def _worth_comparing(pairs: pd.DataFrame, cores: pd.Series, floor: float) -> pd.DataFrame:
    """Pairs that a weak rule alone proposed stay if their names are alike: a shared word is not enough."""
    weak = pairs["weak"].to_numpy(dtype=bool)
    joined = cores.str.replace(" ", "").to_numpy()
    ends = (joined[pairs.loc[weak, side]].tolist() for side in ("left", "right"))
    alike = process.cpdist(*ends, scorer=Indel.normalized_similarity, dtype=np.float32, workers=-1) >= floor
    kept = ~weak
    kept[weak] = alike
    return pairs.loc[kept, ["left", "right"]]


def _alike_names(cores: pd.Series, floor: float) -> pd.DataFrame:
    """Pairs of names that are alike letter by letter, spaces left out."""
    joined = cores.str.replace(" ", "").tolist()
    scores = process.cdist(
        joined, joined, scorer=Indel.normalized_similarity, score_cutoff=floor, dtype=np.float32, workers=-1
    )
    left, right = np.nonzero(np.triu(scores, k=1))
    return pd.DataFrame({"left": left.astype(np.int64), "right": right.astype(np.int64)})


def _row(rule: str, pairs: int) -> pd.DataFrame:
    return pd.DataFrame({"rule": [rule], "pairs": [pairs], "capped_blocks": [0]})
