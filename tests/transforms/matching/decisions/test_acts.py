"""Judgements of several words: whole in the log or not there at all, undone as a whole."""

import resource
from pathlib import Path

import pytest
from decision_words import decision, record

from transforms.errors import InputError, MachineError
from transforms.matching.decisions import acts
from transforms.matching.decisions.decision import Decision
from transforms.matching.decisions.known import KnownRecords
from transforms.matching.decisions.log import FILE, read_log, writing
from transforms.matching.decisions.proposals import Proposal

KNOWN = KnownRecords({record(letter): f"E-{letter}" for letter in "abcd"})
HELD = [decision(1, "same", "a", "b"), decision(2, "same", "a", "b"), decision(3, "same", "c", "d")]
HOLDING = ["D-0001", "D-0002"]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A log of three words, two of which hold the record a in its company."""
    with writing(tmp_path) as writer:
        writer.append(HELD)
    return tmp_path


def apart(*others: str, steward: str = "st-1") -> list[Proposal]:
    return [Proposal.checked(record("a"), record(other), "different", steward) for other in others]


def split(state: Path, *others: str) -> acts.Act:
    return acts.judge_instead(state, apart(*others), KNOWN, of=HOLDING, because="fiche détachée")


def standing(state: Path) -> list[Decision]:
    return [one for one in read_log(state).decisions if one.revoked_at is None]


def test_a_split_takes_back_what_held_the_record_and_keeps_it_away(state: Path) -> None:
    done = split(state, "b", "c")
    assert [one.status for one in done.results] == ["recorded", "recorded"]
    assert done.taken_back == ("D-0001", "D-0002")
    assert [(one.decision_id, one.verdict) for one in standing(state)] == [
        ("D-0003", "same"),
        ("D-0004", "different"),
        ("D-0005", "different"),
    ]
    assert (state / FILE).read_bytes().count(b"\n") == len(HELD) + 1


def test_undoing_a_split_restores_what_stood(state: Path) -> None:
    before = standing(state)
    done = split(state, "b", "c")
    undone = acts.undo(state, ["D-0004", "D-0005"], done.taken_back, "st-1")
    assert standing(state) == before
    assert [one.decision_id for one in undone.taken_back] == ["D-0004", "D-0005"]
    assert [one.decision_id for one in undone.again] == HOLDING
    # Undone twice, it is undone once.
    assert acts.undo(state, ["D-0004", "D-0005"], done.taken_back, "st-1") == acts.Undone(
        again=(), taken_back=()
    )


def test_nobody_undoes_what_another_one_said(state: Path) -> None:
    done = split(state, "b")
    after = read_log(state)
    assert acts.undo(state, ["D-0004"], done.taken_back, "st-2") == acts.Undone()
    assert read_log(state) == after


def test_wherever_the_writing_of_a_split_ends_all_of_it_is_there_or_nothing(state: Path) -> None:
    """As a kill or a power failure leaves the file."""
    file = state / FILE
    before, stood = file.read_bytes(), standing(state)
    split(state, "b", "c")
    after, stands = file.read_bytes(), standing(state)
    seen = set()
    # The end of the line and of its parts at least; in between some places will do.
    for size in sorted({*range(len(before), len(after), 9), *range(len(after) - 3, len(after))}):
        file.write_bytes(after[:size])
        found = standing(state)
        assert found in (stood, stands), size
        seen.add(found == stands)
    assert seen == {False, True}


def test_a_split_that_the_disk_refuses_leaves_the_log_as_it_was(state: Path) -> None:
    before = (state / FILE).read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 300, hard))
    try:
        with pytest.raises(MachineError):
            split(state, "b", "c")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (state / FILE).read_bytes() == before


def test_a_split_of_which_one_word_is_refused_changes_nothing(state: Path) -> None:
    before = (state / FILE).read_bytes()
    with pytest.raises(InputError, match="n'est pas dans l'entrepôt publié"):
        split(state, "b", "jamais-vue")
    assert (state / FILE).read_bytes() == before


def test_of_pairs_judged_together_those_that_can_stand_are_taken(state: Path) -> None:
    done = acts.judge_together(state, apart("zz", "c"), KNOWN)
    assert [one.status for one in done.results] == ["refused", "recorded"]
    assert [one.decision_id for one in standing(state)] == ["D-0001", "D-0002", "D-0003", "D-0004"]


def test_decisions_are_taken_back_together(state: Path) -> None:
    before = standing(state)
    gone = acts.take_back_together(state, ["D-0001", "d-3", "D-0001"], "st-2")
    assert [one.decision_id for one in gone] == ["D-0001", "D-0003"]
    assert [one.decision_id for one in standing(state)] == ["D-0002"]
    assert acts.take_back_together(state, ["D-0001"], "st-2") == ()
    acts.undo(state, [], ["D-0001", "D-0003"], "st-2")
    assert standing(state) == before


def test_an_unknown_id_among_others_takes_nothing_back(state: Path) -> None:
    before = (state / FILE).read_bytes()
    with pytest.raises(InputError, match="Aucune décision"):
        acts.take_back_together(state, ["D-0001", "D-0099"], "st-2")
    assert (state / FILE).read_bytes() == before
