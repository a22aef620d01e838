"""The door of the matching stage: which records are the same company."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from transforms.matching.candidates import CandidateParameters, candidate_pairs
from transforms.matching.clusters import cluster
from transforms.matching.comparisons import COLUMNS, compare
from transforms.matching.decisions import read_decisions, standing, under_todays_numbers
from transforms.matching.related import related_groups
from transforms.matching.score import ScoreParameters, reasons, score, shipped_weights, zones
from transforms.report import Remark, StageReport
from transforms.warehouse import tables
from transforms.warehouse.database import connect

# Pairs less probable than this tell nobody anything.
_KEPT_FROM = 0.005


class MatchParameters(BaseModel):
    """Where decisions lie, how far candidates go, where the zones begin."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: Path
    candidates: CandidateParameters = CandidateParameters()
    score: ScoreParameters = ScoreParameters()


def run(build: Path, parameters: MatchParameters) -> StageReport:
    """Read standard.records and decisions; write matching.pairs, review, groups, related and blocking."""
    decisions = read_decisions(parameters.state)
    with connect(build) as con:
        records = _records(con)
        candidates, blocking = candidate_pairs(records, parameters.candidates)
        levels = compare(records, candidates)
        pairs = _scored(candidates, levels, parameters.score)
        numbers = tables.read(con, "continuity.numbers")
        decided = _positions(standing(under_todays_numbers(decisions, numbers)), records)
        same, different = _ends(decided, "same"), _ends(decided, "different")
        groups = cluster(records["siren"], pairs, _promised(con, records), same, different)
        refused = _refused(decided, groups)
        review = _review(pairs, groups, decided, refused)
        written = {
            "pairs": _named(records, pairs, levels, (pairs["probability"] >= _KEPT_FROM) | review.notna()),
            "review": _named(records, pairs.assign(priority=review), levels, review.notna()),
            "groups": _memberships(records, pairs, groups, decided),
            "related": related_groups(candidates, levels, groups),
            "blocking": blocking,
            "decisions": decisions,
        }
        for name, frame in written.items():
            tables.write(con, tables.build_table(f"matching.{name}"), frame)
    return _report(len(records), len(candidates), groups, written, refused)


