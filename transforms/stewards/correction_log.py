"""The corrections on disk: `corrections.jsonl` in the state folder, a journal of stewards' words."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from transforms.stewards import journal
from transforms.stewards.correction import Correction

FILE = "corrections.jsonl"
_KIND = journal.Kind(
    file=FILE,
    model=Correction,
    letter="C",
    id_of=lambda one: one.correction_id,
    stands_for=lambda correction: (
        correction.source,
        correction.member_id,
        correction.field,
        correction.value,
    ),
    of="des corrections",
    one="une correction",
    another="une autre correction",
)

Corrections = journal.Content[Correction]
Writer = journal.Writer[Correction]


def read_corrections(state: Path) -> Corrections:
    """The corrections of the folder `state`; no file is no correction.

    Raises:
        InputError, LockError, MachineError: as `journal.read`.
    """
    return journal.read(state, _KIND)


@contextmanager
def writing(state: Path) -> Iterator[Writer]:
    """The corrections of the folder `state` for this process alone, to be read and added to.

    Raises:
        InputError, LockError, MachineError: as `journal.read`.
    """
    with journal.opened(state, _KIND) as (descriptor, path):
        yield journal.Writer(_KIND, descriptor, path)


def number_of(correction_id: str) -> int:
    """The number in an id that the journal has given; 0 in any other."""
    return _KIND.number_of(correction_id)
