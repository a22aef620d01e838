"""Which pairs a person should judge, and in what order."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.matching.decisions.outcomes import outdated
from transforms.matching.decisions.settled import kept_apart

_VAIN = "décision de les réunir non suivie"
_TWO_SIRENS = f"{_VAIN} : deux SIREN différents"
_OUTDATED = "décision de les séparer, mais le même SIREN depuis"


def decided_ends(decided: pd.DataFrame, verdict: str | None = None) -> list[tuple[int, int]]:
    """The pairs decided so, or in any way."""
    chosen = decided[decided["left"] != decided["right"]]
    chosen = chosen if verdict is None else chosen[chosen["verdict"] == verdict]
    return list(zip(chosen["left"], chosen["right"], strict=True))


def doubted(decided: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """The decisions that the data contradict, with `cause`: why their pair is to be judged again.

    Args:
        decided: standing decisions whose records are there, with `left` and `right`, positions of records.
        told: what became of all decisions, as `outcomes.outcomes` tells it.
    """
    outcome = told.set_index("decision_id")["outcome"]
    outdated_ids = outdated(told)["decision_id"]
    cause = decided["decision_id"].map(outcome.map({"contradicted": _VAIN, "two_sirens": _TWO_SIRENS}))
    cause = cause.astype(object).mask(decided["decision_id"].isin(outdated_ids), _OUTDATED)
    return decided.assign(cause=cause).dropna(subset="cause")


def review_priorities(
    pairs: pd.DataFrame,
    cause: npt.NDArray[np.object_],
    groups: pd.Series,
    decided: pd.DataFrame,
    again: pd.DataFrame,
) -> pd.DataFrame:
    """`priority` and `cause` of each pair that a person should judge; both missing for the others.

    These are the pairs that have a cause and that decisions have not settled, on the pair itself or through
    others, and those of decisions that the data contradict. The priority is doubt × what a judgement would
    change. Doubt is the entropy of the probability, in bits: 1 at one half; and 1 for what alone holds a
    group that is too large and where a person and the data disagree. What it would change is the logarithm to
    base 2 of one more than the pairs of records that it puts together or parts, which are the product of the
    sizes of the two groups: 1 for two records alone. Inside one group it parts one record at least from all
    others.

    Args:
        pairs: compared pairs, `left` and `right` positions of records, `probability`.
        cause: why each should be judged, None for the others.
        groups: the group of each record.
        decided: standing decisions whose records are there, with `left` and `right`.
        again: those of them that the data contradict, as `doubted` gives them.
    """
    group = groups.to_numpy()
    apart = group[pairs["left"]] != group[pairs["right"]]
    ends, judged, open_again = (_numbered(some, len(group)) for some in (pairs, decided, again))
    settled = np.isin(ends, judged) | kept_apart(
        pairs["left"].to_numpy(dtype=np.int64),
        pairs["right"].to_numpy(dtype=np.int64),
        decided_ends(decided.drop(again.index), "same"),
        decided_ends(decided, "different"),
        len(group),
    )
    told = pd.Series(cause, dtype=object).where(~settled, None)
    reopened = pd.Series(ends).map(dict(zip(open_again, again["cause"], strict=True))).where(apart)
    told = told.mask(reopened.notna(), reopened)
    doubt = _entropy(pairs["probability"]).where(apart & reopened.isna().to_numpy(), 1.0)
    priority = (doubt * _stake(pairs, groups, apart)).round(6).where(told.notna())
    return pd.DataFrame({"priority": priority, "cause": told})


def _entropy(probability: "pd.Series[float]") -> "pd.Series[float]":
    inside = probability.clip(1e-9, 1 - 1e-9)
    return -(inside * np.log2(inside) + (1 - inside) * np.log2(1 - inside))


def _stake(pairs: pd.DataFrame, groups: pd.Series, apart: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    sizes = groups.groupby(groups).transform("size").to_numpy()
    left, right = (sizes[pairs[side]] for side in ("left", "right"))
    stake: npt.NDArray[np.float64] = np.log2(1 + np.where(apart, left * right, left - 1))
    return stake


def _numbered(pairs: pd.DataFrame, records: int) -> npt.NDArray[np.int64]:
    """One number a pair, whichever record comes first."""
    ends = pairs[["left", "right"]].to_numpy(dtype=np.int64)
    return np.asarray(ends.min(axis=1) * records + ends.max(axis=1))
