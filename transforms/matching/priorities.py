"""Which pairs a person should judge, and in what order."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.matching.decisions.settled import kept_apart

_VAIN = "décision de les réunir non suivie"


def decided_ends(decided: pd.DataFrame, verdict: str | None = None) -> list[tuple[int, int]]:
    """The pairs decided so, or in any way."""
    chosen = decided[decided["left"] != decided["right"]]
    chosen = chosen if verdict is None else chosen[chosen["verdict"] == verdict]
    return list(zip(chosen["left"], chosen["right"], strict=True))


def review_priorities(
    pairs: pd.DataFrame,
    cause: npt.NDArray[np.object_],
    groups: pd.Series,
    decided: pd.DataFrame,
    refused: pd.DataFrame,
) -> pd.DataFrame:
    """`priority` and `cause` of each pair that a person should judge; both missing for the others.

    These are the pairs that have a cause and that decisions have not settled, on the pair itself or through
    others, and those that a person called the same in vain. The priority is the entropy of the probability,
    in bits: one half comes first; and 1 for what alone holds a group that is too large, since one wrong link
    harms many records there.
    """
    group = groups.to_numpy()
    apart = group[pairs["left"]] != group[pairs["right"]]
    ends, judged, vain = (_numbered(some, len(group)) for some in (pairs, decided, refused))
    settled = np.isin(ends, judged) | kept_apart(
        pairs["left"].to_numpy(dtype=np.int64),
        pairs["right"].to_numpy(dtype=np.int64),
        decided_ends(decided.drop(refused.index), "same"),
        decided_ends(decided, "different"),
        len(group),
    )
    told = pd.Series(cause, dtype=object).where(~settled, None)
    told = told.mask(apart & np.isin(ends, vain), _VAIN)
    inside = pairs["probability"].clip(1e-9, 1 - 1e-9)
    entropy = -(inside * np.log2(inside) + (1 - inside) * np.log2(1 - inside))
    priority = entropy.round(6).where(apart, 1.0).where(told.notna())
    return pd.DataFrame({"priority": priority, "cause": told})


def _numbered(pairs: pd.DataFrame, records: int) -> npt.NDArray[np.int64]:
    """One number a pair, whichever record comes first."""
    ends = pairs[["left", "right"]].to_numpy(dtype=np.int64)
    return np.asarray(ends.min(axis=1) * records + ends.max(axis=1))
