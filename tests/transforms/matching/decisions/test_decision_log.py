"""The log on disk: torn and mended, added to by several processes at once, killed in the middle."""

import fcntl
import multiprocessing
import os
import resource
import signal
import threading
import time
from pathlib import Path

import pytest
from decision_words import decision

from transforms.errors import InputError, LockError, MachineError
from transforms.matching.decisions.decision import Decision
from transforms.matching.decisions.known import KnownRecords
from transforms.matching.decisions.log import FILE, read_log, writing
from transforms.matching.decisions.proposals import Proposal
from transforms.matching.decisions.recording import record
from transforms.stewards import journal

FIRST, SECOND = decision(1, "same", "a", "b"), decision(2, "different", "a", "c")
FORK = multiprocessing.get_context("spawn")


def line(one: Decision) -> bytes:
    return one.model_dump_json(exclude_none=True).encode() + b"\n"


def write(state: Path, content: bytes) -> Path:
    (state / FILE).write_bytes(content)
    return state


def add(state: Path, one: Decision) -> None:
    with writing(state) as writer:
        writer.append([one])


TAILS = {
    "cut": line(SECOND)[:40],
    "cut inside a letter": line(SECOND)[:-4] + "é".encode()[:1],
    "zeros of a power failure": b"\0" * 300,
}


@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS)
def test_a_last_line_that_was_cut_is_left_aside_and_said(tmp_path: Path, tail: bytes) -> None:
    log = read_log(write(tmp_path, line(FIRST) + tail))
    assert (log.decisions, log.torn_line) == ((FIRST,), 2)


@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS)
def test_the_next_writer_cuts_it_off(tmp_path: Path, tail: bytes) -> None:
    write(tmp_path, line(FIRST) + tail)
    add(tmp_path, SECOND)
    assert (tmp_path / FILE).read_bytes() == line(FIRST) + line(SECOND)


def test_a_whole_last_line_without_its_end_counts_and_is_ended(tmp_path: Path) -> None:
    write(tmp_path, line(FIRST).rstrip())
    assert read_log(tmp_path).decisions == (FIRST,)
    add(tmp_path, SECOND)
    assert (tmp_path / FILE).read_bytes() == line(FIRST) + line(SECOND)


def test_whoever_waited_while_the_log_was_replaced_adds_to_the_new_one(tmp_path: Path) -> None:
    """As an erasure does it, which rewrites the log under its lock."""
    write(tmp_path, line(FIRST))
    with (tmp_path / FILE).open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = threading.Thread(target=add, args=(tmp_path, SECOND))
        waiting.start()
        time.sleep(0.3)
        draft = tmp_path / "draft"
        draft.write_bytes(line(FIRST))
        draft.replace(tmp_path / FILE)
    waiting.join(10)
    assert (tmp_path / FILE).read_bytes() == line(FIRST) + line(SECOND)


def test_a_mark_of_an_editor_and_its_line_ends_are_read(tmp_path: Path) -> None:
    edited = b"\xef\xbb\xbf" + (line(FIRST) + b"\n" + line(SECOND)).replace(b"\n", b"\r\n")
    assert read_log(write(tmp_path, edited)).decisions == (FIRST, SECOND)


def test_one_id_for_two_decisions_is_refused(tmp_path: Path) -> None:
    other = SECOND.model_copy(update={"decision_id": FIRST.decision_id})
    with pytest.raises(InputError, match=FIRST.decision_id) as refused:
        read_log(write(tmp_path, line(FIRST) + line(other)))
    assert refused.value.where is not None
    assert refused.value.where.line == 2


def test_a_damaged_line_is_not_repeated(tmp_path: Path) -> None:
    """Whoever types into the file may type a person's name."""
    with pytest.raises(InputError) as refused:
        read_log(write(tmp_path, b'{"steward": "Zo\xc3\xa9 Exemple"}\n' + line(FIRST)))
    assert "Exemple" not in str(refused.value)
    assert "decision_id" in (refused.value.found or "")


@pytest.mark.parametrize(
    ("ids", "following"),
    [([], "D-0001"), (["D-1"], "D-0002"), (["D-0009", "D2", "autre"], "D-0010"), (["D-9999"], "D-10000")],
)
def test_ids_grow(tmp_path: Path, ids: list[str], following: str) -> None:
    lines = [
        decision(at, "same", "a", f"b{at}").model_copy(update={"decision_id": i}) for at, i in enumerate(ids)
    ]
    write(tmp_path, b"".join(map(line, lines)))
    with writing(tmp_path) as writer:
        assert writer.next_id() == following


def test_a_write_that_fails_leaves_the_log_as_it_was(tmp_path: Path) -> None:
    add(tmp_path, FIRST)
    before = (tmp_path / FILE).read_bytes()
    with writing(tmp_path) as writer:
        resource_limit(len(before) + 50)
        try:
            with pytest.raises(MachineError):
                writer.append([SECOND])
        finally:
            resource_limit(None)
    assert (tmp_path / FILE).read_bytes() == before
    add(tmp_path, SECOND)
    assert read_log(tmp_path).decisions == (FIRST, SECOND)


def resource_limit(size: int | None) -> None:
    """Let no file of this process grow beyond `size` bytes: the system then refuses as on a full disk."""
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard if size is None else size, hard))


def test_who_waits_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "_PATIENCE_S", 0.05)
    with writing(tmp_path), pytest.raises(LockError) as refused, writing(tmp_path):
        pass
    assert refused.value.exit_code == 5


def _record_some(state: Path, name: str, count: int) -> None:
    for number in range(count):
        proposal = Proposal.checked(("north", f"{name}{number}"), ("south", name), "same", name)
        record(state, [proposal], KnownRecords(), force=True)


def test_writers_at_once_lose_nothing_and_share_no_id(tmp_path: Path) -> None:
    names = ("w1", "w2", "w3")
    writers = [FORK.Process(target=_record_some, args=(tmp_path, name, 20)) for name in names]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
        assert writer.exitcode == 0
    log = read_log(tmp_path)
    assert [one.decision_id for one in log.decisions] == [f"D-{number:04}" for number in range(1, 61)]
    for name in names:
        mine = [one.left_member_id for one in log.decisions if one.steward == name]
        assert mine == [f"{name}{number}" for number in range(20)]


def _record_and_tell(state: Path, told: Path) -> None:
    with told.open("ab", buffering=0) as out:
        for number in range(100_000):
            proposal = Proposal.checked(("north", str(number)), ("south", "x" * 2000), "same", "w1")
            record(state, [proposal], KnownRecords(), force=True)
            out.write(f"{number}\n".encode())


@pytest.mark.slow
def test_a_killed_writer_loses_nothing_that_it_said_it_had_recorded(tmp_path: Path) -> None:
    state, told = tmp_path / "state", tmp_path / "told.txt"
    kept = 0
    for wait in (0.05, 0.11, 0.23):
        told.unlink(missing_ok=True)
        writer = FORK.Process(target=_record_and_tell, args=(state, told))
        writer.start()
        _wait_for(told)
        time.sleep(wait)
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join(60)
        numbers = [one.left_member_id for one in read_log(state).decisions]
        said = told.read_text().split()
        assert set(said) <= set(numbers)
        assert len(numbers) == len(set(numbers)) >= kept
        kept = len(numbers)
    (_,) = record(
        state, [Proposal.checked(("a", "1"), ("b", "2"), "unsure", "w2")], KnownRecords(), force=True
    )
    assert len(read_log(state).decisions) == kept + 1
    assert read_log(state).torn_line is None


def _wait_for(path: Path) -> None:
    given_up = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < given_up
        time.sleep(0.01)
