"""What stewards say, on disk: a journal in the state folder, one JSON object a line.

Several words that stand or fall together are one line, a JSON array of such objects.

Lines are only ever added: a word is taken back by a later line with its id and `revoked_at`, not erased.
Whoever adds holds an exclusive lock on the file, and says « recorded » only once its lines are on the disk.
So a last line that was cut short, by a kill or a power failure, is a word that nobody was told had been
taken: readers leave it aside and say so, and the next writer cuts it off before adding its own. Any other
line that cannot be read may be a word that somebody relies on, and stops the run.
"""

import fcntl
import os
import re
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from transforms.errors import InputError, LockError, Where
from transforms.warehouse.files import fsync, machine_errors
from transforms.warehouse.modes import PRIVATE, make_private_folder

Word = TypeVar("Word", bound=BaseModel)

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Others hold the lock for milliseconds; who waits longer waits for a process that is stuck.
_PATIENCE_S = 20.0
_PAUSE_S = 0.02
_SEVERAL = 2


@dataclass(frozen=True)
class Kind(Generic[Word]):
    """One kind of journal.

    Attributes:
        file: its name in the state folder.
        model: what a line holds.
        letter: what ids begin with: D of D-0001.
        id_of: the id of a word.
        stands_for: what never changes of the word with one id.
        of: « des décisions », as messages name the journal.
        one: « une décision ».
        another: « une autre décision ».
    """

    file: str
    model: type[Word]
    letter: str
    id_of: Callable[[Word], str]
    stands_for: Callable[[Word], Hashable]
    of: str
    one: str
    another: str

    def number_of(self, word_id: str) -> int:
        """The number in an id that the journal has given; 0 in any other."""
        found = re.fullmatch(rf"{self.letter}-?(\d{{1,18}})", word_id)
        return int(found[1]) if found else 0


@dataclass(frozen=True)
class Content(Generic[Word]):
    """What a journal holds.

    Attributes:
        words: the last word on each id, in the order in which ids first appear.
        torn_line: the number of a last line that was cut short and is left aside.
    """

    words: tuple[Word, ...] = ()
    torn_line: int | None = None


class Writer(Generic[Word]):
    """The journal while this process alone may add to it."""

    def __init__(self, kind: Kind[Word], descriptor: int, place: Path) -> None:
        self._kind = kind
        self._descriptor = descriptor
        self._place = place
        self._data = _content(descriptor)
        self.content = _parsed(kind, self._data)
        numbers = (kind.number_of(kind.id_of(word)) for word in self.content.words)
        self._last = max(numbers, default=0)

    def next_id(self) -> str:
        """An id that no word of the journal has, greater than all before it: D-0001, D-0002 and so on."""
        self._last += 1
        return f"{self._kind.letter}-{self._last:04}"

    def append(self, words: Sequence[Word]) -> None:
        """Add one line a word, down to the disk; if that fails the journal is as it was.

        Raises:
            MachineError: the disk is full or refuses.
        """
        self._add([word.model_dump_json(exclude_none=True) for word in words])

    def append_whole(self, words: Sequence[Word]) -> None:
        """Add words that are one judgement: however the writing ends, all of them are there, or none.

        Raises:
            MachineError: the disk is full or refuses.
        """
        texts = [word.model_dump_json(exclude_none=True) for word in words]
        self._add(texts if len(texts) < _SEVERAL else [f"[{','.join(texts)}]"])

    def _add(self, texts: Sequence[str]) -> None:
        if not texts:
            return
        sound = self._data[: self._data.rfind(b"\n") + 1] if self.content.torn_line else self._data
        # The last line of a file that was edited by hand may lack its end.
        end = b"" if sound.endswith(b"\n") or not sound else b"\n"
        lines = "".join(f"{text}\n" for text in texts)
        with machine_errors(self._place):
            os.ftruncate(self._descriptor, len(sound))
            try:
                _write(self._descriptor, end + lines.encode())
                os.fsync(self._descriptor)
            except BaseException:
                os.ftruncate(self._descriptor, len(sound))
                raise
            fsync(self._place.parent)
        self._data = sound + end + lines.encode()
        self.content = _parsed(self._kind, self._data)


def read(state: Path, kind: Kind[Word]) -> Content[Word]:
    """The journal of the folder `state`; no file is no word.

    Raises:
        InputError: a line cannot be read, or an id stands for two words; the message names the line.
        LockError: another process has been adding to the journal for longer than that ever takes.
        MachineError: the file cannot be read.
    """
    path = state / kind.file
    if not path.exists():
        return Content()
    with _locked(path, os.O_RDONLY, fcntl.LOCK_SH, kind.of) as descriptor:
        return _parsed(kind, _content(descriptor))


