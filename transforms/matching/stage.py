"""The door of the matching stage: which records are the same company."""

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from transforms.matching.causes import causes, too_large_text
from transforms.matching.corrected_sirens import (
    COLUMNS,
    corrected_sirens,
    known_companies,
    standing_sirens,
    with_sirens,
)
from transforms.matching.decisions.agreement import agreement
from transforms.matching.decisions.decision import as_frame, standing
from transforms.matching.decisions.log import FILE, read_log
from transforms.matching.decisions.outcomes import REFUSED, outcomes, remarks
from transforms.matching.decisions.today import Today, todays
from transforms.matching.link import Linked, link, weights_of
from transforms.matching.members import members_spec, read_records
from transforms.matching.memberships import memberships
from transforms.matching.priorities import decided_ends, doubted, review_priorities
from transforms.matching.reasons import reasons
from transforms.matching.records import Flags
from transforms.matching.refitting.evidence import told_levels, with_levels
from transforms.matching.refitting.in_force import in_force
from transforms.matching.related import related_groups
from transforms.matching.spec import MatchingSpec, Thresholds
from transforms.matching.spine import oversized
from transforms.report import Remark, StageReport
from transforms.stewards.correction_log import read_corrections
from transforms.warehouse import tables
from transforms.warehouse.database import connect
from transforms.wording import decimal

# Pairs less probable than this tell nobody anything.
_KEPT_FROM = 0.005
_TELLING_PAIRS = 10


class MatchParameters(BaseModel):
    """Where decisions lie, and where the zones begin."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: Path
    thresholds: Thresholds = Field(default_factory=lambda: members_spec().thresholds)


def run(build: Path, parameters: MatchParameters) -> StageReport:
    """Read standard.records, corrected SIREN, decisions and weights; write the tables of schema matching."""
    log = read_log(parameters.state)
    weighed = in_force(parameters.state, members_spec())
    with connect(build) as con:
        spec = weighed.spec.model_copy(
            update={"thresholds": parameters.thresholds, "no_duplicates": _promised(con)}
        )
        records = read_records(con)
        numbers = tables.read(con, "continuity.numbers")
        words = todays(log.decisions, numbers)
        today = as_frame(words.here)
        decided = _positions(standing(today), records)
        same, different = decided_ends(decided, "same"), decided_ends(decided, "different")
        corrected = _corrected(con, parameters.state, records, numbers, different)
        records = with_sirens(records, corrected)
        linked = link(records, spec, records["source"], same, different, weights_of(members_spec()))
        pairs = _scored(linked)
        said = outcomes(as_frame(words.decisions), today, decided, records["siren"], linked.groups)
        again = doubted(decided, said)
        too_large = oversized(linked, spec.thresholds.largest_group, same, decided_ends(decided))
        review = review_priorities(pairs, causes(linked, spec, too_large), linked.groups, decided, again)
        asked = review["priority"].notna()
        told = _Told(records, pairs, linked, spec)
        written = {
            "pairs": told.named((pairs["probability"] >= _KEPT_FROM) | asked),
            "review": told.named(asked, priority=review["priority"], cause=review["cause"]),
            "groups": memberships(records, linked, spec, asked.to_numpy(), decided),
            "related": related_groups(linked, spec),
            "blocking": linked.blocking,
            "sirens": corrected,
            "decisions": with_levels(said, told_levels(decided, linked, spec)),
        }
        for name, frame in written.items():
            tables.write(con, tables.build_table(f"matching.{name}"), frame)
    keys = (records["source"] + ":" + records["member_id"]).to_numpy()
    sizes = _too_large(linked, too_large, keys, spec.thresholds)
    noted = [*weighed.remarks, *_torn(log.torn_line), *sizes, *remarks(said), *_agreed(words)]
    return _report(len(records), linked, written, said, len(too_large), noted)


def _corrected(
    con: duckdb.DuckDBPyConnection,
    state: Path,
    records: pd.DataFrame,
    numbers: pd.DataFrame,
    different: list[tuple[int, int]],
) -> pd.DataFrame:
    """The records whose SIREN a steward has corrected."""
    standing = standing_sirens(read_corrections(state).words, numbers)
    if standing.empty:
        return pd.DataFrame(columns=list(COLUMNS), dtype="str")
    companies = known_companies(tables.read(con, "continuity.records"), state)
    return corrected_sirens(records, standing, companies, different)


def _scored(linked: Linked) -> pd.DataFrame:
    """The compared pairs: `left`, `right`, `probability`, `zone`."""
    return pd.DataFrame(
        {
            "left": linked.pairs.left,
            "right": linked.pairs.right,
            "probability": linked.probability,
            "zone": linked.zone,
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


def _report(
    records: int,
    linked: Linked,
    written: dict[str, Any],
    decisions: pd.DataFrame,
    too_large: int,
    noted: list[Remark],
) -> StageReport:
    groups = int(linked.groups.nunique())
    counts = {
        "candidate_pairs": len(linked.pairs),
        "groups": groups,
        "merged_records": records - groups,
        "oversized_groups": too_large,
        "review_pairs": written["review"].num_rows,
        "decisions": len(decisions),
        "decisions_refused": int(decisions["outcome"].isin(REFUSED).sum()),
        "decisions_waiting": int(decisions["outcome"].eq("gone").sum()),
        "capped_blocks": int(written["blocking"]["capped_blocks"].sum()),
    }
    text = f"{groups} entreprises pour {records} fiches ; {counts['review_pairs']} paires à juger."
    return StageReport(
        stage="match",
        rows_in=records,
        rows_out=records,
        counts=counts,
        remarks=(Remark(text=text), *noted),
    )


def _too_large(
    linked: Linked, too_large: pd.DataFrame, keys: npt.NDArray[np.object_], thresholds: Thresholds
) -> list[Remark]:
    told = too_large_text(linked, too_large, keys, thresholds.largest_group)
    to_do = "À faire : juger ces liens (table review_queue, cause « groupe trop grand »)."
    return [Remark(level="warning", text=f"{told} {to_do}")] if told else []


def _torn(line: int | None) -> list[Remark]:
    if line is None:
        return []
    text = (
        f"La ligne {line} du journal des décisions ({FILE}) est coupée : son enregistrement a été interrompu "
        "avant d'être confirmé. Elle n'est pas lue ; redonner cette décision si elle manque."
    )
    return [Remark(level="warning", text=text)]


def _agreed(words: Today) -> list[Remark]:
    """How well stewards agree, once enough pairs were judged twice for the figure to mean something."""
    found = agreement(words.here, words.elsewhere)
    if found.kappa is None or found.pairs < _TELLING_PAIRS:
        return []
    text = (
        f"Accord entre juges : κ = {decimal(found.kappa, 2)} sur {found.pairs} paires jugées deux fois "
        "(1 : toujours d'accord, 0 : pas plus que le hasard)."
    )
    return [Remark(text=text)]
