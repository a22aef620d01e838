"""Why a pair is to be looked at by a person, in French."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.matching.doubts import identified
from transforms.matching.explanation import percent_text
from transforms.matching.link import Linked
from transforms.matching.spec import MatchingSpec
from transforms.wording import number, plural

_SHOWN = 3
_DOUBTFUL = "ressemblance incertaine"
_KEPT_APART = "assez semblables, mais leurs groupes ne peuvent être réunis"
_OF_NEIGHBOURS = "probable, mais par des traits que des voisines partagent aussi"
_CONTRADICTED = "même identifiant, mais presque tout le reste diffère"


def causes(linked: Linked, spec: MatchingSpec, too_large: pd.DataFrame) -> npt.NDArray[np.object_]:
    """For each compared pair why a person should look at it; None for the others.

    Args:
        linked: what matching has found.
        spec: what was compared.
        too_large: groups that are too large and the weakest link of each, as `spine.oversized` gives them.

    Returns:
        The reason of pairs between two groups that are in the review zone, or match and were kept apart; and
        of the weakest link of each group that is too large.
    """
    asked = linked.to_judge
    said = np.full(len(asked), None, dtype=object)
    said[asked] = _DOUBTFUL
    likely = linked.probability >= spec.thresholds.match_from
    said[asked & likely & (linked.zone == "review")] = _OF_NEIGHBOURS
    said[asked & identified(linked.levels, spec)] = _CONTRADICTED
    said[asked & (linked.zone == "match")] = _KEPT_APART
    said[too_large["pair"].to_numpy()] = [
        f"groupe trop grand : {count} fiches, lien le plus faible" for count in too_large["records"]
    ]
    return said


def too_large_text(
    linked: Linked, too_large: pd.DataFrame, keys: npt.NDArray[np.object_], limit: int
) -> str | None:
    """A French sentence on groups of more than `limit` records, the largest first; None if there are none.

    `keys` are the names of the records, by position.
    """
    if too_large.empty:
        return None
    largest = too_large.sort_values(["records", "group"], ascending=[False, True]).head(_SHOWN)
    left, right = (keys[ends[largest["pair"]]] for ends in (linked.pairs.left, linked.pairs.right))
    probability = linked.probability[largest["pair"]]
    told = " ; ".join(
        f"{count} fiches, lien le plus faible {one} et {other} ({percent_text(likely)})"
        for count, one, other, likely in zip(largest["records"], left, right, probability, strict=True)
    )
    more = " ; …" if len(too_large) > _SHOWN else ""
    groups = plural(len(too_large), "groupe réunit", "groupes réunissent")
    return f"{groups} plus de {number(limit)} fiches : {told}{more}."
