"""The door of the matching stage: which records are the same company."""

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from transforms.matching.comparisons.base import SAME
from transforms.matching.decisions.decision import as_frame, standing, under_todays_numbers
from transforms.matching.decisions.log import FILE, read_log
from transforms.matching.decisions.outcomes import REFUSED, outcomes, remarks
from transforms.matching.link import Linked, link
from transforms.matching.members import members_spec, read_records
from transforms.matching.reasons import reasons
from transforms.matching.records import Flags
from transforms.matching.refitting.evidence import told_levels, with_levels
from transforms.matching.refitting.in_force import in_force
from transforms.matching.related import related_groups
from transforms.matching.spec import MatchingSpec, Thresholds
from transforms.report import Remark, StageReport
from transforms.warehouse import tables
from transforms.warehouse.database import connect

# Pairs less probable than this tell nobody anything.
_KEPT_FROM = 0.005


class MatchParameters(BaseModel):
    """Where decisions lie, and where the zones begin."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: Path
    thresholds: Thresholds = Field(default_factory=lambda: members_spec().thresholds)


def run(build: Path, parameters: MatchParameters) -> StageReport:
    """Read standard.records, decisions and weights; write the tables of schema matching."""
    log = read_log(parameters.state)
    weighed = in_force(parameters.state, members_spec())
    decisions = as_frame(log.decisions)
    with connect(build) as con:
        spec = weighed.spec.model_copy(
            update={"thresholds": parameters.thresholds, "no_duplicates": _promised(con)}
        )
        records = read_records(con)
        numbers = tables.read(con, "continuity.numbers")
        today = under_todays_numbers(decisions, numbers)
        decided = _positions(standing(today), records)
        same, different = _ends(decided, "same"), _ends(decided, "different")
        linked = link(records, spec, records["source"], same, different)
        pairs = _scored(linked, spec)
        said = outcomes(decisions, today, decided, records["siren"], linked.groups)
        refused = decided[decided["decision_id"].isin(said.loc[said["outcome"].isin(REFUSED), "decision_id"])]
        review = _review(pairs, linked.groups, decided, refused)
        told = _Told(records, pairs, linked, spec)
        written = {
            "pairs": told.named((pairs["probability"] >= _KEPT_FROM) | review.notna()),
            "review": told.named(review.notna(), priority=review),
            "groups": _memberships(records, pairs, linked.groups, decided),
            "related": related_groups(linked, spec),
            "blocking": linked.blocking,
            "decisions": with_levels(said, told_levels(decided, linked.pairs.records, spec)),
        }
        for name, frame in written.items():
            tables.write(con, tables.build_table(f"matching.{name}"), frame)
    noted = (*weighed.remarks, *_torn(log.torn_line), *remarks(said))
    return _report(len(records), len(pairs), linked.groups, written, said, noted)


def _scored(linked: Linked, spec: MatchingSpec) -> pd.DataFrame:
    """The compared pairs: `left`, `right`, `probability`, `zone`."""
    at = [one.signal for one in spec.comparisons].index("identifier")
    identified = linked.levels[at] == spec.comparisons[at].levels.index(SAME)
    zone = pd.Series(linked.zone)
    # One SIREN that everything else contradicts is a doubt, not proof of either.
    doubt = identified & zone.eq("distinct")
    return pd.DataFrame(
        {
            "left": linked.pairs.left,
            "right": linked.pairs.right,
            "probability": linked.probability,
            "zone": zone.mask(doubt, "review"),
        }
    )


def _positions(decisions: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """Standing decisions with `left` and `right` positions; those on records that are gone wait."""
    place = {key: at for at, key in enumerate(zip(records["source"], records["member_id"], strict=True))}
    found = decisions.copy()
    for side in ("left", "right"):
        keys = zip(decisions[f"{side}_source"], decisions[f"{side}_member_id"], strict=True)
        found[side] = pd.Series([place.get(key) for key in keys], index=decisions.index, dtype="Int64")
    return found.dropna(subset=["left", "right"]).astype({"left": int, "right": int})


def _promised(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The sources whose contract promises that they hold no company twice."""
    sources = con.execute("SELECT source FROM raw.sources WHERE no_duplicates ORDER BY source").fetchall()
    return tuple(name for (name,) in sources)


def _ends(decided: pd.DataFrame, verdict: str) -> list[tuple[int, int]]:
    chosen = decided[(decided["verdict"] == verdict) & (decided["left"] != decided["right"])]
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


class _Told:
    """Pairs with the names of their records and their reasons, as the public tables show them."""

    def __init__(
        self, records: pd.DataFrame, pairs: pd.DataFrame, linked: Linked, spec: MatchingSpec
    ) -> None:
        self._records, self._pairs, self._linked, self._spec = records, pairs, linked, spec

    def named(self, kept: pd.Series, **further: pd.Series) -> pa.Table:
        """The kept pairs, and further columns of theirs."""
        chosen = self._pairs.assign(**further)[kept]
        ends = {
            f"{side}_{column}": self._records[column].to_numpy()[chosen[side]]
            for side in ("left", "right")
            for column in ("source", "member_id")
        }
        rest = chosen.drop(columns=["left", "right"]).reset_index(drop=True)
        table = pa.Table.from_pandas(pd.DataFrame(ends).join(rest), preserve_index=False)
        flags: Flags = kept.to_numpy(dtype=bool)
        return table.append_column("reasons", reasons(self._linked, self._spec, flags))


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
    records: int,
    candidates: int,
    groups: pd.Series,
    written: dict[str, Any],
    decisions: pd.DataFrame,
    noted: tuple[Remark, ...],
) -> StageReport:
    counts = {
        "candidate_pairs": candidates,
        "groups": groups.nunique(),
        "merged_records": records - groups.nunique(),
        "review_pairs": written["review"].num_rows,
        "decisions": len(decisions),
        "decisions_refused": int(decisions["outcome"].isin(REFUSED).sum()),
        "decisions_waiting": int(decisions["outcome"].eq("gone").sum()),
        "capped_blocks": int(written["blocking"]["capped_blocks"].sum()),
    }
    text = f"{counts['groups']} entreprises pour {records} fiches ; {counts['review_pairs']} paires à juger."
    return StageReport(
        stage="match",
        rows_in=records,
        rows_out=records,
        counts=counts,
        remarks=(Remark(text=text), *noted),
    )


def _torn(line: int | None) -> tuple[Remark, ...]:
    if line is None:
        return ()
    text = (
        f"La ligne {line} du journal des décisions ({FILE}) est coupée : son enregistrement a été interrompu "
        "avant d'être confirmé. Elle n'est pas lue ; redonner cette décision si elle manque."
    )
    return (Remark(level="warning", text=text),)
