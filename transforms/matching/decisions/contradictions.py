"""Does a new decision agree with those that stand? « same » is transitive, « different » holds through it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from transforms.matching.decisions.decision import Decision, Pair, Record, Verdict


@dataclass(frozen=True)
class Contradiction:
    """Why a decision could not be followed.

    Attributes:
        against: the standing decisions that it contradicts, in order of id.
        sirens: the different SIREN that it would bring together, in order.
    """

    against: tuple[str, ...] = ()
    sirens: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.against or self.sirens)


class StandingDecisions:
    """The decisions that count, and what follows from them.

    Args:
        decisions: all decisions of the log; of those on one pair that are not revoked the latest counts, as
            in `decisions.standing`.
        sirens: the SIREN of records that have one.
    """

    def __init__(self, decisions: Iterable[Decision], sirens: Mapping[Record, str]) -> None:
        self._sirens = sirens
        self._on: dict[Pair, Decision] = {}
        self._agreeing: dict[Pair, set[str]] = {}
        self._beside: defaultdict[Verdict, defaultdict[Record, set[Record]]] = defaultdict(
            lambda: defaultdict(set)
        )
        kept = (decision for decision in decisions if decision.revoked_at is None)
        for decision in sorted(kept, key=lambda decision: decision.decided_at):
            self.add(decision)

    def on(self, pair: Pair) -> Decision | None:
        """The decision on this very pair."""
        return self._on.get(pair)

    def settles(self, pair: Pair, counted: Collection[str]) -> bool:
        """Whether a word on the pair stands that is not among `counted`, the ids that a run went by.

        A pair may be asked again although it was judged: what the run knew of it, it asks in spite of that.
        """
        said = self.on(pair)
        return said is not None and said.decision_id not in counted

    def stewards_on(self, pair: Pair) -> frozenset[str]:
        """Who has said the verdict that stands on this pair, since it stands."""
        return frozenset(self._agreeing.get(pair, ()))

    def add(self, decision: Decision) -> None:
        """Let `decision` stand, instead of an earlier one on its pair."""
        left, right = decision.pair
        if earlier := self._on.get(decision.pair):
            self._beside[earlier.verdict][left].discard(right)
            self._beside[earlier.verdict][right].discard(left)
        if earlier is None or earlier.verdict != decision.verdict:
            self._agreeing[decision.pair] = set()
        self._agreeing[decision.pair].add(decision.steward)
        self._on[decision.pair] = decision
        self._beside[decision.verdict][left].add(right)
        self._beside[decision.verdict][right].add(left)

    def contradiction(self, pair: Pair, verdict: Verdict) -> Contradiction:
        """What a decision on `pair` would contradict; an earlier one on the same pair would give way."""
        left, right = pair
        if verdict == "unsure":
            return Contradiction()
        if verdict == "different":
            return Contradiction(against=self._path(left, right))
        one, other = self._company(left, pair), self._company(right, pair)
        between = {
            (min(end, far), max(end, far))
            for end in one
            for far in self._beside["different"].get(end, set()) & set(other)
        } - {pair}
        sirens = {self._sirens[record] for record in [*one, *other] if record in self._sirens}
        return Contradiction(
            against=tuple(sorted(self._on[both].decision_id for both in between)),
            sirens=tuple(sorted(sirens)) if len(sirens) > 1 else (),
        )

    def _company(self, start: Record, without: Pair) -> dict[Record, Record]:
        """The records that decisions put together with `start`, each with the one that leads to it.

        The decision on the pair `without` is left aside.
        """
        reached_from = {start: start}
        waiting = [start]
        while waiting:
            here = waiting.pop()
            for there in sorted(self._beside["same"].get(here, set())):
                if there not in reached_from and {here, there} != set(without):
                    reached_from[there] = here
                    waiting.append(there)
        return reached_from

    def _path(self, left: Record, right: Record) -> tuple[str, ...]:
        """The decisions « same » that lead from one record to the other, that on the pair itself apart."""
        reached_from = self._company(left, (left, right))
        if right not in reached_from:
            return ()
        ids = []
        here = right
        while here != left:
            before = reached_from[here]
            ids.append(self._on[min(here, before), max(here, before)].decision_id)
            here = before
        return tuple(sorted(ids))