def _records(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """What matching needs of standard.records: a few of its many columns."""
    columns = ", ".join(("source", "member_id", *COLUMNS))
    return con.execute(f"SELECT {columns} FROM standard.records ORDER BY source, member_id").df()


def _scored(candidates: pd.DataFrame, levels: pd.DataFrame, parameters: ScoreParameters) -> pd.DataFrame:
    probability = score(levels, shipped_weights())
    zone = zones(probability, parameters)
    # One SIREN that everything else contradicts is a doubt, not proof of either.
    doubt = levels["identifier"].eq("same") & zone.eq("distinct")
    return candidates.assign(probability=probability, zone=zone.mask(doubt, "review"))


def _positions(decisions: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """Standing decisions with `left` and `right` positions; those on records that are gone wait."""
    place = {key: at for at, key in enumerate(zip(records["source"], records["member_id"], strict=True))}
    found = decisions.copy()
    for side in ("left", "right"):
        keys = zip(decisions[f"{side}_source"], decisions[f"{side}_member_id"], strict=True)
        found[side] = pd.Series([place.get(key) for key in keys], index=decisions.index, dtype="Int64")
    return found.dropna(subset=["left", "right"]).astype({"left": int, "right": int})


def _promised(con: duckdb.DuckDBPyConnection, records: pd.DataFrame) -> pd.Series:
    """For each record its source, if that promises to hold no company twice."""
    sources = con.execute("SELECT source FROM raw.sources WHERE no_duplicates").fetchall()
    return records["source"].where(records["source"].isin([name for (name,) in sources]), None)


def _refused(decided: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Decisions « same » that another law forbids: two different SIREN, or a decision « different »."""
    apart = groups.to_numpy()[decided["left"]] != groups.to_numpy()[decided["right"]]
    refused: pd.DataFrame = decided[apart & decided["verdict"].eq("same").to_numpy()]
    return refused


def _ends(decided: pd.DataFrame, verdict: str) -> list[tuple[int, int]]:
    chosen = decided[decided["verdict"] == verdict]
    return list(zip(chosen["left"], chosen["right"], strict=True))


def _review(
    pairs: pd.DataFrame, groups: pd.Series, decided: pd.DataFrame, refused: pd.DataFrame
) -> pd.Series:
    """Priority of each pair that a person should judge; missing for the others.

    Doubtful are the pairs between two groups that are in the review zone, or that match and were kept apart
    by what else is known, or that a person called the same in vain. The priority is the entropy of the
    probability, in bits: one half comes first.
    """
    group = groups.to_numpy()
    apart = group[pairs["left"]] != group[pairs["right"]]
    ends, judged, vain = (_numbered(some, len(group)) for some in (pairs, decided, refused))
    undecided = pairs["zone"].ne("distinct") & ~np.isin(ends, judged)
    unheard = np.isin(ends, vain)
    inside = pairs["probability"].clip(1e-9, 1 - 1e-9)
    entropy = -(inside * np.log2(inside) + (1 - inside) * np.log2(1 - inside))
    return pd.Series(entropy).round(6).where(apart & (undecided | unheard))


def _numbered(pairs: pd.DataFrame, records: int) -> npt.NDArray[np.int64]:
    """One number a pair, whichever record comes first."""
    ends = pairs[["left", "right"]].to_numpy(dtype=np.int64)
    return np.asarray(ends.min(axis=1) * records + ends.max(axis=1))


def _named(records: pd.DataFrame, pairs: pd.DataFrame, levels: pd.DataFrame, kept: pd.Series) -> pa.Table:
    """The kept pairs with the names of their records and their reasons, as the public tables show them."""
    chosen = pairs[kept]
    ends = {
        f"{side}_{column}": records[column].to_numpy()[chosen[side]]
        for side in ("left", "right")
        for column in ("source", "member_id")
    }
    rest = chosen.drop(columns=["left", "right"]).reset_index(drop=True)
    table = pa.Table.from_pandas(pd.DataFrame(ends).join(rest), preserve_index=False)
    return table.append_column("reasons", reasons(levels[kept], shipped_weights()))


def _memberships(
    records: pd.DataFrame, pairs: pd.DataFrame, groups: pd.Series, decided: pd.DataFrame
) -> pd.DataFrame:
    """Each record with its group, how it got there, and its best link inside the group."""
    group = groups.to_numpy()
    inside = pairs[group[pairs["left"]] == group[pairs["right"]]]
    links = pd.concat([inside.set_index(side)["probability"] for side in ("left", "right")])
    best = links.groupby(level=0).max().reindex(records.index)
    alone = groups.map(groups.value_counts()) == 1
    by_decision = [
        record for ends in _ends(decided, "same") if group[ends[0]] == group[ends[1]] for record in ends
    ]
    status = np.select([alone, records.index.isin(by_decision)], ["single", "decided"], default="matched")
    return records[["source", "member_id"]].assign(group_id=groups, match_status=status, probability=best)


def _report(
    records: int, candidates: int, groups: pd.Series, written: dict[str, Any], refused: pd.DataFrame
) -> StageReport:
    counts = {
        "candidate_pairs": candidates,
        "groups": groups.nunique(),
        "merged_records": records - groups.nunique(),
        "review_pairs": written["review"].num_rows,
        "decisions": len(written["decisions"]),
        "decisions_refused": len(refused),
        "capped_blocks": int(written["blocking"]["capped_blocks"].sum()),
    }
    text = f"{counts['groups']} entreprises pour {records} fiches ; {counts['review_pairs']} paires à juger."
    remarks = (Remark(text=text), *(_unheard(decision) for decision in refused.to_dict("records")))
    return StageReport(stage="match", rows_in=records, rows_out=records, counts=counts, remarks=remarks)


def _unheard(decision: dict[Hashable, Any]) -> Remark:
    left, right = (f"{decision[f'{end}_source']} {decision[f'{end}_member_id']}" for end in ("left", "right"))
    text = (
        f"La décision {decision['decision_id']} de réunir {left} et {right} n'a pas été suivie : deux SIREN "
        "valides différents ou une décision contraire l'interdisent. La paire reste à juger."
    )
    return Remark(level="warning", text=text)
