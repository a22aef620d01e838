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


def related_groups(linked: Linked, spec: MatchingSpec) -> pd.DataFrame:
    """Pairs of distinct groups that share a name or a place.

    Args:
        linked: compared pairs, their levels, the group of each record.
        spec: a spec with the signals name, address, phone and domain.

    Returns:
        `left_group` < `right_group`, `kind`, `evidence` (French, no values), one row a pair and kind.
        sibling: the names differ by a word that makes another legal entity and something else is shared;
        same_site: the address and the telephone or the domain are shared.
    """
    said = pd.DataFrame({signal: _says(linked, spec, signal, level) for signal, level in _SAID.items()})
    sibling = said["name"] & said.drop(columns="name").any(axis=1)
    same_site = ~said["name"] & said["address"] & (said["phone"] | said["domain"])
    group = linked.groups.to_numpy()
    ends = pd.DataFrame({"left": group[linked.pairs.left], "right": group[linked.pairs.right]})
    found = pd.DataFrame(
        {
            "left_group": ends.min(axis=1),
            "right_group": ends.max(axis=1),
            "kind": sibling.map({True: "sibling", False: "same_site"}),
            "signals": said.sum(axis=1),
        }
    )[(sibling | same_site) & (ends["left"] != ends["right"])]
    texts = [
        ", ".join(text for signal, text in _EVIDENCE.items() if row[signal])
        for row in said.loc[found.index].to_dict("records")
    ]
    key = ["left_group", "right_group", "kind"]
    fullest_last = found.assign(evidence=texts).sort_values([*key, "signals", "evidence"])
    return fullest_last.drop_duplicates(key, keep="last").drop(columns="signals").reset_index(drop=True)


def _says(linked: Linked, spec: MatchingSpec, signal: str, level: str) -> Flags:
    at = [one.signal for one in spec.comparisons].index(signal)
    return np.asarray(linked.levels[at] == spec.comparisons[at].levels.index(level))