@contextmanager
def opened(state: Path, kind: Kind[Word]) -> Iterator[tuple[int, Path]]:
    """Descriptor and path of the journal for this process alone, as `Writer` wants them; the folder is made.

    Raises:
        LockError, MachineError: as `read`.
    """
    path = state / kind.file
    with machine_errors(path):
        make_private_folder(state)
    with _locked(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, fcntl.LOCK_EX, kind.of) as descriptor:
        yield descriptor, path


@contextmanager
def _locked(path: Path, flags: int, lock: int, of: str) -> Iterator[int]:
    """The open file, locked; the system lets go of the lock when its holder ends, however it ends."""
    with machine_errors(path):
        descriptor = os.open(path, flags, PRIVATE)
    try:
        with machine_errors(path):
            _lock(descriptor, lock, path, of)
            # An erasure may have put another file in its place meanwhile: what is written here would be lost.
            is_replaced = not path.exists() or not os.path.samestat(os.fstat(descriptor), path.stat())
        if not is_replaced:
            yield descriptor
    finally:
        os.close(descriptor)
    if is_replaced:
        with _locked(path, flags, lock, of) as again:
            yield again


def _lock(descriptor: int, lock: int, path: Path, of: str) -> None:
    given_up = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return fcntl.flock(descriptor, lock | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > given_up:
                raise LockError(
                    f"Le journal {of} est tenu par un autre programme.",
                    where=Where(file=str(path)),
                    found=f"un verrou tenu depuis plus de {_PATIENCE_S:.0f} s",
                    expected="un journal libre",
                    next_step="attendre la fin de ce programme, ou l'arrêter, puis relancer",
                ) from error
            time.sleep(_PAUSE_S)


def _content(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    parts = bytearray()
    while len(parts) < size and (part := os.pread(descriptor, size - len(parts), len(parts))):
        parts += part
    return bytes(parts)


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _parsed(kind: Kind[Word], data: bytes) -> Content[Word]:
    *whole, rest = data.removeprefix(_BYTE_ORDER_MARK).split(b"\n")
    by_id: dict[str, Word] = {}
    for number, line in enumerate(whole, 1):
        for word in _parse(kind, line, number) if line.strip() else ():
            _take(kind, word, number, by_id)
    if not rest.strip():
        return Content(tuple(by_id.values()))
    try:
        last = _parse(kind, rest, len(whole) + 1)
    except InputError:
        return Content(tuple(by_id.values()), torn_line=len(whole) + 1)
    for word in last:
        _take(kind, word, len(whole) + 1, by_id)
    return Content(tuple(by_id.values()))


def _take(kind: Kind[Word], word: Word, number: int, by_id: dict[str, Word]) -> None:
    word_id = kind.id_of(word)
    known = by_id.setdefault(word_id, word)
    if kind.stands_for(known) != kind.stands_for(word):
        found, expected = f"{word_id}, qui désigne déjà {kind.another}", f"un numéro pour {kind.one}"
        raise _damaged(kind, number, found, expected)
    by_id[word_id] = word


def _parse(kind: Kind[Word], line: bytes, number: int) -> list[Word]:
    """The words of a line: one, or those that stand or fall together."""
    try:
        if line.lstrip().startswith(b"["):
            return _several(kind.model).validate_json(line)
        return [kind.model.model_validate_json(line)]
    except ValidationError as error:
        raise _damaged(kind, number, _damage(error), f"{kind.one} par ligne, au format JSON") from error


@cache
def _several(model: type[Word]) -> TypeAdapter[list[Word]]:
    return TypeAdapter(list[model])  # type: ignore[valid-type]


def _damage(error: ValidationError) -> str:
    """What is wrong, without the values: a line may hold anything."""
    fields = sorted({".".join(map(str, problem["loc"])) for problem in error.errors()} - {""})
    return (
        f"champs absents, inconnus ou mal remplis : {', '.join(fields)}" if fields else "une ligne illisible"
    )


def _damaged(kind: Kind[Word], number: int, found: str, expected: str) -> InputError:
    return InputError(
        f"Le journal {kind.of} est abîmé.",
        where=Where(file=kind.file, line=number),
        found=found,
        expected=expected,
        next_step="rétablir la ligne depuis une sauvegarde du dossier d'état, puis relancer",
    )
