"""One figure for how two company names compare: it ranks pairs within and across levels."""

import math
from functools import cache

from pydantic import BaseModel, ConfigDict

from transforms import reference
from transforms.matching.names.company_name import NameEvidence, NameLevel
from transforms.matching.names.words import words_of

# Beyond so much weight more words change little.
MOST = 2.0
_MOST_LETTERS = 6


class NameScoreWeights(BaseModel):
    """`reference/name_score.yml`, whose header explains each key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bias: float
    levels: dict[NameLevel, float]
    features: dict[str, float]


def name_features(evidence: NameEvidence, form: str) -> dict[str, float]:
    """What counts beside the level, by name as in `reference/name_score.yml`.

    Args:
        evidence: the comparison of the names.
        form: how the legal forms compare: same, compatible, different or absent.
    """
    found = evidence.alignment
    alone = sorted((found.left_weight, found.right_weight)) if found else [0.0, 0.0]
    letters, words = _acronym(evidence)
    return {
        "similarity": evidence.similarity,
        "shared": min(found.possible if found else 0.0, MOST),
        "both_alone": min(alone[0], MOST),
        "one_alone": min(alone[1], MOST),
        "acronym_letters": float(letters),
        "acronym_cover": letters / words if words else 0.0,
        "form_same": float(form == "same"),
        "form_different": float(form == "different"),
    }


def _acronym(evidence: NameEvidence) -> tuple[int, int]:
    """Letters of an acronym, six at most, and words that it may stand for; 0 and 0 where there is none."""
    found = evidence.alignment
    if evidence.level != "acronym" or not found or not (found.left_only and found.right_only):
        return 0, 0
    short, long = sorted((found.left_only, found.right_only), key=lambda words: len("".join(words)))
    words = sum(word not in words_of("small_words") for word in long)
    return min(len("".join(short)), _MOST_LETTERS, words), words


def name_score(evidence: NameEvidence, form: str) -> float:
    """The score of a comparison, strictly between 0 and 1."""
    weights = shipped_score()
    features = name_features(evidence, form)
    odds = weights.bias + weights.levels[evidence.level]
    odds += sum(weights.features[name] * value for name, value in features.items())
    return 1 / (1 + math.exp(-odds))


@cache
def shipped_score() -> NameScoreWeights:
    """The weights that come with the project."""
    return NameScoreWeights.model_validate(reference.load("name_score"))
