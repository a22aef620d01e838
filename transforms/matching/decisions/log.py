"""The log of decisions on disk: `decisions.jsonl` in the state folder, a journal of stewards' words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from transforms.matching.decisions.decision import Decision
from transforms.stewards import journal

FILE = "decisions.jsonl"
_KIND = journal.Kind(
    file=FILE,
    model=Decision,
    letter="D",
    id_of=lambda decision: decision.decision_id,
    stands_for=lambda decision: (decision.pair, decision.verdict),
    of="des décisions",
    one="une décision",
    another="une autre décision",
)


@dataclass(frozen=True)
class DecisionLog:
    """What the log holds.

    Attributes:
        decisions: the last word on each id, in the order in which ids first appear.
        torn_line: the number of a last line that was cut short and is left aside.
    """

    decisions: tuple[Decision, ...] = ()
    torn_line: int | None = None


class LogWriter(journal.Writer[Decision]):
    """The log while this process alone may add to it."""

    @property
    def log(self) -> DecisionLog:
        """What the log holds by now."""
        return DecisionLog(self.content.words, self.content.torn_line)


def read_log(state: Path) -> DecisionLog:
    """The log of the folder `state`; no file is no decision.

    Raises:
        InputError, LockError, MachineError: as `journal.read`.
    """
    found = journal.read(state, _KIND)
    return DecisionLog(found.words, found.torn_line)


@contextmanager
def writing(state: Path) -> Iterator[LogWriter]:
    """The log of the folder `state` for this process alone, to be read and added to; the folder is made.

    Raises:
        InputError, LockError, MachineError: as `journal.read`.
    """
    with journal.opened(state, _KIND) as (descriptor, path):
        yield LogWriter(_KIND, descriptor, path)


def number_of(decision_id: str) -> int:
    """The number in an id that the log has given; 0 in any other."""
    return _KIND.number_of(decision_id)
