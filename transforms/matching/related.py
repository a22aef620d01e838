"""Companies that are not one but belong together: sister entities, and neighbours under one roof."""

import numpy as np
import pandas as pd

from transforms.matching.link import Linked
from transforms.matching.records import Flags
from transforms.matching.spec import MatchingSpec

_SAID = {"name": "sibling", "address": "same", "phone": "same", "domain": "same"}
_EVIDENCE = {
    "name": "noms parents",
    "address": "même adresse",
    "phone": "même téléphone",
    "domain": "même domaine internet",
}
# More companies at one address are an office building: that alone ties none of them together.
_NEIGHBOURS = 4


def related_groups(linked: Linked, spec: MatchingSpec) -> pd.DataFrame:
    """Pairs of distinct groups that share a place or a way to be reached.

    A telephone or a domain that many records bear is a level of its own (`shared`) and says nothing; nor does
    an address alone where more than five groups have it.

    Args:
        linked: compared pairs, their levels, the group of each record.
        spec: a spec with the signals name, address, phone and domain.

    Returns:
        `left_group` < `right_group`, `kind`, `evidence` (French, no values: what any of their records have in
        common), one row a pair.
        sibling: the names differ by a word that makes another legal entity and something else is shared;
        same_site: the address is shared; same_contact: the telephone or the domain is, the address is not.
    """
    said = _shared_by_groups(linked, spec)
    elsewhere = said["phone"] | said["domain"]
    told = said[elsewhere | (said["address"] & (said["name"] | _few_neighbours(said)))]
    kind = np.select([told["name"], told["address"]], ["sibling", "same_site"], default="same_contact")
    texts = [
        ", ".join(text for signal, text in _EVIDENCE.items() if row[signal])
        for row in told[list(_EVIDENCE)].to_dict("records")
    ]
    return told[["left_group", "right_group"]].assign(kind=kind, evidence=texts).reset_index(drop=True)


def _shared_by_groups(linked: Linked, spec: MatchingSpec) -> pd.DataFrame:
    """For each pair of distinct groups which signals any pair of their records agrees on."""
    group = linked.groups.to_numpy()
    left, right = group[linked.pairs.left], group[linked.pairs.right]
    said = {signal: _says(linked, spec, signal, level) for signal, level in _SAID.items()}
    kept = (left != right) & np.any(list(said.values()), axis=0)
    ends = {"left_group": np.minimum(left, right)[kept], "right_group": np.maximum(left, right)[kept]}
    frame = pd.DataFrame({**ends, **{signal: flags[kept] for signal, flags in said.items()}})
    return frame.groupby(["left_group", "right_group"], as_index=False).any()


def _few_neighbours(said: pd.DataFrame) -> "pd.Series[bool]":
    """Whether both groups of a pair share their address with few others."""
    here = said[said["address"]]
    neighbours = pd.concat([here["left_group"], here["right_group"]]).value_counts()
    most = [said[side].map(neighbours).fillna(0) for side in ("left_group", "right_group")]
    return pd.concat(most, axis=1).max(axis=1) <= _NEIGHBOURS


def _says(linked: Linked, spec: MatchingSpec, signal: str, level: str) -> Flags:
    at = [one.signal for one in spec.comparisons].index(signal)
    return np.asarray(linked.levels[at] == spec.comparisons[at].levels.index(level))
