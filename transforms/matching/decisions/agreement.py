"""How well stewards agree on pairs that were judged twice: Cohen's kappa, and on how many pairs it rests."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from transforms.matching.decisions.decision import Decision, Pair


@dataclass(frozen=True)
class Agreement:
    """What the pairs that were judged twice say.

    Attributes:
        pairs: how many they are.
        agreed: on how many both judgements are the same.
        kappa: Cohen's kappa, 1 for full agreement and 0 for that of chance; None where it is not defined:
            without pairs, or where all judgements are one and the same verdict, so that chance agrees too.
        between: how many were judged by two stewards; the others by one, at two moments.
    """

    pairs: int
    agreed: int
    kappa: float | None
    between: int

    @property
    def observed(self) -> float | None:
        """The share of pairs on which both judgements are the same, 0 to 1; None without pairs."""
        return self.agreed / self.pairs if self.pairs else None


def agreement(decisions: Iterable[Decision], elsewhere: Iterable[Decision] = ()) -> Agreement:
    """The agreement of first and second judgements; what was taken back was a slip and counts for nothing.

    A pair that was judged more often counts with its first judgement and the first one of another steward,
    or where there is none with the next one.

    Args:
        decisions: under the numbers of today.
        elsewhere: those on members that have left, whose numbers others may bear today.
    """
    pairs = [*_by_pair(decisions).values(), *_by_pair(elsewhere).values()]
    twice = [both for said in pairs if (both := _first_two(said))]
    verdicts = [(first.verdict, second.verdict) for first, second in twice]
    return Agreement(
        pairs=len(twice),
        agreed=sum(first == second for first, second in verdicts),
        kappa=kappa(verdicts),
        between=sum(first.steward != second.steward for first, second in twice),
    )


def kappa(judgements: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of pairs of verdicts: (observed − chance) / (1 − chance).

    Chance is the sum over verdicts of the product of their shares among first and among second judgements.
    None without judgements, or where chance is 1.
    Source: J. Cohen, « A coefficient of agreement for nominal scales », Educational and Psychological
    Measurement 20 (1960), 37–46.
    """
    count = len(judgements)
    if not count:
        return None
    observed = sum(first == second for first, second in judgements) / count
    firsts, seconds = ([both[at] for both in judgements] for at in (0, 1))
    chance = sum(firsts.count(one) * seconds.count(one) for one in set(firsts)) / count**2
    return None if chance == 1 else (observed - chance) / (1 - chance)


def _by_pair(decisions: Iterable[Decision]) -> dict[Pair, list[Decision]]:
    kept = (one for one in decisions if one.revoked_at is None)
    by_pair: defaultdict[Pair, list[Decision]] = defaultdict(list)
    for one in sorted(kept, key=lambda one: one.decided_at):
        by_pair[one.pair].append(one)
    return by_pair


def _first_two(said: Sequence[Decision]) -> tuple[Decision, Decision] | None:
    if len(said) < 2:
        return None
    first, *later = said
    return first, next((one for one in later if one.steward != first.steward), later[0])
