"""Companies that are not one but belong together: sister entities, and neighbours under one roof."""

import pandas as pd

_EVIDENCE = {
    "name": "noms parents",
    "address": "même adresse",
    "phone": "même téléphone",
    "domain": "même domaine internet",
}


def related_groups(pairs: pd.DataFrame, levels: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Pairs of distinct groups that share a name or a place.

    Args:
        pairs: `left`, `right`, positions of records.
        levels: the level of each signal of each pair.
        groups: the group of each record.

    Returns:
        `left_group` < `right_group`, `kind`, `evidence` (French, no values), one row a pair and kind.
        sibling: the names differ by a word that makes another legal entity and something else is shared;
        same_site: the address and the telephone or the domain are shared.
    """
    said = levels[["address", "phone", "domain"]] == "same"
    said.insert(0, "name", levels["name"].eq("sibling"))
    sibling = said["name"] & said.drop(columns="name").any(axis=1)
    same_site = ~said["name"] & said["address"] & (said["phone"] | said["domain"])
    ends = pd.DataFrame({side: groups.to_numpy()[pairs[side]] for side in ("left", "right")})
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
