"""A dropped file of decisions that an erasure writes anew stays one that was taken, line by line."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from flows import published
from flows.decision_file import read_decision_file
from flows.dropped_decisions import FOLDER, KIND, TakenFile, line_print
from transforms.errors import AlliageError, InputError
from transforms.matching.decisions.decision import Record
from transforms.stewards import journal

Cut = Callable[[str], str]
Meant = Callable[[Record], Record]


def follow(path: Path, after: bytes, *, raw: Path, warehouse: Path, state: Path, cut: Cut) -> None:
    """Let the list of files that were taken know `path`, if it is on it, as it will be: else it would be new.

    Its lines are known by what they say, so those that lose a person become others. To be called before the
    file is replaced; calling it again changes nothing.

    Args:
        path: the file.
        after: its bytes from now on.
        raw: the folder of the exports.
        warehouse: the published file.
        state: the folder of the list.
        cut: what becomes of a text, for the list itself forgets the person too.

    Raises:
        InputError: the list is damaged.
        LockError, MachineError: it cannot be written.
    """
    if path.parent != raw / FOLDER:
        return
    meant = _meant(warehouse, state)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    with (
        journal.opened(state, KIND) as (descriptor, place),
        TemporaryDirectory() as folder,
    ):
        draft = Path(folder) / path.name
        draft.write_bytes(after)
        ledger = journal.Writer(KIND, descriptor, place)
        known = {one.sha256: one for one in ledger.content.words}
        told = []
        for one in ledger.content.words:
            lines = dict.fromkeys([*one.lines, *_become(one, path, draft, meant, cut)])
            entry = one.model_copy(update={"lines": tuple(lines)})
            told += [entry] if entry != one else []
            if one.sha256 == before:
                told.append(_renamed(entry, hashlib.sha256(after).hexdigest(), cut))
        ledger.append([one for one in told if known.get(one.sha256) != one])


def _become(one: TakenFile, path: Path, draft: Path, meant: Meant, cut: Cut) -> list[str]:
    """What the lines that were taken with a file will be known by."""
    was = _prints(path, one.steward, one.reason, meant)
    will_be = _prints(draft, one.steward and cut(one.steward), one.reason and cut(one.reason), meant)
    return [will_be[number] for number, line in was.items() if line in one.lines and number in will_be]


def _prints(path: Path, steward: str | None, reason: str | None, meant: Meant) -> dict[int, str]:
    with suppress(InputError):
        lines = read_decision_file(path, steward, reason, meant)
        return {line.number: line_print(line) for line in lines if line.proposal}
    return {}


def _renamed(one: TakenFile, sha256: str, cut: Cut) -> TakenFile:
    texts = {"steward": one.steward and cut(one.steward), "reason": one.reason and cut(one.reason)}
    return one.model_copy(update={"sha256": sha256, "file": cut(one.file), **texts})


def _meant(warehouse: Path, state: Path) -> Meant:
    with suppress(AlliageError):
        return published.known_records(warehouse, state).meant
    return lambda record: record
