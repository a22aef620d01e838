"""Each record as a member of its group: how it got there, and what attaches it best."""

import numpy as np
import pandas as pd

from transforms.matching.attachments import attachments
from transforms.matching.link import Linked
from transforms.matching.records import Flags
from transforms.matching.spec import MatchingSpec


def memberships(
    records: pd.DataFrame, linked: Linked, spec: MatchingSpec, asked: Flags, decided: pd.DataFrame
) -> pd.DataFrame:
    """Each record with its group, and the decision or the link that attaches it best.

    Args:
        records: `source` and `member_id`, in the order in which they were matched.
        linked: what matching has found.
        spec: what was compared.
        asked: pairs that a person should judge.
        decided: standing decisions, `left` and `right` being positions of records.

    Returns:
        The columns of `matching.groups`.
    """
    groups, attached = linked.groups, attachments(linked, spec, asked)
    alone = groups.map(groups.value_counts()) == 1
    others, reasons = attached["other"].to_dict(), attached["reason"].to_dict()
    said = _decided_same(decided, groups)
    for record, (other, decision) in said.items():
        others[record], reasons[record] = other, f"réunie par la décision {decision}"
    status = np.select([alone, records.index.isin(list(said))], ["single", "decided"], default="matched")
    linked_to = records[["source", "member_id"]].reindex(list(others.values())).set_axis(records.index)
    return records[["source", "member_id"]].assign(
        group_id=groups,
        match_status=status,
        probability=attached["probability"],
        linked_source=linked_to["source"],
        linked_member_id=linked_to["member_id"],
        reason=pd.Series(reasons),
    )


def _decided_same(decided: pd.DataFrame, groups: pd.Series) -> dict[int, tuple[int, str]]:
    """For each record that a decision has joined to another: that record and the first such decision."""
    found: dict[int, tuple[int, str]] = {}
    joined = decided[(decided["verdict"] == "same") & (decided["left"] != decided["right"])]
    in_order = joined.sort_values("decision_id")[["left", "right", "decision_id"]]
    for left, right, decision in in_order.itertuples(index=False):
        if groups[left] == groups[right]:
            found.setdefault(left, (right, decision))
            found.setdefault(right, (left, decision))
    return found
