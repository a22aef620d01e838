"""Two companies' names compared with a level, a score and a reason, other names and legal forms included."""

from dataclasses import dataclass
from itertools import product
from typing import Literal

from transforms import reference
from transforms.matching.names.company_name import NameEvidence, NameLevel, compare_prepared
from transforms.matching.names.prepared import PreparedName
from transforms.matching.names.score import name_score
from transforms.matching.names.words import WordWeights

FormLevel = Literal["same", "compatible", "different", "absent"]

_ALIKE = ("same", "close")
_LEVELS: dict[NameLevel | Literal["trade_name"], str] = {
    "same": "même nom",
    "close": "noms très proches",
    "near": "noms proches",
    "letters": "noms proches lettre à lettre",
    "acronym": "sigle de l'autre nom",
    "contained": "un nom contenu dans l'autre",
    "extended": "un nom contenu dans l'autre, qui en dit bien davantage",
    "partial": "noms en partie communs",
    "trade_name": "nom commercial ou sigle de l'autre",
    "sibling": "un mot présent d'un seul côté peut désigner une autre entité",
    "different": "noms différents",
}
_FORMS: dict[FormLevel, str] = {
    "same": "même forme juridique",
    "compatible": "formes juridiques compatibles",
    "different": "formes juridiques différentes",
    "absent": "",
}


@dataclass(frozen=True)
class CompanyName:
    """What one record calls a company.

    Args:
        core: standardised legal name (`name_core`).
        others: standardised trade names and acronyms.
        form: code of the legal form (`reference/legal_forms.yml`), or None.
    """

    core: str
    others: tuple[str, ...] = ()
    form: str | None = None


@dataclass(frozen=True)
class NameReason:
    """Which words decided.

    Args:
        agreed: words of the left and of the right name that agree; the same text twice where they are equal.
        left_only: words that only the left name has.
        right_only: words that only the right name has.
        form: how the legal forms compare.
    """

    agreed: tuple[tuple[str, str], ...]
    left_only: tuple[str, ...]
    right_only: tuple[str, ...]
    form: FormLevel


@dataclass(frozen=True)
class NameComparison:
    """How two companies' names compare.

    Args:
        level: as `NameLevel`, or trade_name: a trade name or acronym of the one is a name of the other.
        score: strictly between 0 and 1; ranks pairs, the more alike the higher.
        reason: the words that decided.
    """

    level: NameLevel | Literal["trade_name"]
    score: float
    reason: NameReason

    def text(self) -> str:
        """The level and its reason in French, for people."""
        told = [_LEVELS[self.level], self.words_text(), _FORMS[self.reason.form]]
        return " ; ".join(filter(None, told))

    def words_text(self) -> str:
        """The words that decided, in French; nothing where none stands out."""
        words = [one if one == other else f"{one} = {other}" for one, other in self.reason.agreed]
        told = [
            f"en commun : {', '.join(words)}" if words else "",
            *(
                f"seulement à {side} : {', '.join(alone)}" if alone else ""
                for side, alone in (("gauche", self.reason.left_only), ("droite", self.reason.right_only))
            ),
        ]
        return " ; ".join(filter(None, told))


def compare(left: CompanyName | str, right: CompanyName | str, weigh: WordWeights) -> NameComparison:
    """Compare the names of two companies; symmetric but for the sides named in the reason.

    Args:
        left: a standardised name, or with it trade names, acronyms and legal form.
        right: the same.
        weigh: the weight of a word.
    """
    one, other = (CompanyName(name) if isinstance(name, str) else name for name in (left, right))
    form = compare_forms(one.form, other.form)
    names = [*product((one.core, *one.others), (other.core, *other.others))]
    legal, *crossed = (_evidence(*pair, weigh) for pair in names)
    if legal.level in (*_ALIKE, "sibling") or not any(evidence.level in _ALIKE for evidence in crossed):
        return NameComparison(legal.level, name_score(legal, form), _reason(legal, names[0], form))
    at, best = max(enumerate(crossed, 1), key=lambda found: (found[1].level in _ALIKE, found[1].similarity))
    return NameComparison("trade_name", name_score(best, form), _reason(best, names[at], form))


def compare_forms(one: str | None, other: str | None) -> FormLevel:
    """Compare two legal forms by code; of one family, or one a special case of the other: compatible."""
    if one is None or other is None:
        return "absent"
    if one == other:
        return "same"
    forms = reference.load("legal_forms")
    related = forms[one]["family"] == forms[other]["family"] or (
        one in forms[other].get("refines", ()) or other in forms[one].get("refines", ())
    )
    return "compatible" if related else "different"


def _evidence(left: str, right: str, weigh: WordWeights) -> NameEvidence:
    return compare_prepared(PreparedName.of(left, weigh), PreparedName.of(right, weigh))


def _reason(evidence: NameEvidence, names: tuple[str, str], form: FormLevel) -> NameReason:
    found = evidence.alignment
    if found is None:
        if evidence.level == "different":  # one has no letter
            return NameReason((), tuple(names[0].split()), tuple(names[1].split()), form)
        return NameReason((names,), (), (), form)
    agreed = [(" ".join(one), " ".join(other)) for one, other, _ in found.pairs]
    alone = found.left_only, found.right_only
    if evidence.level == "acronym" and all(alone):
        agreed.append((" ".join(alone[0]), " ".join(alone[1])))
        alone = (), ()
    if evidence.swapped:
        agreed, alone = [(other, one) for one, other in agreed], alone[::-1]
    return NameReason((*((word, word) for word in found.common), *agreed), *alone, form)
